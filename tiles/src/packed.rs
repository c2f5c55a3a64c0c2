//! Lines and polygons of a whole zoom as bytes: what a tile shows whole is copied from them, what it cuts is read from them.
//!
//! Units are those of a [`crate::Sheet`]. Steps from unit to unit are stored as the command stream of MVT has them.

use crate::clip::remove_repeated;
use crate::repair::{area_doubled, begin_at_smallest, remove_straight};
use crate::sheet::Unit;
use crate::simple::Distinct;
use crate::wire::{put_step, put_varint};

/// Units in a chunk of a long ring, which tiles beside it pass over.
const CHUNK: usize = 64;

/// Rings of more units have chunks.
const CHUNKED_FROM: usize = 2 * CHUNK;

/// Rings that are wider or higher, in units, are kept as they were snapped: areas of them could be too large to count.
const MAX_SIDE: u32 = 1 << 22;

/// The first byte of a polygon: one ring that touches itself nowhere, as it is written into a tile.
const SIMPLE: u8 = 1;

/// The first byte of a polygon: rings as they were snapped.
const AS_SNAPPED: u8 = 0;

/// Appends a line of snapped units as bytes, for `PackedLine` and [`ShapePacker::line`].
pub fn pack_line(units: &[[i32; 2]], out: &mut Vec<u8>) {
    let Some(&first) = units.first() else { return };
    put_bounds(bounds_of(units), out);
    put_unit(first, out);
    put_steps(units, out);
}

/// A line packed by [`pack_line`].
#[derive(Clone, Copy)]
pub(crate) struct PackedLine<'a> {
    pub(crate) bounds: [Unit; 2],
    bytes: &'a [u8],
}

impl<'a> PackedLine<'a> {
    /// The line, seen from `origin`; `None` if there is none.
    pub(crate) fn read(bytes: &'a [u8], origin: Unit) -> Option<Self> {
        let mut reader = Reader(bytes);
        let bounds = reader.bounds(origin)?;
        Some(Self { bounds, bytes: reader.0 })
    }

    /// Appends the units of the line, seen from `origin`.
    pub(crate) fn units(self, origin: Unit, out: &mut Vec<Unit>) {
        let mut reader = Reader(self.bytes);
        let Some(first) = reader.unit(origin) else { return };
        out.push(first);
        reader.steps(first, |unit| out.push(unit));
    }
}

/// Puts polygons together from packed lines and packs them.
#[derive(Default)]
pub struct ShapePacker {
    units: Vec<Unit>,
    /// Where each ring ends in `units`.
    ends: Vec<usize>,
    distinct: Distinct,
}

impl ShapePacker {
    /// Goes on with the ring along a line packed by [`pack_line`], or against it.
    pub fn line(&mut self, packed: &[u8], is_forward: bool) {
        let start = self.units.len();
        if let Some(line) = PackedLine::read(packed, [0, 0]) {
            line.units([0, 0], &mut self.units);
        }
        if !is_forward {
            self.units[start..].reverse();
        }
    }

    /// Closes the ring; the next line begins another.
    pub fn close(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        let mut len = remove_repeated(&mut self.units, start);
        while len > start + 1 && self.units[len - 1] == self.units[start] {
            len -= 1;
        }
        self.units.truncate(len);
        if len > start {
            self.ends.push(len);
        }
    }

    /// Appends the polygon of all rings as bytes, for [`crate::LayerBuilder::packed`]; nothing if there is no ring.
    pub fn pack(&mut self, out: &mut Vec<u8>) {
        if !self.units.is_empty() {
            let bounds = bounds_of(&self.units);
            let is_small = (0..2).all(|axis| bounds[1][axis].abs_diff(bounds[0][axis]) < MAX_SIDE);
            if self.ends.len() == 1 && is_small && self.units.len() > 2 && self.distinct.are_distinct(&self.units) {
                // as numbers from the corner, areas fit their 64 bits
                let shift = |by: Unit| move |unit: &mut Unit| *unit = [unit[0] + by[0], unit[1] + by[1]];
                self.units.iter_mut().for_each(shift(bounds[0].map(|c| -c)));
                if area_doubled(&self.units) < 0 {
                    self.units.reverse();
                }
                remove_straight(&mut self.units);
                begin_at_smallest(&mut self.units);
                self.units.iter_mut().for_each(shift(bounds[0]));
                out.push(SIMPLE);
                put_bounds(bounds, out);
                put_ring(&self.units, out);
            } else {
                out.push(AS_SNAPPED);
                put_bounds(bounds, out);
                let mut start = 0;
                for &end in &self.ends {
                    put_ring(&self.units[start..end], out);
                    start = end;
                }
            }
        }
        self.units.clear();
        self.ends.clear();
    }
}

/// A polygon packed by [`ShapePacker::pack`].
#[derive(Clone, Copy)]
pub(crate) struct PackedShape<'a> {
    pub(crate) bounds: [Unit; 2],
    /// Whether it is one ring that can be written as it is.
    pub(crate) is_simple: bool,
    origin: Unit,
    rings: Reader<'a>,
}

/// A ring of a packed polygon.
#[derive(Clone, Copy)]
pub(crate) struct PackedRing<'a> {
    pub(crate) first: Unit,
    pub(crate) count: usize,
    /// The steps from unit to unit, as in a command stream.
    pub(crate) steps: &'a [u8],
    chunks: &'a [u8],
    origin: Unit,
}

/// A part of a ring, from a unit to the first one of the next part.
pub(crate) struct Chunk<'a> {
    pub(crate) first: Unit,
    pub(crate) bounds: [Unit; 2],
    /// Of the units after the first.
    steps: Reader<'a>,
}

/// Bytes of a chunk in its table: offset of its steps, first unit, bounds.
const CHUNK_BYTES: usize = 28;

impl<'a> PackedShape<'a> {
    /// The polygon, seen from `origin`; `None` if there is none.
    pub(crate) fn read(bytes: &'a [u8], origin: Unit) -> Option<Self> {
        let (&sort, rest) = bytes.split_first()?;
        let mut rings = Reader(rest);
        let bounds = rings.bounds(origin)?;
        Some(Self { bounds, is_simple: sort == SIMPLE, origin, rings })
    }

    pub(crate) fn rings(self) -> impl Iterator<Item = PackedRing<'a>> {
        let (origin, mut reader) = (self.origin, self.rings);
        std::iter::from_fn(move || {
            let first = reader.unit(origin)?;
            let count = reader.varint()? as usize;
            let chunks = if count > CHUNKED_FROM { count.div_ceil(CHUNK) * CHUNK_BYTES } else { 0 };
            let chunks = reader.take(chunks)?;
            let len = reader.varint()? as usize;
            Some(PackedRing { first, count, steps: reader.take(len)?, chunks, origin })
        })
    }
}

impl<'a> PackedRing<'a> {
    /// The parts of the ring, in order; `None` if it is not long enough for parts.
    pub(crate) fn chunks(self) -> Option<impl Iterator<Item = Chunk<'a>>> {
        let read = move |(index, record): (usize, &'a [u8])| {
            let mut record = Reader(record);
            let start = record.word()? as usize;
            let mut unit = || record.unit(self.origin);
            let (first, bounds) = (unit()?, [unit()?, unit()?]);
            let end = self.chunks.get((index + 1) * CHUNK_BYTES..).and_then(|rest| Reader(rest).word());
            let steps = self.steps.get(start..end.map_or(self.steps.len(), |end| end as usize))?;
            Some(Chunk { first, bounds, steps: Reader(steps) })
        };
        (!self.chunks.is_empty()).then(|| self.chunks.chunks_exact(CHUNK_BYTES).enumerate().filter_map(read))
    }

    /// Calls `each` with all units in order.
    pub(crate) fn units(self, mut each: impl FnMut(Unit)) {
        each(self.first);
        Reader(self.steps).steps(self.first, each);
    }
}

impl Chunk<'_> {
    /// Calls `each` with the units of the part in order; the last step leads to the first unit of the next.
    pub(crate) fn units(self, mut each: impl FnMut(Unit)) {
        each(self.first);
        self.steps.steps(self.first, each);
    }
}

/// The least and the greatest coordinates.
fn bounds_of(units: &[Unit]) -> [Unit; 2] {
    units.iter().fold([[i32::MAX; 2], [i32::MIN; 2]], |[min, max], unit| {
        [[min[0].min(unit[0]), min[1].min(unit[1])], [max[0].max(unit[0]), max[1].max(unit[1])]]
    })
}

fn put_unit(unit: Unit, out: &mut Vec<u8>) {
    unit.iter().for_each(|c| out.extend_from_slice(&c.to_le_bytes()));
}

fn put_bounds([min, max]: [Unit; 2], out: &mut Vec<u8>) {
    put_unit(min, out);
    (0..2).for_each(|axis| put_varint(out, max[axis].abs_diff(min[axis]).into()));
}

fn put_steps(units: &[Unit], out: &mut Vec<u8>) {
    units.windows(2).for_each(|pair| put_step(out, pair[0], pair[1]));
}

fn put_ring(units: &[Unit], out: &mut Vec<u8>) {
    put_unit(units[0], out);
    put_varint(out, units.len() as u64);
    let mut steps = Vec::with_capacity(3 * units.len());
    if units.len() > CHUNKED_FROM {
        for start in (0..units.len()).step_by(CHUNK) {
            let end = start + CHUNK;
            // up to the first unit of the next chunk, at last of the ring
            let [mut min, mut max] = bounds_of(&units[start..units.len().min(end + 1)]);
            if end >= units.len() {
                [min, max] = bounds_of(&[min, max, units[0]]);
            }
            out.extend_from_slice(&(steps.len() as u32).to_le_bytes());
            [units[start], min, max].into_iter().for_each(|unit| put_unit(unit, out));
            put_steps(&units[start..units.len().min(end + 1)], &mut steps);
        }
    } else {
        put_steps(units, &mut steps);
    }
    put_varint(out, steps.len() as u64);
    out.extend_from_slice(&steps);
}

/// Reads what was packed; where bytes end too early there is nothing.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    #[inline]
    fn varint(&mut self) -> Option<u32> {
        let (&first, mut rest) = self.0.split_first()?;
        let mut number = u32::from(first & 0x7f);
        let (mut byte, mut shift) = (first, 7);
        while byte & 0x80 != 0 && shift < u32::BITS {
            (byte, rest) = rest.split_first().map(|(&byte, rest)| (byte, rest))?;
            number |= u32::from(byte & 0x7f) << shift;
            shift += 7;
        }
        self.0 = rest;
        Some(number)
    }

    /// A unit, seen from `origin`.
    fn unit(&mut self, origin: Unit) -> Option<Unit> {
        let (x, y) = (self.word()? as i32, self.word()? as i32);
        Some([x.wrapping_sub(origin[0]), y.wrapping_sub(origin[1])])
    }

    fn bounds(&mut self, origin: Unit) -> Option<[Unit; 2]> {
        let min = self.unit(origin)?;
        let (width, height) = (self.varint()?, self.varint()?);
        Some([min, [min[0].wrapping_add_unsigned(width), min[1].wrapping_add_unsigned(height)]])
    }

    /// Follows all steps.
    #[inline]
    fn steps(mut self, mut at: Unit, mut each: impl FnMut(Unit)) {
        while let (Some(x), Some(y)) = (self.varint(), self.varint()) {
            let by = [x, y].map(|code| (code >> 1) as i32 ^ -((code & 1) as i32));
            at = [at[0].wrapping_add(by[0]), at[1].wrapping_add(by[1])];
            each(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_rings_come_back_from_their_bytes() {
        let line: Vec<Unit> = vec![[7, -3], [1_000_000_000, 5], [1_000_000_001, 5], [-4, 90_000]];
        let mut bytes = Vec::new();
        pack_line(&line, &mut bytes);
        let packed = PackedLine::read(&bytes, [7, 0]).expect("a line");
        let mut back = Vec::new();
        packed.units([7, 0], &mut back);
        assert!(back.iter().zip(&line).all(|(back, unit)| [back[0] + 7, back[1]] == *unit) && back.len() == 4);
        assert_eq!(packed.bounds, [[-11, -3], [999_999_994, 90_000]]);
        assert!(PackedLine::read(&[], [0, 0]).is_none() && PackedLine::read(&bytes[..9], [0, 0]).is_none());
    }

    #[test]
    fn a_long_ring_has_chunks_that_hold_all_of_it() {
        let ring: Vec<Unit> = (0..500).map(|n| [n * 3, if n % 2 == 0 { n * n } else { -n - 1 }]).collect();
        let (mut line, mut bytes, mut packer) = (Vec::new(), Vec::new(), ShapePacker::default());
        pack_line(&[&ring[..], &ring[..1]].concat(), &mut line);
        packer.line(&line, true);
        packer.close();
        packer.pack(&mut bytes);
        let shape = PackedShape::read(&bytes, [0, 0]).expect("a shape");
        let ring = shape.rings().next().expect("a ring");
        assert!(shape.is_simple && shape.rings().count() == 1 && ring.count == 500);
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        ring.units(|unit| whole.push(unit));
        for chunk in ring.chunks().expect("it is long") {
            let ([min, max], start) = (chunk.bounds, parts.len());
            chunk.units(|unit| parts.push(unit));
            assert!(parts[start..].iter().all(|unit| (0..2).all(|c| min[c] <= unit[c] && unit[c] <= max[c])));
        }
        parts.dedup();
        assert_eq!(whole, parts);
        let mut packer = ShapePacker::default();
        packer.line(&line[..3], false);
        packer.close();
        packer.pack(&mut bytes);
        assert!(packer.ends.is_empty() && packer.units.is_empty());
    }
}

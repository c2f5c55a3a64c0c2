//! Lines and polygons of a whole zoom as bytes: what a tile shows whole is copied from them, what it cuts is read from them.
//!
//! Units are those of a [`crate::Sheet`]. Steps from unit to unit are stored as the command stream of MVT has them.

use crate::clip::remove_repeated;
use crate::repair::{area_doubled, begin_at_smallest, is_simple, rebuild, remove_straight};
use crate::sheet::Unit;
use crate::simple::Distinct;
use crate::snap::{HIGH, LOW};
use crate::wire::{put_step, put_varint};

/// Units in a chunk of a long ring, which tiles beside it pass over.
const CHUNK: usize = 64;

/// Rings of more units have chunks.
const CHUNKED_FROM: usize = 2 * CHUNK;

/// Rings that are wider or higher, in units, are kept as they were snapped: areas of them could be too large to count.
const MAX_SIDE: u32 = 1 << 22;

/// The first byte of a polygon: one ring that touches itself nowhere, as it is written into a tile.
const SIMPLE: u8 = 1;

/// The first byte of a polygon: rings as they were snapped, with their length, and then what they enclose, as valid rings
/// to be written into a tile that shows all of it.
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
    /// Rings as they were snapped, on their way out.
    snapped: Vec<u8>,
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
                let mut snapped = std::mem::take(&mut self.snapped);
                snapped.clear();
                self.rings().for_each(|ring| put_ring(ring, &mut snapped));
                put_varint(out, snapped.len() as u64);
                out.extend_from_slice(&snapped);
                self.snapped = snapped;
                self.put_enclosed(bounds, out);
            }
        }
        self.units.clear();
        self.ends.clear();
    }

    fn rings(&self) -> impl Iterator<Item = &[Unit]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.units[start..end])
    }

    /// Appends the valid rings of what the rings enclose, if some tile can show all of it and would have to find them.
    fn put_enclosed(&self, bounds: [Unit; 2], out: &mut Vec<u8>) {
        if !(0..2).all(|axis| bounds[1][axis].abs_diff(bounds[0][axis]) <= HIGH.abs_diff(LOW)) {
            return;
        }
        // as a tile has them
        let moved = |ring: &[Unit]| ring.iter().map(|unit| [0, 1].map(|c| unit[c] - bounds[0][c] + LOW)).collect();
        let rings: Vec<Vec<Unit>> = self.rings().filter(|ring| ring.len() > 2).map(moved).collect();
        if matches!(&rings[..], [ring] if is_simple(ring, &mut Vec::new())) {
            return;
        }
        for mut ring in rebuild(&rings).into_iter().flatten() {
            ring.iter_mut().for_each(|unit| *unit = [0, 1].map(|c| unit[c] + bounds[0][c] - LOW));
            put_unit(ring[0], out);
            put_unit(ring[ring.len() - 1], out);
            put_varint(out, ring.len() as u64);
            let mut steps = Vec::with_capacity(3 * ring.len());
            put_steps(&ring, &mut steps);
            put_varint(out, steps.len() as u64);
            out.extend_from_slice(&steps);
        }
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
    enclosed: Reader<'a>,
}

/// A valid ring of what a packed polygon encloses.
#[derive(Clone, Copy)]
pub(crate) struct EnclosedRing<'a> {
    pub(crate) first: Unit,
    pub(crate) last: Unit,
    pub(crate) count: usize,
    /// The steps from unit to unit, as in a command stream.
    pub(crate) steps: &'a [u8],
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
        let mut rest = Reader(rest);
        let bounds = rest.bounds(origin)?;
        let is_simple = sort == SIMPLE;
        let (rings, enclosed) = if is_simple {
            (rest, Reader(&[]))
        } else {
            let len = rest.varint()? as usize;
            (Reader(rest.take(len)?), rest)
        };
        Some(Self { bounds, is_simple, origin, rings, enclosed })
    }

    /// The valid rings of what it encloses, for a tile that shows all of it; none if they have to be found.
    pub(crate) fn enclosed(self) -> impl Iterator<Item = EnclosedRing<'a>> {
        let (origin, mut reader) = (self.origin, self.enclosed);
        std::iter::from_fn(move || {
            let (first, last) = (reader.unit(origin)?, reader.unit(origin)?);
            let (count, len) = (reader.varint()? as usize, reader.varint()? as usize);
            Some(EnclosedRing { first, last, count, steps: reader.take(len)? })
        })
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
mod tests;

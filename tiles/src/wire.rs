//! The few parts of Protocol Buffers and of the MVT 2.1 command stream that tiles are written with.

use std::ops::Range;

use crate::value::Value;

/// Field numbers of `vector_tile.proto` 2.1.
pub(crate) mod field {
    pub(crate) const TILE_LAYER: u32 = 3;
    pub(crate) const LAYER_NAME: u32 = 1;
    pub(crate) const LAYER_FEATURE: u32 = 2;
    pub(crate) const LAYER_KEY: u32 = 3;
    pub(crate) const LAYER_VALUE: u32 = 4;
    pub(crate) const LAYER_EXTENT: u32 = 5;
    pub(crate) const LAYER_VERSION: u32 = 15;
    pub(crate) const FEATURE_ID: u32 = 1;
    pub(crate) const FEATURE_TAGS: u32 = 2;
    pub(crate) const FEATURE_TYPE: u32 = 3;
    pub(crate) const FEATURE_GEOMETRY: u32 = 4;
    pub(crate) const VALUE_STRING: u32 = 1;
    pub(crate) const VALUE_FLOAT: u32 = 2;
    pub(crate) const VALUE_DOUBLE: u32 = 3;
    pub(crate) const VALUE_INT: u32 = 4;
    pub(crate) const VALUE_UINT: u32 = 5;
    pub(crate) const VALUE_SINT: u32 = 6;
    pub(crate) const VALUE_BOOL: u32 = 7;
}

/// Wire types.
pub(crate) const VARINT: u32 = 0;
pub(crate) const FIXED64: u32 = 1;
pub(crate) const BYTES: u32 = 2;
pub(crate) const FIXED32: u32 = 5;

/// Commands of the geometry stream.
pub(crate) const MOVE_TO: u32 = 1;
pub(crate) const LINE_TO: u32 = 2;
pub(crate) const CLOSE_PATH: u32 = 7;

/// Version of the specification that is written and read.
pub(crate) const VERSION: u64 = 2;

/// Geometry types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GeometryType {
    Point = 1,
    Line = 2,
    Polygon = 3,
}

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn put_number(out: &mut Vec<u8>, field: u32, value: u64) {
    put_varint(out, u64::from(field << 3 | VARINT));
    put_varint(out, value);
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    put_key(out, field, bytes.len());
    out.extend_from_slice(bytes);
}

/// Begins a field of `len` bytes.
pub(crate) fn put_key(out: &mut Vec<u8>, field: u32, len: usize) {
    put_varint(out, u64::from(field << 3 | BYTES));
    put_varint(out, len as u64);
}

/// Bytes that `put_number` writes for a field below 16.
pub(crate) fn len_of_number(value: u64) -> usize {
    1 + len_of_varint(value)
}

/// Bytes that `put_bytes` writes for a field below 16 and `len` bytes.
pub(crate) fn len_of_bytes(len: usize) -> usize {
    1 + len_of_varint(len as u64) + len
}

fn len_of_varint(value: u64) -> usize {
    ((64 - (value | 1).leading_zeros()) as usize).div_ceil(7)
}

/// Appends the message `Value`.
pub(crate) fn put_value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::String(text) => put_bytes(out, field::VALUE_STRING, text.as_bytes()),
        Value::Double(number) => {
            out.push((field::VALUE_DOUBLE << 3 | FIXED64) as u8);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Integer(number) if number >= 0 => put_number(out, field::VALUE_UINT, number as u64),
        Value::Integer(number) => put_number(out, field::VALUE_SINT, ((number << 1) ^ (number >> 63)) as u64),
        Value::Bool(truth) => put_number(out, field::VALUE_BOOL, u64::from(truth)),
    }
}

/// Writes a command stream; every part starts where the one before ended.
pub(crate) struct Pen<'a> {
    out: &'a mut Vec<u8>,
    at: [i32; 2],
}

impl<'a> Pen<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        out.clear();
        Self { out, at: [0, 0] }
    }

    pub(crate) fn point(&mut self, unit: [i32; 2]) {
        self.points(&[unit]);
    }

    /// One point or more.
    pub(crate) fn points(&mut self, units: &[[i32; 2]]) {
        if !units.is_empty() {
            self.command(MOVE_TO, units.len());
            units.iter().for_each(|&unit| self.step(unit));
        }
    }

    /// A line of at least two units, none equal to the one before.
    pub(crate) fn line(&mut self, units: &[[i32; 2]]) {
        self.point(units[0]);
        self.command(LINE_TO, units.len() - 1);
        for &unit in &units[1..] {
            self.step(unit);
        }
    }

    /// A ring of at least three units, the first not repeated.
    pub(crate) fn ring(&mut self, units: &[[i32; 2]]) {
        self.line(units);
        self.command(CLOSE_PATH, 1);
    }

    fn command(&mut self, command: u32, count: usize) {
        put_varint(self.out, (count as u64) << 3 | u64::from(command));
    }

    /// The only ring of a polygon, of `count` units, at least three; `steps` are those after the first.
    pub(crate) fn only_ring(&mut self, first: [i32; 2], count: usize, steps: &[u8]) {
        self.point(first);
        self.command(LINE_TO, count - 1);
        self.out.extend_from_slice(steps);
        self.command(CLOSE_PATH, 1);
    }

    /// A ring of `count` units, at least three, of which `steps` are those between the first and the last.
    pub(crate) fn ring_of_steps(&mut self, first: [i32; 2], last: [i32; 2], count: usize, steps: &[u8]) {
        self.only_ring(first, count, steps);
        self.at = last;
    }

    /// Whether nothing was drawn.
    pub(crate) fn is_new(&self) -> bool {
        self.out.is_empty()
    }

    fn step(&mut self, unit: [i32; 2]) {
        put_step(self.out, self.at, unit);
        self.at = unit;
    }
}

/// Appends the step between two units, as a command stream has it.
#[inline]
pub(crate) fn put_step(out: &mut Vec<u8>, from: [i32; 2], to: [i32; 2]) {
    let [x, y] = [0, 1].map(|axis| {
        let by = to[axis].wrapping_sub(from[axis]);
        ((by << 1) ^ (by >> 31)) as u32
    });
    if (x | y) < 0x80 {
        out.extend_from_slice(&[x as u8, y as u8]);
    } else {
        put_varint(out, u64::from(x));
        put_varint(out, u64::from(y));
    }
}

/// Gives equal byte strings one number, in the order they first come, and writes each once.
#[derive(Default)]
pub(crate) struct Interner {
    /// A power of two of places: the number of a byte string and one, or 0.
    table: Vec<u32>,
    /// By number: the hash, and where the byte string is in `written`.
    known: Vec<(u32, Range<usize>)>,
    /// One field per byte string, ready to go into a layer.
    pub(crate) written: Vec<u8>,
}

impl Interner {
    pub(crate) fn clear(&mut self) {
        self.table.fill(0);
        self.known.clear();
        self.written.clear();
    }

    /// How many byte strings there are.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// The byte string of a number.
    pub(crate) fn bytes(&self, number: u32) -> &[u8] {
        &self.written[self.known[number as usize].1.clone()]
    }

    /// The number of a byte string, which is written in `field` if it is new.
    pub(crate) fn number(&mut self, field: u32, bytes: &[u8]) -> u32 {
        if self.known.len() * 2 >= self.table.len() {
            self.grow();
        }
        let hash = hash_of(bytes);
        let mask = self.table.len() - 1;
        let mut place = hash as usize & mask;
        while let Some(number) = self.table[place].checked_sub(1) {
            let (known, range) = &self.known[number as usize];
            if *known == hash && self.written[range.clone()] == *bytes {
                return number;
            }
            place = (place + 1) & mask;
        }
        let number = self.known.len() as u32;
        self.table[place] = number + 1;
        put_bytes(&mut self.written, field, bytes);
        self.known.push((hash, self.written.len() - bytes.len()..self.written.len()));
        number
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(64);
        self.table.clear();
        self.table.resize(size, 0);
        for (number, (hash, _)) in (1..).zip(&self.known) {
            let mut place = *hash as usize & (size - 1);
            while self.table[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            self.table[place] = number;
        }
    }
}

/// A hash for tables: who chooses strings that collide makes the tile slower, never wrong.
fn hash_of(bytes: &[u8]) -> u32 {
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let product = u128::from(hash ^ u64::from_le_bytes(word)) * 0x9e37_79b9_7f4a_7c15;
        hash = product as u64 ^ (product >> 64) as u64;
    }
    (hash ^ hash >> 32) as u32
}

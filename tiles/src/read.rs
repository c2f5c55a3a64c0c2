//! Reads Protocol Buffers and the MVT command stream, trusting nothing.

use std::fmt;

use crate::wire::{BYTES, CLOSE_PATH, FIXED32, FIXED64, LINE_TO, MOVE_TO, VARINT};

/// What is wrong with the bytes of a tile, and roughly where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    pub(crate) what: &'static str,
    pub(crate) left: usize,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} bytes before the end of the message", self.what, self.left)
    }
}

impl std::error::Error for DecodeError {}

/// A geometry command stream and the place of its pen.
pub(crate) struct Stream<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) at: [i32; 2],
}

impl Stream<'_> {
    pub(crate) fn points(&mut self) -> Result<Vec<[i32; 2]>, DecodeError> {
        let count = self.command(MOVE_TO)?;
        let mut points = Vec::new();
        for _ in 0..count {
            points.push(self.step()?.0);
        }
        if self.reader.bytes.is_empty() { Ok(points) } else { self.reader.fail("more than points") }
    }

    pub(crate) fn lines(&mut self) -> Result<Vec<Vec<[i32; 2]>>, DecodeError> {
        let mut lines = Vec::new();
        while !self.reader.bytes.is_empty() {
            lines.push(self.path()?);
        }
        Ok(lines)
    }

    pub(crate) fn polygons(&mut self) -> Result<Vec<Vec<Vec<[i32; 2]>>>, DecodeError> {
        let mut polygons: Vec<Vec<Vec<[i32; 2]>>> = Vec::new();
        while !self.reader.bytes.is_empty() {
            let ring = self.path()?;
            if self.command(CLOSE_PATH)? != 1 {
                return self.reader.fail("a ring closed more than once");
            }
            let area = wide_area_doubled(&ring);
            match polygons.last_mut() {
                _ if ring.len() < 3 || area == 0 || ring.first() == ring.last() => {
                    return self.reader.fail("a degenerate ring");
                }
                _ if area > 0 => polygons.push(vec![ring]),
                Some(polygon) => polygon.push(ring),
                None => return self.reader.fail("a hole without exterior"),
            }
        }
        Ok(polygons)
    }

    /// One move and the steps after it.
    pub(crate) fn path(&mut self) -> Result<Vec<[i32; 2]>, DecodeError> {
        if self.command(MOVE_TO)? != 1 {
            return self.reader.fail("more than one move at the start of a path");
        }
        let mut path = vec![self.step()?.0];
        for _ in 0..self.command(LINE_TO)? {
            let (unit, moved) = self.step()?;
            if !moved {
                return self.reader.fail("a step of no length");
            }
            path.push(unit);
        }
        Ok(path)
    }

    /// How often `command` follows; at least once.
    pub(crate) fn command(&mut self, command: u32) -> Result<u64, DecodeError> {
        let read = self.reader.varint()?;
        if read & 7 != u64::from(command) || read >> 3 == 0 || read > u64::from(u32::MAX) {
            return self.reader.fail("another command than the geometry needs");
        }
        Ok(read >> 3)
    }

    /// The next place of the pen, and whether it is another.
    pub(crate) fn step(&mut self) -> Result<([i32; 2], bool), DecodeError> {
        let before = self.at;
        for axis in 0..2 {
            let Ok(raw) = u32::try_from(self.reader.varint()?) else { return self.reader.fail("a step too wide") };
            let by = (raw >> 1) as i32 ^ -((raw & 1) as i32);
            let Some(to) = self.at[axis].checked_add(by) else { return self.reader.fail("a step out of the plane") };
            self.at[axis] = to;
        }
        Ok((self.at, self.at != before))
    }
}

/// Like `repair::area_doubled`, for coordinates from anywhere.
fn wide_area_doubled(ring: &[[i32; 2]]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| i128::from(a[0]) * i128::from(b[1]) - i128::from(b[0]) * i128::from(a[1])).sum()
}

/// Protocol Buffers, as far as tiles need it.
pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
}

/// What a field holds.
pub(crate) enum Content<'a> {
    Number(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

impl<'a> Content<'a> {
    pub(crate) fn number(&self, reader: &Reader<'_>) -> Result<u64, DecodeError> {
        if let Self::Number(number) = self { Ok(*number) } else { reader.fail("a number of another wire type") }
    }

    pub(crate) fn bytes(&self, reader: &Reader<'_>) -> Result<&'a [u8], DecodeError> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { reader.fail("a message of another wire type") }
    }

    pub(crate) fn text(&self, reader: &Reader<'_>) -> Result<&'a str, DecodeError> {
        match std::str::from_utf8(self.bytes(reader)?) {
            Ok(text) => Ok(text),
            Err(_) => reader.fail("text that is not UTF-8"),
        }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn fail<T>(&self, what: &'static str) -> Result<T, DecodeError> {
        Err(DecodeError { what, left: self.bytes.len() })
    }

    pub(crate) fn field(&mut self) -> Result<Option<(u32, Content<'a>)>, DecodeError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let Ok(number) = u32::try_from(key >> 3) else { return self.fail("an impossible field number") };
        let content = match (key & 7) as u32 {
            VARINT => Content::Number(self.varint()?),
            FIXED64 => Content::Fixed64(self.fixed()?),
            BYTES => {
                let len = self.varint()?;
                let Some((bytes, rest)) = usize::try_from(len).ok().and_then(|len| self.bytes.split_at_checked(len))
                else {
                    return self.fail("a length beyond the end");
                };
                self.bytes = rest;
                Content::Bytes(bytes)
            }
            FIXED32 => Content::Fixed32(self.fixed()?),
            _ => return self.fail("an unknown wire type"),
        };
        Ok(Some((number, content)))
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((bytes, rest)) = self.bytes.split_first_chunk() else { return self.fail("a number cut short") };
        self.bytes = rest;
        Ok(*bytes)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0;
        for (index, &byte) in self.bytes.iter().take(10).enumerate() {
            if index == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.bytes = &self.bytes[index + 1..];
                return Ok(value);
            }
        }
        self.fail("a varint cut short or too long")
    }
}

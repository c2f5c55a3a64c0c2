//! A strict reader of MVT 2.1, for tests and tools.

use std::collections::BTreeSet;
use std::fmt;

use crate::value::Value;
use crate::wire::{BYTES, CLOSE_PATH, FIXED32, FIXED64, LINE_TO, MOVE_TO, VARINT, VERSION, field};

/// One layer of a tile. Texts are borrowed from the bytes it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer<'a> {
    /// Name, not empty, unique in the tile.
    pub name: &'a str,
    /// Tile units per side of the tile.
    pub extent: u32,
    /// Keys of attributes.
    pub keys: Vec<&'a str>,
    /// Values of attributes.
    pub values: Vec<Value<'a>>,
    /// Features, in the order of the tile; at least one.
    pub features: Vec<Feature>,
}

impl<'a> Layer<'a> {
    /// Keys and values of `feature`, which must be one of this layer's.
    pub fn attributes(&self, feature: &Feature) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        feature.tags.iter().map(|&(key, value)| (self.keys[key as usize], self.values[value as usize]))
    }

    /// The value of `key` in `feature`, which must be one of this layer's.
    pub fn attribute(&self, feature: &Feature, key: &str) -> Option<Value<'a>> {
        self.attributes(feature).find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}

/// One feature of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Identifier, if it has one.
    pub id: Option<u64>,
    /// Where it is drawn.
    pub geometry: Geometry,
    /// Places in the keys and values of the layer.
    tags: Vec<(u32, u32)>,
}

/// A geometry in tile units, `[x, y]`, y to the south.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Geometry {
    /// Points.
    Points(Vec<[i32; 2]>),
    /// Lines of two units or more.
    Lines(Vec<Vec<[i32; 2]>>),
    /// Polygons: the exterior ring, clockwise on the screen, then its holes; the first unit is not repeated.
    Polygons(Vec<Vec<Vec<[i32; 2]>>>),
}

/// What is wrong with the bytes of a tile, and roughly where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    what: &'static str,
    left: usize,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} bytes before the end of the message", self.what, self.left)
    }
}

impl std::error::Error for DecodeError {}

/// The layers of an uncompressed MVT 2.1 tile.
///
/// Refuses everything the specification forbids and some it only frowns at: another version, layers without name or
/// feature, a name, a key of a layer or of a feature twice, a feature without geometry, a degenerate ring, a hole
/// without exterior, steps of no length. Unknown fields are passed over. Memory is bounded by the length of `bytes`.
pub fn decode(bytes: &[u8]) -> Result<Vec<Layer<'_>>, DecodeError> {
    let mut layers = Vec::new();
    let mut names = BTreeSet::new();
    let mut reader = Reader { bytes };
    while let Some((number, content)) = reader.field()? {
        if number == field::TILE_LAYER {
            let layer = read_layer(content.bytes(&reader)?)?;
            if !names.insert(layer.name) {
                return reader.fail("two layers of one name");
            }
            layers.push(layer);
        }
    }
    Ok(layers)
}

fn read_layer(bytes: &[u8]) -> Result<Layer<'_>, DecodeError> {
    let mut reader = Reader { bytes };
    let mut layer = Layer { name: "", extent: 4096, keys: Vec::new(), values: Vec::new(), features: Vec::new() };
    let mut version = 1;
    let mut messages = Vec::new();
    while let Some((number, content)) = reader.field()? {
        match number {
            field::LAYER_NAME => layer.name = content.text(&reader)?,
            field::LAYER_FEATURE => messages.push(content.bytes(&reader)?),
            field::LAYER_KEY => layer.keys.push(content.text(&reader)?),
            field::LAYER_VALUE => layer.values.push(read_value(content.bytes(&reader)?)?),
            field::LAYER_EXTENT => match u32::try_from(content.number(&reader)?) {
                Ok(extent) if extent > 0 => layer.extent = extent,
                _ => return reader.fail("an impossible extent"),
            },
            field::LAYER_VERSION => version = content.number(&reader)?,
            _ => {}
        }
    }
    let mut keys = layer.keys.clone();
    keys.sort_unstable();
    let problem = match () {
        () if version != VERSION => Some("a layer of another version than 2"),
        () if layer.name.is_empty() => Some("a layer without name"),
        () if messages.is_empty() => Some("a layer without feature"),
        () if keys.windows(2).any(|pair| pair[0] == pair[1]) => Some("a key twice in a layer"),
        () => None,
    };
    if let Some(what) = problem {
        return reader.fail(what);
    }
    for message in messages {
        layer.features.push(read_feature(message, &layer)?);
    }
    Ok(layer)
}

fn read_value(bytes: &[u8]) -> Result<Value<'_>, DecodeError> {
    let mut reader = Reader { bytes };
    let mut value = None;
    while let Some((number, content)) = reader.field()? {
        let read = match number {
            field::VALUE_STRING => Value::String(content.text(&reader)?),
            field::VALUE_FLOAT => match content {
                Content::Fixed32(raw) => Value::Double(f64::from(f32::from_le_bytes(raw))),
                _ => return reader.fail("a float of another wire type"),
            },
            field::VALUE_DOUBLE => match content {
                Content::Fixed64(raw) => Value::Double(f64::from_le_bytes(raw)),
                _ => return reader.fail("a double of another wire type"),
            },
            field::VALUE_INT => Value::Integer(content.number(&reader)? as i64),
            field::VALUE_UINT => match i64::try_from(content.number(&reader)?) {
                Ok(number) => Value::Integer(number),
                Err(_) => return reader.fail("an integer beyond 63 bits"),
            },
            field::VALUE_SINT => {
                let raw = content.number(&reader)?;
                Value::Integer((raw >> 1) as i64 ^ -((raw & 1) as i64))
            }
            field::VALUE_BOOL => Value::Bool(content.number(&reader)? != 0),
            _ => continue,
        };
        if value.replace(read).is_some() {
            return reader.fail("two variants in a value");
        }
    }
    value.ok_or(DecodeError { what: "a value without variant", left: 0 })
}

fn read_feature(bytes: &[u8], layer: &Layer<'_>) -> Result<Feature, DecodeError> {
    let mut reader = Reader { bytes };
    let (mut id, mut kind, mut tags, mut commands) = (None, 0, Vec::new(), None);
    while let Some((number, content)) = reader.field()? {
        match number {
            field::FEATURE_ID => id = Some(content.number(&reader)?),
            field::FEATURE_TYPE => kind = content.number(&reader)?,
            field::FEATURE_TAGS if !tags.is_empty() => return reader.fail("the tags of a feature in two places"),
            field::FEATURE_TAGS => tags = read_tags(content.bytes(&reader)?, layer)?,
            field::FEATURE_GEOMETRY if commands.is_some() => return reader.fail("two geometries in a feature"),
            field::FEATURE_GEOMETRY => commands = Some(content.bytes(&reader)?),
            _ => {}
        }
    }
    let Some(commands) = commands.filter(|commands| !commands.is_empty()) else {
        return reader.fail("a feature without geometry");
    };
    let mut stream = Stream { reader: Reader { bytes: commands }, at: [0, 0] };
    let geometry = match kind {
        1 => Geometry::Points(stream.points()?),
        2 => Geometry::Lines(stream.lines()?),
        3 => Geometry::Polygons(stream.polygons()?),
        _ => return reader.fail("a geometry of unknown type"),
    };
    Ok(Feature { id, geometry, tags })
}

fn read_tags(bytes: &[u8], layer: &Layer<'_>) -> Result<Vec<(u32, u32)>, DecodeError> {
    let mut reader = Reader { bytes };
    let mut tags = Vec::new();
    while !reader.bytes.is_empty() {
        let (key, value) = (reader.varint()?, reader.varint()?);
        if key >= layer.keys.len() as u64 || value >= layer.values.len() as u64 {
            return reader.fail("a tag that points nowhere");
        }
        tags.push((key as u32, value as u32));
    }
    let mut keys: Vec<u32> = tags.iter().map(|tag| tag.0).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return reader.fail("a key twice in a feature");
    }
    Ok(tags)
}

/// A geometry command stream and the place of its pen.
struct Stream<'a> {
    reader: Reader<'a>,
    at: [i32; 2],
}

impl Stream<'_> {
    fn points(&mut self) -> Result<Vec<[i32; 2]>, DecodeError> {
        let count = self.command(MOVE_TO)?;
        let mut points = Vec::new();
        for _ in 0..count {
            points.push(self.step()?.0);
        }
        if self.reader.bytes.is_empty() { Ok(points) } else { self.reader.fail("more than points") }
    }

    fn lines(&mut self) -> Result<Vec<Vec<[i32; 2]>>, DecodeError> {
        let mut lines = Vec::new();
        while !self.reader.bytes.is_empty() {
            lines.push(self.path()?);
        }
        Ok(lines)
    }

    fn polygons(&mut self) -> Result<Vec<Vec<Vec<[i32; 2]>>>, DecodeError> {
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
    fn path(&mut self) -> Result<Vec<[i32; 2]>, DecodeError> {
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
    fn command(&mut self, command: u32) -> Result<u64, DecodeError> {
        let read = self.reader.varint()?;
        if read & 7 != u64::from(command) || read >> 3 == 0 || read > u64::from(u32::MAX) {
            return self.reader.fail("another command than the geometry needs");
        }
        Ok(read >> 3)
    }

    /// The next place of the pen, and whether it is another.
    fn step(&mut self) -> Result<([i32; 2], bool), DecodeError> {
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
struct Reader<'a> {
    bytes: &'a [u8],
}

/// What a field holds.
enum Content<'a> {
    Number(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

impl<'a> Content<'a> {
    fn number(&self, reader: &Reader<'_>) -> Result<u64, DecodeError> {
        if let Self::Number(number) = self { Ok(*number) } else { reader.fail("a number of another wire type") }
    }

    fn bytes(&self, reader: &Reader<'_>) -> Result<&'a [u8], DecodeError> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { reader.fail("a message of another wire type") }
    }

    fn text(&self, reader: &Reader<'_>) -> Result<&'a str, DecodeError> {
        match std::str::from_utf8(self.bytes(reader)?) {
            Ok(text) => Ok(text),
            Err(_) => reader.fail("text that is not UTF-8"),
        }
    }
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, what: &'static str) -> Result<T, DecodeError> {
        Err(DecodeError { what, left: self.bytes.len() })
    }

    fn field(&mut self) -> Result<Option<(u32, Content<'a>)>, DecodeError> {
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

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((bytes, rest)) = self.bytes.split_first_chunk() else { return self.fail("a number cut short") };
        self.bytes = rest;
        Ok(*bytes)
    }

    fn varint(&mut self) -> Result<u64, DecodeError> {
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

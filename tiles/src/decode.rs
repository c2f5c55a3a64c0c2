//! A strict reader of MVT 2.1, for tests and tools.

use std::collections::BTreeSet;

use crate::read::{Content, DecodeError, Reader, Stream};
use crate::value::Value;
use crate::wire::{VERSION, field};

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
    pub(crate) tags: Vec<(u32, u32)>,
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

/// The layers of an uncompressed MVT 2.1 tile.
///
/// Refuses everything the specification forbids and some it only frowns at: another version, layers without name or
/// feature, a name, a key of a layer, a key or a part of a feature twice, an index of a key or value that is not there, a
/// feature without geometry, commands in another order or number than the type has them, a degenerate ring, a hole before
/// any exterior, steps of no length. Unknown fields are passed over. Memory is bounded by the length of `bytes`. Whether
/// rings cross is not looked at: see [`Geometry::check`].
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
    let mut seen = Seen::default();
    while let Some((number, content)) = reader.field()? {
        if matches!(number, field::LAYER_NAME | field::LAYER_EXTENT | field::LAYER_VERSION) && seen.twice(number) {
            return reader.fail("the name, extent or version of a layer twice");
        }
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

/// Which fields of a message there have been.
#[derive(Default)]
struct Seen(u32);

impl Seen {
    /// Notes a field below 32; whether it had been noted before.
    fn twice(&mut self, field: u32) -> bool {
        let bit = 1 << field;
        let twice = self.0 & bit != 0;
        self.0 |= bit;
        twice
    }
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
    let mut seen = Seen::default();
    while let Some((number, content)) = reader.field()? {
        if (field::FEATURE_ID..=field::FEATURE_GEOMETRY).contains(&number) && seen.twice(number) {
            return reader.fail("a part of a feature twice");
        }
        match number {
            field::FEATURE_ID => id = Some(content.number(&reader)?),
            field::FEATURE_TYPE => kind = content.number(&reader)?,
            field::FEATURE_TAGS => tags = read_tags(content.bytes(&reader)?, layer)?,
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

//! Writes layers: features one after the other, keys and values once each.

use crate::decode::{Geometry, Layer};
use crate::wire::{GeometryType, Interner, Pen, VERSION, field, len_of_bytes, len_of_number};
use crate::wire::{put_bytes, put_key, put_number, put_value, put_varint};

/// The bytes of a tile that [`crate::decode`] reads as `layers`.
///
/// Keys and values are written in the order in which features first use them, each once; those that no feature uses are
/// left out. So are paths without a position, features without a path and layers without a feature. Geometry is written
/// as it stands.
pub fn encode(layers: &[Layer<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = LayerWriter::default();
    let (mut geometry, mut value_bytes) = (Vec::new(), Vec::new());
    for layer in layers {
        writer.begin();
        for feature in &layer.features {
            let geometry_type = write_geometry(&feature.geometry, &mut geometry);
            if geometry.is_empty() {
                continue;
            }
            for (key, value) in layer.attributes(feature) {
                value_bytes.clear();
                put_value(&mut value_bytes, value);
                writer.tag(key.as_bytes(), &value_bytes);
            }
            writer.feature(feature.id, geometry_type, &geometry);
        }
        writer.finish(layer.name, layer.extent, &mut out);
    }
    out
}

fn write_geometry(geometry: &Geometry, out: &mut Vec<u8>) -> GeometryType {
    let mut pen = Pen::new(out);
    match geometry {
        Geometry::Points(points) => {
            pen.points(points);
            GeometryType::Point
        }
        Geometry::Lines(lines) => {
            lines.iter().filter(|line| line.len() > 1).for_each(|line| pen.line(line));
            GeometryType::Line
        }
        Geometry::Polygons(polygons) => {
            polygons.iter().flatten().filter(|ring| ring.len() > 2).for_each(|ring| pen.ring(ring));
            GeometryType::Polygon
        }
    }
}

/// Writes one layer; its lists are used again for the next.
#[derive(Default)]
pub(crate) struct LayerWriter {
    keys: Interner,
    values: Interner,
    /// Of the feature that is written next.
    tags: Vec<u8>,
    features: Vec<u8>,
}

impl LayerWriter {
    pub(crate) fn begin(&mut self) {
        self.keys.clear();
        self.values.clear();
        self.tags.clear();
        self.features.clear();
    }

    /// Gives the feature that is written next an attribute; `value` is a message `Value`.
    pub(crate) fn tag(&mut self, key: &[u8], value: &[u8]) {
        put_varint(&mut self.tags, u64::from(self.keys.number(field::LAYER_KEY, key)));
        put_varint(&mut self.tags, u64::from(self.values.number(field::LAYER_VALUE, value)));
    }

    /// Writes a feature with the attributes it was given; `geometry` is a command stream.
    pub(crate) fn feature(&mut self, id: Option<u64>, geometry_type: GeometryType, geometry: &[u8]) {
        let out = &mut self.features;
        let tags = if self.tags.is_empty() { 0 } else { len_of_bytes(self.tags.len()) };
        let id_len = id.map_or(0, len_of_number);
        put_key(
            out,
            field::LAYER_FEATURE,
            id_len + tags + len_of_number(geometry_type as u64) + len_of_bytes(geometry.len()),
        );
        if let Some(id) = id {
            put_number(out, field::FEATURE_ID, id);
        }
        if tags > 0 {
            put_bytes(out, field::FEATURE_TAGS, &self.tags);
        }
        put_number(out, field::FEATURE_TYPE, geometry_type as u64);
        put_bytes(out, field::FEATURE_GEOMETRY, geometry);
        self.tags.clear();
    }

    /// Writes the layer to `out`, unless it has no feature.
    pub(crate) fn finish(&mut self, name: &str, extent: u32, out: &mut Vec<u8>) {
        if self.features.is_empty() {
            return;
        }
        let lists = self.features.len() + self.keys.written.len() + self.values.written.len();
        let numbers = len_of_number(VERSION) + len_of_number(u64::from(extent));
        put_key(out, field::TILE_LAYER, numbers + len_of_bytes(name.len()) + lists);
        put_number(out, field::LAYER_VERSION, VERSION);
        put_bytes(out, field::LAYER_NAME, name.as_bytes());
        out.extend_from_slice(&self.features);
        out.extend_from_slice(&self.keys.written);
        out.extend_from_slice(&self.values.written);
        put_number(out, field::LAYER_EXTENT, u64::from(extent));
    }
}

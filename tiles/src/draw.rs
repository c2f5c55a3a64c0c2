//! Draws the geometry of features in tile units and writes layers.

use crate::clip::{clip_ring, remove_repeated};
use crate::pending::{Pending, PendingFeature};
use crate::repair::{area_doubled, is_simple, rebuild, remove_straight, turn};
use crate::snap::{EXTENT, HotUnits, is_drawn};
use crate::wire::{Interner, Pen, VERSION, field, put_bytes, put_number, put_varint};

/// Draws features and writes them; its lists are used again for every feature and every layer of a tile.
#[derive(Default)]
pub(crate) struct Pencil {
    keys: Interner,
    values: Interner,
    path: Vec<[i32; 2]>,
    clipped: Vec<[i32; 2]>,
    order: Vec<u32>,
    geometry: Vec<u8>,
    tags: Vec<u8>,
    feature: Vec<u8>,
    features: Vec<u8>,
    layer: Vec<u8>,
}

impl Pencil {
    pub(crate) fn begin(&mut self) {
        self.keys.clear();
        self.values.clear();
        self.features.clear();
    }

    pub(crate) fn draw_point(&mut self, hot: &HotUnits, position: [i64; 2]) {
        let mut pen = Pen::new(&mut self.geometry);
        let unit = hot.unit(position);
        if unit.iter().all(|c| (0..EXTENT as i32).contains(c)) {
            pen.point(unit);
        }
    }

    pub(crate) fn draw_lines<'p>(&mut self, hot: &HotUnits, lines: impl Iterator<Item = &'p [[i64; 2]]>) {
        let mut pen = Pen::new(&mut self.geometry);
        for positions in lines {
            let path = &mut self.path;
            path.clear();
            for pair in positions.windows(2) {
                hot.route(pair[0], pair[1], path);
            }
            path.extend(positions.last().map(|&position| hot.unit(position)));
            let len = remove_repeated(path, 0);
            path.truncate(len);
            // no segment crosses the border of the drawn square between two of its units
            for part in path.split(|&unit| !is_drawn(unit)).filter(|part| part.len() > 1) {
                straighten(part, &mut self.clipped);
                pen.line(&self.clipped);
            }
        }
    }

    pub(crate) fn draw_polygons<'p>(
        &mut self,
        hot: &HotUnits,
        mut rings: impl ExactSizeIterator<Item = &'p [[i64; 2]]>,
    ) {
        let mut pen = Pen::new(&mut self.geometry);
        let mut draw = |positions: &[[i64; 2]], path: &mut Vec<[i32; 2]>| {
            path.clear();
            for (index, &position) in positions.iter().enumerate() {
                let after = positions.get(index + 1).unwrap_or(&positions[0]);
                hot.route(position, *after, path);
            }
            clip_ring(path, &mut self.clipped);
        };
        if rings.len() == 1 {
            let Some(positions) = rings.next() else { return };
            draw(positions, &mut self.path);
            if is_simple(&self.path, &mut self.order) {
                if area_doubled(&self.path) < 0 {
                    self.path.reverse();
                }
                remove_straight(&mut self.path);
                pen.ring(&self.path);
                return;
            }
            if self.path.len() < 3 {
                return;
            }
            for ring in rebuild(&[std::mem::take(&mut self.path)]).iter().flatten() {
                pen.ring(ring);
            }
            return;
        }
        let mut drawn = Vec::with_capacity(rings.len());
        for positions in rings {
            let mut path = Vec::new();
            draw(positions, &mut path);
            if path.len() > 2 {
                drawn.push(path);
            }
        }
        for ring in rebuild(&drawn).iter().flatten() {
            pen.ring(ring);
        }
    }

    /// Whether anything of the feature drawn last is visible.
    pub(crate) fn has_drawn(&self) -> bool {
        !self.geometry.is_empty()
    }

    /// Writes the feature drawn last.
    pub(crate) fn put_feature(&mut self, feature: &PendingFeature, pending: &Pending) {
        self.tags.clear();
        for attribute in &pending.attributes[feature.attributes.clone()] {
            let key = self.keys.number(field::LAYER_KEY, &pending.text[attribute.key.clone()]);
            let value = self.values.number(field::LAYER_VALUE, &pending.text[attribute.value.clone()]);
            put_varint(&mut self.tags, u64::from(key));
            put_varint(&mut self.tags, u64::from(value));
        }
        self.feature.clear();
        if let Some(id) = feature.id {
            put_number(&mut self.feature, field::FEATURE_ID, id);
        }
        if !self.tags.is_empty() {
            put_bytes(&mut self.feature, field::FEATURE_TAGS, &self.tags);
        }
        put_number(&mut self.feature, field::FEATURE_TYPE, feature.geometry_type as u64);
        put_bytes(&mut self.feature, field::FEATURE_GEOMETRY, &self.geometry);
        put_bytes(&mut self.features, field::LAYER_FEATURE, &self.feature);
    }

    pub(crate) fn put_layer(&mut self, name: &str, out: &mut Vec<u8>) {
        self.layer.clear();
        put_number(&mut self.layer, field::LAYER_VERSION, VERSION);
        put_bytes(&mut self.layer, field::LAYER_NAME, name.as_bytes());
        self.layer.extend_from_slice(&self.features);
        self.layer.extend_from_slice(&self.keys.written);
        self.layer.extend_from_slice(&self.values.written);
        put_number(&mut self.layer, field::LAYER_EXTENT, u64::from(EXTENT));
        put_bytes(out, field::TILE_LAYER, &self.layer);
    }
}

/// Copies `part` to `out` without the units at which it goes straight on.
fn straighten(part: &[[i32; 2]], out: &mut Vec<[i32; 2]>) {
    out.clear();
    for &unit in part {
        if let [.., before, here] = out[..] {
            let onwards: i64 =
                (0..2).map(|axis| i64::from(here[axis] - before[axis]) * i64::from(unit[axis] - here[axis])).sum();
            if turn(before, here, unit) == 0 && onwards > 0 {
                out.pop();
            }
        }
        out.push(unit);
    }
}

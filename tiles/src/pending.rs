//! What a layer holds until it is drawn.

use std::ops::Range;

use crate::snap::HotUnits;
use crate::value::Value;
use crate::wire::{GeometryType, put_value};

/// Features of one layer, in flat lists so that a feature costs no allocation.
#[derive(Default)]
pub(crate) struct Pending {
    pub(crate) features: Vec<PendingFeature>,
    pub(crate) attributes: Vec<PendingAttribute>,
    /// Keys and encoded values of all attributes.
    pub(crate) text: Vec<u8>,
    /// For each path, its part of `positions`.
    pub(crate) paths: Vec<Range<usize>>,
    /// World positions relative to the tile's north-west corner.
    pub(crate) positions: Vec<[i64; 2]>,
}

pub(crate) struct PendingFeature {
    pub(crate) id: Option<u64>,
    pub(crate) geometry_type: GeometryType,
    pub(crate) attributes: Range<usize>,
    pub(crate) paths: Range<usize>,
}

pub(crate) struct PendingAttribute {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
}

impl Pending {
    /// Empties the lists and keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.features.clear();
        self.attributes.clear();
        self.text.clear();
        self.paths.clear();
        self.positions.clear();
    }

    pub(crate) fn keep_attributes(&mut self, attributes: &[(&str, Value<'_>)]) -> Range<usize> {
        let first = self.attributes.len();
        for (key, value) in attributes {
            let start = self.text.len();
            self.text.extend_from_slice(key.as_bytes());
            let middle = self.text.len();
            put_value(&mut self.text, *value);
            self.attributes.push(PendingAttribute { key: start..middle, value: middle..self.text.len() });
        }
        first..self.attributes.len()
    }

    /// Marks what the lines and polygons of the layer make hot.
    pub(crate) fn heat(&self, hot: &mut HotUnits) {
        for feature in self.features.iter().filter(|feature| feature.geometry_type != GeometryType::Point) {
            for path in &self.paths[feature.paths.clone()] {
                let positions = &self.positions[path.clone()];
                for &position in positions {
                    hot.mark(hot.unit(position));
                }
                for pair in positions.windows(2) {
                    hot.mark_crossings(pair[0], pair[1]);
                }
                if feature.geometry_type == GeometryType::Polygon {
                    hot.mark_crossings(positions[positions.len() - 1], positions[0]);
                }
            }
        }
    }
}

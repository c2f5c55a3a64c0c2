//! What a layer holds until it is drawn.

use std::ops::Range;

use crate::arcs::Step;
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
    /// For each ring or line of arcs, its part of `steps`.
    pub(crate) rings: Vec<Range<usize>>,
    pub(crate) steps: Vec<Step>,
    /// World positions relative to the tile's north-west corner.
    pub(crate) positions: Vec<[i64; 2]>,
    /// Command streams of features that are drawn already.
    pub(crate) drawn: Vec<u8>,
}

pub(crate) struct PendingFeature {
    pub(crate) id: Option<u64>,
    pub(crate) geometry_type: GeometryType,
    pub(crate) attributes: Range<usize>,
    pub(crate) shape: Shape,
}

/// Where the geometry of a feature is kept.
#[derive(Clone)]
pub(crate) enum Shape {
    /// A part of `paths`.
    Paths(Range<usize>),
    /// A part of `rings`: rings of a polygon, or one list of lines.
    Arcs(Range<usize>),
    /// A part of `drawn`, and whether it has a vertex in the tile itself, visible or not.
    Drawn(Range<usize>, bool),
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
        self.rings.clear();
        self.steps.clear();
        self.positions.clear();
        self.drawn.clear();
    }

    /// Positions, steps and bytes that there is room for.
    pub(crate) fn size(&self) -> usize {
        self.positions.capacity() + self.steps.capacity() + self.text.capacity() + self.drawn.capacity()
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
            let Shape::Paths(paths) = &feature.shape else { continue };
            for path in &self.paths[paths.clone()] {
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

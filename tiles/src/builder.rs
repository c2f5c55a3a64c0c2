//! Builds the bytes of one tile, layer by layer.

use std::fmt;
use std::ops::Range;

use crate::clip::{PathKind, clip_ring, remove_repeated, skip_outside};
use crate::coord::TileCoord;
use crate::lattice::LatticeBounds;
use crate::repair::{area_doubled, is_simple, rebuild, remove_straight, turn};
use crate::snap::{BUFFER, EXTENT, HotUnits, is_drawn};
use crate::value::Value;
use crate::wire::{GeometryType, Interner, Pen, VERSION, field, put_bytes, put_number, put_value, put_varint};

/// Builds one tile: begin a layer, add its features, finish it, begin the next.
///
/// The bytes depend on nothing but the calls and their order. Features keep the order they were added in.
pub struct TileBuilder {
    coord: TileCoord,
    /// What may be drawn, in lattice units, with a little more around it.
    bounds: LatticeBounds,
    layer_names: Vec<String>,
    out: Vec<u8>,
    pending: Pending,
    hot: HotUnits,
    scratch: Scratch,
}

/// Features of the layer that is open, in flat lists so that a feature costs no allocation.
#[derive(Default)]
struct Pending {
    features: Vec<PendingFeature>,
    attributes: Vec<PendingAttribute>,
    /// Keys and encoded values of all attributes.
    text: Vec<u8>,
    /// For each path, its part of `positions`.
    paths: Vec<Range<usize>>,
    /// World positions relative to the tile's north-west corner.
    positions: Vec<[i64; 2]>,
}

struct PendingFeature {
    id: Option<u64>,
    geometry_type: GeometryType,
    attributes: Range<usize>,
    paths: Range<usize>,
}

struct PendingAttribute {
    key: Range<usize>,
    value: Range<usize>,
}

#[derive(Default)]
struct Scratch {
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

/// Why something cannot go into a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildError {
    /// A layer needs a name.
    UnnamedLayer,
    /// The tile has had a layer of this name.
    DuplicateLayer {
        /// The name.
        name: String,
    },
    /// A feature has a key twice.
    DuplicateKey {
        /// The key.
        key: String,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnnamedLayer => write!(f, "a layer has no name"),
            Self::DuplicateLayer { name } => write!(f, "layer {name} is twice in the tile"),
            Self::DuplicateKey { key } => write!(f, "attribute {key} is twice in a feature"),
        }
    }
}

impl std::error::Error for BuildError {}

impl TileBuilder {
    /// An empty tile at `coord`.
    pub fn new(coord: TileCoord) -> Self {
        Self {
            coord,
            bounds: coord.bounds(BUFFER + 1),
            layer_names: Vec::new(),
            out: Vec::new(),
            pending: Pending::default(),
            hot: HotUnits::new(coord.unit_bits()),
            scratch: Scratch::default(),
        }
    }

    /// Begins the layer `name`; a tile has each name once, even if the layer stays empty.
    pub fn layer(&mut self, name: &str) -> Result<LayerBuilder<'_>, BuildError> {
        if name.is_empty() {
            return Err(BuildError::UnnamedLayer);
        }
        if self.layer_names.iter().any(|known| known == name) {
            return Err(BuildError::DuplicateLayer { name: name.to_owned() });
        }
        self.layer_names.push(name.to_owned());
        self.pending.clear();
        Ok(LayerBuilder { tile: self })
    }

    /// The finished tile, MVT 2.1, not compressed; no bytes at all if no layer has a feature.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}

/// One layer of a tile while it is filled. It is written by [`LayerBuilder::finish`], dropped otherwise.
///
/// Positions are `[lon, lat]` in lattice units of 1e-7 degree. Longitudes beyond 180 degrees and latitudes beyond what
/// the matrix set shows are drawn on its edge. What is outside the tile and its buffer costs little.
#[must_use = "a layer is only written when it is finished"]
pub struct LayerBuilder<'t> {
    tile: &'t mut TileBuilder,
}

impl LayerBuilder<'_> {
    /// Adds a feature of one or more polygons, each given as its rings.
    ///
    /// Rings are open (the first position is not repeated) and may run either way. In valid polygons the first ring is
    /// the exterior and the others its holes. Rings that are not valid are drawn by the even-odd rule.
    pub fn polygon<'r, P, R>(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        polygons: P,
    ) -> Result<(), BuildError>
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item = &'r [[i32; 2]]>,
    {
        let paths = polygons.into_iter().flatten();
        self.add(id.into(), attributes, GeometryType::Polygon, PathKind::Closed, paths)
    }

    /// Adds a feature of one or more lines.
    pub fn line<'r>(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        lines: impl IntoIterator<Item = &'r [[i32; 2]]>,
    ) -> Result<(), BuildError> {
        self.add(id.into(), attributes, GeometryType::Line, PathKind::Open, lines)
    }

    /// Adds a point. It is drawn without a buffer: at each zoom in exactly one tile.
    pub fn point(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        position: [i32; 2],
    ) -> Result<(), BuildError> {
        self.add(id.into(), attributes, GeometryType::Point, PathKind::Open, [&[position][..]])
    }

    fn add<'r>(
        &mut self,
        id: Option<u64>,
        attributes: &[(&str, Value<'_>)],
        geometry_type: GeometryType,
        kind: PathKind,
        paths: impl IntoIterator<Item = &'r [[i32; 2]]>,
    ) -> Result<(), BuildError> {
        for (index, (key, _)) in attributes.iter().enumerate() {
            if attributes[..index].iter().any(|(earlier, _)| earlier == key) {
                return Err(BuildError::DuplicateKey { key: (*key).to_owned() });
            }
        }
        let TileBuilder { coord, bounds, pending, .. } = &mut *self.tile;
        let origin = coord.origin();
        let first_path = pending.paths.len();
        for path in paths {
            if LatticeBounds::of(path).is_none_or(|extent| !extent.intersects(*bounds)) {
                continue;
            }
            let start = pending.positions.len();
            skip_outside(path, kind, *bounds, |position| {
                let world = coord.matrix_set().project(position);
                pending.positions.push([world[0] - origin[0], world[1] - origin[1]]);
            });
            pending.paths.push(start..pending.positions.len());
        }
        if pending.paths.len() > first_path {
            let attributes = pending.keep_attributes(attributes);
            let paths = first_path..pending.paths.len();
            pending.features.push(PendingFeature { id, geometry_type, attributes, paths });
        }
        Ok(())
    }

    /// Writes the layer to the tile and returns how many of its features are drawn; without any, writes nothing.
    ///
    /// Not drawn are features outside of the tile and its buffer and polygons that shrink to nothing.
    pub fn finish(self) -> usize {
        let TileBuilder { layer_names, out, pending, hot, scratch, .. } = self.tile;
        pending.heat(hot);
        scratch.begin();
        let mut drawn = 0;
        for feature in &pending.features {
            let paths = &pending.paths[feature.paths.clone()];
            let positions = |path: &Range<usize>| &pending.positions[path.clone()];
            match feature.geometry_type {
                GeometryType::Point => scratch.draw_point(hot, positions(&paths[0])[0]),
                GeometryType::Line => scratch.draw_lines(hot, paths.iter().map(positions)),
                GeometryType::Polygon => scratch.draw_polygons(hot, paths.iter().map(positions)),
            }
            if !scratch.geometry.is_empty() {
                scratch.put_feature(feature, pending);
                drawn += 1;
            }
        }
        if drawn > 0 {
            let name = layer_names.last().expect("a layer that is open has its name noted");
            scratch.put_layer(name, out);
        }
        drawn
    }
}

impl Pending {
    fn clear(&mut self) {
        self.features.clear();
        self.attributes.clear();
        self.text.clear();
        self.paths.clear();
        self.positions.clear();
    }

    fn keep_attributes(&mut self, attributes: &[(&str, Value<'_>)]) -> Range<usize> {
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

    /// Makes hot what the lines and polygons of the layer need.
    fn heat(&self, hot: &mut HotUnits) {
        hot.clear();
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
        hot.build();
    }
}

impl Scratch {
    fn begin(&mut self) {
        self.keys.clear();
        self.values.clear();
        self.features.clear();
    }

    fn draw_point(&mut self, hot: &HotUnits, position: [i64; 2]) {
        let mut pen = Pen::new(&mut self.geometry);
        let unit = hot.unit(position);
        if unit.iter().all(|c| (0..EXTENT as i32).contains(c)) {
            pen.point(unit);
        }
    }

    fn draw_lines<'p>(&mut self, hot: &HotUnits, lines: impl Iterator<Item = &'p [[i64; 2]]>) {
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

    fn draw_polygons<'p>(&mut self, hot: &HotUnits, mut rings: impl ExactSizeIterator<Item = &'p [[i64; 2]]>) {
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

    fn put_feature(&mut self, feature: &PendingFeature, pending: &Pending) {
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

    fn put_layer(&mut self, name: &str, out: &mut Vec<u8>) {
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

//! Builds the bytes of one tile, layer by layer.

use std::fmt;
use std::ops::Range;

use crate::clip::{PathKind, skip_outside};
use crate::coord::TileCoord;
use crate::draw::Pencil;
use crate::lattice::LatticeBounds;
use crate::pending::{Pending, PendingFeature};
use crate::snap::{BUFFER, HotUnits};
use crate::value::Value;
use crate::wire::GeometryType;

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
    pencil: Pencil,
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
            pencil: Pencil::default(),
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
        let TileBuilder { layer_names, out, pending, hot, pencil, .. } = self.tile;
        pending.heat(hot);
        pencil.begin();
        let mut drawn = 0;
        for feature in &pending.features {
            let paths = &pending.paths[feature.paths.clone()];
            let positions = |path: &Range<usize>| &pending.positions[path.clone()];
            match feature.geometry_type {
                GeometryType::Point => pencil.draw_point(hot, positions(&paths[0])[0]),
                GeometryType::Line => pencil.draw_lines(hot, paths.iter().map(positions)),
                GeometryType::Polygon => pencil.draw_polygons(hot, paths.iter().map(positions)),
            }
            if pencil.has_drawn() {
                pencil.put_feature(feature, pending);
                drawn += 1;
            }
        }
        if drawn > 0 {
            let name = layer_names.last().expect("a layer that is open has its name noted");
            pencil.put_layer(name, out);
        }
        drawn
    }
}

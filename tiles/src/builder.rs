//! Builds the bytes of one tile, layer by layer.

use std::fmt;
use std::ops::Range;

use crate::coord::TileCoord;
use crate::draw::Pencil;
use crate::lattice::LatticeBounds;
use crate::mercator::Mercator;
use crate::outline::Path;
use crate::pending::{Pending, PendingFeature};
use crate::skip::{PathKind, skip_outside};
use crate::snap::{EXTENT, HotUnits};
use crate::value::Value;
use crate::wire::GeometryType;

/// Builds one tile: begin a layer, add its features, finish it, begin the next.
///
/// The bytes depend on nothing but the calls and their order. Features keep the order they were added in.
pub struct TileBuilder {
    coord: TileCoord,
    /// What may be drawn, in lattice units, with a little more around it.
    reach: LatticeBounds,
    layer_names: Vec<String>,
    out: Vec<u8>,
    /// Layers that are full and not drawn, each with its place in `layer_names`.
    held: Vec<(usize, Pending)>,
    /// Emptied lists of layers that are drawn.
    spare: Vec<Pending>,
    mercator: Mercator,
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

/// What became of the features of the layers that were drawn together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Features that the tile has now.
    pub features: usize,
    /// Polygon features that are in the tile and too small or too narrow to be seen, in the order of layers and features;
    /// also those, of nonsense input only, whose rings cross too often to be taken apart.
    pub collapsed: Vec<Collapsed>,
}

/// A polygon feature that shrank to nothing: draw it as a point, and it is not lost.
///
/// Only what touches the tile itself counts, not what is in the buffer alone. All tiles that an area below a unit touches
/// report it, and the point of its label is in exactly one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collapsed {
    /// Which of the tile's layers it was added to: 0 for the one begun first.
    pub layer: usize,
    /// The id it was added with.
    pub id: Option<u64>,
}

impl TileBuilder {
    /// An empty tile at `coord`.
    pub fn new(coord: TileCoord) -> Self {
        Self {
            coord,
            reach: coord.reach(),
            layer_names: Vec::new(),
            out: Vec::new(),
            held: Vec::new(),
            spare: Vec::new(),
            mercator: Mercator::default(),
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
        let pending = self.spare.pop().unwrap_or_default();
        Ok(LayerBuilder { tile: self, pending })
    }

    /// The finished tile, MVT 2.1, not compressed; no bytes at all if no layer has a feature.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.draw_held();
        self.out
    }

    fn hold(&mut self, pending: Pending) {
        self.held.push((self.layer_names.len() - 1, pending));
    }

    fn draw_held(&mut self) -> Drawn {
        self.hot.clear();
        for (_, pending) in &self.held {
            pending.heat(&mut self.hot);
        }
        self.hot.build();
        let mut drawn = Drawn::default();
        for (layer, mut pending) in std::mem::take(&mut self.held) {
            self.draw_layer(layer, &pending, &mut drawn);
            pending.clear();
            self.spare.push(pending);
        }
        drawn
    }

    fn draw_layer(&mut self, layer: usize, pending: &Pending, drawn: &mut Drawn) {
        let Self { hot, pencil, layer_names, out, .. } = self;
        // points are never in the buffer, but those on the edge of the world have no next tile to be in
        let end = self.coord.ends_world().map(|ends| EXTENT as i32 + i32::from(ends));
        pencil.begin();
        for feature in &pending.features {
            let paths = &pending.paths[feature.paths.clone()];
            let positions = |path: &Range<usize>| &pending.positions[path.clone()];
            match feature.geometry_type {
                GeometryType::Point => pencil.draw_point(hot, positions(&paths[0])[0], end),
                GeometryType::Line => pencil.draw_lines(hot, paths.iter().map(positions)),
                GeometryType::Polygon => pencil.draw_polygons(hot, paths.iter().map(positions)),
            }
            if pencil.has_drawn() {
                pencil.put_feature(feature, pending);
                drawn.features += 1;
            } else if feature.geometry_type == GeometryType::Polygon && pencil.has_touched() {
                drawn.collapsed.push(Collapsed { layer, id: feature.id });
            }
        }
        pencil.put_layer(&layer_names[layer], out);
    }
}

/// One layer of a tile while it is filled. Dropped without [`LayerBuilder::finish`] or [`LayerBuilder::hold`], it is not
/// in the tile.
///
/// Positions are `[lon, lat]` in lattice units of 1e-7 degree. What lies beyond the world of the matrix set is drawn on
/// its edge; nothing wraps around the antimeridian, so what crosses it comes in two parts. What is outside the tile and
/// its buffer costs little.
#[must_use = "a layer is only written when it is finished"]
pub struct LayerBuilder<'t> {
    tile: &'t mut TileBuilder,
    pending: Pending,
}

impl LayerBuilder<'_> {
    /// Adds a feature of one or more polygons, each given as its rings.
    ///
    /// Rings may run either way. In valid polygons the first ring is the exterior and the others its holes. Rings that are
    /// not valid are drawn by the even-odd rule.
    pub fn polygon<'r, P, R>(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        polygons: P,
    ) -> Result<(), BuildError>
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item: Into<Path<'r>>>,
    {
        let paths = polygons.into_iter().flatten().map(Into::into);
        self.add(id.into(), attributes, GeometryType::Polygon, PathKind::Closed, paths)
    }

    /// Adds a feature of one or more lines.
    pub fn line<'r>(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        lines: impl IntoIterator<Item: Into<Path<'r>>>,
    ) -> Result<(), BuildError> {
        let paths = lines.into_iter().map(Into::into);
        self.add(id.into(), attributes, GeometryType::Line, PathKind::Open, paths)
    }

    /// Adds a point. It is drawn without a buffer: at each zoom in exactly one tile.
    pub fn point(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        position: [i32; 2],
    ) -> Result<(), BuildError> {
        let path = Path::Positions(&[position]);
        self.add(id.into(), attributes, GeometryType::Point, PathKind::Open, std::iter::once(path))
    }

    fn add<'r>(
        &mut self,
        id: Option<u64>,
        attributes: &[(&str, Value<'_>)],
        geometry_type: GeometryType,
        kind: PathKind,
        paths: impl Iterator<Item = Path<'r>>,
    ) -> Result<(), BuildError> {
        for (index, (key, _)) in attributes.iter().enumerate() {
            if attributes[..index].iter().any(|(earlier, _)| earlier == key) {
                return Err(BuildError::DuplicateKey { key: (*key).to_owned() });
            }
        }
        let TileBuilder { coord, reach, mercator, .. } = &mut *self.tile;
        let (matrix_set, origin) = (coord.matrix_set(), coord.origin());
        let pending = &mut self.pending;
        let first_path = pending.paths.len();
        for path in paths {
            if path.bounds().is_none_or(|bounds| !bounds.intersects(*reach)) {
                continue;
            }
            let start = pending.positions.len();
            skip_outside(path, kind, *reach, |position| {
                let world = matrix_set.project_one_of_many(position, mercator);
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

    /// Draws the layer together with those on hold and writes them to the tile; without a feature, a layer is not written.
    ///
    /// Not drawn are features outside of the tile and its buffer, and polygons that shrink to nothing: those are reported.
    pub fn finish(self) -> Drawn {
        self.tile.hold(self.pending);
        self.tile.draw_held()
    }

    /// Keeps the layer until the next one is finished, to draw them together.
    ///
    /// Layers drawn together are snapped to each other's vertices, so that they fit exactly: a parent is the union of its
    /// children, a line lies on the border it was taken from. Layers drawn apart follow each other within a unit, and are
    /// spared each other's vertices. The last ones on hold are drawn by [`TileBuilder::into_bytes`].
    pub fn hold(self) {
        self.tile.hold(self.pending);
    }
}

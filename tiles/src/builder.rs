//! Builds the bytes of one tile, layer by layer.

use std::cell::Cell;
use std::ops::Range;

use crate::arcs::{Arcs, Step};
use crate::build_error::BuildError;
use crate::coord::TileCoord;
use crate::draw::Pencil;
use crate::lattice::LatticeBounds;
use crate::mercator::Mercator;
use crate::outline::Path;
use crate::pending::{Pending, PendingFeature, Shape};
use crate::skip::{PathKind, skip_outside};
use crate::snap::{EXTENT, FRACTION_BITS, HotUnits};
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
    tools: Box<Tools>,
}

/// What is empty between tiles and keeps its memory: a thread draws tile after tile.
#[derive(Default)]
struct Tools {
    /// Emptied lists of layers that are drawn.
    spare: Vec<Pending>,
    mercator: Mercator,
    /// Of the layers on hold and the one that is filled.
    arcs: Arcs,
    hot: HotUnits,
    pencil: Pencil,
}

/// Tools of a tile with more positions than this are not kept.
const MOST_KEPT: usize = 1 << 18;

thread_local! {
    /// The tools of the last tile that was finished on this thread.
    static TOOLS: Cell<Option<Box<Tools>>> = const { Cell::new(None) };
}

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
        let mut tools = TOOLS.take().unwrap_or_default();
        tools.arcs.clear();
        tools.hot.begin(coord.unit_bits() - spare_bits(coord));
        let out = Vec::with_capacity(OUT_AT_FIRST);
        Self { coord, reach: coord.reach(), layer_names: Vec::new(), out, held: Vec::new(), tools }
    }

    /// Adds a line that rings and lines of the layers drawn next are made of, and tells its number.
    ///
    /// Positions are `[lon, lat]` in lattice units. Arcs may meet at their ends only. They go when layers are drawn
    /// ([`LayerBuilder::finish`]); the first one after that has the number 0 again.
    pub fn arc(&mut self, positions: impl IntoIterator<Item = [i32; 2]>) -> u32 {
        let Self { coord, reach, tools, .. } = self;
        let Tools { mercator, arcs, .. } = &mut **tools;
        let (matrix_set, origin, spare_bits) = (coord.matrix_set(), coord.origin(), spare_bits(*coord));
        arcs.add(positions.into_iter(), *reach, |position| {
            let world = matrix_set.project_one_of_many(position, mercator);
            [(world[0] - origin[0]) >> spare_bits, (world[1] - origin[1]) >> spare_bits]
        })
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
        let pending = self.tools.spare.pop().unwrap_or_default();
        Ok(LayerBuilder { tile: self, pending })
    }

    /// The finished tile, MVT 2.1, not compressed; no bytes at all if no layer has a feature.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.draw_held();
        if self.tools.spare.iter().map(Pending::size).sum::<usize>() + self.tools.arcs.size() <= MOST_KEPT {
            TOOLS.set(Some(self.tools));
        }
        self.out
    }

    fn hold(&mut self, pending: Pending) {
        self.held.push((self.layer_names.len() - 1, pending));
    }

    fn draw_held(&mut self) -> Drawn {
        let Tools { hot, arcs, .. } = &mut *self.tools;
        hot.clear();
        arcs.heat(hot);
        self.held.iter().for_each(|(_, pending)| pending.heat(hot));
        hot.build();
        arcs.route(hot);
        let mut drawn = Drawn::default();
        for (layer, mut pending) in std::mem::take(&mut self.held) {
            self.draw_layer(layer, &pending, &mut drawn);
            pending.clear();
            self.tools.spare.push(pending);
        }
        self.tools.arcs.clear();
        drawn
    }

    fn draw_layer(&mut self, layer: usize, pending: &Pending, drawn: &mut Drawn) {
        let Self { tools, reach, layer_names, out, .. } = self;
        let Tools { hot, arcs, pencil, .. } = &mut **tools;
        // points are never in the buffer, but those on the edge of the world have no next tile to be in
        let end = self.coord.ends_world().map(|ends| EXTENT as i32 + i32::from(ends));
        pencil.begin();
        for feature in &pending.features {
            let positions = |path: &Range<usize>| &pending.positions[path.clone()];
            let steps = |ring: &Range<usize>| &pending.steps[ring.clone()];
            match (&feature.shape, feature.geometry_type) {
                (Shape::Paths(paths), kind) => {
                    let paths = &pending.paths[paths.clone()];
                    match kind {
                        GeometryType::Point => pencil.draw_point(hot, positions(&paths[0])[0], end),
                        GeometryType::Line => pencil.draw_lines(hot, paths.iter().map(positions)),
                        GeometryType::Polygon => pencil.draw_polygons(hot, paths.iter().map(positions)),
                    }
                }
                (Shape::Drawn(part, has_touched), _) => {
                    pencil.draw_again(&pending.drawn[part.clone()], *has_touched);
                }
                (Shape::Arcs(rings), GeometryType::Polygon) => {
                    pencil.draw_rings(arcs, *reach, pending.rings[rings.clone()].iter().map(steps));
                }
                (Shape::Arcs(rings), _) => pencil.draw_net(arcs, pending.rings[rings.clone()].iter().flat_map(steps)),
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

    /// Adds a feature whose rings are made of arcs of the tile, each closed by its last step.
    ///
    /// What is inside follows from the even-odd rule. Arcs of several rings may meet at their ends only.
    pub fn polygon_of<R>(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        rings: impl IntoIterator<Item = R>,
    ) -> Result<(), BuildError>
    where
        R: IntoIterator<Item = Step>,
    {
        self.add_arcs(id.into(), attributes, GeometryType::Polygon, rings)
    }

    /// Adds a feature of all these arcs, drawn in as few lines as the tile can tell; neither their order nor their
    /// directions can be seen.
    pub fn lines_of(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        arcs: impl IntoIterator<Item = u32>,
    ) -> Result<(), BuildError> {
        self.add_arcs(id.into(), attributes, GeometryType::Line, [arcs.into_iter().map(Step::Along)])
    }

    /// Adds a feature packed by [`crate::ShapePacker`] from lines of the tile's zoom and matrix set.
    pub fn packed(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        shape: &[u8],
    ) -> Result<(), BuildError> {
        check_keys(attributes)?;
        let pencil = &mut self.tile.tools.pencil;
        pencil.draw_packed(shape, self.tile.coord.corner());
        self.add_drawn(id.into(), attributes, GeometryType::Polygon)
    }

    /// Adds a feature of all these lines, packed by [`crate::pack_line`], in as few lines as the tile can tell; neither
    /// their order nor their directions can be seen.
    pub fn packed_lines<'l>(
        &mut self,
        id: impl Into<Option<u64>>,
        attributes: &[(&str, Value<'_>)],
        lines: impl IntoIterator<Item = &'l [u8]>,
    ) -> Result<(), BuildError> {
        check_keys(attributes)?;
        let pencil = &mut self.tile.tools.pencil;
        pencil.draw_packed_net(lines.into_iter(), self.tile.coord.corner());
        self.add_drawn(id.into(), attributes, GeometryType::Line)
    }

    /// Adds what the pencil has drawn, unless there is nothing to say of it.
    fn add_drawn(
        &mut self,
        id: Option<u64>,
        attributes: &[(&str, Value<'_>)],
        geometry_type: GeometryType,
    ) -> Result<(), BuildError> {
        let (pencil, pending) = (&self.tile.tools.pencil, &mut self.pending);
        if pencil.has_drawn() || pencil.has_touched() {
            let start = pending.drawn.len();
            pending.drawn.extend_from_slice(pencil.geometry());
            let shape = Shape::Drawn(start..pending.drawn.len(), pencil.has_touched());
            let attributes = pending.keep_attributes(attributes);
            pending.features.push(PendingFeature { id, geometry_type, attributes, shape });
        }
        Ok(())
    }

    fn add_arcs<R: IntoIterator<Item = Step>>(
        &mut self,
        id: Option<u64>,
        attributes: &[(&str, Value<'_>)],
        geometry_type: GeometryType,
        rings: impl IntoIterator<Item = R>,
    ) -> Result<(), BuildError> {
        check_keys(attributes)?;
        let pending = &mut self.pending;
        let first_ring = pending.rings.len();
        for ring in rings {
            let start = pending.steps.len();
            pending.steps.extend(ring);
            pending.rings.push(start..pending.steps.len());
        }
        let attributes = pending.keep_attributes(attributes);
        let shape = Shape::Arcs(first_ring..pending.rings.len());
        pending.features.push(PendingFeature { id, geometry_type, attributes, shape });
        Ok(())
    }

    fn add<'r>(
        &mut self,
        id: Option<u64>,
        attributes: &[(&str, Value<'_>)],
        geometry_type: GeometryType,
        kind: PathKind,
        paths: impl Iterator<Item = Path<'r>>,
    ) -> Result<(), BuildError> {
        check_keys(attributes)?;
        let TileBuilder { coord, reach, tools, .. } = &mut *self.tile;
        let mercator = &mut tools.mercator;
        let (matrix_set, origin, spare_bits) = (coord.matrix_set(), coord.origin(), spare_bits(*coord));
        let pending = &mut self.pending;
        let first_path = pending.paths.len();
        for path in paths {
            if path.bounds().is_none_or(|bounds| !bounds.intersects(*reach)) {
                continue;
            }
            let start = pending.positions.len();
            skip_outside(path, kind, *reach, |position| {
                let world = matrix_set.project_one_of_many(position, mercator);
                let position = [0, 1].map(|axis| (world[axis] - origin[axis]) >> spare_bits);
                pending.positions.push(position);
            });
            pending.paths.push(start..pending.positions.len());
        }
        if pending.paths.len() > first_path {
            let attributes = pending.keep_attributes(attributes);
            let shape = Shape::Paths(first_path..pending.paths.len());
            pending.features.push(PendingFeature { id, geometry_type, attributes, shape });
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

/// Bytes that a tile has room for at first: most need not be moved while they grow.
const OUT_AT_FIRST: usize = 1 << 16;

/// Bits of positions that coarse tiles have no use for: rounding to units is the same without them.
fn spare_bits(coord: TileCoord) -> u32 {
    coord.unit_bits().saturating_sub(FRACTION_BITS)
}

fn check_keys(attributes: &[(&str, Value<'_>)]) -> Result<(), BuildError> {
    for (index, (key, _)) in attributes.iter().enumerate() {
        if attributes[..index].iter().any(|(earlier, _)| earlier == key) {
            return Err(BuildError::DuplicateKey { key: (*key).to_owned() });
        }
    }
    Ok(())
}

//! What is put into a coverage, and what comes of it.

use std::collections::BTreeSet;

use super::{
    super::topology::{ArcId, AreaIndex, Coverage, FaceId},
    chains, faces, flood, locality, sides, tables,
};
use crate::domain::geometry::{Extent, MultiPolygon, Position};

/// What a patch asks of an index of the map.
pub trait Near {
    /// Visits once every edge that meets `around`, and maybe others near it: its arc, and its number on that.
    fn edges(&self, around: Extent, visit: &mut dyn FnMut(ArcId, u32));

    /// The face of a position that lies on no border.
    fn face(&self, position: Position) -> FaceId;
}

/// The outline that an area is to have: its edges, the inside on the left; none for an area that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The area.
    pub area: AreaIndex,
    /// The edges, in any order.
    pub edges: Vec<[Position; 2]>,
}

impl Outline {
    /// The outline of an area with these polygons, which are canonical.
    pub fn of(area: AreaIndex, polygons: &MultiPolygon) -> Self {
        Self { area, edges: polygons.rings().flat_map(|ring| ring.edges().map(|(a, b)| [a, b])).collect() }
    }

    /// The outline of an area that goes.
    pub fn none(area: AreaIndex) -> Self {
        Self { area, edges: Vec::new() }
    }
}

/// A coverage with other outlines in it.
pub struct Patched {
    /// The coverage. It has the numbers of the one before wherever nothing changed.
    pub coverage: Coverage,
    /// The arcs that are new, gone, or have another face on a side than before, ascending.
    pub changed: Vec<ArcId>,
    /// The faces that are new, gone, or belong to other areas than before.
    pub faces: BTreeSet<FaceId>,
}

/// The outlines close around no inside, or the map around them is not whole: building from all polygons tells more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed;

impl Coverage {
    /// The coverage in which areas have other outlines, whose edges meet those of others only in vertices (see
    /// [`fit`](fn@super::fit)).
    ///
    /// `near` finds edges of this coverage.
    pub fn patched(&self, near: &dyn Near, outlines: &[Outline]) -> Result<Patched, Unclosed> {
        let sides = sides::Sides::new(self, near, outlines);
        let locality = locality::Locality::new(self, near, &sides);
        let faces = faces::Faces::new(&locality)?;
        let chains = chains::cut(&locality, &faces);
        tables::put(self, &sides, &locality, &faces, chains)
    }

    /// The faces of an area, ascending; none when it has no border. Costs what the area has of faces.
    pub fn faces_of(&self, area: AreaIndex) -> BTreeSet<FaceId> {
        flood::inside(self, self.border_of(area)).expect("the border of an area closes")
    }
}

//! Runs: which edges touch a tile, for distances, error discs and what meets at a position.

use super::{directory::LocateIndex, gather::TileEdge, strip::Tile};
use crate::domain::{
    coverage::{ArcId, Coverage, FaceId, patch::Near},
    geometry::{Extent, Position},
};

/// Words of a run.
const RUN_WORDS: usize = 3;

/// Consecutive edges of one arc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) arc: u32,
    pub(super) first: u32,
    pub(super) count: u32,
}

/// An edge of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Where it starts.
    pub a: Position,
    /// Where it ends.
    pub b: Position,
    /// The face on the left, going from `a` to `b`.
    pub left: FaceId,
    /// The face on the right.
    pub right: FaceId,
}

impl Edge {
    /// The extent of the edge.
    pub fn extent(&self) -> Extent {
        Extent::of(self.a).with(self.b)
    }
}

/// Appends the runs of `edges`, ascending by arc and place, to a block.
pub(super) fn append(block: &mut Vec<u32>, edges: &[TileEdge]) {
    for run in edges.chunk_by(|one, other| one.leads_to(*other)) {
        block.extend([run[0].arc, run[0].offset, run.len() as u32]);
    }
}

/// The runs that words hold.
pub(super) fn read(words: &[u32]) -> impl Iterator<Item = Run> + '_ {
    words.chunks_exact(RUN_WORDS).map(|run| Run { arc: run[0], first: run[1], count: run[2] })
}

impl Run {
    /// The edges of the run, with their numbers on the arc.
    pub(super) fn edges(self, coverage: &Coverage) -> impl Iterator<Item = (u32, Edge)> + '_ {
        let arc = coverage.arc(ArcId(self.arc));
        let from = self.first as usize;
        let positions = &coverage.positions(ArcId(self.arc))[from..=from + self.count as usize];
        let edge = move |ends: &[Position]| Edge { a: ends[0], b: ends[1], left: arc.left, right: arc.right };
        (self.first..).zip(positions.windows(2).map(edge))
    }
}

/// An index with the coverage that it is of: finds edges for a patch.
pub struct Nearby<'a> {
    /// The coverage.
    pub coverage: &'a Coverage,
    /// Its index.
    pub index: &'a LocateIndex,
}

impl Near for Nearby<'_> {
    fn edges(&self, around: Extent, visit: &mut dyn FnMut(ArcId, u32)) {
        self.index.numbered_edges_near(self.coverage, around, |arc, number, _| visit(arc, number));
    }

    fn face(&self, position: Position) -> FaceId {
        self.index.locate(position).face
    }
}

impl LocateIndex {
    /// Calls `visit` once with every edge that meets `around`, in no particular order.
    ///
    /// An edge whose extent meets `around` and that passes by itself may be visited too; no other is.
    pub fn edges_near(&self, coverage: &Coverage, around: Extent, mut visit: impl FnMut(Edge)) {
        self.numbered_edges_near(coverage, around, |_, _, edge| visit(edge));
    }

    /// The same, and says of each edge which arc it is part of, and its number on that.
    pub fn numbered_edges_near(&self, coverage: &Coverage, around: Extent, mut visit: impl FnMut(ArcId, u32, Edge)) {
        let mut seen: Vec<(u32, u32)> = Vec::new();
        let tiles = self.tiles_of(around);
        let is_alone = tiles.is_single();
        for (column, row) in tiles {
            let Some(Ok(borders)) = self.tile(column, row) else { continue };
            let tile = self.tile_extent(column, row);
            for run in borders.runs() {
                for (number, edge) in run.edges(coverage) {
                    let extent = edge.extent();
                    if !around.intersects(extent) {
                        continue;
                    }
                    // An edge that stays inside one tile is met once.
                    if !is_alone && !tile.is_some_and(|tile| tile.contains(extent.min()) && tile.contains(extent.max()))
                    {
                        seen.push((run.arc, number));
                    } else {
                        visit(ArcId(run.arc), number, edge);
                    }
                }
            }
        }
        seen.sort_unstable();
        seen.dedup();
        for (arc, number) in seen {
            let run = Run { arc, first: number, count: 1 };
            run.edges(coverage).for_each(|(_, edge)| visit(ArcId(arc), number, edge));
        }
    }

    /// Calls `visit` with the edges that touch the tiles of a square ring around the tile of `position`, possibly more than
    /// once; returns how far, east-west and north-south in lattice units, everything was looked at, or `None` when the ring
    /// and all beyond lie outside of the index.
    pub(in super::super) fn for_each_of_ring(
        &self,
        coverage: &Coverage,
        position: Position,
        ring: i64,
        mut visit: impl FnMut(Edge),
    ) -> Option<(i64, i64)> {
        let (lon, lat) = (i64::from(position.lon()), i64::from(position.lat()));
        let (column, row) = self.layout.tile_of(lon, lat);
        let (columns, rows) = self.layout.tiles();
        if column - ring < 0 && row - ring < 0 && column + ring >= columns && row + ring >= rows {
            return None;
        }
        let mut tile = |column: i64, row: i64| {
            let runs = self.tile(column, row).and_then(Result::ok).into_iter().flat_map(Tile::runs);
            runs.for_each(|run| run.edges(coverage).for_each(|(_, edge)| visit(edge)));
        };
        if ring == 0 {
            tile(column, row);
        } else {
            for along in -ring..=ring {
                tile(column + along, row - ring);
                tile(column + along, row + ring);
            }
            for along in 1 - ring..ring {
                tile(column - ring, row + along);
                tile(column + ring, row + along);
            }
        }
        let (west, south) = self.layout.tile_corner(column - ring, row - ring);
        let (east, north) = self.layout.tile_corner(column + ring + 1, row + ring + 1);
        Some(((lon - west).min(east - lon), (lat - south).min(north - lat)))
    }

    /// The faces that meet at `position`, ascending; none when it is on no border.
    pub fn touching(&self, coverage: &Coverage, position: Position) -> Vec<FaceId> {
        let position = position.wrapped();
        let mut faces = Vec::new();
        self.edges_near(coverage, Extent::of(position), |edge| {
            if crate::domain::geometry::predicates::on_segment(edge.a, edge.b, position) {
                faces.extend([edge.left, edge.right]);
            }
        });
        faces.sort_unstable();
        faces.dedup();
        faces
    }
}

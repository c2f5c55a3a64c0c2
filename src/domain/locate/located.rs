//! The located answer (归属结果).

use super::cells::{LocateIndex, Spot, prefetch};
use crate::domain::{
    area::Level,
    coverage::{ArcSide, AreaIndex, Chain, Coverage, FaceId, Finest, Owners},
    geometry::{
        Extent, Position,
        measure::{Foot, LocalMetric, round_cm},
    },
};

/// How the answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Inside an area.
    Inside,
    /// On a border; the owner is the area east of it, or north of an east-west one.
    Border,
    /// Outside every area, the nearest one is within the limit; or on the open side of the outer border.
    Nearest,
    /// Outside every area, and none near.
    None,
}

impl Match {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Border => "border",
            Self::Nearest => "nearest",
            Self::None => "none",
        }
    }
}

/// The area across the nearest border (相邻备选).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunnerUp {
    /// The finest area there.
    pub area: AreaIndex,
    /// How far its border is, in metres to 0.01.
    pub distance_m: f64,
}

/// The nearest area to a position outside of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// The finest area there.
    pub area: AreaIndex,
    /// How far it is, in metres to 0.01.
    pub distance_m: f64,
    /// Where it is, in degrees from north, clockwise, to 0.01; 0 at distance 0.
    pub bearing_deg: f64,
}

/// Who a position belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<'a> {
    /// The position that was asked for, on the lattice.
    pub position: Position,
    /// How the answer was found.
    pub found: Match,
    /// The areas, coarsest first, each the parent of the next.
    pub chain: Chain,
    /// Areas that share the footprint below the end of the chain.
    pub stacked: &'a [AreaIndex],
    /// Distance to the nearest border of the finest area (距边界), in metres to 0.01.
    pub margin_m: Option<f64>,
    /// The other finest areas that meet at the position, ascending. Takes memory only on a border.
    pub co_owners: Vec<AreaIndex>,
    /// Whether the position stands on a border.
    pub on_border: bool,
    /// The area across the nearest border.
    pub runner_up: Option<RunnerUp>,
    /// The nearest area, for a position outside of all.
    pub nearest: Option<Nearest>,
    level_count: u8,
}

impl Located<'_> {
    /// The levels of the profile that have no area there; none outside of all, and none for those below a stack.
    pub fn missing(&self) -> impl Iterator<Item = Level> + use<> {
        let known = self.chain.len() as u8 + u8::from(!self.stacked.is_empty());
        let first = if known == 0 { self.level_count } else { known };
        (first..self.level_count).map(Level)
    }
}

/// What locating reads: one edition's map and index.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The map.
    pub coverage: &'a Coverage,
    /// The index of the map.
    pub index: &'a LocateIndex,
    /// Who answers for each face.
    pub owners: &'a Owners,
    /// How many levels the profile has.
    pub level_count: usize,
    /// How far the nearest area may be, in metres.
    pub nearest_limit_m: f64,
}

/// The located answer for `position`.
pub fn locate(ground: Ground<'_>, position: Position) -> Located<'_> {
    located(ground, position, ground.index.locate(position))
}

/// The located answer for `position`, whose spot on the map is known.
pub fn located(ground: Ground<'_>, position: Position, spot: Spot) -> Located<'_> {
    let position = position.wrapped();
    let finest = ground.owners.finest(spot.face);
    let (on_border, co_owners) = if spot.on_edge { border(ground, position, finest) } else { (false, Vec::new()) };
    let mut located = Located {
        position,
        found: Match::None,
        chain: ground.owners.chain(finest),
        stacked: ground.owners.stacked(finest),
        margin_m: None,
        co_owners,
        on_border,
        runner_up: None,
        nearest: None,
        level_count: ground.level_count as u8,
    };
    if finest.is_none() {
        located.nearest = nearest(ground, position, &located.co_owners);
        located.found = if located.nearest.is_some() { Match::Nearest } else { Match::None };
        return located;
    }
    located.found = if on_border { Match::Border } else { Match::Inside };
    if let Some((distance_m, across)) = margin(ground, position, spot.face, finest) {
        let distance_m = round_cm(distance_m);
        located.margin_m = Some(distance_m);
        located.runner_up = ground.owners.first(across).map(|area| RunnerUp { area, distance_m });
    }
    located
}

/// Whether a position on an edge of the map stands on a border of what answers, and the other areas that meet there.
fn border(ground: Ground<'_>, position: Position, finest: Finest) -> (bool, Vec<AreaIndex>) {
    let touching = ground.index.touching(ground.coverage, position);
    let others: Vec<Finest> =
        touching.into_iter().map(|face| ground.owners.finest(face)).filter(|&other| other != finest).collect();
    let owners = ground.owners.areas(&finest);
    let mut co_owners: Vec<AreaIndex> = others.iter().flat_map(|other| ground.owners.areas(other)).copied().collect();
    co_owners.sort_unstable();
    co_owners.dedup();
    co_owners.retain(|area| !owners.contains(area));
    // Outside of all, borders of gaps are none.
    let on_border = if finest.is_none() { !co_owners.is_empty() } else { !others.is_empty() };
    (on_border, co_owners)
}

/// The nearest border found so far, and what lies across it; ties go to the smaller area.
struct Search<'a> {
    ground: Ground<'a>,
    metric: LocalMetric,
    position: Position,
    best: Option<(Foot, Finest)>,
}

impl Search<'_> {
    fn distance_m(&self) -> f64 {
        self.best.map_or(f64::INFINITY, |(foot, _)| foot.distance_m)
    }

    /// Looks at the edge between two positions, with `across` on its other side.
    fn look_at(&mut self, a: Position, b: Position, across: Finest) {
        if !self.is_promising(a, b) {
            return;
        }
        // The same foot whichever way an arc runs.
        let foot = self.metric.point_segment_distance(self.position, a.min(b), a.max(b));
        let is_better = match &self.best {
            None => true,
            Some((best, present)) => {
                let rank = |finest| self.ground.owners.first(finest).unwrap_or(AreaIndex::MAX);
                foot.distance_m < best.distance_m
                    || (foot.distance_m == best.distance_m && rank(across) < rank(*present))
            }
        };
        if is_better {
            self.best = Some((foot, across));
        }
    }

    /// Whether an edge may be as near as the best, judged by its extent.
    fn is_promising(&self, a: Position, b: Position) -> bool {
        let Some((best, _)) = &self.best else { return true };
        let apart = |at: i32, one: i32, other: i32| {
            let (least, most) = (i64::from(one.min(other)), i64::from(one.max(other)));
            (least - i64::from(at)).max(i64::from(at) - most).max(0) as f64
        };
        let east_m = apart(self.position.lon(), a.lon(), b.lon()) * self.metric.metres_per_unit_east();
        let north_m = apart(self.position.lat(), a.lat(), b.lat()) * self.metric.metres_per_unit_north();
        // A little more, so that rounding hides no tie.
        east_m * east_m + north_m * north_m <= best.distance_m * best.distance_m * (1.0 + 1e-9)
    }
}

/// Edges around a face up to which its border is walked; the tiles around the position hold fewer than larger ones have.
const MAX_WALKED_EDGES: usize = 512;

/// Faces of one answer that are walked.
const MAX_WALKED_FACES: usize = 16;

/// Distance from `position` to the nearest border of what answers there, and what lies across it.
fn margin(ground: Ground<'_>, position: Position, face: FaceId, finest: Finest) -> Option<(f64, Finest)> {
    let metric = LocalMetric::at(position);
    let mut search = Search { ground, metric, position, best: None };
    if !walk_faces(&mut search, face, finest) {
        search.best = None;
        look_around(&mut search, finest);
    }
    search.best.map(|(foot, across)| (foot.distance_m, across))
}

/// Walks along the border of `face` and of the faces beside it with the same answer, as borders between those are none;
/// gives up, answering `false`, when that is long.
fn walk_faces(search: &mut Search<'_>, face: FaceId, finest: Finest) -> bool {
    let coverage = search.ground.coverage;
    let mut faces = [face; MAX_WALKED_FACES];
    let (mut known, mut walked, mut edges) = (1, 0, 0);
    while walked < known {
        for sides in coverage.border_of_face(faces[walked]).chunks(SIDES_AT_ONCE) {
            let outsides = ask_for(search.ground, sides);
            for (&side, &(outside, across)) in sides.iter().zip(&outsides) {
                if across == finest {
                    if !faces[..known].contains(&outside) {
                        if known == MAX_WALKED_FACES {
                            return false;
                        }
                        faces[known] = outside;
                        known += 1;
                    }
                    continue;
                }
                let positions = coverage.positions(side.arc);
                edges += positions.len();
                if edges > MAX_WALKED_EDGES {
                    return false;
                }
                for ends in positions.windows(2) {
                    search.look_at(ends[0], ends[1], across);
                }
            }
        }
        walked += 1;
    }
    true
}

/// Sides of a face whose memory is asked for before any of it is walked: more than most faces have.
const SIDES_AT_ONCE: usize = 12;

/// Asks for the memory of sides all at once, each of which would otherwise wait for the one before; the face outside of each, and
/// what answers there.
fn ask_for(ground: Ground<'_>, sides: &[ArcSide]) -> [(FaceId, Finest); SIDES_AT_ONCE] {
    let Ground { coverage, owners, .. } = ground;
    let mut outsides = [(FaceId::OUTSIDE, owners.finest(FaceId::OUTSIDE)); SIDES_AT_ONCE];
    for ((outside, _), &side) in outsides.iter_mut().zip(sides) {
        *outside = coverage.inside_outside(side).1;
    }
    for ((outside, across), &side) in outsides.iter_mut().zip(sides) {
        prefetch(coverage.positions(side.arc), 0);
        *across = owners.finest(*outside);
    }
    outsides
}

/// Looks at rings of tiles around the position until nothing nearer can come. The nearest edge between the answer and
/// another one is the border of the very part that holds the position: any other part's border lies beyond it.
fn look_around(search: &mut Search<'_>, finest: Finest) {
    let Search { ground, metric, position, .. } = *search;
    for ring in 0.. {
        let looked = ground.index.for_each_of_ring(ground.coverage, position, ring, |edge| {
            let (left, right) = (ground.owners.finest(edge.left), ground.owners.finest(edge.right));
            if left != right && (left == finest || right == finest) {
                search.look_at(edge.a, edge.b, if left == finest { right } else { left });
            }
        });
        let Some(reach) = looked else { return };
        let (east, north) = (metric.metres_per_unit_east(), metric.metres_per_unit_north());
        if search.distance_m() < (reach.0 as f64 * east).min(reach.1 as f64 * north) {
            return;
        }
    }
}

/// The nearest area within the limit; on the open side of the outer border, the first of the areas there.
fn nearest(ground: Ground<'_>, position: Position, co_owners: &[AreaIndex]) -> Option<Nearest> {
    if let Some(&area) = co_owners.first() {
        return Some(Nearest { area, distance_m: 0.0, bearing_deg: 0.0 });
    }
    let metric = LocalMetric::at(position);
    let mut search = Search { ground, metric, position, best: None };
    ground.index.edges_near(ground.coverage, reach(position, metric, ground.nearest_limit_m), |edge| {
        let (left, right) = (ground.owners.finest(edge.left), ground.owners.finest(edge.right));
        if left.is_none() != right.is_none() {
            search.look_at(edge.a, edge.b, if left.is_none() { right } else { left });
        }
    });
    let (foot, finest) = search.best.filter(|(foot, _)| foot.distance_m <= ground.nearest_limit_m)?;
    let area = ground.owners.first(finest)?;
    let bearing_deg = round_cm(metric.bearing_deg(position, foot.position()));
    let bearing_deg = if bearing_deg >= 360.0 { 0.0 } else { bearing_deg };
    Some(Nearest { area, distance_m: round_cm(foot.distance_m), bearing_deg })
}

/// Everything within `limit_m` of a position, and a little more; longitudes do not wrap.
pub(super) fn reach(position: Position, metric: LocalMetric, limit_m: f64) -> Extent {
    let units = |metres_per_unit: f64| (limit_m / metres_per_unit.max(1e-6)).ceil() + 1.0;
    let (east, north) = (units(metric.metres_per_unit_east()), units(metric.metres_per_unit_north()));
    let corner = |sign: f64| {
        let lon = (f64::from(position.lon()) + sign * east).clamp(-1.8e9, 1.8e9) as i32;
        let lat = (f64::from(position.lat()) + sign * north).clamp(-9e8, 9e8) as i32;
        Position::new(lon, lat).expect("clamped to the world")
    };
    Extent::of(corner(-1.0)).with(corner(1.0))
}

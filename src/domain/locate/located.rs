//! The located answer (归属结果).

use std::collections::HashSet;

use super::index::LocateIndex;
use crate::domain::{
    area::{Hierarchy, Level},
    coverage::{ArcSide, AreaIndex, Coverage, FaceId, Footprint},
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
pub struct Located {
    /// The position that was asked for, on the lattice.
    pub position: Position,
    /// How the answer was found.
    pub found: Match,
    /// The areas, coarsest first, each the parent of the next.
    pub chain: Vec<AreaIndex>,
    /// The levels of the profile that have no area there; all below `stacked` are not listed.
    pub missing: Vec<Level>,
    /// Areas that share the footprint below the end of the chain.
    pub stacked: Vec<AreaIndex>,
    /// Distance to the nearest border of the finest area (距边界), in metres to 0.01.
    pub margin_m: Option<f64>,
    /// The other finest areas that meet at the position, ascending.
    pub co_owners: Vec<AreaIndex>,
    /// Whether the position stands on a border.
    pub on_border: bool,
    /// The area across the nearest border.
    pub runner_up: Option<RunnerUp>,
    /// The nearest area, for a position outside of all.
    pub nearest: Option<Nearest>,
}

/// What locating reads: one edition's areas, map and index.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The areas.
    pub hierarchy: &'a Hierarchy,
    /// The map.
    pub coverage: &'a Coverage,
    /// The index of the map.
    pub index: &'a LocateIndex,
    /// What answers for each face.
    pub footprints: &'a [Footprint],
    /// How many levels the profile has.
    pub level_count: usize,
    /// How far the nearest area may be, in metres.
    pub nearest_limit_m: f64,
}

impl Ground<'_> {
    fn footprint(&self, face: FaceId) -> &Footprint {
        &self.footprints[face.0 as usize]
    }

    /// The finest areas of a face: the end of its chain, or the stacked ones below it.
    fn finest(&self, face: FaceId) -> Vec<AreaIndex> {
        let footprint = self.footprint(face);
        if footprint.stacked.is_empty() { footprint.finest().into_iter().collect() } else { footprint.stacked.clone() }
    }
}

/// The located answer for `position`.
pub fn locate(ground: Ground<'_>, position: Position) -> Located {
    let position = position.wrapped();
    let hit = ground.index.hit(ground.coverage, position);
    let footprint = ground.footprint(hit.face);
    let owners = ground.finest(hit.face);
    let mut co_owners: Vec<AreaIndex> = hit.touching.iter().flat_map(|&face| ground.finest(face)).collect();
    co_owners.sort_unstable();
    co_owners.dedup();
    co_owners.retain(|area| !owners.contains(area));
    let is_outside = owners.is_empty();
    let on_border = if is_outside {
        !co_owners.is_empty()
    } else {
        !hit.touching.is_empty() && stands_on_border(ground, &hit.touching, &owners)
    };
    let mut located = Located {
        position,
        found: Match::None,
        chain: footprint.chain.clone(),
        missing: Vec::new(),
        stacked: footprint.stacked.clone(),
        margin_m: None,
        co_owners,
        on_border,
        runner_up: None,
        nearest: None,
    };
    if is_outside {
        located.nearest = nearest(ground, position, &located.co_owners);
        located.found = if located.nearest.is_some() { Match::Nearest } else { Match::None };
    } else {
        located.found = if on_border { Match::Border } else { Match::Inside };
        located.missing = missing(ground, &located);
        let (margin_m, runner_up) = margin(ground, hit.face, position);
        located.margin_m = margin_m;
        located.runner_up = runner_up;
    }
    located
}

/// Whether the faces that meet at a position do not all answer with the same areas.
fn stands_on_border(ground: Ground<'_>, touching: &[FaceId], owners: &[AreaIndex]) -> bool {
    touching.iter().any(|&face| ground.finest(face) != owners)
}

fn missing(ground: Ground<'_>, located: &Located) -> Vec<Level> {
    let known = located.chain.len() + usize::from(!located.stacked.is_empty());
    (known..ground.level_count).map(|ordinal| Level(ordinal as u8)).collect()
}

/// Distance from `position` to the nearest border of what answers for `face`, and the area across it.
///
/// Walks from the face over all faces with the same answer: borders between those are no borders of the area.
fn margin(ground: Ground<'_>, face: FaceId, position: Position) -> (Option<f64>, Option<RunnerUp>) {
    let owners = ground.finest(face);
    let metric = LocalMetric::at(position);
    let mut best: Option<(f64, FaceId)> = None;
    let (mut seen, mut pending) = (HashSet::from([face]), vec![face]);
    while let Some(face) = pending.pop() {
        for &side in ground.coverage.border_of_face(face) {
            let (_, outside) = ground.coverage.inside_outside(side);
            if ground.finest(outside) == owners {
                if seen.insert(outside) {
                    pending.push(outside);
                }
                continue;
            }
            let foot = foot_on_arc(ground.coverage, metric, position, side);
            if best.is_none_or(|(distance_m, _)| foot.distance_m < distance_m) {
                best = Some((foot.distance_m, outside));
            }
        }
    }
    let Some((distance_m, across)) = best else { return (None, None) };
    let distance_m = round_cm(distance_m);
    let runner_up = ground.finest(across).first().map(|&area| RunnerUp { area, distance_m });
    (Some(distance_m), runner_up)
}

fn foot_on_arc(coverage: &Coverage, metric: LocalMetric, position: Position, side: ArcSide) -> Foot {
    let feet =
        coverage.positions(side.arc).windows(2).map(|edge| metric.point_segment_distance(position, edge[0], edge[1]));
    feet.min_by(|one, other| one.distance_m.total_cmp(&other.distance_m)).expect("an arc has edges")
}

/// The nearest area within the limit; on the open side of the outer border, the first of the areas there.
fn nearest(ground: Ground<'_>, position: Position, co_owners: &[AreaIndex]) -> Option<Nearest> {
    if let Some(&area) = co_owners.first() {
        return Some(Nearest { area, distance_m: 0.0, bearing_deg: 0.0 });
    }
    let metric = LocalMetric::at(position);
    let around = reach(position, metric, ground.nearest_limit_m);
    let mut best: Option<(f64, Foot, AreaIndex)> = None;
    for arc in ground.index.rim_within(around) {
        for is_forward in [true, false] {
            let side = ArcSide { arc, is_forward };
            let (inside, _) = ground.coverage.inside_outside(side);
            let Some(&area) = ground.finest(inside).first() else { continue };
            let foot = foot_on_arc(ground.coverage, metric, position, side);
            if best.is_none_or(|(distance_m, _, _)| foot.distance_m < distance_m) {
                best = Some((foot.distance_m, foot, area));
            }
        }
    }
    let (distance_m, foot, area) = best.filter(|&(distance_m, ..)| distance_m <= ground.nearest_limit_m)?;
    let bearing_deg = round_cm(metric.bearing_deg(position, foot.position()));
    let bearing_deg = if bearing_deg >= 360.0 { 0.0 } else { bearing_deg };
    Some(Nearest { area, distance_m: round_cm(distance_m), bearing_deg })
}

/// Everything within `limit_m` of a position, and a little more.
fn reach(position: Position, metric: LocalMetric, limit_m: f64) -> Extent {
    let units = |metres_per_unit: f64| (limit_m / metres_per_unit.max(1e-6)).ceil() + 1.0;
    let (east, north) = (units(metric.metres_per_unit_east()), units(metric.metres_per_unit_north()));
    let corner = |sign: f64| {
        let lon = (f64::from(position.lon()) + sign * east).clamp(-1.8e9, 1.8e9) as i32;
        let lat = (f64::from(position.lat()) + sign * north).clamp(-9e8, 9e8) as i32;
        Position::new(lon, lat).expect("clamped to the world")
    };
    Extent::of(corner(-1.0)).with(corner(1.0))
}

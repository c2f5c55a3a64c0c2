//! What is told of one area.

use std::collections::BTreeMap;

use crate::domain::{
    area::Snapshot,
    coverage::{AreaIndex, FaceId},
    duty::{Object, OnDuty},
    geometry::{Extent, measure},
};

/// Areas on the other side of the border, at the same level, with the length of the common border in metres; the longest first.
pub fn neighbours(snapshot: &Snapshot, area: AreaIndex) -> Vec<(AreaIndex, f64)> {
    let level = snapshot.hierarchy.area(area).level;
    let mut shared: BTreeMap<AreaIndex, f64> = BTreeMap::new();
    for &side in snapshot.coverage.border_of(area) {
        let (_, outside) = snapshot.coverage.inside_outside(side);
        let length_m = measure::geodesic_length_m(snapshot.coverage.positions(side.arc));
        for &other in snapshot.coverage.areas_of(outside) {
            if other != area && snapshot.hierarchy.area(other).level == level {
                *shared.entry(other).or_default() += length_m;
            }
        }
    }
    let mut shared: Vec<_> = shared.into_iter().map(|(other, length_m)| (other, measure::round_cm(length_m))).collect();
    shared.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shared
}

/// The other areas that share the footprint of an area (stairwells), ascending.
pub fn stacked_with(snapshot: &Snapshot, area: AreaIndex) -> Vec<AreaIndex> {
    let sides = snapshot.coverage.border_of(area);
    let inside = sides.first().map(|&side| snapshot.coverage.inside_outside(side).0);
    let stacked = snapshot.owners().stacked(snapshot.finest(inside.unwrap_or(FaceId::OUTSIDE)));
    if stacked.contains(&area) { stacked.iter().copied().filter(|&other| other != area).collect() } else { Vec::new() }
}

/// The extent of an area.
pub fn extent(snapshot: &Snapshot, area: AreaIndex) -> Extent {
    let border = snapshot.coverage.border_of(area);
    snapshot.coverage.extent(border).expect("an area of an edition has a border")
}

/// The Party bodies of areas: those of the finest first, up the chain.
pub fn party_bodies<'a>(
    snapshot: &'a Snapshot,
    chain: &'a [AreaIndex],
) -> impl Iterator<Item = (AreaIndex, &'a OnDuty)> {
    let bodies = |area: AreaIndex| snapshot.roster().bodies_of(Object::Area(snapshot.hierarchy.area(area).id));
    chain.iter().rev().flat_map(move |&area| bodies(area).iter().map(move |one| (area, one)))
}

/// Who answers, and for which area: finest first, up the chain.
pub fn responsible<'a>(
    snapshot: &'a Snapshot,
    chain: &'a [AreaIndex],
    stacked: &'a [AreaIndex],
) -> impl Iterator<Item = (AreaIndex, &'a OnDuty)> {
    let areas = stacked.iter().chain(chain.iter().rev());
    areas.flat_map(|&area| snapshot.on_duty(area).iter().map(move |one| (area, one)))
}

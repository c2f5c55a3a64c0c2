//! Publishes one after the other: tiles are those of a cold start, and change where versions say so.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use onemap::{
    app::tiles::{AreaTiles, MAX_TILE_ZOOM, TileCoord, Version},
    domain::area::Kind,
};
use onemap_tiles::{LatticeBounds, MatrixSet};

use super::{Plan, asked, bounds, check_valid, edition, profile, sample};
use crate::{
    locate_oracle::editing::Editing,
    support::{
        plane::{self, Net},
        random::Random,
    },
};

/// Tiles of a zoom that are looked at after every step.
const MOST_TILES: usize = 24;

/// Publishes over all maps; the environment variable `ONEMAP_ORACLE_PUBLISHES` asks for another number.
const PUBLISHES: u64 = 100;

/// What a run saw.
#[derive(Debug, Default)]
struct Run {
    steps: usize,
    /// Tiles with another version than before the step, and those of them that have the same bytes.
    changed: usize,
    in_vain: usize,
    same: usize,
    unlisted: usize,
    /// Steps after which tiles are cut from sheets that were updated.
    cut: usize,
}

/// Plans of the areas of a map; what it says of areas changes now and then, also without their borders.
fn plans(editing: &Editing, titles: &BTreeMap<u32, (String, Kind)>) -> Vec<Plan> {
    let mut level = 0;
    let plan = |(number, is_unit, geometry)| {
        // the first area is the whole, then come the blocks
        let mut plan = Plan::new(i64::from(number), if is_unit { 2 } else { level }, geometry);
        level = if is_unit { level } else { 1 };
        if let Some((name, kind)) = titles.get(&number) {
            (plan.name, plan.kind) = (name.clone(), *kind);
        }
        plan
    };
    let mut areas: Vec<_> = editing.areas().collect();
    areas.sort_by_key(|(number, _, _)| *number);
    areas.into_iter().map(plan).collect()
}

fn tiles_of(place: LatticeBounds) -> Vec<TileCoord> {
    let mut coords = Vec::new();
    for (set, zooms) in [
        (MatrixSet::WebMercatorQuad, [0, 8, 11, 13, 14, 15, 16, 17, MAX_TILE_ZOOM]),
        (MatrixSet::Cgcs2000Quad, [1, 7, 9, 10, 12, 14, 15, 16, 18]),
    ] {
        coords.extend(zooms.into_iter().flat_map(|zoom| sample(set, zoom, place, MOST_TILES)));
    }
    coords
}

fn check(mut editing: Editing, steps: usize, seed: u64) -> Run {
    let profile = profile();
    let mut random = Random::new(seed);
    let mut titles = BTreeMap::new();
    let first = edition(&profile, &plans(&editing, &titles), None);
    let place = bounds(&first);
    let coords = tiles_of(place);
    let mut before = AreaTiles::new(&first, None);
    before.prepare();
    let mut snapshot = first;
    let drawn = |tiles: &AreaTiles| -> Vec<(Version, Vec<u8>)> {
        coords.iter().map(|&coord| (tiles.version(coord), tiles.tile(coord))).collect()
    };
    let mut seen = drawn(&before);
    let mut run = Run::default();
    for step in 1..=steps {
        let what = if random.one_in(5) {
            let (number, _, _) = random.pick(&editing.areas().collect::<Vec<_>>()).clone();
            let kind = *random.pick(&[Kind::None, Kind::Exclusive]);
            titles.insert(number, (format!("名{step}"), kind));
            format!("step {step}, seed {seed}: title of {number}")
        } else {
            format!("step {step}, seed {seed}: {:?}", editing.step(&mut random))
        };
        let plans = plans(&editing, &titles);
        snapshot = edition(&profile, &plans, Some(&snapshot));
        let after = AreaTiles::new(&snapshot, Some(&before));
        let cold = AreaTiles::new(&edition(&profile, &plans, None), None);
        let now = drawn(&after);
        let listed = after.changed_since(&before).map(|tiles| tiles.into_iter().collect::<HashSet<_>>());
        for ((&coord, (version, tile)), (old_version, old_tile)) in coords.iter().zip(&now).zip(&seen) {
            let at = format!("{what}, {} {coord}", coord.matrix_set().name());
            assert_eq!(*version, cold.version(coord), "{at}");
            assert!(*tile == cold.tile(coord), "{at}: a cold start draws another tile");
            if version == old_version {
                assert!(tile == old_tile, "{at}: the version did not change and the bytes did");
                run.same += 1;
            } else {
                run.changed += 1;
                run.in_vain += usize::from(tile == old_tile);
                check_valid(tile, coord);
            }
            if let (Some(listed), MatrixSet::WebMercatorQuad) = (&listed, coord.matrix_set()) {
                assert_eq!(listed.contains(&coord), version != old_version, "{at}");
            }
        }
        run.unlisted += usize::from(listed.is_none());
        run.cut += usize::from(after.is_prepared() && !cold.is_prepared());
        run.steps += 1;
        (before, seen) = (after, now);
    }
    eprintln!("seed {seed}: {run:?}");
    run
}

fn net(cells: usize, size: i64, pieces: i64, seed: u64) -> Editing {
    let areas = plane::net(&Net { origin: (1_190_000_000, 254_000_000), cells, size, pieces, block: cells / 2 }, seed);
    Editing::new(&areas, cells * cells)
}

#[test]
fn tiles_after_many_publishes_are_those_of_a_cold_start() {
    let publishes = asked("ONEMAP_ORACLE_PUBLISHES", PUBLISHES) as usize;
    assert!(publishes >= PUBLISHES as usize, "fewer say nothing of what is rare: {publishes}");
    for (seed, cells, size, pieces, percent) in [(1, 6, 9_000, 6, 40), (2, 6, 400, 5, 30), (3, 4, 200_000, 14, 30)] {
        let steps = (publishes * percent).div_ceil(100);
        let run = check(net(cells, size, pieces, seed), steps, seed);
        assert!(run.changed > steps && run.same > 5 * steps, "{run:?}");
        // steps of a lattice unit or so, and what is rounded away
        assert!(run.in_vain * 5 < run.changed, "{run:?}");
        assert!(run.unlisted * 4 < steps, "{run:?}");
        assert!(run.cut == steps, "{run:?}");
    }
}

#[test]
fn a_change_of_nothing_changes_no_tile() {
    let (profile, plans) = (profile(), plans(&net(6, 9_000, 6, 5), &BTreeMap::new()));
    let one = edition(&profile, &plans, None);
    let other = edition(&profile, &plans, Some(&one));
    let before = AreaTiles::new(&one, None);
    let after = AreaTiles::new(&other, Some(&before));
    assert_eq!(after.changed_since(&before), Some(Vec::new()));
    assert!(Arc::ptr_eq(&one.profile, &other.profile));
}

#[test]
fn an_edit_far_from_a_tile_leaves_its_version() {
    let (profile, mut editing) = (profile(), net(10, 9_000, 6, 6));
    let first = edition(&profile, &plans(&editing, &BTreeMap::new()), None);
    let before = AreaTiles::new(&first, None);
    let mut random = Random::new(6);
    let (mut same, mut other) = (0, 0);
    for _ in 0..10 {
        let step = editing.step(&mut random);
        let after = AreaTiles::new(&edition(&profile, &plans(&editing, &BTreeMap::new()), Some(&first)), Some(&before));
        for coord in sample(MatrixSet::WebMercatorQuad, 17, bounds(&first), 60) {
            let reach = coord.reach();
            if step.places.iter().any(|&(x, y)| reach.contains([x as i32, y as i32])) {
                other += 1;
            } else if after.version(coord) == before.version(coord) {
                same += 1;
            }
        }
    }
    assert!(other > 0 && same > 100, "{same} {other}");
}

//! A thousand redrawn borders: the index that is carried on equals one that is built anew, and the judge agrees.

use std::{collections::BTreeMap, rc::Rc};

use onemap::domain::{
    geometry::{MultiPolygon, Position},
    locate::Spot,
};

use super::{
    bulk,
    editing::{Editing, Kind, Step},
    index::Index,
};
use crate::support::{
    bulk_naive::BulkNaive,
    plane::{self, Net, TILE},
    random::Random,
};

/// After so many steps the whole map is judged, not only what is around the step.
const WHOLE_EVERY: usize = 50;

/// What a run of steps saw.
#[derive(Debug, Default)]
struct Run {
    kinds: BTreeMap<Kind, usize>,
    /// Tiles over all steps, and how many of them were the same in memory as before the step.
    tiles: usize,
    shared: usize,
    /// Steps that left so many or so few borders that the tiles have another size.
    whole: usize,
}

/// Redraws a map `steps` times.
#[track_caller]
fn check(map: &str, mut editing: Editing, steps: usize, seed: u64) -> Run {
    let mut random = Random::new(seed);
    let mut index = Index::build(editing.polygons().iter());
    let mut run = Run::default();
    for number in 1..=steps {
        let step = editing.step(&mut random);
        *run.kinds.entry(step.kind).or_default() += 1;
        let name = format!("{map}, step {number}, {:?}", step.kind);
        let at = format!("{name}, seed {seed}: {:?}", step.places);
        let polygons = editing.polygons();
        let updated = index.updated(polygons.iter());
        updated.assert_equals_a_full_build(&at);
        let (shared, tiles) = updated.shared_tiles(&index);
        if shared == 0 {
            run.whole += 1;
        } else {
            (run.shared, run.tiles) = (run.shared + shared, run.tiles + tiles);
        }
        judge_around(&step, &polygons, &updated, &at, &mut random);
        if number % WHOLE_EVERY == 0 {
            bulk::check_index(&name, &polygons.iter().collect::<Vec<_>>(), &updated, 5_000, seed);
        }
        index = updated;
    }
    eprintln!("{map}, seed {seed}: {run:?}");
    assert!(run.whole * 10 < steps, "{map}, seed {seed}: {run:?}");
    run
}

#[track_caller]
fn judge_around(step: &Step, polygons: &[MultiPolygon], index: &Index, at: &str, random: &mut Random) {
    let mut around = Vec::new();
    for &(x, y) in &step.places {
        for _ in 0..40 {
            let reach = *random.pick(&[1, 3, 50, 2_000]);
            let (x, y) = (x + random.between(-reach, reach), y + random.between(-reach, reach));
            around.extend(Position::new(x as i32, y as i32));
        }
        around.extend(Position::new(x as i32, y as i32));
    }
    let judge = BulkNaive::new(polygons);
    for (&position, judged) in around.iter().zip(judge.judge(&around)) {
        let Spot { face, on_edge } = index.locate(position);
        let ours = index.coverage.areas_of(face);
        assert_eq!(
            (judge.signature(ours.iter().copied()), on_edge),
            (judged.signature, judged.on_edge),
            "{at}, at ({}, {}): {face:?} of areas {ours:?}, the judge says {:?}",
            position.lon(),
            position.lat(),
            judge.areas_at(position)
        );
    }
}

/// A net of `cells` x `cells` around the corner of a tile.
fn net(cells: usize, size: i64, pieces: i64, seed: u64) -> Editing {
    let reach = cells as i64 * size / 2;
    let origin = (36_317 * TILE - reach, 7_751 * TILE - reach);
    let areas = plane::net(&Net { origin, cells, size, pieces, block: cells / 2 }, seed);
    Editing::new(&areas, cells * cells)
}

#[test]
fn a_thousand_redrawn_borders_leave_the_index_that_a_full_build_makes() {
    const STEPS: usize = 250;
    for (seed, cells, size, pieces) in [(1, 10, 9_000, 6), (2, 10, 400, 5), (3, 12, 2_500, 8), (4, 10, 30_000, 12)] {
        let run = check(&format!("{cells} cells of {size}"), net(cells, size, pieces, seed), STEPS, seed);
        assert!(run.kinds.len() == 10 && run.kinds.values().all(|&count| count > 1), "{run:?}");
    }
}

#[test]
fn redrawn_borders_leave_the_tiles_that_they_do_not_touch() {
    let run = check("24 cells of 9000", net(24, 9_000, 6, 5), 100, 5);
    assert!(run.shared * 10 > run.tiles * 9, "{run:?}");
}

// What a tile without borders belongs to changes with the borders far away from it.
#[test]
fn tiles_without_borders_follow_the_face_that_they_lie_in() {
    // One area has so many vertices that the tiles are small; the four others are several tiles wide.
    const SIZE: i64 = 1_750_000;
    let origin = (1_190_000_000, 254_000_000);
    let mut areas = plane::net(&Net { origin, cells: 2, size: SIZE, pieces: 3, block: 1 }, 6);
    areas.push(plane::coast((origin.0 + 2 * SIZE + 500_000, origin.1 + SIZE), 100_000.0, 13, 6).swap_remove(1));
    for seed in [6, 7, 8] {
        let run = check("wide cells", Editing::new(&areas, 5), 50, seed);
        let redrawn = [Kind::Split, Kind::Join].map(|kind| run.kinds.get(&kind).copied().unwrap_or(0));
        assert!(redrawn.iter().sum::<usize>() > 5, "{run:?}");
    }
}

#[test]
fn a_map_that_does_not_change_shares_every_tile() {
    let polygons = net(10, 9_000, 6, 9).polygons();
    let index = Index::build(polygons.iter());
    let updated = index.updated(polygons.iter());
    let (shared, total) = updated.shared_tiles(&index);
    assert!(shared == total && total >= 9, "{shared} of {total}");
    assert!(!Rc::ptr_eq(&index.coverage, &updated.coverage));
}

//! Pyramids against a slow judge, against themselves turned round and renumbered, and after thousands of edits.

mod maps;
mod naive;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use self::{
    maps::{Edit, Raster, edit, raster},
    naive::Lines,
};
use super::{Pyramid, zooms::tolerance};
use crate::domain::{
    coverage::{Arc, ArcId, ArcInput, AreaIndex, Coverage, FaceId, sample::Random, sample::tiling},
    geometry::Position,
};

const COARSEST: u8 = 6;
const FINEST: u8 = 19;

fn build(coverage: &Coverage) -> Pyramid {
    Pyramid::build(coverage, COARSEST..=FINEST)
}

fn lines(pyramid: &Pyramid, coverage: &Coverage, zoom: u8) -> Lines {
    coverage.arc_ids().map(|arc| pyramid.positions(coverage, zoom, arc).collect()).collect()
}

/// Every zoom is the same map; gives how many positions each has, coarsest first.
fn check_zooms(coverage: &Coverage) -> Vec<usize> {
    let pyramid = build(coverage);
    let mut counts = Vec::new();
    let mut before: Option<Lines> = None;
    for zoom in COARSEST..=FINEST + 1 {
        let lines = lines(&pyramid, coverage, zoom);
        if before.as_ref() != Some(&lines) {
            naive::check(coverage, &lines);
        }
        counts.push(lines.iter().map(Vec::len).sum());
        before = Some(lines);
    }
    let exact: usize = coverage.arc_ids().map(|arc| coverage.positions(arc).len()).sum();
    assert_eq!(counts.last(), Some(&exact));
    assert!(counts.is_sorted(), "{counts:?}");
    counts
}

fn run<T: std::fmt::Debug>(cases: u32, strategy: impl Strategy<Value = T>, test: impl Fn(T)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&strategy, |value| {
        test(value);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn every_zoom_of_a_wiggly_tiling_is_the_same_map() {
    for seed in 0..4 {
        let coverage = Coverage::build(tiling(6, 5, seed).all().iter()).expect("a tiling");
        let counts = check_zooms(&coverage);
        assert!(counts[0] * 3 < counts[counts.len() - 1] * 2, "{counts:?}");
    }
}

#[test]
fn every_zoom_of_any_raster_is_the_same_map() {
    run(120, raster(11), |raster| {
        check_zooms(&raster.coverage());
    });
}

/// A hundred chains of 15 edits; after each, the update is what a build gives.
#[test]
fn after_any_edits_an_update_is_a_build() {
    let edits = prop::collection::vec(edit(), 15);
    run(100, (raster(9), edits), |(mut raster, edits): (Raster, Vec<Edit>)| {
        let mut before = raster.coverage();
        let mut pyramid = build(&before);
        for edit in &edits {
            raster.apply(edit);
            let carried = raster.coverage().carry_numbers(&before);
            let updated = pyramid.updated(&before, &carried.coverage, &carried.changed);
            assert!(updated == build(&carried.coverage), "{edit:?}");
            (before, pyramid) = (carried.coverage, updated);
        }
        // And no history shows in what a cold start builds.
        let fresh = raster.coverage();
        assert_eq!(by_exact(&pyramid, &before), by_exact(&build(&fresh), &fresh));
    });
}

/// The positions of each arc at each zoom, by its exact positions in one of both directions.
fn by_exact(pyramid: &Pyramid, coverage: &Coverage) -> Vec<(Vec<Position>, Vec<Vec<Position>>)> {
    let turned = |mut line: Vec<Position>, is_turned: bool| {
        if is_turned {
            line.reverse();
        }
        line
    };
    let mut all = Vec::new();
    for arc in coverage.arc_ids() {
        let exact = coverage.positions(arc).to_vec();
        let is_turned = exact.iter().gt(exact.iter().rev());
        let zooms = (COARSEST..=FINEST).map(|zoom| turned(pyramid.positions(coverage, zoom, arc).collect(), is_turned));
        let zooms = zooms.collect();
        if !exact.is_empty() {
            all.push((turned(exact, is_turned), zooms));
        }
    }
    all.sort();
    all
}

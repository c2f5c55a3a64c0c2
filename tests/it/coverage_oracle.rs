//! The coverage against the polygons in the store, and what noding mends and what it reports.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use onemap::{
    app::import::ImportOptions,
    domain::{
        area::{Area, AreaFacts, Finding, NewArea, Rule, Severity},
        coverage::{ArcSide, Coverage, Layer, check, noding::DEFAULT_SNAP_M},
        geometry::{MultiPolygon, Position},
        profile::Profile,
        redraw::{Change, Invalid, ValidDraft, validate},
    },
    store::StoredArea,
};

use crate::support::{
    data,
    drawn::{self, NEAR, WORLD},
    world::{World, errors},
};

#[path = "coverage_oracle/damage.rs"]
mod damage;
#[path = "coverage_oracle/rules.rs"]
mod rules;

type Point = (i128, i128);

fn point(position: Position) -> Point {
    (i128::from(position.lon()), i128::from(position.lat()))
}

/// Twice the area, by the shoelace formula.
fn doubled(polygon: &MultiPolygon) -> i128 {
    let cross = |(a, b): (Position, Position)| {
        let (a, b) = (point(a), point(b));
        a.0 * b.1 - b.0 * a.1
    };
    polygon.rings().flat_map(edges).map(cross).sum()
}

fn edges(ring: &onemap::domain::geometry::Ring) -> Vec<(Position, Position)> {
    let all = ring.positions();
    (0..all.len()).map(|i| (all[i], all[(i + 1) % all.len()])).collect()
}

fn validated(profile: &Profile, areas: Vec<NewArea>) -> Result<ValidDraft, Invalid> {
    let change = |area| Change { digest: [0; 32], area, source: Default::default() };
    validate(profile, 0, Vec::new(), areas.into_iter().map(change).collect(), &[], DEFAULT_SNAP_M)
}

/// The areas of a store as a file would bring them.
fn as_new(stored: Vec<StoredArea>) -> Vec<NewArea> {
    let codes: Vec<_> = stored.iter().map(|stored| stored.area.code).collect();
    let of = |StoredArea { area, geometry }: StoredArea| NewArea {
        code: area.code,
        level: area.level,
        parent: area.parent.map(|parent| codes[parent as usize]),
        name: area.name,
        kind: area.kind,
        branch: area.branch,
        households: area.households,
        residents: area.residents,
        figures: area.figures,
        body: area.body.map(|body| *body),
        geometry,
    };
    stored.into_iter().map(of).collect()
}

/// Everything that a coverage promises about the polygons that it was built from.
#[track_caller]
fn check_coverage(stored: &[StoredArea]) -> Coverage {
    let coverage = Coverage::build(stored.iter().map(|stored| &stored.geometry)).expect("what is stored is noded");
    check_arcs(&coverage, stored);
    let mut sums = vec![0; stored.len()];
    for face in coverage.faces() {
        let size = doubled(&coverage.face_polygon(face));
        assert!(size > 0);
        coverage.areas_of(face).iter().for_each(|&area| sums[area as usize] += size);
    }
    for (i, stored) in stored.iter().enumerate() {
        assert_eq!(coverage.polygon(i as u32), stored.geometry, "{} rebuilt", stored.area.code.as_str());
        assert_eq!(sums[i], doubled(&stored.geometry), "the faces of {}", stored.area.code.as_str());
    }
    coverage
}

/// Each edge of each polygon is on exactly one arc, with the area on its left and not on its right; there are no others.
#[track_caller]
fn check_arcs(coverage: &Coverage, stored: &[StoredArea]) {
    let mut sides: HashMap<(Position, Position), ArcSide> = HashMap::new();
    for arc in coverage.arc_ids() {
        assert_ne!(coverage.arc(arc).left, coverage.arc(arc).right);
        for pair in coverage.positions(arc).windows(2) {
            for (ends, is_forward) in [((pair[0], pair[1]), true), ((pair[1], pair[0]), false)] {
                assert_eq!(sides.insert(ends, ArcSide { arc, is_forward }), None, "{ends:?} is on two arcs");
            }
        }
    }
    let mut used: BTreeSet<(Position, Position)> = BTreeSet::new();
    for (i, stored) in stored.iter().enumerate() {
        let area = i as u32;
        for (a, b) in stored.geometry.rings().flat_map(edges) {
            let side = sides[&(a, b)];
            let (inside, outside) = coverage.inside_outside(side);
            assert!(coverage.areas_of(inside).contains(&area), "{a} - {b} of {area}: not on its left");
            assert!(!coverage.areas_of(outside).contains(&area), "{a} - {b} of {area}: on its right as well");
            assert!(coverage.border_of(area).contains(&side), "{a} - {b} is no border of {area}");
            used.insert((a.min(b), a.max(b)));
        }
    }
    assert_eq!(2 * used.len(), sides.len(), "edges of no area");
}

/// In a level that tiles, every directed edge has its twin in another area, or nothing of the level beyond it.
#[track_caller]
fn check_twins(stored: &[StoredArea], level: u8, rim: u8) {
    let directed = |level: u8| -> HashMap<(Position, Position), usize> {
        let mut found = HashMap::new();
        let mut seen = BTreeSet::new();
        for (i, stored) in stored.iter().enumerate().filter(|(_, stored)| stored.area.level.0 == level) {
            // Stacked areas are one footprint.
            let first = stored.geometry.polygons[0].exterior.positions();
            if seen.insert((first[0], first[1], stored.geometry.vertex_count())) {
                found.extend(stored.geometry.rings().flat_map(edges).map(|edge| (edge, i)));
            }
        }
        found
    };
    let (mine, rim) = (directed(level), directed(rim));
    for (&(a, b), &area) in &mine {
        match mine.get(&(b, a)) {
            Some(&other) => assert_ne!(other, area),
            None => assert!(rim.contains_key(&(a, b)), "{a} - {b} of {} has no twin", stored[area].area.code.as_str()),
        }
    }
}

/// No gaps, overlaps or leaks.
#[track_caller]
fn check_clean(coverage: &Coverage, stored: &[StoredArea], profile: &Profile) {
    let facts: Vec<AreaFacts> = stored.iter().map(|stored| Area::facts(&stored.area)).collect();
    assert_eq!(said(&check::findings(coverage, &facts, profile, coverage.faces())), [""; 0]);
}

fn said(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|found| format!("{} {:?} {}", found.rule.id(), found.areas, found.en)).collect()
}

/// Noding what is noded changes nothing, whether it counts as settled or not.
#[track_caller]
fn check_idempotent(stored: &[StoredArea]) {
    for settled in [true, false] {
        let layers: Vec<Layer<'_>> =
            stored.iter().map(|stored| Layer { geometry: &stored.geometry, settled }).collect();
        let coverage = Coverage::node_and_build(&layers, DEFAULT_SNAP_M).expect("what is stored is noded");
        for (i, stored) in stored.iter().enumerate() {
            let code = stored.area.code.as_str();
            assert_eq!(coverage.polygon(i as u32), stored.geometry, "{code} moved, settled: {settled}");
        }
    }
}

fn check_world(world: &World, tiling_levels: &[u8]) {
    let stored = world.stored();
    let coverage = check_coverage(&stored);
    check_idempotent(&stored);
    tiling_levels.iter().for_each(|&level| check_twins(&stored, level, 0));
    if !tiling_levels.is_empty() {
        check_clean(&coverage, &stored, &world.profile);
    }
}

fn load_units(seed: u64) -> World {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files: Vec<PathBuf> = data::make_units(seed, "csv", folder.path());
    World::of_files(data::licheng(), &files, ImportOptions { crs: data::make_units_crs(), ..Default::default() })
}

fn counties() -> World {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = data::us_counties_file("repaired", folder.path());
    World::of_files(&data::us_counties(), &[file], ImportOptions::default())
}

#[test]
fn the_demo_district_is_a_clean_coverage() {
    check_world(&World::of_areas(data::licheng(), data::demo(2_000, 8)), &[1, 2, 3, 4]);
}

#[test]
fn load_units_are_a_clean_coverage() {
    check_world(&load_units(31), &[1, 2, 3, 4]);
}

#[test]
fn real_counties_are_a_clean_coverage() {
    check_world(&counties(), &[1]);
}

#[test]
fn drawn_districts_are_coverages() {
    for seed in 0..10 {
        let profile = drawn::profile("overlay", "warning", NEAR);
        check_world(&World::of_areas(&profile, drawn::quarter(4, 5, 270, seed)), &[]);
    }
    for depth in [1, 2, 3, 8, 13] {
        check_world(&World::of_areas(&drawn::profile("overlay", "error", NEAR), drawn::nested(depth)), &[1, 2]);
    }
    check_world(&World::of_areas(&drawn::profile("overlay", "warning", WORLD), drawn::globe()), &[]);
}

#[test]
fn damage_within_the_tolerance_is_mended() {
    let sets = [
        World::of_areas(data::licheng(), data::demo(1_000, 9)),
        load_units(32),
        counties(),
        World::of_areas(&drawn::profile("overlay", "error", NEAR), drawn::nested(6)),
    ];
    for (i, world) in sets.iter().enumerate() {
        let mut areas = as_new(world.stored());
        let mut random = crate::support::random::Random::new(i as u64);
        let moved = areas.iter_mut().map(|area| damage::damage(&mut area.geometry, &mut random)).sum::<usize>();
        assert!(moved > areas.len() / 4, "{moved} vertices of {} areas", areas.len());
        let draft =
            validated(&world.profile, areas).unwrap_or_else(|invalid| panic!("{i}: {:#?}", errors(&invalid.findings)));
        let broken =
            draft.findings().iter().filter(|found| [Rule::Overlap, Rule::Gap, Rule::Leak].contains(&found.rule));
        assert_eq!(said(&broken.cloned().collect::<Vec<_>>()), [""; 0], "data set {i}");
        assert!(draft.findings().iter().all(|found| found.severity != Severity::Error));
        let polygons: Vec<&MultiPolygon> = draft.changes().iter().map(|change| &change.area.geometry).collect();
        let coverage = Coverage::build(polygons.iter().copied()).expect("noded");
        for (area, polygon) in polygons.iter().enumerate() {
            assert_eq!(&&coverage.polygon(area as u32), polygon);
        }
    }
}

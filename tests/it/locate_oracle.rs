//! Locating against the naive judge, on every data set there is.

use onemap::domain::{
    area::{Kind, NewArea, Snapshot},
    coverage::FaceId,
    geometry::{MultiPolygon, Position},
    locate::{Located, Match},
    profile::Profile,
};

use crate::support::{
    data,
    drawn::{self, NEAR, WORLD},
    naive::Naive,
    random::Random,
    world::World,
};
use onemap::app::import::ImportOptions;

#[path = "locate_oracle/batches.rs"]
mod batches;
#[path = "locate_oracle/bulk.rs"]
mod bulk;
#[path = "locate_oracle/edges.rs"]
mod edges;
#[path = "locate_oracle/editing.rs"]
pub mod editing;
#[path = "locate_oracle/index.rs"]
mod index;
#[path = "locate_oracle/plane_worlds.rs"]
mod plane_worlds;
#[path = "locate_oracle/points.rs"]
pub mod points;
#[path = "locate_oracle/spread.rs"]
mod spread;
#[path = "locate_oracle/updates.rs"]
mod updates;

/// Segments that the naive search for distances may look at in one world; what is beyond is located but not measured.
const MEASURE_BUDGET: usize = 40_000_000;

/// How often each thing was seen.
#[derive(Debug, Default)]
struct Tally {
    points: usize,
    inside: usize,
    border: usize,
    outer_border: usize,
    nearest: usize,
    none: usize,
    stacked: usize,
    margins: usize,
    distances: usize,
}

/// Locates `count` points of each kind in `world` and compares every part of the answer.
#[track_caller]
fn check(world: &World, count: usize, seed: u64) -> Tally {
    let stored = world.stored();
    let naive = Naive::new(&stored, &world.profile);
    let snapshot = world.snapshot();
    let mut tally = Tally::default();
    let mut budget = MEASURE_BUDGET;
    let positions = points::points(&stored, count, &mut Random::new(seed));
    let mut many = 0;
    snapshot.locate_many(&positions, |number, located| {
        assert_eq!((number, &located), (many, &snapshot.locate(positions[number])), "one of many, then alone");
        many += 1;
    });
    assert_eq!(many, positions.len());
    for &position in &positions {
        let located = snapshot.locate(position);
        compare_owners(&naive, position, &located);
        compare_distances(&naive, &world.profile, position, &located, &mut budget, &mut tally);
        tally.points += 1;
        tally.stacked += usize::from(!located.stacked.is_empty());
        match located.found {
            Match::Inside => tally.inside += 1,
            Match::Border => tally.border += 1,
            Match::Nearest if located.on_border => tally.outer_border += 1,
            Match::Nearest => tally.nearest += 1,
            Match::None => tally.none += 1,
        }
    }
    eprintln!("{} areas, {} borders: {tally:?}", stored.len(), naive.border_count());
    compare_footprints(&naive, &snapshot);
    tally
}

/// Compares the index with the bulk judge on the polygons that the store of `world` holds.
#[track_caller]
fn check_bulk(name: &str, world: &World, percent: usize, seed: u64) {
    let stored = world.stored();
    let polygons: Vec<&MultiPolygon> = stored.iter().map(|stored| &stored.geometry).collect();
    let seen = bulk::check(name, &polygons, bulk::share(percent), seed);
    assert!(seen.on_edge * 10 > seen.points && seen.outside * 100 > seen.points, "{name}: {seen:?}");
}

/// What answers for a face is what the naive judge makes of its areas: the face found, all levels are.
#[track_caller]
fn compare_footprints(naive: &Naive, snapshot: &Snapshot) {
    for face in (0..snapshot.coverage.face_count() as u32).map(FaceId) {
        let (areas, finest) = (snapshot.coverage.areas_of(face), snapshot.finest(face));
        let (ours, naive) = (snapshot.owners(), naive.resolve(areas));
        assert_eq!(
            (&ours.chain(finest)[..], ours.stacked(finest)),
            (&naive.chain[..], &naive.stacked[..]),
            "{areas:?}"
        );
    }
}

#[track_caller]
fn compare_owners(naive: &Naive, position: Position, located: &Located<'_>) {
    let judged = naive.judge(position);
    let missing: Vec<u8> = located.missing().map(|level| level.0).collect();
    assert_eq!(
        (&located.chain[..], located.stacked, located.on_border, &located.co_owners, &missing),
        (&judged.owners.chain[..], &judged.owners.stacked[..], judged.on_border, &judged.co_owners, &judged.missing),
        "chain, stacked, on_border, co_owners, missing at {position}: ours, then the naive ones"
    );
    let is_outside = judged.owners.chain.is_empty() && judged.owners.stacked.is_empty();
    let allowed: &[Match] = match (is_outside, judged.on_border) {
        (true, true) => &[Match::Nearest],
        (true, false) => &[Match::Nearest, Match::None],
        (false, true) => &[Match::Border],
        (false, false) => &[Match::Inside],
    };
    assert!(allowed.contains(&located.found), "{:?} at {position}, allowed are {allowed:?}", located.found);
    assert_eq!(located.position.lat(), position.lat());
}

/// Metres that two ways of measuring may differ by: answers are rounded to 0.01.
const ROUNDING_M: f64 = 0.006;

#[track_caller]
fn compare_distances(
    naive: &Naive,
    profile: &Profile,
    position: Position,
    located: &Located<'_>,
    budget: &mut usize,
    tally: &mut Tally,
) {
    let position = position.wrapped();
    let mut mine = located.stacked.to_vec();
    mine.extend(located.chain.last().filter(|_| located.stacked.is_empty()));
    if mine.is_empty() && located.on_border {
        let nearest = located.nearest.expect("the open side of the outer border names an area");
        assert_eq!((nearest.area, nearest.distance_m, nearest.bearing_deg), (located.co_owners[0], 0.0, 0.0));
        assert_eq!((located.margin_m, located.runner_up), (None, None));
        return;
    }
    let cost = naive.borders_of(&mine);
    if cost > *budget {
        return;
    }
    *budget -= cost;
    let border = naive.nearest_border(position, &mine).unwrap_or_else(|| panic!("{mine:?} has no border"));
    let near = |m: f64| (m - border.distance_m).abs() <= ROUNDING_M + border.distance_m * 1e-9;
    if mine.is_empty() {
        assert_eq!((located.margin_m, located.runner_up), (None, None));
        if (border.distance_m - profile.nearest_limit_m).abs() < 1e-3 {
            return;
        }
        assert_eq!(located.nearest.is_some(), border.distance_m <= profile.nearest_limit_m, "{position}: {border:?}");
        let Some(nearest) = located.nearest else { return };
        tally.distances += 1;
        assert!(near(nearest.distance_m), "{position}: {nearest:?}, naive {border:?}");
        assert!(border.areas.contains(&Some(nearest.area)), "{position}: {nearest:?}, naive {border:?}");
        assert!(
            border.feet.iter().any(|&foot| is_towards(nearest.bearing_deg, foot, border.distance_m)),
            "{position}: {nearest:?}, naive {border:?}"
        );
        return;
    }
    tally.margins += 1;
    assert_eq!(located.nearest, None);
    let margin_m = located.margin_m.unwrap_or_else(|| panic!("no margin at {position}"));
    assert!(near(margin_m), "{position}: margin {margin_m}, naive {border:?}, of {mine:?}");
    let across = located.runner_up.map(|runner_up| runner_up.area);
    assert!(border.areas.contains(&across), "{position}: across is {across:?}, naive {border:?}, of {mine:?}");
    assert!(located.runner_up.is_none_or(|runner_up| runner_up.distance_m == margin_m));
}

/// Whether a bearing points at a foot, which may be half a lattice unit off.
fn is_towards(bearing_deg: f64, (east, north): (f64, f64), distance_m: f64) -> bool {
    let expected = east.atan2(north).to_degrees().rem_euclid(360.0);
    let apart = (expected - bearing_deg).abs();
    let allowed = if distance_m < 0.02 { 180.0 } else { 0.006 + (0.008 / distance_m).atan().to_degrees() };
    (0.0..360.0).contains(&bearing_deg) && apart.min(360.0 - apart) <= allowed
}

#[test]
fn demo_district_is_located_as_the_naive_judge_says() {
    let world = World::of_areas(data::licheng(), data::demo(2_000, 5));
    check_bulk("demo district", &world, 8, 1);
    let tally = check(&world, 16_000, 1);
    assert!(tally.stacked > 100 && tally.border > 10_000 && tally.outer_border > 10 && tally.nearest > 10, "{tally:?}");
}

#[test]
fn load_units_are_located_as_the_naive_judge_says() {
    for (seed, format) in [(11, "csv"), (12, "seq")] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = data::make_units(seed, format, folder.path());
        let options = ImportOptions { crs: data::make_units_crs(), ..Default::default() };
        let world = World::of_files(data::licheng(), &files, options);
        check_bulk(&format!("load units {seed}"), &world, 4, seed);
        let tally = check(&world, 12_000, seed);
        assert!(tally.border > 5_000 && tally.outer_border > 5 && tally.inside > 10_000, "{tally:?}");
    }
}

#[test]
fn real_counties_are_located_as_the_naive_judge_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = data::us_counties_file("repaired", folder.path());
    let world = World::of_files(&data::us_counties(), &[file], ImportOptions::default());
    check_bulk("us-counties", &world, 6, 3);
    let tally = check(&world, 12_000, 3);
    assert!(tally.border > 5_000 && tally.outer_border > 500 && tally.none > 500, "{tally:?}");
}

fn check_drawn(extent: [f64; 4], areas: Vec<NewArea>, count: usize, seed: u64) -> Tally {
    let world = World::of_areas(&drawn::profile("overlay", "warning", extent), areas);
    check_bulk("drawn", &world, 1, seed);
    check(&world, count, seed)
}

#[test]
fn cells_of_three_metres_with_stacks_and_exclusive_areas_are_located_as_the_naive_judge_says() {
    for seed in 0..6 {
        let tally = check_drawn(NEAR, drawn::quarter(4, 5, 270, seed), 2_500, seed);
        assert!(tally.stacked > 50 && tally.border > 1_000 && tally.outer_border > 10, "{tally:?}");
    }
}

//   +-----------------------+   E lies over the units 1, 2 and 3 of the grid; V is a unit of E
//   |  1  |   2   |  3      |   and no neighbour of the face E over 1. What is hidden is no border.
//   | +-------------------+ |
//   | |E  :       :   +-+ | |   The margin of X used to end at the faces next to it: V was not seen.
//   | |X  :       :   |V| | |
//   | +-------------------+ |
//   +-----------------------+
#[test]
fn borders_under_an_exclusive_area_do_not_end_its_margin() {
    let of = |code: &str, kind: Kind, bounds: [i64; 4]| {
        drawn::area(code, kind, drawn::rectangle(bounds[0], bounds[1], bounds[2], bounds[3]))
    };
    let areas = vec![
        of("11", Kind::None, [0, 0, 900_000, 300_000]),
        of("11001", Kind::Comprehensive, [0, 0, 900_000, 300_000]),
        of("11001001", Kind::Comprehensive, [0, 0, 300_000, 300_000]),
        of("11001002", Kind::Comprehensive, [300_000, 0, 320_000, 300_000]),
        of("11001003", Kind::Comprehensive, [320_000, 0, 900_000, 300_000]),
        of("11900", Kind::Exclusive, [1_000, 1_000, 899_000, 299_000]),
        of("11900001", Kind::Exclusive, [400_000, 140_000, 420_000, 160_000]),
    ];
    let world = World::of_areas(&drawn::profile("overlay", "warning", NEAR), areas);
    let snapshot = world.snapshot();
    let located = snapshot.locate(drawn::p(299_000, 150_000));
    assert_eq!((&located.chain[..], located.on_border), (&[0, 2][..], false));
    let runner_up = located.runner_up.expect("V");
    assert_eq!((runner_up.area, located.margin_m), (6, Some(runner_up.distance_m)));
    assert!((1_010.0..1_020.0).contains(&runner_up.distance_m), "{runner_up:?}");
}

#[test]
fn squares_in_squares_are_located_as_the_naive_judge_says() {
    for depth in [1, 2, 7, 12] {
        let tally = check_drawn(NEAR, drawn::nested(depth), 4_000, u64::from(depth));
        assert!(tally.border > 1_000 && tally.outer_border > 10, "{tally:?}");
    }
}

#[test]
fn borders_over_the_whole_world_are_located_as_the_naive_judge_says() {
    let tally = check_drawn(WORLD, drawn::globe(), 12_000, 9);
    assert!(tally.border > 1_000 && tally.outer_border > 10, "{tally:?}");
}

#[test]
fn longitude_180_is_read_as_minus_180() {
    let world = World::of_areas(&drawn::profile("overlay", "warning", WORLD), drawn::globe());
    let snapshot = world.snapshot();
    for lat in [-889_999_999, -123_456_789, 0, 333_333_333, 889_999_999] {
        let (west, east) = (drawn::at(-1_800_000_000, lat), drawn::at(1_800_000_000, lat));
        assert_eq!(snapshot.locate(east), snapshot.locate(west));
        assert_eq!(snapshot.locate(east).chain.len(), 3, "{lat}");
    }
}

//            +------+------+
//            |  1   X  2   |     X lies on the common edge, Y on the outer one
//            +---Y--+------+
#[test]
fn a_common_border_belongs_to_the_east_and_the_open_outer_border_to_nobody() {
    let areas = vec![
        drawn::area("11", Kind::None, drawn::rectangle(0, 0, 2000, 1000)),
        drawn::area("11001", Kind::None, drawn::rectangle(0, 0, 1000, 1000)),
        drawn::area("11002", Kind::None, drawn::rectangle(1000, 0, 2000, 1000)),
    ];
    let world = World::of_areas(&drawn::profile("overlay", "warning", NEAR), areas);
    let snapshot = world.snapshot();
    let on_common = snapshot.locate(drawn::p(1000, 500));
    assert_eq!((on_common.chain.to_vec(), on_common.found, on_common.co_owners), (vec![0, 2], Match::Border, vec![1]));
    let on_south = snapshot.locate(drawn::p(300, 0));
    assert_eq!((on_south.chain.to_vec(), on_south.found, on_south.co_owners), (vec![0, 1], Match::Border, vec![]));
    for (x, y, co_owners) in [(300, 1000, vec![1]), (2000, 500, vec![2]), (1000, 1000, vec![1, 2]), (0, 1000, vec![1])]
    {
        let on_outer = snapshot.locate(drawn::p(x, y));
        assert_eq!((on_outer.chain.to_vec(), on_outer.found), (vec![], Match::Nearest), "{x} {y}");
        assert_eq!((on_outer.on_border, on_outer.co_owners), (true, co_owners), "{x} {y}");
        assert_eq!(on_outer.nearest.map(|nearest| nearest.distance_m), Some(0.0));
    }
}

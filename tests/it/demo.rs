//! The demo district: what every consumer of `onemap generate` relies on.

mod checks;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::OnceLock,
};

use checks::{
    COMMUNITY, DISTRICT, Edge, GRID, STREET, UNIT, check_areas, check_codes, check_crossings, check_sums, check_tiling,
    clash, doubled_area, edges, footprints, inside, of_level,
};
use onemap::{
    app::demo::{
        Content, DEFAULT_UNITS, DemoDistrict, DemoPlan, DemoStory, MAX_UNITS, MIN_UNITS, generate, generate_story,
    },
    domain::{
        area::{FigureSource, Kind, NewArea},
        duty::Order,
        geometry::{Extent, MultiPolygon, Position},
        place::{Place, PlaceGeometry, PlaceLayer},
    },
    formats::profile_toml::find_profile,
};
use time::macros::datetime;

fn make(units: u64, seed: u64, content: Content) -> DemoDistrict {
    let plan = DemoPlan::new(units, seed, content).expect("an allowed number of units");
    generate(&plan, &mut |_, _| {})
}

const SMALL_UNITS: u64 = 6_000;

fn small() -> &'static DemoDistrict {
    static SMALL: OnceLock<DemoDistrict> = OnceLock::new();
    SMALL.get_or_init(|| make(SMALL_UNITS, 7, Content::Buildings))
}

fn default() -> &'static DemoDistrict {
    &story().now
}

fn story() -> &'static DemoStory {
    static DEFAULT: OnceLock<DemoStory> = OnceLock::new();
    DEFAULT.get_or_init(|| generate_story(&DemoPlan::default(), &mut |_, _| {}))
}

/// 镇海街道 was first divided into 30 grids without units, and then into 260 with 4,565.
#[test]
fn the_edition_before_has_thirty_grids_on_the_ground_of_two_hundred_and_sixty() {
    let story = story();
    assert_eq!(story.before.len(), 30);
    let (kept, anew) = onemap::app::story::parted(story.now.areas.clone(), &story.before);
    let count = |areas: &[NewArea], level| areas.iter().filter(|area| area.level.0 == level).count();
    assert_eq!((count(&anew, GRID), count(&anew, UNIT), anew.len()), (260, 4565, 4825));
    assert_eq!(kept.len() + anew.len(), story.now.areas.len());
    let doubled = |areas: &[NewArea]| -> i128 { areas.iter().map(|area| doubled_area(&area.geometry)).sum() };
    let grids: Vec<NewArea> = anew.iter().filter(|area| area.level.0 == GRID).cloned().collect();
    assert_eq!(doubled(&story.before), doubled(&grids), "the same ground");
    let parts: Vec<usize> = story.before.iter().map(|area| area.geometry.polygons.len()).collect();
    assert!(parts.iter().all(|&parts| parts == 1), "each in one part: {parts:?}");
    let households = |areas: &[NewArea]| -> u32 { areas.iter().filter_map(|area| area.households).sum() };
    assert_eq!(households(&story.before), households(&grids));
    let codes: HashSet<_> = story.now.areas.iter().map(|area| area.code).collect();
    assert!(story.before.iter().all(|area| !codes.contains(&area.code)), "no code of theirs comes back");
}

fn corners(place: &Place) -> &MultiPolygon {
    let PlaceGeometry::Polygon(polygon) = &place.geometry else { panic!("building {} is no polygon", place.id) };
    polygon
}

#[test]
fn every_level_tiles_the_district_vertex_for_vertex() {
    check_tiling(small());
    check_areas(small());
    check_crossings(small());
}

#[test]
fn other_seeds_and_sizes_tile_as_well() {
    for (units, seed, content) in
        [(MIN_UNITS, 1, Content::Buildings), (300, 2, Content::Declared), (1_500, 3, Content::Declared)]
    {
        let district = make(units, seed, content);
        assert_eq!(of_level(&district, UNIT).count() as u64, units);
        check_tiling(&district);
        check_areas(&district);
        check_crossings(&district);
        check_codes(&district);
        check_sums(&district);
    }
}

#[test]
fn the_outline_is_the_real_one_with_its_island() {
    let text = include_str!("../../data/demo/boundary.geojson");
    let boundary: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let mut real = Vec::new();
    for pair in boundary["features"][0]["geometry"]["coordinates"]
        .as_array()
        .expect("parts")
        .iter()
        .flat_map(|part| part[0].as_array().expect("a ring"))
    {
        let degrees = |i: usize| pair[i].as_f64().expect("degrees");
        real.push(Position::from_degrees(degrees(0), degrees(1)).expect("in the world"));
    }
    assert_eq!(real.len(), 406);
    let district = of_level(small(), DISTRICT).next().expect("one district");
    let drawn: HashSet<Position> = edges(&district.geometry).map(|(a, _)| a).collect();
    assert!(real.iter().all(|position| drawn.contains(position)));

    let in_two_parts = |level| {
        let areas = of_level(small(), level).filter(|area| area.geometry.polygons.len() == 2);
        areas.map(|area| area.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(in_two_parts(DISTRICT), ["350304"]);
    assert_eq!(in_two_parts(STREET), ["350304103"]);
    assert_eq!(in_two_parts(COMMUNITY).len(), 1);
    assert!(of_level(small(), GRID).chain(of_level(small(), UNIT)).all(|area| area.geometry.polygons.len() == 1));
}

#[test]
fn streets_and_communities_have_their_real_names_and_codes() {
    assert_eq!(of_level(small(), STREET).count(), 6);
    assert_eq!(of_level(small(), COMMUNITY).count(), 130);
    let name = |code: &str| small().areas.iter().find(|area| &*area.code == code).map(|area| area.name.as_str());
    assert_eq!(name("350304"), Some("荔城区"));
    assert_eq!(name("350304001"), Some("镇海街道"));
    assert_eq!(name("350304001006"), Some("镇海社区"));
    assert_eq!(name("350304001202"), Some("步云村"));
    let branch =
        |code: &str| small().areas.iter().find(|area| &*area.code == code).and_then(|area| area.branch.clone());
    assert_eq!(branch("350304001006").as_deref(), Some("urban"));
    assert_eq!(branch("350304001202").as_deref(), Some("rural"));
}

#[test]
fn codes_are_distinct_in_order_and_within_the_scheme() {
    check_codes(small());
}

#[test]
fn zhenhai_has_its_documented_figures() {
    let of_zhenhai = |level| of_level(default(), level).filter(|area| area.code.starts_with("350304001"));
    assert_eq!(of_zhenhai(GRID).count(), 260);
    assert_eq!(of_zhenhai(UNIT).count(), 4_565);
    assert_eq!(of_zhenhai(UNIT).filter(|area| area.kind == Kind::Exclusive).count(), 176);
    let street = of_zhenhai(STREET).next().expect("the street");
    assert_eq!(street.residents, Some(99_806));
    // Square metres of a square lattice unit at 25.43 N: 1.1132 cm x cos, 1.1078 cm.
    let area_km2 = doubled_area(&street.geometry) as f64 / 2.0 * 0.010_060 * 0.011_077 / 1e6;
    assert!((7.1..7.9).contains(&area_km2), "{area_km2}");
    let leaders: HashSet<&str> = default()
        .postings
        .iter()
        .filter(|posting| posting.role == "unit_leader" && posting.area.starts_with("350304001"))
        .map(|posting| posting.name.as_str())
        .collect();
    assert_eq!(leaders.len(), 607);
    assert_eq!(of_level(default(), GRID).count(), 2_000);
    assert_eq!(of_level(default(), UNIT).count(), 40_000);
    check_codes(default());
    check_sums(default());
    check_tiling(default());
}

#[test]
fn equal_plans_give_equal_districts() {
    let again = make(6_000, 7, Content::Buildings);
    assert!(*small() == again);
    assert!(make(300, 1, Content::Declared) != make(300, 2, Content::Declared));
}

#[test]
fn stacked_units_are_equal_bit_for_bit_and_named_by_stairwell() {
    let mut stacks: BTreeMap<Vec<Position>, Vec<&NewArea>> = BTreeMap::new();
    for unit in of_level(small(), UNIT) {
        stacks.entry(unit.geometry.polygons[0].exterior.positions().to_vec()).or_default().push(unit);
    }
    let stacks: Vec<_> = stacks.into_values().filter(|stack| stack.len() > 1).collect();
    assert!(stacks.len() > 20, "{}", stacks.len());
    for stack in stacks {
        assert!((2..=4).contains(&stack.len()));
        let title = stack[0].name.strip_suffix("1梯").expect("the first is the first stairwell");
        let first: u64 = stack[0].code.parse().expect("digits");
        for (index, unit) in stack.iter().enumerate() {
            assert_eq!(unit.geometry, stack[0].geometry);
            assert_eq!(unit.parent, stack[0].parent);
            assert_eq!(unit.name, format!("{title}{}梯", index + 1));
            assert_eq!(unit.code.parse(), Ok(first + index as u64));
        }
    }
}

#[test]
fn every_building_stands_in_one_unit_and_figures_are_their_sums() {
    let extent = |unit: &MultiPolygon| unit.extent().expect("a unit has a part");
    let units: Vec<_> = footprints(small(), UNIT).into_iter().map(|unit| (unit, extent(unit))).collect();
    let mut figures: HashMap<&MultiPolygon, (u32, u32)> = HashMap::new();
    let mut buildings = 0;
    for place in &small().places {
        assert_eq!(place.building.is_some(), place.layer == PlaceLayer::Building);
        let Some(building) = &place.building else { continue };
        buildings += 1;
        let outline = corners(place);
        let at = outline.polygons[0].exterior.positions();
        let around = |(unit, extent): &&(&MultiPolygon, Extent)| extent.contains(at[0]) && inside(unit, at[0]);
        let &(unit, _) = units.iter().find(around).expect("a building stands in a unit");
        assert!(at.iter().all(|&corner| inside(unit, corner)), "building {}", place.id);
        let apart = |side: Edge| edges(unit).all(|border| !clash(side, border));
        assert!(edges(outline).all(apart), "building {} crosses a border", place.id);
        assert!(!building.number.is_empty() && building.stairs >= 1 && building.floors >= 1);
        assert!((building.residents == 0) == (building.households == 0));
        let sum = figures.entry(unit).or_default();
        *sum = (sum.0 + building.households, sum.1 + building.residents);
    }
    assert!(buildings > 3_000, "{buildings}");
    let mut of_units: HashMap<&MultiPolygon, (u32, u32)> = HashMap::new();
    for unit in of_level(small(), UNIT) {
        assert_eq!(unit.figures, FigureSource::Buildings);
        let sum = of_units.entry(&unit.geometry).or_default();
        *sum = (sum.0 + unit.households.expect("known"), sum.1 + unit.residents.expect("known"));
    }
    of_units.retain(|_, sum| *sum != (0, 0));
    figures.retain(|_, sum| *sum != (0, 0));
    assert!(of_units == figures);
    check_sums(small());
}

#[test]
fn roads_and_waters_follow_borders_and_have_names() {
    let borders: HashSet<Edge> = footprints(small(), UNIT).into_iter().flat_map(edges).collect();
    let mut ranks: BTreeMap<(PlaceLayer, u8), usize> = BTreeMap::new();
    for (index, place) in small().places.iter().enumerate() {
        assert_eq!(place.id, index as i64 + 1);
        let PlaceGeometry::Line(line) = &place.geometry else { continue };
        assert!(!place.name.is_empty());
        *ranks.entry((place.layer, place.rank)).or_default() += 1;
        for pair in line.windows(2) {
            assert!(borders.contains(&(pair[0], pair[1])), "{} leaves the borders", place.name);
        }
    }
    assert_eq!(ranks[&(PlaceLayer::Road, 0)], 3);
    assert_eq!(ranks[&(PlaceLayer::Water, 0)], 2);
    for rank in 1..=4 {
        assert!(ranks.contains_key(&(PlaceLayer::Road, rank)), "no road of rank {rank}");
    }
    assert!(small().places.iter().any(|place| place.name == "木兰溪"));
}

#[test]
fn facilities_stand_in_areas_and_are_visibly_made_up() {
    let places = &small().places;
    let of_class = |class: &str| places.iter().filter(|place| place.class == class).count();
    let share = |count: u64| (count * SMALL_UNITS / DEFAULT_UNITS) as usize;
    assert_eq!(of_class("charging_post"), share(2_000));
    assert_eq!(of_class("hydrant"), share(130));
    assert_eq!(of_class("camera"), share(500));
    assert_eq!((of_class("service_station"), of_class("mediation_room")), (130, 44));
    assert!(of_class("gate") > 10 && of_class("ditch") > 10);
    let profile = find_profile("licheng").expect("a profile");
    let mut numbers = HashSet::new();
    let district = &of_level(small(), 0).next().expect("the district").geometry;
    for place in places {
        let class = profile.place_class(&place.class).unwrap_or_else(|| panic!("class {}", place.class));
        assert!(class.layer == place.layer && class.geometries.contains(&place.geometry.kind()), "{place:?}");
        assert_eq!(place.video_url.is_some(), place.class == "camera");
        let PlaceGeometry::Point(at) = place.geometry else { continue };
        assert!(inside(district, at), "{place:?} is outside");
        assert!(place.name.contains("演示") && place.source == "演示数据", "{place:?}");
        assert!(numbers.insert((&place.class, place.external_id.clone().expect("a number"))), "{place:?} twice");
    }
    let aliases: HashSet<&String> = places.iter().flat_map(|place| &place.aliases).collect();
    assert_eq!(aliases.len(), 100);
    let codes: HashSet<_> = small().areas.iter().map(|area| area.code).collect();
    let owners: Vec<_> = places.iter().filter_map(|place| place.owner).collect();
    assert!(owners.len() > 5 && owners.iter().all(|owner| codes.contains(&owner.area)));
}

#[test]
fn every_grid_and_unit_has_its_posts_and_nobody_is_real() {
    let mut posts: HashMap<(&str, &str), [u32; 2]> = HashMap::new();
    let past = datetime!(2025-01-01 0:00 UTC);
    let now = datetime!(2026-11-22 0:00 UTC);
    let mut told = [0; 4];
    for posting in &small().postings {
        let is_vacant = posting.name.is_empty() && posting.organisation.is_empty();
        let named = if posting.name.is_empty() { &posting.organisation } else { &posting.name };
        assert!(is_vacant || named.contains("示例"), "{named}");
        assert!(posting.name.is_empty() || posting.phone.0.starts_with("000-"));
        let former = posting.valid.contains(past) && !posting.valid.contains(now);
        told = [
            told[0] + u32::from(is_vacant),
            told[1] + u32::from(former),
            told[2] + u32::from(posting.stands_in),
            told[3] + 1,
        ];
        if former || posting.stands_in {
            continue;
        }
        posts.entry((&posting.area, &posting.role)).or_default()[usize::from(posting.order == Order::B)] += 1;
    }
    let count = |area: &NewArea, role: &str| posts.get(&(area.code.as_str(), role)).copied().unwrap_or_default();
    for area in &small().areas {
        match area.level.0 {
            STREET => assert_eq!(count(area, "duty_chief"), [1, 1]),
            COMMUNITY => {
                assert_eq!(count(area, "community_secretary"), [1, 0]);
                assert_eq!(count(area, "community_police"), [1, 0]);
            }
            GRID => {
                assert_eq!(count(area, "grid_leader")[0], 1);
                assert_eq!(count(area, "grid_party_branch"), [1, 0]);
                assert!((1..=3).contains(&count(area, "grid_worker")[0]));
            }
            UNIT => {
                let (mine, other) = match area.kind {
                    Kind::Exclusive => ("exclusive_unit_leader", "unit_leader"),
                    _ => ("unit_leader", "exclusive_unit_leader"),
                };
                assert_eq!((count(area, mine), count(area, other)), ([1, 0], [0, 0]), "{}", area.code);
            }
            _ => {}
        }
        if let Some(body) = &area.body {
            assert!(body.name.starts_with("示例") && body.credit_code.is_none());
            assert!(body.duty_phone.as_ref().is_some_and(|phone| phone.starts_with("000-")));
        }
    }
    let [vacant, former, stand_ins, all] = told;
    assert!(
        vacant > 0 && former > 5 && stand_ins > 0,
        "{vacant} vacant, {former} former, {stand_ins} stand in, of {all}"
    );
}

#[test]
fn a_load_test_has_declared_figures_and_no_buildings() {
    let district = make(900, 5, Content::Declared);
    assert!(district.places.iter().all(|place| matches!(place.geometry, PlaceGeometry::Line(_))));
    assert!(district.areas.iter().all(|area| area.figures == FigureSource::Declared));
    let zhenhai = of_level(&district, STREET).next().and_then(|street| street.residents);
    assert_eq!(zhenhai, Some(99_806));
}

#[test]
fn progress_only_grows_and_reaches_its_total() {
    let plan = DemoPlan::new(400, 1, Content::Buildings).expect("an allowed number of units");
    let mut heard = Vec::new();
    generate(&plan, &mut |done, total| heard.push((done, total)));
    assert!(heard.is_sorted());
    assert!(heard.last().is_some_and(|(done, total)| done == total));
}

#[test]
fn a_plan_outside_the_limits_is_refused() {
    for units in [0, MIN_UNITS - 1, MAX_UNITS + 1, u64::MAX] {
        let error = DemoPlan::new(units, 1, Content::Declared).expect_err("refused");
        assert_eq!(error.to_string(), format!("a demo district of {units} units; allowed are 200 to 4000000"));
    }
}

//! Facilities, other names, and whose some border lanes are: obviously synthetic, the same on every machine.

use std::collections::{HashMap, HashSet};

use time::{Date, macros::date};

use super::{
    fabric::Use, layout::Layout, names::numeral, number::NumberedGrid, plan::DEFAULT_UNITS, random::Random,
    source::Source,
};
use crate::domain::{
    area::AreaCode,
    geometry::{MultiPolygon, Position, predicates::doubled},
    place::{BorderOwner, Place, PlaceGeometry, PlaceLayer},
};

/// Where all of it is known from.
const SOURCE: &str = "演示数据";
const DATED: Date = date!(2026 - 01 - 01);

/// How many of a kind a district of [`DEFAULT_UNITS`] has; others have as many for their size.
const CHARGING_POSTS: u64 = 2_000;
const HYDRANTS: u64 = 130;
const CAMERAS: u64 = 500;

/// Other names of buildings.
const ALIASES: usize = 100;
/// Lanes and ditches with a 归属.
const OWNED_LINES: usize = 40;

const ALIAS_WORDS: [&str; 10] =
    ["粮站", "糖厂", "供销社", "老礼堂", "水闸", "渔行", "戏台", "印刷厂", "老码头", "仓库"];
const ALIAS_ENDS: [&str; 10] = ["宿舍", "大院", "旧楼", "后院", "东楼", "西楼", "南楼", "北楼", "新楼", "小楼"];

/// A kind of facility.
struct Sort {
    class: &'static str,
    prefix: &'static str,
    word: &'static str,
    rank: u8,
}

const CHARGING_POST: Sort = Sort { class: "charging_post", prefix: "CDZ", word: "充电桩", rank: 2 };
const HYDRANT: Sort = Sort { class: "hydrant", prefix: "XHS", word: "消火栓", rank: 2 };
const CAMERA: Sort = Sort { class: "camera", prefix: "JK", word: "监控", rank: 2 };
const GATE: Sort = Sort { class: "gate", prefix: "MEN", word: "出入口", rank: 1 };
const STATION: Sort = Sort { class: "service_station", prefix: "DQ", word: "党群服务站", rank: 0 };
const MEDIATION: Sort = Sort { class: "mediation_room", prefix: "PL", word: "评理室", rank: 0 };

/// What the facilities of a district stand on.
pub struct Site<'a> {
    /// The cells.
    pub layout: &'a Layout,
    /// The real names.
    pub source: &'a Source,
    /// The grids, in the order of their codes.
    pub grids: &'a [NumberedGrid],
    /// The outlines of the footprints.
    pub footprints: &'a [MultiPolygon],
    /// How many units the district has.
    pub units: u64,
}

/// Adds facilities behind `places`, gives a hundred buildings another name and some lanes their 归属.
pub fn furnish(places: &mut Vec<Place>, site: &Site<'_>, seed: &Random) {
    rename(places);
    own_lines(places, site);
    let mut random = seed.fork(1);
    for (sort, count) in [(CHARGING_POST, CHARGING_POSTS), (HYDRANT, HYDRANTS), (CAMERA, CAMERAS)] {
        let count = (count * site.units / DEFAULT_UNITS).max(1);
        for number in 1..=count {
            let footprint = random.below(site.footprints.len());
            let at = inside(&site.footprints[footprint], &mut random);
            add(places, &sort, number, String::new(), at);
        }
    }
    let mut gates = 0;
    for grid in site.grids {
        let living = grid.units.iter().map(|unit| unit.footprint);
        let is_estate =
            |&footprint: &usize| matches!(site.layout.footprints[footprint].land_use, Use::Estate | Use::Stairs(_));
        if let Some(footprint) = living.into_iter().find(is_estate) {
            gates += 1;
            add(places, &GATE, gates, grid.estate.clone(), inside(&site.footprints[footprint], &mut random));
        }
    }
    let mut of_community: Vec<Vec<usize>> = vec![Vec::new(); site.layout.communities.len()];
    for (index, footprint) in site.layout.footprints.iter().enumerate() {
        of_community[site.layout.grids[footprint.grid].community].push(index);
    }
    for (number, (cell, footprints)) in (1..).zip(site.layout.communities.iter().zip(&of_community)) {
        let name = &site.source.streets[cell.street].communities[cell.index].name;
        let mut somewhere =
            || inside(&site.footprints[footprints[random.below(footprints.len())]], &mut random.fork(number));
        let at = somewhere();
        add(places, &STATION, number, name.clone(), at);
        // Every third community has a room to settle quarrels in.
        if number % 3 == 1 {
            add(places, &MEDIATION, number / 3 + 1, name.clone(), somewhere());
        }
    }
}

fn add(places: &mut Vec<Place>, sort: &Sort, number: u64, of: String, at: Position) {
    let id = places.len() as i64 + 1;
    let is_office = sort.rank == 0;
    places.push(Place {
        class: sort.class.to_owned(),
        rank: sort.rank,
        name: if of.is_empty() {
            format!("演示{}{number}", sort.word)
        } else {
            format!("{of}{}（演示）", sort.word)
        },
        external_id: Some(format!("{}-{number:05}", sort.prefix)),
        video_url: (sort.class == CAMERA.class).then(|| format!("https://video.invalid/cameras/{number:05}")),
        phone: is_office.then(|| "000-0000-0000".to_owned()),
        source: SOURCE.to_owned(),
        dated: Some(DATED),
        ..Place::bare(id, PlaceLayer::Facility, PlaceGeometry::Point(at))
    });
}

/// A position inside a footprint: between the one that stands for it and one of its corners.
fn inside(footprint: &MultiPolygon, random: &mut Random) -> Position {
    let middle = PlaceGeometry::Polygon(footprint.clone()).anchor().expect("a footprint has an inside");
    let exterior = &footprint.polygons[0].exterior;
    let corner = exterior.positions()[random.below(exterior.positions().len())];
    let share = random.between(0.1, 0.8);
    let between = |from: i32, to: i32| from + (f64::from(to - from) * share) as i32;
    let at = Position::new(between(middle.lon(), corner.lon()), between(middle.lat(), corner.lat()));
    let at = at.expect("between two positions of the world");
    if footprint.polygons[0].exterior.has_inside(doubled(at)) == Some(true) { at } else { middle }
}

/// Gives other names to buildings, spread over all of them.
fn rename(places: &mut [Place]) {
    let buildings: Vec<usize> =
        places.iter().enumerate().filter(|(_, place)| place.building.is_some()).map(|(index, _)| index).collect();
    let count = ALIASES.min(buildings.len());
    for number in 0..count {
        let word = ALIAS_WORDS[number % ALIAS_WORDS.len()];
        let end = ALIAS_ENDS[number / ALIAS_WORDS.len() % ALIAS_ENDS.len()];
        let alias = format!("演示{word}{end}{}", numeral(1 + number / 10));
        places[buildings[number * buildings.len() / count]].aliases.push(alias);
    }
}

/// Gives lanes and ditches along borders to the grid on their left.
fn own_lines(places: &mut [Place], site: &Site<'_>) {
    let mut grid_of: HashMap<usize, AreaCode> = HashMap::new();
    for grid in site.grids {
        grid_of.extend(grid.units.iter().map(|unit| (unit.footprint, grid.code)));
    }
    // Only of the lines' beginnings, either way: a district has millions of edges.
    let beginnings = places.iter().filter_map(|place| match &place.geometry {
        PlaceGeometry::Line(line) => Some([(line[0], line[1]), (line[1], line[0])]),
        _ => None,
    });
    let wanted: HashSet<(Position, Position)> = beginnings.flatten().collect();
    let mut left_of: HashMap<(Position, Position), AreaCode> = HashMap::new();
    for (index, footprint) in site.footprints.iter().enumerate() {
        let Some(&code) = grid_of.get(&index) else { continue };
        let edges = footprint.rings().flat_map(|ring| ring.edges()).filter(|edge| wanted.contains(edge));
        left_of.extend(edges.map(|edge| (edge, code)));
    }
    let is_border = |line: &[Position]| {
        let (left, right) = (left_of.get(&(line[0], line[1]))?, left_of.get(&(line[1], line[0]))?);
        (left != right).then_some(*left)
    };
    let narrow = |place: &&mut Place| place.rank >= 3 && matches!(place.geometry, PlaceGeometry::Line(_));
    for place in places.iter_mut().filter(narrow) {
        if place.layer == PlaceLayer::Water {
            place.class = "ditch".to_owned();
        }
    }
    let owned = places.iter_mut().filter(narrow).filter_map(|place| {
        let PlaceGeometry::Line(line) = &place.geometry else { return None };
        let owner = is_border(line)?;
        Some((place, owner))
    });
    for (place, area) in owned.take(OWNED_LINES) {
        place.owner = Some(BorderOwner { area, width_cm: if place.layer == PlaceLayer::Water { 300 } else { 600 } });
    }
}

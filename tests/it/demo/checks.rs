//! What is true of every demo district, judged by code of its own.

use std::collections::{BTreeSet, HashMap, HashSet};

use onemap::{
    app::demo::DemoDistrict,
    domain::{
        area::{Kind, Level, NewArea},
        geometry::{MultiPolygon, Position},
    },
};

pub type Edge = (Position, Position);

pub const DISTRICT: u8 = 0;
pub const STREET: u8 = 1;
pub const COMMUNITY: u8 = 2;
pub const GRID: u8 = 3;
pub const UNIT: u8 = 4;

pub fn of_level(district: &DemoDistrict, level: u8) -> impl Iterator<Item = &NewArea> {
    district.areas.iter().filter(move |area| area.level == Level(level))
}

/// The polygons of a level, each footprint once.
pub fn footprints(district: &DemoDistrict, level: u8) -> Vec<&MultiPolygon> {
    let mut seen = HashSet::new();
    of_level(district, level).map(|area| &area.geometry).filter(|geometry| seen.insert(*geometry)).collect()
}

pub fn edges(polygon: &MultiPolygon) -> impl Iterator<Item = Edge> {
    polygon.rings().flat_map(|ring| ring.edges())
}

pub fn doubled_area(polygon: &MultiPolygon) -> i128 {
    let xy = |p: Position| (i128::from(p.lon()), i128::from(p.lat()));
    edges(polygon)
        .map(|(a, b)| {
            let ((ax, ay), (bx, by)) = (xy(a), xy(b));
            ax * by - bx * ay
        })
        .sum()
}

pub fn turn(a: Position, b: Position, c: Position) -> i64 {
    let d = |p: i32, q: i32| i64::from(q) - i64::from(p);
    (d(a.lon(), b.lon()) * d(a.lat(), c.lat()) - d(a.lat(), b.lat()) * d(a.lon(), c.lon())).signum()
}

/// Whether two different edges share anything but a common end.
pub fn clash((a, b): Edge, (p, q): Edge) -> bool {
    let between = |a: Position, b: Position, c: Position| {
        turn(a, b, c) == 0
            && (a.lon().min(b.lon())..=a.lon().max(b.lon())).contains(&c.lon())
            && (a.lat().min(b.lat())..=a.lat().max(b.lat())).contains(&c.lat())
    };
    let rests = |end: Position, (x, y): Edge| end != x && end != y && between(x, y, end);
    if rests(a, (p, q)) || rests(b, (p, q)) || rests(p, (a, b)) || rests(q, (a, b)) {
        return true;
    }
    turn(a, b, p) * turn(a, b, q) < 0 && turn(p, q, a) * turn(p, q, b) < 0
}

pub fn inside(polygon: &MultiPolygon, point: Position) -> bool {
    let mut inside = false;
    for (a, b) in edges(polygon) {
        if (a.lat() > point.lat()) != (b.lat() > point.lat()) {
            let (low, high) = if a.lat() < b.lat() { (a, b) } else { (b, a) };
            inside ^= turn(low, high, point) > 0;
        }
    }
    inside
}

#[track_caller]
pub fn check_tiling(district: &DemoDistrict) {
    let outline: HashSet<Edge> = footprints(district, DISTRICT).into_iter().flat_map(edges).collect();
    let mut coarser = outline.clone();
    for level in STREET..=UNIT {
        let mut here = HashSet::new();
        for polygon in footprints(district, level) {
            for edge in edges(polygon) {
                assert!(here.insert(edge), "level {level}: two areas lie left of {edge:?}");
            }
        }
        for &(a, b) in &here {
            assert!(here.contains(&(b, a)) != outline.contains(&(a, b)), "level {level}: one side of {a} {b} is empty");
        }
        assert!(coarser.is_subset(&here), "level {level} lacks a vertex of the level above");
        coarser = here;
    }
}

#[track_caller]
pub fn check_areas(district: &DemoDistrict) {
    let mut of_children: HashMap<&str, i128> = HashMap::new();
    let mut seen = HashSet::new();
    for area in &district.areas {
        for polygon in &area.geometry.polygons {
            assert!(polygon.exterior.signed_area_doubled() > 0, "{} is not counter-clockwise", area.code);
            assert!(polygon.holes.is_empty());
        }
        assert_eq!(area.geometry.clone().canonical(), area.geometry, "{}", area.code);
        if seen.insert((area.level, &area.geometry))
            && let Some(parent) = &area.parent
        {
            *of_children.entry(parent.as_str()).or_default() += doubled_area(&area.geometry);
        }
    }
    for area in district.areas.iter().filter(|area| area.level < Level(UNIT)) {
        assert_eq!(of_children[area.code.as_str()], doubled_area(&area.geometry), "{}", area.code);
    }
}

/// No two edges of the finest level cross or touch but at common ends; with the tiling, no ring of any level does.
#[track_caller]
pub fn check_crossings(district: &DemoDistrict) {
    const CELL: i32 = 10_000;
    let all: BTreeSet<Edge> =
        footprints(district, UNIT).into_iter().flat_map(edges).map(|(a, b)| (a.min(b), a.max(b))).collect();
    let mut cells: HashMap<(i32, i32), Vec<Edge>> = HashMap::new();
    let mut degrees: HashMap<Position, u32> = HashMap::new();
    for (a, b) in all {
        for x in a.lon().min(b.lon()) / CELL..=a.lon().max(b.lon()) / CELL {
            for y in a.lat().min(b.lat()) / CELL..=a.lat().max(b.lat()) / CELL {
                cells.entry((x, y)).or_default().push((a, b));
            }
        }
        *degrees.entry(a).or_default() += 1;
        *degrees.entry(b).or_default() += 1;
    }
    for edges in cells.values() {
        for (i, one) in edges.iter().enumerate() {
            for other in &edges[i + 1..] {
                assert!(!clash(*one, *other), "{one:?} {other:?}");
            }
        }
    }
    assert!(degrees.values().all(|&degree| degree >= 2));
    // No ring passes a vertex twice.
    for area in &district.areas {
        for ring in area.geometry.rings() {
            let distinct: HashSet<&Position> = ring.positions().iter().collect();
            assert_eq!(distinct.len(), ring.positions().len(), "{}", area.code);
        }
    }
}

#[track_caller]
pub fn check_codes(district: &DemoDistrict) {
    let mut parents: HashMap<&str, Level> = HashMap::new();
    for area in &district.areas {
        let length = [6, 9, 12, 15, 18][usize::from(area.level.0)];
        assert_eq!(area.code.len(), length, "{}", area.code);
        if let Some(parent) = &area.parent {
            assert!(area.code.starts_with(parent.as_str()), "{}", area.code);
            assert_eq!(parents.get(parent.as_str()), Some(&Level(area.level.0 - 1)), "{} comes before", area.code);
        }
        assert!(parents.insert(area.code.as_str(), area.level).is_none(), "{} twice", area.code);
        let number: u32 = area.code[length - 3..].parse().expect("digits");
        match area.kind {
            Kind::None => assert!(area.level < Level(GRID)),
            Kind::Comprehensive => assert!((1..=799).contains(&number) && area.level >= Level(GRID), "{}", area.code),
            Kind::Exclusive => assert!((801..=999).contains(&number) && area.level >= Level(GRID), "{}", area.code),
        }
        assert_eq!(area.body.is_some(), area.kind == Kind::Exclusive, "{}", area.code);
    }
    let codes: Vec<_> = district.areas.iter().map(|area| (area.level, area.code)).collect();
    assert!(codes.is_sorted());
}

#[track_caller]
pub fn check_sums(district: &DemoDistrict) {
    let mut sums: HashMap<&str, (u32, u32)> = HashMap::new();
    let figures = |area: &NewArea| (area.households.expect("households"), area.residents.expect("residents"));
    for area in &district.areas {
        if let Some(parent) = &area.parent {
            let sum = sums.entry(parent.as_str()).or_default();
            let own = figures(area);
            *sum = (sum.0 + own.0, sum.1 + own.1);
        }
    }
    for area in district.areas.iter().filter(|area| area.level < Level(UNIT)) {
        assert_eq!(sums[area.code.as_str()], figures(area), "{}", area.code);
    }
}

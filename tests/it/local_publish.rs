//! Drawing on a part of the map: the verdict and the map are those of looking at everything.

use std::collections::BTreeMap;

use onemap::{
    app::import::digest,
    domain::{
        area::{AreaChanges, AreaCode, Finding, NewArea, Rule, Severity, Snapshot},
        coverage::AreaIndex,
        geometry::{MultiPolygon, Polygon, Position, Ring, validity},
        redraw::{Cause, Change, Invalid, ValidDraft, base_of, validate, validate_on},
    },
    formats::profile_toml::find_profile,
    store::{Imprint, Store},
};
use time::macros::datetime;

use crate::support::{data::demo, random::Random, world::World};

const SNAP_M: f64 = 0.05;

/// Areas of a snapshot, ready to be drawn on.
struct Desk<'a> {
    snapshot: &'a Snapshot,
    random: &'a mut Random,
    changes: BTreeMap<AreaCode, NewArea>,
}

impl Desk<'_> {
    fn below(&mut self, limit: usize) -> usize {
        (self.random.bits() % limit as u64) as usize
    }

    /// The area as it is on the desk.
    fn area(&self, index: AreaIndex) -> NewArea {
        let area = self.snapshot.hierarchy.area(index);
        self.changes.get(&area.code).cloned().unwrap_or_else(|| NewArea {
            code: area.code,
            level: area.level,
            parent: area.parent.map(|parent| self.snapshot.hierarchy.area(parent).code),
            name: area.name.clone(),
            kind: area.kind,
            branch: area.branch.clone(),
            households: area.households,
            residents: area.residents,
            figures: area.figures,
            body: area.body.as_deref().cloned(),
            geometry: self.snapshot.coverage.polygon(index),
        })
    }

    fn put(&mut self, area: NewArea) {
        self.changes.insert(area.code, area);
    }

    fn any(&mut self) -> AreaIndex {
        let count = self.snapshot.hierarchy.areas().len();
        self.below(count) as AreaIndex
    }

    /// Moves a vertex of one area, and in all others that share it when `everywhere`.
    fn move_vertex(&mut self, reach: i32, everywhere: bool) {
        let index = self.any();
        let drawn = self.area(index);
        let rings: Vec<&Ring> = drawn.geometry.rings().collect();
        let ring = rings[self.below(rings.len())].positions();
        let from = ring[self.below(ring.len())];
        let by = |random: &mut Random| random.between(-i64::from(reach), i64::from(reach)) as i32;
        let to = Position::new(from.lon() + by(self.random), from.lat() + by(self.random)).expect("in the world");
        let all = 0..self.snapshot.hierarchy.areas().len() as AreaIndex;
        let which: Vec<AreaIndex> = if everywhere { all.collect() } else { vec![index] };
        for index in which {
            let area = self.area(index);
            if !area.geometry.rings().any(|ring| ring.positions().contains(&from)) {
                continue;
            }
            let moved = |ring: &Ring| {
                let positions = ring.positions().iter().map(|&p| if p == from { to } else { p }).collect();
                Ring::new(positions)
            };
            let polygon = |polygon: &Polygon| {
                let holes: Option<Vec<Ring>> = polygon.holes.iter().map(moved).collect();
                Some(Polygon { exterior: moved(&polygon.exterior)?, holes: holes? })
            };
            let polygons: Option<Vec<Polygon>> = area.geometry.polygons.iter().map(polygon).collect();
            let Some(geometry) = polygons.map(|polygons| MultiPolygon { polygons }) else { continue };
            if validity::faults(&geometry).is_empty() {
                self.put(NewArea { geometry: geometry.canonical(), ..area });
            }
        }
    }

    /// Cuts a unit along one of its diagonals; the second part is a new unit.
    fn split(&mut self, fresh: u32) {
        let level = self.snapshot.profile.levels.len() - 1;
        let units = self.snapshot.hierarchy.of_level(onemap::domain::area::Level(level as u8));
        let index = units.start + self.below(units.len()) as AreaIndex;
        let unit = self.area(index);
        let [polygon] = &unit.geometry.polygons[..] else { return };
        let ring = polygon.exterior.positions();
        if ring.len() < 5 || !polygon.holes.is_empty() {
            return;
        }
        let (start, length) = (self.below(ring.len()), 3 + self.below(ring.len() - 4));
        let around: Vec<Position> = ring.iter().cycle().skip(start).take(ring.len()).copied().collect();
        let one = Ring::new(around[..length].to_vec());
        let other = Ring::new(around[length - 1..].iter().chain([&around[0]]).copied().collect());
        let of = |ring: Option<Ring>| {
            let geometry = MultiPolygon { polygons: vec![Polygon { exterior: ring?, holes: Vec::new() }] };
            validity::faults(&geometry).is_empty().then(|| geometry.canonical())
        };
        let (Some(one), Some(other)) = (of(one), of(other)) else { return };
        let prefix = &unit.code.as_str()[..unit.code.len() - 4];
        let code = AreaCode::new(&format!("{prefix}{:04}", 9000 + fresh)).expect("a code");
        self.put(NewArea { code, name: "新单元".to_owned(), geometry: other, ..unit.clone() });
        self.put(NewArea { geometry: one, ..unit });
    }

    fn rename(&mut self) {
        let index = self.any();
        let area = self.area(index);
        self.put(NewArea { name: format!("{}改", area.name), ..area });
    }
}

fn changes(drawn: BTreeMap<AreaCode, NewArea>) -> Vec<Change> {
    let change = |area: NewArea| Change { digest: digest(&area), area, source: Default::default() };
    drawn.into_values().map(change).collect()
}

fn errors(judged: &Result<ValidDraft, Invalid>) -> Vec<(Rule, Vec<AreaCode>, String)> {
    let Err(Invalid { findings }) = judged else { return Vec::new() };
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    let mut errors: Vec<_> =
        findings.iter().filter(is_error).map(|found| (found.rule, found.areas.clone(), found.en.clone())).collect();
    errors.sort();
    errors
}

/// What is the same in equal maps, whatever the numbers of arcs and faces.
#[track_caller]
fn assert_same(one: &Snapshot, other: &Snapshot, random: &mut Random) {
    assert_eq!(one.hierarchy.areas(), other.hierarchy.areas());
    for index in 0..one.hierarchy.areas().len() as AreaIndex {
        assert_eq!(one.hierarchy.children(index), other.hierarchy.children(index));
        assert_eq!(one.coverage.polygon(index), other.coverage.polygon(index), "polygon of area {index}");
        assert_eq!(one.on_duty(index), other.on_duty(index));
    }
    let extent = one.extent().expect("areas");
    assert_eq!(Some(extent), other.extent());
    let (min, max) = (extent.min(), extent.max());
    let vertices: Vec<Position> = one.coverage.arc_ids().flat_map(|arc| one.coverage.positions(arc).to_vec()).collect();
    for n in 0..2_000 {
        let mut between = |low: i32, high: i32| random.between(low.into(), high.into()) as i32;
        let mut anywhere =
            || Position::new(between(min.lon(), max.lon()), between(min.lat(), max.lat())).expect("in the world");
        let position = if n % 4 == 0 { vertices[n * 31 % vertices.len()] } else { anywhere() };
        assert_eq!(one.locate(position), other.locate(position), "at {position}");
    }
}

#[test]
fn any_drawing_is_judged_and_published_as_if_all_was_looked_at() {
    let profile = find_profile("licheng").expect("a built-in profile");
    let world = World::of_areas(profile, demo(300, 1));
    let mut random = Random::new(11);
    let mut served = world.snapshot();
    let (mut published, mut refused, mut noded) = (0, 0, 0);
    for round in 0..60_u32 {
        let mut desk = Desk { snapshot: &served, random: &mut random, changes: BTreeMap::new() };
        for _ in 0..1 + desk.below(3) {
            match desk.below(6) {
                0 => desk.split(round),
                1 => desk.rename(),
                2 => desk.move_vertex(6, false),
                3 => desk.move_vertex(2_000, false),
                _ => desk.move_vertex(3_000, true),
            }
        }
        let drawn = changes(desk.changes);
        let number = served.edition_number();
        let local = validate_on(&served, drawn.clone(), &[], SNAP_M);
        let whole = validate(&served.profile, number, base_of(&served), drawn, &[], SNAP_M);
        assert_eq!(errors(&local), errors(&whole), "round {round}");
        let (Ok(local), Ok(whole)) = (local, whole) else {
            refused += 1;
            continue;
        };
        assert_eq!(local.changes(), whole.changes(), "round {round}");
        if local.changes().is_empty() {
            continue;
        }
        noded += local.changes().iter().filter(|change| change.cause == Cause::Noded).count();
        let imprint = Imprint {
            title: format!("第 {round} 次"),
            author: "test".to_owned(),
            effective_from: datetime!(2026-01-05 08:00 UTC),
            published_at: datetime!(2026-01-05 08:00 UTC),
            profile_digest: String::new(),
        };
        let store = world.district.store();
        let edition = world.wait(store.publish(&local, &imprint)).expect("a valid draft is published");
        let changes: AreaChanges = world.wait(store.area_changes(number, edition.number)).expect("what differs");
        let next = served.next(Some(edition), changes, served.roster().clone()).expect("the next edition");
        assert_same(&next, &world.snapshot(), &mut random);
        let back = world.wait(store.area_changes(next.edition_number(), number)).expect("what differs");
        let before = next.next(served.edition.clone(), back, served.roster().clone()).expect("the edition before");
        assert_same(&before, &served, &mut random);
        served = next;
        published += 1;
    }
    assert!(published > 20 && refused > 5 && noded > 0, "{published} published, {refused} refused, {noded} noded");
}

#[test]
fn a_drawing_of_most_areas_is_judged_by_looking_at_everything() {
    let profile = find_profile("licheng").expect("a built-in profile");
    let world = World::of_areas(profile, demo(300, 1));
    let served = world.snapshot();
    let mut random = Random::new(5);
    let mut desk = Desk { snapshot: &served, random: &mut random, changes: BTreeMap::new() };
    for index in 0..served.hierarchy.areas().len() as AreaIndex {
        let area = desk.area(index);
        desk.put(NewArea { name: format!("{}改", area.name), ..area });
    }
    let drawn = changes(desk.changes);
    let local = validate_on(&served, drawn.clone(), &[], SNAP_M).expect("names only");
    let whole = validate(&served.profile, 1, base_of(&served), drawn, &[], SNAP_M).expect("names only");
    assert_eq!(local, whole);
}

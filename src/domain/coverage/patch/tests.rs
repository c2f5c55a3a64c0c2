//! A patched coverage is the one that is built from all polygons.

use std::collections::{BTreeMap, BTreeSet};

use super::{Drawn, Near, Outline, Patched, fit};
use crate::domain::{
    coverage::{
        Arc, ArcId, AreaIndex, Coverage, FaceId, Layer,
        noding::DEFAULT_SNAP_M,
        sample::{Random, tiling},
        topology::ArcSide,
    },
    geometry::{Extent, MultiPolygon, Polygon, Position, Ring},
    locate::LocateIndex,
};

/// Looks at every edge of the map.
struct Scan<'a> {
    coverage: &'a Coverage,
    index: LocateIndex,
}

impl<'a> Scan<'a> {
    fn of(coverage: &'a Coverage) -> Self {
        Self { coverage, index: LocateIndex::build(coverage) }
    }
}

impl Near for Scan<'_> {
    fn edges(&self, around: Extent, visit: &mut dyn FnMut(ArcId, u32)) {
        for arc in self.coverage.arc_ids() {
            for (number, ends) in (0..).zip(self.coverage.positions(arc).windows(2)) {
                if around.intersects(Extent::of(ends[0]).with(ends[1])) {
                    visit(arc, number);
                }
            }
        }
    }

    fn face(&self, position: Position) -> FaceId {
        self.index.locate(position).face
    }
}

type Sides = (Vec<AreaIndex>, Vec<AreaIndex>);

/// The arcs with the areas on both sides; the same for equal maps, whatever the numbers.
fn arcs(coverage: &Coverage, name: &dyn Fn(AreaIndex) -> AreaIndex) -> BTreeMap<Vec<Position>, Sides> {
    let areas = |face| coverage.areas_of(face).iter().map(|&area| name(area)).collect();
    let used = coverage.arc_ids().filter(|&arc| !coverage.positions(arc).is_empty());
    let of = |arc: ArcId| {
        let Arc { left, right, .. } = coverage.arc(arc);
        (coverage.positions(arc).to_vec(), (areas(left), areas(right)))
    };
    used.map(of).collect()
}

/// The faces, each as the sides of arcs around it.
fn faces(coverage: &Coverage) -> BTreeSet<BTreeSet<(Vec<Position>, bool)>> {
    let side = |side: &ArcSide| (coverage.positions(side.arc).to_vec(), side.is_forward);
    let borders = (0..coverage.face_count() as u32).map(|face| coverage.border_of_face(FaceId(face)));
    borders.filter(|border| !border.is_empty()).map(|border| border.iter().map(side).collect()).collect()
}

/// The lists that follow from arcs and the areas of faces.
#[track_caller]
fn check_lists(coverage: &Coverage) {
    let mut of_faces: Vec<Vec<ArcSide>> = vec![Vec::new(); coverage.face_count()];
    let mut of_areas: Vec<Vec<ArcSide>> = vec![Vec::new(); coverage.area_count()];
    let mut edges = 0;
    for arc in coverage.arc_ids().filter(|&arc| !coverage.positions(arc).is_empty()) {
        let Arc { left, right, .. } = coverage.arc(arc);
        edges += coverage.positions(arc).len() - 1;
        for (inner, outer, is_forward) in [(left, right, true), (right, left, false)] {
            let side = ArcSide { arc, is_forward };
            of_faces[inner.0 as usize].push(side);
            let outside = coverage.areas_of(outer);
            let alone = coverage.areas_of(inner).iter().filter(|area| !outside.contains(area));
            alone.for_each(|&area| of_areas[area as usize].push(side));
        }
    }
    for (face, expected) in (0..).zip(&of_faces) {
        assert_eq!(coverage.border_of_face(FaceId(face)), expected, "border of face {face}");
        assert!(!expected.is_empty() || coverage.areas_of(FaceId(face)).is_empty(), "face {face} is gone");
    }
    for (area, expected) in (0..).zip(&of_areas) {
        assert_eq!(coverage.border_of(area), expected, "border of area {area}");
    }
    assert_eq!(coverage.edge_count(), edges);
    let all = coverage.arc_ids().flat_map(|arc| coverage.positions(arc).iter().copied());
    assert_eq!(coverage.bounds(), Extent::around(all));
}

/// Areas, some of which may be gone, and their map.
struct World {
    polygons: Vec<Option<MultiPolygon>>,
    coverage: Coverage,
}

impl World {
    fn new(polygons: Vec<MultiPolygon>) -> Self {
        let coverage = Coverage::build(polygons.iter()).expect("a tiling");
        Self { polygons: polygons.into_iter().map(Some).collect(), coverage }
    }

    /// Draws and takes away areas, by patching and by building from everything; whether the drawing was possible.
    #[track_caller]
    fn edit(&mut self, drawn: &[(AreaIndex, MultiPolygon)], gone: &[AreaIndex]) -> bool {
        let near = Scan::of(&self.coverage);
        let given: Vec<Drawn<'_>> = drawn.iter().map(|(area, polygons)| Drawn { area: *area, polygons }).collect();
        let fitted = fit(&self.coverage, &near, &given, gone, DEFAULT_SNAP_M).expect("borders that settle");
        let patched = self.coverage.patched(&near, &fitted.outlines);
        let mut wanted = self.polygons.clone();
        gone.iter().for_each(|&area| wanted[area as usize] = None);
        drawn.iter().for_each(|(area, polygons)| wanted[*area as usize] = Some(polygons.clone()));
        let present: Vec<AreaIndex> =
            (0..wanted.len() as AreaIndex).filter(|&area| wanted[area as usize].is_some()).collect();
        let layer = |&area: &AreaIndex| Layer {
            geometry: wanted[area as usize].as_ref().expect("present"),
            settled: !drawn.iter().any(|(other, _)| *other == area),
        };
        let layers: Vec<Layer<'_>> = present.iter().map(layer).collect();
        let whole = Coverage::node_and_build(&layers, DEFAULT_SNAP_M);
        let (patched, whole) = match (patched, whole) {
            (Ok(patched), Ok(whole)) => (patched, whole),
            (Err(_), Err(_)) => return false,
            (patched, whole) => panic!("patched {:?}, built {:?}", patched.is_ok(), whole.is_ok()),
        };
        self.judge(&patched, &whole, &present);
        self.polygons = vec![None; wanted.len()];
        for (number, &area) in (0..).zip(&present) {
            self.polygons[area as usize] = Some(whole.polygon(number));
        }
        self.coverage = patched.coverage;
        true
    }

    #[track_caller]
    fn judge(&self, patched: &Patched, whole: &Coverage, present: &[AreaIndex]) {
        let after = &patched.coverage;
        assert_eq!(arcs(after, &|area| area), arcs(whole, &|number| present[number as usize]));
        assert_eq!(faces(after), faces(whole));
        check_lists(after);
        for (number, &area) in (0..).zip(present) {
            assert_eq!(after.polygon(area), whole.polygon(number), "area {area}");
        }
        for arc in after.arc_ids().filter(|arc| patched.changed.binary_search(arc).is_err()) {
            assert!(self.coverage.has_arc(arc) && self.coverage.has_same_positions(after, arc));
            let sides = |coverage: &Coverage| (coverage.arc(arc).left, coverage.arc(arc).right);
            assert_eq!(sides(&self.coverage), sides(after));
        }
        assert_eq!(after.differing_arcs(&self.coverage), patched.changed);
        assert_eq!(self.coverage.differing_arcs(after), patched.changed);
        let others = after.differing_faces(&self.coverage);
        assert!(others.iter().all(|face| patched.faces.contains(face) || after.areas_of(*face).is_empty()));
        for face in (0..after.face_count() as u32).map(FaceId).filter(|face| !patched.faces.contains(face)) {
            assert_eq!(self.coverage.areas_of(face), after.areas_of(face), "face {face:?} is said to be as before");
        }
    }
}

/// A star around a position, with its corners up to so many lattice units away.
fn star(random: &mut Random, middle: Position, reach: i32) -> MultiPolygon {
    let corners = 3 + random.below(6) as i32;
    let corner = |n: i32, random: &mut Random| {
        let turn = f64::from(n) * std::f64::consts::TAU / f64::from(corners);
        let far = f64::from(reach / 3) + random.below(reach as u64 * 2 / 3) as f64;
        Position::new(middle.lon() + (turn.cos() * far) as i32, middle.lat() + (turn.sin() * far) as i32)
    };
    let exterior = (0..corners).map(|n| corner(n, random).expect("in the world")).collect();
    let exterior = Ring::new(exterior).expect("a ring");
    MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical()
}

/// The area with one vertex elsewhere; `None` when that makes it invalid.
fn bent(random: &mut Random, area: &MultiPolygon, reach: i32) -> Option<MultiPolygon> {
    let mut bent = area.clone();
    let part = random.below(bent.polygons.len() as u64) as usize;
    let mut positions = bent.polygons[part].exterior.positions().to_vec();
    let at = random.below(positions.len() as u64) as usize;
    let mut by = || random.below(reach as u64 * 2 + 1) as i32 - reach;
    positions[at] = Position::new(positions[at].lon() + by(), positions[at].lat() + by())?;
    bent.polygons[part].exterior = Ring::new(positions)?;
    (crate::domain::geometry::validity::faults(&bent).is_empty()).then(|| bent.canonical())
}

fn any_vertex(random: &mut Random, polygon: &MultiPolygon) -> Position {
    let ring = polygon.polygons[0].exterior.positions();
    ring[random.below(ring.len() as u64) as usize]
}

#[test]
fn random_edits_are_as_if_built_from_everything() {
    let mut drawn = 0;
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let mut world = World::new(tiling(5, 4, seed).all());
        for _ in 0..25 {
            let count = world.polygons.len() as u64;
            let (mut edits, mut gone) = (BTreeMap::new(), Vec::new());
            for _ in 0..1 + random.below(3) {
                let area = random.below(count) as AreaIndex;
                let anchor = world.polygons.iter().flatten().nth(random.below(count / 2) as usize);
                let anchor = any_vertex(&mut random, anchor.expect("most areas are there"));
                let present = world.polygons[area as usize].clone();
                match (random.below(6), present) {
                    (0, Some(_)) if !edits.contains_key(&area) => gone.push(area),
                    (1 | 2, Some(polygon)) => {
                        let reach = [3, 40, 2_500][random.below(3) as usize];
                        edits.extend(bent(&mut random, &polygon, reach).map(|bent| (area, bent)));
                    }
                    (3, Some(polygon)) => drop(edits.insert(area, polygon)),
                    _ => {
                        let reach = [300, 3_000, 9_000][random.below(3) as usize];
                        edits.insert(area, star(&mut random, anchor, reach));
                    }
                }
            }
            gone.retain(|area| !edits.contains_key(area));
            gone.sort_unstable();
            gone.dedup();
            let edits: Vec<(AreaIndex, MultiPolygon)> = edits.into_iter().collect();
            drawn += usize::from(world.edit(&edits, &gone));
        }
    }
    assert!(drawn > 200, "only {drawn} edits could be drawn");
}

#[test]
fn an_island_and_a_lake_come_and_go() {
    let mut random = Random::new(3);
    let mut world = World::new(tiling(3, 3, 2).all());
    let unit = world.polygons.len() as AreaIndex - 1;
    let middle = any_vertex(&mut random, world.polygons[unit as usize].as_ref().expect("there"));
    let far = Position::new(middle.lon() + 500_000, middle.lat() + 500_000).expect("in the world");
    let island = star(&mut random, far, 3_000);
    assert!(world.edit(&[(unit, island.clone())], &[]));
    assert!(world.edit(&[(unit - 1, star(&mut random, far, 900))], &[]));
    assert!(world.edit(&[], &[unit]));
    assert!(world.edit(&[(unit, island)], &[unit - 1]));
}

#[test]
fn nothing_new_changes_nothing() {
    let polygons = tiling(4, 4, 5).all();
    let coverage = Coverage::build(polygons.iter()).expect("a tiling");
    let same: Vec<Outline> = (0..).zip(&polygons).map(|(area, polygon)| Outline::of(area, polygon)).collect();
    let patched = coverage.patched(&Scan::of(&coverage), &same).expect("the map itself");
    assert_eq!((patched.changed.len(), patched.faces.len()), (0, 0));
}

#[test]
fn a_border_that_does_not_close_is_refused() {
    let polygons = tiling(2, 2, 5).all();
    let coverage = Coverage::build(polygons.iter()).expect("a tiling");
    let mut outline = Outline::of(1, &polygons[1]);
    outline.edges.pop();
    assert!(coverage.patched(&Scan::of(&coverage), &[outline]).is_err());
}

#[test]
fn other_numbers_of_areas_are_a_map_of_other_numbers() {
    let polygons = tiling(3, 3, 7).all();
    let coverage = Coverage::build(polygons.iter()).expect("a tiling");
    let number_of: Vec<Option<AreaIndex>> = (0..polygons.len() as AreaIndex).map(|area| Some(area * 2 + 1)).collect();
    let spread = coverage.with_area_numbers(&number_of, polygons.len() * 2 + 1);
    check_lists(&spread);
    for (area, polygon) in (0..).zip(&polygons) {
        assert_eq!(&spread.polygon(area * 2 + 1), polygon);
        assert!(spread.border_of(area * 2).is_empty());
    }
}

#[test]
fn a_face_whose_every_edge_moves_keeps_its_number() {
    let polygons = tiling(6, 5, 9).all();
    let coverage = Coverage::build(polygons.iter()).expect("a tiling");
    let rim: BTreeSet<Position> = coverage
        .border_of_face(FaceId::OUTSIDE)
        .iter()
        .flat_map(|side| coverage.positions(side.arc))
        .copied()
        .collect();
    let moved = |position: &Position| match rim.contains(position) {
        true => *position,
        false => Position::new(position.lon() + 3, position.lat() - 2).expect("in the world"),
    };
    let ring = |ring: &Ring| Ring::new(ring.positions().iter().map(moved).collect()).expect("a ring");
    let drawn: Vec<MultiPolygon> = polygons
        .iter()
        .map(|polygon| {
            let part = |part: &Polygon| Polygon {
                exterior: ring(&part.exterior),
                holes: part.holes.iter().map(ring).collect(),
            };
            MultiPolygon { polygons: polygon.polygons.iter().map(part).collect() }.canonical()
        })
        .collect();
    let outlines: Vec<Outline> = (0..).zip(&drawn).map(|(area, polygon)| Outline::of(area, polygon)).collect();
    let patched = coverage.patched(&Scan::of(&coverage), &outlines).expect("the same map, moved").coverage;
    assert_eq!(patched.face_count(), coverage.face_count());
    let all_move = |face: &FaceId| {
        let ends = coverage.border_of_face(*face).iter().flat_map(|side| coverage.positions(side.arc));
        ends.clone().count() > 0 && ends.into_iter().all(|position| !rim.contains(position))
    };
    let inner: Vec<FaceId> = coverage.faces().filter(all_move).collect();
    assert!(inner.len() >= 8, "{}", inner.len());
    for face in inner {
        assert_eq!(patched.areas_of(face), coverage.areas_of(face), "{face:?}");
    }
}

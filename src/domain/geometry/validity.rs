//! Whether polygons are valid by OGC 06-103r4: exact, and naming the ring and the place.

use std::collections::{BTreeMap, BTreeSet};

use super::{polygon::MultiPolygon, position::Position, predicates, segments::SegmentIndex};

/// What is right, in Chinese and English.
pub const ALLOWED: (&str, &str) =
    ("环不自交、互不相交，洞在外环之内", "simple rings that do not cross, holes inside their exterior");

/// What is wrong with a polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The ring goes back the way it came.
    Spike,
    /// A ring crosses or touches itself.
    SelfIntersection,
    /// Two rings cross, or run along each other.
    RingsCross,
    /// A hole lies outside its exterior.
    HoleOutside,
    /// A hole lies inside another.
    HolesNest,
    /// One part lies inside another.
    PartsOverlap,
    /// Holes that touch cut the inside in two.
    Disconnected,
}

impl Fault {
    /// What is wrong, in Chinese and English.
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Spike => ("边界有折返尖刺", "the ring goes back the way it came"),
            Self::SelfIntersection => ("边界自相交", "the ring crosses or touches itself"),
            Self::RingsCross => ("两条环相交或重叠", "two rings cross or run along each other"),
            Self::HoleOutside => ("内环不在外环之内", "a hole lies outside its exterior"),
            Self::HolesNest => ("内环互相包含", "a hole lies inside another"),
            Self::PartsOverlap => ("各部分互相重叠", "one part lies inside another"),
            Self::Disconnected => ("内环相接，把内部隔断", "touching holes cut the inside in two"),
        }
    }
}

/// A fault and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Invalid {
    /// What is wrong.
    pub fault: Fault,
    /// Where: the crossing rounded to the nearest vertex concerned.
    pub position: Position,
    /// The part, from 0.
    pub part: usize,
    /// The ring of the part: 0 is the exterior.
    pub ring: usize,
}

/// One edge of one ring.
#[derive(Clone, Copy)]
struct Edge {
    a: Position,
    b: Position,
    ring: u32,
    index: u32,
}

/// Fewer edges than this are compared pair by pair; an index of them would cost more.
const INDEX_MIN_EDGES: usize = 48;

/// Faults listed at most for one area: a tangle has as many crossings as it likes.
const MAX_FAULTS: usize = 16;

/// The faults of `area`, sorted; none when it is valid. At most `MAX_FAULTS`.
pub fn faults(area: &MultiPolygon) -> Vec<Invalid> {
    let mut check = Check::new(area);
    check.pairs();
    if check.found.is_empty() {
        check.connections();
        check.nesting();
    }
    check.found.into_iter().take(MAX_FAULTS).collect()
}

struct Check<'a> {
    area: &'a MultiPolygon,
    /// Part and ring of each ring number.
    rings: Vec<(usize, usize)>,
    lengths: Vec<u32>,
    edges: Vec<Edge>,
    found: BTreeSet<Invalid>,
    /// For each position where different rings of one part touch: those rings.
    touches: BTreeMap<(usize, Position), BTreeSet<u32>>,
}

impl<'a> Check<'a> {
    fn new(area: &'a MultiPolygon) -> Self {
        let (mut rings, mut lengths, mut edges) = (Vec::new(), Vec::new(), Vec::new());
        for (part, polygon) in area.polygons.iter().enumerate() {
            for (number, ring) in polygon.rings().enumerate() {
                let id = rings.len() as u32;
                rings.push((part, number));
                lengths.push(ring.positions().len() as u32);
                edges.extend(ring.edges().zip(0..).map(|((a, b), index)| Edge { a, b, ring: id, index }));
            }
        }
        Self { area, rings, lengths, edges, found: BTreeSet::new(), touches: BTreeMap::new() }
    }

    fn report(&mut self, fault: Fault, position: Position, ring: u32) {
        let (part, ring) = self.rings[ring as usize];
        if self.found.len() < MAX_FAULTS {
            self.found.insert(Invalid { fault, position, part, ring });
        }
    }

    /// Compares all pairs of edges that may meet.
    fn pairs(&mut self) {
        if self.edges.len() < INDEX_MIN_EDGES {
            for one in 0..self.edges.len() {
                for other in 0..one {
                    self.pair(self.edges[one], self.edges[other]);
                }
            }
            return;
        }
        let segments: Vec<_> = self.edges.iter().zip(0..).map(|(edge, number)| (number, edge.a, edge.b)).collect();
        let index = SegmentIndex::build(&segments, [1, 1]);
        let mut candidates = Vec::new();
        for one in 0..self.edges.len() {
            candidates.clear();
            index.near_segment(self.edges[one].a, self.edges[one].b, &mut |other| candidates.push(other));
            for &other in &candidates {
                if other as usize != one {
                    self.pair(self.edges[one], self.edges[other as usize]);
                }
            }
            if self.found.len() >= MAX_FAULTS {
                return;
            }
        }
    }

    fn pair(&mut self, one: Edge, other: Edge) {
        let apart = |p: i32, q: i32, r: i32, s: i32| p.max(q) < r.min(s) || r.max(s) < p.min(q);
        if apart(one.a.lon(), one.b.lon(), other.a.lon(), other.b.lon())
            || apart(one.a.lat(), one.b.lat(), other.a.lat(), other.b.lat())
        {
            return;
        }
        let is_same_ring = one.ring == other.ring;
        let fault = if is_same_ring { Fault::SelfIntersection } else { Fault::RingsCross };
        if predicates::cross_properly(one.a, one.b, other.a, other.b) {
            return self.report(fault, one.a.min(one.b), one.ring);
        }
        let mut common: Vec<Position> = [one.a, one.b]
            .into_iter()
            .filter(|&end| predicates::on_segment(other.a, other.b, end))
            .chain([other.a, other.b].into_iter().filter(|&end| predicates::on_segment(one.a, one.b, end)))
            .collect();
        common.sort_unstable();
        common.dedup();
        match common[..] {
            [] => {}
            [at] if is_same_ring => {
                let length = self.lengths[one.ring as usize];
                let are_neighbours = (one.index + 1) % length == other.index || (other.index + 1) % length == one.index;
                if !are_neighbours {
                    self.report(fault, at, one.ring);
                }
            }
            [at] => self.touch(one, other, at),
            [at, ..] if is_same_ring => self.report(Fault::Spike, at, one.ring),
            [at, ..] => self.report(fault, at, one.ring),
        }
    }

    /// Two rings meet in `at`: they may touch there, but not pass through each other.
    fn touch(&mut self, one: Edge, other: Edge, at: Position) {
        let (one_before, one_after) = self.around(one, at);
        let (other_before, other_after) = self.around(other, at);
        let is_between = |direction: Position| {
            let from_before = predicates::turn_order(at, one_before, direction).is_lt();
            let to_after = predicates::turn_order(at, direction, one_after).is_lt();
            if predicates::turn_order(at, one_before, one_after).is_lt() {
                from_before && to_after
            } else {
                from_before || to_after
            }
        };
        if is_between(other_before) != is_between(other_after) {
            return self.report(Fault::RingsCross, at, one.ring);
        }
        let (part, other_part) = (self.rings[one.ring as usize].0, self.rings[other.ring as usize].0);
        if part == other_part {
            self.touches.entry((part, at)).or_default().extend([one.ring, other.ring]);
        }
    }

    /// The positions before and after `at`, which lies on `edge`, along its ring.
    fn around(&self, edge: Edge, at: Position) -> (Position, Position) {
        let (part, ring) = self.rings[edge.ring as usize];
        let positions = self.area.polygons[part].rings().nth(ring).expect("rings are numbered as listed").positions();
        let at_index = |index: usize| positions[index % positions.len()];
        let index = edge.index as usize;
        if at == edge.a {
            (at_index(index + positions.len() - 1), edge.b)
        } else if at == edge.b {
            (edge.a, at_index(index + 2))
        } else {
            (edge.a, edge.b)
        }
    }

    /// Rings of a part that touch must form a tree, or they cut its inside in two.
    fn connections(&mut self) {
        let mut group: Vec<u32> = (0..self.rings.len() as u32).collect();
        let find = |group: &[u32], mut ring: u32| {
            while group[ring as usize] != ring {
                ring = group[ring as usize];
            }
            ring
        };
        for ((_, at), rings) in std::mem::take(&mut self.touches) {
            let mut rings = rings.into_iter();
            let first = rings.next().expect("two rings touch");
            for ring in rings {
                let (one, other) = (find(&group, first), find(&group, ring));
                if one == other {
                    self.report(Fault::Disconnected, at, ring);
                }
                group[one as usize] = other;
            }
        }
    }

    /// Holes lie inside their exterior and not inside each other; parts do not lie inside each other.
    fn nesting(&mut self) {
        let mut ring = 0;
        let polygons = &self.area.polygons;
        for (number, polygon) in polygons.iter().enumerate() {
            let first_hole = ring + 1;
            for (i, hole) in polygon.holes.iter().enumerate() {
                let (id, at) = (first_hole + i as u32, hole.positions()[0]);
                if polygon.exterior.surrounds(hole) != Some(true) {
                    self.report(Fault::HoleOutside, at, id);
                }
                let is_inner = |other: &(usize, &super::Ring)| other.0 != i && other.1.surrounds(hole) != Some(false);
                if polygon.holes.iter().enumerate().any(|other| is_inner(&other)) {
                    self.report(Fault::HolesNest, at, id);
                }
            }
            for (other_number, other) in polygons.iter().enumerate() {
                let is_inside = number != other_number && other.exterior.surrounds(&polygon.exterior) != Some(false);
                if is_inside && !other.holes.iter().any(|hole| hole.surrounds(&polygon.exterior) == Some(true)) {
                    self.report(Fault::PartsOverlap, polygon.exterior.positions()[0], ring);
                }
            }
            ring = first_hole + polygon.holes.len() as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::{Polygon, Ring};

    type Points<'a> = &'a [(i32, i32)];

    fn ring(points: Points<'_>) -> Ring {
        Ring::new(points.iter().map(|&(x, y)| Position::new(x, y).expect("in the world")).collect()).expect("a ring")
    }

    #[track_caller]
    fn check(parts: &[(Points<'_>, &[Points<'_>])], expected: &[Fault]) {
        let part = |&(exterior, holes): &(Points<'_>, &[Points<'_>])| Polygon {
            exterior: ring(exterior),
            holes: holes.iter().map(|hole| ring(hole)).collect(),
        };
        let area = MultiPolygon { polygons: parts.iter().map(part).collect() };
        let mut found: Vec<Fault> = faults(&area).iter().map(|invalid| invalid.fault).collect();
        found.dedup();
        assert_eq!(found, expected);
    }

    const SQUARE: Points<'_> = &[(0, 0), (10, 0), (10, 10), (0, 10)];

    #[test]
    fn plain_shapes_are_valid() {
        check(&[(SQUARE, &[])], &[]);
        check(&[(SQUARE, &[&[(2, 2), (4, 2), (4, 4)], &[(5, 5), (7, 5), (7, 7)]])], &[]);
        check(&[(SQUARE, &[]), (&[(20, 0), (30, 0), (30, 10)], &[])], &[]);
    }

    #[test]
    fn rings_that_touch_in_a_point_are_valid() {
        check(&[(SQUARE, &[&[(0, 5), (5, 4), (5, 6)]])], &[]);
        check(&[(SQUARE, &[]), (&[(10, 10), (20, 10), (20, 20)], &[])], &[]);
        check(&[(SQUARE, &[&[(2, 2), (8, 2), (8, 8), (2, 8)]]), (&[(2, 2), (4, 3), (3, 4)], &[])], &[]);
    }

    #[test]
    fn each_fault_is_found() {
        check(&[(&[(0, 0), (10, 10), (10, 0), (0, 10)], &[])], &[Fault::SelfIntersection]);
        check(&[(&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)], &[])], &[Fault::SelfIntersection]);
        check(
            &[(&[(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)], &[])],
            &[Fault::Spike, Fault::SelfIntersection],
        );
        check(&[(SQUARE, &[&[(5, 5), (15, 5), (15, 7)]])], &[Fault::RingsCross]);
        check(&[(SQUARE, &[&[(10, 2), (10, 8), (5, 5)]])], &[Fault::RingsCross]);
        check(&[(SQUARE, &[&[(20, 20), (22, 20), (22, 22)]])], &[Fault::HoleOutside]);
        check(&[(SQUARE, &[&[(1, 1), (9, 1), (9, 9)], &[(7, 2), (8, 2), (8, 3)]])], &[Fault::HolesNest]);
        check(&[(SQUARE, &[]), (&[(2, 2), (4, 2), (4, 4)], &[])], &[Fault::PartsOverlap]);
        check(&[(SQUARE, &[&[(0, 5), (5, 4), (10, 5), (5, 6)]])], &[Fault::Disconnected]);
    }

    #[test]
    fn a_hole_that_passes_through_a_vertex_of_its_exterior_crosses_it() {
        check(
            &[(&[(0, 0), (10, 0), (8, 5), (10, 10), (0, 10)], &[&[(5, 4), (8, 5), (12, 5), (6, 9)]])],
            &[Fault::RingsCross],
        );
        let notched: Points<'_> = &[(0, 0), (10, 0), (10, 10), (5, 5), (0, 10)];
        check(&[(notched, &[&[(5, 2), (6, 8), (5, 5)]])], &[Fault::RingsCross]);
    }

    #[test]
    fn many_edges_are_judged_like_few() {
        let mut points: Vec<(i32, i32)> = (0..1000).map(|i| (i * 10, i % 7)).collect();
        points.push((9990, 5000));
        points.push((0, 5000));
        check(&[(&points, &[])], &[]);
        points[500].1 = 6000;
        check(&[(&points, &[])], &[Fault::SelfIntersection]);
    }
}

//! Rings, polygons and multi-polygons on the lattice.

use super::{extent::Extent, position::Position, predicates};

/// A closed line of at least three positions; the last is joined to the first and not repeated.
///
/// Nothing is promised about crossings or orientation: `coverage` makes valid rings, `validate` judges foreign ones.
///
/// **Invariant**: at least three positions, no two consecutive ones equal (first and last included).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ring(Vec<Position>);

impl Ring {
    /// A ring through `positions`, or `None` when fewer than three differ from their predecessor.
    ///
    /// A repeated closing position and consecutive repetitions are dropped.
    pub fn new(mut positions: Vec<Position>) -> Option<Self> {
        positions.dedup();
        while positions.len() > 1 && positions.first() == positions.last() {
            positions.pop();
        }
        (positions.len() >= 3).then_some(Self(positions))
    }

    /// The positions, first not repeated at the end.
    pub fn positions(&self) -> &[Position] {
        &self.0
    }

    /// Consecutive pairs, the closing one included.
    pub fn edges(&self) -> impl Iterator<Item = (Position, Position)> + '_ {
        let next = self.0.iter().skip(1).chain(self.0.first());
        self.0.iter().copied().zip(next.copied())
    }

    /// Twice the signed area in square lattice units; positive when counter-clockwise.
    pub fn signed_area_doubled(&self) -> i128 {
        predicates::signed_area_doubled(&self.0)
    }

    /// The same ring the other way round, beginning at the same position.
    pub fn reversed(&self) -> Self {
        let mut positions = self.0.clone();
        positions[1..].reverse();
        Self(positions)
    }

    /// The same ring, beginning at its smallest position.
    pub fn canonical(mut self) -> Self {
        let first = (0..self.0.len()).min_by_key(|&i| self.0[i]).expect("a ring has positions");
        self.0.rotate_left(first);
        self
    }

    /// Whether `other`, which does not cross this ring, lies inside it; `None` when it runs along it all the way.
    ///
    /// The two may touch.
    pub fn surrounds(&self, other: &Ring) -> Option<bool> {
        let (around, within) = (self.extent(), other.extent());
        if !around.contains(within.min()) || !around.contains(within.max()) {
            return Some(false);
        }
        let vertices = other.positions().iter().map(|&p| predicates::doubled(p));
        let middles = other.edges().map(|(a, b)| {
            let ((ax, ay), (bx, by)) = (predicates::doubled(a), predicates::doubled(b));
            ((ax + bx) / 2, (ay + by) / 2)
        });
        vertices.chain(middles).find_map(|point| self.has_inside(point))
    }

    /// Whether a point, in doubled lattice units, lies inside; `None` on the ring itself.
    pub fn has_inside(&self, (x, y): (i128, i128)) -> Option<bool> {
        let mut is_inside = false;
        for (a, b) in self.edges() {
            let (low, high) = if a.lat() <= b.lat() { (a, b) } else { (b, a) };
            let (low, high) = (predicates::doubled(low), predicates::doubled(high));
            if y < low.1 || high.1 < y {
                continue;
            }
            let left = (high.0 - low.0) * (y - low.1) - (high.1 - low.1) * (x - low.0);
            if left == 0 && low.0.min(high.0) <= x && x <= low.0.max(high.0) {
                return None;
            }
            if y < high.1 && left < 0 {
                is_inside = !is_inside;
            }
        }
        Some(is_inside)
    }

    /// The smallest extent around the ring.
    pub fn extent(&self) -> Extent {
        Extent::around(self.0.iter().copied()).expect("a ring has positions")
    }
}

/// One exterior ring and any number of holes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Polygon {
    /// The shell; counter-clockwise in everything that the store holds.
    pub exterior: Ring,
    /// The holes; clockwise in everything that the store holds.
    pub holes: Vec<Ring>,
}

impl Polygon {
    /// The exterior, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.exterior).chain(&self.holes)
    }
}

/// Any number of polygons that form one area.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct MultiPolygon {
    /// The parts, in canonical order in everything that the store holds.
    pub polygons: Vec<Polygon>,
}

impl MultiPolygon {
    /// All rings of all parts.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.polygons.iter().flat_map(Polygon::rings)
    }

    /// The smallest extent around all parts; `None` when there are none.
    pub fn extent(&self) -> Option<Extent> {
        self.polygons.iter().map(|polygon| polygon.exterior.extent()).reduce(Extent::union)
    }

    /// How many positions all rings have.
    pub fn vertex_count(&self) -> usize {
        self.rings().map(|ring| ring.positions().len()).sum()
    }

    /// The canonical form: exteriors counter-clockwise, holes clockwise, every ring beginning at its
    /// smallest position, holes and parts in ascending order.
    pub fn canonical(self) -> Self {
        let orient = |ring: Ring, counter_clockwise: bool| {
            let turned = (ring.signed_area_doubled() > 0) != counter_clockwise;
            (if turned { ring.reversed() } else { ring }).canonical()
        };
        let mut polygons: Vec<Polygon> = self
            .polygons
            .into_iter()
            .map(|polygon| {
                let mut holes: Vec<Ring> = polygon.holes.into_iter().map(|hole| orient(hole, false)).collect();
                holes.sort_by(|a, b| a.0.cmp(&b.0));
                Polygon { exterior: orient(polygon.exterior, true), holes }
            })
            .collect();
        polygons.sort_by(|a, b| a.exterior.0.cmp(&b.exterior.0));
        Self { polygons }
    }
}

//! The bulk judge: the areas that own each of millions of positions, by nothing but counting borders.
//!
//! Shares no code with `domain::coverage`, `domain::locate` or the predicates, nor with the other judge. A position
//! (x, y) stands for (x + e, y + e^2); a ray goes north from there, and what it crosses an odd number of times lies
//! around it. The loops are turned inside out: the positions stand in slabs of longitude, by latitude within a slab, and
//! every border is taken once and turns over the positions south of it.
//!
//! ```text
//!   .  |   .  |         w - e is a border of `area`. It turns over the positions a and b, which
//!      |      | /e      lie south of it within w <= x < e; c lies north of it, and d south of
//!   .  |  c __|/ |      all of that ring, where its borders would cancel out.
//!      | w/ a |  |      What a position saw is kept as the exclusive or of the areas' keys:
//!   .  | | b  |  |      a set of areas is one number.
//!      | | d  |. |
//! ```

use std::collections::{BTreeMap, BTreeSet};

use onemap::domain::geometry::{MultiPolygon, Position};

/// Longitude and latitude in lattice units.
type Point = (i64, i64);

/// Positions in a slab of longitude. A million positions in the dev profile, on a busy machine: slivers 4.2 s at 128,
/// 2.9 s at 256, 0.8 s at 512, 1.0 s at 1024; a net of 1,600 units with 38,000 vertices 0.4 s at 512 and at 1024.
const SLAB: usize = 512;

/// One edge of one ring.
#[derive(Debug, Clone, Copy)]
struct Border {
    /// The end in the west; of a vertical edge the one in the south.
    west: Point,
    east: Point,
    /// The southernmost latitude of the ring.
    floor: i64,
    area: u32,
}

/// What the judge says of one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The areas that own the position, as [`BulkNaive::signature`] of them.
    pub signature: u64,
    /// Whether it lies on the border of any area.
    pub on_edge: bool,
}

/// How a border lies to a position of its longitudes.
enum Relation {
    /// The position is south of it, seen from (x + e, y + e^2).
    Above,
    /// The position lies on it.
    Through,
    /// Both.
    ThroughAndAbove,
}

pub struct BulkNaive {
    borders: Vec<Border>,
    keys: Vec<u64>,
}

impl BulkNaive {
    /// The judge over `polygons`; an area is known by its index.
    pub fn new<'a>(polygons: impl IntoIterator<Item = &'a MultiPolygon>) -> Self {
        let (mut borders, mut keys) = (Vec::new(), Vec::new());
        for polygon in polygons {
            let area = keys.len() as u32;
            keys.push(key(area));
            for ring in polygon.rings() {
                let points: Vec<Point> = ring.positions().iter().map(|&position| point(position)).collect();
                let floor = points.iter().map(|point| point.1).min().expect("a ring has positions");
                for (i, &a) in points.iter().enumerate() {
                    let b = points[(i + 1) % points.len()];
                    borders.push(Border { west: a.min(b), east: a.max(b), floor, area });
                }
            }
        }
        Self { borders, keys }
    }

    /// A number for a set of areas: the exclusive or of 64 well-mixed bits of each, so that different sets do not meet.
    pub fn signature(&self, areas: impl IntoIterator<Item = u32>) -> u64 {
        areas.into_iter().fold(0, |signature, area| signature ^ self.keys[area as usize])
    }

    /// Judges each position.
    pub fn judge(&self, positions: &[Position]) -> Vec<Verdict> {
        let slabs = Slabs::new(positions);
        let mut judged = vec![Verdict::default(); positions.len()];
        for border in &self.borders {
            let key = self.keys[border.area as usize];
            slabs.visit(border, |slot, relation| {
                let verdict = &mut judged[slot];
                verdict.on_edge |= !matches!(relation, Relation::Above);
                verdict.signature ^= if matches!(relation, Relation::Through) { 0 } else { key };
            });
        }
        slabs.in_order(judged)
    }

    /// The areas that own one position, ascending.
    pub fn areas_at(&self, position: Position) -> Vec<u32> {
        let slabs = Slabs::new(&[position]);
        let mut areas = BTreeSet::new();
        for border in &self.borders {
            slabs.visit(border, |_, relation| {
                let turned_over = !matches!(relation, Relation::Through);
                if turned_over && !areas.remove(&border.area) {
                    areas.insert(border.area);
                }
            });
        }
        areas.into_iter().collect()
    }

    /// The areas whose border runs through each position, ascending. `None` stands for what lies where no area does;
    /// it is told from an edge with an area on one side only, so areas must not overlap.
    pub fn touching(&self, positions: &[Position]) -> Vec<Vec<Option<u32>>> {
        let slabs = Slabs::new(positions);
        let mut through: Vec<Vec<&Border>> = vec![Vec::new(); positions.len()];
        for border in &self.borders {
            slabs.visit(border, |slot, relation| {
                if !matches!(relation, Relation::Above) {
                    through[slot].push(border);
                }
            });
        }
        let areas = |through: Vec<&Border>| {
            let mut sides: BTreeMap<(Point, Point), usize> = BTreeMap::new();
            through.iter().for_each(|border| *sides.entry((border.west, border.east)).or_default() += 1);
            assert!(sides.values().all(|&count| count <= 2), "areas overlap at {sides:?}");
            let open = sides.values().any(|&count| count == 1).then_some(None);
            let areas: BTreeSet<Option<u32>> = through.iter().map(|border| Some(border.area)).chain(open).collect();
            areas.into_iter().collect()
        };
        slabs.in_order(through.into_iter().map(areas).collect())
    }
}

/// The bits of one area (splitmix64).
fn key(area: u32) -> u64 {
    let bits = (u64::from(area) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

fn point(position: Position) -> Point {
    (i64::from(position.lon()), i64::from(position.lat()))
}

/// Positions by longitude in slabs of [`SLAB`], by latitude within each.
struct Slabs {
    points: Vec<Point>,
    /// Where each came from.
    numbers: Vec<u32>,
    /// The longitudes that each slab begins and ends with.
    wests: Vec<i64>,
    easts: Vec<i64>,
}

impl Slabs {
    fn new(positions: &[Position]) -> Self {
        let wrapped = |&position: &Position| match point(position) {
            (1_800_000_000, y) => (-1_800_000_000, y),
            other => other,
        };
        let mut order: Vec<(Point, u32)> = positions.iter().map(wrapped).zip(0..).collect();
        order.sort_unstable();
        let (mut wests, mut easts) = (Vec::new(), Vec::new());
        for slab in order.chunks_mut(SLAB) {
            wests.push(slab[0].0.0);
            easts.push(slab[slab.len() - 1].0.0);
            slab.sort_unstable_by_key(|&((_, y), _)| y);
        }
        let (points, numbers) = order.into_iter().unzip();
        Self { points, numbers, wests, easts }
    }

    /// Visits the positions south of a border or on it, down to the border's floor.
    #[inline]
    fn visit(&self, border: &Border, mut each: impl FnMut(usize, Relation)) {
        let Border { west, east, floor, .. } = *border;
        let (low, high) = (west.1.min(east.1), west.1.max(east.1));
        let (run, rise) = (east.0 - west.0, east.1 - west.1);
        let first = self.easts.partition_point(|&slab_east| slab_east < west.0);
        for slab in first..self.wests.len() {
            if self.wests[slab] > east.0 {
                break;
            }
            let start = slab * SLAB;
            let points = &self.points[start..self.points.len().min(start + SLAB)];
            let from = points.partition_point(|&(_, y)| y < floor);
            let beside = points.partition_point(|&(_, y)| y < low);
            for (at, &(x, _)) in (from..beside).zip(&points[from..beside]) {
                if west.0 <= x && x < east.0 {
                    each(start + at, Relation::Above);
                }
            }
            for (at, &(x, y)) in (beside..).zip(&points[beside..]) {
                if y > high {
                    break;
                }
                if x < west.0 || x > east.0 {
                    continue;
                }
                // How high the border stands over the position, times its run. Both stand between `low` and `high`:
                // no term is over 3.6e9 * 1.8e9, nor is the sum, and i64 holds 9.2e18.
                let height = (west.1 - y) * run + rise * (x - west.0);
                // At x + e the border is rise * e higher, the position e^2: the smaller by far.
                let is_above = x < east.0 && (height > 0 || (height == 0 && rise > 0));
                match (height == 0, is_above) {
                    (true, true) => each(start + at, Relation::ThroughAndAbove),
                    (true, false) => each(start + at, Relation::Through),
                    (false, true) => each(start + at, Relation::Above),
                    (false, false) => {}
                }
            }
        }
    }

    /// What is known of each slot, in the order of the positions.
    fn in_order<T: Clone + Default>(&self, by_slot: Vec<T>) -> Vec<T> {
        let mut ordered = vec![T::default(); by_slot.len()];
        for (known, &number) in by_slot.into_iter().zip(&self.numbers) {
            ordered[number as usize] = known;
        }
        ordered
    }
}

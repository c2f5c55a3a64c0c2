//! The naive judge: who owns a position, from the polygons in the store, by nothing but counting borders.
//!
//! Shares no code with `domain::coverage`, `domain::locate` or the predicates. A position (x, y) stands for
//! (x + e, y + e^2); a ray goes north from there, and areas are odd numbers of borders above. What meets at a position
//! is found by walking around it from border to border. All in doubled lattice units, so that middles of edges are
//! whole numbers.

use std::{cmp::Ordering, collections::HashMap};

use onemap::{
    domain::{
        area::Kind,
        geometry::{Position, Ring},
        profile::Profile,
    },
    store::StoredArea,
};

/// A point in doubled lattice units.
pub type Point = (i64, i64);

/// Who answers: the chain, and what is stacked below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Owners {
    pub chain: Vec<u32>,
    pub stacked: Vec<u32>,
}

impl Owners {
    /// The finest areas; empty outside.
    pub fn finest(&self) -> Vec<u32> {
        if self.stacked.is_empty() { self.chain.last().copied().into_iter().collect() } else { self.stacked.clone() }
    }
}

/// What a position comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub owners: Owners,
    pub missing: Vec<u8>,
    pub on_border: bool,
    pub co_owners: Vec<u32>,
}

/// The nearest border of a kind: how far, whom it may name (several at a tie), and where it is.
#[derive(Debug, Clone)]
pub struct Border {
    pub distance_m: f64,
    pub areas: Vec<Option<u32>>,
    /// East and north of the position, in metres.
    pub feet: Vec<(f64, f64)>,
}

struct Shape {
    level: usize,
    parent: Option<u32>,
    is_exclusive: bool,
    edges: Vec<(Point, Point)>,
    west: i64,
    east: i64,
    south: i64,
    north: i64,
    /// Edges by columns of longitude.
    columns: Vec<Vec<u32>>,
    width: i64,
}

/// One border between two answers.
struct Segment {
    a: Point,
    b: Point,
    finest: [Vec<u32>; 2],
}

pub struct Naive {
    shapes: Vec<Shape>,
    level_count: usize,
    cells: HashMap<Point, Vec<u32>>,
    segments: Vec<Segment>,
    by_finest: HashMap<Vec<u32>, Vec<u32>>,
}

/// Cells of the grid that areas are looked for in: 2^20 doubled units is half a hundredth of a degree.
fn cell_bits(shapes: &[Shape]) -> u32 {
    let span = shapes.iter().map(|shape| (shape.east - shape.west).max(shape.north - shape.south)).max();
    (64 - span.unwrap_or(1).leading_zeros()).saturating_sub(7)
}

pub fn point(position: Position) -> Point {
    (2 * i64::from(position.lon()), 2 * i64::from(position.lat()))
}

fn edges_of(ring: &Ring) -> Vec<(Point, Point)> {
    let points: Vec<Point> = ring.positions().iter().map(|&position| point(position)).collect();
    (0..points.len()).map(|i| (points[i], points[(i + 1) % points.len()])).collect()
}

impl Shape {
    fn new(stored: &StoredArea) -> Self {
        let edges: Vec<(Point, Point)> = stored.geometry.rings().flat_map(edges_of).collect();
        let xs = || edges.iter().map(|edge| edge.0.0);
        let ys = || edges.iter().map(|edge| edge.0.1);
        let (west, east) = (xs().min().expect("an edge"), xs().max().expect("an edge"));
        let count = edges.len() / 8 + 1;
        let width = (east - west) / count as i64 + 1;
        let mut columns = vec![Vec::new(); count];
        for (number, (a, b)) in edges.iter().enumerate() {
            for column in (a.0.min(b.0) - west) / width..=(a.0.max(b.0) - west) / width {
                columns[column as usize].push(number as u32);
            }
        }
        Self {
            level: usize::from(stored.area.level.0),
            parent: stored.area.parent,
            is_exclusive: stored.area.kind == Kind::Exclusive,
            west,
            east,
            south: ys().min().expect("an edge"),
            north: ys().max().expect("an edge"),
            edges,
            columns,
            width,
        }
    }

    fn may_touch(&self, (x, y): Point) -> bool {
        self.west <= x && x <= self.east && self.south <= y && y <= self.north
    }

    fn edges_at(&self, x: i64) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.columns[((x - self.west) / self.width) as usize].iter().map(|&number| self.edges[number as usize])
    }

    /// Whether (x + e, y + e^2) lies inside: the borders north of it are odd in number.
    fn owns(&self, (x, y): Point) -> bool {
        let mut above = 0;
        for (a, b) in self.edges_at(x) {
            let (w, e) = if a.0 <= b.0 { (a, b) } else { (b, a) };
            if w.0 <= x && x < e.0 {
                let (run, rise) = (i128::from(e.0 - w.0), i128::from(e.1 - w.1));
                let height = i128::from(w.1 - y) * run + rise * i128::from(x - w.0);
                // At x + e the border is rise * e higher, the position run * e^2: the smaller by far.
                above += usize::from(height > 0 || (height == 0 && rise > 0));
            }
        }
        above % 2 == 1
    }

    /// The directions in which borders leave a point on them.
    fn directions(&self, p: Point, found: &mut Vec<Point>) {
        for (a, b) in self.edges_at(p.0) {
            let between = |low: i64, high: i64, at: i64| low.min(high) <= at && at <= low.max(high);
            let cross = i128::from(b.0 - a.0) * i128::from(p.1 - a.1) - i128::from(b.1 - a.1) * i128::from(p.0 - a.0);
            if cross == 0 && between(a.0, b.0, p.0) && between(a.1, b.1, p.1) {
                found.extend([a, b].iter().filter(|&&end| end != p).map(|end| (end.0 - p.0, end.1 - p.1)));
            }
        }
    }
}

/// Order of directions counter-clockwise, from just north of east to east itself.
fn around(one: Point, other: Point) -> Ordering {
    let part = |(x, y): Point| match (x, y) {
        (_, y) if y > 0 => 0,
        (x, 0) if x < 0 => 0,
        (_, y) if y < 0 => 1,
        _ => 2,
    };
    let cross = i128::from(one.0) * i128::from(other.1) - i128::from(one.1) * i128::from(other.0);
    part(one).cmp(&part(other)).then(0.cmp(&cross))
}

impl Naive {
    pub fn new(stored: &[StoredArea], profile: &Profile) -> Self {
        let shapes: Vec<Shape> = stored.iter().map(Shape::new).collect();
        let bits = cell_bits(&shapes);
        let mut cells: HashMap<Point, Vec<u32>> = HashMap::new();
        for (area, shape) in shapes.iter().enumerate() {
            for column in shape.west >> bits..=shape.east >> bits {
                for row in shape.south >> bits..=shape.north >> bits {
                    cells.entry((column, row)).or_default().push(area as u32);
                }
            }
        }
        let level_count = profile.levels.len();
        let mut naive = Self { shapes, level_count, cells, segments: Vec::new(), by_finest: HashMap::new() };
        naive.find_segments(bits);
        naive
    }

    fn near(&self, p: Point, bits: u32) -> impl Iterator<Item = u32> + '_ {
        let cell = self.cells.get(&(p.0 >> bits, p.1 >> bits)).map_or(&[][..], Vec::as_slice);
        cell.iter().copied().filter(move |&area| self.shapes[area as usize].may_touch(p))
    }

    fn bits(&self) -> u32 {
        cell_bits(&self.shapes)
    }

    /// The areas of each sector around a point; the first is the one that owns it. One sector when no border is there.
    fn sectors(&self, p: Point, bits: u32) -> Vec<Vec<u32>> {
        let mut borders: Vec<(Point, u32)> = Vec::new();
        let (mut inside, mut found) = (Vec::new(), Vec::new());
        for area in self.near(p, bits) {
            let shape = &self.shapes[area as usize];
            if shape.owns(p) {
                inside.push(area);
            }
            found.clear();
            shape.directions(p, &mut found);
            borders.extend(found.iter().map(|&direction| (direction, area)));
        }
        borders.sort_by(|one, other| around(one.0, other.0));
        let mut sectors = vec![inside.clone()];
        for same in borders.chunk_by(|one, other| around(one.0, other.0).is_eq()) {
            for (_, area) in same {
                match inside.binary_search(area) {
                    Ok(at) => drop(inside.remove(at)),
                    Err(at) => inside.insert(at, *area),
                }
            }
            sectors.push(inside.clone());
        }
        assert_eq!(sectors.first(), sectors.last(), "once around {p:?} is where it began");
        if sectors.len() > 1 {
            sectors.pop();
        }
        sectors
    }

    /// Coarsest first, children of the chosen parent only, exclusive before comprehensive.
    pub fn resolve(&self, areas: &[u32]) -> Owners {
        let mut owners = Owners::default();
        for level in 0..self.level_count {
            let parent = owners.chain.last().copied();
            let shape = |area: u32| &self.shapes[area as usize];
            let children: Vec<u32> =
                areas.iter().copied().filter(|&a| shape(a).level == level && shape(a).parent == parent).collect();
            let exclusive: Vec<u32> = children.iter().copied().filter(|&area| shape(area).is_exclusive).collect();
            let chosen = if exclusive.is_empty() { children } else { exclusive };
            match chosen[..] {
                [] => break,
                [only] => owners.chain.push(only),
                _ => {
                    owners.stacked = chosen;
                    break;
                }
            }
        }
        owners
    }

    pub fn judge(&self, position: Position) -> Judged {
        let (x, y) = point(position);
        let x = if x == 2 * 1_800_000_000 { -x } else { x };
        let sectors = self.sectors((x, y), self.bits());
        let all: Vec<Owners> = sectors.iter().map(|areas| self.resolve(areas)).collect();
        let owners = all[0].clone();
        let mine = owners.finest();
        let mut co_owners: Vec<u32> = all.iter().flat_map(Owners::finest).filter(|area| !mine.contains(area)).collect();
        co_owners.sort_unstable();
        co_owners.dedup();
        let on_border = all.iter().any(|other| other.finest() != mine);
        let known = owners.chain.len() + usize::from(!owners.stacked.is_empty());
        let missing = if mine.is_empty() { Vec::new() } else { (known as u8..self.level_count as u8).collect() };
        Judged { owners, missing, on_border, co_owners }
    }

    /// Every border with different answers on its sides, once.
    fn find_segments(&mut self, bits: u32) {
        let mut ends: Vec<(Point, Point)> =
            self.shapes.iter().flat_map(|shape| &shape.edges).map(|&(a, b)| (a.min(b), a.max(b))).collect();
        ends.sort_unstable();
        ends.dedup();
        for (a, b) in ends {
            let sectors = self.sectors(((a.0 + b.0) / 2, (a.1 + b.1) / 2), bits);
            assert_eq!(sectors.len(), 2, "another border crosses {a:?} - {b:?}");
            let finest = [self.resolve(&sectors[0]).finest(), self.resolve(&sectors[1]).finest()];
            if finest[0] != finest[1] {
                self.segments.push(Segment { a, b, finest });
            }
        }
        for (number, segment) in self.segments.iter().enumerate() {
            for side in &segment.finest {
                self.by_finest.entry(side.clone()).or_default().push(number as u32);
            }
        }
    }

    /// How many borders there are with different answers on their sides.
    pub fn border_count(&self) -> usize {
        self.segments.len()
    }

    /// How many borders what answers with `mine` has.
    pub fn borders_of(&self, mine: &[u32]) -> usize {
        self.by_finest.get(mine).map_or(0, Vec::len)
    }

    /// The nearest border of what answers with `mine`, and who is across; with nothing, the nearest area.
    pub fn nearest_border(&self, position: Position, mine: &[u32]) -> Option<Border> {
        let (x, y) = point(position);
        let metres = metres_per_doubled_unit(position);
        let mut found = Vec::new();
        let mut best = f64::INFINITY;
        for &number in self.by_finest.get(mine)? {
            let Segment { a, b, finest } = &self.segments[number as usize];
            let flat = |p: &Point| ((p.0 - x) as f64 * metres.0, (p.1 - y) as f64 * metres.1);
            let (distance_m, foot) = nearest_on_segment(flat(a), flat(b));
            if distance_m <= best + TIE_M {
                best = best.min(distance_m);
                let across = if finest[0] == mine { &finest[1] } else { &finest[0] };
                found.push((distance_m, across.first().copied(), foot));
            }
        }
        found.retain(|(distance_m, ..)| *distance_m <= best + TIE_M);
        let areas = found.iter().map(|found| found.1).collect();
        Some(Border { distance_m: best, areas, feet: found.iter().map(|found| found.2).collect() })
    }
}

/// Borders whose distances differ by less are equally near.
const TIE_M: f64 = 1e-5;

/// Metres east and north of half a lattice unit on the ellipsoid of CGCS2000.
fn metres_per_doubled_unit(position: Position) -> (f64, f64) {
    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_222_101;
    let e2 = F * (2.0 - F);
    let lat = (f64::from(position.lat()) * 1e-7).to_radians();
    let w = (1.0 - e2 * lat.sin().powi(2)).sqrt();
    let step = 0.5e-7_f64.to_radians();
    (A / w * lat.cos() * step, A * (1.0 - e2) / w.powi(3) * step)
}

/// Distance from the origin to a segment, and where it is.
fn nearest_on_segment(a: (f64, f64), b: (f64, f64)) -> (f64, (f64, f64)) {
    let d = (b.0 - a.0, b.1 - a.1);
    let length = d.0 * d.0 + d.1 * d.1;
    let part = if length == 0.0 { 0.0 } else { (-(a.0 * d.0 + a.1 * d.1) / length).clamp(0.0, 1.0) };
    let foot = (a.0 + part * d.0, a.1 + part * d.1);
    (foot.0.hypot(foot.1), foot)
}

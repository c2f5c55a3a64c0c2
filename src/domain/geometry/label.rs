//! Where the name of an area stands.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::measure::{LocalMetric, ring_area_m2};
use super::{MultiPolygon, Polygon, Position, predicates};

/// The search stops when no place can be better by more than this share of the smaller side of the extent.
const PRECISION_SHARE: f64 = 0.01;
/// At most this many edges are measured in one search: about 0.1 s.
const EDGE_BUDGET: usize = 16_000_000;
/// At most this many cells are tried, however few edges there are.
const MAX_CELLS: usize = 4_000;
/// At least this many cells are tried, however many edges there are.
const MIN_CELLS: usize = 100;
/// The first cells divide the longer side of the extent into at most this many.
const MAX_FIRST_CELLS: f64 = 16.0;
/// Parallels on which a sliver is searched when the cells found no inner position.
const SLIVER_PARALLELS: i64 = 31;

/// A position inside the largest part of `polygon`, far from its border; `None` when there are no parts.
///
/// The pole of inaccessibility to 1 % of the extent's smaller side, in local metres, and strictly inside. A part
/// so thin that no lattice position is found inside gets its first vertex. Same input, same answer; bounded work.
/// Source: Agafonkin, "A new algorithm for finding a visual center of a polygon" (2016).
pub fn label_position(polygon: &MultiPolygon) -> Option<Position> {
    let mut largest: Option<(f64, &Polygon)> = None;
    for part in &polygon.polygons {
        let area_m2 = ring_area_m2(&part.exterior);
        if largest.is_none_or(|(most_m2, _)| area_m2 > most_m2) {
            largest = Some((area_m2, part));
        }
    }
    let (_, part) = largest?;
    let pole = Search::new(part).run();
    if is_inside(part, pole) {
        return Some(pole);
    }
    Some(inside_on_a_parallel(part).or_else(|| inside_an_ear(part)).unwrap_or(part.exterior.positions()[0]))
}

/// A part in metres around the middle of its extent.
struct Search {
    middle: Position,
    metric: LocalMetric,
    /// Half of the extent's width and height.
    half_m: (f64, f64),
    edges: Vec<Edge>,
    /// Centroid of the exterior.
    centroid: (f64, f64),
}

struct Edge {
    x: f64,
    y: f64,
    dx: f64,
    dy: f64,
    /// One over the squared length.
    inverse: f64,
}

/// A square of the search.
struct Cell {
    x: f64,
    y: f64,
    half: f64,
    /// Distance of the centre to the border, negative outside.
    distance: f64,
    /// No place in the square is farther inside than this.
    reach: f64,
    /// Number in order of making: decides between equals.
    serial: usize,
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        self.reach.total_cmp(&other.reach).then(other.serial.cmp(&self.serial))
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl Search {
    fn new(part: &Polygon) -> Self {
        let extent = part.exterior.extent();
        let (min, max) = (extent.min(), extent.max());
        let middle = Position::new(mean(min.lon(), max.lon()), mean(min.lat(), max.lat()));
        let middle = middle.expect("the middle of two positions is in the world");
        let metric = LocalMetric::at(middle);
        let metres = |position: Position| {
            let (east, north) = predicates::difference(middle, position);
            (east as f64 * metric.metres_per_unit_east(), north as f64 * metric.metres_per_unit_north())
        };
        let mut edges = Vec::new();
        for ring in part.rings() {
            for (a, b) in ring.edges() {
                let ((x, y), (to_x, to_y)) = (metres(a), metres(b));
                let (dx, dy) = (to_x - x, to_y - y);
                let squared = dx * dx + dy * dy;
                edges.push(Edge { x, y, dx, dy, inverse: if squared > 0.0 { 1.0 / squared } else { 0.0 } });
            }
        }
        let (mut twice_area, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
        for edge in &edges[..part.exterior.positions().len()] {
            let cross = edge.x * edge.dy - edge.y * edge.dx;
            twice_area += cross;
            sum_x += cross * (2.0 * edge.x + edge.dx);
            sum_y += cross * (2.0 * edge.y + edge.dy);
        }
        let centroid =
            if twice_area == 0.0 { (0.0, 0.0) } else { (sum_x / (3.0 * twice_area), sum_y / (3.0 * twice_area)) };
        let corner = metres(max);
        Self { middle, metric, half_m: corner, edges, centroid }
    }

    /// The farthest inner position found, by best-first subdivision.
    fn run(&self) -> Position {
        let (half_x, half_y) = self.half_m;
        let (small, large) = (half_x.min(half_y), half_x.max(half_y));
        let precision = 2.0 * small * PRECISION_SHARE;
        let half = small.max(large / MAX_FIRST_CELLS);
        let max_cells = (EDGE_BUDGET / self.edges.len()).clamp(MIN_CELLS, MAX_CELLS);

        let mut best = self.cell(0.0, 0.0, 0.0, 0);
        let centroid = self.cell(self.centroid.0, self.centroid.1, 0.0, 0);
        if centroid.distance >= best.distance {
            best = centroid;
        }
        let mut queue = BinaryHeap::new();
        let mut cells = 0;
        let (columns, rows) = (steps(half_x, half), steps(half_y, half));
        for row in 0..rows {
            for column in 0..columns {
                cells += 1;
                let x = (f64::from(2 * column + 1) - f64::from(columns)) * half;
                let y = (f64::from(2 * row + 1) - f64::from(rows)) * half;
                queue.push(self.cell(x, y, half, cells));
            }
        }
        while let Some(cell) = queue.pop() {
            let reach = cell.reach;
            let (x, y, half) = (cell.x, cell.y, 0.5 * cell.half);
            if cell.distance > best.distance {
                best = cell;
            }
            if reach - best.distance <= precision || cells + 4 > max_cells {
                break;
            }
            for (right, up) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
                cells += 1;
                queue.push(self.cell(x + right, y + up, half, cells));
            }
        }
        self.position(best.x, best.y)
    }

    fn cell(&self, x: f64, y: f64, half: f64, serial: usize) -> Cell {
        let distance = self.signed_distance(x, y);
        Cell { x, y, half, distance, reach: distance + half * std::f64::consts::SQRT_2, serial }
    }

    /// Distance to the border, negative outside.
    fn signed_distance(&self, x: f64, y: f64) -> f64 {
        let (mut inside, mut least) = (false, f64::INFINITY);
        for edge in &self.edges {
            let (px, py) = (x - edge.x, y - edge.y);
            if (py >= 0.0) != (py >= edge.dy) {
                let left = px * edge.dy < py * edge.dx;
                inside ^= left == (edge.dy > 0.0);
            }
            let part = ((px * edge.dx + py * edge.dy) * edge.inverse).clamp(0.0, 1.0);
            let (qx, qy) = (px - part * edge.dx, py - part * edge.dy);
            least = least.min(qx * qx + qy * qy);
        }
        if inside { least.sqrt() } else { -least.sqrt() }
    }

    fn position(&self, x: f64, y: f64) -> Position {
        let units = |m: f64, metres_per_unit: f64| {
            // A pole has no metres east: any longitude of the extent will do.
            if metres_per_unit > 0.0 { (m / metres_per_unit).round_ties_even() as i64 } else { 0 }
        };
        let lon = i64::from(self.middle.lon()) + units(x, self.metric.metres_per_unit_east());
        let lat = i64::from(self.middle.lat()) + units(y, self.metric.metres_per_unit_north());
        i32::try_from(lon)
            .ok()
            .zip(i32::try_from(lat).ok())
            .and_then(|(lon, lat)| Position::new(lon, lat))
            .unwrap_or(self.middle)
    }
}

/// How many squares of half side `half` cover a half length.
fn steps(half_length: f64, half: f64) -> i32 {
    if half > 0.0 { ((half_length / half).ceil() as i32).max(1) } else { 1 }
}

fn mean(a: i32, b: i32) -> i32 {
    ((i64::from(a) + i64::from(b)) / 2) as i32
}

/// Whether `position` is strictly inside `part`. Exact.
fn is_inside(part: &Polygon, position: Position) -> bool {
    let mut inside = false;
    for ring in part.rings() {
        for (a, b) in ring.edges() {
            if predicates::on_segment(a, b, position) {
                return false;
            }
            if (a.lat() > position.lat()) != (b.lat() > position.lat()) {
                let left = predicates::orientation(a, b, position) == Ordering::Greater;
                inside ^= left == (b.lat() > a.lat());
            }
        }
    }
    inside
}

/// The middle of the widest inner span on some parallels through `part`.
fn inside_on_a_parallel(part: &Polygon) -> Option<Position> {
    let extent = part.exterior.extent();
    let (south, north) = (i64::from(extent.min().lat()), i64::from(extent.max().lat()));
    let mut best: Option<(f64, Position)> = None;
    for step in 1..=SLIVER_PARALLELS {
        let lat = (south + (north - south) * step / (SLIVER_PARALLELS + 1)) as i32;
        let mut crossings: Vec<f64> = Vec::new();
        for (a, b) in part.rings().flat_map(|ring| ring.edges()) {
            if (a.lat() > lat) != (b.lat() > lat) {
                let share = (f64::from(lat) - f64::from(a.lat())) / (f64::from(b.lat()) - f64::from(a.lat()));
                crossings.push(f64::from(a.lon()) + share * (f64::from(b.lon()) - f64::from(a.lon())));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for span in crossings.chunks_exact(2) {
            let width = span[1] - span[0];
            if best.is_some_and(|(widest, _)| width <= widest) {
                continue;
            }
            let lon = (0.5 * (span[0] + span[1])).round_ties_even() as i32;
            if let Some(position) = Position::new(lon, lat).filter(|&position| is_inside(part, position)) {
                best = Some((width, position));
            }
        }
    }
    best.map(|(_, position)| position)
}

/// The centroid of three consecutive vertices, of the first few such triangles where it is inside.
fn inside_an_ear(part: &Polygon) -> Option<Position> {
    let positions = part.exterior.positions();
    let cyclic = |i: usize| positions[i % positions.len()];
    (0..positions.len().min(MIN_CELLS)).find_map(|i| {
        let corners = [cyclic(i), cyclic(i + 1), cyclic(i + 2)];
        let lon: i64 = corners.iter().map(|corner| i64::from(corner.lon())).sum();
        let lat: i64 = corners.iter().map(|corner| i64::from(corner.lat())).sum();
        let centroid = Position::new((lon / 3) as i32, (lat / 3) as i32)?;
        is_inside(part, centroid).then_some(centroid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Ring;
    use proptest::prelude::*;

    const LON: i32 = 1_190_000_000;
    const LAT: i32 = 254_300_000;

    fn ring(units: &[(i32, i32)]) -> Ring {
        let positions = units.iter().map(|&(x, y)| Position::new(LON + x, LAT + y).expect("in the world"));
        Ring::new(positions.collect()).expect("a ring")
    }

    fn part(exterior: &[(i32, i32)], holes: &[&[(i32, i32)]]) -> Polygon {
        Polygon { exterior: ring(exterior), holes: holes.iter().map(|hole| ring(hole)).collect() }
    }

    fn label(polygons: Vec<Polygon>) -> (i32, i32) {
        let position = label_position(&MultiPolygon { polygons }).expect("a part");
        (position.lon() - LON, position.lat() - LAT)
    }

    /// Distance from `position` to the border, in metres, straight from the definition.
    fn depth_m(part: &Polygon, position: Position) -> f64 {
        let metric = LocalMetric::at(position);
        let depths = part
            .rings()
            .flat_map(|ring| ring.edges())
            .map(|(a, b)| metric.point_segment_distance(position, a, b).distance_m);
        depths.fold(f64::INFINITY, f64::min)
    }

    //   +--+
    //   |  |         the arm of an L is narrow, its foot is wide: the label stands in the foot
    //   |  +------+
    //   |         |
    //   +---------+
    #[test]
    fn the_label_of_an_l_stands_in_its_wider_arm() {
        let found = label(vec![part(&[(0, 0), (9000, 0), (9000, 4000), (2000, 4000), (2000, 9000), (0, 9000)], &[])]);
        assert!(found.0 > 1500 && found.0 < 7500 && found.1 > 1500 && found.1 < 2600, "{found:?}");
    }

    #[test]
    fn a_hole_in_the_middle_pushes_the_label_aside() {
        let hole = [(3000, 3000), (7000, 3000), (7000, 7000), (3000, 7000)];
        let ringed = part(&[(0, 0), (10_000, 0), (10_000, 10_000), (0, 10_000)], &[&hole]);
        let position = label_position(&MultiPolygon { polygons: vec![ringed.clone()] }).expect("a part");
        assert!(is_inside(&ringed, position));
        // The best places are the corners' diagonals: 1,757 units, 17.6 m east-west; 1 % of the side may be missing.
        assert!(depth_m(&ringed, position) > 16.3, "{}", depth_m(&ringed, position));
    }

    #[test]
    fn the_label_stands_in_the_largest_part() {
        let small = part(&[(0, 0), (100, 0), (100, 100), (0, 100)], &[]);
        let large = part(&[(500, 0), (1500, 0), (1500, 1000), (500, 1000)], &[]);
        let found = label(vec![small, large]);
        assert!((990..=1010).contains(&found.0) && (490..=510).contains(&found.1), "{found:?}");
    }

    #[test]
    fn a_sliver_gets_an_inner_position_if_it_has_one_and_a_vertex_if_not() {
        let slanted = part(&[(0, 0), (1_000_000, 999_000), (1_000_000, 999_010)], &[]);
        let position = label_position(&MultiPolygon { polygons: vec![slanted.clone()] }).expect("a part");
        assert!(is_inside(&slanted, position), "{position}");
        assert_eq!(label(vec![part(&[(0, 0), (1, 0), (0, 1)], &[])]), (0, 0));
        assert_eq!(label(vec![part(&[(5, 5), (10, 5), (20, 5)], &[])]), (5, 5));
        assert_eq!(label_position(&MultiPolygon::default()), None);
    }

    #[test]
    fn a_hundred_thousand_vertices_and_the_whole_world_are_bounded_work() {
        let count = 100_000;
        let mut comb: Vec<(i32, i32)> = (0..count).map(|i| (i * 40, if i % 2 == 0 { 0 } else { 900_000 })).collect();
        comb.push((count * 40, -1000));
        comb.push((-10, -1000));
        let comb = part(&comb, &[]);
        let position = label_position(&MultiPolygon { polygons: vec![comb.clone()] }).expect("a part");
        assert!(is_inside(&comb, position));

        let corners = [
            (-1_800_000_000, -900_000_000),
            (1_800_000_000, -900_000_000),
            (1_800_000_000, 900_000_000),
            (-1_800_000_000, 900_000_000),
        ];
        let corners = corners.iter().map(|&(lon, lat)| Position::new(lon, lat).expect("in the world"));
        let world = Polygon { exterior: Ring::new(corners.collect()).expect("a ring"), holes: Vec::new() };
        let position = label_position(&MultiPolygon { polygons: vec![world.clone()] }).expect("a part");
        assert!(is_inside(&world, position));
    }

    proptest! {
        /// Stars around the origin: always simple.
        #[test]
        fn the_label_is_inside_and_about_as_deep_as_the_deepest_sample(radii in proptest::collection::vec(2_000..20_000_i32, 5..30)) {
            let count = radii.len() as f64;
            let corners: Vec<(i32, i32)> = radii.iter().enumerate().map(|(i, &radius)| {
                let angle = i as f64 / count * std::f64::consts::TAU;
                ((f64::from(radius) * angle.cos()) as i32, (f64::from(radius) * angle.sin()) as i32)
            }).collect();
            let star = part(&corners, &[]);
            let polygon = MultiPolygon { polygons: vec![star.clone()] };
            let position = label_position(&polygon).expect("a part");
            prop_assert_eq!(label_position(&polygon), Some(position));
            prop_assert!(is_inside(&star, position));
            let depth = depth_m(&star, position);
            let extent = star.exterior.extent();
            let slack = LocalMetric::at(position).distance_m(extent.min(), extent.max()) * 2.0 * PRECISION_SHARE;
            for step in 0..400 {
                let sample = Position::new(LON + (step % 20 - 10) * 1000, LAT + (step / 20 - 10) * 1000).expect("in the world");
                if is_inside(&star, sample) {
                    prop_assert!(depth_m(&star, sample) <= depth + slack, "{sample} is deeper than {position}");
                }
            }
        }
    }
}

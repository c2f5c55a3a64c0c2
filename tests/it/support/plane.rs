//! Polygons drawn straight onto the lattice, noded by the way they are drawn: what an index must stand, without a store.
//!
//! Every function gives areas whose borders meet in common vertices only, as the store would hold them.

use onemap::domain::geometry::{MultiPolygon, Polygon, Position, Ring};

use super::{drawn::at, random::Random};

/// Longitude and latitude in lattice units.
pub type Point = (i64, i64);

pub const LON: i64 = 1_800_000_000;
pub const LAT: i64 = 900_000_000;

/// A tile of the index, in lattice units.
pub const TILE: i64 = 1 << 15;

pub fn ring(points: &[Point]) -> Ring {
    let positions: Vec<Position> = points.iter().map(|&(x, y)| at(x, y)).collect();
    assert_eq!(Ring::new(positions.clone()).map(|ring| ring.positions().len()), Some(positions.len()));
    Ring::new(positions).expect("a ring")
}

pub fn polygon(exterior: &[Point], holes: &[&[Point]]) -> MultiPolygon {
    let holes = holes.iter().map(|hole| ring(hole)).collect();
    MultiPolygon { polygons: vec![Polygon { exterior: ring(exterior), holes }] }.canonical()
}

fn square((x, y): Point, reach: i64) -> [Point; 4] {
    [(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]
}

fn diamond((x, y): Point, reach: i64) -> [Point; 4] {
    [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
}

/// How a [`net`] is drawn.
pub struct Net {
    /// Its south-west corner.
    pub origin: Point,
    /// Cells in a row and in a column.
    pub cells: usize,
    /// Side of a cell.
    pub size: i64,
    /// Edges along a side of a cell.
    pub pieces: i64,
    /// Cells along the side of a block, one level up; a divisor of `cells`.
    pub block: usize,
}

/// Everything, then blocks, then cells, with crooked borders: three levels that tile.
pub fn net(net: &Net, seed: u64) -> Vec<MultiPolygon> {
    let Net { origin, cells: n, size, pieces, block } = *net;
    let mut random = Random::new(seed);
    let mut jitter = |reach: i64| random.between(-reach, reach);
    let mut corner =
        |i: i64, j: i64| (origin.0 + j * size + jitter(size / 10), origin.1 + i * size + jitter(size / 10));
    let corners: Vec<Vec<Point>> = (0..=n as i64).map(|i| (0..=n as i64).map(|j| corner(i, j)).collect()).collect();
    // Off the straight line by less than half a step: borders that leave a corner stay apart.
    let mut side = |a: Point, b: Point, across: Point| -> Vec<Point> {
        let off = |random: &mut Random| random.between(-(size * 3 / 10 / pieces), size * 3 / 10 / pieces);
        let mut at = |piece: i64| {
            let off = if piece == 0 { 0 } else { off(&mut random) };
            (a.0 + (b.0 - a.0) * piece / pieces + across.0 * off, a.1 + (b.1 - a.1) * piece / pieces + across.1 * off)
        };
        (0..pieces).map(&mut at).collect()
    };
    let mut sides = |step: (usize, usize), across: Point| -> Vec<Vec<Vec<Point>>> {
        let of = |i: usize, j: usize, side: &mut dyn FnMut(Point, Point, Point) -> Vec<Point>| {
            side(corners[i][j], corners[i + step.0][j + step.1], across)
        };
        (0..=n - step.0).map(|i| (0..=n - step.1).map(|j| of(i, j, &mut side)).collect()).collect()
    };
    let (east, north) = (sides((0, 1), (0, 1)), sides((1, 0), (1, 0)));
    // A side backwards: from its end, which it does not hold itself, to just after its start.
    let back = |line: &Vec<Point>, end: Point| -> Vec<Point> {
        std::iter::once(end).chain(line[1..].iter().rev().copied()).collect()
    };
    let outline = |i: usize, j: usize, count: usize| -> MultiPolygon {
        let mut points = Vec::new();
        (j..j + count).for_each(|j| points.extend(&east[i][j]));
        (i..i + count).for_each(|i| points.extend(&north[i][j + count]));
        (j..j + count).rev().for_each(|j| points.extend(back(&east[i + count][j], corners[i + count][j + 1])));
        (i..i + count).rev().for_each(|i| points.extend(back(&north[i][j], corners[i + 1][j])));
        polygon(&points, &[])
    };
    let mut areas = Vec::new();
    for count in [n, block, 1] {
        let starts = || (0..n).step_by(count);
        starts().for_each(|i| starts().for_each(|j| areas.push(outline(i, j, count))));
    }
    areas
}

/// Squares of 2^`bits` units whose sides run along the sides of the index's own cells, `cells` each way around (0, 0).
pub fn aligned(bits: u32, cells: i64) -> Vec<MultiPolygon> {
    let size = 1_i64 << bits;
    let half = cells / 2;
    let cell = |i: i64, j: i64| {
        let (x, y) = (j * size, i * size);
        polygon(&[(x, y), (x + size, y), (x + size, y + size), (x, y + size)], &[])
    };
    (-half..cells - half).flat_map(|i| (-half..cells - half).map(move |j| cell(i, j))).collect()
}

/// Triangles of half a square unit: the most borders that a place can have.
pub fn atoms(origin: Point, cells: i64) -> Vec<MultiPolygon> {
    let mut areas = Vec::new();
    for (i, j) in (0..cells).flat_map(|i| (0..cells).map(move |j| (i, j))) {
        let p = |x: i64, y: i64| (origin.0 + j + x, origin.1 + i + y);
        if (i + j) % 2 == 0 {
            areas.push(polygon(&[p(0, 0), p(1, 0), p(1, 1)], &[]));
            areas.push(polygon(&[p(0, 0), p(1, 1), p(0, 1)], &[]));
        } else {
            areas.push(polygon(&[p(0, 0), p(1, 0), p(0, 1)], &[]));
            areas.push(polygon(&[p(1, 0), p(1, 1), p(0, 1)], &[]));
        }
    }
    areas
}

/// Triangles around one point, each with a corner of its own on a rough circle.
pub fn fan(hub: Point, count: usize, radius: f64, seed: u64) -> Vec<MultiPolygon> {
    let rim = star(hub, count, seed, |_, random| radius * (0.7 + 0.3 * unit(random)));
    (0..count).map(|i| polygon(&[hub, rim[i], rim[(i + 1) % count]], &[])).collect()
}

/// A number from 0 to 1.
fn unit(random: &mut Random) -> f64 {
    random.between(0, 1 << 40) as f64 / (1_i64 << 40) as f64
}

/// A ring around `hub`, in steady turns of the angle.
fn star(hub: Point, count: usize, seed: u64, mut radius: impl FnMut(usize, &mut Random) -> f64) -> Vec<Point> {
    let mut random = Random::new(seed);
    let mut at = |i: usize| {
        let angle = std::f64::consts::TAU * (i as f64 + 0.4 * unit(&mut random)) / count as f64;
        let radius = radius(i, &mut random);
        (hub.0 + (radius * angle.cos()).round() as i64, hub.1 + (radius * angle.sin()).round() as i64)
    };
    (0..count).map(&mut at).collect()
}

/// A land with 2^`bits` vertices on its coast, a lake in it of a quarter of that, an island in the lake, and the frame around.
pub fn coast(hub: Point, radius: f64, bits: u32, seed: u64) -> Vec<MultiPolygon> {
    let line = |radius: f64, bits: u32, seed: u64| {
        let offsets = rough(bits, radius / 4.0, seed);
        star(hub, 1 << bits, seed, |i, _| radius + offsets[i])
    };
    let (outer, inner) = (line(radius, bits, seed), line(radius / 3.0, bits - 2, seed + 1));
    let island = square(hub, radius as i64 / 12);
    let frame = square(hub, radius as i64 * 2);
    vec![
        polygon(&frame, &[&outer]),
        polygon(&outer, &[&inner]),
        polygon(&inner, &[&island]),
        polygon(&island, &[]),
        polygon(&frame, &[]),
    ]
}

/// 2^`bits` heights of a closed rough line (midpoint displacement), at most `reach`.
fn rough(bits: u32, reach: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let count = 1_usize << bits;
    let mut heights = vec![0.0; count];
    let (mut step, mut scale) = (count, reach / 2.5);
    while step > 1 {
        let half = step / 2;
        for middle in (half..count).step_by(step) {
            let ends = (heights[middle - half] + heights[(middle + half) % count]) / 2.0;
            heights[middle] = ends + scale * (2.0 * unit(&mut random) - 1.0);
        }
        (step, scale) = (half, scale * 0.6);
    }
    heights
}

/// A band wound around `hub`, `turns` times, 2 x `count` vertices, beside what it leaves free.
pub fn spiral(hub: Point, turns: i64, pitch: f64, count: usize, seed: u64) -> Vec<MultiPolygon> {
    let mut random = Random::new(seed);
    let mut arm = |start: f64| -> Vec<Point> {
        let mut at = |i: usize| {
            let angle = std::f64::consts::TAU * turns as f64 * i as f64 / count as f64;
            let radius = pitch * (2.0 + start + angle / std::f64::consts::TAU) + pitch * 0.2 * unit(&mut random);
            (hub.0 + (radius * angle.cos()).round() as i64, hub.1 + (radius * angle.sin()).round() as i64)
        };
        (0..=count).map(&mut at).collect()
    };
    let (inner, outer) = (arm(0.0), arm(0.5));
    let band: Vec<Point> = outer.iter().chain(inner.iter().rev()).copied().collect();
    let frame = square(hub, ((turns + 4) as f64 * pitch) as i64);
    vec![polygon(&frame, &[&band]), polygon(&band, &[])]
}

/// Strips of one or two units beside one another, `shear` units off upright over their height; then needles one unit high.
pub fn slivers(origin: Point, count: i64, shear: i64, height: i64, seed: u64) -> Vec<MultiPolygon> {
    let mut random = Random::new(seed);
    let mut areas = Vec::new();
    let (x, y) = origin;
    let mut west = x;
    for _ in 0..count {
        let east = west + random.between(1, 2);
        areas.push(polygon(&[(west, y), (east, y), (east + shear, y + height), (west + shear, y + height)], &[]));
        west = east;
    }
    for i in 0..count {
        let south = y - 2 * count + 2 * i;
        areas.push(polygon(&[(x, south), (x + height, south + 1), (x, south + 1)], &[]));
        areas.push(polygon(&[(x, south), (x + height, south), (x + height, south + 1)], &[]));
    }
    areas
}

/// Squares with squares and diamonds in them, `depth` deep: every one an area with its enclaves cut out.
pub fn enclaves(centre: Point, reach: i64, depth: u32) -> Vec<MultiPolygon> {
    let mut areas = Vec::new();
    nest(&square(centre, reach), centre, reach, depth, &mut areas);
    areas
}

fn nest(outline: &[Point; 4], centre: Point, reach: i64, depth: u32, areas: &mut Vec<MultiPolygon>) {
    let mut holes: Vec<[Point; 4]> = Vec::new();
    if depth > 0 {
        // Of the square that fits into a diamond of the same reach.
        let (off, small) = (reach / 4, reach / 5);
        for (i, (dx, dy)) in [(-1, -1), (1, -1), (1, 1), (-1, 1)].into_iter().enumerate() {
            let middle = (centre.0 + dx * off, centre.1 + dy * off);
            let hole =
                if (i as u32 + depth).is_multiple_of(2) { square(middle, small) } else { diamond(middle, small) };
            nest(&hole, middle, small, depth - 1, areas);
            holes.push(hole);
        }
    }
    let holes: Vec<&[Point]> = holes.iter().map(|hole| &hole[..]).collect();
    areas.push(polygon(outline, &holes));
}

/// Squares and diamonds around a corner of a tile, the corners of each on the sides of the next: borders run through
/// corners of cells of every size.
pub fn on_corners(corner: Point, rings: u32) -> Vec<MultiPolygon> {
    let mut areas = vec![square(corner, 8).to_vec()];
    for step in 0..rings {
        let reach = 16_i64 << step;
        let (inner, middle, outer) = (square(corner, reach / 2), diamond(corner, reach), square(corner, reach));
        for i in 0..4 {
            let next = (i + 1) % 4;
            areas.push(vec![inner[i], middle[i], inner[next]]);
            areas.push(vec![middle[i], outer[next], middle[next]]);
        }
    }
    noded(&areas)
}

/// The whole world in four, with squares of one unit at its corners, at the poles, on the equator and on 180.
pub fn ends_of_the_world() -> Vec<MultiPolygon> {
    let rectangle =
        |(west, south): Point, (east, north): Point| vec![(west, south), (east, south), (east, north), (west, north)];
    let mut rings = vec![
        rectangle((-LON, -LAT), (0, 0)),
        rectangle((0, -LAT), (LON, 0)),
        rectangle((-LON, 0), (0, LAT)),
        rectangle((0, 0), (LON, LAT)),
    ];
    for x in [-LON, -1, 0, 1_164_073_949, LON - 1] {
        for y in [-LAT, -1, 0, 399_042_001, LAT - 1] {
            rings.push(rectangle((x, y), (x + 1, y + 1)));
        }
    }
    noded(&rings)
}

/// Slanting bands from pole to pole.
pub fn long_borders() -> Vec<MultiPolygon> {
    let bands = [
        (-LON, -LON),
        (-1_700_000_001, -1_234_567_000),
        (17, 1_000_000_007),
        (1_111_111_111, 1_500_000_001),
        (LON, LON),
    ];
    let band = |pair: &[(i64, i64)]| {
        let ((a, b), (c, d)) = (pair[0], pair[1]);
        polygon(&[(a, -LAT), (c, -LAT), (d, LAT), (b, LAT)], &[])
    };
    bands.windows(2).map(band).collect()
}

/// The rings as areas, each with the vertices of all others that lie on its sides. For few rings that do not cross.
pub fn noded(rings: &[Vec<Point>]) -> Vec<MultiPolygon> {
    let all: Vec<Point> = rings.iter().flatten().copied().collect();
    let of = |ring: &Vec<Point>| {
        let mut points = Vec::new();
        for (i, &a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let wide = |p: Point, q: Point| (i128::from(q.0 - p.0), i128::from(q.1 - p.1));
            let (run, rise) = wide(a, b);
            let along = |p: Point| wide(a, p).0 * run + wide(a, p).1 * rise;
            let is_between = |&&p: &&Point| {
                let (x, y) = wide(a, p);
                x * rise == y * run && 0 < along(p) && along(p) < run * run + rise * rise
            };
            let mut between: Vec<Point> = all.iter().filter(is_between).copied().collect();
            between.sort_by_key(|&p| along(p));
            between.dedup();
            points.push(a);
            points.extend(between);
        }
        polygon(&points, &[])
    };
    rings.iter().map(of).collect()
}

//! Buildings on a footprint: rows of rectangles in its frame, none of them over its border.

use super::{
    cut::{STEP_M, frame, metres},
    fabric::{BodyKind, Use},
    random::Random,
};
use crate::domain::geometry::Position;

/// No building is smaller, in square metres.
const MIN_BUILDING_M2: f64 = 6.0;

/// No building stands closer to a border, in metres; it covers the rounding to the lattice many times.
const MIN_MARGIN_M: f64 = 0.6;

/// A building, not yet lived in.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Its four corners, counter-clockwise.
    pub corners: [Position; 4],
    /// 层数.
    pub floors: u16,
    /// 梯位.
    pub stairs: u16,
    /// How many people it could house, relative to others.
    pub capacity: f64,
}

/// How buildings of one use stand.
struct Pattern {
    /// Metres along the row, and across it.
    size: [f64; 2],
    gap: [f64; 2],
    margin: f64,
    /// Most buildings.
    cap: usize,
    /// Chance that a place stays empty.
    empty: f64,
    floors: [u16; 4],
    /// People per square metre of floor, relative to an estate.
    people: f64,
}

/// An axis-parallel rectangle in the frame of the footprint.
#[derive(Debug, Clone, Copy)]
struct Rectangle {
    center: [f64; 2],
    half: [f64; 2],
}

/// The buildings on a footprint with the given border and use; none on fields, ponds and parks.
pub fn build(border: &[Position], land_use: Use, random: &mut Random) -> Vec<Shell> {
    let Some(pattern) = pattern(land_use) else { return Vec::new() };
    let base = border[0];
    let points: Vec<[f64; 2]> = border.iter().map(|&position| metres(base, position)).collect();
    let mut axis = frame(&points);
    // Rows run east and west, so that windows look south.
    if axis[0].abs() < axis[1].abs() {
        axis = [-axis[1], axis[0]];
    }
    let turned: Vec<[f64; 2]> =
        points.iter().map(|p| [p[0] * axis[0] + p[1] * axis[1], p[1] * axis[0] - p[0] * axis[1]]).collect();
    let mut rectangles = rows(&turned, &pattern, random);
    if rectangles.is_empty() {
        rectangles.extend(anywhere(&turned, &pattern));
    }
    let shell = |rectangle: Rectangle| {
        let corner = |x: f64, y: f64| {
            let [x, y] = [rectangle.center[0] + x * rectangle.half[0], rectangle.center[1] + y * rectangle.half[1]];
            let east_m = x * axis[0] - y * axis[1];
            let north_m = x * axis[1] + y * axis[0];
            let lon = base.lon() + libm::round(east_m / STEP_M[0]) as i32;
            let lat = base.lat() + libm::round(north_m / STEP_M[1]) as i32;
            Position::new(lon, lat).expect("a building stands in the district")
        };
        let floors = pattern.floors[random.below(4)];
        let stairs = match land_use {
            Use::Stairs(stairs) => u16::from(stairs),
            Use::Estate => 1 + (rectangle.half[0] / 7.0) as u16,
            _ => 1,
        };
        let ground_m2 = 4.0 * rectangle.half[0] * rectangle.half[1];
        Shell {
            corners: [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)],
            floors,
            stairs,
            capacity: ground_m2 * f64::from(floors) * pattern.people,
        }
    };
    rectangles.into_iter().map(shell).collect()
}

const fn pattern(land_use: Use) -> Option<Pattern> {
    let pattern = match land_use {
        Use::Estate => Pattern {
            size: [26.0, 11.0],
            gap: [6.0, 9.0],
            margin: 3.5,
            cap: 8,
            empty: 0.05,
            floors: [6, 6, 7, 11],
            people: 1.0,
        },
        Use::Stairs(stairs) => Pattern {
            size: [14.0 * stairs as f64, 13.0],
            gap: [500.0, 500.0],
            margin: 3.5,
            cap: 1,
            empty: 0.0,
            floors: [6, 11, 18, 18],
            people: 1.0,
        },
        Use::Shop => Pattern {
            size: [40.0, 24.0],
            gap: [500.0, 500.0],
            margin: 1.5,
            cap: 1,
            empty: 0.0,
            floors: [1, 2, 2, 3],
            people: 0.25,
        },
        Use::Houses => Pattern {
            size: [10.5, 9.0],
            gap: [4.0, 4.5],
            margin: 2.5,
            cap: 10,
            empty: 0.25,
            floors: [2, 3, 3, 4],
            people: 1.8,
        },
        Use::Body(BodyKind::Market | BodyKind::Works) => Pattern {
            size: [48.0, 26.0],
            gap: [10.0, 10.0],
            margin: 5.0,
            cap: 6,
            empty: 0.1,
            floors: [1, 1, 2, 4],
            people: 0.0,
        },
        Use::Body(_) => Pattern {
            size: [38.0, 13.0],
            gap: [10.0, 14.0],
            margin: 5.0,
            cap: 6,
            empty: 0.15,
            floors: [4, 5, 5, 9],
            people: 0.0,
        },
        Use::Field | Use::Pond | Use::Park => return None,
    };
    Some(pattern)
}

fn bounds(ring: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let mut bounds = [[f64::MAX; 2], [f64::MIN; 2]];
    for point in ring {
        for axis in 0..2 {
            bounds[0][axis] = bounds[0][axis].min(point[axis]);
            bounds[1][axis] = bounds[1][axis].max(point[axis]);
        }
    }
    bounds
}

fn rows(ring: &[[f64; 2]], pattern: &Pattern, random: &mut Random) -> Vec<Rectangle> {
    let [low, high] = bounds(ring);
    let room = [high[0] - low[0] - 2.0 * pattern.margin, high[1] - low[1] - 2.0 * pattern.margin];
    let size = [pattern.size[0].min(room[0]), pattern.size[1].min(room[1])];
    if size[0] < 2.0 || size[1] < 2.0 {
        return Vec::new();
    }
    let mut gap = pattern.gap;
    let counts =
        |gap: [f64; 2]| [0, 1].map(|axis| (((room[axis] + gap[axis]) / (size[axis] + gap[axis])) as usize).max(1));
    while counts(gap)[0] * counts(gap)[1] > pattern.cap {
        gap = gap.map(|gap| gap * 1.2 + 1.0);
    }
    let counts = counts(gap);
    let mut rectangles = Vec::new();
    let middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
    for row in 0..counts[1] {
        for column in 0..counts[0] {
            if random.chance(pattern.empty) {
                continue;
            }
            let offset =
                |axis: usize, index: usize| (index as f64 - (counts[axis] - 1) as f64 / 2.0) * (size[axis] + gap[axis]);
            let center = [middle[0] + offset(0, column), middle[1] + offset(1, row)];
            let rectangle = Rectangle { center, half: [size[0] / 2.0, size[1] / 2.0] };
            if rectangle.fits(ring, pattern.margin) {
                rectangles.push(rectangle);
            }
        }
    }
    rectangles
}

/// One building as large as will go around the middle of an awkward footprint.
fn anywhere(ring: &[[f64; 2]], pattern: &Pattern) -> Option<Rectangle> {
    let [low, high] = bounds(ring);
    let count = ring.len() as f64;
    let mean = ring.iter().fold([0.0, 0.0], |sum, p| [sum[0] + p[0] / count, sum[1] + p[1] / count]);
    let middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
    for share in [0.4, 0.3, 0.22, 0.15, 0.1] {
        for center in [middle, mean] {
            let half = [0, 1].map(|axis| (share * (high[axis] - low[axis])).min(pattern.size[axis] / 2.0));
            let rectangle = Rectangle { center, half };
            if 4.0 * half[0] * half[1] >= MIN_BUILDING_M2 && rectangle.fits(ring, MIN_MARGIN_M) {
                return Some(rectangle);
            }
        }
    }
    None
}

impl Rectangle {
    /// Whether it lies inside the ring, `margin` away from it.
    fn fits(&self, ring: &[[f64; 2]], margin: f64) -> bool {
        let half = [self.half[0] + margin, self.half[1] + margin];
        let mut inside = false;
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let a = [a[0] - self.center[0], a[1] - self.center[1]];
            let b = [b[0] - self.center[0], b[1] - self.center[1]];
            if meets(a, b, half) {
                return false;
            }
            if (a[1] > 0.0) != (b[1] > 0.0) && a[0] + (b[0] - a[0]) * -a[1] / (b[1] - a[1]) > 0.0 {
                inside = !inside;
            }
        }
        inside
    }
}

/// Whether the segment from `a` to `b` meets the rectangle of the given half sides around the origin.
fn meets(a: [f64; 2], b: [f64; 2], half: [f64; 2]) -> bool {
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for axis in 0..2 {
        let d = b[axis] - a[axis];
        if d == 0.0 {
            if a[axis].abs() > half[axis] {
                return false;
            }
            continue;
        }
        let (one, two) = ((-half[axis] - a[axis]) / d, (half[axis] - a[axis]) / d);
        enter = enter.max(one.min(two));
        leave = leave.min(one.max(two));
    }
    enter <= leave
}

//! Where a face is cut in two, so that the map reads like a city: across its long side, square to its frame,
//! meeting streets that arrive from the other side, bent a little.

use super::{
    planar::{Face, HalfEdge, Planar},
    random::Random,
};
use crate::domain::geometry::Position;

/// Metres of one lattice step of latitude, and of longitude at the district's latitude; good enough to draw by.
pub const STEP_M: [f64; 2] = [0.010_060, 0.011_077];

/// How often a cut is tried with other shares and directions before any chord is taken.
const MAX_ATTEMPTS: usize = 16;

/// Rounds of bisection for the share of a cut: 2^-14 of the face's width.
const SHARE_ROUNDS: usize = 14;

/// How a cut should look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// How many directions besides the two of the face's frame are tried.
    pub directions: usize,
    /// The largest turn away from a direction, as a tangent.
    pub tilt: f64,
    /// How far the line swings to the sides, as a share of its length.
    pub swing: f64,
    /// Distance of the vertices of a swinging line, in metres.
    pub spacing_m: f64,
    /// How far an end moves to meet a vertex of a straight border, as a share of the line's length.
    pub snap: f64,
    /// The direction from the first part to the second, when it is given.
    pub toward: Option<[f64; 2]>,
}

/// A face after a cut.
#[derive(Debug, Clone, Copy)]
pub struct Halves {
    /// The part that was to have the given share.
    pub first: Face,
    /// The other part.
    pub second: Face,
    /// The first half-edge of the line between them.
    pub line: HalfEdge,
}

/// Cuts faces; keeps its buffers between them.
#[derive(Debug)]
pub struct Cutter {
    random: Random,
    edges: Vec<HalfEdge>,
    points: Vec<[f64; 2]>,
    base: Position,
}

/// A straight chord of the face: from a place on one edge of the loop to a place on another, later one.
#[derive(Debug, Clone, Copy)]
struct Chord {
    from: (usize, [f64; 2]),
    to: (usize, [f64; 2]),
    /// Whether the part between the two edges is the first.
    between_is_first: bool,
    length_m: f64,
    cost: f64,
}

impl Cutter {
    /// A cutter that draws its numbers from `random`.
    pub fn new(random: Random) -> Self {
        let base = Position::new(0, 0).expect("in the world");
        Self { random, edges: Vec::new(), points: Vec::new(), base }
    }

    /// Its numbers.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Cuts `face` in two, the first part having about `share` of its area; `None` when no chord at all is possible.
    pub fn cut(&mut self, planar: &mut Planar, face: Face, share: f64, style: &Style) -> Option<Halves> {
        for attempt in 0..MAX_ATTEMPTS {
            self.read(planar, face);
            let loosened = attempt as f64 / MAX_ATTEMPTS as f64;
            let share = (share + self.random.between(-0.3, 0.3) * loosened).clamp(0.04, 0.96);
            let mut chords = self.chords(share, style, loosened);
            chords.sort_by(|a, b| a.cost.total_cmp(&b.cost));
            // A failed chord may have put vertices into the loop: the others are of no use then.
            if let Some(halves) = chords.first().and_then(|chord| self.draw(planar, face, chord, style)) {
                return Some(halves);
            }
        }
        self.any_chord(planar, face)
    }

    fn read(&mut self, planar: &Planar, face: Face) {
        planar.read_loop(face, &mut self.edges);
        self.base = planar.position(self.edges[0]);
        self.points.clear();
        let base = self.base;
        self.points.extend(self.edges.iter().map(|&edge| metres(base, planar.position(edge))));
    }

    fn chords(&mut self, share: f64, style: &Style, loosened: f64) -> Vec<Chord> {
        let mut directions = Vec::new();
        if let Some(toward) = style.toward {
            directions.push(toward);
        } else {
            let frame = frame(&self.points);
            directions.extend([frame, [-frame[1], frame[0]]]);
            let extra = style.directions + if loosened > 0.4 { 6 } else { 0 };
            for i in 0..extra {
                let turn = (i as f64 + self.random.share()) / extra as f64 * std::f64::consts::PI;
                directions.push([libm::cos(turn), libm::sin(turn)]);
            }
        }
        let mut chords = Vec::new();
        for direction in directions {
            let tilt = self.random.between(-1.0, 1.0) * (style.tilt + loosened * 0.3);
            let turned = [direction[0] - tilt * direction[1], direction[1] + tilt * direction[0]];
            let flip = style.toward.is_none() && self.random.chance(0.5);
            let length = if flip { -norm(turned) } else { norm(turned) };
            let taste = self.random.between(0.9, 1.1);
            self.chords_across([turned[0] / length, turned[1] / length], share, taste, &mut chords);
        }
        chords
    }

    /// The chords square to `normal` at which the face has about `share` of its area before them.
    fn chords_across(&self, normal: [f64; 2], share: f64, taste: f64, chords: &mut Vec<Chord>) {
        let count = self.points.len();
        let s: Vec<f64> = self.points.iter().map(|p| p[0] * normal[0] + p[1] * normal[1]).collect();
        let t: Vec<f64> = self.points.iter().map(|p| p[1] * normal[0] - p[0] * normal[1]).collect();
        // The area of the part with s < c is the closed integral of min(s, c) dt.
        let area_below = |c: f64| -> f64 { (0..count).map(|i| integral(&s, &t, i, (i + 1) % count, c)).sum() };
        let (mut low, mut high) =
            s.iter().fold((f64::MAX, f64::MIN), |(low, high), &value| (low.min(value), high.max(value)));
        let total = area_below(high);
        for _ in 0..SHARE_ROUNDS {
            let middle = (low + high) / 2.0;
            if area_below(middle) < share * total { low = middle } else { high = middle }
        }
        let c = (low + high) / 2.0;
        let mut crossings: Vec<(f64, usize)> = Vec::new();
        for i in 0..count {
            let k = (i + 1) % count;
            if (s[i] < c) != (s[k] < c) {
                crossings.push((t[i] + (t[k] - t[i]) * (c - s[i]) / (s[k] - s[i]), i));
            }
        }
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let at = |t: f64| [c * normal[0] - t * normal[1], c * normal[1] + t * normal[0]];
        for pair in crossings.chunks_exact(2) {
            let ((t0, i), (t1, j)) = if pair[0].1 < pair[1].1 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            let (from, to) = (at(t0), at(t1));
            let between = self.area_between(from, to, i, j) / total;
            // Where the line meets the face once, the side tells which part is the first; else the fitting one is.
            let below = s[(i + 1) % count] < c;
            let between_is_first =
                if crossings.len() == 2 { below } else { (between - share).abs() < (1.0 - between - share).abs() };
            let first = if between_is_first { between } else { 1.0 - between };
            let length_m = (t1 - t0).abs();
            let miss = (first - share).abs() / share.min(1.0 - share);
            let cost = length_m / total.abs().sqrt() * taste + 4.0 * miss;
            chords.push(Chord { from: (i, from), to: (j, to), between_is_first, length_m, cost });
        }
    }

    fn area_between(&self, from: [f64; 2], to: [f64; 2], i: usize, j: usize) -> f64 {
        let mut doubled = 0.0;
        let mut last = from;
        for &point in self.points[i + 1..=j].iter().chain([&to, &from]) {
            doubled += last[0] * point[1] - last[1] * point[0];
            last = point;
        }
        doubled / 2.0
    }

    fn draw(&mut self, planar: &mut Planar, face: Face, chord: &Chord, style: &Style) -> Option<Halves> {
        let a = self.end(planar, chord.from, chord.length_m * style.snap)?;
        let b = self.end(planar, chord.to, chord.length_m * style.snap)?;
        let (start, end) = (planar.position(a), planar.position(b));
        let mut swing = style.swing * self.random.between(0.4, 1.0);
        for _ in 0..4 {
            let between = self.swinging(start, end, swing, style.spacing_m);
            if let Some((new, line)) = planar.connect(a, b, &between) {
                let (first, second) = if chord.between_is_first { (new, face) } else { (face, new) };
                return Some(Halves { first, second, line });
            }
            if between.is_empty() {
                return None;
            }
            swing *= 0.4;
        }
        let (new, line) = planar.connect(a, b, &[])?;
        let (first, second) = if chord.between_is_first { (new, face) } else { (face, new) };
        Some(Halves { first, second, line })
    }

    /// The half-edge at whose origin a line ends that should end on edge `index` at `point`.
    fn end(&self, planar: &mut Planar, (index, point): (usize, [f64; 2]), snap_m: f64) -> Option<HalfEdge> {
        let count = self.points.len();
        let after = (index + 1) % count;
        let reach = |i: usize| -> f64 {
            let distance = norm([self.points[i][0] - point[0], self.points[i][1] - point[1]]);
            // A vertex of a straight border may be a street that arrives from the other side; a corner is left alone.
            let limit = if self.is_straight(i) { snap_m } else { snap_m * 0.2 };
            if distance < limit { distance } else { f64::MAX }
        };
        let (near, far) = (reach(index), reach(after));
        if near.min(far) < f64::MAX {
            return Some(self.edges[if near <= far { index } else { after }]);
        }
        let lon = self.base.lon() + libm::round(point[0] / STEP_M[0]) as i32;
        let lat = self.base.lat() + libm::round(point[1] / STEP_M[1]) as i32;
        planar.insert(self.edges[index], Position::new(lon, lat)?)
    }

    fn is_straight(&self, i: usize) -> bool {
        let count = self.points.len();
        let (a, b, c) = (self.points[(i + count - 1) % count], self.points[i], self.points[(i + 1) % count]);
        let (p, q) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
        p[0] * q[0] + p[1] * q[1] > 0.9 * norm(p) * norm(q)
    }

    /// The vertices between `start` and `end` of a line that swings to both sides.
    fn swinging(&mut self, start: Position, end: Position, swing: f64, spacing_m: f64) -> Vec<Position> {
        let d = metres(start, end);
        let length = norm(d);
        let pieces = (length / spacing_m) as usize;
        if swing == 0.0 || pieces < 2 {
            return Vec::new();
        }
        let waves: [(f64, f64); 4] = std::array::from_fn(|i| {
            let order = (i + 1) as f64;
            (self.random.between(-1.0, 1.0) / order, self.random.between(0.0, std::f64::consts::TAU))
        });
        let mut positions = Vec::with_capacity(pieces);
        for i in 1..pieces {
            let along = (i as f64 + self.random.between(-0.2, 0.2)) / pieces as f64;
            let window = libm::sqrt(along * (1.0 - along)) * 2.0;
            let mut side = 0.0;
            for (order, (height, phase)) in waves.iter().enumerate() {
                side += height * libm::sin((order + 1) as f64 * along * std::f64::consts::TAU * 0.8 + phase);
            }
            let rough = self.random.between(-0.06, 0.06) / pieces as f64;
            let side = (side * swing + rough) * window;
            let point = [d[0] * along - d[1] * side, d[1] * along + d[0] * side];
            let lon = start.lon() + libm::round(point[0] / STEP_M[0]) as i32;
            let lat = start.lat() + libm::round(point[1] / STEP_M[1]) as i32;
            positions.extend(Position::new(lon, lat));
        }
        positions
    }

    /// The last resort: any chord between two vertices that leaves something on both sides.
    fn any_chord(&mut self, planar: &mut Planar, face: Face) -> Option<Halves> {
        self.read(planar, face);
        let count = self.edges.len();
        for gap in (2..=count / 2).rev() {
            for i in 0..count - gap {
                if let Some((new, line)) = planar.connect(self.edges[i], self.edges[i + gap], &[]) {
                    return Some(Halves { first: new, second: face, line });
                }
            }
        }
        None
    }
}

/// East and north of `to` seen from `from`, in metres.
pub fn metres(from: Position, to: Position) -> [f64; 2] {
    let step = |a: i32, b: i32| f64::from(b - a);
    [step(from.lon(), to.lon()) * STEP_M[0], step(from.lat(), to.lat()) * STEP_M[1]]
}

/// The direction that most of the ring through `points` follows, turned by any number of right angles; of length 1.
pub fn frame(points: &[[f64; 2]]) -> [f64; 2] {
    let mut sum = [0.0, 0.0];
    for (i, a) in points.iter().enumerate() {
        let b = points[(i + 1) % points.len()];
        let d = [b[0] - a[0], b[1] - a[1]];
        let length = norm(d);
        let fourth = square(square([d[0] / length, d[1] / length]));
        sum = [sum[0] + fourth[0] * length, sum[1] + fourth[1] * length];
    }
    if norm(sum) < 1e-9 { [1.0, 0.0] } else { root(root(sum)) }
}

/// Length of a vector.
pub fn norm(d: [f64; 2]) -> f64 {
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

/// The square of a complex number.
fn square(z: [f64; 2]) -> [f64; 2] {
    [z[0] * z[0] - z[1] * z[1], 2.0 * z[0] * z[1]]
}

/// The square root of a complex number that is not 0, with length 1.
fn root(z: [f64; 2]) -> [f64; 2] {
    let length = norm(z);
    let real = ((1.0 + z[0] / length) / 2.0).max(0.0).sqrt();
    let imaginary = ((1.0 - z[0] / length) / 2.0).max(0.0).sqrt();
    [real, if z[1] < 0.0 { -imaginary } else { imaginary }]
}

/// Integral of min(s, c) dt along the edge from vertex `i` to vertex `k`.
fn integral(s: &[f64], t: &[f64], i: usize, k: usize, c: f64) -> f64 {
    let (s0, s1, dt) = (s[i], s[k], t[k] - t[i]);
    if s0 <= c && s1 <= c {
        return (s0 + s1) / 2.0 * dt;
    }
    if s0 >= c && s1 >= c {
        return c * dt;
    }
    let share = (c - s0) / (s1 - s0);
    let (before, after) = ((s0.min(c) + c) / 2.0 * share, (c + s1.min(c)) / 2.0 * (1.0 - share));
    (before + after) * dt
}

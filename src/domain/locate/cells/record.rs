//! Records: the edges that touch a cell, and the walk from its centre to a position.
//!
//! ```text
//! small   count | face at r | edge bits, low and high | count vertices, two i16 from r | right - left, one a run |
//! wide    WIDE  | face at r | runs      | per run: right - left, count, vertices as absolute i32 pairs |
//! ```
//!
//! A run is a chain of edges of one arc. Edge bit i is set when vertices i and i + 1 are joined.

use super::lanes;

/// Vertices that a small record has at most: the bits of two words.
pub(super) const SMALL_VERTICES: usize = 64;

/// Words before the vertices of a small record.
const SMALL_HEAD: usize = 4;

/// Words that must follow every small record, so that its vertices can be read in groups.
pub(super) const PADDING: usize = lanes::GROUP - 1;

/// Largest number of a small record: cross products of such numbers are exact in 32 bits.
pub(super) const SMALL_LIMIT: i64 = 32_767;

const WIDE: u32 = 1 << 8;

/// One edge of a record to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) a: (i32, i32),
    pub(super) b: (i32, i32),
    pub(super) left: u32,
    pub(super) right: u32,
    /// Whether it goes on where the piece before it ended, on the same arc.
    pub(super) is_chained: bool,
}

impl Piece {
    /// Number of the right face minus that of the left one, wrapping.
    fn step(&self) -> u32 {
        self.right.wrapping_sub(self.left)
    }
}

/// Where a walk ends: the number of the face, and whether the position is on an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) face: u32,
    pub(super) on_edge: bool,
}

/// Appends the record of `pieces` around the centre `r`, where `face` is, to `block`, and returns where it begins.
pub(super) fn append(block: &mut Vec<u32>, pieces: &[Piece], r: (i64, i64), reach: i64, face: u32) -> u32 {
    let at = block.len();
    let near =
        |(x, y): (i32, i32)| (i64::from(x) - r.0).abs() <= SMALL_LIMIT && (i64::from(y) - r.1).abs() <= SMALL_LIMIT;
    let vertices = pieces.iter().map(|piece| if piece.is_chained { 1 } else { 2 }).sum::<usize>();
    let is_small =
        vertices <= SMALL_VERTICES && reach <= SMALL_LIMIT && pieces.iter().all(|piece| near(piece.a) && near(piece.b));
    if is_small {
        append_small(block, pieces, r, vertices, face)
    } else {
        append_wide(block, pieces, face)
    }
    u32::try_from(at).expect("a block has fewer than 2^31 words")
}

fn append_small(block: &mut Vec<u32>, pieces: &[Piece], r: (i64, i64), vertices: usize, face: u32) {
    block.extend([vertices as u32, face, 0, 0]);
    let mask_at = block.len() - 2;
    let word = |(x, y): (i32, i32)| {
        let (dx, dy) = ((i64::from(x) - r.0) as i16, (i64::from(y) - r.1) as i16);
        u32::from(dx as u16) | u32::from(dy as u16) << 16
    };
    let (mut mask, mut count) = (0_u64, 0);
    for (number, piece) in pieces.iter().enumerate() {
        if number == 0 || !piece.is_chained {
            block.push(word(piece.a));
            count += 1;
        }
        mask |= 1 << (count - 1);
        block.push(word(piece.b));
        count += 1;
    }
    block[mask_at] = mask as u32;
    block[mask_at + 1] = (mask >> 32) as u32;
    block.extend(
        pieces
            .iter()
            .enumerate()
            .filter(|(number, piece)| *number == 0 || !piece.is_chained)
            .map(|(_, piece)| piece.step()),
    );
}

fn append_wide(block: &mut Vec<u32>, pieces: &[Piece], face: u32) {
    let runs = pieces.iter().enumerate().filter(|(number, piece)| *number == 0 || !piece.is_chained).count();
    block.extend([WIDE, face, runs as u32]);
    let mut count_at = 0;
    for (number, piece) in pieces.iter().enumerate() {
        if number == 0 || !piece.is_chained {
            block.extend([piece.step(), 1, piece.a.0 as u32, piece.a.1 as u32]);
            count_at = block.len() - 3;
        }
        block[count_at] += 1;
        block.extend([piece.b.0 as u32, piece.b.1 as u32]);
    }
}

/// What a walk from `r` to `q` over `pieces` adds to the number of the face.
pub(super) fn walk_pieces(pieces: &[Piece], r: (i64, i64), q: (i64, i64)) -> u32 {
    let (x, y) = (q.0 - r.0, q.1 - r.1);
    let on_line = is_left_when_on_line(x as i32, y as i32);
    let side = |(vx, vy): (i32, i32)| {
        // |x|, |y| < 2^22 and |v - r| < 2^33.
        let cross = x * (i64::from(vy) - r.1) - y * (i64::from(vx) - r.0);
        cross > 0 || (cross == 0 && on_line)
    };
    let mut sum = 0_u32;
    for piece in pieces.iter().filter(|piece| side(piece.a) != side(piece.b)) {
        let (dx, dy) = (i64::from(piece.b.0) - i64::from(piece.a.0), i64::from(piece.b.1) - i64::from(piece.a.1));
        let is_left = |(x, y): (i64, i64)| {
            let (x, y) = (i128::from(x - i64::from(piece.a.0)), i128::from(y - i64::from(piece.a.1)));
            is_left((i128::from(dx) * y - i128::from(dy) * x).signum() as i64, dx, dy)
        };
        match (is_left(r), is_left(q)) {
            (true, false) => sum = sum.wrapping_add(piece.step()),
            (false, true) => sum = sum.wrapping_sub(piece.step()),
            _ => {}
        }
    }
    sum
}

/// Walks from the centre of the record at `at` to the position `q`, which is `(x, y)` from the centre.
#[inline]
pub(super) fn walk(block: &[u32], at: u32, (x, y): (i32, i32), q: (i32, i32)) -> Reached {
    let at = at as usize;
    let head = &block[at..at + 3];
    if head[0] & WIDE == 0 { walk_small(block, at, x, y) } else { walk_wide(block, at, (x, y), q) }
}

/// Whether a position on the line r -> q (both moved by `(e, e^2)`) counts as left of it, for `(x, y)` = q - r.
#[inline]
pub(super) fn is_left_when_on_line(x: i32, y: i32) -> bool {
    (y > 0) | ((y == 0) & (x < 0))
}

/// Whether a position moved by `(e, e^2)` is left of a line in direction `(dx, dy)`, given its cross product with it.
#[inline]
pub(super) fn is_left(cross: i64, dx: i64, dy: i64) -> bool {
    cross > 0 || (cross == 0 && (dy < 0 || (dy == 0 && dx > 0)))
}

#[inline]
pub(super) fn small_vertex(word: u32) -> (i64, i64) {
    (i64::from(word as u16 as i16), i64::from((word >> 16) as u16 as i16))
}

#[inline]
fn walk_small(block: &[u32], at: usize, x: i32, y: i32) -> Reached {
    let (count, face) = (block[at] as usize, block[at + 1]);
    let edges = u64::from(block[at + 2]) | u64::from(block[at + 3]) << 32;
    let first = at + SMALL_HEAD;
    let vertices = &block[first..first + count.next_multiple_of(lanes::GROUP)];
    let lanes::Sides { left, on } = lanes::sides(vertices, x, y);
    let side = if is_left_when_on_line(x, y) { left | on } else { left };
    let changed = (side ^ (side >> 1)) & edges;
    let mut candidates = changed | ((on | on >> 1) & edges);
    let mut reached = Reached { face, on_edge: false };
    let (x, y) = (i64::from(x), i64::from(y));
    while candidates != 0 {
        let i = candidates.trailing_zeros();
        candidates &= candidates - 1;
        let (ax, ay) = small_vertex(vertices[i as usize]);
        let (bx, by) = small_vertex(vertices[i as usize + 1]);
        let (dx, dy) = (bx - ax, by - ay);
        let cross = dx * (y - ay) - dy * (x - ax);
        reached.on_edge |= cross == 0 && is_between(ax, bx, x) && is_between(ay, by, y);
        let starts_left = is_left(ax * by - ay * bx, dx, dy);
        if changed >> i & 1 == 1 && starts_left != is_left(cross, dx, dy) {
            // The number of the run is the number of gaps between runs before edge i.
            let run = (!edges & ((1_u64 << i) - 1)).count_ones() as usize;
            let step = block[first + count + run];
            reached.face = if starts_left { reached.face.wrapping_add(step) } else { reached.face.wrapping_sub(step) };
        }
    }
    reached
}

#[inline]
pub(super) fn is_between(a: i64, b: i64, c: i64) -> bool {
    a.min(b) <= c && c <= a.max(b)
}

fn walk_wide(block: &[u32], at: usize, (x, y): (i32, i32), q: (i32, i32)) -> Reached {
    let mut reached = Reached { face: block[at + 1], on_edge: false };
    let (rx, ry) = (i64::from(q.0) - i64::from(x), i64::from(q.1) - i64::from(y));
    let (qx, qy) = (i64::from(q.0), i64::from(q.1));
    let on_line = is_left_when_on_line(x, y);
    let (x, y) = (i64::from(x), i64::from(y));
    let side = |(vx, vy): (i64, i64)| {
        // |x|, |y| < 2^22 and |v - r| < 2^33.
        let cross = x * (vy - ry) - y * (vx - rx);
        cross > 0 || (cross == 0 && on_line)
    };
    let cross = |(ax, ay): (i64, i64), (bx, by): (i64, i64), (cx, cy): (i64, i64)| {
        let product = i128::from(bx - ax) * i128::from(cy - ay) - i128::from(by - ay) * i128::from(cx - ax);
        product.signum() as i64
    };
    let mut from = at + 3;
    for _ in 0..block[at + 2] {
        let (step, count) = (block[from], block[from + 1] as usize);
        let vertices = &block[from + 2..from + 2 + 2 * count];
        from += 2 + 2 * count;
        let vertex = |i: usize| (i64::from(vertices[2 * i] as i32), i64::from(vertices[2 * i + 1] as i32));
        let mut a = vertex(0);
        let mut a_side = side(a);
        for i in 1..count {
            let b = vertex(i);
            let b_side = side(b);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let is_near = is_between(a.0, b.0, qx) && is_between(a.1, b.1, qy);
            if a_side != b_side || is_near {
                let at_q = cross(a, b, (qx, qy));
                reached.on_edge |= is_near && at_q == 0;
                let starts_left = is_left(cross(a, b, (rx, ry)), dx, dy);
                if a_side != b_side && starts_left != is_left(at_q, dx, dy) {
                    reached.face =
                        if starts_left { reached.face.wrapping_add(step) } else { reached.face.wrapping_sub(step) };
                }
            }
            (a, a_side) = (b, b_side);
        }
    }
    reached
}

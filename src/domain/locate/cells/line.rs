//! Lines: what most look-ups need to know of a cell, in one place of memory and answered without a branch.
//!
//! ```text
//! word 0        bit i: the centre r lies left of the edge from vertex i to vertex i + 1
//! words 1-3     bit i: bits 0, 1 and 2 of the step over that edge, away from r; 0 is no edge
//! words 4-      vertices, two i16 from r; a run is a chain of edges
//!      -31      faces of the cell from the end, that at r last
//! ```
//!
//! A line knows its faces by numbers below 8, and the sum of the steps modulo 8 from r (number 0) to the position is that
//! of the position's face. A cell without edges has one face. What does not fit has a record: such a line has a single
//! edge, from nowhere to nowhere, and the last word tells where the record begins.

use super::{
    grid::Place,
    record::{self, Piece, Reached},
};

/// Words of a line: two cache lines, which the processor brings at the same time.
pub(super) const WORDS: usize = 32;

/// Where the vertices begin.
const FIRST_VERTEX: usize = 4;

/// Faces that a line has at most.
const FACES: usize = 8;

/// Coordinates and their differences within these bounds have cross products that are exact in 32 bits.
const LIMIT: i64 = 32_767;

/// The line of one cell, which begins where a pair of cache lines does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(128))]
pub(super) struct Line(pub(super) [u32; WORDS]);

/// The edge of a line whose cell has a record: from a position to itself, so that every position is in line with it.
const RECORD_EDGE: u32 = 1 << FIRST_VERTEX;

/// The line of a cell without edges.
pub(super) fn of_face(face: u32) -> Line {
    let mut words = [0; WORDS];
    words[WORDS - 1] = face;
    Line(words)
}

/// The line of a cell whose record begins at `at`.
pub(super) fn of_record(at: u32) -> Line {
    let mut words = [0; WORDS];
    words[1] = RECORD_EDGE;
    words[WORDS - 1] = at;
    Line(words)
}

/// The line of `pieces` around the centre `r`, where `face` is; no position of the cell is farther from it
/// than `reach`. `None` when they do not fit.
pub(super) fn of_pieces(pieces: &[Piece], r: (i64, i64), reach: i64, face: u32) -> Option<Line> {
    let mut words = [0; WORDS];
    let mut faces = Faces { of: [face; FACES], count: 1 };
    let mut next = FIRST_VERTEX;
    for (number, piece) in pieces.iter().enumerate() {
        let vertex = |(x, y): (i32, i32)| (i64::from(x) - r.0, i64::from(y) - r.1);
        let (a, b) = (vertex(piece.a), vertex(piece.b));
        let fits = |(x, y): (i64, i64)| x.abs() + reach <= LIMIT && y.abs() + reach <= LIMIT;
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        if a == b || !fits(a) || !fits(b) || dx.abs() > LIMIT || dy.abs() > LIMIT {
            return None;
        }
        if number == 0 || !piece.is_chained {
            *words.get_mut(next)? = word(a);
            next += 1;
        }
        *words.get_mut(next)? = word(b);
        let edge = next - 1;
        next += 1;
        let (left, right) = (faces.number(piece.left)?, faces.number(piece.right)?);
        // A step of 0 says that there is no edge.
        if left == right {
            return None;
        }
        let starts_left = record::is_left(a.0 * b.1 - a.1 * b.0, dx, dy);
        let step = if starts_left { right.wrapping_sub(left) } else { left.wrapping_sub(right) };
        words[0] |= u32::from(starts_left) << edge;
        for plane in 0..3 {
            words[1 + plane] |= (step >> plane & 1) << edge;
        }
    }
    if next + faces.count > WORDS {
        return None;
    }
    for (number, &face) in faces.of[..faces.count].iter().enumerate() {
        words[WORDS - 1 - number] = face;
    }
    Some(Line(words))
}

impl Line {
    /// Where the record of the cell begins, when it has one.
    #[inline]
    pub(super) fn record(&self) -> Option<u32> {
        let [_, one, two, four, ..] = self.0;
        let is_record = one | two | four == RECORD_EDGE && self.0[FIRST_VERTEX] == self.0[FIRST_VERTEX + 1];
        is_record.then_some(self.0[WORDS - 1])
    }

    /// What is at a place of the cell when it is not seen at once (see [`super::lanes::Lanes::look`]); `rest` has the records.
    #[cold]
    #[inline(never)]
    pub(super) fn look_closely(&self, rest: &[u32], place: Place, q: (i32, i32)) -> Reached {
        match self.record() {
            Some(record) => record::walk(rest, record, (place.x, place.y), q),
            None => self.walk(place.x, place.y),
        }
    }

    /// What is at a position, edge by edge, for a cell without record.
    fn walk(&self, x: i32, y: i32) -> Reached {
        let [starts_left, one, two, four, ..] = self.0;
        let on_line = record::is_left_when_on_line(x, y);
        let (x, y) = (i64::from(x), i64::from(y));
        let side = |(vx, vy): (i64, i64)| {
            let cross = x * vy - y * vx;
            cross > 0 || (cross == 0 && on_line)
        };
        let (mut edges, mut number, mut on_edge) = (one | two | four, 0, false);
        while edges != 0 {
            let i = edges.trailing_zeros() as usize;
            edges &= edges - 1;
            let (a, b) = (record::small_vertex(self.0[i]), record::small_vertex(self.0[i + 1]));
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let cross = dx * (y - a.1) - dy * (x - a.0);
            on_edge |= cross == 0 && record::is_between(a.0, b.0, x) && record::is_between(a.1, b.1, y);
            let starts_left = starts_left >> i & 1 == 1;
            if side(a) != side(b) && starts_left != record::is_left(cross, dx, dy) {
                number += (one >> i & 1) + 2 * (two >> i & 1) + 4 * (four >> i & 1);
            }
        }
        Reached { face: self.0[WORDS - 1 - (number as usize & (FACES - 1))], on_edge }
    }
}

fn word((x, y): (i64, i64)) -> u32 {
    u32::from(x as i16 as u16) | u32::from(y as i16 as u16) << 16
}

/// Faces of a cell by number, that at its centre first.
struct Faces {
    of: [u32; FACES],
    count: usize,
}

impl Faces {
    /// The number of a face, a new one if need be; `None` when there are too many.
    fn number(&mut self, face: u32) -> Option<u32> {
        let known = self.of[..self.count].iter().position(|&one| one == face);
        let number = known.unwrap_or(self.count);
        if number == self.count {
            *self.of.get_mut(number)? = face;
            self.count += 1;
        }
        Some(number as u32)
    }
}

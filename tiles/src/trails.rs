//! Puts lines together where they meet, so that a net of borders is drawn in few strokes.

use crate::radix::{self, unit_key};

type Unit = [i32; 2];

/// Where more lines than these end in one unit, only so many are compared for the way on.
const MOST_COMPARED: usize = 16;

/// A line as a part of a list of units, from its smaller end.
#[derive(Clone, Copy)]
struct Line {
    /// Its first two units: of two lines, that of the smaller one is smaller or both are equal.
    key: u64,
    start: u32,
    end: u32,
}

impl Line {
    fn units(self, all: &[Unit]) -> &[Unit] {
        &all[self.start as usize..self.end as usize]
    }
}

/// Lines to be joined, in lists that are used again.
#[derive(Default)]
pub(crate) struct Net {
    units: Vec<Unit>,
    lines: Vec<Line>,
    /// Where lines end, ascending: key of the unit, and line in the lower half; a closed line is there twice.
    ends: Vec<u64>,
    /// For each line, the place in `ends` where those of its first and of its last unit begin.
    nodes: Vec<[u32; 2]>,
    /// For each such place, how many lines end there that are not drawn, and the first place that may have one.
    open: Vec<(u32, u32)>,
    is_drawn: Vec<bool>,
    trail: Vec<Unit>,
    spare_lines: Vec<Line>,
    spare_ends: Vec<u64>,
}

impl Net {
    pub(crate) fn clear(&mut self) {
        self.units.clear();
        self.lines.clear();
    }

    /// Adds a line of at least two drawn units, none equal to the one before.
    pub(crate) fn add(&mut self, line: &[Unit]) {
        let start = self.units.len();
        if line.iter().rev().lt(line.iter()) {
            self.units.extend(line.iter().rev());
        } else {
            self.units.extend_from_slice(line);
        }
        let key = unit_key(self.units[start]) << (2 * radix::DIGIT_BITS) | unit_key(self.units[start + 1]);
        self.lines.push(Line { key, start: start as u32, end: self.units.len() as u32 });
    }

    /// Calls `draw` with lines that cover the same as those added, each as long as it gets.
    ///
    /// Where lines meet, a stroke takes the one farthest to the right, as the exterior ring of the polygon on its right
    /// does: its steps are those of that ring for as long as can be, and next to it cost gzip hardly anything.
    /// What lies there twice is drawn once. Neither the order nor the directions in which lines were added can be seen.
    pub(crate) fn draw(&mut self, mut draw: impl FnMut(&[Unit])) {
        self.index();
        // First from where a trail must begin or end: an odd number of lines meets there. Then what goes round.
        for odd in [true, false] {
            for end in 0..self.ends.len() {
                let line = line_of(self.ends[end]);
                if self.is_drawn[line as usize] {
                    continue;
                }
                let begins = self.ends[self.nodes[line as usize][0] as usize];
                let side = usize::from(!is_at_one_unit(begins, self.ends[end]));
                let node = self.nodes[line as usize][side];
                if !odd || self.open[node as usize].0 % 2 == 1 {
                    self.follow(line, side);
                    draw(&self.trail);
                }
            }
        }
    }

    /// Sorts the lines and finds out which ones meet.
    fn index(&mut self) {
        let Self { units, lines, ends, nodes, open, is_drawn, spare_lines, spare_ends, .. } = self;
        radix::sort_by_key(lines, spare_lines, 4, |line| line.key);
        for alike in lines.chunk_by_mut(|one, other| one.key == other.key).filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by(|one, other| one.units(units).cmp(other.units(units)));
        }
        lines.dedup_by(|one, other| one.key == other.key && one.units(units) == other.units(units));
        ends.clear();
        for (number, line) in (0..).zip(&*lines) {
            let at = |unit: u32| unit_key(units[unit as usize]) << 32 | number;
            ends.extend([at(line.start), at(line.end - 1)]);
        }
        // their lines are in order already
        radix::sort_by_key(ends, spare_ends, 2, |end| end >> 32);
        nodes.clear();
        nodes.resize(lines.len(), [u32::MAX; 2]);
        open.clear();
        open.resize(ends.len(), (0, 0));
        let mut node = 0;
        for (place, &end) in ends.iter().enumerate() {
            if !is_at_one_unit(ends[node], end) {
                node = place;
            }
            let number = line_of(end) as usize;
            let line = lines[number];
            if unit_key(units[line.start as usize]) == end >> 32 {
                nodes[number][0] = node as u32;
            }
            if unit_key(units[line.end as usize - 1]) == end >> 32 {
                nodes[number][1] = node as u32;
            }
            open[node].0 += 1;
            open[node].1 = node as u32;
        }
        is_drawn.clear();
        is_drawn.resize(lines.len(), false);
    }

    /// Makes the trail that begins with a line, at its first unit or its last, and goes on as far as there are lines.
    fn follow(&mut self, line: u32, side: usize) {
        let Self { units, lines, ends, nodes, open, is_drawn, trail, .. } = self;
        let (mut line, mut side) = (line as usize, side);
        trail.clear();
        let first = lines[line].units(units);
        trail.push(if side == 0 { first[0] } else { first[first.len() - 1] });
        loop {
            is_drawn[line] = true;
            let line_units = lines[line].units(units);
            if side == 0 {
                trail.extend_from_slice(&line_units[1..]);
            } else {
                trail.extend(line_units.iter().rev().skip(1));
            }
            nodes[line].iter().for_each(|&node| open[node as usize].0 -= 1);
            let node = nodes[line][1 - side];
            let (left, next) = &mut open[node as usize];
            if *left == 0 {
                return;
            }
            while is_drawn[line_of(ends[*next as usize]) as usize] {
                *next += 1;
            }
            let [.., before, here] = trail[..] else { unreachable!("a trail has the units of a line") };
            let mut onwards: Option<([i64; 2], usize, usize)> = None;
            let meeting = ends[*next as usize..].iter().take(MOST_COMPARED);
            let meeting = meeting.take_while(|&&end| is_at_one_unit(ends[node as usize], end));
            for other in meeting.map(|&end| line_of(end) as usize).filter(|&line| !is_drawn[line]) {
                let side = usize::from(nodes[other][0] != node);
                let units = lines[other].units(units);
                let way = towards(here, units[if side == 0 { 1 } else { units.len() - 2 }]);
                let is_better = onwards.is_none_or(|(known, ..)| is_clockwise(towards(here, before), known, way));
                if is_better {
                    onwards = Some((way, other, side));
                }
            }
            (_, line, side) = onwards.expect("the first of them is not drawn");
        }
    }
}

fn line_of(end: u64) -> u32 {
    end as u32
}

fn is_at_one_unit(one: u64, other: u64) -> bool {
    one >> 32 == other >> 32
}

/// The step from one unit to another.
fn towards(from: Unit, to: Unit) -> [i64; 2] {
    [0, 1].map(|axis| i64::from(to[axis]) - i64::from(from[axis]))
}

/// Whether who turns clockwise on the screen, from `back`, comes to `one` before `other`; all start from one unit.
fn is_clockwise(back: [i64; 2], one: [i64; 2], other: [i64; 2]) -> bool {
    let cross = |a: [i64; 2], b: [i64; 2]| a[0] * b[1] - a[1] * b[0];
    let is_in_second_half = |way| {
        let side = cross(back, way);
        side < 0 || side == 0 && back[0] * way[0] + back[1] * way[1] < 0
    };
    match (is_in_second_half(one), is_in_second_half(other)) {
        (false, true) => true,
        (true, false) => false,
        _ => cross(one, other) > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[Vec<Unit>]) -> Vec<Vec<Unit>> {
        let (mut net, mut trails) = (Net::default(), Vec::new());
        for _ in 0..2 {
            net.clear();
            trails.clear();
            lines.iter().for_each(|line| net.add(line));
            net.draw(|trail| trails.push(trail.to_vec()));
        }
        trails
    }

    #[test]
    fn a_net_is_drawn_in_few_strokes_whichever_way_its_lines_run() {
        let mut lines: Vec<Vec<Unit>> =
            [[0, 5], [10, 5], [5, 0], [5, 10]].iter().map(|&end| vec![end, [5, 5]]).collect();
        let trails = joined(&lines);
        assert_eq!(trails.len(), 2);
        lines.reverse();
        lines.iter_mut().for_each(|line| line.reverse());
        lines.push(lines[0].clone());
        assert_eq!(joined(&lines), trails);
    }

    //      |            from the west the stroke goes on to the right,
    //   ---+---         along the south-western corner
    //      |
    #[test]
    fn a_stroke_keeps_to_the_right_where_lines_meet() {
        let arms: Vec<Vec<Unit>> = [[0, 5], [5, 0], [5, 10]].iter().map(|&end| vec![end, [5, 5]]).collect();
        assert_eq!(joined(&arms), [vec![[0, 5], [5, 5], [5, 10]], vec![[5, 0], [5, 5]]]);
        let turns: Vec<[i64; 2]> = vec![[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1]];
        for (place, &one) in turns.iter().enumerate() {
            // from the west, clockwise over the north
            assert!(turns[place + 1..].iter().all(|&other| is_clockwise([-1, 0], one, other)));
            assert!(turns[..=place].iter().all(|&other| !is_clockwise([-1, 0], one, other)));
        }
    }

    #[test]
    fn what_goes_round_is_one_line() {
        let round = [vec![[0, 0], [9, 0], [9, 9]], vec![[9, 9], [0, 9], [0, 0]]];
        assert_eq!(joined(&round), [vec![[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]]]);
        let closed = [vec![[3, 3], [9, 0], [9, 9], [3, 3]], vec![[3, 3], [0, 0]]];
        assert_eq!(joined(&closed), [vec![[0, 0], [3, 3], [9, 0], [9, 9], [3, 3]]]);
    }
}

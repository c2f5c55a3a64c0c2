//! From border arcs back to polygons.

use std::{cmp::Ordering, collections::HashMap};

use super::topology::{ArcSide, Coverage};
use crate::domain::geometry::{MultiPolygon, Polygon, Position, Ring, predicates::turn_order};

/// The canonical polygons with the given border; the inside is on the left of every side.
///
/// Rings are simple: where a border touches itself in a point it is cut there, so parts that meet in a point are
/// parts, and a hole that touches its exterior is a hole (OGC 06-103r4, 6.1.11.1).
pub(super) fn polygons(coverage: &Coverage, border: &[ArcSide]) -> MultiPolygon {
    let walks = Walks { coverage, border, leaving: leaving(coverage, border) };
    let mut parts: Vec<(Polygon, i128)> = Vec::new();
    let mut lakes: Vec<Vec<Ring>> = Vec::new();
    for walk in walks.all() {
        let (mut shells, mut holes) = (Vec::new(), Vec::new());
        for ring in simple_rings(&walk) {
            if ring.signed_area_doubled() > 0 { shells.push(ring) } else { holes.push(ring) }
        }
        match shells.pop() {
            Some(exterior) => {
                debug_assert!(shells.is_empty(), "a connected inside has one exterior");
                let area = exterior.signed_area_doubled();
                parts.push((Polygon { exterior, holes }, area));
            }
            None => lakes.push(holes),
        }
    }
    for lake in lakes {
        // All rings of one walk lie in the same part: the smallest exterior around them.
        let around = parts.iter_mut().filter(|(part, _)| {
            part.exterior.surrounds(&lake[0]).expect("two rings of one border do not run along each other")
        });
        let (part, _) = around.min_by_key(|(_, area)| *area).expect("a hole lies in a part");
        part.holes.extend(lake);
    }
    MultiPolygon { polygons: parts.into_iter().map(|(part, _)| part).collect() }.canonical()
}

/// The sides that leave each position, as indices into the border.
fn leaving(coverage: &Coverage, border: &[ArcSide]) -> HashMap<Position, Vec<u32>> {
    let mut leaving: HashMap<Position, Vec<u32>> = HashMap::new();
    for (i, &side) in border.iter().enumerate() {
        leaving.entry(first_two(coverage, side)[0]).or_default().push(i as u32);
    }
    leaving
}

/// The first and the second position along a side.
fn first_two(coverage: &Coverage, side: ArcSide) -> [Position; 2] {
    let positions = coverage.positions(side.arc);
    if side.is_forward {
        [positions[0], positions[1]]
    } else {
        [positions[positions.len() - 1], positions[positions.len() - 2]]
    }
}

/// The last position but one and the last along a side.
fn last_two(coverage: &Coverage, side: ArcSide) -> [Position; 2] {
    let [last, before] = first_two(coverage, ArcSide { is_forward: !side.is_forward, ..side });
    [before, last]
}

struct Walks<'a> {
    coverage: &'a Coverage,
    border: &'a [ArcSide],
    leaving: HashMap<Position, Vec<u32>>,
}

impl Walks<'_> {
    /// Closed walks that keep a connected inside on their left, first position not repeated.
    fn all(&self) -> Vec<Vec<Position>> {
        let mut is_used = vec![false; self.border.len()];
        let mut walks = Vec::new();
        for first in 0..self.border.len() {
            let (mut side, mut walk) = (first, Vec::new());
            while !is_used[side] {
                is_used[side] = true;
                self.append(self.border[side], &mut walk);
                side = self.following(self.border[side]);
            }
            if !walk.is_empty() {
                walks.push(walk);
            }
        }
        walks
    }

    /// Appends the positions along a side but the last.
    fn append(&self, side: ArcSide, walk: &mut Vec<Position>) {
        let positions = self.coverage.positions(side.arc);
        if side.is_forward {
            walk.extend_from_slice(&positions[..positions.len() - 1]);
        } else {
            walk.extend(positions[1..].iter().rev());
        }
    }

    /// The side that goes on from the end of `side`, the inside staying connected: the next one clockwise.
    fn following(&self, side: ArcSide) -> usize {
        let [before, node] = last_two(self.coverage, side);
        let candidates = &self.leaving[&node];
        if let [only] = candidates[..] {
            return only as usize;
        }
        let target = |&candidate: &u32| first_two(self.coverage, self.border[candidate as usize])[1];
        // Clockwise from the way back: the largest direction below it, else the largest of all.
        let below = candidates.iter().filter(|c| turn_order(node, target(c), before) == Ordering::Less);
        let largest = |one: &&u32, other: &&u32| turn_order(node, target(one), target(other));
        let chosen = below.max_by(largest).or_else(|| candidates.iter().max_by(largest));
        *chosen.expect("a border that arrives at a node leaves it") as usize
    }
}

/// Cuts a walk at the positions that it visits more than once.
fn simple_rings(walk: &[Position]) -> Vec<Ring> {
    let mut at: HashMap<Position, usize> = HashMap::with_capacity(walk.len());
    let (mut open, mut rings): (Vec<Position>, Vec<Ring>) = (Vec::new(), Vec::new());
    for &position in walk {
        if let Some(&start) = at.get(&position) {
            let loop_positions: Vec<Position> = open.drain(start..).collect();
            loop_positions.iter().for_each(|passed| {
                at.remove(passed);
            });
            rings.extend(Ring::new(loop_positions));
        }
        at.insert(position, open.len());
        open.push(position);
    }
    rings.extend(Ring::new(open));
    rings
}

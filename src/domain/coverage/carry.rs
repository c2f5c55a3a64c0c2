//! Carrying the numbers of one coverage over to its successor.

use std::collections::HashMap;

use super::{
    build,
    paged::Table,
    topology::{Arc, ArcId, Coverage, FaceId},
};
use crate::domain::geometry::Position;

/// A coverage that has the numbers of the one before it wherever nothing changed.
pub struct Carried {
    /// The coverage. Numbers that are free belong to arcs without positions and to faces without border.
    pub coverage: Coverage,
    /// The arcs that are new, gone, or have another face on a side than before, ascending.
    pub changed: Vec<ArcId>,
}

impl Coverage {
    /// This coverage with the numbers of `before`: an arc with the same positions keeps its number, a face that has the
    /// most edges in common with one keeps that one's. The rest takes free numbers, the smallest first.
    pub fn carry_numbers(self, before: &Self) -> Carried {
        let arc_numbers = arc_numbers(&self, before);
        let face_numbers = face_numbers(&self, before, &arc_numbers);
        let coverage = renumber(self, before, &arc_numbers, &face_numbers);
        let count = coverage.arcs.len().max(before.arcs.len()) as u32;
        let changed = (0..count).map(ArcId).filter(|&arc| is_changed(before, &coverage, arc)).collect();
        Carried { coverage, changed }
    }
}

fn is_changed(before: &Coverage, after: &Coverage, arc: ArcId) -> bool {
    let side = |coverage: &Coverage| coverage.has_arc(arc).then(|| (coverage.arc(arc).left, coverage.arc(arc).right));
    match (side(before), side(after)) {
        (Some(old), Some(new)) => old != new || !before.has_same_positions(after, arc),
        (None, Some(_)) => !after.positions(arc).is_empty(),
        (Some(_), None) => !before.positions(arc).is_empty(),
        (None, None) => false,
    }
}

/// The number that each arc of `after` gets.
fn arc_numbers(after: &Coverage, before: &Coverage) -> Vec<u32> {
    // No two arcs share an edge, so the first one tells an arc.
    let mut by_first_edge: HashMap<[Position; 2], u32, PairHash> = HashMap::default();
    by_first_edge.reserve(before.arcs.len());
    for arc in before.arc_ids() {
        if let [first, second, ..] = before.positions(arc) {
            by_first_edge.insert([*first, *second], arc.0);
        }
    }
    let same = |arc: ArcId| {
        let positions = after.positions(arc);
        let [first, second, ..] = positions else { return None };
        let old = *by_first_edge.get(&[*first, *second])?;
        (before.positions(ArcId(old)) == positions).then_some(old)
    };
    let kept: Vec<Option<u32>> = after.arc_ids().map(same).collect();
    fill(&kept, before.arcs.len())
}

type PairHash = std::hash::BuildHasherDefault<PairHasher>;

/// Hashes pairs of positions: they are many, and nobody can choose them to collide but a planner against himself.
#[derive(Default)]
struct PairHasher(u64);

impl std::hash::Hasher for PairHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(byte.into()));
    }

    fn write_u32(&mut self, word: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_i32(&mut self, word: i32) {
        self.write_u32(word as u32);
    }
}

/// The number that each face of `after` gets.
fn face_numbers(after: &Coverage, before: &Coverage, arc_numbers: &[u32]) -> Vec<u32> {
    let mut votes: Vec<((u32, u32), u32)> = Vec::new();
    for (new, (arc, &number)) in (0..).zip(after.arcs().zip(arc_numbers)) {
        if !before.has_arc(ArcId(number)) {
            continue;
        }
        let old = before.arc(ArcId(number));
        // A new arc may have taken the number of one that is gone.
        if before.positions(ArcId(number)) != after.positions(ArcId(new)) {
            continue;
        }
        votes.push(((old.left.0, arc.left.0), arc.length));
        votes.push(((old.right.0, arc.right.0), arc.length));
    }
    votes.sort_unstable_by_key(|&(pair, _)| pair);
    let mut counted: Vec<(u64, (u32, u32))> = votes
        .chunk_by(|one, other| one.0 == other.0)
        .map(|same| (same.iter().map(|&(_, edges)| u64::from(edges)).sum(), same[0].0))
        .collect();
    counted.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut kept: Vec<Option<u32>> = vec![None; after.face_count()];
    let mut is_taken = vec![false; before.face_count()];
    kept[FaceId::OUTSIDE.0 as usize] = Some(FaceId::OUTSIDE.0);
    is_taken[FaceId::OUTSIDE.0 as usize] = true;
    for (_, (old, new)) in counted {
        if kept[new as usize].is_none() && !is_taken[old as usize] {
            kept[new as usize] = Some(old);
            is_taken[old as usize] = true;
        }
    }
    fill(&kept, before.face_count())
}

/// Gives the rest the free numbers, the smallest first; `count` numbers were there before.
fn fill(kept: &[Option<u32>], count: usize) -> Vec<u32> {
    let mut is_taken = vec![false; count];
    kept.iter().flatten().for_each(|&number| is_taken[number as usize] = true);
    let mut free = (0..count).filter(|&number| !is_taken[number]).chain(count..).map(|number| number as u32);
    let next = |kept: &Option<u32>| kept.unwrap_or_else(|| free.next().expect("numbers do not end"));
    kept.iter().map(next).collect()
}

fn renumber(coverage: Coverage, before: &Coverage, arc_numbers: &[u32], face_numbers: &[u32]) -> Coverage {
    let count_of =
        |numbers: &[u32], least: usize| numbers.iter().map(|&number| number as usize + 1).max().unwrap_or(0).max(least);
    let arc_count = count_of(arc_numbers, before.arcs.len());
    let face_count = count_of(face_numbers, before.face_count());
    let area_count = coverage.area_count();
    let face = |old: FaceId| FaceId(face_numbers[old.0 as usize]);
    let mut place = vec![None; arc_count];
    arc_numbers.iter().enumerate().for_each(|(old, &new)| place[new as usize] = Some(old));
    let mut vertices = Vec::with_capacity(coverage.vertices.stored);
    let mut arcs = Vec::with_capacity(arc_count);
    for old in place {
        let start = vertices.len() as u32;
        let Some(old) = old else {
            arcs.push(Arc { block: 0, start, length: 0, left: FaceId::OUTSIDE, right: FaceId::OUTSIDE });
            continue;
        };
        let arc = coverage.arc(ArcId(old as u32));
        vertices.extend_from_slice(coverage.positions(ArcId(old as u32)));
        arcs.push(Arc { block: 0, start, length: arc.length, left: face(arc.left), right: face(arc.right) });
    }
    let mut place = vec![None; face_count];
    face_numbers.iter().enumerate().for_each(|(old, &new)| place[new as usize] = Some(old));
    let (mut starts, mut entries) = (vec![0], Vec::new());
    for old in place {
        entries.extend_from_slice(old.map_or(&[], |old| coverage.face_areas.row(old)));
        starts.push(entries.len() as u32);
    }
    build::finish(vertices, arcs, Table { starts, entries }, area_count)
}

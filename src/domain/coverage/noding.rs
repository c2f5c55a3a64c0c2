//! Noding: after it, borders meet only in common vertices, and borders that are meant to be one share all of theirs.
//!
//! Snap rounding on the lattice with a tolerance, repeated until nothing moves (Hobby 1999; behaviour as JTS
//! `SnapRoundingNoder` and `SnappingNoder`): vertices within the tolerance become one, segments run through every
//! vertex within the tolerance, crossings become vertices. Vertices that the store already holds never move.

use std::collections::{BTreeMap, HashMap};

use super::snapping::{Anchors, PositionHash, Tolerance};
use crate::domain::geometry::{Position, predicates, segments::SegmentIndex};

/// The default of `--snap-m`: surveys of neighbours agree to a few centimetres.
pub const DEFAULT_SNAP_M: f64 = 0.05;

/// The largest allowed `--snap-m`: beyond a metre it would move walls.
pub const MAX_SNAP_M: f64 = 1.0;

/// Passes until stable; real data needs 2 to 4.
const MAX_PASSES: usize = 64;

/// Why borders could not be noded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("borders near {position} did not settle after {MAX_PASSES} passes of noding")]
pub struct NodingError {
    /// Where it goes on moving.
    pub position: Position,
}

/// One line to node.
pub struct RingInput<'a> {
    /// The positions, of a closed line the first not repeated.
    pub positions: &'a [Position],
    /// Whether the line comes from the store: its vertices stay where they are.
    pub settled: bool,
    /// Whether the line goes back from its last position to its first.
    pub is_closed: bool,
}

/// Noded rings.
pub struct Noded {
    /// The vertices.
    pub positions: Vec<Position>,
    /// For each input ring its vertices in order, first not repeated; empty when it collapsed.
    pub rings: Vec<Vec<u32>>,
}

/// A segment between two vertices, the smaller number first.
type Ends = (u32, u32);

/// The segments and what became of them.
struct Segments {
    ends: Vec<Ends>,
    number_of: HashMap<Ends, u32, PositionHash>,
    /// The vertices that a segment was made to run through, ends included; a segment with a path is no longer alive.
    path: BTreeMap<u32, Vec<u32>>,
}

impl Segments {
    /// The number of the segment, and whether it is new.
    fn insert(&mut self, a: u32, b: u32) -> (u32, bool) {
        let ends = (a.min(b), a.max(b));
        let fresh = self.ends.len() as u32;
        let number = *self.number_of.entry(ends).or_insert(fresh);
        if number == fresh {
            self.ends.push(ends);
        }
        (number, number == fresh)
    }

    fn is_alive(&self, number: u32) -> bool {
        self.path.is_empty() || !self.path.contains_key(&number)
    }
}

/// Nodes `rings` against each other.
///
/// `snap_m` is the tolerance in metres. The answer depends only on the set of rings that are settled, and on the
/// order of the others.
pub fn node(rings: &[RingInput<'_>], snap_m: f64) -> Result<Noded, NodingError> {
    let tolerance = Tolerance::new(snap_m);
    let vertices = rings.iter().map(|ring| ring.positions.len()).sum::<usize>();
    let all = || rings.iter().flat_map(|ring| ring.positions);
    let widest_units = all().max_by_key(|p| p.lat().unsigned_abs()).map_or(1, |&p| tolerance.units(p));
    let mut anchors = Anchors::new(tolerance, widest_units, vertices / 2);
    let chains = snap_vertices(rings, &mut anchors);
    let mut segments = collect_segments(rings, &chains, vertices);
    settle(&mut anchors, &mut segments, widest_units)?;
    let expanded = rings.iter().zip(&chains).map(|(ring, chain)| expand(chain, ring.is_closed, &segments, &anchors));
    let rings = expanded.collect::<Result<_, _>>()?;
    Ok(Noded { positions: anchors.into_positions(), rings })
}

/// The vertex numbers of each ring; settled ones first, so that others come to them.
fn snap_vertices(rings: &[RingInput<'_>], anchors: &mut Anchors) -> Vec<Vec<u32>> {
    for ring in rings.iter().filter(|ring| ring.settled) {
        for &position in ring.positions {
            anchors.fix(position);
        }
    }
    let snap = |ring: &RingInput<'_>| {
        let mut chain: Vec<u32> = ring.positions.iter().map(|&position| anchors.snap(position)).collect();
        chain.dedup();
        while ring.is_closed && chain.len() > 1 && chain.first() == chain.last() {
            chain.pop();
        }
        chain
    };
    rings.iter().map(snap).collect()
}

fn collect_segments(rings: &[RingInput<'_>], chains: &[Vec<u32>], vertices: usize) -> Segments {
    let number_of = HashMap::with_capacity_and_hasher(vertices / 2, PositionHash);
    let mut segments = Segments { ends: Vec::with_capacity(vertices / 2), number_of, path: BTreeMap::new() };
    for (ring, chain) in rings.iter().zip(chains) {
        for (a, b) in pairs(chain, ring.is_closed) {
            segments.insert(a, b);
        }
    }
    segments
}

/// Consecutive pairs of a chain, of a closed one the closing pair included; none for fewer than two vertices.
fn pairs(chain: &[u32], is_closed: bool) -> impl Iterator<Item = (u32, u32)> + '_ {
    let next = chain.iter().skip(1).chain(chain.first().filter(|_| is_closed));
    chain.iter().copied().zip(next.copied()).filter(|(a, b)| a != b)
}

/// Splits segments at near vertices and at crossings until there is nothing to split.
fn settle(anchors: &mut Anchors, segments: &mut Segments, widest_units: i64) -> Result<(), NodingError> {
    let margin = [widest_units, widest_units];
    let mut indexes: Vec<SegmentIndex> = Vec::new();
    let (mut first_segment, mut first_vertex) = (0_usize, 0_usize);
    for pass in 0..MAX_PASSES {
        let fresh: Vec<(u32, Position, Position)> = (first_segment..segments.ends.len())
            .map(|number| {
                let (a, b) = segments.ends[number];
                (number as u32, anchors.position(a), anchors.position(b))
            })
            .collect();
        indexes.push(SegmentIndex::build(&fresh, margin));
        let search = Search { anchors, segments, indexes: &indexes, first_segment, first_vertex, is_first: pass == 0 };
        let mut hits = search.vertices_near_segments();
        let crossings = search.crossings(&fresh);
        (first_segment, first_vertex) = (segments.ends.len(), anchors.positions().len());
        for (one, other, position) in crossings {
            let vertex = anchors.snap(position);
            hits.push((one, vertex));
            hits.push((other, vertex));
        }
        if !split(hits, anchors, segments) {
            return Ok(());
        }
    }
    Err(NodingError { position: anchors.positions().last().copied().expect("only vertices go on moving") })
}

/// One pass of looking for what is not yet noded.
struct Search<'a> {
    anchors: &'a Anchors,
    segments: &'a Segments,
    /// One index a pass, each of the segments that were new then.
    indexes: &'a [SegmentIndex],
    first_segment: usize,
    first_vertex: usize,
    is_first: bool,
}

impl Search<'_> {
    /// Pairs of a segment and a vertex that it must run through: new segments by all vertices, old ones by new vertices.
    fn vertices_near_segments(&self) -> Vec<(u32, u32)> {
        let mut hits = Vec::new();
        let newest = self.indexes.last().expect("a pass has an index");
        for (vertex, &position) in self.anchors.positions().iter().enumerate() {
            let vertex = vertex as u32;
            let mut visit = |number: u32| {
                let (a, b) = self.segments.ends[number as usize];
                if a != vertex && b != vertex && self.segments.is_alive(number) {
                    let (a, b) = (self.anchors.position(a), self.anchors.position(b));
                    if self.anchors.tolerance().runs_through(a, b, position) {
                        hits.push((number, vertex));
                    }
                }
            };
            newest.near_point(position, &mut visit);
            if vertex as usize >= self.first_vertex {
                for older in &self.indexes[..self.indexes.len() - 1] {
                    older.near_point(position, &mut visit);
                }
            }
        }
        hits
    }

    /// Pairs of segments that cross properly, with the crossing rounded to the lattice; at least one of each pair is new.
    fn crossings(&self, fresh: &[(u32, Position, Position)]) -> Vec<(u32, u32, Position)> {
        let mut found = Vec::new();
        let newest = self.indexes.last().expect("a pass has an index");
        let mut check = |one: u32, a: Position, b: Position, other: u32| {
            if one == other || !self.segments.is_alive(other) || !self.segments.is_alive(one) {
                return;
            }
            let (c, d) = self.segments.ends[other as usize];
            let (c, d) = (self.anchors.position(c), self.anchors.position(d));
            if predicates::cross_properly(a, b, c, d) {
                let position = rounded_crossing(a, b, c, d);
                found.push((one.min(other), one.max(other), position));
            }
        };
        for &(number, a, b) in fresh {
            for index in self.indexes {
                index.near_segment(a, b, &mut |other| check(number, a, b, other));
            }
        }
        if !self.is_first {
            // An old segment may fit finer cells than the new one that it crosses.
            for number in 0..self.first_segment as u32 {
                let (a, b) = self.segments.ends[number as usize];
                let (a, b) = (self.anchors.position(a), self.anchors.position(b));
                newest.near_segment(a, b, &mut |other| check(number, a, b, other));
            }
        }
        found.sort_unstable_by_key(|&(one, other, position)| (position, one, other));
        found.dedup();
        found
    }
}

/// The crossing of two lines that do cross, each coordinate rounded to the nearest lattice unit, halves up.
///
/// The same for every order of the segments and of their ends: it starts from the smallest end.
fn rounded_crossing(a: Position, b: Position, c: Position, d: Position) -> Position {
    let (one, other) = ((a.min(b), a.max(b)), (c.min(d), c.max(d)));
    let ((a, b), (c, d)) = (one.min(other), one.max(other));
    let wide = |(x, y): (i64, i64)| (i128::from(x), i128::from(y));
    let ((abx, aby), (cdx, cdy)) = (wide(predicates::difference(a, b)), wide(predicates::difference(c, d)));
    let (acx, acy) = wide(predicates::difference(a, c));
    let denominator = abx * cdy - aby * cdx;
    let numerator = acx * cdy - acy * cdx;
    let along = |start: i32, span: i128| {
        let doubled = 2 * span * numerator;
        let rounded = (doubled * denominator.signum() + denominator.abs()).div_euclid(2 * denominator.abs());
        (i128::from(start) + rounded) as i32
    };
    Position::new(along(a.lon(), abx), along(a.lat(), aby)).expect("a crossing lies between positions")
}

/// Makes each segment run through its hits; whether there was any.
fn split(mut hits: Vec<(u32, u32)>, anchors: &Anchors, segments: &mut Segments) -> bool {
    hits.sort_unstable();
    hits.dedup();
    let mut is_any = false;
    for group in hits.chunk_by(|one, other| one.0 == other.0) {
        let number = group[0].0;
        let (a, b) = segments.ends[number as usize];
        let mut inner: Vec<u32> = group.iter().map(|hit| hit.1).filter(|&vertex| vertex != a && vertex != b).collect();
        if inner.is_empty() {
            continue;
        }
        is_any = true;
        let (from, to) = (anchors.position(a), anchors.position(b));
        inner.sort_by_key(|&vertex| (distance_along(from, to, anchors.position(vertex)), anchors.position(vertex)));
        let path: Vec<u32> = std::iter::once(a).chain(inner).chain([b]).collect();
        for pair in path.windows(2) {
            segments.insert(pair[0], pair[1]);
        }
        segments.path.insert(number, path);
    }
    is_any
}

/// How far along `a -> b` the position `v` lies, in units that only compare.
fn distance_along(a: Position, b: Position, v: Position) -> i128 {
    let ((bx, by), (vx, vy)) = (predicates::difference(a, b), predicates::difference(a, v));
    i128::from(bx) * i128::from(vx) + i128::from(by) * i128::from(vy)
}

/// The vertices of a line after all splits; empty when it is a ring that collapsed.
fn expand(chain: &[u32], is_closed: bool, segments: &Segments, anchors: &Anchors) -> Result<Vec<u32>, NodingError> {
    if segments.path.is_empty() {
        return Ok(if is_closed && chain.len() < 3 { Vec::new() } else { chain.to_vec() });
    }
    let mut expanded = Vec::with_capacity(chain.len());
    for (a, b) in pairs(chain, is_closed) {
        expand_segment(a, b, segments, &mut expanded).ok_or_else(|| NodingError { position: anchors.position(a) })?;
    }
    expanded.extend(chain.last().filter(|_| !is_closed));
    Ok(expanded)
}

/// Appends the vertices from `a` up to, but without, `b`; `None` when the splits run in a circle.
fn expand_segment(a: u32, b: u32, segments: &Segments, out: &mut Vec<u32>) -> Option<()> {
    let mut pending = vec![(a, b)];
    let mut steps_left = segments.ends.len() + 1;
    while let Some((a, b)) = pending.pop() {
        let number = segments.number_of[&(a.min(b), a.max(b))];
        steps_left = steps_left.checked_sub(1)?;
        match segments.path.get(&number) {
            None => out.push(a),
            Some(path) if a < b => pending.extend(path.windows(2).rev().map(|pair| (pair[0], pair[1]))),
            Some(path) => pending.extend(path.windows(2).map(|pair| (pair[1], pair[0]))),
        }
    }
    Some(())
}

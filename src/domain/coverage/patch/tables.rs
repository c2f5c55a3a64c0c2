//! Putting new arcs and faces into the lists of a coverage.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    super::{
        snapping::PositionHash,
        topology::{Arc, ArcId, ArcSide, AreaIndex, Coverage, FaceId, Vertices},
    },
    Patched, Unclosed,
    chains::Chain,
    faces::Faces,
    flood,
    locality::Locality,
    sides::{Edge, Sides, edge_of},
};
use crate::domain::geometry::{Extent, Position};

/// Blocks of positions are packed when they hold so many times what arcs use of them.
const MOST_STORED: usize = 2;

/// Puts `chains` in the place of the torn arcs.
pub(super) fn put(
    before: &Coverage,
    sides: &Sides,
    locality: &Locality<'_>,
    faces: &Faces,
    chains: Vec<Chain>,
) -> Result<Patched, Unclosed> {
    let arcs = new_arcs(before, locality, chains);
    let mut edits: BTreeMap<ArcId, Arc> = refaced(locality, faces);
    let mut positions: Vec<Position> = Vec::new();
    let block = before.vertices.blocks.len() as u32;
    let mut arc_of_edge: HashMap<Edge, ArcId, PositionHash> = HashMap::default();
    for arc in &locality.torn {
        let gone = Arc { length: 0, left: FaceId::OUTSIDE, right: FaceId::OUTSIDE, ..before.arc(*arc) };
        edits.insert(*arc, gone);
    }
    for (&number, chain) in &arcs {
        let Chain { left, right, .. } = *chain;
        chain.positions.windows(2).for_each(|ends| {
            arc_of_edge.insert(edge_of([ends[0], ends[1]]), number);
        });
        if before.has_arc(number) && before.positions(number) == chain.positions {
            edits.insert(number, Arc { left, right, ..before.arc(number) });
            continue;
        }
        let (start, length) = (positions.len() as u32, chain.positions.len() as u32);
        positions.extend_from_slice(&chain.positions);
        edits.insert(number, Arc { block, start, length, left, right });
    }
    let mut coverage = with_arcs(before, &edits, positions);
    coverage.face_arcs = before.face_arcs.edited(&face_rows(before, &coverage, &edits, faces));
    let borders = borders(&coverage, sides, &arc_of_edge)?;
    let areas = face_areas(before, &coverage, &locality.open, faces, &borders)?;
    let mut touched: BTreeSet<FaceId> = areas.keys().copied().collect();
    touched.extend(&locality.open);
    coverage.face_areas = before.face_areas.edited(&by_number(areas, |face| face.0));
    let rows = area_rows(before, &coverage, locality, &arcs, borders);
    coverage.area_arcs = before.area_arcs.edited(&by_number(rows, |area| area));
    let is_changed = |&arc: &ArcId| {
        let is_new = !before.has_arc(arc) || !before.has_same_positions(&coverage, arc);
        is_new || {
            let [old, new] = [before.arc(arc), coverage.arc(arc)];
            (old.left, old.right) != (new.left, new.right)
        }
    };
    let changed = edits.keys().copied().filter(is_changed).collect();
    coverage.measure(before, sides);
    coverage.pack();
    Ok(Patched { coverage, changed, faces: touched })
}

fn by_number<K, V>(edits: BTreeMap<K, V>, number: impl Fn(K) -> u32) -> BTreeMap<usize, V> {
    edits.into_iter().map(|(key, value)| (number(key) as usize, value)).collect()
}

/// The chains with their numbers: those of torn arcs with the same positions, then those of torn arcs between the same ends, so
/// that lists of arcs stay as they were where arcs only run otherwise, then those of other torn arcs, then free ones.
fn new_arcs(before: &Coverage, locality: &Locality<'_>, chains: Vec<Chain>) -> BTreeMap<ArcId, Chain> {
    let first_edge = |positions: &[Position]| (positions[0], positions[1]);
    let by_first: HashMap<Edge, ArcId, PositionHash> =
        locality.torn.iter().map(|&arc| (first_edge(before.positions(arc)), arc)).collect();
    let mut left = locality.torn.clone();
    let (mut arcs, mut nameless) = (BTreeMap::new(), Vec::new());
    for chain in chains {
        let same = by_first.get(&first_edge(&chain.positions)).copied();
        match same.filter(|&arc| before.positions(arc) == chain.positions) {
            Some(arc) => {
                left.remove(&arc);
                arcs.insert(arc, chain);
            }
            None => nameless.push(Some(chain)),
        }
    }
    let ends = |positions: &[Position]| edge_of([positions[0], positions[positions.len() - 1]]);
    let mut by_ends: HashMap<Edge, Vec<ArcId>, PositionHash> = HashMap::default();
    left.iter().for_each(|&arc| by_ends.entry(ends(before.positions(arc))).or_default().push(arc));
    nameless.retain_mut(|chain: &mut Option<Chain>| {
        let of = chain.as_ref().expect("none is taken yet");
        let Some(there) = by_ends.get_mut(&ends(&of.positions)).filter(|there| !there.is_empty()) else { return true };
        let faces = |arc: ArcId| (before.arc(arc).left, before.arc(arc).right);
        let is_alike = |&arc: &ArcId| faces(arc) == (of.left, of.right) || faces(arc) == (of.right, of.left);
        let arc = there.remove(there.iter().position(is_alike).unwrap_or(0));
        left.remove(&arc);
        arcs.extend(chain.take().map(|chain| (arc, chain)));
        false
    });
    let nameless = nameless.into_iter().flatten();
    let unused = before.arc_ids().filter(|&arc| before.positions(arc).is_empty());
    let fresh = (before.arc_count() as u32..).map(ArcId);
    let free = left.into_iter().chain(unused).chain(fresh);
    arcs.extend(free.zip(nameless));
    arcs
}

/// Arcs that stay and have another face on a side.
fn refaced(locality: &Locality<'_>, faces: &Faces) -> BTreeMap<ArcId, Arc> {
    let mut edits = BTreeMap::new();
    for (edge, (_, place)) in (0..).zip(&locality.edges) {
        let Some((arc, 0)) = *place else { continue };
        if locality.torn.contains(&arc) {
            continue;
        }
        let old = locality.before.arc(arc);
        let [left, right] = [edge * 2, edge * 2 + 1].map(|half_edge| faces.left_of(locality, half_edge));
        if (old.left, old.right) != (left, right) {
            edits.insert(arc, Arc { left, right, ..old });
        }
    }
    edits
}

/// The coverage with other arcs; everything else is as before.
fn with_arcs(before: &Coverage, edits: &BTreeMap<ArcId, Arc>, positions: Vec<Position>) -> Coverage {
    let mut vertices = before.vertices.clone();
    if !positions.is_empty() {
        vertices.stored += positions.len();
        vertices.blocks.push(positions.into());
    }
    Coverage {
        vertices,
        arcs: before.arcs.edited(&edits.iter().map(|(arc, edit)| (arc.0 as usize, *edit)).collect()),
        face_areas: before.face_areas.clone(),
        area_arcs: before.area_arcs.clone(),
        face_arcs: before.face_arcs.clone(),
        bounds: before.bounds,
        edge_count: before.edge_count,
    }
}

/// The borders of all faces on either side of an arc that is another one now.
fn face_rows(
    before: &Coverage,
    after: &Coverage,
    edits: &BTreeMap<ArcId, Arc>,
    faces: &Faces,
) -> BTreeMap<usize, Vec<ArcSide>> {
    let mut rows: BTreeMap<FaceId, Vec<ArcSide>> = faces.found.keys().map(|&face| (face, Vec::new())).collect();
    for &arc in edits.keys().filter(|&&arc| before.has_arc(arc)) {
        for face in [before.arc(arc).left, before.arc(arc).right] {
            rows.entry(face).or_default();
        }
    }
    for (&arc, edit) in edits.iter().filter(|(_, edit)| edit.length > 0) {
        rows.entry(edit.left).or_default().push(ArcSide { arc, is_forward: true });
        rows.entry(edit.right).or_default().push(ArcSide { arc, is_forward: false });
    }
    for (face, row) in &mut rows {
        if (face.0 as usize) < before.face_count() {
            let kept = before.border_of_face(*face).iter().filter(|side| !edits.contains_key(&side.arc));
            row.extend(kept);
        }
        row.sort_unstable_by_key(|side| (side.arc, !side.is_forward));
    }
    debug_assert!(rows.values().flatten().all(|side| after.has_arc(side.arc)));
    // Numbers of faces that were free before may have gone unused: appended rows leave no hole.
    by_number(rows, |face| face.0)
}

/// The border of each edited area, as sides of arcs.
fn borders(
    coverage: &Coverage,
    sides: &Sides,
    arc_of_edge: &HashMap<Edge, ArcId, PositionHash>,
) -> Result<BTreeMap<AreaIndex, Vec<ArcSide>>, Unclosed> {
    let mut borders = BTreeMap::new();
    for (&area, border) in &sides.borders {
        // Arcs that stay hold edges as before; those that were torn are found by their edges.
        let mut arcs: BTreeSet<ArcId> = border.arcs.clone();
        if !arc_of_edge.is_empty() {
            arcs.extend(border.is_left.keys().filter_map(|edge| arc_of_edge.get(edge)));
        }
        let mut row = Vec::with_capacity(arcs.len());
        for arc in arcs {
            let positions = coverage.positions(arc);
            // A torn arc whose number nothing took, or took elsewhere, is no part of it.
            let [first, second, ..] = *positions else { continue };
            let Some(&is_left) = border.is_left.get(&edge_of([first, second])) else { continue };
            row.push(ArcSide { arc, is_forward: is_left == (first < second) });
        }
        let edges: usize = row.iter().map(|side| coverage.positions(side.arc).len() - 1).sum();
        if edges != border.is_left.len() {
            return Err(Unclosed);
        }
        borders.insert(area, row);
    }
    Ok(borders)
}

/// The areas of all faces that are new, gone, or belong to others than before.
fn face_areas(
    before: &Coverage,
    coverage: &Coverage,
    open: &BTreeSet<FaceId>,
    faces: &Faces,
    borders: &BTreeMap<AreaIndex, Vec<ArcSide>>,
) -> Result<BTreeMap<FaceId, Vec<AreaIndex>>, Unclosed> {
    let mut rows: BTreeMap<FaceId, Vec<AreaIndex>> = faces.found.clone();
    // Faces that are gone belong to nobody.
    open.iter().filter(|face| !faces.found.contains_key(face)).for_each(|&face| {
        rows.insert(face, Vec::new());
    });
    for (&area, border) in borders {
        let now = flood::inside(coverage, border)?;
        let was = flood::inside(before, before.border_of(area))?;
        for &face in was.difference(&now).filter(|face| !faces.found.contains_key(face)) {
            let row = rows.entry(face).or_insert_with(|| before.areas_of(face).to_vec());
            row.retain(|&other| other != area);
        }
        for &face in &now {
            if faces.found.contains_key(&face) || !was.contains(&face) {
                let row = rows.entry(face).or_insert_with(|| before.areas_of(face).to_vec());
                if let Err(at) = row.binary_search(&area) {
                    row.insert(at, area);
                }
            }
        }
    }
    Ok(rows)
}

/// The borders of all areas that have an arc that is another one now.
fn area_rows(
    before: &Coverage,
    coverage: &Coverage,
    locality: &Locality<'_>,
    arcs: &BTreeMap<ArcId, Chain>,
    borders: BTreeMap<AreaIndex, Vec<ArcSide>>,
) -> BTreeMap<AreaIndex, Vec<ArcSide>> {
    let mut rows: BTreeMap<AreaIndex, Vec<ArcSide>> = BTreeMap::new();
    for &arc in &locality.torn {
        separated(before, arc, |area, _| {
            rows.entry(area).or_default();
        });
    }
    for &arc in arcs.keys() {
        separated(coverage, arc, |area, side| rows.entry(area).or_default().push(side));
    }
    rows.retain(|area, _| !borders.contains_key(area));
    for (&area, row) in &mut rows {
        let kept = before.border_of(area).iter().filter(|side| !locality.torn.contains(&side.arc));
        row.extend(kept);
        row.sort_unstable_by_key(|side| side.arc);
    }
    rows.extend(borders);
    rows
}

/// Visits the areas that an arc separates from their outside.
fn separated(coverage: &Coverage, arc: ArcId, mut visit: impl FnMut(AreaIndex, ArcSide)) {
    let Arc { left, right, .. } = coverage.arc(arc);
    let (left, right) = (coverage.areas_of(left), coverage.areas_of(right));
    for (inner, outer, is_forward) in [(left, right, true), (right, left, false)] {
        let alone = inner.iter().filter(|area| outer.binary_search(area).is_err());
        alone.for_each(|&area| visit(area, ArcSide { arc, is_forward }));
    }
}

impl Coverage {
    /// Finds the extent and the number of edges of what `before` has become.
    fn measure(&mut self, before: &Self, sides: &Sides) {
        self.edge_count = before.edge_count + sides.added.len() - sides.removed.len();
        let ends = |edges: &mut dyn Iterator<Item = &Edge>| Extent::around(edges.flat_map(|&(a, b)| [a, b]));
        let is_outermost = |end: Position| {
            let inner = before.bounds.is_some_and(|bounds| {
                let (min, max) = (bounds.min(), bounds.max());
                min.lon() < end.lon() && end.lon() < max.lon() && min.lat() < end.lat() && end.lat() < max.lat()
            });
            !inner
        };
        if sides.removed.keys().any(|&(a, b)| is_outermost(a) || is_outermost(b)) {
            // Whatever lies outermost has the outside on a side.
            self.bounds = self.extent(self.border_of_face(FaceId::OUTSIDE));
        } else if let Some(added) = ends(&mut sides.added.iter()) {
            self.bounds = Some(self.bounds.map_or(added, |bounds| bounds.union(added)));
        }
    }

    /// Puts all positions into one block when most of what the blocks hold is of arcs that are gone.
    fn pack(&mut self) {
        let used = self.edge_count + self.arc_count();
        if self.vertices.stored <= used * MOST_STORED {
            return;
        }
        let mut positions = Vec::with_capacity(used);
        let mut edits = BTreeMap::new();
        for arc in self.arc_ids() {
            let start = positions.len() as u32;
            positions.extend_from_slice(self.positions(arc));
            edits.insert(arc.0 as usize, Arc { block: 0, start, ..self.arc(arc) });
        }
        self.arcs = self.arcs.edited(&edits);
        self.vertices = Vertices::new(positions);
    }

    /// The coverage in which faces belong to other areas.
    pub(in super::super) fn with_areas(&self, changes: &BTreeMap<FaceId, Vec<AreaIndex>>) -> Self {
        let mut touched: BTreeMap<AreaIndex, HashSet<ArcId>> = BTreeMap::new();
        for (&face, areas) in changes {
            for area in areas.iter().chain(self.areas_of(face)) {
                let arcs = self.border_of_face(face).iter().map(|side| side.arc);
                touched.entry(*area).or_default().extend(arcs);
            }
        }
        let edits = changes.iter().map(|(face, areas)| (face.0 as usize, areas.clone())).collect();
        let mut coverage = with_arcs(self, &BTreeMap::new(), Vec::new());
        coverage.face_areas = self.face_areas.edited(&edits);
        let mut rows: BTreeMap<usize, Vec<ArcSide>> = BTreeMap::new();
        for (area, mut arcs) in touched {
            arcs.extend(self.border_of(area).iter().map(|side| side.arc));
            let mut row = Vec::new();
            arcs.into_iter().for_each(|arc| {
                separated(&coverage, arc, |of, side| row.extend((of == area).then_some(side)));
            });
            row.sort_unstable_by_key(|side| side.arc);
            rows.insert(area as usize, row);
        }
        coverage.area_arcs = self.area_arcs.edited(&rows);
        coverage
    }
}

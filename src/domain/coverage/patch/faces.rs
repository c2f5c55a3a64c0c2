//! The faces around the edges of a locality.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BTreeSet, HashMap},
};

use super::{
    super::{
        snapping::PositionHash,
        topology::{AreaIndex, FaceId},
    },
    Unclosed,
    locality::Locality,
    sides::{Edge, edge_of},
};
use crate::domain::geometry::{Extent, Position, predicates};

/// What lies around the edges after the change.
pub(super) struct Faces {
    /// The cycle of each half-edge that is open; [`UNSEEN`] for others.
    cycle_of: Vec<u32>,
    /// The face of each cycle.
    face_of_cycle: Vec<FaceId>,
    /// The faces that were walked around, and the areas of each that have no new outline.
    pub(super) found: BTreeMap<FaceId, Vec<AreaIndex>>,
}

/// A closed walk with one face on its left.
struct Cycle {
    half_edges: Vec<u32>,
    area_doubled: i128,
    extent: Extent,
}

const UNSEEN: u32 = u32::MAX;

impl Faces {
    pub(super) fn new(locality: &Locality<'_>) -> Result<Self, Unclosed> {
        let (cycle_of, cycles) = trace(locality)?;
        let (parcel_of, parcels) = parcels(locality, &cycles)?;
        let numbers = numbers(locality, &cycles, &parcel_of, parcels);
        let areas = areas(locality, &cycles, &cycle_of, &parcel_of, &numbers)?;
        let face_of_cycle = parcel_of.iter().map(|&parcel| numbers[parcel]).collect();
        Ok(Self { cycle_of, face_of_cycle, found: numbers.into_iter().zip(areas).collect() })
    }

    /// The face left of a half-edge.
    pub(super) fn left_of(&self, locality: &Locality<'_>, half_edge: u32) -> FaceId {
        match self.cycle_of[half_edge as usize] {
            UNSEEN => locality.old_face(half_edge).expect("an edge that comes is walked along both ways"),
            cycle => self.face_of_cycle[cycle as usize],
        }
    }
}

/// Walks along all open half-edges.
fn trace(locality: &Locality<'_>) -> Result<(Vec<u32>, Vec<Cycle>), Unclosed> {
    let next = link(locality);
    let mut cycle_of = vec![UNSEEN; next.len()];
    let mut cycles: Vec<Cycle> = Vec::new();
    for first in 0..next.len() as u32 {
        if cycle_of[first as usize] != UNSEEN || !locality.is_open(first) {
            continue;
        }
        let mut half_edges = Vec::new();
        let mut half_edge = first;
        while cycle_of[half_edge as usize] == UNSEEN {
            if !locality.is_open(half_edge) {
                return Err(Unclosed);
            }
            cycle_of[half_edge as usize] = cycles.len() as u32;
            half_edges.push(half_edge);
            half_edge = next[half_edge as usize];
        }
        if half_edge != first {
            return Err(Unclosed);
        }
        let ring: Vec<Position> = half_edges.iter().map(|&half_edge| locality.position(half_edge)).collect();
        let extent = Extent::around(ring.iter().copied()).expect("a walk has positions");
        cycles.push(Cycle { half_edges, area_doubled: predicates::signed_area_doubled(&ring), extent });
    }
    Ok((cycle_of, cycles))
}

/// The follower of each half-edge.
fn link(locality: &Locality<'_>) -> Vec<u32> {
    let mut leaving: Vec<Vec<u32>> = vec![Vec::new(); locality.positions.len()];
    for half_edge in 0..locality.edges.len() as u32 * 2 {
        leaving[locality.origin(half_edge) as usize].push(half_edge);
    }
    let mut next = vec![0_u32; locality.edges.len() * 2];
    for (vertex, around) in leaving.iter_mut().enumerate() {
        let target = |half_edge: u32| locality.position(half_edge ^ 1);
        around.sort_by(|&one, &other| predicates::turn_order(locality.positions[vertex], target(one), target(other)));
        for (i, &half_edge) in around.iter().enumerate() {
            // Arriving against `half_edge`, the face on the left goes on along the next one clockwise.
            next[(half_edge ^ 1) as usize] = around[(i + around.len() - 1) % around.len()];
        }
    }
    next
}

/// The parcel of each cycle, and how many there are: one for each shell, and, when the outside is open, the first for it.
fn parcels(locality: &Locality<'_>, cycles: &[Cycle]) -> Result<(Vec<usize>, usize), Unclosed> {
    let has_outside = locality.open.contains(&FaceId::OUTSIDE);
    let mut count = usize::from(has_outside);
    let mut parcel_of = vec![usize::MAX; cycles.len()];
    for (_, parcel) in cycles.iter().zip(&mut parcel_of).filter(|(cycle, _)| cycle.area_doubled > 0) {
        *parcel = count;
        count += 1;
    }
    let shells: Vec<usize> = (0..cycles.len()).filter(|&cycle| cycles[cycle].area_doubled > 0).collect();
    for rim in (0..cycles.len()).filter(|&cycle| cycles[cycle].area_doubled <= 0) {
        let west = cycles[rim].half_edges.iter().map(|&half_edge| locality.position(half_edge)).min();
        let west = west.expect("a walk has positions");
        let around = shells.iter().filter(|&&shell| surrounds(locality, &cycles[shell], west));
        let nearest = around.min_by_key(|&&shell| cycles[shell].area_doubled);
        parcel_of[rim] = match nearest {
            Some(&shell) => parcel_of[shell],
            None if has_outside => 0,
            None => return Err(Unclosed),
        };
    }
    Ok((parcel_of, count))
}

/// Whether a walk goes around a position; not when it goes through it.
fn surrounds(locality: &Locality<'_>, shell: &Cycle, position: Position) -> bool {
    if !shell.extent.contains(position) {
        return false;
    }
    let mut is_inside = false;
    for &half_edge in &shell.half_edges {
        let (a, b) = (locality.position(half_edge), locality.position(half_edge ^ 1));
        if a == position {
            return false;
        }
        let (low, high) = if a.lat() < b.lat() { (a, b) } else { (b, a) };
        let spans = low.lat() <= position.lat() && position.lat() < high.lat();
        is_inside ^= spans && predicates::orientation(low, high, position) == Ordering::Less;
    }
    is_inside
}

/// The numbers of the parcels: a face that has the most edges in common with one keeps that one's. One whose edges all move
/// keeps the number of a face that had the same finest area among those with new outlines.
fn numbers(locality: &Locality<'_>, cycles: &[Cycle], parcel_of: &[usize], count: usize) -> Vec<FaceId> {
    let mut votes: BTreeMap<(FaceId, usize), usize> = BTreeMap::new();
    for (cycle, &parcel) in cycles.iter().zip(parcel_of) {
        for old in cycle.half_edges.iter().filter_map(|&half_edge| locality.old_face(half_edge)) {
            *votes.entry((old, parcel)).or_default() += 1;
        }
    }
    let mut votes: Vec<((FaceId, usize), usize)> = votes.into_iter().collect();
    votes.sort_by_key(|&(pair, edges)| (Reverse(edges), pair));
    let mut numbers: Vec<Option<FaceId>> = vec![None; count];
    let mut is_free: BTreeSet<FaceId> = locality.open.clone();
    if is_free.remove(&FaceId::OUTSIDE) {
        numbers[0] = Some(FaceId::OUTSIDE);
    }
    for ((old, parcel), _) in votes {
        if numbers[parcel].is_none() && is_free.remove(&old) {
            numbers[parcel] = Some(old);
        }
    }
    let before = locality.before;
    let mut was_of: BTreeMap<AreaIndex, Vec<FaceId>> = BTreeMap::new();
    for &face in is_free.iter().rev() {
        let finest = before.areas_of(face).iter().filter(|&&area| locality.sides.is_edited(area)).max();
        finest.into_iter().for_each(|&area| was_of.entry(area).or_default().push(face));
    }
    if !was_of.is_empty() {
        for (number, area) in numbers.iter_mut().zip(finest_edited(locality, cycles, parcel_of, count)) {
            if number.is_none()
                && let Some(face) = area.and_then(|area| was_of.get_mut(&area)?.pop())
            {
                is_free.remove(&face);
                *number = Some(face);
            }
        }
    }
    let unused = before.faces().filter(|&face| before.border_of_face(face).is_empty());
    let fresh = (before.face_count() as u32..).map(FaceId);
    let mut free = is_free.into_iter().chain(unused).chain(fresh);
    numbers.into_iter().map(|number| number.unwrap_or_else(|| free.next().expect("numbers do not end"))).collect()
}

/// The finest area with a new outline that lies on the inner side of an edge of each parcel.
fn finest_edited(
    locality: &Locality<'_>,
    cycles: &[Cycle],
    parcel_of: &[usize],
    count: usize,
) -> Vec<Option<AreaIndex>> {
    // Areas come coarse levels first, and borders in their order: the last one is the finest.
    let mut sides_of: HashMap<Edge, [Option<AreaIndex>; 2], PositionHash> = HashMap::default();
    for (&area, border) in &locality.sides.borders {
        for (edge, &is_left) in &border.is_left {
            sides_of.entry(*edge).or_default()[usize::from(is_left)] = Some(area);
        }
    }
    let mut finest = vec![None; count];
    for (cycle, &parcel) in cycles.iter().zip(parcel_of) {
        for &half_edge in &cycle.half_edges {
            let ends = [locality.position(half_edge), locality.position(half_edge ^ 1)];
            let sides = sides_of.get(&edge_of(ends));
            let inner = sides.and_then(|sides| sides[usize::from(ends[0] < ends[1])]);
            finest[parcel] = finest[parcel].max(inner);
        }
    }
    finest
}

/// The areas of each parcel that have no new outline.
fn areas(
    locality: &Locality<'_>,
    cycles: &[Cycle],
    cycle_of: &[u32],
    parcel_of: &[usize],
    numbers: &[FaceId],
) -> Result<Vec<Vec<AreaIndex>>, Unclosed> {
    let others = |face: FaceId| {
        let areas = locality.before.areas_of(face).iter().copied();
        areas.filter(|&area| !locality.sides.is_edited(area)).collect::<Vec<_>>()
    };
    let mut areas: Vec<Option<Vec<AreaIndex>>> = vec![None; numbers.len()];
    if numbers.first() == Some(&FaceId::OUTSIDE) {
        areas[0] = Some(Vec::new());
    }
    for (cycle, &parcel) in cycles.iter().zip(parcel_of) {
        if areas[parcel].is_none() {
            let old = cycle.half_edges.iter().find_map(|&half_edge| locality.old_face(half_edge));
            areas[parcel] = old.map(others);
        }
    }
    // A face with nothing but new edges around it lies in what is on their other side: they separate edited areas only.
    let mut is_growing = true;
    while is_growing {
        is_growing = false;
        for (cycle, &parcel) in cycles.iter().zip(parcel_of) {
            if areas[parcel].is_none() {
                let beside = cycle.half_edges.iter().map(|&half_edge| cycle_of[(half_edge ^ 1) as usize]);
                let known =
                    beside.filter(|&twin| twin != UNSEEN).find_map(|twin| areas[parcel_of[twin as usize]].clone());
                is_growing |= known.is_some();
                areas[parcel] = known;
            }
        }
    }
    areas.into_iter().map(|areas| areas.ok_or(Unclosed)).collect()
}

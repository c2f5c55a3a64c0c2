//! What the next edition has that the one before has not.

use std::collections::{BTreeSet, HashMap, VecDeque};

use onemap::domain::{
    area::{AreaChanges, Level, PutArea, Snapshot},
    coverage::{ArcId, AreaIndex, FaceId},
    geometry::{MultiPolygon, Polygon, Position, Ring, validity},
};
use onemap_bench::random::bits_of;

/// One area in so many is another one in the next edition.
pub const CHANGED_ONE_IN: usize = 100;
/// Moved positions go no further than this, in lattice units: a few centimetres, too little to touch anything else.
const REACH: u64 = 3;

/// Where the changed areas of an edition are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// All that hangs together.
    Patch,
    /// Units of one grid, then of another anywhere, until they are enough.
    Grids,
    /// One border here, one there.
    Scattered,
}

impl Spread {
    /// What the table calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patch => "one patch",
            Self::Grids => "patches, a grid each",
            Self::Scattered => "scattered",
        }
    }
}

/// One area in a hundred with borders moved a little; no coarser area has another outline. In a patch all borders move that are of
/// units only, where they meet as well, so that it is no wider than what changes.
pub fn changes(snapshot: &Snapshot, number: u64, spread: Spread) -> AreaChanges {
    let areas = snapshot.hierarchy.areas().len();
    let finest = snapshot.hierarchy.of_level(Level(snapshot.profile.levels.len() as u8 - 1));
    let wanted = areas.div_ceil(CHANGED_ONE_IN);
    let any = |key: u64| {
        let count = u64::from(finest.end - finest.start);
        finest.start + (bits_of(number << 32 | key) % count) as AreaIndex
    };
    let mut moved: HashMap<Position, Position> = HashMap::new();
    let mut changed: BTreeSet<AreaIndex> = BTreeSet::new();
    let mut queue: VecDeque<AreaIndex> = VecDeque::new();
    let mut seen: BTreeSet<AreaIndex> = BTreeSet::new();
    let nodes = if spread == Spread::Patch { nodes(snapshot) } else { HashMap::new() };
    let mut key = 0;
    while changed.len() < wanted {
        let unit = match queue.pop_front() {
            Some(unit) => unit,
            None => {
                key += 1;
                let unit = any(key);
                if !seen.insert(unit) {
                    continue;
                }
                unit
            }
        };
        for side in snapshot.coverage.border_of(unit) {
            let (inside, outside) = snapshot.coverage.inside_outside(*side);
            if spread == Spread::Patch {
                let beyond = snapshot.coverage.areas_of(outside).iter().copied().filter(|area| finest.contains(area));
                queue.extend(beyond.filter(|&next| seen.insert(next)));
            }
            let Some(sides) = units_beside(snapshot, inside, outside) else { continue };
            if spread == Spread::Grids {
                queue.extend(sides.iter().copied().filter(|&next| seen.insert(next)));
            }
            let positions = snapshot.coverage.positions(side.arc);
            for end in [positions[0], positions[positions.len() - 1]] {
                let Some(arcs) = nodes.get(&end) else { continue };
                let around = arcs.iter().map(|&arc| {
                    let arc = snapshot.coverage.arc(arc);
                    units_beside(snapshot, arc.left, arc.right)
                });
                if let Some(around) = around.collect::<Option<Vec<_>>>() {
                    moved.insert(end, shifted(end, number));
                    changed.extend(around.into_iter().flatten());
                }
            }
            if move_inner(snapshot, side.arc, number, &mut moved) {
                changed.extend(sides);
                // Elsewhere, one border of a unit is enough.
                if spread == Spread::Scattered {
                    break;
                }
            }
        }
    }
    put(snapshot, &moved, changed)
}

/// The arcs that end at each position.
fn nodes(snapshot: &Snapshot) -> HashMap<Position, Vec<ArcId>> {
    let mut nodes: HashMap<Position, Vec<ArcId>> = HashMap::new();
    for arc in snapshot.coverage.arc_ids() {
        if let [first, .., last] = *snapshot.coverage.positions(arc) {
            nodes.entry(first).or_default().push(arc);
            nodes.entry(last).or_default().push(arc);
        }
    }
    nodes
}

/// The units on both sides of a border, when nothing but units differs there.
fn units_beside(snapshot: &Snapshot, inside: FaceId, outside: FaceId) -> Option<BTreeSet<AreaIndex>> {
    let finest = snapshot.profile.levels.len() as u8 - 1;
    let of = |face: FaceId| -> BTreeSet<AreaIndex> { snapshot.coverage.areas_of(face).iter().copied().collect() };
    let (one, other) = (of(inside), of(outside));
    let differ: BTreeSet<AreaIndex> = one.symmetric_difference(&other).copied().collect();
    let is_unit = |&area: &AreaIndex| snapshot.hierarchy.area(area).level == Level(finest);
    (!differ.is_empty() && differ.iter().all(is_unit)).then_some(differ)
}

/// Moves the positions between the ends of a border; whether there are any.
fn move_inner(snapshot: &Snapshot, arc: ArcId, number: u64, moved: &mut HashMap<Position, Position>) -> bool {
    let positions = snapshot.coverage.positions(arc);
    let inner = positions.get(1..positions.len().saturating_sub(1)).unwrap_or_default();
    moved.extend(inner.iter().map(|&position| (position, shifted(position, number))));
    !inner.is_empty()
}

/// Where a position is in the edition after `number`.
fn shifted(position: Position, number: u64) -> Position {
    let bits = bits_of((position.lon() as u64) << 32 ^ position.lat() as u32 as u64 ^ number << 16);
    let by = |bits: u64| (bits % (2 * REACH + 1)) as i32 - REACH as i32;
    Position::new(position.lon() + by(bits), position.lat() + by(bits >> 32)).unwrap_or(position)
}

fn put(snapshot: &Snapshot, moved: &HashMap<Position, Position>, changed: BTreeSet<AreaIndex>) -> AreaChanges {
    let mut put = Vec::with_capacity(changed.len());
    for index in changed {
        let area = snapshot.hierarchy.area(index);
        let parent = area.parent.map(|parent| snapshot.hierarchy.area(parent).id);
        let mut area = area.clone();
        let digest = bits_of(u64::from_le_bytes(area.digest[..8].try_into().expect("eight bytes")));
        area.digest[..8].copy_from_slice(&digest.to_le_bytes());
        put.push((PutArea { area, parent }, with(&snapshot.coverage.polygon(index), moved)));
    }
    AreaChanges { put, gone: Vec::new() }
}

fn with(polygons: &MultiPolygon, moved: &HashMap<Position, Position>) -> MultiPolygon {
    let ring = |ring: &Ring| {
        let positions = ring.positions().iter().map(|at| *moved.get(at).unwrap_or(at)).collect();
        Ring::new(positions).expect("as many positions as before")
    };
    let polygon = |polygon: &Polygon| Polygon {
        exterior: ring(&polygon.exterior),
        holes: polygon.holes.iter().map(ring).collect(),
    };
    let drawn = MultiPolygon { polygons: polygons.polygons.iter().map(polygon).collect() };
    assert!(validity::faults(&drawn).is_empty(), "a few centimetres break no outline");
    drawn.canonical()
}

//! What differs between the tiles of two editions.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use onemap_tiles::{LatticeBounds, MatrixSet, TileCoord, TileRange};

use super::{AreaTiles, MAX_TILE_ZOOM, areas::at, shape, shape::point};
use crate::domain::{
    area::{Area, Snapshot},
    coverage::{ArcId, AreaIndex},
    geometry::Position,
};

/// Tiles that are compared at most; when more may differ, nobody is told which.
const MAX_CANDIDATES: u64 = 8192;

/// Positions of borders that differ, at most, for the same.
const MAX_MOVED: usize = 1 << 17;

impl AreaTiles {
    /// The tiles of WebMercatorQuad to zoom [`MAX_TILE_ZOOM`] whose version is another than `before`, by zoom, column and
    /// row; `None` when more than some thousands might be: then take all as changed.
    pub fn changed_since(&self, before: &Self) -> Option<Vec<TileCoord>> {
        if self.rules != before.rules {
            return None;
        }
        let mut places = self.moved_borders(before)?;
        self.changed_areas(before, &mut places);
        let mut candidates = BTreeSet::new();
        let mut seen = 0;
        for zoom in 0..=MAX_TILE_ZOOM {
            for &place in &places {
                let range = TileRange::covering(MatrixSet::WebMercatorQuad, zoom, widened(place, zoom));
                let range = range.expect("the zooms of tiles are those of the set");
                seen += range.count();
                if seen > MAX_CANDIDATES {
                    return None;
                }
                candidates.extend(range.iter().filter(|coord| coord.reach().intersects(place)));
            }
        }
        Some(candidates.into_iter().filter(|&coord| self.version(coord) != before.version(coord)).collect())
    }

    /// Where borders differ: a rectangle around each group of them that hangs together, and so around all that changed
    /// hands between them. `None` when they are many.
    fn moved_borders(&self, before: &Self) -> Option<Vec<LatticeBounds>> {
        let (old, new) = (&before.snapshot.coverage, &self.snapshot.coverage);
        let changed = new.differing_arcs(old);
        let mut differing: BTreeSet<ArcId> = changed.into_iter().collect();
        for zoom in 0..=MAX_TILE_ZOOM {
            differing.extend(self.pyramid.differing(new, &before.pyramid, old, zoom));
        }
        let mut groups = Groups::default();
        for arc in differing {
            for coverage in [old, new].into_iter().filter(|coverage| (arc.0 as usize) < coverage.arc_count()) {
                let positions = coverage.positions(arc);
                if !positions.is_empty() {
                    groups.add(positions);
                }
                if groups.group_of.len() > MAX_MOVED {
                    return None;
                }
            }
        }
        Some(groups.bounds())
    }

    /// Adds where areas are that have another attribute or another label.
    fn changed_areas(&self, before: &Self, places: &mut Vec<LatticeBounds>) {
        let (old, new) = (&before.snapshot.hierarchy, &self.snapshot.hierarchy);
        let keeps_indices = old.has_indices_of(new);
        let is_shared =
            |index: AreaIndex| keeps_indices && Arc::ptr_eq(&old.areas()[index as usize], &new.areas()[index as usize]);
        for (index, area) in (0..).zip(new.areas()) {
            if is_shared(index) && self.area_bounds[index as usize] == before.area_bounds[index as usize] {
                continue;
            }
            match old.find_id(area.id).map(|number| (number, old.area(number))) {
                Some((number, was)) => {
                    if !looks_alike(area, was) {
                        places.extend([self.area_bounds[index as usize], before.area_bounds[number as usize]]);
                    } else if (area.label, area.area_m2) != (was.label, was.area_m2)
                        || self.area_bounds[index as usize] != before.area_bounds[number as usize]
                    {
                        // the rank of a label depends on how large its area is
                        places.extend([area.label, was.label].map(|label| at(point(label))));
                    }
                }
                None => places.push(self.area_bounds[index as usize]),
            }
        }
        for (index, area) in (0..).zip(old.areas()) {
            let index: AreaIndex = index;
            if !keeps_indices && new.find_id(area.id).is_none() {
                places.push(before.area_bounds[index as usize]);
            }
        }
    }
}

/// Whether a tile shows the two alike, but for where they are.
fn looks_alike(one: &Area, other: &Area) -> bool {
    (one.code, one.level, one.kind, &one.name) == (other.code, other.level, other.kind, &other.name)
}

/// The bounds with the buffer of the tiles of a zoom around them, and more.
fn widened(bounds: LatticeBounds, zoom: u8) -> LatticeBounds {
    // a tile reaches over its neighbours by less than a fiftieth of its side, in degrees the most across
    let margin = (((360_i64 * 10_000_000) >> zoom) / 50 + 2) as i32;
    let min = bounds.min().map(|c| c.saturating_sub(margin));
    LatticeBounds::new(min, bounds.max().map(|c| c.saturating_add(margin))).expect("widening keeps the order")
}

/// For each area of `snapshot` its number before, if it has the border that it had.
pub(super) fn same_borders(before: &AreaTiles, snapshot: &Snapshot, changed: &[ArcId]) -> Vec<Option<AreaIndex>> {
    let (old, new) = (&before.snapshot, snapshot);
    let count = old.coverage.arc_count().max(new.coverage.arc_count());
    let mut is_changed = vec![false; count];
    changed.iter().for_each(|arc| is_changed[arc.0 as usize] = true);
    let keeps_indices = old.hierarchy.has_indices_of(&new.hierarchy);
    let number = |(index, area): (AreaIndex, &Arc<Area>)| {
        let number = if keeps_indices { index } else { old.hierarchy.find_id(area.id)? };
        let border = new.coverage.border_of(index);
        let is_same = border == old.coverage.border_of(number);
        (is_same && !border.iter().any(|side| is_changed[side.arc.0 as usize])).then_some(number)
    };
    (0..).zip(new.hierarchy.areas()).map(number).collect()
}

/// Arcs that hang together.
#[derive(Default)]
struct Groups {
    /// By position: one of the groups that it belongs to.
    group_of: HashMap<Position, usize>,
    /// For each group, one that it has become part of, or itself; and its bounds.
    groups: Vec<(usize, LatticeBounds)>,
}

impl Groups {
    fn add(&mut self, positions: &[Position]) {
        let number = self.groups.len();
        self.groups.push((number, shape::bounds_of(positions)));
        for &position in positions {
            let other = *self.group_of.entry(position).or_insert(number);
            let (one, other) = (self.root(number), self.root(other));
            self.groups[other].1 = self.groups[other].1.union(self.groups[one].1);
            self.groups[one].0 = other;
        }
    }

    fn root(&self, mut group: usize) -> usize {
        while self.groups[group].0 != group {
            group = self.groups[group].0;
        }
        group
    }

    fn bounds(&self) -> Vec<LatticeBounds> {
        let roots = self.groups.iter().enumerate().filter(|(number, group)| group.0 == *number);
        roots.map(|(_, group)| group.1).collect()
    }
}

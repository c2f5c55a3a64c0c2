//! Two editions compared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    households::Homes,
    lineage::{self, Ground},
    overlay::overlay,
    record::{Change, Diff, Kinship},
    told::{Row, Told},
};
use crate::domain::{
    area::{Area, Level, Snapshot},
    coverage::{AreaIndex, BuildError, noding},
    geometry::{MultiPolygon, Position},
};

/// Why two editions cannot be compared: their borders cross in a way that does not settle on the lattice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the outlines of the two editions cannot be laid over one another")]
pub struct DiffError(#[from] BuildError);

/// What differs between two editions.
///
/// `homes` are buildings with their households: they say how the households of an area that was divided go on; where
/// there are none, area does. Noded borders are no difference.
pub fn diff(before: &Snapshot, after: &Snapshot, homes: &[(Position, u32)]) -> Result<Diff, DiffError> {
    let mut diff = Diff {
        before: before.edition_number(),
        after: after.edition_number(),
        changes: Vec::new(),
        lineage: Vec::new(),
    };
    let mut homes_by_area = None;
    for level in (0..before.profile.levels.len() as u8).map(Level) {
        let compared = Compared::new(before, after, level);
        if compared.is_empty() {
            continue;
        }
        let homes = homes_by_area.get_or_insert_with(|| Homes::new(before, after, homes));
        let (changes, lineage) = compared.tell(homes)?;
        diff.changes.extend(changes);
        diff.lineage.extend(lineage);
    }
    Ok(diff)
}

/// The areas of a level that lie where `outline` lay, with the common ground in square metres, the largest first.
pub fn heirs(snapshot: &Snapshot, level: Level, outline: &MultiPolygon) -> Result<Vec<(AreaIndex, f64)>, DiffError> {
    let Some(extent) = outline.extent() else { return Ok(Vec::new()) };
    let is_near = |&area: &AreaIndex| {
        let own = snapshot.coverage.extent(snapshot.coverage.border_of(area));
        own.is_some_and(|own| own.intersects(extent))
    };
    let near: Vec<AreaIndex> = snapshot.hierarchy.of_level(level).filter(is_near).collect();
    let outlines: Vec<MultiPolygon> = near.iter().map(|&area| snapshot.coverage.polygon(area)).collect();
    let pieces = overlay(&[outline], &outlines.iter().collect::<Vec<_>>())?;
    let shared = lineage::ground(&pieces, &[None]).shared;
    let heir = |((old, new), area_m2): ((Option<usize>, Option<usize>), f64)| Some((near[new?], old.map(|_| area_m2)?));
    let mut heirs: Vec<(AreaIndex, f64)> = shared.into_iter().filter_map(heir).collect();
    heirs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(heirs)
}

/// What of a level is not the same row in both editions.
pub(super) struct Compared<'a> {
    pub(super) snapshots: [&'a Snapshot; 2],
    /// Areas before whose ground is compared.
    pub(super) old: Vec<AreaIndex>,
    /// Areas after whose ground is compared.
    pub(super) new: Vec<AreaIndex>,
    /// For each of `old` which of `new` it lives on as.
    pub(super) partner: Vec<Option<usize>>,
    /// Areas that live on in another row, whether their ground is compared or not.
    pub(super) kept: Vec<(AreaIndex, AreaIndex)>,
}

impl<'a> Compared<'a> {
    fn new(before: &'a Snapshot, after: &'a Snapshot, level: Level) -> Self {
        let mut compared = Self {
            snapshots: [before, after],
            old: Vec::new(),
            new: Vec::new(),
            partner: Vec::new(),
            kept: Vec::new(),
        };
        let mut same: BTreeMap<AreaIndex, AreaIndex> = BTreeMap::new();
        for old in before.hierarchy.of_level(level) {
            let area = before.hierarchy.area(old);
            let Some(new) = after.hierarchy.find_id(area.id) else {
                compared.push(Some(old), None);
                continue;
            };
            if after.hierarchy.area(new).from_edition == area.from_edition {
                same.insert(old, new);
                continue;
            }
            compared.kept.push((old, new));
            if before.coverage.polygon(old) == after.coverage.polygon(new) {
                same.insert(old, new);
            } else {
                compared.push(Some(old), Some(new));
            }
        }
        for new in after.hierarchy.of_level(level) {
            if before.hierarchy.find_id(after.hierarchy.area(new).id).is_none() {
                compared.push(None, Some(new));
            }
        }
        compared.add_hosts(&same);
        compared
    }

    fn push(&mut self, old: Option<AreaIndex>, new: Option<AreaIndex>) {
        if let Some(old) = old {
            self.old.push(old);
            self.partner.push(new.map(|_| self.new.len()));
        }
        self.new.extend(new);
    }

    /// Adds areas that stayed as they are and have others over them that came or went: exclusive ones, stairwells.
    fn add_hosts(&mut self, same: &BTreeMap<AreaIndex, AreaIndex>) {
        let [before, after] = self.snapshots;
        let mut hosts: BTreeSet<(AreaIndex, AreaIndex)> = BTreeSet::new();
        for &new in &self.new {
            let located = before.locate(after.hierarchy.area(new).label);
            let found = located.chain.iter().chain(located.stacked).filter_map(|old| same.get_key_value(old));
            hosts.extend(found.map(|(&old, &new)| (old, new)));
        }
        let back: BTreeMap<AreaIndex, AreaIndex> = same.iter().map(|(&old, &new)| (new, old)).collect();
        for &old in &self.old {
            let located = after.locate(before.hierarchy.area(old).label);
            let found = located.chain.iter().chain(located.stacked).filter_map(|new| back.get_key_value(new));
            hosts.extend(found.map(|(&new, &old)| (old, new)));
        }
        hosts.into_iter().for_each(|(old, new)| self.push(Some(old), Some(new)));
    }

    fn is_empty(&self) -> bool {
        self.old.is_empty() && self.new.is_empty() && self.kept.is_empty()
    }

    pub(super) fn before(&self, old: usize) -> &'a Area {
        self.snapshots[0].hierarchy.area(self.old[old])
    }

    pub(super) fn after(&self, new: usize) -> &'a Area {
        self.snapshots[1].hierarchy.area(self.new[new])
    }

    fn tell(&self, homes: &Homes) -> Result<(Vec<Change>, Vec<Kinship>), DiffError> {
        let polygons = |side: usize, areas: &[AreaIndex]| -> Vec<MultiPolygon> {
            areas.iter().map(|&area| self.snapshots[side].coverage.polygon(area)).collect()
        };
        let (old, new) = (polygons(0, &self.old), polygons(1, &self.new));
        let pieces = overlay(&old.iter().collect::<Vec<_>>(), &new.iter().collect::<Vec<_>>())?;
        let ground = lineage::ground(&pieces, &self.partner);
        drop(pieces);
        let moved: Vec<bool> = (0..self.old.len()).map(|old| self.has_moved(&ground, old)).collect();
        let told = Told::new(self, self.rows(&ground, homes), moved);
        Ok((told.changes(), told.lineage()))
    }

    /// Whether an area that lives on has another outline.
    fn has_moved(&self, ground: &Ground, old: usize) -> bool {
        self.partner[old].is_some_and(|new| {
            // The record is the same: its border may only have been made to meet its neighbours', or been carved.
            let noded_only = self.before(old).digest == self.after(new).digest;
            ground.has_moved(old, new, noded_only.then_some(noding::MAX_SNAP_M))
        })
    }

    fn rows(&self, ground: &Ground, homes: &Homes) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::with_capacity(ground.shared.len());
        for (&(old, new), &area_m2) in &ground.shared {
            let share = |of: Option<&Area>| of.map_or(0.0, |area| ratio(area_m2, area.area_m2));
            let (share_before, share_after) =
                (share(old.map(|old| self.before(old))), share(new.map(|new| self.after(new))));
            rows.push(Row { old, new, area_m2, share_before, share_after, households: None });
        }
        // The rows of one area before stand together.
        for rows in rows.chunk_by_mut(|a, b| a.old == b.old) {
            let Some(old) = rows[0].old else { continue };
            let Some(total) = self.before(old).households else { continue };
            let parts: Vec<(Option<AreaIndex>, f64)> =
                rows.iter().map(|row| (row.new.map(|new| self.new[new]), row.area_m2)).collect();
            let (shares, weighting) = homes.share_out(total, self.old[old], &parts);
            rows.iter_mut().zip(shares).for_each(|(row, share)| row.households = Some((share, weighting)));
        }
        rows
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 }
}

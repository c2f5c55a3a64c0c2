//! What is told of areas that were compared: changes, and who follows whom.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    compare::Compared,
    record::{Change, ChangeKind, Kinship, MAIN_SHARE, Party, SAME_SHARE, Weighting},
};
use crate::domain::{area::Area, coverage::AreaIndex, geometry::measure::round_cm};

/// Parts that make up more than the whole lie over one another (stairwells): no split, no merger.
const WHOLE_SHARE: f64 = 1.01;

/// Common ground of two of the compared areas.
pub(super) struct Row {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
    pub(super) area_m2: f64,
    pub(super) share_before: f64,
    pub(super) share_after: f64,
    pub(super) households: Option<(u32, Weighting)>,
}

/// The compared areas with what they have in common.
pub(super) struct Told<'a> {
    compared: &'a Compared<'a>,
    rows: Vec<Row>,
    /// For each area before whether it lives on with another outline.
    moved: Vec<bool>,
    /// The compared areas after that live on from before.
    lives_on: BTreeSet<usize>,
    /// The rows of each area before.
    by_old: HashMap<usize, Vec<usize>>,
    /// The rows of each area after.
    by_new: HashMap<usize, Vec<usize>>,
}

impl<'a> Told<'a> {
    pub(super) fn new(compared: &'a Compared<'a>, rows: Vec<Row>, moved: Vec<bool>) -> Self {
        let lives_on = compared.partner.iter().flatten().copied().collect();
        let (mut by_old, mut by_new): (HashMap<_, Vec<usize>>, HashMap<_, Vec<usize>>) = Default::default();
        for (number, row) in rows.iter().enumerate() {
            row.old.into_iter().for_each(|old| by_old.entry(old).or_default().push(number));
            row.new.into_iter().for_each(|new| by_new.entry(new).or_default().push(number));
        }
        Self { compared, rows, moved, lives_on, by_old, by_new }
    }

    /// Whether a row says anything: that an area which did not move lies where it lay does not.
    fn is_news(&self, row: &Row) -> bool {
        let stays = row.old.is_some_and(|old| row.new.is_some() && self.compared.partner[old] == row.new);
        let is_something = rounded(row.share_before) > 0.0 || rounded(row.share_after) > 0.0;
        is_something && (!stays || row.old.is_some_and(|old| self.moved[old]))
    }

    fn kinship(&self, row: &Row) -> Kinship {
        Kinship {
            before: row.old.map(|old| Party::of(self.compared.before(old))),
            after: row.new.map(|new| Party::of(self.compared.after(new))),
            area_m2: round_cm(row.area_m2),
            share_before: rounded(row.share_before),
            share_after: rounded(row.share_after),
            households: row.households.map(|(households, _)| households),
            weighting: row.households.map(|(_, weighting)| weighting),
        }
    }

    /// All common ground, by the codes before and after.
    pub(super) fn lineage(&self) -> Vec<Kinship> {
        let mut lineage: Vec<Kinship> =
            self.rows.iter().filter(|row| self.is_news(row)).map(|row| self.kinship(row)).collect();
        let stands = |row: &Kinship| Some((row.before.as_ref()?.id, row.after.as_ref()?.id));
        let stands: HashSet<_> = lineage.iter().filter_map(stands).collect();
        for &(old, new) in &self.compared.kept {
            let [before, after] = self.areas(old, new);
            if before.name != after.name && !stands.contains(&(before.id, after.id)) {
                lineage.push(whole(before, after));
            }
        }
        let key = |kinship: &Kinship| {
            let code = |party: &Option<Party>| (party.is_none(), party.as_ref().map(|party| party.code));
            (code(&kinship.before), code(&kinship.after))
        };
        lineage.sort_by_key(key);
        lineage
    }

    fn areas(&self, old: AreaIndex, new: AreaIndex) -> [&Area; 2] {
        let [before, after] = self.compared.snapshots;
        [before.hierarchy.area(old), after.hierarchy.area(new)]
    }

    /// The changes, by kind and code.
    pub(super) fn changes(&self) -> Vec<Change> {
        let compared = self.compared;
        let mut changes = Vec::new();
        let recoded = self.recoded();
        let (recoded_from, recoded_to): (HashSet<usize>, HashSet<usize>) = recoded.iter().copied().unzip();
        let gone = (0..compared.old.len()).filter(|&old| compared.partner[old].is_none());
        let come = (0..compared.new.len()).filter(|new| !self.lives_on.contains(new));
        for old in gone.filter(|old| !recoded_from.contains(old)) {
            changes.push(self.change(ChangeKind::Retired, Some(old), None));
        }
        for new in come.filter(|new| !recoded_to.contains(new)) {
            changes.push(self.change(ChangeKind::Created, None, Some(new)));
        }
        let split = self.many(|row| row.old, |row| row.share_after, |row| row.share_before);
        let merged = self.many(|row| row.new, |row| row.share_before, |row| row.share_after);
        changes.extend(split.iter().map(|&old| self.change(ChangeKind::Split, Some(old), None)));
        changes.extend(merged.iter().map(|&new| self.change(ChangeKind::Merged, None, Some(new))));
        for (old, new) in compared.partner.iter().enumerate().filter_map(|(old, new)| Some((old, (*new)?))) {
            if self.moved[old] && !split.contains(&old) && !merged.contains(&new) {
                changes.push(self.change(ChangeKind::Reshaped, Some(old), Some(new)));
            }
        }
        changes.extend(recoded.iter().map(|&(old, new)| self.change(ChangeKind::Recoded, Some(old), Some(new))));
        changes.extend(self.of_records(&recoded));
        let told: BTreeSet<_> = changes.iter().filter_map(|change| Some(change.before.as_ref()?.id)).collect();
        let kept = compared.kept.iter().map(|&(old, new)| self.areas(old, new));
        for [before, after] in
            kept.filter(|[before, after]| !told.contains(&before.id) && self.is_updated(before, after))
        {
            let (before, after) = (Some(Party::of(before)), Some(Party::of(after)));
            changes.push(Change { kind: ChangeKind::Updated, before, after, kin: Vec::new() });
        }
        changes.sort_by_key(|change| (change.kind, change.party().code));
        changes
    }

    /// New codes and new names of areas that live on.
    fn of_records(&self, recoded: &[(usize, usize)]) -> Vec<Change> {
        let compared = self.compared;
        let mut changes = Vec::new();
        let kept = compared.kept.iter().map(|&(old, new)| self.areas(old, new));
        let by_ground = recoded.iter().map(|&(old, new)| [compared.before(old), compared.after(new)]);
        for [before, after] in kept.chain(by_ground) {
            let mut push = |kind| {
                let (before, after) = (Some(Party::of(before)), Some(Party::of(after)));
                changes.push(Change { kind, before, after, kin: Vec::new() });
            };
            if before.id == after.id && before.code != after.code {
                push(ChangeKind::Recoded);
            }
            if before.name != after.name {
                push(ChangeKind::Renamed);
            }
        }
        changes
    }

    fn is_updated(&self, before: &Area, after: &Area) -> bool {
        let parent = |side: usize, area: &Area| {
            let hierarchy = &self.compared.snapshots[side].hierarchy;
            area.parent.map(|parent| hierarchy.area(parent).id)
        };
        let of = |area: &Area| (area.kind, area.branch.clone(), area.households, area.residents, area.figures);
        of(before) != of(after) || before.body != after.body || parent(0, before) != parent(1, after)
    }

    /// Areas that came and went on the same ground, each with one other only.
    fn recoded(&self) -> Vec<(usize, usize)> {
        let same = |row: &&Row| row.share_before >= SAME_SHARE && row.share_after >= SAME_SHARE;
        let pairs: Vec<(usize, usize)> =
            self.rows.iter().filter(same).filter_map(|row| Some((row.old?, row.new?))).collect();
        let (mut of_old, mut of_new) = (HashMap::new(), HashMap::new());
        for (old, new) in &pairs {
            *of_old.entry(old).or_insert(0_u32) += 1;
            *of_new.entry(new).or_insert(0_u32) += 1;
        }
        let came_and_went =
            |&&(old, new): &&(usize, usize)| self.compared.partner[old].is_none() && !self.lives_on.contains(&new);
        let is_one = |(old, new): &&(usize, usize)| of_old[old] == 1 && of_new[new] == 1;
        pairs.iter().filter(came_and_went).filter(is_one).copied().collect()
    }

    /// The areas of one side that two or more of the other are mostly made of, without lying over one another.
    fn many(
        &self,
        own: impl Fn(&Row) -> Option<usize>,
        share_of_other: impl Fn(&Row) -> f64,
        share_of_own: impl Fn(&Row) -> f64,
    ) -> BTreeSet<usize> {
        let mut parts: BTreeMap<usize, (u32, f64)> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.old.is_some() && row.new.is_some()) {
            if let Some(own) = own(row).filter(|_| share_of_other(row) >= MAIN_SHARE) {
                let (count, sum) = parts.entry(own).or_default();
                *count += 1;
                *sum += share_of_own(row);
            }
        }
        let is_many = |&(_, &(count, sum)): &(&usize, &(u32, f64))| count >= 2 && sum <= WHOLE_SHARE;
        parts.iter().filter(is_many).map(|(&own, _)| own).collect()
    }

    fn change(&self, kind: ChangeKind, old: Option<usize>, new: Option<usize>) -> Change {
        let own = |row: &Row| if old.is_some() { row.share_before } else { row.share_after };
        let rows_of = |table: &HashMap<usize, Vec<usize>>, area: Option<usize>| -> Vec<usize> {
            area.and_then(|area| table.get(&area).cloned()).unwrap_or_default()
        };
        let kin: BTreeSet<usize> = rows_of(&self.by_old, old).into_iter().chain(rows_of(&self.by_new, new)).collect();
        let mut rows: Vec<&Row> = kin.into_iter().map(|row| &self.rows[row]).filter(|row| self.is_news(row)).collect();
        rows.sort_by(|a, b| own(b).total_cmp(&own(a)));
        Change {
            kind,
            before: old.map(|old| Party::of(self.compared.before(old))),
            after: new.map(|new| Party::of(self.compared.after(new))),
            kin: rows.into_iter().map(|row| self.kinship(row)).collect(),
        }
    }
}

/// An area that lives on, on the same ground.
fn whole(before: &Area, after: &Area) -> Kinship {
    Kinship {
        before: Some(Party::of(before)),
        after: Some(Party::of(after)),
        area_m2: after.area_m2,
        share_before: 1.0,
        share_after: 1.0,
        households: before.households,
        weighting: before.households.map(|_| Weighting::Area),
    }
}

/// A share to 1e-4.
fn rounded(share: f64) -> f64 {
    const STEPS: f64 = 1e4;
    (share * STEPS).round() / STEPS
}

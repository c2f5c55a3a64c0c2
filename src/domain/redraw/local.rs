//! The same verdict as that of `validate`, found by looking only around what changes.

use std::collections::{BTreeSet, HashMap};

use super::{
    Base, Cause, Change, Invalid, ValidDraft, records,
    validate::{AreaChange, Entry, fail_on_error, given, name_sources, validate},
};
use crate::domain::{
    area::{Area, AreaCode, AreaFacts, Finding, NewArea, Snapshot},
    coverage::{
        AreaIndex, Coverage, FaceId, check,
        patch::{Drawn, Patched, fit},
    },
    locate::Nearby,
};

/// When one area in so many is drawn anew, looking at everything is quicker.
const CHANGED_SHARE: usize = 8;

/// Puts `changes` onto the areas of `snapshot`, makes all borders meet, and checks what that touches.
///
/// As [`validate`] on the same areas, but for two things: findings away from what changes are not told again, and borders
/// away from it are not noded again, should `snap_m` be larger than when they were.
pub fn validate_on(
    snapshot: &Snapshot,
    changes: Vec<Change>,
    retired: &[String],
    snap_m: f64,
) -> Result<ValidDraft, Invalid> {
    let hierarchy = &snapshot.hierarchy;
    if changes.len() * CHANGED_SHARE <= hierarchy.areas().len() {
        let base_level = |code: &AreaCode| hierarchy.find(code).map(|area| hierarchy.area(area).level);
        let mut findings = Vec::new();
        let mut entries = given(changes.clone(), &base_level, &mut findings);
        records::check(&snapshot.profile, &mut entries, &base_level, retired, &mut findings);
        fail_on_error(&findings)?;
        if let Some(judged) = Local::new(snapshot, entries).judge(findings, snap_m) {
            return judged;
        }
    }
    validate(&snapshot.profile, snapshot.edition_number(), base_of(snapshot), changes, retired, snap_m)
}

/// All areas of a snapshot as a base to draw on.
pub fn base_of(snapshot: &Snapshot) -> Vec<Base> {
    (0..).zip(snapshot.hierarchy.areas()).map(|(index, area)| base(snapshot, index, area)).collect()
}

fn base(snapshot: &Snapshot, index: AreaIndex, area: &Area) -> Base {
    let area = NewArea {
        code: area.code,
        level: area.level,
        parent: area.parent.map(|parent| snapshot.hierarchy.area(parent).code),
        name: area.name.clone(),
        kind: area.kind,
        branch: area.branch.clone(),
        households: area.households,
        residents: area.residents,
        figures: area.figures,
        body: area.body.as_deref().cloned(),
        geometry: snapshot.coverage.polygon(index),
    };
    Base { digest: snapshot.hierarchy.area(index).digest, area }
}

/// What is drawn, among what is there. Areas have the numbers that they get when new ones are put between them.
struct Local<'a> {
    snapshot: &'a Snapshot,
    entries: Vec<Entry>,
    /// The number of each area that is there.
    of_old: Vec<AreaIndex>,
    /// The number of each area that is drawn.
    of_entry: Vec<AreaIndex>,
    count: usize,
}

impl<'a> Local<'a> {
    fn new(snapshot: &'a Snapshot, entries: Vec<Entry>) -> Self {
        let (mut of_old, mut of_entry) = (Vec::with_capacity(snapshot.hierarchy.areas().len()), Vec::new());
        let mut drawn = entries.iter().peekable();
        let mut count = 0;
        for area in snapshot.hierarchy.areas() {
            while drawn.next_if(|entry| (entry.area.level, entry.area.code) < (area.level, area.code)).is_some() {
                of_entry.push(count);
                count += 1;
            }
            if drawn.next_if(|entry| entry.area.code == area.code).is_some() {
                of_entry.push(count);
            }
            of_old.push(count);
            count += 1;
        }
        for _ in drawn {
            of_entry.push(count);
            count += 1;
        }
        Self { snapshot, entries, of_old, of_entry, count: count as usize }
    }

    /// The verdict; `None` when only looking at everything can tell.
    fn judge(self, mut findings: Vec<Finding>, snap_m: f64) -> Option<Result<ValidDraft, Invalid>> {
        let (Patched { coverage, faces, .. }, bent) = self.patched(snap_m)?;
        let facts = self.facts();
        let faces = self.faces_to_check(&coverage, faces);
        let profile = &self.snapshot.profile;
        let carved = check::carve(coverage, &facts, profile, faces.iter().copied());
        let check::Carved { coverage, cut, findings: notes } = carved;
        findings.extend(notes);
        findings.extend(check::emptied(&coverage, &facts));
        findings.extend(check::findings(&coverage, &facts, profile, faces.iter().copied()));
        name_sources(&mut findings, &self.entries);
        if let Err(invalid) = fail_on_error(&findings) {
            return Some(Err(invalid));
        }
        let number = self.snapshot.edition_number();
        Some(Ok(ValidDraft::new(number, self.rows(&coverage, &cut, bent), findings)))
    }

    /// The map with what is drawn, and all areas that have another outline; `None` when it does not fit in.
    fn patched(&self, snap_m: f64) -> Option<(Patched, Vec<AreaIndex>)> {
        let index = self.snapshot.index();
        let renumbered;
        let coverage = if self.count == self.of_old.len() {
            &self.snapshot.coverage
        } else {
            let numbers: Vec<Option<AreaIndex>> = self.of_old.iter().map(|&number| Some(number)).collect();
            renumbered = self.snapshot.coverage.with_area_numbers(&numbers, self.count);
            &renumbered
        };
        let near = Nearby { coverage, index };
        let entries = self.entries.iter().zip(&self.of_entry);
        let drawn = entries.map(|(entry, &area)| Drawn { area, polygons: &entry.area.geometry });
        let drawn: Vec<Drawn<'_>> = drawn.collect();
        let fitted = fit(coverage, &near, &drawn, &[], snap_m).ok()?;
        let patched = coverage.patched(&near, &fitted.outlines).ok()?;
        let bent: Vec<AreaIndex> = fitted.outlines.iter().map(|outline| outline.area).collect();
        let is_whole = bent.iter().all(|&area| !patched.coverage.border_of(area).is_empty());
        is_whole.then_some((patched, bent))
    }

    /// The facts of all areas; every parent is known to be present.
    fn facts(&self) -> Vec<AreaFacts> {
        let hierarchy = &self.snapshot.hierarchy;
        let mut facts: Vec<Option<AreaFacts>> = vec![None; self.count];
        for (area, &number) in hierarchy.areas().iter().zip(&self.of_old) {
            let parent = area.parent.map(|parent| self.of_old[parent as usize]);
            facts[number as usize] = Some(AreaFacts { parent, ..area.facts() });
        }
        let drawn: HashMap<AreaCode, AreaIndex> =
            self.entries.iter().zip(&self.of_entry).map(|(entry, &number)| (entry.area.code, number)).collect();
        let find = |code: AreaCode| {
            let there = || hierarchy.find(&code).map(|old| self.of_old[old as usize]);
            drawn.get(&code).copied().or_else(there).expect("every parent was found present")
        };
        for (Entry { area, .. }, &number) in self.entries.iter().zip(&self.of_entry) {
            let parent = area.parent.map(find);
            facts[number as usize] = Some(AreaFacts { code: area.code, level: area.level, kind: area.kind, parent });
        }
        facts.into_iter().map(|facts| facts.expect("a number is that of an area")).collect()
    }

    /// The faces in which something may be wrong that was not before: those that the map has anew or otherwise, those of
    /// all that is drawn, and those of parents that get their first child.
    fn faces_to_check(&self, coverage: &Coverage, touched: BTreeSet<FaceId>) -> BTreeSet<FaceId> {
        let mut faces = touched;
        let hierarchy = &self.snapshot.hierarchy;
        for (entry, &number) in self.entries.iter().zip(&self.of_entry) {
            faces.extend(coverage.faces_of(number));
            let parent = entry.area.parent.and_then(|parent| hierarchy.find(&parent));
            let first = parent.filter(|&parent| hierarchy.children(parent).is_empty());
            faces.extend(first.into_iter().flat_map(|parent| coverage.faces_of(self.of_old[parent as usize])));
        }
        // Free numbers are no faces, and what is outside is no gap.
        faces.retain(|&face| face != FaceId::OUTSIDE && !coverage.border_of_face(face).is_empty());
        faces
    }

    /// The rows that differ from the base, by number: of what is drawn, of what is `cut`, and of what is `bent` to meet it.
    fn rows(self, coverage: &Coverage, cut: &[AreaIndex], bent: Vec<AreaIndex>) -> Vec<AreaChange> {
        let mut rows: Vec<(AreaIndex, AreaChange)> = Vec::new();
        let others: BTreeSet<AreaIndex> = cut.iter().copied().chain(bent).collect();
        let is_drawn: BTreeSet<AreaIndex> = self.of_entry.iter().copied().collect();
        for number in others.difference(&is_drawn).copied() {
            let old = self.of_old.binary_search(&number).expect("what is not drawn was there") as AreaIndex;
            let Base { area, digest } = base(self.snapshot, old, self.snapshot.hierarchy.area(old));
            let geometry = coverage.polygon(number);
            if geometry != area.geometry {
                let cause = if cut.binary_search(&number).is_ok() { Cause::Changed } else { Cause::Noded };
                rows.push((number, AreaChange::new(area, geometry, digest, cause)));
            }
        }
        for (entry, number) in self.entries.into_iter().zip(self.of_entry) {
            let cause = if entry.is_new { Cause::Created } else { Cause::Changed };
            rows.push((number, AreaChange::new(entry.area, coverage.polygon(number), entry.digest, cause)));
        }
        rows.sort_by_key(|(number, _)| *number);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

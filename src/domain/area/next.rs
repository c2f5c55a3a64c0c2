//! From one edition to another: what changes is put in, the rest is shared.

use std::sync::Arc;

use super::{Area, AreaId, Edition, Hierarchy, PutArea, Snapshot, SnapshotError, Succession, snapshot::facts_of};
use crate::domain::{
    coverage::{
        AreaIndex, Coverage, Owners,
        patch::{Outline, Patched, Unclosed},
    },
    duty::Roster,
    geometry::MultiPolygon,
    locate::Nearby,
};

/// When one area in so many differs, building anew is quicker.
const CHANGED_SHARE: usize = 4;

/// What the areas of one edition have that another has not, and which of the other's are not in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AreaChanges {
    /// Areas that are new or in another state, with their noded canonical polygons.
    pub put: Vec<(PutArea, MultiPolygon)>,
    /// Areas that are not there.
    pub gone: Vec<AreaId>,
}

impl Snapshot {
    /// The snapshot of `edition`, in which areas differ as `changes` say.
    ///
    /// Equal to [`Snapshot::new`] of all areas, but for the numbers of arcs and faces; costs about what the changes cost, and
    /// shares the rest.
    pub fn next(
        &self,
        edition: Option<Edition>,
        changes: AreaChanges,
        roster: Arc<Roster>,
    ) -> Result<Self, SnapshotError> {
        let AreaChanges { put, gone } = changes;
        let (put, polygons): (Vec<PutArea>, Vec<MultiPolygon>) = put.into_iter().unzip();
        let ids: Vec<AreaId> = put.iter().map(|put| put.area.id).collect();
        let Succession { hierarchy, keeps_indices } = self.hierarchy.succeeded_by(put, &gone)?;
        let changed: Vec<(AreaIndex, MultiPolygon)> = ids
            .iter()
            .zip(polygons)
            .map(|(id, polygons)| (hierarchy.find_id(*id).expect("it was put there"), polygons))
            .collect();
        let is_small = (changed.len() + gone.len()) * CHANGED_SHARE <= self.hierarchy.areas().len();
        let patched = is_small.then(|| self.patched(&hierarchy, keeps_indices, &changed));
        let Some(Ok(Patched { coverage, changed: arcs, faces })) = patched else {
            return self.built_anew(edition, hierarchy, changed, roster);
        };
        let index = self.index.updated(&self.coverage, &coverage, &arcs);
        let facts = facts_of(&hierarchy);
        let owners = if keeps_indices {
            let answers_alike = |(area, _): &&(AreaIndex, MultiPolygon)| {
                let (old, new) = (self.hierarchy.area(*area), hierarchy.area(*area));
                (old.kind, old.parent) == (new.kind, new.parent)
            };
            let others = changed.iter().filter(|changed| !answers_alike(changed));
            let mut touched = faces;
            others.for_each(|&(area, _)| touched.extend(coverage.faces_of(area)));
            self.owners.updated(&coverage, &facts, touched)
        } else {
            Owners::new(&coverage, &facts)
        };
        let profile = Arc::clone(&self.profile);
        Ok(Self { profile, edition, hierarchy, coverage, index, owners, roster })
    }

    /// The coverage with other outlines.
    fn patched(
        &self,
        hierarchy: &Hierarchy,
        keeps_indices: bool,
        changed: &[(AreaIndex, MultiPolygon)],
    ) -> Result<Patched, Unclosed> {
        if keeps_indices {
            let outlines: Vec<Outline> = changed.iter().map(|(area, polygons)| Outline::of(*area, polygons)).collect();
            return self.coverage.patched(&Nearby { coverage: &self.coverage, index: &self.index }, &outlines);
        }
        // All areas that are in either of the two, in their order; each of the two knows some of them.
        let union = Union::of(&self.hierarchy, hierarchy);
        let coverage = self.coverage.with_area_numbers(&union.of_old, union.count);
        let mut outlines: Vec<Outline> = Vec::new();
        for (area, polygons) in changed {
            outlines.push(Outline::of(union.of_new[*area as usize], polygons));
        }
        outlines.extend(union.gone.iter().map(|&area| Outline::none(area)));
        outlines.sort_by_key(|outline| outline.area);
        let Patched { coverage, changed, faces } =
            coverage.patched(&Nearby { coverage: &coverage, index: &self.index }, &outlines)?;
        let mut numbers = vec![None; union.count];
        (0..).zip(&union.of_new).for_each(|(new, &area)| numbers[area as usize] = Some(new));
        let coverage = coverage.with_area_numbers(&numbers, hierarchy.areas().len());
        Ok(Patched { coverage, changed, faces })
    }

    /// The same from all polygons.
    fn built_anew(
        &self,
        edition: Option<Edition>,
        hierarchy: Hierarchy,
        changed: Vec<(AreaIndex, MultiPolygon)>,
        roster: Arc<Roster>,
    ) -> Result<Self, SnapshotError> {
        let mut polygons: Vec<Option<MultiPolygon>> = vec![None; hierarchy.areas().len()];
        changed.into_iter().for_each(|(area, given)| polygons[area as usize] = Some(given));
        let all: Vec<MultiPolygon> = polygons
            .into_iter()
            .zip(hierarchy.areas())
            .map(|(given, area)| given.unwrap_or_else(|| self.polygon_of(area)))
            .collect();
        let coverage = Coverage::build(all.iter())?;
        Self::of(Arc::clone(&self.profile), edition, hierarchy, coverage, roster, Some(self))
    }

    /// The polygons of an area that was there before.
    fn polygon_of(&self, area: &Area) -> MultiPolygon {
        let index = self.hierarchy.find_id(area.id).expect("what was not put there was there before");
        self.coverage.polygon(index)
    }
}

/// The areas of two hierarchies under common numbers, in the order of both.
struct Union {
    of_old: Vec<Option<AreaIndex>>,
    of_new: Vec<AreaIndex>,
    /// Those that only the old one has.
    gone: Vec<AreaIndex>,
    count: usize,
}

impl Union {
    fn of(old: &Hierarchy, new: &Hierarchy) -> Self {
        let key = |area: &Arc<Area>| (area.level, area.code);
        let (mut of_old, mut of_new, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        let (mut olds, mut news) = (old.areas().iter().peekable(), new.areas().iter().peekable());
        for number in 0.. {
            let (one, other) = (olds.peek().map(|area| key(area)), news.peek().map(|area| key(area)));
            let Some(least) = one.into_iter().chain(other).min() else { break };
            if one == Some(least) {
                olds.next();
                of_old.push(Some(number));
            }
            if other == Some(least) {
                news.next();
                of_new.push(number);
            } else {
                gone.push(number);
            }
        }
        let count = of_new.len() + gone.len();
        Self { of_old, of_new, gone, count }
    }
}

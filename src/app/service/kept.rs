//! Which editions besides the one that is served stay in memory.
//!
//! Each is made from the nearest one that is there and shares with it what is the same, so that what it takes is what
//! differs. Memory is bounded by that: all that are kept may have no more areas of their own than one whole edition.

use std::sync::Arc;

use super::App;
use crate::{
    app::{Served, View, tasks, tiles::TileSource},
    domain::{
        area::{Area, EditionNumber, Hierarchy},
        coverage::AreaIndex,
    },
};

/// Editions whose areas are all other ones share nothing; so many of them are kept all the same, those asked for last.
const KEPT_WHATEVER_THEY_TAKE: usize = 2;

/// Editions share what belongs together in pages; a changed area takes as much as so many, its neighbours by code.
const AREAS_OF_A_PAGE: usize = 128;

/// When one area in so many differs, a map is built anew and shares nothing.
const BUILT_ANEW_SHARE: usize = 4;

impl App {
    /// The edition in memory that is nearest to `number`: as few editions as can be lie between them.
    pub(super) fn nearest_view(&self, number: EditionNumber, served: &Served) -> View {
        let kept = self.0.past.all().into_iter().map(|(_, view)| view);
        let nearest = kept.chain([served.view.clone()]);
        // From what is no edition nothing can be made.
        let apart =
            |view: &View| (view.snapshot().edition.is_none(), view.snapshot().edition_number().abs_diff(number));
        nearest.min_by_key(apart).expect("one is served")
    }

    /// What draws the tiles of the edition in memory that is nearest to `number`.
    pub(super) fn nearest_tiles(&self, number: EditionNumber, served: &Served) -> Arc<TileSource> {
        let kept = self.0.past_tiles.all().into_iter().map(|(_, tiles)| tiles);
        let nearest = kept.chain([Arc::clone(&served.tiles)]).min_by_key(|tiles| tiles.edition().abs_diff(number));
        nearest.expect("one is served")
    }

    /// Keeps the edition that was served: it is there, and whoever looks back asks for it.
    pub(super) async fn keep_past(&self, before: &Served) {
        if before.snapshot.edition.is_some() {
            self.0.past.keep(key(&before.view), before.view.clone());
            self.forget_what_is_too_much().await;
        }
    }

    /// Lets editions go, those first that were asked for longest ago, until the rest has few enough areas of its own.
    pub(super) async fn forget_what_is_too_much(&self) {
        let served = self.served().view.clone();
        // Of those with another roster none is asked for again, when there is one with that of now.
        let (_, revision) = key(&served);
        let known = self.0.past.all();
        let is_of_now = |(number, _): Key| known.iter().any(|&(other, _)| other == (number, revision));
        let kept: Vec<(Key, View)> =
            known.iter().filter(|&&(of, _)| of.1 == revision || !is_of_now(of)).cloned().collect();
        let few_enough = move || {
            let mut stays = &kept[..];
            while stays.len() > KEPT_WHATEVER_THEY_TAKE && own_areas(&served, stays) > areas(&served).areas().len() {
                stays = &stays[1..];
            }
            stays.iter().map(|(key, _)| *key).collect::<Vec<Key>>()
        };
        let stays = tasks::compute(few_enough).await;
        let goes = |key: &Key| !stays.contains(key);
        let goes: Vec<Key> = known.iter().map(|(key, _)| *key).filter(goes).collect();
        let is_left = |number| stays.iter().any(|&(stays, _)| stays == number);
        self.0.past.retain(|key| !goes.contains(&key));
        self.0.past_tiles.retain(|number| is_left(number) || !goes.iter().any(|&(goes, _)| goes == number));
    }
}

/// What an edition is kept under: its number, and the revision of the roster that it was read with.
type Key = (EditionNumber, i64);

fn key(view: &View) -> Key {
    (view.snapshot().edition_number(), view.snapshot().roster().revision())
}

fn areas(view: &View) -> &Hierarchy {
    &view.snapshot().hierarchy
}

/// How many areas editions have that the one before or after them in the chain does not share, the one that is served aside.
fn own_areas(served: &View, kept: &[(Key, View)]) -> usize {
    let mut chain: Vec<&View> = kept.iter().map(|(_, view)| view).chain([served]).collect();
    chain.sort_by_key(|view| view.snapshot().edition_number());
    let apart = |pair: &[&View]| {
        let (one, other) = (areas(pair[0]).areas(), areas(pair[1]).areas());
        not_shared(one, other).max(not_shared(other, one))
    };
    chain.windows(2).map(apart).sum()
}

/// How many areas of `new`, in whole pages, are not those of `old`, both sorted by level and code.
fn not_shared(old: &[Arc<Area>], new: &[Arc<Area>]) -> usize {
    let key = |area: &Arc<Area>| (area.level, area.code);
    let mut olds = old.iter().peekable();
    let mut pages: Vec<AreaIndex> = Vec::new();
    let mut differing = 0;
    for (index, area) in new.iter().enumerate() {
        while olds.next_if(|old| !Arc::ptr_eq(old, area) && key(old) < key(area)).is_some() {}
        if olds.next_if(|old| Arc::ptr_eq(old, area)).is_none() {
            differing += 1;
            let page = (index / AREAS_OF_A_PAGE) as AreaIndex;
            if pages.last() != Some(&page) {
                pages.push(page);
            }
        }
    }
    if differing * BUILT_ANEW_SHARE > new.len() {
        return new.len();
    }
    (pages.len() * AREAS_OF_A_PAGE).min(new.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        area::{AreaCode, AreaId, FigureSource, Kind, Level},
        geometry::Position,
    };

    fn area(number: usize) -> Arc<Area> {
        Arc::new(Area {
            id: AreaId(number as i64),
            from_edition: 1,
            code: AreaCode::new(&format!("{number:06}")).expect("a code"),
            level: Level(0),
            parent: None,
            name: String::new(),
            kind: Kind::None,
            branch: None,
            households: None,
            residents: None,
            figures: FigureSource::Declared,
            body: None,
            area_m2: 1.0,
            label: Position::new(0, 0).expect("a position"),
            digest: [0; 32],
        })
    }

    #[test]
    fn areas_that_differ_count_by_the_page() {
        let all: Vec<Arc<Area>> = (0..1000).map(|number| area(2 * number)).collect();
        let with = |changed: &[usize]| {
            let mut areas = all.clone();
            changed.iter().for_each(|&at| areas[at] = area(2 * at));
            areas
        };
        assert_eq!(not_shared(&all, &all), 0);
        assert_eq!(not_shared(&all, &with(&[0, 1, 127])), 128);
        assert_eq!(not_shared(&all, &with(&[0, 128, 999])), 3 * 128);
        assert_eq!(not_shared(&all, &with(&(0..200).map(|at| at * 5).collect::<Vec<_>>())), 1000);
        assert_eq!(not_shared(&all, &with(&(0..600).collect::<Vec<_>>())), 1000);
        // One more, and one less: what follows is still the same.
        let mut more = all.clone();
        more.insert(500, area(999));
        assert_eq!((not_shared(&all, &more), not_shared(&more, &all)), (128, 0));
    }
}

//! Which editions besides the one that is served stay in memory.
//!
//! Each is made from the nearest one that is there and shares with it what is the same, so that what it takes is what
//! differs. Memory is bounded, in bytes: with all that are kept the one that is served may take [`KEPT_PERCENT`] more than it
//! takes alone, whatever they share counted once. Where that is too much, those go that are made again the quickest.

use std::sync::Arc;

use super::App;
use crate::{
    app::{
        Served, View, tasks,
        tiles::{AreaTiles, TileSource},
    },
    domain::{area::EditionNumber, duty::RosterId, held::Held},
};

/// Editions whose areas are all other ones share nothing; so many of them are kept all the same, those asked for last.
const KEPT_WHATEVER_THEY_TAKE: usize = 2;

/// What past editions, and what draws their tiles, may take beside the one that is served, in hundredths of what that one would
/// take if it was the first.
pub const KEPT_PERCENT: usize = 50;

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
            self.0.past.keep(Key::of(&before.view), before.view.clone());
            self.0.past_tiles.keep(before.snapshot.edition_number(), before.tiles.of_the_past());
            self.forget_what_is_too_much().await;
        }
    }

    /// Lets editions go until the rest takes little enough.
    pub(super) async fn forget_what_is_too_much(&self) {
        let served = self.served();
        // Of those with another roster none is asked for again, when there is one with that of now.
        let Key(_, roster) = Key::of(&served.view);
        let known = self.0.past.all();
        let is_of_now = |number| known.iter().any(|&(other, _)| other == Key(number, roster));
        let kept = known.iter().filter(|&&(Key(number, of), _)| of == roster || !is_of_now(number));
        let (keys, views): (Vec<Key>, Vec<View>) = kept.cloned().unzip();
        let tiles = self.0.past_tiles.all();
        let drawn = tiles.clone();
        let choose = move || {
            let drawn: Vec<_> = drawn.iter().map(|(number, tiles)| (*number, tiles.areas())).collect();
            staying((&served.view, served.tiles.areas()), &views, &drawn)
        };
        let Staying { views, tiles: drawn } = tasks::compute(choose).await;
        let stays: Vec<Key> = views.into_iter().map(|at| keys[at]).collect();
        // What came meanwhile stays.
        let goes = |key: Key| known.iter().any(|&(known, _)| known == key) && !stays.contains(&key);
        self.0.past.retain(|key| !goes(key));
        let is_of_none =
            |number| known.iter().any(|&(Key(of, _), _)| of == number) && !stays.iter().any(|key| key.0 == number);
        let is_too_much = |number| tiles.iter().any(|&(of, _)| of == number) && !drawn.contains(&number);
        self.0.past_tiles.retain(|number| !is_too_much(number) && !is_of_none(number));
    }
}

/// What an edition is kept under: its number, and the roster that it was read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(pub(super) EditionNumber, pub(super) RosterId);

impl Key {
    fn of(view: &View) -> Self {
        Self(view.snapshot().edition_number(), view.snapshot().roster().id())
    }
}

/// What stays in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staying {
    /// Of the editions that were given, those that stay, by index.
    pub views: Vec<usize>,
    /// The editions whose tiles can still be drawn at once.
    pub tiles: Vec<EditionNumber>,
}

/// Which of the editions `past` and of what draws `tiles` stay beside the edition that is `served`: as many as take
/// [`KEPT_PERCENT`] of that. Of both the one asked for last stands last. CPU work of some ten milliseconds.
pub fn staying(served: (&View, &AreaTiles), past: &[View], tiles: &[(EditionNumber, &AreaTiles)]) -> Staying {
    let mut one = Held::default();
    served.0.hold(&mut one);
    served.1.hold(&mut one);
    // What it holds of editions before it counts as theirs.
    let alone = one.bytes() - served.0.snapshot().spare().min(one.bytes());
    let most = alone / 100 * (100 + KEPT_PERCENT);
    let numbers: Vec<EditionNumber> = past.iter().map(|view| view.snapshot().edition_number()).collect();
    let is_little_enough = |staying: &Staying| {
        let mut all = one.clone();
        staying.views.iter().for_each(|&at| past[at].hold(&mut all));
        let drawn = tiles.iter().filter(|(number, _)| staying.tiles.contains(number));
        drawn.for_each(|(_, tiles)| tiles.hold(&mut all));
        all.bytes() <= most
    };
    let tiles = tiles.iter().map(|(number, _)| *number).collect();
    chosen(served.0.snapshot().edition_number(), &numbers, tiles, is_little_enough)
}

/// Lets go until it is little enough: first what draws tiles, but for the one asked for last, then editions.
fn chosen(
    served: EditionNumber,
    numbers: &[EditionNumber],
    tiles: Vec<EditionNumber>,
    is_little_enough: impl Fn(&Staying) -> bool,
) -> Staying {
    let mut staying = Staying { views: (0..numbers.len()).collect(), tiles };
    while !is_little_enough(&staying) {
        let Staying { views, tiles } = &mut staying;
        if tiles.len() > 1 {
            tiles.remove(0);
        } else if views.len() > KEPT_WHATEVER_THEY_TAKE {
            let goes = quickest_made_again(served, numbers, views);
            views.remove(goes);
        } else {
            break;
        }
    }
    staying
}

/// The edition with the fewest others between it and one that stays, among those not asked for just now; of several the one
/// that leaves the smallest gap, so that what goes is spread and all that is gone is near to something that stays.
fn quickest_made_again(served: EditionNumber, numbers: &[EditionNumber], views: &[usize]) -> usize {
    let apart = |&at: &usize| {
        let number = numbers[views[at]];
        let others = views.iter().enumerate().filter(|&(other, _)| other != at).map(|(_, &view)| numbers[view]);
        let others = || others.clone().chain([served]);
        let nearest = others().map(|other| other.abs_diff(number)).min();
        let before = others().filter(|&other| other < number).max().unwrap_or(0);
        let after = others().filter(|&other| other > number).min().unwrap_or(number);
        (nearest, after - before)
    };
    (0..views.len() - KEPT_WHATEVER_THEY_TAKE)
        .min_by_key(apart)
        .expect("there are more than are kept whatever they take")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_made_again_quickest_go_first() {
        let numbers = [1, 2, 10, 20, 48, 30, 49];
        let at_most = |most: usize| move |staying: &Staying| staying.views.len() + 2 * staying.tiles.len() <= most;
        let chosen = |most| chosen(50, &numbers, vec![1, 49], at_most(most));
        assert_eq!(chosen(11), Staying { views: (0..7).collect(), tiles: vec![1, 49] });
        // The tiles asked for longest ago, then one of two editions side by side, then what is near the one that is served;
        // of those that are as near the one asked for longest ago.
        assert_eq!(chosen(9), Staying { views: (0..7).collect(), tiles: vec![49] });
        assert_eq!(chosen(8).views, [1, 2, 3, 4, 5, 6]);
        assert_eq!(chosen(7).views, [1, 2, 3, 5, 6]);
        assert_eq!(chosen(6).views, [2, 3, 5, 6]);
        assert_eq!(chosen(0), Staying { views: vec![5, 6], tiles: vec![49] });
        // Of many side by side every other one.
        let numbers: Vec<EditionNumber> = (1..=20).collect();
        let stay = super::chosen(21, &numbers, Vec::new(), |staying| staying.views.len() <= 11).views;
        assert_eq!(stay.iter().map(|&at| numbers[at]).collect::<Vec<_>>(), [2, 4, 6, 8, 10, 12, 14, 16, 18, 19, 20]);
    }
}

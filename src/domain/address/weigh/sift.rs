//! Which of many that have one name are looked at: those in the areas that the address names.

use std::{cmp::Reverse, iter::successors};

use super::{Weighing, Work, is_among};
use crate::domain::{
    address::gazetteer::{Key, PlaceEntry},
    coverage::AreaIndex,
};

/// Things of one name that are looked at for which of them lie in the areas that were named.
pub const MAX_SIFTED: usize = 4096;

impl<'a> Weighing<'a> {
    /// At most `most` of the places `keys`: of more, those first that lie in the areas named around.
    pub(super) fn sifted_places(&self, mut keys: Vec<Key>, most: usize, work: &mut Work) -> Vec<Key> {
        if keys.len() > most && self.names_areas() {
            let sifted = work.locate(keys.len().min(MAX_SIFTED)).max(most);
            keys.truncate(sifted);
            let position = |key: Key| self.place(key).position;
            keys.sort_by_cached_key(|&key| Reverse(self.named_in(self.chain_at(position(key)).iter().copied())));
        }
        keys.truncate(most);
        keys
    }

    /// At most `most` of the areas `keys`, ascending: of more, those first that lie in the areas named around.
    pub(super) fn sifted_areas(&self, keys: &[Key], most: usize, work: &mut Work) -> Vec<AreaIndex> {
        let mut some: Vec<AreaIndex> = Vec::new();
        if keys.len() > MAX_SIFTED {
            some = self.below_named(keys, work);
        }
        if some.is_empty() {
            some = keys.iter().take(MAX_SIFTED).map(|key| key.entry).collect();
        }
        if some.len() > most && self.names_areas() {
            let sifted = work.locate(some.len()).max(most);
            some.truncate(sifted);
            some.sort_by_cached_key(|&index| Reverse(self.named_in(self.upwards(index))));
        }
        some.truncate(most);
        some
    }

    /// Those of `keys` that lie in what the names around are the names of: where more have one name than can be looked at
    /// one by one, as 农田片区01 of all grids.
    fn below_named(&self, keys: &[Key], work: &mut Work) -> Vec<AreaIndex> {
        let hierarchy = &self.gazetteer.snapshot.hierarchy;
        let mut named: Vec<&[Key]> = self.named_areas.iter().copied().filter(|keys| !keys.is_empty()).collect();
        // The finest first: there is least below them.
        named.sort_by_key(|holders| Reverse(hierarchy.area(holders[0].entry).level));
        for holders in named {
            let looked_at = work.locate(holders.len().min(MAX_SIFTED));
            let counted: Vec<(usize, AreaIndex)> = holders[..looked_at]
                .iter()
                .map(|holder| (self.named_in(self.upwards(holder.entry)), holder.entry))
                .collect();
            let best = counted.iter().map(|&(count, _)| count).max();
            let mut below: Vec<AreaIndex> =
                counted.into_iter().filter(|&(count, _)| Some(count) == best).map(|(_, index)| index).collect();
            let mut found = Vec::new();
            let mut at = 0;
            while let Some(&index) = below.get(at)
                && work.locate(1) > 0
            {
                at += 1;
                found.extend(is_among(index, keys).then_some(index));
                below.extend(hierarchy.children(index));
            }
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The place of a key.
    pub(super) fn place(&self, key: Key) -> &'a PlaceEntry {
        self.gazetteer.places.entry(key)
    }

    /// Whether any name around is one of areas.
    fn names_areas(&self) -> bool {
        self.named_areas.iter().any(|keys| !keys.is_empty())
    }

    /// How many of the names around are those of `areas`.
    fn named_in(&self, areas: impl Iterator<Item = AreaIndex> + Clone) -> usize {
        self.named_areas.iter().filter(|keys| areas.clone().any(|area| is_among(area, keys))).count()
    }

    /// An area, and all that it lies in.
    fn upwards(&self, index: AreaIndex) -> impl Iterator<Item = AreaIndex> + Clone {
        let hierarchy = &self.gazetteer.snapshot.hierarchy;
        successors(Some(index), |&index| hierarchy.area(index).parent)
    }
}

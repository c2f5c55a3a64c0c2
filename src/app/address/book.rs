//! The names that addresses are looked up in, made when they are first needed.

use std::sync::{Arc, OnceLock};

use crate::domain::{
    address::{AreaNames, PlaceNames},
    area::Snapshot,
    held::Held,
    place::PlaceDirectory,
};

/// The names of all places as they are now. They have no editions.
pub struct PlaceBook {
    /// Written once, by the first who asks.
    names: OnceLock<PlaceNames>,
    /// What they are made of.
    places: Arc<PlaceDirectory>,
}

impl PlaceBook {
    /// The names of `places`, not yet made.
    pub fn new(places: Arc<PlaceDirectory>) -> Self {
        Self { names: OnceLock::new(), places }
    }

    /// The names; the first call makes them, CPU work of some 100 ms for 60,000 buildings.
    pub fn names(&self) -> &PlaceNames {
        self.names.get_or_init(|| PlaceNames::new(self.places.places()))
    }

    /// The places.
    pub fn directory(&self) -> &PlaceDirectory {
        &self.places
    }
}

/// The names of the areas of one edition. Cheap to clone; all clones are one, and so are those of editions in which all
/// areas are called the same.
#[derive(Clone, Default)]
pub struct AreaBook(Arc<OnceLock<AreaNames>>);

impl AreaBook {
    /// The book of `snapshot`, that of `before` when all areas in it have the same places and names.
    pub fn new(snapshot: &Snapshot, before: Option<(&Self, &Snapshot)>) -> Self {
        let same = before.filter(|(_, before)| {
            let areas = snapshot.hierarchy.areas();
            before.hierarchy.has_indices_of(&snapshot.hierarchy)
                && areas.iter().zip(before.hierarchy.areas()).all(|(a, b)| Arc::ptr_eq(a, b) || a.name == b.name)
        });
        same.map_or_else(Self::default, |(book, _)| book.clone())
    }

    /// The names; `snapshot` is one that the book was made for. The first call makes them, CPU work of some 100 ms for
    /// 40,000 areas.
    pub fn names(&self, snapshot: &Snapshot) -> &AreaNames {
        self.0.get_or_init(|| AreaNames::new(&snapshot.hierarchy))
    }

    /// Counts its memory, when it is made.
    pub fn hold(&self, held: &mut Held) {
        if held.part(&self.0)
            && let Some(names) = self.0.get()
        {
            names.hold(held);
        }
    }
}

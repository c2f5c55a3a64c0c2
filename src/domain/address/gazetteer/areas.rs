//! What the names of areas stand for.

use super::{
    gathered::{Gathered, head_and_parts, short},
    keys::{Key, Number, keys_of},
};
use crate::domain::{
    address::{fold::clean, hit::NameId, names::Names},
    area::Hierarchy,
    coverage::AreaIndex,
    held::Held,
};

/// The areas of one edition that addresses name.
pub struct AreaNames {
    /// Their names.
    pub names: Names,
    keys: Vec<Key>,
}

impl AreaNames {
    /// The names of all areas. CPU work of about a second for 400,000 of them.
    pub fn new(hierarchy: &Hierarchy) -> Self {
        let mut gathered = Gathered::default();
        for (index, area) in (0..).zip(hierarchy.areas()) {
            let text = clean(short(&area.name));
            if let Some((head, parts)) = head_and_parts(&text) {
                gathered.add(head, Number::of_part(parts.building.as_ref()), index);
            } else {
                gathered.add(text, Number::NONE, index);
            }
        }
        let (names, keys) = gathered.finish();
        Self { names, keys }
    }

    /// What has a name, and a number when one is given; the entries are areas.
    pub fn keys_of(&self, name: NameId, number: Option<Number>) -> &[Key] {
        keys_of(&self.keys, name, number)
    }

    /// Whether an area has just this name.
    pub fn is_called(&self, area: AreaIndex, name: NameId) -> bool {
        self.keys.binary_search(&Key { name, number: Number::NONE, entry: area }).is_ok()
    }

    /// The areas with just this name, ascending.
    pub fn areas_of(&self, name: NameId) -> &[Key] {
        self.keys_of(name, Some(Number::NONE))
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        self.names.hold(held);
        held.list(&self.keys);
    }
}

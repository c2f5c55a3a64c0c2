//! Tells at once whether a ring that was snapped touches itself.

use crate::snap::{HIGH, LOW};

/// Places in the table for each unit of a ring, at least.
const PLACES: usize = 2;

/// A table of the units of a ring, emptied by counting.
#[derive(Default)]
pub(crate) struct Distinct {
    /// The number of the ring that put a unit here, and the unit.
    table: Vec<(u32, [i32; 2])>,
    ring: u32,
}

impl Distinct {
    /// Whether a ring of drawn units has an area and touches itself nowhere.
    ///
    /// It must come from snap rounding against all of its units, so that edges meet in their ends or lie on each other
    /// from end to end, but for edges that cutting made along the border of the drawn square: those are looked at.
    /// Says the same as [`crate::repair::is_simple`], without comparing edges.
    pub(crate) fn is_simple(&mut self, ring: &[[i32; 2]], is_cut: bool) -> bool {
        ring.len() > 2 && self.are_distinct(ring) && !(is_cut && runs_over_a_unit(ring))
    }

    /// Whether no unit is there twice.
    pub(crate) fn are_distinct(&mut self, ring: &[[i32; 2]]) -> bool {
        // a small ring stays in a small part of the table, which is at hand
        let size = (ring.len() * PLACES).next_power_of_two();
        self.ring = self.ring.wrapping_add(1);
        if size > self.table.len() || self.ring == 0 {
            self.table.clear();
            self.table.resize(size, (0, [0; 2]));
            self.ring = 1;
        }
        let mask = size - 1;
        for &unit in ring {
            let entry = (self.ring, unit);
            let key = u64::from(unit[0] as u32) << 32 | u64::from(unit[1] as u32);
            let hash = (key ^ key >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut place = (hash >> 32) as usize & mask;
            while self.table[place].0 == self.ring {
                if self.table[place] == entry {
                    return false;
                }
                place = (place + 1) & mask;
            }
            self.table[place] = entry;
        }
        true
    }
}

/// Whether an edge along the border of the drawn square has a unit of the ring between its ends.
fn runs_over_a_unit(ring: &[[i32; 2]]) -> bool {
    for (axis, limit) in [(0, LOW), (0, HIGH), (1, LOW), (1, HIGH)] {
        let is_on = |unit: [i32; 2]| unit[axis] == limit;
        let mut before = ring[ring.len() - 1];
        for &here in ring {
            if is_on(before) && is_on(here) {
                let (low, high) = (before[1 - axis].min(here[1 - axis]), before[1 - axis].max(here[1 - axis]));
                if ring.iter().any(|&unit| is_on(unit) && low < unit[1 - axis] && unit[1 - axis] < high) {
                    return true;
                }
            }
            before = here;
        }
    }
    false
}

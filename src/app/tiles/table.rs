//! A small table of numbers, for one tile.

/// Numbers, each with another.
///
/// Open addressing: a tile asks it for every side of every ring.
#[derive(Default)]
pub(super) struct Table {
    /// A power of two of places: a number and one, or 0, and what belongs to it.
    places: Vec<(u32, u32)>,
    count: usize,
}

impl Table {
    pub(super) fn with_room_for(count: usize) -> Self {
        Self { places: vec![(0, 0); (2 * count.max(1)).next_power_of_two()], count: 0 }
    }

    /// Puts a number below `u32::MAX` with another; whether it is new. What was there stays.
    pub(super) fn insert(&mut self, number: u32, value: u32) -> bool {
        if self.places.len() < 2 * (self.count + 1) {
            let old = std::mem::replace(self, Self::with_room_for(2 * (self.count + 1)));
            for (number, value) in old.places.into_iter().filter(|(number, _)| *number != 0) {
                self.insert(number - 1, value);
            }
        }
        let place = self.place(number);
        let is_new = self.places[place].0 == 0;
        if is_new {
            self.places[place] = (number + 1, value);
            self.count += 1;
        }
        is_new
    }

    /// What belongs to a number.
    pub(super) fn find(&self, number: u32) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        let (known, value) = self.places[self.place(number)];
        (known != 0).then_some(value)
    }

    /// Where a number is or would be.
    fn place(&self, number: u32) -> usize {
        let mask = self.places.len() - 1;
        let mut place = (number.wrapping_mul(0x9e37_79b9) >> 8) as usize & mask;
        while self.places[place].0 != 0 && self.places[place].0 != number + 1 {
            place = (place + 1) & mask;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_found_and_stays() {
        let mut table = Table::default();
        assert_eq!(table.find(0), None);
        for number in (0..3000).map(|n| n * 64) {
            assert!(table.insert(number, number / 2) && !table.insert(number, 7));
        }
        assert!((0..3000).all(|n| table.find(n * 64) == Some(n * 32) && table.find(n * 64 + 1).is_none()));
    }
}

//! Sorting by drawn coordinates: two or four of them in one number.

use crate::snap::{LOW, is_drawn};

/// Bits that one pass sorts by: those of a drawn coordinate.
pub(crate) const DIGIT_BITS: u32 = 13;

/// A drawn unit as a number of two digits, in the order of units.
pub(crate) fn unit_key(unit: [i32; 2]) -> u64 {
    debug_assert!(is_drawn(unit), "{unit:?}");
    let [x, y] = unit.map(|c| (c - LOW) as u64);
    x << DIGIT_BITS | y
}

/// The unit whose number is in the lowest two digits.
pub(crate) fn unit_of(key: u64) -> [i32; 2] {
    [key >> DIGIT_BITS, key].map(|digits| (digits & ((1 << DIGIT_BITS) - 1)) as i32 + LOW)
}

/// Fewer things than these are sorted by comparing.
const AT_LEAST: usize = 1 << 10;

/// Sorts by `digits` digits of a key, stably; `spare` is overwritten.
pub(crate) fn sort_by_key<T: Copy>(items: &mut Vec<T>, spare: &mut Vec<T>, digits: u32, key: impl Fn(&T) -> u64) {
    let Some(&any) = items.first().filter(|_| items.len() >= AT_LEAST) else {
        items.sort_by_key(key);
        return;
    };
    spare.clear();
    spare.resize(items.len(), any);
    let mut starts = [0_u32; 1 << DIGIT_BITS];
    for digit in 0..digits {
        let digit_of = |item: &T| (key(item) >> (digit * DIGIT_BITS)) as usize & ((1 << DIGIT_BITS) - 1);
        starts.fill(0);
        items.iter().for_each(|item| starts[digit_of(item)] += 1);
        let mut next = 0;
        for start in &mut starts {
            next += std::mem::replace(start, next);
        }
        for &item in &*items {
            let place = &mut starts[digit_of(&item)];
            spare[*place as usize] = item;
            *place += 1;
        }
        std::mem::swap(items, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_sorted_as_few_are() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 12
        };
        for count in [0, 1, AT_LEAST - 1, AT_LEAST, 5 * AT_LEAST] {
            // many are equal
            let items: Vec<(u64, usize)> = (0..count).map(|place| (random() & 0x000f_0003_000f_f003, place)).collect();
            let (mut sorted, mut by_us) = (items.clone(), items);
            sorted.sort_by_key(|&(key, _)| key);
            sort_by_key(&mut by_us, &mut Vec::new(), 4, |&(key, _)| key);
            assert_eq!(by_us, sorted);
        }
    }
}

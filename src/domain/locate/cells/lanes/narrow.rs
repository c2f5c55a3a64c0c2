//! Look-ups for all processors: four words at a time where there is SSE2, else one.

use super::{
    super::{layout::Layout, strip::Slot},
    Lanes, Packed, Seen, Task, face_of,
};
use crate::domain::geometry::Position;

/// The instructions that every processor has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Narrow;

#[inline(never)]
pub(super) fn run<T: Task>(task: T) -> T::Answer {
    task.run(Narrow)
}

/// Column and row of the tile of a position, or what is beyond the pages, and where it is from the tile's corner.
#[inline]
pub(in super::super) fn tile(layout: Layout, position: Position) -> ((u32, u32), (u32, u32)) {
    let position = position.wrapped();
    let (west, south) = layout.origin();
    // The true difference is less than 2^32 wherever it is not negative, and a negative one wraps beyond all pages.
    let x = position.lon().wrapping_sub(west) as u32;
    let y = position.lat().wrapping_sub(south) as u32;
    let within = (1 << layout.tile_bits()) - 1;
    ((x >> layout.tile_bits(), y >> layout.tile_bits()), (x & within, y & within))
}

impl Lanes for Narrow {
    type Within = (u32, u32);
    type Seat = (i32, i32);

    #[inline(always)]
    fn tile(self, layout: Layout, position: Packed) -> ((u32, u32), Self::Within) {
        tile(layout, position.position())
    }

    #[inline(always)]
    fn seat(self, layout: Layout, within: Self::Within, slot: Slot) -> (u32, Self::Seat) {
        let place = slot.cells().place(layout.tile_bits(), within);
        (place.cell as u32, (place.x, place.y))
    }

    #[inline(always)]
    fn look(self, words: &[u32; 32], (x, y): Self::Seat) -> u32 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: SSE2 is part of x86-64.
        return face_of(words, unsafe { four(words, x, y) });
        #[cfg(not(target_arch = "x86_64"))]
        face_of(words, one(words, x, y))
    }

    fn nowhere(self) -> (Self::Within, Self::Seat) {
        ((0, 0), (0, 0))
    }
}

/// -1 when vertices on the line from the centre to the position count as left of it, else 0.
#[inline(always)]
fn thread(x: i32, y: i32) -> i32 {
    -i32::from(crate::domain::locate::cells::record::is_left_when_on_line(x, y))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
pub(super) fn four(words: &[u32; 32], x: i32, y: i32) -> Seen {
    use std::arch::x86_64::{
        _mm_castsi128_ps, _mm_cmpeq_epi32, _mm_cmpgt_epi32, _mm_loadu_si128, _mm_madd_epi16, _mm_movemask_ps,
        _mm_or_si128, _mm_set1_epi32, _mm_setzero_si128, _mm_slli_epi32, _mm_srli_epi32, _mm_srli_si128, _mm_sub_epi16,
        _mm_xor_si128,
    };
    let zero = _mm_setzero_si128();
    let (direction, position) = (_mm_set1_epi32(pair(-y, x)), _mm_set1_epi32(pair(x, y)));
    let (thread, low_half, low_one) = (_mm_set1_epi32(thread(x, y)), _mm_set1_epi32(0xffff), _mm_set1_epi32(1));
    let mut seen = Seen::default();
    for group in 0..8 {
        // SAFETY: four words from word 4 * group, and from the next unless the group is the last, are of the line.
        let (from, to) = unsafe {
            let from = _mm_loadu_si128(words.as_ptr().add(4 * group).cast());
            let to = match group {
                7 => _mm_srli_si128::<4>(from),
                _ => _mm_loadu_si128(words.as_ptr().add(4 * group + 1).cast()),
            };
            (from, to)
        };
        let along = _mm_sub_epi16(to, from);
        let swapped = _mm_or_si128(_mm_slli_epi32::<16>(along), _mm_srli_epi32::<16>(along));
        // -v is !v + 1; without a carry into the high half, because the halves are added apart.
        let turned = _mm_sub_epi16(_mm_xor_si128(swapped, low_half), _mm_sub_epi16(zero, low_one));
        let cross = _mm_madd_epi16(turned, _mm_sub_epi16(position, from));
        let side = _mm_madd_epi16(from, direction);
        let bits = |mask| (_mm_movemask_ps(_mm_castsi128_ps(mask)) as u32) << (4 * group);
        seen.left |= bits(_mm_cmpgt_epi32(side, thread));
        seen.position_left |= bits(_mm_cmpgt_epi32(cross, zero));
        seen.in_line |= bits(_mm_cmpeq_epi32(cross, zero));
    }
    seen
}

/// Two halves of a word; the numbers of cells that have no line may not fit, and mean nothing.
#[cfg(target_arch = "x86_64")]
#[inline]
fn pair(low: i32, high: i32) -> i32 {
    high << 16 | (low & 0xffff)
}

/// The same, one word after the other.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) fn one(words: &[u32; 32], x: i32, y: i32) -> Seen {
    let half = |word: u32, shift: u32| i32::from((word >> shift) as u16 as i16);
    let difference = |one: i32, other: i32| i32::from(one.wrapping_sub(other) as i16);
    let mut seen = Seen::default();
    for bit in 0..32 {
        let (from, to) = (words[bit], words.get(bit + 1).copied().unwrap_or(0));
        let (fx, fy) = (half(from, 0), half(from, 16));
        let (dx, dy) = (difference(half(to, 0), fx), difference(half(to, 16), fy));
        let cross = dx.wrapping_mul(difference(y, fy)).wrapping_sub(dy.wrapping_mul(difference(x, fx)));
        let side = x.wrapping_mul(fy).wrapping_sub(y.wrapping_mul(fx));
        seen.left |= u32::from(side > thread(x, y)) << bit;
        seen.position_left |= u32::from(cross > 0) << bit;
        seen.in_line |= u32::from(cross == 0) << bit;
    }
    seen
}

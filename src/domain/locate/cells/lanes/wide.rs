//! Look-ups by AVX-512: longitude and latitude together, and sixteen words at a time.
//!
//! The registers for whole numbers are what bounds how many look-ups a processor has on their way at a time, and with that how
//! well it hides far memory; so all that can be done in vectors is.

use std::arch::x86_64::*;

use super::{
    super::{layout::Layout, strip::Slot},
    Lanes, Packed, Seen, Task, Wide, face_of, pack,
};
use crate::domain::geometry::position::LON_LIMIT;

/// Where a position is from the centre of its cell.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Seat {
    /// Longitude in the low and latitude in the high half of each word.
    position: __m128i,
    /// The position turned a quarter to the left, alike: its scalar product with a vertex is that one's side.
    direction: __m128i,
    /// -1 when vertices on the line from the centre to the position count as left of it, else 0.
    thread: __m128i,
}

/// Runs a task with wide instructions.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
pub(super) fn run<T: Task>(wide: Wide, task: T) -> T::Answer {
    task.run(wide)
}

impl Lanes for Wide {
    type Within = __m128i;
    type Seat = Seat;

    #[inline(always)]
    fn tile(self, layout: Layout, position: Packed) -> ((u32, u32), Self::Within) {
        // SAFETY: there is a `Wide` only where the processor has the instructions; the same below.
        let (tile, within) = unsafe { tile(layout, position) };
        ((tile as u32, (tile >> 32) as u32), within)
    }

    #[inline(always)]
    fn seat(self, layout: Layout, within: Self::Within, slot: Slot) -> (u32, Self::Seat) {
        // SAFETY: see above.
        unsafe { seat(layout, within, slot) }
    }

    #[inline(always)]
    fn look(self, words: &[u32; 32], seat: Self::Seat) -> u32 {
        // SAFETY: see above.
        face_of(words, unsafe { sixteen(words, seat) })
    }

    #[inline(always)]
    fn nowhere(self) -> (Self::Within, Self::Seat) {
        // SAFETY: see above.
        let zero = unsafe { nothing() };
        (zero, Seat { position: zero, direction: zero, thread: zero })
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
#[inline]
fn nothing() -> __m128i {
    _mm_setzero_si128()
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
#[inline]
fn two(low: i32, high: i32) -> __m128i {
    _mm_cvtsi64_si128(pack(low, high) as i64)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
#[inline]
fn tile(layout: Layout, Packed(position): Packed) -> (u64, __m128i) {
    let position = _mm_cvtsi64_si128(position as i64);
    // 180 degrees are -180; no latitude is as large.
    let is_limit = _mm_cmpeq_epi32(position, two(LON_LIMIT, i32::MAX));
    let wrapped = _mm_sub_epi32(position, _mm_and_si128(is_limit, two(LON_LIMIT.wrapping_mul(2), 0)));
    let (west, south) = layout.origin();
    let offset = _mm_sub_epi32(wrapped, two(west, south));
    let bits = _mm_cvtsi64_si128(layout.tile_bits().into());
    let tile = _mm_srl_epi32(offset, bits);
    (_mm_cvtsi128_si64(tile) as u64, _mm_sub_epi32(offset, _mm_sll_epi32(tile, bits)))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
#[inline]
fn seat(layout: Layout, within: __m128i, Slot(slot): Slot) -> (u32, Seat) {
    let bits = _mm_cvtsi64_si128(layout.tile_bits().into());
    let one = _mm_set1_epi32(1);
    // Columns and rows; what is above them is not used.
    let count = _mm_cvtepu8_epi32(_mm_srli_epi64::<32>(_mm_cvtsi64_si128(slot as i64)));
    let cell = _mm_srl_epi32(_mm_mullo_epi32(within, count), bits);
    // column + row * columns, all below 2^8
    let factors = _mm_packus_epi32(_mm_unpacklo_epi32(one, count), one);
    let number = _mm_cvtsi128_si32(_mm_madd_epi16(_mm_packus_epi32(cell, cell), factors));
    // Quotients of whole numbers below 2^31 and below 2^8: the one of doubles is rounded down to the same.
    let doubled =
        _mm_sll_epi32(_mm_or_si128(_mm_slli_epi32::<1>(cell), one), _mm_sub_epi64(bits, _mm_set_epi64x(0, 1)));
    let centre = _mm_cvttpd_epi32(_mm_div_pd(_mm_cvtepi32_pd(doubled), _mm_cvtepi32_pd(count)));
    (number as u32, looking(_mm_sub_epi32(within, centre)))
}

/// The seat of a position, longitude and latitude from the centre of its cell.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
#[inline]
fn looking(from_centre: __m128i) -> Seat {
    // Beyond 16 bits are only positions in cells without a line.
    let position = _mm_packs_epi32(from_centre, from_centre);
    let direction = _mm_sign_epi16(_mm_ror_epi32::<16>(position), _mm_set1_epi32(0x0001_ffff));
    // y * 2^16 - x > 0 is y > 0, or y = 0 and x < 0.
    let above = _mm_sub_epi32(_mm_slli_epi32::<16>(_mm_srli_epi64::<32>(from_centre)), from_centre);
    let thread = _mm_cmpgt_epi32(above, _mm_setzero_si128());
    Seat { position, direction, thread }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
#[inline]
fn sixteen(words: &[u32; 32], Seat { position, direction, thread }: Seat) -> Seen {
    // SAFETY: 16 words from word 0, and 16 from word 16, are of the line.
    let (low, high) =
        unsafe { (_mm512_loadu_si512(words.as_ptr().cast()), _mm512_loadu_si512(words.as_ptr().add(16).cast())) };
    let zero = _mm512_setzero_si512();
    let (position, direction, thread) =
        (_mm512_broadcastd_epi32(position), _mm512_broadcastd_epi32(direction), _mm512_broadcastd_epi32(thread));
    let half = |from, to| {
        let along = _mm512_sub_epi16(to, from);
        let swapped = _mm512_ror_epi32::<16>(along);
        let turned = _mm512_mask_sub_epi16(swapped, 0x5555_5555, zero, swapped);
        let cross = _mm512_madd_epi16(turned, _mm512_sub_epi16(position, from));
        let side = _mm512_madd_epi16(from, direction);
        (
            _mm512_cmpgt_epi32_mask(side, thread),
            _mm512_cmpgt_epi32_mask(cross, zero),
            _mm512_cmpeq_epi32_mask(cross, zero),
        )
    };
    let first = half(low, _mm512_alignr_epi32::<1>(high, low));
    let second = half(high, _mm512_alignr_epi32::<1>(zero, high));
    let both = |first: __mmask16, second: __mmask16| _mm512_kunpackw(second.into(), first.into());
    Seen { left: both(first.0, second.0), position_left: both(first.1, second.1), in_line: both(first.2, second.2) }
}

/// The seat as whole numbers.
#[cfg(test)]
pub(super) fn as_pair(seat: Seat) -> (i32, i32) {
    // SAFETY: who has a seat has the instructions.
    let word = unsafe { first(seat.position) };
    (i32::from(word as u16 as i16), i32::from((word >> 16) as u16 as i16))
}

#[cfg(test)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
fn first(vector: __m128i) -> u32 {
    _mm_cvtsi128_si32(vector) as u32
}

/// What is seen from a position.
#[cfg(test)]
pub(super) fn seen(wide: Wide, words: &[u32; 32], (x, y): (i32, i32)) -> Seen {
    // SAFETY: there is a `Wide` only where the processor has the instructions.
    unsafe { seen_from(wide, words, x, y) }
}

#[cfg(test)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt,bmi1,bmi2")]
fn seen_from(_: Wide, words: &[u32; 32], x: i32, y: i32) -> Seen {
    sixteen(words, looking(two(x, y)))
}

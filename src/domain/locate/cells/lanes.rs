//! Many vertices at a time, and asking for memory early: the only place of the program with `unsafe`.
#![expect(
    unsafe_code,
    reason = "vector instructions that the processor has, and prefetching, a hint that reads nothing"
)]

/// Vertices that are compared in one go: most records have no more, so the loop ends as foreseen.
pub(super) const GROUP: usize = 8;

/// Which of up to 64 vertices lie left of the line from r to q, and which on it, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) left: u64,
    pub(super) on: u64,
}

/// Sides of `vertices` (x in the low and y in the high half of a word, relative to r) seen along r -> `(x, y)`.
///
/// The number of vertices is a multiple of [`GROUP`], at most 64. All numbers are within -32,767..=32,767, so that every cross
/// product is exact in 32 bits.
#[inline]
pub(super) fn sides(vertices: &[u32], x: i32, y: i32) -> Sides {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE2 is part of x86-64.
    return unsafe { vector(vertices, x, y) };
    #[cfg(not(target_arch = "x86_64"))]
    return portable(vertices, x, y);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn vector(vertices: &[u32], x: i32, y: i32) -> Sides {
    use std::arch::x86_64::{
        _mm_castsi128_ps, _mm_cmpeq_epi32, _mm_cmpgt_epi32, _mm_madd_epi16, _mm_movemask_ps, _mm_set_epi32,
        _mm_set1_epi32, _mm_setzero_si128,
    };
    let (mut left, mut on) = (0, 0);
    // (vx, vy) . (-y, x) is the cross product of (x, y) and (vx, vy).
    let direction = _mm_set1_epi32(((x as u32) << 16 | (-y) as u32 & 0xffff) as i32);
    let zero = _mm_setzero_si128();
    let four = |v: &[u32]| {
        let v = _mm_set_epi32(v[3] as i32, v[2] as i32, v[1] as i32, v[0] as i32);
        let cross = _mm_madd_epi16(v, direction);
        let is_left = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(cross, zero))) as u32;
        let is_on = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(cross, zero))) as u32;
        (is_left, is_on)
    };
    for (group, eight) in vertices.chunks_exact(GROUP).enumerate() {
        let (low, high) = (four(&eight[..4]), four(&eight[4..]));
        left |= u64::from(low.0 | high.0 << 4) << (GROUP * group);
        on |= u64::from(low.1 | high.1 << 4) << (GROUP * group);
    }
    Sides { left, on }
}

/// The same, one vertex after the other.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable(vertices: &[u32], x: i32, y: i32) -> Sides {
    let (mut left, mut on) = (0, 0);
    for (bit, &word) in vertices.iter().enumerate() {
        let (vx, vy) = (i32::from(word as u16 as i16), i32::from((word >> 16) as u16 as i16));
        let cross = x * vy - y * vx;
        left |= u64::from(cross > 0) << bit;
        on |= u64::from(cross == 0) << bit;
    }
    Sides { left, on }
}

/// What [`look`] says of a position that takes a closer look: no face has this number.
pub(super) const NOT_SEEN: u32 = u32::MAX;

/// What is seen of a line from a position, as bits of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    /// Vertices left of the centre's line to the position.
    left: u32,
    /// Edges that the position lies left of.
    position_left: u32,
    /// Edges in line with the position.
    in_line: u32,
}

/// The words of a line, and the position `(x, y)` from its centre that they are seen from.
///
/// All coordinates of edges, and their differences, are within -32,767..=32,767, so that every cross product is exact in 32
/// bits. Words that are no vertices give bits that mean nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'l> {
    pub(super) words: &'l [u32; 32],
    pub(super) x: i32,
    pub(super) y: i32,
    /// -1 when vertices on the line from the centre to the position count as left of it, else 0.
    pub(super) thread: i32,
}

/// The face that a line shows (see [`super::line`]); [`NOT_SEEN`] when the position is in line with an edge, or when the cell
/// has a record.
#[inline]
pub(super) fn look(sight: Sight<'_>) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        if has_wide() {
            // SAFETY: the processor has the instructions.
            return unsafe { look_wide(sight) };
        }
        // SAFETY: SSE2 is part of x86-64.
        face_of(sight.words, unsafe { four(sight) })
    }
    #[cfg(not(target_arch = "x86_64"))]
    face_of(sight.words, one(sight))
}

/// The same for many.
#[inline]
pub(super) fn look_many(sights: &[Sight<'_>], faces: &mut [u32]) {
    #[cfg(target_arch = "x86_64")]
    if has_wide() {
        // SAFETY: the processor has the instructions.
        return unsafe { look_wide_many(sights, faces) };
    }
    for (face, &sight) in faces.iter_mut().zip(sights) {
        *face = look(sight);
    }
}

// Inlined, so that it is made for the processor of the caller.
#[inline(always)]
fn face_of(words: &[u32; 32], seen: Seen) -> u32 {
    let [starts_left, one, two, four, ..] = *words;
    let edges = one | two | four;
    let is_record = (edges == 0) & (starts_left != 0);
    let crossed = (seen.left ^ (seen.left >> 1)) & (starts_left ^ seen.position_left);
    let number = (crossed & one).count_ones() + 2 * (crossed & two).count_ones() + 4 * (crossed & four).count_ones();
    if (seen.in_line & edges != 0) | is_record { NOT_SEEN } else { words[31 - (number as usize & 7)] }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn has_wide() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("popcnt")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
fn look_wide(sight: Sight<'_>) -> u32 {
    face_of(sight.words, sixteen(sight))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
fn look_wide_many(sights: &[Sight<'_>], faces: &mut [u32]) {
    for (face, &sight) in faces.iter_mut().zip(sights) {
        *face = face_of(sight.words, sixteen(sight));
    }
}

/// `(-y, x)`, whose scalar product with (vx, vy) is the cross product of (x, y) and (vx, vy).
#[inline]
fn turned(x: i32, y: i32) -> i32 {
    pair(-y, x)
}

#[inline]
fn pair(low: i32, high: i32) -> i32 {
    high << 16 | (low & 0xffff)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn sixteen(Sight { words, x, y, thread }: Sight<'_>) -> Seen {
    use std::arch::x86_64::{
        _mm512_alignr_epi32, _mm512_cmpeq_epi32_mask, _mm512_cmpgt_epi32_mask, _mm512_loadu_si512, _mm512_madd_epi16,
        _mm512_mask_sub_epi16, _mm512_ror_epi32, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_sub_epi16,
    };
    // SAFETY: 16 words from word 0, and 16 from word 16, are of the line.
    let (low, high) =
        unsafe { (_mm512_loadu_si512(words.as_ptr().cast()), _mm512_loadu_si512(words.as_ptr().add(16).cast())) };
    let zero = _mm512_setzero_si512();
    let (direction, position) = (_mm512_set1_epi32(turned(x, y)), _mm512_set1_epi32(pair(x, y)));
    let thread = _mm512_set1_epi32(thread);
    let half = |from, to| {
        let along = _mm512_sub_epi16(to, from);
        let swapped = _mm512_ror_epi32::<16>(along);
        let turned = _mm512_mask_sub_epi16(swapped, 0x5555_5555, zero, swapped);
        let cross = _mm512_madd_epi16(turned, _mm512_sub_epi16(position, from));
        let side = _mm512_madd_epi16(from, direction);
        Seen {
            left: u32::from(_mm512_cmpgt_epi32_mask(side, thread)),
            position_left: u32::from(_mm512_cmpgt_epi32_mask(cross, zero)),
            in_line: u32::from(_mm512_cmpeq_epi32_mask(cross, zero)),
        }
    };
    let first = half(low, _mm512_alignr_epi32::<1>(high, low));
    let second = half(high, _mm512_alignr_epi32::<1>(zero, high));
    Seen {
        left: first.left | second.left << 16,
        position_left: first.position_left | second.position_left << 16,
        in_line: first.in_line | second.in_line << 16,
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn four(Sight { words, x, y, thread }: Sight<'_>) -> Seen {
    use std::arch::x86_64::{
        _mm_castsi128_ps, _mm_cmpeq_epi32, _mm_cmpgt_epi32, _mm_loadu_si128, _mm_madd_epi16, _mm_movemask_ps,
        _mm_or_si128, _mm_set1_epi32, _mm_setzero_si128, _mm_slli_epi32, _mm_srli_epi32, _mm_srli_si128, _mm_sub_epi16,
        _mm_xor_si128,
    };
    let zero = _mm_setzero_si128();
    let (direction, position) = (_mm_set1_epi32(turned(x, y)), _mm_set1_epi32(pair(x, y)));
    let (thread, low_half, low_one) = (_mm_set1_epi32(thread), _mm_set1_epi32(0xffff), _mm_set1_epi32(1));
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

/// The same, one word after the other.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn one(Sight { words, x, y, thread }: Sight<'_>) -> Seen {
    let half = |word: u32, shift: u32| i32::from((word >> shift) as u16 as i16);
    let difference = |one: i32, other: i32| i32::from(one.wrapping_sub(other) as i16);
    let mut seen = Seen::default();
    for bit in 0..32 {
        let (from, to) = (words[bit], words.get(bit + 1).copied().unwrap_or(0));
        let (fx, fy) = (half(from, 0), half(from, 16));
        let (dx, dy) = (difference(half(to, 0), fx), difference(half(to, 16), fy));
        let cross = dx.wrapping_mul(difference(y, fy)).wrapping_sub(dy.wrapping_mul(difference(x, fx)));
        let side = x.wrapping_mul(fy).wrapping_sub(y.wrapping_mul(fx));
        seen.left |= u32::from(side > thread) << bit;
        seen.position_left |= u32::from(cross > 0) << bit;
        seen.in_line |= u32::from(cross == 0) << bit;
    }
    seen
}

/// Asks the processor to bring the cache line of `slice[index]` near; an index beyond the slice does nothing.
#[inline]
pub(super) fn prefetch<T>(slice: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(entry) = slice.get(index) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the address is that of a live reference; a prefetch reads and writes nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(entry).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, index);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eight_at_a_time_and_one_by_one_give_the_same_bits(
            vertices in proptest::collection::vec((-32_767..=32_767_i16, -32_767..=32_767_i16), 0..64),
            x in -32_767..=32_767_i32, y in -32_767..=32_767_i32, small in any::<bool>(),
        ) {
            let divisor = if small { 4096 } else { 1 };
            let word = |&(vx, vy): &(i16, i16)| {
                u32::from((vx / divisor as i16) as u16) | u32::from((vy / divisor as i16) as u16) << 16
            };
            let mut words: Vec<u32> = vertices.iter().map(word).collect();
            words.resize(words.len().next_multiple_of(GROUP), 0);
            let (x, y) = (x / divisor, y / divisor);
            prop_assert_eq!(sides(&words, x, y), portable(&words, x, y));
        }
    }

    proptest! {
        #[test]
        fn lines_look_the_same_sixteen_four_and_one_at_a_time(
            vertices in proptest::collection::vec((-16_000..=16_000_i16, -16_000..=16_000_i16), 32),
            x in -16_000..=16_000_i32, y in -16_000..=16_000_i32, small in any::<bool>(), thread in -1..=0_i32,
        ) {
            let divisor = if small { 4000 } else { 1 };
            let word = |&(vx, vy): &(i16, i16)| {
                u32::from((vx / divisor as i16) as u16) | u32::from((vy / divisor as i16) as u16) << 16
            };
            let words: [u32; 32] = std::array::from_fn(|i| word(&vertices[i]));
            let (x, y) = (x / divisor, y / divisor);
            let sight = Sight { words: &words, x, y, thread };
            let expected = one(sight);
            let face = face_of(&words, expected);
            prop_assert_eq!(look(sight), face);
            let mut faces = [0; 3];
            look_many(&[sight; 3], &mut faces);
            prop_assert_eq!(faces, [face; 3]);
            #[cfg(target_arch = "x86_64")]
            {
                // SAFETY: SSE2 is part of x86-64.
                prop_assert_eq!(unsafe { four(sight) }, expected);
                if has_wide() {
                    // SAFETY: the processor has the instructions.
                    prop_assert_eq!(unsafe { sixteen(sight) }, expected);
                }
            }
        }
    }

    #[test]
    fn the_largest_cross_product_is_exact() {
        let corner = |x: i16, y: i16| u32::from(x as u16) | u32::from(y as u16) << 16;
        let words =
            [corner(32_767, -32_767), corner(-32_767, 32_767), corner(32_767, 32_767), corner(0, 0), 0, 0, 0, 0];
        let found = sides(&words, 32_767, 32_767);
        assert_eq!(found, Sides { left: 0b0010, on: 0b1111_1100 });
        assert_eq!(found, portable(&words, 32_767, 32_767));
    }
}

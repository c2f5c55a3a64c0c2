//! Sides of the vertices of small records.

/// Vertices that are compared in one go: most records have no more, so the loop ends as foreseen.
pub(in super::super) const GROUP: usize = 8;

/// Which of up to 64 vertices lie left of the line from r to q, and which on it, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Sides {
    pub(in super::super) left: u64,
    pub(in super::super) on: u64,
}

/// Sides of `vertices` (x in the low and y in the high half of a word, relative to r) seen along r -> `(x, y)`.
///
/// The number of vertices is a multiple of [`GROUP`], at most 64. All numbers are within -32,767..=32,767, so that every cross
/// product is exact in 32 bits.
#[inline]
pub(in super::super) fn sides(vertices: &[u32], x: i32, y: i32) -> Sides {
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

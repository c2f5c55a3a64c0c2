//! Many vertices at a time, and asking for memory early: the only place of the program with `unsafe`.
#![expect(
    unsafe_code,
    reason = "vector instructions that the processor has, and prefetching, a hint that reads nothing"
)]

mod narrow;
mod sides;
#[cfg(target_arch = "x86_64")]
mod wide;

pub(super) use narrow::tile;
pub(super) use sides::{GROUP, Sides, sides};

use super::{layout::Layout, strip::Slot};
use crate::domain::geometry::Position;

/// What [`Lanes::look`] says of a position that takes a closer look: no face has this number.
pub(super) const NOT_SEEN: u32 = u32::MAX;

/// A position in one word, so that it is passed on as one: longitude in the low and latitude in the high half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed(u64);

impl Packed {
    #[inline(always)]
    pub(super) fn of(position: Position) -> Self {
        Self(pack(position.lon(), position.lat()))
    }

    pub(super) fn position(self) -> Position {
        Position::new(self.0 as i32, (self.0 >> 32) as i32).expect("it was one")
    }
}

#[inline(always)]
fn pack(low: i32, high: i32) -> u64 {
    u64::from(low as u32) | u64::from(high as u32) << 32
}

/// The steps of a look-up, by the instructions that a processor has. All ways give the same.
pub(super) trait Lanes: Copy {
    /// A position from the corner of its tile.
    type Within: Copy;
    /// A position from the centre of its cell.
    type Seat: Copy;

    /// Column and row of the tile of a position, or what is beyond the pages, and where it is from the tile's corner.
    fn tile(self, layout: Layout, position: Packed) -> ((u32, u32), Self::Within);

    /// The number of its cell, in a tile with borders, and where it is from the cell's centre.
    fn seat(self, layout: Layout, within: Self::Within, slot: Slot) -> (u32, Self::Seat);

    /// The face that a line shows (see [`super::line`]); [`NOT_SEEN`] when the position is in line with an edge, or when the
    /// cell has a record.
    ///
    /// All coordinates of edges, and their differences, are within -32,767..=32,767, so that every cross product is exact in
    /// 32 bits. Words that are no vertices give bits that mean nothing.
    fn look(self, words: &[u32; 32], seat: Self::Seat) -> u32;

    /// Any place.
    fn nowhere(self) -> (Self::Within, Self::Seat);
}

/// Something that is made twice, for processors with wide instructions and for all others.
pub(super) trait Task {
    type Answer;

    /// Is inlined always, with all in it that is to be made for the processor.
    fn run<L: Lanes>(self, lanes: L) -> Self::Answer;
}

/// That the processor has wide instructions: nobody else can make one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide(());

impl Wide {
    /// `Some` when the processor has them.
    pub(super) fn detect() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let has_all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2");
        #[cfg(not(target_arch = "x86_64"))]
        let has_all = false;
        has_all.then_some(Self(()))
    }
}

/// Runs a task by the instructions that there are.
#[inline]
pub(super) fn run<T: Task>(wide: Option<Wide>, task: T) -> T::Answer {
    match wide {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: there is a `Wide` only where the processor has the instructions.
        Some(wide) => unsafe { wide::run(wide, task) },
        _ => narrow::run(task),
    }
}

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

#[inline(always)]
fn face_of(words: &[u32; 32], seen: Seen) -> u32 {
    let [starts_left, one, two, four, ..] = *words;
    let crossed = (seen.left ^ (seen.left >> 1)) & (starts_left ^ seen.position_left);
    let number = (crossed & one).count_ones() + 2 * (crossed & two).count_ones() + 4 * (crossed & four).count_ones();
    if seen.in_line & (one | two | four) != 0 { NOT_SEEN } else { words[31 - (number as usize & 7)] }
}

/// Asks the processor to bring the cache line of `slice[index]` near; an index beyond the slice does nothing.
#[inline]
pub(in super::super) fn prefetch<T>(slice: &[T], index: usize) {
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
    use super::{super::grid::Cells, narrow::Narrow, *};
    use crate::domain::geometry::Extent;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_look_the_same_sixteen_four_and_one_at_a_time(
            vertices in proptest::collection::vec((-16_000..=16_000_i16, -16_000..=16_000_i16), 32),
            x in -16_000..=16_000_i32, y in -16_000..=16_000_i32, small in any::<bool>(),
        ) {
            let divisor = if small { 4000 } else { 1 };
            let word = |&(vx, vy): &(i16, i16)| {
                u32::from((vx / divisor as i16) as u16) | u32::from((vy / divisor as i16) as u16) << 16
            };
            let words: [u32; 32] = std::array::from_fn(|i| word(&vertices[i]));
            let (x, y) = (x / divisor, y / divisor);
            let expected = narrow::one(&words, x, y);
            prop_assert_eq!(Narrow.look(&words, (x, y)), face_of(&words, expected));
            #[cfg(target_arch = "x86_64")]
            {
                // SAFETY: SSE2 is part of x86-64.
                prop_assert_eq!(unsafe { narrow::four(&words, x, y) }, expected);
                if let Some(wide) = Wide::detect() {
                    prop_assert_eq!(wide::seen(wide, &words, (x, y)), expected);
                }
            }
        }

        #[test]
        fn cells_are_found_the_same_together_and_one_by_one(
            west in -1_800_000_000..1_700_000_000_i32, south in -900_000_000..800_000_000_i32,
            bits in 4..31_u32, edges in 0..27_u32, columns in 1..=255_u8, rows in 1..=255_u8,
            lon in -1_800_000_000..=1_800_000_000_i32, lat in -900_000_000..=900_000_000_i32, is_near in any::<bool>(),
        ) {
            let position = |lon: i32, lat: i32| {
                Position::new(lon.clamp(-1_800_000_000, 1_800_000_000), lat.clamp(-900_000_000, 900_000_000)).expect("in the world")
            };
            let extent = Extent::of(position(west, south)).with(position(west.saturating_add(1 << bits), south.saturating_add(1 << bits)));
            let layout = Layout::new(Some(extent), 1 << edges);
            let asked = match is_near {
                true => position(west.saturating_add(lon & ((1 << bits) - 1)), south.saturating_add(lat & ((1 << bits) - 1))),
                false => position(lon, lat),
            };
            let slot = Slot::new(7, Cells { columns, rows });
            let (tile, within) = Narrow.tile(layout, Packed::of(asked));
            let (cell, seat) = Narrow.seat(layout, within, slot);
            prop_assert_eq!(Packed::of(asked).position(), asked);
            #[cfg(target_arch = "x86_64")]
            if let Some(wide) = Wide::detect() {
                let (wide_tile, wide_within) = wide.tile(layout, Packed::of(asked));
                let (wide_cell, wide_seat) = wide.seat(layout, wide_within, slot);
                prop_assert_eq!(wide_tile, tile);
                prop_assert_eq!(wide_cell, cell);
                // Beyond 16 bits are only positions in cells without a line.
                let within_word = |number: i32| number.clamp(i16::MIN.into(), i16::MAX.into());
                prop_assert_eq!(wide::as_pair(wide_seat), (within_word(seat.0), within_word(seat.1)));
            }
        }
    }
}

//! What is compared: position in, finest area and border flag out.

use onemap::domain::geometry::Position;

/// Nobody's.
pub const NOBODY: u32 = u32::MAX;

/// What a locator says of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Number of the finest area, or [`NOBODY`].
    pub area: u32,
    /// Whether the position stands on a border; a peer that cannot tell says `false`.
    pub on_border: bool,
}

impl Found {
    /// What the answers are before they are given.
    pub const NOTHING: Self = Self { area: NOBODY, on_border: false };
}

/// Something that finds the area of a position.
pub trait Locator {
    /// The name in the tables.
    fn name(&self) -> &'static str;

    /// Bytes that it holds, polygons included where it needs them to answer; `None` when it cannot tell.
    fn bytes(&self) -> Option<usize>;

    /// Threads that it answers with; one is timed by its work, several by the clock.
    fn threads(&self) -> usize {
        1
    }

    /// Answers for every position, in order; `found` is as long as `positions`.
    fn locate_all(&self, positions: &[Position], found: &mut [Found]);
}

/// How the answers of `other` differ from ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// Positions off every border, and other answers there: to be none.
    pub off_borders: usize,
    /// Positions on a border.
    pub on_borders: usize,
    /// Of these, positions that the other gives to someone else or to nobody.
    pub differing_on_borders: usize,
}

/// Compares two lists of answers; ours says what lies on a border.
pub fn compare(ours: &[Found], other: &[Found]) -> Difference {
    assert_eq!(ours.len(), other.len(), "both answered for the same positions");
    let mut difference = Difference::default();
    for (ours, other) in ours.iter().zip(other) {
        let differs = ours.area != other.area;
        difference.on_borders += usize::from(ours.on_border);
        difference.differing_on_borders += usize::from(ours.on_border && differs);
        difference.off_borders += usize::from(!ours.on_border && differs);
    }
    difference
}

#[cfg(test)]
mod tests {
    use super::{Difference, Found, compare};

    #[test]
    fn answers_differ_off_borders_or_on_them() {
        let found = |area, on_border| Found { area, on_border };
        let ours = [found(1, false), found(2, false), found(3, true), found(4, true)];
        let other = [found(1, false), found(9, false), found(9, false), found(4, false)];
        let expected = Difference { off_borders: 1, on_borders: 2, differing_on_borders: 1 };
        assert_eq!(compare(&ours, &other), expected);
    }
}

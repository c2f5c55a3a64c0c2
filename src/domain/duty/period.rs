//! From when to when.

use time::OffsetDateTime;

/// A stretch of time: from its beginning, up to but not with its end; `None` for without limit.
///
/// **Invariant**: it begins before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    from: Option<OffsetDateTime>,
    to: Option<OffsetDateTime>,
}

impl Period {
    /// All of time.
    pub const ALWAYS: Self = Self { from: None, to: None };

    /// The time between two moments; `None` when it does not begin before it ends.
    pub fn new(from: Option<OffsetDateTime>, to: Option<OffsetDateTime>) -> Option<Self> {
        let is_reversed = matches!((from, to), (Some(from), Some(to)) if from >= to);
        (!is_reversed).then_some(Self { from, to })
    }

    /// When it begins.
    pub const fn from(self) -> Option<OffsetDateTime> {
        self.from
    }

    /// When it is over.
    pub const fn to(self) -> Option<OffsetDateTime> {
        self.to
    }

    /// Whether a moment is in it.
    pub fn contains(self, at: OffsetDateTime) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// Whether some moment is in both.
    pub fn overlaps(self, other: Self) -> bool {
        let begins_before_end = |one: Self, other: Self| match (one.from, other.to) {
            (Some(from), Some(to)) => from < to,
            _ => true,
        };
        begins_before_end(self, other) && begins_before_end(other, self)
    }

    /// What of it lies before `at`; `None` when nothing does.
    pub fn before(self, at: OffsetDateTime) -> Option<Self> {
        let to = self.to.map_or(at, |to| to.min(at));
        Self::new(self.from, Some(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn periods_are_half_open() {
        let march = datetime!(2026-03-01 0:00 UTC);
        let april = datetime!(2026-04-01 0:00 UTC);
        let period = |from, to| Period::new(from, to).expect("begins before it ends");
        let in_march = period(Some(march), Some(april));
        assert!(in_march.contains(march) && !in_march.contains(april));
        assert!(!in_march.overlaps(period(Some(april), None)) && !in_march.overlaps(period(None, Some(march))));
        assert!(in_march.overlaps(Period::ALWAYS) && Period::ALWAYS.overlaps(in_march));
        assert_eq!(Period::new(Some(april), Some(march)), None);
        assert_eq!(Period::new(Some(march), Some(march)), None);
        assert_eq!(Period::ALWAYS.before(april), Some(period(None, Some(april))));
        assert_eq!(in_march.before(march), None);
        assert_eq!(in_march.before(datetime!(2026-05-01 0:00 UTC)), Some(in_march));
    }
}

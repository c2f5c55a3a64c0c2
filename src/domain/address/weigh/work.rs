//! How much one look-up may do.

/// Positions and areas that one look-up asks where they lie, for what is wide and for names that many have.
const MAX_LOCATED: usize = 16_384;

/// Things that one look-up weighs; with names of places around it, each counts once more for each of those.
const MAX_WEIGHED: usize = 2048;

/// What is left to do of one look-up. Names are weighed in the order of what they may score at most, so that what is left
/// undone is what fits worst; an address that is in the data as it was said comes first.
pub struct Work {
    located: usize,
    weighed: usize,
}

impl Default for Work {
    fn default() -> Self {
        Self { located: MAX_LOCATED, weighed: MAX_WEIGHED }
    }
}

impl Work {
    /// Of how many of `wanted` positions it may be asked where they lie.
    pub fn locate(&mut self, wanted: usize) -> usize {
        let given = wanted.min(self.located);
        self.located -= given;
        given
    }

    /// How many of `wanted` things may be weighed that cost so much each.
    pub fn weigh(&mut self, wanted: usize, cost: usize) -> usize {
        let given = wanted.min(self.weighed / cost.max(1));
        self.weighed -= given * cost;
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_given_than_is_left() {
        let mut work = Work::default();
        assert_eq!(work.locate(MAX_LOCATED - 3), MAX_LOCATED - 3);
        assert_eq!([work.locate(5), work.locate(5)], [3, 0]);
        assert_eq!(work.weigh(1000, 2), 1000);
        assert_eq!([work.weigh(1000, 5), work.weigh(1000, 5), work.weigh(1000, 1)], [9, 0, 3]);
    }
}

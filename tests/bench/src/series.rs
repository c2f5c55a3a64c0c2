//! Repeated measurements of one thing.

use std::fmt;

/// One figure a turn, in the order of the turns.
#[derive(Debug, Clone, Default)]
pub struct Series(Vec<f64>);

impl Series {
    /// Adds the figure of the next turn.
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// How many turns there were.
    pub fn turns(&self) -> usize {
        self.0.len()
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The middle figure; of an even number, the lower of the two.
    pub fn median(&self) -> f64 {
        let sorted = self.sorted();
        sorted[(sorted.len() - 1) / 2]
    }

    /// The least and the greatest.
    pub fn spread(&self) -> (f64, f64) {
        let sorted = self.sorted();
        (sorted[0], sorted[sorted.len() - 1])
    }

    /// This divided by another, turn by turn: both sides of a turn met the machine in the same mood.
    pub fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one / other).collect())
    }
}

/// Median and spread, with as many decimals as asked for (`{:.1}`); 0 without.
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(0);
        let (least, most) = self.spread();
        write!(f, "{:.decimals$} ({least:.decimals$}-{most:.decimals$})", self.median())
    }
}

#[cfg(test)]
mod tests {
    use super::Series;

    #[test]
    fn the_median_is_the_middle_one_and_the_spread_the_ends() {
        let mut series = Series::default();
        [3.0, 1.0, 2.0].into_iter().for_each(|figure| series.push(figure));
        assert_eq!(format!("{series:.1}"), "2.0 (1.0-3.0)");
    }

    #[test]
    fn a_ratio_is_taken_turn_by_turn() {
        let (mut one, mut other) = (Series::default(), Series::default());
        for (a, b) in [(2.0, 1.0), (8.0, 2.0), (9.0, 3.0)] {
            one.push(a);
            other.push(b);
        }
        assert_eq!(one.over(&other).median(), 3.0);
    }
}

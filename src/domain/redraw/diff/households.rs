//! Households of an area shared out among those that follow it.

use std::collections::HashMap;

use super::record::Weighting;
use crate::domain::{area::Snapshot, coverage::AreaIndex, geometry::Position};

/// Households of buildings by the areas that they lie in before and after, of every level.
#[derive(Default)]
pub(super) struct Homes(HashMap<(AreaIndex, AreaIndex), u64>);

impl Homes {
    /// The households of buildings at positions.
    pub(super) fn new(before: &Snapshot, after: &Snapshot, homes: &[(Position, u32)]) -> Self {
        let mut sums = HashMap::new();
        for &(position, households) in homes.iter().filter(|(_, households)| *households > 0) {
            let (old, new) = (before.locate(position), after.locate(position));
            let levels = old.chain.iter().zip(new.chain.iter());
            for (&old, &new) in levels {
                *sums.entry((old, new)).or_default() += u64::from(households);
            }
        }
        Self(sums)
    }

    /// The parts of `total` households of the area `before` that go with each of `parts`: an area after, or none, and
    /// square metres.
    pub(super) fn share_out(
        &self,
        total: u32,
        before: AreaIndex,
        parts: &[(Option<AreaIndex>, f64)],
    ) -> (Vec<u32>, Weighting) {
        let of = |after: &Option<AreaIndex>| after.and_then(|after| self.0.get(&(before, after)).copied()).unwrap_or(0);
        let built: Vec<f64> = parts.iter().map(|(after, _)| of(after) as f64).collect();
        if built.iter().sum::<f64>() > 0.0 {
            return (apportion(total, &built), Weighting::Buildings);
        }
        let ground: Vec<f64> = parts.iter().map(|(_, area_m2)| *area_m2).collect();
        (apportion(total, &ground), Weighting::Area)
    }
}

/// `total` shared out by weights with largest remainders, the first among equals; without any weight to the first.
fn apportion(total: u32, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> =
        weights.iter().map(|weight| if sum > 0.0 { weight * f64::from(total) / sum } else { 0.0 }).collect();
    let mut shares: Vec<u32> = exact.iter().map(|share| share.floor() as u32).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let rest = |i: usize| exact[i] - exact[i].floor();
    order.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)).then(a.cmp(&b)));
    let left = total.saturating_sub(shares.iter().sum());
    for &i in order.iter().cycle().take(if order.is_empty() { 0 } else { left as usize }) {
        shares[i] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_follow_the_weights() {
        assert_eq!(apportion(10, &[1.0, 2.0, 2.0]), [2, 4, 4]);
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(apportion(3, &[0.0, 0.0]), [2, 1]);
        assert_eq!(apportion(3, &[]), [] as [u32; 0]);
        for total in 0..200 {
            assert_eq!(apportion(total, &[0.01, 5.0, 1.7]).iter().sum::<u32>(), total);
        }
    }
}

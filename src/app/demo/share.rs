//! Sharing whole numbers out.

/// `total` shared out by `weights`, by largest remainders, with at least its `min` for each.
///
/// The sum is `total` whenever that is at least the sum of the minima; all weights being 0 count as equal.
/// `mins` is as long as `weights`.
pub fn apportion(total: u64, weights: &[f64], mins: &[u64]) -> Vec<u64> {
    let count = weights.len();
    let mut shares = mins.to_vec();
    let rest = total.saturating_sub(mins.iter().sum());
    if count == 0 || rest == 0 {
        return shares;
    }
    let sum: f64 = weights.iter().sum();
    let weight = |i: usize| if sum > 0.0 { weights[i] / sum } else { 1.0 / count as f64 };
    // What each is due of the whole, less the minimum it has already.
    let due: Vec<f64> = (0..count).map(|i| (weight(i) * total as f64 - mins[i] as f64).max(0.0)).collect();
    let owed: f64 = due.iter().sum();
    let exact: Vec<f64> = due.iter().map(|due| due * rest as f64 / owed.max(f64::MIN_POSITIVE)).collect();
    let mut left = rest;
    for (share, exact) in shares.iter_mut().zip(&exact) {
        let whole = (exact + 1e-6).floor() as u64;
        let whole = whole.min(left);
        *share += whole;
        left -= whole;
    }
    let mut order: Vec<usize> = (0..count).collect();
    let remainder = |i: usize| exact[i] - (exact[i] + 1e-6).floor();
    order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b)));
    for i in 0..left as usize {
        shares[order[i % count]] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_follow_the_weights() {
        assert_eq!(apportion(10, &[1.0, 2.0, 2.0], &[0; 3]), [2, 4, 4]);
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0], &[0; 3]), [4, 3, 3]);
        assert_eq!(apportion(5, &[0.0, 0.0], &[0; 2]), [3, 2]);
        for total in 3..200 {
            let shares = apportion(total, &[0.01, 5.0, 1.7], &[1; 3]);
            assert_eq!(shares.iter().sum::<u64>(), total);
            assert!(shares.iter().all(|&share| share >= 1), "{shares:?}");
        }
    }

    #[test]
    fn a_total_below_the_minimum_gives_the_minimum() {
        assert_eq!(apportion(1, &[1.0, 1.0], &[1; 2]), [1, 1]);
    }
}

//! The normal distribution, cut and integrated along straight lines.

/// A Gauss-Legendre rule: positive nodes and weights on -1..1, for pieces up to a length in sigmas.
struct Rule {
    up_to: f64,
    nodes: &'static [(f64, f64)],
}

/// A piece takes the first rule that is long enough; a longer one is cut into pieces of the last.
///
/// Each is good to 1e-9 of the whole distribution: the error of n points on a length h is at most
/// h^(2n+1) (n!)^4 / ((2n+1) (2n)!^3) times the 2n-th derivative, here below (2n-1)!! / 10.
const RULES: [Rule; 3] = [
    Rule { up_to: 0.06, nodes: &[(0.577_350_269_189_625_7, 1.0)] },
    Rule {
        up_to: 0.6,
        nodes: &[
            (0.339_981_043_584_856_26, 0.652_145_154_862_546_1),
            (0.861_136_311_594_052_6, 0.347_854_845_137_453_85),
        ],
    },
    Rule {
        up_to: 2.5,
        nodes: &[
            (0.183_434_642_495_649_8, 0.362_683_783_378_362),
            (0.525_532_409_916_329, 0.313_706_645_877_887_3),
            (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
            (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
        ],
    },
];

/// A normal distribution in the plane, cut at a circle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Normal {
    sigma_m: f64,
    /// What lies within the circle before it is made the whole.
    mass: f64,
}

impl Normal {
    /// With `sigma_m` either way, cut at so many sigmas.
    pub(super) fn new(sigma_m: f64, cut_sigmas: f64) -> Self {
        Self { sigma_m, mass: -libm::expm1(-0.5 * cut_sigmas * cut_sigmas) }
    }

    /// The integral of what lies nearer to the centre, by the angle, along a line at `offset_m` from `from_m` to `to_m`.
    pub(super) fn within(&self, offset_m: f64, from_m: f64, to_m: f64) -> f64 {
        let (offset, from, to) = (offset_m / self.sigma_m, from_m / self.sigma_m, to_m / self.sigma_m);
        let length = to - from;
        let [.., longest] = &RULES;
        let rule = RULES.iter().find(|rule| length <= rule.up_to).unwrap_or(longest);
        // The length is at most the diameter of the disc: few pieces.
        let pieces = (length / rule.up_to).ceil().max(1.0);
        let half = 0.5 * length / pieces;
        let mut sum = 0.0;
        for piece in 0..pieces as u32 {
            let middle = from + half * f64::from(2 * piece + 1);
            for (node, weight) in rule.nodes {
                let (one, other) = (middle - half * node, middle + half * node);
                sum += weight
                    * (within_by_square(offset * offset + one * one)
                        + within_by_square(offset * offset + other * other));
            }
        }
        offset * half * sum / self.mass
    }
}

/// What lies nearer than a distance, by the square of the distance, given that square; one half at 0.
fn within_by_square(square: f64) -> f64 {
    // Below it, the next term of the series is less than the last bit.
    if square < 1e-16 {
        return 0.5;
    }
    -libm::expm1(-0.5 * square) / square
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coverage::sample::Random;

    /// The same by Simpson's rule in very many steps.
    fn slowly(offset: f64, from: f64, to: f64) -> f64 {
        const STEPS: u32 = 20_000;
        let step = (to - from) / f64::from(STEPS);
        let at = |i: u32| within_by_square(offset * offset + (from + step * f64::from(i)).powi(2));
        let inner: f64 = (1..STEPS).map(|i| at(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
        offset * (at(0) + inner + at(STEPS)) * step / 3.0
    }

    #[test]
    fn every_rule_is_good_to_a_billionth_up_to_its_longest_piece() {
        let mut random = Random::new(5);
        let mut between =
            |low: f64, high: f64| low + (high - low) * (random.below(1 << 40) as f64 / (1u64 << 40) as f64);
        let normal = Normal::new(1.0, 4.0);
        let mut worst = 0.0_f64;
        for round in 0..400 {
            let longest = [0.06, 0.6, 2.5, 8.0][round % 4];
            let offset = between(-4.0, 4.0) * [1.0, 1.0, 0.1, 1e-9][round / 4 % 4];
            // Some have the greatest length, and among them some the foot in their middle.
            let length = if round % 8 < 4 { longest } else { between(0.0, longest) };
            let from = if round % 16 < 4 { -0.5 * length } else { between(-4.0, 4.0 - length) };
            let wrong =
                (normal.within(offset, from, from + length) * normal.mass - slowly(offset, from, from + length)).abs();
            worst = worst.max(wrong / std::f64::consts::TAU);
            assert!(wrong / std::f64::consts::TAU < 1e-9, "{wrong:e} at {offset} from {from} by {length}");
        }
        assert!(worst > 1e-16, "the slow way is another one");
    }
}

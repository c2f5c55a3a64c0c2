//! Centimetres, as answers give them.

/// `m` to two decimals, half-even on the nearest hundredth that the binary number has; never -0.
pub fn round_cm(m: f64) -> f64 {
    (m * 100.0).round_ties_even() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_are_rounded_to_centimetres_half_even_without_a_negative_zero() {
        let expected = [(1.234, 1.23), (1.235, 1.24), (0.125, 0.12), (0.375, 0.38), (-1.236, -1.24), (12.0, 12.0)];
        for (m, rounded) in expected {
            assert_eq!(round_cm(m), rounded, "{m}");
        }
        assert!(round_cm(-0.001).is_sign_positive());
        assert!(round_cm(f64::NAN).is_nan());
    }
}

//! Exact decimal numbers, none below 0.

use std::fmt;

/// Most digits behind the point.
pub const MAX_DECIMALS: u8 = 6;

/// The largest number that is taken, without its point: fifteen digits, which a spreadsheet and a double keep exactly.
pub const MAX_MANTISSA: i64 = 999_999_999_999_999;

/// A number of `scale` digits behind the point, as a whole number of its last place: 12.50 of scale 2 is 1250.
///
/// **Invariant**: at least 0; the scale is at most [`MAX_DECIMALS`]. Amounts of one indicator have one scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    mantissa: i64,
    scale: u8,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// No number.
    #[error("no number")]
    NoNumber,
    /// Below 0.
    #[error("below 0")]
    Negative,
    /// More digits behind the point than the indicator has.
    #[error("more than {allowed} digits behind the point")]
    TooFine {
        /// How many the indicator has.
        allowed: u8,
    },
    /// More digits than are kept.
    #[error("too large")]
    TooLarge,
}

impl Amount {
    /// The amount of a mantissa; `None` when it breaks the invariant.
    pub fn new(mantissa: i64, scale: u8) -> Option<Self> {
        (mantissa >= 0 && scale <= MAX_DECIMALS).then_some(Self { mantissa, scale })
    }

    /// The amount that a text spells in ASCII digits with at most one point; zeros behind the last place are nothing.
    pub fn parse(text: &str, scale: u8) -> Result<Self, AmountError> {
        let (unsigned, is_negative) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || scale > MAX_DECIMALS {
            return Err(AmountError::NoNumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if is_negative && (whole.bytes().any(|byte| byte != b'0') || !fraction.is_empty()) {
            return Err(AmountError::Negative);
        }
        if fraction.len() > usize::from(scale) {
            return Err(AmountError::TooFine { allowed: scale });
        }
        let digits = format!("{whole}{fraction:0<width$}", width = usize::from(scale));
        match digits.trim_start_matches('0') {
            "" => Ok(Self { mantissa: 0, scale }),
            digits => match digits.parse() {
                Ok(mantissa) if mantissa <= MAX_MANTISSA => Ok(Self { mantissa, scale }),
                _ => Err(AmountError::TooLarge),
            },
        }
    }

    /// The number without its point.
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// Digits behind the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, width) = (10_i64.pow(u32::from(self.scale)), usize::from(self.scale));
        let (whole, fraction) = (self.mantissa / one, self.mantissa % one);
        if width == 0 { write!(f, "{whole}") } else { write!(f, "{whole}.{fraction:0width$}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_kept_exactly() {
        for (text, scale, mantissa, printed) in [
            ("0", 0, 0, "0"),
            ("-0.0", 0, 0, "0"),
            ("0042", 0, 42, "42"),
            ("42.000", 0, 42, "42"),
            ("0.1", 1, 1, "0.1"),
            ("12.5", 2, 1250, "12.50"),
            ("999999999999999", 0, MAX_MANTISSA, "999999999999999"),
            ("999999999.999999", 6, MAX_MANTISSA, "999999999.999999"),
        ] {
            let amount = Amount::parse(text, scale).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((amount.mantissa(), amount.scale()), (mantissa, scale), "{text}");
            assert_eq!(amount.to_string(), printed);
        }
    }

    #[test]
    fn what_is_no_amount_says_why() {
        for text in ["", ".", "1.", ".5", "1e3", "+1", "1,000", "１", "12人", "NaN", "--1", "1.2.3", " 1"] {
            assert_eq!(Amount::parse(text, 2), Err(AmountError::NoNumber), "{text}");
        }
        assert_eq!(Amount::parse("-1", 0), Err(AmountError::Negative));
        assert_eq!(Amount::parse("-0.01", 2), Err(AmountError::Negative));
        assert_eq!(Amount::parse("0.5", 0), Err(AmountError::TooFine { allowed: 0 }));
        assert_eq!(Amount::parse("1.234", 2), Err(AmountError::TooFine { allowed: 2 }));
        for text in ["1000000000000000", "99999999999999999999999999999999999999999"] {
            assert_eq!(Amount::parse(text, 0), Err(AmountError::TooLarge), "{text}");
        }
        assert_eq!(Amount::parse("1000000000", 6), Err(AmountError::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(mantissa in 0..=MAX_MANTISSA, scale in 0..=MAX_DECIMALS) {
            let amount = Amount::new(mantissa, scale).expect("an amount");
            prop_assert_eq!(Amount::parse(&amount.to_string(), scale), Ok(amount));
            // A double keeps it: what goes over the wire as a number comes back.
            let number: f64 = amount.to_string().parse().expect("a number");
            prop_assert_eq!(Amount::parse(&number.to_string(), scale), Ok(amount));
        }

        #[test]
        fn nothing_makes_it_panic(text in ".{0,40}", scale in 0_u8..=MAX_DECIMALS) {
            let _ = Amount::parse(&text, scale);
        }
    }
}

//! Numbers that look random and are the same in every run (splitmix64).

/// 64 well-mixed bits for a key.
pub fn bits_of(key: u64) -> u64 {
    let mut bits = key.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// A number from 0 to below 1 for a key.
pub fn unit_of(key: u64) -> f64 {
    (bits_of(key) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number from -1 to below 1 for a key.
pub fn signed_of(key: u64) -> f64 {
    unit_of(key) * 2.0 - 1.0
}

/// A row of such numbers.
pub struct Random(u64);

impl Random {
    /// A row of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(bits_of(seed))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        bits_of(self.0)
    }

    /// The next number from 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next number from 0 to below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The high half of the product: no division, and the bias of 2^-32 does not matter here.
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// The next number of a normal distribution with mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.unit().max(1e-300), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}

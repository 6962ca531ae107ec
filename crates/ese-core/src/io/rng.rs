//! Randomness, injectable, so that a seed repeats a run.
//!
//! Invariant: the same seed gives the same numbers on every machine and in every version; seeds
//! stand in docs/campaigns.md.
#![forbid(unsafe_code)]

/// A source of random numbers.
pub trait Rng: Send {
    /// The next 64 bits.
    fn next_u64(&mut self) -> u64;

    /// A number below `bound` (0 when `bound` is 0). The bias is under `bound / 2^64`.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, good enough for tests and faults.
#[derive(Clone, Debug)]
pub struct SeededRng(u64);

impl SeededRng {
    /// A generator that starts at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Rng for SeededRng {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers() {
        // The published reference sequence for seed 1234567.
        let mut r = SeededRng::new(1_234_567);
        assert_eq!(r.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(r.next_u64(), 3_203_168_211_198_807_973);
        assert!(r.below(10) < 10);
        assert_eq!(r.below(0), 0);
    }
}

//! Workloads and peers of the benchmarks: engines side by side in one run, ratios and never bare
//! times.
//!
//! The binaries measure once and print tab-separated numbers; `cargo xtask bench` starts them again
//! and again, beside the peers, and forms the ratios.
#![deny(unsafe_code)]

pub mod backup;
pub mod engine;
pub mod generated;
pub mod report;
pub mod stop_options;

/// A pseudo-random stream (xorshift64*), equal on every machine.
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// A stream of its own for each seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Fills a buffer.
    pub fn fill(&mut self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            let bytes = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// The middle of some numbers (the lower one of two).
#[must_use]
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{Noise, median};

    #[test]
    fn noise_is_repeatable_and_no_constant() {
        let mut a = [0_u8; 20];
        let mut b = [0_u8; 20];
        Noise::new(7).fill(&mut a);
        Noise::new(7).fill(&mut b);
        assert_eq!(a, b);
        Noise::new(8).fill(&mut b);
        assert_ne!(a, b);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(&mut []).is_nan());
    }
}

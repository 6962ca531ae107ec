//! The world that a part of the engine lives in: files, time, randomness, handed down as one.
//!
//! Invariant: whoever holds an [`Env`] asks nothing else for a file, the time or a random number, so
//! that a run can be repeated to the byte.
#![forbid(unsafe_code)]

use super::FileSystem;
use super::clock::{Clock, RealClock};
use super::real::RealFileSystem;
use super::rng::{Rng, SeededRng};
use parking_lot::Mutex;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

/// Files, time and randomness. A clone is the same world.
#[derive(Clone)]
pub struct Env {
    /// The files.
    pub fs: Arc<dyn FileSystem>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    rng: Arc<Mutex<Box<dyn Rng>>>,
}

impl Env {
    /// A world of these parts.
    #[must_use]
    pub fn new(fs: Arc<dyn FileSystem>, clock: Arc<dyn Clock>, rng: Box<dyn Rng>) -> Self {
        Self {
            fs,
            clock,
            rng: Arc::new(Mutex::new(rng)),
        }
    }

    /// This machine: its files, its clock, and random numbers that differ from run to run (they begin
    /// with what the system gives the standard library for its hash maps).
    #[must_use]
    pub fn real() -> Self {
        let seed = RandomState::new().build_hasher().finish();
        let rng = Box::new(SeededRng::new(seed));
        Self::new(Arc::new(RealFileSystem), Arc::new(RealClock::new()), rng)
    }

    /// The same world with other files.
    #[must_use]
    pub fn with_files(&self, fs: Arc<dyn FileSystem>) -> Self {
        Self {
            fs,
            clock: Arc::clone(&self.clock),
            rng: Arc::clone(&self.rng),
        }
    }

    /// The next random 64 bits.
    #[must_use]
    pub fn random(&self) -> u64 {
        self.rng.lock().next_u64()
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

//! What `bench backup` measures: rows, our instance, the peers, plain reads, stops.
//!
//! | room | purpose |
//! |---|---|
//! | here | the rows that every engine gets, times, the sink that keeps nothing |
//! | `ours` | an instance that is backed up, with a writer beside it |
//! | `plain` | the same bytes by plain reads, and as `cp` copies them |
//! | `stops` | from a stop to the return of the call under way |
//! | `peers` | SQLite's backup API, LMDB's copy (feature `peers`) |
//!
//! Invariants: every engine holds the same rows; a copy counts when it is as durable as the others; a
//! copy that is wrong ends the run.
#![forbid(unsafe_code)]

pub mod ours;
#[cfg(feature = "peers")]
pub mod peers;
pub mod plain;
pub mod stops;

use crate::Noise;
use ese_backup::{BackupSink, Manifest};
use std::error::Error;
use std::io;
use std::time::Instant;

/// Whatever goes wrong.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Bytes of a row's value: such that no engine's pages stay half empty.
pub const ROW: usize = 500;
/// Rows of a transaction while a database is filled.
pub const BATCH: u32 = 500;

/// The rows of `mib` MiB of values.
#[must_use]
pub fn rows(mib: u64) -> u32 {
    u32::try_from((mib << 20) / ROW as u64).unwrap_or(u32::MAX)
}

/// The value of a row: noise, equal on every machine and for every engine.
pub fn value(key: u32, to: &mut [u8; ROW]) {
    Noise::new(u64::from(key) + 1).fill(to);
}

/// Has everything that was written go to the disk, so that nobody pays for who wrote before.
///
/// # Errors
/// There is no file system to settle.
pub fn settle(folder: &std::path::Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(std::fs::File::open(folder)?)?;
    let _ = folder;
    Ok(())
}

/// What something took, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// By the clock.
    pub wall: f64,
    /// Of all threads of this process, user and system: others on the machine hardly move it. What the disk
    /// takes is not in it.
    pub cpu: f64,
}

/// What `work` takes.
///
/// # Errors
/// Those of `work`.
pub fn took(work: impl FnOnce() -> Result<()>) -> Result<Took> {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    work()?;
    Ok(Took {
        wall: start.elapsed().as_secs_f64(),
        cpu: cpu_seconds() - cpu,
    })
}

#[cfg(target_os = "linux")]
fn cpu_seconds() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

#[cfg(not(target_os = "linux"))]
fn cpu_seconds() -> f64 {
    f64::NAN
}

/// A sink that takes everything and keeps nothing.
pub struct Nowhere;

impl BackupSink for Nowhere {
    fn begin(&mut self, _: &Manifest) -> io::Result<()> {
        Ok(())
    }
    fn open(&mut self, _: &str, _: u64) -> io::Result<()> {
        Ok(())
    }
    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn finish(&mut self, _: &Manifest) -> io::Result<()> {
        Ok(())
    }
    fn abort(&mut self, _: &Manifest) {}
}

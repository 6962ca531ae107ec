//! Engines side by side: one small face for all of them, and the workloads that are measured.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`BenchDatabase`]: what every engine can do |
//! | `workloads` | what is measured, and with how many rows |
//! | `rounds` | engines in alternation, ratios inside a round |
//! | `reads` | the read rows alone, loaded once |
//! | `ours` | ours |
//! | `through_c` | ours, by the calls of the C interface |
//! | `fjall`, `lmdb`, `redb`, `sqlite` | the peers (feature `peers`) |
//!
//! The workloads are those of redb's public comparison: keys of 24 bytes, values of 150.
//!
//! Invariants: every engine does the same operations in the same order with equal durability; every
//! reader copies the value out; a result that is wrong ends the run.
#![deny(unsafe_code)]

#[cfg(feature = "peers")]
pub mod fjall;
#[cfg(feature = "peers")]
pub mod lmdb;
pub mod ours;
pub mod reads;
#[cfg(feature = "peers")]
pub mod redb;
pub mod rounds;
#[cfg(feature = "peers")]
pub mod sqlite;
pub mod through_c;
pub mod workloads;

use std::error::Error;
use std::path::Path;

/// Whatever an engine says.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What a commit promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// It is on the disk when the commit returns.
    Durable,
    /// It may be lost in a crash; the database is not.
    Lazy,
}

/// Bytes of each engine's cache: more than any workload has.
const CACHE_BYTES: usize = 2 << 30;

/// One engine.
pub trait Engine {
    /// Its name in the tables.
    fn name(&self) -> &'static str;

    /// In words, how durability is asked for.
    fn durability(&self, of: Durability) -> &'static str;

    /// A new database in an empty folder, with a cache of so many bytes; lazy commits are as the mode says.
    /// LMDB has no cache of its own, and the C interface one for the whole process, which stays as it is.
    fn create_with(
        &self,
        folder: &Path,
        mode: Durability,
        cache_bytes: usize,
    ) -> Result<Box<dyn BenchDatabase>>;

    /// The same with a cache that holds the workloads' data.
    fn create(&self, folder: &Path, mode: Durability) -> Result<Box<dyn BenchDatabase>> {
        self.create_with(folder, mode, CACHE_BYTES)
    }
}

/// One open database with a single table of byte strings.
pub trait BenchDatabase: Sync {
    /// Runs `work` in one writing transaction and commits it.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()>;

    /// Runs `work` in one reading transaction. Many threads at once.
    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()>;

    /// Everything that lies on the disk goes there; then the files are measured.
    fn settle(&self) -> Result<()>;
}

/// A writing transaction.
pub trait Writer {
    /// Inserts, or replaces what is there.
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()>;

    /// Deletes; `false` when it is not there.
    fn remove(&mut self, key: &[u8]) -> Result<bool>;
}

/// A reading transaction.
pub trait Reader {
    /// Copies a value out; `false` when it is not there.
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool>;

    /// Copies out up to `most` values from the first key that is not less, one behind the other; their
    /// number.
    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize>;

    /// Rows of the table.
    fn rows(&mut self) -> Result<u64>;
}

//! Engines side by side: one small face for all of them, and the workloads that are measured.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`BenchDatabase`]: what every engine can do |
//! | `workloads` | what is measured, and with how many rows |
//! | `indexes` | a table with three secondary indexes: rows and the workload |
//! | `rounds` | engines in alternation, ratios inside a round |
//! | `reads` | the read rows alone, loaded once |
//! | `larger` | data five times the cache: reads of files, and what a scan pushes out |
//! | `growth` | what an operation costs with ever more rows |
//! | `single` | one workload of one engine, for profiles |
//! | `counters` | processor time, reads of files, what a miss costs |
//! | `ours` | ours |
//! | `through_c` | ours, by the calls of the C interface |
//! | `fjall`, `lmdb`, `redb`, `sqlite` | the peers (feature `peers`) |
//! | `rocksdb` | one more (feature `rocksdb`) |
//!
//! The workloads are those of redb's public comparison: keys of 24 bytes, values of 150.
//!
//! Invariants: every engine does the same operations in the same order with equal durability; every
//! reader copies the value out; a result that is wrong ends the run.
#![deny(unsafe_code)]

pub mod counters;
#[cfg(feature = "peers")]
pub mod fjall;
pub mod growth;
pub mod indexes;
pub mod larger;
#[cfg(feature = "peers")]
pub mod lmdb;
pub mod ours;
pub mod reads;
#[cfg(feature = "peers")]
pub mod redb;
#[cfg(feature = "rocksdb")]
pub mod rocksdb;
pub mod rounds;
pub mod single;
#[cfg(feature = "peers")]
pub mod sqlite;
pub mod through_c;
pub mod workloads;

use self::indexes::IndexedRow;
use crate::report::Promise;
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

/// Bytes of each engine's cache: more than any workload has, unless it says otherwise.
const CACHE_BYTES: usize = 2 << 30;

/// How a database is made.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// What a commit promises.
    pub mode: Durability,
    /// Bytes of its cache, for who has one of its own.
    pub cache_bytes: usize,
    /// With three secondary indexes: then only [`Writer::put_indexed`] writes.
    pub indexed: bool,
}

impl Setup {
    /// A table of keys and values, and a cache that holds the workloads' data.
    #[must_use]
    pub fn new(mode: Durability) -> Self {
        Self {
            mode,
            cache_bytes: CACHE_BYTES,
            indexed: false,
        }
    }

    /// With a cache of so many bytes.
    #[must_use]
    pub fn cached(self, cache_bytes: usize) -> Self {
        Self {
            cache_bytes,
            ..self
        }
    }

    /// With three secondary indexes.
    #[must_use]
    pub fn indexed(self) -> Self {
        Self {
            indexed: true,
            ..self
        }
    }
}

/// One engine.
pub trait Engine {
    /// Its name in the tables.
    fn name(&self) -> &'static str;

    /// In words, how durability is asked for.
    fn durability(&self, of: Durability) -> &'static str;

    /// In words, how its cache is bounded.
    fn cache(&self) -> &'static str;

    /// Its file is mapped, and the system alone brings in its pages.
    fn is_mapped(&self) -> bool {
        false
    }

    /// The file with the data, where it is one; else everything in the folder is data.
    fn data_file(&self) -> Option<&'static str> {
        None
    }

    /// A new database in an empty folder.
    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>>;
}

/// Durability and cache of each engine, in words.
#[must_use]
pub fn promises(engines: &[&dyn Engine]) -> Vec<Promise> {
    let promise = |e: &&dyn Engine| Promise {
        name: e.name().into(),
        durable: e.durability(Durability::Durable).into(),
        lazy: e.durability(Durability::Lazy).into(),
        cache: e.cache().into(),
    };
    engines.iter().map(promise).collect()
}

/// One open database with a single table of byte strings.
pub trait BenchDatabase: Sync {
    /// Runs `work` in one writing transaction and commits it.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()>;

    /// Runs `work` in one reading transaction. Many threads at once.
    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()>;

    /// Everything that lies on the disk goes there; then the files are measured.
    fn settle(&self) -> Result<()>;

    /// Levels of the tree with the rows, where it is one.
    fn levels(&self) -> Result<Option<u32>> {
        Ok(None)
    }

    /// Pages that this thread has had read from the file so far, as the engine counts them.
    fn pages_read(&self) -> Result<Option<u64>> {
        Ok(None)
    }
}

/// A writing transaction.
pub trait Writer {
    /// Inserts, or replaces what is there.
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()>;

    /// Inserts a new row, its entries in three secondary indexes too.
    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()>;

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

    /// Copies out the fields and the rest of the first row whose field `index` is this; `false` when there is
    /// none.
    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool>;

    /// Rows of the table.
    fn rows(&mut self) -> Result<u64>;
}

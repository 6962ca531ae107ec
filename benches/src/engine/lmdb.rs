//! LMDB, through heed.
//!
//! `unsafe` for one call: LMDB maps the file, so opening it asks that nobody else changes it. The
//! folder is fresh and belongs to the run.
#![deny(unsafe_code)]

use super::indexes::{FIELDS, INDEXES, IndexedRow, key_of};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use heed::types::Bytes;
use heed::{Database, Env, EnvFlags, EnvOpenOptions, RoTxn, RwTxn};
use std::ops::Bound;
use std::path::Path;

/// Room for the map; only what is written takes space.
const MAP_BYTES: usize = 16 << 30;

/// Databases with a name: the rows and their indexes.
const NAMED: u32 = 1 + INDEXES as u32;

/// LMDB.
pub struct Lmdb;

type Table = Database<Bytes, Bytes>;

struct Open {
    env: Env,
    table: Table,
    /// Entries by hand, if any.
    indexes: Vec<Table>,
}

impl Engine for Lmdb {
    fn name(&self) -> &'static str {
        "lmdb"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each commit (default)",
            Durability::Lazy => "not synced (MDB_NOSYNC)",
        }
    }

    fn cache(&self) -> &'static str {
        "none of its own, the file is mapped: all of it stays in the system's memory"
    }

    fn is_mapped(&self) -> bool {
        true
    }

    fn data_file(&self) -> Option<&'static str> {
        Some("data.mdb")
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let env = open(folder, setup.mode)?;
        let mut txn = env.write_txn()?;
        // The one without a name would hold the names of the others.
        let name = setup.indexed.then_some("rows");
        let table = env.create_database(&mut txn, name)?;
        let mut indexes = Vec::new();
        if setup.indexed {
            for field in FIELDS {
                indexes.push(env.create_database(&mut txn, Some(field))?);
            }
        }
        txn.commit()?;
        Ok(Box::new(Open {
            env,
            table,
            indexes,
        }))
    }
}

/// Opens an environment in a new folder that this process has to itself.
///
/// # Errors
/// LMDB's.
#[allow(unsafe_code)]
pub fn open(folder: &Path, mode: Durability) -> Result<Env> {
    let mut options = EnvOpenOptions::new();
    options.map_size(MAP_BYTES);
    options.max_dbs(NAMED);
    // SAFETY: the folder is new and of this process alone; without syncs only the machine's
    // crash would hurt the file, which is deleted at the end of the run.
    let env = unsafe {
        if mode == Durability::Lazy {
            options.flags(EnvFlags::NO_SYNC);
        }
        options.open(folder)?
    };
    Ok(env)
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let mut writing = Writing {
            txn: self.env.write_txn()?,
            table: self.table,
            indexes: &self.indexes,
        };
        work(&mut writing)?;
        Ok(writing.txn.commit()?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        let txn = self.env.read_txn()?;
        work(&mut Reading {
            txn: &txn,
            table: self.table,
            indexes: &self.indexes,
        })
    }

    fn settle(&self) -> Result<()> {
        Ok(self.env.force_sync()?)
    }

    fn levels(&self) -> Result<Option<u32>> {
        let txn = self.env.read_txn()?;
        Ok(Some(self.table.stat(&txn)?.depth))
    }
}

struct Writing<'e> {
    txn: RwTxn<'e>,
    table: Table,
    indexes: &'e [Table],
}

impl Writer for Writing<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        Ok(self.table.put(&mut self.txn, key, value)?)
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        self.put(row.key, row.value)?;
        for (at, index) in self.indexes.iter().enumerate() {
            index.put(&mut self.txn, &row.entry(at), &[])?;
        }
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        Ok(self.table.delete(&mut self.txn, key)?)
    }
}

struct Reading<'t> {
    txn: &'t RoTxn<'t>,
    table: Table,
    indexes: &'t [Table],
}

impl Reader for Reading<'_> {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let Some(found) = self.table.get(self.txn, key)? else {
            return Ok(false);
        };
        value.clear();
        value.extend_from_slice(found);
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let bounds = (Bound::Included(from), Bound::Unbounded);
        let mut found = 0;
        for row in self.table.range(self.txn, &bounds)?.take(most) {
            values.extend_from_slice(row?.1);
            found += 1;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let table = self.indexes.get(index).ok_or("there is no such index")?;
        let txn = self.txn;
        let found = table.get_greater_than_or_equal_to(txn, field)?;
        match found.and_then(|(entry, _)| key_of(entry, field)) {
            Some(key) => self.get(key, value),
            None => Ok(false),
        }
    }

    fn rows(&mut self) -> Result<u64> {
        Ok(self.table.len(self.txn)?)
    }
}

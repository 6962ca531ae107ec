//! fjall: a log-structured merge tree.
//!
//! A writing transaction is one batch: what it writes is not seen before its commit, not even by itself,
//! which no workload needs.
#![forbid(unsafe_code)]

use super::indexes::{FIELDS, IndexedRow, key_of};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use fjall::{
    Database, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch, PersistMode, Readable, Snapshot,
};
use std::path::Path;

const TABLE: &str = "rows";

/// fjall.
pub struct Fjall;

struct Open {
    db: Database,
    rows: Keyspace,
    /// Entries by hand, if any.
    indexes: Vec<Keyspace>,
    mode: Durability,
}

impl Engine for Fjall {
    fn name(&self) -> &'static str {
        "fjall"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each batch (PersistMode::SyncData)",
            Durability::Lazy => "not synced (PersistMode::Buffer by each batch)",
        }
    }

    fn cache(&self) -> &'static str {
        "Builder::cache_size, of blocks; tables in memory beside it"
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let db = Database::builder(folder.join("fjall"))
            .cache_size(setup.cache_bytes as u64)
            .open()?;
        let rows = db.keyspace(TABLE, KeyspaceCreateOptions::default)?;
        let mut indexes = Vec::new();
        if setup.indexed {
            for field in FIELDS {
                indexes.push(db.keyspace(field, KeyspaceCreateOptions::default)?);
            }
        }
        Ok(Box::new(Open {
            db,
            rows,
            indexes,
            mode: setup.mode,
        }))
    }
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let persist = match self.mode {
            Durability::Durable => PersistMode::SyncData,
            Durability::Lazy => PersistMode::Buffer,
        };
        let batch = self.db.batch().durability(Some(persist));
        let mut writing = Writing {
            batch,
            rows: &self.rows,
            indexes: &self.indexes,
        };
        work(&mut writing)?;
        Ok(writing.batch.commit()?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        let snapshot = self.db.snapshot();
        work(&mut Reading {
            snapshot,
            rows: &self.rows,
            indexes: &self.indexes,
        })
    }

    fn settle(&self) -> Result<()> {
        for keyspace in self.indexes.iter().chain([&self.rows]) {
            keyspace.rotate_memtable_and_wait()?;
        }
        Ok(self.db.persist(PersistMode::SyncAll)?)
    }
}

struct Writing<'d> {
    batch: OwnedWriteBatch,
    rows: &'d Keyspace,
    indexes: &'d [Keyspace],
}

impl Writer for Writing<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.batch.insert(self.rows, key, value);
        Ok(())
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        self.put(row.key, row.value)?;
        for (at, index) in self.indexes.iter().enumerate() {
            self.batch.insert(index, &row.entry(at)[..], &[][..]);
        }
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        // The others say whether it was there.
        let found = self.rows.contains_key(key)?;
        self.batch.remove(self.rows, key);
        Ok(found)
    }
}

struct Reading<'d> {
    snapshot: Snapshot,
    rows: &'d Keyspace,
    indexes: &'d [Keyspace],
}

impl Reader for Reading<'_> {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let Some(found) = self.snapshot.get(self.rows, key)? else {
            return Ok(false);
        };
        value.clear();
        value.extend_from_slice(&found);
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let mut found = 0;
        for row in self.snapshot.range(self.rows, from..).take(most) {
            values.extend_from_slice(&row.value()?);
            found += 1;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let index = self.indexes.get(index).ok_or("there is no such index")?;
        let Some(entry) = self.snapshot.range(index, field..).next() else {
            return Ok(false);
        };
        let entry = entry.key()?;
        match key_of(&entry, field) {
            Some(key) => self.get(key, value),
            None => Ok(false),
        }
    }

    fn rows(&mut self) -> Result<u64> {
        Ok(self.snapshot.len(self.rows)? as u64)
    }
}

//! redb.
#![forbid(unsafe_code)]

use super::{BenchDatabase, Durability, Engine, Reader, Result, Writer};
use redb::{ReadableDatabase, ReadableTableMetadata, TableDefinition};
use std::path::Path;

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("rows");

/// redb.
pub struct Redb;

struct Open {
    db: redb::Database,
    mode: Durability,
}

impl Engine for Redb {
    fn name(&self) -> &'static str {
        "redb"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "Durability::Immediate",
            Durability::Lazy => "Durability::None",
        }
    }

    fn create_with(
        &self,
        folder: &Path,
        mode: Durability,
        cache_bytes: usize,
    ) -> Result<Box<dyn BenchDatabase>> {
        let mut builder = redb::Database::builder();
        builder.set_cache_size(cache_bytes);
        let db = builder.create(folder.join("bench.redb"))?;
        let txn = db.begin_write()?;
        txn.open_table(TABLE)?;
        txn.commit()?;
        Ok(Box::new(Open { db, mode }))
    }
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let mut txn = self.db.begin_write()?;
        if self.mode == Durability::Lazy {
            txn.set_durability(redb::Durability::None)?;
        }
        work(&mut Writing(txn.open_table(TABLE)?))?;
        Ok(txn.commit()?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        let txn = self.db.begin_read()?;
        work(&mut Reading(txn.open_table(TABLE)?))
    }

    fn settle(&self) -> Result<()> {
        let txn = self.db.begin_write()?;
        Ok(txn.commit()?)
    }
}

struct Writing<'t>(redb::Table<'t, &'static [u8], &'static [u8]>);

impl Writer for Writing<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.0.insert(key, value)?;
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        Ok(self.0.remove(key)?.is_some())
    }
}

struct Reading(redb::ReadOnlyTable<&'static [u8], &'static [u8]>);

impl Reader for Reading {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let Some(found) = self.0.get(key)? else {
            return Ok(false);
        };
        value.clear();
        value.extend_from_slice(found.value());
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let mut found = 0;
        for row in self.0.range(from..)?.take(most) {
            values.extend_from_slice(row?.1.value());
            found += 1;
        }
        Ok(found)
    }

    fn rows(&mut self) -> Result<u64> {
        Ok(self.0.len()?)
    }
}

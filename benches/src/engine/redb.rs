//! redb.
#![forbid(unsafe_code)]

use super::indexes::{FIELDS, IndexedRow, key_of};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use redb::{ReadableDatabase, ReadableTableMetadata, TableDefinition};
use std::path::Path;

type Definition = TableDefinition<'static, &'static [u8], &'static [u8]>;

const TABLE: Definition = TableDefinition::new("rows");
const FILE: &str = "bench.redb";

/// redb.
pub struct Redb;

struct Open {
    db: redb::Database,
    mode: Durability,
    /// Entries by hand, if any.
    indexes: Vec<Definition>,
}

impl Engine for Redb {
    fn name(&self) -> &'static str {
        "redb"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each commit (Durability::Immediate)",
            Durability::Lazy => "not synced (Durability::None)",
        }
    }

    fn cache(&self) -> &'static str {
        "Builder::set_cache_size"
    }

    fn data_file(&self) -> Option<&'static str> {
        Some(FILE)
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let mut builder = redb::Database::builder();
        builder.set_cache_size(setup.cache_bytes);
        let db = builder.create(folder.join(FILE))?;
        let indexes = match setup.indexed {
            true => FIELDS.map(TableDefinition::new).to_vec(),
            false => Vec::new(),
        };
        let txn = db.begin_write()?;
        txn.open_table(TABLE)?;
        for index in &indexes {
            txn.open_table(*index)?;
        }
        txn.commit()?;
        Ok(Box::new(Open {
            db,
            mode: setup.mode,
            indexes,
        }))
    }
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let mut txn = self.db.begin_write()?;
        if self.mode == Durability::Lazy {
            txn.set_durability(redb::Durability::None)?;
        }
        let mut writing = Writing {
            rows: txn.open_table(TABLE)?,
            indexes: Vec::new(),
        };
        for index in &self.indexes {
            writing.indexes.push(txn.open_table(*index)?);
        }
        work(&mut writing)?;
        drop(writing);
        Ok(txn.commit()?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        let txn = self.db.begin_read()?;
        let mut reading = Reading {
            rows: txn.open_table(TABLE)?,
            indexes: Vec::new(),
        };
        for index in &self.indexes {
            reading.indexes.push(txn.open_table(*index)?);
        }
        work(&mut reading)
    }

    fn settle(&self) -> Result<()> {
        let txn = self.db.begin_write()?;
        Ok(txn.commit()?)
    }

    fn levels(&self) -> Result<Option<u32>> {
        let txn = self.db.begin_read()?;
        Ok(Some(txn.open_table(TABLE)?.stats()?.tree_height()))
    }
}

type Table<'t> = redb::Table<'t, &'static [u8], &'static [u8]>;

struct Writing<'t> {
    rows: Table<'t>,
    indexes: Vec<Table<'t>>,
}

impl Writer for Writing<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.rows.insert(key, value)?;
        Ok(())
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        self.put(row.key, row.value)?;
        for (at, index) in self.indexes.iter_mut().enumerate() {
            index.insert(&row.entry(at)[..], &[][..])?;
        }
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        Ok(self.rows.remove(key)?.is_some())
    }
}

type ReadOnly = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

struct Reading {
    rows: ReadOnly,
    indexes: Vec<ReadOnly>,
}

impl Reader for Reading {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let Some(found) = self.rows.get(key)? else {
            return Ok(false);
        };
        value.clear();
        value.extend_from_slice(found.value());
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let mut found = 0;
        for row in self.rows.range(from..)?.take(most) {
            values.extend_from_slice(row?.1.value());
            found += 1;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let table = self.indexes.get(index).ok_or("there is no such index")?;
        let Some(entry) = table.range(field..)?.next() else {
            return Ok(false);
        };
        let entry = entry?.0;
        match key_of(entry.value(), field) {
            Some(key) => self.get(key, value),
            None => Ok(false),
        }
    }

    fn rows(&mut self) -> Result<u64> {
        Ok(self.rows.len()?)
    }
}

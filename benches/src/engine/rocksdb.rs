//! RocksDB: a log-structured merge tree, through the crate of that name (feature `rocksdb`).
//!
//! A writing transaction is one batch in the write-ahead log; rows and indexes are column families, which a batch
//! changes together. Filters of ten bits a key, as in redb's public comparison; no compression.
//!
//! What a batch writes is not seen before its commit, not even by itself, which no workload needs.
#![forbid(unsafe_code)]

use super::indexes::{FIELDS, IndexedRow, key_of};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompressionType,
    Direction, IteratorMode, Options, ReadOptions, Snapshot, WriteBatch, WriteOptions,
};
use std::path::Path;

const TABLE: &str = "rows";
/// Bits of the filters for each key.
const FILTER_BITS: f64 = 10.0;

/// RocksDB.
pub struct RocksDb;

struct Open {
    db: DB,
    setup: Setup,
}

impl Engine for RocksDb {
    fn name(&self) -> &'static str {
        "rocksdb"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each batch (WriteOptions::set_sync)",
            Durability::Lazy => "not synced (in the log by each batch)",
        }
    }

    fn cache(&self) -> &'static str {
        "LRU cache of blocks; tables in memory beside it"
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let mut blocks = BlockBasedOptions::default();
        blocks.set_block_cache(&Cache::new_lru_cache(setup.cache_bytes));
        blocks.set_bloom_filter(FILTER_BITS, false);
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_compression_type(DBCompressionType::None);
        options.set_block_based_table_factory(&blocks);
        let families = names(setup).map(|name| ColumnFamilyDescriptor::new(name, options.clone()));
        let db = DB::open_cf_descriptors(&options, folder.join("rocksdb"), families)?;
        Ok(Box::new(Open { db, setup }))
    }
}

/// The column families of a database.
fn names(setup: Setup) -> impl Iterator<Item = &'static str> {
    let indexes = if setup.indexed { FIELDS.len() } else { 0 };
    [TABLE].into_iter().chain(FIELDS.into_iter().take(indexes))
}

impl Open {
    fn families(&self) -> Result<Families<'_>> {
        let family = |name| self.db.cf_handle(name).ok_or("a column family is gone");
        let mut indexes = Vec::new();
        for name in names(self.setup).skip(1) {
            indexes.push(family(name)?);
        }
        Ok(Families {
            rows: family(TABLE)?,
            indexes,
        })
    }
}

struct Families<'d> {
    rows: &'d ColumnFamily,
    indexes: Vec<&'d ColumnFamily>,
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let mut writing = Writing {
            batch: WriteBatch::default(),
            db: &self.db,
            families: self.families()?,
        };
        work(&mut writing)?;
        let mut options = WriteOptions::default();
        options.set_sync(self.setup.mode == Durability::Durable);
        Ok(self.db.write_opt(writing.batch, &options)?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        work(&mut Reading {
            snapshot: self.db.snapshot(),
            families: self.families()?,
        })
    }

    fn settle(&self) -> Result<()> {
        for name in names(self.setup) {
            let family = self.db.cf_handle(name).ok_or("a column family is gone")?;
            self.db.flush_cf(family)?;
        }
        Ok(self.db.flush_wal(true)?)
    }
}

struct Writing<'d> {
    batch: WriteBatch,
    db: &'d DB,
    families: Families<'d>,
}

impl Writer for Writing<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.batch.put_cf(self.families.rows, key, value);
        Ok(())
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        self.put(row.key, row.value)?;
        for (at, index) in self.families.indexes.iter().enumerate() {
            self.batch.put_cf(*index, row.entry(at), []);
        }
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        // The others say whether it was there.
        let found = self.db.get_pinned_cf(self.families.rows, key)?.is_some();
        self.batch.delete_cf(self.families.rows, key);
        Ok(found)
    }
}

struct Reading<'d> {
    snapshot: Snapshot<'d>,
    families: Families<'d>,
}

impl Reading<'_> {
    fn from<'a>(
        &'a self,
        family: &ColumnFamily,
        key: &[u8],
    ) -> impl Iterator<Item = std::result::Result<(Box<[u8]>, Box<[u8]>), rocksdb::Error>> + 'a
    {
        let mode = IteratorMode::From(key, Direction::Forward);
        (self.snapshot).iterator_cf_opt(family, ReadOptions::default(), mode)
    }
}

impl Reader for Reading<'_> {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let Some(found) = self.snapshot.get_pinned_cf(self.families.rows, key)? else {
            return Ok(false);
        };
        value.clear();
        value.extend_from_slice(&found);
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let mut found = 0;
        for row in self.from(self.families.rows, from).take(most) {
            values.extend_from_slice(&row?.1);
            found += 1;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let family = self.families.indexes.get(index);
        let family = *family.ok_or("there is no such index")?;
        let entry = self.from(family, field).next().transpose()?;
        match entry.as_ref().and_then(|(entry, _)| key_of(entry, field)) {
            Some(key) => self.get(key, value),
            None => Ok(false),
        }
    }

    fn rows(&mut self) -> Result<u64> {
        let mut rows = 0;
        for row in self.from(self.families.rows, &[]) {
            row?;
            rows += 1;
        }
        Ok(rows)
    }
}

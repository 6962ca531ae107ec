//! Ours, through the public Rust API: a table of binary keys and values with a primary index.
//!
//! Pages of 8 KiB, a cache that holds the workloads' data, a deep checkpoint, and logs that go once they
//! are not needed (circular logging: none of the others keeps its log for later either); otherwise the
//! defaults.
#![forbid(unsafe_code)]

use super::indexes::{FIELDS, INDEXES, IndexedRow};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use ese_core::btree::{LeafScan, Seek};

use ese_core::cache::Budget;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnRef, ColumnType, Database, Table};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams};
use ese_core::io::env::Env;
use ese_core::io::tally::Tally;
use ese_core::session::CommitKind;
use std::path::Path;

const TABLE: &str = "rows";
/// The database in its folder.
pub const FILE: &str = "bench.edb";
const KEY: &str = "k";
const VALUE: &str = "v";
/// Values that are too long for the other column.
const LONG: &str = "long";
/// Longest value of a plain column, in bytes.
const VALUE_MOST: usize = 255;
/// Buckets of the version store: a bulk load is one transaction.
const VERSION_BUCKETS: u32 = 65_536;

/// Bytes of log that may lie before the checkpoint, as for a bulk load: a page that changes again and again
/// is written seldom. A start after a crash has as much to replay.
pub const CHECKPOINT_DEPTH: u64 = 512 << 20;
/// Sessions: more than there are reading threads.
const SESSIONS: u16 = 64;

/// Ours.
pub struct Ours;

struct Open {
    instance: Instance,
    db: Database,
    setup: Setup,
}

impl Engine for Ours {
    fn name(&self) -> &'static str {
        "ese"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each commit (the log)",
            Durability::Lazy => "not synced (JET_bitCommitLazyFlush)",
        }
    }

    fn cache(&self) -> &'static str {
        "InstanceParams::cache (JET_paramCacheSizeMax)"
    }

    fn data_file(&self) -> Option<&'static str> {
        Some(FILE)
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let mut params = InstanceParams::new(folder);
        params.page_size = PageSize::K8;
        params.cache = Budget {
            min: 64,
            max: u32::try_from(setup.cache_bytes / params.page_size.bytes())?,
        };
        params.max_ver_pages = VERSION_BUCKETS;
        params.max_sessions = SESSIONS;
        params.circular = true;
        params.checkpoint_depth = CHECKPOINT_DEPTH;
        let instance = Instance::start(Env::real(), params)?;
        let db = instance.create(folder.join(FILE), &CreateOptions::default())?;
        let session = instance.session()?;
        let mut table = TableDef::new(TABLE)
            .column(ColumnDef::new(KEY, ColumnType::Binary).not_null())
            .column(ColumnDef::new(VALUE, ColumnType::Binary))
            .column(ColumnDef::new(LONG, ColumnType::LongBinary))
            .index(IndexDefinition::new("primary", "+k").primary());
        if setup.indexed {
            for field in FIELDS {
                let index = IndexDefinition::new(field, &format!("+{field}"));
                table = table
                    .column(ColumnDef::new(field, ColumnType::Binary))
                    .index(index);
            }
        }
        db.create_table(&session, &table)?;
        drop(session);
        Ok(Box::new(Open {
            instance,
            db,
            setup,
        }))
    }
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let session = self.instance.session()?;
        let transaction = session.transaction()?;
        let mut table = self.db.table(&session, TABLE)?;
        work(&mut Rows::new(&mut table, self.setup.indexed)?)?;
        drop(table);
        let kind = match self.setup.mode {
            Durability::Durable => CommitKind::Durable,
            Durability::Lazy => CommitKind::Lazy,
        };
        Ok(transaction.commit_as(kind)?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        let session = self.instance.session()?;
        let _transaction = session.read_transaction()?;
        let mut table = self.db.table(&session, TABLE)?;
        work(&mut Rows::new(&mut table, self.setup.indexed)?)
    }

    fn settle(&self) -> Result<()> {
        Ok(self.instance.checkpoint()?)
    }

    fn levels(&self) -> Result<Option<u32>> {
        let session = self.instance.session()?;
        let schema = self.db.schema(&session, TABLE)?;
        let file = self.db.attached();
        let pages = file.work_db().trees.pages();
        let mut scan = LeafScan::new(pages, schema.tree(), u64::from(file.file_pages()));
        // The way to the first leaf: all leaves lie equally deep.
        scan.next().ok_or("a tree has a leaf")?;
        Ok(Some(u32::try_from(scan.levels())?))
    }

    fn pages_read(&self) -> Result<Option<u64>> {
        let counts = Tally::of_this_thread();
        Ok(Some(
            u64::from(counts.pages_read) + u64::from(counts.pages_preread),
        ))
    }
}

struct Rows<'t, 's> {
    table: &'t mut Table<'s>,
    key: ColumnRef,
    value: ColumnRef,
    long: ColumnRef,
    /// Of the fields, if the table has them.
    fields: Vec<ColumnRef>,
    /// The field whose index is current.
    by: Option<usize>,
}

impl<'t, 's> Rows<'t, 's> {
    fn new(table: &'t mut Table<'s>, indexed: bool) -> Result<Self> {
        let (value, long) = (table.column_ref(VALUE)?, table.column_ref(LONG)?);
        let key = table.column_ref(KEY)?;
        let mut fields = Vec::with_capacity(INDEXES);
        if indexed {
            for field in FIELDS {
                fields.push(table.column_ref(field)?);
            }
        }
        Ok(Self {
            table,
            key,
            value,
            long,
            fields,
            by: None,
        })
    }

    /// Appends the value of the row.
    fn copy(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if let Some(Value::Binary(value)) = self.table.value_of(self.value)? {
            out.extend_from_slice(value);
            return Ok(());
        }
        match self.table.value_of(self.long)? {
            Some(Value::Binary(value)) => out.extend_from_slice(value),
            other => return Err(format!("a value is {other:?}").into()),
        }
        Ok(())
    }
}

impl Writer for Rows<'_, '_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let mut row = self.table.insert()?;
        let (column, other) = match value.len() <= VALUE_MOST {
            true => (self.value, self.long),
            false => (self.long, self.value),
        };
        row.set_of(self.key, key)?.set_of(column, value)?;
        match row.save() {
            Err(e) if e.jet_err() == JetErr::KEY_DUPLICATE => {}
            done => return Ok(done?),
        }
        if !self.table.find(&[Some(key)])? {
            return Err("a key is there and is not".into());
        }
        let mut row = self.table.replace()?;
        row.set_of(column, value)?.set_of(other, None::<&[u8]>)?;
        Ok(row.save()?)
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        let mut new = self.table.insert()?;
        new.set(KEY, &row.key[..])?;
        for (at, field) in FIELDS.into_iter().enumerate() {
            new.set(field, row.field(at))?;
        }
        new.set(VALUE, row.rest())?;
        Ok(new.save()?)
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        let found = self.table.find(&[Some(key)])?;
        if found {
            self.table.delete()?;
        }
        Ok(found)
    }
}

impl Reader for Rows<'_, '_> {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        if !self.table.find(&[Some(key)])? {
            return Ok(false);
        }
        value.clear();
        self.copy(value)?;
        Ok(true)
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let mut more = self.table.seek(&[Some(from)], Seek::Ge)?.is_some();
        let mut found = 0;
        while more && found < most {
            self.copy(values)?;
            found += 1;
            more = found < most && self.table.next()?;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        if self.by != Some(index) {
            self.table.use_index(FIELDS.get(index).copied())?;
            self.by = Some(index);
        }
        if !self.table.find(&[Some(field)])? {
            return Ok(false);
        }
        value.clear();
        for at in 0..self.fields.len() {
            match self.table.value_of(self.fields[at])? {
                Some(Value::Binary(field)) => value.extend_from_slice(field),
                other => return Err(format!("a field is {other:?}").into()),
            }
        }
        self.copy(value)?;
        Ok(true)
    }

    fn rows(&mut self) -> Result<u64> {
        let mut more = self.table.first()?;
        let mut rows = 0;
        while more {
            rows += 1;
            more = self.table.next()?;
        }
        Ok(rows)
    }
}

//! SQLite, through rusqlite: a table without row ids whose primary key is the key, write-ahead log.
//!
//! Every transaction of a thread goes through that thread's connection, made when it first asks.
//!
//! Invariant: one writer at a time, as SQLite has it; the others wait here, not by its busy handler,
//! whose sleeps would be measured.
#![forbid(unsafe_code)]

use super::indexes::{INDEXES, IndexedRow};
use super::{BenchDatabase, Durability, Engine, Reader, Result, Setup, Writer};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const CREATE: &str = "CREATE TABLE rows (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID";
const PUT: &str = "INSERT INTO rows (k, v) VALUES (?1, ?2) ON CONFLICT (k) DO UPDATE SET v = ?2";
const REMOVE: &str = "DELETE FROM rows WHERE k = ?1";
const GET: &str = "SELECT v FROM rows WHERE k = ?1";
const RANGE: &str = "SELECT v FROM rows WHERE k >= ?1 ORDER BY k LIMIT ?2";
const CREATE_INDEXED: &str = "CREATE TABLE rows (k BLOB PRIMARY KEY, f0 BLOB, f1 BLOB, f2 BLOB, v BLOB NOT NULL) \
     WITHOUT ROWID; CREATE INDEX f0 ON rows (f0); CREATE INDEX f1 ON rows (f1); CREATE INDEX f2 ON rows (f2)";
const PUT_INDEXED: &str = "INSERT INTO rows (k, f0, f1, f2, v) VALUES (?1, ?2, ?3, ?4, ?5)";
const GET_BY: [&str; INDEXES] = [
    "SELECT f0, f1, f2, v FROM rows WHERE f0 = ?1",
    "SELECT f0, f1, f2, v FROM rows WHERE f1 = ?1",
    "SELECT f0, f1, f2, v FROM rows WHERE f2 = ?1",
];
/// A page's path has a `/` for each level.
const LEVELS: &str =
    "SELECT MAX(LENGTH(path) - LENGTH(REPLACE(path, '/', ''))) FROM dbstat WHERE name = 'rows'";
const FILE: &str = "bench.sqlite";
const COUNT: &str = "SELECT COUNT(*) FROM rows";

/// SQLite.
pub struct Sqlite;

struct Open {
    path: PathBuf,
    setup: Setup,
    writer: Mutex<Connection>,
    /// Connections of readers that are not in use.
    readers: Mutex<Vec<Connection>>,
}

impl Engine for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn durability(&self, of: Durability) -> &'static str {
        match of {
            Durability::Durable => "synced by each commit (WAL, synchronous = FULL)",
            Durability::Lazy => "not synced (WAL, synchronous = OFF)",
        }
    }

    fn cache(&self) -> &'static str {
        "PRAGMA cache_size, of each connection"
    }

    fn data_file(&self) -> Option<&'static str> {
        Some(FILE)
    }

    fn create(&self, folder: &Path, setup: Setup) -> Result<Box<dyn BenchDatabase>> {
        let path = folder.join(FILE);
        let writer = connection(&path, setup)?;
        writer.execute_batch(if setup.indexed {
            CREATE_INDEXED
        } else {
            CREATE
        })?;
        Ok(Box::new(Open {
            path,
            setup,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        }))
    }
}

fn connection(path: &Path, setup: Setup) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "page_size", 8192)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // Negative: KiB.
    db.pragma_update(None, "cache_size", -i64::try_from(setup.cache_bytes >> 10)?)?;
    let synchronous = match setup.mode {
        Durability::Durable => "FULL",
        Durability::Lazy => "OFF",
    };
    db.pragma_update(None, "synchronous", synchronous)?;
    Ok(db)
}

impl BenchDatabase for Open {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Writer) -> Result<()>) -> Result<()> {
        let db = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut writing = Writing {
            put: db.prepare_cached(if self.setup.indexed { PUT_INDEXED } else { PUT })?,
            remove: db.prepare_cached(REMOVE)?,
        };
        if let Err(e) = work(&mut writing) {
            db.prepare_cached("ROLLBACK")?.execute([])?;
            return Err(e);
        }
        db.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Reader) -> Result<()>) -> Result<()> {
        let spare = || self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = spare().pop();
        let db = match kept {
            Some(db) => db,
            None => connection(&self.path, self.setup)?,
        };
        db.prepare_cached("BEGIN")?.execute([])?;
        let mut by = Vec::new();
        if self.setup.indexed {
            for query in GET_BY {
                by.push(db.prepare_cached(query)?);
            }
        }
        let done = work(&mut Reading {
            by,
            get: db.prepare_cached(GET)?,
            range: db.prepare_cached(RANGE)?,
            count: db.prepare_cached(COUNT)?,
        });
        db.prepare_cached("COMMIT")?.execute([])?;
        spare().push(db);
        done
    }

    fn settle(&self) -> Result<()> {
        let db = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(db.pragma_query(None, "wal_checkpoint", |_| Ok(()))?)
    }

    fn levels(&self) -> Result<Option<u32>> {
        let db = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(db.query_row(LEVELS, [], |row| row.get(0))?)
    }
}

struct Writing<'c> {
    put: CachedStatement<'c>,
    remove: CachedStatement<'c>,
}

impl Writer for Writing<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.put.execute([key, value])?;
        Ok(())
    }

    fn put_indexed(&mut self, row: &IndexedRow<'_>) -> Result<()> {
        let [f0, f1, f2] = [0, 1, 2].map(|at| row.field(at));
        self.put.execute([&row.key[..], f0, f1, f2, row.rest()])?;
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool> {
        Ok(self.remove.execute([key])? > 0)
    }
}

struct Reading<'c> {
    /// By each field, if any.
    by: Vec<CachedStatement<'c>>,
    get: CachedStatement<'c>,
    range: CachedStatement<'c>,
    count: CachedStatement<'c>,
}

impl Reader for Reading<'_> {
    fn get(&mut self, key: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let copy = |row: &rusqlite::Row<'_>| {
            value.clear();
            value.extend_from_slice(row.get_ref(0)?.as_blob()?);
            Ok(())
        };
        Ok(self.get.query_row([key], copy).optional()?.is_some())
    }

    fn range(&mut self, from: &[u8], most: usize, values: &mut Vec<u8>) -> Result<usize> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = self.range.query((from, most))?;
        let mut found = 0;
        while let Some(row) = rows.next()? {
            values.extend_from_slice(row.get_ref(0)?.as_blob()?);
            found += 1;
        }
        Ok(found)
    }

    fn get_by(&mut self, index: usize, field: &[u8], value: &mut Vec<u8>) -> Result<bool> {
        let query = self.by.get_mut(index).ok_or("there is no such index")?;
        let copy = |row: &rusqlite::Row<'_>| {
            value.clear();
            for column in 0..=INDEXES {
                value.extend_from_slice(row.get_ref(column)?.as_blob()?);
            }
            Ok(())
        };
        Ok(query.query_row([field], copy).optional()?.is_some())
    }

    fn rows(&mut self) -> Result<u64> {
        let count: i64 = self.count.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

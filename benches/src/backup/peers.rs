//! The peers: SQLite's backup API, through rusqlite, and LMDB's copy, through heed.
//!
//! SQLite has pages of 8 KiB, as ours, a write-ahead log that is empty when it is copied, and copies all
//! pages in one step; the target is synced as SQLite does it by default. LMDB's copy is not durable when
//! it returns: the file is synced after it.
#![forbid(unsafe_code)]

use super::{BATCH, ROW, Result, rows, value};
use crate::engine::{Durability, lmdb};
use heed::byteorder::BigEndian;
use heed::types::{Bytes, U32};
use heed::{CompactionOption, Database, Env};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::File;
use std::path::{Path, PathBuf};

/// A SQLite database with the rows.
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    /// A database with the rows of `mib` MiB in an empty folder.
    ///
    /// # Errors
    /// SQLite's.
    pub fn fill(folder: &Path, mib: u64) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("a.sqlite");
        let mut connection = Connection::open(&path)?;
        connection.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
             CREATE TABLE bulk (key INTEGER PRIMARY KEY, value BLOB NOT NULL);",
        )?;
        let mut bytes = [0; ROW];
        let all = rows(mib);
        for first in (0..all).step_by(BATCH as usize) {
            let transaction = connection.transaction()?;
            let mut insert = transaction.prepare_cached("INSERT INTO bulk VALUES (?1, ?2)")?;
            for key in first..all.min(first.saturating_add(BATCH)) {
                value(key, &mut bytes);
                insert.execute((key, &bytes[..]))?;
            }
            drop(insert);
            transaction.commit()?;
        }
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(Self { connection, path })
    }

    /// Bytes of the database file.
    ///
    /// # Errors
    /// The file is gone.
    pub fn bytes(&self) -> Result<u64> {
        Ok(std::fs::metadata(&self.path)?.len())
    }

    /// The backup API into a new file.
    ///
    /// # Errors
    /// SQLite's.
    pub fn to_file(&self, to: &Path) -> Result<()> {
        let mut target = Connection::open(to)?;
        self.copy(&mut target)?;
        target.close().map_err(|(_, e)| e)?;
        Ok(())
    }

    /// The backup API into a database in memory: the nearest to a sink that keeps nothing.
    ///
    /// # Errors
    /// SQLite's.
    pub fn to_memory(&self) -> Result<()> {
        self.copy(&mut Connection::open_in_memory()?)
    }

    fn copy(&self, target: &mut Connection) -> Result<()> {
        match Backup::new(&self.connection, target)?.step(-1)? {
            StepResult::Done => Ok(()),
            other => Err(format!("the copy ended as {other:?}").into()),
        }
    }
}

/// An LMDB environment with the rows.
pub struct Lmdb {
    env: Env,
}

impl Lmdb {
    /// An environment with the rows of `mib` MiB in an empty folder.
    ///
    /// # Errors
    /// LMDB's.
    pub fn fill(folder: &Path, mib: u64) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let env = lmdb::open(folder, Durability::Durable)?;
        let mut transaction = env.write_txn()?;
        let table: Database<U32<BigEndian>, Bytes> = env.create_database(&mut transaction, None)?;
        let mut bytes = [0; ROW];
        for key in 0..rows(mib) {
            value(key, &mut bytes);
            table.put(&mut transaction, &key, &bytes)?;
        }
        transaction.commit()?;
        Ok(Self { env })
    }

    /// Bytes of the data file.
    ///
    /// # Errors
    /// LMDB's.
    pub fn bytes(&self) -> Result<u64> {
        Ok(self.env.real_disk_size()?)
    }

    /// LMDB's copy into a new file, and its sync.
    ///
    /// # Errors
    /// LMDB's.
    pub fn to_file(&self, to: &Path) -> Result<()> {
        let file: File = self.env.copy_to_path(to, CompactionOption::Disabled)?;
        file.sync_all()?;
        Ok(())
    }
}

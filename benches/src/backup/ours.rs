//! An instance that is backed up: filled, streamed, copied, written to.
//!
//! Invariant: the rows of the table `bulk` are [`super::value`]'s; the writer beside a backup works on a
//! table of its own, of a fixed size, in transactions of ten rows that are committed lazily.
#![forbid(unsafe_code)]

use super::{BATCH, Nowhere, ROW, Result, Took, rows, took, value};
use ese_backup::external::{END_ABORT, ExternalBackup};
use ese_backup::set::SetKind;
use ese_backup::{Backup, DirectorySink};
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database};
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::session::CommitKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Rows that the writer works on.
const WORKED_ON: i32 = 50_000;
/// Density of pages that are filled, in percent.
const FULL: u32 = 100;

/// Pages of the database.
pub const PAGE: PageSize = PageSize::K8;

/// The instance with its database.
pub struct Ours {
    folder: PathBuf,
    instance: Instance,
    db: Database,
}

impl Ours {
    /// A database with the rows of `mib` MiB in an empty folder.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn fill(folder: &Path, mib: u64) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut params = InstanceParams::new(folder);
        params.page_size = PAGE;
        params.circular = true;
        let instance = Instance::start(Env::real(), params)?;
        let db = instance.create(folder.join("a.edb"), &CreateOptions::default())?;
        let session = instance.session()?;
        for name in ["bulk", "work"] {
            // Rows that are appended fill their pages, as with the others; by default a fifth stays free.
            let mut by_key = IndexDefinition::new("by_key", "+key").primary();
            by_key.density = FULL;
            let mut table = TableDef::new(name)
                .column(ColumnDef::new("key", ColumnType::Long).not_null())
                .column(ColumnDef::new("value", ColumnType::LongBinary))
                .index(by_key);
            table.density = FULL;
            db.create_table(&session, &table)?;
        }
        let mut bytes = [0; ROW];
        let all = rows(mib);
        for first in (0..all).step_by(BATCH as usize) {
            let mut table = db.table(&session, "bulk")?;
            let transaction = session.transaction()?;
            for key in first..all.min(first.saturating_add(BATCH)) {
                value(key, &mut bytes);
                let mut row = table.insert()?;
                row.set("key", i32::try_from(key)?)?;
                row.set("value", &bytes[..])?;
                row.save()?;
            }
            drop(table);
            transaction.commit_as(CommitKind::Lazy)?;
        }
        session.wait_all()?;
        instance.checkpoint()?;
        drop(session);
        Ok(Self {
            folder: folder.to_path_buf(),
            instance,
            db,
        })
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join("a.edb")
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Reads the whole database with the streaming calls; what the reads took.
    ///
    /// # Errors
    /// Those of the backup.
    pub fn stream(&self, buf: &mut [u8]) -> Result<Took> {
        let backup = ExternalBackup::new(&self.instance);
        backup.begin(0)?;
        let opened = backup.open_file(&self.path())?;
        let reads = took(|| {
            while backup.read_file(opened.handle, buf)? > 0 {}
            Ok(())
        })?;
        backup.end2(END_ABORT)?;
        Ok(reads)
    }

    /// Has what the writer left in the logs go to the database, as the peers' files have it.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn settle(&self) -> Result<()> {
        self.instance.checkpoint()?;
        Ok(())
    }

    /// A whole backup that goes nowhere.
    ///
    /// # Errors
    /// Those of the backup.
    pub fn to_nowhere(&self) -> Result<()> {
        Backup::builder(&self.instance)
            .kind(SetKind::Copy)
            .run(&mut Nowhere)?;
        Ok(())
    }

    /// A whole backup into a new folder, durable when this returns.
    ///
    /// # Errors
    /// Those of the backup.
    pub fn to_folder(&self, to: &Path) -> Result<()> {
        Backup::builder(&self.instance)
            .kind(SetKind::Copy)
            .run(&mut DirectorySink::new(Arc::new(RealFileSystem), to))?;
        Ok(())
    }

    /// Rows a second of one writer for `length`, `beside` being called again and again meanwhile.
    ///
    /// # Errors
    /// Those of the engine and of `beside`.
    pub fn work(&self, length: Duration, beside: impl Fn() -> Result<()>) -> Result<f64> {
        let (done, rows) = (AtomicBool::new(false), AtomicU64::new(0));
        let start = Instant::now();
        let counted = std::thread::scope(|scope| {
            let writer = scope.spawn(|| self.write(&done, &rows));
            let mut answer = Ok(());
            while answer.is_ok() && start.elapsed() < length {
                answer = beside();
            }
            let counted = rows.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
            done.store(true, Ordering::Release);
            writer.join().map_err(|_| "the writer panicked")??;
            answer.map(|()| counted)
        })?;
        Ok(counted)
    }

    fn write(&self, done: &AtomicBool, rows: &AtomicU64) -> Result<()> {
        let session = self.instance.session()?;
        let mut table = self.db.table(&session, "work")?;
        let mut next = 0i32;
        while !done.load(Ordering::Acquire) {
            let transaction = session.transaction()?;
            for _ in 0..10 {
                // Round and round: a database that grew from round to round would be copied the slower.
                let found = table.find(&[Some(&next.to_le_bytes())])?;
                let mut row = match found {
                    true => table.replace()?,
                    false => table.insert()?,
                };
                if !found {
                    row.set("key", next)?;
                }
                row.set("value", &[7u8; 150][..])?;
                row.save()?;
                next = (next + 1) % WORKED_ON;
            }
            transaction.commit_as(CommitKind::Lazy)?;
            rows.fetch_add(10, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Ends the instance.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn end(self) -> Result<()> {
        drop(self.db);
        self.instance.term(TermKind::Abrupt)?;
        Ok(())
    }
}

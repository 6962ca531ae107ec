//! A database becomes smaller (JetResizeDatabase).
//!
//! ```text
//! for each extent:  free runs, extent out of the space trees → ShrinkDB durable → pages out of the
//!                   cache → header requires that record → file cut, durable → header says by which
//! ```
//! Source: docs/format/log-records.md §6, docs/format/recovery.md §2.6; the histories of the witness.
//!
//! Invariants: nobody is inside of a call meanwhile, and no backup runs; a file is cut only after the
//! record that says so is durable. What a crash leaves is longer than the database owns, which is cut at
//! the next attach, or shorter than its log remembers, which redo knows of.
#![forbid(unsafe_code)]

use super::{Core, Instance, InstanceError, OpenDb};
use crate::cache::PageStore as _;
use crate::dbfile::gate::{cover, header_covers};
use crate::dbfile::transitions::{self, Generation};
use crate::error::JetErr;
use crate::format::ids::Pgno;
use crate::format::log_header::LogVersion;
use crate::format::log_record::{LogRecord, LrFlags, ShrinkDb, ShrinkDb2, ShrinkDb3};
use crate::format::space::Extent;
use crate::log::LogAppend as _;
use crate::session::CommitKind;
use std::sync::Arc;

/// Pages of a file that hold its header.
const HEADER_PAGES: u32 = 2;
/// Engine format versions from which logs have ShrinkDB2 and ShrinkDB3 (docs/format/log-files.md §4).
const EFV_SHRINK_2: u32 = 9100;
const EFV_SHRINK_3: u32 = 9320;

impl Instance {
    /// Gives up what is free at the end of a database's file, in whole extents, as far as at least
    /// `pages` are left, headers included. Pages in use are not moved: the file stays as long as the
    /// last of them asks for.
    ///
    /// # Errors
    /// JET_errBackupInProgress while a backup runs; JET_errFileAccessDenied of a database that is only
    /// read. After an error of log, file or space trees the file may be longer than the database owns.
    pub fn shrink_database(&self, db: &Arc<OpenDb>, pages: u32) -> Result<(), InstanceError> {
        self.core.shrink(db, pages)
    }
}

impl Core {
    fn shrink(&self, db: &OpenDb, pages: u32) -> Result<(), InstanceError> {
        let _lifecycle = self.lifecycle.lock();
        self.health.check()?;
        self.backup.refuse()?;
        if db.is_closing() {
            let what = "the database was detached";
            return Err(InstanceError::refused(JetErr::DATABASE_NOT_FOUND, what));
        }
        if db.is_read_only() {
            let what = "the database is attached for reading only";
            return Err(InstanceError::refused(JetErr::FILE_ACCESS_DENIED, what));
        }
        // What is deleted becomes free.
        self.clean_all()?;
        let least = pages.saturating_sub(HEADER_PAGES);
        let _alone = self.calls.write();
        let _still = self.cleaning.lock();
        loop {
            let plain = LrFlags::empty();
            let given = self.on_its_own(db.work_db(), CommitKind::Lazy, plain, |w| {
                Ok(w.db.space.give_up_last(&w.author, least)?)
            })?;
            match given {
                Some(extent) => self.cut(db, extent)?,
                None => return Ok(()),
            }
        }
    }

    /// Cuts an extent off that the database does not own any more.
    fn cut(&self, db: &OpenDb, extent: Extent) -> Result<(), InstanceError> {
        let io = |e| InstanceError::io(db.path(), e);
        let (file, last) = (db.file(), Pgno(extent.first().0.saturating_sub(1)));
        let lgpos = match self.log_of(db.no()) {
            Some(log) => {
                let at = log.append(&self.shrink_record(db, last))?;
                log.flush()?;
                // Redo has to come as far as this record, which says why pages are missing.
                if !header_covers(file, at) {
                    let (number, created) = log.current();
                    cover(file, Generation { number, created }).map_err(io)?;
                }
                Some(at)
            }
            None => None,
        };
        let cut = Pgno(last.0.saturating_add(1))..=Pgno::MAX;
        self.cache.forget(db.no(), cut.clone());
        file.set_pages(last.0).map_err(io)?;
        // What was read ahead meanwhile.
        self.cache.forget(db.no(), cut);
        let now = self.env.clock.now_utc().into();
        file.change_header(|h| {
            transitions::shrunk(h, now);
            if let Some(lgpos) = lgpos {
                transitions::resized_at(h, lgpos);
            }
        });
        file.write_header().map_err(io)
    }

    /// The newest form that the log's version has.
    fn shrink_record(&self, db: &OpenDb, pgno_last: Pgno) -> LogRecord<'static> {
        let dbid = db.dbid();
        let cpg = db.file().pages().saturating_sub(pgno_last.0);
        let cpg_shrunk = i32::try_from(cpg).unwrap_or(i32::MAX);
        let since = |efv| self.log_version() >= LogVersion::of_efv(efv);
        if since(EFV_SHRINK_3) {
            return LogRecord::ShrinkDb3(ShrinkDb3 {
                dbid,
                pgno_last,
                cpg_shrunk,
                dbtime: db.work_db().trees.next_dbtime(),
            });
        }
        if since(EFV_SHRINK_2) {
            return LogRecord::ShrinkDb2(ShrinkDb2 {
                dbid,
                pgno_last,
                cpg_shrunk,
            });
        }
        LogRecord::ShrinkDb(ShrinkDb {
            dbid,
            pgno_last,
            cpg_shrunk,
        })
    }
}

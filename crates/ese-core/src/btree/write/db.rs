//! One attached database as its trees change it, and who changes it.
//!
//! Invariant: a database time is given out once, and is greater than that of every page.
#![forbid(unsafe_code)]

use crate::btree::apply::create::PageStyle;
use crate::cache::{Change, DbNo, DbPages, PageFault, Pages};
use crate::format::ids::{Dbtime, Lgpos, PageSize};
use crate::format::log_record::LrFlags;
use crate::log::LogAppend;
use crate::trx::Stamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::WriteError;

/// What a [`TreeDb`] starts with.
pub struct TreeDbConfig {
    /// Its number in the cache and the version store.
    pub no: DbNo,
    /// Its number in the log.
    pub dbid: u8,
    /// Its pages.
    pub pages: DbPages,
    /// The log; `None` for the temporary database, of which nothing is logged.
    pub log: Option<Arc<dyn LogAppend>>,
    /// The highest database time so far: that of the header, or what redo saw.
    pub dbtime: Dbtime,
    /// What new pages look like.
    pub style: PageStyle,
    /// New pages are logged (NewPage): format of file and log are from 8.40.100 on
    /// (docs/format/log-files.md §3.2).
    pub log_new_pages: bool,
    /// Before-images are XPRESS-compressed where that makes them shorter, as the original does.
    pub compress_images: bool,
}

/// One attached database as its trees change it.
pub struct TreeDb {
    no: DbNo,
    dbid: u8,
    pages: DbPages,
    log: Option<Arc<dyn LogAppend>>,
    dbtime: AtomicU64,
    style: PageStyle,
    log_new_pages: bool,
    compress_images: bool,
}

/// Who changes: what every page record says of it. Sessions of users and internal ones alike.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// Session.
    pub procid: u16,
    /// Id of the transaction's begin at level 0.
    pub trx_begin0: u32,
    /// Transaction level, 1 and up.
    pub level: u8,
    /// Where that begin stands in the log: the session has logged it before its first change.
    pub begin0: Lgpos,
    /// Flags of every record: [`LrFlags::SYSTEM_TASK`], [`LrFlags::CONCURRENT_CREATE_INDEX`].
    pub flags: LrFlags,
}

impl Author {
    /// What records without a version say of it.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp {
            procid: self.procid,
            trx_begin0: self.trx_begin0,
            level: self.level,
        }
    }
}

impl TreeDb {
    /// A database that was just attached.
    #[must_use]
    pub fn new(config: TreeDbConfig) -> Self {
        Self {
            no: config.no,
            dbid: config.dbid,
            pages: config.pages,
            log: config.log,
            dbtime: AtomicU64::new(config.dbtime.0),
            style: config.style,
            log_new_pages: config.log_new_pages,
            compress_images: config.compress_images,
        }
    }

    /// Its number in the cache and the version store.
    #[must_use]
    pub fn no(&self) -> DbNo {
        self.no
    }

    /// Its number in the log.
    #[must_use]
    pub fn dbid(&self) -> u8 {
        self.dbid
    }

    /// Its pages.
    #[must_use]
    pub fn pages(&self) -> &DbPages {
        &self.pages
    }

    /// Size of its pages.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.pages.page_size()
    }

    /// The log, `None` when nothing is logged.
    #[must_use]
    pub fn log(&self) -> Option<&dyn LogAppend> {
        self.log.as_deref()
    }

    /// What new pages look like.
    #[must_use]
    pub fn style(&self) -> PageStyle {
        self.style
    }

    /// Whether new pages are logged before they are used.
    #[must_use]
    pub fn logs_new_pages(&self) -> bool {
        self.log_new_pages && self.log.is_some()
    }

    pub(super) fn compresses_images(&self) -> bool {
        self.compress_images
    }

    /// The highest database time given out: what the header's dbtimeDirtied becomes at a flush.
    #[must_use]
    pub fn dbtime(&self) -> Dbtime {
        Dbtime(self.dbtime.load(Ordering::Acquire))
    }

    /// The next database time. Taken with every page latched that is to get it, so that times on a
    /// page never fall (docs/format/log-records.md §2.4).
    #[must_use]
    pub fn next_dbtime(&self) -> Dbtime {
        let before = self.dbtime.fetch_add(1, Ordering::AcqRel);
        Dbtime(before.wrapping_add(1))
    }

    /// As [`TreeDb::next_dbtime`], for pages of these times.
    ///
    /// # Errors
    /// A page that is newer than the database.
    pub(super) fn dbtime_after(
        &self,
        pages: impl IntoIterator<Item = Dbtime>,
    ) -> Result<Dbtime, WriteError> {
        let next = self.next_dbtime();
        match pages.into_iter().max() {
            Some(found) if found >= next => Err(WriteError::page_time(found, next)),
            _ => Ok(next),
        }
    }

    /// How a change by `author`, logged at `lgpos`, dirties its pages.
    pub(super) fn change(&self, author: &Author, lgpos: Lgpos) -> Change {
        match self.log {
            Some(_) => Change {
                begin0: author.begin0,
                lgpos,
            },
            None => Change::UNLOGGED,
        }
    }
}

/// A short way to page faults of one's own making.
pub(super) fn fault(
    pgno: crate::format::ids::Pgno,
    e: crate::format::page::PageError,
) -> WriteError {
    PageFault::new(pgno, crate::cache::PageFaultKind::Structure(e)).into()
}

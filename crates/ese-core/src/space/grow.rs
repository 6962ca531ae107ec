//! The file grows.
//!
//! Source: docs/format/database-header.md §4.2, docs/format/log-records.md §6 (ExtendDB).
//!
//! Invariant: a page is said to be owned only after the file holds it, durably.
#![forbid(unsafe_code)]

use super::alloc::Fdp;
use super::error::SpaceWriteError;
use super::policy;
use crate::cache::PageStore;
use crate::dbfile::{AttachedFile, transitions};
use crate::format::ids::{Lgpos, Objid, Pgno};
use crate::format::log_record::{ExtendDb, LogRecord};
use crate::format::space::{Extent, Pool};
use crate::io;
use crate::io::env::Env;
use std::sync::Arc;

/// Highest object id of a tree: a signed 32-bit number in the catalog
/// (docs/format/database-catalog.md).
const OBJID_MOST: u32 = 0x7FFF_FFFF;

/// What space needs of a database's file.
pub trait SpaceFile: Send + Sync {
    /// Pages in the file.
    fn pages(&self) -> u32;

    /// Makes the file at least so long, durably, and notes in the header that it grew, by the record
    /// at `lgpos` (none of the temporary database). The record need not be durable: a file that is
    /// longer than its log knows is legal.
    fn grow(&self, pages: u32, lgpos: Option<Lgpos>) -> io::Result<()>;

    /// A new object id; `None` when all are used up.
    fn next_objid(&self) -> Option<Objid>;
}

/// The file of an attached database.
pub struct DatabaseFile {
    file: Arc<AttachedFile>,
    env: Env,
}

impl DatabaseFile {
    /// Of this file.
    #[must_use]
    pub fn new(file: Arc<AttachedFile>, env: &Env) -> Self {
        Self {
            file,
            env: env.clone(),
        }
    }
}

impl SpaceFile for DatabaseFile {
    fn pages(&self) -> u32 {
        PageStore::pages(&*self.file)
    }

    fn grow(&self, pages: u32, lgpos: Option<Lgpos>) -> io::Result<()> {
        self.file.grow_to(pages)?;
        let now = self.env.clock.now_utc().into();
        let noted = self.file.change_header(|h| {
            transitions::grown(h, now);
            lgpos.is_some_and(|lgpos| transitions::resized_at(h, lgpos))
        });
        match noted {
            true => self.file.write_header(),
            false => Ok(()),
        }
    }

    fn next_objid(&self) -> Option<Objid> {
        self.file.change_header(|h| {
            let next = h.objid_last.checked_add(1)?;
            if next > OBJID_MOST {
                return None;
            }
            h.objid_last = next;
            Some(Objid(next))
        })
    }
}

impl Fdp<'_> {
    /// A new extent of the database's root: the file grows by more than what is needed.
    pub(in crate::space) fn grow_database(
        &mut self,
        asked: u32,
        least: u32,
    ) -> Result<Extent, SpaceWriteError> {
        self.fill_buffers()?;
        let config = &self.space.config;
        let cpg = match config.temporary {
            true => policy::temporary_growth(&self.header, asked),
            false => {
                let last = self.last_owned()?;
                policy::file_growth(&self.header, last, asked, least, config.extension)
            }
        };
        let extent = self.extend_file(cpg, least)?;
        self.own(extent)?;
        Ok(extent)
    }

    /// Makes the file longer by `cpg` pages, or by `least` when there is no room for more.
    pub(in crate::space) fn extend_file(
        &self,
        cpg: u32,
        least: u32,
    ) -> Result<Extent, SpaceWriteError> {
        let last = self.last_owned()?;
        let most = match self.space.config.pages_most {
            0 => Pgno::MAX.0,
            most => most.min(Pgno::MAX.0),
        };
        let room = most.saturating_sub(last.0);
        if least > room {
            return Err(SpaceWriteError::OutOfPages(least));
        }
        let cpg = cpg.max(least).min(room);
        let grown = match self.grow_by(last, cpg) {
            Err(SpaceWriteError::File(_)) if least < cpg => self.grow_by(last, least),
            grown => grown,
        }?;
        Ok(grown)
    }

    fn grow_by(&self, last: Pgno, cpg: u32) -> Result<Extent, SpaceWriteError> {
        let space = self.space;
        let new_last = Pgno(last.0.saturating_add(cpg));
        let extent = Extent::new(new_last, cpg, Pool::General);
        let extent = extent.ok_or(SpaceWriteError::OutOfPages(cpg))?;
        let record = LogRecord::ExtendDb(ExtendDb {
            dbid: space.db.dbid(),
            pgno_last: new_last,
        });
        let lgpos = match space.db.log() {
            Some(log) => Some(log.append(&record)?),
            None => None,
        };
        space.file.grow(new_last.0, lgpos)?;
        Ok(extent)
    }
}

//! Redo: one record, or one committed macro, on the pages of one attached database.
//!
//! | room | records |
//! |---|---|
//! | `access` | is the page there, does it need the change |
//! | `node` | one node or the external header of a page, Scrub, Undo |
//! | `tree` | NewPage, CreateMEFDP, CreateSEFDP, ConvertFDP2, EmptyTree |
//! | `split`, `merge`, `page_move` | macros, PageMove alone |
//! | [`ahead`] | which pages records will want |
//!
//! What changes on a page is `btree::apply`'s; what may have to be undone is `sessions`'. Records of
//! files (CreateDB, ExtendDB, ShrinkDB, ...) and of sessions (Begin0, Commit0, ...) are not executed
//! here.
//!
//! Invariants:
//! * a page is changed by a record only if its dbtime says that it needs it, each page of a record for
//!   itself, and is marked dirty with the begin0 of the record's session and the record's position, for
//!   macros that of the MacroCommit;
//! * redo alone changes the pages of a database that is being recovered, from one thread. No latch is
//!   held from one record to the next; within a record at most three are held, the parent's let go
//!   before the child's is taken, from left to right. Who else latches a page (the cache when it
//!   writes) waits for nobody meanwhile, so that redo never waits for itself: a record that names one
//!   page twice is refused;
//! * the highest dbtime and objid of all records are known, also of those that are passed over.
//!
//! Source: docs/format/recovery.md §2, docs/format/log-records.md §4, §5.
#![forbid(unsafe_code)]

pub mod ahead;

mod access;
mod merge;
mod node;
mod page_move;
mod split;
mod tree;

use self::access::Access;
use super::error::RecoveryError;
use super::macros::MacroRecords;
use super::redo_map::RedoMap;
use super::sessions::Sessions;
use crate::btree::apply::create::PageStyle;
use crate::cache::{Change, DbNo, DbPages};
use crate::error::JetErr;
use crate::format::ids::{Dbtime, Lgpos, Objid, Pgno};
use crate::format::log_record::{LogRecord, MergeFlags};
use crate::format::page_mut::PageBuf;

/// An attached database as redo sees it.
pub struct RedoDb {
    /// Its number in the cache.
    pub no: DbNo,
    /// Its pages.
    pub pages: DbPages,
    /// What new pages look like; changes with SetDbVersion.
    pub style: PageStyle,
    /// The file may hold changes of logs that are still to come ("containsFutureData"): the position
    /// of redo is not behind genMaxRequired. Ends with [`RedoDb::leave_required_range`].
    pub future: bool,
    /// Pages that were passed over.
    pub map: RedoMap,
    /// Highest dbtime of a record (or what the caller knows to be higher).
    pub dbtime: Dbtime,
    /// Highest object id of a record (or what the caller knows to be higher).
    pub objid: Objid,
}

impl RedoDb {
    /// A database that was just attached.
    #[must_use]
    pub fn new(no: DbNo, pages: DbPages, style: PageStyle, future: bool) -> Self {
        Self {
            no,
            pages,
            style,
            future,
            map: RedoMap::default(),
            dbtime: Dbtime(0),
            objid: Objid(0),
        }
    }

    /// Takes notice of the dbtime and the object of a record, whether it is executed or not.
    #[inline]
    pub fn saw(&mut self, record: &LogRecord<'_>) {
        let dbtime = match record {
            LogRecord::PagePatchRequest(r) => Some(r.dbtime),
            _ => record.dbtime(),
        };
        if let Some(dbtime) = dbtime {
            self.dbtime = self.dbtime.max(dbtime);
        }
        if let Some(objid) = objid_of(record) {
            self.objid = self.objid.max(objid);
        }
    }

    /// Redo goes on behind the required range, or is at its end: every page that was passed over must
    /// have been taken away since ([`RedoMap::end`] has the errors), and from now on every page must
    /// be there and as old as the log says.
    pub fn leave_required_range(&mut self) -> Result<(), RecoveryError> {
        self.map.end()?;
        self.future = false;
        Ok(())
    }

    fn access(&mut self, at: Lgpos) -> Access<'_> {
        Access::new(&self.pages, &mut self.map, self.future, at)
    }
}

/// The object that a record names.
fn objid_of(record: &LogRecord<'_>) -> Option<Objid> {
    if let Some(node) = record.node() {
        return Some(node.objid_fdp);
    }
    Some(match record {
        LogRecord::NewPage(r) => r.objid,
        LogRecord::CreateMEFDP(r) => r.objid_fdp,
        LogRecord::CreateSEFDP(r) => r.objid_fdp,
        LogRecord::ConvertFDP2(r) => r.objid_fdp,
        LogRecord::Split2(r) => r.objid_fdp,
        LogRecord::Merge2(r) => r.objid_fdp,
        LogRecord::PageMove(r) => r.objid_fdp,
        LogRecord::RootPageMove(r) => r.objid,
        _ => return None,
    })
}

/// Executes records. Holds the buffers that they need; one serves all databases.
#[derive(Default)]
pub struct Redoer {
    /// New data of ReplaceD.
    scratch: Vec<u8>,
    /// A page before it splits; of the page size that was last wanted.
    before: Option<PageBuf>,
}

impl Redoer {
    /// With no buffers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Executes a record that is in no macro. Records that change no page have no effect but on the
    /// high-water marks and on [`RedoDb::map`]; those of sessions that had not begun when redo started
    /// neither. `at` is the record's position. The caller has tested that the record is one for this
    /// attachment of the database (docs/format/recovery.md §2.3), and does what it says of files.
    ///
    /// Errors: a page that can't be read (the error of the read); that does not fit the record's
    /// times (JET_errDbTimeTooOld, JET_errDbTimeTooNew, JET_errDbTimeBeyondMaxRequired); that the
    /// record does not fit (JET_errDatabaseCorrupted, JET_errLogCorrupted); JET_errBadLogVersion
    /// for records that are no longer redone.
    pub fn record(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        record: &LogRecord<'_>,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        db.saw(record);
        self.seen_record(db, sessions, record, at)
    }

    /// As [`Redoer::record`], for who has called [`RedoDb::saw`].
    pub(super) fn seen_record(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        record: &LogRecord<'_>,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let done = self.execute(db, sessions, record, at);
        freed(&mut db.map, record);
        done.map_err(|e| e.at(at))
    }

    fn execute(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        record: &LogRecord<'_>,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let procid = match record {
            LogRecord::NewPage(r) => r.procid,
            LogRecord::RootPageMove(r) => r.procid,
            _ => match record.page() {
                Some(head) => head.procid,
                None => return Ok(()),
            },
        };
        let Some(begin0) = sessions.begun(procid) else {
            return Ok(());
        };
        let change = Change { begin0, lgpos: at };
        match record {
            LogRecord::UndoInfo(r) => sessions.undo_info(db.no, r),
            LogRecord::Undo(r) => node::undo(db, sessions, r, change),
            LogRecord::NewPage(r) => tree::new_page(db, r, change),
            LogRecord::CreateSEFDP(r) => tree::single_extent(db, r, change),
            LogRecord::CreateMEFDP(r) => tree::multiple_extent(db, r, change),
            LogRecord::ConvertFDP2(r) => tree::convert(db, r, change),
            LogRecord::EmptyTree(r) => tree::empty(db, r, change),
            LogRecord::PageMove(r) => page_move::alone(db, sessions, r, change),
            LogRecord::Split2(_) | LogRecord::Merge2(_) | LogRecord::RootPageMove(_) => {
                let what = "outside a macro";
                Err(log_corrupted(format!("a record {} {what}", record.typ())))
            }
            // ConvertFDP, Split and Merge are refused there.
            _ => node::change(db, sessions, record, change, &mut self.scratch),
        }
    }

    /// Executes the records of a macro whose MacroCommit stands at `at`. Errors as of
    /// [`Redoer::record`], and JET_errDatabaseBufferDependenciesCorrupted where a page was written
    /// before another one that depends on it, and the log holds no image of it.
    pub fn committed_macro(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        records: &MacroRecords,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let mut parsed: Vec<LogRecord<'_>> = Vec::with_capacity(records.len());
        for record in records.iter() {
            let (pos, record) = record.map_err(|e| log_corrupted(e.to_string()).at(at))?;
            db.saw(&record);
            if let LogRecord::NewPage(_) = &record {
                self.record(db, sessions, &record, pos)?;
            } else {
                parsed.push(record);
            }
        }
        let done = self.execute_macro(db, sessions, &parsed, at);
        for record in &parsed {
            freed(&mut db.map, record);
        }
        done.map_err(|e| e.at(at))
    }

    fn execute_macro(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        records: &[LogRecord<'_>],
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        let Some(first) = records.first() else {
            return Ok(());
        };
        let owner = |r: &LogRecord<'_>| (r.procid(), r.dbid());
        if records.iter().any(|r| owner(r) != owner(first)) {
            let what = "a macro of several sessions or databases";
            return Err(log_corrupted(what));
        }
        let Some(begin0) = first.procid().and_then(|p| sessions.begun(p)) else {
            return Ok(());
        };
        let change = Change { begin0, lgpos: at };
        match first {
            LogRecord::Split2(_) => self.split(db, sessions, records, change),
            LogRecord::Merge2(_) => merge::merge(db, sessions, records, change),
            LogRecord::RootPageMove(_) => {
                page_move::roots(db, sessions, records, change, &mut self.scratch)
            }
            LogRecord::Split(_) | LogRecord::Merge(_) | LogRecord::ConvertFDP(_) => {
                Err(crate::btree::apply::ApplyError::Obsolete.into())
            }
            _ => Err(log_corrupted(format!("a macro of {}", first.typ()))),
        }
    }
}

/// A page that a record frees is made anew before it is used again: what it is now does not matter
/// any more. That holds for records that are passed over too.
fn freed(map: &mut RedoMap, record: &LogRecord<'_>) {
    if map.is_empty() {
        return;
    }
    let cpg = |n: i32| u32::try_from(n).unwrap_or(0);
    match record {
        LogRecord::EmptyTree(r) => r.pages.iter().for_each(|p| map.freed(p.pgno)),
        LogRecord::Merge2(r) if r.flags.contains(MergeFlags::EMPTY_PAGE) => map.freed(r.page.pgno),
        LogRecord::PageMove(r) => map.freed(r.page.pgno),
        LogRecord::ExtentFreed(r) => map.extent_freed(r.pgno_first, cpg(r.cpg)),
        LogRecord::ExtentFreed2(r) => map.extent_freed(r.pgno_first, cpg(r.cpg)),
        _ => {}
    }
}

fn log_corrupted(what: impl Into<String>) -> RecoveryError {
    RecoveryError::refused(JetErr::LOG_CORRUPTED, what)
}

/// Refuses a record that names a page twice where each page is latched.
fn distinct(pgnos: [Pgno; 3]) -> Result<(), RecoveryError> {
    let [a, b, c] = pgnos;
    let same = |x: Pgno, y: Pgno| x == y && !x.is_null();
    if same(a, b) || same(b, c) || same(a, c) {
        return Err(log_corrupted("a record names one page twice"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;

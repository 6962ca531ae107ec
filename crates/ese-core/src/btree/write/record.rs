//! Heads of records, and one change of one page: logged, applied, marked.
//!
//! Source: docs/format/log-records.md §2.
//!
//! Invariant: a record is in the log only when its page is changed by it.
#![forbid(unsafe_code)]

use super::{TreeWriter, WriteError, WriteTree};
use crate::btree::apply::node;
use crate::cache::{ExclusivePage, Followed};
use crate::format::ids::{Dbtime, Lgpos, Pgno};
use crate::format::log_record::{
    LogRecord, LrFlags, LrNode, LrPage, MacroBegin, MacroCommit, MacroInfo, MacroInfo2, NewPage,
    Pgnos,
};
use crate::format::page_edit::PageEdit;
use crate::trx::{Made, Stamp};

/// The database whose macros are told of by MacroInfo; the others have MacroInfo2
/// (docs/format/log-records.md §5.7).
const FIRST_DBID: u8 = 1;

/// dbtime after and before a change.
pub(super) type Times = (Dbtime, Dbtime);

impl TreeWriter<'_> {
    /// Flags of every record of this tree and author.
    pub(super) fn flags(&self, tree: &WriteTree) -> LrFlags {
        let mut flags = self.author.flags - LrFlags::VERSIONED;
        flags.set(LrFlags::UNIQUE, tree.is_unique());
        flags.set(LrFlags::SPACE, tree.is_space());
        flags
    }

    /// What records of a change say of who makes it: its version knows (it may be made on behalf of
    /// somebody else, docs/format/log-records.md §2.3), else the author.
    pub(super) fn stamp(&self, made: &Made) -> Stamp {
        match made.stamp {
            stamp if stamp == Stamp::default() => self.author.stamp(),
            stamp => stamp,
        }
    }

    pub(super) fn head(
        &self,
        tree: &WriteTree,
        pgno: Pgno,
        iline: u16,
        (dbtime, dbtime_before): Times,
        made: &Made,
    ) -> LrPage {
        let mut flags = self.flags(tree);
        flags.set(LrFlags::VERSIONED, made.versioned());
        let stamp = self.stamp(made);
        LrPage {
            procid: stamp.procid,
            dbid: self.db.dbid(),
            pgno,
            dbtime,
            dbtime_before,
            trx_begin0: stamp.trx_begin0,
            level: stamp.level,
            iline,
            flags,
        }
    }

    /// Logs one record; nothing is logged for the temporary database.
    pub(super) fn log(&self, record: &LogRecord<'_>) -> Result<Lgpos, WriteError> {
        match self.db.log() {
            Some(log) => Ok(log.append(record)?),
            None => Ok(Lgpos::MIN),
        }
    }

    /// Logs a macro: what new pages are made before it, what is inside, which pages it touched. Gives
    /// the position of its end, which its pages are dirtied with.
    pub(super) fn log_macro<'r>(
        &self,
        new_pages: &[NewPage],
        dbtime: Dbtime,
        procid: u16,
        inside: impl Iterator<Item = LogRecord<'r>>,
        touched: impl Iterator<Item = Pgno>,
    ) -> Result<Lgpos, WriteError> {
        let Some(log) = self.db.log() else {
            return Ok(Lgpos::MIN);
        };
        let touched: Vec<u8> = touched
            .filter(|p| !p.is_null())
            .flat_map(|p| p.0.to_le_bytes())
            .collect();
        let pgnos = Pgnos::new(&touched).ok_or(WriteError::NotHere)?;
        let dbid = self.db.dbid();
        let mut records: Vec<LogRecord<'_>> =
            new_pages.iter().copied().map(LogRecord::NewPage).collect();
        records.push(LogRecord::MacroBegin(MacroBegin { procid, dbtime }));
        for record in inside {
            records.push(record);
        }
        let end = records.len();
        records.push(LogRecord::MacroCommit(MacroCommit { procid, dbtime }));
        records.push(match dbid {
            FIRST_DBID => LogRecord::MacroInfo(MacroInfo { pgnos }),
            _ => LogRecord::MacroInfo2(MacroInfo2 { dbid, pgnos }),
        });
        let mut at = Vec::with_capacity(records.len());
        log.append_all(&records, &mut at)?;
        at.get(end).copied().ok_or(WriteError::NotHere)
    }

    /// Logs the change of one page, applies it and marks the page. `uncommitted` is what the page's
    /// cbUncommittedFree is afterwards.
    pub(super) fn change(
        &mut self,
        page: &mut ExclusivePage<'_>,
        record: &LogRecord<'_>,
        uncommitted: u16,
    ) -> Result<(), WriteError> {
        let at = self.log(record)?;
        let heads = page.heads_of_before();
        let before = page.view()?.cb_uncommitted_free();
        // What grows takes the room out of cbFree, so its share must be given up first; what shrinks
        // can only keep room that is there.
        if uncommitted < before {
            set_uncommitted(page, uncommitted)?;
        }
        let applied = node::apply(page, record, &mut self.scratch.data);
        if applied.is_ok() && uncommitted > before {
            set_uncommitted(page, uncommitted)?;
        }
        page.mark_dirty(self.db.change(self.author, at));
        applied?;
        let followed = match record {
            LogRecord::Insert(r) => Followed::Inserted(r.page.iline.into()),
            LogRecord::Delete(_) | LogRecord::SetExternalHeader(_) => return Ok(()),
            // Nodes stay where they are, and keep their keys.
            _ => Followed::Same,
        };
        page.follow(heads, followed);
        Ok(())
    }
}

fn set_uncommitted(page: &mut ExclusivePage<'_>, cb: u16) -> Result<(), WriteError> {
    let pgno = page.pgno();
    PageEdit::new(page)
        .and_then(|mut edit| edit.set_cb_uncommitted_free(cb))
        .map_err(|e| WriteError::edit(pgno, e))
}

/// Head of records that change a node.
pub(super) fn lr_node(tree: &WriteTree, made: &Made) -> LrNode {
    LrNode {
        rceid: made.version.rceid,
        pgno_fdp: tree.fdp(),
        objid_fdp: tree.objid(),
    }
}

/// A number of a page: pages have fewer lines, and lines fewer bytes, than 16 bits hold.
pub(super) fn short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

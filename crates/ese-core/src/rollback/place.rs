//! The node of a version, latched, and its undo.
#![forbid(unsafe_code)]

use super::{RollbackError, UndoTarget, record};
use crate::btree::Tree;
use crate::btree::apply::ApplyError;
use crate::btree::apply::node::{self, Before};
use crate::cache::{Change, DbNo, ExclusivePage};
use crate::format::ids::{Lgpos, Objid, Pgno};
use crate::format::log_record::LogRecord;
use crate::format::page_edit::PageEdit;
use crate::trx::{ReplaceSpace, VersionOper};

/// All that undoing one version takes.
#[derive(Clone, Copy, Debug)]
pub struct Undoable<'a> {
    /// Session.
    pub procid: u16,
    /// Where its transaction began.
    pub begin0: Lgpos,
    /// Id of that begin.
    pub trx_begin0: u32,
    /// Level of the version, which is the one being rolled back.
    pub level: u8,
    /// The version.
    pub rceid: u32,
    /// What it did.
    pub oper: VersionOper,
    /// The database.
    pub db: DbNo,
    /// Its number in the log.
    pub dbid: u8,
    /// Root of the tree.
    pub pgno_fdp: Pgno,
    /// The tree's object.
    pub objid_fdp: Objid,
    /// The tree's keys are unique.
    pub unique: bool,
    /// The node: its key, and in a tree whose keys repeat its data behind it.
    pub bookmark: &'a [u8],
    /// Bytes of the key.
    pub key_len: usize,
    /// What was before.
    pub before: Before<'a>,
    /// Of a replace.
    pub space: ReplaceSpace,
}

impl<'a> Undoable<'a> {
    /// Key and data of the bookmark.
    #[must_use]
    pub fn key_and_data(&self) -> (&'a [u8], &'a [u8]) {
        let all = self.bookmark;
        all.split_at_checked(self.key_len).unwrap_or((all, &[]))
    }
}

/// A node that is about to be put back, its page latched exclusively.
pub struct Place<'p> {
    page: ExclusivePage<'p>,
    iline: u16,
}

impl<'p> Place<'p> {
    /// Seeks the version's node from the root of its tree.
    pub fn find(target: &'p dyn UndoTarget, change: &Undoable<'_>) -> Result<Self, RollbackError> {
        let pages = target.pages(change.db);
        let pages = pages.ok_or(RollbackError::NotAttached(change.db))?;
        let tree = Tree::new(change.pgno_fdp, change.objid_fdp);
        let (page, iline) = tree.exclusive_node(pages, change.bookmark, change.key_len)?;
        let none = RollbackError::NoNode {
            pgno: page.pgno(),
            rceid: change.rceid,
        };
        let Some(iline) = iline.and_then(|i| u16::try_from(i).ok()) else {
            return Err(none);
        };
        Ok(Self { page, iline })
    }

    /// The page that the node lies on.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        self.page.pgno()
    }

    /// Undoes the version: logs what was before, if the page still owes that (`owed`), and the undo,
    /// and changes the page. Returns the positions of both records. The latch is held on.
    pub fn undo(
        &mut self,
        target: &dyn UndoTarget,
        change: &Undoable<'_>,
        owed: bool,
    ) -> Result<(Option<Lgpos>, Lgpos), RollbackError> {
        self.check(change)?;
        let pgno = self.page.pgno();
        let before = self.page.view()?.dbtime();
        let after = target.next_dbtime(change.db);
        if after <= before {
            return Err(RollbackError::PageTime {
                pgno,
                found: before,
                next: after,
            });
        }
        let log = target.log();
        let info = match owed && change.oper.owes_undo_info() {
            true => Some(log.append(&record::undo_info(change, pgno))?),
            false => None,
        };
        let undo = record::undo(change, (pgno, self.iline), (after, before));
        let at = log.append(&LogRecord::Undo(undo))?;
        // Room that the replace kept is used now; room that it used is kept again.
        self.give_room(
            change,
            i32::from(change.space.cb_delta).max(0).saturating_neg(),
        )?;
        node::undo(&mut self.page, &undo, change.before)?;
        self.give_room(
            change,
            i32::from(change.space.cb_delta).min(0).saturating_neg(),
        )?;
        self.page.mark_dirty(Change {
            begin0: change.begin0,
            lgpos: at,
        });
        Ok((info, at))
    }

    /// Changes the page's cbUncommittedFree with the undo of a replace
    /// (docs/format/versioning.md §6).
    fn give_room(&mut self, change: &Undoable<'_>, by: i32) -> Result<(), RollbackError> {
        if change.oper != VersionOper::Replace || by == 0 {
            return Ok(());
        }
        let pgno = self.page.pgno();
        let now = i32::from(self.page.view()?.cb_uncommitted_free());
        let kept = u16::try_from(now.saturating_add(by).max(0)).unwrap_or(u16::MAX);
        let changed = PageEdit::new(&mut self.page)
            .and_then(|mut edit| edit.set_cb_uncommitted_free(kept))
            .map_err(|kind| ApplyError::Page { pgno, kind });
        Ok(changed?)
    }

    /// Whether the undo will succeed, asked before it is logged.
    fn check(&self, change: &Undoable<'_>) -> Result<(), RollbackError> {
        let view = self.page.view()?;
        let node = view.node(usize::from(self.iline));
        let node = node.map_err(|e| self.page.fault(e))?;
        let width = match change.oper {
            VersionOper::Delta => 4,
            VersionOper::Delta64 => 8,
            VersionOper::Insert | VersionOper::Replace | VersionOper::FlagDelete => 0,
        };
        let what = match (change.oper, change.before) {
            (VersionOper::Insert | VersionOper::FlagDelete, _) => return Ok(()),
            (VersionOper::Replace, Before::Data([])) => "a node without data",
            (VersionOper::Replace, Before::Data(data)) => {
                let more = data.len().saturating_sub(node.data.len());
                if more <= usize::from(view.cb_free()) {
                    return Ok(());
                }
                "there is no room for the data before"
            }
            (VersionOper::Delta | VersionOper::Delta64, Before::Delta { offset, .. }) => {
                if usize::from(offset) + width <= node.data.len() {
                    return Ok(());
                }
                "the escrow column lies outside the record"
            }
            _ => "it is not known",
        };
        Err(RollbackError::Misfit {
            pgno: self.page.pgno(),
            rceid: change.rceid,
            what,
        })
    }
}

#[cfg(test)]
mod tests;

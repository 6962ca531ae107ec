//! The operations on one node: what callers ask for.
//!
//! Source: docs/format/log-records.md §4, docs/format/versioning.md §4.1, §6.
//!
//! Invariant: a version is made with the leaf latched, before the record; where the record does not
//! come about it is nullified.
#![forbid(unsafe_code)]

use super::db::fault;
use super::diff::diff;
use super::place::{check_own, line_of};
use super::record::{lr_node, short};
use super::step::{Op, Step, Uncommitted, step_of, taken};
use super::{TreeWriter, WriteError, WriteTree};
use crate::cache::ExclusivePage;
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::{
    Delete, Delta, Delta64, DiffSize, FlagDelete, FlagInsert, FlagInsertAndReplaceData, Insert,
    LogRecord, LrPage, Replace, ReplaceD, SetExternalHeader,
};
use crate::trx::{Bookmark, MadeVersion, NodeChange, NodeId, VersionRefused};

/// Where a node lies now; others may move it as soon as the call is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Page.
    pub pgno: Pgno,
    /// Line on it, from 0.
    pub iline: u16,
}

/// Versions of a step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StepVersions {
    pub(super) rceid: u32,
    /// Of the replace behind an insert.
    pub(super) rceid_replace: u32,
    /// What cbUncommittedFree changes by.
    uncommitted: i32,
}

impl StepVersions {
    /// Whether the page owes the log a before-image now.
    pub(super) fn owes(&self, step: Step) -> bool {
        match step {
            Step::Insert(_) | Step::FlagInsert(_) => false,
            Step::Revive(_) => self.rceid_replace != 0,
            Step::Replace(_) => self.rceid != 0,
        }
    }
}

fn plus(uncommitted: Uncommitted, change: i32) -> u16 {
    let sum = i32::from(uncommitted).saturating_add(change).max(0);
    u16::try_from(sum).unwrap_or(u16::MAX)
}

fn duplicate(e: VersionRefused) -> WriteError {
    match e {
        VersionRefused::WriteConflict => WriteError::KeyDuplicate,
        e => e.into(),
    }
}

impl<'a> TreeWriter<'a> {
    /// Inserts a node. In a tree of unique keys a flag-deleted node of the key lives again with the
    /// new data, in one whose keys repeat one of key and data lives again.
    ///
    /// # Errors
    /// [`WriteError::KeyDuplicate`] when the key is there, or another session is inserting or
    /// deleting it or has since the transaction began; [`WriteError::MultiValued`] when key and data
    /// are there.
    pub fn insert(
        &mut self,
        tree: &WriteTree,
        key: &[u8],
        data: &[u8],
    ) -> Result<Spot, WriteError> {
        self.perform(tree, Op::Insert { key, data })
    }

    /// Replaces the data of a node of a tree of unique keys.
    ///
    /// # Errors
    /// [`WriteError::NoNode`] when it is not there or deleted, a write conflict.
    pub fn replace(
        &mut self,
        tree: &WriteTree,
        key: &[u8],
        data: &[u8],
    ) -> Result<Spot, WriteError> {
        if !tree.is_unique() {
            return Err(WriteError::NotHere);
        }
        self.perform(tree, Op::Replace { key, data })
    }

    fn perform(&mut self, tree: &WriteTree, op: Op<'_>) -> Result<Spot, WriteError> {
        op.check(self.db.page_size(), tree.is_unique())?;
        let mut leaf = match op {
            Op::Insert { .. } => self.leaf_of_insert(tree, op.bookmark())?,
            Op::Replace { .. } => self.leaf(tree, op.bookmark())?,
        };
        match self.on_leaf(tree, &mut leaf, &op)? {
            Some(spot) => Ok(spot),
            None => {
                let near = leaf.pgno();
                drop(leaf);
                self.split_and_perform(tree, &op, near)
            }
        }
    }

    /// Does the operation on its leaf; `None` when it does not fit.
    pub(super) fn on_leaf(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        op: &Op<'_>,
    ) -> Result<Option<Spot>, WriteError> {
        let pgno = leaf.pgno();
        let view = leaf.view()?;
        let step = step_of(&view, tree, op).map_err(|e| fault(pgno, e))??;
        let fits = self.fits(tree, &view, op, step);
        let Some(uncommitted) = fits.map_err(|e| fault(pgno, e))? else {
            return Ok(None);
        };
        let appended = step == Step::Insert(view.node_count()) && view.pgno_next().is_null();
        if let Step::Replace(iline) = step
            && self.same(tree, leaf, op, iline)?
        {
            return Ok(Some(Spot {
                pgno,
                iline: short(iline),
            }));
        }
        let versions = self.make_versions(tree, leaf, op, step, pgno)?;
        self.take_step(tree, leaf, op, step, (versions, uncommitted))
            .inspect_err(|e| self.nullify_after(e, versions))?;
        if appended {
            tree.set_rightmost(pgno);
        }
        Ok(Some(Spot {
            pgno,
            iline: short(step.iline()),
        }))
    }

    /// A replace by the same data: only the lock. What differs is left in the scratch buffer.
    fn same(
        &mut self,
        tree: &WriteTree,
        leaf: &ExclusivePage<'_>,
        op: &Op<'_>,
        iline: usize,
    ) -> Result<bool, WriteError> {
        let pgno = leaf.pgno();
        let node = leaf.view()?.node(iline).map_err(|e| fault(pgno, e))?;
        if node.data != op.data() {
            return Ok(false);
        }
        let id = self.id_of(tree, &node);
        self.versions.make(&id, NodeChange::ReplaceBySame, pgno)?;
        Ok(true)
    }

    /// Makes the versions of a step; the node will lie on page `on`.
    pub(super) fn make_versions(
        &self,
        tree: &WriteTree,
        leaf: &ExclusivePage<'_>,
        op: &Op<'_>,
        step: Step,
        on: Pgno,
    ) -> Result<StepVersions, WriteError> {
        let pgno = leaf.pgno();
        let view = leaf.view()?;
        let id = self.node_id(tree, [op.key(), &[]], op.data());
        let old = match step {
            Step::Insert(_) => None,
            _ => Some(view.node(step.iline()).map_err(|e| fault(pgno, e))?),
        };
        let replace = NodeChange::Replace {
            before: old.map_or(&[], |n| n.data),
            new_len: op.data().len(),
        };
        if let Step::Replace(_) = step {
            let made = self.versions.make(&id, replace, on)?;
            return Ok(StepVersions {
                rceid: made.rceid,
                rceid_replace: 0,
                uncommitted: made.uncommitted,
            });
        }
        let insert = self
            .versions
            .make(&id, NodeChange::Insert, on)
            .map_err(duplicate)?;
        let replaced = match step {
            Step::Revive(_) => self.versions.make(&id, replace, on).map_err(|e| {
                self.nullify(insert.rceid);
                duplicate(e)
            })?,
            _ => MadeVersion::default(),
        };
        Ok(StepVersions {
            rceid: insert.rceid,
            rceid_replace: replaced.rceid,
            uncommitted: replaced.uncommitted,
        })
    }

    fn nullify(&self, rceid: u32) {
        if rceid != 0 {
            self.versions.nullify(rceid);
        }
    }

    /// What failed before it was logged leaves no version. The newer one goes first.
    pub(super) fn nullify_after(&self, e: &WriteError, versions: StepVersions) {
        if !matches!(e, WriteError::Apply(_)) {
            self.nullify(versions.rceid_replace);
            self.nullify(versions.rceid);
        }
    }

    fn take_step(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        op: &Op<'_>,
        step: Step,
        (versions, uncommitted): (StepVersions, Uncommitted),
    ) -> Result<(), WriteError> {
        let pgno = leaf.pgno();
        let at = |e| fault(pgno, e);
        let view = leaf.view()?;
        let before = view.dbtime();
        let rceid = versions.rceid;
        let taken = taken(&view, op.key()).map_err(at)?;
        let mut bytes = std::mem::take(&mut self.scratch.diff);
        let mut diffed = Diffed::default();
        if let Step::Replace(iline) = step {
            let old = view.node(iline).map_err(at)?.data;
            diffed.wide = view.size().is_large();
            diffed.old_len = old.len();
            if diff(old, op.data(), diffed.wide, &mut bytes) {
                diffed.diff = Some(&bytes);
            }
        }
        let times = (self.db.dbtime_after([before])?, before);
        let page = self.head(tree, pgno, short(step.iline()), times, rceid);
        let record = step_record(tree, op, step, versions, page, taken, diffed);
        let done = match record {
            Some(record) => self.change(leaf, &record, plus(uncommitted, versions.uncommitted)),
            None => Err(WriteError::NodeLength {
                key: op.key().len(),
                data: op.data().len(),
            }),
        };
        self.scratch.diff = bytes;
        done?;
        if versions.owes(step) {
            leaf.owe_undo();
        }
        Ok(())
    }

    /// Flags a live node as deleted. It stays where it is until it is cleaned up.
    ///
    /// # Errors
    /// [`WriteError::NoNode`] when it is not there or deleted, a write conflict.
    pub fn flag_delete(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
    ) -> Result<Spot, WriteError> {
        let (mut leaf, iline) = self.live_node(tree, bookmark)?;
        let (pgno, view) = (leaf.pgno(), leaf.view()?);
        let before = view.dbtime();
        let uncommitted = view.cb_uncommitted_free();
        let id = self.node_id(tree, [bookmark.key, &[]], bookmark.data);
        let rceid = self.versioned(&id, NodeChange::FlagDelete, pgno, |w, rceid| {
            let times = (w.db.dbtime_after([before])?, before);
            let record = LogRecord::FlagDelete(FlagDelete {
                page: w.head(tree, pgno, short(iline), times, rceid),
                node: lr_node(tree, rceid),
            });
            w.change(&mut leaf, &record, uncommitted)
        })?;
        if rceid != 0 {
            leaf.owe_undo();
        }
        Ok(Spot {
            pgno,
            iline: short(iline),
        })
    }

    /// Makes a version, and nullifies it when what follows is not logged. Gives its id.
    fn versioned(
        &mut self,
        id: &NodeId<'_>,
        change: NodeChange<'_>,
        on: Pgno,
        then: impl FnOnce(&mut Self, u32) -> Result<(), WriteError>,
    ) -> Result<u32, WriteError> {
        let made = self.versions.make(id, change, on)?;
        match then(self, made.rceid) {
            Ok(()) => Ok(made.rceid),
            Err(e) => {
                if !matches!(e, WriteError::Apply(_)) {
                    self.nullify(made.rceid);
                }
                Err(e)
            }
        }
    }

    /// Removes a node for good, deleted or not, without a version: for trees nobody reads through
    /// versions (space trees, trees under construction). The last node of a leaf that is no root is
    /// left there, flagged deleted ([`TreeWriter::clean_up`] then takes the page out of the tree);
    /// gives whether the node is gone.
    pub fn delete(&mut self, tree: &WriteTree, bookmark: Bookmark<'_>) -> Result<bool, WriteError> {
        let mut leaf = self.leaf(tree, bookmark)?;
        let (pgno, view) = (leaf.pgno(), leaf.view()?);
        let line = line_of(&view, tree.is_unique(), bookmark);
        let line = line.map_err(|e| fault(pgno, e))?;
        if !line.exact {
            return Err(WriteError::NoNode);
        }
        let gone = view.node_count() > 1 || view.is_root();
        self.remove_line(tree, &mut leaf, line.iline, gone)?;
        Ok(gone)
    }

    /// Removes a line of a leaf (Delete), or only flags it (FlagDelete), unversioned.
    pub(super) fn remove_line(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        iline: usize,
        gone: bool,
    ) -> Result<(), WriteError> {
        let (pgno, view) = (leaf.pgno(), leaf.view()?);
        let uncommitted = view.cb_uncommitted_free();
        let before = view.dbtime();
        let times = (self.db.dbtime_after([before])?, before);
        let page = self.head(tree, pgno, short(iline), times, 0);
        let node = lr_node(tree, 0);
        let record = match gone {
            true => LogRecord::Delete(Delete { page, node }),
            false => LogRecord::FlagDelete(FlagDelete { page, node }),
        };
        self.change(leaf, &record, uncommitted)
    }

    /// Adds to the 32-bit number at `offset` of a live node's data, wrapping; gives what was there.
    ///
    /// # Errors
    /// [`WriteError::NoNode`], [`WriteError::Offset`], a write conflict.
    pub fn delta(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        offset: u16,
        amount: i32,
    ) -> Result<i32, WriteError> {
        let (mut leaf, iline) = self.live_node(tree, bookmark)?;
        let pgno = leaf.pgno();
        let old = i32::from_le_bytes(number_at(&leaf, iline, offset)?);
        let (before, uncommitted) = times_and_room(&leaf)?;
        let id = self.node_id(tree, [bookmark.key, &[]], bookmark.data);
        let bookmark_data = id.data;
        let change = NodeChange::Delta { offset, amount };
        self.versioned(&id, change, pgno, |w, rceid| {
            let times = (w.db.dbtime_after([before])?, before);
            let record = LogRecord::Delta(Delta {
                page: w.head(tree, pgno, short(iline), times, rceid),
                node: lr_node(tree, rceid),
                delta: amount,
                cb_offset: offset,
                key: bookmark.key,
                bookmark_data,
            });
            w.change(&mut leaf, &record, uncommitted)
        })?;
        Ok(old)
    }

    /// As [`TreeWriter::delta`], of a 64-bit number (format version with 64-bit escrow columns).
    pub fn delta64(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        offset: u16,
        amount: i64,
    ) -> Result<i64, WriteError> {
        let (mut leaf, iline) = self.live_node(tree, bookmark)?;
        let pgno = leaf.pgno();
        let old = i64::from_le_bytes(number_at(&leaf, iline, offset)?);
        let (before, uncommitted) = times_and_room(&leaf)?;
        let id = self.node_id(tree, [bookmark.key, &[]], bookmark.data);
        let bookmark_data = id.data;
        let change = NodeChange::Delta64 { offset, amount };
        self.versioned(&id, change, pgno, |w, rceid| {
            let times = (w.db.dbtime_after([before])?, before);
            let record = LogRecord::Delta64(Delta64 {
                page: w.head(tree, pgno, short(iline), times, rceid),
                node: lr_node(tree, rceid),
                delta: amount,
                cb_offset: offset,
                key: bookmark.key,
                bookmark_data,
            });
            w.change(&mut leaf, &record, uncommitted)
        })?;
        Ok(old)
    }

    /// Replaces the external header of the tree's root (space header, split buffer), unversioned.
    pub fn set_external_header(
        &mut self,
        tree: &WriteTree,
        header: &[u8],
    ) -> Result<(), WriteError> {
        /// The first split makes room; a second is for who was faster.
        const TRIES: usize = 8;
        for _ in 0..TRIES {
            let mut root = self.db.pages().exclusive(tree.root())?;
            check_own(tree, &root)?;
            if self.header_on_page(tree, &mut root, header)? {
                return Ok(());
            }
            drop(root);
            self.split_root(tree)?;
        }
        Err(WriteError::Restless(tree.root()))
    }

    /// Replaces the external header of a page; `false` when it does not fit.
    pub(super) fn header_on_page(
        &mut self,
        tree: &WriteTree,
        page: &mut ExclusivePage<'_>,
        header: &[u8],
    ) -> Result<bool, WriteError> {
        let pgno = page.pgno();
        let at = |e| fault(pgno, e);
        let view = page.view()?;
        let old = view.external_header().map_err(at)?.len();
        let need = header.len().saturating_sub(old);
        let Some(uncommitted) = self.room(tree, &view, need, 0).map_err(at)? else {
            return Ok(false);
        };
        let before = view.dbtime();
        let times = (self.db.dbtime_after([before])?, before);
        let record = LogRecord::SetExternalHeader(SetExternalHeader {
            page: self.head(tree, pgno, 0, times, 0),
            node: lr_node(tree, 0),
            data: header,
        });
        self.change(page, &record, uncommitted)?;
        Ok(true)
    }
}

/// What a replace makes of the old data.
#[derive(Clone, Copy, Default)]
pub(super) struct Diffed<'r> {
    pub(super) old_len: usize,
    /// The diff, when it is shorter than the new data.
    pub(super) diff: Option<&'r [u8]>,
    pub(super) wide: bool,
}

/// The record of a step: `taken` bytes of the key are those of the page's prefix. `None` when the
/// data is longer than a record can say.
pub(super) fn step_record<'r>(
    tree: &WriteTree,
    op: &Op<'r>,
    step: Step,
    versions: StepVersions,
    page: LrPage,
    taken: usize,
    diffed: Diffed<'r>,
) -> Option<LogRecord<'r>> {
    let node = lr_node(tree, versions.rceid);
    let (key, data) = (op.key(), op.data());
    let (cb_old, cb_new) = (short(diffed.old_len), short(data.len()));
    Some(match (step, diffed.diff) {
        (Step::Insert(_), _) => {
            let (prefix, suffix) = key.split_at_checked(taken)?;
            LogRecord::Insert(Insert {
                page,
                node,
                prefix,
                suffix,
                data,
            })
        }
        (Step::FlagInsert(_), _) => LogRecord::FlagInsert(FlagInsert {
            page,
            node,
            key,
            data,
        }),
        (Step::Revive(_), _) => LogRecord::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
            page,
            node,
            rceid_replace: versions.rceid_replace,
            key,
            data,
        }),
        (Step::Replace(_), Some(diff)) => LogRecord::ReplaceD(ReplaceD {
            page,
            node,
            cb: DiffSize::new(diff.len(), diffed.wide)?,
            cb_old,
            cb_new,
            diff,
        }),
        (Step::Replace(_), None) => LogRecord::Replace(Replace {
            page,
            node,
            cb: DiffSize::new(data.len(), false)?,
            cb_old,
            cb_new,
            data,
        }),
    })
}

/// The number at an offset of a node's data.
fn number_at<const N: usize>(
    leaf: &ExclusivePage<'_>,
    iline: usize,
    offset: u16,
) -> Result<[u8; N], WriteError> {
    let pgno = leaf.pgno();
    let data = leaf.view()?.node(iline).map_err(|e| fault(pgno, e))?.data;
    let outside = WriteError::Offset {
        offset,
        len: data.len(),
    };
    let from = data.get(usize::from(offset)..);
    let bytes = from.and_then(<[u8]>::first_chunk::<N>);
    bytes.copied().ok_or(outside)
}

/// A page's dbtime and cbUncommittedFree.
fn times_and_room(leaf: &ExclusivePage<'_>) -> Result<(Dbtime, u16), WriteError> {
    let view = leaf.view()?;
    Ok((view.dbtime(), view.cb_uncommitted_free()))
}

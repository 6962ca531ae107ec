//! The operations on one node: what callers ask for.
//!
//! Source: docs/format/log-records.md §4, docs/format/versioning.md §4.1, §6.
//!
//! Invariant: a version is made with the leaf latched, before the record; where the record does not
//! come about it is nullified.
#![forbid(unsafe_code)]

use super::db::fault;
use super::diff::diff;
use super::place::{Line, check_own, line_of, quick_line};
use super::record::{lr_node, short};
use super::step::{Op, Step, Uncommitted, is_thinned, step_of, taken};
use super::{KnownNode, TreeWriter, WriteError, WriteTree};
use crate::cache::ExclusivePage;
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::{
    Delete, Delta, Delta64, DiffSize, FlagDelete, FlagInsert, FlagInsertAndReplaceData, Insert,
    LogRecord, LrPage, Replace, ReplaceD, SetExternalHeader,
};
use crate::trx::{Bookmark, Made, NodeChange, NodeId, OnCleanup, VersionRef};

/// Where a node lies now; others may move it as soon as the call is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Page.
    pub pgno: Pgno,
    /// Line on it, from 0.
    pub iline: u16,
}

/// An operation under way, with the reservation of an insert until its version takes it.
pub(super) struct Job<'o> {
    pub(super) op: Op<'o>,
    reserved: Option<VersionRef>,
}

fn plus(uncommitted: Uncommitted, change: i32) -> u16 {
    let sum = i32::from(uncommitted).saturating_add(change).max(0);
    u16::try_from(sum).unwrap_or(u16::MAX)
}

/// Whether the page owes the log a before-image after this.
pub(super) fn owes(step: Step, made: &Made) -> bool {
    match step {
        Step::Insert(_) | Step::FlagInsert(_) => false,
        Step::Revive(_) | Step::Replace(_) => made.versioned(),
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
        let op = Op::Insert { key, data };
        op.check(self.db.page_size(), tree.is_unique())?;
        let id = self.node_id(tree, [key, &[]], data);
        self.versions.expect(&id);
        if let Some((mut leaf, iline)) = self.rightmost_leaf(tree, op.bookmark()) {
            return match self.put_new(tree, &mut leaf, (&op, &id), iline, &mut None)? {
                Some(spot) => Ok(spot),
                None => self.perform_on(tree, op, leaf, Some(Line::before(iline))),
            };
        }
        let leaf = self.leaf(tree, op.bookmark())?;
        self.perform_on(tree, op, leaf, None)
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
        self.replace_known(tree, key, data, None)
    }

    /// As [`TreeWriter::replace`], of a node that the caller saw there.
    pub(crate) fn replace_known(
        &mut self,
        tree: &WriteTree,
        key: &[u8],
        data: &[u8],
        known: Option<KnownNode>,
    ) -> Result<Spot, WriteError> {
        if !tree.is_unique() {
            return Err(WriteError::NotHere);
        }
        self.replace_at(tree, Op::Replace { key, data }, known)
    }

    fn replace_at(
        &mut self,
        tree: &WriteTree,
        op: Op<'_>,
        known: Option<KnownNode>,
    ) -> Result<Spot, WriteError> {
        op.check(self.db.page_size(), tree.is_unique())?;
        let Bookmark { key, data } = op.bookmark();
        self.versions.expect(&self.node_id(tree, [key, &[]], data));
        match self.known_node(tree, op.bookmark(), known) {
            Some((leaf, iline)) => {
                self.perform_on(tree, op, leaf, Some(Line { iline, exact: true }))
            }
            None => {
                let leaf = self.leaf(tree, op.bookmark())?;
                self.perform_on(tree, op, leaf, None)
            }
        }
    }

    /// Does an operation whose leaf was found; `line` is its line there, if that is known.
    fn perform_on(
        &mut self,
        tree: &WriteTree,
        op: Op<'_>,
        mut leaf: ExclusivePage<'_>,
        line: Option<Line>,
    ) -> Result<Spot, WriteError> {
        let mut job = Job { op, reserved: None };
        let near = leaf.pgno();
        // Mostly the node fits: its version is made with the leaf latched, and nobody sees one without
        // the other.
        let there = match self.on_leaf(tree, &mut leaf, &mut job, line) {
            Ok(Some(spot)) => return Ok(spot),
            Err(e @ WriteError::MultiValued) => Some(e),
            Err(e) => return Err(e),
            Ok(None) => None,
        };
        drop(leaf);
        // Before the leaf is sought again: a conflict shows although the other's node is on no page
        // yet, and others see this one's. A node that is there already may be one that another session is
        // making, too: that is a conflict, and not the own record's second value.
        if let Op::Insert { key, data } = op {
            let id = self.node_id(tree, [key, &[]], data);
            job.reserved = Some(self.versions.reserve(&id).map_err(WriteError::version)?);
        }
        let done = match there {
            None => self.split_and_perform(tree, &mut job, near),
            Some(e) => Err(e),
        };
        // Still there: no change took it.
        if let Some(reserved) = job.reserved.filter(|r| !r.is_none()) {
            self.versions.undo_of(&Made {
                version: reserved,
                ..Made::default()
            });
        }
        done
    }

    /// Does the operation on its leaf, at its line if that is known; `None` when it does not fit.
    pub(super) fn on_leaf(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        job: &mut Job<'_>,
        line: Option<Line>,
    ) -> Result<Option<Spot>, WriteError> {
        let (pgno, op) = (leaf.pgno(), job.op);
        let line = line.or_else(|| quick_line(leaf, tree.is_unique(), op.bookmark()));
        let view = leaf.view()?;
        let step = match (op, line) {
            // What comes between two nodes is new.
            (Op::Insert { .. }, Some(Line { iline, exact })) if !exact => Step::Insert(iline),
            _ => step_of(&view, tree, &op, line).map_err(|e| fault(pgno, e))??,
        };
        if let Step::Insert(iline) = step {
            let id = self.node_id(tree, [op.key(), &[]], op.data());
            return self.put_new(tree, leaf, (&op, &id), iline, &mut job.reserved);
        }
        let fits = self.fits(tree, &view, &op, step);
        let Some(uncommitted) = fits.map_err(|e| fault(pgno, e))? else {
            return Ok(None);
        };
        let (made, unchanged) = self.make(tree, leaf, job, step, pgno)?;
        if !unchanged {
            let after = (&made, uncommitted);
            self.change_node(tree, leaf, &op, step, after)
                .inspect_err(|e| self.unmake(e, &made))?;
        }
        Ok(Some(Spot {
            pgno,
            iline: short(step.iline()),
        }))
    }

    /// Makes the versions of a step; the node will lie on page `on`. Also gives whether nothing
    /// changes: a replace by the same data is only a lock.
    pub(super) fn make(
        &self,
        tree: &WriteTree,
        leaf: &ExclusivePage<'_>,
        job: &mut Job<'_>,
        step: Step,
        on: Pgno,
    ) -> Result<(Made, bool), WriteError> {
        let pgno = leaf.pgno();
        let (key, data) = (job.op.key(), job.op.data());
        let id = self.node_id(tree, [key, &[]], data);
        let before = match step {
            Step::Insert(_) => &[],
            _ => {
                let node = leaf.view()?.node(step.iline());
                node.map_err(|e| fault(pgno, e))?.data
            }
        };
        let after_len = data.len();
        let unchanged = matches!(step, Step::Replace(_)) && before == data;
        let change = match step {
            Step::Insert(_) | Step::FlagInsert(_) => NodeChange::Insert,
            Step::Revive(_) => NodeChange::FlagInsertAndReplace { before, after_len },
            Step::Replace(_) => NodeChange::Replace {
                before,
                after_len,
                unchanged,
            },
        };
        let reserved = job.reserved.unwrap_or_default();
        let made = self
            .versions
            .change(&id, on, reserved, &change)
            .map_err(WriteError::version)?;
        job.reserved = None;
        Ok((made, unchanged))
    }

    /// What failed before it was logged leaves no version.
    pub(super) fn unmake(&self, e: &WriteError, made: &Made) {
        if !matches!(e, WriteError::Apply(_)) {
            self.versions.undo_of(made);
        }
    }

    /// A new node at its line, with its version, which takes what was `reserved`; `None` when it does not fit.
    /// Nothing was there before, so that nothing is compared, owed, or thinned.
    #[inline]
    fn put_new(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        (op, id): (&Op<'_>, &NodeId<'_>),
        iline: usize,
        reserved: &mut Option<VersionRef>,
    ) -> Result<Option<Spot>, WriteError> {
        let pgno = leaf.pgno();
        let at = |e| fault(pgno, e);
        let (key, data) = (op.key(), op.data());
        let view = leaf.view()?;
        let taken = taken(&view, key).map_err(at)?;
        let fits = self.fits_new(tree, &view, op, (iline, taken));
        let Some(uncommitted) = fits.map_err(at)? else {
            return Ok(None);
        };
        let before = view.dbtime();
        let appended = iline == view.node_count() && view.pgno_next().is_null();
        let made = self
            .versions
            .change(id, pgno, reserved.unwrap_or_default(), &NodeChange::Insert)
            .map_err(WriteError::version)?;
        *reserved = None;
        // No more is taken of the key than it has.
        let (prefix, suffix) = key.split_at_checked(taken).unwrap_or((key, &[]));
        let done = self.db.dbtime_after([before]).and_then(|dbtime| {
            let record = LogRecord::Insert(Insert {
                page: self.head(tree, pgno, short(iline), (dbtime, before), &made),
                node: lr_node(tree, &made),
                prefix,
                suffix,
                data,
            });
            self.change(leaf, &record, plus(uncommitted, made.uncommitted_free))
        });
        done.inspect_err(|e| self.unmake(e, &made))?;
        if appended {
            tree.set_rightmost(pgno);
        }
        Ok(Some(Spot {
            pgno,
            iline: short(iline),
        }))
    }

    /// A node that is there gets other data, or lives again.
    fn change_node(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
        op: &Op<'_>,
        step: Step,
        (made, uncommitted): (&Made, Uncommitted),
    ) -> Result<(), WriteError> {
        let pgno = leaf.pgno();
        let at = |e| fault(pgno, e);
        let view = leaf.view()?;
        let before = view.dbtime();
        let mut bytes = std::mem::take(&mut self.scratch.diff);
        let mut diffed = Diffed::default();
        let mut before_len = 0;
        if let Step::Replace(iline) | Step::Revive(iline) = step {
            before_len = view.node(iline).map_err(at)?.data.len();
        }
        if let Step::Replace(iline) = step {
            let old = view.node(iline).map_err(at)?.data;
            diffed.wide = view.size().is_large();
            diffed.old_len = old.len();
            if diff(old, op.data(), diffed.wide, &mut bytes) {
                diffed.diff = Some(&bytes);
            }
        }
        let times = (self.db.dbtime_after([before])?, before);
        let page = self.head(tree, pgno, short(step.iline()), times, made);
        let record = step_record(tree, op, step, made, page, 0, diffed);
        let done = match record {
            Some(record) => self.change(leaf, &record, plus(uncommitted, made.uncommitted_free)),
            None => Err(WriteError::node_length(op.key().len(), op.data().len())),
        };
        self.scratch.diff = bytes;
        done?;
        if owes(step, made) {
            leaf.owe_undo();
        }
        if is_thinned(&leaf.view()?, before_len, op.data().len()) {
            self.versions.thins(made);
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
        self.flag_delete_known(tree, bookmark, None)
    }

    /// As [`TreeWriter::flag_delete`], of a node that the caller saw there.
    pub(crate) fn flag_delete_known(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        known: Option<KnownNode>,
    ) -> Result<Spot, WriteError> {
        let (mut leaf, iline) = self.live_node(tree, bookmark, known)?;
        let (pgno, view) = (leaf.pgno(), leaf.view()?);
        let before = view.dbtime();
        let uncommitted = view.cb_uncommitted_free();
        let id = self.node_id(tree, [bookmark.key, &[]], bookmark.data);
        let made = self.versioned(&id, &NodeChange::FlagDelete, pgno, |w, made| {
            let times = (w.db.dbtime_after([before])?, before);
            let record = LogRecord::FlagDelete(FlagDelete {
                page: w.head(tree, pgno, short(iline), times, made),
                node: lr_node(tree, made),
            });
            w.change(&mut leaf, &record, uncommitted)
        })?;
        if made.versioned() {
            leaf.owe_undo();
        }
        Ok(Spot {
            pgno,
            iline: short(iline),
        })
    }

    /// Makes a version, and takes it back when what follows is not logged.
    fn versioned(
        &mut self,
        id: &NodeId<'_>,
        change: &NodeChange<'_>,
        on: Pgno,
        then: impl FnOnce(&mut Self, &Made) -> Result<(), WriteError>,
    ) -> Result<Made, WriteError> {
        let made = self.versions.change(id, on, VersionRef::NONE, change);
        let made = made.map_err(WriteError::version)?;
        then(self, &made).inspect_err(|e| self.unmake(e, &made))?;
        Ok(made)
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
        let page = self.head(tree, pgno, short(iline), times, &Made::default());
        let node = lr_node(tree, &Made::default());
        let record = match gone {
            true => LogRecord::Delete(Delete { page, node }),
            false => LogRecord::FlagDelete(FlagDelete { page, node }),
        };
        self.change(leaf, &record, uncommitted)
    }

    /// Adds to the 32-bit number at `offset` of a live node's data, wrapping; gives what was there.
    /// `then` is remembered for the time when the change is committed and nobody sees what was before.
    ///
    /// # Errors
    /// [`WriteError::NoNode`], [`WriteError::Offset`], a write conflict.
    pub fn delta(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        offset: u16,
        amount: i32,
        then: OnCleanup,
    ) -> Result<i32, WriteError> {
        let (mut leaf, iline) = self.live_node(tree, bookmark, None)?;
        let pgno = leaf.pgno();
        let old = i32::from_le_bytes(number_at(&leaf, iline, offset)?);
        let (before, uncommitted) = times_and_room(&leaf)?;
        let id = self.node_id(tree, [bookmark.key, &[]], bookmark.data);
        let bookmark_data = id.data;
        let change = NodeChange::Delta {
            offset,
            amount,
            then,
        };
        self.versioned(&id, &change, pgno, |w, made| {
            let times = (w.db.dbtime_after([before])?, before);
            let record = LogRecord::Delta(Delta {
                page: w.head(tree, pgno, short(iline), times, made),
                node: lr_node(tree, made),
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
        then: OnCleanup,
    ) -> Result<i64, WriteError> {
        let (mut leaf, iline) = self.live_node(tree, bookmark, None)?;
        let pgno = leaf.pgno();
        let old = i64::from_le_bytes(number_at(&leaf, iline, offset)?);
        let (before, uncommitted) = times_and_room(&leaf)?;
        let id = self.node_id(tree, [bookmark.key, &[]], bookmark.data);
        let bookmark_data = id.data;
        let change = NodeChange::Delta64 {
            offset,
            amount,
            then,
        };
        self.versioned(&id, &change, pgno, |w, made| {
            let times = (w.db.dbtime_after([before])?, before);
            let record = LogRecord::Delta64(Delta64 {
                page: w.head(tree, pgno, short(iline), times, made),
                node: lr_node(tree, made),
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
            page: self.head(tree, pgno, 0, times, &Made::default()),
            node: lr_node(tree, &Made::default()),
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
    made: &Made,
    page: LrPage,
    taken: usize,
    diffed: Diffed<'r>,
) -> Option<LogRecord<'r>> {
    let node = lr_node(tree, made);
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
            rceid_replace: made.replace.rceid,
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
        len: data.len() as u32,
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

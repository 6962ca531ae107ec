//! Where a change of a node is announced before it is logged: the version store, as the trees see it.
//!
//! The tree layer holds the leaf latched exclusively from before [`VersionSink::make`] until the page
//! shows the change. So of two sessions that change one node, the second finds the version of the
//! first, whether the node is on the page already or not.
//!
//! One sink speaks for one session: who changes is known to it.
//!
//! Source: docs/format/versioning.md §3, §4, §6.
//!
//! Invariants: no call comes back into the trees or the cache, and none waits for somebody who holds
//! a latch.
#![forbid(unsafe_code)]

use super::ReplaceSpace;
use crate::cache::DbNo;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Objid, Pgno};

/// A node of a tree: what its versions are found by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeId<'a> {
    /// The database in this engine.
    pub db: DbNo,
    /// The database's number in the log.
    pub dbid: u8,
    /// Root of the tree.
    pub pgno_fdp: Pgno,
    /// The tree's object.
    pub objid_fdp: Objid,
    /// The tree's keys are unique.
    pub unique: bool,
    /// The key, in two pieces.
    pub key: [&'a [u8]; 2],
    /// The node's data in a tree whose keys repeat, else empty.
    pub data: &'a [u8],
}

/// What is about to be done to a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeChange<'a> {
    /// It is inserted, or a flag-deleted one lives again.
    Insert,
    /// It is flagged deleted.
    FlagDelete,
    /// Its data is replaced.
    Replace {
        /// The data before.
        before: &'a [u8],
        /// Length of the new data in bytes.
        new_len: usize,
    },
    /// Its data is replaced by the same: nothing is logged and nothing will be undone, but the node
    /// is locked as by a replace ("empty diff", docs/format/log-records.md §4.1).
    ReplaceBySame,
    /// A 32-bit number in its data is added to, as those of other sessions may be.
    Delta {
        /// Offset in the node's data.
        offset: u16,
        /// The amount.
        amount: i32,
    },
    /// The same of a 64-bit number.
    Delta64 {
        /// Offset in the node's data.
        offset: u16,
        /// The amount.
        amount: i64,
    },
}

/// A version that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MadeVersion {
    /// Its id, which goes into the log record; 0 when there is no version.
    pub rceid: u32,
    /// What the page's cbUncommittedFree is to change by, in bytes: above 0 when a replace leaves
    /// room that its undo will want back, below 0 when it uses up such room ([`ReplaceSpace`]).
    pub uncommitted: i32,
}

/// Why a version can't be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VersionRefused {
    /// Another session changed the node, and this one may not see that
    /// (docs/format/versioning.md §4).
    #[error("another session is changing the node, or has since the transaction began")]
    WriteConflict,
    /// Anything else: the version store is full.
    #[error("no version can be made: {0}")]
    Other(JetErr),
}

impl HasJetErr for VersionRefused {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::WriteConflict => JetErr::WRITE_CONFLICT,
            Self::Other(e) => *e,
        }
    }
}

/// The version store for one session.
pub trait VersionSink {
    /// Makes the version of a change. The node lies, or will lie, on page `on`, which the caller has
    /// latched exclusively; of replaces and flag deletes the version remembers it as the page that
    /// must not be written before the before-image is in the log.
    fn make(
        &self,
        node: &NodeId<'_>,
        change: NodeChange<'_>,
        on: Pgno,
    ) -> Result<MadeVersion, VersionRefused>;

    /// The change did not come about: its version never was.
    fn nullify(&self, rceid: u32);

    /// Whether a version of the node counts for anybody: it is not committed, or there may be
    /// transactions that do not see it. A flag-deleted node without one may be removed.
    fn is_active(&self, node: &NodeId<'_>) -> bool;

    /// Bytes that the page keeps for the node's undo, beyond the `data_len` that its data has now:
    /// the longest data in the transaction that is changing it, less `data_len`; 0 when nobody is
    /// (docs/format/versioning.md §6).
    fn reserve(&self, node: &NodeId<'_>, data_len: usize) -> usize;

    /// Nodes went from page `from` to page `to` of one database (split, merge), both latched
    /// exclusively. Returns whether `to` may owe the log a before-image now.
    fn moved(&self, db: DbNo, from: Pgno, to: Pgno) -> bool;
}

/// No versions at all: space trees, temporary work nobody else sees, recovery.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoVersions;

impl VersionSink for NoVersions {
    fn make(
        &self,
        _: &NodeId<'_>,
        _: NodeChange<'_>,
        _: Pgno,
    ) -> Result<MadeVersion, VersionRefused> {
        Ok(MadeVersion::default())
    }

    fn nullify(&self, _: u32) {}

    fn is_active(&self, _: &NodeId<'_>) -> bool {
        false
    }

    fn reserve(&self, _: &NodeId<'_>, _: usize) -> usize {
        0
    }

    fn moved(&self, _: DbNo, _: Pgno, _: Pgno) -> bool {
        false
    }
}

impl ReplaceSpace {
    /// The accounting of one more replace of a node, and what the page's cbUncommittedFree changes
    /// by: `before` is that of the same transaction's newest replace of the node that is not undone,
    /// if there is one (docs/format/versioning.md §6).
    #[must_use]
    pub fn of_replace(before: Option<Self>, old_len: usize, new_len: usize) -> (Self, i32) {
        let short = |n: usize| i16::try_from(n).unwrap_or(i16::MAX);
        let (old, new) = (short(old_len), short(new_len));
        let max = before.map_or(old, |s| s.cb_max_size).max(old);
        // Growth beyond the longest needs free room; only what lies below it is reserved.
        let taken = new.min(max) - old;
        let space = Self {
            cb_max_size: max.max(new),
            cb_delta: taken.saturating_neg(),
        };
        (space, i32::from(space.cb_delta))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_undo_follows_the_longest_data() {
        let space = |max, delta| ReplaceSpace {
            cb_max_size: max,
            cb_delta: delta,
        };
        // 100 -> 50 keeps 50; -> 80 uses 30 of them; -> 130 the other 20 and 30 free bytes.
        let (a, page) = ReplaceSpace::of_replace(None, 100, 50);
        assert_eq!((a, page), (space(100, 50), 50));
        let (b, page) = ReplaceSpace::of_replace(Some(a), 50, 80);
        assert_eq!((b, page), (space(100, -30), -30));
        let (c, page) = ReplaceSpace::of_replace(Some(b), 80, 130);
        assert_eq!((c, page), (space(130, -20), -20));
        let (d, page) = ReplaceSpace::of_replace(Some(c), 130, 10);
        assert_eq!((d, page), (space(130, 120), 120));
    }
}

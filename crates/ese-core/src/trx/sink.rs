//! What a tree asks of versions: an entry for every change, made while the leaf is latched and before
//! the record is logged.
//!
//! The order of one change (docs/format/versioning.md §4.1):
//!
//! ```text
//! any:     descend, latch the leaf
//!          change(node, …)          makes the version; the record gets its id
//!          log, apply, unlatch
//!          undo_of(made)            instead, whenever something fails before the record is logged
//! insert that does not fit its leaf, from there on:
//!          reserve(node)            before the page is split: a conflict shows even when the node of
//!                                   one session is not on a page yet
//!          split, latch the leaf
//!          change(node, Insert)     makes the reservation the version; and so on as above
//! ```
//!
//! The version store is behind it for sessions, [`Unversioned`] for changes
//! that nobody takes back (space trees).
//!
//! Invariants: between `change` and the page's change nobody sees the version without its latch;
//! nothing here latches a page, logs, or waits for another session.
#![forbid(unsafe_code)]

use crate::cache::DbNo;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Objid, Pgno};

/// A node of a tree, by what stays true when it moves: its bookmark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeId<'a> {
    /// The database in this engine; 0 is the temporary one.
    pub db: DbNo,
    /// Root of the tree.
    pub pgno_fdp: Pgno,
    /// The tree's object.
    pub objid: Objid,
    /// The tree's keys are unique.
    pub unique: bool,
    /// The key, in two pieces (prefix and suffix as they lie on a page; either may be empty).
    pub key: [&'a [u8]; 2],
    /// The node's data in a tree whose keys repeat; not looked at when they are unique.
    pub data: &'a [u8],
}

impl<'a> NodeId<'a> {
    /// The node of a whole key.
    #[must_use]
    pub fn new((db, pgno_fdp, objid): (DbNo, Pgno, Objid), unique: bool, key: &'a [u8]) -> Self {
        Self {
            db,
            pgno_fdp,
            objid,
            unique,
            key: [key, &[]],
            data: &[],
        }
    }

    /// The same with the data that belongs to the bookmark of a tree whose keys repeat.
    #[must_use]
    pub fn with_data(self, data: &'a [u8]) -> Self {
        Self { data, ..self }
    }

    /// The parts of the bookmark, one behind the other.
    pub(super) fn parts(&self) -> [&'a [u8]; 3] {
        let data = if self.unique { &[] } else { self.data };
        let [prefix, suffix] = self.key;
        [prefix, suffix, data]
    }
}

/// What happens when an escrow change is committed and nobody can see what was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OnCleanup {
    /// The node is the root of a long value whose last reference went: the value is deleted.
    pub deferred_delete: bool,
    /// The record is deleted if the number is 0 then (JET_bitColumnDeleteOnZero).
    pub delete_on_zero: bool,
    /// The table's callback is called if the number is 0 then (JET_bitColumnFinalize).
    pub callback_on_zero: bool,
}

/// A change of a node that is about to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeChange<'a> {
    /// The node is inserted, or its deleted flag is taken away (FlagInsert).
    Insert,
    /// A flag-deleted node of a unique tree is inserted anew with other data: two versions.
    FlagInsertAndReplace {
        /// Data of the deleted node.
        before: &'a [u8],
        /// Bytes of the new data.
        after_len: usize,
    },
    /// The data is replaced.
    Replace {
        /// The data now.
        before: &'a [u8],
        /// Bytes of the new data.
        after_len: usize,
        /// The new data is the old: nothing is logged, and nothing will be undone ("empty diff").
        unchanged: bool,
    },
    /// The node is flagged deleted.
    FlagDelete,
    /// A 32-bit escrow change.
    Delta {
        /// Of the number in the node's data.
        offset: u16,
        /// What is added, wrapping.
        amount: i32,
        /// What follows.
        then: OnCleanup,
    },
    /// A 64-bit escrow change.
    Delta64 {
        /// Of the number in the node's data.
        offset: u16,
        /// What is added, wrapping.
        amount: i64,
        /// What follows.
        then: OnCleanup,
    },
}

/// Names a version in the store while it is neither undone nor of an ended transaction; no version
/// when the id is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct VersionRef {
    /// Its id, odd; 0 for none.
    pub rceid: u32,
    pub(super) entry: u32,
}

impl VersionRef {
    /// No version.
    pub const NONE: Self = Self { rceid: 0, entry: 0 };

    /// `true` for no version.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.rceid == 0
    }
}

/// What log records say about who changes something (docs/format/log-records.md §2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stamp {
    /// The session.
    pub procid: u16,
    /// Begin of its transaction; 0 when none is open.
    pub trx_begin0: u32,
    /// Level of its transaction. For what is done on behalf of another's transaction (§2.3) its
    /// version's level, 0 when that transaction is committed.
    pub level: u8,
}

/// The versions of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Made {
    /// The version; `rceid` of the record.
    pub version: VersionRef,
    /// The second version of FlagInsertAndReplace; `rceidReplace` of the record.
    pub replace: VersionRef,
    /// What the replace adds to the page's cbUncommittedFree (docs/format/versioning.md §6), in
    /// bytes; negative when it takes of it.
    pub uncommitted_free: i32,
    /// For the record's header.
    pub stamp: Stamp,
}

impl Made {
    /// `true` when there is a version: the record gets the versioned flag, and so does the node.
    #[must_use]
    pub fn versioned(&self) -> bool {
        !self.version.is_none()
    }
}

/// Why there is no version. Nothing is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VersionFault {
    /// Another session's change of the node stands against it (docs/format/versioning.md §4).
    #[error("another session changed the record, or holds a lock on it")]
    WriteConflict,
    /// The same, met by an insert.
    #[error("another session is inserting or deleting the key")]
    KeyDuplicate,
    /// All buckets are in use and cleaning frees none. The caller lets go of its latches, waits for
    /// cleanup and tries again, or gives up with this error.
    #[error("the version store is full, and the oldest transaction has to end first")]
    Full {
        /// It is the asking transaction that has to end.
        oldest: bool,
    },
    /// The transaction was begun for reading only.
    #[error("the transaction was begun read-only")]
    ReadOnly,
    /// No transaction is open.
    #[error("no transaction is open")]
    NotInTransaction,
    /// More levels than there may be.
    #[error("a transaction has no more levels")]
    TooDeep,
    /// More sessions, or more transactions, than there may be.
    #[error("there are too many sessions")]
    TooManySessions,
    /// A level ends whose versions were not all undone.
    #[error("a transaction ends whose changes were not all undone")]
    NotUndone,
    /// Bookmark or data are longer than a node can be.
    #[error("a version of a node longer than a node can be")]
    TooBig,
}

impl HasJetErr for VersionFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::WriteConflict => JetErr::WRITE_CONFLICT,
            Self::KeyDuplicate => JetErr::KEY_DUPLICATE,
            Self::Full { oldest: true } => JetErr::VERSION_STORE_OUT_OF_MEMORY,
            Self::Full { oldest: false } => {
                JetErr::VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT
            }
            Self::ReadOnly => JetErr::TRANS_READ_ONLY,
            Self::NotInTransaction => JetErr::NOT_IN_TRANSACTION,
            Self::TooDeep => JetErr::TRANS_TOO_DEEP,
            Self::TooManySessions => JetErr::OUT_OF_SESSIONS,
            Self::NotUndone => JetErr::ROLLBACK_ERROR,
            Self::TooBig => JetErr::VERSION_STORE_ENTRY_TOO_BIG,
        }
    }
}

/// Who gives versions to the changes of a tree. One value speaks for one session.
pub trait VersionSink {
    /// Has the processor bring what the version of a node will be hung on, while its page is sought.
    fn expect(&self, _node: &NodeId<'_>) {}

    /// Announces that a node will be inserted, before the tree is searched. A reservation must end in
    /// [`VersionSink::change`] or [`VersionSink::undo_of`].
    fn reserve(&self, node: &NodeId<'_>) -> Result<VersionRef, VersionFault>;

    /// The version of a change of a node on page `leaf`, which is latched exclusively. An insert
    /// brings its reservation (or [`VersionRef::NONE`]: then it is made now).
    fn change(
        &self,
        node: &NodeId<'_>,
        leaf: Pgno,
        reserved: VersionRef,
        change: &NodeChange<'_>,
    ) -> Result<Made, VersionFault>;

    /// The change fails before its record is logged: its versions are as if they had never been
    /// (nullified, not rolled back). The leaf is still latched, if it was.
    fn undo_of(&self, made: &Made);

    /// The replace of these versions has left much of its page free: once nobody needs the version, the
    /// page may be joined with a neighbour ([`super::store::CleanUp::MergePage`]). The leaf is still
    /// latched.
    fn thins(&self, _made: &Made) {}

    /// Bytes that a node's page keeps for undoing what is not committed of it: its part of
    /// cbUncommittedFree.
    fn reserved_space(&self, node: &NodeId<'_>) -> u16;

    /// Whether any transaction may still see the node otherwise than it lies on the page, or change
    /// it back: a node may be removed from its page only when not.
    fn is_active(&self, node: &NodeId<'_>) -> bool;

    /// For records that come without a version.
    fn stamp(&self) -> Stamp;
}

/// For changes without versions (docs/format/versioning.md §12 rule 8).
#[derive(Clone, Copy, Debug, Default)]
pub struct Unversioned(pub Stamp);

impl VersionSink for Unversioned {
    fn reserve(&self, _: &NodeId<'_>) -> Result<VersionRef, VersionFault> {
        Ok(VersionRef::NONE)
    }

    fn change(
        &self,
        _: &NodeId<'_>,
        _: Pgno,
        _: VersionRef,
        _: &NodeChange<'_>,
    ) -> Result<Made, VersionFault> {
        Ok(Made {
            stamp: self.0,
            ..Made::default()
        })
    }

    fn undo_of(&self, _: &Made) {}

    fn reserved_space(&self, _: &NodeId<'_>) -> u16 {
        0
    }

    fn is_active(&self, _: &NodeId<'_>) -> bool {
        false
    }

    fn stamp(&self) -> Stamp {
        self.0
    }
}

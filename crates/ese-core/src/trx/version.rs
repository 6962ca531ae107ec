//! One version entry: a change that may still be undone.
//!
//! Its variable parts (bookmark, before-image) lie in the arena of [`super::Versions`].
//!
//! Source: docs/format/versioning.md §1, §6.
#![forbid(unsafe_code)]

use crate::cache::DbNo;
use crate::format::ids::{Objid, Pgno};
use crate::format::log_record::UndoOper;

/// What was done to a node: the operations whose undo is logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VersionOper {
    /// The node was inserted; undone by the deleted flag.
    Insert,
    /// Its data was replaced; undone by the data before.
    Replace,
    /// It was flagged deleted; undone by taking the flag away.
    FlagDelete,
    /// A 32-bit escrow change; undone by subtracting.
    Delta,
    /// A 64-bit escrow change.
    Delta64,
}

impl VersionOper {
    /// The number in Undo and UndoInfo records.
    #[must_use]
    pub fn number(self) -> UndoOper {
        match self {
            Self::Insert => UndoOper::INSERT,
            Self::Replace => UndoOper::REPLACE,
            Self::FlagDelete => UndoOper::FLAG_DELETE,
            Self::Delta => UndoOper::DELTA,
            Self::Delta64 => UndoOper::DELTA64,
        }
    }

    /// The operation of a number, `None` for one whose undo is not logged.
    #[must_use]
    pub fn of_number(number: UndoOper) -> Option<Self> {
        Some(match number {
            UndoOper::INSERT => Self::Insert,
            UndoOper::REPLACE => Self::Replace,
            UndoOper::FLAG_DELETE => Self::FlagDelete,
            UndoOper::DELTA => Self::Delta,
            UndoOper::DELTA64 => Self::Delta64,
            _ => return None,
        })
    }

    /// `true` when undoing needs what only the version knows: its before-image must be in the log
    /// before the page is written (docs/format/recovery.md §6 rule 3).
    #[must_use]
    pub fn owes_undo_info(self) -> bool {
        matches!(self, Self::Replace | Self::FlagDelete)
    }
}

/// Room that a replace keeps on its page for its undo (docs/format/versioning.md §6), in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReplaceSpace {
    /// The longest data of the node in this transaction, the data before included.
    pub cb_max_size: i16,
    /// What the version added to the page's cbUncommittedFree.
    pub cb_delta: i16,
}

impl ReplaceSpace {
    /// The accounting of a replace that starts from data of `len` bytes.
    #[must_use]
    pub fn starting_at(len: usize) -> Self {
        Self {
            cb_max_size: i16::try_from(len).unwrap_or(i16::MAX),
            cb_delta: 0,
        }
    }
}

/// What a new version remembers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change<'a> {
    /// Nothing beyond the bookmark.
    Insert,
    /// The data before, and the room kept for it.
    Replace(&'a [u8], ReplaceSpace),
    /// Nothing beyond the bookmark.
    FlagDelete,
    /// Offset in the node's data, and what was added to the 32-bit number there.
    Delta(u16, i64),
    /// Offset in the node's data, and what was added to the 64-bit number there.
    Delta64(u16, i64),
}

impl Change<'_> {
    /// What was done.
    #[must_use]
    pub fn oper(&self) -> VersionOper {
        match self {
            Self::Insert => VersionOper::Insert,
            Self::Replace(..) => VersionOper::Replace,
            Self::FlagDelete => VersionOper::FlagDelete,
            Self::Delta(..) => VersionOper::Delta,
            Self::Delta64(..) => VersionOper::Delta64,
        }
    }
}

/// What identifies a node of a tree: its key, and in a tree whose keys repeat its data too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bookmark<'a> {
    /// The whole key.
    pub key: &'a [u8],
    /// Empty in a tree of unique keys.
    pub data: &'a [u8],
}

/// A version about to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// Its id.
    pub rceid: u32,
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
    /// Transaction level.
    pub level: u8,
    /// The key, in two pieces.
    pub key: [&'a [u8]; 2],
    /// The rest of the bookmark.
    pub bookmark_data: &'a [u8],
    /// What was done, and what was before.
    pub change: Change<'a>,
}

/// How much is known of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Everything.
    Known,
    /// What was before must still come (docs/format/recovery.md §2.5).
    Deferred,
    /// It was undone.
    Nullified,
}

/// A version entry.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// Its id.
    pub rceid: u32,
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
    /// What was done.
    pub oper: VersionOper,
    /// The page that must not be written before the before-image is in the log; null when nothing
    /// is owed.
    pub owed_by: Pgno,
    /// Of a replace.
    pub space: ReplaceSpace,
    /// Level at which it was made; where it counts now is known by its place among the others.
    pub(super) level: u8,
    pub(super) state: State,
    /// Offset of an escrow column in the node's data.
    pub(super) offset: u16,
    pub(super) amount: i64,
    /// Key and bookmark data, one behind the other.
    pub(super) bookmark_at: u32,
    pub(super) key_len: u16,
    pub(super) bookmark_data_len: u16,
    pub(super) before_at: u32,
    pub(super) before_len: u16,
}

impl Version {
    /// Offset in the node's data and amount of an escrow change.
    #[must_use]
    pub fn delta(&self) -> (u16, i64) {
        (self.offset, self.amount)
    }

    /// `true` while what was before is not known.
    #[must_use]
    pub fn is_deferred(&self) -> bool {
        self.state == State::Deferred
    }

    /// `true` when it was undone.
    #[must_use]
    pub fn is_nullified(&self) -> bool {
        self.state == State::Nullified
    }
}

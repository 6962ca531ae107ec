//! What a version says was done.
//!
//! Source: docs/format/versioning.md §1.
//!
//! Invariant: `Oper::of` undoes `Oper::code`.
#![forbid(unsafe_code)]

use super::version::VersionOper;

/// The operation of a version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Oper {
    /// The node was inserted.
    Insert,
    /// Its data was replaced.
    Replace,
    /// It was flagged deleted.
    FlagDelete,
    /// A 32-bit escrow change.
    Delta,
    /// A 64-bit escrow change.
    Delta64,
    /// A lock for reading.
    ReadLock,
    /// A lock for writing.
    WriteLock,
    /// An insert is on its way.
    PreInsert,
    /// Space was allocated; undone by freeing it.
    AllocExt,
    /// A table was made.
    CreateTable,
    /// A table was deleted.
    DeleteTable,
    /// A column was added.
    AddColumn,
    /// A column was deleted.
    DeleteColumn,
    /// A long-value tree was made.
    CreateLv,
    /// An index was made.
    CreateIndex,
    /// An index was deleted.
    DeleteIndex,
}

/// All, by their code in an entry.
const ALL: [Oper; 16] = [
    Oper::Insert,
    Oper::Replace,
    Oper::FlagDelete,
    Oper::Delta,
    Oper::Delta64,
    Oper::ReadLock,
    Oper::WriteLock,
    Oper::PreInsert,
    Oper::AllocExt,
    Oper::CreateTable,
    Oper::DeleteTable,
    Oper::AddColumn,
    Oper::DeleteColumn,
    Oper::CreateLv,
    Oper::CreateIndex,
    Oper::DeleteIndex,
];

impl Oper {
    pub(super) fn code(self) -> u8 {
        // The enum has no payload: its discriminant is the place in `ALL`.
        self as u8
    }

    /// The operation of a code; what no entry holds is a lock, which has no effect.
    pub(super) fn of(code: u8) -> Self {
        ALL.get(usize::from(code))
            .copied()
            .unwrap_or(Self::ReadLock)
    }

    /// Of the operations whose undo is logged, which.
    #[must_use]
    pub fn logged(self) -> Option<VersionOper> {
        Some(match self {
            Self::Insert => VersionOper::Insert,
            Self::Replace => VersionOper::Replace,
            Self::FlagDelete => VersionOper::FlagDelete,
            Self::Delta => VersionOper::Delta,
            Self::Delta64 => VersionOper::Delta64,
            _ => return None,
        })
    }

    /// Two sessions may do this to one node at once.
    #[must_use]
    pub fn commutes(self) -> bool {
        matches!(self, Self::ReadLock | Self::Delta | Self::Delta64)
    }

    /// It is about a node, and so found by its bookmark.
    #[must_use]
    pub fn is_of_node(self) -> bool {
        self.code() <= Self::PreInsert.code()
    }

    /// Nothing to undo but the version itself.
    #[must_use]
    pub fn is_dropped_by_rollback(self) -> bool {
        matches!(self, Self::ReadLock | Self::WriteLock | Self::PreInsert)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        for (oper, code) in ALL.iter().zip(0..) {
            assert_eq!(oper.code(), code);
            assert_eq!(Oper::of(code), *oper);
        }
        let of_node = ALL.iter().filter(|o| o.is_of_node()).count();
        assert_eq!(of_node, 8);
    }
}

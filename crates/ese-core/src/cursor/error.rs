//! Why a call on a cursor did not come about.
//!
//! Invariant: every error has its `JET_ERR`; what a scan meets at its end costs nothing to make.
#![forbid(unsafe_code)]

use crate::cache::PageFault;
use crate::error::{HasJetErr, JetErr};
use crate::format::key::SearchKeyError;
use crate::trx::VersionFault;
use crate::work::WorkError;

/// Why a call on a cursor did not come about. What the cursor's place is then stands with the call.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// The cursor stands on no entry.
    #[error("the cursor stands on no record")]
    NoCurrentRecord,
    /// The entry that the cursor stands on is gone, or can't be seen.
    #[error("the record is deleted")]
    RecordDeleted,
    /// A seek found nothing.
    #[error("there is no such key")]
    RecordNotFound,
    /// No key was made to seek with.
    #[error("no key was made")]
    KeyNotMade,
    /// The table has no primary index, or the cursor no secondary one, where it takes one.
    #[error("there is no such current index")]
    NoCurrentIndex,
    /// The table has no index of this name.
    #[error("the table has no such index")]
    IndexNotFound,
    /// An empty bookmark.
    #[error("a bookmark without bytes")]
    InvalidBookmark,
    /// There is no range to remove.
    #[error("there is no index range")]
    NoRange,
    /// The record has fewer values than the one whose entry was asked for.
    #[error("the record has no such value")]
    BadItag,
    /// A replace would change the primary key.
    #[error("the primary key of a record does not change")]
    PrimaryChanged,
    /// All record numbers were given out.
    #[error("the table has no record numbers left")]
    OutOfSerials,
    /// All auto-increment values were given out.
    #[error("the table has no auto-increment values left")]
    OutOfAutoIncrement,
    /// A key can't be made.
    #[error(transparent)]
    Key(#[from] SearchKeyError),
    /// What lies below.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<PageFault> for CursorError {
    fn from(e: PageFault) -> Self {
        Self::Work(e.into())
    }
}

/// For a step of a session ([`crate::session::Session::work`]): what lies below is passed on as it is,
/// so that the instance can judge it.
impl From<CursorError> for WorkError {
    fn from(e: CursorError) -> Self {
        match e {
            CursorError::Work(e) => e,
            e => Self::refused(e.jet_err(), e.to_string()),
        }
    }
}

impl From<VersionFault> for CursorError {
    fn from(e: VersionFault) -> Self {
        Self::Work(e.into())
    }
}

impl HasJetErr for CursorError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NoCurrentRecord => JetErr::NO_CURRENT_RECORD,
            Self::RecordDeleted => JetErr::RECORD_DELETED,
            Self::RecordNotFound => JetErr::RECORD_NOT_FOUND,
            Self::KeyNotMade => JetErr::KEY_NOT_MADE,
            Self::NoCurrentIndex => JetErr::NO_CURRENT_INDEX,
            Self::IndexNotFound => JetErr::INDEX_NOT_FOUND,
            Self::InvalidBookmark => JetErr::INVALID_BOOKMARK,
            Self::NoRange => JetErr::INVALID_OPERATION,
            Self::BadItag => JetErr::BAD_ITAG_SEQUENCE,
            Self::PrimaryChanged => JetErr::RECORD_PRIMARY_CHANGED,
            Self::OutOfSerials => JetErr::OUT_OF_SEQUENTIAL_INDEX_VALUES,
            Self::OutOfAutoIncrement => JetErr::OUT_OF_AUTOINCREMENT_VALUES,
            Self::Key(e) => e.jet_err(),
            Self::Work(e) => e.jet_err(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instance ends by some errors: it must be able to tell them.
    #[test]
    fn what_lies_below_is_passed_on_as_it_is() {
        let below = CursorError::Work(VersionFault::ReadOnly.into());
        let passed = WorkError::from(below);
        assert!(matches!(passed, WorkError::Version(VersionFault::ReadOnly)));
        let own = WorkError::from(CursorError::PrimaryChanged);
        assert!(matches!(own, WorkError::Refused(_)));
        assert_eq!(own.jet_err(), JetErr::RECORD_PRIMARY_CHANGED);
    }
}

//! Why a change did not come about.
//!
//! Invariant: every error has its `JET_ERR`.
#![forbid(unsafe_code)]

use crate::btree::apply::ApplyError;
use crate::cache::PageFault;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Dbtime, Pgno};
use crate::format::page_edit::EditError;
use crate::log::LogWriteError;
use crate::trx::VersionFault;

/// Why the space layer gave no pages, or took none back ([`super::PageAllocator`]).
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what}")]
pub struct AllocError {
    /// The error that the API gives.
    pub err: JetErr,
    /// What was logged does not fit a page of a space tree, or a space header: page and log differ
    /// now, as after [`WriteError::Apply`].
    pub leaves_page_wrong: bool,
    /// In words.
    pub what: String,
}

impl From<JetErr> for AllocError {
    /// A refusal that changed nothing.
    fn from(err: JetErr) -> Self {
        Self {
            err,
            leaves_page_wrong: false,
            what: err.to_string(),
        }
    }
}

impl From<WriteError> for AllocError {
    fn from(e: WriteError) -> Self {
        Self {
            err: e.jet_err(),
            leaves_page_wrong: e.leaves_page_wrong(),
            what: e.to_string(),
        }
    }
}

/// Why a change did not come about. Nothing was logged and no page changed, except after an error
/// that [leaves a page wrong](WriteError::leaves_page_wrong).
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A page can't be had, or does not belong here.
    #[error("{0}")]
    Page(#[from] PageFault),
    /// The log takes nothing.
    #[error("{0}")]
    Log(#[from] LogWriteError),
    /// A record that is in the log does not fit its pages: a page is damaged, or this is a bug. Page
    /// and log differ now.
    #[error("{0}")]
    Apply(#[from] ApplyError),
    /// The version store says no.
    #[error("{0}")]
    Version(VersionFault),
    /// The key is there, or another session is inserting or deleting it.
    #[error("the key exists")]
    KeyDuplicate,
    /// Key and data are there, in a tree whose keys repeat.
    #[error("key and data exist")]
    MultiValued,
    /// The node is not there, or flagged deleted.
    #[error("the node is not there")]
    NoNode,
    /// A key longer than pages of this size can hold, or none at all.
    #[error("a key of {0} bytes")]
    KeyLength(usize),
    /// Key and data don't fit a page together, or there is no data at all.
    #[error("{data} bytes of data with a key of {key} bytes are no node of a page")]
    NodeLength {
        /// Bytes of the key.
        key: usize,
        /// Bytes of the data.
        data: usize,
    },
    /// An offset outside the node's data.
    #[error("the number at {offset} lies outside the node's data ({len} bytes)")]
    Offset {
        /// The offset.
        offset: u16,
        /// Bytes of the data.
        len: usize,
    },
    /// A page is newer than the database.
    #[error("a page is of database time {found:?}, the next one is {next:?}")]
    PageTime {
        /// Time of the page.
        found: Dbtime,
        /// The next time of the database.
        next: Dbtime,
    },
    /// No pages can be had, or given back.
    #[error("no pages can be had: {0}")]
    Space(AllocError),
    /// The tree contradicts itself.
    #[error("page {pgno}: {what}")]
    Tree {
        /// Where.
        pgno: Pgno,
        /// What does not fit.
        what: &'static str,
    },
    /// The tree changed under the operation more often than can be.
    #[error("the tree of page {0} would not hold still")]
    Restless(Pgno),
    /// Trees of this kind are not changed like that: a mistake of the caller.
    #[error("trees of this kind are not changed like that")]
    NotHere,
}

impl HasJetErr for WriteError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(e) => e.jet_err(),
            Self::Log(e) => e.jet_err(),
            Self::Apply(e) => match e.jet_err() {
                // What was logged a moment ago is no damaged log.
                JetErr::LOG_CORRUPTED => JetErr::DATABASE_CORRUPTED,
                e => e,
            },
            Self::Version(e) => e.jet_err(),
            Self::KeyDuplicate => JetErr::KEY_DUPLICATE,
            Self::MultiValued => JetErr::MULTI_VALUED_INDEX_VIOLATION,
            Self::NoNode => JetErr::RECORD_DELETED,
            Self::KeyLength(_) => JetErr::KEY_TOO_BIG,
            Self::NodeLength { .. } => JetErr::RECORD_TOO_BIG,
            Self::Offset { .. } | Self::NotHere => JetErr::INTERNAL_ERROR,
            Self::PageTime { .. } => JetErr::DB_TIME_TOO_NEW,
            Self::Space(e) => e.err,
            Self::Tree { .. } | Self::Restless(_) => JetErr::DATABASE_CORRUPTED,
        }
    }
}

impl WriteError {
    /// Page and log differ after this error: who goes on would make it worse.
    #[must_use]
    pub fn leaves_page_wrong(&self) -> bool {
        match self {
            Self::Apply(_) => true,
            Self::Space(e) => e.leaves_page_wrong,
            _ => false,
        }
    }

    /// What the version store refused to an insert is a duplicate key.
    pub(super) fn version(e: VersionFault) -> Self {
        match e {
            VersionFault::KeyDuplicate => Self::KeyDuplicate,
            e => Self::Version(e),
        }
    }

    pub(super) fn tree(pgno: Pgno, what: &'static str) -> Self {
        Self::Tree { pgno, what }
    }

    /// A page that could not be changed although everything was looked at before.
    pub(super) fn edit(pgno: Pgno, kind: EditError) -> Self {
        Self::Apply(ApplyError::Page { pgno, kind })
    }
}

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

/// A page is newer than the database.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a page is of database time {found:?}, the next one is {next:?}")]
pub struct TimeFault {
    /// Time of the page.
    pub found: Dbtime,
    /// The next time of the database.
    pub next: Dbtime,
}

/// A tree contradicts itself.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("page {pgno}: {what}")]
pub struct TreeFault {
    /// Where.
    pub pgno: Pgno,
    /// What does not fit.
    pub what: &'static str,
}

/// Why a change did not come about. Nothing was logged and no page changed, except after an error
/// that [leaves a page wrong](WriteError::leaves_page_wrong).
///
/// Two words: every step of a change gives one back, or nothing, and what fits registers does not go through
/// memory. What is longer lies in a box.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A page can't be had, or does not belong here.
    #[error("{0}")]
    Page(#[source] Box<PageFault>),
    /// The log takes nothing.
    #[error("{0}")]
    Log(#[source] Box<LogWriteError>),
    /// A record that is in the log does not fit its pages: a page is damaged, or this is a bug. Page
    /// and log differ now.
    #[error("{0}")]
    Apply(#[source] Box<ApplyError>),
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
    KeyLength(u32),
    /// Key and data don't fit a page together, or there is no data at all.
    #[error("{data} bytes of data with a key of {key} bytes are no node of a page")]
    NodeLength {
        /// Bytes of the key.
        key: u32,
        /// Bytes of the data.
        data: u32,
    },
    /// An offset outside the node's data.
    #[error("the number at {offset} lies outside the node's data ({len} bytes)")]
    Offset {
        /// The offset.
        offset: u16,
        /// Bytes of the data.
        len: u32,
    },
    /// A page is newer than the database.
    #[error("{0}")]
    PageTime(#[source] Box<TimeFault>),
    /// No pages can be had, or given back.
    #[error("no pages can be had: {0}")]
    Space(#[source] Box<AllocError>),
    /// The tree contradicts itself.
    #[error("{0}")]
    Tree(#[source] Box<TreeFault>),
    /// The tree changed under the operation more often than can be.
    #[error("the tree of page {0} would not hold still")]
    Restless(Pgno),
    /// Trees of this kind are not changed like that: a mistake of the caller.
    #[error("trees of this kind are not changed like that")]
    NotHere,
}

const _: () = assert!(size_of::<Result<(), WriteError>>() <= 2 * size_of::<u64>());

impl From<PageFault> for WriteError {
    #[cold]
    fn from(e: PageFault) -> Self {
        Self::Page(Box::new(e))
    }
}

impl From<LogWriteError> for WriteError {
    #[cold]
    fn from(e: LogWriteError) -> Self {
        Self::Log(Box::new(e))
    }
}

impl From<ApplyError> for WriteError {
    #[cold]
    fn from(e: ApplyError) -> Self {
        Self::Apply(Box::new(e))
    }
}

impl From<AllocError> for WriteError {
    #[cold]
    fn from(e: AllocError) -> Self {
        Self::Space(Box::new(e))
    }
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
            Self::PageTime(_) => JetErr::DB_TIME_TOO_NEW,
            Self::Space(e) => e.err,
            Self::Tree(_) | Self::Restless(_) => JetErr::DATABASE_CORRUPTED,
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

    #[cold]
    pub(super) fn node_length(key: usize, data: usize) -> Self {
        let long = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::NodeLength {
            key: long(key),
            data: long(data),
        }
    }

    #[cold]
    pub(super) fn key_length(key: usize) -> Self {
        Self::KeyLength(u32::try_from(key).unwrap_or(u32::MAX))
    }

    /// A page of a time that is not before the next one.
    #[cold]
    pub(crate) fn page_time(found: Dbtime, next: Dbtime) -> Self {
        Self::PageTime(Box::new(TimeFault { found, next }))
    }

    #[cold]
    pub(super) fn tree(pgno: Pgno, what: &'static str) -> Self {
        Self::Tree(Box::new(TreeFault { pgno, what }))
    }

    /// A page that could not be changed although everything was looked at before.
    pub(super) fn edit(pgno: Pgno, kind: EditError) -> Self {
        ApplyError::Page { pgno, kind }.into()
    }
}

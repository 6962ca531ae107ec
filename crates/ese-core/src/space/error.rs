//! Why space could not be had or given back.
//!
//! Invariant: every error has its `JET_ERR`.
#![forbid(unsafe_code)]

use crate::btree::apply::ApplyError;
use crate::btree::write::{AllocError, WriteError};
use crate::cache::PageFault;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Pgno;
use crate::format::space::{Extent, SpaceError};
use crate::io;
use crate::log::LogWriteError;

/// Why space could not be had or given back. What was logged before stands: pages may be leaked,
/// which the format allows, but none is in use twice.
#[derive(Debug, thiserror::Error)]
pub enum SpaceWriteError {
    /// A page can't be had, or does not belong here.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// A change of a space tree or of a root.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The log takes nothing.
    #[error(transparent)]
    Log(#[from] LogWriteError),
    /// What is in the log does not fit its pages.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A root's external header, a split buffer or an extent.
    #[error("page {pgno}: {kind}")]
    Bytes {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        kind: SpaceError,
    },
    /// The file can't be made larger.
    #[error("the file can't grow: {0}")]
    File(#[from] io::Error),
    /// The database has as many pages as it may have.
    #[error("the database may not grow by {0} pages more")]
    OutOfPages(u32),
    /// All object ids are used up.
    #[error("all object ids are used up")]
    OutOfObjids,
    /// What is said to be free is not, or lies outside the file.
    #[error("free pages of the tree at {fdp}: {extent:?} contradicts what is known")]
    Available {
        /// The tree.
        fdp: Pgno,
        /// The extent.
        extent: Extent,
    },
    /// Pages that the tree does not own, or owned extents that contradict each other.
    #[error("owned pages of the tree at {fdp}: {what} ({pgno})")]
    Owned {
        /// The tree.
        fdp: Pgno,
        /// Where.
        pgno: Pgno,
        /// What is wrong.
        what: &'static str,
    },
    /// The trees that this one takes space from do not end at the database's root.
    #[error("the tree at {0} has no place below the database's root")]
    Parents(Pgno),
    /// A tree with less pages than its roots take, or more than the format can say.
    #[error("no tree begins with {0} pages")]
    TreeSize(u32),
}

impl SpaceWriteError {
    /// Page and log differ after this error: who goes on would make it worse.
    #[must_use]
    pub fn leaves_page_wrong(&self) -> bool {
        match self {
            Self::Apply(_) => true,
            Self::Write(e) => e.leaves_page_wrong(),
            _ => false,
        }
    }
}

impl From<SpaceWriteError> for AllocError {
    fn from(e: SpaceWriteError) -> Self {
        Self {
            err: e.jet_err(),
            leaves_page_wrong: e.leaves_page_wrong(),
            what: e.to_string(),
        }
    }
}

impl HasJetErr for SpaceWriteError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(e) => e.jet_err(),
            Self::Write(e) => e.jet_err(),
            Self::Log(e) => e.jet_err(),
            Self::Apply(e) => e.jet_err(),
            Self::Bytes { kind, .. } => kind.jet_err(),
            Self::File(e) if e.kind() == io::ErrorKind::StorageFull => JetErr::DISK_FULL,
            Self::File(_) => JetErr::DISK_IO,
            Self::OutOfPages(_) => JetErr::OUT_OF_DATABASE_SPACE,
            Self::OutOfObjids => JetErr::OUT_OF_OBJECT_I_DS,
            Self::Available { .. } => JetErr::SP_AVAIL_EXT_CORRUPTED,
            Self::Owned { .. } => JetErr::SP_OWN_EXT_CORRUPTED,
            Self::Parents(_) => JetErr::DATABASE_CORRUPTED,
            Self::TreeSize(_) => JetErr::INVALID_PARAMETER,
        }
    }
}

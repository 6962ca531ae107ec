//! Undo of changes through the trees, logged.
//!
//! One version at a time: [`Place::find`] seeks its node from the root and latches the leaf (the
//! node may long lie on another page than when it was changed), [`Place::undo`] logs and applies.
//! The caller forgets the version before it lets the place go, so that whoever latches the page next
//! sees either both or none.
//!
//! Where pages, database times and the log come from is [`UndoTarget`]: run time and recovery undo
//! alike.
//!
//! # Room for what was before
//! An Undo never needs room that its page does not have (docs/format/versioning.md §6). Let a node's
//! reserve be its longest data in the transaction that owns it, less its data now; an open
//! transaction is the only one that changes the node's length, so reserves never compete for one
//! node. A page's `cbUncommittedFree` is the sum of the reserves on it: a replace that shrinks adds
//! to it, one that grows first uses its own, splits and merges move it with the nodes, and no insert
//! may take it. So on a page made by a running engine `cbFree` is never less than the sum of the
//! reserves. Redo makes the same changes and takes no room that they did not take, whatever it
//! writes into `cbUncommittedFree`. An undone insert frees and takes nothing, an undone replace
//! leaves its node's data with a length that it had in the transaction, that is at most its longest:
//! it takes room out of its own reserve only. Between the first Undo and the last nothing else
//! changes the page (recovery) or respects the reserves (run time). So in whatever order transactions
//! are undone, the data before fits.
//!
//! A page that breaks this is damaged, and is found before anything is logged.
//!
//! Source: docs/format/versioning.md §7, docs/format/recovery.md §5.
//!
//! Invariant: an Undo record is in the log only when the page it speaks of is changed by it.
#![forbid(unsafe_code)]

mod place;
mod record;

pub use place::{Place, Undoable};
pub use record::undo_info;

use crate::btree::apply::ApplyError;
use crate::cache::{DbNo, DbPages, PageFault};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Dbtime, Pgno};
use crate::log::{LogAppend, LogWriteError};

/// The world in which changes are undone.
pub trait UndoTarget {
    /// The pages of an attached database; `None` when it is not attached.
    fn pages(&self, db: DbNo) -> Option<&DbPages>;

    /// The next database time: greater than all that were given out, and than that of every page.
    fn next_dbtime(&self, db: DbNo) -> Dbtime;

    /// The log.
    fn log(&self) -> &dyn LogAppend;
}

/// Why a change can't be undone. Nothing of it is logged, except after [`RollbackError::Apply`].
#[derive(Debug, thiserror::Error)]
pub enum RollbackError {
    /// Its database is not attached.
    #[error("a change of database {} is to be undone, which is not attached", .0.0)]
    NotAttached(DbNo),
    /// A page can't be read, or does not belong to the tree.
    #[error("{0}")]
    Page(#[from] PageFault),
    /// The tree has no such node.
    #[error("page {pgno}: the node that version {rceid} changed is not there")]
    NoNode {
        /// The leaf that it belongs to.
        pgno: Pgno,
        /// The version.
        rceid: u32,
    },
    /// The node is not what the version says, or what was before does not fit any more.
    #[error("page {pgno}: what was before version {rceid} does not fit: {what}")]
    Misfit {
        /// The leaf.
        pgno: Pgno,
        /// The version.
        rceid: u32,
        /// Why.
        what: &'static str,
    },
    /// The page is of a later time than the database.
    #[error("page {pgno} is of database time {found:?}, the database is at {next:?}")]
    PageTime {
        /// The page.
        pgno: Pgno,
        /// Its time.
        found: Dbtime,
        /// The next time of the database.
        next: Dbtime,
    },
    /// The log takes no record.
    #[error("{0}")]
    Log(#[from] LogWriteError),
    /// The change failed although everything was looked at before.
    #[error("{0}")]
    Apply(#[from] ApplyError),
}

impl HasJetErr for RollbackError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NotAttached(_) => JetErr::LOG_CORRUPTED,
            Self::Page(e) => e.jet_err(),
            Self::NoNode { .. } | Self::Misfit { .. } => JetErr::DATABASE_CORRUPTED,
            Self::PageTime { .. } => JetErr::DB_TIME_TOO_NEW,
            Self::Log(e) => e.jet_err(),
            Self::Apply(e) => e.jet_err(),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

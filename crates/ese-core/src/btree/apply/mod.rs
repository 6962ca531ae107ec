//! Page changes: the one place where a decoded log record becomes bytes on pages.
//!
//! Do-time and redo call the same functions with the same record, so that a page written at run time
//! and a page replayed from the log can't differ. Everything is generic over
//! [`PageMut`](crate::format::page_mut::PageMut): a cache frame under its exclusive latch, or a
//! private buffer.
//!
//! Rooms: `node` (one node of one page), `create` (new trees), `split`, `merge`, `page_move`,
//! `image` (before-images in the log).
//!
//! Invariants:
//! * a page comes out with the record's dbtime, or unchanged with an error;
//! * whether a page needs the change (dbtime before and after) is the caller's question: a page that
//!   does not is not handed in;
//! * records come from files: whatever they say, nothing panics, and what does not fit the page is an
//!   error.
//!
//! `apply` does not know of versions beyond the flag on the node, nor of transactions.
#![forbid(unsafe_code)]

pub mod create;
pub mod image;
pub mod merge;
pub mod node;
pub mod page_move;
pub mod split;

use crate::error::{HasJetErr, JetErr};
use crate::format::compress::CompressError;
use crate::format::ids::Pgno;
use crate::format::log_record::diff::DiffError;
use crate::format::page::{PageError, PageFlags};
use crate::format::page_edit::EditError;
use crate::format::space::SpaceError;

/// Why a record can't be applied to its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The page is damaged, or does not have what the record speaks of.
    #[error("page {pgno}: {kind}")]
    Page {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        kind: EditError,
    },
    /// A root without a space header.
    #[error("page {pgno}: {kind}")]
    Space {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        kind: SpaceError,
    },
    /// The record contradicts itself or the page.
    #[error("page {pgno}: {what}")]
    Record {
        /// The page.
        pgno: Pgno,
        /// What does not fit.
        what: &'static str,
    },
    /// A diff that does not fit the data.
    #[error("page {pgno}: {kind}")]
    Diff {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        kind: DiffError,
    },
    /// A before-image that can't be unpacked.
    #[error("page {pgno}: the before-image can't be unpacked: {kind}")]
    Image {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        kind: CompressError,
    },
    /// A page that the others depend on was written before them, and the log holds no image of it.
    #[error("page {pgno} was written before a page that depends on it, and the log has no image")]
    NoImage {
        /// The page that was written.
        pgno: Pgno,
    },
    /// The record's type changes no page this way.
    #[error("records of this type change no page here")]
    NotHere,
}

impl ApplyError {
    pub(crate) fn record(pgno: Pgno, what: &'static str) -> Self {
        Self::Record { pgno, what }
    }
}

impl HasJetErr for ApplyError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page { kind, .. } => match kind {
                EditError::Page(e) => e.jet_err(),
                // A page that has no room for what the log says was put on it.
                EditError::Full { .. } | EditError::Node { .. } | EditError::Outside(_) => {
                    JetErr::DATABASE_CORRUPTED
                }
            },
            Self::Space { kind, .. } => kind.jet_err(),
            Self::Record { .. } | Self::Image { .. } | Self::NotHere => JetErr::LOG_CORRUPTED,
            Self::Diff { kind, .. } => kind.jet_err(),
            Self::NoImage { .. } => JetErr::DATABASE_BUFFER_DEPENDENCIES_CORRUPTED,
        }
    }
}

/// Gives page errors their page.
pub(crate) trait OnPage<T> {
    /// The same with the page's number.
    fn on(self, pgno: Pgno) -> Result<T, ApplyError>;
}

impl<T> OnPage<T> for Result<T, EditError> {
    fn on(self, pgno: Pgno) -> Result<T, ApplyError> {
        self.map_err(|kind| ApplyError::Page { pgno, kind })
    }
}

impl<T> OnPage<T> for Result<T, PageError> {
    fn on(self, pgno: Pgno) -> Result<T, ApplyError> {
        self.map_err(|kind| ApplyError::Page {
            pgno,
            kind: kind.into(),
        })
    }
}

/// Bits that a record may carry along but that say nothing of the change: checksum format and flush
/// type (docs/format/log-records.md §5.3).
pub(crate) const TRANSIENT: PageFlags = PageFlags::FLUSH_TYPE.union(PageFlags::NEW_CHECKSUM);

//! Page changes: the one place where a decoded log record becomes bytes on pages.
//!
//! Do-time and redo call the same functions with the same record, so that a page written at run time
//! and a page replayed from the log can't differ. Everything is generic over
//! [`PageMut`]: a cache frame under its exclusive latch, or a private buffer.
//!
//! | room | records |
//! |---|---|
//! | [`node`] | Insert, FlagInsert, FlagInsertAndReplaceData, FlagDelete, Delete, Replace, ReplaceD, Delta, Delta64, SetExternalHeader, Scrub, Undo |
//! | [`create`] | NewPage, CreateMEFDP, CreateSEFDP, ConvertFDP2 |
//! | [`split`] | Split2 and the operation behind it |
//! | [`merge`] | Merge2 |
//! | [`empty`] | EmptyTree |
//! | [`page_move`] | PageMove, alone and inside RootPageMove |
//! | [`image`] | before-images inside Split2 and Merge2 |
//!
//! Records that change no page (UndoInfo among them) and those that change a file as a whole
//! (ExtendDB, ShrinkDB, TrimDB) are not here.
//!
//! Invariants:
//! * a page that passes [`check_page`] comes out with the record's dbtime and passes it again, or it
//!   comes out unchanged with an error. Of the pages of one record each counts for itself: when the
//!   second one fails, the first is changed;
//! * on a page that does not pass it nothing panics, and nothing else is promised;
//! * whether a page needs the change (dbtime before and after) is the caller's question: a page that
//!   does not is not handed in;
//! * records come from files: whatever they say, nothing panics, and what does not fit the page is an
//!   error;
//! * changes of one node allocate nothing (but for the caller's scratch buffer, when it must grow).
//!
//! `apply` does not know of versions beyond the flag on the node, nor of transactions.
#![forbid(unsafe_code)]

pub mod create;
pub mod empty;
pub mod image;
pub mod merge;
pub mod node;
pub mod page_move;
pub mod split;
#[cfg(test)]
mod testing;

use crate::error::{HasJetErr, JetErr};
use crate::format::compress::CompressError;
use crate::format::ids::Pgno;
use crate::format::log_record::LrFlags;
use crate::format::log_record::diff::DiffError;
use crate::format::node::NodeFlags;
use crate::format::page::{PageError, PageFlags, PageView};
use crate::format::page_check::check_page;
use crate::format::page_edit::{EditError, NewPage, PageEdit};
use crate::format::page_mut::{OutsidePage, PageBuf, PageMut};
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
    /// The record's type changes no page this way: a mistake of the caller.
    #[error("records of this type change no page here")]
    NotHere,
    /// A type that engines of today no longer redo: ConvertFDP, Split, Merge.
    #[error("records of this type are no longer redone")]
    Obsolete,
}

impl ApplyError {
    fn record(pgno: Pgno, what: &'static str) -> Self {
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
            Self::Record { .. } | Self::Image { .. } => JetErr::LOG_CORRUPTED,
            Self::NotHere => JetErr::INTERNAL_ERROR,
            Self::Obsolete => JetErr::BAD_LOG_VERSION,
            Self::Diff { kind, .. } => kind.jet_err(),
            Self::NoImage { .. } => JetErr::DATABASE_BUFFER_DEPENDENCIES_CORRUPTED,
        }
    }
}

/// Gives page errors their page.
trait OnPage<T> {
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

impl<T> OnPage<T> for Result<T, OutsidePage> {
    fn on(self, pgno: Pgno) -> Result<T, ApplyError> {
        self.map_err(|kind| ApplyError::Page {
            pgno,
            kind: kind.into(),
        })
    }
}

impl<T> OnPage<T> for Result<T, SpaceError> {
    fn on(self, pgno: Pgno) -> Result<T, ApplyError> {
        self.map_err(|kind| ApplyError::Space { pgno, kind })
    }
}

impl<T> OnPage<T> for Result<T, DiffError> {
    fn on(self, pgno: Pgno) -> Result<T, ApplyError> {
        self.map_err(|kind| ApplyError::Diff { pgno, kind })
    }
}

impl<T> OnPage<T> for Result<T, CompressError> {
    fn on(self, pgno: Pgno) -> Result<T, ApplyError> {
        self.map_err(|kind| ApplyError::Image { pgno, kind })
    }
}

/// Bits that a record may carry along but that say nothing of the change: checksum format and flush
/// type (docs/format/log-records.md §5.3).
const TRANSIENT: PageFlags = PageFlags::FLUSH_TYPE.union(PageFlags::NEW_CHECKSUM);

/// The node flag that a record of these flags leaves.
fn version_flag(flags: LrFlags) -> NodeFlags {
    if flags.contains(LrFlags::VERSIONED) {
        NodeFlags::VERSION
    } else {
        NodeFlags::empty()
    }
}

/// Changes a page in several steps, all of them or none: on a private copy, which is stored when its
/// structure is sound.
fn rebuild<P: PageMut>(
    page: &mut P,
    pgno: Pgno,
    change: impl FnOnce(&mut PageEdit<'_, PageBuf>) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    finish(page, pgno, PageBuf::from_slice(page), change)
}

/// As [`rebuild`], for a new page: what was there before does not count.
fn build<P: PageMut>(
    page: &mut P,
    new: NewPage,
    change: impl FnOnce(&mut PageEdit<'_, PageBuf>) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    let pgno = new.pgno;
    let size = PageView::new(page).on(pgno)?.size();
    finish(page, pgno, PageBuf::zeroed(size), |edit| {
        edit.format_zeros(NewPage {
            flags: new.flags - TRANSIENT,
            ..new
        })
        .on(pgno)?;
        change(edit)
    })
}

fn finish<P: PageMut>(
    page: &mut P,
    pgno: Pgno,
    mut copy: PageBuf,
    change: impl FnOnce(&mut PageEdit<'_, PageBuf>) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    change(&mut PageEdit::new(&mut copy).on(pgno)?)?;
    check_page(&PageView::new(&copy).on(pgno)?).on(pgno)?;
    page.store_page(&copy).on(pgno)
}

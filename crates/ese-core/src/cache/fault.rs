//! What can be wrong with one page, and which error that is.
//!
//! Invariant: a fault always names its page.
#![forbid(unsafe_code)]

use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Objid, Pgno};
use crate::format::page::PageError;
use std::sync::Arc;

/// A page that can't be used, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[error("page {pgno}: {kind}")]
pub struct PageFault {
    /// The page.
    pub pgno: Pgno,
    /// Why.
    pub kind: PageFaultKind,
}

/// Why a page can't be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PageFaultKind {
    /// The read failed.
    #[error("reading failed: {0}")]
    Io(Arc<std::io::Error>),
    /// The file ends before this page.
    #[error("the file ends before this page")]
    BeyondEof,
    /// Every frame is latched, or dirty and can't be written.
    #[error("the cache has no room: every page in it is in use or can't be written")]
    NoBuffer,
    /// The page is all zeros where one in use was expected.
    #[error("the page was never written (all zeros)")]
    NotInitialized,
    /// The checksum is wrong and no single bit explains it.
    #[error("checksum is {actual:016x}, stored is {stored:016x}{}",
        looks_like.map_or_else(String::new, |p| format!("; it looks like page {p}")))]
    Checksum {
        /// As stored.
        stored: u64,
        /// As computed.
        actual: u64,
        /// The page that this is, when everything but the number fits.
        looks_like: Option<Pgno>,
    },
    /// The page says that it is another one.
    #[error("the page carries the number {0}")]
    WrongPgno(Pgno),
    /// The page is an older one than the flush map knows: a write was lost.
    #[error("a write of this page was lost (flush type {page}, the flush map says {map})")]
    LostFlush {
        /// Flush type in the page.
        page: u8,
        /// Flush type in the map.
        map: u8,
    },
    /// The checksum is right, the structure is not.
    #[error("the page's structure is damaged: {0}")]
    Structure(PageError),
    /// The page belongs to another tree than its parent.
    #[error("the page belongs to object {found}, its parent to {expected}")]
    ForeignPage {
        /// The parent's object.
        expected: Objid,
        /// The page's.
        found: Objid,
    },
    /// A child pointer that leads nowhere or in a circle.
    #[error("the child pointer at line {iline} leads to page {child}")]
    BadChild {
        /// Line of the pointer.
        iline: usize,
        /// Where it leads.
        child: Pgno,
    },
    /// A leaf that does not follow the one before it.
    #[error(
        "the sibling links are broken: {left}.next is {left_next}, {right}.prev is {right_prev}"
    )]
    BadLink {
        /// Left leaf.
        left: Pgno,
        /// Its next page.
        left_next: Pgno,
        /// Right leaf.
        right: Pgno,
        /// Its previous page.
        right_prev: Pgno,
    },
    /// The page's flags do not fit its place in the tree.
    #[error("page flags {0:#x} do not fit the page's place in the tree")]
    Place(u32),
    /// Nodes out of order.
    #[error("the key at line {0} is not greater than the one before it")]
    Order(usize),
}

impl PageFault {
    /// A fault of `pgno`.
    #[must_use]
    pub fn new(pgno: Pgno, kind: PageFaultKind) -> Self {
        Self { pgno, kind }
    }

    /// A failed read.
    #[must_use]
    pub fn io(pgno: Pgno, e: std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::UnexpectedEof {
            return Self::new(pgno, PageFaultKind::BeyondEof);
        }
        Self::new(pgno, PageFaultKind::Io(Arc::new(e)))
    }
}

impl HasJetErr for PageFault {
    /// docs/format/database-pages.md §5.4.
    fn jet_err(&self) -> JetErr {
        match &self.kind {
            PageFaultKind::Io(e) => e.jet_err(),
            PageFaultKind::BeyondEof => JetErr::FILE_IO_BEYOND_EOF,
            PageFaultKind::NoBuffer => JetErr::OUT_OF_BUFFERS,
            PageFaultKind::NotInitialized => JetErr::PAGE_NOT_INITIALIZED,
            PageFaultKind::Checksum { .. } => JetErr::READ_VERIFY_FAILURE,
            PageFaultKind::WrongPgno(_) => JetErr::READ_PGNO_VERIFY_FAILURE,
            PageFaultKind::LostFlush { .. } => JetErr::READ_LOST_FLUSH_VERIFY_FAILURE,
            PageFaultKind::Structure(_) | PageFaultKind::Place(_) | PageFaultKind::Order(_) => {
                JetErr::DATABASE_CORRUPTED
            }
            PageFaultKind::ForeignPage { .. } | PageFaultKind::BadChild { .. } => {
                JetErr::BAD_PARENT_PAGE_LINK
            }
            PageFaultKind::BadLink { .. } => JetErr::BAD_PAGE_LINK,
        }
    }
}

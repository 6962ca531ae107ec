//! Pages in memory: the one way for the layers above to look at a page.
//!
//! [`Pages`] is the interface; a caller gets a [`SharedPage`], looks, and lets go before its call
//! ends. Two bodies stand behind it: [`ReadCache`] for files at rest, and the engine's own [`Cache`]
//! (latches, dirty list, write gate), whose [`DbPages`] also gives pages to change.
//!
//! Invariants:
//! * a page that comes out of here has passed its checksum, carries its own number and is sound in
//!   structure (what [`PageLoader`] promises): layers above need not ask again;
//! * memory stays within the budget; of a [`ReadCache`], plus the pages that callers hold then.
//!
//! The cache does not know what a tree is, nor where a page lies in a file.
#![deny(unsafe_code)]

mod dirty;
mod engine;
mod fault;
mod gate;
mod heads;
mod latch;
mod loose;
#[cfg(all(target_arch = "x86_64", not(loom), not(words_only)))]
mod moves;
mod page_memory;
mod page_table;
mod read_cache;
mod words;

pub use dirty::Change;
pub use engine::{
    AttachFault, Budget, Cache, DbPages, ExclusivePage, Flushed, Usage, WriteFault, WriteFaultKind,
};
pub(crate) use engine::{Expected, FrameAt, OptimisticPage};
pub use fault::{PageFault, PageFaultKind};
pub use gate::{DbNo, OpenGate, PageStore, Verdict, WriteGate};
pub(crate) use heads::{Child, Followed, Told};
pub(crate) use loose::LooseBytes;
pub(crate) use page_memory::want;
pub use read_cache::{CachedPages, FileNo, ReadCache};

use self::page_memory::SharedFrame;
use crate::format::ids::{PageSize, Pgno};
use crate::format::page::{PageError, PageView};
use std::ops::Deref;
use std::sync::Arc;

/// Takes each page of a run: its number, and its proven bytes or what is wrong with it.
pub type EachPage<'a> = dyn FnMut(Pgno, Result<&[u8], PageFault>) + 'a;

/// Brings a page from its file and proves it: checksum, number, structure.
pub trait PageLoader: Send + Sync {
    /// Size of the file's pages.
    fn page_size(&self) -> PageSize;

    /// Fills `buf` (one page) with page `pgno`, verified and, where the checksum allows, corrected.
    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault>;

    /// Fills `buf` (whole pages, from `first` on) and says of each page whether it is sound, by
    /// one read where that is possible.
    fn load_run(&self, first: Pgno, buf: &mut [u8], each: &mut EachPage<'_>) {
        for (pgno, page) in (first.0..)
            .map(Pgno)
            .zip(buf.chunks_exact_mut(self.page_size().bytes()))
        {
            let loaded = self.load(pgno, page);
            each(pgno, loaded.map(|()| &*page));
        }
    }
}

/// Where pages come from.
pub trait Pages: Send + Sync {
    /// Size of the pages.
    fn page_size(&self) -> PageSize;

    /// The page, latched shared.
    fn shared(&self, pgno: Pgno) -> Result<SharedPage<'_>, PageFault>;

    /// Says that these pages will be wanted soon. Never fails: a page that can't be read is
    /// reported when it is asked for.
    fn prefetch(&self, pgnos: &[Pgno]) {
        let _ = pgnos;
    }
}

/// A page that does not change while this value lives: latched in the engine's cache, or an
/// unchanging copy of a file at rest.
///
/// A clone is one more latch on the same page and never waits.
#[derive(Clone)]
pub struct SharedPage<'c>(Held<'c>, Pgno);

#[derive(Clone)]
enum Held<'c> {
    /// Of a file at rest.
    Rest(Arc<[u8]>),
    /// A frame under its shared latch.
    Frame(SharedFrame<'c>),
}

impl<'c> SharedPage<'c> {
    pub(crate) fn new(bytes: Arc<[u8]>, pgno: Pgno) -> Self {
        Self(Held::Rest(bytes), pgno)
    }

    fn of_frame(frame: SharedFrame<'c>, pgno: Pgno) -> Self {
        Self(Held::Frame(frame), pgno)
    }

    /// The page's number.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        self.1
    }

    /// The page to look at.
    #[inline]
    pub fn view(&self) -> Result<PageView<'_>, PageFault> {
        match &self.0 {
            Held::Rest(bytes) => PageView::new(bytes).map_err(|e| self.fault(e)),
            Held::Frame(frame) => Ok(PageView::of(frame, frame.size())),
        }
    }

    /// A structural fault of this page.
    #[must_use]
    pub fn fault(&self, e: PageError) -> PageFault {
        PageFault::new(self.1, PageFaultKind::Structure(e))
    }

    /// Lines between which the first node lies whose key is not lower than `key`, and the first that is
    /// higher: ends included. Nodes between them have to be compared.
    #[inline]
    pub(crate) fn lines(&self, view: &PageView<'_>, key: &[u8]) -> (usize, usize) {
        let heads = match &self.0 {
            Held::Rest(_) => None,
            Held::Frame(frame) => frame.heads(self.1, view),
        };
        match heads {
            Some(heads) => heads.lines(&heads.told(), key),
            None => (0, view.node_count()),
        }
    }

    /// The page is looked through on the way to a child.
    pub(crate) fn is_passed(&self, view: &PageView<'_>) {
        if let Held::Frame(frame) = &self.0 {
            frame.heads(self.1, view);
        }
    }

    /// The number that [`SharedPage::set_calm`] gave it, if it has not changed since.
    #[inline]
    pub(crate) fn calm(&self) -> Option<u32> {
        match &self.0 {
            Held::Rest(_) => None,
            Held::Frame(frame) => frame.calm(),
        }
    }

    /// It was looked through before and has not changed since: worth finding out whether it is calm.
    pub(crate) fn may_be_calm(&self) -> bool {
        matches!(&self.0, Held::Frame(frame) if frame.has_heads())
    }

    /// Somebody has to find that out now: not for every look at a leaf that has versions.
    pub(crate) fn calm_is_due(&self) -> bool {
        matches!(&self.0, Held::Frame(frame) if frame.calm_is_due())
    }

    /// Its nodes look as they lie there, to whom the number says.
    pub(crate) fn set_calm(&self, number: u32) {
        if let Held::Frame(frame) = &self.0 {
            frame.set_calm(number);
        }
    }

    /// Has the processor bring so many bytes from `offset` on.
    #[inline]
    pub(crate) fn want(&self, offset: usize, len: usize) {
        if let Held::Frame(frame) = &self.0 {
            frame.want(offset, len);
        }
    }

    /// Where it lies, to find it again without asking where.
    #[inline]
    pub(crate) fn frame_at(&self) -> Option<FrameAt> {
        match &self.0 {
            Held::Rest(_) => None,
            Held::Frame(frame) => Some(FrameAt::of(frame)),
        }
    }
}

impl Deref for SharedPage<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Held::Rest(bytes) => bytes,
            Held::Frame(frame) => frame,
        }
    }
}

//! Pages without a latch: [`OptimisticPage`], and [`FrameAt`], which finds a page again.
//!
//! An internal page is searched by its key heads alone, which are atomics. Whoever went by what they
//! say asks afterwards whether the page is still the same ([`OptimisticPage::is_same`]).
//!
//! Invariant: nothing here waits, and nothing is read from a file. Where that would be needed the
//! answer is `None`: the caller goes the way that latches.
#![forbid(unsafe_code)]

use super::pages::CACHE_LINE;
use super::{DbPages, ExclusivePage, FrameNo, OptimisticFrame, SharedFrame};
use crate::cache::SharedPage;
use crate::cache::heads::Heads;
use crate::cache::loose::LooseBytes;
use crate::format::ids::Pgno;

/// Where a page lay, and how it was then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FrameAt {
    frame: FrameNo,
    version: u64,
}

impl FrameAt {
    #[inline]
    pub(crate) fn of(frame: &SharedFrame<'_>) -> Self {
        Self {
            frame: frame.no(),
            version: frame.version(),
        }
    }
}

#[cfg(all(test, loom))]
impl FrameAt {
    pub(super) fn version(&self) -> u64 {
        self.version
    }
}

/// The frame of a page that will be wanted: to be brought nearer, not to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected(FrameNo);

impl Expected {
    /// Bytes that the processor brings at a time.
    pub(crate) const LINE: usize = CACHE_LINE;
}

/// A page without a latch, as it was at one moment.
pub(crate) struct OptimisticPage<'c> {
    frame: OptimisticFrame<'c>,
    pgno: Pgno,
}

impl<'c> OptimisticPage<'c> {
    /// The page's key heads; `None` when they are not made. What they say counts once the page was found
    /// to be the same afterwards.
    #[inline]
    pub(crate) fn heads(&self) -> Option<Heads<'c>> {
        self.frame.heads()
    }

    /// The child of a line. It is the one only if this page is the same afterwards. Of a leaf the
    /// processor is asked for what a look through it will touch first.
    #[inline]
    pub(crate) fn child(
        &self,
        pages: &'c DbPages,
        heads: &Heads<'c>,
        line: usize,
        leaf: bool,
    ) -> Option<OptimisticPage<'c>> {
        let (pgno, hint) = heads.child(line)?;
        if let Some(frame) = hint {
            if leaf {
                pages.cache().memory.want_leaf(frame);
            }
            if let Some(page) = pages.optimistic_in(frame, pgno) {
                page.frame.used();
                return Some(page);
            }
        }
        let page = pages.optimistic(pgno)?;
        heads.child_is_in(line, (pgno, hint), page.frame.no());
        Some(page)
    }

    /// The page's bytes. They count as the key heads do.
    #[inline]
    pub(crate) fn bytes(&self) -> LooseBytes<'c> {
        self.frame.bytes()
    }

    /// The page's number.
    #[inline]
    pub(crate) fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// Where it lies, and how it is.
    #[inline]
    pub(crate) fn frame_at(&self) -> FrameAt {
        FrameAt {
            frame: self.frame.no(),
            version: self.frame.version(),
        }
    }

    /// As [`SharedPage::calm`].
    #[inline]
    pub(crate) fn calm(&self) -> Option<u32> {
        self.frame.calm()
    }

    /// Somebody has to find that out now, with a latch: not for every look at a leaf that has versions.
    pub(crate) fn calm_is_due(&self) -> bool {
        self.frame.calm_is_due()
    }

    /// Nothing changed up to now.
    #[inline]
    pub(crate) fn is_same(&self) -> bool {
        self.frame.is_same()
    }

    /// The page latched exclusively, if nothing changed up to then.
    pub(crate) fn latch_exclusive(&self, pages: &'c DbPages) -> Option<ExclusivePage<'c>> {
        let frame = self.frame.latch_exclusive()?;
        Some(pages.exclusive_frame(frame, self.pgno))
    }

    /// The page latched shared, if nothing changed up to then.
    #[inline]
    pub(crate) fn latch(&self) -> Option<SharedPage<'c>> {
        let frame = self.frame.latch()?;
        Some(SharedPage::of_frame(frame, self.pgno))
    }
}

impl DbPages {
    /// The page without a latch, if it is in memory and nobody is changing it.
    #[inline]
    pub(crate) fn optimistic(&self, pgno: Pgno) -> Option<OptimisticPage<'_>> {
        let page = self.optimistic_in(self.frame_of(pgno)?, pgno)?;
        page.frame.used();
        Some(page)
    }

    #[inline]
    fn optimistic_in(&self, frame: FrameNo, pgno: Pgno) -> Option<OptimisticPage<'_>> {
        let frame = self.cache().memory.optimistic(frame, self.owner(pgno))?;
        Some(OptimisticPage { frame, pgno })
    }

    /// The page latched shared, if it still lies there as it did. That is no new use: who walks through
    /// a page comes back to it for every row.
    #[inline]
    pub(crate) fn shared_at(&self, at: FrameAt, pgno: Pgno) -> Option<SharedPage<'_>> {
        let page = self.optimistic_in(at.frame, pgno)?;
        page.latch().filter(|p| p.frame_at() == Some(at))
    }

    /// The page without a latch, if it still lies there as it did. That is no new use either.
    #[inline]
    pub(crate) fn optimistic_at(&self, at: FrameAt, pgno: Pgno) -> Option<OptimisticPage<'_>> {
        // A version never repeats, and changes when the frame's page does.
        let frame = self.cache().memory.optimistic_at(at.frame, at.version)?;
        Some(OptimisticPage { frame, pgno })
    }

    /// Where a page is that will be wanted soon, if it is in memory.
    pub(crate) fn expected(&self, pgno: Pgno) -> Option<Expected> {
        self.frame_of(pgno).map(Expected)
    }

    /// Has the processor bring what a look through such a leaf will touch first.
    #[inline]
    pub(crate) fn want_leaf(&self, page: Expected) {
        self.cache().memory.want_leaf(page.0);
    }

    /// Has the processor bring `count` lines of such a page, from its `first` on.
    #[inline]
    pub(crate) fn want(&self, page: Expected, first: usize, count: usize) {
        self.cache().memory.want_lines(page.0, first, count);
    }

    /// Whether a page still lies there as it did.
    #[inline]
    pub(crate) fn is_at(&self, at: FrameAt) -> bool {
        // A version never repeats, and changes when the frame's page does.
        self.cache().memory.has_version(at.frame, at.version)
    }
}

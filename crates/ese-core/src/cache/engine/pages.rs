//! One database's pages as the layers above use them: [`DbPages`] and [`ExclusivePage`].
//!
//! Invariant: a page that was changed is dirty when its latch is let go, also if its changer forgot
//! to say so.
#![forbid(unsafe_code)]

use super::{
    AtomicU8, Cache, Change, ExclusiveFrame, FrameNo, Ordering, PageFault, PageFaultKind,
    SharedFrame, Slot,
};
use crate::cache::heads::{Followed, Heads};
use crate::cache::page_memory::{HeadsOfBefore, want};
use crate::cache::{Pages, SharedPage};
use crate::format::bytes::u32_at;
use crate::format::ids::{PageSize, Pgno};
use crate::format::page::{FLUSH_TYPE_SHIFT, OFF_FLAGS, PageError, PageView, TAG_BYTES};
use crate::format::page_mut::{OutsidePage, PageMut};
use crate::io::tally;
use crate::sync::yield_now;
use std::io;
use std::ops::Deref;
use std::sync::Arc;

/// Pages that a prefetch brings with one read, in bytes.
const RUN_BYTES: usize = 256 * 1024;
/// Part of the cache that one prefetched run may take.
const RUN_PART: u32 = 8;

/// Bytes that the processor brings at a time.
pub(super) const CACHE_LINE: usize = 64;

/// The pages of an attached database.
#[derive(Clone)]
pub struct DbPages {
    cache: Arc<Cache>,
    slot: Arc<Slot>,
}

/// A frame that was found, or filled just now and is still latched exclusively.
enum Found<'c> {
    Shared(SharedFrame<'c>),
    Filled(ExclusiveFrame<'c>),
}

impl DbPages {
    pub(super) fn new(cache: Arc<Cache>, slot: Arc<Slot>) -> Self {
        Self { cache, slot }
    }

    /// The cache behind.
    #[must_use]
    pub fn cache(&self) -> &Arc<Cache> {
        &self.cache
    }

    #[inline]
    pub(super) fn frame_of(&self, pgno: Pgno) -> Option<FrameNo> {
        self.slot.table.get(pgno)
    }

    #[inline]
    pub(super) fn owner(&self, pgno: Pgno) -> u64 {
        self.slot.owner(pgno)
    }

    /// `true` when the page is in memory, or on its way there.
    #[must_use]
    pub fn is_here(&self, pgno: Pgno) -> bool {
        self.slot.table.get(pgno).is_some()
    }

    /// The page, latched exclusively; read from the file unless it is here.
    pub fn exclusive(&self, pgno: Pgno) -> Result<ExclusivePage<'_>, PageFault> {
        tally::page_referenced();
        let owner = self.slot.owner(pgno);
        loop {
            if let Some(no) = self.slot.table.get(pgno) {
                if let Some(frame) = self.cache.memory.exclusive(no, owner) {
                    return Ok(self.exclusive_frame(frame, pgno));
                }
            } else if let Some(frame) = self.load(pgno)? {
                return Ok(self.page(frame, pgno, false));
            }
            // The page is on its way out, or in: somebody else has to go on.
            yield_now();
        }
    }

    /// The page, latched exclusively, or `None` when somebody else has it latched: for latches
    /// against the order (a left neighbour), whose taker then lets go of all and starts again.
    pub fn try_exclusive(&self, pgno: Pgno) -> Result<Option<ExclusivePage<'_>>, PageFault> {
        tally::page_referenced();
        let frame = match self.slot.table.get(pgno) {
            Some(no) => self.cache.memory.try_exclusive(no),
            None => self.load(pgno)?,
        };
        let Some(frame) = frame else {
            return Ok(None);
        };
        if frame.owner() != self.slot.owner(pgno) {
            return Ok(None);
        }
        frame.used();
        Ok(Some(self.page(frame, pgno, false)))
    }

    /// The page, latched exclusively, without reading it: for a page that is made anew. Its bytes
    /// are zero, or those that lay here already; the caller stores a whole page. Let go unchanged,
    /// a page that was not here is forgotten again.
    pub fn new_page(&self, pgno: Pgno) -> Result<ExclusivePage<'_>, PageFault> {
        tally::page_referenced();
        let owner = self.slot.owner(pgno);
        loop {
            if let Some(no) = self.slot.table.get(pgno) {
                if let Some(frame) = self.cache.memory.exclusive(no, owner) {
                    frame.used();
                    return Ok(self.page(frame, pgno, false));
                }
            } else if let Some(mut frame) = self.claim(pgno)? {
                frame.clear();
                if let Some(state) = self.cache.state(frame.no()) {
                    state.flush_type.store(0, Ordering::Relaxed);
                }
                return Ok(self.page(frame, pgno, true));
            }
            yield_now();
        }
    }

    /// Has the processor bring what a change of the page mostly stores to: the free space behind the
    /// lines, the last tags, what is known of the frame. Stores wait in line for memory, and the next
    /// latch waits for them all: by then the memory is here.
    #[inline]
    fn expect_change(&self, frame: &ExclusiveFrame<'_>) {
        let page = PageView::of(frame, self.cache.page_size);
        let free = page.size().header_bytes() + usize::from(page.ib_mic_free());
        frame.want(free);
        frame.want(free + CACHE_LINE - 1);
        frame.want((page.size().bytes()).saturating_sub(TAG_BYTES * (page.tag_count() + 1)));
        self.cache.state(frame.no()).inspect(|state| want(*state));
    }

    /// A page that was found in a frame and latched.
    pub(super) fn exclusive_frame<'c>(
        &'c self,
        frame: ExclusiveFrame<'c>,
        pgno: Pgno,
    ) -> ExclusivePage<'c> {
        frame.used();
        self.expect_change(&frame);
        self.page(frame, pgno, false)
    }

    fn page<'c>(
        &'c self,
        frame: ExclusiveFrame<'c>,
        pgno: Pgno,
        unborn: bool,
    ) -> ExclusivePage<'c> {
        ExclusivePage {
            frame: Some(frame),
            pages: self,
            pgno,
            unborn,
            unmarked: false,
        }
    }

    fn find(&self, pgno: Pgno) -> Result<Found<'_>, PageFault> {
        let owner = self.slot.owner(pgno);
        loop {
            if let Some(no) = self.slot.table.get(pgno) {
                if let Some(frame) = self.cache.memory.shared(no, owner) {
                    frame.used();
                    return Ok(Found::Shared(frame));
                }
            } else if let Some(frame) = self.load(pgno)? {
                return Ok(Found::Filled(frame));
            }
            yield_now();
        }
    }

    /// A frame that is this page's from now on; `None` when somebody else was faster.
    fn claim(&self, pgno: Pgno) -> Result<Option<ExclusiveFrame<'_>>, PageFault> {
        if self.slot.detached.load(Ordering::Acquire) {
            let e = io::Error::new(io::ErrorKind::NotConnected, "the database is detached");
            return Err(PageFault::io(pgno, e));
        }
        let mut frame = self
            .cache
            .take_frame()
            .ok_or_else(|| PageFault::new(pgno, PageFaultKind::NoBuffer))?;
        // Before the table names it, so that who finds it there waits for it.
        frame.set_owner(self.slot.owner(pgno));
        match self.slot.table.claim(pgno, frame.no()) {
            Ok(()) => {
                self.cache.came(frame.no(), frame.owner());
                Ok(Some(frame))
            }
            Err(there) => {
                self.cache.free_frame(frame);
                match there {
                    Some(_) => Ok(None),
                    None => Err(PageFault::new(pgno, PageFaultKind::BeyondEof)),
                }
            }
        }
    }

    fn give_up(&self, pgno: Pgno, frame: ExclusiveFrame<'_>) {
        self.slot.table.clear(pgno);
        self.cache.free_frame(frame);
    }

    fn load(&self, pgno: Pgno) -> Result<Option<ExclusiveFrame<'_>>, PageFault> {
        // Also keeps a wild number from making a piece of the table.
        if pgno.0 > self.slot.store.pages() {
            return Err(PageFault::new(pgno, PageFaultKind::BeyondEof));
        }
        let Some(mut frame) = self.claim(pgno)? else {
            return Ok(None);
        };
        let mut bytes = self.cache.buffer();
        let loaded = self
            .slot
            .store
            .load(pgno, bytes.as_mut_slice())
            .and_then(|()| self.fill(&mut frame, pgno, &bytes));
        self.cache.give_back(bytes);
        match loaded {
            Ok(()) => Ok(Some(frame)),
            Err(e) => {
                self.give_up(pgno, frame);
                Err(e)
            }
        }
    }

    fn fill(
        &self,
        frame: &mut ExclusiveFrame<'_>,
        pgno: Pgno,
        bytes: &[u8],
    ) -> Result<(), PageFault> {
        frame.store_page(bytes).map_err(|e| size_fault(pgno, e))?;
        if let Some(state) = self.cache.state(frame.no()) {
            let flags = u32_at(bytes, OFF_FLAGS).unwrap_or(0);
            let flush_type = ((flags >> FLUSH_TYPE_SHIFT) & 3) as u8;
            AtomicU8::store(&state.flush_type, flush_type, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Brings a run of pages, none of which is here, with one read.
    fn bring_run(&self, first: Pgno, count: usize, buffer: &mut Vec<u8>) {
        let mut frames = Vec::with_capacity(count);
        for pgno in (first.0..).map(Pgno).take(count) {
            match self.claim(pgno) {
                Ok(frame) => frames.push(frame),
                Err(_) => break,
            }
        }
        if frames.is_empty() {
            return;
        }
        let size = self.cache.page_size.bytes();
        tally::pages_preread(frames.iter().flatten().count());
        buffer.resize(frames.len() * size, 0);
        let mut frames = (first.0..).map(Pgno).zip(frames);
        self.slot.store.load_run(first, buffer, &mut |pgno, page| {
            let Some((of, Some(mut frame))) = frames.next() else {
                return;
            };
            debug_assert_eq!(of, pgno);
            if page
                .and_then(|bytes| self.fill(&mut frame, pgno, bytes))
                .is_err()
            {
                self.give_up(of, frame);
            }
        });
        for (of, frame) in frames {
            if let Some(frame) = frame {
                self.give_up(of, frame);
            }
        }
    }
}

/// The file and the cache have one page size, so nobody sees this.
fn size_fault(pgno: Pgno, e: OutsidePage) -> PageFault {
    PageFault::io(pgno, io::Error::other(e))
}

impl Pages for DbPages {
    fn page_size(&self) -> PageSize {
        self.cache.page_size
    }

    fn shared(&self, pgno: Pgno) -> Result<SharedPage<'_>, PageFault> {
        tally::page_referenced();
        let frame = match self.find(pgno)? {
            Found::Shared(frame) => frame,
            Found::Filled(frame) => frame.downgrade(),
        };
        Ok(SharedPage::of_frame(frame, pgno))
    }

    fn prefetch(&self, pgnos: &[Pgno]) {
        let part = (self.cache.size.load(Ordering::Relaxed) / RUN_PART) as usize;
        let run_most = (RUN_BYTES / self.cache.page_size.bytes()).min(part);
        let last = self.slot.store.pages();
        let mut wanted = pgnos
            .iter()
            .copied()
            .filter(|&p| !p.is_null() && p.0 <= last && self.slot.table.get(p).is_none())
            .peekable();
        let mut buffer = Vec::new();
        while let Some(first) = wanted.next() {
            let mut count = 1;
            while count < run_most
                && wanted
                    .next_if(|p| Some(p.0) == first.0.checked_add(count as u32))
                    .is_some()
            {
                count += 1;
            }
            self.bring_run(first, count, &mut buffer);
        }
    }
}

/// A page that its holder alone sees, and may change.
pub struct ExclusivePage<'c> {
    /// There until drop.
    frame: Option<ExclusiveFrame<'c>>,
    pages: &'c DbPages,
    pgno: Pgno,
    /// Neither read nor stored yet: zeros.
    unborn: bool,
    /// Changed since it was last marked dirty.
    unmarked: bool,
}

impl<'c> ExclusivePage<'c> {
    /// The page's number.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// The page to look at.
    #[inline]
    pub fn view(&self) -> Result<PageView<'_>, PageFault> {
        match &self.frame {
            Some(frame) => Ok(PageView::of(frame, frame.size())),
            None => Err(self.fault(PageError::Size(0))),
        }
    }

    /// A structural fault of this page.
    #[cold]
    #[must_use]
    pub fn fault(&self, e: PageError) -> PageFault {
        PageFault::new(self.pgno, PageFaultKind::Structure(e))
    }

    /// Says where the change of the page stands in the log. Call it after the record is in the log
    /// and before the latch is let go; a changed page that nobody marks counts as
    /// [`Change::UNLOGGED`].
    pub fn mark_dirty(&mut self, change: Change) {
        self.unmarked = false;
        self.unborn = false;
        if let Some(frame) = &self.frame
            && let Some(state) = self.pages.cache.state(frame.no())
        {
            let again = state.dirt.mark(change, frame.no(), &self.pages.slot.dirty);
            tally::page_dirtied(again);
        }
    }

    /// The key heads of the page as it is, which nobody has changed since it was latched.
    #[inline]
    pub(crate) fn heads(&self) -> Option<Heads<'c>> {
        self.frame.as_ref()?.heads()
    }

    /// Makes key heads of a page that was changed, while its bytes are at hand.
    pub(crate) fn tell_heads(&mut self) {
        if let Some(frame) = &mut self.frame {
            frame.tell_heads(self.pgno);
        }
    }

    /// Taken before a change: what the key heads need to follow it. `None` when there are none, or the page
    /// was changed already since it was latched.
    #[inline]
    pub(crate) fn heads_of_before(&self) -> Option<HeadsOfBefore> {
        self.frame.as_ref()?.heads_of_before()
    }

    /// Has the key heads follow a change.
    #[inline]
    pub(crate) fn follow(&mut self, heads: Option<HeadsOfBefore>, how: Followed) {
        if let (Some(frame), Some(heads)) = (&mut self.frame, heads) {
            frame.follow(heads, how);
        }
    }

    /// Says that the page got a change (Replace, FlagDelete) whose before-image is not in the log
    /// (docs/format/recovery.md §6 rule 3): the gate is told with the next write.
    pub fn owe_undo(&mut self) {
        if let Some(frame) = &self.frame
            && let Some(state) = self.pages.cache.state(frame.no())
        {
            state.dirt.owe_undo();
        }
    }

    /// Keeps the page latched shared, with nobody in between.
    #[must_use]
    pub fn downgrade(mut self) -> Option<SharedPage<'c>> {
        if self.unborn {
            return None;
        }
        self.settle();
        let frame = self.frame.take()?;
        Some(SharedPage::of_frame(frame.downgrade(), self.pgno))
    }

    fn settle(&mut self) {
        if self.unmarked {
            self.mark_dirty(Change::UNLOGGED);
        }
    }

    #[inline]
    fn change(
        &mut self,
        how: impl FnOnce(&mut ExclusiveFrame<'c>) -> Result<(), OutsidePage>,
    ) -> Result<(), OutsidePage> {
        if let Some(frame) = &mut self.frame {
            how(frame)?;
            self.unmarked = true;
            self.unborn = false;
        }
        Ok(())
    }
}

impl Deref for ExclusivePage<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        self.frame.as_deref().unwrap_or(&[])
    }
}

impl PageMut for ExclusivePage<'_> {
    #[inline]
    fn is_unborn(&self) -> bool {
        self.unborn
    }

    #[inline]
    fn store(&mut self, offset: usize, src: &[u8]) -> Result<(), OutsidePage> {
        self.change(|f| f.store(offset, src))
    }

    #[inline]
    fn store_u16(&mut self, offset: usize, v: u16) -> Result<(), OutsidePage> {
        self.change(|f| f.store_u16(offset, v))
    }

    #[inline]
    fn store_u32(&mut self, offset: usize, v: u32) -> Result<(), OutsidePage> {
        self.change(|f| f.store_u32(offset, v))
    }

    #[inline]
    fn store_u64(&mut self, offset: usize, v: u64) -> Result<(), OutsidePage> {
        self.change(|f| f.store_u64(offset, v))
    }

    fn shift(&mut self, from: usize, len: usize, to: usize) -> Result<(), OutsidePage> {
        self.change(|f| f.shift(from, len, to))
    }

    fn store_page(&mut self, src: &[u8]) -> Result<(), OutsidePage> {
        self.change(|f| f.store_page(src))
    }
}

impl Drop for ExclusivePage<'_> {
    fn drop(&mut self) {
        self.settle();
        if let Some(frame) = self.frame.take_if(|_| self.unborn) {
            self.pages.give_up(self.pgno, frame);
        }
    }
}

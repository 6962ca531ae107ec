//! Page memory: the frames' bytes in one anonymous mapping, and the only unsafe room of the cache.
//!
//! A reader without a latch looks at words that somebody may be changing. Therefore bytes are only
//! ever *stored* through relaxed atomics, word by word; `&[u8]` exists only while a latch excludes
//! every store. There is no `&mut [u8]` and no `DerefMut`.
//!
//! ```text
//! mapping    frame 0 | frame 1 | …     one page each, page-size aligned, never unmapped before drop
//! heads      one 64-byte line a frame: latch, I/O latch, version, owner, use count
//! narrow     key heads (`heads`), a block beside every frame
//! wide       key heads of internal pages, lent to their frames
//! ```
//!
//! Invariants:
//! * a frame's bytes change only between an odd version and the next even one, under its exclusive
//!   latch; a version never repeats;
//! * a [`SharedFrame`] holds the shared latch, an [`ExclusiveFrame`] the exclusive one, from birth to
//!   drop.
#![allow(unsafe_code)]

use super::heads::{Followed, Heads, narrow_words, wide_words};
use super::latch::Latch;
use super::loose::LooseBytes;
use super::words::{self, WORD};
use crate::format::ids::{PageSize, Pgno};
use crate::format::page::PageView;
use crate::format::page_mut::{OutsidePage, PageMut};
use crate::sync::{AtomicU8, AtomicU32, AtomicU64, Guarded, Lock, Ordering, Sleepers, fence};
use memmap2::{MmapOptions, MmapRaw};
use std::io;
use std::ops::Deref;
use std::sync::atomic::AtomicU32 as Hint32;
use std::sync::atomic::AtomicU64 as Word;

/// Lots that sleeping waiters are spread over.
const LOTS: usize = if cfg!(loom) { 1 } else { 64 };
/// Words of a line of the processor's cache.
const LINE_WORDS: usize = 64 / WORD;
/// Lines of the key heads of most leaves.
const HEAD_LINES: usize = 6;
/// Lines at the end of a page where the tags of most leaves lie.
const TAG_LINES: usize = 3;
/// Looks at a page after which it is found out once more whether it is calm.
const CALM_EVERY: u32 = 1 << CALM_BITS;
const CALM_BITS: u32 = 4;
/// Highest use count: what a page must be found unused by the clock's hand before it goes.
const USES_MOST: u8 = 2;

/// A frame's number.
pub(crate) type FrameNo = u32;

/// What is known of a frame: one cache line, written seldom.
#[repr(align(64))]
#[derive(Default)]
struct Head {
    latch: Latch,
    /// Held while a copy of the frame is on its way to the file.
    writing: Latch,
    version: AtomicU64,
    /// Whose page lies here; changes only under the exclusive latch.
    owner: AtomicU64,
    uses: AtomicU8,
    /// The wide block that is lent to the frame, counted from 1; 0 for none.
    wide: AtomicU32,
    /// A hint, which models need not see: lowest bits of the version at which the page was last looked through without key heads.
    looked: Hint32,
    /// Version at which somebody found that the page is calm, and for whom: a number of the layers above.
    calm: AtomicU64,
    calm_for: AtomicU32,
    /// A hint again: how often that was asked for since the page changed.
    asked: Hint32,
    /// Tells the model checker of the frame's bytes.
    bytes: Guarded,
}

#[cfg(loom)]
// SAFETY: nothing lies in the cell that loom brings along; it is told of looks and changes only, and
// loom runs one thread at a time.
unsafe impl Sync for Head {}

/// All frames.
pub(crate) struct PageMemory {
    map: MmapRaw,
    heads: Box<[Head]>,
    lots: Box<[Sleepers; LOTS]>,
    page_size: usize,
    size: PageSize,
    narrow: Blocks,
    wide: Blocks,
    /// Wide blocks that came back, and how many were ever lent.
    lent: Lock<(Vec<u32>, u32)>,
}

/// Blocks of words for key heads, zero at first; the system gives memory when one is first used.
struct Blocks {
    #[cfg(not(loom))]
    map: MmapRaw,
    #[cfg(loom)]
    all: Box<[AtomicU64]>,
    words: usize,
    count: usize,
}

impl Blocks {
    fn new(words: usize, count: usize) -> io::Result<Self> {
        #[cfg(not(loom))]
        {
            let bytes = (words * WORD)
                .checked_mul(count)
                .ok_or(io::ErrorKind::OutOfMemory)?;
            let map = MmapOptions::new().len(bytes.max(WORD)).map_anon()?;
            #[cfg(target_os = "linux")]
            // A wish again. Frames are used in the order of their numbers, so little is taken in vain.
            let _ = map.advise(memmap2::Advice::HugePage);
            Ok(Self {
                map: map.into(),
                words,
                count,
            })
        }
        #[cfg(loom)]
        Ok(Self {
            all: (0..words * count).map(|_| AtomicU64::new(0)).collect(),
            words,
            count,
        })
    }

    /// A block; no words for a number that none has.
    #[inline]
    fn get(&self, no: usize) -> &[AtomicU64] {
        if no >= self.count {
            return &[];
        }
        #[cfg(not(loom))]
        {
            // SAFETY: the mapping has `count` blocks of so many words, and `no` is one of them.
            let base = unsafe { self.map.as_mut_ptr().cast::<Word>().add(no * self.words) };
            // SAFETY: in bounds as said, aligned because the mapping begins at a system page; mapped for
            // as long as `self` lives, which the lifetime ties the slice to; initialised (zeros); nothing
            // but such slices of atomics ever refers to these bytes.
            unsafe { std::slice::from_raw_parts(base, self.words) }
        }
        #[cfg(loom)]
        self.all
            .get(no * self.words..(no + 1) * self.words)
            .unwrap_or(&[])
    }
}

impl PageMemory {
    /// `frames` frames of zeros; the system gives memory when a frame is first used.
    pub(crate) fn new(size: PageSize, frames: FrameNo) -> io::Result<Self> {
        let page_size = size.bytes();
        let bytes = page_size
            .checked_mul(frames as usize)
            .ok_or(io::ErrorKind::OutOfMemory)?;
        let map = MmapOptions::new().len(bytes.max(page_size)).map_anon()?;
        #[cfg(target_os = "linux")]
        // Huge pages are a wish; a kernel without them serves as well.
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(Self {
            map: map.into(),
            heads: (0..frames).map(|_| Head::default()).collect(),
            lots: Box::new(std::array::from_fn(|_| Sleepers::default())),
            page_size,
            size,
            narrow: Blocks::new(narrow_words(size), frames as usize)?,
            wide: Blocks::new(wide_words(size), wide_blocks(frames))?,
            lent: Lock::default(),
        })
    }

    /// Has the system give the memory of some frames now, with what belongs to them. What is there keeps its
    /// bytes, and may be used meanwhile.
    #[cfg(all(target_os = "linux", not(loom)))]
    pub(crate) fn bring(&self, frames: std::ops::Range<FrameNo>) -> io::Result<()> {
        let bring = |map: &MmapRaw, each: usize| {
            let (from, to) = (frames.start as usize * each, frames.end as usize * each);
            let (from, to) = (from.min(map.len()), to.min(map.len()));
            map.advise_range(
                memmap2::Advice::PopulateWrite,
                from,
                to.saturating_sub(from),
            )
        };
        bring(&self.map, self.page_size)?;
        bring(&self.narrow.map, self.narrow.words * WORD)
    }

    #[cfg(not(all(target_os = "linux", not(loom))))]
    pub(crate) fn bring(&self, _: std::ops::Range<FrameNo>) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[inline]
    fn lot(&self, frame: FrameNo) -> &Sleepers {
        // There are as many lots as the remainder can tell apart.
        &self.lots[frame as usize % LOTS]
    }

    /// A wide block, counted from 1.
    fn lend(&self) -> Option<u32> {
        let mut lent = self.lent.lock();
        if let Some(no) = lent.0.pop() {
            return Some(no);
        }
        let next = lent.1.checked_add(1)?;
        (next as usize <= self.wide.count).then(|| {
            lent.1 = next;
            next
        })
    }

    fn take_back(&self, wide: u32) {
        self.lent.lock().0.push(wide);
    }

    /// The frame without a latch, if it is `owner`'s and nobody is changing it.
    #[inline]
    pub(crate) fn optimistic(&self, frame: FrameNo, owner: u64) -> Option<OptimisticFrame<'_>> {
        let at = self.head(frame)?;
        let version = at.head.version.load(Ordering::Acquire);
        let is = version % 2 == 0 && at.head.owner.load(Ordering::Relaxed) == owner;
        is.then_some(OptimisticFrame { at, version })
    }

    /// The frame without a latch, if it has this version still.
    #[inline]
    pub(crate) fn optimistic_at(
        &self,
        frame: FrameNo,
        version: u64,
    ) -> Option<OptimisticFrame<'_>> {
        let at = self.head(frame)?;
        let is = at.head.version.load(Ordering::Acquire) == version;
        is.then_some(OptimisticFrame { at, version })
    }

    /// Whether a frame has this version still.
    #[inline]
    pub(crate) fn has_version(&self, frame: FrameNo, version: u64) -> bool {
        let head = self.heads.get(frame as usize);
        head.is_some_and(|h| h.version.load(Ordering::Acquire) == version)
    }

    /// Has the processor bring what a look through the page will touch first.
    #[inline]
    pub(crate) fn want_leaf(&self, frame: FrameNo) {
        let Some(head) = self.heads.get(frame as usize) else {
            return;
        };
        want(head);
        let (heads, words) = (self.narrow.get(frame as usize), self.words(frame));
        for at in (0..heads.len()).step_by(LINE_WORDS).take(HEAD_LINES) {
            heads.get(at).inspect(|word| want(*word));
        }
        words.first().inspect(|word| want(*word));
        for line in 1..=TAG_LINES {
            let at = words.len().wrapping_sub(line * LINE_WORDS);
            words.get(at).inspect(|word| want(*word));
        }
    }

    /// Has the processor bring lines of the frame's bytes.
    #[inline]
    pub(crate) fn want_lines(&self, frame: FrameNo, first: usize, count: usize) {
        let words = self.words(frame);
        for line in first..first + count {
            words.get(line * LINE_WORDS).inspect(|word| want(*word));
        }
    }

    #[inline]
    fn head(&self, frame: FrameNo) -> Option<FrameRef<'_>> {
        let head = self.heads.get(frame as usize)?;
        Some(FrameRef {
            head,
            no: frame,
            memory: self,
        })
    }

    /// The words of a frame; none of a frame that there is not.
    #[inline]
    fn words(&self, frame: FrameNo) -> &[Word] {
        if frame as usize >= self.heads.len() {
            return &[];
        }
        let first = frame as usize * self.page_size;
        // SAFETY: `heads` has as many elements as the mapping has pages, so `first` plus a page lies
        // inside the mapping.
        let base = unsafe { self.map.as_mut_ptr().add(first) };
        // The mapping begins at a system page, and page sizes are multiples of a word.
        let words = base.cast::<Word>();
        // SAFETY: in bounds and aligned as said; mapped for as long as `self` lives, which the
        // lifetime ties the slice to; initialised (zeros); no `&mut` to these bytes exists anywhere,
        // and `&[u8]` only while a latch keeps everybody from storing.
        unsafe { std::slice::from_raw_parts(words, self.page_size / WORD) }
    }

    /// The frame, latched shared, if it is `owner`'s; never waits for the latch of another owner.
    #[inline]
    pub(crate) fn shared(&self, frame: FrameNo, owner: u64) -> Option<SharedFrame<'_>> {
        let at = self.head(frame)?;
        let is = || at.head.owner.load(Ordering::Relaxed) == owner;
        let latched = at
            .head
            .latch
            .shared(at.sleepers(), is)
            .then(|| SharedFrame(at));
        latched.filter(|_| is())
    }

    /// The frame, latched shared, if nobody has it exclusively.
    pub(crate) fn try_shared(&self, frame: FrameNo) -> Option<SharedFrame<'_>> {
        let at = self.head(frame)?;
        at.head.latch.try_shared().then(|| SharedFrame(at))
    }

    /// The frame, latched exclusively, if it is `owner`'s; never waits for the latch of another
    /// owner.
    pub(crate) fn exclusive(&self, frame: FrameNo, owner: u64) -> Option<ExclusiveFrame<'_>> {
        let at = self.head(frame)?;
        let is = || at.head.owner.load(Ordering::Relaxed) == owner;
        let latched = at
            .head
            .latch
            .exclusive(at.sleepers(), is)
            .then(|| ExclusiveFrame::new(at));
        latched.filter(|_| is())
    }

    /// The frame, latched exclusively, if nobody else has it.
    pub(crate) fn try_exclusive(&self, frame: FrameNo) -> Option<ExclusiveFrame<'_>> {
        let at = self.head(frame)?;
        at.head
            .latch
            .try_exclusive()
            .then(|| ExclusiveFrame::new(at))
    }

    /// The right to write a copy of the frame to its file; waits for it if `wait`.
    pub(crate) fn writing(&self, frame: FrameNo, wait: bool) -> Option<WritingFrame<'_>> {
        let at = self.head(frame)?;
        if wait {
            at.head.writing.exclusive(at.sleepers(), || true);
        } else if !at.head.writing.try_exclusive() {
            return None;
        }
        Some(WritingFrame(at))
    }

    /// Whose page the frame holds at this moment.
    pub(crate) fn owner(&self, frame: FrameNo) -> u64 {
        self.heads
            .get(frame as usize)
            .map_or(0, |h| h.owner.load(Ordering::Acquire))
    }

    /// The frame was used since its page came.
    pub(crate) fn is_used(&self, frame: FrameNo) -> bool {
        let head = self.heads.get(frame as usize);
        head.is_some_and(|h| h.uses.load(Ordering::Relaxed) != 0)
    }

    /// Takes one from the frame's use count; `true` when there was none left.
    pub(crate) fn is_cold(&self, frame: FrameNo) -> bool {
        let Some(head) = self.heads.get(frame as usize) else {
            return false;
        };
        let uses = head.uses.load(Ordering::Relaxed);
        if uses != 0 {
            head.uses.store(uses - 1, Ordering::Relaxed);
        }
        uses == 0
    }
}

/// Asks the processor for the cache line where `at` begins; no more than a hint.
#[inline]
pub(crate) fn want<T>(at: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch gives the program no byte and never faults; every x86-64 has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(at).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// Wide blocks that there are: internal pages are few. A block takes two pages, so those of a small cache
/// are a quarter of it at most.
fn wide_blocks(frames: FrameNo) -> usize {
    let (frames, few) = (frames as usize, 8);
    (frames / 32 + few).min(frames / 8).max(1)
}

/// A frame's parts at hand.
#[derive(Clone, Copy)]
struct FrameRef<'c> {
    head: &'c Head,
    no: FrameNo,
    memory: &'c PageMemory,
}

impl<'c> FrameRef<'c> {
    /// Where waiters of the frame's latches sleep.
    #[inline]
    fn sleepers(&self) -> &'c Sleepers {
        self.memory.lot(self.no)
    }

    #[inline]
    fn words(&self) -> &'c [Word] {
        self.memory.words(self.no)
    }

    /// The frame's key heads, of whatever version.
    #[inline]
    fn heads(&self) -> Heads<'c> {
        let wide = self.head.wide.load(Ordering::Relaxed) as usize;
        Heads::new(match wide.checked_sub(1) {
            None => self.memory.narrow.get(self.no as usize),
            Some(wide) => self.memory.wide.get(wide),
        })
    }

    #[inline]
    fn heads_of(&self, version: u64) -> Option<Heads<'c>> {
        Some(self.heads()).filter(|h| h.stamp() == version)
    }
}

impl FrameRef<'_> {
    #[inline]
    fn calm(&self, version: u64) -> Option<u32> {
        let is = self.head.calm.load(Ordering::Acquire) == version;
        is.then(|| self.head.calm_for.load(Ordering::Relaxed))
    }

    fn calm_is_due(&self, version: u64) -> bool {
        let asked = self.head.asked.load(Ordering::Relaxed);
        // Lowest bits of the version, and how often somebody asked.
        let of = (version as u32) << CALM_BITS;
        let times = match (asked ^ of) >> CALM_BITS {
            0 => asked % CALM_EVERY,
            _ => 0,
        };
        (self.head.asked).store(of | ((times + 1) % CALM_EVERY), Ordering::Relaxed);
        // Not the first: a leaf that changes after each look is calm for nobody.
        times == 1
    }

    /// Counts a use; stores only when that changes something.
    #[inline]
    fn used(&self) {
        let uses = self.head.uses.load(Ordering::Relaxed);
        if uses < USES_MOST {
            self.head.uses.store(uses + 1, Ordering::Relaxed);
        }
    }

    /// # Safety
    /// For as long as the result lives, the caller must hold the frame's latch, and store nothing
    /// through it.
    unsafe fn bytes(&self) -> &[u8] {
        self.head.bytes.looked();
        // SAFETY: the words are that many initialised bytes; the caller promises that nobody stores
        // meanwhile, and what was stored before happened before the latch was taken.
        unsafe {
            std::slice::from_raw_parts(
                self.words().as_ptr().cast::<u8>(),
                size_of_val(self.words()),
            )
        }
    }
}

/// A frame without a latch, as it was at one version.
#[derive(Clone, Copy)]
pub(crate) struct OptimisticFrame<'c> {
    at: FrameRef<'c>,
    version: u64,
}

impl<'c> OptimisticFrame<'c> {
    /// The key heads of this version. What they say counts once [`OptimisticFrame::is_same`] was true
    /// afterwards.
    #[inline]
    pub(crate) fn heads(&self) -> Option<Heads<'c>> {
        self.at.heads_of(self.version)
    }

    /// The frame's bytes as they are at this moment. What they say counts as [`OptimisticFrame::heads`].
    #[inline]
    pub(crate) fn bytes(&self) -> LooseBytes<'c> {
        LooseBytes::new(self.at.words(), self.at.memory.size, &self.at.head.bytes)
    }

    /// The version that it had.
    #[inline]
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// What [`SharedFrame::set_calm`] said of this version.
    #[inline]
    pub(crate) fn calm(&self) -> Option<u32> {
        self.at.calm(self.version)
    }

    /// As [`SharedFrame::calm_is_due`].
    pub(crate) fn calm_is_due(&self) -> bool {
        self.at.calm_is_due(self.version)
    }

    /// Nothing changed up to now: what was read is what the page says.
    #[inline]
    pub(crate) fn is_same(&self) -> bool {
        // What was read before is read before the version is.
        fence(Ordering::Acquire);
        self.at.head.version.load(Ordering::Relaxed) == self.version
    }

    /// The frame's number.
    #[inline]
    pub(crate) fn no(&self) -> FrameNo {
        self.at.no
    }

    /// Counts a use.
    #[inline]
    pub(crate) fn used(&self) {
        self.at.used();
    }

    /// Latches it shared, if nothing changed up to then.
    #[inline]
    pub(crate) fn latch(&self) -> Option<SharedFrame<'c>> {
        let is = || self.at.head.version.load(Ordering::Relaxed) == self.version;
        let latch = &self.at.head.latch;
        let latched = latch.shared(self.at.sleepers(), is);
        latched
            .then(|| SharedFrame(self.at))
            .filter(|f| f.version() == self.version)
    }

    /// Latches it exclusively, if nothing changed up to then.
    pub(crate) fn latch_exclusive(&self) -> Option<ExclusiveFrame<'c>> {
        let is = || self.at.head.version.load(Ordering::Relaxed) == self.version;
        let latch = &self.at.head.latch;
        let latched = latch.exclusive(self.at.sleepers(), is);
        latched
            .then(|| ExclusiveFrame::new(self.at))
            .filter(|_| is())
    }
}

/// A frame under its shared latch.
pub(crate) struct SharedFrame<'c>(FrameRef<'c>);

impl<'c> SharedFrame<'c> {
    /// The frame's number.
    #[inline]
    pub(crate) fn no(&self) -> FrameNo {
        self.0.no
    }

    /// Size of the pages.
    #[inline]
    pub(crate) fn size(&self) -> PageSize {
        self.0.memory.size
    }

    /// Version of the frame, which stays while this lives.
    #[inline]
    pub(crate) fn version(&self) -> u64 {
        self.0.head.version.load(Ordering::Relaxed)
    }

    /// Has the processor bring so many bytes from `offset` on.
    #[inline]
    pub(crate) fn want(&self, offset: usize, len: usize) {
        let (first, last) = (offset / WORD, (offset + len) / WORD);
        let words = self.0.words();
        for at in (first..=last).step_by(LINE_WORDS) {
            words.get(at).inspect(|word| want(*word));
        }
    }

    /// The page has key heads.
    #[inline]
    pub(crate) fn has_heads(&self) -> bool {
        self.0.heads_of(self.version()).is_some()
    }

    /// What [`SharedFrame::set_calm`] said of this version.
    #[inline]
    pub(crate) fn calm(&self) -> Option<u32> {
        self.0.calm(self.version())
    }

    /// Whether it is time to find out if the page is calm: the first time that somebody asks after a
    /// change but the first look, and every [`CALM_EVERY`]th time from then on.
    pub(crate) fn calm_is_due(&self) -> bool {
        self.0.calm_is_due(self.version())
    }

    /// Keeps what the layers above found out about this version of the page.
    #[inline]
    pub(crate) fn set_calm(&self, number: u32) {
        let head = self.0.head;
        head.calm_for.store(number, Ordering::Relaxed);
        // Who sees the version sees the number, or a later one of the same version.
        head.calm.store(self.version(), Ordering::Release);
    }

    /// The page's key heads. They are made when the page was looked through before, and has not changed
    /// since.
    #[inline]
    pub(crate) fn heads(&self, pgno: Pgno, view: &PageView<'_>) -> Option<Heads<'c>> {
        let version = self.version();
        let heads = self.0.heads_of(version);
        heads.or_else(|| self.tell(version, pgno, view))
    }

    #[cold]
    fn tell(&self, version: u64, pgno: Pgno, view: &PageView<'_>) -> Option<Heads<'c>> {
        let head = self.0.head;
        let now = version as u32;
        if head.looked.load(Ordering::Relaxed) != now {
            head.looked.store(now, Ordering::Relaxed);
            return None;
        }
        if !view.is_leaf() && head.wide.load(Ordering::Relaxed) == 0 {
            let wide = self.0.memory.lend()?;
            let lent = head
                .wide
                .compare_exchange(0, wide, Ordering::Relaxed, Ordering::Relaxed);
            if lent.is_err() {
                self.0.memory.take_back(wide);
            }
        }
        let heads = self.0.heads();
        heads.tell(version, pgno, view).then_some(heads)
    }
    /// Whose page lies here.
    #[inline]
    pub(crate) fn owner(&self) -> u64 {
        self.0.head.owner.load(Ordering::Relaxed)
    }

    /// Counts a use.
    #[inline]
    pub(crate) fn used(&self) {
        self.0.used();
    }
}

impl Deref for SharedFrame<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the shared latch is held until drop, and storing takes the exclusive one.
        unsafe { self.0.bytes() }
    }
}

impl Clone for SharedFrame<'_> {
    fn clone(&self) -> Self {
        // One reader is there, so no writer can be in the way: this only ever spins past others.
        while !self.0.head.latch.try_shared() {
            crate::sync::yield_now();
        }
        Self(self.0)
    }
}

impl Drop for SharedFrame<'_> {
    fn drop(&mut self) {
        self.0.head.latch.release_shared(self.0.sleepers());
    }
}

/// The key heads were those of the page when it had not been changed yet since it was latched: only a change
/// that began there may be followed.
pub(crate) struct HeadsOfBefore(());

/// A frame under its exclusive latch.
pub(crate) struct ExclusiveFrame<'c> {
    at: FrameRef<'c>,
    /// The version is odd.
    changing: bool,
    /// Since then the key heads have followed, and are those of the version to come.
    followed: bool,
}

impl<'c> ExclusiveFrame<'c> {
    fn new(at: FrameRef<'c>) -> Self {
        Self {
            at,
            changing: false,
            followed: false,
        }
    }

    /// The frame's number.
    pub(crate) fn no(&self) -> FrameNo {
        self.at.no
    }

    /// Whose page lies here.
    pub(crate) fn owner(&self) -> u64 {
        self.at.head.owner.load(Ordering::Relaxed)
    }

    /// Says whose page lies here from now on; it starts unused.
    pub(crate) fn set_owner(&mut self, owner: u64) {
        self.change();
        let wide = self.at.head.wide.swap(0, Ordering::Relaxed);
        if wide != 0 {
            // The version is odd: who still reads there will see that it does not count.
            self.at.memory.take_back(wide);
        }
        self.at.head.uses.store(0, Ordering::Relaxed);
        self.at.head.owner.store(owner, Ordering::Release);
        // Who waits for the page that lay here must not wait for the next one.
        self.at.head.latch.wanted_changed(self.at.sleepers());
    }

    /// Counts a use.
    pub(crate) fn used(&self) {
        self.at.used();
    }

    /// Says that the byte at `offset` will be stored soon.
    #[inline]
    pub(crate) fn want(&self, offset: usize) {
        self.at
            .words()
            .get(offset / WORD)
            .inspect(|word| want(*word));
    }

    /// Version of the frame: odd from the first store until the latch is let go.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn version(&self) -> u64 {
        self.at.head.version.load(Ordering::Relaxed)
    }

    /// Keeps a shared latch and lets go of the rest, with nobody in between.
    pub(crate) fn downgrade(mut self) -> SharedFrame<'c> {
        self.settle();
        let at = self.at;
        std::mem::forget(self);
        at.head.latch.downgrade(at.sleepers());
        SharedFrame(at)
    }

    /// Makes the version odd before the first store.
    #[inline]
    fn change(&mut self) {
        self.at.head.bytes.changed();
        if !self.changing {
            self.changing = true;
            let version = &self.at.head.version;
            version.store(version.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            // A reader that sees one of the stores to come also sees the odd version.
            fence(Ordering::Release);
            self.at.head.bytes.stored(version.load(Ordering::Relaxed));
        } else if self.followed {
            self.followed = false;
            self.at.heads().forget();
        }
    }

    /// The key heads of the page as it is; `None` when there are none, or it was changed.
    #[inline]
    pub(crate) fn heads(&self) -> Option<Heads<'c>> {
        let version = self.at.head.version.load(Ordering::Relaxed);
        self.at.heads_of(version).filter(|_| !self.changing)
    }

    /// Makes key heads of the page as it was left by a change, for the version to come. What is stored
    /// after this makes them count for nothing.
    pub(crate) fn tell_heads(&mut self, pgno: Pgno) {
        if !self.changing {
            return;
        }
        let next = self.at.head.version.load(Ordering::Relaxed) + 1;
        let tell = |view| self.at.heads().tell(next, pgno, &view);
        self.followed = PageView::new(self).is_ok_and(tell);
    }

    /// Taken before a change, for [`ExclusiveFrame::follow`].
    #[inline]
    pub(crate) fn heads_of_before(&self) -> Option<HeadsOfBefore> {
        self.heads().map(|_| HeadsOfBefore(()))
    }

    /// Has the key heads follow the first change since the latch was taken. What is stored after this makes
    /// them count for nothing.
    #[inline]
    pub(crate) fn follow(&mut self, _: HeadsOfBefore, how: Followed) {
        if !self.changing || self.followed {
            return;
        }
        let odd = self.at.head.version.load(Ordering::Relaxed);
        let follow = |view| self.at.heads().follow((odd - 1, odd + 1), &view, how);
        self.followed = PageView::new(self).is_ok_and(follow);
    }

    /// Makes the version even after the last store.
    fn settle(&mut self) {
        if self.changing {
            self.changing = false;
            self.followed = false;
            let version = &self.at.head.version;
            version.store(version.load(Ordering::Relaxed) + 1, Ordering::Release);
        }
    }

    fn outside(&self, offset: usize, len: usize) -> OutsidePage {
        OutsidePage {
            offset,
            len,
            page: size_of_val(self.at.words()),
        }
    }

    /// Size of the pages.
    #[inline]
    pub(crate) fn size(&self) -> PageSize {
        self.at.memory.size
    }

    /// Stores zeros everywhere.
    pub(crate) fn clear(&mut self) {
        self.change();
        words::clear(self.at.words());
    }

    #[inline]
    fn store_value(&mut self, offset: usize, len: usize, value: u64) -> Result<(), OutsidePage> {
        let outside = self.outside(offset, len);
        if offset.checked_add(len).ok_or(outside)? > outside.page {
            return Err(outside);
        }
        self.change();
        words::store_value(self.at.words(), offset, len, value);
        Ok(())
    }
}

impl Deref for ExclusiveFrame<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the exclusive latch is held until drop; stores through this value need `&mut self`.
        unsafe { self.at.bytes() }
    }
}

impl Drop for ExclusiveFrame<'_> {
    fn drop(&mut self) {
        self.settle();
        self.at.head.latch.release_exclusive(self.at.sleepers());
    }
}

impl PageMut for ExclusiveFrame<'_> {
    #[inline]
    fn store(&mut self, offset: usize, src: &[u8]) -> Result<(), OutsidePage> {
        let outside = self.outside(offset, src.len());
        let end = offset.checked_add(src.len()).ok_or(outside)?;
        if end > outside.page {
            return Err(outside);
        }
        self.change();
        words::store(self.at.words(), offset, src);
        Ok(())
    }

    #[inline]
    fn store_u16(&mut self, offset: usize, v: u16) -> Result<(), OutsidePage> {
        self.store_value(offset, size_of_val(&v), u64::from(v))
    }

    #[inline]
    fn store_u32(&mut self, offset: usize, v: u32) -> Result<(), OutsidePage> {
        self.store_value(offset, size_of_val(&v), u64::from(v))
    }

    #[inline]
    fn store_u64(&mut self, offset: usize, v: u64) -> Result<(), OutsidePage> {
        self.store_value(offset, size_of_val(&v), v)
    }

    fn shift(&mut self, from: usize, len: usize, to: usize) -> Result<(), OutsidePage> {
        for start in [from, to] {
            let outside = self.outside(start, len);
            if start.checked_add(len).ok_or(outside)? > outside.page {
                return Err(outside);
            }
        }
        self.change();
        words::shift(self.at.words(), from, len, to);
        Ok(())
    }

    fn store_page(&mut self, src: &[u8]) -> Result<(), OutsidePage> {
        if src.len() != self.len() {
            return Err(self.outside(0, src.len()));
        }
        self.store(0, src)
    }
}

/// The right to write a frame's copy to the file: one at a time.
pub(crate) struct WritingFrame<'c>(FrameRef<'c>);

impl Drop for WritingFrame<'_> {
    fn drop(&mut self) {
        self.0.head.writing.release_exclusive(self.0.sleepers());
    }
}

#[cfg(all(test, not(loom)))]
mod tests;

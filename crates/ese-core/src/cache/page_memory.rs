//! Page memory: the frames' bytes in one anonymous mapping, and the only unsafe room of the cache.
//!
//! A reader without a latch (to come) may look at bytes that a writer is changing. Therefore bytes
//! are only ever *stored* through relaxed atomics, word by word; `&[u8]` exists only while a latch
//! excludes every store. There is no `&mut [u8]` and no `DerefMut`.
//!
//! ```text
//! mapping    frame 0 | frame 1 | …     one page each, page-size aligned, never unmapped before drop
//! heads      one 64-byte line a frame: latch, I/O latch, version, owner, use count
//! ```
//!
//! Invariants:
//! * a frame's bytes change only between an odd version and the next even one, under its exclusive
//!   latch; a version never repeats;
//! * a [`SharedFrame`] holds the shared latch, an [`ExclusiveFrame`] the exclusive one, from birth to
//!   drop.
#![allow(unsafe_code)]

use super::latch::Latch;
use crate::format::ids::PageSize;
use crate::format::page_mut::{OutsidePage, PageMut};
use crate::sync::{AtomicU8, AtomicU64, Guarded, Ordering, Sleepers, fence};
use memmap2::{MmapOptions, MmapRaw};
use std::io;
use std::ops::Deref;
use std::sync::atomic::AtomicU64 as Word;

/// Bytes of a word.
const WORD: usize = size_of::<u64>();
/// Lots that sleeping waiters are spread over.
const LOTS: usize = if cfg!(loom) { 1 } else { 64 };
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
    lots: Box<[Sleepers]>,
    page_size: usize,
}

impl PageMemory {
    /// `frames` frames of zeros; the system gives memory when a frame is first used.
    pub(crate) fn new(page_size: PageSize, frames: FrameNo) -> io::Result<Self> {
        let page_size = page_size.bytes();
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
            lots: (0..LOTS).map(|_| Sleepers::default()).collect(),
            page_size,
        })
    }

    fn head(&self, frame: FrameNo) -> Option<FrameRef<'_>> {
        let head = self.heads.get(frame as usize)?;
        let sleepers = self.lots.get(frame as usize % LOTS)?;
        let first = frame as usize * self.page_size;
        // SAFETY: `heads` has as many elements as the mapping has pages, so `first` plus a page lies
        // inside the mapping.
        let base = unsafe { self.map.as_mut_ptr().add(first) };
        // The mapping begins at a system page, and page sizes are multiples of a word.
        let words = base.cast::<Word>();
        // SAFETY: in bounds and aligned as said; mapped for as long as `self` lives, which the
        // lifetime ties the slice to; initialised (zeros); no `&mut` to these bytes exists anywhere,
        // and `&[u8]` only while a latch keeps everybody from storing.
        let words = unsafe { std::slice::from_raw_parts(words, self.page_size / WORD) };
        Some(FrameRef {
            head,
            sleepers,
            words,
            no: frame,
        })
    }

    /// The frame, latched shared, if it is `owner`'s; never waits for the latch of another owner.
    #[inline]
    pub(crate) fn shared(&self, frame: FrameNo, owner: u64) -> Option<SharedFrame<'_>> {
        let at = self.head(frame)?;
        let is = || at.head.owner.load(Ordering::Relaxed) == owner;
        let latched = at
            .head
            .latch
            .shared(at.sleepers, is)
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
            .exclusive(at.sleepers, is)
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
            at.head.writing.exclusive(at.sleepers, || true);
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
pub(super) fn want<T>(at: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch gives the program no byte and never faults; every x86-64 has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(at).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// A frame's parts at hand.
#[derive(Clone, Copy)]
struct FrameRef<'c> {
    head: &'c Head,
    sleepers: &'c Sleepers,
    words: &'c [Word],
    no: FrameNo,
}

impl FrameRef<'_> {
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
            std::slice::from_raw_parts(self.words.as_ptr().cast::<u8>(), size_of_val(self.words))
        }
    }
}

/// A frame under its shared latch.
pub(crate) struct SharedFrame<'c>(FrameRef<'c>);

impl SharedFrame<'_> {
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
        self.0.head.latch.release_shared(self.0.sleepers);
    }
}

/// A frame under its exclusive latch.
pub(crate) struct ExclusiveFrame<'c> {
    at: FrameRef<'c>,
    /// The version is odd.
    changing: bool,
}

impl<'c> ExclusiveFrame<'c> {
    fn new(at: FrameRef<'c>) -> Self {
        Self {
            at,
            changing: false,
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
        self.at.head.uses.store(0, Ordering::Relaxed);
        self.at.head.owner.store(owner, Ordering::Release);
        // Who waits for the page that lay here must not wait for the next one.
        self.at.head.latch.wanted_changed(self.at.sleepers);
    }

    /// Counts a use.
    pub(crate) fn used(&self) {
        self.at.used();
    }

    /// Says that the byte at `offset` will be stored soon.
    #[inline]
    pub(crate) fn want(&self, offset: usize) {
        self.at.words.get(offset / WORD).inspect(|word| want(*word));
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
        at.head.latch.downgrade(at.sleepers);
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
        }
    }

    /// Makes the version even after the last store.
    fn settle(&mut self) {
        if self.changing {
            self.changing = false;
            let version = &self.at.head.version;
            version.store(version.load(Ordering::Relaxed) + 1, Ordering::Release);
        }
    }

    fn outside(&self, offset: usize, len: usize) -> OutsidePage {
        OutsidePage {
            offset,
            len,
            page: size_of_val(self.at.words),
        }
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
        self.at.head.latch.release_exclusive(self.at.sleepers);
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
        words::store(self.at.words, offset, src);
        Ok(())
    }

    fn shift(&mut self, from: usize, len: usize, to: usize) -> Result<(), OutsidePage> {
        for start in [from, to] {
            let outside = self.outside(start, len);
            if start.checked_add(len).ok_or(outside)? > outside.page {
                return Err(outside);
            }
        }
        self.change();
        words::shift(self.at.words, from, len, to);
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
        self.0.head.writing.release_exclusive(self.0.sleepers);
    }
}

/// The byte copies, body one of two: relaxed loads and stores of whole words. Portable, and visible
/// to loom and the sanitizers. The second body (asm blocks for x86-64 and aarch64, same signatures)
/// takes its place beside this module as `asm`, chosen by target, never under `cfg(loom)`.
///
/// Callers have checked the ranges and hold the exclusive latch: nobody else stores, so a word may be
/// read, changed in part and stored back.
mod words {
    use super::WORD;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    /// Stores `src` at byte `offset`.
    #[inline]
    pub(super) fn store(words: &[AtomicU64], offset: usize, src: &[u8]) {
        if src.len() <= WORD {
            put(words, offset, src.len(), short(src));
        } else {
            store_long(words, offset, src);
        }
    }

    /// As [`store`], for more than a word.
    fn store_long(words: &[AtomicU64], offset: usize, src: &[u8]) {
        let lead = (WORD - offset % WORD) % WORD;
        let (first, rest) = src.split_at_checked(lead).unwrap_or((src, &[]));
        if lead > 0 {
            put(words, offset, lead, short(first));
        }
        let (whole, tail) = rest.as_chunks::<WORD>();
        let at = (offset + lead) / WORD;
        if let Some(words) = words.get(at..) {
            for (word, bytes) in words.iter().zip(whole) {
                word.store(u64::from_ne_bytes(*bytes), Relaxed);
            }
        }
        if !tail.is_empty() {
            put(words, (at + whole.len()) * WORD, tail.len(), short(tail));
        }
    }

    /// Up to a word of bytes as a number, the first byte lowest. Made of loads that overlap: a number
    /// put together byte by byte in memory would have to wait for its own stores.
    #[inline]
    fn short(b: &[u8]) -> u64 {
        if let Some(&all) = b.first_chunk::<8>() {
            return u64::from_le_bytes(all);
        }
        if let (Some(&first), Some(&last)) = (b.first_chunk::<4>(), b.last_chunk::<4>()) {
            let last = u64::from(u32::from_le_bytes(last));
            return u64::from(u32::from_le_bytes(first)) | last << (8 * (b.len() - 4));
        }
        if let (Some(&first), Some(&last)) = (b.first_chunk::<2>(), b.last_chunk::<2>()) {
            let last = u64::from(u16::from_le_bytes(last));
            return u64::from(u16::from_le_bytes(first)) | last << (8 * (b.len() - 2));
        }
        b.first().map_or(0, |&b| u64::from(b))
    }

    /// All bits of `len` bytes, at most a word's.
    #[inline]
    fn mask(len: usize) -> u64 {
        (!0u64).unbounded_shr(u64::BITS.saturating_sub(8 * len as u32))
    }

    /// Stores the lowest `len` bytes of `value`, at most a word, at byte `offset`; they may lie in two
    /// words.
    #[inline]
    fn put(words: &[AtomicU64], offset: usize, len: usize, value: u64) {
        let within = 8 * (offset % WORD) as u32;
        let (at, mask) = (offset / WORD, mask(len));
        let change = |at: usize, mask: u64, value: u64| {
            if let (Some(word), true) = (words.get(at), mask != 0) {
                let kept = u64::from_le(word.load(Relaxed)) & !mask;
                word.store((kept | value & mask).to_le(), Relaxed);
            }
        };
        change(at, mask << within, value << within);
        let (mask, value) = (
            mask.unbounded_shr(u64::BITS - within),
            value.unbounded_shr(u64::BITS - within),
        );
        change(at + 1, mask, value);
    }

    /// Loads a word from byte `offset`, zeros from behind the page.
    #[inline]
    fn load(words: &[AtomicU64], offset: usize) -> u64 {
        let word = |at: usize| words.get(at).map_or(0, |w| u64::from_le(w.load(Relaxed)));
        let (at, within) = (offset / WORD, 8 * (offset % WORD) as u32);
        word(at) >> within | word(at + 1).unbounded_shl(u64::BITS - within)
    }

    /// Moves `len` bytes from `from` to `to`; a word of the target at a time, from the end that is not
    /// overwritten.
    pub(super) fn shift(words: &[AtomicU64], from: usize, len: usize, to: usize) {
        if len == 0 {
            return;
        }
        let lead = ((WORD - to % WORD) % WORD).min(len);
        let whole = (len - lead) / WORD;
        let tail = (len - lead) % WORD;
        let one = |start: usize, n: usize| put(words, to + start, n, load(words, from + start));
        let one_whole = |i: usize| {
            let start = lead + i * WORD;
            if let Some(word) = words.get((to + start) / WORD) {
                word.store(load(words, from + start).to_le(), Relaxed);
            }
        };
        if to <= from {
            one(0, lead);
            (0..whole).for_each(one_whole);
            one(len - tail, tail);
        } else {
            one(len - tail, tail);
            (0..whole).rev().for_each(one_whole);
            one(0, lead);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::format::page_mut::PageBuf;
    use crate::io::rng::{Rng, SeededRng};

    #[test]
    fn the_same_as_a_plain_buffer() {
        let memory = PageMemory::new(PageSize::K2, 3).unwrap();
        let mut frame = memory.exclusive(1, 0).unwrap();
        let mut plain = PageBuf::zeroed(PageSize::K2);
        let mut rng = SeededRng::new(testkit::first_seed());
        let mut src = [0u8; 2048];
        for round in 0..testkit::rounds(20_000, 200_000) {
            for piece in src.chunks_exact_mut(8) {
                piece.copy_from_slice(&rng.next_u64().to_ne_bytes());
            }
            let at = |rng: &mut SeededRng| rng.below(2080) as usize;
            let (a, b) = (at(&mut rng), at(&mut rng));
            let len = at(&mut rng) >> rng.below(11);
            let did = match rng.below(3) {
                0 => {
                    let src = &src[..len.min(2048)];
                    (frame.store(a, src), plain.store(a, src))
                }
                1 => (frame.shift(a, len, b), plain.shift(a, len, b)),
                _ => {
                    let src = &src[..2048 - (a % 97 / 96)];
                    (frame.store_page(src), plain.store_page(src))
                }
            };
            assert_eq!(did.0, did.1);
            assert!(frame[..] == plain[..], "round {round}");
        }
        drop(frame);
        for beside in [0, 2] {
            assert!(memory.shared(beside, 0).unwrap().iter().all(|&b| b == 0));
        }
        assert!(memory.shared(3, 0).is_none());
    }

    #[test]
    fn the_version_is_odd_while_bytes_change() {
        let memory = PageMemory::new(PageSize::K4, 1).unwrap();
        let mut frame = memory.exclusive(0, 0).unwrap();
        assert_eq!(frame.version(), 0);
        frame.store(5, &[1]).unwrap();
        frame.store(6, &[1]).unwrap();
        assert_eq!(frame.version(), 1);
        drop(frame.downgrade());
        let frame = memory.exclusive(0, 0).unwrap();
        assert_eq!(frame.version(), 2);
        drop(frame);
        assert_eq!(
            memory.exclusive(0, 0).unwrap().version(),
            2,
            "nothing changed"
        );
    }
}

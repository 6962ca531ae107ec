//! A page's bytes without a latch: somebody may change them while they are read.
//!
//! Words are loaded one by one, relaxed, or `moves` has the bytes (design §4.1). Bytes that come out may be of no page that ever
//! was; they count once the frame was found to have the same version afterwards. Nothing that they say
//! may be trusted before: a length may be any number.
//!
//! Invariant: nothing is read outside of the page, whatever is asked for.
#![forbid(unsafe_code)]

use super::page_memory::want;
use super::words::WORD;
use crate::format::ids::PageSize;
use crate::format::page::{TAG_BYTES, Tag};
use crate::sync::Guarded;
use std::sync::atomic::AtomicU64 as Word;
use std::sync::atomic::Ordering::Relaxed;

/// Bytes that [`LooseBytes::header`] gives: the longest header of a page.
pub(crate) const HEADER_MOST: usize = PageSize::K32.header_bytes();
/// Words of a line of the processor's cache.
const LINE_WORDS: usize = 64 / WORD;
/// Words that are copied in one step of the loop.
#[cfg(any(test, not(all(target_arch = "x86_64", not(loom), not(words_only)))))]
const STRIDE: usize = 4;

/// See the module.
#[derive(Clone, Copy)]
pub(crate) struct LooseBytes<'c> {
    words: &'c [Word],
    size: PageSize,
    /// Tells the model checker.
    guarded: &'c Guarded,
}

impl<'c> LooseBytes<'c> {
    pub(super) fn new(words: &'c [Word], size: PageSize, guarded: &'c Guarded) -> Self {
        Self {
            words,
            size,
            guarded,
        }
    }

    /// The version that the bytes were stored at: what stands for them in the models.
    #[cfg(loom)]
    pub(crate) fn stored_at(&self) -> u64 {
        self.guarded.peeked()
    }

    /// Size of the page.
    #[inline]
    pub(crate) fn size(&self) -> PageSize {
        self.size
    }

    #[inline]
    fn word(&self, at: usize) -> u64 {
        let word = self.words.get(at).map_or(0, |w| w.load(Relaxed));
        u64::from_le(word)
    }

    /// The page's header; what is behind a short one is zero.
    #[inline]
    pub(crate) fn header(&self) -> [u8; HEADER_MOST] {
        self.guarded.peeked();
        let mut header = [0; HEADER_MOST];
        let len = self.size.header_bytes();
        let (to, _) = header.as_chunks_mut::<WORD>();
        for (to, word) in to.iter_mut().zip(self.words).take(len / WORD) {
            *to = word.load(Relaxed).to_ne_bytes();
        }
        header
    }

    /// Four bytes as a number, at a multiple of four; zero behind the page.
    #[inline]
    pub(crate) fn u32(&self, at: usize) -> u32 {
        self.guarded.peeked();
        (self.word(at / WORD) >> (8 * (at % WORD))) as u32
    }

    /// Has the processor bring so many bytes from `offset` on.
    #[inline]
    pub(crate) fn want(&self, offset: usize, len: usize) {
        let behind = (offset + len).div_ceil(WORD);
        let mut at = (offset / WORD) & !(LINE_WORDS - 1);
        while at < behind {
            self.words.get(at).inspect(|word| want(*word));
            at += LINE_WORDS;
        }
    }

    /// A tag as it is stored; that of a line of no bytes where there can be none.
    #[inline]
    pub(crate) fn tag(&self, itag: usize) -> Tag {
        let at = (itag.saturating_add(1))
            .checked_mul(TAG_BYTES)
            .and_then(|n| self.size.bytes().checked_sub(n));
        let Some(at) = at else {
            return Tag::default();
        };
        Tag::of_word(self.u32(at), self.size.is_large())
    }

    /// Copies `len` bytes from `offset` on to `to`, behind its byte `at` or a little further on; gives where
    /// the first of them lies there. `to` grows when it is too short. `None` when the bytes don't lie in the
    /// page.
    #[inline]
    pub(crate) fn copy(
        &self,
        offset: usize,
        len: usize,
        to: &mut Vec<u8>,
        at: usize,
    ) -> Option<usize> {
        self.guarded.peeked();
        #[cfg(all(target_arch = "x86_64", not(loom), not(words_only)))]
        return self.move_out(offset, len, to, at);
        #[cfg(not(all(target_arch = "x86_64", not(loom), not(words_only))))]
        self.copy_words(offset, len, to, at)
    }

    #[cfg(all(target_arch = "x86_64", not(loom), not(words_only)))]
    #[inline]
    fn move_out(&self, offset: usize, len: usize, to: &mut Vec<u8>, at: usize) -> Option<usize> {
        if len > size_of_val(self.words) {
            return None;
        }
        let end = at.checked_add(len)?;
        if to.len() < end {
            grow(to, end);
        }
        super::moves::load(self.words, offset, to.get_mut(at..end)?).then_some(at)
    }

    /// By the words in which the bytes lie.
    #[cfg(any(test, not(all(target_arch = "x86_64", not(loom), not(words_only)))))]
    #[inline]
    fn copy_words(&self, offset: usize, len: usize, to: &mut Vec<u8>, at: usize) -> Option<usize> {
        let (first, behind) = (offset / WORD, offset.checked_add(len)?.div_ceil(WORD));
        let words = self.words.get(first..behind)?;
        let end = at.checked_add(words.len() * WORD)?;
        if to.len() < end {
            grow(to, end);
        }
        let (to, _) = to.get_mut(at..end)?.as_chunks_mut::<WORD>();
        let (to, to_rest) = to.as_chunks_mut::<STRIDE>();
        let (words, words_rest) = words.as_chunks::<STRIDE>();
        for ([to0, to1, to2, to3], [a, b, c, d]) in to.iter_mut().zip(words) {
            *to0 = a.load(Relaxed).to_ne_bytes();
            *to1 = b.load(Relaxed).to_ne_bytes();
            *to2 = c.load(Relaxed).to_ne_bytes();
            *to3 = d.load(Relaxed).to_ne_bytes();
        }
        for (to, word) in to_rest.iter_mut().zip(words_rest) {
            *to = word.load(Relaxed).to_ne_bytes();
        }
        Some(at + offset % WORD)
    }
}

#[cold]
fn grow(to: &mut Vec<u8>, len: usize) {
    to.resize(len.next_power_of_two(), 0);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::format::page_mut::{PageBuf, PageMut as _};

    fn words_of(bytes: &[u8]) -> Vec<Word> {
        let words = bytes.as_chunks::<WORD>().0;
        words
            .iter()
            .map(|w| Word::new(u64::from_ne_bytes(*w)))
            .collect()
    }

    #[test]
    fn the_bytes_of_the_page_and_no_others() {
        let mut page = PageBuf::zeroed(PageSize::K4);
        let bytes: Vec<u8> = (0..4096u32).map(|n| (n * 7 + n / 256) as u8).collect();
        page.store(0, &bytes).unwrap();
        let words = words_of(&bytes);
        let guarded = Guarded;
        let loose = LooseBytes::new(&words, PageSize::K4, &guarded);
        let mut to = Vec::new();
        for offset in (0..4096).step_by(13) {
            for len in [0, 1, 2, 7, 8, 9, 31, 64, 150, 4096 - offset] {
                for at in [0, 3, 40] {
                    let bytes = bytes.get(offset..offset + len);
                    // Both bodies.
                    let from = loose.copy(offset, len, &mut to, at);
                    assert_eq!(
                        from.map(|from| &to[from..from + len]),
                        bytes,
                        "{offset} {len} {at}"
                    );
                    assert!(from.is_none_or(|from| from >= at));
                    let from = loose.copy_words(offset, len, &mut to, at);
                    assert_eq!(
                        from.map(|from| &to[from..from + len]),
                        bytes,
                        "{offset} {len} {at}"
                    );
                    assert!(from.is_none_or(|from| from == at + offset % WORD));
                }
            }
        }
        for (offset, len) in [(4096, 1), (4090, 7), (usize::MAX, 1), (1, usize::MAX)] {
            assert_eq!(loose.copy(offset, len, &mut to, 0), None, "{offset} {len}");
        }
        assert_eq!(loose.header()[..40], bytes[..40]);
        for itag in [0, 1, 2, 500, 1023] {
            let at = 4096 - TAG_BYTES * (itag + 1);
            let word = u32::from_le_bytes(*bytes[at..].first_chunk().unwrap());
            assert_eq!(loose.tag(itag), Tag::of_word(word, false), "{itag}");
        }
        assert_eq!(loose.tag(1024), Tag::default());
        assert_eq!(loose.tag(usize::MAX), Tag::default());
    }
}

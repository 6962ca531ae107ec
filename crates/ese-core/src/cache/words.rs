//! Bytes of a page that are stored while others may look: relaxed loads and stores of whole words.
//!
//! Portable, and visible to loom and the sanitizers. Where there is a second body (`moves`: x86-64, never under
//! `cfg(loom)` or `cfg(words_only)`), it has what is longer than a word: numbers stay with words, since who
//! loads a whole word behind a narrower store waits for it.
//!
//! Invariant: callers have checked the ranges and hold the exclusive latch: nobody else stores, so a
//! word may be read, changed in part and stored back.
#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[cfg(all(target_arch = "x86_64", not(loom), not(words_only)))]
use super::moves as long;
#[cfg(not(all(target_arch = "x86_64", not(loom), not(words_only))))]
use by_words as long;

pub(super) use long::clear;

/// Bytes of a word.
pub(super) const WORD: usize = size_of::<u64>();

/// Stores the lowest `len` bytes of `value`, at most a word, at byte `offset`: as [`store`], for what is in
/// a register already.
#[inline]
pub(super) fn store_value(words: &[AtomicU64], offset: usize, len: usize, value: u64) {
    put(words, offset, len, value);
}

/// Stores `src` at byte `offset`.
#[inline]
pub(super) fn store(words: &[AtomicU64], offset: usize, src: &[u8]) {
    if src.len() <= WORD {
        put(words, offset, src.len(), short(src));
    } else {
        long::store(words, offset, src);
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
    // Words of the target, and where the bytes of the first one lie: each has a part of two words.
    let (target, source) = ((to + lead) / WORD, (from + lead) / WORD);
    let within = 8 * ((from + lead) % WORD) as u32;
    let at = |i: usize| words.get(i).map_or(0, |w| u64::from_le(w.load(Relaxed)));
    let join = |low: u64, high: u64| low >> within | high.unbounded_shl(u64::BITS - within);
    let targets = words.get(target..target + whole).unwrap_or(&[]);
    if to <= from {
        one(0, lead);
        let mut low = at(source);
        for (word, i) in targets.iter().zip(source + 1..) {
            let high = at(i);
            word.store(join(low, high).to_le(), Relaxed);
            low = high;
        }
        one(len - tail, tail);
    } else {
        one(len - tail, tail);
        let mut high = at(source + whole);
        for (word, i) in targets.iter().zip(source..source + whole).rev() {
            let low = at(i);
            word.store(join(low, high).to_le(), Relaxed);
            high = low;
        }
        one(0, lead);
    }
}

/// What is longer than a word, by words.
#[cfg(any(test, not(all(target_arch = "x86_64", not(loom), not(words_only)))))]
mod by_words {
    use super::{AtomicU64, Relaxed, WORD, put, short};

    /// Words that a turn of a loop stores.
    const TURN: usize = 8;

    /// Stores zeros everywhere.
    pub(in crate::cache) fn clear(words: &[AtomicU64]) {
        let (turns, last) = words.as_chunks::<TURN>();
        let zero = |words: &[AtomicU64]| words.iter().for_each(|word| word.store(0, Relaxed));
        for words in turns {
            zero(words);
        }
        zero(last);
    }

    #[inline]
    fn store_words(words: &[AtomicU64], bytes: &[[u8; WORD]]) {
        for (word, bytes) in words.iter().zip(bytes) {
            word.store(u64::from_ne_bytes(*bytes), Relaxed);
        }
    }

    /// Stores `src`, which is longer than a word, at byte `offset`.
    pub(in crate::cache) fn store(words: &[AtomicU64], offset: usize, src: &[u8]) {
        let lead = (WORD - offset % WORD) % WORD;
        let (first, rest) = src.split_at_checked(lead).unwrap_or((src, &[]));
        if lead > 0 {
            put(words, offset, lead, short(first));
        }
        let (whole, tail) = rest.as_chunks::<WORD>();
        let at = (offset + lead) / WORD;
        if let Some(words) = words.get(at..at + whole.len()) {
            // Several a turn: a turn of the loop costs more than a store.
            let (turns, last) = words.as_chunks::<TURN>();
            let (whole, whole_last) = whole.as_chunks::<TURN>();
            for (words, whole) in turns.iter().zip(whole) {
                store_words(words, whole);
            }
            store_words(last, whole_last);
        }
        if !tail.is_empty() {
            put(words, (at + whole.len()) * WORD, tail.len(), short(tail));
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// The body that this machine may have no use for does as the other: lengths on both sides of words and
    /// turns, at all places in a word.
    #[test]
    fn words_are_stored_where_they_belong() {
        let src: Vec<u8> = (0..200u8).map(|n| n ^ 0x5A).collect();
        for offset in 0..17 {
            for len in WORD + 1..src.len() {
                let words: Vec<AtomicU64> = (0..30).map(|_| AtomicU64::new(u64::MAX)).collect();
                by_words::store(&words, offset, &src[..len]);
                let bytes = words.iter().flat_map(|w| w.load(Relaxed).to_ne_bytes());
                let bytes: Vec<u8> = bytes.collect();
                assert_eq!(bytes[offset..offset + len], src[..len], "{offset} {len}");
                let around = bytes[..offset].iter().chain(&bytes[offset + len..]);
                assert!(around.into_iter().all(|&b| b == 0xFF), "{offset} {len}");
            }
        }
        let words: Vec<AtomicU64> = (0..30).map(|_| AtomicU64::new(u64::MAX)).collect();
        by_words::clear(&words[1..28]);
        let zeros = words.iter().filter(|w| w.load(Relaxed) == 0).count();
        assert_eq!(zeros, 27);
    }
}

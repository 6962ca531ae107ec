//! Bytes as 64-bit words: how bookmarks and data lie in the buckets of the version store.
//!
//! Invariant: the same bytes give the same words, however they are cut into parts.
#![forbid(unsafe_code)]

use super::sink::NodeId;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a word.
pub(super) const WORD: usize = 8;
/// Parts that a bookmark may come in.
const PARTS: usize = 3;
/// So many bytes in parts are put into one piece.
const SHORT: usize = 128;

/// Words that hold so many bytes.
pub(super) fn words_for(bytes: usize) -> usize {
    bytes.div_ceil(WORD)
}

/// The words of bytes that come in parts; the last is filled up with zeros.
#[derive(Clone)]
pub(super) struct Words<'a> {
    parts: [&'a [u8]; PARTS],
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(parts: [&'a [u8]; PARTS]) -> Self {
        Self { parts, at: 0 }
    }

    /// A word that more than one part gives bytes to, or the last.
    #[inline(never)]
    fn gather(&mut self) -> Option<u64> {
        // Mostly the last bytes of all.
        let behind = self.parts.get(self.at + 1..).unwrap_or(&[]);
        if behind.iter().all(|p| p.is_empty())
            && let Some(part) = self.parts.get(self.at)
            && part.len() < WORD
        {
            self.at = PARTS;
            return (!part.is_empty()).then(|| short_word(part));
        }
        let mut word = 0;
        let mut filled = 0;
        while let Some(part) = self.parts.get_mut(self.at) {
            let n = part.len().min(WORD - filled);
            let (head, rest) = part.split_at(n);
            let bits = |bytes: usize| (bytes * 8) as u32;
            // `filled` is below a word here, or the last part is empty.
            word |= short_word(head).checked_shl(bits(filled)).unwrap_or(0);
            *part = rest;
            filled += n;
            if filled == WORD {
                break;
            }
            self.at += 1;
        }
        (filled > 0).then_some(word)
    }
}

/// The part that has all the bytes, or an empty one; `None` when several have some. A key that is looked for
/// is in one piece, so is a bookmark without data.
#[inline]
pub(super) fn only_part(parts: [&[u8]; PARTS]) -> Option<&[u8]> {
    match parts {
        [all, [], []] | [[], all, []] | [[], [], all] => Some(all),
        _ => None,
    }
}

/// Hands out the words of bytes that are in one piece: those that [`Words`] gives, without asking at each
/// which part it comes from.
#[inline]
pub(super) fn each_word(bytes: &[u8], mut see: impl FnMut(u64)) {
    let (words, rest) = bytes.as_chunks::<WORD>();
    for word in words {
        see(u64::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        see(short_word(rest));
    }
}

/// Hands out the words of bytes in parts. A few bytes are put into one piece first: an entry of an index is
/// its key and its record's, and a word that both give bytes to costs more than all others.
#[inline]
fn each_word_of(parts: [&[u8]; PARTS], mut see: impl FnMut(u64)) {
    if let Some(bytes) = only_part(parts) {
        return each_word(bytes, see);
    }
    let mut all = [0; SHORT];
    let mut len = 0;
    for part in parts {
        let Some(place) = all.get_mut(len..len + part.len()) else {
            return Words::new(parts).for_each(see);
        };
        place.copy_from_slice(part);
        len += part.len();
    }
    each_word(all.get(..len).unwrap_or(&[]), &mut see);
}

/// Stores the words of `parts`; what `to` has no room for is left out.
#[inline]
pub(super) fn store_words(parts: [&[u8]; PARTS], to: &[AtomicU64]) {
    let mut to = to.iter();
    each_word_of(parts, |word| {
        if let Some(to) = to.next() {
            to.store(word, Ordering::Relaxed);
        }
    });
}

/// A word of at most eight bytes, filled up with zeros.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    if let Some(word) = bytes.first_chunk::<WORD>() {
        return u64::from_le_bytes(*word);
    }
    let half = |at: Option<&[u8; 4]>| at.map_or(0, |b| u64::from(u32::from_le_bytes(*b)));
    let len = bytes.len();
    if len >= 4 {
        // The two halves overlap.
        let high = half(bytes.last_chunk()) << ((len - 4) * 8);
        return half(bytes.first_chunk()) | high;
    }
    let byte = |i: usize| u64::from(bytes.get(i).copied().unwrap_or(0)) << (i * 8);
    byte(0) | byte(1) | byte(2)
}

impl Iterator for Words<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let part = self.parts.get_mut(self.at)?;
        if let Some((word, rest)) = part.split_first_chunk::<WORD>() {
            *part = rest;
            return Some(u64::from_le_bytes(*word));
        }
        self.gather()
    }
}

/// Hash of a node's identity.
#[inline]
pub(super) fn hash(node: &NodeId<'_>) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let [prefix, suffix] = node.key;
    let key_len = prefix.len() + suffix.len();
    let tree = u64::from(node.pgno_fdp.0) << 32 | u64::from(node.db.0);
    let mix = |h: u64, word: u64| (h.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let mut h = mix(tree, key_len as u64);
    each_word_of(node.parts(), |word| h = mix(h, word));
    h ^ (h >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::DbNo;
    use crate::format::ids::{Objid, Pgno};

    fn stored(parts: [&[u8]; 3]) -> Vec<u64> {
        let len = parts.iter().map(|p| p.len()).sum();
        let place: Vec<AtomicU64> = (0..words_for(len)).map(|_| AtomicU64::new(7)).collect();
        store_words(parts, &place);
        place.into_iter().map(AtomicU64::into_inner).collect()
    }

    /// The short way for bytes in one piece gives what the long one gives, wherever the piece stands.
    #[test]
    fn one_piece_is_as_several() {
        let bytes: Vec<u8> = (1..=140).collect();
        let tree = (DbNo(1), Pgno(5), Objid(6));
        for len in 0..bytes.len() {
            let all = &bytes[..len];
            let whole: Vec<u64> = Words::new([all, &[], &[]]).collect();
            for parts in [[all, &[], &[]], [&[], all, &[]], [&[], &[], all]] {
                assert_eq!(stored(parts), whole, "{len}");
            }
            let node = NodeId::new(tree, true, all);
            for cut in 0..=len {
                let (a, b) = all.split_at(cut);
                assert_eq!(stored([a, b, &[]]), whole, "{len} {cut}");
                assert_eq!(stored([a, &[], b]), whole, "{len} {cut}");
                let key = [a, b];
                assert_eq!(hash(&NodeId { key, ..node }), hash(&node), "{len} {cut}");
            }
        }
    }

    #[test]
    fn parts_make_no_difference() {
        let bytes: Vec<u8> = (1..=70).collect();
        for len in 0..bytes.len() {
            let whole: Vec<u64> = Words::new([&bytes[..len], &[], &[]]).collect();
            assert_eq!(whole.len(), words_for(len));
            for a in 0..=len {
                for b in [a, (a + len) / 2, len] {
                    let parts = [&bytes[..a], &bytes[a..b], &bytes[b..len]];
                    assert_eq!(
                        Words::new(parts).collect::<Vec<_>>(),
                        whole,
                        "{a} {b} {len}"
                    );
                }
            }
        }
    }
}

//! Bytes as 64-bit words: how bookmarks and data lie in the buckets of the version store.
//!
//! Invariant: the same bytes give the same words, however they are cut into parts.
#![forbid(unsafe_code)]

use super::sink::NodeId;

/// Bytes of a word.
pub(super) const WORD: usize = 8;
/// Parts that a bookmark may come in.
const PARTS: usize = 3;

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

/// A word of at most eight bytes, filled up with zeros.
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
pub(super) fn hash(node: &NodeId<'_>) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let [prefix, suffix] = node.key;
    let key_len = prefix.len() + suffix.len();
    let tree = u64::from(node.pgno_fdp.0) << 32 | u64::from(node.db.0);
    let mix = |h: u64, word: u64| (h.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let h = mix(tree, key_len as u64);
    let h = Words::new(node.parts()).fold(h, mix);
    h ^ (h >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

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

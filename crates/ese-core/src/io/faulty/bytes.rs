//! The bytes of one file version: sparse, and cheap to copy because copies share their blocks.
//!
//! Invariants: a missing block is zeros; bytes at and behind the length are zeros in every block, so
//! that lengthening shows zeros.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes that are shared, and copied when written, as one.
const BLOCK: usize = 4096;

#[derive(Clone, Default)]
pub(super) struct Bytes {
    blocks: BTreeMap<u64, Arc<[u8; BLOCK]>>,
    len: u64,
}

/// The pieces of `[offset, offset + len)`: block number, position in the block, position in the
/// range, length.
fn pieces(offset: u64, len: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done == len {
            return None;
        }
        let at = offset + done as u64;
        let within = (at % BLOCK as u64) as usize;
        let n = (BLOCK - within).min(len - done);
        let piece = (at / BLOCK as u64, within, done, n);
        done += n;
        Some(piece)
    })
}

impl Bytes {
    pub(super) fn from_slice(bytes: &[u8]) -> Self {
        let mut out = Self::default();
        out.write(bytes, 0);
        out
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Reads up to the end; the number of bytes read.
    pub(super) fn read(&self, buf: &mut [u8], offset: u64) -> usize {
        let left = self.len.saturating_sub(offset);
        let n = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        for (no, within, at, n) in pieces(offset, n) {
            let Some(dst) = buf.get_mut(at..at + n) else {
                continue;
            };
            match self.blocks.get(&no).and_then(|b| b.get(within..within + n)) {
                Some(src) => dst.copy_from_slice(src),
                None => dst.fill(0),
            }
        }
        n
    }

    /// `offset + bytes.len()` is within `i64::MAX`.
    pub(super) fn write(&mut self, bytes: &[u8], offset: u64) {
        for (no, within, at, n) in pieces(offset, bytes.len()) {
            let block = self
                .blocks
                .entry(no)
                .or_insert_with(|| Arc::new([0; BLOCK]));
            if let (Some(dst), Some(src)) = (
                Arc::make_mut(block).get_mut(within..within + n),
                bytes.get(at..at + n),
            ) {
                dst.copy_from_slice(src);
            }
        }
        if !bytes.is_empty() {
            self.len = self.len.max(offset + bytes.len() as u64);
        }
    }

    pub(super) fn set_len(&mut self, len: u64) {
        if len < self.len {
            let whole = len.div_ceil(BLOCK as u64);
            drop(self.blocks.split_off(&whole));
            let within = (len % BLOCK as u64) as usize;
            if within > 0
                && let Some(block) = self.blocks.get_mut(&(len / BLOCK as u64))
                && let Some(tail) = Arc::make_mut(block).get_mut(within..)
            {
                tail.fill(0);
            }
        }
        self.len = len;
    }

    /// Turns one bit over; `false` when the byte lies behind the end.
    pub(super) fn flip(&mut self, offset: u64, bit: u8) -> bool {
        let mut byte = [0];
        if self.read(&mut byte, offset) == 0 {
            return false;
        }
        self.write(&[byte[0] ^ (1 << (bit % 8))], offset);
        true
    }

    /// Takes `[from, to)` over from another version, as far as that one reaches.
    pub(super) fn copy_range(&mut self, other: &Self, from: u64, to: u64) {
        let mut buf = [0; BLOCK];
        let mut at = from;
        while at < to {
            let n = usize::try_from(to - at).map_or(BLOCK, |n| n.min(BLOCK));
            let n = other.read(buf.get_mut(..n).unwrap_or_default(), at);
            if n == 0 {
                break;
            }
            self.write(buf.get(..n).unwrap_or_default(), at);
            at += n as u64;
        }
    }

    pub(super) fn to_vec(&self) -> Vec<u8> {
        let mut out = vec![0; usize::try_from(self.len).unwrap_or(0)];
        self.read(&mut out, 0);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::rng::{Rng as _, SeededRng};

    #[test]
    fn as_a_plain_vector() {
        let mut rng = SeededRng::new(11);
        let (mut a, mut b) = (Bytes::default(), Vec::<u8>::new());
        for _ in 0..400 {
            let at = rng.below(3 * BLOCK as u64);
            match rng.below(4) {
                0 => {
                    a.set_len(at);
                    b.resize(at as usize, 0);
                }
                1 => {
                    let done = a.flip(at, 3);
                    assert_eq!(done, (at as usize) < b.len());
                    if let Some(byte) = b.get_mut(at as usize) {
                        *byte ^= 8;
                    }
                }
                _ => {
                    let bytes = vec![rng.next_u64() as u8; rng.below(6000) as usize];
                    let before = a.clone();
                    let kept = before.to_vec();
                    a.write(&bytes, at);
                    let end = at as usize + bytes.len();
                    if !bytes.is_empty() && b.len() < end {
                        b.resize(end, 0);
                    }
                    if !bytes.is_empty() {
                        b[at as usize..end].copy_from_slice(&bytes);
                    }
                    assert!(before.to_vec() == kept, "a copy changed with its original");
                }
            }
            assert!(a.to_vec() == b && a.len() == b.len() as u64);
            let mut buf = vec![9; rng.below(9000) as usize];
            let n = a.read(&mut buf, at);
            let want = b.get(at as usize..).unwrap_or_default();
            assert_eq!(n, want.len().min(buf.len()));
            assert!(buf[..n] == want[..n]);
        }
    }

    #[test]
    fn a_far_length_costs_nothing() {
        let mut a = Bytes::from_slice(b"abc");
        a.set_len(i64::MAX as u64);
        let mut buf = [1; 4];
        assert_eq!(a.read(&mut buf, 1 << 50), 4);
        assert_eq!(buf, [0; 4]);
        a.set_len(2);
        a.set_len(4);
        assert_eq!(a.to_vec(), b"ab\0\0");
    }
}

//! The output side of every LZ77 decoder: literals and matches into a buffer of known size.
//!
//! Invariant: a match reaches only back to bytes that are out; nothing is written past the end.
#![forbid(unsafe_code)]

use super::CompressError;

/// A buffer that fills from the front.
pub(super) struct Window<'a> {
    dst: &'a mut [u8],
    pos: usize,
}

impl<'a> Window<'a> {
    pub(super) fn new(dst: &'a mut [u8]) -> Self {
        Self { dst, pos: 0 }
    }

    /// `true` when every byte is out.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.pos == self.dst.len()
    }

    /// The bytes out so far, and no more.
    pub(super) fn written(&self) -> &[u8] {
        self.dst.get(..self.pos).unwrap_or(&[])
    }

    /// One literal byte.
    #[inline]
    pub(super) fn literal(&mut self, b: u8) -> Result<(), CompressError> {
        *self.dst.get_mut(self.pos).ok_or(CompressError::Stream)? = b;
        self.pos += 1;
        Ok(())
    }

    /// Literal bytes.
    #[inline]
    pub(super) fn literals(&mut self, src: &[u8]) -> Result<(), CompressError> {
        self.dst
            .get_mut(self.pos..self.pos + src.len())
            .ok_or(CompressError::Stream)?
            .copy_from_slice(src);
        self.pos += src.len();
        Ok(())
    }

    /// `len` bytes from `off` back; the ranges may overlap, then bytes repeat.
    #[inline]
    pub(super) fn copy(&mut self, off: usize, len: usize) -> Result<(), CompressError> {
        if off == 0 || off > self.pos || len > self.dst.len() - self.pos {
            return Err(CompressError::Stream);
        }
        let from = self.pos - off;
        let mut left = len;
        // Everything from `from` on repeats with period `off`, so that what may be copied at once
        // doubles with every round.
        while left > 0 {
            let n = left.min(self.pos - from);
            self.dst.copy_within(from..from + n, self.pos);
            self.pos += n;
            left -= n;
        }
        Ok(())
    }
}

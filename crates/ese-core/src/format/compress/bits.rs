//! Reading bits, least significant first, with an end that is exact to the bit.
//!
//! Invariant: reading past the end is an error; peeking past it gives zeros.
#![forbid(unsafe_code)]

use super::CompressError;
use crate::format::bytes::array;

/// A stream of bits.
#[derive(Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    pos: usize,
    end: usize,
}

impl<'a> BitReader<'a> {
    /// The bits of `bytes` from bit `pos` to bit `end`, which must lie inside.
    pub(super) fn new(bytes: &'a [u8], pos: usize, end: usize) -> Result<Self, CompressError> {
        if pos > end || end > bytes.len() * 8 {
            return Err(CompressError::Stream);
        }
        Ok(Self { bytes, pos, end })
    }

    /// Bits used, counted from the first bit of the bytes.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// `true` when every bit is used.
    pub(super) fn is_at_end(&self) -> bool {
        self.pos == self.end
    }

    /// The next bits, at least 32 of them; those past the end of the bytes are 0.
    #[inline]
    pub(super) fn peek(&self) -> u64 {
        let at = self.pos / 8;
        let word = array::<8>(self.bytes, at).map_or_else(
            || {
                let mut tail = [0u8; 8];
                let rest = self.bytes.get(at..).unwrap_or(&[]);
                for (dst, src) in tail.iter_mut().zip(rest) {
                    *dst = *src;
                }
                u64::from_le_bytes(tail)
            },
            u64::from_le_bytes,
        );
        word >> (self.pos % 8)
    }

    /// Uses `n` bits.
    #[inline]
    pub(super) fn skip(&mut self, n: u32) -> Result<(), CompressError> {
        let pos = self.pos + n as usize;
        if pos > self.end {
            return Err(CompressError::Stream);
        }
        self.pos = pos;
        Ok(())
    }

    /// The next `n` bits, at most 32; 0 bits are 0.
    #[inline]
    pub(super) fn bits(&mut self, n: u32) -> Result<u32, CompressError> {
        let v = self.peek() & ((1u64 << n) - 1);
        self.skip(n)?;
        // At most 32 bits are left after the mask.
        Ok(v as u32)
    }

    /// `2^e + bits(e)`: how offsets and long lengths are stored.
    #[inline]
    pub(super) fn power(&mut self, e: u32) -> Result<usize, CompressError> {
        Ok((1usize << e) + self.bits(e)? as usize)
    }
}

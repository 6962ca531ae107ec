//! 7-bit ASCII and 7-bit Unicode: characters below 0x80, seven bits each, least significant first.
//!
//! Source: docs/format/database-compression.md §3. There is only one encoding of a value.
//!
//! Invariant: eight characters are one 56-bit word, which is spread over its bytes without a branch.
#![forbid(unsafe_code)]

use super::{CompressError, LOW3_MASK, Scheme};

/// Characters in a group that fills whole bytes.
const GROUP_CHARS: usize = 8;
/// Bytes of such a group.
const GROUP_BYTES: usize = 7;

/// Number of characters of the whole value (byte 0 included).
pub(super) fn units(data: &[u8]) -> Result<usize, CompressError> {
    let (&first, rest) = data.split_first().ok_or(CompressError::Short(0))?;
    let full = rest.len().checked_sub(1).ok_or(CompressError::Short(1))?;
    let bits = full * 8 + usize::from(first & LOW3_MASK) + 1;
    if bits % 7 == 0 {
        Ok(bits / 7)
    } else {
        Err(CompressError::Stream)
    }
}

/// Up to seven bytes as a little-endian word.
#[inline]
fn load(group: &[u8]) -> u64 {
    let mut w = [0u8; 8];
    for (dst, src) in w.iter_mut().zip(group) {
        *dst = *src;
    }
    u64::from_le_bytes(w)
}

/// Spreads 56 bits to eight bytes of seven: halves, quarters, eighths.
#[inline]
fn spread(x: u64) -> u64 {
    let x = (x & 0x0000_0000_0FFF_FFFF) | ((x & 0x00FF_FFFF_F000_0000) << 4);
    let x = (x & 0x0000_3FFF_0000_3FFF) | ((x & 0x0FFF_C000_0FFF_C000) << 2);
    (x & 0x007F_007F_007F_007F) | ((x & 0x3F80_3F80_3F80_3F80) << 1)
}

/// The reverse of [`spread`].
#[inline]
fn gather(x: u64) -> u64 {
    let x = (x & 0x007F_007F_007F_007F) | ((x & 0x7F00_7F00_7F00_7F00) >> 1);
    let x = (x & 0x0000_3FFF_0000_3FFF) | ((x & 0x3FFF_0000_3FFF_0000) >> 2);
    (x & 0x0000_0000_0FFF_FFFF) | ((x & 0x0FFF_FFFF_0000_0000) >> 4)
}

/// Fills `dst`, whose length is [`units`], from the bit stream.
pub(super) fn decode_ascii(stream: &[u8], dst: &mut [u8]) -> Result<(), CompressError> {
    let mut groups = stream.chunks(GROUP_BYTES);
    for out in dst.chunks_mut(GROUP_CHARS) {
        let group = groups.next().ok_or(CompressError::Stream)?;
        let chars = spread(load(group)).to_le_bytes();
        for (dst, src) in out.iter_mut().zip(chars) {
            *dst = src;
        }
    }
    Ok(())
}

/// Fills `dst`, twice [`units`] long, with UTF-16LE from the bit stream.
pub(super) fn decode_unicode(stream: &[u8], dst: &mut [u8]) -> Result<(), CompressError> {
    let mut groups = stream.chunks(GROUP_BYTES);
    for out in dst.chunks_mut(2 * GROUP_CHARS) {
        let group = groups.next().ok_or(CompressError::Stream)?;
        let chars = spread(load(group)).to_le_bytes();
        // High bytes are zero already: the buffer was made of zeros.
        for (dst, src) in out.iter_mut().step_by(2).zip(chars) {
            *dst = src;
        }
    }
    Ok(())
}

/// Bytes that `chars` characters take, byte 0 included.
pub(super) fn encoded_len(chars: usize) -> usize {
    1 + (7 * chars).div_ceil(8)
}

fn encode(scheme: Scheme, chars: impl ExactSizeIterator<Item = u8>, out: &mut Vec<u8>) {
    let n = chars.len();
    let last_bits = (7 * n + 7) % 8;
    out.push(scheme.first_byte(u8::try_from(last_bits).unwrap_or(0)));
    let mut left = (7 * n).div_ceil(8);
    let mut group = [0u8; GROUP_CHARS];
    let mut filled = 0;
    let mut flush = |group: &mut [u8; GROUP_CHARS], out: &mut Vec<u8>| {
        let bytes = gather(u64::from_le_bytes(*group)).to_le_bytes();
        let take = left.min(GROUP_BYTES);
        out.extend(bytes.into_iter().take(take));
        left -= take;
        *group = [0; GROUP_CHARS];
    };
    for c in chars {
        if let Some(slot) = group.get_mut(filled) {
            *slot = c;
        }
        filled += 1;
        if filled == GROUP_CHARS {
            flush(&mut group, out);
            filled = 0;
        }
    }
    if filled > 0 {
        flush(&mut group, out);
    }
}

/// Appends the 7-bit ASCII form of `plain` to `out`. `false`, and nothing is appended, when a byte
/// is above 0x7F, when the form is not shorter, or for more than 65,535 bytes.
pub fn encode_ascii(plain: &[u8], out: &mut Vec<u8>) -> bool {
    if plain.len() > super::PLAIN_MOST
        || encoded_len(plain.len()) >= plain.len()
        || !plain.is_ascii()
    {
        return false;
    }
    encode(Scheme::SevenBitAscii, plain.iter().copied(), out);
    true
}

/// Appends the 7-bit Unicode form of `plain` (UTF-16LE) to `out`. `false`, and nothing is
/// appended, when the length is odd, a unit is above 0x7F, or the form is not shorter.
pub fn encode_unicode(plain: &[u8], out: &mut Vec<u8>) -> bool {
    let chars = plain.len() / 2;
    if plain.len() > super::PLAIN_MOST
        || !plain.len().is_multiple_of(2)
        || encoded_len(chars) >= plain.len()
        || !plain
            .chunks_exact(2)
            .all(|u| matches!(u, [low, 0] if low.is_ascii()))
    {
        return false;
    }
    let low = plain
        .chunks_exact(2)
        .map(|u| u.first().copied().unwrap_or(0));
    encode(Scheme::SevenBitUnicode, low, out);
    true
}

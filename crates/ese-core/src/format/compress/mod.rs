//! Compressed values: which scheme, how long, and the plain bytes.
//!
//! ```text
//! byte 0 = scheme << 3 | low3
//! 1 7-bit ASCII    bit stream from byte 1; low3 + 1 = used bits of the last byte
//! 2 7-bit Unicode  the same, a unit is a UTF-16 character below 0x80
//! 3 XPRESS         u16 plain size | stream
//! 4 scrubbed       fill
//! 5 XPRESS9        u32 CRC-32C of the plain bytes | one block
//! 6 XPRESS10       u16 plain size | u32 CRC-32C of the plain bytes | u64 CRC-64 of the rest | frame
//! 7 LZ4            u16 plain size | block
//! ```
//! Source: docs/format/database-compression.md.
//!
//! Invariants:
//! * no input makes more than [`PLAIN_MOST`] bytes, nor more than the caller's limit;
//! * when decompression fails, the caller's buffer is as it was;
//! * the only memory taken is the caller's buffer, after the size was checked.
#![forbid(unsafe_code)]

mod bits;
pub mod crc;
mod encode;
mod huffman;
mod lz4;
mod lz77;
mod sevenbit;
mod xpress;
mod xpress10;
mod xpress9;

use super::bytes::{u8_at, u16_at, u32_at};
use crate::error::{HasJetErr, JetErr};

pub use encode::{CompressPolicy, compress, looks_incompressible};
pub use sevenbit::{encode_ascii, encode_unicode};
pub use xpress::{encode as encode_xpress, encode_fast as encode_xpress_fast};

/// Most plain bytes of a compressed value (docs/format/database-compression.md §1).
pub const PLAIN_MOST: usize = 65_535;
/// Shift of the scheme in byte 0.
const SCHEME_SHIFT: u32 = 3;
/// Mask of low3 in byte 0.
const LOW3_MASK: u8 = 7;
/// Bytes before an XPRESS or LZ4 stream.
const SIZED_HEAD: usize = 3;
/// Offset of the plain size in the heads that have one.
const OFF_PLAIN_SIZE: usize = 1;
const _: () = assert!(OFF_PLAIN_SIZE + size_of::<u16>() == SIZED_HEAD);

/// Scheme of a compressed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Scheme {
    /// 7-bit ASCII.
    SevenBitAscii = 1,
    /// 7-bit Unicode.
    SevenBitUnicode = 2,
    /// XPRESS.
    Xpress = 3,
    /// The value was scrubbed and can't be read.
    Scrubbed = 4,
    /// XPRESS9.
    Xpress9 = 5,
    /// XPRESS10.
    Xpress10 = 6,
    /// LZ4.
    Lz4 = 7,
}

impl Scheme {
    /// From byte 0, `None` for a number that stands for nothing.
    #[must_use]
    pub fn from_first_byte(b: u8) -> Option<Self> {
        Some(match b >> SCHEME_SHIFT {
            1 => Self::SevenBitAscii,
            2 => Self::SevenBitUnicode,
            3 => Self::Xpress,
            4 => Self::Scrubbed,
            5 => Self::Xpress9,
            6 => Self::Xpress10,
            7 => Self::Lz4,
            _ => return None,
        })
    }

    /// Byte 0 of a value, `low3` in its low bits.
    #[must_use]
    pub fn first_byte(self, low3: u8) -> u8 {
        (self as u8) << SCHEME_SHIFT | (low3 & LOW3_MASK)
    }
}

/// Why a value can't be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompressError {
    /// No bytes at all, or fewer than the scheme's head.
    #[error("{0} bytes are too few for a compressed value")]
    Short(usize),
    /// Byte 0 names no scheme.
    #[error("byte {0:#04x} names no compression")]
    Scheme(u8),
    /// The value was scrubbed.
    #[error("the value was scrubbed")]
    Scrubbed,
    /// The stream is damaged.
    #[error("the compressed stream is damaged")]
    Stream,
    /// The plain bytes would be more than allowed.
    #[error("{len} plain bytes are more than {limit}")]
    Limit {
        /// Size by the value.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// The plain size is not the one that the value's place asks for.
    #[error("{found} plain bytes instead of {wanted}")]
    Size {
        /// Size by the value.
        found: usize,
        /// Size by its place.
        wanted: usize,
    },
    /// A check value is wrong.
    #[error("the check value of the decompressed bytes is wrong")]
    Check,
}

impl HasJetErr for CompressError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Check => JetErr::COMPRESSION_INTEGRITY_CHECK_FAILED,
            _ => JetErr::DECOMPRESSION_FAILED,
        }
    }
}

/// The scheme of a compressed value.
///
/// # Errors
/// [`CompressError::Short`] for no bytes, [`CompressError::Scheme`] for an unknown number.
pub fn scheme(data: &[u8]) -> Result<Scheme, CompressError> {
    let first = u8_at(data, 0).ok_or(CompressError::Short(0))?;
    Scheme::from_first_byte(first).ok_or(CompressError::Scheme(first))
}

/// Plain size in bytes that a compressed value claims, 1 to [`PLAIN_MOST`]. Only the head is read.
///
/// # Errors
/// Unknown or scrubbed, too short for its head, or a size that no value can have.
pub fn decompressed_len(data: &[u8]) -> Result<usize, CompressError> {
    let short = CompressError::Short(data.len());
    let len = match scheme(data)? {
        Scheme::SevenBitAscii => sevenbit::units(data)?,
        // At most 8/7 of the input each, so that doubling can't overflow.
        Scheme::SevenBitUnicode => sevenbit::units(data)? * 2,
        Scheme::Xpress | Scheme::Xpress10 | Scheme::Lz4 => {
            usize::from(u16_at(data, OFF_PLAIN_SIZE).ok_or(short)?)
        }
        Scheme::Xpress9 => u32_at(data, xpress9::OFF_PLAIN_SIZE).ok_or(short)? as usize,
        Scheme::Scrubbed => return Err(CompressError::Scrubbed),
    };
    match len {
        0 => Err(CompressError::Stream),
        1..=PLAIN_MOST => Ok(len),
        _ => Err(CompressError::Limit {
            len,
            limit: PLAIN_MOST,
        }),
    }
}

/// Appends the plain bytes of a compressed value to `out`, at most `limit` of them.
///
/// # Errors
/// Everything that [`decompressed_len`] refuses, [`CompressError::Limit`] when there are more than
/// `limit` plain bytes, a damaged stream, a wrong check value. `out` is then as before.
pub fn decompress_into(data: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), CompressError> {
    let len = decompressed_len(data)?;
    if len > limit {
        return Err(CompressError::Limit { len, limit });
    }
    let start = out.len();
    out.resize(start + len, 0);
    let dst = out.get_mut(start..).unwrap_or(&mut []);
    let body = |head: usize| data.get(head..).ok_or(CompressError::Short(data.len()));
    let done = scheme(data).and_then(|s| match s {
        Scheme::SevenBitAscii => sevenbit::decode_ascii(body(1)?, dst),
        Scheme::SevenBitUnicode => sevenbit::decode_unicode(body(1)?, dst),
        Scheme::Xpress => xpress::decode(body(SIZED_HEAD)?, dst),
        Scheme::Xpress9 => xpress9::decode(data, dst),
        Scheme::Xpress10 => xpress10::decode(data, dst),
        Scheme::Lz4 => lz4::decode(body(SIZED_HEAD)?, dst),
        Scheme::Scrubbed => Err(CompressError::Scrubbed),
    });
    if done.is_err() {
        out.truncate(start);
    }
    done
}

//! XPRESS10: a frame of the public XP10 format. Read support only.
//!
//! ```text
//!  0 u8  scheme | u16 plain size | u32 CRC-32C of the plain bytes | u64 CRC-64 of bytes 15 to the end
//! 15 u32 magic | u16 frame flags
//! 21 blocks, one bit stream without padding; then, at a byte, a CRC of the plain bytes
//! ```
//! Source: docs/format/database-compression.md §6.
//!
//! Invariant: a block uses exactly its bits; every block is at least its header, so that the loop ends.
#![forbid(unsafe_code)]

use super::CompressError;
use super::bits::BitReader;
use super::crc::{crc32c, crc64};
use super::huffman::{Code, FIRST_MATCH, Lengths, Recent, match_length};
use super::lz77::Window;
use crate::format::bytes::{u16_at, u32_at, u64_at};

/// Offset of the CRC of the plain bytes in the value.
const OFF_CRC: usize = 3;
/// Offset of the CRC of the frame in the value.
const OFF_FRAME_CRC: usize = 7;
/// Offset of the frame in the value.
const OFF_FRAME: usize = 15;
const _: () = assert!(OFF_CRC + size_of::<u32>() == OFF_FRAME_CRC);
const _: () = assert!(OFF_FRAME_CRC + size_of::<u64>() == OFF_FRAME);
/// Offset of the flags in the frame.
const FRAME_FLAGS: usize = 4;
/// Bits before the first block.
const FRAME_HEAD_BITS: usize = 48;
const MAGIC: u32 = 0xC039_E510;
/// Window sizes (log2) by their number.
const WINDOWS: [u32; 8] = [12, 13, 14, 16, 18, 20, 22, 24];
/// Bits of a block's header.
const BLOCK_HEAD_BITS: usize = 32;
const BLOCK_SIZE_MASK: u32 = 0x0FFF_FFFF;
const BLOCK_RESERVED: u32 = 1 << 28;
const BLOCK_COMPRESSED: u32 = 1 << 29;
const BLOCK_RECENT: u32 = 1 << 30;
const BLOCK_LAST: u32 = 1 << 31;
/// Recent offsets.
const RECENT: usize = 4;

/// The frame's flags.
struct Flags(u16);

impl Flags {
    fn window(&self) -> u32 {
        WINDOWS.get(usize::from(self.0 & 7)).copied().unwrap_or(16)
    }
    fn least_match(&self) -> usize {
        3 + usize::from((self.0 >> 3) & 1)
    }
    /// Prefixes and tables from elsewhere, reserved bits, an extension word: nothing a database has.
    fn is_foreign(&self) -> bool {
        self.0 & 0xB030 != 0
    }
    fn crc_is_32(&self) -> bool {
        self.0 & 0x4000 != 0
    }
}

fn table(count: usize, bits: &mut BitReader<'_>) -> Result<Code, CompressError> {
    match bits.bits(2)? {
        0 => Code::new(&Lengths::flat(count)?),
        2 => Code::new(&Lengths::coded(count, bits)?),
        _ => Err(CompressError::Stream),
    }
}

/// One compressed block behind its header.
fn block(
    flags: &Flags,
    head: u32,
    recent: &mut Recent,
    bits: &mut BitReader<'_>,
    out: &mut Window<'_>,
) -> Result<(), CompressError> {
    let window = flags.window();
    if head & BLOCK_RECENT != 0 {
        for k in 0..RECENT {
            let e = bits.bits(5)?;
            recent.set(k, bits.power(e)?);
        }
    }
    let short = table(320 + 16 * window as usize, bits)?;
    let long = table(232 + window as usize, bits)?;
    while !bits.is_at_end() {
        let s = short.symbol(bits)?;
        let Some(s) = s.checked_sub(FIRST_MATCH) else {
            out.literal(u8::try_from(s).unwrap_or(0))?;
            continue;
        };
        let length = match_length(s % 16, &long, bits)? + flags.least_match();
        let group = s / 16;
        let off = match group.checked_sub(RECENT) {
            None => recent.take(group)?,
            Some(e) => {
                let off = bits.power(u32::try_from(e).unwrap_or(0))?;
                recent.push(off);
                off
            }
        };
        out.copy(off, length)?;
    }
    Ok(())
}

/// Fills `dst`, whose length is the plain size, from the whole value.
pub(super) fn decode(data: &[u8], dst: &mut [u8]) -> Result<(), CompressError> {
    let short = CompressError::Short(data.len());
    let frame = data.get(OFF_FRAME..).ok_or(short)?;
    if u64_at(data, OFF_FRAME_CRC) != Some(crc64(frame)) {
        return Err(CompressError::Check);
    }
    let flags = Flags(u16_at(frame, FRAME_FLAGS).ok_or(short)?);
    if u32_at(frame, 0) != Some(MAGIC) || flags.is_foreign() {
        return Err(CompressError::Stream);
    }
    let mut out = Window::new(dst);
    let mut recent = Recent::new(RECENT);
    let mut pos = FRAME_HEAD_BITS;
    loop {
        let mut bits = BitReader::new(frame, pos, frame.len() * 8)?;
        let head = bits.bits(32)?;
        let size = (head & BLOCK_SIZE_MASK) as usize;
        if size < BLOCK_HEAD_BITS || head & BLOCK_RESERVED != 0 {
            return Err(CompressError::Stream);
        }
        let mut bits = BitReader::new(frame, pos + BLOCK_HEAD_BITS, pos + size)?;
        if head & BLOCK_COMPRESSED != 0 {
            block(&flags, head, &mut recent, &mut bits, &mut out)?;
        } else {
            while !bits.is_at_end() {
                let b = bits.bits(8)?;
                out.literal(u8::try_from(b).unwrap_or(0))?;
            }
        }
        pos += size;
        if head & BLOCK_LAST != 0 {
            break;
        }
    }
    if !out.is_full() {
        return Err(CompressError::Stream);
    }
    let trailer = pos.div_ceil(8);
    let plain = out.written();
    let crc = crc32c(plain);
    let frame_ok = if flags.crc_is_32() {
        u32_at(frame, trailer) == Some(crc)
    } else {
        u64_at(frame, trailer) == Some(crc64(plain))
    };
    if !frame_ok || u32_at(data, OFF_CRC) != Some(crc) {
        return Err(CompressError::Check);
    }
    Ok(())
}

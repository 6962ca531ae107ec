//! XPRESS9: one block of Huffman-coded LZ77 with recent offsets. Read support only: the engine
//! never writes it.
//!
//! ```text
//!  5 u32 magic | u32 plain size | u32 bits of the block, header included | u32 flags | u32 0
//! 25 u32 signature | u32 block number | u32 CRC-32C of the 28 bytes before
//! 37 bit stream: recent offsets, two code tables, symbols
//! ```
//! (Offsets in the whole value.) Source: docs/format/database-compression.md §5.
//!
//! Invariant: exactly the bits that the header names are used, and every loop uses bits or makes bytes.
#![forbid(unsafe_code)]

use super::CompressError;
use super::bits::BitReader;
use super::crc::crc32c;
use super::huffman::{Code, FIRST_MATCH, Lengths, Recent, match_length};
use super::lz77::Window;
use crate::format::bytes::u32_at;

/// Offset of the CRC of the plain bytes in the value.
const OFF_CRC: usize = 1;
/// Offset of the block in the value.
const OFF_BLOCK: usize = 5;
/// Offset of the plain size in the value.
pub(super) const OFF_PLAIN_SIZE: usize = OFF_BLOCK + 4;
const _: () = assert!(OFF_CRC + size_of::<u32>() == OFF_BLOCK);
/// Offsets in the block.
const BLOCK_MAGIC: usize = 0;
const BLOCK_BITS: usize = 8;
const BLOCK_FLAGS: usize = 12;
const BLOCK_ZERO: usize = 16;
const BLOCK_NUMBER: usize = 24;
const BLOCK_CRC: usize = 28;
/// Bits of the block's header.
const HEADER_BITS: usize = 256;
const MAGIC: u32 = 0x4E86_D72A;
/// Symbols of the two alphabets.
const SHORT_SYMBOLS: usize = 704;
const LONG_SYMBOLS: usize = 256;

/// The flag word.
struct Flags(u32);

impl Flags {
    fn field(&self, shift: u32, mask: u32) -> u32 {
        (self.0 >> shift) & mask
    }
    fn table_bits(&self) -> usize {
        self.field(0, 0x1FFF) as usize
    }
    fn window(&self) -> u32 {
        16 + self.field(13, 7)
    }
    fn recent(&self) -> usize {
        self.field(16, 3) as usize * 2
    }
    fn least_explicit(&self) -> usize {
        self.field(18, 1) as usize + 3
    }
    fn least_recent(&self) -> usize {
        self.field(19, 1) as usize + 2
    }
    fn reserved(&self) -> u32 {
        self.field(20, 0xFFF)
    }
}

fn table(count: usize, bits: &mut BitReader<'_>) -> Result<Code, CompressError> {
    match bits.bits(3)? {
        0 => Code::new(&Lengths::flat(count)?),
        1 => Code::new(&Lengths::coded(count, bits)?),
        _ => Err(CompressError::Stream),
    }
}

/// Fills `dst`, whose length is the plain size, from the whole value.
pub(super) fn decode(data: &[u8], dst: &mut [u8]) -> Result<(), CompressError> {
    let block = data
        .get(OFF_BLOCK..)
        .ok_or(CompressError::Short(data.len()))?;
    let word = |off: usize| u32_at(block, off).ok_or(CompressError::Short(data.len()));
    let flags = Flags(word(BLOCK_FLAGS)?);
    let block_bits = word(BLOCK_BITS)? as usize;
    let header_crc = crc32c(block.get(..BLOCK_CRC).unwrap_or(&[]));
    if word(BLOCK_MAGIC)? != MAGIC
        || word(BLOCK_ZERO)? != 0
        || word(BLOCK_NUMBER)? != 0
        || word(BLOCK_CRC)? != header_crc
        || flags.reserved() != 0
        || flags.recent() > 4
        || block_bits <= flags.table_bits() + HEADER_BITS
    {
        return Err(CompressError::Stream);
    }
    let mut bits = BitReader::new(block, HEADER_BITS, block_bits)?;
    let mut recent = Recent::new(flags.recent());
    let mut shift = 0;
    if recent.len() > 0 {
        shift = bits.bits(1)? as usize;
        for k in 0..recent.len() {
            let e = bits.bits(5)?;
            if e >= flags.window() {
                return Err(CompressError::Stream);
            }
            recent.set(k, bits.power(e)?);
        }
    }
    let short = table(SHORT_SYMBOLS, &mut bits)?;
    let long = table(LONG_SYMBOLS, &mut bits)?;
    if bits.pos() != HEADER_BITS + flags.table_bits() {
        return Err(CompressError::Stream);
    }

    let mut out = Window::new(dst);
    while !out.is_full() {
        let s = short.symbol(&mut bits)?;
        let Some(s) = s.checked_sub(FIRST_MATCH) else {
            out.literal(u8::try_from(s).unwrap_or(0))?;
            shift = 0;
            continue;
        };
        let length = match_length(s % 16, &long, &mut bits)?;
        let group = s / 16;
        let (off, least) = match group.checked_sub(recent.len()) {
            // Right after a match its own offset can't be meant: entry 0 is left out.
            None => (recent.take(group + shift)?, flags.least_recent()),
            Some(e) => {
                let off = bits.power(u32::try_from(e).unwrap_or(0))?;
                recent.push(off);
                (off, flags.least_explicit())
            }
        };
        shift = 1;
        out.copy(off, length + least)?;
    }
    if !bits.is_at_end() {
        return Err(CompressError::Stream);
    }
    if u32_at(data, OFF_CRC) != Some(crc32c(out.written())) {
        return Err(CompressError::Check);
    }
    Ok(())
}

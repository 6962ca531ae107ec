//! Checksums of pages, log segments, flush-map pages and headers: computing, judging, correcting one
//! flipped bit, and stamping before a write.
//!
//! ```text
//! page size      blocks             stored at (u64: XOR part low, ECC part high)
//! 2, 4, 8 KiB    1, the whole page  0
//! 16 KiB         4 of 4 KiB         0, 40, 48, 56
//! 32 KiB         4 of 8 KiB         0, 40, 48, 56
//! legacy page    (flag 0x2000 clear, small pages): u32 XOR at 0, u32 page number at 4
//! header page    u32 XOR at 0
//! ```
//! Source: docs/format/database-pages.md §5, database-header.md §1.3, log-files.md §4.2.
//!
//! Three equal forms of the block sum: [`mod@reference`] (the definition), [`portable`] (a tree of XORs)
//! and, where the processor has it, [`simd`] (the tree with AVX2). [`ecc_block`] picks.
//!
//! Invariants: nothing panics on any length; a correction is only offered when the flipped bit makes
//! every checksum of the page match.
#![deny(unsafe_code)]

pub mod portable;
pub mod reference;
#[cfg(target_arch = "x86_64")]
pub mod simd;

use super::bytes::{all_zero, u32_at, u64_at};
use super::ids::{PageSize, Pgno};
use super::page::{OFF_CHECKSUM, OFF_CHECKSUMS_LARGE, OFF_FLAGS, OFF_PGNO_LARGE, PageFlags};
use super::page_mut::{OutsidePage, PageMut};
use crate::error::{HasJetErr, JetErr};

/// Seed of the legacy page checksum and of every header checksum.
pub const XOR_SEED: u32 = 0x89AB_CDEF;
/// Number of the bit that selects the checksum format (bit 13 of the flags): never corrected.
pub const FORMAT_FLAG_BIT: u32 = 8 * 36 + 13;
/// Most blocks, and so most correctable bits, of a page.
pub const BLOCKS_MAX: usize = 4;
/// Bits of the two index sums of a block.
const ECC_BITS: usize = 16;
/// A word has 32 bits.
const WORD_BITS_SHIFT: u32 = 5;
/// Bits of the stored checksum, the first of a page.
const STORED_BITS: u32 = 64;

/// `true` for the lengths that blocks have: 1, 2, 4 and 8 KiB.
fn is_block_len(len: usize) -> bool {
    matches!(len, 1024 | 2048 | 4096 | 8192)
}

/// Highest bit number of a block of `len` bytes, cut to the 16 bits that the format has for it.
fn mask_of(len: usize) -> u32 {
    let bits = len.next_power_of_two().saturating_mul(8).max(1);
    u32::try_from((bits - 1) & 0xFFFF).unwrap_or(0xFFFF)
}

/// What one block sums up to, before a page number is mixed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BlockSum {
    /// XOR of all words.
    pub xor: u32,
    /// `hi << 16 | lo`: XOR of the complemented numbers of the set bits, and of the numbers.
    pub ecc: u32,
}

impl BlockSum {
    fn from_parts(xor: u32, lo: u32, mask: u32) -> Self {
        // The number of set bits is odd exactly when the XOR of the words has an odd number.
        let hi = if xor.count_ones() % 2 == 1 {
            lo ^ mask
        } else {
            lo
        };
        Self {
            xor,
            ecc: (hi << 16) | lo,
        }
    }

    /// The eight bytes as stored, for page, segment or map page `number`.
    #[inline]
    #[must_use]
    pub fn stored(self, number: u32) -> u64 {
        (u64::from(self.ecc) << 32) | u64::from(self.xor ^ number)
    }
}

/// XOR and ECC of one block (1, 2, 4 or 8 KiB); `skip_first_8`: the first eight bytes hold the
/// stored checksum and count as zero. The one primitive of database pages, flush-map pages and log
/// segments. Other lengths are summed too, but no file has such blocks.
#[inline]
#[must_use]
pub fn ecc_block(block: &[u8], skip_first_8: bool) -> BlockSum {
    #[cfg(target_arch = "x86_64")]
    if let Some(sum) = simd::block(block, skip_first_8) {
        return sum;
    }
    portable::block(block, skip_first_8)
}

/// Bit of a single-block page or segment that, flipped, explains the difference between the stored
/// and the computed checksum; `None` when no single bit does (docs/format/database-pages.md §5.4
/// step 3). The caller refuses bits that may not be corrected.
#[must_use]
pub fn single_bit(block_len: usize, stored: u64, computed: u64) -> Option<u32> {
    let difference = stored ^ computed;
    let ecc = (difference >> 32) as u32;
    let xor = difference as u32;
    let mask = mask_of(block_len);
    let bit = ecc & mask;
    // Written out, "correctable, and all matches after the flip" is: the index sums differ by the
    // bit and its complement, the XOR by the bit's column.
    let explained = ecc == ((mask ^ bit) << 16) | bit && xor == 1 << (bit & 31);
    explained.then_some(bit)
}

/// The XOR checksum of a header page (database, log, checkpoint and flush-map header, trailer;
/// docs/format/database-header.md §1.3) and of a legacy page (database-pages.md §5.1): all words but
/// the first, from the seed 0x89ABCDEF. A legacy page's number, in word 1, takes part.
#[must_use]
pub fn header_xor(bytes: &[u8]) -> u32 {
    let (eights, tail) = bytes.as_chunks::<8>();
    let sum = eights
        .iter()
        .fold(0u64, |sum, b| sum ^ u64::from_le_bytes(*b));
    let tail = tail
        .chunks_exact(4)
        .fold(0, |sum, b| sum ^ u32_at(b, 0).unwrap_or(0));
    XOR_SEED ^ (sum as u32) ^ ((sum >> 32) as u32) ^ tail ^ u32_at(bytes, 0).unwrap_or(0)
}

/// Up to four bit numbers, counted from the page's first bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BadBits {
    bits: [u32; BLOCKS_MAX],
    len: u8,
}

impl BadBits {
    fn push(&mut self, bit: u32) {
        if let Some(slot) = self.bits.get_mut(usize::from(self.len)) {
            *slot = bit;
            self.len += 1;
        }
    }

    /// The bits, ascending; bit `b` is bit `b % 8` of byte `b / 8`.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        self.bits.get(..usize::from(self.len)).unwrap_or(&[])
    }

    /// `true` when nothing has to be corrected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// What the checksums say about a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageVerdict {
    /// Everything matches.
    Good,
    /// All bytes are zero: never written.
    Zero,
    /// Good once these bits are flipped (at most one per block).
    Correctable {
        /// The flipped bits.
        bits: BadBits,
    },
    /// Damaged beyond correction, or another page.
    Bad {
        /// Checksum by the page itself, of the first block that does not match.
        expected: u64,
        /// Checksum of the bytes.
        actual: u64,
        /// The block: 0, or 0-3 of a large page.
        block: u8,
        /// The page that this is, when everything but the number fits.
        looks_like: Option<Pgno>,
    },
    /// Signed rightly for its place, but a large page's own number is another one.
    WrongPgno {
        /// The page that was asked for.
        asked: Pgno,
        /// The number in the page.
        found: Pgno,
    },
    /// The length is none of a page.
    NotAPage {
        /// Length in bytes.
        len: usize,
    },
}

/// Why a page can't be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChecksumError {
    /// The page is all zero.
    #[error("page {0} was never written (all zero)")]
    NotInitialized(Pgno),
    /// The checksum does not match.
    #[error("page {pgno} is damaged: its checksum says {expected:016x}, its bytes {actual:016x}{}",
        looks_like.map_or_else(String::new, |p| format!("; it looks like page {p}")))]
    Mismatch {
        /// The page.
        pgno: Pgno,
        /// Stored checksum.
        expected: u64,
        /// Checksum of the bytes.
        actual: u64,
        /// The page that this is by its checksum.
        looks_like: Option<Pgno>,
    },
    /// The page is another one.
    #[error("page {asked} holds the number {found}")]
    WrongPgno {
        /// The page that was asked for.
        asked: Pgno,
        /// The number in the page.
        found: Pgno,
    },
    /// No page.
    #[error("{len} bytes are no page")]
    NotAPage {
        /// Length in bytes.
        len: usize,
    },
}

impl HasJetErr for ChecksumError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NotInitialized(_) => JetErr::PAGE_NOT_INITIALIZED,
            Self::WrongPgno { .. } => JetErr::READ_PGNO_VERIFY_FAILURE,
            Self::Mismatch { .. } | Self::NotAPage { .. } => JetErr::READ_VERIFY_FAILURE,
        }
    }
}

impl PageVerdict {
    /// `Ok` with the bits to flip (none when the page is good), or why page `pgno` can't be used.
    pub fn usable(self, pgno: Pgno) -> Result<BadBits, ChecksumError> {
        match self {
            Self::Good => Ok(BadBits::default()),
            Self::Correctable { bits } => Ok(bits),
            Self::Zero => Err(ChecksumError::NotInitialized(pgno)),
            Self::Bad {
                expected,
                actual,
                looks_like,
                block: _,
            } => Err(ChecksumError::Mismatch {
                pgno,
                expected,
                actual,
                looks_like,
            }),
            Self::WrongPgno { asked, found } => Err(ChecksumError::WrongPgno { asked, found }),
            Self::NotAPage { len } => Err(ChecksumError::NotAPage { len }),
        }
    }
}

/// The checksums of a page in the new format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PageSums {
    sums: [u64; BLOCKS_MAX],
    blocks: usize,
}

impl PageSums {
    /// One checksum of a small page, four of a large one.
    #[must_use]
    pub fn as_slice(&self) -> &[u64] {
        self.sums.get(..self.blocks).unwrap_or(&[])
    }

    /// Checksum of block `i`, 0 for a block the page does not have.
    #[must_use]
    pub fn get(&self, i: usize) -> u64 {
        self.as_slice().get(i).copied().unwrap_or(0)
    }
}

fn page_size(page: &[u8]) -> Option<PageSize> {
    PageSize::from_bytes(u32::try_from(page.len()).ok()?)
}

fn block_bytes(size: PageSize) -> usize {
    if size.is_large() {
        size.bytes() / BLOCKS_MAX
    } else {
        size.bytes()
    }
}

/// Where the checksum of block `i` is stored.
fn stored_offset(i: usize) -> usize {
    match i.checked_sub(1) {
        None => OFF_CHECKSUM,
        Some(i) => OFF_CHECKSUMS_LARGE + 8 * i,
    }
}

/// The checksums that the bytes of `page` give as page `pgno`, in the new format. Of a length that no
/// page has: none.
#[must_use]
pub fn page_checksums(page: &[u8], pgno: Pgno) -> PageSums {
    let mut out = PageSums::default();
    let Some(size) = page_size(page) else {
        return out;
    };
    let blocks = page.chunks_exact(block_bytes(size));
    out.blocks = blocks.len();
    for (i, (block, sum)) in blocks.zip(&mut out.sums).enumerate() {
        *sum = ecc_block(block, i == 0).stored(pgno.0);
    }
    out
}

/// Judges a page that was read as number `pgno`, without changing it
/// (docs/format/database-pages.md §5.4).
#[must_use]
pub fn verify(page: &[u8], pgno: Pgno) -> PageVerdict {
    let Some(size) = page_size(page) else {
        return PageVerdict::NotAPage { len: page.len() };
    };
    let stored = u64_at(page, OFF_CHECKSUM).unwrap_or(0);
    if stored == 0 && all_zero(page) {
        return PageVerdict::Zero;
    }
    let flags = PageFlags::from_bits_retain(u32_at(page, OFF_FLAGS).unwrap_or(0));
    if !flags.contains(PageFlags::NEW_CHECKSUM) {
        return verify_legacy(page, size, stored, pgno);
    }
    let sums = page_checksums(page, pgno);
    let matches = sums
        .as_slice()
        .iter()
        .enumerate()
        .all(|(i, &sum)| u64_at(page, stored_offset(i)) == Some(sum));
    if !matches {
        return explain(page, size, &sums, pgno);
    }
    match own_pgno(page, size) {
        Some(found) if found != pgno => PageVerdict::WrongPgno { asked: pgno, found },
        _ => PageVerdict::Good,
    }
}

fn own_pgno(page: &[u8], size: PageSize) -> Option<Pgno> {
    size.is_large()
        .then(|| Pgno(u32_at(page, OFF_PGNO_LARGE).unwrap_or(0)))
}

/// The old format has no ECC: nothing can be corrected. Large pages never had it.
#[cold]
fn verify_legacy(page: &[u8], size: PageSize, stored: u64, pgno: Pgno) -> PageVerdict {
    let xor = header_xor(page);
    let found = Pgno((stored >> 32) as u32);
    let signed = stored as u32 == xor && !size.is_large();
    if signed && found == pgno {
        return PageVerdict::Good;
    }
    PageVerdict::Bad {
        expected: stored,
        actual: (u64::from(pgno.0) << 32) | u64::from(xor),
        block: 0,
        looks_like: signed.then_some(found),
    }
}

/// Looks for the bits that explain why `sums` are not what is stored, block 0 first: it holds the
/// stored checksums of the others.
#[cold]
fn explain(page: &[u8], size: PageSize, sums: &PageSums, pgno: Pgno) -> PageVerdict {
    let block_len = block_bytes(size);
    let mut bits = BadBits::default();
    let mut flips_in_stored = [0u64; BLOCKS_MAX];
    let mut number = own_pgno(page, size);
    for (i, &actual) in sums.as_slice().iter().enumerate() {
        let flips = flips_in_stored.get(i).copied().unwrap_or(0);
        let expected = u64_at(page, stored_offset(i)).unwrap_or(0) ^ flips;
        if expected == actual {
            continue;
        }
        let bit = single_bit(block_len, expected, actual)
            // The stored checksum itself is no part of what it covers, and the format flag is what
            // decided to look for an ECC at all.
            .filter(|&bit| i != 0 || (bit >= STORED_BITS && bit != FORMAT_FLAG_BIT));
        let Some(bit) = bit else {
            return PageVerdict::Bad {
                expected,
                actual,
                block: u8::try_from(i).unwrap_or(0),
                looks_like: looks_like(page, sums, pgno),
            };
        };
        if i == 0 {
            for (block, flips) in flips_in_stored.iter_mut().enumerate().skip(1) {
                let first = 8 * u32::try_from(stored_offset(block)).unwrap_or(0);
                if let Some(in_word) = bit.checked_sub(first).filter(|&b| b < 64)
                    && size.is_large()
                {
                    *flips |= 1 << in_word;
                }
            }
            let first = 8 * u32::try_from(OFF_PGNO_LARGE).unwrap_or(0);
            if let (Some(n), Some(in_word)) =
                (number.as_mut(), bit.checked_sub(first).filter(|&b| b < 32))
            {
                n.0 ^= 1 << in_word;
            }
        }
        bits.push(u32::try_from(8 * block_len * i).unwrap_or(0) + bit);
    }
    match number {
        Some(found) if found != pgno => PageVerdict::WrongPgno { asked: pgno, found },
        _ => PageVerdict::Correctable { bits },
    }
}

/// The page number that makes every block match, if there is one.
fn looks_like(page: &[u8], sums: &PageSums, pgno: Pgno) -> Option<Pgno> {
    let mut found = None;
    for (i, &actual) in sums.as_slice().iter().enumerate() {
        let difference = u64_at(page, stored_offset(i))? ^ actual;
        let by_this = Pgno(pgno.0 ^ u32::try_from(difference).ok()?);
        if *found.get_or_insert(by_this) != by_this {
            return None;
        }
    }
    found.filter(|p| *p != pgno && !p.is_null() && *p <= Pgno::MAX)
}

/// Flips `bits` of a page.
pub fn flip(page: &mut impl PageMut, bits: &BadBits) -> Result<(), OutsidePage> {
    for &bit in bits.as_slice() {
        let at = usize::try_from(bit / 8).unwrap_or(usize::MAX);
        if let Some(&byte) = page.get(at) {
            page.store(at, &[byte ^ (1 << (bit % 8))])?;
        }
    }
    Ok(())
}

/// Judges a page and flips what can be corrected. The verdict is that of before the correction:
/// after [`PageVerdict::Correctable`] the page is good.
pub fn correct(page: &mut impl PageMut, pgno: Pgno) -> PageVerdict {
    let verdict = verify(page, pgno);
    if let PageVerdict::Correctable { bits } = verdict
        && flip(page, &bits).is_err()
    {
        // The bits come from the page's own length, so this is never reached.
        return PageVerdict::NotAPage { len: page.len() };
    }
    verdict
}

/// Signs a page before it is written as number `pgno`: new-format flag, a large page's number and
/// block checksums, then the checksum of block 0, which covers them
/// (docs/format/database-pages.md §5.5). The flush type must be set before.
pub fn stamp(page: &mut impl PageMut, pgno: Pgno) -> Result<(), OutsidePage> {
    let Some(size) = page_size(page) else {
        return Err(OutsidePage {
            offset: 0,
            len: 0,
            page: page.len(),
        });
    };
    let flags = u32_at(page, OFF_FLAGS).unwrap_or(0) | PageFlags::NEW_CHECKSUM.bits();
    page.store_u32(OFF_FLAGS, flags)?;
    if size.is_large() {
        page.store_u32(OFF_PGNO_LARGE, pgno.0)?;
        let block_len = block_bytes(size);
        for i in 1..BLOCKS_MAX {
            let block = page.get(i * block_len..(i + 1) * block_len).unwrap_or(&[]);
            let sum = ecc_block(block, false).stored(pgno.0);
            page.store_u64(stored_offset(i), sum)?;
        }
    }
    let first = page.get(..block_bytes(size)).unwrap_or(&[]);
    let sum = ecc_block(first, true).stored(pgno.0);
    page.store_u64(OFF_CHECKSUM, sum)
}

#[cfg(test)]
mod tests;

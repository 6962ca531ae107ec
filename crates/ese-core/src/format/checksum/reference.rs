//! The block checksum word by word, as the specification states it: what the fast forms are tested
//! against, and the way of lengths that no block of the format has.
//!
//! Invariant: for every length that is a power of two up to 8 KiB this is the definition.
#![forbid(unsafe_code)]

use super::{BlockSum, WORD_BITS_SHIFT, mask_of};

/// XOR and ECC of `block`; its first eight bytes count as zero when `skip_first_8`
/// (docs/format/database-pages.md §5.2).
#[must_use]
pub fn block(block: &[u8], skip_first_8: bool) -> BlockSum {
    let skipped = if skip_first_8 { 2 } else { 0 };
    let mut xor = 0u32;
    let mut lo = 0usize;
    let (words, tail) = block.as_chunks::<4>();
    let mut last = [0u8; 4];
    for (slot, &byte) in last.iter_mut().zip(tail) {
        *slot = byte;
    }
    for (i, word) in words.iter().chain([&last]).enumerate().skip(skipped) {
        let word = u32::from_le_bytes(*word);
        xor ^= word;
        if word.count_ones() % 2 == 1 {
            lo ^= i << WORD_BITS_SHIFT;
        }
    }
    for bit in 0..32 {
        if xor & (1 << bit) != 0 {
            lo ^= bit;
        }
    }
    BlockSum::from_parts(
        xor,
        u32::try_from(lo & 0xFFFF).unwrap_or(0),
        mask_of(block.len()),
    )
}

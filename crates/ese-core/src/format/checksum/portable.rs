//! The block checksum as a tree of XORs, in safe code for every processor.
//!
//! Each ECC bit is the parity of the words whose number has that bit set. XOR is associative, so
//! the words are summed once, in groups, and an index bit above the group takes the group's total
//! instead of looking at each word (docs/performance-design.md §6).
//!
//! ```text
//! vector         128 bytes   index bits  0-9   from the total, at the end
//! group    8 vectors, 1024   index bits 10-12  odd vectors, second pairs, upper four
//! block   up to 8 groups     index bits 13-15  the group's total where its number has the bit
//! ```
//! A vector is an array of words whose loops a compiler turns into whatever vectors the processor
//! has; that is why sums live in arrays and not in variables.
//!
//! Invariant: equal to [`super::reference::block`] for every input.
#![forbid(unsafe_code)]

use super::{BlockSum, ECC_BITS, is_block_len, mask_of, reference};

/// Words of a vector.
const LANES: usize = 16;
const VECTOR: usize = 8 * LANES;
const GROUP: usize = 8 * VECTOR;

/// What a group is summed up in, word by word.
type Vector = [u64; LANES];

#[inline(always)]
fn add(sum: &mut Vector, v: &Vector) {
    for (s, v) in sum.iter_mut().zip(v) {
        *s ^= v;
    }
}

/// Adds a group to the sums of its three index bits; returns its total.
#[inline(always)]
fn group(bytes: &[u8; GROUP], [odd, second, high]: &mut [Vector; 3]) -> Vector {
    let (words, _) = bytes.as_chunks::<8>();
    let mut total = Vector::default();
    let sums = odd.iter_mut().zip(second).zip(high);
    for (lane, (total, ((odd, second), high))) in total.iter_mut().zip(sums).enumerate() {
        let word = |vector: usize| {
            words
                .get(vector * LANES + lane)
                .map_or(0, |b| u64::from_le_bytes(*b))
        };
        let (v1, v3, v5, v7) = (word(1), word(3), word(5), word(7));
        let (p01, p23, p45, p67) = (word(0) ^ v1, word(2) ^ v3, word(4) ^ v5, word(6) ^ v7);
        let upper = p45 ^ p67;
        *odd ^= v1 ^ v3 ^ v5 ^ v7;
        *second ^= p23 ^ p67;
        *high ^= upper;
        *total = p01 ^ p23 ^ upper;
    }
    total
}

/// XOR and ECC of `block`; its first eight bytes count as zero when `skip_first_8`.
#[must_use]
pub fn block(block: &[u8], skip_first_8: bool) -> BlockSum {
    if !is_block_len(block.len()) {
        return reference::block(block, skip_first_8);
    }
    let mut sums = [Vector::default(); 3];
    let mut by_number = [Vector::default(); 3];
    let mut total = Vector::default();
    let (groups, _) = block.as_chunks::<GROUP>();
    for (number, bytes) in groups.iter().enumerate() {
        let t = group(bytes, &mut sums);
        add(&mut total, &t);
        for (bit, sum) in by_number.iter_mut().enumerate() {
            if number & (1 << bit) != 0 {
                add(sum, &t);
            }
        }
    }
    if let (true, Some(stored)) = (skip_first_8, block.first_chunk::<8>()) {
        total[0] ^= u64::from_le_bytes(*stored);
    }
    let fold = |v: &Vector| v.iter().fold(0, |sum, w| sum ^ w);
    // The words of the total whose number has the bit.
    let lanes_with = |bit: usize| {
        let lanes = total.iter().enumerate();
        lanes
            .filter(|(lane, _)| lane & (1 << bit) != 0)
            .fold(0, |sum, (_, w)| sum ^ w)
    };
    let word = fold(&total);
    let [odd, second, high] = &sums;
    let [n0, n1, n2] = &by_number;
    let by_bit: [u64; ECC_BITS] = [
        word & 0xAAAA_AAAA_AAAA_AAAA,
        word & 0xCCCC_CCCC_CCCC_CCCC,
        word & 0xF0F0_F0F0_F0F0_F0F0,
        word & 0xFF00_FF00_FF00_FF00,
        word & 0xFFFF_0000_FFFF_0000,
        word & 0xFFFF_FFFF_0000_0000,
        lanes_with(0),
        lanes_with(1),
        lanes_with(2),
        lanes_with(3),
        fold(odd),
        fold(second),
        fold(high),
        fold(n0),
        fold(n1),
        fold(n2),
    ];
    let lo = by_bit
        .iter()
        .rev()
        .fold(0, |lo, w| (lo << 1) | (w.count_ones() & 1));
    BlockSum::from_parts((word ^ (word >> 32)) as u32, lo, mask_of(block.len()))
}

//! The block checksum with AVX2 or AVX-512: the tree of [`super::portable`] over vectors.
//!
//! With AVX2:
//!
//! ```text
//! vector          32 bytes   index bits  0-7   from the total, at the end
//! group     8 vectors, 256   index bits  8-10  odd vectors, second pairs, upper four
//! row       4 groups, 1024   index bits 11-12  the same among the groups' totals
//! block    up to 8 rows      index bits 13-15  the row's total where the row number has the bit
//! ```
//!
//! With AVX-512, whose one instruction sums three:
//!
//! ```text
//! vector          64 bytes   index bits  0-8
//! group     8 vectors, 512   index bits  9-11
//! row       2 groups, 1024   index bit  12     the second group
//! block    up to 8 rows      index bits 13-15
//! ```
//!
//! One of the few rooms where `unsafe` is allowed: calling code that was compiled for a processor
//! feature, and the unaligned vector loads.
//!
//! Invariants: equal to [`super::reference::block`] for every input; nothing here runs on a
//! processor without the feature, which the functions' own attributes and [`block`] see to.
#![allow(unsafe_code)]

use super::{BlockSum, is_block_len, mask_of};
use std::arch::x86_64::{
    __m256i, __m512i, _mm_cvtsi128_si64, _mm_unpackhi_epi64, _mm_xor_si128, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_setzero_si256, _mm256_storeu_si256,
    _mm256_xor_si256, _mm512_castsi512_si256, _mm512_extracti64x4_epi64, _mm512_loadu_si512,
    _mm512_setzero_si512, _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

const VECTOR: usize = 32;
const GROUP: usize = 8 * VECTOR;
const ROW: usize = 4 * GROUP;

/// The same with AVX-512.
const WIDE: usize = 64;
const WIDE_GROUP: usize = 8 * WIDE;
/// Truth table of the sum of three bits.
const SUM_OF_THREE: i32 = 0x96;

/// XOR and ECC of `block`; its first eight bytes count as zero when `skip_first_8`. `None` where
/// the processor has no AVX2 or the length is none of a block (1, 2, 4 or 8 KiB).
#[inline]
#[must_use]
pub fn block(block: &[u8], skip_first_8: bool) -> Option<BlockSum> {
    match block_avx512(block, skip_first_8) {
        None => block_avx2(block, skip_first_8),
        done => done,
    }
}

/// As [`block`], `None` where the processor has no AVX-512.
#[inline]
#[must_use]
pub fn block_avx512(block: &[u8], skip_first_8: bool) -> Option<BlockSum> {
    if is_block_len(block.len())
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has both features that the function was compiled for.
        Some(unsafe { wide_tree(block, skip_first_8) })
    } else {
        None
    }
}

/// As [`block`], never with more than AVX2.
#[inline]
#[must_use]
pub fn block_avx2(block: &[u8], skip_first_8: bool) -> Option<BlockSum> {
    if is_block_len(block.len())
        && std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has both features that the function was compiled for.
        Some(unsafe { tree(block, skip_first_8) })
    } else {
        None
    }
}

/// Vector `I` of a group.
#[inline]
#[target_feature(enable = "avx2")]
fn load<const I: usize>(group: &[u8; GROUP]) -> __m256i {
    const { assert!(I < GROUP / VECTOR) };
    // SAFETY: `I` is below 8, so the 32 bytes lie inside the group; this load asks no alignment.
    unsafe { _mm256_loadu_si256(group.as_ptr().add(I * VECTOR).cast()) }
}

/// The three sums of a group, by index bit, and its total.
#[inline]
#[target_feature(enable = "avx2")]
fn group(bytes: &[u8; GROUP], sums: &mut [__m256i; 3]) -> __m256i {
    let (v1, v3, v5, v7) = (
        load::<1>(bytes),
        load::<3>(bytes),
        load::<5>(bytes),
        load::<7>(bytes),
    );
    let p01 = _mm256_xor_si256(load::<0>(bytes), v1);
    let p23 = _mm256_xor_si256(load::<2>(bytes), v3);
    let p45 = _mm256_xor_si256(load::<4>(bytes), v5);
    let p67 = _mm256_xor_si256(load::<6>(bytes), v7);
    let upper = _mm256_xor_si256(p45, p67);
    let odd = _mm256_xor_si256(_mm256_xor_si256(v1, v3), _mm256_xor_si256(v5, v7));
    sums[0] = _mm256_xor_si256(sums[0], odd);
    sums[1] = _mm256_xor_si256(sums[1], _mm256_xor_si256(p23, p67));
    sums[2] = _mm256_xor_si256(sums[2], upper);
    _mm256_xor_si256(_mm256_xor_si256(p01, p23), upper)
}

/// The vector's two halves summed, then their two words.
#[inline]
#[target_feature(enable = "avx2")]
fn fold(v: __m256i) -> u64 {
    let half = _mm_xor_si128(_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v));
    let one = _mm_xor_si128(half, _mm_unpackhi_epi64(half, half));
    _mm_cvtsi128_si64(one) as u64
}

#[target_feature(enable = "avx2,popcnt")]
fn tree(block: &[u8], skip_first_8: bool) -> BlockSum {
    let zero = _mm256_setzero_si256();
    let mut sums = [zero; 3];
    let (mut row_odd, mut row_high) = (zero, zero);
    let mut rows = [zero; 3];
    let mut total = zero;
    let (all_rows, _) = block.as_chunks::<ROW>();
    for (number, row) in all_rows.iter().enumerate() {
        let (groups, _) = row.as_chunks::<GROUP>();
        let [g0, g1, g2, g3] = groups else { continue };
        let t0 = group(g0, &mut sums);
        let t1 = group(g1, &mut sums);
        let t2 = group(g2, &mut sums);
        let t3 = group(g3, &mut sums);
        let upper = _mm256_xor_si256(t2, t3);
        row_odd = _mm256_xor_si256(row_odd, _mm256_xor_si256(t1, t3));
        row_high = _mm256_xor_si256(row_high, upper);
        let t = _mm256_xor_si256(_mm256_xor_si256(t0, t1), upper);
        total = _mm256_xor_si256(total, t);
        for (bit, sum) in rows.iter_mut().enumerate() {
            if number & (1 << bit) != 0 {
                *sum = _mm256_xor_si256(*sum, t);
            }
        }
    }
    let mut q = [0u64; 4];
    // SAFETY: `q` is 32 bytes that may be written.
    unsafe { _mm256_storeu_si256(q.as_mut_ptr().cast(), total) };
    if skip_first_8 {
        q[0] ^= block
            .first_chunk::<8>()
            .map_or(0, |b| u64::from_le_bytes(*b));
    }
    let (upper, odd) = (q[2] ^ q[3], q[1] ^ q[3]);
    let word = q[0] ^ q[1] ^ upper;
    let parity = |w: u64, bit: u32| (w.count_ones() & 1) << bit;
    let lo = within_word(word)
        | parity(odd, 6)
        | parity(upper, 7)
        | parity(fold(sums[0]), 8)
        | parity(fold(sums[1]), 9)
        | parity(fold(sums[2]), 10)
        | parity(fold(row_odd), 11)
        | parity(fold(row_high), 12)
        | parity(fold(rows[0]), 13)
        | parity(fold(rows[1]), 14)
        | parity(fold(rows[2]), 15);
    BlockSum::from_parts((word ^ (word >> 32)) as u32, lo, mask_of(block.len()))
}

/// Vector `I` of a wide group.
#[inline]
#[target_feature(enable = "avx512f")]
fn wide_load<const I: usize>(group: &[u8; WIDE_GROUP]) -> __m512i {
    const { assert!(I < WIDE_GROUP / WIDE) };
    // SAFETY: `I` is below 8, so the 64 bytes lie inside the group; this load asks no alignment.
    unsafe { _mm512_loadu_si512(group.as_ptr().add(I * WIDE).cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sum3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<SUM_OF_THREE>(a, b, c)
}

/// The three sums of a wide group, by index bit, and its total.
#[inline]
#[target_feature(enable = "avx512f")]
fn wide_group(bytes: &[u8; WIDE_GROUP], sums: &mut [__m512i; 3]) -> __m512i {
    let (v3, v5) = (wide_load::<3>(bytes), wide_load::<5>(bytes));
    let (v6, v7) = (wide_load::<6>(bytes), wide_load::<7>(bytes));
    let (v2, v4) = (wide_load::<2>(bytes), wide_load::<4>(bytes));
    let odd = sum3(_mm512_xor_si512(wide_load::<1>(bytes), v3), v5, v7);
    let even = sum3(wide_load::<0>(bytes), v2, _mm512_xor_si512(v4, v6));
    sums[0] = _mm512_xor_si512(sums[0], odd);
    sums[1] = sum3(sums[1], sum3(v2, v3, v6), v7);
    sums[2] = sum3(sums[2], sum3(v4, v5, v6), v7);
    _mm512_xor_si512(odd, even)
}

/// All words of the vector summed.
#[inline]
#[target_feature(enable = "avx512f")]
fn wide_fold(v: __m512i) -> u64 {
    let upper = _mm512_extracti64x4_epi64::<1>(v);
    fold(_mm256_xor_si256(_mm512_castsi512_si256(v), upper))
}

#[target_feature(enable = "avx512f,popcnt")]
fn wide_tree(block: &[u8], skip_first_8: bool) -> BlockSum {
    let zero = _mm512_setzero_si512();
    let mut sums = [zero; 3];
    let mut second = zero;
    let mut rows = [zero; 3];
    let mut total = zero;
    let (all_rows, _) = block.as_chunks::<ROW>();
    for (number, row) in all_rows.iter().enumerate() {
        let (groups, _) = row.as_chunks::<WIDE_GROUP>();
        let [g0, g1] = groups else { continue };
        let t0 = wide_group(g0, &mut sums);
        let t1 = wide_group(g1, &mut sums);
        second = _mm512_xor_si512(second, t1);
        let t = _mm512_xor_si512(t0, t1);
        total = _mm512_xor_si512(total, t);
        for (bit, sum) in rows.iter_mut().enumerate() {
            if number & (1 << bit) != 0 {
                *sum = _mm512_xor_si512(*sum, t);
            }
        }
    }
    let mut q = [0u64; WIDE / 8];
    // SAFETY: `q` is 64 bytes that may be written.
    unsafe { _mm512_storeu_si512(q.as_mut_ptr().cast(), total) };
    if skip_first_8 {
        q[0] ^= block
            .first_chunk::<8>()
            .map_or(0, |b| u64::from_le_bytes(*b));
    }
    let of = |bit: usize| {
        let words = q.iter().enumerate();
        words.fold(0, |sum, (i, w)| if i & bit != 0 { sum ^ w } else { sum })
    };
    let parity = |w: u64, bit: u32| (w.count_ones() & 1) << bit;
    let word = q.iter().fold(0, |sum, w| sum ^ w);
    let lo = within_word(word)
        | parity(of(1), 6)
        | parity(of(2), 7)
        | parity(of(4), 8)
        | parity(wide_fold(sums[0]), 9)
        | parity(wide_fold(sums[1]), 10)
        | parity(wide_fold(sums[2]), 11)
        | parity(wide_fold(second), 12)
        | parity(wide_fold(rows[0]), 13)
        | parity(wide_fold(rows[1]), 14)
        | parity(wide_fold(rows[2]), 15);
    BlockSum::from_parts((word ^ (word >> 32)) as u32, lo, mask_of(block.len()))
}

/// Index bits 0 to 5: those of a bit in its word.
#[inline]
fn within_word(word: u64) -> u32 {
    let parity = |w: u64, bit: u32| (w.count_ones() & 1) << bit;
    parity(word & 0xAAAA_AAAA_AAAA_AAAA, 0)
        | parity(word & 0xCCCC_CCCC_CCCC_CCCC, 1)
        | parity(word & 0xF0F0_F0F0_F0F0_F0F0, 2)
        | parity(word & 0xFF00_FF00_FF00_FF00, 3)
        | parity(word & 0xFFFF_0000_FFFF_0000, 4)
        | parity(word & 0xFFFF_FFFF_0000_0000, 5)
}

//! The block checksum as a tree of XORs, in safe code for every processor.
//!
//! Each ECC bit is the parity of the words whose number has that bit set. XOR is associative, so
//! the words are summed once, in groups, and an index bit above the group takes the group's total
//! instead of looking at each word (docs/performance-design.md §6).
//!
//! ```text
//! vector          16 bytes   index bits  0-6   from the total, at the end
//! group     8 vectors, 128   index bits  7-9   odd vectors, second pairs, upper four
//! row       4 groups,  512   index bits 10-11  the same among the groups' totals
//! block    up to 16 rows     index bits 12-15  the row's total where the row number has the bit
//! ```
//!
//! Invariant: equal to [`super::reference::block`] for every input.
#![forbid(unsafe_code)]

use super::{BlockSum, ECC_BITS, is_block_len, mask_of, reference};

/// Two words that are always summed together.
#[derive(Clone, Copy, Default)]
struct Lane(u64, u64);

impl Lane {
    #[inline(always)]
    fn fold(self) -> u64 {
        self.0 ^ self.1
    }
}

impl std::ops::BitXor for Lane {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, o: Self) -> Self {
        Self(self.0 ^ o.0, self.1 ^ o.1)
    }
}

impl std::ops::BitXorAssign for Lane {
    #[inline(always)]
    fn bitxor_assign(&mut self, o: Self) {
        *self = *self ^ o;
    }
}

const LANE: usize = 16;
const GROUP: usize = 8 * LANE;
const ROW: usize = 4 * GROUP;

#[inline(always)]
fn lane(group: &[u8; GROUP], i: usize) -> Lane {
    let word = |off: usize| {
        group
            .get(off..)
            .and_then(|b| b.first_chunk::<8>())
            .map_or(0, |b| u64::from_le_bytes(*b))
    };
    Lane(word(i * LANE), word(i * LANE + 8))
}

/// The three sums of a group, by index bit, and its total.
#[inline(always)]
fn group(bytes: &[u8; GROUP], sums: &mut [Lane; 3]) -> Lane {
    let (v1, v3, v5, v7) = (
        lane(bytes, 1),
        lane(bytes, 3),
        lane(bytes, 5),
        lane(bytes, 7),
    );
    let p01 = lane(bytes, 0) ^ v1;
    let p23 = lane(bytes, 2) ^ v3;
    let p45 = lane(bytes, 4) ^ v5;
    let p67 = lane(bytes, 6) ^ v7;
    let upper = p45 ^ p67;
    let [odd, second, high] = sums;
    *odd ^= v1 ^ v3 ^ v5 ^ v7;
    *second ^= p23 ^ p67;
    *high ^= upper;
    p01 ^ p23 ^ upper
}

/// XOR and ECC of `block`; its first eight bytes count as zero when `skip_first_8`.
#[must_use]
pub fn block(block: &[u8], skip_first_8: bool) -> BlockSum {
    if !is_block_len(block.len()) {
        return reference::block(block, skip_first_8);
    }
    let mut sums = [Lane::default(); 3];
    let (mut row_odd, mut row_high) = (Lane::default(), Lane::default());
    let mut rows = [Lane::default(); 4];
    let mut total = Lane::default();
    let (all_rows, _) = block.as_chunks::<ROW>();
    for (number, row) in all_rows.iter().enumerate() {
        let (groups, _) = row.as_chunks::<GROUP>();
        let [g0, g1, g2, g3] = groups else { continue };
        let t0 = group(g0, &mut sums);
        let t1 = group(g1, &mut sums);
        let t2 = group(g2, &mut sums);
        let t3 = group(g3, &mut sums);
        let upper = t2 ^ t3;
        row_odd ^= t1 ^ t3;
        row_high ^= upper;
        let t = t0 ^ t1 ^ upper;
        total ^= t;
        for (bit, sum) in rows.iter_mut().enumerate() {
            if number & (1 << bit) != 0 {
                *sum ^= t;
            }
        }
    }
    if skip_first_8 {
        total.0 ^= block
            .first_chunk::<8>()
            .map_or(0, |b| u64::from_le_bytes(*b));
    }
    let word = total.fold();
    let by_bit: [u64; ECC_BITS] = [
        word & 0xAAAA_AAAA_AAAA_AAAA,
        word & 0xCCCC_CCCC_CCCC_CCCC,
        word & 0xF0F0_F0F0_F0F0_F0F0,
        word & 0xFF00_FF00_FF00_FF00,
        word & 0xFFFF_0000_FFFF_0000,
        word & 0xFFFF_FFFF_0000_0000,
        total.1,
        sums[0].fold(),
        sums[1].fold(),
        sums[2].fold(),
        row_odd.fold(),
        row_high.fold(),
        rows[0].fold(),
        rows[1].fold(),
        rows[2].fold(),
        rows[3].fold(),
    ];
    BlockSum::from_parts(
        (word ^ (word >> 32)) as u32,
        parities(by_bit),
        mask_of(block.len()),
    )
}

/// Bit `i` of the result is the parity of word `i`.
#[inline(always)]
fn parities(words: [u64; ECC_BITS]) -> u32 {
    words
        .iter()
        .rev()
        .fold(0, |lo, w| (lo << 1) | (w.count_ones() & 1))
}

//! Sets of entries compared without keeping or sorting them: the sum of their 128-bit hashes.
//!
//! Two multisets with one sum and one count are taken as equal. The hash is fast and not
//! cryptographic: it proves against accidents, not against who builds collisions.
#![forbid(unsafe_code)]

const K: [u64; 6] = [
    0xA076_1D64_78BD_642F,
    0xE703_7ED1_A0B4_28DB,
    0x8EBC_6AF0_9C88_C6E3,
    0x5899_65CC_7537_4CC3,
    0x1D8E_4E27_C47D_124F,
    0xEB44_ACCA_B455_D165,
];

/// Multiplies and folds the two halves of the product together.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Up to eight bytes as a number.
#[inline]
fn word(b: &[u8]) -> u64 {
    match b.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => b.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)),
    }
}

/// The hash of several byte strings one after the other; where one ends takes part.
#[inline]
pub(super) fn hash128(parts: &[&[u8]]) -> u128 {
    let (mut h1, mut h2) = (K[0], K[3]);
    for part in parts {
        for block in part.chunks(16) {
            let (a, b) = (word(block), word(block.get(8..).unwrap_or(&[])));
            h1 = fold(a ^ h1 ^ K[1], b ^ K[2]).wrapping_add(h1.rotate_left(23));
            h2 = fold(b ^ h2 ^ K[4], a ^ K[5]).wrapping_add(h2.rotate_left(41));
        }
        let len = part.len() as u64 + 1;
        h1 = fold(h1 ^ len, K[5]);
        h2 = fold(h2 ^ len, K[1]);
    }
    u128::from(fold(h1, h2 ^ K[2])) << 64 | u128::from(fold(h2, h1 ^ K[4]))
}

/// A multiset by its sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    sum: u128,
    /// Number of members.
    pub(super) count: u64,
}

impl Sum {
    /// Adds a member.
    #[inline]
    pub(super) fn add(&mut self, hash: u128) {
        self.add_times(hash, 1);
    }

    /// Adds a member several times.
    #[inline]
    pub(super) fn add_times(&mut self, hash: u128, times: u64) {
        self.sum = self.sum.wrapping_add(hash.wrapping_mul(u128::from(times)));
        self.count = self.count.wrapping_add(times);
    }

    /// Adds the members of another.
    pub(super) fn merge(&mut self, other: Self) {
        self.sum = self.sum.wrapping_add(other.sum);
        self.count = self.count.wrapping_add(other.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_count_and_ends_do() {
        let h = |a: &str, b: &str| hash128(&[a.as_bytes(), b.as_bytes()]);
        let (mut x, mut y) = (Sum::default(), Sum::default());
        for i in 0..1000 {
            x.add(h(&i.to_string(), "k"));
            y.add(h(&(999 - i).to_string(), "k"));
        }
        assert_eq!(x, y);
        y.add(h("1", "k"));
        assert_ne!(x, y);
        assert_ne!(h("ab", "c"), h("a", "bc"));
        assert_ne!(h("", "a"), h("a", ""));
        assert_ne!(h("a\0", ""), h("a", ""));
        assert_ne!(hash128(&[&[0; 16]]), hash128(&[&[0; 17]]));
    }

    #[test]
    fn one_flipped_bit_changes_about_half_of_the_hash() {
        let base = [0x5Au8; 37];
        let h = hash128(&[&base]);
        for bit in 0..base.len() * 8 {
            let mut b = base;
            b[bit / 8] ^= 1 << (bit % 8);
            let changed = (hash128(&[&b]) ^ h).count_ones();
            assert!((24..=104).contains(&changed), "bit {bit}: {changed}");
        }
    }
}

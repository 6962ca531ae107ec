//! Reading numbers out of byte slices without a way to panic.
//!
//! Invariant: an offset outside the slice gives `None`, whatever the offset.
#![forbid(unsafe_code)]

/// `N` bytes at `off`.
#[inline]
#[must_use]
pub fn array<const N: usize>(b: &[u8], off: usize) -> Option<[u8; N]> {
    b.get(off..)?.first_chunk::<N>().copied()
}

/// The byte at `off`.
#[inline]
#[must_use]
pub fn u8_at(b: &[u8], off: usize) -> Option<u8> {
    b.get(off).copied()
}

/// Little-endian u16 at `off`.
#[inline]
#[must_use]
pub fn u16_at(b: &[u8], off: usize) -> Option<u16> {
    array(b, off).map(u16::from_le_bytes)
}

/// Little-endian u32 at `off`.
#[inline]
#[must_use]
pub fn u32_at(b: &[u8], off: usize) -> Option<u32> {
    array(b, off).map(u32::from_le_bytes)
}

/// Little-endian i32 at `off`.
#[inline]
#[must_use]
pub fn i32_at(b: &[u8], off: usize) -> Option<i32> {
    array(b, off).map(i32::from_le_bytes)
}

/// Little-endian u64 at `off`.
#[inline]
#[must_use]
pub fn u64_at(b: &[u8], off: usize) -> Option<u64> {
    array(b, off).map(u64::from_le_bytes)
}

/// Big-endian u32 at `off` (keys only).
#[inline]
#[must_use]
pub fn u32_be_at(b: &[u8], off: usize) -> Option<u32> {
    array(b, off).map(u32::from_be_bytes)
}

/// Big-endian u64 at `off` (keys only).
#[inline]
#[must_use]
pub fn u64_be_at(b: &[u8], off: usize) -> Option<u64> {
    array(b, off).map(u64::from_be_bytes)
}

/// `len` bytes at `off`.
#[inline]
#[must_use]
pub fn slice(b: &[u8], off: usize, len: usize) -> Option<&[u8]> {
    b.get(off..off.checked_add(len)?)
}

/// How many bytes two slices begin with in common.
#[inline]
#[must_use]
pub fn common_len(a: &[u8], b: &[u8]) -> usize {
    let (a_words, b_words) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let mut common = 0;
    for (x, y) in a_words.iter().zip(b_words) {
        let differ = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if differ != 0 {
            // Eight bits a byte, the first byte lowest.
            return common + differ.trailing_zeros() as usize / 8;
        }
        common += 8;
    }
    let rest = |of: &'_ [u8]| common.min(of.len());
    let (a, b) = (a.split_at(rest(a)).1, b.split_at(rest(b)).1);
    common + a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

/// `true` when every byte is zero.
#[must_use]
pub fn all_zero(b: &[u8]) -> bool {
    // Sixteen at a time: the fold has no early exit and so becomes vector code.
    let mut chunks = b.chunks_exact(16);
    chunks
        .by_ref()
        .all(|c| c.iter().fold(0u8, |a, &x| a | x) == 0)
        && chunks.remainder().iter().all(|&x| x == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_bytes_are_counted_to_the_first_that_differs() {
        let a: Vec<u8> = (0..40).collect();
        for len in 0..=a.len() {
            for other in 0..=a.len() {
                let (a, whole) = (&a[..len], &a[..other]);
                assert_eq!(common_len(a, whole), len.min(other));
                for differs in 0..other {
                    let mut b = whole.to_vec();
                    b[differs] ^= 0x80;
                    assert_eq!(
                        common_len(a, &b),
                        len.min(differs),
                        "{len} {other} {differs}"
                    );
                    assert_eq!(common_len(&b, a), len.min(differs));
                }
            }
        }
    }

    #[test]
    fn outside_is_none() {
        let b = [1u8, 2, 3, 4, 5];
        assert_eq!(u16_at(&b, 3), Some(0x0504));
        assert_eq!(u16_at(&b, 4), None);
        assert_eq!(u32_at(&b, usize::MAX), None);
        assert_eq!(slice(&b, 2, usize::MAX), None);
        assert_eq!(slice(&b, 5, 0), Some(&b[5..]));
    }

    #[test]
    fn zero_is_seen_at_every_place() {
        for len in 0..70 {
            let mut b = vec![0u8; len];
            assert!(all_zero(&b));
            for i in 0..len {
                b[i] = 0x80;
                assert!(!all_zero(&b), "{len} {i}");
                b[i] = 0;
            }
        }
    }
}

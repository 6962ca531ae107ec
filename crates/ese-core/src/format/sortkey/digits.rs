//! SORT_DIGITSASNUMBERS: runs of digits are weighed as numbers.
//!
//! Source: docs/format/sort-keys.md §4.7.
#![forbid(unsafe_code)]

use super::units::Units;

/// First units of the blocks of ten decimal digits.
const BLOCKS: [u16; 28] = [
    0x0030, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xAA50, 0xFF10,
];

/// Most digits of one number; a longer run becomes several.
const DIGITS_MOST: usize = 19;

fn block_of(unit: u16) -> Option<u16> {
    let at = BLOCKS.partition_point(|&first| first <= unit);
    let first = *BLOCKS.get(at.checked_sub(1)?)?;
    (unit - first < 10).then_some(first)
}

/// Appends the primary weight of the number that begins at unit `at`; gives the units used, `None`
/// when no digit of a decimal block stands there.
pub(super) fn number_into(units: impl Units, at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let first = block_of(units.get(at)?)?;
    let mut digits = [0u8; DIGITS_MOST];
    let mut used = 0;
    for digit in &mut digits {
        match units.get(at + used).map(|u| u.wrapping_sub(first)) {
            Some(d @ 0..=9) => *digit = d as u8,
            _ => break,
        }
        used += 1;
    }
    let digits = digits.get(..used)?;
    let zeros = digits.iter().take_while(|&&d| d == 0).count();
    let digits = digits.get(zeros..)?;
    out.extend_from_slice(&[0x0D, 0x02, 2 + digits.len() as u8]);
    let (head, pairs) = digits.split_at_checked(digits.len() % 2)?;
    let mut two = |high: u8, low: u8| out.push(((high + 2) << 4) + low + 2);
    if let Some(&low) = head.first() {
        two(0, low);
    }
    for pair in pairs.chunks_exact(2) {
        if let &[high, low] = pair {
            two(high, low);
        }
    }
    out.push(0xFE - zeros as u8);
    Some(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_ascend_and_are_ten_wide() {
        assert!(BLOCKS.windows(2).all(|w| w[0] + 10 <= w[1]));
        for first in BLOCKS {
            assert_eq!(block_of(first), Some(first));
            assert_eq!(block_of(first + 9), Some(first));
            assert_ne!(block_of(first + 10), Some(first));
            assert_ne!(block_of(first - 1), Some(first));
        }
        assert_eq!(block_of(0), None);
    }

    #[test]
    fn numbers_sort_by_their_value() {
        let key = |s: &str| {
            let units: Vec<u16> = s.encode_utf16().collect();
            let mut out = Vec::new();
            number_into(&units[..], 0, &mut out).unwrap();
            out
        };
        assert_eq!(key("08"), [0x0D, 0x02, 0x03, 0x2A, 0xFD]);
        assert!(key("9") < key("10"));
        assert!(key("99") < key("100"));
        assert!(key("123") < key("1230"));
        assert_eq!(key("1234567890123456789012").len(), 3 + 10 + 1);
    }
}

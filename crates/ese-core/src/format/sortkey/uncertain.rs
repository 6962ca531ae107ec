//! Which texts are weighed by rules that no real Windows index has confirmed.
//!
//! Source: docs/format/sort-keys.md §8 (U1-U6). A seek for an uncertain value had better scan; an
//! index made by Windows must not get an uncertain entry.
#![forbid(unsafe_code)]

use super::tables::{CW_CONTRACTION, Properties, default_weight};
use super::units::Units;
use super::{Collation, SortFlags};

bitflags::bitflags! {
    /// Reasons why a key may differ from the one Windows makes.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Uncertainty: u8 {
        /// U1: a kana mark after a unit that is neither kana nor ignorable.
        const KANA_MARK = 0x01;
        /// U2: a doubled letter before a contraction in Hungarian.
        const DOUBLE_CONTRACTION = 0x02;
        /// U3: case in a sort with inverse casing.
        const INVERSE_CASING = 0x04;
        /// U4: a unit without weight that later tables may weigh.
        const NO_WEIGHT = 0x08;
        /// U5: Hangul Jamo.
        const JAMO = 0x10;
        /// U6: flags that no real index was seen with.
        const FLAGS = 0x20;
    }
}

const UNSEEN_FLAGS: SortFlags = SortFlags::DIGITS_AS_NUMBERS
    .union(SortFlags::BYTE_REVERSED)
    .union(SortFlags::LINGUISTIC_CASING)
    .union(SortFlags::STRING_SORT)
    .union(SortFlags::IGNORE_SYMBOLS)
    .union(SortFlags::IGNORE_NONSPACE);

impl Uncertainty {
    /// The reasons that hold for this text under this collation, in an index of table version 6.3
    /// (in one of 6.2, [`Self::NO_WEIGHT`] may be disregarded).
    #[must_use]
    pub fn of(units: impl Units, collation: Collation) -> Self {
        let table = collation.sort.table();
        let flags = collation.flags;
        let exceptions = table.exceptions(flags.contains(SortFlags::LINGUISTIC_CASING));
        let mut found = Self::empty();
        if flags.intersects(UNSEEN_FLAGS) {
            found |= Self::FLAGS;
        }
        if table.properties.contains(Properties::INVERSE_CASING)
            && !flags.contains(SortFlags::IGNORE_CASE)
        {
            found |= Self::INVERSE_CASING;
        }
        let double = table.properties.contains(Properties::DOUBLE_CONTRACTION);
        let mut base_is_kana = true;
        let mut last = None;
        for i in 0..units.len() {
            let Some(unit) = units.get(i) else { break };
            let w = exceptions.weight(unit);
            match w.sm {
                0x00 if unit > 0xFF && default_weight(unit).sm == 0 => found |= Self::NO_WEIGHT,
                0x00 | 0x01 => {}
                0x03 if w.aw <= 1 => {
                    if !base_is_kana {
                        found |= Self::KANA_MARK;
                    }
                }
                sm => {
                    base_is_kana = matches!(sm, 0x02 | 0x03);
                    if sm == 0x04 {
                        found |= Self::JAMO;
                    }
                }
            }
            let same = (w.sm, w.aw, w.dw);
            if double
                && last == Some(same)
                && w.cw & CW_CONTRACTION != 0
                && table.contraction_at(units, i, w.cw).is_some()
            {
                found |= Self::DOUBLE_CONTRACTION;
            }
            last = Some(same);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sort;
    use super::*;

    #[test]
    fn each_reason_is_seen() {
        let of = |text: &str, sort: u8, flags: u32| {
            let units: Vec<u16> = text.encode_utf16().collect();
            Uncertainty::of(
                &units[..],
                Collation {
                    sort: Sort::new(sort).unwrap(),
                    flags: SortFlags::from_bits_retain(flags),
                },
            )
        };
        for plain in ["plain Latin", "Ελληνικά", "カー", "한국어", "漢字"] {
            assert_eq!(of(plain, 1, 0x30401), Uncertainty::empty(), "{plain}");
        }
        assert_eq!(of("人々", 0x46, 0x30401), Uncertainty::KANA_MARK);
        assert_eq!(
            of("hossz\u{fa}", 4, 0x30401),
            Uncertainty::DOUBLE_CONTRACTION
        );
        assert_eq!(of("a", 5, 0x20400), Uncertainty::INVERSE_CASING);
        assert_eq!(of("\u{20BD}", 1, 0x30401), Uncertainty::NO_WEIGHT);
        assert_eq!(of("\u{1100}", 1, 0x30401), Uncertainty::JAMO);
        assert_eq!(of("a", 1, 0x30409), Uncertainty::FLAGS);
    }
}

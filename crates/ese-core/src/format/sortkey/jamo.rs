//! Hangul Jamo: sequences of letters are weighed as the syllable they would form.
//!
//! Source: docs/format/sort-keys.md §4.4; jamo.bin holds, per letter, 5 bytes: old, leading, vowel,
//! trailing, weight.
#![forbid(unsafe_code)]

use super::units::Units;
use crate::format::bytes::array;

static JAMO: &[u8] = include_bytes!("data/jamo.bin");

const ENTRY_BYTES: usize = 5;
/// Index of the leading filler, which stands for "no leading letter".
const NO_LEADING: u16 = 0x5F;
/// Index of the vowel filler, "no vowel".
const NO_VOWEL: u16 = 0x60;
/// Weight of "no trailing letter".
const NO_TRAILING_WEIGHT: u8 = 0x02;
const SYLLABLE_FIRST: i32 = 0xAC00;
/// Where a sequence goes that is no syllable.
const NO_SYLLABLE: u16 = 0x3260;
const VOWELS: i32 = 21;
const TRAILINGS: i32 = 28;
const INCOMPLETE: u8 = 0x80;

#[derive(Clone, Copy, Default)]
struct Entry {
    old: bool,
    leading: u8,
    vowel: u8,
    trailing: u8,
    weight: u8,
}

fn entry(index: u16) -> Entry {
    let [old, leading, vowel, trailing, weight] =
        array(JAMO, usize::from(index) * ENTRY_BYTES).unwrap_or_default();
    Entry {
        old: old != 0,
        leading,
        vowel,
        trailing,
        weight,
    }
}

fn index(unit: u16) -> u16 {
    match unit {
        0x1100..=0x11FF => unit - 0x1100,
        0xA960..=0xA97C => unit - 0xA960 + 0x100,
        0xD7B0..=0xD7C6 => unit - 0xD7B0 + 0x11D,
        _ => unit.wrapping_sub(0xD7CB).wrapping_add(0x134),
    }
}

fn is_leading(unit: u16) -> bool {
    matches!(unit, 0x1100..=0x115F | 0xA960..=0xA97C)
}

fn is_vowel(unit: u16) -> bool {
    matches!(unit, 0x1160..=0x11A7 | 0xD7B0..=0xD7C6)
}

fn is_trailing(unit: u16) -> bool {
    matches!(unit, 0x11A8..=0x11FF | 0xD7CB..=0xD7FB)
}

/// A weighed sequence.
pub(super) struct Syllable {
    /// The unit whose SM and AW begin the weight.
    pub(super) unit: u16,
    /// The six bytes after them.
    pub(super) tail: [u8; 6],
    /// Units used, at least 1.
    pub(super) used: usize,
}

/// Weighs the Jamo from unit `at` on.
pub(super) fn syllable(units: impl Units, at: usize) -> Syllable {
    let next = |p: usize, is: fn(u16) -> bool| units.get(p).filter(|&u| is(u)).map(index);
    let (mut leading, mut vowel, mut trailing) = (NO_LEADING, NO_VOWEL, None);
    let mut p = at;
    if let Some(l) = next(p, is_leading) {
        leading = l;
        p += 1;
    }
    if let Some(v) = next(p, is_vowel) {
        vowel = v;
        p += 1;
    }
    if let Some(t) = next(p, is_trailing) {
        trailing = Some(t);
        p += 1;
    }
    let any_old = entry(leading).old || entry(vowel).old || trailing.is_some_and(|t| entry(t).old);
    if !any_old {
        // Modern letters: the first one stands alone.
        p = at + 1;
        vowel = NO_VOWEL;
        trailing = None;
    }
    let (l, v, t) = (entry(leading), entry(vowel), trailing.map(entry));
    let max_l = i32::from(l.leading.max(v.leading));
    let max_v = i32::from(l.vowel.max(v.vowel));
    let max_t = i32::from(l.trailing.max(v.trailing).max(t.map_or(0, |t| t.trailing)));
    let mut syllable = SYLLABLE_FIRST + (max_l * VOWELS + max_v) * TRAILINGS + max_t;
    let mut incomplete = 0;
    if leading == NO_LEADING || vowel == NO_VOWEL {
        incomplete = INCOMPLETE;
        syllable -= 1;
    }
    let unit = if syllable < SYLLABLE_FIRST {
        NO_SYLLABLE
    } else {
        // Beyond 16 bits the number wraps, as a unit does.
        (syllable & 0xFFFF) as u16
    };
    Syllable {
        unit,
        tail: [
            0xFF,
            l.weight | incomplete,
            0xFF,
            v.weight,
            0xFF,
            t.map_or(NO_TRAILING_WEIGHT, |t| t.weight),
        ],
        used: p.saturating_sub(at).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_covers_every_letter() {
        assert_eq!(JAMO.len(), 0x165 * ENTRY_BYTES);
        assert_eq!(index(0xD7FB), 0x164);
        assert!(entry(NO_LEADING).old);
    }
}

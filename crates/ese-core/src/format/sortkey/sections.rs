//! Sections of a key that are mostly neutral, and the extra section of kana.
//!
//! Invariant: what is written is what a plain list of bytes, trimmed by docs/format/sort-keys.md
//! §5, would give; runs of the neutral weight at the start are only counted.
#![forbid(unsafe_code)]

use super::tables::NEUTRAL;

/// Diacritic or case weights: how many neutral ones come first, then the rest.
#[derive(Debug, Default)]
pub(super) struct Tail {
    neutral: usize,
    rest: Vec<u8>,
}

impl Tail {
    pub(super) fn clear(&mut self) {
        self.neutral = 0;
        self.rest.clear();
    }

    #[inline]
    pub(super) fn push(&mut self, weight: u8) {
        if weight == NEUTRAL && self.rest.is_empty() {
            self.neutral += 1;
        } else {
            self.rest.push(weight);
        }
    }

    /// Adds a nonspacing mark to the last weight, or appends it when there is none.
    pub(super) fn add_to_last(&mut self, weight: u8) {
        if let Some(last) = self.rest.last_mut() {
            *last = last.wrapping_add(weight);
        } else if self.neutral > 0 {
            self.neutral -= 1;
            self.rest.push(NEUTRAL.wrapping_add(weight));
        } else {
            self.push(weight);
        }
    }

    /// Appends the section without its trailing weights of at most 2.
    pub(super) fn write(&self, reversed: bool, out: &mut Vec<u8>) {
        let start = out.len();
        if reversed {
            out.extend(self.rest.iter().rev());
            out.resize(out.len() + self.neutral, NEUTRAL);
        } else {
            // Without a rest there are only neutral weights, and those would be cut.
            if !self.rest.is_empty() {
                out.resize(out.len() + self.neutral, NEUTRAL);
            }
            out.extend_from_slice(&self.rest);
        }
        while out.len() > start && out.last().is_some_and(|&w| w <= NEUTRAL) {
            out.pop();
        }
    }
}

/// The four lists of the extra section: small kana, kind of kana, hiragana, width.
#[derive(Debug, Default)]
pub(super) struct Extra {
    lists: [Vec<u8>; 4],
}

const EXTRA_BASE: u8 = 0xC4;
/// Trailing bytes of each list that are cut.
const EXTRA_NEUTRAL: [u8; 4] = [0xC6, 0x03, 0xE4, 0xC5];
/// What follows each list.
const EXTRA_END: [u8; 4] = [0xFF, 0x02, 0xFF, 0xFF];
const CW_FULL_WIDTH: u8 = 0x01;
const CW_FULL_SIZE: u8 = 0x02;
const CW_HIRAGANA: u8 = 0x20;

impl Extra {
    pub(super) fn clear(&mut self) {
        self.lists.iter_mut().for_each(Vec::clear);
    }

    /// One kana: its case weight and its kind (3 kana, 4 repeated, 5 prolonged).
    pub(super) fn push(&mut self, cw: u8, kind: u8) {
        let bytes = [
            EXTRA_BASE | cw & CW_FULL_SIZE,
            kind,
            EXTRA_BASE | cw & CW_HIRAGANA,
            EXTRA_BASE | cw & CW_FULL_WIDTH,
        ];
        for (list, byte) in self.lists.iter_mut().zip(bytes) {
            list.push(byte);
        }
    }

    /// Appends the section, which is empty for a text without kana.
    pub(super) fn write(&self, ignore_nonspace: bool, out: &mut Vec<u8>) {
        if self.lists.iter().all(Vec::is_empty) {
            return;
        }
        for (i, list) in self.lists.iter().enumerate() {
            let neutral = EXTRA_NEUTRAL.get(i).copied().unwrap_or(0);
            if !(ignore_nonspace && i < 2) {
                let kept = list
                    .iter()
                    .rposition(|&b| b != neutral)
                    .map_or(0, |at| at + 1);
                out.extend(list.iter().take(kept));
            }
            out.extend(EXTRA_END.get(i));
        }
    }
}

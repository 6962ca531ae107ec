//! The walk over a text that builds the sections of its key.
//!
//! Source: docs/format/sort-keys.md §4-5.
//!
//! Invariants:
//! * every step uses at least one unit; a look back never passes a unit twice in all, so that the
//!   work is linear;
//! * once the primary section alone fills the room there is, nothing that follows can be seen, and
//!   the walk ends.
#![forbid(unsafe_code)]

use super::digits::number_into;
use super::jamo::syllable;
use super::sections::{Extra, Tail};
use super::tables::{
    CW_CONTRACTION, Exceptions, NEUTRAL, Properties, SortTable, Weight, expansion,
};
use super::units::Units;
use super::{Collation, SortFlags};

// Script members with a rule of their own (docs/format/sort-keys.md §4).
const SM_IGNORED: u8 = 0x00;
const SM_NONSPACING: u8 = 0x01;
const SM_EXPANSION: u8 = 0x02;
const SM_KANA: u8 = 0x03;
const SM_JAMO: u8 = 0x04;
const SM_IDEOGRAPH: u8 = 0x05;
const SM_HYPHEN: u8 = 0x06;
const SM_SYMBOL_LAST: u8 = 0x0C;
const SM_DIGIT: u8 = 0x0D;
/// Script member under which kana are sorted.
const SM_KANA_SORTED: u8 = 0x22;
/// Last script member that the LINGUISTIC flags touch.
const SM_LINGUISTIC_LAST: u8 = 0x29;
/// The one before it that they leave alone.
const SM_LINGUISTIC_NOT: u8 = 0x28;

/// Alphabetic weights of marks among the kana.
const AW_REPEAT_MARK: u8 = 0;
const AW_PROLONGED_MARK: u8 = 1;
const AW_PROLONGED_MASK: u8 = 0x87;
const CW_FULL_WIDTH: u8 = 0x01;

const KIND_KANA: u8 = 3;
const KIND_REPEATED: u8 = 4;
const KIND_PROLONGED: u8 = 5;

/// Case-weight bits that survive without any flag.
const CW_MASK: u8 = 0x3F;
const CW_CASE: u8 = 0x18;
const CW_KANA_TYPE: u8 = 0x20;
const CW_WIDTH: u8 = 0x01;

const SEPARATOR: u8 = 0x01;
const TERMINATOR: u8 = 0x00;

/// Where the sections behind the primary one grow; kept from key to key, so that no key allocates
/// once they have their size.
#[derive(Debug, Default)]
pub struct SortKeyBuffers {
    diacritic: Tail,
    case: Tail,
    extra: Extra,
    special: Vec<u8>,
}

impl SortKeyBuffers {
    /// Appends the sort key of `units` to `out`, at most `room` bytes of it, and says whether that
    /// was all of it.
    pub fn key_into(
        &mut self,
        units: impl Units,
        collation: Collation,
        room: usize,
        out: &mut Vec<u8>,
    ) -> bool {
        self.diacritic.clear();
        self.case.clear();
        self.extra.clear();
        self.special.clear();
        let start = out.len();
        out.reserve(units.len().saturating_mul(2).min(room).saturating_add(16));
        let flags = collation.flags;
        let table = collation.sort.table();
        let mut walk = Walk {
            units,
            flags,
            table,
            exceptions: table.exceptions(flags.contains(SortFlags::LINGUISTIC_CASING)),
            mask: case_mask(flags),
            buffers: self,
            out,
            start,
            seen: 0,
            base: None,
        };
        // Reversed bytes look one byte further than the room.
        let enough = if flags.contains(SortFlags::BYTE_REVERSED) {
            usize::MAX
        } else {
            room
        };
        walk.all(enough);
        self.join(table, flags, start, out);
        let whole = out.len() - start <= room;
        out.truncate(start.saturating_add(room));
        whole
    }

    /// Joins the sections behind the primary one (docs/format/sort-keys.md §5).
    fn join(&self, table: &SortTable, flags: SortFlags, start: usize, out: &mut Vec<u8>) {
        let ignore_nonspace = flags.contains(SortFlags::IGNORE_NONSPACE);
        out.push(SEPARATOR);
        if !ignore_nonspace {
            let reversed = table.properties.contains(Properties::REVERSE_DIACRITICS);
            self.diacritic.write(reversed, out);
        }
        out.push(SEPARATOR);
        if !flags.empties_case() {
            self.case.write(false, out);
        }
        out.push(SEPARATOR);
        self.extra.write(ignore_nonspace, out);
        out.push(SEPARATOR);
        out.extend_from_slice(&self.special);
        out.push(TERMINATOR);
        if flags.contains(SortFlags::BYTE_REVERSED)
            && let Some(key) = out.get_mut(start..)
        {
            for pair in key.chunks_exact_mut(2) {
                pair.reverse();
            }
        }
    }
}

fn case_mask(flags: SortFlags) -> u8 {
    let mut mask = CW_MASK;
    if flags.contains(SortFlags::IGNORE_CASE) {
        mask &= !CW_CASE;
    }
    if flags.contains(SortFlags::IGNORE_KANA_TYPE) {
        mask &= !CW_KANA_TYPE;
    }
    if flags.contains(SortFlags::IGNORE_WIDTH) {
        mask &= !CW_WIDTH;
    }
    mask
}

/// `true` for weights that the LINGUISTIC flags may make neutral.
fn is_linguistic(sm: u8) -> bool {
    sm <= SM_LINGUISTIC_LAST && sm != SM_LINGUISTIC_NOT
}

fn is_kana_mark(w: Weight) -> bool {
    w.sm == SM_KANA && w.aw <= AW_PROLONGED_MARK
}

struct Walk<'a, U> {
    units: U,
    flags: SortFlags,
    table: &'a SortTable,
    exceptions: &'a Exceptions,
    mask: u8,
    buffers: &'a mut SortKeyBuffers,
    out: &'a mut Vec<u8>,
    /// Where the key begins in `out`.
    start: usize,
    /// Units before this one have been looked at for `base`.
    seen: usize,
    /// Weight of the last unit before `seen` that a kana mark could refer to.
    base: Option<Weight>,
}

impl<U: Units> Walk<'_, U> {
    fn all(&mut self, enough: usize) {
        let mut at = 0;
        while let Some(unit) = self.units.get(at) {
            let mut w = self.exceptions.weight(unit);
            if w.sm > SM_DIGIT && w.cw & CW_CONTRACTION == 0 {
                // Letters, by far most of all units.
                w.cw &= self.mask;
                self.normal(w);
                at += 1;
            } else {
                at += self.step(at, w);
            }
            // Past the room by a byte: then the key cannot be taken for a whole one.
            if self.out.len() - self.start > enough {
                break;
            }
        }
    }

    /// Weighs what begins at unit `at`; gives the units used.
    fn step(&mut self, at: usize, weight: Weight) -> usize {
        let mut w = weight;
        let mut used = 1;
        if w.cw & CW_CONTRACTION != 0
            && let Some((n, contracted)) = self.table.contraction_at(self.units, at, w.cw)
        {
            used = n;
            w = contracted;
        }
        let unmasked = w;
        w.cw &= self.mask;
        match w.sm {
            SM_IGNORED => {}
            SM_NONSPACING => self.nonspacing(w),
            SM_EXPANSION => self.expand(unmasked.expansion()),
            SM_KANA => self.kana(at, w),
            SM_JAMO => return self.jamo(at),
            SM_IDEOGRAPH => {
                self.out.extend_from_slice(&[0xFD, 0xFF, w.aw, w.dw]);
                self.diacritic(NEUTRAL);
                self.case(NEUTRAL);
            }
            SM_HYPHEN..=SM_SYMBOL_LAST => self.symbol(w),
            SM_DIGIT if self.flags.contains(SortFlags::DIGITS_AS_NUMBERS) => {
                match number_into(self.units, at, self.out) {
                    Some(n) => {
                        self.diacritic(w.dw);
                        self.case(w.cw);
                        return n;
                    }
                    None => self.normal(w),
                }
            }
            _ => self.normal(w),
        }
        used
    }

    #[inline]
    fn diacritic(&mut self, weight: u8) {
        if !self.flags.contains(SortFlags::IGNORE_NONSPACE) {
            self.buffers.diacritic.push(weight);
        }
    }

    #[inline]
    fn case(&mut self, weight: u8) {
        if !self.flags.empties_case() {
            self.buffers.case.push(weight);
        }
    }

    /// Applies the LINGUISTIC flags.
    #[inline]
    fn linguistic(&self, mut w: Weight) -> Weight {
        const BOTH: SortFlags =
            SortFlags::LINGUISTIC_IGNORE_CASE.union(SortFlags::LINGUISTIC_IGNORE_DIACRITIC);
        if self.flags.intersects(BOTH) && is_linguistic(w.sm) {
            if self.flags.contains(SortFlags::LINGUISTIC_IGNORE_CASE) {
                w.cw = NEUTRAL;
            }
            if self.flags.contains(SortFlags::LINGUISTIC_IGNORE_DIACRITIC) {
                w.dw = NEUTRAL;
            }
        }
        w
    }

    #[inline]
    fn normal(&mut self, w: Weight) {
        self.plain(self.linguistic(w));
    }

    #[inline]
    fn plain(&mut self, w: Weight) {
        self.out.extend_from_slice(&[w.sm, w.aw]);
        if self.is_three_byte(w.sm) {
            self.out.push(w.dw);
        } else {
            self.diacritic(w.dw);
        }
        self.case(w.cw);
    }

    #[inline]
    fn is_three_byte(&self, sm: u8) -> bool {
        match sm {
            0xA9..=0xAF => true,
            0xC0..=0xEF => self.table.properties.contains(Properties::THREE_BYTE),
            _ => false,
        }
    }

    fn nonspacing(&mut self, w: Weight) {
        if !self.flags.contains(SortFlags::IGNORE_NONSPACE) {
            self.buffers.diacritic.add_to_last(self.linguistic(w).dw);
        }
    }

    /// Two units in place of one; the second may stand for two again.
    fn expand(&mut self, index: usize) {
        let Some((first, second)) = expansion(index) else {
            return;
        };
        self.component(first);
        let w = self.exceptions.weight(second);
        match (w.sm == SM_EXPANSION)
            .then(|| expansion(w.expansion()))
            .flatten()
        {
            Some((second, third)) => {
                self.component(second);
                self.component(third);
            }
            None => self.component(second),
        }
    }

    /// A component goes the normal way whatever it is.
    fn component(&mut self, unit: u16) {
        let mut w = self.exceptions.weight(unit);
        w.cw &= self.mask;
        self.normal(w);
    }

    fn symbol(&mut self, w: Weight) {
        if self.flags.contains(SortFlags::IGNORE_SYMBOLS) {
            return;
        }
        if w.sm != SM_HYPHEN || self.flags.contains(SortFlags::STRING_SORT) {
            // Symbols keep their weights whatever the LINGUISTIC flags say.
            return self.plain(w);
        }
        let w = self.linguistic(w);
        let position = 0xFFFF_u16.wrapping_sub(((self.out.len() - self.start) / 2) as u16);
        self.buffers
            .special
            .extend_from_slice(&position.to_be_bytes());
        self.buffers
            .special
            .extend_from_slice(&[w.aw, w.cw | w.dw << 3]);
    }

    fn jamo(&mut self, at: usize) -> usize {
        let s = syllable(self.units, at);
        let w = self.exceptions.weight(s.unit);
        self.out.extend_from_slice(&[w.sm, w.aw]);
        self.out.extend_from_slice(&s.tail);
        self.diacritic(NEUTRAL);
        self.case(NEUTRAL);
        s.used
    }

    fn kana(&mut self, at: usize, w: Weight) {
        if !is_kana_mark(w) {
            return self.kana_weight(w, w.cw, KIND_KANA);
        }
        match self.base_before(at) {
            None => self.out.extend_from_slice(&[0xFF, 0xFF]),
            Some(base) if base.sm == SM_EXPANSION => {
                self.out.extend_from_slice(&[0xFF, 0xFF]);
            }
            Some(base) if base.sm == SM_KANA => {
                let cw = base.cw & self.mask;
                if w.aw == AW_REPEAT_MARK {
                    self.kana_weight(Weight { aw: base.aw, ..w }, cw, KIND_REPEATED);
                } else {
                    let aw = base.aw & AW_PROLONGED_MASK;
                    let cw = cw & !CW_FULL_WIDTH | w.cw & CW_FULL_WIDTH;
                    self.kana_weight(Weight { aw, ..w }, cw, KIND_PROLONGED);
                }
            }
            Some(base) => self.normal(Weight {
                sm: base.sm,
                aw: base.aw,
                // A third primary byte is the unit's; a diacritic weight is the mark's own (§8 U1).
                dw: if self.is_three_byte(base.sm) {
                    base.dw
                } else {
                    w.dw
                },
                cw: NEUTRAL,
            }),
        }
    }

    fn kana_weight(&mut self, w: Weight, cw: u8, kind: u8) {
        self.normal(Weight {
            sm: SM_KANA_SORTED,
            cw: NEUTRAL,
            ..w
        });
        self.buffers.extra.push(cw, kind);
    }

    /// Weight of the last unit before `at` that is neither ignorable, nonspacing nor a mark.
    fn base_before(&mut self, at: usize) -> Option<Weight> {
        while self.seen < at {
            if let Some(unit) = self.units.get(self.seen) {
                let w = self.exceptions.weight(unit);
                if !matches!(w.sm, SM_IGNORED | SM_NONSPACING) && !is_kana_mark(w) {
                    self.base = Some(w);
                }
            }
            self.seen += 1;
        }
        self.base
    }
}

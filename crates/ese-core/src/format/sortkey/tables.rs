//! The weight tables: how they are packed, and how a sort is unpacked at its first use.
//!
//! | file | layout (little-endian) |
//! |---|---|
//! | default.bin | 65,536 weights of 4 bytes, by unit |
//! | expansions.bin | pairs of u16 |
//! | sorts.bin | `SRT1`, u32 version, u16 count, then the sorts |
//! | cjk-NN.bin | u32 items, then steps of variable length: the regular part of the large sorts |
//! | locales.txt | locale name, tab, sort number in hex |
//!
//! Source: docs/format/sort-tables/README.md.
//!
//! Invariant: a table that cannot be read (it is part of the program, so the tests would have seen
//! it) leaves the default order; there is no panic.
#![forbid(unsafe_code)]

use super::units::Units;
use crate::format::bytes::{array, u8_at, u16_at, u32_at};
use once_cell::sync::{Lazy, OnceCell};

/// Number of sorts; they are numbered from 1.
const SORT_COUNT: u8 = 75;

static DEFAULT: &[[u8; 4]] = include_bytes!("data/default.bin").as_chunks::<4>().0;
static SORTS: &[u8] = include_bytes!("data/sorts.bin");
static EXPANSIONS: &[[u8; 4]] = include_bytes!("data/expansions.bin").as_chunks::<4>().0;
static LOCALES: &str = include_str!("data/locales.txt");

/// The regular parts of the large sorts.
static CJK: [(u8, &[u8]); 9] = [
    (0x36, include_bytes!("data/cjk-36.bin")),
    (0x37, include_bytes!("data/cjk-37.bin")),
    (0x38, include_bytes!("data/cjk-38.bin")),
    (0x39, include_bytes!("data/cjk-39.bin")),
    (0x3A, include_bytes!("data/cjk-3a.bin")),
    (0x3B, include_bytes!("data/cjk-3b.bin")),
    (0x46, include_bytes!("data/cjk-46.bin")),
    (0x47, include_bytes!("data/cjk-47.bin")),
    (0x4B, include_bytes!("data/cjk-4b.bin")),
];

const SORTS_MAGIC: &[u8; 4] = b"SRT1";
const SORTS_OFF_COUNT: usize = 8;
const SORTS_OFF_FIRST: usize = 10;

/// Case-weight bits that announce contractions, and how long they can be.
pub(crate) const CW_CONTRACTION: u8 = 0xC0;
/// Neutral diacritic and case weight.
pub(crate) const NEUTRAL: u8 = 2;

bitflags::bitflags! {
    /// Properties of a sort (docs/format/sort-keys.md §6).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub(crate) struct Properties: u8 {
        /// Weights of script members C0-EF have a third primary byte.
        const THREE_BYTE = 0x01;
        /// The diacritic section is reversed (French).
        const REVERSE_DIACRITICS = 0x10;
        /// A doubled first letter stands for the contraction twice (Hungarian).
        const DOUBLE_CONTRACTION = 0x20;
        /// Capitals sort the other way round (Latvian).
        const INVERSE_CASING = 0x40;
        const _ = !0;
    }
}

/// Weight of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Weight {
    /// Script member.
    pub sm: u8,
    /// Alphabetic weight.
    pub aw: u8,
    /// Diacritic weight; 2 is neutral.
    pub dw: u8,
    /// Case weight; 2 is neutral. In exceptions the bits C0 announce contractions.
    pub cw: u8,
}

impl Weight {
    #[inline]
    const fn from_bytes([sm, aw, dw, cw]: [u8; 4]) -> Self {
        Self { sm, aw, dw, cw }
    }

    /// Index of the expansion, of a unit with SM 02 whose CW is not masked yet.
    #[inline]
    pub(crate) fn expansion(self) -> usize {
        usize::from(self.dw) | usize::from(self.cw & 0x3F) << 8
    }
}

/// Weight of a unit in the default order.
#[inline]
pub(crate) fn default_weight(unit: u16) -> Weight {
    DEFAULT
        .get(usize::from(unit))
        .map_or(Weight::default(), |&b| Weight::from_bytes(b))
}

/// The two units that an expansion stands for.
#[inline]
pub(crate) fn expansion(index: usize) -> Option<(u16, u16)> {
    EXPANSIONS
        .get(index)
        .map(|&[a, b, c, d]| (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])))
}

/// One of the 75 orders.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sort(u8);

/// Bytes 1-15 of a SortID in memory order; byte 0 is the number of the sort.
const SORT_GUID_TAIL: [u8; 15] = [
    0, 0, 0, 0xEE, 0x57, 0x5C, 0x1E, 0x00, 0xB4, 0xD0, 0x00, 0x0B, 0xB1, 0xE1, 0x1E,
];

impl Sort {
    /// The invariant order, also that of English, German, Italian, Arabic and many others.
    pub const INVARIANT: Self = Self(1);

    /// Sort `number`, from 1 to 75.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= SORT_COUNT {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The sort that a SortID (16 bytes in memory order) names.
    #[must_use]
    pub fn from_guid(id: &[u8; 16]) -> Option<Self> {
        let (&number, tail) = id.split_first()?;
        (tail == SORT_GUID_TAIL).then(|| Self::new(number))?
    }

    /// The SortID, `000000NN-57EE-1E5C-00B4-D0000BB1E11E` in memory order.
    #[must_use]
    pub fn guid(self) -> [u8; 16] {
        let mut id = [0; 16];
        let bytes = std::iter::once(self.0).chain(SORT_GUID_TAIL);
        id.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        id
    }

    /// The sort of a locale name: looked up without case, then without its last part, and so on;
    /// what nobody knows has the invariant order (docs/format/sort-keys.md §6).
    #[must_use]
    pub fn from_locale(name: &str) -> Self {
        let mut rest = name;
        loop {
            let found = LOCALES
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .find(|(locale, _)| locale.eq_ignore_ascii_case(rest))
                .and_then(|(_, hex)| Self::new(u8::from_str_radix(hex.trim(), 16).ok()?));
            if let Some(sort) = found {
                return sort;
            }
            match rest.rfind(['-', '_']).and_then(|cut| rest.get(..cut)) {
                Some(parent) => rest = parent,
                None => return Self::INVARIANT,
            }
        }
    }

    /// The table of this sort, unpacked at its first use.
    pub(crate) fn table(self) -> &'static SortTable {
        static TABLES: [OnceCell<SortTable>; SORT_COUNT as usize] =
            [const { OnceCell::new() }; SORT_COUNT as usize];
        static DEFAULT_ORDER: Lazy<SortTable> = Lazy::new(SortTable::default);
        match TABLES.get(usize::from(self.0).wrapping_sub(1)) {
            Some(cell) => cell.get_or_init(|| SortTable::unpack(self.0).unwrap_or_default()),
            None => &DEFAULT_ORDER,
        }
    }
}

/// Weights of units that a sort overrides: pages of 256 units, 0 = the default order's page.
#[derive(Debug)]
pub(crate) struct Exceptions {
    page_of: [u16; 256],
    pages: Vec<[Weight; 256]>,
}

impl Default for Exceptions {
    fn default() -> Self {
        Self {
            page_of: [0; 256],
            pages: Vec::new(),
        }
    }
}

impl Exceptions {
    fn set(&mut self, unit: u16, weight: Weight) -> Option<()> {
        let [low, high] = unit.to_le_bytes();
        let slot = self.page_of.get_mut(usize::from(high))?;
        if *slot == 0 {
            let mut page = [Weight::default(); 256];
            for (low, w) in (0..=u8::MAX).zip(page.iter_mut()) {
                *w = default_weight(u16::from_le_bytes([low, high]));
            }
            self.pages.push(page);
            *slot = u16::try_from(self.pages.len()).ok()?;
        }
        let page = self.pages.get_mut(usize::from(*slot) - 1)?;
        *page.get_mut(usize::from(low))? = weight;
        Some(())
    }

    #[inline]
    pub(crate) fn weight(&self, unit: u16) -> Weight {
        let [low, high] = unit.to_le_bytes();
        let page = self.page_of.get(usize::from(high)).copied().unwrap_or(0);
        if page == 0 {
            return default_weight(unit);
        }
        self.pages
            .get(usize::from(page) - 1)
            .and_then(|p| p.get(usize::from(low)))
            .copied()
            .unwrap_or_default()
    }
}

/// What a sort makes different from the default order.
#[derive(Debug, Default)]
pub(crate) struct SortTable {
    pub(crate) properties: Properties,
    normal: Exceptions,
    linguistic: Option<Exceptions>,
    /// Units of all contractions, one behind the other.
    units: Vec<u16>,
    /// Start in `units`, length, weight; ascending by the units.
    contractions: Vec<(u32, u8, Weight)>,
    /// Supplementary characters that have a weight as a pair; ascending.
    pairs: Vec<(u32, Weight)>,
}

impl SortTable {
    /// The exceptions that hold, with or without NORM_LINGUISTIC_CASING.
    pub(crate) fn exceptions(&self, linguistic: bool) -> &Exceptions {
        match &self.linguistic {
            Some(e) if linguistic => e,
            _ => &self.normal,
        }
    }

    /// Weight of exactly these units as one character of the sort.
    fn contraction(&self, units: &[u16]) -> Option<Weight> {
        if let &[high @ 0xD800..=0xDBFF, low @ 0xDC00..=0xDFFF] = units {
            let c = 0x1_0000 + (u32::from(high - 0xD800) << 10 | u32::from(low - 0xDC00));
            if let Ok(at) = self.pairs.binary_search_by_key(&c, |&(c, _)| c) {
                return self.pairs.get(at).map(|&(_, w)| w);
            }
        }
        let at = self
            .contractions
            .binary_search_by(|&(start, len, _)| self.units_at(start, len).cmp(units))
            .ok()?;
        self.contractions.get(at).map(|&(_, _, w)| w)
    }

    /// The longest contraction that begins at unit `at`, whose case weight is `cw`: how many units
    /// it takes, and their weight.
    #[cold]
    pub(crate) fn contraction_at(
        &self,
        units: impl Units,
        at: usize,
        cw: u8,
    ) -> Option<(usize, Weight)> {
        let most = match cw & CW_CONTRACTION {
            0x40 => 3,
            0x80 => 5,
            0xC0 => 8,
            _ => 0,
        };
        let mut ahead = [0u16; 8];
        let mut n = 0;
        for slot in ahead.iter_mut().take(most) {
            match units.get(at + n) {
                Some(unit) => *slot = unit,
                None => break,
            }
            n += 1;
        }
        (2..=n)
            .rev()
            .find_map(|n| Some((n, self.contraction(ahead.get(..n)?)?)))
    }

    fn units_at(&self, start: u32, len: u8) -> &[u16] {
        let start = start as usize;
        self.units
            .get(start..start + usize::from(len))
            .unwrap_or(&[])
    }

    /// Unpacks one sort: its part of sorts.bin, then the regular part when it is a large one.
    fn unpack(number: u8) -> Option<Self> {
        let mut at = offset_of(number)?;
        let head: [u8; 8] = take(&mut at)?;
        let count = |off| u16_at(&head, off);
        let mut table = Self {
            properties: Properties::from_bits_retain(u8_at(&head, 1)?),
            ..Self::default()
        };
        for _ in 0..count(2)? {
            let (unit, weight) = exception(&mut at)?;
            table.normal.set(unit, weight)?;
        }
        let linguistic = count(4)?;
        if linguistic > 0 {
            let mut set = Exceptions::default();
            for _ in 0..linguistic {
                let (unit, weight) = exception(&mut at)?;
                set.set(unit, weight)?;
            }
            table.linguistic = Some(set);
        }
        for _ in 0..count(6)? {
            let [n] = take::<1>(&mut at)?;
            let start = u32::try_from(table.units.len()).ok()?;
            for _ in 0..n {
                table.units.push(u16::from_le_bytes(take(&mut at)?));
            }
            let weight = Weight::from_bytes(take(&mut at)?);
            table.contractions.push((start, n, weight));
        }
        if let Some((_, packed)) = CJK.iter().find(|(sort, _)| *sort == number) {
            table.unpack_regular(packed)?;
        }
        Some(table)
    }

    fn unpack_regular(&mut self, packed: &[u8]) -> Option<()> {
        let items = u32_at(packed, 0)?;
        let mut at = 4;
        let (mut done, mut weight, mut c) = (0u32, 0u32, 0i64);
        let mut item = |step: i64, weight_step: u32| -> Option<()> {
            c = c.checked_add(step)?;
            weight = weight.wrapping_add(weight_step);
            let [dw, aw, sm, _] = weight.to_le_bytes();
            let w = Weight {
                sm,
                aw,
                dw,
                cw: NEUTRAL,
            };
            let character = u32::try_from(c).ok()?;
            match u16::try_from(character) {
                Ok(unit) => self.normal.set(unit, w)?,
                Err(_) => self.pairs.push((character, w)),
            }
            done += 1;
            Some(())
        };
        let mut left = items;
        while left > 0 {
            let step = varint(packed, &mut at)?;
            let mut count = varint(packed, &mut at)?.min(left);
            left -= count;
            while count > 0 {
                let v = varint(packed, &mut at)?;
                if v == 0 {
                    let run = varint(packed, &mut at)?.min(count);
                    // A run of nothing would never end.
                    if run == 0 {
                        return None;
                    }
                    for _ in 0..run {
                        item(1, step)?;
                    }
                    count -= run;
                } else {
                    let zigzag = if v & 1 == 0 {
                        i64::from(v / 2)
                    } else {
                        -((i64::from(v) + 1) / 2)
                    };
                    item(zigzag, step)?;
                    count -= 1;
                }
            }
        }
        self.pairs.sort_unstable_by_key(|&(c, _)| c);
        (done == items).then_some(())
    }
}

/// Bytes of sorts.bin from the head of a sort on.
fn offset_of(number: u8) -> Option<&'static [u8]> {
    if SORTS.get(..4)? != SORTS_MAGIC {
        return None;
    }
    let mut at = SORTS.get(SORTS_OFF_FIRST..)?;
    for _ in 0..u16_at(SORTS, SORTS_OFF_COUNT)? {
        if u8_at(at, 0)? == number {
            return Some(at);
        }
        let head: [u8; 8] = take(&mut at)?;
        let weights = usize::from(u16_at(&head, 2)?) + usize::from(u16_at(&head, 4)?);
        at = at.get(weights * 6..)?;
        for _ in 0..u16_at(&head, 6)? {
            let n = usize::from(u8_at(at, 0)?);
            at = at.get(1 + n * 2 + 4..)?;
        }
    }
    None
}

fn take<const N: usize>(at: &mut &[u8]) -> Option<[u8; N]> {
    let taken = array::<N>(at, 0)?;
    *at = at.get(N..)?;
    Some(taken)
}

fn exception(at: &mut &[u8]) -> Option<(u16, Weight)> {
    let unit = u16::from_le_bytes(take(at)?);
    Some((unit, Weight::from_bytes(take(at)?)))
}

/// Seven bits a byte, the low group first, bit 7 set when more follow.
fn varint(b: &[u8], at: &mut usize) -> Option<u32> {
    let mut value = 0u32;
    for shift in (0..32).step_by(7) {
        let byte = u8_at(b, *at)?;
        *at += 1;
        value |= u32::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_unpacks_whole() {
        assert_eq!(DEFAULT.len(), 65_536);
        assert_eq!(EXPANSIONS.len(), 730);
        let items = [
            (0x36, 13_395),
            (0x37, 59_736),
            (0x38, 48_822),
            (0x39, 70_463),
            (0x3A, 62_711),
            (0x3B, 74_600),
            (0x46, 7_071),
            (0x47, 27_884),
            (0x4B, 62_709),
        ];
        for (number, count) in items {
            let packed = CJK.iter().find(|(n, _)| *n == number).unwrap().1;
            assert_eq!(u32_at(packed, 0), Some(count), "sort {number:x}");
        }
        for number in 1..=SORT_COUNT {
            let table = SortTable::unpack(number).unwrap_or_else(|| panic!("sort {number:x}"));
            assert!(
                table
                    .contractions
                    .windows(2)
                    .all(|w| table.units_at(w[0].0, w[0].1) < table.units_at(w[1].0, w[1].1)),
                "sort {number:x}"
            );
            assert!(table.pairs.windows(2).all(|w| w[0].0 < w[1].0));
            assert_eq!(Sort::from_guid(&Sort(number).guid()), Some(Sort(number)));
        }
        assert_eq!(Sort::new(0), None);
        assert_eq!(Sort::new(76), None);
        assert_eq!(Sort::from_guid(&[1; 16]), None);
    }

    #[test]
    fn properties_are_those_of_the_specification() {
        let with = |p: Properties| -> Vec<u8> {
            (1..=SORT_COUNT)
                .filter(|&n| Sort(n).table().properties.contains(p))
                .collect()
        };
        assert_eq!(
            with(Properties::THREE_BYTE),
            [0x36, 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x4B]
        );
        assert_eq!(with(Properties::REVERSE_DIACRITICS), [0x03]);
        assert_eq!(with(Properties::DOUBLE_CONTRACTION), [0x04]);
        assert_eq!(with(Properties::INVERSE_CASING), [0x05, 0x06]);
        let linguistic: Vec<u8> = (1..=SORT_COUNT)
            .filter(|&n| Sort(n).table().linguistic.is_some())
            .collect();
        assert_eq!(linguistic, [0x22, 0x23]);
    }

    #[test]
    fn locales_fall_back_to_their_parents() {
        for (name, sort) in [
            ("", 0x01),
            ("en-US", 0x01),
            ("de-DE", 0x01),
            ("DE-de_PHONEB", 0x3F),
            ("fr-CA", 0x03),
            ("es-ES_tradnl", 0x2A),
            ("es-ES", 0x2B),
            ("sv-SE", 0x1A),
            ("tr-TR", 0x22),
            ("ja-JP", 0x46),
            ("ko-KR", 0x47),
            ("zh-CN", 0x3A),
            ("zh-TW", 0x37),
            ("zh-TW_pronun", 0x38),
            ("xx-Nowhere", 0x01),
        ] {
            assert_eq!(Sort::from_locale(name).number(), sort, "{name}");
        }
    }
}

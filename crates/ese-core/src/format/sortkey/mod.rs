//! Windows Unicode sort keys: the bytes that order localized text in an index.
//!
//! A text of UTF-16 units becomes five sections, `primary 01 diacritic 01 case 01 extra 01 special
//! 00`, which compare bytewise. Source: docs/format/sort-keys.md; the weights are the files of
//! `data/`, laid out as docs/format/sort-tables/README.md says.
//!
//! Invariants:
//! * everything works on UTF-16 units, paired or not; any input gives a key;
//! * the tables are part of the program: what is decoded from them is decoded once, at first use,
//!   and never changes;
//! * the work is linear in the text; a key has at most 15 bytes a unit and 9 more;
//! * a text of plain Latin letters allocates nothing but the key.
#![forbid(unsafe_code)]

mod digits;
mod jamo;
mod sections;
mod tables;
mod uncertain;
mod units;
mod upper;
mod weigh;

pub use tables::{Sort, Weight};
pub use uncertain::Uncertainty;
pub use units::{Units, Utf16Le};
pub use upper::{to_upper, upper_key_into};
pub use weigh::SortKeyBuffers;

bitflags::bitflags! {
    /// LCMap flags that shape a key (docs/format/sort-keys.md §3). Bits without a name are kept.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct SortFlags: u32 {
        /// NORM_IGNORECASE.
        const IGNORE_CASE = 0x0000_0001;
        /// NORM_IGNORENONSPACE.
        const IGNORE_NONSPACE = 0x0000_0002;
        /// NORM_IGNORESYMBOLS.
        const IGNORE_SYMBOLS = 0x0000_0004;
        /// SORT_DIGITSASNUMBERS.
        const DIGITS_AS_NUMBERS = 0x0000_0008;
        /// LINGUISTIC_IGNORECASE.
        const LINGUISTIC_IGNORE_CASE = 0x0000_0010;
        /// LINGUISTIC_IGNOREDIACRITIC.
        const LINGUISTIC_IGNORE_DIACRITIC = 0x0000_0020;
        /// LCMAP_UPPERCASE: no sort key but the upper-cased text (efv 9000 and newer).
        const UPPERCASE = 0x0000_0200;
        /// LCMAP_SORTKEY; set in every index that has a sort key.
        const SORT_KEY = 0x0000_0400;
        /// LCMAP_BYTEREV: the bytes of each pair swap places.
        const BYTE_REVERSED = 0x0000_0800;
        /// SORT_STRINGSORT: hyphens and apostrophes weigh like symbols.
        const STRING_SORT = 0x0000_1000;
        /// NORM_IGNOREKANATYPE.
        const IGNORE_KANA_TYPE = 0x0001_0000;
        /// NORM_IGNOREWIDTH.
        const IGNORE_WIDTH = 0x0002_0000;
        /// NORM_LINGUISTIC_CASING.
        const LINGUISTIC_CASING = 0x0800_0000;
        const _ = !0;
    }
}

impl SortFlags {
    /// What an index has when nothing was asked for: SORTKEY, IGNORECASE, IGNOREKANATYPE,
    /// IGNOREWIDTH (0x00030401).
    pub const DEFAULT: Self = Self::from_bits_retain(0x0003_0401);

    /// The flags of a sort key that somebody asks for: SORT_KEY is added. `None` when there are others
    /// than those of sort keys, UPPERCASE among them (jet-api/behaviour-schema.md §4, check 13).
    #[must_use]
    pub fn of_sort_key(asked: u32) -> Option<Self> {
        let known = Self::IGNORE_CASE
            | Self::IGNORE_NONSPACE
            | Self::IGNORE_SYMBOLS
            | Self::DIGITS_AS_NUMBERS
            | Self::LINGUISTIC_IGNORE_CASE
            | Self::LINGUISTIC_IGNORE_DIACRITIC
            | Self::SORT_KEY
            | Self::BYTE_REVERSED
            | Self::STRING_SORT
            | Self::IGNORE_KANA_TYPE
            | Self::IGNORE_WIDTH
            | Self::LINGUISTIC_CASING;
        let asked = Self::from_bits_retain(asked);
        known.contains(asked).then_some(asked | Self::SORT_KEY)
    }

    /// IGNORECASE and IGNOREWIDTH together: the case section is empty whatever is left of it.
    pub(crate) fn empties_case(self) -> bool {
        self.contains(Self::IGNORE_CASE.union(Self::IGNORE_WIDTH))
    }
}

impl Default for SortFlags {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The order of an index's Unicode text: which sort, with which flags.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Collation {
    /// The sort.
    pub sort: Sort,
    /// LCMap flags of the index row.
    pub flags: SortFlags,
}

impl Default for Collation {
    fn default() -> Self {
        Self {
            sort: Sort::INVARIANT,
            flags: SortFlags::DEFAULT,
        }
    }
}

impl Collation {
    /// The collation of an index row: its SortID when it has one that is known, else its locale
    /// (docs/format/sort-keys.md §6). `None` when the SortID names a sort that does not exist here:
    /// such an index is stale, its order is not ours to compute.
    #[must_use]
    pub fn of_index(locale: &str, sort_id: Option<&[u8; 16]>, lcmap_flags: u32) -> Option<Self> {
        let sort = match sort_id {
            Some(id) if *id != [0; 16] => Sort::from_guid(id)?,
            _ => Sort::from_locale(locale),
        };
        Some(Self {
            sort,
            flags: SortFlags::from_bits_retain(lcmap_flags),
        })
    }

    /// `true` when the text is stored upper-cased instead of as a sort key: flags are exactly
    /// LCMAP_UPPERCASE (docs/format/database-keys.md §4.2).
    #[must_use]
    pub fn is_uppercase(&self) -> bool {
        self.flags == SortFlags::UPPERCASE
    }
}

/// Characters of a locale's name.
const LOCALE_MOST: usize = 85;

/// Whether a text can be the name of a locale; the empty one names the one that is nobody's.
#[must_use]
pub fn is_locale_name(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.chars().count() <= LOCALE_MOST && text.chars().all(letters)
}

/// The sort key of `units`, whole. A text without a weighed unit gives `01 01 01 01 00`.
#[must_use]
pub fn sort_key(units: &[u16], collation: Collation) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len() * 2 + 8);
    let mut buffers = SortKeyBuffers::default();
    buffers.key_into(units, collation, usize::MAX, &mut out);
    out
}

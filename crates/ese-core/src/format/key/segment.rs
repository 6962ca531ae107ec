//! What a key needs to know of an index and its columns, free of catalog types.
#![forbid(unsafe_code)]

use super::{CODE_PAGE_UNICODE, KEY_MOST_DEFAULT};
use crate::format::sortkey::Collation;

/// How a segment is normalised: the column type, long and short forms taken together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SegmentType {
    /// JET_coltypBit.
    Bit,
    /// JET_coltypUnsignedByte.
    UnsignedByte,
    /// JET_coltypShort.
    Short,
    /// JET_coltypUnsignedShort.
    UnsignedShort,
    /// JET_coltypLong.
    Long,
    /// JET_coltypUnsignedLong.
    UnsignedLong,
    /// JET_coltypLongLong.
    LongLong,
    /// JET_coltypUnsignedLongLong.
    UnsignedLongLong,
    /// JET_coltypCurrency.
    Currency,
    /// JET_coltypIEEESingle.
    IeeeSingle,
    /// JET_coltypIEEEDouble.
    IeeeDouble,
    /// JET_coltypDateTime.
    DateTime,
    /// JET_coltypGUID.
    Guid,
    /// JET_coltypBinary, JET_coltypLongBinary.
    Binary,
    /// JET_coltypText, JET_coltypLongText.
    Text,
}

impl SegmentType {
    /// From the number in the catalog (JET_coltyp); `None` for a type that cannot be indexed.
    #[must_use]
    pub const fn from_coltyp(coltyp: u32) -> Option<Self> {
        Some(match coltyp {
            1 => Self::Bit,
            2 => Self::UnsignedByte,
            3 => Self::Short,
            4 => Self::Long,
            5 => Self::Currency,
            6 => Self::IeeeSingle,
            7 => Self::IeeeDouble,
            8 => Self::DateTime,
            9 | 11 => Self::Binary,
            10 | 12 => Self::Text,
            14 => Self::UnsignedLong,
            15 => Self::LongLong,
            16 => Self::Guid,
            17 => Self::UnsignedShort,
            18 => Self::UnsignedLongLong,
            _ => return None,
        })
    }

    /// Bytes of a value; `None` for text and binary.
    #[must_use]
    pub const fn size(self) -> Option<usize> {
        Some(match self {
            Self::Bit | Self::UnsignedByte => 1,
            Self::Short | Self::UnsignedShort => 2,
            Self::Long | Self::UnsignedLong | Self::IeeeSingle => 4,
            Self::LongLong
            | Self::UnsignedLongLong
            | Self::Currency
            | Self::IeeeDouble
            | Self::DateTime => 8,
            Self::Guid => 16,
            Self::Binary | Self::Text => return None,
        })
    }

    /// `true` for text and binary: the types that can be of zero length.
    #[must_use]
    pub const fn is_variable(self) -> bool {
        matches!(self, Self::Binary | Self::Text)
    }
}

/// One column of an index, as far as its bytes in the key go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Type.
    pub ty: SegmentType,
    /// Code page of a text column (1200: UTF-16; everything else: single bytes).
    pub code_page: u16,
    /// `true` for a fixed column (FID below 128): binary without pieces, text and binary padded.
    pub fixed: bool,
    /// `true` when the segment sorts descending.
    pub descending: bool,
    /// Size of a fixed column in bytes; not used for others.
    pub cb_max: u32,
}

impl Segment {
    /// An ascending segment of a variable or tagged column, text in code page 1252.
    #[must_use]
    pub const fn new(ty: SegmentType) -> Self {
        Self {
            ty,
            code_page: 1252,
            fixed: false,
            descending: false,
            cb_max: 0,
        }
    }

    /// `true` for a column of UTF-16 text.
    #[must_use]
    pub const fn is_unicode(&self) -> bool {
        matches!(self.ty, SegmentType::Text) && self.code_page == CODE_PAGE_UNICODE
    }

    /// Bytes of a character: 2 for UTF-16, else 1.
    #[must_use]
    pub const fn char_bytes(&self) -> usize {
        if self.is_unicode() { 2 } else { 1 }
    }
}

/// What holds for all segments of an index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyRules {
    /// Most bytes of a key.
    pub key_most: u16,
    /// Most bytes of a text or binary segment; 0, or at least `key_most`, is "no limit".
    pub var_seg_mac: u16,
    /// NULLs sort above all values (index flag 0x0800).
    pub nulls_high: bool,
    /// GUIDs in the order of .NET (index flag 0x0002 of the high half).
    pub dotnet_guid: bool,
    /// Order of Unicode text; `None` when it is not known: then such a text has no key.
    pub collation: Option<Collation>,
}

impl Default for KeyRules {
    fn default() -> Self {
        Self {
            key_most: KEY_MOST_DEFAULT,
            var_seg_mac: 0,
            nulls_high: false,
            dotnet_guid: false,
            collation: Some(Collation::default()),
        }
    }
}

impl KeyRules {
    /// The limit of a text or binary segment, `None` when only the key's own holds.
    #[must_use]
    pub fn segment_most(&self) -> Option<usize> {
        (self.var_seg_mac != 0 && self.var_seg_mac < self.key_most)
            .then(|| usize::from(self.var_seg_mac))
    }
}

/// Limits of a tuple index, in characters (docs/format/database-keys.md §6.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TupleLimits {
    /// Shortest tuple.
    pub length_min: u32,
    /// Longest tuple.
    pub length_max: u32,
    /// Most tuples of a value.
    pub tuples_most: u32,
    /// Characters from the start of a tuple to the start of the next.
    pub increment: u32,
    /// First character of the first tuple.
    pub start: u32,
}

impl Default for TupleLimits {
    fn default() -> Self {
        Self {
            length_min: 0,
            length_max: 0,
            tuples_most: 0,
            increment: 0,
            start: 0,
        }
        .or_defaults()
    }
}

impl TupleLimits {
    /// A 0 in any field is its default.
    #[must_use]
    pub const fn or_defaults(self) -> Self {
        const fn or(value: u32, default: u32) -> u32 {
            if value == 0 { default } else { value }
        }
        Self {
            length_min: or(self.length_min, 3),
            length_max: or(self.length_max, 10),
            tuples_most: or(self.tuples_most, 32_767),
            increment: or(self.increment, 1),
            start: self.start,
        }
    }
}

/// The value of a fixed text or binary column as its record holds it: padded to the column's size,
/// text with spaces, binary with zeros. A value that fills the column, or is longer, stays as it is.
#[must_use]
pub fn pad_fixed<'a>(segment: &Segment, value: &'a [u8], buffer: &'a mut [u8; 256]) -> &'a [u8] {
    let size = segment.cb_max as usize;
    if !segment.fixed || !segment.ty.is_variable() || value.len() >= size {
        return value;
    }
    let Some(padded) = buffer.get_mut(..size) else {
        return value;
    };
    let (head, tail) = padded.split_at_mut(value.len());
    head.copy_from_slice(value);
    let space: &[u8] = match segment.ty {
        SegmentType::Text if segment.is_unicode() => b" \0",
        SegmentType::Text => b" ",
        _ => b"\0",
    };
    for (to, &from) in tail.iter_mut().zip(space.iter().cycle()) {
        *to = from;
    }
    padded
}

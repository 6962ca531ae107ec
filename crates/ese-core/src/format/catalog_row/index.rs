//! What an index row says: flags, key segments, conditions, tuple limits.
//!
//! Source: docs/format/database-catalog.md §3.3, §3.4, §4.
#![forbid(unsafe_code)]

use super::{CatalogError, TUPLE_LIMITS};
use crate::format::bytes::{u8_at, u16_at, u32_at};
use crate::format::ids::Fid;

/// Most segments of the new form.
const SEGMENTS_MOST: usize = 16;
/// Bytes of a segment of the new form.
const SEGMENT_BYTES: usize = 4;
/// Bytes of a segment of the old form.
const OLD_SEGMENT_BYTES: usize = 2;
/// Bytes of tuple limits, old and new form.
const TUPLE_BYTES_OLD: usize = 12;
const TUPLE_BYTES: usize = 20;

bitflags::bitflags! {
    /// Flags of an index, low half (docs/format/database-catalog.md §3.3).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct IndexFlags: u16 {
        /// No two records have the same key.
        const UNIQUE = 0x0001;
        /// A record whose segments are all NULL is indexed.
        const ALLOW_ALL_NULLS = 0x0002;
        /// A record whose first segment is NULL is indexed.
        const ALLOW_FIRST_NULL = 0x0004;
        /// A record with a NULL in another segment is indexed.
        const ALLOW_SOME_NULLS = 0x0008;
        /// A NULL in a segment is an error.
        const NO_NULL_SEG = 0x0010;
        /// The primary index.
        const PRIMARY = 0x0020;
        /// The locale was set explicitly.
        const LOCALE_SET = 0x0040;
        /// A segment's column is multi-valued.
        const MULTI_VALUED = 0x0080;
        /// Index of a template table.
        const TEMPLATE = 0x0100;
        /// Inherited from a template table.
        const DERIVED = 0x0200;
        /// Contains Unicode text, so that it depends on the sort version.
        const LOCALIZED_TEXT = 0x0400;
        /// NULLs sort high.
        const SORT_NULLS_HIGH = 0x0800;
        /// Retired.
        const UNICODE_FIXUP_OFF = 0x1000;
        /// All combinations of multi-values are indexed.
        const CROSS_PRODUCT = 0x2000;
        /// A key that would be cut is an error.
        const DISALLOW_TRUNCATION = 0x4000;
        /// Multi-values of the columns belong together.
        const NESTED_TABLE = 0x8000;
        // Bits of newer engines are kept as they are.
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Flags of an index, high half (docs/format/database-catalog.md §3.4).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct IdxFlagsEx: u16 {
        /// Segments have four bytes, not two.
        const EXTENDED_COLUMNS = 0x0001;
        /// GUIDs sort as .NET does.
        const DOT_NET_GUID = 0x0002;
        /// Is filled later.
        const DEFERRED_POPULATE = 0x0004;
        /// The optimizer counts on uniqueness, the engine doesn't ask for it.
        const OPTIONALLY_UNIQUE = 0x0008;
        // Bits of newer engines are kept as they are.
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Flags of a segment in its new form.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct SegmentFlags: u8 {
        /// The column must be NULL (conditions only).
        const MUST_BE_NULL = 0x20;
        /// Descending.
        const DESCENDING = 0x40;
        /// A column of the template table.
        const TEMPLATE = 0x80;
    }
}

/// One segment of a key, or one condition of an index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct IndexSegment {
    /// The column.
    pub fid: Fid,
    /// Sorts descending.
    pub descending: bool,
    /// Condition: the column must be NULL (otherwise it must not).
    pub must_be_null: bool,
    /// The column is the template table's.
    pub template: bool,
}

impl IndexSegment {
    /// The new form.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 4] {
        let mut flags = SegmentFlags::empty();
        flags.set(SegmentFlags::DESCENDING, self.descending);
        flags.set(SegmentFlags::MUST_BE_NULL, self.must_be_null);
        flags.set(SegmentFlags::TEMPLATE, self.template);
        let [low, high] = self.fid.0.to_le_bytes();
        [flags.bits(), 0, low, high]
    }

    fn parse_new(b: &[u8]) -> Option<Self> {
        let flags = SegmentFlags::from_bits_retain(u8_at(b, 0)?);
        Some(Self {
            fid: Fid(u16_at(b, 2)?),
            descending: flags.contains(SegmentFlags::DESCENDING),
            must_be_null: flags.contains(SegmentFlags::MUST_BE_NULL),
            template: flags.contains(SegmentFlags::TEMPLATE),
        })
    }

    /// A negative number means "descending" in a key and "must be NULL" in a condition.
    fn parse_old(b: &[u8], condition: bool) -> Option<Self> {
        let n = u16_at(b, 0)? as i16;
        Some(Self {
            fid: Fid(n.unsigned_abs()),
            descending: n < 0 && !condition,
            must_be_null: n < 0 && condition,
            template: false,
        })
    }
}

/// Segments of a column of an index row.
pub(super) fn segments(
    bytes: &[u8],
    column: Fid,
    flags: IdxFlagsEx,
) -> Result<Vec<IndexSegment>, CatalogError> {
    let bad = CatalogError::Length {
        fid: column.0,
        len: bytes.len(),
    };
    let new = flags.contains(IdxFlagsEx::EXTENDED_COLUMNS);
    let each = if new {
        SEGMENT_BYTES
    } else {
        OLD_SEGMENT_BYTES
    };
    if !bytes.len().is_multiple_of(each) || bytes.len() / each > SEGMENTS_MOST {
        return Err(bad);
    }
    bytes
        .chunks_exact(each)
        .map(|c| {
            if new {
                IndexSegment::parse_new(c)
            } else {
                IndexSegment::parse_old(c, column == super::CONDITIONAL_COLUMNS)
            }
            .filter(|s| s.fid.0 != 0)
            .ok_or(bad)
        })
        .collect()
}

/// Limits of a tuple index, in characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TupleLimits {
    /// Shortest tuple.
    pub min: u32,
    /// Longest tuple.
    pub max: u32,
    /// Most characters of a value that are indexed.
    pub to_index: u32,
    /// Distance from one tuple to the next.
    pub increment: u32,
    /// Where the first tuple starts.
    pub start: u32,
}

impl Default for TupleLimits {
    fn default() -> Self {
        Self {
            min: 3,
            max: 10,
            to_index: 32_767,
            increment: 1,
            start: 0,
        }
    }
}

impl TupleLimits {
    /// Parses 12 bytes (old) or 20.
    ///
    /// # Errors
    /// [`CatalogError::Length`] for another length.
    pub fn parse(b: &[u8]) -> Result<Self, CatalogError> {
        let bad = CatalogError::Length {
            fid: TUPLE_LIMITS.0,
            len: b.len(),
        };
        if b.len() != TUPLE_BYTES_OLD && b.len() != TUPLE_BYTES {
            return Err(bad);
        }
        let usual = Self::default();
        Ok(Self {
            min: u32_at(b, 0).ok_or(bad)?,
            max: u32_at(b, 4).ok_or(bad)?,
            to_index: u32_at(b, 8).ok_or(bad)?,
            increment: u32_at(b, 12).unwrap_or(usual.increment),
            start: u32_at(b, 16).unwrap_or(usual.start),
        })
    }

    /// The 20 bytes of the new form.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        [
            self.min,
            self.max,
            self.to_index,
            self.increment,
            self.start,
        ]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect()
    }
}

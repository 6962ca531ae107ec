//! Tagged columns: the array at the start of a record's tagged area, the header byte of a value,
//! and the three shapes of one, two and many values.
//!
//! ```text
//! array of 4-byte entries, one per column present, then the columns' bytes in the same order
//!  0  u16  fid
//!  2  u16  ib, relative to the array's start, and flags
//!          small pages: 0x1FFF ib, 0x2000 NULL, 0x4000 header byte present, 0x8000 derived
//!          large pages: 0x7FFF ib, 0x8000 derived; the header byte is always present
//! ```
//! The array has no count: it ends where the first column begins. Source:
//! docs/format/database-records.md §5.
//!
//! Invariants: nothing is allocated; an entry is checked when it is read, the array's bounds when
//! [`TagEntries`] is made.
#![forbid(unsafe_code)]

use super::bytes::{u8_at, u16_at};
use super::ids::Fid;
use super::record::RecordError;

/// Bytes of one entry of the array.
pub const TAGFLD_BYTES: usize = 4;
/// Offset bits of an entry on small pages.
pub const TAGFLD_IB_SMALL: u16 = 0x1FFF;
/// Offset bits of an entry on large pages.
pub const TAGFLD_IB_LARGE: u16 = 0x7FFF;
/// Small pages: explicit NULL, no data.
pub const TAGFLD_NULL: u16 = 0x2000;
/// Small pages: the column's bytes begin with a header byte.
pub const TAGFLD_HEADER: u16 = 0x4000;
/// The column belongs to the template table.
pub const TAGFLD_DERIVED: u16 = 0x8000;
/// Multi-values: bit of an offset that says "this value is separated".
pub const MULTI_SEPARATED: u16 = 0x8000;
/// Multi-values: the offset itself.
pub const MULTI_OFFSET: u16 = 0x7FFF;

bitflags::bitflags! {
    /// Header byte of a tagged column (docs/format/database-records.md §5.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct TaggedFlags: u8 {
        /// The column is a LongBinary or LongText.
        const LONG_VALUE = 0x01;
        /// The first value, when intrinsic, is compressed.
        const COMPRESSED = 0x02;
        /// The single value is a LID.
        const SEPARATED = 0x04;
        /// Two or more values.
        const MULTI = 0x08;
        /// Exactly two values in the short form (with [`Self::MULTI`], small pages only).
        const TWO = 0x10;
        /// NULL; stored in this byte only on large pages.
        const NULL = 0x20;
        /// Encrypted.
        const ENCRYPTED = 0x40;
    }
}

/// The array of tagged columns of one record.
#[derive(Clone, Copy, Debug)]
pub struct TagEntries<'a> {
    area: &'a [u8],
    count: usize,
    large: bool,
}

impl<'a> TagEntries<'a> {
    /// The array at the start of `area`, which reaches to the record's end and may be empty.
    ///
    /// # Errors
    /// The first offset is no multiple of four, or lies outside the area.
    pub fn new(area: &'a [u8], large: bool) -> Result<Self, RecordError> {
        if area.is_empty() {
            return Ok(Self {
                area,
                count: 0,
                large,
            });
        }
        let first_ib = usize::from(u16_at(area, 2).unwrap_or(0) & Self::ib_mask(large));
        if first_ib < TAGFLD_BYTES || first_ib > area.len() || first_ib % TAGFLD_BYTES != 0 {
            return Err(RecordError::TaggedArray {
                first_ib,
                len: area.len(),
            });
        }
        Ok(Self {
            area,
            count: first_ib / TAGFLD_BYTES,
            large,
        })
    }

    const fn ib_mask(large: bool) -> u16 {
        if large {
            TAGFLD_IB_LARGE
        } else {
            TAGFLD_IB_SMALL
        }
    }

    /// Array and values.
    #[must_use]
    pub fn area(&self) -> &'a [u8] {
        self.area
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// `true` when the record has no tagged column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// `true` when read by the rules of large pages.
    #[must_use]
    pub fn large_pages(&self) -> bool {
        self.large
    }

    // Inside the array, whose bounds were checked; 0 can't happen.
    #[inline]
    fn fid(&self, i: usize) -> u16 {
        u16_at(self.area, i * TAGFLD_BYTES).unwrap_or(0)
    }

    #[inline]
    fn word(&self, i: usize) -> u16 {
        u16_at(self.area, i * TAGFLD_BYTES + 2).unwrap_or(0)
    }

    /// Column `i` of the array, from 0.
    ///
    /// # Errors
    /// Its bytes don't lie in the area, or its header byte is missing or impossible.
    pub fn column(&self, i: usize) -> Result<TaggedColumn<'a>, RecordError> {
        let fid = self.fid(i);
        let word = self.word(i);
        let mask = Self::ib_mask(self.large);
        let start = usize::from(word & mask);
        let end = if i + 1 < self.count {
            usize::from(self.word(i + 1) & mask)
        } else {
            self.area.len()
        };
        let range = RecordError::TaggedRange { fid, start, end };
        if i >= self.count || start < self.count * TAGFLD_BYTES {
            return Err(range);
        }
        let bytes = self.area.get(start..end).ok_or(range)?;
        let (flags, body) = if self.large || word & TAGFLD_HEADER != 0 {
            let (&head, body) = bytes
                .split_first()
                .ok_or(RecordError::TaggedHeader { fid, flags: 0 })?;
            let flags = TaggedFlags::from_bits(head)
                .ok_or(RecordError::TaggedHeader { fid, flags: head })?;
            (flags, body)
        } else {
            (TaggedFlags::empty(), bytes)
        };
        let null = if !self.large && word & TAGFLD_NULL != 0 {
            TaggedFlags::NULL
        } else {
            TaggedFlags::empty()
        };
        let column = TaggedColumn {
            fid: Fid(fid),
            derived: word & TAGFLD_DERIVED != 0,
            flags: flags | null,
            body,
        };
        // The short form of two values is a kind of multi-values; alone the bit means nothing.
        if column.flags.contains(TaggedFlags::TWO) && !column.flags.contains(TaggedFlags::MULTI) {
            return Err(RecordError::TaggedHeader {
                fid,
                flags: flags.bits(),
            });
        }
        Ok(column)
    }

    /// Place of a column in the array, or as the error the place where it would be. Binary search:
    /// columns of the template come first, each part ascends by id.
    ///
    /// # Errors
    /// The column is not there.
    pub fn place(&self, fid: Fid, derived: bool) -> Result<usize, usize> {
        let wanted = (!derived, fid.0);
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let mid = low + (high - low) / 2;
            let here = (self.word(mid) & TAGFLD_DERIVED == 0, self.fid(mid));
            if here < wanted {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        let is_it = low < self.count
            && self.fid(low) == fid.0
            && (self.word(low) & TAGFLD_DERIVED != 0) == derived;
        if is_it { Ok(low) } else { Err(low) }
    }

    /// The column, if it is there.
    ///
    /// # Errors
    /// As [`Self::column`].
    pub fn find(&self, fid: Fid, derived: bool) -> Result<Option<TaggedColumn<'a>>, RecordError> {
        match self.place(fid, derived) {
            Ok(i) => self.column(i).map(Some),
            Err(_) => Ok(None),
        }
    }
}

/// One tagged column of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedColumn<'a> {
    /// The column.
    pub fid: Fid,
    /// `true`: a column of the template table, not of the table itself.
    pub derived: bool,
    /// What the header byte says, with [`TaggedFlags::NULL`] wherever the page size keeps it.
    pub flags: TaggedFlags,
    /// The bytes behind the header byte.
    pub body: &'a [u8],
}

/// One value of a tagged column, as it lies in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedValue<'a> {
    /// The bytes: the value, a compressed or encrypted form of it, or a LID.
    pub bytes: &'a [u8],
    /// The bytes are a LID (little-endian, 4 or 8 bytes, see [`super::lv::Lid::from_record`]).
    pub separated: bool,
    /// The bytes are compressed (see [`super::compress`]).
    pub compressed: bool,
    /// The bytes, or the chunks that the LID leads to, are encrypted.
    pub encrypted: bool,
}

impl<'a> TaggedValue<'a> {
    /// `true` when the bytes are the value itself.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !(self.separated || self.compressed || self.encrypted)
    }
}

impl<'a> TaggedColumn<'a> {
    /// `true` for an explicit NULL, which hides a default.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.flags.contains(TaggedFlags::NULL)
    }

    fn bad_value(&self, value: usize) -> RecordError {
        RecordError::MultiValue {
            fid: self.fid.0,
            value,
        }
    }

    /// Number of values: 0 for NULL.
    ///
    /// # Errors
    /// The offsets of many values contradict the column's length.
    pub fn value_count(&self) -> Result<usize, RecordError> {
        if self.is_null() {
            return Ok(0);
        }
        if !self.flags.contains(TaggedFlags::MULTI) {
            return Ok(1);
        }
        if self.flags.contains(TaggedFlags::TWO) {
            return Ok(2);
        }
        let first = usize::from(u16_at(self.body, 0).ok_or(self.bad_value(0))? & MULTI_OFFSET);
        if first < 2 || first % 2 != 0 || first > self.body.len() {
            return Err(self.bad_value(0));
        }
        Ok(first / 2)
    }

    /// Value `i`, from 0 (itagSequence is one more).
    ///
    /// # Errors
    /// There is no such value, or it does not lie in the column.
    pub fn value(&self, i: usize) -> Result<TaggedValue<'a>, RecordError> {
        let count = self.value_count()?;
        self.value_of(i, count)
    }

    fn value_of(&self, i: usize, count: usize) -> Result<TaggedValue<'a>, RecordError> {
        let bad = self.bad_value(i);
        if i >= count {
            return Err(bad);
        }
        let (bytes, separated) = if !self.flags.contains(TaggedFlags::MULTI) {
            (self.body, self.flags.contains(TaggedFlags::SEPARATED))
        } else if self.flags.contains(TaggedFlags::TWO) {
            let first = usize::from(u8_at(self.body, 0).ok_or(bad)?);
            let (a, b) = self
                .body
                .get(1..)
                .and_then(|rest| rest.split_at_checked(first))
                .ok_or(bad)?;
            (if i == 0 { a } else { b }, false)
        } else {
            let word = u16_at(self.body, 2 * i).ok_or(bad)?;
            let start = usize::from(word & MULTI_OFFSET);
            let end = if i + 1 < count {
                usize::from(u16_at(self.body, 2 * i + 2).ok_or(bad)? & MULTI_OFFSET)
            } else {
                self.body.len()
            };
            if start < 2 * count {
                return Err(bad);
            }
            (
                self.body.get(start..end).ok_or(bad)?,
                word & MULTI_SEPARATED != 0,
            )
        };
        Ok(TaggedValue {
            bytes,
            separated,
            // Only the first of many values is ever compressed (docs/format/database-records.md §5.4).
            compressed: i == 0 && !separated && self.flags.contains(TaggedFlags::COMPRESSED),
            encrypted: self.flags.contains(TaggedFlags::ENCRYPTED),
        })
    }

    /// All values in their order. Ends after the first error.
    pub fn values(&self) -> impl Iterator<Item = Result<TaggedValue<'a>, RecordError>> + use<'a> {
        let column = *self;
        let (count, mut failed) = match column.value_count() {
            Ok(n) => (n, None),
            Err(e) => (0, Some(e)),
        };
        let mut i = 0;
        std::iter::from_fn(move || {
            if let Some(e) = failed.take() {
                return Some(Err(e));
            }
            if i >= count {
                return None;
            }
            let value = column.value_of(i, count);
            i = if value.is_ok() { i + 1 } else { count };
            Some(value)
        })
    }
}

//! A record: the data of a leaf node of a table (and of the catalog, which is one).
//!
//! ```text
//!  0  u8   fidFixedLast    highest fixed column present, 0 none
//!  1  u8   fidVarLast      highest variable column present, 127 none
//!  2  u16  ibEndOfFixed    where the array of variable end offsets starts
//!  4  fixed values, packed | NULL bitmap, ends at ibEndOfFixed
//!     u16 end offsets of the variable columns, bit 15 = NULL
//!     variable values | tagged area to the record's end (see [`super::tagged`])
//! ```
//! Source: docs/format/database-records.md §1.
//!
//! Invariants:
//! * [`RecordView::new`] has checked the head, every variable offset and the bounds of the tagged
//!   array; what it lets through can't be read outside the record;
//! * nothing is allocated or copied;
//! * a view knows nothing of the catalog: where a fixed column lies, the caller says.
#![forbid(unsafe_code)]

use super::bytes::{slice, u8_at, u16_at};
use super::ids::Fid;
use super::tagged::{TagEntries, TaggedColumn};
use crate::error::{HasJetErr, JetErr};

/// Offset of fidFixedLast.
pub const OFF_FID_FIXED_LAST: usize = 0;
/// Offset of fidVarLast.
pub const OFF_FID_VAR_LAST: usize = 1;
/// Offset of ibEndOfFixed.
pub const OFF_IB_END_OF_FIXED: usize = 2;
/// Bytes of the head; the first fixed column lies here.
pub const RECORD_HEAD_BYTES: usize = 4;
const _: () = assert!(OFF_IB_END_OF_FIXED + size_of::<u16>() == RECORD_HEAD_BYTES);
/// fidVarLast of a record without variable columns.
pub const FID_VAR_NONE: u8 = 127;
/// Bytes of one variable end offset.
pub const VAR_OFFSET_BYTES: usize = 2;
/// NULL bit of a variable end offset.
pub const VAR_NULL: u16 = 0x8000;
/// The offset in a variable end offset.
pub const VAR_OFFSET_MASK: u16 = 0x7FFF;

/// Where a fixed column lies: id, offset in the record (RecordOffset of its catalog row), length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedSlot {
    /// Column id.
    pub fid: Fid,
    /// Offset in the record, the head included.
    pub offset: u16,
    /// Length in bytes.
    pub len: u16,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Shorter than a record's head.
    #[error("{0} bytes are no record")]
    Short(usize),
    /// fidFixedLast or fidVarLast out of range.
    #[error("last fixed column {fixed} and last variable column {var} are impossible")]
    LastFids {
        /// fidFixedLast.
        fixed: u8,
        /// fidVarLast.
        var: u8,
    },
    /// The fixed area leaves no room for the NULL bitmap or ends outside the record.
    #[error("the fixed area can't end at {ib} of {len} bytes")]
    FixedEnd {
        /// ibEndOfFixed.
        ib: usize,
        /// Length of the record.
        len: usize,
    },
    /// The variable offsets don't ascend or lead outside the record.
    #[error("the end {end} of variable column {fid} is impossible")]
    VarEnd {
        /// The column.
        fid: u16,
        /// Its end offset.
        end: usize,
    },
    /// A fixed column lies outside the fixed area, by the offset of its catalog row.
    #[error("fixed column {fid} (offset {offset}, {len} bytes) does not lie in the fixed area")]
    FixedOutside {
        /// The column.
        fid: u16,
        /// Its offset by the catalog.
        offset: usize,
        /// Its length.
        len: usize,
    },
    /// A column of another kind was asked for.
    #[error("column {0} is of another kind")]
    WrongKind(u16),
    /// The tagged area is too short for its own array.
    #[error("the array of tagged columns ({first_ib} bytes) does not fit in {len} bytes")]
    TaggedArray {
        /// Offset of the first value, which is the array's size.
        first_ib: usize,
        /// Length of the tagged area.
        len: usize,
    },
    /// A tagged column ends before it begins or outside the record.
    #[error("tagged column {fid} can't lie at {start}..{end}")]
    TaggedRange {
        /// The column.
        fid: u16,
        /// First byte in the tagged area.
        start: usize,
        /// Byte behind the last.
        end: usize,
    },
    /// A header byte that should be there is not, or says something impossible.
    #[error("the header byte {flags:#04x} of tagged column {fid} is impossible")]
    TaggedHeader {
        /// The column.
        fid: u16,
        /// The byte, 0 when it is missing.
        flags: u8,
    },
    /// The values of a multi-valued column don't fit in it.
    #[error("value {value} of tagged column {fid} does not lie in the column")]
    MultiValue {
        /// The column.
        fid: u16,
        /// Number of the value, from 0.
        value: usize,
    },
}

impl HasJetErr for RecordError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::WrongKind(_) => JetErr::INVALID_COLUMN_TYPE,
            _ => JetErr::DATABASE_CORRUPTED,
        }
    }
}

/// What a record says about a fixed or variable column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored<'a> {
    /// The column lies above the record's last one: its default applies, else NULL.
    Absent,
    /// NULL.
    Null,
    /// A value, possibly of no bytes (variable columns).
    Value(&'a [u8]),
}

impl<'a> Stored<'a> {
    /// The bytes of a value, `None` for the other two.
    #[must_use]
    pub fn value(self) -> Option<&'a [u8]> {
        match self {
            Self::Value(v) => Some(v),
            Self::Absent | Self::Null => None,
        }
    }
}

/// A record to look at.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    data: &'a [u8],
    /// End of the fixed values = start of the NULL bitmap.
    bitmap: usize,
    /// Start of the variable offsets.
    end_of_fixed: usize,
    /// Start of the variable values.
    var_data: usize,
    fixed_last: u8,
    var_last: u8,
    tagged: TagEntries<'a>,
}

/// Bytes of the NULL bitmap of a record whose last fixed column is `fid_fixed_last`.
#[inline]
#[must_use]
pub const fn null_bitmap_bytes(fid_fixed_last: u8) -> usize {
    (fid_fixed_last as usize).div_ceil(8)
}

/// Where the value of a fixed or variable column lies in a record of which nothing else is looked at;
/// `slot` is a fixed column's offset and length. `None`: there is no value there, or [`RecordView`] has
/// to say what is wrong.
#[inline]
#[must_use]
pub fn stored_at(
    data: &[u8],
    fid: Fid,
    (offset, fixed_len): (u16, usize),
) -> Option<std::ops::Range<usize>> {
    let head: [u8; RECORD_HEAD_BYTES] = *data.first_chunk()?;
    let [fixed_last, var_last, low, high] = head;
    let end_of_fixed = usize::from(u16::from_le_bytes([low, high]));
    if fixed_last > FID_VAR_NONE || var_last < FID_VAR_NONE {
        return None;
    }
    let bitmap = end_of_fixed.checked_sub(null_bitmap_bytes(fixed_last))?;
    if bitmap < RECORD_HEAD_BYTES {
        return None;
    }
    if fid.is_var() && fid.0 <= u16::from(var_last) {
        let n_var = usize::from(var_last - FID_VAR_NONE);
        let at = end_of_fixed + VAR_OFFSET_BYTES * usize::from(fid.0 - Fid::VAR_LEAST.0);
        let word = u16_at(data, at)?;
        let start = match fid {
            Fid::VAR_LEAST => 0,
            _ => u16_at(data, at - VAR_OFFSET_BYTES)? & VAR_OFFSET_MASK,
        };
        let values = end_of_fixed + VAR_OFFSET_BYTES * n_var;
        let (start, end) = (values + usize::from(start), values + usize::from(word));
        // An end that says NULL lies outside of every record.
        return (start <= end && end <= data.len()).then_some(start..end);
    }
    if fid.is_fixed() && fid.0 <= u16::from(fixed_last) {
        let bit = usize::from(fid.0 - 1);
        let is_null = u8_at(data, bitmap + bit / 8)? & (1 << (bit % 8)) != 0;
        let start = usize::from(offset);
        let end = start.checked_add(fixed_len)?;
        let fits = !is_null && start >= RECORD_HEAD_BYTES && end <= bitmap && end <= data.len();
        return fits.then_some(start..end);
    }
    None
}

impl<'a> RecordView<'a> {
    /// A view of `data`, the whole data of a node. `large_pages` says whether the *database* has
    /// 16 or 32 KiB pages: tagged columns look different there.
    ///
    /// # Errors
    /// Head, variable offsets or the tagged array contradict the record's length.
    pub fn new(data: &'a [u8], large_pages: bool) -> Result<Self, RecordError> {
        let len = data.len();
        let (Some(fixed_last), Some(var_last), Some(ib)) = (
            u8_at(data, OFF_FID_FIXED_LAST),
            u8_at(data, OFF_FID_VAR_LAST),
            u16_at(data, OFF_IB_END_OF_FIXED),
        ) else {
            return Err(RecordError::Short(len));
        };
        if fixed_last > FID_VAR_NONE || var_last < FID_VAR_NONE {
            return Err(RecordError::LastFids {
                fixed: fixed_last,
                var: var_last,
            });
        }
        let end_of_fixed = usize::from(ib);
        let n_var = usize::from(var_last - FID_VAR_NONE);
        let var_data = end_of_fixed + VAR_OFFSET_BYTES * n_var;
        let bitmap = end_of_fixed
            .checked_sub(null_bitmap_bytes(fixed_last))
            .filter(|&b| b >= RECORD_HEAD_BYTES && var_data <= len)
            .ok_or(RecordError::FixedEnd {
                ib: end_of_fixed,
                len,
            })?;
        let room = len - var_data;
        let mut last = 0;
        let offsets = data.get(end_of_fixed..var_data).unwrap_or(&[]);
        for (pair, fid) in offsets.chunks_exact(VAR_OFFSET_BYTES).zip(128u16..) {
            let end = usize::from(u16_at(pair, 0).unwrap_or(0) & VAR_OFFSET_MASK);
            if end < last || end > room {
                return Err(RecordError::VarEnd { fid, end });
            }
            last = end;
        }
        let tagged = TagEntries::new(data.get(var_data + last..).unwrap_or(&[]), large_pages)?;
        Ok(Self {
            data,
            bitmap,
            end_of_fixed,
            var_data,
            fixed_last,
            var_last,
            tagged,
        })
    }

    /// The whole record.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.data
    }

    /// `true` when the record is read by the rules of large pages.
    #[must_use]
    pub fn large_pages(&self) -> bool {
        self.tagged.large_pages()
    }

    /// Highest fixed column present, 0 for none.
    #[must_use]
    pub fn fid_fixed_last(&self) -> u8 {
        self.fixed_last
    }

    /// Highest variable column present, 127 for none.
    #[must_use]
    pub fn fid_var_last(&self) -> u8 {
        self.var_last
    }

    /// All fixed values, from byte [`RECORD_HEAD_BYTES`] of the record on, without the NULL bitmap.
    #[must_use]
    pub fn fixed_area(&self) -> &'a [u8] {
        self.data.get(RECORD_HEAD_BYTES..self.bitmap).unwrap_or(&[])
    }

    /// The NULL bitmap: bit `(fid - 1) % 8` of byte `(fid - 1) / 8`, 1 = NULL.
    #[must_use]
    pub fn null_bitmap(&self) -> &'a [u8] {
        self.data.get(self.bitmap..self.end_of_fixed).unwrap_or(&[])
    }

    /// The tagged area: array and values, to the record's end.
    #[must_use]
    pub fn tagged_area(&self) -> &'a [u8] {
        self.tagged.area()
    }

    /// `true` when the NULL bit of a fixed column is set; a column above the last one has none.
    #[inline]
    #[must_use]
    pub fn fixed_is_null(&self, fid: Fid) -> bool {
        let bit = usize::from(fid.0.wrapping_sub(1));
        u8_at(self.null_bitmap(), bit / 8).is_some_and(|b| b & (1 << (bit % 8)) != 0)
    }

    /// The fixed column `fid`, which lies at `offset` of the record (RecordOffset of its catalog
    /// row) and has `len` bytes.
    ///
    /// # Errors
    /// `fid` is no fixed column, or does not lie in the record's fixed area.
    #[inline]
    pub fn fixed(&self, fid: Fid, offset: u16, len: usize) -> Result<Stored<'a>, RecordError> {
        if !fid.is_fixed() {
            return Err(RecordError::WrongKind(fid.0));
        }
        if fid.0 > u16::from(self.fixed_last) {
            return Ok(Stored::Absent);
        }
        if self.fixed_is_null(fid) {
            return Ok(Stored::Null);
        }
        let start = usize::from(offset);
        match slice(self.data, start, len) {
            Some(v) if start >= RECORD_HEAD_BYTES && start + len <= self.bitmap => {
                Ok(Stored::Value(v))
            }
            _ => Err(RecordError::FixedOutside {
                fid: fid.0,
                offset: start,
                len,
            }),
        }
    }

    /// The variable column `fid`.
    ///
    /// # Errors
    /// `fid` is no variable column.
    #[inline]
    pub fn var(&self, fid: Fid) -> Result<Stored<'a>, RecordError> {
        if !fid.is_var() {
            return Err(RecordError::WrongKind(fid.0));
        }
        if fid.0 > u16::from(self.var_last) {
            return Ok(Stored::Absent);
        }
        let i = usize::from(fid.0 - Fid::VAR_LEAST.0);
        let at = self.end_of_fixed + VAR_OFFSET_BYTES * i;
        let word = u16_at(self.data, at).unwrap_or(0);
        if word & VAR_NULL != 0 {
            return Ok(Stored::Null);
        }
        let start = if i == 0 {
            0
        } else {
            usize::from(u16_at(self.data, at - VAR_OFFSET_BYTES).unwrap_or(0) & VAR_OFFSET_MASK)
        };
        let end = usize::from(word & VAR_OFFSET_MASK);
        self.data
            .get(self.var_data + start..self.var_data + end)
            .map(Stored::Value)
            .ok_or(RecordError::VarEnd { fid: fid.0, end })
    }

    /// The tagged columns in stored order: those of the template table first, then by id.
    pub fn tagged(&self) -> impl Iterator<Item = Result<TaggedColumn<'a>, RecordError>> + use<'a> {
        let entries = self.tagged;
        (0..entries.len()).map(move |i| entries.column(i))
    }

    /// Tagged column number `i` in stored order, below [`Self::tagged_len`].
    ///
    /// # Errors
    /// The entry's bytes don't fit the record.
    pub fn tagged_at(&self, i: usize) -> Result<TaggedColumn<'a>, RecordError> {
        self.tagged.column(i)
    }

    /// How many tagged columns the record holds.
    #[must_use]
    pub fn tagged_len(&self) -> usize {
        self.tagged.len()
    }

    /// Place of a tagged column among those of the record, or as the error the place where it would
    /// be.
    ///
    /// # Errors
    /// The record doesn't hold it.
    pub fn tagged_place(&self, fid: Fid, derived: bool) -> Result<usize, usize> {
        self.tagged.place(fid, derived)
    }

    /// The tagged column `fid` (of the template table when `derived`), `None` when the record
    /// doesn't hold it: its default applies.
    ///
    /// # Errors
    /// The column is there, but does not lie in the record or has an impossible header byte.
    pub fn find_tagged(
        &self,
        fid: Fid,
        derived: bool,
    ) -> Result<Option<TaggedColumn<'a>>, RecordError> {
        self.tagged.find(fid, derived)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::io::rng::{Rng, SeededRng};

    /// Of a sound record both ways find the same; of any bytes nothing is found outside of them.
    #[test]
    fn a_value_lies_where_the_view_says() {
        let mut rng = SeededRng::new(testkit::first_seed());
        let (mut sound, mut values) = (0, 0);
        for _ in 0..testkit::rounds(60_000, 1_000_000) {
            let (n_fixed, n_var) = (rng.below(4) as u8, rng.below(4) as u8);
            let mut data = vec![n_fixed, FID_VAR_NONE + n_var, 0, 0];
            data.extend((0..4 * n_fixed).map(|n| n + 1));
            data.resize(
                data.len() + null_bitmap_bytes(n_fixed),
                rng.below(256) as u8,
            );
            let end_of_fixed = data.len() as u16;
            data[OFF_IB_END_OF_FIXED..][..2].copy_from_slice(&end_of_fixed.to_le_bytes());
            let mut end = 0;
            for _ in 0..n_var {
                end += rng.below(5) as u16;
                let null = if rng.below(4) == 0 { VAR_NULL } else { 0 };
                data.extend((end | null).to_le_bytes());
            }
            data.extend((0..end).map(|n| n as u8));
            if rng.below(3) == 0 {
                let at = rng.below(data.len() as u64) as usize;
                data[at] = rng.below(256) as u8;
                data.truncate(rng.below(data.len() as u64 + 1) as usize);
            }
            let view = RecordView::new(&data, false);
            sound += usize::from(view.is_ok());
            for fid in [1, 2, 3, 4, 127, 128, 129, 130, 131, 256].map(Fid) {
                let slot = (RECORD_HEAD_BYTES as u16 + 4 * (fid.0.min(9) - 1), 4);
                let at = stored_at(&data, fid, slot);
                let found = at.clone().map(|at| data.get(at).unwrap());
                let Ok(view) = &view else { continue };
                let stored = match fid {
                    fid if fid.is_fixed() => view.fixed(fid, slot.0, slot.1),
                    fid if fid.is_var() => view.var(fid),
                    _ => Ok(Stored::Absent),
                };
                let expected = stored.ok().and_then(Stored::value);
                assert_eq!(found, expected, "{fid:?} of {data:02x?}");
                values += usize::from(expected.is_some());
            }
        }
        assert!(sound > 1000 && values > 1000, "{sound} {values}");
    }
}

//! Builds records: fixed, variable and tagged columns to the bytes that the engine stores.
//!
//! Source: docs/format/database-records.md §1, §5; the layout stands in [`super::record`]. What is
//! policy (padding of short values, defaults, compression, separation) is decided above; here a
//! column gets exactly the bytes it is given.
//!
//! Invariants:
//! * a record taken apart and built again has the same bytes;
//! * bytes of a column that got room without a value are [`FILL`], its NULL bit is 1, and so are the
//!   bits beyond the last column;
//! * a column set to NULL keeps its old bytes.
#![forbid(unsafe_code)]

use super::ids::{Coltyp, Fid};
use super::record::{
    FID_VAR_NONE, FixedSlot, RECORD_HEAD_BYTES, RecordView, Stored, VAR_NULL, VAR_OFFSET_BYTES,
    VAR_OFFSET_MASK, null_bitmap_bytes,
};
use super::tagged_build::{TaggedBuild, build_tagged};
use super::value::CODE_PAGE_UNICODE;
use crate::error::{HasJetErr, JetErr};

/// What fills the bytes of a fixed column that has no value.
pub const FILL: u8 = 0x2A;
/// Bytes of the NULL bitmap of all fixed columns.
const BITMAP_MOST: usize = 16;

/// Why a record can't be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The layout has no such fixed column, or the id is of another kind.
    #[error("column {0} is not in the record's layout")]
    NoSuchColumn(u16),
    /// A fixed column got too few or too many bytes.
    #[error("fixed column {fid} has {want} bytes, not {len}")]
    Length {
        /// The column.
        fid: u16,
        /// Its length.
        want: usize,
        /// Bytes given.
        len: usize,
    },
    /// The parts of a tagged column contradict each other.
    #[error("tagged column {0} can't have these values")]
    Tagged(u16),
    /// An offset doesn't fit in its bits.
    #[error("the record is too big")]
    TooBig,
}

impl HasJetErr for BuildError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NoSuchColumn(_) => JetErr::COLUMN_NOT_FOUND,
            Self::Length { .. } => JetErr::INVALID_BUFFER_SIZE,
            Self::Tagged(_) => JetErr::INVALID_PARAMETER,
            Self::TooBig => JetErr::RECORD_TOO_BIG,
        }
    }
}

/// A record in the making.
#[derive(Clone, Debug)]
pub struct RecordBuilder<'s> {
    slots: &'s [FixedSlot],
    large_pages: bool,
    defaults: Option<RecordView<'s>>,
    fixed_last: u8,
    /// From byte 4 of the record on.
    fixed: Vec<u8>,
    nulls: [u8; BITMAP_MOST],
    /// End offset and NULL bit of every variable column.
    var_ends: Vec<u16>,
    var_data: Vec<u8>,
    /// Sorted: columns of the template first, then by id.
    tagged: Vec<TaggedBuild>,
}

impl<'s> RecordBuilder<'s> {
    /// An empty record. `slots` are the table's fixed columns by ascending id (deleted ones may be
    /// left out: their bytes stay), `large_pages` as in [`RecordView::new`].
    #[must_use]
    pub fn new(slots: &'s [FixedSlot], large_pages: bool) -> Self {
        Self {
            slots,
            large_pages,
            defaults: None,
            fixed_last: 0,
            fixed: Vec::new(),
            nulls: [0xFF; BITMAP_MOST],
            var_ends: Vec::new(),
            var_data: Vec::new(),
            tagged: Vec::new(),
        }
    }

    /// The columns of an existing record, to change some of them.
    ///
    /// # Errors
    /// A damaged tagged column.
    pub fn from_view(
        view: &RecordView<'_>,
        slots: &'s [FixedSlot],
    ) -> Result<Self, super::record::RecordError> {
        let mut b = Self::new(slots, view.large_pages());
        b.fixed_last = view.fid_fixed_last();
        b.fixed = view.fixed_area().to_vec();
        for (dst, src) in b.nulls.iter_mut().zip(view.null_bitmap()) {
            *dst = *src;
        }
        for fid in Fid::VAR_LEAST.0..=u16::from(view.fid_var_last()) {
            let stored = view.var(Fid(fid))?;
            b.var_data.extend_from_slice(stored.value().unwrap_or(&[]));
            // The view's own offsets fit in 15 bits, and so do these.
            let end = u16::try_from(b.var_data.len()).unwrap_or(VAR_OFFSET_MASK);
            b.var_ends.push(match stored {
                Stored::Value(_) => end,
                Stored::Null | Stored::Absent => end | VAR_NULL,
            });
        }
        for column in view.tagged() {
            b.tagged.push(TaggedBuild::from_column(&column?)?);
        }
        Ok(b)
    }

    /// Columns that get room because a later one is set take their values from this record, which
    /// has the same layout.
    #[must_use]
    pub fn with_defaults(mut self, defaults: RecordView<'s>) -> Self {
        self.defaults = Some(defaults);
        self
    }

    fn slot(&self, fid: Fid) -> Result<FixedSlot, BuildError> {
        self.slots
            .binary_search_by_key(&fid.0, |s| s.fid.0)
            .ok()
            .and_then(|i| self.slots.get(i).copied())
            .filter(|s| s.fid.is_fixed() && usize::from(s.offset) >= RECORD_HEAD_BYTES)
            .ok_or(BuildError::NoSuchColumn(fid.0))
    }

    fn set_null_bit(&mut self, fid: Fid, null: bool) {
        let bit = usize::from(fid.0.saturating_sub(1));
        if let Some(b) = self.nulls.get_mut(bit / 8) {
            let mask = 1 << (bit % 8);
            *b = if null { *b | mask } else { *b & !mask };
        }
    }

    fn store_fixed(&mut self, slot: FixedSlot, value: &[u8]) {
        let start = usize::from(slot.offset) - RECORD_HEAD_BYTES;
        if let Some(place) = self.fixed.get_mut(start..start + value.len()) {
            place.copy_from_slice(value);
        }
    }

    /// Gives room to every fixed column up to `slot`.
    fn extend_fixed(&mut self, slot: FixedSlot) -> Result<(), BuildError> {
        let end = usize::from(slot.offset) + usize::from(slot.len) - RECORD_HEAD_BYTES;
        if end > self.fixed.len() {
            self.fixed.resize(end, FILL);
        }
        let first = u16::from(self.fixed_last) + 1;
        self.fixed_last = u8::try_from(slot.fid.0).map_err(|_| BuildError::TooBig)?;
        let Some(defaults) = self.defaults else {
            return Ok(());
        };
        for s in self.slots.iter().copied() {
            if (first..slot.fid.0).contains(&s.fid.0)
                && let Ok(Stored::Value(v)) = defaults.fixed(s.fid, s.offset, usize::from(s.len))
            {
                self.store_fixed(s, v);
                self.set_null_bit(s.fid, false);
            }
        }
        Ok(())
    }

    /// Sets a fixed column: exactly its length of bytes, or NULL, which keeps the bytes that are there.
    ///
    /// # Errors
    /// Not in the layout, or the wrong length.
    pub fn set_fixed(&mut self, fid: Fid, value: Option<&[u8]>) -> Result<(), BuildError> {
        let slot = self.slot(fid)?;
        let want = usize::from(slot.len);
        if let Some(v) = value
            && v.len() != want
        {
            return Err(BuildError::Length {
                fid: fid.0,
                want,
                len: v.len(),
            });
        }
        if fid.0 > u16::from(self.fixed_last) {
            self.extend_fixed(slot)?;
        }
        if let Some(v) = value {
            self.store_fixed(slot, v);
        }
        self.set_null_bit(fid, value.is_none());
        Ok(())
    }

    /// Sets a variable column. Columns in between get their default, else NULL.
    ///
    /// # Errors
    /// No variable column, or more than 32,767 bytes of them.
    pub fn set_var(&mut self, fid: Fid, value: Option<&[u8]>) -> Result<(), BuildError> {
        if !fid.is_var() {
            return Err(BuildError::NoSuchColumn(fid.0));
        }
        let i = usize::from(fid.0 - Fid::VAR_LEAST.0);
        let mut next = Fid::VAR_LEAST.0 + u16::try_from(self.var_ends.len()).unwrap_or(0);
        while self.var_ends.len() <= i {
            let default = self
                .defaults
                .filter(|_| next != fid.0)
                .and_then(|d| d.var(Fid(next)).ok()?.value());
            self.var_data.extend_from_slice(default.unwrap_or(&[]));
            let end = u16::try_from(self.var_data.len())
                .ok()
                .filter(|&e| e <= VAR_OFFSET_MASK)
                .ok_or(BuildError::TooBig)?;
            self.var_ends.push(if default.is_some() {
                end
            } else {
                end | VAR_NULL
            });
            next += 1;
        }
        let end_of = |word: Option<&u16>| word.map_or(0, |w| usize::from(w & VAR_OFFSET_MASK));
        let start = i.checked_sub(1).map_or(0, |p| end_of(self.var_ends.get(p)));
        let end = end_of(self.var_ends.get(i));
        let new = value.unwrap_or(&[]);
        if self.var_data.len() - (end - start) + new.len() > usize::from(VAR_OFFSET_MASK) {
            return Err(BuildError::TooBig);
        }
        self.var_data.splice(start..end, new.iter().copied());
        for (n, word) in self.var_ends.iter_mut().enumerate().skip(i) {
            let moved = usize::from(*word & VAR_OFFSET_MASK) + new.len() - (end - start);
            let null = if n == i {
                if value.is_none() { VAR_NULL } else { 0 }
            } else {
                *word & VAR_NULL
            };
            *word = u16::try_from(moved).unwrap_or(VAR_OFFSET_MASK) | null;
        }
        Ok(())
    }

    /// The tagged column, when the record has it.
    #[must_use]
    pub fn tagged(&self, fid: Fid, derived: bool) -> Option<&TaggedBuild> {
        self.tagged.get(self.tagged_place(fid, derived).ok()?)
    }

    /// The tagged column, to change its values.
    pub fn tagged_mut(&mut self, fid: Fid, derived: bool) -> Option<&mut TaggedBuild> {
        let i = self.tagged_place(fid, derived).ok()?;
        self.tagged.get_mut(i)
    }

    fn tagged_place(&self, fid: Fid, derived: bool) -> Result<usize, usize> {
        self.tagged
            .binary_search_by_key(&(!derived, fid), |t| (!t.derived, t.fid))
    }

    /// Adds or replaces a tagged column.
    ///
    /// # Errors
    /// The id is no tagged column's.
    pub fn set_tagged(&mut self, column: TaggedBuild) -> Result<(), BuildError> {
        if !column.fid.is_tagged() {
            return Err(BuildError::NoSuchColumn(column.fid.0));
        }
        match self.tagged_place(column.fid, column.derived) {
            Ok(i) => {
                if let Some(t) = self.tagged.get_mut(i) {
                    *t = column;
                }
            }
            Err(i) => self.tagged.insert(i, column),
        }
        Ok(())
    }

    /// Takes a tagged column out of the record: its default applies again.
    pub fn remove_tagged(&mut self, fid: Fid, derived: bool) -> Option<TaggedBuild> {
        let i = self.tagged_place(fid, derived).ok()?;
        Some(self.tagged.remove(i))
    }

    /// Appends the record to `out`. What the page can hold is the caller's to check.
    ///
    /// # Errors
    /// An offset that doesn't fit, or a tagged column that can't be stored; `out` is then as before.
    pub fn build(&self, out: &mut Vec<u8>) -> Result<(), BuildError> {
        let start = out.len();
        let done = self.append(out);
        if done.is_err() {
            out.truncate(start);
        }
        done
    }

    fn append(&self, out: &mut Vec<u8>) -> Result<(), BuildError> {
        let bitmap = null_bitmap_bytes(self.fixed_last);
        let end_of_fixed = u16::try_from(RECORD_HEAD_BYTES + self.fixed.len() + bitmap)
            .map_err(|_| BuildError::TooBig)?;
        let var_last = u8::try_from(usize::from(FID_VAR_NONE) + self.var_ends.len())
            .map_err(|_| BuildError::TooBig)?;
        out.reserve(
            usize::from(end_of_fixed)
                + VAR_OFFSET_BYTES * self.var_ends.len()
                + self.var_data.len(),
        );
        out.extend_from_slice(&[self.fixed_last, var_last]);
        out.extend_from_slice(&end_of_fixed.to_le_bytes());
        out.extend_from_slice(&self.fixed);
        out.extend_from_slice(self.nulls.get(..bitmap).unwrap_or(&[]));
        for word in &self.var_ends {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(&self.var_data);
        build_tagged(&self.tagged, self.large_pages, out)
    }
}

/// The bytes of a fixed Binary or Text column of `len` bytes whose value is shorter: padded with
/// zeros or spaces. UTF-16 spaces have their 0x20 at even offsets of the column, whatever the
/// value's length. A longer value is cut.
#[must_use]
pub fn pad_fixed(coltyp: Coltyp, code_page: u16, value: &[u8], len: usize) -> Vec<u8> {
    let pad = |i: usize| match coltyp {
        Coltyp::Text if code_page == CODE_PAGE_UNICODE && i % 2 == 1 => 0,
        Coltyp::Text => b' ',
        _ => 0,
    };
    (0..len)
        .map(|i| value.get(i).copied().unwrap_or_else(|| pad(i)))
        .collect()
}

//! A record under change: the copy buffer of one update.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`RecordEdit`]: begin, look, the order of a set |
//! | `layout` | [`RecordLayout`]: limits, fixed columns, defaults of a table |
//! | `bytes` | the record as bytes, changed in place |
//! | `flags` | [`SetFlags`]: the bits of JetSetColumn |
//! | `tagged` | values of a tagged column: append, replace, remove, NULL |
//! | `unique` | values that must not repeat |
//! | `long` | long values: inside the record or out of it |
//!
//! Values that do not stay in the record go to a [`LongStore`]. After an error the buffer is as before
//! (but that a fixed column may have got room); what the store had done by then its owner takes back.
//!
//! Source: docs/format/database-records.md §1-§7; jet-api behaviour of records §3.
//!
//! Invariants:
//! * the buffer is always a whole record, not longer than the layout says;
//! * a value outside the record that the buffer no longer refers to has been released.
#![forbid(unsafe_code)]

mod bytes;
mod flags;
mod layout;
mod long;
mod tagged;
mod unique;

pub(super) use bytes::fixed_value;
pub use flags::SetFlags;
pub(super) use layout::is_version;
pub use layout::{LayoutOptions, RecordLayout, primary_key_most, record_most};
pub use long::{LongStore, NoLongStore, plain_into as plain_value_into};

use super::{Column, ColumnValues, column_values};
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::ColumnFlags;
use crate::format::compress::CompressError;
use crate::format::lv::{Lid, LvError};
use crate::format::record::{RecordError, RecordView, stored_at};
use crate::format::record_build::BuildError;
use crate::index::ColumnRef;
use crate::work::WorkError;
use bytes::RecordBytes;
use layout::is_required;
use std::sync::Arc;

/// Why a column can't be set.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Not as asked for.
    #[error("{what}")]
    Refused {
        /// The error that the API gives.
        err: JetErr,
        /// In words.
        what: &'static str,
    },
    /// The record is damaged.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A column's values can't be stored.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A value in the record is damaged.
    #[error(transparent)]
    Stored(#[from] LvError),
    /// A value can't be put outside the record, or not be had from there.
    #[error(transparent)]
    Store(#[from] WorkError),
}

impl From<CompressError> for EditError {
    fn from(e: CompressError) -> Self {
        Self::Stored(e.into())
    }
}

impl HasJetErr for EditError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Refused { err, .. } => *err,
            Self::Record(e) => e.jet_err(),
            Self::Build(e) => e.jet_err(),
            Self::Stored(e) => e.jet_err(),
            Self::Store(e) => e.jet_err(),
        }
    }
}

impl From<EditError> for WorkError {
    fn from(e: EditError) -> Self {
        match e {
            EditError::Store(e) => e,
            EditError::Refused { err, what } => Self::refused(err, what),
            e => Self::damaged(e.jet_err(), e.to_string()),
        }
    }
}

pub(super) fn refuse<T>(err: JetErr, what: &'static str) -> Result<T, EditError> {
    Err(EditError::Refused { err, what })
}

/// The error of a record that would be too long.
fn too_big<T>() -> Result<T, EditError> {
    refuse(JetErr::RECORD_TOO_BIG, "the record would be too long")
}

pub(super) fn is_too_big(e: &EditError) -> bool {
    matches!(e, EditError::Refused { err, .. } if *err == JetErr::RECORD_TOO_BIG)
}

/// A value to be set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewValue<'a> {
    /// Bytes; none of them mean NULL without [`SetFlags::ZERO_LENGTH`]. With [`SetFlags::SIZE`] only
    /// their number counts.
    Bytes(&'a [u8]),
    /// No pointer: NULL, or of size 0 with [`SetFlags::ZERO_LENGTH`].
    Null,
    /// No pointer, but a size, for [`SetFlags::SIZE`].
    Size(u32),
}

impl<'a> NewValue<'a> {
    /// Bytes, or the size that is asked for.
    #[must_use]
    pub fn len(&self) -> usize {
        match *self {
            Self::Bytes(b) => b.len(),
            Self::Null => 0,
            Self::Size(n) => n as usize,
        }
    }

    /// No byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn bytes(&self) -> &'a [u8] {
        match *self {
            Self::Bytes(b) => b,
            Self::Null | Self::Size(_) => &[],
        }
    }
}

/// Which value of a column, and which part of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValuePlace {
    /// itagSequence: from 1, 0 for one more.
    pub itag: u32,
    /// ibLongValue: where [`SetFlags::OVERWRITE`] begins.
    pub offset: u32,
}

impl Default for ValuePlace {
    /// The first value, from its beginning.
    fn default() -> Self {
        Self { itag: 1, offset: 0 }
    }
}

/// What became of a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// All of the value is stored.
    All,
    /// It was cut to what the column holds (JET_wrnColumnMaxTruncated).
    Truncated,
}

/// What the buffer is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EditKind {
    /// A new record, or a copy of one.
    #[default]
    Insert,
    /// A new record whose number the caller sets (JET_prepInsertMustSetAutoIncrement).
    InsertWithNumber,
    /// A record that stays.
    Replace,
}

/// The copy buffer of one update. It is made once for a cursor, and used for many records.
#[derive(Clone, Debug)]
pub struct RecordEdit {
    layout: Arc<RecordLayout>,
    kind: EditKind,
    record: RecordBytes,
    touched: Vec<ColumnRef>,
    /// Separated values belong to another record too: they are copied before they are changed.
    copies: bool,
    /// Bytes of a tagged column.
    body: Vec<u8>,
    /// Plain and compressed bytes of a value.
    plain: Vec<u8>,
    packed: Vec<u8>,
    /// The record before a set.
    saved: Vec<u8>,
}

impl RecordEdit {
    /// A buffer with a record of defaults, as an insert begins.
    #[must_use]
    pub fn new(layout: Arc<RecordLayout>) -> Self {
        Self {
            kind: EditKind::Insert,
            record: layout.defaults.clone(),
            layout,
            touched: Vec::new(),
            copies: false,
            body: Vec::new(),
            plain: Vec::new(),
            packed: Vec::new(),
            saved: Vec::new(),
        }
    }

    /// Begins a new record: defaults of fixed and variable columns are in it, those of tagged columns
    /// are not.
    pub fn begin_insert(&mut self, kind: EditKind) {
        self.kind = kind;
        self.copies = false;
        self.touched.clear();
        self.record.take_same(&self.layout.defaults);
    }

    /// Begins with the bytes of a record: a replace, or a copy to be inserted. `copies`: the values
    /// outside the record stay those of the old one (JET_prepInsertCopyDeleteOriginal,
    /// JET_prepInsertCopyReplaceOriginal), and are copied before they are changed.
    ///
    /// # Errors
    /// The bytes are no record.
    pub fn begin_with(
        &mut self,
        kind: EditKind,
        record: &[u8],
        copies: bool,
    ) -> Result<(), EditError> {
        self.record.take(record)?;
        self.kind = kind;
        self.copies = copies;
        self.touched.clear();
        Ok(())
    }

    /// The layout.
    #[must_use]
    pub fn layout(&self) -> &Arc<RecordLayout> {
        &self.layout
    }

    /// The record.
    #[inline]
    #[must_use]
    pub fn record(&self) -> &[u8] {
        self.record.as_slice()
    }

    /// The record, to be looked at.
    ///
    /// # Errors
    /// None, as long as the invariant holds.
    pub fn view(&self) -> Result<RecordView<'_>, RecordError> {
        self.record.view()
    }

    /// What the buffer holds of a column.
    ///
    /// # Errors
    /// The record contradicts the column.
    pub fn values<'a>(&'a self, column: &'a Column) -> Result<ColumnValues<'a>, EditError> {
        Ok(column_values(&self.view()?, column)?)
    }

    /// Whether a column of the table counts the changes of a record.
    pub(super) fn counts_version(&self) -> bool {
        self.layout.counts_version
    }

    /// The columns that were set, an equal value included.
    #[inline]
    #[must_use]
    pub fn touched(&self) -> &[ColumnRef] {
        &self.touched
    }

    /// Whether a column was set.
    #[must_use]
    pub fn is_touched(&self, column: &Column) -> bool {
        self.touched
            .iter()
            .any(|c| c.fid == column.fid && c.template == column.derived)
    }

    fn touch(&mut self, column: &Column) {
        let column = ColumnRef {
            fid: column.fid,
            template: column.derived,
        };
        if !self.touched.contains(&column) {
            self.touched.push(column);
        }
    }

    /// Ids of all values of the record that lie outside it, in their order.
    ///
    /// # Errors
    /// A damaged column.
    pub fn long_values(&self) -> Result<Vec<Lid>, EditError> {
        long_values_of(&self.view()?)
    }

    /// Sets a column that callers can't set: the number of the record, the version.
    ///
    /// # Errors
    /// JET_errRecordTooBig, JET_errInvalidBufferSize, JET_errColumnNotFound for no fixed column.
    pub fn put_fixed(&mut self, column: &Column, value: &[u8]) -> Result<(), EditError> {
        self.store_fixed(column, Some(value))
    }

    /// What a stored record says of its version column; NULL is 0.
    pub(super) fn version_of(&self, column: &Column, record: &[u8]) -> Result<i32, EditError> {
        let view = RecordView::new(record, self.record.is_large())?;
        let number = match column_values(&view, column)? {
            ColumnValues::One(value) => value.bytes.try_into().ok(),
            _ => None,
        };
        Ok(number.map_or(0, i32::from_le_bytes))
    }

    /// Sets a column: everything that JetSetColumn does to a record. After the checks of cursor, session
    /// and column id, in its order.
    ///
    /// # Errors
    /// Those of the contract (jet-api behaviour of records §3).
    pub fn set(
        &mut self,
        store: &mut dyn LongStore,
        column: &Column,
        place: ValuePlace,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<Stored, EditError> {
        flags.check(value.len(), self.layout.page.bytes())?;
        let value = match value {
            NewValue::Size(_) if !flags.contains(SetFlags::SIZE) => NewValue::Null,
            value => value,
        };
        self.check_settable(column)?;
        let is_null = value.is_empty() && !flags.contains(SetFlags::ZERO_LENGTH);
        if column.coltyp.is_long() {
            self.set_long(store, column, place, value, flags)?;
            return Ok(Stored::All);
        }
        if matches!(value, NewValue::Size(1..)) {
            let what = "only a long value can be given a size";
            return refuse(JetErr::INVALID_PARAMETER, what);
        }
        let bytes = (!is_null).then(|| value.bytes());
        self.with_room(store, |me, _, _| {
            if column.fid.is_fixed() {
                me.store_fixed(column, bytes.filter(|b| !b.is_empty()))?;
            } else if column.fid.is_var() {
                return me.store_var(column, bytes);
            } else {
                me.set_short_tagged(column, place.itag, bytes, flags)?;
            }
            Ok(Stored::All)
        })
    }

    /// The short way of [`RecordEdit::set`]: bytes for a variable column, whole, and for which there is room.
    /// `None`, and nothing is changed, when `set` has to be asked.
    ///
    /// It gives the same. Of the flags only that an empty value is a value may be there, with which nothing
    /// stands against any value; engine's columns are fixed ones; the value is not NULL; and what `set`
    /// tries first, before it makes room, is this.
    #[inline]
    pub(super) fn set_var_at_once(
        &mut self,
        column: &Column,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Option<Stored> {
        let NewValue::Bytes(bytes) = value else {
            return None;
        };
        let is_value = match flags.is_empty() {
            true => !bytes.is_empty(),
            false => flags == SetFlags::ZERO_LENGTH,
        };
        let is_var = column.fid.is_var() && !column.coltyp.is_long();
        if !is_value || !is_var || column.flags.contains(ColumnFlags::ENCRYPTED) {
            return None;
        }
        let cut = bytes.get(..most_of_var(column)).unwrap_or(bytes);
        let (defaults, most) = (&self.layout.defaults, self.layout.record_most);
        if !self.record.set_var(column.fid, Some(cut), defaults, most) {
            return None;
        }
        self.touch(column);
        Some(match cut.len() < bytes.len() {
            true => Stored::Truncated,
            false => Stored::All,
        })
    }

    /// Columns that callers can't set now.
    fn check_settable(&self, column: &Column) -> Result<(), EditError> {
        let has = |f| column.flags.contains(f);
        let forbidden = (has(ColumnFlags::VERSION) && self.kind == EditKind::Replace)
            || (has(ColumnFlags::AUTOINCREMENT) && self.kind != EditKind::InsertWithNumber);
        if column.fid.is_fixed() && forbidden {
            let what = "the engine itself sets this column";
            return refuse(JetErr::INVALID_COLUMN_TYPE, what);
        }
        if has(ColumnFlags::ENCRYPTED) {
            let what = "encrypted columns are not written";
            return refuse(JetErr::COLUMN_NO_ENCRYPTION_KEY, what);
        }
        Ok(())
    }

    fn store_fixed(&mut self, column: &Column, value: Option<&[u8]>) -> Result<(), EditError> {
        let not_there = EditError::Build(BuildError::NoSuchColumn(column.fid.0));
        let layout = Arc::clone(&self.layout);
        let slot = layout.slot(column.fid).ok_or(not_there)?;
        if value.is_none() {
            if column.flags.contains(ColumnFlags::NOT_NULL) {
                return refuse(JetErr::NULL_INVALID, "the column can't be NULL");
            }
            if column.flags.contains(ColumnFlags::AUTOINCREMENT) && column.default.is_none() {
                return refuse(
                    JetErr::AUTO_INCREMENT_NOT_SET,
                    "the record needs its number",
                );
            }
        }
        self.touch(column);
        let defaults = &layout.defaults;
        let most = layout.record_most;
        if !self
            .record
            .extend_fixed(slot, &layout.slots, defaults, most)
        {
            return too_big();
        }
        let stored = match value {
            None => None,
            Some(value) => match fixed_value(column, value, usize::from(slot.len)) {
                None => {
                    let what = "a value of another size than the column's";
                    return refuse(JetErr::INVALID_BUFFER_SIZE, what);
                }
                value => value,
            },
        };
        self.record.store_fixed(slot, stored.as_deref());
        Ok(())
    }

    fn store_var(&mut self, column: &Column, value: Option<&[u8]>) -> Result<Stored, EditError> {
        self.touch(column);
        if value.is_none() && column.flags.contains(ColumnFlags::NOT_NULL) {
            return refuse(JetErr::NULL_INVALID, "the column can't be NULL");
        }
        let most = most_of_var(column);
        let cut = value.map(|v| v.get(..most).unwrap_or(v));
        let layout = &self.layout;
        let (defaults, record_most) = (&layout.defaults, layout.record_most);
        if !self.record.set_var(column.fid, cut, defaults, record_most) {
            return too_big();
        }
        Ok(match value.is_some_and(|v| v.len() > most) {
            true => Stored::Truncated,
            false => Stored::All,
        })
    }

    /// What an insert asks for before the record is stored: columns that must not be NULL have a value,
    /// fixed ones first, those of the template before. `columns` are those that the layout was made of.
    ///
    /// # Errors
    /// JET_errNullInvalid, JET_errAutoIncrementNotSet.
    pub fn check_not_null<'c>(
        &self,
        columns: impl IntoIterator<Item = &'c Column> + Clone,
    ) -> Result<(), EditError> {
        let record = self.record();
        let mut required = self.layout.required.iter();
        if required.all(|&(fid, slot)| stored_at(record, fid, slot).is_some()) {
            return Ok(());
        }
        // Which is missing first, or has its value elsewhere.
        let view = self.view()?;
        let kinds: [fn(&Column) -> bool; 3] = [
            |c| c.fid.is_fixed(),
            |c| c.fid.is_var(),
            |c| c.fid.is_tagged(),
        ];
        for of_kind in kinds {
            for derived in [true, false] {
                let columns = columns.clone().into_iter();
                for column in columns.filter(|c| c.derived == derived && of_kind(c)) {
                    Self::check_has_value(&view, column)?;
                }
            }
        }
        Ok(())
    }

    fn check_has_value(view: &RecordView<'_>, column: &Column) -> Result<(), EditError> {
        let number = column.flags.contains(ColumnFlags::AUTOINCREMENT);
        if !is_required(column) {
            return Ok(());
        }
        match column_values(view, column)? {
            ColumnValues::Null if number => refuse(
                JetErr::AUTO_INCREMENT_NOT_SET,
                "the record needs its number",
            ),
            ColumnValues::Null => refuse(JetErr::NULL_INVALID, "a column that can't be NULL is"),
            _ => Ok(()),
        }
    }

    fn save(&mut self) {
        self.saved.clear();
        self.saved.extend_from_slice(self.record.as_slice());
    }

    fn restore(&mut self) {
        // A record is taken: it was one before.
        let _ = self.record.take(&self.saved);
    }
}

/// Most bytes that are stored of a value of a variable column.
#[inline]
fn most_of_var(column: &Column) -> usize {
    match column.cb_max {
        0 => usize::MAX,
        n => n as usize,
    }
}

/// Ids of all values of a record that lie outside it, in their order.
///
/// # Errors
/// A damaged column.
pub fn long_values_of(view: &RecordView<'_>) -> Result<Vec<Lid>, EditError> {
    let mut lids = Vec::new();
    for column in view.tagged() {
        for value in column?.values() {
            let value = value?;
            if value.separated {
                lids.push(Lid::from_record(value.bytes)?);
            }
        }
    }
    Ok(lids)
}

//! Columns of a table and their stored values in a record.
//!
//! A [`Column`] says where a value lies; [`column_values`] finds it. Long values that were moved to
//! the LV tree come out as references: `lv` brings them.
//!
//! Invariant: a value borrowed from a record lies inside that record.
//!
//! `record` does not know where columns are described (catalog) nor where records live (btree).
//!
//! | room | purpose |
//! |---|---|
//! | here | what a record holds of a column |
//! | [`edit`] | a record under change: the copy buffer |
//! | [`update`] | the copy buffer and the long values outside it |
#![forbid(unsafe_code)]

pub mod edit;
pub mod update;

use crate::format::catalog_row::ColumnFlags;
use crate::format::ids::{Coltyp, Fid};
use crate::format::record::{RecordError, RecordView, Stored};
use crate::format::tagged::{TaggedColumn, TaggedValue};

/// Code page of UTF-16 text.
pub const CODE_PAGE_UTF16: u16 = 1200;
/// Code page of 8-bit text.
pub const CODE_PAGE_ASCII: u16 = 1252;

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name as stored.
    pub name: String,
    /// Column id.
    pub fid: Fid,
    /// Type.
    pub coltyp: Coltyp,
    /// Code page of text columns (1252 or 1200), 0 for the others.
    pub code_page: u16,
    /// Most bytes a value may have; 0 = no limit beyond the type's.
    pub cb_max: u32,
    /// Offset in the record (fixed columns).
    pub offset: u16,
    /// NOT NULL, auto-increment, multi-valued and so on.
    pub flags: ColumnFlags,
    /// Default value, as a record would have it.
    pub default: Option<Box<[u8]>>,
    /// The column belongs to the template table that this table derives from.
    pub derived: bool,
}

impl Column {
    /// The column with a default value as its row in the catalog has it, which is how an application
    /// gave it: a Bit that is set in any way is 0xFF in a record, and fixed text is padded.
    #[must_use]
    pub(crate) fn with_default(mut self, given: Option<Vec<u8>>) -> Self {
        self.default = given
            .map(|given| match self.fid.is_fixed() {
                true => edit::fixed_value(&self, &given, self.fixed_len()).unwrap_or(given),
                false => given,
            })
            .map(Vec::into_boxed_slice);
        self
    }

    /// Bytes that a fixed column takes in the record.
    #[inline]
    #[must_use]
    pub fn fixed_len(&self) -> usize {
        self.coltyp.fixed_bytes().unwrap_or(self.cb_max as usize)
    }

    /// The column id as the API gives it (`JET_COLUMNID`): bit 31 marks a template's column.
    #[must_use]
    pub fn columnid(&self) -> u32 {
        u32::from(self.fid.0) | if self.derived { 0x8000_0000 } else { 0 }
    }
}

/// What a record holds of one column.
#[derive(Clone, Copy, Debug)]
pub enum ColumnValues<'a> {
    /// NULL: said so, or not there and without default.
    Null,
    /// Not there: the column's default stands for it.
    Default(&'a [u8]),
    /// One value.
    One(TaggedValue<'a>),
    /// Several values, in the order of their itagSequence.
    Many(TaggedColumn<'a>),
}

/// The values of `column` in `record`.
pub fn column_values<'a>(
    record: &RecordView<'a>,
    column: &'a Column,
) -> Result<ColumnValues<'a>, RecordError> {
    let plain = |bytes| TaggedValue {
        bytes,
        separated: false,
        compressed: false,
        encrypted: false,
    };
    let absent = || match &column.default {
        Some(d) => ColumnValues::Default(d),
        None => ColumnValues::Null,
    };
    let stored = if column.fid.is_fixed() {
        record.fixed(column.fid, column.offset, column.fixed_len())?
    } else if column.fid.is_var() {
        record.var(column.fid)?
    } else {
        return Ok(match record.find_tagged(column.fid, column.derived)? {
            None => absent(),
            Some(t) => tagged_values(t)?,
        });
    };
    Ok(match stored {
        Stored::Absent => absent(),
        Stored::Null => ColumnValues::Null,
        Stored::Value(bytes) => ColumnValues::One(plain(bytes)),
    })
}

/// The values of a tagged column at hand.
pub fn tagged_values(t: TaggedColumn<'_>) -> Result<ColumnValues<'_>, RecordError> {
    if t.is_null() {
        return Ok(ColumnValues::Null);
    }
    Ok(match t.value_count()? {
        0 => ColumnValues::Null,
        1 => ColumnValues::One(t.value(0)?),
        _ => ColumnValues::Many(t),
    })
}

//! Ids of columns as the API gives them.
//!
//! Source: jet-api/behaviour-schema.md (columns of template tables).
//!
//! Invariant: an id names one column of a table and of what inherits from it, or none.
#![forbid(unsafe_code)]

use super::DbError;
use crate::catalog::TableSchema;
use crate::error::JetErr;
use crate::format::catalog_row::TableFlags;
use crate::format::ids::Fid;
use crate::record::Column;

/// Marks the id of a column that a template has, in the template and in what inherits from it.
pub const COLUMNID_OF_TEMPLATE: u32 = 0x8000_0000;

impl TableSchema {
    /// The id of a column of this table as the API gives it.
    #[must_use]
    pub fn columnid_of(&self, column: &Column) -> u32 {
        match self.flags.contains(TableFlags::TEMPLATE) {
            true => column.columnid() | COLUMNID_OF_TEMPLATE,
            false => column.columnid(),
        }
    }

    /// A column by its id as the API gives it.
    ///
    /// # Errors
    /// JET_errBadColumnId: no column can have it. JET_errColumnNotFound: none of this table has.
    pub fn by_columnid(&self, columnid: u32) -> Result<&Column, DbError> {
        let place = self.place_of_columnid(columnid)?;
        let column = place.and_then(|p| self.columns().get(p));
        column.ok_or_else(|| {
            DbError::refused(JetErr::COLUMN_NOT_FOUND, "the table has no such column")
        })
    }

    pub(super) fn place_of_columnid(&self, columnid: u32) -> Result<Option<usize>, DbError> {
        let of_template = columnid & COLUMNID_OF_TEMPLATE != 0;
        let fid = u16::try_from(columnid & !COLUMNID_OF_TEMPLATE)
            .map(Fid)
            .ok();
        let fid = fid.filter(|f| f.is_fixed() || f.is_var() || f.is_tagged());
        let fid =
            fid.ok_or_else(|| DbError::refused(JetErr::BAD_COLUMN_ID, "no id of a column"))?;
        match (self.flags.contains(TableFlags::TEMPLATE), of_template) {
            // Its own columns are a template's.
            (true, true) => Ok(self.column_place(fid, false)),
            (true, false) => Ok(None),
            (false, derived) => Ok(self.column_place(fid, derived)),
        }
    }
}

//! Values of the record that a table stands on.
//!
//! Invariant: a value that lies in its record as it is is looked at where the cursor has the record, and
//! copied nowhere.
#![forbid(unsafe_code)]

use super::rows::{Source, add_wrapping, new_update, unseen_additions};
use super::table::eyes_at;
use super::{DbError, Table, eyes};
use crate::catalog::TableSchema;
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::ColumnFlags;
use crate::format::ids::{Coltyp, Fid};
use crate::format::record::{RecordView, stored_at};
use crate::format::value::Value;
use crate::record::edit::ValuePlace;
use crate::record::update::Got;
use crate::record::{Column, ColumnValues, column_values};
use crate::work::WorkError;
use std::sync::Arc;

/// A column of a table, found by its name once ([`Table::column_ref`]). It is of that table alone, and
/// stays the column's as long as that is there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ColumnRef {
    fid: Fid,
    derived: bool,
}

impl ColumnRef {
    /// Its place in the schema of its table.
    #[inline]
    pub(super) fn place_in(self, schema: &TableSchema) -> Result<usize, DbError> {
        let place = schema.column_place(self.fid, self.derived);
        place.ok_or_else(|| no_column("any more"))
    }
}

/// A value that lies in a record as it is.
#[derive(Clone, Copy)]
enum Plain {
    Null,
    /// The column's default.
    Default,
    /// Offset in the record, length.
    Bytes(usize, usize),
}

#[inline]
fn value_of<'v>(column: &Column, bytes: &'v [u8]) -> Result<Value<'v>, DbError> {
    match column.coltyp {
        Coltyp::Binary | Coltyp::LongBinary => Ok(Value::Binary(bytes)),
        _ => other_value(column, bytes),
    }
}

fn other_value<'v>(column: &Column, bytes: &'v [u8]) -> Result<Value<'v>, DbError> {
    let value = Value::new(column.coltyp, column.code_page, bytes);
    Ok(value.map_err(|e| WorkError::damaged(e.jet_err(), e.to_string()))?)
}

pub(super) fn no_column(name: &str) -> DbError {
    DbError::refused(
        JetErr::COLUMN_NOT_FOUND,
        format!("there is no column {name}"),
    )
}

impl Table<'_> {
    /// Reads a value of the current record: the first of `column`. The value borrows from `buf`.
    /// `None` for NULL.
    ///
    /// # Errors
    /// JET_errColumnNotFound, JET_errNoCurrentRecord, JET_errRecordDeleted; damage.
    pub fn get<'b>(
        &mut self,
        column: &str,
        buf: &'b mut Vec<u8>,
    ) -> Result<Option<Value<'b>>, DbError> {
        self.get_nth(column, 1, buf)
    }

    /// As [`Table::get`], one of several values; `itag` counts from 1.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub fn get_nth<'b>(
        &mut self,
        column: &str,
        itag: u32,
        buf: &'b mut Vec<u8>,
    ) -> Result<Option<Value<'b>>, DbError> {
        buf.clear();
        self.freshen()?;
        let place = self.place_of(column)?;
        let found = match self.plain_value(place, itag) {
            Some(plain) => self
                .bytes_of(place, plain)
                .map(|b| buf.extend_from_slice(b)),
            None => self.any_value(place, itag, buf)?.then_some(()),
        };
        let column = self.cursor.indexes().schema().columns().get(place);
        match column.filter(|_| found.is_some()) {
            Some(column) => value_of(column, buf).map(Some),
            None => Ok(None),
        }
    }

    /// Looks at a value of the current record, the first of `column`, where it lies: a value that lies in
    /// the record as it is was copied from its page, and is not copied again. `None` for NULL.
    ///
    /// ```
    /// # use ese_core::catalog::write::TableDef;
    /// # use ese_core::database::Typed;
    /// # use ese_core::format::value::Value;
    /// # use ese_core::instance::{CreateOptions, Instance, InstanceParams};
    /// # use ese_core::io::env::Env;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
    /// # let db = instance.create(folder.path().join("a.edb"), &CreateOptions::default())?;
    /// # let session = instance.session()?;
    /// const SIZE: Typed<i32> = Typed::new("size");
    /// # db.create_table(&session, &TableDef::new("files").column(SIZE.def()))?;
    /// # let mut files = db.table(&session, "files")?;
    /// # let mut row = files.insert()?;
    /// # row.put(SIZE, &7)?;
    /// # row.save()?;
    /// assert!(files.first()?);
    /// assert_eq!(files.value("size")?, Some(Value::Long(7)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Table::get`].
    pub fn value(&mut self, column: &str) -> Result<Option<Value<'_>>, DbError> {
        self.freshen()?;
        let place = self.place_of(column)?;
        self.value_at(place)
    }

    /// As [`Table::value`], of a column that was looked up before.
    ///
    /// # Errors
    /// As [`Table::get`].
    #[inline]
    pub fn value_of(&mut self, column: ColumnRef) -> Result<Option<Value<'_>>, DbError> {
        self.freshen()?;
        let place = column.place_in(self.cursor.indexes().schema())?;
        self.value_at(place)
    }

    /// Looks up a column, for who reads it from many records, or sets it in many.
    ///
    /// # Errors
    /// JET_errColumnNotFound.
    pub fn column_ref(&mut self, name: &str) -> Result<ColumnRef, DbError> {
        self.ready()?;
        let column = self.schema().column(name).ok_or_else(|| no_column(name))?;
        Ok(ColumnRef {
            fid: column.fid,
            derived: column.derived,
        })
    }

    /// Place in the schema of a column by name.
    fn place_of(&mut self, name: &str) -> Result<usize, DbError> {
        let schema = self.cursor.indexes().schema();
        // Mostly the one that was asked for last.
        if schema
            .columns()
            .get(self.asked)
            .is_some_and(|c| c.name == name)
        {
            return Ok(self.asked);
        }
        self.asked = schema.place_of_name(name).ok_or_else(|| no_column(name))?;
        Ok(self.asked)
    }

    #[inline]
    fn value_at(&mut self, place: usize) -> Result<Option<Value<'_>>, DbError> {
        let schema = self.cursor.indexes().schema();
        let stored = schema.columns().get(place).and_then(|c| {
            stored_at(self.cursor.record_read(), c.fid, (c.offset, c.fixed_len()))
                .filter(|_| !c.flags.contains(ColumnFlags::ESCROW))
        });
        let Some(stored) = stored else {
            return self.value_elsewhere(place);
        };
        let column = self.cursor.indexes().schema().columns().get(place);
        match (column, self.cursor.record_read().get(stored)) {
            (Some(column), Some(bytes)) => value_of(column, bytes).map(Some),
            _ => Ok(None),
        }
    }

    /// The same of a value that does not lie in the record, or not as it is.
    #[inline(never)]
    fn value_elsewhere(&mut self, place: usize) -> Result<Option<Value<'_>>, DbError> {
        let bytes = match self.plain_value(place, 1) {
            Some(plain) => self.bytes_of(place, plain),
            None => match self.own_value(place)? {
                true => Some(self.own.as_slice()),
                false => None,
            },
        };
        let column = self.cursor.indexes().schema().columns().get(place);
        match (column, bytes) {
            (Some(column), Some(bytes)) => value_of(column, bytes).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads a value wherever it lies into the table's own buffer; whether there is one.
    #[cold]
    fn own_value(&mut self, place: usize) -> Result<bool, DbError> {
        let mut own = std::mem::take(&mut self.own);
        own.clear();
        let found = self.any_value(place, 1, &mut own);
        self.own = own;
        found
    }

    /// The cursor has the record as the session sees it now.
    #[inline]
    fn freshen(&mut self) -> Result<(), DbError> {
        match self.fresh == self.session.turn() {
            true => Ok(()),
            false => self.read_record(),
        }
    }

    #[inline(never)]
    fn read_record(&mut self) -> Result<(), DbError> {
        let standing = self.ready()?;
        let eyes = eyes_at(self.session, &self.db, standing);
        if !self.cursor.record_is_read(&eyes) {
            self.cursor.record(&eyes)?;
        }
        self.is_fresh(standing);
        Ok(())
    }

    /// Where a value lies in the record as the cursor has it; `None`: it does not lie there as it is.
    fn plain_value(&self, place: usize, itag: u32) -> Option<Plain> {
        let column = self.cursor.indexes().schema().columns().get(place)?;
        let record = self.cursor.record_read();
        // What is wrong with a record says who reads all of it.
        let view = RecordView::new(record, self.db.page_size().is_large()).ok()?;
        if column.flags.contains(ColumnFlags::ESCROW) || (column.fid.is_tagged() && itag != 1) {
            return None;
        }
        match column_values(&view, column) {
            Ok(ColumnValues::Null) => Some(Plain::Null),
            Ok(ColumnValues::Default(_)) => Some(Plain::Default),
            Ok(ColumnValues::One(value)) if value.is_plain() => {
                let from = value.bytes.as_ptr().addr();
                let from = from.wrapping_sub(record.as_ptr().addr());
                Some(Plain::Bytes(from, value.bytes.len()))
            }
            _ => None,
        }
    }

    /// The bytes of such a value; `None` for NULL.
    #[inline]
    fn bytes_of(&self, place: usize, plain: Plain) -> Option<&[u8]> {
        match plain {
            Plain::Null => None,
            Plain::Bytes(_, 0) => Some(&[]),
            Plain::Bytes(from, len) => {
                let record = self.cursor.record_read();
                record.get(from..from.checked_add(len)?)
            }
            Plain::Default => {
                let column = self.cursor.indexes().schema().columns().get(place)?;
                column.default.as_deref()
            }
        }
    }

    /// Reads a value wherever it lies; whether there is one.
    fn any_value(&mut self, place: usize, itag: u32, buf: &mut Vec<u8>) -> Result<bool, DbError> {
        let trees = Arc::clone(self.cursor.indexes().trees());
        let Some(column) = trees.schema.columns().get(place) else {
            return Ok(false);
        };
        // The record and its long value are of one moment.
        let _moment = self.session.moment()?;
        let eyes = eyes(self.session, &self.db);
        let record = self.cursor.record(&eyes)?;
        let source = Source::new(&self.catalog, self.objid, &trees);
        let update = &mut self.reading;
        if update.is_none() {
            *update = Some(new_update(&self.db, &trees));
        }
        let Some(update) = update else {
            return Ok(false);
        };
        update.begin_read(record)?;
        let place = ValuePlace { itag, offset: 0 };
        if update.get(&eyes.look, &source, column, place, usize::MAX, buf)? == Got::Null {
            return Ok(false);
        }
        if column.flags.contains(ColumnFlags::ESCROW) {
            let amount = unseen_additions(&self.cursor, &eyes.look, column)?;
            add_wrapping(buf, amount);
        }
        Ok(true)
    }
}

//! One record to look at: its columns by name or id, typed or as bytes.
//!
//! A [`RowRef`] borrows the page; a [`Row`] owns a copy of the record and can be kept.
#![forbid(unsafe_code)]

use super::Fault;
use crate::cache::Pages;
use crate::catalog::TableSchema;
use crate::format::ids::Pgno;
use crate::format::record::RecordView;
use crate::format::tagged::TaggedValue;
use crate::format::value::Value;
use crate::lv::{LongValueError, resolve_into};
use crate::record::{Column, ColumnValues, column_values};
use std::sync::Arc;

/// A record on its page.
#[derive(Clone, Copy)]
pub struct RowRef<'a> {
    pub(super) schema: &'a TableSchema,
    pub(super) pages: &'a dyn Pages,
    pub(super) record: RecordView<'a>,
    pub(super) key: (&'a [u8], &'a [u8]),
    pub(super) pgno: Pgno,
    pub(super) iline: usize,
}

impl<'a> RowRef<'a> {
    /// The table's schema.
    #[must_use]
    pub fn schema(&self) -> &'a TableSchema {
        self.schema
    }

    /// The record's bytes.
    #[must_use]
    pub fn record(&self) -> RecordView<'a> {
        self.record
    }

    /// The bookmark: the primary key as stored.
    #[must_use]
    pub fn bookmark(&self) -> Vec<u8> {
        [self.key.0, self.key.1].concat()
    }

    /// Page and line.
    #[must_use]
    pub fn place(&self) -> (Pgno, usize) {
        (self.pgno, self.iline)
    }

    /// A copy that outlives the page.
    #[must_use]
    pub fn to_row(&self, schema: &Arc<TableSchema>) -> Row {
        Row {
            schema: Arc::clone(schema),
            bookmark: self.bookmark(),
            data: self.record.bytes().into(),
            large_pages: self.record.large_pages(),
            pgno: self.pgno,
            iline: self.iline,
        }
    }

    /// What the record holds of a column, long values still where they are.
    pub fn stored(&self, column: &'a Column) -> Result<ColumnValues<'a>, Fault> {
        column_values(&self.record, column).map_err(|kind| self.record_fault(kind))
    }

    pub(super) fn record_fault(&self, kind: crate::format::record::RecordError) -> Fault {
        Fault::Record {
            pgno: self.pgno,
            iline: self.iline,
            kind,
        }
    }

    /// Appends the plain bytes of a stored value.
    pub fn resolve_into(
        &self,
        column: &Column,
        value: &TaggedValue<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        resolve_into(value, self.schema.lv.as_ref(), self.pages, out)
            .map_err(|kind| self.lv_fault(column, kind))
    }

    pub(super) fn lv_fault(&self, column: &Column, kind: LongValueError) -> Fault {
        Fault::LongValue {
            pgno: self.pgno,
            iline: self.iline,
            column: column.name.clone(),
            kind,
        }
    }

    /// All values of a column as plain bytes, defaults included; empty for NULL.
    pub fn bytes(&self, column: &'a Column) -> Result<Vec<Vec<u8>>, Fault> {
        let one = |value: &TaggedValue<'_>| {
            let mut out = Vec::new();
            self.resolve_into(column, value, &mut out).map(|()| out)
        };
        match self.stored(column)? {
            ColumnValues::Null => Ok(Vec::new()),
            ColumnValues::Default(d) => Ok(vec![d.to_vec()]),
            ColumnValues::One(v) => Ok(vec![one(&v)?]),
            ColumnValues::Many(t) => t
                .values()
                .map(|v| one(&v.map_err(|kind| self.record_fault(kind))?))
                .collect(),
        }
    }

    /// One value of a column, typed; `itag_sequence` counts from 1. `None` for NULL and behind the
    /// last value. The value borrows from `buf`, which may be used again for the next.
    pub fn value<'b>(
        &self,
        column: &'a Column,
        itag_sequence: usize,
        buf: &'b mut Vec<u8>,
    ) -> Result<Option<Value<'b>>, Fault> {
        let Some(i) = itag_sequence.checked_sub(1) else {
            return Ok(None);
        };
        buf.clear();
        match self.stored(column)? {
            ColumnValues::Default(d) if i == 0 => buf.extend_from_slice(d),
            ColumnValues::One(v) if i == 0 => self.resolve_into(column, &v, buf)?,
            ColumnValues::Many(t)
                if i < t.value_count().map_err(|kind| self.record_fault(kind))? =>
            {
                let v = t.value(i).map_err(|kind| self.record_fault(kind))?;
                self.resolve_into(column, &v, buf)?;
            }
            _ => return Ok(None),
        }
        self.typed(column, buf).map(Some)
    }

    /// The plain bytes of a column's value as what its type makes of them.
    pub fn typed<'b>(&self, column: &Column, bytes: &'b [u8]) -> Result<Value<'b>, Fault> {
        Value::new(column.coltyp, column.code_page, bytes).map_err(|kind| Fault::Value {
            pgno: self.pgno,
            iline: self.iline,
            column: column.name.clone(),
            kind,
        })
    }

    /// The first value of a column by name, typed; `None` for NULL or a column that is not there.
    pub fn get<'b>(&self, name: &str, buf: &'b mut Vec<u8>) -> Result<Option<Value<'b>>, Fault> {
        match self.schema.column(name) {
            Some(column) => self.value(column, 1, buf),
            None => Ok(None),
        }
    }
}

/// A record by itself.
#[derive(Clone, Debug)]
pub struct Row {
    schema: Arc<TableSchema>,
    bookmark: Vec<u8>,
    data: Box<[u8]>,
    large_pages: bool,
    pgno: Pgno,
    iline: usize,
}

impl Row {
    /// The bookmark: the primary key as stored.
    #[must_use]
    pub fn bookmark(&self) -> &[u8] {
        &self.bookmark
    }

    /// The table's schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    /// The record's bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The row to look at; `pages` are the database's, for its long values.
    pub fn with<'a>(&'a self, pages: &'a dyn Pages) -> Result<RowRef<'a>, Fault> {
        let record =
            RecordView::new(&self.data, self.large_pages).map_err(|kind| Fault::Record {
                pgno: self.pgno,
                iline: self.iline,
                kind,
            })?;
        Ok(RowRef {
            schema: &self.schema,
            pages,
            record,
            key: (&self.bookmark, &[]),
            pgno: self.pgno,
            iline: self.iline,
        })
    }
}

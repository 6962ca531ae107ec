//! Which columns are written, in which order, and what a record holds of them.
//!
//! A record names only the tagged columns that it holds, and tables have tens of thousands: the
//! work for a record goes by what is there, not by what could be.
#![forbid(unsafe_code)]

use crate::damage::Damage;
use crate::error::CliError;
use ese_core::catalog::TableSchema;
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::tagged::TaggedValue;
use ese_core::format::value::Value;
use ese_core::reader::{Error, Fault, RowRef};
use ese_core::record::{Column, ColumnValues, tagged_values};
use std::path::Path;

/// The columns of one table that are written.
pub(super) struct Selection<'s> {
    /// In the order of the output.
    columns: Vec<&'s Column>,
    /// Place in the schema → position in the output.
    position: Vec<Option<u32>>,
    /// Positions of columns that must be asked for in each record: fixed, variable, with default.
    asked: Vec<u32>,
}

impl<'s> Selection<'s> {
    /// All columns, or those named, in that order.
    pub(super) fn new(
        path: &Path,
        schema: &'s TableSchema,
        names: &[String],
    ) -> Result<Self, CliError> {
        let columns: Vec<&Column> = if names.is_empty() {
            schema.columns().iter().collect()
        } else {
            let mut columns: Vec<&Column> = Vec::new();
            for name in names {
                let column = schema.column(name).ok_or_else(|| {
                    let e = Error::NoColumn {
                        table: schema.name.clone(),
                        column: name.clone(),
                    };
                    CliError::of(path, &e).next(format!(
                        "eseutil schema {} --table {:?} lists the columns",
                        path.display(),
                        schema.name
                    ))
                })?;
                if columns.iter().any(|c| std::ptr::eq(*c, column)) {
                    return Err(CliError::usage(format!("column {name} is named twice")));
                }
                columns.push(column);
            }
            columns
        };
        let mut position = vec![None; schema.columns().len()];
        let mut asked = Vec::new();
        for (at, column) in (0u32..).zip(&columns) {
            if let Some(place) = schema.column_place(column.fid, column.derived) {
                position[place] = Some(at);
            }
            if !column.fid.is_tagged() || column.default.is_some() {
                asked.push(at);
            }
        }
        Ok(Self {
            columns,
            position,
            asked,
        })
    }

    /// The columns in the order of the output.
    pub(super) fn columns(&self) -> &[&'s Column] {
        &self.columns
    }

    /// `true` for the column at this place of the schema.
    pub(super) fn wants(&self, place: usize) -> bool {
        self.position.get(place).is_some_and(Option::is_some)
    }
}

/// The values that one record has, by position; used again for every record.
#[derive(Default)]
pub(super) struct Cells {
    found: Vec<u32>,
    raw: Vec<u8>,
}

impl Cells {
    /// Calls `cell` for every column of the selection that has a value in `row`, by ascending
    /// position, and for those that are NULL although they have a default. What can't be read is
    /// reported and left out.
    pub(super) fn each(
        &mut self,
        selection: &Selection<'_>,
        row: &RowRef<'_>,
        damage: &mut Damage,
        mut cell: impl FnMut(u32, &Column, &CellValues<'_>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        self.found.clear();
        self.found.extend_from_slice(&selection.asked);
        let (pgno, iline) = row.place();
        for tagged in row.record().tagged() {
            match tagged {
                Ok(t) => {
                    let at = row
                        .schema()
                        .column_place(t.fid, t.derived)
                        .and_then(|place| *selection.position.get(place)?);
                    // Columns with a default are in the list already.
                    if let Some(at) = at
                        && selection.columns[at as usize].default.is_none()
                    {
                        self.found.push(at);
                    }
                }
                Err(kind) => {
                    damage.fault(&Fault::Record { pgno, iline, kind });
                    break;
                }
            }
        }
        self.found.sort_unstable();
        self.found.dedup();
        for i in 0..self.found.len() {
            let at = self.found[i];
            let column = selection.columns[at as usize];
            let values = match Self::stored(row, column) {
                Ok(v) => v,
                Err(fault) => {
                    damage.fault(&fault);
                    continue;
                }
            };
            self.raw.clear();
            match CellValues::resolve(row, column, &values, &mut self.raw) {
                Ok(None) if column.default.is_some() => {
                    cell(at, column, &CellValues::null(column))?
                }
                Ok(Some(values)) => cell(at, column, &values)?,
                Ok(None) => {}
                Err(fault) => damage.fault(&fault),
            }
        }
        Ok(())
    }

    /// As [`RowRef::stored`], for columns that live as long as the schema.
    fn stored<'c>(row: &'c RowRef<'_>, column: &'c Column) -> Result<ColumnValues<'c>, Fault> {
        let (pgno, iline) = row.place();
        let fault = |kind| Fault::Record { pgno, iline, kind };
        if column.fid.is_tagged() {
            let found = row.record().find_tagged(column.fid, column.derived);
            return match found.map_err(fault)? {
                Some(t) => tagged_values(t).map_err(fault),
                None => Ok(match &column.default {
                    Some(d) => ColumnValues::Default(d),
                    None => ColumnValues::Null,
                }),
            };
        }
        ese_core::record::column_values(&row.record(), column).map_err(fault)
    }
}

/// The values of one column of one record, plain.
pub(super) struct CellValues<'v> {
    column: &'v Column,
    bytes: &'v [u8],
    ends: Vec<usize>,
    /// Shown as a list.
    pub(super) many: bool,
}

impl<'v> CellValues<'v> {
    /// No value.
    fn null(column: &'v Column) -> Self {
        Self {
            column,
            bytes: &[],
            ends: Vec::new(),
            many: false,
        }
    }

    fn resolve(
        row: &RowRef<'_>,
        column: &'v Column,
        values: &ColumnValues<'_>,
        raw: &'v mut Vec<u8>,
    ) -> Result<Option<Self>, Fault> {
        let (pgno, iline) = row.place();
        let mut ends = Vec::new();
        let mut one = |v: &TaggedValue<'_>| {
            row.resolve_into(column, v, raw)?;
            ends.push(raw.len());
            Ok::<(), Fault>(())
        };
        let mut many = column.flags.contains(ColumnFlags::MULTI_VALUED);
        match values {
            ColumnValues::Null => return Ok(None),
            ColumnValues::Default(d) => {
                raw.extend_from_slice(d);
                ends.push(raw.len());
            }
            ColumnValues::One(v) => one(v)?,
            ColumnValues::Many(t) => {
                many = true;
                for v in t.values() {
                    one(&v.map_err(|kind| Fault::Record { pgno, iline, kind })?)?;
                }
            }
        }
        let cell = Self {
            column,
            bytes: raw,
            ends,
            many,
        };
        // A value of no bytes is a value of text and binary only.
        for i in 0..cell.len() {
            if cell.part(i).is_empty() && !cell.has_empty() {
                continue;
            }
            Value::new(column.coltyp, column.code_page, cell.part(i)).map_err(|kind| {
                Fault::Value {
                    pgno,
                    iline,
                    column: column.name.clone(),
                    kind,
                }
            })?;
        }
        if !cell.many && cell.get(0).is_none() {
            return Ok(None);
        }
        Ok(Some(cell))
    }

    fn has_empty(&self) -> bool {
        let t = self.column.coltyp;
        t.is_text() || t.is_long() || t == ese_core::format::ids::Coltyp::Binary
    }

    /// How many values.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn part(&self, i: usize) -> &[u8] {
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[i]]
    }

    /// Value `i`; `None` for NULL and for a number of no bytes.
    pub(super) fn get(&self, i: usize) -> Option<Value<'_>> {
        if self.ends.is_empty() {
            return None;
        }
        let part = self.part(i);
        if part.is_empty() && !self.has_empty() {
            return None;
        }
        Value::new(self.column.coltyp, self.column.code_page, part).ok()
    }
}

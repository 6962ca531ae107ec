//! The canonical dump: the one form of a table's contents that independent readers can be held to.
//!
//! Per table the records in primary-key order, each preceded by its u32 length. A record lists, in
//! byte order of the names, every column that has at least one stored non-empty value: u16 name
//! length, name, u32 number of non-empty values, per value u32 length and bytes. Text is UTF-8 without
//! trailing NULs, Bit is 01/00, all else the stored little-endian bytes. A fixed or variable column
//! added after the record was written counts with its current default. All numbers little-endian.
//!
//! Invariant: the bytes depend on the contents only, not on where they lie.
#![forbid(unsafe_code)]

use super::row::RowRef;
use super::{Fault, RowEvent, Table};
use crate::format::ids::Coltyp;
use crate::format::tagged::TaggedValue;
use crate::format::value::Text;
use crate::record::{Column, ColumnValues, tagged_values};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Makes canonical records, reusing its buffers.
#[derive(Default)]
pub struct CanonicalWriter {
    record: Vec<u8>,
    entries: Vec<(usize, usize)>,
    raw: Vec<u8>,
}

/// The entry of one column inside a canonical record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnEntry<'a> {
    /// Place of the column in the schema.
    pub place: usize,
    /// The entry's bytes: name, number of values, values.
    pub bytes: &'a [u8],
}

impl CanonicalWriter {
    /// The canonical form of a record, without its length. `wanted` chooses columns by their place.
    pub fn record(
        &mut self,
        row: &RowRef<'_>,
        wanted: &dyn Fn(usize) -> bool,
    ) -> Result<&[u8], Fault> {
        let schema = row.schema();
        let columns = schema.columns();
        self.entries.clear();
        self.record.clear();
        // Fixed and variable columns stand first among the columns of their table and are few
        // (at most 255 a table level); tagged ones are taken from the record, which names only
        // those that it holds.
        for (place, column) in columns.iter().enumerate() {
            if column.fid.is_tagged() || !wanted(place) {
                continue;
            }
            let start = self.record.len();
            let values = row.stored(column)?;
            self.column(row, column, &values)?;
            if self.record.len() > start {
                self.entries.push((place, start));
            }
        }
        let record = row.record();
        for tagged in record.tagged() {
            let tagged = tagged.map_err(|kind| row.record_fault(kind))?;
            let Some(place) = schema
                .column_place(tagged.fid, tagged.derived)
                .filter(|&p| wanted(p))
            else {
                continue;
            };
            let Some(column) = columns.get(place) else {
                continue;
            };
            let start = self.record.len();
            let values = tagged_values(tagged).map_err(|kind| row.record_fault(kind))?;
            self.column(row, column, &values)?;
            if self.record.len() > start {
                self.entries.push((place, start));
            }
        }
        self.sort(schema);
        Ok(&self.record)
    }

    /// The columns of the record made last, in byte order of their names.
    pub fn columns(&self) -> impl Iterator<Item = ColumnEntry<'_>> {
        self.entries.iter().enumerate().map(|(i, &(place, start))| {
            let end = self.entries.get(i + 1).map_or(self.record.len(), |e| e.1);
            ColumnEntry {
                place,
                bytes: self.record.get(start..end).unwrap_or(&[]),
            }
        })
    }

    fn sort(&mut self, schema: &crate::catalog::TableSchema) {
        if self.entries.is_sorted_by_key(|e| schema.name_rank(e.0)) {
            return;
        }
        let total = self.record.len();
        let mut spans: Vec<(usize, usize, usize)> = self
            .entries
            .iter()
            .enumerate()
            .map(|(i, &(place, start))| {
                (place, start, self.entries.get(i + 1).map_or(total, |e| e.1))
            })
            .collect();
        spans.sort_by_key(|s| schema.name_rank(s.0));
        self.raw.clear();
        self.entries.clear();
        for (place, start, end) in spans {
            self.entries.push((place, self.raw.len()));
            self.raw
                .extend_from_slice(self.record.get(start..end).unwrap_or(&[]));
        }
        std::mem::swap(&mut self.raw, &mut self.record);
    }

    /// Appends the column's entry, or nothing when no value has a byte.
    fn column(
        &mut self,
        row: &RowRef<'_>,
        column: &Column,
        values: &ColumnValues<'_>,
    ) -> Result<(), Fault> {
        let start = self.record.len();
        let name = column.name.as_bytes();
        self.record
            .extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
        self.record.extend_from_slice(name);
        let count_at = self.record.len();
        self.record.extend_from_slice(&[0; 4]);
        let mut count = 0u32;
        // An empty value is omitted like NULL, among several values too.
        let mut one = |this: &mut Self, value: &TaggedValue<'_>| -> Result<(), Fault> {
            this.raw.clear();
            row.resolve_into(column, value, &mut this.raw)?;
            if !this.raw.is_empty() {
                this.value(column);
                count += 1;
            }
            Ok(())
        };
        match values {
            ColumnValues::Null => {}
            ColumnValues::Default(d) => {
                // Tagged columns: stored values only.
                if !column.fid.is_tagged() {
                    one(
                        self,
                        &TaggedValue {
                            bytes: d,
                            separated: false,
                            compressed: false,
                            encrypted: false,
                        },
                    )?;
                }
            }
            ColumnValues::One(v) => one(self, v)?,
            ColumnValues::Many(t) => {
                for v in t.values() {
                    one(self, &v.map_err(|kind| row.record_fault(kind))?)?;
                }
            }
        }
        if count == 0 {
            self.record.truncate(start);
            return Ok(());
        }
        if let Some(slot) = self.record.get_mut(count_at..count_at + 4) {
            slot.copy_from_slice(&count.to_le_bytes());
        }
        Ok(())
    }

    /// Appends one value (in `raw`) in its canonical form.
    fn value(&mut self, column: &Column) {
        let len_at = self.record.len();
        self.record.extend_from_slice(&[0; 4]);
        match column.coltyp {
            Coltyp::Bit => self
                .record
                .push(u8::from(self.raw.first().is_some_and(|&b| b != 0))),
            t if t.is_text() => {
                Text::new(&self.raw, column.code_page)
                    .trim_end_nul()
                    .push_wtf8(&mut self.record);
            }
            _ => self.record.extend_from_slice(&self.raw),
        }
        let len = self.record.len() - len_at - 4;
        if let Some(slot) = self.record.get_mut(len_at..len_at + 4) {
            slot.copy_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
        }
    }
}

/// How a dump ended.
#[derive(Debug, Default)]
pub struct DumpReport {
    /// Records written.
    pub records: u64,
    /// Damage met; the records it hides are missing.
    pub faults: Vec<Fault>,
}

/// Writes the canonical dump of a table to `out`; `wanted` chooses columns by their place. Damage
/// is passed over and reported.
pub fn dump(
    table: &Table<'_>,
    wanted: &dyn Fn(usize) -> bool,
    out: &mut dyn Write,
) -> io::Result<DumpReport> {
    let mut writer = CanonicalWriter::default();
    let mut report = DumpReport::default();
    let mut failed = None;
    table.scan(|event| {
        let row = match event {
            RowEvent::Row(row) => row,
            RowEvent::Fault(e) => {
                report.faults.push(e);
                return ControlFlow::Continue(());
            }
        };
        match writer.record(&row, wanted) {
            Ok(record) => {
                let len = u32::try_from(record.len())
                    .unwrap_or(u32::MAX)
                    .to_le_bytes();
                if let Err(e) = out.write_all(&len).and_then(|()| out.write_all(record)) {
                    failed = Some(e);
                    return ControlFlow::Break(());
                }
                report.records += 1;
            }
            Err(e) => report.faults.push(e),
        }
        ControlFlow::Continue(())
    });
    failed.map_or(Ok(report), Err)
}

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
use crate::format::tagged::{TaggedColumn, TaggedValue};
use crate::format::value::Text;
use crate::record::{Column, ColumnValues, tagged_values};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Makes canonical records, reusing its buffers.
#[derive(Default)]
pub struct CanonicalWriter {
    record: Vec<u8>,
    /// Columns of the record being made, as numbers that sort by the rank of the name: rank in the
    /// upper half; in the lower half 0, or 1 + the number among the record's tagged columns.
    wanted: Vec<u64>,
    /// Columns of the record made last: place, start of the entry.
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
        let record = row.record();
        self.entries.clear();
        self.record.clear();
        self.wanted.clear();
        // Tagged columns are taken from the record, which names only those that it holds; fixed and
        // variable ones are at most 255 a level.
        let sort_key =
            |place: usize, low: usize| (schema.name_rank(place) as u64) << 32 | low as u64;
        for &place in schema.untagged() {
            if wanted(place) {
                self.wanted.push(sort_key(place, 0));
            }
        }
        for i in 0..record.tagged_len() {
            let tagged = record.tagged_at(i).map_err(|kind| row.record_fault(kind))?;
            if let Some(place) = schema
                .column_place(tagged.fid, tagged.derived)
                .filter(|&p| wanted(p))
            {
                self.wanted.push(sort_key(place, i + 1));
            }
        }
        self.wanted.sort_unstable();
        for next in 0..self.wanted.len() {
            let Some(&key) = self.wanted.get(next) else {
                break;
            };
            let (rank, low) = ((key >> 32) as usize, (key & 0xFFFF_FFFF) as usize);
            let Some(&place) = schema.columns_by_name().get(rank) else {
                continue;
            };
            let Some(column) = schema.columns().get(place) else {
                continue;
            };
            let values = match low.checked_sub(1) {
                None => row.stored(column)?,
                Some(i) => record
                    .tagged_at(i)
                    .and_then(tagged_values)
                    .map_err(|kind| row.record_fault(kind))?,
            };
            let start = self.record.len();
            self.column(row, column, &values)?;
            if self.record.len() > start {
                self.entries.push((place, start));
            }
        }
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

    /// Appends the column's entry, or nothing when no value has a byte.
    fn column(
        &mut self,
        row: &RowRef<'_>,
        column: &Column,
        values: &ColumnValues<'_>,
    ) -> Result<(), Fault> {
        let default;
        let (single, several) = match values {
            ColumnValues::Null => return Ok(()),
            // Tagged columns: stored values only.
            ColumnValues::Default(_) if column.fid.is_tagged() => return Ok(()),
            ColumnValues::Default(bytes) => {
                default = TaggedValue {
                    bytes,
                    separated: false,
                    compressed: false,
                    encrypted: false,
                };
                (Some(&default), None)
            }
            ColumnValues::One(v) => (Some(v), None),
            ColumnValues::Many(t) => (None, Some(t)),
        };
        let start = self.record.len();
        let name = column.name.as_bytes();
        self.record
            .extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
        self.record.extend_from_slice(name);
        let count_at = self.record.len();
        self.record.extend_from_slice(&[0; 4]);
        let mut count = 0;
        if let Some(v) = single {
            count += u32::from(self.value(row, column, v)?);
        }
        for v in several.into_iter().flat_map(TaggedColumn::values) {
            let v = v.map_err(|kind| row.record_fault(kind))?;
            count += u32::from(self.value(row, column, &v)?);
        }
        if count == 0 {
            self.record.truncate(start);
        } else {
            self.patch(count_at, count);
        }
        Ok(())
    }

    /// Appends one value in its canonical form; an empty one is omitted like NULL, among several
    /// values too, and `false` is returned.
    fn value(
        &mut self,
        row: &RowRef<'_>,
        column: &Column,
        value: &TaggedValue<'_>,
    ) -> Result<bool, Fault> {
        let len_at = self.record.len();
        self.record.extend_from_slice(&[0; 4]);
        let body = self.record.len();
        let empty = if column.coltyp.is_text() {
            let plain = !(value.separated || value.compressed || value.encrypted);
            let text = if plain {
                value.bytes
            } else {
                self.raw.clear();
                row.resolve_into(column, value, &mut self.raw)?;
                &self.raw
            };
            Text::new(text, column.code_page)
                .trim_end_nul()
                .push_wtf8(&mut self.record);
            text.is_empty()
        } else {
            row.resolve_into(column, value, &mut self.record)?;
            if column.coltyp == Coltyp::Bit && self.record.len() > body {
                let set = self.record.get(body).is_some_and(|&b| b != 0);
                self.record.truncate(body);
                self.record.push(u8::from(set));
            }
            self.record.len() == body
        };
        if empty {
            self.record.truncate(len_at);
            return Ok(false);
        }
        let len = self.record.len() - body;
        self.patch(len_at, u32::try_from(len).unwrap_or(u32::MAX));
        Ok(true)
    }

    /// Stores a number into the four bytes kept for it.
    fn patch(&mut self, at: usize, n: u32) {
        if let Some(slot) = self
            .record
            .get_mut(at..)
            .and_then(|r| r.first_chunk_mut::<4>())
        {
            *slot = n.to_le_bytes();
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

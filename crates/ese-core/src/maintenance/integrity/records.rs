//! The records of a table: shape, columns, values; and on the way the entries that they must have in
//! the table's indexes and the long values that they refer to.
//!
//! Source: docs/format/database-records.md §1-§6.
#![forbid(unsafe_code)]

use super::catalog::ColumnFacts;
use super::columns::{RecordColumns, SourceError, fixed_size};
use super::context::Context;
use super::finding::Object;
use super::hash::{Sum, hash128};
use super::index::{IndexWork, Side};
use super::rule::Rule;
use super::walk::{Hex, LeafSink};
use crate::catalog::{Catalog, TableSchema};
use crate::format::catalog_row::ColumnFlags;
use crate::format::compress;
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};
use crate::format::lv::Lid;
use crate::format::node::Node;
use crate::format::page::PageView;
use crate::format::record::{RECORD_HEAD_BYTES, RecordView, Stored};
use crate::format::tagged::{TaggedColumn, TaggedFlags, TaggedValue};
use crate::index::{Entries, EntryBuilder, EntryError};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Longest value of Binary and Text.
const SHORT_MOST: usize = 255;
/// Most plain bytes of an intrinsic compressed value (it lies in a record, see `lv`).
const PLAIN_MOST: usize = 1 << 20;

/// What is known of a table's columns, for checking its records.
pub(super) struct TableCheck {
    /// Where each fixed column ends; `None` where that is not known.
    fixed_end: Vec<Option<usize>>,
    /// Longest value of each variable column.
    var_most: Vec<usize>,
    /// Highest column ids: fixed, variable, tagged, and tagged of the template.
    last: [Fid; 4],
    /// The catalog itself: newer engines give it columns that its rows do not name.
    open_ended: bool,
}

impl TableCheck {
    pub(super) fn new(catalog: &Catalog, schema: &TableSchema, facts: &ColumnFacts) -> Self {
        let own = facts.last(schema.objid);
        let template = schema
            .template
            .as_deref()
            .and_then(|name| catalog.table(name))
            .map(|t| t.objid);
        let above = template.map_or_else(Default::default, |t| facts.last(t));
        let catalog_itself = schema.objid == Objid::MSO || schema.objid == Objid::MSO_SHADOW;
        let mut out = Self {
            fixed_end: vec![None; 128],
            var_most: vec![SHORT_MOST; 128],
            last: [own[0].max(above[0]), own[1].max(above[1]), own[2], above[2]],
            open_ended: catalog_itself,
        };
        if catalog_itself {
            for c in schema.columns().iter().filter(|c| c.fid.is_fixed()) {
                out.set_end(c.fid, usize::from(c.offset) + c.fixed_len());
            }
            return out;
        }
        // Dropped columns keep their place: their rows are asked too.
        for column in facts
            .of(schema.objid)
            .chain(template.into_iter().flat_map(|t| facts.of(t)))
        {
            let Some(fid) = column.fid() else { continue };
            if let (true, Some(offset)) = (fid.is_fixed(), column.offset) {
                out.set_end(fid, usize::from(offset) + column.most as usize);
            } else if fid.is_var()
                && column.most > 0
                && let Some(most) = out.var_most.get_mut(usize::from(fid.0 - 128))
            {
                *most = column.most as usize;
            }
        }
        out
    }

    fn set_end(&mut self, fid: Fid, end: usize) {
        if let Some(slot) = self.fixed_end.get_mut(usize::from(fid.0)) {
            *slot = Some(end);
        }
    }
}

/// What comes of a table's trees, to be compared at the end.
pub(super) struct TableWork {
    pub(super) schema: Arc<TableSchema>,
    pub(super) object: Arc<Object>,
    pub(super) check: TableCheck,
    /// The table's indexes in the order of the schema.
    pub(super) indexes: Vec<IndexWork>,
    /// References to long values: from records, and as their roots count them.
    pub(super) references: Mutex<Sum>,
    pub(super) counted: Mutex<Sum>,
}

/// Walks over records.
pub(super) struct RecordSink<'s, 'c> {
    cx: &'s Context<'c>,
    work: &'s TableWork,
    builder: EntryBuilder,
    entries: Entries,
    key: Vec<u8>,
    sides: Vec<Side>,
    references: Sum,
    records: u64,
    scratch: Vec<u8>,
}

impl<'s, 'c> RecordSink<'s, 'c> {
    pub(super) fn new(cx: &'s Context<'c>, work: &'s TableWork) -> Self {
        Self {
            cx,
            work,
            builder: EntryBuilder::new(),
            entries: Entries::default(),
            key: Vec::new(),
            sides: vec![Side::default(); work.indexes.len()],
            references: Sum::default(),
            records: 0,
            scratch: Vec::new(),
        }
    }

    /// Hands over what was summed up.
    pub(super) fn finish(self) {
        for (side, index) in self.sides.iter().zip(&self.work.indexes) {
            index.expected.lock().merge(side);
        }
        self.work.references.lock().merge(self.references);
        self.cx
            .counters
            .records
            .fetch_add(self.records, Ordering::Relaxed);
    }

    fn add(&self, rule: Rule, pgno: Pgno, iline: usize, detail: impl std::fmt::Display) {
        self.cx.findings.add(
            rule,
            pgno,
            &self.work.object,
            format!("line {iline}: {detail}"),
        );
    }

    fn record(&mut self, pgno: Pgno, iline: usize, node: &Node<'_>) {
        self.records += 1;
        let record = match RecordView::new(node.data, self.cx.size.is_large()) {
            Ok(record) => record,
            Err(e) => {
                self.add(Rule::RecordShape, pgno, iline, e);
                for side in &mut self.sides {
                    side.unknown += 1;
                }
                return;
            }
        };
        self.check_head(pgno, iline, &record);
        self.check_var(pgno, iline, &record);
        self.check_tagged(pgno, iline, &record);
        self.check_keys(pgno, iline, node, record);
    }

    fn check_head(&self, pgno: Pgno, iline: usize, record: &RecordView<'_>) {
        let check = &self.work.check;
        let last = record.fid_fixed_last();
        if Fid(u16::from(last)) > check.last[0] {
            if !check.open_ended {
                self.add(
                    Rule::RecordLastColumn,
                    pgno,
                    iline,
                    format!(
                        "the last fixed column is {last}, the table's is {}",
                        check.last[0].0
                    ),
                );
            }
            return;
        }
        let ends = RECORD_HEAD_BYTES + record.fixed_area().len();
        let wanted = if last == 0 {
            Some(RECORD_HEAD_BYTES)
        } else {
            check.fixed_end.get(usize::from(last)).copied().flatten()
        };
        if let Some(wanted) = wanted
            && wanted != ends
        {
            self.add(
                Rule::RecordFixedEnd,
                pgno,
                iline,
                format!(
                    "fixed values up to column {last} end at {ends}, the catalog says {wanted}"
                ),
            );
        }
        let spare = last % 8;
        if spare != 0
            && let Some(&bits) = record.null_bitmap().last()
            && bits | (0xFFu8 >> (8 - spare)) != 0xFF
        {
            self.add(
                Rule::RecordNullBits,
                pgno,
                iline,
                format!("the NULL bitmap ends with {bits:#04x}"),
            );
        }
    }

    fn check_var(&self, pgno: Pgno, iline: usize, record: &RecordView<'_>) {
        let check = &self.work.check;
        let last = u16::from(record.fid_var_last());
        if last >= Fid::VAR_LEAST.0 && Fid(last) > check.last[1] && !check.open_ended {
            self.add(
                Rule::RecordLastColumn,
                pgno,
                iline,
                format!(
                    "the last variable column is {last}, the table's is {}",
                    check.last[1].0
                ),
            );
            return;
        }
        for (fid, &most) in (Fid::VAR_LEAST.0..=last).zip(&check.var_most) {
            if let Ok(Stored::Value(v)) = record.var(Fid(fid))
                && v.len() > most
            {
                self.add(
                    Rule::RecordValue,
                    pgno,
                    iline,
                    format!(
                        "variable column {fid} has {} bytes, most are {most}",
                        v.len()
                    ),
                );
            }
        }
    }

    fn check_tagged(&mut self, pgno: Pgno, iline: usize, record: &RecordView<'_>) {
        let mut before: Option<(bool, Fid)> = None;
        for column in record.tagged() {
            let column = match column {
                Ok(column) => column,
                Err(e) => {
                    self.add(Rule::RecordShape, pgno, iline, e);
                    return;
                }
            };
            let place = (!column.derived, column.fid);
            if before.is_some_and(|b| b >= place) {
                self.add(
                    Rule::RecordTagged,
                    pgno,
                    iline,
                    format!("tagged column {} is out of order", column.fid.0),
                );
            }
            before = Some(place);
            self.tagged(pgno, iline, &column);
        }
    }

    fn tagged(&mut self, pgno: Pgno, iline: usize, column: &TaggedColumn<'_>) {
        let work = self.work;
        let fid = column.fid;
        let last = if column.derived {
            work.check.last[3]
        } else {
            work.check.last[2]
        };
        if (!fid.is_tagged() || fid > last) && !work.check.open_ended {
            self.add(
                Rule::RecordLastColumn,
                pgno,
                iline,
                format!("tagged column {}, the table's last is {}", fid.0, last.0),
            );
            return;
        }
        // A dropped column's values stay in the record, and hold their long values.
        let Some(c) = work.schema.column_by_fid(fid, column.derived) else {
            for lid in references_of(column) {
                self.references.add(hash_lid(lid));
            }
            return;
        };
        let long = column.flags.contains(TaggedFlags::LONG_VALUE);
        if !column.is_null() && long != c.coltyp.is_long() {
            self.add(
                Rule::RecordTagged,
                pgno,
                iline,
                format!(
                    "column {} ({}) has header flags {:#04x}",
                    c.name,
                    c.coltyp.name(),
                    column.flags.bits()
                ),
            );
        }
        for value in column.values() {
            match value {
                Ok(value) => {
                    self.tagged_value(pgno, iline, (&c.name, c.coltyp, c.cb_max, c.flags), &value);
                }
                Err(e) => self.add(Rule::RecordShape, pgno, iline, e),
            }
        }
    }

    fn tagged_value(
        &mut self,
        pgno: Pgno,
        iline: usize,
        (name, coltyp, cb_max, flags): (&str, Coltyp, u32, ColumnFlags),
        value: &TaggedValue<'_>,
    ) {
        if value.separated {
            let lid = Lid::from_record(value.bytes);
            match lid {
                _ if !coltyp.is_long() => self.add(
                    Rule::RecordTagged,
                    pgno,
                    iline,
                    format!("column {name} ({}) refers to a long value", coltyp.name()),
                ),
                Ok(lid) => self.references.add(hash_lid(lid)),
                Err(e) => self.add(
                    Rule::RecordTagged,
                    pgno,
                    iline,
                    format!("column {name}: {e}"),
                ),
            }
            return;
        }
        if value.encrypted || flags.contains(ColumnFlags::ENCRYPTED) {
            return;
        }
        let mut len = value.bytes.len();
        if value.compressed {
            self.scratch.clear();
            if let Err(e) = compress::decompress_into(value.bytes, &mut self.scratch, PLAIN_MOST) {
                self.add(
                    Rule::RecordCompressed,
                    pgno,
                    iline,
                    format!("column {name}: {e}"),
                );
                return;
            }
            len = self.scratch.len();
        }
        let fits = match fixed_size(coltyp) {
            Some(size) => len == size,
            None if coltyp.is_long() => cb_max == 0 || len <= cb_max as usize,
            None => len <= SHORT_MOST,
        };
        if !fits {
            self.add(
                Rule::RecordValue,
                pgno,
                iline,
                format!("column {name} ({}) has {len} bytes", coltyp.name()),
            );
        }
    }

    /// The record's own key, and its entries in the indexes.
    fn check_keys(&mut self, pgno: Pgno, iline: usize, node: &Node<'_>, record: RecordView<'_>) {
        self.key.clear();
        node.key_into(&mut self.key);
        let work = self.work;
        let columns = RecordColumns {
            record,
            schema: &work.schema,
            pages: &self.cx.pages,
        };
        for (place, index) in work.indexes.iter().enumerate() {
            let Some(def) = &index.def else { continue };
            let made = if def.primary {
                match self.builder.primary_key(def, &columns) {
                    Ok(key) if key == self.key.as_slice() => Ok(()),
                    Ok(key) => {
                        let key = key.to_vec();
                        self.wrong_key(pgno, iline, index, &key);
                        Ok(())
                    }
                    Err(e) => Err(e),
                }
            } else {
                self.builder.entries_into(def, &columns, &mut self.entries)
            };
            let Some(side) = self.sides.get_mut(place) else {
                continue;
            };
            match made {
                Ok(()) if def.primary => {}
                Ok(()) => {
                    for key in self.entries.iter() {
                        side.add(key, &self.key);
                    }
                }
                Err(e) => {
                    side.unknown += 1;
                    self.no_key(pgno, iline, index, &e);
                }
            }
        }
    }

    fn wrong_key(&mut self, pgno: Pgno, iline: usize, index: &IndexWork, made: &[u8]) {
        if index.unicode {
            if let Some(side) = self.sides.get_mut(index.place) {
                side.other_order += 1;
            }
            return;
        }
        let detail = format!(
            "the record lies under {}, its columns make {}",
            Hex(&self.key),
            Hex(made)
        );
        self.add(Rule::RecordKey, pgno, iline, detail);
    }

    fn no_key(&self, pgno: Pgno, iline: usize, index: &IndexWork, e: &EntryError<SourceError>) {
        let rule = match e {
            EntryError::NullKey | EntryError::Truncated => Rule::IndexKey,
            EntryError::Source(SourceError::Computed) | EntryError::Key(_) => return,
            EntryError::Source(_) | EntryError::TooMany => Rule::IndexUnchecked,
        };
        self.cx
            .findings
            .add(rule, pgno, &index.object, format!("line {iline}: {e}"));
    }
}

/// The long values that a column which the table no longer has refers to.
pub(super) fn references_of(column: &TaggedColumn<'_>) -> impl Iterator<Item = Lid> {
    let long = column.flags.contains(TaggedFlags::LONG_VALUE);
    column
        .values()
        .flatten()
        .filter(move |v| long && v.separated)
        .filter_map(|v| Lid::from_record(v.bytes).ok())
}

/// A long value's hash.
pub(super) fn hash_lid(lid: Lid) -> u128 {
    hash128(&[&lid.value().to_le_bytes()])
}

impl LeafSink for RecordSink<'_, '_> {
    fn leaf(&mut self, pgno: Pgno, page: &PageView<'_>) {
        let Ok(prefix) = page.prefix() else { return };
        for iline in 0..page.node_count() {
            if let Ok(node) = page.node_with_prefix(iline, prefix)
                && !node.is_deleted()
            {
                self.record(pgno, iline, &node);
            }
        }
    }
}

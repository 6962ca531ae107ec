//! What all records of a table have in common when they are written.
//!
//! Source: docs/format/database-records.md §3, §7; jet-api behaviour of records §3, "Record size".
//!
//! Invariant: the default record fits the limit, or there is none.
#![forbid(unsafe_code)]

use super::bytes::{RecordBytes, fixed_value};
use crate::catalog::TableSchema;
use crate::format::catalog_row::ColumnFlags;
use crate::format::compress::CompressPolicy;
use crate::format::ids::{Fid, PageSize};
use crate::format::key::{Segment, minimised};
use crate::format::record::{FixedSlot, RECORD_HEAD_BYTES};
use crate::format::tagged::TAGFLD_BYTES;
use crate::index::IndexDef;
use crate::record::Column;

/// Key of a record in a table without primary index.
const SERIAL_KEY_BYTES: usize = 4;
/// What a small page holds besides a record and its key.
const SMALL_OVERHEAD: usize = 50;
/// Least room that is kept for the key on small pages.
const SMALL_KEY_LEAST: usize = 255;
/// What a large page holds besides a record and its key.
const LARGE_OVERHEAD: usize = 92;
/// Bytes of a key's length.
const KEY_COUNT_BYTES: usize = 2;
/// Header byte of a tagged value.
const TAG_HEADER_BYTES: usize = 1;
/// Longest value that stays in the record unless somebody wants it otherwise.
const INTRINSIC_DEFAULT: usize = 1023;

/// Most bytes of a record. `key_most`: the longest possible primary key, `None` without a primary
/// index.
#[must_use]
pub fn record_most(page: PageSize, key_most: Option<u16>) -> usize {
    let key = key_most.map_or(SERIAL_KEY_BYTES, usize::from);
    let kept = match page.is_large() {
        true => LARGE_OVERHEAD + key,
        false => SMALL_OVERHEAD + SMALL_KEY_LEAST.max(KEY_COUNT_BYTES + key),
    };
    page.bytes().saturating_sub(kept)
}

/// The longest possible primary key of a table, which its columns may make shorter than the index
/// says; `None` without a primary index (docs/format/database-keys.md §5.2).
#[must_use]
pub fn primary_key_most(schema: &TableSchema) -> Option<u16> {
    let primary = schema.primary()?;
    let Ok(def) = IndexDef::of_schema(schema, primary) else {
        return Some(primary.key_most);
    };
    let segments: Vec<Segment> = def.segments.iter().map(|s| s.segment).collect();
    Some(minimised(&def.rules, &segments).key_most)
}

/// What is chosen for a table and its database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LayoutOptions {
    /// Size of the database's pages.
    pub page: PageSize,
    /// Longest possible primary key in bytes ([`primary_key_most`]); `None` without a primary index.
    pub key_most: Option<u16>,
    /// Ids of long values have 64 bits.
    pub wide_lids: bool,
    /// The table's SeparateLV.
    pub separate_from: Option<u32>,
    /// JET_paramMinDataForXpress.
    pub min_for_xpress: usize,
}

impl LayoutOptions {
    /// What the original does unless told otherwise.
    #[must_use]
    pub fn new(page: PageSize, key_most: Option<u16>) -> Self {
        Self {
            page,
            key_most,
            wide_lids: true,
            separate_from: None,
            min_for_xpress: CompressPolicy::chunk().min_for_xpress,
        }
    }
}

/// What all records of a table have in common. One value for all who change them; a changed schema
/// makes a new one.
#[derive(Clone, Debug)]
pub struct RecordLayout {
    pub(super) slots: Vec<FixedSlot>,
    /// The record that an insert starts with.
    pub(super) defaults: RecordBytes,
    pub(super) page: PageSize,
    pub(super) record_most: usize,
    pub(super) lid_bytes: usize,
    /// Longest value that stays in the record by itself.
    pub(super) intrinsic: usize,
    pub(super) min_for_xpress: usize,
    /// Columns that a new record must have a value of: id, and a fixed one's place.
    pub(super) required: Vec<(Fid, (u16, usize))>,
    /// A column counts the changes of a record.
    pub(super) counts_version: bool,
}

/// A new record must have a value of the column.
pub(super) fn is_required(column: &Column) -> bool {
    let flags = column.flags;
    flags.intersects(ColumnFlags::NOT_NULL | ColumnFlags::AUTOINCREMENT)
        && !flags.contains(ColumnFlags::USER_DEFINED_DEFAULT)
}

/// The column counts the changes of a record.
pub(in crate::record) fn is_version(column: &Column) -> bool {
    column.flags.contains(ColumnFlags::VERSION) && column.fid.is_fixed()
}

impl RecordLayout {
    /// The layout of a table with these columns.
    #[must_use]
    pub fn new(columns: &[Column], options: &LayoutOptions) -> Self {
        let fixed = columns.iter().filter(|c| c.fid.is_fixed());
        let mut slots: Vec<FixedSlot> = fixed
            .filter_map(|c| {
                Some(FixedSlot {
                    fid: c.fid,
                    offset: c.offset,
                    len: u16::try_from(c.fixed_len()).ok()?,
                })
            })
            .filter(|s| usize::from(s.offset) >= RECORD_HEAD_BYTES)
            .collect();
        slots.sort_by_key(|s| s.fid);
        slots.dedup_by_key(|s| s.fid);
        let page = options.page;
        let record_most = record_most(page, options.key_most);
        let lid_bytes = if options.wide_lids { 8 } else { 4 };
        let mut layout = Self {
            slots,
            defaults: RecordBytes::empty(page.is_large()),
            page,
            record_most,
            lid_bytes,
            intrinsic: 0,
            min_for_xpress: options.min_for_xpress,
            required: columns
                .iter()
                .filter(|c| is_required(c))
                .map(|c| (c.fid, (c.offset, c.fixed_len())))
                .collect(),
            counts_version: columns.iter().any(is_version),
        };
        let most = layout.intrinsic_most();
        let asked = options
            .separate_from
            .map_or(INTRINSIC_DEFAULT, |n| n as usize);
        layout.intrinsic = asked.clamp(lid_bytes, most.max(lid_bytes));
        layout.defaults = layout.default_record(columns);
        layout
    }

    /// Defaults of fixed and variable columns; one that does not fit is left out.
    fn default_record(&self, columns: &[Column]) -> RecordBytes {
        let mut record = RecordBytes::empty(self.page.is_large());
        let mut with: Vec<&Column> = columns.iter().filter(|c| !c.fid.is_tagged()).collect();
        with.sort_by_key(|c| c.fid);
        for column in with {
            let Some(default) = stored_default(column) else {
                continue;
            };
            // Without defaults of its own: columns in between have none, or had their turn.
            let none = RecordBytes::empty(self.page.is_large());
            if column.fid.is_fixed() {
                let Some(slot) = self.slot(column.fid) else {
                    continue;
                };
                let Some(value) = fixed_value(column, default, usize::from(slot.len)) else {
                    continue;
                };
                let room = record.extend_fixed(slot, &self.slots, &none, self.record_most);
                if room {
                    record.store_fixed(slot, Some(&value));
                }
            } else {
                let default = default.get(..column.cb_max as usize).unwrap_or(default);
                record.set_var(column.fid, Some(default), &none, self.record_most);
            }
        }
        record
    }

    pub(super) fn slot(&self, fid: Fid) -> Option<FixedSlot> {
        let found = self.slots.binary_search_by_key(&fid, |s| s.fid).ok()?;
        self.slots.get(found).copied()
    }

    /// Most bytes of a record.
    #[must_use]
    pub fn record_most(&self) -> usize {
        self.record_most
    }

    /// Most bytes of a value inside a record.
    #[must_use]
    pub fn intrinsic_most(&self) -> usize {
        let head = RECORD_HEAD_BYTES + TAGFLD_BYTES + TAG_HEADER_BYTES;
        self.record_most.saturating_sub(head)
    }

    /// Bytes of a new long-value id.
    #[must_use]
    pub fn lid_bytes(&self) -> usize {
        self.lid_bytes
    }

    pub(super) fn policy(&self) -> CompressPolicy {
        CompressPolicy {
            min_for_xpress: self.min_for_xpress,
            ..CompressPolicy::intrinsic(self.lid_bytes)
        }
    }
}

/// A default that stands in the catalog, not one that a callback gives.
pub(super) fn stored_default(column: &Column) -> Option<&[u8]> {
    let called = column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
    column.default.as_deref().filter(|_| !called)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Index;
    use crate::format::catalog_row::{IdxFlagsEx, IndexFlags, IndexSegment};
    use crate::format::ids::{Coltyp, Objid, Pgno};

    #[test]
    fn records_are_as_long_as_the_original_lets_them_be() {
        // Recorded from the original (record-limits): without a primary index, and one over a Long.
        let most = |page, key| record_most(page, key);
        assert_eq!(most(PageSize::K4, None), 3791);
        assert_eq!(most(PageSize::K8, None), 7887);
        assert_eq!(most(PageSize::K16, None), 16_288);
        assert_eq!(most(PageSize::K32, None), 32_672);
        assert_eq!(most(PageSize::K4, Some(5)), 3791);
        assert_eq!(most(PageSize::K8, Some(1000)), 8192 - 50 - 1002);
        assert_eq!(most(PageSize::K32, Some(5)), 32_671);
    }

    #[test]
    fn a_primary_key_is_as_long_as_its_columns() {
        let column = |fid, coltyp| Column {
            name: format!("c{fid}"),
            fid: Fid(fid),
            coltyp,
            code_page: 0,
            cb_max: 0,
            offset: 4,
            flags: ColumnFlags::empty(),
            default: None,
            derived: false,
        };
        let mut schema = TableSchema::new("t".to_owned(), Objid(2), Pgno(9));
        schema.set_columns(vec![column(1, Coltyp::Long), column(128, Coltyp::Binary)]);
        assert_eq!(primary_key_most(&schema), None);
        let index = |fids: &[u16]| Index {
            name: "p".to_owned(),
            objid: Objid(2),
            pgno_fdp: Pgno(9),
            flags: IndexFlags::PRIMARY,
            flags_ex: IdxFlagsEx::empty(),
            segments: fids
                .iter()
                .map(|&fid| IndexSegment {
                    fid: Fid(fid),
                    descending: false,
                    must_be_null: false,
                    template: false,
                })
                .collect(),
            conditional: Vec::new(),
            key_most: 255,
            var_seg_mac: 255,
            tuple: None,
            lcmap_flags: 0,
            locale: None,
            sort_id: None,
            version: None,
            density: 80,
        };
        schema.indexes = vec![index(&[1])];
        assert_eq!(primary_key_most(&schema), Some(5));
        schema.indexes = vec![index(&[1, 128])];
        assert_eq!(primary_key_most(&schema), Some(255));
    }
}

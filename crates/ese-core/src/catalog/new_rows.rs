//! New rows of the catalog, with what every row of their kind has.
//!
//! Source: docs/format/database-catalog.md §1.3, §4.4.
//!
//! Invariant: a row that is made here has every column that its kind must have.
#![forbid(unsafe_code)]

use crate::format::catalog_row::{
    CatalogRow, ColumnFlags, IdxFlagsEx, IndexFlags, IndexSegment, RowKind, TableFlags,
};
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};

/// RootFlag of a table row.
const ROOT: u8 = 0xFF;
/// LCMap flags of an index for which nothing else was asked.
pub(super) const LCMAP_DEFAULT: u32 = 0x0003_0401;
/// Locale of an index for which nothing else was asked.
pub(super) const LOCALE_DEFAULT: &str = "en-US";
/// Name of the row of a long-value tree.
const LV_NAME: &str = "LV";
/// Density of a long-value tree.
const LV_DENSITY: u32 = 100;
/// First pages of a long-value tree.
const LV_PAGES: u32 = 1;
/// Id of a callback's row.
const CALLBACK_ID: u32 = 5;
/// Name of a callback's row.
const CALLBACK_NAME: &str = "CB";

fn blank(table: Objid, kind: RowKind, id: u32, name: &str) -> CatalogRow {
    CatalogRow {
        objid_table: table,
        kind,
        id,
        coltyp_or_pgno_fdp: 0,
        space_usage: 0,
        flags: 0,
        pages_or_locale: 0,
        root_flag: None,
        record_offset: None,
        lcmap_flags: None,
        key_most: None,
        lv_chunk_max: None,
        pgno_fdp_last_set_time: None,
        name: name.to_owned(),
        stats: None,
        template_or_callback: None,
        default_value: None,
        key_fld_ids: None,
        var_seg_mac: None,
        conditional_columns: None,
        tuple_limits: None,
        version: None,
        sort_id: None,
        callback_data: None,
        callback_dependencies: None,
        separate_lv: None,
        space_hints: None,
        space_deferred_lv_hints: None,
        locale_name: None,
    }
}

/// A table.
pub(super) fn table(objid: Objid, fdp: Pgno, name: &str, flags: TableFlags) -> CatalogRow {
    CatalogRow {
        coltyp_or_pgno_fdp: fdp.0,
        flags: flags.bits(),
        root_flag: Some(ROOT),
        ..blank(objid, RowKind::Table, objid.0, name)
    }
}

/// A column: type, code page and most bytes as stored, offset for fixed ones.
pub(super) fn column(
    table: Objid,
    fid: Fid,
    name: &str,
    (coltyp, code_page, cb_max): (Coltyp, u16, u32),
    flags: ColumnFlags,
    offset: Option<u16>,
) -> CatalogRow {
    CatalogRow {
        coltyp_or_pgno_fdp: coltyp as u32,
        space_usage: cb_max,
        flags: flags.bits(),
        pages_or_locale: u32::from(code_page),
        record_offset: offset,
        ..blank(table, RowKind::Column, u32::from(fid.0), name)
    }
}

/// UTF-16LE without terminator.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn segment_bytes(segments: &[IndexSegment]) -> Vec<u8> {
    segments.iter().flat_map(|s| s.to_bytes()).collect()
}

/// An index over columns.
pub(super) fn index(
    table: Objid,
    (objid, fdp): (Objid, Pgno),
    name: &str,
    flags: (IndexFlags, IdxFlagsEx),
    segments: &[IndexSegment],
    conditional: &[IndexSegment],
) -> CatalogRow {
    let (low, high) = (flags.0.bits(), flags.1 | IdxFlagsEx::EXTENDED_COLUMNS);
    CatalogRow {
        coltyp_or_pgno_fdp: fdp.0,
        flags: u32::from(low) | u32::from(high.bits()) << 16,
        lcmap_flags: Some(LCMAP_DEFAULT),
        key_fld_ids: Some(segment_bytes(segments)),
        conditional_columns: (!conditional.is_empty()).then(|| segment_bytes(conditional)),
        locale_name: Some(utf16(LOCALE_DEFAULT)),
        ..blank(table, RowKind::Index, objid.0, name)
    }
}

/// The tree of long values.
pub(super) fn long_values(table: Objid, objid: Objid, fdp: Pgno) -> CatalogRow {
    CatalogRow {
        coltyp_or_pgno_fdp: fdp.0,
        space_usage: LV_DENSITY,
        pages_or_locale: LV_PAGES,
        ..blank(table, RowKind::LongValue, objid.0, LV_NAME)
    }
}

/// A callback of a table.
pub(super) fn callback(table: Objid, cbtyp: u32, function: &str) -> CatalogRow {
    CatalogRow {
        flags: cbtyp,
        template_or_callback: Some(function.to_owned()),
        ..blank(table, RowKind::Callback, CALLBACK_ID, CALLBACK_NAME)
    }
}

/// A segment of a key over a column of the table itself.
pub(super) fn ascending(fid: Fid) -> IndexSegment {
    IndexSegment {
        fid,
        descending: false,
        must_be_null: false,
        template: false,
    }
}

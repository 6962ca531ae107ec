//! The catalog's own columns and indexes: fixed, the same in every database
//! (docs/format/database-catalog.md §1.1, §1.2).
#![forbid(unsafe_code)]

use super::schema::{Index, TableSchema};
use crate::format::catalog_row::{
    self as row, ColumnFlags, IdxFlagsEx, IndexFlags, IndexSegment, TableFlags,
};
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};
use crate::format::record::FixedSlot;
use crate::record::{CODE_PAGE_ASCII, Column};

/// Name of the catalog.
pub(super) const MSYS_OBJECTS: &str = "MSysObjects";
/// Name of its copy.
pub(super) const MSYS_OBJECTS_SHADOW: &str = "MSysObjectsShadow";

pub(super) const OBJID_NAME_INDEX: Objid = Objid(4);
pub(super) const PGNO_NAME_INDEX: Pgno = Pgno(7);
pub(super) const OBJID_ROOT_INDEX: Objid = Objid(5);
pub(super) const PGNO_ROOT_INDEX: Pgno = Pgno(10);

pub(super) fn columns() -> Vec<Column> {
    let column = |name: &str, fid: Fid, coltyp: Coltyp, offset: u16, cb_max: u32| Column {
        name: name.to_owned(),
        fid,
        coltyp,
        code_page: CODE_PAGE_ASCII,
        cb_max,
        offset,
        flags: ColumnFlags::empty(),
        default: None,
        derived: false,
    };
    let fixed =
        |name, f: FixedSlot, coltyp| column(name, f.fid, coltyp, f.offset, u32::from(f.len));
    let var = |name, fid, coltyp| column(name, fid, coltyp, 0, 255);
    let long = |name, fid| column(name, fid, Coltyp::LongBinary, 0, 0);
    vec![
        fixed("ObjidTable", row::OBJID_TABLE, Coltyp::Long),
        fixed("Type", row::TYPE, Coltyp::Short),
        fixed("Id", row::ID, Coltyp::Long),
        fixed("ColtypOrPgnoFDP", row::COLTYP_OR_PGNO_FDP, Coltyp::Long),
        fixed("SpaceUsage", row::SPACE_USAGE, Coltyp::Long),
        fixed("Flags", row::FLAGS, Coltyp::Long),
        fixed("PagesOrLocale", row::PAGES_OR_LOCALE, Coltyp::Long),
        fixed("RootFlag", row::ROOT_FLAG, Coltyp::Bit),
        fixed("RecordOffset", row::RECORD_OFFSET, Coltyp::Short),
        fixed("LCMapFlags", row::LCMAP_FLAGS, Coltyp::Long),
        fixed("KeyMost", row::KEY_MOST, Coltyp::UnsignedShort),
        fixed("LVChunkMax", row::LV_CHUNK_MAX, Coltyp::Long),
        fixed(
            "PgnoFDPLastSetTime",
            row::PGNO_FDP_LAST_SET_TIME,
            Coltyp::DateTime,
        ),
        var("Name", row::NAME, Coltyp::Text),
        var("Stats", row::STATS, Coltyp::Binary),
        var("TemplateTable", row::TEMPLATE_OR_CALLBACK, Coltyp::Text),
        var("DefaultValue", row::DEFAULT_VALUE, Coltyp::Binary),
        var("KeyFldIDs", row::KEY_FLD_IDS, Coltyp::Binary),
        var("VarSegMac", row::VAR_SEG_MAC, Coltyp::Binary),
        var(
            "ConditionalColumns",
            row::CONDITIONAL_COLUMNS,
            Coltyp::Binary,
        ),
        var("TupleLimits", row::TUPLE_LIMITS, Coltyp::Binary),
        var("Version", row::VERSION, Coltyp::Binary),
        var("SortID", row::SORT_ID, Coltyp::Binary),
        long("CallbackData", row::CALLBACK_DATA),
        long("CallbackDependencies", row::CALLBACK_DEPENDENCIES),
        long("SeparateLV", row::SEPARATE_LV),
        long("SpaceHints", row::SPACE_HINTS),
        long("SpaceDeferredLVHints", row::SPACE_DEFERRED_LV_HINTS),
        long("LocaleName", row::LOCALE_NAME),
    ]
}

fn index(name: &str, objid: Objid, pgno_fdp: Pgno, flags: u16, fids: &[Fid]) -> Index {
    Index {
        name: name.to_owned(),
        objid,
        pgno_fdp,
        flags: IndexFlags::from_bits_retain(flags),
        flags_ex: IdxFlagsEx::from_bits_retain(1),
        segments: fids
            .iter()
            .map(|&fid| IndexSegment {
                fid,
                descending: false,
                must_be_null: false,
                template: false,
            })
            .collect(),
        conditional: Vec::new(),
        key_most: row::KEY_MOST_DEFAULT,
        var_seg_mac: row::KEY_MOST_DEFAULT,
        tuple: None,
        lcmap_flags: 0,
        locale: None,
        sort_id: None,
        version: None,
        density: 80,
    }
}

/// The schema of MSysObjects or of its shadow.
pub(super) fn schema(shadow: bool) -> TableSchema {
    let (name, objid, pgno_fdp) = if shadow {
        (MSYS_OBJECTS_SHADOW, Objid::MSO_SHADOW, Pgno::FDP_MSO_SHADOW)
    } else {
        (MSYS_OBJECTS, Objid::MSO, Pgno::FDP_MSO)
    };
    let mut table = TableSchema::new(name.to_owned(), objid, pgno_fdp);
    table.flags = TableFlags::SYSTEM | TableFlags::FIXED_DDL;
    table.initial_pages = if shadow { 5 } else { 20 };
    table.set_columns(columns());
    table.indexes.push(index(
        "Id",
        objid,
        pgno_fdp,
        0x31,
        &[row::OBJID_TABLE.fid, row::TYPE.fid, row::ID.fid],
    ));
    if !shadow {
        let name = [row::OBJID_TABLE.fid, row::TYPE.fid, row::NAME];
        table.indexes.push(index(
            "Name",
            OBJID_NAME_INDEX,
            PGNO_NAME_INDEX,
            0x11,
            &name,
        ));
        let root = [row::ROOT_FLAG.fid, row::NAME];
        table.indexes.push(index(
            "RootObjects",
            OBJID_ROOT_INDEX,
            PGNO_ROOT_INDEX,
            0x09,
            &root,
        ));
    }
    table
}

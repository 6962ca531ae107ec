//! Information about indexes (behaviour-schema.md §8).

use super::cursor_places::id_of_index;
use super::info_index_create::{least, put_create};
use super::info_tables::{column_of, long_of, optional_name, pages, text_column, text_of};
use super::locales::number_of;
use super::put;
use super::temp_tables::list;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter, enter_cursor};
use crate::strings::name;
use crate::structs::{JET_INDEXID, JET_INDEXLIST};
use crate::types::{Char, JET_DBID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::catalog::{Index, TableSchema, TreeStats};
use ese_core::database::Database;
use ese_core::format::catalog_row::{IdxFlagsEx, IndexFlags};
use ese_core::format::ids::{Coltyp, Objid};
use std::ffi::c_void;

/// Key limit of an index that names none.
const KEY_MOST: u16 = 255;
/// Characters of a locale's name, its zero included.
const LOCALE_ROOM: usize = 85;
/// Bytes of JET_INDEXLIST without its last field, which are enough.
const LIST_LEAST: usize = size_of::<JET_INDEXLIST>() - 4;

/// The bits that an index was made with, as they are told.
pub(super) fn grbit_of(index: &Index) -> JET_GRBIT {
    let mut grbit = 0;
    let has = |flag| index.flags.contains(flag);
    for (flag, bit) in [
        (IndexFlags::UNIQUE, jet::JET_bitIndexUnique),
        (
            IndexFlags::PRIMARY,
            jet::JET_bitIndexPrimary | jet::JET_bitIndexUnique,
        ),
        (IndexFlags::NO_NULL_SEG, jet::JET_bitIndexDisallowNull),
        (IndexFlags::SORT_NULLS_HIGH, jet::JET_bitIndexSortNullsHigh),
        (IndexFlags::CROSS_PRODUCT, jet::JET_bitIndexCrossProduct),
        (
            IndexFlags::DISALLOW_TRUNCATION,
            jet::JET_bitIndexDisallowTruncation,
        ),
        (IndexFlags::NESTED_TABLE, jet::JET_bitIndexNestedTable),
    ] {
        if has(flag) {
            grbit |= bit;
        }
    }
    if !has(IndexFlags::NO_NULL_SEG) && !has(IndexFlags::PRIMARY) {
        if !has(IndexFlags::ALLOW_ALL_NULLS) {
            grbit |= jet::JET_bitIndexIgnoreNull;
        }
        if !has(IndexFlags::ALLOW_FIRST_NULL) {
            grbit |= jet::JET_bitIndexIgnoreFirstNull;
        }
        if !has(IndexFlags::ALLOW_SOME_NULLS) {
            grbit |= jet::JET_bitIndexIgnoreAnyNull;
        }
    }
    if index.tuple.is_some() {
        grbit |= jet::JET_bitIndexTuples;
    }
    if index.key_most > KEY_MOST {
        grbit |= jet::JET_bitIndexKeyMost;
    }
    if index.flags_ex.contains(IdxFlagsEx::DOT_NET_GUID) {
        grbit |= jet::JET_bitIndexDotNetGuid;
    }
    grbit
}

/// Which index, at levels that are of one.
///
/// # Safety
/// `which` is null or ends with a zero.
unsafe fn index_of<C: Char>(
    schema: &TableSchema,
    which: *const C,
    primary: bool,
) -> Result<&Index, Refusal> {
    let not_found = Refusal(JetErr::INDEX_NOT_FOUND);
    // SAFETY: by the contract above.
    match unsafe { optional_name(which) }? {
        Some(name) => schema.index(&name).ok_or(not_found),
        None if primary => schema.primary().ok_or(not_found),
        None => Err(not_found),
    }
}

/// # Safety
/// The contract of the C function.
unsafe fn tell<C: Char>(
    session: &Entered,
    core: &Database,
    schema: &TableSchema,
    which: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let bytes = size as usize;
    let room = |need: usize| demand(bytes >= need, JetErr::BUFFER_TOO_SMALL);
    // SAFETY: the caller's contract; each level has checked the room.
    unsafe {
        match level {
            jet::JET_IdxInfo | jet::JET_IdxInfoList => {
                room(LIST_LEAST)?;
                let one = match optional_name(which)? {
                    Some(_) => Some(index_of(schema, which, false)?),
                    None => None,
                };
                let counted = core.stats(&session.core, schema.objid)?;
                indexes::<C>(session, schema, (one, &counted), result, bytes)
            }
            jet::JET_IdxInfoSpaceAlloc => {
                room(4)?;
                put(result, index_of(schema, which, false)?.density)
            }
            jet::JET_IdxInfoLCID => {
                room(2)?;
                let index = index_of(schema, which, false)?;
                let lcid = number_of(index.locale.as_deref().unwrap_or(""));
                match bytes {
                    2 | 3 => put(result, lcid as u16),
                    _ => put(result, lcid),
                }
            }
            jet::JET_IdxInfoLocaleName => {
                room(LOCALE_ROOM * 2)?;
                let index = index_of(schema, which, false)?;
                let name = index.locale.as_deref().unwrap_or("");
                super::info_tables::put_name::<u16>(result, size, name)
            }
            jet::JET_IdxInfoCount => {
                room(4)?;
                optional_name(which)?;
                // A table without a primary index has one that nobody made.
                let own = usize::from(schema.primary().is_none());
                put(result, (schema.indexes.len() + own) as u32)
            }
            jet::JET_IdxInfoVarSegMac => {
                room(2)?;
                put(result, index_of(schema, which, false)?.var_seg_mac)
            }
            jet::JET_IdxInfoKeyMost => {
                room(2)?;
                put(result, index_of(schema, which, false)?.key_most)
            }
            jet::JET_IdxInfoIndexId => {
                room(size_of::<JET_INDEXID>())?;
                let index = index_of(schema, which, false)?;
                put(result, id_of_index(index.objid.0, index.pgno_fdp.0))
            }
            jet::JET_IdxInfoSpaceOwned | jet::JET_IdxInfoSpaceAvailable => {
                room(4)?;
                let index = index_of(schema, which, false)?;
                let (owned, available) = core.space_of(index.pgno_fdp, index.objid)?;
                let wanted = level == jet::JET_IdxInfoSpaceOwned;
                put(result, pages(if wanted { owned } else { available }))
            }
            jet::JET_IdxInfoCreateIndex
            | jet::JET_IdxInfoCreateIndex2
            | jet::JET_IdxInfoCreateIndex3 => {
                room(least::<C>(level))?;
                let index = index_of(schema, which, true)?;
                put_create::<C>(schema, index, result, bytes, level)
            }
            jet::JET_IdxInfoSortVersion | jet::JET_IdxInfoDefinedSortVersion => {
                room(4)?;
                // The version of the system's tables, and that of the characters they define.
                let both = index_of(schema, which, false)?.version.unwrap_or(0);
                let wanted = level == jet::JET_IdxInfoSortVersion;
                put(
                    result,
                    if wanted {
                        (both >> 32) as u32
                    } else {
                        both as u32
                    },
                )
            }
            jet::JET_IdxInfoSortId => {
                room(16)?;
                let none = [0; 16];
                put(
                    result,
                    index_of(schema, which, false)?.sort_id.unwrap_or(none),
                )
            }
            jet::JET_IdxInfoSysTabCursor | jet::JET_IdxInfoOLC | jet::JET_IdxInfoResetOLC => {
                refuse(JetErr::FEATURE_NOT_AVAILABLE)
            }
            _ => refuse(JetErr::INVALID_PARAMETER),
        }
    }
}

/// The indexes of a table as a list: a row for every column of a key.
///
/// # Safety
/// `result` has room for the structure, but perhaps for its last field.
unsafe fn indexes<C: Char>(
    session: &Entered,
    schema: &TableSchema,
    (one, counted): (Option<&Index>, &[(Option<Objid>, TreeStats)]),
    result: *mut c_void,
    room: usize,
) -> Answer {
    let mut rows = Vec::new();
    let all = schema.indexes.iter();
    for index in all.filter(|i| one.is_none_or(|o| o.objid == i.objid && o.name == i.name)) {
        let of = (!index.is_primary()).then_some(index.objid);
        let stats = counted.iter().find(|(tree, _)| *tree == of);
        let stats = stats.map(|(_, stats)| *stats).unwrap_or_default();
        let derived = schema
            .flags
            .contains(ese_core::format::catalog_row::TableFlags::DERIVED);
        for (i, segment) in (0_u32..).zip(&index.segments) {
            let column = schema.column_by_fid(segment.fid, segment.template && derived);
            let short = |n: u16| Some(n.to_le_bytes().to_vec());
            let descends = match segment.descending {
                true => jet::JET_bitKeyDescending,
                false => jet::JET_bitKeyAscending,
            };
            rows.push(vec![
                text_of::<C>(&index.name),
                long_of(grbit_of(index)),
                long_of(stats.keys),
                long_of(stats.entries),
                long_of(stats.pages),
                long_of(index.segments.len() as u32),
                long_of(i),
                long_of(column.map_or(0, |c| schema.columnid_of(c))),
                long_of(column.map_or(0, |c| c.coltyp as u32)),
                short(1),
                short(number_of(index.locale.as_deref().unwrap_or("")) as u16),
                short(column.map_or(0, |c| c.code_page)),
                short(0),
                long_of(descends),
                text_of::<C>(column.map_or("", |c| c.name.as_str())),
                long_of(index.lcmap_flags),
            ]);
        }
    }
    let (long, short, text) = (
        || column_of(Coltyp::Long),
        || column_of(Coltyp::Short),
        text_column::<C>,
    );
    let columns = vec![
        text().key(),
        long(),
        long(),
        long(),
        long(),
        long(),
        long().key(),
        long(),
        long(),
        short(),
        short(),
        short(),
        short(),
        long(),
        text(),
        long(),
    ];
    let (tableid, ids) = list(session, columns, &rows)?;
    let id = |i: usize| ids.get(i).copied().unwrap_or(0);
    let told = JET_INDEXLIST {
        cbStruct: size_of::<JET_INDEXLIST>() as u32,
        tableid,
        cRecord: rows.len() as u32,
        columnidindexname: id(0),
        columnidgrbitIndex: id(1),
        columnidcKey: id(2),
        columnidcEntry: id(3),
        columnidcPage: id(4),
        columnidcColumn: id(5),
        columnidiColumn: id(6),
        columnidcolumnid: id(7),
        columnidcoltyp: id(8),
        columnidCountry: id(9),
        columnidLangid: id(10),
        columnidCp: id(11),
        columnidCollate: id(12),
        columnidgrbitColumn: id(13),
        columnidcolumnname: id(14),
        columnidLCMapFlags: id(15),
    };
    demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
    let len = room.min(size_of::<JET_INDEXLIST>());
    // SAFETY: there is room for so many bytes, and the structure has them.
    unsafe {
        result
            .cast::<u8>()
            .copy_from_nonoverlapping((&raw const told).cast(), len);
    }
    DONE
}

/// JetGetTableIndexInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_table_index_info<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(cursor.dbid().is_some(), JetErr::ILLEGAL_OPERATION)?;
    let schema = cursor.body().table()?.schema(&session.core)?;
    // SAFETY: passed on.
    unsafe {
        tell(
            session,
            &cursor.db()?.core()?,
            &schema,
            index,
            result,
            size,
            level,
        )
    }
}

/// JetGetIndexInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_index_info<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    index: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    // SAFETY: the caller's contract.
    let table = unsafe { name(table) }?;
    let core = db.core()?;
    let schema = core.schema(&session.core, &table.text())?;
    // SAFETY: passed on.
    unsafe { tell(&session, &core, &schema, index, result, size, level) }
}

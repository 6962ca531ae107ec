//! Information about tables and objects (behaviour-schema.md §9).

use super::put;
use super::temp_tables::list;
use crate::constants as jet;
use crate::database::Attached;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter, enter_cursor};
use crate::strings::{name, name_in};
use crate::structs::{JET_OBJECTINFO, JET_OBJECTLIST};
use crate::types::{Char, JET_DBID, JET_GRBIT, JET_OBJTYP, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::catalog::{TableSchema, TreeStats};
use ese_core::database::Database;
use ese_core::format::catalog_row::TableFlags;
use ese_core::format::ids::{Coltyp, Objid};
use ese_core::format::space::Extent;
use ese_core::instance::TempColumn;
use std::ffi::c_void;
use std::sync::Arc;

/// What every table may do.
const GRBIT: JET_GRBIT = jet::JET_bitTableInfoBookmark | jet::JET_bitTableInfoRollback;
/// Room that the name of a template takes at most, its zero included.
const TEMPLATE_ROOM: usize = 65;

/// The flags of a table as they are told.
fn flags_of(schema: &TableSchema) -> u32 {
    let mut flags = 0;
    for (flag, bit) in [
        (TableFlags::SYSTEM, jet::JET_bitObjectSystem),
        (
            TableFlags::SYSTEM_DYNAMIC_DDL,
            jet::JET_bitObjectSystemDynamic,
        ),
        (TableFlags::FIXED_DDL, jet::JET_bitObjectTableFixedDDL),
        (TableFlags::TEMPLATE, jet::JET_bitObjectTableTemplate),
        (TableFlags::DERIVED, jet::JET_bitObjectTableDerived),
    ] {
        if schema.flags.contains(flag) {
            flags |= bit;
        }
    }
    flags
}

fn object_info(schema: &TableSchema, updatable: bool, stats: TreeStats) -> JET_OBJECTINFO {
    JET_OBJECTINFO {
        cbStruct: size_of::<JET_OBJECTINFO>() as u32,
        objtyp: jet::JET_objtypTable,
        dtCreate: 0.0,
        dtUpdate: 0.0,
        grbit: match updatable {
            true => GRBIT | jet::JET_bitTableInfoUpdatable,
            false => GRBIT,
        },
        flags: flags_of(schema),
        cRecord: stats.entries,
        cPage: stats.pages,
    }
}

/// What was counted last of a table's records; zeros before JetComputeStats.
fn counted(session: &Entered, core: &Database, table: Objid) -> Result<TreeStats, Refusal> {
    let all = core.stats(&session.core, table)?;
    let own = all.into_iter().find(|(index, _)| index.is_none());
    Ok(own.map(|(_, stats)| stats).unwrap_or_default())
}

/// A number of pages in 32 bits.
pub(super) fn pages(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Pages that a table owns, with all that belongs to it.
fn owned(core: &Database, schema: &TableSchema) -> Result<u32, Refusal> {
    let (owned, _) = core.space_of(schema.pgno_fdp, schema.objid)?;
    Ok(pages(owned))
}

/// Free pages of a table, its indexes and its long values (`ErrINFOIGetCalculatedSpace` of the original).
fn available(core: &Database, schema: &TableSchema) -> Result<u32, Refusal> {
    let (_, mut all) = core.space_of(schema.pgno_fdp, schema.objid)?;
    let indexes = schema.indexes.iter().filter(|i| !i.is_primary());
    let trees = indexes.map(|i| (i.pgno_fdp, i.objid));
    let lv = schema
        .lv
        .as_ref()
        .map(|lv| (lv.tree.pgno_fdp, lv.tree.objid));
    for (fdp, objid) in trees.chain(lv) {
        all = all.saturating_add(core.space_of(fdp, objid)?.1);
    }
    Ok(pages(all))
}

/// Bytes of one extent of JET_TblInfoSpaceUsage, and of the zeros behind the last of a list: its last
/// page and its number of pages, 32 bits each (`EXTENTINFO` of the original).
const EXTENT_BYTES: usize = 8;
/// Bytes of the two counts before them.
const COUNT_BYTES: usize = 8;

/// JET_TblInfoSpaceUsage: two counts of pages, owned and available of the table's tree alone, and behind
/// them, in a larger buffer, the extents of each, as far as there is room. Each list ends with an extent
/// of zeros, for which room is kept; what is left of the buffer is zeros too.
fn usage(lists: &[Vec<Extent>; 2], room: usize) -> Result<Vec<u8>, Refusal> {
    demand(room >= COUNT_BYTES, JetErr::INVALID_PARAMETER)?;
    let mut out = Vec::with_capacity(COUNT_BYTES);
    for list in lists {
        let sum = list.iter().map(|e| u64::from(e.cpg)).sum();
        out.extend(pages(sum).to_le_bytes());
    }
    if room == COUNT_BYTES {
        return Ok(out);
    }
    let places = (room - COUNT_BYTES) / EXTENT_BYTES;
    demand(places >= lists.len(), JetErr::BUFFER_TOO_SMALL)?;
    let mut left = places - lists.len();
    for list in lists {
        let told = list.get(..left).unwrap_or(list);
        left -= told.len();
        for extent in told {
            out.extend(extent.last.0.to_le_bytes());
            out.extend(extent.cpg.to_le_bytes());
        }
        out.extend([0; EXTENT_BYTES]);
    }
    Ok(out)
}

/// Writes a name with its zero; JET_errBufferTooSmall when there is no room for it.
///
/// # Safety
/// `place` is null or has `size` bytes.
pub(super) unsafe fn put_name<C: Char>(place: *mut c_void, size: u32, text: &str) -> Answer {
    let mut characters: Vec<C> = name_in(text);
    characters.push(C::NUL);
    let need = characters.len() * size_of::<C>();
    demand(size as usize >= need, JetErr::BUFFER_TOO_SMALL)?;
    demand(!place.is_null(), JetErr::INVALID_PARAMETER)?;
    // SAFETY: there is room for all of them, wherever it lies.
    unsafe {
        place
            .cast::<u8>()
            .copy_from_nonoverlapping(characters.as_ptr().cast(), need);
    }
    DONE
}

/// JetGetTableInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_table_info<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    if let Some((table, _)) = cursor.body().temporary() {
        return match level {
            jet::JET_TblInfo => {
                let need = size_of::<JET_OBJECTINFO>();
                demand(size as usize >= need, JetErr::BUFFER_TOO_SMALL)?;
                // SAFETY: the size was checked.
                unsafe {
                    put(
                        result,
                        object_info(table.schema(), true, TreeStats::default()),
                    )
                }
            }
            jet::JET_TblInfoName | jet::JET_TblInfoDbid | jet::JET_TblInfoObjectId => {
                refuse(JetErr::INVALID_OPERATION)
            }
            _ => refuse(JetErr::ILLEGAL_OPERATION),
        };
    }
    let schema = cursor.body().table()?.schema(&session.core)?;
    let core = cursor.db()?.core()?;
    let bytes = size as usize;
    let room = |need: usize, err| demand(bytes >= need, err);
    let small = JetErr::BUFFER_TOO_SMALL;
    // SAFETY: the caller's contract; each level has checked the room.
    unsafe {
        match level {
            jet::JET_TblInfo => {
                room(size_of::<JET_OBJECTINFO>(), small)?;
                let stats = counted(session, &core, schema.objid)?;
                put(result, object_info(&schema, cursor.mode().updatable, stats))
            }
            jet::JET_TblInfoName => put_name::<C>(result, size, &schema.name),
            jet::JET_TblInfoTemplateTableName => {
                room(TEMPLATE_ROOM * size_of::<C>(), small)?;
                put_name::<C>(result, size, schema.template.as_deref().unwrap_or(""))
            }
            jet::JET_TblInfoDbid => {
                room(4, small)?;
                put(result, cursor.db()?.dbid)
            }
            jet::JET_TblInfoObjectId => {
                room(4, small)?;
                put(result, schema.objid.0)
            }
            jet::JET_TblInfoSpaceAlloc => {
                room(8, small)?;
                put(result, [schema.initial_pages, schema.density])
            }
            jet::JET_TblInfoSpaceOwned => {
                room(4, JetErr::INVALID_PARAMETER)?;
                put(result, owned(&core, &schema)?)
            }
            jet::JET_TblInfoSpaceAvailable => {
                demand(bytes == 4, JetErr::INVALID_BUFFER_SIZE)?;
                put(result, available(&core, &schema)?)
            }
            jet::JET_TblInfoSpaceUsage => {
                room(COUNT_BYTES, JetErr::INVALID_PARAMETER)?;
                let lists = core.extents_of(schema.pgno_fdp, schema.objid)?;
                let mut said = usage(&lists, bytes)?;
                demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
                // Programs give large buffers, and most of it stays empty.
                result.cast::<u8>().write_bytes(0, bytes);
                said.truncate(bytes);
                result
                    .cast::<u8>()
                    .copy_from_nonoverlapping(said.as_ptr(), said.len());
                DONE
            }
            jet::JET_TblInfoSpaceOwnedLV | jet::JET_TblInfoSpaceAvailableLV => {
                room(4, JetErr::INVALID_PARAMETER)?;
                let (owned, available) = match &schema.lv {
                    Some(lv) => core.space_of(lv.tree.pgno_fdp, lv.tree.objid)?,
                    None => (0, 0),
                };
                let owned_wanted = level == jet::JET_TblInfoSpaceOwnedLV;
                put(result, pages(if owned_wanted { owned } else { available }))
            }
            jet::JET_TblInfoLVChunkMax => {
                room(4, small)?;
                let usual = ese_core::format::lv::chunk_bytes(core.attached().page_size());
                put(result, schema.lv_chunk_max.unwrap_or(usual as u32))
            }
            _ => refuse(JetErr::FEATURE_NOT_AVAILABLE),
        }
    }
}

/// JetSetTableInfo: there is nothing to set.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_table_info<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    _param: *const c_void,
    _size: u32,
    _level: u32,
) -> Answer {
    let _ = C::NUL;
    enter_cursor(sesid, tableid)?;
    refuse(JetErr::FEATURE_NOT_AVAILABLE)
}

/// The container of tables, in any case.
const TABLES: &str = "Tables";

/// Text of a list: in the code page of names, or as UTF-16 for a W form.
pub(super) fn text_of<C: Char>(text: &str) -> Option<Vec<u8>> {
    let characters: Vec<C> = name_in(text);
    let units = characters.into_iter().map(|c| c.unit().to_le_bytes());
    Some(
        units
            .flat_map(|u| u.into_iter().take(size_of::<C>()))
            .collect(),
    )
}

/// A number of a list.
pub(super) fn long_of(n: u32) -> Option<Vec<u8>> {
    Some(n.to_le_bytes().to_vec())
}

/// A column of a list.
pub(super) fn column_of(coltyp: Coltyp) -> TempColumn {
    TempColumn {
        coltyp: coltyp as u32,
        ..TempColumn::default()
    }
}

/// A column of a list for what [`text_of`] gives.
pub(super) fn text_column<C: Char>() -> TempColumn {
    TempColumn {
        code_page: match C::WIDE {
            true => ese_core::record::CODE_PAGE_UTF16,
            false => ese_core::record::CODE_PAGE_ASCII,
        },
        ..column_of(Coltyp::Text)
    }
}

/// The tables of a database as a list.
///
/// # Safety
/// `result` has room for the structure.
unsafe fn objects<C: Char>(
    session: &Entered,
    db: &Arc<Attached>,
    (any, with_stats): (bool, bool),
    result: *mut c_void,
) -> Answer {
    let core = db.core()?;
    let mut rows = Vec::new();
    if any {
        let look = session.core.look(core.attached());
        let tables = core.catalog().tables(&look)?;
        for (_, name) in tables {
            let schema = match core.schema(&session.core, &name) {
                Ok(schema) => schema,
                // Deleted, or locked, meanwhile.
                Err(_) => continue,
            };
            let stats = match with_stats {
                true => counted(session, &core, schema.objid)?,
                false => TreeStats::default(),
            };
            let info = object_info(&schema, !db.read_only, stats);
            rows.push(vec![
                text_of::<C>(TABLES),
                text_of::<C>(&name),
                long_of(info.objtyp),
                None,
                None,
                long_of(info.cRecord),
                long_of(info.cPage),
                long_of(info.grbit),
                long_of(info.flags),
            ]);
        }
    }
    let columns = vec![
        text_column::<C>().key(),
        text_column::<C>().key(),
        column_of(Coltyp::Long),
        column_of(Coltyp::DateTime),
        column_of(Coltyp::DateTime),
        column_of(Coltyp::Long),
        column_of(Coltyp::Long),
        column_of(Coltyp::Long),
        column_of(Coltyp::Long),
    ];
    let (tableid, ids) = list(session, columns, &rows)?;
    let id = |i: usize| ids.get(i).copied().unwrap_or(0);
    // SAFETY: by the contract above.
    unsafe {
        put(
            result,
            JET_OBJECTLIST {
                cbStruct: size_of::<JET_OBJECTLIST>() as u32,
                tableid,
                cRecord: rows.len() as u32,
                columnidcontainername: id(0),
                columnidobjectname: id(1),
                columnidobjtyp: id(2),
                columniddtCreate: id(3),
                columniddtUpdate: id(4),
                columnidcRecord: id(5),
                columnidcPage: id(6),
                columnidgrbit: id(7),
                columnidflags: id(8),
            },
        )
    }
}

/// JetGetObjectInfo.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_get_object_info<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    kind: JET_OBJTYP,
    container: *const C,
    object: *const C,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    let list = match level {
        jet::JET_ObjInfo | jet::JET_ObjInfoNoStats => false,
        jet::JET_ObjInfoList | jet::JET_ObjInfoListNoStats => true,
        jet::JET_ObjInfoSysTabCursor
        | jet::JET_ObjInfoListACM
        | jet::JET_ObjInfoSysTabReadOnly
        | jet::JET_ObjInfoRulesLoaded => return refuse(JetErr::FEATURE_NOT_AVAILABLE),
        _ => return refuse(JetErr::INVALID_PARAMETER),
    };
    let need = match list {
        true => size_of::<JET_OBJECTLIST>(),
        false => size_of::<JET_OBJECTINFO>(),
    };
    demand(size as usize >= need, JetErr::BUFFER_TOO_SMALL)?;
    // SAFETY: the caller's contract.
    let container = unsafe { optional_name(container) }?;
    let known = container.is_none_or(|c| c.eq_ignore_ascii_case(TABLES));
    demand(known, JetErr::OBJECT_NOT_FOUND)?;
    if list {
        let any = kind == jet::JET_objtypNil || kind == jet::JET_objtypTable;
        let with_stats = level == jet::JET_ObjInfoList;
        // SAFETY: the size was checked.
        return unsafe { objects::<C>(&session, &db, (any, with_stats), result) };
    }
    // SAFETY: the caller's contract.
    let Some(object) = unsafe { optional_name(object) }? else {
        return refuse(JetErr::OBJECT_NOT_FOUND);
    };
    let core = db.core()?;
    let schema = core.schema(&session.core, &object)?;
    let stats = match level {
        jet::JET_ObjInfo => counted(&session, &core, schema.objid)?,
        _ => TreeStats::default(),
    };
    // SAFETY: the size was checked.
    unsafe { put(result, object_info(&schema, !db.read_only, stats)) }
}

/// A name; `None` for no pointer and no character.
///
/// # Safety
/// `pointer` is null or ends with a zero.
pub(super) unsafe fn optional_name<C: Char>(pointer: *const C) -> Result<Option<String>, Refusal> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: by the contract above.
    unsafe {
        if pointer.read_unaligned() == C::NUL {
            return Ok(None);
        }
        Ok(Some(name(pointer)?.text()))
    }
}

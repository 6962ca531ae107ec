//! Columns: added, deleted, renamed, given another default (behaviour-schema.md §3).

use super::tables::{check_may_change, loose_callback};
use crate::arguments::{given, out};
use crate::constants as jet;
use crate::cursor::Cursor;
use crate::gate::{Answer, DONE, Refusal, demand};
use crate::session::{Entered, enter, enter_cursor};
use crate::strings::{loose_name, name};
use crate::structs::{JET_COLUMNDEF, JET_USERDEFINEDDEFAULT};
use crate::types::{Char, JET_COLUMNID, JET_DBID, JET_GRBIT, JET_SESID, JET_TABLEID, JET_WCHAR};
use ese_core::JetErr;
use ese_core::catalog::write::{ColumnBits, ColumnDef, Rights, UserDefault};
use ese_core::database::column_ids::COLUMNID_OF_TEMPLATE;
use ese_core::format::catalog_row::TableFlags;
use ese_core::work::{Work, WorkError};
use std::ffi::{c_char, c_void};
use std::slice;
use std::sync::Arc;

/// Most bytes of what a user-defined default is given.
const USER_DATA_MOST: u32 = 1024;
/// Bytes of a default that can't be one, whatever the page.
const DEFAULT_MOST: u32 = 1 << 16;

/// The default of a column to be made: bytes, or a callback.
///
/// # Safety
/// `data` is null or has `size` bytes; for a user-defined default it is a structure of the form.
pub(super) unsafe fn defaults(
    def: &mut ColumnDef,
    data: *const c_void,
    size: u32,
    wide: bool,
) -> Result<(), Refusal> {
    if !def.bits.contains(ColumnBits::USER_DEFINED_DEFAULT) {
        // More than any record holds is not looked at.
        demand(size <= DEFAULT_MOST, JetErr::DEFAULT_VALUE_TOO_BIG)?;
        if !data.is_null() && size > 0 {
            // SAFETY: the caller's contract.
            let bytes = unsafe { slice::from_raw_parts(data.cast::<u8>(), size as usize) };
            def.default = Some(bytes.to_vec());
        }
        return Ok(());
    }
    // SAFETY: the caller's contract.
    def.user_default = Some(unsafe {
        if wide {
            user_default::<JET_WCHAR>(data, size)
        } else {
            user_default::<c_char>(data, size)
        }
    }?);
    Ok(())
}

/// # Safety
/// As [`defaults`].
unsafe fn user_default<C: Char>(data: *const c_void, size: u32) -> Result<UserDefault, Refusal> {
    let expected = size_of::<JET_USERDEFINEDDEFAULT<C>>();
    demand(
        size as usize == expected && !data.is_null(),
        JetErr::INVALID_PARAMETER,
    )?;
    // SAFETY: not null, and so large.
    let user = unsafe { data.cast::<JET_USERDEFINEDDEFAULT<C>>().read_unaligned() };
    // SAFETY: its pointers are the caller's too.
    unsafe {
        let bytes = user.cbUserData;
        demand(bytes <= USER_DATA_MOST, JetErr::INVALID_PARAMETER)?;
        let data = (!user.pbUserData.is_null() && bytes > 0)
            .then(|| slice::from_raw_parts(user.pbUserData, bytes as usize).to_vec());
        let mut depends_on = Vec::new();
        let mut next = user.szDependantColumns.cast_const();
        while !next.is_null() && next.read_unaligned() != C::NUL {
            let name = name(next)?;
            depends_on.push(name.text());
            let mut len = 0;
            while next.add(len).read_unaligned() != C::NUL {
                len += 1;
            }
            next = next.add(len + 1);
        }
        Ok(UserDefault {
            callback: loose_callback(user.szCallback.cast_const()),
            data,
            depends_on,
        })
    }
}

/// What a cursor allows.
pub(super) fn rights(cursor: &Cursor) -> Rights {
    let mode = cursor.mode();
    Rights {
        exclusive: mode.deny_read,
        permit_ddl: mode.permit_ddl,
    }
}

/// Changes the schema in a step of its own.
pub(super) fn change<T>(
    session: &Entered,
    cursor: &Cursor,
    what: impl FnMut(&mut Work<'_>) -> Result<T, WorkError>,
) -> Result<T, Refusal> {
    let core = cursor.db()?.core()?;
    let kind = session.commit_kind();
    Ok(session.core.update_as(core.attached(), kind, what)?)
}

/// JetAddColumn.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_add_column<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    column: *const C,
    def: *const JET_COLUMNDEF,
    default: *const c_void,
    size: u32,
    columnid: *mut JET_COLUMNID,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_may_change(session, cursor)?;
    // SAFETY: the caller's contract.
    let given = unsafe { given(def) }?;
    demand(
        given.cbStruct as usize >= size_of::<JET_COLUMNDEF>(),
        JetErr::INVALID_PARAMETER,
    )?;
    let bits = ColumnBits::from_bits_retain(given.grbit);
    let in_transaction = session.core.level() > 0 && !cursor.mode().deny_read;
    demand(
        !bits.contains(ColumnBits::UNVERSIONED) || !in_transaction,
        JetErr::IN_TRANSACTION,
    )?;
    let mut def = ColumnDef {
        // SAFETY: the caller's contract.
        name: unsafe { loose_name(column) },
        coltyp: given.coltyp,
        code_page: given.cp,
        cb_max: given.cbMax,
        bits,
        ..ColumnDef::default()
    };
    // SAFETY: the caller's contract.
    unsafe { defaults(&mut def, default, size, C::WIDE) }?;
    let core = cursor.db()?.core()?;
    let catalog = Arc::clone(core.catalog());
    let objid = cursor.body().table()?.objid();
    let made = change(session, cursor, |work| {
        catalog.add_column(work, objid, &def, rights(cursor))
    })?;
    leave(session, cursor)?;
    let schema = cursor.body().table()?.schema(&session.core)?;
    let of_template = match schema.flags.contains(TableFlags::TEMPLATE) {
        true => COLUMNID_OF_TEMPLATE,
        false => 0,
    };
    // SAFETY: the caller's contract.
    unsafe { out(columnid) }.set(made.columnid | of_template);
    Ok(if made.cut {
        JetErr::WRN_COLUMN_MAX_TRUNCATED
    } else {
        JetErr::SUCCESS
    })
}

/// The cursor stands before the first record.
fn leave(session: &Entered, cursor: &Cursor) -> Result<(), Refusal> {
    let mut body = cursor.body();
    let (at, _) = body.table()?.at(&session.core)?;
    at.before_first();
    Ok(())
}

/// JetDeleteColumn.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_delete_column<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    column: *const C,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_delete_column2(sesid, tableid, column, 0) }
}

/// JetDeleteColumn2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_delete_column2<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    column: *const C,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    // SAFETY: the caller's contract.
    let name = unsafe { name(column) }?.text();
    check_may_change(session, cursor)?;
    let core = cursor.db()?.core()?;
    let catalog = Arc::clone(core.catalog());
    let (objid, schema) = {
        let mut body = cursor.body();
        let table = body.table()?;
        (table.objid(), table.schema(&session.core)?)
    };
    let own_only = grbit & jet::JET_bitDeleteColumnIgnoreTemplateColumns != 0;
    let inherited = schema.column(&name).is_some_and(|c| c.derived);
    demand(!(own_only && inherited), JetErr::COLUMN_NOT_FOUND)?;
    change(session, cursor, |work| {
        catalog.delete_column(work, objid, &name)
    })?;
    DONE
}

/// JetRenameColumn.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_rename_column<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    from: *const C,
    to: *const C,
    _grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(!from.is_null() && !to.is_null(), JetErr::INVALID_PARAMETER)?;
    demand(session.core.level() == 0, JetErr::IN_TRANSACTION)?;
    // SAFETY: the caller's contract.
    let (from, to) = unsafe { (name(from)?.text(), name(to)?.text()) };
    let core = cursor.db()?.core()?;
    let catalog = Arc::clone(core.catalog());
    let objid = cursor.body().table()?.objid();
    change(session, cursor, |work| {
        catalog.rename_column(work, objid, &from, &to)
    })?;
    DONE
}

/// JetSetColumnDefaultValue.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_column_default_value<C: Char>(
    sesid: JET_SESID,
    dbid: JET_DBID,
    table: *const C,
    column: *const C,
    data: *const c_void,
    size: u32,
    _grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    let db = session.db(dbid)?;
    // SAFETY: the caller's contract.
    let (table, column) = unsafe { (name(table)?.text(), name(column)?.text()) };
    demand(!data.is_null() && size > 0, JetErr::COLUMN_ILLEGAL_NULL)?;
    // SAFETY: not null, and so large.
    let data = unsafe { slice::from_raw_parts(data.cast::<u8>(), size as usize) };
    demand(!db.read_only, JetErr::PERMISSION_DENIED)?;
    session.check_not_read_only()?;
    session.check_owner()?;
    let core = db.core()?;
    demand(
        data.len() < core.attached().page_size().bytes(),
        JetErr::DEFAULT_VALUE_TOO_BIG,
    )?;
    let objid = core.schema(&session.core, &table)?.objid;
    let others = db.is_held_by_others(objid.0, session.core.procid());
    demand(!others, JetErr::TABLE_IN_USE)?;
    let catalog = Arc::clone(core.catalog());
    let kind = session.commit_kind();
    session.core.update_as(core.attached(), kind, |work| {
        catalog.set_default(work, objid, &column, data)
    })?;
    DONE
}

//! Records are prepared, set, stored, deleted (behaviour-records.md §1-§5, §10).

use super::{input, temp_tables};
use crate::arguments::{array_mut, out};
use crate::constants as jet;
use crate::cursor::Cursor;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter_cursor};
use crate::structs::{JET_SETCOLUMN, JET_SETINFO};
use crate::types::{JET_CBTYP, JET_COLUMNID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::database::open_table::{Done, Prepare};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::instance::{TempForm, TempTable};
use ese_core::record::edit::{EditKind, NewValue, SetFlags, Stored, ValuePlace};
use ese_core::session::Session;
use std::ffi::c_void;
use std::ptr::null_mut;

/// JetPrepareUpdate.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_prepare_update(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    prep: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let what = match prep {
        jet::JET_prepCancel => {
            let mut body = cursor.body();
            let cancelled = match body.temporary() {
                Some((table, _)) => {
                    let prepared = table.prepared().is_some();
                    table.cancel();
                    prepared
                }
                None => body.table()?.cancel(&session.core)?,
            };
            demand(cancelled, JetErr::UPDATE_NOT_PREPARED)?;
            return DONE;
        }
        jet::JET_prepInsert => Prepare::Insert,
        jet::JET_prepReplace => Prepare::Replace,
        jet::JET_prepReplaceNoLock => Prepare::ReplaceNoLock,
        jet::JET_prepInsertCopy => Prepare::Copy,
        jet::JET_prepInsertCopyDeleteOriginal => Prepare::CopyDeleteOriginal,
        jet::JET_prepInsertCopyReplaceOriginal => Prepare::CopyReplaceOriginal,
        jet::JET_prepReadOnlyCopy => Prepare::ReadOnlyCopy,
        jet::JET_prepInsertMustSetAutoIncrement => Prepare::InsertWithNumber,
        _ => return refuse(JetErr::INVALID_PARAMETER),
    };
    let kind = session.commit_kind();
    let mut body = cursor.body();
    if let Some((table, _)) = body.temporary() {
        return temp_tables::prepare(table, &session.core, what);
    }
    // Of the engine's own tables too: what changes nothing yet is refused by what would.
    cursor.check_updatable()?;
    session.check_not_read_only()?;
    body.table()?.prepare(&session.core, what, kind)?;
    DONE
}

/// What a caller gives for a column: bytes, a size without bytes, or nothing.
///
/// # Safety
/// `data` is null or has `size` bytes.
unsafe fn new_value<'a>(data: *const c_void, size: u32) -> Result<NewValue<'a>, Refusal> {
    const MOST: u32 = 0x7FFF_FFFF;
    demand(size <= MOST, JetErr::INVALID_PARAMETER)?;
    if data.is_null() {
        return Ok(match size {
            0 => NewValue::Null,
            size => NewValue::Size(size),
        });
    }
    // SAFETY: passed on.
    Ok(NewValue::Bytes(unsafe { input(data, size) }?))
}

fn check_may_update(session: &Entered, cursor: &Cursor) -> Result<(), Refusal> {
    // A transaction that only reads may write temporary tables.
    if cursor.dbid().is_none() {
        return Ok(());
    }
    cursor.check_writable()?;
    session.check_not_read_only()
}

/// JetSetColumn.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_column(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columnid: JET_COLUMNID,
    data: *const c_void,
    size: u32,
    grbit: JET_GRBIT,
    info: *mut JET_SETINFO,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_may_update(session, cursor)?;
    // SAFETY: the caller's contract.
    let value = unsafe { new_value(data, size) }?;
    let mut body = cursor.body();
    let mut place = ValuePlace::default();
    // SAFETY: the caller's contract.
    if let Some(info) = unsafe { info.as_ref() } {
        if body.temporary().is_none() {
            demand(
                body.table()?.prepared(&session.core)?.is_some(),
                JetErr::UPDATE_NOT_PREPARED,
            )?;
        }
        demand(
            info.cbStruct as usize >= size_of::<JET_SETINFO>(),
            JetErr::INVALID_PARAMETER,
        )?;
        place = ValuePlace {
            itag: info.itagSequence,
            offset: info.ibLongValue,
        };
    }
    let flags = SetFlags::from_bits_retain(grbit);
    let stored = match body.temporary() {
        Some((table, _)) => temp_tables::set(table, &session.core, columnid, place, value, flags)?,
        None => body
            .table()?
            .set(&session.core, columnid, place, value, flags)?,
    };
    Ok(warning(stored))
}

fn warning(stored: Stored) -> JetErr {
    match stored {
        Stored::All => JetErr::SUCCESS,
        Stored::Truncated => JetErr::WRN_COLUMN_MAX_TRUNCATED,
    }
}

/// JetSetColumns: one after the other, up to the first error.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_columns(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columns: *mut JET_SETCOLUMN,
    count: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_may_update(session, cursor)?;
    // SAFETY: the caller's contract.
    let columns = unsafe { array_mut(columns, count) }?;
    for c in columns.iter() {
        // SAFETY: the caller's contract.
        unsafe { new_value(c.pvData, c.cbData) }?;
    }
    let mut body = cursor.body();
    if body.temporary().is_none() {
        demand(
            body.table()?.prepared(&session.core)?.is_some(),
            JetErr::UPDATE_NOT_PREPARED,
        )?;
    }
    let mut last = JetErr::SUCCESS;
    for c in columns {
        // SAFETY: the caller's contract.
        let value = unsafe { new_value(c.pvData, c.cbData) }?;
        let place = ValuePlace {
            itag: c.itagSequence,
            offset: c.ibLongValue,
        };
        let flags = SetFlags::from_bits_retain(c.grbit);
        let stored = match body.temporary() {
            Some((table, _)) => {
                temp_tables::set(table, &session.core, c.columnid, place, value, flags)?
            }
            None => body
                .table()?
                .set(&session.core, c.columnid, place, value, flags)?,
        };
        last = warning(stored);
        c.err = last.0;
    }
    Ok(last)
}

/// Calls the callbacks of a kind on a table; the first that refuses ends it.
pub(super) fn call_back(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    cursor: &Cursor,
    kind: JET_CBTYP,
) -> Result<(), Refusal> {
    // Temporary tables have none.
    let Ok(db) = cursor.db() else { return Ok(()) };
    for r in db.callbacks.of(cursor.objid, kind) {
        let Some(function) = r.function else { continue };
        let context = std::ptr::with_exposed_provenance_mut::<c_void>(r.context);
        // SAFETY: the program registered it with this context, to be called like this. No lock is
        // held: it may call on this session and cursor.
        let said = unsafe {
            function(
                sesid,
                db.dbid,
                tableid,
                kind,
                null_mut(),
                null_mut(),
                context,
                0,
            )
        };
        if said < 0 {
            return refuse(JetErr(said));
        }
    }
    Ok(())
}

/// JetUpdate.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_update(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    bookmark: *mut c_void,
    most: u32,
    actual: *mut u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_update2(sesid, tableid, bookmark, most, actual, 0) }
}

/// The update of a temporary table. A record has a bookmark once the table is a tree: what goes into
/// a sort has none, and nothing is written.
///
/// # Safety
/// `bookmark` is null or has `most` bytes; `actual` is null or a number.
unsafe fn update_temporary(
    table: &mut TempTable,
    session: &Session,
    bookmark: *mut c_void,
    most: u32,
    actual: *mut u32,
) -> Answer {
    let Some(prepared) = table.prepared() else {
        return refuse(JetErr::UPDATE_NOT_PREPARED);
    };
    if table.cursor().is_none() {
        table.save(session)?;
        return DONE;
    }
    demand(!bookmark.is_null() || most == 0, JetErr::INVALID_PARAMETER)?;
    let replaces = prepared == EditKind::Replace;
    if replaces && most > 0 {
        let key = table.bookmark()?;
        // SAFETY: passed on.
        unsafe { super::copy_out(&key, bookmark, most, actual) }?;
    }
    table.save_within(session, (most > 0).then_some(most as usize))?;
    if !replaces && let Some(cursor) = table.cursor() {
        // SAFETY: passed on.
        unsafe { super::copy_out(cursor.inserted(), bookmark, most, actual) }?;
    }
    DONE
}

/// JetUpdate2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_update2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    bookmark: *mut c_void,
    most: u32,
    actual: *mut u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_may_update(session, cursor)?;
    session.check_owner()?;
    if let Some((table, _)) = cursor.body().temporary() {
        // SAFETY: passed on.
        return unsafe { update_temporary(table, &session.core, bookmark, most, actual) };
    }
    let prepared = cursor.body().table()?.prepared(&session.core)?;
    let Some(prepared) = prepared else {
        return refuse(JetErr::UPDATE_NOT_PREPARED);
    };
    demand(
        grbit & jet::JET_bitUpdateNoVersion == 0,
        JetErr::UPDATE_MUST_VERSION,
    )?;
    demand(!bookmark.is_null() || most == 0, JetErr::INVALID_PARAMETER)?;
    let replaces = matches!(prepared, Prepare::Replace | Prepare::ReplaceNoLock);
    if replaces && most > 0 {
        let mut body = cursor.body();
        let (at, _) = body.table()?.at(&session.core)?;
        let key = at.bookmark()?;
        // SAFETY: the caller's contract.
        unsafe { super::copy_out(key, bookmark, most, actual) }?;
    }
    if prepared.takes_place() {
        call_back(sesid, tableid, cursor, jet::JET_cbtypBeforeDelete)?;
    }
    let (before, after) = match replaces {
        true => (jet::JET_cbtypBeforeReplace, jet::JET_cbtypAfterReplace),
        false => (jet::JET_cbtypBeforeInsert, jet::JET_cbtypAfterInsert),
    };
    call_back(sesid, tableid, cursor, before)?;
    {
        let mut body = cursor.body();
        let table = body.table()?;
        let kind = session.commit_kind();
        let room = (most > 0).then_some(most as usize);
        let done = table.store(&session.core, kind, room);
        let went_in = !replaces && table.cursor().inserted_record();
        let fits = most == 0 || table.cursor().inserted().len() <= most as usize;
        if done.as_ref().is_ok_and(|d| *d == Done::Inserted) || (went_in && fits) {
            let key = table.cursor().inserted();
            // SAFETY: the caller's contract.
            unsafe { super::copy_out(key, bookmark, most, actual) }?;
        }
        done?;
    }
    let _ = call_back(sesid, tableid, cursor, after);
    DONE
}

/// JetDelete.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_delete(sesid: JET_SESID, tableid: JET_TABLEID) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_may_update(session, cursor)?;
    session.check_owner()?;
    if let Some((table, _)) = cursor.body().temporary() {
        if table.form() == TempForm::Tree {
            table.cancel();
        }
        table.delete(&session.core)?;
        return DONE;
    }
    {
        let mut body = cursor.body();
        let table = body.table()?;
        let prepared = table.prepared(&session.core)?;
        demand(
            !prepared.is_some_and(Prepare::takes_place),
            JetErr::ALREADY_PREPARED,
        )?;
        table.cancel(&session.core)?;
    }
    call_back(sesid, tableid, cursor, jet::JET_cbtypBeforeDelete)?;
    let kind = session.commit_kind();
    cursor.body().table()?.delete(&session.core, kind)?;
    let _ = call_back(sesid, tableid, cursor, jet::JET_cbtypAfterDelete);
    DONE
}

/// JetEscrowUpdate.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_escrow_update(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    columnid: JET_COLUMNID,
    data: *mut c_void,
    size: u32,
    old: *mut c_void,
    old_most: u32,
    old_actual: *mut u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(session.core.level() > 0, JetErr::NOT_IN_TRANSACTION)?;
    check_may_update(session, cursor)?;
    let mut body = cursor.body();
    let table = body.table()?;
    let schema = table.schema(&session.core)?;
    let column = schema.by_columnid(columnid)?;
    demand(
        table.prepared(&session.core)?.is_none(),
        JetErr::ALREADY_PREPARED,
    )?;
    let width = match column.fid.is_tagged() {
        true => 0,
        false => column.fixed_len(),
    };
    demand(
        size as usize == width && !data.is_null(),
        JetErr::INVALID_BUFFER_SIZE,
    )?;
    demand(
        old.is_null() || old_most == 0 || old_most as usize >= width,
        JetErr::INVALID_BUFFER_SIZE,
    )?;
    demand(
        column.flags.contains(ColumnFlags::ESCROW),
        JetErr::INVALID_OPERATION,
    )?;
    // SAFETY: the caller's contract.
    let amount = match unsafe { input(data, size) }? {
        [a, b, c, d] => i64::from(i32::from_le_bytes([*a, *b, *c, *d])),
        bytes => i64::from_le_bytes(bytes.try_into().unwrap_or_default()),
    };
    session.check_owner()?;
    let was = match grbit & jet::JET_bitEscrowNoRollback {
        0 => table.escrow(&session.core, column, amount)?,
        _ => table.escrow_for_good(&session.core, column, amount)?,
    };
    let bytes = was.to_le_bytes();
    let bytes = bytes.get(..width).unwrap_or_default();
    let most = if old.is_null() { 0 } else { old_most };
    // SAFETY: the caller's contract.
    unsafe {
        super::copy_out(bytes, old, most, null_mut())?;
        out(old_actual).set(width as u32);
    }
    DONE
}

//! The current index, bookmarks, locks and small calls on cursors (behaviour-cursors.md §8, §10).

use super::cursor_moves::{check_no_filter, looking, moving};
use super::{copy_out, input};
use crate::arguments::needed;
use crate::constants as jet;
use crate::cursor::Cursor;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter_cursor};
use crate::strings::{name, name_in};
use crate::structs::JET_INDEXID;
use crate::types::{Char, JET_GRBIT, JET_LS, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::cursor::{CursorError, Keep, Move, SecondaryBookmark};
use ese_core::instance::TempForm;
use std::ffi::c_void;

/// JetSetCurrentIndex.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_current_index<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_set_current_index4(sesid, tableid, index, std::ptr::null_mut(), 0, 1) }
}

/// JetSetCurrentIndex2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_current_index2<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_set_current_index4(sesid, tableid, index, std::ptr::null_mut(), grbit, 1) }
}

/// JetSetCurrentIndex3.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_current_index3<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
    grbit: JET_GRBIT,
    itag: u32,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_set_current_index4(sesid, tableid, index, std::ptr::null_mut(), grbit, itag) }
}

/// JetSetCurrentIndex4.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_current_index4<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    index: *const C,
    id: *mut JET_INDEXID,
    grbit: JET_GRBIT,
    itag: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(grbit & !jet::JET_bitNoMove == 0, JetErr::INVALID_GRBIT)?;
    check_no_filter(cursor)?;
    // SAFETY: the caller's contract.
    let id = unsafe { id.as_ref() };
    let keep = match grbit & jet::JET_bitNoMove {
        0 => Keep::First,
        _ => Keep::Record(itag),
    };
    let mut body = cursor.body();
    let table = body.table()?;
    let chosen = match id {
        Some(id) => {
            let wanted = index_of_id(id).ok_or(Refusal(JetErr::INVALID_INDEX_ID))?;
            let (at, _) = table.at(&session.core)?;
            let indexes = at.indexes();
            let primary = indexes.schema().objid.0 == wanted.0;
            let mut all = indexes.secondary().iter();
            let slot = all.position(|i| (i.tree.objid().0, i.tree.root().0) == wanted);
            demand(primary || slot.is_some(), JetErr::INVALID_INDEX_ID)?;
            Chosen::Slot(slot)
        }
        // SAFETY: the caller's contract.
        None => Chosen::Name(match unsafe { first(index) } {
            None => None,
            // SAFETY: the caller's contract.
            Some(_) => Some(unsafe { name(index) }?.text()),
        }),
    };
    if keep != Keep::First {
        let (at, _) = table.at(&session.core)?;
        at.bookmark()?;
    }
    table.cancel(&session.core)?;
    let (at, eyes) = table.at(&session.core)?;
    let done = match &chosen {
        Chosen::Slot(slot) => at.set_index_slot(&eyes, *slot, keep),
        Chosen::Name(name) => at.set_index(&eyes, name.as_deref(), keep),
    };
    cursor.note_index(at.index().map_or(0, |i| i.tree.objid().0));
    done?;
    DONE
}

/// How an index was named.
enum Chosen {
    Slot(Option<usize>),
    Name(Option<String>),
}

/// The first character of a string; `None` for none and an empty one.
///
/// # Safety
/// `pointer` is null or ends with a zero.
unsafe fn first<C: Char>(pointer: *const C) -> Option<C> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: by the contract above.
    let c = unsafe { pointer.read_unaligned() };
    (c != C::NUL).then_some(c)
}

/// What an index id holds: object id and root of the index.
pub(super) fn id_of_index(objid: u32, root: u32) -> JET_INDEXID {
    let mut bytes = [0; 16];
    for (to, from) in bytes
        .iter_mut()
        .zip(objid.to_le_bytes().iter().chain(&root.to_le_bytes()))
    {
        *to = *from;
    }
    JET_INDEXID {
        cbStruct: size_of::<JET_INDEXID>() as u32,
        rgbIndexId: bytes,
    }
}

fn index_of_id(id: &JET_INDEXID) -> Option<(u32, u32)> {
    if id.cbStruct as usize != size_of::<JET_INDEXID>() {
        return None;
    }
    let (a, rest) = id.rgbIndexId.split_first_chunk::<4>()?;
    let (b, rest) = rest.split_first_chunk::<4>()?;
    let plain = rest.iter().all(|b| *b == 0);
    plain.then_some((u32::from_le_bytes(*a), u32::from_le_bytes(*b)))
}

/// JetGetCurrentIndex: "" for a table without a primary index.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_current_index<C: Char>(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut C,
    room: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let index = {
        let mut body = cursor.body();
        let (at, _) = body.table()?.at(&session.core)?;
        let indexes = at.indexes();
        let secondary = at.index().and_then(|i| indexes.described(i));
        let index = secondary.or_else(|| indexes.schema().primary());
        index.map_or(String::new(), |i| i.name.clone())
    };
    let room = room as usize / size_of::<C>();
    if room == 0 {
        return Ok(JetErr::WRN_BUFFER_TRUNCATED);
    }
    demand(!place.is_null(), JetErr::INVALID_PARAMETER)?;
    let mut characters: Vec<C> = name_in(&index);
    characters.truncate(room - 1);
    characters.push(C::NUL);
    // SAFETY: there is room for all of them.
    unsafe { place.copy_from_nonoverlapping(characters.as_ptr(), characters.len()) }
    DONE
}

/// JetGetBookmark.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_bookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut c_void,
    most: u32,
    actual: *mut u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    if let Some((table, _)) = body.temporary() {
        // SAFETY: the caller's contract.
        let whole = unsafe { copy_out(&table.bookmark()?, place, most, actual) }?;
        demand(whole, JetErr::BUFFER_TOO_SMALL)?;
        return DONE;
    }
    let (at, _) = body.table()?.at(&session.core)?;
    // SAFETY: the caller's contract.
    let whole = unsafe { copy_out(at.bookmark()?, place, most, actual) }?;
    demand(whole, JetErr::BUFFER_TOO_SMALL)?;
    DONE
}

/// Longer than any key, and so none's.
static NO_KEY: [u8; 4096] = [0xFF; 4096];

/// The bytes of a key that a caller hands in. What is longer than any is not looked at.
///
/// # Safety
/// As of [`input`].
unsafe fn key_input<'a>(pointer: *const c_void, size: u32) -> Result<&'a [u8], Refusal> {
    if !pointer.is_null() && size as usize >= NO_KEY.len() {
        return Ok(&NO_KEY);
    }
    // SAFETY: passed on.
    unsafe { input(pointer, size) }
}

/// JetGotoBookmark.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_goto_bookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    bookmark: *mut c_void,
    size: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(!bookmark.is_null() && size > 0, JetErr::INVALID_BOOKMARK)?;
    // SAFETY: the caller's contract.
    let bookmark = unsafe { key_input(bookmark, size) }?;
    if let Some((table, _)) = cursor.body().temporary() {
        table.cancel();
        table.goto(&session.core, bookmark)?;
        return DONE;
    }
    moving(session, cursor, |at, eyes| at.goto_bookmark(eyes, bookmark))?;
    DONE
}

/// JetGetSecondaryIndexBookmark.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_get_secondary_index_bookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    key: *mut c_void,
    key_most: u32,
    key_actual: *mut u32,
    primary: *mut c_void,
    primary_most: u32,
    primary_actual: *mut u32,
    _grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    let (at, eyes) = body.table()?.at(&session.core)?;
    let there = at.secondary_bookmark(&eyes)?;
    // SAFETY: the caller's contract.
    let whole = unsafe {
        let key = copy_out(there.key, key, key_most, key_actual)?;
        let primary = copy_out(there.record, primary, primary_most, primary_actual)?;
        key && primary
    };
    demand(whole, JetErr::BUFFER_TOO_SMALL)?;
    DONE
}

/// JetGotoSecondaryIndexBookmark.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_goto_secondary_index_bookmark(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    key: *mut c_void,
    key_size: u32,
    primary: *mut c_void,
    primary_size: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let key_size = if key.is_null() { 0 } else { key_size };
    let primary_size = if primary.is_null() { 0 } else { primary_size };
    // SAFETY: the caller's contract.
    let (key, record) = unsafe { (key_input(key, key_size)?, key_input(primary, primary_size)?) };
    goto_secondary(session, cursor, SecondaryBookmark { key, record }, grbit)
}

fn goto_secondary(
    session: &Entered,
    cursor: &Cursor,
    bookmark: SecondaryBookmark<'_>,
    grbit: JET_GRBIT,
) -> Answer {
    let stay = grbit & jet::JET_bitBookmarkPermitVirtualCurrency != 0;
    {
        let mut body = cursor.body();
        let (at, _) = body.table()?.at(&session.core)?;
        let index = at.index().ok_or(CursorError::NoCurrentIndex)?;
        let unique = index.tree.is_unique();
        let complete = !bookmark.key.is_empty() && (unique || !bookmark.record.is_empty());
        demand(complete, JetErr::INVALID_BOOKMARK)?;
    }
    moving(session, cursor, |at, eyes| {
        at.goto_secondary_bookmark(eyes, bookmark, stay)
    })?;
    DONE
}

/// JetGetLock.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_lock(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(cursor.dbid().is_some(), JetErr::ILLEGAL_OPERATION)?;
    demand(session.core.level() > 0, JetErr::NOT_IN_TRANSACTION)?;
    let write = match grbit & (jet::JET_bitReadLock | jet::JET_bitWriteLock) {
        jet::JET_bitReadLock => false,
        jet::JET_bitWriteLock => true,
        _ => return refuse(JetErr::INVALID_GRBIT),
    };
    // Of the place of a key, not of a record.
    demand(
        grbit & jet::JET_bitKeyLock == 0,
        JetErr::FEATURE_NOT_AVAILABLE,
    )?;
    if write {
        cursor.check_updatable()?;
        session.check_not_read_only()?;
    }
    looking(session, cursor, |at, eyes| {
        at.lock_for(eyes, session.core.trx(), write)
    })?;
    DONE
}

/// JetGetCursorInfo: whether somebody else is changing the record.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_cursor_info(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    _result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(size == 0 && level == 0, JetErr::INVALID_PARAMETER)?;
    if let Some((table, _)) = cursor.body().temporary() {
        // A table of one session: nobody else changes anything.
        demand(table.form() == TempForm::Tree, JetErr::ILLEGAL_OPERATION)?;
        table.bookmark()?;
        table.move_to(&session.core, Move::By(0), false)?;
        return DONE;
    }
    let changing = looking(session, cursor, |at, eyes| {
        at.bookmark()?;
        at.record(eyes)?;
        Ok(at.is_changed_by_others(session.core.trx()))
    })?;
    demand(!changing, JetErr::WRITE_CONFLICT)?;
    DONE
}

/// JetSetTableSequential: reading ahead is the engine's own business.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_table_sequential(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    _grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let cursor = inside.cursor();
    demand(cursor.dbid().is_some(), JetErr::ILLEGAL_OPERATION)?;
    DONE
}

/// JetResetTableSequential.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_reset_table_sequential(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    _grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let cursor = inside.cursor();
    demand(cursor.dbid().is_some(), JetErr::ILLEGAL_OPERATION)?;
    DONE
}

/// JetSetLS.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_ls(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    value: JET_LS,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let callback = session
        .instance
        .number(crate::params::table::JET_paramRuntimeCallback);
    demand(callback != 0, JetErr::LS_CALLBACK_NOT_SPECIFIED)?;
    check_ls(grbit)?;
    // The nil value takes away, whoever gives it.
    let nil = grbit & jet::JET_bitLSReset != 0 || value == jet::JET_LSNil;
    with_local(cursor, grbit, |local| {
        demand(nil || local.is_none(), JetErr::LS_ALREADY_SET)?;
        *local = (!nil).then_some(value);
        DONE
    })
}

/// JetGetLS.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_ls(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    value: *mut JET_LS,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let cursor = inside.cursor();
    check_ls(grbit)?;
    // SAFETY: the caller's contract.
    let place = unsafe { needed(value) }?;
    let reset = grbit & jet::JET_bitLSReset != 0;
    let of_table = grbit & jet::JET_bitLSTable != 0;
    with_local(cursor, grbit, |local| {
        *place = local.unwrap_or(jet::JET_LSNil);
        // A cursor without a value may be reset, a table may not.
        let asked = reset && !of_table;
        demand(local.is_some() || asked, JetErr::LS_NOT_SET)?;
        if reset {
            *local = None;
        }
        DONE
    })
}

/// The value of the cursor, or of its table.
fn with_local(
    cursor: &Cursor,
    grbit: JET_GRBIT,
    what: impl FnOnce(&mut Option<JET_LS>) -> Answer,
) -> Answer {
    if grbit & jet::JET_bitLSTable == 0 {
        return what(&mut cursor.body().local);
    }
    cursor.db()?.with_local(cursor.objid, what)
}

fn check_ls(grbit: JET_GRBIT) -> Result<(), Refusal> {
    let both = jet::JET_bitLSCursor | jet::JET_bitLSTable;
    demand(grbit & both != both, JetErr::INVALID_GRBIT)
}

//! Moves, search keys, seeks and ranges (behaviour-cursors.md §4-§7).

use super::{copy_out, input, temp_tables};
use crate::constants as jet;
use crate::cursor::{Body, Cursor};
use crate::gate::{Answer, DONE, Refusal, demand};
use crate::session::{Entered, Session, enter_cursor, enter_often};
use crate::types::{JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::btree::Seek;
use ese_core::cursor::{CursorError, Eyes, Hit, Move, RangeFlags, SeekOptions, TableCursor};
use ese_core::format::key::MakeKeyFlags;
use ese_core::instance::TempTable;
use std::ffi::c_void;

/// Runs something at a cursor whose prepared update is cancelled before.
pub(super) fn moving<T>(
    session: &Entered,
    cursor: &Cursor,
    what: impl FnOnce(&mut TableCursor, &Eyes<'_>) -> Result<T, CursorError>,
) -> Result<T, Refusal> {
    let mut body = cursor.body();
    let table = body.table()?;
    table.cancel(&session.core)?;
    let (at, eyes) = table.at(&session.core)?;
    Ok(what(at, &eyes)?)
}

/// Runs something at a cursor.
pub(super) fn looking<T>(
    session: &Entered,
    cursor: &Cursor,
    what: impl FnOnce(&mut TableCursor, &Eyes<'_>) -> Result<T, CursorError>,
) -> Result<T, Refusal> {
    let mut body = cursor.body();
    let (at, eyes) = body.table()?.at(&session.core)?;
    Ok(what(at, &eyes)?)
}

/// JetMove.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_move(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    rows: i32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_often(sesid, tableid, true)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    if rows == 1 && grbit == 0 && body.filter.is_empty() {
        // Most moves are of scans.
        if let Ok(table) = body.table()
            && table.next_at_hand(&session.core)?
        {
            return DONE;
        }
    }
    let key_ne = grbit & jet::JET_bitMoveKeyNE != 0;
    let to = match rows {
        jet::JET_MoveFirst => Move::First,
        jet::JET_MoveLast => Move::Last,
        n => Move::By(n),
    };
    if let Some((table, _)) = body.temporary() {
        return temp_tables::go(table, &session.core, to, key_ne);
    }
    if !body.filter.is_empty() {
        return filtered_move(session, &mut body, to, key_ne);
    }
    let table = body.table()?;
    table.cancel(&session.core)?;
    let (at, eyes) = table.at(&session.core)?;
    at.move_to(&eyes, to, key_ne)?;
    DONE
}

/// A move that stops only at records that pass the cursor's filter.
fn filtered_move(session: &Session, body: &mut Body, to: Move, key_ne: bool) -> Answer {
    demand(to != Move::By(0), JetErr::FILTERED_MOVE_NOT_SUPPORTED)?;
    body.table()?.cancel(&session.core)?;
    let (first, then, count) = match to {
        Move::First => (Some(Move::First), Move::By(1), 1),
        Move::Last => (Some(Move::Last), Move::By(-1), 1),
        Move::By(n) => (None, Move::By(n.signum()), n.unsigned_abs()),
    };
    let mut step = first.unwrap_or(then);
    for _ in 0..count {
        loop {
            {
                let (at, eyes) = body.table()?.at(&session.core)?;
                at.move_to(&eyes, step, key_ne)?;
            }
            step = then;
            if crate::filter::passes(session, body)? {
                break;
            }
        }
    }
    DONE
}

/// JetMakeKey.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_make_key(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    data: *const c_void,
    size: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_often(sesid, tableid, true)?;
    let (session, cursor) = inside.parts();
    // SAFETY: the caller's contract.
    let data = unsafe { input(data, size) }?;
    let mut body = cursor.body();
    if let Some((table, _)) = body.temporary() {
        return temp_tables::make_key(table, data, grbit);
    }
    let (at, _) = body.table()?.at(&session.core)?;
    at.make_key(data, MakeKeyFlags::from_bits_retain(grbit))?;
    DONE
}

/// The relation of a seek: one, not none and not several.
fn relation(grbit: JET_GRBIT) -> Option<Seek> {
    const ALL: JET_GRBIT = jet::JET_bitSeekEQ
        | jet::JET_bitSeekLT
        | jet::JET_bitSeekLE
        | jet::JET_bitSeekGE
        | jet::JET_bitSeekGT;
    match grbit & ALL {
        jet::JET_bitSeekEQ => Some(Seek::Eq),
        jet::JET_bitSeekLT => Some(Seek::Lt),
        jet::JET_bitSeekLE => Some(Seek::Le),
        jet::JET_bitSeekGE => Some(Seek::Ge),
        jet::JET_bitSeekGT => Some(Seek::Gt),
        _ => None,
    }
}

/// JetSeek.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_seek(sesid: JET_SESID, tableid: JET_TABLEID, grbit: JET_GRBIT) -> Answer {
    let inside = enter_often(sesid, tableid, true)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    let options = |relation| SeekOptions {
        relation,
        set_range: grbit & jet::JET_bitSetIndexRange != 0,
        check_uniqueness: grbit & jet::JET_bitCheckUniqueness != 0,
    };
    if let Some((table, _)) = body.temporary() {
        // A sort does not look.
        let options = options(relation(grbit).unwrap_or(Seek::Eq));
        return temp_tables::seek(table, &session.core, options);
    }
    let relation = relation(grbit).ok_or(Refusal(JetErr::INVALID_PARAMETER))?;
    let table = body.table()?;
    if table.has_update() {
        let (at, _) = table.at(&session.core)?;
        demand(at.has_search_key(), JetErr::KEY_NOT_MADE)?;
        table.cancel(&session.core)?;
    }
    let (at, eyes) = table.at(&session.core)?;
    demand(at.has_search_key(), JetErr::KEY_NOT_MADE)?;
    let sought = at.seek(&eyes, options(relation));
    if !body.filter.is_empty() {
        return filtered_seek(session, &mut body, options(relation), sought);
    }
    let hit = sought?;
    Ok(match hit {
        Hit::Exact => JetErr::SUCCESS,
        Hit::Unique => JetErr::WRN_UNIQUE_KEY,
        Hit::NotEqual => JetErr::WRN_SEEK_NOT_EQUAL,
    })
}

/// What was found goes on to the next record that passes the filter.
fn filtered_seek(
    session: &Entered,
    body: &mut Body,
    options: SeekOptions,
    hit: Result<Hit, CursorError>,
) -> Answer {
    let forward = !matches!(options.relation, Seek::Le | Seek::Lt);
    let sought = {
        let (at, _) = body.table()?.at(&session.core)?;
        at.search_key().map(<[u8]>::to_vec).unwrap_or_default()
    };
    let mut warning = match hit {
        Ok(Hit::NotEqual) => JetErr::WRN_SEEK_NOT_EQUAL,
        Ok(_) => JetErr::SUCCESS,
        Err(e) => {
            // As where records are there and none passes: at the place of the key, not off the end.
            if matches!(e, CursorError::RecordNotFound) && forward {
                let (at, _) = body.table()?.at(&session.core)?;
                at.stay_between(&sought);
            }
            return Err(e.into());
        }
    };
    loop {
        if crate::filter::passes(session, body)? {
            return Ok(warning);
        }
        let (at, eyes) = body.table()?.at(&session.core)?;
        let step = Move::By(if forward { 1 } else { -1 });
        match at.move_to(&eyes, step, false) {
            Ok(()) => {}
            Err(CursorError::NoCurrentRecord) => {
                if matches!(options.relation, Seek::Eq | Seek::Ge | Seek::Gt) {
                    at.stay_between(&sought);
                }
                return Err(Refusal(JetErr::RECORD_NOT_FOUND));
            }
            Err(e) => return Err(e.into()),
        }
        let equal = at.key(&eyes)? == sought;
        if options.relation == Seek::Eq && !equal {
            at.stay_between(&sought);
            return Err(Refusal(JetErr::RECORD_NOT_FOUND));
        }
        if !equal && matches!(options.relation, Seek::Ge | Seek::Le) {
            warning = JetErr::WRN_SEEK_NOT_EQUAL;
        }
    }
}

/// JetSetIndexRange.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_index_range(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    if let Some((table, _)) = cursor.body().temporary() {
        return temp_tables::set_range(table, &session.core, grbit);
    }
    looking(session, cursor, |at, eyes| {
        at.set_range(eyes, RangeFlags::from_bits_retain(grbit))
    })?;
    DONE
}

/// JetRetrieveKey.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_retrieve_key(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut c_void,
    most: u32,
    actual: *mut u32,
    grbit: JET_GRBIT,
) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let mut body = cursor.body();
    let search = grbit & jet::JET_bitRetrieveCopy != 0;
    if let Some((table, _)) = body.temporary() {
        let made = |t: &TempTable| t.search_key().map(<[u8]>::to_vec);
        let key = match search {
            true => made(table).ok_or(Refusal(JetErr::KEY_NOT_MADE))?,
            false => table.key(&session.core)?,
        };
        // SAFETY: the caller's contract.
        let whole = unsafe { copy_out(&key, place, most, actual) }?;
        return Ok(if whole || search {
            JetErr::SUCCESS
        } else {
            JetErr::WRN_BUFFER_TRUNCATED
        });
    }
    let (at, eyes) = body.table()?.at(&session.core)?;
    let search = grbit & jet::JET_bitRetrieveCopy != 0;
    let key = match search {
        // One of no bytes, ready-made, can be sought with but not read.
        true => at
            .search_key()
            .filter(|key| !key.is_empty())
            .ok_or(Refusal(JetErr::KEY_NOT_MADE))?,
        false => at.key(&eyes)?,
    };
    // SAFETY: the caller's contract.
    let whole = unsafe { copy_out(key, place, most, actual) }?;
    Ok(if whole || search {
        JetErr::SUCCESS
    } else {
        JetErr::WRN_BUFFER_TRUNCATED
    })
}

/// JetIndexRecordCount.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_index_record_count(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    count: *mut u32,
    most: u32,
) -> Answer {
    let mut wide = 0;
    let done = counted(sesid, tableid, &mut wide, u64::from(most));
    // SAFETY: the caller's contract.
    let mut place = unsafe { crate::arguments::out(count) };
    match u32::try_from(wide) {
        Ok(n) => place.set(n),
        Err(_) => return Err(Refusal(JetErr::TOO_MANY_RECORDS)),
    }
    done
}

/// JetIndexRecordCount2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_index_record_count2(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    count: *mut u64,
    most: u64,
) -> Answer {
    let mut wide = 0;
    let done = counted(sesid, tableid, &mut wide, most);
    // SAFETY: the caller's contract.
    unsafe { crate::arguments::out(count) }.set(wide);
    done
}

fn counted(sesid: JET_SESID, tableid: JET_TABLEID, count: &mut u64, most: u64) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_no_filter(cursor)?;
    *count = looking(session, cursor, |at, eyes| at.count(eyes, most))?;
    DONE
}

/// Refuses what does not know filters.
pub(super) fn check_no_filter(cursor: &Cursor) -> Result<(), Refusal> {
    demand(
        cursor.body().filter.is_empty(),
        JetErr::FILTERED_MOVE_NOT_SUPPORTED,
    )
}

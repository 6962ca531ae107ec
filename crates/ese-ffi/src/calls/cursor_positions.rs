//! Positions and reading ahead (behaviour-cursors.md §9).

use super::cursor_moves::{check_no_filter, looking, moving};
use super::{input, put};
use crate::arguments::{aligned, given, out};
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::enter_cursor;
use crate::structs::{JET_INDEX_COLUMN, JET_INDEX_RANGE, JET_RECPOS, JET_RECPOS2};
use crate::types::{JET_COLUMNID, JET_GRBIT, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::btree::Share;
use ese_core::format::key::MakeKeyFlags;
use std::ffi::c_void;
use std::slice;

/// A number in the 32 bits that the older structure has.
fn wrapped(n: u64) -> u32 {
    n as u32
}

/// JetGetRecordPosition.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_record_position(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut JET_RECPOS,
    size: u32,
) -> Answer {
    let (session, cursor) = enter_cursor(sesid, tableid)?;
    check_no_filter(&cursor)?;
    demand(
        size as usize >= size_of::<JET_RECPOS>() && !place.is_null(),
        JetErr::INVALID_PARAMETER,
    )?;
    let share = looking(&session, &cursor, |at, eyes| at.position(eyes))?;
    let old = JET_RECPOS {
        cbStruct: size_of::<JET_RECPOS>() as u32,
        centriesLT: wrapped(share.before),
        centriesInRange: 1,
        centriesTotal: wrapped(share.of),
    };
    // SAFETY: the caller has room for `size` bytes.
    unsafe {
        if size as usize >= size_of::<JET_RECPOS2>() {
            let new = JET_RECPOS2 {
                cbStruct: size_of::<JET_RECPOS2>() as u32,
                centriesLTDeprecated: old.centriesLT,
                centriesInRangeDeprecated: old.centriesInRange,
                centriesTotalDeprecated: old.centriesTotal,
                centriesLT: share.before,
                centriesTotal: share.of,
            };
            put(place.cast(), new)
        } else {
            put(place.cast(), old)
        }
    }
}

/// JetGotoPosition.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_goto_position(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    place: *mut JET_RECPOS,
) -> Answer {
    let (session, cursor) = enter_cursor(sesid, tableid)?;
    check_no_filter(&cursor)?;
    // SAFETY: the caller's contract.
    let old = *unsafe { given(place.cast_const()) }?;
    let share = match old.cbStruct as usize {
        n if n == size_of::<JET_RECPOS>() => Share {
            before: u64::from(old.centriesLT),
            of: u64::from(old.centriesTotal),
        },
        n if n == size_of::<JET_RECPOS2>() => {
            // SAFETY: it says that it is so large.
            let new = unsafe { place.cast::<JET_RECPOS2>().read_unaligned() };
            let plain = new.centriesLTDeprecated == 0 && new.centriesTotalDeprecated == 0;
            demand(plain, JetErr::INVALID_PARAMETER)?;
            Share {
                before: new.centriesLT,
                of: new.centriesTotal,
            }
        }
        _ => return refuse(JetErr::INVALID_PARAMETER),
    };
    demand(share.before <= share.of, JetErr::INVALID_PARAMETER)?;
    moving(&session, &cursor, |at, eyes| at.goto_position(eyes, share))?;
    DONE
}

/// JetPrereadKeys: checks as the original; reading ahead is the engine's own business.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_preread_keys(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    keys: *mut *const c_void,
    sizes: *const u32,
    count: i32,
    done: *mut i32,
    grbit: JET_GRBIT,
) -> Answer {
    let (session, cursor) = enter_cursor(sesid, tableid)?;
    // SAFETY: the caller's contract.
    let mut done = unsafe { out(done) };
    done.set(0);
    demand(
        !keys.is_null() && !sizes.is_null() && count > 0,
        JetErr::INVALID_PARAMETER,
    )?;
    let forward = match grbit {
        jet::JET_bitPrereadForward => true,
        jet::JET_bitPrereadBackward => false,
        _ => return refuse(JetErr::INVALID_GRBIT),
    };
    let most = looking(&session, &cursor, |at, _| Ok(at.key_most()))?;
    let number = usize::try_from(count).unwrap_or(0);
    // SAFETY: the caller's contract: so many of both.
    let (keys, sizes) = unsafe {
        (
            slice::from_raw_parts(keys.cast_const(), number),
            slice::from_raw_parts(sizes, number),
        )
    };
    let mut before: Option<&[u8]> = None;
    for (key, size) in keys.iter().zip(sizes) {
        demand(!key.is_null(), JetErr::INVALID_PARAMETER)?;
        let fits = *size > 0 && *size as usize <= most;
        demand(fits, JetErr::INVALID_BUFFER_SIZE)?;
        // SAFETY: the caller's contract.
        let key = unsafe { input(*key, *size) }?;
        let sorted = before.is_none_or(|b| if forward { b <= key } else { b >= key });
        demand(sorted, JetErr::INVALID_PARAMETER)?;
        before = Some(key);
    }
    done.set(count);
    DONE
}

/// The key that columns of a range make.
///
/// # Safety
/// The columns are as many as it says, and their data is the caller's.
unsafe fn range_key(
    session: &crate::session::Entered,
    cursor: &crate::cursor::Cursor,
    columns: *const JET_INDEX_COLUMN,
    count: u32,
    end: bool,
    normalized: bool,
) -> Result<Vec<u8>, Refusal> {
    let count = count as usize;
    demand(count == 0 || !columns.is_null(), JetErr::INVALID_PARAMETER)?;
    aligned(columns)?;
    let columns = match count {
        0 => &[][..],
        // SAFETY: by the contract above.
        count => unsafe { slice::from_raw_parts(columns, count) },
    };
    demand(!columns.is_empty(), JetErr::KEY_NOT_MADE)?;
    let mut flags = MakeKeyFlags::NEW_KEY;
    for (i, c) in columns.iter().enumerate() {
        let last = i + 1 == columns.len();
        let empty = c.grbit & jet::JET_bitZeroLength != 0;
        demand(
            c.grbit & !jet::JET_bitZeroLength == 0 && (!empty || c.cb == 0),
            JetErr::INVALID_PARAMETER,
        )?;
        // SAFETY: by the contract above.
        let data = unsafe { input(c.pv.cast_const(), c.cb) }?;
        if normalized {
            flags = MakeKeyFlags::NORMALIZED_KEY;
        }
        if empty {
            flags |= MakeKeyFlags::ZERO_LENGTH;
        }
        match c.relop {
            jet::JET_relopEquals if last && !normalized => {
                flags |= match end {
                    true => MakeKeyFlags::FULL_COLUMN_END,
                    false => MakeKeyFlags::FULL_COLUMN_START,
                };
            }
            jet::JET_relopEquals => {}
            jet::JET_relopPrefixEquals if last => {
                flags |= match end {
                    true => MakeKeyFlags::PARTIAL_COLUMN_END,
                    false => MakeKeyFlags::PARTIAL_COLUMN_START,
                };
            }
            _ => return refuse(JetErr::INVALID_PARAMETER),
        }
        looking(session, cursor, |at, _| {
            at.make_key(data, flags)?;
            Ok(())
        })?;
        flags = MakeKeyFlags::empty();
    }
    looking(session, cursor, |at, _| {
        Ok(at.search_key().map(<[u8]>::to_vec).unwrap_or_default())
    })
}

/// JetPrereadIndexRanges: checks as the original; reading ahead is the engine's own business.
///
/// # Safety
/// The contract of the C function.
#[allow(clippy::too_many_arguments, reason = "the API's")]
pub(crate) unsafe fn jet_preread_index_ranges(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    ranges: *const JET_INDEX_RANGE,
    count: u32,
    done: *mut u32,
    columns: *const JET_COLUMNID,
    column_count: u32,
    grbit: JET_GRBIT,
) -> Answer {
    let (session, cursor) = enter_cursor(sesid, tableid)?;
    demand(!ranges.is_null() || count == 0, JetErr::INVALID_PARAMETER)?;
    let normalized = grbit & jet::JET_bitPrereadNormalizedKey != 0;
    let ranges = match count {
        0 => &[][..],
        // SAFETY: the caller's contract.
        count => unsafe { slice::from_raw_parts(ranges, count as usize) },
    };
    let mut keys = Vec::new();
    for r in ranges {
        // SAFETY: the caller's contract.
        unsafe {
            let start = range_key(
                &session,
                &cursor,
                r.rgStartColumns,
                r.cStartColumns,
                false,
                normalized,
            )?;
            let end = match r.cEndColumns {
                0 => range_key(
                    &session,
                    &cursor,
                    r.rgStartColumns,
                    r.cStartColumns,
                    true,
                    normalized,
                )?,
                n => range_key(&session, &cursor, r.rgEndColumns, n, true, normalized)?,
            };
            keys.push((start, end));
        }
    }
    let directions = jet::JET_bitPrereadForward | jet::JET_bitPrereadBackward;
    let known = directions | jet::JET_bitPrereadFirstPage | jet::JET_bitPrereadNormalizedKey;
    demand(
        grbit & directions != 0 && grbit & !known == 0,
        JetErr::INVALID_GRBIT,
    )?;
    if column_count > 0 && !columns.is_null() {
        let schema = {
            let mut body = cursor.body();
            let table = body.table()?;
            let secondary = table.at(&session.core)?.0.index().is_some();
            demand(!secondary, JetErr::INVALID_PREREAD)?;
            table.schema(&session.core)?
        };
        // SAFETY: the caller's contract.
        for id in unsafe { slice::from_raw_parts(columns, column_count as usize) } {
            let column = schema.by_columnid(*id)?;
            demand(column.coltyp.is_long(), JetErr::MUST_BE_SEPARATE_LONG_VALUE)?;
        }
    }
    let forward = grbit & jet::JET_bitPrereadForward != 0;
    let bad = keys
        .iter()
        .any(|(a, b)| if forward { a > b } else { b > a });
    demand(!bad, JetErr::INVALID_PARAMETER)?;
    if done.is_null() {
        keys.sort();
    }
    let ordered = keys.windows(2).all(|w| match w {
        [(_, end), (start, _)] if forward || done.is_null() => end < start,
        [(start, _), (_, end)] => start > end,
        _ => true,
    });
    demand(ordered, JetErr::INVALID_PARAMETER)?;
    // SAFETY: the caller's contract.
    unsafe { out(done) }.set(count.max(1));
    DONE
}

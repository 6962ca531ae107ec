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
use ese_core::btree::{KeyRange, Share};
use ese_core::database::ReadAhead;
use ese_core::format::key::MakeKeyFlags;
use std::ffi::c_void;
use std::slice;

/// Keys that one call of JetPrereadKeys looks at; how many it served it says.
const KEYS_AT_ONCE: usize = 4096;

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
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_no_filter(cursor)?;
    demand(
        size as usize >= size_of::<JET_RECPOS>() && !place.is_null(),
        JetErr::INVALID_PARAMETER,
    )?;
    let share = looking(session, cursor, |at, eyes| at.position(eyes))?;
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
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    check_no_filter(cursor)?;
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
    moving(session, cursor, |at, eyes| at.goto_position(eyes, share))?;
    DONE
}

/// JetPrereadKeys.
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
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
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
    let most = looking(session, cursor, |at, _| Ok(at.key_most()))?;
    let number = usize::try_from(count).unwrap_or(0);
    // SAFETY: the caller's contract: so many of both.
    let (keys, sizes) = unsafe {
        (
            slice::from_raw_parts(keys.cast_const(), number),
            slice::from_raw_parts(sizes, number),
        )
    };
    let mut before: Option<&[u8]> = None;
    let mut ranges = Vec::with_capacity(number.min(KEYS_AT_ONCE));
    for (key, size) in keys.iter().zip(sizes) {
        demand(!key.is_null(), JetErr::INVALID_PARAMETER)?;
        let fits = *size > 0 && *size as usize <= most;
        demand(fits, JetErr::INVALID_BUFFER_SIZE)?;
        // SAFETY: the caller's contract.
        let key = unsafe { input(*key, *size) }?;
        let sorted = before.is_none_or(|b| if forward { b <= key } else { b >= key });
        demand(sorted, JetErr::INVALID_PARAMETER)?;
        before = Some(key);
        if ranges.len() < KEYS_AT_ONCE {
            ranges.push(KeyRange {
                low: key,
                high: key,
            });
        }
    }
    let what = ReadAhead {
        ranges: &ranges,
        forward,
        single_keys: true,
        columns: &[],
        first_page: false,
    };
    let served = cursor.body().table()?.read_ahead(&session.core, &what)?;
    done.set(i32::try_from(served).unwrap_or(count));
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

/// JetPrereadIndexRanges.
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
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    demand(!ranges.is_null() || count == 0, JetErr::INVALID_PARAMETER)?;
    let normalized = grbit & jet::JET_bitPrereadNormalizedKey != 0;
    let ranges = match count {
        0 => &[][..],
        // SAFETY: the caller's contract.
        count => unsafe { slice::from_raw_parts(ranges, count as usize) },
    };
    let forward = grbit & jet::JET_bitPrereadForward != 0;
    let singles = ranges.iter().all(|r| r.cEndColumns == 0);
    let mut keys = Vec::new();
    for r in ranges {
        // SAFETY: the caller's contract.
        unsafe {
            let columns = (r.rgStartColumns.cast_const(), r.cStartColumns);
            let key =
                |(columns, count), end| range_key(session, cursor, columns, count, end, normalized);
            // Backward the start is the upper end.
            let start = key(columns, !forward)?;
            let end = match r.cEndColumns {
                0 if singles => start.clone(),
                0 => key(columns, forward)?,
                n => key((r.rgEndColumns.cast_const(), n), forward)?,
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
    let columns = match column_count {
        n if n > 0 && !columns.is_null() => {
            // SAFETY: the caller's contract.
            unsafe { slice::from_raw_parts(columns, n as usize) }
        }
        _ => &[],
    };
    let mut body = cursor.body();
    let table = body.table()?;
    if !columns.is_empty() {
        let secondary = table.at(&session.core)?.0.index().is_some();
        demand(!secondary, JetErr::INVALID_PREREAD)?;
        let schema = table.schema(&session.core)?;
        for id in columns {
            let column = schema.by_columnid(*id)?;
            demand(column.coltyp.is_long(), JetErr::MUST_BE_SEPARATE_LONG_VALUE)?;
        }
    }
    if done.is_null() {
        keys.sort();
        if !forward {
            keys.reverse();
        }
    }
    let in_order = |a: &[u8], b: &[u8]| if forward { a <= b } else { a >= b };
    let each = keys.iter().all(|(start, end)| in_order(start, end));
    let ordered = keys.windows(2).all(|w| match w {
        [(_, end), (start, _)] => in_order(end, start),
        _ => true,
    });
    demand(each && ordered, JetErr::INVALID_PARAMETER)?;
    let ranges: Vec<KeyRange<'_>> = keys
        .iter()
        .map(|(start, end)| match forward {
            true => KeyRange {
                low: start,
                high: end,
            },
            false => KeyRange {
                low: end,
                high: start,
            },
        })
        .collect();
    let what = ReadAhead {
        ranges: &ranges,
        forward,
        single_keys: singles,
        columns,
        first_page: grbit & jet::JET_bitPrereadFirstPage != 0,
    };
    let served = table.read_ahead(&session.core, &what)?;
    // SAFETY: the caller's contract.
    unsafe { out(done) }.set(u32::try_from(served).unwrap_or(u32::MAX));
    DONE
}

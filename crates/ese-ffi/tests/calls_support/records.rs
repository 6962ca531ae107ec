//! Calls about cursors and records.
//!
//! Invariant: as in `engine`.

use super::callbacks::realloc;
use super::source::{Source, Text};
use super::world::World;
use super::{Op, either, given};
use esent::constants as jet;
use esent::exports::*;
use esent::structs::*;
use std::ffi::c_void;
use std::ptr::null_mut;

/// Calls with their weights.
pub const OPS: &[Op] = &[
    Op(6, "JetPrepareUpdate", prepare),
    Op(8, "JetSetColumn", set_column),
    Op(4, "JetSetColumns", set_columns),
    Op(6, "JetUpdate", update),
    Op(12, "insert", insert),
    Op(24, "edit", edit),
    Op(4, "JetDelete", delete),
    Op(2, "JetEscrowUpdate", escrow),
    Op(2, "JetGetLock", lock),
    Op(12, "JetMove", move_to),
    Op(8, "JetMakeKey", make_key),
    Op(8, "JetSeek", seek),
    Op(4, "JetSetIndexRange", range),
    Op(2, "JetRetrieveKey", retrieve_key),
    Op(8, "JetRetrieveColumn", retrieve),
    Op(4, "JetRetrieveColumns", retrieve_columns),
    Op(4, "JetEnumerateColumns", enumerate),
    Op(2, "JetGetRecordSize", record_size),
    Op(4, "JetGetBookmark", bookmark),
    Op(4, "JetGotoBookmark", go_to_bookmark),
    Op(2, "JetGetSecondaryIndexBookmark", secondary_bookmark),
    Op(2, "JetGotoSecondaryIndexBookmark", go_to_secondary),
    Op(2, "JetGetRecordPosition", position),
    Op(2, "JetGotoPosition", go_to_position),
    Op(6, "JetSetCurrentIndex", set_index),
    Op(1, "JetGetCurrentIndex", current_index),
    Op(2, "JetIndexRecordCount", count),
    Op(2, "JetIntersectIndexes", intersect),
    Op(2, "JetPrereadKeys", preread),
    Op(1, "JetPrereadIndexRanges", preread_ranges),
    Op(3, "JetSetCursorFilter", filter),
    Op(1, "JetGetCursorInfo", cursor_info),
    Op(1, "JetSetTableSequential", sequential),
];

fn prepare(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    // Insert, replace, cancel, replace without lock, copy, copies of the original.
    let kind = s.of(&[0, 0, 0, 2, 2, 3, 4, 5, 6, 7, 8, 9]);
    unsafe { JetPrepareUpdate(session, cursor, kind) }
}

const SET_BITS: &[u32] = &[
    jet::JET_bitSetAppendLV,
    jet::JET_bitSetOverwriteLV,
    jet::JET_bitSetSizeLV,
    jet::JET_bitSetZeroLength,
    jet::JET_bitSetSeparateLV,
    jet::JET_bitSetUniqueMultiValues,
    jet::JET_bitSetUniqueNormalizedMultiValues,
    jet::JET_bitSetRevertToDefaultValue,
    jet::JET_bitSetIntrinsicLV,
    jet::JET_bitSetUncompressed,
    jet::JET_bitSetCompressed,
    jet::JET_bitSetContiguousLV,
];

/// Where in a long value, mostly near its beginning: what is written far behind makes it long.
fn offset(s: &mut Source<'_>) -> u32 {
    if s.wrong() {
        s.any()
    } else {
        s.of(&[0, 0, 1, 100, 5000])
    }
}

fn set_info(s: &mut Source<'_>) -> JET_SETINFO {
    JET_SETINFO {
        cbStruct: s.size_of::<JET_SETINFO>(),
        ibLongValue: offset(s),
        itagSequence: s.of(&[1, 0, 2, 3, 9]),
    }
}

/// Bits of a value; a size is only asked for that the test can pay for.
fn set_bits(s: &mut Source<'_>) -> u32 {
    s.bits(SET_BITS)
}

fn set_column(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), column, data, bits) = (w.cursor(s), w.column(s), s.data(), set_bits(s));
    let (at, size) = if s.chance(8) {
        (null_mut(), s.of(&[0, 4, 8]))
    } else {
        (data.v(), data.size())
    };
    let info = set_info(s);
    let info = given!(s, info);
    let info = if s.chance(2) { info.at() } else { null_mut() };
    unsafe { JetSetColumn(session, cursor, column, at, size, bits, info) }
}

fn set_columns(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let data: Vec<_> = (0..s.below(4)).map(|_| s.data()).collect();
    let mut list: Vec<JET_SETCOLUMN> = data
        .iter()
        .map(|d| JET_SETCOLUMN {
            columnid: w.column(s),
            pvData: d.v(),
            cbData: d.size(),
            grbit: set_bits(s),
            ibLongValue: offset(s),
            itagSequence: s.of(&[0, 1, 2]),
            err: 0,
        })
        .collect();
    let at = if s.wrong() {
        null_mut()
    } else {
        list.as_mut_ptr()
    };
    unsafe { JetSetColumns(session, cursor, at, list.len() as u32) }
}

fn update(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), mut room, got) = (w.cursor(s), s.room(), s.out::<u32>());
    let err = unsafe {
        match s.byte() % 4 {
            0 => JetUpdate(session, cursor, room.v(), room.size(), got.at()),
            1 => JetUpdate2(
                session,
                cursor,
                room.v(),
                room.size(),
                got.at(),
                s.bits(&[1, 2, 4]),
            ),
            _ => return JetUpdate(session, cursor, null_mut(), 0, null_mut()),
        }
    };
    if err >= 0 {
        w.keep_bookmark(&mut room, got.value());
    }
    err
}

/// A whole update; now and then its end is left to another call.
fn edit(w: &mut World, s: &mut Source<'_>) -> i32 {
    prepare(w, s);
    for _ in 0..1 + s.below(4) {
        if s.chance(4) {
            set_columns(w, s)
        } else {
            set_column(w, s)
        };
    }
    if s.chance(4) { 0 } else { update(w, s) }
}

/// A whole record of the table of the beginning.
fn insert(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let id = i32::from(s.byte());
    let long = s.of(&[0, 10, 300, 2000, 9000, 70_000]);
    let value = vec![s.byte(); long];
    unsafe {
        JetPrepareUpdate(session, cursor, 0);
        JetSetColumn(session, cursor, 1, (&raw const id).cast(), 4, 0, null_mut());
        JetSetColumn(
            session,
            cursor,
            128,
            (&raw const id).cast(),
            1,
            0,
            null_mut(),
        );
        JetSetColumn(
            session,
            cursor,
            256,
            value.as_ptr().cast(),
            value.len() as u32,
            0,
            null_mut(),
        );
        JetUpdate(session, cursor, null_mut(), 0, null_mut())
    }
}

fn delete(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe { JetDelete(session, cursor) }
}

fn escrow(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), column, data, old, got) =
        (w.cursor(s), w.column(s), s.data(), s.room(), s.out::<u32>());
    unsafe {
        JetEscrowUpdate(
            session,
            cursor,
            column,
            data.v(),
            data.size(),
            old.v(),
            old.size(),
            got.at(),
            s.bits(&[1]),
        )
    }
}

fn lock(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe { JetGetLock(session, cursor, s.of(&[1, 2, 2, 3, 0])) }
}

fn move_to(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let rows = s.of(&[1, -1, i32::MIN, i32::MAX, 0, 2, -3, 100, i32::MIN + 1]);
    unsafe { JetMove(session, cursor, rows, s.bits(&[jet::JET_bitMoveKeyNE])) }
}

const KEY_BITS: &[u32] = &[
    jet::JET_bitNewKey,
    jet::JET_bitNewKey,
    jet::JET_bitStrLimit,
    jet::JET_bitSubStrLimit,
    jet::JET_bitNormalizedKey,
    jet::JET_bitKeyDataZeroLength,
    jet::JET_bitFullColumnStartLimit,
    jet::JET_bitFullColumnEndLimit,
    jet::JET_bitPartialColumnStartLimit,
    jet::JET_bitPartialColumnEndLimit,
];

fn make_key(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), data) = (w.cursor(s), s.data());
    let bits = if s.chance(2) {
        jet::JET_bitNewKey
    } else {
        s.bits(KEY_BITS)
    };
    let (at, size) = if s.chance(8) {
        (null_mut(), 0)
    } else {
        (data.v(), data.size())
    };
    unsafe { JetMakeKey(session, cursor, at, size, bits) }
}

fn seek(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let bits =
        s.of(&[8, 1, 2, 4, 16]) | s.bits(&[jet::JET_bitSetIndexRange, jet::JET_bitCheckUniqueness]);
    unsafe { JetSeek(session, cursor, bits) }
}

fn range(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe { JetSetIndexRange(session, cursor, s.bits(&[1, 2, 3, 4, 8])) }
}

fn retrieve_key(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), mut room, got) = (w.cursor(s), s.room(), s.out::<u32>());
    let err = unsafe {
        JetRetrieveKey(
            session,
            cursor,
            room.v(),
            room.size(),
            got.at(),
            s.bits(&[1]),
        )
    };
    if err >= 0 {
        w.keep_bookmark(&mut room, got.value());
    }
    err
}

const RETRIEVE_BITS: &[u32] = &[
    jet::JET_bitRetrieveCopy,
    jet::JET_bitRetrieveFromIndex,
    jet::JET_bitRetrieveFromPrimaryBookmark,
    jet::JET_bitRetrieveTag,
    jet::JET_bitRetrieveNull,
    jet::JET_bitRetrieveIgnoreDefault,
    jet::JET_bitRetrieveTuple,
    jet::JET_bitRetrievePhysicalSize,
    jet::JET_bitRetrieveLongId,
    jet::JET_bitRetrieveAsRefIfNotInRecord,
];

fn retrieve(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), column, room, got) =
        (w.cursor(s), w.column(s), s.room(), s.out::<u32>());
    let bits = s.bits(RETRIEVE_BITS);
    let info = JET_RETINFO {
        cbStruct: s.size_of::<JET_RETINFO>(),
        ibLongValue: offset(s),
        itagSequence: s.of(&[1, 0, 2, 3]),
        columnidNextTagged: 0,
    };
    let info = given!(s, info);
    let info = if s.chance(2) { info.at() } else { null_mut() };
    unsafe {
        JetRetrieveColumn(
            session,
            cursor,
            column,
            room.v(),
            room.size(),
            got.at(),
            bits,
            info,
        )
    }
}

fn retrieve_columns(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let rooms: Vec<_> = (0..s.below(4)).map(|_| s.room()).collect();
    let mut list: Vec<JET_RETRIEVECOLUMN> = rooms
        .iter()
        .map(|room| JET_RETRIEVECOLUMN {
            columnid: if s.chance(8) { 0 } else { w.column(s) },
            pvData: room.v(),
            cbData: if room.v().is_null() { 0 } else { room.size() },
            cbActual: 0,
            grbit: s.bits(RETRIEVE_BITS),
            ibLongValue: offset(s),
            itagSequence: s.of(&[1, 0, 2]),
            columnidNextTagged: 0,
            err: 0,
        })
        .collect();
    let at = if s.wrong() {
        null_mut()
    } else {
        list.as_mut_ptr()
    };
    unsafe { JetRetrieveColumns(session, cursor, at, list.len() as u32) }
}

fn enumerate(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let mut tags = [1_u32, 0, 2];
    let mut list: Vec<JET_ENUMCOLUMNID> = (0..s.below(4))
        .map(|_| JET_ENUMCOLUMNID {
            columnid: if s.chance(8) { 0 } else { w.column(s) },
            ctagSequence: s.of(&[0, 0, 1, 3]),
            rgtagSequence: tags.as_mut_ptr(),
        })
        .collect();
    let (count, out) = (s.out::<u32>(), s.out::<*mut JET_ENUMCOLUMN>());
    let bits = s.bits(&[
        jet::JET_bitEnumerateCopy,
        jet::JET_bitEnumerateIgnoreDefault,
        jet::JET_bitEnumeratePresenceOnly,
        jet::JET_bitEnumerateTaggedOnly,
        jet::JET_bitEnumerateCompressOutput,
        jet::JET_bitEnumerateInRecordOnly,
        jet::JET_bitEnumerateLocal,
    ]);
    w.pool.until = if s.chance(4) {
        1 + s.below(4) as u32
    } else {
        0
    };
    let most = s.of(&[u32::MAX, 1000, 10, 0]);
    let pool: *mut c_void = (&raw mut w.pool).cast();
    let at = if list.is_empty() {
        null_mut()
    } else {
        list.as_mut_ptr()
    };
    let function: esent::types::JET_PFNREALLOC = if s.wrong() { None } else { Some(realloc) };
    unsafe {
        JetEnumerateColumns(
            session,
            cursor,
            list.len() as u32,
            at,
            count.at(),
            out.at(),
            function,
            pool,
            most,
            bits,
        )
    }
}

fn record_size(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let bits = s.bits(&[1, 2, 4, 8]);
    unsafe {
        if s.chance(2) {
            let out = s.out::<JET_RECSIZE>();
            JetGetRecordSize(session, cursor, out.at(), bits)
        } else {
            let out = s.out::<JET_RECSIZE2>();
            JetGetRecordSize2(session, cursor, out.at(), bits)
        }
    }
}

fn bookmark(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), mut room, got) = (w.cursor(s), s.room(), s.out::<u32>());
    let err = unsafe { JetGetBookmark(session, cursor, room.v(), room.size(), got.at()) };
    if err >= 0 {
        w.keep_bookmark(&mut room, got.value());
    }
    err
}

fn go_to_bookmark(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), at) = (w.cursor(s), w.bookmark(s));
    unsafe { JetGotoBookmark(session, cursor, at.v(), at.size()) }
}

fn secondary_bookmark(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), mut key, mut record) = (w.cursor(s), s.room(), s.room());
    let (keys, records) = (s.out::<u32>(), s.out::<u32>());
    let err = unsafe {
        JetGetSecondaryIndexBookmark(
            session,
            cursor,
            key.v(),
            key.size(),
            keys.at(),
            record.v(),
            record.size(),
            records.at(),
            s.bits(&[]),
        )
    };
    if err >= 0 {
        w.keep_bookmark(&mut key, keys.value());
        w.keep_bookmark(&mut record, records.value());
    }
    err
}

fn go_to_secondary(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), key, record) = (w.cursor(s), w.bookmark(s), w.bookmark(s));
    let bits = s.bits(&[jet::JET_bitBookmarkPermitVirtualCurrency]);
    unsafe {
        JetGotoSecondaryIndexBookmark(
            session,
            cursor,
            key.v(),
            key.size(),
            record.v(),
            record.size(),
            bits,
        )
    }
}

fn position(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), out) = (w.cursor(s), s.out::<JET_RECPOS>());
    unsafe { JetGetRecordPosition(session, cursor, out.at(), s.size_of::<JET_RECPOS>()) }
}

fn go_to_position(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    let place = JET_RECPOS {
        cbStruct: s.size_of::<JET_RECPOS>(),
        centriesLT: s.number(),
        centriesInRange: 1,
        centriesTotal: s.of(&[100, 1, 10, 0, u32::MAX]),
    };
    let place = given!(s, place);
    unsafe { JetGotoPosition(session, cursor, place.at()) }
}

fn set_index(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), name) = (w.cursor(s), s.index());
    let name = match s.byte() % 4 {
        0 => Text::null(),
        1 => Text::new(s.of(&["by_word", "by_id", "by_tags"])),
        _ => name,
    };
    let (bits, tag) = (s.bits(&[jet::JET_bitNoMove]), s.of(&[1, 0, 2]));
    unsafe {
        match s.byte() % 4 {
            0 => either!(
                s,
                JetSetCurrentIndexA | JetSetCurrentIndexW(session, cursor, name.p())
            ),
            1 => either!(
                s,
                JetSetCurrentIndex2A | JetSetCurrentIndex2W(session, cursor, name.p(), bits)
            ),
            2 => either!(
                s,
                JetSetCurrentIndex3A | JetSetCurrentIndex3W(session, cursor, name.p(), bits, tag)
            ),
            _ => {
                let mut id: JET_INDEXID = std::mem::zeroed();
                id.cbStruct = s.size_of::<JET_INDEXID>();
                let id = given!(s, id);
                // What JetGetTableIndexInfo says of the name, where it says something.
                JetGetTableIndexInfoW(session, cursor, name.p(), id.v(), id.size(), 3);
                JetSetCurrentIndex4W(session, cursor, name.p(), id.at(), bits, tag)
            }
        }
    }
}

fn current_index(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), room) = (w.cursor(s), s.room());
    unsafe {
        either!(
            s,
            JetGetCurrentIndexA | JetGetCurrentIndexW(session, cursor, room.at(), room.size())
        )
    }
}

fn count(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe {
        if s.chance(2) {
            let out = s.out::<u32>();
            JetIndexRecordCount(session, cursor, out.at(), s.number())
        } else {
            let out = s.out::<u64>();
            JetIndexRecordCount2(session, cursor, out.at(), s.number().into())
        }
    }
}

fn intersect(w: &mut World, s: &mut Source<'_>) -> i32 {
    let session = w.session(s);
    let mut ranges: Vec<JET_INDEXRANGE> = (0..1 + s.below(3))
        .map(|_| JET_INDEXRANGE {
            cbStruct: s.size_of::<JET_INDEXRANGE>(),
            tableid: w.cursor(s).1,
            grbit: jet::JET_bitRecordInIndex | s.bits(&[2]),
        })
        .collect();
    let mut list: JET_RECORDLIST = unsafe { std::mem::zeroed() };
    list.cbStruct = s.size_of::<JET_RECORDLIST>();
    let list = given!(s, list);
    let err = unsafe {
        JetIntersectIndexes(
            session,
            ranges.as_mut_ptr(),
            ranges.len() as u32,
            list.at(),
            s.bits(&[]),
        )
    };
    if err >= 0 {
        w.add_cursor(session, list.value::<JET_RECORDLIST>().tableid);
    }
    err
}

fn preread(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), out) = (w.cursor(s), s.out::<i32>());
    let keys: Vec<_> = (0..s.below(4)).map(|_| w.bookmark(s)).collect();
    let mut at: Vec<*const c_void> = keys.iter().map(|k| k.v().cast_const()).collect();
    let sizes: Vec<u32> = keys
        .iter()
        .map(|k| if k.v().is_null() { 0 } else { k.size() })
        .collect();
    let bits = s.bits(&[jet::JET_bitPrereadForward, jet::JET_bitPrereadBackward]);
    unsafe {
        JetPrereadKeys(
            session,
            cursor,
            at.as_mut_ptr(),
            sizes.as_ptr(),
            keys.len() as i32,
            out.at(),
            bits,
        )
    }
}

fn index_column(w: &World, s: &mut Source<'_>, value: &super::source::Room) -> JET_INDEX_COLUMN {
    JET_INDEX_COLUMN {
        columnid: w.column(s),
        relop: s.of(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 99]),
        pv: value.v(),
        cb: if value.v().is_null() { 0 } else { value.size() },
        grbit: s.bits(&[1, 1, 2]),
    }
}

fn preread_ranges(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), out) = (w.cursor(s), s.out::<u32>());
    let (low, high) = (s.data(), s.data());
    let mut start = [index_column(w, s, &low)];
    let mut end = [index_column(w, s, &high)];
    let ranges = [JET_INDEX_RANGE {
        rgStartColumns: start.as_mut_ptr(),
        cStartColumns: 1,
        rgEndColumns: end.as_mut_ptr(),
        cEndColumns: s.of(&[1, 0]),
    }];
    let columns = [w.column(s)];
    let bits = s.bits(&[jet::JET_bitPrereadForward, jet::JET_bitPrereadBackward, 4]);
    unsafe {
        JetPrereadIndexRanges(
            session,
            cursor,
            ranges.as_ptr(),
            1,
            out.at(),
            columns.as_ptr(),
            s.of(&[1, 0]),
            bits,
        )
    }
}

fn filter(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    if s.chance(3) {
        return unsafe { JetSetCursorFilter(session, cursor, null_mut(), 0, 0) };
    }
    let values = [s.data(), s.data()];
    let mut list: Vec<JET_INDEX_COLUMN> = values.iter().map(|v| index_column(w, s, v)).collect();
    let count = s.of(&[1, 2, 0]);
    unsafe { JetSetCursorFilter(session, cursor, list.as_mut_ptr(), count, s.bits(&[])) }
}

fn cursor_info(w: &mut World, s: &mut Source<'_>) -> i32 {
    let ((session, cursor), room) = (w.cursor(s), s.room());
    unsafe { JetGetCursorInfo(session, cursor, room.v(), room.size(), s.number() % 4) }
}

fn sequential(w: &mut World, s: &mut Source<'_>) -> i32 {
    let (session, cursor) = w.cursor(s);
    unsafe {
        if s.chance(2) {
            JetSetTableSequential(session, cursor, s.bits(&[1, 2]))
        } else {
            JetResetTableSequential(session, cursor, s.bits(&[]))
        }
    }
}

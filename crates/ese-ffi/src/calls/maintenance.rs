//! Idle work, statistics, callbacks of tables, counters (behaviour-instances.md §11,
//! §12; behaviour-schema.md §10).

use super::cursor_moves::check_no_filter;
use super::put;
use crate::arguments::needed;
use crate::constants as jet;
use crate::gate::{Answer, DONE, demand, refuse};
use crate::session::{enter, enter_cursor};
use crate::structs::JET_THREADSTATS;
use crate::types::{JET_CALLBACK, JET_CBTYP, JET_GRBIT, JET_HANDLE, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use std::ffi::c_void;

/// Versions that one call of JetIdle cleans up at most.
const IDLE_MOST: usize = 10_000;

/// JetIdle.
///
/// # Safety
/// The contract of the C function.
// PARTLY: what tells of the version store's fill says that there is room
pub(crate) unsafe fn jet_idle(sesid: JET_SESID, grbit: JET_GRBIT) -> Answer {
    let session = enter(sesid)?;
    let compact = grbit & jet::JET_bitIdleCompact != 0;
    let alone = grbit & jet::JET_bitIdleCompactAsync != 0 && !compact;
    demand(
        !alone && grbit & jet::JET_bitIdleFlushBuffers == 0,
        JetErr::INVALID_GRBIT,
    )?;
    let status = grbit & jet::JET_bitIdleStatus != 0;
    if compact || !status {
        session.running.core.clean(IDLE_MOST)?;
    }
    if status {
        return DONE;
    }
    Ok(JetErr::WRN_NO_IDLE_ACTIVITY)
}

/// JetComputeStats: counts a table's records and keys, for information calls.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_compute_stats(sesid: JET_SESID, tableid: JET_TABLEID) -> Answer {
    let (session, cursor) = enter_cursor(sesid, tableid)?;
    let temporary = cursor.body().temporary().is_some();
    demand(!temporary, JetErr::FILTERED_MOVE_NOT_SUPPORTED)?;
    check_no_filter(&cursor)?;
    session.check_not_read_only()?;
    session.check_owner()?;
    let objid = cursor.body().table()?.objid();
    let core = cursor.db()?.core()?;
    core.compute_stats(&session.core, objid)?;
    DONE
}

/// JetGetThreadStats: what this thread has done; nothing is counted.
///
/// # Safety
/// The contract of the C function.
// PARTLY: all counts are 0
pub(crate) unsafe fn jet_get_thread_stats(result: *mut c_void, size: u32) -> Answer {
    let need = size_of::<JET_THREADSTATS>();
    demand(size as usize >= need, JetErr::BUFFER_TOO_SMALL)?;
    let stats = JET_THREADSTATS {
        cbStruct: need as u32,
        cPageReferenced: 0,
        cPageRead: 0,
        cPagePreread: 0,
        cPageDirtied: 0,
        cPageRedirtied: 0,
        cLogRecord: 0,
        cbLogRecord: 0,
    };
    // SAFETY: the size was checked.
    unsafe { put(result, stats) }
}

/// JetRegisterCallback.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_register_callback(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    kinds: JET_CBTYP,
    function: JET_CALLBACK,
    context: *mut c_void,
    id: *mut JET_HANDLE,
) -> Answer {
    let (_session, cursor) = enter_cursor(sesid, tableid)?;
    demand(
        kinds != jet::JET_cbtypNull && function.is_some(),
        JetErr::INVALID_PARAMETER,
    )?;
    // SAFETY: the caller's contract.
    let place = unsafe { needed(id) }?;
    let context = context.expose_provenance();
    *place = cursor
        .db()?
        .callbacks
        .add(cursor.objid, kinds, function, context);
    DONE
}

/// JetUnregisterCallback.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_unregister_callback(
    sesid: JET_SESID,
    tableid: JET_TABLEID,
    _kinds: JET_CBTYP,
    id: JET_HANDLE,
) -> Answer {
    let (_session, cursor) = enter_cursor(sesid, tableid)?;
    let known = cursor.db()?.callbacks.remove(cursor.objid, id);
    demand(known, JetErr::INVALID_PARAMETER)?;
    DONE
}

/// JetGetCounter: there are none, as in the original.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_counter(sesid: JET_SESID, _kind: i32, _value: *mut i32) -> Answer {
    let _session = enter(sesid)?;
    refuse(JetErr::FEATURE_NOT_AVAILABLE)
}

/// JetResetCounter: there are none, as in the original.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_reset_counter(sesid: JET_SESID, _kind: i32) -> Answer {
    let _session = enter(sesid)?;
    refuse(JetErr::FEATURE_NOT_AVAILABLE)
}

//! Idle work, statistics, callbacks of tables, counters (behaviour-instances.md §11,
//! §12; behaviour-schema.md §10).

use super::cursor_moves::check_no_filter;
use crate::arguments::needed;
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::instance::Instance;
use crate::params::{Param, table};
use crate::session::{enter, enter_cursor};
use crate::structs::{JET_THREADSTATS, JET_THREADSTATS2};
use crate::types::{JET_CALLBACK, JET_CBTYP, JET_GRBIT, JET_HANDLE, JET_SESID, JET_TABLEID};
use ese_core::JetErr;
use ese_core::io::tally::Tally;
use std::ffi::c_void;

/// Versions that one call of JetIdle cleans up at most.
const IDLE_MOST: usize = 10_000;

/// JetIdle.
///
/// # Safety
/// The contract of the C function.
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
        let (used, most) = session.running.core.version_buckets();
        let full = is_rather_full(used, most.min(preferred(&session.instance)?));
        return match full {
            true => Ok(JetErr::WRN_IDLE_FULL),
            false => DONE,
        };
    }
    Ok(JetErr::WRN_NO_IDLE_ACTIVITY)
}

/// Buckets of the version store that should be enough (JET_paramPreferredVerPages): nine tenths of
/// all where nobody has said.
fn preferred(instance: &Instance) -> Result<usize, Refusal> {
    let param = Param::of(table::JET_paramPreferredVerPages)?;
    let said = instance.params().is_written(param);
    Ok(match said {
        true => instance.number(table::JET_paramPreferredVerPages),
        false => instance.number(table::JET_paramMaxVerPages) / 10 * 9,
    })
}

/// More than three fifths (behaviour-instances.md §12).
fn is_rather_full(used: usize, most: usize) -> bool {
    used.saturating_mul(5) > most.saturating_mul(3)
}

/// JetComputeStats: counts a table's records and keys, for information calls.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_compute_stats(sesid: JET_SESID, tableid: JET_TABLEID) -> Answer {
    let inside = enter_cursor(sesid, tableid)?;
    let (session, cursor) = inside.parts();
    let temporary = cursor.body().temporary().is_some();
    demand(!temporary, JetErr::FILTERED_MOVE_NOT_SUPPORTED)?;
    check_no_filter(cursor)?;
    session.check_not_read_only()?;
    session.check_owner()?;
    let objid = cursor.body().table()?.objid();
    let core = cursor.db()?.core()?;
    core.compute_stats(&session.core, objid)?;
    DONE
}

/// JetGetThreadStats: what this thread has done. As much of the largest structure as there is room
/// for, which is at least the first one. What is not counted here (unique pages, queues, waits, long
/// values) is 0, as in the original where nothing happened.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_thread_stats(result: *mut c_void, size: u32) -> Answer {
    let least = size_of::<JET_THREADSTATS>();
    demand(size as usize >= least, JetErr::BUFFER_TOO_SMALL)?;
    demand(!result.is_null(), JetErr::INVALID_PARAMETER)?;
    let len = size_of::<JET_THREADSTATS2>().min(size as usize);
    let counts = Tally::of_this_thread();
    let stats = JET_THREADSTATS2 {
        cbStruct: len as u32,
        cPageReferenced: counts.pages_referenced,
        cPageRead: counts.pages_read,
        cPagePreread: counts.pages_preread,
        cPageDirtied: counts.pages_dirtied,
        cPageRedirtied: counts.pages_redirtied,
        cLogRecord: counts.log_records,
        cbLogRecord: counts.log_bytes,
        cusecPageCacheMiss: counts.wait_micros,
        cPageCacheMiss: counts.pages_read,
    };
    // SAFETY: the size was checked, and the structure has so many bytes.
    unsafe {
        result
            .cast::<u8>()
            .copy_from_nonoverlapping((&raw const stats).cast(), len);
    }
    DONE
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
    let inside = enter_cursor(sesid, tableid)?;
    let cursor = inside.cursor();
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
    let inside = enter_cursor(sesid, tableid)?;
    let cursor = inside.cursor();
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

/// JetConfigureProcessForCrashDump: which pages of the cache are in a crash dump. All are, as the system
/// makes it: to have them is to do nothing.
///
/// # Safety
/// The contract of the C function.
// PARTLY: no part of the cache can be left out
pub(crate) unsafe fn jet_configure_process_for_crash_dump(grbit: JET_GRBIT) -> Answer {
    let known = jet::JET_bitDumpMinimum
        | jet::JET_bitDumpMaximum
        | jet::JET_bitDumpCacheMinimum
        | jet::JET_bitDumpCacheMaximum
        | jet::JET_bitDumpCacheIncludeDirtyPages
        | jet::JET_bitDumpCacheIncludeCachedPages
        | jet::JET_bitDumpCacheIncludeCorruptedPages
        | jet::JET_bitDumpCacheNoDecommit;
    demand(grbit != 0 && grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    let all = jet::JET_bitDumpMaximum | jet::JET_bitDumpCacheMaximum;
    demand(grbit & all != 0, JetErr::FEATURE_NOT_AVAILABLE)?;
    DONE
}

//! Sessions (behaviour-instances.md §8).

use crate::arguments::{buffer, needed};
use crate::constants as jet;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::near::thread_number;
use crate::process::process;
use crate::session::{Entered, Session, enter, enter_stopped};
use crate::structs::JET_SESSIONINFO;
use crate::types::{Char, JET_API_PTR, JET_GRBIT, JET_INSTANCE, JET_SESID};
use ese_core::JetErr;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// JetBeginSession. User and password mean nothing.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_session<C: Char>(
    instance: JET_INSTANCE,
    sesid: *mut JET_SESID,
    _user: *const C,
    _password: *const C,
) -> Answer {
    // SAFETY: the caller's contract.
    let place = unsafe { needed(sesid) };
    let process = process();
    let (_, instance) = process.instance(&process.state(), instance)?;
    let running = instance.running(true)?;
    let _inside = instance.enter()?;
    let core = running.core.session()?;
    let session = Session::new(Arc::clone(&instance), Arc::clone(&running), core);
    let place = place?;
    *place = session.register()?;
    DONE
}

/// JetDupSession: another session of the same instance, with nothing open.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_dup_session(sesid: JET_SESID, new: *mut JET_SESID) -> Answer {
    // SAFETY: the caller's contract.
    let place = unsafe { needed(new) };
    let session = enter(sesid)?;
    let core = session.running.core.session()?;
    let instance = Arc::clone(&session.instance);
    let duplicate = Session::new(instance, Arc::clone(&session.running), core);
    let place = place?;
    *place = duplicate.register()?;
    DONE
}

/// JetEndSession: what is open is rolled back and closed.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_end_session(sesid: JET_SESID, _grbit: JET_GRBIT) -> Answer {
    let session = enter_stopped(sesid)?;
    {
        let state = session.state();
        demand(state.context.is_none(), JetErr::SESSION_IN_USE)?;
        let foreign =
            matches!(state.owner, Some(crate::session::Owner::Thread(t)) if t != thread_number());
        demand(
            session.core.level() == 0 || !foreign,
            JetErr::SESSION_SHARING_VIOLATION,
        )?;
    }
    session.close_cursors(|_, _| true);
    if session.core.level() > 0 {
        session.core.rollback_all()?;
    }
    session.close_all();
    session.end();
    DONE
}

/// JetSetSessionContext.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_set_session_context(sesid: JET_SESID, context: JET_API_PTR) -> Answer {
    let session = enter(sesid)?;
    demand(
        context != 0 && context != JET_API_PTR::MAX,
        JetErr::INVALID_PARAMETER,
    )?;
    let mut state = session.state();
    demand(state.context.is_none(), JetErr::SESSION_CONTEXT_ALREADY_SET)?;
    state.context = Some((context, thread_number()));
    DONE
}

/// JetResetSessionContext.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_reset_session_context(sesid: JET_SESID) -> Answer {
    let session = enter_stopped(sesid)?;
    let mut state = session.state();
    match state.context {
        Some((_, thread)) if thread == thread_number() => {
            state.context = None;
            DONE
        }
        _ => refuse(JetErr::SESSION_CONTEXT_NOT_SET_BY_THIS_THREAD),
    }
}

/// JetGetSessionInfo.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_session_info(
    sesid: JET_SESID,
    result: *mut c_void,
    size: u32,
    level: u32,
) -> Answer {
    let session = enter_stopped(sesid)?;
    demand(level == jet::JET_SessionInfo, JetErr::INVALID_PARAMETER)?;
    demand(
        size as usize >= size_of::<JET_SESSIONINFO>(),
        JetErr::BUFFER_TOO_SMALL,
    )?;
    let info = JET_SESSIONINFO {
        ulTrxBegin0: session.core.trx().begin0().0,
        ulTrxLevel: u32::from(session.core.level()),
        ulProcid: u32::from(session.core.procid()),
        ulFlags: 0,
        ulTrxContext: session.state().context.map_or(0, |(context, _)| context),
    };
    // SAFETY: the caller has room for `size` bytes.
    unsafe { super::put(result, info) }
}

/// Largest generic context of commits.
const COMMIT_CONTEXT_MOST: usize = 30_000;
/// Highest cache priority.
const CACHE_PRIORITY_MOST: u32 = 1000;

/// Bits that no I/O priority has.
const IO_PRIORITY_OTHER: u32 = 0x8000_0000;

/// Four bytes as a number.
fn number(bytes: &[u8]) -> Result<u32, Refusal> {
    let bytes = <[u8; 4]>::try_from(bytes);
    bytes
        .map(u32::from_ne_bytes)
        .map_err(|_| Refusal(JetErr::INVALID_BUFFER_SIZE))
}

/// JetSetSessionParameter.
///
/// # Safety
/// The contract of the C function.
// PARTLY: what is only for diagnosis (client descriptions, I/O priority and trace flags) is refused
pub(crate) unsafe fn jet_set_session_parameter(
    sesid: JET_SESID,
    id: u32,
    data: *mut c_void,
    size: u32,
) -> Answer {
    let session = enter(sesid)?;
    // SAFETY: the caller's contract.
    let data = unsafe { buffer(data, size) }?;
    let mut state = session.state();
    match id {
        jet::JET_sesparamCommitDefault => {
            (session.commit_default).store(number(data)?, Ordering::Relaxed);
        }
        jet::JET_sesparamCommitGenericContext => {
            demand(
                data.len() <= COMMIT_CONTEXT_MOST,
                JetErr::INVALID_BUFFER_SIZE,
            )?;
            state.commit_context = data.to_vec();
        }
        jet::JET_sesparamTransactionLevel => return refuse(JetErr::FEATURE_NOT_AVAILABLE),
        jet::JET_sesparamOperationContext => match data.try_into() {
            Ok(bytes) => state.operation = bytes,
            Err(_) => return refuse(JetErr::INVALID_BUFFER_SIZE),
        },
        jet::JET_sesparamCorrelationID => state.correlation = number(data)?,
        jet::JET_sesparamCachePriority => {
            let priority = number(data)?;
            demand(priority <= CACHE_PRIORITY_MOST, JetErr::INVALID_PARAMETER)?;
            state.cache_priority = priority;
        }
        jet::JET_sesparamIOPriority => {
            let priority = number(data)?;
            demand(priority & IO_PRIORITY_OTHER == 0, JetErr::INVALID_GRBIT)?;
            state.io_priority = priority;
        }
        jet::JET_sesparamClientComponentDesc
            ..=jet::JET_sesparamCommitContextNeedPreCommitCallback => {
            return refuse(JetErr::FEATURE_NOT_AVAILABLE);
        }
        _ => return refuse(JetErr::INVALID_SESPARAM_ID),
    }
    DONE
}

/// JetGetSessionParameter.
///
/// # Safety
/// The contract of the C function.
// PARTLY: what is only for diagnosis (client descriptions, I/O priority and trace flags) is refused
pub(crate) unsafe fn jet_get_session_parameter(
    sesid: JET_SESID,
    id: u32,
    data: *mut c_void,
    size: u32,
    actual: *mut u32,
) -> Answer {
    // Any thread may ask.
    let session = process().sessions.get(sesid)?;
    let _inside = session.instance.enter()?;
    demand(
        !data.is_null() || !actual.is_null(),
        JetErr::INVALID_PARAMETER,
    )?;
    // SAFETY: the caller's contract.
    let (room, mut actual) = unsafe { (buffer(data, size)?, crate::arguments::out(actual)) };
    let state = session.state();
    let level = u32::from(session.core.level());
    let bytes: Vec<u8> = match id {
        jet::JET_sesparamCommitDefault => {
            let default = session.commit_default.load(Ordering::Relaxed);
            default.to_ne_bytes().to_vec()
        }
        jet::JET_sesparamCommitGenericContext => state.commit_context.clone(),
        jet::JET_sesparamTransactionLevel => level.to_ne_bytes().to_vec(),
        jet::JET_sesparamOperationContext => state.operation.to_vec(),
        jet::JET_sesparamCorrelationID => state.correlation.to_ne_bytes().to_vec(),
        jet::JET_sesparamCachePriority => state.cache_priority.to_ne_bytes().to_vec(),
        jet::JET_sesparamIOPriority => state.io_priority.to_ne_bytes().to_vec(),
        jet::JET_sesparamClientComponentDesc
            ..=jet::JET_sesparamCommitContextNeedPreCommitCallback => {
            return refuse(JetErr::FEATURE_NOT_AVAILABLE);
        }
        _ => return refuse(JetErr::INVALID_SESPARAM_ID),
    };
    actual.set(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    if data.is_null() {
        return DONE;
    }
    if id != jet::JET_sesparamCommitGenericContext {
        demand(room.len() == bytes.len(), JetErr::INVALID_BUFFER_SIZE)?;
    }
    match room.get_mut(..bytes.len()) {
        Some(place) => place.copy_from_slice(&bytes),
        None => return refuse(JetErr::BUFFER_TOO_SMALL),
    }
    DONE
}

/// The level of a session went down to `to`, by a rollback: cursors of deeper levels are closed.
pub(super) fn rolled_back(session: &Entered, to: u8) {
    session.close_cursors(|_, level| level > to);
    if to == 0 {
        session.state().owner = None;
    }
}

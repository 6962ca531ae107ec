//! Transactions (behaviour-instances.md §9, behaviour-records.md §9).

use crate::arguments::out;
use crate::constants as jet;
use crate::gate::{Answer, DONE, demand, refuse};
use crate::session::{Owner, Session, enter, enter_stopped};
use crate::structs::{JET_COMMIT_ID, JET_LOGTIME, JET_SIGNATURE};
use crate::types::{JET_GRBIT, JET_SESID};
use ese_core::JetErr;
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::session::CommitKind;
use std::ffi::c_void;

/// JetBeginTransaction.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_transaction(sesid: JET_SESID) -> Answer {
    begin(sesid, 0)
}

/// JetBeginTransaction2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_transaction2(sesid: JET_SESID, grbit: JET_GRBIT) -> Answer {
    begin(sesid, grbit)
}

/// JetBeginTransaction3: the id is for traces.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_begin_transaction3(
    sesid: JET_SESID,
    _trxid: i64,
    grbit: JET_GRBIT,
) -> Answer {
    begin(sesid, grbit)
}

fn begin(sesid: JET_SESID, grbit: JET_GRBIT) -> Answer {
    let session = enter(sesid)?;
    session.check_owner()?;
    demand(!session.state().broken, JetErr::ROLLBACK_ERROR)?;
    let read_only = grbit & jet::JET_bitTransactionReadOnly != 0;
    if session.core.begin(read_only)? == 1 {
        let mut state = session.state();
        // Under a context it is the context's, whoever has set that.
        state.owner = Some(match state.context {
            Some((context, _)) => Owner::Context(context),
            None => Session::me(&state),
        });
    }
    DONE
}

/// JetCommitTransaction.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_commit_transaction(sesid: JET_SESID, grbit: JET_GRBIT) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_commit_transaction2(sesid, grbit, 0, std::ptr::null_mut()) }
}

/// JetCommitTransaction2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_commit_transaction2(
    sesid: JET_SESID,
    grbit: JET_GRBIT,
    milliseconds: u32,
    id: *mut JET_COMMIT_ID,
) -> Answer {
    let session = enter(sesid)?;
    let alone = [
        jet::JET_bitWaitLastLevel0Commit,
        jet::JET_bitWaitAllLevel0Commit,
        jet::JET_bitForceNewLog,
    ];
    let known = jet::JET_bitCommitLazyFlush | jet::JET_bitCommitRedoCallback;
    let known = alone.iter().fold(known, |all, bit| all | bit);
    demand(grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    if let Some(bit) = alone.iter().find(|bit| grbit & **bit != 0) {
        demand(grbit == *bit, JetErr::INVALID_GRBIT)?;
        match *bit {
            jet::JET_bitWaitLastLevel0Commit => session.core.wait_last()?,
            jet::JET_bitWaitAllLevel0Commit => session.core.wait_all()?,
            _ => {
                if let Some(log) = session.running.core.log() {
                    log.roll()?;
                }
            }
        }
        return DONE;
    }
    demand(session.core.level() > 0, JetErr::NOT_IN_TRANSACTION)?;
    session.check_owner()?;
    let lazy = grbit & jet::JET_bitCommitLazyFlush != 0;
    demand(milliseconds == 0 || lazy, JetErr::INVALID_PARAMETER)?;
    let kind = match (lazy, milliseconds) {
        (true, 1..) => CommitKind::LazyWithin(milliseconds),
        (true, 0) => CommitKind::Lazy,
        (false, _) => session.commit_kind(),
    };
    let at = session.core.commit(kind)?;
    let to = session.core.level();
    {
        let mut state = session.state();
        for (_, level) in &mut state.cursors {
            *level = (*level).min(to);
        }
        if to == 0 {
            state.owner = None;
        }
    }
    if let (Some(at), Some(log)) = (at, session.running.core.log()) {
        // SAFETY: the caller's contract.
        unsafe { out(id) }.set(commit_id(log.sign_log(), at));
    }
    DONE
}

/// The id of a commit: its place in the log, as one number.
pub(super) fn commit_id(signature: Signature, at: Lgpos) -> JET_COMMIT_ID {
    let place = u64::from(at.isec) << 16 | u64::from(at.ib);
    JET_COMMIT_ID {
        signLog: signature_of(signature),
        reserved: 0,
        commitId: i64::from(at.generation) << 32 | place.cast_signed(),
    }
}

/// A signature as the API shows it.
pub(super) fn signature_of(signature: Signature) -> JET_SIGNATURE {
    let b = &signature.0;
    let at = |i: usize| b.get(i).copied().unwrap_or(0);
    let random = [at(0), at(1), at(2), at(3)];
    let time = |i: usize| at(4 + i).cast_signed();
    let mut name = [0; 16];
    for (i, c) in name.iter_mut().enumerate() {
        *c = at(12 + i).cast_signed();
    }
    JET_SIGNATURE {
        ulRandom: u32::from_le_bytes(random),
        logtimeCreate: JET_LOGTIME {
            bSeconds: time(0),
            bMinutes: time(1),
            bHours: time(2),
            bDay: time(3),
            bMonth: time(4),
            bYear: time(5),
            bFiller1: time(6),
            bFiller2: time(7),
        },
        szComputerName: name,
    }
}

/// JetRollback.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_rollback(sesid: JET_SESID, grbit: JET_GRBIT) -> Answer {
    let session = enter_stopped(sesid)?;
    let known = jet::JET_bitRollbackAll | jet::JET_bitRollbackRedoCallback;
    demand(grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    demand(session.core.level() > 0, JetErr::NOT_IN_TRANSACTION)?;
    session.check_owner()?;
    demand(!session.state().broken, JetErr::ROLLBACK_ERROR)?;
    let to = match grbit & jet::JET_bitRollbackAll {
        0 => session.core.level() - 1,
        _ => 0,
    };
    // Before: their tables may go with the level.
    super::sessions::rolled_back(&session, to);
    while session.core.level() > to {
        if let Err(e) = session.core.rollback() {
            session.state().broken = true;
            return Err(e.into());
        }
    }
    if to == 0 {
        session.state().owner = None;
    }
    DONE
}

/// JetPrepareToCommitTransaction: there are no distributed transactions, here as in the original.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_prepare_to_commit_transaction(
    sesid: JET_SESID,
    _data: *const c_void,
    _size: u32,
    _grbit: JET_GRBIT,
) -> Answer {
    let _session = enter(sesid)?;
    refuse(JetErr::FEATURE_NOT_AVAILABLE)
}

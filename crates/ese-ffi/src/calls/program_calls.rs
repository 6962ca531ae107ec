//! Functions that a program names in parameters of an instance, and that the library calls:
//! JET_paramRuntimeCallback (behaviour-instances.md §3, behaviour-cursors.md §10) and
//! JET_paramDurableCommitCallback (behaviour-instances.md §6).
//!
//! Invariants: neither a session nor a cursor is locked while one runs; a parameter of 0 is no
//! function.

use crate::constants as jet;
use crate::gate::{Refusal, refuse};
use crate::handles::lock;
use crate::instance::{Instance, Running};
use crate::params::table as id;
use crate::structs::JET_COMMIT_ID;
use crate::types::{JET_CALLBACK, JET_CBTYP, JET_ERR, JET_GRBIT, JET_INSTANCE, JET_LS};
use ese_core::JetErr;
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::log::{DurableWatch, LogWriteError};
use std::ffi::c_void;
use std::ptr::{null_mut, with_exposed_provenance, with_exposed_provenance_mut};
use std::sync::{Arc, Mutex};

/// Told how far the log is durable.
type Committed =
    Option<unsafe extern "C" fn(JET_INSTANCE, *mut JET_COMMIT_ID, JET_GRBIT) -> JET_ERR>;

/// Calls JET_paramRuntimeCallback; success when there is none.
fn call_runtime(instance: &Instance, kind: JET_CBTYP, value: JET_LS) -> JetErr {
    let address = instance.number(id::JET_paramRuntimeCallback);
    let address = with_exposed_provenance::<()>(address);
    // SAFETY: the parameter is null or a function of this type: the contract of
    // JetSetSystemParameter. Null is `None`.
    let function: JET_CALLBACK = unsafe { std::mem::transmute(address) };
    let Some(function) = function else {
        return JetErr::SUCCESS;
    };
    let value = with_exposed_provenance_mut::<c_void>(value);
    // SAFETY: the program named it to be called like this.
    JetErr(unsafe {
        function(
            jet::JET_sesidNil,
            jet::JET_dbidNil,
            jet::JET_tableidNil,
            kind,
            value,
            null_mut(),
            null_mut(),
            0,
        )
    })
}

/// Before an instance starts: a call about nothing, whose error ends the start.
pub(crate) fn try_runtime(instance: &Instance) -> Result<(), Refusal> {
    match call_runtime(instance, jet::JET_cbtypNull, 0) {
        e if e.0 < 0 => refuse(e),
        _ => Ok(()),
    }
}

/// The value that a program kept at a cursor goes with it (JetSetLS).
pub(crate) fn free_cursor_local(instance: &Instance, value: JET_LS) {
    call_runtime(instance, jet::JET_cbtypFreeCursorLS, value);
}

/// The values that a program kept at tables go with what is known of these.
pub(crate) fn free_table_locals(instance: &Instance, values: Vec<JET_LS>) {
    for value in values {
        call_runtime(instance, jet::JET_cbtypFreeTableLS, value);
    }
}

/// The program's ear for commits.
struct Commits {
    function: Committed,
    instance: JET_INSTANCE,
    signature: Signature,
    /// The last place that was told: what is lost when the log is closed comes after it.
    last: Mutex<Lgpos>,
}

impl Commits {
    fn tell(&self, upto: Lgpos, grbit: JET_GRBIT) {
        let Some(function) = self.function else {
            return;
        };
        let mut id = super::transactions::commit_id(self.signature, upto);
        // SAFETY: the program named the function to be called like this.
        unsafe { function(self.instance, &raw mut id, grbit) };
    }
}

impl DurableWatch for Commits {
    fn durable(&self, upto: Lgpos) {
        *lock(&self.last) = upto;
        self.tell(upto, 0);
    }

    fn closed(&self, _: &LogWriteError) {
        let last = *lock(&self.last);
        self.tell(last, jet::JET_bitDurableCommitCallbackLogUnavailable);
    }
}

/// Has JET_paramDurableCommitCallback, if it is set, hear of commits from now on.
pub(crate) fn watch_commits(instance: &Instance, handle: JET_INSTANCE, running: &Running) {
    let address = instance.number(id::JET_paramDurableCommitCallback);
    let Some(log) = running.core.log().filter(|_| address != 0) else {
        return;
    };
    let address = with_exposed_provenance::<()>(address);
    // SAFETY: as in `call_runtime`.
    let function: Committed = unsafe { std::mem::transmute(address) };
    let commits = Commits {
        function,
        instance: handle,
        signature: log.sign_log(),
        last: Mutex::new(log.durable()),
    };
    running.core.watch_durable(Arc::new(commits));
}

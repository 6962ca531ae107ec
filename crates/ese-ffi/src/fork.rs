//! What is left of the library in the child of a fork.
//!
//! The threads of an instance do not live on in a child, and its locks may be held by them: a call there
//! could wait for ever, or write to files that the parent writes. Invariant: in the child of a process
//! that had instances every call is refused, before it takes any lock; a child of one without instances
//! is a process like any other.

use crate::process::process;
use std::ffi::c_int;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// This is a child, and instances were there.
static CUT_OFF: AtomicBool = AtomicBool::new(false);

/// Whether calls are refused.
pub(crate) fn is_cut_off() -> bool {
    CUT_OFF.load(Ordering::Relaxed)
}

#[cfg(unix)]
unsafe extern "C" {
    fn pthread_atfork(
        prepare: Option<unsafe extern "C" fn()>,
        parent: Option<unsafe extern "C" fn()>,
        child: Option<unsafe extern "C" fn()>,
    ) -> c_int;
}

/// Runs in each child, with nothing but atomics: whoever held a lock is not there.
#[cfg(unix)]
unsafe extern "C" fn child() {
    if process().instances.len() > 0 {
        CUT_OFF.store(true, Ordering::Relaxed);
    }
}

/// Hears of forks from now on; called when an instance is made, so that what [`child`] looks at is there.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[cfg(unix)]
        // SAFETY: the function is never unloaded, and does what a child may do.
        let done: c_int = unsafe { pthread_atfork(None, None, Some(child)) };
        #[cfg(not(unix))]
        let done: c_int = 0;
        // Without memory for that the library works, and a child is not told.
        if done != 0 {
            tracing::warn!(target: "esent", error = done, "forks are not heard of");
        }
    });
}

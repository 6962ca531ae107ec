//! The gate that every exported function goes through.
//!
//! Invariants: no panic crosses into C, it is JET_errInternalError; a pointer that its type does not
//! allow (misaligned) is JET_errInvalidParameter before anything is read; every error has the number
//! that the API documents; in the child of a fork nothing runs (`fork`); every call can be seen by
//! `tracing` (target `esent`: a call with its arguments at TRACE, a refusal at DEBUG).

use crate::types::JET_ERR;
use ese_core::{HasJetErr, JetErr};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A call that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) JetErr);

impl<E: HasJetErr> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.jet_err())
    }
}

/// What a body answers: success or a warning, or why it refuses.
pub(crate) type Answer = Result<JetErr, Refusal>;

/// The call succeeded.
pub(crate) const DONE: Answer = Ok(JetErr::SUCCESS);

/// Refuses with an error: `return refuse(JetErr::INVALID_NAME)`.
pub(crate) fn refuse<T>(error: JetErr) -> Result<T, Refusal> {
    Err(Refusal(error))
}

/// `Err(error)` unless `condition` holds.
pub(crate) fn demand(condition: bool, error: JetErr) -> Result<(), Refusal> {
    if condition { Ok(()) } else { refuse(error) }
}

/// The arguments of a call with their names, for traces.
pub(crate) type Shown<'a> = &'a [(&'static str, &'a dyn Debug)];

/// `gate!(Name(argument, …) aligned(pointer, …) => body)`: the whole body of an export.
macro_rules! gate {
    ($name:ident($($arg:ident),*) aligned($($pointer:ident),*) => $body:expr) => {{
        if $crate::gate::is_traced() {
            $crate::gate::trace(
                stringify!($name),
                &[$((stringify!($arg), &{ $arg } as &dyn ::std::fmt::Debug)),*],
            );
        }
        $crate::gate::pass(stringify!($name), true $(&& $pointer.is_aligned())*, move || $body)
    }};
}
pub(crate) use gate;

/// Whether somebody listens to calls with their arguments.
#[inline(always)]
pub(crate) fn is_traced() -> bool {
    // The first question is answered by one load, where nobody listens at all.
    tracing::level_filters::LevelFilter::current() >= tracing::level_filters::LevelFilter::TRACE
        && tracing::enabled!(target: "esent", tracing::Level::TRACE)
}

/// Runs one call: what [`gate!`] expands to.
#[inline]
pub(crate) fn pass(name: &'static str, aligned: bool, body: impl FnOnce() -> Answer) -> JET_ERR {
    if !aligned {
        return refused(name, JetErr::INVALID_PARAMETER);
    }
    if crate::fork::is_cut_off() {
        return JetErr::INSTANCE_UNAVAILABLE.0;
    }
    // State that a panic leaves half-changed is behind locks, whose poison is an error too.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(done)) => done.0,
        Ok(Err(Refusal(error))) => refused(name, error),
        Err(_) => panicked(name),
    }
}

#[cold]
fn panicked(name: &'static str) -> JET_ERR {
    tracing::error!(target: "esent", call = name, "a panic: this is a bug of the library");
    JetErr::INTERNAL_ERROR.0
}

#[cold]
#[inline(never)]
pub(crate) fn trace(name: &'static str, shown: Shown<'_>) {
    let mut text = String::new();
    for (argument, value) in shown {
        use std::fmt::Write as _;
        let _ = write!(text, " {argument}={value:?}");
    }
    tracing::trace!(target: "esent", call = name, "{}", text.trim_start());
}

#[cold]
fn refused(name: &'static str, error: JetErr) -> JET_ERR {
    tracing::debug!(target: "esent", call = name, %error, "refused");
    error.0
}

#[cfg(test)]
mod tests {
    use super::{DONE, Refusal, pass, refuse};
    use ese_core::JetErr;

    #[test]
    fn answers_become_numbers() {
        let run = |body: fn() -> super::Answer| pass("JetTest", true, body);
        assert_eq!(run(|| DONE), 0);
        assert_eq!(run(|| Ok(JetErr::WRN_NO_IDLE_ACTIVITY)), 1058);
        assert_eq!(run(|| refuse(JetErr::INVALID_SESID)), -1104);
        let io = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(Refusal::from(io).0, JetErr::FILE_NOT_FOUND);
    }

    #[test]
    fn a_panic_is_an_error_number() {
        let said = pass("JetTest", true, || panic!("on purpose"));
        assert_eq!(said, JetErr::INTERNAL_ERROR.0);
    }

    #[test]
    fn misaligned_pointers_never_reach_the_body() {
        let mut ran = false;
        let room = [0_u32; 2];
        let pointer = room.as_ptr().cast::<u8>().wrapping_add(1).cast::<u32>();
        let said = {
            let mut body = || {
                ran = true;
                DONE
            };
            gate!(JetTest(pointer) aligned(pointer) => body())
        };
        assert_eq!(said, JetErr::INVALID_PARAMETER.0);
        assert!(!ran);
        let pointer = room.as_ptr();
        assert_eq!(gate!(JetTest(pointer) aligned(pointer) => DONE), 0);
    }
}

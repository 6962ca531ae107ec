//! The course of a recovery, from the start decision to the clean end.
#![forbid(unsafe_code)]

use super::{Options, Outcome, RecoveryError, Watch};
use crate::error::JetErr;
use crate::io::env::Env;

/// Recovers the databases of a folder of logs (JetInit's soft recovery).
///
/// Errors: those of docs/format/recovery.md §1.1. After an error the databases may have been brought
/// forward but stay dirty, and the next call begins again.
pub fn recover(env: &Env, options: &Options, watch: &dyn Watch) -> Result<Outcome, RecoveryError> {
    let _ = (env, options, watch);
    Err(RecoveryError::refused(
        JetErr::FEATURE_NOT_AVAILABLE,
        "recovery is not built yet",
    ))
}

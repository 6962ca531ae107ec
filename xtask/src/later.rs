//! Tasks whose subject does not exist yet: they say so instead of doing nothing.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome};

fn comes_later(what: &str) -> Outcome {
    Err(Failure::failed(format!(
        "{what} comes with the engine that writes; nothing that writes a database exists yet"
    )))
}

pub(crate) fn backup_sim(_: &mut Args) -> Outcome {
    comes_later("the backup simulation (backups beside a running workload, by seed)")
}

//! Whether a database file is the one that the log speaks of, and whether its life begins here.
//!
//! Pure decisions: header and logged values in, one of [`Decision`] out. Source:
//! docs/format/recovery.md §4.1, §4.2.
//!
//! Invariant: a file of another database, of another log sequence or of another moment is never
//! replayed on.
#![forbid(unsafe_code)]

use super::RecoveryError;
use crate::error::JetErr;
use crate::format::db_header::{DbHeader, DbState};
use crate::format::ids::{Lgpos, Signature};

/// Where the log says that a database is attached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Occasion {
    /// The list at the start of the replay: checkpoint or log header.
    Start,
    /// An AttachDB record.
    Attach {
        /// Log signature that the database had before, by the record.
        sign_log_before: Signature,
    },
}

/// What the log says of an attachment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Logged {
    /// Signature of the database.
    pub(crate) sign_db: Signature,
    /// Where it was attached (or made).
    pub(crate) lgpos_attach: Lgpos,
    /// Where it was consistent before; not set for a new one.
    pub(crate) lgpos_consistent: Lgpos,
}

/// Where the replay is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Now {
    /// Signature of the log sequence.
    pub(crate) sign_log: Signature,
    /// The record; [`Lgpos::MIN`] before the first.
    pub(crate) lgpos: Lgpos,
    /// Generation that is being replayed.
    pub(crate) generation: i32,
}

/// Why a database is not attached here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum Deferral {
    /// No file.
    #[error("there is no such file")]
    Missing,
    /// No entry of a map of names (JET_RSTMAP) is for it: the caller knows that it is left out.
    #[error("the restore map leaves it out")]
    Skipped,
    /// The file can't be opened.
    #[error("the file can't be opened")]
    AccessDenied,
    /// Just created: as good as missing.
    #[error("the file was never finished")]
    JustCreated,
    /// Another log sequence.
    #[error("the file belongs to another log sequence")]
    SignLog,
    /// Another database.
    #[error("the file is another database")]
    SignDb,
    /// This life of the file is completely on disk.
    #[error("the file is consistent at a later position")]
    ConsistentFuture,
    /// The file was attached later.
    #[error("the file was attached at a later position")]
    AttachFuture,
    /// The file was changed without a log.
    #[error("the file was changed while logging was off")]
    Unlogged,
}

/// What is to be done with a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Decision {
    /// Replay on it from here.
    Attach,
    /// The header was not written after the attach that is being replayed: write it, then replay.
    AttachAfterHeader,
    /// (Re)make it: only for CreateDB.
    Create,
    /// Not now.
    Defer(Deferral),
}

fn mismatch(what: &str) -> RecoveryError {
    RecoveryError::refused(
        JetErr::ATTACHED_DATABASE_MISMATCH,
        format!("{what}: restore the file that goes with these logs, or the logs that go with it"),
    )
}

fn consistent_mismatch(header: &DbHeader, logged: &Logged) -> RecoveryError {
    RecoveryError::refused(
        JetErr::CONSISTENT_TIME_MISMATCH,
        format!(
            "the database was last consistent at {}, the log says {}: an older or newer copy of the file lies here",
            header.lgpos_consistent, logged.lgpos_consistent
        ),
    )
}

/// The states in which no replay is possible.
fn refuse_state(state: DbState) -> Result<(), RecoveryError> {
    match state {
        DbState::IncrementalReseed => Err(RecoveryError::refused(
            JetErr::DATABASE_INCOMPLETE_INCREMENTAL_RESEED,
            "an incremental reseed of the database was not finished",
        )),
        DbState::Revert => Err(RecoveryError::refused(
            JetErr::DATABASE_INCOMPLETE_REVERT,
            "a revert of the database was not finished",
        )),
        _ => Ok(()),
    }
}

fn is_usable(state: DbState) -> bool {
    matches!(
        state,
        DbState::CleanShutdown | DbState::DirtyShutdown | DbState::DirtyAndPatched
    )
}

/// The file's life begins here, if the logs that it needs are all there.
fn attach_now(header: &DbHeader, now: &Now, how: Decision) -> Result<Decision, RecoveryError> {
    let required = header.gen_min_required;
    if required != 0 && required < now.generation && header.state() != DbState::DirtyAndPatched {
        return Err(RecoveryError::refused(
            JetErr::REQUIRED_LOG_FILES_MISSING,
            format!(
                "the database requires the logs from generation {required} on, replay begins with {}: \
                 add the older logs, or remove a checkpoint file that is too new",
                now.generation
            ),
        ));
    }
    if header.is_unfinished_backup_copy() {
        return Err(RecoveryError::refused(
            JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE,
            "the file is a copy that a backup took: restore the backup set instead of recovering the copy",
        ));
    }
    Ok(how)
}

/// An attachment of the start list, or of an AttachDB record.
pub(crate) fn attach(
    header: &DbHeader,
    logged: &Logged,
    occasion: Occasion,
    now: &Now,
) -> Result<Decision, RecoveryError> {
    let state = header.state();
    refuse_state(state)?;
    if state == DbState::JustCreated {
        return Ok(Decision::Defer(Deferral::JustCreated));
    }
    if !is_usable(state) {
        return Err(RecoveryError::refused(
            JetErr::DATABASE_CORRUPTED,
            format!("the database's state is {}", state.name()),
        ));
    }
    let before = match occasion {
        Occasion::Start => now.sign_log,
        Occasion::Attach { sign_log_before } => sign_log_before,
    };
    let logged_consistent =
        if matches!(occasion, Occasion::Attach { .. }) && logged.lgpos_consistent >= now.lgpos {
            Lgpos::MIN
        } else {
            logged.lgpos_consistent
        };
    let logged = Logged {
        lgpos_consistent: logged_consistent,
        ..*logged
    };
    let same_db = header.sign_db == logged.sign_db;
    let same_log = header.sign_log == now.sign_log;
    let same_log_before = header.sign_log == before;
    let consistent = header.lgpos_consistent;
    if !same_log {
        return if !same_log_before {
            Ok(Decision::Defer(Deferral::SignLog))
        } else if consistent != logged.lgpos_consistent {
            if same_db {
                Err(consistent_mismatch(header, &logged))
            } else {
                Ok(Decision::Defer(Deferral::SignDb))
            }
        } else if same_db {
            attach_now(header, now, Decision::AttachAfterHeader)
        } else {
            Ok(Decision::Defer(Deferral::SignDb))
        };
    }
    if !same_log_before || consistent == logged.lgpos_consistent || consistent.is_min() {
        if !same_db {
            return Ok(Decision::Defer(Deferral::SignDb));
        }
        let attach = header.lgpos_attach;
        let by_record = matches!(occasion, Occasion::Attach { .. });
        return if attach == logged.lgpos_attach
            || (attach < logged.lgpos_attach && by_record && same_log_before)
        {
            attach_now(header, now, Decision::Attach)
        } else if attach < logged.lgpos_attach {
            Err(mismatch(
                "the file was attached later than its header knows: it is an older copy",
            ))
        } else {
            Ok(Decision::Defer(Deferral::AttachFuture))
        };
    }
    if consistent > logged.lgpos_consistent
        && (occasion == Occasion::Start || consistent > now.lgpos)
    {
        return Ok(Decision::Defer(Deferral::ConsistentFuture));
    }
    if same_db {
        Err(consistent_mismatch(header, &logged))
    } else {
        Ok(Decision::Defer(Deferral::Unlogged))
    }
}

/// A CreateDB record that meets a file. `header` is `None` when neither copy can be read.
pub(crate) fn create(
    header: Option<&DbHeader>,
    logged: &Logged,
    now: &Now,
) -> Result<Decision, RecoveryError> {
    let Some(header) = header else {
        return Ok(Decision::Create);
    };
    let state = header.state();
    refuse_state(state)?;
    if !is_usable(state) {
        return Ok(Decision::Create);
    }
    if header.sign_log != now.sign_log {
        return Ok(Decision::Defer(Deferral::SignLog));
    }
    let attach = header.lgpos_attach;
    if attach == logged.lgpos_attach {
        if header.sign_db != logged.sign_db {
            Ok(Decision::Defer(Deferral::SignDb))
        } else if logged.lgpos_attach <= header.lgpos_consistent {
            Ok(Decision::Defer(Deferral::ConsistentFuture))
        } else {
            attach_now(header, now, Decision::Attach)
        }
    } else if attach > logged.lgpos_attach {
        Ok(Decision::Defer(Deferral::AttachFuture))
    } else {
        Ok(Decision::Defer(Deferral::SignDb))
    }
}

#[cfg(test)]
mod tests;

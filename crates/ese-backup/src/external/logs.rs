//! Which logs belong to the backup, and which may go after it.
//!
//! Source: behaviour of backup §5, §6.
//!
//! Invariants:
//! * the log is rolled once a session, and the current log is never in the set;
//! * only what is below the checkpoint and inside or before the copied range is deleted, after every log
//!   of that range was read to its end; of a full backup only what databases left out can spare.
#![forbid(unsafe_code)]

use super::error::BackupError;
use super::session::{Phase, Session};
use super::{ExternalBackup, sequence};
use ese_core::backup_port::{Reservation, Step};
use ese_core::format::ids::BkInfo;
use ese_core::format::log_record::{BackupPhase, BackupType};
use ese_core::{HasJetErr as _, JetErr};
use std::path::PathBuf;

/// Generations `first` up to, not including, `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    pub(super) first: i32,
    pub(super) end: i32,
}

impl Range {
    pub(super) fn numbers(self) -> impl Iterator<Item = i32> {
        self.first..self.end
    }

    /// First and last generation as records have them; a range of none is its first.
    fn noted(self) -> BkInfo {
        let number = |n: i32| u32::try_from(n).unwrap_or(0);
        BkInfo {
            gen_low: number(self.first),
            gen_high: number(self.end.saturating_sub(1).max(self.first)),
            ..BkInfo::default()
        }
    }
}

/// What log info found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ranges {
    pub(super) copy: Range,
    pub(super) delete: Range,
}

/// The logs to copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogInfo {
    /// Where they lie, the lowest first. One that is not there is named all the same: its open fails.
    pub files: Vec<PathBuf>,
    /// First generation.
    pub gen_low: i32,
    /// Last generation.
    pub gen_high: i32,
    /// Base name of the logs.
    pub base: String,
}

/// The logs that truncation deletes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TruncateInfo {
    /// Where they lie, the lowest first; there may be none.
    pub files: Vec<PathBuf>,
}

impl ExternalBackup {
    /// JetGetLogInfoInstance: begins the log phase. The first call closes the current log, so that
    /// everything up to now is in the set.
    ///
    /// # Errors
    /// JET_errNoBackup, JET_errBackupAbortByServer; JET_errInvalidBackupSequence while a file is open;
    /// JET_errMissingFileToBackup when an incremental backup can't continue the one before, each time;
    /// JET_errFileNotFound when there is no log.
    pub fn log_info(&self) -> Result<LogInfo, BackupError> {
        self.enter(|session| {
            let copy = ranges(session)?.copy;
            let port = session.reservation.port();
            let log = port.log()?;
            Ok(LogInfo {
                files: copy.numbers().map(|g| log.archived_path(g)).collect(),
                gen_low: copy.first,
                gen_high: copy.end.saturating_sub(1),
                base: port.params().base.clone(),
            })
        })
    }

    /// JetGetTruncateLogInfoInstance: as [`ExternalBackup::log_info`], of the logs to delete.
    ///
    /// # Errors
    /// As [`ExternalBackup::log_info`].
    pub fn truncate_log_info(&self) -> Result<TruncateInfo, BackupError> {
        self.enter(|session| {
            let delete = ranges(session)?.delete;
            let log = session.reservation.port().log()?;
            Ok(TruncateInfo {
                files: delete.numbers().map(|g| log.archived_path(g)).collect(),
            })
        })
    }

    /// JetTruncateLogInstance: deletes the logs that nothing needs any more, once every log of the
    /// backup was read to its end. May be called again.
    ///
    /// # Errors
    /// JET_errNoBackup, JET_errBackupAbortByServer; JET_errInvalidBackupSequence while a file is open or
    /// before log info; JET_errLogFileNotCopied. The first log that can't be deleted ends it; the
    /// backup goes on in all these cases.
    pub fn truncate_log(&self) -> Result<(), BackupError> {
        self.enter(|session| {
            let delete = session.may_truncate()?;
            session.note_truncation(delete)?;
            // From here on it counts: some of them may be gone.
            session.truncated = true;
            session.reservation.delete_logs(delete.end)?;
            Ok(())
        })
    }
}

impl Session {
    /// The logs that may be deleted now.
    pub(super) fn may_truncate(&self) -> Result<Range, BackupError> {
        if self.open.is_some() {
            return Err(sequence("a file is open"));
        }
        let Some(Ok(ranges)) = &self.ranges else {
            return Err(sequence("the logs to copy were not asked for"));
        };
        if let Some(missing) = ranges.copy.numbers().find(|g| !self.logs.contains(g)) {
            return Err(BackupError::refused(
                JetErr::LOG_FILE_NOT_COPIED,
                format!("generation {missing:#x} was not read to its end"),
            ));
        }
        Ok(ranges.delete)
    }

    pub(super) fn note_truncation(&self, delete: Range) -> Result<(), BackupError> {
        self.reservation.log_step(&Step {
            phase: BackupPhase::TRUNCATE,
            kind: BackupType::NORMAL,
            scope: self.scope(),
            info: BkInfo {
                time: self.reservation.port().now(),
                ..delete.noted()
            },
        })?;
        Ok(())
    }
}

/// The ranges, found once.
fn ranges(session: &mut Session) -> Result<Ranges, BackupError> {
    if session.open.is_some() {
        return Err(sequence("a file is open"));
    }
    if session.ranges.is_none() {
        session.phase = Phase::Logs;
        let found = find(session).map_err(|e| (e.jet_err(), e.to_string()));
        session.ranges = Some(found);
    }
    match &session.ranges {
        Some(Ok(ranges)) => Ok(*ranges),
        Some(Err((err, what))) => Err(BackupError::refused(*err, what.clone())),
        None => Err(sequence("the logs to copy were not found")),
    }
}

fn find(session: &mut Session) -> Result<Ranges, BackupError> {
    let at = session.reservation.roll_log(&Step {
        phase: BackupPhase::PREPARE_LOGS,
        kind: BackupType::NORMAL,
        scope: session.scope(),
        info: BkInfo {
            time: session.reservation.port().now(),
            ..BkInfo::default()
        },
    })?;
    let end = at.generation;
    let closed = session.reservation.closed_logs()?;
    let Some(oldest) = closed.first().map(|(g, _)| *g) else {
        return Err(BackupError::refused(
            JetErr::FILE_NOT_FOUND,
            "there is no closed log",
        ));
    };
    let first = if session.incremental {
        let known = last_backed_up(&session.reservation);
        if known.is_some_and(|last| oldest > last.saturating_add(1)) {
            return Err(BackupError::refused(
                JetErr::MISSING_FILE_TO_BACKUP,
                format!(
                    "the oldest log that is left is generation {oldest:#x}: those behind the last backup \
                     are gone, so that a full one is needed"
                ),
            ));
        }
        session.mark.mark = at;
        oldest
    } else {
        i32::try_from(session.mark.gen_low).unwrap_or(oldest)
    };
    let mut below = session.reservation.port().checkpoint_generation()?.min(end);
    if !session.incremental {
        let left_out = session.reservation.databases();
        let needed = left_out
            .iter()
            .filter(|db| !session.databases.contains(&db.dbid()))
            .map(|db| i32::try_from(db.header().bkinfo_full_prev.gen_high).unwrap_or(i32::MAX));
        below = needed.fold(below, i32::min);
    }
    Ok(Ranges {
        copy: Range { first, end },
        delete: Range {
            first: oldest,
            end: below.max(oldest),
        },
    })
}

/// The last generation that the last backups of all databases have; `None` without a database.
fn last_backed_up(reservation: &Reservation) -> Option<i32> {
    let last = |gen_high: u32| i32::try_from(gen_high).unwrap_or(i32::MAX);
    let all = reservation.databases();
    let of_each = all.iter().map(|db| {
        let h = db.header();
        last(h.bkinfo_full_prev.gen_high.max(h.bkinfo_inc_prev.gen_high))
    });
    of_each.min()
}

//! What a backup stands on: the instance held for it, its databases as they lie in their files, its
//! log rolled, named, truncated, and what is noted of a backup in log and headers.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`BackupPort`]: the gate; [`Reservation`]: everything that needs the instance to be held |
//! | `database` | [`BackupDatabase`]: one database; [`DatabaseImage`]: header copies, pages, trailer as one file |
//! | `freeze` | [`Freeze`]: nothing on the disk changes, for a snapshot of the volume |
//! | `scrub` | [`Scrubber`]: deleted data is overwritten before it is read |
//!
//! States, sets and the stop flag are not known here: they are `ese-backup`'s.
//!
//! Source: behaviour of backup (the contract), docs/format/backup-files.md §1-3, log-records.md §7
//! (Backup2).
//!
//! Invariants:
//! * one reservation at a time; while it lives nothing is attached or detached, and no log from its
//!   first generation on goes, but by [`Reservation::delete_logs`];
//! * a page is read under the lock of its range, and only of its range;
//! * what is noted in a header was logged first, durably.
#![forbid(unsafe_code)]

mod database;
mod freeze;
mod scrub;

pub use database::{BackupDatabase, DatabaseImage};
pub use freeze::Freeze;
pub use scrub::{ScrubCounts, Scrubber};

use crate::dbfile::transitions::{self, Backup};
use crate::error::{HasJetErr as _, JetErr};
use crate::format::ids::{BkInfo, Lgpos, LogTime};
use crate::format::log_record::{Backup2, BackupPhase, BackupScope, BackupType, LogRecord, Text};
use crate::instance::{Core, Instance, InstanceError, InstanceParams, StopBackup};
use crate::io::env::Env;
use crate::log::writer::GENERATION_MAX;
use crate::log::{KeepLogs, LogAppend as _, LogWriter, checkpoint_file};
use crate::work::WorkError;
use parking_lot::Mutex;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A running instance, as a backup sees it.
#[derive(Clone)]
pub struct BackupPort {
    core: Arc<Core>,
}

impl fmt::Debug for BackupPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackupPort").finish_non_exhaustive()
    }
}

impl Instance {
    /// For who backs the instance up.
    #[must_use]
    pub fn backup_port(&self) -> BackupPort {
        BackupPort {
            core: Arc::clone(self.core()),
        }
    }
}

/// One step of a backup, as the log has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Which.
    pub phase: BackupPhase,
    /// What of the data went where.
    pub kind: BackupType,
    /// Full, incremental, or one of them without truncation.
    pub scope: BackupScope,
    /// What goes with the phase: the generations to delete, the backup to note; else only the time.
    pub info: BkInfo,
}

impl Step {
    /// Whether it is one of a backup of logs only.
    fn is_incremental(&self) -> bool {
        [BackupScope::INCREMENTAL, BackupScope::DIFFERENTIAL].contains(&self.scope)
    }

    fn record(&self, dbid: u8) -> LogRecord<'static> {
        LogRecord::Backup2(Backup2 {
            phase: self.phase,
            backup_type: self.kind,
            scope: self.scope,
            dbid,
            info: self.info,
            reserved: 0,
            path: Text::utf16(&[]),
        })
    }
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, InstanceError> {
    Err(InstanceError::refused(err, what))
}

impl BackupPort {
    /// The gate of every call of a backup but the stop.
    ///
    /// # Errors
    /// In this order: JET_errClientRequestToStopJetService; the family of JET_errInstanceUnavailable;
    /// JET_errTermInProgress; JET_errNotInitialized.
    pub fn check(&self) -> Result<(), InstanceError> {
        if self.core.backup.is_service_stopped() {
            return refused(
                JetErr::CLIENT_REQUEST_TO_STOP_JET_SERVICE,
                "the service was told to stop",
            );
        }
        self.core.health.check().map_err(WorkError::into)
    }

    /// Files, clock and random numbers of the instance.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.core.env
    }

    /// What the instance was told.
    #[must_use]
    pub fn params(&self) -> &InstanceParams {
        &self.core.params
    }

    /// The log.
    ///
    /// # Errors
    /// JET_errLoggingDisabled; JET_errLogWriteFail once it is closed.
    pub fn log(&self) -> Result<&Arc<LogWriter>, InstanceError> {
        let Some(log) = &self.core.log else {
            return refused(
                JetErr::LOGGING_DISABLED,
                "nothing is logged: only a closed database can be copied",
            );
        };
        match log.failure() {
            Some(e) => refused(JetErr::LOG_WRITE_FAIL, &e.to_string()),
            None => Ok(log),
        }
    }

    /// Whether there is room for the records of a backup.
    ///
    /// # Errors
    /// JET_errLogDiskFull while the log lives on its reserves; JET_errLogSequenceEnd.
    pub fn check_log_room(&self) -> Result<(), InstanceError> {
        let log = self.log()?;
        if log.is_quiesced() {
            return refused(
                JetErr::LOG_DISK_FULL,
                "the disk of the log is full: nothing new begins",
            );
        }
        if log.generation() >= GENERATION_MAX {
            return refused(JetErr::LOG_SEQUENCE_END, "the log sequence is at its end");
        }
        Ok(())
    }

    /// Holds the instance for a backup: waits for attaches and detaches under way, then none begins
    /// until the answer is dropped. `stop` is called, from another thread, when the instance ends under
    /// the backup; it only stops.
    ///
    /// # Errors
    /// JET_errBackupInProgress, JET_errSurrogateBackupInProgress; those of [`BackupPort::check`].
    pub fn reserve(&self, surrogate: bool, stop: StopBackup) -> Result<Reservation, InstanceError> {
        // One that runs already is told at once, though an attach may be under way.
        self.core.backup.refuse()?;
        let _lifecycle = self.core.lifecycle.lock();
        self.check()?;
        let ticket = self.core.backup.take(surrogate, stop)?;
        Ok(Reservation {
            port: self.clone(),
            ticket,
            kept: Mutex::new(None),
        })
    }

    /// The first generation that a restart would need now, by the checkpoint file.
    ///
    /// # Errors
    /// JET_errCheckpointFileNotFound, JET_errCheckpointCorrupt; JET_errLoggingDisabled.
    pub fn checkpoint_generation(&self) -> Result<i32, InstanceError> {
        let Some(checkpointer) = &self.core.checkpointer else {
            return refused(JetErr::LOGGING_DISABLED, "nothing is logged");
        };
        let read = checkpoint_file::read(&*self.core.env.fs, checkpointer.path());
        match read {
            Ok(Some(file)) => Ok(file.checkpoint.lgpos_checkpoint().generation),
            Ok(None) => refused(
                JetErr::CHECKPOINT_FILE_NOT_FOUND,
                "the checkpoint file is gone",
            ),
            Err(e) => refused(JetErr::CHECKPOINT_CORRUPT, &e.to_string()),
        }
    }

    /// The time, as headers and records have it.
    #[must_use]
    pub fn now(&self) -> LogTime {
        self.core.env.clock.now_utc().into()
    }
}

/// The instance, held for a backup. Dropped, it is free again.
pub struct Reservation {
    port: BackupPort,
    ticket: u64,
    kept: Mutex<Option<KeepLogs>>,
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reservation")
            .field("ticket", &self.ticket)
            .finish_non_exhaustive()
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.port.core.backup.give_back(self.ticket);
    }
}

impl Reservation {
    /// The instance.
    #[must_use]
    pub fn port(&self) -> &BackupPort {
        &self.port
    }

    /// Whether the instance was not taken away by its end.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.port.core.backup.holds(self.ticket)
    }

    /// The databases that are attached and logged, by their number in the log. One that is just being
    /// created is not among them yet.
    #[must_use]
    pub fn databases(&self) -> Vec<BackupDatabase> {
        if self.port.core.log.is_none() {
            return Vec::new();
        }
        let all = self.port.core.attached.logged();
        let ready = all.iter().filter_map(BackupDatabase::of);
        ready.collect()
    }

    /// As [`Reservation::databases`], with those that are only read; what is not logged is not among
    /// them.
    #[must_use]
    pub fn attached(&self) -> Vec<BackupDatabase> {
        let mut all = self.port.core.attached.all();
        all.retain(|db| db.is_read_only() || db.is_logged());
        all.iter().filter_map(BackupDatabase::of).collect()
    }

    /// Keeps the logs from where a restart would begin now; gives that generation: the first of a full
    /// backup.
    ///
    /// # Errors
    /// As [`BackupPort::checkpoint_generation`].
    pub fn keep_from_checkpoint(&self) -> Result<i32, InstanceError> {
        let log = self.port.log()?;
        let first = self.port.checkpoint_generation()?;
        *self.kept.lock() = Some(log.keep_from(first));
        // What was released before that may be gone; what the checkpoint says now is not.
        self.port.checkpoint_generation()
    }

    /// Keeps every log that is there.
    ///
    /// # Errors
    /// JET_errLoggingDisabled, JET_errLogWriteFail.
    pub fn keep_all(&self) -> Result<(), InstanceError> {
        let log = self.port.log()?;
        *self.kept.lock() = Some(log.keep_from(0));
        Ok(())
    }

    /// Logs a step of no one database, durably; gives the position of its record.
    ///
    /// # Errors
    /// The log takes nothing.
    pub fn log_step(&self, step: &Step) -> Result<Lgpos, InstanceError> {
        let log = self.port.log()?;
        let at = log.append(&step.record(0))?;
        log.flush()?;
        Ok(at)
    }

    /// Closes the current log and begins the next one with a step; gives the position of its record.
    /// Every closed generation is whole then.
    ///
    /// # Errors
    /// The log takes nothing.
    pub fn roll_log(&self, step: &Step) -> Result<Lgpos, InstanceError> {
        let log = self.port.log()?;
        let at = log.roll_with(&step.record(0))?;
        log.flush()?;
        self.note_prepared(step, at);
        Ok(at)
    }

    /// The logs of a backup are prepared since this position, and the time of `step`: the checkpoint file
    /// says so from its next write on, whatever becomes of the backup (docs/format/log-files.md §8).
    pub fn note_prepared(&self, step: &Step, at: Lgpos) {
        let newest = self.port.core.backup.newest();
        newest.prepared(step.is_incremental(), at, step.info.time);
    }

    /// The closed generations that are there, the lowest first.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn closed_logs(&self) -> Result<Vec<(i32, PathBuf)>, InstanceError> {
        Ok(self.port.log()?.archived()?)
    }

    /// Deletes the closed generations below `below`, the lowest first, though the backup keeps them;
    /// never the current one. From then on the others are kept.
    ///
    /// # Errors
    /// The first that can't be removed ends it.
    pub fn delete_logs(&self, below: i32) -> Result<u32, InstanceError> {
        let log = self.port.log()?;
        let mut kept = self.kept.lock();
        let from = log.keep_from(below);
        *kept = Some(from);
        Ok(log.delete_below(below)?)
    }

    /// Notes a complete backup in log and header of a database; `false`: the header knows a newer one.
    ///
    /// # Errors
    /// The log takes nothing. That the header can't be written now is no error: it goes with the next
    /// write, or redo writes it from the record.
    pub fn stamp(
        &self,
        db: &BackupDatabase,
        scope: BackupScope,
        kind: BackupType,
        info: BkInfo,
    ) -> Result<bool, InstanceError> {
        let Some(open) = db.open() else {
            return Ok(false);
        };
        let step = Step {
            phase: BackupPhase::UPDATE,
            kind,
            scope,
            info,
        };
        let log = self.port.log()?;
        log.append(&step.record(db.dbid()))?;
        log.flush()?;
        let backup = Backup::of_record(kind, scope, info);
        let noted = open
            .file()
            .change_header(|h| transitions::backed_up(h, &backup));
        if noted && let Err(e) = open.file().write_header() {
            tracing::warn!(database = %db.path().display(), error = %e, jet = %e.jet_err(),
                "the backup is not in the header yet");
        }
        Ok(noted)
    }
}

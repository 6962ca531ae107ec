//! Surrogate backups: another machine's copy is backed up, and only noted here.
//!
//! Source: behaviour of backup §11 (Surrogate), backup-files.md §9. Private calls of the original.
//!
//! Invariants: while one runs the instance is held as by any backup, and the streaming calls see none;
//! what is recorded names the generations that the caller gave.
#![forbid(unsafe_code)]

use super::end::{END_ABORT, END_NORMAL, END_TRUNCATE_DONE};
use super::error::BackupError;
use super::{BEGIN_INCREMENTAL, ExternalBackup, no_backup, parameter};
use ese_core::JetErr;
use ese_core::backup_port::{Reservation, Step};
use ese_core::format::ids::BkInfo;
use ese_core::format::log_record::{BackupPhase, BackupScope, BackupType};
use std::sync::Arc;

/// A surrogate backup that runs.
pub(crate) struct Surrogate {
    reservation: Reservation,
    incremental: bool,
    info: BkInfo,
}

impl Surrogate {
    fn step(&self, phase: BackupPhase) -> Step {
        Step {
            phase,
            kind: BackupType::SURROGATE,
            scope: match self.incremental {
                true => BackupScope::INCREMENTAL,
                false => BackupScope::FULL,
            },
            info: BkInfo {
                time: self.reservation.port().now(),
                ..BkInfo::default()
            },
        }
    }

    /// Ends as failed.
    pub(super) fn fail(self) -> Result<(), BackupError> {
        self.reservation.log_step(&self.step(BackupPhase::ABORT))?;
        self.reservation.log_step(&self.step(BackupPhase::STOP))?;
        Ok(())
    }

    fn succeed(self, truncated: bool) -> Result<(), BackupError> {
        let scope = match (self.incremental, truncated) {
            (false, true) => BackupScope::FULL,
            (false, false) => BackupScope::COPY,
            (true, true) => BackupScope::INCREMENTAL,
            (true, false) => BackupScope::DIFFERENTIAL,
        };
        for db in self.reservation.databases() {
            self.reservation
                .stamp(&db, scope, BackupType::SURROGATE, self.info)?;
        }
        self.reservation.log_step(&self.step(BackupPhase::STOP))?;
        Ok(())
    }
}

impl ExternalBackup {
    /// JetBeginSurrogateBackup: the copy has the generations `first` to `last`.
    ///
    /// # Errors
    /// JET_errLoggingDisabled, JET_errInvalidGrbit; JET_errInvalidBackup with circular logging;
    /// JET_errInvalidParameter for generations that don't follow each other or are not there yet;
    /// JET_errBackupInProgress.
    pub fn begin_surrogate(&self, first: u32, last: u32, grbit: u32) -> Result<(), BackupError> {
        self.port.check()?;
        let log = self.port.log()?;
        if grbit & !BEGIN_INCREMENTAL != 0 {
            return Err(BackupError::refused(
                JetErr::INVALID_GRBIT,
                format!("no surrogate backup begins with the bits {grbit:#x}"),
            ));
        }
        if self.port.params().circular {
            return Err(BackupError::refused(
                JetErr::INVALID_BACKUP,
                "with circular logging a surrogate backup could not be rolled forward",
            ));
        }
        let tip = u32::try_from(log.generation()).unwrap_or(0);
        if first > last || last > tip {
            return Err(parameter("these generations are not those of a copy"));
        }
        self.port.check_log_room()?;
        let mut held = self.surrogate.lock();
        let reservation = self.port.reserve(true, Arc::new(|| {}))?;
        let time = self.port.now();
        let mark = log.position();
        let surrogate = Surrogate {
            reservation,
            incremental: grbit & BEGIN_INCREMENTAL != 0,
            info: BkInfo {
                mark,
                time,
                gen_low: first,
                gen_high: last,
            },
        };
        let step = surrogate.step(BackupPhase::BEGIN);
        let begun = surrogate.reservation.log_step(&step)?;
        // Its logs were prepared elsewhere: this is what is known of the moment here.
        let at = if surrogate.incremental { begun } else { mark };
        surrogate.reservation.note_prepared(&step, at);
        *held = Some(surrogate);
        Ok(())
    }

    /// JetEndSurrogateBackup. A streaming backup that runs instead is ended as failed, with success.
    ///
    /// # Errors
    /// JET_errInvalidParameter unless just one of [`END_NORMAL`] and [`END_ABORT`] is given;
    /// JET_errNoBackup; errors of the log: the backup is over all the same.
    pub fn end_surrogate(&self, grbit: u32) -> Result<(), BackupError> {
        self.port.check()?;
        let normal = grbit & END_NORMAL != 0;
        if normal == (grbit & END_ABORT != 0) {
            return Err(parameter("a backup ends either normally or aborted"));
        }
        let surrogate = self.surrogate.lock().take();
        match surrogate {
            Some(surrogate) if normal => surrogate.succeed(grbit & END_TRUNCATE_DONE != 0),
            Some(surrogate) => surrogate.fail(),
            None if self.is_running() => self.end2(END_ABORT),
            None => Err(no_backup()),
        }
    }
}

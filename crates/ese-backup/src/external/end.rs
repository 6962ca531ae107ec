//! The end of a session: what is recorded of it, and where.
//!
//! | | logs truncated | not truncated |
//! |---|---|---|
//! | full | bkinfoFullPrev | bkinfoCopyPrev |
//! | incremental | bkinfoIncPrev | bkinfoDiffPrev |
//!
//! Source: behaviour of backup §7; for the end of a stopped backup design §9.
//!
//! Invariants: whether the backup was stopped is asked once, before anything is recorded; only databases
//! that were read to their end are recorded by a full backup; whatever happens, the session is over.
#![forbid(unsafe_code)]

use super::error::BackupError;
use super::session::{Phase, Session};
use super::{ExternalBackup, no_backup, parameter};
use ese_core::backup_port::Step;
use ese_core::format::ids::BkInfo;
use ese_core::format::log_record::{BackupPhase, BackupScope, BackupType};

/// `JET_bitBackupEndNormal`: the backup is good, it is recorded.
pub const END_NORMAL: u32 = 1;
/// `JET_bitBackupEndAbort`: it is not.
pub const END_ABORT: u32 = 2;
/// `JET_bitBackupTruncateDone`: the caller sees to the truncation; it is recorded as done.
pub const END_TRUNCATE_DONE: u32 = 0x100;
/// `JET_bitBackupNoDbHeaderUpdate` (private): nothing is recorded in headers.
pub const END_NO_HEADER_UPDATE: u32 = 0x200;

/// Why a backup did not end well.
#[derive(Debug)]
pub(crate) enum EndFailure {
    /// Nothing was recorded.
    NotRecorded(BackupError),
    /// The log failed meanwhile: the next recovery may find that the backup was recorded.
    Uncertain(BackupError),
}

impl EndFailure {
    fn into_error(self) -> BackupError {
        match self {
            Self::NotRecorded(e) | Self::Uncertain(e) => e,
        }
    }
}

/// What becomes of the session.
struct Plan {
    record: bool,
    truncate: bool,
}

impl ExternalBackup {
    /// JetEndExternalBackupInstance: as [`ExternalBackup::end2`] with [`END_NORMAL`].
    ///
    /// # Errors
    /// As [`ExternalBackup::end2`].
    pub fn end(&self) -> Result<(), BackupError> {
        self.end2(END_NORMAL)
    }

    /// JetEndExternalBackupInstance2. An open file is closed; a read under way ends first.
    ///
    /// # Errors
    /// JET_errInvalidGrbit for other bits than these; JET_errInvalidParameter unless just one of [`END_NORMAL`] and [`END_ABORT`] is given: the backup
    /// goes on. JET_errNoBackup. JET_errBackupAbortByServer for the normal end of a stopped backup, and
    /// errors of the log: the backup is over all the same, and nothing, or with an error of the log not
    /// everything, is recorded.
    pub fn end2(&self, grbit: u32) -> Result<(), BackupError> {
        self.port.check()?;
        let known = END_NORMAL | END_ABORT | END_TRUNCATE_DONE | END_NO_HEADER_UPDATE;
        if grbit & !known != 0 {
            return Err(BackupError::refused(
                ese_core::JetErr::INVALID_GRBIT,
                format!("no backup ends with the bits {grbit:#x}"),
            ));
        }
        let normal = grbit & END_NORMAL != 0;
        if normal == (grbit & END_ABORT != 0) {
            return Err(parameter("a backup ends either normally or aborted"));
        }
        // Ended by the other kind's call: as failed, with success, as by the original.
        if !self.is_running()
            && let Some(surrogate) = self.surrogate.lock().take()
        {
            return surrogate.fail();
        }
        let done = grbit & END_TRUNCATE_DONE != 0;
        let ended = self.finish_as(normal, |session| {
            session.truncated |= done;
            Plan {
                record: grbit & END_NO_HEADER_UPDATE == 0,
                truncate: false,
            }
        });
        ended.map_err(EndFailure::into_error)
    }

    /// Ends a backup whose set is safe: recorded first, then, if asked for, truncated. After a stop
    /// neither happens. A log that can't be deleted is no error: it is there once more then.
    pub(crate) fn end_safe(&self, truncate: bool) -> Result<(), EndFailure> {
        self.port
            .check()
            .map_err(|e| EndFailure::NotRecorded(e.into()))?;
        self.finish_as(true, |session| {
            session.truncated |= truncate;
            Plan {
                record: true,
                truncate,
            }
        })
    }

    fn finish_as(
        &self,
        normal: bool,
        plan: impl FnOnce(&mut Session) -> Plan,
    ) -> Result<(), EndFailure> {
        let none = || EndFailure::NotRecorded(no_backup());
        let open = {
            let mut held = self.slot.hold();
            let session = held.session().ok_or_else(none)?;
            session.open.take()
        };
        // Outside of the lock: a read under way may want to say that it is through.
        if let Some(open) = open {
            open.finish();
        }
        let mut held = self.slot.hold();
        let ended = held.end(|mut session, stopped| {
            let early = !session.incremental && session.phase == Phase::Databases;
            if !normal || stopped || early {
                let failed = session.fail();
                return match normal && stopped {
                    true => Err(EndFailure::NotRecorded(BackupError::Stopped)),
                    // That it was not recorded is what was asked for.
                    false => failed.map_err(EndFailure::NotRecorded),
                };
            }
            let plan = plan(&mut session);
            session.succeed(&plan)
        });
        ended.unwrap_or_else(|| Err(none()))
    }
}

impl Session {
    fn step(&self, phase: BackupPhase) -> Step {
        Step {
            phase,
            kind: BackupType::NORMAL,
            scope: self.scope(),
            info: BkInfo {
                time: self.reservation.port().now(),
                ..BkInfo::default()
            },
        }
    }

    /// Ends as failed: nothing is recorded.
    pub(super) fn fail(self) -> Result<(), BackupError> {
        self.reservation.log_step(&self.step(BackupPhase::ABORT))?;
        self.reservation.log_step(&self.step(BackupPhase::STOP))?;
        Ok(())
    }

    fn succeed(self, plan: &Plan) -> Result<(), EndFailure> {
        let not_recorded = EndFailure::NotRecorded;
        let delete = match plan.truncate {
            true => Some(self.may_truncate().map_err(not_recorded)?),
            false => None,
        };
        if let Some(delete) = delete {
            self.note_truncation(delete).map_err(not_recorded)?;
        }
        if plan.record {
            self.record().map_err(EndFailure::Uncertain)?;
        }
        if let Some(delete) = delete {
            // What could not be deleted lies there for the next truncation.
            let _ = self.reservation.delete_logs(delete.end);
        }
        self.reservation
            .log_step(&self.step(BackupPhase::STOP))
            .map_err(|e| EndFailure::Uncertain(e.into()))?;
        Ok(())
    }

    fn record(&self) -> Result<(), BackupError> {
        // Without a range nothing was backed up that could be continued.
        let Some(Ok(ranges)) = &self.ranges else {
            return Ok(());
        };
        let number = |n: i32| u32::try_from(n).unwrap_or(0);
        let info = BkInfo {
            gen_low: number(ranges.copy.first),
            gen_high: number(ranges.copy.end.saturating_sub(1)),
            ..self.mark
        };
        let scope = match (self.incremental, self.truncated) {
            (false, true) => BackupScope::FULL,
            (false, false) => BackupScope::COPY,
            (true, true) => BackupScope::INCREMENTAL,
            (true, false) => BackupScope::DIFFERENTIAL,
        };
        for db in self.reservation.databases() {
            if self.incremental || self.databases.contains(&db.dbid()) {
                self.reservation
                    .stamp(&db, scope, BackupType::NORMAL, info)?;
            }
        }
        Ok(())
    }
}

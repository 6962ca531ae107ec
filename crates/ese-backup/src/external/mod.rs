//! The external backup session of a running instance: the streaming calls, in the contract's order and
//! under its names.
//!
//! ```text
//! begin ─► attach_info ─► per database: open_file, read_file …, close_file
//!       ─► log_info ─► per log: open_file, read_file …, close_file ─► truncate_log ─► end
//! ```
//! | room | purpose |
//! |---|---|
//! | here | [`ExternalBackup`]: begin, attach_info, stop |
//! | `session` | what a running session knows |
//! | `files` | open, read, close |
//! | `logs` | log info, truncate info, truncation |
//! | `end` | what is recorded of a backup, and where |
//! | `surrogate` | the copy of another machine, noted here |
//! | `slot` | the session and its stop flag, as loom sees them |
//! | `error` | [`BackupError`] |
//!
//! Source: behaviour of backup §1-8; where it and the original differ, design §9: a stopped backup never
//! ends with success, a call under way stops within a page, the set that was copied is an exact one.
//!
//! Invariants:
//! * one session at a time per instance, whoever began it;
//! * [`ExternalBackup::stop`] takes no lock: neither a read nor an end under way delays it;
//! * of a stopped, failed or aborted backup nothing is recorded, and it truncates nothing;
//! * no log is deleted that was not copied, nor one that a database left out of the backup needs.
#![forbid(unsafe_code)]

mod end;
mod error;
mod files;
mod logs;
mod session;
mod slot;
mod surrogate;

pub(crate) use end::EndFailure;
pub use end::{END_ABORT, END_NO_HEADER_UPDATE, END_NORMAL, END_TRUNCATE_DONE};
pub use error::BackupError;
pub use files::{FileHandle, OpenedFile};
pub use logs::{LogInfo, TruncateInfo};

use crate::stop::{StopFlag, StopHandle};
use ese_core::JetErr;
use ese_core::backup_port::{BackupPort, Reservation, Step};
use ese_core::format::ids::{BkInfo, Lgpos};
use ese_core::format::log_record::{BackupPhase, BackupScope, BackupType};
use ese_core::instance::Instance;
use parking_lot::Mutex;
use session::{Phase, Session};
use slot::Slot;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use surrogate::Surrogate;

/// `JET_bitBackupIncremental`.
pub const BEGIN_INCREMENTAL: u32 = 1;

/// The streaming calls of one instance. Every method is one function of the API; all but
/// [`ExternalBackup::stop`] enter through one gate: JET_errClientRequestToStopJetService,
/// JET_errInstanceUnavailable and its family, JET_errTermInProgress, JET_errNotInitialized, in this
/// order.
pub struct ExternalBackup {
    port: BackupPort,
    slot: Slot<Session>,
    surrogate: Mutex<Option<Surrogate>>,
    handles: AtomicU64,
}

impl fmt::Debug for ExternalBackup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalBackup").finish_non_exhaustive()
    }
}

impl ExternalBackup {
    /// The calls of an instance; no backup runs yet.
    #[must_use]
    pub fn new(instance: &Instance) -> Self {
        Self::with_flag(instance.backup_port(), StopFlag::new())
    }

    pub(crate) fn with_flag(port: BackupPort, flag: StopFlag) -> Self {
        Self {
            port,
            slot: Slot::new(flag),
            surrogate: Mutex::new(None),
            handles: AtomicU64::new(0),
        }
    }

    /// The instance.
    #[must_use]
    pub fn port(&self) -> &BackupPort {
        &self.port
    }

    /// JetStopBackupInstance: from any thread, at any time; never fails, never waits. Calls under way
    /// end within a page with JET_errBackupAbortByServer, later ones at once, until the backup is
    /// ended. Without a backup nothing happens: the next begin takes the flag back.
    pub fn stop(&self) {
        self.slot.stop().stop();
    }

    /// For whoever may stop the backup.
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.slot.stop().clone()
    }

    /// JetBeginExternalBackupInstance. `grbit`: 0 for a full backup, [`BEGIN_INCREMENTAL`].
    ///
    /// # Errors
    /// JET_errLoggingDisabled, JET_errLogWriteFail; JET_errInvalidGrbit; JET_errInvalidBackup
    /// (incremental with circular logging); JET_errLogDiskFull, JET_errLogSequenceEnd;
    /// JET_errBackupInProgress; JET_errMissingFullBackup; JET_errCheckpointCorrupt,
    /// JET_errCheckpointFileNotFound. No backup runs then that did not run before.
    pub fn begin(&self, grbit: u32) -> Result<(), BackupError> {
        self.begin_as(grbit, false)
    }

    /// As [`ExternalBackup::begin`]; with `keep_stop` a stop that came before counts.
    pub(crate) fn begin_as(&self, grbit: u32, keep_stop: bool) -> Result<(), BackupError> {
        self.port.check()?;
        self.port.log()?;
        if grbit & !BEGIN_INCREMENTAL != 0 {
            return Err(BackupError::refused(
                JetErr::INVALID_GRBIT,
                format!("no backup begins with the bits {grbit:#x}"),
            ));
        }
        let incremental = grbit & BEGIN_INCREMENTAL != 0;
        if incremental && self.port.params().circular {
            return Err(BackupError::refused(
                JetErr::INVALID_BACKUP,
                "an incremental backup needs logs that circular logging does not keep",
            ));
        }
        self.port.check_log_room()?;
        let mut held = self.slot.hold();
        let stop = self.stop_handle();
        // A session of this slot has the instance, too: it is refused here.
        let reservation = self.port.reserve(false, Arc::new(move || stop.stop()))?;
        if held.session().is_some() {
            // Its reservation went with the instance's end.
            return Err(BackupError::refused(
                JetErr::BACKUP_IN_PROGRESS,
                "a backup was not ended",
            ));
        }
        let scope = match incremental {
            true => BackupScope::INCREMENTAL,
            false => BackupScope::FULL,
        };
        let time = self.port.now();
        let mut mark = BkInfo {
            time,
            ..BkInfo::default()
        };
        if incremental {
            session::check_full_backups(&reservation)?;
            reservation.keep_all()?;
        } else {
            let first = reservation.keep_from_checkpoint()?;
            mark.gen_low = u32::try_from(first).unwrap_or(0);
        }
        mark.mark = reservation.log_step(&Step {
            phase: BackupPhase::BEGIN,
            kind: BackupType::NORMAL,
            scope,
            info: BkInfo {
                time,
                ..BkInfo::default()
            },
        })?;
        let phase = match incremental {
            true => Phase::Logs,
            false => Phase::Databases,
        };
        held.begin(
            Session::new(reservation, incremental, phase, mark),
            keep_stop,
        );
        Ok(())
    }

    /// JetGetAttachInfoInstance: the databases to back up. One that is created during the backup is
    /// among them when this is asked again.
    ///
    /// # Errors
    /// JET_errNoBackup, JET_errBackupAbortByServer; JET_errInvalidBackupSequence in an incremental
    /// backup.
    pub fn attach_info(&self) -> Result<Vec<PathBuf>, BackupError> {
        self.enter(|session| {
            if session.incremental {
                return Err(BackupError::refused(
                    JetErr::INVALID_BACKUP_SEQUENCE,
                    "an incremental backup copies no database",
                ));
            }
            let all = session.reservation.databases();
            Ok(all.iter().map(|db| db.path().to_path_buf()).collect())
        })
    }

    /// The mark of the backup that runs: where in the log it began.
    #[must_use]
    pub fn mark(&self) -> Option<Lgpos> {
        self.slot.hold().session().map(|s| s.mark.mark)
    }

    /// First generation of the full backup that runs, else 0.
    pub(crate) fn first_generation(&self) -> i32 {
        let mut held = self.slot.hold();
        let first = held.session().map_or(0, |s| s.mark.gen_low);
        i32::try_from(first).unwrap_or(0)
    }

    /// Bytes that an attached database would have in a backup now; 0 when it is none.
    pub(crate) fn bytes_of(&self, path: &Path) -> u64 {
        let mut held = self.slot.hold();
        let session = held.session();
        let db = session.and_then(|s| s.database(path));
        db.map_or(0, |db| db.bytes())
    }

    /// Does something with the instance that the running backup holds.
    pub(crate) fn with_reservation<T, E: Into<BackupError>>(
        &self,
        what: impl FnOnce(&Reservation) -> Result<T, E>,
    ) -> Result<T, BackupError> {
        self.enter(|session| what(&session.reservation).map_err(Into::into))
    }

    /// Whether a streaming backup runs, a stopped one included.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.slot.hold().session().is_some()
    }

    /// The gate, the session, the stop flag: what every call but close and end asks first.
    fn enter<T>(
        &self,
        call: impl FnOnce(&mut Session) -> Result<T, BackupError>,
    ) -> Result<T, BackupError> {
        self.port.check()?;
        let mut held = self.slot.hold();
        let session = held.session().ok_or_else(no_backup)?;
        self.slot.stop().check()?;
        call(session)
    }
}

fn no_backup() -> BackupError {
    BackupError::refused(JetErr::NO_BACKUP, "no backup runs")
}

fn sequence(what: &str) -> BackupError {
    BackupError::refused(JetErr::INVALID_BACKUP_SEQUENCE, what)
}

fn parameter(what: &str) -> BackupError {
    BackupError::refused(JetErr::INVALID_PARAMETER, what)
}

//! What a running session knows.
//!
//! Invariant: a database or a log counts as copied only once its last byte was handed on.
#![forbid(unsafe_code)]

use super::error::BackupError;
use super::files::Open;
use super::logs::Ranges;
use ese_core::JetErr;
use ese_core::backup_port::{BackupDatabase, Reservation};
use ese_core::format::ids::BkInfo;
use ese_core::format::log_record::{BackupScope, BackupType};
use std::collections::BTreeSet;
use std::path::Path;

/// Where a session is. Not started is no session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Databases are read; full backups only.
    Databases,
    /// Logs are read.
    Logs,
}

/// A running session.
pub(crate) struct Session {
    pub(super) reservation: Reservation,
    pub(super) incremental: bool,
    pub(super) phase: Phase,
    /// Mark, its time, the first generation (of a full backup); no last one.
    pub(super) mark: BkInfo,
    pub(super) open: Option<Open>,
    /// Databases that were read to the end, by their number in the log.
    pub(super) databases: BTreeSet<u8>,
    /// Generations that were read to the end.
    pub(super) logs: BTreeSet<i32>,
    /// What log info found; an error is told each time.
    pub(super) ranges: Option<Result<Ranges, (JetErr, String)>>,
    pub(super) truncated: bool,
}

impl Session {
    pub(super) fn new(
        reservation: Reservation,
        incremental: bool,
        phase: Phase,
        mark: BkInfo,
    ) -> Self {
        Self {
            reservation,
            incremental,
            phase,
            mark,
            open: None,
            databases: BTreeSet::new(),
            logs: BTreeSet::new(),
            ranges: None,
            truncated: false,
        }
    }

    /// Scope of its steps in the log.
    pub(super) fn scope(&self) -> BackupScope {
        match self.incremental {
            true => BackupScope::INCREMENTAL,
            false => BackupScope::FULL,
        }
    }

    /// An attached database, by its whole, short or relative name. One that is only read is no part of
    /// a backup, and can be copied all the same.
    pub(super) fn database(&self, name: &Path) -> Option<BackupDatabase> {
        let all = self.reservation.attached();
        let exact = all.iter().find(|db| db.path() == name);
        let found = exact.or_else(|| {
            all.iter()
                .find(|db| name.is_relative() && db.path().ends_with(name))
        });
        found.cloned()
    }
}

/// Every database has a full backup of the streaming kind, which an incremental one can continue.
pub(super) fn check_full_backups(reservation: &Reservation) -> Result<(), BackupError> {
    for db in reservation.databases() {
        let h = db.header();
        if h.bkinfo_full_prev.is_none() || h.bkinfo_type_full_prev != BackupType::NORMAL.0 {
            return Err(BackupError::refused(
                JetErr::MISSING_FULL_BACKUP,
                format!(
                    "{}: no full backup that truncated the logs is recorded, so that nothing can be \
                     continued: make one first",
                    db.path().display()
                ),
            ));
        }
    }
    Ok(())
}

//! The instance as a backup holds it: one backup at a time, and nothing is attached or detached
//! meanwhile.
//!
//! Source: behaviour of backup, entry rules 3 and 4, "Stop" (termination); docs/format/log-files.md §8
//! (what the checkpoint says of backups).
//!
//! Invariants: who reserves waits for attaches and detaches under way, and from then on none begins;
//! the end of the instance takes the reservation away, and what is given back late is not somebody
//! else's.
#![forbid(unsafe_code)]

use super::InstanceError;
use crate::error::JetErr;
use crate::format::checkpoint::Checkpoint;
use crate::format::ids::{Lgpos, LogTime};
use parking_lot::Mutex;
use std::fmt;
use std::sync::Arc;

/// Called when the instance ends under a backup: the backup stops, within a page. It takes no lock.
pub type StopBackup = Arc<dyn Fn() + Send + Sync>;

/// Where and when the newest backups of this run had their logs prepared, finished or not: for the
/// checkpoint file, which keeps those of earlier runs.
#[derive(Default)]
pub(crate) struct NewestBackups(Mutex<Newest>);

#[derive(Default)]
struct Newest {
    full: Option<(Lgpos, LogTime)>,
    incremental: Option<(Lgpos, LogTime)>,
}

impl NewestBackups {
    /// A backup has come so far.
    pub(crate) fn prepared(&self, incremental: bool, at: Lgpos, time: LogTime) {
        let mut newest = self.0.lock();
        match incremental {
            true => newest.incremental = Some((at, time)),
            false => newest.full = Some((at, time)),
        }
    }

    /// Fills in what the checkpoint says of them.
    pub(crate) fn describe(&self, checkpoint: &mut Checkpoint) {
        let newest = self.0.lock();
        if let Some((at, time)) = newest.full {
            checkpoint.set_lgpos_full_backup(at);
            checkpoint.set_tm_full_backup(time);
        }
        if let Some((at, time)) = newest.incremental {
            checkpoint.set_lgpos_inc_backup(at);
            checkpoint.set_tm_inc_backup(time);
        }
    }
}

/// Who has the instance.
#[derive(Default)]
pub(crate) struct BackupSlot {
    slot: Mutex<Slot>,
    newest: Arc<NewestBackups>,
}

#[derive(Default)]
struct Slot {
    held: Option<Held>,
    tickets: u64,
    /// JetStopService was called.
    service_stopped: bool,
}

struct Held {
    ticket: u64,
    surrogate: bool,
    stop: StopBackup,
}

impl fmt::Debug for BackupSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackupSlot")
            .field("held", &self.slot.lock().held.is_some())
            .finish_non_exhaustive()
    }
}

impl BackupSlot {
    /// A slot that tells `newest` of its backups.
    pub(crate) fn new(newest: Arc<NewestBackups>) -> Self {
        Self {
            slot: Mutex::default(),
            newest,
        }
    }

    /// The newest backups of this run.
    pub(crate) fn newest(&self) -> &NewestBackups {
        &self.newest
    }

    /// Takes the instance; gives the ticket to give it back with.
    pub(crate) fn take(&self, surrogate: bool, stop: StopBackup) -> Result<u64, InstanceError> {
        let mut slot = self.slot.lock();
        if let Some(held) = &slot.held {
            return Err(in_progress(held.surrogate));
        }
        slot.tickets = slot.tickets.wrapping_add(1);
        let ticket = slot.tickets;
        slot.held = Some(Held {
            ticket,
            surrogate,
            stop,
        });
        Ok(ticket)
    }

    /// Gives it back; `false` when it was taken away before.
    pub(crate) fn give_back(&self, ticket: u64) -> bool {
        let mut slot = self.slot.lock();
        let mine = slot.held.as_ref().is_some_and(|h| h.ticket == ticket);
        if mine {
            slot.held = None;
        }
        mine
    }

    /// Whether the ticket still holds the instance.
    pub(crate) fn holds(&self, ticket: u64) -> bool {
        let slot = self.slot.lock();
        slot.held.as_ref().is_some_and(|h| h.ticket == ticket)
    }

    /// Refuses what a running backup holds back: JET_errBackupInProgress, of a surrogate
    /// JET_errSurrogateBackupInProgress.
    pub(crate) fn refuse(&self) -> Result<(), InstanceError> {
        match &self.slot.lock().held {
            Some(held) => Err(in_progress(held.surrogate)),
            None => Ok(()),
        }
    }

    /// Stops the backup and takes the instance away from it.
    pub(crate) fn end_by_server(&self) {
        let held = self.slot.lock().held.take();
        if let Some(held) = held {
            (held.stop)();
        }
    }

    pub(crate) fn stop_service(&self) {
        self.slot.lock().service_stopped = true;
    }

    pub(crate) fn is_service_stopped(&self) -> bool {
        self.slot.lock().service_stopped
    }
}

fn in_progress(surrogate: bool) -> InstanceError {
    let err = match surrogate {
        true => JetErr::SURROGATE_BACKUP_IN_PROGRESS,
        false => JetErr::BACKUP_IN_PROGRESS,
    };
    InstanceError::refused(err, "a backup of the instance is running: end it first")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HasJetErr;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn nobody() -> StopBackup {
        Arc::new(|| {})
    }

    #[test]
    fn one_at_a_time_and_each_gives_back_its_own() {
        let slot = BackupSlot::default();
        let first = slot.take(false, nobody()).unwrap();
        let refused = slot.take(false, nobody()).unwrap_err();
        assert_eq!(refused.jet_err(), JetErr::BACKUP_IN_PROGRESS);
        assert!(slot.give_back(first) && !slot.give_back(first));
        let second = slot.take(true, nobody()).unwrap();
        assert_eq!(
            slot.refuse().unwrap_err().jet_err(),
            JetErr::SURROGATE_BACKUP_IN_PROGRESS
        );
        // The first's ticket is worth nothing any more.
        assert!(!slot.give_back(first) && slot.holds(second));
    }

    #[test]
    fn the_end_stops_it_once() {
        let slot = BackupSlot::default();
        let stops = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&stops);
        let stop: StopBackup = Arc::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let ticket = slot.take(false, stop).unwrap();
        slot.end_by_server();
        slot.end_by_server();
        assert_eq!(stops.load(Ordering::Relaxed), 1);
        assert!(!slot.holds(ticket) && slot.refuse().is_ok());
    }
}

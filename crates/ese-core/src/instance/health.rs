//! Whether the instance still works: running, ending, ended, or dead of its first fatal error.
//!
//! Source: jet-api/behaviour-instances.md §2 (the gates), docs/format/recovery.md §8.
//!
//! Invariant: what is dead stays dead, and tells the first reason.
#![forbid(unsafe_code)]

use crate::cache::{DbNo, Verdict, WriteGate};
use crate::dbfile::RunGate;
use crate::error::JetErr;
use crate::format::ids::{Lgpos, Pgno};
use crate::io::ErrorKind;
use crate::log::{DurableWatch, LogWriteError};
use crate::work::WorkError;
use once_cell::sync::OnceCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const RUNNING: u8 = 0;
const ENDING: u8 = 1;
const ENDED: u8 = 2;

/// Whether the instance still works.
#[derive(Default)]
pub(crate) struct Health {
    stage: AtomicU8,
    fatal: OnceCell<JetErr>,
    /// Hears, besides, of what becomes durable.
    durable: OnceCell<Arc<dyn DurableWatch>>,
}

impl Health {
    /// Whether a call may go on.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), WorkError> {
        if let Some(&err) = self.fatal.get() {
            return Err(WorkError::refused(
                err,
                "an error ended the instance; it has to be started anew",
            ));
        }
        match self.stage.load(Ordering::Acquire) {
            RUNNING => Ok(()),
            ENDING => Err(WorkError::refused(
                JetErr::TERM_IN_PROGRESS,
                "the instance is ending",
            )),
            _ => Err(WorkError::refused(
                JetErr::NOT_INITIALIZED,
                "the instance has ended",
            )),
        }
    }

    /// The error of everything from now on; `None` while it works.
    pub(crate) fn fatal(&self) -> Option<JetErr> {
        self.fatal.get().copied()
    }

    /// Nothing goes on from here.
    pub(crate) fn die(&self, err: JetErr) {
        if self.fatal.set(err).is_ok() {
            tracing::error!(%err, "the instance can't go on");
        }
    }

    /// Who is to hear of what becomes durable; `false` when there is somebody.
    pub(super) fn watch_durable(&self, watch: Arc<dyn DurableWatch>) -> bool {
        self.durable.set(watch).is_ok()
    }

    /// Begins to end; `false` when somebody did already.
    pub(super) fn begin_end(&self) -> bool {
        let stage = &self.stage;
        stage
            .compare_exchange(RUNNING, ENDING, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// Does not end after all.
    pub(super) fn resume(&self) {
        self.stage.store(RUNNING, Ordering::Release);
    }

    /// Has ended.
    pub(super) fn end(&self) {
        self.stage.store(ENDED, Ordering::Release);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.stage.load(Ordering::Acquire) == ENDED
    }
}

impl DurableWatch for Health {
    fn durable(&self, upto: Lgpos) {
        if let Some(watch) = self.durable.get() {
            watch.durable(upto);
        }
    }

    fn closed(&self, why: &LogWriteError) {
        self.die(match why {
            LogWriteError::Io(e) if e.kind() == ErrorKind::StorageFull => {
                JetErr::INSTANCE_UNAVAILABLE_DUE_TO_FATAL_LOG_DISK_FULL
            }
            _ => JetErr::INSTANCE_UNAVAILABLE,
        });
        if let Some(watch) = self.durable.get() {
            watch.closed(why);
        }
    }
}

/// The gate of a running database: nothing is written once the instance is dead, whatever lies in
/// memory then.
pub(super) struct LiveGate {
    pub(super) gate: RunGate,
    pub(super) health: Arc<Health>,
}

impl WriteGate for LiveGate {
    fn may_write(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Verdict {
        match self.health.fatal() {
            Some(_) => Verdict::NotYet,
            None => self.gate.may_write(db, pgno, lgpos, owes_undo),
        }
    }

    fn make_way(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Result<(), JetErr> {
        match self.health.fatal() {
            Some(err) => Err(err),
            None => self.gate.make_way(db, pgno, lgpos, owes_undo),
        }
    }
}

/// The same for a database that is not logged.
pub(super) struct UnloggedGate(pub(super) Arc<Health>);

impl WriteGate for UnloggedGate {
    fn may_write(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Verdict {
        match self.0.fatal() {
            Some(_) => Verdict::NotYet,
            None => Verdict::Write,
        }
    }

    fn make_way(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Result<(), JetErr> {
        self.0.fatal().map_or(Ok(()), Err)
    }
}

//! When a page may be written while its database is recovered.
//!
//! Source: docs/format/recovery.md §6. In redo the log is on the disk already, and nothing can be
//! logged: a page that owes a before-image waits. In undo the log is being written, and what is owed
//! is logged when the page has to go.
//!
//! Invariants:
//! * a page that was changed in generation G is written only when the header on the disk says that G
//!   is required;
//! * a page is written only when the log is durable up to its last change, and so is the UndoInfo of
//!   every uncommitted change that could not be undone without it.
#![forbid(unsafe_code)]

use super::owed::Owed;
use super::undo::UndoPhase;
use crate::cache::{DbNo, Verdict, WriteGate};
use crate::dbfile::AttachedFile;
use crate::dbfile::gate::{cover, header_covers};
use crate::dbfile::transitions::Generation;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Lgpos, LogTime, Pgno};
use crate::log::LogWriter;
use parking_lot::{Mutex, RwLock};
use std::sync::Arc;

/// Where the recovery is, for all its gates.
pub(super) struct Phase {
    pub(super) owed: Arc<Owed>,
    /// Generation that is read or written, and when it was made.
    generation: Mutex<(i32, LogTime)>,
    /// There in the undo phase.
    undoing: RwLock<Option<Undoing>>,
}

/// The undo phase, for the gates.
#[derive(Clone)]
pub(super) struct Undoing {
    pub(super) writer: Arc<LogWriter>,
    pub(super) phase: Arc<UndoPhase>,
}

impl Phase {
    pub(super) fn new(owed: Arc<Owed>) -> Arc<Self> {
        Arc::new(Self {
            owed,
            generation: Mutex::new((0, LogTime::NONE)),
            undoing: RwLock::new(None),
        })
    }

    pub(super) fn set_generation(&self, generation: i32, made: LogTime) {
        *self.generation.lock() = (generation, made);
    }

    pub(super) fn set_undoing(&self, undoing: Undoing) {
        *self.undoing.write() = Some(undoing);
    }

    fn undoing(&self) -> Option<Undoing> {
        self.undoing.read().clone()
    }
}

/// The gate of one database.
pub(super) struct RecoveryGate {
    pub(super) phase: Arc<Phase>,
    pub(super) file: Arc<AttachedFile>,
}

impl RecoveryGate {
    fn logged_up_to(&self, lgpos: Lgpos) -> bool {
        let undoing = self.phase.undoing.read();
        undoing.as_ref().is_none_or(|u| lgpos < u.writer.durable())
    }
}

impl WriteGate for RecoveryGate {
    fn may_write(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Verdict {
        let owed = owes_undo && self.phase.owed.is_owed(db, pgno);
        let paid = || {
            let logged = self.phase.owed.logged(db, pgno);
            !owes_undo || logged.is_none_or(|at| self.logged_up_to(at))
        };
        if !owed && header_covers(&self.file, lgpos) && self.logged_up_to(lgpos) && paid() {
            Verdict::Write
        } else {
            Verdict::NotYet
        }
    }

    fn make_way(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Result<(), JetErr> {
        let undoing = self.phase.undoing();
        if owes_undo && self.phase.owed.is_owed(db, pgno) {
            let Some(undoing) = &undoing else {
                // Redo waits for the record, or for the end of the transaction.
                return Ok(());
            };
            undoing
                .phase
                .log_owed(&*undoing.writer, db, pgno)
                .map_err(|e| e.jet_err())?;
        }
        if let Some(undoing) = undoing {
            undoing.writer.flush().map_err(|e| e.jet_err())?;
        }
        if !header_covers(&self.file, lgpos) {
            let (generation, made) = *self.phase.generation.lock();
            let current = Generation {
                number: generation,
                created: made,
            };
            cover(&self.file, current).map_err(|e| e.jet_err())?;
        }
        Ok(())
    }
}

//! What the pages of one database owe the log, for its gate: the version store knows.
//!
//! A page with an uncommitted Replace or FlagDelete waits until the before-image stands in the log,
//! one whose change is committed until that commit is durable (docs/format/recovery.md §6 rule 3).
//!
//! Invariant: a before-image is noted as logged before its debt is forgotten, so that nobody who asks
//! in between finds neither.
#![forbid(unsafe_code)]

use super::undo::undoable;
use crate::cache::DbNo;
use crate::dbfile::UndoOwed;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Lgpos, Pgno};
use crate::log::{LogAppend, LogWriter};
use crate::rollback::undo_info;
use crate::trx::{UndoDebt, VersionStore};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Notes of logged before-images that are kept before those that are durable are thrown away.
const NOTES_MOST: usize = 1024;

/// What the pages of one database owe.
pub(super) struct DbOwed {
    store: Arc<VersionStore>,
    writer: Arc<LogWriter>,
    dbid: u8,
    /// The newest UndoInfo record of a page, while it may not be durable.
    logged: Mutex<HashMap<Pgno, Lgpos>>,
}

impl DbOwed {
    pub(super) fn new(store: Arc<VersionStore>, writer: Arc<LogWriter>, dbid: u8) -> Self {
        Self {
            store,
            writer,
            dbid,
            logged: Mutex::default(),
        }
    }

    /// A before-image that page `pgno` owed stands in the log at `at`.
    pub(super) fn note(&self, pgno: Pgno, at: Lgpos) {
        let mut logged = self.logged.lock();
        if logged.len() >= NOTES_MOST {
            let durable = self.writer.durable();
            logged.retain(|_, at| *at >= durable);
        }
        let newest = logged.entry(pgno).or_insert(at);
        *newest = (*newest).max(at);
    }
}

impl UndoOwed for DbOwed {
    fn is_owed(&self, db: DbNo, pgno: Pgno) -> bool {
        self.store.needs_undo_info(db, pgno)
    }

    fn logged(&self, db: DbNo, pgno: Pgno) -> Option<Lgpos> {
        let commit = match self.store.undo_debt(db, pgno) {
            UndoDebt::UntilDurable(at) => Some(at),
            UndoDebt::None | UndoDebt::Owed => None,
        };
        let mut logged = self.logged.lock();
        let info = logged.get(&pgno).copied();
        if info.is_some_and(|at| at < self.writer.durable()) {
            logged.remove(&pgno);
        }
        commit.max(info)
    }

    fn log_owed(&self, db: DbNo, pgno: Pgno) -> Result<(), JetErr> {
        let mut paid = Vec::new();
        for copy in self.store.owed_versions(db, pgno) {
            let Some(change) = undoable(&copy, self.dbid, Lgpos::MIN) else {
                continue;
            };
            let at = self.writer.append(&undo_info(&change, pgno));
            self.note(pgno, at.map_err(|e| e.jet_err())?);
            paid.push(change.rceid);
        }
        self.store.undo_info_durable(db, pgno, &paid);
        Ok(())
    }
}

//! The undo phase: what was not committed when the log ends is taken back, and logged.
//!
//! Order (docs/format/recovery.md §5): MacroAbort for every open macro; then session after session,
//! ascending, level after level from the deepest: the versions of the level, newest first, and one
//! Rollback record. Each version is forgotten while its page is latched. A crash in between leaves
//! Undo records that the next recovery repeats before it goes on.
//!
//! What RecoveryUndo2 before and RecoveryQuit2 behind it are about is not known here.
//!
//! # UndoInfo
//! Pages whose uncommitted Replace or FlagDelete was redone owe its before-image to the log. Now it
//! can be logged: just before the version's own undo, or, when such a page has to be written before
//! that, by the gate ([`UndoPhase::log_owed`]). A page whose UndoInfo redo found in the log owes
//! nothing.
//!
//! Invariants:
//! * no lock is held while a page is asked for: bringing one may write another, whose gate comes
//!   here. While an undo is logged the lock is held, so that nobody logs the version's UndoInfo behind
//!   it: the log must not come here but for [`UndoPhase::oldest_begin0`];
//! * a page is never changed by an undo that is not in the log.
#![forbid(unsafe_code)]

use super::outcome::UndoneTransaction;
use super::owed::Owed;
use super::sessions::{Session, Sessions, before_of};
use super::{RecoveryError, Watch};
use crate::btree::apply::node::Before;
use crate::cache::DbNo;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Lgpos, Pgno};
use crate::format::log_record::{LogRecord, MacroAbort, Rollback};
use crate::log::{LogAppend, LogWriteError};
use crate::rollback::{Place, RollbackError, UndoTarget, Undoable, undo_info};
use crate::trx::{Version, VersionOper};
use parking_lot::Mutex;
use std::sync::Arc;

/// Undos between two questions whether to give up.
const UNDOS_BETWEEN_QUESTIONS: u64 = 256;

impl From<RollbackError> for RecoveryError {
    fn from(e: RollbackError) -> Self {
        match e {
            RollbackError::Page(e) => e.into(),
            RollbackError::Apply(e) => e.into(),
            e => Self::refused(e.jet_err(), e.to_string()),
        }
    }
}

/// A record of recovery's own that the log does not take.
fn not_logged(e: LogWriteError) -> RecoveryError {
    RollbackError::from(e).into()
}

/// A version that a page owes a before-image of.
type Owing = (DbNo, Pgno, u16, u32);

/// The undo phase. The gates of the databases hold it too.
pub struct UndoPhase {
    sessions: Mutex<Sessions>,
    owed: Arc<Owed>,
    /// What was owed when redo ended, in order; nothing is added.
    owing: Vec<Owing>,
    /// Oldest begin of an open transaction; apart from the sessions, so that it can be asked for
    /// while a record is logged.
    oldest: Mutex<Option<Lgpos>>,
}

impl UndoPhase {
    /// Takes over what redo left. A version whose before-image never came is JET_errLogCorrupted.
    pub fn new(sessions: Sessions) -> Result<Self, RecoveryError> {
        if let Some((procid, rceid)) = sessions.deferred().first() {
            let what = format!(
                "session {procid} changed a page that was written, and what was before \
                 (version {rceid}) is not in the log"
            );
            return Err(RecoveryError::refused(JetErr::LOG_CORRUPTED, what));
        }
        let mut owing: Vec<Owing> = Vec::new();
        for session in sessions.iter() {
            let procid = session.procid();
            let owed = session.versions().iter();
            let owed = owed.filter(|v| !v.owed_by.is_null());
            owing.extend(owed.map(|v| (v.db, v.owed_by, procid, v.rceid)));
        }
        owing.sort_unstable();
        Ok(Self {
            owed: Arc::clone(sessions.owed()),
            oldest: Mutex::new(sessions.oldest_begin0()),
            sessions: Mutex::new(sessions),
            owing,
        })
    }

    /// Sessions with an open transaction.
    #[must_use]
    pub fn open_sessions(&self) -> usize {
        let sessions = self.sessions.lock();
        sessions.iter().filter(|s| s.level() > 0).count()
    }

    /// Oldest begin of a transaction that is not undone yet: a checkpoint must not pass it. May be
    /// asked at any time, also from inside the log.
    #[must_use]
    pub fn oldest_begin0(&self) -> Option<Lgpos> {
        *self.oldest.lock()
    }

    /// Undoes everything that is open. Returns what was undone, in its order.
    ///
    /// JET_errTermInProgress when `watch` gives up. After any error the next recovery goes on.
    pub fn run(
        &self,
        target: &dyn UndoTarget,
        watch: &dyn Watch,
    ) -> Result<Vec<UndoneTransaction>, RecoveryError> {
        let open = self.sessions.lock().open_macros();
        for (procid, dbtime) in open {
            let abort = LogRecord::MacroAbort(MacroAbort { procid, dbtime });
            target.log().append(&abort).map_err(not_logged)?;
            self.sessions.lock().abort_macro(procid, dbtime);
        }
        let open: Vec<UndoneTransaction> = {
            let sessions = self.sessions.lock();
            let open = sessions.iter().filter(|s| s.level() > 0);
            let undone = |s: &Session| UndoneTransaction {
                procid: s.procid(),
                begin0: s.begin0(),
                changes: 0,
            };
            open.map(undone).collect()
        };
        let mut undone = Vec::with_capacity(open.len());
        for mut transaction in open {
            self.undo_transaction(target, watch, &mut transaction)?;
            undone.push(transaction);
        }
        Ok(undone)
    }

    fn undo_transaction(
        &self,
        target: &dyn UndoTarget,
        watch: &dyn Watch,
        transaction: &mut UndoneTransaction,
    ) -> Result<(), RecoveryError> {
        let procid = transaction.procid;
        let mut copy = Copy::default();
        loop {
            let places = {
                let sessions = self.sessions.lock();
                match sessions.get(procid).filter(|s| s.level() > 0) {
                    Some(session) => session.versions().deepest(),
                    None => return Ok(()),
                }
            };
            for place in places {
                if transaction.changes.is_multiple_of(UNDOS_BETWEEN_QUESTIONS) && watch.give_up() {
                    let what = "recovery was told to give up while it undid transactions";
                    return Err(RecoveryError::refused(JetErr::TERM_IN_PROGRESS, what));
                }
                if copy.take(&self.sessions.lock(), procid, place) {
                    self.undo_version(target, &copy)?;
                    transaction.changes += 1;
                }
            }
            let rollback = Rollback { procid, levels: 1 };
            let record = LogRecord::Rollback(rollback);
            target.log().append(&record).map_err(not_logged)?;
            let mut sessions = self.sessions.lock();
            let left_over = sessions.rollback(&rollback)?;
            *self.oldest.lock() = sessions.oldest_begin0();
            if left_over > 0 {
                let what = format!("{left_over} changes of session {procid} were not undone");
                return Err(RecoveryError::refused(JetErr::INTERNAL_ERROR, what));
            }
        }
    }

    /// Undoes one version.
    fn undo_version(&self, target: &dyn UndoTarget, copy: &Copy) -> Result<(), RecoveryError> {
        let Some(change) = copy.undoable() else {
            return Ok(());
        };
        let mut place = Place::find(target, &change)?;
        let mut sessions = self.sessions.lock();
        // Asked again: bringing the page may have made the gate log it.
        let version = sessions.get(change.procid);
        let version = version
            .and_then(|s| s.versions().get(change.rceid))
            .copied();
        let owed = version.filter(|v| !v.owed_by.is_null());
        let (info, _) = place.undo(target, &change, owed.is_some())?;
        if let (Some(version), Some(at)) = (owed, info) {
            sessions.paid(change.procid, &version, at);
        }
        sessions.nullify(change.procid, change.rceid);
        drop(sessions);
        drop(place);
        Ok(())
    }

    /// Logs the before-images that a page owes, so that it can be written: for the gate's
    /// [`make_way`](crate::cache::WriteGate::make_way) in the undo phase. Returns the position of the
    /// newest UndoInfo record of the page, up to which the log must be durable first
    /// ([`Owed::logged`]); `None` when the page never owed any.
    pub fn log_owed(
        &self,
        log: &dyn LogAppend,
        db: DbNo,
        pgno: Pgno,
    ) -> Result<Option<Lgpos>, RecoveryError> {
        let mut sessions = self.sessions.lock();
        let mut copy = Copy::default();
        for procid in self.owed.debtors(db, pgno) {
            for rceid in self.owing_to(db, pgno, procid) {
                if !copy.take_owed(&sessions, procid, rceid) {
                    continue;
                }
                let (Some(change), Some(version)) = (copy.undoable(), copy.version) else {
                    continue;
                };
                let at = log.append(&undo_info(&change, pgno)).map_err(not_logged)?;
                sessions.paid(procid, &version, at);
            }
        }
        Ok(self.owed.logged(db, pgno))
    }

    /// Versions of a session that `pgno` owed when redo ended.
    fn owing_to(&self, db: DbNo, pgno: Pgno, procid: u16) -> impl Iterator<Item = u32> {
        let of_page = move |rceid: u32| (db, pgno, procid, rceid);
        let first = self.owing.partition_point(|o| *o < of_page(0));
        let rest = self.owing.get(first..).unwrap_or(&[]);
        let here = rest.iter().take_while(move |o| **o <= of_page(u32::MAX));
        here.map(|&(_, _, _, rceid)| rceid)
    }
}

/// A version and its bytes, taken out of the store so that no lock is held while pages come.
#[derive(Default)]
struct Copy {
    procid: u16,
    begin0: Lgpos,
    trx_begin0: u32,
    level: u8,
    version: Option<Version>,
    bookmark: Vec<u8>,
    key_len: usize,
    before: Vec<u8>,
    delta: Option<(u16, i64)>,
}

impl Copy {
    /// The version at a place that [`crate::trx::Versions::deepest`] gave out. `false` when it is not
    /// there any more.
    fn take(&mut self, sessions: &Sessions, procid: u16, place: usize) -> bool {
        let Some(session) = sessions.get(procid) else {
            return false;
        };
        let Some(version) = session.versions().at(place) else {
            return false;
        };
        self.fill(session, version, session.versions().level_of(place));
        true
    }

    /// A version whose page owes its before-image still.
    fn take_owed(&mut self, sessions: &Sessions, procid: u16, rceid: u32) -> bool {
        let Some(session) = sessions.get(procid) else {
            return false;
        };
        let versions = session.versions();
        let Some((place, version)) = versions.find_live(rceid) else {
            return false;
        };
        if version.owed_by.is_null() {
            return false;
        }
        self.fill(session, version, versions.level_of(place));
        true
    }

    fn fill(&mut self, session: &Session, version: &Version, level: u8) {
        let versions = session.versions();
        self.procid = session.procid();
        self.begin0 = session.begin0();
        self.trx_begin0 = session.trx_begin0();
        self.level = level;
        self.version = Some(*version);
        let (bookmark, key_len) = versions.bookmark(version);
        self.bookmark.clear();
        self.bookmark.extend_from_slice(bookmark);
        self.key_len = key_len;
        self.before.clear();
        self.delta = None;
        match before_of(versions, version) {
            Before::Nothing => {}
            Before::Data(data) => self.before.extend_from_slice(data),
            Before::Delta { offset, amount } => self.delta = Some((offset, amount)),
        }
    }

    fn undoable(&self) -> Option<Undoable<'_>> {
        let version = self.version.as_ref()?;
        Some(Undoable {
            procid: self.procid,
            begin0: self.begin0,
            trx_begin0: self.trx_begin0,
            level: self.level,
            rceid: version.rceid,
            oper: version.oper,
            db: version.db,
            dbid: version.dbid,
            pgno_fdp: version.pgno_fdp,
            objid_fdp: version.objid_fdp,
            unique: version.unique,
            bookmark: &self.bookmark,
            key_len: self.key_len,
            before: match self.delta {
                Some((offset, amount)) => Before::Delta { offset, amount },
                None if version.oper == VersionOper::Replace => Before::Data(&self.before),
                None => Before::Nothing,
            },
            space: version.space,
        })
    }
}

#[cfg(test)]
mod tests;

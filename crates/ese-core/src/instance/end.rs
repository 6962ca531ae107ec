//! An instance ends.
//!
//! Source: jet-api/behaviour-instances.md §4; docs/format/recovery.md §4.4, log-records.md §7.1.
//!
//! Order on the disk, as at the end of a recovery: pages; ShutDownMark; headers clean at the mark;
//! Term2; the checkpoint. Invariant: a crash between any two of these leaves what the next start
//! recovers from, or finds clean.
#![forbid(unsafe_code)]

use super::{Core, Instance, InstanceError, OpenDb};
use crate::dbfile::transitions::{self, Detach};
use crate::error::JetErr;
use crate::format::ids::Lgpos;
use crate::format::log_record::{LogRecord, ShutDownMark, Term2};
use crate::log::LogAppend;

/// How an instance ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TermKind {
    /// Versions are cleaned up, everything is written, databases are clean (JET_bitTermComplete).
    #[default]
    Clean,
    /// The same without cleaning up versions: deleted records stay on their pages
    /// (JET_bitTermAbrupt).
    Abrupt,
    /// Nothing is written, databases stay dirty: the next start recovers (JET_bitTermDirty).
    Dirty,
}

impl Instance {
    /// Ends the instance. Sessions and handles of databases that are left over are of no use
    /// afterwards; the files stay locked until they are dropped.
    ///
    /// # Errors
    /// JET_errTooManyActiveUsers while a transaction is open (not with [`TermKind::Dirty`], which
    /// leaves it to the next recovery), JET_errBackupInProgress while a backup runs and
    /// [`TermKind::Clean`] is asked for: nothing has happened then; the other kinds stop the backup.
    /// After any other error the instance has ended as with [`TermKind::Dirty`].
    pub fn term(&self, kind: TermKind) -> Result<(), InstanceError> {
        let core = &self.core;
        if !core.health.begin_end() {
            return Err(InstanceError::refused(
                JetErr::NOT_INITIALIZED,
                "the instance has ended, or is ending",
            ));
        }
        let _lifecycle = core.lifecycle.lock();
        if kind == TermKind::Clean
            && core.health.fatal().is_none()
            && let Err(busy) = core.backup.refuse()
        {
            core.health.resume();
            return Err(busy);
        }
        {
            // Until nobody is inside of a call.
            let _alone = core.calls.write();
            // Cleanup has transactions of its own.
            let _still = core.cleaning.lock();
            let clean = kind != TermKind::Dirty && core.health.fatal().is_none();
            if clean && core.has_open_transactions() {
                core.health.resume();
                return Err(InstanceError::refused(
                    JetErr::TOO_MANY_ACTIVE_USERS,
                    "a session has a transaction open",
                ));
            }
        }
        core.backup.end_by_server();
        self.threads.lock().end(core);
        let ended = match (kind, core.health.fatal()) {
            (TermKind::Dirty, _) => Ok(()),
            // What is dead ends dirty.
            (_, Some(err)) => Err(InstanceError::refused(
                err,
                "an error ended the instance before: its databases are recovered at the next start",
            )),
            (TermKind::Clean | TermKind::Abrupt, None) => core.end_clean(kind),
        };
        core.end();
        ended
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if !self.core.health.has_ended() {
            self.core.health.begin_end();
            self.core.backup.end_by_server();
            self.threads.lock().end(&self.core);
            self.core.end();
        }
    }
}

impl Core {
    fn has_open_transactions(&self) -> bool {
        self.store.open_transactions() > 0
    }

    fn end_clean(&self, kind: TermKind) -> Result<(), InstanceError> {
        if kind == TermKind::Clean {
            self.clean_all()?;
        }
        let all = self.attached.writable();
        for db in &all {
            db.set_closing(true);
            self.flush_whole(db)?;
        }
        let mut mark = Lgpos::MIN;
        if let Some(log) = &self.log {
            mark = log.append(&LogRecord::ShutDownMark(ShutDownMark {}))?;
            log.flush()?;
        }
        for db in &all {
            // Who is not logged has no position in the log.
            let at = if db.is_logged() { mark } else { Lgpos::MIN };
            self.make_clean(db, at)?;
        }
        if let (Some(log), Some(checkpointer)) = (&self.log, &self.checkpointer) {
            let term = log.append(&LogRecord::Term2(Term2 {
                lgpos: self.init_at,
                lgpos_redo_from: Lgpos::MIN,
                hard: 0,
                time: self.env.clock.now_utc().into(),
            }))?;
            log.end()?;
            checkpointer.finish(term)?;
        }
        Ok(())
    }

    /// Lets go of all versions that can go.
    pub(super) fn clean_all(&self) -> Result<(), InstanceError> {
        let mut flushed = false;
        loop {
            let cleaned = self.clean(usize::MAX);
            if let Some(err) = self.health.fatal() {
                return Err(InstanceError::refused(err, "cleanup ended the instance"));
            }
            if !cleaned.more || (cleaned.versions == 0 && flushed) {
                return Ok(());
            }
            // A version goes only once its commit is durable.
            if let Some(log) = &self.log {
                log.flush()?;
            }
            flushed = true;
        }
    }

    /// Every page of a database is in its file.
    pub(super) fn flush_whole(&self, db: &OpenDb) -> Result<(), InstanceError> {
        let flushed = self
            .cache
            .flush_db(db.no())
            .map_err(|e| Core::told(&e.to_string(), &e))?;
        match flushed.held_back {
            0 => Ok(()),
            n => Err(InstanceError::refused(
                JetErr::INTERNAL_ERROR,
                format!("{n} pages can't be written: their undo is not in the log"),
            )),
        }
    }

    /// A database whose pages are all in the file becomes clean at `lgpos`.
    pub(super) fn make_clean(&self, db: &OpenDb, lgpos: Lgpos) -> Result<(), InstanceError> {
        let detach = Detach {
            lgpos,
            now: self.env.clock.now_utc().into(),
            marks: db.marks(),
            restored: false,
        };
        let file = db.file();
        file.change_header(|h| transitions::detached(h, &detach));
        file.write_header()
            .map_err(|e| InstanceError::io(db.path(), e))
    }

    /// Lets go of everything; what is not in the files is lost.
    fn end(&self) {
        self.health.end();
        self.end_temporary();
        for db in self.attached.all() {
            db.set_closing(true);
            self.cache.detach(db.no());
            self.attached.remove(db.no());
        }
    }
}

//! How a transaction gets into the log: its begins, its changes, its end.
//!
//! Source: docs/format/log-records.md §3, docs/format/versioning.md §7, docs/format/recovery.md §8.
//!
//! Invariants:
//! * a level stands in the log before the first change that it makes, and not at all when it makes
//!   none;
//! * Commit0 records carry rising ids; a commit is visible only once it is as durable as it has to be;
//! * a level that is rolled back is whole again before its Rollback record is logged, or nothing goes
//!   on any more.
#![forbid(unsafe_code)]

use crate::btree::write::{Author, Scratch};
use crate::cache::PageFaultKind;
use crate::error::JetErr;
use crate::format::ids::Lgpos;
use crate::format::log_record::{
    Begin, Begin0, BeginLevels, Commit, Commit0, LogRecord, LrFlags, Rollback,
};
use crate::instance::undo::{UndoDb, undoable};
use crate::instance::{Core, OpenDb, TEMPORARY};
use crate::log::LogAppend;
use crate::rollback::{Place, RollbackError};
use crate::trx::{RollbackRun, RollbackScope, TrxSession, VersionCopy};
use crate::work::{SchemaNote, Work, WorkDb, WorkError};
use std::sync::Arc;
use std::time::Duration;

/// How often an undo is tried again that found no room in the cache.
const TRIES: u32 = 100;

/// How durable a commit to level 0 has to be before it is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CommitKind {
    /// It is.
    #[default]
    Durable,
    /// It will be (JET_bitCommitLazyFlush): a crash may lose it and what was committed behind it.
    Lazy,
    /// It will be, within so many milliseconds (JetCommitTransaction2).
    LazyWithin(u32),
}

/// A session's transaction, for the log.
pub(crate) struct Transaction<'a> {
    pub(crate) core: &'a Core,
    pub(crate) trx: &'a TrxSession,
    pub(crate) procid: u16,
    /// The databases that it changed.
    pub(crate) touched: &'a [Arc<OpenDb>],
    /// The database that a transaction of the engine's own is for: nobody who detaches it waits for that.
    pub(crate) own: Option<Arc<OpenDb>>,
}

impl Transaction<'_> {
    /// What records of this moment say of the session; its levels are logged if what follows is.
    pub(crate) fn author(&self, flags: LrFlags, logged: bool) -> Result<Author, WorkError> {
        let log = self.core.log.as_ref().filter(|_| logged);
        if let Some(pending) = self.trx.pending()
            && let Some(log) = log
        {
            let levels = BeginLevels::new(pending.from, pending.count);
            let procid = self.procid;
            if pending.from == 0 {
                log.may_begin()?;
                let trx_begin0 = self.trx.begin0().0;
                // Before: no checkpoint may pass it.
                self.trx.begin0_comes_at(log.position());
                log.append(&LogRecord::Begin0(Begin0 {
                    procid,
                    levels,
                    trx_begin0,
                }))?;
            } else {
                log.append(&LogRecord::Begin(Begin { procid, levels }))?;
            }
            self.trx.levels_are_logged();
        }
        let begin0 = self.trx.begin0_at().unwrap_or(Lgpos::MIN);
        if let Some(log) = log
            && log.generation() != begin0.generation
        {
            log.check_transaction_age(begin0)?;
        }
        Ok(Author {
            procid: self.procid,
            trx_begin0: self.trx.begin0().0,
            level: self.trx.level(),
            begin0,
            flags,
        })
    }

    /// Begins a transaction, works in it, and commits it or rolls it back.
    pub(crate) fn whole<T>(
        &self,
        db: &WorkDb,
        kind: CommitKind,
        flags: LrFlags,
        scratch: &mut Scratch,
        what: impl FnOnce(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        self.trx.begin(false)?;
        let logged = db.trees.log().is_some();
        let done = self.author(flags, logged).and_then(|author| {
            what(&mut Work {
                db,
                trx: self.trx,
                author,
                scratch,
                apart: self.core,
            })
        });
        match done.and_then(|out| self.commit_level(kind).map(|_| out)) {
            Ok(out) => Ok(out),
            Err(e) => {
                let e = self.core.judge(e);
                // When that fails too the instance is dead, of whatever `e` is.
                let _ = self.rollback_level();
                Err(e)
            }
        }
    }

    /// Commits the deepest level; gives the position of Commit0 when that was logged.
    pub(crate) fn commit_level(&self, kind: CommitKind) -> Result<Option<Lgpos>, WorkError> {
        let level = self.trx.level();
        if level > 1 {
            if self.trx.logged_level() >= level
                && let Some(log) = &self.core.log
            {
                log.append(&LogRecord::Commit(Commit {
                    procid: self.procid,
                    level_to: level - 1,
                }))?;
            }
            self.trx.commit_inner()?;
            return Ok(None);
        }
        let at = match &self.core.log {
            Some(log) if self.trx.logged_level() > 0 => {
                let (procid, clock) = (self.procid, self.core.store.clock());
                let at = log.append_with(|| {
                    LogRecord::Commit0(Commit0 {
                        procid,
                        level_to: 0,
                        trx_commit0: clock.next().0,
                    })
                })?;
                match kind {
                    CommitKind::Durable if self.trx.has_changes() => {
                        log.wait_durable(at)?;
                    }
                    CommitKind::Durable | CommitKind::Lazy => log.commit_lazily(at, None),
                    CommitKind::LazyWithin(ms) => {
                        log.commit_lazily(at, Some(Duration::from_millis(ms.into())));
                    }
                }
                Some(at)
            }
            _ => None,
        };
        let id = self.trx.commit_outermost(at.unwrap_or(Lgpos::MIN))?;
        for db in self.touched.iter().chain(&self.own) {
            db.events().committed(self.procid, id);
        }
        self.touched.iter().for_each(|db| db.leave());
        Ok(at)
    }

    /// Rolls the deepest level back.
    ///
    /// # Errors
    /// Something could not be undone: the instance is dead.
    pub(crate) fn rollback_level(&self) -> Result<(), WorkError> {
        self.or_die(self.try_rollback_level())
    }

    /// Undoes one update, whatever its level.
    ///
    /// # Errors
    /// Something could not be undone: the instance is dead.
    pub(crate) fn rollback_update(&self, update: u32) -> Result<(), WorkError> {
        let run = self.undo_all(RollbackScope::Update(update));
        self.or_die(run.map(|_| ()))
    }

    fn or_die(&self, done: Result<(), WorkError>) -> Result<(), WorkError> {
        done.map_err(|e| {
            let why = self.core.health.fatal();
            self.core.health.die(JetErr::ROLLBACK_ERROR);
            // What ended the instance before is the better reason.
            WorkError::refused(why.unwrap_or(JetErr::ROLLBACK_ERROR), e.to_string())
        })
    }

    fn try_rollback_level(&self) -> Result<(), WorkError> {
        let level = self.trx.level();
        let logged = self.trx.logged_level() >= level;
        let run = self.undo_all(RollbackScope::Level)?;
        if logged && let Some(log) = &self.core.log {
            log.append(&LogRecord::Rollback(Rollback {
                procid: self.procid,
                levels: 1,
            }))?;
        }
        let level = run.end_level()?;
        for db in self.touched.iter().chain(&self.own) {
            db.events().rolled_back(self.procid, level);
        }
        if level == 0 {
            self.touched.iter().for_each(|db| db.leave());
        }
        Ok(())
    }

    fn undo_all(&self, scope: RollbackScope) -> Result<RollbackRun<'_>, WorkError> {
        let mut run = self.trx.rollback(scope)?;
        let mut copy = VersionCopy::default();
        while run.next(&mut copy) {
            self.undo(&mut run, &copy)?;
        }
        Ok(run)
    }

    fn undo(&self, run: &mut RollbackRun<'_>, copy: &VersionCopy) -> Result<(), WorkError> {
        let Some(db) = self.core.db_of(copy.db) else {
            // Nobody detaches a database that an open transaction changed.
            return Err(RollbackError::NotAttached(copy.db).into());
        };
        if let Some(note) = SchemaNote::of_version(copy) {
            let _alone = self.core.cleaning.lock();
            if makes_a_tree(&note) {
                db.tree_is_gone(note.objid);
            }
            let events = db.events();
            if let Err(e) = events.undo_schema(db.work_db(), self.core, self.procid, &note) {
                // Its pages are leaked, which the format allows; unless nothing goes on at all.
                let e = self.core.judge(e);
                self.core.health.check()?;
                tracing::warn!(error = %e, "what a rolled back schema change took is leaked");
            }
            run.undone(copy.version);
            return Ok(());
        }
        if copy.db == TEMPORARY && db.is_gone(copy.objid) {
            run.undone(copy.version);
            return Ok(());
        }
        let begin0 = self.trx.begin0_at().unwrap_or(Lgpos::MIN);
        let Some(change) = undoable(copy, db.dbid(), begin0) else {
            run.undone(copy.version);
            return Ok(());
        };
        let target = UndoDb(&db);
        for tries in 0.. {
            match Place::find(&target, &change) {
                Ok(mut place) => {
                    // Asked under the latch: until then the page may have been written.
                    let debtor = run.owed_by(copy.version);
                    let (info, _) = place.undo(&target, &change, !debtor.is_null())?;
                    if let Some(at) = info.filter(|_| debtor != place.pgno()) {
                        // The node was on that page once: it waits for the record too.
                        db.undo_info_logged(debtor, at);
                    }
                    run.undone(copy.version);
                    return Ok(());
                }
                Err(RollbackError::Page(e))
                    if matches!(e.kind, PageFaultKind::NoBuffer) && tries < TRIES =>
                {
                    std::thread::yield_now();
                }
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }
}

fn makes_a_tree(note: &SchemaNote<'_>) -> bool {
    use crate::trx::Oper;
    matches!(
        note.oper,
        Oper::CreateTable | Oper::CreateIndex | Oper::CreateLv
    )
}

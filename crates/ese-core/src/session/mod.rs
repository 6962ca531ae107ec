//! Sessions: transactions of users on the databases of an instance.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`Session`]: begin, commit, roll back, work, look |
//! | `transaction` | how a transaction gets into the log, and out of it again |
//! | `levels` | what becomes of places of cursors when levels end |
//!
//! Source: docs/format/versioning.md, jet-api/behaviour-instances.md §8, §9.
//!
//! Invariant: one thread at a time is inside a session; a second one is refused, not made to wait.
#![forbid(unsafe_code)]

mod levels;
mod transaction;

pub(crate) use levels::{Ended, Watch};
pub use transaction::CommitKind;
pub(crate) use transaction::Transaction;

use crate::btree::write::Scratch;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Lgpos;
use crate::format::log_record::LrFlags;
use crate::instance::{Core, OpenDb, TEMPORARY};
use crate::trx::{TrxSession, VersionFault};
use crate::work::{Look, Work, WorkError};
use parking_lot::{Mutex, MutexGuard, RwLockReadGuard};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Levels of a user's transaction.
pub const USER_LEVELS_MOST: u8 = 7;
/// How often an update is begun again because the version store was full.
const UPDATE_TRIES: u32 = 3;

/// A session of a user. Dropped, it rolls back what is open.
pub struct Session {
    core: Arc<Core>,
    trx: TrxSession,
    procid: u16,
    inside: Mutex<Inside>,
    cursors: levels::Watches,
    /// Counts calls that may change what the session sees.
    turn: AtomicU64,
}

/// What only the thread that is inside touches.
struct Inside {
    scratch: Scratch,
    /// The databases that the open transaction changed.
    touched: Vec<Arc<OpenDb>>,
    last_commit: Option<Lgpos>,
}

/// What a session that ends leaves to the next one: memory, with nothing in it of the session.
#[derive(Default)]
pub(crate) struct Buffers {
    scratch: Scratch,
    touched: Vec<Arc<OpenDb>>,
    cursors: levels::Watches,
}

/// A call under way.
struct Call<'s> {
    session: &'s Session,
    inside: MutexGuard<'s, Inside>,
    _calls: RwLockReadGuard<'s, ()>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("procid", &self.procid)
            .field("level", &self.level())
            .finish_non_exhaustive()
    }
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, WorkError> {
    Err(WorkError::refused(err, what))
}

impl Session {
    /// A new session.
    ///
    /// # Errors
    /// JET_errOutOfSessions; the instance has ended.
    pub(crate) fn new(core: &Arc<Core>) -> Result<Self, WorkError> {
        core.health.check()?;
        let Some(procid) = core.user_procid() else {
            return refused(JetErr::OUT_OF_SESSIONS, "there are too many sessions");
        };
        match core.store.session(procid) {
            Ok(trx) => {
                let Buffers {
                    scratch,
                    touched,
                    cursors,
                } = core.take_buffers();
                Ok(Self {
                    core: Arc::clone(core),
                    trx,
                    procid,
                    inside: Mutex::new(Inside {
                        scratch,
                        touched,
                        last_commit: None,
                    }),
                    cursors,
                    turn: AtomicU64::new(0),
                })
            }
            Err(e) => {
                core.free_procid(procid);
                Err(e.into())
            }
        }
    }

    /// Its number in the log.
    #[must_use]
    pub fn procid(&self) -> u16 {
        self.procid
    }

    /// Level of its transaction, 0 when none is open.
    #[inline]
    #[must_use]
    pub fn level(&self) -> u8 {
        self.trx.level()
    }

    /// Its transaction, as the version store knows it.
    #[inline]
    #[must_use]
    pub fn trx(&self) -> &TrxSession {
        &self.trx
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// What a cursor of this session has to hear.
    pub(crate) fn watch(&self) -> Arc<Watch> {
        self.cursors.add()
    }

    fn call(&self) -> Result<Call<'_>, WorkError> {
        let calls = self.core.calls.read_recursive();
        self.core.health.check()?;
        let Some(inside) = self.inside.try_lock() else {
            return refused(
                JetErr::SESSION_SHARING_VIOLATION,
                "another thread is using the session",
            );
        };
        // Whoever is inside is alone.
        let turn = self.turn.load(Ordering::Relaxed).wrapping_add(1);
        self.turn.store(turn, Ordering::Relaxed);
        Ok(Call {
            session: self,
            inside,
            _calls: calls,
        })
    }

    /// As long as this stays the same no call of the session has begun, ended or changed anything: inside a
    /// transaction, what it has seen of a record is what it would see.
    #[inline]
    pub(crate) fn turn(&self) -> u64 {
        self.turn.load(Ordering::Relaxed)
    }

    // ---- levels --------------------------------------------------------------------------------

    /// Begins a transaction, or a level of it; gives the level. `read_only` counts at the outermost
    /// only. What the transaction sees is what is committed now. Nothing is logged before the first
    /// change.
    ///
    /// # Errors
    /// JET_errTransTooDeep at the eighth level.
    pub fn begin(&self, read_only: bool) -> Result<u8, WorkError> {
        let _call = self.call()?;
        if self.trx.level() >= USER_LEVELS_MOST {
            return Err(VersionFault::TooDeep.into());
        }
        Ok(self.trx.begin(read_only)?)
    }

    /// Commits the deepest level. An inner one becomes part of the level below, whatever `kind`; the
    /// outermost becomes visible, once it is as durable as `kind` asks for. Gives the position of its
    /// record when the whole transaction was committed and had changed something.
    ///
    /// # Errors
    /// JET_errNotInTransaction. When the log fails the transaction stays open; it may be committed all
    /// the same after a restart.
    pub fn commit(&self, kind: CommitKind) -> Result<Option<Lgpos>, WorkError> {
        let mut call = self.call()?;
        if self.trx.level() == 0 {
            return Err(VersionFault::NotInTransaction.into());
        }
        let at = call.commit_level(kind)?;
        self.cursors.committed(self.trx.level());
        Ok(at)
    }

    /// Rolls the deepest level back.
    ///
    /// # Errors
    /// JET_errNotInTransaction; JET_errRollbackError when something could not be undone, and then the
    /// instance is unavailable.
    pub fn rollback(&self) -> Result<(), WorkError> {
        let mut call = self.call()?;
        if self.trx.level() == 0 {
            return Err(VersionFault::NotInTransaction.into());
        }
        call.rollback_level()?;
        self.cursors.rolled_back(self.trx.level());
        Ok(())
    }

    /// Rolls all levels back.
    ///
    /// # Errors
    /// As [`Session::rollback`].
    pub fn rollback_all(&self) -> Result<(), WorkError> {
        let mut call = self.call()?;
        if self.trx.level() == 0 {
            return Err(VersionFault::NotInTransaction.into());
        }
        while self.trx.level() > 0 {
            call.rollback_level()?;
            self.cursors.rolled_back(self.trx.level());
        }
        Ok(())
    }

    /// Waits until this session's last commit is durable (JET_bitWaitLastLevel0Commit).
    ///
    /// # Errors
    /// The log failed.
    pub fn wait_last(&self) -> Result<(), WorkError> {
        let call = self.call()?;
        if let (Some(at), Some(log)) = (call.inside.last_commit, &self.core.log) {
            log.wait_durable(at)?;
        }
        Ok(())
    }

    /// Waits until everything that was committed by now is durable (JET_bitWaitAllLevel0Commit).
    ///
    /// # Errors
    /// The log failed.
    pub fn wait_all(&self) -> Result<(), WorkError> {
        let _call = self.call()?;
        if let Some(log) = &self.core.log {
            log.wait_all()?;
        }
        Ok(())
    }

    // ---- work ----------------------------------------------------------------------------------

    /// What the session sees of a database: outside of a transaction what is committed now.
    #[inline]
    #[must_use]
    pub fn look<'a>(&'a self, db: &'a OpenDb) -> Look<'a> {
        Look::new(
            db.work_db().trees.pages(),
            self.trx.store(),
            self.trx.snapshot(),
        )
    }

    /// Changes a database in the open transaction. What `what` did before an error stays done:
    /// whoever can't undo it calls [`Session::update`].
    ///
    /// # Errors
    /// That of `what`; JET_errNotInTransaction, JET_errTransReadOnly; the instance is unavailable.
    pub fn work<T>(
        &self,
        db: &Arc<OpenDb>,
        what: impl FnOnce(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let mut call = self.call()?;
        if self.trx.level() == 0 {
            return Err(VersionFault::NotInTransaction.into());
        }
        call.prepare(db)?;
        call.run(db, what)
    }

    /// Changes a database as one step: in a level of its own that is committed when `what` succeeds
    /// and rolled back else. Outside of a transaction it is one, committed durably. `what` is called
    /// again, after everything it did was undone, when the version store was full and cleaning it
    /// helped.
    ///
    /// # Errors
    /// As [`Session::work`].
    pub fn update<T>(
        &self,
        db: &Arc<OpenDb>,
        what: impl FnMut(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        self.update_as(db, CommitKind::Durable, what)
    }

    /// As [`Session::update`]; outside of a transaction it is committed as `kind` says.
    ///
    /// # Errors
    /// As [`Session::work`].
    pub fn update_as<T>(
        &self,
        db: &Arc<OpenDb>,
        kind: CommitKind,
        mut what: impl FnMut(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let mut call = self.call()?;
        for tries in 1.. {
            call.prepare(db)?;
            self.trx.begin(false)?;
            self.trx.begin_update();
            let done = call.run(db, &mut what);
            self.trx.end_update();
            let done = done.and_then(|out| call.commit_level(kind).map(|_| out));
            let e = match done {
                Ok(out) => return Ok(out),
                Err(e) => e,
            };
            if call.rollback_level().is_err()
                || !is_full(&e)
                || tries >= UPDATE_TRIES
                || !self.core.make_room()
            {
                return Err(e);
            }
        }
        refused(JetErr::INTERNAL_ERROR, "an update without an end")
    }

    /// Changes a database in the level that is open, by a change that leaves nothing of itself when it
    /// fails. `what` is called again as by [`Session::update`].
    ///
    /// # Errors
    /// As [`Session::work`].
    pub(crate) fn work_at_once<T>(
        &self,
        db: &Arc<OpenDb>,
        mut what: impl FnMut(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let mut call = self.call()?;
        if self.trx.level() == 0 {
            return Err(VersionFault::NotInTransaction.into());
        }
        let mut tries = 1;
        loop {
            call.prepare(db)?;
            match call.run(db, &mut what) {
                Err(e) if is_full(&e) && tries < UPDATE_TRIES && self.core.make_room() => {
                    tries += 1
                }
                done => return done,
            }
        }
    }

    /// Undoes what was done in the name of one update of the open transaction, in whatever level:
    /// [`crate::record::update::Update::cancel`] says which. Locks stay.
    ///
    /// # Errors
    /// JET_errNotInTransaction; JET_errRollbackError as of [`Session::rollback`].
    pub fn undo_update(&self, update: u32) -> Result<(), WorkError> {
        let call = self.call()?;
        if self.trx.level() == 0 {
            return Err(VersionFault::NotInTransaction.into());
        }
        self.for_log(&call.inside.touched).rollback_update(update)
    }
}

fn is_full(e: &WorkError) -> bool {
    let jet = e.jet_err();
    jet == JetErr::VERSION_STORE_OUT_OF_MEMORY
        || jet == JetErr::VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT
}

impl Call<'_> {
    /// The transaction may change this database.
    fn prepare(&mut self, db: &Arc<OpenDb>) -> Result<(), WorkError> {
        let (core, trx) = (&self.session.core, &self.session.trx);
        let temporary = db.no() == TEMPORARY;
        if trx.level() > 0 && trx.is_read_only() && !temporary {
            return Err(VersionFault::ReadOnly.into());
        }
        if db.is_closing() {
            return refused(JetErr::DATABASE_NOT_FOUND, "the database was detached");
        }
        if db.is_read_only() {
            return refused(
                JetErr::PERMISSION_DENIED,
                "the database is attached for reading only",
            );
        }
        if core.store_is_filling() && core.store.may_clean() {
            _ = core.clean_durable(usize::MAX);
        }
        Ok(())
    }

    fn run<T>(
        &mut self,
        db: &Arc<OpenDb>,
        what: impl FnOnce(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let session = self.session;
        let inside = &mut *self.inside;
        if !inside.touched.iter().any(|t| Arc::ptr_eq(t, db)) {
            db.enter();
            inside.touched.push(Arc::clone(db));
        }
        let core = &*session.core;
        let logged = db.work_db().trees.log().is_some();
        let author = session
            .for_log(&inside.touched)
            .author(LrFlags::empty(), logged)?;
        what(&mut Work {
            db: db.work_db(),
            trx: &session.trx,
            author,
            scratch: &mut inside.scratch,
            apart: core,
        })
        .map_err(|e| core.judge(e))
    }

    fn commit_level(&mut self, kind: CommitKind) -> Result<Option<Lgpos>, WorkError> {
        let session = self.session;
        let inside = &mut *self.inside;
        let done = session.for_log(&inside.touched).commit_level(kind);
        let at = done.map_err(|e| session.core.judge(e))?;
        if session.level() == 0 {
            inside.touched.clear();
            inside.last_commit = at.or(inside.last_commit);
        }
        Ok(at)
    }

    fn rollback_level(&mut self) -> Result<(), WorkError> {
        let session = self.session;
        let inside = &mut *self.inside;
        session.for_log(&inside.touched).rollback_level()?;
        if session.level() == 0 {
            inside.touched.clear();
        }
        Ok(())
    }
}

impl Session {
    fn for_log<'a>(&'a self, touched: &'a [Arc<OpenDb>]) -> Transaction<'a> {
        Transaction {
            core: &self.core,
            trx: &self.trx,
            procid: self.procid,
            touched,
            own: None,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.level() > 0 {
            // What can't be rolled back stays as a crash would leave it: the instance is dead then.
            if let Err(e) = self.rollback_all() {
                tracing::debug!(error = %e, "a session ends with its transaction open");
            }
        }
        let inside = self.inside.get_mut();
        let mut buffers = Buffers {
            scratch: std::mem::take(&mut inside.scratch),
            touched: std::mem::take(&mut inside.touched),
            cursors: std::mem::take(&mut self.cursors),
        };
        // Of a transaction that could not be rolled back, and of cursors that outlive the session.
        buffers.touched.clear();
        buffers.cursors.forget();
        self.core.keep_buffers(buffers);
        self.core.free_procid(self.procid);
    }
}

#[cfg(test)]
mod tests {
    use crate::instance::{Instance, InstanceParams};
    use crate::io::FileSystem as _;
    use crate::io::clock::ManualClock;
    use crate::io::env::Env;
    use crate::io::memory::MemoryFileSystem;
    use crate::io::rng::SeededRng;
    use std::path::Path;
    use std::sync::Arc;

    /// A session works in the memory of one that has ended; that one's cursors do not hear of it.
    #[test]
    fn what_a_session_leaves_is_memory_only() {
        let (clock, rng) = (Arc::new(ManualClock::new(0)), Box::new(SeededRng::new(1)));
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new("/db")).unwrap();
        let env = Env::new(Arc::new(fs), clock, rng);
        let instance = Instance::start(env, InstanceParams::new("/db")).unwrap();

        let first = instance.session().unwrap();
        let old = first.watch();
        let room = first.cursors.room();
        assert!(room.1 > 0);
        drop(first);
        let next = instance.session().unwrap();
        // The very place, for none yet.
        assert_eq!(next.cursors.room(), room);
        let new = next.watch();
        next.begin(false).unwrap();
        next.rollback().unwrap();
        assert!(new.is_told());
        assert!(!old.is_told());
    }
}

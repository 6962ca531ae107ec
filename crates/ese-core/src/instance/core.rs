//! What all sessions of an instance share.
//!
//! # Locks
//! In this order: `lifecycle`, `calls`, a session's own, `cleaning`, then those of the version store,
//! latches of pages, and those of the log. The log's come last because everybody logs.
//!
//! Invariant: whoever changes a database is inside of `calls`; whoever holds it alone is alone.
#![forbid(unsafe_code)]

use super::attachments::Attachments;
use super::health::Health;
use super::reservation::BackupSlot;
use super::temp::{TEMPORARY, Temporary};
use super::{InstanceParams, OpenDb};
use crate::btree::write::Scratch;
use crate::cache::Cache;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Lgpos;
use crate::format::log_record::LrFlags;
use crate::io::env::Env;
use crate::log::writer::Tended;
use crate::log::{Checkpointer, LogWriteError, LogWriter};
use crate::rollback::RollbackError;
use crate::session::{Buffers, CommitKind, Transaction};
use crate::trx::{TrxSession, VersionStore};
use crate::work::{Apart, Work, WorkDb, WorkError};
use parking_lot::{Mutex, ReentrantMutex, RwLock};
use std::sync::Arc;

/// Session numbers in the log below this are those of the engine's own sessions.
const PROCID_USERS: u16 = 5;
/// The lowest of those that work on databases.
const PROCID_OWN: u16 = 3;
/// Sessions whose buffers are kept.
const BUFFERS_KEPT: usize = 64;

/// What all sessions of an instance share.
pub(crate) struct Core {
    pub(crate) env: Env,
    pub(crate) params: InstanceParams,
    pub(crate) health: Arc<Health>,
    /// `None` when nothing is logged (JET_paramRecovery "off").
    pub(crate) log: Option<Arc<LogWriter>>,
    pub(crate) checkpointer: Option<Arc<Checkpointer>>,
    pub(crate) cache: Arc<Cache>,
    pub(crate) store: Arc<VersionStore>,
    pub(crate) attached: Arc<Attachments>,
    /// Held shared by every call of a session, alone by who ends the instance or a database.
    pub(crate) calls: RwLock<()>,
    /// Creates, attaches, detaches and the end come one after another.
    pub(crate) lifecycle: Mutex<()>,
    /// The backup that has the instance.
    pub(crate) backup: BackupSlot,
    /// Held while a node is removed by cleanup, and while a tree's pages are given back.
    pub(crate) cleaning: ReentrantMutex<()>,
    /// Position of this run's Init2.
    pub(super) init_at: Lgpos,
    pub(super) tended: Mutex<Tended>,
    pub(super) last_no: Mutex<LastNumbers>,
    pub(super) temporary: Temporary,
    procids: Mutex<Vec<u16>>,
    own: Mutex<Vec<OwnSession>>,
    /// Buffers of sessions that have ended, for the next.
    buffers: Mutex<Vec<Buffers>>,
}

/// The numbers of databases in cache and version store that were given out last.
#[derive(Default)]
pub(super) struct LastNumbers {
    pub(super) logged: u8,
    pub(super) unlogged: u8,
}

/// What a [`Core`] is made of.
pub(super) struct CoreParts {
    pub(super) env: Env,
    pub(super) params: InstanceParams,
    pub(super) health: Arc<Health>,
    pub(super) log: Option<Arc<LogWriter>>,
    pub(super) checkpointer: Option<Arc<Checkpointer>>,
    pub(super) cache: Arc<Cache>,
    pub(super) store: Arc<VersionStore>,
    pub(super) attached: Arc<Attachments>,
    pub(super) backup: BackupSlot,
    pub(super) init_at: Lgpos,
}

/// A session of the engine's own.
pub(super) struct OwnSession {
    pub(super) trx: TrxSession,
    pub(super) procid: u16,
    pub(super) scratch: Scratch,
}

impl Core {
    pub(super) fn new(parts: CoreParts) -> Self {
        Self {
            env: parts.env,
            params: parts.params,
            health: parts.health,
            log: parts.log,
            checkpointer: parts.checkpointer,
            cache: parts.cache,
            store: parts.store,
            attached: parts.attached,
            calls: RwLock::new(()),
            lifecycle: Mutex::new(()),
            backup: parts.backup,
            cleaning: ReentrantMutex::new(()),
            init_at: parts.init_at,
            tended: Mutex::default(),
            last_no: Mutex::default(),
            temporary: Temporary::default(),
            procids: Mutex::default(),
            own: Mutex::default(),
            buffers: Mutex::default(),
        }
    }

    /// Buffers for a session.
    pub(crate) fn take_buffers(&self) -> Buffers {
        self.buffers.lock().pop().unwrap_or_default()
    }

    /// The buffers of a session that ends.
    pub(crate) fn keep_buffers(&self, buffers: Buffers) {
        let mut kept = self.buffers.lock();
        if kept.len() < BUFFERS_KEPT {
            kept.push(buffers);
        }
    }

    /// The instance has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.health.has_ended()
    }

    /// The lowest free session number from `from` on.
    fn take_procid(&self, from: u16) -> u16 {
        let mut taken = self.procids.lock();
        let procid = (from..u16::MAX)
            .find(|n| !taken.contains(n))
            .unwrap_or(u16::MAX);
        taken.push(procid);
        procid
    }

    /// A number for a user's session; `None` when there are as many sessions as there may be.
    pub(crate) fn user_procid(&self) -> Option<u16> {
        let users = {
            let taken = self.procids.lock();
            let own = self.own.lock();
            taken.len().saturating_sub(own.len())
        };
        (users < usize::from(self.params.max_sessions)).then(|| self.take_procid(PROCID_USERS))
    }

    pub(crate) fn free_procid(&self, procid: u16) {
        self.procids.lock().retain(|&n| n != procid);
    }

    pub(super) fn own_session(&self) -> Result<OwnSession, WorkError> {
        if let Some(own) = self.own.lock().pop() {
            return Ok(own);
        }
        let procid = self.take_procid(PROCID_OWN);
        match self.store.session(procid) {
            Ok(trx) => Ok(OwnSession {
                trx,
                procid,
                scratch: Scratch::default(),
            }),
            Err(e) => {
                self.free_procid(procid);
                Err(e.into())
            }
        }
    }

    /// Gives it back. One with a transaction that could not be ended is never used again.
    pub(super) fn give_own_back(&self, own: OwnSession) {
        if own.trx.level() == 0 {
            self.own.lock().push(own);
        }
    }

    /// Runs `what` in a transaction of the engine's own.
    pub(super) fn on_its_own<T>(
        &self,
        db: &WorkDb,
        kind: CommitKind,
        flags: LrFlags,
        what: impl FnOnce(&mut Work<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let mut own = self.own_session()?;
        let transaction = Transaction {
            core: self,
            trx: &own.trx,
            procid: own.procid,
            touched: &[],
            own: self.attached.get(db.trees.no()),
        };
        let done = transaction.whole(db, kind, flags, &mut own.scratch, what);
        self.give_own_back(own);
        done
    }

    /// Notes an error after which nothing may go on, and gives it back.
    pub(crate) fn judge(&self, e: WorkError) -> WorkError {
        if leaves_a_page_wrong(&e) {
            self.health.die(JetErr::INSTANCE_UNAVAILABLE);
        }
        e
    }

    /// The durable end of the log.
    pub(super) fn durable(&self) -> Lgpos {
        let everything = Lgpos::new(i32::MAX, u16::MAX, u16::MAX);
        self.log.as_ref().map_or(everything, |log| log.durable())
    }
}

/// Whether page and log differ after this error.
fn leaves_a_page_wrong(e: &WorkError) -> bool {
    match e {
        WorkError::Rollback(RollbackError::Apply(_)) => true,
        WorkError::Write(e) => e.leaves_page_wrong(),
        WorkError::Space(e) => e.leaves_page_wrong(),
        WorkError::Log(e) => is_closed(e),
        _ => false,
    }
}

fn is_closed(e: &LogWriteError) -> bool {
    matches!(e, LogWriteError::Io(_))
}

impl Apart for Core {
    fn apart(
        &self,
        db: &WorkDb,
        what: &mut dyn FnMut(&mut Work<'_>) -> Result<(), WorkError>,
    ) -> Result<(), WorkError> {
        self.on_its_own(db, CommitKind::Lazy, LrFlags::empty(), |w| what(w))
    }
}

impl Core {
    /// The database that a version is of, as far as it is attached.
    pub(crate) fn db_of(&self, no: crate::cache::DbNo) -> Option<Arc<OpenDb>> {
        match no {
            TEMPORARY => self.temporary_if_made(),
            no => self.attached.get(no),
        }
    }

    /// The error of a call whose cause is known as a number only.
    pub(super) fn told(what: &str, e: &impl HasJetErr) -> WorkError {
        WorkError::refused(e.jet_err(), what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::btree::apply::ApplyError;
    use crate::btree::write::{AllocError, WriteError};
    use crate::format::ids::Pgno;
    use crate::space::error::SpaceWriteError;

    /// A record that does not fit a page of a space tree is as bad as one that does not fit the tree
    /// that asked for pages, however many layers told it on.
    #[test]
    fn what_goes_wrong_inside_space_is_judged_as_what_it_is() {
        let wrong = || SpaceWriteError::Write(ApplyError::NotHere.into());
        assert!(leaves_a_page_wrong(&wrong().into()));
        let told: AllocError = wrong().into();
        assert!(leaves_a_page_wrong(&WriteError::from(told.clone()).into()));
        // A space tree whose own split got no page.
        let split = SpaceWriteError::Write(told.into());
        assert!(leaves_a_page_wrong(
            &WriteError::from(AllocError::from(split)).into()
        ));
        for harmless in [
            SpaceWriteError::OutOfPages(1),
            SpaceWriteError::Parents(Pgno(4)),
            SpaceWriteError::Write(WriteError::NoNode),
        ] {
            let told: AllocError = harmless.into();
            assert!(!leaves_a_page_wrong(&WriteError::from(told).into()));
        }
    }
}

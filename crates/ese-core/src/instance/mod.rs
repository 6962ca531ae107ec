//! The running engine: one instance with its log, its cache, its version store and its databases.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`Instance`]: what can be asked of it |
//! | `params`, `error` | what it is told; why it says no |
//! | `start`, `end` | recovery, Init; clean versions, clean files, Term |
//! | `databases`, `open_db`, `attachments` | create, attach, detach; one attached database; all of them |
//! | `claims` | where a database is being made |
//! | `core`, `health` | what sessions share; whether anything still works |
//! | `cleanup` | what is done about versions that nobody needs |
//! | `defragment` | every leaf of a table cleaned up, thin ones joined |
//! | `background` | the threads, or the tick that stands for them |
//! | `resize` | a database becomes smaller |
//! | `reservation` | what a backup holds back |
//! | `temp` | the temporary database |
//! | `temp_table`, `temp_def`, `temp_moves`, `temp_sort`, `temp_tree`, `temp_long` | its tables |
//! | `owed`, `undo` | what pages owe the log; versions that can be undone |
//!
//! A program: [`Instance::start`], [`Instance::create_database`] or [`Instance::attach`],
//! [`Instance::session`], work in transactions ([`Session`]), [`Instance::term`]. Handles of
//! databases and sessions keep their files open, and locked, until they are dropped.
//!
//! Source: jet-api/behaviour-instances.md, docs/format/recovery.md, docs/format/versioning.md.
//!
//! Invariants:
//! * what lies on the disk at any moment is something that the next start recovers to exactly the
//!   committed state;
//! * after the first fatal error (the log can't be written, something can't be undone) nothing is
//!   written any more, and every call gets an error of the family JET_errInstanceUnavailable.
#![forbid(unsafe_code)]

mod attachments;
mod background;
mod claims;
mod cleanup;
mod core;
mod databases;
mod defragment;
mod end;
mod error;
mod health;
mod open_db;
mod owed;
mod params;
mod reservation;
mod resize;
mod start;
mod temp;
mod temp_def;
mod temp_long;
mod temp_moves;
mod temp_sort;
mod temp_table;
mod temp_tree;
mod tree_events;
pub(crate) mod undo;

pub(crate) use self::core::Core;
pub use databases::{AttachOptions, CreateOptions};
pub use defragment::Defragmented;
pub use end::TermKind;
pub use error::InstanceError;
pub use open_db::{CleanUpHook, OpenDb};
pub use params::{FORMAT_VERSION_DEFAULT, InstanceParams, LEGACY_EIGHT_DOT_THREE, LEGACY_ESE98};
pub use reservation::StopBackup;
pub(crate) use temp::TEMPORARY;
pub use temp_def::{TempBits, TempColumn, TempColumnBits, TempTableDef};
pub use temp_table::{TempForm, TempTable};
pub use tree_events::TreesOnly;

use crate::cache::Cache;
use crate::format::ids::Lgpos;
use crate::io::env::Env;
use crate::log::{DurableWatch, LogWriter};
use crate::session::Session;
use crate::trx::{Cleaned, VersionStore};
use crate::work::{Apart, WorkError};
use background::Threads;
use parking_lot::Mutex;
use std::fmt;
use std::sync::{Arc, Weak};

/// A running instance. Dropped without [`Instance::term`], it leaves what a crash would.
pub struct Instance {
    core: Arc<Core>,
    threads: Mutex<Threads>,
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").finish_non_exhaustive()
    }
}

impl Instance {
    /// For who has to know whether it runs.
    pub(crate) fn downgrade(&self) -> Weak<Core> {
        Arc::downgrade(&self.core)
    }

    /// A new session.
    ///
    /// # Errors
    /// JET_errOutOfSessions; the instance has ended.
    pub fn session(&self) -> Result<Session, WorkError> {
        Session::new(&self.core)
    }

    /// What it was told.
    #[must_use]
    pub fn params(&self) -> &InstanceParams {
        &self.core.params
    }

    /// The attached databases, by their number in the log.
    #[must_use]
    pub fn databases(&self) -> Vec<Arc<OpenDb>> {
        self.core.attached.all()
    }

    /// The log; `None` when nothing is logged.
    #[must_use]
    pub fn log(&self) -> Option<&Arc<LogWriter>> {
        self.core.log.as_ref()
    }

    /// Where a recovery would begin, were this the end; `None` without a log.
    #[must_use]
    pub fn checkpoint_position(&self) -> Option<Lgpos> {
        self.core.checkpointer.as_ref().map(|c| c.position())
    }

    /// The cache.
    #[must_use]
    pub fn cache(&self) -> &Arc<Cache> {
        &self.core.cache
    }

    /// The version store.
    #[must_use]
    pub fn store(&self) -> &Arc<VersionStore> {
        &self.core.store
    }

    /// Files, clock and random numbers.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.core.env
    }

    /// For work in transactions of the engine's own.
    #[must_use]
    pub fn apart(&self) -> &dyn Apart {
        &*self.core
    }

    /// What sessions and the backup share.
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// From now on every call of a backup is refused with JET_errClientRequestToStopJetService
    /// (JetStopService). A backup that runs is freed by the end of the instance.
    pub fn stop_service(&self) {
        self.core.backup.stop_service();
    }

    /// Who is to hear of what becomes durable from now on (JET_paramDurableCommitCallback); `false` when
    /// there is somebody already. What is durable now it is told at once.
    pub fn watch_durable(&self, watch: Arc<dyn DurableWatch>) -> bool {
        if let Some(log) = self.log() {
            watch.durable(log.durable());
        }
        self.core.health.watch_durable(watch)
    }

    /// Buckets of the version store in use, and how many there may be.
    #[must_use]
    pub fn version_buckets(&self) -> (usize, usize) {
        self.core.store.buckets()
    }

    /// Lets go of versions that nobody needs any more, and does what their going asks for, at most
    /// `most` of them in each of a few passes (JetIdle with JET_bitIdleCompact). What was committed
    /// lazily is made durable where it has to be for that.
    ///
    /// # Errors
    /// The instance has ended, or is unavailable; the log can't be written.
    pub fn clean(&self, most: usize) -> Result<Cleaned, WorkError> {
        self.core.health.check()?;
        self.core.clean_through(most)
    }
}

//! Sessions at work on a database in memory, without an instance: a log, a file, its space, a version
//! store.
//!
//! A test includes this with `#[path = "../work_support/mod.rs"]`, and beside it, at its root, `world`
//! (`../space_write/world.rs`), `recovery_support` and `replay_support`.
#![forbid(unsafe_code)]
#![allow(unreachable_pub, dead_code)] // A test has no outside, and takes what it needs.

pub mod levels;

use crate::world::{DBID, Kind, World};
use ese_core::btree::write::{Author, Scratch};
use ese_core::format::ids::{Lgpos, PageSize};
use ese_core::format::log_record::{Begin0, BeginLevels, Commit0, LogRecord, LrFlags};
use ese_core::log::LogAppend;
use ese_core::trx::{Limits, TrxClock, TrxSession, VersionStore};
use ese_core::work::{Apart, Work, WorkDb, WorkError};
use std::sync::Arc;

/// A database, and the store of its versions.
pub struct Bench {
    pub world: World,
    pub db: WorkDb,
    pub store: Arc<VersionStore>,
}

/// A session with a transaction at level 1, logged.
pub struct Begun {
    pub trx: TrxSession,
    pub author: Author,
}

impl Bench {
    /// Pages 1 to 3, no catalog.
    pub fn new(page_size: PageSize) -> Self {
        let world = World::new(Kind::new(page_size));
        let db = WorkDb {
            trees: Arc::clone(&world.db),
            space: world.new_space(),
        };
        let store = VersionStore::new(Limits::default(), TrxClock::starting_at(1000));
        Self { world, db, store }
    }

    /// A session, in a transaction.
    pub fn begin(&self, procid: u16) -> Begun {
        let trx = self.store.session(procid).expect("a seat");
        trx.begin(false).expect("a transaction");
        trx.begin0_comes_at(self.world.log.writer.position());
        let trx_begin0 = trx.begin0().0;
        let record = LogRecord::Begin0(Begin0 {
            procid,
            levels: BeginLevels::new(0, 1),
            trx_begin0,
        });
        let begin0 = self.world.log.append(&record).expect("the log");
        trx.levels_are_logged();
        let author = Author {
            procid,
            trx_begin0,
            level: 1,
            begin0,
            flags: LrFlags::empty(),
        };
        Begun { trx, author }
    }

    /// Works in the transaction.
    pub fn work<T>(&self, begun: &Begun, what: impl FnOnce(&mut Work<'_>) -> T) -> T {
        let mut scratch = Scratch::default();
        what(&mut Work {
            db: &self.db,
            trx: &begun.trx,
            author: begun.author,
            scratch: &mut scratch,
            apart: self,
        })
    }

    /// Commits.
    pub fn commit(&self, begun: Begun) {
        let record = LogRecord::Commit0(Commit0 {
            procid: begun.author.procid,
            level_to: 0,
            trx_commit0: self.store.clock().next().0,
        });
        let at: Lgpos = self.world.log.append(&record).expect("the log");
        begun.trx.commit_outermost(at).expect("a commit");
    }

    /// All of it in one transaction of its own.
    pub fn alone<T>(&self, what: impl FnOnce(&mut Work<'_>) -> T) -> T {
        self.alone_as(7, what)
    }

    /// The same, by a session of this number.
    pub fn alone_as<T>(&self, procid: u16, what: impl FnOnce(&mut Work<'_>) -> T) -> T {
        let begun = self.begin(procid);
        let out = self.work(&begun, what);
        self.commit(begun);
        out
    }

    /// The database's number in the log.
    pub fn dbid(&self) -> u8 {
        DBID
    }
}

impl Apart for Bench {
    fn apart(
        &self,
        _db: &WorkDb,
        what: &mut dyn FnMut(&mut Work<'_>) -> Result<(), WorkError>,
    ) -> Result<(), WorkError> {
        let begun = self.begin(9);
        let done = self.work(&begun, what);
        self.commit(begun);
        done
    }
}

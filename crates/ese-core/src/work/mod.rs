//! A session at work on one database: what records, long values, catalog and indexes need to look at
//! nodes and to change them.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`Work`]: one call of a session that changes; [`Apart`]: what outlives its rollback |
//! | `look` | [`Look`]: nodes as a snapshot sees them |
//! | `bookmark` | bookmarks, and gaps between nodes |
//! | `walk` | [`Walker`]: a place in a tree, as a snapshot sees the tree |
//! | `error` | [`WorkError`]: why it did not come about |
//! | `events` | [`SchemaEvents`]: what becomes of a schema change when its transaction ends |
//!
//! A [`Work`] lives as long as one call: the level of its [`Author`] is that of the moment, and the
//! begins that the log has not seen are logged before it is made.
//!
//! Source: docs/format/versioning.md §3, §4.1.
//!
//! Invariant: whatever changes through [`Work::writer`] has a version, is undone by the session's
//! rollback, and is logged in the name of its transaction.
#![forbid(unsafe_code)]

mod bookmark;
mod error;
mod events;
mod look;
mod walk;

pub use error::{Refusal, WorkError};
pub use events::{SchemaEvents, SchemaNote};
pub use look::{Look, Seen};
pub use walk::{Place, Sought, Walker};

use crate::btree::write::{Author, Scratch, TreeDb, TreeWriter};
use crate::format::log_record::LrFlags;
use crate::space::alloc::Space;
use crate::trx::{ForGood, ProxySink, TrxSession, Unversioned, VersionSink};
use std::sync::Arc;

/// One attached database: its trees and its space.
pub struct WorkDb {
    /// Its trees.
    pub trees: Arc<TreeDb>,
    /// Its space.
    pub space: Space,
}

/// Does work in a transaction of its own, by a session of the engine: the caller's rollback leaves it
/// alone. Called without a latch.
pub trait Apart {
    /// Runs `what` in a transaction at level 0 that is committed (without waiting for its durability)
    /// when `what` returns `Ok`, and rolled back else.
    ///
    /// # Errors
    /// That of `what`; and those of beginning and ending a transaction.
    fn apart(
        &self,
        db: &WorkDb,
        what: &mut dyn FnMut(&mut Work<'_>) -> Result<(), WorkError>,
    ) -> Result<(), WorkError>;
}

/// One call of a session that changes a database.
pub struct Work<'a> {
    /// The database.
    pub db: &'a WorkDb,
    /// The session's transaction.
    pub trx: &'a TrxSession,
    /// Who changes.
    pub author: Author,
    /// Buffers.
    pub scratch: &'a mut Scratch,
    /// For what outlives a rollback.
    pub apart: &'a dyn Apart,
}

impl<'a> Work<'a> {
    /// Changes that the transaction can take back.
    pub fn writer(&mut self) -> TreeWriter<'_> {
        self.writer_of(self.trx)
    }

    fn writer_of<'w>(&'w mut self, versions: &'w dyn VersionSink) -> TreeWriter<'w> {
        TreeWriter {
            db: &self.db.trees,
            space: &self.db.space,
            versions,
            author: &self.author,
            scratch: self.scratch,
        }
    }

    /// Changes that nobody takes back: of a tree that nobody else can find yet. `unversioned` is made
    /// by [`Work::unversioned`].
    pub fn plain_writer<'w>(&'w mut self, unversioned: &'w Unversioned) -> TreeWriter<'w> {
        self.writer_of(unversioned)
    }

    /// Changes of numbers that the transaction does not take back (JET_bitEscrowNoRollback). `sink` is of
    /// this session.
    pub fn writer_for_good<'w>(&'w mut self, sink: &'w ForGood<'_>) -> TreeWriter<'w> {
        self.writer_of(sink)
    }

    /// Changes of an index on behalf of another session's transaction, of which `sink` speaks; `author`
    /// is made by [`Work::author_for`].
    pub fn writer_for<'w>(
        &'w mut self,
        sink: &'w ProxySink<'_>,
        author: &'w Author,
    ) -> TreeWriter<'w> {
        TreeWriter {
            db: &self.db.trees,
            space: &self.db.space,
            versions: sink,
            author,
            scratch: self.scratch,
        }
    }

    /// Who changes on behalf of another: this session, as records of a concurrent index creation say
    /// (docs/format/log-records.md §2.3). A redo must begin before both transactions.
    #[must_use]
    pub fn author_for(&self, sink: &ProxySink<'_>) -> Author {
        let own = self.author.begin0;
        Author {
            begin0: sink.begin0_at().map_or(own, |other| own.min(other)),
            flags: self.author.flags | LrFlags::CONCURRENT_CREATE_INDEX,
            ..self.author
        }
    }

    /// Stands for the version store in [`Work::plain_writer`].
    #[must_use]
    pub fn unversioned(&self) -> Unversioned {
        Unversioned(self.author.stamp())
    }

    /// Nodes as the session sees them now. Its own later changes may not be seen by these eyes.
    #[must_use]
    pub fn look(&self) -> Look<'a> {
        Look::new(self.db.trees.pages(), self.trx.store(), self.trx.snapshot())
    }
}

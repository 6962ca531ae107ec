//! What becomes of a schema change once its transaction has ended.
//!
//! The rows of the catalog are nodes, and undone and cleaned up as such. What a schema change means
//! beside them (a tree that was made, a tree that is to go, what is known of the table in memory) is
//! noted in the version store (`TrxSession::note`), and comes back through this trait: to whoever
//! keeps the live catalog, from whoever undoes and cleans up versions.
//!
//! Source: docs/format/versioning.md §1 (the operations without a node), §7, §8.
//!
//! Invariant: of a note exactly one of [`SchemaEvents::undo_schema`] and
//! [`SchemaEvents::clean_up_schema`] comes; an error of it is asked again.
#![forbid(unsafe_code)]

use super::{Apart, WorkDb, WorkError};
use crate::cache::DbNo;
use crate::format::ids::{Objid, Pgno};
use crate::trx::{CleanUp, Oper, TrxId, VersionCopy};

/// A schema change, or space that was allocated, as it was noted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SchemaNote<'a> {
    /// What was done: one of the operations that are of no node ([`Oper::is_of_node`]).
    pub oper: Oper,
    /// The database.
    pub db: DbNo,
    /// Root of the tree that was made or is to go; of a column that of its table.
    pub pgno_fdp: Pgno,
    /// Its object.
    pub objid: Objid,
    /// What was noted beside it.
    pub info: &'a [u8],
}

impl<'a> SchemaNote<'a> {
    /// From a version that is to be undone; `None` when it is of a node.
    #[must_use]
    pub fn of_version(copy: &'a VersionCopy) -> Option<Self> {
        (!copy.oper.is_of_node()).then_some(Self {
            oper: copy.oper,
            db: copy.db,
            pgno_fdp: copy.pgno_fdp,
            objid: copy.objid,
            info: &copy.before,
        })
    }

    /// From the work of a cleanup; `None` when it is of a node.
    #[must_use]
    pub fn of_cleanup(work: &CleanUp<'a>) -> Option<Self> {
        match *work {
            CleanUp::Schema {
                oper,
                db,
                pgno_fdp,
                objid,
                info,
            } => Some(Self {
                oper,
                db,
                pgno_fdp,
                objid,
                info,
            }),
            _ => None,
        }
    }
}

/// Whoever keeps the schema of a database in memory.
///
/// `procid` is the session's number, as in [`super::Work::author`]. Nothing here is called with a
/// latch held. Space is freed through `apart`, in a transaction of the engine's own.
pub trait SchemaEvents: Send + Sync {
    /// A change is rolled back. Versions are undone newest first, those of nodes in between: the rows
    /// that were written after the note are undone already, those before it are not. After `Ok` the
    /// caller forgets the version (`RollbackRun::undone`).
    ///
    /// # Errors
    /// Space can't be freed; the caller may call again, or give up and leak it.
    fn undo_schema(
        &self,
        db: &WorkDb,
        apart: &dyn Apart,
        procid: u16,
        note: &SchemaNote<'_>,
    ) -> Result<(), WorkError>;

    /// The level of a rollback is at its end: everything was undone. Called after
    /// `RollbackRun::end_level`, with the level that the session is at now.
    fn rolled_back(&self, procid: u16, to: u8);

    /// The session's transaction was committed to level 0, as `commit_outermost` said. Called before
    /// the call that commits returns.
    fn committed(&self, procid: u16, commit: Option<TrxId>);

    /// A change that was committed is seen by everybody: what was before it can go.
    ///
    /// # Errors
    /// As [`SchemaEvents::undo_schema`]; the caller leaves the work for the next time.
    fn clean_up_schema(
        &self,
        db: &WorkDb,
        apart: &dyn Apart,
        note: &SchemaNote<'_>,
    ) -> Result<(), WorkError>;
}

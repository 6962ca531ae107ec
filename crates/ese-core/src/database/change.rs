//! One change of records, with every index that has to be maintained.
//!
//! Invariant: a change that fails leaves nothing of itself. What may take several steps is a level of the
//! session's transaction; what a tree does as one step, or not at all, needs none.
#![forbid(unsafe_code)]

use super::indexes_of;
use crate::catalog::TableTrees;
use crate::catalog::live::{LiveCatalog, SchemaStamp};
use crate::cursor::{CursorError, TableCursor};
use crate::instance::OpenDb;
use crate::session::{CommitKind, Session};
use crate::work::{Work, WorkError};
use std::sync::Arc;

/// How many trees a change may concern, as far as its caller knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Steps {
    /// A record, and the entries of the table's indexes.
    OneNode,
    /// More than that: long values, two records.
    Several,
}

/// Where a change is made, and for whom.
pub(super) struct Place<'a> {
    pub(super) session: &'a Session,
    pub(super) db: &'a Arc<OpenDb>,
    pub(super) catalog: &'a LiveCatalog,
    pub(super) stamp: &'a SchemaStamp,
    pub(super) cursor: &'a mut TableCursor,
}

impl Place<'_> {
    /// Changes records as one step, which is committed as `kind` says when no transaction is open.
    /// `what` may be called again, when all that it did was undone.
    pub(super) fn change(
        self,
        kind: CommitKind,
        steps: Steps,
        mut what: impl FnMut(&mut TableCursor, &mut Work<'_>) -> Result<(), CursorError>,
    ) -> Result<(), WorkError> {
        let Self {
            session,
            db,
            catalog,
            stamp,
            cursor,
        } = self;
        let secondary = |trees: &TableTrees| !trees.secondary.is_empty();
        let known = (stamp, cursor.indexes().trees().settled_at());
        if steps == Steps::OneNode && session.level() > 0 && !secondary(cursor.indexes().trees()) {
            let done = session.work_at_once(db, |work| {
                catalog.with_maintained_of(&work.look(), known, |all| match all {
                    // Somebody makes an index.
                    Some(all) if secondary(all) => Ok(false),
                    _ => with_all_indexes(cursor, all, |cursor| what(cursor, work)).map(|()| true),
                })?
            })?;
            if done {
                return Ok(());
            }
        }
        session.update_as(db, kind, |work| {
            catalog.with_maintained_of(&work.look(), known, |all| {
                with_all_indexes(cursor, all, |cursor| what(cursor, work))
            })?
        })
    }

    /// As [`Place::change`], in the level that is open: who fails has to roll that back.
    pub(super) fn change_in_level(
        self,
        what: impl FnOnce(&mut TableCursor, &mut Work<'_>) -> Result<(), CursorError>,
    ) -> Result<(), WorkError> {
        let (catalog, stamp, cursor) = (self.catalog, self.stamp, self.cursor);
        let known = (stamp, cursor.indexes().trees().settled_at());
        self.session.work(self.db, |work| {
            catalog.with_maintained_of(&work.look(), known, |all| {
                with_all_indexes(cursor, all, |cursor| what(cursor, work))
            })?
        })
    }
}

/// Lets a cursor keep all indexes for one change: those included that its session does not see; `None`: there
/// are no others.
fn with_all_indexes(
    cursor: &mut TableCursor,
    all: Option<&Arc<TableTrees>>,
    what: impl FnOnce(&mut TableCursor) -> Result<(), CursorError>,
) -> Result<(), WorkError> {
    let Some(all) = all.filter(|all| !Arc::ptr_eq(all, cursor.indexes().trees())) else {
        return Ok(what(cursor)?);
    };
    let own = Arc::clone(cursor.indexes());
    cursor.schema_changed(indexes_of(all)?);
    let done = what(cursor);
    cursor.schema_changed(own);
    Ok(done?)
}

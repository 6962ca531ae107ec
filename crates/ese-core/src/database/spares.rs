//! What closed cursors leave to those that are opened next: their buffers, and what was made of the schema.
//!
//! Opening a table for one row and closing it again is as common as keeping it open: its price would
//! mostly be memory that is asked for and given back.
//!
//! Invariants: what is kept is of no session and no transaction, holds no table in use, and serves only
//! a table of the very schema that it was made for; a few are kept, whatever was open.
#![forbid(unsafe_code)]

use super::{DbError, indexes_of};
use crate::catalog::TableTrees;
use crate::cursor::TableCursor;
use crate::record::update::Update;
use crate::work::WorkDb;
use parking_lot::Mutex;
use std::sync::Arc;

/// Cursors whose parts are kept.
const KEPT: usize = 8;

/// A copy buffer, and the schema that it is of.
pub(super) type CopyBuffer = (Arc<TableTrees>, Box<Update>);

/// See the module.
#[derive(Default)]
pub(super) struct Spares(Mutex<Vec<(TableCursor, Option<CopyBuffer>)>>);

impl Spares {
    /// A cursor on the first record of a table, and a copy buffer if there is one.
    pub(super) fn open(
        &self,
        db: &WorkDb,
        trees: &Arc<TableTrees>,
    ) -> Result<(TableCursor, Option<CopyBuffer>), DbError> {
        let kept = {
            let mut kept = self.0.lock();
            let same = |(c, _): &(TableCursor, _)| Arc::ptr_eq(c.indexes().trees(), trees);
            kept.iter().rposition(same).map(|at| kept.swap_remove(at))
        };
        match kept {
            Some((mut cursor, buffer)) => {
                cursor.begin_again();
                Ok((cursor, buffer))
            }
            None => Ok((TableCursor::new(db, indexes_of(trees)?), None)),
        }
    }

    /// Keeps the parts of a cursor that is closed. `buffer` holds no update.
    pub(super) fn keep(&self, cursor: &mut TableCursor, buffer: Option<CopyBuffer>) {
        let cursor = cursor.leave_shell();
        let mut kept = self.0.lock();
        // Mostly the newest serves again: the oldest goes.
        let old = (kept.len() >= KEPT).then(|| kept.remove(0));
        kept.push((cursor, buffer));
        drop(kept);
        drop(old);
    }
}

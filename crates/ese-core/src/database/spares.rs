//! What closed cursors leave to those that are opened next: their buffers, and what was made of the schema.
//!
//! Opening a table for one row and closing it again is as common as keeping it open: its price would
//! mostly be memory that is asked for and given back. A cursor is large: it stays where it was made, and
//! goes from hand to hand as a pointer.
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
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Cursors whose parts are kept.
const KEPT: usize = 8;

/// A copy buffer, and the schema that it is of.
pub(super) type CopyBuffer = (Arc<TableTrees>, Box<Update>);

/// A cursor that is in use, until it is kept again.
pub(super) struct Lent(
    /// `None` only once it was given to [`Spares::keep`], which whoever drops the table does last.
    Option<Box<TableCursor>>,
);

impl Lent {
    /// A cursor that was made for this table alone.
    pub(super) fn new(cursor: TableCursor) -> Self {
        Self(Some(Box::new(cursor)))
    }
}

#[cold]
#[inline(never)]
fn gone() -> ! {
    unreachable!("a cursor is given back only when its table is dropped")
}

impl Deref for Lent {
    type Target = TableCursor;

    #[inline]
    fn deref(&self) -> &TableCursor {
        match &self.0 {
            Some(cursor) => cursor,
            None => gone(),
        }
    }
}

impl DerefMut for Lent {
    #[inline]
    fn deref_mut(&mut self) -> &mut TableCursor {
        match &mut self.0 {
            Some(cursor) => cursor,
            None => gone(),
        }
    }
}

/// What one closed cursor left.
type Kept = (Box<TableCursor>, Option<CopyBuffer>);

/// See the module.
#[derive(Default)]
pub(super) struct Spares(Mutex<Vec<Kept>>);

impl Spares {
    /// A cursor on the first record of a table, and a copy buffer if there is one.
    pub(super) fn open(
        &self,
        db: &WorkDb,
        trees: &Arc<TableTrees>,
    ) -> Result<(Lent, Option<CopyBuffer>), DbError> {
        let kept = {
            let mut kept = self.0.lock();
            let same = |(c, _): &Kept| Arc::ptr_eq(c.indexes().trees(), trees);
            kept.iter().rposition(same).map(|at| kept.swap_remove(at))
        };
        match kept {
            Some((mut cursor, buffer)) => {
                cursor.begin_again();
                Ok((Lent(Some(cursor)), buffer))
            }
            None => Ok((Lent::new(TableCursor::new(db, indexes_of(trees)?)), None)),
        }
    }

    /// Keeps a cursor whose table is closed. `buffer` holds no update.
    pub(super) fn keep(&self, cursor: &mut Lent, buffer: Option<CopyBuffer>) {
        let Some(cursor) = cursor.0.take() else {
            return;
        };
        let mut kept = self.0.lock();
        // Mostly the newest serves again: the oldest goes.
        let old = (kept.len() >= KEPT).then(|| kept.remove(0));
        kept.push((cursor, buffer));
        drop(kept);
        drop(old);
    }
}

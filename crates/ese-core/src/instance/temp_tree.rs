//! The inserting into a temporary table ends: its rows are sorted, or become a tree.
//!
//! Source: jet-api/behaviour-cursors.md §11 (forms; the trap of sequential tables).
//!
//! Invariant: a tree that was made is among those that the table frees, whatever fails then.
#![forbid(unsafe_code)]

use super::temp_def::TempBits;
use super::temp_sort::{Sort, Spot};
use super::temp_table::{Form, TempTable, illegal};
use crate::btree::write::{DENSITY_FULL, WriteTree};
use crate::catalog::TableTrees;
use crate::cursor::TableCursor;
use crate::database::DbError;
use crate::error::HasJetErr;
use crate::format::ids::{Objid, Pgno};
use crate::format::key::sequential_key;
use crate::index::TableIndexes;
use crate::session::Session;
use crate::space::create::NewTree;
use crate::work::{Walker, WorkError};
use std::sync::Arc;

/// Bytes of rows from which a table that is moved in freely becomes a tree.
const TREE_FROM: usize = 64 << 10;
/// Rows that are copied in one call.
const COPY_ROWS: usize = 1000;

impl TempTable {
    /// Ends the inserting; `true` when it was not over yet.
    pub(super) fn finish(&mut self, session: &Session) -> Result<bool, DbError> {
        let Form::Inserting(sort) = &mut self.form else {
            return Ok(false);
        };
        let db = Arc::clone(&self.db);
        self.prepared = None;
        self.update.end();
        let finished = session.update(&db, |work| sort.finish(work));
        self.shared.own_of(sort);
        finished?;
        let bits = self.plan.bits;
        let large = sort.tree().is_some() || sort.bytes() > TREE_FROM;
        let tree = sort.tree().cloned();
        let becomes_tree = bits.contains(TempBits::UPDATABLE) || (self.is_free() && large);
        match (becomes_tree, tree) {
            (true, Some(tree)) if bits.contains(TempBits::INDEXED) => {
                // Its keys are those of the table.
                self.become_tree((tree.fdp(), tree.objid()), true)?;
            }
            (true, from) => {
                let (fdp, objid) = self.make_tree(session)?;
                let keyed = bits.contains(TempBits::INDEXED);
                self.fill(session, (fdp, objid), keyed, from)?;
                self.become_tree((fdp, objid), keyed)?;
            }
            (false, Some(tree)) => {
                self.form = Form::Disk(Box::new(Walker::new(db.no(), tree)));
            }
            (false, None) => {
                let Form::Inserting(sort) = &mut self.form else {
                    return Ok(false);
                };
                let sort = std::mem::replace(sort, Sort::new(true));
                self.form = Form::Memory(Arc::new(sort), Spot::Before);
            }
        }
        Ok(true)
    }

    pub(super) fn make_tree(&mut self, session: &Session) -> Result<(Pgno, Objid), DbError> {
        let mut place = (Pgno::NULL, Objid(0));
        session.update(&self.db, |work| {
            let made = work
                .db
                .space
                .create_tree(&work.author, &NewTree::table(1))?;
            place = (made.pgno_fdp, made.objid);
            Ok(())
        })?;
        self.shared.own(place.0, place.1);
        Ok(place)
    }

    /// The sorted rows go into the tree of a table: with their keys, or numbered.
    fn fill(
        &mut self,
        session: &Session,
        (fdp, objid): (Pgno, Objid),
        keyed: bool,
        from: Option<Arc<WriteTree>>,
    ) -> Result<(), DbError> {
        let Form::Inserting(sort) = &mut self.form else {
            return illegal();
        };
        let to = WriteTree::new(fdp, objid, true, DENSITY_FULL);
        let no = self.db.no();
        let mut walker = from.map(|tree| Walker::new(no, tree));
        let (mut place, mut number, mut more) = (0, 0u32, true);
        while more {
            session.update(&self.db, |work| {
                let unversioned = work.unversioned();
                let look = work.look();
                let mut writer = work.plain_writer(&unversioned);
                for _ in 0..COPY_ROWS {
                    let row = match &mut walker {
                        Some(walker) => {
                            let found = walker.next(&look)?;
                            found.then(|| (walker.key(), walker.data()))
                        }
                        None => sort.row(place),
                    };
                    let Some((key, record)) = row else {
                        more = false;
                        break;
                    };
                    match keyed {
                        true => writer.insert(&to, key, record)?,
                        // From 0 on, where a table's own numbers begin with 1.
                        false => writer.insert(&to, &sequential_key(number), record)?,
                    };
                    place += 1;
                    number = number.saturating_add(1);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    pub(super) fn become_tree(&mut self, place: (Pgno, Objid), keyed: bool) -> Result<(), DbError> {
        let schema = Arc::new(self.plan.schema(place, keyed));
        let trees = Arc::new(TableTrees::new(schema, None));
        let indexes = TableIndexes::new(trees);
        let indexes = indexes.map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?;
        let indexes = Arc::new(indexes);
        self.shared.know(&indexes);
        let mut cursor = TableCursor::new(self.db.work_db(), indexes);
        cursor.before_first();
        self.form = Form::Tree(Box::new(cursor));
        Ok(())
    }
}

//! Long values of temporary tables: beside the records of a tree, in a tree inside of its space; never
//! of rows that are sorted.
//!
//! Invariant: a tree of long values goes with its table.
#![forbid(unsafe_code)]

use crate::btree::write::{DENSITY_FULL, WriteTree};
use crate::catalog::TableTrees;
use crate::cursor::TableCursor;
use crate::database::DbError;
use crate::error::{HasJetErr, JetErr};
use crate::format::lv::Lid;
use crate::index::{ColumnError, LongBytes, TableIndexes};
use crate::lv::write::{LongValueSource, LongValueTree};
use crate::lv::{LongValueError, LvTree};
use crate::space::create::NewTree;
use crate::work::{Work, WorkError};
use parking_lot::Mutex;
use std::sync::Arc;

/// Long values of rows that are sorted: there are none.
pub(super) struct NoLongValues;

impl LongBytes for NoLongValues {
    fn head(&self, _: Lid, _: usize, _: &mut Vec<u8>) -> Result<bool, ColumnError> {
        Err(LongValueError::NoTree.into())
    }
}

impl LongValueSource for NoLongValues {
    fn existing(&self) -> Option<LongValueTree> {
        None
    }

    fn make(&self, _: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        let what = "a long value that does not fit its record";
        Err(WorkError::refused(JetErr::RECORD_TOO_BIG, what))
    }
}

/// The long values of a tree.
pub(super) struct Source<'a> {
    pub(super) trees: &'a TableTrees,
    pub(super) made: Mutex<Option<LongValueTree>>,
}

impl LongValueSource for Source<'_> {
    fn existing(&self) -> Option<LongValueTree> {
        self.made.lock().clone().or_else(|| self.trees.existing())
    }

    fn make(&self, work: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        let fdp = self.trees.schema.pgno_fdp;
        let made = work
            .db
            .space
            .create_tree(&work.author, &NewTree::long_values(fdp))?;
        let tree = WriteTree::new(made.pgno_fdp, made.objid, true, DENSITY_FULL);
        let tree = LongValueTree {
            tree: Arc::new(tree),
            ids: Arc::clone(&self.trees.lids),
        };
        *self.made.lock() = Some(tree.clone());
        Ok(tree)
    }
}

/// The cursor hears of the tree of long values that was made.
pub(super) fn know_long_values(cursor: &mut TableCursor, tree: &WriteTree) -> Result<(), DbError> {
    let before = Arc::clone(cursor.indexes());
    let mut schema = (*before.trees().schema).clone();
    schema.lv = Some(LvTree { tree: tree.tree() });
    let trees = TableTrees::new(Arc::new(schema), Some(before.trees()));
    let indexes = TableIndexes::new(Arc::new(trees));
    let indexes = indexes.map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?;
    cursor.schema_changed(Arc::new(indexes));
    Ok(())
}

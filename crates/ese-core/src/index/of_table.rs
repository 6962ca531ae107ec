//! All indexes of a table, made ready to be kept: definitions and trees side by side.
//!
//! One value serves all cursors of all sessions, like the [`TableTrees`] that it is made of.
//!
//! Invariant: [`TableIndexes::secondary`] is in the order of the catalog, [`TableIndexes::newest_first`]
//! in the order in which the original's indexes are changed.
#![forbid(unsafe_code)]

use super::def::{ColumnRef, IndexDef};
use super::of_schema::IndexDefError;
use crate::btree::write::WriteTree;
use crate::catalog::{Index, Numbers, TableSchema, TableTrees};
use parking_lot::Mutex;
use std::sync::Arc;

/// A secondary index.
#[derive(Debug)]
pub struct SecondaryIndex {
    /// Its place in [`TableSchema::indexes`].
    pub place: usize,
    /// Its tree.
    pub tree: Arc<WriteTree>,
    /// How its keys are made.
    pub def: IndexDef,
}

impl SecondaryIndex {
    /// Whether a column decides about entries: as a part of the key, or as a condition.
    #[must_use]
    pub fn looks_at(&self, column: ColumnRef) -> bool {
        let segments = self.def.segments.iter().map(|s| s.column);
        let conditions = self.def.conditions.iter().map(|c| c.column);
        segments.chain(conditions).any(|c| c == column)
    }
}

/// How the keys of a table's indexes are made. Made once for each [`TableTrees`], which keeps it.
#[derive(Debug)]
pub struct IndexDefs {
    primary: Option<IndexDef>,
    secondary: Vec<SecondaryIndex>,
}

impl IndexDefs {
    fn new(trees: &TableTrees) -> Result<Self, IndexDefError> {
        let schema = &trees.schema;
        let def = |index: &Index| IndexDef::of_schema(schema, index);
        let primary = schema.primary().map(def).transpose()?;
        let mut secondary = Vec::with_capacity(trees.secondary.len());
        for (place, tree) in &trees.secondary {
            if let Some(index) = schema.indexes.get(*place) {
                secondary.push(SecondaryIndex {
                    place: *place,
                    tree: Arc::clone(tree),
                    def: def(index)?,
                });
            }
        }
        Ok(Self { primary, secondary })
    }
}

/// The indexes of a table.
#[derive(Debug)]
pub struct TableIndexes {
    trees: Arc<TableTrees>,
    defs: Arc<IndexDefs>,
}

impl TableIndexes {
    /// The indexes of a table.
    ///
    /// # Errors
    /// An index whose keys can't be computed.
    pub fn new(trees: Arc<TableTrees>) -> Result<Self, IndexDefError> {
        let defs = match trees.index_defs.get() {
            Some(defs) => Arc::clone(defs),
            None => {
                let made = Arc::new(IndexDefs::new(&trees)?);
                Arc::clone(trees.index_defs.get_or_init(|| made))
            }
        };
        Ok(Self { trees, defs })
    }

    /// The table's trees.
    #[must_use]
    pub fn trees(&self) -> &Arc<TableTrees> {
        &self.trees
    }

    /// The table as the catalog describes it.
    #[inline]
    #[must_use]
    pub fn schema(&self) -> &TableSchema {
        &self.trees.schema
    }

    /// The primary index; `None` in a table whose records are numbered.
    #[must_use]
    pub fn primary(&self) -> Option<&IndexDef> {
        self.defs.primary.as_ref()
    }

    /// The secondary indexes.
    #[must_use]
    pub fn secondary(&self) -> &[SecondaryIndex] {
        &self.defs.secondary
    }

    /// The secondary indexes as an update goes through them.
    pub fn newest_first(&self) -> impl Iterator<Item = &SecondaryIndex> {
        self.defs.secondary.iter().rev()
    }

    /// What the catalog says of a secondary index.
    #[must_use]
    pub fn described(&self, index: &SecondaryIndex) -> Option<&Index> {
        self.schema().indexes.get(index.place)
    }

    /// Of the auto-increment column. Locked with no page latched.
    #[must_use]
    pub fn numbers(&self) -> &Mutex<Numbers> {
        self.trees.counters.numbers()
    }

    /// The next record number; `highest` finds the highest in use when it is asked for the first
    /// time. `None` when there are no more.
    ///
    /// # Errors
    /// Those of `highest`.
    pub fn next_serial<E>(
        &self,
        highest: impl FnOnce() -> Result<u32, E>,
    ) -> Result<Option<u32>, E> {
        self.trees.counters.next_serial(highest)
    }
}

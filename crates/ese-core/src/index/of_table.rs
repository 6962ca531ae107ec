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
use crate::catalog::{Index, TableSchema, TableTrees};
use parking_lot::Mutex;
use std::sync::Arc;

/// No record number reaches this.
const SERIAL_END: u32 = 0x7FFF_FF00;

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

/// What is known of a table's auto-increment column while the engine runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers {
    /// The next number; 0 when nobody has asked yet.
    pub next: u64,
    /// Up to which number the table's root says that they are reserved; `None` when it says nothing.
    pub reserved: Option<u64>,
    /// How many were reserved last.
    pub batch: u64,
}

/// What all sessions share of a table, whatever becomes of its schema.
#[derive(Debug, Default)]
struct Counters {
    /// Of a table without a primary index: the highest record number given out, once it is known.
    serial: Mutex<Option<u32>>,
    numbers: Mutex<Numbers>,
}

/// The indexes of a table.
#[derive(Debug)]
pub struct TableIndexes {
    trees: Arc<TableTrees>,
    primary: Option<IndexDef>,
    secondary: Vec<SecondaryIndex>,
    /// Shared with the values made before and after this one.
    counters: Arc<Counters>,
}

impl TableIndexes {
    /// The indexes of a table. `before` is the value of the same table that this one takes the place
    /// of when the schema changes.
    ///
    /// # Errors
    /// An index whose keys can't be computed.
    pub fn new(trees: Arc<TableTrees>, before: Option<&Self>) -> Result<Self, IndexDefError> {
        let schema = Arc::clone(&trees.schema);
        let def = |index: &Index| IndexDef::of_schema(&schema, index);
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
        Ok(Self {
            trees,
            primary,
            secondary,
            counters: before.map_or_else(Arc::default, |b| Arc::clone(&b.counters)),
        })
    }

    /// The table's trees.
    #[must_use]
    pub fn trees(&self) -> &Arc<TableTrees> {
        &self.trees
    }

    /// The table as the catalog describes it.
    #[must_use]
    pub fn schema(&self) -> &TableSchema {
        &self.trees.schema
    }

    /// The primary index; `None` in a table whose records are numbered.
    #[must_use]
    pub fn primary(&self) -> Option<&IndexDef> {
        self.primary.as_ref()
    }

    /// The secondary indexes.
    #[must_use]
    pub fn secondary(&self) -> &[SecondaryIndex] {
        &self.secondary
    }

    /// The secondary indexes as an update goes through them.
    pub fn newest_first(&self) -> impl Iterator<Item = &SecondaryIndex> {
        self.secondary.iter().rev()
    }

    /// What the catalog says of a secondary index.
    #[must_use]
    pub fn described(&self, index: &SecondaryIndex) -> Option<&Index> {
        self.schema().indexes.get(index.place)
    }

    /// Of the auto-increment column. Locked with no page latched.
    #[must_use]
    pub fn numbers(&self) -> &Mutex<Numbers> {
        &self.counters.numbers
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
        let mut serial = self.counters.serial.lock();
        let last = match *serial {
            Some(last) => last,
            None => highest()?,
        };
        *serial = Some(last);
        let next = last.saturating_add(1);
        if next >= SERIAL_END {
            return Ok(None);
        }
        *serial = Some(next);
        Ok(Some(next))
    }
}

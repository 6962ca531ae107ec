//! The trees of a table, to be changed: one value for all cursors of all sessions.
//!
//! Invariant: the trees are those of the schema; a changed schema makes a new value, which shares the
//! trees that stayed.
#![forbid(unsafe_code)]

use super::{Counters, Index, TableSchema};
use crate::btree::write::{DENSITY_FULL, WriteTree};
use crate::format::catalog_row::IndexFlags;
use crate::format::ids::{Objid, Pgno};
use crate::index::IndexDefs;
use crate::lv::write::LidCounter;
use crate::record::edit::RecordLayout;
use crate::space::alloc::Space;
use crate::space::policy::GrowthHints;
use once_cell::sync::OnceCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A table, and its trees.
#[derive(Debug)]
pub struct TableTrees {
    /// The table as the catalog describes it.
    pub schema: Arc<TableSchema>,
    /// The tree of records.
    pub records: Arc<WriteTree>,
    /// The trees of the secondary indexes, each with its place in [`TableSchema::indexes`].
    pub secondary: Vec<(usize, Arc<WriteTree>)>,
    /// The tree of separated long values; `None` before there is one.
    pub long_values: Option<Arc<WriteTree>>,
    /// Which id the next long value gets.
    pub lids: Arc<LidCounter>,
    /// Which number the next record gets.
    pub counters: Arc<Counters>,
    /// Number of the table's schema while nobody sees, or has to maintain, anything but this.
    pub(in crate::catalog) settled_at: AtomicU64,
    /// What [`crate::index`] makes of the schema, once somebody asked for it.
    pub(crate) index_defs: OnceCell<Arc<IndexDefs>>,
    /// What [`crate::record::edit`] makes of the schema, once somebody asked for it.
    pub(crate) layout: OnceCell<Arc<RecordLayout>>,
}

impl TableTrees {
    /// The trees of `schema`; those that `before` knows already are shared with it.
    #[must_use]
    pub fn new(schema: Arc<TableSchema>, before: Option<&Self>) -> Self {
        let tree = |fdp, objid, unique, density| {
            let known = before.and_then(|b| b.tree(fdp, objid));
            known.unwrap_or_else(|| Arc::new(WriteTree::new(fdp, objid, unique, density)))
        };
        let records = tree(schema.pgno_fdp, schema.objid, true, percent(schema.density));
        let secondary = schema.indexes.iter().enumerate();
        let secondary = secondary.filter(|(_, index)| !index.is_primary());
        let secondary = secondary
            .map(|(place, index)| {
                let unique = index.is_unique();
                let density = percent(index.density);
                (place, tree(index.pgno_fdp, index.objid, unique, density))
            })
            .collect();
        let long_values = schema.lv.as_ref().map(|lv| {
            let (fdp, objid) = (lv.tree.pgno_fdp, lv.tree.objid);
            tree(fdp, objid, true, DENSITY_FULL)
        });
        Self {
            schema: Arc::clone(&schema),
            records,
            secondary,
            long_values,
            lids: before.map(|b| Arc::clone(&b.lids)).unwrap_or_default(),
            counters: before.map(|b| Arc::clone(&b.counters)).unwrap_or_default(),
            index_defs: OnceCell::new(),
            settled_at: AtomicU64::new(0),
            layout: OnceCell::new(),
        }
    }

    /// Tells the space how these trees are to grow. Whoever is about to change them does it first.
    pub fn tell_growth(&self, space: &Space) {
        let schema = &self.schema;
        let lv = schema.lv.as_ref().zip(schema.lv_growth);
        let lv = lv.map(|(lv, hints)| (lv.tree.pgno_fdp, hints));
        for (fdp, hints) in schema.growth.iter().copied().chain(lv) {
            let pages = |bytes: u32| {
                let page = u32::try_from(space.db().page_size().bytes()).unwrap_or(u32::MAX);
                bytes / page
            };
            let hints = GrowthHints {
                percent: hints.growth,
                least: pages(hints.min_extent),
                most: pages(hints.max_extent),
            };
            if hints != GrowthHints::default() {
                space.set_hints(fdp, hints);
            }
        }
    }

    /// The number of the table's schema when nobody saw, or had to maintain, anything but this; 0 when that never
    /// was. It is so for as long as the number stays the same.
    #[inline]
    #[must_use]
    pub fn settled_at(&self) -> u64 {
        self.settled_at.load(Ordering::Acquire)
    }

    fn tree(&self, fdp: Pgno, objid: Objid) -> Option<Arc<WriteTree>> {
        let secondary = self.secondary.iter().map(|(_, t)| t);
        let mut all = secondary
            .chain([&self.records])
            .chain(self.long_values.as_ref());
        all.find(|t| t.fdp() == fdp && t.objid() == objid)
            .map(Arc::clone)
    }
}

impl Index {
    /// Keys of its tree do not repeat.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.flags
            .intersects(IndexFlags::UNIQUE | IndexFlags::PRIMARY)
    }
}

/// A stored density as a percentage.
pub(super) fn percent(density: u32) -> u8 {
    u8::try_from(density).map_or(DENSITY_FULL, |d| d.min(DENSITY_FULL))
}

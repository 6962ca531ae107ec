//! Which tree the pages of an object belong to, for who meets a page and not a table.
//!
//! Source: docs/format/database-catalog.md §1. Invariant: the catalog's own trees are always among them.
#![forbid(unsafe_code)]

use super::rows::{CatalogTrees, Eyes};
use crate::btree::write::{DENSITY_DEFAULT, WriteTree};
use crate::cache::DbNo;
use crate::format::catalog_row::{CatalogRow, IndexFlags, RowKind};
use crate::format::ids::Objid;
use crate::work::{Look, WorkError};
use std::collections::HashMap;
use std::fmt;

/// The trees of a database by their object ids, as a snapshot sees the catalog.
pub struct TreesByObject(HashMap<Objid, WriteTree>);

impl fmt::Debug for TreesByObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TreesByObject").field(&self.0.len()).finish()
    }
}

impl TreesByObject {
    /// Reads the catalog of a running database.
    ///
    /// # Errors
    /// A damaged catalog.
    pub fn read(db: DbNo, look: &Look<'_>) -> Result<Self, WorkError> {
        let catalog = CatalogTrees::new();
        let rows = catalog.all_rows(&Eyes::of(db, look))?;
        let mut trees: HashMap<_, _> = rows.iter().filter_map(tree_of).collect();
        for own in [
            catalog.objects,
            catalog.names,
            catalog.roots,
            catalog.shadow,
        ] {
            trees.insert(own.objid(), own);
        }
        Ok(Self(trees))
    }

    /// The tree of an object, `None` where the snapshot sees none.
    #[must_use]
    pub fn get(&self, objid: Objid) -> Option<&WriteTree> {
        self.0.get(&objid)
    }
}

fn tree_of(row: &CatalogRow) -> Option<(Objid, WriteTree)> {
    let index = (row.kind == RowKind::Index).then(|| row.index_flags());
    // The primary index is the table's own tree, whose row says so.
    if index.is_some_and(|flags| flags.contains(IndexFlags::PRIMARY)) {
        return None;
    }
    let unique = index.is_none_or(|flags| flags.contains(IndexFlags::UNIQUE));
    let (pgno, objid) = row.pgno_fdp().zip(row.objid())?;
    Some((objid, WriteTree::new(pgno, objid, unique, DENSITY_DEFAULT)))
}

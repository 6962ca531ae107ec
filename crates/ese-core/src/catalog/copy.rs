//! A table of another database is described here as it is there: with all that its rows say, and trees
//! of its own.
//!
//! Column ids, offsets, flags, defaults, limits, hints and sort versions stay, also what this engine
//! does not understand of them, so that records, index entries and long values can be copied as bytes.
//! Only the places of trees, their object ids and the times of their roots are new.
//!
//! Source: docs/format/database-catalog.md §1, §8.
//!
//! Invariant: every tree that a row names is made, and none else.
#![forbid(unsafe_code)]

use super::live::LiveCatalog;
use super::trees::percent;
use super::{Catalog, CatalogFault, for_each_row, objids};
use crate::btree::Tree;
use crate::btree::write::{DENSITY_FULL, WriteTree};
use crate::cache::Pages;
use crate::error::JetErr;
use crate::format::catalog_row::{CatalogRow, IndexFlags, RowKind, TableFlags};
use crate::format::ids::{Objid, Pgno};
use crate::space::create::NewTree;
use crate::work::{Work, WorkError};
use std::collections::BTreeMap;

/// The rows of one table in the catalog of a database at rest, that of the table first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRows {
    table: CatalogRow,
    others: Vec<CatalogRow>,
}

impl TableRows {
    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.table.name
    }

    /// A table that every database has, made with it or by the engine when it was needed.
    #[must_use]
    pub fn is_engines(&self) -> bool {
        self.table
            .table_flags()
            .intersects(TableFlags::SYSTEM | TableFlags::SYSTEM_DYNAMIC_DDL)
    }

    /// Its object id there.
    #[must_use]
    pub fn objid(&self) -> Objid {
        self.table.objid_table
    }

    /// Its trees there, that of the records first: [`RowKind::Table`], [`RowKind::Index`] of secondary
    /// indexes, [`RowKind::LongValue`].
    pub fn trees(&self) -> impl Iterator<Item = (RowKind, Tree)> + '_ {
        let of = |row: &CatalogRow| Some((row.kind, Tree::new(row.pgno_fdp()?, row.objid()?)));
        let own = self.table.objid();
        let others = self.others.iter().filter(move |row| row.objid() != own);
        std::iter::once(&self.table).chain(others).filter_map(of)
    }

    /// Numbers of its columns as their rows say: fixed and variable, tagged.
    #[must_use]
    pub fn column_counts(&self) -> [u32; 2] {
        let columns = self.others.iter().filter(|r| r.kind == RowKind::Column);
        let mut counts = [0, 0];
        for fid in columns.filter_map(CatalogRow::fid) {
            let [untagged, tagged] = &mut counts;
            *(if fid.is_tagged() { tagged } else { untagged }) += 1;
        }
        counts
    }

    /// Bytes of its long values' chunks, where they are not the usual ones.
    #[must_use]
    pub fn lv_chunk_most(&self) -> Option<u32> {
        self.table.lv_chunk_max
    }

    /// Leaves a secondary index out.
    pub fn forget_index(&mut self, objid: Objid) {
        let is_it = |row: &CatalogRow| row.kind == RowKind::Index && row.objid() == Some(objid);
        self.others.retain(|row| !is_it(row));
    }
}

impl Catalog {
    /// The rows of all tables by object id, the catalog itself left out. Nothing of the catalog may be
    /// damaged.
    ///
    /// # Errors
    /// The first damage.
    pub fn rows_at_rest(
        pages: &dyn Pages,
        file_pages: u32,
    ) -> Result<Vec<TableRows>, CatalogFault> {
        let mut faults = Vec::new();
        let mut by_table: BTreeMap<Objid, (Option<CatalogRow>, Vec<CatalogRow>)> = BTreeMap::new();
        for_each_row(pages, false, file_pages, &mut faults, &mut |found| {
            let row = found.row;
            let (table, others) = by_table.entry(row.objid_table).or_default();
            match row.kind {
                RowKind::Table => *table = Some(row),
                _ => others.push(row),
            }
        });
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault);
        }
        let own = |objid: &Objid| *objid == Objid::MSO || *objid == Objid::MSO_SHADOW;
        by_table.retain(|objid, _| !own(objid));
        let rows = by_table.into_iter().map(|(objid, (table, others))| {
            let table = table.ok_or(CatalogFault::Orphans(objid))?;
            Ok(TableRows { table, others })
        });
        rows.collect()
    }
}

/// A tree of a copied table.
#[derive(Debug)]
pub struct CopiedTree {
    /// Where it lies in the other database.
    pub from: Tree,
    /// The empty tree here.
    pub to: WriteTree,
    /// [`RowKind::Table`]: records; [`RowKind::Index`]: entries; [`RowKind::LongValue`].
    pub kind: RowKind,
    /// What it belongs to: the name of the table or the index.
    pub name: String,
}

fn damaged(row: &CatalogRow) -> WorkError {
    let what = format!("the row of {} names no tree", row.name);
    WorkError::damaged(JetErr::CATALOG_CORRUPTED, what)
}

impl LiveCatalog {
    /// Makes a table as `rows` describe it, its trees empty: that of the records first. Nobody else
    /// uses the database meanwhile, and what fails leaves a database that is not to be used.
    ///
    /// # Errors
    /// JET_errTableDuplicate; a row that names no tree; pages can't be had.
    pub fn copy_table(
        &self,
        work: &mut Work<'_>,
        rows: &TableRows,
    ) -> Result<Vec<CopiedTree>, WorkError> {
        let table = &rows.table;
        let (space, author) = (&work.db.space, work.author);
        let made = space.create_tree(&author, &NewTree::table(table.pages_or_locale))?;
        let (objid, fdp) = (made.objid, made.pgno_fdp);
        let mut all = vec![tree(table, (objid, fdp), true, table.space_usage)?];
        self.put(work, table, objid, Some((objid, fdp)))?;
        for row in &rows.others {
            let new = match row.kind {
                RowKind::Index if row.objid() != table.objid() => {
                    let unique = row.index_flags().contains(IndexFlags::UNIQUE);
                    Some((NewTree::index(fdp, unique), unique, row.space_usage))
                }
                RowKind::LongValue => {
                    let full = u32::from(DENSITY_FULL);
                    Some((NewTree::long_values(fdp), true, full))
                }
                _ => None,
            };
            let place = match (new, row.kind) {
                (Some((new, unique, density)), _) => {
                    let made = work.db.space.create_tree(&author, &new)?;
                    let place = (made.objid, made.pgno_fdp);
                    all.push(tree(row, place, unique, density)?);
                    Some(place)
                }
                // The primary index is the tree of the records.
                (None, RowKind::Index) => Some((objid, fdp)),
                (None, _) => None,
            };
            self.put(work, row, objid, place)?;
        }
        Ok(all)
    }

    /// Writes a row that belongs to table `table` here, and to the tree at `place`.
    fn put(
        &self,
        work: &mut Work<'_>,
        row: &CatalogRow,
        table: Objid,
        place: Option<(Objid, Pgno)>,
    ) -> Result<(), WorkError> {
        let mut row = row.clone();
        row.objid_table = table;
        if let Some((objid, fdp)) = place {
            row.id = objid.0;
            row.coltyp_or_pgno_fdp = fdp.0;
            row.pgno_fdp_last_set_time = self.root_time();
        }
        self.trees.insert(work, &row)?;
        let Some((objid, _)) = place else {
            return Ok(());
        };
        if row.kind == RowKind::Index {
            self.count_locale(work, &row)?;
        }
        if (row.kind != RowKind::Index || objid != table)
            && let Some(list) = self.objids(work)?
        {
            objids::insert(work, &list, (objid, table, row.kind))?;
        }
        Ok(())
    }
}

fn tree(
    row: &CatalogRow,
    (objid, fdp): (Objid, Pgno),
    unique: bool,
    density: u32,
) -> Result<CopiedTree, WorkError> {
    let (from_fdp, from) = row
        .pgno_fdp()
        .zip(row.objid())
        .ok_or_else(|| damaged(row))?;
    Ok(CopiedTree {
        from: Tree::new(from_fdp, from),
        to: WriteTree::new(fdp, objid, unique, percent(density)),
        kind: row.kind,
        name: row.name.clone(),
    })
}

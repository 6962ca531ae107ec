//! Indexes are made, renamed, deleted.
//!
//! Source: docs/jet-api behaviour-schema §5, §6.
//!
//! Invariant: an index that is deleted keeps its tree until nobody can bring it back.
#![forbid(unsafe_code)]

use super::super::live::{Fate, IndexFate, LiveCatalog, NoteKind};
use super::super::rows::Eyes;
use super::super::{Index, TableSchema, TableTrees, locales, new_rows, objids};
use super::columns::{fixed_ddl, inherited};
use super::defs::IndexDefinition;
use super::index_rules::{Checked, Rules};
use super::{Rights, hints, names};
use crate::error::JetErr;
use crate::format::catalog_row::{CatalogRow, HintsOf, IndexFlags, RowKind, TableFlags};
use crate::format::ids::{Objid, Pgno};
use crate::format::sortkey::Sort;
use crate::format::value::Guid;
use crate::space::create::NewTree;
use crate::trx::Oper;
use crate::work::{Work, WorkError};
use std::sync::Arc;

/// Fills a new index from the records that are there.
pub trait IndexBuild {
    /// Enters the records of a table in the index at `place` of its schema, whose tree is empty. Nobody
    /// updates the table meanwhile; but what others did before may not be seen by the session, may not
    /// be committed, and its transactions may end.
    ///
    /// # Errors
    /// What the index does not allow; the caller's level is rolled back then, and the index with it.
    fn build(
        &mut self,
        work: &mut Work<'_>,
        table: &Arc<TableTrees>,
        place: usize,
    ) -> Result<(), WorkError>;
}

/// An index that was made.
#[derive(Clone, Debug)]
pub struct NewIndex {
    /// The table with it.
    pub table: Arc<TableTrees>,
    /// Its place in the schema.
    pub place: usize,
}

/// Told of the tree of an index before its row is written.
pub(super) type Made<'m> = &'m mut dyn FnMut(&mut Work<'_>, (Objid, Pgno)) -> Result<(), WorkError>;

fn no_index(name: &str) -> WorkError {
    WorkError::refused(JetErr::INDEX_NOT_FOUND, format!("there is no index {name}"))
}

impl LiveCatalog {
    pub(super) fn index_rules(&self, density: u32) -> Rules<'_> {
        Rules {
            page_size: self.page_size,
            format: self.options.format,
            locale: &self.options.locale,
            lcmap_flags: self.options.lcmap_flags,
            density,
        }
    }

    /// The row of a new index, and what it counts among the sort orders.
    pub(super) fn index_row(
        &self,
        table: Objid,
        tree: (Objid, Pgno),
        name: &str,
        checked: &Checked,
    ) -> CatalogRow {
        let flags = (checked.flags, checked.flags_ex);
        let mut row = new_rows::index(
            table,
            tree,
            name,
            flags,
            &checked.segments,
            &checked.conditional,
        );
        row.space_usage = checked.hints.initial_density;
        row.space_hints = checked.hints.build(HintsOf::Index);
        row.lcmap_flags = Some(checked.lcmap_flags);
        row.locale_name = Some(new_rows::utf16(&checked.locale));
        row.key_most = Some(checked.key_most).filter(|&k| k != KEY_MOST_UNSAID);
        row.var_seg_mac = Some(checked.var_seg_mac).filter(|&v| v != checked.key_most);
        row.tuple_limits = checked.tuples.map(|t| t.to_bytes());
        row.pgno_fdp_last_set_time = self.root_time();
        if checked.flags.contains(IndexFlags::LOCALIZED_TEXT) {
            row.version = Some(self.sort_version());
            row.sort_id = Some(Guid(Sort::from_locale(&checked.locale).guid()));
        }
        row
    }

    /// One index more over Unicode text. Counted in a transaction of its own, whatever becomes of the
    /// session's: sessions that make indexes of one sort order do not get in each other's way.
    pub(in crate::catalog) fn count_locale(
        &self,
        work: &mut Work<'_>,
        row: &CatalogRow,
    ) -> Result<(), WorkError> {
        let Some(name) = locales::of_index(row) else {
            return Ok(());
        };
        let Some(tree) = self.locales(work)? else {
            return Ok(());
        };
        let (db, apart) = (work.db, work.apart);
        let _alone = self.counting.lock();
        apart.apart(db, &mut |work| locales::count(work, &tree, &name))
    }

    /// Makes the tree of a secondary index and writes its row.
    pub(super) fn make_index(
        &self,
        work: &mut Work<'_>,
        (table, fdp): (Objid, Pgno),
        name: &str,
        checked: &Checked,
        made: Made<'_>,
    ) -> Result<(), WorkError> {
        let author = work.author;
        let unique = checked.flags.contains(IndexFlags::UNIQUE);
        let new = NewTree {
            pages: hints::first_pages(&checked.hints, self.page_size),
            ..NewTree::index(fdp, unique)
        };
        let tree = work.db.space.create_tree(&author, &new)?;
        let tree = (tree.objid, tree.pgno_fdp);
        made(work, tree)?;
        let row = self.index_row(table, tree, name, checked);
        self.trees.insert(work, &row)?;
        self.count_locale(work, &row)?;
        if let Some(objids) = self.objids(work)? {
            objids::insert(work, &objids, (tree.0, table, RowKind::Index))?;
        }
        Ok(())
    }

    /// Adds an index to a table (JetCreateIndex), and has `build` fill it.
    ///
    /// # Errors
    /// JET_errFixedDDL, and those of the rules of indexes; JET_errIndexDuplicate also for a name that
    /// another session has not committed yet; those of `build`.
    pub fn create_index(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        def: &IndexDefinition,
        rights: Rights,
        build: &mut dyn IndexBuild,
    ) -> Result<NewIndex, WorkError> {
        let (live, schema) = self.to_change(work, table)?;
        let fixed = schema.flags.contains(TableFlags::FIXED_DDL);
        let is_template = schema.flags.contains(TableFlags::TEMPLATE);
        if is_template || (fixed && !rights.permit_ddl) {
            return Err(fixed_ddl(&schema.name));
        }
        let name = names::checked(&def.name)?;
        let mut checked = self.index_rules(schema.density).check(def, &schema)?;
        checked.minimise(&schema, schema.flags.contains(TableFlags::DERIVED));
        let taken = || {
            let what = format!("index {name} exists");
            Err(WorkError::refused(JetErr::INDEX_DUPLICATE, what))
        };
        if checked.flags.contains(IndexFlags::PRIMARY) {
            self.check_primary(work, &schema)?;
        }
        if schema.index(&name).is_some() {
            return taken();
        }
        let procid = work.author.procid;
        // No update of the table is under way, and none begins, until the index is filled: the next
        // one maintains it.
        let _alone = live.in_use.write();
        let fate = |objid| IndexFate {
            objid,
            procid,
            fate: Fate::Made,
            committed: None,
            index: None,
        };
        if checked.flags.contains(IndexFlags::PRIMARY) {
            let tree = (table, schema.pgno_fdp);
            let what = (NoteKind::Rows, schema.pgno_fdp, Objid(0));
            self.note(work, &live, Oper::AddColumn, what, |_| {})?;
            let row = self.index_row(table, tree, &name, &checked);
            self.trees.insert(work, &row)?;
            self.count_locale(work, &row)?;
        } else {
            let of = (table, schema.pgno_fdp);
            self.make_index(work, of, &name, &checked, &mut |work, (objid, fdp)| {
                let what = (NoteKind::CreateIndex, fdp, objid);
                self.note(work, &live, Oper::CreateIndex, what, |state| {
                    state.fates.push(fate(objid));
                })
            })?;
        }
        let trees = self.table_of(&work.look(), procid, table)?;
        let place = trees.schema.indexes.iter();
        let place = place.clone().position(|i| names::same(&i.name, &name));
        let place = place.ok_or_else(|| no_index(&name))?;
        trees.tell_growth(&work.db.space);
        if !checked.flags.contains(IndexFlags::PRIMARY) {
            build.build(work, &trees, place)?;
        }
        Ok(NewIndex {
            table: trees,
            place,
        })
    }

    /// A primary index is the first, of an empty table.
    fn check_primary(&self, work: &Work<'_>, schema: &TableSchema) -> Result<(), WorkError> {
        if schema.primary().is_some() {
            let what = format!("table {} has a primary index", schema.name);
            return Err(WorkError::refused(JetErr::INDEX_HAS_PRIMARY, what));
        }
        self.check_empty(work, schema)
    }

    /// The table has no records; deleted ones count as long as they are there.
    pub(super) fn check_empty(
        &self,
        work: &Work<'_>,
        schema: &TableSchema,
    ) -> Result<(), WorkError> {
        let root = schema.tree().root(work.db.trees.pages())?;
        let view = root.view()?;
        if !view.is_leaf() || view.node_count() > 0 {
            let what = format!("table {} has records", schema.name);
            return Err(WorkError::refused(JetErr::TABLE_NOT_EMPTY, what));
        }
        Ok(())
    }

    fn index_to_change(
        &self,
        work: &Work<'_>,
        schema: &TableSchema,
        name: &str,
    ) -> Result<(Index, CatalogRow), WorkError> {
        if schema.flags.contains(TableFlags::FIXED_DDL) {
            return Err(fixed_ddl(&schema.name));
        }
        let index = schema.index(name).ok_or_else(|| no_index(name))?;
        if index.flags.contains(IndexFlags::DERIVED) {
            return Err(inherited(&format!("index {name}")));
        }
        let eyes = Eyes::of(self.db, &work.look());
        let rows = self.trees.rows_of(&eyes, schema.objid)?;
        let mut rows = rows.into_iter().filter(|r| r.kind == RowKind::Index);
        let row = rows.find(|r| r.objid() == Some(index.objid));
        Ok((index.clone(), row.ok_or_else(|| no_index(name))?))
    }

    /// Deletes an index (JetDeleteIndex): nobody finds it from now on, and its tree goes once nobody
    /// can bring it back. The caller has seen that no cursor uses it.
    ///
    /// # Errors
    /// JET_errFixedDDL, JET_errIndexNotFound, JET_errFixedInheritedDDL, JET_errIndexMustStay.
    pub fn delete_index(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        name: &str,
    ) -> Result<(), WorkError> {
        let name = names::checked(name)?;
        let (live, schema) = self.to_change(work, table)?;
        let (index, row) = self.index_to_change(work, &schema, &name)?;
        if index.is_primary() {
            let what = format!("index {name} holds the records");
            return Err(WorkError::refused(JetErr::INDEX_MUST_STAY, what));
        }
        let procid = work.author.procid;
        let (objid, fdp) = (index.objid, index.pgno_fdp);
        let what = (NoteKind::DeleteIndex, fdp, objid);
        self.note(work, &live, Oper::DeleteIndex, what, |state| {
            state.fates.push(IndexFate {
                objid,
                procid,
                fate: Fate::Dropped,
                committed: None,
                index: Some(index),
            });
        })?;
        self.trees.delete(work, &row)?;
        if let Some(objids) = self.objids(work)? {
            objids::delete(work, &objids, objid)?;
        }
        Ok(())
    }

    /// Gives an index another name.
    ///
    /// # Errors
    /// JET_errFixedDDL, JET_errIndexNotFound, JET_errFixedInheritedDDL; JET_errIndexDuplicate for a
    /// name that is taken.
    pub fn rename_index(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        name: &str,
        to: &str,
    ) -> Result<(), WorkError> {
        let (name, to) = (names::checked(name)?, names::checked(to)?);
        let (live, schema) = self.to_change(work, table)?;
        let (index, before) = self.index_to_change(work, &schema, &name)?;
        if schema.index(&to).is_some_and(|i| i.objid != index.objid) {
            let what = format!("index {to} exists");
            return Err(WorkError::refused(JetErr::INDEX_DUPLICATE, what));
        }
        let mut row = before.clone();
        row.name = to;
        let what = (NoteKind::Rows, schema.pgno_fdp, Objid(0));
        self.note(work, &live, Oper::AddColumn, what, |_| {})?;
        self.trees.replace(work, &before, &row)
    }
}

/// A key limit that a row does not say.
const KEY_MOST_UNSAID: u16 = crate::format::catalog_row::KEY_MOST_DEFAULT;

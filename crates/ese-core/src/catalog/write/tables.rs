//! Tables are made, renamed, deleted; a table gets its tree of long values.
//!
//! Source: docs/jet-api behaviour-schema §2, §3; docs/format/database-catalog.md §6, §8.
//!
//! Invariant: all trees of a table lie in its own space, and go with it.
#![forbid(unsafe_code)]

use super::super::live::{Away, Given, LiveCatalog, NoteKind, is_own, no_table};
use super::super::rows::Eyes;
use super::super::{Index, TableSchema, TableTrees, locales, new_rows, objids};
use super::column_rules::{self, Class};
use super::columns::{Layout, fixed_ddl, row};
use super::defs::{ColumnDef, IndexBits, IndexDefinition, TableBits, TableDef};
use super::index_rules::Checked;
use super::{hints, names};
use crate::btree::write::WriteTree;
use crate::error::JetErr;
use crate::format::catalog_row::{
    CatalogRow, ColumnFlags, HintsOf, IndexFlags, KEY_MOST_DEFAULT, RowKind, SpaceHints, TableFlags,
};
use crate::format::ids::{Fid, Objid, PageSize, Pgno};
use crate::format::lv::chunk_bytes;
use crate::format::version::Feature;
use crate::record::Column;
use crate::record::edit::record_most;
use crate::space::create::NewTree;
use crate::trx::Oper;
use crate::work::{Look, Work, WorkError};
use std::sync::Arc;

/// Longest name of a callback.
const CALLBACK_MOST: usize = 255;

/// A part of a table to be made, by its place in what was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// A column.
    Column(usize),
    /// An index.
    Index(usize),
}

/// How far the making of a table came, also when it failed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// What was made: the table, columns, indexes, the callback.
    pub created: u32,
    /// The part that was refused.
    pub failed: Option<Part>,
    /// Ids of the columns that were made, in order.
    pub columns: Vec<Fid>,
    /// Columns that hold less than was asked for (JET_wrnColumnMaxTruncated).
    pub cut: Vec<usize>,
}

/// A table that was made.
#[derive(Clone, Debug)]
pub struct NewTable {
    /// The table as the session sees it.
    pub table: Arc<TableTrees>,
}

fn refused<T>(err: JetErr, what: impl Into<String>) -> Result<T, WorkError> {
    Err(WorkError::refused(err, what))
}

/// A table under construction.
struct Making<'m> {
    objid: Objid,
    fdp: Pgno,
    def: &'m TableDef,
    /// What it inherits from.
    template: Option<Arc<TableSchema>>,
    /// Its density.
    density: u32,
}

impl LiveCatalog {
    /// Makes a table with its columns and indexes (JetCreateTableColumnIndex). `progress` says how far
    /// it came, whatever becomes of it.
    ///
    /// # Errors
    /// Those of behaviour-schema §2 from check 4 on, in its order.
    pub fn create_table(
        &self,
        work: &mut Work<'_>,
        def: &TableDef,
        progress: &mut Progress,
    ) -> Result<NewTable, WorkError> {
        *progress = Progress::default();
        let is_template = def.bits.contains(TableBits::TEMPLATE);
        if is_template && def.template.is_some() {
            return refused(JetErr::CANNOT_NEST_DDL, "a template does not inherit");
        }
        if def
            .bits
            .intersects(TableBits::NO_FIXED_VAR_IN_DERIVED | TableBits::SYSTEM)
        {
            return refused(
                JetErr::INVALID_GRBIT,
                "such a table is not for applications",
            );
        }
        let name = names::checked(&def.name)?;
        let template = match &def.template {
            None => None,
            Some(name) => Some(self.template_to_inherit(work, name)?),
        };
        let primary = self.primary_hints(def)?;
        let pages = self.pages_of(def, &primary)?;
        if let Some(lv) = &def.lv_hints {
            hints::checked(lv, hints::DENSITY_DEFAULT, self.page_size)?;
        }
        let author = work.author;
        let made = work.db.space.create_tree(&author, &NewTree::table(pages))?;
        let (objid, fdp) = (made.objid, made.pgno_fdp);
        let live = self.live(objid);
        let what = (NoteKind::CreateTable, fdp, objid);
        let procid = author.procid;
        self.note(work, &live, Oper::CreateTable, what, |state| {
            state.created_by = Some(procid);
        })?;
        progress.created = 1;
        let table = self.table_row(def, &name, (objid, fdp), &primary, pages)?;
        self.trees.insert(work, &table)?;
        if let Some(objids) = self.objids(work)? {
            objids::insert(work, &objids, (objid, objid, RowKind::Table))?;
        }
        let making = Making {
            objid,
            fdp,
            def,
            template,
            density: primary.initial_density,
        };
        self.inherit_indexes(work, &making)?;
        let schema = self.make_columns(work, &making, table.table_flags(), progress)?;
        self.make_indexes(work, &making, &schema, progress)?;
        if let Some((cbtyp, function)) = &def.callback {
            if *cbtyp == 0 || function.is_empty() || function.len() >= CALLBACK_MOST {
                return refused(JetErr::INVALID_PARAMETER, "no callback");
            }
            let row = new_rows::callback(objid, *cbtyp, function);
            self.trees.insert(work, &row)?;
            progress.created += 1;
        }
        let trees = self.table_of(&work.look(), procid, objid)?;
        let counts = |c: &Column| c.flags.contains(ColumnFlags::AUTOINCREMENT);
        if trees.schema.columns().iter().any(counts)
            && self.options.format.has(Feature::AutoIncInHeader)
        {
            self.start_auto_increment(work, &trees.schema)?;
        }
        trees.tell_growth(&work.db.space);
        Ok(NewTable { table: trees })
    }

    fn template_to_inherit(
        &self,
        work: &Work<'_>,
        name: &str,
    ) -> Result<Arc<TableSchema>, WorkError> {
        let template = self.template(work, name)?;
        let flags = template.flags;
        if !flags.contains(TableFlags::TEMPLATE) || flags.contains(TableFlags::DERIVED) {
            let what = format!("table {name} is no template");
            return refused(JetErr::DDL_NOT_INHERITABLE, what);
        }
        Ok(template)
    }

    /// How the tree of the records begins: as its primary index says, else as the table.
    fn primary_hints(&self, def: &TableDef) -> Result<SpaceHints, WorkError> {
        let is_primary = |i: &&IndexDefinition| i.bits.contains(IndexBits::PRIMARY);
        let primary = def.indexes.iter().rfind(is_primary);
        if primary.is_some() && def.hints.is_some() {
            let what = "space hints of the table and of its primary index";
            return refused(JetErr::SPACE_HINTS_INVALID, what);
        }
        let table = hints::density(def.density, hints::DENSITY_DEFAULT)?;
        let asked = match (primary, &def.hints) {
            (Some(index), _) => SpaceHints {
                initial_density: match index.asked_density() {
                    0 => table,
                    density => density,
                },
                ..index.hints.unwrap_or_default()
            },
            (None, Some(hints)) => *hints,
            (None, None) => SpaceHints {
                initial_density: table,
                ..SpaceHints::default()
            },
        };
        hints::checked(&asked, table, self.page_size)
    }

    /// Pages of the first extent: those of all trees that are made with the table.
    fn pages_of(&self, def: &TableDef, primary: &SpaceHints) -> Result<u32, WorkError> {
        let mut pages = 0u32;
        for index in &def.indexes {
            let hints = index.hints.unwrap_or_default();
            let hints = hints::checked(&hints, hints::DENSITY_DEFAULT, self.page_size)?;
            pages = pages.saturating_add(hints::first_pages(&hints, self.page_size));
        }
        let is_primary = |i: &IndexDefinition| i.bits.contains(IndexBits::PRIMARY);
        if !def.indexes.iter().any(is_primary) {
            pages = pages.saturating_add(hints::first_pages(primary, self.page_size));
        }
        let first = hints::first_pages(primary, self.page_size);
        Ok(pages.max(def.pages).max(first))
    }

    fn table_row(
        &self,
        def: &TableDef,
        name: &str,
        (objid, fdp): (Objid, Pgno),
        primary: &SpaceHints,
        pages: u32,
    ) -> Result<CatalogRow, WorkError> {
        let mut flags = TableFlags::empty();
        if def.bits.contains(TableBits::TEMPLATE) {
            flags |= TableFlags::TEMPLATE | TableFlags::FIXED_DDL;
        }
        flags.set(TableFlags::DERIVED, def.template.is_some());
        if def.bits.contains(TableBits::FIXED_DDL) {
            flags |= TableFlags::FIXED_DDL;
        }
        if def.lv_chunk_max as usize > chunk_bytes(self.page_size) {
            return refused(
                JetErr::INVALID_LV_CHUNK_SIZE,
                "pieces larger than a page holds",
            );
        }
        let mut row = new_rows::table(objid, fdp, name, flags);
        row.space_usage = primary.initial_density;
        row.pages_or_locale = if pages > 1 { pages } else { 0 };
        row.space_hints = primary.build(HintsOf::Table);
        row.template_or_callback.clone_from(&def.template);
        row.lv_chunk_max = Some(def.lv_chunk_max).filter(|&c| c != 0);
        row.separate_lv = Some(def.separate_lv).filter(|&s| s != 0);
        row.pgno_fdp_last_set_time = self.root_time();
        if let Some(lv) = &def.lv_hints {
            let lv = hints::checked(lv, hints::DENSITY_DEFAULT, self.page_size)?;
            row.space_deferred_lv_hints = lv.build(HintsOf::DeferredLongValue);
        }
        Ok(row)
    }

    /// The indexes of the template, each with a tree of its own.
    fn inherit_indexes(&self, work: &mut Work<'_>, making: &Making<'_>) -> Result<(), WorkError> {
        let Some(template) = &making.template else {
            return Ok(());
        };
        for index in &template.indexes {
            let mut checked = inherited_index(index);
            checked.minimise(template, false);
            if index.is_primary() {
                checked.hints.initial_bytes = first_bytes(template, self.page_size);
            }
            let of = (making.objid, making.fdp);
            if index.is_primary() {
                let row = self.index_row(making.objid, of, &index.name, &checked);
                self.trees.insert(work, &row)?;
                self.count_locale(work, &row)?;
            } else {
                self.make_index(work, of, &index.name, &checked, &mut |_, _| Ok(()))?;
            }
        }
        Ok(())
    }

    /// The columns; gives the table with them, as indexes of the same call may name them.
    fn make_columns(
        &self,
        work: &mut Work<'_>,
        making: &Making<'_>,
        flags: TableFlags,
        progress: &mut Progress,
    ) -> Result<TableSchema, WorkError> {
        let def = making.def;
        let template = making.template.as_deref();
        let mut all: Vec<Column> = template.map_or(Vec::new(), |t| {
            let derived = |c: &Column| Column {
                derived: true,
                ..c.clone()
            };
            t.columns().iter().map(derived).collect()
        });
        let primary = def
            .indexes
            .iter()
            .rfind(|i| i.bits.contains(IndexBits::PRIMARY));
        let key_most = primary
            .filter(|i| i.bits.contains(IndexBits::KEY_MOST))
            .map_or(KEY_MOST_DEFAULT, |i| {
                u16::try_from(i.key_most).unwrap_or(u16::MAX)
            });
        let mut layout = Layout {
            record_most: record_most(self.page_size, Some(key_most)),
            ..Layout::of(self.given_by(work, template)?, template, self.page_size)
        };
        let no_fixed =
            template.is_some_and(|t| t.flags.contains(TableFlags::NO_FIXED_VAR_IN_DERIVED));
        for (place, column) in def.columns.iter().flatten().enumerate() {
            progress.failed = Some(Part::Column(place));
            let (column, row, cut) =
                self.make_column(making, column, (&mut layout, &all), no_fixed)?;
            progress.failed = None;
            progress.created += 1;
            progress.columns.push(column.fid);
            if cut {
                progress.cut.push(place);
            }
            // Only the catalog sees that a name is twice there: the column counts as made then.
            if all.iter().any(|c| names::same(&c.name, &column.name)) {
                let what = format!("column {} exists", column.name);
                return refused(JetErr::COLUMN_DUPLICATE, what);
            }
            self.trees.insert(work, &row)?;
            all.push(column);
        }
        let mut schema = TableSchema::new(def.name.clone(), making.objid, making.fdp);
        schema.flags = flags;
        schema.density = making.density;
        schema.set_columns(all);
        self.live(making.objid).state().given = layout.given;
        Ok(schema)
    }

    fn make_column(
        &self,
        making: &Making<'_>,
        def: &ColumnDef,
        (layout, all): (&mut Layout, &[Column]),
        no_fixed: bool,
    ) -> Result<(Column, CatalogRow, bool), WorkError> {
        let template = making.template.as_deref();
        let format = self.options.format;
        let mut column = column_rules::checked(def, true, template, format)?;
        if no_fixed && column.class != Class::Tagged {
            let err = JetErr::CANNOT_ADD_FIXED_VAR_COLUMN_TO_DERIVED_TABLE;
            return refused(err, format!("column {}", column.name));
        }
        if making.def.bits.contains(TableBits::TEMPLATE) {
            column.flags |= ColumnFlags::TEMPLATE;
        }
        layout.check_single(&column)?;
        let place = layout.place(&column)?;
        let ids = |name: &str| {
            let found = all.iter().find(|c| names::same(&c.name, name));
            found.map(Column::columnid)
        };
        let row = row(making.objid, def, &column, place, &ids)?;
        let made = Column {
            name: column.name,
            fid: place.0,
            coltyp: column.coltyp,
            code_page: column.code_page,
            cb_max: column.cb_max,
            offset: place.1.unwrap_or_default(),
            flags: column.flags,
            default: None,
            derived: false,
        };
        let made = made.with_default(row.default_value.clone());
        Ok((made, row, column.cut))
    }

    /// Ids that a template has given.
    fn given_by(
        &self,
        work: &Work<'_>,
        template: Option<&TableSchema>,
    ) -> Result<Given, WorkError> {
        let Some(template) = template else {
            return Ok(Given::default());
        };
        let look = work.look();
        let everything = Eyes::everything(self.db, look.pages());
        let rows = self.trees.rows_of(&everything, template.objid)?;
        Ok(Given {
            tagged: 0,
            ..Given::of_rows(&rows)
        })
    }

    fn make_indexes(
        &self,
        work: &mut Work<'_>,
        making: &Making<'_>,
        schema: &TableSchema,
        progress: &mut Progress,
    ) -> Result<(), WorkError> {
        let def = making.def;
        if def.indexes.is_empty() {
            return Ok(());
        }
        if def.columns.is_none() {
            return refused(JetErr::INVALID_CREATE_INDEX, "indexes without columns");
        }
        let mut has_primary = making
            .template
            .as_ref()
            .is_some_and(|t| t.primary().is_some());
        let rules = self.index_rules(making.density);
        for (place, index) in def.indexes.iter().enumerate() {
            progress.failed = Some(Part::Index(place));
            let name = names::checked(&index.name)?;
            let mut checked = rules.check(index, schema)?;
            if def.bits.contains(TableBits::TEMPLATE) {
                checked.flags |= IndexFlags::TEMPLATE;
            }
            let of = (making.objid, making.fdp);
            if checked.flags.contains(IndexFlags::PRIMARY) {
                if has_primary {
                    let what = format!("table {} has a primary index", def.name);
                    return refused(JetErr::INDEX_HAS_PRIMARY, what);
                }
                has_primary = true;
                let row = self.index_row(making.objid, of, &name, &checked);
                self.trees.insert(work, &row)?;
                self.count_locale(work, &row)?;
            } else {
                self.make_index(work, of, &name, &checked, &mut |_, _| Ok(()))?;
            }
            progress.failed = None;
            progress.created += 1;
        }
        Ok(())
    }

    /// Deletes a table (JetDeleteTable). Others are locked out at once; `in_use` is asked then whether
    /// somebody has a cursor. The pages go when the deletion is committed and nobody sees the table.
    ///
    /// # Errors
    /// JET_errCannotDeleteSystemTable, JET_errObjectNotFound, JET_errTableLocked, JET_errTableInUse,
    /// JET_errCannotDeleteTemplateTable.
    pub fn delete_table(
        &self,
        work: &mut Work<'_>,
        name: &str,
        in_use: &mut dyn FnMut(Objid) -> bool,
    ) -> Result<(), WorkError> {
        let name = names::checked(name)?;
        let procid = work.author.procid;
        let objid = self.find(&work.look(), &name)?;
        let engine = [objids::NAME, locales::NAME];
        if is_own(objid) || engine.iter().any(|n| names::same(n, &name)) {
            let what = format!("table {name} is the engine's");
            return refused(JetErr::CANNOT_DELETE_SYSTEM_TABLE, what);
        }
        let schema = Arc::clone(&self.table_of(&work.look(), procid, objid)?.schema);
        let live = self.live(objid);
        let what = (NoteKind::DeleteTable, schema.pgno_fdp, objid);
        if in_use(objid) {
            return refused(JetErr::TABLE_IN_USE, format!("table {name} is open"));
        }
        if schema.flags.contains(TableFlags::TEMPLATE) {
            let what = format!("table {name} is a template");
            return refused(JetErr::CANNOT_DELETE_TEMPLATE_TABLE, what);
        }
        self.note(work, &live, Oper::DeleteTable, what, |state| {
            state.away = Some(Away {
                procid,
                deleted: true,
                for_older: false,
                committed: None,
            });
        })?;
        // Whoever opened it since stands before the note.
        if in_use(objid) {
            return refused(JetErr::TABLE_IN_USE, format!("table {name} is open"));
        }
        let mut rows = self
            .trees
            .rows_of(&Eyes::of(self.db, &work.look()), objid)?;
        let latest = Look::new(work.db.trees.pages(), &self.store, self.store.latest());
        let long_values = self.trees.rows_of(&Eyes::of(self.db, &latest), objid)?;
        let known = |r: &CatalogRow, of: &[CatalogRow]| of.iter().any(|k| k.id == r.id);
        let long_values: Vec<_> = long_values
            .into_iter()
            .filter(|r| r.kind == RowKind::LongValue && !known(r, &rows))
            .collect();
        rows.extend(long_values);
        let objids = self.objids(work)?;
        for row in rows.iter().rev() {
            self.trees.delete(work, row)?;
            let tree = match row.kind {
                RowKind::Index => row.objid().filter(|&o| o != objid),
                RowKind::Table | RowKind::LongValue => row.objid(),
                RowKind::Column | RowKind::Callback => None,
            };
            if let (Some(list), Some(tree)) = (&objids, tree) {
                objids::delete(work, list, tree)?;
            }
        }
        Ok(())
    }

    /// Gives a table another name (JetRenameTable). Until the transaction ends the table is locked for
    /// others.
    ///
    /// # Errors
    /// JET_errObjectNotFound, JET_errTableLocked, JET_errFixedDDL; JET_errKeyDuplicate for a name that
    /// is taken.
    pub fn rename_table(&self, work: &mut Work<'_>, name: &str, to: &str) -> Result<(), WorkError> {
        let (name, to) = (names::checked(name)?, names::checked(to)?);
        let procid = work.author.procid;
        let objid = self.find(&work.look(), &name)?;
        let schema = Arc::clone(&self.table_of(&work.look(), procid, objid)?.schema);
        if schema.flags.contains(TableFlags::FIXED_DDL) || schema.is_system() {
            return Err(fixed_ddl(&name));
        }
        let rows = self
            .trees
            .rows_of(&Eyes::of(self.db, &work.look()), objid)?;
        let before = rows.into_iter().find(|r| r.kind == RowKind::Table);
        let before = before.ok_or_else(|| no_table(&name))?;
        let mut row = before.clone();
        row.name = to;
        let live = self.live(objid);
        let what = (NoteKind::RenameTable, schema.pgno_fdp, objid);
        self.note(work, &live, Oper::AddColumn, what, |state| {
            state.away = Some(Away {
                procid,
                deleted: false,
                for_older: false,
                committed: None,
            });
        })?;
        self.trees.replace(work, &before, &row)
    }

    /// The tree of a table's long values, made when it is not there yet. It is made in a transaction
    /// of its own, and stays whatever becomes of the session's, unless the table itself is new.
    ///
    /// # Errors
    /// Pages can't be had.
    pub fn create_long_values(
        &self,
        work: &mut Work<'_>,
        table: Objid,
    ) -> Result<Arc<WriteTree>, WorkError> {
        let live = self.live(table);
        let _making = live.making_lv.lock();
        let procid = work.author.procid;
        let trees = self.table_of(&work.look(), procid, table)?;
        if let Some(tree) = &trees.long_values {
            return Ok(Arc::clone(tree));
        }
        let fdp = trees.schema.pgno_fdp;
        if live.state().created_by == Some(procid) {
            self.make_long_values(work, table, fdp)?;
        } else {
            let (db, apart) = (work.db, work.apart);
            apart.apart(db, &mut |work| self.make_long_values(work, table, fdp))?;
            // The commit made it everybody's.
            let mut state = live.state();
            live.touch(&mut state);
        }
        let trees = self.table_of(&work.look(), procid, table)?;
        trees.tell_growth(&work.db.space);
        let tree = trees.long_values.as_ref().map(Arc::clone);
        tree.ok_or_else(|| {
            let what = "a new tree of long values is not in the catalog";
            WorkError::damaged(JetErr::CATALOG_CORRUPTED, what)
        })
    }

    fn make_long_values(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        fdp: Pgno,
    ) -> Result<(), WorkError> {
        let author = work.author;
        let made = work
            .db
            .space
            .create_tree(&author, &NewTree::long_values(fdp))?;
        let (objid, root) = (made.objid, made.pgno_fdp);
        let live = self.live(table);
        let what = (NoteKind::CreateLv, root, objid);
        self.note(work, &live, Oper::CreateLv, what, |_| {})?;
        let mut row = new_rows::long_values(table, objid, root);
        row.pgno_fdp_last_set_time = self.root_time();
        self.trees.insert(work, &row)?;
        match self.objids(work)? {
            Some(list) => objids::insert(work, &list, (objid, table, RowKind::LongValue)),
            None => Ok(()),
        }
    }
}

/// The first extent of a template, as its primary index hands it down: 0 for one page.
fn first_bytes(template: &TableSchema, page_size: PageSize) -> u32 {
    let bytes = u32::try_from(page_size.bytes()).unwrap_or(0);
    match template.initial_pages {
        0 | 1 => 0,
        pages => pages.saturating_mul(bytes),
    }
}

/// An index of a template as its derived tables have it.
fn inherited_index(index: &Index) -> Checked {
    let mut flags = index.flags;
    flags.remove(IndexFlags::TEMPLATE);
    flags |= IndexFlags::DERIVED;
    let of_template =
        |s: &crate::format::catalog_row::IndexSegment| crate::format::catalog_row::IndexSegment {
            template: true,
            ..*s
        };
    Checked {
        flags,
        flags_ex: index.flags_ex,
        segments: index.segments.iter().map(of_template).collect(),
        conditional: index.conditional.iter().map(of_template).collect(),
        key_most: index.key_most,
        var_seg_mac: index.var_seg_mac,
        tuples: index.tuple,
        locale: index.locale.clone().unwrap_or_default(),
        // The original has no flags in memory where no text is sorted by them.
        lcmap_flags: match flags.contains(IndexFlags::LOCALIZED_TEXT) {
            true => index.lcmap_flags,
            false => 0,
        },
        hints: SpaceHints {
            initial_density: index.density,
            ..SpaceHints::default()
        },
    }
}

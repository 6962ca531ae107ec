//! Columns are added, renamed, deleted, and get another default.
//!
//! Source: docs/jet-api behaviour-schema §3; docs/format/database-catalog.md §2.
//!
//! Invariant: an id is given once in a table, whatever becomes of its column.
#![forbid(unsafe_code)]

use super::super::live::{Away, Given, LiveCatalog, LiveTable, NoteKind, Override, no_table};
use super::super::rows::Eyes;
use super::super::{Index, TableSchema, TableTrees, new_rows};
use super::column_rules::{self, Checked, Class};
use super::defs::{ColumnDef, UserDefault};
use super::{Rights, names};
use crate::error::JetErr;
use crate::format::catalog_row::{CatalogRow, ColumnFlags, RowKind, TableFlags};
use crate::format::ids::{Coltyp, Fid, Objid, PageSize};
use crate::format::record::RECORD_HEAD_BYTES;
use crate::format::version::Feature;
use crate::record::Column;
use crate::record::edit::record_most;
use crate::trx::Oper;
use crate::work::{Work, WorkError};
use std::sync::Arc;

/// First offset behind the record's head.
const FIXED_START: u16 = RECORD_HEAD_BYTES as u16;

/// A column that was added.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewColumn {
    /// Its id.
    pub fid: Fid,
    /// The id as the API gives it: it is a template's in the template's derived tables only.
    pub columnid: u32,
    /// More bytes were asked for than its type holds (JET_wrnColumnMaxTruncated).
    pub cut: bool,
    /// An auto-increment column: the caller numbers the records that are there.
    pub auto_increment: bool,
}

/// Ids and offsets of the columns of a table, while some are added.
pub(super) struct Layout {
    pub(super) given: Given,
    pub(super) record_most: usize,
    pub(super) has_version: bool,
    pub(super) has_auto_increment: bool,
}

impl Layout {
    pub(super) fn of(given: Given, schema: Option<&TableSchema>, page_size: PageSize) -> Self {
        let has = |flag| {
            let columns = schema.map_or(&[][..], TableSchema::columns);
            columns.iter().any(|c: &Column| c.flags.contains(flag))
        };
        let primary = schema.and_then(TableSchema::primary);
        let key_most = primary.map(|i: &Index| i.key_most);
        Self {
            given,
            record_most: record_most(page_size, key_most),
            has_version: has(ColumnFlags::VERSION),
            has_auto_increment: has(ColumnFlags::AUTOINCREMENT),
        }
    }

    /// The next id of a column's class, and its offset when it is fixed.
    pub(super) fn place(&mut self, column: &Checked) -> Result<(Fid, Option<u16>), WorkError> {
        let start = self.given.fixed_end.max(FIXED_START);
        let end = usize::from(start).saturating_add(column.cb_max as usize);
        if column.class == Class::Fixed && end > self.record_most {
            let what = format!("column {} makes records too long", column.name);
            return Err(WorkError::refused(JetErr::RECORD_TOO_BIG, what));
        }
        let last = match column.class {
            Class::Fixed => &mut self.given.fixed,
            Class::Variable => &mut self.given.var,
            Class::Tagged => &mut self.given.tagged,
        };
        let next = last.saturating_add(1).max(column.class.first().0);
        if next > column.class.last().0 {
            let what = "the table has no more ids for such a column";
            return Err(WorkError::refused(JetErr::TOO_MANY_COLUMNS, what));
        }
        *last = next;
        let offset = (column.class == Class::Fixed).then_some(start);
        if offset.is_some() {
            self.given.fixed_end = u16::try_from(end).unwrap_or(u16::MAX);
        }
        Ok((Fid(next), offset))
    }

    /// A table has one column of either kind.
    pub(super) fn check_single(&mut self, column: &Checked) -> Result<(), WorkError> {
        for (flag, has) in [
            (ColumnFlags::VERSION, &mut self.has_version),
            (ColumnFlags::AUTOINCREMENT, &mut self.has_auto_increment),
        ] {
            if column.flags.contains(flag) {
                if *has {
                    let what = format!("a table has one column like {}", column.name);
                    return Err(WorkError::refused(JetErr::COLUMN_REDUNDANT, what));
                }
                *has = true;
            }
        }
        Ok(())
    }
}

/// The row of a new column.
pub(super) fn row(
    table: Objid,
    def: &ColumnDef,
    column: &Checked,
    (fid, offset): (Fid, Option<u16>),
    ids: &dyn Fn(&str) -> Option<u32>,
) -> Result<CatalogRow, WorkError> {
    let what = (column.coltyp, column.code_page, column.cb_max);
    let mut row = new_rows::column(table, fid, &column.name, what, column.flags, offset);
    match &def.user_default {
        Some(user) => user_default(&mut row, user, ids)?,
        None => row.default_value = def.default.clone().filter(|d| !d.is_empty()),
    }
    if let Some(default) = &row.default_value {
        column_rules::check_default(column, default)?;
    }
    Ok(row)
}

fn user_default(
    row: &mut CatalogRow,
    user: &UserDefault,
    ids: &dyn Fn(&str) -> Option<u32>,
) -> Result<(), WorkError> {
    row.template_or_callback = Some(user.callback.clone());
    row.callback_data.clone_from(&user.data);
    if user.depends_on.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    for name in &user.depends_on {
        let id = ids(name).ok_or_else(|| no_column(name))?;
        bytes.extend_from_slice(&id.to_le_bytes());
    }
    bytes.extend_from_slice(&0u32.to_le_bytes());
    row.callback_dependencies = Some(bytes);
    Ok(())
}

pub(super) fn no_column(name: &str) -> WorkError {
    WorkError::refused(
        JetErr::COLUMN_NOT_FOUND,
        format!("there is no column {name}"),
    )
}

pub(super) fn fixed_ddl(what: &str) -> WorkError {
    WorkError::refused(JetErr::FIXED_DDL, format!("the schema of {what} is fixed"))
}

pub(super) fn inherited(what: &str) -> WorkError {
    WorkError::refused(
        JetErr::FIXED_INHERITED_DDL,
        format!("{what} belongs to the template"),
    )
}

/// The object of a note about a column's new name or default: the column.
fn column_objid(fid: Fid) -> Objid {
    Objid(u32::from(fid.0))
}

impl LiveCatalog {
    /// A table that the session changes, and what it sees of it.
    pub(super) fn to_change(
        &self,
        work: &Work<'_>,
        table: Objid,
    ) -> Result<(Arc<LiveTable>, Arc<TableSchema>), WorkError> {
        let trees = self.table_of(&work.look(), work.author.procid, table)?;
        Ok((self.live(table), Arc::clone(&trees.schema)))
    }

    /// Ids that were given in a table so far, by whomever; of its template too.
    fn given(&self, work: &Work<'_>, schema: &TableSchema) -> Result<Given, WorkError> {
        let look = work.look();
        let everything = Eyes::everything(self.db, look.pages());
        let rows = self.trees.rows_of(&everything, schema.objid)?;
        let mut given = Given::of_rows(&rows);
        if let Some(name) = &schema.template {
            let template = self.trees.table_of(&Eyes::of(self.db, &look), name)?;
            let template = template.ok_or_else(|| no_table(name))?;
            let of = Given::of_rows(&self.trees.rows_of(&everything, template)?);
            // Tagged columns of the two are told apart by a bit.
            given = given.max(Given { tagged: 0, ..of });
        }
        Ok(given)
    }

    /// Adds a column to a table (JetAddColumn). One that counts records, or takes escrow updates, locks
    /// the table for others until nobody is left who could write records without it.
    ///
    /// # Errors
    /// JET_errFixedDDL, and those of the rules of columns; JET_errColumnDuplicate also for a name that
    /// another session has not committed yet; JET_errTableNotEmpty for an escrow column in a table with
    /// records, deleted ones that are still there included; JET_errWriteConflict for one that counts in
    /// a table with records that others are changing.
    pub fn add_column(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        def: &ColumnDef,
        rights: Rights,
    ) -> Result<NewColumn, WorkError> {
        let (live, schema) = self.to_change(work, table)?;
        let fixed = schema.flags.contains(TableFlags::FIXED_DDL);
        if fixed && !rights.permit_ddl {
            return Err(fixed_ddl(&schema.name));
        }
        let template = match &schema.template {
            Some(name) => Some(self.template(work, name)?),
            None => None,
        };
        let format = self.options.format;
        let mut column = column_rules::checked(def, rights.exclusive, template.as_deref(), format)?;
        let is_template = schema.flags.contains(TableFlags::TEMPLATE);
        if is_template {
            if column.class != Class::Tagged {
                return Err(fixed_ddl(&schema.name));
            }
            column.flags |= ColumnFlags::TEMPLATE;
        }
        if schema.column(&column.name).is_some() {
            let what = format!("column {} exists", column.name);
            return Err(WorkError::refused(JetErr::COLUMN_DUPLICATE, what));
        }
        let rows = self.given(work, &schema)?;
        let (fid, offset) = {
            let mut state = live.state();
            let mut layout = Layout::of(state.given.max(rows), Some(&schema), self.page_size);
            layout.check_single(&column)?;
            let place = layout.place(&column)?;
            // Given for good, whatever follows.
            state.given = layout.given;
            place
        };
        let ids = |name: &str| schema.column(name).map(Column::columnid);
        let row = row(table, def, &column, (fid, offset), &ids)?;
        let auto_increment = column.flags.contains(ColumnFlags::AUTOINCREMENT);
        if column.flags.contains(ColumnFlags::ESCROW) {
            self.check_empty(work, &schema)?;
        }
        if auto_increment || column.flags.contains(ColumnFlags::ESCROW) {
            let procid = work.author.procid;
            let what = (NoteKind::RenameTable, schema.pgno_fdp, table);
            self.note(work, &live, Oper::AddColumn, what, |state| {
                state.away = state.away.or(Some(Away {
                    procid,
                    deleted: false,
                    for_older: true,
                    committed: None,
                }));
            })?;
            let trees = self.table_of(&work.look(), procid, table)?;
            self.check_settled(work, &trees)?;
        }
        let what = (NoteKind::Rows, schema.pgno_fdp, Objid(0));
        self.note(work, &live, Oper::AddColumn, what, |_| {})?;
        self.trees.insert(work, &row)?;
        if auto_increment && format.has(Feature::AutoIncInHeader) {
            self.start_auto_increment(work, &schema)?;
        }
        Ok(NewColumn {
            fid,
            columnid: u32::from(fid.0),
            cut: column.cut,
            auto_increment,
        })
    }

    /// A column of numbers is filled in the records that the session sees: those that others have changed
    /// would have none.
    fn check_settled(&self, work: &Work<'_>, trees: &TableTrees) -> Result<(), WorkError> {
        if Eyes::of(self.db, &work.look()).agree_with_pages(&trees.records)? {
            return Ok(());
        }
        let what = format!("others are changing records of table {}", trees.schema.name);
        Err(WorkError::refused(JetErr::WRITE_CONFLICT, what))
    }

    /// Gives a table the place in its root where the highest reserved number is kept.
    pub(super) fn start_auto_increment(
        &self,
        work: &Work<'_>,
        schema: &TableSchema,
    ) -> Result<(), WorkError> {
        let author = work.author;
        let set = |header: &mut crate::format::space::RootHeader<'_>| {
            header.long_form = true;
            header.auto_increment.get_or_insert(0);
        };
        let space = &work.db.space;
        Ok(space.change_root_header(&author, schema.pgno_fdp, set)?)
    }

    /// The schema of a template.
    pub(super) fn template(
        &self,
        work: &Work<'_>,
        name: &str,
    ) -> Result<Arc<TableSchema>, WorkError> {
        let trees = self.table(&work.look(), work.author.procid, name)?;
        Ok(Arc::clone(&trees.schema))
    }

    /// The row of a column that the session sees.
    fn column_row(
        &self,
        work: &Work<'_>,
        schema: &TableSchema,
        fid: Fid,
    ) -> Result<CatalogRow, WorkError> {
        let eyes = Eyes::of(self.db, &work.look());
        let rows = self.trees.rows_of(&eyes, schema.objid)?;
        let mut rows = rows.into_iter().filter(|r| r.kind == RowKind::Column);
        rows.find(|r| r.fid() == Some(fid))
            .ok_or_else(|| no_column(&format!("{}", fid.0)))
    }

    /// A column of the table itself by name; what `of_template` says when it is inherited.
    fn own_column<'s>(
        schema: &'s TableSchema,
        name: &str,
        of_template: impl FnOnce(&str) -> WorkError,
    ) -> Result<&'s Column, WorkError> {
        match schema.column(name) {
            Some(column) if column.derived => Err(of_template(name)),
            Some(column) => Ok(column),
            None => Err(no_column(name)),
        }
    }

    /// Deletes a column (JetDeleteColumn). What records hold of it stays, and is not seen any more.
    ///
    /// # Errors
    /// JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errColumnNotFound, JET_errColumnInUse.
    pub fn delete_column(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        name: &str,
    ) -> Result<Fid, WorkError> {
        let name = names::checked(name)?;
        let (live, schema) = self.to_change(work, table)?;
        if schema.flags.contains(TableFlags::FIXED_DDL) {
            return Err(fixed_ddl(&schema.name));
        }
        let column = Self::own_column(&schema, &name, inherited)?;
        let fid = column.fid;
        if is_indexed(&schema, fid) {
            let what = format!("column {name} is in an index");
            return Err(WorkError::refused(JetErr::COLUMN_IN_USE, what));
        }
        let before = self.column_row(work, &schema, fid)?;
        let mut row = before.clone();
        row.name = format!("JetStub_{}_{}", table.0, fid.0);
        row.coltyp_or_pgno_fdp = Coltyp::Nil as u32;
        let user = ColumnFlags::USER_DEFINED_DEFAULT;
        let mut flags = row.column_flags();
        if flags.contains(user) {
            flags.remove(user | ColumnFlags::DEFAULT);
            row.flags = flags.bits();
        }
        let what = (NoteKind::Rows, schema.pgno_fdp, Objid(0));
        self.note(work, &live, Oper::DeleteColumn, what, |_| {})?;
        self.trees.replace(work, &before, &row)?;
        Ok(fid)
    }

    /// Gives a column another name (JetRenameColumn): everybody's once it is committed. The caller
    /// refuses it inside of a transaction of its user.
    ///
    /// # Errors
    /// JET_errColumnNotFound, of an inherited one too; JET_errKeyDuplicate for a name that is taken.
    pub fn rename_column(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        name: &str,
        to: &str,
    ) -> Result<(), WorkError> {
        let (name, to) = (names::checked(name)?, names::checked(to)?);
        let (live, schema) = self.to_change(work, table)?;
        let fid = Self::own_column(&schema, &name, no_column)?.fid;
        if schema
            .column(&to)
            .is_some_and(|c| c.fid != fid || c.derived)
        {
            let what = format!("column {to} exists");
            return Err(WorkError::refused(JetErr::KEY_DUPLICATE, what));
        }
        let before = self.column_row(work, &schema, fid)?;
        let mut row = before.clone();
        row.name.clone_from(&to);
        let what = (NoteKind::Rows, schema.pgno_fdp, column_objid(fid));
        let procid = work.author.procid;
        self.note(work, &live, Oper::AddColumn, what, |state| {
            state.overrides.push(Override {
                fid,
                procid,
                committed: false,
                name: Some(to),
                default: None,
            });
        })?;
        self.trees.replace(work, &before, &row)
    }

    /// Gives a column another default (JetSetColumnDefaultValue): everybody's once it is committed.
    ///
    /// # Errors
    /// JET_errColumnNotFound, of an inherited one too; JET_errColumnInUse when it is in an index;
    /// JET_errColumnIllegalNull for no bytes; those of a default's length.
    pub fn set_default(
        &self,
        work: &mut Work<'_>,
        table: Objid,
        name: &str,
        default: &[u8],
    ) -> Result<(), WorkError> {
        let name = names::checked(name)?;
        if default.is_empty() {
            let what = "a default is not NULL";
            return Err(WorkError::refused(JetErr::COLUMN_ILLEGAL_NULL, what));
        }
        let (live, schema) = self.to_change(work, table)?;
        let column = Self::own_column(&schema, &name, no_column)?;
        let fid = column.fid;
        if is_indexed(&schema, fid) {
            let what = format!("column {name} is in an index");
            return Err(WorkError::refused(JetErr::COLUMN_IN_USE, what));
        }
        let most = match column.cb_max {
            0 => column_rules::SHORT_MOST,
            most => most.min(column_rules::SHORT_MOST),
        };
        if let Some(bytes) = column.coltyp.fixed_bytes()
            && bytes != default.len()
        {
            let what = format!("a default of column {name} has {bytes} bytes");
            return Err(WorkError::refused(JetErr::INVALID_BUFFER_SIZE, what));
        }
        if default.len() > most as usize {
            let what = format!("a default of column {name} has at most {most} bytes");
            return Err(WorkError::refused(JetErr::DEFAULT_VALUE_TOO_BIG, what));
        }
        let before = self.column_row(work, &schema, fid)?;
        let mut row = before.clone();
        row.default_value = Some(default.to_vec());
        row.flags |= ColumnFlags::DEFAULT.bits();
        let what = (NoteKind::Rows, schema.pgno_fdp, column_objid(fid));
        let procid = work.author.procid;
        self.note(work, &live, Oper::AddColumn, what, |state| {
            state.overrides.push(Override {
                fid,
                procid,
                committed: false,
                name: None,
                default: Some(default.to_vec()),
            });
        })?;
        self.trees.replace(work, &before, &row)
    }
}

/// A column of the table itself is in a key or a condition of an index.
fn is_indexed(schema: &TableSchema, fid: Fid) -> bool {
    let derived = schema.flags.contains(TableFlags::DERIVED);
    schema.indexes.iter().any(|index| {
        let mut all = index.segments.iter().chain(&index.conditional);
        all.any(|s| s.fid == fid && !(s.template && derived))
    })
}

//! Records of a table: inserted, replaced, deleted.
//!
//! Invariant: saved, an update is part of the session's transaction (or, without one, committed);
//! dropped, it never was: it is a level of its own from the first step on that changes more than its copy
//! buffer.
#![forbid(unsafe_code)]

use super::change::{Place, Steps};
use super::values::no_column;
use super::{ColumnRef, DbError, Given, Table, eyes, indexes_of, settle};
use crate::btree::write::WriteError;
use crate::catalog::TableTrees;
use crate::catalog::live::LiveCatalog;
use crate::cursor::{CursorError, Eyes, Move, TableCursor};
use crate::error::JetErr;
use crate::format::catalog_row::ColumnFlags;
use crate::format::ids::Objid;
use crate::format::version::Feature;
use crate::index::Touched;
use crate::instance::OpenDb;
use crate::lv::write::{Format, LongValueSource, LongValueTree, LongValues};
use crate::record::edit::{
    EditKind, LayoutOptions, NewValue, RecordLayout, SetFlags, ValuePlace, primary_key_most,
};
use crate::record::update::{CopyOf, Update, dereference_all};
use crate::record::{Column, ColumnValues};
use crate::session::CommitKind;
use crate::transaction::Transaction;
use crate::trx::{Bookmark, NodeId, OnCleanup, VersionFault};
use crate::work::{Look, Work, WorkError};
use std::sync::Arc;

/// Where a table's long values are, or are made.
pub(super) struct Source<'a> {
    catalog: &'a LiveCatalog,
    objid: Objid,
    trees: &'a TableTrees,
}

impl<'a> Source<'a> {
    pub(super) fn new(catalog: &'a LiveCatalog, objid: Objid, trees: &'a TableTrees) -> Self {
        Self {
            catalog,
            objid,
            trees,
        }
    }
}

impl LongValueSource for Source<'_> {
    fn existing(&self) -> Option<LongValueTree> {
        self.trees.existing()
    }

    fn make(&self, work: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        let tree = self.catalog.create_long_values(work, self.objid)?;
        Ok(LongValueTree {
            tree,
            ids: Arc::clone(&self.trees.lids),
        })
    }
}

/// How the long values of a table are laid out.
pub(super) fn lv_format(db: &OpenDb, chunk_most: Option<u32>) -> Format {
    Format::new(db.page_size(), db.version().has(Feature::Lid64), chunk_most)
}

/// A copy buffer for a table.
pub(super) fn new_update(db: &OpenDb, trees: &TableTrees) -> Update {
    let schema = &trees.schema;
    let layout = trees.layout.get_or_init(|| {
        let options = LayoutOptions {
            wide_lids: db.version().has(Feature::Lid64),
            separate_from: schema.separate_lv,
            ..LayoutOptions::new(db.page_size(), primary_key_most(schema))
        };
        Arc::new(RecordLayout::new(schema.columns(), &options))
    });
    let format = lv_format(db, schema.lv_chunk_max);
    Update::new(db.no(), Arc::clone(layout), format)
}

/// Gives every record of a table its number: the column is new.
pub(super) fn number_all(
    db: &OpenDb,
    work: &mut Work<'_>,
    trees: &Arc<TableTrees>,
) -> Result<(), WorkError> {
    let Some(column) = trees.schema.auto_increment() else {
        return Ok(());
    };
    let mut cursor = TableCursor::new(work.db, indexes_of(trees)?);
    let mut update = new_update(db, trees);
    let (mut to, mut last) = (Move::First, 0_u64);
    loop {
        match cursor.move_to(&Eyes::of(work), to, false) {
            Ok(()) => {}
            Err(CursorError::NoCurrentRecord) if last == 0 => return Ok(()),
            Err(CursorError::NoCurrentRecord) => return Ok(cursor.number_is_given(work, last)?),
            Err(e) => return Err(e.into()),
        }
        to = Move::By(1);
        last = last.saturating_add(1);
        cursor.record(&Eyes::of(work))?;
        let (key, record) = (cursor.bookmark()?, cursor.record_read());
        update.begin_replace(&trees.records, key, record)?;
        put_number(&mut update, column, last)?;
        let touched = Touched::Columns(update.edit().touched());
        cursor.replace_record(work, update.edit().record(), touched, None)?;
        update.end();
    }
}

/// A record gets a number.
fn put_number(update: &mut Update, column: &Column, number: u64) -> Result<(), WorkError> {
    let bytes = number.to_le_bytes();
    let bytes = bytes.get(..column.fixed_len()).unwrap_or(&bytes);
    Ok(update.edit_mut().put_fixed(column, bytes)?)
}

/// What has to be added to a counter of the record that a cursor stands on, as the page has it, to have
/// what is seen: additions of others that are not are in it (docs/format/versioning.md §4).
pub(super) fn unseen_additions(
    cursor: &TableCursor,
    look: &Look<'_>,
    column: &Column,
) -> Result<i64, CursorError> {
    let trees = cursor.indexes().trees();
    let tree = (cursor.db(), trees.records.fdp(), trees.records.objid());
    let id = NodeId::new(tree, trees.records.is_unique(), cursor.bookmark()?);
    let number = (column.offset, column.fixed_len() == 8);
    let snapshot = look.snapshot();
    Ok(look.store().compensation(&id, snapshot, number, &[]))
}

/// Adds to a number of four or eight bytes.
pub(super) fn add_wrapping(bytes: &mut [u8], amount: i64) {
    let mut wide = [0; 8];
    for (to, from) in wide.iter_mut().zip(bytes.iter()) {
        *to = *from;
    }
    let sum = i64::from_le_bytes(wide).wrapping_add(amount).to_le_bytes();
    for (to, from) in bytes.iter_mut().zip(sum) {
        *to = from;
    }
}

impl<'s> Table<'s> {
    fn column<'t>(trees: &'t TableTrees, name: &str) -> Result<&'t Column, DbError> {
        trees.schema.column(name).ok_or_else(|| no_column(name))
    }

    /// Begins a new record, with the defaults of its columns.
    ///
    /// # Errors
    /// JET_errTransTooDeep.
    pub fn insert(&mut self) -> Result<RowEdit<'_, 's>, DbError> {
        let mut edit = self.edit(EditKind::Insert)?;
        edit.update.begin_insert(EditKind::Insert);
        edit.number()?;
        Ok(edit)
    }

    /// As [`Table::insert`], with a number of the caller's in the column that numbers the records
    /// (copies of a table keep theirs): numbers that the table gives later are greater.
    ///
    /// # Errors
    /// JET_errColumnNotFound when the table numbers no records, JET_errInvalidParameter for 0,
    /// JET_errOutOfAutoincrementValues for a number that its column can't have.
    pub fn insert_numbered(&mut self, number: u64) -> Result<RowEdit<'_, 's>, DbError> {
        let mut edit = self.edit(EditKind::InsertWithNumber)?;
        edit.update.begin_insert(EditKind::InsertWithNumber);
        edit.give_number(number)?;
        Ok(edit)
    }

    /// Begins to replace the current record, which is locked for that.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict.
    pub fn replace(&mut self) -> Result<RowEdit<'_, 's>, DbError> {
        let mut edit = self.edit(EditKind::Replace)?;
        edit.begin()?;
        let RowEdit {
            table,
            trees,
            mut update,
            level,
            kind,
        } = edit;
        let (session, db) = (table.session, Arc::clone(&table.db));
        let cursor = &mut table.cursor;
        session.work(&db, |work| {
            cursor.lock(work, true)?;
            cursor.record(&Eyes::of(work))?;
            let (key, record) = (cursor.bookmark()?, cursor.record_read());
            update.begin_replace(&trees.records, key, record)
        })?;
        Ok(RowEdit {
            table,
            trees,
            update,
            level,
            kind,
        })
    }

    /// Begins a new record with the values of the current one, but for the number that the table gives
    /// to it. Long values are shared until one of the two changes them.
    ///
    /// ```
    /// # use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
    /// # use ese_core::database::{ColumnType, Typed};
    /// # use ese_core::instance::{CreateOptions, Instance, InstanceParams};
    /// # use ese_core::io::env::Env;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
    /// # let db = instance.create(folder.path().join("a.edb"), &CreateOptions::default())?;
    /// # let session = instance.session()?;
    /// const TEXT: Typed<String> = Typed::new("text");
    /// # let def = TableDef::new("notes").column(TEXT.def());
    /// # db.create_table(&session, &def)?;
    /// # let mut notes = db.table(&session, "notes")?;
    /// # let mut row = notes.insert()?;
    /// # row.put(TEXT, &"long ".repeat(10_000))?;
    /// # row.save()?;
    /// notes.first()?;
    /// notes.copy()?.save()?;
    /// assert!(notes.last()?);
    /// assert_eq!(notes.read(TEXT)?.map(|t| t.len()), Some(50_000));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errTransTooDeep.
    pub fn copy(&mut self) -> Result<RowEdit<'_, 's>, DbError> {
        let mut edit = self.edit(EditKind::Insert)?;
        edit.begin()?;
        let RowEdit {
            table,
            trees,
            update,
            ..
        } = &mut edit;
        let record = table
            .cursor
            .record(&eyes(table.session, &table.db))?
            .to_vec();
        let source = Source::new(&table.catalog, table.objid, trees);
        let cursor = &table.cursor;
        table.session.work(&table.db, |work| {
            update.begin_copy(work, &source, &record, CopyOf::Kept)?;
            let counters = trees.schema.columns().iter();
            for column in counters.filter(|c| c.flags.contains(ColumnFlags::ESCROW)) {
                let amount = unseen_additions(cursor, &work.look(), column)?;
                let now = match update.edit().values(column)? {
                    ColumnValues::One(value) if amount != 0 => value.bytes.to_vec(),
                    _ => continue,
                };
                let mut seen = now;
                add_wrapping(&mut seen, amount);
                update.edit_mut().put_fixed(column, &seen)?;
            }
            Ok(())
        })?;
        edit.number()?;
        Ok(edit)
    }

    /// Adds to a counter of the current record, whatever other sessions add meanwhile; gives what it was
    /// before, additions of others that are not committed included.
    ///
    /// ```
    /// # use ese_core::catalog::write::{ColumnDef, TableDef};
    /// # use ese_core::database::{ColumnType, Typed};
    /// # use ese_core::instance::{CreateOptions, Instance, InstanceParams};
    /// # use ese_core::io::env::Env;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
    /// # let db = instance.create(folder.path().join("a.edb"), &CreateOptions::default())?;
    /// # let (one, other) = (instance.session()?, instance.session()?);
    /// const VISITS: Typed<i32> = Typed::new("visits");
    /// db.create_table(&one, &TableDef::new("pages").column(VISITS.def().escrow()))?;
    /// # let (mut a, mut b) = (db.table(&one, "pages")?, db.table(&other, "pages")?);
    /// # a.insert()?.save()?;
    /// # a.first()?;
    /// # b.first()?;
    /// let (first, second) = (one.transaction()?, other.transaction()?);
    /// a.escrow_add("visits", 1)?;
    /// b.escrow_add("visits", 10)?; // No conflict.
    /// assert_eq!(a.read(VISITS)?, Some(1));
    /// assert_eq!(b.read(VISITS)?, Some(10));
    /// first.commit()?;
    /// second.commit()?;
    /// assert_eq!(a.read(VISITS)?, Some(11));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// JET_errColumnNotFound; JET_errInvalidOperation for a column that is no counter;
    /// JET_errNoCurrentRecord, JET_errRecordDeleted; JET_errWriteConflict with changes of another kind.
    pub fn escrow_add(&mut self, column: &str, amount: i64) -> Result<i64, DbError> {
        self.ready()?;
        let trees = Arc::clone(self.cursor.indexes().trees());
        let column = Self::column(&trees, column)?;
        let has = |f| column.flags.contains(f);
        if !has(ColumnFlags::ESCROW) {
            let what = format!("column {} is no counter", column.name);
            return Err(DbError::refused(JetErr::INVALID_OPERATION, what));
        }
        let then = OnCleanup {
            // Finalize means the same (jet-api behaviour of records §5).
            delete_on_zero: has(ColumnFlags::FINALIZE) || has(ColumnFlags::DELETE_ON_ZERO),
            ..OnCleanup::default()
        };
        let cursor = &mut self.cursor;
        Ok(self.session.update(&self.db, |work| {
            cursor.record(&Eyes::of(work))?;
            let bookmark = Bookmark {
                key: cursor.bookmark()?,
                data: &[],
            };
            let tree = &trees.records;
            let mut writer = work.writer();
            // The record is there for this session: who deleted it is one that it does not see.
            let unseen = |e| match e {
                WriteError::NoNode => WriteError::Version(VersionFault::WriteConflict),
                e => e,
            };
            Ok(match column.fixed_len() {
                8 => {
                    let added = writer.delta64(tree, bookmark, column.offset, amount, then);
                    added.map_err(unseen)?
                }
                _ => {
                    let amount = i32::try_from(amount).map_err(|_| {
                        let what = "more than a column of four bytes holds";
                        WorkError::refused(JetErr::INVALID_PARAMETER, what)
                    })?;
                    let added = writer.delta(tree, bookmark, column.offset, amount, then);
                    i64::from(added.map_err(unseen)?)
                }
            })
        })?)
    }

    fn edit(&mut self, kind: EditKind) -> Result<RowEdit<'_, 's>, DbError> {
        self.ready()?;
        let trees = self.cursor.indexes().trees();
        let (trees, update) = match self.spare.take() {
            Some(spare) if Arc::ptr_eq(&spare.0, trees) => spare,
            _ => (Arc::clone(trees), Box::new(new_update(&self.db, trees))),
        };
        Ok(RowEdit {
            table: self,
            trees,
            update,
            level: None,
            kind,
        })
    }

    /// Deletes the current record. The cursor stays where it was: [`Table::next`] goes on behind it.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict.
    pub fn delete(&mut self) -> Result<(), DbError> {
        self.ready()?;
        let place = (&*self.db, self.session);
        settle(&mut self.cursor, place)?;
        let trees = Arc::clone(self.cursor.indexes().trees());
        let (no, format) = (self.db.no(), lv_format(&self.db, trees.schema.lv_chunk_max));
        let steps = match trees.existing() {
            None => Steps::OneNode,
            Some(_) => Steps::Several,
        };
        let done = self
            .place()
            .change(CommitKind::Durable, steps, |cursor, work| {
                cursor.delete_record(work, &mut |work, record| {
                    let mut values =
                        LongValueTree::of(&trees).map(|t| LongValues::new(no, t, format));
                    dereference_all(work, values.as_mut(), record)
                })
            });
        Ok(done?)
    }

    /// Where its records are changed.
    fn place(&mut self) -> Place<'_> {
        Place {
            session: self.session,
            db: &self.db,
            catalog: &self.catalog,
            stamp: self.sight.stamp(),
            cursor: &mut self.cursor,
        }
    }
}

/// A record that is being made or changed. Dropped without [`RowEdit::save`], it is forgotten.
pub struct RowEdit<'t, 's> {
    table: &'t mut Table<'s>,
    trees: Arc<TableTrees>,
    update: Box<Update>,
    /// Once something of the update was done that is undone if the edit is dropped.
    level: Option<Transaction<'s>>,
    kind: EditKind,
}

impl RowEdit<'_, '_> {
    /// What is done from now on is undone with the edit.
    fn begin(&mut self) -> Result<(), DbError> {
        if self.level.is_none() {
            self.level = Some(self.table.session.transaction()?);
        }
        Ok(())
    }

    /// The record gets its number, if the table numbers its records.
    fn number(&mut self) -> Result<(), DbError> {
        if self.trees.schema.auto_increment().is_none() {
            return Ok(());
        }
        let trees = Arc::clone(&self.trees);
        let Some(column) = trees.schema.auto_increment() else {
            return Ok(());
        };
        self.begin()?;
        let (session, db) = (self.table.session, Arc::clone(&self.table.db));
        let (cursor, update) = (&mut self.table.cursor, &mut self.update);
        Ok(
            session.work(&db, |work| match cursor.next_auto_increment(work)? {
                Some(number) => put_number(update, column, number),
                None => Ok(()),
            })?,
        )
    }

    /// The record gets a number from its caller.
    fn give_number(&mut self, number: u64) -> Result<(), DbError> {
        let trees = Arc::clone(&self.trees);
        let Some(column) = trees.schema.auto_increment() else {
            let what = "the table does not number its records";
            return Err(DbError::refused(JetErr::COLUMN_NOT_FOUND, what));
        };
        if number == 0 {
            let what = "records are numbered from 1";
            return Err(DbError::refused(JetErr::INVALID_PARAMETER, what));
        }
        self.begin()?;
        let (session, db) = (self.table.session, Arc::clone(&self.table.db));
        let (cursor, update) = (&mut self.table.cursor, &mut self.update);
        Ok(session.work(&db, |work| {
            cursor.number_is_given(work, number)?;
            put_number(update, column, number)
        })?)
    }

    /// The number that the table gave to the record; `None` when it numbers none.
    ///
    /// # Errors
    /// None but damage.
    pub fn auto_increment(&mut self) -> Result<Option<u64>, DbError> {
        let Some(column) = self.trees.schema.auto_increment() else {
            return Ok(None);
        };
        let values = self.update.edit().values(column).map_err(WorkError::from)?;
        let ColumnValues::One(value) = values else {
            return Ok(None);
        };
        let mut number = [0; 8];
        let len = value.bytes.len().min(number.len());
        if let (Some(to), Some(from)) = (number.get_mut(..len), value.bytes.get(..len)) {
            to.copy_from_slice(from);
        }
        Ok(Some(u64::from_le_bytes(number)))
    }

    /// Sets a column: the first value of a multi-valued one.
    ///
    /// # Errors
    /// JET_errColumnNotFound; not a value of the column; what stands against it
    /// (jet-api/behaviour-records.md §3).
    pub fn set<'v>(
        &mut self,
        column: &str,
        value: impl Into<Given<'v>>,
    ) -> Result<&mut Self, DbError> {
        self.set_at(column, ValuePlace::default(), value, SetFlags::empty())
    }

    /// Adds a value to a multi-valued column.
    ///
    /// # Errors
    /// As [`RowEdit::set`].
    pub fn add<'v>(
        &mut self,
        column: &str,
        value: impl Into<Given<'v>>,
    ) -> Result<&mut Self, DbError> {
        let place = ValuePlace { itag: 0, offset: 0 };
        self.set_at(column, place, value, SetFlags::empty())
    }

    /// Sets a column with all that JetSetColumn knows: which of its values, which part of a long one,
    /// how it is stored.
    ///
    /// # Errors
    /// As [`RowEdit::set`].
    pub fn set_at<'v>(
        &mut self,
        column: &str,
        place: ValuePlace,
        value: impl Into<Given<'v>>,
        flags: SetFlags,
    ) -> Result<&mut Self, DbError> {
        let place_of_column = self.trees.schema.place_of_name(column);
        let of_column = place_of_column.ok_or_else(|| no_column(column))?;
        self.set_column(of_column, place, value.into(), flags)
    }

    /// As [`RowEdit::set`], of a column that was looked up before ([`Table::column_ref`]).
    ///
    /// # Errors
    /// As [`RowEdit::set`].
    #[inline]
    pub fn set_of<'v>(
        &mut self,
        column: ColumnRef,
        value: impl Into<Given<'v>>,
    ) -> Result<&mut Self, DbError> {
        let column = column.place_in(&self.trees.schema)?;
        let place = ValuePlace::default();
        self.set_column(column, place, value.into(), SetFlags::empty())
    }

    /// Sets the column at a place of the schema.
    fn set_column(
        &mut self,
        column: usize,
        place: ValuePlace,
        value: Given<'_>,
        flags: SetFlags,
    ) -> Result<&mut Self, DbError> {
        let Self {
            table,
            trees,
            update,
            level,
            ..
        } = &mut *self;
        let column = trees.schema.columns().get(column);
        let column = column.ok_or_else(|| no_column("any more"))?;
        let mut buf = Vec::new();
        let (value, flags) = match value.bytes(column, &mut buf)? {
            None => (NewValue::Null, flags),
            Some([]) => (NewValue::Bytes(&[]), flags | SetFlags::ZERO_LENGTH),
            Some(bytes) => (NewValue::Bytes(bytes), flags),
        };
        if update.set_inside(column, value, flags)?.is_none() {
            if level.is_none() {
                *level = Some(table.session.transaction()?);
            }
            let source = Source::new(&table.catalog, table.objid, trees);
            table.session.work(&table.db, |work| {
                update.set(work, &source, column, place, value, flags)
            })?;
        }
        Ok(self)
    }

    /// Stores the record. A new one does not become the current one.
    ///
    /// # Errors
    /// JET_errKeyDuplicate, JET_errNullInvalid, JET_errRecordPrimaryChanged and others
    /// (jet-api/behaviour-records.md §4); then nothing of the update is left.
    pub fn save(self) -> Result<(), DbError> {
        self.save_as(CommitKind::Durable)
    }

    /// Stores the record; `kind` counts when no transaction is open.
    ///
    /// # Errors
    /// As [`RowEdit::save`].
    pub fn save_as(self, kind: CommitKind) -> Result<(), DbError> {
        let Self {
            table,
            trees,
            mut update,
            level,
            kind: edit,
        } = self;
        let columns = trees.schema.columns();
        if edit == EditKind::Replace {
            if update.edit().touched().is_empty() {
                // The record stays as it is, and locked.
                if let Some(level) = level {
                    level.commit_as(kind)?;
                }
                update.end();
                table.spare = Some((trees, update));
                return Ok(());
            }
            update.count_version(columns, Some(table.cursor.record_read()))?;
        } else {
            let checked = update.edit().check_not_null(columns);
            checked.map_err(WorkError::from)?;
            update.count_version(columns, None)?;
        }
        let change = |cursor: &mut TableCursor, work: &mut Work<'_>| match edit {
            EditKind::Replace => {
                let touched = Touched::Columns(update.edit().touched());
                cursor.replace_record(work, update.edit().record(), touched, update.number())
            }
            _ => cursor.insert_edited(work, update.edit()),
        };
        match level {
            Some(level) => {
                table.place().change_in_level(change)?;
                level.commit_as(kind)?;
            }
            None => table.place().change(kind, Steps::OneNode, change)?,
        }
        update.end();
        table.spare = Some((trees, update));
        Ok(())
    }
}

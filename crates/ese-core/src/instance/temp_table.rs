//! A temporary table: records of one session that are sorted, or kept in a tree, and then are gone.
//!
//! ```text
//! open ─▶ inserting ──first move or seek──▶ sorted in memory | sorted on disk | a tree
//!     └─▶ a tree (no key, separable long values, asked for)
//! ```
//! A tree is a table like others, with a [`TableCursor`], in the temporary database
//! ([`super::temp`]): its changes have versions, so that a rollback takes them back, and no log record.
//! Sorts have neither.
//!
//! Calls get the session that opened the table; columns are named by their place in the definition.
//!
//! Source: jet-api/behaviour-cursors.md §11.
//!
//! Invariants: the pages of a table are free when it is dropped; a table that was opened in a level
//! that was rolled back is of no use any more.
#![forbid(unsafe_code)]

use super::temp::TableSlot;
use super::temp_def::{Plan, TempBits, TempTableDef};
use super::temp_long::{NoLongValues, Source, know_long_values};
use super::temp_sort::{Sort, Spot};
use super::{Core, OpenDb};
use crate::catalog::{LiveOptions, TableSchema};
use crate::cursor::{CursorError, Eyes, RangeFlags, TableCursor};
use crate::database::DbError;
use crate::database::open_table::Reading;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Fid, Objid, Pgno};
use crate::format::key::SearchKey;
use crate::format::log_record::LrFlags;
use crate::format::record::RecordView;
use crate::index::{IndexDef, IndexKeeper, RecordColumns, TableIndexes, Touched};
use crate::lv::write::{Format, LongValueTree, LongValues};
use crate::record::Column;
use crate::record::edit::{
    EditKind, LayoutOptions, NewValue, RecordLayout, SetFlags, Stored, ValuePlace, primary_key_most,
};
use crate::record::update::{Got, Update, dereference_all};
use crate::session::{CommitKind, Session, Watch};
use crate::work::{Place, Walker, Work, WorkError};
use parking_lot::Mutex;
use std::sync::Arc;

/// What a temporary table is at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TempForm {
    /// Records are inserted; the first move or seek ends that.
    Inserting,
    /// Sorted, and only read from now on.
    Sorted,
    /// A tree.
    Tree,
}

pub(super) enum Form {
    Inserting(Sort),
    /// In memory, with the place.
    Memory(Arc<Sort>, Spot),
    /// In a tree that is only walked.
    Disk(Box<Walker>),
    Tree(Box<TableCursor>),
}

/// What all cursors on a table share. It goes with the last of them, and so do its pages.
pub(super) struct Shared {
    core: Arc<Core>,
    db: Arc<OpenDb>,
    /// Trees to be freed.
    owned: Mutex<Vec<(Pgno, Objid)>>,
    /// The table as a tree, as it is known now.
    indexes: Mutex<Option<Arc<TableIndexes>>>,
    _slot: TableSlot,
}

impl Shared {
    /// A tree is the table's, to be freed with it.
    pub(super) fn own(&self, fdp: Pgno, objid: Objid) {
        let mut owned = self.owned.lock();
        if !owned.contains(&(fdp, objid)) {
            owned.push((fdp, objid));
        }
    }

    /// The tree of a sort is, if it has one.
    pub(super) fn own_of(&self, sort: &Sort) {
        if let Some(tree) = sort.tree() {
            self.own(tree.fdp(), tree.objid());
        }
    }

    /// All cursors know the tree like this from now on.
    pub(super) fn know(&self, indexes: &Arc<TableIndexes>) {
        *self.indexes.lock() = Some(Arc::clone(indexes));
    }
}

/// An open temporary table. Dropped, it is gone.
pub struct TempTable {
    pub(super) shared: Arc<Shared>,
    pub(super) db: Arc<OpenDb>,
    pub(super) plan: Plan,
    /// The table as its records see it, keyed if it has a key.
    schema: Arc<TableSchema>,
    pub(super) def: Option<IndexDef>,
    keeper: IndexKeeper,
    layout: Arc<RecordLayout>,
    pub(super) form: Form,
    /// The copy buffer.
    pub(super) update: Update,
    pub(super) prepared: Option<EditKind>,
    reading: Update,
    pub(super) search: SearchKey,
    pub(super) key_is_fresh: bool,
    pub(super) range: Option<RangeFlags>,
    watch: Arc<Watch>,
    /// Level in which it was opened; `None` when that was rolled back.
    level: Option<u8>,
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, DbError> {
    Err(WorkError::refused(err, what).into())
}

pub(super) fn illegal<T>() -> Result<T, DbError> {
    let what = "the temporary table does not do this in its present form";
    refused(JetErr::ILLEGAL_OPERATION, what)
}

impl Session {
    /// Opens a temporary table (JetOpenTemporaryTable).
    ///
    /// ```
    /// use ese_core::cursor::Move;
    /// use ese_core::format::ids::Coltyp;
    /// # use ese_core::instance::{Instance, InstanceParams};
    /// use ese_core::instance::{TempBits, TempColumn, TempTableDef};
    /// # use ese_core::io::env::Env;
    /// use ese_core::record::edit::{NewValue, SetFlags, ValuePlace};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
    /// # let session = instance.session()?;
    /// // Sorted by a number, read once, and gone.
    /// let def = TempTableDef::new(TempBits::FORWARD_ONLY)
    ///     .column(TempColumn::new(Coltyp::Long).key());
    /// let mut sorted = session.open_temp_table(&def)?;
    /// let first = ValuePlace::default();
    /// for n in [3, 1, 2] {
    ///     let value = i32::to_le_bytes(n);
    ///     sorted.begin_insert()?;
    ///     sorted.set(&session, 0, first, NewValue::Bytes(&value), SetFlags::empty())?;
    ///     sorted.save(&session)?;
    /// }
    /// let mut numbers = Vec::new();
    /// while sorted.move_to(&session, Move::By(1), false).is_ok() {
    ///     let mut value = Vec::new();
    ///     sorted.get(&session, 0, first, usize::MAX, &mut value)?;
    ///     numbers.push(value[0]);
    /// }
    /// assert_eq!(numbers, [1, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of jet-api/behaviour-cursors.md §11: JET_errTooManySorts,
    /// JET_errCannotMaterializeForwardOnlySort, JET_errInvalidColumnType and so on; what making the
    /// temporary database gives.
    pub fn open_temp_table(&self, def: &TempTableDef) -> Result<TempTable, DbError> {
        TempTable::open(self, def)
    }
}

impl TempTable {
    fn open(session: &Session, def: &TempTableDef) -> Result<Self, DbError> {
        let core = Arc::clone(session.core());
        let usual = LiveOptions::new(crate::format::version::FormatVersion::BASE, &core.env);
        let page = core.params.page_size;
        if core.params.max_temp_tables == 0 {
            return refused(JetErr::TOO_MANY_SORTS, "there are no temporary tables");
        }
        let plan = def.plan(page, &usual)?;
        let slot = core.temp_table_slot()?;
        let db = core.temporary()?;
        let schema = Arc::new(plan.schema((Pgno::NULL, Objid(0)), true));
        let def = match schema.primary() {
            Some(index) => Some(
                IndexDef::of_schema(&schema, index)
                    .map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?,
            ),
            None => None,
        };
        let options = LayoutOptions {
            wide_lids: false,
            ..LayoutOptions::new(page, primary_key_most(&schema))
        };
        let layout = Arc::new(RecordLayout::new(schema.columns(), &options));
        let shared = Arc::new(Shared {
            core,
            db: Arc::clone(&db),
            owned: Mutex::default(),
            indexes: Mutex::default(),
            _slot: slot,
        });
        let mut table = Self {
            update: new_update(&db, &layout),
            reading: new_update(&db, &layout),
            layout,
            shared,
            db,
            schema,
            def,
            keeper: IndexKeeper::default(),
            form: Form::Inserting(Sort::new(plan.is_unique())),
            prepared: None,
            search: SearchKey::new(),
            key_is_fresh: false,
            range: None,
            watch: session.watch(),
            level: Some(session.level()),
            plan,
        };
        if table.plan.at_once {
            let (fdp, objid) = table.make_tree(session)?;
            let keyed = table.plan.index.is_some();
            table.become_tree((fdp, objid), keyed)?;
        }
        Ok(table)
    }

    /// Another cursor on the table, on its first record; the table goes with the last one.
    ///
    /// # Errors
    /// JET_errIllegalOperation while records are inserted that are to be sorted.
    pub fn duplicate(&self, session: &Session) -> Result<Self, DbError> {
        let form = match &self.form {
            Form::Inserting(_) => return illegal(),
            Form::Memory(sort, _) => Form::Memory(Arc::clone(sort), sort.first()),
            Form::Disk(walker) => {
                let tree = Arc::clone(walker.tree());
                let mut walker = Walker::new(self.db.no(), tree);
                let look = session.look(&self.db);
                walker.first(&look).map_err(WorkError::from)?;
                Form::Disk(Box::new(walker))
            }
            Form::Tree(cursor) => Form::Tree(Box::new(cursor.duplicate(self.db.work_db()))),
        };
        Ok(Self {
            shared: Arc::clone(&self.shared),
            db: Arc::clone(&self.db),
            plan: self.plan.clone(),
            schema: Arc::clone(&self.schema),
            def: self.def.clone(),
            keeper: IndexKeeper::default(),
            form,
            update: new_update(&self.db, &self.layout),
            layout: Arc::clone(&self.layout),
            prepared: None,
            reading: new_update(&self.db, &self.layout),
            search: SearchKey::new(),
            key_is_fresh: false,
            range: None,
            watch: session.watch(),
            level: Some(session.level()),
        })
    }

    /// The table's columns. Their ids by place in the definition are [`TempTable::fids`].
    #[must_use]
    pub fn schema(&self) -> &TableSchema {
        match &self.form {
            Form::Tree(cursor) => cursor.indexes().schema(),
            _ => &self.schema,
        }
    }

    /// Ids of the columns, in the order of the definition.
    #[must_use]
    pub fn fids(&self) -> &[Fid] {
        &self.plan.fids
    }

    /// What it is now.
    #[must_use]
    pub fn form(&self) -> TempForm {
        match &self.form {
            Form::Inserting(_) => TempForm::Inserting,
            Form::Memory(..) | Form::Disk(_) => TempForm::Sorted,
            Form::Tree(_) => TempForm::Tree,
        }
    }

    /// The cursor of a tree, for what is not here.
    pub fn cursor(&mut self) -> Option<&mut TableCursor> {
        match &mut self.form {
            Form::Tree(cursor) => Some(cursor),
            _ => None,
        }
    }

    fn column(&self, place: usize) -> Result<Column, DbError> {
        let fid = self.plan.fids.get(place);
        let column = fid.and_then(|&fid| self.schema.column_by_fid(fid, false));
        match column {
            Some(column) => Ok(column.clone()),
            None => refused(JetErr::COLUMN_NOT_FOUND, "there is no such column"),
        }
    }

    /// Before every call.
    pub(super) fn ready(&mut self) -> Result<(), DbError> {
        if let Some(ended) = self.watch.take() {
            self.level = self.level.and_then(|level| ended.now(level));
            if let Form::Tree(cursor) = &mut self.form {
                cursor.levels_ended(|level| ended.now(level));
            }
        }
        if let Form::Tree(cursor) = &mut self.form
            && let Some(now) = self.shared.indexes.lock().as_ref()
            && !Arc::ptr_eq(now, cursor.indexes())
        {
            cursor.schema_changed(Arc::clone(now));
        }
        match self.level {
            Some(_) => Ok(()),
            None => {
                self.prepared = None;
                let what = "the level in which the table was opened was rolled back";
                refused(JetErr::OBJECT_NOT_FOUND, what)
            }
        }
    }

    pub(super) fn eyes<'a>(&self, session: &'a Session, db: &'a OpenDb) -> Eyes<'a> {
        Eyes {
            look: session.look(db),
            level: session.level(),
        }
    }

    // ---- updates -------------------------------------------------------------------------------

    /// Begins a new record; one that is prepared is forgotten.
    ///
    /// # Errors
    /// JET_errIllegalOperation once the table is sorted.
    pub fn begin_insert(&mut self) -> Result<(), DbError> {
        self.ready()?;
        if self.form() == TempForm::Sorted {
            return illegal();
        }
        self.update.begin_insert(EditKind::Insert);
        self.prepared = Some(EditKind::Insert);
        Ok(())
    }

    /// Begins to replace the current record.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, also while records are inserted; JET_errIllegalOperation once the table
    /// is sorted; JET_errWriteConflict.
    pub fn begin_replace(&mut self, session: &Session) -> Result<(), DbError> {
        self.ready()?;
        let db = Arc::clone(&self.db);
        let cursor = match &mut self.form {
            Form::Inserting(_) => return Err(CursorError::NoCurrentRecord.into()),
            Form::Memory(..) | Form::Disk(_) => return illegal(),
            Form::Tree(cursor) => cursor,
        };
        let update = &mut self.update;
        session.update(&db, |work| {
            cursor.record(&Eyes::of(work))?;
            let (key, record) = (cursor.bookmark()?, cursor.record_read());
            update.begin_replace(&cursor.indexes().trees().records, key, record)
        })?;
        self.prepared = Some(EditKind::Replace);
        Ok(())
    }

    /// The prepared record is not wanted.
    pub fn cancel(&mut self) {
        self.prepared = None;
        self.update.end();
    }

    /// Whether a record is prepared.
    #[must_use]
    pub fn prepared(&self) -> Option<EditKind> {
        self.prepared
    }

    /// Sets a column of the prepared record, with all that JetSetColumn knows.
    ///
    /// # Errors
    /// JET_errUpdateNotPrepared, JET_errColumnNotFound; those of jet-api/behaviour-records.md §3.
    pub fn set(
        &mut self,
        session: &Session,
        column: usize,
        place: ValuePlace,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<Stored, DbError> {
        self.ready()?;
        if self.prepared.is_none() {
            return refused(JetErr::UPDATE_NOT_PREPARED, "no record is prepared");
        }
        let column = self.column(column)?;
        let (db, update) = (Arc::clone(&self.db), &mut self.update);
        let Form::Tree(cursor) = &mut self.form else {
            let mut flags = flags;
            if column.coltyp.is_long() {
                flags.remove(SetFlags::SEPARATE | SetFlags::CONTIGUOUS);
                flags |= SetFlags::INTRINSIC;
            }
            return Ok(session.update(&db, |work| {
                update.set(work, &NoLongValues, &column, place, value, flags)
            })?);
        };
        let trees = Arc::clone(cursor.indexes().trees());
        let source = Source {
            trees: &trees,
            made: Mutex::new(None),
        };
        let flags = match self.plan.bits.contains(TempBits::INTRINSIC_LVS_ONLY) {
            true if column.coltyp.is_long() => flags | SetFlags::INTRINSIC,
            _ => flags,
        };
        let done = session.update(&db, |work| {
            update.set(work, &source, &column, place, value, flags)
        });
        if let Some(made) = source.made.into_inner() {
            know_long_values(cursor, &made.tree)?;
            self.shared.know(cursor.indexes());
        }
        Ok(done?)
    }

    /// Stores the prepared record.
    ///
    /// # Errors
    /// JET_errUpdateNotPrepared; JET_errKeyDuplicate in a tree with a key; JET_errRecordPrimaryChanged;
    /// JET_errDiskFull and others of the temporary database.
    pub fn save(&mut self, session: &Session) -> Result<(), DbError> {
        self.save_within(session, None)
    }

    /// The same for a caller with room for so many bytes of a bookmark: a new record of a tree whose
    /// bookmark is longer does not go in.
    ///
    /// # Errors
    /// JET_errBufferTooSmall; as [`TempTable::save`].
    pub fn save_within(&mut self, session: &Session, most: Option<usize>) -> Result<(), DbError> {
        self.ready()?;
        let Some(kind) = self.prepared else {
            return refused(JetErr::UPDATE_NOT_PREPARED, "no record is prepared");
        };
        let db = Arc::clone(&self.db);
        let update = &mut self.update;
        match &mut self.form {
            Form::Memory(..) | Form::Disk(_) => return illegal(),
            Form::Inserting(sort) => {
                let Some(def) = &self.def else {
                    return illegal();
                };
                let record = update.edit().record();
                let large = db.page_size().is_large();
                let view = RecordView::new(record, large);
                let view = view.map_err(|e| WorkError::damaged(e.jet_err(), e.to_string()))?;
                let columns = RecordColumns::new(&self.schema, view, &NoLongValues);
                let key = self.keeper.primary_key(def, &columns)?;
                if !sort.has_room(key, record) {
                    let spilled = session.update(&db, |work| sort.spill(work));
                    self.shared.own_of(sort);
                    spilled?;
                }
                sort.push(key, record);
            }
            Form::Tree(cursor) => session.update(&db, |work| {
                let record = update.edit().record();
                match kind {
                    EditKind::Replace => {
                        let touched = Touched::Columns(update.edit().touched());
                        cursor.replace_record(work, record, touched, update.number())?;
                    }
                    _ => {
                        cursor.insert_record(work, record)?;
                        if most.is_some_and(|most| cursor.inserted().len() > most) {
                            let what = "the bookmark is longer than the room for it";
                            return Err(WorkError::refused(JetErr::BUFFER_TOO_SMALL, what));
                        }
                    }
                }
                Ok(())
            })?,
        }
        self.prepared = None;
        self.update.end();
        Ok(())
    }

    /// Deletes the current record of a tree.
    ///
    /// # Errors
    /// JET_errIllegalOperation where there is no tree; JET_errNoCurrentRecord, JET_errRecordDeleted.
    pub fn delete(&mut self, session: &Session) -> Result<(), DbError> {
        self.ready()?;
        let db = Arc::clone(&self.db);
        let Form::Tree(cursor) = &mut self.form else {
            return illegal();
        };
        let trees = Arc::clone(cursor.indexes().trees());
        let format = Format::new(db.page_size(), false, None);
        Ok(session.update(&db, |work| {
            let mut release = |work: &mut Work<'_>, record: &[u8]| {
                let values = LongValueTree::of(&trees);
                let mut values = values.map(|t| LongValues::new(db.no(), t, format));
                dereference_all(work, values.as_mut(), record)
            };
            cursor.delete_record(work, &mut release)?;
            Ok(())
        })?)
    }

    // ---- what is read --------------------------------------------------------------------------

    /// Appends a value of the current record to `out`: of a long one at most `most` bytes from the
    /// offset of `place` on.
    ///
    /// # Errors
    /// JET_errIllegalOperation while records are inserted; JET_errNoCurrentRecord,
    /// JET_errRecordDeleted, JET_errColumnNotFound; damage.
    pub fn get(
        &mut self,
        session: &Session,
        column: usize,
        place: ValuePlace,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Got, DbError> {
        self.ready()?;
        let column = self.column(column)?;
        let db = Arc::clone(&self.db);
        let _moment = session.moment()?;
        let eyes = self.eyes(session, &db);
        let reading = &mut self.reading;
        match &mut self.form {
            Form::Inserting(_) => illegal(),
            Form::Memory(sort, spot) => {
                let row = match spot {
                    Spot::On(place) => sort.row(*place),
                    Spot::Before | Spot::After => None,
                };
                let (_, record) = row.ok_or(CursorError::NoCurrentRecord)?;
                reading.begin_read(record)?;
                Ok(reading.get(&eyes.look, &NoLongValues, &column, place, most, out)?)
            }
            Form::Disk(walker) => {
                if walker.place() != Place::On {
                    return Err(CursorError::NoCurrentRecord.into());
                }
                reading.begin_read(walker.data())?;
                Ok(reading.get(&eyes.look, &NoLongValues, &column, place, most, out)?)
            }
            Form::Tree(cursor) => {
                reading.begin_read(cursor.record(&eyes)?)?;
                let trees = cursor.indexes().trees();
                Ok(reading.get(&eyes.look, &**trees, &column, place, most, out)?)
            }
        }
    }

    /// Looks at the current record; with `copy` at the one that is prepared in a tree, if there is one.
    ///
    /// # Errors
    /// As [`TempTable::get`]; those of `what`.
    pub fn read<T>(
        &mut self,
        session: &Session,
        copy: bool,
        what: impl FnOnce(&mut Reading<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.ready()?;
        let db = Arc::clone(&self.db);
        let _moment = session.moment()?;
        let eyes = self.eyes(session, &db);
        let of_copy = copy && self.prepared.is_some();
        let mut values = None;
        let record = match &mut self.form {
            Form::Inserting(_) => return illegal(),
            Form::Memory(sort, spot) => {
                let row = match spot {
                    Spot::On(place) => sort.row(*place),
                    Spot::Before | Spot::After => None,
                };
                row.ok_or(CursorError::NoCurrentRecord)?.1
            }
            Form::Disk(walker) if walker.place() == Place::On => walker.data(),
            Form::Disk(_) => return Err(CursorError::NoCurrentRecord.into()),
            Form::Tree(cursor) => {
                let format = Format::new(db.page_size(), false, None);
                let tree = LongValueTree::of(cursor.indexes().trees());
                values = tree.map(|tree| LongValues::new(db.no(), tree, format));
                match of_copy {
                    true => self.update.edit().record(),
                    false => cursor.record(&eyes)?,
                }
            }
        };
        let view = RecordView::new(record, db.page_size().is_large());
        let view = view.map_err(|e| WorkError::damaged(e.jet_err(), e.to_string()))?;
        what(&mut Reading::new(
            &self.schema,
            view,
            eyes.look,
            &mut values,
        ))
    }

    /// As [`TempTable::get`], of the record that is prepared in a tree (JET_bitRetrieveCopy).
    ///
    /// # Errors
    /// JET_errUpdateNotPrepared; as [`TempTable::get`].
    pub fn get_copy(
        &mut self,
        session: &Session,
        column: usize,
        place: ValuePlace,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Got, DbError> {
        self.ready()?;
        let column = self.column(column)?;
        let db = Arc::clone(&self.db);
        let Form::Tree(cursor) = &self.form else {
            return illegal();
        };
        if self.prepared.is_none() {
            return refused(JetErr::UPDATE_NOT_PREPARED, "no record is prepared");
        }
        let trees = Arc::clone(cursor.indexes().trees());
        let look = session.look(&db);
        let update = &mut self.update;
        Ok(update.get(&look, &*trees, &column, place, most, out)?)
    }
}

/// A buffer for records of the table.
fn new_update(db: &OpenDb, layout: &Arc<RecordLayout>) -> Update {
    let format = Format::new(db.page_size(), false, None);
    Update::new(db.no(), Arc::clone(layout), format)
}

impl Drop for Shared {
    fn drop(&mut self) {
        let core = &self.core;
        let _call = core.calls.read_recursive();
        if core.health.check().is_err() {
            return;
        }
        let mut gone = Vec::new();
        if let Some(indexes) = self.indexes.get_mut()
            && let Some(tree) = &indexes.trees().long_values
        {
            // Its pages are the table's.
            gone.push(tree.objid());
        }
        let owned = std::mem::take(self.owned.get_mut());
        gone.extend(owned.iter().map(|&(_, objid)| objid));
        self.db
            .trees_are_gone(&gone, core.store.open_transactions() > 0);
        for (fdp, _) in owned {
            let db = self.db.work_db();
            let free = core.on_its_own(db, CommitKind::Lazy, LrFlags::empty(), |w| {
                Ok(w.db.space.free_tree(&w.author, fdp, None)?)
            });
            if let Err(e) = free {
                tracing::debug!(error = %e, "the pages of a temporary table are leaked");
            }
        }
    }
}

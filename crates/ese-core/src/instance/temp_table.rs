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
use super::temp_sort::Sort;
use super::{Core, OpenDb};
use crate::btree::Seek;
use crate::btree::write::WriteTree;
use crate::catalog::{LiveOptions, TableSchema, TableTrees};
use crate::cursor::{CursorError, Eyes, Hit, Move, RangeFlags, SeekOptions, TableCursor};
use crate::database::DbError;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Fid, Objid, Pgno};
use crate::format::key::{
    MakeKeyFlags, SearchIndex, SearchKey, SearchKeyError, Segment, sequential_key,
};
use crate::format::log_record::LrFlags;
use crate::format::lv::Lid;
use crate::format::record::RecordView;
use crate::index::{
    ColumnError, IndexDef, IndexKeeper, LongBytes, RecordColumns, TableIndexes, Touched,
};
use crate::lv::write::{Format, LongValueSource, LongValueTree, LongValues};
use crate::lv::{LongValueError, LvTree};
use crate::record::Column;
use crate::record::edit::{
    EditKind, LayoutOptions, NewValue, RecordLayout, SetFlags, Stored, ValuePlace, primary_key_most,
};
use crate::record::update::{Got, Update, dereference_all};
use crate::session::{CommitKind, Session, Watch};
use crate::space::create::NewTree;
use crate::work::{Walker, Work, WorkError};
use parking_lot::Mutex;
use std::sync::Arc;

/// Bytes of rows from which a table that is moved in freely becomes a tree.
const TREE_FROM: usize = 64 << 10;
/// Rows that are copied in one call.
const COPY_ROWS: usize = 1000;

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

enum Form {
    Inserting(Sort),
    /// In memory, with the place.
    Memory(Sort, Spot),
    /// In a tree that is only walked.
    Disk(Box<Walker>),
    Tree(Box<TableCursor>),
}

/// Where a cursor on a sort in memory stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spot {
    Before,
    On(usize),
    After,
}

/// An open temporary table. Dropped, it is gone.
pub struct TempTable {
    core: Arc<Core>,
    db: Arc<OpenDb>,
    plan: Plan,
    /// The table as its records see it, keyed if it has a key.
    schema: Arc<TableSchema>,
    def: Option<IndexDef>,
    keeper: IndexKeeper,
    form: Form,
    /// The copy buffer.
    update: Update,
    prepared: Option<EditKind>,
    reading: Update,
    search: SearchKey,
    key_is_fresh: bool,
    range: Option<RangeFlags>,
    /// Trees to be freed.
    owned: Vec<(Pgno, Objid)>,
    watch: Arc<Watch>,
    /// Level in which it was opened; `None` when that was rolled back.
    level: Option<u8>,
    _slot: TableSlot,
}

fn refused<T>(err: JetErr, what: &str) -> Result<T, DbError> {
    Err(WorkError::refused(err, what).into())
}

fn illegal<T>() -> Result<T, DbError> {
    let what = "the temporary table does not do this in its present form";
    refused(JetErr::ILLEGAL_OPERATION, what)
}

/// Long values of rows that are sorted: there are none.
struct NoLongValues;

impl LongBytes for NoLongValues {
    fn head(&self, _: Lid, _: usize, _: &mut Vec<u8>) -> Result<bool, ColumnError> {
        Err(LongValueError::NoTree.into())
    }
}

impl LongValueSource for NoLongValues {
    fn existing(&self) -> Option<LongValueTree> {
        None
    }

    fn make(&self, _: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        let what = "a long value that does not fit its record";
        Err(WorkError::refused(JetErr::RECORD_TOO_BIG, what))
    }
}

/// The long values of a tree.
struct Source<'a> {
    trees: &'a TableTrees,
    made: Mutex<Option<LongValueTree>>,
}

impl LongValueSource for Source<'_> {
    fn existing(&self) -> Option<LongValueTree> {
        self.made.lock().clone().or_else(|| self.trees.existing())
    }

    fn make(&self, work: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        let fdp = self.trees.schema.pgno_fdp;
        let made = work
            .db
            .space
            .create_tree(&work.author, &NewTree::long_values(fdp))?;
        let full = crate::btree::write::DENSITY_FULL;
        let tree = WriteTree::new(made.pgno_fdp, made.objid, true, full);
        let tree = LongValueTree {
            tree: Arc::new(tree),
            ids: Arc::clone(&self.trees.lids),
        };
        *self.made.lock() = Some(tree.clone());
        Ok(tree)
    }
}

impl Session {
    /// Opens a temporary table (JetOpenTemporaryTable).
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
        let format = Format::new(page, false, None);
        let new_update = || Update::new(db.no(), Arc::clone(&layout), format);
        let unique =
            plan.bits.contains(TempBits::UNIQUE) || !plan.bits.contains(TempBits::FORWARD_ONLY);
        let mut table = Self {
            update: new_update(),
            reading: new_update(),
            core,
            db,
            schema,
            def,
            keeper: IndexKeeper::default(),
            form: Form::Inserting(Sort::new(unique)),
            prepared: None,
            search: SearchKey::new(),
            key_is_fresh: false,
            range: None,
            owned: Vec::new(),
            watch: session.watch(),
            level: Some(session.level()),
            plan,
            _slot: slot,
        };
        if table.plan.at_once {
            let (fdp, objid) = table.make_tree(session)?;
            let keyed = table.plan.index.is_some();
            table.become_tree((fdp, objid), keyed)?;
        }
        Ok(table)
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
    fn ready(&mut self) -> Result<(), DbError> {
        if let Some(ended) = self.watch.take() {
            self.level = self.level.and_then(|level| ended.now(level));
            if let Form::Tree(cursor) = &mut self.form {
                cursor.levels_ended(|level| ended.now(level));
            }
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

    fn eyes<'a>(&self, session: &'a Session, db: &'a OpenDb) -> Eyes<'a> {
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
        }
        Ok(done?)
    }

    /// Stores the prepared record.
    ///
    /// # Errors
    /// JET_errUpdateNotPrepared; JET_errKeyDuplicate in a tree with a key; JET_errRecordPrimaryChanged;
    /// JET_errDiskFull and others of the temporary database.
    pub fn save(&mut self, session: &Session) -> Result<(), DbError> {
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
                    note(&mut self.owned, sort);
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
                    _ => cursor.insert_record(work, record)?,
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
                if walker.place() != crate::work::Place::On {
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

    // ---- moves ---------------------------------------------------------------------------------

    /// Moves. The first one ends the inserting, and already stands on the first record when it goes one
    /// record on, or to the first.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord; JET_errIllegalOperation for moves backwards in a sort that was not opened
    /// for them.
    pub fn move_to(&mut self, session: &Session, to: Move, key_ne: bool) -> Result<(), DbError> {
        self.ready()?;
        let mut to = to;
        if self.finish(session)? {
            let first = self.step(session, Move::First, false);
            to = match to {
                Move::First | Move::By(0 | 1) => return first,
                Move::By(n @ 2..) => {
                    first?;
                    Move::By(n - 1)
                }
                to => to,
            };
        }
        self.step(session, to, key_ne)
    }

    fn is_free(&self) -> bool {
        let free = TempBits::SCROLLABLE | TempBits::INDEXED;
        self.plan.bits.intersects(free)
    }

    fn step(&mut self, session: &Session, to: Move, key_ne: bool) -> Result<(), DbError> {
        let db = Arc::clone(&self.db);
        let eyes = self.eyes(session, &db);
        let free = self.is_free();
        let backwards = matches!(to, Move::By(..0));
        let range = self.range.filter(|r| r.contains(RangeFlags::UPPER));
        match &mut self.form {
            Form::Inserting(_) => illegal(),
            Form::Tree(cursor) => Ok(cursor.move_to(&eyes, to, key_ne)?),
            Form::Memory(..) | Form::Disk(_) if backwards && !free => illegal(),
            Form::Memory(sort, spot) => {
                if matches!(to, Move::First | Move::Last) {
                    self.range = None;
                }
                let limit = match to {
                    Move::By(1..) => range.zip(self.search.key()),
                    _ => None,
                };
                *spot = moved(sort, *spot, to, limit);
                match spot {
                    Spot::On(_) => Ok(()),
                    Spot::Before | Spot::After => Err(CursorError::NoCurrentRecord.into()),
                }
            }
            Form::Disk(walker) => {
                let look = &eyes.look;
                let mut found = match to {
                    Move::First => walker.first(look),
                    Move::Last => walker.last(look),
                    Move::By(_) => Ok(walker.place() == crate::work::Place::On),
                }
                .map_err(WorkError::from)?;
                if let Move::By(n) = to {
                    for _ in 0..n.unsigned_abs() {
                        let step = match n > 0 {
                            true => walker.next(look),
                            false => walker.prev(look),
                        };
                        found = step.map_err(WorkError::from)?;
                        if !found {
                            break;
                        }
                    }
                }
                match found {
                    true => Ok(()),
                    false => Err(CursorError::NoCurrentRecord.into()),
                }
            }
        }
    }

    /// Adds a column to the search key.
    ///
    /// # Errors
    /// JET_errNoCurrentIndex in a table without a key; those of [`TableCursor::make_key`].
    pub fn make_key(&mut self, data: &[u8], flags: MakeKeyFlags) -> Result<(), DbError> {
        self.ready()?;
        if let Form::Tree(cursor) = &mut self.form {
            return Ok(cursor.make_key(data, flags)?);
        }
        let Some(def) = &self.def else {
            return Err(CursorError::NoCurrentIndex.into());
        };
        let begins = MakeKeyFlags::NEW_KEY | MakeKeyFlags::NORMALIZED_KEY;
        if !self.key_is_fresh && !flags.intersects(begins) {
            return Err(CursorError::from(SearchKeyError::NotMade).into());
        }
        let segments: Vec<Segment> = def.segments.iter().map(|s| s.segment).collect();
        let index = SearchIndex {
            rules: &def.rules,
            segments: &segments,
            tuples: None,
            placeholder: false,
        };
        let made = self.search.make(&index, data, flags);
        self.key_is_fresh = match made {
            Ok(()) => true,
            Err(_) => self.key_is_fresh && self.search.key().is_some(),
        };
        Ok(made.map_err(CursorError::from)?)
    }

    /// Seeks by the search key; ends the inserting. A sort in memory never says that another key was
    /// found, and stands on a neighbour where none was.
    ///
    /// # Errors
    /// JET_errKeyNotMade; JET_errRecordNotFound; JET_errIllegalOperation in a sort that was not opened
    /// for that.
    pub fn seek(&mut self, session: &Session, options: SeekOptions) -> Result<Hit, DbError> {
        self.ready()?;
        if self.finish(session)?
            && let (Form::Tree(cursor), true) = (&mut self.form, self.key_is_fresh)
            && let Some(key) = self.search.key()
        {
            // The key was made before there was a tree.
            cursor.make_key(key, MakeKeyFlags::NORMALIZED_KEY)?;
        }
        let db = Arc::clone(&self.db);
        let eyes = self.eyes(session, &db);
        let free = self.is_free();
        match &mut self.form {
            Form::Tree(cursor) => Ok(cursor.seek(&eyes, options)?),
            Form::Memory(sort, spot) if free => {
                let Some(key) = self.search.key().filter(|_| self.key_is_fresh) else {
                    return Err(CursorError::KeyNotMade.into());
                };
                self.key_is_fresh = false;
                self.range = None;
                let (place, found) = sought(sort, key, options.relation);
                *spot = place;
                match found {
                    true => Ok(Hit::Exact),
                    false => Err(CursorError::RecordNotFound.into()),
                }
            }
            Form::Inserting(_) | Form::Memory(..) | Form::Disk(_) => illegal(),
        }
    }

    /// Sets, tests or removes the range of a tree; of a sort only sets an upper one.
    ///
    /// # Errors
    /// As [`TableCursor::set_range`]; JET_errIllegalOperation in a sort that was not opened for that.
    pub fn set_range(&mut self, session: &Session, flags: RangeFlags) -> Result<(), DbError> {
        self.ready()?;
        let db = Arc::clone(&self.db);
        let eyes = self.eyes(session, &db);
        let free = self.is_free();
        match &mut self.form {
            Form::Tree(cursor) => Ok(cursor.set_range(&eyes, flags)?),
            Form::Memory(sort, spot) if free => {
                let Some(limit) = self.search.key().filter(|_| self.key_is_fresh) else {
                    return Err(CursorError::KeyNotMade.into());
                };
                self.key_is_fresh = false;
                self.range = Some(flags);
                let row = match *spot {
                    Spot::On(place) => sort.row(place),
                    Spot::Before | Spot::After => None,
                };
                let Some((key, _)) = row else {
                    return Err(CursorError::NoCurrentRecord.into());
                };
                if flags.contains(RangeFlags::UPPER) && is_behind(key, flags, limit) {
                    self.range = None;
                    *spot = Spot::After;
                    return Err(CursorError::NoCurrentRecord.into());
                }
                Ok(())
            }
            Form::Inserting(_) | Form::Memory(..) | Form::Disk(_) => illegal(),
        }
    }

    /// Key of the current record (JetRetrieveKey).
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted; while records are inserted JET_errNoCurrentRecord.
    pub fn key(&mut self, session: &Session) -> Result<Vec<u8>, DbError> {
        self.ready()?;
        let db = Arc::clone(&self.db);
        let eyes = self.eyes(session, &db);
        match &mut self.form {
            Form::Memory(sort, Spot::On(place)) => {
                let row = sort.row(*place).ok_or(CursorError::NoCurrentRecord)?;
                Ok(row.0.to_vec())
            }
            Form::Disk(walker) if walker.place() == crate::work::Place::On => {
                Ok(walker.key().to_vec())
            }
            Form::Tree(cursor) => Ok(cursor.key(&eyes)?.to_vec()),
            Form::Inserting(_) | Form::Memory(..) | Form::Disk(_) => {
                Err(CursorError::NoCurrentRecord.into())
            }
        }
    }

    /// The search key that was made last; `None` before there is one.
    #[must_use]
    pub fn search_key(&self) -> Option<&[u8]> {
        match &self.form {
            Form::Tree(cursor) => cursor.search_key().or(self.search.key()),
            _ => self.search.key(),
        }
    }

    /// The current record's bookmark: its key in a tree or on disk, its place in a sort in memory. Good
    /// for this table only.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord; JET_errIllegalOperation while records are inserted.
    pub fn bookmark(&mut self) -> Result<Vec<u8>, DbError> {
        self.ready()?;
        match &self.form {
            Form::Inserting(_) => illegal(),
            Form::Memory(_, Spot::On(place)) => {
                let place = u32::try_from(*place).unwrap_or(u32::MAX);
                Ok(place.to_le_bytes().to_vec())
            }
            Form::Memory(..) => Err(CursorError::NoCurrentRecord.into()),
            Form::Disk(walker) if walker.place() == crate::work::Place::On => {
                Ok(walker.key().to_vec())
            }
            Form::Disk(_) => Err(CursorError::NoCurrentRecord.into()),
            Form::Tree(cursor) => Ok(cursor.bookmark()?.to_vec()),
        }
    }

    /// Goes to a record by its bookmark.
    ///
    /// # Errors
    /// JET_errInvalidBookmark, JET_errRecordDeleted; JET_errIllegalOperation while records are inserted.
    pub fn goto(&mut self, session: &Session, bookmark: &[u8]) -> Result<(), DbError> {
        self.ready()?;
        let db = Arc::clone(&self.db);
        let eyes = self.eyes(session, &db);
        match &mut self.form {
            Form::Inserting(_) => illegal(),
            Form::Memory(sort, spot) => {
                let place = <[u8; 4]>::try_from(bookmark).map(u32::from_le_bytes);
                let place = place.map_err(|_| CursorError::InvalidBookmark)? as usize;
                if sort.row(place).is_none() {
                    return Err(CursorError::InvalidBookmark.into());
                }
                *spot = Spot::On(place);
                Ok(())
            }
            Form::Disk(walker) => {
                let found = walker.goto(&eyes.look, bookmark, &[]);
                match found.map_err(WorkError::from)? {
                    true => Ok(()),
                    false => Err(CursorError::InvalidBookmark.into()),
                }
            }
            Form::Tree(cursor) => Ok(cursor.goto_bookmark(&eyes, bookmark)?),
        }
    }

    // ---- the end of the inserting --------------------------------------------------------------

    /// Ends the inserting; `true` when it was not over yet.
    fn finish(&mut self, session: &Session) -> Result<bool, DbError> {
        let Form::Inserting(sort) = &mut self.form else {
            return Ok(false);
        };
        let db = Arc::clone(&self.db);
        self.prepared = None;
        self.update.end();
        let finished = session.update(&db, |work| sort.finish(work));
        note(&mut self.owned, sort);
        finished?;
        let bits = self.plan.bits;
        let large = sort.tree().is_some() || sort.bytes() > TREE_FROM;
        let tree = sort.tree().cloned();
        let becomes_tree = bits.contains(TempBits::UPDATABLE) || (self.is_free() && large);
        match (becomes_tree, tree) {
            (true, Some(tree)) if bits.contains(TempBits::INDEXED) => {
                // Its keys are those of the table.
                self.become_tree((tree.fdp(), tree.objid()), true)?;
            }
            (true, from) => {
                let (fdp, objid) = self.make_tree(session)?;
                let keyed = bits.contains(TempBits::INDEXED);
                self.fill(session, (fdp, objid), keyed, from)?;
                self.become_tree((fdp, objid), keyed)?;
            }
            (false, Some(tree)) => {
                self.form = Form::Disk(Box::new(Walker::new(db.no(), tree)));
            }
            (false, None) => {
                let Form::Inserting(sort) = &mut self.form else {
                    return Ok(false);
                };
                let sort = std::mem::replace(sort, Sort::new(true));
                self.form = Form::Memory(sort, Spot::Before);
            }
        }
        Ok(true)
    }

    fn make_tree(&mut self, session: &Session) -> Result<(Pgno, Objid), DbError> {
        let mut place = (Pgno::NULL, Objid(0));
        session.update(&self.db, |work| {
            let made = work
                .db
                .space
                .create_tree(&work.author, &NewTree::table(1))?;
            place = (made.pgno_fdp, made.objid);
            Ok(())
        })?;
        self.owned.push(place);
        Ok(place)
    }

    /// The sorted rows go into the tree of a table: with their keys, or numbered.
    fn fill(
        &mut self,
        session: &Session,
        (fdp, objid): (Pgno, Objid),
        keyed: bool,
        from: Option<Arc<WriteTree>>,
    ) -> Result<(), DbError> {
        let Form::Inserting(sort) = &mut self.form else {
            return illegal();
        };
        let to = WriteTree::new(fdp, objid, true, crate::btree::write::DENSITY_FULL);
        let no = self.db.no();
        let mut walker = from.map(|tree| Walker::new(no, tree));
        let (mut place, mut number, mut more) = (0, 0u32, true);
        while more {
            session.update(&self.db, |work| {
                let unversioned = work.unversioned();
                let look = work.look();
                let mut writer = work.plain_writer(&unversioned);
                for _ in 0..COPY_ROWS {
                    let row = match &mut walker {
                        Some(walker) => {
                            let found = walker.next(&look)?;
                            found.then(|| (walker.key(), walker.data()))
                        }
                        None => sort.row(place),
                    };
                    let Some((key, record)) = row else {
                        more = false;
                        break;
                    };
                    place += 1;
                    number = number.saturating_add(1);
                    match keyed {
                        true => writer.insert(&to, key, record)?,
                        false => writer.insert(&to, &sequential_key(number), record)?,
                    };
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn become_tree(&mut self, place: (Pgno, Objid), keyed: bool) -> Result<(), DbError> {
        let schema = Arc::new(self.plan.schema(place, keyed));
        let trees = Arc::new(TableTrees::new(schema, None));
        let indexes = TableIndexes::new(trees);
        let indexes = indexes.map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?;
        let cursor = TableCursor::new(self.db.work_db(), Arc::new(indexes));
        self.form = Form::Tree(Box::new(cursor));
        Ok(())
    }
}

/// The tree of a sort is to be freed.
fn note(owned: &mut Vec<(Pgno, Objid)>, sort: &Sort) {
    if let Some(tree) = sort.tree()
        && !owned.contains(&(tree.fdp(), tree.objid()))
    {
        owned.push((tree.fdp(), tree.objid()));
    }
}

/// The cursor hears of the tree of long values that was made.
fn know_long_values(cursor: &mut TableCursor, tree: &WriteTree) -> Result<(), DbError> {
    let before = Arc::clone(cursor.indexes());
    let mut schema = (*before.trees().schema).clone();
    schema.lv = Some(LvTree { tree: tree.tree() });
    let trees = TableTrees::new(Arc::new(schema), Some(before.trees()));
    let indexes = TableIndexes::new(Arc::new(trees));
    let indexes = indexes.map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?;
    cursor.schema_changed(Arc::new(indexes));
    Ok(())
}

fn is_behind(key: &[u8], range: RangeFlags, limit: &[u8]) -> bool {
    match range.contains(RangeFlags::INCLUSIVE) {
        true => key > limit,
        false => key >= limit,
    }
}

/// A move in a sort in memory; `limit`: an upper range.
fn moved(sort: &Sort, from: Spot, to: Move, limit: Option<(RangeFlags, &[u8])>) -> Spot {
    let len = sort.len();
    let on = |place: usize| match place < len {
        true => Spot::On(place),
        false => Spot::After,
    };
    let by = |n: i32| match (
        from,
        usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX),
    ) {
        (spot, 0) => spot,
        (Spot::Before, n_abs) if n > 0 => on(n_abs - 1),
        (Spot::Before, _) => Spot::Before,
        (Spot::On(place), n_abs) if n > 0 => on(place.saturating_add(n_abs)),
        (Spot::On(place), n_abs) => place.checked_sub(n_abs).map_or(Spot::Before, Spot::On),
        (Spot::After, _) if n > 0 => Spot::After,
        (Spot::After, n_abs) => len.checked_sub(n_abs).map_or(Spot::Before, Spot::On),
    };
    let spot = match to {
        Move::First => on(0),
        Move::Last => len.checked_sub(1).map_or(Spot::After, Spot::On),
        Move::By(n) => by(n),
    };
    match (spot, limit) {
        (Spot::On(place), Some((range, limit)))
            if sort
                .row(place)
                .is_some_and(|(key, _)| is_behind(key, range, limit)) =>
        {
            Spot::After
        }
        (spot, _) => spot,
    }
}

/// Where a seek ends, and whether it found what it was for.
fn sought(sort: &Sort, key: &[u8], relation: Seek) -> (Spot, bool) {
    let (first, behind) = (sort.place_of(key, false), sort.place_of(key, true));
    let place = match relation {
        Seek::Eq if first < behind => Some(first),
        Seek::Eq => None,
        Seek::Ge => Some(first),
        Seek::Gt => Some(behind),
        Seek::Le => behind.checked_sub(1),
        Seek::Lt => first.checked_sub(1),
    };
    match place.filter(|&p| p < sort.len()) {
        Some(place) => (Spot::On(place), true),
        // A neighbour.
        None => match first.min(sort.len().saturating_sub(1)) {
            place if place < sort.len() => (Spot::On(place), false),
            _ => (Spot::After, false),
        },
    }
}

impl Drop for TempTable {
    fn drop(&mut self) {
        let core = &self.core;
        let _call = core.calls.read_recursive();
        if core.health.check().is_err() {
            return;
        }
        let mut gone = Vec::new();
        if let Form::Tree(cursor) = &self.form
            && let Some(tree) = &cursor.indexes().trees().long_values
        {
            // Its pages are the table's.
            gone.push(tree.objid());
        }
        gone.extend(self.owned.iter().map(|&(_, objid)| objid));
        self.db
            .trees_are_gone(&gone, core.store.open_transactions() > 0);
        for &(fdp, _) in &self.owned {
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

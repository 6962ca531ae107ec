//! A table as the calls of the API use it: a cursor that borrows no session, with the update that is
//! prepared on it from one call to the next.
//!
//! [`super::Table`] is for Rust programs, which hold an update as a value. Here an update is begun by
//! one call, its columns are set by others, and in between levels of the transaction may begin and end.
//!
//! Source: jet-api behaviour of records §1-§5, §7; behaviour of cursors §2.
//!
//! Invariants:
//! * before every call the cursor has heard what became of the session's levels, and knows the schema
//!   as the session sees it now;
//! * an update whose level, or a level in which it wrote long values, was rolled back is gone;
//! * a session hands in itself with every call: always the one that opened the table.
#![forbid(unsafe_code)]

use super::change::{Place, Steps};
use super::rows::{Source, lv_format, new_update};
use super::sight::Sight;
use super::spares::{CopyBuffer, Lent};
use super::table::{NEVER, eyes, eyes_at, settle};
use super::{Build, Database, DbError};
use crate::catalog::write::{IndexDefinition, NewIndex, Rights};
use crate::catalog::{TableSchema, TableTrees};
use crate::cursor::{CursorError, Eyes, TableCursor};
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::ColumnFlags;
use crate::format::ids::Objid;
use crate::format::lv::Lid;
use crate::format::record::{RecordView, stored_at};
use crate::format::tagged::TaggedValue;
use crate::index::Touched;
use crate::lv::write::{Extent, LongValueSource, LongValueTree, LongValues};
use crate::record::edit::{
    EditError, EditKind, NewValue, NoLongStore, SetFlags, Stored, ValuePlace, plain_value_into,
};
use crate::record::update::{CopyOf, Update, dereference_all};
use crate::record::{Column, ColumnValues, column_values};
use crate::session::{CommitKind, Ended, Session, Watch};
use crate::trx::{Bookmark, ForGood, OnCleanup, Standing, VersionFault};
use crate::work::{Look, Work, WorkError};
use std::sync::Arc;

/// What an update is prepared for (JetPrepareUpdate).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prepare {
    /// A new record.
    Insert,
    /// A new record whose auto-increment number the caller sets.
    InsertWithNumber,
    /// The current record, locked now; outside of a transaction as the next.
    Replace,
    /// The current record, locked when the update is stored.
    ReplaceNoLock,
    /// A copy of the current record.
    Copy,
    /// A copy that takes the current record's place, with a new number.
    CopyDeleteOriginal,
    /// The same, with the same number.
    CopyReplaceOriginal,
    /// A copy that is only read.
    ReadOnlyCopy,
}

impl Prepare {
    fn is_new(self) -> bool {
        !matches!(
            self,
            Self::Replace | Self::ReplaceNoLock | Self::ReadOnlyCopy
        )
    }

    /// A copy that takes the place of the record it was made of.
    #[must_use]
    pub fn takes_place(self) -> bool {
        matches!(self, Self::CopyDeleteOriginal | Self::CopyReplaceOriginal)
    }
}

/// The update that is prepared.
struct Prepared {
    update: Box<Update>,
    trees: Arc<TableTrees>,
    what: Prepare,
    /// Level in which it was prepared.
    level: u8,
    /// Deepest level in which it wrote long values.
    deepest: u8,
    /// The record as it was, of a replace that was prepared outside of a transaction.
    seen: Option<Vec<u8>>,
}

/// Where a column is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// The current record, as it is stored.
    Record,
    /// The prepared update; the record when there is none (JET_bitRetrieveCopy).
    Copy,
}

/// What a stored update was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// A new record; [`TableCursor::inserted`] is its bookmark.
    Inserted,
    /// The current record was replaced, or left as it was because nothing was set.
    Replaced,
}

/// A table that is open to a session.
pub struct OpenTable {
    db: Database,
    objid: Objid,
    sight: Sight,
    watch: Arc<Watch>,
    cursor: Lent,
    prepared: Option<Prepared>,
    /// The copy buffer of the last update.
    spare: Option<CopyBuffer>,
    /// For reading long values.
    values: Option<LongValues>,
    /// The session's turn at which the cursor got the record that it has, no call of this cursor's since.
    fresh: u64,
}

impl Drop for OpenTable {
    fn drop(&mut self) {
        let buffer = self.spare.take();
        self.db.spares.keep(&mut self.cursor, buffer);
    }
}

fn refused(err: JetErr, what: &'static str) -> DbError {
    DbError::refused(err, what)
}

impl OpenTable {
    /// Opens a table by name.
    ///
    /// # Errors
    /// As [`Database::schema`].
    pub fn open(db: &Database, session: &Session, name: &str) -> Result<Self, DbError> {
        Self::of(db, session, Sight::of_name(db, session, name)?)
    }

    /// Opens a table by its object id.
    ///
    /// # Errors
    /// As [`Database::schema`].
    pub fn open_objid(db: &Database, session: &Session, objid: Objid) -> Result<Self, DbError> {
        Self::of(db, session, Sight::of_objid(db, session, objid)?)
    }

    fn of(
        db: &Database,
        session: &Session,
        (sight, trees): (Sight, Arc<TableTrees>),
    ) -> Result<Self, DbError> {
        let (cursor, spare) = db.spares.open(db.attached().work_db(), &trees)?;
        Ok(Self {
            db: db.clone(),
            objid: sight.objid(),
            sight,
            watch: session.watch(),
            cursor,
            prepared: None,
            spare,
            values: None,
            fresh: NEVER,
        })
    }

    /// Another cursor on the same table: on the first record of the primary index.
    #[must_use]
    pub fn duplicate(&self, session: &Session) -> Self {
        Self {
            db: self.db.clone(),
            objid: self.objid,
            sight: self.sight.duplicate(),
            watch: session.watch(),
            cursor: Lent::new(self.cursor.duplicate(self.db.attached().work_db())),
            prepared: None,
            spare: None,
            values: None,
            fresh: NEVER,
        }
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Its object id.
    #[must_use]
    pub fn objid(&self) -> Objid {
        self.objid
    }

    /// The table as the session sees it.
    ///
    /// # Errors
    /// As [`Database::schema`].
    pub fn schema(&mut self, session: &Session) -> Result<Arc<TableSchema>, DbError> {
        self.ready(session)?;
        Ok(Arc::clone(&self.cursor.indexes().trees().schema))
    }

    /// Before every call.
    #[inline]
    fn ready(&mut self, session: &Session) -> Result<Standing, DbError> {
        self.fresh = NEVER;
        let standing = session.trx().standing();
        if self.watch.is_told() || !self.sight.is_of_now(standing) {
            self.get_ready(session)?;
        }
        Ok(standing)
    }

    #[cold]
    fn get_ready(&mut self, session: &Session) -> Result<(), DbError> {
        if let Some(ended) = self.watch.take() {
            self.levels_ended(session, &ended)?;
        }
        let place = (&**self.db.attached(), self.db.catalog());
        if self.sight.follow(place, session, &mut self.cursor)? {
            self.spare = None;
            self.values = None;
        }
        Ok(())
    }

    #[cold]
    fn levels_ended(&mut self, session: &Session, ended: &Ended) -> Result<(), DbError> {
        self.cursor.levels_ended(|level| ended.now(level));
        if let Some(p) = &mut self.prepared {
            match (ended.now(p.level), ended.now(p.deepest)) {
                (Some(level), Some(deepest)) => (p.level, p.deepest) = (level, deepest),
                (Some(_), None) => {
                    self.cancel(session)?;
                }
                (None, _) => self.forget_update(),
            }
        }
        Ok(())
    }

    /// The cursor, and the session's eyes for this call.
    ///
    /// # Errors
    /// As [`Database::schema`]: the table may be gone.
    #[inline]
    pub fn at<'a>(
        &'a mut self,
        session: &'a Session,
    ) -> Result<(&'a mut TableCursor, Eyes<'a>), DbError> {
        self.ready(session)?;
        let eyes = eyes(session, self.db.attached());
        Ok((&mut self.cursor, eyes))
    }

    /// A step to the next record where that takes no look at a page and no update is prepared; `false`:
    /// nothing was done, it is a move like others ([`TableCursor::move_to`]).
    ///
    /// # Errors
    /// As [`OpenTable::at`].
    #[inline]
    pub fn next_at_hand(&mut self, session: &Session) -> Result<bool, DbError> {
        if self.prepared.is_some() {
            return Ok(false);
        }
        let standing = self.ready(session)?;
        let eyes = eyes_at(session, self.db.attached(), standing);
        let moved = self.cursor.next_at_hand(&eyes);
        if moved && standing.level > 0 {
            self.fresh = session.turn();
        }
        Ok(moved)
    }

    /// The cursor as the last call left it.
    #[must_use]
    pub fn cursor(&self) -> &TableCursor {
        &self.cursor
    }

    // ---- updates -------------------------------------------------------------------------------

    /// The update that is prepared.
    ///
    /// # Errors
    /// As [`OpenTable::at`].
    pub fn prepared(&mut self, session: &Session) -> Result<Option<Prepare>, DbError> {
        if self.prepared.is_some() {
            self.ready(session)?;
        }
        Ok(self.prepared.as_ref().map(|p| p.what))
    }

    /// Whether an update is prepared, as the last call left it: a level that ended since may have taken it.
    #[must_use]
    pub fn has_update(&self) -> bool {
        self.prepared.is_some()
    }

    fn forget_update(&mut self) {
        if let Some(mut p) = self.prepared.take() {
            p.update.end();
            self.spare = Some((p.trees, p.update));
        }
    }

    /// Cancels the update that is prepared, if there is one; `false` when there was none.
    ///
    /// # Errors
    /// JET_errRollbackError: long values that were written can't be undone.
    #[inline]
    pub fn cancel(&mut self, session: &Session) -> Result<bool, DbError> {
        if self.prepared.is_none() {
            return Ok(false);
        }
        self.cancel_prepared(session)
    }

    fn cancel_prepared(&mut self, session: &Session) -> Result<bool, DbError> {
        let Some(p) = &self.prepared else {
            return Ok(false);
        };
        let number = p.update.number();
        self.forget_update();
        if let Some(number) = number.filter(|_| session.level() > 0) {
            session.undo_update(number)?;
        }
        Ok(true)
    }

    /// Prepares an update (JetPrepareUpdate).
    ///
    /// # Errors
    /// JET_errAlreadyPrepared; JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict;
    /// JET_errNotInTransaction for a copy that stays beside its original;
    /// JET_errOutOfAutoincrementValues; JET_errIllegalOperation.
    pub fn prepare(
        &mut self,
        session: &Session,
        what: Prepare,
        kind: CommitKind,
    ) -> Result<(), DbError> {
        self.ready(session)?;
        if self.prepared.is_some() {
            let what = "an update is prepared already";
            return Err(refused(JetErr::ALREADY_PREPARED, what));
        }
        let trees = Arc::clone(self.cursor.indexes().trees());
        let mut update = match self.spare.take() {
            Some((of, update)) if Arc::ptr_eq(&of, &trees) => update,
            _ => Box::new(new_update(self.db.attached(), &trees)),
        };
        let level = session.level();
        let mut seen = None;
        match what {
            Prepare::Insert => {
                update.begin_insert(EditKind::Insert);
                self.number(session, &trees, &mut update, kind)?;
            }
            Prepare::InsertWithNumber => {
                let column = trees.schema.auto_increment();
                if column.is_none_or(|c| c.default.is_some()) {
                    let what = "no column for a number of the caller's";
                    return Err(refused(JetErr::ILLEGAL_OPERATION, what));
                }
                update.begin_insert(EditKind::InsertWithNumber);
            }
            Prepare::Replace | Prepare::ReplaceNoLock | Prepare::ReadOnlyCopy => {
                let eyes = eyes(session, self.db.attached());
                if what == Prepare::Replace && level > 0 {
                    self.cursor.lock_for(&eyes, session.trx(), true)?;
                }
                self.cursor.record(&eyes)?;
                let (key, record) = (self.cursor.bookmark()?, self.cursor.record_read());
                update.begin_replace(&trees.records, key, record)?;
                if level == 0 {
                    seen = Some(record.to_vec());
                }
            }
            Prepare::Copy => {
                if level == 0 {
                    let what = "a record is copied in a transaction";
                    return Err(refused(JetErr::NOT_IN_TRANSACTION, what));
                }
                let eyes = eyes(session, self.db.attached());
                let record = self.cursor.record(&eyes)?.to_vec();
                let source = Source::new(self.db.catalog(), self.objid, &trees);
                session.update_as(self.db.attached(), kind, |work| {
                    update.begin_copy(work, &source, &record, CopyOf::Kept)
                })?;
                self.number(session, &trees, &mut update, kind)?;
            }
            Prepare::CopyDeleteOriginal | Prepare::CopyReplaceOriginal => {
                let eyes = eyes(session, self.db.attached());
                if level > 0 {
                    self.cursor.lock_for(&eyes, session.trx(), true)?;
                }
                let record = self.cursor.record(&eyes)?;
                update.end();
                let begun = update.edit_mut().begin_with(EditKind::Insert, record, true);
                begun.map_err(WorkError::from)?;
                if what == Prepare::CopyDeleteOriginal {
                    self.number(session, &trees, &mut update, kind)?;
                }
            }
        }
        self.prepared = Some(Prepared {
            deepest: if update.number().is_some() { level } else { 0 },
            update,
            trees,
            what,
            level,
            seen,
        });
        Ok(())
    }

    /// The new record gets its number, if the table numbers its records.
    fn number(
        &mut self,
        session: &Session,
        trees: &TableTrees,
        update: &mut Update,
        kind: CommitKind,
    ) -> Result<(), DbError> {
        let Some(column) = trees.schema.auto_increment() else {
            return Ok(());
        };
        let cursor = &mut self.cursor;
        let db = self.db.attached();
        let mut next = |work: &mut Work<'_>| Ok(cursor.next_auto_increment(work)?);
        let number = match session.level() {
            0 => session.update_as(db, kind, next)?,
            _ => session.work(db, |work| next(work))?,
        };
        if let Some(number) = number {
            let bytes = number.to_le_bytes();
            let bytes = bytes.get(..column.fixed_len()).unwrap_or(&bytes);
            update
                .edit_mut()
                .put_fixed(column, bytes)
                .map_err(WorkError::from)?;
        }
        Ok(())
    }

    /// Sets a column of the prepared update (JetSetColumn).
    ///
    /// # Errors
    /// Those of jet-api behaviour of records §3, in its order from JET_errUpdateNotPrepared on.
    pub fn set(
        &mut self,
        session: &Session,
        columnid: u32,
        place: ValuePlace,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<Stored, DbError> {
        if self.prepared.is_some() {
            self.ready(session)?;
        }
        let Some(p) = &mut self.prepared else {
            return Err(refused(
                JetErr::UPDATE_NOT_PREPARED,
                "no update is prepared",
            ));
        };
        let page = self.db.attached().page_size().bytes();
        flags.check(value.len(), page).map_err(WorkError::from)?;
        let trees = Arc::clone(&p.trees);
        let column = trees.schema.by_columnid(columnid)?;
        let level = session.level();
        if !column.coltyp.is_long() {
            // Without a thought of the transaction: most records are made like this.
            let set = (p.update.edit_mut()).set(&mut NoLongStore, column, place, value, flags);
            match set {
                Err(EditError::Store(_)) if level > 0 => {}
                done => return Ok(done.map_err(WorkError::from)?),
            }
        }
        if level == 0 {
            let what = "long values are set in a transaction";
            return Err(refused(JetErr::NOT_IN_TRANSACTION, what));
        }
        let source = Source::new(self.db.catalog(), self.objid, &trees);
        let update = &mut p.update;
        let done = session.update_as(self.db.attached(), CommitKind::Lazy, |work| {
            update.set(work, &source, column, place, value, flags)
        })?;
        if update.number().is_some() {
            p.deepest = p.deepest.max(level);
        }
        Ok(done)
    }

    /// Stores the prepared update (JetUpdate). `most`: a bookmark of a new record may be so long. After
    /// an error nothing is changed, and the update is still prepared.
    ///
    /// # Errors
    /// Those of jet-api behaviour of records §4.
    pub fn store(
        &mut self,
        session: &Session,
        kind: CommitKind,
        most: Option<usize>,
    ) -> Result<Done, DbError> {
        self.ready(session)?;
        let Some(mut p) = self.prepared.take() else {
            return Err(refused(
                JetErr::UPDATE_NOT_PREPARED,
                "no update is prepared",
            ));
        };
        let done = match p.what.is_new() {
            true => self.store_new(session, &mut p, kind, most),
            false => self.store_replaced(session, &mut p, kind),
        };
        if done.is_ok() {
            p.update.end();
            self.spare = Some((p.trees, p.update));
        } else {
            self.prepared = Some(p);
        }
        done
    }

    fn store_new(
        &mut self,
        session: &Session,
        p: &mut Prepared,
        kind: CommitKind,
        most: Option<usize>,
    ) -> Result<Done, DbError> {
        self.cursor.begin_insert();
        let schema = &p.trees.schema;
        let checked = p.update.edit().check_not_null(schema.columns());
        checked.map_err(WorkError::from)?;
        p.update.count_version(schema.columns(), None)?;
        let takes_place = p.what.takes_place();
        let edit = p.update.edit();
        let mut fits = true;
        // A plain insert asks nothing of the place: who put the first record off still finds it then.
        if takes_place {
            self.settle(session)?;
        }
        let steps = match takes_place || most.is_some() {
            true => Steps::Several,
            false => Steps::OneNode,
        };
        let stored = self.maintained(session, kind, steps, |cursor, work| {
            if takes_place {
                // Its long values are the copy's now, or were let go of when the copy's were set.
                cursor.delete_record(work, &mut |_, _| Ok(()))?;
            }
            let inserted = cursor.insert_edited(work, edit);
            let len = cursor.inserted().len();
            fits = most.is_none_or(|most| len <= most);
            match inserted {
                Ok(()) if fits => Ok(()),
                Ok(()) => Err(too_small().into()),
                Err(e) => Err(e),
            }
        });
        match stored {
            Err(e) if !fits && e.jet_err() == JetErr::KEY_DUPLICATE => Err(too_small().into()),
            Err(e) => Err(e),
            Ok(()) => Ok(Done::Inserted),
        }
    }

    fn store_replaced(
        &mut self,
        session: &Session,
        p: &mut Prepared,
        kind: CommitKind,
    ) -> Result<Done, DbError> {
        if p.what == Prepare::ReadOnlyCopy {
            let what = "a copy that is only read is not stored";
            return Err(refused(JetErr::ILLEGAL_OPERATION, what));
        }
        if p.seen.is_none() && p.what == Prepare::Replace && p.update.edit().touched().is_empty() {
            return Ok(Done::Replaced);
        }
        let seen = p.seen.as_deref();
        let update = &mut p.update;
        let trees = Arc::clone(&p.trees);
        self.settle(session)?;
        self.maintained(session, kind, Steps::Several, |cursor, work| {
            cursor.lock(work, true)?;
            let record = cursor.record(&Eyes::of(work))?;
            if seen.is_some_and(|seen| seen != record) {
                let what = "the record was changed since the update was prepared";
                return Err(WorkError::refused(JetErr::WRITE_CONFLICT, what).into());
            }
            if update.edit().touched().is_empty() {
                return Ok(());
            }
            update.count_version(trees.schema.columns(), Some(record))?;
            let touched = Touched::Columns(update.edit().touched());
            cursor.replace_record(work, update.edit().record(), touched, update.number())
        })?;
        Ok(Done::Replaced)
    }

    /// Deletes the current record (JetDelete). The cursor stays where it was.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict.
    pub fn delete(&mut self, session: &Session, kind: CommitKind) -> Result<(), DbError> {
        self.ready(session)?;
        let trees = Arc::clone(self.cursor.indexes().trees());
        let no = self.db.attached().no();
        let format = lv_format(self.db.attached(), trees.schema.lv_chunk_max);
        self.settle(session)?;
        let steps = match trees.existing() {
            None => Steps::OneNode,
            Some(_) => Steps::Several,
        };
        self.maintained(session, kind, steps, |cursor, work| {
            cursor.delete_record(work, &mut |work, record| {
                let mut values = LongValueTree::of(&trees).map(|t| LongValues::new(no, t, format));
                dereference_all(work, values.as_mut(), record)
            })
        })
    }

    /// Adds to an escrow column of the current record (JetEscrowUpdate); gives its value before, as it
    /// lies on the page.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict.
    pub fn escrow(
        &mut self,
        session: &Session,
        column: &Column,
        amount: i64,
    ) -> Result<i64, DbError> {
        self.add(session, column, (amount, false))
    }

    /// As [`OpenTable::escrow`], but seen by everybody at once and not taken back by a rollback
    /// (JET_bitEscrowNoRollback). Nothing is done about a number that becomes 0 by it.
    ///
    /// # Errors
    /// As [`OpenTable::escrow`].
    pub fn escrow_for_good(
        &mut self,
        session: &Session,
        column: &Column,
        amount: i64,
    ) -> Result<i64, DbError> {
        self.add(session, column, (amount, true))
    }

    fn add(
        &mut self,
        session: &Session,
        column: &Column,
        (amount, for_good): (i64, bool),
    ) -> Result<i64, DbError> {
        self.ready(session)?;
        let wide = column.fixed_len() == 8;
        let has = |f| column.flags.contains(f);
        let then = OnCleanup {
            // Finalize means the same (jet-api behaviour of records §5).
            delete_on_zero: has(ColumnFlags::FINALIZE) || has(ColumnFlags::DELETE_ON_ZERO),
            ..OnCleanup::default()
        };
        let offset = column.offset;
        let cursor = &mut self.cursor;
        let old = session.update_as(self.db.attached(), CommitKind::Lazy, |work| {
            if let Err(e) = cursor.record(&Eyes::of(work)) {
                let gone = matches!(e, CursorError::RecordDeleted);
                return Err(match gone && cursor.is_in_conflict(work.trx) {
                    true => VersionFault::WriteConflict.into(),
                    false => e.into(),
                });
            }
            let tree = Arc::clone(&cursor.indexes().trees().records);
            let bookmark = Bookmark {
                key: cursor.bookmark()?,
                data: &[],
            };
            let sink = ForGood(work.trx);
            let mut writer = match for_good {
                true => work.writer_for_good(&sink),
                false => work.writer(),
            };
            let done = match wide {
                true => writer.delta64(&tree, bookmark, offset, amount, then),
                #[allow(clippy::cast_possible_truncation)] // The column is so wide.
                false => writer
                    .delta(&tree, bookmark, offset, amount as i32, then)
                    .map(i64::from),
            };
            done.map_err(|e| {
                // Somebody else took away what this transaction still sees.
                let gone = e.jet_err() == JetErr::RECORD_DELETED;
                match gone && cursor.is_in_conflict(work.trx) {
                    true => VersionFault::WriteConflict.into(),
                    false => WorkError::from(e),
                }
            })
        })?;
        Ok(old)
    }

    /// Where it stands is a place of this level, before a step of one above changes the record.
    fn settle(&mut self, session: &Session) -> Result<(), DbError> {
        settle(&mut self.cursor, (self.db.attached(), session))
    }

    /// Changes records with every index that has to be maintained, as one step.
    fn maintained(
        &mut self,
        session: &Session,
        kind: CommitKind,
        steps: Steps,
        what: impl FnMut(&mut TableCursor, &mut Work<'_>) -> Result<(), CursorError>,
    ) -> Result<(), DbError> {
        let place = Place {
            session,
            db: self.db.attached(),
            catalog: self.db.catalog(),
            stamp: self.sight.stamp(),
            cursor: &mut self.cursor,
        };
        Ok(place.change(kind, steps, what)?)
    }

    // ---- reading -------------------------------------------------------------------------------

    /// The first value of a column of the current record, where it lies in the record as it is, or is the
    /// column's default; `None`: there is more to it, [`OpenTable::read`] tells.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted.
    pub fn plain_value(
        &mut self,
        session: &Session,
        columnid: u32,
    ) -> Result<Option<PlainValue<'_>>, DbError> {
        if self.prepared.is_some() {
            return Ok(None);
        }
        let fresh = self.fresh == session.turn();
        let standing = match fresh {
            true => None,
            false => Some(self.ready(session)?),
        };
        let schema = self.cursor.indexes().schema();
        let Ok(Some(place)) = schema.place_of_columnid(columnid) else {
            return Ok(None);
        };
        if let Some(standing) = standing {
            let eyes = eyes_at(session, self.db.attached(), standing);
            if !self.cursor.record_is_read(&eyes) {
                self.cursor.record(&eyes)?;
            }
            if standing.level > 0 {
                self.fresh = session.turn();
            }
        }
        let Some(column) = self.cursor.indexes().schema().columns().get(place) else {
            return Ok(None);
        };
        let special =
            ColumnFlags::ESCROW | ColumnFlags::ENCRYPTED | ColumnFlags::USER_DEFINED_DEFAULT;
        if column.flags.intersects(special) {
            return Ok(None);
        }
        let record = self.cursor.record_read();
        let stored = stored_at(record, column.fid, (column.offset, column.fixed_len()));
        Ok(match stored.and_then(|at| record.get(at)) {
            Some(bytes) => Some(PlainValue::Bytes(bytes)),
            None => self.plain_elsewhere(record, column),
        })
    }

    /// The same of a value that is not stored as most are.
    #[inline(never)]
    fn plain_elsewhere<'r>(
        &'r self,
        record: &'r [u8],
        column: &'r Column,
    ) -> Option<PlainValue<'r>> {
        let large = self.db.attached().page_size().is_large();
        // What is wrong with a record says who looks at all of it.
        let view = RecordView::new(record, large).ok()?;
        match column_values(&view, column) {
            Ok(ColumnValues::Null) => Some(PlainValue::Null),
            Ok(ColumnValues::Default(bytes)) => Some(PlainValue::Bytes(bytes)),
            Ok(ColumnValues::One(value)) if value.is_plain() => {
                Some(PlainValue::Bytes(value.bytes))
            }
            _ => None,
        }
    }

    /// Reads a record: all that `what` looks at is of one moment.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted; those of `what`.
    pub fn read<T>(
        &mut self,
        session: &Session,
        from: From,
        what: impl FnOnce(&mut Reading<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.ready(session)?;
        let _moment = session.moment()?;
        let Eyes { look, level } = eyes(session, self.db.attached());
        let prepared = self.prepared.as_ref();
        let of_copy = prepared.filter(|_| from == From::Copy);
        let (record, look) = match (of_copy, prepared.and_then(|p| p.update.number())) {
            (Some(p), _) => (p.update.edit().record(), look),
            (None, number) => {
                let eyes = Eyes { look, level };
                if !self.cursor.record_is_read(&eyes) {
                    self.cursor.record(&eyes)?;
                }
                let look = match number {
                    Some(number) => eyes.look.before_update(number),
                    None => eyes.look,
                };
                (self.cursor.record_read(), look)
            }
        };
        let trees = match of_copy {
            Some(p) => &p.trees,
            None => self.cursor.indexes().trees(),
        };
        let large = self.db.attached().page_size().is_large();
        let view = RecordView::new(record, large);
        let view = view.map_err(|e| WorkError::damaged(e.jet_err(), e.to_string()))?;
        what(&mut Reading {
            schema: &trees.schema,
            view,
            look,
            // A prepared update may have made the tree of long values.
            lazy: Some((self.cursor.indexes().trees(), &self.db)),
            values: &mut self.values,
        })
    }
}

/// A value that needs nothing but the record and the schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlainValue<'r> {
    /// NULL.
    Null,
    /// The value, whole.
    Bytes(&'r [u8]),
}

/// A record, with what lies outside of it.
pub struct Reading<'r> {
    /// The table.
    pub schema: &'r TableSchema,
    /// The record.
    pub view: RecordView<'r>,
    look: Look<'r>,
    /// Where long values are found when the first of them is wanted.
    lazy: Option<(&'r TableTrees, &'r Database)>,
    values: &'r mut Option<LongValues>,
}

fn damaged(e: &(impl HasJetErr + std::fmt::Display)) -> DbError {
    WorkError::damaged(e.jet_err(), e.to_string()).into()
}

fn no_long_values() -> DbError {
    let what = "a reference to a long value in a table without a tree for them";
    WorkError::damaged(JetErr::LV_CORRUPTED, what).into()
}

impl<'r> Reading<'r> {
    /// A record whose long values, if there are any, are `values`.
    pub(crate) fn new(
        schema: &'r TableSchema,
        view: RecordView<'r>,
        look: Look<'r>,
        values: &'r mut Option<LongValues>,
    ) -> Self {
        Self {
            schema,
            view,
            look,
            lazy: None,
            values,
        }
    }

    /// What the record holds of a column.
    ///
    /// # Errors
    /// Damage.
    pub fn values<'c>(&self, column: &'c Column) -> Result<ColumnValues<'c>, DbError>
    where
        'r: 'c,
    {
        column_values(&self.view, column).map_err(|e| damaged(&e))
    }

    /// Appends bytes of a value to `out`: at most `most`, from `offset` on. Gives how long the value is.
    ///
    /// # Errors
    /// Damage.
    pub fn bytes(
        &mut self,
        value: &TaggedValue<'_>,
        offset: u32,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<u64, DbError> {
        if value.separated {
            let lid = Lid::from_record(value.bytes).map_err(|e| damaged(&e))?;
            let look = self.look.clone();
            let values = self.long_values()?;
            let Some(values) = values else {
                return Err(no_long_values());
            };
            let size = values.read_at(&look, lid, offset, most, out)?;
            return Ok(u64::from(size));
        }
        let (start, skip) = (out.len(), offset as usize);
        if !value.compressed {
            let rest = value.bytes.get(skip..).unwrap_or(&[]);
            out.extend_from_slice(rest.get(..most).unwrap_or(rest));
            return Ok(value.bytes.len() as u64);
        }
        plain_value_into(value, out).map_err(WorkError::from)?;
        let len = out.len() - start;
        out.drain(start..start + skip.min(len));
        out.truncate(start + most.min(len - skip.min(len)));
        Ok(len as u64)
    }

    /// What a separated value takes where it lies; `None` for one in the record.
    ///
    /// # Errors
    /// Damage.
    pub fn extent(&mut self, value: &TaggedValue<'_>) -> Result<Option<Extent>, DbError> {
        if !value.separated {
            return Ok(None);
        }
        let lid = Lid::from_record(value.bytes).map_err(|e| damaged(&e))?;
        let look = self.look.clone();
        match self.long_values()? {
            Some(values) => Ok(Some(values.extent(&look, lid)?)),
            None => Err(no_long_values()),
        }
    }

    fn long_values(&mut self) -> Result<Option<&mut LongValues>, DbError> {
        if self.values.is_none()
            && let Some((trees, db)) = self.lazy
            && let Some(tree) = LongValueSource::existing(trees)
        {
            let open = db.attached();
            let format = lv_format(open, self.schema.lv_chunk_max);
            *self.values = Some(LongValues::new(open.no(), tree, format));
        }
        Ok(self.values.as_mut())
    }
}

fn too_small() -> WorkError {
    let what = "the bookmark is longer than the room for it";
    WorkError::refused(JetErr::BUFFER_TOO_SMALL, what)
}

impl Database {
    /// Adds indexes to a table, with the records that are there (JetCreateIndex): all of them or none.
    ///
    /// # Errors
    /// As [`crate::catalog::live::LiveCatalog::create_index`].
    pub fn create_indexes_on(
        &self,
        session: &Session,
        table: Objid,
        indexes: &[IndexDefinition],
        rights: Rights,
    ) -> Result<Vec<NewIndex>, DbError> {
        Ok(session.update(self.attached(), |work| {
            let make = |index| {
                self.catalog()
                    .create_index(work, table, index, rights, &mut Build)
            };
            indexes.iter().map(make).collect()
        })?)
    }
}

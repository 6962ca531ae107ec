//! Records are inserted, replaced, deleted and locked; their entries follow.
//!
//! All of one call is one update. When a call fails, what it had done by then is left to the caller,
//! who rolls back the level that it began for the call (or the update): the transaction goes on.
//!
//! Source: docs/format/versioning.md §4, §5; jet-api behaviour of records §4, §5, §8.
//!
//! Invariant: nothing of a record changes that another session stands against: it is locked for writing,
//! or its own change is the first.
#![forbid(unsafe_code)]

use super::{CursorError, TableCursor};
use crate::error::{HasJetErr, JetErr};
use crate::format::key::sequential_key;
use crate::index::{TableIndexes, Touched, plain_primary_key};
use crate::record::edit::RecordEdit;
use crate::trx::{Bookmark, NodeId, Oper, TrxSession};
use crate::work::{Place, Walker, Work, WorkError};
use std::sync::Arc;

/// What an update lets go before the record is deleted: references to separated long values.
pub type Release<'r> = &'r mut dyn FnMut(&mut Work<'_>, &[u8]) -> Result<(), WorkError>;

/// Whether an index refuses the key for what it is.
fn is_refused_key(e: &WorkError) -> bool {
    let err = e.jet_err();
    err == JetErr::NULL_KEY_DISALLOWED || err == JetErr::KEY_TRUNCATED
}

impl TableCursor {
    /// Inserts a record, complete with all its values. The cursor does not move;
    /// [`TableCursor::inserted`] is the record's bookmark then.
    ///
    /// # Errors
    /// JET_errKeyDuplicate, in the primary or in a secondary index, also where another session's
    /// change stands against it; JET_errKeyTruncated, JET_errNullKeyDisallowed; for numbered records
    /// JET_errOutOfSequentialIndexValues.
    pub fn insert_record(&mut self, work: &mut Work<'_>, record: &[u8]) -> Result<(), CursorError> {
        let Self {
            db,
            indexes,
            keeper,
            inserted,
            inserted_record,
            large_pages,
            ..
        } = self;
        *inserted_record = false;
        let long = Self::long_values(*db, indexes, work.look());
        let columns = Self::columns(indexes, *large_pages, &long, record)?;
        inserted.clear();
        match indexes.primary() {
            Some(def) => inserted.extend_from_slice(keeper.primary_key(def, &columns)?),
            None => inserted.extend_from_slice(&Self::next_number(work, indexes)?),
        }
        let records = &indexes.trees().records;
        let done = work.writer().insert(records, inserted, record);
        done.map_err(WorkError::from)?;
        *inserted_record = true;
        Ok(keeper.insert(work, indexes, &columns, inserted)?)
    }

    /// As [`TableCursor::insert_record`], of the record of a copy buffer, which is known to be one.
    ///
    /// In a table without secondary indexes nothing is asked of it but the key's columns; where these lie
    /// in it as they are, the key is made from its bytes ([`plain_primary_key`]).
    ///
    /// # Errors
    /// As there.
    pub fn insert_edited(
        &mut self,
        work: &mut Work<'_>,
        edit: &RecordEdit,
    ) -> Result<(), CursorError> {
        let (indexes, record) = (&self.indexes, edit.record());
        let plain = match indexes.primary() {
            Some(def) if indexes.secondary().is_empty() => {
                self.inserted.clear();
                plain_primary_key(def, indexes.schema(), record, &mut self.inserted)
            }
            _ => false,
        };
        if !plain {
            return self.insert_record(work, record);
        }
        self.inserted_record = false;
        let records = &indexes.trees().records;
        let done = work.writer().insert(records, &self.inserted, record);
        done.map_err(WorkError::from)?;
        self.inserted_record = true;
        Ok(())
    }

    /// The next insert is prepared: what the last one did is no longer told.
    pub fn begin_insert(&mut self) {
        self.inserted_record = false;
    }

    /// Whether the record of the last insert went in, though perhaps one of its entries did not: then
    /// the bookmark is given all the same (jet-api behaviour of records §4).
    #[must_use]
    pub fn inserted_record(&self) -> bool {
        self.inserted_record
    }

    /// Key of the next record of a table without a primary index.
    fn next_number(work: &Work<'_>, indexes: &TableIndexes) -> Result<[u8; 4], CursorError> {
        let next = indexes.next_serial(|| {
            let records = Arc::clone(&indexes.trees().records);
            let mut walker = Walker::new(work.db.trees.no(), records).seeing_all();
            Ok::<_, CursorError>(match walker.last(&work.look())? {
                true => {
                    let key: [u8; 4] = walker.key().try_into().map_err(|_| {
                        let what = "a record without primary index whose key is no number";
                        WorkError::damaged(JetErr::DATABASE_CORRUPTED, what)
                    })?;
                    u32::from_be_bytes(key)
                }
                false => 0,
            })
        })?;
        next.map(sequential_key).ok_or(CursorError::OutOfSerials)
    }

    /// Locks the record until the transaction ends, for writing or beside other readers (JetGetLock,
    /// JET_prepReplace). Whether it is still there is not asked.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord; JET_errWriteConflict, also against what was committed since the
    /// transaction began.
    pub fn lock(&mut self, work: &Work<'_>, write: bool) -> Result<(), CursorError> {
        self.lock_for(&super::Eyes::of(work), work.trx, write)
    }

    /// As [`TableCursor::lock`]: a lock alone changes no page, and is not logged. One for reading is
    /// granted in a transaction that only reads, too.
    ///
    /// # Errors
    /// As there; JET_errNotInTransaction.
    pub fn lock_for(
        &mut self,
        eyes: &super::Eyes<'_>,
        trx: &TrxSession,
        write: bool,
    ) -> Result<(), CursorError> {
        self.settle_record(eyes)?;
        let walker = &self.primary.walker;
        if walker.place() != Place::On {
            return Err(CursorError::NoCurrentRecord);
        }
        let tree = walker.tree();
        let id = NodeId::new(
            (self.db, tree.fdp(), tree.objid()),
            tree.is_unique(),
            walker.key(),
        );
        trx.lock(&id, write)?;
        Ok(())
    }

    /// Whether another session has changed the record, or locked it, and not committed
    /// (JetGetCursorInfo); `false` when the cursor stands on none.
    #[must_use]
    pub fn is_changed_by_others(&self, trx: &TrxSession) -> bool {
        let walker = &self.primary.walker;
        let tree = walker.tree();
        let name = (self.db, tree.fdp(), tree.objid());
        walker.place() == Place::On
            && trx.is_changed_by_others(&NodeId::new(name, tree.is_unique(), walker.key()))
    }

    /// Whether others stand against a change of the record, also by what they committed since the
    /// transaction began.
    #[must_use]
    pub fn is_in_conflict(&self, trx: &TrxSession) -> bool {
        let walker = &self.primary.walker;
        let tree = walker.tree();
        let name = (self.db, tree.fdp(), tree.objid());
        let id = NodeId::new(name, tree.is_unique(), walker.key());
        walker.place() == Place::On && trx.check(&id, Oper::WriteLock).is_err()
    }

    /// Locks the record for writing and reads it.
    fn take(&mut self, work: &Work<'_>) -> Result<(), CursorError> {
        self.lock(work, true)?;
        Self::record_at(&mut self.primary, &super::Eyes::of(work))
    }

    /// Replaces the record. `touched` are the columns that were set, `update` the number of the
    /// update, if long values were changed in its name already: entries that go are those of the
    /// record as it was before. The cursor does not move.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict;
    /// JET_errRecordPrimaryChanged; as of [`TableCursor::insert_record`] for its entries.
    pub fn replace_record(
        &mut self,
        work: &mut Work<'_>,
        record: &[u8],
        touched: Touched<'_>,
        update: Option<u32>,
    ) -> Result<(), CursorError> {
        self.take(work)?;
        let Self {
            db,
            indexes,
            keeper,
            primary,
            large_pages,
            ..
        } = self;
        let walker = &primary.walker;
        let (after, mut before) = (work.look(), work.look());
        if let Some(update) = update {
            before = before.before_update(update);
        }
        let before = Self::long_values(*db, indexes, before);
        let after = Self::long_values(*db, indexes, after);
        let old = Self::columns(indexes, *large_pages, &before, walker.data())?;
        let new = Self::columns(indexes, *large_pages, &after, record)?;
        if let Some(def) = indexes.primary().filter(|d| touched.concerns_key(d)) {
            // A key that may not be is another one too.
            let same = match keeper.primary_key(def, &new) {
                Ok(key) => key == walker.key(),
                Err(e) if is_refused_key(&e) => false,
                Err(e) => return Err(e.into()),
            };
            if !same {
                return Err(CursorError::PrimaryChanged);
            }
        }
        keeper.replace(work, indexes, (&old, &new), walker.key(), touched)?;
        let (tree, key) = (walker.tree(), walker.key());
        let mut writer = work.writer();
        let done = writer.replace_known(tree, key, record, walker.known());
        done.map_err(WorkError::from)?;
        Ok(())
    }

    /// Deletes the record; `release` gets it when its entries are gone. The cursor stays where it was,
    /// on a deleted record.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted, JET_errWriteConflict;
    /// JET_errSecondaryIndexCorrupted when an entry is missing; those of `release`.
    pub fn delete_record(
        &mut self,
        work: &mut Work<'_>,
        release: Release<'_>,
    ) -> Result<(), CursorError> {
        if self.indexes.secondary().is_empty() {
            // Its deletion is the one version that it gets: that is refused where a lock would be.
            self.settle_record(&super::Eyes::of(work))?;
            let walker = &self.primary.walker;
            if walker.place() != Place::On {
                return Err(CursorError::NoCurrentRecord);
            }
            let tree = walker.tree();
            let name = (self.db, tree.fdp(), tree.objid());
            let id = NodeId::new(name, tree.is_unique(), walker.key());
            work.trx.check(&id, Oper::WriteLock)?;
            Self::record_at(&mut self.primary, &super::Eyes::of(work))?;
        } else {
            self.take(work)?;
        }
        let Self {
            db,
            indexes,
            keeper,
            primary,
            large_pages,
            ..
        } = self;
        let walker = &primary.walker;
        let long = Self::long_values(*db, indexes, work.look());
        let columns = Self::columns(indexes, *large_pages, &long, walker.data())?;
        keeper.delete(work, indexes, &columns, walker.key())?;
        release(work, walker.data())?;
        let bookmark = Bookmark {
            key: walker.key(),
            data: &[],
        };
        let mut writer = work.writer();
        let done = writer.flag_delete_known(walker.tree(), bookmark, walker.known());
        done.map_err(WorkError::from)?;
        Ok(())
    }
}

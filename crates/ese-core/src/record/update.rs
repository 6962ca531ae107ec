//! One prepared update of a cursor: the copy buffer, and the long values that it changes outside.
//!
//! ```text
//! begin_insert | begin_replace | begin_copy     JetPrepareUpdate
//! set, get                                      JetSetColumn, JetRetrieveColumn of the copy
//! record, touched  ->  the cursor's update      JetUpdate
//! end | cancel
//! ```
//! Long values change when they are set, through the version store, in the name of this update: who
//! cancels rolls that back ([`Update::cancel`]). Through the record they are seen when that is stored.
//!
//! A [`Update::set`] that fails may have changed long values already. The caller begins a level for the
//! call and rolls it back then.
//!
//! Source: jet-api behaviour of records §1-§3; docs/format/versioning.md §4, "Lock acquisition points".
//!
//! Invariant: a record that loses a reference to a long value is locked for writing first.
#![forbid(unsafe_code)]

use super::edit::{
    EditError, EditKind, LongStore, NewValue, NoLongStore, RecordEdit, RecordLayout, SetFlags,
    Stored, ValuePlace, is_too_big, is_version, long_values_of, plain_value_into,
};
use super::{Column, ColumnValues};
use crate::btree::write::WriteTree;
use crate::cache::DbNo;
use crate::error::JetErr;
use crate::format::lv::Lid;
use crate::format::record::RecordView;
use crate::format::tagged::TaggedValue;
use crate::lv::write::{Change, Content, Format, HowToChange, LongValueSource, LongValues};
use crate::trx::{NodeId, RollbackScope};
use crate::work::{Look, Work, WorkError};
use std::sync::Arc;

/// How a record is copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyOf {
    /// The old record stays as well (JET_prepInsertCopy): long values get one more reference.
    Kept,
    /// The old record goes (JET_prepInsertCopyDeleteOriginal, JET_prepInsertCopyReplaceOriginal): its
    /// long values are handed over.
    Replaced,
}

/// What a copy buffer holds of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Got {
    /// NULL, or no such value.
    Null,
    /// A value; so many bytes of it lie behind the offset asked for.
    Value(u64),
}

/// The record that is replaced, by its name in the version store.
#[derive(Clone, Debug)]
struct Original {
    tree: Arc<WriteTree>,
    key: Vec<u8>,
}

/// A prepared update. Its buffers are used again for the next one.
#[derive(Debug)]
pub struct Update {
    db: DbNo,
    format: Format,
    edit: RecordEdit,
    values: Option<LongValues>,
    original: Option<Original>,
    /// Its number in the version store, 0 before a long value was changed.
    number: u32,
}

/// The world outside the record, for one call.
struct Outside<'s, 'w> {
    work: &'s mut Work<'w>,
    source: &'s dyn LongValueSource,
    values: &'s mut Option<LongValues>,
    original: Option<&'s Original>,
    db: DbNo,
    format: Format,
    /// That of the update.
    number: &'s mut u32,
    /// What is done is under that number now.
    begun: bool,
}

impl Outside<'_, '_> {
    /// What follows is done in the name of the update.
    fn begin(&mut self) {
        if self.begun {
            return;
        }
        self.begun = true;
        match *self.number {
            0 => *self.number = self.work.trx.begin_update(),
            number => self.work.trx.continue_update(number),
        }
    }

    /// The table's long values; made if there are none and `make` says so.
    fn values(&mut self, make: bool) -> Result<&mut LongValues, WorkError> {
        if self.values.is_none() {
            let tree = match self.source.existing() {
                None if make => self.source.make(self.work)?,
                None => return Err(no_tree()),
                Some(tree) => tree,
            };
            *self.values = Some(LongValues::new(self.db, tree, self.format));
        }
        self.values.as_mut().ok_or_else(no_tree)
    }
}

fn no_tree() -> WorkError {
    let what = "a reference to a long value in a table without a tree for them";
    WorkError::damaged(JetErr::LV_CORRUPTED, what)
}

impl LongStore for Outside<'_, '_> {
    fn read(&mut self, lid: Lid, out: &mut Vec<u8>) -> Result<(), WorkError> {
        self.values(false)?;
        let look = self.work.look();
        let values = self.values.as_mut().ok_or_else(no_tree)?;
        values.read_into(&look, lid, out)
    }

    fn create(&mut self, content: &dyn Content, compress: bool) -> Result<Lid, WorkError> {
        self.values(true)?;
        self.begin();
        let values = self.values.as_mut().ok_or_else(no_tree)?;
        values.create(self.work, content, compress)
    }

    fn change(
        &mut self,
        lid: Lid,
        change: &Change<'_>,
        how: HowToChange,
    ) -> Result<Lid, WorkError> {
        self.values(false)?;
        self.begin();
        let values = self.values.as_mut().ok_or_else(no_tree)?;
        let now = values.change(self.work, lid, change, how)?;
        if now != lid {
            self.release(lid)?;
        }
        Ok(now)
    }

    fn release(&mut self, lid: Lid) -> Result<(), WorkError> {
        if let Some(original) = self.original {
            let tree = &original.tree;
            let name = (self.db, tree.fdp(), tree.objid());
            let id = NodeId::new(name, tree.is_unique(), &original.key);
            self.work.trx.lock(&id, true)?;
        }
        self.values(false)?;
        self.begin();
        let values = self.values.as_mut().ok_or_else(no_tree)?;
        values.dereference(self.work, lid)
    }
}

impl Update {
    /// An update of a table's records, not prepared yet.
    #[must_use]
    pub fn new(db: DbNo, layout: Arc<RecordLayout>, format: Format) -> Self {
        Self {
            db,
            format,
            edit: RecordEdit::new(layout),
            values: None,
            original: None,
            number: 0,
        }
    }

    /// The copy buffer: what of it is of the record alone.
    #[must_use]
    pub fn edit(&self) -> &RecordEdit {
        &self.edit
    }

    /// The copy buffer, for columns that the engine itself sets.
    pub fn edit_mut(&mut self) -> &mut RecordEdit {
        &mut self.edit
    }

    /// Its number in the version store, once it has changed a long value: all that belongs to the
    /// update goes on under it (`TrxSession::continue_update`).
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        (self.number != 0).then_some(self.number)
    }

    /// The version column, if there is one, counts: 0 in a new record, unless the caller set it; in one
    /// that is replaced one more than `stored`, the record as it is, says, if any column was set
    /// (jet-api behaviour of records §4). Called when the record is about to be stored; `columns` are those
    /// that the layout was made of.
    ///
    /// # Errors
    /// JET_errRecordTooBig; `stored` is no record.
    pub fn count_version(
        &mut self,
        columns: &[Column],
        stored: Option<&[u8]>,
    ) -> Result<(), WorkError> {
        if !self.edit.counts_version() {
            return Ok(());
        }
        let Some(column) = columns.iter().find(|c| is_version(c)) else {
            return Ok(());
        };
        let touched = self.edit.touched();
        let is_set = touched
            .iter()
            .any(|t| (t.fid, t.template) == (column.fid, column.derived));
        let next = match stored {
            None if is_set => return Ok(()),
            None => 0,
            Some(_) if touched.is_empty() => return Ok(()),
            Some(record) => self.edit.version_of(column, record)?.wrapping_add(1),
        };
        Ok(self.edit.put_fixed(column, &next.to_le_bytes())?)
    }

    /// Begins a new record.
    pub fn begin_insert(&mut self, kind: EditKind) {
        self.end();
        self.edit.begin_insert(kind);
    }

    /// Begins to replace the record of a bookmark.
    ///
    /// # Errors
    /// The bytes are no record.
    pub fn begin_replace(
        &mut self,
        tree: &Arc<WriteTree>,
        key: &[u8],
        record: &[u8],
    ) -> Result<(), WorkError> {
        self.end();
        self.edit.begin_with(EditKind::Replace, record, false)?;
        self.original = Some(Original {
            tree: Arc::clone(tree),
            key: key.to_vec(),
        });
        Ok(())
    }

    /// Takes a record that is only read ([`Update::get`]).
    ///
    /// # Errors
    /// The bytes are no record.
    pub fn begin_read(&mut self, record: &[u8]) -> Result<(), WorkError> {
        self.end();
        Ok(self.edit.begin_with(EditKind::Replace, record, false)?)
    }

    /// Begins with a copy of a record, to be inserted.
    ///
    /// # Errors
    /// The bytes are no record; for [`CopyOf::Kept`] JET_errNotInTransaction, and those of
    /// [`LongValues::reference`].
    pub fn begin_copy(
        &mut self,
        work: &mut Work<'_>,
        source: &dyn LongValueSource,
        record: &[u8],
        copy: CopyOf,
    ) -> Result<(), WorkError> {
        self.end();
        let handed_over = copy == CopyOf::Replaced;
        self.edit
            .begin_with(EditKind::Insert, record, handed_over)?;
        if handed_over {
            return Ok(());
        }
        in_transaction(work)?;
        self.outside(work, source, |edit, out| {
            if edit.long_values()?.is_empty() {
                return Ok(());
            }
            out.values(false)?;
            out.begin();
            edit.reference_all(&mut |lid| {
                let values = out.values.as_mut().ok_or_else(no_tree)?;
                values.reference(out.work, lid)
            })
        })?;
        Ok(())
    }

    /// Runs something with the world outside, under the number of this update.
    fn outside<T>(
        &mut self,
        work: &mut Work<'_>,
        source: &dyn LongValueSource,
        what: impl FnOnce(&mut RecordEdit, &mut Outside<'_, '_>) -> Result<T, EditError>,
    ) -> Result<T, EditError> {
        let trx = work.trx;
        let mut outside = Outside {
            work,
            source,
            values: &mut self.values,
            original: self.original.as_ref(),
            db: self.db,
            format: self.format,
            number: &mut self.number,
            begun: false,
        };
        let done = what(&mut self.edit, &mut outside);
        if outside.begun {
            trx.end_update();
        }
        done
    }

    /// Sets a column, as [`RecordEdit::set`].
    ///
    /// # Errors
    /// Those of the contract (jet-api behaviour of records §3): JET_errNotInTransaction for a long
    /// column outside a transaction; a write conflict when a long value of the record is another
    /// session's.
    pub fn set(
        &mut self,
        work: &mut Work<'_>,
        source: &dyn LongValueSource,
        column: &Column,
        place: ValuePlace,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<Stored, WorkError> {
        if column.coltyp.is_long() {
            in_transaction(work)?;
        }
        let set = self.outside(work, source, |edit, outside| {
            edit.set(outside, column, place, value, flags)
        });
        Ok(set?)
    }

    /// As [`Update::set`], of a value that stays in the record and for which there is room; `None`, and
    /// nothing is changed, when it takes more than that.
    ///
    /// # Errors
    /// As [`Update::set`].
    pub fn set_inside(
        &mut self,
        column: &Column,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<Option<Stored>, WorkError> {
        if let Some(stored) = self.edit.set_var_at_once(column, value, flags) {
            return Ok(Some(stored));
        }
        if column.coltyp.is_long() || column.fid.is_tagged() {
            return Ok(None);
        }
        let place = ValuePlace::default();
        match self.edit.set(&mut NoLongStore, column, place, value, flags) {
            Ok(stored) => Ok(Some(stored)),
            Err(EditError::Store(_)) => Ok(None),
            Err(e) if is_too_big(&e) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// Appends what the copy holds of a value to `out`: of a long one at most `most` bytes from the
    /// offset on. A default that nobody set is a value.
    ///
    /// # Errors
    /// A damaged record or long value; JET_errBadItagSequence for number 0 of a tagged column.
    pub fn get(
        &mut self,
        look: &Look<'_>,
        source: &dyn LongValueSource,
        column: &Column,
        place: ValuePlace,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Got, WorkError> {
        let view = self.edit.view().map_err(EditError::from)?;
        let values = super::column_values(&view, column).map_err(EditError::from)?;
        if column.fid.is_tagged() && place.itag == 0 {
            let what = "values are numbered from 1";
            return Err(WorkError::refused(JetErr::BAD_ITAG_SEQUENCE, what));
        }
        let first = !column.fid.is_tagged() || place.itag == 1;
        let plain = |bytes| TaggedValue {
            bytes,
            separated: false,
            compressed: false,
            encrypted: false,
        };
        let value = match values {
            ColumnValues::Default(bytes) if first => plain(bytes),
            ColumnValues::One(value) if first => value,
            ColumnValues::Many(all) => {
                let i = place.itag as usize - 1;
                if i >= all.value_count().map_err(EditError::from)? {
                    return Ok(Got::Null);
                }
                all.value(i).map_err(EditError::from)?
            }
            _ => return Ok(Got::Null),
        };
        let offset = match column.coltyp.is_long() {
            true => place.offset,
            false => 0,
        };
        if value.separated {
            let lid = Lid::from_record(value.bytes).map_err(EditError::from)?;
            if self.values.is_none() {
                let tree = source.existing().ok_or_else(no_tree)?;
                self.values = Some(LongValues::new(self.db, tree, self.format));
            }
            let values = self.values.as_mut().ok_or_else(no_tree)?;
            let size = values.read_at(look, lid, offset, most, out)?;
            return Ok(Got::Value(u64::from(size.saturating_sub(offset))));
        }
        let start = out.len();
        plain_value_into(&value, out)?;
        let len = out.len() - start;
        let skip = (offset as usize).min(len);
        out.drain(start..start + skip);
        out.truncate(start + most.min(len - skip));
        Ok(Got::Value((len - skip) as u64))
    }

    /// The update is over: the record is stored.
    pub fn end(&mut self) {
        self.original = None;
        self.number = 0;
    }

    /// The update is not wanted any more. Gives what has to be rolled back: long values that were
    /// written, references that were taken or dropped.
    pub fn cancel(&mut self) -> Option<RollbackScope> {
        let scope = self.number().map(RollbackScope::Update);
        self.end();
        scope
    }
}

fn in_transaction(work: &Work<'_>) -> Result<(), WorkError> {
    if work.trx.level() > 0 {
        return Ok(());
    }
    let what = "long values are set in a transaction";
    Err(WorkError::refused(JetErr::NOT_IN_TRANSACTION, what))
}

/// Drops the references of a record that is deleted, and is locked for that.
///
/// # Errors
/// A damaged record; those of [`LongValues::dereference`].
pub fn dereference_all(
    work: &mut Work<'_>,
    values: Option<&mut LongValues>,
    record: &[u8],
) -> Result<(), WorkError> {
    let large = work.db.trees.page_size().is_large();
    let view = RecordView::new(record, large).map_err(EditError::from)?;
    let lids = long_values_of(&view)?;
    if lids.is_empty() {
        return Ok(());
    }
    let values = values.ok_or_else(no_tree)?;
    for lid in lids {
        values.dereference(work, lid)?;
    }
    Ok(())
}

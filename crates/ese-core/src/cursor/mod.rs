//! A cursor on a table: moves, seeks, ranges, indexes, bookmarks, locks, updates of records.
//!
//! What the API of cursors stands on; handles, prepared updates, columns and callbacks are above.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`TableCursor`]: places, and what is read there |
//! | `side` | a place in one index, its search key, its range |
//! | `moves` | first, last, by a number of entries; counting |
//! | `seek` | search keys, seeks, ranges |
//! | `current` | which index is current; bookmarks |
//! | `update` | insert, replace, delete, lock |
//! | `autoinc` | numbers that a table gives to its records |
//! | `error` | [`CursorError`] |
//!
//! A cursor has two places: one in the current index and, if that is secondary, one in the primary.
//! Moves set both. Between two calls it keeps bookmarks, and hints where they lay: no page, no latch.
//!
//! A call that reads gets [`Eyes`]: inside a transaction those of its snapshot, else of that moment.
//!
//! Source: jet-api behaviour of cursors §2-§9, behaviour of records §4-§6.
//!
//! Invariants:
//! * what stands in the contract about a cursor's place after a failure is what it is;
//! * a cursor whose place was set in a level that is rolled back stands before the first entry, if it
//!   is told ([`TableCursor::levels_ended`]).
#![forbid(unsafe_code)]

mod autoinc;
mod current;
mod error;
mod moves;
mod seek;
mod side;
mod update;

pub use current::{Keep, SecondaryBookmark};
pub use error::CursorError;
pub use moves::Move;
pub use seek::{Hit, SeekOptions};
pub use side::RangeFlags;
pub use update::Release;

use crate::cache::DbNo;
use crate::error::HasJetErr;
use crate::format::record::RecordView;
use crate::index::{IndexKeeper, RecordColumns, SecondaryIndex, Seen, TableIndexes};
use crate::work::{Look, Place, Walker, Work, WorkDb, WorkError};
use side::Side;
use std::sync::Arc;

/// Whose eyes look, and in which level of its transaction.
#[derive(Clone)]
pub struct Eyes<'a> {
    /// What they see.
    pub look: Look<'a>,
    /// Level of the transaction, 0 for none.
    pub level: u8,
}

impl<'a> Eyes<'a> {
    /// The session's own.
    #[must_use]
    pub fn of(work: &'a Work<'_>) -> Self {
        Self {
            look: work.look(),
            level: work.trx.level(),
        }
    }
}

/// A secondary index that is current.
#[derive(Debug)]
struct Current {
    /// Place in [`TableIndexes::secondary`].
    slot: usize,
    side: Side,
    /// Level in which it was chosen.
    level: u8,
}

/// A cursor on a table.
#[derive(Debug)]
pub struct TableCursor {
    db: DbNo,
    large_pages: bool,
    indexes: Arc<TableIndexes>,
    /// In the tree of records.
    primary: Side,
    current: Option<Current>,
    /// It stands on the first entry, without having looked for it.
    deferred: bool,
    /// Only its record does; the place in the current index is off the end.
    record_deferred: bool,
    /// Level in which the place in the current index, and that in the primary one, were set.
    levels: (u8, u8),
    keeper: IndexKeeper,
    /// Bookmark of the record that was inserted last.
    inserted: Vec<u8>,
    /// That record went in.
    inserted_record: bool,
}

impl TableCursor {
    /// A cursor on the first record of a table.
    #[must_use]
    pub fn new(db: &WorkDb, indexes: Arc<TableIndexes>) -> Self {
        indexes.trees().tell_growth(&db.space);
        let walker = Walker::new(db.trees.no(), Arc::clone(&indexes.trees().records));
        let primary = Side::new(walker, indexes.primary());
        let large_pages = db.trees.page_size().is_large();
        Self::on((db.trees.no(), large_pages), indexes, primary)
    }

    fn on((db, large_pages): (DbNo, bool), indexes: Arc<TableIndexes>, primary: Side) -> Self {
        Self {
            db,
            large_pages,
            indexes,
            primary,
            current: None,
            deferred: true,
            record_deferred: false,
            levels: (0, 0),
            keeper: IndexKeeper::default(),
            inserted: Vec::new(),
            inserted_record: false,
        }
    }

    /// As a new cursor on the table, with the buffers that this one has.
    pub fn begin_again(&mut self) {
        self.primary.begin_again();
        self.current = None;
        (self.deferred, self.record_deferred) = (true, false);
        self.levels = (0, 0);
        self.inserted.clear();
        self.inserted_record = false;
    }

    /// Another cursor on the same table: on the first record of the primary index.
    #[must_use]
    pub fn duplicate(&self, db: &WorkDb) -> Self {
        Self::new(db, Arc::clone(&self.indexes))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> DbNo {
        self.db
    }

    /// The table's indexes.
    #[inline]
    #[must_use]
    pub fn indexes(&self) -> &Arc<TableIndexes> {
        &self.indexes
    }

    /// The table's schema has changed: indexes that are still there keep their places. When the
    /// current one is gone the primary one is current, before the first record.
    pub fn schema_changed(&mut self, indexes: Arc<TableIndexes>) {
        let root = self.index().map(|i| i.tree.root());
        self.indexes = indexes;
        // It may have got a primary index, while it was empty.
        self.primary.set_def(self.indexes.primary());
        let Some(root) = root else { return };
        let mut all = self.indexes.secondary().iter();
        match (all.position(|i| i.tree.root() == root), &mut self.current) {
            (Some(slot), Some(current)) => current.slot = slot,
            _ => self.back_to_primary(),
        }
    }

    /// The current index if it is secondary.
    #[must_use]
    pub fn index(&self) -> Option<&SecondaryIndex> {
        let current = self.current.as_ref()?;
        self.indexes.secondary().get(current.slot)
    }

    fn side(&self) -> &Side {
        self.current.as_ref().map_or(&self.primary, |c| &c.side)
    }

    fn side_mut(&mut self) -> &mut Side {
        match &mut self.current {
            Some(current) => &mut current.side,
            None => &mut self.primary,
        }
    }

    // ---- what is read --------------------------------------------------------------------------

    /// Goes to the first entry if that was put off: where the cursor stands is a place then. A range
    /// stays.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord when there is no entry; it stays put off.
    pub fn settle(&mut self, eyes: &Eyes<'_>) -> Result<(), CursorError> {
        if self.deferred && !self.settled(eyes)? {
            return Err(CursorError::NoCurrentRecord);
        }
        Ok(())
    }

    /// As [`TableCursor::settle`], for a call that is about the record.
    ///
    /// # Errors
    /// As there.
    pub fn settle_record(&mut self, eyes: &Eyes<'_>) -> Result<(), CursorError> {
        self.deferred |= std::mem::take(&mut self.record_deferred);
        self.settle(eyes)
    }

    /// To the first entry; `false` when there is none, and nothing changes then.
    fn settled(&mut self, eyes: &Eyes<'_>) -> Result<bool, CursorError> {
        let found = self.side_mut().walker.first(&eyes.look)?;
        if found {
            self.moved(eyes);
        }
        Ok(found)
    }

    /// The record is at hand as these eyes see it ([`TableCursor::record_read`]).
    #[inline]
    #[must_use]
    pub fn record_is_read(&self, eyes: &Eyes<'_>) -> bool {
        !self.deferred && !self.record_deferred && self.primary.walker.is_as_seen(&eyes.look)
    }

    /// The record as the eyes see it.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted.
    pub fn record(&mut self, eyes: &Eyes<'_>) -> Result<&[u8], CursorError> {
        self.settle_record(eyes)?;
        Self::record_at(&mut self.primary, eyes)?;
        Ok(self.primary.walker.data())
    }

    fn record_at(primary: &mut Side, eyes: &Eyes<'_>) -> Result<(), CursorError> {
        if primary.walker.place() != Place::On {
            return Err(CursorError::NoCurrentRecord);
        }
        match primary.walker.again(&eyes.look)? {
            true => Ok(()),
            false => Err(CursorError::RecordDeleted),
        }
    }

    /// The record as it was last read ([`TableCursor::record`]; with the primary index also by the
    /// move); empty when it was not.
    #[inline]
    #[must_use]
    pub fn record_read(&self) -> &[u8] {
        self.primary.walker.data()
    }

    /// Bookmark of the record: its primary key. Whether it is still there is not asked.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, also when the first record was not looked for yet.
    pub fn bookmark(&self) -> Result<&[u8], CursorError> {
        match self.primary.walker.place() {
            Place::On if !self.deferred => Ok(self.primary.walker.key()),
            _ => Err(CursorError::NoCurrentRecord),
        }
    }

    /// Key of the entry in the current index (JetRetrieveKey).
    ///
    /// # Errors
    /// JET_errNoCurrentRecord; JET_errRecordDeleted when the entry is gone.
    pub fn key(&mut self, eyes: &Eyes<'_>) -> Result<&[u8], CursorError> {
        self.settle(eyes)?;
        Self::record_at(self.side_mut(), eyes)?;
        Ok(self.side().walker.key())
    }

    /// Bookmark of the record that was inserted last through this cursor; empty before there is one.
    #[must_use]
    pub fn inserted(&self) -> &[u8] {
        &self.inserted
    }

    // ---- places --------------------------------------------------------------------------------

    /// The primary place follows the entry in the current index.
    fn follow(&mut self) {
        if let Some(current) = &self.current {
            let walker = &current.side.walker;
            match walker.place() {
                Place::On => self.primary.walker.put(walker.data(), &[]),
                Place::AfterLast => self.primary.walker.after_last(),
                Place::BeforeFirst | Place::Between => self.primary.walker.before_first(),
            }
        }
    }

    /// Notes where places were set.
    fn moved(&mut self, eyes: &Eyes<'_>) {
        self.deferred = false;
        self.record_deferred = false;
        self.levels = (eyes.level, eyes.level);
        self.follow();
    }

    /// Both places off the index, at one end.
    fn leave(&mut self, forward: bool) {
        self.deferred = false;
        self.record_deferred = false;
        self.side_mut().leave(forward);
        self.primary.leave(forward);
    }

    /// Before the first entry; what a change of the table's schema leaves of a place.
    pub fn before_first(&mut self) {
        self.leave(false);
    }

    fn back_to_primary(&mut self) {
        self.current = None;
        self.leave(false);
    }

    /// Levels of the session's transaction have ended: `now` says to which level belongs what was done
    /// in a level, `None` when that was rolled back. Places set in such a one are before the first
    /// entry, an index chosen in it is no longer current; ranges stay.
    pub fn levels_ended(&mut self, now: impl Fn(u8) -> Option<u8>) {
        if let Some(current) = &mut self.current {
            match now(current.level) {
                Some(level) => current.level = level,
                None => self.back_to_primary(),
            }
        }
        let (side, primary) = (now(self.levels.0), now(self.levels.1));
        if side.is_none() {
            self.deferred = false;
            self.record_deferred = false;
            self.side_mut().leave(false);
        }
        if primary.is_none() {
            self.primary.leave(false);
        }
        self.levels = (side.unwrap_or(0), primary.unwrap_or(0));
    }

    /// A level was committed: `to` is the level now.
    pub fn committed(&mut self, to: u8) {
        self.levels_ended(|level| Some(level.min(to)));
    }

    /// A level was rolled back: `to` is the level now.
    pub fn rolled_back(&mut self, to: u8) {
        self.levels_ended(|level| (level <= to).then_some(level));
    }

    /// The table's long values, by somebody's eyes.
    fn long_values<'r>(db: DbNo, indexes: &'r TableIndexes, look: Look<'r>) -> Seen<'r> {
        Seen::new(db, indexes.trees(), look)
    }

    /// A record's columns, as indexes ask for them.
    fn columns<'r>(
        indexes: &'r TableIndexes,
        large_pages: bool,
        long: &'r Seen<'r>,
        record: &'r [u8],
    ) -> Result<RecordColumns<'r>, WorkError> {
        let view = RecordView::new(record, large_pages);
        let view = view.map_err(|e| WorkError::damaged(e.jet_err(), e.to_string()))?;
        Ok(RecordColumns::new(indexes.schema(), view, long))
    }
}

//! Which index is current, and bookmarks.
//!
//! Source: jet-api behaviour of cursors §2, §8.
//!
//! Invariant: a secondary index that is left takes its key and its range along; those of the primary
//! index wait.
#![forbid(unsafe_code)]

use super::side::Side;
use super::{Current, CursorError, Eyes, TableCursor};
use crate::index::ValueKey;
use crate::work::{Place, Walker};
use std::sync::Arc;

/// Where a cursor stands when the current index changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// On the first entry (JET_bitMoveFirst).
    First,
    /// On the same record: its entry for this value (from 1; 0 counts as 1) of the most significant
    /// multi-valued column (JET_bitNoMove).
    Record(u32),
}

/// What leads to one entry of a secondary index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecondaryBookmark<'b> {
    /// Key of the entry.
    pub key: &'b [u8],
    /// Bookmark of its record; may be empty where keys are unique.
    pub record: &'b [u8],
}

impl TableCursor {
    /// Makes an index current: by its name, or the primary one (`None`, an empty name).
    ///
    /// # Errors
    /// JET_errIndexNotFound: nothing changes, but that from a secondary index it is the primary one,
    /// before the first record. To keep the record: JET_errNoCurrentRecord when there is none, nothing
    /// changes; JET_errRecordDeleted when it is gone, JET_errNoCurrentRecord when it is not in the
    /// index, JET_errBadItagSequence: the index is current, its place before the first entry.
    pub fn set_index(
        &mut self,
        eyes: &Eyes<'_>,
        name: Option<&str>,
        keep: Keep,
    ) -> Result<(), CursorError> {
        if keep != Keep::First {
            self.bookmark()?;
        }
        let slot = match self.slot_of(name) {
            Ok(slot) => slot,
            Err(e) => {
                if self.current.is_some() {
                    self.back_to_primary();
                }
                return Err(e);
            }
        };
        self.set_index_slot(eyes, slot, keep)
    }

    /// Place in [`crate::index::TableIndexes::secondary`] of an index; `None` for the primary one.
    fn slot_of(&self, name: Option<&str>) -> Result<Option<usize>, CursorError> {
        let Some(name) = name.filter(|n| !n.is_empty()) else {
            return Ok(None);
        };
        let is_primary = |n: &str| n.eq_ignore_ascii_case(name);
        if self
            .indexes
            .schema()
            .primary()
            .is_some_and(|i| is_primary(&i.name))
        {
            return Ok(None);
        }
        let mut all = self.indexes.secondary().iter();
        let slot = all.position(|i| {
            let described = self.indexes.described(i);
            described.is_some_and(|d| d.name.eq_ignore_ascii_case(name))
        });
        slot.map(Some).ok_or(CursorError::IndexNotFound)
    }

    /// As [`TableCursor::set_index`], by the place in [`crate::index::TableIndexes::secondary`].
    ///
    /// # Errors
    /// As there.
    pub fn set_index_slot(
        &mut self,
        eyes: &Eyes<'_>,
        slot: Option<usize>,
        keep: Keep,
    ) -> Result<(), CursorError> {
        if keep != Keep::First {
            self.bookmark()?;
        }
        let same = self.current.as_ref().map(|c| c.slot) == slot;
        self.switch(eyes, slot)?;
        let itag = match keep {
            Keep::First => {
                self.deferred = true;
                self.record_deferred = false;
                self.levels = (eyes.level, eyes.level);
                return Ok(());
            }
            Keep::Record(itag) => itag,
        };
        let side = self.side_mut();
        side.set_range(None);
        side.use_up_key();
        let bookmark = self.primary.walker.key().to_vec();
        let gone = self.goto_entry(eyes, &bookmark, itag);
        if matches!(gone, Err(CursorError::RecordDeleted)) && !same {
            self.leave(false);
        }
        gone
    }

    fn switch(&mut self, eyes: &Eyes<'_>, slot: Option<usize>) -> Result<(), CursorError> {
        if self.current.as_ref().map(|c| c.slot) == slot {
            return Ok(());
        }
        self.side_mut().use_up_key();
        self.current = match slot {
            None => None,
            Some(slot) => {
                let index = self.indexes.secondary().get(slot);
                let index = index.ok_or(CursorError::IndexNotFound)?;
                let walker = Walker::new(self.db, Arc::clone(&index.tree));
                Some(Current {
                    slot,
                    side: Side::new(walker, Some(&index.def)),
                    level: eyes.level,
                })
            }
        };
        Ok(())
    }

    /// Goes to a record by its bookmark, and to its entry for the first value in the current index
    /// (JetGotoBookmark). Range and key are gone then.
    ///
    /// # Errors
    /// JET_errInvalidBookmark; JET_errRecordDeleted: nothing changes; JET_errNoCurrentRecord: the
    /// record is not in the index, whose place is before the first entry.
    pub fn goto_bookmark(&mut self, eyes: &Eyes<'_>, bookmark: &[u8]) -> Result<(), CursorError> {
        if bookmark.is_empty() {
            return Err(CursorError::InvalidBookmark);
        }
        let side = self.side_mut();
        side.set_range(None);
        side.use_up_key();
        self.goto_entry(eyes, bookmark, 1)
    }

    /// The primary place to a record, the other to its entry for a value.
    fn goto_entry(
        &mut self,
        eyes: &Eyes<'_>,
        bookmark: &[u8],
        itag: u32,
    ) -> Result<(), CursorError> {
        if !self.primary.walker.goto(&eyes.look, bookmark, &[])? {
            return Err(CursorError::RecordDeleted);
        }
        self.deferred = false;
        self.record_deferred = false;
        // A place in the primary index that was set like this outlives the level.
        self.levels = (eyes.level, 0);
        let Some(current) = &mut self.current else {
            self.levels = (0, 0);
            return Ok(());
        };
        let side = &mut current.side;
        side.set_range(None);
        side.use_up_key();
        let Some(index) = self.indexes.secondary().get(current.slot) else {
            return Err(CursorError::IndexNotFound);
        };
        let record = self.primary.walker.data();
        let long = Self::long_values(self.db, &self.indexes, eyes.look.clone());
        let columns = Self::columns(&self.indexes, self.large_pages, &long, record)?;
        let key = self.keeper.key_of_value(&index.def, &columns, itag);
        let found = match key {
            Ok(ValueKey::Key(key)) => {
                let unique = index.tree.is_unique();
                let data = if unique { &[] } else { bookmark };
                let found = side.walker.goto(&eyes.look, key, data)?;
                match found && side.walker.data() == bookmark {
                    true => Ok(()),
                    false => Err(CursorError::NoCurrentRecord),
                }
            }
            Ok(ValueKey::NoEntry) => Err(CursorError::NoCurrentRecord),
            Ok(ValueKey::NoValue) => Err(CursorError::BadItag),
            Err(e) => Err(e.into()),
        };
        found.inspect_err(|_| side.leave(false))
    }

    /// Which value of the most significant multi-valued column made an entry of the current index, from
    /// 1; `None` when none of the record's did.
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted; what making a key gives.
    pub fn itag_of_entry(
        &mut self,
        eyes: &Eyes<'_>,
        entry: &[u8],
    ) -> Result<Option<u32>, CursorError> {
        self.record(eyes)?;
        let Some(current) = &self.current else {
            return Ok(Some(1));
        };
        let index = self.indexes.secondary().get(current.slot);
        let index = index.ok_or(CursorError::IndexNotFound)?;
        let long = Self::long_values(self.db, &self.indexes, eyes.look.clone());
        let record = self.primary.walker.data();
        let columns = Self::columns(&self.indexes, self.large_pages, &long, record)?;
        for itag in 1.. {
            match self.keeper.key_of_value(&index.def, &columns, itag)? {
                ValueKey::Key(key) if key == entry => return Ok(Some(itag)),
                ValueKey::NoValue => return Ok(None),
                ValueKey::Key(_) | ValueKey::NoEntry
                    if index.def.first_multi_valued().is_none() =>
                {
                    return Ok(None);
                }
                ValueKey::Key(_) | ValueKey::NoEntry => {}
            }
        }
        Ok(None)
    }

    /// The bookmark of the entry in the secondary index that is current.
    ///
    /// # Errors
    /// JET_errNoCurrentIndex, JET_errNoCurrentRecord, JET_errRecordDeleted.
    pub fn secondary_bookmark(
        &mut self,
        eyes: &Eyes<'_>,
    ) -> Result<SecondaryBookmark<'_>, CursorError> {
        if self.current.is_none() {
            return Err(CursorError::NoCurrentIndex);
        }
        self.key(eyes)?;
        let walker = &self.side().walker;
        Ok(SecondaryBookmark {
            key: walker.key(),
            record: walker.data(),
        })
    }

    /// Goes to an entry of the secondary index that is current. `stay_at_gap`: where it is gone the
    /// cursor stands between its neighbours, not where it was (JET_bitBookmarkPermitVirtualCurrency).
    ///
    /// # Errors
    /// JET_errNoCurrentIndex, JET_errInvalidBookmark, JET_errRecordDeleted; that also, on the entry of
    /// the other record, where a unique key belongs to another record than was said.
    pub fn goto_secondary_bookmark(
        &mut self,
        eyes: &Eyes<'_>,
        bookmark: SecondaryBookmark<'_>,
        stay_at_gap: bool,
    ) -> Result<(), CursorError> {
        let Some(current) = &mut self.current else {
            return Err(CursorError::NoCurrentIndex);
        };
        let side = &mut current.side;
        let unique = side.walker.tree().is_unique();
        let SecondaryBookmark { key, record } = bookmark;
        if key.is_empty() || (!unique && record.is_empty()) {
            return Err(CursorError::InvalidBookmark);
        }
        side.set_range(None);
        side.use_up_key();
        let data = if unique { &[] } else { record };
        if !side.walker.goto(&eyes.look, key, data)? {
            if stay_at_gap {
                side.walker.put_between(key, data);
                self.moved(eyes);
            }
            return Err(CursorError::RecordDeleted);
        }
        self.moved(eyes);
        let there = self.primary.walker.key();
        match record.is_empty() || self.primary.walker.place() == Place::On && there == record {
            true => Ok(()),
            false => Err(CursorError::RecordDeleted),
        }
    }
}

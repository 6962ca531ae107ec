//! Moves, seeks, ranges and bookmarks in a temporary table, whatever its form.
//!
//! Source: jet-api/behaviour-cursors.md §11 (sort peculiarities).
//!
//! Invariant: a sort in memory stands on a row, before the first or behind the last; a move that fails
//! leaves it off the end that it went to.
#![forbid(unsafe_code)]

use super::temp_def::TempBits;
use super::temp_sort::{SERIAL, Spot, is_behind};
use super::temp_table::{Form, TempTable, illegal};
use crate::cursor::{CursorError, Hit, Move, RangeFlags, SeekOptions};
use crate::database::DbError;
use crate::format::key::{MakeKeyFlags, SearchIndex, SearchKeyError, Segment};
use crate::session::Session;
use crate::work::{Place, WorkError};
use std::sync::Arc;

impl TempTable {
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

    pub(super) fn is_free(&self) -> bool {
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
                *spot = sort.moved(*spot, to, limit);
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
                    Move::By(_) => Ok(walker.place() == Place::On),
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
    /// JET_errNoCurrentIndex in a table without a key; those of [`make_key`](crate::cursor::TableCursor::make_key).
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
                let (place, found) = sort.sought(key, options.relation);
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
    /// As [`set_range`](crate::cursor::TableCursor::set_range); JET_errIllegalOperation in a sort that was not opened for that.
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
                Ok(sort.own_key(row.0).to_vec())
            }
            Form::Disk(walker) if walker.place() == crate::work::Place::On => {
                let key = walker.key();
                let serial = if self.plan.is_unique() { 0 } else { SERIAL };
                Ok(key
                    .get(..key.len() - serial.min(key.len()))
                    .unwrap_or(key)
                    .to_vec())
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
            Form::Disk(walker) if walker.place() == Place::On => Ok(walker.key().to_vec()),
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
}

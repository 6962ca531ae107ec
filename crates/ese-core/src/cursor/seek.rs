//! Search keys, seeks, ranges.
//!
//! Source: jet-api behaviour of cursors §5-§7.
//!
//! Invariant: a key is used up by the seek or range that it was made for, whatever comes of that.
#![forbid(unsafe_code)]

use super::{CursorError, Eyes, RangeFlags, TableCursor};
use crate::btree::Seek;
use crate::format::catalog_row::ColumnFlags;
use crate::format::key::{KeyRules, MakeKeyFlags, minimised};
use crate::work::{Place, Sought};

/// How to seek. The two options count with [`Seek::Eq`] only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SeekOptions {
    /// On which side of the key.
    pub relation: Seek,
    /// Afterwards, an upper range of the same key (JET_bitSetIndexRange).
    pub set_range: bool,
    /// Say whether the key is the only one (JET_bitCheckUniqueness).
    pub check_uniqueness: bool,
}

impl SeekOptions {
    /// Without options.
    #[must_use]
    pub fn new(relation: Seek) -> Self {
        Self {
            relation,
            set_range: false,
            check_uniqueness: false,
        }
    }
}

/// What a seek found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hit {
    /// What was asked for.
    Exact,
    /// The same, and it is the only entry with the key (JET_wrnUniqueKey).
    Unique,
    /// The nearest entry, not the key's own (JET_wrnSeekNotEqual).
    NotEqual,
}

impl TableCursor {
    /// Adds a column to the search key of the current index (JetMakeKey).
    ///
    /// # Errors
    /// JET_errNoCurrentIndex for numbered records, but for a ready-made key; those of
    /// [`crate::format::key::SearchKey::make`].
    pub fn make_key(&mut self, data: &[u8], flags: MakeKeyFlags) -> Result<(), CursorError> {
        let Self {
            indexes,
            primary,
            current,
            ..
        } = self;
        let (side, def) = match current {
            Some(current) => {
                let index = indexes.secondary().get(current.slot);
                (&mut current.side, index.map(|i| &i.def))
            }
            None => (primary, indexes.primary()),
        };
        let Some(def) = def else {
            if !flags.contains(MakeKeyFlags::NORMALIZED_KEY) {
                return Err(CursorError::NoCurrentIndex);
            }
            return Ok(side.make_key((&KeyRules::default(), None), false, data, flags)?);
        };
        let first = def.segments.first().map(|s| s.column);
        let column = first.and_then(|c| indexes.schema().column_by_fid(c.fid, c.template));
        let placeholder =
            column.is_some_and(|c| c.flags.contains(ColumnFlags::PRIMARY_PLACEHOLDER));
        Ok(side.make_key((&def.rules, def.tuples), placeholder, data, flags)?)
    }

    /// The search key that was made last, used up or not; `None` before there is one
    /// (JetRetrieveKey with JET_bitRetrieveCopy).
    #[must_use]
    pub fn search_key(&self) -> Option<&[u8]> {
        self.side().key_bytes()
    }

    /// Longest key of the current index in bytes (docs/format/database-keys.md §5).
    #[must_use]
    pub fn key_most(&self) -> usize {
        let def = match &self.current {
            Some(current) => self.indexes.secondary().get(current.slot).map(|i| &i.def),
            None => self.indexes.primary(),
        };
        let Some(def) = def else {
            return crate::format::key::sequential_key(0).len();
        };
        if self.current.is_some() {
            return usize::from(def.rules.key_most);
        }
        let segments: Vec<_> = def.segments.iter().map(|s| s.segment).collect();
        usize::from(minimised(&def.rules, &segments).key_most)
    }

    /// Whether there is a key to seek with: one that was made and not used up.
    #[must_use]
    pub fn has_search_key(&self) -> bool {
        self.side().search_key().is_some()
    }

    /// The cursor stands in the gap of a key, as after a seek that found none.
    pub fn stay_between(&mut self, key: &[u8]) {
        self.side_mut().walker.put_between(key, &[]);
        self.follow();
    }

    /// Seeks by the search key (JetSeek). The range is gone then, and the key is used up.
    ///
    /// # Errors
    /// JET_errKeyNotMade, and nothing happens; JET_errRecordNotFound: the cursor is where the entry
    /// would be, or off the end where there is none on the side that was asked for.
    pub fn seek(&mut self, eyes: &Eyes<'_>, options: SeekOptions) -> Result<Hit, CursorError> {
        let side = self.side_mut();
        if side.search_key().is_none() {
            return Err(CursorError::KeyNotMade);
        }
        side.set_range(None);
        let done = self.seek_relation(eyes, options.relation);
        self.side_mut().use_up_key();
        let sought = match done {
            Ok(sought) => sought,
            Err(e) => {
                self.leave(false);
                return Err(e);
            }
        };
        self.moved(eyes);
        let hit = match (options.relation, sought) {
            (_, Sought::None) => return Err(CursorError::RecordNotFound),
            (Seek::Ge | Seek::Le, Sought::Other) => Hit::NotEqual,
            _ => Hit::Exact,
        };
        if options.relation != Seek::Eq {
            return Ok(hit);
        }
        if options.check_uniqueness && self.side().walker.is_last_of_key(&eyes.look)? {
            return Ok(Hit::Unique);
        }
        if options.set_range {
            let range = RangeFlags::INCLUSIVE | RangeFlags::UPPER;
            self.side_mut().set_range(Some(range));
        }
        Ok(hit)
    }

    fn seek_relation(&mut self, eyes: &Eyes<'_>, relation: Seek) -> Result<Sought, CursorError> {
        let side = self.side_mut();
        let Some((walker, key)) = side.seek_parts() else {
            return Err(CursorError::KeyNotMade);
        };
        if relation != Seek::Le {
            return Ok(walker.seek(&eyes.look, key, relation)?);
        }
        // Of several equal entries the first one, here too.
        match walker.seek(&eyes.look, key, Seek::Eq)? {
            Sought::None => Ok(walker.seek(&eyes.look, key, Seek::Lt)?),
            found => Ok(found),
        }
    }

    /// Sets, tests or removes the range (JetSetIndexRange).
    ///
    /// # Errors
    /// JET_errInvalidOperation: no range to remove; JET_errNoCurrentIndex; JET_errKeyNotMade;
    /// JET_errNoCurrentRecord: the cursor stands nowhere (the range stays), or outside (the range is
    /// gone, and its place in the index is off the end).
    pub fn set_range(&mut self, eyes: &Eyes<'_>, flags: RangeFlags) -> Result<(), CursorError> {
        if flags.contains(RangeFlags::REMOVE) {
            let side = self.side_mut();
            return match side.range() {
                Some(_) => {
                    side.set_range(None);
                    Ok(())
                }
                None => Err(CursorError::NoRange),
            };
        }
        if self.current.is_none() && self.indexes.primary().is_none() {
            return Err(CursorError::NoCurrentIndex);
        }
        if self.side().search_key().is_none() {
            return Err(CursorError::KeyNotMade);
        }
        // What the first entry is does not depend on the range.
        let was_deferred = self.deferred;
        let nowhere = was_deferred && !self.settled(eyes)?;
        let secondary = self.current.is_some();
        let side = self.side_mut();
        side.use_up_key();
        side.set_range(Some(flags));
        if nowhere || !matches!(side.walker.place(), Place::On | Place::Between) {
            return Err(CursorError::NoCurrentRecord);
        }
        let forward = flags.contains(RangeFlags::UPPER);
        if side.is_outside(forward) {
            side.set_range(None);
            side.leave(forward);
            if was_deferred && secondary {
                // Nobody asked for the record yet: who does goes to the first entry for it.
                self.primary.leave(false);
                self.record_deferred = true;
            }
            return Err(CursorError::NoCurrentRecord);
        }
        if flags.contains(RangeFlags::INSTANT) {
            side.set_range(None);
        }
        Ok(())
    }
}

//! Reading ahead for a program that says which records it is going to look at.
//!
//! Source: jet-api/behaviour-cursors.md §9 (JetPrereadIndexRanges, JetPrereadKeys).
//!
//! Invariant: the cursor stays where it is.
#![forbid(unsafe_code)]

use super::DbError;
use super::open_table::{From, OpenTable, Reading};
use super::rows::lv_format;
use crate::btree::{Ahead, KeyRange, Seek};
use crate::cursor::{Move, RangeFlags, SeekOptions};
use crate::error::{HasJetErr, JetErr};
use crate::format::key::MakeKeyFlags;
use crate::format::lv::{Lid, LvKeyBuf};
use crate::format::tagged::TaggedValue;
use crate::record::ColumnValues;
use crate::session::Session;
use crate::work::WorkError;

/// Leaves that one call reads of a tree.
const LEAVES_MOST: usize = 128;
/// Long values that one call reads the beginning of.
const LONG_VALUES_MOST: usize = 256;
/// Pages of a long value's beginning.
const LONG_VALUE_PAGES: u32 = 16;

/// What is going to be read.
#[derive(Clone, Copy, Debug)]
pub struct ReadAhead<'a> {
    /// Ranges of keys of the current index as they lie there, in the order of the direction and without
    /// overlaps.
    pub ranges: &'a [KeyRange<'a>],
    /// From low keys to high ones.
    pub forward: bool,
    /// Each range is one key.
    pub single_keys: bool,
    /// Columns whose separated values are read, too, when the current index is the primary one.
    pub columns: &'a [u32],
    /// Of a long value one page is enough.
    pub first_page: bool,
}

impl OpenTable {
    /// Reads ahead. Gives how many ranges were served whole, at least one.
    ///
    /// # Errors
    /// JET_errColumnNotFound; pages that can't be read.
    pub fn read_ahead(
        &mut self,
        session: &Session,
        what: &ReadAhead<'_>,
    ) -> Result<usize, DbError> {
        let (cursor, eyes) = self.at(session)?;
        let secondary = cursor.index().map(|index| index.tree.tree());
        let tree = secondary.unwrap_or_else(|| cursor.indexes().trees().records.tree());
        let pages = eyes.look.pages();
        let most = match what.single_keys {
            true => what.ranges.len().min(LEAVES_MOST),
            false => LEAVES_MOST,
        };
        let ahead = Ahead {
            forward: what.forward,
            most,
        };
        let done = tree
            .read_ahead(pages, what.ranges, ahead)
            .map_err(WorkError::from)?;
        if secondary.is_none() && !what.columns.is_empty() {
            let served = what.ranges.get(..done).unwrap_or(what.ranges);
            self.read_long_values_ahead(session, served, what)?;
        }
        Ok(done)
    }

    fn read_long_values_ahead(
        &self,
        session: &Session,
        ranges: &[KeyRange<'_>],
        what: &ReadAhead<'_>,
    ) -> Result<(), DbError> {
        let mut other = self.duplicate(session);
        let mut lids = Vec::new();
        for range in ranges {
            if lids.len() >= LONG_VALUES_MOST {
                break;
            }
            match other.long_values_in(session, range, what.columns, &mut lids) {
                Err(e) if is_empty(&e) => {}
                said => said?,
            }
        }
        let (cursor, eyes) = other.at(session)?;
        let trees = cursor.indexes().trees();
        let Some(tree) = &trees.long_values else {
            return Ok(());
        };
        let (page, format) = {
            let open = self.database().attached();
            let page = u32::try_from(open.page_size().bytes()).unwrap_or(u32::MAX);
            (page, lv_format(open, trees.schema.lv_chunk_max))
        };
        let pages = if what.first_page { 1 } else { LONG_VALUE_PAGES };
        let chunk = format.chunk.max(1);
        // The last chunk that begins in so many pages.
        let last = (page.saturating_mul(pages) / chunk).saturating_sub(1) * chunk;
        lids.sort_unstable_by_key(|lid| lid.value());
        lids.dedup();
        let keys: Vec<(LvKeyBuf, LvKeyBuf)> = lids
            .iter()
            .map(|lid| (lid.root_key(), lid.chunk_key(last)))
            .collect();
        let ranges: Vec<KeyRange<'_>> = keys
            .iter()
            .map(|(low, high)| KeyRange { low, high })
            .collect();
        let ahead = Ahead {
            forward: true,
            most: if ranges.is_empty() { 0 } else { LEAVES_MOST },
        };
        tree.tree()
            .read_ahead(eyes.look.pages(), &ranges, ahead)
            .map_err(WorkError::from)?;
        Ok(())
    }

    /// Collects the ids of separated values of columns, of all records of a range.
    fn long_values_in(
        &mut self,
        session: &Session,
        range: &KeyRange<'_>,
        columns: &[u32],
        lids: &mut Vec<Lid>,
    ) -> Result<(), DbError> {
        let flags = MakeKeyFlags::NORMALIZED_KEY;
        let (at, eyes) = self.at(session)?;
        at.make_key(range.low, flags)?;
        at.seek(&eyes, SeekOptions::new(Seek::Ge))?;
        at.make_key(range.high, flags)?;
        at.set_range(&eyes, RangeFlags::UPPER | RangeFlags::INCLUSIVE)?;
        while lids.len() < LONG_VALUES_MOST {
            self.read(session, From::Record, |reading| {
                columns
                    .iter()
                    .try_for_each(|&id| separated(reading, id, lids))
            })?;
            let (at, eyes) = self.at(session)?;
            at.move_to(&eyes, Move::By(1), false)?;
        }
        Ok(())
    }
}

/// What ends a walk through a range, or says that there is nothing in it.
fn is_empty(e: &DbError) -> bool {
    let err = e.jet_err();
    err == JetErr::NO_CURRENT_RECORD || err == JetErr::RECORD_NOT_FOUND
}

/// Collects the ids of the separated values of a column.
fn separated(reading: &Reading<'_>, columnid: u32, lids: &mut Vec<Lid>) -> Result<(), DbError> {
    let damaged = |e: &dyn std::fmt::Display| -> DbError {
        WorkError::damaged(JetErr::LV_CORRUPTED, e.to_string()).into()
    };
    let column = reading.schema.by_columnid(columnid)?;
    let mut note = |value: TaggedValue<'_>| -> Result<(), DbError> {
        if value.separated && lids.len() < LONG_VALUES_MOST {
            lids.push(Lid::from_record(value.bytes).map_err(|e| damaged(&e))?);
        }
        Ok(())
    };
    match reading.values(column)? {
        ColumnValues::Null | ColumnValues::Default(_) => Ok(()),
        ColumnValues::One(value) => note(value),
        ColumnValues::Many(all) => all
            .values()
            .try_for_each(|value| note(value.map_err(|e| damaged(&e))?)),
    }
}

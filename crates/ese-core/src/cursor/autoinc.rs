//! Numbers that a table gives to its records: the auto-increment column.
//!
//! A number is given once, also when the insert that it was for does not come about. In newer files
//! the table's root says up to which number they were reserved; they are reserved in batches that
//! grow, so that the root changes seldom, and numbers of a batch that were not given when the engine
//! stops are lost. In older files the highest number is looked for when the first is asked for.
//!
//! Source: docs/format/database-btree-space.md §5.1.
//!
//! Invariant: a number is given only when the root says that it is reserved, where the root says
//! anything.
#![forbid(unsafe_code)]

use super::{CursorError, TableCursor};
use crate::error::{HasJetErr, JetErr};
use crate::format::key::{DecodedSegment, decode_key};
use crate::format::record::RecordView;
use crate::format::space::RootHeader;
use crate::index::{ColumnRef, IndexDef, Numbers, TableIndexes};
use crate::record::{Column, ColumnValues, column_values};
use crate::work::{Walker, Work, WorkError};
use std::sync::Arc;

/// Most numbers that are reserved at once.
const BATCH_MOST: u64 = 1000;
/// No number of four bytes reaches this.
const END: u64 = 0x7FFF_FF00;
/// No number of eight bytes reaches this.
const END_WIDE: u64 = 0x7FFF_FFFF_FFFF_FF00;

fn damaged(e: &(impl HasJetErr + std::fmt::Display)) -> WorkError {
    WorkError::damaged(e.jet_err(), e.to_string())
}

impl TableCursor {
    /// The next number of the table's auto-increment column; `None` when it has no such column.
    ///
    /// # Errors
    /// JET_errOutOfAutoincrementValues; what reading the table and changing its root gives.
    pub fn next_auto_increment(&mut self, work: &mut Work<'_>) -> Result<Option<u64>, CursorError> {
        let indexes = Arc::clone(&self.indexes);
        let Some(column) = indexes.schema().auto_increment() else {
            return Ok(None);
        };
        let mut numbers = indexes.numbers().lock();
        self.know_next(work, &indexes, column, &mut numbers)?;
        if numbers.next >= end_of(column) {
            return Err(CursorError::OutOfAutoIncrement);
        }
        if numbers.reserved.is_some_and(|r| numbers.next > r) {
            reserve(work, &indexes, &mut numbers)?;
        }
        let next = numbers.next;
        numbers.next = next.saturating_add(1);
        Ok(Some(next))
    }

    /// Notes that a record gets `number` from its caller: numbers given from here on are greater.
    ///
    /// # Errors
    /// As [`TableCursor::next_auto_increment`]; JET_errOutOfAutoincrementValues also when `number` is
    /// none that the column could have given.
    pub fn number_is_given(&mut self, work: &mut Work<'_>, number: u64) -> Result<(), CursorError> {
        let indexes = Arc::clone(&self.indexes);
        let Some(column) = indexes.schema().auto_increment() else {
            return Ok(());
        };
        if number >= end_of(column) {
            return Err(CursorError::OutOfAutoIncrement);
        }
        let mut numbers = indexes.numbers().lock();
        self.know_next(work, &indexes, column, &mut numbers)?;
        if numbers.next > number {
            return Ok(());
        }
        if numbers.reserved.is_some_and(|reserved| number > reserved) {
            numbers.next = number;
            reserve_from(work, &indexes, &mut numbers, number)?;
        }
        numbers.next = number.saturating_add(1);
        Ok(())
    }

    /// Finds the first number to give, if that was not done since the table was opened.
    fn know_next(
        &self,
        work: &mut Work<'_>,
        indexes: &TableIndexes,
        column: &Column,
        numbers: &mut Numbers,
    ) -> Result<(), CursorError> {
        if numbers.next != 0 {
            return Ok(());
        }
        match reserved(work, indexes)? {
            Some(_) => reserve(work, indexes, numbers)?,
            None => {
                numbers.next = self
                    .highest_in_use(work, indexes, column)?
                    .saturating_add(1)
            }
        }
        Ok(())
    }

    /// The highest number of any record, committed or not: that of the last entry of an index whose
    /// first column it is, if there is one.
    fn highest_in_use(
        &self,
        work: &Work<'_>,
        indexes: &TableIndexes,
        column: &Column,
    ) -> Result<u64, CursorError> {
        if let Some(highest) = self.highest_in_index(work, indexes, column)? {
            return Ok(highest);
        }
        let records = Arc::clone(&indexes.trees().records);
        let mut walker = Walker::new(self.db, records).seeing_all();
        let mut highest = 0;
        let mut found = walker.first(&work.look())?;
        while found {
            let view = RecordView::new(walker.data(), self.large_pages).map_err(|e| damaged(&e))?;
            if let ColumnValues::One(value) =
                column_values(&view, column).map_err(|e| damaged(&e))?
            {
                highest = highest.max(number(value.bytes));
            }
            found = walker.next(&work.look())?;
        }
        Ok(highest)
    }

    /// As [`TableCursor::highest_in_use`]; `None` when no index tells.
    fn highest_in_index(
        &self,
        work: &Work<'_>,
        indexes: &TableIndexes,
        column: &Column,
    ) -> Result<Option<u64>, CursorError> {
        let column = ColumnRef {
            fid: column.fid,
            template: column.derived,
        };
        let records = &indexes.trees().records;
        let primary = indexes.primary().map(|def| (records, def));
        let secondary = indexes.secondary().iter().map(|i| (&i.tree, &i.def));
        let mut all = primary.into_iter().chain(secondary);
        let Some((tree, def)) = all.find(|(_, def)| is_in_order_of(def, column)) else {
            return Ok(None);
        };
        let mut walker = Walker::new(self.db, Arc::clone(tree)).seeing_all();
        let segments: Vec<_> = def.segments.iter().map(|s| s.segment).collect();
        let found = match segments.first().is_some_and(|s| s.descending) {
            true => walker.first(&work.look())?,
            false => walker.last(&work.look())?,
        };
        if !found {
            return Ok(Some(0));
        }
        let values = decode_key(walker.key(), &def.rules, &segments);
        Ok(match values.first() {
            Some(DecodedSegment::Value(bytes)) => Some(number(bytes)),
            _ => None,
        })
    }
}

/// What no number of the column reaches.
fn end_of(column: &Column) -> u64 {
    match column.fixed_len() {
        8 => END_WIDE,
        _ => END,
    }
}

/// A value of the column.
fn number(bytes: &[u8]) -> u64 {
    let mut wide = [0; 8];
    for (to, from) in wide.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(wide)
}

/// Whether every record has an entry, in the order of this column.
fn is_in_order_of(def: &IndexDef, column: ColumnRef) -> bool {
    let first = def.segments.first();
    let complete = def.primary || def.nulls.forbid || def.nulls.allow_all;
    first.is_some_and(|s| s.column == column)
        && complete
        && def.conditions.is_empty()
        && def.tuples.is_none()
}

/// Up to which number the root says that numbers are reserved; `None` when it says nothing.
fn reserved(work: &Work<'_>, indexes: &TableIndexes) -> Result<Option<u64>, CursorError> {
    use crate::cache::Pages;
    let page = work
        .db
        .trees
        .pages()
        .shared(indexes.trees().records.root())?;
    let external = page.view()?.external_header();
    let external = external.map_err(|e| page.fault(e))?;
    let header = RootHeader::parse(external).map_err(|e| {
        let what = format!("page {}: {e}", page.pgno());
        WorkError::damaged(JetErr::DATABASE_CORRUPTED, what)
    })?;
    Ok(header.auto_increment)
}

/// Reserves a batch behind what is reserved.
fn reserve(
    work: &Work<'_>,
    indexes: &TableIndexes,
    numbers: &mut Numbers,
) -> Result<(), CursorError> {
    reserve_from(work, indexes, numbers, 0)
}

/// Reserves a batch behind what is reserved, and behind `least`.
fn reserve_from(
    work: &Work<'_>,
    indexes: &TableIndexes,
    numbers: &mut Numbers,
    least: u64,
) -> Result<(), CursorError> {
    let mut batch = (numbers.batch.max(1) * 2).min(BATCH_MOST);
    let mut now = None;
    let root = indexes.trees().records.root();
    let change = |header: &mut RootHeader<'_>| {
        let before = header.auto_increment.unwrap_or(0).max(least);
        while batch > 1 && before >= END_WIDE - batch {
            batch /= 2;
        }
        if before < END_WIDE - batch {
            now = Some((before, before + batch));
            header.auto_increment = Some(before + batch);
        }
    };
    let changed = work.db.space.change_root_header(&work.author, root, change);
    changed.map_err(WorkError::from)?;
    let (before, after) = now.ok_or(CursorError::OutOfAutoIncrement)?;
    if numbers.next == 0 {
        numbers.next = before + 1;
    }
    numbers.batch = batch;
    numbers.reserved = Some(after);
    Ok(())
}

//! Records are sorted: in memory, and where they are too many in a tree of the temporary database.
//!
//! Rows come with their normalised keys. Up to [`MEMORY_MOST`] bytes lie in memory; each time that is
//! exceeded they go, in order, into a tree whose keys are those of the rows. So the tree is the sorted
//! result, whatever its size, and may become a table.
//!
//! Source: jet-api/behaviour-cursors.md §11 (duplicates, sort peculiarities).
//!
//! Invariants: of rows with equal keys the first one stays where duplicates are dropped, and they keep
//! their order where they are not; memory is bounded.
#![forbid(unsafe_code)]

use crate::btree::Seek;
use crate::btree::write::{DENSITY_FULL, WriteError, WriteTree};
use crate::cursor::{Move, RangeFlags};
use crate::space::create::NewTree;
use crate::work::{Work, WorkError};
use std::sync::Arc;

/// Bytes of rows that lie in memory.
pub(super) const MEMORY_MOST: usize = 1 << 20;

/// A row in memory: where it begins, how long key and record are.
#[derive(Clone, Copy)]
struct Row {
    start: usize,
    key: usize,
    record: usize,
}

/// Bytes behind keys that repeat, which tell them apart.
pub(super) const SERIAL: usize = size_of::<u32>();

/// Where a cursor on a sort in memory stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    Before,
    On(usize),
    After,
}

/// Whether a key is behind an upper range's limit.
pub(super) fn is_behind(key: &[u8], range: RangeFlags, limit: &[u8]) -> bool {
    match range.contains(RangeFlags::INCLUSIVE) {
        true => key > limit,
        false => key >= limit,
    }
}

/// Rows that are being sorted, or were.
pub(super) struct Sort {
    unique: bool,
    bytes: Vec<u8>,
    rows: Vec<Row>,
    /// Behind keys that repeat, to tell them apart.
    serial: u32,
    tree: Option<Arc<WriteTree>>,
}

impl Sort {
    /// An empty one; `unique` drops duplicates.
    pub(super) fn new(unique: bool) -> Self {
        Self {
            unique,
            bytes: Vec::new(),
            rows: Vec::new(),
            serial: 0,
            tree: None,
        }
    }

    /// Bytes of all rows that lie in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The tree, if rows had to go there: then all of them do in [`Sort::finish`].
    pub(super) fn tree(&self) -> Option<&Arc<WriteTree>> {
        self.tree.as_ref()
    }

    /// Whether one more row goes into memory.
    pub(super) fn has_room(&self, key: &[u8], record: &[u8]) -> bool {
        self.rows.is_empty() || self.bytes.len() + key.len() + record.len() <= MEMORY_MOST
    }

    /// One more row. Who finds no room ([`Sort::has_room`]) spills first.
    pub(super) fn push(&mut self, key: &[u8], record: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        let mut key_len = key.len();
        if !self.unique {
            self.bytes.extend_from_slice(&self.serial.to_be_bytes());
            key_len += SERIAL;
            self.serial = self.serial.saturating_add(1);
        }
        self.bytes.extend_from_slice(record);
        self.rows.push(Row {
            start,
            key: key_len,
            record: record.len(),
        });
    }

    fn key(&self, row: Row) -> &[u8] {
        self.bytes
            .get(row.start..row.start + row.key)
            .unwrap_or_default()
    }

    fn record(&self, row: Row) -> &[u8] {
        let start = row.start + row.key;
        self.bytes
            .get(start..start + row.record)
            .unwrap_or_default()
    }

    /// Rows in memory come into order, duplicates go.
    fn order(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        rows.dedup_by(|b, a| self.key(*a) == self.key(*b));
        self.rows = rows;
    }

    /// What lies in memory goes into the tree.
    ///
    /// # Errors
    /// Pages can't be had.
    pub(super) fn spill(&mut self, work: &mut Work<'_>) -> Result<(), WorkError> {
        self.order();
        let tree = match &self.tree {
            Some(tree) => Arc::clone(tree),
            None => {
                let made = work
                    .db
                    .space
                    .create_tree(&work.author, &NewTree::table(1))?;
                let tree = WriteTree::new(made.pgno_fdp, made.objid, true, DENSITY_FULL);
                Arc::clone(self.tree.insert(Arc::new(tree)))
            }
        };
        let unversioned = work.unversioned();
        let mut writer = work.plain_writer(&unversioned);
        for &row in &self.rows {
            match writer.insert(&tree, self.key(row), self.record(row)) {
                Ok(_) => {}
                // An earlier one is there.
                Err(WriteError::KeyDuplicate) if self.unique => {}
                Err(e) => return Err(e.into()),
            }
        }
        self.rows.clear();
        self.bytes.clear();
        Ok(())
    }

    /// All rows are there: they are sorted, in the tree if any is.
    ///
    /// # Errors
    /// As [`Sort::spill`].
    pub(super) fn finish(&mut self, work: &mut Work<'_>) -> Result<(), WorkError> {
        match self.tree {
            Some(_) => self.spill(work),
            None => {
                self.order();
                Ok(())
            }
        }
    }

    /// Sorted rows in memory.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Key and record of a row by its place, from 0.
    pub(super) fn row(&self, place: usize) -> Option<(&[u8], &[u8])> {
        let row = *self.rows.get(place)?;
        Some((self.key(row), self.record(row)))
    }

    /// A row's key as it came.
    pub(super) fn own_key<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        let serial = if self.unique { 0 } else { SERIAL };
        let len = key.len() - serial.min(key.len());
        key.get(..len).unwrap_or(key)
    }

    /// Where the first row is.
    pub(super) fn first(&self) -> Spot {
        self.moved(Spot::Before, Move::First, None)
    }

    /// A move among sorted rows in memory; `limit`: an upper range.
    pub(super) fn moved(&self, from: Spot, to: Move, limit: Option<(RangeFlags, &[u8])>) -> Spot {
        let len = self.len();
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
                if self
                    .row(place)
                    .is_some_and(|(key, _)| is_behind(key, range, limit)) =>
            {
                Spot::After
            }
            (spot, _) => spot,
        }
    }

    /// Where a seek among sorted rows in memory ends, and whether it found what it was for.
    pub(super) fn sought(&self, key: &[u8], relation: Seek) -> (Spot, bool) {
        let (first, behind) = (self.place_of(key, false), self.place_of(key, true));
        let place = match relation {
            Seek::Eq if first < behind => Some(first),
            Seek::Eq => None,
            Seek::Ge => Some(first),
            Seek::Gt => Some(behind),
            Seek::Le => behind.checked_sub(1),
            Seek::Lt => first.checked_sub(1),
        };
        match place.filter(|&p| p < self.len()) {
            Some(place) => (Spot::On(place), true),
            // A neighbour.
            None => match first.min(self.len().saturating_sub(1)) {
                place if place < self.len() => (Spot::On(place), false),
                _ => (Spot::After, false),
            },
        }
    }

    /// The first place whose key is not before `key`; with `behind` the first whose key is behind it.
    pub(super) fn place_of(&self, key: &[u8], behind: bool) -> usize {
        self.rows.partition_point(|&row| {
            let own = self.key(row);
            own < key || (behind && own == key)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_keys_stays() {
        let mut sort = Sort::new(true);
        for (key, record) in [("b", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("c", "5")] {
            assert!(sort.has_room(key.as_bytes(), record.as_bytes()));
            sort.push(key.as_bytes(), record.as_bytes());
        }
        sort.order();
        let rows: Vec<_> = (0..sort.len()).map(|i| sort.row(i).unwrap()).collect();
        let expected: [(&[u8], &[u8]); 3] = [(b"a", b"2"), (b"b", b"1"), (b"c", b"5")];
        assert_eq!(rows, expected);
        assert_eq!(
            (sort.place_of(b"b", false), sort.place_of(b"b", true)),
            (1, 2)
        );
        assert_eq!(
            (sort.place_of(b"", false), sort.place_of(b"z", false)),
            (0, 3)
        );
        assert!(sort.row(3).is_none());
    }

    #[test]
    fn duplicates_that_are_kept_keep_their_order() {
        let mut sort = Sort::new(false);
        for (key, record) in [("b", "1"), ("a", "2"), ("b", "3")] {
            sort.push(key.as_bytes(), record.as_bytes());
        }
        sort.order();
        let records: Vec<_> = (0..sort.len()).map(|i| sort.row(i).unwrap().1).collect();
        assert_eq!(records, [b"2", b"1", b"3"]);
    }

    #[test]
    fn memory_is_full_some_day() {
        let mut sort = Sort::new(true);
        let record = vec![0; 1000];
        let mut rows = 0u32;
        while sort.has_room(&rows.to_be_bytes(), &record) {
            sort.push(&rows.to_be_bytes(), &record);
            rows += 1;
        }
        assert!(sort.bytes() <= MEMORY_MOST && rows > 1000);
    }
}

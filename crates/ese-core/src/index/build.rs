//! A new index is filled from the records that are there.
//!
//! Entries are gathered up to a limit, sorted, and inserted in order: a tree that only grows at its
//! end has full pages. What does not fit the limit comes as a further sorted run.
//!
//! Nobody else can find the tree yet, so these entries have no versions; who builds it keeps other
//! sessions from changing the table meanwhile. What others have changed before and the builder does not
//! see is brought in afterwards, in their names: `others`.
//!
//! Source: docs/format/database-keys.md §6.2, docs/format/versioning.md §12 rule 8.
//!
//! Invariant: memory is bounded by `RUN_BYTES` and the entries of one record.
#![forbid(unsafe_code)]

use super::def::IndexDef;
use super::entries::{Entries, EntryBuilder, EntryError};
use super::of_table::TableIndexes;
use super::others;
use super::record_columns::RecordColumns;
use super::seen::Seen;
use crate::btree::write::{WriteError, WriteTree};
use crate::error::{HasJetErr, JetErr};
use crate::format::record::RecordView;
use crate::work::{Walker, Work, WorkError};
use std::sync::Arc;

/// Bytes of entries that are sorted at once.
const RUN_BYTES: usize = 16 << 20;

/// One entry in a run: where its key begins, where its data begins and ends.
#[derive(Clone, Copy)]
struct Place {
    key: usize,
    data: usize,
    end: usize,
}

#[derive(Default)]
struct Run {
    bytes: Vec<u8>,
    places: Vec<Place>,
}

impl Run {
    fn push(&mut self, key: &[u8], data: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(data);
        self.places.push(Place {
            key: start,
            data: start + key.len(),
            end: self.bytes.len(),
        });
    }

    fn len(&self) -> usize {
        self.bytes.len() + self.places.len() * size_of::<Place>()
    }

    fn of(bytes: &[u8], place: Place) -> (&[u8], &[u8]) {
        let part = |from, to| bytes.get(from..to).unwrap_or(&[]);
        (part(place.key, place.data), part(place.data, place.end))
    }

    /// Inserts all in order, and is empty then.
    fn insert(&mut self, work: &mut Work<'_>, tree: &WriteTree) -> Result<(), WorkError> {
        let Self { bytes, places } = self;
        places.sort_unstable_by(|&a, &b| Self::of(bytes, a).cmp(&Self::of(bytes, b)));
        let unversioned = work.unversioned();
        for &place in places.iter() {
            let (key, data) = Self::of(bytes, place);
            match work.plain_writer(&unversioned).insert(tree, key, data) {
                Ok(_) => {}
                Err(WriteError::MultiValued) => {
                    let what = "two records of one bookmark";
                    return Err(WorkError::damaged(JetErr::DATABASE_CORRUPTED, what));
                }
                Err(e) => return Err(e.into()),
            }
        }
        bytes.clear();
        places.clear();
        Ok(())
    }
}

/// Fills `tree`, which is empty, with the entries of all records that the session sees, and those of
/// what others changed; gives the number of the first.
///
/// # Errors
/// JET_errKeyDuplicate in a unique index, also for two equal keys of one record, and for keys of
/// records that the session does not see; JET_errNullKeyDisallowed, JET_errKeyTruncated;
/// JET_errWriteConflict when it would take a long value of another's record that lies apart;
/// JET_errVersionStoreOutOfMemory; what reading and changing trees gives.
pub fn build(
    work: &mut Work<'_>,
    table: &TableIndexes,
    def: &IndexDef,
    tree: &WriteTree,
) -> Result<u64, WorkError> {
    build_in_runs(work, table, def, tree, RUN_BYTES)
}

fn build_in_runs(
    work: &mut Work<'_>,
    table: &TableIndexes,
    def: &IndexDef,
    tree: &WriteTree,
    run_bytes: usize,
) -> Result<u64, WorkError> {
    let db = work.db;
    let large_pages = db.trees.page_size().is_large();
    let mut walker = Walker::new(db.trees.no(), Arc::clone(&table.trees().records));
    let (mut builder, mut entries, mut run) =
        (EntryBuilder::new(), Entries::default(), Run::default());
    let long = Seen::new(db.trees.no(), table.trees(), work.look());
    let mut count = 0u64;
    let mut found = walker.first(&work.look())?;
    while found {
        let record = RecordView::new(walker.data(), large_pages)
            .map_err(|e| WorkError::damaged(e.jet_err(), e.to_string()))?;
        let columns = RecordColumns::new(table.schema(), record, &long);
        builder
            .entries_into(def, &columns, &mut entries)
            .map_err(|e: EntryError<_>| WorkError::refused(e.jet_err(), e.to_string()))?;
        if tree.is_unique() && entries.has_repeats() {
            return Err(WriteError::KeyDuplicate.into());
        }
        for key in entries.iter() {
            run.push(key, walker.key());
            count += 1;
            if run.len() >= run_bytes {
                run.insert(work, tree)?;
            }
        }
        found = walker.next(&work.look())?;
    }
    run.insert(work, tree)?;
    others::bring_in(work, table, def, tree)?;
    Ok(count)
}

//! Secondary indexes follow their records.
//!
//! What a record's entries are says [`EntryBuilder`]; here the difference between before and after is
//! put into the trees: entries that vanish are flagged deleted, new ones inserted, equal ones left
//! alone. An entry is the key with the record's bookmark as data (docs/format/database-keys.md §6).
//!
//! Nothing here takes back what it did when it fails: the caller rolls back the level, or the update.
//!
//! Source: docs/format/versioning.md §4.1, §5.
//!
//! Invariant: every change of an entry is a versioned change of its tree, in the name of the session
//! that changes the record.
#![forbid(unsafe_code)]

use super::def::{ColumnRef, IndexDef};
use super::entries::{ColumnSource, Entries, EntryBuilder, EntryError, ValueKey};
use super::of_table::{SecondaryIndex, TableIndexes};
use crate::btree::write::WriteError;
use crate::error::{HasJetErr, JetErr};
use crate::trx::Bookmark;
use crate::work::{Work, WorkError};
use std::fmt::Display;

/// Which columns an update has set; an equal value counts as well.
#[derive(Clone, Copy, Debug)]
pub enum Touched<'c> {
    /// Any of them, perhaps.
    All,
    /// These.
    Columns(&'c [ColumnRef]),
}

impl Touched<'_> {
    /// Whether an index has to be looked at.
    #[must_use]
    pub fn concerns(&self, index: &SecondaryIndex) -> bool {
        match self {
            Self::All => true,
            Self::Columns(columns) => columns.iter().any(|&c| index.looks_at(c)),
        }
    }

    /// Whether the key of a primary index may have changed.
    #[must_use]
    pub fn concerns_key(&self, def: &IndexDef) -> bool {
        match self {
            Self::All => true,
            Self::Columns(columns) => def.segments.iter().any(|s| columns.contains(&s.column)),
        }
    }
}

/// Keeps the indexes of tables. Its buffers are used again for the next record.
#[derive(Debug, Default)]
pub struct IndexKeeper {
    builder: EntryBuilder,
    old: Entries,
    new: Entries,
}

/// What stands against a record's keys, as an error of the update.
fn refused<E: HasJetErr + Display>(e: EntryError<E>) -> WorkError {
    WorkError::refused(e.jet_err(), e.to_string())
}

impl IndexKeeper {
    /// Key of a record in the primary index.
    ///
    /// # Errors
    /// JET_errKeyTruncated, JET_errNullKeyDisallowed, what reading a column gives.
    pub fn primary_key<S>(&mut self, def: &IndexDef, record: &S) -> Result<&[u8], WorkError>
    where
        S: ColumnSource<Error: HasJetErr + Display>,
    {
        self.builder.primary_key(def, record).map_err(refused)
    }

    /// Key of the entry that value `itag` (from 1) of a record makes; see [`EntryBuilder::key_of_value`].
    ///
    /// # Errors
    /// As of the builder.
    pub fn key_of_value<S>(
        &mut self,
        def: &IndexDef,
        record: &S,
        itag: u32,
    ) -> Result<ValueKey<'_>, WorkError>
    where
        S: ColumnSource<Error: HasJetErr + Display>,
    {
        self.builder
            .key_of_value(def, record, itag)
            .map_err(refused)
    }

    /// A record was inserted.
    ///
    /// # Errors
    /// JET_errKeyTruncated, JET_errNullKeyDisallowed, JET_errKeyDuplicate (also where another
    /// session's entry stands against it), what a tree's change gives.
    pub fn insert<S>(
        &mut self,
        work: &mut Work<'_>,
        indexes: &TableIndexes,
        record: &S,
        bookmark: &[u8],
    ) -> Result<(), WorkError>
    where
        S: ColumnSource<Error: HasJetErr + Display>,
    {
        for index in indexes.newest_first() {
            self.builder
                .entries_into(&index.def, record, &mut self.new)
                .map_err(refused)?;
            for key in self.new.iter() {
                insert_entry(work, index, key, bookmark)?;
            }
        }
        Ok(())
    }

    /// A record is about to be deleted.
    ///
    /// # Errors
    /// JET_errSecondaryIndexCorrupted when an entry is missing, what a tree's change gives.
    pub fn delete<S>(
        &mut self,
        work: &mut Work<'_>,
        indexes: &TableIndexes,
        record: &S,
        bookmark: &[u8],
    ) -> Result<(), WorkError>
    where
        S: ColumnSource<Error: HasJetErr + Display>,
    {
        for index in indexes.newest_first() {
            Self::old_entries(&mut self.builder, &mut self.old, index, record)?;
            for key in self.old.iter() {
                delete_entry(work, index, key, bookmark)?;
            }
        }
        Ok(())
    }

    /// A record is about to be replaced.
    ///
    /// # Errors
    /// As of [`IndexKeeper::insert`] and [`IndexKeeper::delete`].
    pub fn replace<O, N>(
        &mut self,
        work: &mut Work<'_>,
        indexes: &TableIndexes,
        (old, new): (&O, &N),
        bookmark: &[u8],
        touched: Touched<'_>,
    ) -> Result<(), WorkError>
    where
        O: ColumnSource<Error: HasJetErr + Display>,
        N: ColumnSource<Error: HasJetErr + Display>,
    {
        for index in indexes.newest_first().filter(|i| touched.concerns(i)) {
            Self::old_entries(&mut self.builder, &mut self.old, index, old)?;
            self.builder
                .entries_into(&index.def, new, &mut self.new)
                .map_err(refused)?;
            for key in self.old.iter().filter(|k| !self.new.contains(k)) {
                delete_entry(work, index, key, bookmark)?;
            }
            for key in self.new.iter().filter(|k| !self.old.contains(k)) {
                insert_entry(work, index, key, bookmark)?;
            }
        }
        Ok(())
    }

    /// The entries of a record that is stored.
    fn old_entries<S>(
        builder: &mut EntryBuilder,
        into: &mut Entries,
        index: &SecondaryIndex,
        record: &S,
    ) -> Result<(), WorkError>
    where
        S: ColumnSource<Error: HasJetErr + Display>,
    {
        match builder.entries_into(&index.def, record, into) {
            Ok(()) => Ok(()),
            // It could not have been stored while the index forbade it: the index knows nothing of it.
            Err(EntryError::NullKey | EntryError::Truncated) => {
                *into = Entries::default();
                Ok(())
            }
            Err(e) => Err(refused(e)),
        }
    }
}

fn insert_entry(
    work: &mut Work<'_>,
    index: &SecondaryIndex,
    key: &[u8],
    bookmark: &[u8],
) -> Result<(), WorkError> {
    match work.writer().insert(&index.tree, key, bookmark) {
        Ok(_) => Ok(()),
        // An entry of this very record that should not be there.
        Err(WriteError::MultiValued) => Err(corrupted(index, "holds an entry already")),
        Err(e) => Err(e.into()),
    }
}

fn delete_entry(
    work: &mut Work<'_>,
    index: &SecondaryIndex,
    key: &[u8],
    bookmark: &[u8],
) -> Result<(), WorkError> {
    let data = if index.tree.is_unique() {
        &[]
    } else {
        bookmark
    };
    match work
        .writer()
        .flag_delete(&index.tree, Bookmark { key, data })
    {
        Ok(_) => Ok(()),
        Err(WriteError::NoNode) => Err(corrupted(index, "lacks an entry")),
        Err(e) => Err(e.into()),
    }
}

fn corrupted(index: &SecondaryIndex, what: &str) -> WorkError {
    let root = index.tree.root();
    let what = format!("the index at page {root} {what} of the record");
    WorkError::damaged(JetErr::SECONDARY_INDEX_CORRUPTED, what)
}

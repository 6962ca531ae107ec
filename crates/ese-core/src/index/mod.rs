//! Indexes: which entries a record has, as a pure function of its columns; and how the trees of a
//! table's indexes are filled and follow its records ([`build()`], [`IndexKeeper`]).
//!
//! The catalog's row makes an [`IndexDef`], the record side is a [`ColumnSource`] (stored records are
//! [`RecordColumns`]), and [`EntryBuilder`] says which keys the record has in the index. Building an index, keeping it and
//! checking it all ask here, so that they cannot differ. Source: docs/format/database-keys.md §6.
//!
//! Invariants:
//! * the rules themselves ([`EntryBuilder`]) know neither records nor catalog;
//! * the keys of a record come sorted, each once;
//! * a record makes at most [`ENTRIES_MOST`] keys, whatever it holds.
#![forbid(unsafe_code)]

mod build;
mod def;
mod entries;
mod maintain;
mod of_schema;
mod of_table;
mod others;
mod plain_key;
mod record_columns;
mod seen;

pub use crate::catalog::Numbers;
pub use build::build;
pub use def::{ColumnRef, Condition, Expansion, IndexDef, IndexSegment, NullRules};
pub use entries::{
    ColumnSource, ENTRIES_MOST, ENTRY_BYTES_MOST, Entries, EntryBuilder, EntryError, ValueKey,
};
pub use maintain::{IndexKeeper, Touched};
pub use of_schema::IndexDefError;
pub use of_table::{IndexDefs, SecondaryIndex, TableIndexes};
pub use plain_key::plain_primary_key;
pub use record_columns::{AtRest, ColumnError, LongBytes, RecordColumns};
pub use seen::Seen;

//! The schema is changed: tables, columns and indexes made, renamed, deleted.
//!
//! Every call works in a level of its own that its caller began and, when the call fails, rolls back:
//! what was done until then is undone with it. What snapshots of others allow is the catalog's
//! business ([`super::live`]); who has cursors open is the caller's.
//!
//! Source: docs/jet-api behaviour-schema; docs/format/database-catalog.md.
//!
//! | room | purpose |
//! |---|---|
//! | `defs` | what is asked for |
//! | `names` | names |
//! | `hints` | space hints and densities |
//! | `tables` | tables |
//! | `columns` | columns |
//! | `column_rules` | what a column may be |
//! | `indexes` | indexes |
//! | `index_rules` | what an index may be |
//!
//! Invariant: checks come in the original's order, so that the same mistake gives the same error.
#![forbid(unsafe_code)]

mod column_rules;
mod columns;
mod defs;
mod hints;
mod index_rules;
mod indexes;
pub(super) mod names;
mod tables;

pub use columns::NewColumn;
pub use defs::{
    ColumnBits, ColumnDef, ConditionDef, IndexBits, IndexDefinition, KeyColumn, TableBits,
    TableDef, UserDefault, parse_key,
};
pub use indexes::{IndexBuild, NewIndex};
pub use tables::{NewTable, Part, Progress};

/// What the caller's cursor allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rights {
    /// Nobody else can look at the table (JET_bitTableDenyRead).
    pub exclusive: bool,
    /// A fixed schema may grow (JET_bitTablePermitDDL).
    pub permit_ddl: bool,
}

//! The schema of a database, read from its catalog.
//!
//! MSysObjects (root at page 4) lists tables, columns, indexes and long-value trees; its shadow
//! (root at page 24) repeats every row. The catalog's own layout is fixed and is not read from it.
//!
//! Invariants:
//! * a row that can't be used is a [`CatalogFault`], never silently missing;
//! * where MSysObjects is damaged, the shadow's rows fill the gaps.
#![forbid(unsafe_code)]

pub mod copy;
mod counters;
mod create_db;
pub mod live;
mod load;
mod locales;
mod new_rows;
mod objids;
mod own;
mod owners;
mod rows;
mod schema;
mod stats;
mod trees;
pub mod write;

pub use counters::{Counters, Numbers};
pub use create_db::{complete_system_tables, create_catalog, create_system_tables};
pub use live::{LiveCatalog, LiveOptions};
pub use load::{Catalog, CatalogFault, FoundRow, for_each_row};
pub use owners::TreesByObject;
pub use schema::{Index, TableSchema};
pub use stats::TreeStats;
pub use trees::TableTrees;

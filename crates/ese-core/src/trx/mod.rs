//! The version store as data: what a transaction changed, and what was there before.
//!
//! `trx` knows nodes by their bookmark and databases by their number; it has no page in its hands.
//!
//! Of recovery, which works alone and undoes everything:
//!
//! | room | purpose |
//! |---|---|
//! | [`version`] | one change: what was done, to which node, what was there before |
//! | [`versions`] | all changes of one session's transaction, by level, oldest first |
//!
//! Of the running engine, many sessions at once:
//!
//! | room | purpose |
//! |---|---|
//! | [`sink`] | how a tree asks for the versions of its changes: start here |
//! | [`rules`] | who sees what, who stands in whose way: pure functions |
//! | [`ids`] | transaction ids and their order |
//! | [`oper`] | what a version says was done |
//! | [`store`] | the version store: looking, making, cleaning |
//! | [`session`] | one session's transaction: levels, snapshot, commit |
//! | [`rollback`] | what a rollback undoes, in which order |
//! | [`proxy`] | versions made on behalf of another session's transaction |
//! | `begins` | the oldest begin, for cleanup |
//! | `slots` | the state of a transaction, to which all its entries point |
//! | `buckets` | memory, entries |
//! | `chains` | the versions of a node |
//! | `owed` | pages that must not be written yet |
//! | `words` | bytes as words |
//!
//! Source: docs/format/versioning.md.
//!
//! Invariant: a version that is known holds all that undoing it takes.
#![forbid(unsafe_code)]

mod begins;
mod buckets;
mod chains;
mod for_good;
pub mod ids;
#[cfg(all(test, loom))]
mod models;
pub mod oper;
mod owed;
pub mod proxy;
pub mod rollback;
pub mod rules;
pub mod session;
pub mod sink;
mod slots;
pub mod store;
pub mod version;
pub mod versions;
mod words;

pub use for_good::ForGood;
pub use ids::{TrxClock, TrxId};
pub use oper::Oper;
pub use owed::UndoDebt;
pub use proxy::ProxySink;
pub use rollback::{RollbackRun, RollbackScope};
pub use session::{Pending, Standing, TrxSession};
pub use sink::{
    Made, NodeChange, NodeId, OnCleanup, Stamp, Unversioned, VersionFault, VersionRef, VersionSink,
};
pub use store::{CleanUp, Cleaned, Limits, Snapshot, VersionCopy, VersionStore, Visibility};
pub use version::{Bookmark, Change, NewVersion, ReplaceSpace, Version, VersionOper};
pub use versions::{VersionError, Versions};

/// Highest transaction level that an engine reaches, inner ones of its own included
/// (docs/format/versioning.md §1 names the seven of users).
pub const LEVEL_MOST: u8 = 10;

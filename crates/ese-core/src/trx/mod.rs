//! The version store as data: what a transaction changed, and what was there before.
//!
//! `trx` knows nodes by their bookmark and databases by their number; it has no page in its hands.
//!
//! | room | purpose |
//! |---|---|
//! | [`version`] | one change: what was done, to which node, what was there before |
//! | [`versions`] | all changes of one session's transaction, by level, oldest first (recovery) |
//! | [`sink`] | how a tree asks for the versions of its changes |
//!
//! Source: docs/format/versioning.md.
//!
//! Invariant: a version that is known holds all that undoing it takes.
#![forbid(unsafe_code)]

pub mod sink;
pub mod version;
pub mod versions;

pub use sink::{
    Made, NodeChange, NodeId, OnCleanup, Stamp, Unversioned, VersionFault, VersionRef, VersionSink,
};
pub use version::{Bookmark, Change, NewVersion, ReplaceSpace, Version, VersionOper};
pub use versions::{VersionError, Versions};

/// Highest transaction level that an engine reaches, inner ones of its own included
/// (docs/format/versioning.md §1 names the seven of users).
pub const LEVEL_MOST: u8 = 10;

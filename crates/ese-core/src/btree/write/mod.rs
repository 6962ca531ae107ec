//! B+ trees as they are changed: insert, replace, delete, split, merge.
//!
//! | room | purpose |
//! |---|---|
//! | `db` | [`TreeDb`]: one attached database as its trees change it; [`Author`]: who changes |
//! | `tree` | [`WriteTree`]: one tree, [`PageAllocator`]: where its pages come from |
//! | `error` | why a change did not come about |
//! | `place` | from the root to the leaf of a change, and to the line |
//! | `step` | what a change means on its leaf, and whether it fits |
//! | `record` | heads of records, one change logged and applied |
//! | `node` | the operations on one node |
//! | `diff` | what goes into a ReplaceD record |
//! | `path` | pages latched exclusively from some level down to the leaf |
//! | `lines`, `prefix` | the nodes of a page that splits, and the prefix that saves most |
//! | `choose` | where and how one page splits |
//! | `plan`, `split` | the levels of a split, and its macro |
//! | `image` | before-images for Split2 and Merge2 |
//! | `cleanup` | a deleted node goes for good, and its page with it if it is empty |
//! | `merge_plan`, `merge` | a leaf goes out of the tree, or gives nodes to a neighbour |
//! | `scrub` | what was deleted is overwritten |
//!
//! Every change is: latch the leaf (or all pages of the operation, parent to child, left to right) →
//! version → database time → log record → [`super::apply`] → mark dirty → let go (design §4.2). What
//! stands in the log is what was applied: recovery makes the same pages.
//!
//! The way down to a leaf takes shared latches; only the leaf is latched exclusively. When a change
//! does not fit, all is let go, pages are asked for, and the path is latched anew, exclusively as far
//! up as pages change. No latch is held between two calls, none while the allocator works.
//!
//! Sources: docs/format/database-btree-space.md §1-§4, §8; docs/format/log-records.md §2-§5;
//! docs/format/versioning.md §4.1, §6, §8.
//!
//! Invariants:
//! * an operation that fails before its record is in the log changed nothing, and its versions are
//!   nullified. Afterwards only damage can make it fail ([`WriteError::Apply`]); then page and log
//!   differ, and the caller stops the instance;
//! * latches are taken parent before child, left before right: no operation waits for itself or in a
//!   circle;
//! * whatever lies on the pages, nothing panics, and no loop is without a bound.
#![forbid(unsafe_code)]

mod choose;
mod cleanup;
mod db;
mod diff;
mod error;
mod image;
mod lines;
mod merge;
mod merge_plan;
mod node;
mod path;
mod place;
mod plan;
mod prefix;
mod record;
mod scrub;
mod split;
mod step;
mod tree;

pub use cleanup::CleanedUp;
pub use db::{Author, TreeDb, TreeDbConfig};
pub use error::{AllocError, WriteError};
pub use merge::Side;
pub use node::Spot;
pub use scrub::{PageUse, may_need_scrub};
pub use tree::{DENSITY_DEFAULT, DENSITY_FULL, PageAllocator, WriteTree};

use crate::cache::FrameAt;
use crate::format::ids::Pgno;
use crate::trx::VersionSink;

/// Buffers of a session that changes trees; they grow to what was once needed.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Key and data of a bookmark in one piece.
    bookmark: Vec<u8>,
    /// The diff of a ReplaceD.
    diff: Vec<u8>,
    /// New data of a ReplaceD, as `apply` makes it.
    data: Vec<u8>,
}

/// Where a node was seen: it lies there still if its page is the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownNode {
    pub(crate) pgno: Pgno,
    pub(crate) at: FrameAt,
    pub(crate) iline: usize,
}

/// A session at work on the trees of one database.
pub struct TreeWriter<'a> {
    /// The database.
    pub db: &'a TreeDb,
    /// Where pages come from and go to.
    pub space: &'a dyn PageAllocator,
    /// The version store, for this session; [`crate::trx::Unversioned`] where nobody takes back.
    pub versions: &'a dyn VersionSink,
    /// Who changes.
    pub author: &'a Author,
    /// Buffers.
    pub scratch: &'a mut Scratch,
}

//! Long values as they are written: new ones, changed ones, counted references, deletion.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`LongValues`]: the long values of one table, [`LongValueSource`]: where its tree comes from |
//! | `ids` | [`LidCounter`]: which id comes next |
//! | `content` | [`Content`]: bytes from pieces, [`Change`]: what is done to a value |
//! | `read` | root and bytes as a snapshot sees them |
//! | `create` | new values, copies, chunks |
//! | `change` | append, overwrite, resize; a shared value is copied first |
//! | `count` | references |
//! | `delete` | nodes of a value without references, a part at a time |
//!
//! All changes go through the version store ([`Work::writer`]): they are undone with the
//! transaction, and others see what was before. A call that fails leaves what it had done by then to
//! its caller, who rolls back the level, or the update, that it began for the call.
//!
//! A value's chunks all have one size, but for the last: for values of today that of the table
//! ([`Format::chunk`]); a file from elsewhere may hold larger ones, which are found by their offsets.
//!
//! Source: docs/format/database-records.md §8; docs/format/versioning.md §3, §5, §8; the recordings
//! of lv-set-ops, lv-sharing, lv-versions.
//!
//! Invariants:
//! * who changes a value has its root locked first, by its own version of it;
//! * a value that others refer to, or change the count of, is never changed in part;
//! * the chunk's bytes stand for what root and offsets say, plain or shorter by compression.
#![forbid(unsafe_code)]

mod change;
mod content;
mod count;
mod create;
mod delete;
mod ids;
mod read;

pub use change::HowToChange;
pub use content::{Bytes, Change, Content, Pieces, Zeros};
pub use delete::Deletion;
pub use ids::LidCounter;
pub use read::Extent;

use crate::btree::write::WriteTree;
use crate::cache::DbNo;
use crate::catalog::TableTrees;
use crate::error::JetErr;
use crate::format::compress::CompressPolicy;
use crate::format::ids::PageSize;
use crate::format::lv::{self, Lid, LvRoot, chunk_bytes};
use crate::trx::NodeId;
use crate::work::{Walker, Work, WorkError};
use std::sync::Arc;

/// How new long values of a table are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format {
    /// Plain bytes of a chunk.
    pub chunk: u32,
    /// Plain bytes of a chunk of old files, where it differs.
    pub old_chunk: u32,
    /// New ids have 64 bits (format version 9080 and later).
    pub wide: bool,
    /// Smallest chunk in bytes that XPRESS is tried on (JET_paramMinDataForXpress).
    pub min_for_xpress: usize,
}

impl Format {
    /// That of a table. `chunk_most` is its LVChunkMax.
    #[must_use]
    pub fn new(page_size: PageSize, wide: bool, chunk_most: Option<u32>) -> Self {
        let bytes = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let own = bytes(chunk_bytes(page_size));
        let old = bytes(lv::chunk_bytes_old(page_size));
        // More than a page holds can't be meant.
        let chunk = chunk_most.filter(|&c| (1..=old).contains(&c));
        Self {
            chunk: chunk.unwrap_or(own),
            old_chunk: old,
            wide,
            min_for_xpress: CompressPolicy::chunk().min_for_xpress,
        }
    }

    /// Bytes of a new id in a record.
    #[must_use]
    pub fn lid_bytes(&self) -> usize {
        match self.wide {
            true => Lid::FIRST_WIDE.len(),
            false => Lid::FIRST_NARROW.len(),
        }
    }
}

/// The tree of a table's long values, and what is known of it in memory.
#[derive(Clone, Debug)]
pub struct LongValueTree {
    /// The tree.
    pub tree: Arc<WriteTree>,
    /// Its ids.
    pub ids: Arc<LidCounter>,
}

impl LongValueTree {
    /// That of a table; `None` while it has none.
    #[must_use]
    pub fn of(trees: &TableTrees) -> Option<Self> {
        Some(Self {
            tree: Arc::clone(trees.long_values.as_ref()?),
            ids: Arc::clone(&trees.lids),
        })
    }
}

/// Where the tree of a table's long values comes from: whoever keeps the table's schema.
pub trait LongValueSource {
    /// The tree, if there is one.
    fn existing(&self) -> Option<LongValueTree>;

    /// The tree, made now if there is none. Made by [`crate::work::Apart`], it outlives the rollback
    /// of the caller.
    ///
    /// # Errors
    /// Those of making it.
    fn make(&self, work: &mut Work<'_>) -> Result<LongValueTree, WorkError>;
}

impl LongValueSource for TableTrees {
    fn existing(&self) -> Option<LongValueTree> {
        LongValueTree::of(self)
    }

    /// Of a table whose schema nobody changes: only what is there.
    fn make(&self, _: &mut Work<'_>) -> Result<LongValueTree, WorkError> {
        self.existing().ok_or_else(|| {
            let what = "this table can't be given a tree of long values";
            WorkError::refused(JetErr::CANNOT_SEPARATE_INTRINSIC_LV, what)
        })
    }
}

/// A value at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Value {
    lid: Lid,
    root: LvRoot,
    /// Plain bytes of its chunks, but for the last.
    chunk: u32,
}

impl Value {
    /// Offset of the chunk that holds a byte.
    fn chunk_at(&self, offset: u32) -> u32 {
        offset - offset % self.chunk.max(1)
    }

    /// Plain bytes of the chunk at `offset` when the value has `size` bytes.
    fn chunk_len(&self, offset: u32, size: u32) -> usize {
        size.saturating_sub(offset).min(self.chunk) as usize
    }
}

/// The long values of one table, to be read and changed. Its buffers are used again; one value serves
/// one session at a time.
#[derive(Debug)]
pub struct LongValues {
    db: DbNo,
    tree: Arc<WriteTree>,
    ids: Arc<LidCounter>,
    format: Format,
    walker: Walker,
    /// Plain bytes of a chunk.
    plain: Vec<u8>,
    /// Bytes of a chunk as it is stored.
    packed: Vec<u8>,
}

impl LongValues {
    /// Those of a tree.
    #[must_use]
    pub fn new(db: DbNo, tree: LongValueTree, format: Format) -> Self {
        let LongValueTree { tree, ids } = tree;
        Self {
            db,
            walker: Walker::new(db, Arc::clone(&tree)),
            tree,
            ids,
            format,
            plain: Vec::new(),
            packed: Vec::new(),
        }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Arc<WriteTree> {
        &self.tree
    }

    /// How new values are laid out.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// A node's name in the version store.
    fn node<'k>(&self, key: &'k [u8]) -> NodeId<'k> {
        let tree = (self.db, self.tree.fdp(), self.tree.objid());
        NodeId::new(tree, true, key)
    }
}

/// A value without a root node.
fn not_there(lid: Lid) -> WorkError {
    WorkError::damaged(
        JetErr::RECORD_NOT_FOUND,
        format!("long value {lid}: not in the table's tree"),
    )
}

/// A value whose nodes do not fit together.
fn corrupted(lid: Lid, what: impl std::fmt::Display) -> WorkError {
    WorkError::damaged(JetErr::LV_CORRUPTED, format!("long value {lid}: {what}"))
}

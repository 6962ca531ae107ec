//! What a change means on the leaf that it belongs to, and whether it fits there.
//!
//! Invariant: nothing is changed here.
#![forbid(unsafe_code)]

use super::place::{Line, line_of};
use super::{TreeWriter, WriteError, WriteTree};
use crate::format::ids::PageSize;
use crate::format::node::{Node, NodeFlags};
use crate::format::page::{PageError, PageView, TAG_BYTES};
use crate::format::page_edit::{line_len_of, prefix_taken};
use crate::trx::{Bookmark, NodeId};

/// Bytes of a leaf that one node may take with everything around it: what a page without nodes has.
pub(super) fn page_room(size: PageSize) -> usize {
    size.bytes() - size.header_bytes() - TAG_BYTES
}

/// Part of a page (one in so many) that a node must give up for a page that is thin already to be looked
/// at again.
const SHRINKS_MUCH: usize = 16;

/// Whether a leaf became less than half full, or was so and became much emptier, by a node that had
/// `before_len` bytes of data and has `after_len` now.
pub(super) fn is_thinned(leaf: &PageView<'_>, before_len: usize, after_len: usize) -> bool {
    let shrunk = before_len.saturating_sub(after_len);
    if shrunk == 0 || leaf.is_root() {
        return false;
    }
    let size = leaf.size();
    let (free, half) = (usize::from(leaf.cb_free()), page_room(size) / 2);
    free > half && (free.saturating_sub(shrunk) <= half || shrunk >= size.bytes() / SHRINKS_MUCH)
}

/// Longest key that pages of this size can hold (docs/format/database-pages.md §9).
pub(super) fn key_most(size: PageSize) -> usize {
    match size {
        PageSize::K2 => 500,
        PageSize::K4 => 1000,
        PageSize::K8 | PageSize::K16 | PageSize::K32 => 2000,
    }
}

/// A change of one node that may need room.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op<'o> {
    /// A new node.
    Insert {
        /// Its key.
        key: &'o [u8],
        /// Its data.
        data: &'o [u8],
    },
    /// New data for a node of a tree of unique keys.
    Replace {
        /// Its key.
        key: &'o [u8],
        /// The new data.
        data: &'o [u8],
    },
}

impl<'o> Op<'o> {
    pub(super) fn key(&self) -> &'o [u8] {
        match self {
            Self::Insert { key, .. } | Self::Replace { key, .. } => key,
        }
    }

    pub(super) fn data(&self) -> &'o [u8] {
        match self {
            Self::Insert { data, .. } | Self::Replace { data, .. } => data,
        }
    }

    pub(super) fn bookmark(&self) -> Bookmark<'o> {
        Bookmark {
            key: self.key(),
            data: self.data(),
        }
    }

    /// Whether the node is one that pages of this size and this tree can hold. The record limits of
    /// docs/format/database-pages.md §9 lie below: a page has room for the node, its tag, and its key
    /// once more as prefix.
    pub(super) fn check(&self, size: PageSize, unique: bool) -> Result<(), WriteError> {
        let (key, data) = (self.key().len(), self.data().len());
        if key == 0 || key > key_most(size) {
            return Err(WriteError::key_length(key));
        }
        let fits = data > 0 && key + data + 2 * TAG_BYTES <= page_room(size);
        if !fits || (!unique && data > key_most(size)) {
            return Err(WriteError::node_length(key, data));
        }
        Ok(())
    }
}

/// What an [`Op`] does on its leaf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// A node is inserted at this line.
    Insert(usize),
    /// The flag-deleted node of this line lives again; key and data are the same anyway.
    FlagInsert(usize),
    /// The flag-deleted node of this line lives again with new data.
    Revive(usize),
    /// The node of this line gets new data.
    Replace(usize),
}

impl Step {
    pub(super) fn iline(self) -> usize {
        match self {
            Self::Insert(i) | Self::FlagInsert(i) | Self::Revive(i) | Self::Replace(i) => i,
        }
    }
}

/// What the operation means on this leaf; `line` is its line there, if that is known.
pub(super) fn step_of(
    view: &PageView<'_>,
    tree: &WriteTree,
    op: &Op<'_>,
    line: Option<Line>,
) -> Result<Result<Step, WriteError>, PageError> {
    let unique = tree.is_unique();
    let line = match line {
        Some(line) => line,
        None => line_of(view, unique, op.bookmark())?,
    };
    let iline = line.iline;
    let deleted = line.exact && view.node(iline)?.is_deleted();
    Ok(match op {
        Op::Insert { .. } if !line.exact => Ok(Step::Insert(iline)),
        Op::Insert { .. } if !deleted && unique => Err(WriteError::KeyDuplicate),
        Op::Insert { .. } if !deleted => Err(WriteError::MultiValued),
        Op::Insert { .. } if unique => Ok(Step::Revive(iline)),
        Op::Insert { .. } => Ok(Step::FlagInsert(iline)),
        Op::Replace { .. } if !line.exact || deleted => Err(WriteError::NoNode),
        Op::Replace { .. } => Ok(Step::Replace(iline)),
    })
}

/// The bytes of cbUncommittedFree that count, when the change fits.
pub(super) type Uncommitted = u16;

impl TreeWriter<'_> {
    pub(super) fn node_id<'n>(
        &self,
        tree: &WriteTree,
        key: [&'n [u8]; 2],
        data: &'n [u8],
    ) -> NodeId<'n> {
        NodeId {
            db: self.db.no(),
            pgno_fdp: tree.fdp(),
            objid: tree.objid(),
            unique: tree.is_unique(),
            key,
            data: if tree.is_unique() { &[] } else { data },
        }
    }

    /// What the versions know a node of a page as.
    pub(super) fn id_of<'n>(&self, tree: &WriteTree, node: &Node<'n>) -> NodeId<'n> {
        self.node_id(tree, [node.prefix, node.suffix], node.data)
    }

    /// Bytes that the page keeps for the undo of a node.
    pub(super) fn reserve_of(&self, tree: &WriteTree, node: &Node<'_>) -> usize {
        if tree.is_space() || !node.flags.contains(NodeFlags::VERSION) {
            return 0;
        }
        let id = self.id_of(tree, node);
        usize::from(self.versions.reserved_space(&id))
    }

    /// Whether a version of a node counts for anybody.
    pub(super) fn is_active(&self, tree: &WriteTree, node: &Node<'_>) -> bool {
        !tree.is_space()
            && node.flags.contains(NodeFlags::VERSION)
            && self.versions.is_active(&self.id_of(tree, node))
    }

    /// Whether `need` more bytes may be taken on a page, of which `own` are kept for the undo of the
    /// very node that grows. A cbUncommittedFree that stands in the way is counted anew: commits
    /// leave it behind (docs/format/versioning.md §6).
    #[inline]
    pub(super) fn room(
        &self,
        tree: &WriteTree,
        view: &PageView<'_>,
        need: usize,
        own: usize,
    ) -> Result<Option<Uncommitted>, PageError> {
        let (free, kept) = (view.cb_free(), view.cb_uncommitted_free());
        let fits = |kept: u16| {
            let taken = usize::from(kept).saturating_sub(own);
            usize::from(free).saturating_sub(taken) >= need
        };
        if fits(kept) {
            return Ok(Some(kept));
        }
        if kept == 0 || usize::from(free) < need {
            return Ok(None);
        }
        let counted = self.count_uncommitted(tree, view)?;
        Ok(fits(counted).then_some(counted))
    }

    /// What the versions keep of a page for their undo.
    pub(super) fn count_uncommitted(
        &self,
        tree: &WriteTree,
        view: &PageView<'_>,
    ) -> Result<u16, PageError> {
        let prefix = view.prefix()?;
        let mut sum = 0usize;
        for iline in 0..view.node_count() {
            let node = view.node_with_prefix(iline, prefix)?;
            sum = sum.saturating_add(self.reserve_of(tree, &node));
        }
        Ok(u16::try_from(sum).unwrap_or(u16::MAX).min(view.cb_free()))
    }

    /// Whether a new node of this line fits its leaf, of whose key the page's prefix gives `taken` bytes.
    /// An append also leaves the tree's density free, else it is time for a new page.
    #[inline]
    pub(super) fn fits_new(
        &self,
        tree: &WriteTree,
        view: &PageView<'_>,
        op: &Op<'_>,
        (iline, taken): (usize, usize),
    ) -> Result<Option<Uncommitted>, PageError> {
        let need = line_len_of(taken, op.key().len(), op.data().len()) + TAG_BYTES;
        let appends = iline == view.node_count() && view.pgno_next().is_null() && !tree.is_space();
        let reserve = match appends {
            true => tree.density_reserve(view.size()),
            false => 0,
        };
        self.room(tree, view, need + reserve, 0)
    }

    /// Whether a step fits its leaf; a new node as [`TreeWriter::fits_new`] says.
    pub(super) fn fits(
        &self,
        tree: &WriteTree,
        view: &PageView<'_>,
        op: &Op<'_>,
        step: Step,
    ) -> Result<Option<Uncommitted>, PageError> {
        match step {
            Step::Insert(iline) => {
                let taken = taken(view, op.key())?;
                self.fits_new(tree, view, op, (iline, taken))
            }
            Step::FlagInsert(_) => Ok(Some(view.cb_uncommitted_free())),
            Step::Revive(iline) | Step::Replace(iline) => {
                let node = view.node(iline)?;
                let need = op.data().len().saturating_sub(node.data.len());
                let own = match step {
                    Step::Replace(_) if need > 0 => self.reserve_of(tree, &node),
                    _ => 0,
                };
                self.room(tree, view, need, own)
            }
        }
    }
}

/// Bytes of a key that a page's prefix gives.
#[inline]
pub(super) fn taken(view: &PageView<'_>, key: &[u8]) -> Result<usize, PageError> {
    Ok(prefix_taken(view.prefix()?, key))
}

//! From the root to the leaf of a change, and to the line on it.
//!
//! Invariant: the leaf that comes out belongs to the tree, is latched exclusively, and is where the
//! bookmark belongs.
#![forbid(unsafe_code)]

use super::db::fault;
use super::{KnownNode, TreeWriter, WriteError, WriteTree};
use crate::cache::{ExclusivePage, PageFault, PageFaultKind};
use crate::format::node::Node;
use crate::format::page::{PageError, PageFlags, PageView};
use crate::trx::Bookmark;
use std::cmp::Ordering;

/// Line of a bookmark on a leaf, or the line before which it belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// From 0.
    pub(super) iline: usize,
    /// The node is there.
    pub(super) exact: bool,
}

impl Line {
    /// Where a node will be that is not there.
    pub(super) fn before(iline: usize) -> Self {
        let exact = false;
        Self { iline, exact }
    }
}

/// Where a bookmark is on a leaf.
pub(super) fn line_of(
    view: &PageView<'_>,
    unique: bool,
    bookmark: Bookmark<'_>,
) -> Result<Line, PageError> {
    let order = |key_order: Ordering, data: &[u8]| {
        if unique {
            key_order
        } else {
            key_order.then_with(|| data.cmp(bookmark.data))
        }
    };
    let iline = view.partition_nodes(|n| order(n.cmp_key(bookmark.key), n.data).is_lt())?;
    let exact = iline < view.node_count() && {
        let node = view.node(iline)?;
        order(node.cmp_key(bookmark.key), node.data).is_eq()
    };
    Ok(Line { iline, exact })
}

/// As [`line_of`], by the key heads of a leaf that is latched; `None` when it has none.
pub(super) fn quick_line(
    leaf: &ExclusivePage<'_>,
    unique: bool,
    bookmark: Bookmark<'_>,
) -> Option<Line> {
    let heads = leaf.heads()?;
    let (low, high) = heads.lines(&heads.told(), bookmark.key);
    let order = |n: &Node<'_>| match n.cmp_key(bookmark.key) {
        Ordering::Equal if !unique => n.data.cmp(bookmark.data),
        order => order,
    };
    let view = leaf.view().ok()?;
    let iline = match low == high {
        true => low,
        false => view.partition_among(low, high, |n| order(n).is_lt()).ok()?,
    };
    // The node at `high` has a higher key.
    let exact = iline < high && order(&view.node(iline).ok()?).is_eq();
    Some(Line { iline, exact })
}

impl<'a> TreeWriter<'a> {
    /// Puts a bookmark into one piece, as internal pages compare it.
    pub(super) fn join(&mut self, tree: &WriteTree, bookmark: Bookmark<'_>) {
        let joined = &mut self.scratch.bookmark;
        joined.clear();
        joined.extend_from_slice(bookmark.key);
        if !tree.is_unique() {
            joined.extend_from_slice(bookmark.data);
        }
    }

    /// The leaf of a bookmark.
    pub(super) fn leaf(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
    ) -> Result<ExclusivePage<'a>, WriteError> {
        self.join(tree, bookmark);
        let pages = self.db.pages();
        Ok(tree.tree().exclusive_leaf(pages, &self.scratch.bookmark)?)
    }

    /// The rightmost leaf, if it is known, free, and the bookmark comes behind all of its nodes: the line there.
    ///
    /// A leaf of the tree without a right neighbour is the rightmost, whatever happened since its
    /// number was remembered: a page that left the tree is marked empty or belongs to somebody else.
    #[inline]
    pub(super) fn rightmost_leaf(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
    ) -> Option<(ExclusivePage<'a>, usize)> {
        let pgno = tree.rightmost()?;
        match self.db.pages().try_exclusive(pgno) {
            Ok(Some(leaf)) if is_rightmost(&leaf, tree) => {
                let view = leaf.view().ok()?;
                let iline = view.node_count();
                let last = view.node(iline.checked_sub(1)?).ok()?;
                let order = last.cmp_key(bookmark.key);
                let behind = match tree.is_unique() {
                    true => order.is_lt(),
                    false => order.then_with(|| last.data.cmp(bookmark.data)).is_lt(),
                };
                behind.then_some((leaf, iline))
            }
            Ok(None) => None,
            // It is not what it was, or can't even be read: who descends will see.
            Ok(Some(_)) | Err(_) => {
                tree.forget_rightmost();
                None
            }
        }
    }

    /// The leaf and the line of a node that lies where the caller saw it.
    pub(super) fn known_node(
        &self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        known: Option<KnownNode>,
    ) -> Option<(ExclusivePage<'a>, usize)> {
        let KnownNode { pgno, at, iline } = known?;
        let pages = self.db.pages();
        let leaf = pages.optimistic_at(at, pgno)?.latch_exclusive(pages)?;
        let node = leaf.view().ok()?.node(iline).ok()?;
        let is_it = node.cmp_key(bookmark.key).is_eq()
            && (tree.is_unique() || node.data == bookmark.data)
            && !node.is_deleted();
        is_it.then_some((leaf, iline))
    }

    /// The leaf of a live node and its line; sought, unless it lies where the caller saw it.
    pub(super) fn live_node(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        known: Option<KnownNode>,
    ) -> Result<(ExclusivePage<'a>, usize), WriteError> {
        if let Some(known) = self.known_node(tree, bookmark, known) {
            return Ok(known);
        }
        let leaf = self.leaf(tree, bookmark)?;
        let view = leaf.view()?;
        let at = |e| fault(leaf.pgno(), e);
        let line = match quick_line(&leaf, tree.is_unique(), bookmark) {
            Some(line) => line,
            None => line_of(&view, tree.is_unique(), bookmark).map_err(at)?,
        };
        if !line.exact || view.node(line.iline).map_err(at)?.is_deleted() {
            return Err(WriteError::NoNode);
        }
        Ok((leaf, line.iline))
    }
}

#[inline]
fn is_rightmost(page: &ExclusivePage<'_>, tree: &WriteTree) -> bool {
    page.view().is_ok_and(|view| {
        let flags = view.flags();
        let is_root = flags.contains(PageFlags::ROOT);
        view.objid() == tree.objid()
            && flags.contains(PageFlags::LEAF)
            && !flags.intersects(PageFlags::EMPTY | PageFlags::PREINIT)
            && flags.contains(PageFlags::SPACE_TREE) == tree.is_space()
            && is_root == (page.pgno() == tree.root())
            && view.pgno_next().is_null()
    })
}

/// A page of another tree than its parent says is damage.
pub(super) fn check_own(tree: &WriteTree, page: &ExclusivePage<'_>) -> Result<(), WriteError> {
    let flags = page.view()?.flags();
    let is_root = flags.contains(PageFlags::ROOT);
    let gone = flags.intersects(PageFlags::EMPTY | PageFlags::PREINIT);
    if !tree.tree().is_own(page)? || gone || is_root != (page.pgno() == tree.root()) {
        return Err(PageFault::new(page.pgno(), PageFaultKind::Place(flags.bits())).into());
    }
    Ok(())
}

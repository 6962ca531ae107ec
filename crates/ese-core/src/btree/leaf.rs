//! Leaves, latched shared, while others change, split and merge them.
//!
//! Down from the root the parent is held until the child is latched, to the right a leaf is held until
//! its neighbour is. To the left nothing can be held: the leaf is let go, then both are latched from
//! left to right and compared with what was there.
//!
//! Invariants:
//! * a leaf that comes out belongs to the tree and is in use;
//! * latches are taken parent before child, left before right; no page is latched twice.
#![forbid(unsafe_code)]

use super::descend::{child_at, child_line};
use super::{DEPTH_MOST, Tree};
use crate::cache::{DbPages, PageFault, PageFaultKind, Pages, SharedPage};
use crate::format::ids::{Objid, Pgno};
use crate::format::node::Node;
use crate::format::page::{PageError, PageFlags, PageView};
use std::cmp::Ordering;

/// Which child of an internal page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Descent<'k> {
    /// The first.
    First,
    /// The last.
    Last,
    /// That of a bookmark: a key, and in a tree whose keys repeat the data behind it, or a part of it.
    To(&'k [u8]),
    /// The last that bookmarks beginning with these bytes belong to.
    Past(&'k [u8]),
}

impl Tree {
    /// The leaf at the end of a descent, without latches on the way where that is possible.
    pub fn leaf_of<'p>(
        &self,
        pages: &'p DbPages,
        bookmark: &[u8],
    ) -> Result<SharedPage<'p>, PageFault> {
        match self.quick_leaf(pages, bookmark) {
            Some(leaf) => Ok(leaf),
            None => self.shared_leaf(pages, Descent::To(bookmark)),
        }
    }

    /// The leaf at the end of a descent.
    pub fn shared_leaf<'p>(
        &self,
        pages: &'p dyn Pages,
        descent: Descent<'_>,
    ) -> Result<SharedPage<'p>, PageFault> {
        let mut page = self.root(pages)?;
        for _ in 0..DEPTH_MOST {
            let view = page.view()?;
            if view.is_leaf() {
                return Ok(page);
            }
            page.is_passed(&view);
            let count = view.node_count();
            let Some(last) = count.checked_sub(1) else {
                return Err(page.fault(PageError::NoSuchTag(view.reserved_tags())));
            };
            let iline = match descent {
                Descent::First => 0,
                Descent::Last => last,
                Descent::To(key) => child_line(&page, key)?,
                Descent::Past(key) => past_line(&view, key).map_err(|e| page.fault(e))?,
            };
            let is_leaf = view.flags().contains(PageFlags::PARENT_OF_LEAF);
            let child = child_at(&page, iline)?;
            page = self.page(pages, child, Some(is_leaf))?;
        }
        let kind = PageFaultKind::Place(page.view()?.flags().bits());
        Err(PageFault::new(page.pgno(), kind))
    }

    /// The right neighbour of a leaf, which stays latched; `None` behind the last one.
    pub fn right_leaf<'p>(
        &self,
        pages: &'p dyn Pages,
        leaf: &SharedPage<'p>,
    ) -> Result<Option<SharedPage<'p>>, PageFault> {
        let (left, next) = (leaf.pgno(), leaf.view()?.pgno_next());
        if next.is_null() {
            return Ok(None);
        }
        let broken = |right_prev| {
            let kind = PageFaultKind::BadLink {
                left,
                left_next: next,
                right: next,
                right_prev,
            };
            PageFault::new(left, kind)
        };
        if next == left {
            return Err(broken(left));
        }
        let right = pages.shared(next)?;
        let (there, here) = (right.view()?, leaf.view()?);
        if there.pgno_prev() != left || !self.is_leaf_of(&right)? {
            return Err(broken(there.pgno_prev()));
        }
        // Whoever follows links must come to an end: first keys rise from leaf to leaf.
        if there.node_count() > 0 && here.node_count() > 0 {
            let a = here.node(0).map_err(|e| leaf.fault(e))?;
            let b = there.node(0).map_err(|e| right.fault(e))?;
            if cmp_nodes(&a, &b).is_ge() {
                return Err(broken(there.pgno_prev()));
            }
        }
        Ok(Some(right))
    }

    /// The left neighbour of a leaf, and the leaf, both latched. `None` when they are no neighbours
    /// any more: the caller descends anew. The leaf is let go in between, and may have changed.
    pub fn left_leaf<'p>(
        &self,
        pages: &'p dyn Pages,
        leaf: SharedPage<'p>,
    ) -> Result<Option<(SharedPage<'p>, SharedPage<'p>)>, PageFault> {
        let (pgno, prev) = (leaf.pgno(), leaf.view()?.pgno_prev());
        drop(leaf);
        if prev == pgno || prev.is_null() {
            let kind = PageFaultKind::BadLink {
                left: prev,
                left_next: Pgno::NULL,
                right: pgno,
                right_prev: prev,
            };
            return Err(PageFault::new(pgno, kind));
        }
        let left = match pages.shared(prev) {
            Ok(left) => left,
            // It may have left the tree, and be anything now; or it is damaged.
            Err(e) => {
                let right = pages.shared(pgno)?;
                return match self.is_leaf_of(&right)? && right.view()?.pgno_prev() == prev {
                    true => Err(e),
                    false => Ok(None),
                };
            }
        };
        if !self.is_leaf_of(&left)? || left.view()?.pgno_next() != pgno {
            return Ok(None);
        }
        let right = pages.shared(pgno)?;
        if !self.is_leaf_of(&right)? || right.view()?.pgno_prev() != prev {
            return Ok(None);
        }
        let (a, b) = (left.view()?, right.view()?);
        if a.node_count() > 0 && b.node_count() > 0 {
            let a = a.node(0).map_err(|e| left.fault(e))?;
            let b = b.node(0).map_err(|e| right.fault(e))?;
            if cmp_nodes(&a, &b).is_ge() {
                let kind = PageFaultKind::BadLink {
                    left: prev,
                    left_next: pgno,
                    right: pgno,
                    right_prev: prev,
                };
                return Err(PageFault::new(pgno, kind));
            }
        }
        Ok(Some((left, right)))
    }

    /// A leaf of this tree, in use.
    pub fn is_leaf_of(&self, page: &SharedPage<'_>) -> Result<bool, PageFault> {
        Ok(self.is_own_leaf(&page.view()?))
    }

    /// The same, of which the header is at hand.
    #[inline]
    pub(crate) fn is_own_leaf(&self, view: &PageView<'_>) -> bool {
        self.is_own_leaf_by(view.objid(), view.flags())
    }

    /// The same of a page with these marks.
    #[inline]
    pub(super) fn is_own_leaf_by(&self, objid: Objid, flags: PageFlags) -> bool {
        objid == self.objid
            && flags.contains(PageFlags::LEAF)
            && !flags.intersects(PageFlags::EMPTY | PageFlags::PREINIT)
            && flags.contains(PageFlags::SPACE_TREE) == self.space
    }
}

/// Line of the last child that bookmarks beginning with `key` belong to.
fn past_line(view: &PageView<'_>, key: &[u8]) -> Result<usize, PageError> {
    let iline = view.partition_nodes(|node| {
        node.key_len() != 0 && (node.cmp_key(key).is_le() || starts_with(node, key))
    })?;
    Ok(iline.min(view.node_count().saturating_sub(1)))
}

/// Whether a node's key begins with these bytes.
fn starts_with(node: &Node<'_>, bytes: &[u8]) -> bool {
    let taken = node.prefix.len().min(bytes.len());
    let (head, tail) = bytes.split_at(taken);
    node.prefix.starts_with(head) && node.suffix.starts_with(tail)
}

/// Key, then data. In a tree of unique keys the data is never looked at: no two keys are equal.
fn cmp_nodes(a: &Node<'_>, b: &Node<'_>) -> Ordering {
    let left = a.prefix.iter().chain(a.suffix);
    let right = b.prefix.iter().chain(b.suffix);
    left.cmp(right).then_with(|| a.data.cmp(b.data))
}

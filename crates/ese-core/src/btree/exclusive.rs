//! To a node that is to be changed: descent to a bookmark, the leaf latched exclusively.
//!
//! Flag-deleted nodes are nodes here. Internal pages are latched shared, parent before child, and the
//! parent is held until the child is.
//!
//! Invariant: the leaf that comes out belongs to the tree, and its line is the bookmark's.
#![forbid(unsafe_code)]

use super::descend::{child_at, child_line};
use super::{DEPTH_MOST, Tree};
use crate::cache::{DbPages, ExclusivePage, PageFault, PageFaultKind, SharedPage};
use crate::format::ids::Pgno;
use crate::format::page::{PageError, PageFlags, PageView};
use std::cmp::Ordering;

impl Tree {
    /// The leaf of a bookmark, latched exclusively, and the bookmark's line on it; the line is `None`
    /// when the tree has no such node.
    ///
    /// `bookmark` is the key, and in a tree whose keys repeat the data behind it; `key_len` says
    /// where the key ends.
    pub fn exclusive_node<'p>(
        &self,
        pages: &'p DbPages,
        bookmark: &[u8],
        key_len: usize,
    ) -> Result<(ExclusivePage<'p>, Option<usize>), PageFault> {
        let leaf = self.exclusive_leaf(pages, bookmark)?;
        let line = find(&leaf.view()?, bookmark, key_len).map_err(|e| leaf.fault(e))?;
        Ok((leaf, line))
    }

    /// The leaf that a bookmark belongs to, latched exclusively. `bookmark` as of
    /// [`Tree::exclusive_node`].
    pub(super) fn exclusive_leaf<'p>(
        &self,
        pages: &'p DbPages,
        bookmark: &[u8],
    ) -> Result<ExclusivePage<'p>, PageFault> {
        if let Some(leaf) = self.quick_exclusive(pages, bookmark) {
            return Ok(leaf);
        }
        // A root that is a leaf may become an internal page before it is latched exclusively.
        for _ in 0..DEPTH_MOST {
            let root = self.root(pages)?;
            if !root.view()?.is_leaf() {
                return self.leaf_below(pages, root, bookmark);
            }
            drop(root);
            let leaf = pages.exclusive(self.pgno_fdp)?;
            if self.is_own(&leaf)? && leaf.view()?.is_leaf() {
                return Ok(leaf);
            }
        }
        Err(PageFault::new(self.pgno_fdp, PageFaultKind::Place(0)))
    }

    fn leaf_below<'p>(
        &self,
        pages: &'p DbPages,
        mut page: SharedPage<'p>,
        bookmark: &[u8],
    ) -> Result<ExclusivePage<'p>, PageFault> {
        let mut path: Vec<Pgno> = Vec::new();
        loop {
            let view = page.view()?;
            page.is_passed(&view);
            if view.node_count() == 0 {
                return Err(page.fault(PageError::NoSuchTag(view.reserved_tags())));
            }
            let above_leaf = view.flags().contains(PageFlags::PARENT_OF_LEAF);
            let iline = child_line(&page, bookmark)?;
            let child = child_at(&page, iline)?;
            path.push(page.pgno());
            if path.len() > DEPTH_MOST || path.contains(&child) {
                let kind = PageFaultKind::BadChild { iline, child };
                return Err(PageFault::new(page.pgno(), kind));
            }
            if above_leaf {
                let leaf = pages.exclusive(child)?;
                drop(page);
                if !self.is_own(&leaf)? || !leaf.view()?.is_leaf() {
                    let flags = leaf.view()?.flags().bits();
                    return Err(PageFault::new(child, PageFaultKind::Place(flags)));
                }
                return Ok(leaf);
            }
            page = self.page(pages, child, Some(false))?;
        }
    }

    pub(super) fn is_own(&self, page: &ExclusivePage<'_>) -> Result<bool, PageFault> {
        let view = page.view()?;
        if view.objid() != self.objid {
            let kind = PageFaultKind::ForeignPage {
                expected: self.objid,
                found: view.objid(),
            };
            return Err(PageFault::new(page.pgno(), kind));
        }
        Ok(view.flags().contains(PageFlags::SPACE_TREE) == self.space)
    }
}

/// Line of a bookmark on a leaf.
fn find(view: &PageView<'_>, bookmark: &[u8], key_len: usize) -> Result<Option<usize>, PageError> {
    let (key, data) = bookmark
        .split_at_checked(key_len)
        .unwrap_or((bookmark, &[]));
    let order = |key_order: Ordering, node_data: &[u8]| {
        if data.is_empty() {
            key_order
        } else {
            key_order.then_with(|| node_data.cmp(data))
        }
    };
    let iline = view.partition_nodes(|n| order(n.cmp_key(key), n.data).is_lt())?;
    if iline >= view.node_count() {
        return Ok(None);
    }
    let node = view.node(iline)?;
    Ok(order(node.cmp_key(key), node.data).is_eq().then_some(iline))
}

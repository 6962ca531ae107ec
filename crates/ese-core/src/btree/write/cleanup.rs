//! A deleted node goes for good, and its page with it if it is empty.
//!
//! What version cleanup does for every flag delete and rolled-back insert that nobody can see any
//! more: all such nodes of the leaf go at once (Delete); a leaf that has no live node left is taken
//! out of the tree, one with few is joined with a neighbour that has room for them.
//!
//! Source: docs/format/versioning.md §8, docs/format/database-btree-space.md §4.5.
//!
//! Invariant: a node with an active version stays.
#![forbid(unsafe_code)]

use super::db::fault;
use super::lines::{LineOper, Lines, common_len, saving};
use super::merge::Side;
use super::place::line_of;
use super::step::page_room;
use super::{TreeWriter, WriteError, WriteTree};
use crate::cache::{ExclusivePage, Pages};
use crate::format::ids::Pgno;
use crate::format::node::Node;
use crate::format::page::{PageError, PageView, TAG_BYTES};
use crate::format::page_mut::PageBuf;
use crate::trx::Bookmark;

/// A page fuller than this, in percent, is only joined with a neighbour that is in memory anyway.
const WORTH_READING: usize = 30;

/// What a clean-up did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CleanedUp {
    /// Nodes that are gone.
    pub nodes: usize,
    /// Pages that left the tree.
    pub pages: usize,
}

impl TreeWriter<'_> {
    /// Removes the flag-deleted nodes without an active version from the leaf of a deleted node, and
    /// the leaf with them where that leaves it empty or nearly so. Nothing happens when the node is
    /// gone or lives again.
    ///
    /// The author is an internal session in a transaction of level 1: merges are never undone.
    pub fn clean_up(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
    ) -> Result<CleanedUp, WriteError> {
        let mut done = CleanedUp::default();
        let mut leaf = self.leaf(tree, bookmark)?;
        let view = leaf.view()?;
        let at = |e| fault(leaf.pgno(), e);
        let line = line_of(&view, tree.is_unique(), bookmark).map_err(at)?;
        if !line.exact || !view.node(line.iline).map_err(at)?.is_deleted() {
            return Ok(done);
        }
        done.nodes = self.remove_deleted(tree, &mut leaf)?;
        done.pages = self.merge_if_underfull_from(tree, bookmark, leaf)?;
        Ok(done)
    }

    /// Takes the leaf of a bookmark out of the tree if no live node is on it, or joins it with a
    /// neighbour that has room for them; gives how many pages left the tree. The author is as for
    /// [`TreeWriter::clean_up`].
    pub fn merge_if_underfull(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
    ) -> Result<usize, WriteError> {
        let leaf = self.leaf(tree, bookmark)?;
        self.merge_if_underfull_from(tree, bookmark, leaf)
    }

    /// Removes the flag-deleted nodes without an active version from the leaf of a bookmark, and joins it
    /// with a neighbour that has room for it, read from the file if need be. Gives the leaf that came
    /// next, too: [`Pgno::NULL`] behind the last. The author is as for [`TreeWriter::clean_up`].
    pub fn tidy(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
    ) -> Result<(CleanedUp, Pgno), WriteError> {
        let mut leaf = self.leaf(tree, bookmark)?;
        let mut done = CleanedUp {
            nodes: self.remove_deleted(tree, &mut leaf)?,
            ..CleanedUp::default()
        };
        let next = leaf.view()?.pgno_next();
        if !next.is_null() {
            // A merge looks at neighbours that are in memory; the pass comes to this one anyway.
            drop(leaf);
            drop(self.db.pages().shared(next)?);
            leaf = self.leaf(tree, bookmark)?;
        }
        done.pages = self.merge_if_underfull_from(tree, bookmark, leaf)?;
        Ok((done, next))
    }

    fn merge_if_underfull_from(
        &mut self,
        tree: &WriteTree,
        bookmark: Bookmark<'_>,
        leaf: ExclusivePage<'_>,
    ) -> Result<usize, WriteError> {
        if leaf.view()?.is_root() {
            return Ok(0);
        }
        // Neighbours are looked at with no page latched: a copy serves.
        let (pgno, copy) = (leaf.pgno(), PageBuf::from_slice(&leaf));
        drop(leaf);
        let view = PageView::new(&copy).map_err(|e| fault(pgno, e))?;
        if !self.is_worth_a_merge(tree, pgno, &view)? {
            return Ok(0);
        }
        for side in [Side::Right, Side::Left] {
            if let Some(pages) = self.merge(tree, bookmark, side, false)? {
                return Ok(pages);
            }
        }
        Ok(0)
    }

    /// Removes all deleted nodes of a leaf that no version holds back. The last node of a leaf that
    /// is no root stays: such a page is not empty, it goes as a whole.
    fn remove_deleted(
        &mut self,
        tree: &WriteTree,
        leaf: &mut ExclusivePage<'_>,
    ) -> Result<usize, WriteError> {
        let mut gone = 0;
        let count = leaf.view()?.node_count();
        for iline in (0..count).rev() {
            let view = leaf.view()?;
            let node = view.node(iline).map_err(|e| fault(leaf.pgno(), e))?;
            let may_go = view.node_count() > 1 || view.is_root();
            if may_go && node.is_deleted() && !self.is_active(tree, &node) {
                self.remove_line(tree, leaf, iline, true)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Whether a leaf is empty, or a neighbour has room for all of its nodes. A neighbour that has
    /// is cleaned of its own deleted nodes, which a merge leaves where they are.
    fn is_worth_a_merge(
        &mut self,
        tree: &WriteTree,
        pgno: Pgno,
        view: &PageView<'_>,
    ) -> Result<bool, WriteError> {
        let at = |e| fault(pgno, e);
        let stays = |n: &Node<'_>| !n.is_deleted() || self.is_active(tree, n);
        let mut bytes = 0;
        let mut empty = true;
        let reserve = |n: &Node<'_>| self.reserve_of(tree, n);
        let lines = Lines::of(view, LineOper::Nothing, &reserve).map_err(at)?;
        let mut staying = Vec::with_capacity(lines.len());
        for i in 0..lines.len() {
            if stays(&view.node(i).map_err(at)?) {
                empty = false;
                bytes += lines.size_max(i..i + 1);
                staying.push(i);
            }
        }
        if empty {
            return Ok(true);
        }
        let full = bytes * 100 / page_room(view.size());
        let (left, right) = (view.pgno_prev(), view.pgno_next());
        // The last page of a tree is where appends go on: joining it to the left would be undone by
        // the next of them.
        let left = if right.is_null() { Pgno::NULL } else { left };
        for neighbour in [right, left] {
            if neighbour.is_null() || !self.may_look_at(tree, neighbour, full) {
                continue;
            }
            if self.has_room(tree, neighbour, &lines, &staying)? {
                self.clean_neighbour(tree, neighbour)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn may_look_at(&self, tree: &WriteTree, pgno: Pgno, full: usize) -> bool {
        let dense = tree.density_reserve(self.db.page_size()) == 0;
        self.db.pages().is_here(pgno) || (dense && full < WORTH_READING)
    }

    /// Whether a page has room for these lines of another, counting its deleted nodes as free.
    fn has_room(
        &self,
        tree: &WriteTree,
        pgno: Pgno,
        lines: &Lines<'_>,
        staying: &[usize],
    ) -> Result<bool, WriteError> {
        let page = self.db.pages().shared(pgno)?;
        let view = page.view()?;
        let at = |e| fault(pgno, e);
        if !view.is_leaf() || view.objid() != tree.objid() {
            return Ok(false);
        }
        let prefix = view.prefix().map_err(at)?;
        let mut need = tree.density_reserve(view.size());
        for &i in staying {
            let saved = saving(common_len(prefix, lines.key(i)));
            need += lines.size_max(i..i + 1).saturating_sub(saved);
        }
        let room = self.available(tree, &view).map_err(at)?;
        let freed = self.deleted_bytes(tree, &view).map_err(at)?;
        Ok(need <= room + freed)
    }

    /// Bytes of a page that nodes may take, whatever is undone.
    pub(super) fn available(
        &self,
        tree: &WriteTree,
        view: &PageView<'_>,
    ) -> Result<usize, PageError> {
        let kept = match view.cb_uncommitted_free() {
            0 => 0,
            _ => self.count_uncommitted(tree, view)?,
        };
        Ok(usize::from(view.cb_free().saturating_sub(kept)))
    }

    fn deleted_bytes(&self, tree: &WriteTree, view: &PageView<'_>) -> Result<usize, PageError> {
        let mut bytes = 0;
        for iline in 0..view.node_count() {
            let node = view.node(iline)?;
            if node.is_deleted() && !self.is_active(tree, &node) {
                bytes += view.tag(iline + view.reserved_tags())?.cb + TAG_BYTES;
            }
        }
        Ok(bytes)
    }

    /// Removes the deleted nodes of a neighbour, if it is still one of this tree's leaves and free.
    fn clean_neighbour(&mut self, tree: &WriteTree, pgno: Pgno) -> Result<(), WriteError> {
        if let Some(mut page) = self.db.pages().try_exclusive(pgno)?
            && super::place::check_own(tree, &page).is_ok()
            && page.view()?.is_leaf()
        {
            self.remove_deleted(tree, &mut page)?;
        }
        Ok(())
    }
}

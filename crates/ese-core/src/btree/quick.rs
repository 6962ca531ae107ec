//! To a leaf without latches on the way: internal pages are searched by their key heads.
//!
//! The child's version is read before the parent is asked whether it is still the same: at that moment
//! the child was the one that the key belongs to, and it is latched only if it has not changed since.
//! Whoever splits or merges holds the latches of all pages that it changes until all are changed, so
//! that no child is seen without its parent.
//!
//! A leaf that is not in memory is read, and is the one if its parent has not changed by the time that it is
//! latched.
//!
//! Invariants:
//! * the leaf that comes out is that of the key, belongs to the tree, and has not been changed since;
//! * whatever is unusual gives `None`: no heads yet, a page that is not here or just changes, damage.
//!   The descent with latches says what it is.
#![forbid(unsafe_code)]

use super::descend::child_line_among;
use super::{DEPTH_MOST, Tree};
use crate::cache::{Child, DbPages, ExclusivePage, OptimisticPage, Pages as _, SharedPage, Told};
use crate::format::ids::Pgno;
use crate::format::page::PageFlags;

/// Where a descent without latches has come.
enum Way<'p> {
    /// To a leaf.
    To(OptimisticPage<'p>),
    /// To a page above the leaves: the leaf is not in memory.
    Through(OptimisticPage<'p>, Pgno),
}

impl Tree {
    /// The leaf that a bookmark belongs to, latched shared.
    pub(super) fn quick_leaf<'p>(
        &self,
        pages: &'p DbPages,
        bookmark: &[u8],
    ) -> Option<SharedPage<'p>> {
        let leaf = match self.quick_page(pages, bookmark)? {
            Way::To(page) => page.latch()?,
            Way::Through(parent, child) => {
                let leaf = pages.shared(child).ok()?;
                // It was the leaf of the key, and is latched by now.
                parent.is_same().then_some(leaf)?
            }
        };
        self.check(&leaf, Some(true)).ok()?;
        Some(leaf)
    }

    /// The same without a latch, with the lines that its key heads leave: the first node lies between them
    /// whose key is not lower than the bookmark, ends included. All of it counts if the page is the same
    /// afterwards.
    #[inline]
    pub(crate) fn loose_leaf<'p>(
        &self,
        pages: &'p DbPages,
        bookmark: &[u8],
    ) -> Option<(OptimisticPage<'p>, Told, (usize, usize))> {
        let Way::To(page) = self.quick_page(pages, bookmark)? else {
            return None;
        };
        let heads = page.heads()?;
        let told = heads.told();
        let fits = self.is_own_leaf_by(told.objid, told.flags);
        fits.then(|| (page, told, heads.lines(&told, bookmark)))
    }

    /// The same, latched exclusively.
    pub(super) fn quick_exclusive<'p>(
        &self,
        pages: &'p DbPages,
        bookmark: &[u8],
    ) -> Option<ExclusivePage<'p>> {
        let Way::To(page) = self.quick_page(pages, bookmark)? else {
            return None;
        };
        let leaf = page.latch_exclusive(pages)?;
        let fits = self.is_own(&leaf).ok()? && leaf.view().ok()?.is_leaf();
        fits.then_some(leaf)
    }

    /// The same without a latch. It is a leaf of the tree only if a latch says so.
    #[inline]
    fn quick_page<'p>(&self, pages: &'p DbPages, bookmark: &[u8]) -> Option<Way<'p>> {
        let mut page = pages.optimistic(self.pgno_fdp)?;
        let mut is_root = true;
        for _ in 0..DEPTH_MOST {
            let heads = page.heads()?;
            let told = heads.told();
            let is = |flag| told.flags.contains(flag);
            let fits = told.objid == self.objid
                && is(PageFlags::SPACE_TREE) == self.space
                && (!is_root || is(PageFlags::ROOT));
            if !fits {
                return None;
            }
            if is(PageFlags::LEAF) {
                return is_root.then_some(Way::To(page));
            }
            let line = match heads.child_line(&told, bookmark) {
                Child::At(line) => line,
                Child::Among(low, high) => {
                    let latched = page.latch()?;
                    child_line_among(&latched.view().ok()?, bookmark, low, high).ok()?
                }
            };
            let above_leaf = is(PageFlags::PARENT_OF_LEAF);
            let Some(child) = page.child(pages, &heads, line, above_leaf) else {
                let (child, _) = heads.child(line)?;
                let leads = above_leaf && page.is_same() && !pages.is_here(child);
                return leads.then_some(Way::Through(page, child));
            };
            if !page.is_same() {
                return None;
            }
            if above_leaf {
                return Some(Way::To(child));
            }
            page = child;
            is_root = false;
        }
        None
    }
}

//! B+ trees to look at: descent, moves, scans that survive damage.
//!
//! A tree is its root page (FDP) and its object id; everything else is on the pages. Nothing here
//! holds a page between two calls: a cursor keeps page numbers and lines and asks the cache again.
//!
//! Invariants:
//! * a page is used only if it belongs to the tree's object and its leaf flag fits its level;
//! * no walk visits more pages than the file has, whatever the child pointers say.
//!
//! `btree` does not know where pages come from, nor what a record is.
#![forbid(unsafe_code)]

mod ahead;
pub mod apply;
mod cursor;
mod descend;
mod exclusive;
mod leaf;
mod page_set;
mod position;
mod quick;
mod scan;
pub mod write;

pub use ahead::{Ahead, KeyRange};
pub use cursor::{Entry, Seek, TreeCursor};
pub use descend::child_at;
pub use leaf::Descent;
pub use page_set::PageSet;
pub use position::Share;
pub use scan::{LeafScan, ScanEvent, leaf_batches, salvage};

use crate::cache::{PageFault, PageFaultKind, Pages, SharedPage};
use crate::format::ids::{Objid, Pgno};
use crate::format::page::PageFlags;

/// Levels that a tree may have. The original's deepest trees have 7; a deeper one is a circle.
pub const DEPTH_MOST: usize = 32;

/// A tree: root page and object. The same for tables, indexes, long values and space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Root page; never moves while the tree lives (but for a root page move of maintenance).
    pub pgno_fdp: Pgno,
    /// Object id that every page of the tree carries.
    pub objid: Objid,
    /// Page flags that tell the trees of one object apart (`SPACE_TREE`).
    pub space: bool,
}

impl Tree {
    /// A tree of records, index entries or long values.
    #[must_use]
    pub fn new(pgno_fdp: Pgno, objid: Objid) -> Self {
        Self {
            pgno_fdp,
            objid,
            space: false,
        }
    }

    /// One of the two space trees of an object.
    #[must_use]
    pub fn space_tree(pgno_root: Pgno, objid: Objid) -> Self {
        Self {
            pgno_fdp: pgno_root,
            objid,
            space: true,
        }
    }

    /// Brings the root.
    pub(crate) fn root<'p>(&self, pages: &'p dyn Pages) -> Result<SharedPage<'p>, PageFault> {
        let page = self.page(pages, self.pgno_fdp, None)?;
        let flags = page.view()?.flags();
        if !flags.contains(PageFlags::ROOT) {
            return Err(PageFault::new(
                self.pgno_fdp,
                PageFaultKind::Place(flags.bits()),
            ));
        }
        Ok(page)
    }

    /// Brings a page and proves that it belongs here; `leaf` says what its parent expects.
    pub(crate) fn page<'p>(
        &self,
        pages: &'p dyn Pages,
        pgno: Pgno,
        leaf: Option<bool>,
    ) -> Result<SharedPage<'p>, PageFault> {
        let page = pages.shared(pgno)?;
        self.check(&page, leaf)?;
        Ok(page)
    }

    /// Proves that a page belongs here; `leaf` says what its parent expects.
    #[inline]
    fn check(&self, page: &SharedPage<'_>, leaf: Option<bool>) -> Result<(), PageFault> {
        let (view, pgno) = (page.view()?, page.pgno());
        if view.objid() != self.objid {
            let kind = PageFaultKind::ForeignPage {
                expected: self.objid,
                found: view.objid(),
            };
            return Err(PageFault::new(pgno, kind));
        }
        let flags = view.flags();
        let fits = flags.contains(PageFlags::SPACE_TREE) == self.space
            && leaf.is_none_or(|leaf| flags.contains(PageFlags::LEAF) == leaf);
        if !fits {
            return Err(PageFault::new(pgno, PageFaultKind::Place(flags.bits())));
        }
        Ok(())
    }
}

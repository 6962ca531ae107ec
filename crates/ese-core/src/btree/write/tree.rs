//! One tree to change, and where its pages come from.
//!
//! Invariant: the hint at the rightmost leaf is only a hint; whoever follows it looks at the page.
#![forbid(unsafe_code)]

use super::{AllocError, Author};
use crate::btree::Tree;
use crate::format::ids::{Objid, PageSize, Pgno};
use std::sync::atomic::{AtomicU32, Ordering};

/// Density of the original's trees unless the catalog says otherwise, in percent
/// (docs/format/database-btree-space.md §4.2).
pub const DENSITY_DEFAULT: u8 = 80;
/// Density of trees that are filled to the last byte.
pub const DENSITY_FULL: u8 = 100;

/// A tree as it is changed. One value serves all threads.
#[derive(Debug)]
pub struct WriteTree {
    tree: Tree,
    fdp: Pgno,
    unique: bool,
    density: u8,
    /// The rightmost leaf when somebody last appended, 0 when nobody has.
    rightmost: AtomicU32,
}

impl WriteTree {
    /// A tree of records, index entries or long values. `density` in percent of a page that appends
    /// fill ([`DENSITY_DEFAULT`]; long values and the list of object ids [`DENSITY_FULL`]).
    #[must_use]
    pub fn new(pgno_fdp: Pgno, objid: Objid, unique: bool, density: u8) -> Self {
        Self {
            tree: Tree::new(pgno_fdp, objid),
            fdp: pgno_fdp,
            unique,
            density: density.min(DENSITY_FULL),
            rightmost: AtomicU32::new(0),
        }
    }

    /// One of the two space trees of the tree at `pgno_fdp`.
    #[must_use]
    pub fn space_tree(pgno_fdp: Pgno, pgno_root: Pgno, objid: Objid) -> Self {
        Self {
            tree: Tree::space_tree(pgno_root, objid),
            fdp: pgno_fdp,
            unique: true,
            density: DENSITY_FULL,
            rightmost: AtomicU32::new(0),
        }
    }

    /// The tree to look at.
    #[must_use]
    pub fn tree(&self) -> Tree {
        self.tree
    }

    /// Its root page.
    #[must_use]
    pub fn root(&self) -> Pgno {
        self.tree.pgno_fdp
    }

    /// Root of the tree that it belongs to: itself, or the owner of a space tree. What records name
    /// as pgnoFDP.
    #[must_use]
    pub fn fdp(&self) -> Pgno {
        self.fdp
    }

    /// Its object.
    #[must_use]
    pub fn objid(&self) -> Objid {
        self.tree.objid
    }

    /// Its keys are unique; else key and data together are.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.unique
    }

    /// It is a space tree.
    #[must_use]
    pub fn is_space(&self) -> bool {
        self.tree.space
    }

    /// Bytes that appends and merges leave free on a leaf
    /// (docs/format/database-btree-space.md §4.2).
    #[must_use]
    pub fn density_reserve(&self, page_size: PageSize) -> usize {
        usize::from(DENSITY_FULL - self.density) * page_size.bytes() / 100
    }

    pub(super) fn rightmost(&self) -> Option<Pgno> {
        let pgno = Pgno(self.rightmost.load(Ordering::Relaxed));
        (!pgno.is_null()).then_some(pgno)
    }

    pub(super) fn set_rightmost(&self, pgno: Pgno) {
        self.rightmost.store(pgno.0, Ordering::Relaxed);
    }

    pub(super) fn forget_rightmost(&self) {
        self.set_rightmost(Pgno::NULL);
    }
}

/// Where trees get pages and leave those that they no longer need: the space layer.
///
/// It is asked with no page latched. What it does is logged by itself, before it returns, in the
/// name of `author`; it changes space trees and space headers only. A split of a space tree is served
/// from its split buffer.
pub trait PageAllocator {
    /// `pages` pages of the file for this tree, near page `near`, in ascending order where there is a
    /// choice. They belong to nothing until they are used.
    fn reserve(
        &self,
        author: &Author,
        tree: &WriteTree,
        near: Pgno,
        pages: usize,
    ) -> Result<Vec<Pgno>, AllocError>;

    /// Takes back pages that were reserved and not used.
    fn give_back(
        &self,
        author: &Author,
        tree: &WriteTree,
        pages: &[Pgno],
    ) -> Result<(), AllocError>;

    /// Takes pages that the tree does not need any more (empty, out of the tree).
    fn free(&self, author: &Author, tree: &WriteTree, pages: &[Pgno]) -> Result<(), AllocError>;
}

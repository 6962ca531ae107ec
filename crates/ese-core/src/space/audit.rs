//! The space of all trees of a database held against each other.
//!
//! The caller names the trees, parents before children (the database's root, then each table followed
//! by its indexes and its long values); each tree is walked once.
//!
//! Source: docs/format/database-btree-space.md §6, whose numbers the kinds of problems carry.
//!
//! Invariants: memory is one bit a page of the file, the extents of a tree, of its table and of the
//! root, and at most [`PROBLEMS_MOST`] problems; every problem names a page.
#![forbid(unsafe_code)]

use super::{SpaceFault, TreeSpace, extents};
use crate::btree::{LeafScan, PageSet, ScanEvent, Tree};
use crate::cache::{PageFault, Pages, SharedPage};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Pgno;
use crate::format::space::{Extent, Pool};

/// Problems that are kept; further ones are counted.
pub const PROBLEMS_MOST: usize = 10_000;

/// What is wrong between trees.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SpaceProblem {
    /// A page that can't be used.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// A space tree that can't be used.
    #[error(transparent)]
    Space(#[from] SpaceFault),
    /// Invariant 1: a page of a tree lies in none of its extents.
    #[error("page {pgno} belongs to the tree of page {fdp}, which does not own it")]
    NotOwned {
        /// The page.
        pgno: Pgno,
        /// Root of the tree.
        fdp: Pgno,
    },
    /// Invariant 2: a page in use counts as free.
    #[error("page {pgno} is in use, but the tree of page {fdp} lists it as free")]
    UsedAndFree {
        /// The page.
        pgno: Pgno,
        /// Root of the tree.
        fdp: Pgno,
    },
    /// Invariant 3: free pages that are not owned.
    #[error("pages {first}-{last} are free in the tree of page {fdp}, which does not own them")]
    FreeNotOwned {
        /// First page of the run.
        first: Pgno,
        /// Last page of the run.
        last: Pgno,
        /// Root of the tree.
        fdp: Pgno,
    },
    /// Invariant 3: two extents share pages.
    #[error("two extents of the tree of page {fdp} overlap at page {pgno}")]
    Overlap {
        /// A page of both.
        pgno: Pgno,
        /// Root of the tree.
        fdp: Pgno,
    },
    /// Invariant 4: an extent that the parent does not own, or counts as free.
    #[error(
        "pages {first}-{last} of the tree of page {fdp} are not taken from its parent, page {parent}"
    )]
    NotFromParent {
        /// First page of the extent.
        first: Pgno,
        /// Last page of the extent.
        last: Pgno,
        /// Root of the tree.
        fdp: Pgno,
        /// Root of the parent.
        parent: Pgno,
    },
    /// Invariant 5: the wrong parent.
    #[error("the root page {fdp} names page {found} as its parent, it is page {expected}")]
    Parent {
        /// Root of the tree.
        fdp: Pgno,
        /// As stored.
        found: Pgno,
        /// By the catalog.
        expected: Pgno,
    },
    /// Invariant 6: a page of two trees.
    #[error("page {pgno} belongs to the tree of page {fdp} and to another one")]
    TwoTrees {
        /// The page.
        pgno: Pgno,
        /// Root of the tree that came second.
        fdp: Pgno,
    },
    /// Invariant 7: the database's root does not own the pages from 1 on without a hole.
    #[error("the database does not own page {0}, which lies before pages that it owns")]
    Hole(Pgno),
    /// An owned page lies behind the end of the file.
    #[error("the database owns pages up to {last}, the file ends with page {file}")]
    BehindEof {
        /// Last owned page.
        last: Pgno,
        /// Last page of the file.
        file: Pgno,
    },
}

impl SpaceProblem {
    /// The page.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        match self {
            Self::Page(p) => p.pgno,
            Self::Space(s) => s.pgno(),
            Self::NotOwned { pgno, .. }
            | Self::UsedAndFree { pgno, .. }
            | Self::Overlap { pgno, .. }
            | Self::TwoTrees { pgno, .. }
            | Self::Hole(pgno) => *pgno,
            Self::FreeNotOwned { first, .. } | Self::NotFromParent { first, .. } => *first,
            Self::Parent { fdp, .. } => *fdp,
            Self::BehindEof { last, .. } => *last,
        }
    }
}

impl HasJetErr for SpaceProblem {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(p) => p.jet_err(),
            Self::Space(s) => s.jet_err(),
            Self::UsedAndFree { .. } | Self::FreeNotOwned { .. } => JetErr::SP_AVAIL_EXT_CORRUPTED,
            Self::NotOwned { .. } | Self::Overlap { .. } | Self::NotFromParent { .. } => {
                JetErr::SP_OWN_EXT_CORRUPTED
            }
            Self::BehindEof { .. } => JetErr::FILE_IO_BEYOND_EOF,
            Self::Parent { .. } | Self::TwoTrees { .. } | Self::Hole(_) => {
                JetErr::DATABASE_CORRUPTED
            }
        }
    }
}

/// What a tree takes.
#[derive(Clone, Debug, Default)]
pub struct TreeUse {
    /// Pages owned, those of its children among them.
    pub owned: u64,
    /// Free pages.
    pub available: u64,
    /// Pages held for sequential use (pool "continuous"); part of `available`.
    pub continuous: u64,
    /// Pages behind the end of a shrunk file.
    pub shelved: u64,
    /// Pages in split buffers.
    pub split_buffer: u64,
    /// Pages of the tree itself: root, internal pages, leaves.
    pub tree_pages: u64,
    /// Pages of its space trees.
    pub space_pages: u64,
    /// Levels.
    pub levels: usize,
    /// Owned extents.
    pub extents: u64,
}

/// The space of a tree, ready to be asked.
struct Known {
    space: TreeSpace,
    /// Free runs with pages in them, ascending, shelved ones left out.
    free: Vec<Extent>,
}

impl Known {
    fn new(space: TreeSpace) -> Self {
        let mut free: Vec<Extent> = space
            .available
            .iter()
            .copied()
            .filter(|e| e.cpg > 0 && e.pool != Pool::Shelved)
            .collect();
        free.sort_by_key(|e| e.last);
        Self { space, free }
    }

    /// `true` when every node of its space trees was read.
    fn is_whole(&self) -> bool {
        self.space.faults.is_empty()
    }

    /// `true` when a page of `extent` is free.
    fn is_free(&self, extent: Extent) -> bool {
        let at = self.free.partition_point(|e| e.last < extent.first());
        self.free.get(at).is_some_and(|e| e.overlaps(extent))
    }
}

/// Walks trees and collects what is wrong.
pub struct Audit<'p> {
    pages: &'p dyn Pages,
    file_pages: u32,
    used: PageSet,
    used_count: u64,
    highest: Pgno,
    /// The root of the database and the table whose children come now.
    parents: Vec<Known>,
    problems: Vec<SpaceProblem>,
    omitted: u64,
}

impl<'p> Audit<'p> {
    /// An audit of a file with this many pages.
    #[must_use]
    pub fn new(pages: &'p dyn Pages, file_pages: u32) -> Self {
        Self {
            pages,
            file_pages,
            used: PageSet::new(u64::from(file_pages)),
            used_count: 0,
            highest: Pgno::NULL,
            parents: Vec::new(),
            problems: Vec::new(),
            omitted: 0,
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn problems(&self) -> &[SpaceProblem] {
        &self.problems
    }

    /// Problems beyond [`PROBLEMS_MOST`].
    #[must_use]
    pub fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Pages that belong to trees or their space trees, each counted once.
    #[must_use]
    pub fn used_pages(&self) -> u64 {
        self.used_count
    }

    /// Highest page that belongs to a tree.
    #[must_use]
    pub fn highest_used(&self) -> Pgno {
        self.highest
    }

    fn problem(&mut self, p: impl Into<SpaceProblem>) {
        if self.problems.len() < PROBLEMS_MOST {
            self.problems.push(p.into());
        } else {
            self.omitted += 1;
        }
    }

    /// Walks a tree. `parent` is the root of the tree that it takes its space from, page 0 for the
    /// database's own root, and has been walked before. Each leaf is handed to `leaf`.
    pub fn tree(
        &mut self,
        tree: Tree,
        parent: Pgno,
        leaf: &mut dyn FnMut(&SharedPage<'_>),
    ) -> TreeUse {
        let mut result = TreeUse::default();
        let space = match extents(self.pages, tree, u64::from(self.file_pages)) {
            Ok(space) => space,
            Err(e) => {
                self.problem(e);
                return result;
            }
        };
        result.owned = space.owned_pages();
        result.continuous = space.available_pages(Pool::Continuous);
        result.shelved = space.available_pages(Pool::Shelved);
        result.available = space.available_pages(Pool::General) + result.continuous;
        result.split_buffer = space.split_buffer_pages();
        result.space_pages = space.space_pages.len() as u64;
        result.extents = space.owned.len() as u64;
        let known = Known::new(space);
        let space = &known.space;
        self.runs(&known);
        for fault in &space.faults {
            self.problem(fault.clone());
        }
        self.parent(space, parent);
        for &pgno in &space.space_pages {
            self.page(pgno, &known);
        }
        let mut scan = LeafScan::new(self.pages, tree, u64::from(self.file_pages));
        for event in scan.by_ref() {
            match event {
                ScanEvent::Leaf(page) => {
                    result.tree_pages += 1;
                    self.page(page.pgno(), &known);
                    leaf(&page);
                }
                ScanEvent::Fault(e) => self.problem(e),
            }
        }
        for &pgno in scan.internal_pages() {
            result.tree_pages += 1;
            self.page(pgno, &known);
        }
        result.levels = scan.levels();
        self.remember(known, parent);
        result
    }

    /// Keeps the spaces that the next trees may take from.
    fn remember(&mut self, known: Known, parent: Pgno) {
        let keep = self
            .parents
            .iter()
            .position(|p| p.space.pgno_fdp == parent)
            .map_or(0, |at| at + 1);
        // Children of a table (their parent is not the root) have no children themselves.
        if keep < 2 {
            self.parents.truncate(keep);
            self.parents.push(known);
        }
    }

    /// Invariants 1, 2 and 6 for one page in use.
    fn page(&mut self, pgno: Pgno, known: &Known) {
        let fdp = known.space.pgno_fdp;
        self.highest = self.highest.max(pgno);
        if self.used.insert(pgno) {
            self.used_count += 1;
        } else {
            self.problem(SpaceProblem::TwoTrees { pgno, fdp });
        }
        if !known.is_whole() {
            return;
        }
        if !contains(&known.space.owned, pgno) {
            self.problem(SpaceProblem::NotOwned { pgno, fdp });
        }
        if Extent::new(pgno, 1, Pool::General).is_some_and(|page| known.is_free(page)) {
            self.problem(SpaceProblem::UsedAndFree { pgno, fdp });
        }
    }

    /// Invariants 3 and 7: the runs of one tree among themselves.
    fn runs(&mut self, known: &Known) {
        let space = &known.space;
        let fdp = space.pgno_fdp;
        for list in [&space.owned, &space.available] {
            let mut sorted: Vec<Extent> = list.iter().copied().filter(|e| e.cpg > 0).collect();
            sorted.sort_by_key(|e| e.last);
            for pair in sorted.windows(2) {
                if let [a, b] = pair
                    && a.overlaps(*b)
                {
                    self.problem(SpaceProblem::Overlap {
                        pgno: b.first(),
                        fdp,
                    });
                }
            }
        }
        if !space.faults.is_empty() {
            return;
        }
        for run in &known.free {
            if !covered(&space.owned, *run) {
                self.problem(SpaceProblem::FreeNotOwned {
                    first: run.first(),
                    last: run.last,
                    fdp,
                });
            }
        }
        if fdp == Pgno::SYSTEM_ROOT {
            let mut next = 1;
            for extent in &space.owned {
                if extent.first().0 > next {
                    self.problem(SpaceProblem::Hole(Pgno(next)));
                }
                next = extent.last.0.saturating_add(1);
            }
            let (last, file) = (Pgno(next.saturating_sub(1)), Pgno(self.file_pages));
            if last > file {
                self.problem(SpaceProblem::BehindEof { last, file });
            }
        }
    }

    /// Invariants 4 and 5: the tree and its parent.
    fn parent(&mut self, space: &TreeSpace, expected: Pgno) {
        let (fdp, found) = (space.pgno_fdp, space.header.parent);
        if found != expected && space.faults.is_empty() {
            self.problem(SpaceProblem::Parent {
                fdp,
                found,
                expected,
            });
            return;
        }
        let Some(parent) = self.parents.iter().find(|p| p.space.pgno_fdp == expected) else {
            return;
        };
        if !parent.is_whole() {
            return;
        }
        let strangers: Vec<Extent> = space
            .owned
            .iter()
            .filter(|e| !covered(&parent.space.owned, **e) || parent.is_free(**e))
            .copied()
            .collect();
        for e in strangers {
            self.problem(SpaceProblem::NotFromParent {
                first: e.first(),
                last: e.last,
                fdp,
                parent: expected,
            });
        }
    }
}

/// `true` when an owned extent holds the page; `owned` ascends.
fn contains(owned: &[Extent], pgno: Pgno) -> bool {
    let at = owned.partition_point(|e| e.last < pgno);
    owned.get(at).is_some_and(|e| e.contains(pgno))
}

/// `true` when the pages of `run` lie in owned extents that follow each other; `owned` ascends.
fn covered(owned: &[Extent], run: Extent) -> bool {
    let mut next = run.first();
    let start = owned.partition_point(|e| e.last < next);
    for e in owned.get(start..).unwrap_or(&[]) {
        if !e.contains(next) {
            return false;
        }
        if e.last >= run.last {
            return true;
        }
        next = Pgno(e.last.0 + 1);
    }
    false
}

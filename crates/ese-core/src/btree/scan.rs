//! All leaves of a tree in key order, damage or not.
//!
//! The walk goes by the parents, so that an unreadable leaf costs its own entries and no others.
//! What can't be used comes out as a fault with its page; sibling links are compared on the way.
//! When an internal page is lost, [`salvage`] finds the leaves that hang below it by their object id.
//!
//! Invariants: a scan visits no page twice (a second pointer to a page is damage), so that it ends; its
//! memory is one bit a page of the file and the numbers of the internal pages.
#![forbid(unsafe_code)]

use super::descend::child_at;
use super::{DEPTH_MOST, PageSet, Tree};
use crate::cache::{PageFault, PageFaultKind, Pages, SharedPage};
use crate::format::ids::Pgno;
use crate::format::page::PageFlags;

/// Leaves asked for ahead of the one that is looked at.
const AHEAD: usize = 32;

/// What a scan meets.
pub enum ScanEvent<'p> {
    /// A leaf.
    Leaf(SharedPage<'p>),
    /// A page that can't be used, or two that do not fit together.
    Fault(PageFault),
}

struct Level {
    pgno: Pgno,
    children: Vec<Pgno>,
    next: usize,
    leaves: bool,
}

/// The iterator behind a scan.
pub struct LeafScan<'p> {
    pages: &'p dyn Pages,
    tree: Tree,
    stack: Vec<Level>,
    /// The root, before the first step.
    start: bool,
    visited: PageSet,
    last: Option<(Pgno, Pgno)>,
    queued: Option<ScanEvent<'p>>,
    lost_children: bool,
    internal: Vec<Pgno>,
    levels: usize,
}

impl<'p> LeafScan<'p> {
    /// A scan of `tree`; `file_pages` bounds the walk.
    #[must_use]
    pub fn new(pages: &'p dyn Pages, tree: Tree, file_pages: u64) -> Self {
        Self {
            pages,
            tree,
            stack: Vec::new(),
            start: true,
            visited: PageSet::new(file_pages),
            last: None,
            queued: None,
            lost_children: false,
            internal: Vec::new(),
            levels: 0,
        }
    }

    /// `true` when an internal page was lost or the links do not agree: there may be leaves that
    /// this scan could not reach.
    #[must_use]
    pub fn lost_children(&self) -> bool {
        self.lost_children
    }

    /// Internal pages visited so far, the root of a tree with more than one level among them.
    #[must_use]
    pub fn internal_pages(&self) -> &[Pgno] {
        &self.internal
    }

    /// Levels of the tree as far as it was visited: 1 for a root that is a leaf.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// The pages visited so far, and those that could not be used.
    #[must_use]
    pub fn visited(&self) -> &PageSet {
        &self.visited
    }

    fn enter(&mut self, page: SharedPage<'p>) -> Result<Option<ScanEvent<'p>>, PageFault> {
        let view = page.view()?;
        self.levels = self.levels.max(self.stack.len() + 1);
        if view.is_leaf() {
            let (prev, next, pgno) = (view.pgno_prev(), view.pgno_next(), page.pgno());
            let before = self.last.replace((pgno, next));
            // A page lost in between has been reported already, and its links are not known.
            if let Some((left, left_next)) = before
                && (left_next != pgno || prev != left)
            {
                self.lost_children = true;
                let kind = PageFaultKind::BadLink {
                    left,
                    left_next,
                    right: pgno,
                    right_prev: prev,
                };
                // When the right leaf points back, it is the left one whose link is wrong.
                let at = if prev == left { left } else { pgno };
                self.queued = Some(ScanEvent::Leaf(page));
                return Ok(Some(ScanEvent::Fault(PageFault::new(at, kind))));
            }
            return Ok(Some(ScanEvent::Leaf(page)));
        }
        let leaves = view.flags().contains(PageFlags::PARENT_OF_LEAF);
        let mut children = Vec::with_capacity(view.node_count());
        let mut fault = None;
        for iline in 0..view.node_count() {
            match child_at(&page, iline) {
                Ok(child) if self.stack.iter().any(|l| l.pgno == child) => {
                    fault.get_or_insert(PageFault::new(
                        page.pgno(),
                        PageFaultKind::BadChild { iline, child },
                    ));
                }
                Ok(child) => children.push(child),
                Err(e) => {
                    fault.get_or_insert(e);
                }
            }
        }
        self.internal.push(page.pgno());
        self.stack.push(Level {
            pgno: page.pgno(),
            children,
            next: 0,
            leaves,
        });
        match fault {
            Some(e) => Err(e),
            None => Ok(None),
        }
    }

    fn fault(&mut self, leaf: bool, e: PageFault) -> ScanEvent<'p> {
        // The neighbour of a lost leaf can't be compared with it.
        self.last = None;
        self.lost_children |= !leaf;
        ScanEvent::Fault(e)
    }
}

impl<'p> Iterator for LeafScan<'p> {
    type Item = ScanEvent<'p>;

    fn next(&mut self) -> Option<ScanEvent<'p>> {
        if let Some(event) = self.queued.take() {
            return Some(event);
        }
        if std::mem::take(&mut self.start) {
            self.visited.insert(self.tree.pgno_fdp);
            match self.tree.root(self.pages).and_then(|root| self.enter(root)) {
                Ok(Some(event)) => return Some(event),
                Ok(None) => {}
                Err(e) => return Some(self.fault(false, e)),
            }
        }
        loop {
            let depth = self.stack.len();
            let level = self.stack.last_mut()?;
            let Some(&child) = level.children.get(level.next) else {
                self.stack.pop();
                continue;
            };
            if level.leaves && level.next % AHEAD == 0 {
                let ahead: Vec<Pgno> = level
                    .children
                    .iter()
                    .skip(level.next)
                    .take(AHEAD)
                    .copied()
                    .collect();
                self.pages.prefetch(&ahead);
            }
            level.next += 1;
            let (leaf, parent, iline) = (level.leaves, level.pgno, level.next - 1);
            if !self.visited.insert(child) || depth > DEPTH_MOST {
                let kind = PageFaultKind::BadChild { iline, child };
                return Some(self.fault(false, PageFault::new(parent, kind)));
            }
            match self
                .tree
                .page(self.pages, child, Some(leaf))
                .and_then(|page| self.enter(page))
            {
                Ok(Some(event)) => return Some(event),
                Ok(None) => {}
                Err(e) => {
                    return Some(self.fault(
                        leaf && !matches!(e.kind, PageFaultKind::ForeignPage { .. }),
                        e,
                    ));
                }
            }
        }
    }
}

/// Leaves of a tree that no readable parent leads to, found by looking at every page of the file:
/// right object, right kind, not freed, not among `reached`. `kind` are the type bits that the
/// tree's leaves carry (`INDEX`, `LONG_VALUE` or none). Ordered by first key; the keys of the leaves
/// found are held, their pages are not.
pub fn salvage(
    pages: &dyn Pages,
    tree: Tree,
    kind: PageFlags,
    file_pages: u32,
    reached: &PageSet,
) -> Vec<Pgno> {
    let types = PageFlags::INDEX | PageFlags::LONG_VALUE | PageFlags::SPACE_TREE | PageFlags::EMPTY;
    let mut found: Vec<(Vec<u8>, Pgno)> = (1..=file_pages)
        .map(Pgno)
        .filter(|&p| !reached.contains(p))
        .filter_map(|p| {
            let page = pages.shared(p).ok()?;
            let view = page.view().ok()?;
            let fits = view.objid() == tree.objid
                && view.is_leaf()
                && view.flags() & types == kind
                && view.node_count() > 0
                // A root of this object elsewhere is a stale copy.
                && (p == tree.pgno_fdp || !view.is_root());
            let key = fits.then(|| view.node(0).ok().map(|n| n.key())).flatten()?;
            Some((key, p))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, page)| page).collect()
}

/// The leaves of a tree in key order, a parent page's children at a time, themselves not yet read:
/// what a parallel scan hands out.
pub fn leaf_batches<'p>(
    pages: &'p dyn Pages,
    tree: Tree,
    file_pages: u64,
) -> impl Iterator<Item = Result<Vec<Pgno>, PageFault>> + Send + 'p {
    let mut scan = LeafScan::new(pages, tree, file_pages);
    std::iter::from_fn(move || scan.next_batch())
}

impl LeafScan<'_> {
    fn next_batch(&mut self) -> Option<Result<Vec<Pgno>, PageFault>> {
        if std::mem::take(&mut self.start) {
            match self.tree.root(self.pages).and_then(|root| self.enter(root)) {
                Ok(Some(_)) => return Some(Ok(vec![self.tree.pgno_fdp])),
                Ok(None) => {}
                Err(e) => return Some(Err(e)),
            }
        }
        loop {
            let depth = self.stack.len();
            let level = self.stack.last_mut()?;
            if level.leaves {
                let mut leaves = self.stack.pop().map(|l| l.children).unwrap_or_default();
                leaves.retain(|&leaf| self.visited.insert(leaf));
                return Some(Ok(leaves));
            }
            let Some(&child) = level.children.get(level.next) else {
                self.stack.pop();
                continue;
            };
            level.next += 1;
            let (parent, iline) = (level.pgno, level.next - 1);
            if !self.visited.insert(child) || depth > DEPTH_MOST {
                return Some(Err(PageFault::new(
                    parent,
                    PageFaultKind::BadChild { iline, child },
                )));
            }
            if let Err(e) = self
                .tree
                .page(self.pages, child, Some(false))
                .and_then(|page| self.enter(page))
            {
                return Some(Err(e));
            }
        }
    }
}

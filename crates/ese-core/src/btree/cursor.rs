//! A place in a tree: seek, first, last, next, previous.
//!
//! Between two calls the cursor keeps page numbers and lines, no page. Files at rest do not change,
//! so the place stays right. Deleted nodes are passed over.
//!
//! Invariant: after an error the place is unchanged, so that the caller may go on from it or leave.
#![forbid(unsafe_code)]

use super::descend::{child_at, child_line};
use super::{DEPTH_MOST, Tree};
use crate::cache::{PageFault, PageFaultKind, Pages, SharedPage};
use crate::format::ids::Pgno;
use crate::format::node::Node;
use crate::format::page::{PageError, PageFlags};
use std::cmp::Ordering;

/// Where a seek lands relative to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// Exactly the key.
    Eq,
    /// The first entry not less than the key.
    Ge,
    /// The first entry greater than the key.
    Gt,
    /// The last entry not greater than the key.
    Le,
    /// The last entry less than the key.
    Lt,
}

/// An entry found: its page and line.
#[derive(Clone)]
pub struct Entry<'p> {
    page: SharedPage<'p>,
    iline: usize,
}

impl Entry<'_> {
    /// The node: key, data, flags.
    pub fn node(&self) -> Result<Node<'_>, PageFault> {
        self.page
            .view()?
            .node(self.iline)
            .map_err(|e| self.page.fault(e))
    }

    /// The page that holds it.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        self.page.pgno()
    }

    /// Line on that page, from 0.
    #[must_use]
    pub fn iline(&self) -> usize {
        self.iline
    }
}

#[derive(Clone, Default)]
struct Place {
    /// Internal pages from the root, each with the line taken.
    path: Vec<(Pgno, usize)>,
    leaf: Pgno,
    /// Line on the leaf.
    iline: usize,
}

/// A cursor.
pub struct TreeCursor<'p> {
    pages: &'p dyn Pages,
    tree: Tree,
    place: Option<Place>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dir {
    Forward,
    Backward,
}

impl<'p> TreeCursor<'p> {
    /// A cursor that is nowhere yet.
    #[must_use]
    pub fn new(pages: &'p dyn Pages, tree: Tree) -> Self {
        Self {
            pages,
            tree,
            place: None,
        }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> Tree {
        self.tree
    }

    /// The first live entry.
    pub fn first(&mut self) -> Result<Option<Entry<'p>>, PageFault> {
        let place = self.edge(Dir::Forward)?;
        self.settle(place, Dir::Forward)
    }

    /// The last live entry.
    pub fn last(&mut self) -> Result<Option<Entry<'p>>, PageFault> {
        let place = self.edge(Dir::Backward)?;
        self.settle(place, Dir::Backward)
    }

    /// The next live entry; the first when the cursor is nowhere yet.
    pub fn move_next(&mut self) -> Result<Option<Entry<'p>>, PageFault> {
        match self.place.clone() {
            None => self.first(),
            Some(place) => match self.step(place, Dir::Forward)? {
                Some(place) => self.settle(place, Dir::Forward),
                None => Ok(None),
            },
        }
    }

    /// The previous live entry; the last when the cursor is nowhere yet.
    pub fn move_prev(&mut self) -> Result<Option<Entry<'p>>, PageFault> {
        match self.place.clone() {
            None => self.last(),
            Some(place) => match self.step(place, Dir::Backward)? {
                Some(place) => self.settle(place, Dir::Backward),
                None => Ok(None),
            },
        }
    }

    /// Seeks by key. In a tree whose order is key ‖ data, entries that share a key are told apart
    /// by moving on.
    pub fn seek(&mut self, key: &[u8], seek: Seek) -> Result<Option<Entry<'p>>, PageFault> {
        let bound = self.bound(key, seek == Seek::Gt || seek == Seek::Le)?;
        match (seek, bound) {
            (Seek::Ge | Seek::Gt | Seek::Eq, None) => Ok(None),
            (Seek::Ge | Seek::Gt, Some(place)) => self.settle(place, Dir::Forward),
            (Seek::Eq, Some(place)) => match self.settle(place, Dir::Forward)? {
                Some(e) if e.node()?.cmp_key(key) == Ordering::Equal => Ok(Some(e)),
                _ => Ok(None),
            },
            (Seek::Le | Seek::Lt, None) => self.last(),
            (Seek::Le | Seek::Lt, Some(place)) => match self.step(place, Dir::Backward)? {
                Some(place) => self.settle(place, Dir::Backward),
                None => Ok(None),
            },
        }
    }

    /// The first entry `>=` key (`>` when `after`), deleted ones included; `None` when all are
    /// lower.
    fn bound(&self, key: &[u8], after: bool) -> Result<Option<Place>, PageFault> {
        let mut place = Place::default();
        let mut page = self.tree.root(self.pages)?;
        while !page.view()?.is_leaf() {
            if page.view()?.node_count() == 0 {
                return Err(page.fault(PageError::NoSuchTag(page.view()?.reserved_tags())));
            }
            let iline = child_line(&page, key)?;
            page = self.child(&mut place, page, iline)?;
        }
        place.leaf = page.pgno();
        loop {
            let view = page.view()?;
            place.iline = view
                .partition_nodes(|n| match n.cmp_key(key) {
                    Ordering::Less => true,
                    Ordering::Equal => after,
                    Ordering::Greater => false,
                })
                .map_err(|e| page.fault(e))?;
            if place.iline < view.node_count() {
                return Ok(Some(place));
            }
            // Equal keys may fill whole leaves; and a leaf may end below a key that its separator
            // still covers.
            match self.next_leaf(place, Dir::Forward)? {
                Some(next) => place = next,
                None => return Ok(None),
            }
            page = self.tree.page(self.pages, place.leaf, Some(true))?;
        }
    }

    fn child(
        &self,
        place: &mut Place,
        page: SharedPage<'p>,
        iline: usize,
    ) -> Result<SharedPage<'p>, PageFault> {
        let child = child_at(&page, iline)?;
        if place.path.len() >= DEPTH_MOST || place.path.iter().any(|&(p, _)| p == child) {
            return Err(PageFault::new(
                page.pgno(),
                PageFaultKind::BadChild { iline, child },
            ));
        }
        let leaf = page.view()?.flags().contains(PageFlags::PARENT_OF_LEAF);
        let next = self.tree.page(self.pages, child, Some(leaf))?;
        place.path.push((page.pgno(), iline));
        Ok(next)
    }

    /// Descends along one edge; the line lies on the first or last node.
    fn edge(&self, dir: Dir) -> Result<Place, PageFault> {
        let root = self.tree.root(self.pages)?;
        self.edge_below(Place::default(), root, dir)
    }

    fn edge_below(
        &self,
        mut place: Place,
        mut page: SharedPage<'p>,
        dir: Dir,
    ) -> Result<Place, PageFault> {
        while !page.view()?.is_leaf() {
            let count = page.view()?.node_count();
            if count == 0 {
                return Err(page.fault(PageError::NoSuchTag(page.view()?.reserved_tags())));
            }
            let iline = if dir == Dir::Forward { 0 } else { count - 1 };
            page = self.child(&mut place, page, iline)?;
        }
        place.leaf = page.pgno();
        let count = page.view()?.node_count();
        // Backward an empty leaf leaves the line at 0 with nothing on it: `settle` sees that.
        place.iline = if dir == Dir::Forward {
            0
        } else {
            count.saturating_sub(1)
        };
        Ok(place)
    }

    /// One line on, over leaf borders; `None` at the end.
    fn step(&self, mut place: Place, dir: Dir) -> Result<Option<Place>, PageFault> {
        match dir {
            Dir::Forward => {
                let count = self
                    .tree
                    .page(self.pages, place.leaf, Some(true))?
                    .view()?
                    .node_count();
                place.iline += 1;
                if place.iline < count {
                    Ok(Some(place))
                } else {
                    self.next_leaf(place, dir)
                }
            }
            Dir::Backward if place.iline > 0 => {
                place.iline -= 1;
                Ok(Some(place))
            }
            Dir::Backward => self.next_leaf(place, dir),
        }
    }

    /// The edge of the neighbouring leaf, by the parents; the sibling links must agree.
    fn next_leaf(&self, mut place: Place, dir: Dir) -> Result<Option<Place>, PageFault> {
        let from = place.leaf;
        while let Some((pgno, iline)) = place.path.pop() {
            let page = self.tree.page(self.pages, pgno, Some(false))?;
            let next = match dir {
                Dir::Forward => {
                    Some(iline + 1).filter(|&n| n < page.view().map_or(0, |v| v.node_count()))
                }
                Dir::Backward => iline.checked_sub(1),
            };
            let Some(next) = next else { continue };
            let child = self.child(&mut place, page, next)?;
            let place = self.edge_below(place, child, dir)?;
            match dir {
                Dir::Forward => self.check_link(from, place.leaf)?,
                Dir::Backward => self.check_link(place.leaf, from)?,
            }
            return Ok(Some(place));
        }
        Ok(None)
    }

    fn check_link(&self, left: Pgno, right: Pgno) -> Result<(), PageFault> {
        let left_next = self
            .tree
            .page(self.pages, left, Some(true))?
            .view()?
            .pgno_next();
        let right_prev = self
            .tree
            .page(self.pages, right, Some(true))?
            .view()?
            .pgno_prev();
        if left_next != right || right_prev != left {
            let kind = PageFaultKind::BadLink {
                left,
                left_next,
                right,
                right_prev,
            };
            return Err(PageFault::new(right, kind));
        }
        Ok(())
    }

    /// Moves on to the first live entry at or after the place (in `dir`) and makes it the place.
    fn settle(&mut self, mut place: Place, dir: Dir) -> Result<Option<Entry<'p>>, PageFault> {
        loop {
            let page = self.tree.page(self.pages, place.leaf, Some(true))?;
            let view = page.view()?;
            let prefix = view.prefix().map_err(|e| page.fault(e))?;
            while place.iline < view.node_count() {
                let node = view
                    .node_with_prefix(place.iline, prefix)
                    .map_err(|e| page.fault(e))?;
                if !node.is_deleted() {
                    let iline = place.iline;
                    self.place = Some(place);
                    return Ok(Some(Entry { page, iline }));
                }
                match dir {
                    Dir::Forward => place.iline += 1,
                    Dir::Backward if place.iline > 0 => place.iline -= 1,
                    Dir::Backward => break,
                }
            }
            match self.next_leaf(place, dir)? {
                Some(next) => place = next,
                None => return Ok(None),
            }
        }
    }
}

//! Leaves that are read before somebody asks for them: those of ranges of keys.
//!
//! Source: jet-api/behaviour-cursors.md §9 (JetPrereadIndexRanges): leaves that are in memory already
//! are not read, a tree of one page has none to read, and of several ranges as many are told as done
//! as were served whole.
//!
//! Invariant: nothing depends on what is read here. Of a tree that changes meanwhile other leaves may be
//! read than those that hold the ranges.
#![forbid(unsafe_code)]

use super::Tree;
use super::descend::child_at;
use crate::cache::{PageFault, Pages, SharedPage};
use crate::format::ids::Pgno;
use crate::format::page::PageFlags;
use std::cmp::Ordering;

/// Pages above the leaves that are read together.
const SUBTREES: usize = 16;
/// Levels of a tree that is not damaged.
const DEPTH_MOST: usize = 16;

/// A range of keys, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct KeyRange<'k> {
    /// The lower end.
    pub low: &'k [u8],
    /// The upper end.
    pub high: &'k [u8],
}

/// Which leaves are read.
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    /// From low keys to high ones; so come the ranges.
    pub forward: bool,
    /// At most so many.
    pub most: usize,
}

impl Tree {
    /// Reads the leaves of ranges, which come in order and do not overlap. Gives how many ranges were
    /// served whole, at least one.
    ///
    /// # Errors
    /// A page above the leaves can't be read, or is damaged.
    pub fn read_ahead(
        &self,
        pages: &dyn Pages,
        ranges: &[KeyRange<'_>],
        ahead: Ahead,
    ) -> Result<usize, PageFault> {
        let mut walk = Walk {
            tree: *self,
            pages,
            ahead,
            leaves: Vec::new(),
            done: 0,
        };
        if ahead.most > 0 {
            walk.visit(self.root(pages)?, ranges, 0, DEPTH_MOST)?;
            pages.prefetch(&walk.leaves);
        }
        Ok(walk.done.max(1))
    }
}

struct Walk<'p> {
    tree: Tree,
    pages: &'p dyn Pages,
    ahead: Ahead,
    leaves: Vec<Pgno>,
    /// Ranges that were served whole.
    done: usize,
}

impl<'p> Walk<'p> {
    /// Goes through a page; `first` is the number of the first of `ranges`.
    fn visit(
        &mut self,
        page: SharedPage<'p>,
        ranges: &[KeyRange<'_>],
        first: usize,
        levels: usize,
    ) -> Result<(), PageFault> {
        let view = page.view()?;
        if view.is_leaf() {
            // The tree has one page.
            self.done = first + ranges.len();
            return Ok(());
        }
        let forward = self.ahead.forward;
        let above_leaves = view.flags().contains(PageFlags::PARENT_OF_LEAF);
        let count = view.node_count();
        let (mut at, mut below) = (0, Vec::new());
        for step in 0..count {
            if self.leaves.len() >= self.ahead.most {
                break;
            }
            let Some(range) = ranges.get(at) else { break };
            let iline = if forward { step } else { count - 1 - step };
            // Where the child ends in the direction of the walk: forward at the first key that is not
            // in it, backward at the first that is. The last child has no end.
            let end = match forward {
                true => Some(iline).filter(|i| i + 1 < count),
                false => iline.checked_sub(1),
            };
            let end = match end {
                Some(line) => Some(view.node(line).map_err(|e| page.fault(e))?),
                None => None,
            };
            let covers = |key: &[u8]| match &end {
                None => true,
                Some(node) if forward => node.cmp_key(key) == Ordering::Greater,
                Some(node) => node.cmp_key(key) != Ordering::Greater,
            };
            let begins = |r: &KeyRange<'_>| covers(if forward { r.low } else { r.high });
            let ends = |r: &KeyRange<'_>| covers(if forward { r.high } else { r.low });
            if !begins(range) {
                continue;
            }
            let from = at;
            let rest = ranges.get(from..).unwrap_or_default();
            at += rest.iter().take_while(|r| ends(r)).count();
            let rest = ranges.get(at..).unwrap_or_default();
            let to = at + rest.iter().take_while(|r| begins(r)).count();
            let child = child_at(&page, iline)?;
            if above_leaves {
                self.leaves.push(child);
                self.done = first + at;
            } else {
                below.push((child, from, to));
            }
        }
        drop(page);
        let Some(levels) = levels.checked_sub(1) else {
            return Ok(());
        };
        for some in below.chunks(SUBTREES) {
            let children: Vec<Pgno> = some.iter().map(|(child, ..)| *child).collect();
            self.pages.prefetch(&children);
            for &(child, from, to) in some {
                if self.leaves.len() >= self.ahead.most {
                    return Ok(());
                }
                let page = self.tree.page(self.pages, child, Some(false))?;
                let part = ranges.get(from..to).unwrap_or_default();
                self.visit(page, part, first + from, levels)?;
            }
        }
        Ok(())
    }
}

//! Words that follow the changes of their page, so that they need not be made anew.
//!
//! Invariants: only who has the page latched exclusively, and has made its version odd, comes here: no
//! reader believes a word before the latch is let go; what can't be followed leaves the words behind, for
//! a version that is gone.
#![forbid(unsafe_code)]

use super::{FIRST, Heads, IDENTITY, SHAPE, STAMP, beginning_of, head_of_node, narrow_words};
use crate::format::ids::Pgno;
use crate::format::node::Node;
use crate::format::page::PageView;
use crate::sync::{AtomicU64, Ordering};
use std::cmp;

/// Which words a change leaves true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Followed {
    /// All: no key came or went, and no child.
    Same,
    /// A node was put in at this line; of an internal page the node behind it may have another child.
    Inserted(usize),
}

impl Heads<'_> {
    /// The words are those of version `before`, or none: follows a change that made the page `view`, for
    /// version `after`. `false` when there is nothing to believe any more.
    pub(in crate::cache) fn follow(
        &self,
        (before, after): (u64, u64),
        view: &PageView<'_>,
        how: Followed,
    ) -> bool {
        if before == 0 || self.stamp() != before {
            return false;
        }
        let follows = match how {
            Followed::Same => usize::from((self.word(IDENTITY) >> 16) as u16) == view.node_count(),
            Followed::Inserted(line) => self.insert(view, line).is_some(),
        };
        let stamp = if follows { after } else { 0 };
        if let Some(word) = self.0.get(STAMP) {
            word.store(stamp, Ordering::Release);
        }
        debug_assert!(
            !follows || self.is_of(view),
            "key heads are not those of the page after {how:?}"
        );
        follows
    }

    /// Whether the words are what the page would be told in now.
    fn is_of(&self, view: &PageView<'_>) -> bool {
        let told = self.told();
        let nodes = view.node_count();
        let is_end =
            |line: usize, n: &Node<'_>| !view.is_leaf() && line + 1 == nodes && n.key_len() == 0;
        let head = |line: usize, n: &Node<'_>| match is_end(line, n) {
            true => u64::MAX,
            false => head_of_node(n, told.shared),
        };
        let right = |i: usize| {
            let line = i * told.step;
            view.node(line).is_ok_and(|n| {
                let child = self.child(line).map(|(pgno, _)| pgno);
                self.word(FIRST + i) == head(line, &n)
                    && (is_end(line, &n) || self.cmp_shared_of(told.shared, &n).is_eq())
                    && (view.is_leaf() || child == n.child())
            })
        };
        told.nodes == nodes
            && told.heads == nodes.div_ceil(told.step.max(1))
            && (0..told.heads).all(right)
    }

    /// The words count for no version.
    pub(in crate::cache) fn forget(&self) {
        self.set(STAMP, 0);
    }

    /// The head of the node at `line` comes between those of the others.
    fn insert(&self, view: &PageView<'_>, line: usize) -> Option<()> {
        let told = self.told();
        let leaf = view.is_leaf();
        let nodes = told.nodes.checked_add(1)?;
        let half = match self.0.len() <= narrow_words(view.size()) {
            true if !leaf => return None,
            true => self.0.len(),
            false => self.0.len() / 2,
        };
        let room = half.checked_sub(FIRST)?;
        let few = nodes <= room && (leaf || nodes <= self.children().len());
        let whole = told.step == 1 && told.heads == told.nodes && nodes == view.node_count();
        if !few || !whole || line > told.nodes {
            return None;
        }
        let node = view.node(line).ok()?;
        // Others of its keys may share less with this one.
        if (!leaf && node.key_len() == 0) || self.cmp_shared_of(told.shared, &node).is_ne() {
            return None;
        }
        shift_up(self.0.get(FIRST..FIRST + nodes)?, line);
        self.set(FIRST + line, head_of_node(&node, told.shared));
        if !leaf {
            let children = self.children().get(..nodes)?;
            shift_up(children, line);
            for at in [line, line + 1] {
                let (Some(word), Ok(node)) = (children.get(at), view.node(at)) else {
                    continue;
                };
                let child = node.child().filter(|c| !c.is_null() && *c <= Pgno::MAX)?;
                // The word that was here knows where its page is.
                let known = [at, at + 1].into_iter().find_map(|i| {
                    let word = children.get(i)?.load(Ordering::Relaxed);
                    (word as u32 == child.0).then_some(word)
                });
                word.store(known.unwrap_or(u64::from(child.0)), Ordering::Relaxed);
            }
        }
        let nodes = u64::from(u16::try_from(nodes).ok()?);
        let identity = self.word(IDENTITY) & !(0xFFFF << 16);
        self.set(IDENTITY, identity | nodes << 16);
        let shape = self.word(SHAPE) & !(0xFFFF << 8);
        self.set(SHAPE, shape | nodes << 8);
        Some(())
    }

    /// As [`Heads::cmp_shared`], of a key in two pieces.
    fn cmp_shared_of(&self, shared: usize, node: &Node<'_>) -> cmp::Ordering {
        let (all, len) = beginning_of(node);
        self.cmp_shared(shared, all.get(..len).unwrap_or(&[]))
    }
}

/// Moves words from `at` on up by one; the last is lost.
fn shift_up(words: &[AtomicU64], at: usize) {
    for pair in words.get(at..).unwrap_or(&[]).windows(2).rev() {
        if let [from, to] = pair {
            to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

//! A walk over many rows: each leaf that it enters is copied once, and it steps on the copy.
//!
//! Invariant: what is seen on the copy is what the leaf had at a moment of the call.
#![forbid(unsafe_code)]

use super::super::bookmark::expect_node;
use super::{Look, Place, Seen, Spot, Walker};
use crate::cache::{DbPages, FrameAt, PageFault, SharedPage};
use crate::format::node::NodeFlags;

impl Walker {
    /// Moves to the next entry on the copy of the leaf, as long as the leaf is as it was when it was
    /// copied; `false` when it is not, or has no more entries.
    #[inline]
    pub fn next_at_hand(&mut self, look: &Look<'_>) -> bool {
        let pages = look.pages();
        match &self.hint {
            Some(hint)
                if self.place == Place::On && self.copy.is_of(hint.at) && pages.is_at(hint.at) =>
            {
                let (at, iline) = (hint.at, hint.iline);
                self.step_on(look, at, iline).is_some()
            }
            _ => false,
        }
    }

    #[inline]
    fn step_on(&mut self, look: &Look<'_>, at: FrameAt, iline: usize) -> Option<()> {
        let (calm, unique) = (self.copy.is_calm(), self.tree.is_unique());
        for iline in iline + 1..self.copy.nodes() {
            self.copy.expect_next(look.pages(), iline);
            let (node, lent_key, lent) = self.copy.node(iline)?;
            let seen = match calm || !node.flags.contains(NodeFlags::VERSION) {
                true if node.is_deleted() => Seen::Absent,
                true => Seen::AsOnPage,
                false => {
                    let seen = look.seen(self.db, &self.tree, &node, &mut self.before);
                    // The store was asked without a latch: the leaf has to be the same still.
                    if !look.pages().is_at(at) {
                        return None;
                    }
                    seen
                }
            };
            if seen == Seen::Absent {
                continue;
            }
            self.lent_key = lent_key.filter(|_| unique);
            if self.lent_key.is_none() {
                self.mark.set(&node, unique);
            }
            self.lent = Some(lent).filter(|_| unique && seen != Seen::Before);
            if unique && seen == Seen::Before {
                std::mem::swap(&mut self.data, &mut self.before);
            }
            if let Some(hint) = &mut self.hint {
                hint.iline = iline;
                hint.snapshot = Some(look.snapshot());
            }
            return Some(());
        }
        None
    }

    /// Copies the leaf that the walk enters.
    pub(super) fn copy_leaf(
        &mut self,
        pages: &DbPages,
        leaf: &SharedPage<'_>,
    ) -> Result<(), PageFault> {
        if let Some(lent) = self.lent_key.take() {
            self.mark.set_parts(self.copy.bytes(lent), &[]);
        }
        if let Some(lent) = self.lent.take() {
            self.data.clear();
            self.data.extend_from_slice(self.copy.bytes(lent));
        }
        self.copy.take(pages, leaf)
    }

    /// Has the processor bring the nodes of a latched leaf that a walk will come to: up to `count` behind
    /// the spot.
    #[inline]
    pub(super) fn expect_nodes(
        &mut self,
        (leaf, iline): &Spot<'_>,
        count: usize,
    ) -> Result<(), PageFault> {
        let Some(at) = leaf.frame_at() else {
            return Ok(());
        };
        let view = leaf.view()?;
        let to = (iline + count).min(view.node_count());
        let done = self.ahead.filter(|a| a.0 == at).map_or(0, |a| a.1);
        for line in done.max(*iline)..to {
            expect_node(leaf, &view, line);
        }
        self.ahead = Some((at, done.max(to)));
        Ok(())
    }
}

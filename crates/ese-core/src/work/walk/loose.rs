//! Seeks and steps without a latch, where a page's key heads, or the place that the walker has, lead
//! straight to the row: it is copied, the version store is asked if it has to be, and the page is proven
//! to be the same last.
//!
//! A walk over many rows copies each leaf that it enters whole, under its latch, and steps on the copy.
//!
//! Source: design §4.1, §4.4, §4.5; what it brings, performance design §2, §3.
//!
//! Invariants:
//! * what is seen is what the page had at one moment of the call;
//! * where that can't be had like this, nothing has changed: the way with latches finds out why.
#![forbid(unsafe_code)]

use super::{Hint, LEAVES_OF_LONG, Look, Place, Seen, Sought, Walker};
use crate::btree::Seek;
use crate::cache::{OptimisticPage, PageFault, SharedPage};
use crate::format::node::NodeFlags;
use std::cmp::Ordering;

/// Rows whose keys are compared one after the other; where more are in question they are halved, with a
/// latch.
const ROWS_FEW: usize = 3;

impl Walker {
    /// Moves to the next entry where that asks for no latch; `false`: it did not come about.
    #[inline]
    pub fn next_at_hand(&mut self, look: &Look<'_>) -> bool {
        let Some(hint) = &self.hint else { return false };
        if self.place != Place::On || self.all {
            return false;
        }
        let (at, iline) = (hint.at, hint.iline);
        let Some(page) = look.pages().optimistic_at(at, hint.pgno) else {
            return false;
        };
        if !self.hand.is_of(at) && !self.get_hand(&page, iline) {
            return false;
        }
        // Mostly the next row is the entry.
        let (next, bytes) = (iline + 1, page.bytes());
        self.hand.expect(look.pages(), bytes, next);
        if let Some(flags) = self.hand.look_at(bytes, next)
            && self.is_plain(look, &page, flags)
            && page.is_same()
        {
            self.take_row(Seen::AsOnPage);
            if let Some(hint) = &mut self.hint {
                hint.iline = next;
                hint.snapshot = Some(look.snapshot());
            }
            return true;
        }
        self.step_far(look, &page, next)
    }

    /// The same from a line on, where more than a look at one row is asked for.
    #[inline(never)]
    fn step_far(&mut self, look: &Look<'_>, page: &OptimisticPage<'_>, from: usize) -> bool {
        self.step_on(look, page, from).is_some() || self.cross(look, page).is_some()
    }

    /// A row looks as it lies there, and is no deleted one.
    #[inline]
    fn is_plain(&self, look: &Look<'_>, page: &OptimisticPage<'_>, flags: NodeFlags) -> bool {
        !flags.contains(NodeFlags::DELETED)
            && (!flags.contains(NodeFlags::VERSION) || look.finds_calm(self.hand.calm(page)))
    }

    /// Finds out about the leaf that it is on.
    #[cold]
    fn get_hand(&mut self, page: &OptimisticPage<'_>, iline: usize) -> bool {
        let found = self.hand.learn(self.tree.tree(), page).is_some();
        if found {
            self.hand.expect_rows(page.bytes(), iline);
        }
        found
    }

    /// Moves to the first entry from a line on, within the leaf at hand.
    fn step_on(&mut self, look: &Look<'_>, page: &OptimisticPage<'_>, from: usize) -> Option<()> {
        let bytes = page.bytes();
        for iline in from..self.hand.nodes() {
            self.hand.expect(look.pages(), bytes, iline);
            let flags = self.hand.look_at(bytes, iline)?;
            match self.seen_of(look, page, flags)? {
                Seen::Absent => {}
                seen => {
                    self.stand(look, page, iline, seen);
                    return Some(());
                }
            }
        }
        None
    }

    /// What is seen of the row that was looked at; `None`: the page has changed.
    #[inline]
    fn seen_of(
        &mut self,
        look: &Look<'_>,
        page: &OptimisticPage<'_>,
        flags: NodeFlags,
    ) -> Option<Seen> {
        let seen = if !flags.contains(NodeFlags::VERSION) || look.finds_calm(self.hand.calm(page)) {
            match flags.contains(NodeFlags::DELETED) {
                true => Seen::Absent,
                false => Seen::AsOnPage,
            }
        } else {
            let node = self.hand.node();
            look.seen(self.db, &self.tree, &node, &mut self.before)
        };
        page.is_same().then_some(seen)
    }

    /// The row that was looked at, and proven, is the one that the walker stands on.
    #[inline]
    fn take_row(&mut self, seen: Seen) {
        let (unique, row) = (self.tree.is_unique(), self.hand.row());
        self.lent_key = row.key().filter(|_| unique);
        if self.lent_key.is_none() {
            self.mark.set(&self.hand.node(), unique);
        }
        self.lent = Some(row.data).filter(|_| unique && seen != Seen::Before);
        if unique && seen == Seen::Before {
            std::mem::swap(&mut self.data, &mut self.before);
        }
        self.hand.accept();
    }

    /// The same, on a line of a leaf that it may have come to just now.
    fn stand(&mut self, look: &Look<'_>, page: &OptimisticPage<'_>, iline: usize, seen: Seen) {
        self.take_row(seen);
        self.hint = Some(Hint {
            pgno: page.pgno(),
            at: page.frame_at(),
            iline,
            snapshot: Some(look.snapshot()),
        });
        self.place = Place::On;
    }

    /// Moves to the first entry of the next leaf. A long walk does that with latches, to copy the leaf.
    #[inline(never)]
    fn cross(&mut self, look: &Look<'_>, left: &OptimisticPage<'_>) -> Option<()> {
        let next = self.hand.next();
        if self.crossed >= LEAVES_OF_LONG || self.hand.is_whole() || next.is_null() {
            return None;
        }
        let right = look.pages().optimistic(next)?;
        if self.hand.learn(self.tree.tree(), &right)? != left.pgno() {
            return None;
        }
        self.hand.expect_rows(right.bytes(), 0);
        // Whoever follows links must come to an end: bookmarks rise.
        self.hand.look_at(right.bytes(), 0)?;
        let rises = self.gap(false).cmp(&self.hand.node()).is_gt();
        if !rises || !left.is_same() {
            return None;
        }
        // The two were neighbours at that moment, if the right one is the same still.
        self.step_on(look, &right, 0)?;
        self.crossed = self.crossed.saturating_add(1);
        Some(())
    }

    /// Seeks in a tree of unique keys, where key heads lead to the row.
    pub(super) fn seek_loose(&mut self, look: &Look<'_>, key: &[u8], seek: Seek) -> Option<Sought> {
        let walks = seek == Seek::Ge;
        if !(walks || seek == Seek::Eq) || self.all || !self.tree.is_unique() {
            return None;
        }
        let (pages, tree) = (look.pages(), self.tree.tree());
        let (page, told, (low, high)) = tree.loose_leaf(pages, key)?;
        if high.saturating_sub(low) > ROWS_FEW {
            return None;
        }
        if walks {
            self.hand.learn(tree, &page)?;
            self.hand.expect_rows(page.bytes(), low);
        } else {
            self.hand.is_told(&told, &page);
        }
        for iline in low..self.hand.nodes() {
            let flags = self.hand.look_at(page.bytes(), iline)?;
            let order = self.hand.node().cmp_key(key);
            match order {
                Ordering::Less if iline <= high => continue,
                Ordering::Less => return None,
                Ordering::Greater if !walks => {
                    page.is_same().then(|| self.none_of(key))?;
                    return Some(Sought::None);
                }
                Ordering::Equal | Ordering::Greater => {}
            }
            let asks = flags.contains(NodeFlags::VERSION) && !look.finds_calm(page.calm());
            if asks && page.calm_is_due() {
                // With a latch it can be found out whether the whole leaf is calm.
                return None;
            }
            match self.seen_of(look, &page, flags)? {
                Seen::Absent => return None,
                seen => self.stand(look, &page, iline, seen),
            }
            return Some(match order {
                Ordering::Equal => Sought::Exact,
                _ => Sought::Other,
            });
        }
        None
    }

    /// Copies the leaf that the walk enters.
    pub(super) fn copy_leaf(
        &mut self,
        look: &Look<'_>,
        leaf: &SharedPage<'_>,
    ) -> Result<(), PageFault> {
        if let Some(lent) = self.lent_key.take() {
            self.mark.set_parts(self.hand.bytes(lent), &[]);
        }
        if let Some(lent) = self.lent.take() {
            self.data.clear();
            self.data.extend_from_slice(self.hand.bytes(lent));
        }
        // All nodes would be asked for one by one.
        look.settle_calm(self.db, &self.tree, leaf);
        self.hand.take(look.pages(), leaf, &leaf.view()?);
        Ok(())
    }
}

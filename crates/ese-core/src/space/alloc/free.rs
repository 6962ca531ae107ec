//! Pages and extents back to a tree, and whole extents back to its parent.
//!
//! Source: docs/format/database-btree-space.md §5.2, §5.7.
//!
//! Invariant: free runs touch only where an owned extent ends between them, except where a crash or an
//! error came in between.
#![forbid(unsafe_code)]

use super::Fdp;
use crate::btree::apply::create::SpaceTree;
use crate::format::ids::Pgno;
use crate::format::space::{Extent, Pool};
use crate::space::error::SpaceWriteError;
use crate::space::policy;

impl Fdp<'_> {
    /// Pages that the tree does not use (any more). `to_parent`: an owned extent that is free as a
    /// whole then goes to the parent.
    pub(super) fn free_pages(
        &mut self,
        pages: &[Pgno],
        to_parent: bool,
    ) -> Result<(), SpaceWriteError> {
        let mut sorted = pages.to_vec();
        sorted.sort_unstable();
        let mut runs: Vec<Extent> = Vec::new();
        for &pgno in &sorted {
            match runs.last_mut() {
                Some(run) if run.last.0.checked_add(1) == Some(pgno.0) => {
                    run.last = pgno;
                    run.cpg += 1;
                }
                // A page twice shows as free already when its turn comes.
                _ => runs.extend(Extent::new(pgno, 1, Pool::General)),
            }
        }
        runs.into_iter()
            .try_for_each(|run| self.free_run(run, to_parent))
    }

    /// As [`Fdp::free_pages`], of a run that may reach over several owned extents.
    pub(in crate::space) fn free_run(
        &mut self,
        run: Extent,
        to_parent: bool,
    ) -> Result<(), SpaceWriteError> {
        if run.contains(self.pgno) {
            return Err(self.owned_fault(self.pgno, "a tree's root is in use"));
        }
        if !self.header.is_multiple() {
            return self.free_bits(run);
        }
        let mut first = run.first();
        while first <= run.last {
            self.fill_buffers()?;
            let owned = self.extent_at(SpaceTree::Owned, Pool::General, first)?;
            let owned = owned.filter(|o| o.contains(first));
            let owned = owned.ok_or(self.owned_fault(first, "a page of another tree"))?;
            let last = owned.last.min(run.last);
            let part = Extent::new(last, last.0 - first.0 + 1, Pool::General);
            let part = part.ok_or(self.owned_fault(first, "no extent"))?;
            self.free_inside(owned, part, to_parent)?;
            first = Pgno(last.0 + 1);
        }
        Ok(())
    }

    fn free_bits(&mut self, run: Extent) -> Result<(), SpaceWriteError> {
        let at = run.first().0.checked_sub(self.pgno.0 + 1);
        let mask = at
            .filter(|at| at.saturating_add(run.cpg) <= policy::mapped(&self.header))
            .and_then(|at| policy::bits(at, run.cpg))
            .ok_or(self.owned_fault(run.last, "a page of another tree"))?;
        if self.header.bitmap_or_oe & mask != 0 {
            return Err(self.available_fault(run));
        }
        self.change_header(|h| h.bitmap_or_oe |= mask)
    }

    /// Pages of one owned extent. The split buffers are full enough.
    pub(super) fn free_inside(
        &mut self,
        owned: Extent,
        freed: Extent,
        to_parent: bool,
    ) -> Result<(), SpaceWriteError> {
        let (ae, general) = (SpaceTree::Available, Pool::General);
        let behind = self.extent_at(ae, general, freed.first())?;
        let before = match freed.first().0.checked_sub(1) {
            Some(before) => self.extent_at(ae, general, Pgno(before))?,
            None => None,
        };
        let before = before.filter(|b| b.last < freed.first());
        let joined = policy::coalesce(owned, freed, before, behind)
            .ok_or_else(|| self.available_fault(freed))?;
        let left = before.filter(|_| joined.left);
        let right = behind.filter(|_| joined.right);
        // A root lies in its extent: the primary extent is never free as a whole.
        if joined.whole && to_parent && self.has_parent() && !owned.contains(self.pgno) {
            for run in [left, right].into_iter().flatten() {
                self.remove(ae, run)?;
            }
            self.remove(SpaceTree::Owned, owned)?;
            return self
                .with_parent(|parent| parent.free_run(owned, true))
                .inspect_err(|_| {
                    tracing::warn!(fdp = %self.pgno, extent = ?owned, "an extent is leaked");
                });
        }
        if let Some(left) = left {
            self.remove(ae, left)?;
        }
        match right {
            Some(_) => self.resize(ae, joined.run),
            None => self.add(ae, joined.run),
        }
    }

    /// Everything that the tree owns, to its parent.
    pub(super) fn free_all(&mut self) -> Result<(), SpaceWriteError> {
        let extents = self.owned_extents()?;
        let space = self.space;
        self.with_parent(|parent| {
            extents.into_iter().try_for_each(|extent| {
                space.log_freed(extent)?;
                parent.free_run(extent, true)
            })
        })
    }

    /// The owned extents, ascending.
    pub(super) fn owned_extents(&self) -> Result<Vec<Extent>, SpaceWriteError> {
        if !self.header.is_multiple() {
            let single = self.header.single_extent(self.pgno);
            let single = single.ok_or(self.owned_fault(self.pgno, "no extent"))?;
            return Ok(vec![single]);
        }
        let mut extents: Vec<Extent> = Vec::new();
        let mut cursor = self.cursor(SpaceTree::Owned)?;
        let mut entry = cursor.first()?;
        while let Some(found) = entry {
            let extent = self.extent_of(&found)?;
            if extents
                .last()
                .is_some_and(|last| last.last >= extent.first())
            {
                return Err(self.owned_fault(extent.last, "owned extents overlap"));
            }
            extents.push(extent);
            drop(found);
            entry = cursor.move_next()?;
        }
        Ok(extents)
    }
}

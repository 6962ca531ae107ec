//! The end of the file is given up: the database's last owned extent, when all of it is free.
//!
//! Source: docs/format/database-btree-space.md §5; docs/format/log-records.md §6 (ShrinkDB); the
//! original gives up whole extents too, one after another, and never the first (`space.cxx`).
//!
//! Invariant: free runs go before the extent that they lie in. A crash in between leaks them, and leaves
//! no free page that the database does not own.
#![forbid(unsafe_code)]

use super::{DATABASE_ROOT, Fdp, Space};
use crate::btree::apply::create::SpaceTree;
use crate::btree::write::Author;
use crate::format::ids::Pgno;
use crate::format::space::{Extent, Pool};
use crate::space::error::SpaceWriteError;

impl Space {
    /// Takes the last owned extent out of the database's space, unless a page of it is in use, or less
    /// than `least` pages would be left; gives it. The file is still as long: the caller, who lets nobody
    /// in meanwhile, logs that it is cut, and cuts it.
    ///
    /// # Errors
    /// The space trees contradict each other; what a change of them can meet.
    pub fn give_up_last(
        &self,
        author: &Author,
        least: u32,
    ) -> Result<Option<Extent>, SpaceWriteError> {
        self.with(author, DATABASE_ROOT, |root| root.give_up_last(least))
    }
}

impl Fdp<'_> {
    fn give_up_last(&mut self, least: u32) -> Result<Option<Extent>, SpaceWriteError> {
        if !self.header.is_multiple() {
            return Ok(None);
        }
        let owned = self.owned_extents()?;
        let Some(&extent) = owned.last() else {
            return Ok(None);
        };
        let left = extent.first().0.saturating_sub(1);
        if extent.contains(self.pgno) || left < least.max(1) {
            return Ok(None);
        }
        let Some(runs) = self.runs_of(extent)? else {
            return Ok(None);
        };
        for run in runs {
            self.remove(SpaceTree::Available, run)?;
        }
        self.remove(SpaceTree::Owned, extent)?;
        Ok(Some(extent))
    }

    /// The free runs of an owned extent, from its end on; `None` when they are not all of it.
    fn runs_of(&self, extent: Extent) -> Result<Option<Vec<Extent>>, SpaceWriteError> {
        let mut runs = Vec::new();
        let mut last = extent.last;
        loop {
            let run = self.extent_at(SpaceTree::Available, Pool::General, last)?;
            let Some(run) = run.filter(|run| run.last == last && run.cpg > 0) else {
                return Ok(None);
            };
            if run.first() < extent.first() {
                return Err(self.available_fault(run));
            }
            runs.push(run);
            if run.first() == extent.first() {
                return Ok(Some(runs));
            }
            last = Pgno(run.first().0.saturating_sub(1));
        }
    }
}

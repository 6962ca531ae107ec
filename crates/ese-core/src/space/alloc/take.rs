//! Pages and extents out of what a tree has free, or from its parent, up to the file.
//!
//! Source: docs/format/database-btree-space.md §5.2, §5.5, §5.6, §8.
//!
//! Invariant: what is taken is free in no tree and belongs to nothing else until it is used.
#![forbid(unsafe_code)]

use super::fdp::{head, log_change, new_page};
use super::{DATABASE_ROOT, Fdp};
use crate::btree::apply::create::{self, SpaceTree};
use crate::btree::write::WriteError;
use crate::format::ids::Pgno;
use crate::format::log_record::{ConvertFDP2, LogRecord};
use crate::format::page::PageFlags;
use crate::format::space::{Extent, Pool, SpaceFlags};
use crate::space::error::SpaceWriteError;
use crate::space::policy::{self, Giver, Purpose, SMALL_TREE};

/// Pools that pages are taken from, in this order. Shelved pages are none.
const POOLS: [Pool; 2] = [Pool::General, Pool::Continuous];
/// Pages that one call may ask for: a split takes one a level.
const PAGES_MOST: u32 = 4096;

impl Fdp<'_> {
    /// Pages for the tree itself, near a page that it uses.
    pub(super) fn take_pages(&mut self, near: Pgno, n: u32) -> Result<Vec<Pgno>, SpaceWriteError> {
        let mut pages = Vec::new();
        if n > PAGES_MOST {
            return Err(SpaceWriteError::OutOfPages(n));
        }
        match self.take_each(near, n, &mut pages) {
            Ok(()) => Ok(pages),
            Err(e) => {
                if let Err(e) = self.free_pages(&pages, false) {
                    tracing::warn!(pages = pages.len(), error = %e, "pages are leaked");
                }
                Err(e)
            }
        }
    }

    fn take_each(
        &mut self,
        near: Pgno,
        n: u32,
        pages: &mut Vec<Pgno>,
    ) -> Result<(), SpaceWriteError> {
        let left = |pages: &Vec<Pgno>| n - u32::try_from(pages.len()).unwrap_or(n).min(n);
        if !self.header.is_multiple() {
            self.take_bits(n, pages)?;
            if left(pages) == 0 {
                return Ok(());
            }
            self.convert(1, 1)?;
        }
        while left(pages) > 0 {
            let run = match self.run_near(near)? {
                Some(run) => run,
                None => self.secondary(1, 1, true)?,
            };
            // `near` itself may be free: it was latched when its split was found to be needed, and a
            // merge may have freed it since. Who uses the pages looks whether they are in use.
            if run.contains(self.pgno) {
                return Err(self.available_fault(run));
            }
            let front = self.take_front(run, left(pages).min(run.cpg))?;
            pages.extend((front.first().0..=front.last.0).map(Pgno));
        }
        Ok(())
    }

    /// Pages of a single extent, the lowest first.
    fn take_bits(&mut self, n: u32, pages: &mut Vec<Pgno>) -> Result<(), SpaceWriteError> {
        let mut header = self.header;
        while u32::try_from(pages.len()).is_ok_and(|len| len < n)
            && let Some((at, mask)) = policy::free_bits(&header, 1)
        {
            header.bitmap_or_oe &= !mask;
            pages.push(self.behind_root(at)?);
        }
        if header != self.header {
            self.change_header(|h| *h = header)?;
        }
        Ok(())
    }

    fn behind_root(&self, at: u32) -> Result<Pgno, SpaceWriteError> {
        let pgno = self.pgno.0.checked_add(at).and_then(|p| p.checked_add(1));
        let pgno = pgno.filter(|&p| p <= self.space.file.pages());
        pgno.map(Pgno)
            .ok_or(self.owned_fault(self.pgno, "an extent behind the end of the file"))
    }

    /// The free run at or behind `near`, else the first.
    fn run_near(&self, near: Pgno) -> Result<Option<Extent>, SpaceWriteError> {
        for pool in POOLS {
            for from in [near, Pgno::NULL] {
                let run = self.extent_at(SpaceTree::Available, pool, from)?;
                if let Some(run) = run.filter(|r| r.cpg > 0) {
                    return self.usable(run).map(Some);
                }
            }
        }
        Ok(None)
    }

    /// An extent for a child, or for a new tree: out of the free pages of this one.
    pub(in crate::space) fn give(
        &mut self,
        asked: u32,
        least: u32,
        purpose: Purpose,
    ) -> Result<Extent, SpaceWriteError> {
        let asked = asked.max(least);
        if !self.header.is_multiple() {
            if let Some((at, mask)) = policy::free_bits(&self.header, least) {
                let last = self.behind_root(at + least - 1)?;
                self.change_header(|h| h.bitmap_or_oe &= !mask)?;
                return Extent::new(last, least, Pool::General)
                    .ok_or(self.owned_fault(last, "no extent"));
            }
            self.convert(asked, least)?;
        }
        let run = match self.run_of(least)? {
            Some(run) => run,
            None => self.secondary(asked, least, false)?,
        };
        let giver = match self.pgno {
            DATABASE_ROOT => Giver::Database(self.last_owned()?),
            _ => Giver::Tree,
        };
        let n = policy::given(run, asked, giver, purpose);
        self.take_front(run, n)
    }

    /// A new extent for this tree, from its parent or the file: owned, and free.
    ///
    /// `grows`: the tree itself is to use it, so that it asks for more than it needs; else somebody
    /// who takes from this tree.
    fn secondary(
        &mut self,
        asked: u32,
        least: u32,
        grows: bool,
    ) -> Result<Extent, SpaceWriteError> {
        if !self.has_parent() {
            return self.grow_database(asked, least);
        }
        let mut size = asked;
        if grows {
            size = policy::growth(&self.header, asked, self.is_small()?, self.hints);
            if size != self.header.cpg {
                self.change_header(|h| {
                    h.cpg = size;
                    h.flags |= SpaceFlags::V2;
                })?;
            }
        }
        self.fill_buffers()?;
        let extent = self.with_parent(|parent| parent.give(size, least, Purpose::Growth))?;
        self.own(extent)?;
        Ok(extent)
    }

    /// Notes a new extent: owned, and free.
    pub(in crate::space) fn own(&mut self, extent: Extent) -> Result<(), SpaceWriteError> {
        let added = self
            .add(SpaceTree::Owned, extent)
            .and_then(|()| self.add(SpaceTree::Available, extent));
        if added.is_err() {
            tracing::warn!(fdp = %self.pgno, ?extent, "an extent is leaked");
        }
        added
    }

    /// Whether the tree is so small that it grows by little: by what it owns, and by its depth.
    fn is_small(&self) -> Result<bool, SpaceWriteError> {
        if self.header.flags.contains(SpaceFlags::V2) || self.header.cpg >= SMALL_TREE {
            return Ok(false);
        }
        let (flags, nodes) = self.root_shape()?;
        let few = u32::try_from(nodes).is_ok_and(|n| n < SMALL_TREE);
        let flat =
            flags.contains(PageFlags::LEAF) || (flags.contains(PageFlags::PARENT_OF_LEAF) && few);
        if !flat {
            return Ok(false);
        }
        let mut cursor = self.cursor(SpaceTree::Owned)?;
        let mut owned = 0u32;
        let mut entry = cursor.first()?;
        while let Some(found) = entry {
            owned = owned.saturating_add(self.extent_of(&found)?.cpg);
            if owned > SMALL_TREE {
                return Ok(false);
            }
            drop(found);
            entry = cursor.move_next()?;
        }
        Ok(true)
    }

    /// A tree of one extent gets space trees, in a second extent that also holds `needed` pages.
    fn convert(&mut self, asked: u32, needed: u32) -> Result<(), SpaceWriteError> {
        let (size, least) = policy::conversion(self.header.cpg, asked, needed, self.hints);
        let extent = self.with_parent(|parent| parent.give(size, least, Purpose::Growth))?;
        let converted = self.convert_with(extent);
        if converted.is_err() && !self.header.is_multiple() {
            let back = self.with_parent(|parent| parent.free_run(extent, false));
            if let Err(e) = back {
                tracing::warn!(fdp = %self.pgno, ?extent, error = %e, "an extent is leaked");
            }
        }
        converted
    }

    fn convert_with(&mut self, extent: Extent) -> Result<(), SpaceWriteError> {
        let (space, author, fdp) = (self.space, self.author, self.pgno);
        let signed = |n: u32| i32::try_from(n).map_err(|_| SpaceWriteError::TreeSize(n));
        let oe = extent.first();
        let ae = Pgno(oe.0 + 1);
        let mut root = space.db.pages().exclusive(fdp)?;
        let (before, flags) = {
            let view = root.view()?;
            if view.objid() != self.objid || !view.is_root() {
                return Err(SpaceWriteError::Parents(fdp));
            }
            (view.dbtime(), view.flags())
        };
        let mut oe_page = new_page(space, author, oe, self.objid)?;
        let mut ae_page = new_page(space, author, ae, self.objid)?;
        let dbtime = space.db.next_dbtime();
        if before >= dbtime {
            let (found, next) = (before, dbtime);
            return Err(WriteError::page_time(found, next).into());
        }
        let only_root = PageFlags::ROOT
            | PageFlags::LEAF
            | PageFlags::PARENT_OF_LEAF
            | PageFlags::REPAIRED
            | PageFlags::NEW_CHECKSUM
            | PageFlags::FLUSH_TYPE;
        let times = (dbtime, Some(before));
        let record = ConvertFDP2 {
            page: head(space, author, fdp, self.is_unique(), times),
            objid_fdp: self.objid,
            pgno_oe: oe,
            pgno_ae: ae,
            pgno_fdp_parent: self.header.parent,
            pgno_secondary_first: oe,
            cpg_primary: signed(self.header.cpg)?,
            cpg_secondary: signed(extent.cpg)?,
            rgbit_avail: self.header.bitmap_or_oe,
            page_flags: flags - only_root,
        };
        let change = log_change(space, author, &LogRecord::ConvertFDP2(record))?;
        let style = space.db.style();
        create::convert_root(&mut root, &record)?;
        create::convert_space(&mut oe_page, &record, SpaceTree::Owned, style)?;
        create::convert_space(&mut ae_page, &record, SpaceTree::Available, style)?;
        for page in [&mut root, &mut oe_page, &mut ae_page] {
            page.mark_dirty(change);
        }
        self.header.flags |= SpaceFlags::MULTIPLE;
        self.header.bitmap_or_oe = oe.0;
        Ok(())
    }
}

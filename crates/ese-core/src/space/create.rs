//! Trees are made: the root of a new database, and any other in an extent of its parent.
//!
//! Source: docs/format/database-btree-space.md §5, §7; docs/format/database-header.md §4;
//! docs/format/log-records.md §5.1, §6.
//!
//! Invariant: a new tree is whole when its record is in the log; what is left of its extent is free in
//! it.
#![forbid(unsafe_code)]

use super::alloc::{DATABASE_ROOT, Fdp, Space, head, log_change, new_page};
use super::error::SpaceWriteError;
use super::policy::{MULTIPLE_LEAST, Purpose};
use crate::btree::apply::create::{self, SpaceTree};
use crate::btree::write::Author;
use crate::format::ids::{Objid, Pgno};
use crate::format::log_record::{CreateMEFDP, CreateSEFDP, ExtendDb, LogRecord};
use crate::format::page::PageFlags;
use crate::format::space::{Extent, Pool};

/// A tree to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewTree {
    /// Tree that it takes its space from: page 1 for a table, the table for its indexes and long
    /// values.
    pub parent: Pgno,
    /// Pages of its first extent, 0 for the least.
    pub pages: u32,
    /// It gets space trees at once; else when it outgrows its first extent.
    pub multiple: bool,
    /// Its keys are unique.
    pub unique: bool,
    /// Flags of its pages: [`PageFlags::INDEX`], [`PageFlags::LONG_VALUE`]; those of roots, leaves
    /// and keys come by themselves.
    pub page_flags: PageFlags,
}

impl NewTree {
    /// A table's tree.
    #[must_use]
    pub fn table(pages: u32) -> Self {
        Self {
            parent: DATABASE_ROOT,
            pages,
            multiple: false,
            unique: true,
            page_flags: PageFlags::empty(),
        }
    }

    /// A secondary index of the table at `table`.
    #[must_use]
    pub fn index(table: Pgno, unique: bool) -> Self {
        Self {
            parent: table,
            unique,
            page_flags: PageFlags::INDEX,
            ..Self::table(1)
        }
    }

    /// The long values of the table at `table`.
    #[must_use]
    pub fn long_values(table: Pgno) -> Self {
        Self {
            parent: table,
            page_flags: PageFlags::LONG_VALUE,
            ..Self::table(1)
        }
    }
}

/// A tree that was made. A transaction that makes one remembers it, so that its rollback gives the
/// space back ([`Space::free_tree`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Created {
    /// Root.
    pub pgno_fdp: Pgno,
    /// Object.
    pub objid: Objid,
    /// First extent.
    pub extent: Extent,
}

impl Space {
    /// Logs the length that a new database's file was made with: the first record behind CreateDB.
    pub fn log_first_size(&self, pages: u32) -> Result<(), SpaceWriteError> {
        self.log(&LogRecord::ExtendDb(ExtendDb {
            dbid: self.db.dbid(),
            pgno_last: Pgno(pages),
        }))
    }

    /// Makes the root of a new database's space, pages 1 to 3, in a file of `pages` pages.
    pub fn create_root(&self, author: &Author, pages: u32) -> Result<Created, SpaceWriteError> {
        let extent = Extent::new(Pgno(pages), pages, Pool::General);
        let extent = extent.ok_or(SpaceWriteError::TreeSize(pages))?;
        let new = NewTree {
            parent: Pgno::NULL,
            multiple: true,
            ..NewTree::table(pages)
        };
        self.make(author, &new, extent)
    }

    /// Makes a tree in an extent of its parent.
    pub fn create_tree(&self, author: &Author, new: &NewTree) -> Result<Created, SpaceWriteError> {
        let least = if new.multiple { MULTIPLE_LEAST } else { 1 };
        let pages = new.pages.max(least);
        let give = |parent: &mut Fdp<'_>| parent.give(pages, pages, Purpose::NewTree);
        let extent = self.with(author, new.parent, give)?;
        self.make(author, new, extent).inspect_err(|_| {
            if let Err(e) = self.free_extent(author, new.parent, extent) {
                tracing::warn!(?extent, error = %e, "an extent is leaked");
            }
        })
    }

    fn make(
        &self,
        author: &Author,
        new: &NewTree,
        extent: Extent,
    ) -> Result<Created, SpaceWriteError> {
        let signed = i32::try_from(extent.cpg);
        let cpg_primary = signed.map_err(|_| SpaceWriteError::TreeSize(extent.cpg))?;
        if new.multiple && extent.cpg < MULTIPLE_LEAST {
            return Err(SpaceWriteError::TreeSize(extent.cpg));
        }
        let objid = self.file.next_objid().ok_or(SpaceWriteError::OutOfObjids)?;
        let created = Created {
            pgno_fdp: extent.first(),
            objid,
            extent,
        };
        self.forget(created.pgno_fdp);
        let mut page_flags = new.page_flags;
        page_flags.set(PageFlags::NON_UNIQUE, !new.unique);
        match new.multiple {
            true => self.make_multiple(author, new, created, cpg_primary, page_flags)?,
            false => self.make_single(author, new, created, cpg_primary, page_flags)?,
        }
        Ok(created)
    }

    fn make_single(
        &self,
        author: &Author,
        new: &NewTree,
        created: Created,
        cpg_primary: i32,
        page_flags: PageFlags,
    ) -> Result<(), SpaceWriteError> {
        let fdp = created.pgno_fdp;
        let mut page = new_page(self, author, fdp, created.objid)?;
        let dbtime = self.db.next_dbtime();
        let record = CreateSEFDP {
            page: head(self, author, fdp, new.unique, (dbtime, None)),
            objid_fdp: created.objid,
            pgno_fdp_parent: new.parent,
            cpg_primary,
            page_flags,
        };
        let change = log_change(self, author, &LogRecord::CreateSEFDP(record))?;
        create::single_extent(&mut page, &record, self.db.style())?;
        page.mark_dirty(change);
        Ok(())
    }

    fn make_multiple(
        &self,
        author: &Author,
        new: &NewTree,
        created: Created,
        cpg_primary: i32,
        page_flags: PageFlags,
    ) -> Result<(), SpaceWriteError> {
        let (fdp, objid) = (created.pgno_fdp, created.objid);
        let (oe, ae) = (Pgno(fdp.0 + 1), Pgno(fdp.0 + 2));
        let mut oe_page = new_page(self, author, oe, objid)?;
        let mut ae_page = new_page(self, author, ae, objid)?;
        let mut page = new_page(self, author, fdp, objid)?;
        let dbtime = self.db.next_dbtime();
        let record = CreateMEFDP {
            page: head(self, author, fdp, new.unique, (dbtime, None)),
            objid_fdp: objid,
            pgno_oe: oe,
            pgno_ae: ae,
            pgno_fdp_parent: new.parent,
            cpg_primary,
            page_flags,
        };
        let change = log_change(self, author, &LogRecord::CreateMEFDP(record))?;
        let style = self.db.style();
        create::multiple_extent(&mut page, &record, style)?;
        create::multiple_extent_space(&mut oe_page, &record, SpaceTree::Owned, style)?;
        create::multiple_extent_space(&mut ae_page, &record, SpaceTree::Available, style)?;
        for page in [&mut page, &mut oe_page, &mut ae_page] {
            page.mark_dirty(change);
        }
        Ok(())
    }
}

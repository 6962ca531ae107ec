//! Space of trees, for who asks how much there is, and the file made longer.
//!
//! Invariant: what is told is what the space trees say now; nobody is held back meanwhile.
#![forbid(unsafe_code)]

use super::{Database, DbError};
use crate::btree::Tree;
use crate::format::ids::{Objid, Pgno};
use crate::format::space::{Extent, Pool};
use crate::session::Session;
use crate::space::extents;
use crate::work::WorkError;

impl Database {
    /// Space of a tree: pages that it owns, and those of them that are free; the database's own by
    /// [`Pgno::SYSTEM_ROOT`](crate::format::ids::Pgno).
    ///
    /// # Errors
    /// A page can't be had, or is damaged.
    pub fn space_of(&self, fdp: Pgno, objid: Objid) -> Result<(u64, u64), DbError> {
        let open = self.attached();
        let pages = open.work_db().trees.pages();
        let most = u64::from(open.file_pages());
        let space = extents(pages, Tree::new(fdp, objid), most).map_err(WorkError::from)?;
        Ok((
            space.owned_pages(),
            space.available_pages(Pool::General) + space.split_buffer_pages(),
        ))
    }

    /// Extents of a tree: those that it owns, and those of them that are free, what is kept ready for
    /// splits of its space trees included. Shelved ones are none of either.
    ///
    /// # Errors
    /// As [`Database::space_of`].
    pub fn extents_of(&self, fdp: Pgno, objid: Objid) -> Result<[Vec<Extent>; 2], DbError> {
        let open = self.attached();
        let pages = open.work_db().trees.pages();
        let most = u64::from(open.file_pages());
        let mut space = extents(pages, Tree::new(fdp, objid), most).map_err(WorkError::from)?;
        let mut free = space.available;
        free.retain(|e| e.pool != Pool::Shelved && e.cpg > 0);
        free.append(&mut space.split_buffer);
        Ok([space.owned, free])
    }

    /// Makes the file at least so many pages long, its headers included.
    ///
    /// # Errors
    /// As [`Session::work`]; JET_errDiskFull, JET_errOutOfDatabaseSpace.
    pub fn grow_to(&self, session: &Session, pages: u32) -> Result<(), DbError> {
        let now = self.attached().file_pages();
        let Some(more) = pages.checked_sub(now).filter(|&n| n > 0) else {
            return Ok(());
        };
        Ok(session.update(self.attached(), |work| {
            Ok(work.db.space.grow(&work.author, more)?)
        })?)
    }
}

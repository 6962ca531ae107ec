//! Space at run time: trees get pages and extents and give them back.
//!
//! | room | purpose |
//! |---|---|
//! | [`Space`] | one database's space, for all threads; [`PageAllocator`] of its trees |
//! | `fdp` | one tree under its lock: root header, the way to its parent |
//! | `nodes` | extents in its two space trees |
//! | `take` | pages and extents out of what is free, or from the parent |
//! | `free` | pages and extents back |
//! | `shrink` | the end of the file given up |
//! | `buffer` | pages that space trees keep for their own splits |
//!
//! [`super::create`] makes trees, [`super::grow`] the file longer, [`super::policy`] says how much.
//!
//! What changes is logged page by page, unversioned, with the space flag, and never undone
//! (docs/format/versioning.md §12): an extent leaves its giver before it appears at its taker, so that
//! a crash in between leaks pages, and never gives them to two.
//!
//! Source: docs/format/database-btree-space.md §5-§8.
//!
//! Invariants:
//! * the space of a tree changes under its lock only; locks are taken from child to parent to page 1,
//!   with no page latched;
//! * nobody waits in a circle: before the first lock the parents are followed to page 1;
//! * a space tree that splits takes pages of its split buffer, which is filled before it changes.
#![forbid(unsafe_code)]

mod buffer;
mod fdp;
mod free;
mod nodes;
mod shrink;
mod take;

pub(super) use fdp::{Fdp, head, log_change, new_page};

use super::error::SpaceWriteError;
use super::grow::SpaceFile;
use super::policy::GrowthHints;
use crate::btree::write::{AllocError, Author, PageAllocator, TreeDb, WriteTree};
use crate::format::ids::{Objid, Pgno};
use crate::format::log_record::{
    ExtentFlags, ExtentFreed, ExtentFreed2, FdpType, FreeFDP, LogRecord,
};
use crate::format::space::{Extent, RootHeader};
use crate::format::version::{Feature, FormatVersion};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Root of the database's space.
pub const DATABASE_ROOT: Pgno = Pgno(1);
/// Trees above one another. The format has three: index or long values, table, database.
const PARENTS_MOST: usize = 8;
/// Locks of trees that are kept although nobody holds them.
const LOCKS_KEPT: usize = 1024;

/// Which record tells of freed extents (docs/format/log-records.md §6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FreedRecord {
    /// None: formats below 9360.
    None,
    /// ExtentFreed.
    First,
    /// ExtentFreed2: from 9460 on.
    Second,
}

impl FreedRecord {
    /// That of logs of this format.
    #[must_use]
    pub fn of(version: FormatVersion) -> Self {
        if version.has(Feature::NonRevertableTables) {
            Self::Second
        } else if version.has(Feature::RevertSnapshot) {
            Self::First
        } else {
            Self::None
        }
    }
}

/// How the space of a database is kept.
#[derive(Clone, Copy, Debug)]
pub struct SpaceConfig {
    /// Pages by which the file grows at least (JET_paramDbExtensionSize).
    pub extension: u32,
    /// Most pages of the database, 0 for no bound of its own.
    pub pages_most: u32,
    /// Which record tells of freed extents.
    pub freed_record: FreedRecord,
    /// The temporary database: its file has any length.
    pub temporary: bool,
}

/// Tells the log of a tree that is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dropped {
    /// Table or index.
    pub fdp_type: FdpType,
    /// The transaction that deleted it, as it was committed.
    pub trx_committed: u32,
}

/// What is known of a tree between two changes of its space.
#[derive(Debug, Default)]
struct Known {
    lock: Arc<Mutex<()>>,
    hints: GrowthHints,
    /// Object and parent when the parents were last followed to page 1.
    proven: Option<(Objid, Pgno)>,
}

/// The space of an attached database.
pub struct Space {
    pub(super) db: Arc<TreeDb>,
    pub(super) file: Arc<dyn SpaceFile>,
    pub(super) config: SpaceConfig,
    trees: Mutex<HashMap<Pgno, Known>>,
}

impl Space {
    /// The space of a database.
    #[must_use]
    pub fn new(db: Arc<TreeDb>, file: Arc<dyn SpaceFile>, config: SpaceConfig) -> Self {
        Self {
            db,
            file,
            config,
            trees: Mutex::default(),
        }
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Arc<TreeDb> {
        &self.db
    }

    /// Says how an application wants the tree at `fdp` to grow (JET_SPACEHINTS).
    pub fn set_hints(&self, fdp: Pgno, hints: GrowthHints) {
        self.trees.lock().entry(fdp).or_default().hints = hints;
    }

    /// Forgets what is known of a tree that is gone, or not made yet.
    pub(super) fn forget(&self, fdp: Pgno) {
        if let Some(known) = self.trees.lock().get_mut(&fdp) {
            known.hints = GrowthHints::default();
            known.proven = None;
        }
    }

    /// Works on the space of a tree, under its lock and for as long.
    pub(super) fn with<T>(
        &self,
        author: &Author,
        fdp: Pgno,
        work: impl FnOnce(&mut Fdp<'_>) -> Result<T, SpaceWriteError>,
    ) -> Result<T, SpaceWriteError> {
        self.prove_parents(fdp)?;
        self.locked(author, fdp, 0, work)
    }

    fn locked<T>(
        &self,
        author: &Author,
        fdp: Pgno,
        depth: usize,
        work: impl FnOnce(&mut Fdp<'_>) -> Result<T, SpaceWriteError>,
    ) -> Result<T, SpaceWriteError> {
        let (lock, hints) = {
            let mut trees = self.trees.lock();
            if trees.len() > LOCKS_KEPT {
                let wanted =
                    |k: &Known| Arc::strong_count(&k.lock) > 1 || k.hints != GrowthHints::default();
                trees.retain(|_, known| wanted(known));
            }
            let known = trees.entry(fdp).or_default();
            (Arc::clone(&known.lock), known.hints)
        };
        let _held = lock.lock();
        let mut tree = Fdp::read(self, author, fdp, hints, depth)?;
        work(&mut tree)
    }

    /// Follows the parents to page 1, unless that was done: a circle would be waited in.
    fn prove_parents(&self, fdp: Pgno) -> Result<(), SpaceWriteError> {
        let mut at = fdp;
        for _ in 0..PARENTS_MOST {
            let (objid, parent) = Fdp::place_of(self, at)?;
            let now = Some((objid, parent));
            if at == fdp && self.trees.lock().get(&fdp).is_some_and(|k| k.proven == now) {
                return Ok(());
            }
            if at == DATABASE_ROOT && parent.is_null() {
                let place = Fdp::place_of(self, fdp)?;
                self.trees.lock().entry(fdp).or_default().proven = Some(place);
                return Ok(());
            }
            if parent.is_null() || at == DATABASE_ROOT {
                break;
            }
            at = parent;
        }
        Err(SpaceWriteError::Parents(fdp))
    }

    /// Changes the root header of a tree: for its auto-increment value. Everybody who changes it goes
    /// through here, or a change of the tree's space could be lost.
    ///
    /// `change` leaves the space header alone.
    pub fn change_root_header(
        &self,
        author: &Author,
        fdp: Pgno,
        change: impl FnOnce(&mut RootHeader<'_>),
    ) -> Result<(), SpaceWriteError> {
        self.with(author, fdp, |tree| tree.change_root_header(change))
    }

    /// The database gets at least `pages` more, in steps of its extension size; they are free, and
    /// stay whatever becomes of the caller's transaction (JetResizeDatabase).
    pub fn grow(&self, author: &Author, pages: u32) -> Result<(), SpaceWriteError> {
        self.with(author, DATABASE_ROOT, |root| {
            root.grow_database(pages, pages).map(|_| ())
        })
    }

    /// Gives all pages of a tree back to its parent. Of a table, its indexes and long values go with
    /// it: their pages are the table's. Nobody uses the tree any more.
    ///
    /// `dropped`: a deletion that was committed; `None` for the undo of a creation.
    pub fn free_tree(
        &self,
        author: &Author,
        fdp: Pgno,
        dropped: Option<Dropped>,
    ) -> Result<(), SpaceWriteError> {
        if let Some(dropped) = dropped {
            self.log(&LogRecord::FreeFDP(FreeFDP {
                dbid: self.db.dbid(),
                pgno_fdp: fdp,
                trx_committed: dropped.trx_committed,
                fdp_type: dropped.fdp_type,
            }))?;
        }
        self.with(author, fdp, |tree| tree.free_all())?;
        self.forget(fdp);
        Ok(())
    }

    /// Gives an extent back that was taken out of a tree's free pages and never became a tree.
    pub fn free_extent(
        &self,
        author: &Author,
        fdp: Pgno,
        extent: Extent,
    ) -> Result<(), SpaceWriteError> {
        self.with(author, fdp, |tree| tree.free_run(extent, true))
    }

    /// Logs one record; nothing is logged for the temporary database.
    pub(super) fn log(&self, record: &LogRecord<'_>) -> Result<(), SpaceWriteError> {
        if let Some(log) = self.db.log() {
            log.append(record)?;
        }
        Ok(())
    }

    /// Tells the log of an extent that goes back because its tree is gone.
    fn log_freed(&self, extent: Extent) -> Result<(), SpaceWriteError> {
        let (dbid, pgno_first) = (self.db.dbid(), extent.first());
        let cpg = i32::try_from(extent.cpg).unwrap_or(i32::MAX);
        let flags = ExtentFlags::empty();
        match self.config.freed_record {
            FreedRecord::None => Ok(()),
            FreedRecord::First => self.log(&LogRecord::ExtentFreed(ExtentFreed {
                dbid,
                pgno_first,
                cpg,
                flags,
            })),
            FreedRecord::Second => self.log(&LogRecord::ExtentFreed2(ExtentFreed2 {
                dbid,
                pgno_first,
                cpg,
                flags,
                dbtime: self.db.dbtime(),
            })),
        }
    }
}

impl PageAllocator for Space {
    fn reserve(
        &self,
        author: &Author,
        tree: &WriteTree,
        near: Pgno,
        pages: usize,
    ) -> Result<Vec<Pgno>, AllocError> {
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        self.with(author, tree.fdp(), |fdp| fdp.take_pages(near, pages))
            .map_err(|e| told("pages can't be had", e))
    }

    fn give_back(
        &self,
        author: &Author,
        tree: &WriteTree,
        pages: &[Pgno],
    ) -> Result<(), AllocError> {
        // A whole extent stays: the next split would only ask for it again.
        self.with(author, tree.fdp(), |fdp| fdp.free_pages(pages, false))
            .map_err(|e| told("pages can't be given back", e))
    }

    fn free(&self, author: &Author, tree: &WriteTree, pages: &[Pgno]) -> Result<(), AllocError> {
        self.with(author, tree.fdp(), |fdp| fdp.free_pages(pages, true))
            .map_err(|e| told("pages can't be freed", e))
    }
}

/// For who asked for pages: the rest of the error goes to the trace.
fn told(what: &'static str, e: SpaceWriteError) -> AllocError {
    tracing::warn!(error = %e, "{what}");
    e.into()
}

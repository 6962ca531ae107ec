//! One tree under its lock: what its root says, and the way to its parent.
//!
//! Invariant: the header here is the one on the page; what else the root's external header holds
//! stays as it is.
#![forbid(unsafe_code)]

use super::buffer::Buffers;
use super::{PARENTS_MOST, Space};
use crate::btree::Tree;
use crate::btree::apply::create;
use crate::btree::write::{Author, DENSITY_FULL, Scratch, TreeWriter, WriteError, WriteTree};
use crate::cache::{Change, ExclusivePage, Pages, SharedPage};
use crate::format::ids::Dbtime;
use crate::format::ids::{Lgpos, Objid, Pgno};
use crate::format::log_record::{DBTIME_NIL, LogRecord, LrFlags, LrPage, NewPage};
use crate::format::page::PageFlags;
use crate::format::space::{RootHeader, SpaceFlags, SpaceHeader};
use crate::space::error::SpaceWriteError;
use crate::space::policy::GrowthHints;
use crate::trx::Unversioned;

/// A tree whose space changes.
pub(in crate::space) struct Fdp<'s> {
    pub(in crate::space) space: &'s Space,
    pub(in crate::space) author: &'s Author,
    pub(in crate::space) pgno: Pgno,
    pub(in crate::space) objid: Objid,
    pub(in crate::space) header: SpaceHeader,
    pub(super) hints: GrowthHints,
    depth: usize,
    scratch: Scratch,
}

/// Reads a root: its page, object and space header.
fn root_of(space: &Space, fdp: Pgno) -> Result<(SharedPage<'_>, SpaceHeader), SpaceWriteError> {
    let page = space.db.pages().shared(fdp)?;
    let view = page.view()?;
    let flags = view.flags();
    if !flags.contains(PageFlags::ROOT) || flags.contains(PageFlags::SPACE_TREE) {
        return Err(SpaceWriteError::Parents(fdp));
    }
    let external = view.external_header().map_err(|e| page.fault(e))?;
    let header = RootHeader::parse(external)
        .map_err(|kind| SpaceWriteError::Bytes { pgno: fdp, kind })?
        .space;
    Ok((page, header))
}

impl<'s> Fdp<'s> {
    /// A tree's object and parent.
    pub(super) fn place_of(space: &Space, fdp: Pgno) -> Result<(Objid, Pgno), SpaceWriteError> {
        let (page, header) = root_of(space, fdp)?;
        Ok((page.view()?.objid(), header.parent))
    }

    pub(super) fn read(
        space: &'s Space,
        author: &'s Author,
        fdp: Pgno,
        hints: GrowthHints,
        depth: usize,
    ) -> Result<Self, SpaceWriteError> {
        let (page, header) = root_of(space, fdp)?;
        Ok(Self {
            space,
            author,
            pgno: fdp,
            objid: page.view()?.objid(),
            header,
            hints,
            depth,
            scratch: Scratch::default(),
        })
    }

    /// Works on the parent while this tree stays locked.
    pub(super) fn with_parent<T>(
        &self,
        work: impl FnOnce(&mut Fdp<'_>) -> Result<T, SpaceWriteError>,
    ) -> Result<T, SpaceWriteError> {
        let (parent, depth) = (self.header.parent, self.depth + 1);
        if parent.is_null() || parent == self.pgno || depth >= PARENTS_MOST {
            return Err(SpaceWriteError::Parents(self.pgno));
        }
        self.space.locked(self.author, parent, depth, work)
    }

    pub(in crate::space) fn has_parent(&self) -> bool {
        !self.header.parent.is_null()
    }

    pub(super) fn is_unique(&self) -> bool {
        !self.header.flags.contains(SpaceFlags::NON_UNIQUE)
    }

    /// The root as it is now: leaf, or parent of leaves, and its number of nodes.
    pub(super) fn root_shape(&self) -> Result<(PageFlags, usize), SpaceWriteError> {
        let page = Tree::new(self.pgno, self.objid).root(self.space.db.pages())?;
        let view = page.view()?;
        Ok((view.flags(), view.node_count()))
    }

    /// Changes a tree that belongs to this one, without versions.
    pub(super) fn write<T>(
        &mut self,
        tree: &WriteTree,
        what: impl FnOnce(&mut TreeWriter<'_>, &WriteTree) -> Result<T, WriteError>,
    ) -> Result<T, SpaceWriteError> {
        let buffers = Buffers(self.space);
        let mut writer = TreeWriter {
            db: &self.space.db,
            space: &buffers,
            versions: &Unversioned(self.author.stamp()),
            author: self.author,
            scratch: &mut self.scratch,
        };
        Ok(what(&mut writer, tree)?)
    }

    /// Changes the space header.
    pub(in crate::space) fn change_header(
        &mut self,
        change: impl FnOnce(&mut SpaceHeader),
    ) -> Result<(), SpaceWriteError> {
        self.change_root_header(|root| change(&mut root.space))
    }

    pub(super) fn change_root_header(
        &mut self,
        change: impl FnOnce(&mut RootHeader<'_>),
    ) -> Result<(), SpaceWriteError> {
        let pgno = self.pgno;
        let (header, bytes) = {
            let page = self.space.db.pages().shared(pgno)?;
            let view = page.view()?;
            let external = view.external_header().map_err(|e| page.fault(e))?;
            let parsed = RootHeader::parse(external);
            let mut root = parsed.map_err(|kind| SpaceWriteError::Bytes { pgno, kind })?;
            change(&mut root);
            (root.space, root.to_bytes())
        };
        let tree = WriteTree::new(pgno, self.objid, self.is_unique(), DENSITY_FULL);
        self.write(&tree, |writer, tree| {
            writer.set_external_header(tree, &bytes)
        })?;
        self.header = header;
        Ok(())
    }
}

/// How a change by `author`, logged at `lgpos`, dirties its pages.
pub(in crate::space) fn change(space: &Space, author: &Author, lgpos: Lgpos) -> Change {
    match space.db.log() {
        Some(_) => Change {
            begin0: author.begin0,
            lgpos,
        },
        None => Change::UNLOGGED,
    }
}

/// Logs a record that changes pages.
pub(in crate::space) fn log_change(
    space: &Space,
    author: &Author,
    record: &LogRecord<'_>,
) -> Result<Change, SpaceWriteError> {
    let at = match space.db.log() {
        Some(log) => log.append(record)?,
        None => Lgpos::MIN,
    };
    Ok(change(space, author, at))
}

/// A page that is made anew, latched exclusively; NewPage is logged where it is.
pub(in crate::space) fn new_page<'s>(
    space: &'s Space,
    author: &Author,
    pgno: Pgno,
    objid: Objid,
) -> Result<ExclusivePage<'s>, SpaceWriteError> {
    let mut page = space.db.pages().new_page(pgno)?;
    if space.db.logs_new_pages() {
        let record = NewPage {
            procid: author.procid,
            dbid: space.db.dbid(),
            pgno,
            objid,
            dbtime: space.db.next_dbtime(),
        };
        let change = log_change(space, author, &LogRecord::NewPage(record))?;
        create::new_page(&mut page, &record)?;
        page.mark_dirty(change);
    }
    Ok(page)
}

/// Head of a record that makes or converts a tree.
pub(in crate::space) fn head(
    space: &Space,
    author: &Author,
    pgno: Pgno,
    unique: bool,
    (dbtime, before): (Dbtime, Option<Dbtime>),
) -> LrPage {
    let mut flags = author.flags - LrFlags::VERSIONED;
    flags.set(LrFlags::UNIQUE, unique);
    LrPage {
        procid: author.procid,
        dbid: space.db.dbid(),
        pgno,
        dbtime,
        dbtime_before: before.unwrap_or(DBTIME_NIL),
        trx_begin0: author.trx_begin0,
        level: author.level,
        iline: 0,
        flags,
    }
}

//! Extents in the two space trees of a tree: looked for, added, made shorter, removed.
//!
//! Source: docs/format/database-btree-space.md §5.3.
//!
//! Invariant: nodes flagged deleted are passed over when looked for; one that becomes the last of its
//! page is flagged, any other is removed.
#![forbid(unsafe_code)]

use super::Fdp;
use crate::btree::apply::create::SpaceTree;
use crate::btree::write::{WriteError, WriteTree};
use crate::btree::{Entry, Seek, Tree, TreeCursor};
use crate::cache::Pages;
use crate::format::ids::Pgno;
use crate::format::space::{Extent, Pool};
use crate::space::error::SpaceWriteError;
use crate::space::policy;
use crate::trx::Bookmark;

/// An extent's key for a search.
fn key_of(pool: Pool, last: Pgno) -> ([u8; 5], usize) {
    let extent = Extent { last, cpg: 1, pool };
    extent.key()
}

fn key_bytes(key: &([u8; 5], usize)) -> &[u8] {
    key.0.get(..key.1).unwrap_or(&key.0)
}

impl Fdp<'_> {
    /// Root of a space tree.
    pub(super) fn space_root(&self, which: SpaceTree) -> Result<Pgno, SpaceWriteError> {
        let roots = self.header.oe_and_ae();
        let roots = roots.ok_or(self.owned_fault(self.pgno, "a single extent has no space trees"));
        roots.map(|(oe, ae)| match which {
            SpaceTree::Owned => oe,
            SpaceTree::Available => ae,
        })
    }

    pub(super) fn space_tree(&self, which: SpaceTree) -> Result<WriteTree, SpaceWriteError> {
        let root = self.space_root(which)?;
        Ok(WriteTree::space_tree(self.pgno, root, self.objid))
    }

    pub(super) fn cursor(&self, which: SpaceTree) -> Result<TreeCursor<'_>, SpaceWriteError> {
        let tree = Tree::space_tree(self.space_root(which)?, self.objid);
        Ok(TreeCursor::new(self.space.db.pages(), tree))
    }

    pub(super) fn extent_of(&self, entry: &Entry<'_>) -> Result<Extent, SpaceWriteError> {
        let kind = Extent::from_node(&entry.node()?);
        kind.map_err(|kind| SpaceWriteError::Bytes {
            pgno: entry.pgno(),
            kind,
        })
    }

    /// The first extent of a pool that ends at `pgno` or behind.
    pub(super) fn extent_at(
        &self,
        which: SpaceTree,
        pool: Pool,
        pgno: Pgno,
    ) -> Result<Option<Extent>, SpaceWriteError> {
        let key = key_of(pool, pgno);
        let mut cursor = self.cursor(which)?;
        match cursor.seek(key_bytes(&key), Seek::Ge)? {
            Some(entry) => Ok(Some(self.extent_of(&entry)?).filter(|e| e.pool == pool)),
            None => Ok(None),
        }
    }

    /// The first free run of at least `least` pages.
    pub(super) fn run_of(&self, least: u32) -> Result<Option<Extent>, SpaceWriteError> {
        let mut cursor = self.cursor(SpaceTree::Available)?;
        let mut entry = cursor.first()?;
        while let Some(found) = entry {
            let run = self.extent_of(&found)?;
            if run.pool != Pool::General {
                return Ok(None);
            }
            if run.cpg >= least {
                return self.usable(run).map(Some);
            }
            drop(found);
            entry = cursor.move_next()?;
        }
        Ok(None)
    }

    /// Free pages lie in the file.
    pub(super) fn usable(&self, run: Extent) -> Result<Extent, SpaceWriteError> {
        match run.last.0 <= self.space.file.pages() {
            true => Ok(run),
            false => Err(self.available_fault(run)),
        }
    }

    /// Last page of the last owned extent.
    pub(in crate::space) fn last_owned(&self) -> Result<Pgno, SpaceWriteError> {
        let mut cursor = self.cursor(SpaceTree::Owned)?;
        match cursor.last()? {
            Some(entry) => Ok(self.extent_of(&entry)?.last),
            None => Err(self.owned_fault(self.pgno, "the tree owns no page")),
        }
    }

    /// Adds an extent.
    pub(super) fn add(&mut self, which: SpaceTree, extent: Extent) -> Result<(), SpaceWriteError> {
        let tree = self.space_tree(which)?;
        let key = extent.key();
        let added = self.write(&tree, |writer, tree| {
            writer.insert(tree, key_bytes(&key), &extent.data())
        });
        match added {
            Ok(_) => Ok(()),
            Err(SpaceWriteError::Write(WriteError::KeyDuplicate)) => Err(match which {
                SpaceTree::Owned => self.owned_fault(extent.last, "an extent is owned already"),
                SpaceTree::Available => self.available_fault(extent),
            }),
            Err(e) => Err(e),
        }
    }

    /// Gives an extent that is there another number of pages, with the same end.
    pub(super) fn resize(
        &mut self,
        which: SpaceTree,
        extent: Extent,
    ) -> Result<(), SpaceWriteError> {
        let tree = self.space_tree(which)?;
        let key = extent.key();
        self.write(&tree, |writer, tree| {
            writer.replace(tree, key_bytes(&key), &extent.data())
        })?;
        Ok(())
    }

    /// Removes an extent.
    pub(super) fn remove(
        &mut self,
        which: SpaceTree,
        extent: Extent,
    ) -> Result<(), SpaceWriteError> {
        let key = extent.key();
        let key = key_bytes(&key);
        let page = self.cursor(which)?.seek(key, Seek::Eq)?.map(|e| e.pgno());
        let Some(page) = page else {
            return Err(self.available_fault(extent));
        };
        let alone = self.space.db.pages().shared(page)?.view()?.node_count() == 1;
        let tree = self.space_tree(which)?;
        self.write(&tree, |writer, tree| {
            let bookmark = Bookmark { key, data: &[] };
            match alone {
                true => writer.flag_delete(tree, bookmark).map(|_| ()),
                false => writer.delete(tree, bookmark).map(|_| ()),
            }
        })
    }

    /// Takes pages from the front of a free run.
    pub(super) fn take_front(&mut self, run: Extent, n: u32) -> Result<Extent, SpaceWriteError> {
        let (front, rest) = policy::split_front(run, n).ok_or_else(|| self.available_fault(run))?;
        match rest {
            Some(rest) => self.resize(SpaceTree::Available, rest)?,
            None => self.remove(SpaceTree::Available, run)?,
        }
        Ok(front)
    }

    pub(super) fn available_fault(&self, extent: Extent) -> SpaceWriteError {
        SpaceWriteError::Available {
            fdp: self.pgno,
            extent,
        }
    }

    pub(super) fn owned_fault(&self, pgno: Pgno, what: &'static str) -> SpaceWriteError {
        SpaceWriteError::Owned {
            fdp: self.pgno,
            pgno,
            what,
        }
    }
}

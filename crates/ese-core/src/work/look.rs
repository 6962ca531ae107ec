//! Nodes as a snapshot sees them.
//!
//! Invariant: a node is asked for while its page is latched; what [`Seen`] says stays true after.
#![forbid(unsafe_code)]

use crate::btree::write::WriteTree;
use crate::cache::{DbNo, DbPages};
use crate::format::node::{Node, NodeFlags};
use crate::trx::{NodeId, Snapshot, VersionStore, Visibility};
use std::sync::Arc;

/// What a snapshot sees of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// There is no such node.
    Absent,
    /// It is there, with its data as it lies on the page.
    AsOnPage,
    /// It is there, with the data that was copied out.
    Before,
}

/// Whose eyes look at a database.
#[derive(Clone)]
pub struct Look<'a> {
    pages: &'a DbPages,
    store: &'a Arc<VersionStore>,
    snapshot: Snapshot,
}

impl<'a> Look<'a> {
    /// Looks at the pages of one database at the time of `snapshot`.
    #[must_use]
    pub fn new(pages: &'a DbPages, store: &'a Arc<VersionStore>, snapshot: Snapshot) -> Self {
        Self {
            pages,
            store,
            snapshot,
        }
    }

    /// The pages.
    #[must_use]
    pub fn pages(&self) -> &'a DbPages {
        self.pages
    }

    /// The version store.
    #[must_use]
    pub fn store(&self) -> &'a Arc<VersionStore> {
        self.store
    }

    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot
    }

    /// The same eyes before an update of their own transaction: what of it is under way is not seen.
    /// Whoever reads the old record of a prepared replace looks like that.
    #[must_use]
    pub fn before_update(self, update: u32) -> Self {
        Self {
            snapshot: self.snapshot.before_update(update),
            ..self
        }
    }

    /// The node's name in the version store. `data` is not looked at in a tree of unique keys.
    #[must_use]
    pub fn id<'n>(&self, db: DbNo, tree: &WriteTree, node: &Node<'n>) -> NodeId<'n> {
        NodeId {
            db,
            pgno_fdp: tree.fdp(),
            objid: tree.objid(),
            unique: tree.is_unique(),
            key: [node.prefix, node.suffix],
            data: node.data,
        }
    }

    /// What is seen of a node on a latched leaf. With [`Seen::Before`] its data is in `before`, which
    /// is emptied first.
    #[must_use]
    pub fn seen(&self, db: DbNo, tree: &WriteTree, node: &Node<'_>, before: &mut Vec<u8>) -> Seen {
        let deleted = node.is_deleted();
        if !node.flags.contains(NodeFlags::VERSION) {
            return match deleted {
                true => Seen::Absent,
                false => Seen::AsOnPage,
            };
        }
        let id = self.id(db, tree, node);
        match self.store.visible(&id, self.snapshot, before) {
            Visibility::Unversioned | Visibility::AsOnPage if deleted => Seen::Absent,
            Visibility::Unversioned | Visibility::AsOnPage | Visibility::Undeleted => {
                Seen::AsOnPage
            }
            Visibility::Absent => Seen::Absent,
            Visibility::Before => Seen::Before,
        }
    }
}

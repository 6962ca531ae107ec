//! Nodes as a snapshot sees them.
//!
//! Invariant: a node is asked for while its page is latched; what [`Seen`] says stays true after.
#![forbid(unsafe_code)]

use crate::btree::write::WriteTree;
use crate::cache::{DbNo, DbPages, SharedPage};
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
    #[inline]
    #[must_use]
    pub fn new(pages: &'a DbPages, store: &'a Arc<VersionStore>, snapshot: Snapshot) -> Self {
        Self {
            pages,
            store,
            snapshot,
        }
    }

    /// The pages.
    #[inline]
    #[must_use]
    pub fn pages(&self) -> &'a DbPages {
        self.pages
    }

    /// The version store.
    #[inline]
    #[must_use]
    pub fn store(&self) -> &'a Arc<VersionStore> {
        self.store
    }

    /// The snapshot.
    #[inline]
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

    /// As [`Look::seen`]. A leaf that was looked through before, and has not changed since, is remembered
    /// if none of its nodes has a version: until its next change nobody needs to ask the store. A version
    /// that matters comes with a change of the page.
    #[inline]
    pub(super) fn seen_on(
        &self,
        db: DbNo,
        tree: &WriteTree,
        leaf: &SharedPage<'_>,
        node: &Node<'_>,
        before: &mut Vec<u8>,
    ) -> Seen {
        if !node.flags.contains(NodeFlags::VERSION) || leaf.is_calm() {
            return match node.is_deleted() {
                true => Seen::Absent,
                false => Seen::AsOnPage,
            };
        }
        let seen = self.seen(db, tree, node, before);
        if seen != Seen::Before && leaf.may_be_calm() && leaf.calm_is_due() {
            self.settle_calm(db, tree, leaf);
        }
        seen
    }

    /// Finds out whether a latched leaf is calm: no node of it has a version.
    pub(super) fn settle_calm(&self, db: DbNo, tree: &WriteTree, leaf: &SharedPage<'_>) {
        if !leaf.is_calm() && self.has_no_versions(db, tree, leaf) {
            leaf.set_calm();
        }
    }

    /// No node of a latched leaf has a version.
    #[cold]
    fn has_no_versions(&self, db: DbNo, tree: &WriteTree, leaf: &SharedPage<'_>) -> bool {
        let Ok(view) = leaf.view() else { return false };
        let Ok(prefix) = view.prefix() else {
            return false;
        };
        (0..view.node_count()).all(|line| {
            let node = view.node_with_prefix(line, prefix);
            node.is_ok_and(|node| {
                !node.flags.contains(NodeFlags::VERSION)
                    || !self.store.is_versioned(&self.id(db, tree, &node))
            })
        })
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

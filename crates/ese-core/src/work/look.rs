//! Nodes as a snapshot sees them.
//!
//! Invariant: a node is asked for while its page is latched; what [`Seen`] says stays true after.
#![forbid(unsafe_code)]

use crate::btree::write::WriteTree;
use crate::cache::{DbNo, DbPages, SharedPage};
use crate::format::node::{Node, NodeFlags};
use crate::trx::{NodeId, Snapshot, TrxId, VersionStore, Visibility};
use std::sync::Arc;

/// Stands for the commit of nodes that have no versions: it is no commit's id.
const EVER: TrxId = TrxId::MAX;

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
        if !node.flags.contains(NodeFlags::VERSION) || self.finds_calm(leaf.calm()) {
            return match node.is_deleted() {
                true => Seen::Absent,
                false => Seen::AsOnPage,
            };
        }
        if self.store.is_empty() {
            // Nothing has to be asked about any node of it.
            leaf.set_calm(EVER.0);
        }
        let seen = self.seen(db, tree, node, before);
        if seen != Seen::Before && leaf.may_be_calm() && leaf.calm_is_due() {
            self.settle_calm(db, tree, leaf);
        }
        seen
    }

    /// Whether to these eyes every node of a leaf looks as it lies there: it is calm since a commit that
    /// they see.
    #[inline]
    pub(super) fn finds_calm(&self, since: Option<u32>) -> bool {
        since.is_some_and(|at| TrxId(at) == EVER || self.snapshot.sees(TrxId(at)))
    }

    /// Finds out whether a latched leaf is calm: none of its nodes has a version that is not committed, and
    /// since when.
    pub(super) fn settle_calm(&self, db: DbNo, tree: &WriteTree, leaf: &SharedPage<'_>) {
        if leaf.calm().is_none()
            && let Some(since) = self.calm_since(db, tree, leaf)
        {
            leaf.set_calm(since.0);
        }
    }

    #[cold]
    fn calm_since(&self, db: DbNo, tree: &WriteTree, leaf: &SharedPage<'_>) -> Option<TrxId> {
        if self.store.is_empty() {
            return Some(EVER);
        }
        let view = leaf.view().ok()?;
        let prefix = view.prefix().ok()?;
        let mut since = EVER;
        for line in 0..view.node_count() {
            let node = view.node_with_prefix(line, prefix).ok()?;
            if !node.flags.contains(NodeFlags::VERSION) {
                continue;
            }
            match self.store.settled(&self.id(db, tree, &node))? {
                Some(at) if since == EVER || since.is_before(at) => since = at,
                _ => {}
            }
        }
        Some(since)
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

//! Cleanup of nodes and pages, and eyes: what an instance adds to a [`Bench`].
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::work_support::levels::DURABLE;
pub use crate::work_support::levels::{begin_level, commit_level, rollback, statement, undo};
use crate::work_support::{Begun, Bench};
use ese_core::btree::write::{DENSITY_DEFAULT, Scratch, TreeWriter, WriteTree};
use ese_core::cursor::Eyes;
use ese_core::trx::{Bookmark, CleanUp, Unversioned};
use ese_core::work::Look;

/// Cleans up what nobody sees any more, pages included: how many nodes were to go, and how many pages
/// left their tree. `trees` are all that there are.
pub fn clean(bench: &Bench, trees: &[&WriteTree]) -> (usize, usize) {
    let mut nodes = Vec::new();
    bench.store.clean(DURABLE, usize::MAX, &mut |work| {
        if let CleanUp::RemoveNode(id) = work {
            nodes.push((id.objid, id.key.concat(), id.data.to_vec(), id.unique));
        }
        true
    });
    let author = bench.world.begin(0xFFFF);
    let mut scratch = Scratch::default();
    let mut pages = 0;
    for (objid, key, data, unique) in &nodes {
        let tree = trees.iter().find(|t| t.objid() == *objid).unwrap();
        let versions = Active {
            bench,
            none: Unversioned(author.stamp()),
        };
        let mut writer = TreeWriter {
            db: &bench.db.trees,
            space: &bench.db.space,
            versions: &versions,
            author: &author,
            scratch: &mut scratch,
        };
        let data = if *unique { &[][..] } else { data };
        pages += writer.clean_up(tree, Bookmark { key, data }).unwrap().pages;
    }
    bench.world.commit(&author);
    (nodes.len(), pages)
}

/// A cleaner makes no versions, but asks for those of others.
struct Active<'b> {
    bench: &'b Bench,
    none: Unversioned,
}

impl ese_core::trx::VersionSink for Active<'_> {
    fn reserve(
        &self,
        node: &ese_core::trx::NodeId<'_>,
    ) -> Result<ese_core::trx::VersionRef, ese_core::trx::VersionFault> {
        self.none.reserve(node)
    }

    fn change(
        &self,
        node: &ese_core::trx::NodeId<'_>,
        leaf: ese_core::format::ids::Pgno,
        reserved: ese_core::trx::VersionRef,
        change: &ese_core::trx::NodeChange<'_>,
    ) -> Result<ese_core::trx::Made, ese_core::trx::VersionFault> {
        self.none.change(node, leaf, reserved, change)
    }

    fn undo_of(&self, made: &ese_core::trx::Made) {
        self.none.undo_of(made);
    }

    fn reserved_space(&self, node: &ese_core::trx::NodeId<'_>) -> u16 {
        self.bench.store.reserved_space(node)
    }

    fn is_active(&self, node: &ese_core::trx::NodeId<'_>) -> bool {
        self.bench.store.is_active(node)
    }

    fn stamp(&self) -> ese_core::trx::Stamp {
        self.none.stamp()
    }
}

/// The eyes of a session's transaction.
pub fn eyes<'b>(bench: &'b Bench, begun: &Begun) -> Eyes<'b> {
    Eyes {
        look: Look::new(bench.db.trees.pages(), &bench.store, begun.trx.snapshot()),
        level: begun.trx.level(),
    }
}

/// The eyes of nobody's transaction.
pub fn latest(bench: &Bench) -> Eyes<'_> {
    Eyes {
        look: Look::new(bench.db.trees.pages(), &bench.store, bench.store.latest()),
        level: 0,
    }
}

/// A tree of its own, below page 1.
pub fn new_tree(bench: &Bench, unique: bool) -> WriteTree {
    let created = bench.alone(|w| {
        let new = ese_core::space::create::NewTree {
            unique,
            ..ese_core::space::create::NewTree::table(1)
        };
        w.db.space.create_tree(&w.author, &new).unwrap()
    });
    WriteTree::new(created.pgno_fdp, created.objid, unique, DENSITY_DEFAULT)
}

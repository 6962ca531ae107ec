//! Goal: what a session changes through `Work` is seen by itself, by nobody else before its commit,
//! and by everybody who begins afterwards; the logs alone give the same pages.
#![forbid(unsafe_code)]

#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;
#[path = "../work_support/mod.rs"]
mod work_support;
#[path = "../space_write/world.rs"]
#[allow(dead_code)] // A part of it is used.
mod world;

use ese_core::btree::write::{DENSITY_DEFAULT, WriteTree};
use ese_core::btree::{Seek, TreeCursor};
use ese_core::format::ids::PageSize;
use ese_core::format::ids::Pgno;
use ese_core::space::create::NewTree;
use ese_core::work::{Look, Seen};
use work_support::{Begun, Bench};

/// What `look` sees under a key.
fn seen(bench: &Bench, look: &Look<'_>, tree: &WriteTree, key: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = TreeCursor::new(look.pages(), tree.tree());
    let entry = cursor.seek(key, Seek::Eq).unwrap()?;
    let node = entry.node().unwrap();
    let mut before = Vec::new();
    match look.seen(bench.db.trees.no(), tree, &node, &mut before) {
        Seen::Absent => None,
        Seen::AsOnPage => Some(node.data.to_vec()),
        Seen::Before => Some(before),
    }
}

#[test]
fn a_session_sees_its_own_work_and_others_what_is_committed() {
    let bench = Bench::new(PageSize::K8);
    let created = bench.alone(|w| {
        let new = NewTree {
            parent: Pgno(1),
            ..NewTree::table(1)
        };
        w.db.space.create_tree(&w.author, &new).unwrap()
    });
    let tree = WriteTree::new(created.pgno_fdp, created.objid, true, DENSITY_DEFAULT);
    bench.alone(|w| w.writer().insert(&tree, b"k", b"one").unwrap());
    let (a, b) = (bench.begin(3), bench.begin(4));
    bench.work(&a, |w| {
        w.writer().replace(&tree, b"k", b"two").unwrap();
        assert_eq!(seen(&bench, &w.look(), &tree, b"k"), Some(b"two".to_vec()));
    });
    let other = |begun: &Begun| bench.work(begun, |w| seen(&bench, &w.look(), &tree, b"k"));
    assert_eq!(other(&b), Some(b"one".to_vec()));
    bench.commit(a);
    assert_eq!(other(&b), Some(b"one".to_vec()));
    bench.commit(b);
    let late = bench.begin(5);
    assert_eq!(other(&late), Some(b"two".to_vec()));
    bench.commit(late);
    bench.world.finish_creation();
    bench.world.replays();
}

//! How trees grow, page by page.
#![forbid(unsafe_code)]

use crate::world::{Kind, World};
use ese_core::btree::write::PageAllocator;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::space::create::{Created, NewTree};
use ese_core::space::policy::GrowthHints;

fn world(extension: u32, pages: u32) -> World {
    World::new(Kind {
        extension,
        pages,
        ..Kind::new(PageSize::K4)
    })
}

/// Takes pages one at a time until the tree owns `n` extents.
fn grow(world: &World, new: &NewTree, hints: GrowthHints, n: usize) -> (Created, Vec<u32>) {
    world.in_transaction(|author| {
        let made = world.space.create_tree(author, new).unwrap();
        world.space.set_hints(made.pgno_fdp, hints);
        let tree = world.table(made.pgno_fdp, made.objid).tree;
        let mut last = made.pgno_fdp;
        for _ in 0..20_000 {
            let owned = world.owned(made.pgno_fdp, made.objid);
            if owned.len() > n {
                return (made, owned);
            }
            let pages = world.space.reserve(author, &tree, last, 1).unwrap();
            assert_eq!(pages.len(), 1);
            assert!(pages[0] > last, "pages ascend while there is nothing else");
            last = pages[0];
        }
        panic!("it does not grow")
    })
}

#[test]
fn extents_come_as_witnessed() {
    let hints = GrowthHints::default();
    let series = |pages: u32, n: usize| {
        let world = world(256, 254);
        grow(&world, &NewTree::table(pages), hints, n).1
    };
    assert_eq!(series(1, 5)[..5], [1, 3, 4, 16, 16]);
    assert_eq!(series(10, 4)[..4], [10, 10, 16, 16]);
    assert_eq!(series(20, 3)[..3], [20, 20, 20]);
    assert_eq!(series(100, 3)[..2], [100, 100]);
}

#[test]
fn the_header_says_how_a_tree_grew() {
    let world = world(256, 254);
    let (twenty, _) = grow(&world, &NewTree::table(20), GrowthHints::default(), 3);
    let header = world.space_of(twenty.pgno_fdp, twenty.objid).header;
    assert_eq!(
        (header.cpg, header.flags.bits()),
        (20, 1),
        "20 pages stay v1"
    );
    let (one, _) = grow(&world, &NewTree::table(1), GrowthHints::default(), 3);
    let header = world.space_of(one.pgno_fdp, one.objid).header;
    assert_eq!((header.cpg, header.flags.bits()), (16, 5));
}

#[test]
fn long_values_grow_by_their_hint() {
    let world = world(256, 254);
    let table = world
        .in_transaction(|author| world.space.create_tree(author, &NewTree::table(1)))
        .unwrap();
    let hints = GrowthHints {
        percent: 120,
        ..GrowthHints::default()
    };
    let (_, series) = grow(&world, &NewTree::long_values(table.pgno_fdp), hints, 6);
    assert_eq!(series[..6], [1, 3, 4, 16, 19, 22]);
}

#[test]
fn the_file_grows_as_witnessed() {
    for (extension, wanted) in [
        (16, vec![46, 16, 16]),
        (8, vec![38, 16, 16]),
        (100, vec![130, 68, 100]),
        (1, vec![31, 7, 16, 16]),
    ] {
        let first = wanted[0];
        let world = world(extension, first);
        world.in_transaction(|author| {
            // The catalog and the first tables of a database.
            for (parent, pages) in [(1, 20), (1, 5), (1, 1), (1, 1)] {
                let new = NewTree {
                    parent: Pgno(parent),
                    multiple: pages > 1,
                    ..NewTree::table(pages)
                };
                world.space.create_tree(author, &new).unwrap();
            }
            let made = world.space.create_tree(author, &NewTree::table(1)).unwrap();
            let tree = world.table(made.pgno_fdp, made.objid).tree;
            let mut near = made.pgno_fdp;
            while world.owned(Pgno(1), made_root()).len() < wanted.len() {
                near = world.space.reserve(author, &tree, near, 1).unwrap()[0];
            }
        });
        assert_eq!(
            world.owned(Pgno(1), made_root()),
            wanted,
            "extension {extension}"
        );
    }
}

fn made_root() -> ese_core::format::ids::Objid {
    ese_core::format::ids::Objid(1)
}

#[test]
fn indexes_of_a_new_table_come_one_by_one() {
    let world = world(256, 254);
    world.in_transaction(|author| {
        let make = |new: &NewTree| world.space.create_tree(author, new).unwrap();
        let small = make(&NewTree::table(1));
        let first = make(&NewTree::index(small.pgno_fdp, true));
        let second = make(&NewTree::index(small.pgno_fdp, false));
        // The table gets space trees with the first; the others are single pages.
        let oe = small.pgno_fdp.0 + 1;
        assert_eq!(first.pgno_fdp.0, oe + 2);
        assert_eq!(second.extent.cpg, 1);
        assert_eq!(world.owned(small.pgno_fdp, small.objid), [1, 3, 1]);
        let large = make(&NewTree::table(8));
        let inside = make(&NewTree::index(large.pgno_fdp, false));
        assert_eq!(inside.pgno_fdp.0, large.pgno_fdp.0 + 1);
        let header = world.space_of(large.pgno_fdp, large.objid).header;
        assert!(!header.is_multiple());
    });
}

#[test]
fn a_database_does_not_outgrow_its_bound() {
    let world = World::new(Kind {
        extension: 16,
        pages: 46,
        pages_most: 60,
        ..Kind::new(PageSize::K4)
    });
    world.in_transaction(|author| {
        let made = world.space.create_tree(author, &NewTree::table(1)).unwrap();
        let tree = world.table(made.pgno_fdp, made.objid).tree;
        let mut near = made.pgno_fdp;
        let e = loop {
            match world.space.reserve(author, &tree, near, 1) {
                Ok(pages) => near = pages[0],
                Err(e) => break e,
            }
        };
        assert_eq!(e.err, JetErr::OUT_OF_DATABASE_SPACE);
        assert!(near.0 > 46 && near.0 <= 60, "{near}");
        let e = world
            .space
            .create_tree(author, &NewTree::table(30))
            .unwrap_err();
        assert_eq!(e.jet_err(), JetErr::OUT_OF_DATABASE_SPACE);
    });
}

#[test]
fn what_is_free_is_not_freed_again() {
    let world = world(256, 254);
    world.in_transaction(|author| {
        for pages in [4, 40] {
            let made = world
                .space
                .create_tree(author, &NewTree::table(pages))
                .unwrap();
            let tree = world.table(made.pgno_fdp, made.objid).tree;
            let got = world
                .space
                .reserve(author, &tree, made.pgno_fdp, 3)
                .unwrap();
            world.space.free(author, &tree, &got[1..2]).unwrap();
            let again = world.space.free(author, &tree, &got[1..2]);
            assert_eq!(
                again.map_err(|e| e.err),
                Err(JetErr::SP_AVAIL_EXT_CORRUPTED)
            );
            let foreign = world.space.free(author, &tree, &[Pgno(2)]);
            assert_eq!(
                foreign.map_err(|e| e.err),
                Err(JetErr::SP_OWN_EXT_CORRUPTED)
            );
            let root = world.space.free(author, &tree, &[made.pgno_fdp]);
            assert_eq!(root.map_err(|e| e.err), Err(JetErr::SP_OWN_EXT_CORRUPTED));
        }
    });
}

/// A leaf that is full is let go of before pages are asked for near it; a merge may free it in between.
#[test]
fn pages_near_one_that_is_free_by_now() {
    let world = world(256, 254);
    world.in_transaction(|author| {
        let new = NewTree::table(40);
        let made = world.space.create_tree(author, &new).unwrap();
        let tree = world.table(made.pgno_fdp, made.objid).tree;
        let root = made.pgno_fdp;
        let got = world.space.reserve(author, &tree, root, 3).unwrap();
        world.space.free(author, &tree, &got[1..2]).unwrap();
        let again = world.space.reserve(author, &tree, got[1], 1).unwrap();
        assert_eq!(again, got[1..2]);
    });
}

#[test]
fn parents_in_a_circle_are_damage() {
    let world = world(256, 254);
    world.in_transaction(|author| {
        let make = |new: &NewTree| world.space.create_tree(author, new).unwrap();
        let [one, two] = [make(&NewTree::table(1)), make(&NewTree::table(1))];
        let trees = [one, two].map(|t| world.table(t.pgno_fdp, t.objid).tree);
        let parent = |of: Pgno, parent: Pgno| {
            let changed = world
                .space
                .change_root_header(author, of, |root| root.space.parent = parent);
            changed.unwrap();
        };
        parent(one.pgno_fdp, two.pgno_fdp);
        parent(two.pgno_fdp, one.pgno_fdp);
        for tree in &trees {
            let e = world
                .space
                .reserve(author, tree, tree.root(), 1)
                .unwrap_err();
            assert_eq!(e.err, JetErr::DATABASE_CORRUPTED);
        }
        let e = world
            .space
            .free_tree(author, one.pgno_fdp, None)
            .unwrap_err();
        assert_eq!(e.jet_err(), JetErr::DATABASE_CORRUPTED);
        // A tree that is its own parent, one below nothing, one below a page that is no root.
        let third = make(&NewTree::table(1));
        let tree = world.table(third.pgno_fdp, third.objid).tree;
        for bad in [third.pgno_fdp, Pgno::NULL, Pgno(2)] {
            let fresh = make(&NewTree::table(1));
            let tree = world.table(fresh.pgno_fdp, fresh.objid).tree;
            let bad = if bad == third.pgno_fdp {
                fresh.pgno_fdp
            } else {
                bad
            };
            parent(fresh.pgno_fdp, bad);
            let e = world
                .space
                .reserve(author, &tree, tree.root(), 1)
                .unwrap_err();
            assert_eq!(e.err, JetErr::DATABASE_CORRUPTED);
        }
        assert_eq!(
            world
                .space
                .reserve(author, &tree, tree.root(), 1)
                .unwrap()
                .len(),
            1
        );
    });
}

#[test]
fn an_auto_increment_value_survives_changes_of_space() {
    let world = world(256, 254);
    world.in_transaction(|author| {
        let made = world.space.create_tree(author, &NewTree::table(2)).unwrap();
        let tree = world.table(made.pgno_fdp, made.objid).tree;
        let set = |value| {
            let changed = world
                .space
                .change_root_header(author, made.pgno_fdp, |root| {
                    root.auto_increment = Some(value)
                });
            changed.unwrap();
        };
        set(7);
        for value in 8..40 {
            let got = world
                .space
                .reserve(author, &tree, made.pgno_fdp, 1)
                .unwrap();
            if value % 3 == 0 {
                world.space.free(author, &tree, &got).unwrap();
            }
            let space = world.space_of(made.pgno_fdp, made.objid);
            assert_eq!(space.auto_increment, Some(value - 1));
            set(value);
        }
        let space = world.space_of(made.pgno_fdp, made.objid);
        assert!(space.header.is_multiple());
        assert!(space.owned_pages() > 16);
    });
}

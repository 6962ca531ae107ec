//! Several trees that grow and shrink in one file.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::golden::with_tables;
use crate::world::{Kind, Table, World};
use ese_core::btree::write::{Author, PageAllocator};
use ese_core::format::ids::{Objid, PageSize, Pgno};
use ese_core::format::log_record::FdpType;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::space::alloc::Dropped;
use ese_core::space::create::NewTree;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Key and record of a row of the history's tables: a number, and text of a length.
pub fn row(n: u32, len: usize) -> (Vec<u8>, Vec<u8>) {
    let key = [&[0x7F][..], &(n ^ 0x8000_0000).to_be_bytes()].concat();
    let mut data = vec![1, 0x80, 9, 0];
    data.extend(n.to_le_bytes());
    data.push(0xFE);
    data.extend((len as u16).to_le_bytes());
    data.resize(data.len() + len, b'a' + (n % 26) as u8);
    (key, data)
}

pub fn insert(world: &World, author: &Author, table: &Table, n: u32, len: usize) {
    let (key, data) = row(n, len);
    world
        .write(author, &table.tree, |w, t| w.insert(t, &key, &data))
        .unwrap();
}

pub fn delete(world: &World, author: &Author, table: &Table, n: u32) {
    world.delete(author, table, &row(n, 0).0);
}

/// Random rows come and go; every so often a tree is emptied, or all but.
fn run(world: &World, tables: &[&Table], seed: u64, steps: u32) {
    let mut rng = SeededRng::new(seed);
    let mut rows = vec![BTreeSet::new(); tables.len()];
    for _ in 0..steps {
        let i = rng.below(tables.len() as u64) as usize;
        let (table, rows) = (tables[i], &mut rows[i]);
        world.in_transaction(|author| match rng.below(12) {
            0..=6 => {
                let (from, n) = (rng.below(4000) as u32, 1 + rng.below(60) as u32);
                let len = 20 + rng.below(230) as usize;
                for n in (from..from + n).filter(|n| rows.insert(*n)) {
                    insert(world, author, table, n, len);
                }
            }
            7..=10 => {
                let from = rng.below(4000) as u32;
                let gone: Vec<u32> = rows.range(from..from + 100).copied().collect();
                for n in gone {
                    rows.remove(&n);
                    delete(world, author, table, n);
                }
            }
            _ => {
                for n in std::mem::take(rows) {
                    delete(world, author, table, n);
                }
            }
        });
    }
}

fn judged(kind: Kind, seed: u64, steps: u32) {
    if let Some(driven) = with_tables(kind) {
        let tables: Vec<&Table> = driven.tables.values().collect();
        run(&driven.world, &tables, seed, steps);
        driven.world.check();
        driven.world.replays();
    }
}

#[test]
fn trees_share_a_file_of_small_pages() {
    for seed in 1..4 {
        judged(Kind::new(PageSize::K4), seed, 120);
    }
}

#[test]
fn trees_share_a_file_of_8_kib_pages() {
    let kind = Kind {
        new_pages: true,
        extension: 8,
        ..Kind::new(PageSize::K8)
    };
    judged(kind, 4, 200);
}

/// Without a catalog: tables, an index and long values in them.
fn bare(kind: Kind, sizes: &[u32]) -> (World, Vec<(Table, Pgno)>) {
    let world = World::new(kind);
    let mut tables = Vec::new();
    world.in_transaction(|author| {
        for &pages in sizes {
            let made = world
                .space
                .create_tree(author, &NewTree::table(pages))
                .unwrap();
            let table = made.pgno_fdp;
            tables.push((world.table(table, made.objid), Pgno(1)));
            for new in [NewTree::index(table, true), NewTree::long_values(table)] {
                let made = world.space.create_tree(author, &new).unwrap();
                tables.push((world.table(made.pgno_fdp, made.objid), table));
            }
        }
    });
    world.finish_creation();
    (world, tables)
}

fn audited(kind: Kind, seed: u64, steps: u32) {
    let (world, tables) = bare(kind, &[1, 2, 12]);
    let changed: Vec<&Table> = tables.iter().map(|(t, _)| t).collect();
    run(&world, &changed, seed, steps);
    let all: Vec<_> = tables.iter().map(|(t, parent)| (t, *parent)).collect();
    world.audit(&all);
    world.replays();
}

#[test]
fn trees_share_a_file_of_large_pages() {
    let kind = Kind {
        pages: 46,
        new_pages: true,
        ..Kind::new(PageSize::K32)
    };
    audited(kind, 5, 250);
}

#[test]
fn trees_in_trees_share_a_file() {
    for seed in 20..24 {
        let kind = Kind {
            pages: 31,
            extension: 1,
            ..Kind::new(PageSize::K4)
        };
        audited(kind, seed, 150);
    }
}

/// The AE gets three levels, and loses its nodes again.
#[test]
fn deep_space_trees_split_out_of_their_buffers() {
    let (world, tables) = bare(
        Kind {
            extension: 1024,
            ..Kind::new(PageSize::K2)
        },
        &[2],
    );
    let table = &tables[0].0;
    let mut held = Vec::new();
    world.in_transaction(|author| {
        let mut near = table.fdp;
        for _ in 0..11 {
            let got = world
                .space
                .reserve(author, &table.tree, near, 4096)
                .unwrap();
            near = *got.last().unwrap();
            held.extend(got);
        }
        let mut rng = SeededRng::new(9);
        let mut some: Vec<Pgno> = held.iter().copied().step_by(2).collect();
        for i in (1..some.len()).rev() {
            some.swap(i, rng.below(i as u64 + 1) as usize);
        }
        for page in &some {
            world.space.free(author, &table.tree, &[*page]).unwrap();
        }
    });
    let space = world.space_of(table.fdp, table.objid);
    assert!(space.available.len() > 22_000, "{}", space.available.len());
    let header = space.header;
    let (_, ae) = header.oe_and_ae().unwrap();
    {
        use ese_core::cache::Pages;
        let root = world.db.pages().shared(ae).unwrap();
        let flags = root.view().unwrap().flags();
        assert!(
            !flags.contains(ese_core::format::page::PageFlags::PARENT_OF_LEAF),
            "three levels"
        );
        assert!(!flags.contains(ese_core::format::page::PageFlags::LEAF));
    }
    world.in_transaction(|author| {
        let rest: Vec<Pgno> = held.iter().copied().skip(1).step_by(2).collect();
        for page in &rest {
            world.space.free(author, &table.tree, &[*page]).unwrap();
        }
    });
    let all: Vec<_> = tables.iter().map(|(t, parent)| (t, *parent)).collect();
    world.audit(&all);
    world.replays();
}

#[test]
fn a_file_under_churn_stops_growing() {
    let Some(driven) = with_tables(Kind::new(PageSize::K4)) else {
        return;
    };
    let world = &driven.world;
    let tables: Vec<&Table> = driven.tables.values().take(3).collect();
    let mut rng = SeededRng::new(11);
    for table in &tables {
        world.in_transaction(|author| {
            for n in 0..1500 {
                insert(world, author, table, n, 200);
            }
        });
    }
    let mut sizes = Vec::new();
    for round in 0..30 {
        for table in &tables {
            world.in_transaction(|author| {
                let from = rng.below(1400) as u32;
                for n in from..from + 100 {
                    delete(world, author, table, n);
                }
                let mut order: Vec<u32> = (from..from + 100).collect();
                if round % 2 == 0 {
                    order.reverse();
                }
                for n in order {
                    insert(world, author, table, n, 200);
                }
            });
        }
        sizes.push(world.pages());
    }
    assert_eq!(sizes[10..], vec![sizes[29]; 20], "{sizes:?}");
    world.check();
    world.replays();
}

#[test]
fn an_emptied_tree_gives_its_whole_extents_back() {
    let Some(driven) = with_tables(Kind::new(PageSize::K4)) else {
        return;
    };
    let world = &driven.world;
    let table = &driven.tables[&Pgno(163)];
    let free = |world: &World| {
        let root = world.space_of(Pgno(1), Objid(1));
        root.available_pages(ese_core::format::space::Pool::General)
    };
    world.in_transaction(|author| {
        for n in 0..600 {
            insert(world, author, table, n, 200);
        }
    });
    let full = world.space_of(table.fdp, table.objid).owned_pages();
    let before = free(world);
    world.in_transaction(|author| {
        for n in 0..600 {
            delete(world, author, table, n);
        }
    });
    let space = world.space_of(table.fdp, table.objid);
    // The first extent, and that of the space trees.
    assert_eq!(space.owned_pages(), 4);
    assert!(full > 30);
    assert_eq!(free(world), before + full - 4);
    world.check();
    world.replays();
}

#[test]
fn trees_that_are_dropped_leave_nothing() {
    let Some(driven) = with_tables(Kind::new(PageSize::K4)) else {
        return;
    };
    let world = &driven.world;
    let before = world.space_of(Pgno(1), Objid(1)).available.clone();
    let pages = world.pages();
    for round in 0..20u32 {
        world.in_transaction(|author| {
            let new = NewTree::table(1 + round % 5 * 9);
            let made = world.space.create_tree(author, &new).unwrap();
            let table = world.table(made.pgno_fdp, made.objid);
            let index = NewTree::index(made.pgno_fdp, true);
            let index = world.space.create_tree(author, &index).unwrap();
            let index = world.table(index.pgno_fdp, index.objid);
            for n in 0..30 * round {
                insert(world, author, &table, n, 200);
                insert(world, author, &index, n, 60);
            }
            let dropped = Dropped {
                fdp_type: FdpType::INDEX,
                trx_committed: 8,
            };
            if round % 3 == 0 {
                world
                    .space
                    .free_tree(author, index.fdp, Some(dropped))
                    .unwrap();
            }
            let dropped = (round % 2 == 0).then_some(Dropped {
                fdp_type: FdpType::TABLE,
                ..dropped
            });
            world.space.free_tree(author, table.fdp, dropped).unwrap();
        });
        world.check();
    }
    // At most what the file grew by is new.
    let after = world.space_of(Pgno(1), Objid(1)).available.clone();
    if world.pages() == pages {
        assert_eq!(after, before);
    }
    world.replays();
}

#[test]
fn threads_share_the_space() {
    let Some(driven) = with_tables(Kind::new(PageSize::K4)) else {
        return;
    };
    let driven = Arc::new(driven);
    let roots: Vec<Pgno> = driven.tables.keys().copied().collect();
    let threads: Vec<_> = roots
        .into_iter()
        .enumerate()
        .map(|(i, root)| {
            let driven = Arc::clone(&driven);
            std::thread::spawn(move || {
                let world = &driven.world;
                let table = &driven.tables[&root];
                let author = world.begin(10 + i as u16);
                let mut rng = SeededRng::new(i as u64);
                for round in 0..4 {
                    for n in 0..150 {
                        insert(world, &author, table, n, 100 + rng.below(100) as usize);
                    }
                    if round < 3 {
                        for n in 0..150 {
                            delete(world, &author, table, n);
                        }
                    }
                    let pages = world.space.reserve(&author, &table.tree, root, 3).unwrap();
                    world.space.give_back(&author, &table.tree, &pages).unwrap();
                }
                world.commit(&author);
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    driven.world.check();
    driven.world.replays();
}

/// The OE and AE of the database's root get more nodes than a page holds: they split, out of their
/// buffers.
#[test]
fn space_trees_split_out_of_their_buffers() {
    let Some(driven) = with_tables(Kind::new(PageSize::K4)) else {
        return;
    };
    let world = &driven.world;
    let table = &driven.tables[&Pgno(162)];
    let mut held = BTreeSet::new();
    world.in_transaction(|author| {
        let mut near = table.fdp;
        for _ in 0..6000 {
            near = world.space.reserve(author, &table.tree, near, 1).unwrap()[0];
            assert!(held.insert(near));
        }
    });
    let owned = world.space_of(table.fdp, table.objid);
    assert!(owned.owned.len() > 300, "{}", owned.owned.len());
    assert!(owned.space_pages.len() > 3, "{:?}", owned.space_pages);
    // Every second page: as many runs as pages.
    let mut rng = SeededRng::new(3);
    let mut some: Vec<Pgno> = held.iter().copied().step_by(2).collect();
    for i in (1..some.len()).rev() {
        some.swap(i, rng.below(i as u64 + 1) as usize);
    }
    world.in_transaction(|author| {
        for page in &some {
            world.space.free(author, &table.tree, &[*page]).unwrap();
        }
    });
    let space = world.space_of(table.fdp, table.objid);
    assert!(space.available.len() > 2500, "{}", space.available.len());
    assert!(space.space_pages.len() > 12, "{:?}", space.space_pages);
    let free =
        |s: &ese_core::space::TreeSpace| s.available_pages(ese_core::format::space::Pool::General);
    world.in_transaction(|author| {
        let rest: Vec<Pgno> = held.iter().copied().skip(1).step_by(2).collect();
        world.space.free(author, &table.tree, &rest).unwrap();
    });
    let space = world.space_of(table.fdp, table.objid);
    // All pages but those of the space trees, their buffers and the root are free, or gone back.
    let busy = space.owned_pages() - free(&space);
    let kept = 1 + space.space_pages.len() as u64 + space.split_buffer_pages();
    assert_eq!(busy, kept);
    world.check();
    world.replays();
}

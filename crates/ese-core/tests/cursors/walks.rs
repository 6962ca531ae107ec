//! Walkers over trees: moves and seeks against a sorted list, snapshots, many equal keys.
#![forbid(unsafe_code)]

use crate::sessions::{clean, eyes, latest, new_tree, rollback};
use crate::work_support::Bench;
use ese_core::btree::Seek;
use ese_core::btree::write::WriteTree;
use ese_core::format::ids::PageSize;
use ese_core::trx::Bookmark;
use ese_core::work::{Look, Place, Sought, Walker};
use std::sync::Arc;

fn number(n: u32) -> [u8; 4] {
    n.to_be_bytes()
}

fn tree_of(bench: &Bench, unique: bool, entries: &[(Vec<u8>, Vec<u8>)]) -> Arc<WriteTree> {
    let tree = Arc::new(new_tree(bench, unique));
    bench.alone(|w| {
        for (key, data) in entries {
            w.writer().insert(&tree, key, data).unwrap();
        }
    });
    tree
}

fn walker(bench: &Bench, tree: &Arc<WriteTree>) -> Walker {
    Walker::new(bench.db.trees.no(), Arc::clone(tree))
}

fn here(w: &Walker) -> (Vec<u8>, Vec<u8>) {
    (w.key().to_vec(), w.data().to_vec())
}

/// All entries forwards; the same backwards.
fn both_ways(w: &mut Walker, look: &Look<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    let mut found = w.first(look).unwrap();
    while found {
        all.push(here(w));
        found = w.next(look).unwrap();
    }
    assert_eq!(
        w.place(),
        if all.is_empty() {
            Place::BeforeFirst
        } else {
            Place::AfterLast
        }
    );
    let mut back = Vec::new();
    let mut found = w.last(look).unwrap();
    while found {
        back.push(here(w));
        found = w.prev(look).unwrap();
    }
    back.reverse();
    assert_eq!(back, all);
    all
}

#[test]
fn moves_and_seeks_over_many_leaves() {
    let bench = Bench::new(PageSize::K4);
    let entries: Vec<_> = (0..2000u32)
        .map(|n| (number(n * 2).to_vec(), vec![n as u8; 100]))
        .collect();
    let tree = tree_of(&bench, true, &entries);
    let eyes = latest(&bench);
    let look = &eyes.look;
    let mut w = walker(&bench, &tree);
    assert!(!w.prev(look).unwrap());
    assert_eq!(both_ways(&mut w, look), entries);
    for n in (0..4001u32).step_by(13) {
        let exact = n % 2 == 0 && n < 4000;
        let at = |w: &Walker| u32::from_be_bytes(w.key().try_into().unwrap());
        let sought = w.seek(look, &number(n), Seek::Eq).unwrap();
        assert_eq!(sought == Sought::Exact, exact);
        // From the gap to both neighbours.
        let mut other = w.clone();
        let next = n - n % 2 + 2;
        assert_eq!(w.next(look).unwrap(), next < 4000);
        assert!(next >= 4000 || at(&w) == next);
        let prev = if exact {
            n.checked_sub(2)
        } else {
            Some((n - 1) / 2 * 2)
        };
        assert_eq!(other.prev(look).unwrap(), prev.is_some());
        assert!(prev.is_none_or(|p| at(&other) == p.min(3998)));
        for (seek, want) in [
            (Seek::Ge, Some(n.next_multiple_of(2))),
            (Seek::Gt, Some(n - n % 2 + 2)),
            (Seek::Le, Some(n - n % 2)),
            (Seek::Lt, (n + 1).checked_sub(2).map(|p| p - p % 2)),
        ] {
            let want = match seek {
                Seek::Ge | Seek::Gt => want.filter(|&k| k < 4000),
                _ => want
                    .map(|k| k.min(3998))
                    .filter(|_| n > 0 || seek == Seek::Le),
            };
            let sought = w.seek(look, &number(n), seek).unwrap();
            assert_eq!(sought == Sought::None, want.is_none(), "{n} {seek:?}");
            if let Some(want) = want {
                assert_eq!(at(&w), want, "{n} {seek:?}");
                assert_eq!(sought == Sought::Exact, want == n);
            }
        }
    }
}

#[test]
fn entries_of_one_key_over_many_leaves() {
    let bench = Bench::new(PageSize::K4);
    let mut entries: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for key in [b"aaaa", b"bbbb", b"cccc"] {
        let count = if key == b"bbbb" { 3000 } else { 3 };
        entries.extend((0..count).map(|n| (key.to_vec(), number(n).to_vec())));
    }
    let tree = tree_of(&bench, false, &entries);
    let eyes = latest(&bench);
    let look = &eyes.look;
    let mut w = walker(&bench, &tree);
    assert_eq!(both_ways(&mut w, look), entries);
    assert_eq!(w.seek(look, b"bbbb", Seek::Eq).unwrap(), Sought::Exact);
    assert_eq!(w.data(), number(0));
    assert!(!w.is_last_of_key(look).unwrap());
    assert!(w.next_key(look).unwrap());
    assert_eq!(here(&w), (b"cccc".to_vec(), number(0).to_vec()));
    assert!(w.prev_key(look).unwrap());
    assert_eq!(here(&w), (b"bbbb".to_vec(), number(2999).to_vec()));
    assert!(w.is_last_of_key(look).unwrap());
    assert!(w.prev_key(look).unwrap());
    assert_eq!(here(&w), (b"aaaa".to_vec(), number(2).to_vec()));
    assert_eq!(w.seek(look, b"bbbb", Seek::Gt).unwrap(), Sought::Other);
    assert_eq!(w.key(), b"cccc");
    assert_eq!(w.seek(look, b"bbbb", Seek::Le).unwrap(), Sought::Exact);
    assert_eq!(w.data(), number(2999));
    assert_eq!(w.seek(look, b"bbbb", Seek::Lt).unwrap(), Sought::Other);
    assert_eq!(here(&w), (b"aaaa".to_vec(), number(2).to_vec()));
    // A part of a key lies before all keys that begin with it.
    assert_eq!(w.seek(look, b"bb", Seek::Gt).unwrap(), Sought::Other);
    assert_eq!(here(&w), (b"bbbb".to_vec(), number(0).to_vec()));
    assert!(w.goto(look, b"bbbb", &number(1717)).unwrap());
    assert!(!w.goto(look, b"bbbb", &number(9999)).unwrap());
    assert_eq!(w.data(), number(1717));
}

#[test]
fn a_snapshot_stays_while_others_change_everything() {
    let bench = Bench::new(PageSize::K4);
    let entries: Vec<_> = (0..600u32)
        .map(|n| (number(n * 3).to_vec(), vec![1; 60]))
        .collect();
    let tree = tree_of(&bench, true, &entries);
    let reader = bench.begin(20);
    let mut w = walker(&bench, &tree);
    let before = eyes(&bench, &reader);
    assert!(w.first(&before.look).unwrap());
    // Committed deletes, replaces, inserts; and an open transaction on top.
    bench.alone(|work| {
        for n in 0..600u32 {
            let key = number(n * 3);
            match n % 3 {
                0 => {
                    work.writer()
                        .flag_delete(
                            &tree,
                            Bookmark {
                                key: &key,
                                data: &[],
                            },
                        )
                        .unwrap();
                }
                1 => {
                    work.writer().replace(&tree, &key, &[2; 150]).unwrap();
                }
                _ => {}
            }
            work.writer()
                .insert(&tree, &number(n * 3 + 1), &[3; 60])
                .unwrap();
        }
    });
    let open = bench.begin(21);
    bench.work(&open, |work| {
        for n in 0..600u32 {
            work.writer()
                .insert(&tree, &number(n * 3 + 2), &[4; 60])
                .unwrap();
        }
    });
    // Cleanup may take nothing that the reader sees.
    clean(&bench, &[&tree]);
    let mut seen = vec![here(&w)];
    while w.next(&before.look).unwrap() {
        seen.push(here(&w));
    }
    assert_eq!(seen, entries);
    assert_eq!(both_ways(&mut w, &before.look), entries);
    let now = latest(&bench);
    let all = both_ways(&mut w, &now.look);
    assert_eq!(all.len(), 400 + 600);
    assert!(all.iter().all(|(_, d)| d[0] < 4));
    let own = eyes(&bench, &open);
    assert_eq!(both_ways(&mut w, &own.look).len(), 400 + 600 + 600);
    rollback(&bench, open);
    bench.commit(reader);
    let (nodes, pages) = clean(&bench, &[&tree]);
    assert!(
        nodes == 200 + 600 && pages > 10,
        "{nodes} nodes, {pages} pages"
    );
    assert_eq!(both_ways(&mut w, &latest(&bench).look), all);
    bench.world.finish_creation();
    bench.world.replays();
}

#[test]
fn a_place_outlives_its_node_and_its_page() {
    let bench = Bench::new(PageSize::K4);
    let entries: Vec<_> = (0..1000u32)
        .map(|n| (number(n).to_vec(), vec![1; 60]))
        .collect();
    let tree = tree_of(&bench, true, &entries);
    let mut w = walker(&bench, &tree);
    assert!(w.goto(&latest(&bench).look, &number(500), &[]).unwrap());
    bench.alone(|work| {
        for n in 100..900u32 {
            let key = number(n);
            work.writer()
                .flag_delete(
                    &tree,
                    Bookmark {
                        key: &key,
                        data: &[],
                    },
                )
                .unwrap();
        }
    });
    let look = latest(&bench).look;
    assert!(!w.again(&look).unwrap());
    let (nodes, pages) = clean(&bench, &[&tree]);
    assert!(nodes == 800 && pages > 10, "{nodes} nodes, {pages} pages");
    assert!(!w.again(&look).unwrap());
    assert_eq!(w.place(), Place::On);
    let mut back = w.clone();
    assert!(w.next(&look).unwrap() && back.prev(&look).unwrap());
    assert_eq!((w.key(), back.key()), (&number(900)[..], &number(99)[..]));
    // The same key again: the place is that of an entry without a move.
    w.put(&number(500), &[]);
    bench.alone(|work| work.writer().insert(&tree, &number(500), &[9; 5]).unwrap());
    assert!(w.again(&latest(&bench).look).unwrap());
    assert_eq!(w.data(), [9; 5]);
}

#[test]
fn an_empty_tree() {
    let bench = Bench::new(PageSize::K4);
    let tree = tree_of(&bench, false, &[]);
    let look = latest(&bench).look;
    let mut w = walker(&bench, &tree);
    assert!(!w.first(&look).unwrap() && !w.next(&look).unwrap());
    assert!(!w.last(&look).unwrap() && !w.prev(&look).unwrap());
    for seek in [Seek::Eq, Seek::Ge, Seek::Gt, Seek::Le, Seek::Lt] {
        assert_eq!(w.seek(&look, b"k", seek).unwrap(), Sought::None);
    }
}

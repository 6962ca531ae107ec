//! Key heads against a search through the page itself.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::Dbtime;
use crate::format::node::NodeFlags;
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::PageBuf;
use crate::io::rng::{Rng, SeededRng};
use std::cmp::Ordering as Order;

const PGNO: Pgno = Pgno(50);

fn page(size: PageSize, flags: PageFlags, prefix: &[u8], nodes: &[(Vec<u8>, Vec<u8>)]) -> PageBuf {
    let mut page = PageBuf::zeroed(size);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags,
        objid: Objid(9),
        dbtime: Dbtime(1),
        pgno: PGNO,
        reserved_tags: 1,
    })
    .unwrap();
    edit.set_external_header(prefix).unwrap();
    for (i, (key, data)) in nodes.iter().enumerate() {
        let flags = NodeFlags::empty();
        if edit
            .insert_node(i, key, data, flags, Space::Reserved)
            .is_err()
        {
            break;
        }
    }
    page
}

fn words(size: PageSize, wide: bool) -> Vec<AtomicU64> {
    let words = if wide {
        wide_words(size)
    } else {
        narrow_words(size)
    };
    // What lay there before means nothing.
    (0..words).map(|_| AtomicU64::new(u64::MAX / 3)).collect()
}

/// Keys of a kind: random ones, with shared bytes at the front, with equal heads, short ones.
fn keys(rng: &mut SeededRng, count: usize, shared: usize, alike: usize) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = (0..count)
        .map(|_| {
            let mut key = vec![0x7F; shared];
            key.extend((0..alike).map(|_| (rng.below(2) * 255) as u8));
            let rest = 1 + rng.below(20) as usize;
            key.extend((0..rest).map(|_| rng.next_u64() as u8));
            key
        })
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

#[test]
fn the_same_as_a_search_through_the_page() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let sizes = [PageSize::K2, PageSize::K4, PageSize::K8, PageSize::K32];
    for round in 0..testkit::rounds(400, 4_000) {
        let size = sizes[rng.below(4) as usize];
        let shared = [0, 3, 8, 14, 39, 40, 41, 70][rng.below(8) as usize];
        let alike = [0, 1, 4, 12][rng.below(4) as usize];
        let leaf = rng.below(2) == 0;
        let most = [3, 40, 600][rng.below(3) as usize];
        let keys = keys(&mut rng, most, shared, alike);
        let prefix = vec![0x7F; shared.min(rng.below(50) as usize)];
        let mut nodes: Vec<(Vec<u8>, Vec<u8>)> = keys
            .iter()
            .enumerate()
            .map(|(i, key)| match leaf {
                true => (key.clone(), vec![1; 1 + i % 9]),
                false => (key.clone(), (1000 + i as u32).to_le_bytes().to_vec()),
            })
            .collect();
        if !leaf {
            nodes.truncate(size.bytes() / (shared + 48));
            nodes.push((Vec::new(), 7u32.to_le_bytes().to_vec()));
        }
        let flags = match leaf {
            true => PageFlags::LEAF,
            false => PageFlags::PARENT_OF_LEAF,
        };
        let page = page(size, flags, &prefix, &nodes);
        let view = PageView::new(&page).unwrap();
        let wide = !leaf || rng.below(4) == 0;
        let words = words(size, wide);
        let heads = Heads::new(&words);
        assert!(heads.tell(6, PGNO, &view), "round {round}");
        assert_eq!(heads.stamp(), 6);
        let told = heads.told();
        assert_eq!((told.objid, told.flags), (Objid(9), view.flags()));

        let strange = [
            Vec::new(),
            vec![0x7F; shared],
            vec![0x7F; shared.saturating_sub(1)],
            vec![0x7E; 60],
            vec![0x80; 60],
            vec![0xFF; 60],
        ];
        let mut others = super::tests::keys(&mut rng, 30, shared, alike);
        others.extend(strange);
        others.extend(
            keys.iter()
                .flat_map(|k| [k.clone(), k[..k.len() - 1].to_vec()]),
        );
        for key in &others {
            let first = |less: fn(Order) -> bool| {
                let line =
                    view.partition_nodes(|n| (leaf || n.key_len() != 0) && less(n.cmp_key(key)));
                line.unwrap()
            };
            let (not_lower, higher) = (first(Order::is_lt), first(Order::is_le));
            if leaf {
                let (low, high) = heads.lines(&told, key);
                let fits = low <= not_lower && higher <= high && high <= view.node_count();
                assert!(
                    fits,
                    "round {round}: {low}..{high} for {not_lower}, {higher}"
                );
                continue;
            }
            let last = view.node_count() - 1;
            let child = higher.min(last);
            match heads.child_line(&told, key) {
                Child::At(line) => assert_eq!(line, child, "round {round}"),
                Child::Among(low, high) => assert!(low <= child && child <= high),
            }
            let data = view.node(child).unwrap().child();
            assert_eq!(heads.child(child).map(|c| c.0), data);
        }
    }
}

#[test]
fn few_lines_are_left_to_compare() {
    let mut rng = SeededRng::new(7);
    let keys = keys(&mut rng, 35, 14, 0);
    let nodes: Vec<_> = keys.iter().map(|k| (k.clone(), vec![1; 100])).collect();
    let page = page(PageSize::K8, PageFlags::LEAF, &[], &nodes);
    let words = words(PageSize::K8, false);
    let heads = Heads::new(&words);
    assert!(heads.tell(2, PGNO, &PageView::new(&page).unwrap()));
    let told = heads.told();
    for (line, key) in keys.iter().enumerate() {
        assert_eq!(heads.lines(&told, key), (line, line + 1));
    }
}

#[test]
fn a_hint_does_not_come_to_another_child() {
    let child = |n: u32| (vec![n as u8], n.to_le_bytes().to_vec());
    let nodes = [
        child(5),
        child(6),
        (Vec::new(), 7u32.to_le_bytes().to_vec()),
    ];
    let page = page(PageSize::K4, PageFlags::PARENT_OF_LEAF, &[], &nodes);
    let view = PageView::new(&page).unwrap();
    let words = words(PageSize::K4, true);
    let heads = Heads::new(&words);
    assert!(heads.tell(2, PGNO, &view));
    assert_eq!(heads.child(1), Some((Pgno(6), None)));
    heads.child_is_in(1, (Pgno(6), None), 40);
    assert_eq!(heads.child(1), Some((Pgno(6), Some(40))));
    // What was known has changed meanwhile.
    heads.child_is_in(1, (Pgno(6), None), 41);
    heads.child_is_in(1, (Pgno(5), Some(40)), 42);
    assert_eq!(heads.child(1), Some((Pgno(6), Some(40))));
    heads.child_is_in(1, (Pgno(6), Some(40)), 43);
    assert_eq!(heads.child(1), Some((Pgno(6), Some(43))));
}

#[test]
fn what_can_not_be_told_is_not() {
    let nodes = [(vec![1], vec![0; 4]), (Vec::new(), vec![7, 0, 0, 0])];
    let no_child = page(PageSize::K4, PageFlags::PARENT_OF_LEAF, &[], &nodes);
    let words = words(PageSize::K4, true);
    let heads = Heads::new(&words);
    assert!(!heads.tell(2, PGNO, &PageView::new(&no_child).unwrap()));
    assert_eq!(heads.stamp(), 0);
    let empty = page(PageSize::K4, PageFlags::LEAF, &[], &[]);
    assert!(!heads.tell(2, PGNO, &PageView::new(&empty).unwrap()));
}

/// Words that follow inserts say of the page what words made anew would.
#[test]
fn words_follow_inserts() {
    let mut rng = SeededRng::new(testkit::first_seed() ^ 11);
    let (mut followed, mut lost) = (0, 0);
    for _ in 0..testkit::rounds(300, 3_000) {
        let size = [PageSize::K2, PageSize::K8][rng.below(2) as usize];
        let shared = [0, 3, 14, 41][rng.below(4) as usize];
        let alike = [0, 4, 12][rng.below(3) as usize];
        let leaf = rng.below(2) == 0;
        let mut keys = keys(&mut rng, 40, shared, alike);
        if rng.below(4) == 0 {
            // One that shares nothing with the others.
            keys.push(vec![0xFE; 3]);
        }
        if !leaf {
            keys.push(Vec::new());
        }
        let data = |n: u32| n.to_le_bytes().to_vec();
        // Children are no page's own number.
        let nodes: Vec<_> = (100..)
            .zip(&keys)
            .map(|(n, k)| (k.clone(), data(n)))
            .collect();
        let flags = match leaf {
            true => PageFlags::LEAF,
            false => PageFlags::PARENT_OF_LEAF,
        };
        let mut there: Vec<usize> = (0..nodes.len()).filter(|_| rng.below(2) == 0).collect();
        if there.last() != Some(&(nodes.len() - 1)) {
            there.push(nodes.len() - 1);
        }
        let first: Vec<_> = there.iter().map(|&i| nodes[i].clone()).collect();
        let mut bytes = page(size, flags, &[], &first);
        let words = words(size, !leaf);
        let heads = Heads::new(&words);
        let mut version = 2;
        if !heads.tell(version, PGNO, &PageView::new(&bytes).unwrap()) {
            continue;
        }
        let mut missing: Vec<usize> = (0..nodes.len()).filter(|i| !there.contains(i)).collect();
        while !missing.is_empty() {
            let new = missing.swap_remove(rng.below(missing.len() as u64) as usize);
            let line = there.partition_point(|&i| i < new);
            let (key, data) = &nodes[new];
            let mut edit = PageEdit::new(&mut bytes).unwrap();
            if edit
                .insert_node(line, key, data, NodeFlags::empty(), Space::Reserved)
                .is_err()
            {
                break;
            }
            there.insert(line, new);
            let view = PageView::new(&bytes).unwrap();
            let how = Followed::Inserted(line);
            if !heads.follow((version, version + 2), &view, how) {
                lost += 1;
                assert_ne!(heads.stamp(), version + 2);
                break;
            }
            followed += 1;
            version += 2;
            assert_eq!(heads.stamp(), version);
            let told = heads.told();
            for (key, _) in &nodes {
                let lower = there.iter().filter(|&&i| nodes[i].0 < *key).count();
                if leaf {
                    let (low, high) = heads.lines(&told, key);
                    assert!(
                        (low..=high).contains(&lower),
                        "{lower} is not in {low}..={high}"
                    );
                }
            }
            for (at, &i) in there.iter().enumerate().filter(|_| !leaf) {
                let child = heads
                    .child(at)
                    .map(|(pgno, _)| pgno.0.to_le_bytes().to_vec());
                assert_eq!(child.as_ref(), Some(&nodes[i].1), "child {at}");
            }
        }
    }
    assert!(
        followed > 1000 && lost > 0,
        "{followed} followed, {lost} lost"
    );
}

/// Of a page that nobody followed nothing is believed.
#[test]
fn words_of_another_version_do_not_follow() {
    let nodes: Vec<_> = (0u8..9).map(|n| (vec![n; 4], vec![n])).collect();
    let bytes = page(PageSize::K4, PageFlags::LEAF, &[], &nodes);
    let words = words(PageSize::K4, false);
    let heads = Heads::new(&words);
    let view = PageView::new(&bytes).unwrap();
    assert!(heads.tell(4, PGNO, &view));
    assert!(!heads.follow((6, 8), &view, Followed::Same));
    assert_eq!(heads.stamp(), 4);
    assert!(heads.follow((4, 6), &view, Followed::Same));
    assert_eq!(heads.stamp(), 6);
    // A node is there that was not told of.
    let more: Vec<_> = (0u8..10).map(|n| (vec![n; 4], vec![n])).collect();
    let bytes = page(PageSize::K4, PageFlags::LEAF, &[], &more);
    let view = PageView::new(&bytes).unwrap();
    assert!(!heads.follow((6, 8), &view, Followed::Same));
    assert_eq!(heads.stamp(), 0);
}

#[test]
fn heads_and_beginnings_of_keys_in_two_pieces() {
    let mut rng = SeededRng::new(testkit::first_seed());
    for _ in 0..testkit::rounds(3000, 30_000) {
        let len = rng.below(60) as usize;
        let key: Vec<u8> = (0..len).map(|_| rng.below(3) as u8 * 127).collect();
        let (prefix, suffix) = key.split_at(rng.below(len as u64 + 1) as usize);
        let node = Node {
            prefix,
            suffix,
            data: b"d",
            flags: NodeFlags::empty(),
        };
        let skip = rng.below(SHARED_MOST as u64 + 1) as usize;
        let mut first = [0; HEAD_BYTES];
        for (to, from) in first.iter_mut().zip(key.iter().skip(skip)) {
            *to = *from;
        }
        assert_eq!(
            head_of_node(&node, skip),
            u64::from_be_bytes(first),
            "{skip} of {key:?}"
        );
        let (all, len) = beginning_of(&node);
        assert_eq!(&all[..len], &key[..key.len().min(SHARED_MOST)]);
    }
}

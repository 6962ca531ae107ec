//! Every mutator against a plain vector of nodes, on every page size; the structural test and the
//! node test run after each step.
#![forbid(unsafe_code)]

use super::*;
use crate::format::node::NodeFlags;
use crate::format::page_check::{NodeProblem, check_nodes, check_page};
use crate::format::page_mut::PageBuf;
use crate::io::rng::{Rng, SeededRng};

#[derive(Clone, Debug, PartialEq, Eq)]
struct ModelNode {
    key: Vec<u8>,
    data: Vec<u8>,
    deleted: bool,
}

/// What the page must look like.
#[derive(Default)]
struct Model {
    prefix: Vec<u8>,
    nodes: Vec<ModelNode>,
}

fn new_page(size: PageSize, reserved_tags: u16) -> PageBuf {
    let mut page = PageBuf::zeroed(size);
    PageEdit::new(&mut page)
        .unwrap()
        .format(NewPage {
            flags: PageFlags::LEAF,
            objid: Objid(8),
            dbtime: Dbtime(0x40),
            pgno: Pgno(77),
            reserved_tags,
        })
        .unwrap();
    page
}

fn compare(page: &PageBuf, model: &Model, what: &str) {
    let view = PageView::new(page).unwrap();
    check_page(&view).unwrap_or_else(|e| panic!("{what}: {e}"));
    let mut problems: Vec<NodeProblem> = Vec::new();
    check_nodes(&view, &mut |p| problems.push(p));
    assert_eq!(problems, [], "{what}");
    assert_eq!(view.external_header().unwrap(), model.prefix, "{what}");
    assert_eq!(view.node_count(), model.nodes.len(), "{what}");
    for (i, expected) in model.nodes.iter().enumerate() {
        let node = view.node(i).unwrap();
        assert_eq!(node.key(), expected.key, "{what}: key of {i}");
        assert_eq!(node.data, expected.data, "{what}: data of {i}");
        assert_eq!(node.is_deleted(), expected.deleted, "{what}: flags of {i}");
    }
}

fn random_bytes(rng: &mut SeededRng, len: u64) -> Vec<u8> {
    (0..len).map(|_| rng.next_u64() as u8).collect()
}

/// Keys of few values in few places, so that prefixes of every length occur.
fn random_key(rng: &mut SeededRng) -> Vec<u8> {
    let len = 1 + rng.below(24);
    (0..len).map(|_| rng.below(3) as u8 + 0x7F).collect()
}

#[test]
fn random_edits_follow_the_model() {
    let seed = testkit::first_seed();
    for size in PageSize::ALL {
        for run in 0..testkit::rounds(6, 60) {
            let mut rng = SeededRng::new(seed.wrapping_mul(1000).wrapping_add(run));
            run_edits(size, (run % 2) as u16, &mut rng);
        }
    }
}

fn run_edits(size: PageSize, reserved_tags: u16, rng: &mut SeededRng) {
    let mut page = new_page(size, reserved_tags);
    let mut model = Model::default();
    // The prefix is chosen before nodes exist, as a split does.
    if rng.below(3) > 0 {
        model.prefix = random_key(rng);
        PageEdit::new(&mut page)
            .unwrap()
            .set_external_header(&model.prefix)
            .unwrap();
    }
    let data_max = 1 + size.bytes() as u64 / (4 << rng.below(5));
    for step in 0..400 {
        let what = format!("{size:?} step {step}");
        let before = page.clone();
        let mut edit = PageEdit::new(&mut page).unwrap();
        let free = edit.usable_free(Space::Committed);
        let at = rng.below(model.nodes.len() as u64 + 1) as usize;
        let existing = (at < model.nodes.len()).then_some(at);
        let done = match (rng.below(10), existing) {
            (0..=4, _) | (_, None) => {
                let node = ModelNode {
                    key: random_key(rng),
                    data: {
                        let len = 1 + rng.below(data_max);
                        random_bytes(rng, len)
                    },
                    deleted: rng.below(4) == 0,
                };
                match model.nodes.binary_search_by(|n| n.key.cmp(&node.key)) {
                    Ok(_) => Ok(()),
                    Err(i) => {
                        let flags = if node.deleted {
                            NodeFlags::DELETED | NodeFlags::VERSION
                        } else {
                            NodeFlags::empty()
                        };
                        let len = node_line_len(&model.prefix, &node.key, node.data.len());
                        let done =
                            edit.insert_node(i, &node.key, &node.data, flags, Space::Committed);
                        assert_eq!(done.is_ok(), len + TAG_BYTES <= free, "{what}");
                        if done.is_ok() {
                            model.nodes.insert(i, node);
                            assert_eq!(
                                edit.usable_free(Space::Committed),
                                free - len - TAG_BYTES,
                                "{what}"
                            );
                        }
                        done
                    }
                }
            }
            (5 | 6, Some(i)) => {
                let len = 1 + rng.below(data_max);
                let data = random_bytes(rng, len);
                let old = model.nodes[i].data.len();
                let done = edit.replace_data(i, &data, Space::Committed);
                assert_eq!(done.is_ok(), data.len() <= old + free, "{what}");
                if done.is_ok() {
                    model.nodes[i].data = data;
                }
                done
            }
            (7, Some(i)) => {
                model.nodes.remove(i);
                edit.delete_node(i)
            }
            (8, Some(i)) => {
                model.nodes[i].deleted = !model.nodes[i].deleted;
                if model.nodes[i].deleted {
                    edit.flag_delete(i)
                } else {
                    edit.undelete(i)
                }
            }
            _ => {
                let done = edit.reorganise();
                let sum = usize::from(edit.view().ib_mic_free());
                let lines: usize = (0..edit.view().tag_count())
                    .map(|i| edit.view().tag(i).unwrap().cb)
                    .sum();
                assert_eq!(sum, lines, "{what}: nothing is left between the lines");
                done
            }
        };
        if let Err(e) = done {
            assert!(matches!(e, EditError::Full { .. }), "{what}: {e}");
            assert_eq!(page, before, "{what}: a full page is unchanged");
        }
        compare(&page, &model, &what);
    }
    assert!(!model.nodes.is_empty() || size == PageSize::K2);
}

#[test]
fn the_worked_small_page() {
    // docs/format/database-pages.md §4.5.
    let mut page = PageBuf::zeroed(PageSize::K4);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags: PageFlags::ROOT | PageFlags::PARENT_OF_LEAF,
        objid: Objid(2),
        dbtime: Dbtime(0x110),
        pgno: Pgno(4),
        reserved_tags: 0,
    })
    .unwrap();
    edit.set_flush_type(1).unwrap();
    edit.set_external_header(&testkit::unhex("14000000 01000000 01000000 05000000"))
        .unwrap();
    let (none, space) = (NodeFlags::empty(), Space::Committed);
    edit.insert_node(0, &[], &[14, 0, 0, 0], none, space)
        .unwrap();
    let key = testkit::unhex("7f800000037f80027f80000104");
    edit.insert_node(0, &key, &[13, 0, 0, 0], none, space)
        .unwrap();
    // A root's external header is no prefix, so the key is stored whole.
    assert_eq!(
        page[8..28],
        testkit::unhex("1001000000000000 0000000000000000 02000000")[..]
    );
    assert_eq!(page[28..30], testkit::unhex("a30f")[..]);
    assert_eq!(page[34..40], testkit::unhex("0300 05a80000")[..]);
    // The same tags but for where the lines lie.
    assert_eq!(page[4096 - 4..], testkit::unhex("10000000")[..]);
    assert_eq!(page[4096 - 8..4096 - 6], [0x13, 0]);
    assert_eq!(page[4096 - 12..4096 - 10], [0x06, 0]);
    check_page(&PageView::new(&page).unwrap()).unwrap();
}

#[test]
fn lines_move_as_the_table_says() {
    let mut page = new_page(PageSize::K4, 0);
    let mut edit = PageEdit::new(&mut page).unwrap();
    let (none, space) = (NodeFlags::empty(), Space::Committed);
    for (i, key) in [b"a", b"b", b"c"].into_iter().enumerate() {
        edit.insert_node(i, key, &[i as u8; 10], none, space)
            .unwrap();
    }
    let ib = |edit: &PageEdit<'_, PageBuf>, i: usize| edit.view().tag(i + 1).unwrap().ib;
    assert_eq!((ib(&edit, 0), ib(&edit, 1), ib(&edit, 2)), (0, 13, 26));
    assert_eq!(edit.view().ib_mic_free(), 39);
    // Larger, not last: moves to the end, its old place stays a hole.
    edit.replace_data(0, &[9; 20], space).unwrap();
    assert_eq!((ib(&edit, 0), edit.view().ib_mic_free()), (39, 62));
    // Larger, last: in place.
    edit.replace_data(0, &[9; 30], space).unwrap();
    assert_eq!((ib(&edit, 0), edit.view().ib_mic_free()), (39, 72));
    // Smaller, last: ibMicFree drops.
    edit.replace_data(0, &[9; 5], space).unwrap();
    assert_eq!((ib(&edit, 0), edit.view().ib_mic_free()), (39, 47));
    // Deleting the middle leaves ibMicFree, deleting the last drops it.
    edit.delete_node(1).unwrap();
    assert_eq!(edit.view().ib_mic_free(), 47);
    edit.delete_node(0).unwrap();
    assert_eq!(edit.view().ib_mic_free(), 39);
    assert_eq!(edit.view().node(0).unwrap().key(), b"c");
    edit.reorganise().unwrap();
    assert_eq!((ib(&edit, 0), edit.view().ib_mic_free()), (0, 13));
}

#[test]
fn uncommitted_free_is_held_back() {
    let mut page = new_page(PageSize::K2, 0);
    let mut edit = PageEdit::new(&mut page).unwrap();
    let none = NodeFlags::empty();
    edit.insert_node(0, b"k", &[1; 1000], none, Space::Committed)
        .unwrap();
    edit.replace_data(0, &[1; 100], Space::Committed).unwrap();
    edit.set_cb_uncommitted_free(900).unwrap();
    let free = edit.usable_free(Space::Committed);
    assert_eq!(free + 900, edit.usable_free(Space::Reserved));
    let too_much = vec![2; free - 3 - 4 + 1];
    assert!(matches!(
        edit.insert_node(1, b"l", &too_much, none, Space::Committed),
        Err(EditError::Full { .. })
    ));
    assert!(matches!(
        edit.replace_data(0, &vec![1; 100 + free + 1], Space::Committed),
        Err(EditError::Full { .. })
    ));
    edit.replace_data(0, &[1; 1000], Space::Reserved).unwrap();
    // What was taken back is no longer held back, and more than is free can't be.
    assert!(edit.view().cb_uncommitted_free() <= edit.view().cb_free());
    edit.set_cb_uncommitted_free(u16::MAX).unwrap();
    assert_eq!(edit.view().cb_uncommitted_free(), edit.view().cb_free());
}

#[test]
fn header_fields_and_freeing() {
    for size in PageSize::ALL {
        let mut page = new_page(size, 1);
        let mut edit = PageEdit::new(&mut page).unwrap();
        edit.set_dbtime(Dbtime(u64::MAX - 9)).unwrap();
        edit.set_pgno_prev(Pgno(5)).unwrap();
        edit.set_pgno_next(Pgno(6)).unwrap();
        edit.set_objid(Objid(99)).unwrap();
        edit.insert_node(0, b"key", b"data", NodeFlags::empty(), Space::Committed)
            .unwrap();
        for flush_type in [3, 0, 2] {
            let others = edit.view().flags() - PageFlags::FLUSH_TYPE;
            edit.set_flush_type(flush_type).unwrap();
            assert_eq!(edit.view().flush_type(), flush_type);
            assert_eq!(edit.view().flags() - PageFlags::FLUSH_TYPE, others);
        }
        assert_eq!(edit.view().reserved_tags(), 1);
        assert_eq!(edit.view().itag_state() >> 12, 1);
        edit.free().unwrap();
        let view = edit.view();
        assert_eq!(
            (view.objid(), view.dbtime()),
            (Objid(99), Dbtime(u64::MAX - 9))
        );
        assert_eq!((view.pgno_prev(), view.pgno_next()), (Pgno(5), Pgno(6)));
        assert!(view.flags().contains(PageFlags::EMPTY | PageFlags::LEAF));
        assert_eq!((view.tag_count(), view.node_count()), (1, 0));
        assert_eq!(
            usize::from(view.cb_free()),
            size.bytes() - size.header_bytes() - 4
        );
        check_page(&view).unwrap();
        // The number is written by the format of large pages only.
        assert_eq!(view.own_pgno(), size.is_large().then_some(Pgno(77)));
    }
}

#[test]
fn keys_in_two_pieces_are_one_key() {
    let mut rng = SeededRng::new(testkit::first_seed());
    for size in [PageSize::K4, PageSize::K16] {
        for _ in 0..300 {
            let (prefix, key) = (random_key(&mut rng), random_key(&mut rng));
            let at = rng.below(key.len() as u64 + 1) as usize;
            let mut whole = new_page(size, 0);
            PageEdit::new(&mut whole)
                .unwrap()
                .set_external_header(&prefix)
                .unwrap();
            let mut pieces = whole.clone();
            let (flags, space) = (NodeFlags::DELETED, Space::Committed);
            let mut edit = PageEdit::new(&mut whole).unwrap();
            edit.insert_node(0, &key, b"data", flags, space).unwrap();
            let parts = [&key[..at], &key[at..]];
            let mut edit = PageEdit::new(&mut pieces).unwrap();
            edit.insert_node_of(0, parts, b"data", flags, space)
                .unwrap();
            assert_eq!(whole, pieces, "{prefix:x?} {key:x?} {at}");
        }
    }
}

#[test]
fn the_empty_key_is_the_last_of_an_internal_page() {
    let (none, space) = (NodeFlags::empty(), Space::Committed);
    let refused = |r: Result<(), EditError>| matches!(r, Err(EditError::Node { key: 0 | 1, .. }));
    let mut page = new_page(PageSize::K4, 0);
    let mut edit = PageEdit::new(&mut page).unwrap();
    assert!(refused(edit.insert_node(0, b"", b"leaf", none, space)));
    edit.set_flags(PageFlags::PARENT_OF_LEAF).unwrap();
    edit.insert_node(0, b"", &[1; 4], none, space).unwrap();
    assert!(refused(edit.insert_node(1, b"a", &[1; 4], none, space)));
    assert!(refused(edit.insert_node(0, b"", &[1; 4], none, space)));
    edit.insert_node(0, b"a", &[1; 4], none, space).unwrap();
    check_page(&edit.view()).unwrap();
}

#[test]
fn data_is_overwritten_in_its_place() {
    for size in PageSize::ALL {
        let mut page = new_page(size, 0);
        let mut edit = PageEdit::new(&mut page).unwrap();
        edit.set_external_header(b"prefix").unwrap();
        for key in [&b"pre"[..], b"prefix and more"] {
            let at = edit.view().node_count();
            edit.insert_node(at, key, b"0123456789", NodeFlags::empty(), Space::Committed)
                .unwrap();
        }
        edit.overwrite_data(1, 3, b"abc").unwrap();
        assert_eq!(edit.view().node(1).unwrap().data, b"012abc6789");
        edit.fill_data(0, 8, b'x').unwrap();
        assert_eq!(edit.view().node(0).unwrap().data, b"01234567xx");
        edit.fill_data(0, 10, b'y').unwrap();
        let before = edit.view().bytes().to_vec();
        for done in [
            edit.overwrite_data(1, 8, b"abc"),
            edit.overwrite_data(1, usize::MAX, b"a"),
            edit.overwrite_data(2, 0, b"a"),
            edit.fill_data(0, 11, b'y'),
            edit.fill_data(2, 0, b'y'),
        ] {
            assert!(done.is_err(), "{size:?}");
        }
        assert_eq!(before, edit.view().bytes(), "{size:?}");
        assert_eq!(edit.view().node(0).unwrap().key(), b"pre");
        check_page(&edit.view()).unwrap();
    }
}

#[test]
fn clearing_filling_and_preinit() {
    for size in PageSize::ALL {
        // Three reserved tags: no engine writes that, but the format has it.
        for reserved in [0u16, 1, 3] {
            let mut page = new_page(size, reserved.min(1));
            let mut edit = PageEdit::new(&mut page).unwrap();
            for i in 0..5u8 {
                let data = [i; 20];
                edit.insert_node(
                    usize::from(i),
                    &[i],
                    &data,
                    NodeFlags::empty(),
                    Space::Reserved,
                )
                .unwrap();
            }
            if reserved == 3 {
                edit.store_itag_state(3, 6).unwrap();
            }
            edit.set_external_header(b"longer than before").unwrap();
            edit.set_cb_uncommitted_free(50).unwrap();
            check_page(&edit.view()).unwrap();
            edit.clear_nodes().unwrap();
            edit.fill_free(b'U').unwrap();
            let view = edit.view();
            check_page(&view).unwrap();
            assert_eq!((view.node_count(), view.cb_uncommitted_free()), (0, 0));
            assert_eq!(view.external_header().unwrap(), b"longer than before");
            if reserved < 3 {
                assert_eq!(usize::from(view.ib_mic_free()), 18);
                let free = size.header_bytes() + 18..size.bytes() - 4;
                assert!(view.bytes()[free].iter().all(|&b| b == b'U'));
            }
            edit.free().unwrap();
            check_page(&edit.view()).unwrap();
            assert_eq!(edit.view().node_count(), 0);
        }
        let mut page = PageBuf::from_slice(&vec![0xEE; size.bytes()]);
        let mut edit = PageEdit::new(&mut page).unwrap();
        edit.format_preinit(NewPage {
            flags: PageFlags::empty(),
            objid: Objid(8),
            dbtime: Dbtime(0x40),
            pgno: Pgno(77),
            reserved_tags: 0,
        })
        .unwrap();
        let view = edit.view();
        check_page(&view).unwrap();
        assert_eq!((view.tag_count(), view.objid()), (0, Objid(8)));
        assert!(view.flags().contains(PageFlags::PREINIT));
        assert_eq!(
            usize::from(view.cb_free()),
            size.bytes() - size.header_bytes()
        );
        let data = &view.bytes()[size.header_bytes()..];
        assert!(data.iter().all(|&b| b == 0));
        // A page that was never used may be freed all the same.
        edit.free().unwrap();
        check_page(&edit.view()).unwrap();
    }
}

#[test]
fn no_edit_of_a_damaged_page_panics() {
    let seed = testkit::first_seed();
    for round in 0..testkit::rounds(3_000, 100_000) {
        let mut rng = SeededRng::new(seed.wrapping_add(round));
        let size = PageSize::ALL[rng.below(5) as usize];
        let mut page = new_page(size, 0);
        for i in 0..6 {
            let data = vec![7; 1 + rng.below(60) as usize];
            PageEdit::new(&mut page)
                .unwrap()
                .insert_node(i, &[i as u8], &data, NodeFlags::empty(), Space::Committed)
                .unwrap();
        }
        // Damage where it hurts: header, tags, heads of lines.
        for _ in 0..1 + rng.below(4) {
            let at = match rng.below(3) {
                0 => 28 + rng.below(8),
                1 => size.bytes() as u64 - 1 - rng.below(28),
                _ => size.header_bytes() as u64 + rng.below(100),
            };
            page.as_mut_slice()[at as usize] = rng.next_u64() as u8;
        }
        for _ in 0..8 {
            let mut edit = PageEdit::new(&mut page).unwrap();
            let i = rng.below(7) as usize;
            let data = vec![1; rng.below(3000) as usize];
            let _ = match rng.below(6) {
                0 => edit.insert_node(i, b"abc", &data, NodeFlags::DELETED, Space::Reserved),
                1 => edit.replace_data(i, &data, Space::Reserved),
                2 => edit.delete_node(i),
                3 => edit.flag_delete(i),
                4 => edit.set_external_header(&data),
                _ => edit.reorganise(),
            };
        }
    }
}

/// Appended at once, nodes lie as they would one after another; what is no node, or too much, is refused
/// and leaves the page as it was.
#[test]
fn nodes_at_once() {
    let mut rng = SeededRng::new(testkit::first_seed() ^ 7);
    let sizes = [PageSize::K2, PageSize::K4, PageSize::K8, PageSize::K32];
    let mut refused = 0;
    for _ in 0..testkit::rounds(200, 2_000) {
        let size = sizes[rng.below(4) as usize];
        let mut one = new_page(size, 1);
        let prefix = random_bytes(&mut rng, 5);
        PageEdit::new(&mut one)
            .unwrap()
            .set_external_header(&prefix)
            .unwrap();
        let mut all = one.clone();
        let most = 1 + rng.below(60);
        let mut nodes: Vec<(Vec<u8>, Vec<u8>)> = (0..most)
            .map(|_| {
                let mut key = prefix[..rng.below(6) as usize].to_vec();
                let (more, data) = (1 + rng.below(9), 1 + rng.below(120));
                key.extend(random_bytes(&mut rng, more));
                (key, random_bytes(&mut rng, data))
            })
            .collect();
        nodes.sort();
        let flags = |i: usize| match i % 3 {
            0 => NodeFlags::VERSION,
            _ => NodeFlags::empty(),
        };
        let mut edit = PageEdit::new(&mut one).unwrap();
        let fits = nodes.iter().enumerate().try_for_each(|(i, (key, data))| {
            edit.insert_node(i, key, data, flags(i), Space::Reserved)
        });
        let before = all.clone();
        let mut edit = PageEdit::new(&mut all).unwrap();
        let pieces = nodes.iter().enumerate().map(|(i, (key, data))| {
            let (head, tail) = key.split_at(i % (key.len() + 1));
            NewNode {
                key: [head, tail],
                data,
                flags: flags(i),
            }
        });
        let done = edit.append_nodes(pieces);
        assert_eq!(fits.is_ok(), done.is_ok());
        match done {
            Ok(()) => assert_eq!(one, all),
            Err(_) => {
                refused += 1;
                let count = |page: &PageBuf| PageView::new(page).unwrap().node_count();
                assert_eq!(count(&all), count(&before));
                check_page(&PageView::new(&all).unwrap()).unwrap();
            }
        }
    }
    assert!(refused > 0);
    let mut page = new_page(PageSize::K4, 1);
    let mut edit = PageEdit::new(&mut page).unwrap();
    let no_data = NewNode {
        key: [b"k", b""],
        data: b"",
        flags: NodeFlags::empty(),
    };
    let no_key = NewNode {
        key: [b"", b""],
        data: b"d",
        ..no_data
    };
    for bad in [no_data, no_key] {
        assert!(matches!(
            edit.append_nodes([bad]),
            Err(EditError::Node { .. })
        ));
    }
}

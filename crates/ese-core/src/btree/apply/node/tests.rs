//! Records of `node` applied to pages made by hand, for what no recorded history holds.
#![forbid(unsafe_code)]

use super::super::testing::{AFTER, DELETED, Entry, LIVE, PGNO, head, leaf, node, nodes, page};
use super::*;
use crate::error::{HasJetErr, JetErr};
use crate::format::compress::scheme;
use crate::format::ids::{Objid, PageSize};
use crate::format::log_record::*;
use crate::format::page::PageView;
use crate::format::page_mut::PageBuf;

const SIZES: [PageSize; 2] = [PageSize::K4, PageSize::K32];
const VERSION: NodeFlags = NodeFlags::VERSION;
const ENTRIES: [Entry<'static>; 3] = [
    (b"a", b"first", LIVE),
    (b"b", b"gone", DELETED),
    (b"c", b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFthird", LIVE),
];

/// What a record makes of the three nodes.
fn after(record: &LogRecord<'_>) -> Vec<(Vec<u8>, Vec<u8>, NodeFlags)> {
    let mut scratch = Vec::new();
    let all = SIZES.map(|size| {
        let mut page = leaf(size, &ENTRIES);
        apply(&mut page, record, &mut scratch).unwrap();
        nodes(&page)
    });
    assert_eq!(all[0], all[1], "large and small pages");
    all[0].clone()
}

/// Why a record is refused; the page is as before.
fn refused(record: &LogRecord<'_>) -> ApplyError {
    let [a, b] = SIZES.map(|size| {
        let old = leaf(size, &ENTRIES);
        let mut page = old.clone();
        let error = apply(&mut page, record, &mut Vec::new()).unwrap_err();
        assert!(page == old, "changed with {error}");
        error
    });
    assert_eq!(a.jet_err(), b.jet_err());
    a
}

fn replace_d(iline: u16, cb_old: u16, cb_new: u16, diff: &[u8]) -> LogRecord<'_> {
    LogRecord::ReplaceD(ReplaceD {
        page: head(iline, LrFlags::VERSIONED),
        node: node(),
        cb: DiffSize::new(diff.len(), false).unwrap(),
        cb_old,
        cb_new,
        diff,
    })
}

#[test]
fn insert_and_delete() {
    let insert = |iline, key, data| {
        LogRecord::Insert(Insert {
            page: head(iline, LrFlags::VERSIONED),
            node: node(),
            prefix: b"",
            suffix: key,
            data,
        })
    };
    let got = after(&insert(1, b"aa", b"new"));
    assert_eq!(got.len(), 4);
    assert_eq!(got[1], (b"aa".to_vec(), b"new".to_vec(), VERSION));
    assert!(matches!(
        refused(&insert(4, b"z", b"new")),
        ApplyError::Page { .. }
    ));
    assert!(matches!(
        refused(&insert(0, b"", b"new")),
        ApplyError::Page { .. }
    ));
    let long = vec![1; 32_700];
    let full = refused(&insert(3, b"d", &long));
    assert_eq!(full.jet_err(), JetErr::DATABASE_CORRUPTED);

    let delete = |iline| {
        LogRecord::Delete(Delete {
            page: head(iline, LrFlags::empty()),
            node: node(),
        })
    };
    let got = after(&delete(0));
    assert_eq!((got.len(), &got[0].0[..]), (2, &b"b"[..]));
    refused(&delete(3));
}

#[test]
fn inserted_nodes_take_the_pages_prefix() {
    for size in SIZES {
        let mut page = page(size, PGNO, PageFlags::LEAF, b"prefix", &[]);
        let record = LogRecord::Insert(Insert {
            page: head(0, LrFlags::empty()),
            node: node(),
            prefix: b"prefi",
            suffix: b"ne",
            data: b"data",
        });
        apply(&mut page, &record, &mut Vec::new()).unwrap();
        let view = PageView::new(&page).unwrap();
        let node = view.node(0).unwrap();
        assert_eq!((node.prefix, node.suffix), (&b"prefi"[..], &b"ne"[..]));
    }
}

#[test]
fn flags_go_and_come() {
    let flag_delete = LogRecord::FlagDelete(FlagDelete {
        page: head(0, LrFlags::VERSIONED),
        node: node(),
    });
    assert_eq!(after(&flag_delete)[0].2, DELETED | VERSION);
    let flag_insert = |iline, flags, key, data| {
        LogRecord::FlagInsert(FlagInsert {
            page: head(iline, flags),
            node: node(),
            key,
            data,
        })
    };
    let back = flag_insert(1, LrFlags::empty(), b"b", b"gone");
    assert_eq!(after(&back)[1], (b"b".to_vec(), b"gone".to_vec(), LIVE));
    for (iline, key, data) in [
        (0, &b"a"[..], &b"first"[..]),
        (1, b"bb", b"gone"),
        (1, b"b", b"else"),
    ] {
        let error = refused(&flag_insert(iline, LrFlags::empty(), key, data));
        assert_eq!(error.jet_err(), JetErr::LOG_CORRUPTED);
    }
    let with_data = |iline, key, data| {
        LogRecord::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
            page: head(iline, LrFlags::VERSIONED),
            node: node(),
            rceid_replace: 9,
            key,
            data,
        })
    };
    let got = after(&with_data(1, b"b", b"back again"));
    assert_eq!(got[1], (b"b".to_vec(), b"back again".to_vec(), VERSION));
    refused(&with_data(1, b"c", b"back again"));
    refused(&with_data(2, b"c", b"back again"));
}

#[test]
fn data_is_replaced() {
    let replace = |iline, data: &'static [u8]| {
        LogRecord::Replace(Replace {
            page: head(iline, LrFlags::empty()),
            node: node(),
            cb: DiffSize::new(data.len(), false).unwrap(),
            cb_old: 0,
            cb_new: u16::try_from(data.len()).unwrap(),
            data,
        })
    };
    assert_eq!(after(&replace(0, b"other"))[0].1, b"other");
    refused(&replace(3, b"other"));
    refused(&replace(0, b""));
    // "first" without its second byte.
    let got = after(&replace_d(0, 5, 4, &[1, 0, 0, 1]));
    assert_eq!(got[0], (b"a".to_vec(), b"frst".to_vec(), VERSION));
    assert!(matches!(
        refused(&replace_d(0, 6, 5, &[1, 0, 0, 1])),
        ApplyError::Record { .. }
    ));
    assert!(matches!(
        refused(&replace_d(0, 5, 5, &[1, 0, 0, 1])),
        ApplyError::Diff { .. }
    ));
    assert!(matches!(
        refused(&replace_d(0, 5, 5, &[9, 0, 0, 1])),
        ApplyError::Diff { .. }
    ));
}

#[test]
fn escrow_columns_wrap() {
    let delta = |cb_offset, delta| {
        LogRecord::Delta(Delta {
            page: head(2, LrFlags::VERSIONED),
            node: node(),
            delta,
            cb_offset,
            key: b"c",
            bookmark_data: b"",
        })
    };
    let delta64 = |cb_offset, delta| {
        LogRecord::Delta64(Delta64 {
            page: head(2, LrFlags::empty()),
            node: node(),
            delta,
            cb_offset,
            key: b"c",
            bookmark_data: b"",
        })
    };
    let data = |r: &LogRecord<'_>| after(r)[2].1.clone();
    // -1 + 3 = 2 in the low four bytes, the others stay.
    assert_eq!(data(&delta(0, 3)), b"\x02\0\0\0\xFF\xFF\xFF\xFFthird");
    assert_eq!(
        data(&delta(4, -1)),
        b"\xFF\xFF\xFF\xFF\xFE\xFF\xFF\xFFthird"
    );
    assert_eq!(
        data(&delta64(0, i64::MIN)),
        b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7Fthird"
    );
    assert_eq!(after(&delta(0, 3))[2].2, VERSION);
    for record in [delta(10, 1), delta(u16::MAX, 1), delta64(6, 1)] {
        assert!(matches!(refused(&record), ApplyError::Record { .. }));
    }
}

#[test]
fn undo_takes_back() {
    let record = |oper, iline| Undo {
        page: head(iline, LrFlags::empty()),
        node: node(),
        oper,
        level: 1,
        key: b"",
        bookmark_data: b"",
    };
    let undone = |oper, iline, before: Before<'_>| {
        let mut page = leaf(PageSize::K4, &ENTRIES);
        undo(&mut page, &record(oper, iline), before)
            .map(|()| nodes(&page)[usize::from(iline)].clone())
    };
    let nothing = Before::Nothing;
    assert_eq!(undone(UndoOper::INSERT, 0, nothing).unwrap().2, DELETED);
    assert_eq!(undone(UndoOper::FLAG_DELETE, 1, nothing).unwrap().2, LIVE);
    let data = undone(UndoOper::REPLACE, 0, Before::Data(b"old"))
        .unwrap()
        .1;
    assert_eq!(data, b"old");
    let added = |amount| Before::Delta { offset: 0, amount };
    let data = undone(UndoOper::DELTA, 2, added(-3)).unwrap().1;
    assert_eq!(data, b"\x02\0\0\0\xFF\xFF\xFF\xFFthird");
    let data = undone(UndoOper::DELTA64, 2, added(i64::MIN)).unwrap().1;
    assert_eq!(data, b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7Fthird");
    for oper in [
        UndoOper::REPLACE,
        UndoOper::DELTA,
        UndoOper::DELTA64,
        UndoOper(77),
    ] {
        assert!(undone(oper, 0, nothing).is_err(), "{oper:?}");
    }
    assert!(undone(UndoOper::INSERT, 3, nothing).is_err());
}

#[test]
fn the_external_header_is_not_taken_from_under_the_keys() {
    let entries: [Entry<'_>; 2] = [(b"abc1", b"x", LIVE), (b"abcd2", b"y", LIVE)];
    let record = |data| {
        LogRecord::SetExternalHeader(SetExternalHeader {
            page: head(0, LrFlags::empty()),
            node: node(),
            data,
        })
    };
    let set = |flags, old: &[u8], new: &'static [u8]| {
        let mut page = page(PageSize::K8, PGNO, flags, old, &entries);
        apply(&mut page, &record(new), &mut Vec::new()).map(|()| {
            let view = PageView::new(&page).unwrap();
            assert_eq!(view.external_header().unwrap(), new);
            nodes(&page).into_iter().map(|n| n.0).collect::<Vec<_>>()
        })
    };
    let keys = Ok(vec![b"abc1".to_vec(), b"abcd2".to_vec()]);
    let root = PageFlags::LEAF | PageFlags::ROOT;
    // A root's is no prefix, a space tree's one only behind the split buffer.
    assert_eq!(set(root, b"sixteen bytes...", b"anything"), keys);
    assert_eq!(
        set(root | PageFlags::SPACE_TREE, b"sixteen bytes...", b""),
        keys
    );
    assert_eq!(set(PageFlags::LEAF, b"zzz", b"abc"), keys);
    assert_eq!(set(PageFlags::LEAF, b"abcd", b"abcdefg"), keys);
    assert!(set(PageFlags::LEAF, b"abcd", b"abc").is_err());
    assert!(set(PageFlags::LEAF, b"abcd", b"abce").is_err());
    let behind = b"sixteen bytes...abcd";
    assert!(set(root | PageFlags::SPACE_TREE, behind, b"sixteen bytes...").is_err());
    assert_eq!(
        set(
            root | PageFlags::SPACE_TREE,
            behind,
            b"other sixteen...abcd"
        ),
        keys
    );
}

fn scrub_record<'a>(flags: ScrubFlags, cscrub_oper: u32, data: &'a [u8]) -> LogRecord<'a> {
    let unowned = LrNode {
        objid_fdp: Objid(0),
        ..node()
    };
    LogRecord::Scrub(Scrub {
        page: head(0, LrFlags::empty()),
        node: unowned,
        flags,
        cscrub_oper,
        data,
    })
}

#[test]
fn scrubbing() {
    let mut scratch = Vec::new();
    for size in SIZES {
        let entries: [Entry<'_>; 4] = [
            (b"a", b"keep", VERSION),
            (b"b", b"secret", DELETED | VERSION),
            (b"c", b"a piece of a long value", VERSION),
            (b"d", b"x", VERSION),
        ];
        // Padding behind the four nodes.
        let record = scrub_record(ScrubFlags::empty(), 4, &[0, 1, 2, 2, 0, 0, 0]);
        let mut page = leaf(size, &entries);
        apply(&mut page, &record, &mut scratch).unwrap();
        let got = nodes(&page);
        assert_eq!(got[0], (b"a".to_vec(), b"keep".to_vec(), VERSION));
        assert_eq!(got[1], (b"b".to_vec(), b"DDDDDD".to_vec(), DELETED));
        assert_eq!(got[2].1.len(), 23);
        assert_eq!(scheme(&got[2].1), Ok(Scheme::Scrubbed));
        assert!(got[2].1[1..].iter().all(|&b| b == b'L'));
        assert_eq!((scheme(&got[3].1), got[3].2), (Ok(Scheme::Scrubbed), LIVE));
        let view = PageView::new(&page).unwrap();
        assert!(view.flags().contains(PageFlags::SCRUBBED));
        let free = size.header_bytes() + usize::from(view.ib_mic_free());
        let free = &page[free..size.bytes() - 4 * view.tag_count()];
        assert!(!free.is_empty() && free.iter().all(|&b| b == b'Z'));
        // The next change leaves something behind again.
        let gone = LogRecord::Delete(Delete {
            page: head(1, LrFlags::empty()),
            node: node(),
        });
        apply(&mut page, &gone, &mut scratch).unwrap();
        let view = PageView::new(&page).unwrap();
        assert!(!view.flags().contains(PageFlags::SCRUBBED));
        let kept = PageView::new(&leaf(size, &entries)).unwrap().flags();
        assert_eq!(view.flags(), kept);

        let mut page = leaf(size, &entries);
        let record = scrub_record(ScrubFlags::UNUSED, 0, &[]);
        apply(&mut page, &record, &mut scratch).unwrap();
        assert_eq!(nodes(&page), []);
        assert!(
            page[size.header_bytes()..size.bytes() - 4]
                .iter()
                .all(|&b| b == b'U')
        );
    }
    refused(&scrub_record(ScrubFlags::empty(), 3, &[0, 1, 3]));
    refused(&scrub_record(ScrubFlags::empty(), 2, &[0, 1, 0]));
    refused(&scrub_record(ScrubFlags::empty(), 4, &[0, 1, 0, 0]));
}

#[test]
fn other_records_are_not_here() {
    let convert = LogRecord::ConvertFDP(ConvertFDP {
        page: head(0, LrFlags::empty()),
        objid_fdp: Objid(9),
        pgno_oe: Pgno(60),
        pgno_ae: Pgno(61),
        pgno_fdp_parent: Pgno(1),
        pgno_secondary_first: Pgno(60),
        cpg_primary: 1,
        cpg_secondary: 3,
    });
    assert_eq!(refused(&convert).jet_err(), JetErr::BAD_LOG_VERSION);
    let begin = LogRecord::Begin0(Begin0 {
        procid: 1,
        levels: BeginLevels::new(0, 1),
        trx_begin0: 4,
    });
    assert_eq!(refused(&begin), ApplyError::NotHere);
    let undo_info = LogRecord::UndoInfo(UndoInfo {
        page: head(0, LrFlags::VERSIONED),
        node: node(),
        oper: UndoOper::FLAG_DELETE,
        cb_max_size: 0,
        cb_delta: 0,
        key: b"a",
        bookmark_data: b"",
        data: b"",
    });
    assert_eq!(refused(&undo_info), ApplyError::NotHere);
    // No page at all.
    let mut none = PageBuf::from_slice(&[0; 100]);
    let delete = LogRecord::Delete(Delete {
        page: head(0, LrFlags::empty()),
        node: node(),
    });
    assert!(apply(&mut none, &delete, &mut Vec::new()).is_err());
    assert_eq!(AFTER, head(0, LrFlags::empty()).dbtime);
}

//! Records of `merge` applied to pages made by hand, for what no recorded history holds.
#![forbid(unsafe_code)]

use super::super::testing::{AFTER, BEFORE, DELETED, Entry, LIVE, PGNO, head, keys, leaf, page};
use super::*;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Objid;
use crate::format::log_record::{ImageFlags, LrFlags};
use crate::format::page::PageFlags;

const LEFT: Pgno = Pgno(60);
const RIGHT: Pgno = Pgno(70);
const SIZE: PageSize = PageSize::K4;
const ENTRIES: [Entry<'static>; 4] = [
    (b"m1", b"1", LIVE),
    (b"m2", b"2", DELETED),
    (b"m3", b"3", LIVE),
    (b"m4", b"4", DELETED),
];

fn record(merge_type: MergeType, iline_merge: u16, flags: MergeFlags) -> Merge2<'static> {
    Merge2 {
        page: head(0, LrFlags::empty()),
        pgno_right: RIGHT,
        dbtime_right_before: BEFORE,
        pgno_left: LEFT,
        dbtime_left_before: BEFORE,
        pgno_parent: Pgno(40),
        dbtime_parent_before: BEFORE,
        pgno_fdp: Pgno(40),
        objid_fdp: Objid(9),
        cb_size_total: 0,
        cb_size_max_total: 0,
        cb_unc_free_dest: 0,
        iline_merge,
        flags,
        merge_type,
        image_flags: ImageFlags::empty(),
        key_parent_sep: b"sep",
        image: b"",
    }
}

/// The three pages after a merge.
fn merged(record: &Merge2<'_>) -> Result<[PageBuf; 3], ApplyError> {
    let mut left = page(SIZE, LEFT, PageFlags::LEAF, b"", &[(b"a", b"0", LIVE)]);
    let mut source = leaf(SIZE, &ENTRIES);
    let mut right = page(SIZE, RIGHT, PageFlags::LEAF, b"", &[(b"z", b"9", LIVE)]);
    let before = before(record, Some(&source), SIZE)?;
    super::leaf(
        record,
        MergeLeaf {
            before,
            page: Some(&mut source),
            left: Some(&mut left),
            right: Some(&mut right),
        },
    )?;
    Ok([left, source, right])
}

/// Deleted nodes do not move (no log of the original was seen where one would have).
#[test]
fn live_nodes_move() {
    let gone = MergeFlags::EMPTY_PAGE;
    let [left, source, right] = merged(&record(MergeType::FULL_RIGHT, 0, gone)).unwrap();
    assert_eq!(keys(&right), ["m1", "m3", "z"]);
    assert_eq!(keys(&left), ["a"]);
    let view = PageView::new(&source).unwrap();
    assert!(view.flags().contains(PageFlags::EMPTY));
    assert_eq!(PageView::new(&left).unwrap().pgno_next(), RIGHT);
    assert_eq!(PageView::new(&right).unwrap().pgno_prev(), LEFT);

    let [left, ..] = merged(&record(MergeType::FULL_LEFT, 3, gone)).unwrap();
    assert_eq!(keys(&left), ["a", "m1", "m3"]);

    let none = MergeFlags::empty();
    let [left, source, right] = merged(&record(MergeType::PARTIAL_RIGHT, 1, none)).unwrap();
    assert_eq!(keys(&right), ["m3", "z"]);
    assert_eq!(
        (keys(&source), keys(&left)),
        (vec!["m1".into()], vec!["a".into()])
    );
    assert_eq!(PageView::new(&left).unwrap().pgno_next(), Pgno::NULL);

    let [left, source, _] = merged(&record(MergeType::PARTIAL_LEFT, 1, none)).unwrap();
    assert_eq!(
        (keys(&source), keys(&left)),
        (
            vec!["m3".into(), "m4".into()],
            vec!["a".into(), "m1".into()]
        )
    );

    let [left, _, right] = merged(&record(MergeType::EMPTY_PAGE, 0, gone)).unwrap();
    assert_eq!(
        (keys(&left), keys(&right)),
        (vec!["a".into()], vec!["z".into()])
    );
    assert_eq!(PageView::new(&left).unwrap().dbtime(), AFTER);
}

#[test]
fn merges_that_do_not_fit_are_refused() {
    let gone = MergeFlags::EMPTY_PAGE;
    for (merge_type, iline) in [
        (MergeType::NONE, 0),
        (MergeType::EMPTY_TREE, 0),
        (MergeType(9), 0),
        (MergeType::FULL_RIGHT, 1),
        (MergeType::FULL_LEFT, 2),
        (MergeType::PARTIAL_RIGHT, 4),
        (MergeType::PARTIAL_LEFT, 4),
    ] {
        let error = merged(&record(merge_type, iline, gone)).unwrap_err();
        assert_eq!(error.jet_err(), JetErr::LOG_CORRUPTED, "{merge_type:?}");
    }
    // The destination needs nodes that nobody has any more.
    let record = record(MergeType::FULL_RIGHT, 0, gone);
    let mut right = page(SIZE, RIGHT, PageFlags::LEAF, b"", &[]);
    let pages = MergeLeaf {
        before: before(&record, None, SIZE).unwrap(),
        page: None,
        left: None,
        right: Some(&mut right),
    };
    assert_eq!(
        super::leaf(&record, pages),
        Err(ApplyError::NoImage { pgno: PGNO })
    );
}

#[test]
fn separators_follow() {
    let entries: [Entry<'_>; 3] = [
        (b"b", &[1; 4], LIVE),
        (b"m", &[2; 4], LIVE),
        (b"", &[3; 4], LIVE),
    ];
    let internal = |merge_type, iline, flags| {
        let mut page = page(SIZE, PGNO, PageFlags::PARENT_OF_LEAF, b"", &entries);
        let old = page.clone();
        let leaf = record(merge_type, 0, MergeFlags::EMPTY_PAGE);
        let record = Merge2 {
            page: head(iline, LrFlags::empty()),
            flags,
            ..leaf
        };
        let done = super::internal(&mut page, &record, &leaf);
        assert!(done.is_ok() || page == old);
        done.map(|()| keys(&page))
    };
    let (delete, key) = (MergeFlags::DELETE_NODE, MergeFlags::KEY_CHANGE);
    let full_right = MergeType::FULL_RIGHT;
    assert_eq!(internal(full_right, 1, delete).unwrap(), ["b", ""]);
    // The last pointer of the level goes: the one before is the last now.
    assert_eq!(
        internal(MergeType::EMPTY_PAGE, 2, delete).unwrap(),
        ["b", ""]
    );
    assert_eq!(
        internal(MergeType::FULL_LEFT, 1, delete | key).unwrap(),
        ["m", ""]
    );
    assert_eq!(
        internal(MergeType::PARTIAL_RIGHT, 1, key).unwrap(),
        ["b", "sep", ""]
    );
    assert_eq!(
        internal(MergeType::PARTIAL_LEFT, 1, key).unwrap(),
        ["sep", "m", ""]
    );
    assert!(internal(MergeType::PARTIAL_LEFT, 0, key).is_err());
    assert!(internal(MergeType::FULL_LEFT, 0, delete | key).is_err());
    assert!(internal(full_right, 3, delete).is_err());
    assert!(internal(full_right, 3, key).is_err());
}

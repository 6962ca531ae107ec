//! Records of `split` applied to pages made by hand, for what no recorded history holds.
#![forbid(unsafe_code)]

use super::super::testing::{
    AFTER, BEFORE, DELETED, Entry, LIVE, PGNO, head, keys, leaf, node, nodes, page,
};
use super::*;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Objid;
use crate::format::log_record::{ImageFlags, Insert, LrFlags, LrPage};

const NEW: Pgno = Pgno(60);
const RIGHT: Pgno = Pgno(70);
const STYLE: PageStyle = PageStyle { reserved_tags: 1 };
const SIZE: PageSize = PageSize::K4;
const ENTRIES: [Entry<'static>; 4] = [
    (b"common a", b"1", LIVE),
    (b"common b", b"2", DELETED),
    (b"common d", b"3", LIVE),
    (b"common e", b"4", LIVE),
];

/// A split of the four nodes to the right, "common c" inserted before the third.
fn record() -> Split2<'static> {
    Split2 {
        page: head(0, LrFlags::empty()),
        pgno_new: NEW,
        pgno_right: RIGHT,
        dbtime_right_before: BEFORE,
        pgno_parent: Pgno(40),
        dbtime_parent_before: BEFORE,
        pgno_fdp: Pgno(40),
        objid_fdp: Objid(9),
        split_type: SplitType::RIGHT,
        split_oper: SplitOper::INSERT,
        iline_oper: 2,
        iline_split: 3,
        clines: 5,
        new_page_flags: PageFlags::LEAF,
        split_page_flags: PageFlags::LEAF,
        cb_unc_free_src: 0,
        cb_unc_free_dest: 0,
        iline_prefix_split: 0,
        iline_prefix_new: 1,
        image_flags: ImageFlags::empty(),
        key_parent: b"common d",
        prefix_old: b"",
        prefix_new: b"common a",
        image: b"",
    }
}

fn insert(suffix: &'static [u8]) -> LogRecord<'static> {
    LogRecord::Insert(Insert {
        page: head(2, LrFlags::VERSIONED),
        node: node(),
        prefix: b"",
        suffix,
        data: b"new",
    })
}

/// Splits pages; `None` for those that have the change already.
fn split(
    record: &Split2<'_>,
    before: Option<PageBuf>,
    page: Option<&mut PageBuf>,
    new: Option<&mut PageBuf>,
    leaf: Option<&LogRecord<'_>>,
) -> Result<(), ApplyError> {
    let level = SplitLevel {
        record,
        before,
        page,
        new,
        right: None,
    };
    apply(&mut [level], leaf, STYLE)
}

#[test]
fn both_halves_or_one() {
    let (record, op) = (record(), insert(b"common c"));
    let old = leaf(SIZE, &ENTRIES);
    let (mut page, mut new) = (old.clone(), PageBuf::zeroed(SIZE));
    let before = super::before(&record, Some(&page), SIZE).unwrap();
    split(
        &record,
        before.clone(),
        Some(&mut page),
        Some(&mut new),
        Some(&op),
    )
    .unwrap();
    assert_eq!(keys(&page), ["common a", "common b", "common c"]);
    assert_eq!(nodes(&page)[1].2, DELETED);
    assert_eq!(nodes(&page)[2].2, NodeFlags::VERSION);
    assert_eq!(keys(&new), ["common d", "common e"]);
    let view = PageView::new(&new).unwrap();
    assert_eq!((view.pgno_prev(), view.pgno_next()), (PGNO, RIGHT));
    assert_eq!(view.external_header().unwrap(), b"common e");
    let view = PageView::new(&page).unwrap();
    assert_eq!(
        (view.pgno_next(), view.external_header().unwrap()),
        (NEW, &b"common a"[..])
    );

    let (mut page_2, mut new_2) = (old.clone(), PageBuf::zeroed(SIZE));
    split(&record, before.clone(), Some(&mut page_2), None, Some(&op)).unwrap();
    split(&record, before, None, Some(&mut new_2), Some(&op)).unwrap();
    assert!(page == page_2 && new == new_2);

    let (mut right, mut level_new) = (leaf(SIZE, &ENTRIES), PageBuf::zeroed(SIZE));
    let level = SplitLevel {
        record: &record,
        before: Some(old),
        page: None,
        new: Some(&mut level_new),
        right: Some(&mut right),
    };
    super::apply(&mut [level], Some(&op), STYLE).unwrap();
    assert_eq!(PageView::new(&right).unwrap().pgno_prev(), NEW);
    assert_eq!(PageView::new(&right).unwrap().dbtime(), AFTER);
}

#[test]
fn without_an_image_only_the_inserted_node_is_known() {
    let (record, op) = (record(), insert(b"common c"));
    let mut new = PageBuf::zeroed(SIZE);
    assert_eq!(super::before(&record, None, SIZE), Ok(None));
    let error = split(&record, None, None, Some(&mut new), Some(&op)).unwrap_err();
    assert_eq!(error, ApplyError::NoImage { pgno: PGNO });
    assert_eq!(
        error.jet_err(),
        JetErr::DATABASE_BUFFER_DEPENDENCIES_CORRUPTED
    );
    assert!(new == PageBuf::zeroed(SIZE));
    // Nothing but it goes to the new page: by an append, and by a split before the end.
    for split_type in [SplitType::APPEND, SplitType::RIGHT] {
        let append = Split2 {
            split_type,
            iline_oper: 4,
            iline_split: 4,
            iline_prefix_new: 0,
            ..record
        };
        let op = insert(b"common f");
        split(&append, None, None, Some(&mut new), Some(&op)).unwrap();
        assert_eq!(keys(&new), ["common f"]);
        let view = PageView::new(&new).unwrap();
        assert_eq!(view.external_header().unwrap(), b"common f");
        assert_eq!(view.pgno_prev(), PGNO);
    }
}

#[test]
fn records_that_do_not_fit_change_nothing() {
    let op = insert(b"common c");
    let vertical = SplitType::VERTICAL;
    for (record, op) in [
        (
            Split2 {
                clines: 4,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                clines: 6,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                iline_split: 6,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                iline_oper: 5,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                iline_prefix_new: 2,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                split_type: SplitType::APPEND,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                split_type: vertical,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                split_type: vertical,
                iline_split: 0,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                split_type: SplitType(9),
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                split_oper: SplitOper::REPLACE,
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                split_oper: SplitOper(9),
                ..record()
            },
            Some(&op),
        ),
        (
            Split2 {
                pgno_new: Pgno::NULL,
                ..record()
            },
            Some(&op),
        ),
        (record(), None),
    ] {
        let old = leaf(SIZE, &ENTRIES);
        let (mut page, mut new) = (old.clone(), PageBuf::zeroed(SIZE));
        // Only the split page: the new one could be made of some of them.
        let error = split(&record, Some(old.clone()), Some(&mut page), None, op);
        let both = split(
            &record,
            Some(old.clone()),
            Some(&mut page),
            Some(&mut new),
            op,
        );
        assert!(error.is_err() || both.is_err(), "{record:?}");
        assert!(error.is_ok() || page == old, "{record:?}");
    }
}

#[test]
fn a_parent_gets_a_pointer_before_the_old_one() {
    let pointer = PGNO.0.to_le_bytes();
    let flags = PageFlags::PARENT_OF_LEAF;
    let parent_record = Split2 {
        page: LrPage {
            pgno: Pgno(40),
            ..head(0, LrFlags::empty())
        },
        pgno_new: Pgno::NULL,
        iline_oper: 0,
        ..record()
    };
    let below = record();
    let op = insert(b"common c");
    let run = |iline_oper, parent: &mut PageBuf| {
        let top = Split2 {
            iline_oper,
            ..parent_record
        };
        let level = |record, page| SplitLevel {
            record,
            before: None,
            page,
            new: None,
            right: None,
        };
        let mut levels = [level(&top, Some(parent)), level(&below, None)];
        super::apply(&mut levels, Some(&op), STYLE)
    };
    let mut parent = page(
        SIZE,
        Pgno(40),
        flags,
        b"",
        &[(b"x", &[1; 4], LIVE), (b"", &pointer, LIVE)],
    );
    let old = parent.clone();
    assert!(run(0, &mut parent).is_err(), "another child");
    assert!(run(2, &mut parent).is_err(), "no child");
    assert!(parent == old);
    let mut parent = page(
        SIZE,
        Pgno(40),
        flags,
        b"",
        &[(b"x", &pointer, LIVE), (b"", &[1; 4], LIVE)],
    );
    run(0, &mut parent).unwrap();
    let got = nodes(&parent);
    assert_eq!(got[0].0, b"common d");
    assert_eq!(got[0].1, pointer);
    assert_eq!(
        (&got[1].0[..], &got[1].1[..]),
        (&b"x"[..], &NEW.0.to_le_bytes()[..])
    );
    assert_eq!(got.len(), 3);
}

//! Every rule of the structural test broken on purpose, one at a time.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::{Dbtime, Objid};
use crate::format::page::{
    OFF_CB_FREE, OFF_CB_UNCOMMITTED_FREE, OFF_FLAGS, OFF_IB_MIC_FREE, OFF_ITAG_STATE, OFF_PGNO_NEXT,
};
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};

const KEYS: [&[u8]; 3] = [b"prefix-a", b"prefix-b", b"x"];

fn page(size: PageSize, flags: PageFlags) -> PageBuf {
    let mut page = PageBuf::zeroed(size);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags,
        objid: Objid(9),
        dbtime: Dbtime(1),
        pgno: Pgno(3),
        reserved_tags: 0,
    })
    .unwrap();
    edit.set_external_header(b"prefix-a").unwrap();
    for (i, key) in KEYS.into_iter().enumerate() {
        let data = 100 + i as u32;
        edit.insert_node(
            i,
            key,
            &data.to_le_bytes(),
            NodeFlags::empty(),
            Space::Committed,
        )
        .unwrap();
    }
    page
}

fn check(page: &PageBuf) -> Result<(), PageError> {
    check_page(&PageView::new(page).unwrap())
}

/// Changes the two words of a tag.
fn set_tag(page: &mut PageBuf, itag: usize, cb: u16, ib: u16) {
    let view = PageView::new(page).unwrap();
    let flags = if view.size().is_large() {
        0
    } else {
        u16::from(view.tag(itag).unwrap().small_flags) << 13
    };
    let at = page.len() - 4 * (itag + 1);
    page.store_u16(at, cb).unwrap();
    page.store_u16(at + 2, ib | flags).unwrap();
}

#[test]
fn each_rule() {
    for size in PageSize::ALL {
        let good = page(size, PageFlags::LEAF);
        assert_eq!(check(&good), Ok(()));
        let view = PageView::new(&good).unwrap();
        let tags: Vec<_> = (0..4).map(|i| view.tag(i).unwrap()).collect();
        let broken = |change: &dyn Fn(&mut PageBuf)| {
            let mut page = good.clone();
            change(&mut page);
            check(&page).expect_err("the change breaks a rule")
        };
        let at = |itag: usize| tags[itag].ib as u16;
        let len = |itag: usize| tags[itag].cb as u16;

        let e = broken(&|p| p.store_u16(OFF_ITAG_STATE, 0).unwrap());
        assert_eq!(e, PageError::TagCount(0));
        let e = broken(&|p| p.store_u16(OFF_ITAG_STATE, 4095).unwrap());
        assert!(
            matches!(e, PageError::TagCount(4095)) || size.is_large(),
            "{size:?} {e}"
        );
        // More reserved tags than tags.
        let e = broken(&|p| p.store_u16(OFF_ITAG_STATE, 0x7004).unwrap());
        assert_eq!(e, PageError::TagCount(4));
        let e = broken(&|p| p.store_u16(OFF_CB_FREE, view.cb_free() + 600).unwrap());
        assert!(matches!(e, PageError::CbFree { .. }));
        let e = broken(&|p| p.store_u16(OFF_CB_FREE, 0).unwrap());
        assert!(matches!(e, PageError::CbFree { stored: 0, .. }));
        let e = broken(&|p| {
            p.store_u16(OFF_CB_UNCOMMITTED_FREE, view.cb_free() + 1)
                .unwrap();
        });
        assert!(matches!(e, PageError::CbUncommittedFree { .. }));
        let behind = (size.bytes() - size.header_bytes() - 16 + 1) as u16;
        let e = broken(&|p| p.store_u16(OFF_IB_MIC_FREE, behind).unwrap());
        assert_eq!(e, PageError::IbMicFree(behind));
        let e = broken(&|p| p.store_u16(OFF_IB_MIC_FREE, at(3) + 1).unwrap());
        assert!(matches!(e, PageError::LineOutside { itag: 3, .. }));
        let e = broken(&|p| set_tag(p, 2, 0x1FFF, at(2)));
        assert!(matches!(e, PageError::LineOutside { itag: 2, .. }));
        let e = broken(&|p| set_tag(p, 2, len(2), 0x1FF0));
        assert!(matches!(e, PageError::LineOutside { itag: 2, .. }));
        for cb in [0, 1] {
            let e = broken(&|p| set_tag(p, 2, cb, at(2)));
            assert!(matches!(e, PageError::LineShort { itag: 2, .. }), "{e}");
        }
        // The same bytes twice: the sum stays right, only the overlap tells.
        let e = broken(&|p| set_tag(p, 2, len(2), at(1)));
        assert_eq!(e, PageError::Overlap(1, 2));
        let line = |itag: usize| size.header_bytes() + tags[itag].ib;
        let first = |p: &PageBuf, itag: usize| u16_at(p, line(itag)).unwrap();
        // Node 1 takes eight bytes of the prefix; nine it has not.
        let e = broken(&|p| {
            let word = first(p, 1);
            assert_eq!(word & LENGTH_MASK, 8);
            p.store_u16(line(1), word + 1).unwrap();
        });
        assert!(matches!(
            e,
            PageError::Prefix {
                itag: 1,
                cb_prefix: 9,
                page_prefix: 8
            }
        ));
        // Node 3 has a key of one byte, stored whole.
        let e = broken(&|p| p.store_u16(line(3), first(p, 3) + 4).unwrap());
        assert_eq!(e, PageError::NoData { itag: 3 });
        let e = broken(&|p| p.store_u16(line(3), first(p, 3) + 5).unwrap());
        assert_eq!(e, PageError::Suffix { itag: 3 });
        let e = broken(&|p| p.store_u16(line(3), first(p, 3) & !LENGTH_MASK).unwrap());
        assert_eq!(e, PageError::NullKey { itag: 3 });
        for both in [0x3u32 | 0x4, 0x2 | 0x40 | 0x80, 0x2 | 0x8 | 0x2_0000] {
            let e = broken(&|p| p.store_u32(OFF_FLAGS, both).unwrap());
            assert_eq!(e, PageError::Flags(both));
        }
    }
}

#[test]
fn overlaps_are_found_whatever_the_order() {
    for size in PageSize::ALL {
        let mut page = page(size, PageFlags::LEAF);
        // Lines in another order than the tags: the bitmap's way, and clean.
        let mut edit = PageEdit::new(&mut page).unwrap();
        edit.insert_node(0, b"a", &[1; 150], NodeFlags::empty(), Space::Committed)
            .unwrap();
        edit.insert_node(1, b"b", &[2; 150], NodeFlags::empty(), Space::Committed)
            .unwrap();
        assert_eq!(check(&page), Ok(()));
        let view = PageView::new(&page).unwrap();
        let (a, b) = (view.tag(1).unwrap(), view.tag(2).unwrap());
        assert_eq!(a.cb, b.cb);
        // Byte by byte over each other; the heads stay those of valid nodes only at distance 0, so
        // the bitmap itself is asked.
        for shift in 0..a.cb {
            let mut bad = page.clone();
            set_tag(&mut bad, 2, b.cb as u16, (a.ib + shift) as u16);
            assert_eq!(
                check_overlap(&PageView::new(&bad).unwrap()),
                Err(PageError::Overlap(1, 2)),
                "{size:?} {shift}"
            );
        }
        let mut bad = page.clone();
        set_tag(&mut bad, 2, b.cb as u16, a.ib as u16);
        assert_eq!(check(&bad), Err(PageError::Overlap(1, 2)));
    }
}

#[test]
fn freed_and_unlogged_pages_may_have_no_tag() {
    let mut page = page(PageSize::K4, PageFlags::LEAF);
    page.store_u16(OFF_ITAG_STATE, 0).unwrap();
    for flag in [PageFlags::EMPTY, PageFlags::PREINIT] {
        page.store_u32(OFF_FLAGS, flag.bits()).unwrap();
        assert_eq!(check(&page), Ok(()));
    }
}

fn problems(page: &PageBuf) -> Vec<NodeProblem> {
    let mut out = Vec::new();
    check_nodes(&PageView::new(page).unwrap(), &mut |p| out.push(p));
    out
}

#[test]
fn what_only_integrity_sees() {
    for size in PageSize::ALL {
        let good = page(size, PageFlags::LEAF);
        assert_eq!(problems(&good), []);

        // Tags 1 and 3 exchanged: nodes out of order, structure right.
        let mut bad = good.clone();
        let end = bad.len();
        let (a, b) = (
            good[end - 8..end - 4].to_vec(),
            good[end - 16..end - 12].to_vec(),
        );
        bad.store(end - 8, &b).unwrap();
        bad.store(end - 16, &a).unwrap();
        assert_eq!(check(&bad), Ok(()));
        assert_eq!(
            problems(&bad),
            [
                NodeProblem::Order { iline: 1 },
                NodeProblem::Order { iline: 2 }
            ]
        );

        // An equal key is out of order in a unique tree, and by its data in the other.
        let mut twice = good.clone();
        let mut edit = PageEdit::new(&mut twice).unwrap();
        edit.insert_node(
            3,
            b"x",
            &[103, 0, 0, 0],
            NodeFlags::empty(),
            Space::Committed,
        )
        .unwrap();
        assert_eq!(problems(&twice), [NodeProblem::Order { iline: 3 }]);
        let mut edit = PageEdit::new(&mut twice).unwrap();
        edit.set_flags(PageFlags::LEAF | PageFlags::INDEX | PageFlags::NON_UNIQUE)
            .unwrap();
        assert_eq!(problems(&twice), []);
        edit = PageEdit::new(&mut twice).unwrap();
        edit.replace_data(3, &[101, 0, 0, 0], Space::Committed)
            .unwrap();
        assert_eq!(problems(&twice), [NodeProblem::Order { iline: 3 }]);

        // An internal page: children, siblings, the null key at the end only.
        let mut internal = page(size, PageFlags::PARENT_OF_LEAF);
        assert_eq!(problems(&internal), []);
        let mut edit = PageEdit::new(&mut internal).unwrap();
        edit.insert_node(3, b"", &[0; 4], NodeFlags::empty(), Space::Committed)
            .unwrap();
        edit.replace_data(0, &[1, 2, 3], Space::Committed).unwrap();
        internal.store_u32(OFF_PGNO_NEXT, 7).unwrap();
        assert_eq!(
            problems(&internal),
            [
                NodeProblem::Siblings {
                    prev: Pgno(0),
                    next: Pgno(7)
                },
                NodeProblem::Child { iline: 0 },
                NodeProblem::ChildNull { iline: 3 }
            ]
        );

        // A shorter prefix than there is: valid to read, not what the writer does.
        let mut odd = good.clone();
        let view = PageView::new(&good).unwrap();
        let tag = view.tag(2).unwrap();
        let at = size.header_bytes() + tag.ib;
        let word = u16_at(&odd, at).unwrap();
        // Node 2 is "prefix-" + "b": as "prefix" + ... its key becomes "prefixb".
        odd.store_u16(at, word - 1).unwrap();
        odd.store(at + 4, b"-").unwrap();
        assert_eq!(
            problems(&odd),
            [
                NodeProblem::Order { iline: 1 },
                NodeProblem::PrefixRule {
                    iline: 1,
                    stored: 6,
                    common: 7
                }
            ]
        );

        // A space tree's leaf holds extents.
        let mut space = page(size, PageFlags::LEAF | PageFlags::SPACE_TREE);
        assert_eq!(problems(&space).len(), 3);
        let mut edit = PageEdit::new(&mut space).unwrap();
        for _ in 0..3 {
            edit.delete_node(0).unwrap();
        }
        edit.insert_node(
            0,
            &[0, 0, 0, 9],
            &[9, 0, 0, 0],
            NodeFlags::empty(),
            Space::Committed,
        )
        .unwrap();
        edit.insert_node(
            1,
            &[0x81, 0, 0, 0, 3],
            &[9, 0, 0, 0],
            NodeFlags::empty(),
            Space::Committed,
        )
        .unwrap();
        assert_eq!(problems(&space), []);
    }
}

//! Records of `create` applied to pages made by hand, for what no recorded history holds.
#![forbid(unsafe_code)]

use super::super::testing::{AFTER, PGNO, head, page};
use super::*;
use crate::format::ids::{Objid, PageSize};
use crate::format::log_record::LrPage;
use crate::format::page_check::check_page;
use testkit::unhex;

const STYLE: PageStyle = PageStyle { reserved_tags: 1 };
const FDP: u32 = PGNO.0;

fn single(cpg_primary: i32, flags: LrFlags) -> CreateSEFDP {
    CreateSEFDP {
        page: head(0, flags),
        objid_fdp: Objid(9),
        pgno_fdp_parent: Pgno(1),
        cpg_primary,
        page_flags: PageFlags::INDEX,
    }
}

fn multiple(cpg_primary: i32) -> CreateMEFDP {
    CreateMEFDP {
        page: head(0, LrFlags::UNIQUE),
        objid_fdp: Objid(9),
        pgno_oe: Pgno(FDP + 1),
        pgno_ae: Pgno(FDP + 2),
        pgno_fdp_parent: Pgno(1),
        cpg_primary,
        page_flags: PageFlags::empty(),
    }
}

fn convert(cpg_primary: i32, cpg_secondary: i32, rgbit_avail: u32) -> ConvertFDP2 {
    ConvertFDP2 {
        page: head(0, LrFlags::UNIQUE),
        objid_fdp: Objid(9),
        pgno_oe: Pgno(200),
        pgno_ae: Pgno(201),
        pgno_fdp_parent: Pgno(1),
        pgno_secondary_first: Pgno(200),
        cpg_primary,
        cpg_secondary,
        rgbit_avail,
        page_flags: PageFlags::empty(),
    }
}

/// A page full of rubbish, to be made new.
fn rubbish() -> PageBuf {
    PageBuf::from_slice(&[0xEE; 4096])
}

fn root_header(page: &PageBuf) -> SpaceHeader {
    let view = PageView::new(page).unwrap();
    check_page(&view).unwrap();
    assert_eq!((view.dbtime(), view.objid()), (AFTER, Objid(9)));
    RootHeader::parse(view.external_header().unwrap())
        .unwrap()
        .space
}

/// First page and number of pages of each extent of a space tree's root.
fn extents(page: &PageBuf) -> Vec<(u32, u32)> {
    let view = PageView::new(page).unwrap();
    check_page(&view).unwrap();
    assert_eq!(view.external_header().unwrap(), [0; 16]);
    let flags = PageFlags::ROOT | PageFlags::LEAF | PageFlags::SPACE_TREE;
    assert!(view.flags().contains(flags));
    (0..view.node_count())
        .map(|i| Extent::from_node(&view.node(i).unwrap()).unwrap())
        .map(|e| (e.first().0, e.cpg))
        .collect()
}

#[test]
fn a_tree_in_one_extent() {
    for (cpg, bitmap) in [
        (1, 0),
        (4, 7),
        (32, 0x7FFF_FFFF),
        (33, u32::MAX),
        (100, u32::MAX),
    ] {
        let mut page = rubbish();
        single_extent(&mut page, &single(cpg, LrFlags::UNIQUE), STYLE).unwrap();
        let header = root_header(&page);
        assert_eq!(header.bitmap_or_oe, bitmap, "{cpg}");
        assert_eq!(header.flags, SpaceFlags::empty());
        assert_eq!((header.cpg, header.parent), (cpg.unsigned_abs(), Pgno(1)));
        let view = PageView::new(&page).unwrap();
        let flags = PageFlags::ROOT | PageFlags::LEAF | PageFlags::INDEX;
        assert!(view.flags().contains(flags));
        assert_eq!(view.itag_state() >> 12, 1);
    }
    let mut page = rubbish();
    single_extent(&mut page, &single(1, LrFlags::empty()), STYLE).unwrap();
    assert_eq!(root_header(&page).flags, SpaceFlags::NON_UNIQUE);
    for cpg in [0, -1, i32::MIN] {
        let mut page = rubbish();
        assert!(single_extent(&mut page, &single(cpg, LrFlags::UNIQUE), STYLE).is_err());
        assert!(page == rubbish(), "changed with an error");
    }
}

#[test]
fn a_tree_with_space_trees() {
    for (cpg, available) in [
        (3, vec![]),
        (4, vec![(FDP + 3, 1)]),
        (20, vec![(FDP + 3, 17)]),
    ] {
        let record = multiple(cpg);
        let mut page = rubbish();
        multiple_extent(&mut page, &record, STYLE).unwrap();
        let header = root_header(&page);
        assert_eq!(header.flags, SpaceFlags::MULTIPLE);
        assert_eq!(header.oe_and_ae(), Some((record.pgno_oe, record.pgno_ae)));
        multiple_extent_space(&mut page, &record, SpaceTree::Owned, STYLE).unwrap();
        assert_eq!(extents(&page), [(FDP, cpg.unsigned_abs())]);
        multiple_extent_space(&mut page, &record, SpaceTree::Available, STYLE).unwrap();
        assert_eq!(extents(&page), available);
    }
    let far = CreateMEFDP {
        page: LrPage {
            pgno: Pgno(u32::MAX),
            ..head(0, LrFlags::UNIQUE)
        },
        ..multiple(20)
    };
    let mut page = rubbish();
    assert!(multiple_extent_space(&mut page, &far, SpaceTree::Owned, STYLE).is_err());
}

#[test]
fn free_pages_of_a_single_extent_become_runs() {
    let available = |cpg_primary, cpg_secondary, bitmap| {
        let mut page = rubbish();
        let record = convert(cpg_primary, cpg_secondary, bitmap);
        convert_space(&mut page, &record, SpaceTree::Available, STYLE).unwrap();
        extents(&page)
    };
    // Bit i is the page i + 1 behind the root.
    assert_eq!(available(1, 3, 0), [(202, 1)]);
    assert_eq!(available(1, 2, u32::MAX), []);
    assert_eq!(available(5, 2, 0b1011), [(FDP + 1, 2), (FDP + 4, 1)]);
    // Bits behind the end of the extent say nothing.
    assert_eq!(available(3, 2, u32::MAX), [(FDP + 1, 2)]);
    assert_eq!(available(33, 2, 1 << 31), [(FDP + 32, 1)]);
    // What the bitmap does not reach is free, and joins the run before it.
    assert_eq!(available(40, 2, 0), [(FDP + 33, 7)]);
    assert_eq!(
        available(40, 4, 0xC000_0001),
        [(FDP + 1, 1), (FDP + 31, 9), (202, 2)]
    );
    let mut page = rubbish();
    let record = convert(40, 16, 0);
    convert_space(&mut page, &record, SpaceTree::Owned, STYLE).unwrap();
    assert_eq!(extents(&page), [(FDP, 40), (200, 16)]);
    let mut page = rubbish();
    for (a, b) in [(0, 3), (3, 0), (-1, 3), (3, i32::MIN), (i32::MAX, 3)] {
        let record = convert(a, b, u32::MAX);
        assert!(convert_space(&mut page, &record, SpaceTree::Owned, STYLE).is_err());
    }
    assert!(page == rubbish(), "changed with an error");
}

#[test]
fn conversion_keeps_the_other_fields() {
    let flags = PageFlags::ROOT | PageFlags::LEAF;
    // Space header and auto-increment value.
    let old = unhex("03 07000000 01000000 02000000 7f000000 0e00000000000000");
    let mut root = page(PageSize::K16, PGNO, flags, &old, &[]);
    convert_root(&mut root, &convert(7, 16, 0)).unwrap();
    let view = PageView::new(&root).unwrap();
    assert_eq!(
        view.external_header().unwrap(),
        unhex("03 07000000 01000000 03000000 c8000000 0e00000000000000")
    );
    assert_eq!(view.dbtime(), AFTER);
    let mut root = page(PageSize::K16, PGNO, flags, b"short", &[]);
    let old = root.clone();
    assert!(convert_root(&mut root, &convert(7, 16, 0)).is_err());
    assert!(root == old, "changed with an error");
}

#[test]
fn a_page_without_anything() {
    let record = NewPage {
        procid: 1,
        dbid: 1,
        pgno: Pgno(7),
        objid: Objid(9),
        dbtime: AFTER,
    };
    for size in PageSize::ALL {
        let mut page = PageBuf::from_slice(&vec![0xEE; size.bytes()]);
        new_page(&mut page, &record).unwrap();
        let view = PageView::new(&page).unwrap();
        check_page(&view).unwrap();
        assert_eq!((view.tag_count(), view.dbtime()), (0, AFTER));
        assert_eq!(view.own_pgno(), size.is_large().then_some(Pgno(7)));
        assert!(view.flags().contains(PageFlags::PREINIT));
    }
}

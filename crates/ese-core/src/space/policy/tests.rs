//! Every example of docs/format/database-btree-space.md §5.6, §5.7, §7 and database-header.md §4.2.
#![forbid(unsafe_code)]

use super::*;

const NONE: GrowthHints = GrowthHints {
    percent: 0,
    least: 0,
    most: 0,
};

fn header(cpg: u32, flags: SpaceFlags) -> SpaceHeader {
    SpaceHeader {
        cpg,
        parent: Pgno(1),
        flags,
        bitmap_or_oe: 0,
    }
}

fn extent(first: u32, last: u32) -> Extent {
    Extent::new(Pgno(last), last + 1 - first, Pool::General).unwrap()
}

/// Sizes of the extents of a tree that grows page by page, its parent serving exactly.
fn series(first: u32, hints: GrowthHints, n: usize) -> (Vec<u32>, SpaceHeader) {
    let mut now = header(first, SpaceFlags::empty());
    let mut sizes = vec![first];
    sizes.push(conversion(first, 1, 1, hints).0);
    now.flags |= SpaceFlags::MULTIPLE;
    while sizes.len() < n {
        let owned: u32 = sizes.iter().sum();
        let size = growth(&now, 1, owned <= SMALL_TREE, hints);
        if size != now.cpg {
            now.cpg = size;
            now.flags |= SpaceFlags::V2;
        }
        sizes.push(size);
    }
    (sizes, now)
}

#[test]
fn extents_by_slow_growth() {
    assert_eq!(series(1, NONE, 6).0, [1, 3, 4, 16, 16, 16]);
    assert_eq!(series(10, NONE, 5).0, [10, 10, 16, 16, 16]);
    let (sizes, twenty) = series(20, NONE, 4);
    assert_eq!(sizes, [20, 20, 20, 20]);
    assert!(!twenty.flags.contains(SpaceFlags::V2), "20 pages stay v1");
    assert_eq!(series(100, NONE, 4).0, [100, 100, 100, 100]);
    let lv = GrowthHints {
        percent: 120,
        ..NONE
    };
    assert_eq!(series(1, lv, 6).0, [1, 3, 4, 16, 19, 22]);
    assert_eq!(lv.next(1), 2);
    assert_eq!(lv.next(16), 19);
    assert_eq!(lv.next(19), 22);
}

#[test]
fn hints_bound_the_growth() {
    let constant = GrowthHints {
        percent: 200,
        least: 8,
        most: 8,
    };
    assert_eq!(constant.next(1000), 8);
    let bounded = GrowthHints {
        percent: 150,
        least: 4,
        most: 40,
    };
    assert_eq!(
        (bounded.next(1), bounded.next(20), bounded.next(39)),
        (4, 30, 40)
    );
    assert_eq!(NONE.next(7), 7);
    let wild = GrowthHints {
        percent: u32::MAX,
        ..NONE
    };
    assert_eq!(wild.next(u32::MAX), u32::MAX);
    assert_eq!(
        growth(&header(1, SpaceFlags::MULTIPLE), 1, true, constant),
        8
    );
}

#[test]
fn conversions() {
    assert_eq!(conversion(1, 1, 1, NONE), (3, 3));
    assert_eq!(conversion(10, 1, 1, NONE), (10, 3));
    assert_eq!(conversion(20, 1, 1, NONE), (20, 3));
    assert_eq!(conversion(1, 8, 8, NONE), (10, 10));
}

#[test]
fn runs_that_are_cut_and_runs_given_whole() {
    let tree =
        |len: u32, asked: u32| given(extent(101, 100 + len), asked, Giver::Tree, Purpose::Growth);
    assert_eq!(tree(3, 4), 3, "all there is");
    assert_eq!(tree(4, 4), 4);
    assert_eq!(tree(9, 7), 7, "less than 8 are cut");
    assert_eq!(tree(15, 8), 15, "a rest of 7 is not left");
    assert_eq!(tree(16, 8), 8);
    let exact = given(extent(101, 115), 8, Giver::Tree, Purpose::Exact);
    assert_eq!(exact, 8);
    let root = |first: u32, len: u32, asked: u32, last: u32, purpose| {
        given(
            extent(first, first + len - 1),
            asked,
            Giver::Database(Pgno(last)),
            purpose,
        )
    };
    assert_eq!(root(200, 19, 16, 254, Purpose::Growth), 19);
    assert_eq!(root(200, 20, 16, 254, Purpose::Growth), 16);
    // The one table of the samples that asked for 2 pages and got 4.
    assert_eq!(root(200, 4, 2, 254, Purpose::NewTree), 4);
    assert_eq!(
        root(31, 4, 2, 46, Purpose::NewTree),
        2,
        "the start of a small database"
    );
    assert_eq!(
        root(31, 4, 2, 254, Purpose::NewTree),
        4,
        "254 pages are not small"
    );
    assert_eq!(
        root(128, 4, 2, 200, Purpose::NewTree),
        4,
        "page 128 is not the start"
    );
    assert_eq!(root(31, 4, 2, 46, Purpose::Growth), 4);
}

#[test]
fn sizes_of_databases() {
    let sizes = [
        (1, 31),
        (8, 38),
        (16, 46),
        (100, 130),
        (224, 254),
        (256, 254),
        (1024, 254),
    ];
    for (extension, pages) in sizes {
        assert_eq!(database_pages(PageSize::K4, extension), pages);
    }
    assert_eq!(database_pages(PageSize::K2, 1), 32);
}

#[test]
fn growth_of_the_file() {
    // Extents after the first, by tables that ask for 16 pages.
    let witnessed: [(u32, &[u32]); 10] = [
        (8, &[16, 16]),
        (16, &[16, 16]),
        (100, &[68, 100]),
        (224, &[192, 224]),
        (225, &[194, 225]),
        (256, &[256]),
        (300, &[44, 300]),
        (512, &[256, 512]),
        (1024, &[768]),
        (1, &[16]),
    ];
    for (extension, extents) in witnessed {
        let first = database_pages(PageSize::K4, extension);
        let root = header(first, SpaceFlags::MULTIPLE);
        let mut last = Pgno(first);
        for &cpg in extents {
            assert_eq!(
                file_growth(&root, last, 16, 1, extension),
                cpg,
                "extension {extension}"
            );
            last = Pgno(last.0 + cpg);
        }
    }
    let root = |cpg| header(cpg, SpaceFlags::MULTIPLE);
    assert_eq!(
        file_growth(&root(31), Pgno(31), 4, 4, 1),
        7,
        "a quarter of the first extent"
    );
    assert_eq!(file_growth(&root(254), Pgno(254), 300, 300, 256), 512);
    assert_eq!(file_growth(&root(254), Pgno(254), 1000, 1000, 256), 1024);
    // 47–62 after 1–46.
    assert_eq!(file_growth(&root(46), Pgno(46), 1, 1, 16), 16);
    assert_eq!(
        file_growth(&root(254), Pgno(254), 1, 1, 0),
        63,
        "no extension is one page"
    );
    assert_eq!(temporary_growth(&root(30), 4), 16);
    assert_eq!(temporary_growth(&root(30), 40), 40);
}

#[test]
fn the_file_grows_by_what_is_needed_at_least() {
    for extension in [1, 7, 16, 100, 256, 300] {
        for last in [31, 46, 254, 255, 300, 1000] {
            for needed in [1, 4, 16, 44, 45, 257, 1000] {
                let root = header(31, SpaceFlags::MULTIPLE);
                let cpg = file_growth(&root, Pgno(last), needed, needed, extension);
                assert!(cpg >= needed);
                assert_eq!(
                    (last + cpg + 2) % extension,
                    0,
                    "{extension} {last} {needed}"
                );
            }
        }
    }
    let huge = header(u32::MAX, SpaceFlags::V2);
    assert_eq!(
        file_growth(&huge, Pgno::MAX, u32::MAX, u32::MAX, 256),
        u32::MAX
    );
}

#[test]
fn freed_pages_join_inside_their_owned_extent() {
    let owned = extent(10, 19);
    let joined = |freed, before, behind| coalesce(owned, freed, before, behind).unwrap();
    let alone = joined(extent(12, 12), None, None);
    assert_eq!(
        (alone.run, alone.left, alone.right, alone.whole),
        (extent(12, 12), false, false, false)
    );
    let left = joined(extent(12, 12), Some(extent(10, 11)), Some(extent(14, 19)));
    assert_eq!(
        (left.run, left.left, left.right),
        (extent(10, 12), true, false)
    );
    let both = joined(extent(12, 13), Some(extent(10, 11)), Some(extent(14, 19)));
    assert_eq!(both.run, owned);
    assert!(both.whole && both.left && both.right);
    // Runs of the owned extents next to it stay apart.
    let edges = joined(extent(10, 19), Some(extent(5, 9)), Some(extent(20, 30)));
    assert!(edges.whole && !edges.left && !edges.right);
    assert_eq!(edges.run, owned);
}

#[test]
fn pages_that_are_free_or_foreign_are_not_freed() {
    let owned = extent(10, 19);
    assert_eq!(coalesce(owned, extent(9, 10), None, None), None);
    assert_eq!(coalesce(owned, extent(19, 20), None, None), None);
    assert_eq!(
        coalesce(owned, extent(12, 13), Some(extent(10, 12)), None),
        None
    );
    assert_eq!(
        coalesce(owned, extent(12, 13), None, Some(extent(13, 14))),
        None
    );
}

#[test]
fn pages_are_taken_from_the_front() {
    let (front, rest) = split_front(extent(10, 19), 3).unwrap();
    assert_eq!((front, rest), (extent(10, 12), Some(extent(13, 19))));
    let (front, rest) = split_front(extent(10, 19), 10).unwrap();
    assert_eq!((front, rest), (extent(10, 19), None));
    assert_eq!(split_front(extent(10, 19), 11), None);
    assert_eq!(
        split_front(extent(10, 19), 0),
        None,
        "an extent of no pages"
    );
}

#[test]
fn bits_of_single_extents() {
    // docs/format/database-btree-space.md §5.2: FDP 31 with 4 pages.
    let mut small = header(4, SpaceFlags::empty());
    small.bitmap_or_oe = 7;
    assert_eq!(mapped(&small), 3);
    assert_eq!(free_bits(&small, 1), Some((0, 1)));
    assert_eq!(free_bits(&small, 3), Some((0, 7)));
    assert_eq!(free_bits(&small, 4), None);
    small.bitmap_or_oe = 0b101;
    assert_eq!(free_bits(&small, 2), None);
    // A bit behind the end means nothing.
    small.bitmap_or_oe = 0b1000;
    assert_eq!(free_bits(&small, 1), None);
    let mut large = header(100, SpaceFlags::empty());
    large.bitmap_or_oe = u32::MAX;
    assert_eq!(mapped(&large), 32);
    assert_eq!(free_bits(&large, 32), Some((0, u32::MAX)));
    assert_eq!(free_bits(&large, 33), None);
    assert_eq!(bits(31, 1), Some(1 << 31));
    assert_eq!(bits(0, 32), Some(u32::MAX));
    assert_eq!(bits(32, 1), None);
}

#[test]
fn what_split_buffers_hold() {
    assert_eq!(SpaceDepth::Leaf(100).pages_of_split(), 0);
    assert_eq!(SpaceDepth::Leaf(99).pages_of_split(), 2);
    assert_eq!(SpaceDepth::ParentOfLeaf.pages_of_split(), 3);
    assert_eq!(SpaceDepth::Deep.pages_of_split(), 4);
    for (depth, required, wanted) in [
        (SpaceDepth::Leaf(0), 2, 2),
        (SpaceDepth::Leaf(0), 4, 4),
        (SpaceDepth::Leaf(0), 5, 8),
        (SpaceDepth::ParentOfLeaf, 3, 8),
        (SpaceDepth::ParentOfLeaf, 6, 8),
        (SpaceDepth::Deep, 4, 16),
        (SpaceDepth::Deep, 8, 16),
        (SpaceDepth::Deep, 17, 32),
    ] {
        assert_eq!(depth.pages_wanted(required), wanted, "{depth:?} {required}");
    }
}

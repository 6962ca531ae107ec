//! Entries keep what they are told; memory ends and comes back.
#![forbid(unsafe_code)]

use super::*;

fn new<'a>(key: &'a [u8], before: &'a [u8], flags: EntryFlags) -> NewEntry<'a> {
    NewEntry {
        oper: Oper::Replace,
        flags,
        db: DbNo(3),
        level: 2,
        slot: 77,
        update: 88,
        hash: 0x0123_4567_89AB_CDEF,
        pgno_fdp: Pgno(0xAABB),
        objid: Objid(0xCCDD),
        bookmark: [&key[..1], &key[1..], b"data"],
        before,
        space: (500, -7),
    }
}

#[test]
fn entries_keep_what_they_are_told() {
    let buckets = Buckets::new(2);
    for flags in [EntryFlags::UNIQUE, EntryFlags::OWES] {
        let before: Vec<u8> = (0..99).collect();
        let (e, rceid) = buckets.make(&new(b"a long key", &before, flags)).unwrap();
        assert_eq!((buckets.rceid(e), buckets.slot(e)), (rceid, 77));
        assert_eq!((buckets.oper(e), buckets.level(e)), (Oper::Replace, 2));
        assert_eq!(buckets.flags(e), flags);
        assert_eq!(buckets.tree(e), (DbNo(3), Pgno(0xAABB), Objid(0xCCDD)));
        assert_eq!((buckets.update(e), buckets.space(e)), (88, (500, -7)));
        let mut bytes = b"x".to_vec();
        buckets.copy_bookmark(e, &mut bytes);
        assert_eq!(bytes, b"xa long keydata");
        bytes.clear();
        buckets.copy_before(e, &mut bytes);
        assert_eq!(bytes, before);
        let is_of =
            |lens, bookmark: &[u8]| buckets.is_of(e, lens, &Words::new([bookmark, &[], &[]]));
        assert!(is_of((10, 14), b"a long keydata"));
        assert!(!is_of((9, 14), b"a long keydata"));
        assert!(!is_of((10, 14), b"a long keydatb"));
        assert!(!is_of((10, 15), b"a long keydata\0"), "zeros count");

        buckets.set_older(e, Entry(5));
        buckets.set_newer(e, Entry(6));
        buckets.set_next_node(e, Entry(7));
        buckets.set_place(e, Entry(8), 9);
        buckets.set_oper(e, Oper::PreInsert);
        buckets.add_flags(e, EntryFlags::NULLIFIED);
        assert_eq!((buckets.older(e), buckets.newer(e)), (Entry(5), Entry(6)));
        assert_eq!((buckets.next_node(e), buckets.update(e)), (Entry(7), 88));
        assert_eq!(buckets.place(e), (Entry(8), 9));
        assert_eq!(buckets.oper(e), Oper::PreInsert);
        assert_eq!(buckets.flags(e), flags | EntryFlags::NULLIFIED);
        assert_eq!((buckets.level(e), buckets.tree(e).0), (2, DbNo(3)));
    }
}

#[test]
fn memory_ends_and_comes_back() {
    let buckets = Buckets::new(2);
    let before = vec![9; 10_000];
    let make = || buckets.make(&new(b"key", &before, EntryFlags::OWES));
    let mut entries = Vec::new();
    while let Ok((e, rceid)) = make() {
        entries.push((e, rceid));
    }
    assert_eq!(make(), Err(NoEntry::Full));
    assert_eq!((entries.len(), buckets.in_use()), (12, (2, 2)));
    assert!(entries.windows(2).all(|w| w[0].1 + 2 == w[1].1));

    let first = buckets.nth(0).unwrap();
    let mut walked = vec![buckets.first(first).unwrap()];
    while let Some(next) = buckets.behind(*walked.last().unwrap()) {
        walked.push(next);
    }
    assert!(walked.iter().eq(entries[..6].iter().map(|(e, _)| e)));
    assert!(!buckets.free_oldest(Some(walked[4])), "one is left");
    assert!(buckets.free_oldest(Some(walked[5])));
    assert!(make().is_ok());
}

#[test]
fn what_is_too_big_is_refused() {
    let buckets = Buckets::new(1);
    let big = vec![0; 65_000];
    assert!(buckets.make(&new(b"key", &big, EntryFlags::OWES)).is_ok());
    let huge = vec![0; 65_535];
    let made = buckets.make(&new(b"key", &huge, EntryFlags::OWES));
    assert_eq!(made, Err(NoEntry::TooBig));
    let made = buckets.make(&new(&[1; 70_000], b"", EntryFlags::OWES));
    assert_eq!(made, Err(NoEntry::TooBig));
}

//! The version store's promises one by one: levels, memory, cleanup, what pages owe, work on behalf
//! of others.
#![forbid(unsafe_code)]

mod trx_support;

use ese_core::cache::DbNo;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::{Lgpos, Objid, Pgno};
use ese_core::trx::{
    CleanUp, NodeChange, NodeId, OnCleanup, Oper, Pending, RollbackScope, Stamp, TrxId, UndoDebt,
    VersionCopy, VersionFault, VersionRef, VersionSink, VersionStore, Visibility,
};
use trx_support::{DURABLE, TREE, Toy, node};

fn at(ib: u16) -> Lgpos {
    Lgpos::new(7, 3, ib)
}

fn keys(n: u32) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

fn replace(before: &[u8], after_len: usize) -> NodeChange<'_> {
    NodeChange::Replace {
        before,
        after_len,
        unchanged: false,
    }
}

#[test]
fn the_store_goes_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<VersionStore>();
    is_shared::<ese_core::trx::TrxSession>();
}

// ---- ids and levels ----------------------------------------------------------------------------

#[test]
fn ids_go_as_the_originals() {
    let toy = Toy::new(4, 1);
    let (a, b) = (toy.store.session(1).unwrap(), toy.store.session(2).unwrap());
    let newest = || toy.store.clock().newest().0;
    a.begin(false).unwrap();
    assert_eq!((a.begin0(), newest()), (TrxId(4), 4));
    a.begin(false).unwrap();
    assert_eq!(newest(), 4, "inner levels have no ids");
    b.begin(true).unwrap();
    assert_eq!((b.begin0(), newest()), (TrxId(6), 4), "a reader takes none");
    assert_eq!(toy.store.oldest(), TrxId(4));
    toy.insert(&a, b"k", b"0000").unwrap();
    a.commit_inner().unwrap();
    assert_eq!(a.commit_outermost(at(0)), Ok(Some(TrxId(8))));
    assert_eq!(toy.store.oldest(), TrxId(6));
    b.commit_outermost(Lgpos::MIN).unwrap();
    assert_eq!(newest(), 8);
    a.begin(false).unwrap();
    assert_eq!(
        a.commit_outermost(Lgpos::MIN),
        Ok(None),
        "nothing to publish"
    );
    assert_eq!(a.begin0(), TrxId::MAX);
}

#[test]
fn begins_are_deferred_level_by_level() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    assert_eq!((s.pending(), s.logged_level()), (None, 0));
    for _ in 0..3 {
        s.begin(false).unwrap();
    }
    assert_eq!(s.pending(), Some(Pending { from: 0, count: 3 }));
    assert_eq!(toy.store.oldest_begin0(), None);
    s.begin0_comes_at(at(9));
    s.levels_are_logged();
    assert_eq!((s.pending(), s.logged_level()), (None, 3));
    assert_eq!(toy.store.oldest_begin0(), Some(at(9)));
    s.begin(false).unwrap();
    s.begin0_comes_at(at(50));
    assert_eq!(s.begin0_at(), Some(at(9)), "where the transaction began");
    assert_eq!(s.pending(), Some(Pending { from: 3, count: 1 }));
    toy.rollback(&s);
    assert_eq!((s.pending(), s.logged_level()), (None, 3));
    s.commit_inner().unwrap();
    assert_eq!((s.level(), s.logged_level()), (2, 2));
    s.commit_inner().unwrap();
    s.commit_outermost(at(99)).unwrap();
    assert_eq!(toy.store.oldest_begin0(), None);
}

#[test]
fn levels_have_their_errors() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    assert_eq!(s.commit_inner(), Err(VersionFault::NotInTransaction));
    assert_eq!(
        s.commit_outermost(at(0)),
        Err(VersionFault::NotInTransaction)
    );
    assert!(s.rollback(RollbackScope::Level).is_err());
    assert_eq!(
        s.lock(&node(b"k"), true),
        Err(VersionFault::NotInTransaction)
    );
    while s.begin(false).is_ok() {}
    assert_eq!(s.begin(false), Err(VersionFault::TooDeep));
    assert_eq!(
        s.commit_outermost(at(0)),
        Err(VersionFault::NotInTransaction)
    );
    toy.insert(&s, b"k", b"0000").unwrap();
    let run = s.rollback(RollbackScope::Level).unwrap();
    assert_eq!(run.end_level(), Err(VersionFault::NotUndone));
    while s.level() > 0 {
        toy.rollback(&s);
    }
    s.begin(true).unwrap();
    assert_eq!(toy.insert(&s, b"k", b"0000"), Err(JetErr::TRANS_READ_ONLY));
    s.begin(false).unwrap();
    assert_eq!(
        s.lock(&node(b"k"), true),
        Err(VersionFault::ReadOnly),
        "inner begins too"
    );
    assert!(
        s.lock(&node(b"k"), false).is_ok(),
        "a lock for reading is granted"
    );
    let full: Vec<_> = (0..).map_while(|n| toy.store.session(n).ok()).collect();
    assert_eq!(full.len(), 39);
    let fault = toy.store.session(1).unwrap_err();
    assert_eq!(fault.jet_err(), JetErr::OUT_OF_SESSIONS);
    drop(full);
    assert!(toy.store.session(1).is_ok());
}

/// The recording txn-levels, "partial rollback".
#[test]
fn levels_take_their_changes_along() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    let undone = |n: &[u32]| n.len();
    s.begin(false).unwrap();
    toy.insert(&s, b"1", b"0001").unwrap();
    s.begin(false).unwrap();
    toy.insert(&s, b"2", b"0002").unwrap();
    s.begin(false).unwrap();
    toy.delete(&s, b"1").unwrap();
    toy.lock(&s, b"2", true).unwrap();
    s.commit_inner().unwrap();
    assert_eq!(toy.read(b"1", s.snapshot()), None);
    assert_eq!(undone(&toy.rollback(&s)), 2);
    assert!(toy.read(b"1", s.snapshot()).is_some());
    assert_eq!(toy.read(b"2", s.snapshot()), None);
    assert_eq!(undone(&toy.rollback(&s)), 1);
    toy.assert_clean();
}

/// A failed update takes its own changes back, on whatever level they are, and leaves the locks.
#[test]
fn an_update_is_undone_alone() {
    let toy = Toy::new(4, 1);
    let (s, other) = (toy.store.session(5).unwrap(), toy.store.session(6).unwrap());
    s.begin(false).unwrap();
    toy.insert(&s, b"before", b"0000").unwrap();
    let update = s.begin_update();
    toy.insert(&s, b"long value", b"0000").unwrap();
    s.end_update();
    toy.insert(&s, b"between", b"0000").unwrap();
    s.begin(false).unwrap();
    s.continue_update(update);
    toy.insert(&s, b"record", b"0000").unwrap();
    toy.lock(&s, b"before", true).unwrap();
    toy.insert(&s, b"entry", b"0000").unwrap();
    s.end_update();
    let undone = toy.undo(&s, RollbackScope::Update(update));
    assert_eq!(undone.len(), 3);
    assert!(undone.windows(2).all(|w| w[0] > w[1]), "newest first");
    for (key, there) in [
        (&b"before"[..], true),
        (b"long value", false),
        (b"between", true),
        (b"record", false),
        (b"entry", false),
    ] {
        assert_eq!(toy.read(key, s.snapshot()).is_some(), there);
    }
    other.begin(false).unwrap();
    let lock = other.lock(&node(b"before"), false);
    assert_eq!(lock, Err(VersionFault::WriteConflict));
    s.commit_inner().unwrap();
    toy.commit(&s);
    toy.commit(&other);
    toy.assert_clean();
}

// ---- making and forgetting ---------------------------------------------------------------------

#[test]
fn a_change_that_fails_was_never_there() {
    let toy = Toy::new(4, 1);
    let (s, other) = (toy.store.session(5).unwrap(), toy.store.session(6).unwrap());
    s.begin(false).unwrap();
    other.begin(false).unwrap();
    let reserved = s.reserve(&node(b"k")).unwrap();
    assert_eq!(other.reserve(&node(b"k")), Err(VersionFault::KeyDuplicate));
    let change = NodeChange::FlagInsertAndReplace {
        before: b"what was deleted",
        after_len: 4,
    };
    let made = s.change(&node(b"k"), Pgno(8), reserved, &change).unwrap();
    assert_eq!(made.replace.rceid, reserved.rceid + 2);
    assert_eq!(made.uncommitted_free, 12);
    assert!(toy.store.needs_undo_info(DbNo(1), Pgno(8)));
    s.undo_of(&made);
    s.undo_of(&made);
    assert!(!s.has_changes());
    assert_eq!(toy.store.undo_debt(DbNo(1), Pgno(8)), UndoDebt::None);
    assert!(other.reserve(&node(b"k")).is_ok());
}

/// Rooms of undo, as docs/format/versioning.md §6 counts them.
#[test]
fn replaces_reserve_room() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    s.begin(false).unwrap();
    let n = node(b"k");
    let mut data = vec![0; 100];
    let mut copy = VersionCopy::default();
    for (len, free, most) in [
        (40, 60, 100),
        (70, -30, 100),
        (250, -30, 250),
        (0, 250, 250),
    ] {
        let change = replace(&data, len);
        let made = s.change(&n, Pgno(8), VersionRef::NONE, &change).unwrap();
        assert_eq!(made.uncommitted_free, free);
        let mut run = s.rollback(RollbackScope::Level).unwrap();
        assert!(run.next(&mut copy));
        assert_eq!(
            (copy.space.cb_max_size, i32::from(copy.space.cb_delta)),
            (most, free)
        );
        drop(run);
        data = vec![0; len];
    }
    assert_eq!(toy.store.reserved_space(&n), 250);
    s.commit_outermost(at(1)).unwrap();
    assert_eq!(toy.store.reserved_space(&n), 0);
}

#[test]
fn the_same_data_is_not_undone_and_owes_nothing() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    s.begin(false).unwrap();
    let change = NodeChange::Replace {
        before: b"same",
        after_len: 4,
        unchanged: true,
    };
    s.change(&node(b"k"), Pgno(8), VersionRef::NONE, &change)
        .unwrap();
    assert_eq!(toy.store.undo_debt(DbNo(1), Pgno(8)), UndoDebt::None);
    assert_eq!(toy.rollback(&s), []);
}

#[test]
fn keys_that_repeat_are_told_apart_by_their_data() {
    let toy = Toy::new(4, 1);
    let (s, other) = (toy.store.session(5).unwrap(), toy.store.session(6).unwrap());
    s.begin(false).unwrap();
    other.begin(false).unwrap();
    let entry = |key, data| NodeId::new(TREE, false, key).with_data(data);
    s.reserve(&entry(b"key", b"1")).unwrap();
    other.reserve(&entry(b"key", b"2")).unwrap();
    other.reserve(&entry(b"key1", b"")).unwrap();
    other.reserve(&entry(b"ke", b"y1")).unwrap();
    let split = NodeId {
        key: [b"k", b"ey"],
        ..entry(b"", b"1")
    };
    assert_eq!(other.reserve(&split), Err(VersionFault::KeyDuplicate));
    let elsewhere = NodeId {
        pgno_fdp: Pgno(78),
        ..entry(b"key", b"1")
    };
    other.reserve(&elsewhere).unwrap();
    let elsewhere = NodeId {
        db: DbNo(2),
        ..entry(b"key", b"1")
    };
    other.reserve(&elsewhere).unwrap();
}

#[test]
fn the_temporary_database_is_forgotten_at_commit() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    let temporary = NodeId {
        db: DbNo(0),
        ..node(b"k")
    };
    s.begin(false).unwrap();
    let change = replace(b"before", 3);
    s.change(&temporary, Pgno(8), VersionRef::NONE, &change)
        .unwrap();
    assert_eq!(toy.store.undo_debt(DbNo(0), Pgno(8)), UndoDebt::None);
    toy.insert(&s, b"k", b"0000").unwrap();
    s.commit_outermost(at(1)).unwrap();
    let latest = toy.store.latest();
    let seen = toy.store.visible(&temporary, latest, &mut Vec::new());
    assert_eq!(seen, Visibility::Unversioned);
    let seen = toy.store.visible(&node(b"k"), latest, &mut Vec::new());
    assert_eq!(seen, Visibility::AsOnPage);
    toy.assert_clean();
}

// ---- memory ------------------------------------------------------------------------------------

#[test]
fn a_full_store_says_who_has_to_end() {
    let toy = Toy::new(2, 1);
    let [oldest, other, third] = [1, 2, 3].map(|n| toy.store.session(n).unwrap());
    oldest.begin(false).unwrap();
    other.begin(false).unwrap();
    third.begin(false).unwrap();
    let big = vec![7; 3000];
    let fill = |s: &ese_core::trx::TrxSession, from: u32| {
        let mut n = from;
        loop {
            let change = replace(&big, 10);
            match s.change(&node(&keys(n)), Pgno(8), VersionRef::NONE, &change) {
                Ok(_) => n += 1,
                Err(e) => return e,
            }
        }
    };
    assert_eq!(fill(&other, 0), VersionFault::Full { oldest: false });
    let fault = fill(&oldest, 1000);
    assert_eq!(fault, VersionFault::Full { oldest: true });
    assert_eq!(fault.jet_err(), JetErr::VERSION_STORE_OUT_OF_MEMORY);
    let fault = fill(&third, 2000).jet_err();
    assert_eq!(
        fault,
        JetErr::VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT
    );
    assert!(toy.store.cleanup_wanted());
    assert_eq!(toy.store.buckets(), (2, 2), "and no more memory than that");
    let note = oldest.note(Oper::AllocExt, TREE, &[0; 5000]);
    assert_eq!(note, Err(VersionFault::Full { oldest: true }));

    // The others' versions stay while the oldest transaction is there.
    other.commit_outermost(at(1)).unwrap();
    assert!(toy.store.clean(DURABLE, usize::MAX, &mut |_| true).more);
    assert_eq!(fill(&oldest, 1000), VersionFault::Full { oldest: true });
    third.commit_outermost(at(1)).unwrap();
    oldest.commit_outermost(at(1)).unwrap();
    toy.store.clean(DURABLE, usize::MAX, &mut |_| true);
    assert_eq!(toy.store.buckets(), (0, 2));
    oldest.begin(false).unwrap();
    let change = replace(&big, 10);
    let made = oldest.change(&node(b"k"), Pgno(8), VersionRef::NONE, &change);
    assert!(made.is_ok());
}

/// Who needs room frees what needs nobody's help.
#[test]
fn room_is_made_on_the_way() {
    let toy = Toy::new(2, 1);
    let s = toy.store.session(5).unwrap();
    for round in 0..200u32 {
        s.begin(false).unwrap();
        for n in 0..20 {
            toy.insert(&s, &keys(round * 100 + n), &[0; 40]).unwrap();
        }
        toy.commit(&s);
    }
    assert_eq!(toy.store.buckets().1, 2);
}

#[test]
fn what_is_longer_than_a_node_is_refused() {
    let toy = Toy::new(2, 1);
    let s = toy.store.session(5).unwrap();
    s.begin(false).unwrap();
    let long = vec![0; 70_000];
    for change in [
        replace(&long, 0),
        replace(b"", 70_000),
        replace(&long[..40_000], 0),
    ] {
        let made = s.change(&node(b"k"), Pgno(8), VersionRef::NONE, &change);
        assert_eq!(made.unwrap_err(), VersionFault::TooBig);
    }
    assert_eq!(s.reserve(&node(&long)), Err(VersionFault::TooBig));
    assert!(!s.has_changes());
    let all = replace(&long[..32_767], 0);
    assert!(
        s.change(&node(b"k"), Pgno(8), VersionRef::NONE, &all)
            .is_ok()
    );
}

// ---- cleanup -----------------------------------------------------------------------------------

#[test]
fn cleanup_hands_out_its_work_once_it_is_taken() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    let then = OnCleanup {
        deferred_delete: true,
        ..OnCleanup::default()
    };
    let zero = OnCleanup {
        delete_on_zero: true,
        callback_on_zero: true,
        ..OnCleanup::default()
    };
    s.begin(false).unwrap();
    let change = |key: &'static [u8], change| {
        s.change(&node(key), Pgno(8), VersionRef::NONE, &change)
            .unwrap();
    };
    change(b"deleted", NodeChange::FlagDelete);
    change(b"replaced", replace(b"x", 1));
    change(
        b"lv",
        NodeChange::Delta {
            offset: 0,
            amount: -1,
            then,
        },
    );
    change(
        b"plain",
        NodeChange::Delta {
            offset: 0,
            amount: -1,
            then: OnCleanup::default(),
        },
    );
    change(
        b"zero",
        NodeChange::Delta64 {
            offset: 6,
            amount: -1,
            then: zero,
        },
    );
    s.note(Oper::AllocExt, TREE, b"extent").unwrap();
    let table = (DbNo(1), Pgno(300), Objid(30));
    s.note(Oper::DeleteTable, table, b"which").unwrap();
    s.commit_outermost(at(1)).unwrap();

    let refused = toy.store.clean(DURABLE, usize::MAX, &mut |_| false);
    assert_eq!((refused.versions, refused.more), (0, true));
    let mut seen = Vec::new();
    let cleaned = toy.store.clean(DURABLE, usize::MAX, &mut |work| {
        seen.push(format!("{work:?}"));
        true
    });
    assert_eq!(
        (cleaned.versions, cleaned.buckets, cleaned.more),
        (7, 1, false)
    );
    let expected = [
        CleanUp::RemoveNode(node(b"deleted")),
        CleanUp::DeleteLongValue(node(b"lv")),
        CleanUp::Finalize {
            node: node(b"zero"),
            offset: 6,
            wide: true,
            delete: true,
            callback: true,
        },
        CleanUp::Schema {
            oper: Oper::DeleteTable,
            db: DbNo(1),
            pgno_fdp: Pgno(300),
            objid: Objid(30),
            info: b"which",
        },
    ];
    assert_eq!(seen, expected.map(|work| format!("{work:?}")));
}

#[test]
fn nothing_goes_that_somebody_may_see() {
    let toy = Toy::new(4, 1);
    let (s, reader) = (toy.store.session(5).unwrap(), toy.store.session(6).unwrap());
    s.begin(false).unwrap();
    toy.insert(&s, b"k", b"0000").unwrap();
    toy.commit(&s);
    reader.begin(true).unwrap();
    s.begin(false).unwrap();
    toy.delete(&s, b"k").unwrap();
    toy.commit(&s);
    assert!(toy.store.is_active(&node(b"k")));
    let cleaned = toy.clean(usize::MAX);
    assert_eq!((cleaned.versions, cleaned.more), (1, true));
    assert!(toy.read(b"k", reader.snapshot()).is_some());
    assert!(toy.read(b"k", toy.store.latest()).is_none());
    toy.commit(&reader);
    assert!(!toy.store.is_active(&node(b"k")));
    toy.assert_clean();
}

/// A deleted node is left to whoever inserts it anew; when that comes to nothing, it still goes.
#[test]
fn a_deleted_node_goes_although_its_key_was_wanted_again() {
    let toy = Toy::new(4, 1);
    let (s, other) = (toy.store.session(5).unwrap(), toy.store.session(6).unwrap());
    s.begin(false).unwrap();
    toy.insert(&s, b"k", b"0000").unwrap();
    toy.commit(&s);
    s.begin(false).unwrap();
    toy.delete(&s, b"k").unwrap();
    toy.commit(&s);
    other.begin(false).unwrap();
    let version = other.reserve(&node(b"k")).unwrap();
    toy.clean(usize::MAX);
    assert!(toy.latch(b"k").nodes[&b"k"[..]].deleted);
    other.undo_of(&ese_core::trx::Made {
        version,
        ..Default::default()
    });
    toy.commit(&other);
    toy.assert_clean();
}

/// A page with a committed change is written only when a crash would not undo it.
#[test]
fn a_version_stays_until_its_commit_is_durable() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    s.begin(false).unwrap();
    s.change(&node(b"k"), Pgno(8), VersionRef::NONE, &replace(b"x", 1))
        .unwrap();
    assert_eq!(toy.store.undo_debt(DbNo(1), Pgno(8)), UndoDebt::Owed);
    s.commit_outermost(at(40)).unwrap();
    let debt = UndoDebt::UntilDurable(at(40));
    assert_eq!(toy.store.undo_debt(DbNo(1), Pgno(8)), debt);
    assert!(toy.store.clean(at(40), usize::MAX, &mut |_| true).more);
    assert_eq!(toy.store.undo_debt(DbNo(1), Pgno(8)), debt);
    assert!(!toy.store.clean(at(41), usize::MAX, &mut |_| true).more);
    assert_eq!(toy.store.undo_debt(DbNo(1), Pgno(8)), UndoDebt::None);
}

// ---- what pages owe ----------------------------------------------------------------------------

#[test]
fn debts_follow_their_nodes() {
    let toy = Toy::new(8, 1);
    let s = toy.store.session(5).unwrap();
    let (db, left, right) = (DbNo(1), Pgno(8), Pgno(9));
    s.begin(false).unwrap();
    for n in 0..20 {
        let change = replace(b"before", 2);
        s.change(&node(&keys(n)), left, VersionRef::NONE, &change)
            .unwrap();
    }
    let owed = |pgno| {
        let versions = toy.store.owed_versions(db, pgno);
        let mut keys: Vec<Vec<u8>> = versions.iter().map(|v| v.bookmark.clone()).collect();
        assert!(
            versions
                .iter()
                .all(|v| v.owed_by == pgno && v.before == b"before")
        );
        keys.sort();
        keys
    };
    assert_eq!(owed(left), (0..20).map(keys).collect::<Vec<_>>());
    assert_eq!(owed(right), Vec::<Vec<u8>>::new());
    assert_eq!(toy.store.undo_debt(DbNo(2), left), UndoDebt::None);

    let rceids: Vec<u32> = toy
        .store
        .owed_versions(db, left)
        .iter()
        .map(|v| v.version.rceid)
        .collect();
    toy.store.undo_info_durable(db, left, &rceids[..19]);
    assert_eq!(owed(left).len(), 1);
    toy.store.undo_info_durable(db, left, &rceids);
    assert_eq!(toy.store.undo_debt(db, left), UndoDebt::None);

    s.change(&node(b"k"), left, VersionRef::NONE, &NodeChange::FlagDelete)
        .unwrap();
    assert!(toy.store.needs_undo_info(db, left));
    let mut run = s.rollback(RollbackScope::Level).unwrap();
    let mut copy = VersionCopy::default();
    let mut owing = 0;
    while run.next(&mut copy) {
        owing += usize::from(!run.owed_by(copy.version).is_null());
        run.undone(copy.version);
    }
    assert_eq!(owing, 1, "what was logged is not owed any more");
    run.end_level().unwrap();
    assert_eq!(toy.store.undo_debt(db, left), UndoDebt::None);
}

/// Many pages share a list; what one pays leaves the others alone.
#[test]
fn debts_of_many_pages() {
    let toy = Toy::new(64, 1);
    let s = toy.store.session(5).unwrap();
    s.begin(false).unwrap();
    for n in 0..5000 {
        let leaf = Pgno(1 + n % 1000);
        s.change(
            &node(&keys(n)),
            leaf,
            VersionRef::NONE,
            &NodeChange::FlagDelete,
        )
        .unwrap();
    }
    for pgno in (1..=1000).step_by(2).map(Pgno) {
        let owed = toy.store.owed_versions(DbNo(1), pgno);
        let rceids: Vec<u32> = owed.iter().map(|v| v.version.rceid).collect();
        toy.store.undo_info_durable(DbNo(1), pgno, &rceids);
    }
    for pgno in 1..=1000 {
        let owed = toy.store.owed_versions(DbNo(1), Pgno(pgno)).len();
        assert_eq!(owed, if pgno % 2 == 0 { 5 } else { 0 });
    }
}

/// The level that an UndoInfo names is that at which the version counts, not at which it was made.
#[test]
fn an_owed_version_has_the_level_it_counts_for() {
    let toy = Toy::new(4, 1);
    let s = toy.store.session(5).unwrap();
    for _ in 0..3 {
        s.begin(false).unwrap();
    }
    s.change(&node(b"k"), Pgno(8), VersionRef::NONE, &replace(b"x", 1))
        .unwrap();
    let stamp = |level| Stamp {
        procid: 5,
        trx_begin0: s.begin0().0,
        level,
    };
    assert_eq!(toy.store.owed_versions(DbNo(1), Pgno(8))[0].stamp, stamp(3));
    s.commit_inner().unwrap();
    s.begin(false).unwrap();
    assert_eq!(toy.store.owed_versions(DbNo(1), Pgno(8))[0].stamp, stamp(2));
}

// ---- on behalf of others -----------------------------------------------------------------------

#[test]
fn an_index_entry_made_for_another_goes_with_it() {
    for commits in [true, false] {
        let toy = Toy::new(4, 1);
        let [owner, builder, third] = [1, 2, 3].map(|n| toy.store.session(n).unwrap());
        owner.begin(false).unwrap();
        toy.insert(&owner, b"record", b"0000").unwrap();
        owner.begin(false).unwrap();
        third.begin(false).unwrap();
        let mut records = Vec::new();
        toy.store
            .versions_of_tree((TREE.0, TREE.1), 0, &mut |v| records.push(v.clone()));
        assert_eq!(records.len(), 1);
        assert_eq!(
            (records[0].oper, &records[0].bookmark[..]),
            (Oper::Insert, &b"record"[..])
        );
        let proxy = builder.proxy_for(records[0].version).unwrap();
        let stamp = Stamp {
            procid: 1,
            trx_begin0: owner.begin0().0,
            level: 1,
        };
        assert_eq!(proxy.stamp(), stamp);
        toy.insert(&proxy, b"index entry", b"0000").unwrap();
        drop(proxy);
        assert!(toy.read(b"index entry", owner.snapshot()).is_some());
        assert!(toy.read(b"index entry", third.snapshot()).is_none());
        assert_eq!(toy.rollback(&owner), [], "it is of level 1");
        if commits {
            toy.commit(&owner);
        } else {
            assert_eq!(toy.rollback(&owner).len(), 2);
        }
        let there = toy.read(b"index entry", toy.store.latest()).is_some();
        assert_eq!(there, commits);
        assert!(toy.read(b"index entry", third.snapshot()).is_none());
        let late = builder.proxy_for(records[0].version);
        assert_eq!(late.is_some(), commits, "undone versions need none");
        if let Some(proxy) = late {
            assert_eq!(proxy.stamp().level, 0);
            toy.insert(&proxy, b"late entry", b"0000").unwrap();
            assert!(toy.read(b"late entry", third.snapshot()).is_none());
            assert!(toy.read(b"late entry", toy.store.latest()).is_some());
        }
        toy.commit(&third);
        toy.assert_clean();
        assert!(
            builder.proxy_for(records[0].version).is_none(),
            "it is gone"
        );
    }
}

/// A version that is gone lies in its bucket for a while, and its slot is another transaction's by then.
#[test]
fn versions_that_are_gone_are_nobodys_changes() {
    let toy = Toy::new(4, 1);
    let [first, builder, second] = [1, 2, 3].map(|n| toy.store.session(n).unwrap());
    first.begin(false).unwrap();
    toy.insert(&first, b"old", b"0000").unwrap();
    let mut held = Vec::new();
    let tree = (TREE.0, TREE.1);
    toy.store
        .versions_of_tree(tree, 0, &mut |v| held.push(v.clone()));
    toy.commit(&first);
    builder.begin(false).unwrap();
    // Keeps the bucket.
    toy.insert(&builder, b"own", b"0000").unwrap();
    toy.store.clean(DURABLE, usize::MAX, &mut |_| true);
    second.begin(false).unwrap();
    toy.insert(&second, b"new", b"0000").unwrap();
    toy.commit(&second);
    let mut unseen = Vec::new();
    let snapshot = builder.snapshot();
    toy.store
        .versions_unseen(tree, snapshot, &mut |v| unseen.push(v.bookmark.clone()));
    assert_eq!(unseen, [b"new"]);
    assert!(second.proxy_for(held[0].version).is_none());
    toy.commit(&builder);
    toy.assert_clean();
}

#[test]
fn a_version_that_an_index_builder_holds_is_invisible_once_undone() {
    let toy = Toy::new(4, 1);
    let (s, other) = (toy.store.session(5).unwrap(), toy.store.session(6).unwrap());
    s.begin(false).unwrap();
    toy.insert(&s, b"k", b"0000").unwrap();
    toy.commit(&s);
    s.begin(false).unwrap();
    other.begin(false).unwrap();
    toy.replace(&s, b"k", b"0001").unwrap();
    let mut run = s.rollback(RollbackScope::Level).unwrap();
    let mut copy = VersionCopy::default();
    assert!(run.next(&mut copy));
    toy.latch(b"k").nodes.get_mut(&b"k"[..]).unwrap().data = copy.before.clone();
    run.undone_but_kept(copy.version);
    assert!(!run.next(&mut copy));
    let seen = toy
        .store
        .visible(&node(b"k"), other.snapshot(), &mut Vec::new());
    assert_eq!(seen, Visibility::AsOnPage);
    assert_eq!(toy.delete(&other, b"k"), Err(JetErr::WRITE_CONFLICT));
    run.end_level().unwrap();
    toy.delete(&other, b"k").unwrap();
    toy.commit(&other);
    toy.assert_clean();
}

//! What cannot be seen from outside: that nothing is left when all transactions have ended.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::Objid;
use crate::io::rng::{Rng, SeededRng};
use crate::trx::{NodeChange, RollbackScope, VersionRef, VersionSink};

const DURABLE: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: 0,
    ib: 0,
};

fn undo_all(s: &TrxSession) {
    let mut copy = VersionCopy::default();
    while s.level() > 0 {
        let mut run = s.rollback(RollbackScope::Level).unwrap();
        while run.next(&mut copy) {
            run.undone(copy.version);
        }
        run.end_level().unwrap();
    }
}

/// A load of short transactions stays in the buckets that it took first, when cleanup runs as it is asked to;
/// each of its passes frees what is not the last transaction's.
#[test]
fn a_steady_load_uses_the_same_memory_again() {
    let limits = Limits {
        buckets: 1024,
        sessions: 2,
    };
    let store = VersionStore::new(limits, TrxClock::starting_at(100));
    let s = store.session(1).unwrap();
    let (mut passes, mut n) = (0, 0_u64);
    for _ in 0..50 {
        s.begin(false).unwrap();
        for _ in 0..1000 {
            n += 1;
            let mut key = [7; 28];
            key[20..].copy_from_slice(&n.to_be_bytes());
            let node = NodeId::new((DbNo(1), Pgno(50), Objid(9)), true, &key);
            let made = s.change(&node, Pgno(60), VersionRef::NONE, &NodeChange::Insert);
            assert!(made.unwrap().versioned());
        }
        s.commit_outermost(Lgpos::MIN).unwrap();
        assert!(!store.is_empty());
        if store.cleanup_wanted() {
            passes += 1;
            let cleaned = store.clean(DURABLE, usize::MAX, &mut |_| false);
            assert!(!cleaned.more && store.is_empty(), "{cleaned:?}");
        }
    }
    let touched = store.buckets_touched();
    assert!(touched <= 6, "{touched} buckets of 64 KiB");
    assert!((5..=30).contains(&passes), "{passes}");
    store.clean(DURABLE, usize::MAX, &mut |_| false);
    assert!(store.is_empty() && store.chains.is_empty(&store.buckets));
    assert_eq!(store.slots.in_use(), 0);
}

/// One transaction that is larger than any load: cleanup is asked for as its memory grows, not for each
/// version, and all of it comes back at once.
#[test]
fn a_long_transaction_asks_for_cleanup_seldom() {
    let limits = Limits {
        buckets: 1024,
        sessions: 2,
    };
    let store = VersionStore::new(limits, TrxClock::starting_at(100));
    let s = store.session(1).unwrap();
    s.begin(false).unwrap();
    let mut asked = 0;
    for n in 0..100_000_u32 {
        let node_key = n.to_be_bytes();
        let node = NodeId::new((DbNo(1), Pgno(50), Objid(9)), true, &node_key);
        s.change(&node, Pgno(60), VersionRef::NONE, &NodeChange::Insert)
            .unwrap();
        if store.cleanup_wanted() {
            asked += 1;
            let cleaned = store.clean(DURABLE, usize::MAX, &mut |_| false);
            assert_eq!((cleaned.versions, cleaned.more), (0, true));
        }
    }
    let touched = store.buckets_touched();
    assert_eq!(asked, touched / 4);
    s.commit_outermost(Lgpos::MIN).unwrap();
    let cleaned = store.clean(DURABLE, usize::MAX, &mut |_| false);
    assert_eq!((cleaned.versions, cleaned.more), (100_000, false));
    assert_eq!(cleaned.buckets, touched as usize);
    assert!(store.is_empty() && store.chains.is_empty(&store.buckets));
    assert_eq!(store.slots.in_use(), 0);
}

/// The table of heads grows with what is kept, whoever asks for it; nothing is lost from it meanwhile, nor found
/// twice.
#[test]
fn heads_grow_with_the_versions() {
    let limits = Limits {
        buckets: 4096,
        sessions: 2,
    };
    let store = VersionStore::new(limits, TrxClock::starting_at(100));
    let s = store.session(1).unwrap();
    s.begin(false).unwrap();
    assert_eq!(store.chains.heads(), 1 << 12);
    let keys = 0..100_000_u32;
    let seen = |n: u32, snapshot| {
        let node_key = n.to_be_bytes();
        let node = NodeId::new((DbNo(1), Pgno(50), Objid(9)), true, &node_key);
        store.visible(&node, snapshot, &mut Vec::new())
    };
    for n in keys.clone() {
        let node_key = n.to_be_bytes();
        let node = NodeId::new((DbNo(1), Pgno(50), Objid(9)), true, &node_key);
        if n % 30 == 0 {
            let reserved = s.reserve(&node).unwrap();
            s.change(&node, Pgno(60), reserved, &NodeChange::Insert)
                .unwrap();
        } else {
            let change = &NodeChange::Insert;
            s.change(&node, Pgno(60), VersionRef::NONE, change).unwrap();
        }
    }
    assert!(store.buckets().0 > 64);
    assert_eq!(store.chains.heads(), 1 << 20);
    // Everybody else does not see the rows, and the versions say so.
    let latest = store.latest();
    assert!(keys.clone().all(|n| seen(n, latest) == Visibility::Absent));
    assert!((200_000..201_000).all(|n| seen(n, latest) == Visibility::Unversioned));
    s.commit_outermost(Lgpos::MIN).unwrap();
    let cleaned = store.clean(DURABLE, usize::MAX, &mut |_| false);
    assert_eq!((cleaned.versions, cleaned.more), (100_000, false));
    assert!(store.is_empty() && store.chains.is_empty(&store.buckets));
    assert!(
        keys.clone()
            .all(|n| seen(n, store.latest()) == Visibility::Unversioned)
    );
}

/// The short way of an insert's version makes the words of the general one; so does a version behind another
/// in its chain.
#[test]
fn an_insert_is_the_same_on_both_ways() {
    let store = VersionStore::new(Limits::default(), TrxClock::starting_at(100));
    let s = store.session(1).unwrap();
    s.begin(false).unwrap();
    let tree = (DbNo(1), Pgno(50), Objid(9));
    for (unique, key, data) in [
        (true, &b"a key of some length"[..], &b"data"[..]),
        (false, &b"a key"[..], &b"and data"[..]),
        (true, &b""[..], &b""[..]),
    ] {
        let node = NodeId::new(tree, unique, key).with_data(data);
        let short = s.change(&node, Pgno(60), VersionRef::NONE, &NodeChange::Insert);
        let short = Entry(short.unwrap().version.entry);
        // There is a version now: the general way.
        let long = s.change(&node, Pgno(60), VersionRef::NONE, &NodeChange::Insert);
        let long = Entry(long.unwrap().version.entry);
        assert_eq!(store.buckets.older(long), short);
        let constant = |e| {
            let b = &store.buckets;
            let mut bookmark = Vec::new();
            b.copy_bookmark(e, &mut bookmark);
            let whole = (b.hash(e), b.tree(e), b.level(e), b.flags(e), b.oper(e));
            (whole, b.slot(e), b.update(e), b.space(e), bookmark)
        };
        assert_eq!(constant(short), constant(long));
    }
}

#[test]
fn nothing_is_left() {
    let limits = Limits {
        buckets: 16,
        sessions: 6,
    };
    let store = VersionStore::new(limits, TrxClock::starting_at(u32::MAX - 2000));
    let sessions: Vec<TrxSession> = (0..6).map(|n| store.session(n).unwrap()).collect();
    let mut rng = SeededRng::new(5);
    let mut made = 0;
    for _ in 0..20_000 {
        let s = &sessions[rng.below(6) as usize];
        let key = [rng.below(40) as u8; 9];
        let tree = (DbNo(1), Pgno(50 + rng.below(2) as u32), Objid(9));
        let node = NodeId::new(tree, true, &key);
        match rng.below(10) {
            0 if s.level() == 1 => drop(s.commit_outermost(Lgpos::MIN).unwrap()),
            0 if s.level() > 1 => drop(s.commit_inner().unwrap()),
            1 if s.level() > 0 => undo_all(s),
            2 | 3 if s.level() < 3 => drop(s.begin(false).unwrap()),
            4 => drop(store.clean(DURABLE, 30, &mut |_| true)),
            5 => drop(s.lock(&node, rng.below(2) == 0)),
            6 => drop(s.note(Oper::AllocExt, tree, &key)),
            _ => {
                let change = NodeChange::Replace {
                    before: &key,
                    after_len: 3,
                    unchanged: false,
                };
                let leaf = Pgno(60 + rng.below(20) as u32);
                let change = s.change(&node, leaf, VersionRef::NONE, &change);
                made += usize::from(change.is_ok());
            }
        }
    }
    assert!(made > 500, "{made}");
    for s in &sessions {
        undo_all(s);
    }
    let cleaned = store.clean(DURABLE, usize::MAX, &mut |_| true);
    assert!(!cleaned.more);
    assert_eq!((store.buckets().0, store.slots.in_use()), (0, 0));
    assert!(store.chains.is_empty(&store.buckets));
    assert!(store.owed.is_empty());
}

/// What a session is told without a lock follows a plain model of its levels, whatever it does.
#[test]
fn a_session_is_told_its_levels() {
    let limits = Limits {
        buckets: 2,
        sessions: 1,
    };
    let store = VersionStore::new(limits, TrxClock::starting_at(100));
    let s = store.session(3).unwrap();
    let (mut level, mut logged, mut read_only) = (0_u8, 0_u8, false);
    let mut rng = SeededRng::new(11);
    let mut seen = [0; 4];
    for _ in 0..5_000 {
        match rng.below(6) {
            0 if level > 0 => {
                if level == 1 {
                    s.commit_outermost(Lgpos::MIN).unwrap();
                } else {
                    s.commit_inner().unwrap();
                }
                level -= 1;
            }
            1 if level > 0 => {
                let mut run = s.rollback(RollbackScope::Level).unwrap();
                assert!(!run.next(&mut VersionCopy::default()));
                run.end_level().unwrap();
                level -= 1;
            }
            2 => {
                s.levels_are_logged();
                logged = level;
            }
            _ if level < 7 => {
                let asked = rng.below(2) == 0;
                if level == 0 {
                    read_only = asked;
                }
                level += 1;
                assert_eq!(s.begin(asked).unwrap(), level);
            }
            _ => {}
        }
        logged = logged.min(level);
        read_only &= level > 0;
        let pending = (level > logged).then(|| (logged, level - logged));
        assert_eq!(s.pending().map(|p| (p.from, p.count)), pending);
        let told = (s.level(), s.standing().level, s.logged_level());
        assert_eq!(told, (level, level, logged));
        assert_eq!(s.is_read_only(), read_only);
        let held = [level > 2, logged > 1, read_only, pending.is_some()];
        for (seen, held) in seen.iter_mut().zip(held) {
            *seen += u32::from(held);
        }
    }
    assert!(seen.iter().all(|&n| n > 100), "{seen:?}");
}

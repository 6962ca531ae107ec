//! Models of the version store: sessions that change, look, commit and clean at once, in every order
//! of their steps (up to the preemption bound).
//!
//! What is modelled is the store itself, with small buckets. A page is a number under a lock that
//! stands for its latch. Words of entries are no steps of the checker: their locks are.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Objid, Pgno};
use crate::sync::{AtomicU32, AtomicU64, Lock, Ordering, fence};
use loom::sync::Arc;

const TREE: (DbNo, Pgno, Objid) = (DbNo(1), Pgno(9), Objid(5));
const LEAF: Pgno = Pgno(20);
const EVERYTHING: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: 0,
    ib: 0,
};

fn node(key: &[u8]) -> NodeId<'_> {
    NodeId::new(TREE, true, key)
}

/// One node on a page. Who looks without the latch reads `bytes`, between two looks at the page's version,
/// and does not ask the store when the page was calm at this version.
struct World {
    store: std::sync::Arc<VersionStore>,
    page: Lock<u8>,
    version: AtomicU64,
    bytes: AtomicU32,
    /// Version of the page, and since when it is calm then.
    calm: (AtomicU64, AtomicU32),
}

impl World {
    fn new() -> Arc<Self> {
        let limits = Limits {
            buckets: 2,
            sessions: 3,
        };
        Arc::new(Self {
            store: VersionStore::new(limits, TrxClock::starting_at(100)),
            page: Lock::new(0),
            version: AtomicU64::new(2),
            bytes: AtomicU32::new(0),
            calm: (AtomicU64::new(0), AtomicU32::new(0)),
        })
    }

    /// The latched page gets a new number, as a frame does.
    fn put(&self, page: &mut u8, number: u8) {
        *page = number;
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        self.bytes.store(u32::from(number), Ordering::Relaxed);
        self.version.store(version + 2, Ordering::Release);
    }

    /// As a reader with the latch who finds no version that is not committed.
    fn settle_calm(&self) {
        let _page = self.page.lock();
        let settled = match self.store.is_empty() {
            true => Some(None),
            false => self.store.settled(&node(b"k")),
        };
        if let Some(since) = settled {
            let (version, number) = &self.calm;
            let since = since.map_or(TrxId::MAX.0, |at| at.0);
            number.store(since, Ordering::Relaxed);
            version.store(self.version.load(Ordering::Relaxed), Ordering::Release);
        }
    }

    fn is_calm(&self, version: u64, snapshot: Snapshot) -> bool {
        self.calm.0.load(Ordering::Acquire) == version && {
            let since = TrxId(self.calm.1.load(Ordering::Relaxed));
            since == TrxId::MAX || snapshot.sees(since)
        }
    }

    /// As [`World::look`], without the latch; with it where that does not come about.
    fn look_loose(&self, snapshot: Snapshot) -> u8 {
        let version = self.version.load(Ordering::Acquire);
        let bytes = self.bytes.load(Ordering::Relaxed) as u8;
        let mut before = Vec::new();
        let seen = if self.is_calm(version, snapshot) {
            bytes
        } else {
            match self.store.visible(&node(b"k"), snapshot, &mut before) {
                Visibility::Before => before[0],
                Visibility::Unversioned | Visibility::AsOnPage => bytes,
                other => panic!("{other:?}"),
            }
        };
        fence(Ordering::Acquire);
        match version % 2 == 0 && self.version.load(Ordering::Relaxed) == version {
            true => seen,
            false => self.look(snapshot),
        }
    }

    fn begin(&self, procid: u16, read_only: bool) -> TrxSession {
        let session = self.store.session(procid).unwrap();
        session.begin(read_only).unwrap();
        session
    }

    /// Counts in the node, from what the session sees of it; `false` when somebody stands against it.
    fn change(&self, session: &TrxSession) -> bool {
        let seen = self.look(session.snapshot());
        let mut page = self.page.lock();
        let change = NodeChange::Replace {
            before: &[*page],
            after_len: 1,
            unchanged: false,
        };
        match session.change(&node(b"k"), LEAF, VersionRef::NONE, &change) {
            Ok(_) => {
                self.put(&mut page, seen + 1);
                true
            }
            Err(VersionFault::WriteConflict) => false,
            Err(e) => panic!("{e}"),
        }
    }

    /// What a snapshot sees in the node.
    fn look(&self, snapshot: Snapshot) -> u8 {
        let page = self.page.lock();
        let mut before = Vec::new();
        match self.store.visible(&node(b"k"), snapshot, &mut before) {
            Visibility::Before => before[0],
            Visibility::Unversioned | Visibility::AsOnPage => *page,
            other => panic!("{other:?}"),
        }
    }

    fn roll_back(&self, session: &TrxSession) {
        let mut run = session.rollback(RollbackScope::Level).unwrap();
        let mut copy = VersionCopy::default();
        while run.next(&mut copy) {
            let mut page = self.page.lock();
            let before = *page - 1;
            self.put(&mut page, before);
            run.undone(copy.version);
        }
        run.end_level().unwrap();
    }

    fn clean(&self) {
        self.store.clean(EVERYTHING, usize::MAX, &mut |_| true);
    }
}

fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 20_000;
    builder.check(model);
}

/// A transaction sees one and the same node at every look, while another changes it and commits, or
/// rolls back, and cleanup runs; and it sees what was committed before it began.
fn a_snapshot_holds(commits: bool) {
    check(move || {
        let world = World::new();
        let w = Arc::clone(&world);
        let writer = loom::thread::spawn(move || {
            let session = w.begin(7, false);
            assert!(w.change(&session));
            if commits {
                session.commit_outermost(Lgpos::MIN).unwrap();
            } else {
                w.roll_back(&session);
            }
            w.clean();
        });
        let session = world.begin(8, true);
        let first = world.look(session.snapshot());
        let second = world.look(session.snapshot());
        assert_eq!(first, second);
        writer.join().unwrap();
        assert_eq!(first, world.look(session.snapshot()));
        session.commit_outermost(Lgpos::MIN).unwrap();
        world.clean();
        assert_eq!(world.look(world.store.latest()), u8::from(commits));
        assert_eq!(world.store.buckets().0, 0, "all could go");
    });
}

#[test]
fn a_snapshot_holds_against_a_commit() {
    a_snapshot_holds(true);
}

#[test]
fn a_snapshot_holds_against_a_rollback() {
    a_snapshot_holds(false);
}

/// The same of one who looks without the page's latch, while somebody else finds out that the page is calm.
fn a_loose_snapshot_holds(commits: bool) {
    check(move || {
        let world = World::new();
        world.settle_calm();
        let w = Arc::clone(&world);
        let writer = loom::thread::spawn(move || {
            let session = w.begin(7, false);
            assert!(w.change(&session));
            if commits {
                session.commit_outermost(Lgpos::MIN).unwrap();
            } else {
                w.roll_back(&session);
            }
            w.settle_calm();
            w.clean();
        });
        let session = world.begin(8, true);
        let first = world.look_loose(session.snapshot());
        let second = world.look_loose(session.snapshot());
        assert_eq!(first, second);
        writer.join().unwrap();
        assert_eq!(first, world.look_loose(session.snapshot()));
        session.commit_outermost(Lgpos::MIN).unwrap();
        world.clean();
        world.settle_calm();
        let latest = world.store.latest();
        assert_eq!(world.look_loose(latest), u8::from(commits));
    });
}

#[test]
fn a_loose_snapshot_holds_against_a_commit() {
    a_loose_snapshot_holds(true);
}

#[test]
fn a_loose_snapshot_holds_against_a_rollback() {
    a_loose_snapshot_holds(false);
}

/// Of two that change one node at once one wins, or they come one after the other: no count is lost.
#[test]
fn the_first_updater_wins() {
    check(|| {
        let world = World::new();
        let work = |w: &World, procid| {
            let session = w.begin(procid, false);
            let won = w.change(&session);
            session.commit_outermost(Lgpos::MIN).unwrap();
            u8::from(won)
        };
        let w = Arc::clone(&world);
        let other = loom::thread::spawn(move || work(&w, 7));
        let mut won = work(&world, 8);
        won += other.join().unwrap();
        assert!(won > 0, "both were refused");
        assert_eq!(world.look(world.store.latest()), won);
    });
}

/// What a page owes is paid by who logs its before-image, or ends with the version, whichever comes
/// first; it is off the page's list then, once.
#[test]
fn a_debt_is_paid_once() {
    check(|| {
        let world = World::new();
        let session = world.begin(7, false);
        assert!(world.change(&session));
        let third = world.begin(8, false);
        let w = Arc::clone(&world);
        let writer = loom::thread::spawn(move || {
            // Who writes the page: logs what is owed, then says so.
            let owed = w.store.owed_versions(TREE.0, LEAF);
            let rceids: Vec<u32> = owed.iter().map(|c| c.version.rceid).collect();
            w.store.undo_info_durable(TREE.0, LEAF, &rceids);
            // And somebody else makes a debt on the same page.
            let change = NodeChange::FlagDelete;
            third
                .change(&node(b"other"), LEAF, VersionRef::NONE, &change)
                .unwrap();
            third
        });
        world.roll_back(&session);
        let third = writer.join().unwrap();
        let debt = || world.store.undo_debt(TREE.0, LEAF);
        assert_eq!(debt(), UndoDebt::Owed, "the other's");
        third.commit_outermost(Lgpos::MIN).unwrap();
        assert_eq!(debt(), UndoDebt::UntilDurable(Lgpos::MIN));
        world.clean();
        assert_eq!(world.store.buckets().0, 0, "all could go");
    });
}

/// A version that is made on behalf of a transaction ends as the version it was made for: nobody
/// sees the one without the other.
#[test]
fn a_proxy_ends_with_its_owner() {
    check(|| {
        let world = World::new();
        let owner = world.begin(7, false);
        assert!(world.change(&owner));
        let builder = world.begin(8, false);
        let mut version = VersionRef::NONE;
        world
            .store
            .versions_of_tree((TREE.0, TREE.1), 0, &mut |copy| {
                version = copy.version;
            });
        assert!(!version.is_none());
        let w = Arc::clone(&world);
        let ending = loom::thread::spawn(move || {
            owner.commit_outermost(Lgpos::MIN).unwrap();
            w.store.latest()
        });
        let entry = node(b"entry");
        let made = builder.proxy_for(version).map(|sink| {
            let reserved = sink.reserve(&entry).unwrap();
            let change = NodeChange::Insert;
            let made = sink.change(&entry, LEAF, reserved, &change).unwrap();
            assert_eq!(made.versioned(), sink.stamp().level > 0);
        });
        let after = ending.join().unwrap();
        assert_eq!(world.look(after), 1);
        if made.is_some() {
            let seen = world.store.visible(&entry, after, &mut Vec::new());
            assert_eq!(seen, Visibility::AsOnPage);
        }
        builder.commit_outermost(Lgpos::MIN).unwrap();
        world.clean();
        assert_eq!(world.store.buckets().0, 0, "all could go");
    });
}

/// The table of heads grows while one session has changed a node, a second looks, and a third changes another
/// node and takes that back: everybody finds what is there, under the latch and without.
#[test]
fn heads_are_split_under_everybody() {
    check(|| {
        let world = World::new();
        let before = world.store.chains.heads();
        let writer = world.begin(7, false);
        assert!(world.change(&writer));
        let w = Arc::clone(&world);
        let growing = loom::thread::spawn(move || {
            w.store.chains.fit(2, &w.store.buckets);
        });
        let w = Arc::clone(&world);
        let other = loom::thread::spawn(move || {
            let session = w.begin(8, false);
            let node = node(b"other");
            let made = session.change(&node, Pgno(21), VersionRef::NONE, &NodeChange::Insert);
            let made = made.unwrap();
            let found = w.store.visible(&node, w.store.latest(), &mut Vec::new());
            assert_eq!(found, Visibility::Absent);
            session.undo_of(&made);
            let found = w.store.visible(&node, w.store.latest(), &mut Vec::new());
            assert_eq!(found, Visibility::Unversioned);
            session.commit_outermost(Lgpos::MIN).unwrap();
        });
        // Without the lock of the head, under the latch of the page.
        {
            let _page = world.page.lock();
            assert!(world.store.is_active(&node(b"k")));
        }
        // Not committed: as before.
        assert_eq!(world.look(world.store.latest()), 0);
        growing.join().unwrap();
        other.join().unwrap();
        assert_eq!((before, world.store.chains.heads()), (1, 2));
        // The node that is looked at is one of those that move.
        assert_eq!(crate::trx::chains::hash(&node(b"k")) & 1, 1);
        assert_eq!(world.look(world.store.latest()), 0);
        assert_eq!(world.look(writer.snapshot()), 1);
        writer.commit_outermost(Lgpos::MIN).unwrap();
        assert_eq!(world.look(world.store.latest()), 1);
        world.clean();
        assert_eq!(world.store.buckets().0, 0, "all could go");
    });
}

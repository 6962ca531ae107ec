//! The version store of the running engine: everything that transactions changed and somebody may
//! still have to see, or take back, as it was before.
//!
//! | room | purpose |
//! |---|---|
//! | `create` | making versions, forgetting those that were not needed after all |
//! | `clean` | what nobody needs any more; what has to be done about it |
//! | `copy` | a version, copied out |
//!
//! Sessions are in [`super::session`], the rules in [`super::rules`].
//!
//! # Locks
//! In this order: cleanup, a page's list of what it owes, a session, a head of the hash of nodes, the
//! filling of buckets, the list of free slots. A caller may hold latches of pages: no page is latched
//! from here. The only wait for another thread beyond these locks is the moment of a commit
//! (`slots`), in which that thread takes no lock.
//!
//! # Memory
//! Entries lie in at most [`Limits::buckets`] buckets of 64 KiB; hash, slots and lists are sized by
//! that when the store is made. When all are in use and cleanup frees none, making a version fails
//! with [`VersionFault::Full`].
//!
//! Source: docs/format/versioning.md.
//!
//! Invariants:
//! * a version is in its node's chain from before the page shows the change until after the page
//!   shows it no more, or until everybody sees the change;
//! * who holds the latch of a page finds the versions of its nodes as the page needs them.
#![forbid(unsafe_code)]

use super::begins;
use super::buckets::{BUCKETS_MOST, Buckets, Entry, EntryFlags};
use super::chains::{self, Chains};
use super::ids::{TrxClock, TrxId};
use super::oper::Oper;
use super::owed::{Owed, UndoDebt};
use super::rules::{self, Link, Seen};
use super::session::{Seat, TrxSession};
use super::sink::{NodeId, VersionFault};
use super::slots::Slots;
use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Pgno};
use crate::io::clock::Wake;
use crate::sync::Lock;
use clean::Cleaner;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

mod clean;
mod copy;
mod create;

pub use clean::{CleanUp, Cleaned};
pub(super) use copy::Delta;
pub use copy::VersionCopy;
pub(super) use create::{Author, Created, Payload, TEMPORARY};

/// How much there may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Buckets of 64 KiB, 1..=65536 (JET_paramMaxVerPages; more counts as 65536, which is 4 GiB).
    pub buckets: u32,
    /// Sessions at once, those of the engine itself included.
    pub sessions: u16,
}

impl Default for Limits {
    /// The original's defaults.
    fn default() -> Self {
        Self {
            buckets: 64,
            sessions: 20,
        }
    }
}

/// Whose eyes look at a node, and at what time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Snapshot {
    pub(super) at: TrxId,
    /// Slot of the own transaction; 0 for none.
    pub(super) slot: u32,
    /// An update of the own transaction that is not seen; 0 for none.
    pub(super) without: u32,
}

impl Snapshot {
    /// Whether a transaction that committed with this id is seen.
    #[must_use]
    pub fn sees(self, committed: TrxId) -> bool {
        committed.is_before(self.at)
    }

    /// The same eyes, before an update of their own transaction ([`super::TrxSession::begin_update`]):
    /// what is under way is not seen.
    #[must_use]
    pub fn before_update(self, update: u32) -> Self {
        Self {
            without: update,
            ..self
        }
    }

    /// What was committed before this is seen.
    #[must_use]
    pub fn at(&self) -> TrxId {
        self.at
    }
}

/// How a node looks to a snapshot (docs/format/versioning.md §3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visibility {
    /// As on the page; and there is no version at all: the node's versioned flag may be cleared.
    Unversioned,
    /// As on the page: with the deleted flag there is no such node.
    AsOnPage,
    /// There is no such node.
    Absent,
    /// As on the page, and there even when it is flagged deleted.
    Undeleted,
    /// It is there, with the data that was copied out.
    Before,
}

/// The store.
#[derive(Debug)]
pub struct VersionStore {
    pub(super) clock: TrxClock,
    pub(super) buckets: Buckets,
    pub(super) chains: Chains,
    pub(super) slots: Slots,
    pub(super) owed: Owed,
    pub(super) seats: Box<[Seat]>,
    /// For a number that is no seat's.
    pub(super) nobody: Seat,
    free_seats: Lock<Vec<u32>>,
    cleaner: Lock<Cleaner>,
    updates: AtomicU32,
}

impl VersionStore {
    /// An empty store, whose ids are those of `clock`.
    #[must_use]
    pub fn new(limits: Limits, clock: TrxClock) -> Arc<Self> {
        let buckets = Buckets::new(limits.buckets.clamp(1, BUCKETS_MOST));
        let entries = buckets.entries_most();
        let sessions = u32::from(limits.sessions);
        Arc::new(Self {
            clock,
            chains: Chains::new(entries),
            slots: Slots::new(entries + usize::from(limits.sessions)),
            owed: Owed::new(entries),
            buckets,
            seats: (0..sessions).map(|_| Seat::default()).collect(),
            nobody: Seat::default(),
            free_seats: Lock::new((0..sessions).rev().collect()),
            cleaner: Lock::default(),
            updates: AtomicU32::new(0),
        })
    }

    /// A session; `procid` is its number in the log. [`VersionFault::TooManySessions`].
    pub fn session(self: &Arc<Self>, procid: u16) -> Result<TrxSession, VersionFault> {
        let seat = self.free_seats.lock().pop();
        let seat = seat.ok_or(VersionFault::TooManySessions)?;
        Ok(TrxSession::new(Arc::clone(self), seat, procid))
    }

    /// Has the hash of nodes fit what there is. The caller holds no lock of this store but that of cleanup.
    #[inline]
    pub(super) fn fit_heads(&self) {
        self.chains.fit(self.buckets.taken(), &self.buckets);
    }

    pub(super) fn leave(&self, seat: u32) {
        self.free_seats.lock().push(seat);
    }

    /// The ids of transactions.
    #[must_use]
    pub fn clock(&self) -> &TrxClock {
        &self.clock
    }

    /// What was committed before this is seen by everybody: `trxOldest`.
    #[must_use]
    pub fn oldest(&self) -> TrxId {
        begins::oldest(&self.clock, self.seats.iter().map(|s| &s.begin))
    }

    /// How many transactions are open, those of the engine's own sessions included.
    #[must_use]
    pub fn open_transactions(&self) -> usize {
        let open = |seat: &&Seat| seat.begin.id() != TrxId::MAX;
        self.seats.iter().filter(open).count()
    }

    /// The eyes of nobody's transaction: what is committed now. Take one for each call that reads.
    #[must_use]
    pub fn latest(&self) -> Snapshot {
        Snapshot {
            at: self.clock.read_only(),
            slot: 0,
            without: 0,
        }
    }

    /// Where the oldest open transaction that logged something began in the log: a checkpoint must
    /// not pass it.
    #[must_use]
    pub fn oldest_begin0(&self) -> Option<Lgpos> {
        self.seats.iter().filter_map(Seat::begin0_at).min()
    }

    /// A number for the versions of one update, so that they can be undone together.
    pub(super) fn next_update(&self) -> u32 {
        let next = self.updates.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if next == 0 { self.next_update() } else { next }
    }

    /// Id of the newest version.
    #[must_use]
    pub fn newest_rceid(&self) -> u32 {
        self.buckets.newest_rceid()
    }

    /// Buckets in use, and how many there may be.
    #[must_use]
    pub fn buckets(&self) -> (usize, usize) {
        self.buckets.in_use()
    }

    /// Buckets that memory was ever taken for: those in use, and those that came back.
    #[must_use]
    pub fn buckets_touched(&self) -> u32 {
        self.buckets.touched()
    }

    /// Somebody needed a bucket, or a few more are in use, since this was asked last: cleanup should run.
    #[must_use]
    pub fn cleanup_wanted(&self) -> bool {
        self.buckets.cleanup_wanted()
    }

    /// Rung when [`VersionStore::cleanup_wanted`] becomes true because versions were made: not for each of
    /// them, and under latches.
    #[must_use]
    pub fn cleanup_bell(&self) -> &Arc<Wake> {
        self.buckets.bell()
    }

    /// There is no version at all that concerns a page which the caller has latched, or proves afterwards
    /// to be unchanged: every node of it looks as it lies there, to everybody, until the page changes.
    /// Costs one load.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    // ---- looking at nodes ----------------------------------------------------------------------

    /// How a node looks. The page it lies on is latched, or proven afterwards to be the same. With
    /// [`Visibility::Before`] the data is in `before`, which is emptied first.
    pub fn visible(
        &self,
        node: &NodeId<'_>,
        snapshot: Snapshot,
        before: &mut Vec<u8>,
    ) -> Visibility {
        before.clear();
        if self.is_empty() {
            return Visibility::Unversioned;
        }
        let hash = chains::hash(node);
        if self.chains.has_none(hash) {
            return Visibility::Unversioned;
        }
        let Some(head) = self.chains.lock(hash, &self.buckets) else {
            return Visibility::Unversioned;
        };
        let found = head.find(hash, node);
        if found.newest.is_none() {
            return Visibility::Unversioned;
        }
        let chain = head.versions(found.newest);
        let chain = chain.map(|e| (e, self.link_for(e, snapshot)));
        match rules::visible(chain, snapshot.at) {
            Seen::AsOnPage => Visibility::AsOnPage,
            Seen::Absent => Visibility::Absent,
            Seen::Undeleted => Visibility::Undeleted,
            Seen::Before(entry) => {
                self.buckets.copy_before(entry, before);
                Visibility::Before
            }
        }
    }

    /// Whether a node has any version. The page it lies on is latched.
    #[must_use]
    pub fn is_versioned(&self, node: &NodeId<'_>) -> bool {
        let hash = chains::hash(node);
        if self.chains.has_none(hash) {
            return false;
        }
        let head = self.chains.lock(hash, &self.buckets);
        head.is_some_and(|head| head.find(hash, node).newest.is_some())
    }

    /// When the last of a node's versions was committed: `Some(None)` when it has none, `None` while one is not.
    /// The page it lies on is latched. Who sees that commit sees the node as it lies there, until the page
    /// changes.
    #[must_use]
    pub fn settled(&self, node: &NodeId<'_>) -> Option<Option<TrxId>> {
        let hash = chains::hash(node);
        if self.chains.has_none(hash) {
            return Some(None);
        }
        let head = self.chains.lock(hash, &self.buckets)?;
        let found = head.find(hash, node);
        let mut last: Option<TrxId> = None;
        for entry in head.versions(found.newest) {
            let link = self.link(entry, 0);
            if link.committed == TrxId::MAX || link.rolled_back {
                return None;
            }
            if last.is_none_or(|last| last.is_before(link.committed)) {
                last = Some(link.committed);
            }
        }
        Some(last)
    }

    /// What has to be added, wrapping, to the escrow number at `offset` of the node's data (that on
    /// the page, or that of [`Visibility::Before`]) for a snapshot to see its value. `prepared` are
    /// updates of the own session that are under way: their changes do not count yet.
    #[must_use]
    pub fn compensation(
        &self,
        node: &NodeId<'_>,
        snapshot: Snapshot,
        (offset, wide): (u16, bool),
        prepared: &[u32],
    ) -> i64 {
        let hash = chains::hash(node);
        let Some(head) = self.chains.lock(hash, &self.buckets) else {
            return 0;
        };
        let found = head.find(hash, node);
        let oper = if wide { Oper::Delta64 } else { Oper::Delta };
        let chain = head.versions(found.newest).map(|e| {
            let mut link = self.link_for(e, snapshot);
            if link.oper != oper {
                return (None, link);
            }
            if link.mine && prepared.contains(&self.buckets.update(e)) {
                link.mine = false;
            }
            let delta = self.delta(e);
            let amount = (delta.offset == offset).then_some(delta.amount);
            (amount, link)
        });
        rules::compensation(chain, snapshot.at)
    }

    /// Whether a transaction that is not seen by `snapshot` has an escrow change other than 0 of the
    /// number at `offset`: it may go again.
    #[must_use]
    pub fn escrow_is_active(&self, node: &NodeId<'_>, snapshot: Snapshot, offset: u16) -> bool {
        let hash = chains::hash(node);
        let Some(head) = self.chains.lock(hash, &self.buckets) else {
            return false;
        };
        let found = head.find(hash, node);
        head.versions(found.newest).any(|e| {
            let link = self.link(e, snapshot.slot);
            if !matches!(link.oper, Oper::Delta | Oper::Delta64) {
                return false;
            }
            let delta = self.delta(e);
            delta.offset == offset && delta.amount != 0 && link.is_active_for(snapshot.at)
        })
    }

    /// Whether others stand against an operation on a node now.
    pub(super) fn conflicts(&self, node: &NodeId<'_>, snapshot: Snapshot, oper: Oper) -> bool {
        let hash = chains::hash(node);
        let Some(head) = self.chains.lock(hash, &self.buckets) else {
            return false;
        };
        let found = head.find(hash, node);
        let chain = head.versions(found.newest);
        rules::conflicts(
            chain.map(|e| self.link(e, snapshot.slot)),
            snapshot.at,
            oper,
        )
    }

    /// See [`VersionSink::is_active`](super::VersionSink::is_active).
    #[must_use]
    pub fn is_active(&self, node: &NodeId<'_>) -> bool {
        let oldest = self.oldest();
        let hash = chains::hash(node);
        let Some(head) = self.chains.lock(hash, &self.buckets) else {
            return false;
        };
        let found = head.find(hash, node);
        head.versions(found.newest)
            .any(|e| !self.link(e, 0).committed.is_before(oldest))
    }

    /// See [`VersionSink::reserved_space`](super::VersionSink::reserved_space).
    #[must_use]
    pub fn reserved_space(&self, node: &NodeId<'_>) -> u16 {
        let hash = chains::hash(node);
        let Some(head) = self.chains.lock(hash, &self.buckets) else {
            return 0;
        };
        let found = head.find(hash, node);
        let open = head.versions(found.newest).filter(|&e| {
            let link = self.link(e, 0);
            link.committed == TrxId::MAX && link.oper == Oper::Replace && !link.rolled_back
        });
        let sum: i32 = open.map(|e| i32::from(self.buckets.space(e).1)).sum();
        u16::try_from(sum).unwrap_or(if sum < 0 { 0 } else { u16::MAX })
    }

    /// What the rules ask of an entry whose head is locked.
    pub(super) fn link(&self, entry: Entry, own_slot: u32) -> Link {
        let buckets = &self.buckets;
        let slot = buckets.slot(entry);
        Link {
            oper: buckets.oper(entry),
            committed: self.slots.get(slot).committed(),
            mine: own_slot != 0 && slot == own_slot,
            rolled_back: buckets.flags(entry).contains(EntryFlags::ROLLED_BACK),
        }
    }

    /// A version as eyes that do not see one of their own updates look at it.
    fn link_for(&self, entry: Entry, snapshot: Snapshot) -> Link {
        let mut link = self.link(entry, snapshot.slot);
        let unseen = snapshot.without != 0 && self.buckets.update(entry) == snapshot.without;
        link.mine &= !unseen;
        link
    }

    // ---- what pages owe ------------------------------------------------------------------------

    /// What stands against writing a page whose versions are in this store. Asked by the gate of the
    /// cache; the page is latched by whoever writes it.
    #[must_use]
    pub fn undo_debt(&self, db: DbNo, pgno: Pgno) -> UndoDebt {
        self.owed.debt(&self.buckets, &self.slots, db, pgno)
    }

    /// Whether before-images of the page have to be logged before it can be written.
    #[must_use]
    pub fn needs_undo_info(&self, db: DbNo, pgno: Pgno) -> bool {
        self.undo_debt(db, pgno) == UndoDebt::Owed
    }

    /// Copies the versions of open transactions that a page owes: their UndoInfo has to be logged.
    pub fn owed_versions(&self, db: DbNo, pgno: Pgno) -> Vec<VersionCopy> {
        let mut copies = Vec::new();
        let (buckets, slots) = (&self.buckets, &self.slots);
        self.owed.each(buckets, slots, (db, pgno), |entry| {
            let mut copy = VersionCopy::default();
            let seat = self.seat_of(buckets.slot(entry));
            let level = seat.map_or(0, |s| s.level_of(self, entry));
            self.copy_out(entry, level, &mut copy);
            copies.push(copy);
        });
        copies
    }

    /// The UndoInfo records of these versions of a page are durable in the log.
    pub fn undo_info_durable(&self, db: DbNo, pgno: Pgno, rceids: &[u32]) {
        self.owed.pay(&self.buckets, (db, pgno), rceids);
    }

    pub(super) fn seat_of(&self, slot: u32) -> Option<&Seat> {
        let seat = self.slots.get(slot).seat();
        self.seats.get(usize::try_from(seat).ok()?)
    }
}

#[cfg(all(test, not(loom)))]
mod tests;

//! One slot per transaction that made versions: all its entries point to it, so that one store
//! commits them all.
//!
//! ```text
//! open -> about to commit -> committed at C
//!      -> ended (all of it was undone)
//! ```
//! "About to commit" hides the moment between taking C and saying so: who begins in it and looks at
//! the slot waits until C is there. Otherwise it would see the versions as uncommitted first and as
//! committed before its own begin later. Nothing but two instructions lies between.
//!
//! A slot is given back when its transaction has ended and the last of its entries is gone.
//!
//! Source: docs/format/versioning.md §7.1.
//!
//! Invariants: a slot that an entry of a chain points to is not given back; a slot's position of the
//! commit is there before its state says committed.
#![forbid(unsafe_code)]

use super::ids::{TrxClock, TrxId};
use crate::format::ids::Lgpos;
use crate::sync::{AtomicU32, Lock, Ordering, yield_now};
use once_cell::sync::OnceCell;

/// Ids are even: odd numbers are states.
const OPEN: u32 = TrxId::MAX.0;
const ABOUT_TO_COMMIT: u32 = OPEN - 0x10;
const UNDONE: u32 = OPEN - 0x12;

/// Slots that are made at once.
const CHUNK: usize = if cfg!(loom) { 4 } else { 256 };

/// How a transaction stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TrxState {
    Open,
    Committed(TrxId),
    /// All its versions were undone.
    Undone,
}

/// The state of one transaction.
#[derive(Debug)]
pub(super) struct Slot {
    state: AtomicU32,
    /// Where its Commit0 record stands.
    commit_generation: AtomicU32,
    commit_place: AtomicU32,
    /// Entries that are not cleaned up, and one for the transaction while it is open.
    refs: AtomicU32,
    begin0: AtomicU32,
    /// The session; while the slot is free the next free one.
    seat: AtomicU32,
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            state: AtomicU32::new(UNDONE),
            commit_generation: AtomicU32::new(0),
            commit_place: AtomicU32::new(0),
            refs: AtomicU32::new(0),
            begin0: AtomicU32::new(0),
            seat: AtomicU32::new(0),
        }
    }
}

impl Slot {
    fn open(&self, begin0: TrxId, seat: u32) {
        self.begin0.store(begin0.0, Ordering::Relaxed);
        self.seat.store(seat, Ordering::Relaxed);
        self.refs.store(1, Ordering::Relaxed);
        self.state.store(OPEN, Ordering::Release);
    }

    /// How the transaction stands. Waits out the moment of a commit.
    pub(super) fn state(&self) -> TrxState {
        loop {
            match self.state.load(Ordering::Acquire) {
                OPEN => return TrxState::Open,
                UNDONE => return TrxState::Undone,
                ABOUT_TO_COMMIT => yield_now(),
                id => return TrxState::Committed(TrxId(id)),
            }
        }
    }

    /// The commit id of [`super::rules`]: [`TrxId::MAX`] while the transaction is not committed.
    pub(super) fn committed(&self) -> TrxId {
        match self.state() {
            TrxState::Committed(id) => id,
            TrxState::Open | TrxState::Undone => TrxId::MAX,
        }
    }

    /// Takes the commit's id and publishes it: what the transaction did is visible to all who begin
    /// from now on.
    pub(super) fn commit(&self, clock: &TrxClock, at: Lgpos) -> TrxId {
        let place = u32::from(at.isec) << 16 | u32::from(at.ib);
        self.commit_generation
            .store(at.generation.cast_unsigned(), Ordering::Relaxed);
        self.commit_place.store(place, Ordering::Relaxed);
        self.state.store(ABOUT_TO_COMMIT, Ordering::Release);
        let id = clock.next();
        self.state.store(id.0, Ordering::Release);
        id
    }

    /// The transaction was undone.
    pub(super) fn end_undone(&self) {
        self.state.store(UNDONE, Ordering::Release);
    }

    /// Where the Commit0 record of a committed transaction stands.
    pub(super) fn commit_at(&self) -> Lgpos {
        let generation = self.commit_generation.load(Ordering::Relaxed);
        let place = self.commit_place.load(Ordering::Relaxed);
        let [a, b, c, d] = place.to_be_bytes();
        Lgpos::new(
            generation.cast_signed(),
            u16::from_be_bytes([a, b]),
            u16::from_be_bytes([c, d]),
        )
    }

    /// Its begin.
    pub(super) fn begin0(&self) -> TrxId {
        TrxId(self.begin0.load(Ordering::Relaxed))
    }

    /// Its session.
    pub(super) fn seat(&self) -> u32 {
        self.seat.load(Ordering::Relaxed)
    }

    /// One more entry points here.
    pub(super) fn hold(&self) {
        self.refs.fetch_add(1, Ordering::Relaxed);
    }

    /// So many less; `true` when they were the last.
    fn let_go(&self, entries: u32) -> bool {
        self.refs.fetch_sub(entries, Ordering::AcqRel) == entries
    }
}

#[derive(Debug)]
struct Free {
    /// First of a list; 0 for none.
    first: u32,
    /// The next slot that was never used.
    fresh: u32,
}

/// All slots. Number 0 is none.
#[derive(Debug)]
pub(super) struct Slots {
    chunks: Box<[OnceCell<Box<[Slot]>>]>,
    free: Lock<Free>,
    /// For a number that was never given out.
    nobody: Slot,
}

impl Slots {
    /// At most `most` transactions at once.
    pub(super) fn new(most: usize) -> Self {
        let chunks = most / CHUNK + 1;
        Self {
            chunks: (0..chunks).map(|_| OnceCell::new()).collect(),
            free: Lock::new(Free { first: 0, fresh: 1 }),
            nobody: Slot::default(),
        }
    }

    /// The slot of a number that [`Slots::take`] gave out.
    pub(super) fn get(&self, number: u32) -> &Slot {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let chunk = self.chunks.get(number / CHUNK).and_then(OnceCell::get);
        chunk
            .and_then(|c| c.get(number % CHUNK))
            .unwrap_or(&self.nobody)
    }

    /// A slot for a transaction that begins to make versions; `None` when there are too many.
    pub(super) fn take(&self, begin0: TrxId, seat: u32) -> Option<u32> {
        let mut free = self.free.lock();
        let number = if free.first != 0 {
            let number = free.first;
            free.first = self.get(number).seat();
            number
        } else {
            let number = free.fresh;
            let chunk = self.chunks.get(usize::try_from(number).ok()? / CHUNK)?;
            chunk.get_or_init(|| (0..CHUNK).map(|_| Slot::default()).collect());
            free.fresh += 1;
            number
        };
        drop(free);
        self.get(number).open(begin0, seat);
        Some(number)
    }

    /// The transaction ended, or one of its entries is gone.
    pub(super) fn let_go(&self, number: u32) {
        self.let_all_go(number, 1);
    }

    /// So many of its entries are gone.
    pub(super) fn let_all_go(&self, number: u32, entries: u32) {
        let slot = self.get(number);
        if number != 0 && entries != 0 && slot.let_go(entries) {
            slot.end_undone();
            let mut free = self.free.lock();
            slot.seat.store(free.first, Ordering::Relaxed);
            free.first = number;
        }
    }

    /// Slots in use.
    #[cfg(all(test, not(loom)))]
    pub(super) fn in_use(&self) -> u32 {
        let free = self.free.lock();
        let (mut at, mut n) = (free.first, 0);
        while at != 0 {
            at = self.get(at).seat();
            n += 1;
        }
        free.fresh - 1 - n
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    /// A reader that begins while a writer commits sees one and the same state at every look.
    fn snapshot_is_stable(read_only: bool) {
        loom::model(move || {
            let clock = Arc::new(TrxClock::starting_at(100));
            let slot = Arc::new(Slot::default());
            slot.open(TrxId(100), 0);
            let (c, s) = (Arc::clone(&clock), Arc::clone(&slot));
            let committer = loom::thread::spawn(move || s.commit(&c, Lgpos::MIN));
            let begin = if read_only {
                clock.read_only()
            } else {
                clock.next()
            };
            let first = slot.committed().is_before(begin);
            let second = slot.committed().is_before(begin);
            let id = committer.join().unwrap();
            let last = slot.committed().is_before(begin);
            assert_eq!(
                (first, second),
                (last, last),
                "commit {id:?}, begin {begin:?}"
            );
        });
    }

    #[test]
    fn a_writer_begins_while_another_commits() {
        snapshot_is_stable(false);
    }

    #[test]
    fn a_reader_begins_while_another_commits() {
        snapshot_is_stable(true);
    }

    /// The transaction ends while cleanup lets go of its last entry: one of them gives it back.
    #[test]
    fn one_gives_the_slot_back() {
        loom::model(|| {
            let slot = Arc::new(Slot::default());
            slot.open(TrxId(100), 0);
            slot.hold();
            let s = Arc::clone(&slot);
            let other = loom::thread::spawn(move || s.let_go(1));
            let mine = slot.let_go(1);
            assert!(mine != other.join().unwrap());
        });
    }

    /// Who sees the commit sees where it stands in the log.
    #[test]
    fn the_position_comes_before_the_commit() {
        loom::model(|| {
            let clock = Arc::new(TrxClock::starting_at(100));
            let slot = Arc::new(Slot::default());
            slot.open(TrxId(100), 0);
            let at = Lgpos::new(3, 4, 5);
            let (c, s) = (Arc::clone(&clock), Arc::clone(&slot));
            let committer = loom::thread::spawn(move || s.commit(&c, at));
            if slot.committed() != TrxId::MAX {
                assert_eq!(slot.commit_at(), at);
            }
            committer.join().unwrap();
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn slots_are_used_again() {
        let slots = Slots::new(600);
        let taken: Vec<u32> = (0..600).map_while(|i| slots.take(TrxId(i), i)).collect();
        assert_eq!(taken.len(), 600);
        assert_eq!(slots.in_use(), 600);
        let one = taken[300];
        assert_eq!(slots.get(one).begin0(), TrxId(300));
        slots.get(one).hold();
        slots.let_go(one);
        assert_eq!(slots.in_use(), 600, "an entry is left");
        slots.let_go(one);
        assert_eq!(slots.in_use(), 599);
        assert_eq!(slots.take(TrxId(7), 1), Some(one));
        assert_eq!(slots.get(one).state(), TrxState::Open);
    }

    #[test]
    fn there_is_an_end_to_slots() {
        let slots = Slots::new(10);
        let taken = (0..10_000).map_while(|i| slots.take(TrxId(i), i)).count();
        assert_eq!(taken, CHUNK - 1, "number 0 is none");
    }

    #[test]
    fn positions_are_kept() {
        let slots = Slots::new(10);
        let n = slots.take(TrxId(4), 0).unwrap();
        let at = Lgpos::new(0x0123_4567, 0x89AB, 0xCDEF);
        let id = slots.get(n).commit(&TrxClock::starting_at(40), at);
        assert_eq!(slots.get(n).state(), TrxState::Committed(id));
        assert_eq!(slots.get(n).commit_at(), at);
    }
}

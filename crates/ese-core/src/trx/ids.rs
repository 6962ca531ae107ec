//! Transaction ids: the order in which transactions began and were committed.
//!
//! One counter serves both. A begin takes the next id, so does a commit to level 0; a begin for
//! reading only takes the number between two ids and leaves the counter alone. Ids wrap, and are
//! compared by their signed difference; "max" is behind all of them.
//!
//! Source: docs/format/versioning.md §1, log-records.md §3.
//!
//! Invariants: the counter is a multiple of 4 and only ever moves on by 4; begin and commit ids are
//! even, so odd numbers are free for states.
#![forbid(unsafe_code)]

use crate::sync::{AtomicU32, Ordering};
use std::cmp;

/// Distance of two ids.
const STEP: u32 = 4;

/// A transaction id: of a begin or of a commit to level 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TrxId(pub u32);

impl TrxId {
    /// Behind all ids: a transaction that is not committed, a reader that sees all that is.
    pub const MAX: Self = Self(u32::MAX);

    /// The order of two ids that are less than 2^31 apart; [`TrxId::MAX`] is behind all others.
    #[must_use]
    pub fn order(self, other: Self) -> cmp::Ordering {
        match (self == Self::MAX, other == Self::MAX) {
            (false, false) => self.0.wrapping_sub(other.0).cast_signed().cmp(&0),
            (mine, theirs) => mine.cmp(&theirs),
        }
    }

    /// Whether this id is before another.
    #[must_use]
    pub fn is_before(self, other: Self) -> bool {
        self.order(other).is_lt()
    }

    /// Whether this id is behind another.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        self.order(other).is_gt()
    }
}

/// The counter that gives ids out.
#[derive(Debug)]
pub struct TrxClock(AtomicU32);

impl Default for TrxClock {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

impl TrxClock {
    /// A counter behind id `newest`, which a log was found to contain.
    #[must_use]
    pub fn starting_at(newest: u32) -> Self {
        let over = newest % STEP;
        let up = if over == 0 { 0 } else { STEP - over };
        Self(AtomicU32::new(newest.wrapping_add(up)))
    }

    /// The newest id that was given out.
    #[must_use]
    pub fn newest(&self) -> TrxId {
        TrxId(self.0.load(Ordering::Acquire))
    }

    /// The next id, for a begin or a commit. Of the two ids of a commit the first, for the Commit0
    /// record, is taken under the log's lock, so that the records carry rising ids; the second is
    /// taken when the commit becomes visible (`TrxSession::commit_outermost`).
    pub fn next(&self) -> TrxId {
        TrxId(self.0.fetch_add(STEP, Ordering::AcqRel).wrapping_add(STEP))
    }

    /// The id of a begin for reading only: behind all that is committed, before all that will be.
    #[must_use]
    pub fn read_only(&self) -> TrxId {
        Self::between(self.newest())
    }

    /// The number between an id and the next.
    pub(super) fn between(id: TrxId) -> TrxId {
        TrxId(id.0.wrapping_add(STEP / 2))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn ids_wrap_and_max_is_behind_all() {
        let clock = TrxClock::starting_at(u32::MAX - 10);
        let mut last = clock.newest();
        for _ in 0..8 {
            let reader = clock.read_only();
            let next = clock.next();
            assert!(last.is_before(next) && next.is_after(last));
            assert!(last.is_before(reader) && reader.is_before(next));
            assert!(next.is_before(TrxId::MAX) && !TrxId::MAX.is_before(next));
            assert_eq!(next.0 % 4, 0);
            last = next;
        }
        assert!(last.0 < 100, "it wrapped");
        assert!(TrxId::MAX.order(TrxId::MAX).is_eq());
    }

    #[test]
    fn starts_behind_what_a_log_contains() {
        for (found, next) in [(0, 4), (4, 8), (5, 12), (7, 12), (u32::MAX, 4)] {
            assert_eq!(TrxClock::starting_at(found).next(), TrxId(next));
        }
    }
}

//! What is dirty, since when, and in which order it must go out for the checkpoint.
//!
//! Every frame has a [`Dirt`], mostly under a short mutex; every database has a [`DirtyList`] of its dirty
//! frames, oldest first.
//!
//! Invariant: a frame is in its database's list, under its oldest position, exactly while it is
//! dirty. Locks are taken frame first, then list.
#![forbid(unsafe_code)]

use super::page_memory::FrameNo;
use crate::format::ids::Lgpos;
use crate::sync::{AtomicBool, AtomicU64, Lock, Ordering};
use parking_lot::Mutex;
use std::collections::BTreeSet;

/// Where changes that no log record describes stand in the order: after everything, so that they
/// never hold back a checkpoint.
const UNLOGGED: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: u16::MAX,
    ib: u16::MAX,
};

/// Where a change stands in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// Where a redo must start so as to see the whole transaction that changed the page: the
    /// position of its begin at level 0. The checkpoint must not pass it.
    pub begin0: Lgpos,
    /// The record of the change. The log must be durable up to here before the page is written.
    pub lgpos: Lgpos,
}

impl Change {
    /// A change that is not logged.
    pub const UNLOGGED: Self = Self {
        begin0: UNLOGGED,
        lgpos: Lgpos::MIN,
    };

    /// A change that is its own transaction.
    #[must_use]
    pub fn at(lgpos: Lgpos) -> Self {
        Self {
            begin0: lgpos,
            lgpos,
        }
    }
}

/// What a copy of a page, taken under its latch, needs before it may be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Needs {
    pub(super) lgpos: Lgpos,
    pub(super) owes_undo: bool,
}

/// No change, where the word of a position stands.
const NONE: u64 = u64::MAX;

/// A frame's state of dirtiness.
///
/// Mostly a page is changed again that has changes of the same transaction, or an older one, behind its last
/// copy: then only `newest` moves, and the mutex is left alone. Of the words outside of it `newest` is stored
/// by who holds the frame's exclusive latch; the others are by who holds the mutex as well as a latch,
/// exclusive or shared.
pub(super) struct Dirt {
    /// Highest `lgpos` of any change, as [`Lgpos::to_word`]: of those in the file too, which changes nothing.
    newest: AtomicU64,
    /// Lowest `begin0` of the changes behind the last copy, or [`NONE`]. All that it says holds for `state`,
    /// too: written or not, what comes behind it is no older than what makes the frame dirty.
    since_copy: AtomicU64,
    /// A before-image is owed of one of the changes behind the last copy; then `state` says so, too.
    owes_since_copy: AtomicBool,
    state: Lock<State>,
}

#[derive(Default)]
struct State {
    /// Lowest `begin0` of what is not in the file; `None` when everything is.
    oldest: Option<Lgpos>,
    owes_undo: bool,
}

impl Default for Dirt {
    fn default() -> Self {
        Self {
            newest: AtomicU64::new(0),
            since_copy: AtomicU64::new(NONE),
            owes_since_copy: AtomicBool::new(false),
            state: Lock::default(),
        }
    }
}

impl Dirt {
    /// Notes a change; the caller holds the exclusive latch. `true` when it was dirty already.
    #[inline]
    pub(super) fn mark(&self, change: Change, frame: FrameNo, list: &DirtyList) -> bool {
        let at = change.lgpos.to_word();
        if self.newest.load(Ordering::Relaxed) < at {
            self.newest.store(at, Ordering::Relaxed);
        }
        if self.since_copy.load(Ordering::Relaxed) <= change.begin0.to_word() {
            return true;
        }
        self.mark_older(change.begin0, frame, list)
    }

    /// A change that is the first behind the last copy, or of an older transaction than those.
    fn mark_older(&self, begin0: Lgpos, frame: FrameNo, list: &DirtyList) -> bool {
        let mut state = self.state.lock();
        self.since_copy.store(begin0.to_word(), Ordering::Relaxed);
        let before = state.oldest;
        if before.is_none_or(|oldest| begin0 < oldest) {
            state.oldest = Some(begin0);
            list.moved(frame, before, state.oldest);
        }
        before.is_some()
    }

    /// Notes that a before-image is owed; the caller holds the exclusive latch.
    pub(super) fn owe_undo(&self) {
        if !self.owes_since_copy.load(Ordering::Relaxed) {
            let mut state = self.state.lock();
            state.owes_undo = true;
            self.owes_since_copy.store(true, Ordering::Relaxed);
        }
    }

    /// `true` while the file is behind.
    pub(super) fn is_dirty(&self) -> bool {
        self.state.lock().oldest.is_some()
    }

    /// What a write would need now; `None` when nothing is dirty. A change under way may be in it or not.
    pub(super) fn needs(&self) -> Option<Needs> {
        self.needs_of(&self.state.lock())
    }

    fn needs_of(&self, state: &State) -> Option<Needs> {
        state.oldest.map(|_| Needs {
            lgpos: Lgpos::of_word(self.newest.load(Ordering::Relaxed)),
            owes_undo: state.owes_undo,
        })
    }

    /// A copy is taken: the caller holds the shared latch and the right to write.
    pub(super) fn copied(&self) -> Option<Needs> {
        let state = self.state.lock();
        self.since_copy.store(NONE, Ordering::Relaxed);
        self.owes_since_copy.store(false, Ordering::Relaxed);
        self.needs_of(&state)
    }

    /// The copy is in the file. The caller holds the right to write, but no latch.
    pub(super) fn written(&self, frame: FrameNo, list: &DirtyList) {
        let mut state = self.state.lock();
        let before = state.oldest;
        let since_copy = self.since_copy.load(Ordering::Relaxed);
        state.oldest = (since_copy != NONE).then(|| Lgpos::of_word(since_copy));
        state.owes_undo = self.owes_since_copy.load(Ordering::Relaxed);
        list.moved(frame, before, state.oldest);
    }

    /// Forgets everything: the page is no more. The caller holds the exclusive latch and the right to write.
    pub(super) fn forget(&self, frame: FrameNo, list: &DirtyList) {
        let mut state = self.state.lock();
        list.moved(frame, state.oldest, None);
        *state = State::default();
        self.newest.store(0, Ordering::Relaxed);
        self.since_copy.store(NONE, Ordering::Relaxed);
        self.owes_since_copy.store(false, Ordering::Relaxed);
    }
}

/// The dirty frames of a database, oldest first.
#[derive(Default)]
pub(super) struct DirtyList(Mutex<BTreeSet<(Lgpos, FrameNo)>>);

impl DirtyList {
    fn moved(&self, frame: FrameNo, from: Option<Lgpos>, to: Option<Lgpos>) {
        if from == to {
            return;
        }
        let mut list = self.0.lock();
        if let Some(from) = from {
            list.remove(&(from, frame));
        }
        if let Some(to) = to {
            list.insert((to, frame));
        }
    }

    /// The lowest position that a checkpoint must not pass; `None` when no logged change is dirty.
    pub(super) fn oldest(&self) -> Option<Lgpos> {
        let oldest = self.0.lock().first().map(|&(lgpos, _)| lgpos);
        oldest.filter(|&o| o != UNLOGGED)
    }

    /// Up to `most` frames after `after`, oldest first, that were dirty before `before` (all of
    /// them when `None`).
    pub(super) fn batch(
        &self,
        after: Option<(Lgpos, FrameNo)>,
        before: Option<Lgpos>,
        most: usize,
    ) -> Vec<(Lgpos, FrameNo)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let list = self.0.lock();
        list.range((after.map_or(Unbounded, Excluded), Unbounded))
            .take_while(|(oldest, _)| before.is_none_or(|b| *oldest < b))
            .take(most)
            .copied()
            .collect()
    }

    /// How many frames are dirty.
    pub(super) fn len(&self) -> usize {
        self.0.lock().len()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn at(n: u16) -> Lgpos {
        Lgpos::new(1, n, 0)
    }

    #[test]
    fn changes_during_a_write_stay_dirty() {
        let (dirt, list) = (Dirt::default(), DirtyList::default());
        dirt.mark(Change::at(at(5)), 7, &list);
        dirt.owe_undo();
        assert_eq!(list.oldest(), Some(at(5)));
        let copied = dirt.copied();
        assert_eq!(
            copied,
            Some(Needs {
                lgpos: at(5),
                owes_undo: true
            })
        );
        dirt.mark(Change::at(at(9)), 7, &list);
        assert_eq!(list.oldest(), Some(at(5)), "the file has nothing yet");
        dirt.written(7, &list);
        assert_eq!(list.oldest(), Some(at(9)));
        assert_eq!(
            dirt.needs(),
            Some(Needs {
                lgpos: at(9),
                owes_undo: false
            })
        );
        dirt.copied();
        dirt.written(7, &list);
        assert!(!dirt.is_dirty() && list.len() == 0);
    }

    #[test]
    fn an_older_transaction_moves_a_frame_forward() {
        let (dirt, list) = (Dirt::default(), DirtyList::default());
        let other = Dirt::default();
        other.mark(Change::at(at(3)), 1, &list);
        dirt.mark(Change::at(at(5)), 7, &list);
        dirt.mark(
            Change {
                begin0: at(2),
                lgpos: at(6),
            },
            7,
            &list,
        );
        let order: Vec<_> = list.batch(None, Some(at(9)), 9);
        assert_eq!(order, [(at(2), 7), (at(3), 1)]);
        assert_eq!(list.batch(Some((at(2), 7)), None, 9), [(at(3), 1)]);
        assert_eq!(list.batch(None, Some(at(3)), 9), [(at(2), 7)]);
        dirt.forget(7, &list);
        other.mark(Change::UNLOGGED, 1, &list);
        other.copied();
        other.mark(Change::UNLOGGED, 1, &list);
        other.written(1, &list);
        assert_eq!((list.oldest(), list.len()), (None, 1));
    }
}

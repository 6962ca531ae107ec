//! What becomes of places that cursors took in levels that have ended since.
//!
//! A cursor does not hear of every begin and commit: it asks, the next time it is used, where the
//! level is now in which it took its place.
//!
//! Invariant: [`Ended`] is the whole of what happened since it was empty, whatever that was.
#![forbid(unsafe_code)]

use crate::trx::LEVEL_MOST;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

const LEVELS: usize = LEVEL_MOST as usize + 1;
/// In [`Ended`]: the level was rolled back.
const LOST: u8 = u8::MAX;

/// Where each level has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended([u8; LEVELS]);

impl Default for Ended {
    fn default() -> Self {
        let mut same = [0; LEVELS];
        for (level, to) in (0_u8..).zip(&mut same) {
            *to = level;
        }
        Self(same)
    }
}

impl Ended {
    /// What belonged to `level` belongs to this level now; `None` when it was rolled back.
    pub(crate) fn now(&self, level: u8) -> Option<u8> {
        let to = self.0.get(usize::from(level)).copied().unwrap_or(LOST);
        (to != LOST).then_some(to)
    }

    fn committed(&mut self, to: u8) {
        for level in self.0.iter_mut().filter(|l| **l != LOST) {
            *level = (*level).min(to);
        }
    }

    fn rolled_back(&mut self, to: u8) {
        for level in self.0.iter_mut().filter(|l| **l > to) {
            *level = LOST;
        }
    }
}

/// What one cursor has not heard yet.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// There is something to hear: asked before every call.
    told: AtomicBool,
    ended: Mutex<Option<Ended>>,
}

impl Watch {
    /// There is something to hear.
    #[inline]
    pub(crate) fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }

    /// What happened since this was asked last; `None`: nothing.
    pub(crate) fn take(&self) -> Option<Ended> {
        // A load is enough for most calls; the rest is rare.
        if !self.told.load(Ordering::Acquire) || !self.told.swap(false, Ordering::AcqRel) {
            return None;
        }
        self.ended.lock().take()
    }
}

/// The cursors of a session.
#[derive(Debug, Default)]
pub(crate) struct Watches(Mutex<Vec<Weak<Watch>>>);

impl Watches {
    /// One more.
    pub(crate) fn add(&self) -> Arc<Watch> {
        let watch = Arc::new(Watch::default());
        let mut all = self.0.lock();
        all.retain(|w| w.strong_count() > 0);
        all.push(Arc::downgrade(&watch));
        watch
    }

    /// Nobody is told any more; the memory stays.
    pub(super) fn forget(&mut self) {
        self.0.get_mut().clear();
    }

    /// Where its memory lies, and for how many cursors that is.
    #[cfg(test)]
    pub(super) fn room(&self) -> (usize, usize) {
        let all = self.0.lock();
        (all.as_ptr() as usize, all.capacity())
    }

    fn each(&self, tell: impl Fn(&mut Ended)) {
        for watch in self.0.lock().iter().filter_map(Weak::upgrade) {
            tell(watch.ended.lock().get_or_insert_default());
            watch.told.store(true, Ordering::Release);
        }
    }

    /// A level was committed; `to` is the level now.
    pub(crate) fn committed(&self, to: u8) {
        self.each(|e| e.committed(to));
    }

    /// A level was rolled back; `to` is the level now.
    pub(crate) fn rolled_back(&self, to: u8) {
        self.each(|e| e.rolled_back(to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_down_with_commits_and_are_lost_with_rollbacks() {
        let watches = Watches::default();
        let watch = watches.add();
        assert_eq!(watch.take(), None);
        watches.committed(1);
        let ended = watch.take().unwrap();
        assert_eq!(
            (ended.now(2), ended.now(1), ended.now(0)),
            (Some(1), Some(1), Some(0))
        );
        // A place of level 2 is of level 1 after the commit, and goes with that.
        watches.committed(1);
        watches.rolled_back(0);
        let ended = watch.take().unwrap();
        assert_eq!(
            (ended.now(2), ended.now(1), ended.now(0)),
            (None, None, Some(0))
        );
        // One that was committed for good stays, whatever comes afterwards.
        watches.committed(0);
        watches.rolled_back(0);
        let ended = watch.take().unwrap();
        assert_eq!((ended.now(2), ended.now(1)), (Some(0), Some(0)));
        assert_eq!(watch.take(), None);
    }
}

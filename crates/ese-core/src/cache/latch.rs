//! The latch of a frame: many readers or one writer, four bytes, no owner.
//!
//! ```text
//! bit 31       held exclusively
//! bit 30       a writer waits: new readers are polite for a moment
//! bit 29       somebody sleeps: who lets go wakes
//! bits 0-28    readers
//! ```
//! Waiters spin for a moment, then sleep in a [`Sleepers`] that many latches share. A writer is
//! preferred only for a bounded number of turns: a thread that (against the rules of the layers
//! above) latches one page twice is slowed, not dead.
//!
//! Invariants: bit 31 excludes readers; what was written under the latch is seen by the next holder.
#![forbid(unsafe_code)]

use crate::sync::{AtomicU32, Ordering, Sleepers, yield_now};

const EXCLUSIVE: u32 = 1 << 31;
const WRITER_WAITS: u32 = 1 << 30;
const SLEEPERS: u32 = 1 << 29;
const READERS: u32 = SLEEPERS - 1;
/// Turns that a waiter tries before it sleeps.
const SPINS: u32 = if cfg!(loom) { 1 } else { 40 };
/// Turns that a reader lets a waiting writer go first.
const POLITE: u32 = if cfg!(loom) { 1 } else { 16 };

/// The latch. It does not know who holds it: the guards of `page_memory` do.
pub(crate) struct Latch(AtomicU32);

impl Default for Latch {
    fn default() -> Self {
        Self(AtomicU32::new(0))
    }
}

impl Latch {
    /// Takes the latch shared if that needs no waiting.
    #[inline]
    pub(crate) fn try_shared(&self) -> bool {
        let mut state = self.0.load(Ordering::Relaxed);
        while state & EXCLUSIVE == 0 && state & READERS != READERS {
            match self.0.compare_exchange_weak(
                state,
                state + 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Takes the latch exclusively if that needs no waiting.
    #[inline]
    pub(crate) fn try_exclusive(&self) -> bool {
        let mut state = self.0.load(Ordering::Relaxed);
        while state & (EXCLUSIVE | READERS) == 0 {
            match self.0.compare_exchange_weak(
                state,
                state | EXCLUSIVE,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Takes the latch shared; gives up, `false`, once it would have to wait while `wanted` says no.
    /// Who makes `wanted` say no must call [`Latch::wanted_changed`].
    #[inline]
    pub(crate) fn shared(&self, sleepers: &Sleepers, wanted: impl Fn() -> bool) -> bool {
        if self.0.load(Ordering::Relaxed) & WRITER_WAITS == 0 && self.try_shared() {
            return true;
        }
        self.shared_slow(sleepers, wanted)
    }

    #[cold]
    fn shared_slow(&self, sleepers: &Sleepers, wanted: impl Fn() -> bool) -> bool {
        let mut turn = 0u32;
        loop {
            let polite = turn < POLITE && self.0.load(Ordering::Relaxed) & WRITER_WAITS != 0;
            if !polite && self.try_shared() {
                return true;
            }
            if !wanted() {
                return false;
            }
            turn = turn.saturating_add(1);
            if turn < SPINS.max(POLITE) {
                yield_now();
            } else {
                self.sleep_while(EXCLUSIVE, 0, sleepers, &wanted);
            }
        }
    }

    /// Takes the latch exclusively; gives up as [`Latch::shared`] does.
    #[inline]
    pub(crate) fn exclusive(&self, sleepers: &Sleepers, wanted: impl Fn() -> bool) -> bool {
        self.try_exclusive() || self.exclusive_slow(sleepers, wanted)
    }

    #[cold]
    fn exclusive_slow(&self, sleepers: &Sleepers, wanted: impl Fn() -> bool) -> bool {
        let mut turn = 0u32;
        loop {
            if self.try_exclusive() {
                return true;
            }
            if !wanted() {
                return false;
            }
            turn = turn.saturating_add(1);
            if turn < SPINS {
                yield_now();
            } else {
                self.sleep_while(EXCLUSIVE | READERS, WRITER_WAITS, sleepers, &wanted);
            }
        }
    }

    /// Sleeps if any bit of `held` is still set once the sleeper's marks are, and it is `wanted`.
    fn sleep_while(&self, held: u32, mark: u32, sleepers: &Sleepers, wanted: &impl Fn() -> bool) {
        sleepers.sleep_unless(|| {
            let before = self.0.fetch_or(SLEEPERS | mark, Ordering::AcqRel);
            // Who lets go, or changes what is wanted, later than this sees the mark and wakes under
            // the mutex that is held now; who did so earlier is seen here.
            before & held == 0 || !wanted()
        });
    }

    /// Has every sleeper ask again whether it still wants the latch. The caller holds it.
    pub(crate) fn wanted_changed(&self, sleepers: &Sleepers) {
        if self.0.fetch_or(0, Ordering::AcqRel) & SLEEPERS != 0 {
            self.wake(sleepers);
        }
    }

    /// Lets go of a shared hold.
    #[inline]
    pub(crate) fn release_shared(&self, sleepers: &Sleepers) {
        let before = self.0.fetch_sub(1, Ordering::Release);
        if before & READERS == 1 && before & SLEEPERS != 0 {
            self.wake(sleepers);
        }
    }

    /// Lets go of the exclusive hold.
    #[inline]
    pub(crate) fn release_exclusive(&self, sleepers: &Sleepers) {
        let before = self.0.fetch_and(!EXCLUSIVE, Ordering::Release);
        if before & SLEEPERS != 0 {
            self.wake(sleepers);
        }
    }

    /// Makes an exclusive hold a shared one.
    pub(crate) fn downgrade(&self, sleepers: &Sleepers) {
        // Readers are none while it is exclusive, so one subtraction swaps the bit for one reader.
        let before = self.0.fetch_sub(EXCLUSIVE - 1, Ordering::Release);
        if before & SLEEPERS != 0 {
            self.wake(sleepers);
        }
    }

    #[cold]
    fn wake(&self, sleepers: &Sleepers) {
        sleepers.wake_all(|| {
            self.0
                .fetch_and(!(SLEEPERS | WRITER_WAITS), Ordering::Relaxed);
        });
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    /// Two words that a writer keeps equal, stored relaxed: only the latch orders them.
    struct Guarded {
        latch: Latch,
        sleepers: Sleepers,
        words: [AtomicU32; 2],
    }

    impl Guarded {
        fn new() -> Arc<Self> {
            Arc::new(Self {
                latch: Latch::default(),
                sleepers: Sleepers::default(),
                words: [AtomicU32::new(0), AtomicU32::new(0)],
            })
        }

        fn seen(&self) -> u32 {
            let [a, b] = &self.words;
            let a = a.load(Ordering::Relaxed);
            assert_eq!(a, b.load(Ordering::Relaxed), "torn");
            a
        }

        fn change(&self) {
            let next = self.seen() + 1;
            for word in &self.words {
                word.store(next, Ordering::Relaxed);
            }
        }

        fn write(&self) {
            assert!(self.latch.exclusive(&self.sleepers, || true));
            self.change();
            self.latch.release_exclusive(&self.sleepers);
        }

        fn read(&self) {
            assert!(self.latch.shared(&self.sleepers, || true));
            self.seen();
            self.latch.release_shared(&self.sleepers);
        }
    }

    fn run(first: fn(&Guarded), second: fn(&Guarded), third: fn(&Guarded), written: u32) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(2);
        model.check(move || {
            let guarded = Guarded::new();
            let threads = [first, second].map(|work| {
                let guarded = Arc::clone(&guarded);
                loom::thread::spawn(move || work(&guarded))
            });
            third(&guarded);
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(guarded.seen(), written);
        });
    }

    #[test]
    fn two_writers_and_a_reader() {
        run(Guarded::write, Guarded::write, Guarded::read, 2);
    }

    #[test]
    fn two_readers_and_a_writer() {
        run(Guarded::read, Guarded::read, Guarded::write, 1);
    }

    #[test]
    fn a_writer_becomes_a_reader() {
        let downgrading = |g: &Guarded| {
            assert!(g.latch.exclusive(&g.sleepers, || true));
            g.change();
            g.latch.downgrade(&g.sleepers);
            g.seen();
            g.latch.release_shared(&g.sleepers);
        };
        run(downgrading, Guarded::read, Guarded::write, 2);
    }

    /// The holder changes what the waiter wants and waits for it: it must not sleep through that.
    #[test]
    fn a_waiter_leaves_when_it_wants_no_more() {
        loom::model(|| {
            let guarded = Guarded::new();
            assert!(guarded.latch.exclusive(&guarded.sleepers, || true));
            let waiter = Arc::clone(&guarded);
            let wanted = move || waiter.words[0].load(Ordering::Relaxed) == 0;
            let waiter = Arc::clone(&guarded);
            let waiting =
                loom::thread::spawn(move || waiter.latch.exclusive(&waiter.sleepers, wanted));
            guarded.words[0].store(1, Ordering::Relaxed);
            guarded.latch.wanted_changed(&guarded.sleepers);
            assert!(!waiting.join().unwrap());
            guarded.latch.release_exclusive(&guarded.sleepers);
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn who_excludes_whom() {
        let (latch, sleepers) = (Latch::default(), Sleepers::default());
        assert!(latch.shared(&sleepers, || true));
        assert!(latch.try_shared());
        assert!(!latch.try_exclusive());
        latch.release_shared(&sleepers);
        assert!(!latch.try_exclusive(), "one reader is left");
        latch.release_shared(&sleepers);
        assert!(latch.exclusive(&sleepers, || true));
        assert!(!latch.try_shared() && !latch.try_exclusive());
        latch.downgrade(&sleepers);
        assert!(latch.try_shared() && !latch.try_exclusive());
        latch.release_shared(&sleepers);
        latch.release_shared(&sleepers);
        assert!(latch.try_exclusive());
        latch.release_exclusive(&sleepers);
    }

    #[test]
    fn sleepers_are_woken() {
        let latch = std::sync::Arc::new((Latch::default(), Sleepers::default()));
        assert!(latch.0.exclusive(&latch.1, || true));
        let waiting: Vec<_> = (0..4)
            .map(|i| {
                let latch = std::sync::Arc::clone(&latch);
                std::thread::spawn(move || {
                    if i % 2 == 0 {
                        assert!(latch.0.shared(&latch.1, || true));
                        latch.0.release_shared(&latch.1);
                    } else {
                        assert!(latch.0.exclusive(&latch.1, || true));
                        latch.0.release_exclusive(&latch.1);
                    }
                })
            })
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(30));
        latch.0.release_exclusive(&latch.1);
        for thread in waiting {
            thread.join().unwrap();
        }
        assert_eq!(latch.0.0.load(Ordering::Relaxed), 0);
    }
}

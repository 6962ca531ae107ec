//! The one place for a running session, and the stop flag that goes with it.
//!
//! ```text
//! begin: flag back, session there      stop: flag set, no lock      end: session out, flag asked, flag back
//! ```
//! Invariants (each a model in `models`):
//! * a stop that came after `begin` returned and before `end` was called is seen by `end`;
//! * a stop that came before `begin` was called does not reach the session, unless `begin` keeps it;
//! * the flag is taken back only while no session is there, under the lock.
#![forbid(unsafe_code)]

use crate::stop::{StopFlag, StopHandle};
use crate::sync::{Lock, LockGuard};

struct Inner<S> {
    flag: StopFlag,
    session: Option<S>,
}

/// See the module.
pub(crate) struct Slot<S> {
    stop: StopHandle,
    inner: Lock<Inner<S>>,
}

/// The session, while nobody else has it.
pub(crate) struct Held<'a, S>(LockGuard<'a, Inner<S>>);

impl<S> Held<'_, S> {
    /// The session; `None` when none runs.
    pub(crate) fn session(&mut self) -> Option<&mut S> {
        self.0.session.as_mut()
    }

    /// Puts a session there. What was stopped before does not count for it, but with `keep_stop`.
    pub(crate) fn begin(&mut self, session: S, keep_stop: bool) {
        if !keep_stop {
            self.0.flag.reset();
        }
        self.0.session = Some(session);
    }

    /// Takes the session out; `finish` hears whether it was stopped, and the flag is taken back after
    /// it.
    pub(crate) fn end<T>(&mut self, finish: impl FnOnce(S, bool) -> T) -> Option<T> {
        let session = self.0.session.take()?;
        let stopped = self.0.flag.is_stopped();
        let out = finish(session, stopped);
        self.0.flag.reset();
        Some(out)
    }
}

impl<S> Slot<S> {
    /// A slot whose sessions obey `flag`.
    pub(crate) fn new(flag: StopFlag) -> Self {
        Self {
            stop: flag.handle(),
            inner: Lock::new(Inner {
                flag,
                session: None,
            }),
        }
    }

    /// The flag, for everybody.
    pub(crate) fn stop(&self) -> &StopHandle {
        &self.stop
    }

    /// Waits for who has the session.
    pub(crate) fn hold(&self) -> Held<'_, S> {
        Held(self.inner.lock())
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::Slot;
    use crate::stop::StopFlag;
    use loom::sync::Arc;
    use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    /// What a session of the model recorded.
    #[derive(Default)]
    struct Seen {
        begun: AtomicBool,
        stopped: AtomicBool,
    }

    #[test]
    fn a_stop_between_begin_and_end_is_seen_by_the_end() {
        loom::model(|| {
            let slot = Arc::new(Slot::<u32>::new(StopFlag::new()));
            let seen = Arc::new(Seen::default());
            let stopper = {
                let (slot, seen) = (Arc::clone(&slot), Arc::clone(&seen));
                loom::thread::spawn(move || {
                    if seen.begun.load(Ordering::Acquire) {
                        slot.stop().stop();
                        seen.stopped.store(true, Ordering::Release);
                    }
                })
            };
            slot.hold().begin(1, false);
            seen.begun.store(true, Ordering::Release);
            let before_end = seen.stopped.load(Ordering::Acquire);
            let recorded = slot.hold().end(|_, stopped| !stopped);
            if before_end {
                assert_eq!(recorded, Some(false), "a stopped backup was recorded");
            }
            stopper.join().unwrap();
        });
    }

    #[test]
    fn an_old_stop_does_not_reach_a_new_session() {
        loom::model(|| {
            let slot = Arc::new(Slot::<u32>::new(StopFlag::new()));
            slot.hold().begin(1, false);
            let stopper = {
                let slot = Arc::clone(&slot);
                loom::thread::spawn(move || slot.stop().stop())
            };
            slot.hold().end(|_, _| ());
            stopper.join().unwrap();
            // The stop returned before this begins, wherever it fell.
            slot.hold().begin(2, false);
            assert!(!slot.stop().is_stopped(), "an old stop hit a new backup");
            assert_eq!(slot.hold().end(|s, stopped| (s, stopped)), Some((2, false)));
        });
    }

    #[test]
    fn who_reads_ends_after_the_stop() {
        loom::model(|| {
            let slot = Arc::new(Slot::<u32>::new(StopFlag::new()));
            slot.hold().begin(1, false);
            let (pages, returned) = (
                Arc::new(AtomicU32::new(0)),
                Arc::new(AtomicBool::new(false)),
            );
            let reader = {
                let (slot, pages) = (Arc::clone(&slot), Arc::clone(&pages));
                let returned = Arc::clone(&returned);
                loom::thread::spawn(move || {
                    let mut late = 0;
                    for _ in 0..2 {
                        let after = returned.load(Ordering::Acquire);
                        if slot.stop().is_stopped() {
                            break;
                        }
                        late += u32::from(after);
                        pages.fetch_add(1, Ordering::Relaxed);
                    }
                    late
                })
            };
            slot.stop().stop();
            returned.store(true, Ordering::Release);
            assert_eq!(reader.join().unwrap(), 0, "a page after the stop returned");
        });
    }

    #[test]
    fn two_ends_are_one() {
        loom::model(|| {
            let slot = Arc::new(Slot::<u32>::new(StopFlag::new()));
            slot.hold().begin(1, false);
            let other = {
                let slot = Arc::clone(&slot);
                loom::thread::spawn(move || slot.hold().end(|_, _| ()).is_some())
            };
            let here = slot.hold().end(|_, _| ()).is_some();
            assert!(here != other.join().unwrap());
        });
    }
}

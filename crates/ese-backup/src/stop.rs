//! The stop flag: one atomic, asked before every read and every page.
//!
//! The owner of a backup has the [`StopFlag`]; whoever may end it has a [`StopHandle`].
//!
//! Invariants:
//! * sticky: once set it stays set until the owner, and nobody else, takes it back;
//! * setting takes no lock and never waits, so it may be done from any thread;
//! * the flag has a cache line of its own: asking costs a load from the first-level cache until the
//!   very moment somebody sets it.
//!
//! Ordering: set with release, asked with acquire. Whoever sees the flag set also sees what the
//! setting thread did before (why it stops, for one). On x86-64 and aarch64 an acquire load costs
//! what a relaxed one does (docs/performance.md: 4 to 5 instructions of 1,270 per page).
#![forbid(unsafe_code)]

use crate::sync::{AtomicBool, Ordering};
use crossbeam::utils::CachePadded;
use ese_core::io::clock::{Clock, Wake};
use ese_core::{HasJetErr, JetErr};
use std::sync::Arc;
use std::time::Duration;

/// The longest time that a sleep goes on after a stop whose ring it missed.
pub const SLICE: Duration = Duration::from_millis(5);

#[derive(Debug, Default)]
struct Shared {
    stopped: CachePadded<AtomicBool>,
    /// Rung by a stop, for those who sleep; apart from the flag's cache line.
    wake: Wake,
}

/// The stop flag of one backup (of one instance), in its owner's hands.
#[derive(Debug, Default)]
pub struct StopFlag(Arc<Shared>);

/// Sets and asks a [`StopFlag`]; cloned as often as needed, sent to any thread. It outlives the
/// flag's owner without harm.
#[derive(Clone, Debug)]
pub struct StopHandle(Arc<Shared>);

/// The flag is set: what was asked for does not happen, or ends within a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("stopped")]
pub struct Stopped;

impl HasJetErr for Stopped {
    fn jet_err(&self) -> JetErr {
        JetErr::BACKUP_ABORT_BY_SERVER
    }
}

impl StopFlag {
    /// A flag that is not set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A handle for others.
    #[must_use]
    pub fn handle(&self) -> StopHandle {
        StopHandle(self.0.clone())
    }

    /// See [`StopHandle::stop`].
    pub fn stop(&self) {
        self.0.stop();
    }

    /// See [`StopHandle::is_stopped`].
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    /// Takes a stop back, so that the next backup can begin. Only when the stopped one has ended:
    /// a stream that has not looked yet would go on.
    pub fn reset(&mut self) {
        self.0.stopped.store(false, Ordering::Release);
    }
}

impl StopHandle {
    /// Asks every stream that obeys this flag to stop.
    ///
    /// From any thread, at any time, as often as wished; no lock, no wait, no failure. On return the
    /// flag is set: a stream issues no further read and hands on no further page once it looked, and
    /// it looks before every read and before every page. A read or a write that the system is
    /// already doing is not interrupted (an inner read has 256 KiB); a sleep of a throttle or
    /// between retries ends at once, in the worst case after [`SLICE`]. Stays set until
    /// [`StopFlag::reset`].
    pub fn stop(&self) {
        self.0.stop();
    }

    /// `true` once stopped. Whoever gets `true` sees all that the stopping thread did before.
    #[inline]
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    /// `Err` once stopped: the form for `?` before a read or a page.
    #[inline]
    pub fn check(&self) -> Result<(), Stopped> {
        if self.is_stopped() {
            Err(Stopped)
        } else {
            Ok(())
        }
    }

    /// Sleeps until `clock`'s monotonic time is `until`, or the flag is set.
    pub fn sleep_until(&self, clock: &dyn Clock, until: Duration) -> Result<(), Stopped> {
        loop {
            self.check()?;
            let left = until.saturating_sub(clock.now_monotonic());
            if left.is_zero() {
                return Ok(());
            }
            // In slices: a ring between the check and the wait is not heard.
            clock.wait(left.min(SLICE), &self.0.wake);
        }
    }
}

impl Shared {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.wake.ring();
    }

    #[inline]
    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use ese_core::io::clock::{ManualClock, RealClock};

    #[test]
    fn sticky_until_the_owner_takes_it_back() {
        let mut flag = StopFlag::new();
        let handle = flag.handle();
        assert_eq!(handle.check(), Ok(()));
        handle.clone().stop();
        handle.stop();
        assert!(flag.is_stopped() && handle.is_stopped());
        assert_eq!(handle.check(), Err(Stopped));
        flag.reset();
        assert!(!handle.is_stopped());
        flag.stop();
        assert!(handle.is_stopped());
        assert_eq!(Stopped.jet_err(), JetErr::BACKUP_ABORT_BY_SERVER);
    }

    #[test]
    fn the_flag_has_its_own_cache_line() {
        assert!(align_of::<Shared>() >= 64);
        assert!(size_of::<CachePadded<AtomicBool>>() >= 64);
    }

    #[test]
    fn a_handle_goes_everywhere() {
        fn everywhere<T: Clone + Send + Sync + 'static>(_: &T) {}
        everywhere(&StopFlag::new().handle());
    }

    #[test]
    fn who_sees_the_stop_sees_what_came_before() {
        let flag = StopFlag::new();
        let why = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|s| {
            s.spawn(|| {
                why.store(7, Ordering::Relaxed);
                flag.handle().stop();
            });
            while !flag.is_stopped() {
                std::hint::spin_loop();
            }
            assert_eq!(why.load(Ordering::Relaxed), 7);
        });
    }

    #[test]
    fn a_stop_ends_a_sleep() {
        // Were the stop not noticed, this test would take an hour.
        let flag = StopFlag::new();
        let handle = flag.handle();
        std::thread::scope(|s| {
            let sleeper =
                s.spawn(move || handle.sleep_until(&RealClock::new(), Duration::from_secs(3_600)));
            flag.stop();
            assert_eq!(sleeper.join().unwrap(), Err(Stopped));
        });
    }

    #[test]
    fn an_undisturbed_sleep_lasts() {
        let clock = ManualClock::new(0);
        let until = Duration::from_millis(123);
        StopFlag::new().handle().sleep_until(&clock, until).unwrap();
        assert_eq!(clock.now_monotonic(), until);
    }
}

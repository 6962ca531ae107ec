//! How many bytes a second a stream may read: a bucket that is filled by time.
//!
//! Invariant: over any span the bytes let through are at most rate × span plus one request. Time
//! in which nobody asked is not saved up: a stream that was held up does not catch up in a burst.
#![forbid(unsafe_code)]

use crate::stop::{StopHandle, Stopped};
use ese_core::io::clock::Clock;
use std::num::NonZeroU64;
use std::time::Duration;

/// A limit of bytes a second; none by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Throttle {
    rate: Option<NonZeroU64>,
    /// When what was let through so far is paid for (monotonic time).
    paid_until: Duration,
}

impl Throttle {
    /// No limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// At most this many bytes a second.
    #[must_use]
    pub fn bytes_per_second(rate: NonZeroU64) -> Self {
        Self {
            rate: Some(rate),
            paid_until: Duration::ZERO,
        }
    }

    /// Waits until `bytes` may be read. The wait ends at once with `Err` when `stop` is set.
    pub fn take(
        &mut self,
        bytes: usize,
        clock: &dyn Clock,
        stop: &StopHandle,
    ) -> Result<(), Stopped> {
        let Some(rate) = self.rate else {
            return stop.check();
        };
        stop.sleep_until(clock, self.paid_until)?;
        let cost = u128::from(bytes as u64) * 1_000_000_000 / u128::from(rate.get());
        let cost = Duration::from_nanos(u64::try_from(cost).unwrap_or(u64::MAX));
        self.paid_until = self
            .paid_until
            .max(clock.now_monotonic())
            .saturating_add(cost);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::StopFlag;
    use ese_core::io::clock::ManualClock;

    fn limit(rate: u64) -> Throttle {
        Throttle::bytes_per_second(NonZeroU64::new(rate).unwrap())
    }

    #[test]
    fn the_rate_is_kept() {
        let (clock, stop) = (ManualClock::new(0), StopFlag::new().handle());
        let mut t = limit(1_000);
        for _ in 0..11 {
            t.take(500, &clock, &stop).unwrap();
        }
        // The first goes at once, each of the others half a second later.
        assert_eq!(clock.now_monotonic(), Duration::from_secs(5));
    }

    #[test]
    fn idle_time_is_not_saved_up() {
        let (clock, stop) = (ManualClock::new(0), StopFlag::new().handle());
        let mut t = limit(1_000);
        t.take(1_000, &clock, &stop).unwrap();
        clock.advance(Duration::from_secs(100));
        t.take(1_000, &clock, &stop).unwrap();
        t.take(1_000, &clock, &stop).unwrap();
        assert_eq!(clock.waited(), Duration::from_secs(1));
    }

    #[test]
    fn a_stop_comes_before_the_wait() {
        let (clock, flag) = (ManualClock::new(0), StopFlag::new());
        let mut t = limit(1);
        t.take(1_000_000, &clock, &flag.handle()).unwrap();
        flag.stop();
        assert_eq!(t.take(1, &clock, &flag.handle()), Err(Stopped));
        assert_eq!(
            Throttle::unlimited().take(1, &clock, &flag.handle()),
            Err(Stopped)
        );
        assert_eq!(clock.waited(), Duration::ZERO);
    }

    #[test]
    fn absurd_numbers_are_no_panic() {
        let (clock, flag) = (ManualClock::new(0), StopFlag::new());
        let mut t = limit(1);
        t.take(usize::MAX, &clock, &flag.handle()).unwrap();
        flag.stop();
        assert_eq!(t.take(usize::MAX, &clock, &flag.handle()), Err(Stopped));
    }
}

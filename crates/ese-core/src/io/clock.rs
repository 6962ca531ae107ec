//! The time, injectable, so that a run can be repeated to the byte.
//!
//! Invariants:
//! * monotonic time never goes back, and counts from an arbitrary start;
//! * wall time is UTC and only ever written down, never measured with;
//! * whoever waits can be woken: [`Clock::wait`] ends early when its [`Wake`] is rung.
#![forbid(unsafe_code)]

use parking_lot::{Condvar, Mutex};
use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Time since some fixed start.
    fn now_monotonic(&self) -> Duration;

    /// The time of day, UTC.
    fn now_utc(&self) -> UtcTime;

    /// Waits for `how_long`, or until somebody rings `wake`. May end earlier without a reason; a
    /// ring between the caller's last look and the wait may be missed, so a caller who depends on
    /// the ring waits in slices and looks again after each.
    fn wait(&self, how_long: Duration, wake: &Wake);
}

/// A bell for those who wait on a [`Clock`].
#[derive(Debug, Default)]
pub struct Wake {
    lock: Mutex<()>,
    bell: Condvar,
}

impl Wake {
    /// A bell that nobody waits for yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            lock: Mutex::new(()),
            bell: Condvar::new(),
        }
    }

    /// Wakes everybody who waits now. Takes no lock of its own; one atomic load when nobody waits.
    pub fn ring(&self) {
        self.bell.notify_all();
    }
}

/// A time of day in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct UtcTime {
    /// Year (1970 and up).
    pub year: u16,
    /// Month 1-12.
    pub month: u8,
    /// Day 1-31.
    pub day: u8,
    /// Hour 0-23.
    pub hour: u8,
    /// Minute 0-59.
    pub minute: u8,
    /// Second 0-59.
    pub second: u8,
    /// Millisecond 0-999.
    pub millisecond: u16,
}

impl UtcTime {
    /// From milliseconds since 1970-01-01T00:00:00Z. A time behind the year 65535 is that year's
    /// last day.
    #[must_use]
    pub fn from_unix_millis(ms: u64) -> Self {
        const DAY_MS: u64 = 86_400_000;
        // Days from 0000-03-01, the start of a 400-year era whose leap day is its last day
        // (Howard Hinnant, "chrono-compatible low-level date algorithms").
        let days = ms / DAY_MS + 719_468;
        let era = days / 146_097;
        let doe = days % 146_097;
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let shifted = (5 * doy + 2) / 153;
        let day = doy - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = era * 400 + yoe + u64::from(month <= 2);
        let in_day = ms % DAY_MS;
        Self {
            year: u16::try_from(year).unwrap_or(u16::MAX),
            month: month as u8,
            day: day as u8,
            hour: (in_day / 3_600_000) as u8,
            minute: (in_day / 60_000 % 60) as u8,
            second: (in_day / 1_000 % 60) as u8,
            millisecond: (in_day % 1_000) as u16,
        }
    }
}

impl fmt::Display for UtcTime {
    /// ISO 8601 with milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.millisecond
        )
    }
}

/// The clock of this machine.
#[derive(Clone, Copy, Debug)]
pub struct RealClock {
    start: Instant,
}

impl RealClock {
    /// A clock whose monotonic time starts now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for RealClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for RealClock {
    fn now_monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn now_utc(&self) -> UtcTime {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        UtcTime::from_unix_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn wait(&self, how_long: Duration, wake: &Wake) {
        let mut guard = wake.lock.lock();
        wake.bell.wait_for(&mut guard, how_long);
    }
}

/// A clock that stands still until it is moved: for tests. Waiting moves it, and takes no time.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<ManualState>,
}

#[derive(Debug)]
struct ManualState {
    monotonic: Duration,
    unix_millis_at_start: u64,
    waited: Duration,
}

impl ManualClock {
    /// A clock that shows `unix_millis` (milliseconds since 1970) and monotonic zero.
    #[must_use]
    pub fn new(unix_millis: u64) -> Self {
        Self {
            state: Mutex::new(ManualState {
                monotonic: Duration::ZERO,
                unix_millis_at_start: unix_millis,
                waited: Duration::ZERO,
            }),
        }
    }

    /// Moves both times on.
    pub fn advance(&self, by: Duration) {
        self.state.lock().monotonic += by;
    }

    /// All the time that was spent in [`Clock::wait`].
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.state.lock().waited
    }
}

impl Clock for ManualClock {
    fn now_monotonic(&self) -> Duration {
        self.state.lock().monotonic
    }

    fn now_utc(&self) -> UtcTime {
        let state = self.state.lock();
        let passed = u64::try_from(state.monotonic.as_millis()).unwrap_or(u64::MAX);
        UtcTime::from_unix_millis(state.unix_millis_at_start.saturating_add(passed))
    }

    fn wait(&self, how_long: Duration, _: &Wake) {
        let mut state = self.state.lock();
        state.monotonic += how_long;
        state.waited += how_long;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_660_909_592_952, "2022-08-19T11:46:32.952Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(UtcTime::from_unix_millis(ms).to_string(), text);
        }
        assert_eq!(UtcTime::from_unix_millis(u64::MAX).year, u16::MAX);
    }

    #[test]
    fn the_real_clock_goes_on() {
        let clock = RealClock::new();
        let a = clock.now_monotonic();
        clock.wait(Duration::from_millis(1), &Wake::new());
        assert!(clock.now_monotonic() >= a);
        assert!(clock.now_utc().year >= 2024);
    }

    #[test]
    fn a_ring_ends_a_wait() {
        // Were the ring not heard, this test would take an hour.
        let wake = Wake::new();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|s| {
            s.spawn(|| {
                RealClock::new().wait(Duration::from_secs(3600), &wake);
                done.store(true, std::sync::atomic::Ordering::Relaxed);
            });
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                wake.ring();
                std::thread::yield_now();
            }
        });
    }

    #[test]
    fn the_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(1_000);
        assert_eq!(clock.now_monotonic(), Duration::ZERO);
        clock.advance(Duration::from_secs(1));
        clock.wait(Duration::from_secs(2), &Wake::new());
        assert_eq!(clock.now_monotonic(), Duration::from_secs(3));
        assert_eq!(clock.waited(), Duration::from_secs(2));
        assert_eq!(clock.now_utc(), UtcTime::from_unix_millis(4_000));
    }
}

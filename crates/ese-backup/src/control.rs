//! What a stream obeys: stop flag, clock, throttle, retries, and whom it tells how far it is.
//!
//! Invariant: one `Control` serves one thread; several files streamed with it share its throttle.
#![forbid(unsafe_code)]

use crate::stop::{StopHandle, Stopped};
use crate::throttle::Throttle;
use ese_core::io::clock::{Clock, RealClock};
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

/// How often a page that does not verify is read again before it counts as damaged: the read may
/// have met a write half-way, or failed on its way from the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retry {
    /// Reads after the first one.
    pub times: u32,
    /// Wait before the n-th of them: `n * step`.
    pub step: Duration,
}

impl Retry {
    /// A file that nobody writes: read again at once, twice.
    pub const AT_REST: Self = Self {
        times: 2,
        step: Duration::ZERO,
    };
    /// A file that is written meanwhile: 16 times, 100 ms × attempt, as the original's backup
    /// (jet-api behaviour of backup, "Files", database stream).
    pub const LIVE: Self = Self {
        times: 16,
        step: Duration::from_millis(100),
    };
}

/// How far a stream is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Which file of several, from 0.
    pub file: usize,
    /// Bytes of this file that were verified and handed on.
    pub done: u64,
    /// Length of this file in bytes.
    pub total: u64,
    /// `done` of all files together.
    pub all_done: u64,
    /// `total` of all files together.
    pub all_total: u64,
}

/// Where a file stands among several.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) before: u64,
    pub(crate) all: Option<u64>,
}

/// Who is told.
type Observer<'a> = Box<dyn FnMut(Progress) + Send + 'a>;

/// What a stream obeys. Made with [`Control::new`], refined by the methods that follow.
pub struct Control<'a> {
    pub(crate) stop: StopHandle,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) retry: Retry,
    /// Which file of several, and the bytes before it and of all of them.
    pub(crate) place: Place,
    throttle: Throttle,
    observer: Option<Observer<'a>>,
}

impl<'a> Control<'a> {
    /// Obeys `stop`; no limit, no observer, retries for a file at rest, the machine's clock.
    #[must_use]
    pub fn new(stop: StopHandle) -> Self {
        Self {
            stop,
            clock: Arc::new(RealClock::new()),
            retry: Retry::AT_REST,
            place: Place::default(),
            throttle: Throttle::unlimited(),
            observer: None,
        }
    }

    /// At most this many bytes a second, all files together.
    #[must_use]
    pub fn throttled(mut self, bytes_per_second: NonZeroU64) -> Self {
        self.throttle = Throttle::bytes_per_second(bytes_per_second);
        self
    }

    /// Another way to retry.
    #[must_use]
    pub fn retrying(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Calls `observer` after every inner read whose pages were handed on. It runs on the stream's
    /// thread: the stream waits for it.
    #[must_use]
    pub fn observed(mut self, observer: impl FnMut(Progress) + Send + 'a) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The flag.
    #[must_use]
    pub fn stop(&self) -> &StopHandle {
        &self.stop
    }

    /// Waits for the throttle; `Err` once stopped.
    pub(crate) fn before_read(&mut self, bytes: usize) -> Result<(), Stopped> {
        self.throttle.take(bytes, &*self.clock, &self.stop)
    }

    /// Waits before the n-th retry (from 1); `Err` once stopped.
    pub(crate) fn before_retry(&self, n: u32) -> Result<(), Stopped> {
        let until = self
            .clock
            .now_monotonic()
            .saturating_add(self.retry.step.saturating_mul(n));
        self.stop.sleep_until(&*self.clock, until)
    }

    /// From here on these files are streamed: which one, the bytes before it and of all.
    pub(crate) fn at(&mut self, place: Place) {
        self.place = place;
    }

    pub(crate) fn report(&mut self, done: u64, total: u64) {
        if let Some(observer) = &mut self.observer {
            observer(Progress {
                file: self.place.file,
                done,
                total,
                all_done: self.place.before.saturating_add(done),
                all_total: self.place.all.unwrap_or(total),
            });
        }
    }
}

impl fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("stop", &self.stop)
            .field("retry", &self.retry)
            .field("throttle", &self.throttle)
            .finish_non_exhaustive()
    }
}

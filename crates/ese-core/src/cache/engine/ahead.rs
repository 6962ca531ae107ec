//! Memory for frames that will be used soon, taken from the system ahead of their use: whoever fills the
//! cache would else stop at every piece of it until the system has cleared one.
//!
//! Frames are used in the order of their numbers. When the first one is taken behind a mark, whoever attends
//! is woken and goes on from there; nobody waits for it.
//!
//! Invariants: no frame beyond the cache's size is asked for; a small cache, or one that is hardly filled, asks
//! for nothing; where the system says no, it is not asked again.
#![forbid(unsafe_code)]

use super::{Cache, FrameNo};
use crate::io::clock::{Clock, Wake};
use crate::sync::{AtomicU32, Ordering};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// So much is used before anything is taken ahead, in bytes.
const FIRST_BYTES: usize = 1 << 20;
/// What is taken at a time, in bytes: as much as a huge page has.
const PIECE_BYTES: usize = 2 << 20;
/// Least and most that is there ahead, in bytes; between them a quarter of what is used.
const AHEAD_BYTES: (usize, usize) = (4 << 20, 32 << 20);
/// Longest time until a mark that was passed unheard is seen.
const SLICE: Duration = Duration::from_secs(1);

/// How far memory is there.
#[derive(Default)]
pub(super) struct Ahead {
    /// Frames with memory, as far as they were asked for here.
    taken: AtomicU32,
    /// The number from which on a frame taken wakes who attends; moves up only.
    mark: AtomicU32,
    bell: Wake,
}

impl Ahead {
    pub(super) fn new(frame_bytes: usize) -> Self {
        Self {
            mark: AtomicU32::new(frames(FIRST_BYTES, frame_bytes)),
            ..Self::default()
        }
    }

    /// A frame that was never used is used now.
    #[inline]
    pub(super) fn used(&self, no: FrameNo) {
        if no >= self.mark.load(Ordering::Relaxed) {
            self.bell.ring();
        }
    }
}

fn frames(bytes: usize, frame_bytes: usize) -> u32 {
    u32::try_from(bytes / frame_bytes.max(1)).unwrap_or(u32::MAX)
}

impl Cache {
    /// Takes memory ahead of its use for as long as `stop` is not set; [`Cache::ring`] has it look.
    pub fn attend(&self, clock: &dyn Clock, stop: &AtomicBool) {
        while !stop.load(Ordering::Acquire) && self.take_ahead() {
            clock.wait(SLICE, &self.ahead.bell);
        }
    }

    /// Wakes who attends.
    pub fn ring(&self) {
        self.ahead.bell.ring();
    }

    /// Takes what is due; `false` when the system gives no more, or all is taken.
    fn take_ahead(&self) -> bool {
        let bytes = self.page_size.bytes();
        let (least, most) = (frames(AHEAD_BYTES.0, bytes), frames(AHEAD_BYTES.1, bytes));
        let end = self.size.load(Ordering::Relaxed);
        loop {
            let used = self.touched.load(Ordering::Relaxed);
            if used < self.ahead.mark.load(Ordering::Relaxed) {
                return true;
            }
            let ahead = (used / 4).clamp(least, most);
            let taken = self.ahead.taken.load(Ordering::Relaxed).max(used);
            let wanted = used.saturating_add(ahead).min(end);
            if taken >= wanted {
                // Half of it may go before somebody looks again.
                let mark = taken.saturating_sub(ahead / 2).max(used.saturating_add(1));
                self.ahead.mark.store(mark, Ordering::Relaxed);
                return taken < end;
            }
            let next = taken.saturating_add(frames(PIECE_BYTES, bytes)).min(end);
            if self.memory.bring(taken..next).is_err() {
                self.ahead.mark.store(u32::MAX, Ordering::Relaxed);
                return false;
            }
            self.ahead.taken.store(next, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::cache::Budget;
    use crate::format::ids::PageSize;
    use std::sync::Arc;

    fn cache(max: u32) -> Arc<Cache> {
        Cache::new(PageSize::K8, Budget { min: 1, max }).unwrap()
    }

    fn taken(cache: &Cache) -> u32 {
        cache.ahead.taken.load(Ordering::Relaxed)
    }

    /// Nothing for a cache that is hardly used; then in front of what is used, up to the budget's end.
    #[test]
    fn memory_goes_ahead_of_use_within_the_budget() {
        let cache = cache(2000);
        let use_up_to = |frames: u32| {
            cache.touched.store(frames, Ordering::Relaxed);
            let goes_on = cache.take_ahead();
            (goes_on, taken(&cache))
        };
        assert_eq!(use_up_to(127), (true, 0));
        let (goes_on, first) = use_up_to(128);
        assert!(
            goes_on && (128 + 512..=128 + 512 + 256).contains(&first),
            "{first}"
        );
        // Not before half of it is used.
        assert_eq!(use_up_to(200), (true, first));
        let (goes_on, second) = use_up_to(500);
        assert!(
            goes_on && (500 + 512..=500 + 512 + 256).contains(&second),
            "{second}"
        );
        assert_eq!(use_up_to(1900), (false, 2000));
    }
}

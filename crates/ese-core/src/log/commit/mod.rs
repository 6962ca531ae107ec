//! Group commit: many threads wait until their record is durable, one of them syncs for all.
//!
//! ```text
//! wait(target) ── durable already ──▶ go on
//!      │
//!      ├─ nobody leads ──▶ lead: sync; wake all whose record is durable;
//!      │                        hand the lead to the oldest of the rest
//!      └─ somebody leads ─▶ lie down ──▶ told "done" │ told "failed" │ told "lead"
//! ```
//! Who came while a sync was under way waits for the next one, together with all the others that came
//! meanwhile: the slower the disk, the larger the groups.
//!
//! Source: docs/format/recovery.md §8; performance-design §5 (one leader syncs for everybody queued).
//!
//! Invariants:
//! * nobody is woken but to go on or to lead: not before the record is durable;
//! * nobody is forgotten: while somebody lies down, somebody leads, and who leads looks at the queue
//!   under its lock after the sync;
//! * after an error of the log everybody gets it;
//! * beds are used again: waiting allocates only when more wait than ever before.
#![forbid(unsafe_code)]

#[cfg(all(test, loom))]
mod models;
#[cfg(all(test, not(loom)))]
mod tests;

use crate::sync::{AtomicU32, Bell, Lock, Ordering};
use std::sync::Arc;

/// What the queue syncs. Positions are numbers that grow.
pub(super) trait Durable {
    /// Why it can't be made durable.
    type Error;

    /// Everything below is durable.
    fn durable(&self) -> u64;

    /// Makes what was appended before this call durable, at least up to `target`; called by one
    /// thread at a time.
    fn sync(&self, target: u64) -> Result<(), Self::Error>;

    /// The error that closed the log, if one did.
    fn failed(&self) -> Option<Self::Error>;
}

/// Nobody has come by.
const ASLEEP: u32 = 0;
/// The sync is over: the record is durable, or the log is closed.
const DONE: u32 = 1;
/// It is this thread's turn to sync.
const LEAD: u32 = 2;

/// Where one thread waits.
#[derive(Default)]
struct Bed {
    bell: Bell,
    /// Changed under the queue's lock only.
    told: AtomicU32,
}

/// One thread that waits.
struct Waiter {
    target: u64,
    bed: Arc<Bed>,
}

#[derive(Default)]
struct Queue {
    /// Somebody syncs, or is told to.
    leading: bool,
    /// In the order of coming.
    waiting: Vec<Waiter>,
    free: Vec<Arc<Bed>>,
}

/// See the module.
#[derive(Default)]
pub(super) struct CommitQueue(Lock<Queue>);

impl CommitQueue {
    /// Returns when everything below `target` is durable, or with the error that closed the log. A
    /// target that nothing was appended up to is waited for as far as it goes.
    pub(super) fn wait<D: Durable>(&self, log: &D, target: u64) -> Result<(), D::Error> {
        if log.durable() >= target {
            return Ok(());
        }
        let mut queue = self.0.lock();
        if queue.leading {
            // Between the look above and the lock the sync may have ended.
            if log.durable() >= target {
                return Ok(());
            }
            let bed = queue.free.pop().unwrap_or_default();
            bed.told.store(ASLEEP, Ordering::Relaxed);
            queue.waiting.push(Waiter {
                target,
                bed: Arc::clone(&bed),
            });
            let told = loop {
                queue = bed.bell.wait(queue);
                match bed.told.load(Ordering::Relaxed) {
                    ASLEEP => {}
                    told => break told,
                }
            };
            queue.free.push(bed);
            if told == DONE {
                drop(queue);
                return answer(log, target);
            }
        }
        queue.leading = true;
        drop(queue);
        self.lead(log, target)
    }

    /// Syncs for everybody.
    fn lead<D: Durable>(&self, log: &D, target: u64) -> Result<(), D::Error> {
        // Also when the sync panics: who waits must not wait for ever.
        let handing_over = HandOver { queue: self, log };
        let result = log.sync(target);
        drop(handing_over);
        match result {
            // It was durable before the error.
            Err(_) if log.durable() >= target => Ok(()),
            result => result,
        }
    }

    /// How many wait, without the one that leads.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.0.lock().waiting.len()
    }
}

fn answer<D: Durable>(log: &D, target: u64) -> Result<(), D::Error> {
    match log.failed() {
        Some(e) if log.durable() < target => Err(e),
        _ => Ok(()),
    }
}

/// The end of a lead.
struct HandOver<'a, D: Durable> {
    queue: &'a CommitQueue,
    log: &'a D,
}

impl<D: Durable> Drop for HandOver<'_, D> {
    fn drop(&mut self) {
        let mut queue = self.queue.0.lock();
        let durable = match self.log.failed() {
            Some(_) => u64::MAX,
            None => self.log.durable(),
        };
        queue.wake_below(durable);
        queue.hand_on();
    }
}

impl Queue {
    /// Wakes all that wait for less.
    fn wake_below(&mut self, durable: u64) {
        self.waiting.retain(|waiter| {
            let wakes = waiter.target <= durable;
            if wakes {
                waiter.bed.tell(DONE);
            }
            !wakes
        });
    }

    /// The next one leads, if there is one.
    fn hand_on(&mut self) {
        self.leading = !self.waiting.is_empty();
        if self.leading {
            self.waiting.remove(0).bed.tell(LEAD);
        }
    }
}

impl Bed {
    /// The caller holds the queue's lock.
    fn tell(&self, what: u32) {
        self.told.store(what, Ordering::Relaxed);
        self.bell.ring();
    }
}

//! The queue on real threads, over a log of numbers.
#![forbid(unsafe_code)]

use super::{CommitQueue, Durable};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};

#[derive(Default)]
struct Log {
    queue: CommitQueue,
    appended: AtomicU64,
    durable: AtomicU64,
    syncs: AtomicU64,
    fails_from: Option<u64>,
    failed: AtomicBool,
    panics: AtomicBool,
    /// Held by who wants a sync to take long.
    slow: Mutex<()>,
}

impl Log {
    fn append(&self) -> u64 {
        self.appended.fetch_add(1, Ordering::AcqRel) + 1
    }

    fn wait(&self, target: u64) -> Result<(), &'static str> {
        self.queue.wait(self, target)
    }
}

impl Durable for Log {
    type Error = &'static str;

    fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    fn sync(&self, _: u64) -> Result<(), &'static str> {
        let upto = self.appended.load(Ordering::Acquire);
        drop(self.slow.lock());
        let n = self.syncs.fetch_add(1, Ordering::AcqRel);
        assert!(!self.panics.load(Ordering::Acquire), "as planned");
        if self.fails_from.is_some_and(|from| n >= from) {
            self.failed.store(true, Ordering::Release);
            return Err("failed");
        }
        self.durable.fetch_max(upto, Ordering::AcqRel);
        Ok(())
    }

    fn failed(&self) -> Option<&'static str> {
        self.failed.load(Ordering::Acquire).then_some("failed")
    }
}

fn until(mut done: impl FnMut() -> bool) {
    while !done() {
        std::thread::yield_now();
    }
}

#[test]
fn those_who_came_during_a_sync_share_the_next() {
    let log = Log::default();
    let first = log.append();
    std::thread::scope(|s| {
        let slow = log.slow.lock().unwrap();
        s.spawn(|| log.wait(first).unwrap());
        // It leads when the second one lies down.
        until(|| log.queue.0.lock().leading);
        for _ in 0..7 {
            s.spawn(|| {
                let target = log.append();
                log.wait(target).unwrap();
                assert!(log.durable() >= target);
            });
        }
        until(|| log.queue.waiting() == 7);
        drop(slow);
    });
    // The first one may have seen some of the seven already.
    assert!(log.syncs.load(Ordering::Acquire) <= 2);
    assert_eq!(log.durable(), 8);
    let queue = log.queue.0.lock();
    assert!(!queue.leading);
    assert_eq!(queue.free.len(), 7, "beds are kept");
}

#[test]
fn thirty_two_threads_lose_nothing() {
    let log = Log::default();
    let start = Barrier::new(32);
    std::thread::scope(|s| {
        for _ in 0..32 {
            s.spawn(|| {
                start.wait();
                for _ in 0..200 {
                    let target = log.append();
                    log.wait(target).unwrap();
                    assert!(log.durable() >= target);
                }
            });
        }
    });
    assert_eq!(log.durable(), 6400);
    assert!(log.syncs.load(Ordering::Acquire) <= 6400);
    let queue = log.queue.0.lock();
    assert!(!queue.leading && queue.waiting.is_empty());
    // One bed each: who is handed the lead keeps its own until it gets up.
    assert!(queue.free.len() <= 32, "{} beds", queue.free.len());
}

#[test]
fn an_error_reaches_all_that_wait_and_all_that_come() {
    let log = Log {
        fails_from: Some(1),
        ..Log::default()
    };
    let first = log.append();
    log.wait(first).unwrap();
    std::thread::scope(|s| {
        let slow = log.slow.lock().unwrap();
        for _ in 0..8 {
            s.spawn(|| {
                let target = log.append();
                assert_eq!(log.wait(target), Err("failed"));
            });
        }
        until(|| log.queue.waiting() == 7);
        drop(slow);
    });
    // What was durable before stays so.
    assert_eq!(log.wait(first), Ok(()));
    assert_eq!(log.wait(first + 1), Err("failed"));
}

#[test]
fn a_leader_that_panics_hands_the_lead_on() {
    let log = Log::default();
    let first = log.append();
    std::thread::scope(|s| {
        let slow = log.slow.lock().unwrap();
        log.panics.store(true, Ordering::Release);
        let leader = s.spawn(|| log.wait(first));
        until(|| log.queue.0.lock().leading);
        s.spawn(|| {
            let target = log.append();
            // It leads next, and panics likewise or gets through.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| log.wait(target)));
        });
        until(|| log.queue.waiting() == 1);
        drop(slow);
        assert!(leader.join().is_err());
    });
    log.panics.store(false, Ordering::Release);
    let target = log.append();
    assert_eq!(log.wait(target), Ok(()));
}

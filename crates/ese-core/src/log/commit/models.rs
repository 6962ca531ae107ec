//! Models of the queue: every order of three threads' steps (up to the preemption bound).
#![forbid(unsafe_code)]

use super::{CommitQueue, Durable};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};

/// A log of numbers: appended up to, durable up to; may fail at a sync.
struct Model {
    queue: CommitQueue,
    appended: AtomicU32,
    durable: AtomicU32,
    syncing: AtomicU32,
    syncs: AtomicU32,
    fails_at: u32,
    failed: AtomicU32,
}

impl Model {
    fn new(fails_at: u32) -> Arc<Self> {
        Arc::new(Self {
            queue: CommitQueue::default(),
            appended: AtomicU32::new(0),
            durable: AtomicU32::new(0),
            syncing: AtomicU32::new(0),
            syncs: AtomicU32::new(0),
            fails_at,
            failed: AtomicU32::new(0),
        })
    }

    fn commit(&self) {
        let target = u64::from(self.appended.fetch_add(1, Ordering::AcqRel) + 1);
        let result = self.queue.wait(self, target);
        let durable = u64::from(self.durable.load(Ordering::Acquire));
        match result {
            Ok(()) => assert!(durable >= target, "acknowledged too early"),
            Err(()) => assert_eq!(self.failed.load(Ordering::Acquire), 1),
        }
    }
}

impl Durable for Model {
    type Error = ();

    fn durable(&self) -> u64 {
        u64::from(self.durable.load(Ordering::Acquire))
    }

    fn sync(&self, _: u64) -> Result<(), ()> {
        assert_eq!(self.syncing.swap(1, Ordering::AcqRel), 0, "two lead");
        let syncs = self.syncs.fetch_add(1, Ordering::Relaxed);
        let result = if syncs >= self.fails_at || self.failed.load(Ordering::Acquire) == 1 {
            self.failed.store(1, Ordering::Release);
            Err(())
        } else {
            // What is appended by now, not what comes while the disk works.
            let upto = self.appended.load(Ordering::Acquire);
            self.durable.store(upto, Ordering::Release);
            Ok(())
        };
        self.syncing.store(0, Ordering::Release);
        result
    }

    fn failed(&self) -> Option<()> {
        (self.failed.load(Ordering::Acquire) == 1).then_some(())
    }
}

fn run(fails_at: u32) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let log = Model::new(fails_at);
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let log = Arc::clone(&log);
                loom::thread::spawn(move || log.commit())
            })
            .collect();
        log.commit();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(log.queue.waiting(), 0, "nobody is forgotten");
    });
}

#[test]
fn everybody_gets_through_and_nobody_too_early() {
    run(u32::MAX);
}

#[test]
fn an_error_reaches_everybody() {
    run(0);
    run(1);
}

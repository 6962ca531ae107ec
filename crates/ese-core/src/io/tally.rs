//! What each thread has cost: pages and log records, counted where they are used (JetGetThreadStats;
//! jet-api/behaviour-instances.md §11).
//!
//! Invariant: a thread counts for itself alone, so that counting never waits. Counts grow from the
//! thread's first use on and wrap around.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::time::Duration;

/// What a thread has cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Pages that were looked at in the cache.
    pub pages_referenced: u32,
    /// Pages that somebody waited for while they were read.
    pub pages_read: u32,
    /// Pages that were read before somebody asked for them.
    pub pages_preread: u32,
    /// Pages that became dirty.
    pub pages_dirtied: u32,
    /// Changes of pages that were dirty already.
    pub pages_redirtied: u32,
    /// Log records.
    pub log_records: u32,
    /// Their bytes.
    pub log_bytes: u32,
    /// Microseconds that were waited for pages.
    pub wait_micros: u64,
}

/// One count of each.
#[derive(Default)]
struct Counts {
    pages_referenced: Cell<u32>,
    pages_read: Cell<u32>,
    pages_preread: Cell<u32>,
    pages_dirtied: Cell<u32>,
    pages_redirtied: Cell<u32>,
    log_records: Cell<u32>,
    log_bytes: Cell<u32>,
    wait_micros: Cell<u64>,
}

thread_local! {
    static COUNTS: Counts = const {
        Counts {
            pages_referenced: Cell::new(0),
            pages_read: Cell::new(0),
            pages_preread: Cell::new(0),
            pages_dirtied: Cell::new(0),
            pages_redirtied: Cell::new(0),
            log_records: Cell::new(0),
            log_bytes: Cell::new(0),
            wait_micros: Cell::new(0),
        }
    };
}

fn add(count: &Cell<u32>, n: usize) {
    // A count of bytes may be cut: it wraps around anyway.
    #[allow(clippy::cast_possible_truncation, reason = "counts wrap around")]
    count.set(count.get().wrapping_add(n as u32));
}

impl Tally {
    /// The counts of this thread.
    #[must_use]
    pub fn of_this_thread() -> Self {
        COUNTS.with(|c| Self {
            pages_referenced: c.pages_referenced.get(),
            pages_read: c.pages_read.get(),
            pages_preread: c.pages_preread.get(),
            pages_dirtied: c.pages_dirtied.get(),
            pages_redirtied: c.pages_redirtied.get(),
            log_records: c.log_records.get(),
            log_bytes: c.log_bytes.get(),
            wait_micros: c.wait_micros.get(),
        })
    }
}

/// A page was looked at.
#[inline]
pub(crate) fn page_referenced() {
    COUNTS.with(|c| add(&c.pages_referenced, 1));
}

/// A page was read while somebody waited so long for it.
pub(crate) fn page_read(waited: Duration) {
    COUNTS.with(|c| {
        add(&c.pages_read, 1);
        // What took no time by the clock was waited for all the same.
        let micros = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX).max(1);
        c.wait_micros.set(c.wait_micros.get().wrapping_add(micros));
    });
}

/// Pages were read ahead.
pub(crate) fn pages_preread(n: usize) {
    COUNTS.with(|c| add(&c.pages_preread, n));
}

/// A page was changed, `again` when it was dirty already.
#[inline]
pub(crate) fn page_dirtied(again: bool) {
    COUNTS.with(|c| match again {
        true => add(&c.pages_redirtied, 1),
        false => add(&c.pages_dirtied, 1),
    });
}

/// A record of so many bytes went into the log.
#[inline]
pub(crate) fn log_record(bytes: usize) {
    COUNTS.with(|c| {
        add(&c.log_records, 1);
        add(&c.log_bytes, bytes);
    });
}

#[cfg(test)]
mod tests {
    use super::{Tally, log_record, page_dirtied, page_read, page_referenced, pages_preread};
    use std::time::Duration;

    #[test]
    fn a_thread_counts_for_itself() {
        let count = || {
            page_referenced();
            page_referenced();
            page_read(Duration::from_micros(7));
            page_read(Duration::ZERO);
            pages_preread(5);
            page_dirtied(false);
            page_dirtied(true);
            page_dirtied(true);
            log_record(100);
            Tally::of_this_thread()
        };
        let expected = Tally {
            pages_referenced: 2,
            pages_read: 2,
            pages_preread: 5,
            pages_dirtied: 1,
            pages_redirtied: 2,
            log_records: 1,
            log_bytes: 100,
            wait_micros: 8,
        };
        assert_eq!(std::thread::spawn(count).join().unwrap(), expected);
        assert_eq!(std::thread::spawn(count).join().unwrap(), expected);
        assert_eq!(
            std::thread::spawn(Tally::of_this_thread).join().unwrap(),
            Tally::default()
        );
    }
}

//! Which id the next long value of a table gets.
//!
//! Source: docs/format/database-records.md §8.1.
//!
//! Invariant: an id is given out once as long as the counter lives.
#![forbid(unsafe_code)]

use crate::format::lv::Lid;
use std::sync::atomic::{AtomicU64, Ordering};

/// Nothing is known yet.
const UNKNOWN: u64 = 0;

/// The last id that was given out in a table's tree. One value for all sessions, for as long as the
/// table is known: two of them would give out an id twice.
#[derive(Debug, Default)]
pub struct LidCounter {
    last: AtomicU64,
}

impl LidCounter {
    /// A counter that will look at the tree first.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next id, of 64 bits if `wide`; `None` when they have run out. `highest` looks up the highest
    /// id in the tree, visible or not, if that is not known yet.
    ///
    /// # Errors
    /// Those of `highest`.
    pub fn next<E>(
        &self,
        wide: bool,
        highest: impl FnOnce() -> Result<Option<Lid>, E>,
    ) -> Result<Option<Lid>, E> {
        let mut known = self.last.load(Ordering::Acquire);
        let mut last = match known {
            UNKNOWN => highest()?,
            known => Lid::new(known),
        };
        loop {
            let next = match last {
                // Ids grow: a tree that has wide ones gets no others.
                Some(last) if last.is_wide() || !wide => last.next(),
                _ if wide => Some(Lid::FIRST_WIDE),
                _ => Some(Lid::FIRST_NARROW),
            };
            let Some(next) = next else {
                return Ok(None);
            };
            let order = (Ordering::AcqRel, Ordering::Acquire);
            let value = next.value();
            match self.last.compare_exchange(known, value, order.0, order.1) {
                Ok(_) => return Ok(Some(next)),
                Err(now) => {
                    known = now;
                    last = Lid::new(now);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(counter: &LidCounter, wide: bool, highest: Option<Lid>) -> Option<u64> {
        let found = counter.next::<()>(wide, || Ok(highest)).unwrap();
        found.map(Lid::value)
    }

    #[test]
    fn ids_go_on_behind_the_highest_of_the_tree() {
        let first = Lid::FIRST_WIDE.value();
        let counter = LidCounter::new();
        assert_eq!(next(&counter, true, None), Some(first));
        assert_eq!(next(&counter, true, None), Some(first + 1));
        let counter = LidCounter::new();
        assert_eq!(next(&counter, true, Lid::new(7)), Some(first));
        assert_eq!(next(&counter, false, None), Some(first + 1));
        let counter = LidCounter::new();
        assert_eq!(next(&counter, false, Lid::new(7)), Some(8));
        assert_eq!(next(&counter, true, None), Some(first));
        let counter = LidCounter::new();
        assert_eq!(next(&counter, false, None), Some(1));
        let counter = LidCounter::new();
        assert_eq!(next(&counter, false, Lid::new(0x7FFF_FFFF)), None);
        let counter = LidCounter::new();
        assert_eq!(next(&counter, true, Lid::new(u64::MAX)), None);
    }

    #[test]
    fn a_failed_look_gives_out_nothing() {
        let counter = LidCounter::new();
        assert_eq!(counter.next(true, || Err(5)), Err(5));
        assert_eq!(next(&counter, true, None), Some(Lid::FIRST_WIDE.value()));
    }

    #[test]
    fn threads_never_share_an_id() {
        let counter = LidCounter::new();
        let all = std::thread::scope(|s| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    s.spawn(|| {
                        let one = |_| next(&counter, true, Lid::new(u64::MAX - 4000)).unwrap();
                        (0..500).map(one).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads
                .into_iter()
                .flat_map(|t| t.join().unwrap())
                .collect::<std::collections::BTreeSet<_>>()
        });
        assert_eq!(all.len(), 2000);
    }
}

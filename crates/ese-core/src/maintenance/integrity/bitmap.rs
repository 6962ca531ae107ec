//! A set of page numbers that threads share: one bit a page.
#![forbid(unsafe_code)]

use crate::format::ids::Pgno;
use std::sync::atomic::{AtomicU64, Ordering};

/// Pages `0..=last`.
pub(super) struct PageSet {
    words: Box<[AtomicU64]>,
}

impl PageSet {
    /// An empty set that can hold pages up to `last`.
    pub(super) fn new(last: Pgno) -> Self {
        let words = last.0 as usize / 64 + 1;
        Self {
            words: std::iter::repeat_with(AtomicU64::default)
                .take(words)
                .collect(),
        }
    }

    fn place(&self, pgno: Pgno) -> Option<(&AtomicU64, u64)> {
        let word = self.words.get(pgno.0 as usize / 64)?;
        Some((word, 1 << (pgno.0 % 64)))
    }

    /// Adds a page; `false` when it was there already. A page beyond the last is never there.
    pub(super) fn insert(&self, pgno: Pgno) -> bool {
        self.place(pgno)
            .is_none_or(|(word, bit)| word.fetch_or(bit, Ordering::Relaxed) & bit == 0)
    }

    /// `true` when the page is in the set.
    pub(super) fn contains(&self, pgno: Pgno) -> bool {
        self.place(pgno)
            .is_some_and(|(word, bit)| word.load(Ordering::Relaxed) & bit != 0)
    }
}

//! A set of pages of one file: one bit a page.
//!
//! Invariant: the memory is that of the file's pages; a page behind the file is never in the set.
#![forbid(unsafe_code)]

use crate::format::ids::Pgno;

/// Pages seen.
#[derive(Clone, Debug, Default)]
pub struct PageSet(Vec<u64>);

impl PageSet {
    /// An empty set of pages 0 to `file_pages`.
    #[must_use]
    pub fn new(file_pages: u64) -> Self {
        let most = file_pages.min(u64::from(Pgno::MAX.0));
        Self(vec![0; usize::try_from(most / 64 + 1).unwrap_or(0)])
    }

    fn place(pgno: Pgno) -> (usize, u64) {
        (pgno.0 as usize / 64, 1 << (pgno.0 % 64))
    }

    /// Adds a page; `false` when it was there before. A page behind the file is not kept.
    pub fn insert(&mut self, pgno: Pgno) -> bool {
        let (at, bit) = Self::place(pgno);
        let Some(word) = self.0.get_mut(at) else {
            return true;
        };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// `true` when the page is in the set.
    #[must_use]
    pub fn contains(&self, pgno: Pgno) -> bool {
        let (at, bit) = Self::place(pgno);
        self.0.get(at).is_some_and(|word| word & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_a_page() {
        let mut set = PageSet::new(130);
        assert!(set.insert(Pgno(130)) && set.insert(Pgno(63)) && set.insert(Pgno(64)));
        assert!(!set.insert(Pgno(64)));
        assert!(set.contains(Pgno(63)) && !set.contains(Pgno(62)) && !set.contains(Pgno(0)));
        assert!(set.insert(Pgno(4_000_000)) && !set.contains(Pgno(4_000_000)));
    }
}

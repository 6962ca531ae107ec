//! Which frame holds a page: one array by page number, in pieces that are made when first needed.
//!
//! Three steps (10, 10 and 11 bits of the number), no hashing and no lock on the way.
//!
//! Invariant: an entry is a hint until the frame's owner has been compared under its latch. Memory:
//! 8 KiB for every touched range of 2,048 pages, 4 bytes a page; pieces live as long as the table.
#![forbid(unsafe_code)]

use super::page_memory::FrameNo;
use crate::format::ids::Pgno;
use crate::sync::{AtomicU32, Ordering};
use once_cell::sync::OnceCell;

/// A model has few pages, and pays for each.
const LEAF_BITS: u32 = if cfg!(loom) { 2 } else { 11 };
const MID_BITS: u32 = if cfg!(loom) { 1 } else { 10 };
const PAGE_BITS: u32 = if cfg!(loom) { 4 } else { 31 };
const TOP: usize = 1 << (PAGE_BITS - LEAF_BITS - MID_BITS);

type Leaf = Box<[AtomicU32]>;
type Mid = Box<[OnceCell<Leaf>]>;

/// The table. Entries hold frame number + 1; 0 means "not here".
pub(super) struct PageTable(Box<[OnceCell<Mid>]>);

/// Indices of a page's entry; `None` for a number that no page has.
#[inline]
fn place(pgno: Pgno) -> Option<(usize, usize, usize)> {
    let n = pgno.0;
    (n != 0 && pgno <= Pgno::MAX).then_some((
        (n >> (LEAF_BITS + MID_BITS)) as usize,
        (n >> LEAF_BITS) as usize & ((1 << MID_BITS) - 1),
        n as usize & ((1 << LEAF_BITS) - 1),
    ))
}

impl PageTable {
    pub(super) fn new() -> Self {
        Self((0..TOP).map(|_| OnceCell::new()).collect())
    }

    /// The frame that holds `pgno`.
    #[inline]
    pub(super) fn get(&self, pgno: Pgno) -> Option<FrameNo> {
        let (top, mid, leaf) = place(pgno)?;
        let entry = self.0.get(top)?.get()?.get(mid)?.get()?.get(leaf)?;
        entry.load(Ordering::Acquire).checked_sub(1)
    }

    /// Says that `frame` holds `pgno`, unless another one does; that one is returned.
    pub(super) fn claim(&self, pgno: Pgno, frame: FrameNo) -> Result<(), Option<FrameNo>> {
        let (top, mid, leaf) = place(pgno).ok_or(None)?;
        let entry = self
            .0
            .get(top)
            .map(|t| t.get_or_init(|| (0..1 << MID_BITS).map(|_| OnceCell::new()).collect()))
            .and_then(|m| m.get(mid))
            .map(|m| m.get_or_init(|| (0..1 << LEAF_BITS).map(|_| AtomicU32::new(0)).collect()))
            .and_then(|l| l.get(leaf))
            .ok_or(None)?;
        entry
            .compare_exchange(0, frame + 1, Ordering::AcqRel, Ordering::Acquire)
            .map(|_| ())
            .map_err(|there| there.checked_sub(1))
    }

    /// Forgets `pgno`; the caller holds its frame exclusively.
    pub(super) fn clear(&self, pgno: Pgno) {
        if let Some((top, mid, leaf)) = place(pgno)
            && let Some(entry) = (|| self.0.get(top)?.get()?.get(mid)?.get()?.get(leaf))()
        {
            entry.store(0, Ordering::Release);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_own_entry() {
        let table = PageTable::new();
        let numbers = [1, 2, 2047, 2048, 2049, 1 << 21, (1 << 21) + 1, Pgno::MAX.0];
        for (frame, n) in (0..).zip(numbers) {
            assert_eq!(table.get(Pgno(n)), None);
            assert_eq!(table.claim(Pgno(n), frame), Ok(()));
            assert_eq!(table.claim(Pgno(n), 99), Err(Some(frame)));
        }
        for (frame, n) in (0..).zip(numbers) {
            assert_eq!(table.get(Pgno(n)), Some(frame));
            table.clear(Pgno(n));
            assert_eq!(table.get(Pgno(n)), None);
        }
        assert_eq!(table.claim(Pgno(0), 1), Err(None));
        assert_eq!(table.claim(Pgno(u32::MAX), 1), Err(None));
    }
}

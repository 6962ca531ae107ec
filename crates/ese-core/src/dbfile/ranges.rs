//! Locks by ranges of a database file: a page is not written while its range is read raw.
//!
//! A backup reads a file that is written meanwhile. A page caught half old and half new would be found
//! by its checksum and read again, after a wait; with these locks that does not happen.
//!
//! Source: docs/format/backup-files.md §2 (range lock). Invariants: writers of one range don't hinder
//! each other; a reader holds one range at a time, so nobody waits for two.
#![forbid(unsafe_code)]

use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Bytes of a range: one inner read of a backup.
pub(super) const RANGE_BYTES: u64 = 256 * 1024;
/// Locks of a file; ranges that far apart share one.
const LOCKS: u64 = 64;

/// A lock with cache lines of its own: neighbours don't share what they count in.
#[derive(Default)]
#[repr(align(128))]
struct Padded(RwLock<()>);

/// The locks of one file.
pub(super) struct Ranges([Padded; LOCKS as usize]);

impl Default for Ranges {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Padded::default()))
    }
}

impl Ranges {
    fn lock(&self, offset: u64) -> Option<&RwLock<()>> {
        let at = usize::try_from(offset / RANGE_BYTES % LOCKS).ok()?;
        self.0.get(at).map(|padded| &padded.0)
    }

    /// Bytes from `offset` to the end of its range.
    pub(super) fn left(offset: u64) -> usize {
        usize::try_from(RANGE_BYTES - offset % RANGE_BYTES).unwrap_or(1)
    }

    /// For who writes a page at `offset`. No page lies in two ranges: they are of 2 to 32 KiB, each at
    /// a multiple of its size.
    pub(super) fn write(&self, offset: u64) -> Option<RwLockReadGuard<'_, ()>> {
        self.lock(offset).map(RwLock::read)
    }

    /// For who reads the range of `offset` raw.
    pub(super) fn read(&self, offset: u64) -> Option<RwLockWriteGuard<'_, ()>> {
        self.lock(offset).map(RwLock::write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_read_keeps_writers_of_its_range_out_and_no_others() {
        let ranges = Ranges::default();
        let reading = ranges.read(RANGE_BYTES + 4096);
        let locked = |offset| ranges.lock(offset).unwrap().try_read().is_none();
        assert!(locked(RANGE_BYTES) && locked(2 * RANGE_BYTES - 4096));
        assert!(!locked(RANGE_BYTES - 4096) && !locked(2 * RANGE_BYTES));
        drop(reading);
        let (one, two) = (ranges.write(0), ranges.write(8192));
        assert!(one.is_some() && two.is_some());
        assert!(ranges.lock(0).unwrap().try_write().is_none());
    }

    #[test]
    fn the_rest_of_a_range() {
        assert_eq!(Ranges::left(0), 256 * 1024);
        assert_eq!(Ranges::left(RANGE_BYTES - 1), 1);
        assert_eq!(Ranges::left(RANGE_BYTES + 4096), 252 * 1024);
    }
}

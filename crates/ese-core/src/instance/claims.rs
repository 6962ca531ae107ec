//! Paths at which a database is being made, in this process.
//!
//! A creation stands in its instance's log before the file is there. When two instances made the same file,
//! the one that came second would have a record of a database that is the other's, and its recovery would
//! ask for a file that never was. So whoever makes a file at a path has it alone, from the look whether
//! something is there until the file is.
//!
//! Invariant: a path is claimed once; who waits for it holds nothing that the holder waits for: the holder
//! waits for nobody else's instance.
#![forbid(unsafe_code)]

use parking_lot::{Condvar, Mutex};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

static CLAIMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
static FREED: Condvar = Condvar::new();

/// A path of which somebody makes a database.
pub(super) struct Claim(PathBuf);

impl Claim {
    /// Waits until nobody else makes one there.
    pub(super) fn of(path: &Path) -> Self {
        let mut claimed = CLAIMED.lock();
        while claimed.contains(path) {
            FREED.wait(&mut claimed);
        }
        claimed.insert(path.to_path_buf());
        Self(path.to_path_buf())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        CLAIMED.lock().remove(&self.0);
        FREED.notify_all();
    }
}

//! Who may write a file, for the bodies that have no operating system to ask (memory, faulty).
//!
//! Invariants: either one exclusive writer or any number of plain ones; what was taken is given
//! back when its [`Held`] goes. Readers take nothing.
#![forbid(unsafe_code)]

use super::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use std::sync::Arc;

/// The error of every body for a file that someone else writes.
pub(super) fn refused() -> Error {
    Error::new(
        ErrorKind::PermissionDenied,
        "the file is in use by another writer",
    )
}

#[derive(Default)]
struct Writers {
    plain: usize,
    exclusive: bool,
}

/// The writers of one file.
#[derive(Clone, Default)]
pub(super) struct WriterLock(Arc<Mutex<Writers>>);

/// The right to write, until dropped.
pub(super) struct Held {
    lock: WriterLock,
    exclusive: bool,
}

impl WriterLock {
    pub(super) fn take(&self, exclusive: bool) -> Result<Held> {
        let mut writers = self.0.lock();
        if writers.exclusive || (exclusive && writers.plain > 0) {
            return Err(refused());
        }
        if exclusive {
            writers.exclusive = true;
        } else {
            writers.plain += 1;
        }
        Ok(Held {
            lock: self.clone(),
            exclusive,
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut writers = self.lock.0.lock();
        if self.exclusive {
            writers.exclusive = false;
        } else {
            writers.plain = writers.plain.saturating_sub(1);
        }
    }
}

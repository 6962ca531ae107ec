//! What is done in the background: the next file, full segments, lazy commits, old generations, reserves.
//!
//! The instance gives the writer a thread that runs [`LogWriter::attend`]; a test calls
//! [`LogWriter::tend`] when it likes, and everything is the same every time.
//!
//! Invariants: nothing here is needed for correctness but the flush for lazy commits: what was not
//! done is done when it is needed, or later; an error of the disk outside the log itself does not
//! close the log.
#![forbid(unsafe_code)]

use super::LogWriter;
use crate::log::append::LogWriteError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longest time between two looks: how late a ring that was missed is heard.
const SLICE: Duration = Duration::from_millis(100);
/// Time between two attempts to get out of the quiesced state.
const REFILL_AFTER: Duration = Duration::from_secs(10);

/// What the background remembers between two looks.
#[derive(Debug, Default)]
pub struct Tended {
    /// Generation for which the next file could not be made: the roll will try again.
    failed_for: i32,
    /// Circular logging has deleted what lay below.
    deleted_below: i32,
    /// When the reserves are tried again.
    refill_at: Option<Duration>,
}

impl LogWriter {
    /// Does what is due; gives how long nothing is.
    ///
    /// # Errors
    /// The error that closed the log: there is nothing to tend any more.
    pub fn tend(&self, tended: &mut Tended) -> Result<Duration, LogWriteError> {
        self.spill_ahead()?;
        let lazy = self.flush_lazy()?;
        let header = {
            let state = self.state.lock();
            state.check()?;
            (!self.next.is_ready()).then(|| state.header.clone())
        };
        if let Some(header) = header
            && header.generation() != tended.failed_for
        {
            let made = self.next.prepare(&self.files, &self.want(&header));
            if let Err(e) = made {
                tracing::warn!(error = %e, "the next log file can't be made yet");
                tended.failed_for = header.generation();
            }
        }
        match self.delete_disposable(tended.deleted_below) {
            Ok(below) => tended.deleted_below = below,
            Err(e) => tracing::warn!(error = %e, "old log files can't be deleted"),
        }
        self.try_refill(tended);
        Ok(lazy.map_or(SLICE, |due| due.min(SLICE)))
    }

    fn try_refill(&self, tended: &mut Tended) {
        if !self.is_quiesced() {
            tended.refill_at = None;
            return;
        }
        let now = self.env.clock.now_monotonic();
        let at = *tended
            .refill_at
            .get_or_insert(now.saturating_add(REFILL_AFTER));
        if now >= at {
            tended.refill_at = None;
            if self.refill_reserves().is_ok() {
                tended.failed_for = 0;
            }
        }
    }

    /// Tends the log until `stop` is set (and [`LogWriter::ring`] called), or the log is closed: the
    /// work of one thread.
    pub fn attend(&self, stop: &AtomicBool) {
        let mut tended = Tended::default();
        while !stop.load(Ordering::Acquire) {
            let Ok(pause) = self.tend(&mut tended) else {
                return;
            };
            self.env.clock.wait(pause, &self.bell);
        }
    }

    /// Wakes who attends to the log.
    pub fn ring(&self) {
        self.bell.ring();
    }
}

//! Making what was appended durable.
//!
//! | commit | call |
//! |---|---|
//! | by default | [`LogWriter::wait_durable`] |
//! | JET_bitCommitLazyFlush, JetCommitTransaction2 with a time | [`LogWriter::commit_lazily`] |
//! | JET_bitWaitLastLevel0Commit | [`LogWriter::wait_durable`] |
//! | JET_bitWaitAllLevel0Commit | [`LogWriter::wait_all`] |
//!
//! Source: docs/format/log-files.md §4.4, recovery.md §8.
//!
//! Invariants: [`LogWriter::durable`] moves only after a sync, and never back; after an error nothing
//! is tried again; a lazy commit waits no longer than it was promised, or a slice of a tenth of a second
//! more when a ring was missed, as long as somebody attends to the log ([`LogWriter::attend`]).
#![forbid(unsafe_code)]

use super::config::FlushStyle;
use super::disk::{Disk, Then};
use super::{LogWriter, State, io, pack};
use crate::format::ids::Lgpos;
use crate::log::append::LogWriteError;
use crate::log::commit::Durable;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Lazy commits that are not durable yet.
#[derive(Debug, Default)]
pub(super) struct Lazy {
    /// When the first of them has to be, by the monotonic clock.
    due: Option<Duration>,
    /// All of them lie below.
    upto: u64,
}

impl LogWriter {
    /// Makes everything that was appended durable, in the configured style; gives
    /// [`LogWriter::durable`].
    pub fn flush(&self) -> Result<Lgpos, LogWriteError> {
        self.flush_as(self.config.style)
    }

    /// Makes everything that was appended durable.
    pub fn flush_as(&self, style: FlushStyle) -> Result<Lgpos, LogWriteError> {
        self.flush_unless(style, u64::MAX)
    }

    /// As [`LogWriter::flush_as`], unless everything below `enough` is durable when it is this
    /// thread's turn at the disk.
    fn flush_unless(&self, style: FlushStyle, enough: u64) -> Result<Lgpos, LogWriteError> {
        let mut disk = self.disk.lock();
        let durable = self.durable();
        if pack(durable) >= enough {
            return Ok(durable);
        }
        let mut state = self.state.lock();
        state.check()?;
        if style == FlushStyle::Fill && self.waits(&state) && !state.tail.fill() {
            // The last segment of a file is never filled: the log rolls instead, as the original's.
            match self.roll_under(&mut disk, &mut state) {
                Ok(()) => return Ok(state.tail.cursor()),
                Err(LogWriteError::SequenceEnd) => {}
                Err(e) => return Err(e),
            }
        }
        let end = state.tail.cursor();
        if !self.waits(&state) {
            return Ok(end);
        }
        let first = state.tail.take(&mut disk.out, true);
        // The appenders may go on.
        drop(state);
        match self.write_out(&mut disk, (first, Then::Sync), end) {
            Ok(()) => Ok(end),
            Err(e) => Err(self.close_with(&mut self.state.lock(), io(e))),
        }
    }

    /// Whether something was appended that is not durable.
    fn waits(&self, state: &State) -> bool {
        pack(state.tail.cursor()) != self.durable.load(Ordering::Acquire)
    }

    /// Makes what stands in `disk.out`, from segment `first` up to `end`, durable.
    pub(super) fn write_out(
        &self,
        disk: &mut Disk,
        (first, then): (u16, Then),
        end: Lgpos,
    ) -> std::io::Result<()> {
        disk.write(first, then)?;
        disk.sync()?;
        self.note_durable(end);
        Ok(())
    }

    /// Everything below `end` is durable.
    pub(super) fn note_durable(&self, end: Lgpos) {
        self.durable.store(pack(end), Ordering::Release);
        if let Some(watch) = &*self.watch.read() {
            watch.durable(end);
        }
    }

    /// Closes the log with its first error, and gives that.
    pub(super) fn close_with(&self, state: &mut State, e: LogWriteError) -> LogWriteError {
        let first = state.closed.is_none();
        let e = state.closed.get_or_insert(e).clone();
        if first && let Some(watch) = &*self.watch.read() {
            watch.closed(&e);
        }
        e
    }

    /// Returns when the record at `pos`, and every one before it, is durable; threads that wait at the
    /// same time share a sync. Gives [`LogWriter::durable`].
    ///
    /// # Errors
    /// The error that closed the log, in this or another thread. The record may be there all the same
    /// after a restart.
    pub fn wait_durable(&self, pos: Lgpos) -> Result<Lgpos, LogWriteError> {
        self.queue.wait(self, pack(pos).saturating_add(1))?;
        Ok(self.durable())
    }

    /// As [`LogWriter::wait_durable`], for everything that is appended by now.
    pub fn wait_all(&self) -> Result<Lgpos, LogWriteError> {
        let end = {
            let state = self.state.lock();
            state.check()?;
            state.tail.cursor()
        };
        self.queue.wait(self, pack(end))?;
        Ok(self.durable())
    }

    /// Makes everything up to and including the record at `pos` durable; nothing to do when it is.
    pub fn flush_to(&self, pos: Lgpos) -> Result<(), LogWriteError> {
        self.wait_durable(pos).map(|_| ())
    }

    /// Sees to it that the record at `pos` becomes durable within `within`, at most
    /// [`super::LogConfig::lazy_most`] (which `None` stands for), without waiting for it. Earlier
    /// promises to others stand.
    pub fn commit_lazily(&self, pos: Lgpos, within: Option<Duration>) {
        let most = self.config.lazy_most;
        let due = self
            .env
            .clock
            .now_monotonic()
            .saturating_add(within.unwrap_or(most).min(most));
        let sooner = {
            let mut lazy = self.lazy.lock();
            if pack(self.durable()) >= lazy.upto {
                lazy.due = None;
            }
            lazy.upto = lazy.upto.max(pack(pos).saturating_add(1));
            let sooner = lazy.due.is_none_or(|d| due < d);
            if sooner {
                lazy.due = Some(due);
            }
            sooner
        };
        if sooner {
            self.bell.ring();
        }
    }

    /// Flushes for the lazy commits if it is time; gives how long there still is.
    pub(super) fn flush_lazy(&self) -> Result<Option<Duration>, LogWriteError> {
        let upto = {
            let mut lazy = self.lazy.lock();
            let Some(due) = lazy.due else {
                return Ok(None);
            };
            if pack(self.durable()) >= lazy.upto {
                lazy.due = None;
                return Ok(None);
            }
            let now = self.env.clock.now_monotonic();
            if now < due {
                return Ok(Some(due - now));
            }
            lazy.due = None;
            lazy.upto
        };
        self.queue.wait(self, upto)?;
        Ok(None)
    }

    /// Makes everything durable (the rest of the last segment stays zero) and closes the log: every
    /// later call that writes gets [`LogWriteError::Ended`].
    pub fn end(&self) -> Result<Lgpos, LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        let end = state.tail.cursor();
        if self.waits(&state) {
            let first = state.tail.take(&mut disk.out, true);
            self.write_out(&mut disk, (first, Then::Sync), end)
                .map_err(|e| self.close_with(&mut state, io(e)))?;
        }
        state.closed = Some(LogWriteError::Ended);
        Ok(end)
    }
}

impl Durable for LogWriter {
    type Error = LogWriteError;

    fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    fn sync(&self, target: u64) -> Result<(), LogWriteError> {
        self.flush_unless(self.config.style, target).map(|_| ())
    }

    fn failed(&self) -> Option<LogWriteError> {
        self.failure()
    }
}

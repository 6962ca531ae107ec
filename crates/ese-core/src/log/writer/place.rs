//! Appending: records into the tail, the fast way and the slow one.
//!
//! Source: docs/format/log-files.md §4.3. The fast way takes the appenders' lock and moves bytes; when
//! the buffer or the generation has no room, the slow one takes the disk's lock first.
//!
//! Invariant: a record is placed whole or not at all.
#![forbid(unsafe_code)]

use super::disk::{Disk, Then};
use super::{BUFFER_SEGMENTS_MIN, LogWriter, State, io};
use crate::format::ids::Lgpos;
use crate::format::log_header::SEGMENT_BYTES;
use crate::format::log_record::{LogRecord, RecordError};
use crate::io::env::Env;
use crate::log::append::{LogAppend, LogWriteError};

/// So much is written out before anybody asks for it, in bytes: a commit at the end of a long transaction
/// finds little left to do, and who writes ahead is woken seldom.
const SPILL_AHEAD_BYTES: usize = 64 << 10;

/// The longest record that [`LogWriter::append_with`] takes.
pub const APPEND_WITH_BYTES_MAX: usize = 256;

impl LogWriter {
    /// Writes the full segments out when the buffer has its size.
    fn spill(&self, disk: &mut Disk, state: &mut State, more: usize) -> Result<(), LogWriteError> {
        if state.tail.bytes().saturating_add(more) <= self.buffer_bytes() {
            return Ok(());
        }
        let first = state.tail.take(&mut disk.out, false);
        disk.write(first, Then::More)
            .map_err(|e| self.close_with(state, io(e)))
    }

    /// Writes the full segments out when some have come together, so that who appends need not; and sends
    /// them on to the disk, though nothing of them counts as durable yet: who syncs later waits for less.
    pub(super) fn spill_ahead(&self) -> Result<(), LogWriteError> {
        let file = {
            let mut disk = self.disk.lock();
            let mut state = self.state.lock();
            state.check()?;
            if state.tail.bytes() < self.ahead_bytes() {
                return Ok(());
            }
            let first = state.tail.take(&mut disk.out, false);
            // The appenders may go on.
            drop(state);
            disk.write(first, Then::More)
                .map(|()| disk.file())
                .map_err(|e| self.close_with(&mut self.state.lock(), io(e)))?
        };
        file.sync_data()
            .map_err(|e| self.close_with(&mut self.state.lock(), io(e)))
    }

    /// Has the buffer written out, once, when enough is in it.
    #[inline]
    fn may_spill(&self, state: &mut State) {
        let enough = state.tail.bytes() >= self.ahead_bytes();
        if enough && !state.spilling {
            self.bell.ring();
        }
        state.spilling = enough;
    }

    /// So much in the buffer is written out ahead.
    fn ahead_bytes(&self) -> usize {
        SPILL_AHEAD_BYTES.min(self.buffer_bytes() / 2)
    }

    fn buffer_bytes(&self) -> usize {
        usize::from(self.config.buffer_segments.max(BUFFER_SEGMENTS_MIN)) * SEGMENT_BYTES
    }

    /// Places what stands in `state.spare`, if neither the disk nor a new generation is needed.
    fn try_place(&self, state: &mut State, at: &mut Vec<Lgpos>) -> bool {
        let start = state.tail.bytes();
        let (mut end, mut from, mut fits) = (start, 0, !state.must_roll);
        for &to in &state.ends {
            let fit = state.tail.fit_behind(end, to - from);
            fits &= fit.in_generation;
            (end, from) = (fit.end, to);
        }
        if !fits || end > self.buffer_bytes() {
            return false;
        }
        state.place_all(at, &self.env);
        self.may_spill(state);
        true
    }

    /// As [`LogWriter::try_place`], with the disk at hand: rolls and writes out as needed. All records
    /// of a call lie in one generation, if one can hold them.
    fn place(
        &self,
        disk: &mut Disk,
        state: &mut State,
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        if state.must_roll {
            self.roll_under(disk, state)?;
        }
        let total = state.spare.len();
        if !state.fits_generation() {
            self.roll_under(disk, state)?;
        }
        self.spill(disk, state, total)?;
        if state.fits_generation() {
            state.place_all(at, &self.env);
            return Ok(());
        }
        // More than a generation holds: one by one.
        let spare = std::mem::take(&mut state.spare);
        let ends = std::mem::take(&mut state.ends);
        let mut from = 0;
        for to in ends {
            let record = spare.get(from..to).unwrap_or_default();
            let end = state.tail.bytes();
            if !state.tail.fit_behind(end, record.len()).in_generation {
                self.roll_under(disk, state)?;
            }
            self.spill(disk, state, record.len())?;
            at.push(state.tail.place(record, &*self.env.clock));
            from = to;
        }
        Ok(())
    }

    /// The slow way of an append: both locks.
    fn append_slowly(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        state.encode_all(records)?;
        self.place(&mut disk, &mut state, at)
    }

    /// Appends the one record that `make` gives. `make` is called once, when the record's place is
    /// found and nobody can append before it: so numbers that it hands out (trxCommit0) stand in the
    /// log in their order (docs/format/versioning.md §7.1). It is short, and calls nothing of the log.
    ///
    /// # Errors
    /// As [`LogAppend::append`]; also a record of more than [`APPEND_WITH_BYTES_MAX`] bytes.
    pub fn append_with<'r>(
        &self,
        make: impl FnOnce() -> LogRecord<'r>,
    ) -> Result<Lgpos, LogWriteError> {
        {
            let mut state = self.state.lock();
            state.check()?;
            if self.has_room(&state) {
                return state.place_made(make, &self.env);
            }
        }
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        let fits = |s: &State| {
            let fit = s.tail.fit_behind(s.tail.bytes(), APPEND_WITH_BYTES_MAX);
            fit.in_generation
        };
        if state.must_roll || !fits(&state) {
            self.roll_under(&mut disk, &mut state)?;
        }
        self.spill(&mut disk, &mut state, APPEND_WITH_BYTES_MAX)?;
        state.place_made(make, &self.env)
    }

    /// Begins a new generation whose first record is `first`, and gives its position: what a backup
    /// does before it names the logs to copy. Everything before it is durable then, it is not yet.
    ///
    /// # Errors
    /// As [`LogWriter::roll`] and [`LogAppend::append`].
    pub fn roll_with(&self, first: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        self.roll_frozen(first, &mut || {})
    }

    /// As [`LogWriter::roll_with`]; in the middle of the exchange of files `frozen` is called, and until
    /// it returns nothing is logged and nothing of the log changes on the disk (a snapshot's freeze). It
    /// calls nothing of the log.
    ///
    /// # Errors
    /// As [`LogWriter::roll_with`].
    pub fn roll_frozen(
        &self,
        first: &LogRecord<'_>,
        frozen: &mut dyn FnMut(),
    ) -> Result<Lgpos, LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        self.roll_and_pause(&mut disk, &mut state, frozen)?;
        state.encode_all(std::slice::from_ref(first))?;
        let mut at = Vec::with_capacity(1);
        self.place(&mut disk, &mut state, &mut at)?;
        at.pop().ok_or(LogWriteError::Ended)
    }

    /// Whether a short record finds room without the disk.
    fn has_room(&self, state: &State) -> bool {
        let tail = &state.tail;
        let fit = tail.fit_behind(tail.bytes(), APPEND_WITH_BYTES_MAX);
        !state.must_roll && fit.in_generation && fit.end <= self.buffer_bytes()
    }
}

impl LogAppend for LogWriter {
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        at.clear();
        {
            let mut state = self.state.lock();
            state.check()?;
            state.encode_all(records)?;
            if self.try_place(&mut state, at) {
                return Ok(());
            }
        }
        self.append_slowly(records, at)
    }

    fn append(&self, record: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        {
            let mut state = self.state.lock();
            state.check()?;
            state.depth.admit(state.tail.generation(), record.typ())?;
            let State {
                tail,
                spare,
                must_roll,
                ..
            } = &mut *state;
            if !*must_roll && tail.bytes().saturating_add(SEGMENT_BYTES) <= self.buffer_bytes() {
                match tail.encode(record, spare, &*self.env.clock) {
                    Ok(Some(pos)) => {
                        self.may_spill(&mut state);
                        return Ok(pos);
                    }
                    Ok(None) => {}
                    Err(e) => return Err(LogWriteError::Record(e)),
                }
            }
        }
        let mut at = Vec::with_capacity(1);
        self.append_all(std::slice::from_ref(record), &mut at)?;
        at.first().copied().ok_or(LogWriteError::Ended)
    }
}

impl State {
    /// Puts the records into bytes in `spare`: all, or an error.
    fn encode_all(&mut self, records: &[LogRecord<'_>]) -> Result<(), LogWriteError> {
        self.spare.clear();
        self.ends.clear();
        for record in records {
            self.depth.admit(self.tail.generation(), record.typ())?;
            let from = self.spare.len();
            record
                .write(&mut self.spare)
                .map_err(LogWriteError::Record)?;
            if !self.tail.fits_empty(self.spare.len() - from) {
                let typ = record.typ();
                return Err(LogWriteError::Record(RecordError::Length { typ }));
            }
            self.ends.push(self.spare.len());
        }
        Ok(())
    }

    /// Places a short record where there is room for one.
    fn place_made<'r>(
        &mut self,
        make: impl FnOnce() -> LogRecord<'r>,
        env: &Env,
    ) -> Result<Lgpos, LogWriteError> {
        let record = make();
        self.encode_all(std::slice::from_ref(&record))?;
        if self.spare.len() > APPEND_WITH_BYTES_MAX {
            let typ = record.typ();
            return Err(LogWriteError::Record(RecordError::Length { typ }));
        }
        Ok(self.tail.place(&self.spare, &*env.clock))
    }

    fn fits_generation(&self) -> bool {
        let (mut end, mut from) = (self.tail.bytes(), 0);
        self.ends.iter().all(|&to| {
            let fit = self.tail.fit_behind(end, to - from);
            (end, from) = (fit.end, to);
            fit.in_generation
        })
    }

    fn place_all(&mut self, at: &mut Vec<Lgpos>, env: &Env) {
        let mut from = 0;
        for &to in &self.ends {
            let record = self.spare.get(from..to).unwrap_or_default();
            at.push(self.tail.place(record, &*env.clock));
            from = to;
        }
    }
}

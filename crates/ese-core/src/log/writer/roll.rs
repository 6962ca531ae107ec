//! One generation is closed, the next one begun; old ones go.
//!
//! Source: docs/format/log-files.md §6.3, §6.5. Invariants: the old generation is whole and durable
//! before its name changes; an error in between closes the log.
#![forbid(unsafe_code)]

use super::disk::{Disk, Then};
use super::headers::{check_sequence_end, next_header};
use super::prepare::Want;
use super::{LogWriter, State, io};
use crate::format::ids::LogTime;
use crate::format::log_header::LogHeader;
use crate::log::append::LogWriteError;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl LogWriter {
    /// Begins a new generation now (docs/format/log-files.md §6.3: backup, ForceLogRollover). What was
    /// appended is durable then.
    pub fn roll(&self) -> Result<i32, LogWriteError> {
        let mut disk = self.disk.lock();
        let mut state = self.state.lock();
        state.check()?;
        self.roll_under(&mut disk, &mut state)?;
        Ok(state.tail.generation())
    }

    /// Closes the current generation and begins the next one.
    pub(super) fn roll_under(
        &self,
        disk: &mut Disk,
        state: &mut State,
    ) -> Result<(), LogWriteError> {
        self.roll_and_pause(disk, state, &mut || {})
    }

    /// As [`LogWriter::roll_under`]; `pause` is called when the closed generation has its archived name
    /// and the next one, whole, its temporary one. With circular logging it is called before the next
    /// one is made: the closed generation keeps the current name meanwhile.
    pub(super) fn roll_and_pause(
        &self,
        disk: &mut Disk,
        state: &mut State,
        pause: &mut dyn FnMut(),
    ) -> Result<(), LogWriteError> {
        // Asked first: at the end of the sequence everything stays as it is.
        check_sequence_end(&self.config, &state.header)?;
        let rolled = self.try_roll(disk, state, pause);
        rolled.map_err(|e| self.close_with(state, e))
    }

    fn try_roll(
        &self,
        disk: &mut Disk,
        state: &mut State,
        pause: &mut dyn FnMut(),
    ) -> Result<(), LogWriteError> {
        state.tail.close();
        let first = state.tail.take(&mut disk.out, false);
        self.write_out(disk, (first, Then::NextFile), state.tail.cursor())
            .map_err(io)?;
        if self.config.circular {
            pause();
        }

        let want = self.want(&state.header);
        let prepared = self.next.take(&self.files, &want).map_err(io)?;
        let header = next_header(
            &self.env,
            &self.config,
            state.version,
            &state.header,
            &state.next,
            disk.xor(),
            prepared.source,
        )?;
        prepared.put_header(&header).map_err(io)?;
        self.files.archive(state.header.generation()).map_err(io)?;
        if !self.config.circular {
            pause();
        }
        self.files.install().map_err(io)?;

        let (generation, tm_create) = (header.generation(), header.tm_create());
        let fenced = prepared.fences(generation);
        disk.restart(prepared.file, generation, fenced);
        state.tail.restart(&header);
        state.header = header;
        state.must_roll = false;
        self.generation.store(generation, Ordering::Release);
        self.note_durable(state.tail.cursor());
        self.tell_rolled(state, generation, tm_create)?;
        self.bell.ring();
        Ok(())
    }

    fn tell_rolled(
        &self,
        state: &State,
        generation: i32,
        tm_create: LogTime,
    ) -> Result<(), LogWriteError> {
        match &state.watch {
            Some(watch) => Arc::clone(watch).rolled(generation, tm_create).map_err(io),
            None => Ok(()),
        }
    }

    /// What the next file has to be.
    pub(super) fn want(&self, header: &LogHeader) -> Want<'_> {
        let mut want = Want::of(header, &self.config);
        want.recycle = self.config.circular.then_some(&*self.retention);
        want
    }
}

//! Records of macros that are not committed yet.
//!
//! A macro's records are kept as the bytes of their log, one behind the other, and redone when it
//! commits (docs/format/log-records.md §5.7).
//!
//! Invariant: memory grows with the log's own bytes and no faster.
#![forbid(unsafe_code)]

use crate::format::ids::{Dbtime, Lgpos};
use crate::format::log_record::{LogRecord, RecordError};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// The records of a macro.
#[derive(Clone, Debug, Default)]
pub struct MacroRecords {
    /// Where its MacroBegin stands.
    begin: Lgpos,
    bytes: Vec<u8>,
    records: Vec<(Lgpos, Range<usize>)>,
}

impl MacroRecords {
    /// Position of the record that opened it.
    #[must_use]
    pub fn begin(&self) -> Lgpos {
        self.begin
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// `true` when nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records with their positions, in the order of the log.
    pub fn iter(&self) -> impl Iterator<Item = Result<(Lgpos, LogRecord<'_>), RecordError>> {
        self.records.iter().map(|(at, range)| {
            let bytes = self.bytes.get(range.clone()).unwrap_or(&[]);
            LogRecord::parse(bytes).map(|(record, _)| (*at, record))
        })
    }

    /// All of them at once.
    pub fn parsed(&self) -> Result<Vec<(Lgpos, LogRecord<'_>)>, RecordError> {
        self.iter().collect()
    }

    /// Bytes of memory in use.
    pub(super) fn memory(&self) -> usize {
        self.bytes.len()
            + self.records.len() * size_of::<(Lgpos, Range<usize>)>()
            + size_of::<Self>()
    }

    fn push(&mut self, at: Lgpos, record: &LogRecord<'_>) -> Result<(), RecordError> {
        let from = self.bytes.len();
        record.write(&mut self.bytes)?;
        self.records.push((at, from..self.bytes.len()));
        Ok(())
    }
}

/// The open macros of a session, which are told apart by their database time.
#[derive(Debug, Default)]
pub(super) struct OpenMacros(BTreeMap<Dbtime, MacroRecords>);

impl OpenMacros {
    /// A macro begins. Returns `false` when one of this time is open already. The buffers of `spare`
    /// are used again.
    pub(super) fn open(&mut self, dbtime: Dbtime, begin: Lgpos, mut spare: MacroRecords) -> bool {
        let Entry::Vacant(place) = self.0.entry(dbtime) else {
            return false;
        };
        spare.begin = begin;
        spare.bytes.clear();
        spare.records.clear();
        place.insert(spare);
        true
    }

    /// Keeps a record of the macro of this time; `None` when there is none, else the bytes of memory
    /// that it takes.
    pub(super) fn push(
        &mut self,
        dbtime: Dbtime,
        at: Lgpos,
        record: &LogRecord<'_>,
    ) -> Result<Option<usize>, RecordError> {
        let Some(records) = self.0.get_mut(&dbtime) else {
            return Ok(None);
        };
        let before = records.memory();
        records.push(at, record)?;
        Ok(Some(records.memory() - before))
    }

    /// Takes a macro out.
    pub(super) fn take(&mut self, dbtime: Dbtime) -> Option<MacroRecords> {
        self.0.remove(&dbtime)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Times of the open macros, ascending.
    pub(super) fn dbtimes(&self) -> impl Iterator<Item = Dbtime> {
        self.0.keys().copied()
    }
}

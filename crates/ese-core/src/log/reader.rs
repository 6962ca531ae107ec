//! One generation: its header, and its records with their positions.
//!
//! Source: docs/format/log-files.md §1.1 (positions), §4.3 (records in segments), §5 (end of data).
//!
//! The position of a record is where the record before it ended, even when zeros or the start of a
//! segment come between; only the first record of a run (after a restart) begins a segment of its
//! own, whatever was left of the one before.
//!
//! Invariants: a record is given out only when it is whole and its lengths agree; records end at the
//! first damage; a record put together from fragments is never longer than [`RECORD_BYTES_MAX`].
#![forbid(unsafe_code)]

use super::LogError;
use super::segments::{ScanVerdict, SegmentFault, SegmentScan};
use crate::error::JetErr;
use crate::format::ids::{Lgpos, LogTime};
use crate::format::log_header::{LOG_HEADER_BYTES, LogHeader, LogSupport, SEGMENT_BYTES};
use crate::format::log_record::{LogRecord, LrTyp, RECORD_BYTES_MAX, RecordError};
use crate::format::log_segment::{FRAGMENT_BYTES_MIN, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::io::File;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// An open log file whose header is right.
pub struct LogFile {
    file: Arc<dyn File>,
    header: LogHeader,
    len: u64,
}

impl LogFile {
    /// Reads and checks the header.
    pub fn open(file: Arc<dyn File>) -> Result<Self, LogError> {
        let mut b = vec![0u8; LOG_HEADER_BYTES];
        let n = file.read_at(&mut b, 0)?;
        let header = LogHeader::parse(b.get(..n).unwrap_or_default())?;
        let len = file.len()?;
        Ok(Self { file, header, len })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &LogHeader {
        &self.header
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// `false`: an open log has at least a header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// `true` when the file is as long as its header says. The original refuses any other
    /// (JET_errLogFileSizeMismatch), even when no data is missing.
    #[must_use]
    pub fn size_ok(&self) -> bool {
        self.len == self.header.file_bytes()
    }

    fn check_version(&self) -> Result<(), LogError> {
        match self.header.version().support() {
            LogSupport::Segments | LogSupport::Newer => Ok(()),
            LogSupport::Legacy | LogSupport::Unknown => {
                Err(LogError::Version(self.header.version()))
            }
        }
    }

    /// The segments alone.
    pub fn segments(&self) -> Result<SegmentScan, LogError> {
        self.check_version()?;
        Ok(SegmentScan::new(Arc::clone(&self.file), &self.header))
    }

    /// All records.
    pub fn records(&self) -> Result<LogRecords, LogError> {
        let start = Lgpos::new(self.header.generation(), self.header.header_segments(), 0);
        let mut records = self.records_from(start)?;
        records.skip_fragments = false;
        Ok(records)
    }

    /// The records from `start` on, a position that this reader gave out or one that a checkpoint
    /// names; fragments of a record that began before it are passed over. The segments before
    /// `start` are still checked, so that the verdict is of the whole file.
    pub fn records_from(&self, start: Lgpos) -> Result<LogRecords, LogError> {
        let generation = self.header.generation();
        Ok(LogRecords::over(self.segments()?, generation, start))
    }
}

impl fmt::Debug for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogFile")
            .field("len", &self.len)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// Why the end of a log counts as torn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TornWhy {
    /// The pieces of the last record are not all there: a crash came between two writes. Recovery
    /// drops the record.
    #[error("the last record is not whole ({have} of {total} bytes)")]
    Record {
        /// Bytes that are there.
        have: usize,
        /// Bytes of the record.
        total: usize,
    },
    /// Segment `isec` and what is behind it were written and never became durable
    /// (docs/format/log-files.md §5.1). Recovery drops them; in a log that others follow they are damage.
    #[error("what was written from segment {isec:#x} on never became durable")]
    Unsynced {
        /// The segment.
        isec: u16,
    },
    /// The last segment is damaged, and nothing of this generation lies behind it.
    #[error("segment {isec:#x} is torn: {fault}")]
    Segment {
        /// The segment.
        isec: u16,
        /// What is wrong with it.
        fault: SegmentFault,
    },
}

/// How the data of a generation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEnd {
    /// Regularly.
    Clean {
        /// End of the last record.
        pos: Lgpos,
        /// Position of the record that closed the log normally (Term, RecoveryQuit), inside its
        /// segment; `None` when the log was not closed.
        closed: Option<Lgpos>,
        /// The same record as its writer names it: where it did not fit into the rest of the segment
        /// before, the start of that rest. The checkpoint of a clean end holds this one.
        closed_as: Option<Lgpos>,
    },
    /// With a torn write.
    Torn {
        /// End of the last whole record.
        pos: Lgpos,
        /// What is torn.
        why: TornWhy,
    },
    /// With a damaged segment.
    CorruptSegment {
        /// End of the last whole record.
        pos: Lgpos,
        /// The segment.
        isec: u16,
        /// What is wrong with it.
        fault: SegmentFault,
    },
    /// With a damaged record inside a whole segment.
    CorruptRecord {
        /// Position of the record.
        pos: Lgpos,
        /// What is wrong with it.
        fault: RecordFault,
    },
    /// With the file: it is cut off before the end of the data was seen.
    Missing {
        /// End of the last whole record.
        pos: Lgpos,
        /// First segment that is not there.
        isec: u16,
    },
}

impl LogEnd {
    /// End of the last whole record, or position of the damaged one.
    #[must_use]
    pub fn pos(&self) -> Lgpos {
        match *self {
            Self::Clean { pos, .. }
            | Self::Torn { pos, .. }
            | Self::CorruptSegment { pos, .. }
            | Self::CorruptRecord { pos, .. }
            | Self::Missing { pos, .. } => pos,
        }
    }

    /// What recovery answers to it, `None` for an end it accepts (docs/format/recovery.md §1.1).
    #[must_use]
    pub fn jet_err(&self) -> Option<JetErr> {
        match self {
            Self::Clean { .. }
            | Self::Torn {
                why: TornWhy::Record { .. } | TornWhy::Unsynced { .. },
                ..
            } => None,
            Self::Torn { .. } | Self::CorruptSegment { .. } | Self::CorruptRecord { .. } => {
                Some(JetErr::LOG_FILE_CORRUPT)
            }
            Self::Missing { .. } => Some(JetErr::LOG_FILE_SIZE_MISMATCH),
        }
    }

    /// One word: `clean`, `torn`, `corrupt`, `cut`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Clean { .. } => "clean",
            Self::Torn { .. } => "torn",
            Self::CorruptSegment { .. } | Self::CorruptRecord { .. } => "corrupt",
            Self::Missing { .. } => "cut",
        }
    }
}

impl fmt::Display for LogEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean {
                pos,
                closed: Some(at),
                ..
            } => write!(f, "ends at {pos}, closed normally at {at}"),
            Self::Clean {
                pos, closed: None, ..
            } => write!(f, "ends at {pos}, not closed"),
            Self::Torn { pos, why } => write!(f, "ends at {pos}; {why}"),
            Self::CorruptSegment { pos, isec, fault } => {
                write!(f, "ends at {pos}; segment {isec:#x} is damaged: {fault}")
            }
            Self::CorruptRecord { pos, fault } => write!(f, "damaged record at {pos}: {fault}"),
            Self::Missing { pos, isec } => {
                write!(
                    f,
                    "ends at {pos}; the file is cut off before segment {isec:#x}"
                )
            }
        }
    }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// Its bytes are no record.
    #[error("{0}")]
    Record(#[from] RecordError),
    /// Pieces of records in an order that no writer makes.
    #[error("a {} inside or outside a split record", .0.name())]
    Order(LrTyp),
    /// A split record longer than any record, or than its pieces allow.
    #[error("a split record of {total} bytes of which {have} came")]
    Total {
        /// Bytes that it should have.
        total: usize,
        /// Bytes that came.
        have: usize,
    },
}

/// A record split over segments, under way.
#[derive(Clone, Copy)]
struct Chain {
    pos: Lgpos,
    /// Where it really begins.
    begins: Lgpos,
    total: usize,
}

/// A record, found and measured.
struct Found {
    pos: Lgpos,
    typ: LrTyp,
    bytes: Where,
}

enum Where {
    Segment(Range<usize>),
    Chain,
}

/// The last record so far that is no filler.
#[derive(Clone, Copy)]
struct Last {
    typ: LrTyp,
    /// Where it begins, inside its segment.
    at: Lgpos,
    /// Its position in the sense of docs/format/log-files.md §1.2.
    named: Lgpos,
}

/// The records of one generation, one after the other; see [`LogFile::records`].
pub struct LogRecords {
    scan: SegmentScan,
    generation: i32,
    start: Lgpos,
    skip_fragments: bool,
    isec: u16,
    /// Next byte in the segment; [`SEGMENT_BYTES`] when it is used up.
    at: usize,
    /// When the segment was begun.
    time: LogTime,
    prev_end: Lgpos,
    chain: Option<Chain>,
    chain_bytes: Vec<u8>,
    torn_chains: u32,
    first_torn_chain: Option<Lgpos>,
    /// Last record that is no padding, and where in its segment it really begins.
    last: Option<Last>,
    end: Option<LogEnd>,
}

impl LogRecords {
    fn over(scan: SegmentScan, generation: i32, start: Lgpos) -> Self {
        Self {
            scan,
            generation,
            start,
            skip_fragments: start.ib == 0,
            isec: 0,
            at: SEGMENT_BYTES,
            time: LogTime::NONE,
            prev_end: Lgpos {
                generation,
                ..start
            },
            chain: None,
            chain_bytes: Vec::new(),
            torn_chains: 0,
            first_torn_chain: None,
            last: None,
            end: None,
        }
    }

    /// The same records once more, from the first: for who looks ahead.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::over(self.scan.again(), self.generation, self.start)
    }

    /// The next record with its position, `None` at the end: then [`LogRecords::end`] says how the
    /// data ended. Padding (NOP2) is a record like others.
    #[allow(
        clippy::should_implement_trait,
        reason = "the record borrows from the reader"
    )]
    pub fn next(&mut self) -> Option<(Lgpos, LogRecord<'_>)> {
        self.next_timed().map(|(pos, _, record)| (pos, record))
    }

    /// As [`LogRecords::next`], with the time at which the segment was begun that the record ends in:
    /// the record was logged at that time or later. Not set for a segment that was forced.
    pub fn next_timed(&mut self) -> Option<(Lgpos, LogTime, LogRecord<'_>)> {
        let Found { pos, typ, bytes } = self.advance()?;
        let b = match bytes {
            Where::Segment(range) => self.scan.segment().get(range).unwrap_or_default(),
            Where::Chain => &self.chain_bytes,
        };
        match LogRecord::of_measured(typ, b) {
            Ok(record) => Some((pos, self.time, record)),
            Err(e) => {
                let fault = RecordFault::Record(e);
                self.end = Some(LogEnd::CorruptRecord { pos, fault });
                None
            }
        }
    }

    /// How the data ended; `None` before [`LogRecords::next`] gave `None`.
    #[must_use]
    pub fn end(&self) -> Option<&LogEnd> {
        self.end.as_ref()
    }

    /// What the walk through the segments found; complete after [`LogRecords::finish`].
    #[must_use]
    pub fn verdict(&self) -> &ScanVerdict {
        self.scan.verdict()
    }

    /// How many split records were cut by a crash and passed over, and the position of the first.
    #[must_use]
    pub fn torn_chains(&self) -> (u32, Option<Lgpos>) {
        (self.torn_chains, self.first_torn_chain)
    }

    /// Reads on to the end without giving records out, and says how the data ended. Behind a damaged
    /// record the segments are still checked, so that the verdict is of the whole file.
    pub fn finish(&mut self) -> LogEnd {
        while self.next().is_some() {}
        while self.scan.next_segment().is_some() {}
        // `next` gives None only with an end.
        self.end.unwrap_or(LogEnd::Clean {
            pos: self.prev_end,
            closed: None,
            closed_as: None,
        })
    }

    fn pos(&self, ib: usize) -> Lgpos {
        if ib >= SEGMENT_BYTES {
            return Lgpos::new(self.generation, self.isec.saturating_add(1), 0);
        }
        let ib = if ib == SEGMENT_HEADER_BYTES { 0 } else { ib };
        Lgpos::new(self.generation, self.isec, u16::try_from(ib).unwrap_or(0))
    }

    /// Position of a record of `need` bytes that really begins at `self.at`.
    fn position(&self, typ: LrTyp, need: usize) -> Lgpos {
        let here = self.pos(self.at);
        if self.at != SEGMENT_HEADER_BYTES || self.prev_end == here {
            return self.prev_end;
        }
        // Something was left free in the segment before. The writer leaves free what is too short for
        // a fragment and for the record; then the record's position is the start of that rest.
        // Anything else is a new run, which always begins its own segment.
        let before = self.isec.checked_sub(1) == Some(self.prev_end.isec);
        let left = SEGMENT_BYTES.saturating_sub(usize::from(self.prev_end.ib));
        let filled = before && left < FRAGMENT_BYTES_MIN && need > left;
        if filled && !typ.begins_run() {
            self.prev_end
        } else {
            here
        }
    }

    /// Finds the next whole record.
    fn advance(&mut self) -> Option<Found> {
        if self.end.is_some() {
            return None;
        }
        loop {
            if self.at >= SEGMENT_BYTES && !self.next_segment() {
                return None;
            }
            let at = self.at;
            let b = self.scan.segment().get(at..).unwrap_or_default();
            if b.first() == Some(&LrTyp::Nop.number()) {
                // Zeros go on to the segment's end; a reader skips as many as there are.
                self.at += b.iter().take_while(|&&x| x == 0).count();
                continue;
            }
            match self.take(at) {
                Ok(Some(found)) => return Some(found),
                Ok(None) => {}
                Err(fault) => {
                    let pos = self.prev_end;
                    self.end = Some(LogEnd::CorruptRecord { pos, fault });
                    return None;
                }
            }
        }
    }

    /// Goes to the next segment with records that count; `false` at the end, which is set then.
    fn next_segment(&mut self) -> bool {
        loop {
            let Some(isec) = self.scan.next_segment() else {
                self.end = Some(self.judge_end());
                return false;
            };
            if isec < self.start.isec {
                continue;
            }
            self.isec = isec;
            self.at = SEGMENT_HEADER_BYTES;
            let header = SegmentHeader::read(self.scan.segment());
            self.time = header.map_or(LogTime::NONE, |h| h.time);
            if isec == self.start.isec {
                self.at = self.at.max(usize::from(self.start.ib));
            }
            return true;
        }
    }

    fn judge_end(&self) -> LogEnd {
        let verdict = self.scan.verdict();
        let pos = self.prev_end;
        if let Some(damage) = verdict.damage {
            let (isec, fault) = (damage.isec, damage.fault);
            let torn = !damage.followed
                && matches!(
                    fault,
                    SegmentFault::Checksum { .. }
                        | SegmentFault::Unreadable(_)
                        | SegmentFault::GarbageAfterEnd
                );
            // Only what lies directly behind the data can be a torn write.
            let next = verdict
                .last_segment
                .map_or(isec, |last| last.saturating_add(1));
            return if torn && isec == next {
                LogEnd::Torn {
                    pos,
                    why: TornWhy::Segment { isec, fault },
                }
            } else {
                LogEnd::CorruptSegment { pos, isec, fault }
            };
        }
        if let (true, Some(isec)) = (verdict.cut, verdict.missing_from) {
            return LogEnd::Missing { pos, isec };
        }
        if let Some(isec) = verdict.unsynced {
            return LogEnd::Torn {
                pos: self.chain.map_or(pos, |chain| chain.pos),
                why: TornWhy::Unsynced { isec },
            };
        }
        if let Some(chain) = self.chain {
            return LogEnd::Torn {
                pos: chain.pos,
                why: TornWhy::Record {
                    have: self.chain_bytes.len(),
                    total: chain.total,
                },
            };
        }
        let closed = self
            .last
            .filter(|l| l.typ.is_clean_end() && verdict.last_segment == Some(l.at.isec));
        LogEnd::Clean {
            pos,
            closed: closed.map(|l| l.at),
            closed_as: closed.map(|l| l.named),
        }
    }

    /// The record or piece at `at` of the segment; `None` when no record is whole yet.
    fn take(&mut self, at: usize) -> Result<Option<Found>, RecordFault> {
        let segment = self.scan.segment();
        let b = segment.get(at..).unwrap_or_default();
        let (typ, need) = LogRecord::measure(b)?;
        let have = b.len();
        if need > have {
            return Err(RecordError::Short { typ, need, have }.into());
        }
        let end = at + need;
        match typ {
            LrTyp::FragmentBegin => self.begin_chain(at, end).map(|()| None),
            LrTyp::Fragment => self.go_on_chain(at, end),
            _ => {
                if self.chain.is_some() {
                    self.drop_chain(at, typ, typ)?;
                }
                let pos = self.position(typ, need);
                self.skip_fragments = false;
                self.note(typ, self.pos(at), pos);
                self.at = end;
                self.prev_end = self.pos(end);
                Ok(Some(Found {
                    pos,
                    typ,
                    bytes: Where::Segment(at..end),
                }))
            }
        }
    }

    fn note(&mut self, typ: LrTyp, at: Lgpos, named: Lgpos) {
        if !matches!(typ, LrTyp::Nop2) {
            self.last = Some(Last { typ, at, named });
        }
    }

    /// A record comes while a split one is not whole: legal only as the first of a segment and as the
    /// first of an undo phase, when a crash cut the split one.
    fn drop_chain(&mut self, at: usize, typ: LrTyp, met: LrTyp) -> Result<(), RecordFault> {
        let undo = matches!(
            typ,
            LrTyp::RecoveryUndo | LrTyp::RecoveryUndo2 | LrTyp::UndoInfo
        );
        match self.chain {
            Some(chain) if undo && at == SEGMENT_HEADER_BYTES => {
                self.torn_chains = self.torn_chains.saturating_add(1);
                self.first_torn_chain.get_or_insert(chain.pos);
                self.chain = None;
                // The record's own segment is its position.
                self.prev_end = self.pos(at);
                Ok(())
            }
            _ => Err(RecordFault::Order(met)),
        }
    }

    fn begin_chain(&mut self, at: usize, end: usize) -> Result<(), RecordFault> {
        let piece = self.scan.segment().get(at..end).unwrap_or_default();
        let (LogRecord::FragmentBegin(begin), _) = LogRecord::parse(piece)? else {
            return Err(RecordFault::Order(LrTyp::FragmentBegin));
        };
        let total = usize::try_from(begin.total).unwrap_or(usize::MAX);
        let have = begin.data.len();
        let typ = begin.data.first().and_then(|&n| LrTyp::from_u8(n));
        self.chain_bytes.clear();
        if total > RECORD_BYTES_MAX || have >= total {
            return Err(RecordFault::Total { total, have });
        }
        self.chain_bytes.extend_from_slice(begin.data);
        if self.chain.is_some() {
            let first = typ.unwrap_or(LrTyp::FragmentBegin);
            self.drop_chain(at, first, LrTyp::FragmentBegin)?;
        }
        let typ = typ.unwrap_or(LrTyp::FragmentBegin);
        self.chain = Some(Chain {
            pos: self.position(typ, total),
            begins: self.pos(at),
            total,
        });
        self.skip_fragments = false;
        self.at = end;
        self.prev_end = self.pos(end);
        Ok(())
    }

    fn go_on_chain(&mut self, at: usize, end: usize) -> Result<Option<Found>, RecordFault> {
        let piece = self.scan.segment().get(at..end).unwrap_or_default();
        let (LogRecord::Fragment(fragment), _) = LogRecord::parse(piece)? else {
            return Err(RecordFault::Order(LrTyp::Fragment));
        };
        let Some(chain) = self.chain else {
            if !self.skip_fragments {
                return Err(RecordFault::Order(LrTyp::Fragment));
            }
            self.at = end;
            self.prev_end = self.pos(end);
            return Ok(None);
        };
        let have = self.chain_bytes.len().saturating_add(fragment.data.len());
        let total = chain.total;
        if have > total {
            return Err(RecordFault::Total { total, have });
        }
        self.chain_bytes.extend_from_slice(fragment.data);
        self.at = end;
        self.prev_end = self.pos(end);
        if have < total {
            return Ok(None);
        }
        self.chain = None;
        let (typ, need) = LogRecord::measure(&self.chain_bytes)?;
        if need != total {
            return Err(RecordError::Length { typ }.into());
        }
        self.note(typ, chain.begins, chain.pos);
        Ok(Some(Found {
            pos: chain.pos,
            typ,
            bytes: Where::Chain,
        }))
    }
}

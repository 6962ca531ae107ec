//! Why a stream ended before its file did.
//!
//! Invariant: damage is named by the page or segment it lies in, and every error has its `JET_ERR`.
#![forbid(unsafe_code)]

use crate::stop::Stopped;
use ese_core::format::ids::{Lgpos, Pgno};
use ese_core::format::log_header::LogHeaderError;
use ese_core::instance::InstanceError;
use ese_core::{HasJetErr, JetErr};
use std::fmt;
use std::io;

/// A part of a file that is verified as one, by the number people know it by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// The first header page of a database ("page -1").
    Header,
    /// Its second copy ("page 0").
    ShadowHeader,
    /// A database page.
    Page(Pgno),
    /// A log segment; 0 is the log's header.
    Segment(u32),
    /// A copy of the checkpoint, 1 or 2.
    CheckpointCopy(u32),
    /// A page of the flush map, from 0; the header comes before them.
    MapPage(u32),
    /// The header of the flush map.
    MapHeader,
    /// A block of 4,096 bytes of a file without checksums.
    Block(u64),
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("the header page"),
            Self::ShadowHeader => f.write_str("the second header page"),
            Self::Page(pgno) => write!(f, "page {pgno}"),
            Self::Segment(0) => f.write_str("the log header"),
            Self::Segment(n) => write!(f, "segment {n}"),
            Self::CheckpointCopy(n) => write!(f, "copy {n} of the checkpoint"),
            Self::MapPage(n) => write!(f, "page {n} of the flush map"),
            Self::MapHeader => f.write_str("the header of the flush map"),
            Self::Block(n) => write!(f, "block {n}"),
        }
    }
}

/// What is wrong with a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Reason {
    /// The checksum is wrong and no single bit explains it.
    #[error("its checksum says {stored:016x}, its bytes {computed:016x}{}",
        looks_like.map_or_else(String::new, |p| format!("; it looks like page {p}")))]
    Checksum {
        /// As stored.
        stored: u64,
        /// As computed.
        computed: u64,
        /// The page that this is by its checksum, where that is another one.
        looks_like: Option<Pgno>,
    },
    /// A page with the number of another one.
    #[error("it holds the number {0}")]
    WrongPgno(Pgno),
    /// Both copies of a header are damaged, so nothing says how to read the file.
    #[error("no copy of the header has the right checksum")]
    NoHeader,
    /// A log without a usable header.
    #[error("{0}")]
    LogHeader(LogHeaderError),
    /// A log segment with the position of another one.
    #[error("it holds the log position {0}")]
    WrongPosition(Lgpos),
    /// A valid log segment behind the end of the log's data.
    #[error("it is valid although the log's data end before it")]
    AfterTheEnd,
    /// Neither zeros nor an old segment behind the end of the log's data.
    #[error("it lies behind the log's data and is neither zero nor an older segment")]
    GarbageAfterTheEnd,
}

/// Why a stream ended before its file did.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The stop flag was set.
    #[error("stopped after {done} of {total} bytes")]
    Stopped {
        /// Bytes that were handed on.
        done: u64,
        /// Length of the file in bytes.
        total: u64,
    },
    /// A page or segment does not verify, also after the retries.
    #[error("{unit} is damaged: {reason} (at byte {offset})")]
    Damaged {
        /// Which one.
        unit: Unit,
        /// Why.
        reason: Reason,
        /// Where it lies in the file, in bytes.
        offset: u64,
        /// `true` in a log.
        in_log: bool,
    },
    /// The file ends before what its own space tree or header says.
    #[error("the file is cut off: it has {len} bytes, {needed} belong to it")]
    CutOff {
        /// Length of the file in bytes.
        len: u64,
        /// Length by its own account.
        needed: u64,
    },
    /// A log file longer than its header says.
    #[error("the log has {len} bytes, its header says {expected}")]
    LogSize {
        /// Length of the file in bytes.
        len: u64,
        /// Length by its header.
        expected: u64,
    },
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// Zeros only, where a header should be.
    #[error("the file begins with zeros: it was never written, or was lost")]
    Zeros,
    /// No ESE file.
    #[error(
        "this is no database, log, checkpoint or flush map of ESE: nothing in it can be verified"
    )]
    Foreign,
    /// Reading failed, also after the retries.
    #[error("{unit} can't be read (at byte {offset}): {source}")]
    Read {
        /// The first unit of the failed read.
        unit: Unit,
        /// Where the read began.
        offset: u64,
        /// The system's error.
        source: io::Error,
    },
    /// Deleted data could not be overwritten before it was read.
    #[error("deleted data can't be overwritten: {0}")]
    Scrub(#[source] InstanceError),
    /// Opening failed.
    #[error("it can't be opened: {0}")]
    Open(#[source] io::Error),
    /// The sink took no more.
    #[error("writing failed after {done} bytes: {source}")]
    Sink {
        /// Bytes that were handed on before.
        done: u64,
        /// The sink's error.
        source: io::Error,
    },
    /// A buffer that does not hold a whole number of pages (or segments).
    #[error("a buffer of {len} bytes does not hold whole units of {unit} bytes")]
    Buffer {
        /// Length of the buffer.
        len: usize,
        /// Length of a unit.
        unit: usize,
    },
}

impl StreamError {
    /// `true` when the flag ended the stream.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self, Self::Stopped { .. })
    }
}

impl HasJetErr for StreamError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Stopped { .. } => Stopped.jet_err(),
            Self::Damaged { in_log: true, .. } => JetErr::LOG_READ_VERIFY_FAILURE,
            Self::Damaged { unit, reason, .. } => match (unit, reason) {
                (Unit::CheckpointCopy(_), _) => JetErr::CHECKPOINT_CORRUPT,
                (_, Reason::WrongPgno(_)) => JetErr::READ_PGNO_VERIFY_FAILURE,
                _ => JetErr::READ_VERIFY_FAILURE,
            },
            Self::CutOff { .. } => JetErr::FILE_IO_BEYOND_EOF,
            Self::LogSize { .. } => JetErr::LOG_FILE_SIZE_MISMATCH,
            Self::Empty | Self::Zeros | Self::Foreign => JetErr::FILE_INVALID_TYPE,
            Self::Read { source, .. } | Self::Open(source) | Self::Sink { source, .. } => {
                source.jet_err()
            }
            Self::Scrub(e) => e.jet_err(),
            Self::Buffer { .. } => JetErr::INVALID_PARAMETER,
        }
    }
}

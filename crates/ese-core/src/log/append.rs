//! What a layer above asks of the log to write: one more record.
//!
//! Invariant: records lie in the log in the order of the calls; a record that was refused is not there
//! in part.
#![forbid(unsafe_code)]

use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Lgpos;
use crate::format::log_header::LogVersion;
use crate::format::log_record::{LogRecord, RecordError};
use std::io;
use std::sync::Arc;

/// Why a record can't be logged. After the first error of the disk every later call gets it again:
/// the log is closed for good (docs/format/recovery.md §8).
#[derive(Clone, Debug, thiserror::Error)]
pub enum LogWriteError {
    /// The disk refused; the log takes nothing any more.
    #[error("the log can't be written: {0}")]
    Io(Arc<io::Error>),
    /// The record can't be put into bytes, or is longer than a log file holds.
    #[error("the record can't be logged: {0}")]
    Record(RecordError),
    /// The last generation that may exist is full.
    #[error("the log sequence is at its end: a new one has to be begun")]
    SequenceEnd,
    /// The log was ended ([`super::LogWriter::end`]).
    #[error("the log was ended")]
    Ended,
    /// The disk is full, and the log lives on its reserves: what runs may end, nothing new begins
    /// ([`super::LogWriter::may_begin`]). The log stays open.
    #[error("the disk is full: only what is begun can be ended")]
    Quiesced,
    /// Too many generations lie behind the checkpoint. The log stays open.
    #[error("the log is too far ahead of the checkpoint")]
    CheckpointTooDeep,
    /// A transaction lasts through too many generations. The log stays open.
    #[error("the transaction lasts through too many log generations")]
    TransactionTooLong,
    /// Logs of this version are not written.
    #[error("logs of version {0} are not written")]
    Version(LogVersion),
}

impl HasJetErr for LogWriteError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) if e.kind() == io::ErrorKind::StorageFull => JetErr::LOG_DISK_FULL,
            Self::Io(_) => JetErr::LOG_WRITE_FAIL,
            Self::Record(_) => JetErr::INTERNAL_ERROR,
            Self::SequenceEnd => JetErr::LOG_SEQUENCE_END,
            Self::Ended => JetErr::LOG_WRITE_FAIL,
            Self::Quiesced => JetErr::LOG_DISK_FULL,
            Self::CheckpointTooDeep => JetErr::CHECKPOINT_DEPTH_TOO_DEEP,
            Self::TransactionTooLong => JetErr::TRANSACTION_TOO_LONG,
            Self::Version(_) => JetErr::BAD_LOG_VERSION,
        }
    }
}

/// A log that records can be appended to.
pub trait LogAppend: Send + Sync {
    /// Appends records one after another with nobody in between, and returns the position of each
    /// (docs/format/log-files.md §1.1) in `at`, which is emptied first. They are not durable yet.
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError>;

    /// Appends one record and returns its position. It is not durable yet.
    fn append(&self, record: &LogRecord<'_>) -> Result<Lgpos, LogWriteError>;
}

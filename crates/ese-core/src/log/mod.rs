//! Log files: reading generations, checking the chain, saying what is inside.
//!
//! * [`LogFile`] is one generation: header, segments ([`SegmentScan`]), records ([`LogRecords`]);
//! * [`LogSequence`] is a folder: which files belong together, in which order, what is missing;
//! * [`LogWriter`] appends records and begins new generations, [`checkpoint_file`] keeps the checkpoint;
//! * [`Checkpointer`] moves the checkpoint of a running instance on;
//! * [`report`] sums a file or a sequence up for tools.
//!
//! This layer does not know what a B+ tree is; it moves bytes and positions.
//!
//! Invariants: memory is bounded whatever a file's size (a window of 256 KiB and one record); no byte
//! of a segment is looked at before its checksum was; nothing is written but by [`LogWriter`] and
//! [`checkpoint_file`].
#![forbid(unsafe_code)]

pub mod append;
pub mod checkpoint_file;
pub mod checkpointing;
mod commit;
pub mod names;
pub mod reader;
pub mod report;
pub mod segments;
pub mod sequence;
pub mod writer;

use crate::error::{HasJetErr, JetErr};
use crate::format::log_header::{LogHeaderError, LogVersion};

pub use append::{LogAppend, LogWriteError};
pub use checkpointing::{CheckpointHost, Checkpointer};
pub use reader::{LogEnd, LogFile, LogRecords, TornWhy};
pub use segments::{ScanVerdict, SegmentFault, SegmentScan};
pub use sequence::LogSequence;
pub use writer::{DurableWatch, FlushStyle, KeepLogs, LogConfig, LogWriter, RollWatch};

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system says no.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file has no usable header.
    #[error("{0}")]
    Header(#[from] LogHeaderError),
    /// The records of this version are not read.
    #[error(
        "logs of version {0} are not read (only their header): records are known from 8.4000.0.0 on"
    )]
    Version(LogVersion),
}

impl HasJetErr for LogError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) => e.jet_err(),
            Self::Header(e) => e.jet_err(),
            Self::Version(_) => JetErr::BAD_LOG_VERSION,
        }
    }
}

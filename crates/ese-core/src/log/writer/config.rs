//! What the writer is told: where the logs lie, how they are called, how new ones are to be.
#![forbid(unsafe_code)]

use crate::format::ids::PageSize;
use crate::format::log_header::LogVersion;
use crate::log::names::Family;
use std::path::PathBuf;
use std::time::Duration;

/// Version of the logs of a new sequence: what every Windows 10/11 and Server 2016+ reads
/// (docs/format/log-files.md §3.2).
pub const NEW_SEQUENCE_VERSION: LogVersion = LogVersion {
    major: LogVersion::MAJOR,
    minor: LogVersion::MINOR,
    update_major: 5,
    update_minor: 16,
};
/// The newest engine format version that this program knows; goes into log headers for diagnosis only.
pub const ENGINE_FORMAT_VERSION: u32 = 9600;
/// Normal operation ends with this generation (docs/format/log-files.md §2).
pub const GENERATION_MAX: i32 = 0x7FFF_F800;
/// Recovery may go on to this one.
pub const GENERATION_MAX_RECOVERY: i32 = 0x7FFF_FA00;
/// Segments of a log file by default: 5 MiB (JET_paramLogFileSize).
pub const FILE_SEGMENTS: u16 = 1280;
/// Segments that are collected before they are written out, by default.
pub const BUFFER_SEGMENTS: u16 = 128;

/// Longest time that a lazy commit stays in memory only, by default.
pub const LAZY_MOST: Duration = Duration::from_secs(1);

/// What a flush does with a segment that is not full (docs/format/log-files.md §4.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FlushStyle {
    /// The rest becomes one NOP2 record: every segment is written once. What Windows does when a
    /// commit has to be durable. With fewer than five bytes left as [`FlushStyle::Shadow`]; the last
    /// segment of a file is not filled, the log rolls instead (seen in the original's logs).
    #[default]
    Fill,
    /// The rest is zero on the disk, and a copy of the segment lies behind it, until later records
    /// fill it up.
    Shadow,
}

/// How the log is written.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// Folder of the logs.
    pub dir: PathBuf,
    /// Base name, three characters.
    pub base: String,
    /// Extensions.
    pub family: Family,
    /// Digits of archived names: 5 (8 above generation 0xFFFFF) or 8.
    pub digits: u8,
    /// Segments of a file of a new sequence, 3 and up; a sequence that is gone on with keeps its own.
    pub file_segments: u16,
    /// Page size of the databases of a new sequence.
    pub page_size: PageSize,
    /// Circular logging is on: the headers say it, and generations below
    /// [`super::LogWriter::release_below`] are used again or deleted in the background.
    pub circular: bool,
    /// Version of new generations; `None`: as the one before, [`NEW_SEQUENCE_VERSION`] for a new
    /// sequence. It never becomes lower; when it has to rise, the log rolls before its next record.
    pub version: Option<LogVersion>,
    /// The headers' `efvEngineCurrentDiagnostic`.
    pub engine_format_version: u32,
    /// What [`super::LogWriter::flush`] does.
    pub style: FlushStyle,
    /// New files are filled with *fences* (each segment says that it is unused, and every sector of it is
    /// another): what is written over them needs one sync, however long it is. Off: with zeros, which
    /// compress; more than a segment then needs two.
    pub fences: bool,
    /// Segments that are collected before they are written out; a longer record is collected whole.
    pub buffer_segments: u16,
    /// Longest time that a lazy commit stays in memory only ([`super::LogWriter::commit_lazily`]).
    pub lazy_most: Duration,
    /// Highest generation that may be begun: [`GENERATION_MAX`] or [`GENERATION_MAX_RECOVERY`].
    pub generation_max: i32,
}

impl LogConfig {
    /// Logs called `base` in `dir`, everything else as by default.
    #[must_use]
    pub fn new(dir: PathBuf, base: &str) -> Self {
        Self {
            dir,
            base: base.to_owned(),
            family: Family::Legacy,
            digits: 5,
            file_segments: FILE_SEGMENTS,
            page_size: PageSize::K4,
            circular: false,
            version: None,
            engine_format_version: ENGINE_FORMAT_VERSION,
            style: FlushStyle::Fill,
            fences: true,
            buffer_segments: BUFFER_SEGMENTS,
            lazy_most: LAZY_MOST,
            generation_max: GENERATION_MAX,
        }
    }
}

//! What the caller asks of a recovery: the parameters of an instance that matter for it.
//!
//! Source: docs/format/recovery.md §1, jet-api params (JET_paramXxx named with each field).
#![forbid(unsafe_code)]

use crate::dbfile::ATOMIC_UNIT;
use crate::format::ids::{LogTime, PageSize};
use bitflags::bitflags;
use std::path::PathBuf;

bitflags! {
    /// What JetInit2 and JetInit3 may be told ("jethdr.w", JET_bitXxx).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct InitBits: u32 {
        /// A database that is missing is passed over.
        const REPLAY_IGNORE_MISSING_DB = 0x4;
        /// Recovery ends after redo; databases stay dirty, nothing is logged.
        const RECOVERY_WITHOUT_UNDO = 0x8;
        /// Logs that are no longer needed are removed after recovery.
        const TRUNCATE_LOGS_AFTER_RECOVERY = 0x10;
        /// Databases without an entry in the restore map keep their logged path.
        const REPLAY_MISSING_MAP_ENTRY_DB = 0x20;
        /// The logs must exist: no new sequence is begun.
        const LOG_STREAM_MUST_EXIST = 0x40;
        /// The newest logs may be missing.
        const REPLAY_IGNORE_LOST_LOGS = 0x80;
        /// A copy that a streaming backup took is recovered like any other database: its trailer is
        /// taken over where it is attached (JET_bitAllowSoftRecoveryOnBackup).
        const ALLOW_SOFT_RECOVERY_ON_BACKUP = 0x200;
        /// Databases stay attached when recovery ends.
        const KEEP_DB_ATTACHED_AT_END_OF_RECOVERY = 0x1000;
    }
}

/// Digits of the names of archived logs (JET_paramLegacyFileNames,
/// JET_bitEightDotThreeSoftCompat).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NameDigits {
    /// Whatever lies on the disk; eight for new files when nothing does.
    #[default]
    Detect,
    /// Five, and eight above generation 0xFFFFF. Names of the other form are not seen.
    Five,
    /// Always eight. Names of the other form are not seen.
    Eight,
}

/// Where a replay is to stop.
///
/// What is open there is undone, and the logs end there from then on: what they held behind it is
/// gone. With [`InitBits::RECOVERY_WITHOUT_UNDO`] logs stay as they are, and databases dirty. A stop
/// before or in an undo phase of the logs is one at its end. Logs that were closed normally, with a
/// checkpoint that says so, are not replayed, and nothing stops.
///
/// A database that holds more than the logs up to there say, or may hold more, or that begins its
/// life only behind the stop, is JET_errRequiredLogFilesMissing, and so is a stop before the position
/// at which replay begins; then logs and checkpoint are as they were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StopAt {
    /// Before the first record at or behind this position; segment and byte may be left out.
    Position {
        /// Generation.
        generation: i32,
        /// Segment; `None`: the end of the generation.
        isec: Option<u16>,
        /// Byte in the segment; `None`: the end of the segment.
        ib: Option<u16>,
    },
    /// Before the first record that was surely logged after this time (by the time of its segment).
    Time(LogTime),
}

/// The parameters of a recovery.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of the logs (JET_paramLogFilePath).
    pub log_dir: PathBuf,
    /// Folder of the checkpoint (JET_paramSystemPath).
    pub checkpoint_dir: PathBuf,
    /// Base name of the log files (JET_paramBaseName), three characters.
    pub base: String,
    /// Digits of archived names.
    pub digits: NameDigits,
    /// Page size of the instance (JET_paramDatabasePageSize); `None`: that of the logs.
    pub page_size: Option<PageSize>,
    /// Log file size in KiB (JET_paramLogFileSize) when it was set by hand.
    pub log_file_kib: Option<u32>,
    /// Circular logging (JET_paramCircularLog).
    pub circular: bool,
    /// JET_paramRecovery is "on".
    pub recovery: bool,
    /// Engine format version that was set by hand (JET_paramEngineFormatVersion).
    pub format_version: Option<u32>,
    /// Logs of another size may be deleted after recovery (JET_paramCleanupMismatchedLogFiles).
    pub cleanup_mismatched_logs: bool,
    /// Archived logs above the current one are deleted (JET_paramDeleteOutOfRangeLogs).
    pub delete_out_of_range_logs: bool,
    /// Every database is looked for under its last path component here
    /// (JET_paramAlternateDatabaseRecoveryPath).
    pub database_dir: Option<PathBuf>,
    /// Databases by signature: logged databases that lie under another name. Looked at before
    /// `database_dir`. For tools that match files to logs themselves.
    pub database_files: Vec<DatabaseFile>,
    /// Databases by the path of the log, compared without regard to case: those that lie under another
    /// name (JET_RSTMAP). Looked at behind `database_files`.
    pub database_names: Vec<DatabaseName>,
    /// Databases that are neither in `database_files` nor in `database_names` are passed over as if
    /// they were missing: neither looked for nor made.
    pub listed_only: bool,
    /// Grbit of the call.
    pub bits: InitBits,
    /// A checkpoint file is not believed: replay begins with the lowest generation there is.
    pub ignore_checkpoint: bool,
    /// No byte of a log is written: a torn last segment is read from its shadow, but not mended in
    /// its place.
    pub logs_read_only: bool,
    /// Where to stop before the end.
    pub stop: Option<StopAt>,
    /// Bytes of memory for the cache of pages.
    pub cache_bytes: usize,
    /// What the disk writes whole or not at all, in bytes: larger pages are written twice
    /// ([`crate::dbfile::ATOMIC_UNIT`]). `u32::MAX`: none is.
    pub atomic_unit: u32,
}

/// A database file that belongs to a logged database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseFile {
    /// Signature of the database in log and header.
    pub sign_db: crate::format::ids::Signature,
    /// Where it lies, or is to be made.
    pub path: PathBuf,
}

/// A database file by its name in the logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseName {
    /// Path by the logs.
    pub logged: String,
    /// Where it lies, or is to be made.
    pub path: PathBuf,
}

impl DatabaseName {
    /// Whether this is the database of a logged path.
    pub(super) fn is_of(&self, logged: &str) -> bool {
        self.logged.eq_ignore_ascii_case(logged)
    }
}

impl Options {
    /// Bytes of the cache by default.
    pub const CACHE_BYTES: usize = 256 << 20;

    /// What an operator means by "recover what lies in this folder": names as they are found, page
    /// and log sizes of the logs, databases in the same folder.
    #[must_use]
    pub fn of_folder(dir: PathBuf, base: &str) -> Self {
        Self {
            checkpoint_dir: dir.clone(),
            database_dir: Some(dir.clone()),
            log_dir: dir,
            base: base.to_owned(),
            digits: NameDigits::Detect,
            page_size: None,
            log_file_kib: None,
            circular: false,
            recovery: true,
            format_version: None,
            cleanup_mismatched_logs: false,
            delete_out_of_range_logs: false,
            database_files: Vec::new(),
            database_names: Vec::new(),
            listed_only: false,
            bits: InitBits::empty(),
            ignore_checkpoint: false,
            logs_read_only: false,
            stop: None,
            cache_bytes: Self::CACHE_BYTES,
            atomic_unit: ATOMIC_UNIT,
        }
    }
}

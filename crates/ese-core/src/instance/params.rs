//! What an instance is told before it starts.
//!
//! The names are those of JET_paramXxx; a field says which one it is and what it counts in.
//!
//! Invariant: after [`InstanceParams::check`] every number is one that the engine can work with.
#![forbid(unsafe_code)]

use super::{InstanceError, temp};
use crate::cache::Budget;
use crate::dbfile::ATOMIC_UNIT;
use crate::error::JetErr;
use crate::format::ids::PageSize;
use crate::format::log_fields::Field;
use crate::format::log_fields::params::{AnsiPath, CIRCULAR_LOGGING, DbmsParam};
use crate::format::log_header::{LogVersion, SEGMENT_BYTES};
use crate::format::version::FormatVersion;
use crate::log::LogConfig;
use crate::log::checkpointing::CHECKPOINT_DEPTH;
use crate::log::names::{BASE_CHARS, Family};
use crate::log::writer::{CHECKPOINT_TOO_DEEP_MAX, FILE_SEGMENTS, LAZY_MOST};
use crate::recovery::{InitBits, NameDigits, Options};
use crate::trx::Limits;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// JET_bitESE98FileNames: extensions `.log` and `.chk`.
pub const LEGACY_ESE98: u32 = 1;
/// JET_bitEightDotThreeSoftCompat: archived logs have five digits.
pub const LEGACY_EIGHT_DOT_THREE: u32 = 2;
/// Smallest and largest log file, in KiB.
const LOG_FILE_KIB: std::ops::RangeInclusive<u32> = 64..=32768;
/// Most sessions that a user may ask for.
const SESSIONS_MOST: u16 = 30_000;
/// Transactions of the engine's own beside one for every session.
const SESSIONS_OWN: u16 = 8;
/// Format version of new files when none is set: what Windows 10 and 11 write by default.
pub const FORMAT_VERSION_DEFAULT: u32 = 8920;

/// The parameters of an instance.
#[derive(Clone, Debug)]
pub struct InstanceParams {
    /// JET_paramLogFilePath: folder of the logs.
    pub log_dir: PathBuf,
    /// JET_paramSystemPath: folder of the checkpoint.
    pub system_dir: PathBuf,
    /// JET_paramBaseName: three characters.
    pub base: String,
    /// JET_paramLogFileSize in KiB, 64 to 32768; `None`: that of the logs that are there, 5120 for
    /// new ones.
    pub log_file_kib: Option<u32>,
    /// JET_paramCircularLog: logs that no restart needs are used again or deleted.
    pub circular: bool,
    /// JET_paramLegacyFileNames: [`LEGACY_ESE98`], [`LEGACY_EIGHT_DOT_THREE`].
    pub legacy_file_names: u32,
    /// JET_paramDatabasePageSize.
    pub page_size: PageSize,
    /// JET_paramCacheSizeMin and JET_paramCacheSizeMax, in pages. The memory is taken as it is used.
    pub cache: Budget,
    /// JET_paramMaxVerPages, in buckets of 64 KiB.
    pub max_ver_pages: u32,
    /// JET_paramMaxSessions: sessions of users.
    pub max_sessions: u16,
    /// JET_paramTempPath: file of the temporary database, or the folder of a file `tmp.edb`; what is
    /// relative lies in [`InstanceParams::system_dir`].
    pub temp_path: PathBuf,
    /// JET_paramMaxTemporaryTables: temporary tables that may be open; 0: there are none.
    pub max_temp_tables: u32,
    /// JET_paramCheckpointDepthMax, in bytes of log.
    pub checkpoint_depth: u64,
    /// JET_paramCheckpointTooDeep, in generations.
    pub checkpoint_too_deep: i32,
    /// JET_paramEngineFormatVersion: what new files and logs may hold; files that are there are
    /// brought up to it, newer ones refused. `None`: new files are of [`FORMAT_VERSION_DEFAULT`], and
    /// what is there stays as it is.
    pub engine_format_version: Option<u32>,
    /// JET_paramCreatePathIfNotExist: missing folders are made.
    pub create_path: bool,
    /// JET_paramRecovery is "on": changes are logged, and what a crash left is recovered at the start.
    pub recovery: bool,
    /// JET_paramDbExtensionSize: pages by which databases grow.
    pub db_extension: u32,
    /// JET_paramZeroDatabaseDuringBackup: deleted data is overwritten in a database before a backup reads
    /// it.
    pub zero_during_backup: bool,
    /// JET_paramDeleteOutOfRangeLogs.
    pub delete_out_of_range_logs: bool,
    /// JET_paramCleanupMismatchedLogFiles: only with [`InstanceParams::circular`].
    pub cleanup_mismatched_logs: bool,
    /// JET_paramAlternateDatabaseRecoveryPath: recovery looks for databases here.
    pub recovery_dir: Option<PathBuf>,
    /// JET_paramPersistedLostFlushDetection: databases have a flush map beside them.
    pub flush_map: bool,
    /// What the disk writes whole or not at all, in bytes. Pages that are larger are written twice, so
    /// that a power cut can't tear them ([`crate::dbfile::page_guard_path`]). By default
    /// [`ATOMIC_UNIT`]; `u32::MAX`: nothing is written twice.
    pub atomic_unit: u32,
    /// Grbit of the call (JetInit2).
    pub bits: InitBits,
    /// Longest time that a lazy commit stays in memory.
    pub lazy_most: Duration,
    /// Threads flush the log, write pages, move the checkpoint and clean versions up. Without them
    /// [`super::Instance::tick`] does all that, and every run is the same.
    pub background: bool,
}

impl InstanceParams {
    /// Logs and checkpoint in `dir`, everything else as by default.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        Self {
            system_dir: dir.clone(),
            log_dir: dir,
            base: "edb".to_owned(),
            log_file_kib: None,
            circular: false,
            legacy_file_names: LEGACY_ESE98 | LEGACY_EIGHT_DOT_THREE,
            page_size: PageSize::K4,
            cache: Budget {
                min: 64,
                max: 16_384,
            },
            max_ver_pages: 64,
            max_sessions: 16,
            temp_path: PathBuf::from(temp::FILE_NAME),
            max_temp_tables: 20,
            checkpoint_depth: CHECKPOINT_DEPTH,
            checkpoint_too_deep: CHECKPOINT_TOO_DEEP_MAX,
            engine_format_version: None,
            create_path: false,
            recovery: true,
            db_extension: 256,
            zero_during_backup: false,
            delete_out_of_range_logs: false,
            cleanup_mismatched_logs: false,
            recovery_dir: None,
            flush_map: true,
            atomic_unit: ATOMIC_UNIT,
            bits: InitBits::empty(),
            lazy_most: LAZY_MOST,
            background: true,
        }
    }

    /// File of the temporary database, as far as the path alone says.
    pub(crate) fn temp_file(&self) -> PathBuf {
        let path = self.system_dir.join(&self.temp_path);
        match path.to_string_lossy().ends_with(['/', '\\']) {
            true => path.join(temp::FILE_NAME),
            false => path,
        }
    }

    /// Refuses what contradicts itself or the documented ranges.
    pub(super) fn check(&self) -> Result<(), InstanceError> {
        let bad = |what: String| Err(InstanceError::refused(JetErr::INVALID_PARAMETER, what));
        let base_chars = self.base.chars().count();
        if base_chars != BASE_CHARS || self.base.contains(['/', '\\', '.']) {
            return bad(format!(
                "a base name has three characters, {:?} has not",
                self.base
            ));
        }
        if let Some(kib) = self.log_file_kib
            && !LOG_FILE_KIB.contains(&kib)
        {
            return bad(format!("no log file has {kib} KiB"));
        }
        if self.log_file_kib.is_some_and(|kib| !kib.is_multiple_of(4)) {
            return Err(InstanceError::refused(
                JetErr::INVALID_SETTINGS,
                "a log file is a whole number of segments of 4 KiB",
            ));
        }
        if self.max_ver_pages == 0 || self.db_extension == 0 || self.cache.max == 0 {
            return bad("version pages, database extension and cache are at least 1".to_owned());
        }
        if self.max_sessions > SESSIONS_MOST {
            return bad(format!("{} sessions are too many", self.max_sessions));
        }
        if let Some(efv) = self.engine_format_version
            && FormatVersion::of_efv(efv).is_none()
        {
            let jet = match efv < FORMAT_VERSIONS_FROM {
                true => JetErr::ENGINE_FORMAT_VERSION_NO_LONGER_SUPPORTED_TOO_LOW,
                false => JetErr::ENGINE_FORMAT_VERSION_NOT_YET_IMPLEMENTED_TOO_HIGH,
            };
            return Err(InstanceError::refused(
                jet,
                format!("engine format version {efv} is not known"),
            ));
        }
        Ok(())
    }

    /// The options of the recovery at the start.
    #[must_use]
    pub fn recovery_options(&self) -> Options {
        let mut options = Options::of_folder(self.log_dir.clone(), &self.base);
        options.checkpoint_dir.clone_from(&self.system_dir);
        options.database_dir.clone_from(&self.recovery_dir);
        options.digits = match self.digits() {
            5 => NameDigits::Five,
            _ => NameDigits::Eight,
        };
        options.page_size = Some(self.page_size);
        options.log_file_kib = self.log_file_kib;
        options.circular = self.circular;
        options.recovery = self.recovery;
        options.format_version = self.engine_format_version;
        options.cleanup_mismatched_logs = self.cleanup_mismatched_logs;
        options.delete_out_of_range_logs = self.delete_out_of_range_logs;
        options.atomic_unit = self.atomic_unit;
        options.bits = self.bits;
        let cache = u64::from(self.cache.max).saturating_mul(self.page_size.bytes() as u64);
        options.cache_bytes = usize::try_from(cache)
            .unwrap_or(usize::MAX)
            .min(Options::CACHE_BYTES);
        options
    }

    fn digits(&self) -> u8 {
        match self.legacy_file_names & LEGACY_EIGHT_DOT_THREE {
            0 => 8,
            _ => 5,
        }
    }

    /// How the log is written. `family`: of the logs that are there.
    pub(super) fn log_config(&self, family: Option<Family>) -> LogConfig {
        let mut config = LogConfig::new(self.log_dir.clone(), &self.base);
        config.family = family.unwrap_or(match self.legacy_file_names & LEGACY_ESE98 {
            0 => Family::New,
            _ => Family::Legacy,
        });
        config.digits = self.digits();
        config.page_size = self.page_size;
        config.circular = self.circular;
        config.lazy_most = self.lazy_most;
        config.file_segments = self.file_segments();
        config.version = self.engine_format_version.and_then(LogVersion::of_efv);
        config
    }

    fn file_segments(&self) -> u16 {
        let segments = self
            .log_file_kib
            .map(|kib| kib / (SEGMENT_BYTES as u32 / 1024));
        segments
            .and_then(|n| u16::try_from(n).ok())
            .unwrap_or(FILE_SEGMENTS)
    }

    /// Version of new databases.
    pub(super) fn new_database_version(&self) -> FormatVersion {
        let efv = self.engine_format_version.unwrap_or(FORMAT_VERSION_DEFAULT);
        FormatVersion::of_efv(efv).unwrap_or(FormatVersion::BASE)
    }

    /// The version that databases are brought up to; `None`: they stay as they are.
    pub(super) fn wanted_version(&self) -> Option<FormatVersion> {
        self.engine_format_version.and_then(FormatVersion::of_efv)
    }

    /// Room for every session and one transaction of the engine's own for each, and some more.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            buckets: self.max_ver_pages,
            sessions: self
                .max_sessions
                .saturating_mul(2)
                .saturating_add(SESSIONS_OWN),
        }
    }

    /// What log headers, checkpoint and Init2 say of the parameters, as bytes.
    pub(super) fn dbms_param(&self) -> Vec<u8> {
        let (system, log) = (ansi(&self.system_dir), ansi(&self.log_dir));
        let zeros = vec![0; <DbmsParam<'_> as Field<'_>>::BYTES];
        let mut param = DbmsParam::get(&zeros, 0);
        if let Some(path) = AnsiPath::new(&system) {
            param.system_path = path;
        }
        if let Some(path) = AnsiPath::new(&log) {
            param.log_path = path;
        }
        param.flags = if self.circular { CIRCULAR_LOGGING } else { 0 };
        param.sessions_max = self.max_sessions.into();
        param.open_tables_max = OPEN_TABLES_MAX;
        param.version_pages_max = self.max_ver_pages;
        param.cursors_max = CURSORS_MAX;
        param.log_buffers = LOG_BUFFERS;
        param.log_file_segments = self.file_segments().into();
        param.cache_pages_max = self.cache.max;
        let mut bytes = zeros.clone();
        param.store(&mut bytes);
        bytes
    }
}

/// Lowest engine format version that may be set.
const FORMAT_VERSIONS_FROM: u32 = 8020;
/// JET_paramMaxOpenTables by default; nothing here is bounded by it.
const OPEN_TABLES_MAX: u32 = 300;
/// JET_paramMaxCursors by default.
const CURSORS_MAX: u32 = 1024;
/// JET_paramLogBuffers by default, in units of 512 bytes.
const LOG_BUFFERS: u32 = 126;

/// A path for display, as far as it is ASCII, with its NUL.
fn ansi(path: &Path) -> Vec<u8> {
    let text = path.to_string_lossy();
    let mut bytes: Vec<u8> = text
        .chars()
        .take(AnsiPath::BYTES - 1)
        .map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?'))
        .collect();
    bytes.push(0);
    bytes.truncate(AnsiPath::BYTES - 1);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HasJetErr;

    fn refused(change: impl FnOnce(&mut InstanceParams)) -> JetErr {
        let mut params = InstanceParams::new("/x");
        change(&mut params);
        params.check().expect_err("it is refused").jet_err()
    }

    #[test]
    fn defaults_pass_and_nonsense_does_not() {
        InstanceParams::new("/x").check().unwrap();
        assert_eq!(
            refused(|p| p.base = "edbx".into()),
            JetErr::INVALID_PARAMETER
        );
        assert_eq!(
            refused(|p| p.log_file_kib = Some(32)),
            JetErr::INVALID_PARAMETER
        );
        assert_eq!(
            refused(|p| p.log_file_kib = Some(257)),
            JetErr::INVALID_SETTINGS
        );
        assert_eq!(
            refused(|p| p.engine_format_version = Some(8000)),
            JetErr::ENGINE_FORMAT_VERSION_NO_LONGER_SUPPORTED_TOO_LOW
        );
        assert_eq!(
            refused(|p| p.engine_format_version = Some(9700)),
            JetErr::ENGINE_FORMAT_VERSION_NOT_YET_IMPLEMENTED_TOO_HIGH
        );
    }

    #[test]
    fn the_log_says_what_was_set() {
        let mut params = InstanceParams::new("/logs");
        params.circular = true;
        params.log_file_kib = Some(128);
        let bytes = params.dbms_param();
        let said = DbmsParam::get(&bytes, 0);
        assert_eq!(said.log_path.text(), "/logs");
        assert_eq!((said.flags, said.log_file_segments), (1, 32));
        assert_eq!(said.sessions_max, 16);
    }
}

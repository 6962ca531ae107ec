//! The start decision: whether there is anything to recover, and where replay begins.
//!
//! Source: docs/format/recovery.md §1, §1.1; log-files.md §5 (closed normally), §6.4, §8 (checkpoint).
//!
//! The current log is looked through first. When it was closed normally and the checkpoint names
//! just that position, nothing is to be done. Otherwise replay begins at the checkpoint; without one
//! that can be believed, with the lowest generation there is.
//!
//! Invariants: what is wrong with a checkpoint makes it absent, never wrong; the one write is that of
//! a torn last segment of the current log, mended from its shadow, and only when the log is otherwise
//! whole and [`Options::logs_read_only`] does not forbid it.
#![forbid(unsafe_code)]

use super::names::LogFolder;
use super::stream::{HeaderRules, LogStream, LogTail, StreamParts};
use super::{InitBits, Options, RecoveryError, StopAt};
use crate::error::JetErr;
use crate::format::checkpoint::{CHECKPOINT_FILE_BYTES, Checkpoint, CheckpointFlags};
use crate::format::ids::{Dbtime, Lgpos, Objid, PageSize, Signature};
use crate::format::log_fields::attach::{AttachFlags, AttachList};
use crate::format::log_header::{LogHeader, LogVersion, SEGMENT_BYTES};
use crate::format::log_segment::{SegmentKind, classify, flip};
use crate::io::env::Env;
use crate::io::{ErrorKind, FileSystem, OpenMode};
use crate::log::LogFile;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Highest number of a database in a log sequence (docs/format/log-files.md §1.5).
pub const DBID_MAX: u8 = 6;

/// What a recovery begins with.
#[derive(Debug)]
pub enum Start {
    /// There are no logs. A new sequence begins, a checkpoint that is left over is replaced.
    NoLogs(LogFolder),
    /// JET_paramRecovery is off: logs are not looked at.
    RecoveryOff,
    /// The logs were closed normally, and the checkpoint says so too: nothing is to be replayed.
    Clean(CleanEnd),
    /// Logs have to be replayed.
    Recover(Box<LogStream>),
}

/// Logs that were closed normally.
#[derive(Clone, Debug)]
pub struct CleanEnd {
    /// The files.
    pub folder: LogFolder,
    /// The current log, where a writer goes on. `closed` is the position of Term or RecoveryQuit.
    pub current: LogTail,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Page size of the databases.
    pub page_size: PageSize,
}

/// A database that is attached where the replay begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartAttachment {
    /// Its number in the logs, 1 to [`DBID_MAX`].
    pub dbid: u8,
    /// Flags of the entry.
    pub flags: AttachFlags,
    /// Path as it was logged.
    pub path: String,
    /// Signature of the database.
    pub sign_db: Signature,
    /// Position of the attach.
    pub lgpos_attach: Lgpos,
    /// Position up to which the file was consistent then.
    pub lgpos_consistent: Lgpos,
    /// Last known database time.
    pub dbtime: Dbtime,
    /// Highest object id.
    pub objid_last: Objid,
    /// Largest allowed size in pages; 0 for no limit.
    pub cpg_size_max: u32,
}

/// The entries of a list; `None` when they are not what a writer makes.
fn attachments(list: AttachList<'_>) -> Option<Vec<StartAttachment>> {
    let mut out: Vec<StartAttachment> = Vec::new();
    for entry in list.entries() {
        let e = entry.ok()?;
        if e.dbid > DBID_MAX || out.iter().any(|a| a.dbid == e.dbid) {
            return None;
        }
        out.push(StartAttachment {
            dbid: e.dbid,
            flags: e.flags,
            path: e.path_text(),
            sign_db: e.sign_db,
            lgpos_attach: e.lgpos_attach,
            lgpos_consistent: e.lgpos_consistent,
            dbtime: e.dbtime,
            objid_last: e.objid_last,
            cpg_size_max: e.cpg_size_max,
        });
    }
    Some(out)
}

/// Decides what is to be done. Errors: those of docs/format/recovery.md §1.1 that show before the first
/// record is replayed.
pub fn decide(env: &Env, options: &Options) -> Result<Start, RecoveryError> {
    check_settings(options)?;
    if !options.recovery {
        return Ok(Start::RecoveryOff);
    }
    let fs = env.fs.as_ref();
    let mut folder = LogFolder::open(fs, options)?;
    let mut rules = HeaderRules::new(options);
    let needed = current_needed(&folder, options);
    let current = match folder.current() {
        Some(path) if needed => look_through(fs, &mut rules, path, options)?,
        // A log that is read at the end, if at all, has no say over those before.
        Some(path) => {
            let found = look_through(fs, &mut rules.clone(), path, options);
            found.unwrap_or_default()
        }
        None => None,
    };
    let Some(current) = current else {
        return without_current(env, options, folder, rules);
    };
    if options.delete_out_of_range_logs && !options.bits.contains(InitBits::REPLAY_IGNORE_LOST_LOGS)
    {
        check_out_of_range(fs, &mut folder, &rules, current.header.generation())?;
    }
    let checkpoint = read_checkpoint(fs, &folder, options)?
        .filter(|c| current.header.sign_log() == c.sign_log());
    // The original compares with the position inside the record's segment alone, and replays a closed
    // log once more where the record had not fitted into the segment before.
    let named = [current.closed, current.closed_as];
    if let Some(c) = &checkpoint
        && named.contains(&Some(c.lgpos_checkpoint()))
    {
        return Ok(Start::Clean(CleanEnd {
            page_size: current.header.page_size().unwrap_or(PageSize::K4),
            folder,
            current,
            checkpoint: c.clone(),
        }));
    }
    let last = current.header.generation();
    recover(env, folder, rules, checkpoint, Some(&current.header), last)
}

/// Settings that contradict each other, whatever the logs say.
fn check_settings(options: &Options) -> Result<(), RecoveryError> {
    if options.cleanup_mismatched_logs {
        if !options.circular {
            return Err(RecoveryError::refused(
                JetErr::INVALID_SETTINGS,
                "logs of another size may be removed (JET_paramCleanupMismatchedLogFiles) only when \
                 circular logging is on",
            ));
        }
        if options
            .bits
            .contains(InitBits::KEEP_DB_ATTACHED_AT_END_OF_RECOVERY)
        {
            return Err(RecoveryError::refused(
                JetErr::INVALID_SETTINGS,
                "logs can't be removed (JET_paramCleanupMismatchedLogFiles) while databases stay \
                 attached",
            ));
        }
    }
    if options.delete_out_of_range_logs && options.stop.is_some() {
        return Err(RecoveryError::refused(
            JetErr::INVALID_PARAMETER,
            "logs can't be deleted as out of range (JET_paramDeleteOutOfRangeLogs) when replay is to \
             stop before the end",
        ));
    }
    Ok(())
}

/// Whether replay comes to the current log at all: not when it is to stop in an archived one.
fn current_needed(folder: &LogFolder, options: &Options) -> bool {
    match (options.stop, folder.range()) {
        (Some(StopAt::Position { generation, .. }), Some((_, last))) => generation > last,
        _ => true,
    }
}

/// Reads the current log to its end, mends a torn last segment, and says how it ended; `None` when it
/// is not there. Damage is no error here: replay goes up to it.
pub(super) fn look_through(
    fs: &dyn FileSystem,
    rules: &mut HeaderRules,
    path: &Path,
    options: &Options,
) -> Result<Option<LogTail>, RecoveryError> {
    let Some(log) = rules.open(fs, path)? else {
        return Ok(None);
    };
    let in_file = |e: RecoveryError| e.in_file(path);
    let mut records = log.records().map_err(|e| in_file(e.into()))?;
    let end = records.finish();
    let verdict = *records.verdict();
    if let (true, None, Some(isec)) = (
        verdict.shadow_used && !options.logs_read_only,
        verdict.damage,
        verdict.last_segment,
    ) {
        mend(fs, path, &log, isec).map_err(in_file)?;
    }
    let tail = LogTail::new(path, log.header(), &verdict, end, true);
    Ok(Some(tail))
}

/// Writes the shadow of segment `isec`, the last one, in its place. The shadow stays where it is.
fn mend(fs: &dyn FileSystem, path: &Path, log: &LogFile, isec: u16) -> Result<(), RecoveryError> {
    let at = u64::from(isec) * SEGMENT_BYTES as u64;
    let mut shadow = vec![0; SEGMENT_BYTES];
    let file = fs.open(path, OpenMode::ReadWrite)?;
    file.read_exact_at(&mut shadow, at + SEGMENT_BYTES as u64)?;
    let generation = log.header().generation();
    let SegmentKind::Data { bit } = classify(&shadow, generation, isec, true) else {
        return Err(RecoveryError::refused(
            JetErr::LOG_FILE_CORRUPT,
            format!("the shadow of segment {isec:#x} was whole, and is not any more"),
        ));
    };
    if let Some(bit) = bit {
        flip(&mut shadow, bit);
    }
    file.write_all_at(&shadow, at)?;
    file.sync_data()?;
    Ok(())
}

/// There is no current log (or none that is wanted).
fn without_current(
    env: &Env,
    options: &Options,
    folder: LogFolder,
    rules: HeaderRules,
) -> Result<Start, RecoveryError> {
    let missing = |what: String| {
        Err(RecoveryError::refused(JetErr::MISSING_LOG_FILE, what).in_file(&folder.current_path()))
    };
    let Some((_, last)) = folder.range() else {
        if let Some(unseen) = folder.lowest_unseen() {
            return missing(format!("there is no log{}", other_digits(Some(unseen))));
        }
        if options.bits.contains(InitBits::LOG_STREAM_MUST_EXIST) {
            return missing(format!(
                "there are no logs in {}, but logs must exist (JET_bitLogStreamMustExist)",
                folder.dir().display()
            ));
        }
        return Ok(Start::NoLogs(folder));
    };
    // A crash between the two renames of a rollover leaves the prepared log, whatever is in it.
    let acceptable = folder.temp().is_some()
        || options.bits.contains(InitBits::REPLAY_IGNORE_LOST_LOGS)
        || !current_needed(&folder, options);
    if !acceptable {
        return missing(format!(
            "the current log is missing; the newest log is generation {last:#x}. Put it back. If it is \
             lost for good and what it held may be lost too, accept that \
             (JET_bitReplayIgnoreLostLogs, eseutil recover --accept-lost-logs)"
        ));
    }
    let checkpoint = read_checkpoint(env.fs.as_ref(), &folder, options)?;
    recover(env, folder, rules, checkpoint, None, last)
}

/// Takes archived logs of the current generation and above out of the picture. One of another
/// sequence is an error, as in the original.
fn check_out_of_range(
    fs: &dyn FileSystem,
    folder: &mut LogFolder,
    rules: &HeaderRules,
    generation: i32,
) -> Result<(), RecoveryError> {
    for path in folder.drop_from(generation) {
        rules.clone().open(fs, path)?;
    }
    Ok(())
}

/// The checkpoint, `None` when there is none that can be used.
fn read_checkpoint(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    options: &Options,
) -> Result<Option<Checkpoint>, RecoveryError> {
    let path = match folder.checkpoint() {
        Some(path) if !options.ignore_checkpoint => path,
        _ => return Ok(None),
    };
    let file = match fs.open(path, OpenMode::Read) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|e| RecoveryError::from(e).in_file(path))?,
    };
    let mut bytes = vec![0; CHECKPOINT_FILE_BYTES];
    // What can't be read counts as not there: replay is longer, not wrong.
    let n = file.read_at(&mut bytes, 0).unwrap_or(0);
    bytes.truncate(n);
    Ok(Checkpoint::parse_file(&bytes).ok().map(|f| f.checkpoint))
}

/// Where replay begins, and with which databases attached.
struct Begin {
    start: Lgpos,
    attachments: Vec<StartAttachment>,
}

impl Begin {
    /// The beginning of a generation.
    fn of_header(header: &LogHeader, path: &Path) -> Result<Self, RecoveryError> {
        let attachments = attachments(header.attachments()).ok_or_else(|| {
            RecoveryError::refused(
                JetErr::LOG_FILE_CORRUPT,
                "the header's list of attached databases is damaged; bring an undamaged copy of this \
                 file",
            )
            .in_file(path)
        })?;
        Ok(Self {
            start: Lgpos::new(header.generation(), header.header_segments(), 0),
            attachments,
        })
    }

    /// The checkpoint's position in the log that it names, `None` when its list does not count or fit.
    fn of_checkpoint(checkpoint: &Checkpoint, header: &LogHeader) -> Option<Self> {
        let mut start = checkpoint.lgpos_checkpoint();
        let usable = start.generation == header.generation()
            && checkpoint.flags().contains(CheckpointFlags::ATTACH_LIST)
            && header.version() >= LogVersion::ATTACH_IN_CHECKPOINT
            && usize::from(start.ib) <= SEGMENT_BYTES;
        let attachments = usable.then(|| attachments(checkpoint.attachments()))??;
        if start.isec < header.header_segments() {
            start = Lgpos::new(start.generation, header.header_segments(), 0);
        }
        Some(Self { start, attachments })
    }
}

fn recover(
    env: &Env,
    folder: LogFolder,
    mut rules: HeaderRules,
    checkpoint: Option<Checkpoint>,
    current: Option<&LogHeader>,
    last: i32,
) -> Result<Start, RecoveryError> {
    let fs = env.fs.as_ref();
    let mut believed = None;
    let mut begin = None;
    if let Some(c) = checkpoint {
        // Without a current log, the log that the checkpoint names is the first to set the signature.
        let mut trial = rules.clone();
        let (header, path) = checkpoint_log(fs, &folder, &mut trial, &c, current)?;
        if header.sign_log() == c.sign_log() {
            rules = trial;
            begin = Some(match Begin::of_checkpoint(&c, &header) {
                Some(begin) => begin,
                None => Begin::of_header(&header, &path)?,
            });
            believed = Some(c);
        }
    }
    let begin = match begin {
        Some(begin) => begin,
        None => lowest_log(fs, &folder, &mut rules, current)?,
    };
    let stream = LogStream::new(StreamParts {
        fs: Arc::clone(&env.fs),
        folder,
        rules,
        start: begin.start,
        attachments: begin.attachments,
        checkpoint: believed,
        last,
        with_current: current.is_some(),
    })?;
    Ok(Start::Recover(Box::new(stream)))
}

/// The logs of `folder` from the beginning of archived generation `first` on, whatever a checkpoint
/// says; `last` is the highest that is there.
pub(super) fn from_generation(
    env: &Env,
    folder: LogFolder,
    mut rules: HeaderRules,
    (first, last): (i32, i32),
) -> Result<LogStream, RecoveryError> {
    let fs = env.fs.as_ref();
    let path = folder.archived_path(first);
    let log = rules
        .open(fs, &path)?
        .ok_or_else(|| missing_lowest(&path, None))?;
    let begin = Begin::of_header(log.header(), &path)?;
    let with_current = folder.current().is_some();
    LogStream::new(StreamParts {
        fs: Arc::clone(&env.fs),
        folder,
        rules,
        start: begin.start,
        attachments: begin.attachments,
        checkpoint: None,
        last,
        with_current,
    })
}

/// The header of the log that a checkpoint names.
fn checkpoint_log(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    rules: &mut HeaderRules,
    checkpoint: &Checkpoint,
    current: Option<&LogHeader>,
) -> Result<(LogHeader, PathBuf), RecoveryError> {
    let generation = checkpoint.lgpos_checkpoint().generation;
    if let Some(header) = current.filter(|h| h.generation() == generation) {
        return Ok((header.clone(), folder.current_path()));
    }
    if let Some(path) = folder.archived(generation)
        && let Some(log) = rules.open(fs, path)?
    {
        return Ok((log.header().clone(), path.to_path_buf()));
    }
    Err(RecoveryError::refused(
        JetErr::MISSING_LOG_FILE,
        format!(
            "generation {generation:#x}, in which the replay has to begin, is missing{}. Put it back; \
             or, when the database is older than that or is made by the logs, remove {} to replay from \
             the oldest log on",
            other_digits(folder.archived_unseen(generation)),
            folder.checkpoint_path().display()
        ),
    )
    .in_file(&folder.archived_path(generation)))
}

/// A hint at a file that is not looked at because of its name.
fn other_digits(unseen: Option<&Path>) -> String {
    unseen.map_or_else(String::new, |path| {
        format!(
            "; {} is there, but its name has the other number of digits (JET_paramLegacyFileNames)",
            path.display()
        )
    })
}

/// The beginning of the lowest generation there is.
fn lowest_log(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    rules: &mut HeaderRules,
    current: Option<&LogHeader>,
) -> Result<Begin, RecoveryError> {
    if let Some((generation, _)) = folder.range() {
        let path = folder.archived_path(generation);
        return match rules.open(fs, &path)? {
            Some(log) => Begin::of_header(log.header(), &path),
            None => Err(missing_lowest(&path, None)),
        };
    }
    match (current, folder.lowest_unseen()) {
        (Some(header), None) => Begin::of_header(header, &folder.current_path()),
        // The current log alone would be replayed as if it were the first.
        (_, unseen) => Err(missing_lowest(&folder.dir().join(""), unseen)),
    }
}

fn missing_lowest(path: &Path, unseen: Option<&Path>) -> RecoveryError {
    RecoveryError::refused(
        JetErr::MISSING_PREVIOUS_LOG_FILE,
        format!(
            "the log with which the replay has to begin is missing{}",
            other_digits(unseen)
        ),
    )
    .in_file(path)
}

/// What has to be done with the logs once the databases are clean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AfterRecovery {
    /// They are gone on with.
    GoOn,
    /// They are removed ([`LogFolder::remove_sequence`]), a new sequence begins at generation 1.
    NewSequence,
}

/// Holds the logs, `log_file_bytes` long each, against the parameters of the instance. The databases
/// are clean by then. Errors: JET_errLogFileSizeMismatchDatabasesConsistent
/// (docs/format/log-files.md §6.4).
pub fn check_parameters(
    options: &Options,
    log_file_bytes: u64,
) -> Result<AfterRecovery, RecoveryError> {
    let Some(kib) = options.log_file_kib else {
        return Ok(AfterRecovery::GoOn);
    };
    let wanted = u64::from(kib) * 1024;
    if wanted == log_file_bytes {
        return Ok(AfterRecovery::GoOn);
    }
    // That circular logging is on was made sure of at the start.
    if options.cleanup_mismatched_logs && options.circular {
        return Ok(AfterRecovery::NewSequence);
    }
    Err(RecoveryError::refused(
        JetErr::LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT,
        format!(
            "recovery is done and the databases are clean, but the logs have {log_file_bytes} bytes each \
             and {wanted} are set: set the old size, or move all logs and the checkpoint away"
        ),
    )
    .in_file(&options.log_dir))
}

#[cfg(test)]
mod tests;

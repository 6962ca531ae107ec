//! The logs of a replay, one generation after the other.
//!
//! Source: docs/format/recovery.md §1, §1.1, §2.2; log-files.md §5.2 (what a header must say, how
//! generations follow each other).
//!
//! After generation G comes the archived G+1, else the current log, whatever its number: a gap shows
//! as JET_errInvalidLogSequence. When there is no current log either, and that was found acceptable at
//! the start, the sequence ends with G.
//!
//! Invariants: a record is given out only when header, chain and segments before it are right; the
//! damage at the end of a generation is reported after everything before it was given out; no log is
//! written here; one generation is open at a time, with the bounded memory of its reader.
#![forbid(unsafe_code)]

use super::names::LogFolder;
use super::start::StartAttachment;
use super::{Options, RecoveryError};
use crate::error::{HasJetErr, JetErr};
use crate::format::checkpoint::Checkpoint;
use crate::format::ids::{Lgpos, LogTime, PageSize, Signature};
use crate::format::log_header::{LogHeader, LogHeaderError, LogSupport, LogVersion};
use crate::format::log_record::LogRecord;
use crate::io::{ErrorKind, FileSystem, OpenMode};
use crate::log::segments::ScanVerdict;
use crate::log::sequence::{ChainFault, HeaderFacts};
use crate::log::{LogEnd, LogError, LogFile, LogRecords};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Highest generation that recovery reads (docs/format/log-files.md §2).
pub const GENERATION_MAX_RECOVERY: i32 = 0x7FFF_FA00;

/// What every log of a replay must agree on. The first log that is opened, the current one, sets it.
#[derive(Clone, Debug, Default)]
pub(super) struct HeaderRules {
    sign_log: Option<Signature>,
    page_size: Option<PageSize>,
    /// The highest version that the caller's format version allows.
    version_max: Option<LogVersion>,
    file_bytes: Option<u64>,
}

impl HeaderRules {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            page_size: options.page_size,
            version_max: options.format_version.and_then(LogVersion::max_of_setting),
            ..Self::default()
        }
    }

    /// Opens a log and holds its header against the rules, in the original's order: header, version,
    /// signature, page size, length.
    pub(super) fn open(
        &mut self,
        fs: &dyn FileSystem,
        path: &Path,
    ) -> Result<Option<LogFile>, RecoveryError> {
        let file = match fs.open(path, OpenMode::Read) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|e| RecoveryError::from(e).in_file(path))?,
        };
        let log = LogFile::open(file).map_err(|e| header_error(e).in_file(path))?;
        self.check(&log).map_err(|e| e.in_file(path))?;
        Ok(Some(log))
    }

    fn check(&mut self, log: &LogFile) -> Result<(), RecoveryError> {
        let header = log.header();
        self.check_version(header)?;
        if *self.sign_log.get_or_insert(header.sign_log()) != header.sign_log() {
            return Err(RecoveryError::refused(
                JetErr::BAD_LOG_SIGNATURE,
                "this log belongs to another log sequence than the current log; move it away, and put \
                 the log of this generation that belongs here in its place",
            ));
        }
        let size = header.page_size().ok_or_else(|| {
            RecoveryError::refused(
                JetErr::PAGE_SIZE_MISMATCH,
                format!("{} is no database page size", header.page_bytes()),
            )
        })?;
        let wanted = *self.page_size.get_or_insert(size);
        if wanted != size {
            return Err(RecoveryError::refused(
                JetErr::PAGE_SIZE_MISMATCH,
                format!(
                    "this log is of databases with pages of {} bytes, {} bytes are set",
                    size.bytes(),
                    wanted.bytes()
                ),
            ));
        }
        if !log.size_ok() {
            return Err(size_mismatch(log.len(), header.file_bytes()));
        }
        let first = *self.file_bytes.get_or_insert(log.len());
        if first != log.len() {
            return Err(RecoveryError::refused(
                JetErr::LOG_FILE_SIZE_MISMATCH,
                format!(
                    "this log has {} bytes, others of the sequence have {first}",
                    log.len()
                ),
            ));
        }
        Ok(())
    }

    fn check_version(&self, header: &LogHeader) -> Result<(), RecoveryError> {
        let version = header.version();
        match version.support() {
            LogSupport::Segments => {}
            LogSupport::Newer => {
                return Err(RecoveryError::refused(
                    JetErr::BAD_LOG_VERSION,
                    format!(
                        "the log's version {version} is newer than the newest that is known, {}; \
                         recover with the program that wrote it",
                        LogVersion::KNOWN_MAX
                    ),
                ));
            }
            LogSupport::Legacy => {
                return Err(RecoveryError::refused(
                    JetErr::BAD_LOG_VERSION,
                    format!(
                        "the log's version is {version} (Windows 7 and earlier): its records are not \
                         replayed; recover with a Windows that has this version's engine"
                    ),
                ));
            }
            LogSupport::Unknown => {
                return Err(RecoveryError::refused(
                    JetErr::BAD_LOG_VERSION,
                    format!("the log's version {version} is unknown"),
                ));
            }
        }
        match self.version_max {
            // Another update minor alone is compatible.
            Some(max) if (version.major, version.update_major) > (max.major, max.update_major) => {
                Err(RecoveryError::refused(
                    JetErr::ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_LOG_VERSION,
                    format!(
                        "the log's version is {version}, the engine format version that is set allows \
                         {max} at most; set it higher or not at all"
                    ),
                ))
            }
            _ => Ok(()),
        }
    }
}

fn size_mismatch(found: u64, wanted: u64) -> RecoveryError {
    RecoveryError::refused(
        JetErr::LOG_FILE_SIZE_MISMATCH,
        format!(
            "the file has {found} bytes, its header says {wanted}: it was cut off or lengthened; bring \
             a whole copy"
        ),
    )
}

fn header_error(e: LogError) -> RecoveryError {
    match e {
        // A file without a byte fails in the read, a longer one by its length.
        LogError::Header(LogHeaderError::Short(n)) if n > 0 => RecoveryError::refused(
            JetErr::LOG_FILE_SIZE_MISMATCH,
            format!("the file has {n} bytes: not even a header; bring a whole copy"),
        ),
        other => other.into(),
    }
}

/// Where a log ends, and what a writer has to know to go on behind it.
#[derive(Clone, Debug)]
pub struct LogTail {
    /// The file.
    pub path: PathBuf,
    /// Its header.
    pub header: LogHeader,
    /// Last segment with data; `None` when there is none yet.
    pub last_segment: Option<u16>,
    /// XOR of the checksums of its segments: what the next generation's header must hold.
    pub segments_xor: u64,
    /// End of the last record.
    pub end: Lgpos,
    /// Position of the record that closed the log normally (Term, RecoveryQuit), when it is the last.
    pub closed: Option<Lgpos>,
    /// The same record as the checkpoint of a clean end names it.
    pub closed_as: Option<Lgpos>,
    /// `true` for the current log; `false` for an archived one, behind which the next generation has
    /// to be made.
    pub is_current: bool,
}

impl LogTail {
    /// Where the next record goes when it goes into this file: the segment behind the last one
    /// (docs/format/log-files.md §5).
    #[must_use]
    pub fn next_lgpos(&self) -> Lgpos {
        let isec = self
            .last_segment
            .map_or(self.header.header_segments(), |s| s.saturating_add(1));
        Lgpos::new(self.header.generation(), isec, 0)
    }

    pub(super) fn new(
        path: &Path,
        header: &LogHeader,
        verdict: &ScanVerdict,
        end: LogEnd,
        is_current: bool,
    ) -> Self {
        let (closed, closed_as) = match end {
            LogEnd::Clean {
                closed, closed_as, ..
            } => (closed, closed_as),
            _ => (None, None),
        };
        Self {
            path: path.to_path_buf(),
            header: header.clone(),
            last_segment: verdict.last_segment,
            segments_xor: verdict.segments_xor,
            end: end.pos(),
            closed,
            closed_as,
            is_current,
        }
    }
}

/// An open generation.
struct Open {
    path: PathBuf,
    is_current: bool,
    header: LogHeader,
    records: LogRecords,
}

/// The generations of a replay; see the module.
pub struct LogStream {
    fs: Arc<dyn FileSystem>,
    folder: LogFolder,
    rules: HeaderRules,
    start: Lgpos,
    attachments: Vec<StartAttachment>,
    checkpoint: Option<Checkpoint>,
    sign_log: Signature,
    page_size: PageSize,
    file_bytes: u64,
    last: i32,
    /// The current log is to be read when the archived ones are through.
    with_current: bool,
    open: Option<Open>,
    /// The open one has been given out.
    begun: bool,
    tail: Option<LogTail>,
    state: State,
    bad_generation: Option<i32>,
    /// Last generation of the set that is being restored.
    set_last: Option<i32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    Ended,
    Failed,
}

/// What [`LogStream::new`] is made of.
pub(super) struct StreamParts {
    pub(super) fs: Arc<dyn FileSystem>,
    pub(super) folder: LogFolder,
    pub(super) rules: HeaderRules,
    pub(super) start: Lgpos,
    pub(super) attachments: Vec<StartAttachment>,
    pub(super) checkpoint: Option<Checkpoint>,
    /// Highest generation that is there.
    pub(super) last: i32,
    pub(super) with_current: bool,
}

impl LogStream {
    /// A stream whose first generation is opened already.
    pub(super) fn new(mut parts: StreamParts) -> Result<Self, RecoveryError> {
        let fs = Arc::clone(&parts.fs);
        let (log, path, is_current) = open_first(fs.as_ref(), &mut parts)?;
        let start = parts.start;
        let records = log.records_from(start)?;
        let header = log.header().clone();
        Ok(Self {
            fs,
            folder: parts.folder,
            rules: parts.rules,
            start,
            attachments: parts.attachments,
            checkpoint: parts.checkpoint,
            sign_log: header.sign_log(),
            page_size: header.page_size().unwrap_or(PageSize::K4),
            file_bytes: log.len(),
            last: parts.last.max(start.generation),
            with_current: parts.with_current,
            open: Some(Open {
                path,
                is_current,
                header,
                records,
            }),
            begun: false,
            tail: None,
            state: State::Reading,
            bad_generation: None,
            set_last: None,
        })
    }

    /// The logs up to `last` are those of a set that is being restored: damage has other errors, in
    /// them and behind them, and nothing torn is mended but in the current log.
    pub(super) fn restores(&mut self, last: i32) {
        self.set_last = Some(last);
    }

    /// The error of damage in the segments of a generation.
    fn damage(&self, generation: i32, torn: bool, jet: JetErr) -> JetErr {
        match (self.set_last, jet) {
            (Some(last), JetErr::LOG_FILE_CORRUPT) => match (generation <= last, torn) {
                (true, false) => JetErr::LOG_CORRUPT_DURING_HARD_RESTORE,
                (true, true) => JetErr::LOG_TORN_WRITE_DURING_HARD_RESTORE,
                (false, false) => JetErr::LOG_CORRUPT_DURING_HARD_RECOVERY,
                (false, true) => JetErr::LOG_TORN_WRITE_DURING_HARD_RECOVERY,
            },
            _ => jet,
        }
    }

    /// Where redo begins.
    #[must_use]
    pub fn start(&self) -> Lgpos {
        self.start
    }

    /// The databases that are attached there.
    #[must_use]
    pub fn attachments(&self) -> &[StartAttachment] {
        &self.attachments
    }

    /// The checkpoint that named the start; `None` when there was none to believe.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// Signature of the log sequence.
    #[must_use]
    pub fn sign_log(&self) -> Signature {
        self.sign_log
    }

    /// Page size of the databases.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// Length of every log of the sequence, in bytes.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// First generation that is read, and the highest that is there.
    #[must_use]
    pub fn range(&self) -> (i32, i32) {
        (self.start.generation, self.last)
    }

    /// The files.
    #[must_use]
    pub fn folder(&self) -> &LogFolder {
        &self.folder
    }

    /// The generation at which the stream failed with JET_errInvalidLogSequence or a damage of its
    /// segments or records. When the databases need none of it but for committed work, the original's
    /// answer is JET_errCommittedLogFilesMissing or JET_errCommittedLogFileCorrupt instead.
    #[must_use]
    pub fn bad_generation(&self) -> Option<i32> {
        self.bad_generation
    }

    /// Where the sequence ends; `None` before [`LogStream::next_generation`] has given `None`.
    #[must_use]
    pub fn end(&self) -> Option<&LogTail> {
        self.tail.as_ref().filter(|_| self.state == State::Ended)
    }

    /// Judges how the generation before ended and opens the next; `None` when the logs are through.
    /// What the caller left of the generation before is passed over.
    ///
    /// Errors: those of docs/format/recovery.md §1.1 that a log or its place in the sequence gives
    /// reason for. After an error there is nothing more to read.
    pub fn next_generation(&mut self) -> Result<Option<Generation<'_>>, RecoveryError> {
        match self.advance() {
            Ok(true) => Ok(self.open.as_mut().map(|open| Generation { open })),
            Ok(false) => Ok(None),
            Err(e) => {
                self.state = State::Failed;
                self.open = None;
                Err(e)
            }
        }
    }

    fn advance(&mut self) -> Result<bool, RecoveryError> {
        match self.state {
            State::Reading => {}
            State::Ended => return Ok(false),
            State::Failed => {
                return Err(RecoveryError::refused(
                    JetErr::INTERNAL_ERROR,
                    "the logs were read on after an error",
                ));
            }
        }
        if !self.begun {
            self.begun = true;
            return Ok(true);
        }
        if let Some(open) = self.open.take() {
            self.tail = Some(self.finish(open)?);
        }
        if let Some(tail) = self.tail.take() {
            if !tail.is_current {
                self.open = self.follow(&tail)?;
            }
            self.tail = Some(tail);
        }
        if self.open.is_none() {
            self.state = State::Ended;
        }
        Ok(self.open.is_some())
    }

    /// Judges how the generation that was given out last ended, and leaves the next alone. What the
    /// caller left of it is passed over. Errors: as [`LogStream::next_generation`].
    pub(super) fn end_generation(&mut self) -> Result<(), RecoveryError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        match self.finish(open) {
            Ok(tail) => self.tail = Some(tail),
            Err(e) => {
                self.state = State::Failed;
                return Err(e);
            }
        }
        Ok(())
    }

    /// How a generation ended.
    fn finish(&mut self, mut open: Open) -> Result<LogTail, RecoveryError> {
        let end = open.records.finish();
        let verdict = *open.records.verdict();
        let tail = LogTail::new(&open.path, &open.header, &verdict, end, open.is_current);
        let generation = open.header.generation();
        let mut wrong = end.jet_err();
        let mut torn = false;
        if self.set_last.is_some() && !open.is_current && verdict.shadow_used && wrong.is_none() {
            (wrong, torn) = (Some(JetErr::LOG_FILE_CORRUPT), true);
        }
        if verdict.unsynced.is_some() && !open.is_current && wrong.is_none() {
            // It was durable before the next generation began.
            wrong = Some(JetErr::LOG_FILE_CORRUPT);
        }
        if let Some(jet) = wrong {
            self.bad_generation = Some(generation);
            return Err(RecoveryError::refused(
                self.damage(generation, torn, jet),
                format!(
                    "the log {end}; everything before was replayed. Bring an undamaged copy of this \
                     file and recover again"
                ),
            )
            .in_file(&open.path)
            .at(end.pos()));
        }
        let is_first = open.header.generation() == self.start.generation;
        if is_first && self.start > tail.next_lgpos() {
            self.bad_generation = Some(self.start.generation);
            return Err(RecoveryError::refused(
                JetErr::LOG_FILE_CORRUPT,
                format!(
                    "the checkpoint says that all before {} is done, but the log ends at {}: it has \
                     lost its end. Bring a whole copy of this file, or remove the checkpoint to replay \
                     from the oldest log on",
                    self.start, tail.end
                ),
            )
            .in_file(&open.path)
            .at(tail.end));
        }
        Ok(tail)
    }

    /// Opens the generation behind `before`; `None` when the sequence ends with that.
    fn follow(&mut self, before: &LogTail) -> Result<Option<Open>, RecoveryError> {
        let facts = HeaderFacts::from(&before.header);
        let generation = facts
            .generation
            .checked_add(1)
            .filter(|&g| g <= GENERATION_MAX_RECOVERY)
            .ok_or_else(|| {
                RecoveryError::refused(
                    JetErr::LOG_SEQUENCE_END,
                    "there can be no generation behind this one",
                )
                .in_file(&before.path)
            })?;
        let fs = Arc::clone(&self.fs);
        let mut next = None;
        if let Some(path) = self.folder.archived(generation).map(Path::to_path_buf) {
            next = (self.rules.open(fs.as_ref(), &path)?).map(|log| (log, path, false));
        }
        if next.is_none() && self.with_current {
            let path = self.folder.current_path();
            next = (self.rules.open(fs.as_ref(), &path)?).map(|log| (log, path, true));
        }
        let Some((log, path, is_current)) = next else {
            return self.no_more(generation).map(|()| None);
        };
        self.check_chain(&facts, before.segments_xor, generation, log.header())
            .map_err(|e| e.in_file(&path))?;
        let records = log
            .records()
            .map_err(|e| RecoveryError::from(e).in_file(&path))?;
        Ok(Some(Open {
            path,
            is_current,
            header: log.header().clone(),
            records,
        }))
    }

    fn check_chain(
        &mut self,
        before: &HeaderFacts,
        segments_xor: u64,
        generation: i32,
        header: &LogHeader,
    ) -> Result<(), RecoveryError> {
        let facts = HeaderFacts::from(header);
        if facts.generation != generation {
            self.bad_generation = Some(generation);
            return Err(RecoveryError::refused(
                JetErr::INVALID_LOG_SEQUENCE,
                format!(
                    "this is generation {:#x}, but {generation:#x} has to come here: {} is {}",
                    facts.generation,
                    self.folder.archived_path(generation).display(),
                    self.missing(generation)
                ),
            ));
        }
        facts.follows(before, Some(segments_xor)).map_err(|fault| {
            if matches!(fault, ChainFault::CreateTime { .. }) {
                self.bad_generation = Some(generation);
            }
            RecoveryError::refused(
                fault.jet_err(),
                format!(
                    "generation {generation:#x} does not follow generation {:#x}: {fault}; one of \
                         the two files is not the one that belongs here, or has changed since",
                    before.generation
                ),
            )
        })
    }

    /// What to say of the file of a generation that does not come.
    fn missing(&self, generation: i32) -> String {
        match (
            self.folder.archived(generation),
            self.folder.archived_unseen(generation),
        ) {
            (Some(_), _) => "another generation than its name says".to_owned(),
            (None, Some(other)) => format!(
                "missing, and {} has the other number of digits",
                other.display()
            ),
            (None, None) => "missing; put it back and recover again".to_owned(),
        }
    }

    /// There is neither an archived `generation` nor a current log.
    fn no_more(&self, generation: i32) -> Result<(), RecoveryError> {
        let higher = self.folder.range().filter(|&(_, last)| last >= generation);
        let Some((_, last)) = higher else {
            return Ok(());
        };
        Err(RecoveryError::refused(
            JetErr::MISSING_LOG_FILE,
            format!(
                "generation {generation:#x} is {}; there are logs up to generation {last:#x}",
                self.missing(generation)
            ),
        )
        .in_file(&self.folder.archived_path(generation)))
    }
}

impl fmt::Debug for LogStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogStream")
            .field("start", &self.start)
            .field("last", &self.last)
            .field("attachments", &self.attachments)
            .finish_non_exhaustive()
    }
}

/// Opens the file of the start generation: the archived one, else the current log.
fn open_first(
    fs: &dyn FileSystem,
    parts: &mut StreamParts,
) -> Result<(LogFile, PathBuf, bool), RecoveryError> {
    let generation = parts.start.generation;
    let mut first = None;
    if let Some(path) = parts.folder.archived(generation).map(Path::to_path_buf) {
        first = (parts.rules.open(fs, &path)?).map(|log| (log, path, false));
    }
    if first.is_none() && parts.with_current {
        let path = parts.folder.current_path();
        first = (parts.rules.open(fs, &path)?).map(|log| (log, path, true));
    }
    let wanted = parts.folder.archived_path(generation);
    let Some((log, path, is_current)) = first else {
        return Err(RecoveryError::refused(
            JetErr::MISSING_PREVIOUS_LOG_FILE,
            format!("generation {generation:#x}, with which the replay has to begin, is missing"),
        )
        .in_file(&wanted));
    };
    let found = log.header().generation();
    if found != generation {
        return Err(RecoveryError::refused(
            JetErr::MISSING_PREVIOUS_LOG_FILE,
            format!(
                "this file is generation {found:#x}, but generation {generation:#x}, with which the \
                 replay has to begin, belongs here: give the logs their right names"
            ),
        )
        .in_file(&path));
    }
    Ok((log, path, is_current))
}

/// One generation: its records from the start position, or its beginning, on.
pub struct Generation<'s> {
    open: &'s mut Open,
}

impl Generation<'_> {
    /// The next record with its position, `None` at the end of what can be read. How that end is to
    /// be taken is said by the next [`LogStream::next_generation`].
    #[allow(
        clippy::should_implement_trait,
        reason = "the record borrows from the reader"
    )]
    pub fn next(&mut self) -> Option<(Lgpos, LogRecord<'_>)> {
        self.open.records.next()
    }

    /// As [`Generation::next`], with the time at which the record's segment was begun
    /// ([`LogRecords::next_timed`]).
    pub fn next_timed(&mut self) -> Option<(Lgpos, LogTime, LogRecord<'_>)> {
        self.open.records.next_timed()
    }

    /// The same records once more, from the first: for who looks ahead.
    #[must_use]
    pub fn look_ahead(&self) -> LogRecords {
        self.open.records.again()
    }

    /// How many split records were cut by a crash and passed over, and the position of the first.
    #[must_use]
    pub fn torn_chains(&self) -> (u32, Option<Lgpos>) {
        self.open.records.torn_chains()
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.open.header.generation()
    }

    /// Its header.
    #[must_use]
    pub fn header(&self) -> &LogHeader {
        &self.open.header
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.open.path
    }

    /// `true` for the current log, the last of the sequence.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.open.is_current
    }
}

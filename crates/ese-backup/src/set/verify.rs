//! A set is looked through: every page and segment, every log's records and its place in the chain,
//! every trailer, and what the manifest says. Nothing is restored, nothing written.
//!
//! Problems are collected, not only the first: an operator wants to know all of it. Each has the error
//! that a restore would come to.
//!
//! Invariant: a set without a problem restores, but for the contents of pages that redo finds at odds
//! with the logs.
#![forbid(unsafe_code)]

use super::{Set, SetError, SetKind};
use crate::control::{Control, Place};
use crate::error::{StreamError, Unit};
use crate::stream::{StreamReport, stream};
use crate::verify::VerifiedFile;
use ese_core::format::ids::Signature;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::sequence::{ChainFault, HeaderFacts};
use ese_core::log::{LogError, LogFile};
use ese_core::recovery::BackupCopy;
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is wrong with a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the set's folder.
    pub path: PathBuf,
    /// What a restore answers to it.
    pub jet: JetErr,
    /// In words.
    pub what: String,
}

/// A file of a set that was read whole.
#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What the stream found; `None` when it ended early (then there is a [`Problem`]).
    pub stream: Option<StreamReport>,
    /// A database: the first and last generation that it requires. A log: its own, twice.
    pub generations: Option<(i32, i32)>,
    /// A log: its records.
    pub records: Option<u64>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct SetReport {
    /// The set's folder.
    pub dir: PathBuf,
    /// What kind of backup it is, by its manifest.
    pub kind: Option<SetKind>,
    /// First and last generation of its logs.
    pub generations: Option<(i32, i32)>,
    /// First and last generation that its databases require; `None` for logs only.
    pub required: Option<(i32, i32)>,
    /// The files, databases first.
    pub files: Vec<CheckedFile>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What is worth knowing, and no harm.
    pub notes: Vec<String>,
    /// Bytes that were read whole.
    pub bytes: u64,
    /// How long it took.
    pub elapsed: Duration,
}

impl SetReport {
    /// Nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, path: &Path, jet: JetErr, what: impl Into<String>) {
        self.problems.push(Problem {
            path: path.to_path_buf(),
            jet,
            what: what.into(),
        });
    }
}

/// Verifies a set.
///
/// # Errors
/// [`SetError::Stopped`]. Everything else that is wrong is in the report.
pub fn verify(
    fs: &dyn FileSystem,
    set: &Set,
    control: &mut Control<'_>,
) -> Result<SetReport, SetError> {
    let started = control.clock.now_monotonic();
    let mut report = SetReport {
        dir: set.dir().to_path_buf(),
        kind: set.manifest().map(|m| m.kind),
        generations: set.generations(),
        required: None,
        files: Vec::new(),
        problems: Vec::new(),
        notes: Vec::new(),
        bytes: 0,
        elapsed: Duration::ZERO,
    };
    names(fs, set, &mut report);
    let mut all = Streams::new(fs, set, control);
    let sign_log = databases(&mut all, &mut report)?;
    logs(&mut all, sign_log, &mut report)?;
    control.place = Place::default();
    report.elapsed = control.clock.now_monotonic().saturating_sub(started);
    Ok(report)
}

/// What shows without reading a file.
fn names(fs: &dyn FileSystem, set: &Set, report: &mut SetReport) {
    let problem = |e: &SetError| (e.path().unwrap_or(set.dir()).to_path_buf(), e.jet_err());
    if let Err(e) = set.check_complete(fs) {
        let (path, jet) = problem(&e);
        report.problem(&path, jet, e.to_string());
    }
    if set.databases().is_empty() {
        let text = "logs only: they continue a full backup, which has the databases";
        report.notes.push(text.to_owned());
    }
    if set.logs().is_empty() {
        let e = SetError::NoLogs(set.dir().to_path_buf());
        let (path, jet) = problem(&e);
        report.problem(&path, jet, e.to_string());
    }
    let no_part = set.others().iter().map(PathBuf::as_path);
    for path in no_part.chain(set.current_log()) {
        report
            .notes
            .push(format!("{}: no part of the set", path.display()));
    }
    if set.manifest().is_none() {
        let text = "without a manifest: nothing says whether files are missing or were exchanged";
        report.notes.push(text.to_owned());
        return;
    }
    let files = set
        .databases()
        .iter()
        .chain(set.logs().iter().map(|l| &l.path));
    for path in files.filter(|p| set.entry(p).is_none()) {
        report
            .notes
            .push(format!("{}: not in the manifest", path.display()));
    }
}

/// Reads files one after the other.
struct Streams<'s, 'c> {
    fs: &'s dyn FileSystem,
    set: &'s Set,
    control: &'s mut Control<'c>,
    place: Place,
}

impl<'s, 'c> Streams<'s, 'c> {
    fn new(fs: &'s dyn FileSystem, set: &'s Set, control: &'s mut Control<'c>) -> Self {
        let files = set
            .databases()
            .iter()
            .chain(set.logs().iter().map(|l| &l.path));
        let len = |path: &PathBuf| {
            fs.open(path, OpenMode::Read)
                .and_then(|f| f.len())
                .unwrap_or(0)
        };
        let all = files.fold(0u64, |sum, path| sum.saturating_add(len(path)));
        let place = Place {
            all: Some(all),
            ..Place::default()
        };
        Self {
            fs,
            set,
            control,
            place,
        }
    }

    /// Streams a file into nothing, and holds it against its entry.
    fn read(
        &mut self,
        path: &Path,
        report: &mut SetReport,
    ) -> Result<Option<StreamReport>, SetError> {
        self.control.place = self.place;
        let streamed = VerifiedFile::open(self.fs, path)
            .and_then(|file| stream(&file, self.control, &mut std::io::sink()));
        self.place.file += 1;
        match streamed {
            Ok(streamed) => {
                self.place.before = self.place.before.saturating_add(streamed.bytes);
                report.bytes = report.bytes.saturating_add(streamed.bytes);
                let entry = self.set.entry(path);
                if let Some(what) = entry.and_then(|e| e.difference(streamed.bytes, streamed.crc32))
                {
                    let e = SetError::NotAsWritten {
                        path: path.to_path_buf(),
                        what,
                        in_log: entry.is_some_and(|e| e.role == super::Role::Log),
                    };
                    report.problem(path, e.jet_err(), e.to_string());
                }
                Ok(Some(streamed))
            }
            Err(e) if e.is_stopped() => Err(SetError::Stopped),
            Err(e) => {
                let is_log = !self.set.databases().iter().any(|db| db == path);
                let jet = if is_log { jet_of_log(&e) } else { e.jet_err() };
                report.problem(path, jet, e.to_string());
                Ok(None)
            }
        }
    }
}

/// What a restore answers to a log of the set that can't be streamed.
fn jet_of_log(e: &StreamError) -> JetErr {
    match e {
        StreamError::Damaged {
            unit: Unit::Segment(0),
            ..
        }
        | StreamError::Foreign
        | StreamError::Zeros => JetErr::LOG_FILE_CORRUPT,
        StreamError::Damaged { .. } => JetErr::LOG_CORRUPT_DURING_HARD_RESTORE,
        StreamError::CutOff { .. } | StreamError::LogSize { .. } => JetErr::LOG_FILE_SIZE_MISMATCH,
        StreamError::Empty => JetErr::FILE_IO_BEYOND_EOF,
        other => other.jet_err(),
    }
}

/// Reads the databases; gives the signature of their log sequence.
fn databases(
    all: &mut Streams<'_, '_>,
    report: &mut SetReport,
) -> Result<Option<Signature>, SetError> {
    let mut sign_log = None;
    let mut seen: Vec<Signature> = Vec::new();
    for path in all.set.databases() {
        let streamed = all.read(path, report)?;
        let mut checked = CheckedFile {
            path: path.clone(),
            stream: streamed,
            generations: None,
            records: None,
        };
        match BackupCopy::open(all.fs, path) {
            Err(e) => report.problem(path, e.jet_err(), e.cause.to_string()),
            Ok(copy) => {
                let wanted = *sign_log.get_or_insert(copy.header().sign_log);
                if let Err(e) = copy.belongs_to(wanted) {
                    report.problem(path, e.jet_err(), e.cause.to_string());
                }
                if seen.contains(&copy.sign_db()) {
                    let what = "the same database is there twice";
                    report.problem(path, JetErr::ATTACHED_DATABASE_MISMATCH, what);
                }
                seen.push(copy.sign_db());
                let (from, to) = copy.required();
                checked.generations = Some((from, to));
                report.required = Some(match report.required {
                    Some((low, high)) => (low.min(from), high.max(to)),
                    None => (from, to),
                });
            }
        }
        report.files.push(checked);
    }
    Ok(sign_log)
}

/// Reads the logs.
fn logs(
    all: &mut Streams<'_, '_>,
    sign_log: Option<Signature>,
    report: &mut SetReport,
) -> Result<(), SetError> {
    let mut before: Option<Link> = None;
    if let Some((first, last)) = report.generations {
        let numbers = all.set.logs().iter().map(|l| l.generation);
        let inside: Vec<i32> = numbers.filter(|g| (first..=last).contains(g)).collect();
        gaps(first, last, &inside, report);
    }
    for log in all.set.logs() {
        let path = &log.path;
        let streamed = all.read(path, report)?;
        let whole = streamed.is_some();
        let mut checked = CheckedFile {
            path: path.clone(),
            stream: streamed,
            generations: Some((log.generation, log.generation)),
            records: None,
        };
        let torn = checked.stream.is_some_and(|s| s.counts.torn > 0);
        if torn {
            let what = "its last segment is torn: an archived log never is";
            report.problem(path, JetErr::LOG_TORN_WRITE_DURING_HARD_RESTORE, what);
        }
        let link = match read_log(all.fs, path) {
            Err(e) => {
                if whole {
                    report.problem(path, e.jet_err(), e.to_string());
                }
                None
            }
            Ok(found) => {
                checked.records = Some(found.records);
                if let (Some((jet, what)), true) = (found.end, whole && !torn) {
                    report.problem(path, jet, what);
                }
                follows(before.as_ref(), log.generation, &found.facts, path, report);
                if sign_log.is_some_and(|s| s != found.facts.sign_log) {
                    let what = "it belongs to another log sequence than the databases";
                    report.problem(path, JetErr::DATABASE_PATCH_FILE_MISMATCH, what);
                }
                Some(Link {
                    facts: found.facts,
                    segments_xor: found.segments_xor.filter(|_| whole && !torn),
                })
            }
        };
        before = link;
        report.files.push(checked);
    }
    if let (Some((from, to)), Some((first, last))) = (report.required, report.generations)
        && (from < first || to > last)
    {
        let what = format!(
            "the databases require generations {from:#x} to {to:#x}, the set has {first:#x} to {last:#x}"
        );
        let dir = report.dir.clone();
        report.problem(&dir, JetErr::REQUIRED_LOG_FILES_MISSING, what);
    }
    Ok(())
}

/// Names the generations between `first` and `last` that are not there.
fn gaps(first: i32, last: i32, there: &[i32], report: &mut SetReport) {
    let mut next = i64::from(first);
    let ends = there
        .iter()
        .map(|&g| i64::from(g))
        .chain([i64::from(last) + 1]);
    for here in ends {
        if here > next {
            let what = if here == next + 1 {
                format!("generation {next:#x} is missing")
            } else {
                format!("generations {next:#x} to {:#x} are missing", here - 1)
            };
            let dir = report.dir.clone();
            report.problem(&dir, JetErr::FILE_NOT_FOUND, what);
        }
        next = here + 1;
    }
}

/// A log, to which the next is held.
struct Link {
    facts: HeaderFacts,
    /// XOR of its segments' checksums; `None` when it is damaged.
    segments_xor: Option<u64>,
}

/// What a log holds.
struct Found {
    facts: HeaderFacts,
    records: u64,
    segments_xor: Option<u64>,
    /// What recovery would say to its end.
    end: Option<(JetErr, String)>,
}

fn read_log(fs: &dyn FileSystem, path: &Path) -> Result<Found, LogError> {
    let log = LogFile::open(fs.open(path, OpenMode::Read)?)?;
    let facts = HeaderFacts::from(log.header());
    let mut records = log.records()?;
    let mut count = 0;
    while records.next().is_some() {
        count += 1;
    }
    let end = records.finish();
    let jet = end.jet_err().map(|jet| match jet {
        JetErr::LOG_FILE_CORRUPT => JetErr::LOG_CORRUPT_DURING_HARD_RESTORE,
        other => other,
    });
    Ok(Found {
        facts,
        records: count,
        segments_xor: Some(records.verdict().segments_xor).filter(|_| jet.is_none()),
        end: jet.map(|jet| (jet, format!("the log {end}"))),
    })
}

/// Holds a log against its name and the log before.
fn follows(
    before: Option<&Link>,
    named: i32,
    facts: &HeaderFacts,
    path: &Path,
    report: &mut SetReport,
) {
    if facts.generation != named {
        let what = format!("by its header this is generation {:#x}", facts.generation);
        report.problem(path, JetErr::GIVEN_LOG_FILE_IS_NOT_CONTIGUOUS, what);
        return;
    }
    let Some(last) = before else {
        return;
    };
    if i64::from(last.facts.generation) + 1 != i64::from(named) {
        return;
    }
    if let Err(fault) = facts.follows(&last.facts, last.segments_xor) {
        let jet = match fault {
            ChainFault::CreateTime { .. } => JetErr::GIVEN_LOG_FILE_IS_NOT_CONTIGUOUS,
            _ => fault.jet_err(),
        };
        let what = format!("it does not follow the generation before: {fault}");
        report.problem(path, jet, what);
    }
}

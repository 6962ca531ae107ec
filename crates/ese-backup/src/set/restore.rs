//! A set's databases, clean, in a new folder.
//!
//! ```text
//! refuse what is certain to fail ─► copy the databases, every page verified, into a hidden folder of the
//!     target ─► hard recovery there, the logs read where they lie ─► names ─► the hidden folder goes
//! ```
//! Invariants:
//! * no file of a set, or of a folder of further logs, is opened for writing;
//! * a database appears under its name only when it is clean, and all of them do or none;
//! * after an error and after a stop the target is as it was. Only a killed process leaves the hidden
//!   folder, whose name ends in `.partial`, and then the target is not empty.
#![forbid(unsafe_code)]

use super::{Role, Set, SetError};
use crate::control::{Control, Place};
use crate::sink::FileSink;
use crate::stop::StopHandle;
use crate::stream::{StreamReport, stream};
use crate::verify::VerifiedFile;
use crate::work_folder::{WorkFolder, WorkFolderError};
use ese_core::dbfile::{DbFile, flush_map_path};
use ese_core::format::log_header::LogHeader;
use ese_core::io::env::Env;
use ese_core::io::{FileSystem, OpenMode, PathKind};
use ese_core::log::LogFile;
use ese_core::recovery::{
    HardOptions, InitBits, Options, Outcome, StopAt, Watch, check_hard, recover_hard,
};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The hidden folder in the target.
const WORK: &str = ".ese-restore.partial";
/// Logs that recovery may make at the same time, in the work folder: the current one, the next, and
/// what undo fills.
const LOGS_AT_WORK: u64 = 4;

/// What is to be restored, and how far.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    /// Folders with the logs to go on with behind the set: incremental sets, or logs that survived (their
    /// current log counts too). Each is only read.
    pub more_logs: Vec<PathBuf>,
    /// The target: a folder that is not there, or is empty.
    pub to: PathBuf,
    /// Where to stop before the end.
    pub stop: Option<StopAt>,
    /// Databases that the logs leave attached and the set lacks are passed over. Without this they are
    /// an error: a set that has lost one is not whole.
    pub pass_over_missing: bool,
    /// Bytes of memory for pages.
    pub cache_bytes: usize,
}

impl RestoreOptions {
    /// All that the set has, into `to`.
    #[must_use]
    pub fn new(to: &Path) -> Self {
        Self {
            more_logs: Vec::new(),
            to: to.to_path_buf(),
            stop: None,
            pass_over_missing: false,
            cache_bytes: Options::CACHE_BYTES,
        }
    }
}

/// A database that was restored.
#[derive(Clone, Debug)]
pub struct RestoredFile {
    /// Its copy in the set.
    pub from: PathBuf,
    /// Where it lies now.
    pub to: PathBuf,
    /// What its copy was.
    pub copied: StreamReport,
    /// Its length now.
    pub bytes: u64,
}

/// What a restore did.
#[derive(Clone, Debug)]
pub struct RestoreReport {
    /// The databases.
    pub files: Vec<RestoredFile>,
    /// First and last generation of the set.
    pub generations: (i32, i32),
    /// The recovery.
    pub outcome: Outcome,
    /// What is worth knowing, and no harm.
    pub notes: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Restores a set.
///
/// # Errors
/// See [`SetError`]; those of recovery are the original's by cause ([`ese_core::recovery::hard`]). After
/// any of them the target is as it was.
pub fn restore(
    env: &Env,
    set: &Set,
    options: &RestoreOptions,
    control: &mut Control<'_>,
    watch: &dyn Watch,
) -> Result<RestoreReport, SetError> {
    let started = control.clock.now_monotonic();
    let fs = env.fs.as_ref();
    let plan = Plan::new(fs, set, options)?;
    let mut work = work_folder(env, &options.to)?;
    if let Some(current) = &plan.current {
        copy_log(fs, current, &work.logs(), control)?;
    }
    check_hard(fs, &plan.hard(&work.logs(), set.databases()))?;
    let needed = plan.needed_bytes(fs);
    if let Some(free) = fs.free_bytes(work.path()).unwrap_or(None)
        && free < needed
    {
        return Err(SetError::NoRoom {
            path: options.to.clone(),
            needed,
            free,
        });
    }
    check_entries(fs, set, &plan.more, control)?;
    let copies = copy_databases(fs, set, &work, control)?;
    let places: Vec<PathBuf> = copies.iter().map(|(place, _)| place.clone()).collect();
    let outcome = recover(env, &plan.hard(&work.logs(), &places), control, watch);
    let outcome = outcome.map_err(|e| plan.in_the_set(e, &places, &work))?;
    let files = check_clean(fs, set, copies, &options.to)?;
    control.stop.check().map_err(|_| SetError::Stopped)?;
    work.publish(&names(fs, &files))
        .map_err(|e| name_or_io(e, &options.to))?;
    Ok(RestoreReport {
        files: files.into_iter().map(|(_, file)| file).collect(),
        generations: plan.generations,
        outcome,
        notes: plan.notes,
        elapsed: control.clock.now_monotonic().saturating_sub(started),
    })
}

/// What is done, decided before a byte is copied.
struct Plan<'p> {
    set: &'p Set,
    options: &'p RestoreOptions,
    generations: (i32, i32),
    more: Vec<Set>,
    /// The current log to end with.
    current: Option<PathBuf>,
    notes: Vec<String>,
}

impl<'p> Plan<'p> {
    fn new(
        fs: &dyn FileSystem,
        set: &'p Set,
        options: &'p RestoreOptions,
    ) -> Result<Self, SetError> {
        set.check_complete(fs)?;
        if set.is_logs_only() {
            return Err(SetError::LogsOnly(set.dir().to_path_buf()));
        }
        let no_logs = || SetError::NoLogs(set.dir().to_path_buf());
        let generations = set.generations().ok_or_else(no_logs)?;
        check_names(set)?;
        check_target(fs, &options.to)?;
        let mut more = Vec::new();
        for dir in &options.more_logs {
            let other = Set::open(fs, dir)?;
            other.check_complete(fs)?;
            check_base(set, &other)?;
            more.push(other);
        }
        let mut notes = Vec::new();
        let mut current: Option<(i32, PathBuf)> = None;
        for path in more.iter().filter_map(Set::current_log) {
            let generation = generation_of(fs, path)?;
            if current.as_ref().is_none_or(|(g, _)| *g < generation) {
                current = Some((generation, path.to_path_buf()));
            }
        }
        let archived = more.iter().flat_map(Set::logs).map(|l| l.generation);
        let last = archived.chain([generations.1]).max().unwrap_or(0);
        let newest = current.filter(|(generation, path)| {
            let counts = *generation > last;
            if !counts {
                notes.push(format!(
                    "{}: generation {generation:#x} is among the archived logs; this file is left out",
                    path.display()
                ));
            }
            counts
        });
        Ok(Self {
            set,
            options,
            generations,
            more,
            current: newest.map(|(_, path)| path),
            notes,
        })
    }

    /// The hard recovery of the databases at `databases`, with `logs` as log folder.
    fn hard(&self, logs: &Path, databases: &[PathBuf]) -> HardOptions {
        let mut options = Options::of_folder(logs.to_path_buf(), self.set.base());
        options.stop = self.options.stop;
        options.cache_bytes = self.options.cache_bytes;
        if self.options.pass_over_missing {
            options.bits |= InitBits::REPLAY_IGNORE_MISSING_DB;
        }
        HardOptions {
            set_logs: self.set.dir().to_path_buf(),
            generations: self.generations,
            more_logs: self.more.iter().map(|s| s.dir().to_path_buf()).collect(),
            databases: databases.to_vec(),
            options,
        }
    }

    /// An error about a file of the work folder is one about what it was made of.
    fn in_the_set(&self, mut e: SetError, places: &[PathBuf], work: &WorkFolder) -> SetError {
        if let SetError::Recovery(e) = &mut e
            && let Some(file) = &mut e.file
        {
            let copy = places.iter().position(|place| place == file);
            if let Some(from) = copy.and_then(|i| self.set.databases().get(i)) {
                file.clone_from(from);
            } else if let Some(name) = file.strip_prefix(work.logs()).ok().map(Path::to_path_buf) {
                let current = self.current.as_ref();
                let known = current.filter(|c| c.file_name() == Some(name.as_os_str()));
                *file = known.cloned().unwrap_or_else(|| self.options.to.join(name));
            }
        }
        e
    }

    fn needed_bytes(&self, fs: &dyn FileSystem) -> u64 {
        let len = |path: &Path| {
            let file = fs.open(path, OpenMode::Read);
            file.and_then(|f| f.len()).unwrap_or(0)
        };
        let databases = self.set.databases().iter().map(|p| len(p));
        let log = self.set.logs().first().map_or(0, |l| len(&l.path));
        databases.fold(log.saturating_mul(LOGS_AT_WORK), u64::saturating_add)
    }
}

fn generation_of(fs: &dyn FileSystem, path: &Path) -> Result<i32, SetError> {
    let opened = fs
        .open(path, OpenMode::Read)
        .map_err(|e| SetError::io(path, e))?;
    // What is wrong with it is recovery's to say.
    Ok(LogFile::open(opened).map_or(i32::MAX, |log| LogHeader::generation(log.header())))
}

/// The folder has logs, and they are named as the set's: others would silently not be read.
fn check_base(set: &Set, other: &Set) -> Result<(), SetError> {
    let dir = other.dir().to_path_buf();
    if other.base().is_empty() {
        return Err(SetError::NoLogs(dir));
    }
    if !other.base().eq_ignore_ascii_case(set.base()) {
        let bases = vec![set.base().to_owned(), other.base().to_owned()];
        return Err(SetError::SeveralBases { dir, bases });
    }
    Ok(())
}

/// No two databases of a set have one name where case does not count.
fn check_names(set: &Set) -> Result<(), SetError> {
    let mut names = BTreeSet::new();
    for path in set.databases() {
        if !names.insert(path.file_name().map(OsStr::to_ascii_lowercase)) {
            return Err(SetError::SameName(path.clone()));
        }
    }
    Ok(())
}

fn check_target(fs: &dyn FileSystem, to: &Path) -> Result<(), SetError> {
    match fs.kind(to).map_err(|e| SetError::io(to, e))? {
        None => Ok(()),
        Some(PathKind::Dir) if fs.read_dir(to).map_err(|e| SetError::io(to, e))?.is_empty() => {
            Ok(())
        }
        Some(_) => Err(SetError::TargetNotEmpty(to.to_path_buf())),
    }
}

/// Logs that a manifest names are those that were written.
fn check_entries(
    fs: &dyn FileSystem,
    set: &Set,
    more: &[Set],
    control: &mut Control<'_>,
) -> Result<(), SetError> {
    for set in std::iter::once(set).chain(more) {
        for log in set.logs() {
            let Some(entry) = set.entry(&log.path) else {
                continue;
            };
            let differs = match read_whole(fs, &log.path, control, &mut std::io::sink()) {
                Ok(read) => entry.difference(read.bytes, read.crc32),
                Err(SetError::File { source, .. }) => Some(source.to_string()),
                Err(e) => return Err(e),
            };
            if let Some(what) = differs {
                return Err(SetError::NotAsWritten {
                    path: log.path.clone(),
                    what,
                    in_log: true,
                });
            }
        }
    }
    Ok(())
}

fn read_whole(
    fs: &dyn FileSystem,
    path: &Path,
    control: &mut Control<'_>,
    sink: &mut dyn std::io::Write,
) -> Result<StreamReport, SetError> {
    VerifiedFile::open(fs, path)
        .and_then(|file| stream(&file, control, sink))
        .map_err(|e| SetError::file(path, e))
}

/// Copies the databases into the work folder; gives where they lie.
fn copy_databases(
    fs: &dyn FileSystem,
    set: &Set,
    work: &WorkFolder,
    control: &mut Control<'_>,
) -> Result<Vec<(PathBuf, StreamReport)>, SetError> {
    let len = |path: &PathBuf| {
        fs.open(path, OpenMode::Read)
            .and_then(|f| f.len())
            .unwrap_or(0)
    };
    let all = set.databases().iter().map(len).fold(0, u64::saturating_add);
    let mut place = Place {
        all: Some(all),
        ..Place::default()
    };
    let mut out = Vec::with_capacity(set.databases().len());
    for (i, from) in set.databases().iter().enumerate() {
        control.place = place;
        let dir = work.make_database(i);
        let dir = dir.map_err(|e| SetError::io(&e.path, e.source))?;
        let to = dir.join(from.file_name().unwrap_or_default());
        let copied = copy_file(fs, from, &to, control)?;
        let entry = set.entry(from).filter(|e| e.role == Role::Database);
        if let Some(what) = entry.and_then(|e| e.difference(copied.bytes, copied.crc32)) {
            return Err(SetError::NotAsWritten {
                path: from.clone(),
                what,
                in_log: false,
            });
        }
        place.file += 1;
        place.before = place.before.saturating_add(copied.bytes);
        out.push((to, copied));
    }
    control.place = Place::default();
    Ok(out)
}

/// Copies a file verified, durably.
pub(super) fn copy_file(
    fs: &dyn FileSystem,
    from: &Path,
    to: &Path,
    control: &mut Control<'_>,
) -> Result<StreamReport, SetError> {
    let file = fs
        .open(to, OpenMode::CreateNew)
        .map_err(|e| SetError::io(to, e))?;
    let mut sink = FileSink::new(file);
    let copied = read_whole(fs, from, control, &mut sink)?;
    sink.sync().map_err(|e| SetError::io(to, e))?;
    Ok(copied)
}

/// Copies the current log as it is: what is wrong with it is recovery's to say.
fn copy_log(
    fs: &dyn FileSystem,
    from: &Path,
    logs: &Path,
    control: &mut Control<'_>,
) -> Result<(), SetError> {
    /// Bytes at once.
    const PIECE: usize = 256 * 1024;
    let to = logs.join(from.file_name().unwrap_or_default());
    let source = fs
        .open(from, OpenMode::Read)
        .map_err(|e| SetError::io(from, e))?;
    let target = fs
        .open(&to, OpenMode::CreateNew)
        .map_err(|e| SetError::io(&to, e))?;
    let mut piece = vec![0; PIECE];
    let mut at = 0;
    loop {
        control.stop.check().map_err(|_| SetError::Stopped)?;
        let n = source
            .read_at(&mut piece, at)
            .map_err(|e| SetError::io(from, e))?;
        let Some(read) = piece.get(..n).filter(|r| !r.is_empty()) else {
            break;
        };
        target
            .write_all_at(read, at)
            .map_err(|e| SetError::io(&to, e))?;
        at = at.saturating_add(n as u64);
    }
    target.sync_all().map_err(|e| SetError::io(&to, e))
}

/// Hears the caller's watch, and gives up at a stop too.
struct Stopping<'w> {
    watch: &'w dyn Watch,
    stop: StopHandle,
}

impl Watch for Stopping<'_> {
    fn generation(&self, generation: i32, first: i32, last: i32) {
        self.watch.generation(generation, first, last);
    }

    fn undo(&self, sessions: usize) {
        self.watch.undo(sessions);
    }

    fn give_up(&self) -> bool {
        self.stop.is_stopped() || self.watch.give_up()
    }
}

fn recover(
    env: &Env,
    hard: &HardOptions,
    control: &Control<'_>,
    watch: &dyn Watch,
) -> Result<Outcome, SetError> {
    let stopping = Stopping {
        watch,
        stop: control.stop.clone(),
    };
    let outcome = recover_hard(env, hard, &stopping);
    // Whatever the last record said: nobody wants the result any more.
    if stopping.give_up() {
        return Err(SetError::Stopped);
    }
    Ok(outcome?)
}

/// Every database is clean: pairs of where it lies and what it is to be.
fn check_clean(
    fs: &dyn FileSystem,
    set: &Set,
    copies: Vec<(PathBuf, StreamReport)>,
    to: &Path,
) -> Result<Vec<(PathBuf, RestoredFile)>, SetError> {
    let mut out = Vec::with_capacity(copies.len());
    for (from, (place, copied)) in set.databases().iter().zip(copies) {
        let not_clean = |why: String| SetError::NotClean {
            path: from.clone(),
            why,
        };
        let db = DbFile::open(fs, &place).map_err(|e| not_clean(e.to_string()))?;
        let state = db.header().state();
        if !state.is_clean() {
            return Err(not_clean(state.words().to_owned()));
        }
        drop(db);
        let len = fs.open(&place, OpenMode::Read).and_then(|f| f.len());
        let file = RestoredFile {
            from: from.clone(),
            to: to.join(from.file_name().unwrap_or_default()),
            copied,
            bytes: len.map_err(|e| SetError::io(&place, e))?,
        };
        out.push((place, file));
    }
    Ok(out)
}

/// The hidden folder in the target.
fn work_folder(env: &Env, to: &Path) -> Result<WorkFolder, SetError> {
    let made = WorkFolder::new(Arc::clone(&env.fs), to, |fs, to| {
        let folder = to.join(WORK);
        fs.create_dir(&folder)?;
        Ok(folder)
    });
    // Another restore was faster.
    made.map_err(|e| name_or_io(e, to))
}

fn name_or_io(e: WorkFolderError, to: &Path) -> SetError {
    match e.is_taken() {
        true => SetError::TargetNotEmpty(to.to_path_buf()),
        false => SetError::io(&e.path, e.source),
    }
}

/// What gets which name: the databases, and their flush maps where a name is left for them.
fn names(fs: &dyn FileSystem, files: &[(PathBuf, RestoredFile)]) -> Vec<(PathBuf, PathBuf)> {
    let mut names: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (place, file) in files {
        names.push((place.clone(), file.to.clone()));
        let map = flush_map_path(place);
        let to = flush_map_path(&file.to);
        // Nobody needs the map: a name that is taken is no harm.
        let taken = names.iter().any(|(_, named)| *named == to);
        if !taken && matches!(fs.kind(&map), Ok(Some(PathKind::File))) {
            names.push((map, to));
        }
    }
    names
}

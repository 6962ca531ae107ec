//! Which log files lie in a folder, and what the file of a generation is called.
//!
//! Source: docs/format/log-files.md §2; recovery.md §1.
//!
//! The family of extensions is that of the checkpoint, else of the current or the prepared log, else
//! of any archived one. Archived logs are looked for under the form of names that was asked for
//! ([`NameDigits`]); those of the other form are remembered only to say so.
//!
//! A restore reads the logs of its set where they lie: such generations are borrowed.
//!
//! Invariants: the folder is read once; nothing is opened, and nothing removed but by the functions
//! that say so; a borrowed file is never removed.
#![forbid(unsafe_code)]

use super::{NameDigits, Options, RecoveryError};
use crate::io::{ErrorKind, FileSystem};
use crate::log::names::{FIVE_DIGITS_MAX, Family, LogKind, LogName};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Digits of a short and of a long name.
const FIVE: u8 = 5;
const EIGHT: u8 = 8;

/// An archived generation under its one or two names.
#[derive(Clone, Debug, Default)]
struct Archived {
    five: Option<PathBuf>,
    eight: Option<PathBuf>,
}

/// The log files of one instance.
#[derive(Clone, Debug)]
pub struct LogFolder {
    dir: PathBuf,
    checkpoint_dir: PathBuf,
    base: String,
    family: Family,
    digits: NameDigits,
    /// Names of the other form than `digits` count too.
    both_forms: bool,
    archived: BTreeMap<i32, Archived>,
    current: Option<PathBuf>,
    temp: Option<PathBuf>,
    checkpoint: Option<PathBuf>,
    out_of_range: Vec<PathBuf>,
    /// Archived generations that lie in another folder: read, never removed.
    borrowed: BTreeSet<i32>,
}

/// A file that was found: path and what its name says.
type Found = (PathBuf, LogName);

fn list(fs: &dyn FileSystem, dir: &Path, base: &str) -> Result<Vec<Found>, RecoveryError> {
    let entries = fs
        .read_dir(dir)
        .map_err(|e| RecoveryError::from(e).in_file(dir))?;
    Ok(entries
        .into_iter()
        .filter(|e| !e.is_dir)
        .filter_map(|e| {
            let name = LogName::parse(e.path.file_name()?.to_str()?)?;
            name.base
                .eq_ignore_ascii_case(base)
                .then_some((e.path, name))
        })
        .collect())
}

/// The extensions that the files of `logs` and `checkpoints` have; legacy ones when there are none.
fn choose_family(logs: &[Found], checkpoints: &[Found]) -> Family {
    let is_checkpoint = |n: &LogName| n.kind == LogKind::Checkpoint;
    let is_tip = |n: &LogName| matches!(n.kind, LogKind::Current | LogKind::Temp);
    let any_of = |files: &[Found], which: &dyn Fn(&LogName) -> bool| {
        [Family::Legacy, Family::New]
            .into_iter()
            .find(|&f| files.iter().any(|(_, n)| which(n) && n.family == Some(f)))
    };
    any_of(checkpoints, &is_checkpoint)
        .or_else(|| any_of(logs, &is_tip))
        .or_else(|| any_of(logs, &LogName::is_log))
        .unwrap_or(Family::Legacy)
}

/// Keeps the first of several spellings, or the one that is spelled as the engine does.
fn keep(slot: &mut Option<PathBuf>, path: PathBuf, spelled: &str) {
    let exact = path.file_name().is_some_and(|n| n == spelled);
    if slot.is_none() || exact {
        *slot = Some(path);
    }
}

impl LogFolder {
    /// Reads the names in the folders of logs and checkpoint.
    pub fn open(fs: &dyn FileSystem, options: &Options) -> Result<Self, RecoveryError> {
        Self::open_as(fs, options, None)
    }

    /// The same; extensions of another family than `family` are not seen.
    pub(super) fn open_as(
        fs: &dyn FileSystem,
        options: &Options,
        family: Option<Family>,
    ) -> Result<Self, RecoveryError> {
        let logs = list(fs, &options.log_dir, &options.base)?;
        let checkpoints = if options.checkpoint_dir == options.log_dir {
            logs.clone()
        } else {
            list(fs, &options.checkpoint_dir, &options.base)?
        };
        let family = family.unwrap_or_else(|| choose_family(&logs, &checkpoints));
        let mut folder = Self {
            dir: options.log_dir.clone(),
            checkpoint_dir: options.checkpoint_dir.clone(),
            base: options.base.clone(),
            family,
            digits: options.digits,
            both_forms: options.digits == NameDigits::Detect,
            archived: BTreeMap::new(),
            current: None,
            temp: None,
            checkpoint: None,
            out_of_range: Vec::new(),
            borrowed: BTreeSet::new(),
        };
        for (path, name) in logs {
            if name.family == Some(family) {
                folder.add(path, name.kind);
            }
        }
        let spelled = folder.spelled(LogKind::Checkpoint);
        for (path, name) in checkpoints {
            if name.kind == LogKind::Checkpoint && name.family == Some(family) {
                keep(&mut folder.checkpoint, path, &spelled);
            }
        }
        if folder.both_forms {
            folder.digits = folder.detect();
        }
        Ok(folder)
    }

    fn add(&mut self, path: PathBuf, kind: LogKind) {
        let spelled = self.spelled(kind);
        match kind {
            LogKind::Current => keep(&mut self.current, path, &spelled),
            LogKind::Temp => keep(&mut self.temp, path, &spelled),
            LogKind::Archived { generation, digits } => {
                // A generation is a positive i32; another number is no log of ours.
                let Some(generation) = i32::try_from(generation).ok().filter(|&g| g > 0) else {
                    return;
                };
                let names = self.archived.entry(generation).or_default();
                let slot = match digits {
                    FIVE => &mut names.five,
                    _ => &mut names.eight,
                };
                keep(slot, path, &spelled);
            }
            LogKind::Reserve { .. } | LogKind::Checkpoint => {}
        }
    }

    /// The form of the highest generation for which the form is a choice; eight digits when none is.
    fn detect(&self) -> NameDigits {
        self.archived
            .iter()
            .rev()
            .filter(|(g, _)| u32::try_from(**g).is_ok_and(|g| g <= FIVE_DIGITS_MAX))
            .map(|(_, names)| match names.eight {
                Some(_) => NameDigits::Eight,
                None => NameDigits::Five,
            })
            .next()
            .unwrap_or(NameDigits::Eight)
    }

    fn spelled(&self, kind: LogKind) -> String {
        LogName::format(&self.base, kind, self.family)
    }

    /// Reads the generations `first` to `last` in the folder `from`, and whatever lies here under
    /// these numbers not at all. New files are named as those of `from`.
    pub(super) fn borrow(&mut self, from: &Self, first: i32, last: i32) {
        let taken = first..=last;
        self.archived.retain(|g, _| !taken.contains(g));
        self.both_forms = true;
        self.digits = from.digits;
        let theirs = from.archived.iter().filter(|(g, _)| taken.contains(g));
        for (&generation, names) in theirs {
            self.archived.insert(generation, names.clone());
            self.borrowed.insert(generation);
        }
    }

    /// Reads in the folder `from` the generations that are not here.
    pub(super) fn borrow_missing(&mut self, from: &Self) {
        for (&generation, names) in &from.archived {
            if let Entry::Vacant(place) = self.archived.entry(generation) {
                place.insert(names.clone());
                self.borrowed.insert(generation);
            }
        }
    }

    /// Whether a generation is that of another folder, and must stay there.
    pub(super) fn is_borrowed(&self, generation: i32) -> bool {
        self.borrowed.contains(&generation)
    }

    /// Folder of the logs.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Extensions of logs and checkpoint.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// Digits of archived names: what was asked for or what is there, never
    /// [`NameDigits::Detect`].
    #[must_use]
    pub fn digits(&self) -> NameDigits {
        self.digits
    }

    /// The current log, when it is there.
    #[must_use]
    pub fn current(&self) -> Option<&Path> {
        self.current.as_deref()
    }

    /// Where the current log is, or has to be made.
    #[must_use]
    pub fn current_path(&self) -> PathBuf {
        self.current
            .clone()
            .unwrap_or_else(|| self.dir.join(self.spelled(LogKind::Current)))
    }

    /// The log under preparation, when it is there. Its contents do not matter.
    #[must_use]
    pub fn temp(&self) -> Option<&Path> {
        self.temp.as_deref()
    }

    /// The checkpoint, when it is there.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Path> {
        self.checkpoint.as_deref()
    }

    /// Where the checkpoint is, or has to be made.
    #[must_use]
    pub fn checkpoint_path(&self) -> PathBuf {
        self.checkpoint
            .clone()
            .unwrap_or_else(|| self.checkpoint_dir.join(self.spelled(LogKind::Checkpoint)))
    }

    /// The archived file of a generation, when it is there under a name of the form asked for.
    #[must_use]
    pub fn archived(&self, generation: i32) -> Option<&Path> {
        let (asked, other) = self.forms(generation)?;
        asked.or(if self.both_forms { other } else { None })
    }

    /// Its names of the form that was asked for and of the other.
    fn forms(&self, generation: i32) -> Option<(Option<&Path>, Option<&Path>)> {
        let names = self.archived.get(&generation)?;
        let (five, eight) = (names.five.as_deref(), names.eight.as_deref());
        Some(match self.form(generation) {
            FIVE => (five, eight),
            _ => (eight, five),
        })
    }

    /// Name that a generation has, or gets, when it is archived.
    #[must_use]
    pub fn archived_path(&self, generation: i32) -> PathBuf {
        self.archived(generation).map_or_else(
            || {
                let kind = LogKind::Archived {
                    generation: u32::try_from(generation).unwrap_or(0),
                    digits: self.form(generation),
                };
                self.dir.join(self.spelled(kind))
            },
            Path::to_path_buf,
        )
    }

    /// A generation's file that is not opened, because its name has the other number of digits.
    #[must_use]
    pub fn archived_unseen(&self, generation: i32) -> Option<&Path> {
        let (_, other) = self.forms(generation)?;
        other.filter(|_| self.archived(generation).is_none())
    }

    fn form(&self, generation: i32) -> u8 {
        let long = u32::try_from(generation).is_ok_and(|g| g > FIVE_DIGITS_MAX);
        match self.digits {
            NameDigits::Five if !long => FIVE,
            _ => EIGHT,
        }
    }

    /// Lowest and highest archived generation, of those that are opened.
    #[must_use]
    pub fn range(&self) -> Option<(i32, i32)> {
        let mut seen = self
            .archived
            .keys()
            .filter(|&&g| self.archived(g).is_some());
        let first = *seen.next()?;
        Some((first, *seen.next_back().unwrap_or(&first)))
    }

    /// The lowest of those that are not, because their names have the other number of digits.
    #[must_use]
    pub fn lowest_unseen(&self) -> Option<&Path> {
        self.archived.keys().find_map(|&g| self.archived_unseen(g))
    }

    /// The archived generations from `first` on, ascending, of those that are opened.
    pub(super) fn archived_from(
        &self,
        first: i32,
    ) -> impl DoubleEndedIterator<Item = (i32, &Path)> {
        let known = self.archived.range(first..).map(|(&g, _)| g);
        known.filter_map(|g| Some((g, self.archived(g)?)))
    }

    /// Where a log under preparation is, or has to be made.
    pub(super) fn temp_path(&self) -> PathBuf {
        self.temp
            .clone()
            .unwrap_or_else(|| self.dir.join(self.spelled(LogKind::Temp)))
    }

    /// Removes the archived generations below `generation`, the lowest first.
    pub(super) fn remove_below(
        &self,
        fs: &dyn FileSystem,
        generation: i32,
    ) -> Result<(), RecoveryError> {
        let below = self.archived.range(..generation).map(|(&g, _)| g);
        let ours = below.filter(|&g| !self.is_borrowed(g));
        let paths = ours.filter_map(|g| self.archived(g).map(Path::to_path_buf));
        let paths: Vec<PathBuf> = paths.collect();
        if paths.is_empty() {
            return Ok(());
        }
        remove_all(fs, &self.dir, &paths)
    }

    /// Takes the archived generations from `first` on out of the picture; they are removed by
    /// [`LogFolder::remove_out_of_range`]. Gives their files.
    pub(super) fn drop_from(&mut self, first: i32) -> &[PathBuf] {
        let dropped: Vec<i32> = self.archived.range(first..).map(|(&g, _)| g).collect();
        for generation in dropped {
            let seen = self.archived(generation).map(Path::to_path_buf);
            if !self.is_borrowed(generation) {
                self.out_of_range.extend(seen);
            }
            self.archived.remove(&generation);
        }
        &self.out_of_range
    }

    /// Archived logs above the current one that were asked to be deleted
    /// (JET_paramDeleteOutOfRangeLogs).
    #[must_use]
    pub fn out_of_range(&self) -> &[PathBuf] {
        &self.out_of_range
    }

    /// Removes [`LogFolder::out_of_range`]. The time for it is when redo is over and nothing has been
    /// logged yet: later their names may be those of newer generations.
    pub fn remove_out_of_range(&self, fs: &dyn FileSystem) -> Result<(), RecoveryError> {
        if self.out_of_range.is_empty() {
            return Ok(());
        }
        remove_all(fs, &self.dir, &self.out_of_range)
    }

    /// Removes all logs and the checkpoint, for a new sequence (docs/format/log-files.md §6.4). The
    /// databases are clean. Whatever is left after a crash is clean as well: archived logs go first,
    /// then the current one, the checkpoint last.
    pub fn remove_sequence(&self, fs: &dyn FileSystem) -> Result<(), RecoveryError> {
        let ours = self.archived.iter().filter(|(g, _)| !self.is_borrowed(**g));
        let archived = ours
            .flat_map(|(_, names)| [&names.five, &names.eight])
            .flatten();
        remove_all(fs, &self.dir, archived.chain(&self.out_of_range))?;
        remove_all(fs, &self.dir, self.temp.iter().chain(&self.current))?;
        remove_all(fs, &self.checkpoint_dir, &self.checkpoint)
    }
}

/// Removes files of a folder, for good; one that is gone already is as good.
fn remove_all<'p>(
    fs: &dyn FileSystem,
    dir: &Path,
    paths: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), RecoveryError> {
    for path in paths {
        match fs.remove_file(path) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(RecoveryError::from(e).in_file(path));
            }
            _ => {}
        }
    }
    fs.sync_dir(dir)
        .map_err(|e| RecoveryError::from(e).in_file(dir))
}

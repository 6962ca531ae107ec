//! The files of a log sequence: their names, the exchange at a roll, the removal of old ones.
//!
//! Source: docs/format/log-files.md §2, §6.3, §6.5.
//!
//! Invariants: a log that lies there under an archived name is never replaced; old ones go from the
//! lowest up, each durably before the next one, so that not even a power cut leaves a gap; none goes
//! that somebody keeps ([`KeepLogs`]).
#![forbid(unsafe_code)]

use super::LogWriter;
use super::config::LogConfig;
use crate::io::{self, Error, ErrorKind, FileSystem, PathKind};
use crate::log::append::LogWriteError;
use crate::log::names::{FIVE_DIGITS_MAX, Family, LogKind, LogName};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

/// Generations that circular logging needs no more, but leaves for the next file to be made of.
const SPARE_GENERATIONS: usize = 1;

/// Where the files lie and how they are called.
pub(super) struct Files {
    pub(super) fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    base: String,
    family: Family,
    digits: u8,
}

fn named(path: &Path, e: &Error) -> Error {
    Error::new(e.kind(), format!("{}: {e}", path.display()))
}

impl Files {
    pub(super) fn new(fs: Arc<dyn FileSystem>, config: &LogConfig) -> Self {
        Self {
            fs,
            dir: config.dir.clone(),
            base: config.base.clone(),
            family: config.family,
            digits: config.digits,
        }
    }

    pub(super) fn path(&self, kind: LogKind) -> PathBuf {
        self.dir
            .join(LogName::format(&self.base, kind, self.family))
    }

    /// The checkpoint file of a folder.
    pub(super) fn checkpoint_in(&self, dir: &Path) -> PathBuf {
        dir.join(LogName::format(
            &self.base,
            LogKind::Checkpoint,
            self.family,
        ))
    }

    /// Whether a prepared file is there.
    pub(super) fn has_temp(&self) -> bool {
        let kind = self.fs.kind(&self.path(LogKind::Temp));
        matches!(kind, Ok(Some(PathKind::File)))
    }

    /// Makes the names of the folder durable.
    pub(super) fn sync_names(&self) -> io::Result<()> {
        self.fs.sync_dir(&self.dir)
    }

    /// Removes a file that need not be there.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        match self.fs.remove_file(path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// The archived name of a generation.
    fn archived_path(&self, generation: i32) -> PathBuf {
        self.path(LogKind::Archived {
            generation: u32::try_from(generation).unwrap_or(0),
            digits: self.digits,
        })
    }

    /// Gives the current log its archived name.
    pub(super) fn archive(&self, generation: i32) -> io::Result<()> {
        let path = self.archived_path(generation);
        self.fs
            .rename_new(&self.path(LogKind::Current), &path)
            .map_err(|e| match e.kind() {
                ErrorKind::AlreadyExists => named(&path, &e),
                _ => e,
            })
    }

    /// Gives the prepared log the name of the current one, and makes all names durable.
    pub(super) fn install(&self) -> io::Result<()> {
        let path = self.path(LogKind::Current);
        self.fs
            .rename_new(&self.path(LogKind::Temp), &path)
            .map_err(|e| match e.kind() {
                ErrorKind::AlreadyExists => named(&path, &e),
                _ => e,
            })?;
        self.fs.sync_dir(&self.dir)
    }

    /// Removes the archived generations below `below`, the lowest first, but for the `spare` highest
    /// of them; gives how many.
    pub(super) fn delete_below(&self, below: i32, spare: usize) -> io::Result<u32> {
        let old = self.archived_below(below)?;
        let mut removed = 0;
        for (_, path) in old.iter().take(old.len().saturating_sub(spare)) {
            self.fs.remove_file(path)?;
            self.sync_names()?;
            removed += 1;
        }
        Ok(removed)
    }

    /// The archived generations below `below`, the lowest first.
    pub(super) fn archived_below(&self, below: i32) -> io::Result<Vec<(i32, PathBuf)>> {
        let mut old: Vec<(i32, PathBuf)> = self
            .fs
            .read_dir(&self.dir)?
            .into_iter()
            .filter(|e| !e.is_dir)
            .filter_map(|e| Some((i32::try_from(self.archived(&e.path)?).ok()?, e.path)))
            .filter(|(generation, _)| *generation < below)
            .collect();
        old.sort();
        Ok(old)
    }

    /// The numbers of the reserve logs that are there, lowest first.
    pub(super) fn reserves(&self) -> io::Result<Vec<u32>> {
        let mut numbers: Vec<u32> = self
            .fs
            .read_dir(&self.dir)?
            .into_iter()
            .filter(|e| !e.is_dir)
            .filter_map(|e| {
                let name = LogName::parse(e.path.file_name()?.to_str()?)?;
                match name.kind {
                    LogKind::Reserve { number }
                        if name.base.eq_ignore_ascii_case(&self.base)
                            && self.path(name.kind) == e.path =>
                    {
                        Some(number)
                    }
                    _ => None,
                }
            })
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The generation of an archived log of this sequence, by its name.
    fn archived(&self, path: &Path) -> Option<u32> {
        let name = LogName::parse(path.file_name()?.to_str()?)?;
        let LogKind::Archived { generation, digits } = name.kind else {
            return None;
        };
        let ours = name.family == Some(self.family) && name.base.eq_ignore_ascii_case(&self.base);
        let form = if generation > FIVE_DIGITS_MAX {
            8
        } else {
            self.digits
        };
        (ours && digits == form).then_some(generation)
    }
}

/// Which generations may go.
#[derive(Debug, Default)]
pub(super) struct Retention {
    /// Generations below are not needed for a restart; 0: nobody said so yet.
    released: AtomicI32,
    /// What others keep: every generation from one of these on.
    kept: Mutex<Vec<i32>>,
}

impl Retention {
    /// Calls `act` with the generation below which circular logging may dispose of files; while it
    /// runs, nobody begins to keep more. `current` is the current generation.
    pub(super) fn dispose<T>(&self, current: i32, act: impl FnOnce(i32) -> T) -> T {
        self.remove_below(self.released.load(Ordering::Acquire), current, act)
    }

    /// The same for everything below `below` that nobody keeps.
    fn remove_below<T>(&self, below: i32, current: i32, act: impl FnOnce(i32) -> T) -> T {
        let kept = self.kept.lock();
        let lowest = kept.iter().copied().min().unwrap_or(i32::MAX);
        act(below.min(current).min(lowest))
    }
}

/// Keeps log files from being deleted or used again, until dropped: of a backup, for example.
#[derive(Debug)]
pub struct KeepLogs {
    retention: Arc<Retention>,
    from: i32,
}

impl Drop for KeepLogs {
    fn drop(&mut self) {
        let mut kept = self.retention.kept.lock();
        if let Some(at) = kept.iter().position(|&from| from == self.from) {
            kept.swap_remove(at);
        }
    }
}

impl LogWriter {
    /// Removes the archived generations below `generation`, the lowest first, but never the current
    /// one, nor one that is kept ([`LogWriter::keep_from`]); gives how many.
    ///
    /// # Errors
    /// [`LogWriteError::Io`]; the log stays open.
    pub fn delete_below(&self, generation: i32) -> Result<u32, LogWriteError> {
        self.retention
            .remove_below(generation, self.generation(), |below| {
                self.files.delete_below(below, 0).map_err(super::io)
            })
    }

    /// The archived generations that are there, the lowest first, by their names.
    ///
    /// # Errors
    /// [`LogWriteError::Io`]; the log stays open.
    pub fn archived(&self) -> Result<Vec<(i32, PathBuf)>, LogWriteError> {
        self.files
            .archived_below(self.generation())
            .map_err(super::io)
    }

    /// Where the file of a closed generation lies.
    #[must_use]
    pub fn archived_path(&self, generation: i32) -> PathBuf {
        self.files.archived_path(generation)
    }

    /// A restart needs no generation below `generation` any more: the checkpoint file on the disk says
    /// so. With circular logging they are used again or deleted in the background
    /// ([`LogWriter::tend`]). Never goes back.
    pub fn release_below(&self, generation: i32) {
        let before = self
            .retention
            .released
            .fetch_max(generation, Ordering::AcqRel);
        if before < generation && self.config.circular {
            self.bell.ring();
        }
    }

    /// Keeps every generation from `generation` on until the answer is dropped. Those that are gone
    /// when this returns don't come back; the others stay.
    #[must_use]
    pub fn keep_from(&self, generation: i32) -> KeepLogs {
        self.retention.kept.lock().push(generation);
        KeepLogs {
            retention: Arc::clone(&self.retention),
            from: generation,
        }
    }

    /// Circular logging: deletes what is not needed, but for what the next file can be made of. Gives
    /// below which generation that was done; nothing to do when it was for `done` already.
    pub(crate) fn delete_disposable(&self, done: i32) -> Result<i32, LogWriteError> {
        if !self.config.circular {
            return Ok(done);
        }
        self.retention.dispose(self.generation(), |below| {
            if below > done {
                self.files
                    .delete_below(below, SPARE_GENERATIONS)
                    .map_err(super::io)?;
            }
            Ok(below)
        })
    }
}

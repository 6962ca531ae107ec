//! Backup sets: folders that a backup filled, ours or one of the original's.
//!
//! | room | purpose |
//! |---|---|
//! | [`manifest`] | what a set of ours says of itself |
//! | [`error`] | why a set is none, or does not restore |
//! | [`mod@verify`] | every page, every log, the chain, the trailers, the manifest |
//! | [`mod@restore`] | the set's databases, clean, in a new folder |
//! | [`directory`] | those of a directory that JetBackup made, at their places |
//!
//! | made by | what lies there |
//! |---|---|
//! | us | databases and logs, and `ese-backup.json` that names them and says whether it is complete |
//! | JetBackup | databases, for each an empty `.pat`, and logs; atomic ones in the folders `new`, `old` |
//! | a program with the streaming calls | databases and logs |
//!
//! A folder of logs alone is an incremental set. Source: docs/format/backup-files.md §7, §8.
//!
//! Invariant: nothing in this module opens a file of a set for writing.
#![forbid(unsafe_code)]

pub mod directory;
pub mod error;
pub mod manifest;
pub mod restore;
pub mod verify;

pub use directory::restore_directory;
pub use error::SetError;
pub use manifest::{FileEntry, Manifest, Role, SetKind};
pub use restore::{RestoreOptions, RestoreReport, RestoredFile, restore};
pub use verify::{CheckedFile, Problem, SetReport, verify};

use ese_core::format::header_page::{self, BYTES_FOR_SELECT, FileKind};
use ese_core::io::{ErrorKind, FileSystem, OpenMode, PathKind};
use ese_core::log::names::{LogKind, LogName};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Folders of an atomic JetBackup, the newer one first (behaviour of backup, "JetBackup").
const ATOMIC: [&str; 2] = ["new", "old"];
/// Extension of the empty files by which JetRestore finds databases.
const PAT: &str = "pat";
/// Extensions that databases mostly have: such a file is taken for one even when its header is gone.
const DATABASES: [&str; 4] = ["edb", "mdb", "sdb", "dat"];

/// A log of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetLog {
    /// Where it lies.
    pub path: PathBuf,
    /// Its generation by its name.
    pub generation: i32,
}

/// A backup set, as its names and its manifest say; nothing is verified yet.
#[derive(Clone, Debug)]
pub struct Set {
    dir: PathBuf,
    base: String,
    databases: Vec<PathBuf>,
    pats: Vec<PathBuf>,
    logs: Vec<SetLog>,
    current: Option<PathBuf>,
    others: Vec<PathBuf>,
    manifest: Option<Manifest>,
    /// Where in the manifest a file is named.
    named: BTreeMap<String, usize>,
}

impl Set {
    /// Looks into a folder, or into the folders of an atomic JetBackup in it.
    ///
    /// # Errors
    /// [`SetError::NoSet`], [`SetError::SeveralBases`], a manifest that is none, and the file
    /// system's. That a set is incomplete is no error yet.
    pub fn open(fs: &dyn FileSystem, dir: &Path) -> Result<Self, SetError> {
        let set = Self::look(fs, dir)?;
        if !set.is_empty() {
            return Ok(set);
        }
        for sub in ATOMIC.map(|name| dir.join(name)) {
            if matches!(fs.kind(&sub), Ok(Some(PathKind::Dir))) {
                let inner = Self::look(fs, &sub)?;
                if !inner.is_empty() {
                    return Ok(inner);
                }
            }
        }
        Err(SetError::NoSet(dir.to_path_buf()))
    }

    fn look(fs: &dyn FileSystem, dir: &Path) -> Result<Self, SetError> {
        let names = fs.read_dir(dir).map_err(|e| match e.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => SetError::NoSet(dir.to_path_buf()),
            _ => SetError::io(dir, e),
        })?;
        let manifest = Manifest::read(fs, dir)?;
        let files = manifest.iter().flat_map(|m| &m.files).enumerate();
        let mut set = Self {
            dir: dir.to_path_buf(),
            base: String::new(),
            databases: Vec::new(),
            pats: Vec::new(),
            logs: Vec::new(),
            current: None,
            others: Vec::new(),
            named: files.map(|(i, f)| (f.name.clone(), i)).collect(),
            manifest,
        };
        let mut bases: Vec<String> = Vec::new();
        for entry in names.into_iter().filter(|e| !e.is_dir) {
            let path = entry.path;
            let Some(name) = path.file_name().map(OsStr::to_os_string) else {
                continue;
            };
            let log = name.to_str().and_then(LogName::parse);
            if let Some(log) = log.filter(LogName::is_log) {
                let known = bases.iter().any(|b| b.eq_ignore_ascii_case(&log.base));
                match log.kind {
                    LogKind::Archived { generation, .. } => {
                        let Some(generation) = i32::try_from(generation).ok().filter(|&g| g > 0)
                        else {
                            continue;
                        };
                        set.logs.push(SetLog { path, generation });
                    }
                    LogKind::Current => set.current = Some(path),
                    _ => {
                        set.others.push(path);
                        continue;
                    }
                }
                if !known {
                    bases.push(log.base);
                }
            } else if name == manifest::NAME {
            } else if has_extension(&path, &[PAT]) {
                set.pats.push(path);
            } else if set.is_database(fs, &path) {
                set.databases.push(path);
            } else {
                set.others.push(path);
            }
        }
        if bases.len() > 1 {
            let dir = dir.to_path_buf();
            return Err(SetError::SeveralBases { dir, bases });
        }
        set.base = bases.pop().unwrap_or_default();
        set.logs.sort_by_key(|l| l.generation);
        // Five and eight digits of one generation: recovery knows which counts.
        set.logs.dedup_by_key(|l| l.generation);
        Ok(set)
    }

    /// Whether a file that is no log is a database, by its manifest, its header, its `.pat`, its name.
    fn is_database(&self, fs: &dyn FileSystem, path: &Path) -> bool {
        let listed = self.entry(path);
        if listed.is_some_and(|f| f.role == Role::Database) {
            return true;
        }
        let mut head = vec![0; BYTES_FOR_SELECT];
        let read = fs
            .open(path, OpenMode::Read)
            .and_then(|f| f.read_at(&mut head, 0));
        let Ok(n) = read else {
            return has_extension(path, &DATABASES);
        };
        head.truncate(n);
        match header_page::file_kind(&head) {
            FileKind::Database => true,
            FileKind::Empty | FileKind::Zeros | FileKind::Foreign => {
                let pat = path.with_extension(PAT);
                has_extension(path, &DATABASES) || matches!(fs.kind(&pat), Ok(Some(PathKind::File)))
            }
            _ => false,
        }
    }

    fn is_empty(&self) -> bool {
        self.manifest.is_none()
            && self.databases.is_empty()
            && self.logs.is_empty()
            && self.current.is_none()
            && self.pats.is_empty()
    }

    /// Where it lies.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Base name of its logs; empty when there are none.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Its databases.
    #[must_use]
    pub fn databases(&self) -> &[PathBuf] {
        &self.databases
    }

    /// Its archived logs, by generation.
    #[must_use]
    pub fn logs(&self) -> &[SetLog] {
        &self.logs
    }

    /// A current log that lies there: no part of a backup set, but the end of a folder of surviving
    /// logs.
    #[must_use]
    pub fn current_log(&self) -> Option<&Path> {
        self.current.as_deref()
    }

    /// Files that are no part of a set.
    #[must_use]
    pub fn others(&self) -> &[PathBuf] {
        &self.others
    }

    /// What it says of itself; `None` for a set of the original's.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// First and last generation of its logs: by the manifest, else by their names.
    #[must_use]
    pub fn generations(&self) -> Option<(i32, i32)> {
        let named = self.manifest.as_ref().and_then(|m| m.generations);
        named.or_else(|| Some((self.logs.first()?.generation, self.logs.last()?.generation)))
    }

    /// Logs only.
    #[must_use]
    pub fn is_logs_only(&self) -> bool {
        self.databases.is_empty()
    }

    /// What JetRestore asks of the folder before it looks at databases: each has its `.pat`.
    ///
    /// # Errors
    /// [`SetError::NoPat`]: there is none at all; [`SetError::PatWithoutDatabase`].
    pub fn check_pats(&self) -> Result<(), SetError> {
        if self.pats.is_empty() {
            return Err(SetError::NoPat(self.dir.clone()));
        }
        self.check_databases_of_pats()
    }

    /// No database is missing that a `.pat` names.
    fn check_databases_of_pats(&self) -> Result<(), SetError> {
        let stem = |p: &Path| p.file_stem().map(OsStr::to_ascii_lowercase);
        let lonely = self
            .pats
            .iter()
            .find(|pat| !self.databases.iter().any(|db| stem(db) == stem(pat)));
        match lonely {
            Some(pat) => Err(SetError::PatWithoutDatabase(pat.clone())),
            None => Ok(()),
        }
    }

    /// The set is one that may be restored or read from: complete, with all that it names.
    ///
    /// # Errors
    /// [`SetError::Incomplete`], [`SetError::Missing`], [`SetError::PatWithoutDatabase`].
    pub fn check_complete(&self, fs: &dyn FileSystem) -> Result<(), SetError> {
        self.check_databases_of_pats()?;
        let Some(manifest) = &self.manifest else {
            return Ok(());
        };
        if !manifest.complete {
            return Err(SetError::Incomplete(self.dir.clone()));
        }
        for file in &manifest.files {
            let path = self.dir.join(&file.name);
            match fs.kind(&path) {
                Ok(Some(PathKind::File)) => {}
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(SetError::io(&path, e)),
                _ => return Err(SetError::Missing(path)),
            }
        }
        Ok(())
    }

    /// What the manifest says of a file.
    #[must_use]
    pub fn entry(&self, path: &Path) -> Option<&FileEntry> {
        let name = path.file_name()?.to_str()?;
        let at = *self.named.get(name)?;
        self.manifest.as_ref()?.files.get(at)
    }
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|e| known.iter().any(|k| k.eq_ignore_ascii_case(e)))
}

#[cfg(test)]
mod tests;

//! The directory backup of old: JetBackupInstance.
//!
//! ```text
//! plain:   DIR: databases, for each an empty NAME.pat, logs
//! atomic:  DIR/temp while it runs; the former DIR/new is called DIR/old; then temp becomes new, old goes
//! ```
//! Source: behaviour of backup §9, design §9 (no path: logs are truncated; no `.pat` is left beside a
//! live database).
//!
//! Invariants: an atomic backup has one valid set under `new` or `old` at every moment; what a stopped or
//! failed one leaves is no set: `temp` goes, and a plain one's last file may be cut short.
#![forbid(unsafe_code)]

use crate::error::StreamError;
use crate::external::{BEGIN_INCREMENTAL, BackupError, END_ABORT, END_NORMAL, ExternalBackup};
use crate::sink::FileSink;
use crate::stream::stream;
use ese_core::JetErr;
use ese_core::instance::InstanceError;
use ese_core::io::{self, ErrorKind, FileSystem, OpenMode, PathKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `JET_bitBackupAtomic`.
pub const BACKUP_ATOMIC: u32 = 4;
/// A longer path is none.
const PATH_MOST: usize = 260;
/// Folders of an atomic backup.
const TEMP: &str = "temp";
const NEW: &str = "new";
const OLD: &str = "old";
/// Extension of the empty files by which a restore finds databases.
const PAT: &str = "pat";
/// What is behind a file's name until it is whole.
const PARTIAL: &str = ".partial";

/// What the callback of a full backup hears (JET_snpBackup).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LegacyStatus {
    /// It begins: 100 units.
    Begin,
    /// It is done.
    Complete,
}

/// JetBackupInstance: backs every database up into `dir`; without one the logs that no restart needs
/// are deleted. `grbit`: [`BEGIN_INCREMENTAL`], [`BACKUP_ATOMIC`].
///
/// # Errors
/// JET_errInvalidGrbit for other bits; those of [`ExternalBackup::begin`]; JET_errInvalidPath; JET_errBackupDirectoryNotEmpty;
/// JET_errMakeBackupDirectoryFail, JET_errDeleteBackupFileFail; those of reading and writing;
/// JET_errBackupAbortByServer. The backup is over then, and nothing is recorded.
pub fn backup_to_directory(
    external: &ExternalBackup,
    dir: Option<&Path>,
    grbit: u32,
    status: &mut dyn FnMut(LegacyStatus),
) -> Result<(), BackupError> {
    let port = external.port();
    port.check()?;
    port.log()?;
    if grbit & !(BEGIN_INCREMENTAL | BACKUP_ATOMIC) != 0 {
        return Err(BackupError::refused(
            JetErr::INVALID_GRBIT,
            format!("no backup to a folder knows the bits {grbit:#x}"),
        ));
    }
    let incremental = grbit & BEGIN_INCREMENTAL != 0;
    if incremental && port.params().circular {
        return Err(BackupError::refused(
            JetErr::INVALID_BACKUP,
            "an incremental backup needs logs that circular logging does not keep",
        ));
    }
    external.begin(grbit & BEGIN_INCREMENTAL)?;
    let made = match dir.filter(|d| !d.as_os_str().is_empty()) {
        None => external.truncate_only(),
        Some(dir) => {
            let folder = Folder {
                fs: Arc::clone(&port.env().fs),
                dir: dir.to_path_buf(),
            };
            folder.make(external, incremental, grbit & BACKUP_ATOMIC != 0, status)
        }
    };
    match made {
        Ok(()) => external.end2(END_NORMAL),
        Err(e) => {
            // The first error counts; whatever this one says, the backup is over.
            let _ = external.end2(END_ABORT);
            Err(e)
        }
    }
}

/// Where a directory backup goes.
struct Folder {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
}

fn invalid_path(dir: &Path) -> BackupError {
    BackupError::refused(
        JetErr::INVALID_PATH,
        format!("{}: no folder for a backup", dir.display()),
    )
}

fn failed(path: &Path, e: io::Error) -> BackupError {
    BackupError::file(path, StreamError::Sink { done: 0, source: e })
}

impl Folder {
    fn make(
        &self,
        external: &ExternalBackup,
        incremental: bool,
        atomic: bool,
        status: &mut dyn FnMut(LegacyStatus),
    ) -> Result<(), BackupError> {
        self.see_to_folder(external)?;
        let to = match (atomic, incremental) {
            (false, _) => {
                self.check_plain(incremental)?;
                self.dir.clone()
            }
            (true, true) => self.standing()?,
            (true, false) => self.begin_atomic()?,
        };
        if !incremental {
            status(LegacyStatus::Begin);
        }
        let copied = self.copy_all(external, incremental, &to);
        if atomic && !incremental {
            if copied.is_err() {
                // What can't be removed is removed by the next atomic backup.
                let _ = self.remove(&to);
            } else {
                self.finish_atomic()?;
            }
        }
        copied?;
        external.truncate_log()?;
        if !incremental {
            status(LegacyStatus::Complete);
        }
        Ok(())
    }

    /// The folder is there, or is made if the instance makes folders.
    fn see_to_folder(&self, external: &ExternalBackup) -> Result<(), BackupError> {
        if self.dir.as_os_str().len() > PATH_MOST {
            return Err(invalid_path(&self.dir));
        }
        let make = external.port().params().create_path;
        match self.fs.kind(&self.dir).map_err(|e| failed(&self.dir, e))? {
            Some(PathKind::Dir) => Ok(()),
            None if make => {
                let mut missing: Vec<&Path> = Vec::new();
                for dir in self.dir.ancestors() {
                    if dir.as_os_str().is_empty()
                        || matches!(self.fs.kind(dir), Ok(Some(PathKind::Dir)))
                    {
                        break;
                    }
                    missing.push(dir);
                }
                for dir in missing.into_iter().rev() {
                    self.make_folder(dir)?;
                }
                Ok(())
            }
            _ => Err(invalid_path(&self.dir)),
        }
    }

    fn make_folder(&self, dir: &Path) -> Result<(), BackupError> {
        let made = self
            .fs
            .create_dir(dir)
            .and_then(|()| self.fs.sync_dir(dir.parent().unwrap_or(Path::new("/"))));
        made.map_err(|e| {
            BackupError::refused(
                JetErr::MAKE_BACKUP_DIRECTORY_FAIL,
                format!("{}: {e}", dir.display()),
            )
        })
    }

    /// A full backup wants an empty folder, an incremental one a folder without an atomic backup.
    fn check_plain(&self, incremental: bool) -> Result<(), BackupError> {
        let names = self
            .fs
            .read_dir(&self.dir)
            .map_err(|e| failed(&self.dir, e))?;
        let is_atomic = |path: &Path| path.ends_with(NEW) || path.ends_with(OLD);
        let hinders = match incremental {
            false => !names.is_empty(),
            true => names.iter().any(|e| e.is_dir && is_atomic(&e.path)),
        };
        match hinders {
            true => Err(BackupError::refused(
                JetErr::BACKUP_DIRECTORY_NOT_EMPTY,
                format!("{}: there is something here", self.dir.display()),
            )),
            false => Ok(()),
        }
    }

    fn has(&self, dir: &Path) -> Result<bool, BackupError> {
        let kind = self.fs.kind(dir).map_err(|e| failed(dir, e))?;
        Ok(kind == Some(PathKind::Dir))
    }

    /// The folder with the atomic full backup, which an incremental one goes to.
    fn standing(&self) -> Result<PathBuf, BackupError> {
        for name in [NEW, OLD] {
            let dir = self.dir.join(name);
            if self.has(&dir)? {
                return Ok(dir);
            }
        }
        Err(BackupError::refused(
            JetErr::MISSING_FULL_BACKUP,
            format!("{}: no atomic full backup is here", self.dir.display()),
        ))
    }

    /// `temp` is empty, the former backup is called `old`.
    fn begin_atomic(&self) -> Result<PathBuf, BackupError> {
        let [temp, new, old] = [TEMP, NEW, OLD].map(|name| self.dir.join(name));
        self.remove(&temp)?;
        if self.has(&new)? {
            self.remove(&old)?;
            self.rename(&new, &old)?;
        }
        self.make_folder(&temp)?;
        Ok(temp)
    }

    /// `temp` becomes `new`, then `old` goes.
    fn finish_atomic(&self) -> Result<(), BackupError> {
        let [temp, new, old] = [TEMP, NEW, OLD].map(|name| self.dir.join(name));
        self.rename(&temp, &new)?;
        self.remove(&old)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), BackupError> {
        self.fs
            .rename_new(from, to)
            .and_then(|()| self.fs.sync_dir(&self.dir))
            .map_err(|e| failed(to, e))
    }

    /// Removes one of the three folders, with its files.
    fn remove(&self, dir: &Path) -> Result<(), BackupError> {
        if !self.has(dir)? {
            return Ok(());
        }
        let undeletable = |path: &Path, e: &io::Error| {
            BackupError::refused(
                JetErr::DELETE_BACKUP_FILE_FAIL,
                format!("{}: {e}", path.display()),
            )
        };
        for entry in self.fs.read_dir(dir).map_err(|e| undeletable(dir, &e))? {
            self.fs
                .remove_file(&entry.path)
                .map_err(|e| undeletable(&entry.path, &e))?;
        }
        self.fs
            .remove_dir(dir)
            .and_then(|()| self.fs.sync_dir(&self.dir))
            .map_err(|e| undeletable(dir, &e))
    }

    fn copy_all(
        &self,
        external: &ExternalBackup,
        incremental: bool,
        to: &Path,
    ) -> Result<(), BackupError> {
        if !incremental {
            for db in external.attach_info()? {
                self.copy(external, &db, to)?;
                let pat = to
                    .join(db.file_name().unwrap_or_default())
                    .with_extension(PAT);
                self.fs
                    .open(&pat, OpenMode::CreateNew)
                    .and_then(|f| f.sync_all())
                    .map_err(|e| failed(&pat, e))?;
            }
        }
        for log in external.log_info()?.files {
            self.copy(external, &log, to)?;
        }
        self.fs.sync_dir(to).map_err(|e| failed(to, e))
    }

    /// Copies a file; a log that is there already, from the backup before, is replaced by itself.
    fn copy(&self, external: &ExternalBackup, from: &Path, to: &Path) -> Result<(), BackupError> {
        let path = to.join(from.file_name().unwrap_or_default());
        let mut partial = path.clone().into_os_string();
        partial.push(PARTIAL);
        let partial = PathBuf::from(partial);
        let opened = external.open_streamed(from)?;
        match self.fs.remove_file(&partial) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(failed(&partial, e)),
            _ => {}
        }
        let file = self.fs.open(&partial, OpenMode::CreateNew);
        let mut sink = FileSink::new(file.map_err(|e| failed(&partial, e))?);
        let copied = stream(&opened.file, &mut external.control(), &mut sink);
        if let Err(e) = copied {
            drop(sink);
            // It is no file of the set: nobody misses it.
            let _ = self.fs.remove_file(&partial);
            return Err(external.read_failed(opened.handle, e));
        }
        external.copied(opened.handle);
        external.close_file(opened.handle)?;
        sink.sync()
            .and_then(|()| self.fs.rename(&partial, &path))
            .map_err(|e| failed(&path, e))
    }
}

impl ExternalBackup {
    /// The logs that no restart needs go; nothing is copied.
    fn truncate_only(&self) -> Result<(), BackupError> {
        self.with_reservation(|reservation| {
            let below = reservation.port().checkpoint_generation()?;
            reservation.delete_logs(below)?;
            Ok::<(), InstanceError>(())
        })
    }
}

//! A folder inside the target folder, where files are made until they are worth their names.
//!
//! ```text
//! target/            made if it was not there
//!   work folder/     logs/  db0/  db1/ …
//!   a.edb            given its name by `publish`
//! ```
//! Restores and recoveries of copies work so.
//!
//! Invariants:
//! * whatever happens, the folder goes when [`WorkFolder`] is dropped, and with it a target that was made
//!   for nothing. Only a killed process leaves it;
//! * a file gets its final name only by [`WorkFolder::publish`]: all of them or none, on the disk when it
//!   returns; nothing that exists is replaced.
#![forbid(unsafe_code)]

use ese_core::io::{ErrorKind, FileSystem, OpenMode, PathKind};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folders in folders that are removed: a work folder has two levels.
const DEPTH_MOST: usize = 4;

/// What could not be done, and to which file or folder.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct WorkFolderError {
    /// The file or folder; one of the work folder itself is told of as the target.
    pub path: PathBuf,
    /// The system's error.
    pub source: io::Error,
}

impl WorkFolderError {
    fn new(path: &Path, source: io::Error) -> Self {
        Self {
            path: path.to_path_buf(),
            source,
        }
    }

    /// `true` when a name is taken.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.source.kind() == ErrorKind::AlreadyExists
    }
}

/// The folder; see the module.
pub struct WorkFolder {
    fs: Arc<dyn FileSystem>,
    to: PathBuf,
    folder: PathBuf,
    /// The folder is this one's to remove.
    made: bool,
    made_target: bool,
    published: bool,
}

impl std::fmt::Debug for WorkFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WorkFolder").field(&self.folder).finish()
    }
}

impl WorkFolder {
    /// Makes the target `to`, unless it is there, and in it what `make` makes: a new folder, whose path it
    /// gives.
    ///
    /// # Errors
    /// `ErrorKind::NotADirectory` when `to` is a file; that of `make`; a folder that can't be made.
    pub fn new(
        fs: Arc<dyn FileSystem>,
        to: &Path,
        make: impl FnOnce(&dyn FileSystem, &Path) -> io::Result<PathBuf>,
    ) -> Result<Self, WorkFolderError> {
        let failed = |e| WorkFolderError::new(to, e);
        let made_target = match fs.kind(to).map_err(failed)? {
            Some(PathKind::Dir) => false,
            Some(PathKind::File) => return Err(failed(ErrorKind::NotADirectory.into())),
            None => {
                fs.create_dir(to).map_err(failed)?;
                true
            }
        };
        let mut work = Self {
            fs,
            to: to.to_path_buf(),
            folder: PathBuf::new(),
            made: false,
            made_target,
            published: false,
        };
        work.folder = make(&*work.fs, to).map_err(failed)?;
        work.made = true;
        work.make_dir("logs")?;
        Ok(work)
    }

    /// The target.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.to
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Folder of the logs, which is there.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// Folder of a database, which [`WorkFolder::make_database`] makes. Each has one of its own: two may
    /// have flush maps of one name.
    #[must_use]
    pub fn database(&self, number: usize) -> PathBuf {
        self.folder.join(database(number))
    }

    /// Makes the folder of a database, and gives it.
    ///
    /// # Errors
    /// It can't be made.
    pub fn make_database(&self, number: usize) -> Result<PathBuf, WorkFolderError> {
        self.make_dir(&database(number))
    }

    fn make_dir(&self, name: &str) -> Result<PathBuf, WorkFolderError> {
        let dir = self.folder.join(name);
        match self.fs.create_dir(&dir) {
            Ok(()) => Ok(dir),
            Err(e) => Err(WorkFolderError::new(&self.to, e)),
        }
    }

    /// Gives the files, pairs of where they lie and what they are to be called, their names: all of them
    /// or none.
    ///
    /// # Errors
    /// A name is taken ([`WorkFolderError::is_taken`]), a file can't be made durable or renamed: it is
    /// named.
    pub fn publish(&mut self, files: &[(PathBuf, PathBuf)]) -> Result<(), WorkFolderError> {
        for (n, (from, to)) in files.iter().enumerate() {
            let named = self
                .fs
                .open(from, OpenMode::ReadWrite)
                .and_then(|f| f.sync_all())
                .and_then(|()| self.fs.rename_new(from, to));
            if let Err(e) = named {
                self.take_back(files.get(..n).unwrap_or_default());
                return Err(WorkFolderError::new(to, e));
            }
        }
        if let Err(e) = self.fs.sync_dir(&self.to) {
            self.take_back(files);
            return Err(WorkFolderError::new(&self.to, e));
        }
        self.published = true;
        Ok(())
    }

    fn take_back(&self, done: &[(PathBuf, PathBuf)]) {
        for (from, to) in done {
            // The error that led here is the one to report.
            let _ = self.fs.rename(to, from);
        }
    }
}

fn database(number: usize) -> String {
    format!("db{number}")
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // The error that led here is the one to report.
        if self.made {
            let _ = remove_all(&*self.fs, &self.folder);
        }
        if self.made_target && !self.published {
            let _ = self.fs.remove_dir(&self.to);
        }
    }
}

/// Removes a work folder and what lies in it; one that is deeper than such folders are stays.
///
/// # Errors
/// What can't be read or removed ends it.
pub fn remove_all(fs: &dyn FileSystem, dir: &Path) -> io::Result<()> {
    remove_below(fs, dir, 0)
}

fn remove_below(fs: &dyn FileSystem, dir: &Path, depth: usize) -> io::Result<()> {
    if depth < DEPTH_MOST {
        for entry in fs.read_dir(dir)? {
            if entry.is_dir {
                remove_below(fs, &entry.path, depth + 1)?;
            } else {
                fs.remove_file(&entry.path)?;
            }
        }
    }
    fs.remove_dir(dir)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use ese_core::io::faulty::{Fault, FaultyFileSystem, OpKind, Pick, Plan};

    const TO: &str = "/to";

    fn world() -> FaultyFileSystem {
        FaultyFileSystem::new(Plan::seeded(1))
    }

    fn folder(fs: &FaultyFileSystem) -> Result<WorkFolder, WorkFolderError> {
        WorkFolder::new(Arc::new(fs.clone()), Path::new(TO), |fs, to| {
            let folder = to.join("work");
            fs.create_dir(&folder)?;
            Ok(folder)
        })
    }

    fn there(fs: &FaultyFileSystem, path: &str) -> bool {
        fs.kind(Path::new(path)).unwrap().is_some()
    }

    /// Two files with the names that they are to get.
    fn files(work: &WorkFolder) -> Vec<(PathBuf, PathBuf)> {
        let dir = work.make_database(0).unwrap();
        let pair = |name: &str| {
            let from = dir.join(name);
            let file = work.fs.open(&from, OpenMode::CreateNew).unwrap();
            file.write_all_at(name.as_bytes(), 0).unwrap();
            (from, Path::new(TO).join(name))
        };
        vec![pair("a"), pair("b")]
    }

    #[test]
    fn what_has_its_name_stays_and_nothing_else() {
        let fs = world();
        let mut work = folder(&fs).unwrap();
        assert!(there(&fs, "/to/work/logs"));
        let files = files(&work);
        work.publish(&files).unwrap();
        drop(work);
        assert!(there(&fs, "/to/a") && there(&fs, "/to/b") && !there(&fs, "/to/work"));
    }

    #[test]
    fn a_target_made_for_nothing_goes_and_another_stays() {
        let fs = world();
        let work = folder(&fs).unwrap();
        files(&work);
        drop(work);
        assert!(!there(&fs, TO));
        fs.put_dir(TO);
        drop(folder(&fs).unwrap());
        assert!(there(&fs, TO) && !there(&fs, "/to/work"));
        // Nor does one stay when its work folder can't be made.
        fs.remove_dir(Path::new(TO)).unwrap();
        let refused = WorkFolder::new(Arc::new(fs.clone()), Path::new(TO), |_, _| {
            Err(ErrorKind::StorageFull.into())
        });
        assert_eq!(refused.unwrap_err().source.kind(), ErrorKind::StorageFull);
        assert!(!there(&fs, TO));
    }

    #[test]
    fn all_names_or_none() {
        let fs = world();
        let mut work = folder(&fs).unwrap();
        let files = files(&work);
        fs.put("/to/b", b"another's");
        let e = work.publish(&files).unwrap_err();
        assert!(e.is_taken() && e.path == Path::new("/to/b"), "{e}");
        drop(work);
        assert!(!there(&fs, "/to/a"));
        assert_eq!(fs.get("/to/b").unwrap(), b"another's");
    }

    #[test]
    fn names_that_are_not_on_the_disk_are_taken_back() {
        let fs = world();
        let mut work = folder(&fs).unwrap();
        let files = files(&work);
        let pick = Pick::of(OpKind::SyncDir).times(1);
        fs.set_plan(Plan::seeded(2).on(pick, Fault::EIO));
        assert_eq!(work.publish(&files).unwrap_err().path, Path::new(TO));
        drop(work);
        assert!(!there(&fs, TO));
    }

    #[test]
    fn a_file_is_no_target() {
        let fs = world();
        fs.put(TO, b"x");
        assert_eq!(
            folder(&fs).unwrap_err().source.kind(),
            ErrorKind::NotADirectory
        );
    }
}

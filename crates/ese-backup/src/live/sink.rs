//! Where a backup goes: a folder, a tar stream, or what a program makes of [`BackupSink`].
//!
//! Invariants:
//! * the first and the last thing that a sink gets is a manifest: the first says that the set is not
//!   complete, and only the last can say that it is;
//! * what a folder has when [`BackupSink::finish`] returns is durable, names and all.
#![forbid(unsafe_code)]

use crate::set::{Manifest, SetError};
use crate::sink::FileSink;
use ese_core::io::{Error, ErrorKind, FileSystem, OpenMode, PathKind, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Takes a backup, file after file. An error ends the backup as aborted.
pub trait BackupSink: Send {
    /// A set begins; `manifest` says that it is not complete.
    fn begin(&mut self, manifest: &Manifest) -> Result<()>;

    /// A file begins: its name in the set, without folders, and its length in bytes.
    fn open(&mut self, name: &str, bytes: u64) -> Result<()>;

    /// The next bytes of the file, verified.
    fn write(&mut self, block: &[u8]) -> Result<()>;

    /// The file is whole. When this returns it is as durable as the sink makes it.
    fn close(&mut self) -> Result<()>;

    /// The set is whole, as `manifest` says; durable when this returns. The logs may be truncated then.
    fn finish(&mut self, manifest: &Manifest) -> Result<()>;

    /// The backup was stopped or failed, maybe after [`BackupSink::finish`]. `manifest` says that the
    /// set is not complete.
    fn abort(&mut self, manifest: &Manifest);
}

/// A set's folder.
pub struct DirectorySink {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    open: Option<FileSink>,
    /// The folder is this backup's.
    begun: bool,
}

impl DirectorySink {
    /// The folder `dir`, which must not be there or be empty when the backup begins.
    #[must_use]
    pub fn new(fs: Arc<dyn FileSystem>, dir: &Path) -> Self {
        Self {
            fs,
            dir: dir.to_path_buf(),
            open: None,
            begun: false,
        }
    }

    fn manifest(&self, manifest: &Manifest) -> Result<()> {
        manifest.write(&*self.fs, &self.dir).map_err(|e| match e {
            SetError::Io { source, .. } => source,
            other => Error::other(other),
        })
    }
}

impl BackupSink for DirectorySink {
    fn begin(&mut self, manifest: &Manifest) -> Result<()> {
        match self.fs.kind(&self.dir)? {
            None => {
                self.fs.create_dir(&self.dir)?;
                if let Some(parent) = self.dir.parent().filter(|p| !p.as_os_str().is_empty()) {
                    self.fs.sync_dir(parent)?;
                }
            }
            Some(PathKind::Dir) if self.fs.read_dir(&self.dir)?.is_empty() => {}
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::AlreadyExists,
                    "a backup needs a new folder, or an empty one",
                ));
            }
        }
        self.begun = true;
        self.manifest(manifest)
    }

    fn open(&mut self, name: &str, _: u64) -> Result<()> {
        let file = self.fs.open(&self.dir.join(name), OpenMode::CreateNew)?;
        self.open = Some(FileSink::new(file));
        Ok(())
    }

    fn write(&mut self, block: &[u8]) -> Result<()> {
        match &mut self.open {
            Some(file) => file.write_all(block),
            None => Err(ErrorKind::InvalidInput.into()),
        }
    }

    fn close(&mut self) -> Result<()> {
        match self.open.take() {
            Some(file) => file.sync(),
            None => Err(ErrorKind::InvalidInput.into()),
        }
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<()> {
        // The names of the files first: the manifest says that they are there.
        self.fs.sync_dir(&self.dir)?;
        self.manifest(manifest)
    }

    fn abort(&mut self, manifest: &Manifest) {
        self.open = None;
        // The one that lies there says the same, but after a finish. A folder that belongs to somebody
        // else has none of ours.
        if self.begun {
            let _ = self.manifest(manifest);
        }
    }
}

//! New files that appear whole or not at all: written under a temporary name beside the target,
//! then renamed. What exists is never replaced.
//!
//! Invariant: when a [`Target`] is dropped before [`Target::finish`], nothing of it stays.
#![forbid(unsafe_code)]

use crate::error::CliError;
use ese_core::JetErr;
use ese_core::io::FileSystem;
use ese_core::io::real::RealFileSystem;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes gathered before a write.
const BUFFER_BYTES: usize = 256 * 1024;

/// A new file or folder that is not yet there.
pub(crate) struct Target {
    to: PathBuf,
    temporary: PathBuf,
    folder: bool,
    done: bool,
}

impl Target {
    /// A target that does not exist yet.
    ///
    /// # Errors
    /// It exists, or nothing can be made beside it.
    pub(crate) fn new(to: &Path, folder: bool) -> Result<Self, CliError> {
        // A dangling link exists too.
        if fs::symlink_metadata(to).is_ok() {
            return Err(exists(to));
        }
        let name = to.file_name().ok_or_else(|| {
            CliError::new(format!(
                "{}: this is no name for something new",
                to.display()
            ))
        })?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", std::process::id()));
        let target = Self {
            to: to.to_owned(),
            temporary: to.with_file_name(hidden),
            folder,
            done: false,
        };
        if folder {
            fs::create_dir(&target.temporary).map_err(|e| CliError::io(to, &e))?;
        }
        Ok(target)
    }

    /// A file: the target itself, or `name` inside a target folder.
    pub(crate) fn file(&self, name: &str) -> Result<BufWriter<File>, CliError> {
        let path = if self.folder {
            self.temporary.join(name)
        } else {
            self.temporary.clone()
        };
        File::create_new(&path)
            .map(|f| BufWriter::with_capacity(BUFFER_BYTES, f))
            .map_err(|e| CliError::io(&self.to, &e))
    }

    /// Closes a file of this target, its bytes on the disk.
    pub(crate) fn close(&self, file: BufWriter<File>) -> Result<(), CliError> {
        let closed = file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .and_then(|mut f| f.flush().and_then(|()| f.sync_all()));
        closed.map_err(|e| CliError::io(&self.to, &e))
    }

    /// Gives the target its name.
    pub(crate) fn finish(mut self) -> Result<(), CliError> {
        let parent = self.to.parent().unwrap_or(Path::new("."));
        let renamed = if self.folder {
            RealFileSystem
                .sync_dir(&self.temporary)
                // A folder takes the place of an empty folder only, so nothing can be lost.
                .and_then(|()| fs::rename(&self.temporary, &self.to))
        } else {
            RealFileSystem.rename_new(&self.temporary, &self.to)
        };
        match renamed {
            Ok(()) => {
                self.done = true;
                RealFileSystem
                    .sync_dir(if parent.as_os_str().is_empty() {
                        Path::new(".")
                    } else {
                        parent
                    })
                    .map_err(|e| CliError::io(&self.to, &e))
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(exists(&self.to)),
            Err(e) => Err(CliError::io(&self.to, &e)),
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // The error that led here is the one to report.
        let _ = if self.folder {
            fs::remove_dir_all(&self.temporary)
        } else {
            fs::remove_file(&self.temporary)
        };
    }
}

pub(crate) fn exists(to: &Path) -> CliError {
    CliError {
        jet: Some(JetErr::FILE_ALREADY_EXISTS),
        ..CliError::new(format!(
            "{}: exists already, and nothing is ever replaced",
            to.display()
        ))
    }
    .next("choose another name for --to, or move what is there away")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("a.csv");
        let names = || {
            fs::read_dir(dir.path())
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect::<Vec<_>>()
        };
        let target = Target::new(&to, false).unwrap();
        let mut f = target.file("a").unwrap();
        f.write_all(b"x").unwrap();
        assert!(!to.exists());
        drop(f);
        drop(target);
        assert!(names().is_empty());

        let target = Target::new(&to, false).unwrap();
        let mut f = target.file("a").unwrap();
        f.write_all(b"xy").unwrap();
        target.close(f).unwrap();
        target.finish().unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"xy");
        assert_eq!(names(), ["a.csv"]);
        assert!(Target::new(&to, false).is_err());

        // Somebody was faster.
        let other = dir.path().join("b");
        let target = Target::new(&other, false).unwrap();
        let f = target.file("b").unwrap();
        target.close(f).unwrap();
        fs::write(&other, b"theirs").unwrap();
        assert!(target.finish().is_err());
        assert_eq!(fs::read(&other).unwrap(), b"theirs");
        assert_eq!(names().len(), 2);
    }
}

//! The files of a log sequence: their names, a new one, the exchange at a roll, the removal of old ones.
//!
//! Source: docs/format/log-files.md §2, §6.2, §6.3, §6.5.
//!
//! Invariants: the current log is never half made: it is filled and synced under its temporary name;
//! a log that lies there under an archived name is never replaced; old ones go from the lowest up.
#![forbid(unsafe_code)]

use super::config::LogConfig;
use crate::format::log_header::LogHeader;
use crate::io::{Error, ErrorKind, File, FileSystem, OpenMode, Result};
use crate::log::names::{FIVE_DIGITS_MAX, Family, LogKind, LogName};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of one write of zeros.
const FILL_BYTES: usize = 256 * 1024;

/// Where the files lie and how they are called.
pub(super) struct Files {
    fs: Arc<dyn FileSystem>,
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

    fn path(&self, kind: LogKind) -> PathBuf {
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

    /// Makes the file of a new generation under its temporary name: zeros, then the header, durable.
    /// What an earlier attempt left is thrown away; a failed one leaves nothing, where that can be.
    pub(super) fn prepare(&self, header: &LogHeader) -> Result<Arc<dyn File>> {
        let path = self.path(LogKind::Temp);
        self.remove(&path)?;
        let file = self.fs.open_locked(&path, OpenMode::CreateNew)?;
        let filled = fill(&*file, header);
        if let Err(e) = filled {
            drop(file);
            // The disk may be full: the space is worth more than the half-made file.
            let _ = self.fs.remove_file(&path);
            return Err(e);
        }
        Ok(file)
    }

    fn remove(&self, path: &Path) -> Result<()> {
        match self.fs.remove_file(path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Gives the current log its archived name.
    pub(super) fn archive(&self, generation: i32) -> Result<()> {
        let path = self.path(LogKind::Archived {
            generation: u32::try_from(generation).unwrap_or(0),
            digits: self.digits,
        });
        self.fs
            .rename_new(&self.path(LogKind::Current), &path)
            .map_err(|e| match e.kind() {
                ErrorKind::AlreadyExists => named(&path, &e),
                _ => e,
            })
    }

    /// Gives the prepared log the name of the current one, and makes all names durable.
    pub(super) fn install(&self) -> Result<()> {
        let path = self.path(LogKind::Current);
        self.fs
            .rename_new(&self.path(LogKind::Temp), &path)
            .map_err(|e| match e.kind() {
                ErrorKind::AlreadyExists => named(&path, &e),
                _ => e,
            })?;
        self.fs.sync_dir(&self.dir)
    }

    /// Removes the archived generations below `below`, the lowest first; gives how many.
    pub(super) fn delete_below(&self, below: i32) -> Result<u32> {
        let mut old: Vec<(u32, PathBuf)> = self
            .fs
            .read_dir(&self.dir)?
            .into_iter()
            .filter(|e| !e.is_dir)
            .filter_map(|e| Some((self.archived(&e.path)?, e.path)))
            .filter(|(generation, _)| i32::try_from(*generation).is_ok_and(|g| g < below))
            .collect();
        old.sort();
        let mut removed = 0;
        for (_, path) in &old {
            self.fs.remove_file(path)?;
            removed += 1;
        }
        if removed > 0 {
            self.fs.sync_dir(&self.dir)?;
        }
        Ok(removed)
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

fn fill(file: &dyn File, header: &LogHeader) -> Result<()> {
    let zeros = vec![0; FILL_BYTES];
    let len = header.file_bytes();
    let mut at = 0;
    while at < len {
        let n = usize::try_from(len - at).unwrap_or(FILL_BYTES);
        let piece = zeros.get(..n).unwrap_or(&zeros);
        file.write_all_at(piece, at)?;
        at += piece.len() as u64;
    }
    file.write_all_at(header.as_bytes(), 0)?;
    file.sync_all()
}

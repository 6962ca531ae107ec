//! The checkpoint file on the disk: read, and written so that a crash leaves a whole one.
//!
//! Source: docs/format/log-files.md §8.
//!
//! Invariant: while one copy is written, the other one is whole (if one was before): normally the
//! first is written and synced, then the second; where only the first is whole, the second goes first.
#![forbid(unsafe_code)]

use crate::error::{HasJetErr, JetErr};
use crate::format::checkpoint::{
    CHECKPOINT_COPY_BYTES, CHECKPOINT_FILE_BYTES, Checkpoint, CheckpointError, CheckpointFile,
};
use crate::io::{ErrorKind, File, FileSystem, OpenMode, Result};
use std::path::Path;

/// Why there is no checkpoint to be had from a file that is there.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointReadError {
    /// The file system says no.
    #[error("the checkpoint file can't be read: {0}")]
    Io(#[from] std::io::Error),
    /// No copy is whole. Recovery takes it for a missing file.
    #[error("{0}")]
    Damaged(#[from] CheckpointError),
}

impl HasJetErr for CheckpointReadError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) => e.jet_err(),
            Self::Damaged(e) => e.jet_err(),
        }
    }
}

fn read_bytes(file: &dyn File) -> Result<Vec<u8>> {
    let mut b = vec![0; CHECKPOINT_FILE_BYTES];
    let n = file.read_at(&mut b, 0)?;
    b.truncate(n);
    Ok(b)
}

/// Reads the file at `path`; `None` when there is none. Its signature is the caller's to check.
pub fn read(
    fs: &dyn FileSystem,
    path: &Path,
) -> std::result::Result<Option<CheckpointFile>, CheckpointReadError> {
    let file = match fs.open(path, OpenMode::Read) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    Ok(Some(Checkpoint::parse_file(&read_bytes(&*file)?)?))
}

/// Writes `checkpoint` (sealed here) to `path`, durable when this returns. A missing file is made.
pub fn write(fs: &dyn FileSystem, path: &Path, checkpoint: &Checkpoint) -> Result<()> {
    let mut sealed = checkpoint.clone();
    sealed.seal();
    let (file, made) = match fs.open(path, OpenMode::ReadWrite) {
        Err(e) if e.kind() == ErrorKind::NotFound => (fs.open(path, OpenMode::CreateNew)?, true),
        opened => (opened?, false),
    };
    let second = CHECKPOINT_COPY_BYTES as u64;
    let order = match Checkpoint::parse_file(&read_bytes(&*file)?) {
        Ok(CheckpointFile {
            first: Ok(()),
            second: Err(_),
            ..
        }) => [second, 0],
        _ => [0, second],
    };
    for at in order {
        file.write_all_at(sealed.as_bytes(), at)?;
        file.sync_all()?;
    }
    if made && let Some(dir) = path.parent() {
        fs.sync_dir(dir)?;
    }
    Ok(())
}

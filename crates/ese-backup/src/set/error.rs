//! Why a set is none, or does not restore.
//!
//! Invariant: every error names its file, and has its `JET_ERR`.
#![forbid(unsafe_code)]

use crate::error::StreamError;
use ese_core::recovery::RecoveryError;
use ese_core::{HasJetErr, JetErr};
use std::io;
use std::path::{Path, PathBuf};

/// Why a set is none, or does not restore.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// Neither databases nor logs, nor a folder.
    #[error("{}: no backup set lies here", .0.display())]
    NoSet(PathBuf),
    /// Logs of several instances.
    #[error("{}: the logs have several base names ({}): they are not those of one instance", dir.display(), bases.join(", "))]
    SeveralBases {
        /// The folder.
        dir: PathBuf,
        /// The base names.
        bases: Vec<String>,
    },
    /// The manifest is damaged or of a newer kind.
    #[error("{}: {why}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The backup was stopped or interrupted.
    #[error("{}: this backup was stopped or interrupted before its end, so it is none", .0.display())]
    Incomplete(PathBuf),
    /// A file that the manifest names is not there.
    #[error("{}: the manifest of the set names this file, and it is missing", .0.display())]
    Missing(PathBuf),
    /// A file is not the one that was written.
    #[error("{}: this is not what the backup wrote: {what}", path.display())]
    NotAsWritten {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
        /// `true` for a log.
        in_log: bool,
    },
    /// An incremental set alone.
    #[error("{}: there are logs only: they continue a full backup, which has the databases", .0.display())]
    LogsOnly(PathBuf),
    /// No log.
    #[error("{}: no log lies here, and no copy is whole without", .0.display())]
    NoLogs(PathBuf),
    /// A `.pat` without its database.
    #[error("{}: the database that goes with this file is missing", .0.display())]
    PatWithoutDatabase(PathBuf),
    /// No `.pat`: not made by JetBackup.
    #[error("{}: no .pat file names a database here: JetBackup did not make this set", .0.display())]
    NoPat(PathBuf),
    /// Two databases would get one name.
    #[error("{}: two databases have this name", .0.display())]
    SameName(PathBuf),
    /// A file can't be read, or is damaged.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: StreamError,
    },
    /// The target has something in it.
    #[error("{}: this folder is not empty, and nothing is ever restored over something", .0.display())]
    TargetNotEmpty(PathBuf),
    /// The target's disk is too small.
    #[error("{}: {needed} bytes are needed, {free} are free", path.display())]
    NoRoom {
        /// The target.
        path: PathBuf,
        /// Bytes that the databases and the work on them take.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// The logs don't bring the databases to their end.
    #[error("{0}")]
    Recovery(#[from] RecoveryError),
    /// The logs are through, and a database is not clean.
    #[error("{}: the logs were replayed, and the database did not become clean: {why}", path.display())]
    NotClean {
        /// The database in the set.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// The stop flag was set.
    #[error("stopped; nothing was left behind")]
    Stopped,
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl SetError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_path_buf(),
            source,
        }
    }

    pub(crate) fn file(path: &Path, source: StreamError) -> Self {
        if source.is_stopped() {
            return Self::Stopped;
        }
        Self::File {
            path: path.to_path_buf(),
            source,
        }
    }

    /// The file or folder that it is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::NoSet(path)
            | Self::Incomplete(path)
            | Self::Missing(path)
            | Self::LogsOnly(path)
            | Self::NoLogs(path)
            | Self::PatWithoutDatabase(path)
            | Self::NoPat(path)
            | Self::SameName(path)
            | Self::TargetNotEmpty(path)
            | Self::SeveralBases { dir: path, .. }
            | Self::Manifest { path, .. }
            | Self::NotAsWritten { path, .. }
            | Self::File { path, .. }
            | Self::NoRoom { path, .. }
            | Self::NotClean { path, .. }
            | Self::Io { path, .. } => Some(path),
            Self::Recovery(e) => e.file.as_deref(),
            Self::Stopped => None,
        }
    }
}

impl HasJetErr for SetError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NoSet(_) | Self::Missing(_) | Self::NoLogs(_) => JetErr::FILE_NOT_FOUND,
            Self::SeveralBases { .. } | Self::SameName(_) => JetErr::INVALID_PARAMETER,
            Self::Manifest { .. } | Self::Incomplete(_) => JetErr::INVALID_BACKUP,
            Self::NotAsWritten { in_log: true, .. } => JetErr::LOG_CORRUPT_DURING_HARD_RESTORE,
            Self::NotAsWritten { .. } => JetErr::READ_VERIFY_FAILURE,
            Self::LogsOnly(_) => JetErr::MISSING_FULL_BACKUP,
            Self::PatWithoutDatabase(_) => JetErr::ATTACHED_DATABASE_MISMATCH,
            Self::NoPat(_) => JetErr::PATCH_FILE_MISSING,
            Self::File { source, .. } => source.jet_err(),
            Self::TargetNotEmpty(_) => JetErr::FILE_ALREADY_EXISTS,
            Self::NoRoom { .. } => JetErr::DISK_FULL,
            Self::Recovery(e) => e.jet_err(),
            Self::NotClean { .. } => JetErr::DATABASE_DIRTY_SHUTDOWN,
            Self::Stopped => JetErr::TERM_IN_PROGRESS,
            Self::Io { source, .. } => source.jet_err(),
        }
    }
}

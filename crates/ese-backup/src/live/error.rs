//! Why there is no backup.
//!
//! Invariant: every error has its `JET_ERR`.
#![forbid(unsafe_code)]

use crate::error::StreamError;
use crate::external::BackupError;
use crate::stop::Stopped;
use ese_core::{HasJetErr, JetErr};
use std::io;

/// Why there is no backup. The set, as far as it was written, says that it is not complete.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The instance refuses, or can't be read.
    #[error(transparent)]
    Backup(BackupError),
    /// The stop flag was set.
    #[error("the backup was stopped; what was written is marked as incomplete")]
    Stopped,
    /// The sink takes no more.
    #[error("{name}: {source}")]
    Sink {
        /// The file of the set.
        name: String,
        /// The sink's error.
        source: io::Error,
    },
    /// The log failed when the backup was being recorded. The set is whole and restores; whether later
    /// incremental backups may continue it is known after the next start.
    #[error("the set is whole, but the backup could not be recorded: {0}")]
    Uncertain(BackupError),
    /// A database or log has a name that can't stand in a set.
    #[error("{0}: this name can't stand in a backup set")]
    Name(String),
}

impl LiveError {
    /// `true` when the stop flag is the reason.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self, Self::Stopped)
    }

    pub(super) fn sink(name: &str, source: io::Error) -> Self {
        Self::Sink {
            name: name.to_owned(),
            source,
        }
    }
}

impl From<BackupError> for LiveError {
    fn from(e: BackupError) -> Self {
        match e {
            BackupError::Stopped => Self::Stopped,
            BackupError::File {
                path,
                source: StreamError::Sink { source, .. },
            } => Self::Sink {
                name: path.display().to_string(),
                source,
            },
            other => Self::Backup(other),
        }
    }
}

impl HasJetErr for LiveError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Backup(e) | Self::Uncertain(e) => e.jet_err(),
            Self::Stopped => Stopped.jet_err(),
            Self::Sink { source, .. } => source.jet_err(),
            Self::Name(_) => JetErr::INVALID_PATH,
        }
    }
}

//! Why a call of a backup is refused, or failed.
//!
//! Invariant: every error has its `JET_ERR`, as the contract names it.
#![forbid(unsafe_code)]

use crate::error::StreamError;
use crate::stop::Stopped;
use ese_core::instance::InstanceError;
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};

/// Why a call of a backup is refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Not as asked for.
    #[error("{what}")]
    Refused {
        /// The error that the API gives.
        err: JetErr,
        /// In words.
        what: String,
    },
    /// The stop flag is set: of this backup only [`super::ExternalBackup::close_file`] and the end
    /// still work.
    #[error("the backup was stopped")]
    Stopped,
    /// The instance, its log or its databases.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// A file of the backup can't be read whole.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: StreamError,
    },
}

impl BackupError {
    /// A refusal.
    pub(crate) fn refused(err: JetErr, what: impl Into<String>) -> Self {
        Self::Refused {
            err,
            what: what.into(),
        }
    }

    /// The error of a file; a stop is one of the backup.
    pub(crate) fn file(path: &Path, source: StreamError) -> Self {
        if source.is_stopped() {
            return Self::Stopped;
        }
        Self::File {
            path: path.to_path_buf(),
            source,
        }
    }

    /// `true` when the stop flag is the reason.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self, Self::Stopped)
    }
}

impl From<Stopped> for BackupError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl HasJetErr for BackupError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Refused { err, .. } => *err,
            Self::Stopped => Stopped.jet_err(),
            Self::Instance(e) => e.jet_err(),
            Self::File { source, .. } => source.jet_err(),
        }
    }
}

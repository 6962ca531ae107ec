//! Why an instance, or something it was asked for, did not come about.
#![forbid(unsafe_code)]

use crate::error::{HasJetErr, JetErr};
use crate::io;
use crate::log::LogWriteError;
use crate::log::checkpointing::CheckpointFault;
use crate::recovery::RecoveryError;
use crate::trx::VersionFault;
use crate::work::{Refusal, WorkError};
use std::path::{Path, PathBuf};

/// Why an instance, or something it was asked for, did not come about.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// Not as asked for; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The recovery at the start.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// The log takes nothing.
    #[error(transparent)]
    Log(#[from] LogWriteError),
    /// A file.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The checkpoint can't be moved.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointFault),
    /// Work on a database.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl InstanceError {
    /// A refusal.
    pub fn refused(err: JetErr, what: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            err,
            what: what.into(),
        })
    }

    /// An error of a file.
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io {
            path: path.to_path_buf(),
            error,
        }
    }
}

impl From<VersionFault> for InstanceError {
    fn from(e: VersionFault) -> Self {
        Self::Work(e.into())
    }
}

impl HasJetErr for InstanceError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Refused(e) => e.err,
            Self::Recovery(e) => e.jet_err(),
            Self::Log(e) => e.jet_err(),
            Self::Io { error, .. } => error.jet_err(),
            Self::Checkpoint(e) => e.jet_err(),
            Self::Work(e) => e.jet_err(),
        }
    }
}

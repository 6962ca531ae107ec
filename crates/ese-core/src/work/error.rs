//! Why work on a database did not come about.
#![forbid(unsafe_code)]

use crate::btree::write::WriteError;
use crate::cache::PageFault;
use crate::error::{HasJetErr, JetErr};
use crate::log::LogWriteError;
use crate::rollback::RollbackError;
use crate::space::error::SpaceWriteError;
use crate::trx::VersionFault;

/// What was asked for can't be done; nothing is damaged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// The error that the API gives.
    pub err: JetErr,
    /// In words, what was asked for and why not.
    pub what: String,
}

/// Why work on a database did not come about.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Not as asked for.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A tree can't be changed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Space can't be had or given back.
    #[error(transparent)]
    Space(#[from] SpaceWriteError),
    /// A page can't be had, or does not belong here.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// The version store says no.
    #[error(transparent)]
    Version(#[from] VersionFault),
    /// A change can't be undone.
    #[error(transparent)]
    Rollback(#[from] RollbackError),
    /// The log takes nothing.
    #[error(transparent)]
    Log(#[from] LogWriteError),
    /// What is stored contradicts the format.
    #[error("{what}")]
    Damaged {
        /// The error that the API gives.
        err: JetErr,
        /// What is wrong, and where.
        what: String,
    },
}

impl WorkError {
    /// A refusal.
    pub fn refused(err: JetErr, what: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            err,
            what: what.into(),
        })
    }

    /// Something stored that contradicts the format.
    pub fn damaged(err: JetErr, what: impl Into<String>) -> Self {
        Self::Damaged {
            err,
            what: what.into(),
        }
    }
}

impl HasJetErr for WorkError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Refused(e) => e.err,
            Self::Write(e) => e.jet_err(),
            Self::Space(e) => e.jet_err(),
            Self::Page(e) => e.jet_err(),
            Self::Version(e) => e.jet_err(),
            Self::Rollback(e) => e.jet_err(),
            Self::Log(e) => e.jet_err(),
            Self::Damaged { err, .. } => *err,
        }
    }
}

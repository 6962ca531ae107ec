//! Why something could not be done with a database.
#![forbid(unsafe_code)]

use crate::cursor::CursorError;
use crate::error::{HasJetErr, JetErr};
use crate::instance::InstanceError;
use crate::work::WorkError;

/// Why something could not be done; [`HasJetErr::jet_err`] is the API's error.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// In a table.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// In the database.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// In the instance.
    #[error(transparent)]
    Instance(#[from] InstanceError),
}

impl DbError {
    /// What was asked for can't be done.
    pub(super) fn refused(err: JetErr, what: impl Into<String>) -> Self {
        Self::Work(WorkError::refused(err, what))
    }
}

impl HasJetErr for DbError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Cursor(e) => e.jet_err(),
            Self::Work(e) => e.jet_err(),
            Self::Instance(e) => e.jet_err(),
        }
    }
}

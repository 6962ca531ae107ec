//! Errors as people read them: what happened, to which file, and what to do next.
#![forbid(unsafe_code)]

use ese_core::{HasJetErr, JetErr};
use std::fmt;
use std::path::Path;

/// Why a verb could not do its work.
#[derive(Debug)]
pub(crate) struct CliError {
    /// What happened, naming the file.
    pub(crate) message: String,
    /// The exact next step, where there is one.
    pub(crate) next: Option<String>,
    /// The number a program would get.
    pub(crate) jet: Option<JetErr>,
}

impl CliError {
    /// A plain message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            next: None,
            jet: None,
        }
    }

    /// An engine's error about a file.
    pub(crate) fn of(path: &Path, e: &(impl HasJetErr + fmt::Display)) -> Self {
        Self {
            message: format!("{}: {e}", path.display()),
            next: None,
            jet: Some(e.jet_err()),
        }
    }

    /// Adds the next step.
    pub(crate) fn next(mut self, step: impl Into<String>) -> Self {
        self.next = Some(step.into());
        self
    }
}

impl From<std::io::Error> for CliError {
    fn from(e: std::io::Error) -> Self {
        Self {
            message: e.to_string(),
            next: None,
            jet: Some(e.jet_err()),
        }
    }
}

//! Errors as people read them: what happened, to which file, and what to do next.
#![forbid(unsafe_code)]

use ese_core::{HasJetErr, JetErr};
use serde_json::{Map, Value};
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
    /// The arguments do not fit together (exit code 2).
    pub(crate) usage: bool,
    /// What `--json` says beyond that, each under its own name.
    pub(crate) details: Box<Map<String, Value>>,
}

impl CliError {
    /// A plain message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            next: None,
            jet: None,
            usage: false,
            details: Box::default(),
        }
    }

    /// An engine's error about a file.
    pub(crate) fn of(path: &Path, e: &(impl HasJetErr + fmt::Display)) -> Self {
        Self {
            message: format!("{}: {e}", path.display()),
            next: None,
            jet: Some(e.jet_err()),
            usage: false,
            details: Box::default(),
        }
    }

    /// Arguments that do not fit together.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            usage: true,
            ..Self::new(message)
        }
    }

    /// A system's error about a file.
    pub(crate) fn io(path: &Path, e: &std::io::Error) -> Self {
        Self::of(path, e)
    }

    /// Adds a fact for `--json`.
    pub(crate) fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// A refusal with the number that a program would get.
    pub(crate) fn refused(jet: JetErr, message: impl Into<String>) -> Self {
        Self {
            jet: Some(jet),
            ..Self::new(message)
        }
    }

    /// Adds the next step.
    pub(crate) fn next(mut self, step: impl Into<String>) -> Self {
        self.next = Some(step.into());
        self
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<std::io::Error> for CliError {
    fn from(e: std::io::Error) -> Self {
        Self {
            message: e.to_string(),
            next: None,
            jet: Some(e.jet_err()),
            usage: false,
            details: Box::default(),
        }
    }
}

//! What went wrong in a recovery: the cause, the file, the position, the JET error.
//!
//! Invariant: every cause has the error of docs/format/recovery.md §1.1, and a message that a person
//! can act on.
#![forbid(unsafe_code)]

use crate::btree::apply::ApplyError;
use crate::cache::{PageFault, WriteFault};
use crate::dbfile::OpenError;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{Dbtime, Lgpos, Pgno};
use crate::log::sequence::ChainFault;
use crate::log::{LogError, LogWriteError};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a recovery ended without success.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The file system says no.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A log that cannot be read.
    #[error("{0}")]
    Log(#[from] LogError),
    /// A generation that does not follow the one before.
    #[error("{0}")]
    Chain(#[from] ChainFault),
    /// A database that cannot be opened.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// A page that cannot be read.
    #[error("{0}")]
    Page(#[from] PageFault),
    /// A page that cannot be written.
    #[error("{0}")]
    Write(#[from] WriteFault),
    /// A log that cannot be written.
    #[error("{0}")]
    Logging(#[from] LogWriteError),
    /// A record that does not fit its pages.
    #[error("{0}")]
    Apply(#[from] ApplyError),
    /// A page whose time does not fit the log.
    #[error(
        "page {pgno} is of database time {found}, the log changes one of {before} to {after}: {kind}"
    )]
    PageTime {
        /// The page.
        pgno: Pgno,
        /// Its time.
        found: u64,
        /// What the record expects.
        before: u64,
        /// What the record makes of it.
        after: u64,
        /// How it does not fit.
        kind: PageTime,
    },
    /// Another reason with its JET error.
    #[error("{what}")]
    Refused {
        /// The error.
        jet: JetErr,
        /// In words.
        what: String,
    },
}

/// How the time of a page does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PageTime {
    /// An earlier write of the page was lost.
    #[error("an earlier write of the page was lost")]
    TooOld,
    /// The page is newer than the record allows.
    #[error("the page is from another life")]
    TooNew,
    /// The page is newer than the logs that the database says it needs.
    #[error("the page is newer than the logs that the database requires")]
    BeyondMaxRequired,
}

impl HasJetErr for Cause {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) => e.jet_err(),
            Self::Log(e) => e.jet_err(),
            Self::Chain(e) => e.jet_err(),
            Self::Open(e) => e.jet_err(),
            Self::Page(e) => e.jet_err(),
            Self::Write(e) => e.jet_err(),
            Self::Logging(e) => e.jet_err(),
            Self::Apply(e) => e.jet_err(),
            Self::PageTime { kind, .. } => match kind {
                PageTime::TooOld => JetErr::DB_TIME_TOO_OLD,
                PageTime::TooNew => JetErr::DB_TIME_TOO_NEW,
                PageTime::BeyondMaxRequired => JetErr::DB_TIME_BEYOND_MAX_REQUIRED,
            },
            Self::Refused { jet, .. } => *jet,
        }
    }
}

/// A recovery that ended without success.
#[derive(Debug)]
pub struct RecoveryError {
    /// Why.
    pub cause: Box<Cause>,
    /// The file that it is about.
    pub file: Option<PathBuf>,
    /// The record that was being replayed.
    pub lgpos: Option<Lgpos>,
}

impl RecoveryError {
    /// A refusal that has no more than its error and a sentence.
    #[must_use]
    pub fn refused(jet: JetErr, what: impl Into<String>) -> Self {
        Cause::Refused {
            jet,
            what: what.into(),
        }
        .into()
    }

    /// The same, about a file (unless it names one already).
    #[must_use]
    pub fn in_file(mut self, path: &Path) -> Self {
        self.file.get_or_insert_with(|| path.to_path_buf());
        self
    }

    /// The same, at a record (unless it names one already).
    #[must_use]
    pub fn at(mut self, lgpos: Lgpos) -> Self {
        self.lgpos.get_or_insert(lgpos);
        self
    }

    /// A page whose time does not fit.
    #[must_use]
    pub fn page_time(
        pgno: Pgno,
        found: Dbtime,
        (after, before): (Dbtime, Dbtime),
        kind: PageTime,
    ) -> Self {
        Cause::PageTime {
            pgno,
            found: found.0,
            before: before.0,
            after: after.0,
            kind,
        }
        .into()
    }
}

impl<E: Into<Cause>> From<E> for RecoveryError {
    fn from(cause: E) -> Self {
        Self {
            cause: Box::new(cause.into()),
            file: None,
            lgpos: None,
        }
    }
}

impl fmt::Display for RecoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}: ", file.display())?;
        }
        if let Some(lgpos) = &self.lgpos {
            write!(f, "record {lgpos}: ")?;
        }
        write!(f, "{}", self.cause)
    }
}

impl std::error::Error for RecoveryError {}

impl HasJetErr for RecoveryError {
    fn jet_err(&self) -> JetErr {
        self.cause.jet_err()
    }
}

//! Why a database could not be compacted.
#![forbid(unsafe_code)]

use crate::cache::PageFault;
use crate::catalog::CatalogFault;
use crate::database::DbError;
use crate::error::{HasJetErr, JetErr};
use crate::format::db_header::DbState;
use crate::format::ids::Pgno;
use crate::format::lv::LvError;
use crate::format::space::SpaceError;
use crate::format::version::FormatVersion;
use crate::instance::InstanceError;
use crate::io;
use crate::reader;
use crate::work::WorkError;
use std::path::PathBuf;

/// Why a database could not be compacted.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// The source is no database that can be opened.
    #[error(transparent)]
    Source(#[from] reader::Error),
    /// The source is not clean.
    #[error("its state is {0}: it was not shut down cleanly, recover it with its logs first")]
    NotClean(DbState),
    /// The source is of a format that is not known.
    #[error("it is of format {0}, which is newer than this program writes")]
    Version(FormatVersion),
    /// The target is there.
    #[error("{}: there is such a file", .0.display())]
    TargetExists(PathBuf),
    /// The source's catalog is damaged.
    #[error(transparent)]
    Catalog(#[from] CatalogFault),
    /// A page of the source is damaged.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// A long value of the source is damaged.
    #[error("page {pgno}: {kind}")]
    LongValue {
        /// Page of the source.
        pgno: Pgno,
        /// What is wrong.
        kind: LvError,
    },
    /// The root of a tree of the source is damaged.
    #[error("page {pgno}: {kind}")]
    Root {
        /// Page of the source.
        pgno: Pgno,
        /// What is wrong.
        kind: SpaceError,
    },
    /// Somebody attached the source meanwhile.
    #[error("somebody attached the database meanwhile")]
    SourceChanged,
    /// A file.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The target can't be made.
    #[error(transparent)]
    Target(#[from] DbError),
    /// The watcher wanted it so.
    #[error("stopped")]
    Stopped,
}

impl From<WorkError> for CompactError {
    fn from(e: WorkError) -> Self {
        Self::Target(e.into())
    }
}

impl From<InstanceError> for CompactError {
    fn from(e: InstanceError) -> Self {
        Self::Target(e.into())
    }
}

impl HasJetErr for CompactError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Source(e) => e.jet_err(),
            Self::NotClean(_) => JetErr::DATABASE_DIRTY_SHUTDOWN,
            Self::Version(_) => JetErr::INVALID_DATABASE_VERSION,
            Self::TargetExists(_) => JetErr::DATABASE_DUPLICATE,
            Self::Catalog(e) => e.jet_err(),
            Self::Page(e) => e.jet_err(),
            Self::LongValue { kind, .. } => kind.jet_err(),
            Self::Root { .. } => JetErr::DATABASE_CORRUPTED,
            Self::SourceChanged => JetErr::DATABASE_IN_USE,
            Self::Io(e) => e.jet_err(),
            Self::Target(e) => e.jet_err(),
            Self::Stopped => JetErr::TASK_DROPPED,
        }
    }
}

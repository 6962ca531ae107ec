//! What a reader can meet: errors that end a call, faults that cost a page or a record.
//!
//! Invariant: a fault names the page it was met on.
#![forbid(unsafe_code)]

use crate::cache::PageFault;
use crate::catalog::CatalogFault;
use crate::dbfile::OpenError;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Pgno;
use crate::format::record::RecordError;
use crate::format::value::ValueError;
use crate::lv::LongValueError;

/// Damage met while reading: the rest can still be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Fault {
    /// A page.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// A record.
    #[error("page {pgno}, line {iline}: the record is damaged: {kind}")]
    Record {
        /// Page of the record.
        pgno: Pgno,
        /// Line on that page.
        iline: usize,
        /// What is wrong.
        kind: RecordError,
    },
    /// A long value of a record.
    #[error("page {pgno}, line {iline}, column {column}: {kind}")]
    LongValue {
        /// Page of the record.
        pgno: Pgno,
        /// Line on that page.
        iline: usize,
        /// Name of the column.
        column: String,
        /// What is wrong.
        kind: LongValueError,
    },
    /// A value whose bytes are none of its type.
    #[error("page {pgno}, line {iline}, column {column}: {kind}")]
    Value {
        /// Page of the record.
        pgno: Pgno,
        /// Line on that page.
        iline: usize,
        /// Name of the column.
        column: String,
        /// What is wrong.
        kind: ValueError,
    },
    /// An entry of a secondary index that leads to no record.
    #[error("page {pgno}, line {iline}: the index entry leads to no record")]
    Dangling {
        /// Page of the entry.
        pgno: Pgno,
        /// Line on that page.
        iline: usize,
    },
}

impl Fault {
    /// The damaged page: of a long value the page of its tree where that is known.
    #[must_use]
    pub fn pgno(&self) -> Pgno {
        match self {
            Self::Page(p) => p.pgno,
            Self::LongValue {
                kind: LongValueError::Page(p),
                ..
            } => p.pgno,
            Self::Record { pgno, .. }
            | Self::Value { pgno, .. }
            | Self::LongValue { pgno, .. }
            | Self::Dangling { pgno, .. } => *pgno,
        }
    }
}

impl HasJetErr for Fault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(p) => p.jet_err(),
            Self::Record { kind, .. } => kind.jet_err(),
            Self::LongValue { kind, .. } => kind.jet_err(),
            Self::Value { .. } | Self::Dangling { .. } => JetErr::DATABASE_CORRUPTED,
        }
    }
}

/// Why a call could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Damage on the way.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Neither the catalog nor its shadow can be read.
    #[error("the catalog can't be read: {0}")]
    Catalog(CatalogFault),
    /// No such table.
    #[error("there is no table {0}")]
    NoTable(String),
    /// No such index.
    #[error("table {table} has no index {index}")]
    NoIndex {
        /// The table.
        table: String,
        /// The index asked for.
        index: String,
    },
    /// No such column.
    #[error("table {table} has no column {column}")]
    NoColumn {
        /// The table.
        table: String,
        /// The column asked for.
        column: String,
    },
    /// Key values that do not fit the index.
    #[error("{0}")]
    Key(String),
    /// Writing the answer failed.
    #[error("writing failed: {0}")]
    Output(#[from] std::io::Error),
}

impl From<PageFault> for Error {
    fn from(p: PageFault) -> Self {
        Self::Fault(Fault::Page(p))
    }
}

impl HasJetErr for Error {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Open(e) => e.jet_err(),
            Self::Fault(e) => e.jet_err(),
            Self::Catalog(_) => JetErr::CATALOG_CORRUPTED,
            Self::NoTable(_) => JetErr::OBJECT_NOT_FOUND,
            Self::NoIndex { .. } => JetErr::INDEX_NOT_FOUND,
            Self::NoColumn { .. } => JetErr::COLUMN_NOT_FOUND,
            Self::Key(_) => JetErr::INVALID_PARAMETER,
            Self::Output(e) => e.jet_err(),
        }
    }
}

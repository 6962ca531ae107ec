//! Database files: at rest, and attached.
//!
//! | room | purpose |
//! |---|---|
//! | `at_rest` | a file opened for reading, its pages proven one by one |
//! | `attached` | a file opened for reading and writing, under the lock of its only writer |
//! | [`transitions`] | what create, attach, a new log generation, detach and so on change in the header |
//! | [`gate`] | when a page of a running database may be written |
//! | `page_file` | reading and proving pages, which both kinds of file share |
//! | `ranges` | who reads a range of the file raw, and who writes a page of it |
//! | `page_guard` | pages that can be torn, written twice |
//! | `flush_map`, `map_keeper` | the flush map beside the file: looked at, and kept up to date |
//!
//! `dbfile` does not know what a tree is.
#![forbid(unsafe_code)]

mod at_rest;
mod attached;
mod flush_map;
pub mod gate;
mod map_keeper;
mod page_file;
mod page_guard;
mod ranges;
pub mod transitions;

pub use at_rest::DbFile;
pub use attached::{AttachedFile, Frozen};
pub use flush_map::{FlushMapUse, flush_map_path};
pub use gate::{RunGate, UndoOwed};
pub use map_keeper::MapUse;
pub use page_guard::{ATOMIC_UNIT, page_guard_path};

use crate::error::{HasJetErr, JetErr};
use crate::format::header_page::{self, BYTES_FOR_SELECT, FileKind, HeaderError, SelectedHeader};
use crate::format::ids::Signature;
use crate::io::env::Env;
use crate::io::{self, File};
use std::path::Path;

/// Why a file can't be looked into as a database. Each says what the file is instead.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system can't open or read it.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// Nothing but zeros at its beginning.
    #[error(
        "the file begins with zeros only: its header was never written, or its contents are lost"
    )]
    Zeros,
    /// An ESE file, but no database.
    #[error("this is a {0}, not a database")]
    OtherKind(FileKind),
    /// Not a file of this engine at all.
    #[error("this is no ESE database (no header of one is to be found)")]
    Foreign,
    /// A database whose header can't be used.
    #[error("this was a database, but {0}")]
    Header(HeaderError),
    /// The file ends with its header.
    #[error("the file ends after its header: there is no page in it ({len} bytes)")]
    NoPages {
        /// Length in bytes.
        len: u64,
    },
}

impl HasJetErr for OpenError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) => e.jet_err(),
            Self::NoPages { .. } => JetErr::FILE_IO_BEYOND_EOF,
            // An empty file is a database without a header (docs/format/recovery.md §1.1).
            Self::Empty | Self::Zeros | Self::Foreign | Self::Header(_) => {
                JetErr::READ_VERIFY_FAILURE
            }
            Self::OtherKind(_) => JetErr::FILE_INVALID_TYPE,
        }
    }
}

/// Chooses the header of a file that is, or was, a database.
fn read_header(file: &dyn File) -> Result<SelectedHeader, OpenError> {
    let mut head = vec![0u8; BYTES_FOR_SELECT];
    let n = file.read_at(&mut head, 0)?;
    head.truncate(n);
    // A log of the same header size passes for the header of an old database.
    let kind = header_page::file_kind(&head);
    match (header_page::select_header(&head), kind) {
        (Ok(selected), FileKind::Database | FileKind::TempDatabase) => Ok(selected),
        (_, FileKind::Empty) => Err(OpenError::Empty),
        (_, FileKind::Zeros) => Err(OpenError::Zeros),
        (_, FileKind::Foreign) => Err(OpenError::Foreign),
        (Err(e), FileKind::Database | FileKind::TempDatabase) => Err(OpenError::Header(e)),
        (_, other) => Err(OpenError::OtherKind(other)),
    }
}

/// A new signature.
fn new_signature(env: &Env) -> Signature {
    Signature::new(env.random() as u32, env.clock.now_utc().into())
}

/// The folder that a file's name stands in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

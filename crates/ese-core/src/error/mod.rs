//! Error numbers of the JET API and the promise that every error has one.
//!
//! Each layer has a small enum of its own; all of them say which `JET_ERR` a caller of the C API
//! would see ([`HasJetErr`]). The numbers are forever; the table is generated from
//! `crates/ese-ffi/api/errors.tsv` by `cargo xtask codegen`.
#![forbid(unsafe_code)]

mod table;

use std::fmt;

/// A `JET_ERR`: 0 success, negative an error, positive a warning (`jethdr.w`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JetErr(pub i32);

/// One row of the error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JetErrInfo {
    /// The number.
    pub value: i32,
    /// The name without prefix: `ReadVerifyFailure`.
    pub name: &'static str,
    /// Full name with its prefix: `JET_errReadVerifyFailure`.
    pub full_name: &'static str,
    /// The most specific category by the engine's own error table, as `JetGetErrorInfo` reports it.
    pub category: &'static str,
    /// One line of meaning.
    pub meaning: &'static str,
}

impl JetErr {
    /// The table row of this number, `None` for a number the API does not define.
    #[must_use]
    pub fn info(self) -> Option<&'static JetErrInfo> {
        table::TABLE.iter().find(|row| row.value == self.0)
    }

    /// Name with prefix (`JET_errReadVerifyFailure`), or `JET_err?` for an unknown number.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().map_or("JET_err?", |row| row.full_name)
    }
}

impl fmt::Debug for JetErr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

impl fmt::Display for JetErr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

/// Every error inside the engine says which number a caller of the C API gets.
pub trait HasJetErr {
    /// The `JET_ERR` of this error. Never success.
    fn jet_err(&self) -> JetErr;
}

impl HasJetErr for JetErr {
    fn jet_err(&self) -> JetErr {
        *self
    }
}

impl HasJetErr for std::io::Error {
    fn jet_err(&self) -> JetErr {
        use std::io::ErrorKind;
        match self.kind() {
            ErrorKind::NotFound => JetErr::FILE_NOT_FOUND,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                JetErr::FILE_ACCESS_DENIED
            }
            ErrorKind::AlreadyExists => JetErr::FILE_ALREADY_EXISTS,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                JetErr::DISK_FULL
            }
            ErrorKind::UnexpectedEof => JetErr::FILE_IO_BEYOND_EOF,
            ErrorKind::OutOfMemory => JetErr::OUT_OF_MEMORY,
            ErrorKind::NotADirectory | ErrorKind::InvalidFilename => JetErr::INVALID_PATH,
            _ => JetErr::DISK_IO,
        }
    }
}

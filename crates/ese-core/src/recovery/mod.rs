//! Crash recovery: logs are replayed over a database, what was not committed is undone, and the
//! database ends clean.
//!
//! | room | purpose |
//! |---|---|
//! | [`options`] | what the caller asks for |
//! | [`error`] | what went wrong, where, and the JET error |
//! | [`outcome`] | what was done |
//! | [`sessions`] | transactions and versions as the log shows them |
//! | [`macros`] | records of open macros |
//! | [`owed`] | pages that wait for a before-image in the log |
//! | [`redo`] | records and macros on the pages of a database |
//! | [`redo_map`] | pages that redo passed over |
//! | [`undo`] | the undo phase |
//! | `run` | the course of it |
//!
//! Source: docs/format/recovery.md.
//!
//! Invariant: recovery may be cut off at any write and begun again from what then lies on the disk.
#![forbid(unsafe_code)]

pub mod error;
pub mod macros;
pub mod options;
pub mod outcome;
pub mod owed;
pub mod redo;
pub mod redo_map;
mod run;
pub mod sessions;
pub mod undo;

pub use error::{Cause, RecoveryError};
pub use options::{InitBits, NameDigits, Options, StopAt};
pub use outcome::{DbFate, Outcome, RecoveredDb, UndoneTransaction, Unwatched, Watch};
pub use run::recover;

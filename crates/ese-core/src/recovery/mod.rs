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
//! | [`names`] | which log files there are |
//! | [`start`] | whether and from where to replay |
//! | [`stream`] | the logs of a replay, one after the other |
//! | [`redo`] | records and macros on the pages of a database |
//! | [`redo_map`] | pages that redo passed over |
//! | `prefetch` | pages are read before redo wants them |
//! | `attach` | which file a logged attachment means |
//! | `databases`, `file_records` | attached databases, and records of whole files |
//! | `gate` | when a page may be written |
//! | `replay` | every record to where it belongs |
//! | [`undo`] | the undo phase |
//! | `finish` | required logs, undo, the clean end |
//! | `cut` | logs that end where a replay stopped |
//! | [`hard`] | recovery of a backup set: JetRestore, JetExternalRestore |
//! | `run` | the course of it |
//!
//! Source: docs/format/recovery.md.
//!
//! Invariant: recovery may be cut off at any write and begun again from what then lies on the disk.
#![forbid(unsafe_code)]

mod attach;
mod cut;
mod databases;
pub mod error;
mod file_records;
mod finish;
mod gate;
pub mod hard;
pub mod macros;
pub mod names;
pub mod options;
pub mod outcome;
pub mod owed;
mod prefetch;
pub mod redo;
pub mod redo_map;
mod replay;
mod run;
pub mod sessions;
pub mod start;
pub mod stream;
pub mod undo;

pub use error::{Cause, RecoveryError};
pub use hard::{BackupCopy, HardOptions, check_hard, recover_hard};
pub use names::LogFolder;
pub use options::{DatabaseName, InitBits, NameDigits, Options, StopAt};
pub use outcome::{DbFate, Outcome, RecoveredDb, UndoneTransaction, Unwatched, Watch};
pub use run::recover;
pub use start::{AfterRecovery, CleanEnd, Start, StartAttachment, check_parameters, decide};
pub use stream::{Generation, LogStream, LogTail};

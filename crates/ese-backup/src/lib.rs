//! Streaming, page-verified backup of ESE databases that can be stopped within a page.
//!
//! Purpose: the stop flag, the verified stream and the sets. Everything this crate knows of a
//! database or a log it knows through `ese-core`.
//!
//! * [`stop`]: the flag that ends a stream, settable from any thread;
//! * [`control`]: what a stream obeys: the flag, a clock, a [`throttle`], retries, progress;
//! * [`verify`]: what kind of file it is and what "whole" means for its pages or segments;
//! * [`mod@stream`]: file → verify → the caller's buffer or sink;
//! * [`external`]: the backup session of a running instance, call by call;
//! * [`snapshot`]: sessions of OS snapshots;
//! * [`legacy`]: the directory backup of old;
//! * [`live`]: a whole backup of a running instance into a sink: a folder, a tar stream;
//! * `socket`: a running program, backed up and stopped from outside (Linux);
//! * [`mod@copy`]: files under a new name, whole or not at all;
//! * [`set`]: backup sets, verified and restored;
//! * [`work_folder`]: where restores and recoveries work until their files are worth their names.
//!
//! Invariant: no byte reaches a sink before the page (or log segment) that holds it was verified.
//!
//! ```
//! use ese_backup::{Control, StopFlag, VerifiedFile, stream};
//! use ese_core::io::real::RealFileSystem;
//! # fn main() -> Result<(), ese_backup::StreamError> {
//! # let Some(path) = testkit::sample("dissect-esedb/default.edb") else { return Ok(()) };
//! let stop = StopFlag::new();
//! let file = VerifiedFile::open(&RealFileSystem, &path)?;
//! let report = stream(&file, &mut Control::new(stop.handle()), &mut std::io::sink())?;
//! assert_eq!(report.bytes, file.len());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod control;
pub mod copy;
pub mod error;
pub mod external;
pub mod legacy;
pub mod live;
pub mod set;
pub mod sink;
pub mod snapshot;
#[cfg(target_os = "linux")]
pub mod socket;
pub mod stop;
pub mod stream;
mod sync;
pub mod throttle;
pub mod verify;
pub mod work_folder;

pub use control::{Control, Progress, Retry};
pub use copy::{CopyError, CopyReport, copy};
pub use error::{Reason, StreamError, Unit};
pub use external::{BackupError, ExternalBackup};
pub use live::{Backup, BackupReport, BackupSink, DirectorySink, LiveError, TarSink};
pub use set::{Manifest, RestoreOptions, RestoreReport, Set, SetError, SetReport};
pub use sink::FileSink;
#[cfg(target_os = "linux")]
pub use socket::{ControlClient, ControlSocket};
pub use stop::{StopFlag, StopHandle, Stopped};
pub use stream::{INNER_READ, StreamReport, VerifiedReader, stream};
pub use throttle::Throttle;
pub use verify::{Counts, FileKind, VerifiedFile};

//! A whole backup of a running instance into a sink.
//!
//! ```text
//! begin ─► manifest (not complete) ─► databases ─► log info ─► logs ─► manifest (complete)
//!       ─► recorded, truncated, ended
//! ```
//! | room | purpose |
//! |---|---|
//! | here | [`Backup`] and what it reports |
//! | `sink`, `tar` | [`BackupSink`], [`DirectorySink`], [`TarSink`] |
//! | `pipe` | one file from reader to sink |
//! | `error` | [`LiveError`] |
//!
//! ```
//! use ese_backup::{Backup, DirectorySink};
//! use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
//! use ese_core::io::env::Env;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let env = Env::real();
//! let instance = Instance::start(env.clone(), InstanceParams::new(folder))?;
//! let db = instance.create(folder.join("a.edb"), &CreateOptions::default())?;
//! // Sessions go on reading and writing meanwhile.
//! let backup = Backup::builder(&instance);
//! let stop = backup.stop_handle(); // For another thread.
//! let report = backup.run(&mut DirectorySink::new(env.fs, &folder.join("set")))?;
//! assert_eq!(report.manifest.files.len(), 2); // The database, and one log.
//! # drop((stop, db));
//! instance.term(TermKind::Clean)?;
//! # Ok(())
//! # }
//! ```
//! Invariants:
//! * a set says that it is complete only when every byte of it is with the sink, and is recorded, and
//!   logs are truncated, only after that;
//! * once its end is being recorded a whole set stays one, though an error of the log is reported: the
//!   next recovery may find it recorded;
//! * whatever ends a backup earlier, a stop, damage, the sink, the instance, ends it as aborted: nothing is
//!   recorded, no log is deleted, and the set says that it is not complete.
#![forbid(unsafe_code)]

mod error;
mod pipe;
mod sink;
mod tar;

pub use error::LiveError;
use pipe::ReadAhead;
pub use sink::{BackupSink, DirectorySink};
pub use tar::TarSink;

use crate::control::{Control, Place, Progress};
use crate::external::{BEGIN_INCREMENTAL, BackupError, END_ABORT, EndFailure, ExternalBackup};
use crate::set::{Manifest, Role, SetKind};
use crate::stop::{StopFlag, StopHandle};
use crate::stream::StreamReport;
use ese_core::backup_port::BackupPort;
use ese_core::format::ids::Lgpos;
use ese_core::instance::Instance;
use std::fmt;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Blocks of 256 KiB that are read ahead of the sink, unless told otherwise: enough for each side to work
/// on while the other waits for a core.
pub const READ_AHEAD: usize = 16;
/// More are of no use.
const READ_AHEAD_MOST: usize = 256;

/// What a backup came to.
#[derive(Clone, Debug)]
pub struct BackupReport {
    /// What the set says of itself.
    pub manifest: Manifest,
    /// What each file was, in the manifest's order.
    pub files: Vec<StreamReport>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Time of it all.
    pub elapsed: Duration,
}

type Observer<'a> = Box<dyn FnMut(Progress) + Send + 'a>;

/// A backup to be made; see the module.
pub struct Backup<'a> {
    port: BackupPort,
    flag: StopFlag,
    kind: SetKind,
    throttle: Option<NonZeroU64>,
    ahead: ReadAhead,
    observer: Option<Observer<'a>>,
}

impl fmt::Debug for Backup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backup")
            .field("kind", &self.kind)
            .field("throttle", &self.throttle)
            .finish_non_exhaustive()
    }
}

impl<'a> Backup<'a> {
    /// A full backup of every database of the instance, that truncates the logs.
    #[must_use]
    pub fn builder(instance: &Instance) -> Self {
        Self::of_port(instance.backup_port())
    }

    /// The same by the instance's port: for who does not have the instance itself.
    #[must_use]
    pub fn of_port(port: BackupPort) -> Self {
        Self {
            port,
            flag: StopFlag::new(),
            kind: SetKind::Full,
            throttle: None,
            ahead: ReadAhead::WherePays(READ_AHEAD),
            observer: None,
        }
    }

    /// What kind of backup it is: [`SetKind::Full`] and [`SetKind::Incremental`] truncate the logs and
    /// are what later incremental ones continue, the others leave everything as it is.
    #[must_use]
    pub fn kind(mut self, kind: SetKind) -> Self {
        self.kind = kind;
        self
    }

    /// At most this many bytes a second.
    #[must_use]
    pub fn throttle(mut self, bytes_per_second: NonZeroU64) -> Self {
        self.throttle = Some(bytes_per_second);
        self
    }

    /// Blocks of 256 KiB that are read and verified ahead of the sink, which then works on a thread of
    /// its own; 0: one after the other. Unless told, [`READ_AHEAD`] for a file whose first 8 MiB kept the
    /// sink busy, and none else.
    #[must_use]
    pub fn read_ahead(mut self, blocks: usize) -> Self {
        self.ahead = ReadAhead::Blocks(blocks.min(READ_AHEAD_MOST));
        self
    }

    /// Calls `observer` after every block that was read, on the thread of [`Backup::run`].
    #[must_use]
    pub fn on_progress(mut self, observer: impl FnMut(Progress) + Send + 'a) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Stops this backup, from any thread, before or while it runs.
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.flag.handle()
    }

    /// Makes the backup.
    ///
    /// # Errors
    /// [`LiveError::Stopped`]; those of the streaming calls; those of the sink. Nothing is recorded and
    /// no log deleted then, and the set says that it is not complete.
    pub fn run(self, sink: &mut dyn BackupSink) -> Result<BackupReport, LiveError> {
        let port = self.port;
        let clock = port.env().clock.clone();
        let started = clock.now_monotonic();
        let external = ExternalBackup::with_flag(port, self.flag);
        let mut control = external.control();
        if let Some(rate) = self.throttle {
            control = control.throttled(rate);
        }
        if let Some(observer) = self.observer {
            control = control.observed(observer);
        }
        let logs_only = matches!(self.kind, SetKind::Incremental | SetKind::Differential);
        let grbit = if logs_only { BEGIN_INCREMENTAL } else { 0 };
        external.begin_as(grbit, true)?;
        let manifest = manifest(&external, self.kind).inspect_err(|_| {
            let _ = external.end2(END_ABORT);
        })?;
        let mut run = Run {
            external: &external,
            sink,
            control,
            ahead: self.ahead,
            manifest,
            files: Vec::new(),
            place: Place::default(),
            keeps: false,
        };
        match run.all(logs_only) {
            Ok(()) => Ok(BackupReport {
                bytes: run.files.iter().map(|f| f.bytes).sum(),
                files: run.files,
                manifest: run.manifest,
                elapsed: clock.now_monotonic().saturating_sub(started),
            }),
            Err(e) => {
                // Whatever its answer: the backup is over, or was.
                let _ = external.end2(END_ABORT);
                if !run.keeps {
                    run.manifest.unfinish();
                    run.sink.abort(&run.manifest);
                }
                Err(e)
            }
        }
    }
}

fn manifest(external: &ExternalBackup, kind: SetKind) -> Result<Manifest, LiveError> {
    let port = external.port();
    let log = port.log().map_err(BackupError::from)?;
    let mark = external.mark().unwrap_or(Lgpos::MIN);
    let now = port.env().clock.now_utc().to_string();
    let base = &port.params().base;
    Ok(Manifest::begin(kind, base, log.sign_log(), mark, &now))
}

/// A backup that runs.
struct Run<'r, 'c> {
    external: &'r ExternalBackup,
    sink: &'r mut dyn BackupSink,
    control: Control<'c>,
    ahead: ReadAhead,
    manifest: Manifest,
    files: Vec<StreamReport>,
    place: Place,
    /// The set is whole, and may have been recorded: it stays what it is, though the backup failed.
    keeps: bool,
}

impl Run<'_, '_> {
    fn all(&mut self, logs_only: bool) -> Result<(), LiveError> {
        let name = crate::set::manifest::NAME;
        self.sink
            .begin(&self.manifest)
            .map_err(|e| LiveError::sink(name, e))?;
        if !logs_only {
            self.databases()?;
        }
        let range = self.logs()?;
        let finished = self.external.port().env().clock.now_utc().to_string();
        self.control
            .stop()
            .check()
            .map_err(|_| LiveError::Stopped)?;
        self.manifest.finish(range, &finished);
        self.sink
            .finish(&self.manifest)
            .map_err(|e| LiveError::sink(name, e))?;
        let truncate = matches!(self.manifest.kind, SetKind::Full | SetKind::Incremental);
        self.external.end_safe(truncate).map_err(|e| match e {
            EndFailure::NotRecorded(e) => e.into(),
            EndFailure::Uncertain(e) => {
                self.keeps = true;
                LiveError::Uncertain(e)
            }
        })
    }

    fn databases(&mut self) -> Result<(), LiveError> {
        let mut done: Vec<PathBuf> = Vec::new();
        // One that is created meanwhile is asked for again, as long as there are new ones.
        loop {
            let attached = self.external.attach_info()?;
            let new: Vec<PathBuf> = (attached.into_iter())
                .filter(|path| !done.contains(path))
                .collect();
            if new.is_empty() {
                return Ok(());
            }
            let bytes = |path: &PathBuf| self.external.bytes_of(path);
            let known: u64 = new.iter().map(bytes).sum();
            self.place.all = Some(self.place.before.saturating_add(known));
            for path in new {
                let name = self.name_for(&path)?;
                let low = self.external.first_generation();
                self.file(&path, &name, Role::Database, |current| (low, current))?;
                done.push(path);
            }
        }
    }

    fn logs(&mut self) -> Result<(i32, i32), LiveError> {
        let info = self.external.log_info()?;
        let port = self.external.port();
        let bytes = port.log().map_err(BackupError::from)?.header().file_bytes();
        let known = bytes.saturating_mul(info.files.len() as u64);
        self.place.all = Some(self.place.before.saturating_add(known));
        for (generation, path) in (info.gen_low..).zip(&info.files) {
            let name = self.name_for(path)?;
            let own = (generation, generation);
            self.file(path, &name, Role::Log, |_| own)?;
        }
        Ok((info.gen_low, info.gen_high))
    }

    /// A name that no other file of the set has.
    fn name_for(&self, path: &Path) -> Result<String, LiveError> {
        let bad = || LiveError::Name(path.display().to_string());
        let name = path.file_name().and_then(|n| n.to_str()).ok_or_else(bad)?;
        let taken = |name: &str| {
            let mut files = self.manifest.files.iter();
            files.any(|f| f.name.eq_ignore_ascii_case(name))
        };
        let others = (2..).map(|n| format!("{n}-{name}"));
        std::iter::once(name.to_owned())
            .chain(others)
            .find(|name| !taken(name))
            .ok_or_else(bad)
    }

    fn file(
        &mut self,
        path: &Path,
        name: &str,
        role: Role,
        generations: impl FnOnce(i32) -> (i32, i32),
    ) -> Result<(), LiveError> {
        let streamed = self.external.open_streamed(path)?;
        let failed = |e| LiveError::sink(name, e);
        let bytes = streamed.file.len();
        self.sink.open(name, bytes).map_err(failed)?;
        self.control.at(self.place);
        let report = pipe::stream(&streamed.file, &mut self.control, self.sink, self.ahead)
            .map_err(|e| self.external.read_failed(streamed.handle, e))?;
        self.external.copied(streamed.handle);
        self.external.close_file(streamed.handle)?;
        self.sink.close().map_err(failed)?;
        let current = self
            .external
            .port()
            .log()
            .map_err(BackupError::from)?
            .generation();
        self.manifest.add(name, role, &report, generations(current));
        self.files.push(report);
        self.place.file += 1;
        self.place.before = self.place.before.saturating_add(bytes);
        Ok(())
    }
}

//! Files under a new name: verified, byte-equal, whole or not at all.
//!
//! ```text
//! open all sources ─► temporary name beside the target ─► stream, sync ─► last look at the stop flag
//!        ─► give it the name, if nobody has it ─► sync the folder
//! ```
//! One file becomes a file, several become a folder (a database with its logs, say).
//!
//! Invariants:
//! * the target's name shows nothing or the whole copy, also after a crash; what exists is never
//!   replaced;
//! * on a stop, on damage and on every other error the temporary files are removed. Only a killed
//!   process leaves one: a hidden name that ends in `.partial`, which can be deleted;
//! * sources are opened for reading only.
#![forbid(unsafe_code)]

use crate::control::{Control, Place};
use crate::error::StreamError;
use crate::sink::FileSink;
use crate::stop::Stopped;
use crate::stream::{StreamReport, stream};
use crate::verify::VerifiedFile;
use ese_core::io::{ErrorKind, File, FileSystem, OpenMode};
use ese_core::{HasJetErr, JetErr};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Temporary names that are tried: as many copies can be under way, or were killed, in one folder.
const TEMP_NAMES: u32 = 10_000;

/// One file of a copy.
#[derive(Clone, Debug)]
pub struct CopiedFile {
    /// The source.
    pub from: PathBuf,
    /// The copy.
    pub to: PathBuf,
    /// What it was.
    pub report: StreamReport,
}

/// A whole copy.
#[derive(Clone, Debug)]
pub struct CopyReport {
    /// The files, in the order given.
    pub files: Vec<CopiedFile>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Time of it all, making it durable included.
    pub elapsed: Duration,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Nothing to copy.
    #[error("no file was named")]
    NoFiles,
    /// The target's name is taken.
    #[error("{}: exists already; nothing is ever replaced", .0.display())]
    TargetExists(PathBuf),
    /// Two sources would get the same name in the target folder.
    #[error("{} and {} have the same name", .0.display(), .1.display())]
    SameName(PathBuf, PathBuf),
    /// A source can't be streamed whole.
    #[error("{}: {source}", path.display())]
    Source {
        /// The source.
        path: PathBuf,
        /// Why.
        source: StreamError,
    },
    /// Stopped between the files or before the name was given.
    #[error("stopped")]
    Stopped,
    /// The target can't be written.
    #[error("{}: {source}", path.display())]
    Target {
        /// The name that failed.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl CopyError {
    /// `true` when the flag ended the copy.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        match self {
            Self::Stopped => true,
            Self::Source { source, .. } => source.is_stopped(),
            _ => false,
        }
    }
}

impl HasJetErr for CopyError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NoFiles | Self::SameName(..) => JetErr::INVALID_PARAMETER,
            Self::TargetExists(_) => JetErr::FILE_ALREADY_EXISTS,
            Self::Source { source, .. } => source.jet_err(),
            Self::Stopped => Stopped.jet_err(),
            Self::Target { source, .. } => source.jet_err(),
        }
    }
}

/// Copies `files` to `to`: one file to that name, several into a new folder of that name.
///
/// # Errors
/// See [`CopyError`]; after any error nothing lies under the name `to` that was not there before.
pub fn copy(
    fs: &dyn FileSystem,
    files: &[PathBuf],
    to: &Path,
    control: &mut Control<'_>,
) -> Result<CopyReport, CopyError> {
    let started = control.clock.now_monotonic();
    let target = Target::new(fs, to)?;
    check_names(files)?;
    let mut sources = Vec::with_capacity(files.len());
    for path in files {
        control.stop.check().map_err(|_| CopyError::Stopped)?;
        let file = VerifiedFile::open(fs, path).map_err(|source| CopyError::Source {
            path: path.clone(),
            source,
        })?;
        sources.push((path, file));
    }
    let copied = match &*sources {
        [] => return Err(CopyError::NoFiles),
        [(path, file)] => vec![copy_to_file(fs, path, file, &target, control)?],
        _ => copy_to_folder(fs, &sources, &target, control)?,
    };
    Ok(CopyReport {
        bytes: copied.iter().map(|c| c.report.bytes).sum(),
        files: copied,
        elapsed: control.clock.now_monotonic().saturating_sub(started),
    })
}

fn check_names(files: &[PathBuf]) -> Result<(), CopyError> {
    for (i, a) in files.iter().enumerate() {
        if let Some(b) = files
            .iter()
            .take(i)
            .find(|b| b.file_name() == a.file_name())
        {
            return Err(CopyError::SameName(b.clone(), a.clone()));
        }
    }
    Ok(())
}

fn copy_to_file(
    fs: &dyn FileSystem,
    path: &Path,
    file: &VerifiedFile,
    target: &Target,
    control: &mut Control<'_>,
) -> Result<CopiedFile, CopyError> {
    let (temp, sink) = Temp::file(fs, target)?;
    let report = stream_into(path, file, sink, &temp.path, control)?;
    temp.give_name(target, control)?;
    Ok(CopiedFile {
        from: path.to_path_buf(),
        to: target.path.clone(),
        report,
    })
}

fn copy_to_folder(
    fs: &dyn FileSystem,
    sources: &[(&PathBuf, VerifiedFile)],
    target: &Target,
    control: &mut Control<'_>,
) -> Result<Vec<CopiedFile>, CopyError> {
    let temp = Temp::folder(fs, target)?;
    let mut place = Place {
        all: Some(sources.iter().map(|(_, f)| f.len()).sum()),
        ..Place::default()
    };
    let mut copied = Vec::with_capacity(sources.len());
    for (path, file) in sources {
        control.place = place;
        let name = path.file_name().unwrap_or_default();
        let in_temp = temp.path.join(name);
        let sink = fs
            .open(&in_temp, OpenMode::CreateNew)
            .map_err(failed(&in_temp))?;
        copied.push(CopiedFile {
            from: path.to_path_buf(),
            to: target.path.join(name),
            report: stream_into(path, file, sink, &in_temp, control)?,
        });
        place.file += 1;
        place.before += file.len();
    }
    control.place = Place::default();
    fs.sync_dir(&temp.path).map_err(failed(&temp.path))?;
    temp.give_name(target, control)?;
    Ok(copied)
}

/// Streams one file into an open one and makes it durable.
fn stream_into(
    path: &Path,
    file: &VerifiedFile,
    to: Arc<dyn File>,
    to_path: &Path,
    control: &mut Control<'_>,
) -> Result<StreamReport, CopyError> {
    let mut sink = FileSink::new(to);
    let report = stream(file, control, &mut sink).map_err(|source| match source {
        StreamError::Sink { source, .. } => CopyError::Target {
            path: to_path.to_path_buf(),
            source,
        },
        source => CopyError::Source {
            path: path.to_path_buf(),
            source,
        },
    })?;
    control.stop.check().map_err(|_| CopyError::Stopped)?;
    sink.sync().map_err(failed(to_path))?;
    Ok(report)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> CopyError {
    let path = path.to_path_buf();
    move |source| CopyError::Target { path, source }
}

/// The wanted name, free when the copy begins.
struct Target {
    path: PathBuf,
    folder: PathBuf,
}

impl Target {
    fn new(fs: &dyn FileSystem, to: &Path) -> Result<Self, CopyError> {
        let taken = fs.kind(to).map_err(failed(to))?.is_some();
        // A name without a last part (`/`, `..`) is a folder that exists or can't be made.
        let name = to
            .file_name()
            .filter(|_| !taken)
            .ok_or_else(|| CopyError::TargetExists(to.to_path_buf()))?;
        let folder = to.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok(Self {
            path: folder.join(name),
            folder,
        })
    }

    /// The n-th temporary name beside the target. Short, so that a long target name fits too.
    fn temp(&self, n: u32) -> PathBuf {
        self.folder.join(format!(".ese-copy-{n}.partial"))
    }
}

/// Something under a temporary name, removed when dropped.
struct Temp<'a> {
    fs: &'a dyn FileSystem,
    path: PathBuf,
    is_dir: bool,
    keep: bool,
}

impl<'a> Temp<'a> {
    fn file(fs: &'a dyn FileSystem, target: &Target) -> Result<(Self, Arc<dyn File>), CopyError> {
        Self::make(fs, target, false, |path| fs.open(path, OpenMode::CreateNew))
    }

    fn folder(fs: &'a dyn FileSystem, target: &Target) -> Result<Self, CopyError> {
        Self::make(fs, target, true, |path| fs.create_dir(path)).map(|(temp, ())| temp)
    }

    fn make<T>(
        fs: &'a dyn FileSystem,
        target: &Target,
        is_dir: bool,
        create: impl Fn(&Path) -> io::Result<T>,
    ) -> Result<(Self, T), CopyError> {
        let mut last = None;
        for path in (0..TEMP_NAMES).map(|n| target.temp(n)) {
            match create(&path) {
                Ok(made) => {
                    let keep = false;
                    return Ok((
                        Self {
                            fs,
                            path,
                            is_dir,
                            keep,
                        },
                        made,
                    ));
                }
                Err(e) if e.kind() == ErrorKind::AlreadyExists => last = Some(e),
                Err(e) => return Err(failed(&target.path)(e)),
            }
        }
        let e = last.unwrap_or_else(|| ErrorKind::AlreadyExists.into());
        Err(failed(&target.folder)(e))
    }

    /// Gives the finished work its name. The last moment for a stop is before this.
    fn give_name(mut self, target: &Target, control: &Control<'_>) -> Result<(), CopyError> {
        control.stop.check().map_err(|_| CopyError::Stopped)?;
        self.fs
            .rename_new(&self.path, &target.path)
            .map_err(|e| match e.kind() {
                ErrorKind::AlreadyExists => CopyError::TargetExists(target.path.clone()),
                _ => failed(&target.path)(e),
            })?;
        // Until the name is durable an error takes it away again.
        self.path.clone_from(&target.path);
        self.fs
            .sync_dir(&target.folder)
            .map_err(failed(&target.folder))?;
        self.keep = true;
        Ok(())
    }
}

impl Drop for Temp<'_> {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        // What can't be removed now stays under its temporary name: there is nobody left to tell.
        if self.is_dir {
            for entry in self.fs.read_dir(&self.path).unwrap_or_default() {
                let _ = self.fs.remove_file(&entry.path);
            }
            let _ = self.fs.remove_dir(&self.path);
        } else {
            let _ = self.fs.remove_file(&self.path);
        }
    }
}

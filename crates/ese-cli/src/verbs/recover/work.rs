//! The work folder: copies of the input inside the target folder, hashed while they are made, given
//! their names at the end.
//!
//! Invariants:
//! * the folder keeps the promises of [`WorkFolder`]; one that a killed run left is dealt with by the
//!   next ([`leftover`]);
//! * the input is opened for reading.
#![forbid(unsafe_code)]

use super::Stop;
use super::explain::about;
use super::leftover;
use crate::error::CliError;
use crate::target::exists;
use crate::text::hex;
use ese_backup::work_folder::{WorkFolder, WorkFolderError};
use ese_core::JetErr;
use ese_core::io::{ErrorKind, File, FileSystem, OpenMode};
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes moved at once.
const PIECE_BYTES: usize = 1 << 20;

/// A file's length and SHA-256 in hex.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hashed {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// What a file is here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Database,
    FlushMap,
    PageImages,
    Log,
    Checkpoint,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::FlushMap => "flush map",
            Self::PageImages => "page images",
            Self::Log => "log",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// A file of the input.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    pub(super) before: Hashed,
    /// `None`: not looked at again, or no longer there.
    pub(super) after: Option<Hashed>,
}

/// Reads a file to its end, hashes it, and writes it to `to`, a new file, which is on the disk then.
pub(super) fn hash(
    fs: &dyn FileSystem,
    from: &Path,
    to: Option<&Path>,
    bar: &ProgressBar,
    stop: &Stop,
) -> Result<Hashed, CliError> {
    let failed = |path: &Path, e: &std::io::Error| about(path, CliError::io(path, e));
    let source = fs
        .open(from, OpenMode::Read)
        .map_err(|e| failed(from, &e))?;
    let target: Option<(&Path, Arc<dyn File>)> = to
        .map(|to| {
            fs.open(to, OpenMode::CreateNew)
                .map(|f| (to, f))
                .map_err(|e| failed(to, &e).next(NEEDS_ROOM))
        })
        .transpose()?;
    let mut sum = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut at = 0u64;
    loop {
        if stop.is_set() {
            return Err(super::stopped());
        }
        let n = source
            .read_at(&mut piece, at)
            .map_err(|e| failed(from, &e))?;
        let read = piece.get(..n).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        sum.update(read);
        if let Some((to, target)) = &target {
            target
                .write_all_at(read, at)
                .map_err(|e| failed(to, &e).next(NEEDS_ROOM))?;
        }
        at = at.saturating_add(n as u64);
        bar.inc(n as u64);
    }
    if let Some((to, target)) = &target {
        target
            .sync_all()
            .map_err(|e| failed(to, &e).next(NEEDS_ROOM))?;
    }
    Ok(Hashed {
        bytes: at,
        sha256: hex(&sum.finalize()),
    })
}

const NEEDS_ROOM: &str = "databases and logs must fit into the target folder once, and it must be \
                          writable; name another with --to";

/// The work folder, and what was copied into it.
pub(super) struct Work {
    fs: Arc<dyn FileSystem>,
    folder: WorkFolder,
    /// Locked until the folder is gone (it is dropped after it), so that nobody takes it for one that was
    /// left behind.
    _lock: Option<Arc<dyn File>>,
    /// What an earlier run left in the target folder, and what became of it.
    pub(super) leftovers: Vec<String>,
    /// Files of the work folder and what they are copies of.
    pub(super) copies: Vec<(PathBuf, PathBuf)>,
    /// What was copied.
    pub(super) inputs: Vec<Input>,
}

impl Work {
    /// Makes the work folder in `to`, which is made too when it is not there.
    pub(super) fn new(fs: Arc<dyn FileSystem>, to: &Path) -> Result<Self, CliError> {
        let (mut lock, mut leftovers) = (None, Vec::new());
        let folder = WorkFolder::new(Arc::clone(&fs), to, |fs, to| {
            leftovers = leftover::clear(fs, to);
            let (folder, locked) = leftover::make(fs, to)?;
            lock = Some(locked);
            Ok(folder)
        });
        let failed = |e: WorkFolderError| match e.source.kind() {
            ErrorKind::NotADirectory => exists(to),
            _ => about(to, CliError::io(to, &e.source))
                .next("name a folder that can be written with --to"),
        };
        let folder = folder.map_err(failed)?;
        Ok(Self {
            fs,
            folder,
            _lock: lock,
            leftovers,
            copies: Vec::new(),
            inputs: Vec::new(),
        })
    }

    /// Folder of the logs and the checkpoint.
    pub(super) fn logs(&self) -> PathBuf {
        self.folder.logs()
    }

    /// Where a database lies. Each has a folder of its own: two may have flush maps of one name.
    pub(super) fn database(&self, number: usize, name: &OsStr) -> PathBuf {
        self.folder.database(number).join(name)
    }

    /// Makes the folder of a database.
    pub(super) fn make_room(&self, number: usize) -> Result<(), CliError> {
        let made = self.folder.make_database(number);
        made.map(|_| ())
            .map_err(|e| CliError::io(&e.path, &e.source))
    }

    /// Copies a file of the input.
    pub(super) fn copy(
        &mut self,
        from: &Path,
        to: PathBuf,
        kind: Kind,
        bar: &ProgressBar,
        stop: &Stop,
    ) -> Result<(), CliError> {
        let before =
            hash(&*self.fs, from, Some(&to), bar, stop).map_err(|e| hide(e, &to, self.target()))?;
        self.copies.push((to, from.to_owned()));
        self.inputs.push(Input {
            path: from.to_owned(),
            kind,
            before,
            after: None,
        });
        Ok(())
    }

    /// Writes a small file of this program into the work folder.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, CliError> {
        let path = self.folder.path().join(name);
        self.fs
            .open(&path, OpenMode::CreateNew)
            .and_then(|f| f.write_all_at(bytes, 0).and_then(|()| f.sync_all()))
            .map_err(|e| CliError::io(self.target(), &e).next(NEEDS_ROOM))?;
        Ok(path)
    }

    /// Gives the files, which lie in the work folder, their names in the target folder.
    pub(super) fn publish(&mut self, files: &[(PathBuf, PathBuf)]) -> Result<(), CliError> {
        self.folder.publish(files).map_err(|e| match e.is_taken() {
            true => exists(&e.path),
            false => about(&e.path, CliError::io(&e.path, &e.source)),
        })
    }

    /// Where the target's files go.
    pub(super) fn target(&self) -> &Path {
        self.folder.target()
    }
}

/// An error about a file of the work folder is one about the target folder.
fn hide(mut e: CliError, work: &Path, to: &Path) -> CliError {
    let (work, to) = (work.display().to_string(), to.display().to_string());
    e.message = e.message.replace(&work, &to);
    if e.details.get("file").is_some_and(|f| *f == work) {
        e = e.detail("file", to);
    }
    e
}

/// Reads the input once more; a file that changed is an error.
pub(super) fn verify(
    fs: &dyn FileSystem,
    inputs: &mut [Input],
    bar: &ProgressBar,
    stop: &Stop,
) -> Result<(), CliError> {
    for input in inputs {
        let after = hash(fs, &input.path, None, bar, stop)?;
        let same = after == input.before;
        input.after = Some(after);
        if !same {
            return Err(about(
                &input.path,
                CliError::refused(
                    JetErr::FILE_ACCESS_DENIED,
                    format!(
                        "{}: the file was changed while it was being recovered, so the result \
                         belongs to no moment; nothing was left behind",
                        input.path.display()
                    ),
                ),
            )
            .next("end the program that uses it, and run the same command again"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ese_core::io::memory::MemoryFileSystem;

    fn names(fs: &dyn FileSystem, dir: &str) -> Vec<String> {
        fs.read_dir(Path::new(dir))
            .unwrap()
            .iter()
            .map(|e| e.path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    }

    fn file(fs: &dyn FileSystem, path: &str, bytes: &[u8]) {
        let f = fs.open(Path::new(path), OpenMode::CreateNew).unwrap();
        f.write_all_at(bytes, 0).unwrap();
    }

    fn world() -> Arc<dyn FileSystem> {
        let fs = MemoryFileSystem::default();
        fs.create_dir(Path::new("/in")).unwrap();
        file(&fs, "/in/a.edb", &[7; 3 << 20]);
        Arc::new(fs)
    }

    fn copied(fs: &Arc<dyn FileSystem>, to: &str) -> (Work, PathBuf) {
        let mut work = Work::new(Arc::clone(fs), Path::new(to)).unwrap();
        work.make_room(0).unwrap();
        let path = work.database(0, OsStr::new("a.edb"));
        work.copy(
            Path::new("/in/a.edb"),
            path.clone(),
            Kind::Database,
            &ProgressBar::hidden(),
            &Stop::default(),
        )
        .unwrap();
        (work, path)
    }

    #[test]
    fn a_copy_is_hashed_and_appears_by_name_only_at_the_end() {
        let fs = world();
        let (mut work, path) = copied(&fs, "/to");
        let before = &work.inputs[0].before;
        assert_eq!(before.bytes, 3 << 20);
        assert_eq!(
            before.sha256,
            hex(&Sha256::digest(vec![7u8; 3 << 20])),
            "of the contents"
        );
        assert_eq!(names(&*fs, "/to").len(), 1, "the work folder");
        let report = work.write("report", b"{}").unwrap();
        let to = |n: &str| Path::new("/to").join(n);
        work.publish(&[(path, to("a.edb")), (report, to("report"))])
            .unwrap();
        verify(
            &*fs,
            &mut work.inputs,
            &ProgressBar::hidden(),
            &Stop::default(),
        )
        .unwrap();
        drop(work);
        assert_eq!(names(&*fs, "/to"), ["a.edb", "report"]);
        assert_eq!(names(&*fs, "/in"), ["a.edb"]);
    }

    #[test]
    fn nothing_stays_of_what_was_not_finished() {
        let fs = world();
        drop(copied(&fs, "/to"));
        assert_eq!(fs.kind(Path::new("/to")).unwrap(), None);
        // A folder that was there stays.
        fs.create_dir(Path::new("/to")).unwrap();
        drop(copied(&fs, "/to"));
        assert_eq!(names(&*fs, "/to"), [""; 0]);
    }

    #[test]
    fn all_names_or_none() {
        let fs = world();
        fs.create_dir(Path::new("/to")).unwrap();
        file(&*fs, "/to/b", b"theirs");
        let (mut work, path) = copied(&fs, "/to");
        let report = work.write("report", b"{}").unwrap();
        let e = work
            .publish(&[
                (path, PathBuf::from("/to/a.edb")),
                (report, PathBuf::from("/to/b")),
            ])
            .unwrap_err();
        assert_eq!(e.jet, Some(JetErr::FILE_ALREADY_EXISTS));
        drop(work);
        assert_eq!(names(&*fs, "/to"), ["b"]);
        let b = fs.open(Path::new("/to/b"), OpenMode::Read).unwrap();
        assert_eq!(b.len().unwrap(), 6);
    }

    #[test]
    fn a_changed_input_is_an_error() {
        let fs = world();
        let (mut work, _) = copied(&fs, "/to");
        let f = fs
            .open(Path::new("/in/a.edb"), OpenMode::ReadWrite)
            .unwrap();
        f.write_all_at(b"x", 1 << 20).unwrap();
        let e = verify(
            &*fs,
            &mut work.inputs,
            &ProgressBar::hidden(),
            &Stop::default(),
        )
        .unwrap_err();
        assert!(e.message.contains("/in/a.edb"), "{}", e.message);
        assert_eq!(e.details["file"], "/in/a.edb");
    }

    #[test]
    fn a_stop_is_heard_between_pieces() {
        let fs = world();
        let stop = Stop::default();
        stop.set();
        let e = hash(
            &*fs,
            Path::new("/in/a.edb"),
            None,
            &ProgressBar::hidden(),
            &stop,
        )
        .unwrap_err();
        assert_eq!(e.jet, Some(JetErr::TERM_IN_PROGRESS));
    }
}

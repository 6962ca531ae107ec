//! Where a backup goes: a folder, a tar stream, or what a program makes of [`BackupSink`].
//!
//! Invariants:
//! * the first and the last thing that a sink gets is a manifest: the first says that the set is not
//!   complete, and only the last can say that it is;
//! * a large file goes to the disk while it is still being written, by a thread of its own; an error of
//!   that is one of the file's close;
//! * what a folder has when [`BackupSink::finish`] returns is durable, names and all.
#![forbid(unsafe_code)]

use super::pipe::BLOCK;
use crate::set::{Manifest, SetError};
use crate::sink::FileSink;
use crate::stream::INNER_READ;
use ese_core::io::{DIRECT_UNIT, Error, ErrorKind, File, FileSystem, OpenMode, PathKind, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Takes a backup, file after file. An error ends the backup as aborted.
pub trait BackupSink: Send {
    /// A set begins; `manifest` says that it is not complete.
    fn begin(&mut self, manifest: &Manifest) -> Result<()>;

    /// A file begins: its name in the set, without folders, and its length in bytes.
    fn open(&mut self, name: &str, bytes: u64) -> Result<()>;

    /// The next bytes of the file, verified.
    fn write(&mut self, block: &[u8]) -> Result<()>;

    /// Bytes that one write of the open file should have at most: a stop waits for the write that is under
    /// way. Less is always taken.
    fn at_once(&self) -> usize {
        INNER_READ
    }

    /// The file is whole. When this returns it is as durable as the sink makes it.
    fn close(&mut self) -> Result<()>;

    /// The set is whole, as `manifest` says; durable when this returns. The logs may be truncated then.
    fn finish(&mut self, manifest: &Manifest) -> Result<()>;

    /// The backup was stopped or failed, maybe after [`BackupSink::finish`]. `manifest` says that the
    /// set is not complete.
    fn abort(&mut self, manifest: &Manifest);
}

/// Files from this size on go to the disk while they are written: past the system's cache where it can be
/// (the copy into it is saved, and nothing else is driven out of it), else by a flush now and then.
const FLUSHED_FROM: u64 = 64 << 20;
/// Bytes that are written between two flushes (docs/performance.md: less means more commits of the file
/// system's journal than it saves).
const FLUSHED_EVERY: u64 = 32 << 20;

/// Has what was written go to the disk while more is written: the system would begin with it only at the
/// end, and the copy would take as long as both.
struct Flusher {
    bell: SyncSender<()>,
    thread: JoinHandle<Result<()>>,
    /// Bytes since the last ring.
    since: u64,
}

impl Flusher {
    /// `None` when the system has no thread: the close does it all then.
    fn start(file: Arc<dyn File>) -> Option<Self> {
        let (bell, rung) = sync_channel::<()>(1);
        let flush = move || rung.into_iter().try_for_each(|()| file.sync_data());
        let named = Builder::new().name("ese-backup-flush".to_owned());
        Some(Self {
            bell,
            thread: named.spawn(flush).ok()?,
            since: 0,
        })
    }

    fn written(&mut self, bytes: u64) {
        self.since = self.since.saturating_add(bytes);
        if self.since >= FLUSHED_EVERY {
            self.since = 0;
            // One that is at it looks again anyway.
            let _ = self.bell.try_send(());
        }
    }

    /// The first error: the file's own sync would not tell of it any more.
    fn end(self) -> Result<()> {
        drop(self.bell);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(Error::other("the flushing thread panicked")))
    }
}

/// A file that is being written.
struct Open {
    file: Arc<dyn File>,
    sink: FileSink,
    /// Writes go past the system's cache.
    direct: bool,
    flusher: Option<Flusher>,
}

impl Open {
    fn new(file: Arc<dyn File>, bytes: u64) -> Result<Self> {
        let large = bytes >= FLUSHED_FROM;
        let direct = large && file.write_direct(true)?;
        let flusher = match large && !direct {
            true => Flusher::start(Arc::clone(&file)),
            false => None,
        };
        Ok(Self {
            sink: FileSink::new(Arc::clone(&file)),
            file,
            direct,
            flusher,
        })
    }

    /// Whether a direct write takes the block here.
    fn is_aligned(&self, block: &[u8]) -> bool {
        let unit = DIRECT_UNIT as u64;
        (block.as_ptr() as usize).is_multiple_of(DIRECT_UNIT)
            && block.len().is_multiple_of(DIRECT_UNIT)
            && self.sink.position().is_multiple_of(unit)
    }

    fn through_the_cache(&mut self) -> Result<()> {
        self.direct = false;
        self.file.write_direct(false).map(|_| ())
    }

    fn write(&mut self, block: &[u8]) -> Result<()> {
        if self.direct && !self.is_aligned(block) {
            self.through_the_cache()?;
        }
        match self.sink.write_all(block) {
            // A device that asks for more than others.
            Err(e) if self.direct && e.kind() == ErrorKind::InvalidInput => {
                self.through_the_cache()?;
                self.sink.write_all(block)?;
            }
            other => other?,
        }
        if let Some(flusher) = &mut self.flusher {
            flusher.written(block.len() as u64);
        }
        Ok(())
    }
}

/// A set's folder.
pub struct DirectorySink {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    open: Option<Open>,
    /// The folder is this backup's.
    begun: bool,
}

impl DirectorySink {
    /// The folder `dir`, which must not be there or be empty when the backup begins.
    #[must_use]
    pub fn new(fs: Arc<dyn FileSystem>, dir: &Path) -> Self {
        Self {
            fs,
            dir: dir.to_path_buf(),
            open: None,
            begun: false,
        }
    }

    fn manifest(&self, manifest: &Manifest) -> Result<()> {
        manifest.write(&*self.fs, &self.dir).map_err(|e| match e {
            SetError::Io { source, .. } => source,
            other => Error::other(other),
        })
    }
}

impl BackupSink for DirectorySink {
    fn begin(&mut self, manifest: &Manifest) -> Result<()> {
        match self.fs.kind(&self.dir)? {
            None => {
                self.fs.create_dir(&self.dir)?;
                if let Some(parent) = self.dir.parent().filter(|p| !p.as_os_str().is_empty()) {
                    self.fs.sync_dir(parent)?;
                }
            }
            Some(PathKind::Dir) if self.fs.read_dir(&self.dir)?.is_empty() => {}
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::AlreadyExists,
                    "a backup needs a new folder, or an empty one",
                ));
            }
        }
        self.begun = true;
        self.manifest(manifest)
    }

    fn open(&mut self, name: &str, bytes: u64) -> Result<()> {
        let file = self.fs.open(&self.dir.join(name), OpenMode::CreateNew)?;
        self.open = Some(Open::new(file, bytes)?);
        Ok(())
    }

    fn write(&mut self, block: &[u8]) -> Result<()> {
        let Some(open) = &mut self.open else {
            return Err(ErrorKind::InvalidInput.into());
        };
        open.write(block)
    }

    /// What keeps the disk busy where nothing lies between it and the write.
    fn at_once(&self) -> usize {
        match &self.open {
            Some(open) if open.direct => BLOCK,
            _ => INNER_READ,
        }
    }

    fn close(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Err(ErrorKind::InvalidInput.into());
        };
        let flushed = open.flusher.map_or(Ok(()), Flusher::end);
        open.sink.sync()?;
        flushed
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<()> {
        // The names of the files first: the manifest says that they are there.
        self.fs.sync_dir(&self.dir)?;
        self.manifest(manifest)
    }

    fn abort(&mut self, manifest: &Manifest) {
        self.open = None;
        // The one that lies there says the same, but after a finish. A folder that belongs to somebody
        // else has none of ours.
        if self.begun {
            let _ = self.manifest(manifest);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use ese_core::io::faulty::{Fault, FaultyFileSystem, OpKind, Pick, Plan};
    use ese_core::io::hooked::{HookedFileSystem, Op, When};
    use ese_core::io::real::RealFileSystem;
    use std::sync::Mutex;

    /// Writes 48 MiB into a file that is said to have `bytes`; syncs that were asked for, and the answer of
    /// the close.
    fn write(bytes: u64, plan: Plan) -> (u64, Result<()>) {
        let fs = FaultyFileSystem::new(plan);
        fs.put_dir("/set");
        let mut sink = DirectorySink::new(Arc::new(fs.clone()), Path::new("/set"));
        sink.open("a", bytes).unwrap();
        let block = vec![7; 1 << 20];
        for _ in 0..48 {
            sink.write(&block).unwrap();
        }
        let closed = sink.close();
        let ops = fs.ops();
        assert_eq!(fs.get("/set/a").unwrap().len(), 48 << 20);
        // Opened, written 48 times; the rest are syncs.
        (ops - 49, closed)
    }

    #[test]
    fn large_files_go_to_the_disk_while_they_are_written() {
        let (syncs, closed) = write(FLUSHED_FROM, Plan::seeded(1));
        closed.unwrap();
        assert!((2..=4).contains(&syncs), "{syncs}");
        let (syncs, closed) = write(FLUSHED_FROM - 1, Plan::seeded(1));
        closed.unwrap();
        assert_eq!(syncs, 1);
    }

    #[test]
    fn an_error_on_the_way_to_the_disk_is_told_though_the_last_sync_succeeds() {
        let pick = Pick::of(OpKind::Sync).times(1);
        let (_, closed) = write(FLUSHED_FROM, Plan::seeded(1).on(pick, Fault::EIO));
        closed.unwrap_err();
    }

    /// Blocks as the stream makes them, and a tail; what a real file has then.
    fn on_a_disk(fails: bool) {
        let dir = tempfile::tempdir().unwrap();
        let left = Mutex::new(fails);
        let fs = HookedFileSystem::new(Arc::new(RealFileSystem), move |when, op| {
            let third = matches!(op, Op::Write { offset, .. } if offset == 2 << 20);
            match third && when == When::Before && std::mem::take(&mut *left.lock().unwrap()) {
                true => Err(ErrorKind::InvalidInput.into()),
                false => Ok(()),
            }
        });
        let mut sink = DirectorySink::new(Arc::new(fs), dir.path());
        sink.open("a", FLUSHED_FROM).unwrap();
        let v: Vec<u8> = (0..(1 << 20) + 2 * DIRECT_UNIT)
            .map(|i| (i / 3) as u8)
            .collect();
        let at = v.as_ptr().align_offset(DIRECT_UNIT);
        let mut wanted = Vec::new();
        for block in [
            &v[at..at + (1 << 20)],
            &v[at..at + (1 << 20)],
            &v[at..at + (1 << 20)],
            &v[at + 1..at + 1 + DIRECT_UNIT],
            &v[at..at + 2048],
        ] {
            sink.write(block).unwrap();
            wanted.extend_from_slice(block);
        }
        sink.close().unwrap();
        assert!(std::fs::read(dir.path().join("a")).unwrap() == wanted);
    }

    #[test]
    fn a_large_file_is_what_was_written_however_it_goes_to_the_disk() {
        on_a_disk(false);
        on_a_disk(true);
    }

    #[test]
    fn without_an_open_file_nothing_is_written() {
        let fs = FaultyFileSystem::new(Plan::seeded(1));
        let mut sink = DirectorySink::new(Arc::new(fs), Path::new("/set"));
        sink.open("a", FLUSHED_FROM).unwrap_err();
        assert!(sink.write(b"x").is_err() && sink.close().is_err());
    }
}

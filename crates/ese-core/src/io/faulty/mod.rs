//! The disk that fails on purpose, for tests: a file system in memory that knows what was synced.
//!
//! [`FaultyFileSystem`] keeps *live* and *durable* bytes, lengths and names apart, numbers every
//! operation, and lets happen what its [`Plan`] says: errors, lost writes, flipped bits, a full disk,
//! a crash. [`FaultyFileSystem::image`] is the disk after a crash ([`CrashKind`]); [`Sweep`] does it at
//! every operation of a workload.
//!
//! ```
//! use ese_core::io::faulty::{CrashKind, Fault, FaultyFileSystem, Plan, is_crash};
//! use ese_core::io::{FileSystem as _, OpenMode};
//! use std::path::Path;
//!
//! // The fourth operation, the second write, does not happen any more.
//! let fs = FaultyFileSystem::new(Plan::seeded(1).at(3, Fault::CrashBefore));
//! let file = fs.open(Path::new("a"), OpenMode::CreateNew)?;
//! file.write_all_at(b"one", 0)?;
//! fs.sync_dir(Path::new("/"))?;
//! assert!(is_crash(&file.write_all_at(b"two", 3).unwrap_err()));
//! // The name was synced, the contents were not.
//! assert_eq!(fs.image(CrashKind::PowerCut, 0).get("a"), Some(vec![]));
//! assert_eq!(fs.image(CrashKind::ProcessCrash, 0).get("a"), Some(b"one".to_vec()));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Invariants:
//! * without a plan it keeps every promise of [`super::memory`];
//! * durable are: contents and length of a file at its `sync_data` or `sync_all`, names at the
//!   `sync_dir` of their folder (a rename between two folders at that of either); nothing else is.
//!   What may survive besides stands at the head of the `image` module and at [`CrashKind`];
//! * the same plan, seed and calls give the same result, from one thread. Any number of threads may
//!   call, but then their order is part of the result.
#![forbid(unsafe_code)]

mod bytes;
mod disk;
mod image;
mod plan;
mod state;
mod sweep;

pub use image::{CrashKind, SECTOR};
pub use plan::{Fault, OpKind, OpRecord, Pick, Plan};
pub use state::{Injected, injected, is_crash};
pub use sweep::{Case, Point, Sweep, SweepFailed, Swept};

use super::lock::Held;
use super::memory::MemoryFileSystem;
use super::rng::SeededRng;
use super::{
    DirEntry, Error, ErrorKind, File, FileSystem, OpenMode, PathKind, Result, check_lockable,
};
use bytes::Bytes;
use disk::{Disk, FileNode, Ino};
use parking_lot::Mutex;
use state::{Asked, Call, State};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file system in memory that fails as planned. A clone is a handle to the same one.
#[derive(Clone)]
pub struct FaultyFileSystem {
    state: Arc<Mutex<State>>,
}

impl Default for FaultyFileSystem {
    fn default() -> Self {
        Self::new(Plan::quiet())
    }
}

impl FaultyFileSystem {
    /// An empty disk.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self::of(Disk::new(), plan)
    }

    fn of(disk: Disk, plan: Plan) -> Self {
        Self {
            state: Arc::new(Mutex::new(State::new(disk, plan))),
        }
    }

    /// The same disk again, as it is now (un-synced changes included), up and running, with another
    /// plan and operations numbered from 0. Nobody has a file of it open. Cheap: bytes are shared
    /// until written.
    #[must_use]
    pub fn fork(&self, plan: Plan) -> Self {
        Self::of(self.state.lock().disk.fork(), plan)
    }

    /// Another plan from here on; operations are numbered on.
    pub fn set_plan(&self, plan: Plan) {
        let mut state = self.state.lock();
        state.rng = SeededRng::new(plan.seed);
        state.keep_older |= plan.needs_history();
        state.plan = plan;
    }

    /// How many operations there were: the ordinal of the next one. What is refused after a crash
    /// does not count.
    #[must_use]
    pub fn ops(&self) -> u64 {
        self.state.lock().ops
    }

    /// Which faults happened, to which operations.
    #[must_use]
    pub fn fired(&self) -> Vec<(OpRecord, Fault)> {
        self.state.lock().fired.clone()
    }

    /// Every operation so far, if the plan is [`Plan::traced`].
    #[must_use]
    pub fn trace(&self) -> Vec<OpRecord> {
        self.state.lock().trace.clone()
    }

    /// The machine goes down now: from here on everything fails ([`is_crash`]).
    pub fn crash_now(&self) {
        let mut state = self.state.lock();
        let at = format!("before op {}", state.ops);
        state.crash(at);
    }

    /// `true` when the machine is down.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.state.lock().crashed.is_some()
    }

    /// The disk as it comes up after a crash now (whether one was planned or not), with a quiet plan
    /// and everything on it durable. The seed matters to [`CrashKind::TornWrites`] only.
    #[must_use]
    pub fn image(&self, kind: CrashKind, seed: u64) -> Self {
        self.image_in(kind, seed, SECTOR)
    }

    /// As [`Self::image`], of a disk that writes `sector` bytes whole or not at all.
    #[must_use]
    pub fn image_in(&self, kind: CrashKind, seed: u64, sector: u64) -> Self {
        let after = image::after(&self.state.lock().disk, kind, seed, sector);
        Self::of(after, Plan::quiet())
    }

    /// Puts a file on the disk (its folders are made), durable; not an operation. `false` when
    /// something that is no file, or no folder, is in the way.
    pub fn put(&self, path: impl AsRef<Path>, bytes: &[u8]) -> bool {
        let file = FileNode::at_rest(Bytes::from_slice(bytes));
        self.state.lock().disk.put(path.as_ref(), Some(file))
    }

    /// Makes a folder and those above it, durable; not an operation. `false` when a file is in the way.
    pub fn put_dir(&self, path: impl AsRef<Path>) -> bool {
        self.state.lock().disk.put(path.as_ref(), None)
    }

    /// Puts the files of a folder of another file system, and of the folders in it, under `to`.
    pub fn put_tree(&self, from: &dyn FileSystem, dir: &Path, to: &Path) -> Result<()> {
        self.put_dir(to);
        for entry in from.read_dir(dir)? {
            let Some(name) = entry.path.file_name() else {
                continue;
            };
            let to = to.join(name);
            if entry.is_dir {
                self.put_tree(from, &entry.path, &to)?;
                continue;
            }
            let file = from.open(&entry.path, OpenMode::Read)?;
            let mut bytes = Bytes::default();
            let mut buf = vec![0; 1 << 16];
            loop {
                let n = file.read_at(&mut buf, bytes.len())?;
                if n == 0 {
                    break;
                }
                bytes.write(buf.get(..n).unwrap_or_default(), bytes.len());
            }
            let node = FileNode::at_rest(bytes);
            if !self.state.lock().disk.put(&to, Some(node)) {
                return Err(Error::from(ErrorKind::AlreadyExists));
            }
        }
        Ok(())
    }

    /// The live bytes of a file, `None` when there is none; not an operation, and possible after a
    /// crash.
    #[must_use]
    pub fn get(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        let mut state = self.state.lock();
        let ino = state.disk.walk(path.as_ref()).ok()?;
        Some(state.disk.file(ino).ok()?.live.to_vec())
    }

    /// Every file with its live bytes, by its path from the root.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut state = self.state.lock();
        let files: Vec<(PathBuf, Ino)> = state.disk.live_files().collect();
        files
            .into_iter()
            .filter_map(|(path, ino)| Some((path, state.disk.file(ino).ok()?.live.to_vec())))
            .collect()
    }

    /// Every folder, by its path from the root, without the root.
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        self.state.lock().disk.live_dirs()
    }

    /// What calls see, as a plain tree in memory.
    #[must_use]
    pub fn to_memory(&self) -> MemoryFileSystem {
        let out = MemoryFileSystem::new();
        for (path, bytes) in self.snapshot() {
            out.put(&path, bytes);
        }
        for dir in self.folders() {
            // Parents come first, and what is there already is meant.
            let _ = out.create_dir(&dir);
        }
        out
    }

    /// Bit rot: turns over bit `bit` (0 the lowest) of a byte of a file, live and durable; `false`
    /// when there is no such byte.
    pub fn flip_bit(&self, path: impl AsRef<Path>, offset: u64, bit: u8) -> bool {
        let mut state = self.state.lock();
        let Ok(ino) = state.disk.walk(path.as_ref()) else {
            return false;
        };
        state.disk.file(ino).is_ok_and(|f| f.flip(offset, bit))
    }

    /// One operation: its number, its fault, then what it does.
    fn call<T>(
        &self,
        asked: &Asked<'_>,
        body: impl FnOnce(&mut State, &Call) -> Result<T>,
    ) -> Result<T> {
        let mut state = self.state.lock();
        let (record, fault) = state.begin(asked)?;
        let call = Call { record, fault };
        match fault {
            Some(Fault::CrashBefore) => {
                return Err(state.crash(format!("before {}", call.record)));
            }
            // A sync has something to do even when it fails.
            Some(Fault::Fail(kind)) if asked.kind != OpKind::Sync => {
                return Err(call.injected(kind));
            }
            _ => {}
        }
        let out = body(&mut state, &call);
        match fault {
            Some(Fault::CrashAfter) => Err(state.crash(format!("after {}", call.record))),
            Some(Fault::FailAfter(kind)) => out.and_then(|_| Err(call.injected(kind))),
            _ => out,
        }
    }

    fn open_as(&self, path: &Path, mode: OpenMode, exclusive: bool) -> Result<Arc<dyn File>> {
        let create = mode == OpenMode::CreateNew;
        let kind = if create { OpKind::Create } else { OpKind::Open };
        // The file is made under the lock; its handle is not dropped under it, should the call fail.
        let mut handle = None;
        let done = self.call(&Asked::new(kind, path), |state, call| {
            let ino = state.disk.open(call.record.op, path, create)?;
            let file = state.disk.file(ino)?;
            let held = match mode {
                OpenMode::Read => None,
                OpenMode::ReadWrite | OpenMode::CreateNew => Some(file.writers.take(exclusive)?),
            };
            file.opens += 1;
            handle = Some(FaultyFile {
                fs: self.clone(),
                ino,
                path: path.to_path_buf(),
                held,
            });
            Ok(())
        });
        done?;
        match handle {
            Some(handle) => Ok(Arc::new(handle)),
            None => Err(Error::from(ErrorKind::NotFound)),
        }
    }
}

/// An open file of a [`FaultyFileSystem`].
struct FaultyFile {
    fs: FaultyFileSystem,
    ino: Ino,
    path: PathBuf,
    /// `None` for a reader.
    held: Option<Held>,
}

impl FaultyFile {
    fn may_write(&self, end: Option<u64>) -> Result<()> {
        if self.held.is_none() {
            return Err(Error::new(
                ErrorKind::PermissionDenied,
                "the file is open for reading only",
            ));
        }
        match end {
            Some(end) if end <= i64::MAX as u64 => Ok(()),
            _ => Err(Error::from(ErrorKind::FileTooLarge)),
        }
    }
}

impl Drop for FaultyFile {
    fn drop(&mut self) {
        if let Ok(file) = self.fs.state.lock().disk.file(self.ino) {
            file.opens = file.opens.saturating_sub(1);
        }
    }
}

impl File for FaultyFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        let asked = Asked::new(OpKind::Read, &self.path).range(offset, buf.len() as u64);
        self.fs.call(&asked, |state, call| {
            state.read(self.ino, call, buf, offset)
        })
    }

    fn write_all_at(&self, buf: &[u8], offset: u64) -> Result<()> {
        self.may_write(offset.checked_add(buf.len() as u64))?;
        let asked = Asked::new(OpKind::Write, &self.path).range(offset, buf.len() as u64);
        self.fs.call(&asked, |state, call| {
            state.write(self.ino, call, buf, offset)
        })
    }

    fn len(&self) -> Result<u64> {
        let mut state = self.fs.state.lock();
        state.check_up()?;
        Ok(state.disk.file(self.ino)?.live.len())
    }

    fn set_len(&self, len: u64) -> Result<()> {
        self.may_write(Some(len))?;
        let asked = Asked::new(OpKind::SetLen, &self.path).range(0, len);
        self.fs
            .call(&asked, |state, call| state.set_len(self.ino, call, len))
    }

    fn reserve_len(&self, len: u64) -> Result<bool> {
        if self.len()? < len {
            self.set_len(len)?;
        }
        Ok(true)
    }

    fn sync_data(&self) -> Result<()> {
        self.fs
            .call(&Asked::new(OpKind::Sync, &self.path), |state, call| {
                state.sync(self.ino, call)
            })
    }

    fn sync_all(&self) -> Result<()> {
        self.sync_data()
    }
}

impl FileSystem for FaultyFileSystem {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        self.open_as(path, mode, false)
    }

    fn open_locked(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        check_lockable(mode)?;
        self.open_as(path, mode, true)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let asked = Asked::new(OpKind::Rename, from).to(to);
        self.call(&asked, |state, call| {
            state.disk.rename(call.record.op, from, to, false)
        })
    }

    fn rename_new(&self, from: &Path, to: &Path) -> Result<()> {
        let asked = Asked::new(OpKind::Rename, from).to(to);
        self.call(&asked, |state, call| {
            state.disk.rename(call.record.op, from, to, true)
        })
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        self.call(&Asked::new(OpKind::Remove, path), |state, call| {
            state.disk.remove_file(call.record.op, path)
        })
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        self.call(&Asked::new(OpKind::ReadDir, path), |state, _| {
            let entry = |(name, is_dir)| DirEntry {
                path: path.join(name),
                is_dir,
            };
            Ok(state.disk.read_dir(path)?.into_iter().map(entry).collect())
        })
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        self.call(&Asked::new(OpKind::CreateDir, path), |state, call| {
            state.disk.create_dir(call.record.op, path)
        })
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        self.call(&Asked::new(OpKind::Remove, path), |state, call| {
            state.disk.remove_dir(call.record.op, path)
        })
    }

    fn kind(&self, path: &Path) -> Result<Option<PathKind>> {
        let state = self.state.lock();
        state.check_up()?;
        Ok(state.disk.kind(path).map(|is_dir| {
            if is_dir {
                PathKind::Dir
            } else {
                PathKind::File
            }
        }))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        self.call(&Asked::new(OpKind::SyncDir, path), |state, call| {
            let dir = state.disk.check_dir(path)?;
            if call.fault != Some(Fault::FalseSync) {
                state.disk.sync_dir(dir);
            }
            Ok(())
        })
    }
}

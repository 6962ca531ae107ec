//! A file system that calls a hook before and after each call of another one: for tests that must
//! act inside a read, count reads, or make one fail.
//!
//! Invariant: without a hook that interferes, everything passes unchanged. The hook runs on the
//! caller's thread and outside every lock of this module.
#![forbid(unsafe_code)]

use super::{DirEntry, File, FileSystem, OpenMode, PathKind, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One call that passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op<'a> {
    /// [`FileSystem::open`] or [`FileSystem::open_locked`].
    Open(&'a Path, OpenMode),
    /// [`File::read_at`].
    Read {
        /// The file, by the name it was opened with.
        path: &'a Path,
        /// First byte.
        offset: u64,
        /// Bytes asked for.
        len: usize,
    },
    /// [`File::write_all_at`].
    Write {
        /// The file, by the name it was opened with.
        path: &'a Path,
        /// First byte.
        offset: u64,
        /// Bytes given.
        len: usize,
    },
    /// [`File::set_len`].
    SetLen(&'a Path, u64),
    /// [`File::sync_data`] or [`File::sync_all`].
    Sync(&'a Path),
    /// [`FileSystem::rename`] or [`FileSystem::rename_new`]: from, to.
    Rename(&'a Path, &'a Path),
    /// [`FileSystem::remove_file`] or [`FileSystem::remove_dir`].
    Remove(&'a Path),
    /// [`FileSystem::create_dir`].
    CreateDir(&'a Path),
    /// [`FileSystem::sync_dir`].
    SyncDir(&'a Path),
}

/// When the hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before the call passes on; an error of the hook is the call's error, and nothing happens.
    Before,
    /// After the call succeeded; an error of the hook is the call's error all the same.
    After,
}

/// What is called.
pub type Hook = Arc<dyn Fn(When, Op<'_>) -> Result<()> + Send + Sync>;

/// A file system with a hook.
#[derive(Clone)]
pub struct HookedFileSystem {
    inner: Arc<dyn FileSystem>,
    hook: Hook,
}

impl HookedFileSystem {
    /// Calls `hook` around the calls of `inner`. Looking at names (`kind`, `read_dir`) and lengths
    /// is not reported.
    pub fn new(
        inner: Arc<dyn FileSystem>,
        hook: impl Fn(When, Op<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            inner,
            hook: Arc::new(hook),
        }
    }

    fn around<T>(&self, op: Op<'_>, call: impl FnOnce() -> Result<T>) -> Result<T> {
        around(&self.hook, op, call)
    }

    fn wrap(&self, path: &Path, inner: Arc<dyn File>) -> Arc<dyn File> {
        Arc::new(HookedFile {
            inner,
            path: path.to_path_buf(),
            hook: self.hook.clone(),
        })
    }
}

fn around<T>(hook: &Hook, op: Op<'_>, call: impl FnOnce() -> Result<T>) -> Result<T> {
    hook(When::Before, op)?;
    let value = call()?;
    hook(When::After, op)?;
    Ok(value)
}

struct HookedFile {
    inner: Arc<dyn File>,
    path: PathBuf,
    hook: Hook,
}

impl File for HookedFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        let op = Op::Read {
            path: &self.path,
            offset,
            len: buf.len(),
        };
        around(&self.hook, op, || self.inner.read_at(buf, offset))
    }

    fn write_all_at(&self, buf: &[u8], offset: u64) -> Result<()> {
        let op = Op::Write {
            path: &self.path,
            offset,
            len: buf.len(),
        };
        around(&self.hook, op, || self.inner.write_all_at(buf, offset))
    }

    fn len(&self) -> Result<u64> {
        self.inner.len()
    }

    fn set_len(&self, len: u64) -> Result<()> {
        around(&self.hook, Op::SetLen(&self.path, len), || {
            self.inner.set_len(len)
        })
    }

    fn reserve_len(&self, len: u64) -> Result<bool> {
        around(&self.hook, Op::SetLen(&self.path, len), || {
            self.inner.reserve_len(len)
        })
    }

    fn sync_data(&self) -> Result<()> {
        around(&self.hook, Op::Sync(&self.path), || self.inner.sync_data())
    }

    fn write_direct(&self, on: bool) -> Result<bool> {
        self.inner.write_direct(on)
    }

    fn sync_all(&self) -> Result<()> {
        around(&self.hook, Op::Sync(&self.path), || self.inner.sync_all())
    }
}

impl FileSystem for HookedFileSystem {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        let inner = self.around(Op::Open(path, mode), || self.inner.open(path, mode))?;
        Ok(self.wrap(path, inner))
    }

    fn open_locked(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        let inner = self.around(Op::Open(path, mode), || self.inner.open_locked(path, mode))?;
        Ok(self.wrap(path, inner))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.around(Op::Rename(from, to), || self.inner.rename(from, to))
    }

    fn rename_new(&self, from: &Path, to: &Path) -> Result<()> {
        self.around(Op::Rename(from, to), || self.inner.rename_new(from, to))
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        self.around(Op::Remove(path), || self.inner.remove_file(path))
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        self.inner.read_dir(path)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        self.around(Op::CreateDir(path), || self.inner.create_dir(path))
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        self.around(Op::Remove(path), || self.inner.remove_dir(path))
    }

    fn kind(&self, path: &Path) -> Result<Option<PathKind>> {
        self.inner.kind(path)
    }

    fn free_bytes(&self, path: &Path) -> Result<Option<u64>> {
        self.inner.free_bytes(path)
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        self.around(Op::SyncDir(path), || self.inner.sync_dir(path))
    }
}

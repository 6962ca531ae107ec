//! Files, as the engine sees them: one trait for a file, one for the folder tree.
//!
//! Everything that touches a disk goes through [`File`] and [`FileSystem`], so that the real
//! disk ([`real`]), memory ([`memory`]) and the fault-injecting disk ([`faulty`]) are one thing to
//! the layers above. This layer does not know what a page is; it moves bytes at positions.
//!
//! Invariants:
//! * a read is positional and never moves a shared cursor: any number of threads may read at once;
//! * `read_at` returns fewer bytes than asked only at the end of the file;
//! * nothing is promised to be durable before `sync_data`/`sync_all` returned, and no name before
//!   `sync_dir` of its folder returned;
//! * a file has one writer that asked to be the only one, or any number that did not
//!   ([`FileSystem::open_locked`]); readers take no lock.
#![forbid(unsafe_code)]

pub mod clock;
pub mod env;
pub mod faulty;
pub mod hooked;
mod lock;
pub mod memory;
pub mod real;
pub mod rng;
pub mod tally;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use std::io::{Error, ErrorKind, Result};

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// For reading; the file must exist.
    Read,
    /// For reading and writing; the file must exist.
    ReadWrite,
    /// For reading and writing; the file must not exist and is made.
    CreateNew,
}

/// What offsets, lengths and addresses of direct writes are multiples of ([`File::write_direct`]), in bytes:
/// no device asks for more, but in theory.
pub const DIRECT_UNIT: usize = 4096;

/// An open file. All offsets and lengths are in bytes.
///
/// Writing through a file that was opened with [`OpenMode::Read`] is `ErrorKind::PermissionDenied`,
/// a position behind `i64::MAX` is `ErrorKind::FileTooLarge`.
pub trait File: Send + Sync {
    /// Reads into `buf` from `offset`; returns how many bytes were read, fewer than `buf.len()`
    /// only at the end of the file (0 at or behind it).
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize>;

    /// Writes all of `buf` at `offset`; the file grows (zero-filled) when `offset` lies behind its end.
    fn write_all_at(&self, buf: &[u8], offset: u64) -> Result<()>;

    /// Length in bytes.
    fn len(&self) -> Result<u64>;

    /// Cuts or lengthens (zero-filled) the file.
    fn set_len(&self, len: u64) -> Result<()>;

    /// Lengthens (zero-filled) a file that is shorter, with room on the disk for every byte of it: no
    /// write inside of it will find the disk full. `false`, and nothing is done, where that can't be
    /// promised without writing zeros.
    ///
    /// # Errors
    /// `ErrorKind::StorageFull`; those of [`File::set_len`].
    fn reserve_len(&self, len: u64) -> Result<bool> {
        let _ = len;
        Ok(false)
    }

    /// Makes the contents durable, and the length where it is needed to read them back.
    fn sync_data(&self) -> Result<()>;

    /// Makes contents and metadata durable.
    fn sync_all(&self) -> Result<()>;

    /// Has writes go to the device past the system's cache from now on, or not any more; gives whether
    /// they do. While they do the offset, the length and the address in memory of each write are
    /// multiples of [`DIRECT_UNIT`], or it is `ErrorKind::InvalidInput`. What was written is durable only
    /// after a sync, as always. For whoever writes a large file once and does not read it: the copy into
    /// the cache is saved.
    ///
    /// # Errors
    /// The mode can't be given up.
    fn write_direct(&self, on: bool) -> Result<bool> {
        let _ = on;
        Ok(false)
    }

    /// `true` when the file has no bytes.
    fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Reads exactly `buf.len()` bytes, `ErrorKind::UnexpectedEof` when the file ends before.
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> Result<()> {
        let n = self.read_at(buf, offset)?;
        if n == buf.len() {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::UnexpectedEof,
                format!(
                    "the file ends at byte {}, {} bytes were asked for at {offset}",
                    offset + n as u64,
                    buf.len()
                ),
            ))
        }
    }
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The whole path (folder joined with the name).
    pub path: PathBuf,
    /// `true` for a folder.
    pub is_dir: bool,
}

/// The folder tree: names, not contents.
pub trait FileSystem: Send + Sync {
    /// Opens or makes a file. A folder is `ErrorKind::IsADirectory`; for writing, a file that has an
    /// only writer ([`FileSystem::open_locked`]) is `ErrorKind::PermissionDenied`.
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>>;

    /// Opens or makes a file as its only writer. While the returned file lives, nobody, in this or
    /// another process, opens it for writing: they get `ErrorKind::PermissionDenied`, which is
    /// `JET_errFileAccessDenied`, as this call does when somebody has it open for writing. The lock
    /// is on the file, not on its name: it moves with a rename. Readers are not hindered.
    ///
    /// [`OpenMode::Read`] is `ErrorKind::InvalidInput`. A real file system without locks is that
    /// system's error. On Unix the lock is one among users of this trait (`flock`), on Windows it is
    /// the system's (share mode).
    fn open_locked(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>>;

    /// Gives `from` the name `to`; atomic. An existing `to` is replaced.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Gives `from` the name `to` only if `to` does not exist (`ErrorKind::AlreadyExists`); atomic
    /// where the system can.
    fn rename_new(&self, from: &Path, to: &Path) -> Result<()>;

    /// Removes a file.
    fn remove_file(&self, path: &Path) -> Result<()>;

    /// The names of a folder, in byte order.
    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>>;

    /// Makes a folder; its parent must exist.
    fn create_dir(&self, path: &Path) -> Result<()>;

    /// Removes an empty folder.
    fn remove_dir(&self, path: &Path) -> Result<()>;

    /// What lies under the name: `None` nothing, otherwise whether it is a folder.
    fn kind(&self, path: &Path) -> Result<Option<PathKind>>;

    /// Makes names made, changed or removed in the folder durable.
    fn sync_dir(&self, path: &Path) -> Result<()>;

    /// Bytes that can still be written in the folder; `None` when nobody can say.
    fn free_bytes(&self, path: &Path) -> Result<Option<u64>> {
        let _ = path;
        Ok(None)
    }
}

/// The mode of [`FileSystem::open_locked`], refused when it is not for writing.
fn check_lockable(mode: OpenMode) -> Result<()> {
    if mode == OpenMode::Read {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "a lock is for writers; this mode is for reading",
        ));
    }
    Ok(())
}

/// What lies under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file, or something that is read like one.
    File,
    /// A folder.
    Dir,
}

//! The operating system's files (`pread`/`pwrite` and their Windows kin).
//!
//! Invariants:
//! * reads and writes are positional on every system and complete: an interrupted or partial call
//!   is continued here, so that "fewer bytes" means "end of file" to everybody above;
//! * a folder, a pipe or a socket is never opened as a file (opening a pipe would wait for ever);
//! * a name is given by [`rename_new`](FileSystem::rename_new) in one step, so that nobody ever sees
//!   half of it and nothing that exists is lost;
//! * a writer holds the system's lock on the open file (shared, or exclusive for an only writer),
//!   so that it goes when the file is closed or the process dies, never before.
#![forbid(unsafe_code)]

use super::lock::refused;
use super::{
    DirEntry, Error, ErrorKind, File, FileSystem, OpenMode, PathKind, Result, check_lockable,
};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFileSystem;

impl RealFileSystem {
    /// The file system of this machine, ready to be shared.
    #[must_use]
    pub fn shared() -> Arc<dyn FileSystem> {
        Arc::new(Self)
    }
}

/// An open file of this machine.
#[derive(Debug)]
struct RealFile {
    file: fs::File,
    writable: bool,
    /// A block device, whose length is not in its metadata.
    device: bool,
}

#[cfg(unix)]
mod os {
    use super::super::lock::refused;
    use std::fs::{File, FileType, Metadata, OpenOptions, TryLockError};
    use std::io::Result;
    use std::os::unix::fs::{FileExt, FileTypeExt};
    use std::path::Path;

    /// Positions are signed inside the system.
    pub(super) const OFFSET_MAX: u64 = i64::MAX as u64;

    pub(super) fn read(f: &File, buf: &mut [u8], offset: u64) -> Result<usize> {
        f.read_at(buf, offset)
    }

    pub(super) fn write(f: &File, buf: &[u8], offset: u64) -> Result<usize> {
        f.write_at(buf, offset)
    }

    pub(super) fn is_device(m: &Metadata) -> bool {
        m.file_type().is_block_device()
    }

    pub(super) fn has_contents(t: FileType) -> bool {
        t.is_file() || t.is_block_device()
    }

    pub(super) fn sync_dir(path: &Path) -> Result<()> {
        File::open(path)?.sync_all()
    }

    /// Nothing can be asked for here: the lock is taken on the open file.
    pub(super) fn share(_: &mut OpenOptions, _exclusive: bool) {}

    pub(super) fn is_refusal(_: &std::io::Error) -> bool {
        false
    }

    /// The lock of a writer. Where the file system has no locks, a writer that does not ask to be
    /// the only one goes without.
    pub(super) fn lock(file: &File, exclusive: bool) -> Result<()> {
        let taken = if exclusive {
            file.try_lock()
        } else {
            file.try_lock_shared()
        };
        match taken {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(refused()),
            Err(TryLockError::Error(e)) if exclusive => Err(e),
            Err(TryLockError::Error(_)) => Ok(()),
        }
    }
}

#[cfg(windows)]
mod os {
    use std::fs::{File, FileType, Metadata, OpenOptions};
    use std::io::{Error, ErrorKind, Result};
    use std::os::windows::fs::{FileExt, OpenOptionsExt};
    use std::path::Path;

    /// Positions are signed inside the system.
    pub(super) const OFFSET_MAX: u64 = i64::MAX as u64;
    /// `ERROR_HANDLE_EOF`: a read behind the end, which elsewhere gives 0 bytes.
    const ERROR_HANDLE_EOF: i32 = 38;
    /// `ERROR_SHARING_VIOLATION`: another handle does not allow this one.
    const ERROR_SHARING_VIOLATION: i32 = 32;
    /// `FILE_SHARE_READ | FILE_SHARE_DELETE`: others may read and rename, not write.
    const SHARE_ALL_BUT_WRITE: u32 = 1 | 4;

    pub(super) fn read(f: &File, buf: &mut [u8], offset: u64) -> Result<usize> {
        match f.seek_read(buf, offset) {
            Err(e) if e.raw_os_error() == Some(ERROR_HANDLE_EOF) => Ok(0),
            other => other,
        }
    }

    pub(super) fn write(f: &File, buf: &[u8], offset: u64) -> Result<usize> {
        f.seek_write(buf, offset)
    }

    pub(super) fn is_device(_: &Metadata) -> bool {
        false
    }

    pub(super) fn has_contents(t: FileType) -> bool {
        t.is_file()
    }

    /// The file system journals its names; there is nothing to ask for.
    pub(super) fn sync_dir(path: &Path) -> Result<()> {
        if std::fs::metadata(path)?.is_dir() {
            Ok(())
        } else {
            Err(Error::from(ErrorKind::NotADirectory))
        }
    }

    /// Without this the standard library lets everybody read, write and remove.
    pub(super) fn share(options: &mut OpenOptions, exclusive: bool) {
        if exclusive {
            options.share_mode(SHARE_ALL_BUT_WRITE);
        }
    }

    pub(super) fn is_refusal(e: &Error) -> bool {
        e.raw_os_error() == Some(ERROR_SHARING_VIOLATION)
    }

    /// The share mode has done it. A lock of the system would hinder readers too.
    pub(super) fn lock(_: &File, _exclusive: bool) -> Result<()> {
        Ok(())
    }
}

/// `path` as the system wants it: the empty path (the parent of a bare name) is the current folder.
fn dir_or_here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}

impl RealFile {
    fn may_write(&self) -> Result<()> {
        if self.writable {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::PermissionDenied,
                "the file is open for reading only",
            ))
        }
    }
}

impl File for RealFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        let mut done = 0usize;
        while let Some(rest) = buf.get_mut(done..).filter(|r| !r.is_empty()) {
            let at = match offset.checked_add(done as u64) {
                Some(at) if at <= os::OFFSET_MAX => at,
                _ => break,
            };
            match os::read(&self.file, rest, at) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    fn write_all_at(&self, buf: &[u8], offset: u64) -> Result<()> {
        self.may_write()?;
        if offset
            .checked_add(buf.len() as u64)
            .is_none_or(|end| end > os::OFFSET_MAX)
        {
            return Err(Error::from(ErrorKind::FileTooLarge));
        }
        let mut done = 0usize;
        while let Some(rest) = buf.get(done..).filter(|r| !r.is_empty()) {
            match os::write(&self.file, rest, offset + done as u64) {
                Ok(0) => return Err(Error::from(ErrorKind::WriteZero)),
                Ok(n) => done += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn len(&self) -> Result<u64> {
        if self.device {
            // The cursor is used by nobody: every read and write is positional.
            use std::io::{Seek as _, SeekFrom};
            return (&self.file).seek(SeekFrom::End(0));
        }
        Ok(self.file.metadata()?.len())
    }

    fn set_len(&self, len: u64) -> Result<()> {
        self.may_write()?;
        if len > os::OFFSET_MAX {
            return Err(Error::from(ErrorKind::FileTooLarge));
        }
        self.file.set_len(len)
    }

    fn sync_data(&self) -> Result<()> {
        self.file.sync_data()
    }

    fn sync_all(&self) -> Result<()> {
        self.file.sync_all()
    }

    #[cfg(target_os = "linux")]
    fn reserve_len(&self, len: u64) -> Result<bool> {
        self.may_write()?;
        if len > os::OFFSET_MAX {
            return Err(Error::from(ErrorKind::FileTooLarge));
        }
        linux::reserve_len(&self.file, len)
    }

    #[cfg(target_os = "linux")]
    fn write_direct(&self, on: bool) -> Result<bool> {
        self.may_write()?;
        linux::write_direct(&self.file, on)
    }
}

fn open_as(path: &Path, mode: OpenMode, exclusive: bool) -> Result<Arc<dyn File>> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    let writable = mode != OpenMode::Read;
    options.write(writable);
    os::share(&mut options, exclusive);
    if mode == OpenMode::CreateNew {
        options.create_new(true);
    } else {
        let kind = fs::metadata(path)?.file_type();
        if kind.is_dir() {
            return Err(Error::new(ErrorKind::IsADirectory, "a folder, not a file"));
        }
        if !os::has_contents(kind) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "neither a file nor a block device",
            ));
        }
    }
    let file = match options.open(path) {
        Err(e) if os::is_refusal(&e) => return Err(refused()),
        other => other?,
    };
    if writable {
        os::lock(&file, exclusive)?;
    }
    let device = os::is_device(&file.metadata()?);
    Ok(Arc::new(RealFile {
        file,
        writable,
        device,
    }))
}

impl FileSystem for RealFileSystem {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        open_as(path, mode, false)
    }

    fn open_locked(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        check_lockable(mode)?;
        open_as(path, mode, true)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> Result<()> {
        #[cfg(target_os = "linux")]
        match linux::rename_noreplace(from, to) {
            Err(e) if linux::not_known_here(&e) => {}
            other => return other,
        }
        rename_new_by_link(from, to)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        // One error kind on every system: some say "not permitted" for a folder.
        if fs::symlink_metadata(path)?.is_dir() {
            return Err(Error::from(ErrorKind::IsADirectory));
        }
        fs::remove_file(path)
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let mut out = Vec::new();
        for entry in fs::read_dir(dir_or_here(path))? {
            let entry = entry?;
            let path = path.join(entry.file_name());
            // A link counts as what it points to; a dangling one as a file that can't be opened.
            let is_dir = fs::metadata(&path).is_ok_and(|m| m.is_dir());
            out.push(DirEntry { path, is_dir });
        }
        out.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        Ok(out)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        fs::create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        fs::remove_dir(path)
    }

    fn kind(&self, path: &Path) -> Result<Option<PathKind>> {
        match fs::metadata(dir_or_here(path)) {
            Ok(m) if m.is_dir() => Ok(Some(PathKind::Dir)),
            Ok(_) => Ok(Some(PathKind::File)),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                // A dangling link is in the way of a new file: the name is taken.
                Ok(fs::symlink_metadata(path).ok().map(|_| PathKind::File))
            }
            Err(e) if e.kind() == ErrorKind::NotADirectory => Ok(None),
            Err(e) => Err(e),
        }
    }

    #[cfg(target_os = "linux")]
    fn free_bytes(&self, path: &Path) -> Result<Option<u64>> {
        linux::free_bytes(dir_or_here(path)).map(Some)
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        let dir = dir_or_here(path);
        if !fs::metadata(dir)?.is_dir() {
            return Err(Error::from(ErrorKind::NotADirectory));
        }
        os::sync_dir(dir)
    }
}

/// The way without a system call of its own. A file: a second link to it never replaces anything,
/// then the first goes. A folder, and a file where there are no links: the name is claimed by an
/// empty folder or file, which the rename then replaces; a crash between the two leaves it.
fn rename_new_by_link(from: &Path, to: &Path) -> Result<()> {
    let is_dir = fs::symlink_metadata(from)?.is_dir();
    if is_dir {
        fs::create_dir(to)?;
        // Windows does not rename onto a folder, not even an empty one.
        if cfg!(windows) {
            fs::remove_dir(to)?;
        }
        return fs::rename(from, to).inspect_err(|_| {
            let _ = fs::remove_dir(to);
        });
    }
    match fs::hard_link(from, to) {
        Ok(()) => return fs::remove_file(from),
        Err(e) if matches!(e.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => {
            return Err(e);
        }
        Err(_) => {}
    }
    drop(
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(to)?,
    );
    fs::rename(from, to).inspect_err(|_| {
        let _ = fs::remove_file(to);
    })
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::{
        CWD, FallocateFlags, OFlags, RenameFlags, fallocate, fcntl_getfl, fcntl_setfl,
        renameat_with, statvfs,
    };
    use rustix::io::Errno;
    use std::io::{Error, Result};
    use std::path::Path;

    /// What a user without privileges may still use.
    pub(super) fn free_bytes(path: &Path) -> Result<u64> {
        let stat = statvfs(path).map_err(Error::from)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// One system call for files and folders alike.
    pub(super) fn rename_noreplace(from: &Path, to: &Path) -> Result<()> {
        renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(Error::from)
    }

    /// `false` where the file system can't.
    pub(super) fn reserve_len(file: &std::fs::File, len: u64) -> Result<bool> {
        match fallocate(file, FallocateFlags::empty(), 0, len).map_err(Error::from) {
            Ok(()) => Ok(true),
            Err(e) if not_known_here(&e) => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// `false` where the file system has no such mode.
    pub(super) fn write_direct(file: &std::fs::File, on: bool) -> Result<bool> {
        let flags = fcntl_getfl(file)?;
        let mut wanted = flags;
        wanted.set(OFlags::DIRECT, on);
        match fcntl_setfl(file, wanted) {
            Ok(()) => Ok(on),
            Err(_) if on => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// `true` when the kernel or this file system has no such call.
    pub(super) fn not_known_here(e: &Error) -> bool {
        [Errno::NOSYS, Errno::INVAL, Errno::NOTSUP]
            .iter()
            .any(|errno| e.raw_os_error() == Some(errno.raw_os_error()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::DIRECT_UNIT;

    #[cfg(target_os = "linux")]
    #[test]
    fn direct_writes_are_writes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let file = RealFileSystem.open(&path, OpenMode::CreateNew).unwrap();
        if !file.write_direct(true).unwrap() {
            eprintln!("skipped: no direct writes in {}", dir.path().display());
            return;
        }
        let v: Vec<u8> = (0..5 * DIRECT_UNIT).map(|i| (i / 7) as u8).collect();
        let at = v.as_ptr().align_offset(DIRECT_UNIT);
        let block = &v[at..at + 3 * DIRECT_UNIT];
        file.write_all_at(block, DIRECT_UNIT as u64).unwrap();
        let odd = file.write_all_at(&block[..100], 0).unwrap_err();
        assert_eq!(odd.kind(), ErrorKind::InvalidInput);
        assert!(!file.write_direct(false).unwrap());
        file.write_all_at(&block[..100], 0).unwrap();
        file.sync_all().unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.len(), 4 * DIRECT_UNIT);
        assert_eq!(
            (&bytes[..100], &bytes[DIRECT_UNIT..]),
            (&block[..100], block)
        );
        let reading = RealFileSystem.open(&path, OpenMode::Read).unwrap();
        reading.write_direct(true).unwrap_err();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn room_is_reserved_and_reads_as_zeros() {
        use std::os::unix::fs::MetadataExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let file = RealFileSystem.open(&path, OpenMode::CreateNew).unwrap();
        file.write_all_at(b"before", 0).unwrap();
        if !file.reserve_len(1 << 20).unwrap() {
            eprintln!(
                "skipped: no room can be reserved in {}",
                dir.path().display()
            );
            return;
        }
        let bytes = fs::read(&path).unwrap();
        assert_eq!((bytes.len(), &bytes[..6]), (1 << 20, &b"before"[..]));
        assert!(bytes.iter().skip(6).all(|&b| b == 0));
        // No hole: the room is the file's already.
        assert!(fs::metadata(&path).unwrap().blocks() * 512 >= 1 << 20);
        assert!(file.reserve_len(10).unwrap());
        assert_eq!(file.len().unwrap(), 1 << 20);
        let too_long = file.reserve_len(u64::MAX).unwrap_err();
        assert_eq!(too_long.kind(), ErrorKind::FileTooLarge);
        let reading = RealFileSystem.open(&path, OpenMode::Read).unwrap();
        let refused = reading.reserve_len(2 << 20).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    }

    #[test]
    fn the_way_by_links_keeps_the_promise_too() {
        let dir = tempfile::tempdir().unwrap();
        let at = |n: &str| dir.path().join(n);
        fs::write(at("a"), b"new").unwrap();
        fs::write(at("taken"), b"old").unwrap();
        let e = rename_new_by_link(&at("a"), &at("taken")).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(at("taken")).unwrap(), b"old");
        rename_new_by_link(&at("a"), &at("b")).unwrap();
        assert_eq!(fs::read(at("b")).unwrap(), b"new");
        assert!(!at("a").exists());

        fs::create_dir(at("d")).unwrap();
        fs::write(at("d").join("x"), b"x").unwrap();
        fs::create_dir(at("empty")).unwrap();
        assert!(rename_new_by_link(&at("d"), &at("empty")).is_err());
        rename_new_by_link(&at("d"), &at("e")).unwrap();
        assert!(at("e").join("x").is_file() && !at("d").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_instead_of_waited_for() {
        use std::os::unix::net::UnixListener;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let _keep = UnixListener::bind(&path).unwrap();
        let e = RealFileSystem.open(&path, OpenMode::Read).err().unwrap();
        assert_eq!(e.kind(), ErrorKind::InvalidInput);
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_takes_the_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("link");
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
        assert_eq!(RealFileSystem.kind(&path).unwrap(), Some(PathKind::File));
    }
}

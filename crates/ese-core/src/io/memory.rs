//! Files in memory, for tests: the same promises as the real ones, nothing touches a disk.
//!
//! Invariants:
//! * a clone is a handle to the same tree;
//! * a removed or renamed file lives on for those who have it open, as on a real disk;
//! * errors have the kinds that [`super::real`] gives for the same mistake.
//!
//! Paths are read lexically (`.` and `..` are resolved without links), and a relative path starts
//! at the root. The root always exists.
#![forbid(unsafe_code)]

use super::lock::{Held, WriterLock};
use super::{
    DirEntry, Error, ErrorKind, File, FileSystem, OpenMode, PathKind, Result, check_lockable,
};
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

#[derive(Default)]
struct Contents {
    bytes: RwLock<Vec<u8>>,
    writers: WriterLock,
}

#[derive(Clone)]
enum Node {
    File(Arc<Contents>),
    Dir,
}

/// A tree of files in memory. A clone is a handle to the same tree.
#[derive(Clone, Default)]
pub struct MemoryFileSystem {
    /// Every name but the root, normalised and relative to it.
    names: Arc<Mutex<BTreeMap<PathBuf, Node>>>,
}

/// An open file of a [`MemoryFileSystem`].
struct MemoryFile {
    contents: Arc<Contents>,
    /// `None` for a reader.
    held: Option<Held>,
}

type Names = BTreeMap<PathBuf, Node>;

/// The path from the root, without `.` and `..`.
pub(super) fn key(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => out.push(name),
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    out
}

fn is_root(key: &Path) -> bool {
    key.as_os_str().is_empty()
}

/// Fails as a real path walk does when the folder that should hold `key` is missing or a file.
fn check_parent(names: &Names, key: &Path) -> Result<()> {
    let parent = key.parent().unwrap_or(Path::new(""));
    for dir in parent.ancestors().filter(|d| !is_root(d)) {
        match names.get(dir) {
            Some(Node::Dir) if dir == parent => return Ok(()),
            Some(Node::Dir) => break,
            Some(Node::File(_)) => return Err(Error::from(ErrorKind::NotADirectory)),
            None => {}
        }
    }
    if is_root(parent) {
        Ok(())
    } else {
        Err(Error::from(ErrorKind::NotFound))
    }
}

fn has_children(names: &Names, key: &Path) -> bool {
    names
        .range::<Path, _>((Bound::Excluded(key), Bound::Unbounded))
        .next()
        .is_some_and(|(k, _)| k.starts_with(key))
}

fn check_rename(names: &Names, from: &Path, to: &Path) -> Result<()> {
    check_parent(names, from)?;
    let moved = names.get(from).ok_or(ErrorKind::NotFound)?;
    check_parent(names, to)?;
    if is_root(to) || (from != to && to.starts_with(from)) {
        return Err(Error::from(ErrorKind::InvalidInput));
    }
    match (moved, names.get(to)) {
        (_, None) | (Node::File(_), Some(Node::File(_))) => Ok(()),
        (Node::File(_), Some(Node::Dir)) => Err(Error::from(ErrorKind::IsADirectory)),
        (Node::Dir, Some(Node::File(_))) => Err(Error::from(ErrorKind::NotADirectory)),
        (Node::Dir, Some(Node::Dir)) if from != to && has_children(names, to) => {
            Err(Error::from(ErrorKind::DirectoryNotEmpty))
        }
        (Node::Dir, Some(Node::Dir)) => Ok(()),
    }
}

fn do_rename(names: &mut Names, from: &Path, to: &Path) {
    if from == to {
        return;
    }
    let moved: Vec<PathBuf> = names
        .range::<Path, _>((Bound::Included(from), Bound::Unbounded))
        .map(|(k, _)| k)
        .take_while(|k| k.starts_with(from))
        .cloned()
        .collect();
    for old in moved {
        let Some(node) = names.remove(&old) else {
            continue;
        };
        let new = match old.strip_prefix(from) {
            Ok(rest) if !is_root(rest) => to.join(rest),
            _ => to.to_path_buf(),
        };
        names.insert(new, node);
    }
}

impl MemoryFileSystem {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file under a name (folders are made), replacing what is there: for tests.
    pub fn put(&self, path: &Path, bytes: Vec<u8>) {
        let key = key(path);
        let mut names = self.names.lock();
        for dir in key.ancestors().skip(1).filter(|d| !is_root(d)) {
            names.insert(dir.to_path_buf(), Node::Dir);
        }
        names.insert(
            key,
            Node::File(Arc::new(Contents {
                bytes: RwLock::new(bytes),
                writers: WriterLock::default(),
            })),
        );
    }

    /// A copy of the bytes under a name, `None` when it is no file: for tests.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<Vec<u8>> {
        match self.names.lock().get(&key(path)) {
            Some(Node::File(contents)) => Some(contents.bytes.read().clone()),
            _ => None,
        }
    }

    fn open_as(&self, path: &Path, mode: OpenMode, exclusive: bool) -> Result<Arc<dyn File>> {
        let key = key(path);
        let mut names = self.names.lock();
        if is_root(&key) {
            return Err(Error::from(if mode == OpenMode::CreateNew {
                ErrorKind::AlreadyExists
            } else {
                ErrorKind::IsADirectory
            }));
        }
        check_parent(&names, &key)?;
        let contents = match (names.get(&key), mode) {
            (Some(_), OpenMode::CreateNew) => return Err(Error::from(ErrorKind::AlreadyExists)),
            (Some(Node::Dir), _) => return Err(Error::from(ErrorKind::IsADirectory)),
            (Some(Node::File(contents)), _) => contents.clone(),
            (None, OpenMode::CreateNew) => {
                let contents = Arc::<Contents>::default();
                names.insert(key, Node::File(contents.clone()));
                contents
            }
            (None, _) => return Err(Error::from(ErrorKind::NotFound)),
        };
        let held = match mode {
            OpenMode::Read => None,
            OpenMode::ReadWrite | OpenMode::CreateNew => Some(contents.writers.take(exclusive)?),
        };
        Ok(Arc::new(MemoryFile { contents, held }))
    }
}

impl MemoryFile {
    fn may_write(&self) -> Result<()> {
        if self.held.is_some() {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::PermissionDenied,
                "the file is open for reading only",
            ))
        }
    }
}

/// Lengthens (or cuts) to `len`; what memory can't hold is a full disk.
fn resize(bytes: &mut Vec<u8>, len: u64) -> Result<()> {
    if len > i64::MAX as u64 {
        return Err(Error::from(ErrorKind::FileTooLarge));
    }
    let len = usize::try_from(len).map_err(|_| ErrorKind::FileTooLarge)?;
    if let Some(more) = len.checked_sub(bytes.len()) {
        bytes
            .try_reserve(more)
            .map_err(|_| ErrorKind::StorageFull)?;
    }
    bytes.resize(len, 0);
    Ok(())
}

impl File for MemoryFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        let bytes = self.contents.bytes.read();
        let Some(rest) = usize::try_from(offset).ok().and_then(|o| bytes.get(o..)) else {
            return Ok(0);
        };
        let n = rest.len().min(buf.len());
        if let (Some(dst), Some(src)) = (buf.get_mut(..n), rest.get(..n)) {
            dst.copy_from_slice(src);
        }
        Ok(n)
    }

    fn write_all_at(&self, buf: &[u8], offset: u64) -> Result<()> {
        self.may_write()?;
        let end = offset
            .checked_add(buf.len() as u64)
            .ok_or(ErrorKind::FileTooLarge)?;
        if buf.is_empty() {
            return Ok(());
        }
        let mut bytes = self.contents.bytes.write();
        if end > bytes.len() as u64 {
            resize(&mut bytes, end)?;
        }
        // `end` fits the vector now, so the start does too.
        if let Some(dst) = usize::try_from(offset)
            .ok()
            .and_then(|o| bytes.get_mut(o..o + buf.len()))
        {
            dst.copy_from_slice(buf);
        }
        Ok(())
    }

    fn len(&self) -> Result<u64> {
        Ok(self.contents.bytes.read().len() as u64)
    }

    fn set_len(&self, len: u64) -> Result<()> {
        self.may_write()?;
        resize(&mut self.contents.bytes.write(), len)
    }

    fn reserve_len(&self, len: u64) -> Result<bool> {
        if self.len()? < len {
            self.set_len(len)?;
        }
        Ok(true)
    }

    fn sync_data(&self) -> Result<()> {
        Ok(())
    }

    fn sync_all(&self) -> Result<()> {
        Ok(())
    }
}

impl FileSystem for MemoryFileSystem {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        self.open_as(path, mode, false)
    }

    fn open_locked(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>> {
        check_lockable(mode)?;
        self.open_as(path, mode, true)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let (from, to) = (key(from), key(to));
        let mut names = self.names.lock();
        check_rename(&names, &from, &to)?;
        do_rename(&mut names, &from, &to);
        Ok(())
    }

    fn rename_new(&self, from: &Path, to: &Path) -> Result<()> {
        let (from, to) = (key(from), key(to));
        let mut names = self.names.lock();
        check_parent(&names, &from)?;
        if !names.contains_key(&from) {
            return Err(Error::from(ErrorKind::NotFound));
        }
        if is_root(&to) || names.contains_key(&to) {
            return Err(Error::from(ErrorKind::AlreadyExists));
        }
        check_rename(&names, &from, &to)?;
        do_rename(&mut names, &from, &to);
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        let key = key(path);
        let mut names = self.names.lock();
        if is_root(&key) {
            return Err(Error::from(ErrorKind::IsADirectory));
        }
        check_parent(&names, &key)?;
        match names.get(&key) {
            Some(Node::File(_)) => {
                names.remove(&key);
                Ok(())
            }
            Some(Node::Dir) => Err(Error::from(ErrorKind::IsADirectory)),
            None => Err(Error::from(ErrorKind::NotFound)),
        }
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let key = key(path);
        let names = self.names.lock();
        expect_dir(&names, &key)?;
        let mut out: Vec<DirEntry> = names
            .iter()
            .filter(|(k, _)| k.parent() == Some(&key))
            .filter_map(|(k, node)| {
                Some(DirEntry {
                    path: path.join(k.file_name()?),
                    is_dir: matches!(node, Node::Dir),
                })
            })
            .collect();
        out.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        Ok(out)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        let key = key(path);
        let mut names = self.names.lock();
        if is_root(&key) {
            return Err(Error::from(ErrorKind::AlreadyExists));
        }
        check_parent(&names, &key)?;
        if names.contains_key(&key) {
            return Err(Error::from(ErrorKind::AlreadyExists));
        }
        names.insert(key, Node::Dir);
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        let key = key(path);
        let mut names = self.names.lock();
        expect_dir(&names, &key)?;
        if has_children(&names, &key) {
            return Err(Error::from(ErrorKind::DirectoryNotEmpty));
        }
        if is_root(&key) {
            return Err(Error::from(ErrorKind::PermissionDenied));
        }
        names.remove(&key);
        Ok(())
    }

    fn kind(&self, path: &Path) -> Result<Option<PathKind>> {
        let key = key(path);
        if is_root(&key) {
            return Ok(Some(PathKind::Dir));
        }
        Ok(self.names.lock().get(&key).map(|node| match node {
            Node::File(_) => PathKind::File,
            Node::Dir => PathKind::Dir,
        }))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        expect_dir(&self.names.lock(), &key(path))
    }
}

fn expect_dir(names: &Names, key: &Path) -> Result<()> {
    if is_root(key) {
        return Ok(());
    }
    check_parent(names, key)?;
    match names.get(key) {
        Some(Node::Dir) => Ok(()),
        Some(Node::File(_)) => Err(Error::from(ErrorKind::NotADirectory)),
        None => Err(Error::from(ErrorKind::NotFound)),
    }
}

//! What is on the disk and what is only in memory: folders, files, and what was not synced yet.
//!
//! Every file and folder is a node with a number; names lead to numbers. Each node has two versions:
//! *live*, what calls see, and *durable*, what is there after a power cut.
//!
//! Invariants:
//! * a file's live bytes are its durable bytes with its pending changes applied in order, but for
//!   those that a failed sync dropped ([`FileNode::drop_pending`]) and what then was synced over them;
//! * a folder's live names are its durable names with all pending name operations applied in order;
//! * a name operation becomes durable whole, and in each folder in order ([`Disk::sync_dir`]).
#![forbid(unsafe_code)]

use super::super::lock::WriterLock;
use super::super::memory::key;
use super::super::{Error, ErrorKind, Result};
use super::bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Number of a file or folder, never used again.
pub(super) type Ino = u64;

/// The root folder.
pub(super) const ROOT: Ino = 0;

/// Something done to a file's contents.
#[derive(Clone)]
pub(super) enum What {
    Write { offset: u64, bytes: Arc<[u8]> },
    SetLen(u64),
}

impl What {
    pub(super) fn apply(&self, to: &mut Bytes) {
        match self {
            Self::Write { offset, bytes } => to.write(bytes, *offset),
            Self::SetLen(len) => to.set_len(*len),
        }
    }
}

/// A change that is not durable yet.
#[derive(Clone)]
pub(super) struct Change {
    /// Ordinal of the operation.
    pub(super) op: u64,
    pub(super) what: What,
    /// A sync failed since: no later sync makes it durable.
    dropped: bool,
}

/// A file.
#[derive(Default)]
pub(super) struct FileNode {
    pub(super) live: Bytes,
    pub(super) durable: Bytes,
    pub(super) pending: Vec<Change>,
    /// What stood at a place before the last write to it, newest last; only kept when asked for.
    older: Vec<(u64, Vec<u8>)>,
    pub(super) writers: WriterLock,
    /// Open handles.
    pub(super) opens: usize,
}

impl FileNode {
    /// A file at rest.
    pub(super) fn at_rest(bytes: Bytes) -> Self {
        Self {
            live: bytes.clone(),
            durable: bytes,
            ..Self::default()
        }
    }

    /// The same file for nobody yet.
    fn fork(&self) -> Self {
        Self {
            live: self.live.clone(),
            durable: self.durable.clone(),
            pending: self.pending.clone(),
            older: self.older.clone(),
            ..Self::default()
        }
    }

    pub(super) fn change(&mut self, op: u64, what: What) {
        what.apply(&mut self.live);
        self.pending.push(Change {
            op,
            what,
            dropped: false,
        });
    }

    /// Remembers what a write to the place is about to replace.
    pub(super) fn remember(&mut self, offset: u64, len: usize) {
        let mut old = vec![0; len];
        let n = self.live.read(&mut old, offset);
        old.truncate(n);
        self.older
            .retain(|(at, bytes)| *at != offset || bytes.len() > len);
        self.older.push((offset, old));
    }

    /// Overlays `buf`, read from `offset`, with what is remembered.
    pub(super) fn make_stale(&self, buf: &mut [u8], offset: u64) {
        for (at, old) in self.older.iter().rev() {
            for (place, byte) in (*at..).zip(old) {
                let within = place
                    .checked_sub(offset)
                    .and_then(|w| usize::try_from(w).ok());
                if let Some(b) = within.and_then(|w| buf.get_mut(w)) {
                    *b = *byte;
                }
            }
        }
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..).filter(|c| !c.dropped) {
            change.what.apply(&mut self.durable);
        }
    }

    /// What a failed sync leaves: nothing of what it should have made durable ever will be by a sync.
    pub(super) fn drop_pending(&mut self) {
        for change in &mut self.pending {
            change.dropped = true;
        }
    }

    /// Turns a bit over wherever the byte is kept; `false` behind the end.
    pub(super) fn flip(&mut self, at: u64, bit: u8) -> bool {
        for change in &mut self.pending {
            if let What::Write { offset, bytes } = &mut change.what
                && let Some(within) = at.checked_sub(*offset)
                && let Ok(within) = usize::try_from(within)
                && let Some(byte) = Arc::make_mut(bytes).get_mut(within)
            {
                *byte ^= 1 << (bit % 8);
            }
        }
        let durable = self.durable.flip(at, bit);
        self.live.flip(at, bit) || durable
    }
}

/// Names of a folder.
pub(super) type Names = BTreeMap<OsString, Ino>;

/// A folder.
#[derive(Clone, Default)]
pub(super) struct DirNode {
    pub(super) live: Names,
    pub(super) durable: Names,
}

/// A file or folder.
pub(super) enum Node {
    File(FileNode),
    Dir(DirNode),
}

/// A name that now leads to `to`, or nowhere.
#[derive(Clone)]
pub(super) struct Edit {
    pub(super) dir: Ino,
    name: OsString,
    to: Option<Ino>,
}

impl Edit {
    pub(super) fn apply(&self, names: &mut Names) {
        match self.to {
            Some(ino) => names.insert(self.name.clone(), ino),
            None => names.remove(&self.name),
        };
    }
}

/// One call that changed names: durable whole or not at all.
#[derive(Clone)]
pub(super) struct NameOp {
    /// Ordinal of the operation.
    pub(super) op: u64,
    pub(super) edits: Vec<Edit>,
    /// A folder got another name: ordered with every other operation, or folders could be lost in a
    /// circle of parents.
    pub(super) moves_dir: bool,
}

impl NameOp {
    pub(super) fn dirs(&self) -> impl Iterator<Item = Ino> + '_ {
        self.edits.iter().map(|e| e.dir)
    }
}

/// The whole tree.
pub(super) struct Disk {
    pub(super) nodes: BTreeMap<Ino, Node>,
    next: Ino,
    /// Name operations that are not durable yet, in order.
    pub(super) names: Vec<NameOp>,
}

fn fail<T>(kind: ErrorKind) -> Result<T> {
    Err(Error::from(kind))
}

impl Disk {
    pub(super) fn new() -> Self {
        Self {
            nodes: BTreeMap::from([(ROOT, Node::Dir(DirNode::default()))]),
            next: ROOT + 1,
            names: Vec::new(),
        }
    }

    /// The same tree; numbers stay, handles and locks do not.
    pub(super) fn fork(&self) -> Self {
        let copy = |node: &Node| match node {
            Node::File(f) => Node::File(f.fork()),
            Node::Dir(d) => Node::Dir(d.clone()),
        };
        Self {
            nodes: self.nodes.iter().map(|(i, n)| (*i, copy(n))).collect(),
            next: self.next,
            names: self.names.clone(),
        }
    }

    /// A tree at rest of these nodes.
    pub(super) fn at_rest(&self, nodes: BTreeMap<Ino, Node>) -> Self {
        Self {
            nodes,
            next: self.next,
            names: Vec::new(),
        }
    }

    pub(super) fn file(&mut self, ino: Ino) -> Result<&mut FileNode> {
        match self.nodes.get_mut(&ino) {
            Some(Node::File(f)) => Ok(f),
            _ => fail(ErrorKind::NotFound),
        }
    }

    fn dir(&self, ino: Ino) -> Result<&DirNode> {
        match self.nodes.get(&ino) {
            Some(Node::Dir(d)) => Ok(d),
            Some(Node::File(_)) => fail(ErrorKind::NotADirectory),
            None => fail(ErrorKind::NotFound),
        }
    }

    fn is_dir(&self, ino: Ino) -> bool {
        matches!(self.nodes.get(&ino), Some(Node::Dir(_)))
    }

    /// The number under a path.
    pub(super) fn walk(&self, path: &Path) -> Result<Ino> {
        let mut at = ROOT;
        for name in key(path).iter() {
            at = *self.dir(at)?.live.get(name).ok_or(ErrorKind::NotFound)?;
        }
        Ok(at)
    }

    /// The folder that holds a path, and the last name; the root has none.
    fn parent(&self, path: &Path) -> Result<Option<(Ino, OsString)>> {
        let key = key(path);
        let Some(name) = key.file_name() else {
            return Ok(None);
        };
        let dir = self.walk(key.parent().unwrap_or(Path::new("")))?;
        self.dir(dir)?;
        Ok(Some((dir, name.to_os_string())))
    }

    fn child(&self, dir: Ino, name: &OsStr) -> Option<Ino> {
        self.dir(dir).ok()?.live.get(name).copied()
    }

    fn add(&mut self, node: Node) -> Ino {
        let ino = self.next;
        self.next += 1;
        self.nodes.insert(ino, node);
        ino
    }

    fn commit(&mut self, op: NameOp) {
        for edit in &op.edits {
            if let Some(Node::Dir(d)) = self.nodes.get_mut(&edit.dir) {
                edit.apply(&mut d.live);
            }
        }
        self.names.push(op);
    }

    fn commit_one(&mut self, op: u64, dir: Ino, name: OsString, to: Option<Ino>) {
        self.commit(NameOp {
            op,
            edits: vec![Edit { dir, name, to }],
            moves_dir: false,
        });
    }

    /// The file under a path, made when `create`.
    pub(super) fn open(&mut self, op: u64, path: &Path, create: bool) -> Result<Ino> {
        let Some((dir, name)) = self.parent(path)? else {
            return fail(if create {
                ErrorKind::AlreadyExists
            } else {
                ErrorKind::IsADirectory
            });
        };
        match self.child(dir, &name) {
            Some(_) if create => fail(ErrorKind::AlreadyExists),
            Some(ino) if self.is_dir(ino) => fail(ErrorKind::IsADirectory),
            Some(ino) => Ok(ino),
            None if create => {
                let ino = self.add(Node::File(FileNode::default()));
                self.commit_one(op, dir, name, Some(ino));
                Ok(ino)
            }
            None => fail(ErrorKind::NotFound),
        }
    }

    pub(super) fn create_dir(&mut self, op: u64, path: &Path) -> Result<()> {
        let Some((dir, name)) = self.parent(path)? else {
            return fail(ErrorKind::AlreadyExists);
        };
        if self.child(dir, &name).is_some() {
            return fail(ErrorKind::AlreadyExists);
        }
        let ino = self.add(Node::Dir(DirNode::default()));
        self.commit_one(op, dir, name, Some(ino));
        Ok(())
    }

    pub(super) fn remove_file(&mut self, op: u64, path: &Path) -> Result<()> {
        let Some((dir, name)) = self.parent(path)? else {
            return fail(ErrorKind::IsADirectory);
        };
        match self.child(dir, &name) {
            Some(ino) if self.is_dir(ino) => fail(ErrorKind::IsADirectory),
            Some(_) => {
                self.commit_one(op, dir, name, None);
                Ok(())
            }
            None => fail(ErrorKind::NotFound),
        }
    }

    pub(super) fn remove_dir(&mut self, op: u64, path: &Path) -> Result<()> {
        let ino = self.walk(path)?;
        if !self.dir(ino)?.live.is_empty() {
            return fail(ErrorKind::DirectoryNotEmpty);
        }
        let Some((dir, name)) = self.parent(path)? else {
            return fail(ErrorKind::PermissionDenied);
        };
        self.commit_one(op, dir, name, None);
        Ok(())
    }

    pub(super) fn rename(&mut self, op: u64, from: &Path, to: &Path, new: bool) -> Result<()> {
        let source = self.parent(from)?;
        let found = source.and_then(|(d, n)| Some((self.child(d, &n)?, d, n)));
        let Some((moved, from_dir, from_name)) = found else {
            return fail(ErrorKind::NotFound);
        };
        if new && self.walk(to).is_ok() {
            return fail(ErrorKind::AlreadyExists);
        }
        let target = self.parent(to)?;
        let (from_key, to_key) = (key(from), key(to));
        let Some((to_dir, to_name)) = target else {
            return fail(ErrorKind::InvalidInput);
        };
        if from_key == to_key {
            return Ok(());
        }
        if to_key.starts_with(&from_key) {
            return fail(ErrorKind::InvalidInput);
        }
        let moves_dir = self.is_dir(moved);
        if let Some(there) = self.child(to_dir, &to_name) {
            match (moves_dir, self.dir(there)) {
                (false, Ok(_)) => return fail(ErrorKind::IsADirectory),
                (true, Err(_)) => return fail(ErrorKind::NotADirectory),
                (true, Ok(d)) if !d.live.is_empty() => return fail(ErrorKind::DirectoryNotEmpty),
                _ => {}
            }
        }
        let edit = |dir, name, to| Edit { dir, name, to };
        self.commit(NameOp {
            op,
            edits: vec![
                edit(from_dir, from_name, None),
                edit(to_dir, to_name, Some(moved)),
            ],
            moves_dir,
        });
        Ok(())
    }

    /// Names of a folder, and whether each is a folder.
    pub(super) fn read_dir(&self, path: &Path) -> Result<Vec<(OsString, bool)>> {
        let dir = self.dir(self.walk(path)?)?;
        let entry = |(name, ino): (&OsString, &Ino)| (name.clone(), self.is_dir(*ino));
        Ok(dir.live.iter().map(entry).collect())
    }

    /// `None` nothing, else whether it is a folder.
    pub(super) fn kind(&self, path: &Path) -> Option<bool> {
        self.walk(path).ok().map(|ino| self.is_dir(ino))
    }

    /// The folder must be one.
    pub(super) fn check_dir(&self, path: &Path) -> Result<Ino> {
        let ino = self.walk(path)?;
        self.dir(ino)?;
        Ok(ino)
    }

    /// Makes the folder's pending name operations durable, and with them those of other folders that
    /// came before them: operations are durable whole, and in each folder in order.
    pub(super) fn sync_dir(&mut self, dir: Ino) {
        let mut needed = BTreeSet::from([dir]);
        let mut all = false;
        let mut kept = Vec::new();
        let mut done = Vec::new();
        for op in std::mem::take(&mut self.names).into_iter().rev() {
            if all || op.moves_dir || op.dirs().any(|d| needed.contains(&d)) {
                needed.extend(op.dirs());
                all |= op.moves_dir;
                done.push(op);
            } else {
                kept.push(op);
            }
        }
        kept.reverse();
        self.names = kept;
        for edit in done.iter().rev().flat_map(|op| &op.edits) {
            if let Some(Node::Dir(d)) = self.nodes.get_mut(&edit.dir) {
                edit.apply(&mut d.durable);
            }
        }
        self.forget_unreachable();
    }

    /// Drops nodes that nothing leads to any more.
    fn forget_unreachable(&mut self) {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<Ino> = self
            .names
            .iter()
            .flat_map(|op| &op.edits)
            .flat_map(|e| e.to.into_iter().chain([e.dir]))
            .chain([ROOT])
            .collect();
        while let Some(ino) = todo.pop() {
            if seen.insert(ino)
                && let Ok(d) = self.dir(ino)
            {
                todo.extend(d.live.values().chain(d.durable.values()));
            }
        }
        self.nodes
            .retain(|ino, node| seen.contains(ino) || matches!(node, Node::File(f) if f.opens > 0));
    }

    /// Bytes taken: files with a name, or open.
    pub(super) fn used(&self) -> u64 {
        let named: BTreeSet<Ino> = self.live_files().map(|(_, ino)| ino).collect();
        self.nodes
            .iter()
            .filter_map(|(ino, node)| match node {
                Node::File(f) if f.opens > 0 || named.contains(ino) => Some(f.live.len()),
                _ => None,
            })
            .fold(0, u64::saturating_add)
    }

    /// Every file that has a name, with it.
    pub(super) fn live_files(&self) -> impl Iterator<Item = (PathBuf, Ino)> + '_ {
        let mut todo = vec![(PathBuf::new(), ROOT)];
        std::iter::from_fn(move || {
            while let Some((path, ino)) = todo.pop() {
                match self.dir(ino) {
                    Ok(d) => todo.extend(d.live.iter().map(|(n, i)| (path.join(n), *i))),
                    Err(_) => return Some((path, ino)),
                }
            }
            None
        })
    }

    /// Every folder but the root, parents first.
    pub(super) fn live_dirs(&self) -> Vec<PathBuf> {
        let mut out = Vec::new();
        let mut todo = vec![(PathBuf::new(), ROOT)];
        while let Some((path, ino)) = todo.pop() {
            if let Ok(d) = self.dir(ino) {
                todo.extend(d.live.iter().map(|(n, i)| (path.join(n), *i)));
                if ino != ROOT {
                    out.push(path);
                }
            }
        }
        out.sort();
        out
    }

    /// Puts a file at rest under a path, with its folders; `false` when a file is in the way.
    pub(super) fn put(&mut self, path: &Path, node: Option<FileNode>) -> bool {
        let key = key(path);
        let mut at = ROOT;
        let names: Vec<&OsStr> = key.iter().collect();
        let Some((last, dirs)) = names.split_last() else {
            return node.is_none();
        };
        let folders = if node.is_some() { dirs } else { &names[..] };
        for name in folders {
            at = match self.child(at, name) {
                Some(ino) if self.is_dir(ino) => ino,
                Some(_) => return false,
                None => {
                    let ino = self.add(Node::Dir(DirNode::default()));
                    self.bind(at, name, ino);
                    ino
                }
            };
        }
        if let Some(file) = node {
            if self.child(at, last).is_some_and(|ino| self.is_dir(ino)) {
                return false;
            }
            let ino = self.add(Node::File(file));
            self.bind(at, last, ino);
        }
        true
    }

    fn bind(&mut self, dir: Ino, name: &OsStr, ino: Ino) {
        if let Some(Node::Dir(d)) = self.nodes.get_mut(&dir) {
            d.live.insert(name.to_os_string(), ino);
            d.durable.insert(name.to_os_string(), ino);
        }
    }
}

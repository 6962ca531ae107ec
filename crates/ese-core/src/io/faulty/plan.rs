//! What shall go wrong, and when.
//!
//! A [`Plan`] is a list of rules: a [`Pick`] names operations, a [`Fault`] says what happens to them.
//! The first rule that picks an operation, and whose fault fits its kind, acts. Everything random
//! comes from the plan's seed.
#![forbid(unsafe_code)]

use super::super::ErrorKind;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The kinds of operations. Looking at a length or at what lies under a name is none: it is neither
/// counted nor failed, but for a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpKind {
    /// [`FileSystem::open`](super::super::FileSystem::open) and `open_locked` of a file that exists.
    Open,
    /// The same with [`OpenMode::CreateNew`](super::super::OpenMode::CreateNew).
    Create,
    /// [`File::read_at`](super::super::File::read_at).
    Read,
    /// [`File::write_all_at`](super::super::File::write_all_at).
    Write,
    /// [`File::set_len`](super::super::File::set_len).
    SetLen,
    /// [`File::sync_data`](super::super::File::sync_data) and `sync_all`.
    Sync,
    /// `rename` and `rename_new`.
    Rename,
    /// `remove_file` and `remove_dir`.
    Remove,
    /// `create_dir`.
    CreateDir,
    /// `read_dir`.
    ReadDir,
    /// `sync_dir`.
    SyncDir,
}

/// One operation, for rules and messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpRecord {
    /// Ordinal, from 0, over all operations of the file system since it was made.
    pub op: u64,
    /// What was asked.
    pub kind: OpKind,
    /// On what: the name as it was given, for an open file the name it was opened with.
    pub path: PathBuf,
    /// The new name of a rename.
    pub to: Option<PathBuf>,
    /// First byte of a read or write.
    pub offset: u64,
    /// Bytes of a read or write; the length of a `set_len`.
    pub len: u64,
}

impl fmt::Display for OpRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "op {} {:?} {}", self.op, self.kind, self.path.display())?;
        match (&self.to, self.kind) {
            (Some(to), _) => write!(f, " to {}", to.display()),
            (None, OpKind::Read | OpKind::Write) => write!(f, " {}+{}", self.offset, self.len),
            (None, OpKind::SetLen) => write!(f, " {}", self.len),
            _ => Ok(()),
        }
    }
}

/// What happens to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing happens, and the error is of this kind. A sync that fails makes nothing durable, nor
    /// does a later one what this one should have: the system has dropped it (what Linux does after
    /// `EIO`); only a new write does. It can still be read until the machine goes down.
    Fail(ErrorKind),
    /// It happens, and the error is of this kind all the same.
    FailAfter(ErrorKind),
    /// A write: a seeded number of its first bytes, never all, lands, up to the end of a sector
    /// ([`super::SECTOR`]); then the error.
    PartialWrite(ErrorKind),
    /// A read: a seeded number of bytes, fewer than there are. **This breaks the contract of
    /// [`File::read_at`](super::super::File::read_at)** on purpose, as a file does that somebody cuts
    /// while it is read: fewer bytes are the end of the file to every caller, which must make an error
    /// of it and not use the rest of its buffer. (A system call that returns early is not visible
    /// above `io::real`, which goes on reading.)
    ShortRead,
    /// A write: reports success, and nothing happens.
    LostWrite,
    /// A sync of a file or folder: reports success, and nothing becomes durable by it; a later one
    /// makes up for it. A disk that lies about its cache.
    FalseSync,
    /// A read: gives the bytes that stood there before the last write to the place, as far as known.
    StaleRead,
    /// A read: one seeded bit of what is read is turned over, in the reader's buffer only.
    FlipRead,
    /// A read or write: one seeded bit of the range is turned over in the file, live and durable,
    /// before a read and after a write.
    FlipStored,
    /// The machine goes down before it: it fails as every later operation does ([`super::is_crash`]).
    CrashBefore,
    /// The machine goes down after it, before the caller learns that it was done.
    CrashAfter,
}

impl Fault {
    /// An I/O error of the device.
    pub const EIO: Self = Self::Fail(ErrorKind::Other);
    /// A full disk.
    pub const ENOSPC: Self = Self::Fail(ErrorKind::StorageFull);

    /// Whether it can happen to this kind.
    #[must_use]
    pub fn fits(self, kind: OpKind) -> bool {
        match self {
            Self::Fail(_) | Self::FailAfter(_) | Self::CrashBefore | Self::CrashAfter => true,
            Self::PartialWrite(_) | Self::LostWrite => kind == OpKind::Write,
            Self::ShortRead | Self::StaleRead | Self::FlipRead => kind == OpKind::Read,
            Self::FlipStored => matches!(kind, OpKind::Read | OpKind::Write),
            Self::FalseSync => matches!(kind, OpKind::Sync | OpKind::SyncDir),
        }
    }
}

type Predicate = Arc<dyn Fn(&OpRecord) -> bool + Send + Sync>;

/// Names operations: all conditions must hold.
#[derive(Clone)]
pub struct Pick {
    from: u64,
    to: u64,
    kinds: Vec<OpKind>,
    path: Option<PathBuf>,
    matching: Option<Predicate>,
    skip: u64,
    times: u64,
}

impl Pick {
    /// Every operation.
    #[must_use]
    pub fn all() -> Self {
        Self {
            from: 0,
            to: u64::MAX,
            kinds: Vec::new(),
            path: None,
            matching: None,
            skip: 0,
            times: u64::MAX,
        }
    }

    /// The operation with this ordinal.
    #[must_use]
    pub fn op(n: u64) -> Self {
        Self {
            from: n,
            to: n,
            ..Self::all()
        }
    }

    /// This ordinal and all later ones.
    #[must_use]
    pub fn from_op(n: u64) -> Self {
        Self {
            from: n,
            ..Self::all()
        }
    }

    /// All of a kind.
    #[must_use]
    pub fn of(kind: OpKind) -> Self {
        Self::all().or_kind(kind)
    }

    /// Another kind; without any, all kinds are meant.
    #[must_use]
    pub fn or_kind(mut self, kind: OpKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Only on a name that ends in these components: `edb.log`, or `logs/edb.log`. For a rename one
    /// of both names.
    #[must_use]
    pub fn named(mut self, end: impl AsRef<Path>) -> Self {
        self.path = Some(end.as_ref().to_path_buf());
        self
    }

    /// Only those for which `f` is true.
    #[must_use]
    pub fn matching(mut self, f: impl Fn(&OpRecord) -> bool + Send + Sync + 'static) -> Self {
        self.matching = Some(Arc::new(f));
        self
    }

    /// The first `n` of them pass.
    #[must_use]
    pub fn skip(mut self, n: u64) -> Self {
        self.skip = n;
        self
    }

    /// Only `n` of them, after those skipped.
    #[must_use]
    pub fn times(mut self, n: u64) -> Self {
        self.times = n;
        self
    }

    fn picks(&self, op: &OpRecord) -> bool {
        (self.from..=self.to).contains(&op.op)
            && (self.kinds.is_empty() || self.kinds.contains(&op.kind))
            && self.path.as_ref().is_none_or(|end| {
                op.path.ends_with(end) || op.to.as_ref().is_some_and(|to| to.ends_with(end))
            })
            && self.matching.as_ref().is_none_or(|f| f(op))
    }
}

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pick")
            .field("ops", &(self.from..=self.to))
            .field("kinds", &self.kinds)
            .field("path", &self.path)
            .field("matching", &self.matching.is_some())
            .field("skip", &self.skip)
            .field("times", &self.times)
            .finish()
    }
}

/// What shall go wrong in a [`super::FaultyFileSystem`], and when.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(super) seed: u64,
    rules: Vec<(Pick, Fault)>,
    pub(super) capacity: Option<u64>,
    pub(super) traced: bool,
}

impl Plan {
    /// Nothing goes wrong.
    #[must_use]
    pub fn quiet() -> Self {
        Self::default()
    }

    /// Nothing goes wrong yet; whatever is random comes from `seed`.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// `fault` happens to the operations that `pick` names.
    #[must_use]
    pub fn on(mut self, pick: Pick, fault: Fault) -> Self {
        self.rules.push((pick, fault));
        self
    }

    /// `fault` happens to operation `n`.
    #[must_use]
    pub fn at(self, n: u64, fault: Fault) -> Self {
        self.on(Pick::op(n), fault)
    }

    /// `fault` happens to operation `n` and all later ones.
    #[must_use]
    pub fn from(self, n: u64, fault: Fault) -> Self {
        self.on(Pick::from_op(n), fault)
    }

    /// The disk holds so many bytes: the sum of the lengths of all files that have a name or are
    /// open. A file can be written inside its length when the disk is full; a write that does not fit
    /// lands as far as it fits. Names cost nothing.
    #[must_use]
    pub fn capacity(mut self, bytes: u64) -> Self {
        self.capacity = Some(bytes);
        self
    }

    /// Keep a record of every operation ([`super::FaultyFileSystem::trace`]).
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.traced = true;
        self
    }

    /// Whether older bytes must be kept.
    pub(super) fn needs_history(&self) -> bool {
        self.rules.iter().any(|(_, f)| *f == Fault::StaleRead)
    }

    /// The fault of this operation; counts.
    pub(super) fn fault_of(&mut self, op: &OpRecord) -> Option<Fault> {
        for (pick, fault) in &mut self.rules {
            if pick.times == 0 || !fault.fits(op.kind) || !pick.picks(op) {
                continue;
            }
            if pick.skip > 0 {
                pick.skip -= 1;
                continue;
            }
            pick.times -= 1;
            return Some(*fault);
        }
        None
    }
}

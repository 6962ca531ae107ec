//! A database in memory whose one tree is changed by sessions, everything logged by the real writer.
//!
//! Space is a counter and a set of freed pages; versions are a map of nodes that a session is changing.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::store::{Disk, Store};
use ese_core::btree::apply::create::{self, PageStyle};
use ese_core::btree::apply::node::Before;
use ese_core::btree::write::{
    AllocError, Author, PageAllocator, Scratch, TreeDb, TreeDbConfig, TreeWriter, WriteTree,
};
use ese_core::cache::{Budget, Cache, Change, DbNo, DbPages, Verdict, WriteGate};
use ese_core::error::JetErr;
use ese_core::format::ids::{Dbtime, Lgpos, Objid, PageSize, Pgno, Signature};
use ese_core::format::log_fields::Field;
use ese_core::format::log_fields::params::DbmsParam;
use ese_core::format::log_record::{
    Begin0, BeginLevels, Commit0, CreateDb, CreateSEFDP, CreateVersion, DBTIME_NIL, DbFlags,
    ExtendDb, LogRecord, LrFlags, LrPage, Rollback, Text,
};
use ese_core::format::page::PageFlags;
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::log::{LogAppend, LogConfig, LogWriteError, LogWriter};
use ese_core::rollback::{Place, UndoTarget, Undoable};
use ese_core::trx::{
    Made, NodeChange, NodeId, ReplaceSpace, Stamp, VersionFault, VersionOper, VersionRef,
    VersionSink,
};
use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

pub const DIR: &str = "/logs";
pub const DBID: u8 = 1;
pub const ROOT: Pgno = Pgno(4);
pub const OBJID: Objid = Objid(7);
/// Pages by which the file grows.
const GROWTH: u32 = 32;

/// How a world is.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub page_size: PageSize,
    pub unique: bool,
    pub density: u8,
    pub dbid: u8,
    pub new_pages: bool,
    pub compress: bool,
    pub logged: bool,
    /// Pages in memory.
    pub cache: u32,
}

impl Kind {
    pub fn new(page_size: PageSize, unique: bool) -> Self {
        Self {
            page_size,
            unique,
            density: 80,
            dbid: DBID,
            new_pages: true,
            compress: true,
            logged: true,
            cache: 4096,
        }
    }
}

pub struct World {
    pub kind: Kind,
    pub fs: MemoryFileSystem,
    pub log: Arc<LogWriter>,
    /// Between the trees and the log.
    pub gate: Arc<LogGate>,
    pub store: Arc<Store>,
    pub cache: Arc<Cache>,
    pub db: TreeDb,
    pub tree: WriteTree,
    pub space: Space,
    pub versions: Arc<Mutex<Versions>>,
    trx: AtomicU32,
}

/// A log that can be made to refuse.
pub struct LogGate {
    log: Arc<LogWriter>,
    left: AtomicI64,
}

impl LogGate {
    /// Takes `calls` more calls.
    pub fn refuse_after(&self, calls: u64) {
        self.left.store(calls as i64, Ordering::Relaxed);
    }

    pub fn take_again(&self) {
        self.left.store(i64::MAX, Ordering::Relaxed);
    }

    fn check(&self) -> Result<(), LogWriteError> {
        match self.left.fetch_sub(1, Ordering::Relaxed) {
            ..=0 => Err(LogWriteError::Ended),
            _ => Ok(()),
        }
    }
}

impl LogAppend for LogGate {
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        self.check()?;
        self.log.append_all(records, at)
    }

    fn append(&self, record: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        self.check()?;
        self.log.append(record)
    }
}

/// Where pages come from.
pub struct Space {
    store: Arc<Store>,
    log: Arc<LogWriter>,
    dbid: u8,
    inner: Mutex<Free>,
}

#[derive(Default)]
struct Free {
    next: u32,
    free: BTreeSet<Pgno>,
    /// Pages that were handed out and neither given back nor freed.
    taken: BTreeSet<Pgno>,
    /// Answers with an error from now on.
    full: bool,
}

impl Space {
    pub fn set_full(&self, full: bool) {
        self.inner.lock().full = full;
    }

    /// Pages that the tree must have.
    pub fn taken(&self) -> BTreeSet<Pgno> {
        self.inner.lock().taken.clone()
    }

    fn put_back(&self, pages: &[Pgno]) {
        let mut inner = self.inner.lock();
        for &p in pages {
            assert!(inner.taken.remove(&p), "{p} is given back twice");
            assert!(inner.free.insert(p));
        }
    }
}

impl PageAllocator for Space {
    fn reserve(
        &self,
        _: &Author,
        _: &WriteTree,
        near: Pgno,
        pages: usize,
    ) -> Result<Vec<Pgno>, AllocError> {
        let mut inner = self.inner.lock();
        if inner.full {
            return Err(JetErr::DISK_FULL.into());
        }
        let mut got = Vec::new();
        while got.len() < pages {
            let free = inner.free.range(near..).next().or(inner.free.first());
            let pgno = match free.copied() {
                Some(p) => {
                    inner.free.remove(&p);
                    p
                }
                None => {
                    inner.next += 1;
                    Pgno(inner.next)
                }
            };
            assert!(inner.taken.insert(pgno));
            if pgno.0 > self.store.disk.lock().last {
                let last = pgno.0 + GROWTH;
                let record = LogRecord::ExtendDb(ExtendDb {
                    dbid: self.dbid,
                    pgno_last: Pgno(last),
                });
                let at = self.log.append(&record).unwrap();
                self.store.resize(last, at);
            }
            got.push(pgno);
        }
        got.sort();
        Ok(got)
    }

    fn give_back(&self, _: &Author, _: &WriteTree, pages: &[Pgno]) -> Result<(), AllocError> {
        self.put_back(pages);
        Ok(())
    }

    fn free(&self, _: &Author, _: &WriteTree, pages: &[Pgno]) -> Result<(), AllocError> {
        self.put_back(pages);
        Ok(())
    }
}

pub fn params() -> DbmsParam<'static> {
    DbmsParam::get(&[0; 567], 0)
}

impl World {
    pub fn new(kind: Kind) -> Arc<Self> {
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new(DIR)).unwrap();
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let env = Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(7)));
        let mut config = LogConfig::new(PathBuf::from(DIR), "edb");
        config.page_size = kind.page_size;
        config.file_segments = 512;
        let log = LogWriter::begin_new(&env, &config, params(), Path::new(DIR)).unwrap();
        let log = Arc::new(log);

        let store = Store::new(kind.page_size, Disk::default());
        let budget = Budget {
            min: 16,
            max: kind.cache,
        };
        let cache = Cache::new(kind.page_size, budget).unwrap();
        let versions: Arc<Mutex<Versions>> = Arc::default();
        let gate = Arc::new(Debts(Arc::clone(&versions)));
        let pages = cache
            .attach(DbNo(1), Arc::clone(&store) as _, gate)
            .unwrap();
        let sign = Signature([9; 28]);
        log.append(&LogRecord::CreateDb(CreateDb {
            procid: 1,
            dbid: kind.dbid,
            grbit: 0,
            cpg_size_max: 0,
            sign_db: sign,
            flags: DbFlags::VERSION,
            version: CreateVersion::LOGGED,
            path: Text::ansi(b"a.edb\0"),
        }))
        .unwrap();
        let at = log
            .append(&LogRecord::ExtendDb(ExtendDb {
                dbid: kind.dbid,
                pgno_last: ROOT,
            }))
            .unwrap();
        store.resize(ROOT.0, at);
        let log_gate = Arc::new(LogGate {
            log: Arc::clone(&log),
            left: AtomicI64::new(i64::MAX),
        });
        let db = TreeDb::new(TreeDbConfig {
            no: DbNo(1),
            dbid: kind.dbid,
            pages,
            log: kind.logged.then(|| Arc::clone(&log_gate) as _),
            dbtime: Dbtime(100),
            style: PageStyle::default(),
            log_new_pages: kind.new_pages,
            compress_images: kind.compress,
        });
        let space = Space {
            store: Arc::clone(&store),
            log: Arc::clone(&log),
            dbid: kind.dbid,
            inner: Mutex::new(Free {
                next: ROOT.0,
                ..Free::default()
            }),
        };
        let world = Arc::new(Self {
            kind,
            fs,
            log,
            gate: log_gate,
            store,
            cache,
            db,
            tree: WriteTree::new(ROOT, OBJID, kind.unique, kind.density),
            space,
            versions,
            trx: AtomicU32::new(4),
        });
        let mut session = Session::new(&world, 1);
        let author = session.begin();
        world.create_root(&author);
        session.commit();
        world
    }

    fn create_root(&self, author: &Author) {
        let mut flags = LrFlags::empty();
        flags.set(LrFlags::UNIQUE, self.kind.unique);
        let mut page_flags = PageFlags::ROOT | PageFlags::LEAF;
        page_flags.set(PageFlags::NON_UNIQUE, !self.kind.unique);
        let dbtime = self.db.next_dbtime();
        let record = CreateSEFDP {
            page: LrPage {
                procid: author.procid,
                dbid: self.kind.dbid,
                pgno: ROOT,
                dbtime,
                dbtime_before: DBTIME_NIL,
                trx_begin0: author.trx_begin0,
                level: 1,
                iline: 0,
                flags,
            },
            objid_fdp: OBJID,
            pgno_fdp_parent: Pgno(1),
            cpg_primary: 1,
            page_flags,
        };
        let lgpos = self.log.append(&LogRecord::CreateSEFDP(record)).unwrap();
        let mut page = self.db.pages().new_page(ROOT).unwrap();
        create::single_extent(&mut page, &record, self.db.style()).unwrap();
        page.mark_dirty(Change {
            begin0: author.begin0,
            lgpos,
        });
    }

    /// Nodes that an open transaction has changed.
    pub fn versions_open(&self) -> usize {
        self.versions.lock().owners.len()
    }

    /// Bytes that the undo of a node may need beyond those it has.
    pub fn reserved(&self, key: &[u8], data: &[u8]) -> usize {
        let data = if self.kind.unique { &[] } else { data };
        let versions = self.versions.lock();
        let owned = versions.owners.get(&(key.to_vec(), data.to_vec()));
        owned.map_or(0, Owned::reserved)
    }

    /// Everything that is dirty goes to the disk.
    pub fn flush(&self) {
        let flushed = self.cache.flush_db(DbNo(1)).unwrap();
        assert_eq!(flushed.held_back, 0);
    }
}

impl UndoTarget for World {
    fn pages(&self, db: DbNo) -> Option<&DbPages> {
        (db == DbNo(1)).then(|| self.db.pages())
    }

    fn next_dbtime(&self, _: DbNo) -> Dbtime {
        self.db.next_dbtime()
    }

    fn log(&self) -> &dyn LogAppend {
        &*self.log
    }
}

// ---- versions ----------------------------------------------------------------------------------

type Node = (Vec<u8>, Vec<u8>);

/// Nodes that an open transaction has changed.
#[derive(Default)]
pub struct Versions {
    owners: HashMap<Node, Owned>,
    next: u32,
    /// Pages that were written although they owed something, and nobody had said so.
    pub escaped: Vec<Pgno>,
}

/// What one transaction does to one node.
struct Owned {
    procid: u16,
    count: usize,
    /// Of its replaces, oldest first.
    spaces: Vec<ReplaceSpace>,
    /// Length of the data now.
    len: usize,
    /// The page that owes the log a before-image of it: that of the record, wherever the node is now.
    owed_by: Option<Pgno>,
}

impl Owned {
    fn reserved(&self) -> usize {
        self.spaces.last().map_or(0, |s| {
            let most = usize::try_from(s.cb_max_size).unwrap();
            most - self.len
        })
    }
}

/// Lets every page out, and notes those that owe a before-image without having said so. What is
/// written counts as paid: a real gate logs UndoInfo first.
struct Debts(Arc<Mutex<Versions>>);

impl WriteGate for Debts {
    fn may_write(&self, _: DbNo, pgno: Pgno, _: Lgpos, owes_undo: bool) -> Verdict {
        let mut versions = self.0.lock();
        let mut owing = versions.owners.values_mut();
        let mut escaped = false;
        for owned in owing.by_ref().filter(|o| o.owed_by == Some(pgno)) {
            owned.owed_by = None;
            escaped |= !owes_undo;
        }
        if escaped {
            versions.escaped.push(pgno);
        }
        Verdict::Write
    }

    fn make_way(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Result<(), JetErr> {
        Ok(())
    }
}

/// One change of a session.
struct Version {
    rceid: u32,
    node: Node,
    oper: VersionOper,
    before: Vec<u8>,
    delta: (u16, i64),
    space: ReplaceSpace,
    /// The node's page before, when this one owes.
    owed_before: Option<Option<Pgno>>,
}

/// A session: one at a time works with it.
pub struct Session {
    pub world: Arc<World>,
    pub procid: u16,
    author: Option<Author>,
    sink: Sink,
    scratch: Scratch,
}

struct Sink {
    versions: Arc<Mutex<Versions>>,
    stamp: Mutex<Stamp>,
    log: Mutex<Vec<Version>>,
}

impl Sink {
    fn push(
        &self,
        id: &NodeId<'_>,
        oper: VersionOper,
        before: &[u8],
        to: Option<usize>,
        delta: (u16, i64),
    ) -> Result<(VersionRef, i32), VersionFault> {
        let procid = self.stamp.lock().procid;
        let node = node_of(id);
        let mut versions = self.versions.lock();
        versions.next += 2;
        let rceid = versions.next | 1;
        let owned = versions.owners.entry(node.clone()).or_insert(Owned {
            procid,
            count: 0,
            spaces: Vec::new(),
            len: before.len(),
            owed_by: None,
        });
        if owned.procid != procid {
            return Err(VersionFault::WriteConflict);
        }
        owned.count += 1;
        let mut space = ReplaceSpace::default();
        let mut uncommitted = 0;
        if let Some(to) = to {
            (space, uncommitted) = of_replace(owned.spaces.last(), before.len(), to);
            owned.spaces.push(space);
            owned.len = to;
        }
        self.log.lock().push(Version {
            rceid,
            node,
            oper,
            before: before.to_vec(),
            delta,
            space,
            owed_before: None,
        });
        let mut version = VersionRef::NONE;
        version.rceid = rceid;
        Ok((version, uncommitted))
    }

    /// The newest version is over.
    fn pop(&self, rceid: u32) {
        let mut log = self.log.lock();
        let version = log.pop().unwrap();
        assert_eq!(version.rceid, rceid);
        if let Some(before) = version.owed_before
            && let Some(owned) = self.versions.lock().owners.get_mut(&version.node)
        {
            owned.owed_by = before;
        }
        self.forget(&version);
    }

    fn forget(&self, version: &Version) {
        let mut versions = self.versions.lock();
        let owned = versions.owners.get_mut(&version.node).unwrap();
        owned.count -= 1;
        if version.oper == VersionOper::Replace {
            owned.spaces.pop();
            owned.len = version.before.len();
        }
        if owned.count == 0 {
            versions.owners.remove(&version.node);
        }
    }
}

/// docs/format/versioning.md §6.
fn of_replace(before: Option<&ReplaceSpace>, old: usize, new: usize) -> (ReplaceSpace, i32) {
    let short = |n: usize| i16::try_from(n).unwrap();
    let (old, new) = (short(old), short(new));
    let max = before.map_or(old, |s| s.cb_max_size).max(old);
    let taken = new.min(max) - old;
    let space = ReplaceSpace {
        cb_max_size: max.max(new),
        cb_delta: -taken,
    };
    (space, i32::from(-taken))
}

fn node_of(id: &NodeId<'_>) -> Node {
    (
        id.key.concat(),
        if id.unique {
            Vec::new()
        } else {
            id.data.to_vec()
        },
    )
}

impl VersionSink for Sink {
    fn reserve(&self, node: &NodeId<'_>) -> Result<VersionRef, VersionFault> {
        let procid = self.stamp.lock().procid;
        let versions = self.versions.lock();
        match versions.owners.get(&node_of(node)) {
            Some(owned) if owned.procid != procid => Err(VersionFault::KeyDuplicate),
            _ => Ok(VersionRef::NONE),
        }
    }

    fn change(
        &self,
        node: &NodeId<'_>,
        leaf: Pgno,
        _: VersionRef,
        change: &NodeChange<'_>,
    ) -> Result<Made, VersionFault> {
        let none = (0, 0);
        let mut made = Made {
            stamp: *self.stamp.lock(),
            ..Made::default()
        };
        let duplicate = |e| match e {
            VersionFault::WriteConflict => VersionFault::KeyDuplicate,
            e => e,
        };
        match *change {
            NodeChange::Insert => {
                (made.version, _) = self
                    .push(node, VersionOper::Insert, &[], None, none)
                    .map_err(duplicate)?;
            }
            NodeChange::FlagInsertAndReplace { before, after_len } => {
                (made.version, _) = self
                    .push(node, VersionOper::Insert, &[], None, none)
                    .map_err(duplicate)?;
                (made.replace, made.uncommitted_free) =
                    self.push(node, VersionOper::Replace, before, Some(after_len), none)?;
            }
            NodeChange::Replace {
                unchanged: true, ..
            } => {
                let versions = self.versions.lock();
                let owned = versions.owners.get(&node_of(node));
                if owned.is_some_and(|o| o.procid != made.stamp.procid) {
                    return Err(VersionFault::WriteConflict);
                }
            }
            NodeChange::Replace {
                before, after_len, ..
            } => {
                (made.version, made.uncommitted_free) =
                    self.push(node, VersionOper::Replace, before, Some(after_len), none)?;
            }
            NodeChange::FlagDelete => {
                (made.version, _) = self.push(node, VersionOper::FlagDelete, &[], None, none)?;
            }
            NodeChange::Delta { offset, amount, .. } => {
                let delta = (offset, i64::from(amount));
                (made.version, _) = self.push(node, VersionOper::Delta, &[], None, delta)?;
            }
            NodeChange::Delta64 { offset, amount, .. } => {
                let delta = (offset, amount);
                (made.version, _) = self.push(node, VersionOper::Delta64, &[], None, delta)?;
            }
        }
        let owes = matches!(
            change,
            NodeChange::FlagInsertAndReplace { .. }
                | NodeChange::FlagDelete
                | NodeChange::Replace {
                    unchanged: false,
                    ..
                }
        );
        if owes && let Some(owned) = self.versions.lock().owners.get_mut(&node_of(node)) {
            let before = owned.owed_by.replace(leaf);
            if let Some(version) = self.log.lock().last_mut() {
                version.owed_before = Some(before);
            }
        }
        Ok(made)
    }

    fn undo_of(&self, made: &Made) {
        for version in [made.replace, made.version] {
            if !version.is_none() {
                self.pop(version.rceid);
            }
        }
    }

    fn reserved_space(&self, node: &NodeId<'_>) -> u16 {
        let versions = self.versions.lock();
        let owned = versions.owners.get(&node_of(node));
        u16::try_from(owned.map_or(0, Owned::reserved)).unwrap()
    }

    fn is_active(&self, node: &NodeId<'_>) -> bool {
        self.versions.lock().owners.contains_key(&node_of(node))
    }

    fn stamp(&self) -> Stamp {
        *self.stamp.lock()
    }
}

impl Session {
    pub fn new(world: &Arc<World>, procid: u16) -> Self {
        Self {
            world: Arc::clone(world),
            procid,
            author: None,
            sink: Sink {
                versions: Arc::clone(&world.versions),
                stamp: Mutex::default(),
                log: Mutex::default(),
            },
            scratch: Scratch::default(),
        }
    }

    /// The transaction, begun if it is not.
    pub fn begin(&mut self) -> Author {
        if let Some(author) = self.author {
            return author;
        }
        let trx_begin0 = self.world.trx.fetch_add(4, Ordering::Relaxed);
        let begin0 = self.world.log.append(&LogRecord::Begin0(Begin0 {
            procid: self.procid,
            levels: BeginLevels::new(0, 1),
            trx_begin0,
        }));
        let author = Author {
            procid: self.procid,
            trx_begin0,
            level: 1,
            begin0: begin0.unwrap(),
            flags: LrFlags::empty(),
        };
        *self.sink.stamp.lock() = author.stamp();
        self.author = Some(author);
        author
    }

    /// Does something in the transaction.
    pub fn work<T>(&mut self, what: impl FnOnce(&mut TreeWriter<'_>, &WriteTree) -> T) -> T {
        let author = self.begin();
        let world = Arc::clone(&self.world);
        let mut writer = TreeWriter {
            db: &world.db,
            space: &world.space,
            versions: &self.sink,
            author: &author,
            scratch: &mut self.scratch,
        };
        what(&mut writer, &world.tree)
    }

    pub fn commit(&mut self) {
        if self.author.take().is_some() {
            let record = Commit0 {
                procid: self.procid,
                level_to: 0,
                trx_commit0: self.world.trx.fetch_add(4, Ordering::Relaxed),
            };
            self.world.log.append(&LogRecord::Commit0(record)).unwrap();
            for version in self.sink.log.lock().drain(..).rev() {
                self.sink.forget(&version);
            }
        }
    }

    pub fn rollback(&mut self) {
        let Some(author) = self.author.take() else {
            return;
        };
        loop {
            let Some(version) = self.sink.log.lock().pop() else {
                break;
            };
            let (key, data) = &version.node;
            let bookmark = [&key[..], data].concat();
            let change = Undoable {
                procid: self.procid,
                begin0: author.begin0,
                trx_begin0: author.trx_begin0,
                level: 1,
                rceid: version.rceid,
                oper: version.oper,
                db: DbNo(1),
                dbid: self.world.kind.dbid,
                pgno_fdp: ROOT,
                objid_fdp: OBJID,
                unique: self.world.kind.unique,
                bookmark: &bookmark,
                key_len: key.len(),
                before: match version.oper {
                    VersionOper::Insert | VersionOper::FlagDelete => Before::Nothing,
                    VersionOper::Replace => Before::Data(&version.before),
                    VersionOper::Delta | VersionOper::Delta64 => Before::Delta {
                        offset: version.delta.0,
                        amount: version.delta.1,
                    },
                },
                space: version.space,
            };
            let mut place = Place::find(&*self.world, &change).unwrap();
            place.undo(&*self.world, &change, true).unwrap();
            self.sink.forget(&version);
            drop(place);
        }
        let record = Rollback {
            procid: self.procid,
            levels: 1,
        };
        self.world.log.append(&LogRecord::Rollback(record)).unwrap();
    }
}

//! What no recorded history holds: pages that do not fit the log, and logs that do not fit themselves.
#![forbid(unsafe_code)]

use super::*;
use crate::btree::apply::node::Before;
use crate::cache::{
    Budget, Cache, PageFault, PageFaultKind, PageLoader, PageStore, Pages, Verdict, WriteGate,
};
use crate::error::HasJetErr;
use crate::format::ids::PageSize;
use crate::format::log_record::*;
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{self, PageEdit, Space};
use crate::recovery::owed::Owed;
use crate::recovery::redo_map::{DBTIME_REVERTED, DBTIME_SHRUNK, Missing};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

const SIZE: PageSize = PageSize::K4;
const AFTER: Dbtime = Dbtime(0x200);
const BEFORE: Dbtime = Dbtime(0x100);
const PGNO: Pgno = Pgno(5);
const NEW: Pgno = Pgno(6);
const RIGHT: Pgno = Pgno(7);
/// Pages of the file.
const LAST: u32 = 20;
const PROCID: u16 = 3;
const RCEID: u32 = 7;

fn at(isec: u16) -> Lgpos {
    Lgpos::new(1, isec, 0)
}

/// A file whose pages are there, or are wrong in some way.
#[derive(Default)]
struct File {
    pages: Mutex<HashMap<Pgno, Result<PageBuf, PageFaultKind>>>,
    /// Pages that the gate was told to owe a before-image.
    owing: Mutex<Vec<Pgno>>,
    /// Positions of the last changes of pages, as the gate was told.
    changed_at: Mutex<Vec<Lgpos>>,
}

impl PageLoader for File {
    fn page_size(&self) -> PageSize {
        SIZE
    }
    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        let fault = |kind| PageFault::new(pgno, kind);
        match self.pages.lock().get(&pgno) {
            Some(Ok(page)) => buf.copy_from_slice(page),
            Some(Err(kind)) => return Err(fault(kind.clone())),
            None => return Err(fault(PageFaultKind::NotInitialized)),
        }
        Ok(())
    }
}

impl PageStore for File {
    fn pages(&self) -> u32 {
        LAST
    }
    fn write(&self, pgno: Pgno, bytes: &[u8]) -> std::io::Result<()> {
        let page = Ok(PageBuf::from_slice(bytes));
        self.pages.lock().insert(pgno, page);
        Ok(())
    }
}

/// Lets everything through.
struct Gate(Arc<File>);

impl WriteGate for Gate {
    fn may_write(&self, _: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Verdict {
        self.0.changed_at.lock().push(lgpos);
        if owes_undo {
            self.0.owing.lock().push(pgno);
        }
        Verdict::Write
    }
    fn make_way(&self, _: DbNo, _: Pgno, _: Lgpos, _: bool) -> Result<(), JetErr> {
        Ok(())
    }
}

struct Rig {
    file: Arc<File>,
    cache: Arc<Cache>,
    db: RedoDb,
    sessions: Sessions,
    redoer: Redoer,
}

impl Rig {
    /// A database whose session is in a transaction.
    fn new(future: bool) -> Self {
        let mut rig = Self::without_session(future);
        let begin0 = Begin0 {
            procid: PROCID,
            levels: BeginLevels::new(0, 1),
            trx_begin0: 8,
        };
        rig.sessions.begin0(&begin0, at(10)).unwrap();
        rig
    }

    fn without_session(future: bool) -> Self {
        let file = Arc::new(File::default());
        let cache = Cache::new(SIZE, Budget { min: 4, max: 16 }).unwrap();
        let gate = Arc::new(Gate(Arc::clone(&file)));
        let pages = cache.attach(DbNo(1), Arc::clone(&file) as _, gate).unwrap();
        let style = PageStyle { reserved_tags: 1 };
        Self {
            file,
            cache,
            db: RedoDb::new(DbNo(1), pages, style, future),
            sessions: Sessions::new(Arc::new(Owed::default())),
            redoer: Redoer::new(),
        }
    }

    fn put(&self, pgno: Pgno, page: Result<PageBuf, PageFaultKind>) {
        self.file.pages.lock().insert(pgno, page);
    }

    fn record(&mut self, record: &LogRecord<'_>) -> Result<(), JetErr> {
        let Self {
            db,
            sessions,
            redoer,
            ..
        } = self;
        let done = redoer.record(db, sessions, record, at(20));
        done.map_err(|e| {
            assert_eq!(e.lgpos, Some(at(20)), "{e}");
            e.jet_err()
        })
    }

    fn a_macro(&mut self, records: &[LogRecord<'_>]) -> Result<(), JetErr> {
        let begin = MacroBegin {
            procid: PROCID,
            dbtime: AFTER,
        };
        self.sessions.open_macro(&begin, at(11)).unwrap();
        for record in records {
            assert!(self.sessions.buffer(record, at(12)).unwrap());
        }
        let records = self.sessions.take_macro(PROCID, AFTER).unwrap();
        let Self {
            db,
            sessions,
            redoer,
            ..
        } = self;
        let done = redoer.committed_macro(db, sessions, &records, at(20));
        done.map_err(|e| e.jet_err())
    }

    /// Keys of the page's nodes; the page must be the record's.
    fn keys(&self, pgno: Pgno) -> Vec<String> {
        let page = self.db.pages.shared(pgno).unwrap();
        let view = page.view().unwrap();
        assert_eq!(view.dbtime(), AFTER);
        (0..view.node_count())
            .map(|i| String::from_utf8(view.node(i).unwrap().key()).unwrap())
            .collect()
    }

    fn dbtime(&self, pgno: Pgno) -> Dbtime {
        let page = self.db.pages.shared(pgno).unwrap();
        page.view().unwrap().dbtime()
    }

    fn missing(&self, pgno: Pgno) -> Option<Missing> {
        self.db.map.get(pgno).map(|n| n.missing)
    }

    /// Writes everything; `n` pages are dirty, all by the record that was executed last.
    fn flush(&self, n: u32) {
        assert_eq!(self.cache.usage().dirty, n);
        assert_eq!(self.cache.oldest_dirty(DbNo(1)), Some(at(10)));
        self.cache.flush_db(DbNo(1)).unwrap();
        assert_eq!(*self.file.changed_at.lock(), vec![at(20); n as usize]);
    }

    /// Leaves the required range.
    fn end(&mut self) -> Result<(), JetErr> {
        self.db.leave_required_range().map_err(|e| e.jet_err())
    }
}

/// A leaf of some nodes.
fn leaf(pgno: Pgno, dbtime: Dbtime, keys: &[&str]) -> PageBuf {
    with_flags(pgno, dbtime, PageFlags::LEAF, keys)
}

fn with_flags(pgno: Pgno, dbtime: Dbtime, flags: PageFlags, keys: &[&str]) -> PageBuf {
    let mut page = PageBuf::zeroed(SIZE);
    let mut edit = PageEdit::new(&mut page).unwrap();
    let new = page_edit::NewPage {
        flags,
        objid: Objid(9),
        dbtime,
        pgno,
        reserved_tags: 1,
    };
    edit.format(new).unwrap();
    for (i, key) in keys.iter().enumerate() {
        let (key, flags) = (key.as_bytes(), NodeFlags::empty());
        edit.insert_node(i, key, b"old", flags, Space::Reserved)
            .unwrap();
    }
    page
}

fn head(pgno: Pgno, flags: LrFlags) -> LrPage {
    LrPage {
        procid: PROCID,
        dbid: 1,
        pgno,
        dbtime: AFTER,
        dbtime_before: BEFORE,
        trx_begin0: 8,
        level: 1,
        iline: 0,
        flags,
    }
}

fn node() -> LrNode {
    LrNode {
        rceid: RCEID,
        pgno_fdp: Pgno(4),
        objid_fdp: Objid(9),
    }
}

fn insert(key: &'static str) -> LogRecord<'static> {
    LogRecord::Insert(Insert {
        page: head(PGNO, LrFlags::empty()),
        node: node(),
        prefix: b"",
        suffix: key.as_bytes(),
        data: b"new",
    })
}

fn replace(flags: LrFlags) -> LogRecord<'static> {
    LogRecord::Replace(Replace {
        page: head(PGNO, flags),
        node: node(),
        cb: DiffSize::new(3, false).unwrap(),
        cb_old: 3,
        cb_new: 3,
        data: b"new",
    })
}

fn undo(oper: UndoOper) -> LogRecord<'static> {
    LogRecord::Undo(Undo {
        page: LrPage {
            dbtime: Dbtime(AFTER.0 + 1),
            dbtime_before: AFTER,
            ..head(PGNO, LrFlags::empty())
        },
        node: node(),
        oper,
        level: 1,
        key: b"a",
        bookmark_data: b"",
    })
}

fn new_page(pgno: Pgno) -> LogRecord<'static> {
    LogRecord::NewPage(NewPage {
        procid: PROCID,
        dbid: 1,
        pgno,
        objid: Objid(12),
        dbtime: AFTER,
    })
}

fn checksum() -> PageFaultKind {
    PageFaultKind::Checksum {
        stored: 1,
        actual: 2,
        looks_like: None,
    }
}

fn io_error() -> PageFaultKind {
    PageFaultKind::Io(Arc::new(std::io::Error::other("bad sector")))
}

#[test]
fn the_time_of_a_page_decides() {
    for future in [false, true] {
        let redo = |dbtime| {
            let mut rig = Rig::new(future);
            rig.put(PGNO, Ok(leaf(PGNO, dbtime, &["b"])));
            let done = rig.record(&insert("a"));
            (done, rig)
        };
        let (done, rig) = redo(BEFORE);
        assert_eq!(
            (done, rig.keys(PGNO)),
            (Ok(()), vec!["a".into(), "b".into()])
        );
        assert_eq!(rig.cache.oldest_dirty(DbNo(1)), Some(at(10)));

        for newer in [AFTER, Dbtime(AFTER.0 + 9)] {
            let (done, rig) = redo(newer);
            let beyond = Err(JetErr::DB_TIME_BEYOND_MAX_REQUIRED);
            assert_eq!(done, if future { Ok(()) } else { beyond });
            assert_eq!(rig.dbtime(PGNO), newer);
            assert_eq!(rig.cache.oldest_dirty(DbNo(1)), None);
        }

        let (done, rig) = redo(Dbtime(BEFORE.0 + 1));
        assert_eq!(done, Err(JetErr::DB_TIME_TOO_NEW));
        assert_eq!(rig.dbtime(PGNO), Dbtime(BEFORE.0 + 1));

        let (done, mut rig) = redo(Dbtime(BEFORE.0 - 1));
        let too_old = Err(JetErr::DB_TIME_TOO_OLD);
        assert_eq!(done, if future { Ok(()) } else { too_old });
        assert_eq!(rig.dbtime(PGNO), Dbtime(BEFORE.0 - 1));
        if future {
            assert_eq!(rig.missing(PGNO), Some(Missing::TooOld));
            assert_eq!(rig.end(), too_old);
        }
    }
}

#[test]
fn pages_that_may_have_been_taken_away() {
    let dbtime = |t| Ok(leaf(PGNO, t, &["b"]));
    let deleted = PageFlags::LEAF | PageFlags::FDP_DELETE;
    for (page, missing, jet) in [
        (
            Err(PageFaultKind::BeyondEof),
            Missing::BeyondEof,
            JetErr::FILE_IO_BEYOND_EOF,
        ),
        (
            Err(PageFaultKind::NotInitialized),
            Missing::NotInitialized,
            JetErr::PAGE_NOT_INITIALIZED,
        ),
        (
            dbtime(DBTIME_SHRUNK),
            Missing::Shrunk,
            JetErr::RECOVERY_VERIFY_FAILURE,
        ),
        (
            dbtime(DBTIME_REVERTED),
            Missing::Reverted,
            JetErr::RECOVERY_VERIFY_FAILURE,
        ),
        (
            Ok(with_flags(PGNO, DBTIME_REVERTED, deleted, &[])),
            Missing::RevertedOfDeleted,
            JetErr::RECOVERY_VERIFY_FAILURE,
        ),
    ] {
        let mut rig = Rig::new(false);
        rig.put(PGNO, page.clone());
        assert_eq!(rig.record(&insert("a")), Err(jet));
        assert!(rig.db.map.is_empty());

        let mut rig = Rig::new(true);
        rig.put(PGNO, page);
        assert_eq!(rig.record(&insert("a")), Ok(()));
        assert_eq!(rig.missing(PGNO), Some(missing));
        // It is not looked at again, nor made anew, while it is noted.
        rig.put(PGNO, Ok(leaf(PGNO, BEFORE, &[])));
        rig.cache.purge(DbNo(1));
        assert_eq!(rig.record(&insert("a")), Ok(()));
        assert_eq!(rig.record(&new_page(PGNO)), Ok(()));
        assert_eq!(rig.dbtime(PGNO), BEFORE);
        let ignored = missing == Missing::RevertedOfDeleted;
        assert_eq!(rig.end(), if ignored { Ok(()) } else { Err(jet) });
        assert_eq!(rig.db.future, !ignored);
    }
}

#[test]
fn damage_is_no_missing_page() {
    for future in [false, true] {
        for (kind, jet) in [
            (checksum(), JetErr::READ_VERIFY_FAILURE),
            (io_error(), JetErr::DISK_IO),
            (
                PageFaultKind::LostFlush { page: 1, map: 2 },
                JetErr::READ_LOST_FLUSH_VERIFY_FAILURE,
            ),
        ] {
            let mut rig = Rig::new(future);
            rig.put(PGNO, Err(kind));
            assert_eq!(rig.record(&insert("a")), Err(jet));
        }
    }
}

#[test]
fn a_new_page_is_made_unless_it_is_there() {
    let made = |future: bool, page: Result<PageBuf, PageFaultKind>| {
        let mut rig = Rig::new(future);
        rig.put(NEW, page);
        let done = rig.record(&new_page(NEW));
        (done, rig)
    };
    let older = || Ok(leaf(NEW, BEFORE, &["b"]));
    let newer = || Ok(leaf(NEW, Dbtime(AFTER.0 + 9), &["b"]));
    for (future, page) in [
        (false, older()),
        (false, newer()),
        (false, Err(io_error())),
        (true, older()),
        (true, Err(PageFaultKind::NotInitialized)),
        (true, Err(checksum())),
        (true, Ok(leaf(NEW, DBTIME_SHRUNK, &[]))),
        (true, Ok(leaf(NEW, DBTIME_REVERTED, &[]))),
    ] {
        let (done, rig) = made(future, page);
        assert_eq!(done, Ok(()));
        let page = rig.db.pages.shared(NEW).unwrap();
        let view = page.view().unwrap();
        assert!(view.flags().contains(PageFlags::PREINIT));
        assert_eq!((view.objid(), view.dbtime()), (Objid(12), AFTER));
        assert_eq!(rig.cache.oldest_dirty(DbNo(1)), Some(at(10)));
    }
    let (done, rig) = made(true, newer());
    assert_eq!((done, rig.dbtime(NEW)), (Ok(()), Dbtime(AFTER.0 + 9)));
    let (done, rig) = made(true, Err(io_error()));
    assert_eq!((done, rig.missing(NEW)), (Err(JetErr::DISK_IO), None));
    // The file was cut since: the page will go again.
    let mut rig = Rig::new(true);
    assert_eq!(rig.record(&new_page(Pgno(LAST + 1))), Ok(()));
    assert_eq!(rig.missing(Pgno(LAST + 1)), Some(Missing::BeyondEof));
    rig.db.map.shrunk(Pgno(LAST), 1, LAST);
    assert_eq!(rig.end(), Ok(()));
}

#[test]
fn a_session_that_did_not_begin_leaves_its_marks_only() {
    let mut rig = Rig::without_session(false);
    rig.put(PGNO, Ok(leaf(PGNO, BEFORE, &["b"])));
    assert_eq!(rig.record(&insert("a")), Ok(()));
    assert_eq!(rig.record(&new_page(NEW)), Ok(()));
    assert_eq!((rig.db.dbtime, rig.db.objid), (AFTER, Objid(12)));
    assert_eq!(rig.dbtime(PGNO), BEFORE);
    assert_eq!(rig.cache.usage().dirty, 0);
    // "No time" of an UndoInfo is none.
    let mut rig = Rig::new(false);
    let info = UndoInfo {
        page: LrPage {
            dbtime: DBTIME_NIL,
            dbtime_before: DBTIME_NIL,
            ..head(PGNO, LrFlags::empty())
        },
        node: node(),
        oper: UndoOper::REPLACE,
        cb_max_size: 3,
        cb_delta: 0,
        key: b"b",
        bookmark_data: b"",
        data: b"old",
    };
    assert_eq!(rig.record(&LogRecord::UndoInfo(info)), Ok(()));
    assert_eq!(rig.db.dbtime, Dbtime(0));
}

#[test]
fn what_was_before_is_remembered_or_comes_with_undo_info() {
    // From the page.
    let mut rig = Rig::new(false);
    rig.put(PGNO, Ok(leaf(PGNO, BEFORE, &["b"])));
    assert_eq!(rig.record(&replace(LrFlags::VERSIONED)), Ok(()));
    let before = rig.sessions.version(PROCID, RCEID);
    assert_eq!(before, Some(Before::Data(b"old")));
    rig.cache.flush_db(DbNo(1)).unwrap();
    assert_eq!(*rig.file.owing.lock(), [PGNO]);
    assert_eq!(rig.record(&undo(UndoOper::REPLACE)), Ok(()));
    let page = rig.db.pages.shared(PGNO).unwrap();
    assert_eq!(page.view().unwrap().node(0).unwrap().data, b"old");
    assert_eq!(rig.sessions.version(PROCID, RCEID), None);
    drop(page);

    // The page has the change: without UndoInfo nothing is known, and a page that would need it
    // can't be changed.
    let mut rig = Rig::new(true);
    rig.put(PGNO, Ok(leaf(PGNO, AFTER, &["b"])));
    assert_eq!(rig.record(&replace(LrFlags::VERSIONED)), Ok(()));
    assert_eq!(rig.sessions.deferred(), [(PROCID, RCEID)]);
    assert_eq!(
        rig.record(&undo(UndoOper::REPLACE)),
        Err(JetErr::LOG_CORRUPTED)
    );
    // Unversioned changes leave nothing.
    let mut rig = Rig::new(false);
    rig.put(PGNO, Ok(leaf(PGNO, BEFORE, &["b"])));
    assert_eq!(rig.record(&replace(LrFlags::empty())), Ok(()));
    assert_eq!(rig.sessions.version(PROCID, RCEID), None);
    rig.cache.flush_db(DbNo(1)).unwrap();
    assert!(rig.file.owing.lock().is_empty());
}

#[test]
fn an_undo_ends_the_version_of_a_page_that_has_it() {
    let mut rig = Rig::new(true);
    rig.put(PGNO, Ok(leaf(PGNO, Dbtime(AFTER.0 + 1), &["b"])));
    assert_eq!(rig.record(&replace(LrFlags::VERSIONED)), Ok(()));
    assert_eq!(rig.record(&undo(UndoOper::REPLACE)), Ok(()));
    assert_eq!(rig.sessions.version(PROCID, RCEID), None);
    assert!(rig.sessions.deferred().is_empty());
    // A version that is not known: a flag is enough for an insert, not for a replace.
    for (oper, done) in [
        (UndoOper::INSERT, Ok(())),
        (UndoOper::REPLACE, Err(JetErr::LOG_CORRUPTED)),
    ] {
        let mut rig = Rig::new(false);
        rig.put(PGNO, Ok(leaf(PGNO, AFTER, &["b"])));
        assert_eq!(rig.record(&undo(oper)), done);
    }
}

/// A split of four nodes, "c" inserted before the third.
fn split() -> Split2<'static> {
    Split2 {
        page: head(PGNO, LrFlags::empty()),
        pgno_new: NEW,
        pgno_right: RIGHT,
        dbtime_right_before: BEFORE,
        pgno_parent: Pgno(4),
        dbtime_parent_before: BEFORE,
        pgno_fdp: Pgno(4),
        objid_fdp: Objid(9),
        split_type: SplitType::RIGHT,
        split_oper: SplitOper::INSERT,
        iline_oper: 2,
        iline_split: 3,
        clines: 5,
        new_page_flags: PageFlags::LEAF,
        split_page_flags: PageFlags::LEAF,
        cb_unc_free_src: 0,
        cb_unc_free_dest: 0,
        iline_prefix_split: -1,
        iline_prefix_new: -1,
        image_flags: ImageFlags::empty(),
        key_parent: b"d",
        prefix_old: b"",
        prefix_new: b"",
        image: b"",
    }
}

fn four(dbtime: Dbtime) -> PageBuf {
    leaf(PGNO, dbtime, &["a", "b", "d", "e"])
}

fn split_rig(page: PageBuf) -> Rig {
    let rig = Rig::new(true);
    rig.put(PGNO, Ok(page));
    rig.put(RIGHT, Ok(leaf(RIGHT, BEFORE, &["f"])));
    rig
}

#[test]
fn a_split_with_and_without_its_image() {
    let mut rig = split_rig(four(BEFORE));
    let records = [LogRecord::Split2(split()), insert("c")];
    assert_eq!(rig.a_macro(&records), Ok(()));
    assert_eq!(rig.keys(PGNO), ["a", "b", "c"]);
    assert_eq!(rig.keys(NEW), ["d", "e"]);
    assert_eq!(rig.keys(RIGHT), ["f"]);
    let right = rig.db.pages.shared(RIGHT).unwrap();
    assert_eq!(right.view().unwrap().pgno_prev(), NEW);
    drop(right);
    rig.flush(3);

    let newer = || leaf(PGNO, Dbtime(AFTER.0 + 5), &["a"]);
    let mut rig = split_rig(newer());
    let done = rig.a_macro(&records);
    assert_eq!(done, Err(JetErr::DATABASE_BUFFER_DEPENDENCIES_CORRUPTED));

    let image = four(AFTER);
    let with_image = LogRecord::Split2(Split2 {
        image: &image,
        ..split()
    });
    let mut rig = split_rig(newer());
    assert_eq!(rig.a_macro(&[with_image, insert("c")]), Ok(()));
    assert_eq!(rig.keys(NEW), ["d", "e"]);
    assert_eq!(rig.dbtime(PGNO), Dbtime(AFTER.0 + 5));
}

/// The debt stays with the page that the change named: as long as that one is old in the file, redo sees
/// what was before, whether the page that took the node over is in the file or not.
#[test]
fn what_moves_with_a_split_is_owed_by_the_page_that_the_change_named() {
    let redone = |new: Option<PageBuf>| {
        let mut rig = split_rig(four(Dbtime(BEFORE.0 - 1)));
        if let Some(new) = new {
            rig.put(NEW, Ok(new));
        }
        let LogRecord::Replace(mut change) = replace(LrFlags::VERSIONED) else {
            panic!("a replace");
        };
        change.page.dbtime = BEFORE;
        change.page.dbtime_before = Dbtime(BEFORE.0 - 1);
        assert_eq!(rig.record(&LogRecord::Replace(change)), Ok(()));
        let records = [LogRecord::Split2(split()), insert("c")];
        assert_eq!(rig.a_macro(&records), Ok(()));
        let version = rig.sessions.version(PROCID, RCEID);
        assert!(matches!(version, Some(Before::Data(_))), "{version:?}");
        rig.cache.flush_db(DbNo(1)).unwrap();
        assert_eq!(*rig.file.owing.lock(), [PGNO]);
        assert!(!rig.sessions.owed().is_owed(DbNo(1), NEW));
    };
    redone(None);
    // The next recovery, after only the new page came into the file.
    redone(Some(leaf(NEW, AFTER, &["d", "e"])));
}

#[test]
fn the_operation_of_a_split_is_remembered_from_the_page_before() {
    let replaced = |page: PageBuf, image: &[u8], iline_oper| {
        let mut rig = split_rig(page);
        let record = Split2 {
            split_oper: SplitOper::REPLACE,
            iline_oper,
            iline_split: 2,
            clines: 4,
            image,
            ..split()
        };
        let records = [LogRecord::Split2(record), replace(LrFlags::VERSIONED)];
        assert_eq!(rig.a_macro(&records), Ok(()));
        rig
    };
    let image = four(AFTER);
    let newer = || four(Dbtime(AFTER.0 + 1));
    // The node goes to the new page, also as its first one.
    for (page, iline) in [(four(BEFORE), 3), (newer(), 3), (newer(), 2)] {
        let rig = replaced(page, &image, iline);
        let before = rig.sessions.version(PROCID, RCEID);
        assert_eq!(before, Some(Before::Data(b"old")));
        assert!(rig.sessions.owed().is_owed(DbNo(1), NEW));
        assert_eq!(rig.keys(NEW), ["d", "e"]);
    }
    // It stays on the page, which has it already.
    let rig = replaced(newer(), &image, 1);
    assert_eq!(rig.sessions.deferred(), [(PROCID, RCEID)]);
    assert!(!rig.sessions.owed().is_owed(DbNo(1), NEW));
}

#[test]
fn macros_that_do_not_fit() {
    let twice = |pgno_new, pgno_right| {
        LogRecord::Split2(Split2 {
            pgno_new,
            pgno_right,
            ..split()
        })
    };
    for record in [twice(PGNO, RIGHT), twice(NEW, PGNO), twice(NEW, NEW)] {
        let mut rig = split_rig(four(BEFORE));
        let done = rig.a_macro(&[record, insert("c")]);
        assert_eq!(done, Err(JetErr::LOG_CORRUPTED));
    }
    let LogRecord::Insert(mut other) = insert("c") else {
        panic!("an insert");
    };
    other.page.dbid = 2;
    for (records, jet) in [
        (vec![insert("c")], JetErr::LOG_CORRUPTED),
        (
            vec![LogRecord::Split2(split()), insert("c"), insert("c")],
            JetErr::LOG_CORRUPTED,
        ),
        (
            vec![LogRecord::Split2(split()), LogRecord::Insert(other)],
            JetErr::LOG_CORRUPTED,
        ),
    ] {
        let mut rig = split_rig(four(BEFORE));
        assert_eq!(rig.a_macro(&records), Err(jet));
        assert_eq!(rig.cache.usage().dirty, 0);
    }
    assert_eq!(split_rig(four(BEFORE)).a_macro(&[]), Ok(()));
    let outside = split_rig(four(BEFORE)).record(&LogRecord::Split2(split()));
    assert_eq!(outside, Err(JetErr::LOG_CORRUPTED));
}

#[test]
fn obsolete_records_are_refused() {
    let convert = ConvertFDP {
        page: head(PGNO, LrFlags::empty()),
        objid_fdp: Objid(9),
        pgno_oe: NEW,
        pgno_ae: RIGHT,
        pgno_fdp_parent: Pgno(1),
        pgno_secondary_first: NEW,
        cpg_primary: 1,
        cpg_secondary: 2,
    };
    let mut rig = split_rig(four(BEFORE));
    let done = rig.record(&LogRecord::ConvertFDP(convert));
    assert_eq!(done, Err(JetErr::BAD_LOG_VERSION));
    let s = split();
    let old = LogRecord::Split(Split {
        page: s.page,
        pgno_new: s.pgno_new,
        pgno_right: s.pgno_right,
        dbtime_right_before: s.dbtime_right_before,
        pgno_parent: s.pgno_parent,
        dbtime_parent_before: s.dbtime_parent_before,
        pgno_fdp: s.pgno_fdp,
        objid_fdp: s.objid_fdp,
        split_type: s.split_type,
        split_oper: s.split_oper,
        iline_oper: s.iline_oper,
        iline_split: s.iline_split,
        clines: s.clines,
        new_page_flags: s.new_page_flags,
        split_page_flags: s.split_page_flags,
        cb_unc_free_src: 0,
        cb_unc_free_dest: 0,
        iline_prefix_split: -1,
        iline_prefix_new: -1,
        key_parent: b"d",
        prefix_old: b"",
        prefix_new: b"",
    });
    assert_eq!(
        rig.a_macro(&[old, insert("c")]),
        Err(JetErr::BAD_LOG_VERSION)
    );
}

#[test]
fn a_merge_with_and_without_its_image() {
    let merge = |image| {
        LogRecord::Merge2(Merge2 {
            page: head(PGNO, LrFlags::empty()),
            pgno_right: RIGHT,
            dbtime_right_before: BEFORE,
            pgno_left: Pgno(0),
            dbtime_left_before: DBTIME_NIL,
            pgno_parent: Pgno(4),
            dbtime_parent_before: BEFORE,
            pgno_fdp: Pgno(4),
            objid_fdp: Objid(9),
            cb_size_total: 0,
            cb_size_max_total: 0,
            cb_unc_free_dest: 0,
            iline_merge: 0,
            flags: MergeFlags::EMPTY_PAGE,
            merge_type: MergeType::FULL_RIGHT,
            image_flags: ImageFlags::empty(),
            key_parent_sep: b"",
            image,
        })
    };
    let mut rig = split_rig(four(BEFORE));
    assert_eq!(rig.a_macro(&[merge(b"")]), Ok(()));
    assert_eq!(rig.keys(RIGHT), ["a", "b", "d", "e", "f"]);
    assert_eq!(rig.keys(PGNO), [""; 0]);
    rig.flush(2);

    let freed = leaf(PGNO, AFTER, &[]);
    let mut rig = split_rig(freed.clone());
    let done = rig.a_macro(&[merge(b"")]);
    assert_eq!(done, Err(JetErr::DATABASE_BUFFER_DEPENDENCIES_CORRUPTED));
    let image = four(AFTER);
    let mut rig = split_rig(freed);
    assert_eq!(rig.a_macro(&[merge(&image)]), Ok(()));
    assert_eq!(rig.keys(RIGHT), ["a", "b", "d", "e", "f"]);
    rig.flush(1);
}

#[test]
fn pages_that_are_freed_need_not_come_back() {
    let reverted = || {
        let rig = Rig::new(true);
        rig.put(PGNO, Ok(leaf(PGNO, DBTIME_REVERTED, &[])));
        rig
    };
    // A page that is not in use is not wanted back by a scrub.
    let scrub = |flags| {
        LogRecord::Scrub(Scrub {
            page: head(PGNO, LrFlags::empty()),
            node: node(),
            flags,
            cscrub_oper: 0,
            data: b"",
        })
    };
    let mut rig = reverted();
    assert_eq!(rig.record(&scrub(ScrubFlags::UNUSED)), Ok(()));
    assert!(rig.db.map.is_empty());
    assert_eq!(rig.record(&scrub(ScrubFlags::empty())), Ok(()));
    assert_eq!(rig.missing(PGNO), Some(Missing::Reverted));
    // Freed by a record that is passed over.
    let mut list = BEFORE.0.to_le_bytes().to_vec();
    list.extend(PGNO.0.to_le_bytes());
    list.extend([0; 4]);
    let empty = LogRecord::EmptyTree(EmptyTree {
        page: LrPage {
            procid: PROCID + 1,
            ..head(Pgno(4), LrFlags::empty())
        },
        node: node(),
        pages: EmptyPages::new(&list).unwrap(),
    });
    assert_eq!(rig.record(&empty), Ok(()));
    assert_eq!(rig.end(), Ok(()));

    let mut rig = reverted();
    assert_eq!(rig.record(&insert("a")), Ok(()));
    let freed = LogRecord::ExtentFreed(ExtentFreed {
        dbid: 1,
        pgno_first: Pgno(1),
        cpg: 9,
        flags: ExtentFlags::empty(),
    });
    assert_eq!(rig.record(&freed), Ok(()));
    assert_eq!(rig.end(), Ok(()));
}

#[test]
fn records_without_an_effect_on_pages() {
    let mut rig = Rig::new(false);
    for record in [
        LogRecord::PagePatchRequest(PagePatchRequest {
            dbid: 1,
            pgno: PGNO,
            dbtime: AFTER,
            reserved: [0; 32],
        }),
        LogRecord::MacroInfo(MacroInfo {
            pgnos: Pgnos::new(&[5, 0, 0, 0]).unwrap(),
        }),
        LogRecord::Nop2(Nop2 { fill: b"" }),
        LogRecord::Trace(Trace {
            procid: PROCID,
            text: Text::ansi(b"x"),
        }),
    ] {
        assert_eq!(rig.record(&record), Ok(()));
    }
    assert_eq!(rig.cache.usage().resident, 0);
}

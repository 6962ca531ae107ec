//! Sessions by hand-made records.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::Objid;
use crate::format::log_record::{
    BeginLevels, Delta, DiffSize, FlagDelete, FlagInsertAndReplaceData, Insert, MacroCommit,
    NewPage, Replace, UndoOper,
};
use crate::format::node::NodeFlags;

const DB: DbNo = DbNo(1);
const PGNO: Pgno = Pgno(50);
const S: u16 = 3;

fn at(n: u16) -> Lgpos {
    Lgpos::new(1, n, 0)
}

fn sessions() -> Sessions {
    Sessions::new(Arc::new(Owed::default()))
}

fn begin0(s: &mut Sessions, procid: u16, count: u8, n: u16) {
    let r = Begin0 {
        procid,
        levels: BeginLevels::new(0, count),
        trx_begin0: 8,
    };
    s.begin0(&r, at(n)).unwrap();
}

fn page(procid: u16, level: u8, dbtime: u64) -> LrPage {
    LrPage {
        procid,
        dbid: 1,
        pgno: PGNO,
        dbtime: Dbtime(dbtime),
        dbtime_before: Dbtime(1),
        trx_begin0: 8,
        level,
        iline: 0,
        flags: LrFlags::VERSIONED | LrFlags::UNIQUE,
    }
}

fn node(rceid: u32) -> LrNode {
    LrNode {
        rceid,
        pgno_fdp: Pgno(40),
        objid_fdp: Objid(9),
    }
}

fn insert(rceid: u32, level: u8) -> LogRecord<'static> {
    LogRecord::Insert(Insert {
        page: page(S, level, 100),
        node: node(rceid),
        prefix: b"ab",
        suffix: b"c",
        data: b"data",
    })
}

fn replace(rceid: u32) -> LogRecord<'static> {
    LogRecord::Replace(Replace {
        page: page(S, 1, 100),
        node: node(rceid),
        cb: DiffSize::new(3, false).unwrap(),
        cb_old: 3,
        cb_new: 3,
        data: b"new",
    })
}

const OLD: Node<'static> = Node {
    prefix: b"ab",
    suffix: b"c",
    data: b"old",
    flags: NodeFlags::empty(),
};

fn info(rceid: u32, oper: UndoOper) -> UndoInfo<'static> {
    UndoInfo {
        page: page(S, 1, u64::MAX),
        node: node(rceid),
        oper,
        cb_max_size: 20,
        cb_delta: 5,
        key: b"abc",
        bookmark_data: b"",
        data: b"before",
    }
}

#[test]
fn sessions_count_from_their_first_begin0_on() {
    let mut s = sessions();
    let begin = Begin {
        procid: S,
        levels: BeginLevels::new(4, 1),
    };
    s.begin(&begin).unwrap();
    let commit = Commit {
        procid: S,
        level_to: 7,
    };
    s.commit(&commit).unwrap();
    assert_eq!(s.begun(S), None);
    let skipped = s.remember(DB, &replace(1), Some(&OLD), PGNO, at(2));
    assert!(!skipped.unwrap());
    begin0(&mut s, S, 2, 5);
    assert_eq!(s.begun(S), Some(at(5)));
    assert!(s.begin(&begin).is_err(), "levels must fit now");
    begin0(&mut s, 9, 1, 3);
    assert_eq!(s.oldest_begin0(), Some(at(3)));
    let rollback = Rollback {
        procid: 9,
        levels: 1,
    };
    assert_eq!(s.rollback(&rollback).unwrap(), 0);
    assert_eq!(s.oldest_begin0(), Some(at(5)));
    assert_eq!(
        s.begun(9),
        Some(at(3)),
        "its records are redone all the same"
    );
    let e = s.rollback(&rollback).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::LOG_CORRUPTED);
    s.end_all();
    assert_eq!((s.begun(S), s.oldest_begin0()), (None, None));
}

#[test]
fn a_record_that_brings_a_deleted_node_back_makes_two_versions() {
    let fiard = LogRecord::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
        page: page(S, 1, 100),
        node: node(11),
        rceid_replace: 13,
        key: b"abc",
        data: b"new",
    });
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    assert!(s.remember(DB, &fiard, Some(&OLD), PGNO, at(2)).unwrap());
    assert_eq!(s.version(S, 11), Some(Before::Nothing));
    assert_eq!(s.version(S, 13), Some(Before::Data(b"old")));
    let oper = |rceid| s.get(S).unwrap().versions().get(rceid).unwrap().oper;
    assert_eq!(
        (oper(11), oper(13)),
        (VersionOper::Insert, VersionOper::Replace)
    );
    assert!(s.owed().is_owed(DB, PGNO));
    // The page has it already: only the insert is known.
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    assert!(!s.remember(DB, &fiard, None, PGNO, at(2)).unwrap());
    assert_eq!(s.version(S, 11), Some(Before::Nothing));
    assert_eq!(s.deferred(), [(S, 13)]);
    assert!(!s.owed().is_owed(DB, PGNO));
}

#[test]
fn undo_info_completes_or_pays() {
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    assert!(!s.remember(DB, &replace(1), None, PGNO, at(2)).unwrap());
    assert!(
        s.remember(DB, &replace(3), Some(&OLD), PGNO, at(3))
            .unwrap()
    );
    assert_eq!(s.deferred(), [(S, 1)]);
    s.undo_info(DB, &info(1, UndoOper::REPLACE)).unwrap();
    assert_eq!(s.version(S, 1), Some(Before::Data(b"before")));
    assert!(s.deferred().is_empty() && s.owed().is_owed(DB, PGNO));
    let version = *s.get(S).unwrap().versions().get(1).unwrap();
    assert_eq!((version.space.cb_max_size, version.space.cb_delta), (20, 0));
    s.undo_info(DB, &info(3, UndoOper::REPLACE)).unwrap();
    assert!(!s.owed().is_owed(DB, PGNO));
    assert_eq!(
        s.version(S, 3),
        Some(Before::Data(b"old")),
        "what redo saw stays"
    );
    // Of a version that is not there: it was undone.
    s.undo_info(DB, &info(5, UndoOper::REPLACE)).unwrap();
    assert_eq!(s.version(S, 5), None);
    assert!(s.undo_info(DB, &info(3, UndoOper::INSERT)).is_err());
    assert!(s.undo_info(DbNo(2), &info(3, UndoOper::REPLACE)).is_err());
}

#[test]
fn commit_and_undo_end_debts() {
    let flag_delete = LogRecord::FlagDelete(FlagDelete {
        page: page(S, 1, 100),
        node: node(1),
    });
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    assert!(
        s.remember(DB, &flag_delete, Some(&OLD), PGNO, at(2))
            .unwrap()
    );
    assert!(
        s.remember(DB, &replace(3), Some(&OLD), PGNO, at(3))
            .unwrap()
    );
    s.nullify(S, 3);
    assert!(s.owed().is_owed(DB, PGNO));
    s.nullify(S, 1);
    assert!(!s.owed().is_owed(DB, PGNO));
    assert!(
        s.remember(DB, &replace(5), Some(&OLD), PGNO, at(4))
            .unwrap()
    );
    let commit = Commit0 {
        procid: S,
        level_to: 0,
        trx_commit0: 12,
    };
    s.commit0(&commit).unwrap();
    assert!(!s.owed().is_owed(DB, PGNO));
    assert_eq!((s.version(S, 5), s.version_bytes), (None, 0));
}

#[test]
fn versions_are_made_in_transactions_only() {
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    assert!(s.remember(DB, &insert(1, 0), None, PGNO, at(2)).is_err());
    s.remember(DB, &insert(1, 1), None, PGNO, at(2)).unwrap();
    let twice = s
        .remember(DB, &insert(1, 1), None, PGNO, at(3))
        .unwrap_err();
    assert_eq!(
        (twice.jet_err(), twice.lgpos),
        (JetErr::LOG_CORRUPTED, Some(at(3)))
    );
    let delta = LogRecord::Delta(Delta {
        page: page(S, 1, 100),
        node: node(3),
        delta: -5,
        cb_offset: 4,
        key: b"abc",
        bookmark_data: b"",
    });
    s.remember(DB, &delta, None, PGNO, at(3)).unwrap();
    let before = Before::Delta {
        offset: 4,
        amount: -5,
    };
    assert_eq!(s.version(S, 3), Some(before));
    let rollback = Rollback {
        procid: S,
        levels: 1,
    };
    assert_eq!(s.rollback(&rollback).unwrap(), 2, "left over");
    assert!(s.remember(DB, &insert(5, 1), None, PGNO, at(4)).is_err());
}

/// Key and data together name a node of a tree whose keys repeat.
#[test]
fn bookmarks_of_trees_whose_keys_repeat() {
    let LogRecord::Insert(mut r) = insert(1, 1) else {
        unreachable!()
    };
    r.page.flags = LrFlags::VERSIONED;
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    s.remember(DB, &LogRecord::Insert(r), None, PGNO, at(2))
        .unwrap();
    s.remember(DB, &insert(3, 1), None, PGNO, at(2)).unwrap();
    let versions = s.get(S).unwrap().versions();
    let of = |rceid| versions.bookmark(versions.get(rceid).unwrap());
    assert_eq!(of(1), (&b"abcdata"[..], 3));
    assert_eq!(of(3), (&b"abc"[..], 3));
}

fn open(s: &mut Sessions, procid: u16, dbtime: u64, n: u16) -> Result<(), RecoveryError> {
    let r = MacroBegin {
        procid,
        dbtime: Dbtime(dbtime),
    };
    s.open_macro(&r, at(n))
}

#[test]
fn macros_interleave() {
    let record = |procid, dbtime, rceid| {
        LogRecord::FlagDelete(FlagDelete {
            page: page(procid, 1, dbtime),
            node: node(rceid),
        })
    };
    let mut s = sessions();
    begin0(&mut s, S, 1, 1);
    begin0(&mut s, 4, 1, 2);
    assert!(!s.buffer(&record(S, 100, 1), at(3)).unwrap());
    open(&mut s, S, 100, 3).unwrap();
    open(&mut s, 4, 100, 4).unwrap();
    open(&mut s, S, 102, 5).unwrap();
    assert!(open(&mut s, S, 102, 5).is_err());
    assert!(s.buffer(&record(S, 102, 1), at(6)).unwrap());
    assert!(s.buffer(&record(4, 100, 3), at(7)).unwrap());
    assert!(s.buffer(&record(S, 100, 5), at(8)).unwrap());
    assert!(s.buffer(&record(S, 102, 7), at(9)).unwrap());
    assert!(
        !s.buffer(&record(S, 101, 9), at(10)).unwrap(),
        "of another time"
    );
    assert!(
        !s.buffer(&record(5, 100, 9), at(10)).unwrap(),
        "of another session"
    );
    let LogRecord::FlagDelete(r) = record(S, 100, 9) else {
        unreachable!()
    };
    let mut undo_info = info(9, UndoOper::REPLACE);
    undo_info.page.dbtime = r.page.dbtime;
    assert!(!s.buffer(&LogRecord::UndoInfo(undo_info), at(11)).unwrap());
    let new_page = LogRecord::NewPage(NewPage {
        procid: S,
        dbid: 1,
        pgno: PGNO,
        objid: Objid(9),
        dbtime: Dbtime(100),
    });
    assert!(!s.buffer(&new_page, at(12)).unwrap());
    let commit = LogRecord::MacroCommit(MacroCommit {
        procid: S,
        dbtime: Dbtime(100),
    });
    assert!(!s.buffer(&commit, at(12)).unwrap());
    assert_eq!(
        s.open_macros(),
        [(S, Dbtime(100)), (S, Dbtime(102)), (4, Dbtime(100))]
    );
    let taken = s.take_macro(S, Dbtime(102)).unwrap();
    assert_eq!(
        taken.parsed().unwrap(),
        [(at(6), record(S, 102, 1)), (at(9), record(S, 102, 7))]
    );
    assert_eq!((taken.begin(), taken.len()), (at(5), 2));
    s.recycle(taken);
    assert!(s.take_macro(S, Dbtime(102)).is_none());
    assert!(s.abort_macro(4, Dbtime(100)) && !s.abort_macro(4, Dbtime(100)));
    assert_eq!(s.take_macro(S, Dbtime(100)).unwrap().len(), 1);
    assert_eq!(s.macro_bytes, 0);
    // A buffer that is used again begins empty.
    open(&mut s, S, 200, 13).unwrap();
    assert!(s.take_macro(S, Dbtime(200)).unwrap().is_empty());
    // The macro of a session whose records are skipped is known, but has none.
    open(&mut s, 77, 300, 14).unwrap();
    assert!(!s.buffer(&record(77, 300, 1), at(15)).unwrap());
    assert_eq!(s.open_macros(), [(77, Dbtime(300))]);
}

#[test]
fn memory_has_a_limit() {
    let mut s = Sessions::with_limit(Arc::new(Owed::default()), 10_000);
    begin0(&mut s, S, 1, 1);
    let refused = (0..1000u32).find_map(|i| {
        let made = s.remember(DB, &insert(2 * i + 1, 1), None, PGNO, at(2));
        made.err().map(|e| (i, e.jet_err()))
    });
    let (n, jet) = refused.unwrap();
    assert_eq!(jet, JetErr::VERSION_STORE_OUT_OF_MEMORY);
    assert!(n > 20, "{n}");
    let mut s = Sessions::with_limit(Arc::new(Owed::default()), 10_000);
    begin0(&mut s, S, 1, 1);
    assert!((0..1000).any(|i| open(&mut s, S, i, 1).is_err()));
}

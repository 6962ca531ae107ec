//! The phase over a small tree: order, debts, refusals.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::DbNo;
use crate::format::ids::{Dbtime, Lgpos};
use crate::format::log_record::{
    Begin, Begin0, BeginLevels, DiffSize, FlagDelete, Insert, LrFlags, LrNode, LrPage, MacroBegin,
    Replace,
};
use crate::format::node::{Node, NodeFlags};
use crate::recovery::Unwatched;
use crate::rollback::testing::{DB, LEAVES, OBJID, ROOT, SmallWorld};

const LIVE: NodeFlags = NodeFlags::empty();

fn at(n: u16) -> Lgpos {
    Lgpos::new(1, n, 0)
}

fn world() -> SmallWorld {
    SmallWorld::new(
        &[(b"a", b"new", LIVE), (b"b", b"new", LIVE)],
        b"c",
        &[(b"c", b"x", NodeFlags::DELETED), (b"d", b"y", LIVE)],
    )
}

fn head(procid: u16, level: u8) -> LrPage {
    LrPage {
        procid,
        dbid: 1,
        pgno: LEAVES[0],
        dbtime: Dbtime(90),
        dbtime_before: Dbtime(80),
        trx_begin0: u32::from(procid) * 4,
        level,
        iline: 0,
        flags: LrFlags::VERSIONED | LrFlags::UNIQUE,
    }
}

fn node(rceid: u32) -> LrNode {
    LrNode {
        rceid,
        pgno_fdp: ROOT,
        objid_fdp: OBJID,
    }
}

fn begin0(s: &mut Sessions, procid: u16, n: u16) {
    let r = Begin0 {
        procid,
        levels: BeginLevels::new(0, 1),
        trx_begin0: u32::from(procid) * 4,
    };
    s.begin0(&r, at(n)).unwrap();
}

fn old<'a>(key: &'a [u8], data: &'a [u8]) -> Node<'a> {
    Node {
        prefix: b"",
        suffix: key,
        data,
        flags: LIVE,
    }
}

fn replaced(s: &mut Sessions, procid: u16, level: u8, rceid: u32, key: &[u8], on: Pgno) {
    let r = LogRecord::Replace(Replace {
        page: head(procid, level),
        node: node(rceid),
        cb: DiffSize::new(3, false).unwrap(),
        cb_old: 3,
        cb_new: 3,
        data: b"new",
    });
    assert!(
        s.remember(DB, &r, Some(&old(key, b"old")), on, at(9))
            .unwrap()
    );
}

/// Session 5: level 1 replaced a and b, level 2 inserted d; session 2: deleted c.
fn sessions() -> Sessions {
    let mut s = Sessions::new(Arc::new(Owed::default()));
    begin0(&mut s, 5, 3);
    begin0(&mut s, 2, 4);
    replaced(&mut s, 5, 1, 11, b"a", LEAVES[0]);
    replaced(&mut s, 5, 1, 13, b"b", LEAVES[0]);
    let begin = Begin {
        procid: 5,
        levels: BeginLevels::new(1, 1),
    };
    s.begin(&begin).unwrap();
    let insert = LogRecord::Insert(Insert {
        page: head(5, 2),
        node: node(15),
        prefix: b"",
        suffix: b"d",
        data: b"y",
    });
    assert!(!s.remember(DB, &insert, None, LEAVES[1], at(9)).unwrap());
    let delete = LogRecord::FlagDelete(FlagDelete {
        page: head(2, 1),
        node: node(17),
    });
    assert!(
        s.remember(DB, &delete, Some(&old(b"c", b"x")), LEAVES[1], at(9))
            .unwrap()
    );
    s
}

#[test]
fn sessions_ascend_and_levels_come_up() {
    let mut s = sessions();
    let r = MacroBegin {
        procid: 9,
        dbtime: Dbtime(91),
    };
    s.open_macro(&r, at(10)).unwrap();
    let owed = Arc::clone(s.owed());
    let phase = UndoPhase::new(s).unwrap();
    assert_eq!(
        (phase.open_sessions(), phase.oldest_begin0()),
        (2, Some(at(3)))
    );
    let world = world();
    let undone = phase.run(&world, &Unwatched).unwrap();
    let told: Vec<_> = undone
        .iter()
        .map(|t| (t.procid, t.begin0, t.changes))
        .collect();
    assert_eq!(told, [(2, at(4), 1), (5, at(3), 3)]);
    assert_eq!(
        world.log.types(),
        [
            "MacroAbort",
            "UndoInfo",
            "Undo",
            "Rollback",
            "Undo",
            "Rollback",
            "UndoInfo",
            "Undo",
            "UndoInfo",
            "Undo",
            "Rollback"
        ]
    );
    let old = |key: &[u8]| (key.to_vec(), b"old".to_vec(), false);
    assert_eq!(world.nodes(LEAVES[0]), [old(b"a"), old(b"b")]);
    let right: Vec<bool> = world.nodes(LEAVES[1]).iter().map(|n| n.2).collect();
    assert_eq!(right, [false, true]);
    assert_eq!(
        (phase.open_sessions(), phase.oldest_begin0(), owed.pages()),
        (0, None, 0)
    );
    // There is nothing left to do.
    assert!(phase.run(&world, &Unwatched).unwrap().is_empty());
    assert_eq!(world.log.types().len(), 11);
}

#[test]
fn what_a_page_owes_is_logged_once() {
    let s = sessions();
    let owed = Arc::clone(s.owed());
    let phase = UndoPhase::new(s).unwrap();
    let world = world();
    assert_eq!(phase.log_owed(&world.log, DB, Pgno(99)).unwrap(), None);
    assert_eq!(
        phase.log_owed(&world.log, DbNo(2), LEAVES[0]).unwrap(),
        None
    );
    let logged = phase.log_owed(&world.log, DB, LEAVES[0]).unwrap();
    assert_eq!(logged, Some(Lgpos::new(5, 2, 0)));
    assert_eq!(world.log.types(), ["UndoInfo"; 2]);
    assert!(
        world
            .log
            .lines()
            .iter()
            .all(|l| l.contains("procid=5 ") && l.contains("level=1 "))
    );
    assert!(!owed.is_owed(DB, LEAVES[0]) && owed.is_owed(DB, LEAVES[1]));
    // Again: nothing new, but the same position.
    assert_eq!(phase.log_owed(&world.log, DB, LEAVES[0]).unwrap(), logged);
    phase.run(&world, &Unwatched).unwrap();
    let infos = world
        .log
        .types()
        .iter()
        .filter(|t| *t == "UndoInfo")
        .count();
    assert_eq!(infos, 3);
}

#[test]
fn what_never_came_is_corruption() {
    let mut s = sessions();
    let r = LogRecord::FlagDelete(FlagDelete {
        page: head(5, 2),
        node: node(19),
    });
    assert!(!s.remember(DB, &r, None, LEAVES[0], at(9)).unwrap());
    let e = UndoPhase::new(s).map(|_| ()).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::LOG_CORRUPTED);
    assert!(
        e.to_string().contains("session 5") && e.to_string().contains("19"),
        "{e}"
    );
}

struct Impatient;

impl Watch for Impatient {
    fn give_up(&self) -> bool {
        true
    }
}

#[test]
fn a_phase_can_be_given_up() {
    let phase = UndoPhase::new(sessions()).unwrap();
    let world = world();
    let e = phase.run(&world, &Impatient).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::TERM_IN_PROGRESS);
    assert!(world.log.types().is_empty());
    phase.run(&world, &Unwatched).unwrap();
}

#[test]
fn damage_ends_the_phase_with_its_error() {
    let mut s = sessions();
    replaced(&mut s, 2, 1, 21, b"nowhere", LEAVES[1]);
    let phase = UndoPhase::new(s).unwrap();
    let world = world();
    let e = phase.run(&world, &Unwatched).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::DATABASE_CORRUPTED);
    assert!(world.log.types().is_empty(), "nothing of it is logged");
    assert_eq!(phase.open_sessions(), 2);
}

//! Finding nodes, and undoing them.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::PageFaultKind;
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Dbtime;
use crate::format::node::NodeFlags;
use crate::rollback::testing::{LEAVES, NOW, ROOT, SmallWorld, undoable};

const LIVE: NodeFlags = NodeFlags::empty();
const GONE: NodeFlags = NodeFlags::DELETED;

/// Keys that repeat, over both leaves: the separator is key and data in one.
fn repeating() -> SmallWorld {
    SmallWorld::new(
        &[(b"k", b"aa", LIVE), (b"k", b"bb", GONE)],
        b"kc",
        &[
            (b"k", b"cc", LIVE),
            (b"k", b"dd", LIVE),
            (b"m", b"aa", GONE),
        ],
    )
}

fn found(
    world: &SmallWorld,
    bookmark: &[u8],
    key_len: usize,
) -> Result<(Pgno, u16), RollbackError> {
    let change = undoable(VersionOper::Insert, bookmark, key_len, Before::Nothing);
    Place::find(world, &change).map(|p| (p.pgno(), p.iline))
}

#[test]
fn nodes_are_found_by_key_and_data() {
    let world = repeating();
    for (bookmark, leaf, iline) in [
        (b"kaa", 0, 0),
        (b"kbb", 0, 1),
        (b"kcc", 1, 0),
        (b"kdd", 1, 1),
        (b"maa", 1, 2),
    ] {
        assert_eq!(found(&world, bookmark, 1).unwrap(), (LEAVES[leaf], iline));
    }
    for bookmark in [b"kab", b"kce", b"zzz"] {
        let e = found(&world, bookmark, 1).unwrap_err();
        assert!(matches!(e, RollbackError::NoNode { rceid: 7, .. }), "{e}");
    }
    let world = SmallWorld::of_root(&[(b"a", b"1", LIVE), (b"b", b"2", GONE)]);
    assert_eq!(found(&world, b"b", 1).unwrap(), (ROOT, 1));
    assert!(found(&world, b"c", 1).is_err());
}

#[test]
fn only_pages_of_the_tree_are_touched() {
    let world = repeating();
    let mut change = undoable(VersionOper::Insert, b"kaa", 1, Before::Nothing);
    change.objid_fdp = Objid(10);
    let e = Place::find(&world, &change).map(|_| ()).unwrap_err();
    assert!(
        matches!(&e, RollbackError::Page(f) if matches!(f.kind, PageFaultKind::ForeignPage { .. })),
        "{e}"
    );
    change.db = DbNo(2);
    let e = Place::find(&world, &change).map(|_| ()).unwrap_err();
    assert!(matches!(e, RollbackError::NotAttached(DbNo(2))));
    // A leaf that is no root can't be descended from.
    let mut change = undoable(VersionOper::Insert, b"kaa", 1, Before::Nothing);
    change.pgno_fdp = LEAVES[0];
    assert!(Place::find(&world, &change).is_err());
}

fn undo(world: &SmallWorld, change: &Undoable<'_>, owed: bool) -> Result<(), RollbackError> {
    let mut place = Place::find(world, change)?;
    place.undo(world, change, owed).map(|_| ())
}

#[test]
fn each_kind_is_undone_and_logged() {
    let world = SmallWorld::new(
        &[(b"a", b"new data", LIVE), (b"b", &[5, 0, 0, 0, 9], LIVE)],
        b"c",
        &[(b"c", b"x", GONE), (b"d", b"y", LIVE)],
    );
    let delta = Before::Delta {
        offset: 0,
        amount: 6,
    };
    let replace = undoable(VersionOper::Replace, b"a", 1, Before::Data(b"old"));
    undo(&world, &replace, true).unwrap();
    undo(&world, &undoable(VersionOper::Delta, b"b", 1, delta), false).unwrap();
    // An owed UndoInfo is that of a change that needs one.
    undo(
        &world,
        &undoable(VersionOper::FlagDelete, b"c", 1, Before::Nothing),
        false,
    )
    .unwrap();
    undo(
        &world,
        &undoable(VersionOper::Insert, b"d", 1, Before::Nothing),
        true,
    )
    .unwrap();
    assert_eq!(
        world.log.types(),
        ["UndoInfo", "Undo", "Undo", "Undo", "Undo"]
    );
    let left = world.nodes(LEAVES[0]);
    assert_eq!(left[0].1, b"old");
    assert_eq!(left[1].1, [255, 255, 255, 255, 9]);
    let right = world.nodes(LEAVES[1]);
    assert_eq!((right[0].2, right[1].2), (false, true));
    let lines = world.log.lines();
    assert!(
        lines[0].contains("pgno=11 ") && lines[0].contains("data=6f6c64"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].contains("dbtime=101 dbtime_before=100 "),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].contains("dbtime=102 dbtime_before=101 "),
        "{}",
        lines[2]
    );
    assert!(
        lines[4].contains("pgno=12 dbtime=104 dbtime_before=103 "),
        "{}",
        lines[4]
    );
    let page = world.pages.exclusive(LEAVES[1]).unwrap();
    assert_eq!(page.view().unwrap().dbtime(), Dbtime(NOW + 4));
}

/// What can't succeed is found before anything is in the log.
#[test]
fn what_does_not_fit_is_not_logged() {
    let world = repeating();
    let long = [7u8; 5000];
    let outside = Before::Delta {
        offset: 0,
        amount: 1,
    };
    for (change, jet) in [
        (
            undoable(VersionOper::Replace, b"kaa", 1, Before::Data(&long)),
            JetErr::DATABASE_CORRUPTED,
        ),
        (
            undoable(VersionOper::Replace, b"kaa", 1, Before::Data(b"")),
            JetErr::DATABASE_CORRUPTED,
        ),
        (
            undoable(VersionOper::Replace, b"kaa", 1, Before::Nothing),
            JetErr::DATABASE_CORRUPTED,
        ),
        (
            undoable(VersionOper::Delta, b"kaa", 1, outside),
            JetErr::DATABASE_CORRUPTED,
        ),
        (
            undoable(VersionOper::Delta64, b"kaa", 1, Before::Nothing),
            JetErr::DATABASE_CORRUPTED,
        ),
    ] {
        let e = undo(&world, &change, true).unwrap_err();
        assert_eq!(e.jet_err(), jet, "{e}");
    }
    world.set_time(NOW - 1);
    let insert = undoable(VersionOper::Insert, b"kaa", 1, Before::Nothing);
    let e = undo(&world, &insert, true).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::DB_TIME_TOO_NEW);
    assert!(world.log.lines().is_empty());
    assert_eq!(world.nodes(LEAVES[0])[0].1, b"aa");
}

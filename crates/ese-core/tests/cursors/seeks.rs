//! Seeks and the current index: results, places, entries of multi-valued columns.
#![forbid(unsafe_code)]

use crate::sessions::eyes;
use crate::table::{BY_NAME, BY_ONCE, BY_TAG, Row, Table, make};
use crate::work_support::Begun;
use ese_core::btree::Seek;
use ese_core::cursor::TableCursor;
use ese_core::cursor::{CursorError, Eyes, Hit, Keep, Move, SecondaryBookmark, SeekOptions};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;

fn id(t: &Table, b: &Begun, c: &mut TableCursor) -> Result<i32, JetErr> {
    t.row(b, c).map(|r| r.id).map_err(|e| e.jet_err())
}

fn seek(c: &mut TableCursor, e: &Eyes<'_>, relation: Seek) -> Result<Hit, JetErr> {
    c.seek(e, SeekOptions::new(relation))
        .map_err(|e| e.jet_err())
}

fn by(c: &mut TableCursor, e: &Eyes<'_>, step: i32, key_ne: bool) -> Result<(), JetErr> {
    c.move_to(e, Move::By(step), key_ne)
        .map_err(|e| e.jet_err())
}

const NOT_FOUND: Result<Hit, JetErr> = Err(JetErr::RECORD_NOT_FOUND);
const NO_RECORD: Result<i32, JetErr> = Err(JetErr::NO_CURRENT_RECORD);

/// Names b, d, f, three records each, in ascending order of ids.
fn names() -> Table {
    let t = Table::new(PageSize::K4, true);
    let rows: Vec<Row> = (0..9)
        .map(|i| Row::new(i, ["b", "d", "f"][i as usize / 3]))
        .collect();
    t.fill(&rows);
    t
}

#[test]
fn relations_among_equal_keys() {
    let t = names();
    let b = t.bench.begin(4);
    let e = eyes(&t.bench, &b);
    let mut c = t.cursor();
    c.set_index(&e, Some("BY_NAME"), Keep::First).unwrap();
    assert_eq!(seek(&mut c, &e, Seek::Eq), Err(JetErr::KEY_NOT_MADE));
    let exact = Ok(Hit::Exact);
    let near = Ok(Hit::NotEqual);
    for (key, relation, hit, at) in [
        ("d", Seek::Eq, exact, Ok(3)),
        ("d", Seek::Ge, exact, Ok(3)),
        ("d", Seek::Le, exact, Ok(3)),
        ("d", Seek::Gt, exact, Ok(6)),
        ("d", Seek::Lt, exact, Ok(2)),
        ("c", Seek::Eq, NOT_FOUND, NO_RECORD),
        ("c", Seek::Ge, near, Ok(3)),
        ("c", Seek::Le, near, Ok(2)),
        ("c", Seek::Gt, exact, Ok(3)),
        ("c", Seek::Lt, exact, Ok(2)),
        ("a", Seek::Le, NOT_FOUND, NO_RECORD),
        ("b", Seek::Lt, NOT_FOUND, NO_RECORD),
        ("f", Seek::Gt, NOT_FOUND, NO_RECORD),
        ("g", Seek::Ge, NOT_FOUND, NO_RECORD),
    ] {
        make(&mut c, key.as_bytes());
        assert_eq!(seek(&mut c, &e, relation), hit, "{key} {relation:?}");
        assert_eq!(id(&t, &b, &mut c), at, "{key} {relation:?}");
        assert_eq!(seek(&mut c, &e, relation), Err(JetErr::KEY_NOT_MADE));
    }
    // Where a miss leaves the cursor.
    for (key, relation, step, at) in [
        ("c", Seek::Eq, 1, Ok(3)),
        ("c", Seek::Eq, -1, Ok(2)),
        ("a", Seek::Eq, 1, Ok(0)),
        ("a", Seek::Eq, -1, NO_RECORD),
        // In an index whose keys repeat, behind the last.
        ("g", Seek::Eq, -1, Ok(8)),
        ("g", Seek::Ge, -1, Ok(8)),
        ("f", Seek::Gt, 1, NO_RECORD),
        ("b", Seek::Lt, 1, Ok(0)),
        ("a", Seek::Le, -1, NO_RECORD),
    ] {
        make(&mut c, key.as_bytes());
        assert_eq!(seek(&mut c, &e, relation), NOT_FOUND);
        let moved = by(&mut c, &e, step, false);
        let there = moved.and_then(|()| id(&t, &b, &mut c));
        assert_eq!(there, at, "{key} {relation:?} {step}");
    }
}

#[test]
fn options_of_a_seek() {
    let t = names();
    let b = t.bench.begin(4);
    let e = eyes(&t.bench, &b);
    let mut c = t.cursor();
    c.set_index(&e, Some(BY_NAME), Keep::First).unwrap();
    let unique = SeekOptions {
        check_uniqueness: true,
        set_range: true,
        ..SeekOptions::new(Seek::Eq)
    };
    make(&mut c, b"d");
    assert_eq!(c.seek(&e, unique).unwrap(), Hit::Exact);
    by(&mut c, &e, 2, false).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(5));
    assert_eq!(by(&mut c, &e, 1, false), Err(JetErr::NO_CURRENT_RECORD));
    assert_eq!(by(&mut c, &e, -1, false), Ok(()));
    assert_eq!(id(&t, &b, &mut c), Ok(8));
    c.set_index(&e, None, Keep::First).unwrap();
    make(&mut c, &4i32.to_le_bytes());
    assert_eq!(c.seek(&e, unique).unwrap(), Hit::Unique);
    by(&mut c, &e, 1, false).unwrap();
    let other = SeekOptions {
        relation: Seek::Ge,
        ..unique
    };
    make(&mut c, &4i32.to_le_bytes());
    assert_eq!(c.seek(&e, other).unwrap(), Hit::Exact);
}

#[test]
fn moves_to_other_keys() {
    let t = names();
    let b = t.bench.begin(4);
    let e = eyes(&t.bench, &b);
    let mut c = t.cursor();
    c.set_index(&e, Some(BY_NAME), Keep::First).unwrap();
    by(&mut c, &e, 1, true).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(3));
    by(&mut c, &e, 1, false).unwrap();
    by(&mut c, &e, -1, true).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(2));
    by(&mut c, &e, 2, true).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(6));
    assert_eq!(by(&mut c, &e, 1, true), Err(JetErr::NO_CURRENT_RECORD));
}

#[test]
fn the_current_index_and_the_record() {
    let t = Table::new(PageSize::K4, true);
    let row = |id: i32, once, tags: &[i32]| Row {
        once,
        tags: tags.to_vec(),
        ..Row::new(id, "n")
    };
    t.fill(&[
        row(1, Some(30), &[7, 5, 9]),
        row(2, None, &[]),
        row(3, Some(10), &[6]),
    ]);
    let mut b = t.bench.begin(4);
    let e = eyes(&t.bench, &b);
    let at = |r: Result<(), CursorError>| r.map_err(|e| e.jet_err());
    let mut c = t.cursor();
    let keep = |c: &mut TableCursor, name, itag| at(c.set_index(&e, name, Keep::Record(itag)));
    assert_eq!(
        keep(&mut c, Some(BY_TAG), 1),
        Err(JetErr::NO_CURRENT_RECORD)
    );
    assert!(c.index().is_none());
    assert!(t.find(&b, &mut c, 1));
    // Descending: 9, 7, 6, 5.
    for (itag, before) in [(0, 1), (1, 1), (2, 3), (3, 0)] {
        assert_eq!(keep(&mut c, Some(BY_TAG), itag), Ok(()), "{itag}");
        assert_eq!(id(&t, &b, &mut c), Ok(1));
        let mut n = 0;
        while by(&mut c, &e, -1, false).is_ok() {
            n += 1;
        }
        assert_eq!(n, before, "{itag}");
        assert_eq!(keep(&mut c, None, 1), Err(JetErr::NO_CURRENT_RECORD));
        assert!(t.find(&b, &mut c, 1));
    }
    assert_eq!(
        keep(&mut c, Some(BY_TAG), 4),
        Err(JetErr::BAD_ITAG_SEQUENCE)
    );
    assert_eq!(id(&t, &b, &mut c), Ok(1));
    assert!(c.index().is_some());
    assert_eq!(by(&mut c, &e, 1, false), Ok(()));
    assert_eq!(c.key(&e).unwrap().len(), 5);
    // An unknown index: back to the primary one, before the first.
    assert_eq!(keep(&mut c, Some("other"), 1), Err(JetErr::INDEX_NOT_FOUND));
    assert!(c.index().is_none());
    assert_eq!(id(&t, &b, &mut c), NO_RECORD);
    // A record that is not in the index.
    assert!(t.find(&b, &mut c, 2));
    assert_eq!(
        keep(&mut c, Some(BY_ONCE), 1),
        Err(JetErr::NO_CURRENT_RECORD)
    );
    assert_eq!(id(&t, &b, &mut c), Ok(2));
    assert_eq!(c.key(&e).unwrap_err().jet_err(), JetErr::NO_CURRENT_RECORD);
    assert_eq!(by(&mut c, &e, 1, false), Ok(()));
    assert_eq!(id(&t, &b, &mut c), Ok(3));
    // Bookmarks.
    let bookmark = c.bookmark().unwrap().to_vec();
    let second = c.secondary_bookmark(&e).unwrap();
    assert_eq!(second.record, bookmark);
    let key = second.key.to_vec();
    by(&mut c, &e, 1, false).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(1));
    assert_eq!(at(c.goto_bookmark(&e, &[])), Err(JetErr::INVALID_BOOKMARK));
    assert_eq!(
        at(c.goto_bookmark(&e, b"nothing")),
        Err(JetErr::RECORD_DELETED)
    );
    assert_eq!(id(&t, &b, &mut c), Ok(1));
    c.goto_bookmark(&e, &bookmark).unwrap();
    assert_eq!(c.key(&e).unwrap(), key);
    assert_eq!(id(&t, &b, &mut c), Ok(3));
    c.move_to(&e, Move::First, false).unwrap();
    let other = SecondaryBookmark {
        key: &key,
        record: b"other",
    };
    let gone = at(c.goto_secondary_bookmark(&e, other, false));
    assert_eq!(gone, Err(JetErr::RECORD_DELETED));
    assert_eq!(id(&t, &b, &mut c), Ok(3));
    let unsaid = SecondaryBookmark {
        key: &key,
        record: &[],
    };
    assert_eq!(at(c.goto_secondary_bookmark(&e, unsaid, false)), Ok(()));
    // Its key changes: the entry is gone, the record readable; next goes on from the old place.
    let mut d = t.cursor();
    assert!(t.find(&b, &mut d, 3));
    t.replace(&mut b, &mut d, &row(3, Some(90), &[6])).unwrap();
    let e = eyes(&t.bench, &b);
    assert_eq!(c.key(&e).unwrap_err().jet_err(), JetErr::RECORD_DELETED);
    assert_eq!(id(&t, &b, &mut c), Ok(3));
    by(&mut c, &e, 1, false).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(1));
    // A gap where the entry was.
    let there = SecondaryBookmark {
        key: &key,
        record: &bookmark,
    };
    let gone = at(c.goto_secondary_bookmark(&e, there, true));
    assert_eq!(gone, Err(JetErr::RECORD_DELETED));
    assert_eq!(id(&t, &b, &mut c), NO_RECORD);
    by(&mut c, &e, 1, false).unwrap();
    assert_eq!(id(&t, &b, &mut c), Ok(1));
}

//! Where a cursor stands: first call, ends, deleted records, ranges, levels that are rolled back.
#![forbid(unsafe_code)]

use crate::sessions::{begin_level, commit_level, eyes, rollback, undo};
use crate::table::{BY_NAME, Row, Table, make};
use crate::work_support::Begun;
use ese_core::btree::Seek;
use ese_core::cursor::{CursorError, Keep, Move, RangeFlags, SeekOptions, TableCursor};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::trx::RollbackScope;

fn table(ids: std::ops::RangeInclusive<i32>) -> Table {
    let table = Table::new(PageSize::K4, true);
    let rows: Vec<Row> = ids.map(|id| Row::new(id, "n")).collect();
    table.fill(&rows);
    table
}

fn go(t: &Table, b: &Begun, c: &mut TableCursor, to: Move) -> Result<i32, JetErr> {
    let at = |e: CursorError| e.jet_err();
    c.move_to(&eyes(&t.bench, b), to, false).map_err(at)?;
    t.row(b, c).map(|r| r.id).map_err(at)
}

fn read(t: &Table, b: &Begun, c: &mut TableCursor) -> Result<i32, JetErr> {
    t.row(b, c).map(|r| r.id).map_err(|e| e.jet_err())
}

const NO_RECORD: Result<i32, JetErr> = Err(JetErr::NO_CURRENT_RECORD);
const DELETED: Result<i32, JetErr> = Err(JetErr::RECORD_DELETED);

#[test]
fn the_first_entry_is_put_off() {
    let t = table(1..=5);
    let b = t.bench.begin(4);
    let mut c = t.cursor();
    assert_eq!(
        c.bookmark().unwrap_err().jet_err(),
        JetErr::NO_CURRENT_RECORD
    );
    assert_eq!(read(&t, &b, &mut c), Ok(1));
    assert!(c.bookmark().is_ok());
    for (to, want) in [(1, Ok(2)), (-1, NO_RECORD), (0, Ok(1)), (2, Ok(3))] {
        let mut c = t.cursor();
        assert_eq!(go(&t, &b, &mut c, Move::By(to)), want, "{to}");
    }
    let empty = Table::new(PageSize::K4, true);
    let b = empty.bench.begin(4);
    let mut c = empty.cursor();
    assert_eq!(read(&empty, &b, &mut c), NO_RECORD);
    let mut c = empty.cursor();
    assert_eq!(c.count(&eyes(&empty.bench, &b), 0).unwrap(), 0);
    for to in [
        Move::First,
        Move::Last,
        Move::By(1),
        Move::By(-1),
        Move::By(0),
    ] {
        assert_eq!(go(&empty, &b, &mut c, to), NO_RECORD);
    }
}

#[test]
fn off_the_ends_and_back() {
    let t = table(1..=5);
    let b = t.bench.begin(4);
    let mut c = t.cursor();
    assert_eq!(go(&t, &b, &mut c, Move::Last), Ok(5));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), NO_RECORD);
    assert_eq!(read(&t, &b, &mut c), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), Ok(5));
    assert_eq!(go(&t, &b, &mut c, Move::By(-9)), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(3)), Ok(3));
    assert_eq!(go(&t, &b, &mut c, Move::By(3)), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(-5)), Ok(1));
}

#[test]
fn on_a_deleted_record() {
    let t = table(1..=5);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    assert!(t.find(&b, &mut c, 3));
    t.delete(&mut b, &mut c).unwrap();
    assert_eq!(read(&t, &b, &mut c), DELETED);
    assert_eq!(go(&t, &b, &mut c, Move::By(0)), DELETED);
    assert!(c.bookmark().is_ok());
    let again = t.delete(&mut b, &mut c).unwrap_err();
    assert_eq!(again.jet_err(), JetErr::RECORD_DELETED);
    t.bench.work(&b, |w| c.lock(w, true)).unwrap();
    let counted = c.count(&eyes(&t.bench, &b), 0).unwrap_err();
    assert_eq!(counted.jet_err(), JetErr::RECORD_DELETED);
    // The same key again makes the place good.
    let mut other = t.cursor();
    t.insert(&mut b, &mut other, &Row::new(3, "new")).unwrap();
    assert_eq!(t.row(&b, &mut c).unwrap().name, b"new");
    t.delete(&mut b, &mut c).unwrap();
    let mut back = t.cursor();
    back.goto_bookmark(&eyes(&t.bench, &b), &[1]).unwrap_err();
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(4));
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), Ok(2));
    t.bench.commit(b);
}

#[test]
fn others_delete_under_the_cursor() {
    let t = table(1..=5);
    let b = t.bench.begin(4);
    let mut c = t.cursor();
    assert!(t.find(&b, &mut c, 3));
    let mut other = t.bench.begin(5);
    let mut d = t.cursor();
    assert!(t.find(&other, &mut d, 3));
    t.delete(&mut other, &mut d).unwrap();
    t.bench.commit(other);
    assert_eq!(read(&t, &b, &mut c), Ok(3));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(4));
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), Ok(3));
    let locked = t.bench.work(&b, |w| c.lock(w, false)).unwrap_err();
    assert_eq!(locked.jet_err(), JetErr::WRITE_CONFLICT);
    t.bench.commit(b);
    let b = t.bench.begin(4);
    assert_eq!(read(&t, &b, &mut c), DELETED);
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(4));
}

#[test]
fn levels_that_are_rolled_back() {
    let t = table(1..=5);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    assert!(t.find(&b, &mut c, 2));
    // Moved inside: before the first.
    begin_level(&t.bench, &mut b);
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(3));
    undo(&t.bench, &mut b, RollbackScope::Level);
    c.rolled_back(1);
    assert_eq!(read(&t, &b, &mut c), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(1));
    // Not moved inside: it stays; what was inserted inside is gone.
    begin_level(&t.bench, &mut b);
    t.insert(&mut b, &mut c, &Row::new(9, "x")).unwrap();
    undo(&t.bench, &mut b, RollbackScope::Level);
    c.rolled_back(1);
    assert_eq!(read(&t, &b, &mut c), Ok(1));
    assert_eq!(go(&t, &b, &mut c, Move::Last), Ok(5));
    // Committed into a level that is rolled back.
    begin_level(&t.bench, &mut b);
    begin_level(&t.bench, &mut b);
    c.set_index(&eyes(&t.bench, &b), Some(BY_NAME), Keep::Record(1))
        .unwrap();
    assert_eq!(read(&t, &b, &mut c), Ok(5));
    assert!(c.index().is_some());
    commit_level(&t.bench, &mut b);
    c.committed(2);
    assert!(c.index().is_some());
    undo(&t.bench, &mut b, RollbackScope::Level);
    c.rolled_back(1);
    assert!(c.index().is_none());
    assert_eq!(read(&t, &b, &mut c), NO_RECORD);
    // A bookmark is a place that outlives its level.
    begin_level(&t.bench, &mut b);
    let bookmark = c_bookmark(&t, &b, 4);
    c.goto_bookmark(&eyes(&t.bench, &b), &bookmark).unwrap();
    undo(&t.bench, &mut b, RollbackScope::Level);
    c.rolled_back(1);
    assert_eq!(read(&t, &b, &mut c), Ok(4));
    rollback(&t.bench, b);
}

fn c_bookmark(t: &Table, b: &Begun, id: i32) -> Vec<u8> {
    let mut c = t.cursor();
    assert!(t.find(b, &mut c, id));
    c.bookmark().unwrap().to_vec()
}

#[test]
fn ranges() {
    let t = table(1..=9);
    let b = t.bench.begin(4);
    let mut c = t.cursor();
    let e = eyes(&t.bench, &b);
    let upper = RangeFlags::UPPER;
    let at = |r: Result<(), CursorError>| r.map_err(|e| e.jet_err());
    let set = |c: &mut TableCursor, id: i32, flags| {
        make(c, &id.to_le_bytes());
        at(c.set_range(&e, flags))
    };
    assert_eq!(at(c.set_range(&e, upper)), Err(JetErr::KEY_NOT_MADE));
    assert_eq!(
        at(c.set_range(&e, RangeFlags::REMOVE)),
        Err(JetErr::INVALID_OPERATION)
    );
    // Up to 4, without it; the first entry is looked for by the call.
    assert_eq!(set(&mut c, 4, upper), Ok(()));
    assert_eq!(at(c.set_range(&e, upper)), Err(JetErr::KEY_NOT_MADE));
    assert_eq!(read(&t, &b, &mut c), Ok(1));
    assert_eq!(go(&t, &b, &mut c, Move::By(2)), Ok(3));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), NO_RECORD);
    // Behind the whole index, and without a range.
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), Ok(9));
    // Down to 7, with it; forward moves are free.
    assert_eq!(set(&mut c, 7, RangeFlags::INCLUSIVE), Ok(()));
    assert_eq!(go(&t, &b, &mut c, Move::By(-2)), Ok(7));
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(1));
    // Outside: off the end, and no range.
    assert!(t.find(&b, &mut c, 5));
    assert_eq!(set(&mut c, 5, upper), Err(JetErr::NO_CURRENT_RECORD));
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), Ok(9));
    // Nowhere: the range stays, and counts later.
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), NO_RECORD);
    assert_eq!(
        set(&mut c, 8, RangeFlags::empty()),
        Err(JetErr::NO_CURRENT_RECORD)
    );
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), Ok(9));
    assert_eq!(go(&t, &b, &mut c, Move::By(-1)), NO_RECORD);
    // A test only.
    assert!(t.find(&b, &mut c, 5));
    assert_eq!(set(&mut c, 6, upper | RangeFlags::INSTANT), Ok(()));
    assert_eq!(go(&t, &b, &mut c, Move::By(4)), Ok(9));
    // A new key is a new limit.
    assert!(t.find(&b, &mut c, 2));
    assert_eq!(set(&mut c, 3, upper | RangeFlags::INCLUSIVE), Ok(()));
    make(&mut c, &6i32.to_le_bytes());
    assert_eq!(go(&t, &b, &mut c, Move::By(4)), Ok(6));
    // Counting ends at the limit, stays where it is, and ends the range.
    assert!(t.find(&b, &mut c, 2));
    assert_eq!(set(&mut c, 6, upper), Ok(()));
    assert_eq!(c.count(&e, 0).unwrap(), 4);
    assert_eq!(read(&t, &b, &mut c), Ok(2));
    assert_eq!(
        at(c.set_range(&e, RangeFlags::REMOVE)),
        Err(JetErr::INVALID_OPERATION)
    );
    assert_eq!(c.count(&e, 0).unwrap(), 8);
    assert_eq!(c.count(&e, 3).unwrap(), 3);
    // From a gap.
    make(&mut c, &4i32.to_le_bytes());
    let mut keys = c.search_key().unwrap().to_vec();
    keys.push(0);
    c.make_key(&keys, ese_core::format::key::MakeKeyFlags::NORMALIZED_KEY)
        .unwrap();
    let missed = c.seek(&e, SeekOptions::new(Seek::Eq)).unwrap_err();
    assert_eq!(missed.jet_err(), JetErr::RECORD_NOT_FOUND);
    assert_eq!(read(&t, &b, &mut c), NO_RECORD);
    assert_eq!(set(&mut c, 6, upper | RangeFlags::INCLUSIVE), Ok(()));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(5));
    assert_eq!(go(&t, &b, &mut c, Move::By(2)), NO_RECORD);
}

#[test]
fn the_range_of_the_primary_index_waits() {
    let t = table(1..=9);
    let b = t.bench.begin(4);
    let mut c = t.cursor();
    let e = eyes(&t.bench, &b);
    make(&mut c, &3i32.to_le_bytes());
    c.set_range(&e, RangeFlags::UPPER | RangeFlags::INCLUSIVE)
        .unwrap();
    c.set_index(&e, Some(BY_NAME), Keep::First).unwrap();
    assert_eq!(go(&t, &b, &mut c, Move::By(8)), Ok(9));
    c.set_index(&e, Some("PK"), Keep::First).unwrap();
    assert_eq!(go(&t, &b, &mut c, Move::By(2)), Ok(3));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), NO_RECORD);
}

#[test]
fn a_range_that_fails_before_the_record_was_asked_for() {
    let t = table(1..=5);
    let b = t.bench.begin(4);
    let lower = RangeFlags::empty();
    let on_name = |range| {
        let mut c = t.cursor();
        let eyes = eyes(&t.bench, &b);
        c.set_index(&eyes, Some(BY_NAME), Keep::First).unwrap();
        make(&mut c, b"z");
        let refused = c.set_range(&eyes, range).unwrap_err();
        assert_eq!(refused.jet_err(), JetErr::NO_CURRENT_RECORD);
        c
    };
    // Off the index; but who asks for the record goes to the first entry, in the index too.
    assert_eq!(go(&t, &b, &mut on_name(lower), Move::By(1)), Ok(1));
    let mut c = on_name(lower);
    assert_eq!(
        c.bookmark().unwrap_err().jet_err(),
        JetErr::NO_CURRENT_RECORD
    );
    assert_eq!(read(&t, &b, &mut c), Ok(1));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(2));
    // In the primary index there is one place.
    let mut c = t.cursor();
    make(&mut c, &3i32.to_le_bytes());
    c.set_range(&eyes(&t.bench, &b), lower).unwrap_err();
    assert_eq!(read(&t, &b, &mut c), NO_RECORD);
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), Ok(1));
}

#[test]
fn a_range_and_the_current_index_chosen_again() {
    let t = table(1..=9);
    let b = t.bench.begin(4);
    let upper = |c: &mut TableCursor| {
        make(c, &4i32.to_le_bytes());
        c.set_range(&eyes(&t.bench, &b), RangeFlags::UPPER).unwrap();
    };
    // To the first entry: the range stays, also when the record is read there.
    let mut c = t.cursor();
    assert!(t.find(&b, &mut c, 2));
    upper(&mut c);
    let see = eyes(&t.bench, &b);
    c.set_index(&see, None, Keep::First).unwrap();
    assert_eq!(read(&t, &b, &mut c), Ok(1));
    assert_eq!(go(&t, &b, &mut c, Move::By(2)), Ok(3));
    assert_eq!(go(&t, &b, &mut c, Move::By(1)), NO_RECORD);
    // To the same record: it is gone, with the key.
    assert!(t.find(&b, &mut c, 2));
    upper(&mut c);
    make(&mut c, &9i32.to_le_bytes());
    c.set_index(&see, None, Keep::Record(1)).unwrap();
    assert!(!c.has_search_key());
    assert_eq!(
        c.set_range(&see, RangeFlags::REMOVE).unwrap_err().jet_err(),
        JetErr::INVALID_OPERATION
    );
}

#[test]
fn an_empty_index_is_looked_at_each_time() {
    let t = Table::new(PageSize::K4, true);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    assert_eq!(read(&t, &b, &mut c), NO_RECORD);
    assert_eq!(c.count(&eyes(&t.bench, &b), 0).unwrap(), 0);
    make(&mut c, &1i32.to_le_bytes());
    c.set_range(&eyes(&t.bench, &b), RangeFlags::UPPER)
        .unwrap_err();
    let mut other = t.cursor();
    t.insert(&mut b, &mut other, &Row::new(7, "n")).unwrap();
    assert_eq!(read(&t, &b, &mut c), Ok(7));
    t.bench.commit(b);
}

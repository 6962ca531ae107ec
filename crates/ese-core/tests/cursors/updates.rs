//! Updates: keys, duplicates, conflicts, numbered records; a statement that fails leaves nothing.
#![forbid(unsafe_code)]

use crate::sessions::{eyes, rollback, statement};
use crate::table::{BY_NAME, BY_ONCE, BY_TAG, Row, Table};
use crate::work_support::Begun;
use ese_core::catalog::TableTrees;
use ese_core::cursor::{CursorError, Keep, Move, TableCursor};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::{Fid, PageSize};
use ese_core::index::{ColumnRef, TableIndexes, Touched};
use std::sync::Arc;

fn code(r: Result<(), CursorError>) -> Result<(), JetErr> {
    r.map_err(|e| e.jet_err())
}

/// Ids in the order of an index.
pub(crate) fn ids(t: &Table, b: &Begun, index: Option<&str>) -> Vec<i32> {
    let mut c = t.cursor();
    let e = eyes(&t.bench, b);
    c.set_index(&e, index, Keep::First).unwrap();
    let mut ids = Vec::new();
    let mut to = Move::First;
    while c.move_to(&e, to, false).is_ok() {
        ids.push(t.row(b, &mut c).unwrap().id);
        to = Move::By(1);
    }
    ids
}

fn once(id: i32, once: i32, tags: &[i32]) -> Row {
    Row {
        once: Some(once),
        tags: tags.to_vec(),
        ..Row::new(id, "n")
    }
}

#[test]
fn entries_follow_their_records() {
    let t = Table::new(PageSize::K4, true);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    for row in [once(1, 30, &[5, 5, 6]), once(2, 20, &[6]), once(3, 10, &[])] {
        t.insert(&mut b, &mut c, &row).unwrap();
    }
    assert_eq!(ids(&t, &b, Some(BY_ONCE)), [3, 2, 1]);
    // Of equal values of one record only one entry; descending.
    assert_eq!(ids(&t, &b, Some(BY_TAG)), [1, 2, 1]);
    assert!(t.find(&b, &mut c, 1));
    t.replace(&mut b, &mut c, &once(1, 5, &[6, 7])).unwrap();
    assert_eq!(ids(&t, &b, Some(BY_ONCE)), [1, 3, 2]);
    assert_eq!(ids(&t, &b, Some(BY_TAG)), [1, 1, 2]);
    t.delete(&mut b, &mut c).unwrap();
    assert_eq!(ids(&t, &b, Some(BY_TAG)), [2]);
    assert_eq!(ids(&t, &b, Some(BY_NAME)), [2, 3]);
    // The key that the transaction gave up.
    t.insert(&mut b, &mut c, &once(4, 5, &[6])).unwrap();
    t.insert(&mut b, &mut c, &once(1, 30, &[6, 7])).unwrap();
    assert_eq!(ids(&t, &b, Some(BY_TAG)), [1, 1, 2, 4]);
    t.bench.commit(b);
    t.bench.world.finish_creation();
    t.bench.world.replays();
}

#[test]
fn what_fails_leaves_nothing() {
    let t = Table::new(PageSize::K4, true);
    t.fill(&[once(1, 10, &[1]), once(2, 20, &[2])]);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    let duplicate = Err(JetErr::KEY_DUPLICATE);
    assert_eq!(
        code(t.insert(&mut b, &mut c, &once(2, 30, &[3]))),
        duplicate
    );
    assert_eq!(
        code(t.insert(&mut b, &mut c, &once(3, 20, &[3]))),
        duplicate
    );
    assert!(t.find(&b, &mut c, 1));
    assert_eq!(
        code(t.replace(&mut b, &mut c, &once(1, 20, &[4]))),
        duplicate
    );
    let changed = code(t.replace(&mut b, &mut c, &once(7, 10, &[4])));
    assert_eq!(changed, Err(JetErr::RECORD_PRIMARY_CHANGED));
    assert_eq!(t.row(&b, &mut c).unwrap(), once(1, 10, &[1]));
    for index in [None, Some(BY_NAME), Some(BY_ONCE)] {
        assert_eq!(ids(&t, &b, index), [1, 2], "{index:?}");
    }
    assert_eq!(ids(&t, &b, Some(BY_TAG)), [2, 1]);
    // The locks went with the statement.
    let mut other = t.bench.begin(5);
    let mut d = t.cursor();
    assert!(t.find(&other, &mut d, 1));
    t.replace(&mut other, &mut d, &once(1, 40, &[])).unwrap();
    rollback(&t.bench, other);
    t.bench.commit(b);
}

#[test]
fn conflicts() {
    let t = Table::new(PageSize::K4, true);
    t.fill(&[once(1, 10, &[1]), once(2, 20, &[2])]);
    let (mut a, mut b) = (t.bench.begin(4), t.bench.begin(5));
    let (mut c, mut d) = (t.cursor(), t.cursor());
    assert!(t.find(&a, &mut c, 1) && t.find(&b, &mut d, 1));
    t.replace(&mut a, &mut c, &once(1, 11, &[1])).unwrap();
    t.insert(&mut a, &mut c, &once(3, 30, &[])).unwrap();
    let conflict = Err(JetErr::WRITE_CONFLICT);
    let duplicate = Err(JetErr::KEY_DUPLICATE);
    assert_eq!(
        code(t.replace(&mut b, &mut d, &once(1, 12, &[1]))),
        conflict
    );
    assert_eq!(code(t.delete(&mut b, &mut d)), conflict);
    assert_eq!(t.row(&b, &mut d).unwrap(), once(1, 10, &[1]));
    assert_eq!(code(t.insert(&mut b, &mut d, &once(3, 50, &[]))), duplicate);
    // The key that an open transaction gave up, and that which it took.
    assert_eq!(code(t.insert(&mut b, &mut d, &once(4, 10, &[]))), duplicate);
    assert_eq!(code(t.insert(&mut b, &mut d, &once(4, 11, &[]))), duplicate);
    t.bench.commit(a);
    assert_eq!(
        code(t.replace(&mut b, &mut d, &once(1, 12, &[1]))),
        conflict
    );
    assert_eq!(code(t.insert(&mut b, &mut d, &once(4, 10, &[]))), duplicate);
    assert_eq!(ids(&t, &b, None), [1, 2]);
    t.bench.commit(b);
    let mut b = t.bench.begin(5);
    t.insert(&mut b, &mut d, &once(4, 10, &[])).unwrap();
    assert_eq!(ids(&t, &b, Some(BY_ONCE)), [4, 1, 2, 3]);
    rollback(&t.bench, b);
}

#[test]
fn only_indexes_of_touched_columns() {
    let t = Table::new(PageSize::K4, true);
    t.fill(&[once(1, 10, &[1])]);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    assert!(t.find(&b, &mut c, 1));
    // Said of the name only: the entry of the other column stays as it was, which is a mistake of the
    // caller and shows here that it was not looked at.
    let name = [ColumnRef {
        fid: Fid(128),
        template: false,
    }];
    let row = Row {
        name: b"m".to_vec(),
        ..once(1, 99, &[1])
    };
    let bytes = row.bytes(t.page_size);
    statement(&t.bench, &mut b, |w| {
        c.replace_record(w, &bytes, Touched::Columns(&name), None)
    })
    .unwrap();
    let entry = |index: &str, c: &mut TableCursor| {
        let e = eyes(&t.bench, &b);
        c.set_index(&e, Some(index), Keep::First).unwrap();
        c.key(&e).unwrap().to_vec()
    };
    assert_eq!(entry(BY_ONCE, &mut c), [0x7F, 0x80, 0, 0, 10]);
    assert_eq!(entry(BY_NAME, &mut c)[1], b'm');
    rollback(&t.bench, b);
}

#[test]
fn numbered_records() {
    let t = Table::new(PageSize::K4, false);
    let mut b = t.bench.begin(4);
    let mut c = t.cursor();
    for (id, number) in [(5, 1u32), (5, 2), (4, 3)] {
        t.insert(&mut b, &mut c, &Row::new(id, "n")).unwrap();
        assert_eq!(c.inserted(), number.to_be_bytes());
    }
    assert_eq!(ids(&t, &b, None), [5, 5, 4]);
    let e = eyes(&t.bench, &b);
    c.move_to(&e, Move::Last, false).unwrap();
    t.delete(&mut b, &mut c).unwrap();
    // Others go on behind what is not committed; a new look at the table too.
    let mut other = t.bench.begin(5);
    t.insert(&mut other, &mut c, &Row::new(6, "n")).unwrap();
    assert_eq!(c.inserted(), 4u32.to_be_bytes());
    let trees = std::sync::Arc::clone(t.indexes.trees());
    let again = ese_core::index::TableIndexes::new(trees).unwrap();
    let mut c = TableCursor::new(&t.bench.db, std::sync::Arc::new(again));
    let bytes = Row::new(7, "n").bytes(t.page_size);
    statement(&t.bench, &mut b, |w| c.insert_record(w, &bytes)).unwrap();
    assert_eq!(c.inserted(), 5u32.to_be_bytes());
    rollback(&t.bench, other);
    assert_eq!(ids(&t, &b, None), [5, 5, 7]);
    let refused = c.make_key(&[1], ese_core::format::key::MakeKeyFlags::NEW_KEY);
    assert_eq!(code(refused), Err(JetErr::NO_CURRENT_INDEX));
    let number = 2u32.to_be_bytes();
    c.make_key(&number, ese_core::format::key::MakeKeyFlags::NORMALIZED_KEY)
        .unwrap();
    let eq = ese_core::cursor::SeekOptions::new(ese_core::btree::Seek::Eq);
    c.seek(&eyes(&t.bench, &b), eq).unwrap();
    assert_eq!(c.bookmark().unwrap(), number);
    t.bench.commit(b);
}

/// The same table, whose second column counts.
fn counting(t: &Table, wide: bool) -> TableCursor {
    let trees = t.indexes.trees();
    let mut schema = (*trees.schema).clone();
    let mut columns = schema.columns().to_vec();
    columns[1].flags |= ColumnFlags::AUTOINCREMENT;
    if wide {
        columns[1].coltyp = ese_core::format::ids::Coltyp::Currency;
    }
    schema.set_columns(columns);
    let mut trees = TableTrees::new(Arc::new(schema), Some(trees));
    // As after a start: nobody has asked yet.
    trees.counters = Arc::default();
    let indexes = TableIndexes::new(Arc::new(trees)).unwrap();
    TableCursor::new(&t.bench.db, Arc::new(indexes))
}

#[test]
fn the_highest_number_by_an_index() {
    let t = Table::new(PageSize::K4, true);
    t.fill(&[once(1, 17, &[]), once(25, 5, &[])]);
    let trees = t.indexes.trees();
    // The key of the primary index counts: an index tells what no record has to be read for.
    let mut schema = (*trees.schema).clone();
    let mut columns = schema.columns().to_vec();
    columns[0].flags |= ColumnFlags::AUTOINCREMENT;
    schema.set_columns(columns);
    let trees = TableTrees::new(Arc::new(schema), Some(trees));
    let indexes = Arc::new(TableIndexes::new(Arc::new(trees)).unwrap());
    let mut c = TableCursor::new(&t.bench.db, indexes);
    let mut b = t.bench.begin(4);
    t.insert(&mut b, &mut t.cursor(), &once(26, 6, &[]))
        .unwrap();
    let other = t.bench.begin(5);
    let next = t.bench.work(&other, |w| c.next_auto_increment(w)).unwrap();
    assert_eq!(next, Some(27));
    t.bench.commit(other);
    rollback(&t.bench, b);
}

fn reserved(t: &Table) -> Option<u64> {
    let records = &t.indexes.trees().records;
    let pages = t.bench.db.trees.pages();
    ese_core::space::extents(pages, records.tree(), 1 << 20)
        .unwrap()
        .auto_increment
}

#[test]
fn numbers_of_records() {
    let t = Table::new(PageSize::K4, true);
    t.fill(&[once(1, 17, &[]), once(2, 5, &[])]);
    let next = |b: &Begun, c: &mut TableCursor| {
        t.bench
            .work(b, |w| c.next_auto_increment(w))
            .map_err(|e| e.jet_err())
    };
    let mut b = t.bench.begin(4);
    assert_eq!(next(&b, &mut t.cursor()), Ok(None));
    // Where the root says nothing, behind the highest in use, committed or not.
    t.insert(&mut b, &mut t.cursor(), &once(3, 20, &[]))
        .unwrap();
    let other = t.bench.begin(5);
    let mut c = counting(&t, false);
    assert_eq!(next(&other, &mut c), Ok(Some(21)));
    assert_eq!(next(&b, &mut c.duplicate(&t.bench.db)), Ok(Some(22)));
    assert_eq!(reserved(&t), None);
    // Where it does, in batches of 2, 4, 8.
    let set = |value| {
        let root = t.indexes.trees().records.root();
        t.bench.alone(|w| {
            let change =
                |h: &mut ese_core::format::space::RootHeader<'_>| h.auto_increment = Some(value);
            w.db.space
                .change_root_header(&w.author, root, change)
                .unwrap();
        });
    };
    set(0);
    let mut c = counting(&t, false);
    for (n, stored) in [(1, 2), (2, 2), (3, 6), (4, 6), (5, 6), (6, 6), (7, 14)] {
        assert_eq!(
            (next(&b, &mut c), reserved(&t)),
            (Ok(Some(n)), Some(stored))
        );
    }
    // They are not given back, and a new start begins behind what was reserved.
    rollback(&t.bench, b);
    assert_eq!(next(&other, &mut c), Ok(Some(8)));
    let mut c = counting(&t, false);
    assert_eq!(next(&other, &mut c), Ok(Some(15)));
    for _ in 0..3000 {
        next(&other, &mut c).unwrap();
    }
    let mut c = counting(&t, false);
    let last = reserved(&t).unwrap();
    assert_eq!(next(&other, &mut c), Ok(Some(last + 1)));
    // The end.
    set(0x7FFF_FEFD);
    let mut c = counting(&t, false);
    for n in [0x7FFF_FEFE, 0x7FFF_FEFF] {
        assert_eq!(next(&other, &mut c), Ok(Some(n)));
    }
    let out = Err(JetErr::OUT_OF_AUTOINCREMENT_VALUES);
    assert_eq!(next(&other, &mut c), out);
    set(0x7FFF_FFFF_FFFF_FEFD);
    let mut c = counting(&t, true);
    assert_eq!(next(&other, &mut c), Ok(Some(0x7FFF_FFFF_FFFF_FEFE)));
    assert_eq!(next(&other, &mut c), Ok(Some(0x7FFF_FFFF_FFFF_FEFF)));
    assert_eq!(next(&other, &mut c), out);
    t.bench.commit(other);
    t.bench.world.finish_creation();
    t.bench.world.replays();
}

//! What each form allows, and how it looks: the table of the contract, row by row.
#![forbid(unsafe_code)]

use crate::world::{World, get, key, keyed, numbers, put, put_long, set};
use ese_core::HasJetErr;
use ese_core::btree::Seek;
use ese_core::cursor::{Hit, Move, RangeFlags, SeekOptions};
use ese_core::database::DbError;
use ese_core::error::JetErr;
use ese_core::format::ids::Coltyp;
use ese_core::format::key::MakeKeyFlags;
use ese_core::instance::{TempBits, TempColumn, TempForm, TempTable, TempTableDef};
use ese_core::session::Session;

fn err<T>(done: Result<T, DbError>) -> JetErr {
    done.map(|_| ()).unwrap_err().jet_err()
}

fn filled(session: &Session, bits: TempBits, numbers: &[i32]) -> TempTable {
    let mut table = session.open_temp_table(&keyed(bits)).unwrap();
    for (i, &n) in numbers.iter().enumerate() {
        put(&mut table, session, n, &i.to_string()).unwrap();
    }
    table
}

fn seek(table: &mut TempTable, session: &Session, n: i32, relation: Seek) -> Result<Hit, DbError> {
    table.make_key(&n.to_le_bytes(), MakeKeyFlags::NEW_KEY)?;
    table.seek(session, SeekOptions::new(relation))
}

#[test]
fn duplicates_go_and_the_first_stays() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let rows = [5, 3, 5, 1, 3];
    let mut table = filled(&session, TempBits::empty(), &rows);
    assert_eq!(numbers(&mut table, &session), [1, 3, 5]);
    table.move_to(&session, Move::First, false).unwrap();
    table.move_to(&session, Move::By(1), false).unwrap();
    assert_eq!(get(&mut table, &session, 1).unwrap(), b"1");
    // Forward only keeps them, unless it is to be unique.
    let mut table = filled(&session, TempBits::FORWARD_ONLY, &rows);
    assert_eq!(numbers(&mut table, &session), [1, 3, 3, 5, 5]);
    let mut table = filled(&session, TempBits::FORWARD_ONLY | TempBits::UNIQUE, &rows);
    assert_eq!(numbers(&mut table, &session), [1, 3, 5]);
    // A tree says so at once.
    let mut table = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    put(&mut table, &session, 1, "a").unwrap();
    assert_eq!(
        err(put(&mut table, &session, 1, "b")),
        JetErr::KEY_DUPLICATE
    );
    assert_eq!(numbers(&mut table, &session), [1]);
}

#[test]
fn while_records_are_inserted_there_is_nothing_to_read() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut table = filled(&session, TempBits::SCROLLABLE, &[2, 1]);
    assert_eq!(table.form(), TempForm::Inserting);
    assert_eq!(err(get(&mut table, &session, 0)), JetErr::ILLEGAL_OPERATION);
    assert_eq!(
        err(table.begin_replace(&session)),
        JetErr::NO_CURRENT_RECORD
    );
    assert_eq!(err(table.save(&session)), JetErr::UPDATE_NOT_PREPARED);
    assert_eq!(err(table.delete(&session)), JetErr::ILLEGAL_OPERATION);
    assert_eq!(err(table.bookmark()), JetErr::ILLEGAL_OPERATION);
    // A prepared record is forgotten by the move that ends it.
    table.begin_insert().unwrap();
    set(&mut table, &session, 0, &3i32.to_le_bytes()).unwrap();
    table.move_to(&session, Move::By(1), false).unwrap();
    assert_eq!(
        (table.form(), key(&mut table, &session)),
        (TempForm::Sorted, 1)
    );
    assert_eq!(err(table.begin_insert()), JetErr::ILLEGAL_OPERATION);
    assert_eq!(
        err(table.begin_replace(&session)),
        JetErr::ILLEGAL_OPERATION
    );
    assert_eq!(numbers(&mut table, &session), [1, 2]);
}

#[test]
fn the_first_move_stands_on_the_first_record() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    for to in [Move::First, Move::By(0), Move::By(1)] {
        let mut table = filled(&session, TempBits::empty(), &[3, 1, 2]);
        table.move_to(&session, to, false).unwrap();
        assert_eq!(key(&mut table, &session), 1, "{to:?}");
    }
    let mut table = filled(&session, TempBits::empty(), &[3, 1, 2]);
    table.move_to(&session, Move::Last, false).unwrap();
    assert_eq!(key(&mut table, &session), 3);
    for bits in [
        TempBits::empty(),
        TempBits::UPDATABLE,
        TempBits::FORWARD_ONLY,
    ] {
        let mut table = filled(&session, bits, &[]);
        assert_eq!(
            err(table.move_to(&session, Move::First, false)),
            JetErr::NO_CURRENT_RECORD
        );
    }
}

#[test]
fn a_sort_goes_back_and_is_sought_in_only_if_it_was_said() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut table = filled(&session, TempBits::empty(), &[1, 2]);
    assert_eq!(
        err(seek(&mut table, &session, 1, Seek::Eq)),
        JetErr::ILLEGAL_OPERATION
    );
    assert_eq!(table.form(), TempForm::Sorted, "it ended the inserting");
    table.move_to(&session, Move::First, false).unwrap();
    assert_eq!(
        err(table.move_to(&session, Move::By(-1), false)),
        JetErr::ILLEGAL_OPERATION
    );

    let mut table = filled(&session, TempBits::SCROLLABLE, &[10, 20, 30]);
    assert_eq!(
        seek(&mut table, &session, 20, Seek::Eq).unwrap(),
        Hit::Exact
    );
    table.move_to(&session, Move::By(-1), false).unwrap();
    assert_eq!(key(&mut table, &session), 10);
    assert_eq!(
        err(table.move_to(&session, Move::By(-1), false)),
        JetErr::NO_CURRENT_RECORD
    );
    for (n, relation, at) in [
        (15, Seek::Ge, 20),
        (20, Seek::Gt, 30),
        (25, Seek::Le, 20),
        (20, Seek::Lt, 10),
    ] {
        // Never that it is another key.
        assert_eq!(seek(&mut table, &session, n, relation).unwrap(), Hit::Exact);
        assert_eq!(key(&mut table, &session), at);
    }
    assert_eq!(
        err(seek(&mut table, &session, 15, Seek::Eq)),
        JetErr::RECORD_NOT_FOUND
    );
    assert_eq!(key(&mut table, &session), 20, "on a neighbour");
    assert_eq!(
        err(seek(&mut table, &session, 99, Seek::Ge)),
        JetErr::RECORD_NOT_FOUND
    );
    assert_eq!(key(&mut table, &session), 30);
    let again = table.seek(&session, SeekOptions::new(Seek::Eq));
    assert_eq!(err(again), JetErr::KEY_NOT_MADE);
}

#[test]
fn bookmarks_and_an_upper_range_of_a_sort() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut table = filled(&session, TempBits::SCROLLABLE, &[10, 20, 30, 40]);
    seek(&mut table, &session, 20, Seek::Eq).unwrap();
    let bookmark = table.bookmark().unwrap();
    assert_eq!(bookmark.len(), 4);
    table.move_to(&session, Move::Last, false).unwrap();
    table.goto(&session, &bookmark).unwrap();
    assert_eq!(key(&mut table, &session), 20);
    assert_eq!(err(table.goto(&session, &[1])), JetErr::INVALID_BOOKMARK);
    assert_eq!(
        err(table.goto(&session, &99u32.to_le_bytes())),
        JetErr::INVALID_BOOKMARK
    );
    table
        .make_key(&30i32.to_le_bytes(), MakeKeyFlags::NEW_KEY)
        .unwrap();
    table
        .set_range(&session, RangeFlags::UPPER | RangeFlags::INCLUSIVE)
        .unwrap();
    table.move_to(&session, Move::By(1), false).unwrap();
    assert_eq!(key(&mut table, &session), 30);
    assert_eq!(
        err(table.move_to(&session, Move::By(1), false)),
        JetErr::NO_CURRENT_RECORD
    );
}

#[test]
fn updatable_without_indexed_is_a_sequence() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut table = filled(&session, TempBits::UPDATABLE, &[3, 1, 2]);
    assert_eq!(numbers(&mut table, &session), [1, 2, 3]);
    assert_eq!(table.form(), TempForm::Tree);
    // The trap: later ones go to the end, also those that are there.
    put(&mut table, &session, 1, "again").unwrap();
    put(&mut table, &session, 0, "last").unwrap();
    assert_eq!(numbers(&mut table, &session), [1, 2, 3, 1, 0]);
    let key = table.make_key(&1i32.to_le_bytes(), MakeKeyFlags::NEW_KEY);
    assert_eq!(err(key), JetErr::NO_CURRENT_INDEX);
    table.move_to(&session, Move::First, false).unwrap();
    table.begin_replace(&session).unwrap();
    set(&mut table, &session, 0, &7i32.to_le_bytes()).unwrap();
    table.save(&session).unwrap();
    table.move_to(&session, Move::By(1), false).unwrap();
    table.delete(&session).unwrap();
    assert_eq!(numbers(&mut table, &session), [7, 3, 1, 0]);
}

#[test]
fn updatable_and_indexed_is_keyed() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let bits = TempBits::UPDATABLE | TempBits::INDEXED;
    let mut table = filled(&session, bits, &[3, 1, 2]);
    // The key was made before there was a tree.
    assert_eq!(seek(&mut table, &session, 2, Seek::Eq).unwrap(), Hit::Exact);
    assert_eq!(table.form(), TempForm::Tree);
    assert_eq!(
        err(put(&mut table, &session, 2, "again")),
        JetErr::KEY_DUPLICATE
    );
    put(&mut table, &session, 0, "x").unwrap();
    assert_eq!(numbers(&mut table, &session), [0, 1, 2, 3]);
    assert_eq!(
        seek(&mut table, &session, 5, Seek::Le).unwrap(),
        Hit::NotEqual
    );
    table.begin_replace(&session).unwrap();
    set(&mut table, &session, 0, &9i32.to_le_bytes()).unwrap();
    assert_eq!(err(table.save(&session)), JetErr::RECORD_PRIMARY_CHANGED);
    table.cancel();
    assert_eq!(numbers(&mut table, &session), [0, 1, 2, 3]);
    // A small one that is only read stays a sort.
    let mut table = filled(&session, TempBits::INDEXED, &[3, 1, 2]);
    assert_eq!(numbers(&mut table, &session), [1, 2, 3]);
    assert_eq!(table.form(), TempForm::Sorted);
}

#[test]
fn a_sequence_from_the_beginning() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let def = TempTableDef::new(TempBits::empty()).column(TempColumn::new(Coltyp::Long));
    let mut table = session.open_temp_table(&def).unwrap();
    assert_eq!(table.form(), TempForm::Tree);
    for n in [3, 1, 3] {
        table.begin_insert().unwrap();
        set(&mut table, &session, 0, &i32::to_le_bytes(n)).unwrap();
        table.save(&session).unwrap();
    }
    assert_eq!(numbers(&mut table, &session), [3, 1, 3]);
    crate::alive(&instance);
}

#[test]
fn keys_of_every_kind_and_null_low_or_high() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let order = |bits, column: TempColumn| {
        let def = TempTableDef::new(bits).column(column);
        let mut table = session.open_temp_table(&def).unwrap();
        for value in [Some(2i32), None, Some(1)] {
            table.begin_insert().unwrap();
            if let Some(n) = value {
                set(&mut table, &session, 0, &n.to_le_bytes()).unwrap();
            }
            table.save(&session).unwrap();
        }
        let mut found = Vec::new();
        let mut more = table.move_to(&session, Move::First, false).is_ok();
        while more {
            found.push(get(&mut table, &session, 0).unwrap());
            more = table.move_to(&session, Move::By(1), false).is_ok();
        }
        let number = |b: Vec<u8>| b.try_into().ok().map(i32::from_le_bytes);
        found.into_iter().map(number).collect::<Vec<_>>()
    };
    let long = TempColumn::new(Coltyp::Long);
    assert_eq!(
        order(TempBits::empty(), long.key()),
        [None, Some(1), Some(2)]
    );
    assert_eq!(
        order(TempBits::SORT_NULLS_HIGH, long.key()),
        [Some(1), Some(2), None]
    );
    assert_eq!(
        order(TempBits::empty(), long.descending_key()),
        [Some(2), Some(1), None]
    );
    let forced = TempBits::FORCE_MATERIALIZATION;
    assert_eq!(order(forced, long.key()), [None, Some(1), Some(2)]);
}

#[test]
fn another_cursor_on_the_same_table() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    for bits in [
        TempBits::empty(),
        TempBits::SCROLLABLE,
        TempBits::UPDATABLE | TempBits::INDEXED,
        TempBits::FORCE_MATERIALIZATION,
    ] {
        let mut table = filled(&session, bits, &[3, 1, 2]);
        if table.form() == TempForm::Inserting {
            assert_eq!(
                err(table.duplicate(&session).map(|_| ())),
                JetErr::ILLEGAL_OPERATION
            );
        }
        table.move_to(&session, Move::Last, false).unwrap();
        let mut other = table.duplicate(&session).unwrap();
        assert_eq!(key(&mut other, &session), 1, "{bits:?}: on the first");
        other.move_to(&session, Move::By(1), false).unwrap();
        assert_eq!(
            (key(&mut other, &session), key(&mut table, &session)),
            (2, 3)
        );
        // The table stays until the last one is gone.
        drop(table);
        assert_eq!(numbers(&mut other, &session), [1, 2, 3]);
        if other.form() == TempForm::Tree {
            put(&mut other, &session, 4, "new").unwrap();
            assert_eq!(numbers(&mut other, &session), [1, 2, 3, 4]);
        }
    }
    // A tree of long values that one of them made serves all, and numbers go on.
    let mut table = filled(&session, TempBits::FORCE_MATERIALIZATION, &[1]);
    let mut other = table.duplicate(&session).unwrap();
    let level = session.transaction().unwrap();
    let large = vec![5; 3000];
    put_long(&mut table, &session, 2, &large).unwrap();
    other.move_to(&session, Move::Last, false).unwrap();
    assert_eq!(get(&mut other, &session, 2).unwrap(), large);
    put_long(&mut other, &session, 3, &large).unwrap();
    table.move_to(&session, Move::Last, false).unwrap();
    assert_eq!(get(&mut table, &session, 2).unwrap(), large);
    level.commit().unwrap();
}

#[test]
fn a_table_that_is_a_tree_at_once_begins_before_its_first_record() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut table = filled(&session, TempBits::FORCE_MATERIALIZATION, &[2, 1]);
    assert_eq!(err(get(&mut table, &session, 0)), JetErr::NO_CURRENT_RECORD);
    assert_eq!(err(table.delete(&session)), JetErr::NO_CURRENT_RECORD);
    table.move_to(&session, Move::By(1), false).unwrap();
    assert_eq!(key(&mut table, &session), 1);
}

#[test]
fn keys_as_they_are_told() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    // What tells equal keys apart is not part of them, in memory and on disk.
    for rows in [3, 60_000] {
        let all: Vec<i32> = (0..rows).map(|n| n % 3).collect();
        let mut table = filled(&session, TempBits::FORWARD_ONLY, &all);
        table.move_to(&session, Move::First, false).unwrap();
        assert_eq!(
            table.key(&session).unwrap(),
            [0x7F, 0x80, 0, 0, 0],
            "{rows}"
        );
    }
    // Records that are numbered when they were sorted are so from 0 on.
    let mut table = filled(&session, TempBits::UPDATABLE, &[5, 4]);
    table.move_to(&session, Move::First, false).unwrap();
    assert_eq!(table.key(&session).unwrap(), [0; 4]);
    put(&mut table, &session, 1, "behind").unwrap();
    assert_eq!(numbers(&mut table, &session), [4, 5, 1]);
}

//! Goal: temporary tables do what the contract says of each of their forms, leave nothing behind, cost
//! disk and not memory, and the log never hears of them.
//!
//! Method: instances on real files with small caches; the log's position, the file of the temporary
//! database and the error numbers are looked at.

mod forms;
mod world;

use ese_core::HasJetErr;
use ese_core::btree::Seek;
use ese_core::cursor::{Move, SeekOptions};
use ese_core::error::JetErr;
use ese_core::format::ids::Coltyp;
use ese_core::instance::{
    CreateOptions, Instance, TempBits, TempColumn, TempColumnBits, TempForm, TempTableDef, TermKind,
};
use world::{World, get, key, keyed, numbers, put, put_long};

#[test]
fn the_log_hears_nothing_and_the_file_goes() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let file = world.dir.path().join("tmp.edb");
    assert!(!file.exists(), "made when it is needed");
    let at = instance.log().unwrap().position();
    {
        let transaction = session.transaction().unwrap();
        for bits in [
            TempBits::FORWARD_ONLY,
            TempBits::SCROLLABLE,
            TempBits::FORCE_MATERIALIZATION,
        ] {
            let mut table = session.open_temp_table(&keyed(bits)).unwrap();
            for n in 0..2000 {
                put(&mut table, &session, n * 7919 % 2000, "x").unwrap();
            }
            assert_eq!(numbers(&mut table, &session), (0..2000).collect::<Vec<_>>());
        }
        assert!(file.exists());
        transaction.commit().unwrap();
    }
    assert_eq!(instance.log().unwrap().position(), at);
    assert_eq!(instance.databases().len(), 0);
    // A transaction that changes a database beside it is logged as ever.
    let db = instance
        .create(world.dir.path().join("a.edb"), &CreateOptions::default())
        .unwrap();
    let before = instance.log().unwrap().position();
    let transaction = session.transaction().unwrap();
    let mut table = session.open_temp_table(&keyed(TempBits::INDEXED)).unwrap();
    put(&mut table, &session, 1, "x").unwrap();
    assert_eq!(instance.log().unwrap().position(), before);
    db.create_table(&session, &ese_core::catalog::write::TableDef::new("t"))
        .unwrap();
    assert!(instance.log().unwrap().position() > before);
    transaction.commit().unwrap();
    drop(table);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    assert!(!file.exists(), "gone with the instance");
}

#[test]
fn a_crash_leaves_a_file_that_recovery_does_not_know() {
    let world = World::new();
    let file = world.dir.path().join("tmp.edb");
    let db = world.dir.path().join("a.edb");
    let instance = world.start();
    drop(instance.create(&db, &CreateOptions::default()).unwrap());
    let session = instance.session().unwrap();
    let mut table = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    put(&mut table, &session, 1, "x").unwrap();
    drop(table);
    drop(session);
    // As a crash leaves it.
    let left = std::fs::read(&file).unwrap();
    instance.term(TermKind::Dirty).unwrap();
    drop(instance);
    std::fs::write(&file, &left).unwrap();
    let instance = world.start();
    assert_eq!(
        std::fs::read(&file).unwrap(),
        left,
        "recovery leaves it alone"
    );
    drop(instance.open(&db).unwrap());
    let session = instance.session().unwrap();
    let mut table = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    put(&mut table, &session, 2, "x").unwrap();
    assert_eq!(numbers(&mut table, &session), [2]);
    drop(table);
    drop(session);
    instance.term(TermKind::Clean).unwrap();
    assert!(!file.exists());
}

#[test]
fn a_large_sort_costs_disk_and_not_memory() {
    for bits in [
        TempBits::FORWARD_ONLY,
        TempBits::empty(),
        TempBits::INDEXED,
        TempBits::SCROLLABLE,
    ] {
        let world = World::new();
        let instance = world.start();
        let session = instance.session().unwrap();
        let mut table = session.open_temp_table(&keyed(bits)).unwrap();
        let text = "x".repeat(120);
        let rows = 40_000;
        for n in 0..rows {
            put(&mut table, &session, n * 7919 % rows, &text).unwrap();
        }
        assert_eq!(
            numbers(&mut table, &session),
            (0..rows).collect::<Vec<_>>(),
            "{bits:?}"
        );
        let form = match bits == TempBits::INDEXED || bits == TempBits::SCROLLABLE {
            true => TempForm::Tree,
            false => TempForm::Sorted,
        };
        assert_eq!(table.form(), form, "{bits:?}");
        let most = instance.params().cache.max;
        assert!(instance.cache().usage().resident <= most);
        let file = std::fs::metadata(world.dir.path().join("tmp.edb")).unwrap();
        assert!(file.len() > 5_000_000, "{} bytes", file.len());
    }
}

#[test]
fn pages_of_a_table_that_is_gone_are_used_again() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let file = world.dir.path().join("tmp.edb");
    let mut first = 0;
    for round in 0..40 {
        let mut table = session
            .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
            .unwrap();
        for n in 0..3000 {
            put(
                &mut table,
                &session,
                n,
                "0123456789012345678901234567890123456789",
            )
            .unwrap();
        }
        put_long(&mut table, &session, 5000, &vec![7; 100_000]).unwrap();
        drop(table);
        let len = std::fs::metadata(&file).unwrap().len();
        match round {
            0 | 1 => first = len,
            _ => assert!(len <= first, "round {round}: {len}, at first {first}"),
        }
    }
}

#[test]
fn a_rollback_undoes_a_tree_and_not_a_sort() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut tree = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    let mut sort = session
        .open_temp_table(&keyed(TempBits::SCROLLABLE))
        .unwrap();
    put(&mut tree, &session, 1, "x").unwrap();
    put(&mut sort, &session, 1, "x").unwrap();
    let transaction = session.transaction().unwrap();
    put(&mut tree, &session, 2, "x").unwrap();
    put(&mut sort, &session, 2, "x").unwrap();
    assert!(tree.move_to(&session, Move::First, false).is_ok());
    tree.delete(&session).unwrap();
    assert_eq!(numbers(&mut tree, &session), [2]);
    transaction.rollback().unwrap();
    assert_eq!(numbers(&mut tree, &session), [1]);
    assert_eq!(numbers(&mut sort, &session), [1, 2]);
}

#[test]
fn a_table_of_a_level_that_was_rolled_back_is_no_use() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let transaction = session.transaction().unwrap();
    let mut table = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    put(&mut table, &session, 1, "x").unwrap();
    transaction.rollback().unwrap();
    let refused = put(&mut table, &session, 2, "x").unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::OBJECT_NOT_FOUND);
    drop(table);
    // One of a level that was committed stays.
    let transaction = session.transaction().unwrap();
    let mut table = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    put(&mut table, &session, 1, "x").unwrap();
    transaction.commit().unwrap();
    assert_eq!(numbers(&mut table, &session), [1]);
}

#[test]
fn a_table_that_is_dropped_inside_a_transaction_hurts_nobody() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    for _ in 0..3 {
        let transaction = session.transaction().unwrap();
        let mut table = session
            .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
            .unwrap();
        for n in 0..500 {
            put(&mut table, &session, n, "x").unwrap();
        }
        put_long(&mut table, &session, 9000, &vec![7; 50_000]).unwrap();
        drop(table);
        // Its pages are somebody else's now.
        let mut other = session
            .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
            .unwrap();
        for n in 0..500 {
            put(&mut other, &session, n, "y").unwrap();
        }
        transaction.rollback().unwrap();
        drop(other);
        let mut table = session
            .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
            .unwrap();
        put(&mut table, &session, 3, "z").unwrap();
        assert_eq!(numbers(&mut table, &session), [3]);
    }
    instance.clean(usize::MAX).unwrap();
    drop(session);
    instance.term(TermKind::Clean).unwrap();
}

#[test]
fn a_transaction_that_only_reads_may() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let transaction = session.read_transaction().unwrap();
    let mut table = session
        .open_temp_table(&keyed(TempBits::FORCE_MATERIALIZATION))
        .unwrap();
    for n in 0..100 {
        put(&mut table, &session, n, "x").unwrap();
    }
    assert!(table.move_to(&session, Move::First, false).is_ok());
    table.delete(&session).unwrap();
    assert_eq!(numbers(&mut table, &session), (1..100).collect::<Vec<_>>());
    transaction.commit().unwrap();
    assert_eq!(numbers(&mut table, &session).len(), 99);
}

#[test]
fn sessions_have_their_own_at_the_same_time() {
    let world = World::new();
    let instance = world.start();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let instance = &instance;
            scope.spawn(move || {
                let session = instance.session().unwrap();
                for round in 0..5 {
                    let bits = match (thread + round) % 3 {
                        0 => TempBits::FORCE_MATERIALIZATION,
                        1 => TempBits::SCROLLABLE,
                        _ => TempBits::FORWARD_ONLY,
                    };
                    let mut table = session.open_temp_table(&keyed(bits)).unwrap();
                    for n in 0..2000 {
                        let n = (n * 7919 % 2000) * 10 + thread;
                        put(&mut table, &session, n, "0123456789").unwrap();
                    }
                    let expected: Vec<i32> = (0..2000).map(|n| n * 10 + thread).collect();
                    assert_eq!(numbers(&mut table, &session), expected);
                }
            });
        }
    });
}

#[test]
fn there_are_as_many_as_was_said() {
    let world = World::new();
    let mut params = world.params();
    params.max_temp_tables = 2;
    let instance = world.start_with(params);
    let session = instance.session().unwrap();
    let a = session.open_temp_table(&keyed(TempBits::empty())).unwrap();
    let _b = session.open_temp_table(&keyed(TempBits::empty())).unwrap();
    let refused = |bits| {
        session
            .open_temp_table(&keyed(bits))
            .map(|_| ())
            .unwrap_err()
            .jet_err()
    };
    assert_eq!(refused(TempBits::empty()), JetErr::TOO_MANY_SORTS);
    drop(a);
    session.open_temp_table(&keyed(TempBits::empty())).unwrap();
    drop(_b);
    drop(session);
    drop(instance);
    let mut params = world.params();
    params.max_temp_tables = 0;
    let instance = world.start_with(params);
    let session = instance.session().unwrap();
    let refused = session
        .open_temp_table(&keyed(TempBits::empty()))
        .map(|_| ());
    assert_eq!(refused.unwrap_err().jet_err(), JetErr::TOO_MANY_SORTS);
}

#[test]
fn a_path_that_another_instance_has_is_refused() {
    let (world, other) = (World::new(), World::new());
    let a = world.start();
    let mut params = other.params();
    params.temp_path = world.dir.path().to_path_buf();
    let b = other.start_with(params);
    let (s, t) = (a.session().unwrap(), b.session().unwrap());
    let mut table = s.open_temp_table(&keyed(TempBits::SCROLLABLE)).unwrap();
    let refused = t
        .open_temp_table(&keyed(TempBits::empty()))
        .map(|_| ())
        .unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::TEMP_PATH_IN_USE);
    put(&mut table, &s, 1, "x").unwrap();
    assert_eq!(numbers(&mut table, &s), [1]);
}

#[test]
fn definitions_are_checked() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let err = |def: &TempTableDef| {
        session
            .open_temp_table(def)
            .map(|_| ())
            .unwrap_err()
            .jet_err()
    };
    let long = TempColumn::new(Coltyp::Long).key();
    for bits in [
        TempBits::INDEXED,
        TempBits::UPDATABLE,
        TempBits::SCROLLABLE,
        TempBits::FORCE_MATERIALIZATION,
    ] {
        let def = TempTableDef::new(bits | TempBits::FORWARD_ONLY).column(long);
        assert_eq!(
            err(&def),
            JetErr::CANNOT_MATERIALIZE_FORWARD_ONLY_SORT,
            "{bits:?}"
        );
    }
    let forward = TempTableDef::new(TempBits::FORWARD_ONLY);
    assert_eq!(err(&forward), JetErr::CANNOT_MATERIALIZE_FORWARD_ONLY_SORT);
    let text = TempColumn::new(Coltyp::LongText);
    let with_long = forward.clone().column(long).column(text);
    assert_eq!(
        err(&with_long),
        JetErr::CANNOT_MATERIALIZE_FORWARD_ONLY_SORT
    );
    let intrinsic = TempTableDef {
        bits: TempBits::FORWARD_ONLY | TempBits::INTRINSIC_LVS_ONLY,
        ..with_long
    };
    session.open_temp_table(&intrinsic).unwrap();
    let plain = TempTableDef::new(TempBits::empty());
    let key_most = |n| TempTableDef {
        key_most: n,
        ..plain.clone().column(long)
    };
    assert_eq!(err(&key_most(254)), JetErr::INVALID_PARAMETER);
    assert_eq!(err(&key_most(1001)), JetErr::INVALID_PARAMETER);
    session.open_temp_table(&key_most(1000)).unwrap();
    let wide = TempTableDef {
        var_seg_mac: 256,
        ..plain.clone().column(long)
    };
    assert_eq!(err(&wide), JetErr::INVALID_PARAMETER);
    for coltyp in [0, 13, 99] {
        let column = TempColumn {
            coltyp,
            ..TempColumn::default()
        };
        assert_eq!(
            err(&plain.clone().column(column)),
            JetErr::INVALID_COLUMN_TYPE
        );
    }
    let page = TempColumn {
        code_page: 850,
        ..TempColumn::new(Coltyp::Text)
    };
    assert_eq!(err(&plain.clone().column(page)), JetErr::INVALID_CODE_PAGE);
    let many = (0..128).fold(plain.clone(), |def, _| def.column(long));
    assert_eq!(err(&many), JetErr::TOO_MANY_COLUMNS);
    let mut fixed = TempColumn {
        cb_max: 255,
        ..TempColumn::new(Coltyp::Binary)
    };
    fixed.bits |= TempColumnBits::FIXED;
    let large = (0..20).fold(plain.clone(), |def, _| def.column(fixed));
    assert_eq!(err(&large), JetErr::RECORD_TOO_BIG);
    // Without any column it is one all the same.
    let mut none = session.open_temp_table(&plain).unwrap();
    none.begin_insert().unwrap();
    none.save(&session).unwrap();
    none.move_to(&session, Move::First, false).unwrap();
}

#[test]
fn long_values_lie_beside_their_records() {
    let world = World::new();
    let instance = world.start();
    let session = instance.session().unwrap();
    let mut table = session.open_temp_table(&keyed(TempBits::empty())).unwrap();
    assert_eq!(table.form(), TempForm::Inserting);
    drop(table);
    let def = keyed(TempBits::empty()).column(TempColumn::new(Coltyp::LongBinary));
    table = session.open_temp_table(&def).unwrap();
    assert_eq!(table.form(), TempForm::Tree);
    for n in 0..20 {
        put_long(&mut table, &session, n, &vec![n as u8; 30_000 + n as usize]).unwrap();
    }
    let mut more = table.move_to(&session, Move::First, false).is_ok();
    let mut count = 0;
    while more {
        let n = key(&mut table, &session);
        let value = get(&mut table, &session, 2).unwrap();
        assert_eq!(value, vec![n as u8; 30_000 + n as usize]);
        count += 1;
        more = table.move_to(&session, Move::By(1), false).is_ok();
    }
    assert_eq!(count, 20);
    table
        .make_key(
            &3i32.to_le_bytes(),
            ese_core::format::key::MakeKeyFlags::NEW_KEY,
        )
        .unwrap();
    table.seek(&session, SeekOptions::new(Seek::Eq)).unwrap();
    table.delete(&session).unwrap();
    assert_eq!(numbers(&mut table, &session).len(), 19);
}

/// The instance is alive: it can be asked for anything.
pub(crate) fn alive(instance: &Instance) {
    instance.clean(usize::MAX).unwrap();
}

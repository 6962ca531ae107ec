//! Goal: what the guide says of ranges, counters, copies, numbers, conditions and several instances
//! holds.
//!
//! Method: ranges against a model for every pair of limits; the rest by example, with sessions side by
//! side where it is about them.

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, Given, Typed};
use ese_core::engine::Engine;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::session::Session;
use ese_core::{HasJetErr, JetErr};
use std::ops::Bound;

const A: Typed<i32> = Typed::new("a");
const B: Typed<String> = Typed::new("b");
const ID: Typed<i32> = Typed::new("id");

struct World {
    _dir: tempfile::TempDir,
    instance: Instance,
    db: Database,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let instance = Instance::start(Env::real(), InstanceParams::new(dir.path())).unwrap();
    let db = instance
        .create(dir.path().join("a.edb"), &CreateOptions::default())
        .unwrap();
    World {
        _dir: dir,
        instance,
        db,
    }
}

/// Pairs of 0 to 4 and "a" to "c", some of them twice.
fn pairs(db: &Database, session: &Session) -> Vec<(i32, String)> {
    let def = TableDef::new("t")
        .column(ID.def().auto_increment())
        .column(A.def())
        .column(B.def())
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("up", "+a+b"))
        .index(IndexDefinition::new("down", "-a+b"));
    db.create_table(session, &def).unwrap();
    let mut table = db.table(session, "t").unwrap();
    let mut all = Vec::new();
    for n in 0..30 {
        let (a, b) = (n * 7 % 5, ["a", "b", "c"][n as usize % 3]);
        let mut row = table.insert().unwrap();
        row.put(A, &a).unwrap().put(B, b).unwrap();
        row.save().unwrap();
        all.push((a, b.to_owned()));
    }
    all.sort();
    all
}

#[test]
fn every_range_is_that_of_the_model() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    let model = pairs(db, &session);
    let mut table = db.table(&session, "t").unwrap();
    // Keys of two columns, of one, and of none.
    let mut keys: Vec<Vec<Given<'_>>> = vec![Vec::new()];
    for a in -1..=5 {
        keys.push(vec![Given::from(a)]);
        for b in ["a", "bb", "c"] {
            keys.push(vec![Given::from(a), Given::from(b)]);
        }
    }
    // How a pair lies to a key: only as many columns as the key has.
    let cmp = |pair: &(i32, String), key: &[Given<'_>]| {
        let mut order = std::cmp::Ordering::Equal;
        if let Some(Given::Int(a)) = key.first() {
            order = order.then(i64::from(pair.0).cmp(a));
        }
        if let Some(Given::Text(b)) = key.get(1) {
            order = order.then(pair.1.as_str().cmp(b));
        }
        order
    };
    let mut done = 0;
    table.use_index(Some("up")).unwrap();
    for from in &keys {
        for to in &keys {
            for kind in 0..9 {
                let bound =
                    |kind: usize, key: &'_ Vec<Given<'static>>| -> Bound<Vec<Given<'static>>> {
                        match kind {
                            0 => Bound::Unbounded,
                            1 => Bound::Included(key.clone()),
                            _ => Bound::Excluded(key.clone()),
                        }
                    };
                // Every pair of keys for one kind of limits each, all kinds for some.
                if done % 7 != 0 && kind != 4 && kind != 8 {
                    done += 1;
                    continue;
                }
                done += 1;
                let (low, high) = (bound(kind / 3, from), bound(kind % 3, to));
                let expected: Vec<_> = model
                    .iter()
                    .filter(|pair| match &low {
                        Bound::Unbounded => true,
                        Bound::Included(key) => cmp(pair, key).is_ge(),
                        Bound::Excluded(key) => cmp(pair, key).is_gt(),
                    })
                    .filter(|pair| match &high {
                        Bound::Unbounded => true,
                        Bound::Included(key) => cmp(pair, key).is_le(),
                        Bound::Excluded(key) => cmp(pair, key).is_lt(),
                    })
                    .cloned()
                    .collect();
                let range = (low.as_ref().map(|k| &k[..]), high.as_ref().map(|k| &k[..]));
                let read = |row: &mut ese_core::database::Table<'_>| {
                    Ok((row.read(A)?.unwrap(), row.read(B)?.unwrap()))
                };
                let found: Vec<_> = table
                    .range(range)
                    .unwrap()
                    .each(read)
                    .collect::<Result<_, _>>()
                    .unwrap();
                assert_eq!(found, expected, "{low:?} {high:?}");
                let mut found: Vec<_> = table
                    .range(range)
                    .unwrap()
                    .rev()
                    .each(read)
                    .collect::<Result<_, _>>()
                    .unwrap();
                found.reverse();
                assert_eq!(found, expected, "backwards {low:?} {high:?}");
            }
        }
    }
    // A descending column: the range goes by the index's order.
    table.use_index(Some("down")).unwrap();
    let (from, to) = ([Given::from(3)], [Given::from(1)]);
    let read = |row: &mut ese_core::database::Table<'_>| Ok(row.read(A)?.unwrap());
    let found: Vec<i32> = table
        .range(&from[..]..=&to[..])
        .unwrap()
        .each(read)
        .collect::<Result<_, _>>()
        .unwrap();
    let mut expected: Vec<i32> = model
        .iter()
        .map(|p| p.0)
        .filter(|a| (1..=3).contains(a))
        .collect();
    expected.reverse();
    assert_eq!(found, expected);
    let too_many = [Given::from(1), Given::from("x"), Given::from(1)];
    let refused = table.range(&too_many[..]..).map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::INVALID_PARAMETER);
    let misfit = [Given::from("x")];
    let refused = table.range(&misfit[..]..).map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::INVALID_PARAMETER);
}

#[test]
fn a_range_goes_on_while_its_records_are_deleted() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    let model = pairs(db, &session);
    let mut table = db.table(&session, "t").unwrap();
    table.use_index(Some("up")).unwrap();
    let key = [Given::from(2)];
    let mut rows = table.range(&key[..]..=&key[..]).unwrap();
    let mut gone = 0;
    while let Some(row) = rows.next().unwrap() {
        row.delete().unwrap();
        gone += 1;
    }
    assert!(rows.next().unwrap().is_none());
    assert_eq!(gone, model.iter().filter(|p| p.0 == 2).count());
    let left: Vec<i32> = table
        .range(..)
        .unwrap()
        .each(|r| Ok(r.read(A)?.unwrap()))
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(left.len(), model.len() - gone);
    assert!(!left.contains(&2));
}

#[test]
fn counters_of_many_sessions_lose_nothing() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    let def = TableDef::new("t").column(A.def().escrow()).column(B.def());
    db.create_table(&session, &def).unwrap();
    let mut table = db.table(&session, "t").unwrap();
    table.insert().unwrap().save().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let session = instance.session().unwrap();
                let mut table = db.table(&session, "t").unwrap();
                for round in 0..50 {
                    let transaction = session.transaction().unwrap();
                    assert!(table.first().unwrap());
                    table.escrow_add("a", 1).unwrap();
                    table.escrow_add("a", 10).unwrap();
                    match (thread + round) % 5 {
                        0 => transaction.rollback().unwrap(),
                        _ => transaction.commit().unwrap(),
                    }
                }
            });
        }
    });
    assert!(table.first().unwrap());
    assert_eq!(table.read(A).unwrap(), Some(4 * 40 * 11));
    let refused = table.escrow_add("b", 1).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::INVALID_OPERATION);
    let refused = table.escrow_add("a", i64::MAX).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::INVALID_PARAMETER);
    // With a change of another kind there is a conflict, both ways.
    let other = instance.session().unwrap();
    let mut same = db.table(&other, "t").unwrap();
    let (one, two) = (session.transaction().unwrap(), other.transaction().unwrap());
    table.escrow_add("a", 1).unwrap();
    same.first().unwrap();
    let refused = same.replace().map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::WRITE_CONFLICT);
    one.commit().unwrap();
    two.rollback().unwrap();
}

#[test]
fn a_copy_has_a_number_of_its_own_and_shares_nothing_that_shows() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    let def = TableDef::new("t")
        .column(ID.def().auto_increment())
        .column(B.def())
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&session, &def).unwrap();
    let mut table = db.table(&session, "t").unwrap();
    let long = "0123456789".repeat(5000);
    let mut row = table.insert().unwrap();
    row.put(B, &long).unwrap();
    row.save().unwrap();
    table.first().unwrap();
    let mut copy = table.copy().unwrap();
    copy.put(B, "changed").unwrap();
    copy.save().unwrap();
    table.first().unwrap();
    table.copy().unwrap().save().unwrap();
    // One that is not wanted after all.
    drop(table.copy().unwrap());
    table.delete().unwrap();
    let rows: Vec<_> = table
        .range(..)
        .unwrap()
        .each(|r| Ok((r.read(ID)?.unwrap(), r.read(B)?.unwrap())))
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].1, "changed");
    assert!(rows[1].0 > rows[0].0 && rows[1].1 == long);
}

#[test]
fn numbers_of_the_callers_are_gone_on_behind() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    let def = TableDef::new("t")
        .column(ID.def().auto_increment())
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&session, &def).unwrap();
    let mut table = db.table(&session, "t").unwrap();
    let number = |row: &mut ese_core::database::RowEdit<'_, '_>| row.auto_increment().unwrap();
    let mut row = table.insert().unwrap();
    let first = number(&mut row).unwrap();
    row.save().unwrap();
    for given in [5000, 70, 5001] {
        let mut row = table.insert_numbered(given).unwrap();
        assert_eq!(number(&mut row), Some(given));
        row.save().unwrap();
    }
    let mut row = table.insert().unwrap();
    assert!(number(&mut row).unwrap() > 5001);
    row.save().unwrap();
    let refused = table.insert_numbered(first).unwrap().save().unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::KEY_DUPLICATE);
    let refused = table.insert_numbered(0).map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::INVALID_PARAMETER);
    let refused = table.insert_numbered(u64::MAX).map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::OUT_OF_AUTOINCREMENT_VALUES);
    db.create_table(&session, &TableDef::new("u").column(A.def()))
        .unwrap();
    let mut other = db.table(&session, "u").unwrap();
    let refused = other.insert_numbered(1).map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::COLUMN_NOT_FOUND);
}

#[test]
fn an_index_with_a_condition_has_some_records_only() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    let def = TableDef::new("t")
        .column(A.def())
        .column(ColumnDef::new("gone", ColumnType::Bit))
        .index(IndexDefinition::new("alive", "+a").where_null("gone"))
        .index(IndexDefinition::new("dead", "+a").where_not_null("gone"));
    db.create_table(&session, &def).unwrap();
    let mut table = db.table(&session, "t").unwrap();
    for n in 0..10 {
        let mut row = table.insert().unwrap();
        row.put(A, &n).unwrap();
        if n % 3 == 0 {
            row.set("gone", true).unwrap();
        }
        row.save().unwrap();
    }
    let mut of = |index: &str| -> Vec<i32> {
        table.use_index(Some(index)).unwrap();
        let rows = table.range(..).unwrap();
        rows.each(|r| Ok(r.read(A)?.unwrap()))
            .collect::<Result<_, _>>()
            .unwrap()
    };
    assert_eq!(of("dead"), [0, 3, 6, 9]);
    assert_eq!(of("alive"), [1, 2, 4, 5, 7, 8]);
}

#[test]
fn values_of_another_type_are_an_error() {
    let World { instance, db, .. } = &world();
    let session = instance.session().unwrap();
    db.create_table(&session, &TableDef::new("t").column(B.def()))
        .unwrap();
    let mut table = db.table(&session, "t").unwrap();
    let mut row = table.insert().unwrap();
    row.put(B, "x").unwrap();
    row.save().unwrap();
    table.first().unwrap();
    const WRONG: Typed<i32> = Typed::new("b");
    assert_eq!(
        table.read(WRONG).unwrap_err().jet_err(),
        JetErr::INVALID_COLUMN_TYPE
    );
    const NONE: Typed<i32> = Typed::new("none");
    assert_eq!(
        table.read(NONE).unwrap_err().jet_err(),
        JetErr::COLUMN_NOT_FOUND
    );
    let mut row = table.replace().unwrap();
    row.clear(B).unwrap();
    row.save().unwrap();
    assert_eq!(table.read(B).unwrap(), None);
    assert!(table.read_all(B).unwrap().is_empty());
}

#[test]
fn instances_of_an_engine_share_no_folder() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::new();
    let params = |logs: &str, system: &str, temp: &str| {
        let mut params = InstanceParams::new(dir.path().join(logs));
        params.system_dir = dir.path().join(system);
        params.temp_path = dir.path().join(temp);
        params.create_path = true;
        params
    };
    let first = engine.start(params("a", "a", "a/tmp.edb")).unwrap();
    let err = |p| engine.start(p).map(|_| ()).unwrap_err().jet_err();
    assert_eq!(err(params("b", "b", "A/TMP.edb")), JetErr::TEMP_PATH_IN_USE);
    assert_eq!(
        err(params("b", "a", "b/tmp.edb")),
        JetErr::SYSTEM_PATH_IN_USE
    );
    assert_eq!(
        err(params("a", "b", "b/tmp.edb")),
        JetErr::LOG_FILE_PATH_IN_USE
    );
    let second = engine.start(params("b", "b", "b/tmp.edb")).unwrap();
    first.term(TermKind::Clean).unwrap();
    drop(first);
    let again = engine.start(params("a", "a", "a/tmp.edb")).unwrap();
    again.term(TermKind::Clean).unwrap();
    second.term(TermKind::Clean).unwrap();
}

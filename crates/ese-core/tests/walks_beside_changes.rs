//! Goal: a reader that walks and seeks without latches sees its snapshot, whatever others do to the pages
//! between two of its steps and during them.
#![forbid(unsafe_code)]

use ese_core::btree::Seek;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::cursor::Hit;
use ese_core::database::{ColumnType, Database, Table};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams};
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

fn instance() -> (Instance, Database) {
    let rng = SeededRng::new(testkit::first_seed());
    let fs = Arc::new(MemoryFileSystem::new());
    let env = Env::new(fs, Arc::new(ManualClock::new(1)), Box::new(rng));
    let mut params = InstanceParams::new("/set");
    params.page_size = PageSize::K4;
    params.create_path = true;
    params.background = false;
    let instance = Instance::start(env, params).unwrap();
    let db = instance
        .create(Path::new("/set/a.edb"), &CreateOptions::default())
        .unwrap();
    let session = instance.session().unwrap();
    let def = TableDef::new("rows")
        .column(ColumnDef::new("n", ColumnType::Long))
        .column(ColumnDef::new("k", ColumnType::Binary).not_null())
        .column(ColumnDef::new("v", ColumnType::Binary))
        .column(ColumnDef::new("t", ColumnType::LongBinary))
        .index(IndexDefinition::new("primary", "+k").primary());
    db.create_table(&session, &def).unwrap();
    drop(session);
    (instance, db)
}

/// Some keys share long beginnings, so that nodes take bytes from their page's prefix.
fn key(n: u64) -> Vec<u8> {
    let mut key = match n % 3 {
        0 => vec![],
        1 => b"a common beginning of some length/".to_vec(),
        _ => b"a common beginning of some length/and more/".to_vec(),
    };
    key.extend_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[..4]);
    key
}

fn value(rng: &mut SeededRng) -> Vec<u8> {
    let len = rng.below(200) as usize;
    let byte = rng.below(256) as u8;
    vec![byte; len]
}

fn set(table: &mut Table<'_>, rows: &mut Rows, key: &[u8], value: Option<Vec<u8>>) {
    let there = table.find(&[Some(key)]).unwrap();
    assert_eq!(there, rows.contains_key(key));
    let Some(value) = value else {
        if there {
            table.delete().unwrap();
            rows.remove(key);
        }
        return;
    };
    let mut row = match there {
        true => table.replace().unwrap(),
        false => table.insert().unwrap(),
    };
    if !there {
        row.set("k", key).unwrap();
    }
    row.set("v", &value[..]).unwrap();
    row.set("n", value.len() as i32).unwrap();
    // Values of an even length are looked for behind a tagged column as well.
    let tagged = (value.len() % 2 == 0).then_some(&b"tagged"[..]);
    row.set("t", tagged).unwrap();
    row.save().unwrap();
    rows.insert(key.to_vec(), value);
}

/// The row that the table stands on is the one that is expected.
fn is_on(table: &mut Table<'_>, expected: (&Vec<u8>, &Vec<u8>)) {
    let (key, value) = expected;
    let by_name = table.column_ref("v").unwrap();
    match table.value_of(by_name).unwrap() {
        Some(Value::Binary(found)) => assert_eq!(found, &value[..], "{key:02x?}"),
        other => assert!(value.is_empty() && other.is_none(), "{other:?}"),
    }
    let found = table.value("k").unwrap();
    assert!(matches!(found, Some(Value::Binary(found)) if found == &key[..]));
    let found = table.value("n").unwrap();
    assert_eq!(found, Some(Value::Long(value.len() as i32)));
    let found = table.value("t").unwrap();
    assert_eq!(found.is_some(), value.len() % 2 == 0);
}

#[test]
fn between_two_steps() {
    let (instance, db) = instance();
    let (reading, writing) = (instance.session().unwrap(), instance.session().unwrap());
    let mut writer = db.table(&writing, "rows").unwrap();
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut now = Rows::new();
    for n in 0..600 {
        let value = value(&mut rng);
        set(&mut writer, &mut now, &key(n), Some(value));
    }
    for _ in 0..testkit::rounds(60, 600) {
        let transaction = reading.read_transaction().unwrap();
        let mut reader = db.table(&reading, "rows").unwrap();
        let seen = now.clone();
        for _ in 0..8 {
            let from = key(rng.below(700));
            let mut rest = seen.range((Included(from.clone()), Unbounded));
            let first = rest.next();
            let hit = reader.seek(&[Some(&from)], Seek::Ge).unwrap();
            assert_eq!(hit.is_some(), first.is_some());
            let Some(first) = first else { continue };
            assert_eq!(hit == Some(Hit::Exact), *first.0 == from);
            is_on(&mut reader, first);
            for _ in 0..rng.below(120) {
                // Somebody changes the row, or its neighbours, or splits the leaf.
                if rng.below(4) == 0 {
                    let value = (rng.below(4) != 0).then(|| value(&mut rng));
                    let open = (rng.below(3) == 0).then(|| writing.transaction().unwrap());
                    let before = now.clone();
                    set(&mut writer, &mut now, &key(rng.below(700)), value);
                    if let Some(open) = open {
                        drop(open);
                        now = before;
                    }
                }
                let next = rest.next();
                assert_eq!(reader.next().unwrap(), next.is_some());
                let Some(next) = next else { break };
                is_on(&mut reader, next);
            }
        }
        for _ in 0..20 {
            let key = key(rng.below(700));
            let found = reader.find(&[Some(&key)]).unwrap();
            assert_eq!(found, seen.contains_key(&key));
            if let Some(value) = seen.get(&key) {
                is_on(&mut reader, (&key, value));
                let next = seen.range((Excluded(key), Unbounded)).next();
                assert_eq!(reader.next().unwrap(), next.is_some());
                next.inspect(|next| is_on(&mut reader, *next));
            }
        }
        drop(reader);
        drop(transaction);
        if rng.below(5) == 0 {
            instance.clean(usize::MAX).unwrap();
        }
    }
}

/// Rows come in pairs whose values say the same: a transaction changes both. Whoever sees a pair torn, or
/// a row whose bytes are of two values, was not shown a snapshot.
#[test]
fn during_the_steps() {
    const PAIRS: u64 = 150;
    let (instance, db) = instance();
    let name = |pair: u64, which: u64| {
        let mut key = b"pair/".to_vec();
        key.extend_from_slice(&pair.to_be_bytes());
        key.push(which as u8);
        key
    };
    let put = |table: &mut Table<'_>, pair: u64, value: &[u8]| {
        for which in 0..2 {
            let there = table.find(&[Some(&name(pair, which))]).unwrap();
            let mut row = match there {
                true => table.replace().unwrap(),
                false => table.insert().unwrap(),
            };
            if !there {
                row.set("k", &name(pair, which)[..]).unwrap();
            }
            row.set("v", value).unwrap();
            row.save().unwrap();
        }
    };
    let session = instance.session().unwrap();
    let mut table = db.table(&session, "rows").unwrap();
    for pair in 0..PAIRS {
        let transaction = session.transaction().unwrap();
        put(&mut table, pair, &[1; 40]);
        transaction.commit().unwrap();
    }
    drop(table);
    drop(session);
    let ended = AtomicBool::new(false);
    let seed = testkit::first_seed();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (instance, db, ended) = (&instance, &db, &ended);
            scope.spawn(move || {
                let session = instance.session().unwrap();
                let mut table = db.table(&session, "rows").unwrap();
                let mut rng = SeededRng::new(seed ^ thread);
                while !ended.load(Ordering::Relaxed) {
                    let transaction = session.transaction().unwrap();
                    let byte = rng.below(256) as u8;
                    let value = vec![byte; 1 + rng.below(180) as usize];
                    let pair = rng.below(PAIRS / 2) * 2 + thread;
                    put(&mut table, pair, &value);
                    match rng.below(4) {
                        0 => drop(transaction),
                        _ => transaction.commit().unwrap(),
                    }
                }
            });
        }
        let session = instance.session().unwrap();
        let mut table = db.table(&session, "rows").unwrap();
        let mut rng = SeededRng::new(seed ^ 77);
        let read = |table: &mut Table<'_>| match table.value("v").unwrap() {
            Some(Value::Binary(value)) => {
                assert!(value.iter().all(|&b| b == value[0]), "{value:02x?}");
                value.to_vec()
            }
            other => panic!("{other:?}"),
        };
        for _ in 0..testkit::rounds(150, 3_000) {
            let transaction = session.read_transaction().unwrap();
            for _ in 0..10 {
                let pair = rng.below(PAIRS);
                assert!(table.find(&[Some(&name(pair, 0))]).unwrap());
                let first = read(&mut table);
                assert!(table.find(&[Some(&name(pair, 1))]).unwrap());
                assert_eq!(first, read(&mut table), "pair {pair}");
            }
            let mut more = table
                .seek(&[Some(&name(rng.below(PAIRS), 0))], Seek::Ge)
                .unwrap()
                .is_some();
            while more {
                let first = read(&mut table);
                assert!(table.next().unwrap(), "a pair has two rows");
                assert_eq!(first, read(&mut table));
                more = table.next().unwrap();
            }
            drop(transaction);
            instance.clean(usize::MAX).unwrap();
        }
        ended.store(true, Ordering::Relaxed);
    });
}

/// What the cursor has read of its record is looked at again when its own session has changed it, and
/// outside of a transaction when anybody has.
#[test]
fn a_record_that_was_read_already() {
    let (instance, db) = instance();
    let (own, other) = (instance.session().unwrap(), instance.session().unwrap());
    let mut rows = Rows::new();
    let mut changing = db.table(&own, "rows").unwrap();
    for n in 0..40 {
        set(&mut changing, &mut rows, &[n], Some(vec![n; 20]));
    }
    let mut reader = db.table(&own, "rows").unwrap();
    let column = reader.column_ref("v").unwrap();
    let is = |reader: &mut Table<'_>, byte: u8, len: usize| {
        let found = reader.value_of(column).unwrap();
        assert!(
            matches!(found, Some(Value::Binary(v)) if v == vec![byte; len]),
            "{found:?}"
        );
    };
    let outer = own.transaction().unwrap();
    assert!(reader.find(&[Some(&[5])]).unwrap());
    assert!(reader.next().unwrap());
    is(&mut reader, 6, 20);
    set(&mut changing, &mut rows, &[6], Some(vec![77; 30]));
    is(&mut reader, 77, 30);
    let inner = own.transaction().unwrap();
    set(&mut changing, &mut rows, &[6], Some(vec![78; 31]));
    is(&mut reader, 78, 31);
    drop(inner);
    is(&mut reader, 77, 30);
    drop(outer);
    // The place was taken in a level that is gone.
    assert!(reader.value_of(column).is_err());
    assert!(reader.find(&[Some(&[5])]).unwrap());
    assert!(reader.next().unwrap());
    is(&mut reader, 6, 20);
    let mut theirs = db.table(&other, "rows").unwrap();
    rows.insert(vec![6], vec![6; 20]);
    set(&mut theirs, &mut rows, &[6], Some(vec![79; 32]));
    is(&mut reader, 79, 32);
    let outer = own.transaction().unwrap();
    is(&mut reader, 79, 32);
    set(&mut theirs, &mut rows, &[6], Some(vec![80; 33]));
    is(&mut reader, 79, 32);
    assert!(reader.next().unwrap() && reader.previous().unwrap());
    is(&mut reader, 79, 32);
    outer.commit().unwrap();
    is(&mut reader, 80, 33);
    set(&mut theirs, &mut rows, &[6], None);
    assert!(reader.value_of(column).is_err());
    assert!(reader.next().unwrap());
    is(&mut reader, 7, 20);
}

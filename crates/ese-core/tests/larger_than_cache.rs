//! Goal: data five times the cache. What is read from the file is little more than what has to be.
#![forbid(unsafe_code)]

use ese_core::cache::Budget;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Table};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams};
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const ROWS: u32 = 24_000;
const PAGE: u64 = 4096;
/// Pages of the cache.
const FRAMES: u32 = 200;
/// Pages that are read again and again.
const HOT: u32 = 60;

/// A file system that counts pages read from databases.
fn counting() -> (Env, Arc<AtomicU64>) {
    let pages = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&pages);
    let fs = HookedFileSystem::new(Arc::new(MemoryFileSystem::new()), move |when, op| {
        if let (When::Before, Op::Read { path, len, .. }) = (when, op)
            && path.extension().is_some_and(|e| e == "edb")
        {
            count.fetch_add((len as u64).div_ceil(PAGE), Ordering::Relaxed);
        }
        Ok(())
    });
    let clock = Arc::new(ManualClock::new(1));
    let rng = SeededRng::new(testkit::first_seed());
    (Env::new(Arc::new(fs), clock, Box::new(rng)), pages)
}

fn key(n: u32) -> [u8; 4] {
    n.to_be_bytes()
}

fn look_up(table: &mut Table<'_>, n: u32) {
    assert!(table.find(&[Some(&key(n))]).unwrap());
    let value = table.value("v").unwrap();
    assert!(matches!(value, Some(Value::Binary(v)) if v.len() == 150 && v[..4] == key(n)));
}

#[test]
fn data_five_times_the_cache() {
    let (env, read) = counting();
    let mut params = InstanceParams::new("/set");
    params.page_size = PageSize::K4;
    params.create_path = true;
    params.background = false;
    params.cache = Budget {
        min: 16,
        max: FRAMES,
    };
    let instance = Instance::start(env, params).unwrap();
    let db = instance
        .create(Path::new("/set/a.edb"), &CreateOptions::default())
        .unwrap();
    let session = instance.session().unwrap();
    let def = TableDef::new("rows")
        .column(ColumnDef::new("k", ColumnType::Binary).not_null())
        .column(ColumnDef::new("v", ColumnType::Binary))
        .index(IndexDefinition::new("primary", "+k").primary());
    db.create_table(&session, &def).unwrap();
    let mut table = db.table(&session, "rows").unwrap();
    for from in (0..ROWS).step_by(500) {
        let transaction = session.transaction().unwrap();
        for n in from..from + 500 {
            let mut value = [7; 150];
            value[..4].copy_from_slice(&key(n));
            let mut row = table.insert().unwrap();
            row.set("k", &key(n)[..]).unwrap();
            row.set("v", &value[..]).unwrap();
            row.save().unwrap();
        }
        transaction.commit().unwrap();
    }
    instance.checkpoint().unwrap();
    // Pages are filled to the table's density.
    let (fdp, objid) = (table.schema().pgno_fdp, table.schema().objid);
    let (owned, free) = db.space_of(fdp, objid).unwrap();
    let pages = owned - free;
    assert!(pages > 4 * u64::from(FRAMES), "{pages} pages are no test");

    // Random reads: a page that is not among those in the cache has to be read.
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut random = |table: &mut Table<'_>, count: u32| {
        let before = read.load(Ordering::Relaxed);
        for _ in 0..count {
            look_up(table, rng.below(u64::from(ROWS)) as u32);
        }
        read.load(Ordering::Relaxed) - before
    };
    random(&mut table, 2_000);
    let found = random(&mut table, 10_000);
    let needed = 10_000 * (pages - u64::from(FRAMES)) / pages;
    assert!(
        found * 10 <= needed * 11,
        "{found} pages were read where {needed} have to be"
    );

    // A scan reads each page once.
    let scan = || {
        let mut scan = db.table(&session, "rows").unwrap();
        let (mut rows, mut more) = (0, scan.first().unwrap());
        let before = read.load(Ordering::Relaxed);
        while more {
            rows += 1;
            more = scan.next().unwrap();
        }
        assert_eq!(rows, ROWS);
        read.load(Ordering::Relaxed) - before
    };
    let scanned = scan();
    assert!(
        scanned * 10 <= pages * 13,
        "a scan read {scanned} pages of {pages}"
    );

    // It pushes out nothing that is in use: a third of the cache, among all that was read before.
    let hot: Vec<u32> = (0..HOT).map(|n| n * (ROWS / HOT)).collect();
    let mut read_hot = || {
        let before = read.load(Ordering::Relaxed);
        hot.iter().for_each(|&n| look_up(&mut table, n));
        read.load(Ordering::Relaxed) - before
    };
    (0..4).for_each(|_| {
        read_hot();
    });
    assert_eq!(read_hot(), 0, "the hot set fits");
    for _ in 0..2 {
        scan();
        let lost = read_hot();
        assert!(
            lost <= u64::from(HOT) / 10,
            "{lost} of {HOT} hot pages were read again after a scan"
        );
    }

    // What is in use changes: soon the cache has what is wanted now, and not what was.
    let other: Vec<u32> = (0..2 * HOT).map(|n| n * (ROWS / HOT / 2) + 77).collect();
    let mut read_other = || {
        let before = read.load(Ordering::Relaxed);
        other.iter().for_each(|&n| look_up(&mut table, n));
        read.load(Ordering::Relaxed) - before
    };
    (0..4).for_each(|_| {
        read_other();
    });
    assert_eq!(read_other(), 0, "the new hot set is not in the cache");
}

//! Goal: what an engine takes of memory is the maximum of its cache and a constant, whatever it does:
//! a load ten times as large as the cache, tables that come and go, a transaction that fills the
//! version store. Heap by a counting allocator, and what the system says of the process.
//!
//! The constant is that of docs/architecture.md ("Memory"). One test, because the counts are those of the
//! process.
#![forbid(unsafe_code)]

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database};
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::session::{CommitKind, Session};
use ese_core::{HasJetErr, JetErr};
use std::sync::Arc;
use testkit::counting;

#[global_allocator]
static HEAP: counting::Counting = counting::Counting;

const MIB: usize = 1 << 20;
const PAGE: PageSize = PageSize::K8;
/// Pages of the cache: 4 MiB.
const CACHE: u32 = 512;
/// Buckets of the version store: 1 MiB.
const BUCKETS: u32 = 16;
/// docs/architecture.md: beside cache and version store an engine takes less than this.
const CONSTANT: usize = 8 * MIB;

/// Most memory that the process ever had, in bytes; 0 where the system does not say.
fn resident_most() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<usize>().ok());
    kib.unwrap_or(0) * 1024
}

fn table() -> TableDef {
    TableDef::new("load")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("blob", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_name", "+name"))
}

/// Rows of 100 to 3,000 bytes, some with a long value of some pages; in random order.
fn load(db: &Database, session: &Session, bytes: usize) {
    let mut rng = SeededRng::new(1);
    let mut table = db.table(session, "load").unwrap();
    let (mut loaded, mut id) = (0, 0_i32);
    while loaded < bytes {
        let transaction = session.transaction().unwrap();
        for _ in 0..50 {
            let len = match rng.below(10) {
                0 => 20_000,
                n => 100 + n as usize * 300,
            };
            id += 1;
            let mut row = table.insert().unwrap();
            row.set("id", (id * 7919) % 1_000_003).unwrap();
            row.set("name", &format!("{:x}", rng.below(1 << 30)))
                .unwrap();
            let blob: Vec<u8> = (0..len).map(|i| (i * i + id as usize) as u8).collect();
            row.set("blob", &blob).unwrap();
            row.save().unwrap();
            loaded += len;
        }
        transaction.commit_as(CommitKind::Lazy).unwrap();
    }
}

fn scan(db: &Database, session: &Session) -> usize {
    let mut table = db.table(session, "load").unwrap();
    let (mut count, mut buf) = (0, Vec::new());
    for index in [None, Some("by_name")] {
        table.use_index(index).unwrap();
        let mut more = table.first().unwrap();
        while more {
            assert!(table.get("blob", &mut buf).unwrap().is_some());
            count += 1;
            more = table.next().unwrap();
        }
    }
    count
}

/// Tables that come, are filled and go.
fn tables(db: &Database, session: &Session, rounds: usize) {
    for n in 0..rounds {
        let name = format!("t{n}");
        let mut made = table();
        made.name.clone_from(&name);
        db.create_table(session, &made).unwrap();
        let mut table = db.table(session, &name).unwrap();
        let mut row = table.insert().unwrap();
        row.set("id", 1).unwrap();
        row.set("blob", &[7; 9000]).unwrap();
        row.save_as(CommitKind::Lazy).unwrap();
        drop(table);
        db.delete_table(session, &name).unwrap();
    }
}

/// One transaction changes more than the version store holds.
fn overfill(db: &Database, session: &Session) {
    let transaction = session.transaction().unwrap();
    let mut table = db.table(session, "load").unwrap();
    let mut more = table.first().unwrap();
    let refused = loop {
        assert!(more, "the store was never full");
        let mut row = table.replace().unwrap();
        let set = row.set("name", "other").map(|_| ());
        if let Err(e) = set.and_then(|()| row.save()) {
            break e;
        }
        more = table.next().unwrap();
    };
    assert_eq!(refused.jet_err(), JetErr::VERSION_STORE_OUT_OF_MEMORY);
    drop(table);
    transaction.rollback().unwrap();
}

#[test]
fn memory_is_the_cache_and_a_constant() {
    let dir = tempfile::tempdir().unwrap();
    let mut params = InstanceParams::new(dir.path());
    params.page_size = PAGE;
    params.cache.min = 64;
    params.cache.max = CACHE;
    params.max_ver_pages = BUCKETS;
    params.log_file_kib = Some(1024);
    params.circular = true;
    params.checkpoint_depth = 4 << 20;
    let before = resident_most();
    let heap = counting::begin();
    let fs = RealFileSystem::shared();
    let rng = Box::new(SeededRng::new(1));
    let env = Env::new(fs, Arc::new(RealClock::new()), rng);
    let instance = Instance::start(env, params).unwrap();
    let file = dir.path().join("a.edb");
    let db = instance.create(&file, &CreateOptions::default()).unwrap();
    let session = instance.session().unwrap();
    db.create_table(&session, &table()).unwrap();

    let cache = CACHE as usize * PAGE.bytes();
    let store = BUCKETS as usize * (64 << 10);
    let judge = |what: &str| {
        let heap = counting::most() - heap;
        let resident = resident_most().saturating_sub(before);
        let usage = instance.cache().usage();
        println!("{what}: heap at most {heap}, process {resident} more, {usage:?}");
        assert!(usage.resident <= CACHE);
        // What a process has under a sanitizer is mostly the sanitizer's own.
        let sanitized = std::env::var_os("ESE_SANITIZER").is_some();
        // The cache's pages are not of the heap.
        assert!(heap < store + CONSTANT, "{what}: {heap} bytes of heap");
        assert!(
            sanitized || resident < cache + store + CONSTANT,
            "{what}: {resident} bytes of memory"
        );
    };
    load(&db, &session, 10 * cache);
    judge("load");
    assert!(std::fs::metadata(&file).unwrap().len() as usize > 10 * cache);
    let records = scan(&db, &session);
    assert!(records > 20_000);
    judge("scan");
    // From here on all buckets of the version store have their memory.
    overfill(&db, &session);
    judge("overfill");
    // It goes on as before.
    let clean = || {
        while instance.clean(usize::MAX).unwrap().more {
            instance.log().unwrap().flush().unwrap();
        }
    };
    let known_tables = db.catalog().known_tables();
    tables(&db, &session, 60);
    clean();
    let known = counting::now();
    tables(&db, &session, 940);
    judge("tables");
    // Of a table that is gone nothing is known any more, once cleanup has passed it.
    let forgotten = (0..1000).any(|_| {
        clean();
        std::thread::sleep(std::time::Duration::from_millis(10));
        db.catalog().known_tables() <= known_tables
    });
    assert!(forgotten, "{} tables", db.catalog().known_tables());
    // Pages and log segments on their way out are a part of this.
    let stays = counting::now().saturating_sub(known);
    assert!(
        stays < 940 << 10,
        "{stays} bytes stay of tables that are gone"
    );
    tables(&db, &session, 3);
    assert_eq!(scan(&db, &session), records);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
}

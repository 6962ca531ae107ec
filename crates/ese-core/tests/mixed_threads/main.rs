//! Goal: eight threads that do everything at once through the public API (transfers, rows with long
//! values that come and go, tables that are made and dropped, readers, cleanup, checkpoints, reads of
//! pages from the file as a backup does them) see snapshots and nothing else, and leave a file that
//! `integrity` finds sound and that holds what was committed.
//!
//! `ESE_MIXED_SECONDS` says for how long (2 when nothing is said); a full run has it run under
//! ThreadSanitizer for 60 (`cargo xtask test --full`).
#![forbid(unsafe_code)]

mod jobs;

use ese_core::HasJetErr;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::session::Session;
use jobs::{Job, World};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const DIR: &str = "/mixed";

fn file() -> PathBuf {
    Path::new(DIR).join("a.edb")
}

fn start(fs: &MemoryFileSystem, page_size: PageSize) -> Instance {
    let mut params = InstanceParams::new(DIR);
    params.page_size = page_size;
    // Much smaller than the data: pages come and go.
    params.cache.min = 16;
    params.cache.max = 96;
    params.log_file_kib = Some(256);
    params.circular = true;
    params.checkpoint_depth = 512 * 1024;
    let rng = Box::new(SeededRng::new(1));
    let env = Env::new(Arc::new(fs.clone()), Arc::new(RealClock::new()), rng);
    Instance::start(env, params).unwrap()
}

fn accounts() -> TableDef {
    TableDef::new("accounts")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("balance", ColumnType::LongLong))
        .column(ColumnDef::new("stamp", ColumnType::Long))
        .column(ColumnDef::new("blob", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_balance", "+balance"))
}

fn rows() -> TableDef {
    TableDef::new("rows")
        .column(ColumnDef::new("id", ColumnType::Long).auto_increment())
        .column(ColumnDef::new("owner", ColumnType::Long))
        .column(ColumnDef::new("text", ColumnType::LongText))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_owner", "+owner-id"))
}

fn seconds() -> u64 {
    let said = std::env::var("ESE_MIXED_SECONDS").ok();
    said.map_or(2, |s| s.parse().expect("ESE_MIXED_SECONDS is a number"))
}

/// Records of each owner, by the index.
fn owned(db: &Database, session: &Session) -> Vec<i64> {
    let mut counts = vec![0; jobs::OWNERS];
    let mut table = db.table(session, "rows").unwrap();
    table.use_index(Some("by_owner")).unwrap();
    let (mut more, mut buf) = (table.first().unwrap(), Vec::new());
    while more {
        let Some(Value::Long(owner)) = table.get("owner", &mut buf).unwrap() else {
            panic!("an owner is missing");
        };
        counts[owner as usize] += 1;
        more = table.next().unwrap();
    }
    counts
}

fn run(page_size: PageSize, kind: TermKind) {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let instance = start(&fs, page_size);
    let db = instance.create(file(), &CreateOptions::default()).unwrap();
    let session = instance.session().unwrap();
    db.create_table(&session, &accounts()).unwrap();
    db.create_table(&session, &rows()).unwrap();
    jobs::open_accounts(&db, &session);

    let world = World {
        fs: &fs,
        file: file(),
        instance: &instance,
        db: &db,
        end: Instant::now() + Duration::from_secs(seconds()),
    };
    let all = [
        Job::Transfer(1),
        Job::Transfer(2),
        Job::Rows(0),
        Job::Rows(1),
        Job::Read,
        Job::Schema,
        Job::Index,
        Job::Upkeep,
    ];
    let done: Vec<jobs::Done> = std::thread::scope(|scope| {
        let threads = all.map(|job| {
            let world = &world;
            scope.spawn(move || world.work(job))
        });
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    for (job, done) in all.iter().zip(&done) {
        println!("{job:?}: {done:?}");
        assert!(done.turns > 0, "{job:?} did nothing");
    }
    let expected: Vec<i64> = (0..jobs::OWNERS)
        .map(|owner| done.iter().map(|d| d.rows[owner]).sum())
        .collect();
    session.wait_all().unwrap();
    let judge = |db: &Database, session: &Session| {
        jobs::look_at_accounts(db, session);
        assert_eq!(owned(db, session), expected, "rows are lost, or too many");
    };
    judge(&db, &session);
    drop((session, db));
    instance.term(kind).unwrap();
    drop(instance);

    let instance = start(&fs, page_size);
    let db = instance.open(file()).unwrap();
    let session = instance.session().unwrap();
    judge(&db, &session);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(&fs, &file(), &options, &|_| {}).unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{}", damage.join("\n"));
}

/// An error that the others' work explains.
fn is_of_others(e: &impl HasJetErr) -> bool {
    use ese_core::JetErr;
    [
        JetErr::WRITE_CONFLICT,
        JetErr::KEY_DUPLICATE,
        JetErr::RECORD_DELETED,
        JetErr::VERSION_STORE_OUT_OF_MEMORY,
        JetErr::VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT,
    ]
    .contains(&e.jet_err())
}

#[test]
fn everything_at_once_and_a_clean_end() {
    run(PageSize::K4, TermKind::Clean);
}

#[test]
fn everything_at_once_and_a_crash() {
    run(PageSize::K8, TermKind::Dirty);
}

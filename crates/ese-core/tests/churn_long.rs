//! Goal: a file whose rows are the same ones for ever, but change, go and come again, stops growing:
//! after a tenth of the updates it has the size that it has at the end.
//!
//! A simulated day: the clock moves with the updates, and the engine's own work is done by `tick`.
//! `ESE_CHURN_UPDATES` says how many (50,000 when nothing is said); a full run does 10^7 with
//! optimised code (`cargo xtask test --full`).
#![forbid(unsafe_code)]

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Table};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::session::CommitKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const DIR: &str = "/churn";
const FILE: &str = "/churn/a.edb";
const ROWS: u64 = 1500;
/// Updates of a transaction, at most.
const BATCH: u64 = 30;
/// Milliseconds of the simulated day that an update takes.
const MILLIS: u64 = 24 * 3600 * 1000 / 10_000_000;
/// Updates between two ticks of the engine: some ten seconds.
const TICK: u64 = 400;

fn updates() -> u64 {
    let said = std::env::var("ESE_CHURN_UPDATES").ok();
    said.map_or(50_000, |s| {
        s.parse().expect("ESE_CHURN_UPDATES is a number")
    })
}

fn rows() -> TableDef {
    TableDef::new("rows")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("note", ColumnType::LongText))
        .column(ColumnDef::new("blob", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_name", "+name"))
}

fn note(rng: &mut SeededRng) -> String {
    let len = rng.below(700) as usize;
    "the quick brown fox ".chars().cycle().take(len).collect()
}

/// Mostly nothing or little, sometimes some pages; it does not compress.
fn blob(rng: &mut SeededRng) -> Vec<u8> {
    let len = match rng.below(8) {
        0 => 2000 + rng.below(18_000),
        1..4 => rng.below(900),
        _ => 0,
    };
    (0..len).map(|_| rng.below(256) as u8).collect()
}

fn insert(table: &mut Table<'_>, id: i32, rng: &mut SeededRng) {
    let mut row = table.insert().unwrap();
    row.set("id", id).unwrap();
    row.set("name", &format!("{:x}", rng.below(1 << 40)))
        .unwrap();
    row.set("note", &note(rng)).unwrap();
    row.set("blob", &blob(rng)).unwrap();
    row.save().unwrap();
}

fn update(table: &mut Table<'_>, rng: &mut SeededRng) {
    let id = rng.below(ROWS) as i32;
    assert!(table.find(&[Some(&id.to_le_bytes())]).unwrap(), "row {id}");
    match rng.below(10) {
        0 | 1 => {
            table.delete().unwrap();
            insert(table, id, rng);
        }
        n => {
            let mut row = table.replace().unwrap();
            match n {
                2 | 3 => row
                    .set("name", &format!("{:x}", rng.below(1 << 40)))
                    .map(|_| ()),
                4..=7 => row.set("note", &note(rng)).map(|_| ()),
                _ => row.set("blob", &blob(rng)).map(|_| ()),
            }
            .unwrap();
            row.save().unwrap();
        }
    }
}

#[test]
fn a_file_under_churn_stops_growing() {
    let all = updates();
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let clock = Arc::new(ManualClock::new(1_795_700_000_000));
    let rng = Box::new(SeededRng::new(1));
    let env = Env::new(Arc::new(fs.clone()), Arc::clone(&clock) as _, rng);
    let mut params = InstanceParams::new(DIR);
    params.page_size = PageSize::K4;
    params.background = false;
    params.circular = true;
    params.log_file_kib = Some(1024);
    params.checkpoint_depth = 4 << 20;
    params.db_extension = 16;
    let instance = Instance::start(env, params).unwrap();
    let db = instance.create(FILE, &CreateOptions::default()).unwrap();
    let session = instance.session().unwrap();
    db.create_table(&session, &rows()).unwrap();
    let mut table = db.table(&session, "rows").unwrap();
    let mut rng = SeededRng::new(7);
    for id in 0..ROWS as i32 {
        insert(&mut table, id, &mut rng);
    }
    let size = || {
        fs.open(Path::new(FILE), OpenMode::Read)
            .unwrap()
            .len()
            .unwrap()
    };
    let (mut done, mut ticked, mut sizes) = (0, 0, Vec::new());
    while done < all {
        let transaction = session.transaction().unwrap();
        let batch = (1 + rng.below(BATCH)).min(all - done);
        for _ in 0..batch {
            update(&mut table, &mut rng);
        }
        match rng.below(20) {
            0 => transaction.rollback().unwrap(),
            _ => transaction.commit_as(CommitKind::Lazy).unwrap(),
        }
        done += batch;
        clock.advance(Duration::from_millis(batch * MILLIS));
        if done - ticked >= TICK {
            instance.tick().unwrap();
            ticked = done;
        }
        if done * 10 / all > sizes.len() as u64 {
            sizes.push(size());
        }
    }
    println!("{all} updates, bytes of the file after every tenth: {sizes:?}");
    assert_eq!(sizes.len(), 10);
    assert!(
        sizes.iter().all(|s| *s <= sizes[0]),
        "the file grew after the first tenth: {sizes:?}"
    );
    // Every row is there, with whole values.
    let (mut count, mut buf) = (0, Vec::new());
    let mut more = table.first().unwrap();
    while more {
        assert!(matches!(
            table.get("id", &mut buf),
            Ok(Some(Value::Long(_)))
        ));
        table.get("blob", &mut buf).unwrap();
        count += 1;
        more = table.next().unwrap();
    }
    assert_eq!(count, ROWS);
    drop(table);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(&fs, Path::new(FILE), &options, &|_| {}).unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{}", damage.join("\n"));
}

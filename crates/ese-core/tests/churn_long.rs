//! Goal: a file whose rows are the same ones for ever, but change, go and come again, stops growing:
//! after a tenth of the updates, those of the busiest hour, it has the size that it has at the end.
//!
//! A simulated day: the clock moves with the updates, and the engine's own work is done by `tick`.
//! `ESE_CHURN_UPDATES` says how many (100,000 when nothing is said); a full run does 10^7 with
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
/// Rows, at most.
const ROWS_MOST: u64 = 1500;
/// Updates of every row in the first tenth, at least: by then pages are as full as they stay.
const EACH: u64 = 200;
/// Bytes of the values of a row that leave room for all: somewhat less than there would be without a bound.
const MEAN: u64 = 1700;
/// By what part there may be more in the first tenth: the busiest hour. How full pages are, and what waits
/// for cleanup, varies by less.
const BUSIEST: u64 = 20;
/// Pages by which the file grows.
const EXTENSION: u64 = 16;
/// From so many updates on the file must not grow at all.
const LONG: u64 = 5_000_000;
/// Updates of a transaction, at most.
const BATCH: u64 = 30;
/// Milliseconds of the simulated day that an update takes.
const MILLIS: u64 = 24 * 3600 * 1000 / 10_000_000;
/// Updates between two ticks of the engine: about a second, as its own thread does it.
const TICK: u64 = 100;

fn updates() -> u64 {
    let said = std::env::var("ESE_CHURN_UPDATES").ok();
    said.map_or(100_000, |s| {
        s.parse().expect("ESE_CHURN_UPDATES is a number")
    })
}

fn definition() -> TableDef {
    TableDef::new("rows")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("note", ColumnType::LongText))
        .column(ColumnDef::new("blob", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary())
        .index(IndexDefinition::new("by_name", "+name"))
}

/// How long the values of each row are. All together stay below a bound that they often reach, and that
/// is a little higher in the first tenth: so the most that there ever is was there early on, and the
/// file has no reason to grow later.
struct Volume {
    /// Bytes of the note and of the blob of each row.
    rows: Vec<[u64; 2]>,
    all: u64,
    most: u64,
    /// What was before, of the changes of this transaction.
    undo: Vec<(usize, usize, u64)>,
}

impl Volume {
    fn new(rows: u64) -> Self {
        Self {
            rows: vec![[0; 2]; rows as usize],
            all: 0,
            most: rows * MEAN + rows * MEAN / BUSIEST,
            undo: Vec::new(),
        }
    }

    /// Bytes for a value of a row, as `draw` says; little when that would be too much.
    fn take(&mut self, id: i32, value: usize, draw: u64) -> usize {
        let row = id as usize;
        let before = self.rows[row][value];
        let rest = self.most.saturating_sub(self.all - before);
        let len = draw.min(rest);
        self.undo.push((row, value, before));
        self.rows[row][value] = len;
        self.all = self.all - before + len;
        len as usize
    }

    fn rolled_back(&mut self) {
        while let Some((row, value, before)) = self.undo.pop() {
            self.all = self.all - self.rows[row][value] + before;
            self.rows[row][value] = before;
        }
    }
}

fn note(id: i32, volume: &mut Volume, rng: &mut SeededRng) -> String {
    let len = volume.take(id, 0, rng.below(700));
    "the quick brown fox ".chars().cycle().take(len).collect()
}

/// Mostly nothing or little, sometimes some pages; it does not compress.
fn blob(id: i32, volume: &mut Volume, rng: &mut SeededRng) -> Vec<u8> {
    let len = match rng.below(8) {
        0 => 2000 + rng.below(18_000),
        1..4 => rng.below(900),
        _ => 0,
    };
    let len = volume.take(id, 1, len);
    (0..len).map(|_| rng.below(256) as u8).collect()
}

fn insert(table: &mut Table<'_>, id: i32, volume: &mut Volume, rng: &mut SeededRng) {
    let mut row = table.insert().unwrap();
    row.set("id", id).unwrap();
    row.set("name", &format!("{:x}", rng.below(1 << 40)))
        .unwrap();
    row.set("note", &note(id, volume, rng)).unwrap();
    row.set("blob", &blob(id, volume, rng)).unwrap();
    row.save().unwrap();
}

fn update(table: &mut Table<'_>, volume: &mut Volume, rng: &mut SeededRng) {
    let id = rng.below(volume.rows.len() as u64) as i32;
    assert!(table.find(&[Some(&id.to_le_bytes())]).unwrap(), "row {id}");
    match rng.below(10) {
        0 | 1 => {
            table.delete().unwrap();
            insert(table, id, volume, rng);
        }
        n => {
            let mut row = table.replace().unwrap();
            match n {
                2 | 3 => row
                    .set("name", &format!("{:x}", rng.below(1 << 40)))
                    .map(|_| ()),
                4..=7 => row.set("note", &note(id, volume, rng)).map(|_| ()),
                _ => row.set("blob", &blob(id, volume, rng)).map(|_| ()),
            }
            .unwrap();
            row.save().unwrap();
        }
    }
}

#[test]
fn a_file_under_churn_stops_growing() {
    let all = updates();
    let rows = (all / 10 / EACH).clamp(10, ROWS_MOST);
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
    params.db_extension = EXTENSION as u32;
    let instance = Instance::start(env, params).unwrap();
    let db = instance.create(FILE, &CreateOptions::default()).unwrap();
    let session = instance.session().unwrap();
    db.create_table(&session, &definition()).unwrap();
    let mut table = db.table(&session, "rows").unwrap();
    let mut rng = SeededRng::new(7);
    let mut volume = Volume::new(rows);
    for id in 0..rows as i32 {
        insert(&mut table, id, &mut volume, &mut rng);
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
            update(&mut table, &mut volume, &mut rng);
        }
        match rng.below(20) {
            0 => {
                transaction.rollback().unwrap();
                volume.rolled_back();
            }
            _ => transaction.commit_as(CommitKind::Lazy).unwrap(),
        }
        volume.undo.clear();
        done += batch;
        clock.advance(Duration::from_millis(batch * MILLIS));
        if done - ticked >= TICK {
            instance.tick().unwrap();
            ticked = done;
        }
        if done * 10 / all > sizes.len() as u64 {
            sizes.push(size());
            volume.most = rows * MEAN;
        }
    }
    println!("{all} updates of {rows} rows, bytes of the file after every tenth: {sizes:?}");
    assert_eq!(sizes.len(), 10);
    // Of few rows the sum of their sizes still reaches new heights later on: a step or two of the file.
    let more = if all < LONG { 4 * EXTENSION } else { 0 };
    let most = sizes[0] + more * PageSize::K4.bytes() as u64;
    assert!(
        sizes.iter().all(|s| *s <= most),
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
    assert_eq!(count, rows);
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

//! A live program for `cargo xtask demo`: databases under writers, and a control socket.
//!
//! ```text
//! live_service FOLDER MIB [DATABASE]
//! ```
//! Makes `FOLDER/fresh.edb` of MIB mebibytes, attaches DATABASE beside it, lets three writers insert, and
//! says on standard output how many rows each has committed. A line on standard input, or its end, ends
//! it: everything is written, the databases are closed.
#![forbid(unsafe_code)]

use ese_backup::ControlSocket;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database};
use ese_core::dbfile::DbFile;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::session::{CommitKind, Session};
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Writers, each with a table of its own.
const WRITERS: usize = 3;
/// Rows of a transaction.
const BATCH: i32 = 20;
/// Bytes of the values that fill the database.
const BULK: usize = 64 * 1024;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(mib)) = (args.next(), args.next()) else {
        return Err("usage: live_service FOLDER MIB [DATABASE]".into());
    };
    let folder = PathBuf::from(folder);
    let sample = args.next().map(PathBuf::from);
    let mut params = InstanceParams::new(&folder);
    if let Some(sample) = &sample {
        params.page_size = DbFile::open(&RealFileSystem, sample)?.selected().page_size;
    }
    params.cache.max = u32::try_from((64 << 20) / params.page_size.bytes())?;
    let page_size = params.page_size;
    let instance = Instance::start(Env::real(), params)?;
    let held = sample.map(|path| instance.open(path)).transpose()?;
    let db = instance.create(folder.join("fresh.edb"), &CreateOptions::default())?;
    fill(&instance, &db, mib.parse()?, page_size)?;
    let socket = ControlSocket::open(&instance, &folder.join("control.sock"), Vec::new())?;
    println!("ready {}", socket.path().display());
    let (done, counts) = (AtomicBool::new(false), Default::default());
    run(&instance, &db, &done, &counts)?;
    drop((socket, db, held));
    instance.term(TermKind::Clean)?;
    say("final", &counts);
    Ok(())
}

type Counts = [AtomicI32; WRITERS];

fn say(what: &str, counts: &Counts) {
    let [a, b, c] = counts.each_ref().map(|n| n.load(Ordering::Acquire));
    println!("{what} {a} {b} {c}");
}

fn run(instance: &Instance, db: &Database, done: &AtomicBool, counts: &Counts) -> Result<()> {
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .zip(counts)
            .map(|(n, count)| scope.spawn(move || write(instance, db, n, count, done)))
            .collect();
        scope.spawn(|| {
            let mut line = String::new();
            // Its end counts as well.
            let _ = std::io::stdin().read_line(&mut line);
            done.store(true, Ordering::Release);
        });
        while !done.load(Ordering::Acquire) {
            say("committed", counts);
            std::thread::sleep(Duration::from_millis(100));
        }
        for writer in writers {
            match writer.join() {
                Ok(answer) => answer?,
                Err(_) => return Err("a writer panicked".into()),
            }
        }
        Ok(())
    })
}

fn rows(name: &str) -> TableDef {
    TableDef::new(name)
        .column(ColumnDef::new("key", ColumnType::Long).not_null())
        .column(ColumnDef::new("value", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_key", "+key").primary())
}

fn fill(instance: &Instance, db: &Database, mib: usize, page_size: PageSize) -> Result<()> {
    let session = instance.session()?;
    db.create_table(&session, &rows("bulk"))?;
    for n in 0..WRITERS {
        db.create_table(&session, &rows(&format!("writer{n}")))?;
    }
    let mut rng = SeededRng::new(1);
    let mut value = vec![0; BULK - page_size.bytes() / 8];
    for key in 0..(mib << 20) / BULK {
        for word in value.chunks_mut(8) {
            let bytes = rng.next_u64().to_le_bytes();
            word.copy_from_slice(bytes.get(..word.len()).unwrap_or_default());
        }
        insert(
            &session,
            db,
            "bulk",
            i32::try_from(key)?..i32::try_from(key)? + 1,
            &value,
        )?;
    }
    session.wait_all()?;
    instance.checkpoint()?;
    Ok(())
}

fn insert(
    session: &Session,
    db: &Database,
    table: &str,
    keys: std::ops::Range<i32>,
    value: &[u8],
) -> Result<()> {
    let mut table = db.table(session, table)?;
    let transaction = session.transaction()?;
    for key in keys {
        let mut row = table.insert()?;
        row.set("key", key)?;
        row.set("value", value)?;
        row.save()?;
    }
    transaction.commit_as(CommitKind::Lazy)?;
    Ok(())
}

fn write(
    instance: &Instance,
    db: &Database,
    n: usize,
    count: &AtomicI32,
    done: &AtomicBool,
) -> Result<()> {
    let session = instance.session()?;
    let table = format!("writer{n}");
    let mut rng = SeededRng::new(n as u64);
    let mut next = 0;
    while !done.load(Ordering::Acquire) {
        let long = if next % (50 * BATCH) == 0 {
            40_000
        } else {
            200
        };
        let value: Vec<u8> = (0..long).map(|_| rng.next_u64() as u8).collect();
        insert(&session, db, &table, next..next + BATCH, &value)?;
        next += BATCH;
        count.store(next, Ordering::Release);
        // A program that does something else, too.
        std::thread::sleep(Duration::from_millis(2));
    }
    session.wait_all()?;
    Ok(())
}

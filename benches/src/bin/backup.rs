//! `bench backup`: the stream of a running instance, and what a backup costs the writers.
//!
//! An instance with a database of real, signed pages (read once before, so that it is cached).
//! Measured, all in one process and in turn, the median of the rounds:
//! * the streaming calls into a buffer of 64 MiB, against a plain read and the checksums into the same
//!   buffer, and against the plain read alone;
//! * a whole backup into a sink that takes nothing, and into a folder, against `cp`'s way: read, write,
//!   sync of the same bytes;
//! * commits of a writer while backups run, against the same writer alone;
//! * the time from a stop to the return of a read call under way, beside a thread that only asks the
//!   flag.
//!
//! Peers (SQLite's backup API, LMDB's copy) are not measured here yet.
#![forbid(unsafe_code)]

use ese_backup::external::{END_ABORT, ExternalBackup};
use ese_backup::set::SetKind;
use ese_backup::{Backup, BackupSink, DirectorySink, INNER_READ, Manifest};
use ese_bench::stop_options::Options;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database};
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{File, FileSystem as _, OpenMode};
use ese_core::session::CommitKind;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const PAGE: PageSize = PageSize::K8;
const BUFFER: usize = 64 << 20;
/// Bytes of a row.
const ROW: usize = 6_000;

/// A sink that takes everything and keeps nothing.
struct Nowhere;

impl BackupSink for Nowhere {
    fn begin(&mut self, _: &Manifest) -> io::Result<()> {
        Ok(())
    }
    fn open(&mut self, _: &str, _: u64) -> io::Result<()> {
        Ok(())
    }
    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn finish(&mut self, _: &Manifest) -> io::Result<()> {
        Ok(())
    }
    fn abort(&mut self, _: &Manifest) {}
}

/// A buffer that begins at a multiple of 4 KiB.
struct Aligned(Vec<u8>, usize);

impl Aligned {
    fn new() -> Self {
        let v = vec![1; BUFFER + 4096];
        let at = v.as_ptr().align_offset(4096);
        Self(v, at)
    }

    fn get(&mut self) -> &mut [u8] {
        &mut self.0[self.1..self.1 + BUFFER]
    }
}

struct Bench {
    folder: PathBuf,
    instance: Instance,
    db: Database,
}

impl Bench {
    fn new(mib: u64) -> Result<Self> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
            PathBuf::from,
        );
        let folder = target.join("bench").join("backup");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)?;
        let mut params = InstanceParams::new(&folder);
        params.page_size = PAGE;
        params.circular = true;
        let instance = Instance::start(Env::real(), params)?;
        let db = instance.create(folder.join("a.edb"), &CreateOptions::default())?;
        let session = instance.session()?;
        for name in ["bulk", "work"] {
            db.create_table(
                &session,
                &TableDef::new(name)
                    .column(ColumnDef::new("key", ColumnType::Long).not_null())
                    .column(ColumnDef::new("value", ColumnType::LongBinary))
                    .index(IndexDefinition::new("by_key", "+key").primary()),
            )?;
        }
        let mut rng = SeededRng::new(1);
        let rows = i32::try_from((mib << 20) / ROW as u64)?;
        for first in (0..rows).step_by(64) {
            let mut table = db.table(&session, "bulk")?;
            let transaction = session.transaction()?;
            for key in first..rows.min(first + 64) {
                let value: Vec<u8> = (0..ROW / 8)
                    .flat_map(|_| rng.next_u64().to_le_bytes())
                    .collect();
                let mut row = table.insert()?;
                row.set("key", key)?;
                row.set("value", &*value)?;
                row.save()?;
            }
            drop(table);
            transaction.commit_as(CommitKind::Lazy)?;
        }
        session.wait_all()?;
        instance.checkpoint()?;
        drop(session);
        Ok(Self {
            folder,
            instance,
            db,
        })
    }

    /// Reads the whole database with the streaming calls; gives the time.
    fn stream(&self, buf: &mut [u8]) -> Result<Duration> {
        let backup = ExternalBackup::new(&self.instance);
        backup.begin(0)?;
        let opened = backup.open_file(&self.folder.join("a.edb"))?;
        let start = Instant::now();
        while backup.read_file(opened.handle, buf)? > 0 {}
        let took = start.elapsed();
        backup.end2(END_ABORT)?;
        Ok(took)
    }

    /// Rows a second of one writer, while `beside` runs.
    fn work(&self, beside: impl FnOnce() -> Result<()>) -> Result<f64> {
        let (done, rows) = (AtomicBool::new(false), AtomicU64::new(0));
        let start = Instant::now();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| self.write(&done, &rows));
            let answer = beside();
            done.store(true, Ordering::Release);
            writer.join().map_err(|_| "the writer panicked")??;
            answer
        })?;
        Ok(rows.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
    }

    fn write(&self, done: &AtomicBool, rows: &AtomicU64) -> Result<()> {
        let session = self.instance.session()?;
        let mut table = self.db.table(&session, "work")?;
        let mut next = 0i32;
        if table.last()? {
            let mut buf = Vec::new();
            if let Some(ese_core::format::value::Value::Long(key)) = table.get("key", &mut buf)? {
                next = key + 1;
            }
        }
        while !done.load(Ordering::Acquire) {
            let transaction = session.transaction()?;
            for _ in 0..10 {
                let mut row = table.insert()?;
                row.set("key", next)?;
                row.set("value", &[7u8; 150][..])?;
                row.save()?;
                next += 1;
            }
            transaction.commit_as(CommitKind::Lazy)?;
            rows.fetch_add(10, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Fills `buf` again and again; with `checked`, every page's checksum afterwards.
fn plain(file: &dyn File, buf: &mut [u8], checked: bool) -> Result<Duration> {
    let start = Instant::now();
    let mut at = 0;
    loop {
        let n = file.read_at(buf, at)?;
        if n == 0 {
            return Ok(start.elapsed());
        }
        if checked {
            let first = at / PAGE.bytes() as u64;
            for (i, page) in (first..)
                .zip(buf[..n].chunks(PAGE.bytes()))
                .filter(|(i, _)| *i > 1)
            {
                let pgno = Pgno(u32::try_from(i - 1)?);
                if matches!(verify(page, pgno), PageVerdict::Bad { .. }) {
                    return Err(format!("{pgno:?} is damaged").into());
                }
            }
        }
        at += n as u64;
    }
}

/// Copies a file as `cp` and `sync` do.
fn copy(file: &dyn File, to: &Path) -> Result<Duration> {
    let _ = std::fs::remove_file(to);
    let start = Instant::now();
    let out = RealFileSystem.open(to, OpenMode::CreateNew)?;
    let mut buf = vec![0; INNER_READ];
    let mut at = 0;
    loop {
        let n = file.read_at(&mut buf, at)?;
        if n == 0 {
            out.sync_all()?;
            return Ok(start.elapsed());
        }
        out.write_all_at(&buf[..n], at)?;
        at += n as u64;
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn quantile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = ((times.len() as f64 * share).ceil() as usize).saturating_sub(1);
    times.get(at).copied().unwrap_or(f64::NAN)
}

/// Milliseconds from a stop to the return of the call under way.
fn stops(bench: &Bench, buf: &mut [u8], n: usize) -> Result<Vec<f64>> {
    let backup = ExternalBackup::new(&bench.instance);
    let mut rng = SeededRng::new(3);
    let mut out = Vec::new();
    for _ in 0..n * 4 {
        if out.len() == n {
            break;
        }
        backup.begin(0)?;
        let opened = backup.open_file(&bench.folder.join("a.edb"))?;
        let stop = backup.stop_handle();
        let wait = Duration::from_micros(200 + rng.next_u64() % 8_000);
        let (set, returned, hit) = std::thread::scope(|scope| {
            let stopper = scope.spawn(move || {
                std::thread::sleep(wait);
                let set = Instant::now();
                stop.stop();
                set
            });
            let answer = backup.read_file(opened.handle, buf);
            let returned = Instant::now();
            (stopper.join(), returned, answer.is_err())
        });
        let set = set.map_err(|_| "the stopper panicked")?;
        if hit {
            out.push(returned.saturating_duration_since(set).as_secs_f64() * 1e3);
        }
        backup.end2(END_ABORT)?;
    }
    Ok(out)
}

/// The same of a thread that does nothing but ask the flag.
fn floor(n: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for _ in 0..n {
        let flag = ese_backup::StopFlag::new();
        let handle = flag.handle();
        let returned = std::thread::scope(|scope| {
            let spinner = scope.spawn(move || {
                while !handle.is_stopped() {
                    std::hint::spin_loop();
                }
                Instant::now()
            });
            std::thread::sleep(Duration::from_millis(1));
            let set = Instant::now();
            flag.stop();
            spinner.join().map(|r| r.saturating_duration_since(set))
        });
        out.extend(returned.map(|d| d.as_secs_f64() * 1e3));
    }
    out
}

fn main() -> Result<()> {
    let options = Options::read("backup", 512)?;
    eprintln!("filling a database of {} MiB", options.mib);
    let bench = Bench::new(options.mib)?;
    let path = bench.folder.join("a.edb");
    let file = RealFileSystem.open(&path, OpenMode::Read)?;
    let mut buf = Aligned::new();
    plain(&*file, buf.get(), false)?;
    let (set, copied) = (bench.folder.join("set"), bench.folder.join("copied"));
    let mut ratios: Vec<(&str, Vec<f64>)> = [
        "stream / read and checksum",
        "stream / plain read",
        "into a folder / copy and sync",
        "into nothing / plain read",
        "writer during backups / alone",
    ]
    .map(|name| (name, Vec::new()))
    .into();
    for _ in 0..options.runs {
        let stream = bench.stream(buf.get())?.as_secs_f64();
        let checked = plain(&*file, buf.get(), true)?.as_secs_f64();
        let read = plain(&*file, buf.get(), false)?.as_secs_f64();
        let start = Instant::now();
        Backup::builder(&bench.instance)
            .kind(SetKind::Copy)
            .run(&mut Nowhere)?;
        let nothing = start.elapsed().as_secs_f64();
        let by_hand = copy(&*file, &copied)?.as_secs_f64();
        let _ = std::fs::remove_dir_all(&set);
        let start = Instant::now();
        let fs = std::sync::Arc::new(RealFileSystem);
        Backup::builder(&bench.instance)
            .kind(SetKind::Copy)
            .run(&mut DirectorySink::new(fs, &set))?;
        let folder = start.elapsed().as_secs_f64();
        let length = Duration::from_secs(2);
        let alone = bench.work(|| {
            std::thread::sleep(length);
            Ok(())
        })?;
        let beside = bench.work(|| {
            let start = Instant::now();
            while start.elapsed() < length {
                Backup::builder(&bench.instance)
                    .kind(SetKind::Copy)
                    .run(&mut Nowhere)?;
            }
            Ok(())
        })?;
        let found = [
            checked / stream,
            read / stream,
            by_hand / folder,
            read / nothing,
            beside / alone,
        ];
        for ((_, values), found) in ratios.iter_mut().zip(found) {
            values.push(found);
        }
    }
    let mut stop = stops(&bench, buf.get(), options.stops)?;
    let mut spin = floor(options.stops);
    let bytes = file.len()?;
    let Bench {
        folder,
        instance,
        db,
    } = bench;
    drop((file, db));
    instance.term(TermKind::Abrupt)?;
    let _ = std::fs::remove_dir_all(folder);
    let latency = |times: &mut Vec<f64>| [0.5, 0.99, 1.0].map(|share| quantile(times, share));
    let (stop, spin) = (latency(&mut stop), latency(&mut spin));
    if options.json {
        let mut by_name = Map::new();
        for (name, values) in &mut ratios {
            by_name.insert((*name).to_owned(), json!(median(values)));
        }
        let figures = json!({
            "stop_ms_p50": stop[0], "stop_ms_p99": stop[1], "stop_ms_worst": stop[2],
            "flag_ms_p50": spin[0], "flag_ms_p99": spin[1], "flag_ms_worst": spin[2],
            "bytes": bytes,
        });
        println!(
            "{}",
            json!({"group": "backup", "ratios": Value::Object(by_name), "figures": figures})
        );
        return Ok(());
    }
    println!("a database of {} MiB, {} rounds", bytes >> 20, options.runs);
    for (name, values) in &mut ratios {
        let middle = median(values);
        println!(
            "{name:<34} {middle:>6.2}  ({:.2} to {:.2})",
            quantile(values, 0.0),
            quantile(values, 1.0)
        );
    }
    println!(
        "stop of a read of 64 MiB, ms          p50 {:.3}  p99 {:.3}  worst {:.3}",
        stop[0], stop[1], stop[2]
    );
    println!(
        "a thread that only asks the flag, ms  p50 {:.3}  p99 {:.3}  worst {:.3}",
        spin[0], spin[1], spin[2]
    );
    Ok(())
}

//! What is measured. The names are the keys of the JSON.
//!
//! Invariant: a workload's operations follow from the seed alone.
#![forbid(unsafe_code)]

use super::indexes;
use super::{BenchDatabase, Durability, Engine, Result, Setup};
use crate::Noise;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Bytes of a key.
pub const KEY_BYTES: usize = 24;
/// Bytes of a value.
pub const VALUE_BYTES: usize = 150;
/// Rows that a range reads.
pub(super) const RANGE: usize = 10;
/// Rows of a batch.
pub(super) const BATCH: usize = 1000;
/// Threads that write at once.
const WRITERS: u64 = 8;
/// Bytes of a long value.
const LONG_BYTES: usize = 100 << 10;
/// Different long values: making them would be measured else.
const LONG_KINDS: u64 = 16;

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Rows of the bulk load.
    pub rows: usize,
    /// Durable transactions of one row.
    pub individual: usize,
    /// Durable transactions of 1,000 rows.
    pub batches: usize,
    /// Lazy transactions of one row.
    pub lazy: usize,
    /// Point reads of one thread.
    pub reads: usize,
    /// Seed of everything random.
    pub seed: u64,
}

impl Scale {
    /// Of the full comparison, and of a quick look.
    #[must_use]
    pub fn new(quick: bool, seed: u64) -> Self {
        let by = if quick { 20 } else { 1 };
        Self {
            rows: 1_000_000 / by,
            individual: 1000 / by,
            batches: 100 / by,
            lazy: 50_000 / by,
            reads: 1_000_000 / by,
            seed,
        }
    }

    /// With so many rows, and as much less or more of everything else.
    #[must_use]
    pub fn with_rows(self, rows: usize) -> Self {
        let full = Self::new(false, self.seed);
        let of = |n: usize| (n * rows / full.rows).max(1);
        Self {
            rows,
            individual: of(full.individual),
            batches: of(full.batches),
            lazy: of(full.lazy),
            reads: rows,
            seed: self.seed,
        }
    }
}

/// Seconds of each workload; bytes of the files under [`SIZE`].
pub type Times = BTreeMap<&'static str, f64>;

/// Bytes on the disk after the bulk load.
pub const SIZE: &str = "size after bulk load";

struct Rows {
    noise: Noise,
    key: [u8; KEY_BYTES],
    value: [u8; VALUE_BYTES],
}

impl Rows {
    fn new(seed: u64) -> Self {
        Self {
            noise: Noise::new(seed),
            key: [0; KEY_BYTES],
            value: [0; VALUE_BYTES],
        }
    }

    fn step(&mut self) -> (&[u8], &[u8]) {
        self.noise.fill(&mut self.key);
        self.noise.fill(&mut self.value);
        (&self.key, &self.value)
    }

    /// Ascending keys.
    fn sorted(&mut self, n: u64) -> (&[u8], &[u8]) {
        self.noise.fill(&mut self.value);
        self.key = [0; KEY_BYTES];
        self.key[..8].copy_from_slice(&n.to_be_bytes());
        (&self.key, &self.value)
    }
}

pub(super) fn timed(
    times: &mut Times,
    name: &'static str,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let start = Instant::now();
    work()?;
    times.insert(name, start.elapsed().as_secs_f64());
    Ok(())
}

/// Bytes of all files in a folder, as the file system has them.
pub(super) fn bytes_in(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        sum += match meta.is_dir() {
            true => bytes_in(&entry.path())?,
            false => meta.len(),
        };
    }
    Ok(sum)
}

/// Every workload once, on fresh databases in `folder`.
pub fn run(engine: &dyn Engine, folder: &Path, scale: Scale) -> Result<Times> {
    let mut times = Times::new();
    let sub = |name: &str| -> Result<std::path::PathBuf> {
        let path = folder.join(name);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    };
    let main = sub("main")?;
    let db = engine.create(&main, Setup::new(Durability::Durable))?;
    let db = db.as_ref();
    bulk_load(db, scale, &mut times)?;
    db.settle()?;
    #[allow(clippy::cast_precision_loss)] // Files of less than 2^52 bytes.
    times.insert(SIZE, bytes_in(&main)? as f64);
    read(db, scale, &mut times)?;
    individual(db, scale, &mut times)?;
    writers(db, scale, &mut times)?;
    removals(db, scale, &mut times)?;
    let path = sub("sorted")?;
    let db = engine.create(&path, Setup::new(Durability::Durable))?;
    sorted(db.as_ref(), scale, &mut times)?;
    drop(db);
    let path = sub("lazy")?;
    let db = engine.create(&path, Setup::new(Durability::Lazy))?;
    lazy(db.as_ref(), scale, &mut times)?;
    mixed(db.as_ref(), scale, &mut times)?;
    drop(db);
    let path = sub("long")?;
    let db = engine.create(&path, Setup::new(Durability::Lazy))?;
    long_values(db.as_ref(), scale, &mut times)?;
    drop(db);
    indexes::run(engine, &sub("indexes")?, scale, &mut times)?;
    Ok(times)
}

/// What the writes of a workload promise, by its name.
#[must_use]
pub fn durability(workload: &str) -> &'static str {
    match workload {
        "bulk load"
        | "sorted inserts"
        | "removals"
        | indexes::INSERTS
        | "individual durable writes"
        | "batches of 1,000"
        | "8 durable writers" => "synced each commit",
        "lazy writes" | "mixed 90/10" | "values of 100 KiB, written" => "not synced",
        SIZE => "synced, settled",
        _ => "none: reads",
    }
}

pub(super) fn bulk_load(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    timed(times, "bulk load", || {
        let mut rows = Rows::new(scale.seed);
        db.write(&mut |w| {
            for _ in 0..scale.rows {
                let (key, value) = rows.step();
                w.put(key, value)?;
            }
            Ok(())
        })
    })
}

pub(super) fn sorted(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    timed(times, "sorted inserts", || {
        let mut rows = Rows::new(scale.seed ^ 2);
        let mut n = 0;
        while n < scale.rows as u64 {
            db.write(&mut |w| {
                for _ in 0..BATCH {
                    let (key, value) = rows.sorted(n);
                    w.put(key, value)?;
                    n += 1;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn individual(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    let mut rows = Rows::new(scale.seed ^ 3);
    timed(times, "individual durable writes", || {
        for _ in 0..scale.individual {
            let (key, value) = rows.step();
            db.write(&mut |w| w.put(key, value))?;
        }
        Ok(())
    })?;
    timed(times, "batches of 1,000", || {
        for _ in 0..scale.batches {
            db.write(&mut |w| {
                for _ in 0..BATCH {
                    let (key, value) = rows.step();
                    w.put(key, value)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

pub(super) fn lazy(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    let mut rows = Rows::new(scale.seed ^ 4);
    timed(times, "lazy writes", || {
        for _ in 0..scale.lazy {
            let (key, value) = rows.step();
            db.write(&mut |w| w.put(key, value))?;
        }
        Ok(())
    })
}

/// Durable transactions of one row, from [`WRITERS`] threads at once.
fn writers(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    timed(times, "8 durable writers", || {
        on_threads(WRITERS, &|n| {
            let mut rows = Rows::new(scale.seed ^ (16 + n));
            for _ in 0..scale.individual / 2 {
                let (key, value) = rows.step();
                db.write(&mut |w| w.put(key, value))?;
            }
            Ok(())
        })
    })
}

/// Nine rows read, one written, over and over; the rows are those of the lazy writes.
fn mixed(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    const READS: usize = 9;
    timed(times, "mixed 90/10", || {
        let mut old = Rows::new(scale.seed ^ 4);
        let mut new = Rows::new(scale.seed ^ 5);
        let mut copy = Vec::new();
        for _ in 0..scale.lazy / (READS + 1) {
            db.read(&mut |r| {
                for _ in 0..READS {
                    let (key, value) = old.step();
                    if !r.get(key, &mut copy)? || copy != value {
                        return Err("a row is not what was written".into());
                    }
                }
                Ok(())
            })?;
            let (key, value) = new.step();
            db.write(&mut |w| w.put(key, value))?;
        }
        Ok(())
    })
}

/// Values of [`LONG_BYTES`] bytes, each in a lazy transaction of its own; then all of them read.
fn long_values(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    let count = scale.individual as u64;
    let value = |n: u64| {
        let mut value = vec![0; LONG_BYTES];
        Noise::new(scale.seed ^ 6 ^ n << 8).fill(&mut value);
        value
    };
    let values: Vec<Vec<u8>> = (0..LONG_KINDS).map(value).collect();
    let of = |n: u64| &values[(n % LONG_KINDS) as usize];
    timed(times, "values of 100 KiB, written", || {
        for n in 0..count {
            db.write(&mut |w| w.put(&n.to_be_bytes(), of(n)))?;
        }
        Ok(())
    })?;
    timed(times, "values of 100 KiB, read", || {
        let mut copy = Vec::new();
        db.read(&mut |r| {
            for n in 0..count {
                if !r.get(&n.to_be_bytes(), &mut copy)? || copy != *of(n) {
                    return Err("a long value is not what was written".into());
                }
            }
            Ok(())
        })
    })
}

/// The rows of the bulk load, in transactions of `batch`.
pub(super) fn load_in_batches(db: &dyn BenchDatabase, scale: Scale, batch: usize) -> Result<()> {
    let mut rows = Rows::new(scale.seed);
    let mut left = scale.rows;
    while left > 0 {
        let now = left.min(batch);
        db.write(&mut |w| {
            for _ in 0..now {
                let (key, value) = rows.step();
                w.put(key, value)?;
            }
            Ok(())
        })?;
        left -= now;
    }
    Ok(())
}

/// Reads every row once, in the order of the load.
pub(super) fn random_reads(db: &dyn BenchDatabase, scale: Scale, reads: usize) -> Result<()> {
    let mut rows = Rows::new(scale.seed);
    let mut value = Vec::new();
    db.read(&mut |r| {
        for n in 0..reads {
            if n % scale.rows == 0 {
                rows = Rows::new(scale.seed);
            }
            let (key, expected) = rows.step();
            if !r.get(key, &mut value)? || value != expected {
                return Err("a row is not what was written".into());
            }
        }
        Ok(())
    })
}

pub(super) fn ranges(db: &dyn BenchDatabase, scale: Scale) -> Result<()> {
    let mut rows = Rows::new(scale.seed);
    let mut values = Vec::new();
    db.read(&mut |r| {
        for _ in 0..scale.reads / 2 {
            values.clear();
            let found = r.range(rows.step().0, RANGE, &mut values)?;
            if found == 0 || values.len() != found * VALUE_BYTES {
                return Err("a range is not what was written".into());
            }
        }
        Ok(())
    })
}

fn read(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    timed(times, "random reads", || {
        random_reads(db, scale, scale.reads)
    })?;
    timed(times, "ranges of 10", || ranges(db, scale))?;
    timed(times, "full scan", || scan(db, scale))?;
    for (name, threads) in [("4 readers", 4), ("8 readers", 8)] {
        timed(times, name, || readers(db, scale, threads))?;
    }
    Ok(())
}

/// Every row in the order of its key.
pub(super) fn scan(db: &dyn BenchDatabase, scale: Scale) -> Result<()> {
    let mut values = Vec::with_capacity(scale.rows * VALUE_BYTES);
    let mut found = 0;
    db.read(&mut |r| {
        found = r.range(&[0; KEY_BYTES], usize::MAX, &mut values)?;
        Ok(())
    })?;
    match found == scale.rows && values.len() == found * VALUE_BYTES {
        true => Ok(()),
        false => Err(format!("a scan found {found} rows").into()),
    }
}

/// Random reads, shared out to threads.
pub(super) fn readers(db: &dyn BenchDatabase, scale: Scale, threads: usize) -> Result<()> {
    on_threads(threads as u64, &|_| {
        random_reads(db, scale, scale.reads / threads)
    })
}

/// Runs `work` on so many threads at once; it is told which one it is.
fn on_threads(threads: u64, work: &(dyn Fn(u64) -> Result<()> + Sync)) -> Result<()> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|n| scope.spawn(move || work(n))).collect();
        let mut done = Ok(());
        for thread in running {
            let ended = thread
                .join()
                .unwrap_or_else(|_| Err("a thread panicked".into()));
            done = done.and(ended);
        }
        done
    })
}

pub(super) fn removals(db: &dyn BenchDatabase, scale: Scale, times: &mut Times) -> Result<()> {
    let mut before = 0;
    db.read(&mut |r| {
        before = r.rows()?;
        Ok(())
    })?;
    let most = scale.rows / 2;
    timed(times, "removals", || {
        let mut rows = Rows::new(scale.seed);
        db.write(&mut |w| {
            for _ in 0..most {
                if !w.remove(rows.step().0)? {
                    return Err("a row to remove is not there".into());
                }
            }
            Ok(())
        })
    })?;
    db.read(&mut |r| match r.rows()? + most as u64 == before {
        true => Ok(()),
        false => Err("rows are left that were removed".into()),
    })
}

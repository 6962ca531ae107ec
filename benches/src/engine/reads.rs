//! The read rows alone: every engine is loaded once, then all read in alternation.
//!
//! What a change of a read path did is seen here in seconds: ratios by processor time of the process
//! (threads by the clock), formed inside each round.
//!
//! Invariant: a ratio compares two figures of the same round; each round begins with another engine.
#![forbid(unsafe_code)]

use super::workloads::{self, Scale};
use super::{BenchDatabase, Durability, Engine, Result};
use crate::median;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// Rows of a transaction of the load.
const BATCH: usize = 1000;

/// Random reads of data that is so many times the cache. LMDB has no cache but the system's, which holds
/// all of it; who has one reads its pages from there.
const LARGER: (&str, usize) = ("five times cache", 5);
/// Bytes that a row takes in our pages: the measure of the data.
const ROW_BYTES: usize = 250;

/// One kind of read, and how many threads do it.
#[derive(Clone, Copy, Debug)]
struct Kind {
    name: &'static str,
    threads: usize,
    run: fn(&dyn BenchDatabase, Scale) -> Result<()>,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "random reads",
        threads: 1,
        run: |db, scale| workloads::random_reads(db, scale, scale.reads),
    },
    Kind {
        name: "ranges of 10",
        threads: 1,
        run: workloads::ranges,
    },
    Kind {
        name: "full scan",
        threads: 1,
        run: workloads::scan,
    },
    Kind {
        name: "2 readers",
        threads: 2,
        run: |db, scale| workloads::readers(db, scale, 2),
    },
    Kind {
        name: "4 readers",
        threads: 4,
        run: |db, scale| workloads::readers(db, scale, 4),
    },
    Kind {
        name: "8 readers",
        threads: 8,
        run: |db, scale| workloads::readers(db, scale, 8),
    },
    Kind {
        name: "32 readers",
        threads: 32,
        run: |db, scale| workloads::readers(db, scale, 32),
    },
];

/// Seconds of the processor that this process has used; with `ESE_BENCH_CLOCK` set, by the clock
/// (valgrind does not know the other one).
#[cfg(target_os = "linux")]
fn used() -> f64 {
    use std::sync::OnceLock;
    static BY_CLOCK: OnceLock<Option<Instant>> = OnceLock::new();
    let by_clock = || std::env::var_os("ESE_BENCH_CLOCK").map(|_| Instant::now());
    if let Some(start) = BY_CLOCK.get_or_init(by_clock) {
        return start.elapsed().as_secs_f64();
    }
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    #[allow(clippy::cast_precision_loss)] // Seconds of a run.
    let seconds = t.tv_sec as f64 + t.tv_nsec as f64 / 1e9;
    seconds
}

/// Where the system does not say, by the clock.
#[cfg(not(target_os = "linux"))]
fn used() -> f64 {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// One database of each engine, loaded.
fn load(
    engines: &[&dyn Engine],
    folder: &Path,
    scale: Scale,
    cache_bytes: Option<usize>,
    told: &dyn Fn(&str),
) -> Result<Vec<Box<dyn BenchDatabase>>> {
    let mut loaded = Vec::new();
    for engine in engines {
        told(&format!("loading {} rows: {}", scale.rows, engine.name()));
        let path = folder.join(engine.name());
        std::fs::create_dir_all(&path)?;
        let db = match cache_bytes {
            None => engine.create(&path, Durability::Lazy)?,
            Some(bytes) => engine.create_with(&path, Durability::Lazy, bytes)?,
        };
        workloads::load_in_batches(db.as_ref(), scale, BATCH)?;
        db.settle()?;
        loaded.push(db);
    }
    // Once unmeasured: memory is touched, versions are cleaned up.
    for db in &loaded {
        workloads::scan(db.as_ref(), scale)?;
        workloads::random_reads(db.as_ref(), scale, scale.rows)?;
    }
    Ok(loaded)
}

/// Loads and reads; a table for people. `kinds` names the kinds wanted, empty for all.
pub fn run(
    engines: &[&dyn Engine],
    folder: &Path,
    rounds: usize,
    scale: Scale,
    kinds: &[String],
    told: &dyn Fn(&str),
) -> Result<String> {
    let mut out = String::new();
    let _ = write!(out, "{:<16}{:>12}", "", "ns each");
    for engine in engines.iter().skip(1) {
        let _ = write!(out, "{:>24}", engine.name());
    }
    out.push('\n');
    let wanted = |kind: &Kind| kinds.is_empty() || kinds.iter().any(|k| k == kind.name);
    if KINDS.iter().any(wanted) {
        let loaded = load(engines, &folder.join("cached"), scale, None, told)?;
        for kind in KINDS.iter().filter(|k| wanted(k)) {
            measure(&loaded, rounds, scale, kind, &mut out)?;
        }
    }
    let (name, times) = LARGER;
    let larger = Kind {
        name,
        threads: 1,
        run: |db, scale| workloads::random_reads(db, scale, scale.reads),
    };
    if wanted(&larger) {
        let cache = scale.rows * ROW_BYTES / times;
        let loaded = load(engines, &folder.join("larger"), scale, Some(cache), told)?;
        measure(&loaded, rounds, scale, &larger, &mut out)?;
    }
    Ok(out)
}

/// A line of the table.
fn measure(
    loaded: &[Box<dyn BenchDatabase>],
    rounds: usize,
    scale: Scale,
    kind: &Kind,
    out: &mut String,
) -> Result<()> {
    let mut times = vec![Vec::new(); loaded.len()];
    for round in 0..rounds {
        for turn in 0..loaded.len() {
            let at = (round + turn) % loaded.len();
            let (Some(db), Some(times)) = (loaded.get(at), times.get_mut(at)) else {
                continue;
            };
            let (clock, cpu) = (Instant::now(), used());
            (kind.run)(db.as_ref(), scale)?;
            times.push(match kind.threads {
                1 => used() - cpu,
                _ => clock.elapsed().as_secs_f64(),
            });
        }
    }
    let ours = times.first().cloned().unwrap_or_default();
    let mut own = ours.clone();
    #[allow(clippy::cast_precision_loss)] // Reads of a run.
    let each = match kind.name {
        "full scan" => median(&mut own) / scale.rows as f64,
        "ranges of 10" => median(&mut own) / (scale.reads / 2) as f64,
        _ => median(&mut own) / scale.reads as f64,
    };
    let _ = write!(out, "{:<16}{:>12.0}", kind.name, each * 1e9);
    for theirs in times.iter().skip(1) {
        let mut ratios: Vec<f64> = theirs.iter().zip(&ours).map(|(t, o)| t / o).collect();
        let median = median(&mut ratios);
        let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ratios.iter().copied().fold(0.0, f64::max);
        let _ = write!(out, "{:>24}", format!("{median:.2} ({low:.2}-{high:.2})"));
    }
    out.push('\n');
    Ok(())
}

//! Data five times the cache: what a random read costs, how many reads of a file it takes against how many it has to
//! take, and whether a scan of everything pushes out what is read all the time.
//!
//! Every engine gets a cache of a fifth of the data, as [`Setup::cache_bytes`] says it; LMDB has none of its own and
//! keeps its whole file in the system's memory, which the head of the table says. All files lie in the system's
//! memory, so that a "read" is a call that copies a page from there, not a disk.
//!
//! Invariants: reads are counted on the thread that does them (ours: pages, by the engine's own count) or of the
//! whole process (the others: calls that read a file); who maps its file has none, and no figure.
#![forbid(unsafe_code)]

use super::counters::{read_calls_of, used};
use super::workloads::{self, Scale, bytes_in};
use super::{BenchDatabase, Durability, Engine, Result, Setup};
use crate::report::{Comparison, Measure};
use std::path::Path;

/// How many times the cache the data are.
pub const TIMES: usize = 5;
/// The name of the kind.
pub const NAME: &str = "five times cache";
/// Bytes that a row takes in our pages: the measure of the data.
const ROW_BYTES: usize = 250;
/// The hot rows lie on so many pages at most, as a part of the cache.
const HOT_PART: usize = 8;
/// Bytes of a page, by which the hot rows are counted.
const PAGE_BYTES: usize = 8192;
/// How often the hot rows are read before the scan.
const HOT_PASSES: usize = 6;

/// One engine with its data.
struct Loaded {
    name: &'static str,
    db: Box<dyn BenchDatabase>,
    /// Its file is mapped: nothing reads it.
    mapped: bool,
    /// Bytes of the file with the data.
    data: u64,
}

impl Loaded {
    /// Reads that `work` took: pages by the engine's own count, or calls of the process; no figure for a mapped
    /// file.
    fn counted(&self, work: impl FnOnce() -> Result<()>) -> Result<f64> {
        let taken = match self.db.pages_read()? {
            Some(before) => {
                work()?;
                self.db.pages_read()?.map(|after| after - before)
            }
            None => read_calls_of(work)?.filter(|_| !self.mapped),
        };
        #[allow(clippy::cast_precision_loss)] // Reads of a run.
        Ok(taken.map_or(f64::NAN, |n| n as f64))
    }
}

fn load(engine: &dyn Engine, folder: &Path, scale: Scale, cache: usize) -> Result<Loaded> {
    std::fs::create_dir_all(folder)?;
    let db = engine.create(folder, Setup::new(Durability::Lazy).cached(cache))?;
    workloads::load_in_batches(db.as_ref(), scale, workloads::BATCH)?;
    db.settle()?;
    let data = match engine.data_file() {
        Some(file) => std::fs::metadata(folder.join(file))?.len(),
        None => bytes_in(folder)?,
    };
    // Once unmeasured: versions are cleaned up, the cache is full.
    workloads::random_reads(db.as_ref(), scale, scale.rows)?;
    Ok(Loaded {
        name: engine.name(),
        db,
        mapped: engine.is_mapped(),
        data,
    })
}

/// Loads all engines, and measures.
pub(super) fn run(
    engines: &[&dyn Engine],
    folder: &Path,
    rounds: usize,
    scale: Scale,
    told: &dyn Fn(&str),
) -> Result<Vec<Comparison>> {
    let cache = scale.rows * ROW_BYTES / TIMES;
    let mut all = Vec::new();
    for engine in engines {
        told(&format!("{NAME}, {cache} bytes: {}", engine.name()));
        all.push(load(*engine, &folder.join(engine.name()), scale, cache)?);
    }
    let names = || {
        all.iter()
            .map(|l| (l.name.to_owned(), Vec::new()))
            .collect()
    };
    let row = |name: &str, unit, measure| Comparison {
        name: name.into(),
        unit,
        durability: "none: reads",
        measure,
        rounds: names(),
    };
    let mut found = [
        row(NAME, "ns", Measure::Cost),
        row("  reads of a file, each", "", Measure::Plain),
        row("  needed: 1 - cache / data", "", Measure::Plain),
        row("  hot rows read before a scan", "", Measure::Plain),
        row("  hot rows read after it", "", Measure::Plain),
    ];
    for round in 0..rounds {
        for turn in 0..all.len() {
            let at = (round + turn) % all.len();
            let Some(loaded) = all.get(at) else { continue };
            let figures = measure(loaded, scale, cache)?;
            for (comparison, figure) in found.iter_mut().zip(figures) {
                comparison.rounds[at].1.push(figure);
            }
        }
    }
    Ok(found.into())
}

/// Nanoseconds and reads of a random read, the reads that are needed, those of the hot rows before and after a
/// scan.
fn measure(loaded: &Loaded, scale: Scale, cache: usize) -> Result<[f64; 5]> {
    let db = loaded.db.as_ref();
    let mut spent = 0.0;
    let reads = loaded.counted(|| {
        let start = used();
        workloads::random_reads(db, scale, scale.reads)?;
        spent = used() - start;
        Ok(())
    })?;
    let hot = (cache / PAGE_BYTES / HOT_PART).clamp(1, scale.rows);
    let read_hot = || workloads::random_reads(db, scale, hot);
    for _ in 0..HOT_PASSES {
        read_hot()?;
    }
    let before = loaded.counted(read_hot)?;
    workloads::scan(db, scale)?;
    let after = loaded.counted(read_hot)?;
    #[allow(clippy::cast_precision_loss)] // Bytes and reads of a run.
    let (needed, each) = (1.0 - cache as f64 / loaded.data as f64, scale.reads as f64);
    // A mapped file needs none.
    let needed = if reads.is_nan() { f64::NAN } else { needed };
    Ok([spent * 1e9 / each, reads / each, needed, before, after])
}

#[cfg(test)]
mod tests {
    use super::{NAME, run};
    use crate::engine::Engine;
    use crate::engine::ours::Ours;
    use crate::engine::through_c::ThroughC;
    use crate::engine::workloads::Scale;

    /// Both ways to ours have a cache that does not hold the data: most reads are reads of the file.
    #[test]
    fn the_cache_is_bounded_by_rust_and_by_c_alike() {
        let folder = tempfile::tempdir().unwrap();
        let scale = Scale::new(true, 1).with_rows(20_000);
        let engines: [&dyn Engine; 2] = [&Ours, &ThroughC];
        let found = run(&engines, folder.path(), 1, scale, &|_| {}).unwrap();
        assert_eq!(found[0].name, NAME);
        for engine in 0..2 {
            let (reads, needed) = (found[1].median_of(engine), found[2].median_of(engine));
            assert!((0.5..1.0).contains(&needed), "{needed} of {engine}");
            assert!(reads > needed / 2.0 && reads < 1.5, "{reads} of {engine}");
            assert!(found[3].median_of(engine) < 20.0, "hot rows stay");
        }
    }
}

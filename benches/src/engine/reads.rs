//! The read rows alone: every engine is loaded once, then all read in alternation.
//!
//! What a change of a read path did is seen here in seconds: ratios by processor time of the process
//! (threads by the clock), formed inside each round.
//!
//! Invariant: a ratio compares two figures of the same round; each round begins with another engine.
#![forbid(unsafe_code)]

use super::counters::used;
use super::workloads::{self, BATCH, Scale};
use super::{BenchDatabase, Durability, Engine, Result, Setup, larger, promises};
use crate::report::{Comparison, Line, Measure, Points, Report};
use std::path::Path;
use std::time::Instant;

const RANGES: &str = "ranges of 10";
const FULL_SCAN: &str = "full scan";

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
        name: RANGES,
        threads: 1,
        run: workloads::ranges,
    },
    Kind {
        name: FULL_SCAN,
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

/// One database of each engine, loaded.
fn load(
    engines: &[&dyn Engine],
    folder: &Path,
    scale: Scale,
    told: &dyn Fn(&str),
) -> Result<Vec<Box<dyn BenchDatabase>>> {
    let mut loaded = Vec::new();
    for engine in engines {
        told(&format!("loading {} rows: {}", scale.rows, engine.name()));
        let path = folder.join(engine.name());
        std::fs::create_dir_all(&path)?;
        let db = engine.create(&path, Setup::new(Durability::Lazy))?;
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

/// Loads and reads. `kinds` names the kinds wanted, empty for all.
pub fn run(
    engines: &[&dyn Engine],
    folder: &Path,
    rounds: usize,
    scale: Scale,
    kinds: &[String],
    told: &dyn Fn(&str),
) -> Result<Report> {
    let wanted = |name: &str| kinds.is_empty() || kinds.iter().any(|k| k == name);
    let asked: Vec<&Kind> = KINDS.iter().filter(|k| wanted(k.name)).collect();
    if asked.is_empty() && !wanted(larger::NAME) {
        return Err(format!("there are no reads of the kind {}", kinds.join(", ")).into());
    }
    let names: Vec<&str> = engines.iter().map(|e| e.name()).collect();
    let mut comparisons = Vec::new();
    let mut lines = Vec::new();
    if !asked.is_empty() {
        let loaded = load(engines, &folder.join("cached"), scale, told)?;
        for kind in &asked {
            comparisons.push(measure(&names, &loaded, rounds, scale, kind)?);
        }
        lines.extend(threads(&asked, &comparisons));
    }
    if wanted(larger::NAME) {
        let folder = folder.join("larger");
        comparisons.extend(larger::run(engines, &folder, rounds, scale, told)?);
    }
    Ok(Report {
        group: "engine-reads".into(),
        notes: vec![format!(
            "{} rows, loaded without syncs; by processor time, several threads by the clock",
            scale.rows
        )],
        engines: promises(engines),
        comparisons,
        lines,
    })
}

/// A row of the table: nanoseconds of each engine, round by round.
fn measure(
    names: &[&str],
    loaded: &[Box<dyn BenchDatabase>],
    rounds: usize,
    scale: Scale,
    kind: &Kind,
) -> Result<Comparison> {
    let operations = match kind.name {
        FULL_SCAN => scale.rows,
        RANGES => scale.reads / 2,
        _ => scale.reads,
    };
    let mut found: Vec<(String, Vec<f64>)> =
        names.iter().map(|n| ((*n).into(), Vec::new())).collect();
    for round in 0..rounds {
        for turn in 0..loaded.len() {
            let at = (round + turn) % loaded.len();
            let (Some(db), Some((_, values))) = (loaded.get(at), found.get_mut(at)) else {
                continue;
            };
            let (clock, cpu) = (Instant::now(), used());
            (kind.run)(db.as_ref(), scale)?;
            let spent = match kind.threads {
                1 => used() - cpu,
                _ => clock.elapsed().as_secs_f64(),
            };
            #[allow(clippy::cast_precision_loss)] // Reads of a run.
            values.push(spent * 1e9 / operations as f64);
        }
    }
    Ok(Comparison {
        name: kind.name.into(),
        unit: "ns",
        durability: "none: reads",
        measure: Measure::Cost,
        rounds: found,
    })
}

/// Reads a second over the number of threads, each engine against its own with the fewest.
fn threads(kinds: &[&Kind], found: &[Comparison]) -> Option<Line> {
    let several: Vec<(&&Kind, &Comparison)> = (kinds.iter().zip(found))
        .filter(|(k, _)| k.threads > 1)
        .collect();
    let (_, first) = several.first()?;
    let of = |engine: usize| -> Points {
        let base = first.median_of(engine);
        let point = |(kind, c): &(&&Kind, &Comparison)| {
            #[allow(clippy::cast_precision_loss)] // A few threads.
            let threads = kind.threads as f64;
            (threads, base / c.median_of(engine))
        };
        several.iter().map(point).collect()
    };
    let names = first.rounds.iter().map(|(name, _)| name.clone());
    Some(Line {
        name: "reads by several threads".into(),
        x: "threads",
        y: "reads a second, times what two threads do",
        series: names.enumerate().map(|(at, n)| (n, of(at))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{KINDS, run, threads};
    use crate::engine::Engine;
    use crate::engine::ours::Ours;
    use crate::engine::workloads::Scale;
    use crate::report::{Comparison, Measure};

    #[test]
    fn the_line_of_threads_begins_at_one() {
        let kinds: Vec<_> = KINDS
            .iter()
            .filter(|k| (2..=4).contains(&k.threads))
            .collect();
        let row = |ns| Comparison {
            name: String::new(),
            unit: "ns",
            durability: "none: reads",
            measure: Measure::Cost,
            rounds: vec![("ese".into(), vec![ns])],
        };
        let line = threads(&kinds, &[row(100.0), row(50.0)]).unwrap();
        assert_eq!(line.series, [("ese".into(), vec![(2.0, 1.0), (4.0, 2.0)])]);
        assert!(threads(&[], &[]).is_none());
    }

    #[test]
    fn only_what_was_asked_for_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let engines: [&dyn Engine; 1] = [&Ours];
        let scale = Scale::new(true, 1).with_rows(2000);
        let go = |kind: &str| run(&engines, folder.path(), 2, scale, &[kind.into()], &|_| {});
        let report = go("ranges of 10").unwrap();
        let names: Vec<_> = report.comparisons.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["ranges of 10"]);
        assert_eq!(report.comparisons[0].rounds[0].1.len(), 2);
        assert!(go("nothing").is_err());
    }
}

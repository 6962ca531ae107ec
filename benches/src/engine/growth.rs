//! What an operation costs with ever more rows, each engine against itself with the fewest.
//!
//! One database of each engine grows from 10^4 rows by factors of ten. At each size: random reads and ranges of 10 by
//! processor time, in alternation, `rounds` times; and inserts in random order, lazily committed in batches of 1,000,
//! by the clock, taken over the second half of the way to that size, so that it means the same at every size.
//! Beside them what explains growth: the levels of the tree, and what a load costs that depends on the one before,
//! in as much memory as the rows take.
//!
//! Invariants: every figure is over the same number of operations at every size; rows that are read are spread over
//! all that are there.
#![forbid(unsafe_code)]

use super::counters::{dependent_load, used};
use super::workloads::{BATCH, KEY_BYTES, RANGE, VALUE_BYTES};
use super::{BenchDatabase, Durability, Engine, Result, Setup, promises};
use crate::Noise;
use crate::report::{Comparison, Line, Measure, Points, Report, short};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// Rows at the first size.
pub const FIRST: u64 = 10_000;
/// From one size to the next.
const FACTOR: u64 = 10;
/// Rows at the last size, unless it is said.
pub const LAST: u64 = 1_000_000;
/// Reads of a round.
const READS: u64 = 100_000;
/// Ranges of a round.
const RANGES: u64 = 20_000;
/// Loads by which memory is measured.
const LOADS: usize = 2_000_000;
/// Bytes that a row takes in our pages.
const ROW_BYTES: usize = 250;
/// Most memory by which a load is measured: beyond it hardly costs more.
const MEMORY_MOST: usize = 1 << 30;
/// Bytes of the cache for each row: all rows stay in it.
const CACHE_ROW_BYTES: usize = 450;

/// The operations, by the names in the tables.
const OPERATIONS: [&str; 3] = ["random reads", "ranges of 10", "inserts by 1,000"];
const LEVELS: &str = "levels";
const MEMORY: &str = "dependent load";

/// The sizes up to `last`.
#[must_use]
pub fn sizes(last: u64) -> Vec<u64> {
    let next = |n: &u64| n.checked_mul(FACTOR);
    std::iter::successors(Some(FIRST), next)
        .take_while(|n| *n <= last)
        .collect()
}

/// The row with a number.
struct Row {
    key: [u8; KEY_BYTES],
    value: [u8; VALUE_BYTES],
}

impl Row {
    fn new(seed: u64, n: u64) -> Self {
        let mut noise = Noise::new(seed ^ ((n + 1) << 8));
        let mut row = Self {
            key: [0; KEY_BYTES],
            value: [0; VALUE_BYTES],
        };
        noise.fill(&mut row.key);
        noise.fill(&mut row.value);
        row
    }
}

struct Growing {
    name: &'static str,
    db: Box<dyn BenchDatabase>,
    rows: u64,
}

impl Growing {
    fn insert_to(&mut self, rows: u64, seed: u64) -> Result<()> {
        while self.rows < rows {
            let most = rows.min(self.rows + BATCH as u64);
            let numbers = self.rows..most;
            self.db.write(&mut |w| {
                for n in numbers.clone() {
                    let row = Row::new(seed, n);
                    w.put(&row.key, &row.value)?;
                }
                Ok(())
            })?;
            self.rows = most;
        }
        Ok(())
    }

    /// Grows to `rows`; nanoseconds of an insert of the second half of the way.
    fn grow(&mut self, rows: u64, seed: u64) -> Result<f64> {
        let half = self.rows + (rows - self.rows) / 2;
        self.insert_to(half, seed)?;
        let start = Instant::now();
        self.insert_to(rows, seed)?;
        let spent = start.elapsed().as_secs_f64();
        self.db.settle()?;
        #[allow(clippy::cast_precision_loss)] // Rows of a run.
        let each = spent * 1e9 / (rows - half) as f64;
        Ok(each)
    }

    /// Nanoseconds of a random read, and of a range.
    fn read(&self, seed: u64, round: u64) -> Result<[f64; 2]> {
        let mut pick = Noise::new(seed ^ (round << 32) ^ self.rows);
        let mut any = || Row::new(seed, pick.next_u64() % self.rows);
        let mut value = Vec::new();
        let start = used();
        self.db.read(&mut |r| {
            for _ in 0..READS {
                let row = any();
                if !r.get(&row.key, &mut value)? || value != row.value {
                    return Err("a row is not what was written".into());
                }
            }
            Ok(())
        })?;
        let reads = used() - start;
        let start = used();
        self.db.read(&mut |r| {
            for _ in 0..RANGES {
                value.clear();
                let row = any();
                let found = r.range(&row.key, RANGE, &mut value)?;
                if value.get(..VALUE_BYTES) != Some(&row.value[..])
                    || value.len() != found * VALUE_BYTES
                {
                    return Err("a range is not what was written".into());
                }
            }
            Ok(())
        })?;
        let ranges = used() - start;
        #[allow(clippy::cast_precision_loss)] // Reads of a run.
        Ok([reads * 1e9 / READS as f64, ranges * 1e9 / RANGES as f64])
    }
}

/// Figures of one engine at one size.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// By operation, round by round.
    costs: [Vec<f64>; OPERATIONS.len()],
    levels: Option<u32>,
}

/// Grows all engines below `folder` up to `last` rows.
pub fn run(
    engines: &[&dyn Engine],
    folder: &Path,
    rounds: usize,
    last: u64,
    seed: u64,
    told: &dyn Fn(&str),
) -> Result<Report> {
    let sizes = sizes(last);
    let cache = usize::try_from(last)? * CACHE_ROW_BYTES;
    let setup = Setup::new(Durability::Lazy);
    let setup = setup.cached(cache.max(setup.cache_bytes));
    let mut all = Vec::new();
    for engine in engines {
        let path = folder.join(engine.name());
        std::fs::create_dir_all(&path)?;
        all.push(Growing {
            name: engine.name(),
            db: engine.create(&path, setup)?,
            rows: 0,
        });
    }
    let mut found: Vec<Vec<Cell>> = Vec::new();
    let mut memory = Points::new();
    for &rows in &sizes {
        let mut cells = vec![Cell::default(); all.len()];
        for (growing, cell) in all.iter_mut().zip(&mut cells) {
            told(&format!("growing to {rows} rows: {}", growing.name));
            cell.costs[2].push(growing.grow(rows, seed)?);
            cell.levels = growing.db.levels()?;
            // Once unmeasured: versions are cleaned up.
            growing.read(seed, u64::MAX)?;
        }
        for round in 0..rounds {
            for turn in 0..all.len() {
                let at = (round + turn) % all.len();
                let costs = all[at].read(seed, round as u64)?;
                for (values, cost) in cells[at].costs.iter_mut().zip(costs) {
                    values.push(cost);
                }
            }
        }
        let bytes = usize::try_from(rows)?.saturating_mul(ROW_BYTES);
        #[allow(clippy::cast_precision_loss)] // Rows of a run.
        memory.push((rows as f64, dependent_load(bytes.min(MEMORY_MOST), LOADS)));
        found.push(cells);
    }
    let names: Vec<&str> = all.iter().map(|g| g.name).collect();
    let mut report = gathered(&names, &sizes, &found, &memory);
    report.engines = promises(engines);
    Ok(report)
}

/// The figures as comparisons, one for each operation and size, and as lines relative to the first size.
fn gathered(names: &[&str], sizes: &[u64], found: &[Vec<Cell>], memory: &Points) -> Report {
    let mut report = Report {
        group: "engine-growth".into(),
        notes: vec![
            "reads and ranges by processor time; inserts by the clock, lazily committed, over the second half of the way to a size".into(),
            format!("{MEMORY}: in as much memory as the rows take (at most {} MiB)", MEMORY_MOST >> 20),
        ],
        ..Report::default()
    };
    let named = |engine: usize| names.get(engine).map_or("", |n| n).to_owned();
    let mut explains: Vec<(String, Points)> = Vec::new();
    for engine in 0..names.len() {
        let levels = sizes.iter().zip(found).filter_map(|(rows, cells)| {
            #[allow(clippy::cast_precision_loss)] // Rows of a run.
            let rows = *rows as f64;
            Some((rows, f64::from(cells.get(engine)?.levels?)))
        });
        let levels = relative(levels.collect());
        if !levels.is_empty() {
            explains.push((format!("{LEVELS}, {}", named(engine)), levels));
        }
    }
    explains.push((MEMORY.into(), relative(memory.clone())));
    for (at, operation) in OPERATIONS.into_iter().enumerate() {
        let mut series: Vec<(String, Points)> = Vec::new();
        for engine in 0..names.len() {
            let mut points = Points::new();
            for (rows, cells) in sizes.iter().zip(found) {
                let mut values = cells[engine].costs[at].clone();
                #[allow(clippy::cast_precision_loss)] // Rows of a run.
                points.push((*rows as f64, crate::median(&mut values)));
            }
            series.push((named(engine), relative(points)));
        }
        series.extend(explains.iter().cloned());
        report.lines.push(Line {
            name: format!("growth of {operation}"),
            x: "rows",
            y: "times what it is with the fewest rows",
            series,
        });
        for (rows, cells) in sizes.iter().zip(found) {
            let rounds = cells.iter().enumerate();
            report.comparisons.push(Comparison {
                name: format!("{operation}, {rows} rows"),
                unit: "ns",
                durability: if at == 2 { "not synced" } else { "none: reads" },
                measure: Measure::Cost,
                rounds: rounds
                    .map(|(engine, cell)| (named(engine), cell.costs[at].clone()))
                    .collect(),
            });
        }
    }
    for (rows, cells) in sizes.iter().zip(found) {
        let level = |cell: &Cell| cell.levels.map_or(f64::NAN, f64::from);
        report.comparisons.push(Comparison {
            name: format!("{LEVELS}, {rows} rows"),
            unit: "",
            durability: "none: reads",
            measure: Measure::Plain,
            rounds: (cells.iter().enumerate())
                .map(|(engine, cell)| (named(engine), vec![level(cell)]))
                .collect(),
        });
    }
    report
}

/// Each figure over the first one.
fn relative(points: Points) -> Points {
    let Some(&(_, first)) = points.first() else {
        return points;
    };
    points.into_iter().map(|(x, y)| (x, y / first)).collect()
}

/// A table for people: each operation of each engine over the sizes, with what explains its growth below it.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut out = report.head();
    let Some(first) = report.lines.first().and_then(|l| l.series.first()) else {
        return out;
    };
    let _ = write!(out, "\n{:<18}{:<18}", "times the fewest", "");
    for (rows, _) in &first.1 {
        let _ = write!(out, "{:>22}", format!("{rows} rows"));
    }
    out.push('\n');
    for (line, operation) in report.lines.iter().zip(OPERATIONS) {
        for (who, points) in &line.series {
            let _ = write!(out, "{operation:<18}{who:<18}");
            for (rows, times) in points {
                let name = format!("{operation}, {rows} rows");
                let of = report.comparisons.iter().find(|c| c.name == name);
                let ns = of.and_then(|c| {
                    let engine = c.rounds.iter().position(|(n, _)| n == who)?;
                    Some(c.median_of(engine))
                });
                let cell = match ns {
                    Some(ns) => format!("{times:.2} ({} ns)", short(ns)),
                    None => format!("{times:.2}"),
                };
                let _ = write!(out, "{cell:>22}");
            }
            out.push('\n');
        }
    }
    for c in report
        .comparisons
        .iter()
        .filter(|c| c.name.starts_with(LEVELS))
    {
        let levels: Vec<String> = (0..c.rounds.len())
            .map(|e| format!("{} {}", c.rounds[e].0, short(c.median_of(e))))
            .collect();
        let _ = writeln!(out, "{}: {}", c.name, levels.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Cell, FIRST, Growing, gathered, relative, sizes, table};
    use crate::engine::ours::Ours;
    use crate::engine::{Durability, Engine as _, Setup};

    #[test]
    fn sizes_grow_by_ten() {
        assert_eq!(sizes(1_000_000), [10_000, 100_000, 1_000_000]);
        assert_eq!(sizes(20_000), [10_000]);
    }

    #[test]
    fn growth_is_against_the_first_size() {
        assert_eq!(
            relative(vec![(1.0, 4.0), (2.0, 6.0)]),
            [(1.0, 1.0), (2.0, 1.5)]
        );
        let cell = |ns: f64, levels| Cell {
            costs: [vec![ns, ns + 1.0, ns - 1.0], vec![2.0 * ns], vec![3.0 * ns]],
            levels: Some(levels),
        };
        let found = [vec![cell(100.0, 2)], vec![cell(150.0, 3)]];
        let memory = vec![(10_000.0, 4.0), (100_000.0, 8.0)];
        let report = gathered(&["ese"], &[10_000, 100_000], &found, &memory);
        let reads = &report.lines[0];
        let named: Vec<_> = reads
            .series
            .iter()
            .map(|(n, p)| (n.as_str(), p[1].1))
            .collect();
        assert_eq!(
            named,
            [("ese", 1.5), ("levels, ese", 1.5), ("dependent load", 2.0)]
        );
        let text = table(&report);
        for part in ["1.50 (150 ns)", "2.00", "levels, 100000 rows: ese 3.00"] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_tree_grows_and_its_rows_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let setup = Setup::new(Durability::Lazy).cached(64 << 20);
        let mut growing = Growing {
            name: "ese",
            db: Ours.create(folder.path(), setup).unwrap(),
            rows: 0,
        };
        assert_eq!(growing.db.levels().unwrap(), Some(1));
        assert!(growing.grow(FIRST, 1).unwrap() > 0.0);
        assert_eq!(growing.db.levels().unwrap(), Some(2));
        assert!(growing.read(1, 0).unwrap().iter().all(|ns| *ns > 0.0));
        // Rows of another seed are not there: the check of what is read is one.
        assert!(growing.read(2, 0).is_err());
    }
}

//! One workload of one engine, over and over: what a profile or a count of instructions wants to see.
//!
//! Invariants: each round starts with a fresh database; what a workload needs besides (rows to read) is not
//! in its figures.
#![forbid(unsafe_code)]

use super::counters::{used, used_by_thread};
use super::workloads::{self, Scale, Times};
use super::{BenchDatabase, Durability, Engine, Result, Setup, indexes};
use std::path::Path;
use std::time::Instant;

/// What one round took, in nanoseconds a row.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// By the clock.
    pub wall: f64,
    /// Of the processor, by the thread that worked.
    pub thread: f64,
    /// Of the processor, by the whole process.
    pub process: f64,
}

/// A workload by its name, and whether its commits are durable.
struct Kind {
    name: &'static str,
    mode: Durability,
    /// Rows that have to be there first.
    loaded: bool,
    run: fn(&dyn BenchDatabase, Scale) -> Result<()>,
}

const KINDS: [Kind; 9] = [
    Kind {
        name: "sorted",
        mode: Durability::Durable,
        loaded: false,
        run: |db, scale| workloads::sorted(db, scale, &mut Times::new()),
    },
    Kind {
        name: "sorted-lazy",
        mode: Durability::Lazy,
        loaded: false,
        run: |db, scale| workloads::sorted(db, scale, &mut Times::new()),
    },
    Kind {
        name: "bulk",
        mode: Durability::Durable,
        loaded: false,
        run: |db, scale| workloads::bulk_load(db, scale, &mut Times::new()),
    },
    Kind {
        name: "batches",
        mode: Durability::Durable,
        loaded: false,
        run: |db, scale| workloads::load_in_batches(db, scale, workloads::BATCH),
    },
    Kind {
        name: "lazy",
        mode: Durability::Lazy,
        loaded: false,
        run: |db, scale| {
            let lazy = scale.rows;
            workloads::lazy(db, Scale { lazy, ..scale }, &mut Times::new())
        },
    },
    Kind {
        name: "remove",
        mode: Durability::Durable,
        loaded: true,
        run: |db, scale| workloads::removals(db, scale, &mut Times::new()),
    },
    Kind {
        name: "get",
        mode: Durability::Lazy,
        loaded: true,
        run: |db, scale| workloads::random_reads(db, scale, scale.reads),
    },
    Kind {
        name: "range",
        mode: Durability::Lazy,
        loaded: true,
        run: workloads::ranges,
    },
    Kind {
        name: "scan",
        mode: Durability::Lazy,
        loaded: true,
        run: workloads::scan,
    },
];

/// A table with three secondary indexes, written and read: its times are those of the workload.
const INDEXES: &str = "indexes";

/// What may be asked for.
#[must_use]
pub fn names() -> Vec<&'static str> {
    KINDS.iter().map(|k| k.name).chain([INDEXES]).collect()
}

/// Runs a workload in `folder` so many times.
///
/// # Errors
/// The engine's; a name that is none of [`names`].
pub fn run(
    engine: &dyn Engine,
    folder: &Path,
    name: &str,
    scale: Scale,
    rounds: usize,
) -> Result<Vec<Spent>> {
    let kind = KINDS.iter().find(|k| k.name == name);
    let mut all = Vec::new();
    for round in 0..rounds {
        let sub = folder.join(format!("{name}-{round}"));
        std::fs::create_dir_all(&sub)?;
        let spent = match kind {
            Some(kind) => {
                let db = engine.create(&sub, Setup::new(kind.mode))?;
                if kind.loaded {
                    workloads::load_in_batches(db.as_ref(), scale, workloads::BATCH)?;
                    db.settle()?;
                }
                measured(scale, || (kind.run)(db.as_ref(), scale))?
            }
            None if name == INDEXES => measured(scale, || {
                indexes::run(engine, &sub, scale, &mut Times::new())
            })?,
            None => {
                return Err(format!("there is no {name}; there are {}", names().join(", ")).into());
            }
        };
        all.push(spent);
        std::fs::remove_dir_all(&sub)?;
    }
    Ok(all)
}

fn measured(scale: Scale, work: impl FnOnce() -> Result<()>) -> Result<Spent> {
    let (wall, thread, process) = (Instant::now(), used_by_thread(), used());
    work()?;
    #[allow(clippy::cast_precision_loss)] // Rows of a run.
    let each = |seconds: f64| seconds * 1e9 / scale.rows as f64;
    Ok(Spent {
        wall: each(wall.elapsed().as_secs_f64()),
        thread: each(used_by_thread() - thread),
        process: each(used() - process),
    })
}

//! Engines in alternation in one run, a fresh database of each in each round.
//!
//! Invariant: every engine does every workload in every round; each round begins with another one.
#![forbid(unsafe_code)]

use super::workloads::{self, SIZE, Scale, Times};
use super::{Engine, Result, promises};
use crate::report::{Comparison, Measure, Report};
use std::path::Path;

/// Runs `rounds` rounds below `folder`; the first engine is ours.
pub fn run(
    engines: &[&dyn Engine],
    folder: &Path,
    rounds: usize,
    scale: Scale,
    told: &dyn Fn(&str),
) -> Result<Report> {
    let mut all = Vec::new();
    for round in 0..rounds {
        let mut times = vec![Times::new(); engines.len()];
        for turn in 0..engines.len() {
            let at = (round + turn) % engines.len();
            let (Some(engine), Some(slot)) = (engines.get(at), times.get_mut(at)) else {
                continue;
            };
            told(&format!(
                "round {} of {rounds}: {}",
                round + 1,
                engine.name()
            ));
            let path = folder.join(format!("{round}-{}", engine.name()));
            *slot = workloads::run(*engine, &path, scale)
                .map_err(|e| format!("{}: {e}", engine.name()))?;
            std::fs::remove_dir_all(&path)?;
        }
        all.push(times);
    }
    let names: Vec<&str> = engines.iter().map(|e| e.name()).collect();
    Ok(Report {
        group: "engine".into(),
        notes: vec![format!("{} rows; by the clock", scale.rows)],
        engines: promises(engines),
        comparisons: gathered(&names, &all),
        lines: Vec::new(),
    })
}

/// One comparison for each workload, in the order of their names.
fn gathered(names: &[&str], rounds: &[Vec<Times>]) -> Vec<Comparison> {
    let first = rounds.first().and_then(|r| r.first());
    let workloads = first.into_iter().flat_map(Times::keys);
    workloads
        .map(|workload| {
            let of = |engine: usize| {
                let figures = rounds.iter().filter_map(|r| r.get(engine)?.get(workload));
                figures.copied().collect()
            };
            Comparison {
                name: (*workload).into(),
                unit: if *workload == SIZE { "bytes" } else { "s" },
                durability: workloads::durability(workload),
                measure: match *workload {
                    SIZE => Measure::Size,
                    _ => Measure::Cost,
                },
                rounds: (names.iter().enumerate())
                    .map(|(engine, name)| ((*name).into(), of(engine)))
                    .collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SIZE, Times, gathered, run};
    use crate::engine::Engine;
    use crate::engine::ours::Ours;
    use crate::engine::workloads::Scale;
    use crate::report::Measure;

    #[test]
    fn figures_of_a_round_stay_together() {
        let times = |reads, size| Times::from([("random reads", reads), (SIZE, size)]);
        let rounds = [
            vec![times(1.0, 10.0), times(2.0, 5.0)],
            vec![times(3.0, 10.0), times(9.0, 5.0)],
        ];
        let found = gathered(&["ese", "lmdb"], &rounds);
        let [reads, size] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(
            (reads.durability, reads.measure),
            ("none: reads", Measure::Cost)
        );
        assert_eq!(reads.ratios(1), [2.0, 3.0]);
        assert_eq!((size.name.as_str(), size.measure), (SIZE, Measure::Size));
        assert_eq!(size.ratios(1), [2.0, 2.0]);
    }

    /// Every workload on a small scale, each with a durability.
    #[test]
    fn all_workloads_run_and_say_their_durability() {
        let folder = tempfile::tempdir().unwrap();
        let engines: [&dyn Engine; 1] = [&Ours];
        let scale = Scale::new(true, 1).with_rows(2000);
        let report = run(&engines, folder.path(), 1, scale, &|_| {}).unwrap();
        assert!(report.comparisons.len() >= 18);
        for c in &report.comparisons {
            assert!(!c.durability.is_empty(), "{} says no durability", c.name);
            assert!(c.median_of(0) > 0.0, "{} was not measured", c.name);
        }
        let promises = &report.engines[0];
        assert!(promises.durable.contains("synced") && promises.lazy.contains("not synced"));
    }
}

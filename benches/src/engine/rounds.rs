//! Engines in alternation in one run, and the ratios inside each round.
//!
//! Invariant: a ratio compares two figures of the same round; what is printed is the median.
#![forbid(unsafe_code)]

use super::workloads::{self, SIZE, Scale, Times};
use super::{Durability, Engine, Result};
use crate::median;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// All rounds: by engine, in the order in which they were given; the first one is ours.
pub struct Rounds {
    names: Vec<&'static str>,
    durability: Vec<String>,
    rounds: Vec<Vec<Times>>,
}

impl Rounds {
    /// Runs `rounds` rounds below `folder`; each begins with another engine.
    pub fn run(
        engines: &[&dyn Engine],
        folder: &Path,
        rounds: usize,
        scale: Scale,
        told: &dyn Fn(&str),
    ) -> Result<Self> {
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
        let durability = |e: &&dyn Engine| {
            let (durable, lazy) = (Durability::Durable, Durability::Lazy);
            format!(
                "{}: durable = {}, lazy = {}",
                e.name(),
                e.durability(durable),
                e.durability(lazy)
            )
        };
        Ok(Self {
            names: engines.iter().map(|e| e.name()).collect(),
            durability: engines.iter().map(durability).collect(),
            rounds: all,
        })
    }

    fn workloads(&self) -> Vec<&'static str> {
        let first = self.rounds.first().and_then(|r| r.first());
        first.map_or_else(Vec::new, |t| t.keys().copied().collect())
    }

    /// Ours against a peer as speed (of [`SIZE`]: ours divided by the peer's), the median over the
    /// rounds.
    #[must_use]
    pub fn ratio(&self, workload: &str, peer: usize) -> f64 {
        let mut ratios: Vec<f64> = self
            .rounds
            .iter()
            .filter_map(|round| {
                let ours = round.first()?.get(workload)?;
                let theirs = round.get(peer)?.get(workload)?;
                Some(match workload {
                    SIZE => ours / theirs,
                    _ => theirs / ours,
                })
            })
            .collect();
        median(&mut ratios)
    }

    fn time(&self, workload: &str, engine: usize) -> f64 {
        let mut times: Vec<f64> = self
            .rounds
            .iter()
            .filter_map(|r| r.get(engine)?.get(workload).copied())
            .collect();
        median(&mut times)
    }

    /// A table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::new();
        for line in &self.durability {
            let _ = writeln!(out, "{line}");
        }
        let ours = self.names.first().copied().unwrap_or("");
        let _ = write!(
            out,
            "\n{} rounds; {ours} against each peer, above 1 is faster; of the size: below 1 is smaller\n{:<28}",
            self.rounds.len(),
            ""
        );
        for name in self.names.iter().skip(1) {
            let _ = write!(out, "{name:>10}");
        }
        out.push('\n');
        for workload in self.workloads() {
            let _ = write!(out, "{workload:<28}");
            for peer in 1..self.names.len() {
                let _ = write!(out, "{:>10.2}", self.ratio(workload, peer));
            }
            out.push('\n');
        }
        out
    }

    /// `{"group", "ratios": {WORKLOAD: {PEER: ours/peer as speed}}, "figures": {NAME: number}}`; the
    /// figures are seconds, of the size bytes.
    #[must_use]
    pub fn json(&self, group: &str) -> String {
        let mut ratios = BTreeMap::new();
        let mut figures = BTreeMap::new();
        for workload in self.workloads() {
            let mut peers = BTreeMap::new();
            for (at, name) in self.names.iter().enumerate() {
                if at > 0 {
                    peers.insert(*name, self.ratio(workload, at));
                }
                figures.insert(format!("{name}: {workload}"), self.time(workload, at));
            }
            ratios.insert(workload, peers);
        }
        serde_json::json!({"group": group, "ratios": ratios, "figures": figures}).to_string()
    }
}

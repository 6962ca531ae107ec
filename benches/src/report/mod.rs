//! What a run found: every measurement of every round, and the medians and ratios formed from them.
//!
//! | room | purpose |
//! |---|---|
//! | here | [`Report`]: the figures, as a table and as JSON |
//! | `plot` | bars and lines as SVG |
//! | `stamp` | date, commit and machine; the files under `target/bench` |
//! | `criterion` | what criterion left behind, as a report |
//!
//! The shape of the JSON, the same for every group:
//! `{"group", "notes": [TEXT], "engines": [{"name", "durable", "lazy", "cache"}], "comparisons": [{"name",
//! "unit", "durability", "wanted", "rounds": {WHO: [NUMBER]}, "medians": {WHO: NUMBER}, "ratios": {PEER:
//! {"median", "lowest", "highest", "rounds": [NUMBER]}}}], "lines": [{"name", "x", "y", "series": {WHO: [[X,
//! Y]]}}]}`; `stamp` adds `"date"`, `"commit"` and `"machine"`.
//!
//! Invariants: a ratio compares two figures of the same round; a median is of the rounds, never of other
//! medians; every comparison says what durability it was made with.
#![forbid(unsafe_code)]

pub mod criterion;
pub mod plot;
pub mod stamp;

use crate::median;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// How two figures are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Less is better; the ratio is the peer's over ours, so that above 1 ours is faster.
    Cost,
    /// Ours over the peer's: below 1 ours is smaller.
    Size,
    /// Stands for itself.
    Plain,
}

/// How an engine was told to keep what is committed, and how large its cache is.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The engine.
    pub name: String,
    /// What a durable commit means.
    pub durable: String,
    /// What a lazy one means.
    pub lazy: String,
    /// Its cache.
    pub cache: String,
}

/// One thing measured of several engines; the first one is ours.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was done.
    pub name: String,
    /// Of the figures.
    pub unit: &'static str,
    /// What the writes promised, or that there were none.
    pub durability: &'static str,
    /// How figures are compared.
    pub measure: Measure,
    /// By engine: a figure of each round.
    pub rounds: Vec<(String, Vec<f64>)>,
}

impl Comparison {
    /// The median of one engine.
    #[must_use]
    pub fn median_of(&self, engine: usize) -> f64 {
        let values = self.rounds.get(engine).map(|(_, v)| v.clone());
        median(&mut values.unwrap_or_default())
    }

    /// Ours against a peer, round by round; nothing where figures stand for themselves.
    #[must_use]
    pub fn ratios(&self, peer: usize) -> Vec<f64> {
        let (Some((_, ours)), Some((_, theirs))) = (self.rounds.first(), self.rounds.get(peer))
        else {
            return Vec::new();
        };
        let pairs = ours.iter().zip(theirs);
        match self.measure {
            Measure::Cost => pairs.map(|(o, t)| t / o).collect(),
            Measure::Size => pairs.map(|(o, t)| o / t).collect(),
            Measure::Plain => Vec::new(),
        }
    }

    fn json(&self) -> Value {
        let mut rounds = Map::new();
        let mut medians = Map::new();
        let mut ratios = Map::new();
        for (at, (name, values)) in self.rounds.iter().enumerate() {
            rounds.insert(name.clone(), json!(values));
            medians.insert(name.clone(), json!(self.median_of(at)));
            let against = self.ratios(at);
            if at > 0 && !against.is_empty() {
                let (lowest, highest) = spread(&against);
                let figures = json!({
                    "median": median(&mut against.clone()),
                    "lowest": lowest,
                    "highest": highest,
                    "rounds": against,
                });
                ratios.insert(name.clone(), figures);
            }
        }
        json!({
            "name": self.name, "unit": self.unit, "durability": self.durability, "wanted": "",
            "rounds": rounds, "medians": medians, "ratios": ratios,
        })
    }
}

/// Lowest and highest.
fn spread(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

/// Points of a line.
pub type Points = Vec<(f64, f64)>;

/// Figures over something that grows.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it shows.
    pub name: String,
    /// What grows.
    pub x: &'static str,
    /// What is measured.
    pub y: &'static str,
    /// By engine.
    pub series: Vec<(String, Points)>,
}

/// All that a run found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was measured: names the files.
    pub group: String,
    /// Sentences for who reads the figures.
    pub notes: Vec<String>,
    /// Durability and cache of each engine.
    pub engines: Vec<Promise>,
    /// The figures.
    pub comparisons: Vec<Comparison>,
    /// Figures over something that grows.
    pub lines: Vec<Line>,
}

impl Report {
    /// As JSON, not yet stamped.
    #[must_use]
    pub fn json(&self) -> Value {
        let engine = |p: &Promise| json!({"name": p.name, "durable": p.durable, "lazy": p.lazy, "cache": p.cache});
        let line = |l: &Line| {
            let series: Map<String, Value> = (l.series.iter())
                .map(|(name, points)| (name.clone(), json!(points)))
                .collect();
            json!({"name": l.name, "x": l.x, "y": l.y, "series": series})
        };
        json!({
            "group": self.group,
            "notes": self.notes,
            "engines": self.engines.iter().map(engine).collect::<Vec<_>>(),
            "comparisons": self.comparisons.iter().map(Comparison::json).collect::<Vec<_>>(),
            "lines": self.lines.iter().map(line).collect::<Vec<_>>(),
        })
    }

    /// Durability, caches and notes, above a table.
    #[must_use]
    pub fn head(&self) -> String {
        let mut out = String::new();
        for p in &self.engines {
            let _ = writeln!(
                out,
                "{}: durable = {}; lazy = {}; cache: {}",
                p.name, p.durable, p.lazy, p.cache
            );
        }
        for note in &self.notes {
            let _ = writeln!(out, "{note}");
        }
        out
    }

    /// A table for people: our median, and each peer's ratio with the lowest and highest round.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = self.head();
        let Some(first) = self.comparisons.first() else {
            return out;
        };
        let ours = first.rounds.first().map_or("", |(name, _)| name);
        let rounds = first.rounds.first().map_or(0, |(_, values)| values.len());
        let against = match first.rounds.len() {
            0 | 1 => String::new(),
            _ => format!(
                "; {ours} against each peer, above 1 is faster; of sizes: below 1 is smaller"
            ),
        };
        let _ = write!(
            out,
            "\n{rounds} rounds{against}\n{:<32}{:<20}{:>12} {:<8}",
            "", "durability", ours, "unit"
        );
        for (name, _) in first.rounds.iter().skip(1) {
            let _ = write!(out, "{name:>20}");
        }
        out.push('\n');
        for c in &self.comparisons {
            let _ = write!(
                out,
                "{:<32}{:<20}{:>12} {:<8}",
                c.name,
                c.durability,
                short(c.median_of(0)),
                c.unit
            );
            for peer in 1..c.rounds.len() {
                let mut ratios = c.ratios(peer);
                let cell = match ratios.as_slice() {
                    [] => short(c.median_of(peer)),
                    [one] => format!("{one:.2}"),
                    several => {
                        let (low, high) = spread(several);
                        format!("{:.2} ({low:.2}-{high:.2})", median(&mut ratios))
                    }
                };
                let _ = write!(out, "{cell:>20}");
            }
            out.push('\n');
        }
        out
    }
}

/// A figure with as many digits as say something; `-` for what was not measured.
#[must_use]
pub fn short(value: f64) -> String {
    match value {
        v if v.is_nan() => "-".into(),
        v if v.abs() >= 100.0 => format!("{v:.0}"),
        v if v.abs() >= 1.0 => format!("{v:.2}"),
        v => format!("{v:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Line, Measure, Promise, Report, short};
    use serde_json::json;

    fn comparison(measure: Measure) -> Comparison {
        Comparison {
            name: "reads".into(),
            unit: "ns",
            durability: "none: reads",
            measure,
            rounds: vec![
                ("ese".into(), vec![2.0, 4.0, 1.0]),
                ("lmdb".into(), vec![4.0, 4.0, 4.0]),
            ],
        }
    }

    fn report() -> Report {
        Report {
            group: "engine".into(),
            notes: vec!["a note".into()],
            engines: vec![Promise {
                name: "ese".into(),
                durable: "synced".into(),
                lazy: "not".into(),
                cache: "2 GiB".into(),
            }],
            comparisons: vec![comparison(Measure::Cost)],
            lines: vec![Line {
                name: "growth".into(),
                x: "rows",
                y: "times",
                series: vec![("ese".into(), vec![(10.0, 1.0), (100.0, 1.5)])],
            }],
        }
    }

    #[test]
    fn ratios_are_formed_within_a_round_and_say_who_is_faster() {
        // Of the medians it would be 4 / 2 = 2 as well; of the rounds it is the middle of 2, 1 and 4.
        assert_eq!(comparison(Measure::Cost).ratios(1), [2.0, 1.0, 4.0]);
        assert_eq!(comparison(Measure::Size).ratios(1), [0.5, 1.0, 0.25]);
        assert!(comparison(Measure::Plain).ratios(1).is_empty());
    }

    #[test]
    fn the_json_has_every_round_and_its_shape_is_fixed() {
        assert_eq!(
            report().json(),
            json!({
                "group": "engine",
                "notes": ["a note"],
                "engines": [{"name": "ese", "durable": "synced", "lazy": "not", "cache": "2 GiB"}],
                "comparisons": [{
                    "name": "reads", "unit": "ns", "durability": "none: reads", "wanted": "",
                    "rounds": {"ese": [2.0, 4.0, 1.0], "lmdb": [4.0, 4.0, 4.0]},
                    "medians": {"ese": 2.0, "lmdb": 4.0},
                    "ratios": {"lmdb": {"median": 2.0, "lowest": 1.0, "highest": 4.0, "rounds": [2.0, 1.0, 4.0]}},
                }],
                "lines": [{
                    "name": "growth", "x": "rows", "y": "times",
                    "series": {"ese": [[10.0, 1.0], [100.0, 1.5]]},
                }],
            })
        );
    }

    #[test]
    fn the_table_names_durability_cache_and_ratio() {
        let table = report().table();
        for part in [
            "durable = synced",
            "cache: 2 GiB",
            "none: reads",
            "2.00 (1.00-4.00)",
        ] {
            assert!(table.contains(part), "{part} is not in\n{table}");
        }
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [1234.5, 12.345, 0.12345, f64::NAN].map(short),
            ["1234", "12.35", "0.123", "-"].map(String::from)
        );
    }
}

//! The engines side by side in one run; `cargo xtask bench engine` starts it.
//!
//! `engine [--rounds N] [--seed N] [--rows N | --quick] [--folder DIR] [--only ENGINE]... [--json | --json-to FILE]`:
//! all workloads, a fresh database of each engine in each round. The folder decides what disk is measured; it gets a
//! sub-folder, which is removed. `--only` chooses engines.
//! `--reads [--kind NAME]...` loads each engine once and measures the read rows alone by processor time.
//! `--single WORKLOAD` runs one workload of the engines chosen and nothing else, for perf, callgrind and allocation counts;
//! it prints nanoseconds a row.
//! `--growth [--to N]`: what an operation costs with ever more rows, of ours and LMDB unless `--only` says others.
#![forbid(unsafe_code)]

use ese_bench::engine::fjall::Fjall;
use ese_bench::engine::lmdb::Lmdb;
use ese_bench::engine::ours::Ours;
use ese_bench::engine::redb::Redb;
#[cfg(feature = "rocksdb")]
use ese_bench::engine::rocksdb::RocksDb;
use ese_bench::engine::sqlite::Sqlite;
use ese_bench::engine::through_c::ThroughC;
use ese_bench::engine::workloads::Scale;
use ese_bench::engine::{Engine, Result, growth, reads, rounds, single};
use ese_bench::median;
use ese_bench::report::Report;
use std::path::{Path, PathBuf};

/// What was asked for.
struct Options {
    rounds: usize,
    seed: u64,
    rows: Option<usize>,
    quick: bool,
    folder: PathBuf,
    only: Vec<String>,
    json: bool,
    json_to: Option<PathBuf>,
    reads: bool,
    kinds: Vec<String>,
    growth: bool,
    to: u64,
    single: Option<String>,
}

impl Options {
    fn read() -> Result<Self> {
        let mut out = Self {
            rounds: 3,
            seed: 1,
            rows: None,
            quick: false,
            folder: std::env::temp_dir(),
            only: Vec::new(),
            json: false,
            json_to: None,
            reads: false,
            kinds: Vec::new(),
            growth: false,
            to: growth::LAST,
            single: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
            match word.as_str() {
                "--rounds" => out.rounds = value()?.parse::<usize>()?.max(1),
                "--seed" => out.seed = value()?.parse()?,
                "--rows" => out.rows = Some(value()?.parse::<usize>()?.max(1000)),
                "--folder" => out.folder = PathBuf::from(value()?),
                "--only" => out.only.push(value()?),
                "--kind" => out.kinds.push(value()?),
                "--to" => out.to = value()?.parse::<u64>()?.max(growth::FIRST),
                "--json-to" => out.json_to = Some(PathBuf::from(value()?)),
                "--single" => out.single = Some(value()?),
                "--json" => out.json = true,
                "--quick" => out.quick = true,
                "--reads" => out.reads = true,
                "--growth" => out.growth = true,
                other => return Err(format!("what is {other}?").into()),
            }
        }
        Ok(out)
    }

    /// The engines asked for, ours first.
    fn engines(&self) -> Result<Vec<&'static dyn Engine>> {
        let mut all: Vec<&'static dyn Engine> =
            vec![&Ours, &ThroughC, &Lmdb, &Redb, &Sqlite, &Fjall];
        #[cfg(feature = "rocksdb")]
        all.push(&RocksDb);
        if let Some(other) = (self.only.iter()).find(|n| !all.iter().any(|e| e.name() == *n)) {
            return Err(format!("there is no engine {other} here").into());
        }
        let asked = |name: &str| match (self.only.is_empty(), self.growth) {
            (true, true) => ["ese", "lmdb"].contains(&name),
            (true, false) => true,
            (false, _) => self.only.iter().any(|n| n == name),
        };
        all.retain(|e| asked(e.name()));
        Ok(all)
    }

    fn scale(&self) -> Scale {
        let scale = Scale::new(self.quick, self.seed);
        self.rows.map_or(scale, |rows| scale.with_rows(rows))
    }

    /// One workload alone: lowest, middle and highest round of each engine.
    fn alone(&self, folder: &Path, name: &str) -> Result<()> {
        type Of = fn(&single::Spent) -> f64;
        let columns: [(&str, Of); 3] = [
            ("wall", |s| s.wall),
            ("thread", |s| s.thread),
            ("process", |s| s.process),
        ];
        for engine in self.engines()? {
            let spent = single::run(engine, folder, name, self.scale(), self.rounds)?;
            let mut line = format!("{:8} {name:12}", engine.name());
            for (title, of) in columns {
                let mut values: Vec<f64> = spent.iter().map(of).collect();
                let middle = median(&mut values);
                let least = values.first().copied().unwrap_or(f64::NAN);
                line += &format!("  {title} {middle:7.0} (least {least:7.0})");
            }
            println!("{line}");
        }
        Ok(())
    }

    fn run(&self, folder: &Path) -> Result<Report> {
        let engines = self.engines()?;
        let told = |what: &str| eprintln!("{what}");
        let (rounds, scale) = (self.rounds, self.scale());
        match (self.growth, self.reads) {
            (true, _) => growth::run(&engines, folder, rounds, self.to, self.seed, &told),
            (false, true) => reads::run(&engines, folder, rounds, scale, &self.kinds, &told),
            (false, false) => rounds::run(&engines, folder, rounds, scale, &told),
        }
    }
}

fn main() -> Result<()> {
    let options = Options::read()?;
    let folder = options
        .folder
        .join(format!("ese-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    if let Some(name) = &options.single {
        let done = options.alone(&folder, name);
        std::fs::remove_dir_all(&folder)?;
        return done;
    }
    let report = options.run(&folder);
    std::fs::remove_dir_all(&folder)?;
    let report = report?;
    if let Some(path) = &options.json_to {
        std::fs::write(path, report.json().to_string())?;
    }
    match (options.json, options.growth) {
        (true, _) => println!("{:#}", report.json()),
        (false, true) => print!("{}", growth::table(&report)),
        (false, false) => print!("{}", report.table()),
    }
    Ok(())
}

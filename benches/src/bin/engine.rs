//! The engines side by side in one run; `cargo xtask bench engine` starts it.
//!
//! `engine [--rounds N] [--seed N] [--quick] [--json] [--folder DIR] [--only ENGINE]`. The folder decides
//! what disk is measured; it gets a sub-folder, which is removed. `--only` runs one engine, for profiles; several where it is repeated.
//! `--reads` loads each engine once and measures the read rows alone by processor time; `--rows N` and
//! `--kind NAME` (may be repeated) go with it.
#![forbid(unsafe_code)]

use ese_bench::engine::fjall::Fjall;
use ese_bench::engine::lmdb::Lmdb;
use ese_bench::engine::ours::Ours;
use ese_bench::engine::redb::Redb;
use ese_bench::engine::rounds::Rounds;
use ese_bench::engine::sqlite::Sqlite;
use ese_bench::engine::through_c::ThroughC;
use ese_bench::engine::workloads::Scale;
use ese_bench::engine::{Engine, Result, reads};
use std::path::PathBuf;

fn main() -> Result<()> {
    let (mut rounds, mut seed, mut quick, mut json) = (3, 1, false, false);
    let mut folder = std::env::temp_dir();
    let mut only = Vec::new();
    let (mut reads_only, mut rows, mut kinds) = (false, None, Vec::new());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        match word.as_str() {
            "--rounds" => rounds = value()?.parse()?,
            "--seed" => seed = value()?.parse()?,
            "--folder" => folder = PathBuf::from(value()?),
            "--only" => only.push(value()?),
            "--quick" => quick = true,
            "--reads" => reads_only = true,
            "--rows" => rows = Some(value()?.parse::<usize>()?),
            "--kind" => kinds.push(value()?),
            "--json" => json = true,
            other => return Err(format!("what is {other}?").into()),
        }
    }
    let folder = folder.join(format!("ese-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let all: [&dyn Engine; 6] = [&Ours, &ThroughC, &Lmdb, &Redb, &Sqlite, &Fjall];
    let wanted = |e: &&dyn Engine| only.is_empty() || only.iter().any(|name| e.name() == name);
    let engines: Vec<&dyn Engine> = all.into_iter().filter(wanted).collect();
    let told = |what: &str| eprintln!("{what}");
    let mut scale = Scale::new(quick, seed);
    if reads_only {
        if let Some(rows) = rows {
            (scale.rows, scale.reads) = (rows, rows);
        }
        let table = reads::run(&engines, &folder, rounds, scale, &kinds, &told);
        std::fs::remove_dir_all(&folder)?;
        print!("{}", table?);
        return Ok(());
    }
    let result = Rounds::run(&engines, &folder, rounds, scale, &told);
    std::fs::remove_dir_all(&folder)?;
    let result = result?;
    match json {
        true => println!("{}", result.json("engine")),
        false => print!("{}", result.table()),
    }
    Ok(())
}

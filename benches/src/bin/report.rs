//! Stamps the JSON of a run with date, commit and machine, and writes it with its plots.
//!
//! `report --folder DIR [--from FILE] [--criterion DIR] [--json]`: reads a report from the file, or what
//! criterion left; writes `DIR/GROUP-DATE.json` and the plots, and says where on standard error. `--json` prints
//! the stamped report, `--criterion` without it a table. `cargo xtask bench` starts it after each group.
#![forbid(unsafe_code)]

use ese_bench::report::{criterion, stamp};
use serde_json::Value;
use std::error::Error;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let (mut folder, mut from, mut left, mut json) = (None, None, None, false);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut path = || words.next().map(PathBuf::from);
        match word.as_str() {
            "--folder" => folder = path(),
            "--from" => from = path(),
            "--criterion" => left = path(),
            "--json" => json = true,
            other => return Err(format!("what is {other}?").into()),
        }
    }
    let folder = folder.ok_or("--folder DIR is wanted")?;
    let mut report: Value = match (from, left) {
        (Some(file), None) => serde_json::from_str(&std::fs::read_to_string(file)?)?,
        (None, Some(left)) => {
            let report = criterion::report(&left)?;
            if !json {
                print!("{}", report.table());
            }
            report.json()
        }
        _ => return Err("one of --from FILE and --criterion DIR is wanted".into()),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    for path in stamp::write(&mut report, &folder, now)? {
        eprintln!("written: {}", path.display());
    }
    if json {
        println!("{report:#}");
    }
    Ok(())
}

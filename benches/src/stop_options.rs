//! Options of the benches about stopping: `[--json | --json-to FILE] [--mib N] [--stops N] [--runs N]
//! [--stop-cost SHARE]`; and how their JSON goes out.
//!
//! Invariant: what is not known is refused, with the usage.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::PathBuf;

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Figures for machines, instead of the table.
    pub json: bool,
    /// The same into a file, beside what is printed.
    pub json_to: Option<PathBuf>,
    /// Size of the file, in MiB.
    pub mib: u64,
    /// How often a stop is measured.
    pub stops: usize,
    /// How often a whole pass is measured.
    pub runs: usize,
    /// What asking the flag costs, as somebody measured it: printed with the rest.
    pub stop_cost: Option<f64>,
}

impl Options {
    /// Those of the command line of `program`, whose file has `mib` unless it says otherwise.
    ///
    /// # Errors
    /// An option that is not known, or whose value is no number.
    pub fn read(program: &str, mib: u64) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut out = Self {
            json: false,
            json_to: None,
            mib,
            stops: 300,
            runs: 5,
            stop_cost: None,
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap_or_default();
            let wrong = || format!("{arg}: a number is wanted");
            let mut number = || value().parse::<u64>().map_err(|_| wrong());
            match &*arg {
                "--json" => out.json = true,
                "--json-to" => out.json_to = Some(PathBuf::from(value())),
                "--mib" => out.mib = number()?.max(1),
                "--stops" => out.stops = usize::try_from(number()?.max(1))?,
                "--runs" => out.runs = usize::try_from(number()?.max(1))?,
                "--stop-cost" => out.stop_cost = Some(value().parse().map_err(|_| wrong())?),
                _ => {
                    let usage = "[--json | --json-to FILE] [--mib N] [--stops N] [--runs N] [--stop-cost SHARE]";
                    return Err(format!("usage: {program} {usage}; not {arg}").into());
                }
            }
        }
        Ok(out)
    }

    /// Puts a report where it was asked for; `true` when it was printed, and no table is wanted.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn put(&self, report: &serde_json::Value) -> std::io::Result<bool> {
        if let Some(path) = &self.json_to {
            std::fs::write(path, report.to_string())?;
        }
        if self.json {
            println!("{report:#}");
        }
        Ok(self.json)
    }
}

//! Options of the benches about stopping: `[--json] [--mib N] [--stops N] [--runs N]
//! [--stop-cost SHARE]`.
//!
//! Invariant: what is not known is refused, with the usage.
#![forbid(unsafe_code)]

use std::error::Error;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Figures for machines.
    pub json: bool,
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
                "--mib" => out.mib = number()?.max(1),
                "--stops" => out.stops = usize::try_from(number()?.max(1))?,
                "--runs" => out.runs = usize::try_from(number()?.max(1))?,
                "--stop-cost" => out.stop_cost = Some(value().parse().map_err(|_| wrong())?),
                _ => {
                    let usage = "[--json] [--mib N] [--stops N] [--runs N] [--stop-cost SHARE]";
                    return Err(format!("usage: {program} {usage}; not {arg}").into());
                }
            }
        }
        Ok(out)
    }
}

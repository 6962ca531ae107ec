//! Options of the benches about stopping: `[--json] [--mib N] [--stops N] [--runs N]`.
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
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut number = || {
                let value = args.next().unwrap_or_default();
                value
                    .parse::<u64>()
                    .map_err(|_| format!("{arg}: a number is wanted"))
            };
            match &*arg {
                "--json" => out.json = true,
                "--mib" => out.mib = number()?.max(1),
                "--stops" => out.stops = usize::try_from(number()?.max(1))?,
                "--runs" => out.runs = usize::try_from(number()?.max(1))?,
                _ => {
                    let usage = "[--json] [--mib N] [--stops N] [--runs N]";
                    return Err(format!("usage: {program} {usage}; not {arg}").into());
                }
            }
        }
        Ok(out)
    }
}

//! `cargo xtask backup-sim`: backups beside writers, with accidents, by seed. Its body is the test binary
//! `simulation` of ese-backup, in release: this only knows its options.
//!
//! Invariant: a failing seed is printed with the command that runs it alone.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, run as run_command};

/// The variable that the test binary takes its seeds from.
const VARIABLE: &str = "ESE_BACKUP_SEEDS";
/// Seeds of the full test run.
pub(crate) const FULL_SEEDS: u64 = 500;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let seeds: Option<String> = args.value("--seeds")?;
    args.done()?;
    match seeds {
        Some(seeds) => campaign(&seeds),
        None => Err(Failure::Usage("which seeds? --seeds 0..500, say".into())),
    }
}

/// Runs these seeds, `A..B`.
pub(crate) fn campaign(seeds: &str) -> Outcome {
    run_command(
        cargo()
            .args(["test", "--release", "--package", "ese-backup"])
            .args(["--test", "simulation", "--", "--nocapture"])
            .env(VARIABLE, seeds),
    )
}

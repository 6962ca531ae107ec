//! `cargo xtask backup-sim`: backups beside writers, with accidents, by seed. Its body is the test binary
//! `simulation` of ese-backup, in release: this only knows its options. With `--readers` the independent
//! readers then read what was restored.
//!
//! Invariant: a failing seed is printed with the command that runs it alone.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, run as run_command};
use crate::python;
use crate::test::compare;

/// The variable that the test binary takes its seeds from.
const VARIABLE: &str = "ESE_BACKUP_SEEDS";
/// Restored databases that the readers have to agree on.
const LEAST: u32 = 20;
/// What the names of these databases begin with.
const RESTORED: &str = "written backup-";
/// Seeds of the full test run.
pub(crate) const FULL_SEEDS: u64 = 500;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let seeds: Option<String> = args.value("--seeds")?;
    let readers = args.flag("--readers");
    args.done()?;
    let seeds =
        seeds.ok_or_else(|| Failure::Usage("which seeds? --seeds 0..500, say".to_owned()))?;
    campaign(&seeds)?;
    if !readers {
        return Ok(());
    }
    let python = python::with_readers().map_err(|m| Failure::failed(m.0))?;
    run_command(compare(&python)?.args([RESTORED, &LEAST.to_string()]))
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

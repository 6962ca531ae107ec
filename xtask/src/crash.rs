//! `cargo xtask crash`: the crash campaign, by seed. Its body is the test binary `crash_campaign` of
//! ese-core, in release: this only knows its options.
//!
//! Invariant: a failing seed is printed with the command that runs it alone.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, run as run_command};

/// The variable that the test binary takes its options from.
const VARIABLE: &str = "ESE_CRASH";
/// Seeds of the full test run.
pub(crate) const FULL_SEEDS: u64 = 5_000;
/// Processes that the full test run kills.
pub(crate) const FULL_KILLS: u64 = 200;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let seeds: Option<String> = args.value("--seeds")?;
    let kind: Option<String> = args.value("--kind")?;
    let page_size: Option<u32> = args.value("--page-size")?;
    let kill: Option<u64> = args.value("--kill")?;
    let flags: Vec<&str> = ["--every-sync", "--faults", "--keep-going"]
        .into_iter()
        .filter(|flag| args.flag(flag))
        .collect();
    args.done()?;
    let whole = kill.is_some() || flags.iter().any(|f| *f != "--keep-going");
    if seeds.is_none() && !whole {
        return Err(Failure::Usage(
            "which seeds? --seeds 1..100, say; or --every-sync, --faults, --kill 200".into(),
        ));
    }
    let mut words: Vec<String> = flags.iter().map(|f| (*f).to_owned()).collect();
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), value]);
        }
    };
    option("--seeds", seeds);
    option("--kind", kind);
    option("--page-size", page_size.map(|n| n.to_string()));
    option("--kill", kill.map(|n| n.to_string()));
    campaign(&words.join(" "))
}

/// Runs the campaign with these options.
pub(crate) fn campaign(options: &str) -> Outcome {
    run_command(
        cargo()
            .args(["test", "--release", "--package", "ese-core"])
            .args(["--test", "crash_campaign", "--", "--exact", "campaign"])
            .args(["--ignored", "--nocapture"])
            .env(VARIABLE, options),
    )
}

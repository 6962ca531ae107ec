//! `cargo xtask test`: everything CI runs, step by step.
//!
//! Invariants: the first failing step ends the run and says what to run to see it alone; nothing is
//! skipped silently, and under `CI=true` nothing is skipped at all.
#![forbid(unsafe_code)]

use crate::process::{
    Args, Failure, Outcome, cargo, eseutil, in_ci, output, root, run as run_command, seconds, step,
    target,
};
use crate::{backup_sim, codegen, coverage, crash, fuzz, heavy, package, python, samples, tidy};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Seconds of each fuzz target in the full run.
const FUZZ_SECONDS: u64 = 600;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let full = args.flag("--full");
    args.done()?;
    let start = Instant::now();
    let skipped = target().join("skipped.log");
    let _ = fs::remove_file(&skipped);
    let seed = full.then(fresh_seed);
    if let Some(seed) = seed {
        println!("full run, ESE_SEED={seed}");
    }

    advised("formatting", "cargo fmt --all", || {
        run_command(cargo().args(["fmt", "--all", "--check"]))
    })?;
    advised("tidy", "cargo xtask tidy", || {
        tidy::run(&mut Args::default())
    })?;
    advised(
        "generated files",
        "cargo xtask codegen && cargo xtask coverage",
        || {
            codegen::run(&mut Args::of(&["--check"]))?;
            coverage::run(&mut Args::of(&["--check"]))
        },
    )?;
    advised("lints", "cargo clippy --workspace --all-targets", || {
        let clippy = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        run_command(cargo().args(clippy))
    })?;
    advised("documentation", "cargo doc --workspace --no-deps", || {
        let doc = ["doc", "--workspace", "--no-deps"];
        run_command(cargo().args(doc).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    advised("packages", "cargo xtask package", package::lists)?;
    step("samples", || match samples::fetch() {
        Err(Failure::Failed(why)) if !in_ci() => {
            note_skip("samples of dissect.esedb", &why);
            Ok(())
        }
        other => other.map(|_| ()),
    })?;
    advised("tests", "cargo test --workspace", || {
        let mut test = cargo();
        test.args(["test", "--workspace"]);
        if let Some(seed) = seed {
            test.env("ESE_FULL", "1").env("ESE_SEED", seed.to_string());
        }
        run_command(&mut test)
    })?;
    step("independent readers", || readers(full))?;
    if full {
        let again = "cargo xtask package --verify";
        advised("packages build", again, package::builds)?;
    }
    if let Some(seed) = seed {
        advised(
            "models of the lock-free pieces",
            heavy::MODELS,
            heavy::models,
        )?;
        advised("AddressSanitizer", heavy::ADDRESS, heavy::address)?;
        advised(
            "threads of the C interface under AddressSanitizer",
            heavy::HANDLES,
            heavy::handles,
        )?;
        advised("ThreadSanitizer", heavy::THREAD, heavy::thread)?;
        advised("a day of churn", heavy::CHURN, heavy::churn)?;
        for options in crash_options(seed) {
            let again = format!("cargo xtask crash {options}");
            advised("crashes", &again, || crash::campaign(&options))?;
        }
        let end = seed.saturating_add(backup_sim::FULL_SEEDS);
        let seeds = format!("{seed}..{end}");
        let again = format!("cargo xtask backup-sim --seeds {seeds}");
        advised("backups under accidents", &again, || {
            backup_sim::campaign(&seeds)
        })?;
        for name in fuzz::TARGETS {
            let again = format!("cargo xtask fuzz {name} --seconds {FUZZ_SECONDS}");
            advised(&format!("fuzz {name}"), &again, || {
                fuzz::fuzz(name, FUZZ_SECONDS, Some(seed))
            })?;
        }
        println!("\nfor docs/campaigns.md:\n{}", campaign_line(seed));
    }
    println!("\neverything passed in {}", seconds(start.elapsed()));
    tell_skipped(&fs::read_to_string(&skipped).unwrap_or_default());
    Ok(())
}

/// The crash campaigns of a full run.
fn crash_options(seed: u64) -> [String; 4] {
    let end = seed.saturating_add(crash::FULL_SEEDS);
    [
        format!("--seeds {seed}..{end}"),
        "--every-sync".to_owned(),
        "--faults".to_owned(),
        format!("--kill {}", crash::FULL_KILLS),
    ]
}

/// A step whose failure names the command that shows it alone.
fn advised(name: &str, again: &str, body: impl FnOnce() -> Outcome) -> Outcome {
    step(name, body).map_err(|e| match e {
        Failure::Failed(why) => {
            Failure::failed(format!("{why}\nthe step \"{name}\" alone: {again}"))
        }
        usage => usage,
    })
}

/// Our dump against libesedb, dissect and impacket.
fn readers(full: bool) -> Outcome {
    let python = match python::with_readers() {
        Ok(python) => python,
        Err(missing) if in_ci() => return Err(Failure::failed(missing.0)),
        Err(missing) => {
            note_skip("the comparison with independent readers", &missing.0);
            return Ok(());
        }
    };
    let mut compare = compare(&python)?;
    if full {
        compare.env("ESE_FULL", "1");
    }
    run_command(&mut compare)
}

/// The comparison of our dumps with the readers'.
pub(crate) fn compare(python: &Path) -> Result<Command, Failure> {
    let mut compare = Command::new(python);
    compare
        .arg(root().join("xtask/python/compare.py"))
        .args([eseutil()?, root(), target()]);
    Ok(compare)
}

/// Writes to the list that the tests write to (`testkit::skip`).
fn note_skip(what: &str, why: &str) {
    use std::io::Write as _;
    eprintln!("SKIPPED: {what}: {why}");
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(target().join("skipped.log"));
    if let Ok(mut log) = log {
        let first = why.lines().next().unwrap_or_default();
        let _ = writeln!(log, "{what}: {first}");
    }
}

fn tell_skipped(log: &str) {
    let mut lines: Vec<&str> = log.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    if lines.is_empty() {
        println!("nothing was skipped");
        return;
    }
    println!("\n******** {} THINGS WERE NOT TESTED ********", lines.len());
    for line in &lines {
        println!("  {line}");
    }
    println!(
        "How to get what is missing: `cargo xtask samples` fetches ten real databases; set ESE_SAMPLES and \
         ESE_WITNESS to the folders of real files and of recordings if you have them."
    );
}

fn fresh_seed() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(1, |d| d.as_secs())
}

/// The line of a full run, ready for the table.
fn campaign_line(seed: u64) -> String {
    let said =
        |c: &mut Command| output(c).map_or_else(|_| "?".into(), |text| text.trim().to_owned());
    let git = |args: &[&str]| said(Command::new("git").current_dir(root()).args(args));
    format!(
        "| {} | {} | `cargo xtask test --full` | ESE_SEED={seed}, {} crashes from it, {FUZZ_SECONDS} s each of {} | none |",
        said(Command::new("date").args(["-u", "+%F"])),
        git(&["rev-parse", "--short", "HEAD"]),
        crash::FULL_SEEDS,
        fuzz::TARGETS.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::{Failure, advised};

    #[test]
    fn a_failing_step_says_what_to_run() {
        let e = advised("lints", "cargo clippy", || Err(Failure::failed("no")));
        let Err(Failure::Failed(text)) = e else {
            panic!("a failure stays one");
        };
        assert!(text.starts_with("no\n") && text.contains("cargo clippy"));
    }
}

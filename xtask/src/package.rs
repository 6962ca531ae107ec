//! `cargo xtask package`: what the packages of the crates hold, and (`--verify`) that each of them
//! builds from what it holds.
//!
//! Invariant: nothing is published, and nothing asked of a registry that is not in cargo's cache.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, output, run as run_command};

/// The crates that are published, each behind those that it needs.
const CRATES: [&str; 4] = ["ese-core", "ese-backup", "ese-cli", "ese-ffi"];
/// What every package holds.
const WANTED: [&str; 4] = ["Cargo.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE"];
/// What none holds: tests need the recordings of the original engine, which are not published.
const UNWANTED: &str = "tests/";

pub(crate) fn run(args: &mut Args) -> Outcome {
    let verify = args.flag("--verify");
    args.done()?;
    lists()?;
    if verify { builds() } else { Ok(()) }
}

/// What the packages hold.
pub(crate) fn lists() -> Outcome {
    for name in CRATES {
        let mut list = cargo();
        list.args([
            "package",
            "--list",
            "--allow-dirty",
            "--offline",
            "-p",
            name,
        ]);
        let list = output(&mut list)?;
        let files: Vec<&str> = list.lines().collect();
        for wanted in WANTED {
            if !files.contains(&wanted) {
                return Err(Failure::failed(format!(
                    "the package of {name} lacks {wanted}"
                )));
            }
        }
        if let Some(file) = files.iter().find(|f| f.starts_with(UNWANTED)) {
            return Err(Failure::failed(format!(
                "the package of {name} holds {file}"
            )));
        }
        println!("{name}: {} files", files.len());
    }
    Ok(())
}

/// Every package builds; those that need another are given its package.
pub(crate) fn builds() -> Outcome {
    let mut package = cargo();
    package.args(["package", "--allow-dirty", "--offline"]);
    for name in CRATES {
        package.args(["-p", name]);
    }
    run_command(&mut package)
}

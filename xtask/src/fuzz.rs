//! `cargo xtask fuzz TARGET --seconds N`: one fuzz target for some time, its corpus seeded from
//! real files first.
//!
//! Invariants: works with the stable toolchain (`RUSTC_BOOTSTRAP=1`); memory and the time of one
//! input are bounded, so that a hang or an unbounded allocation is a find; the corpus is grown in
//! `fuzz/corpus`, which is not committed.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, root, run as run_command, works};

/// The targets, each `fuzz/fuzz_targets/NAME.rs`.
pub(crate) const TARGETS: [&str; 9] = [
    "database",
    "page",
    "record",
    "lv",
    "catalog",
    "log",
    "checkpoint",
    "recover",
    "api",
];

/// Megabytes a run may take.
const MEMORY_MAX: u32 = 2048;
/// Seconds one input may take.
const INPUT_SECONDS_MAX: u32 = 10;

/// Longest input worth trying: larger ones only slow the search down.
fn input_bytes_max(name: &str) -> u32 {
    match name {
        // Header, shadow and some pages of the largest size.
        "database" => 256 << 10,
        "log" => 64 << 10,
        "page" => (32 << 10) + 16,
        "record" | "catalog" => (32 << 10) + 16,
        "lv" => 64 << 10,
        // Changes to a set, not a set.
        "recover" => 256,
        // Some hundred calls.
        "api" => 4096,
        _ => 16 << 10,
    }
}

pub(crate) fn run(args: &mut Args) -> Outcome {
    let name = args
        .word()
        .ok_or_else(|| Failure::Usage(format!("which target? {}", TARGETS.join(", "))))?;
    let seconds: u64 = args
        .value("--seconds")?
        .ok_or_else(|| Failure::Usage("how long? --seconds 60, say".into()))?;
    let seed = args.value("--seed")?;
    args.done()?;
    if !TARGETS.contains(&name.as_str()) {
        return Err(Failure::Usage(format!(
            "there is no target {name:?}; there are {}",
            TARGETS.join(", ")
        )));
    }
    fuzz(&name, seconds, seed)
}

pub(crate) fn fuzz(name: &str, seconds: u64, seed: Option<u64>) -> Outcome {
    if !works(cargo().args(["fuzz", "--version"])) {
        return Err(Failure::failed(
            "cargo-fuzz is not installed: `cargo install cargo-fuzz --locked` (it needs a C++ compiler), then again",
        ));
    }
    let corpus = root().join("fuzz/corpus").join(name);
    run_command(
        cargo()
            .args(["run", "--quiet", "--package", "testkit", "--bin"])
            .args(["fuzz-seeds", "--", name])
            .arg(&corpus),
    )?;
    // libFuzzer's seed has 32 bits; 0 would mean "choose one".
    let seed = seed.map_or(1, |s| (s & 0xFFFF_FFFF).max(1));
    println!("fuzz {name}: {seconds} s, seed {seed}");
    run_command(
        cargo()
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["fuzz", "run", name])
            .arg(&corpus)
            .args(["--", "-print_final_stats=1"])
            .args([
                format!("-max_total_time={seconds}"),
                format!("-seed={seed}"),
                format!("-rss_limit_mb={MEMORY_MAX}"),
                format!("-timeout={INPUT_SECONDS_MAX}"),
                format!("-max_len={}", input_bytes_max(name)),
            ]),
    )
    .map_err(|_| {
        Failure::failed(format!(
            "the target {name} found something: the input lies under fuzz/artifacts/{name}/; \
             `RUSTC_BOOTSTRAP=1 cargo fuzz run {name} FILE` shows it again, \
             `RUSTC_BOOTSTRAP=1 cargo fuzz tmin {name} FILE` makes it small"
        ))
    })
}

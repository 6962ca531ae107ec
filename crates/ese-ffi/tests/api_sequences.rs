//! Goal: no sequence of calls, whatever their arguments, makes the library crash, hang, or leave a
//! damaged database.
//!
//! Method: sequences made of seeds (`calls_support/`; the fuzz target `api` makes them of a fuzzer's
//! bytes), one after the other in this process, each in a folder of its own. A seed is printed before it
//! runs, so that a crash has its number; `ESE_SEED` starts elsewhere.

#[allow(dead_code, unreachable_pub)]
mod calls_support;

use calls_support::{Tally, names, run};
use ese_core::io::rng::{Rng as _, SeededRng};
use std::time::{Duration, Instant};

/// No input may take longer: a hang, if it ends at all.
const INPUT_MAX: Duration = Duration::from_secs(30);

/// Calls that must have worked now and then, or the sequences get nowhere and prove nothing.
const CORE: &[&str] = &[
    "backup",
    "edit",
    "insert",
    "instance",
    "JetAddColumn",
    "JetBeginTransaction",
    "JetCommitTransaction",
    "JetCreateIndex",
    "JetCreateTableColumnIndex",
    "JetEnumerateColumns",
    "JetGetBookmark",
    "JetMove",
    "JetOpenTable",
    "JetOpenTempTable",
    "JetRetrieveColumn",
    "JetRollback",
    "JetSeek",
    "JetTerm2",
];

/// Inputs that found something, oldest first: what it was.
const FOUND: &[(&str, &[u8])] = &[];

fn input(seed: u64) -> Vec<u8> {
    let mut rng = SeededRng::new(seed);
    let len = 200 + rng.below(4000);
    (0..len).map(|_| rng.below(256) as u8).collect()
}

/// Runs an input in a folder of its own. The folder is the process's: one test only in this program.
fn run_in_folder(input: &[u8]) -> Result<Tally, String> {
    let folder = tempfile::tempdir_in(if cfg!(target_os = "linux") {
        "/dev/shm"
    } else {
        "."
    })
    .unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    let said = run(input);
    // For looking at what a find left behind.
    if said.is_err() && std::env::var_os("ESE_KEEP").is_some() {
        eprintln!("kept: {}", folder.keep().display());
    }
    said
}

#[test]
fn no_sequence_of_calls_does_harm() {
    for (what, input) in FOUND {
        run_in_folder(input).unwrap_or_else(|why| panic!("again: {what}: {why}"));
    }
    let first = testkit::first_seed();
    let (mut tally, mut wrong) = (Tally::new(), Vec::new());
    for seed in first..first + testkit::rounds(100, 5000) {
        eprintln!("seed {seed}");
        let start = Instant::now();
        let said = run_in_folder(&input(seed));
        if start.elapsed() > INPUT_MAX {
            wrong.push(format!("seed {seed} took {:?}", start.elapsed()));
        }
        let said = said.map_err(|why| wrong.push(format!("seed {seed}: {why}")));
        for (name, (worked, refused)) in said.unwrap_or_default() {
            let sum = tally.entry(name).or_default();
            *sum = (sum.0 + worked, sum.1 + refused);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{tally:?}");
    let worked = |name: &str| tally.get(name).is_some_and(|t| t.0 > 0);
    for name in CORE {
        assert!(worked(name), "{name} never worked");
    }
    let never: Vec<_> = names().filter(|n| !worked(n)).collect();
    assert!(never.len() * 3 < names().count(), "never worked: {never:?}");
}

//! Goal: whatever happens during a backup, a set that says it is complete restores to a moment between its
//! mark and the end of its logs, any other never restores, and the live database never suffers.
//!
//! Method: seeded runs, the same to the byte each time. Between two inner reads writers work (inserts,
//! replacements, deletions, long values, tables and indexes that come and go, growth, pages written, the
//! checkpoint moved); at a random point the run is stopped, the machine goes down, a read, a write of the
//! sink or the sink itself fails, or a page is damaged. Every third run overwrites deleted data. `ESE_BACKUP_SEEDS=A..B` chooses the seeds
//! (`cargo xtask backup-sim --seeds A..B`). The first restored databases are left in
//! `target/testdata/written` for the independent readers (`xtask/python/compare.py`).
#![forbid(unsafe_code)]

mod run;
mod workload;

use std::fmt::Write as _;

/// Seeds of a normal test run.
const SEEDS: std::ops::Range<u64> = 0..25;

fn seeds() -> std::ops::Range<u64> {
    let Ok(text) = std::env::var("ESE_BACKUP_SEEDS") else {
        return SEEDS;
    };
    let parsed = text
        .split_once("..")
        .and_then(|(a, b)| Some(a.trim().parse().ok()?..b.trim().parse().ok()?));
    parsed.unwrap_or_else(|| panic!("ESE_BACKUP_SEEDS={text}: A..B is wanted"))
}

/// Restored databases that are left for the independent readers.
const LEFT: u32 = 20;

#[test]
fn every_backup_is_whole_or_none() {
    let mut counts = run::Counts::default();
    let mut failed = String::new();
    run::forget_left();
    for seed in seeds() {
        let leave = counts.left < LEFT;
        let done = std::panic::catch_unwind(|| run::one(seed, leave));
        match done {
            Ok(one) => counts.add(&one),
            Err(panic) => {
                let said = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("?");
                let _ = writeln!(
                    failed,
                    "seed {seed}: {said}\n  again: ESE_BACKUP_SEEDS={seed}..{} cargo test -p ese-backup \
                     --test simulation",
                    seed + 1
                );
            }
        }
    }
    println!("{counts:?}");
    assert!(failed.is_empty(), "{failed}");
    // A simulation in which nothing happens proves nothing.
    if seeds() == SEEDS {
        assert!(counts.complete > 5 && counts.incomplete > 5, "{counts:?}");
    }
}

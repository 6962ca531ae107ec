//! The machine goes down at every operation: what was acknowledged is there, the order is kept, the
//! chain holds, nothing that a restart needs was deleted, and the log can be gone on with.
#![forbid(unsafe_code)]

use crate::script::{Setup, check, disk, go_on, live};
use ese_core::io::faulty::{Case, CrashKind, Sweep};

fn is_torn(case: &Case) -> bool {
    matches!(case.image, Some((CrashKind::TornWrites, _)))
}

fn sweep(setup: Setup) {
    let swept = Sweep::new(setup.seed)
        .torn(4)
        .crashes(
            &disk(),
            |fs| live(fs, setup),
            |case, known, fs| {
                let have = check(fs, known, is_torn(case))?;
                go_on(fs, setup, known, have)
            },
        )
        .unwrap_or_else(|e| panic!("{setup:?}: {e}"));
    assert!(swept.ops > 100, "{swept:?}");
}

fn setup(n: u64) -> Setup {
    Setup {
        seed: testkit::first_seed() + n,
        steps: 70,
        circular: false,
        reserves: 0,
        threads: 1,
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    for n in 0..testkit::rounds(2, 30) {
        sweep(Setup {
            reserves: (n % 2) as u32 * 2,
            ..setup(n)
        });
    }
}

#[test]
fn circular_logging_keeps_what_a_restart_needs() {
    for n in 0..testkit::rounds(3, 40) {
        sweep(Setup {
            circular: true,
            ..setup(100 + n)
        });
    }
}

#[test]
fn threads_in_lockstep_lose_nothing_either() {
    for n in 0..testkit::rounds(1, 20) {
        sweep(Setup {
            threads: 4,
            circular: n % 2 == 0,
            steps: 50,
            ..setup(200 + n)
        });
    }
}

//! Goal: whatever logs, checkpoint and database say, recovery ends: with an error, or with databases
//! that are sound.
//!
//! Method: small sets with changes made of a seed (`recovery_support/mutate.rs`; the fuzz target
//! `recover` makes them of a fuzzer's bytes). A seed that fails is printed; `ESE_SEED` starts elsewhere.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::io::rng::{Rng as _, SeededRng};
use recovery_support::mutate::{Base, Verdict, judge};
use recovery_support::sets;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// No input may take longer: a hang, if it ends at all.
const INPUT_MAX: Duration = Duration::from_secs(30);

/// Seeds that found something: a database time in a record so high that undo counted past the last; a
/// format version that nobody knows, in a database that was clean all the same.
const FOUND: [u64; 2] = [31_893, 33_170];

fn bases() -> Vec<Base> {
    let names = ["two-dbs-end", "ddl-end-4k"];
    let sets = names.iter().filter_map(|name| {
        let set = sets::crash(name);
        if set.is_none() {
            testkit::skip(&format!("witness/crashes/{name}"));
        }
        Some(Base::new(set?.files))
    });
    sets.collect()
}

/// Mostly one change or two: more of them seldom get past the first.
fn input(rng: &mut SeededRng) -> Vec<u8> {
    let len = match rng.below(4) {
        0 => 3 + rng.below(40),
        _ => 3 + rng.below(8),
    };
    (0..len).map(|_| rng.below(256) as u8).collect()
}

#[test]
fn any_log_ends_in_an_error_or_a_sound_database() {
    let bases = bases();
    if bases.is_empty() {
        return;
    }
    let first = testkit::first_seed();
    let campaign = first..first + testkit::rounds(150, 20_000);
    let (mut sound, mut refused, mut said) = (0u64, BTreeMap::new(), BTreeMap::new());
    for seed in FOUND.into_iter().chain(campaign) {
        let mut rng = SeededRng::new(seed);
        let base = &bases[rng.below(bases.len() as u64) as usize];
        let input = input(&mut rng);
        let start = Instant::now();
        let verdict = catch_unwind(AssertUnwindSafe(|| judge(&base.mutated(&input))));
        let took = start.elapsed();
        assert!(took < INPUT_MAX, "seed {seed} took {took:?}");
        match verdict {
            Ok(Ok(Verdict::Sound)) => sound += 1,
            Ok(Ok(Verdict::Refused(jet))) => *refused.entry(jet).or_insert(0u64) += 1,
            Ok(Ok(Verdict::AsTheLogSays(rules))) => {
                rules
                    .into_iter()
                    .for_each(|r| *said.entry(r).or_insert(0u64) += 1);
            }
            Ok(Err(why)) => panic!("seed {seed}: {why}"),
            Err(_) => panic!("seed {seed} panicked"),
        }
    }
    println!("{sound} sound, refused {refused:?}, as the log says {said:?}");
    assert!(sound > 0, "nothing was recovered");
    assert!(refused.len() > 3, "changes were not met: {refused:?}");
}

/// What is not changed is recovered: else the campaign would only meet refusals.
#[test]
fn no_change_is_recovered() {
    for base in bases() {
        assert_eq!(judge(&base.mutated(&[])), Ok(Verdict::Sound));
        assert!(base.files.len() > 3);
    }
}

//! Goal: whatever a crash leaves, the next start gives exactly what was committed. The body of
//! `cargo xtask crash`; a short range runs with the other tests.
//!
//! `ESE_CRASH` holds the options of the command; see [`options::Options`].
#![forbid(unsafe_code)]

mod life;
mod model;
mod options;
mod work;

use life::Bases;
use options::Options;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// Runs the seeds of a range; the message of the first that fails says how to run it alone.
fn seeds(options: &Options) -> Result<(), String> {
    let mut bases = Bases::default();
    let began = Instant::now();
    let (mut states, mut cut, mut ended) = (0, 0, 0);
    for seed in options.seeds.clone() {
        let kind = options.kind_of(seed);
        let ran = catch_unwind(AssertUnwindSafe(|| {
            life::seed(&mut bases, seed, kind, options.page_size)
        }));
        let ran = ran.unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Err(format!("panic: {}", text.unwrap_or_default()))
        });
        match ran {
            Ok(done) => {
                states += done.states;
                cut += done.cut_recoveries;
            }
            Err(e) if options.keep_going => {
                ended += 1;
                println!("seed {seed}: {e}\n  again: {}", options.again(seed));
            }
            Err(e) => return Err(format!("seed {seed}: {e}\nagain: {}", options.again(seed))),
        }
        let count = seed + 1 - options.seeds.start;
        if count.is_multiple_of(250) {
            println!("{count} seeds in {:.0} s", began.elapsed().as_secs_f64());
        }
    }
    let count = options.seeds.end - options.seeds.start;
    println!(
        "{count} seeds, {states} committed states, {cut} recoveries cut off, {:.1} s",
        began.elapsed().as_secs_f64()
    );
    match ended {
        0 => Ok(()),
        n => Err(format!("{n} seeds failed")),
    }
}

#[test]
fn a_short_range_of_seeds() {
    let options = Options::parse("--seeds 1..60").unwrap();
    seeds(&options).unwrap_or_else(|e| panic!("{e}"));
}

/// The campaign of `cargo xtask crash`.
#[test]
#[ignore = "cargo xtask crash runs it"]
fn campaign() {
    let options = Options::from_env().unwrap_or_else(|e| panic!("{e}"));
    seeds(&options).unwrap_or_else(|e| panic!("{e}"));
}

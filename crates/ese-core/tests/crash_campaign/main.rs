//! Goal: whatever a crash leaves, the next start gives exactly what was committed. The body of
//! `cargo xtask crash`; a short range runs with the other tests.
//!
//! `ESE_CRASH` holds the options of the command; see [`options::Options`].
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // One program.

mod faults;
mod kill;
mod life;
mod model;
mod options;
mod work;

use ese_core::format::ids::PageSize;
use ese_core::io::faulty::{FaultyFileSystem, OpKind, Sweep};
use faults::Rotten;
use life::{Bases, Done, World, check, live};
use options::{Kind, Options};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use work::Mix;

/// Runs the seeds of a range; the message of the first that fails says how to run it alone.
fn seeds(options: &Options) -> Result<(), String> {
    let mut bases = Bases::default();
    let began = Instant::now();
    let (mut states, mut cut, mut ended) = (0, 0, 0);
    let mut rotten = Rotten::default();
    for seed in options.seeds.clone() {
        let kind = options.kind_of(seed);
        let ran = catch_unwind(AssertUnwindSafe(|| match kind {
            Kind::Crash(kind) => life::seed(&mut bases, seed, kind, options.page_size),
            Kind::Rot => faults::rot(&mut bases, seed, &mut rotten).map(|()| Done::default()),
            Kind::Lost => faults::lost(&mut bases, seed, &mut rotten).map(|()| Done::default()),
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
    if rotten.right + rotten.told > 0 {
        println!("{rotten:?}");
    }
    match ended {
        0 => Ok(()),
        n => Err(format!("{n} seeds failed")),
    }
}

/// Crashes before and after each sync of a life, or `sample` of them.
fn every_sync(workload: u64, page_size: PageSize, sample: u64) -> Result<(), String> {
    let began = Instant::now();
    let world = World {
        page_size,
        sector: 512,
        circular: false,
        cache: 40,
    };
    let (base, state) = Bases::default().get(&world);
    let mix = Mix {
        steps: 200,
        ..Mix::new(workload)
    };
    let sweep = Sweep::new(workload)
        .kinds(&[OpKind::Sync, OpKind::SyncDir])
        .torn(3)
        .sample(sample);
    let work = |fs: &FaultyFileSystem| live(fs, &world, &mix, &state, true);
    let swept = sweep.crashes(&base, work, |_, history, fs| {
        check(fs, &world, history, workload + 3)
    });
    let swept = swept
        .map_err(|e| format!("{e}\nagain: cargo xtask crash --every-sync --workload {workload}"))?;
    println!(
        "{page_size:?}, workload {workload}: {} syncs of {} operations, {} images, {:.1} s",
        (swept.runs - 1) / 2,
        swept.ops,
        swept.cases,
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

fn every_fault(workload: u64, page_size: PageSize, sample: u64) -> Result<(), String> {
    let began = Instant::now();
    let cases = faults::sweep(workload, page_size, sample)
        .map_err(|e| format!("{e}\nagain: cargo xtask crash --faults --workload {workload}"))?;
    println!(
        "{page_size:?}, workload {workload}: {cases} lives on bad disks, {:.1} s",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

fn whole(options: &Options) -> Result<(), String> {
    let sizes = match options.page_size {
        Some(size) => vec![size],
        None => vec![PageSize::K4, PageSize::K8],
    };
    for size in sizes {
        if options.every_sync {
            every_sync(options.workload, size, u64::MAX)?;
        }
        if options.faults {
            every_fault(options.workload, size, u64::MAX)?;
        }
    }
    if options.kill > 0 {
        let began = Instant::now();
        let commits = kill::rounds(options.kill, options.workload)?;
        println!(
            "{} processes killed, {commits} transactions held against the last of each, {:.1} s",
            options.kill,
            began.elapsed().as_secs_f64()
        );
    }
    match options.every_sync || options.faults || options.kill > 0 {
        true => Ok(()),
        false => seeds(options),
    }
}

fn run(options: &str) {
    let options = Options::parse(options).unwrap_or_else(|e| panic!("{e}"));
    whole(&options).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn a_short_range_of_seeds() {
    run("--seeds 1..60");
}

/// Seeds that found something once.
#[test]
fn seeds_that_found_something() {
    run("--seeds 352..353 --kind power");
    run("--seeds 22637..22638 --kind torn");
    // A checkpoint behind the begin of a transaction whose lazy commit was lost.
    run("--seeds 970190..970191 --kind torn");
}

#[test]
fn some_syncs_of_a_life() {
    every_sync(1, PageSize::K8, 12).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn some_faults_of_a_life() {
    every_fault(1, PageSize::K4, 8).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn some_bits_turn_over() {
    run("--seeds 1..20 --kind rot");
}

#[test]
fn some_pages_are_lost() {
    run("--seeds 1..25 --kind lost");
}

#[test]
fn some_processes_are_killed() {
    run("--kill 4");
}

/// The program that is killed.
#[test]
#[ignore = "a process of its own, which the tests start"]
fn a_child_writes() {
    let Ok(what) = std::env::var(kill::CHILD) else {
        return;
    };
    kill::child(&what).unwrap_or_else(|e| panic!("{e}"));
}

/// The campaign of `cargo xtask crash`.
#[test]
#[ignore = "cargo xtask crash runs it"]
fn campaign() {
    run(&std::env::var(options::VARIABLE).unwrap_or_default());
}

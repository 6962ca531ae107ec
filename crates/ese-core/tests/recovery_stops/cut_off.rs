//! Recoveries that end early are cut off, by crashes and by callers who give up.
#![forbid(unsafe_code)]

use super::logs::{Rec, really_end, records};
use super::recovery_support::check::{Contents, clean_and_sound, contents, different_tables};
use super::recovery_support::sets::{Files, is_database, logs_only};
use super::recovery_support::world::{at, env, memory, recover_in};
use super::stops::{early_committed, early_database};
use super::{Case, different_databases, recovered_contents};
use ese_core::error::{HasJetErr as _, JetErr};
use ese_core::format::ids::Lgpos;
use ese_core::format::log_record::LrTyp;
use ese_core::io::faulty::{CrashKind, FaultyFileSystem, Sweep};
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::recovery::{Cause, InitBits, Options, RecoveryError, StopAt, Watch, recover};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

fn disk(files: &Files) -> FaultyFileSystem {
    let fs = FaultyFileSystem::default();
    assert!(fs.put_dir(super::DIR));
    for (name, bytes) in files {
        assert!(fs.put(at(name), bytes), "{name}");
    }
    fs
}

fn holds(fs: &FaultyFileSystem, wanted: &BTreeMap<String, Contents>) -> Result<(), String> {
    let there = fs.snapshot();
    let names = there.keys().filter_map(|p| p.file_name()?.to_str());
    let names: Vec<&str> = names.filter(|n| is_database(n)).collect();
    if !wanted.keys().eq(names.iter()) {
        return Err(format!("databases {names:?}"));
    }
    for (name, wanted) in wanted {
        let mut problems = different_tables(&contents(fs, &at(name))?, wanted, false);
        problems.extend(clean_and_sound(fs, &at(name)));
        if !problems.is_empty() {
            return Err(format!("{name}: {}", problems.join("; ")));
        }
    }
    Ok(())
}

/// A page of a database that was torn within itself has no second copy, nor has a full segment of the
/// log: the answers are the original's.
fn is_torn(e: &RecoveryError) -> bool {
    let page = matches!(&*e.cause, Cause::Page(_)) && e.jet_err() == JetErr::READ_VERIFY_FAILURE;
    page || e.jet_err() == JetErr::LOG_FILE_CORRUPT && e.file == Some(at("edb.log"))
}

/// A crash at every operation; the same call comes to the same contents.
fn sweep(case: &Case, options: &Options, wanted: &BTreeMap<String, Contents>) {
    let start = disk(&case.files);
    let few = testkit::rounds(60, u64::MAX);
    let mut sweep = Sweep::new(testkit::first_seed()).torn(testkit::rounds(1, 6));
    if few != u64::MAX {
        sweep = sweep.sample(few);
    }
    let mut torn = 0;
    let swept = sweep.crashes(
        &start,
        |fs| drop(recover_in(Arc::new(fs.clone()), options)),
        |crash, (), image| {
            let may_be_torn = matches!(crash.image, Some((CrashKind::TornWrites, _)));
            match recover_in(Arc::new(image.clone()), options) {
                Ok(_) => holds(image, wanted),
                Err(e) if may_be_torn && is_torn(&e) => {
                    torn += 1;
                    Ok(())
                }
                Err(e) => Err(format!("{}: {e}", e.jet_err())),
            }
        },
    );
    let swept = swept.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    eprintln!(
        "{}: {swept:?}, {torn} with a torn page or segment",
        case.name
    );
    assert!(swept.cases > 10 * torn, "{torn} torn");
}

fn at_position(at: Lgpos) -> StopAt {
    StopAt::Position {
        generation: at.generation,
        isec: Some(at.isec),
        ib: Some(at.ib),
    }
}

/// The last record of an open transaction in a generation.
fn busy_place(all: &[Rec], generation: i32) -> Lgpos {
    let changes = [
        LrTyp::Insert,
        LrTyp::Replace,
        LrTyp::ReplaceD,
        LrTyp::FlagDelete,
    ];
    let here = all
        .iter()
        .filter(|r| r.at.generation == generation && r.at.ib > 0);
    let mut busy = here.filter(|r| changes.contains(&r.typ)).rev();
    busy.nth(40).expect("a busy generation").at
}

/// Inside the current log, inside an archived one, at the end of one.
#[test]
fn a_crash_at_each_operation_of_a_stopped_recovery() {
    let Some(case) = Case::history("undo-4k") else {
        return;
    };
    let all = records(&case.files);
    let end_of_one = StopAt::Position {
        generation: 1,
        isec: None,
        ib: None,
    };
    let first_of_two = all
        .iter()
        .find(|r| r.at.generation == 2)
        .expect("a record")
        .at;
    for (stop, end) in [
        (at_position(busy_place(&all, 2)), busy_place(&all, 2)),
        (end_of_one, first_of_two),
        (at_position(first_of_two), first_of_two),
    ] {
        let options = case.with(|o| {
            o.stop = Some(stop);
            o.cache_bytes = 0;
        });
        let short = really_end(&case.files, end);
        let (_, wanted) = recovered_contents(&short, &case.options).expect("the truth");
        sweep(&case, &options, &wanted);
    }
}

/// With a database that knows of committed work behind the stop.
#[test]
fn a_crash_at_each_operation_of_a_stop_with_a_database() {
    let Some(case) = early_committed() else {
        return;
    };
    let end = busy_place(&records(&case.files), 4);
    let short = really_end(&logs_only(&case.files), end);
    let (_, wanted) = recovered_contents(&short, &case.options).expect("the truth");
    let options = case.with(|o| o.stop = Some(at_position(end)));
    sweep(&case, &options, &wanted);
}

/// Lost logs are given up.
#[test]
fn a_crash_at_each_operation_of_giving_up_logs() {
    let Some(mut case) = early_database() else {
        return;
    };
    let short = really_end(&logs_only(&case.files), Lgpos::new(4, 1, 0));
    let (_, wanted) = recovered_contents(&short, &case.options).expect("the truth");
    case.files.remove("edb00000004.log");
    let options = case.with(|o| {
        o.bits |= InitBits::REPLAY_IGNORE_LOST_LOGS;
        o.delete_out_of_range_logs = true;
    });
    sweep(&case, &options, &wanted);
}

/// Gives up at the question of that number.
struct Impatient {
    asked: AtomicU64,
    after: u64,
}

impl Watch for Impatient {
    fn give_up(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.after
    }
}

fn impatient(after: u64) -> Impatient {
    Impatient {
        asked: AtomicU64::new(0),
        after,
    }
}

/// Whenever the caller gives up, the next call comes to the end.
#[test]
fn a_caller_who_gives_up() {
    let cases = [
        "mixed-end-4k",
        "undo-phase-cut-16k",
        "logs-only-16k",
        "two-dbs-end",
    ];
    for case in cases.iter().filter_map(|n| Case::crash(n)) {
        let (_, wanted) = recovered_contents(&case.files, &case.options).expect("it recovers");
        let fs = memory(&case.files);
        let patient = impatient(u64::MAX);
        let done = recover(&env(Arc::new(fs), 1), &case.options, &patient);
        done.unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let questions = patient.asked.load(Ordering::Relaxed);
        assert!(questions > 2, "{}: asked {questions} times", case.name);
        for after in 0..questions {
            let fs = memory(&case.files);
            let mut rng = SeededRng::new(after + testkit::first_seed());
            // Some give up several times.
            for again in 0..=rng.below(3) {
                let watch = impatient(if again == 0 {
                    after
                } else {
                    rng.below(questions)
                });
                let world = env(Arc::new(fs.clone()), 1);
                match recover(&world, &case.options, &watch) {
                    Err(e) => assert_eq!(
                        e.jet_err().name(),
                        "JET_errTermInProgress",
                        "{}, after {after}",
                        case.name
                    ),
                    Ok(_) => assert!(again > 0, "{}, after {after}", case.name),
                }
            }
            let files = super::recovery_support::world::files(&fs);
            let done = recovered_contents(&files, &case.options);
            let (_, now) = done.unwrap_or_else(|e| panic!("{}, after {after}: {e}", case.name));
            different_databases(&now, &wanted)
                .unwrap_or_else(|e| panic!("{}, after {after}: {e}", case.name));
        }
    }
}

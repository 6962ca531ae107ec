//! Stops that must be refused: a database holds more already. Nothing is lost by asking.
#![forbid(unsafe_code)]

use super::logs::records;
use super::recovery_support::check::read;
use super::recovery_support::sets::{self, Files, databases, different, is_database, is_log};
use super::recovery_support::world::{at, run};
use super::{Case, different_databases, recovered_contents, report};
use ese_core::format::ids::Lgpos;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::recovery::StopAt;

const REFUSED: &str = "JET_errRequiredLogFilesMissing";

fn before(at: Lgpos) -> StopAt {
    StopAt::Position {
        generation: at.generation,
        isec: Some(at.isec),
        ib: Some(at.ib),
    }
}

/// Asks for a stop; logs and checkpoint must stay, and everything is still to be had without it.
fn refuses(case: &Case, stop: StopAt) -> Result<(), String> {
    let asked = run(&case.files, &case.with(|o| o.stop = Some(stop)));
    if asked.answer_name() != REFUSED {
        return Err(format!("{}: {:?}", asked.answer_name(), asked.answer));
    }
    let mut differ = different(&case.files, &asked.files());
    differ.retain(|name, _| is_log(name) || name.ends_with(".chk"));
    if !differ.is_empty() {
        return Err(format!("{differ:?}"));
    }
    let (_, after) = recovered_contents(&asked.files(), &case.options)?;
    let (_, wanted) = recovered_contents(&case.files, &case.options)?;
    different_databases(&after, &wanted)
}

fn all_refused(case: &Case, stops: &[Lgpos]) -> Vec<String> {
    let stops = stops.iter();
    let asked = stops.filter_map(|&at| {
        let e = refuses(case, before(at)).err()?;
        Some(format!("{}: {at}: {e}", case.name))
    });
    asked.collect()
}

fn some_of(all: &[Lgpos], n: u64) -> Vec<Lgpos> {
    let mut rng = SeededRng::new(testkit::first_seed());
    let pick = |_| all[rng.below(all.len() as u64) as usize];
    (0..n).map(pick).collect()
}

/// The killed sets require all their logs.
#[test]
fn a_database_that_requires_what_is_behind_the_stop() {
    let mut problems = Vec::new();
    let names = ["mixed-end-4k", "mixed-mid-16k", "two-dbs-end", "ddl-end-4k"];
    for case in names.iter().filter_map(|n| Case::crash(n)) {
        let all: Vec<Lgpos> = records(&case.files).iter().map(|r| r.at).collect();
        problems.extend(all_refused(&case, &some_of(&all, testkit::rounds(4, 40))));
        // The very first, and the last.
        problems.extend(all_refused(&case, &[all[0], all[all.len() - 1]]));
    }
    report(&problems);
}

/// A history with its clean databases, as if the checkpoint were lost: they are ahead of any stop.
#[test]
fn a_clean_database_of_later() {
    let mut problems = Vec::new();
    for name in ["undo-4k", "multi-4k", "keep-8k"] {
        let Some(set) = sets::history(name) else {
            continue;
        };
        let mut files = set.files;
        files.retain(|n, _| is_log(n) || is_database(n));
        let case = Case {
            name: name.to_owned(),
            files,
            options: set.options,
        };
        let all: Vec<Lgpos> = records(&case.files).iter().map(|r| r.at).collect();
        // Behind its detach nothing keeps a database from ending there.
        let held = databases(&case.files).into_iter().map(|n| {
            let fs = super::recovery_support::world::memory(&case.files);
            let bytes = read(&fs, &at(&n)).expect("a database");
            let header = ese_core::format::header_page::select_header(&bytes);
            header.expect("a header").header.lgpos_consistent
        });
        let newest = held.max().expect("a database");
        let ahead: Vec<Lgpos> = all.iter().copied().filter(|&at| at <= newest).collect();
        problems.extend(all_refused(&case, &some_of(&ahead, testkit::rounds(5, 50))));
        problems.extend(all_refused(&case, &[newest, all[0]]));
        // No byte of a database either.
        let asked = run(&case.files, &case.with(|o| o.stop = Some(before(newest))));
        for name in databases(&case.files) {
            if asked.files()[&name] != case.files[&name] {
                problems.push(format!("{}: {name} was written to", case.name));
            }
        }
    }
    report(&problems);
}

/// A database that only what is cut off would have named: made, or attached, behind the stop.
#[test]
fn a_database_that_only_later_logs_name() {
    // Two of three databases were made in generation 1, the third in generation 2.
    let Some(set) = sets::history("multi-4k") else {
        return;
    };
    let mut problems = Vec::new();
    let all = records(&set.files);
    let first_of_two = all.iter().find(|r| r.at.generation == 2).expect("a record");
    for name in databases(&set.files) {
        let mut files = set.files.clone();
        // This one is there, the others are made again.
        files.retain(|n, _| is_log(n) || *n == name);
        let case = Case {
            name: format!("multi-4k with {name}"),
            files,
            options: set.options.clone(),
        };
        problems.extend(all_refused(&case, &[first_of_two.at]));
    }
    report(&problems);
}

/// The checkpoint is behind the stop: nothing would be replayed, and the databases stay as they are.
#[test]
fn a_stop_before_the_checkpoint() {
    let Some(case) = Case::crash("undo-phase-cut-16k") else {
        return;
    };
    let all: Vec<Lgpos> = records(&case.files).iter().map(|r| r.at).collect();
    let early: Vec<Lgpos> = all.into_iter().filter(|at| at.generation < 7).collect();
    let mut problems = all_refused(&case, &some_of(&early, 4));
    problems.extend(all_refused(&case, &early[..1]));
    // With the database gone, too: the list of the checkpoint is not looked at before.
    let mut without: Files = case.files.clone();
    without.retain(|n, _| !is_database(n));
    for &at in &some_of(&early, 2) {
        let asked = run(&without, &case.with(|o| o.stop = Some(before(at))));
        let differ = different(&without, &asked.files());
        if asked.answer_name() != REFUSED || !differ.is_empty() {
            problems.push(format!("{at}: {}, {differ:?}", asked.answer_name()));
        }
    }
    report(&problems);
}

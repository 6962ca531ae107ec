//! A cache that has to write all the time comes to what one comes to that never has to.
#![forbid(unsafe_code)]

use super::logs::{really_end, records};
use super::recovery_support::check::{clean_and_sound, contents};
use super::recovery_support::sets::{Files, is_database};
use super::recovery_support::world::{DIR, at, memory, recover_in};
use super::replay_support::Replayer;
use super::replay_support::session::Change;
use super::{Case, different_databases, recovered_contents, replays_to_itself, report};
use ese_core::format::ids::Lgpos;
use ese_core::io::faulty::{CrashKind, Fault, FaultyFileSystem, Plan, is_crash};
use ese_core::io::rng::{Rng as _, SeededRng};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Bytes that give the smallest cache there is.
const SMALLEST: usize = 0;

/// The position of a history at which most replaces are not committed.
fn most_open(files: &Files) -> (Lgpos, usize) {
    let fs = memory(files);
    let places: Vec<Lgpos> = records(files).iter().map(|r| r.at).collect();
    let (mut n, mut best) = (0, (places[0], 0));
    Replayer::watch_in(&fs, Path::new(DIR), |replayer, _| {
        let versions = replayer.sessions.values().flat_map(|s| s.versions.values());
        let open = versions
            .filter(|v| matches!(v.change, Change::Replace(_) | Change::FlagDelete))
            .count();
        // In front of a place where it can be cut.
        if open > best.1 && places[n].ib > 0 {
            best = (places[n], open);
        }
        n += 1;
        Ok(())
    })
    .unwrap_or_else(|e| panic!("{e}"));
    best
}

/// Crash sets with open transactions, and histories that end where most is open.
fn cases() -> Vec<Case> {
    let crashes = [
        "mixed-end-4k",
        "mixed-end-8k",
        "mixed-end-32k",
        "mixed-mid-16k",
        "rollback-cut-4k",
        "rollback-cut-32k",
        "undo-phase-cut-16k",
    ];
    let mut out: Vec<Case> = crashes.iter().filter_map(|n| Case::crash(n)).collect();
    for mut case in ["mix-4k", "space-4k", "macro-4k"]
        .iter()
        .filter_map(|n| Case::history(n))
    {
        let (end, open) = most_open(&case.files);
        eprintln!("{}: {open} changes are open at {end}", case.name);
        assert!(open > 20, "{}: {open}", case.name);
        case.files = really_end(&case.files, end);
        out.push(case);
    }
    out
}

#[test]
fn a_small_cache_comes_to_the_same() {
    let mut problems = Vec::new();
    for case in cases() {
        let small = case.with(|o| o.cache_bytes = SMALLEST);
        let done = recovered_contents(&case.files, &case.options).and_then(|(_, wanted)| {
            let (recovered, ours) = recovered_contents(&case.files, &small)?;
            different_databases(&ours, &wanted)?;
            if case.files.contains_key("edb00000001.log") {
                replays_to_itself(&recovered)?;
            }
            Ok(())
        });
        problems.extend(done.err().map(|e| format!("{}: {e}", case.name)));
    }
    report(&problems);
}

fn disk(files: &Files) -> FaultyFileSystem {
    let fs = FaultyFileSystem::default();
    assert!(fs.put_dir(DIR));
    for (name, bytes) in files {
        assert!(fs.put(at(name), bytes), "{name}");
    }
    fs
}

/// Small caches, crashes in between, and a cache of any size in the end.
#[test]
fn a_small_cache_and_crashes_come_to_the_same() {
    let mut problems = Vec::new();
    for case in cases() {
        let (_, wanted) = recovered_contents(&case.files, &case.options)
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let small = case.with(|o| o.cache_bytes = SMALLEST);
        let start = disk(&case.files);
        let quiet = start.fork(Plan::quiet());
        recover_in(Arc::new(quiet.clone()), &small)
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let most = quiet.ops();
        let first = testkit::first_seed();
        for seed in first..first + testkit::rounds(6, 200) {
            let mut rng = SeededRng::new(seed);
            let mut fs = start.fork(Plan::quiet());
            for _ in 0..1 + rng.below(3) {
                let fault = [Fault::CrashBefore, Fault::CrashAfter][rng.below(2) as usize];
                let cut = fs.fork(Plan::seeded(rng.next_u64()).at(rng.below(most), fault));
                if let Err(e) = recover_in(Arc::new(cut.clone()), &small)
                    && !(is_crash(&e) || cut.is_down())
                {
                    problems.push(format!("{}, seed {seed}: {e}", case.name));
                }
                let kind = [CrashKind::ProcessCrash, CrashKind::PowerCut][rng.below(2) as usize];
                fs = cut.image(kind, rng.next_u64());
            }
            let options = if rng.below(2) == 0 {
                &small
            } else {
                &case.options
            };
            let done = recover_in(Arc::new(fs.clone()), options).map_err(|e| e.to_string());
            let done = done.and_then(|_| holds(&fs, &wanted));
            problems.extend(
                done.err()
                    .map(|e| format!("{}, seed {seed}: {e}", case.name)),
            );
        }
    }
    report(&problems);
}

fn holds(fs: &FaultyFileSystem, wanted: &BTreeMap<String, super::Contents>) -> Result<(), String> {
    let there = fs.snapshot();
    let names = there.keys().filter_map(|p| p.file_name()?.to_str());
    let mut ours = BTreeMap::new();
    for name in names.filter(|n| is_database(n)) {
        let problems = clean_and_sound(fs, &at(name));
        if !problems.is_empty() {
            return Err(format!("{name}: {}", problems.join("; ")));
        }
        ours.insert(name.to_owned(), contents(fs, &at(name))?);
    }
    // Which pages were taken may differ: what names them is not compared.
    for (name, wanted) in wanted {
        let held = ours.get(name).ok_or_else(|| format!("{name} is gone"))?;
        let differ = super::different_tables(held, wanted, false);
        if !differ.is_empty() {
            return Err(format!("{name}: {}", differ.join("; ")));
        }
    }
    Ok(())
}

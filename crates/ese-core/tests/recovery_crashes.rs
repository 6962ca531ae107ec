//! Goal: what the original engine left at a crash ends as it ended with the original itself.
//!
//! Method: every crash set is recovered in memory by the call that it names; answers, contents (hashes
//! that the original's API gave), header and soundness are compared. Where the logs reach back to the
//! creation of a database, the reference replayer goes through the logs that recovery leaves and must
//! come to the recovered file page for page: what recovery did is what it logged. The recovered files
//! are left in `target/testdata/recovered` for the independent readers (`xtask/python/compare.py`).
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::recovery::{DbFate, Options};
use recovery_support::check::{
    attach_answer, clean_and_sound, contents, different_tables, golden_contents, header,
};
use recovery_support::logs;
use recovery_support::sets::{self, Files, Set, databases, different, is_database};
use recovery_support::world::{DIR, Recovered, at, memory, run};
use replay_support::Replayer;
use replay_support::same::compare_with_bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Records of an undo phase.
const OF_UNDO: [&str; 7] = [
    "RecoveryUndo2",
    "MacroAbort",
    "Undo",
    "UndoInfo",
    "Rollback",
    "ShutDownMark",
    "RecoveryQuit2",
];

fn crash_sets() -> Vec<Set> {
    let names = testkit::sets("crashes");
    if names.is_empty() {
        testkit::skip("witness/crashes");
    }
    let set = |name: &String| sets::crash(name).expect("the set is there");
    names.iter().map(set).collect()
}

fn recovered(set: &Set) -> Result<Recovered, String> {
    let recovered = run(&set.files, &set.options);
    recovered.outcome()?;
    Ok(recovered)
}

/// The logs say how the database came to be what it is.
fn replay_of_our_logs(recovered: &Recovered, files: &Files) -> Result<(), String> {
    let replayer = Replayer::watch_in(&recovered.fs, Path::new(DIR), |_, _| Ok(()))
        .map_err(|e| format!("replay of the logs after recovery: {e}"))?;
    if replayer.tally.left_over != 0 {
        let n = replayer.tally.left_over;
        return Err(format!("{n} versions were rolled back without an Undo"));
    }
    for name in databases(files) {
        let sign = header(&recovered.fs, &at(&name))?.sign_db;
        let made = replayer.databases.iter().find(|d| d.sign == sign);
        let made = made.ok_or_else(|| format!("{name} is not in the logs"))?;
        let compared = compare_with_bytes(made, &files[&name]).map_err(|e| e.to_string())?;
        if let Some((pgno, why)) = compared.different.first() {
            let n = compared.different.len();
            return Err(format!(
                "{name}: {n} pages are not what the logs say, first {pgno}: {why}"
            ));
        }
    }
    Ok(())
}

fn check(set: &Set, recovered: &Recovered) -> Vec<String> {
    let result = &set.json["result"];
    let after = recovered.files();
    let mut problems = Vec::new();
    let wanted: BTreeSet<&String> = result["databases"]
        .as_object()
        .expect("databases")
        .keys()
        .collect();
    for name in wanted {
        let answer = attach_answer(&recovered.fs, name);
        let golden = &result["databases"][name];
        if golden == "absent" {
            if after.contains_key(name) || result["attach"] != answer {
                problems.push(format!("{name} is there, attach says {answer}"));
            }
            continue;
        }
        if result["attach"] != answer {
            problems.push(format!("attach {name}: {answer}, not {}", result["attach"]));
            continue;
        }
        let theirs = golden_contents(&golden["tables"]);
        match contents(&recovered.fs, &at(name)) {
            Ok(ours) => {
                problems.extend(different_tables(&ours, &theirs, false));
                if !different_tables(&ours, &theirs, true).is_empty() {
                    eprintln!("  {name}: other pages were chosen than the original's");
                }
            }
            Err(e) => problems.push(e),
        }
        let sound = clean_and_sound(&recovered.fs, &at(name));
        problems.extend(sound.into_iter().take(5).map(|e| format!("{name}: {e}")));
    }
    if logs::from_creation(&set.json["as_left"]["generations"]) {
        problems.extend(replay_of_our_logs(recovered, &after).err());
    }
    problems
}

/// What the undo phase logs, by type: as many records as the original's. That need not be (the
/// witness's README), but it is, and a difference wants to be looked at.
fn compare_undo(set: &Set, recovered: &Recovered) -> Result<(), String> {
    let ours = logs::count(&recovered.fs)?;
    let theirs = logs::golden_count(&set.json["result"]["generations"]);
    let left = logs::golden_count(&set.json["as_left"]["generations"]);
    let n = |counts: &BTreeMap<String, u64>, typ: &str| counts.get(typ).copied().unwrap_or(0);
    let mut differ = Vec::new();
    let said = OF_UNDO.map(|typ| {
        let (left, ours, theirs) = (n(&left, typ), n(&ours, typ), n(&theirs, typ));
        // Its result is that of a run after recovery, which closed the log once more.
        let later = u64::from(typ == "ShutDownMark");
        if ours + later != theirs {
            differ.push(typ);
        }
        format!("{typ} {left}+{} ({})", ours - left, theirs - later)
    });
    eprintln!("  {}", said.join(", "));
    // Where logs were removed, those of the original's result are fewer.
    if differ.is_empty() || set.options.circular {
        Ok(())
    } else {
        Err(format!("other numbers of {differ:?}: {}", said.join(", ")))
    }
}

/// For the independent readers.
fn keep(set: &Set, files: &Files) {
    let dir = testkit::target().join("testdata/recovered").join(&set.name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("target can be written");
    for (name, bytes) in files.iter().filter(|(n, _)| is_database(n)) {
        std::fs::write(dir.join(name), bytes).expect("target can be written");
    }
}

#[test]
fn every_crash_ends_as_it_ended_with_the_original() {
    let mut problems = Vec::new();
    for set in crash_sets() {
        let found = match recovered(&set) {
            Ok(recovered) => {
                let mut found = check(&set, &recovered);
                eprintln!("{}: {} problems", set.name, found.len());
                found.extend(compare_undo(&set, &recovered).err());
                keep(&set, &recovered.files());
                found
            }
            Err(e) => vec![e],
        };
        problems.extend(found.into_iter().map(|e| format!("{}: {e}", set.name)));
    }
    let n = problems.len();
    assert!(
        problems.is_empty(),
        "{n} problems:\n{}",
        problems.join("\n")
    );
}

#[test]
fn the_same_recovery_twice_gives_the_same_bytes() {
    for set in crash_sets() {
        let (first, second) = (run(&set.files, &set.options), run(&set.files, &set.options));
        first
            .outcome()
            .unwrap_or_else(|e| panic!("{}: {e}", set.name));
        let differ = different(&first.files(), &second.files());
        assert!(differ.is_empty(), "{}: {differ:?}", set.name);
    }
}

/// What was recovered needs no recovery, and what a crash right after leaves needs little.
#[test]
fn a_recovered_set_is_left_as_it_is() {
    for set in crash_sets() {
        let first = recovered(&set).unwrap_or_else(|e| panic!("{}: {e}", set.name));
        let second = run(&first.files(), &set.options);
        let outcome = second
            .outcome()
            .unwrap_or_else(|e| panic!("{}: {e}", set.name));
        assert!(outcome.start.is_none(), "{}: {outcome:?}", set.name);
        let differ = different(&first.files(), &second.files());
        assert!(differ.is_empty(), "{}: {differ:?}", set.name);
        // A stale checkpoint: everything is replayed again, nothing comes of it.
        let mut stale = first.files();
        let old = set.files.get("edb.chk").cloned();
        stale.remove("edb.chk");
        stale.extend(old.map(|bytes| ("edb.chk".to_owned(), bytes)));
        let third = run(&stale, &set.options);
        third
            .outcome()
            .unwrap_or_else(|e| panic!("{}: stale checkpoint: {e}", set.name));
        let now = third.files();
        for name in databases(&first.files()) {
            let same = contents(&first.fs, &at(&name)) == contents(&third.fs, &at(&name));
            assert!(same, "{}: {name} after a stale checkpoint", set.name);
            let problems = clean_and_sound(&third.fs, &at(&name));
            assert!(problems.is_empty(), "{}: {problems:?}", set.name);
        }
        assert_eq!(databases(&now), databases(&first.files()), "{}", set.name);
    }
}

/// Clean databases of Windows, with logs that hold an undo phase which Windows wrote: recovery with
/// the checkpoint, without it, and with the whole history believed, changes no content.
#[test]
fn the_logs_of_two_windows_change_nothing() {
    for name in ["srum-win10-19043-feb2022-a", "srum-win11-22000-feb2022-a"] {
        let Some(files) = sets::sample_folder(name) else {
            testkit::skip(&format!("samples/{name}"));
            continue;
        };
        let golden = testkit::goldens().into_iter().find(|p| {
            p.file_name().and_then(|n| n.to_str()) == Some(&format!("original__{name}.json"))
        });
        let golden = testkit::json(&golden.expect("a sample with its golden"));
        let theirs = golden_contents(&golden["recovered"]["tables"]);
        let options = Options::of_folder(PathBuf::from(DIR), "SRU");
        let ignoring = Options {
            ignore_checkpoint: true,
            ..options.clone()
        };
        let mut without = files.clone();
        without.retain(|n, _| n != "SRU.chk");
        for (what, files, options) in [
            ("as it is", &files, &options),
            ("without checkpoint", &without, &options),
            ("checkpoint not believed", &files, &ignoring),
        ] {
            let recovered = run(files, options);
            let outcome = recovered
                .outcome()
                .unwrap_or_else(|e| panic!("{name}, {what}: {e}"));
            eprintln!("{name}, {what}: {outcome:?}");
            assert!(outcome.undone.is_empty(), "{name}, {what}: {outcome:?}");
            let fates: Vec<DbFate> = outcome.databases.iter().map(|d| d.fate).collect();
            assert!(
                !fates.contains(&DbFate::Rebuilt),
                "{name}, {what}: {fates:?}"
            );
            let same = recovered.fs.get(&at("SRUDB.dat")).as_ref() == files.get("SRUDB.dat");
            assert!(same, "{name}, {what}: a clean database was written to");
            let ours = contents(&recovered.fs, &at("SRUDB.dat")).expect("a database");
            let differ = different_tables(&ours, &theirs, true);
            assert!(differ.is_empty(), "{name}, {what}: {differ:?}");
        }
        // Generation 3 of the first holds RecoveryUndo2, Undo and RecoveryQuit2.
        let counted = logs::count(&memory(&files)).unwrap_or_else(|e| panic!("{name}: {e}"));
        eprintln!("{name}: {:?}", counted.get("Undo"));
    }
}

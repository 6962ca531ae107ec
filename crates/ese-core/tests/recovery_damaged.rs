//! Goal: damaged sets get the original's answer, and nothing is lost by asking.
//!
//! Method: every damaged set is recovered by the call that it names. The answer, then that of an
//! attach, must be the original's, or a stricter one of [`STRICTER`]. Where the original ends with a
//! clean database, ours has the same contents. Where it does not, the files are what they were but for
//! the header of the database and a mended last segment; and when the undamaged files are put back
//! (our database stays), recovery succeeds with the contents of the undamaged set.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::format::ids::PageSize;
use ese_core::recovery::Options;
use recovery_support::check::{
    attach_answer, clean_and_sound, contents, different_tables, golden_contents, header,
};
use recovery_support::sets::{self, Files, Set, different, is_database, witness_options};
use recovery_support::world::{Recovered, at, run};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Sets to which our answer is another one than the original's: set, answer of the original, ours, why.
const STRICTER: &[(&str, &str, &str, &str)] = &[];

const DATABASE: &str = "a.edb";
const SEGMENT: usize = 4096;

fn damaged_sets() -> Vec<Set> {
    let names = testkit::damaged_sets();
    if names.is_empty() {
        testkit::skip("witness/crashes/damaged-*");
    }
    let set = |name: &String| sets::damaged(name).expect("the set is there");
    names.iter().map(set).collect()
}

/// The answers of JetInit and, when that was success, of JetAttachDatabase.
fn answers(recovered: &Recovered) -> (String, Option<String>) {
    let init = recovered.answer_name();
    let attach = (init == "JET_errSuccess").then(|| attach_answer(&recovered.fs, DATABASE));
    (init.to_owned(), attach.map(str::to_owned))
}

fn wanted(set: &Set) -> (String, Option<String>) {
    let result = &set.json["result"];
    let text = |v: &Json| v.as_str().map(str::to_owned);
    let init = text(&result["init"]).expect("an answer");
    (init, text(&result["attach"]))
}

/// The original's database ends clean, with contents that were read.
fn golden_tables(set: &Set) -> Option<&Json> {
    let tables = &set.json["result"]["databases"][DATABASE]["tables"];
    tables.is_object().then_some(tables)
}

/// Files that recovery may not have changed, and did.
fn lost(before: &Files, after: &Files) -> Vec<String> {
    let mut out = Vec::new();
    for (name, how) in different(before, after) {
        let (Some(old), Some(new)) = (before.get(&name), after.get(&name)) else {
            out.push(format!("{name} {how}"));
            continue;
        };
        let first = old.iter().zip(new).position(|(a, b)| a != b);
        let last = old.iter().zip(new).rposition(|(a, b)| a != b);
        let (Some(first), Some(last)) = (first, last) else {
            out.push(format!("{name} {how}"));
            continue;
        };
        let allowed = old.len() == new.len()
            && if is_database(&name) {
                // Header and its copy.
                last < 2 * PageSize::K4.bytes()
            } else {
                name == "edb.log" && first / SEGMENT == last / SEGMENT
            };
        // The map of flushes is written when the header is: it is made anew when it is missing.
        if !allowed && !name.ends_with(".jfm") {
            out.push(format!("{name} {how}, bytes {first:#x} to {last:#x}"));
        }
    }
    out
}

/// Logs and database that the original keeps are kept, those that it removes are removed.
fn kept(set: &Set, after: &Files) -> Vec<String> {
    let theirs = set.json["result"]["files"].as_array().expect("files");
    let generations = set.json["result"]["generations"].as_array();
    let current = generations.and_then(|g| g.iter().find(|g| g["file"] == "edb.log"));
    // A current log of generation 1 is that of a sequence which the run after recovery began.
    let is_new = |name: &str| name == "edb.log" && current.is_some_and(|g| g["generation"] == 1);
    let is_theirs = |name: &str| theirs.iter().any(|t| t == name) && !is_new(name);
    let matters = |name: &&String| sets::is_log(name) || is_database(name);
    let names = set.files.keys().filter(matters);
    let wrong = names.filter(|n| is_theirs(n) != after.contains_key(*n));
    wrong
        .map(|n| format!("{n}: there with us or the original only"))
        .collect()
}

/// The files that the set's changes touched as they are in the base; the database stays when it was
/// not one of them.
fn mended(set: &Set, after: &Files) -> Option<Files> {
    let base = sets::base(set.json["base"].as_str().expect("a name"))?;
    let mut out = after.clone();
    let changes = set.json["changes"].as_array().expect("changes");
    let touched: BTreeSet<&str> = changes.iter().filter_map(|c| c["file"].as_str()).collect();
    for name in touched {
        match base.get(name) {
            Some(bytes) => drop(out.insert(name.to_owned(), bytes.clone())),
            None => drop(out.remove(name)),
        }
    }
    Some(out)
}

/// What a base holds when it is recovered undamaged.
fn contents_of_base(set: &Set) -> Option<recovery_support::check::Contents> {
    let base = sets::base(set.json["base"].as_str().expect("a name"))?;
    let recovered = run(&base, &witness_options(PageSize::K4));
    recovered
        .outcome()
        .unwrap_or_else(|e| panic!("{}: base: {e}", set.name));
    Some(contents(&recovered.fs, &at(DATABASE)).expect("a database"))
}

fn mending(set: &Set, after: &Files) -> Vec<String> {
    let (Some(files), Some(wanted)) = (mended(set, after), contents_of_base(set)) else {
        testkit::skip(&format!("the base of {}", set.name));
        return Vec::new();
    };
    let options: Options = witness_options(PageSize::K4);
    let recovered = run(&files, &options);
    if let Err(e) = recovered.outcome() {
        return vec![format!("mended: {e}")];
    }
    let mut out = match contents(&recovered.fs, &at(DATABASE)) {
        Ok(ours) => different_tables(&ours, &wanted, true),
        Err(e) => vec![e],
    };
    out.extend(clean_and_sound(&recovered.fs, &at(DATABASE)));
    out.into_iter().map(|e| format!("mended: {e}")).collect()
}

fn check(set: &Set) -> Vec<String> {
    let recovered = run(&set.files, &set.options);
    let after = recovered.files();
    let (ours, theirs) = (answers(&recovered), wanted(set));
    let mut problems = Vec::new();
    let stricter = STRICTER.iter().find(|row| row.0 == set.name);
    match stricter {
        Some(&(_, original, mine, _))
            if (theirs.0.as_str(), ours.0.as_str()) != (original, mine) =>
        {
            problems.push(format!(
                "{ours:?}, the original {theirs:?}, the table {stricter:?}"
            ));
        }
        Some(_) => {}
        None if ours != theirs => {
            let why = recovered.outcome().err().unwrap_or_default();
            problems.push(format!("{ours:?}, the original {theirs:?} {why}"));
        }
        None => {}
    }
    if let Err(e) = &recovered.answer {
        eprintln!("{}: {e}", set.name);
        if e.file.is_none() && e.lgpos.is_none() {
            eprintln!("  (says neither file nor position)");
        }
    }
    if ours.0 != "JET_errSuccess" {
        problems.extend(lost(&set.files, &after));
    }
    let golden = &set.json["result"]["databases"][DATABASE]["header"];
    if let (Ok(h), Some(state)) = (
        header(&recovered.fs, &at(DATABASE)),
        golden["state"].as_str(),
    ) {
        if stricter.is_none() && h.state().name() != state {
            problems.push(format!(
                "{} afterwards, the original's is {state}",
                h.state()
            ));
        }
        if golden["genRecovering"] != h.gen_recovering {
            let n = &golden["genRecovering"];
            eprintln!(
                "  {}: genRecovering {}, the original's {n}",
                set.name, h.gen_recovering
            );
        }
    }
    match golden_tables(set) {
        Some(tables) if ours == theirs && ours.0 == "JET_errSuccess" => {
            let theirs = golden_contents(tables);
            match contents(&recovered.fs, &at(DATABASE)) {
                Ok(ours) => problems.extend(different_tables(&ours, &theirs, false)),
                Err(e) => problems.push(e),
            }
            problems.extend(clean_and_sound(&recovered.fs, &at(DATABASE)));
            problems.extend(kept(set, &after));
        }
        _ => problems.extend(mending(set, &after)),
    }
    problems
}

#[test]
fn every_damage_gets_its_answer_and_loses_nothing() {
    let mut problems = Vec::new();
    for set in damaged_sets() {
        let found = check(&set);
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
fn the_table_of_stricter_answers_names_sets_that_exist() {
    for (name, ..) in STRICTER {
        let there = testkit::damaged_sets().iter().any(|n| n == name);
        assert!(there || testkit::witness().is_none(), "{name}");
    }
}

//! Goal: whole log histories of the original engine, recovered from nothing, give its databases.
//!
//! Method: only the logs of a set lie in the folder. Recovery makes every database from its CreateDB
//! record; then each must equal the file that the original left behind: every page, the header fields
//! of the set's JSON, the contents of every table; and `integrity` finds no damage. The logs end with
//! a clean shutdown, so that recovery has nothing to write into them, and a second one nothing to do.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::format::db_header::DbHeader;
use ese_core::recovery::{DbFate, Options};
use recovery_support::check::{
    ONLY_IN_OURS, clean_and_sound, contents, different_fields, different_pages, different_tables,
    golden_contents, header,
};
use recovery_support::logs;
use recovery_support::sets::{self, Files, databases, different, is_log, logs_only};
use recovery_support::world::{Recovered, at, files, recover_in, run};
use serde_json::Value as Json;
use std::path::PathBuf;
use std::sync::Arc;

/// Formats below 9180 don't say in the header how far the file was resized: recovery leaves the pages
/// that the running engine had cut off, as the original's does (docs/format/log-records.md, ShrinkDB2).
/// They are in no tree: the trees are equal to those of the original's file, which does not have them.
fn may_keep_cut_pages(header: &DbHeader, recovered: &Recovered) -> bool {
    let counted = logs::count(&recovered.fs).unwrap_or_default();
    header.lgpos_last_resize.is_min() && counted.contains_key("ShrinkDB2")
}

/// Recovers the logs and compares with the databases that lie beside them.
fn from_nothing(all: &Files, options: &Options) -> Result<Recovered, Vec<String>> {
    let logs = logs_only(all);
    let recovered = run(&logs, options);
    let outcome = recovered.outcome().map_err(|e| vec![e])?;
    let mut problems = Vec::new();
    let made = outcome.databases.iter();
    let made = made.filter(|d| d.fate == DbFate::Rebuilt).count();
    if made != databases(all).len() {
        problems.push(format!("{made} databases were rebuilt: {outcome:?}"));
    }
    let (Some(start), Some((first, _))) = (outcome.start, outcome.generations) else {
        return Err(vec![format!("nothing was replayed: {outcome:?}")]);
    };
    if start.generation != first || !outcome.undone.is_empty() {
        problems.push(format!("{outcome:?}"));
    }
    let after = recovered.files();
    for (name, how) in different(&logs, &after) {
        if is_log(&name) {
            problems.push(format!("log {name} {how}: a clean log is not written to"));
        }
    }
    for name in databases(all) {
        let Some(ours) = after.get(&name) else {
            problems.push(format!("{name} was not made"));
            continue;
        };
        match header(&recovered.fs, &at(&name)) {
            Ok(h) => {
                let size = h.page_size().expect("a page size");
                let mut pages = different_pages(ours, &all[&name], size);
                if may_keep_cut_pages(&h, &recovered) {
                    pages.retain(|(_, why)| why != ONLY_IN_OURS);
                }
                let n = pages.len();
                for (pgno, why) in pages.into_iter().take(3) {
                    problems.push(format!("{name}: one of {n} pages, {pgno}: {why}"));
                }
            }
            Err(e) => problems.push(format!("{name}: {e}")),
        }
        let sound = clean_and_sound(&recovered.fs, &at(&name));
        problems.extend(sound.into_iter().take(5).map(|e| format!("{name}: {e}")));
    }
    if problems.is_empty() {
        Ok(recovered)
    } else {
        Err(problems)
    }
}

/// A database against the header and tables that the original's API gave.
fn against_golden(recovered: &Recovered, name: &str, golden: &Json) -> Vec<String> {
    let path = at(name);
    let mut out = match header(&recovered.fs, &path) {
        Ok(h) => different_fields(&h, &golden["header"], &[]),
        Err(e) => vec![e],
    };
    match contents(&recovered.fs, &path) {
        Ok(ours) => {
            let theirs = golden_contents(&golden["tables"]);
            out.extend(different_tables(&ours, &theirs, true));
        }
        Err(e) => out.push(e),
    }
    out.into_iter().map(|e| format!("{name}: {e}")).collect()
}

/// What was recovered is clean: nothing is replayed and no byte changes.
fn nothing_to_do(recovered: &Recovered, options: &Options) -> Vec<String> {
    let before = recovered.files();
    let again = recover_in(Arc::new(recovered.fs.clone()), options);
    let mut out = Vec::new();
    match again {
        Ok(outcome) if outcome.start.is_none() && outcome.records == 0 => {}
        Ok(outcome) => out.push(format!("a second recovery replayed: {outcome:?}")),
        Err(e) => out.push(format!("a second recovery: {e}")),
    }
    for (name, how) in different(&before, &files(&recovered.fs)) {
        out.push(format!("{name} {how} after a second recovery"));
    }
    out
}

fn report(problems: &[String]) {
    let n = problems.len();
    assert!(
        problems.is_empty(),
        "{n} problems:\n{}",
        problems.join("\n")
    );
}

#[test]
fn every_history_is_rebuilt_from_its_logs() {
    let names = testkit::sets("histories");
    if names.is_empty() {
        testkit::skip("witness/histories");
    }
    let mut problems = Vec::new();
    for name in &names {
        let set = sets::history(name).expect("the set is there");
        let found = match from_nothing(&set.files, &set.options) {
            Ok(recovered) => {
                let databases = set.json["databases"].as_object().expect("databases");
                let golden = databases.iter();
                let mut found: Vec<String> = golden
                    .flat_map(|(file, golden)| against_golden(&recovered, file, golden))
                    .collect();
                found.extend(nothing_to_do(&recovered, &set.options));
                found
            }
            Err(found) => found,
        };
        eprintln!("{name}: {} problems", found.len());
        problems.extend(found.into_iter().map(|e| format!("{name}: {e}")));
    }
    report(&problems);
}

#[test]
fn the_logs_of_windows_are_replayed_from_nothing() {
    let Some(files) = sets::sample_folder("srum-server2022-t0") else {
        testkit::skip("samples/srum-server2022-t0");
        return;
    };
    let options = Options::of_folder(PathBuf::from(recovery_support::world::DIR), "SRU");
    let recovered = from_nothing(&files, &options).unwrap_or_else(|e| panic!("{}", e.join("\n")));
    let golden = testkit::goldens();
    let golden = golden.into_iter().find(|p| {
        let name = p.file_name().and_then(|n| n.to_str());
        name == Some("srum-server2022-t0__SRUDB.dat.json")
    });
    let golden = testkit::json(&golden.expect("a sample with its golden"));
    let ours = contents(&recovered.fs, &at("SRUDB.dat")).expect("a database");
    let theirs = golden_contents(&golden["tables"]);
    let mut problems = different_tables(&ours, &theirs, true);
    // The header that Windows left.
    let theirs = sets::databases(&files)[0].clone();
    let theirs = ese_core::format::header_page::select_header(&files[&theirs]).expect("a header");
    let wanted = recovery_support::check::header_json(&theirs.header);
    let h = header(&recovered.fs, &at("SRUDB.dat")).expect("a header");
    problems.extend(different_fields(&h, &wanted, &[]));
    problems.extend(nothing_to_do(&recovered, &options));
    report(&problems);
}

/// The same on a real disk: one small set, in a folder of its own.
#[test]
fn a_real_folder_is_recovered_like_one_in_memory() {
    let Some(set) = sets::history("undo-4k") else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let dir = tempfile::tempdir().expect("a folder for the test");
    for (name, bytes) in logs_only(&set.files) {
        std::fs::write(dir.path().join(name), bytes).expect("a file of the test");
    }
    let options = Options {
        log_dir: dir.path().to_path_buf(),
        checkpoint_dir: dir.path().to_path_buf(),
        database_dir: Some(dir.path().to_path_buf()),
        ..set.options.clone()
    };
    let real = ese_core::io::real::RealFileSystem::shared();
    recover_in(real, &options).unwrap_or_else(|e| panic!("{e}"));
    let on_disk = sets::read_folder(dir.path());
    let in_memory = run(&logs_only(&set.files), &set.options);
    in_memory.outcome().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(different(&in_memory.files(), &on_disk), Default::default());
}

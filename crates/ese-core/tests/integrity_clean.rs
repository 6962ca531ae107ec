//! Goal: what the original engine made and calls clean passes without damage.
//!
//! Method: every witness database, the final databases of every history, and every clean sample;
//! notes are printed, damage fails.

use ese_core::io::real::RealFileSystem;
use ese_core::maintenance::integrity::{Options, Report, Rule, check_path};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn check(path: &Path) -> Report {
    check_path(
        RealFileSystem::shared().as_ref(),
        path,
        &Options::default(),
        &|_| {},
    )
    .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn databases_in(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "edb"))
        .collect();
    out.sort();
    out
}

fn expect_sound(files: impl IntoIterator<Item = (String, PathBuf)>) -> usize {
    let (mut problems, mut notes) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    let mut seen = 0;
    for (name, path) in files {
        seen += 1;
        let report = check(&path);
        assert!(report.records > 0, "{name}: no record was looked at");
        for f in &report.findings {
            notes
                .entry(f.rule.name().to_owned())
                .or_default()
                .push(format!("{name}: {f}"));
        }
        problems.extend(report.damage().map(|f| format!("{name}: {f}")));
    }
    for (rule, places) in &notes {
        println!("{rule}: {} times", places.len());
        for place in places.iter().take(4) {
            println!("    {place}");
        }
    }
    assert!(
        problems.is_empty(),
        "{} findings in {seen} databases:\n{}",
        problems.len(),
        problems.join("\n")
    );
    seen
}

#[test]
fn witness_databases_are_sound() {
    let files = testkit::sets("databases").into_iter().map(|name| {
        let dir = testkit::unpack_set("databases", &name).unwrap();
        let path = dir.join(format!("{name}.edb"));
        (name, path)
    });
    assert!(expect_sound(files) >= 10);
}

#[test]
fn final_databases_of_the_histories_are_sound() {
    let files = testkit::sets("histories").into_iter().flat_map(|name| {
        let dir = testkit::unpack_set("histories", &name).unwrap();
        databases_in(&dir).into_iter().map(move |path| {
            (
                format!("{name}/{}", path.file_name().unwrap().display()),
                path,
            )
        })
    });
    assert!(expect_sound(files) >= 10);
}

#[test]
fn clean_samples_are_sound() {
    let mut files = Vec::new();
    for path in testkit::goldens() {
        let golden = testkit::json(&path);
        if golden["tables"].is_null() || golden["state"] != "CleanShutdown" {
            continue;
        }
        let file = golden["file"].as_str().unwrap();
        match testkit::sample(file) {
            Some(db) => files.push((file.to_owned(), db)),
            None => testkit::skip(file),
        }
    }
    println!("{} samples", expect_sound(files));
}

#[test]
fn what_a_crash_left_ends_in_a_report() {
    let (mut clean, mut dirty) = (0, 0);
    for name in testkit::sets("crashes") {
        let dir = testkit::unpack_set("crashes", &name).unwrap();
        for path in databases_in(&dir) {
            let report = check(&path);
            let state: Vec<_> = report
                .findings
                .iter()
                .filter(|f| f.rule == Rule::HeaderState)
                .collect();
            if state.is_empty() {
                clean += 1;
                let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
                assert!(damage.is_empty(), "{name}: {damage:#?}");
            } else {
                dirty += 1;
                assert!(!report.is_sound(), "{name}: a dirty database is not sound");
            }
        }
    }
    println!("{clean} clean, {dirty} dirty");
    assert!(dirty > 0);
}

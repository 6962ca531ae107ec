//! Goal: `verify-backup` and `restore` say of the original's sets what the original made of them, and
//! leave databases or nothing.
//!
//! Method: `witness/backup-sets` through the built program; contents by `export --format canonical`.
#![forbid(unsafe_code)]

mod common;

use common::{Ran, eseutil};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

fn folder(name: &str, sub: &str) -> Option<PathBuf> {
    let dir = testkit::unpack_set("backup-sets", name)?;
    [dir.join(name), dir]
        .into_iter()
        .map(|d| d.join(sub))
        .find(|d| d.is_dir())
}

fn golden(name: &str, which: usize) -> Value {
    testkit::set_json("backup-sets", name).expect("a set has its JSON")["results"][which].clone()
}

fn hashes(dir: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry"));
    entries
        .map(|e| {
            let hash = testkit::sha256_hex(&std::fs::read(e.path()).expect("readable"));
            (e.file_name().into_string().expect("text"), hash)
        })
        .collect()
}

fn names(dir: &Path) -> Vec<String> {
    hashes(dir).into_keys().collect()
}

fn run(args: &[&OsStr]) -> Ran {
    eseutil(args)
}

fn restore(set: &Path, to: &Path, more: &[&OsStr]) -> Ran {
    let mut args = vec![
        OsStr::new("restore"),
        set.as_os_str(),
        "--to".as_ref(),
        to.as_os_str(),
    ];
    args.extend(more);
    run(&args)
}

/// Table `t` of a restored database is what the original has.
fn assert_is(db: &Path, golden: &Value) {
    let args = [
        "--json".as_ref(),
        "export".as_ref(),
        db.as_os_str(),
        "--format".as_ref(),
        "canonical".as_ref(),
    ];
    let found = run(&args).code(0).json();
    assert_eq!(found["state"], "CleanShutdown");
    let (ours, theirs) = (
        &found["tables"]["t"],
        &golden["databases"]["a.edb"]["tables"]["t"],
    );
    assert_eq!(ours["records"], theirs["records"]);
    assert_eq!(ours["sha256"], theirs["sha256"]);
}

const SETS: [(&str, &str); 6] = [
    ("full-writers", "set"),
    ("full-incremental", "full"),
    ("directory", "backup"),
    ("damaged-log", "set"),
    ("missing-log", "set"),
    ("stopped", "set"),
];

#[test]
fn each_set_of_the_original() {
    let mut seen = 0;
    for (name, sub) in SETS {
        let Some(set) = folder(name, sub) else {
            eprintln!("SKIPPED: {name} is not at hand");
            continue;
        };
        seen += 1;
        let before = hashes(&set);
        let dir = tempfile::tempdir().expect("a folder");
        let to = dir.path().join("restored");
        let golden = golden(name, 0);
        let verified = run(&["--json".as_ref(), "verify-backup".as_ref(), set.as_os_str()]);
        let ran = restore(&set, &to, &["--json".as_ref()]);
        if golden["outcome"] == "JET_errSuccess" {
            let verified = verified.code(0).json();
            assert_eq!(verified["good"], true);
            assert_eq!(verified["generations"], serde_json::json!([1, 10]));
            let report = ran.code(0).json();
            assert_eq!(report["databases"][0]["state"], "CleanShutdown");
            assert_is(&to.join("a.edb"), &golden);
            assert_eq!(names(&to), ["a.edb", "a.jfm", "restore-report.json"]);
            let saved = testkit::json(&to.join("restore-report.json"));
            assert_eq!(saved, report);
        } else {
            let verified = verified.code(1).json();
            let problems = verified["problems"].as_array().expect("problems");
            assert!(
                problems.iter().any(|p| p["jet_name"] == golden["outcome"]),
                "{name}: {verified}"
            );
            let ran = ran.code(1);
            let error: Value = serde_json::from_str(&ran.stderr).expect("an error in JSON");
            assert_eq!(error["jet_name"], golden["outcome"], "{name}: {error}");
            assert!(
                error["next"].as_str().is_some_and(|n| !n.is_empty()),
                "{error}"
            );
            assert!(!to.exists(), "{name}: something was left behind");
            assert!(!ran.stderr.contains(".ese-restore"), "{}", ran.stderr);
        }
        assert_eq!(hashes(&set), before, "{name}: the set was changed");
    }
    assert!(seen > 0);
}

#[test]
fn rolled_forward_and_stopped() {
    let (Some(set), Some(later)) = (
        folder("full-writers", "set"),
        folder("full-writers", "later"),
    ) else {
        return eprintln!("SKIPPED: full-writers is not at hand");
    };
    let before = hashes(&later);
    let dir = tempfile::tempdir().expect("a folder");
    let logs = ["--logs".as_ref(), later.as_os_str()];
    let to = dir.path().join("end");
    let ran = restore(&set, &to, &logs).code(0);
    assert!(
        ran.text().contains("generations 0x1 to 0xd"),
        "{}",
        ran.text()
    );
    assert_is(&to.join("a.edb"), &golden("full-writers", 1));
    let to = dir.path().join("middle");
    let mut until = logs.to_vec();
    until.extend([OsStr::new("--until"), OsStr::new("10")]);
    let ran = restore(&set, &to, &until).code(0);
    assert!(ran.text().contains("stopped where asked"), "{}", ran.text());
    assert_is(&to.join("a.edb"), &golden("full-writers", 0));
    // Nothing is ever restored over something.
    let ran = restore(&set, &to, &[]).code(1);
    assert!(ran.stderr.contains("not empty"), "{}", ran.stderr);
    assert_is(&to.join("a.edb"), &golden("full-writers", 0));
    // Before what the copy holds.
    let to = dir.path().join("early");
    let ran = restore(&set, &to, &["--until".as_ref(), "1".as_ref()]).code(1);
    assert!(
        ran.stderr.contains("JET_errRequiredLogFilesMissing"),
        "{}",
        ran.stderr
    );
    assert!(!to.exists());
    assert_eq!(hashes(&later), before);
}

#[test]
fn a_folder_that_is_no_set() {
    let dir = tempfile::tempdir().expect("a folder");
    let to = dir.path().join("to");
    let ran = restore(dir.path(), &to, &[]).code(1);
    assert!(
        ran.stderr.contains("no backup set") && ran.stderr.contains("next:"),
        "{}",
        ran.stderr
    );
    run(&["verify-backup".as_ref(), dir.path().as_os_str()]).code(1);
    run(&["restore".as_ref(), dir.path().as_os_str()]).code(2);
}

//! `eseutil create`: a database that appears whole, and nothing beside it.
#![forbid(unsafe_code)]

mod common;

use common::{eseutil, run};
use std::path::Path;

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_page_size_is_made_clean_and_alone() {
    let dir = tempfile::tempdir().unwrap();
    for size in ["4096", "8192", "16384", "32768"] {
        let db = dir.path().join(format!("{size}.edb"));
        let made = run("create", &db, &["--page-size", size, "--json"]).code(0);
        let made = made.json();
        assert_eq!(made["page_size"].to_string(), size);
        assert_eq!(made["state"], "CleanShutdown");
        assert_eq!(made["version"], "0x620,20,0");
        let checked = run("integrity", &db, &["--json"]).code(0).json();
        assert_eq!(checked["sound"], true, "{checked}");
        let info = run("info", &db, &["--json"]).code(0).json();
        assert_eq!(info["page_size"].to_string(), size);
    }
    let expected = ["16384.edb", "32768.edb", "4096.edb", "8192.edb"];
    assert_eq!(names(dir.path()), expected);
}

#[test]
fn what_exists_is_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("a.edb");
    std::fs::write(&db, b"mine").unwrap();
    let refused = run("create", &db, &["--json"]).code(1);
    assert!(refused.stderr.contains("-1811") || refused.stderr.contains("FileAlreadyExists"));
    assert_eq!(std::fs::read(&db).unwrap(), b"mine");
    assert_eq!(names(dir.path()), ["a.edb"]);
}

#[test]
fn a_folder_that_is_not_there_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("no/a.edb");
    run("create", &db, &[]).code(1);
    assert!(names(dir.path()).is_empty());
}

#[test]
fn usage() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("a.edb");
    for size in ["2048", "5000", "x"] {
        run("create", &db, &["--page-size", size]).code(2);
    }
    let refused = run("create", &db, &["--format-version", "1"]).code(1);
    assert!(
        refused.stderr.contains("EngineFormatVersion"),
        "{}",
        refused.stderr
    );
    assert!(names(dir.path()).is_empty());
    eseutil(["create"]).code(2);
}

#[test]
fn logs_that_are_kept_are_the_whole_history() {
    let dir = tempfile::tempdir().unwrap();
    let (db, logs) = (dir.path().join("a.edb"), dir.path().join("logs"));
    let to = logs.to_str().unwrap();
    run("create", &db, &["--logs", to]).code(0);
    assert!(names(&logs).contains(&"edb.log".to_owned()));
    // The logs alone make the database again.
    let again = dir.path().join("again");
    let args = [
        "recover".as_ref(),
        db.as_os_str(),
        "--logs".as_ref(),
        logs.as_os_str(),
        "--to".as_ref(),
        again.as_os_str(),
    ];
    eseutil(args).code(0);
    assert_eq!(names(dir.path()), ["a.edb", "a.jfm", "again", "logs"]);
}

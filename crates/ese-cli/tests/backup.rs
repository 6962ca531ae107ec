//! Goal: `backup` makes sets that verify and restore to what the database holds, incremental ones go on
//! from full ones, and what ends early says so.
//!
//! Method: databases of the witness, copied; the built program; contents by `export --format canonical`.
#![forbid(unsafe_code)]

mod common;

use common::{Ran, eseutil, kind};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A folder with a copy of a database of the witness, which was closed cleanly.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, _) = kind("template");
        std::fs::create_dir(folder.path().join("live")).expect("a folder");
        std::fs::copy(path, folder.path().join("live/a.edb")).expect("a copy");
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let paths = |a: &&str| match a.strip_prefix('@') {
            Some(name) => self.at(name).into_os_string(),
            None => OsStr::new(a).to_os_string(),
        };
        eseutil(args.iter().map(paths))
    }
}

fn contents(db: &Path) -> Value {
    let args = ["--json", "export"].map(OsStr::new);
    let more = ["--format", "canonical"].map(OsStr::new);
    let all = args.into_iter().chain([db.as_os_str()]).chain(more);
    eseutil(all).code(0).json()["tables"].clone()
}

#[test]
fn a_closed_database_goes_there_and_back() {
    let p = Place::new();
    let before = contents(&p.at("live/a.edb"));
    let refused = p
        .run(&["backup", "@live/a.edb", "--to", "@inc", "--incremental"])
        .code(1);
    assert!(
        refused.stderr.contains("JET_errMissingFullBackup"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("next: "), "{}", refused.stderr);
    assert!(!p.at("inc").exists());
    let made = p
        .run(&[
            "--json",
            "backup",
            "@live/a.edb",
            "--to",
            "@full",
            "--verify",
        ])
        .code(0)
        .json();
    assert_eq!(made["kind"], "full");
    assert!(made["files"].as_u64() >= Some(2) && made["verified"].is_object());
    p.run(&["verify-backup", "@full"]).code(0);
    // A whole folder, and what was noted is there: an incremental one goes on.
    let made = p
        .run(&["backup", "@live", "--to", "@inc", "--incremental"])
        .code(0);
    assert!(made.text().contains("incremental set"), "{}", made.text());
    p.run(&["backup", "@live", "--to", "@copy", "--no-truncate"])
        .code(0);
    for (set, more) in [("@full", None), ("@full", Some("@inc")), ("@copy", None)] {
        let _ = std::fs::remove_dir_all(p.at("to"));
        let mut args = vec!["restore", set, "--to", "@to"];
        args.extend(more.iter().flat_map(|m| ["--logs", m]));
        p.run(&args).code(0);
        assert_eq!(contents(&p.at("to/a.edb")), before, "{set} {more:?}");
    }
    // The database is as it was, and closed.
    assert_eq!(contents(&p.at("live/a.edb")), before);
    p.run(&["integrity", "@live/a.edb"]).code(0);
    // Nothing is written over.
    let again = p.run(&["backup", "@live", "--to", "@full"]).code(1);
    assert!(again.stderr.contains("new folder"), "{}", again.stderr);
}

#[test]
fn ctrl_c_is_a_stop() {
    let p = Place::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_eseutil"))
        .arg("backup")
        .arg(p.at("live/a.edb"))
        .arg("--to")
        .arg(p.at("set"))
        .args(["--throttle", "64K"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let start = Instant::now();
    while !p.at("set/ese-backup.json").exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never began");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(killed.success());
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(20));
    let refused = p.run(&["restore", "@set", "--to", "@to"]).code(1);
    assert!(
        refused.stderr.contains("stopped or interrupted"),
        "{}",
        refused.stderr
    );
    p.run(&["verify-backup", "@set"]).code(1);
    // The database is unharmed, and the next backup does not mind.
    p.run(&["integrity", "@live/a.edb"]).code(0);
    p.run(&["backup", "@live/a.edb", "--to", "@next", "--verify"])
        .code(0);
}

/// Free space of pages as `--scrub` leaves it, in runs that no record has.
fn scrubbed(db: &Path) -> usize {
    let bytes = std::fs::read(db).expect("a database");
    bytes.chunks(64).filter(|c| *c == [b'Z'; 64]).count()
}

#[test]
fn deleted_data_is_overwritten_when_asked_for() {
    let p = Place::new();
    let before = contents(&p.at("live/a.edb"));
    p.run(&["backup", "@live/a.edb", "--to", "@plain"]).code(0);
    assert_eq!(scrubbed(&p.at("plain/a.edb")), 0);
    p.run(&[
        "backup",
        "@live/a.edb",
        "--to",
        "@set",
        "--scrub",
        "--verify",
    ])
    .code(0);
    assert!(scrubbed(&p.at("set/a.edb")) > 0, "nothing was overwritten");
    assert!(scrubbed(&p.at("live/a.edb")) > 0, "nor in the database");
    p.run(&["restore", "@set", "--to", "@restored"]).code(0);
    assert_eq!(contents(&p.at("restored/a.edb")), before);
    p.run(&["backup", "--live", "@sock", "--to", "@other", "--scrub"])
        .code(2);
}

#[test]
fn calls_that_mean_nothing() {
    let p = Place::new();
    p.run(&["backup", "--to", "@set"]).code(2);
    p.run(&["backup", "@live", "--to", "@set", "--live", "@sock"])
        .code(2);
    let none = p.run(&["backup", "@none.edb", "--to", "@set"]).code(1);
    assert!(
        none.stderr.contains("JET_errFileNotFound"),
        "{}",
        none.stderr
    );
    std::fs::create_dir(p.at("empty")).expect("a folder");
    p.run(&["backup", "@empty", "--to", "@set"]).code(1);
    for args in [
        &["stop-backup", "--live", "@sock"][..],
        &["backup", "--live", "@sock", "--to", "@set"],
    ] {
        let unheard = p.run(args).code(1);
        assert!(
            unheard.stderr.contains("no program listens"),
            "{}",
            unheard.stderr
        );
    }
    assert!(!p.at("set").exists());
}

//! `eseutil copy` as people use it: the copy, the refusals, Ctrl-C.
#![forbid(unsafe_code)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn eseutil() -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_eseutil"));
    c.stdin(Stdio::null());
    c
}

fn copy(files: &[&Path], to: &Path, more: &[&str]) -> Output {
    eseutil()
        .arg("copy")
        .args(files)
        .arg("--to")
        .arg(to)
        .args(more)
        .output()
        .expect("eseutil runs")
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .expect("a folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

fn stderr(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}

fn database() -> PathBuf {
    testkit::unpack_set("databases", "damage-4k-8920")
        .expect("a fixture")
        .join("damage-4k-8920.edb")
}

#[test]
fn one_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let (from, to) = (database(), dir.path().join("copy.edb"));
    let o = copy(&[&from], &to, &["--json"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let bytes = std::fs::read(&from).expect("readable");
    assert!(std::fs::read(&to).expect("there") == bytes);
    let answer: Value = serde_json::from_slice(&o.stdout).expect("JSON");
    assert_eq!(answer["bytes"], bytes.len());
    assert_eq!(answer["files"][0]["kind"], "database (4 KiB pages)");
    assert_eq!(answer["files"][0]["units"], bytes.len() / 4096);
    assert_eq!(names(dir.path()), ["copy.edb"]);

    // Once more: refused, and the first copy stays.
    let o = copy(&[&from], &to, &[]);
    assert_eq!(o.status.code(), Some(1));
    assert!(stderr(&o).contains("exists already"), "{}", stderr(&o));
    assert!(std::fs::read(&to).expect("there") == bytes);
}

#[test]
fn a_database_with_its_logs() {
    let set = testkit::unpack_set("histories", "space-4k").expect("a fixture");
    let files: Vec<PathBuf> = std::fs::read_dir(&set)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.is_file())
        .collect();
    assert!(files.len() > 2);
    let dir = tempfile::tempdir().expect("a folder");
    let to = dir.path().join("set");
    let list: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let o = copy(&list, &to, &[]);
    assert!(o.status.success(), "{}", stderr(&o));
    assert_eq!(names(&to).len(), files.len());
    for file in &files {
        let copied = to.join(file.file_name().expect("a name"));
        assert!(std::fs::read(file).expect("readable") == std::fs::read(copied).expect("there"));
    }
}

#[test]
fn damage_is_named_with_its_page_and_the_next_step() {
    let dir = tempfile::tempdir().expect("a folder");
    let from = dir.path().join("damaged.edb");
    let mut bytes = std::fs::read(database()).expect("readable");
    bytes[6 * 4096 + 1000..6 * 4096 + 1006].copy_from_slice(b"damage");
    std::fs::write(&from, &bytes).expect("written");
    let o = copy(&[&from], &dir.path().join("copy.edb"), &[]);
    assert_eq!(o.status.code(), Some(1));
    let text = stderr(&o);
    assert!(text.contains("page 5 is damaged"), "{text}");
    assert!(text.contains("JET_errReadVerifyFailure"), "{text}");
    assert!(text.contains("next: eseutil page"), "{text}");
    assert_eq!(names(dir.path()), ["damaged.edb"]);
}

#[test]
fn what_is_no_ese_file_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    for (bytes, want) in [
        (&b""[..], "is empty"),
        (b"hello", "this is no database"),
        (&[0; 70_000], "begins with zeros"),
    ] {
        let from = dir.path().join("odd");
        std::fs::write(&from, bytes).expect("written");
        let o = copy(&[&from], &dir.path().join("copy"), &[]);
        assert_eq!(o.status.code(), Some(1));
        assert!(stderr(&o).contains(want), "{}", stderr(&o));
        assert_eq!(names(dir.path()), ["odd"]);
    }
    let o = copy(&[&dir.path().join("none")], &dir.path().join("copy"), &[]);
    assert_eq!(o.status.code(), Some(1));
    // Usage is another code.
    assert_eq!(
        copy(&[], &dir.path().join("copy"), &[]).status.code(),
        Some(2)
    );
}

/// A throttled copy that would take hours is interrupted once it is under way.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_behind() {
    for signal in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().expect("a folder");
        let mut child = eseutil()
            .arg("copy")
            .arg(database())
            .arg("--to")
            .arg(dir.path().join("copy.edb"))
            .args(["--throttle", "10"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("eseutil runs");
        // The handler stands before the temporary file is made.
        while names(dir.path()).is_empty() {
            assert!(
                child.try_wait().expect("a child").is_none(),
                "it ended early"
            );
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let kill = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(kill.expect("kill runs").success());
        let o = child.wait_with_output().expect("it ends");
        assert_eq!(o.status.code(), Some(1), "{signal}: {}", stderr(&o));
        assert!(stderr(&o).contains("stopped"), "{}", stderr(&o));
        assert!(
            stderr(&o).contains("JET_errBackupAbortByServer"),
            "{}",
            stderr(&o)
        );
        assert_eq!(names(dir.path()), [""; 0]);
    }
}

//! Goal: `recover` gives clean databases or says what is wrong and what to do next, and the input
//! stays as it is.
//!
//! Method: the crash sets and damaged sets of the witness, through the built program. Contents are held
//! against what the original engine recovered (canonical dump hashes).
#![forbid(unsafe_code)]

mod common;

use common::{Ran, eseutil};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

type Files = BTreeMap<String, String>;

/// Name and SHA-256 of every file in a folder, hidden ones too.
fn files(dir: &Path) -> Files {
    let entries = std::fs::read_dir(dir).expect("a folder");
    entries
        .map(|e| e.expect("an entry"))
        .map(|e| {
            let name = e.file_name().into_string().expect("text");
            let hash = match e.file_type().expect("a type").is_dir() {
                true => "folder".to_owned(),
                false => testkit::sha256_hex(&std::fs::read(e.path()).expect("readable")),
            };
            (name, hash)
        })
        .collect()
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder");
    let mut names: Vec<String> = entries
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

fn set(name: &str) -> Option<PathBuf> {
    let dir = testkit::unpack_set("crashes", name);
    if dir.is_none() {
        testkit::skip(&format!("crashes/{name}"));
    }
    dir
}

fn damaged(name: &str) -> Option<PathBuf> {
    let dir = testkit::unpack_damaged(name);
    if dir.is_none() {
        testkit::skip(&format!("crashes/damaged-{name}"));
    }
    dir
}

/// A copy of a folder, to be changed.
fn copy_of(dir: &Path) -> TempDir {
    let to = tempfile::tempdir().expect("a folder");
    for name in names(dir) {
        std::fs::copy(dir.join(&name), to.path().join(&name)).expect("copied");
    }
    to
}

/// `eseutil recover DBS --to TO MORE --json`; the input has to stay as it is.
#[track_caller]
fn recover(dir: &Path, dbs: &[&str], to: &Path, more: &[&str]) -> Ran {
    let before = files(dir);
    let mut args: Vec<OsString> = vec!["recover".into(), "--json".into()];
    args.extend(dbs.iter().map(|db| dir.join(db).into_os_string()));
    args.push("--to".into());
    args.push(to.into());
    args.extend(more.iter().map(OsString::from));
    let ran = eseutil(args);
    assert_eq!(files(dir), before, "the input was changed");
    ran
}

/// The failure as JSON: the last line of standard error.
fn failure(ran: &Ran) -> Value {
    let line = ran.stderr.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr))
}

/// Tables and their hashes.
fn contents(db: &Path) -> Value {
    let ran = eseutil([
        "export".as_ref(),
        db.as_os_str(),
        "--format".as_ref(),
        "canonical".as_ref(),
        "--json".as_ref(),
    ])
    .code(0);
    ran.json()["tables"].clone()
}

/// Differences to what the original recovered, but for the catalog, whose rows hold page numbers.
fn differences(ours: &Value, golden: &Value) -> Vec<String> {
    let golden = golden.as_object().expect("tables");
    let user = golden
        .iter()
        .filter(|(name, _)| !name.starts_with("MSysObjects"));
    user.filter(|(name, wanted)| ours[name.as_str()]["sha256"] != wanted["sha256"])
        .map(|(name, wanted)| format!("{name}: {} / {wanted}", ours[name.as_str()]))
        .collect()
}

#[test]
fn crash_sets_become_what_the_original_made_of_them() {
    let mut compared = 0;
    for name in testkit::sets("crashes") {
        let Some(dir) = set(&name) else { continue };
        let json = testkit::set_json("crashes", &name).expect("a set has its JSON");
        let dbs: Vec<&str> = json["call"]["attached_afterwards"]
            .as_array()
            .expect("databases")
            .iter()
            .map(|n| n.as_str().expect("a name"))
            .collect();
        let to = tempfile::tempdir().expect("a folder");
        let ran = recover(&dir, &dbs, to.path(), &[]);
        if json["result"]["attach"] != "JET_errSuccess" {
            assert_eq!(ran.code, 1, "{name}");
            assert_eq!(
                failure(&ran)["jet_name"],
                json["result"]["attach"],
                "{name}"
            );
            assert_eq!(names(to.path()), [""; 0], "{name}");
            continue;
        }
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        for db in dbs {
            let result = to.path().join(db);
            let golden = &json["result"]["databases"][db]["tables"];
            let wrong = differences(&contents(&result), golden);
            assert!(wrong.is_empty(), "{name}/{db}: {}", wrong.join("\n"));
            eseutil(["integrity".as_ref(), result.as_os_str()]).code(0);
            compared += 1;
        }
        assert!(!names(to.path()).iter().any(|n| n.starts_with('.')));
    }
    println!("{compared} databases");
}

/// Damaged sets: JET error, what the message names, what the next step names.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    (
        "archived-bad-header",
        "JET_errLogFileCorrupt",
        "edb00000004.log",
        "eseutil logs",
    ),
    (
        "archived-empty",
        "JET_errFileIOBeyondEOF",
        "edb00000004.log",
        "eseutil logs",
    ),
    (
        "archived-truncated",
        "JET_errLogFileSizeMismatch",
        "edb00000004.log",
        "eseutil logs",
    ),
    (
        "chain-checksum-wrong",
        "JET_errLogSequenceChecksumMismatch",
        "edb.log",
        "eseutil logs",
    ),
    (
        "checkpoint-too-new",
        "JET_errMissingLogFile",
        "edb00000008.log",
        "edb00000008.log",
    ),
    (
        "corrupt-middle-current",
        "JET_errLogFileCorrupt",
        "at 5:001C:0000",
        "eseutil logs",
    ),
    (
        "current-also-archived",
        "JET_errInvalidLogSequence",
        "edb.log",
        "generation 5 is there twice",
    ),
    (
        "current-bad-header",
        "JET_errLogFileCorrupt",
        "edb.log",
        "eseutil logs",
    ),
    (
        "current-header-only",
        "JET_errLogFileSizeMismatch",
        "edb.log",
        "eseutil logs",
    ),
    (
        "current-truncated",
        "JET_errLogFileSizeMismatch",
        "edb.log",
        "eseutil logs",
    ),
    (
        "db-empty",
        "JET_errReadVerifyFailure",
        "a.edb",
        "move this file away",
    ),
    (
        "db-newer",
        "JET_errRequiredLogFilesMissing",
        "edb00000004.log",
        "edb00000004.log",
    ),
    (
        "db-page-lost-write",
        "JET_errDbTimeTooOld",
        "at 3:001A:028A",
        "eseutil page",
    ),
    (
        "db-page-zero",
        "JET_errPageNotInitialized",
        "page 36",
        "restore a backup",
    ),
    (
        "db-truncated",
        "JET_errFileIOBeyondEOF",
        "page 61",
        "restore a backup",
    ),
    (
        "foreign-all",
        "JET_errAttachedDatabaseMismatch",
        "a.edb",
        "--logs DIR",
    ),
    (
        "foreign-current",
        "JET_errBadLogSignature",
        "another log sequence",
        "eseutil logs",
    ),
    (
        "garbage-after-gap",
        "JET_errLogFileCorrupt",
        "segment 0x1a",
        "eseutil logs",
    ),
    (
        "missing-checkpoint-gen",
        "JET_errMissingLogFile",
        "edb00000003.log",
        "edb00000003.log",
    ),
    (
        "missing-current",
        "JET_errMissingLogFile",
        "edb.log",
        "generations up to 5",
    ),
    (
        "missing-current-with-tmp",
        "JET_errRequiredLogFilesMissing",
        "edb00000005.log",
        "find",
    ),
    (
        "missing-middle",
        "JET_errInvalidLogSequence",
        "edb00000004.log",
        "edb00000004.log",
    ),
    (
        "no-logs",
        "JET_errMissingLogFile",
        "generations 3 to 5",
        "--logs DIR",
    ),
    (
        "swapped-names",
        "JET_errMissingPreviousLogFile",
        "edb00000004.log",
        "eseutil logs",
    ),
    (
        "torn-last-no-shadow",
        "JET_errLogFileCorrupt",
        "at 5:001D:0000",
        "eseutil logs",
    ),
    (
        "torn-shadow",
        "JET_errLogFileCorrupt",
        "at 5:001E:0000",
        "eseutil logs",
    ),
    (
        "update-major-higher",
        "JET_errBadLogVersion",
        "edb.log",
        "engine that wrote it",
    ),
    (
        "zero-middle-archived",
        "JET_errLogFileCorrupt",
        "edb00000004.log",
        "eseutil logs",
    ),
    (
        "zero-tail-archived",
        "JET_errLogSequenceChecksumMismatch",
        "edb.log",
        "eseutil logs",
    ),
];

#[test]
fn refusals_name_error_file_and_next_step_and_leave_nothing() {
    for &(name, jet, what, next) in REFUSED {
        let Some(dir) = damaged(name) else { continue };
        let parent = tempfile::tempdir().expect("a folder");
        let to = parent.path().join("to");
        let ran = recover(&dir, &["a.edb"], &to, &[]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.stderr);
        let e = failure(&ran);
        assert_eq!(e["jet_name"], jet, "{name}: {e}");
        let text = |field: &str| e[field].as_str().unwrap_or_default().to_owned();
        assert!(text("error").contains(what), "{name}: {e}");
        assert!(text("next").contains(next), "{name}: {e}");
        // A file of the input, not one of the work folder.
        let file = PathBuf::from(text("file"));
        assert!(file.starts_with(&dir), "{name}: {e}");
        assert!(!ran.stderr.contains(".eseutil-recover"), "{name}: {e}");
        if let Some(position) = what.strip_prefix("at ") {
            assert_eq!(text("position"), position, "{name}");
        }
        // The target folder was made for nothing.
        assert_eq!(names(parent.path()), [""; 0], "{name}");
    }
}

/// Damaged sets that end well: set, word of the first note.
const ACCEPTED: &[(&str, &str)] = &[
    ("checkpoint-empty", "can't be used"),
    ("checkpoint-in-current", "is not used"),
    ("clean-no-current", "is clean"),
    ("db-header-first-bad", ""),
    ("db-missing", "made again from the logs"),
    ("db-older", "is not used"),
    ("garbage-after-end", ""),
    ("none", ""),
    ("one-bit-last", ""),
    ("soft-compat-5-digits", ""),
    ("tail-lost-early", ""),
];

#[test]
fn sets_that_can_be_recovered_are() {
    for &(name, note) in ACCEPTED {
        let Some(dir) = damaged(name) else { continue };
        let to = tempfile::tempdir().expect("a folder");
        let ran = recover(&dir, &["a.edb"], to.path(), &[]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(note), "{name}: {}", ran.stderr);
        let result = to.path().join("a.edb");
        eseutil(["integrity".as_ref(), result.as_os_str()]).code(0);
        let json = testkit::set_json("crashes", &format!("damaged-{name}")).expect("JSON");
        let golden = &json["result"]["databases"]["a.edb"]["tables"];
        if golden.is_object() {
            let wrong = differences(&contents(&result), golden);
            assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
        }
    }
}

#[test]
fn the_report_says_what_was_done() {
    let Some(dir) = set("two-dbs-end") else {
        return;
    };
    let parent = tempfile::tempdir().expect("a folder");
    let to = parent.path().join("new");
    let ran = recover(&dir, &["m0.edb", "m1.edb"], &to, &[]).code(0);
    let mut wanted = vec!["m0.edb", "m1.edb", "recover-report.json"];
    let there = names(&to);
    wanted.extend(
        there
            .iter()
            .map(String::as_str)
            .filter(|n| n.ends_with(".jfm")),
    );
    wanted.sort_unstable();
    assert_eq!(there, wanted);
    let report = testkit::json(&to.join("recover-report.json"));
    assert_eq!(ran.json(), report, "the answer is the report");
    assert_eq!(report["result"], "recovered");
    assert!(report["tool"].as_str().unwrap().starts_with("eseutil "));
    for time in ["started", "finished"] {
        assert!(report[time].as_str().unwrap().ends_with('Z'), "{time}");
    }
    let inputs = report["inputs"].as_array().unwrap();
    for name in [
        "m0.edb",
        "m1.edb",
        "edb.log",
        "edb00000001.log",
        "edb00000002.log",
    ] {
        let path = dir.join(name);
        let input = inputs
            .iter()
            .find(|i| i["file"] == path.display().to_string())
            .unwrap_or_else(|| panic!("{name}"));
        let sum = testkit::sha256_hex(&std::fs::read(&path).unwrap());
        assert_eq!(input["sha256_before"], sum, "{name}");
        assert_eq!(input["sha256_after"], sum, "{name}");
        assert_eq!(input["unchanged"], true);
    }
    let outputs = report["outputs"].as_array().unwrap();
    for name in ["m0.edb", "m1.edb"] {
        let path = to.join(name);
        let output = outputs
            .iter()
            .find(|o| o["file"] == path.display().to_string())
            .unwrap();
        assert_eq!(output["fate"], "recovered");
        assert_eq!(output["state"], "CleanShutdown");
        let sum = testkit::sha256_hex(&std::fs::read(&path).unwrap());
        assert_eq!(output["sha256"], sum, "{name}");
    }
    let replay = &report["replay"];
    assert_eq!(replay["generations"], serde_json::json!([1, 3]));
    assert_eq!(replay["base"], "edb");
    assert_eq!(replay["start"], "1:0001:0000");
    assert!(replay["records"].as_u64().unwrap() > 1000);
    let undone = &replay["undone"][0];
    assert_eq!(undone["session"], 5);
    assert_eq!(undone["begin"], "2:001C:0036");
    assert_eq!(undone["changes"], 170);
    assert_eq!(replay["databases"].as_array().unwrap().len(), 2);
}

#[test]
fn one_of_two_databases() {
    let Some(dir) = set("two-dbs-end") else {
        return;
    };
    let json = testkit::set_json("crashes", "two-dbs-end").expect("JSON");
    for (db, other) in [("m0.edb", "m1.edb"), ("m1.edb", "m0.edb")] {
        let to = tempfile::tempdir().expect("a folder");
        let ran = recover(&dir, &[db], to.path(), &[]).code(0);
        assert!(
            ran.stderr
                .contains(&format!("{other}, which was not given"))
        );
        assert!(!names(to.path()).contains(&other.to_owned()));
        let golden = &json["result"]["databases"][db]["tables"];
        let wrong = differences(&contents(&to.path().join(db)), golden);
        assert!(wrong.is_empty(), "{db}: {}", wrong.join("\n"));
    }
}

#[test]
fn a_missing_database_is_made_again_wherever_it_is_to_lie() {
    let Some(dir) = damaged("none") else { return };
    let elsewhere = tempfile::tempdir().expect("a folder");
    let to = tempfile::tempdir().expect("a folder");
    // Case does not count in the logs' names.
    let db = elsewhere.path().join("A.EDB");
    let before = files(&dir);
    let ran = eseutil([
        "recover".as_ref(),
        db.as_os_str(),
        "--logs".as_ref(),
        dir.as_os_str(),
        "--to".as_ref(),
        to.path().as_os_str(),
    ])
    .code(0);
    assert!(ran.text().contains("rebuilt, clean now"), "{}", ran.text());
    assert_eq!(files(&dir), before);
    assert_eq!(names(elsewhere.path()), [""; 0]);
    let json = testkit::set_json("crashes", "damaged-none").expect("JSON");
    let golden = &json["result"]["databases"]["a.edb"]["tables"];
    let wrong = differences(&contents(&to.path().join("A.EDB")), golden);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // A name that the logs don't know; logs that begin later.
    let ran = recover(&dir, &["b.edb"], &to.path().join("x"), &[]).code(1);
    assert_eq!(failure(&ran)["jet_name"], "JET_errFileNotFound");
    assert!(ran.stderr.contains("a.edb"), "{}", ran.stderr);
    let late = copy_of(&dir);
    for gone in ["a.edb", "edb00000001.log"] {
        std::fs::remove_file(late.path().join(gone)).expect("removed");
    }
    let ran = recover(late.path(), &["a.edb"], &to.path().join("x"), &[]).code(1);
    assert_eq!(failure(&ran)["jet_name"], "JET_errAttachedDatabaseMismatch");
    assert!(ran.stderr.contains("do not reach back"), "{}", ran.stderr);
}

#[test]
fn a_clean_database_is_taken_as_it_is() {
    let Some(dir) = damaged("clean-no-logs") else {
        return;
    };
    let to = tempfile::tempdir().expect("a folder");
    let ran = recover(&dir, &["a.edb"], to.path(), &[]).code(0);
    assert!(ran.stderr.contains("is clean"), "{}", ran.stderr);
    assert_eq!(files(to.path())["a.edb"], files(&dir)["a.edb"]);
    let report = ran.json();
    assert_eq!(report["outputs"][0]["fate"], "was clean");
    assert_eq!(report["replay"], Value::Null);
}

#[test]
fn what_exists_is_never_replaced() {
    let Some(dir) = damaged("none") else { return };
    for name in ["a.edb", "recover-report.json"] {
        let to = tempfile::tempdir().expect("a folder");
        std::fs::write(to.path().join(name), "theirs").expect("written");
        let before = files(to.path());
        let ran = recover(&dir, &["a.edb"], to.path(), &[]).code(1);
        assert_eq!(failure(&ran)["jet_name"], "JET_errFileAlreadyExists");
        assert_eq!(files(to.path()), before, "{name}");
    }
    // Into the input's own folder: the database itself stands there.
    recover(&dir, &["a.edb"], &dir, &[]).code(1);
}

#[test]
fn a_copy_of_a_backup_is_told_to_restore() {
    // bkinfoFullCur.genLow set, genHigh not: what a streaming backup leaves in its copy's header.
    const BKINFO_FULL_CUR_GEN_LOW: usize = 184 + 16;
    let Some(set) = damaged("none") else { return };
    let dir = copy_of(&set);
    let path = dir.path().join("a.edb");
    let mut bytes = std::fs::read(&path).expect("readable");
    for copy in [0, 4096] {
        let page = &mut bytes[copy..copy + 4096];
        page[BKINFO_FULL_CUR_GEN_LOW] = 1;
        let sum = ese_core::format::checksum::header_xor(page);
        page[..4].copy_from_slice(&sum.to_le_bytes());
    }
    std::fs::write(&path, bytes).expect("written");
    let ran = recover(dir.path(), &["a.edb"], &dir.path().join("to"), &[]).code(1);
    let e = failure(&ran);
    assert_eq!(e["jet_name"], "JET_errSoftRecoveryOnBackupDatabase", "{e}");
    assert!(e["next"].as_str().unwrap().contains("restore"), "{e}");
}

#[test]
fn in_place_only_on_request() {
    let Some(set) = set("two-dbs-end") else {
        return;
    };
    let dir = copy_of(&set);
    let db = |name: &str| dir.path().join(name).into_os_string();
    // Half of it would make the other half useless.
    let ran = eseutil(["recover".into(), db("m0.edb"), "--in-place".into()]).code(1);
    assert!(ran.stderr.contains("JET_errAttachedDatabaseMismatch"));
    assert!(ran.stderr.contains("name every database"), "{}", ran.stderr);
    let ran = eseutil([
        "recover".into(),
        db("m0.edb"),
        db("m1.edb"),
        "--in-place".into(),
        "--json".into(),
    ])
    .code(0);
    assert!(ran.stderr.contains("will be changed"), "{}", ran.stderr);
    let report = testkit::json(&dir.path().join("recover-report.json"));
    assert_eq!(report, ran.json());
    assert_eq!(report["in_place"], true);
    let changed = report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["unchanged"] == false)
        .count();
    assert!(changed >= 3, "two databases and a log: {report}");
    let json = testkit::set_json("crashes", "two-dbs-end").expect("JSON");
    for name in ["m0.edb", "m1.edb"] {
        let golden = &json["result"]["databases"][name]["tables"];
        let wrong = differences(&contents(&dir.path().join(name)), golden);
        assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
    }
    // The report of before is not replaced.
    let again = eseutil(["recover".into(), db("m0.edb"), "--in-place".into()]).code(1);
    assert!(
        again.stderr.contains("recover-report.json"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_database_in_use_is_not_recovered_in_place() {
    use ese_core::io::{FileSystem as _, OpenMode, real::RealFileSystem};
    let Some(set) = damaged("none") else { return };
    let dir = copy_of(&set);
    let path = dir.path().join("a.edb");
    let before = files(dir.path());
    let _lock = RealFileSystem
        .open_locked(&path, OpenMode::ReadWrite)
        .expect("a lock");
    let ran = eseutil(["recover".as_ref(), path.as_os_str(), "--in-place".as_ref()]).code(1);
    assert!(
        ran.stderr.contains("JET_errFileAccessDenied"),
        "{}",
        ran.stderr
    );
    assert_eq!(files(dir.path()), before);
}

#[test]
fn a_stop_before_what_the_file_holds_says_where_it_may_be() {
    let Some(dir) = damaged("none") else { return };
    let to = dir.join("never");
    let ran = recover(&dir, &["a.edb"], &to, &["--until", "4"]).code(1);
    let e = failure(&ran);
    assert_eq!(e["jet_name"], "JET_errRequiredLogFilesMissing");
    assert!(e["next"].as_str().unwrap().contains("--until 5"), "{e}");
    let early = "2026-01-01T00:00:00Z";
    let ran = recover(&dir, &["a.edb"], &to, &["--until-time", early]).code(1);
    assert_eq!(failure(&ran)["jet_name"], "JET_errRequiredLogFilesMissing");
    let to = tempfile::tempdir().expect("a folder");
    recover(&dir, &["a.edb"], to.path(), &["--until", "5"]).code(0);
    let to = tempfile::tempdir().expect("a folder");
    let ran = recover(&dir, &["a.edb"], to.path(), &["--until", "6"]).code(0);
    assert!(ran.stderr.contains("the logs end before"), "{}", ran.stderr);
}

/// A time to stop at is kept, or the recovery fails: nothing later is ever given out.
#[test]
fn a_time_to_stop_at_is_never_passed() {
    let Some(dir) = set("logs-only-16k") else {
        return;
    };
    let logs = eseutil(["logs".as_ref(), dir.as_os_str(), "--json".as_ref()]).json();
    let made = |generation: i64| {
        let files = logs["files"].as_array().expect("logs");
        let file = files.iter().find(|f| f["generation"] == generation);
        file.and_then(|f| f["created"].as_str())
            .expect("a time")
            .to_owned()
    };
    let (time, next) = (made(6), made(7));
    assert!(time < next, "{time} {next}");
    let to = tempfile::tempdir().expect("a folder");
    let ran = recover(&dir, &["c.edb"], to.path(), &["--until-time", &time]);
    if ran.code == 0 {
        let last = ran.json()["replay"]["generations"][1]
            .as_i64()
            .expect("a number");
        assert!((5..=7).contains(&last), "{}", ran.text());
        assert_eq!(ran.json()["replay"]["stopped_where_asked"], true);
    } else {
        assert_eq!(names(to.path()), [""; 0]);
    }
}

#[test]
fn lost_logs_are_accepted_on_request_only() {
    let Some(dir) = damaged("missing-current-early-ignore-lost") else {
        return;
    };
    let to = tempfile::tempdir().expect("a folder");
    let ran = recover(&dir, &["a.edb"], to.path(), &[]).code(1);
    let e = failure(&ran);
    assert_eq!(e["jet_name"], "JET_errMissingLogFile");
    assert!(
        e["next"].as_str().unwrap().contains("--accept-lost-logs"),
        "{e}"
    );
    let ran = recover(&dir, &["a.edb"], to.path(), &["--accept-lost-logs"]).code(0);
    assert!(ran.stderr.contains("lost"), "{}", ran.stderr);
    let json = testkit::set_json("crashes", "damaged-missing-current-early-ignore-lost");
    let json = json.expect("JSON");
    let golden = &json["result"]["databases"]["a.edb"]["tables"];
    let wrong = differences(&contents(&to.path().join("a.edb")), golden);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_base_names_are_asked_about() {
    let Some(set) = damaged("none") else { return };
    let dir = copy_of(&set);
    std::fs::copy(dir.path().join("edb.log"), dir.path().join("abc.log")).expect("copied");
    let path = dir.path().join("abc.log");
    let mut other = std::fs::read(&path).expect("readable");
    other[0] ^= 1;
    std::fs::write(&path, other).expect("written");
    let to = tempfile::tempdir().expect("a folder");
    let ran = recover(dir.path(), &["a.edb"], to.path(), &[]).code(2);
    assert!(ran.stderr.contains("--base edb"), "{}", ran.stderr);
    recover(dir.path(), &["a.edb"], to.path(), &["--base", "edb"]).code(0);
}

#[test]
fn arguments_that_do_not_fit() {
    let db = "x.edb";
    for args in [
        &["recover", "--to", "y"][..],
        &["recover", db],
        &["recover", db, "--to", "y", "--in-place"],
        &["recover", db, "--in-place", "--until", "3"],
        &[
            "recover",
            db,
            "--in-place",
            "--until-time",
            "2026-01-01T00:00Z",
        ],
        &[
            "recover",
            db,
            "--to",
            "y",
            "--until",
            "3",
            "--until-time",
            "2026-01-01T00:00Z",
        ],
        &["recover", db, "--to", "y", "--until", "x"],
        &["recover", db, "--to", "y", "--until-time", "now"],
        &["recover", db, "--to", "y", "--base", "edbx"],
        &["recover", "p/x.edb", "q/y.edb", "--to", "y"],
    ] {
        let ran = eseutil(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
    }
    assert!(!Path::new("y").exists());
    let dir = tempfile::tempdir().expect("a folder");
    let ran = recover(dir.path(), &["x.edb"], &dir.path().join("to"), &[]).code(1);
    assert_eq!(failure(&ran)["jet_name"], "JET_errFileNotFound");
    // Two of one name.
    let Some(set) = damaged("none") else { return };
    let (a, b) = (copy_of(&set), copy_of(&set));
    let ran = eseutil([
        "recover".as_ref(),
        a.path().join("a.edb").as_os_str(),
        b.path().join("a.edb").as_os_str(),
        "--logs".as_ref(),
        a.path().as_os_str(),
        "--to".as_ref(),
        dir.path().join("to").as_os_str(),
    ])
    .code(2);
    assert!(ran.stderr.contains("two databases"), "{}", ran.stderr);
}

/// A file that takes long to copy, a signal while it is copied: nothing stays but the input.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_behind() {
    use std::process::{Command, Stdio};
    let Some(set) = damaged("clean-no-logs") else {
        return;
    };
    let dir = copy_of(&set);
    let db = dir.path().join("a.edb");
    // Mostly a hole: no room is taken here, the copy would take a while.
    let file = std::fs::OpenOptions::new().write(true).open(&db);
    file.and_then(|f| f.set_len(2 << 30)).expect("lengthened");
    for signal in ["-INT", "-TERM"] {
        let parent = tempfile::tempdir().expect("a folder");
        let to = parent.path().join("to");
        let mut child = Command::new(env!("CARGO_BIN_EXE_eseutil"))
            .arg("recover")
            .arg(&db)
            .arg("--to")
            .arg(&to)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("eseutil runs");
        // The handler stands before the work folder is made.
        while !to.is_dir() {
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
        let text = String::from_utf8_lossy(&o.stderr).into_owned();
        assert_eq!(o.status.code(), Some(1), "{signal}: {text}");
        assert!(text.contains("JET_errTermInProgress"), "{text}");
        assert_eq!(names(parent.path()), [""; 0], "{signal}");
    }
}

/// `kill -9` leaves the work folder behind; the next run takes it away and says so.
#[cfg(unix)]
#[test]
fn what_a_killed_run_left_behind_goes_with_the_next() {
    use std::process::{Command, Stdio};
    let Some(set) = damaged("clean-no-logs") else {
        return;
    };
    let (long, small) = (copy_of(&set), set);
    let db = long.path().join("a.edb");
    // Mostly a hole: the copy takes a while.
    let file = std::fs::OpenOptions::new().write(true).open(&db);
    file.and_then(|f| f.set_len(2 << 30)).expect("lengthened");
    let to = tempfile::tempdir().expect("a folder");
    let to = to.path();
    std::fs::create_dir(to.join(".eseutil-recover-0")).expect("a folder of anybody");
    let mut child = Command::new(env!("CARGO_BIN_EXE_eseutil"))
        .arg("recover")
        .arg(&db)
        .arg("--to")
        .arg(to)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("eseutil runs");
    let left = to.join(format!(".eseutil-recover-{}", child.id()));
    while !left.join("db0").join("a.edb").exists() {
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "it ended early");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let anybodys = ".eseutil-recover-0 looks like";
    // While it is at work, nobody takes its folder away.
    let ran = recover(&small, &["a.edb"], to, &[]).code(0);
    assert!(ran.stderr.contains(anybodys), "{}", ran.stderr);
    assert!(!ran.stderr.contains("removed"), "{}", ran.stderr);
    assert!(left.exists(), "{}", ran.stderr);
    for name in ["a.edb", "a.jfm", "recover-report.json"] {
        std::fs::remove_file(to.join(name)).expect("the result");
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(left.exists(), "kill -9 leaves it");
    let ran = recover(&small, &["a.edb"], to, &[]).code(0);
    assert_eq!(
        names(to),
        [
            ".eseutil-recover-0",
            "a.edb",
            "a.jfm",
            "recover-report.json"
        ]
    );
    let report = std::fs::read_to_string(to.join("recover-report.json")).expect("a report");
    for said in [&ran.stderr, &report] {
        assert!(
            said.contains(&format!("removed {}", left.display())),
            "{said}"
        );
        assert!(said.contains(anybodys), "{said}");
    }
}

/// A copy that can't fit is refused before it is begun, with both numbers.
#[cfg(unix)]
#[test]
fn copies_that_do_not_fit_are_refused_at_once() {
    /// More than any disk of a test machine has free, and less than a sparse file may have.
    const LEN: u64 = 4 << 40;
    let Some(set) = damaged("clean-no-logs") else {
        return;
    };
    let dir = copy_of(&set);
    let db = dir.path().join("a.edb");
    let file = std::fs::OpenOptions::new().write(true).open(&db);
    if file.and_then(|f| f.set_len(LEN)).is_err() {
        testkit::skip("a file system with sparse files of 4 TiB");
        return;
    }
    let parent = tempfile::tempdir().expect("a folder");
    // Not by `recover`, which hashes the input.
    let ran = eseutil([
        "recover".as_ref(),
        "--json".as_ref(),
        db.as_os_str(),
        "--to".as_ref(),
        parent.path().join("to").as_os_str(),
    ])
    .code(1);
    let failure = failure(&ran);
    assert_eq!(failure["jet_name"], "JET_errDiskFull", "{}", ran.stderr);
    // With the flush map beside.
    assert!(failure["bytes_needed"].as_u64().expect("a number") > LEN);
    assert!(failure["bytes_free"].as_u64().expect("a number") < LEN);
    let error = failure["error"].as_str().expect("text");
    assert!(error.contains("4.00 TiB"), "{error}");
    assert!(failure["next"].as_str().expect("text").contains("--to"));
    assert_eq!(names(parent.path()), [""; 0], "nothing is left");
}

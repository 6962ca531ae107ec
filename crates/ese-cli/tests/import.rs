//! `eseutil import`: JSON lines become records, and what `export` wrote becomes the same records.
#![forbid(unsafe_code)]

mod common;

use common::{Ran, eseutil, eseutil_fed, run};
use ese_core::instance::{Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A new database in a folder of its own.
fn new_db(page_size: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("a.edb");
    run("create", &db, &["--page-size", page_size]).code(0);
    (dir, db)
}

fn import(db: &Path, table: &str, args: &[&str], lines: &str) -> Ran {
    let mut all = vec![
        "import".as_ref(),
        db.as_os_str(),
        "--table".as_ref(),
        table.as_ref(),
    ];
    all.extend(args.iter().map(std::ffi::OsStr::new));
    eseutil_fed(all, lines.as_bytes())
}

fn export(db: &Path, table: &str) -> String {
    run("export", db, &["--table", table, "--format", "jsonl"])
        .code(0)
        .text()
}

fn rows(db: &Path, table: &str) -> Vec<Value> {
    let text = export(db, table);
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

const PEOPLE: &str = r#"{"id": 1, "name": "Ada", "born": 1815.9, "tags": ["x", "y"], "more": {"a": [1, 2]}, "big": 5000000000, "ok": true}
{"id": 2, "name": "Grace", "born": 1906, "tags": [], "ok": false, "when": "2024-02-29T12:00:00Z"}

{"id": 3, "name": null}
"#;

#[test]
fn lines_make_a_table_and_its_records() {
    let (dir, db) = new_db("4096");
    let done = import(&db, "people", &["--json", "--key", "+id"], PEOPLE)
        .code(0)
        .json();
    assert_eq!((&done["records"], &done["lines"]), (&json!(3), &json!(4)));
    assert_eq!(done["created"], true);
    let expected = [
        ("id", "Long"),
        ("name", "LongText"),
        ("born", "IEEEDouble"),
        ("tags", "LongText"),
        ("more", "LongText"),
        ("big", "LongLong"),
        ("ok", "Bit"),
        ("when", "LongText"),
    ];
    let found = done["columns"].as_array().unwrap().clone();
    let found: Vec<_> = found
        .iter()
        .map(|c| (c["name"].as_str().unwrap(), c["type"].as_str().unwrap()))
        .collect();
    assert_eq!(found, expected);
    let rows = rows(&db, "people");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["tags"], json!(["x", "y"]));
    assert_eq!(rows[0]["more"], r#"{"a":[1,2]}"#);
    assert_eq!(rows[0]["big"], 5_000_000_000_i64);
    assert_eq!(
        rows[1],
        json!({"id": 2, "name": "Grace", "born": 1906.0, "ok": false, "when": "2024-02-29T12:00:00Z"})
    );
    assert_eq!(rows[2], json!({"id": 3}));
    let checked = run("integrity", &db, &["--json"]).code(0).json();
    assert_eq!(checked["sound"], true, "{checked}");
    // The database is all there is.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn columns_that_are_named_and_a_table_that_exists() {
    let (_dir, db) = new_db("8192");
    let lines = "{\"t\": \"2000-02-29T14:30:00+02:30\", \"b\": \"Zm9v\", \"g\": \"00000001-57ee-1e5c-00b4-d0000bb1e11e\"}\n";
    let named = [
        "--column",
        "t:DateTime",
        "--column",
        "b:LongBinary",
        "--column",
        "g:GUID",
        "--binary",
        "base64",
    ];
    import(&db, "x", &named, lines).code(0);
    import(&db, "x", &[], "{\"B\": \"0aFF\", \"t\": 2.5}\n").code(0);
    let rows = rows(&db, "x");
    assert_eq!(rows[0]["t"], "2000-02-29T12:00:00.000");
    assert_eq!(rows[0]["b"], "666f6f");
    assert_eq!(rows[0]["g"], "00000001-57ee-1e5c-00b4-d0000bb1e11e");
    assert_eq!(
        rows[1],
        json!({"b": "0aff", "t": "1900-01-01T12:00:00.000"})
    );
    import(&db, "x", &["--column", "z:Long"], "{}\n").code(2);
    import(&db, "MSysObjects", &[], "{}\n").code(2);
}

#[test]
fn a_bad_line_is_named_and_those_before_it_stay() {
    let (dir, db) = new_db("4096");
    let good: String = (0..1500).map(|n| format!("{{\"n\": {n}}}\n")).collect();
    let refused = |lines: &str, expected: &str, records: u64| {
        let ran = import(&db, "t", &["--json"], lines).code(1);
        let e: Value = serde_json::from_str(ran.stderr.trim()).unwrap();
        let text = e["error"].as_str().unwrap();
        assert!(text.contains(expected), "{text}");
        assert_eq!(e["records"], records, "{e}");
        e
    };
    let e = refused(
        &format!("{good}{{\"n\": \"x\"}}\n"),
        "line 1501: column \"n\" (Long): \"x\" is no",
        1500,
    );
    assert_eq!(e["line"], 1501);
    let e = refused(
        "{\"n\": 1}\n{\"m\": 1}\n",
        "line 2: there is no column \"m\"",
        1,
    );
    assert_eq!(e["jet_name"], "JET_errColumnNotFound");
    refused(
        "{\"n\": 1}\n{\"n\": 99999999999}\n",
        "line 2: column \"n\" (Long): ",
        1,
    );
    refused(
        "{\"n\": 1}\n{\"n\": 2}\nnonsense\n",
        "line 3: not JSON at column ",
        2,
    );
    assert_eq!(rows(&db, "t").len(), 1504);
    run("integrity", &db, &[]).code(0);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    // In the first lines of a new table nothing is changed at all.
    let before = std::fs::read(&db).unwrap();
    import(&db, "new", &[], "{\"n\": 1}\nnonsense\n").code(1);
    import(&db, "new", &[], "\n").code(1);
    assert_eq!(std::fs::read(&db).unwrap(), before);
}

#[test]
fn keys_and_numbers_are_kept() {
    let (_dir, db) = new_db("4096");
    import(&db, "t", &["--key", "+k"], "{\"k\": 2}\n{\"k\": 1}\n").code(0);
    let ran = import(&db, "t", &["--json"], "{\"k\": 3}\n{\"k\": 1}\n").code(1);
    assert!(
        ran.stderr.contains("JET_errKeyDuplicate") && ran.stderr.contains("line 2"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        rows(&db, "t"),
        [json!({"k": 1}), json!({"k": 2}), json!({"k": 3})]
    );
    import(&db, "u", &["--key", "+nowhere"], "{\"k\": 2}\n").code(1);
}

#[test]
fn a_dirty_database_is_refused_with_the_way_out() {
    let (dir, db) = new_db("4096");
    let instance = Instance::start(Env::real(), InstanceParams::new(dir.path())).unwrap();
    let open = instance.open(&db).unwrap();
    drop(open);
    instance.term(TermKind::Dirty).unwrap();
    drop(instance);
    let ran = import(&db, "t", &[], "{\"k\": 2}\n").code(1);
    assert!(
        ran.stderr.contains("JET_errDatabaseDirtyShutdown"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("eseutil recover"), "{}", ran.stderr);
}

#[test]
fn logs_that_are_kept_recover_the_import() {
    let (dir, db) = new_db("4096");
    let logs = dir.path().join("logs");
    let before = dir.path().join("before.edb");
    std::fs::copy(&db, &before).unwrap();
    import(
        &db,
        "t",
        &["--logs", logs.to_str().unwrap()],
        "{\"k\": 2}\n",
    )
    .code(0);
    assert!(logs.join("edb.log").exists());
    let again = import(
        &db,
        "t",
        &["--logs", logs.to_str().unwrap()],
        "{\"k\": 3}\n",
    )
    .code(0);
    assert!(again.text().contains("logs kept"), "{}", again.text());
    assert_eq!(rows(&db, "t").len(), 2);
}

/// Deletes every record of every table of a program.
fn empty(db: &Path) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let mut params = InstanceParams::new(dir.path());
    params.page_size = ese_core::reader::Database::open(db).unwrap().page_size();
    let instance = Instance::start(Env::real(), params).unwrap();
    let open = instance.open(db).unwrap();
    let session = instance.session().unwrap();
    let names = open.table_names(&session).unwrap();
    for name in &names {
        let mut table = open.table(&session, name).unwrap();
        // A batch at a time: more versions than that find no room.
        while table.first().unwrap() {
            let transaction = session.transaction().unwrap();
            for _ in 0..500 {
                if !table.first().unwrap() {
                    break;
                }
                table.delete().unwrap();
            }
            transaction.commit().unwrap();
        }
    }
    drop((session, open));
    instance.term(TermKind::Clean).unwrap();
    names
}

/// What export writes goes in again: for every database of the original's.
#[test]
fn what_export_writes_goes_in_again() {
    let mut done = 0;
    for set in testkit::sets("databases") {
        let (path, golden) = common::database(&set);
        let reader = ese_core::reader::Database::open(&path).unwrap();
        if !reader.state().is_clean() || !reader.header().version().is_known() {
            continue;
        }
        drop(reader);
        let (_dir, db) = common::copy(&path);
        let names = empty(&db);
        for name in &names {
            let written = export(&path, name);
            let ran = import(&db, name, &["--json"], &written);
            assert_eq!(ran.code, 0, "{set} {name}: {}", ran.stderr);
            let again = export(&db, name);
            for (now, before) in again.lines().zip(written.lines()) {
                assert_eq!(now, before, "{set} {name}");
            }
            assert_eq!(again.len(), written.len(), "{set} {name}");
            done += written.lines().count();
        }
        let checked = run("integrity", &db, &["--json"]).json();
        assert_eq!(checked["sound"], true, "{set}: {checked}");
        let _ = golden;
    }
    assert!(done > 1000, "{done}");
}

#[test]
fn usage() {
    eseutil(["import"]).code(2);
    eseutil(["import", "x.edb"]).code(2);
    eseutil_fed(["import", "x.edb", "--table", "t", "--column", "a"], b"").code(2);
    eseutil_fed(["import", "/nowhere/x.edb", "--table", "t"], b"{}\n").code(1);
}

/// Killed in the middle, the database is dirty, the next import says how to make it clean, and what it
/// says works.
#[test]
fn a_killed_import_is_recovered_by_the_command_that_is_named() {
    use std::io::Write as _;
    let (dir, db) = new_db("4096");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_eseutil"))
        .args(["import".as_ref(), db.as_os_str()])
        .args(["--table", "t", "--key", "+n"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = "x".repeat(100);
    for n in 0..20_000 {
        writeln!(stdin, "{{\"n\": {n}, \"t\": \"{text}\"}}").unwrap();
    }
    // It is at work: its table is in the file's log, and it waits for more.
    let left = || {
        let names = std::fs::read_dir(dir.path()).unwrap();
        let names = names.map(|e| e.unwrap().file_name().into_string().unwrap());
        names.filter(|n| n.ends_with(".logs")).collect::<Vec<_>>()
    };
    assert_eq!(left().len(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);

    let refused = import(&db, "t", &["--json"], "{\"n\": 1}\n").code(1);
    let e: Value = serde_json::from_str(refused.stderr.trim()).unwrap();
    assert_eq!(e["jet_name"], "JET_errDatabaseDirtyShutdown");
    let next = e["next"].as_str().unwrap();
    assert!(next.contains(&left()[0]), "{next}");
    let words: Vec<&str> = next.split_whitespace().skip(1).collect();
    eseutil(words).code(0);
    run("integrity", &db, &[]).code(0);
    let kept = match run("tables", &db, &["--json"])
        .code(0)
        .text()
        .contains("\"t\"")
    {
        true => rows(&db, "t"),
        false => Vec::new(),
    };
    // Whole batches, the first ones.
    assert_eq!(kept.len() % 1000, 0);
    for (n, row) in kept.iter().enumerate() {
        assert_eq!(row["n"], n);
    }
}

//! Goal: `export` gives what the original engine gives, in every form, and never half a file.
//!
//! Method: canonical hashes against the goldens; CSV and JSON lines against each other and against
//! the record counts; the rules of `--to`, of damage and of usage by their exit codes.
#![forbid(unsafe_code)]

mod common;

use common::{copy, database, eseutil, kind, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

#[test]
fn canonical_hashes_are_the_goldens() {
    for name in testkit::sets("databases") {
        let (path, golden) = database(&name);
        let ran = run("export", &path, &["--format", "canonical", "--json"]).code(0);
        let ours = ran.json();
        assert_eq!(ours["state"], golden["state"], "{name}");
        let tables = golden["tables"].as_object().unwrap();
        assert_eq!(
            ours["tables"].as_object().unwrap().len(),
            tables.len(),
            "{name}"
        );
        for (table, wanted) in tables {
            assert_eq!(
                ours["tables"][table]["records"], wanted["records"],
                "{name}/{table}"
            );
            assert_eq!(
                ours["tables"][table]["sha256"], wanted["sha256"],
                "{name}/{table}"
            );
        }
    }
}

#[test]
fn a_canonical_file_is_the_dump_that_the_hash_covers() {
    let (path, golden) = kind("types");
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("all");
    run(
        "export",
        &path,
        &["--format", "canonical", "--to", to.to_str().unwrap()],
    )
    .code(0);
    for (table, wanted) in golden["tables"].as_object().unwrap() {
        use sha2::{Digest, Sha256};
        let bytes = fs::read(to.join(format!("{table}.canonical"))).unwrap();
        assert_eq!(
            testkit::hex(&Sha256::digest(&bytes)),
            wanted["sha256"].as_str().unwrap()
        );
    }
    // One table goes to standard output, the same bytes.
    let table = golden["tables"]
        .as_object()
        .unwrap()
        .keys()
        .next_back()
        .unwrap();
    let ran = run(
        "export",
        &path,
        &["--format", "canonical", "--table", table],
    )
    .code(0);
    assert_eq!(
        ran.stdout,
        fs::read(to.join(format!("{table}.canonical"))).unwrap()
    );
}

/// A small reader of RFC 4180: `None` is an empty field without quotes.
fn parse_csv(text: &str) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut chars = text.chars().peekable();
    while chars.peek().is_some() {
        let mut field = String::new();
        let quoted = chars.peek() == Some(&'"');
        if quoted {
            chars.next();
            loop {
                match chars.next().expect("quotes are closed") {
                    '"' if chars.peek() == Some(&'"') => field.push(chars.next().unwrap()),
                    '"' => break,
                    c => field.push(c),
                }
            }
        } else {
            while !matches!(chars.peek(), Some(',' | '\r')) {
                field.push(chars.next().expect("a line ends with CRLF"));
            }
        }
        row.push((quoted || !field.is_empty()).then_some(field));
        match chars.next() {
            Some(',') => {}
            Some('\r') => {
                assert_eq!(chars.next(), Some('\n'));
                rows.push(std::mem::take(&mut row));
            }
            other => panic!("{other:?} behind a field"),
        }
    }
    rows
}

/// A JSON value as the CSV shows it.
fn as_field(v: &Value) -> String {
    match v {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

#[test]
fn csv_and_json_lines_say_the_same() {
    for name in ["types", "lv", "template", "ddl", "wide", "huge"] {
        let (path, golden) = kind(name);
        let dir = tempfile::tempdir().unwrap();
        let (csv, jsonl) = (dir.path().join("csv"), dir.path().join("jsonl"));
        run(
            "export",
            &path,
            &["--format", "csv", "--to", csv.to_str().unwrap()],
        )
        .code(0);
        run(
            "export",
            &path,
            &["--format", "jsonl", "--to", jsonl.to_str().unwrap()],
        )
        .code(0);
        for (table, wanted) in golden["tables"].as_object().unwrap() {
            if table.starts_with("MSys") {
                assert!(!csv.join(format!("{table}.csv")).exists());
                continue;
            }
            let text = fs::read_to_string(csv.join(format!("{table}.csv"))).unwrap();
            let rows = parse_csv(&text);
            let lines = fs::read_to_string(jsonl.join(format!("{table}.jsonl"))).unwrap();
            let records: Vec<BTreeMap<String, Value>> = lines
                .lines()
                .map(|l| serde_json::from_str(l).unwrap())
                .collect();
            assert_eq!(
                records.len() as u64,
                wanted["records"].as_u64().unwrap(),
                "{name}/{table}"
            );
            assert_eq!(rows.len(), records.len() + 1, "{name}/{table}");
            let heading: Vec<String> = rows[0].iter().flatten().cloned().collect();
            assert_eq!(heading.len(), wanted["columns"].as_array().unwrap().len());
            for (row, record) in rows[1..].iter().zip(&records) {
                assert_eq!(row.len(), heading.len(), "{name}/{table}");
                for (column, field) in heading.iter().zip(row) {
                    assert_eq!(
                        *field,
                        // NULL where there is a default is said in JSON only.
                        record.get(column).filter(|v| !v.is_null()).map(as_field),
                        "{name}/{table}.{column}"
                    );
                }
                assert!(record.keys().all(|k| heading.contains(k)));
            }
        }
    }
}

#[test]
fn values_read_as_the_rules_say() {
    let (path, _) = kind("types");
    let ran = run("schema", &path, &["--json"]).code(0);
    let schema = ran.json();
    // For every type that a table has, the text of its values has the type's form.
    let mut seen = BTreeMap::new();
    for table in schema["tables"].as_array().unwrap() {
        if table["kind"] == "system" {
            continue;
        }
        let name = table["name"].as_str().unwrap();
        let lines = run("export", &path, &["--format", "jsonl", "--table", name])
            .code(0)
            .text();
        for line in lines.lines() {
            let record: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
            for column in table["columns"].as_array().unwrap() {
                let Some(v) = record.get(column["name"].as_str().unwrap()) else {
                    continue;
                };
                let multi = column["flags"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|f| f == "multi-valued");
                assert_eq!(v.is_array(), multi, "{column}");
                let values = if multi {
                    v.as_array().unwrap().clone()
                } else {
                    vec![v.clone()]
                };
                for v in values.iter().filter(|v| !v.is_null()) {
                    let coltyp = column["type"].as_str().unwrap();
                    let good = match coltyp {
                        "Bit" => v.is_boolean(),
                        "GUID" => v
                            .as_str()
                            .is_some_and(|s| s.len() == 36 && s.matches('-').count() == 4),
                        "Binary" | "LongBinary" => v.as_str().is_some_and(|s| {
                            s.len() % 2 == 0
                                && s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                        }),
                        "Text" | "LongText" => v.is_string(),
                        "IEEESingle" | "IEEEDouble" | "DateTime" => v.is_number() || v.is_string(),
                        _ => v.is_i64() || v.is_u64(),
                    };
                    assert!(good, "{coltyp}: {v}");
                    *seen.entry(coltyp.to_owned()).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(seen.len() >= 15, "{seen:?}");
}

#[test]
fn columns_are_chosen_and_ordered() {
    let (path, golden) = kind("types");
    let (table, wanted) = golden["tables"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(n, t)| !n.starts_with("MSys") && t["columns"].as_array().unwrap().len() > 4)
        .unwrap();
    let names: Vec<&str> = wanted["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c[0].as_str().unwrap())
        .collect();
    let (a, b) = (names[3], names[0]);
    let chosen = format!("{a},{b}");
    let ran = run(
        "export",
        &path,
        &["--format", "csv", "--table", table, "--columns", &chosen],
    )
    .code(0);
    assert!(
        ran.text().starts_with(&format!("{chosen}\r\n")),
        "{}",
        ran.text()
    );
    assert!(ran.text().lines().all(|l| l.contains(',')));

    let ran = run(
        "export",
        &path,
        &["--format", "csv", "--table", table, "--columns", "no_such"],
    )
    .code(1);
    assert!(ran.stderr.contains("no column no_such"), "{}", ran.stderr);
    assert!(ran.stderr.contains("eseutil schema"), "{}", ran.stderr);
    let ran = run("export", &path, &["--format", "csv", "--table", "no_such"]).code(1);
    assert!(
        ran.stderr.contains("there is no table no_such"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_exists_is_not_replaced_and_usage_is_said() {
    let (path, golden) = kind("fragmented");
    let table = golden["tables"]
        .as_object()
        .unwrap()
        .keys()
        .find(|n| !n.starts_with("MSys"))
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("t.csv");
    fs::write(&to, b"mine").unwrap();
    let args = [
        "--format",
        "csv",
        "--table",
        table,
        "--to",
        to.to_str().unwrap(),
    ];
    let ran = run("export", &path, &args).code(1);
    assert!(ran.stderr.contains("exists already"), "{}", ran.stderr);
    assert_eq!(fs::read(&to).unwrap(), b"mine");
    fs::remove_file(&to).unwrap();
    run("export", &path, &args).code(0);
    assert!(fs::read(&to).unwrap().len() > 10);
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing else is left"
    );

    run("export", &path, &["--format", "csv"]).code(2);
    run(
        "export",
        &path,
        &["--format", "jsonl", "--table", table, "--json"],
    )
    .code(2);
    run("export", &path, &["--format", "xml"]).code(2);
    eseutil(["export"]).code(2);
    let ran = run("export", &dir.path().join("none.edb"), &["--format", "csv"]).code(1);
    assert!(ran.stderr.contains("JET_errFileNotFound"), "{}", ran.stderr);
}

#[test]
fn damage_costs_its_page_and_no_more() {
    let (path, golden) = kind("deep");
    let size = golden["page_size"].as_u64().unwrap() as usize;
    let leaf = leaf_of_user_table(&path);
    let (_dir, broken) = copy(&path);
    let whole = run("export", &path, &["--format", "canonical", "--json"])
        .code(0)
        .json();
    let mut bytes = fs::read(&broken).unwrap();
    // No two words alike: the checksum can't see a change that it sums up to nothing.
    for (i, b) in bytes[(leaf + 1) * size + 100..][..8].iter_mut().enumerate() {
        *b ^= 7 * i as u8 + 1;
    }
    fs::write(&broken, &bytes).unwrap();
    let ran = run("export", &broken, &["--format", "canonical", "--json"]).code(1);
    let json = ran.json();
    assert_eq!(json["damage"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["damage"][0]["page"], leaf as u64);
    assert_eq!(json["damage"][0]["jet_error"], -1018);
    assert_eq!(
        ran.stderr.matches(&format!("page {leaf}:")).count(),
        1,
        "{}",
        ran.stderr
    );
    let (mut fewer, mut same) = (0, 0);
    for (table, t) in json["tables"].as_object().unwrap() {
        let was = whole["tables"][table]["records"].as_u64().unwrap();
        let is = t["records"].as_u64().unwrap();
        assert!(is <= was);
        if is < was { fewer += 1 } else { same += 1 }
    }
    assert!(fewer == 1 && same > 3, "{fewer} {same}");
}

#[test]
fn a_dirty_database_is_read_and_said_to_be_dirty() {
    let (path, _) = kind("empty");
    let (_dir, dirty) = copy(&path);
    patch_state(&dirty, 2);
    let ran = run("export", &dirty, &["--format", "canonical", "--json"]).code(0);
    assert_eq!(ran.json()["state"], "DirtyShutdown");
    assert!(ran.stderr.contains("DirtyShutdown"), "{}", ran.stderr);
    patch_state(&dirty, 1);
    let ran = run("tables", &dirty, &["--json"]).code(0);
    assert_eq!(ran.json()["state"], "JustCreated");
}

/// A leaf below the root of the first table that has one.
fn leaf_of_user_table(path: &std::path::Path) -> usize {
    use ese_core::reader::{Database, RowEvent};
    let db = Database::open(path).unwrap();
    let mut found = None;
    for table in db.tables().filter(|t| !t.schema().is_system()) {
        table.scan(|event| {
            if let RowEvent::Row(row) = event
                && row.place().0 != table.schema().pgno_fdp
            {
                found = Some(row.place().0.0 as usize);
                return std::ops::ControlFlow::Break(());
            }
            std::ops::ControlFlow::Continue(())
        });
        if found.is_some() {
            break;
        }
    }
    found.unwrap()
}

/// Sets the state in both header copies and signs them again.
fn patch_state(path: &std::path::Path, state: u8) {
    let mut bytes = fs::read(path).unwrap();
    let size = u32::from_le_bytes(bytes[236..240].try_into().unwrap()) as usize;
    for copy in bytes.chunks_exact_mut(size).take(2) {
        copy[52] = state;
        ese_core::format::header_page::stamp_header(copy);
    }
    fs::write(path, bytes).unwrap();
}

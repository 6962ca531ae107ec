//! Goal: `logs` says of every generation what the independent walk of the witness says, and names
//! what is missing or damaged.
#![forbid(unsafe_code)]

mod common;

use common::run;
use serde_json::Value;
use std::fs;

/// Compares the answer for one file with the golden walk.
fn same(ours: &Value, golden: &Value, context: &str) {
    let generation = golden["gen"].as_str().unwrap().trim_start_matches("0x");
    let generation = i64::from_str_radix(generation, 16).unwrap();
    assert_eq!(ours["generation"], generation, "{context}");
    assert_eq!(ours["version"], golden["version"], "{context}");
    assert_eq!(ours["signature"], golden["sig"], "{context}");
    assert_eq!(ours["created"], golden["tmCreate"], "{context}");
    assert_eq!(ours["previous_created"], golden["tmPrev"], "{context}");
    assert_eq!(ours["records"], golden["records"], "{context}");
    assert_eq!(ours["types"], golden["types"], "{context}");
    let life: Vec<String> = ours["life"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| {
            format!(
                "{} {}",
                l["type"].as_str().unwrap(),
                l["pos"].as_str().unwrap()
            )
        })
        .collect();
    let wanted: Vec<&str> = golden["life"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l.as_str().unwrap())
        .collect();
    assert_eq!(life, wanted, "{context}");
    match golden["chain_ok"].as_bool() {
        Some(true) => assert_eq!(ours["chain"], "ok", "{context}"),
        Some(false) => assert_ne!(ours["chain"], "ok", "{context}"),
        None => {}
    }
}

#[test]
fn samples_as_the_independent_walk_reads_them() {
    let mut compared = 0;
    for path in testkit::goldens() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("logwalk__") {
            continue;
        }
        let golden = testkit::json(&path);
        let set = golden["set"].as_str().unwrap();
        let first = golden["logs"][0]["file"].as_str().unwrap();
        let Some(file) = testkit::sample(&format!("{set}/{first}")) else {
            testkit::skip(set);
            continue;
        };
        let json = run("logs", file.parent().unwrap(), &["--json"]).json();
        for wanted in golden["logs"].as_array().unwrap() {
            let context = format!("{set}/{}", wanted["file"]);
            let ours = json["files"]
                .as_array()
                .unwrap()
                .iter()
                .find(|f| f["file"] == wanted["file"]);
            same(
                ours.unwrap_or_else(|| panic!("{context}")),
                wanted,
                &context,
            );
            compared += 1;
        }
    }
    println!("{compared} logs");
}

#[test]
fn histories_are_whole_and_every_record_prints() {
    let sets = testkit::sets("histories");
    assert!(sets.len() >= 5, "{sets:?}");
    for set in sets {
        let dir = testkit::unpack_set("histories", &set).unwrap();
        let ran = run("logs", &dir, &["--json"]).code(0);
        let json = ran.json();
        assert_eq!(json["good"], true, "{set}: {json}");
        let records: u64 = json["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["records"].as_u64().unwrap())
            .sum();
        let lines = run("logs", &dir, &["--records"]).code(0).text();
        let printed = lines.lines().filter(|l| !l.starts_with('#')).count() as u64;
        assert_eq!(printed, records, "{set}");
        let text = run("logs", &dir, &[]).code(0).text();
        assert!(
            text.contains("whole, nothing missing between them"),
            "{text}"
        );
    }
}

#[test]
fn a_record_in_json_has_type_position_and_fields() {
    let set = testkit::sets("histories").remove(0);
    let dir = testkit::unpack_set("histories", &set).unwrap();
    let lines = run("logs", &dir, &["--records", "--json"]).code(0).text();
    let mut with_fields = 0;
    for line in lines.lines() {
        let v: Value = serde_json::from_str(line).unwrap();
        assert!(v["type"].is_string() && v["pos"].is_string(), "{line}");
        with_fields += usize::from(!v["fields"].as_object().unwrap().is_empty());
    }
    assert!(with_fields > 50);
}

#[test]
fn gaps_and_damage_are_named() {
    let Some(dir) = testkit::unpack_damaged("missing-middle") else {
        testkit::skip("crashes/damaged-missing-middle");
        return;
    };
    let json = run("logs", &dir, &["--json"]).code(1).json();
    assert_eq!(json["missing"][0], serde_json::json!([4, 4]), "{json}");
    let text = run("logs", &dir, &[]).code(1).text();
    assert!(text.contains("missing: generation 4"), "{text}");

    let bad = testkit::unpack_damaged("current-bad-header").unwrap();
    let json = run("logs", &bad, &["--json"]).code(1).json();
    let problem = json["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| !f["error"].is_null());
    assert!(problem.is_some(), "{json}");

    let corrupt = testkit::unpack_damaged("corrupt-middle-current").unwrap();
    let json = run("logs", &corrupt, &["--json"]).code(1).json();
    let problem = json["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["end"] == "corrupt")
        .unwrap();
    assert_eq!(problem["jet_error"], -501, "{problem}");
    // One file alone says the same.
    let file = corrupt.join(problem["file"].as_str().unwrap());
    let alone = run("logs", &file, &["--json"]).code(1).json();
    assert_eq!(alone["files"][0]["end"], "corrupt");
    run("checksum", &file, &[]).code(1);
}

#[test]
fn folders_without_logs_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let ran = run("logs", dir.path(), &[]).code(1);
    assert!(ran.stderr.contains("no log files"), "{}", ran.stderr);
    fs::write(dir.path().join("edb.log"), b"").unwrap();
    run("logs", dir.path(), &[]).code(1);
    run("logs", &dir.path().join("none"), &[]).code(1);
}

//! Goal: whatever the original engine detects, `checksum` or `export` names with its page; and
//! neither cries wolf.
//!
//! Method: every case of `witness/damage.tsv` (what each call of the original's API and its own
//! checksum tool said) is made from its patches, with or without its flush map, and given to both
//! verbs. The pages that the patches touch are the ones to be named, but for the cases listed below,
//! where the contradiction shows on another page.
#![forbid(unsafe_code)]

mod common;

use common::run;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const PAGE: u64 = 4096;

/// Cases whose contradiction shows on another page than the patched one, and why that one is named.
const ELSEWHERE: [(&str, &str); 14] = [
    (
        "record-missing",
        "the record is gone; the index entry leads nowhere",
    ),
    ("child-beyond", "the page that the pointer leads to"),
    ("child-foreign", "the page that the pointer leads to"),
    ("child-unused", "the page that the pointer leads to"),
    ("lv-size-large", "the record that holds the long value"),
    ("lv-root-missing", "the record that holds the long value"),
    ("lv-chunk-missing", "the record that holds the long value"),
    ("ae-overlap", "the pages in use that count as free"),
    ("dbae-overlap", "the extents that count as free"),
    ("catalog-fdp", "the page that is no root of the table"),
    ("catalog-row-missing", "the root of the catalog"),
    ("header-dbtime-low", "a page that is later than the header"),
    ("trunc-1", "the pages that are missing"),
    ("trunc-used", "the pages that are missing"),
];

/// Cases that leave no database whose pages could be named: the file is.
const WHOLE_FILE: [&str; 4] = [
    "headers-zero",
    "header-filetype-log",
    "trunc-0",
    "trunc-1000",
];

/// Cases that the original's API refuses by the state or version in a sound header: no page is
/// damaged, both verbs say so in words.
const IN_WORDS: [&str; 8] = [
    "header-state-dirty",
    "header-state-created",
    "header-state-5",
    "header-state-9",
    "header-version",
    "header-version-old",
    "header-update-newer",
    "header-minor-newer",
];

/// Cases that are reported although the original's calls all succeed: each is damage, and its
/// integrity check (or nobody) finds it.
const BEYOND_THE_ORIGINAL: [&str; 1] = ["header1-zero"];

/// `true` when a column of the table names an error.
fn says_error(column: &str, said: &str) -> bool {
    match column {
        "base" | "case" | "damage" | "state" | "page size" | "/g" | "/p" | "repair count"
        | "lost by /p" | "/g after /p" => false,
        "/k" => !said.starts_with("ok"),
        _ => {
            said.contains("(no answer)")
                || said.split([' ', '(', ')']).any(|word| {
                    // Names of errors are the only words with two capitals.
                    word.len() > 6 && word.chars().filter(char::is_ascii_uppercase).count() >= 2
                })
        }
    }
}

struct Case {
    name: String,
    file: Vec<u8>,
    flush_map: bool,
    pages: BTreeSet<i64>,
    detected: Vec<String>,
    integrity: String,
}

fn cases() -> Option<(Vec<Case>, Vec<u8>)> {
    let tsv = testkit::witness_file("damage.tsv")?;
    let packed = testkit::witness_file("damage-patches.tar.xz")?;
    let text = fs::read_to_string(tsv).unwrap();
    let mut lines = text.lines();
    let heading: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let rows: BTreeMap<&str, Vec<&str>> = lines
        .map(|l| l.split('\t').collect::<Vec<_>>())
        .map(|r| (r[1], r))
        .collect();
    let base_dir = testkit::unpack_set("databases", "damage-4k-8920")?;
    let base = fs::read(base_dir.join("damage-4k-8920.edb")).unwrap();
    let map = fs::read(base_dir.join("damage-4k-8920.jfm")).unwrap();
    let patches = testkit::json(&testkit::unpack(&packed).join("damage-4k-8920.cases.json"));
    let mut out = Vec::new();
    for case in patches["cases"].as_array().unwrap() {
        let name = case["case"].as_str().unwrap();
        let row = &rows[name];
        let mut file = base.clone();
        let mut pages = BTreeSet::new();
        for patch in case["patches"].as_array().into_iter().flatten() {
            let at = patch[0].as_u64().unwrap();
            let bytes = testkit::unhex(patch[1].as_str().unwrap());
            let end = at as usize + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[at as usize..end].copy_from_slice(&bytes);
            pages.extend((at / PAGE..=(end as u64 - 1) / PAGE).map(|p| p as i64 - 1));
        }
        if let Some(len) = case["truncate"].as_u64() {
            file.resize(len as usize, 0);
        }
        let detected = heading
            .iter()
            .zip(row)
            .filter(|(column, said)| says_error(column, said))
            .map(|(column, said)| format!("{column}: {said}"))
            .collect();
        let integrity = heading
            .iter()
            .position(|c| *c == "/g")
            .map(|i| row[i].to_owned());
        out.push(Case {
            name: name.to_owned(),
            file,
            flush_map: case["flush_map"].as_u64() == Some(1),
            pages,
            detected,
            integrity: integrity.unwrap(),
        });
    }
    Some((out, map))
}

fn pages_of(damage: &Value) -> BTreeSet<i64> {
    damage
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|d| d["page"].as_i64())
        .collect()
}

#[test]
fn what_the_original_detects_is_named() {
    let Some((cases, map)) = cases() else {
        testkit::skip("witness/damage.tsv");
        return;
    };
    assert!(cases.len() > 100);
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("x.edb");
    let mut problems = Vec::new();
    let (mut named, mut quiet) = (0, 0);
    for case in &cases {
        fs::write(&db, &case.file).unwrap();
        let jfm = dir.path().join("x.jfm");
        let _ = fs::remove_file(&jfm);
        if case.flush_map {
            fs::write(&jfm, &map).unwrap();
        }
        let checksum = run("checksum", &db, &["--json"]);
        let answer = checksum.json();
        let found = answer["files"][0]["damage"].clone();
        assert_eq!(
            checksum.code,
            i32::from(!found.as_array().unwrap().is_empty()),
            "{}: {answer}",
            case.name
        );
        let export = run("export", &db, &["--format", "canonical", "--json"]);
        let mut pages = pages_of(&found);
        let mut words = format!("{answer}{}", export.stderr);
        if !export.stdout.is_empty() {
            let json = export.json();
            pages.extend(pages_of(&json["damage"]));
            words.push_str(&json.to_string());
        }
        let name = case.name.as_str();
        if case.detected.is_empty() {
            // A notes-only finding of its integrity check may be named as well.
            if case.integrity == "ok" && !BEYOND_THE_ORIGINAL.contains(&name) {
                quiet += 1;
                if checksum.code != 0 || export.code != 0 {
                    problems.push(format!("{name}: a false alarm: {found} {}", export.stderr));
                }
            }
            continue;
        }
        named += 1;
        let elsewhere = ELSEWHERE.iter().any(|(n, _)| *n == name);
        if IN_WORDS.contains(&name) {
            if !words.contains("would not attach") || !export.stderr.contains("x.edb: ") {
                problems.push(format!("{name}: not said in words: {words}"));
            }
        } else if checksum.code == 0 && export.code == 0 {
            problems.push(format!(
                "{name}: not detected; the original: {:?}",
                case.detected
            ));
        } else if WHOLE_FILE.contains(&name) {
            if checksum.code == 0 {
                problems.push(format!("{name}: good: {words}"));
            }
        } else if case.pages.is_empty() || elsewhere {
            if pages.is_empty() {
                problems.push(format!("{name}: no page named: {words}"));
            }
        } else if pages.is_disjoint(&case.pages) {
            problems.push(format!(
                "{name}: patched {:?}, named {pages:?}: {words}",
                case.pages
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(named > 80 && quiet > 10, "{named} {quiet}");
}

//! Goal: what the original's integrity check finds, ours finds, and what it misses too.
//!
//! Method: the 118 damages of the witness (`damage.tsv`), each made in memory from its patches. A case
//! counts as found when the check names damage or a note, or refuses the file. What neither can find
//! is listed here by name, so that a new gap fails the test.

use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::maintenance::integrity::{Options, Severity, check_path};
use std::collections::BTreeMap;
use std::path::Path;

/// Not found on purpose: any update minor is compatible (docs/format/database-header.md §3), and the
/// engine itself lengthens the file ahead of need (§4.2). The original calls both sound.
const NOT_FOUND: &[&str] = &["header-minor-newer", "tail-64"];

struct Case {
    name: String,
    bytes: Vec<u8>,
    map: Option<Vec<u8>>,
}

fn cases() -> Vec<Case> {
    let dir = testkit::unpack_set("databases", "damage-4k-8920").unwrap();
    let base = std::fs::read(dir.join("damage-4k-8920.edb")).unwrap();
    let map = std::fs::read(dir.join("damage-4k-8920.jfm")).unwrap();
    let patches = testkit::unpack(&testkit::witness_file("damage-patches.tar.xz").unwrap());
    let json = testkit::json(&patches.join("damage-4k-8920.cases.json"));
    json["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let mut bytes = base.clone();
            for patch in case["patches"].as_array().unwrap() {
                let at = patch[0].as_u64().unwrap() as usize;
                let new = testkit::unhex(patch[1].as_str().unwrap());
                bytes.resize(bytes.len().max(at + new.len()), 0);
                bytes[at..at + new.len()].copy_from_slice(&new);
            }
            if let Some(len) = case["truncate"].as_u64() {
                bytes.truncate(len as usize);
            }
            Case {
                name: case["case"].as_str().unwrap().to_owned(),
                bytes,
                map: (case["flush_map"] == 1).then(|| map.clone()),
            }
        })
        .collect()
}

/// What the original's `/g` answered, by case.
fn answers() -> BTreeMap<String, String> {
    let table = std::fs::read_to_string(testkit::witness_file("damage.tsv").unwrap()).unwrap();
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let (case, g) = (
        head.iter().position(|h| *h == "case").unwrap(),
        head.iter().position(|h| *h == "/g").unwrap(),
    );
    lines
        .map(|l| l.split('\t').collect::<Vec<_>>())
        .map(|l| (l[case].to_owned(), l[g].to_owned()))
        .collect()
}

#[test]
fn every_damage_that_the_original_finds_is_found() {
    let answers = answers();
    let mut problems = Vec::new();
    let mut found_more = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 118);
    for case in cases {
        let fs = MemoryFileSystem::default();
        let write = |name: &str, bytes: &[u8]| {
            fs.open(Path::new(name), OpenMode::CreateNew)
                .unwrap()
                .write_all_at(bytes, 0)
                .unwrap();
        };
        write("d.edb", &case.bytes);
        if let Some(map) = &case.map {
            write("d.jfm", map);
        }
        let result = check_path(&fs, Path::new("d.edb"), &Options::default(), &|_| {});
        let (worst, text) = match &result {
            Err(e) => (Some(Severity::Damage), format!("refused: {e}")),
            Ok(report) => (
                report.findings.iter().map(|f| f.severity).max(),
                report
                    .findings
                    .iter()
                    .take(3)
                    .map(|f| f.to_string())
                    .collect::<Vec<_>>()
                    .join(" | "),
            ),
        };
        let original = answers.get(&case.name).expect("a case of the table");
        println!("{} [{original}] {text}", case.name);
        let wanted = original != "ok";
        match worst {
            None if wanted => problems.push(format!("{}: the original says {original}", case.name)),
            None if case.name != "intact" && !NOT_FOUND.contains(&case.name.as_str()) => {
                problems.push(format!("{}: not found", case.name));
            }
            Some(_) if case.name == "intact" => problems.push(format!("intact: {text}")),
            Some(_) if !wanted => found_more.push(case.name),
            _ => {}
        }
    }
    println!("found here and not by the original: {found_more:?}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

//! Everything the original engine left whole streams byte-equal; everything it left damaged is named.
#![forbid(unsafe_code)]

mod common;

use common::{files_below, stream_to_vec};
use ese_backup::{FileKind, Reason, StreamError, Unit};
use ese_core::format::ids::Pgno;
use ese_core::io::real::RealFileSystem;
use ese_core::{HasJetErr as _, JetErr};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn is_ese_file(path: &Path) -> bool {
    let ext = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    [
        "edb", "dat", "mdb", "sdb", "log", "jtx", "chk", "jcp", "jfm", "jrs",
    ]
    .contains(&&*ext.to_ascii_lowercase())
}

/// Streams every file below `dir`; returns how many of each kind.
fn all_stream(dir: &Path, kinds: &mut BTreeMap<String, u64>) {
    for path in files_below(dir).into_iter().filter(|p| is_ese_file(p)) {
        let (out, result) = stream_to_vec(&RealFileSystem, &path);
        let report = result.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let bytes = std::fs::read(&path).expect("readable");
        assert!(out == bytes, "{}: the stream differs", path.display());
        assert_eq!(report.bytes, bytes.len() as u64);
        assert_eq!(report.crc32, crc32fast::hash(&bytes));
        assert_eq!(report.rereads, 0, "{}", path.display());
        let unverified = report.counts.unverifiable + report.counts.bad_header_copies;
        match report.kind {
            FileKind::Database { .. } | FileKind::Checkpoint | FileKind::FlushMap => {
                assert_eq!(unverified, 0, "{}: {:?}", path.display(), report.counts);
            }
            // The reserved last segment.
            FileKind::Log { .. } => assert_eq!(unverified, 1, "{}", path.display()),
            FileKind::Reserve | FileKind::RevertSnapshot => {}
        }
        let kind = format!("{:?}", report.kind);
        let kind = kind.split([' ', '{']).next().unwrap_or("").to_owned();
        *kinds.entry(kind).or_default() += 1;
    }
}

#[test]
fn whole_sets_of_the_original_engine() {
    let mut kinds = BTreeMap::new();
    for folder in ["databases", "histories"] {
        for name in testkit::sets(folder) {
            all_stream(
                &testkit::unpack_set(folder, &name).expect("a set that is listed"),
                &mut kinds,
            );
        }
    }
    for kind in ["Database", "Log", "Checkpoint", "FlushMap"] {
        assert!(
            kinds.get(kind).copied().unwrap_or(0) > 0,
            "no {kind}: {kinds:?}"
        );
    }
}

#[test]
fn files_as_they_lay_at_a_crash() {
    // Databases that were never closed, logs that end in the middle of something.
    let mut kinds = BTreeMap::new();
    for name in testkit::sets("crashes") {
        all_stream(
            &testkit::unpack_set("crashes", &name).expect("a set that is listed"),
            &mut kinds,
        );
    }
    assert!(kinds.get("Log").copied().unwrap_or(0) > 0, "{kinds:?}");
}

#[test]
fn real_windows_files() {
    let roots = testkit::sample_roots();
    if roots.is_empty() {
        return testkit::skip("verified stream of real Windows files: no samples at hand");
    }
    let mut kinds = BTreeMap::new();
    for root in roots {
        all_stream(&root, &mut kinds);
    }
    if let Some(large) = testkit::sample("dissect-esedb/large.edb") {
        all_stream(large.parent().expect("a folder"), &mut kinds);
    }
}

/// One case of the damage table.
struct Damage {
    name: String,
    bytes: Vec<u8>,
}

fn damages() -> (Vec<u8>, Vec<Damage>) {
    let base = testkit::unpack_set("databases", "damage-4k-8920").expect("the base is a fixture");
    let base = std::fs::read(base.join("damage-4k-8920.edb")).expect("the base");
    let packed = testkit::witness_file("damage-patches.tar.xz").expect("a fixture");
    let cases = testkit::json(&testkit::unpack(&packed).join("damage-4k-8920.cases.json"));
    let list = cases["cases"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|case| {
            let mut bytes = base.clone();
            for patch in case["patches"].as_array().into_iter().flatten() {
                let at = patch[0].as_u64().expect("an offset") as usize;
                let new = testkit::unhex(patch[1].as_str().expect("hex"));
                bytes.resize(bytes.len().max(at + new.len()), 0);
                bytes[at..at + new.len()].copy_from_slice(&new);
            }
            if let Some(len) = case["truncate"].as_u64() {
                bytes.truncate(len as usize);
            }
            Damage {
                name: case["case"].as_str().expect("a name").to_owned(),
                bytes,
            }
        });
    let list = list.collect();
    (base, list)
}

/// What the original's own checksum run over the file (`/k`) said: bad, correctable, wrong number.
fn original_said() -> BTreeMap<String, String> {
    let table = testkit::witness_file("damage.tsv").expect("a fixture");
    let text = std::fs::read_to_string(table).expect("text");
    let mut lines = text.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    let head = lines.next().expect("a header");
    let column = |name| head.iter().position(|h| *h == name).expect("a column");
    let (case, k) = (column("case"), column("/k"));
    lines
        .map(|l| (l[case].to_owned(), l[k].to_owned()))
        .collect()
}

#[test]
fn what_the_original_finds_in_pages_stops_the_stream_with_its_number() {
    let (base, damages) = damages();
    let said = original_said();
    assert!(damages.len() > 100, "{} cases", damages.len());
    let mut named = 0;
    for Damage { name, bytes } in damages {
        let fs = common::with_file("d", bytes.clone());
        let (out, result) = stream_to_vec(&fs, Path::new("d"));
        let said = &said[&name];
        // A page that differs from the base, by place.
        let changed = bytes
            .chunks(4096)
            .zip(base.chunks(4096))
            .position(|(a, b)| a != b)
            .map(|i| i as i64 - 1);
        match result {
            Ok(report) => {
                assert_eq!(out, bytes, "{name}");
                let harmless = said.starts_with("ok; bad 0")
                    // A header copy beside a good one, garbage behind the end: used all the same.
                    || ["header1-bad", "header2-bad", "tail-page"].contains(&&*name);
                assert!(harmless, "{name}: passed, the original said {said}");
                let correctable = u64::from(said.contains("correctable 1"));
                assert_eq!(report.counts.correctable, correctable, "{name}");
                let header = u64::from(name.starts_with("header1-") || name == "header2-bad");
                assert_eq!(report.counts.bad_header_copies, header, "{name}");
            }
            Err(StreamError::Damaged {
                unit: Unit::Page(pgno),
                reason,
                offset,
                in_log: false,
            }) => {
                assert!(
                    !said.starts_with("ok; bad 0"),
                    "{name}: {pgno} {reason}, {said}"
                );
                assert_eq!(Some(i64::from(pgno.0)), changed, "{name}");
                assert_eq!(offset, (u64::from(pgno.0) + 1) * 4096);
                named += 1;
            }
            Err(
                e @ (StreamError::Damaged {
                    unit: Unit::Header,
                    reason: Reason::NoHeader,
                    ..
                }
                // A database that says it is a log.
                | StreamError::Damaged {
                    unit: Unit::Segment(0),
                    ..
                }
                | StreamError::Empty
                | StreamError::Foreign),
            ) => {
                assert!(
                    name.starts_with("header") || name.starts_with("trunc"),
                    "{name}: {e}"
                );
                assert!(!said.starts_with("ok"), "{name}: {e}, {said}");
            }
            Err(StreamError::CutOff { len, needed }) => {
                assert!(name.starts_with("trunc"), "{name}");
                assert_eq!(len, bytes.len() as u64);
                assert!(needed > len, "{name}");
            }
            Err(e) => panic!("{name}: {e}"),
        }
    }
    assert!(named >= 15, "only {named} cases named a page");
}

#[test]
fn damaged_sets_of_logs() {
    // What becomes of the files of a set after one change; the rest of each set is whole.
    let mut outcomes = BTreeMap::new();
    for name in testkit::damaged_sets() {
        let Some(dir) = testkit::unpack_damaged(&name) else {
            continue;
        };
        for path in files_below(&dir).into_iter().filter(|p| is_ese_file(p)) {
            let (out, result) = stream_to_vec(&RealFileSystem, &path);
            match result {
                Ok(_) => assert_eq!(out, std::fs::read(&path).expect("readable")),
                Err(e) => {
                    assert_ne!(e.jet_err(), JetErr::SUCCESS);
                    let file = path
                        .file_name()
                        .and_then(|n| n.to_str())
                        .unwrap_or("")
                        .to_owned();
                    outcomes.insert((name.clone(), file), e.to_string());
                }
            }
        }
    }
    for ((set, file), e) in &outcomes {
        println!("{set}/{file}: {e}");
    }
    let fails = |set: &str| outcomes.keys().any(|(s, _)| s == set);
    let (mut whole, mut damaged) = (0, 0);
    for set in testkit::damaged_sets() {
        match &*set {
            "none"
            | "one-bit-last"
            | "missing-middle"
            | "zero-tail-archived"
            | "checkpoint-first-copy-bad"
            | "db-header-first-bad" => {
                assert!(!fails(&set), "{set}");
                whole += 1;
            }
            "archived-truncated"
            | "checkpoint-short"
            | "corrupt-middle-current"
            | "current-bad-header"
            | "torn-last-no-shadow"
            | "torn-shadow" => {
                assert!(fails(&set), "{set}");
                damaged += 1;
            }
            _ => {}
        }
    }
    assert!(
        whole >= 5 && damaged >= 5,
        "{whole} whole, {damaged} damaged"
    );
}

#[test]
fn a_page_in_the_place_of_another_is_named() {
    let path: PathBuf = testkit::unpack_set("databases", "damage-4k-8920").expect("a fixture");
    let mut bytes = std::fs::read(path.join("damage-4k-8920.edb")).expect("the base");
    let page = |pgno: usize| (pgno + 1) * 4096..(pgno + 2) * 4096;
    bytes.copy_within(page(4), page(5).start);
    let fs = common::with_file("d", bytes);
    let (_, result) = stream_to_vec(&fs, Path::new("d"));
    match result {
        Err(StreamError::Damaged {
            unit,
            reason: Reason::Checksum { looks_like, .. },
            ..
        }) => {
            assert_eq!(unit, Unit::Page(Pgno(5)));
            assert_eq!(looks_like, Some(Pgno(4)));
        }
        other => panic!("{other:?}"),
    }
}

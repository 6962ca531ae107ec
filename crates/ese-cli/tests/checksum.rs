//! Goal: `checksum` finds nothing in sound files, counts like the original's tool, and takes files,
//! folders and logs alike. What it finds in damaged ones: `damage.rs`.
#![forbid(unsafe_code)]

mod common;

use common::{copy, database, eseutil, kind, run};
use std::fs;

#[test]
fn sound_databases_are_good() {
    for name in testkit::sets("databases") {
        let (path, golden) = database(&name);
        let ran = run("checksum", &path, &["--json"]).code(0);
        let file = ran.json()["files"][0].clone();
        let size = golden["page_size"].as_u64().unwrap();
        let len = fs::metadata(&path).unwrap().len();
        assert_eq!(file["pages"].as_u64().unwrap(), len / size, "{name}");
        for zero in [
            "bad",
            "correctable",
            "wrong_page_numbers",
            "structure_damaged",
            "lost_writes",
        ] {
            assert_eq!(file[zero], 0, "{name}: {zero}");
        }
        // The highest dbtime of a clean file is its header's (docs/format/database-pages.md §8).
        assert!(file["highest_dbtime"].as_u64().unwrap() > 0);
        assert!(file["trees"].as_u64().unwrap() > 5, "{name}");
        if path.with_extension("jfm").exists() {
            assert_eq!(file["flush_map"], "in use", "{name}");
        }
        let quick = run("checksum", &path, &["--quick", "--json"])
            .code(0)
            .json();
        assert!(quick["files"][0]["trees"].is_null());
    }
}

#[test]
fn histories_and_crash_states_are_good_folders() {
    let mut files = 0;
    for (folder, sets) in [
        ("histories", testkit::sets("histories")),
        ("crashes", testkit::sets("crashes")),
    ] {
        for name in sets {
            let dir = testkit::unpack_set(folder, &name).unwrap();
            let ran = run("checksum", &dir, &["--quick", "--json"]);
            let json = ran.json();
            for f in json["files"].as_array().unwrap() {
                files += 1;
                assert_eq!(f["good"], true, "{folder}/{name}: {f}");
            }
            ran.code(0);
        }
    }
    assert!(files > 10, "{files}");
}

#[test]
fn a_flipped_bit_is_told_and_is_no_damage() {
    let (path, golden) = kind("types");
    let size = golden["page_size"].as_u64().unwrap() as usize;
    let (_dir, flipped) = copy(&path);
    let mut bytes = fs::read(&flipped).unwrap();
    bytes[5 * size + 900] ^= 4;
    fs::write(&flipped, &bytes).unwrap();
    let ran = run("checksum", &flipped, &["--json"]).code(0);
    let json = ran.json();
    assert_eq!(json["files"][0]["correctable"], 1);
    assert_eq!(json["files"][0]["correctable_pages"][0], 4);
    assert!(
        run("checksum", &flipped, &[])
            .code(0)
            .text()
            .contains("page 4")
    );
    bytes[5 * size + 903] ^= 4;
    bytes[5 * size + 1001] ^= 1;
    fs::write(&flipped, &bytes).unwrap();
    let ran = run("checksum", &flipped, &[]).code(1);
    let at = format!("page 4 at byte {}", 5 * size);
    assert!(ran.text().contains(&at), "{}", ran.text());
}

#[test]
fn files_that_are_none() {
    let dir = tempfile::tempdir().unwrap();
    let ran = eseutil(["checksum".as_ref(), dir.path().as_os_str()]).code(1);
    assert!(ran.stderr.contains("no ESE file"), "{}", ran.stderr);
    let file = dir.path().join("x.log");
    for (bytes, said) in [
        (&b""[..], "empty"),
        (&[0; 9000][..], "zeros"),
        (b"hello", "no ESE file"),
    ] {
        fs::write(&file, bytes).unwrap();
        let ran = run("checksum", &file, &[]).code(1);
        assert!(ran.text().contains(said), "{}", ran.text());
    }
    // A reserve log is zeros by nature.
    let reserve = dir.path().join("edbres00001.jrs");
    fs::write(&reserve, [0; 9000]).unwrap();
    run("checksum", &reserve, &[]).code(0);
    run("checksum", &dir.path().join("none"), &[]).code(1);
    eseutil(["checksum"]).code(2);
}

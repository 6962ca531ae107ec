//! Goal: `page` shows every page of every database, with what it is; `space` accounts for all of
//! them.
#![forbid(unsafe_code)]

mod common;

use common::{copy, database, kind, run};
use serde_json::Value;
use std::fs;

#[test]
fn every_page_is_shown_and_every_tree_page_has_its_owner() {
    for name in [
        "types-4k-8920",
        "lv-32k-9600",
        "index-4k-9600",
        "template-8k-9600",
    ] {
        let (path, golden) = database(name);
        let size = golden["page_size"].as_u64().unwrap();
        let pages = fs::metadata(&path).unwrap().len() / size - 2;
        let (mut records, mut bookmarks, mut extents, mut lvs, mut children) = (0, 0, 0, 0, 0);
        for pgno in (1..=pages).step_by(usize::max(1, pages as usize / 60)) {
            let json = run("page", &path, &[&pgno.to_string(), "--json"])
                .code(0)
                .json();
            assert_eq!(json["offset"].as_u64().unwrap(), (pgno + 1) * size);
            if json["checksum"] == "zero" {
                continue;
            }
            assert_eq!(json["checksum"], "good", "{name} page {pgno}");
            assert_eq!(json["structure"], "sound", "{name} page {pgno}");
            for node in json["nodes"].as_array().unwrap() {
                assert!(node["error"].is_null(), "{name} page {pgno}: {node}");
                assert!(node["key"].is_string() && node["data"].is_string());
                records += usize::from(node["record"].is_object());
                bookmarks += usize::from(node["bookmark_text"].is_string());
                extents += usize::from(node["extent"].is_object());
                lvs += usize::from(node["long_value"].is_string());
                children += usize::from(node["child"].is_u64());
            }
        }
        assert!(
            records > 0 && children + extents > 0,
            "{name}: {records} {bookmarks} {extents} {lvs} {children}"
        );
    }
}

#[test]
fn headers_are_pages_too() {
    let (path, golden) = kind("types");
    for (pgno, title) in [("-1", "First header copy"), ("0", "Second header copy")] {
        let text = run("page", &path, &[pgno]).code(0).text();
        assert!(text.starts_with(title), "{text}");
        assert!(text.contains("dbstate") && text.contains("sign_db"));
        let json = run("page", &path, &[pgno, "--json"]).code(0).json();
        assert_eq!(json["header"]["cb_page_size"], golden["page_size"]);
    }
    let ran = run("page", &path, &["99999999"]).code(1);
    assert!(
        ran.stderr.contains("the file has pages 1 to"),
        "{}",
        ran.stderr
    );
    run("page", &path, &["x"]).code(2);
}

#[test]
fn a_damaged_page_is_shown_as_far_as_it_goes_and_as_bytes() {
    let (path, golden) = kind("types");
    let size = golden["page_size"].as_u64().unwrap() as usize;
    let (_dir, broken) = copy(&path);
    let mut bytes = fs::read(&broken).unwrap();
    let page = &mut bytes[5 * size..6 * size];
    for (i, b) in page[200..240].iter_mut().enumerate() {
        *b ^= 3 * i as u8 + 1;
    }
    let raw = testkit::hex(page);
    fs::write(&broken, &bytes).unwrap();
    let json = run("page", &broken, &["4", "--json"]).code(1).json();
    assert_eq!(json["checksum"], "bad");
    assert_eq!(json["raw"], raw.as_str());
    assert!(
        run("page", &broken, &["4"])
            .code(1)
            .text()
            .contains("0x0010")
    );
}

#[test]
fn space_adds_up() {
    for name in testkit::sets("databases") {
        let (path, golden) = database(&name);
        let json = run("space", &path, &["--json"]).code(0).json();
        let n = |key: &str| {
            json[key]
                .as_u64()
                .unwrap_or_else(|| panic!("{name}: {key}"))
        };
        assert_eq!(
            n("owned"),
            n("used") + n("available") + n("split_buffer") + n("leaked"),
            "{name}"
        );
        // The file may be longer than what the database owns.
        assert!(n("owned") <= n("file_pages"), "{name}");
        assert_eq!(n("highest_used_page") + n("unused_tail"), n("file_pages"));
        assert_eq!(
            json["counts"]["tables"].as_u64().unwrap() as usize,
            golden["tables"].as_object().unwrap().len()
        );
        let trees = json["trees"].as_array().unwrap();
        assert_eq!(
            json["counts"]["trees"].as_u64().unwrap() as usize,
            trees.len()
        );
        let in_trees: u64 = trees
            .iter()
            .map(|t| t["tree_pages"].as_u64().unwrap() + t["space_pages"].as_u64().unwrap())
            .sum();
        assert_eq!(in_trees, n("used"), "{name}");
        assert!(trees.iter().all(|t| t["levels"].as_u64().unwrap() >= 1));
        let text = run("space", &path, &[]).code(0).text();
        for t in trees {
            let name: &Value = &t["name"];
            assert!(text.contains(name.as_str().unwrap()), "{name}");
        }
    }
}

//! The 118 damages of the witness's damage table: the original's checksum tool counted bad,
//! correctable and misplaced pages of each, and its engine said which it refuses to use.
#![forbid(unsafe_code)]

mod pages_common;

use ese_core::HasJetErr;
use ese_core::format::checksum::{self, PageVerdict};
use ese_core::format::header_page::{checksum_ok, may_attach, select_header};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::page::PageView;
use ese_core::format::page_check::check_page;
use pages_common::files_below;
use serde_json::Value;
use std::collections::HashMap;

struct Case {
    name: String,
    file: Vec<u8>,
    /// Column name to what the original answered.
    said: HashMap<String, String>,
}

/// All cases, their patches applied to a copy of the base; empty when the data is not at hand.
fn cases() -> Vec<Case> {
    let (Some(table), Some(patches), Some(base)) = (
        testkit::witness_file("damage.tsv"),
        testkit::witness_file("damage-patches.tar.xz"),
        testkit::unpack_set("databases", "damage-4k-8920"),
    ) else {
        testkit::skip("damage table");
        return Vec::new();
    };
    let base = std::fs::read(
        files_below(&base)
            .into_iter()
            .find(|p| p.extension().is_some_and(|x| x == "edb"))
            .expect("the base is there"),
    )
    .unwrap();
    let table = std::fs::read_to_string(table).unwrap();
    let mut rows = table.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    let columns = rows.next().unwrap();
    let mut said: HashMap<String, HashMap<String, String>> = rows
        .map(|row| {
            let pairs = columns.iter().zip(&row);
            (
                row[1].to_owned(),
                pairs
                    .map(|(c, v)| ((*c).to_owned(), (*v).to_owned()))
                    .collect(),
            )
        })
        .collect();
    let dir = testkit::unpack(&patches);
    let mut out = Vec::new();
    for path in files_below(&dir) {
        let json = testkit::json(&path);
        for case in json["cases"].as_array().unwrap() {
            let name = case["case"].as_str().unwrap().to_owned();
            let said = said
                .remove(&name)
                .unwrap_or_else(|| panic!("{name} has no row"));
            out.push(Case {
                file: damaged(&base, case),
                name,
                said,
            });
        }
    }
    assert!(said.is_empty(), "rows without patches: {:?}", said.keys());
    out
}

fn damaged(base: &[u8], case: &Value) -> Vec<u8> {
    let mut file = base.to_vec();
    for patch in case["patches"].as_array().into_iter().flatten() {
        let at = usize::try_from(patch[0].as_u64().unwrap()).unwrap();
        let bytes = testkit::unhex(patch[1].as_str().unwrap());
        let end = at + bytes.len();
        if file.len() < end {
            file.resize(end, 0);
        }
        file[at..end].copy_from_slice(&bytes);
    }
    if let Some(len) = case["truncate"].as_u64() {
        file.resize(usize::try_from(len).unwrap(), 0);
    }
    file
}

/// Bad, correctable, wrong number: both header copies count; an all-zero one is not bad.
fn count(file: &[u8]) -> (usize, usize, usize) {
    let size = PageSize::K4.bytes();
    let (mut bad, mut correctable, mut wrong) = (0, 0, 0);
    for (i, page) in (0u32..).zip(file.chunks_exact(size)) {
        if i < 2 {
            bad += usize::from(!checksum_ok(page) && page.iter().any(|&b| b != 0));
            continue;
        }
        match checksum::verify(page, Pgno(i - 1)) {
            PageVerdict::Good | PageVerdict::Zero => {}
            PageVerdict::Correctable { .. } => correctable += 1,
            PageVerdict::Bad { .. } | PageVerdict::NotAPage { .. } => bad += 1,
            PageVerdict::WrongPgno { .. } => wrong += 1,
        }
    }
    (bad, correctable, wrong)
}

#[test]
fn checksums_count_as_the_originals_tool() {
    let cases = cases();
    let mut compared = 0;
    for case in &cases {
        let said = &case.said["/k"];
        // Without a usable header, or with that of a log, its tool does not count.
        let Some((_, counts)) = said.split_once("; ") else {
            continue;
        };
        let numbers: Vec<usize> = counts
            .split(", ")
            .map(|c| c.rsplit(' ').next().unwrap().parse().unwrap())
            .collect();
        let (bad, correctable, wrong) = count(&case.file);
        assert_eq!(
            [bad, correctable, wrong],
            numbers[..],
            "{}: {said}",
            case.name
        );
        compared += 1;
    }
    assert!(cases.is_empty() || compared > 100, "{compared}");
}

#[test]
fn structure_is_refused_where_the_original_refuses() {
    let cases = cases();
    let mut refused = 0;
    for case in &cases {
        let structure = case.said["forward scan"].ends_with(" DatabaseCorrupted");
        let failures: Vec<String> = case
            .file
            .chunks_exact(PageSize::K4.bytes())
            .skip(2)
            .zip(1u32..)
            .filter(|(page, n)| checksum::verify(page, Pgno(*n)) == PageVerdict::Good)
            .filter_map(|(page, n)| {
                let view = PageView::new(page).unwrap();
                check_page(&view).err().map(|e| format!("page {n}: {e}"))
            })
            .collect();
        assert_eq!(
            failures.len(),
            usize::from(structure),
            "{}: {failures:?}, the original: {}",
            case.name,
            case.said["forward scan"]
        );
        refused += failures.len();
    }
    assert!(cases.is_empty() || refused == 12, "{refused}");
}

#[test]
fn headers_are_judged_as_by_the_original() {
    for case in &cases() {
        let info = &case.said["file info"];
        let attach = &case.said["attach"];
        let selected = select_header(&case.file);
        match &selected {
            Err(e) => {
                assert_eq!(info, "ReadVerifyFailure", "{}", case.name);
                assert_eq!(attach, "DatabaseCorrupted", "{}", case.name);
                assert_eq!(e.jet_err().name(), "JET_errReadVerifyFailure");
            }
            Ok(s) => {
                assert_ne!(info, "ReadVerifyFailure", "{}", case.name);
                if info == "ok" && case.said["state"] != "-" {
                    let state: u32 = case.said["state"].parse().unwrap();
                    assert_eq!(s.header.dbstate, state, "{}", case.name);
                }
                if let Err(e) = may_attach(&s.header) {
                    assert_eq!(
                        e.jet_err().name(),
                        format!("JET_err{attach}"),
                        "{}",
                        case.name
                    );
                } else {
                    let header_case = case.name.starts_with("header");
                    // Read-write attach also compares dbtimes with the catalog's pages.
                    let by_pages = attach == "DbTimeCorrupted";
                    assert!(
                        !header_case || attach == "ok" || by_pages,
                        "{}: {attach}",
                        case.name
                    );
                }
            }
        }
    }
}

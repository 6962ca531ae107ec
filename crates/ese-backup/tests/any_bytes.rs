//! Whatever a file holds: a stream ends with its bytes or with an error, never with a panic, and
//! nothing unverified reaches the sink.
#![forbid(unsafe_code)]

mod common;

use common::{database, log, stream_to_vec, with_file};
use ese_backup::INNER_READ;
use ese_core::format::ids::PageSize;
use ese_core::io::rng::{Rng as _, SeededRng};
use proptest::prelude::*;
use std::path::Path;

/// Streams `bytes` under a name and checks what must always hold.
fn check(bytes: Vec<u8>, name: &str) {
    let fs = with_file(name, bytes.clone());
    let (out, result) = stream_to_vec(&fs, Path::new(name));
    assert!(bytes.starts_with(&out), "the stream is not the file's");
    match result {
        Ok(report) => {
            assert_eq!(out, bytes);
            let unit = bytes.len() as u64 / report.counts.units().max(1);
            assert!(unit <= 32 * 1024, "{report:?}");
        }
        Err(e) => {
            assert!(out.len() % INNER_READ == 0, "{e}");
            assert!(!e.to_string().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn noise(bytes in proptest::collection::vec(any::<u8>(), 0..20_000)) {
        check(bytes.clone(), "x.edb");
        check(bytes, "edbtmp.log");
    }
}

fn small_files() -> Vec<(Vec<u8>, &'static str)> {
    let mut files = vec![
        (database(PageSize::K2, 20, 1), "a.edb"),
        (database(PageSize::K4, 20, 2), "a.edb"),
        (database(PageSize::K32, 12, 3), "a.edb"),
        (log(5, 30, 20, 4), "edb.log"),
        (vec![0; 100_000], "edbres00001.jrs"),
    ];
    for (set, ext) in [
        ("databases/empty-4k-9600", "edb"),
        ("databases/types-16k-8920", "jfm"),
        ("histories/space-4k", "chk"),
        ("histories/space-4k", "log"),
    ] {
        let (folder, name) = set.split_once('/').expect("two parts");
        let dir = testkit::unpack_set(folder, name).expect("a fixture");
        let path = common::files_below(&dir)
            .into_iter()
            .find(|p| p.extension().is_some_and(|e| e == ext))
            .unwrap_or_else(|| panic!("{set}: no {ext}"));
        let mut bytes = std::fs::read(path).expect("readable");
        bytes.truncate(1 << 20);
        files.push((bytes, "x.log"));
    }
    files
}

#[test]
fn mutations() {
    let files = small_files();
    let rounds = testkit::rounds(1_500, 50_000);
    for seed in testkit::first_seed()..testkit::first_seed() + rounds {
        let mut rng = SeededRng::new(seed);
        let (bytes, name) = &files[rng.below(files.len() as u64) as usize];
        let mut bytes = bytes.clone();
        for _ in 0..=rng.below(4) {
            let len = bytes.len() as u64;
            // Most of what decides lies in the headers and in the first pages.
            let span = match rng.below(3) {
                0 => len.min(800),
                1 => len.min(20_000),
                _ => len,
            };
            let at = rng.below(span) as usize;
            match rng.below(6) {
                0 => bytes[at] ^= 1 << rng.below(8),
                1 => bytes[at] = rng.next_u64() as u8,
                2 => {
                    let end = (at + 4).min(bytes.len());
                    bytes[at..end].fill([0, 0xFF, 0x7F, 0x80][rng.below(4) as usize]);
                }
                3 => bytes.truncate(rng.below(len + 1) as usize),
                4 => {
                    let end = (at + 4096).min(bytes.len());
                    bytes.copy_within(at..end, 0);
                }
                _ => bytes.extend((0..rng.below(9_000)).map(|i| i as u8)),
            }
            if bytes.is_empty() {
                break;
            }
            // A signed header is looked into, an unsigned one is not.
            if rng.below(2) == 0 {
                let unit = [2048, 4096, 8192, 16384, 32768][rng.below(5) as usize];
                if let Some(header) = bytes.get_mut(..unit) {
                    ese_core::format::header_page::stamp_header(header);
                }
            }
        }
        check(bytes, name);
    }
}

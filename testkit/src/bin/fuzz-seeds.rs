//! Cuts the first inputs of a fuzz target out of databases and logs of the original engine:
//! `fuzz-seeds TARGET FOLDER`.
//!
//! It knows pages by a few lines of its own, not by the library's parsers: those are what is
//! attacked. Invariant: a seed has the name of its hash, so that cutting again adds nothing.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Inputs taken of one database or log: variety comes from the files, not from their length.
const INPUTS_PER_FILE: usize = 60;
/// Inputs that cost a whole file.
const FILE_BYTES_MAX: usize = 256 << 10;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [target, folder] = args.as_slice() else {
        eprintln!("fuzz-seeds TARGET FOLDER");
        return ExitCode::from(2);
    };
    let mut seen = BTreeSet::new();
    match target.as_str() {
        "database" => each(
            &["edb", "dat"],
            &mut |b| vec![start(b, FILE_BYTES_MAX)],
            &mut seen,
        ),
        "page" => each(&["edb", "dat"], &mut pages, &mut seen),
        "record" | "catalog" => {
            let catalog = target == "catalog";
            each(&["edb", "dat"], &mut |b| nodes(b, catalog, 0), &mut seen);
        }
        "lv" => each(
            &["edb", "dat"],
            &mut |b| nodes(b, false, FLAG_LV),
            &mut seen,
        ),
        "log" => each(&["log"], &mut |b| vec![start(b, 64 << 10)], &mut seen),
        "checkpoint" => each(&["chk"], &mut |b| vec![start(b, 16 << 10)], &mut seen),
        // One change of each kind to each base, by no record and by some.
        "recover" => {
            for base in 0..3 {
                seen.insert(vec![base]);
                for kind in 0..16 {
                    for place in 0..8 {
                        seen.insert(vec![base, 0, kind, place * 31, place, 5, 0, place, 0x12]);
                    }
                }
            }
        }
        // Bytes that are calls whatever they are: some long inputs, of a fixed sequence.
        "api" => {
            let mut state = 1_u32;
            for len in [200, 500, 1000, 2000, 3000, 4000] {
                let byte = |_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state.to_be_bytes()[0]
                };
                seen.insert((0..len).map(byte).collect());
            }
        }
        other => {
            eprintln!("fuzz-seeds: there is no target {other}");
            return ExitCode::from(2);
        }
    }
    let folder = Path::new(folder);
    fs::create_dir_all(folder).expect("the corpus can be written");
    for seed in &seen {
        let name = folder.join(format!("seed-{}", testkit::sha256_hex(seed)));
        if !name.is_file() {
            fs::write(name, seed).expect("the corpus can be written");
        }
    }
    println!("{target}: {} seeds in {}", seen.len(), folder.display());
    ExitCode::SUCCESS
}

/// Runs over every file with one of the suffixes in the fixtures' sets.
fn each(
    suffixes: &[&str],
    cut: &mut dyn FnMut(&[u8]) -> Vec<Vec<u8>>,
    seen: &mut BTreeSet<Vec<u8>>,
) {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["databases", "histories", "crashes"] {
        for entry in fs::read_dir(testkit::fixtures().join(folder)).expect("fixtures are there") {
            let path = entry.expect("fixtures can be read").path();
            if path.extension().is_some_and(|x| x == "xz") {
                let set = fs::read_dir(testkit::unpack(&path)).expect("a set can be read");
                files.extend(set.flatten().map(|e| e.path()));
            }
        }
    }
    files.sort();
    for path in files {
        let suffix = path.extension().and_then(|x| x.to_str()).unwrap_or("");
        if suffixes.contains(&suffix) {
            let bytes = fs::read(&path).expect("a file of a set can be read");
            seen.extend(cut(&bytes).into_iter().filter(|s| !s.is_empty()));
        }
    }
}

fn start(b: &[u8], most: usize) -> Vec<u8> {
    b[..b.len().min(most)].to_vec()
}

/// Page flags of docs/format/database-pages.md §3.
const FLAG_LEAF: u32 = 0x02;
const FLAG_SPACE: u32 = 0x20;
const FLAG_INDEX: u32 = 0x40;
const FLAG_LV: u32 = 0x80;
/// Objects of the catalog and its shadow.
const CATALOG_OBJIDS: [u32; 2] = [2, 3];

fn u16_at(b: &[u8], at: usize) -> usize {
    b.get(at..at + 2)
        .map_or(0, |x| usize::from(x[0]) | usize::from(x[1]) << 8)
}

fn u32_at(b: &[u8], at: usize) -> u32 {
    (u16_at(b, at) | u16_at(b, at + 2) << 16) as u32
}

/// The pages that are not empty, a spread of them.
fn pages(b: &[u8]) -> Vec<Vec<u8>> {
    let size = u32_at(b, 236) as usize;
    if ![2048, 4096, 8192, 16384, 32768].contains(&size) {
        return Vec::new();
    }
    let used: Vec<&[u8]> = b
        .chunks_exact(size)
        .skip(2)
        .filter(|p| u32_at(p, 36) != 0)
        .collect();
    spread(&used)
}

/// Data of leaf nodes: records of tables or of the catalog, or nodes of long-value trees.
fn nodes(b: &[u8], catalog: bool, kind: u32) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for page in pages(b) {
        let (flags, objid) = (u32_at(&page, 36), u32_at(&page, 24));
        if flags & FLAG_LEAF == 0
            || flags & (FLAG_SPACE | FLAG_INDEX | FLAG_LV) != kind
            || CATALOG_OBJIDS.contains(&objid) != catalog
        {
            continue;
        }
        let large = page.len() > 8192;
        let (header, mask) = if large { (80, 0x7FFF) } else { (40, 0x1FFF) };
        for itag in 1..u16_at(&page, 34) & 0xFFF {
            let Some(tag) = page.len().checked_sub(4 * (itag + 1)) else {
                break;
            };
            let (cb, ib) = (u16_at(&page, tag) & mask, u16_at(&page, tag + 2));
            let Some(line) = page.get(header + (ib & mask)..header + (ib & mask) + cb) else {
                continue;
            };
            let bits = if large { u16_at(line, 0) } else { ib };
            let shared = if bits & 0x8000 == 0 { 0 } else { 2 };
            let suffix = u16_at(line, shared) & 0x1FFF;
            found.extend(line.get(shared + 2 + suffix..).map(<[u8]>::to_vec));
        }
    }
    spread(&found)
}

/// At most [`INPUTS_PER_FILE`] of them, evenly.
fn spread<T: AsRef<[u8]>>(all: &[T]) -> Vec<Vec<u8>> {
    let step = all.len().div_ceil(INPUTS_PER_FILE).max(1);
    all.iter()
        .step_by(step)
        .map(|x| x.as_ref().to_vec())
        .collect()
}

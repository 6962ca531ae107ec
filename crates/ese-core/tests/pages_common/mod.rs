//! Files that the page tests look at, and how a file is read as pages.
#![forbid(unsafe_code)]
#![allow(dead_code, unreachable_pub)] // Each test uses a part.

use ese_core::format::header_page::{SelectedHeader, select_header};
use ese_core::format::ids::{PageSize, Pgno};
use std::path::{Path, PathBuf};

/// The real Windows databases, by their path inside the samples.
pub const SAMPLES: [&str; 8] = [
    "dissect-esedb/default.edb",
    "dissect-esedb/multi.edb",
    "dissect-esedb/large.edb",
    "secedit-26100-yagura/secedit.sdb",
    "srum-server2022-t0/SRUDB.dat",
    "srum-win10-19043-feb2022-a/SRUDB.dat",
    "srum-win11-22000-feb2022-a/SRUDB.dat",
    "stroz-testdata/decompress_test.edb",
];

/// A real database that was dirty when it was copied.
pub const DIRTY_SAMPLE: &str = "ual-17763-hyperv/Current.mdb";

/// All files below a folder.
pub fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).expect("an unpacked set can be read") {
        let path = entry.expect("an unpacked set can be read").path();
        if path.is_dir() {
            out.extend(files_below(&path));
        } else {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// The witness's databases, every set or those whose name begins with one of `kinds`.
pub fn witness_databases(kinds: &[&str]) -> Vec<PathBuf> {
    testkit::sets("databases")
        .into_iter()
        .filter(|n| kinds.is_empty() || kinds.iter().any(|k| n.starts_with(k)))
        .filter_map(|n| testkit::unpack_set("databases", &n))
        .flat_map(|dir| files_below(&dir))
        .filter(|p| p.extension().is_some_and(|x| x == "edb"))
        .collect()
}

/// Samples that are at hand; the others are skipped loudly.
pub fn samples() -> Vec<PathBuf> {
    SAMPLES
        .into_iter()
        .chain([DIRTY_SAMPLE])
        .filter_map(|rel| {
            let path = testkit::sample(rel);
            if path.is_none() {
                testkit::skip(rel);
            }
            path
        })
        .collect()
}

/// A whole database file with its header.
pub struct Db {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    pub header: SelectedHeader,
}

impl Db {
    pub fn open(path: &Path) -> Self {
        let bytes = std::fs::read(path).expect("a test file can be read");
        let header = select_header(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self {
            path: path.to_path_buf(),
            bytes,
            header,
        }
    }

    pub fn size(&self) -> PageSize {
        self.header.page_size
    }

    /// Number and bytes of every page behind the two headers.
    pub fn pages(&self) -> impl Iterator<Item = (Pgno, &[u8])> {
        self.bytes
            .chunks_exact(self.size().bytes())
            .skip(2)
            .zip(1u32..)
            .map(|(page, n)| (Pgno(n), page))
    }
}

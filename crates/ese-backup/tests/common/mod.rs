//! Files made to measure, and file systems that interfere.
#![forbid(unsafe_code)]
#![allow(dead_code, reason = "each test takes what it needs")]

use ese_backup::{Control, INNER_READ, StopFlag, StreamError, StreamReport, VerifiedFile, stream};
use ese_core::format::checksum::stamp;
use ese_core::format::header_page::stamp_header;
use ese_core::format::ids::{Lgpos, PageSize, Pgno};
use ese_core::format::page_mut::{PageBuf, PageMut as _};
use ese_core::io::FileSystem;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use std::path::{Path, PathBuf};

/// Bytes of a log segment.
pub(crate) const SEGMENT: usize = 4096;

fn put32(b: &mut [u8], off: usize, v: u32) {
    b[off..off + 4].copy_from_slice(&v.to_le_bytes());
}

/// A database of `pages` signed pages of noise behind two headers. Noise is no space tree, so every
/// page counts as owned.
pub(crate) fn database(size: PageSize, pages: u32, seed: u64) -> Vec<u8> {
    let mut header = vec![0; size.bytes()];
    put32(&mut header, 4, 0x89AB_CDEF);
    put32(&mut header, 8, 0x620);
    put32(&mut header, 52, 3);
    put32(&mut header, 236, size.bytes() as u32);
    put32(&mut header, 667, 1);
    stamp_header(&mut header);
    let mut out = [header.clone(), header].concat();
    let mut rng = SeededRng::new(seed);
    for pgno in 1..=pages {
        let mut page = PageBuf::zeroed(size);
        for word in page.as_mut_slice().chunks_mut(8) {
            word.copy_from_slice(&rng.next_u64().to_le_bytes());
        }
        stamp(&mut page, Pgno(pgno)).expect("a page");
        out.extend_from_slice(&page);
    }
    out
}

/// Segment `isec` of generation `generation`, full of noise.
pub(crate) fn segment(generation: i32, isec: u16, seed: u64) -> Vec<u8> {
    let mut page = PageBuf::zeroed(PageSize::K4);
    let mut rng = SeededRng::new(seed ^ (u64::from(isec) << 32));
    for word in page.as_mut_slice()[40..].chunks_mut(8) {
        word.copy_from_slice(&rng.next_u64().to_le_bytes());
    }
    let lgpos = Lgpos::new(generation, isec, 0).to_bytes();
    page.store(8, &lgpos).expect("inside");
    stamp(&mut page, Pgno(u32::from(isec))).expect("a page");
    page.to_vec()
}

/// A log of `segments` segments, header and the reserved last one included, `data` of them filled
/// and the rest zero.
pub(crate) fn log(generation: i32, segments: u16, data: u16, seed: u64) -> Vec<u8> {
    let mut header = vec![0; SEGMENT];
    put32(&mut header, 4, generation as u32);
    header[8..10].copy_from_slice(&(SEGMENT as u16).to_le_bytes());
    header[10..12].copy_from_slice(&1u16.to_le_bytes());
    header[12..14].copy_from_slice(&segments.to_le_bytes());
    put32(&mut header, 32, 8);
    put32(&mut header, 36, 4000);
    put32(&mut header, 40, 5);
    put32(&mut header, 648, 16);
    put32(&mut header, 667, 3);
    stamp_header(&mut header);
    let mut out = header;
    for isec in 1..=data {
        out.extend(segment(generation, isec, seed));
    }
    out.resize(usize::from(segments) * SEGMENT, 0);
    out
}

/// A memory file system with one file.
pub(crate) fn with_file(path: &str, bytes: Vec<u8>) -> MemoryFileSystem {
    let fs = MemoryFileSystem::new();
    fs.put(Path::new(path), bytes);
    fs
}

/// Streams a file into memory.
pub(crate) fn stream_to_vec(
    fs: &dyn FileSystem,
    path: &Path,
) -> (Vec<u8>, Result<StreamReport, StreamError>) {
    let stop = StopFlag::new();
    let mut out = Vec::new();
    let result = VerifiedFile::open(fs, path)
        .and_then(|file| stream(&file, &mut Control::new(stop.handle()), &mut out));
    (out, result)
}

/// Inner reads that a file of `len` bytes takes.
pub(crate) fn inner_reads(len: usize) -> usize {
    len.div_ceil(INNER_READ)
}

/// All files of a folder, deep.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for e in std::fs::read_dir(&dir).expect("a folder") {
            let path = e.expect("an entry").path();
            if path.is_dir() {
                todo.push(path);
            } else {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

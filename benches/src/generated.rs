//! A database of real, signed pages full of noise, for what only reads and verifies.
//!
//! Invariant: the file lies whole under its name, or not at all; one of an earlier run is taken again.
#![forbid(unsafe_code)]

use crate::backup::Result;
use ese_core::format::checksum::stamp;
use ese_core::format::header_page::stamp_header;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{FileSystem as _, OpenMode};
use std::path::{Path, PathBuf};

/// Bytes that are written at once.
const BLOCK: usize = 4 << 20;

/// The folder of the benches, made if need be.
///
/// # Errors
/// It can't be made.
pub fn folder() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    let dir = target.join("bench");
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// Makes the file of `mib` MiB, or takes the one of an earlier run.
///
/// # Errors
/// It can't be written.
pub fn database(name: &str, size: PageSize, mib: u64) -> Result<PathBuf> {
    let dir = folder()?;
    let path = dir.join(format!("{name}-{mib}m.edb"));
    let len = mib << 20;
    if std::fs::metadata(&path).is_ok_and(|m| m.len() == len) {
        return Ok(path);
    }
    eprintln!("making {} ({mib} MiB)", path.display());
    let temp = dir.join(format!("{name}-{mib}m.tmp"));
    let _ = std::fs::remove_file(&temp);
    let file = RealFileSystem.open(&temp, OpenMode::CreateNew)?;

    let page_bytes = size.bytes();
    let mut header = vec![0; page_bytes];
    let fields = [
        (4, 0x89AB_CDEF),
        (8, 0x620),
        (52, 3),
        (236, u32::try_from(page_bytes)?),
        (667, 1u32),
    ];
    for (off, v) in fields {
        header[off..off + 4].copy_from_slice(&v.to_le_bytes());
    }
    stamp_header(&mut header);
    let mut block = header.repeat(2);
    let (mut at, mut rng) = (0u64, SeededRng::new(7));
    for pgno in 1..=u32::try_from(len / page_bytes as u64 - 2)? {
        let mut page = PageBuf::zeroed(size);
        for word in page.as_mut_slice().chunks_mut(8) {
            word.copy_from_slice(&rng.next_u64().to_le_bytes());
        }
        stamp(&mut page, Pgno(pgno))?;
        block.extend_from_slice(&page);
        if block.len() >= BLOCK {
            file.write_all_at(&block, at)?;
            at += block.len() as u64;
            block.clear();
        }
    }
    file.write_all_at(&block, at)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&temp, &path)?;
    Ok(path)
}

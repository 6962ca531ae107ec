//! The bytes of a database by plain reads, with or without checksums, and as `cp` copies them.
//!
//! Invariant: every page is read once, from front to back.
#![forbid(unsafe_code)]

use super::Result;
use super::ours::PAGE;
use ese_backup::INNER_READ;
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::ids::Pgno;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{File, FileSystem as _, OpenMode};
use std::path::Path;

/// Bytes of the buffer of a streaming call.
pub const BUFFER: usize = 64 << 20;
/// A page of the machine.
const MACHINE_PAGE: usize = 4096;

/// A buffer that begins at a multiple of 4 KiB, its memory there.
pub struct Aligned(Vec<u8>, usize);

impl Default for Aligned {
    fn default() -> Self {
        let v = vec![1; BUFFER + MACHINE_PAGE];
        let at = v.as_ptr().align_offset(MACHINE_PAGE);
        Self(v, at)
    }
}

impl Aligned {
    /// The buffer.
    pub fn get(&mut self) -> &mut [u8] {
        &mut self.0[self.1..self.1 + BUFFER]
    }
}

/// Fills `buf` again and again until the file ends; with `checked`, every page's checksum afterwards.
///
/// # Errors
/// The file can't be read; a page is damaged.
pub fn read(file: &dyn File, buf: &mut [u8], checked: bool) -> Result<()> {
    let mut at = 0;
    loop {
        let n = file.read_at(buf, at)?;
        if n == 0 {
            return Ok(());
        }
        if checked {
            let first = at / PAGE.bytes() as u64;
            for (i, page) in (first..)
                .zip(buf[..n].chunks(PAGE.bytes()))
                .filter(|(i, _)| *i > 1)
            {
                let pgno = Pgno(u32::try_from(i - 1)?);
                if matches!(verify(page, pgno), PageVerdict::Bad { .. }) {
                    return Err(format!("{pgno:?} is damaged").into());
                }
            }
        }
        at += n as u64;
    }
}

/// Copies a file as `cp` and `sync` do.
///
/// # Errors
/// One of the files.
pub fn copy(file: &dyn File, to: &Path) -> Result<()> {
    let out = RealFileSystem.open(to, OpenMode::CreateNew)?;
    let mut buf = vec![0; INNER_READ];
    let mut at = 0;
    loop {
        let n = file.read_at(&mut buf, at)?;
        if n == 0 {
            out.sync_all()?;
            return Ok(());
        }
        out.write_all_at(&buf[..n], at)?;
        at += n as u64;
    }
}

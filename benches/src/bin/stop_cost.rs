//! Loops whose instructions callgrind counts, to know what asking the stop flag costs.
//!
//! `stop_cost MODE`, over a generated database of 16 MiB with pages of 4 KiB:
//! * `stream`: the loop of the backup, [`VerifiedReader`];
//! * `asks`: read and verify with the flag asked before every page, as there;
//! * `asks-not`: the same without it.
//!
//! The share is (asks - asks-not) / stream. Counted is what runs within `counted`.
#![forbid(unsafe_code)]

use ese_backup::{Control, INNER_READ, StopFlag, StopHandle, VerifiedFile, VerifiedReader};
use ese_bench::backup::Result;
use ese_bench::generated::database;
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem as _, OpenMode};

const PAGE: PageSize = PageSize::K4;
const MIB: u64 = 16;

fn main() -> Result<()> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let path = database("stop-cost", PAGE, MIB)?;
    let stop = StopFlag::new();
    let plain = RealFileSystem.open(&path, OpenMode::Read)?;
    let mut buf = vec![0; INNER_READ];
    match &*mode {
        "stream" => {
            let file = VerifiedFile::open(&RealFileSystem, &path)?;
            let mut reader = VerifiedReader::new(&file);
            let mut control = Control::new(stop.handle());
            counted(&mut || Ok(reader.read(&mut control, &mut buf)? > 0))
        }
        "asks" | "asks-not" => {
            let handle = stop.handle();
            let mut at = 0;
            counted(&mut || {
                let n = plain.read_at(&mut buf, at)?;
                match &*mode {
                    "asks" => block::<true>(&buf[..n], at, &handle)?,
                    _ => block::<false>(&buf[..n], at, &handle)?,
                }
                at += n as u64;
                Ok(n > 0)
            })
        }
        _ => Err("usage: stop_cost stream|asks|asks-not".into()),
    }
}

/// What callgrind is told to count.
#[inline(never)]
fn counted(step: &mut dyn FnMut() -> Result<bool>) -> Result<()> {
    while step()? {}
    Ok(())
}

#[inline(never)]
fn block<const ASKS: bool>(bytes: &[u8], at: u64, stop: &StopHandle) -> Result<()> {
    let first = at / PAGE.bytes() as u64;
    for (index, page) in (first..).zip(bytes.chunks(PAGE.bytes())) {
        if ASKS && stop.is_stopped() {
            return Err("stopped".into());
        }
        if index < 2 {
            continue;
        }
        if verify(page, Pgno(u32::try_from(index - 1)?)) != PageVerdict::Good {
            return Err("a page is damaged".into());
        }
    }
    Ok(())
}

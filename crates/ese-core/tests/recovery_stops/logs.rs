//! The records of a set, and the same set as if its logs ended earlier.
#![forbid(unsafe_code)]

use super::recovery_support::sets::{Files, is_log};
use super::recovery_support::world::{DIR, at, memory};
use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_header::SEGMENT_BYTES;
use ese_core::format::log_record::{LogRecord, LrTyp};
use ese_core::format::log_segment::{SegmentHeader, seal};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogFile, LogSequence};
use std::collections::BTreeSet;
use std::path::Path;

/// A record of a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rec {
    pub(crate) at: Lgpos,
    pub(crate) time: LogTime,
    pub(crate) typ: LrTyp,
    /// It stands inside a macro that is open.
    pub(crate) in_macro: bool,
}

/// All records of a set in their order, what is damaged left out.
#[must_use]
pub(crate) fn records(files: &Files) -> Vec<Rec> {
    let fs = memory(files);
    let sequence = LogSequence::open(&fs, Path::new(DIR), None).expect("logs");
    let mut out = Vec::new();
    let mut open = BTreeSet::new();
    for file in sequence.files.iter().filter(|f| f.kind != LogKind::Temp) {
        let log = LogFile::open(fs.open(&file.path, OpenMode::Read).expect("a log"));
        let log = log.expect("a log");
        let mut records = log.records().expect("a log");
        while let Some((at, time, record)) = records.next_timed() {
            let macro_of = (record.procid(), record.dbtime());
            if let LogRecord::MacroCommit(_) | LogRecord::MacroAbort(_) = record {
                open.remove(&macro_of);
            }
            out.push(Rec {
                at,
                time,
                typ: record.typ(),
                in_macro: open.contains(&macro_of),
            });
            if let LogRecord::MacroBegin(_) = record {
                open.insert(macro_of);
            }
        }
    }
    assert!(out.is_sorted_by_key(|r| r.at), "records out of order");
    out
}

/// The generation of a log.
#[must_use]
pub(crate) fn generation(files: &Files, name: &str) -> i32 {
    let fs = memory(files);
    let log = LogFile::open(fs.open(&at(name), OpenMode::Read).expect("a log"));
    log.expect("a log").header().generation()
}

/// The name of the log of a generation.
#[must_use]
pub(crate) fn log_of(files: &Files, wanted: i32) -> String {
    let mut logs = files.keys().filter(|n| is_log(n));
    let name = logs.find(|n| generation(files, n) == wanted);
    name.unwrap_or_else(|| panic!("generation {wanted}"))
        .clone()
}

/// Where the segments of a log end that hold data.
#[must_use]
pub(crate) fn data_segments(files: &Files, name: &str) -> usize {
    let bytes = &files[name];
    let used = bytes
        .chunks(SEGMENT_BYTES)
        .rposition(|s| s.iter().any(|&b| b != 0));
    used.expect("a header") + 1
}

/// A log without what it holds from `from` on.
fn end_log(bytes: &mut [u8], from: Lgpos) {
    let (isec, ib) = (usize::from(from.isec), usize::from(from.ib));
    bytes[(isec + usize::from(ib > 0)) * SEGMENT_BYTES..].fill(0);
    if ib > 0 {
        let segment = &mut bytes[isec * SEGMENT_BYTES..][..SEGMENT_BYTES];
        let time = SegmentHeader::read(segment).expect("a segment").time;
        segment[ib..].fill(0);
        seal(segment, from, time);
    }
}

/// The set as if the logs ended before the record at `end`; everything else stays.
#[must_use]
pub(crate) fn really_end(files: &Files, end: Lgpos) -> Files {
    // A generation of which nothing is left was not begun.
    let empty = (end.isec, end.ib) <= (1, 0);
    let last = end.generation - i32::from(empty);
    let mut out = Files::new();
    for (name, bytes) in files {
        if name.ends_with("tmp.log") {
            continue;
        }
        if !is_log(name) {
            out.insert(name.clone(), bytes.clone());
            continue;
        }
        match generation(files, name) {
            g if g < last => drop(out.insert(name.clone(), bytes.clone())),
            g if g == last => {
                let mut bytes = bytes.clone();
                if !empty {
                    end_log(&mut bytes, end);
                }
                out.insert("edb.log".to_owned(), bytes);
            }
            _ => {}
        }
    }
    out
}

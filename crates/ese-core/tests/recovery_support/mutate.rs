//! Defects in a set, made of bytes: of a seed (`tests/recovery_mutated.rs`) or of a fuzzer
//! (`fuzz/fuzz_targets/recover.rs`, which takes in this file by its path).
//!
//! An input is a list of small changes to a set that is at hand anyway. Changes carry right checksums
//! (segments sealed, the chain of generations mended, pages and headers stamped), so that recovery
//! believes them; a few are left unsigned.
//!
//! What is asked of recovery: no panic, bounded files (the disk is full at [`DISK_BYTES`]), and no
//! database that is clean and broken. What a *signed* change may do all the same is at [`may_say`].
#![forbid(unsafe_code)]

use ese_core::error::HasJetErr;
use ese_core::format::checkpoint::{CHECKPOINT_COPY_BYTES, Checkpoint};
use ese_core::format::checksum::stamp;
use ese_core::format::header_page::{select_header, stamp_header};
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::log_header::{LOG_HEADER_BYTES, LogHeader, SEGMENT_BYTES};
use ese_core::format::log_segment::{SEGMENT_HEADER_BYTES, SegmentHeader, seal};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::faulty::{FaultyFileSystem, Plan};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::LogFile;
use ese_core::maintenance::integrity::{self, Rule, check_path};
use ese_core::recovery::{Options, Unwatched, recover};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub type Files = BTreeMap<String, Vec<u8>>;

/// The disk holds no more than this.
pub const DISK_BYTES: u64 = 64 << 20;
/// Changes of one input.
const CHANGES_MAX: usize = 32;
const DIR: &str = "/set";

/// A set that inputs change.
pub struct Base {
    pub files: Files,
    logs: Vec<String>,
    databases: Vec<(String, PageSize)>,
    /// Where records begin: index of the log, offset, bytes to the next one's beginning.
    records: Vec<(usize, usize, usize)>,
}

/// What became of a set.
pub struct Mutated {
    pub files: Files,
    pub options: Options,
    /// A log, checkpoint or header says something else, under a right checksum.
    pub signed: bool,
    /// Pages or the header of a database were changed: integrity has its own say about them.
    pub database: bool,
}

/// What recovery made of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It gave up, with this error.
    Refused(i32),
    /// All databases are clean and sound (or not clean).
    Sound,
    /// A database is clean, and holds what the changed log said.
    AsTheLogSays(BTreeSet<&'static str>),
}

/// Takes bytes off an input; zeros when it is used up.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn word(&mut self) -> usize {
        usize::from(self.byte()) | usize::from(self.byte()) << 8
    }

    /// Below `n`, which is not 0; all of `n` can be reached.
    fn below(&mut self, n: usize) -> usize {
        let mut v = self.word();
        if n > 0xFFFF {
            v |= self.word() << 16;
        }
        v % n.max(1)
    }
}

fn is_log(name: &str) -> bool {
    name.ends_with(".log") && !name.ends_with("tmp.log")
}

/// Records of a log, as far as it can be read.
fn record_places(bytes: &[u8], at: usize, out: &mut Vec<(usize, usize, usize)>) {
    let fs = MemoryFileSystem::new();
    fs.put(Path::new("/log"), bytes.to_vec());
    let Ok(log) = fs
        .open(Path::new("/log"), OpenMode::Read)
        .map_err(drop)
        .and_then(|f| LogFile::open(f).map_err(drop))
    else {
        return;
    };
    let Ok(mut records) = log.records() else {
        return;
    };
    let first = out.len();
    while let Some((pos, record)) = records.next() {
        let head = usize::from(pos.ib).max(SEGMENT_HEADER_BYTES);
        let here = usize::from(pos.isec) * SEGMENT_BYTES + head;
        // After a fill, or in fragments: it is elsewhere, and passed over.
        if bytes.get(here) == Some(&record.typ().number()) {
            out.push((at, here, 0));
        }
    }
    let starts: Vec<usize> = out.iter().skip(first).map(|r| r.1).collect();
    for (i, row) in out.iter_mut().skip(first).enumerate() {
        let segment_end = (row.1 / SEGMENT_BYTES + 1) * SEGMENT_BYTES;
        let next = starts.get(i + 1).copied().unwrap_or(segment_end);
        row.2 = next.min(segment_end) - row.1;
    }
}

impl Base {
    #[must_use]
    pub fn new(files: Files) -> Self {
        let logs: Vec<String> = files.keys().filter(|n| is_log(n)).cloned().collect();
        let mut records = Vec::new();
        for (at, name) in logs.iter().enumerate() {
            record_places(&files[name], at, &mut records);
        }
        let mut databases = Vec::new();
        for (name, bytes) in &files {
            if let (true, Ok(header)) = (name.ends_with(".edb"), select_header(bytes)) {
                databases.push((name.clone(), header.page_size));
            }
        }
        Self {
            files,
            logs,
            databases,
            records,
        }
    }

    /// The set as an input changes it.
    #[must_use]
    pub fn mutated(&self, input: &[u8]) -> Mutated {
        let mut input = Input(input);
        let mut out = Mutated {
            files: self.files.clone(),
            options: Options {
                cache_bytes: 1 << 20,
                ..Options::of_folder(PathBuf::from(DIR), "edb")
            },
            signed: false,
            database: false,
        };
        let flags = input.byte();
        let databases = flags & 0x03;
        if databases == 0x03 {
            out.files.retain(|n, _| !n.ends_with(".edb"));
        }
        if flags & 0x0C == 0x0C {
            out.files.retain(|n, _| !n.ends_with(".chk"));
        }
        out.options.ignore_checkpoint = flags & 0x30 == 0x30;
        if flags & 0xC0 == 0xC0 {
            out.options.cache_bytes = 64 << 10;
        }
        let mut touched = BTreeSet::new();
        for _ in 0..CHANGES_MAX {
            if input.0.is_empty() {
                break;
            }
            self.change(&mut input, &mut out, &mut touched);
        }
        self.seal_logs(&mut out.files, &touched);
        out
    }

    fn change(&self, input: &mut Input<'_>, out: &mut Mutated, touched: &mut BTreeSet<String>) {
        match input.byte() % 16 {
            // A field of a record.
            0..=5 => {
                let Some(&(log, at, len)) = self.record(input) else {
                    return;
                };
                let name = &self.logs[log];
                let offset = at + input.below(len.min(96));
                if let Some(bytes) = out.files.get_mut(name) {
                    poke(bytes, offset, input);
                    touched.insert(name.clone());
                    out.signed = true;
                }
            }
            // A record in the place of one of the same length.
            6 | 7 => {
                let Some(&(log, at, len)) = self.record(input) else {
                    return;
                };
                let alike: Vec<_> = self.records.iter().filter(|r| r.2 == len).collect();
                let &&(from_log, from, _) =
                    alike.get(input.below(alike.len())).unwrap_or(&&(0, 0, 0));
                let record = self.files[&self.logs[from_log]].get(from..from + len);
                let name = &self.logs[log];
                let place = out
                    .files
                    .get_mut(name)
                    .and_then(|b| b.get_mut(at..at + len));
                if let (Some(record), Some(place)) = (record, place) {
                    place.copy_from_slice(record);
                    touched.insert(name.clone());
                    out.signed = true;
                }
            }
            // Anything in a log.
            8 => {
                let name = self.log(input);
                if let Some(bytes) = out.files.get_mut(name) {
                    let at = input.below(bytes.len());
                    poke(bytes, at, input);
                    touched.insert(name.clone());
                    out.signed = true;
                }
            }
            // A log ends early: segments behind it are zero.
            9 => {
                let name = self.log(input);
                if let Some(bytes) = out.files.get_mut(name) {
                    let segments = bytes.len() / SEGMENT_BYTES;
                    let from = (1 + input.below(segments)) * SEGMENT_BYTES;
                    bytes.iter_mut().skip(from).for_each(|b| *b = 0);
                    touched.insert(name.clone());
                    out.signed = true;
                }
            }
            // Pages of a database, signed.
            10 | 11 => {
                if self.databases.is_empty() {
                    return;
                }
                let (name, size) = &self.databases[input.below(self.databases.len())];
                if let Some(bytes) = out.files.get_mut(name) {
                    let page = input.below(bytes.len() / size.bytes());
                    poke_page(bytes, page, *size, input);
                    out.database = true;
                }
            }
            // The checkpoint, signed.
            12 => {
                if let Some(bytes) = out.files.get_mut("edb.chk") {
                    let at = input.below(CHECKPOINT_COPY_BYTES.min(2048));
                    poke(bytes, at, input);
                    if let Some(mut copy) = Checkpoint::unchecked(bytes) {
                        copy.seal();
                        *bytes = copy.to_file_bytes();
                    }
                    out.signed = true;
                }
            }
            // A file is gone, or cut.
            13 => {
                let names: Vec<String> = out.files.keys().cloned().collect();
                let Some(name) = names.get(input.below(names.len())) else {
                    return;
                };
                out.database |= name.ends_with(".edb");
                if input.byte() & 1 == 0 {
                    out.files.remove(name);
                } else if let Some(bytes) = out.files.get_mut(name) {
                    bytes.truncate(input.below(bytes.len()));
                }
            }
            // A log under the name of another.
            14 => {
                let (from, to) = (self.log(input).clone(), self.log(input).clone());
                if let Some(bytes) = out.files.get(&from).cloned() {
                    out.files.insert(to, bytes);
                }
            }
            // Rot: no checksum is set right.
            _ => {
                let names: Vec<String> = out.files.keys().cloned().collect();
                let Some(name) = names.get(input.below(names.len())) else {
                    return;
                };
                out.database |= name.ends_with(".edb");
                if let Some(bytes) = out.files.get_mut(name) {
                    let at = input.below(bytes.len());
                    poke(bytes, at, input);
                }
            }
        }
    }

    fn record(&self, input: &mut Input<'_>) -> Option<&(usize, usize, usize)> {
        self.records.get(input.below(self.records.len()))
    }

    fn log(&self, input: &mut Input<'_>) -> &String {
        &self.logs[input.below(self.logs.len())]
    }

    /// Signs the segments of changed logs, and hands the sums on along the chain.
    fn seal_logs(&self, files: &mut Files, touched: &BTreeSet<String>) {
        let mut last: Option<u64> = None;
        // Archived names sort by generation; the current log comes after them.
        let (current, archived): (Vec<_>, Vec<_>) = self.logs.iter().partition(|n| n.len() == 7);
        for name in archived.into_iter().chain(current) {
            let Some(bytes) = files.get_mut(name) else {
                last = None;
                continue;
            };
            let Some(mut header) = LogHeader::unchecked(bytes) else {
                continue;
            };
            let (changed, chained) = (touched.contains(name), last.is_some());
            if let Some(sum) = last {
                header.set_prev_segments_xor(sum);
            }
            if changed || chained {
                header.seal();
                bytes[..LOG_HEADER_BYTES].copy_from_slice(header.as_bytes());
            }
            last = (changed || chained).then(|| seal_segments(bytes, header.generation()));
        }
    }
}

/// Signs the segments that hold something; returns the XOR of the sums.
fn seal_segments(bytes: &mut [u8], generation: i32) -> u64 {
    let mut xor = 0;
    let segments = bytes.len() / SEGMENT_BYTES;
    for (i, segment) in bytes.chunks_exact_mut(SEGMENT_BYTES).enumerate().skip(1) {
        let (Some(head), Ok(isec)) = (SegmentHeader::read(segment), u16::try_from(i)) else {
            continue;
        };
        let own = head.lgpos.generation == generation && head.lgpos.isec == isec;
        if own && i + 1 < segments {
            seal(segment, head.lgpos, head.time);
            xor ^= SegmentHeader::read(segment).map_or(0, |h| h.checksum);
        }
    }
    xor
}

/// One to four bytes become something else.
fn poke(bytes: &mut [u8], at: usize, input: &mut Input<'_>) {
    let how = input.byte();
    for i in 0..=usize::from(how >> 6) {
        let Some(b) = bytes.get_mut(at + i) else {
            return;
        };
        *b = match how & 7 {
            0 => 0,
            1 => 0xFF,
            2 => b.wrapping_add(1),
            3 => b.wrapping_sub(1),
            4 => *b ^ (1 << (input.byte() & 7)),
            _ => input.byte(),
        };
    }
}

/// A page of a file (0 the header, 1 its copy) becomes something else, signed.
fn poke_page(bytes: &mut [u8], page: usize, size: PageSize, input: &mut Input<'_>) {
    let at = page * size.bytes();
    let Some(slice) = bytes.get_mut(at..at + size.bytes()) else {
        return;
    };
    // Page header, or anywhere.
    let offset = if input.byte() & 1 == 0 {
        8 + input.below(72)
    } else {
        input.below(size.bytes())
    };
    poke(slice, offset, input);
    match u32::try_from(page) {
        Ok(page @ 2..) => {
            let mut buf = PageBuf::from_slice(slice);
            if stamp(&mut buf, Pgno(page - 1)).is_ok() {
                slice.copy_from_slice(&buf);
            }
        }
        _ => stamp_header(slice),
    }
}

/// Rules that a log with right checksums can make a database break: nothing in the log says that one
/// record belongs to another, so that recovery, which looks at one page, or the pages of one macro, at
/// a time, has to believe it, as the original does. What a single page promises is not among them; nor
/// what the header says of the file, but for its marks: a log whose end was taken away under a right
/// checksum leaves pages that are newer than all it knows, and one that lost the making of a page leaves
/// it unwritten.
#[must_use]
pub fn may_say(rule: Rule) -> bool {
    let name = rule.name();
    let of_one_place = ["header-", "page-", "file-"];
    matches!(rule, Rule::HeaderObjid | Rule::PageDbtime | Rule::PageZero)
        || !of_one_place.iter().any(|p| name.starts_with(p))
}

/// Recovers, and judges what came out of it. `Err` is a finding.
pub fn judge(mutated: &Mutated) -> Result<Verdict, String> {
    let fs = FaultyFileSystem::new(Plan::quiet().capacity(DISK_BYTES));
    fs.put_dir(DIR);
    for (name, bytes) in &mutated.files {
        fs.put(Path::new(DIR).join(name), bytes);
    }
    let clock = Arc::new(ManualClock::new(1_795_700_000_000));
    let world = Arc::new(fs.clone()) as Arc<dyn FileSystem>;
    let env = Env::new(world, clock, Box::new(SeededRng::new(1)));
    let outcome = match recover(&env, &mutated.options, &Unwatched) {
        Ok(outcome) => outcome,
        Err(e) => {
            let said = e.to_string();
            if said.is_empty() {
                return Err("an error without a word".to_owned());
            }
            return Ok(Verdict::Refused(e.jet_err().0));
        }
    };
    let mut said = BTreeSet::new();
    for path in fs.snapshot().into_keys() {
        if path.extension().is_none_or(|x| x != "edb") {
            continue;
        }
        let options = integrity::Options {
            threads: 1,
            ..integrity::Options::default()
        };
        let Ok(report) = check_path(&fs, &path, &options, &|_| {}) else {
            continue; // No database: nobody is told that it is clean.
        };
        if report.findings.iter().any(|f| f.rule == Rule::HeaderState) {
            continue;
        }
        if mutated.database {
            continue;
        }
        for finding in report.damage() {
            if !mutated.signed || !may_say(finding.rule) {
                return Err(format!("clean, and not sound: {finding}\n{outcome:?}"));
            }
            said.insert(finding.rule.name());
        }
    }
    Ok(if said.is_empty() {
        Verdict::Sound
    } else {
        Verdict::AsTheLogSays(said)
    })
}

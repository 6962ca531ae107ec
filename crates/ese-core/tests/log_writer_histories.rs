//! The original engine's logs, written again by our writer: every record appended in its order, with
//! the original's times, gives the same files byte for byte, and every record its original position.
//!
//! What can't come out of the records is put in by hand, as the original's crash or clean end did: a
//! run that begins its own segment (the log is ended and gone on with), a split record that a crash
//! cut (it is appended whole, its zero-filled rest is then cut off again).
#![forbid(unsafe_code)]

mod log_writer_support;

use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_header::{LOG_HEADER_BYTES, LogFlags, LogHeader, SEGMENT_BYTES};
use ese_core::format::log_record::{LogRecord, LrTyp};
use ese_core::format::log_segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::{LogKind, LogName};
use ese_core::log::{FlushStyle, LogAppend, LogConfig, LogFile, LogSequence, LogWriter};
use log_writer_support::{Generation, Same, Script, parse, read_all};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const DIR: &str = "/logs";

/// What a rewrite met.
#[derive(Debug, Default)]
struct Tally {
    generations: u64,
    segments: u64,
    records: u64,
    /// Restarts inside a generation.
    restarts: u64,
    /// Split records that a crash cut.
    torn: u64,
    /// Generations that the writer began because a record had no room.
    rolled: u64,
    /// Generations that a flush began that had no room to fill the last segment.
    flushed: u64,
    /// Generations that were asked for, by the type of their first record.
    forced: BTreeMap<&'static str, u64>,
    /// Segments without a record or a time.
    empty: u64,
    /// Places behind the data that hold something else than the original's.
    unused_differ: u64,
}

struct Rewrite<'a> {
    fs: MemoryFileSystem,
    clock: Arc<Script>,
    env: Env,
    config: LogConfig,
    originals: &'a [Generation],
    tally: Tally,
}

fn segment(b: &[u8], isec: u16) -> &[u8] {
    &b[usize::from(isec) * SEGMENT_BYTES..][..SEGMENT_BYTES]
}

impl<'a> Rewrite<'a> {
    fn new(originals: &'a [Generation], base: &str) -> Self {
        let first = &originals[0].header;
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new(DIR)).unwrap();
        let clock = Arc::new(Script::default());
        let random = u64::from(first.sign_log().random()) << 32;
        let env = Env::new(Arc::new(fs.clone()), clock.clone(), Box::new(Same(random)));
        let name = LogName::parse(originals[0].path.file_name().unwrap().to_str().unwrap());
        let mut config = LogConfig::new(PathBuf::from(DIR), base);
        config.family = name.unwrap().family.unwrap();
        if let LogKind::Archived { digits, .. } = originals[0].kind {
            config.digits = digits;
        }
        config.file_segments = first.file_segments();
        config.page_size = first.page_size().unwrap();
        config.circular = first.flags().contains(LogFlags::CIRCULAR);
        config.engine_format_version = first.engine_format_version();
        config.version = Some(first.version());
        config.buffer_segments = 8;
        Self {
            fs,
            clock,
            env,
            config,
            originals,
            tally: Tally::default(),
        }
    }

    /// Tells the clock what the original wrote into a generation.
    fn tell_times(&mut self, g: &Generation) {
        self.clock.say(g.header.tm_create());
        if g.header.generation() == 1 {
            self.clock.say(g.header.sign_log().time());
        }
        for isec in 1..=g.verdict.last_segment.unwrap_or(0) {
            let time = SegmentHeader::read(segment(&g.bytes, isec)).unwrap().time;
            if time.is_none() {
                self.tally.empty += 1;
            } else {
                self.clock.say(time);
            }
        }
    }

    fn begin(&mut self) -> LogWriter {
        let first = &self.originals[0].header;
        if first.generation() == 1 {
            return LogWriter::begin_new(
                &self.env,
                &self.config,
                first.dbms_param(),
                Path::new(DIR),
            )
            .unwrap();
        }
        // The one before is not at hand: what is known of it.
        let mut before = first.clone();
        before.set_generation(first.generation() - 1);
        before.set_tm_create(first.tm_prev_gen());
        LogWriter::begin_after(
            &self.env,
            &self.config,
            &before,
            first.prev_segments_xor(),
            first.attachments(),
            first.lgpos_checkpoint(),
        )
        .unwrap()
    }

    fn current(&self) -> PathBuf {
        let name = LogName::format(&self.config.base, LogKind::Current, self.config.family);
        Path::new(DIR).join(name)
    }

    /// Ends the log and goes on with it, as a restart does; `keep`: only segments up to this one
    /// reached the disk.
    fn restart(&mut self, writer: LogWriter, keep: Option<u16>) -> LogWriter {
        writer.end().unwrap();
        drop(writer);
        let path = self.current();
        let file = self.fs.open(&path, OpenMode::ReadWrite).unwrap();
        if let Some(keep) = keep {
            let from = (u64::from(keep) + 1) * SEGMENT_BYTES as u64;
            let len = file.len().unwrap();
            file.write_all_at(&vec![0; (len - from) as usize], from)
                .unwrap();
        }
        let log = LogFile::open(file).unwrap();
        let mut scan = log.segments().unwrap();
        while scan.next_segment().is_some() {}
        let verdict = *scan.verdict();
        assert_eq!(verdict.damage, None);
        let header = log.header().clone();
        drop((log, scan));
        LogWriter::go_on(
            &self.env,
            &self.config,
            header,
            &path,
            verdict.last_segment,
            verdict.segments_xor,
        )
        .unwrap()
    }

    /// The record whose pieces begin at `from` and go on up to segment `last`, filled up with zeros.
    fn torn_record(bytes: &[u8], from: Lgpos, last: u16) -> Vec<u8> {
        let mut at = (from.isec, usize::from(from.ib).max(SEGMENT_HEADER_BYTES));
        if segment(bytes, at.0)[at.1..].iter().all(|&b| b == 0) {
            at = (at.0 + 1, SEGMENT_HEADER_BYTES);
        }
        let LogRecord::FragmentBegin(begin) = parse(&segment(bytes, at.0)[at.1..]) else {
            panic!("no split record at {from}");
        };
        let mut record = begin.data.to_vec();
        for isec in at.0 + 1..=last {
            let LogRecord::Fragment(f) = parse(&segment(bytes, isec)[SEGMENT_HEADER_BYTES..])
            else {
                panic!("no piece in segment {isec:#x}");
            };
            record.extend_from_slice(f.data);
        }
        record.resize(begin.total as usize, 0);
        record
    }

    fn prepare_next(writer: &LogWriter, next: Option<&Generation>) {
        if let Some(next) = next {
            writer.set_attachments(next.header.attachments());
            writer.set_checkpoint(next.header.lgpos_checkpoint());
            writer.set_dbms_param(next.header.dbms_param());
        }
    }

    fn run(&mut self) {
        let originals = self.originals;
        self.tell_times(&originals[0]);
        let mut writer = self.begin();
        for (i, g) in originals.iter().enumerate() {
            self.tally.generations += 1;
            let next = originals.get(i + 1);
            let mut wrote = None;
            for (pos, bytes) in &g.records {
                let what = || format!("{}: {pos} {}", g.path.display(), parse(bytes).typ());
                let cursor = writer.position();
                // A new run begins its own segment, whatever is left of the one before.
                if pos.generation == writer.generation()
                    && pos.ib == 0
                    && (cursor.isec, cursor.ib) != (pos.isec, 0)
                {
                    let mut keep = None;
                    if pos.isec != cursor.isec + 1 || is_begin(&g.bytes, cursor) {
                        let record = Self::torn_record(&g.bytes, cursor, pos.isec - 1);
                        // What was never written has a time of its own, behind those of the pieces.
                        let begun = cursor.isec - u16::from(cursor.ib == 0);
                        let pieces = usize::from(pos.isec - 1 - begun);
                        for _ in pos.isec..writer_end(cursor, record.len()) {
                            let time = LogTime([0, 0, 0, 1, 1, 100, 1, 0]);
                            self.clock.interrupt(pieces, time);
                        }
                        let at = writer.append(&parse(&record)).unwrap();
                        assert_eq!(at, cursor, "{}", what());
                        keep = Some(pos.isec - 1);
                        self.tally.torn += 1;
                    }
                    writer = self.restart(writer, keep);
                    Self::prepare_next(&writer, next);
                    self.tally.restarts += 1;
                }
                let at = writer.append(&parse(bytes)).unwrap();
                assert_eq!(at, *pos, "{}", what());
                if wrote.is_none() {
                    // Only now: this record may have been what the generation was made for.
                    Self::prepare_next(&writer, next);
                }
                wrote = Some(*pos);
                self.tally.records += 1;
            }
            assert!(wrote.is_some());
            let Some(next) = next else { break };
            // The next generation: its header is made when a record needs it or somebody asks for it.
            self.tell_times(next);
            let (_, first) = &next.records[0];
            let typ = parse(first).typ();
            let last = g.verdict.last_segment.unwrap();
            let data = &segment(&g.bytes, last)[SEGMENT_HEADER_BYTES..];
            let is_empty = data.iter().all(|&b| b == 0);
            let room = u32::from(g.header.file_segments()) - 2 - u32::from(last);
            let forced =
                matches!(typ, LrTyp::ForceLogRollover | LrTyp::Backup2) || room > 8 || is_empty;
            if forced {
                if is_empty {
                    // Everything was on the disk when the roll came.
                    writer.flush_as(FlushStyle::Shadow).unwrap();
                }
                writer.roll().unwrap();
                *self.tally.forced.entry(typ.name()).or_default() += 1;
            } else if usize::from(writer.position().ib) + first.len() < SEGMENT_BYTES {
                // There was room: a flush that could not fill the last segment came first.
                writer.flush_as(FlushStyle::Fill).unwrap();
                assert_eq!(writer.generation(), next.header.generation());
                self.tally.flushed += 1;
            } else {
                self.tally.rolled += 1;
            }
        }
        writer.end().unwrap();
        assert_eq!(self.clock.left(), 0, "every time was asked for");
    }

    fn compare(&mut self) {
        let ours = read_all(&self.fs, Path::new(DIR)).unwrap();
        assert_eq!(ours.len(), self.originals.len());
        for (our, want) in ours.iter().zip(self.originals) {
            let what = our.path.display();
            let diff = |a: &LogHeader, b: &LogHeader| {
                let text = |h: &LogHeader| {
                    let mut out = Vec::new();
                    h.show(&mut |n, v| out.push(format!("{n}={v}")));
                    out
                };
                let (a, b) = (text(a), text(b));
                let pairs = a.into_iter().zip(b).filter(|(a, b)| a != b);
                pairs.map(|(a, b)| format!("{a} / {b}")).collect::<Vec<_>>()
            };
            assert!(
                our.bytes[..LOG_HEADER_BYTES] == want.bytes[..LOG_HEADER_BYTES],
                "{what}: {:?}",
                diff(&our.header, &want.header)
            );
            assert_eq!(our.bytes.len(), want.bytes.len(), "{what}");
            assert_eq!(
                our.verdict.last_segment, want.verdict.last_segment,
                "{what}"
            );
            let last = want.verdict.last_segment.unwrap();
            for isec in 1..=last {
                assert!(
                    segment(&our.bytes, isec) == segment(&want.bytes, isec),
                    "{what}: segment {isec:#x} of {last:#x}: {:?}",
                    segment(&our.bytes, isec)
                        .iter()
                        .zip(segment(&want.bytes, isec))
                        .enumerate()
                        .filter(|(_, (a, b))| a != b)
                        .take(40)
                        .collect::<Vec<_>>()
                );
                self.tally.segments += 1;
            }
            assert_eq!(
                our.verdict.segments_xor, want.verdict.segments_xor,
                "{what}"
            );
            for isec in last + 1..want.header.file_segments() {
                if segment(&our.bytes, isec) != segment(&want.bytes, isec) {
                    self.tally.unused_differ += 1;
                }
            }
            assert_eq!(our.records.len(), want.records.len());
            let odd = our.records.iter().zip(&want.records).find(|(a, b)| a != b);
            assert!(odd.is_none(), "{what}: {:?}", odd.map(|(a, b)| (a.0, b.0)));
        }
    }
}

fn is_begin(bytes: &[u8], at: Lgpos) -> bool {
    segment(bytes, at.isec).get(usize::from(at.ib)) == Some(&LrTyp::FragmentBegin.number())
}

/// First segment behind a split record of `len` bytes that begins at `at`.
fn writer_end(at: Lgpos, len: usize) -> u16 {
    let rem = SEGMENT_BYTES - usize::from(at.ib).max(SEGMENT_HEADER_BYTES);
    let behind = if rem < 32 { 1 } else { 0 };
    let first = if behind == 1 { 4056 - 7 } else { rem - 7 };
    at.isec + behind + 1 + (len - first).div_ceil(4056 - 3) as u16
}

fn rewrite(dir: &Path) -> Tally {
    let originals = read_all(&RealFileSystem, dir).unwrap();
    let base = LogSequence::open(&RealFileSystem, dir, None).unwrap().base;
    let mut run = Rewrite::new(&originals, &base);
    run.run();
    run.compare();
    run.tally
}

#[test]
fn histories_come_out_the_same() {
    let sets = testkit::sets("histories");
    if sets.is_empty() {
        testkit::skip("witness/histories");
    }
    let (mut rolled, mut flushed, mut torn, mut restarts) = (0, 0, 0, 0);
    for set in &sets {
        let dir = testkit::unpack_set("histories", set).expect("the set is there");
        let tally = rewrite(&dir);
        eprintln!("{set}: {tally:?}");
        rolled += tally.rolled;
        flushed += tally.flushed;
        torn += tally.torn;
        restarts += tally.restarts;
    }
    if testkit::witness().is_some() {
        assert!(
            rolled > 100 && flushed > 5 && torn >= 2 && restarts >= 5,
            "{rolled} {flushed} {torn} {restarts}"
        );
    }
}

#[test]
fn windows_logs_come_out_the_same() {
    for (set, file) in [
        ("srum-server2022-t0", "SRU.log"),
        ("srum-win10-19043-feb2022-a", "SRU.log"),
        ("srum-win11-22000-feb2022-a", "SRU.log"),
    ] {
        let Some(path) = testkit::sample(&format!("{set}/{file}")) else {
            testkit::skip(&format!("samples/{set}/{file}"));
            continue;
        };
        let tally = rewrite(path.parent().unwrap());
        eprintln!("{set}: {tally:?}");
        assert!(tally.records > 0);
    }
}

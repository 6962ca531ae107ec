//! The record reader against a writer that follows docs/format/log-files.md §4.3 by the letter:
//! positions, fragments, fill, restarts, shadows, torn chains, limits.
#![forbid(unsafe_code)]

use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_header::{FILETYPE_LOG, LogHeader};
use ese_core::format::log_record::{
    Bytes, Commit0, FragmentBegin, LogRecord, LrTyp, Nop2, PrepCommit, RECORD_BYTES_MAX,
    RecoveryUndo2, ShutDownMark, Term2, Text, Trace,
};
use ese_core::format::log_segment::seal;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{File, FileSystem, OpenMode, Result};
use ese_core::log::reader::RecordFault;
use ese_core::log::segments::{READ_BYTES, SegmentFault};
use ese_core::log::{LogEnd, LogFile, TornWhy};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const SEGMENT: usize = 4096;
const HEAD: usize = 40;
const GENERATION: i32 = 9;

/// The writer of §4.3: one cursor, one buffer.
struct Writer {
    bytes: Vec<u8>,
    /// Next byte in the file; at a segment's start it stands before the header.
    at: usize,
}

impl Writer {
    fn new(segments: u16) -> Self {
        let mut h = LogHeader::zeroed();
        h.set_generation(GENERATION);
        h.set_segment_bytes(4096);
        h.set_header_segments(1);
        h.set_file_segments(segments);
        h.set_major(8);
        h.set_minor(4000);
        h.set_update_major(5);
        h.set_update_minor(16);
        h.set_filetype(FILETYPE_LOG);
        h.seal();
        let mut bytes = h.as_bytes().to_vec();
        bytes.resize(usize::from(segments) * SEGMENT, 0);
        Self { bytes, at: SEGMENT }
    }

    fn pos(&self) -> Lgpos {
        Lgpos::new(
            GENERATION,
            (self.at / SEGMENT) as u16,
            (self.at % SEGMENT) as u16,
        )
    }

    fn open_segment(&mut self) {
        if self.at.is_multiple_of(SEGMENT) {
            self.at += HEAD;
        }
    }

    fn left(&self) -> usize {
        SEGMENT - self.at % SEGMENT
    }

    fn copy(&mut self, b: &[u8]) {
        self.bytes[self.at..self.at + b.len()].copy_from_slice(b);
        self.at += b.len();
    }

    fn next_segment(&mut self) {
        self.at = self.at.next_multiple_of(SEGMENT);
    }

    /// Places a record; gives its position: the cursor before anything of it was placed.
    fn add(&mut self, record: &LogRecord<'_>) -> Lgpos {
        let mut b = Vec::new();
        record.write(&mut b).expect("a legal record");
        self.add_bytes(&b)
    }

    fn add_bytes(&mut self, b: &[u8]) -> Lgpos {
        let pos = self.pos();
        self.open_segment();
        if b.len() <= self.left() {
            self.copy(b);
            return pos;
        }
        if self.left() < 32 {
            self.next_segment();
            self.open_segment();
        }
        if b.len() <= self.left() {
            self.copy(b);
            return pos;
        }
        let (first, mut rest) = b.split_at(self.left() - 7);
        let total = b.len() as u32;
        self.copy(&[76]);
        self.copy(&total.to_le_bytes());
        self.copy(&(first.len() as u16).to_le_bytes());
        self.copy(first);
        while !rest.is_empty() {
            self.open_segment();
            let (piece, tail) = rest.split_at(rest.len().min(self.left() - 3));
            self.copy(&[77]);
            self.copy(&(piece.len() as u16).to_le_bytes());
            self.copy(piece);
            rest = tail;
        }
        pos
    }

    fn last(&self) -> u16 {
        ((self.at - 1) / SEGMENT) as u16
    }

    /// Signs all segments that hold something.
    fn sealed(&self) -> Vec<u8> {
        let mut b = self.bytes.clone();
        for i in 1..=self.last() {
            let at = usize::from(i) * SEGMENT;
            seal(
                &mut b[at..at + SEGMENT],
                Lgpos::new(GENERATION, i, 0),
                LogTime::NONE,
            );
        }
        b
    }
}

fn memory(bytes: &[u8]) -> Arc<dyn File> {
    let file = MemoryFileSystem::default()
        .open(Path::new("/edb.log"), OpenMode::CreateNew)
        .expect("memory");
    file.write_all_at(bytes, 0).expect("memory");
    file
}

fn open(bytes: &[u8]) -> LogFile {
    LogFile::open(memory(bytes)).expect("a right header")
}

fn read(bytes: &[u8]) -> (Vec<(Lgpos, LrTyp)>, LogEnd) {
    let mut records = open(bytes).records().expect("a known version");
    let mut out = Vec::new();
    while let Some((pos, r)) = records.next() {
        out.push((pos, r.typ()));
    }
    (out, records.finish())
}

fn trace(text: Bytes<'_>) -> LogRecord<'_> {
    LogRecord::Trace(Trace {
        procid: 1,
        text: Text::ansi(text),
    })
}

fn commit(trx_commit0: u32) -> LogRecord<'static> {
    LogRecord::Commit0(Commit0 {
        procid: 1,
        level_to: 0,
        trx_commit0,
    })
}

fn undo() -> LogRecord<'static> {
    LogRecord::RecoveryUndo2(RecoveryUndo2 {
        time: LogTime::NONE,
    })
}

fn term(lgpos: Lgpos) -> LogRecord<'static> {
    LogRecord::Term2(Term2 {
        lgpos,
        lgpos_redo_from: Lgpos::MIN,
        hard: 0,
        time: LogTime::NONE,
    })
}

/// Random logs: records of 1 byte to several segments, padding to the segment's end now and then.
#[test]
fn positions_are_the_writer_s() {
    let first = testkit::first_seed();
    let data = vec![0x55u8; 20_000];
    for seed in first..first + testkit::rounds(300, 5_000) {
        let mut rng = SeededRng::new(seed);
        let mut w = Writer::new(100);
        let mut want = Vec::new();
        while w.at < 90 * SEGMENT {
            let (pos, typ) = match rng.below(40) {
                0 => {
                    let data = &data[..rng.below(20_000) as usize];
                    let r = LogRecord::PrepCommit(PrepCommit { procid: 1, data });
                    (w.add(&r), r.typ())
                }
                1..4 => {
                    // To the end of the segment, when there is room for a head.
                    w.open_segment();
                    let Some(fill) = w.left().checked_sub(5) else {
                        continue;
                    };
                    let fill = &vec![0; fill];
                    let r = LogRecord::Nop2(Nop2 { fill });
                    (w.add(&r), r.typ())
                }
                4..8 => (
                    w.add(&LogRecord::ShutDownMark(ShutDownMark {})),
                    LrTyp::ShutDownMark,
                ),
                8..20 => (w.add(&commit(7)), LrTyp::Commit0),
                _ => {
                    // Often as long as what is left, give or take a few bytes.
                    let near = w.left().saturating_sub(rng.below(40) as usize);
                    let n = if rng.below(3) == 0 {
                        near
                    } else {
                        rng.below(300) as usize
                    };
                    (w.add(&trace(&data[..n])), LrTyp::Trace)
                }
            };
            // The position of what begins right behind a segment's header is the segment's start.
            let pos = if usize::from(pos.ib) == HEAD {
                Lgpos { ib: 0, ..pos }
            } else {
                pos
            };
            want.push((pos, typ));
        }
        let (got, end) = read(&w.sealed());
        assert_eq!(got.len(), want.len(), "seed {seed}: {end}");
        for (got, want) in got.iter().zip(&want) {
            assert_eq!(got, want, "seed {seed}");
        }
        assert!(
            matches!(end, LogEnd::Clean { closed: None, .. }),
            "seed {seed}: {end}"
        );
    }
}

#[test]
fn a_new_run_begins_its_own_segment() {
    // However few bytes are left: those of a fill, or nearly a whole segment.
    for left in [1, 5, 31, 32, 500, 4000] {
        let mut w = Writer::new(10);
        w.add(&commit(1));
        let pad = w.left() - left - 5;
        w.add(&trace(&vec![1; pad]));
        assert_eq!(w.left(), left);
        w.next_segment();
        w.add(&undo());
        let at = w.add(&term(Lgpos::new(GENERATION, 2, 0)));
        let (got, end) = read(&w.sealed());
        assert_eq!(
            got[2],
            (Lgpos::new(GENERATION, 2, 0), LrTyp::RecoveryUndo2),
            "{left}"
        );
        let LogEnd::Clean { closed, .. } = end else {
            panic!("{end}");
        };
        assert_eq!(closed, Some(at));
    }
}

/// A record that would have fitted into the rest of the segment before was not put behind it by a
/// fill: a run that begins with any record (a recovery without undo phase) stands there.
#[test]
fn what_would_have_fitted_begins_a_run() {
    for left in 1..60 {
        let mut w = Writer::new(10);
        let pad = w.left() - HEAD - left - 5;
        w.add(&trace(&vec![1; pad]));
        assert_eq!(w.left(), left);
        let rest = w.pos();
        w.next_segment();
        w.add(&commit(1));
        let (got, _) = read(&w.sealed());
        let fill = left < 8;
        let want = if fill {
            rest
        } else {
            Lgpos::new(GENERATION, 2, 0)
        };
        assert_eq!(got[1].0, want, "{left}");
    }
}

#[test]
fn a_chain_cut_by_a_crash_is_dropped_before_an_undo_phase_only() {
    let data = vec![9u8; 9000];
    for (next, legal) in [(undo(), true), (commit(3), false)] {
        let mut w = Writer::new(20);
        w.add(&commit(1));
        let chain = w.add(&LogRecord::PrepCommit(PrepCommit {
            procid: 1,
            data: &data,
        }));
        // The last piece never came.
        w.at = w.at / SEGMENT * SEGMENT;
        let at = w.at;
        w.bytes[at..].fill(0);
        let (got, end) = read(&w.sealed());
        assert_eq!(got.len(), 1);
        let torn = TornWhy::Record {
            have: 8094,
            total: 9007,
        };
        assert_eq!(
            end,
            LogEnd::Torn {
                pos: chain,
                why: torn
            }
        );
        assert_eq!(end.jet_err(), None);
        let next_pos = w.pos();
        w.add(&next);
        let (got, end) = read(&w.sealed());
        if legal {
            assert_eq!(got[1], (next_pos, next.typ()));
            assert!(matches!(end, LogEnd::Clean { .. }), "{end}");
        } else {
            assert_eq!(got.len(), 1);
            let LogEnd::CorruptRecord { fault, .. } = end else {
                panic!("{end}");
            };
            assert_eq!(fault, RecordFault::Order(LrTyp::Commit0));
        }
    }
}

/// Not one byte again and again: an even number of equal words sums up to nothing, so that the
/// checksum of a segment does not see it.
fn garbage(b: &mut [u8]) {
    let mut rng = SeededRng::new(4);
    b.fill_with(|| rng.next_u64() as u8);
}

#[test]
fn a_shadow_stands_in_for_a_torn_last_segment() {
    let mut w = Writer::new(10);
    for _ in 0..700 {
        w.add(&commit(5));
    }
    let whole = w.sealed();
    let last = usize::from(w.last());
    assert_eq!(last, 2);
    let (records, clean) = read(&whole);
    let (at, next) = (last * SEGMENT, (last + 1) * SEGMENT);
    // With a shadow, whole.
    let mut b = whole.clone();
    b.copy_within(at..next, next);
    assert!(read(&b) == (records.clone(), clean));
    // The last segment half garbage: the shadow serves.
    let mut torn = b.clone();
    garbage(&mut torn[at + 2048..next]);
    assert!(read(&torn) == (records.clone(), clean));
    let log = open(&torn);
    let mut r = log.records().unwrap();
    r.finish();
    assert!(r.verdict().shadow_used);
    // No shadow: a torn end.
    let mut b = whole.clone();
    garbage(&mut b[at + 2048..next]);
    let (some, end) = read(&b);
    assert!(some.len() < records.len());
    assert!(
        matches!(
            end,
            LogEnd::Torn {
                why: TornWhy::Segment { isec: 2, .. },
                ..
            }
        ),
        "{end}"
    );
    // Garbage that whole segments follow is a hole.
    let mut b = whole.clone();
    garbage(&mut b[SEGMENT + 100..SEGMENT + 900]);
    let (none, end) = read(&b);
    assert!(none.is_empty());
    assert!(
        matches!(end, LogEnd::CorruptSegment { isec: 1, .. }),
        "{end}"
    );
    // A whole segment behind unused ones, and garbage there.
    let mut b = whole.clone();
    b[SEGMENT..2 * SEGMENT].fill(0);
    let (_, end) = read(&b);
    let LogEnd::CorruptSegment {
        isec: 2,
        fault: SegmentFault::AfterEnd,
        ..
    } = end
    else {
        panic!("{end}");
    };
    let mut b = whole.clone();
    b[6 * SEGMENT + 5] = 1;
    let (all, end) = read(&b);
    assert!(all == records);
    assert!(
        matches!(end, LogEnd::CorruptSegment { isec: 6, .. }),
        "{end}"
    );
    // The reserved last segment of the file is not looked at.
    let mut b = whole.clone();
    garbage(&mut b[9 * SEGMENT..]);
    assert!(read(&b) == (records.clone(), clean));
    // An older generation behind the end is unused space; a later one is damage.
    for (generation, legal) in [(GENERATION - 1, true), (GENERATION + 1, false)] {
        let mut b = whole.clone();
        b.copy_within(at..next, 5 * SEGMENT);
        seal(
            &mut b[5 * SEGMENT..6 * SEGMENT],
            Lgpos::new(generation, 5, 0),
            LogTime::NONE,
        );
        let (all, end) = read(&b);
        assert!(all == records);
        assert_eq!(end == clean, legal, "{end}");
    }
}

#[test]
fn lengths_that_lie_allocate_nothing() {
    for total in [0u32, 1, 4049, RECORD_BYTES_MAX as u32 + 1, u32::MAX] {
        let mut w = Writer::new(10);
        let data = vec![54u8; SEGMENT - HEAD - 7];
        w.open_segment();
        let mut b = Vec::new();
        FragmentBegin { total, data: &data }.write(&mut b).unwrap();
        w.copy(&b);
        let (got, end) = read(&w.sealed());
        assert!(got.is_empty());
        let LogEnd::CorruptRecord {
            fault: RecordFault::Total { .. },
            ..
        } = end
        else {
            panic!("{total}: {end}");
        };
    }
}

/// A file that fails on one segment, and counts how it is read.
struct BadBlock {
    inner: Arc<dyn File>,
    bad: std::ops::Range<u64>,
    reads: AtomicUsize,
    longest: AtomicUsize,
}

impl File for BadBlock {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.longest.fetch_max(buf.len(), Ordering::Relaxed);
        let end = offset + buf.len() as u64;
        if offset < self.bad.end && self.bad.start < end {
            return Err(std::io::Error::other("bad block"));
        }
        self.inner.read_at(buf, offset)
    }
    fn write_all_at(&self, _: &[u8], _: u64) -> Result<()> {
        panic!("a reader never writes");
    }
    fn len(&self) -> Result<u64> {
        self.inner.len()
    }
    fn set_len(&self, _: u64) -> Result<()> {
        panic!("a reader never writes");
    }
    fn sync_data(&self) -> Result<()> {
        Ok(())
    }
    fn sync_all(&self) -> Result<()> {
        Ok(())
    }
}

#[test]
fn reads_are_large_and_a_bad_block_is_one_bad_segment() {
    let mut w = Writer::new(300);
    while w.at < 280 * SEGMENT {
        w.add(&commit(5));
    }
    let whole = w.sealed();
    let (records, _) = read(&whole);
    let open = |bad| {
        let file = Arc::new(BadBlock {
            inner: memory(&whole),
            bad,
            reads: AtomicUsize::new(0),
            longest: AtomicUsize::new(0),
        });
        let log = LogFile::open(file.clone()).unwrap();
        (file, log.records().unwrap())
    };
    let (file, mut r) = open(0..0);
    let mut n = 0;
    while r.next().is_some() {
        n += 1;
    }
    assert_eq!(n, records.len());
    assert_eq!(file.longest.load(Ordering::Relaxed), READ_BYTES);
    // 300 segments by 64, and the header.
    assert!(file.reads.load(Ordering::Relaxed) <= 6);
    // In the middle: what comes before is still read.
    let bad = 150 * SEGMENT as u64;
    let (_, mut r) = open(bad..bad + 10);
    let mut last = Lgpos::MIN;
    while let Some((pos, _)) = r.next() {
        last = pos;
    }
    assert_eq!(last.isec, 149);
    let LogEnd::CorruptSegment {
        isec: 150, fault, ..
    } = r.finish()
    else {
        panic!("{}", r.finish());
    };
    assert!(matches!(fault, SegmentFault::Unreadable(_)));
}

//! Damaged logs: what recovery of the original answered to each set of the witness, every flipped
//! bit, cut files, and seeded mutations of headers, segments, records and whole small logs.
#![forbid(unsafe_code)]

use ese_core::error::JetErr;
use ese_core::format::checkpoint::Checkpoint;
use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_header::{LOG_HEADER_BYTES, LogHeader, LogHeaderError};
use ese_core::format::log_record::LogRecord;
use ese_core::format::log_segment::{SegmentHeader, seal};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{File, FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::report::{FileReport, LIFE_MAX, SequenceEntry, read_sequence};
use ese_core::log::{LogEnd, LogError, LogFile, LogSequence, TornWhy};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SEGMENT: usize = 4096;

fn entries(dir: &Path) -> Option<(LogSequence, Vec<SequenceEntry>)> {
    let sequence = LogSequence::open(&RealFileSystem, dir, None).ok()?;
    let mut out = Vec::new();
    read_sequence(&RealFileSystem, &sequence, |e| out.push(e));
    Some((sequence, out))
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).expect("a name")
}

/// Compares with the record counts that the independent walk gave of the files as they lay there.
fn check_counts(what: &str, found: &[SequenceEntry], as_left: &Value) -> usize {
    let mut compared = 0;
    for want in as_left["generations"].as_array().into_iter().flatten() {
        let what = format!("{what}/{}", want["file"]);
        let entry = found.iter().find(|e| file_name(&e.path) == want["file"]);
        let entry = entry.unwrap_or_else(|| panic!("{what} is not there"));
        let problems: Vec<&str> = want["problems"]
            .as_array()
            .map(|p| p.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        // That walk neither corrects a bit nor stops at damage: it is no witness there.
        if problems
            .iter()
            .any(|p| !p.starts_with("torn fragment chain"))
        {
            continue;
        }
        // It looks behind a bad header; we do not.
        let Ok(report) = &entry.report else {
            continue;
        };
        let types: BTreeMap<&str, u64> = report.types.iter().map(|(t, &n)| (t.name(), n)).collect();
        let wanted: BTreeMap<&str, u64> = want["types"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, n)| (k.as_str(), n.as_u64().unwrap()))
            .collect();
        assert_eq!(types, wanted, "{what}");
        // The header's own number stands for "no data segment".
        let last = u64::from(report.verdict.last_segment.unwrap_or(0));
        assert_eq!(Some(last), want["last_segment"].as_u64(), "{what}");
        let xor = format!("{:016x}", report.verdict.segments_xor);
        assert_eq!(xor, want["segments_xor"], "{what}");
        compared += 1;
    }
    compared
}

#[test]
fn crash_states_are_read_to_their_end() {
    let sets = testkit::sets("crashes");
    if sets.is_empty() {
        testkit::skip("witness/crashes");
    }
    let mut compared = 0;
    for set in sets {
        let dir = testkit::unpack_set("crashes", &set).expect("the set is there");
        let golden = testkit::set_json("crashes", &set).expect("its golden is there");
        let (_, found) = entries(&dir).unwrap_or_else(|| panic!("{set}: no logs"));
        compared += check_counts(&set, &found, &golden["as_left"]);
        for e in &found {
            assert!(e.is_good(), "{set} {}: {:?}", file_name(&e.path), e);
        }
    }
    assert!(compared > 0 || testkit::sets("crashes").is_empty());
}

/// Answers of the original that the logs alone decide.
const ANSWERS_OF_LOGS: [(&str, JetErr); 6] = [
    ("JET_errLogFileCorrupt", JetErr::LOG_FILE_CORRUPT),
    ("JET_errFileIOBeyondEOF", JetErr::FILE_IO_BEYOND_EOF),
    ("JET_errLogFileSizeMismatch", JetErr::LOG_FILE_SIZE_MISMATCH),
    (
        "JET_errLogSequenceChecksumMismatch",
        JetErr::LOG_SEQUENCE_CHECKSUM_MISMATCH,
    ),
    ("JET_errBadLogSignature", JetErr::BAD_LOG_SIGNATURE),
    ("JET_errBadLogVersion", JetErr::BAD_LOG_VERSION),
];

#[test]
fn damaged_sets_get_the_original_s_answer() {
    let sets = testkit::damaged_sets();
    if sets.is_empty() {
        testkit::skip("witness/crashes/damaged-*");
    }
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for set in &sets {
        let Some(dir) = testkit::unpack_damaged(set) else {
            testkit::skip(&format!("witness/crashes/{set}"));
            continue;
        };
        let golden = testkit::set_json("crashes", &format!("damaged-{set}"));
        let golden = golden.expect("its golden is there");
        let said = golden["result"]["init"].as_str().unwrap_or_default();
        let logs_changed = golden["changes"].as_array().is_some_and(|c| {
            c.iter()
                .any(|c| c["file"].as_str().is_some_and(|f| f.ends_with(".log")))
        });
        let Some((sequence, found)) = entries(&dir) else {
            continue;
        };
        check_counts(set, &found, &golden["as_left"]);
        let start = sequence
            .checkpoint
            .as_ref()
            .and_then(|p| Checkpoint::parse_file(&std::fs::read(p).unwrap()).ok())
            .map_or(0, |c| c.checkpoint.lgpos_checkpoint().generation);
        let ours = found
            .iter()
            .zip(&sequence.files)
            .filter(|(e, f)| e.kind != LogKind::Temp && f.generation().is_none_or(|g| g >= start))
            .find_map(|(e, _)| e.answer());
        let wanted = ANSWERS_OF_LOGS.iter().find(|(name, _)| *name == said);
        match wanted {
            Some((name, err)) if logs_changed => {
                assert_eq!(ours, Some(*err), "{set}");
                *answers.entry(name).or_default() += 1;
            }
            _ => {
                assert_eq!(ours, None, "{set}: the original said {said}");
                *answers.entry("nothing wrong with the logs").or_default() += 1;
            }
        }
        match set.as_str() {
            "missing-middle" => assert_eq!(sequence.gaps, [(4, 4)]),
            "current-also-archived" => assert_eq!(sequence.duplicates, [5]),
            "swapped-names" => assert_eq!(found.iter().filter(|e| e.misnamed).count(), 2),
            "missing-current" => assert!(sequence.current().is_none()),
            "missing-current-with-tmp" => {
                assert!(sequence.current().is_none() && sequence.temp.is_some());
            }
            "one-bit-last" => {
                let report = found.last().unwrap().report.as_ref().unwrap();
                assert_eq!(
                    (report.verdict.corrected, report.verdict.shadow_used),
                    (1, false)
                );
            }
            "torn-shadow" | "torn-last-no-shadow" => {
                let report = found.last().unwrap().report.as_ref().unwrap();
                let torn = matches!(
                    report.end,
                    LogEnd::Torn {
                        why: TornWhy::Segment { .. },
                        ..
                    }
                );
                assert!(torn, "{set}: {}", report.end);
            }
            "corrupt-middle-current" | "zero-middle-archived" => {
                let name = if set.ends_with("current") {
                    "edb.log"
                } else {
                    "edb00000004.log"
                };
                let entry = found.iter().find(|e| file_name(&e.path) == name).unwrap();
                let end = entry.report.as_ref().unwrap().end;
                assert!(matches!(end, LogEnd::CorruptSegment { .. }), "{set}: {end}");
            }
            _ => {}
        }
    }
    if testkit::witness().is_some() {
        assert!(answers.len() == ANSWERS_OF_LOGS.len() + 1, "{answers:?}");
    }
}

/// A small real log of several segments, and its report.
fn small_log() -> Option<(Vec<u8>, FileReport)> {
    let dir = testkit::unpack_set("histories", "undo-4k")?;
    let bytes = std::fs::read(dir.join("edb.log")).ok()?;
    let report = report(&bytes).expect("a whole log");
    Some((bytes, report))
}

fn memory(bytes: &[u8]) -> Arc<dyn File> {
    let fs = MemoryFileSystem::default();
    let path = PathBuf::from("/edb.log");
    let file = fs.open(&path, OpenMode::CreateNew).expect("memory");
    file.write_all_at(bytes, 0).expect("memory");
    file
}

fn report(bytes: &[u8]) -> Result<FileReport, LogError> {
    FileReport::read(&LogFile::open(memory(bytes))?)
}

#[test]
fn cut_files_say_so() {
    let Some((bytes, whole)) = small_log() else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let last = usize::from(whole.verdict.last_segment.unwrap());
    for len in [0, 1, 100, 4095] {
        let e = report(&bytes[..len]).unwrap_err();
        assert!(matches!(e, LogError::Header(LogHeaderError::Short(n)) if n == len));
    }
    for (len, missing) in [
        (SEGMENT, Some(1)),
        (SEGMENT + 1, Some(1)),
        (2 * SEGMENT, Some(2)),
        (last * SEGMENT + 4095, Some(last)),
        // What lies behind the data may be the shadow: nothing is missing, but the length is wrong.
        ((last + 2) * SEGMENT, None),
    ] {
        let cut = report(&bytes[..len]).unwrap();
        assert!(!cut.size_ok);
        match missing {
            Some(want) => {
                let LogEnd::Missing { isec, .. } = cut.end else {
                    panic!("{len}: {}", cut.end);
                };
                assert_eq!(usize::from(isec), want, "{len}");
                assert_eq!(cut.end.jet_err(), Some(JetErr::LOG_FILE_SIZE_MISMATCH));
            }
            None => assert_eq!(cut.end, whole.end),
        }
    }
    // Header only, the rest zero: an ordinary end of data.
    let mut empty = bytes.clone();
    empty[SEGMENT..].fill(0);
    let empty = report(&empty).unwrap();
    assert_eq!((empty.records, empty.end.jet_err()), (0, None));
    assert!(matches!(empty.end, LogEnd::Clean { closed: None, .. }));
    let e = report(&vec![0; bytes.len()]).unwrap_err();
    assert!(matches!(e, LogError::Header(LogHeaderError::Zero)));
}

#[test]
fn legacy_logs_are_refused_clearly() {
    let Some((mut bytes, _)) = small_log() else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let mut h = LogHeader::parse(&bytes).unwrap();
    h.set_major(7);
    h.set_minor(3704);
    h.set_update_major(17);
    h.set_update_minor(0);
    h.seal();
    bytes[..LOG_HEADER_BYTES].copy_from_slice(h.as_bytes());
    let log = LogFile::open(memory(&bytes)).expect("the header can be shown");
    let e = FileReport::read(&log).unwrap_err();
    assert!(e.to_string().contains("7.3704.17.0"), "{e}");
    assert_eq!(ese_core::HasJetErr::jet_err(&e), JetErr::BAD_LOG_VERSION);
}

#[test]
fn every_flipped_bit_is_corrected_or_reported() {
    let Some((bytes, whole)) = small_log() else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let last = usize::from(whole.verdict.last_segment.unwrap());
    let mut rng = SeededRng::new(testkit::first_seed());
    for isec in [1, last / 2, last - 1, last] {
        for i in 0..64 {
            let bit = isec * SEGMENT * 8 + i * 512 + i;
            let mut b = bytes.clone();
            b[bit / 8] ^= 1 << (bit % 8);
            let r = report(&b).unwrap();
            let corrected = r.verdict.corrected == 1 && r.end == whole.end;
            let reported = r.end.jet_err().is_some() || r.verdict.shadow_used;
            assert!(corrected != reported, "segment {isec}, bit {i}: {}", r.end);
            if corrected {
                assert_eq!(r.types, whole.types);
                assert_eq!(r.verdict.segments_xor, whole.verdict.segments_xor);
            }
            // One more flip in the same segment is never corrected away.
            let second = isec * SEGMENT * 8 + rng.below(SEGMENT as u64 * 8) as usize;
            if second != bit {
                b[second / 8] ^= 1 << (second % 8);
                let r = report(&b).unwrap();
                assert!(
                    r.end.jet_err().is_some() || r.verdict.shadow_used,
                    "segment {isec}, bits {bit} {second}: {}",
                    r.end
                );
            }
        }
    }
}

/// Signs every segment that still says what it is, so that damage reaches the records.
fn sign(bytes: &mut [u8], generation: i32) {
    for (i, segment) in bytes.chunks_exact_mut(SEGMENT).enumerate().skip(1) {
        let head = SegmentHeader::read(segment).unwrap();
        if head.lgpos.isec == i as u16 {
            seal(segment, Lgpos::new(generation, i as u16, 0), LogTime::NONE);
        }
    }
}

fn mutate(b: &mut Vec<u8>, rng: &mut SeededRng, from: usize, to: usize) {
    let span = (to.min(b.len()) - from.min(b.len())) as u64;
    if span == 0 {
        return;
    }
    for _ in 0..=rng.below(6) {
        let at = from + rng.below(span) as usize;
        match rng.below(8) {
            0 => b[at] ^= 1 << rng.below(8),
            1 => b[at] = rng.next_u64() as u8,
            2 => b[at] = [0, 1, 0x7F, 0x80, 0xFF, 0x4C, 0x4D, 71][rng.below(8) as usize],
            3 => {
                let end = (at + rng.below(300) as usize).min(to).min(b.len());
                b[at..end].fill(0);
            }
            4 => {
                let end = (at + rng.below(64) as usize).min(to).min(b.len());
                for x in &mut b[at..end] {
                    *x = rng.next_u64() as u8;
                }
            }
            5 => {
                let n = (rng.below(600) as usize).min(b.len() - at);
                let src = rng.below((b.len() - n) as u64 + 1) as usize;
                b.copy_within(src..src + n, at);
            }
            6 => {
                // A whole segment at another place.
                let (x, y) = (rng.below(32) as usize, rng.below(32) as usize);
                if (x.max(y) + 1) * SEGMENT <= b.len() && x > 0 && y > 0 {
                    b.copy_within(x * SEGMENT..(x + 1) * SEGMENT, y * SEGMENT);
                }
            }
            _ => {
                if rng.below(10) == 0 {
                    b.truncate(rng.below(b.len() as u64) as usize);
                    return;
                }
            }
        }
    }
}

/// Whole logs: half of them signed again after the damage, so that it is met by the record reader.
#[test]
fn mutated_logs_never_panic() {
    let Some((bytes, whole)) = small_log() else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let first = testkit::first_seed();
    let rounds = testkit::rounds(4_000, 200_000);
    let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
    let mut damaged_records = 0u64;
    for seed in first..first + rounds {
        let mut rng = SeededRng::new(seed);
        let mut b = bytes.clone();
        mutate(&mut b, &mut rng, SEGMENT, usize::MAX);
        if rng.below(2) == 0 {
            sign(&mut b, whole.facts.generation);
        }
        if rng.below(20) == 0 {
            mutate(&mut b, &mut rng, 0, SEGMENT);
            if rng.below(2) == 0 && b.len() >= LOG_HEADER_BYTES {
                let mut h = LogHeader::unchecked(&b).unwrap();
                h.seal();
                b[..LOG_HEADER_BYTES].copy_from_slice(h.as_bytes());
            }
        }
        match report(&b) {
            Ok(r) => {
                *ends.entry(r.end.word()).or_default() += 1;
                damaged_records += u64::from(matches!(r.end, LogEnd::CorruptRecord { .. }));
                assert!(r.records <= b.len() as u64, "seed {seed}");
                assert!(r.life.len() <= LIFE_MAX);
                assert!(r.verdict.segments <= 32);
                let sum: u64 = r.types.values().sum();
                assert_eq!(sum, r.records, "seed {seed}");
            }
            Err(e) => {
                *ends.entry("refused").or_default() += 1;
                assert!(
                    matches!(e, LogError::Header(_) | LogError::Version(_)),
                    "seed {seed}: {e}"
                );
            }
        }
    }
    // The campaign reaches every kind of end.
    for word in ["clean", "torn", "corrupt", "cut", "refused"] {
        assert!(ends.contains_key(word), "{ends:?}");
    }
    assert!(damaged_records > rounds / 100, "{damaged_records}");
}

/// Records cut out of a real log, changed, parsed, written, printed.
#[test]
fn mutated_records_never_panic() {
    let Some((bytes, _)) = small_log() else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let log = LogFile::open(memory(&bytes)).unwrap();
    let mut records = log.records().unwrap();
    let mut real: Vec<Vec<u8>> = Vec::new();
    while let Some((_, r)) = records.next() {
        let mut out = Vec::new();
        r.write(&mut out).unwrap();
        real.push(out);
    }
    let first = testkit::first_seed();
    let mut parsed = 0u64;
    for seed in first..first + testkit::rounds(20_000, 200_000) {
        let mut rng = SeededRng::new(seed);
        let mut b = real[rng.below(real.len() as u64) as usize].clone();
        let to = b.len().min(120);
        mutate(&mut b, &mut rng, 0, to);
        if let Ok((r, n)) = LogRecord::parse(&b) {
            parsed += 1;
            let mut out = Vec::new();
            r.write(&mut out)
                .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            assert_eq!(out, b[..n], "seed {seed}");
            assert!(r.line().len() < 8 * b.len() + 4000, "seed {seed}");
            if let LogRecord::ReplaceD(r) = r {
                let mut new = Vec::new();
                let _ = r.apply(&b, &mut new);
                assert!(new.len() <= usize::from(r.cb_new));
            }
        }
    }
    assert!(parsed > 1000);
}

/// Headers and checkpoints, signed again after the damage: all fields are read and printed.
#[test]
fn mutated_headers_never_panic() {
    let Some((bytes, _)) = small_log() else {
        testkit::skip("witness/histories/undo-4k");
        return;
    };
    let dir = testkit::unpack_set("histories", "undo-4k").unwrap();
    let checkpoint = std::fs::read(dir.join("edb.chk")).unwrap();
    let first = testkit::first_seed();
    for seed in first..first + testkit::rounds(5_000, 200_000) {
        let mut rng = SeededRng::new(seed);
        let mut b = bytes[..LOG_HEADER_BYTES].to_vec();
        mutate(&mut b, &mut rng, 0, usize::MAX);
        if let Some(mut h) = LogHeader::unchecked(&b) {
            h.seal();
            let mut shown = 0;
            h.show(&mut |name, value| shown += name.len() + value.to_string().len());
            assert!(shown > 0);
            assert_eq!(h.rebuilt(), h, "seed {seed}");
            if let Ok(h) = LogHeader::parse(h.as_bytes()) {
                let _ = (h.page_size(), h.version().support(), h.file_bytes());
            }
        }
        let mut c = checkpoint.clone();
        mutate(&mut c, &mut rng, 0, 4096);
        if let Some(mut one) = Checkpoint::unchecked(&c) {
            one.seal();
            one.show(&mut |_, value| drop(value.to_string()));
            assert_eq!(one.rebuilt(), one, "seed {seed}");
            let _ = Checkpoint::parse_file(one.as_bytes());
        }
        let _ = Checkpoint::parse_file(&c);
    }
}

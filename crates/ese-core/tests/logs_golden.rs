//! Log files against what the original engine and an independent walk said of them: generations,
//! versions, signatures, times, chain, record counts, life-cycle positions, segment sums; and every
//! record, header and checkpoint built again to the bytes it was read from.
#![forbid(unsafe_code)]

use ese_core::format::checkpoint::Checkpoint;
use ese_core::format::ids::Lgpos;
use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::{LogRecord, LrTyp};
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::report::{FileReport, SequenceEntry, read_sequence};
use ese_core::log::{LogEnd, LogFile, LogSequence};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every folder of logs that a golden speaks of: its files' goldens in order.
fn walk(dir: &Path) -> (LogSequence, Vec<SequenceEntry>) {
    let fs = RealFileSystem;
    let sequence = LogSequence::open(&fs, dir, None).unwrap_or_else(|e| panic!("{e}"));
    let mut entries = Vec::new();
    read_sequence(&fs, &sequence, |e| entries.push(e));
    (sequence, entries)
}

fn types(report: &FileReport) -> BTreeMap<String, u64> {
    report
        .types
        .iter()
        .map(|(t, &n)| (t.name().to_owned(), n))
        .collect()
}

fn golden_types(v: &Value) -> BTreeMap<String, u64> {
    v.as_object()
        .expect("an object")
        .iter()
        .map(|(k, n)| (k.clone(), n.as_u64().expect("a number")))
        .collect()
}

fn life(report: &FileReport) -> Vec<String> {
    report
        .life
        .iter()
        .map(|(typ, pos)| format!("{} {pos}", typ.name()))
        .collect()
}

fn golden_life(v: &Value) -> Vec<String> {
    v.as_array()
        .expect("a list")
        .iter()
        .map(|s| s.as_str().expect("a text").to_owned())
        .collect()
}

/// The archived and current logs of a folder by name, whatever else lies there.
fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).expect("a name")
}

#[test]
fn windows_logs_are_as_walked() {
    let goldens: Vec<PathBuf> = testkit::goldens()
        .into_iter()
        .filter(|p| file_name(p).starts_with("logwalk__"))
        .collect();
    if goldens.is_empty() {
        testkit::skip("golden/logwalk__*.json");
    }
    for golden in goldens {
        let golden = testkit::json(&golden);
        let set = golden["set"].as_str().expect("a name");
        let logs = golden["logs"].as_array().expect("a list");
        let first = logs[0]["file"].as_str().expect("a name");
        let Some(path) = testkit::sample(&format!("{set}/{first}")) else {
            testkit::skip(&format!("samples/{set}"));
            continue;
        };
        let (sequence, entries) = walk(path.parent().expect("a folder"));
        assert_eq!(sequence.base, "SRU");
        assert_eq!(entries.len(), logs.len(), "{set}");
        for (entry, want) in entries.iter().zip(logs) {
            let what = format!("{set}/{}", want["file"]);
            assert_eq!(file_name(&entry.path), want["file"], "{what}");
            let report = entry
                .report
                .as_ref()
                .unwrap_or_else(|e| panic!("{what}: {e}"));
            let facts = &report.facts;
            assert_eq!(format!("{:#x}", facts.generation), want["gen"], "{what}");
            assert_eq!(facts.version.to_string(), want["version"], "{what}");
            assert_eq!(facts.sign_log.to_string(), want["sig"], "{what}");
            assert_eq!(facts.tm_create.to_string(), want["tmCreate"], "{what}");
            let tm_prev = Some(facts.tm_prev_gen)
                .filter(|t| !t.is_none())
                .map(|t| t.to_string());
            assert_eq!(tm_prev.as_deref(), want["tmPrev"].as_str(), "{what}");
            let chain = entry.chain.map(|c| c.is_ok());
            assert_eq!(chain, want["chain_ok"].as_bool(), "{what}");
            assert_eq!(report.records, want["records"].as_u64().unwrap(), "{what}");
            assert_eq!(types(report), golden_types(&want["types"]), "{what}");
            assert_eq!(life(report), golden_life(&want["life"]), "{what}");
            assert_eq!(report.verdict.damage, None, "{what}");
            assert!(entry.is_good(), "{what}: {}", report.end);
            let closed = want["types"].get("Term2").is_some()
                && want["stop"]
                    .as_str()
                    .is_some_and(|s| !s.contains("segment 15"));
            let LogEnd::Clean { closed: at, .. } = report.end else {
                panic!("{what}: {}", report.end);
            };
            assert_eq!(at.is_some(), closed, "{what}: {}", report.end);
        }
        let last = golden["redo_total"]["last_record"].as_str();
        assert!(last.is_some_and(|s| !s.is_empty()), "{set}");
    }
}

#[test]
fn histories_are_as_recorded() {
    let sets = testkit::sets("histories");
    if sets.is_empty() {
        testkit::skip("witness/histories");
    }
    for set in sets {
        let dir = testkit::unpack_set("histories", &set).expect("the set is there");
        let golden = testkit::set_json("histories", &set).expect("its golden is there");
        let generations = golden["generations"].as_array().expect("a list");
        let (sequence, entries) = walk(&dir);
        assert_eq!(entries.len(), generations.len(), "{set}");
        assert_eq!(
            (&sequence.gaps[..], &sequence.duplicates[..]),
            (&[][..], &[][..])
        );
        let named = named_starts(&entries);
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for (entry, want) in entries.iter().zip(generations) {
            let what = format!("{set}/{}", want["file"]);
            assert_eq!(file_name(&entry.path), want["file"], "{what}");
            let report = entry
                .report
                .as_ref()
                .unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(
                Some(i64::from(report.facts.generation)),
                want["generation"].as_i64()
            );
            assert_eq!(report.facts.version.to_string(), want["version"], "{what}");
            let last = report.verdict.last_segment.map(u64::from);
            assert_eq!(last, want["last_segment"].as_u64(), "{what}");
            let xor = format!("{:016x}", report.verdict.segments_xor);
            assert_eq!(xor, want["segments_xor"], "{what}");
            assert_eq!(report.records, want["records"].as_u64().unwrap(), "{what}");
            assert_eq!(types(report), golden_types(&want["types"]), "{what}");
            check_life(report, &golden_life(&want["life"]), &named, &what);
            // The independent walk names a torn chain twice: at its end and at its start.
            let problems = want["problems"].as_array().unwrap().len();
            assert_eq!(report.torn_chains as usize * 2, problems, "{what}");
            assert!(entry.is_good(), "{what}: {}", report.end);
            assert_eq!(
                entry.chain.is_none(),
                entry.path == entries[0].path,
                "{what}"
            );
            for (k, n) in types(report) {
                *all.entry(k).or_default() += n;
            }
        }
        assert_eq!(golden["chain_ok"], true, "{set}");
        assert_eq!(all, golden_types(&golden["types"]), "{set}");
    }
}

/// Positions of run starts that the engine itself names in the records that end a run.
fn named_starts(entries: &[SequenceEntry]) -> BTreeSet<Lgpos> {
    let mut named = BTreeSet::new();
    for entry in entries {
        let file = RealFileSystem
            .open(&entry.path, OpenMode::Read)
            .expect("opens");
        let log = LogFile::open(file).expect("opens");
        let mut records = log.records().expect("a known version");
        while let Some((_, record)) = records.next() {
            match record {
                LogRecord::Term2(r) => named.insert(r.lgpos),
                LogRecord::RecoveryQuit2(r) => named.insert(r.lgpos),
                LogRecord::RecoveryQuitKeepAttachments(r) => named.insert(r.lgpos),
                _ => continue,
            };
        }
    }
    named
}

/// The positions of the histories' goldens come from an independent walk that takes the end of the
/// record before also for the first record of a run. There the engine's own word rules: the record
/// that ends the run names its start.
fn check_life(report: &FileReport, golden: &[String], named: &BTreeSet<Lgpos>, what: &str) {
    assert_eq!(report.life.len(), golden.len(), "{what}");
    for ((typ, pos), golden) in report.life.iter().zip(golden) {
        if format!("{} {pos}", typ.name()) != *golden {
            assert!(
                matches!(typ, LrTyp::Init2 | LrTyp::RecoveryUndo2),
                "{what} {typ} {pos} {golden}"
            );
            assert!(golden.starts_with(typ.name()), "{what} {pos} {golden}");
            assert!(
                named.contains(pos),
                "{what}: {typ} {pos}, golden {golden}, {named:?}"
            );
        }
    }
}

/// All logs at hand: of the histories, the crash sets' bases and the samples.
fn all_logs() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = testkit::sets("histories")
        .iter()
        .chain(&testkit::sets("crashes"))
        .filter_map(|s| {
            testkit::unpack_set("histories", s).or_else(|| testkit::unpack_set("crashes", s))
        })
        .collect();
    dirs.extend(
        testkit::sample_roots()
            .iter()
            .flat_map(|r| std::fs::read_dir(r).into_iter().flatten())
            .filter_map(|e| Some(e.ok()?.path()))
            .filter(|p| p.is_dir()),
    );
    dirs.iter()
        .flat_map(|d| std::fs::read_dir(d).into_iter().flatten())
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|x| x == "log" || x == "jtx"))
        .collect()
}

#[test]
fn records_and_headers_build_again() {
    let (mut records_seen, mut headers) = (0u64, 0);
    let mut seen: BTreeMap<LrTyp, u64> = BTreeMap::new();
    for path in all_logs() {
        let what = path.display();
        let file = RealFileSystem.open(&path, OpenMode::Read).expect("opens");
        let Ok(log) = LogFile::open(file) else {
            let bytes = std::fs::read(&path).expect("reads");
            assert!(bytes.iter().all(|&b| b == 0), "{what}");
            continue;
        };
        headers += 1;
        let header = log.header();
        assert_eq!(header.rebuilt().as_bytes(), header.as_bytes(), "{what}");
        let mut sealed = header.clone();
        sealed.set_checksum(0);
        sealed.seal();
        assert_eq!(&sealed, header, "{what}");
        for attach in header.attachments().entries() {
            let attach = attach.unwrap_or_else(|e| panic!("{what}: {e}"));
            assert!(attach.path_text().len() > 2, "{what}");
        }
        let mut records = log.records().expect("a known version");
        let mut out = Vec::new();
        let mut again = Vec::new();
        let mut run: Option<Lgpos> = None;
        while let Some((pos, record)) = records.next() {
            out.clear();
            record
                .write(&mut out)
                .unwrap_or_else(|e| panic!("{what} {pos}: {e}"));
            let (parsed, len) =
                LogRecord::parse(&out).unwrap_or_else(|e| panic!("{what} {pos}: {e}"));
            assert_eq!((parsed, len), (record, out.len()), "{what} {pos}");
            again.clear();
            parsed.write(&mut again).expect("writes");
            assert_eq!(again, out);
            assert!(!matches!(record, LogRecord::Ignored(_)), "{what} {pos}");
            records_seen += 1;
            *seen.entry(record.typ()).or_default() += 1;
            // Positions, checked by those that the records themselves name.
            match record {
                LogRecord::Init2(_) | LogRecord::RecoveryUndo2(_) => run = Some(pos),
                LogRecord::Term2(r) if run.is_some_and(|p| p.generation == r.lgpos.generation) => {
                    assert_eq!(Some(r.lgpos), run, "{what} {pos}");
                }
                LogRecord::RecoveryQuit2(r)
                    if run.is_some_and(|p| p.generation == r.lgpos.generation) =>
                {
                    assert_eq!(Some(r.lgpos), run, "{what} {pos}");
                }
                LogRecord::ReplaceD(r) => {
                    let mut last = 0;
                    for step in r.steps() {
                        let step = step.unwrap_or_else(|e| panic!("{what} {pos}: {e}"));
                        assert!(step.offset >= last, "{what} {pos}");
                        last = step.offset + step.old_len;
                        assert!(last <= usize::from(r.cb_old), "{what} {pos}");
                    }
                }
                LogRecord::Insert(r) => {
                    assert_eq!(r.key().len(), r.prefix.len() + r.suffix.len());
                }
                LogRecord::CommitCtx(r) => assert!(r.context().is_some()),
                _ => {}
            }
        }
    }
    if testkit::witness().is_some() {
        assert!(records_seen > 150_000, "{records_seen}");
        assert!(seen.len() >= 58, "{seen:?}");
    }
    assert!(headers > 0 || testkit::sets("histories").is_empty());
}

/// What the writer of a record computes from its parts is what stood in the file, byte for byte.
#[test]
fn record_bytes_in_segments_are_the_written_ones() {
    for path in all_logs() {
        let bytes = std::fs::read(&path).expect("reads");
        let Ok(header) = LogHeader::parse(&bytes) else {
            continue;
        };
        let file = RealFileSystem.open(&path, OpenMode::Read).expect("opens");
        let log = LogFile::open(file).expect("opens");
        let mut scan = log.segments().expect("a known version");
        while let Some(isec) = scan.next_segment() {
            let segment = scan.segment();
            let mut at = 40;
            let mut out = Vec::new();
            while at < segment.len() && segment[at] != 0 {
                let (record, len) = LogRecord::parse(&segment[at..])
                    .unwrap_or_else(|e| panic!("{} {isec:x}:{at:x}: {e}", path.display()));
                out.clear();
                record.write(&mut out).expect("writes");
                assert_eq!(
                    out,
                    segment[at..at + len],
                    "{} {isec:x}:{at:x}",
                    path.display()
                );
                at += len;
            }
        }
        assert_eq!(header.generation(), log.header().generation());
    }
}

#[test]
fn reading_from_a_position_gives_the_same_records() {
    let Some(dir) = testkit::unpack_set("histories", "mix-4k") else {
        testkit::skip("witness/histories/mix-4k");
        return;
    };
    let (sequence, _) = walk(&dir);
    for file in sequence.files.iter().take(4) {
        let open = || {
            let file = RealFileSystem.open(&file.path, OpenMode::Read).unwrap();
            LogFile::open(file).unwrap()
        };
        let log = open();
        let mut positions = Vec::new();
        let mut records = log.records().unwrap();
        while let Some((pos, r)) = records.next() {
            positions.push((pos, r.typ()));
        }
        for i in (0..positions.len()).step_by(37) {
            let mut from = log.records_from(positions[i].0).unwrap();
            let mut rest = Vec::new();
            while let Some((pos, r)) = from.next() {
                rest.push((pos, r.typ()));
            }
            assert_eq!(rest, positions[i..], "{:?}", positions[i]);
            assert_eq!(from.finish(), records.finish());
        }
        // The start of every segment, fragments in front or not.
        for isec in 1..=records.verdict().last_segment.unwrap() {
            let start = Lgpos::new(log.header().generation(), isec, 0);
            let mut from = log.records_from(start).unwrap();
            let mut n = 0;
            let mut first = None;
            while let Some((pos, r)) = from.next() {
                first.get_or_insert((pos, r.typ()));
                n += 1;
            }
            assert_eq!(from.finish(), records.finish(), "{start}");
            // A record that the rest of the segment before was too short for has its position there,
            // which a reader that starts behind cannot see.
            let (pos, typ) = positions[positions.len() - n];
            let (first, first_typ) = first.expect("every segment ends a record");
            assert_eq!(first_typ, typ, "{start}");
            assert!(
                first == pos || (first == start && pos < start),
                "{start} {first} {pos}"
            );
        }
    }
}

#[test]
fn checkpoints_build_again() {
    let mut seen = 0;
    for log in all_logs() {
        let Ok(dir) = std::fs::read_dir(log.parent().unwrap()) else {
            continue;
        };
        for path in dir.filter_map(|e| Some(e.ok()?.path())) {
            if path.extension().is_none_or(|x| x != "chk") {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let what = path.display();
            let file = Checkpoint::parse_file(&bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!((file.first, file.second), (Ok(()), Ok(())), "{what}");
            let c = &file.checkpoint;
            assert_eq!(c.rebuilt(), *c, "{what}");
            assert_eq!(c.to_file_bytes(), bytes, "{what}");
            assert!(c.lgpos_checkpoint() <= c.lgpos_db_consistency(), "{what}");
            for attach in c.attachments().entries() {
                attach.unwrap_or_else(|e| panic!("{what}: {e}"));
            }
            seen += 1;
        }
    }
    assert!(seen > 0 || testkit::sets("histories").is_empty());
}

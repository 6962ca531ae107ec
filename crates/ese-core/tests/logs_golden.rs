//! Log files against what the original engine and an independent walk said of them: generations,
//! versions, signatures, times, chain, record counts, life-cycle positions, segment sums; and every
//! record, header and checkpoint built again to the bytes it was read from.
#![forbid(unsafe_code)]

use ese_core::format::checkpoint::Checkpoint;
use ese_core::format::ids::{Dbtime, Lgpos, Pgno};
use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::{
    DBTIME_INVALID, DBTIME_NIL, LogRecord, LrTyp, MergeType, ScrubFlags,
};
use ese_core::format::page::PageFlags;
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
                LogRecord::Insert(r) => {
                    assert_eq!(r.key().len(), r.prefix.len() + r.suffix.len());
                }
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

/// The shapes that single records show, named as the goldens name them.
fn shapes(record: &LogRecord<'_>, out: &mut BTreeMap<String, u64>) {
    let mut count = |shape: String| *out.entry(shape).or_default() += 1;
    let image = |image: &[u8]| u8::from(!image.is_empty());
    match record {
        LogRecord::ReplaceD(r) if r.cb.is_wide() => count("ReplaceD wide".into()),
        LogRecord::ReplaceD(_) => count("ReplaceD narrow".into()),
        LogRecord::Replace(r) if r.page.dbtime_before == DBTIME_NIL => {
            count("split replace by 33".into());
        }
        LogRecord::AttachDb(_) => count("attach".into()),
        LogRecord::MacroAbort(_) => count("macro abort".into()),
        LogRecord::RootPageMove(_) => count("root page move".into()),
        LogRecord::ShrinkDb2(_) | LogRecord::ShrinkDb3(_) => count("shrink".into()),
        LogRecord::Undo(r) => count(format!("undo oper {}", r.oper.0)),
        LogRecord::ConvertFDP2(r) => {
            let avail = if r.rgbit_avail == 0 { "none" } else { "some" };
            count(format!("convert av={avail}"));
        }
        LogRecord::PageMove(r) => count(format!("pagemove flags {}", r.flags.bits())),
        LogRecord::Scrub(r) if r.flags.contains(ScrubFlags::UNUSED) => count("scrub unused".into()),
        LogRecord::Scrub(r) => {
            count("scrub used".into());
            for oper in r.opers().iter().filter(|&&o| o != 0) {
                count(format!("scrub op {oper}"));
            }
        }
        LogRecord::Split2(r) => {
            if !r.image.is_empty() {
                count(format!("image flags {}", r.image_flags.bits()));
            }
            if r.pgno_new.is_null() {
                count("split parent insert only".into());
            } else {
                let leaf = r.new_page_flags.contains(PageFlags::LEAF);
                let level = if leaf { "leaf" } else { "internal" };
                let (typ, oper, img) = (r.split_type, r.split_oper.0, image(r.image));
                count(format!("split {level} {typ} op{oper} img{img}"));
            }
        }
        LogRecord::Merge2(r) => {
            if !r.image.is_empty() {
                count(format!("image flags {}", r.image_flags.bits()));
            }
            let (typ, flags, img) = (r.merge_type, r.flags.bits(), image(r.image));
            if typ == MergeType::NONE {
                count(format!("merge parent flags {flags}"));
            } else {
                count(format!("merge type {} img{img} flags {flags}", typ.0));
            }
        }
        _ => {}
    }
}

/// The goldens' counts that records alone give; the level of a moved page is none of them, so its
/// two counts are one here.
fn golden_shapes(v: &Value) -> BTreeMap<String, u64> {
    let of_pages = [
        "null key fix",
        "split right, hot",
        "pagemove image",
        "root move",
    ];
    let mut out = BTreeMap::new();
    for (shape, n) in golden_types(v) {
        if of_pages.iter().any(|p| shape.starts_with(p)) {
            continue;
        }
        let shape = if shape.starts_with("pagemove flags") {
            shape
                .trim_end_matches(" leaf")
                .trim_end_matches(" internal")
        } else {
            &shape
        };
        *out.entry(shape.to_owned()).or_default() += n;
    }
    out
}

/// A neighbour that is there had an earlier time; one that is not has none (-1 or -2).
fn neighbour(pgno: Pgno, before: Dbtime, dbtime: Dbtime) -> bool {
    if pgno.is_null() {
        before >= DBTIME_INVALID
    } else {
        before < dbtime
    }
}

/// What records say of themselves: a field read from its neighbour's place would break it.
fn check_sense(record: &LogRecord<'_>, what: &str) {
    if let Some(p) = record.page() {
        assert!((1..=6).contains(&p.dbid) && p.level <= 7, "{what}");
        let nil = p.dbtime_before == DBTIME_NIL;
        assert!(nil || p.dbtime_before < p.dbtime, "{what}");
        assert!(!p.pgno.is_null() && p.pgno.0 < 0x10_0000, "{what}");
    }
    if let Some(n) = record.node() {
        let scrub = matches!(record, LogRecord::Scrub(_));
        assert_eq!(n.pgno_fdp.is_null(), scrub, "{what}");
        assert!(n.pgno_fdp.0 < 0x10_0000 && n.objid_fdp.0 < 1000, "{what}");
    }
    match record {
        LogRecord::Begin0(r) => assert!(r.levels.from() == 0 && r.levels.count() > 0, "{what}"),
        LogRecord::Begin(r) => assert!(r.levels.from() > 0 && r.levels.count() > 0, "{what}"),
        LogRecord::CreateMEFDP(r) => {
            assert_eq!(r.pgno_oe.0, r.page.pgno.0 + 1, "{what}");
            assert_eq!(r.pgno_ae.0, r.page.pgno.0 + 2, "{what}");
            assert!(r.cpg_primary >= 3, "{what}");
        }
        LogRecord::ConvertFDP2(r) => {
            assert_eq!(r.pgno_oe, r.pgno_secondary_first, "{what}");
            assert_eq!(r.pgno_ae.0, r.pgno_oe.0 + 1, "{what}");
        }
        LogRecord::Replace(r) => {
            assert!(
                !r.cb.is_wide() && r.cb.len() == usize::from(r.cb_new),
                "{what}"
            );
        }
        LogRecord::ReplaceD(r) => {
            let mut len = usize::from(r.cb_old);
            let mut last = 0;
            for step in r.steps() {
                let step = step.unwrap_or_else(|e| panic!("{what}: {e}"));
                assert!(step.offset >= last, "{what}");
                last = step.offset + step.old_len;
                assert!(last <= usize::from(r.cb_old), "{what}");
                len = len + step.new.len() - step.old_len;
            }
            assert_eq!(len, usize::from(r.cb_new), "{what}");
            let old = vec![0; usize::from(r.cb_old)];
            let mut new = Vec::new();
            assert_eq!(r.apply(&old, &mut new), Ok(()), "{what}");
        }
        LogRecord::UndoInfo(r) => {
            assert_eq!(r.page.dbtime, DBTIME_NIL, "{what}");
            assert!(r.oper.text().is_some(), "{what}");
        }
        LogRecord::Undo(r) => assert!(r.oper.text().is_some() && r.level > 0, "{what}"),
        LogRecord::Split2(r) => {
            let known = r.split_type.text().is_some() && r.split_oper.text().is_some();
            assert!(known && r.image_flags.bits() <= 3, "{what}");
            assert!(
                neighbour(r.pgno_right, r.dbtime_right_before, r.page.dbtime),
                "{what}"
            );
            assert!(
                neighbour(r.pgno_parent, r.dbtime_parent_before, r.page.dbtime),
                "{what}"
            );
            assert!(r.pgno_new.is_null() || r.iline_split <= r.clines, "{what}");
            assert!(r.objid_fdp.0 < 1000 && r.pgno_fdp.0 < 0x10_0000, "{what}");
        }
        LogRecord::Merge2(r) => {
            let known = r.merge_type.text().is_some() && r.flags.bits() <= 7;
            assert!(known && r.image_flags.bits() <= 3, "{what}");
            assert!(
                neighbour(r.pgno_right, r.dbtime_right_before, r.page.dbtime),
                "{what}"
            );
            assert!(
                neighbour(r.pgno_left, r.dbtime_left_before, r.page.dbtime),
                "{what}"
            );
            assert!(r.objid_fdp.0 < 1000 && r.pgno_fdp.0 < 0x10_0000, "{what}");
        }
        LogRecord::PageMove(r) => {
            assert!(
                neighbour(r.pgno_left, r.dbtime_left_before, r.page.dbtime),
                "{what}"
            );
            assert!(
                neighbour(r.pgno_right, r.dbtime_right_before, r.page.dbtime),
                "{what}"
            );
            assert!(
                neighbour(r.pgno_parent, r.dbtime_parent_before, r.page.dbtime),
                "{what}"
            );
            assert!(!r.header.is_empty() && r.objid_fdp.0 < 1000, "{what}");
        }
        LogRecord::EmptyTree(r) => {
            let count = r.pages.iter().filter(|p| !p.pgno.is_null()).count();
            assert!(count > 0 && count * 16 == r.pages.len(), "{what}");
        }
        LogRecord::NewPage(r) => assert!(r.objid.0 < 1000 && r.dbtime.0 < 1 << 32, "{what}"),
        LogRecord::SetDbVersion(r) => assert_eq!(r.major, 0x620, "{what}"),
        LogRecord::ExtendDb(r) => assert!(r.dbid == 1 || r.pgno_last.0 > 2, "{what}"),
        LogRecord::ExtentFreed2(r) => assert!(r.cpg > 0 && r.dbtime.0 < 1 << 32, "{what}"),
        LogRecord::FreeFDP(r) => assert!(r.fdp_type.text().is_some(), "{what}"),
        LogRecord::ScanCheck(r) => assert!(r.dbtime_before <= r.dbtime_after, "{what}"),
        LogRecord::CreateDb(r) => assert_eq!(r.version.numbers(), Some((2, 0)), "{what}"),
        LogRecord::Backup2(r) => {
            let known = r.phase.text().is_some() && r.scope.text().is_some();
            assert!(known && r.backup_type.text().is_some(), "{what}");
            assert!(r.info.gen_low <= r.info.gen_high, "{what}");
        }
        LogRecord::CommitCtx(r) => assert!(r.context().is_some(), "{what}"),
        _ => {}
    }
}

#[test]
fn fields_and_shapes_make_sense() {
    for set in testkit::sets("histories") {
        let dir = testkit::unpack_set("histories", &set).expect("the set is there");
        let golden = testkit::set_json("histories", &set).expect("its golden is there");
        let (sequence, _) = walk(&dir);
        let mut open: BTreeMap<(u16, Dbtime), BTreeMap<String, u64>> = BTreeMap::new();
        let mut ours: BTreeMap<String, u64> = BTreeMap::new();
        for file in &sequence.files {
            let file = RealFileSystem.open(&file.path, OpenMode::Read).unwrap();
            let mut records = LogFile::open(file).unwrap().records().unwrap();
            while let Some((pos, record)) = records.next() {
                check_sense(&record, &format!("{set} {pos} {}", record.line()));
                // What stands in a macro counts once the macro is executed.
                let key = record.procid().zip(record.dbtime());
                match record {
                    LogRecord::MacroBegin(_) => {
                        open.insert(key.expect("a macro has both"), BTreeMap::new());
                    }
                    LogRecord::MacroCommit(_) => {
                        let shapes = open.remove(&key.expect("a macro has both"));
                        for (shape, n) in shapes.expect("what commits has begun") {
                            *ours.entry(shape).or_default() += n;
                        }
                    }
                    LogRecord::MacroAbort(_) => {
                        open.remove(&key.expect("a macro has both"));
                        shapes(&record, &mut ours);
                    }
                    _ => {
                        let open = key.and_then(|key| open.get_mut(&key));
                        shapes(&record, open.unwrap_or(&mut ours));
                    }
                }
            }
        }
        assert!(open.is_empty(), "{set}: every macro ends: {open:?}");
        assert_eq!(ours, golden_shapes(&golden["shapes"]), "{set}");
    }
}

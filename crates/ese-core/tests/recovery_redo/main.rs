//! Redo through the engine's cache, against what the original engine left: whole log histories with a
//! cache that holds everything, with one that holds hardly anything, and from the middle, with some of
//! the pages on the disk and others not.
#![forbid(unsafe_code)]

#[path = "../replay_support/mod.rs"]
mod replay_support;
mod runner;
mod store;

use ese_core::cache::OpenGate;
use ese_core::format::header_page::select_header;
use ese_core::format::ids::{Lgpos, PageSize, Signature};
use ese_core::format::log_record::{LogRecord, UndoOper};
use ese_core::format::page_mut::PageBuf;
use ese_core::format::version::FormatVersion;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogFile, LogSequence};
use ese_core::recovery::owed::Owed;
use replay_support::database::Database;
use replay_support::same::compare_with_file;
use replay_support::{Outcome, short};
use runner::{Runner, Start};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Disk, Picky};

/// A cache that holds every page of most histories.
const LARGE: u32 = 20_000;
/// One that has to write and read all the time: what a record latches, and one more.
const TINY: u32 = 4;

/// A set of logs, all records in their order.
struct Logs {
    dir: PathBuf,
    page_size: PageSize,
    bytes: Vec<u8>,
    records: Vec<(Lgpos, usize)>,
}

impl Logs {
    fn read(dir: &Path) -> Outcome<Self> {
        let fs = RealFileSystem;
        let mut out = Self {
            dir: dir.to_path_buf(),
            page_size: PageSize::K4,
            bytes: Vec::new(),
            records: Vec::new(),
        };
        let sequence = LogSequence::open(&fs, dir, None)?;
        for file in sequence.files.iter().filter(|f| f.kind != LogKind::Temp) {
            let log = LogFile::open(fs.open(&file.path, OpenMode::Read)?)?;
            out.page_size = log.header().page_size().ok_or("no page size")?;
            let mut records = log.records()?;
            while let Some((at, record)) = records.next() {
                out.records.push((at, out.bytes.len()));
                record.write(&mut out.bytes)?;
            }
            if let Some(jet) = records.finish().jet_err() {
                return Err(format!("{}: {jet:?}", file.path.display()).into());
            }
        }
        Ok(out)
    }

    fn replay(&self, runner: &mut Runner, range: std::ops::Range<usize>) -> Outcome {
        for &(at, start) in &self.records[range] {
            let (record, _) = LogRecord::parse(&self.bytes[start..])?;
            runner
                .replay(&record, at)
                .map_err(|e| format!("{at}: {e}\n  {}", short(&record)))?;
        }
        Ok(())
    }

    fn end(&self) -> usize {
        self.records.len()
    }

    /// Compares what lies on the disks with the set's databases; returns the number of equal pages.
    fn compare(&self, disks: &[(Signature, Disk)], versions: &[FormatVersion]) -> Outcome<usize> {
        let files = database_files(&self.dir);
        if files.len() != disks.len() {
            return Err(format!("{} files, {} databases", files.len(), disks.len()).into());
        }
        let mut same = 0;
        for path in files {
            let header = select_header(&std::fs::read(&path)?)?.header;
            let made = disks.iter().position(|(sign, _)| *sign == header.sign_db);
            let made = made.ok_or_else(|| format!("{}: not in the logs", path.display()))?;
            let mut database = Database::new(header.sign_db, self.page_size);
            for (&pgno, page) in &disks[made].1.pages {
                database.pages.insert(pgno, PageBuf::from_slice(page));
            }
            let compared = compare_with_file(&database, &path)?;
            if let Some((pgno, why)) = compared.different.first() {
                let (n, path) = (compared.different.len(), path.display());
                return Err(format!("{path}: {n} pages differ, first {pgno}: {why}").into());
            }
            if header.version() != versions[made] {
                return Err(format!("version {} {}", header.version(), versions[made]).into());
            }
            same += compared.same;
        }
        Ok(same)
    }
}

/// The database files of a folder.
fn database_files(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("an unpacked set can be read")
        .map(|e| e.expect("an unpacked set can be read").path())
        .filter(|p| p.extension().is_some_and(|x| x == "edb") || p.ends_with("SRUDB.dat"))
        .collect();
    out.sort();
    out
}

/// Replays everything from nothing and compares.
fn whole(logs: &Logs, cache: u32) -> Outcome<(usize, Vec<(Signature, Disk)>)> {
    let owed = Arc::new(Owed::default());
    let gate = Arc::new(OpenGate);
    let mut runner = Runner::new(logs.page_size, cache, gate, owed, Start::default())?;
    logs.replay(&mut runner, 0..logs.end())?;
    runner.flush()?;
    let versions: Vec<_> = runner.dbs.iter().map(|db| db.version).collect();
    let disks = runner.disks();
    assert_eq!(runner.passed_over, 0);
    Ok((logs.compare(&disks, &versions)?, disks))
}

/// Runs a test on every history; the errors come together.
fn every_history(mut test: impl FnMut(&str, &Logs) -> Outcome) {
    let sets = testkit::sets("histories");
    if sets.is_empty() {
        testkit::skip("witness/histories");
    }
    let mut failed = Vec::new();
    for set in &sets {
        let dir = testkit::unpack_set("histories", set).expect("the set is there");
        let done = Logs::read(&dir).and_then(|logs| test(set, &logs));
        if let Err(e) = done {
            failed.push(format!("{set}: {e}"));
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn a_cache_that_holds_everything() {
    every_history(|set, logs| {
        let (same, disks) = whole(logs, LARGE)?;
        let reads: u64 = disks.iter().map(|(_, d)| d.reads).sum();
        eprintln!("{set}: {same} pages, {} records", logs.end());
        if reads > 0 {
            return Err(format!("{reads} pages were read").into());
        }
        Ok(())
    });
}

#[test]
fn a_cache_that_holds_hardly_anything() {
    every_history(|set, logs| {
        let (same, disks) = whole(logs, TINY)?;
        let count = |of: fn(&Disk) -> u64| disks.iter().map(|(_, d)| of(d)).sum::<u64>();
        let (reads, writes) = (count(|d| d.reads), count(|d| d.writes));
        eprintln!("{set}: {same} pages, {reads} reads, {writes} writes");
        if reads == 0 {
            return Err("the cache holds more than it should".into());
        }
        Ok(())
    });
}

#[test]
fn the_logs_of_windows() {
    let Some(log) = testkit::sample("srum-server2022-t0/SRU.log") else {
        testkit::skip("samples/srum-server2022-t0");
        return;
    };
    let dir = log.parent().expect("a folder");
    let logs = Logs::read(dir).unwrap_or_else(|e| panic!("{e}"));
    for cache in [LARGE, TINY] {
        let (same, _) = whole(&logs, cache).unwrap_or_else(|e| panic!("{e}"));
        assert!(same >= 30, "{same}");
    }
}

/// How often a crash is played on each history.
fn crashes() -> u64 {
    testkit::rounds(2, 12)
}

/// Flushes of a random part of the pages before a crash.
const FLUSHES: u64 = 12;

/// Where to crash: at random; behind a record that cuts the file, so that pages are missing that
/// earlier records speak of; and a little before a replace is undone, which recovery would have to do
/// if the log ended there: it must be known from the page or from UndoInfo.
fn crash_points(logs: &Logs, rng: &mut SeededRng) -> Outcome<Vec<usize>> {
    let end = logs.end() as u64;
    let mut out: Vec<usize> = (0..crashes()).map(|_| rng.below(end) as usize).collect();
    let (mut cuts, mut undone) = (Vec::new(), Vec::new());
    for (i, &(_, start)) in logs.records.iter().enumerate() {
        match LogRecord::parse(&logs.bytes[start..])?.0 {
            LogRecord::ShrinkDb(_) | LogRecord::ShrinkDb2(_) | LogRecord::ShrinkDb3(_) => {
                cuts.push(i + 1);
            }
            LogRecord::Undo(r) if r.oper == UndoOper::REPLACE => undone.push(i),
            _ => {}
        }
    }
    for _ in 0..crashes() {
        if !cuts.is_empty() {
            out.push(cuts[rng.below(cuts.len() as u64) as usize]);
        }
        if !undone.is_empty() {
            let i = undone[rng.below(undone.len() as u64) as usize];
            out.push(i.saturating_sub(rng.below(UNDONE_LATER) as usize));
        }
    }
    Ok(out)
}

/// Records between a crash and the undo that it must not lose.
const UNDONE_LATER: u64 = 60;

/// A disk as a crash leaves it behind record `k`: pages were written at random moments.
fn crash(logs: &Logs, k: usize, rng: &mut SeededRng) -> Outcome<Start> {
    let owed = Arc::new(Owed::default());
    let gate = Picky::new(Arc::clone(&owed));
    let mut runner = Runner::new(
        logs.page_size,
        LARGE,
        Arc::clone(&gate) as _,
        owed,
        Start::default(),
    )?;
    let mut turns: Vec<usize> = (0..FLUSHES)
        .map(|_| rng.below(k as u64 + 1) as usize)
        .collect();
    turns.push(k);
    turns.sort_unstable();
    let mut done = 0;
    for turn in turns {
        logs.replay(&mut runner, done..turn)?;
        gate.turn(rng.next_u64(), 10 + rng.below(80));
        runner.flush()?;
        gate.turn(0, 0);
        done = turn;
    }
    let now = logs
        .records
        .get(k)
        .map_or(Lgpos::new(i32::MAX, 0, 0), |r| r.0);
    Ok(Start {
        disks: runner.disks(),
        from: runner.checkpoint(now),
        required: now,
    })
}

#[test]
fn from_the_middle() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let (mut passed_over, mut kept) = (0, 0);
    every_history(|set, logs| {
        for k in crash_points(logs, &mut rng)? {
            let start = crash(logs, k, &mut rng)?;
            kept += start
                .disks
                .iter()
                .map(|(_, d)| d.pages.len())
                .sum::<usize>();
            for from in [Lgpos::MIN, start.from] {
                let start = Start {
                    disks: start.disks.clone(),
                    from,
                    required: start.required,
                };
                let what = |e| format!("crash behind record {k}, redo from {from}: {e}");
                let owed = Arc::new(Owed::default());
                let gate = Arc::new(OpenGate);
                let mut runner = Runner::new(logs.page_size, LARGE, gate, owed, start)?;
                logs.replay(&mut runner, 0..k).map_err(what)?;
                let deferred = runner.sessions.deferred();
                if !deferred.is_empty() {
                    return Err(what(format!("{deferred:?} without UndoInfo").into()).into());
                }
                logs.replay(&mut runner, k..logs.end()).map_err(what)?;
                runner.flush()?;
                let versions: Vec<_> = runner.dbs.iter().map(|db| db.version).collect();
                let compared = logs.compare(&runner.disks(), &versions);
                compared.map_err(what)?;
                passed_over = passed_over.max(runner.passed_over);
            }
            eprintln!("{set}: crash behind record {k} of {}", logs.end());
        }
        Ok(())
    });
    if testkit::witness().is_some() {
        assert!(kept > 1000 && passed_over > 0, "{kept} {passed_over}");
    }
}

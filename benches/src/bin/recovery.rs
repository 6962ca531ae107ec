//! Replay of Insert records on pages that are in the cache, beside reading the same log without
//! replaying it: one thread each.
//!
//! `recovery` prints `Insert records replayed a second, Insert records read a second, Insert records,
//! bytes of the logs`. The log is written by the project's own writer: the creation of a database by
//! the original (a history of the fixtures), then transactions of [`PER_TRANSACTION`] versioned
//! inserts that go round over the pages of many small trees. Files lie in memory.
#![forbid(unsafe_code)]

use ese_core::format::ids::{Dbtime, Objid, PageSize, Pgno};
use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::{
    Begin0, BeginLevels, Commit0, CreateSEFDP, DBTIME_NIL, ExtendDb, Insert, LogRecord, LrFlags,
    LrNode, LrPage,
};
use ese_core::format::page::PageFlags;
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::{LogAppend, LogConfig, LogFile, LogSequence, LogWriter};
use ese_core::recovery::{Options, Unwatched, recover};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The history whose first records make the database.
const HISTORY: &str = "mix-4k";
const DIR: &str = "/bench";
/// Pages that take inserts, and inserts on each.
const PAGES: u32 = 6000;
const PER_PAGE: u16 = 60;
const PER_TRANSACTION: u32 = 100;
/// Where the pages begin: behind everything that the history's records speak of.
const FIRST_PAGE: u32 = 1000;
const FIRST_DBTIME: u64 = 1 << 20;
const FIRST_OBJID: u32 = 1 << 12;
const PROCID: u16 = 0x60;
const DBID: u8 = 1;
/// 5 MiB, as Windows has it by default.
const FILE_SEGMENTS: u16 = 1280;
const DATA_BYTES: usize = 32;

fn env(fs: MemoryFileSystem) -> Env {
    let clock = Arc::new(RealClock::new());
    Env::new(Arc::new(fs), clock, Box::new(SeededRng::new(1)))
}

/// Copies the records up to the finished creation of the database.
fn create(writer: &LogWriter, first: &Path) -> Result<()> {
    let log = LogFile::open(RealFileSystem.open(first, OpenMode::Read)?)?;
    let mut records = log.records()?;
    while let Some((_, record)) = records.next() {
        writer.append(&record)?;
        if matches!(record, LogRecord::CreateDbFinish(_)) {
            return Ok(());
        }
    }
    Err("the history does not create a database".into())
}

fn head(pgno: u32, dbtime: u64, before: Dbtime, iline: u16, flags: LrFlags, trx: u32) -> LrPage {
    LrPage {
        procid: PROCID,
        dbid: DBID,
        pgno: Pgno(pgno),
        dbtime: Dbtime(dbtime),
        dbtime_before: before,
        trx_begin0: trx,
        level: 1,
        iline,
        flags,
    }
}

/// Logs trees of a page each, then inserts into them in turn; returns the number of inserts.
fn workload(writer: &LogWriter) -> Result<u64> {
    let (mut dbtime, mut rceid, mut trx) = (FIRST_DBTIME, 1 << 16, 1 << 16);
    let levels = BeginLevels::new(0, 1);
    writer.append(&LogRecord::ExtendDb(ExtendDb {
        dbid: DBID,
        pgno_last: Pgno(FIRST_PAGE + PAGES),
    }))?;
    let begin = |trx: u32| {
        LogRecord::Begin0(Begin0 {
            procid: PROCID,
            levels,
            trx_begin0: trx,
        })
    };
    let commit = |trx: u32| {
        LogRecord::Commit0(Commit0 {
            procid: PROCID,
            level_to: 0,
            trx_commit0: trx + 2,
        })
    };
    writer.append(&begin(trx))?;
    let mut times = Vec::new();
    for i in 0..PAGES {
        dbtime += 1;
        writer.append(&LogRecord::CreateSEFDP(CreateSEFDP {
            page: head(FIRST_PAGE + i, dbtime, DBTIME_NIL, 0, LrFlags::UNIQUE, trx),
            objid_fdp: Objid(FIRST_OBJID + i),
            pgno_fdp_parent: Pgno(1),
            cpg_primary: 1,
            page_flags: PageFlags::ROOT | PageFlags::LEAF,
        }))?;
        times.push(dbtime);
    }
    writer.append(&commit(trx))?;
    let mut inserts = 0u64;
    for line in 0..PER_PAGE {
        for (i, last) in (0u32..).zip(&mut times) {
            if inserts.is_multiple_of(u64::from(PER_TRANSACTION)) {
                if inserts > 0 {
                    writer.append(&commit(trx))?;
                }
                trx += 4;
                writer.append(&begin(trx))?;
            }
            dbtime += 1;
            rceid += 1;
            let before = Dbtime(std::mem::replace(last, dbtime));
            let flags = LrFlags::UNIQUE | LrFlags::VERSIONED;
            let key = u64::from(line).to_be_bytes();
            writer.append(&LogRecord::Insert(Insert {
                page: head(FIRST_PAGE + i, dbtime, before, line, flags, trx),
                node: LrNode {
                    rceid,
                    pgno_fdp: Pgno(FIRST_PAGE + i),
                    objid_fdp: Objid(FIRST_OBJID + i),
                },
                prefix: &[],
                suffix: &key,
                data: &[0x5A; DATA_BYTES],
            }))?;
            inserts += 1;
        }
    }
    writer.append(&commit(trx))?;
    writer.flush()?;
    Ok(inserts)
}

/// Reads all logs; returns the Insert records of the measured pages.
fn read(fs: &dyn FileSystem) -> Result<u64> {
    let sequence = LogSequence::open(fs, Path::new(DIR), None)?;
    let mut inserts = 0;
    for file in &sequence.files {
        let log = LogFile::open(fs.open(&file.path, OpenMode::Read)?)?;
        let mut records = log.records()?;
        while let Some((_, record)) = records.next() {
            if let LogRecord::Insert(r) = record {
                inserts += u64::from(r.page.procid == PROCID && r.page.pgno.0 >= FIRST_PAGE);
            }
        }
    }
    Ok(inserts)
}

fn main() -> Result<()> {
    let history = testkit::unpack_set("histories", HISTORY).ok_or("the fixtures are not there")?;
    let first = history.join("edb00000001.log");
    let header = LogHeader::parse(&std::fs::read(&first)?)?;
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR))?;
    let env = env(fs.clone());
    let config = LogConfig {
        digits: 8,
        file_segments: FILE_SEGMENTS,
        page_size: PageSize::K4,
        ..LogConfig::new(PathBuf::from(DIR), "edb")
    };
    let writer = LogWriter::begin_new(&env, &config, header.dbms_param(), Path::new(DIR))?;
    create(&writer, &first)?;
    let inserts = workload(&writer)?;
    drop(writer);
    let logs = LogSequence::open(&fs, Path::new(DIR), None)?;
    let bytes: usize = logs
        .files
        .iter()
        .filter_map(|f| Some(fs.get(&f.path)?.len()))
        .sum();

    let start = Instant::now();
    let seen = read(&fs)?;
    let reading = start.elapsed().as_secs_f64();
    if seen != inserts {
        return Err(format!("{seen} of {inserts} Insert records were read").into());
    }
    let options = Options::of_folder(PathBuf::from(DIR), "edb");
    let start = Instant::now();
    let outcome = recover(&env, &options, &Unwatched)?;
    let replaying = start.elapsed().as_secs_f64();
    if outcome.records < inserts || outcome.databases.is_empty() {
        return Err(format!("nothing was replayed: {outcome:?}").into());
    }
    let n = inserts as f64;
    println!(
        "{:.0}\t{:.0}\t{inserts}\t{bytes}",
        n / replaying,
        n / reading
    );
    Ok(())
}

//! Numbers at the ends of their ranges, which no engine writes: refused, or worked with, never counted
//! past.
#![forbid(unsafe_code)]

use super::recovery_support::sets::{self, Files, different, is_log};
use super::recovery_support::world::{DIR, at, env, files, memory, run};
use ese_core::format::ids::{Dbtime, PageSize, Pgno};
use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::{ExtentFlags, ExtentFreed2, LogRecord};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::{FileSystem as _, OpenMode};
use ese_core::log::{LogAppend as _, LogConfig, LogFile, LogWriter};
use ese_core::recovery::Options;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A log that makes a database and then names a database time, of a record that changes no page.
fn log_with(dbtime: Dbtime) -> Option<(Files, Options)> {
    const NAME: &str = "mix-4k";
    let Some(set) = sets::history(NAME) else {
        testkit::skip(NAME);
        return None;
    };
    let first = memory(&set.files).open(&at("edb00000001.log"), OpenMode::Read);
    let log = LogFile::open(first.expect("the first log")).expect("a log");
    let fs: MemoryFileSystem = memory(&Files::new());
    let env = env(Arc::new(fs.clone()), 1);
    let config = LogConfig {
        digits: 8,
        file_segments: log.header().file_segments(),
        page_size: PageSize::K4,
        ..LogConfig::new(PathBuf::from(DIR), "edb")
    };
    let parameters = log.header().dbms_param();
    let writer = LogWriter::begin_new(&env, &config, parameters, Path::new(DIR)).expect("a log");
    let mut records = log.records().expect("records");
    while let Some((_, record)) = records.next() {
        writer.append(&record).expect("logged");
        if matches!(record, LogRecord::CreateDbFinish(_)) {
            break;
        }
    }
    let named = ExtentFreed2 {
        dbid: 1,
        pgno_first: Pgno(100),
        cpg: 1,
        flags: ExtentFlags::empty(),
        dbtime,
    };
    let named = LogRecord::ExtentFreed2(named);
    writer.append(&named).expect("logged");
    writer.flush().expect("durable");
    drop(writer);
    Some((files(&fs), set.options))
}

/// Undo gives out times above the highest that was logged: there must be some.
#[test]
fn a_database_time_with_none_above_it() {
    for dbtime in [u64::MAX - 1, u64::MAX - 2, u64::MAX / 2 + 1] {
        let Some((files, options)) = log_with(Dbtime(dbtime)) else {
            return;
        };
        let ran = run(&files, &options);
        assert_eq!(ran.answer_name(), "JET_errOutOfDbtimeValues", "{dbtime:#x}");
        let mut differ = different(&files, &ran.files());
        differ.retain(|name, _| is_log(name) || name.ends_with(".chk"));
        assert!(differ.is_empty(), "{dbtime:#x}: {differ:?}");
    }
    // The highest that leaves any.
    let Some((files, options)) = log_with(Dbtime(u64::MAX / 2)) else {
        return;
    };
    let ran = run(&files, &options);
    assert_eq!(ran.answer_name(), "JET_errSuccess", "{:?}", ran.answer);
}

/// The current log as generation `number`; only it and the databases are there.
fn numbered(files: &Files, number: i32) -> Option<Files> {
    let mut files = files.clone();
    files.retain(|name, _| name == "edb.log" || !is_log(name) && !name.ends_with(".chk"));
    let log = files.get_mut("edb.log")?;
    let mut header = LogHeader::parse(log).expect("a header");
    header.attachments().entries().next()?.expect("an entry");
    header.set_generation(number);
    header.seal();
    log[..header.as_bytes().len()].copy_from_slice(header.as_bytes());
    Some(files)
}

/// A generation has a number before and behind it, except for these.
#[test]
fn the_first_and_last_generation_that_a_number_can_be() {
    let mut met = 0;
    for name in testkit::sets("crashes") {
        let Some(set) = sets::crash(&name) else {
            continue;
        };
        for number in [i32::MIN, 0, i32::MAX] {
            let Some(files) = numbered(&set.files, number) else {
                continue;
            };
            met += 1;
            let ran = run(&files, &set.options);
            let e = ran.answer.expect_err("no log holds what it requires");
            assert!(!e.to_string().is_empty());
        }
    }
    assert!(met > 0 || testkit::sets("crashes").is_empty());
}

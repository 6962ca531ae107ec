//! The gate of a running database, asked and obeyed while the machine goes down at every operation.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::{PageLoader, PageStore};
use crate::dbfile::transitions::{Birth, Marks};
use crate::dbfile::{DbFile, MapUse};
use crate::format::checksum::stamp;
use crate::format::header_page::{BYTES_FOR_SELECT, select_header};
use crate::format::ids::{Dbtime, LogTime, Objid, PageSize, Signature};
use crate::format::log_record::{LogRecord, ShutDownMark};
use crate::format::page::{PageFlags, PageView};
use crate::format::page_edit::{NewPage, PageEdit};
use crate::format::page_mut::PageBuf;
use crate::io::clock::ManualClock;
use crate::io::env::Env;
use crate::io::faulty::{Fault, FaultyFileSystem, OpKind, Pick, Plan, Sweep};
use crate::io::rng::{Rng, SeededRng};
use crate::io::{FileSystem as _, OpenMode};
use crate::log::{LogAppend, LogConfig, LogSequence};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};

const DB: &str = "/a.edb";
const DB_NO: DbNo = DbNo(1);
const PAGES: u32 = 6;

/// Debts of one page at a time.
#[derive(Default)]
struct Debts {
    writer: Mutex<Option<Arc<LogWriter>>>,
    owed: Mutex<Option<Pgno>>,
    logged: Mutex<Option<(Pgno, Lgpos)>>,
}

impl UndoOwed for Debts {
    fn is_owed(&self, _: DbNo, pgno: Pgno) -> bool {
        *self.owed.lock() == Some(pgno)
    }

    fn logged(&self, _: DbNo, pgno: Pgno) -> Option<Lgpos> {
        self.logged
            .lock()
            .filter(|(p, _)| *p == pgno)
            .map(|(_, at)| at)
    }

    fn log_owed(&self, _: DbNo, pgno: Pgno) -> Result<(), JetErr> {
        let writer = self.writer.lock().clone().unwrap();
        let at = writer
            .append(&LogRecord::ShutDownMark(ShutDownMark {}))
            .map_err(|e| e.jet_err())?;
        *self.logged.lock() = Some((pgno, at));
        *self.owed.lock() = None;
        Ok(())
    }
}

struct World {
    writer: Arc<LogWriter>,
    file: Arc<AttachedFile>,
    debts: Arc<Debts>,
    gate: RunGate,
}

fn begin(fs: &FaultyFileSystem) -> Result<World, JetErr> {
    let clock = Arc::new(ManualClock::new(1_660_909_592_952));
    let env = Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(1)));
    let mut config = LogConfig::new(PathBuf::from("/"), "edb");
    config.file_segments = 5;
    let params = crate::format::log_fields::Field::get(&[0; 567], 0);
    let writer = LogWriter::begin_new(&env, &config, params, Path::new("/"));
    let writer = Arc::new(writer.map_err(|e| e.jet_err())?);
    let header = transitions::just_created(&Birth {
        sign_db: Signature([1; 28]),
        sign_log: writer.sign_log(),
        lgpos: Lgpos::new(1, 1, 0),
        dbid: 1,
        page_size: PageSize::K4,
        no_shadow_catalog: false,
    });
    let file = AttachedFile::create(&env, Path::new(DB), &header, PAGES, MapUse::Keep);
    let file = Arc::new(file.map_err(|e| e.jet_err())?);
    let (number, created) = writer.current();
    file.change_header(|h| {
        let current = Generation { number, created };
        transitions::create_finished(h, Marks::default(), current, LogTime::NONE, None);
    });
    file.write_header().map_err(|e| e.jet_err())?;
    let debts = Arc::new(Debts::default());
    *debts.writer.lock() = Some(Arc::clone(&writer));
    let gate = RunGate::new(
        Arc::clone(&writer),
        Arc::clone(&file),
        Arc::clone(&debts) as _,
    );
    Ok(World {
        writer,
        file,
        debts,
        gate,
    })
}

impl World {
    fn log(&self) -> Result<Lgpos, JetErr> {
        self.writer
            .append(&LogRecord::ShutDownMark(ShutDownMark {}))
            .map_err(|e| e.jet_err())
    }

    /// Writes a page that was last changed at `at`; its dbtime says where that is.
    fn write(&self, pgno: Pgno, at: Lgpos) -> Result<(), JetErr> {
        let mut page = PageBuf::zeroed(PageSize::K4);
        let dbtime = u64::from_le_bytes(at.to_bytes());
        PageEdit::new(&mut page)
            .unwrap()
            .format(NewPage {
                pgno,
                objid: Objid(9),
                flags: PageFlags::ROOT | PageFlags::LEAF,
                dbtime: Dbtime(dbtime),
                reserved_tags: 0,
            })
            .unwrap();
        stamp(&mut page, pgno).unwrap();
        self.file.write(pgno, &page).map_err(|e| e.jet_err())
    }
}

/// Changes pages and writes them as the cache does, over several generations.
fn churn(fs: &FaultyFileSystem) -> Option<JetErr> {
    let run = || -> Result<(), JetErr> {
        let w = begin(fs)?;
        let mut rng = SeededRng::new(4);
        for n in 0..24 {
            let pgno = Pgno(1 + rng.below(u64::from(PAGES)) as u32);
            let at = w.log()?;
            let owes = rng.below(3) == 0;
            if owes {
                *w.debts.owed.lock() = Some(pgno);
            }
            if w.gate.may_write(DB_NO, pgno, at, owes) == Verdict::NotYet {
                w.gate.make_way(DB_NO, pgno, at, owes)?;
            }
            assert_eq!(w.gate.may_write(DB_NO, pgno, at, owes), Verdict::Write);
            w.write(pgno, at)?;
            if n % 4 == 3 {
                let generation = w.writer.durable().generation - 1;
                settle_for_checkpoint(&w.file, generation, generation).map_err(|e| e.jet_err())?;
            }
        }
        Ok(())
    };
    run().err()
}

/// Every page on the disk was changed by a record that is there, in a generation that is required.
fn check(fs: &FaultyFileSystem) -> Result<(), String> {
    let Some(bytes) = fs.get(DB).filter(|b| b.len() >= BYTES_FOR_SELECT) else {
        return Ok(());
    };
    let Ok(header) = select_header(&bytes).map(|s| s.header) else {
        return Ok(()); // It was being made.
    };
    let sequence = LogSequence::open(fs, Path::new("/"), None).map_err(|e| e.to_string())?;
    let mut records = Vec::new();
    for f in &sequence.files {
        let file = fs
            .open(&f.path, OpenMode::Read)
            .map_err(|e| e.to_string())?;
        let Ok(log) = crate::log::LogFile::open(file) else {
            continue; // Being made, under its temporary name.
        };
        let mut reader = log.records().map_err(|e| e.to_string())?;
        while let Some((at, _)) = reader.next() {
            records.push(at);
        }
    }
    for page in bytes
        .chunks_exact(4096)
        .skip(2)
        .filter(|p| p.iter().any(|&b| b != 0))
    {
        let dbtime = PageView::new(page).map_err(|e| e.to_string())?.dbtime();
        let at = Lgpos::read(&dbtime.0.to_le_bytes(), 0).unwrap_or_default();
        if !records.contains(&at) {
            return Err(format!("a page came before its record at {at}"));
        }
        if !(header.gen_min_required..=header.gen_max_required).contains(&at.generation)
            && at.generation > header.gen_max_required
        {
            let required = header.gen_max_required;
            return Err(format!("a page of {at}, required is up to {required}"));
        }
    }
    Ok(())
}

#[test]
fn log_and_header_come_before_the_page() {
    let fs = FaultyFileSystem::default();
    let swept = Sweep::new(testkit::first_seed())
        .torn(0)
        .crashes(&fs, churn, |_, _, fs| check(fs))
        .unwrap_or_else(|e| panic!("{e}"));
    assert!(swept.ops > 100, "{swept:?}");
    // An error in making way leaves the page unwritten.
    for fault in [Fault::EIO, Fault::ENOSPC] {
        Sweep::new(testkit::first_seed())
            .faults(&fs, fault, churn, |_, _, fs| check(fs))
            .unwrap_or_else(|e| panic!("{e}"));
    }
}

#[test]
fn each_of_the_three_closes_the_gate() {
    let fs = FaultyFileSystem::default();
    let w = begin(&fs).unwrap();
    let pgno = Pgno(1);
    let may = |at, owes| w.gate.may_write(DB_NO, pgno, at, owes);
    assert_eq!(may(Lgpos::MIN, false), Verdict::Write, "not logged");
    let at = w.log().unwrap();
    assert_eq!(may(at, false), Verdict::NotYet, "the log");
    w.writer.wait_durable(at).unwrap();
    assert_eq!(may(at, false), Verdict::Write);
    w.writer.roll().unwrap();
    let at = w.log().unwrap();
    w.writer.wait_durable(at).unwrap();
    assert_eq!(may(at, false), Verdict::NotYet, "the header");
    let (number, created) = w.writer.current();
    rolled(&w.file, Generation { number, created });
    assert_eq!(
        may(at, false),
        Verdict::NotYet,
        "the header knows, but not to require"
    );
    w.gate.make_way(DB_NO, pgno, at, false).unwrap();
    assert_eq!(may(at, false), Verdict::Write);
    assert_eq!(w.file.header_on_disk().gen_max_required, number);
    *w.debts.owed.lock() = Some(pgno);
    assert_eq!(may(at, true), Verdict::NotYet, "the before-image");
    assert_eq!(may(at, false), Verdict::Write, "of another page");
    w.debts.log_owed(DB_NO, pgno).unwrap();
    assert_eq!(may(at, true), Verdict::NotYet, "it is not durable");
    w.gate.make_way(DB_NO, pgno, at, true).unwrap();
    assert_eq!(may(at, true), Verdict::Write);
}

#[test]
fn pages_are_durable_before_the_header_asks_for_less_log() {
    let fs = FaultyFileSystem::default();
    let w = begin(&fs).unwrap();
    for _ in 0..3 {
        w.writer.roll().unwrap();
    }
    let disk = || w.file.header_on_disk().gen_min_required;
    let sync = Pick::of(OpKind::Sync).named("a.edb").times(1);
    fs.set_plan(Plan::quiet().on(sync, Fault::EIO));
    settle_for_checkpoint(&w.file, 3, 3).unwrap_err();
    assert_eq!((disk(), w.file.header().gen_min_required), (1, 1));
    let write = Pick::of(OpKind::Write).named("a.edb").times(1);
    fs.set_plan(Plan::quiet().on(write, Fault::EIO).traced());
    settle_for_checkpoint(&w.file, 3, 3).unwrap_err();
    assert_eq!(disk(), 1);
    // The next attempt has nothing to raise, but writes all the same.
    settle_for_checkpoint(&w.file, 3, 3).unwrap();
    assert_eq!(disk(), 3);
    let before = fs.trace().len();
    settle_for_checkpoint(&w.file, 3, 3).unwrap();
    let kinds: Vec<_> = fs.trace()[before..].iter().map(|op| op.kind).collect();
    assert_eq!(kinds, [OpKind::Sync]);
    // The file is whole.
    let db = DbFile::open(&fs, Path::new(DB)).unwrap();
    assert_eq!(db.page_size(), PageSize::K4);
}

//! Torn pages, and what else the side file may meet.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::{PageLoader as _, PageStore as _};
use crate::dbfile::transitions::{self, Birth, Detach, Generation, Marks};
use crate::dbfile::{AttachedFile, MapUse};
use crate::format::checksum::stamp;
use crate::format::db_header::DbHeader;
use crate::format::ids::{Dbtime, Lgpos, LogTime, Objid};
use crate::format::page::{PageFlags, PageView};
use crate::format::page_edit::{NewPage, PageEdit};
use crate::format::page_mut::PageBuf;
use crate::io::Error;
use crate::io::clock::ManualClock;
use crate::io::faulty::{CrashKind, Fault, FaultyFileSystem, OpKind, Pick, Plan, Sweep};
use crate::io::rng::SeededRng;
use std::result::Result;

const SIZE: PageSize = PageSize::K8;
const PAGES: u32 = 70;

fn path() -> &'static Path {
    Path::new("a.edb")
}

fn env_of(fs: &FaultyFileSystem, seed: u64) -> Env {
    let clock = Arc::new(ManualClock::new(1_660_909_592_952));
    Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(seed)))
}

/// A leaf whose every part says when it was written.
fn leaf(pgno: Pgno, dbtime: u64) -> PageBuf {
    let mut page = PageBuf::zeroed(SIZE);
    let mut edit = PageEdit::new(&mut page).unwrap();
    let new = NewPage {
        pgno,
        objid: Objid(9),
        flags: PageFlags::ROOT | PageFlags::LEAF,
        dbtime: Dbtime(dbtime),
        reserved_tags: 0,
    };
    edit.format(new).unwrap();
    for byte in page.as_mut_slice()[100..8000].iter_mut() {
        *byte = dbtime as u8;
    }
    stamp(&mut page, pgno).unwrap();
    page
}

fn written(file: &AttachedFile, pgno: Pgno) -> Result<u64, String> {
    let mut buf = PageBuf::zeroed(SIZE);
    file.load(pgno, buf.as_mut_slice())
        .map_err(|e| e.to_string())?;
    let dbtime = PageView::new(&buf).unwrap().dbtime().0;
    let whole = buf[100..8000].iter().all(|b| *b == dbtime as u8);
    whole
        .then_some(dbtime)
        .ok_or("torn and unnoticed".to_owned())
}

fn open(fs: &FaultyFileSystem, seed: u64, unit: u32) -> Result<AttachedFile, Error> {
    let opened = AttachedFile::open(&env_of(fs, seed), path(), MapUse::Off);
    let mut file = opened.map_err(Error::other)?;
    file.guard(unit);
    Ok(file)
}

fn go_clean(h: &mut DbHeader) {
    let detach = Detach {
        lgpos: Lgpos::new(1, 9, 0),
        now: LogTime::NONE,
        marks: Marks::default(),
        restored: false,
    };
    transitions::detached(h, &detach);
}

/// A dirty database, all its pages of time 1.
fn base() -> FaultyFileSystem {
    let fs = FaultyFileSystem::new(Plan::quiet());
    let header = transitions::just_created(&Birth {
        sign_db: Signature([1; 28]),
        sign_log: Signature([2; 28]),
        lgpos: Lgpos::new(1, 8, 0x268),
        dbid: 1,
        page_size: SIZE,
        no_shadow_catalog: false,
    });
    let file = AttachedFile::create(&env_of(&fs, 1), path(), &header, PAGES, MapUse::Off).unwrap();
    for n in 1..=PAGES {
        file.write(Pgno(n), &leaf(Pgno(n), 1)).unwrap();
    }
    file.change_header(|h| {
        transitions::went_dirty(h, Generation::default());
    });
    file.write_header().unwrap();
    file.sync().unwrap();
    drop(file);
    fs
}

/// Rounds of writes, some made durable; gives the last that was, and whether the end was clean.
fn rounds(fs: &FaultyFileSystem) -> (u64, bool) {
    let mut durable = 1;
    let mut go = || -> Result<(), Error> {
        let file = open(fs, 2, 512)?;
        for round in 2..8_u64 {
            for n in (1..=PAGES).filter(|n| round % 3 == 0 || n % 5 < 2) {
                let n = (n * 37) % PAGES + 1;
                file.write(Pgno(n), &leaf(Pgno(n), round))?;
            }
            match round % 3 {
                0 => {
                    file.sync()?;
                    durable = round;
                }
                1 => file.write_header()?,
                _ => {}
            }
        }
        file.change_header(go_clean);
        file.write_header()
    };
    let clean = go().is_ok();
    (if clean { 7 } else { durable }, clean)
}

#[test]
fn no_page_is_torn_whatever_arrives() {
    let (mut restored, mut seen) = (0, 0);
    let swept =
        Sweep::new(5)
            .torn(6)
            .sample(60)
            .crashes(&base(), rounds, |_, &(durable, clean), fs| {
                let file = open(fs, 3, 512).map_err(|e| e.to_string())?;
                restored += file.pages_restored();
                seen += 1;
                for n in (1..=PAGES).map(Pgno) {
                    let dbtime = written(&file, n).map_err(|e| format!("page {n}: {e}"))?;
                    let least = if durable >= 6 { 6 } else { durable.min(3) };
                    if dbtime < least {
                        return Err(format!("page {n} is of {dbtime}, {least} was durable"));
                    }
                }
                match clean && fs.get(page_guard_path(path())).is_some() {
                    true => Err("a clean database has a side file".to_owned()),
                    false => Ok(()),
                }
            });
    swept.unwrap_or_else(|e| panic!("{e}"));
    assert!(
        restored > 20,
        "{restored} pages of {seen} images were restored"
    );
}

/// A page that waits is read, alone and in a run, and its place in the file is the old one.
#[test]
fn what_waits_is_read() {
    let fs = base();
    let file = open(&fs, 2, 4096).unwrap();
    file.write(Pgno(5), &leaf(Pgno(5), 9)).unwrap();
    assert_eq!(written(&file, Pgno(5)), Ok(9));
    let mut run = vec![0; 4 * SIZE.bytes()];
    let mut times = Vec::new();
    file.load_run(Pgno(3), &mut run, &mut |_, page| {
        times.push(PageView::new(page.unwrap()).unwrap().dbtime().0);
    });
    assert_eq!(times, [1, 1, 9, 1]);
    assert_eq!(written(&open_again(&fs), Pgno(5)), Ok(1));
    file.sync().unwrap();
    drop(file);
    assert_eq!(written(&open_again(&fs), Pgno(5)), Ok(9));
}

fn open_again(fs: &FaultyFileSystem) -> AttachedFile {
    open(&fs.fork(Plan::quiet()), 9, u32::MAX).unwrap()
}

/// Images that belong to another database, to an older header, or that are damaged, do not count, and
/// a page that is whole stays as it is.
#[test]
fn only_the_last_image_of_this_database_counts() {
    let fs = base();
    let file = open(&fs, 2, 4096).unwrap();
    for n in [5, 6] {
        file.write(Pgno(n), &leaf(Pgno(n), 9)).unwrap();
    }
    file.sync().unwrap();
    drop(file);
    let torn = |fs: &FaultyFileSystem| {
        for byte in 0..3 {
            fs.flip_bit(path(), Pgno(5).offset(SIZE) + 300 + byte, 2);
        }
    };
    let verdict = |fs: &FaultyFileSystem| {
        let file = open(fs, 7, 4096).unwrap();
        (file.pages_restored(), written(&file, Pgno(5)).ok())
    };
    let good = fs.fork(Plan::quiet());
    torn(&good);
    assert_eq!(verdict(&good), (1, Some(9)));
    // Repeating it does nothing more.
    assert_eq!(verdict(&good), (0, Some(9)));
    // Another engine had the database open since.
    let foreign = fs.fork(Plan::quiet());
    let file = AttachedFile::open(&env_of(&foreign, 8), path(), MapUse::Off).unwrap();
    file.write_header().unwrap();
    drop(file);
    torn(&foreign);
    assert_eq!(verdict(&foreign), (0, None));
    // A damaged image, a damaged directory.
    let side = page_guard_path(path());
    for at in [DIRECTORY_BYTES as u64 + 500, 96] {
        let damaged = fs.fork(Plan::quiet());
        for half in 0..HALVES {
            for byte in 0..3 {
                damaged.flip_bit(&side, half * half_bytes(SIZE) + at + byte, 1);
            }
        }
        torn(&damaged);
        assert_eq!(verdict(&damaged), (0, None), "{at}");
    }
    // Without the guard the images go, for nobody keeps them up.
    drop(open(&fs, 8, u32::MAX).unwrap());
    assert!(fs.get(&side).is_none());
    // Garbage in its place hurts nobody.
    fs.put(&side, b"no images");
    assert_eq!(written(&open(&fs, 8, 4096).unwrap(), Pgno(5)), Ok(9));
}

/// What could not be written stays and is written later; after a failed sync nothing counts as durable.
#[test]
fn errors_lose_nothing() {
    let fs = base();
    let file = open(&fs, 2, 4096).unwrap();
    file.write(Pgno(5), &leaf(Pgno(5), 9)).unwrap();
    for (kind, name) in [
        (OpKind::Create, "a.edb.pages"),
        (OpKind::Write, "a.edb.pages"),
        (OpKind::Sync, "a.edb.pages"),
        (OpKind::Write, "a.edb"),
    ] {
        fs.set_plan(Plan::quiet().on(Pick::of(kind).named(name), Fault::EIO));
        assert!(file.sync().is_err(), "{kind:?} {name}");
        fs.set_plan(Plan::quiet());
        assert_eq!(written(&file, Pgno(5)), Ok(9));
    }
    file.sync().unwrap();
    let image = fs.image(CrashKind::PowerCut, 0);
    assert_eq!(written(&open_again(&image), Pgno(5)), Ok(9));
    file.write(Pgno(5), &leaf(Pgno(5), 10)).unwrap();
    fs.set_plan(Plan::quiet().on(Pick::of(OpKind::Sync).named("a.edb"), Fault::EIO));
    assert!(file.sync().is_err());
    fs.set_plan(Plan::quiet());
    assert!(file.sync().is_err());
    file.change_header(go_clean);
    assert!(file.write_header().is_err());
}

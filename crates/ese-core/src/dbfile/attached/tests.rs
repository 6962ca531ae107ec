//! Attached files on good disks and on bad ones.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::PageFaultKind;
use crate::dbfile::transitions::{self, Birth, Detach, Generation, Marks};
use crate::dbfile::{DbFile, FlushMapUse};
use crate::error::{HasJetErr, JetErr};
use crate::format::checksum::stamp;
use crate::format::db_header::DbState;
use crate::format::flush_map::{FlushMapHeader, MAP_PAGE, next_flush_type};
use crate::format::header_page::{BYTES_FOR_SELECT, select_header};
use crate::format::ids::{Lgpos, LogTime, Objid};
use crate::format::page::{FLUSH_TYPE_SHIFT, OFF_FLAGS, PageFlags};
use crate::format::page_edit::{NewPage, PageEdit};
use crate::format::page_mut::PageMut as _;
use crate::io::FileSystem;
use crate::io::clock::ManualClock;
use crate::io::faulty::{Fault, FaultyFileSystem, OpKind, Pick, Plan, Sweep};
use crate::io::memory::MemoryFileSystem;
use crate::io::rng::SeededRng;
use std::sync::Arc;

const PATH: &str = "a.edb";
const MAP: &str = "a.jfm";

fn env_of(fs: impl FileSystem + 'static, seed: u64) -> Env {
    let clock = Arc::new(ManualClock::new(1_660_909_592_952));
    Env::new(Arc::new(fs), clock, Box::new(SeededRng::new(seed)))
}

fn path() -> &'static Path {
    Path::new(PATH)
}

fn birth(page_size: PageSize) -> DbHeader {
    transitions::just_created(&Birth {
        sign_db: Signature([1; 28]),
        sign_log: Signature([2; 28]),
        lgpos: Lgpos::new(1, 8, 0x268),
        dbid: 1,
        page_size,
        no_shadow_catalog: false,
    })
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

/// A leaf, empty but sound.
fn leaf(pgno: Pgno, size: PageSize, dbtime: u64, flush_type: u8) -> PageBuf {
    let mut page = PageBuf::zeroed(size);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        pgno,
        objid: Objid(9),
        flags: PageFlags::ROOT | PageFlags::LEAF,
        dbtime: Dbtime(dbtime),
        reserved_tags: 0,
    })
    .unwrap();
    let flags = u32_at(&page, OFF_FLAGS).unwrap() & !PageFlags::FLUSH_TYPE.bits();
    page.store_u32(OFF_FLAGS, flags | u32::from(flush_type) << FLUSH_TYPE_SHIFT)
        .unwrap();
    stamp(&mut page, pgno).unwrap();
    page
}

/// Writes a page as the cache does: with the type that follows.
fn put(file: &AttachedFile, pgno: Pgno, dbtime: u64) -> io::Result<u8> {
    let flush_type = next_flush_type(file.flush_type(pgno));
    file.write(pgno, &leaf(pgno, file.page_size(), dbtime, flush_type))?;
    Ok(flush_type)
}

fn get(file: &impl PageLoader, pgno: Pgno) -> Result<u64, PageFault> {
    let mut buf = PageBuf::zeroed(file.page_size());
    file.load(pgno, buf.as_mut_slice())?;
    Ok(PageView::new(&buf).unwrap().dbtime().0)
}

/// A database with `pages` pages on `fs`, closed in order.
fn closed(fs: impl FileSystem + 'static, size: PageSize, pages: u32, map: MapUse) -> Env {
    let env = env_of(fs, 1);
    let file = AttachedFile::create(&env, path(), &birth(size), pages, map).unwrap();
    for n in 1..=pages {
        put(&file, Pgno(n), u64::from(n)).unwrap();
    }
    file.change_header(|h| {
        transitions::went_dirty(h, Generation::default());
        go_clean(h);
    });
    file.write_header().unwrap();
    env
}

fn map_header(fs: &dyn FileSystem) -> FlushMapHeader {
    let file = fs.open(Path::new(MAP), OpenMode::Read).unwrap();
    let mut page = PageBuf::zeroed(MAP_PAGE);
    file.read_exact_at(page.as_mut_slice(), 0).unwrap();
    FlushMapHeader::open(&page).unwrap()
}

#[test]
fn pages_come_back_and_their_flush_type_goes_round() {
    for size in PageSize::ALL {
        let fs = MemoryFileSystem::new();
        let env = env_of(fs.clone(), 1);
        let file = AttachedFile::create(&env, path(), &birth(size), 4, MapUse::Keep).unwrap();
        assert_eq!((file.pages(), file.page_size()), (4, size));
        assert!(matches!(
            get(&file, Pgno(2)).unwrap_err().kind,
            PageFaultKind::NotInitialized
        ));
        let types: Vec<u8> = (1..=5).map(|t| put(&file, Pgno(2), t).unwrap()).collect();
        assert_eq!(types, [1, 2, 3, 1, 2]);
        assert_eq!(get(&file, Pgno(2)).unwrap(), 5);
        assert_eq!((file.flush_type(Pgno(2)), file.flush_type(Pgno(3))), (2, 0));
        // A page behind the end, and none at all.
        let page = leaf(Pgno(5), size, 1, 1);
        for pgno in [Pgno(5), Pgno::NULL, Pgno::MAX] {
            let e = file.write(pgno, &page).unwrap_err();
            assert_eq!(e.jet_err(), JetErr::FILE_IO_BEYOND_EOF);
            assert!(get(&file, pgno).is_err());
        }
        assert!(file.write(Pgno(1), &page[1..]).is_err());
        let len = fs.open(path(), OpenMode::Read).unwrap().len().unwrap();
        assert_eq!(len, 6 * size.bytes() as u64);
        // Runs are as single pages.
        let mut buf = vec![0; 3 * size.bytes()];
        let mut seen = Vec::new();
        file.load_run(Pgno(2), &mut buf, &mut |pgno, page| {
            seen.push((pgno.0, page.is_ok()));
        });
        assert_eq!(seen, [(2, true), (3, false), (4, false)]);
    }
}

#[test]
fn one_writer_at_a_time() {
    let env = closed(MemoryFileSystem::new(), PageSize::K4, 2, MapUse::Keep);
    let first = AttachedFile::open(&env, path(), MapUse::Keep).unwrap();
    let second = AttachedFile::open(&env, path(), MapUse::Keep);
    assert_eq!(second.err().unwrap().jet_err(), JetErr::FILE_ACCESS_DENIED);
    assert!(AttachedFile::remove(&env, path()).is_err());
    // Readers are not hindered.
    assert!(DbFile::open(&*env.fs, path()).is_ok());
    drop(first);
    AttachedFile::remove(&env, path()).unwrap();
    for gone in [PATH, MAP] {
        assert_eq!(env.fs.kind(Path::new(gone)).unwrap(), None);
    }
}

#[test]
fn opening_changes_nothing_and_says_what_is_wrong() {
    let fs = FaultyFileSystem::default();
    let env = closed(fs.clone(), PageSize::K4, 2, MapUse::Keep);
    let before = fs.snapshot();
    for map in [MapUse::Off, MapUse::IfUsable, MapUse::Keep] {
        let file = AttachedFile::open(&env, path(), map).unwrap();
        assert_eq!(get(&file, Pgno(1)).unwrap(), 1);
        file.change_header(|h| h.dbid = 7);
        drop(file);
        assert_eq!(fs.snapshot(), before);
    }
    let error = |bytes: &[u8]| {
        assert!(fs.put(PATH, bytes));
        let e = AttachedFile::open(&env, path(), MapUse::Off).err().unwrap();
        e.jet_err()
    };
    let whole = fs.get(PATH).unwrap();
    let mut both_bad = whole.clone();
    both_bad[100] ^= 1;
    both_bad[4096 + 100] ^= 1;
    for bytes in [&both_bad[..], &[], &whole[..1000], &[0; 20_000]] {
        assert_eq!(error(bytes), JetErr::READ_VERIFY_FAILURE);
    }
    // Nothing but the header: a creation may have ended there.
    assert!(fs.put(PATH, &whole[..8192]));
    let file = AttachedFile::open(&env, path(), MapUse::Off).unwrap();
    assert_eq!(file.pages(), 0);
}

#[test]
fn a_damaged_copy_is_mended_by_the_next_header() {
    for (damaged, state) in [(0, CopyState::SecondOnly), (4096, CopyState::FirstOnly)] {
        let fs = FaultyFileSystem::default();
        let env = closed(fs.clone(), PageSize::K4, 1, MapUse::Off);
        assert!(fs.flip_bit(PATH, damaged + 100, 3));
        let file = AttachedFile::open(&env, path(), MapUse::Off).unwrap();
        assert_eq!(file.copies(), state);
        file.write_header().unwrap();
        drop(file);
        let file = AttachedFile::open(&env, path(), MapUse::Off).unwrap();
        assert_eq!(file.copies(), CopyState::Equal);
    }
}

/// Reads the header that counts after a crash.
fn header_on(fs: &FaultyFileSystem) -> Result<DbHeader, String> {
    let bytes = fs.get(PATH).ok_or("no file")?;
    let head = &bytes[..bytes.len().min(BYTES_FOR_SELECT)];
    select_header(head)
        .map(|s| s.header)
        .map_err(|e| e.to_string())
}

#[test]
fn a_crash_while_the_header_is_written_leaves_the_old_or_the_new_one() {
    // As it is, and with either copy damaged or older before.
    let start = |damage: &str| {
        let fs = FaultyFileSystem::default();
        let env = closed(fs.clone(), PageSize::K8, 1, MapUse::Off);
        match damage {
            "first" => assert!(fs.flip_bit(PATH, 100, 0)),
            "second" => assert!(fs.flip_bit(PATH, 8192 + 100, 0)),
            "older second" => {
                let file = AttachedFile::open(&env, path(), MapUse::Off).unwrap();
                let old = fs.get(PATH).unwrap()[8192..16384].to_vec();
                file.change_header(|h| h.dbtime_dirtied = Dbtime(777));
                file.write_header().unwrap();
                drop(file);
                let mut bytes = fs.get(PATH).unwrap();
                bytes[8192..16384].copy_from_slice(&old);
                assert!(fs.put(PATH, &bytes));
            }
            _ => {}
        }
        fs
    };
    for damage in ["none", "first", "second", "older second"] {
        let fs = start(damage);
        let old = header_on(&fs).unwrap().dbtime_dirtied;
        let new = Dbtime(4711);
        let swept = Sweep::new(11)
            .torn(40)
            .crashes(
                &fs,
                |fs| {
                    let env = env_of(fs.clone(), 2);
                    let file =
                        AttachedFile::open(&env, path(), MapUse::Off).map_err(|e| e.to_string())?;
                    file.change_header(|h| h.dbtime_dirtied = new);
                    file.write_header().map_err(|e| e.to_string())
                },
                |_, written, image| {
                    let found = header_on(image)?.dbtime_dirtied;
                    if written.is_ok() && found != new {
                        return Err("the header was written, and is not there".into());
                    }
                    if found == old || found == new {
                        Ok(())
                    } else {
                        Err(format!("dbtime {found:?}"))
                    }
                },
            )
            .unwrap_or_else(|e| panic!("{damage}: {e}"));
        assert!(swept.runs > 4, "{swept:?}");
    }
}

#[test]
fn a_failed_header_write_can_be_repeated() {
    let start = FaultyFileSystem::default();
    let _ = closed(start.clone(), PageSize::K4, 1, MapUse::Keep);
    let old = header_on(&start).unwrap().dbtime_dirtied;
    for fault in [Fault::EIO, Fault::ENOSPC] {
        Sweep::new(5)
            .faults(
                &start,
                fault,
                |fs| {
                    let env = env_of(fs.clone(), 2);
                    let file = AttachedFile::open(&env, path(), MapUse::Keep).ok()?;
                    file.change_header(|h| h.dbtime_dirtied = Dbtime(4711));
                    if file.write_header().is_err() {
                        // Whatever was there, one of the two is whole.
                        let found = header_on(fs).unwrap().dbtime_dirtied;
                        assert!(found == old || found == Dbtime(4711));
                        file.write_header().unwrap();
                    }
                    Some(())
                },
                |_, done, fs| {
                    if done.is_none() {
                        return Ok(());
                    }
                    let bytes = fs.get(PATH).unwrap();
                    let selected = select_header(&bytes[..8192]).unwrap();
                    assert_eq!(selected.header.dbtime_dirtied, Dbtime(4711));
                    assert_eq!(selected.state, CopyState::Equal);
                    Ok(())
                },
            )
            .unwrap();
    }
}

#[test]
fn a_crash_while_a_database_is_made_leaves_it_whole_or_of_no_use() {
    let swept = Sweep::new(3)
        .torn(20)
        .crashes(
            &FaultyFileSystem::default(),
            |fs| {
                let env = env_of(fs.clone(), 2);
                AttachedFile::create(&env, path(), &birth(PageSize::K4), 30, MapUse::Keep)
                    .map(drop)
                    .is_ok()
            },
            |_, made, image| {
                let env = env_of(image.clone(), 3);
                match AttachedFile::open(&env, path(), MapUse::Keep) {
                    Ok(file) => {
                        let whole = file.header().state() == DbState::JustCreated
                            && (file.pages() == 30 || !made);
                        whole.then_some(()).ok_or("not what was made".into())
                    }
                    // Redo of CreateDB removes what is of no use, and makes it again.
                    Err(e) if !made => match e {
                        OpenError::Io(e) if e.kind() == ErrorKind::NotFound => Ok(()),
                        e if e.jet_err() == JetErr::READ_VERIFY_FAILURE => {
                            AttachedFile::remove(&env, path()).map_err(|e| e.to_string())
                        }
                        e => Err(e.to_string()),
                    },
                    Err(e) => Err(format!("it was made: {e}")),
                }
            },
        )
        .unwrap();
    assert!(swept.runs > 8, "{swept:?}");
}

#[test]
fn a_crash_while_the_file_is_resized_touches_no_page_that_stays() {
    let start = FaultyFileSystem::default();
    let _ = closed(start.clone(), PageSize::K4, 8, MapUse::Keep);
    for pages in [3, 8, 40] {
        Sweep::new(3)
            .torn(10)
            .crashes(
                &start,
                |fs| {
                    let env = env_of(fs.clone(), 2);
                    AttachedFile::open(&env, path(), MapUse::Keep)
                        .is_ok_and(|file| file.set_pages(pages).is_ok())
                },
                |_, done, image| {
                    let env = env_of(image.clone(), 3);
                    let file = AttachedFile::open(&env, path(), MapUse::Keep)
                        .map_err(|e| e.to_string())?;
                    if *done && file.pages() != pages {
                        return Err(format!("{} pages", file.pages()));
                    }
                    for n in 1..=pages.min(8) {
                        let dbtime = get(&file, Pgno(n)).map_err(|e| e.to_string())?;
                        if dbtime != u64::from(n) {
                            return Err(format!("page {n}: {dbtime}"));
                        }
                    }
                    Ok(())
                },
            )
            .unwrap_or_else(|e| panic!("{pages}: {e}"));
    }
}

#[test]
fn sizes() {
    let fs = FaultyFileSystem::default();
    let env = closed(fs.clone(), PageSize::K4, 4, MapUse::Keep);
    let mut bytes = fs.get(PATH).unwrap();
    bytes.extend([0xAA; 1000]);
    assert!(fs.put(PATH, &bytes));
    let file = AttachedFile::open(&env, path(), MapUse::Keep).unwrap();
    assert_eq!(file.pages(), 4);
    // The odd end does not come back inside page 5.
    file.set_pages(6).unwrap();
    assert_eq!(fs.get(PATH).unwrap().len(), 8 * 4096);
    assert!(matches!(
        get(&file, Pgno(5)).unwrap_err().kind,
        PageFaultKind::NotInitialized
    ));
    file.grow_to(3).unwrap();
    assert_eq!(file.pages(), 6);
    file.grow_to(7).unwrap();
    assert_eq!(file.pages(), 7);
    assert_eq!(
        file.set_pages(Pgno::MAX.0 + 1).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    // What was cut off is not remembered when the page lives again.
    put(&file, Pgno(4), 9).unwrap();
    assert_eq!(file.flush_type(Pgno(4)), 2);
    file.set_pages(3).unwrap();
    file.set_pages(5).unwrap();
    assert_eq!((file.flush_type(Pgno(3)), file.flush_type(Pgno(4))), (1, 0));
    assert!(get(&file, Pgno(4)).is_err());
    file.set_pages(0).unwrap();
    assert_eq!(fs.get(PATH).unwrap().len(), 2 * 4096);
}

#[test]
fn a_lost_write_is_found_by_the_map() {
    let fs = FaultyFileSystem::default();
    let env = closed(fs.clone(), PageSize::K4, 4, MapUse::Keep);
    let old = fs.get(PATH).unwrap();
    let file = AttachedFile::open(&env, path(), MapUse::Keep).unwrap();
    file.change_header(|h| transitions::went_dirty(h, Generation::default()));
    file.write_header().unwrap();
    assert!(map_header(&fs).is_clean(), "no page was written yet");
    put(&file, Pgno(3), 50).unwrap();
    let map = map_header(&fs);
    assert!(!map.is_clean());
    assert_eq!(map.gen_min_required, 0, "nobody takes it for recoverable");
    file.change_header(go_clean);
    file.write_header().unwrap();
    let header = file.header();
    drop(file);
    let map = map_header(&fs);
    assert!(map.is_clean());
    assert_eq!(
        map.sign_flush_map_hdr_flush,
        header.sign_flush_map_hdr_flush
    );
    // The disk lost the write of page 3.
    let mut bytes = fs.get(PATH).unwrap();
    bytes[4 * 4096..5 * 4096].copy_from_slice(&old[4 * 4096..5 * 4096]);
    assert!(fs.put(PATH, &bytes));
    let lost = |e: PageFault| {
        assert_eq!(e.jet_err(), JetErr::READ_LOST_FLUSH_VERIFY_FAILURE);
    };
    let at_rest = DbFile::open(&fs, path())
        .unwrap()
        .with_flush_map(&fs, path());
    assert!(matches!(at_rest.flush_map_use(), FlushMapUse::Used));
    lost(get(&at_rest, Pgno(3)).unwrap_err());
    let file = AttachedFile::open(&env, path(), MapUse::IfUsable).unwrap();
    lost(get(&file, Pgno(3)).unwrap_err());
    assert_eq!(get(&file, Pgno(4)).unwrap(), 4);
    drop(file);
    let file = AttachedFile::open(&env, path(), MapUse::Off).unwrap();
    assert_eq!(get(&file, Pgno(3)).unwrap(), 3);
}

#[test]
fn a_map_that_missed_writes_is_cut_off() {
    let fs = FaultyFileSystem::default();
    let env = closed(fs.clone(), PageSize::K4, 4, MapUse::Keep);
    let file = AttachedFile::open(&env, path(), MapUse::Off).unwrap();
    // What is not to be written yet is not written with it.
    file.change_header(|h| h.dbtime_dirtied = Dbtime(999));
    put(&file, Pgno(3), 50).unwrap();
    drop(file);
    let header = header_on(&fs).unwrap();
    assert_ne!(header.dbtime_dirtied, Dbtime(999));
    let map = map_header(&fs);
    assert!(map.is_clean() && map.belongs_to(&header).is_err());
    // Made anew, with what is written from now on.
    let file = AttachedFile::open(&env, path(), MapUse::Keep).unwrap();
    assert_eq!(file.flush_type(Pgno(2)), 0);
    put(&file, Pgno(2), 60).unwrap();
    file.write_header().unwrap();
    drop(file);
    let header = header_on(&fs).unwrap();
    let map = map_header(&fs);
    assert!(map.is_clean() && map.belongs_to(&header).is_ok());
    let file = AttachedFile::open(&env, path(), MapUse::IfUsable).unwrap();
    let known: Vec<u8> = (1..=4).map(|n| file.flush_type(Pgno(n))).collect();
    assert_eq!(known, [0, 1, 0, 0]);
}

/// The workload of a whole run: attach, write pages, resize, detach. Whatever goes wrong, a map that
/// is believed afterwards says nothing false.
fn run(fs: &FaultyFileSystem, map: MapUse) -> Result<(), String> {
    let text = |e: io::Error| e.to_string();
    let env = env_of(fs.clone(), 4);
    let file = AttachedFile::open(&env, path(), map).map_err(|e| e.to_string())?;
    file.change_header(|h| transitions::went_dirty(h, Generation::default()));
    file.write_header().map_err(text)?;
    for n in [1, 2, 2] {
        put(&file, Pgno(n), 100).map_err(text)?;
    }
    file.set_pages(3).map_err(text)?;
    file.set_pages(5).map_err(text)?;
    put(&file, Pgno(5), 101).map_err(text)?;
    file.change_header(go_clean);
    file.write_header().map_err(text)?;
    // And again.
    file.change_header(|h| transitions::went_dirty(h, Generation::default()));
    file.write_header().map_err(text)?;
    put(&file, Pgno(1), 102).map_err(text)?;
    file.change_header(go_clean);
    file.write_header().map_err(text)
}

/// Every page that is whole fits the map, read in both ways.
fn nothing_false(fs: &FaultyFileSystem) -> Result<(), String> {
    let env = env_of(fs.clone(), 5);
    let judge = |e: PageFault| match e.kind {
        PageFaultKind::LostFlush { .. } => Err(e.to_string()),
        _ => Ok(()),
    };
    {
        let file = AttachedFile::open(&env, path(), MapUse::IfUsable).map_err(|e| e.to_string())?;
        for n in 1..=file.pages() {
            get(&file, Pgno(n)).map(drop).or_else(judge)?;
        }
    }
    let file = DbFile::open(fs, path())
        .map_err(|e| e.to_string())?
        .with_flush_map(fs, path());
    for n in 1..=file.pages_in_file() {
        get(&file, Pgno(n)).map(drop).or_else(judge)?;
    }
    Ok(())
}

#[test]
fn a_map_never_says_anything_false_after_a_crash() {
    let start = FaultyFileSystem::default();
    let _ = closed(start.clone(), PageSize::K4, 4, MapUse::Keep);
    for map in [MapUse::Keep, MapUse::Off] {
        Sweep::new(21)
            .torn(6)
            .crashes(
                &start,
                |fs| run(fs, map),
                |_, _, image| nothing_false(image),
            )
            .unwrap_or_else(|e| panic!("{map:?}: {e}"));
    }
}

#[test]
fn a_map_never_says_anything_false_after_an_error() {
    let start = FaultyFileSystem::default();
    let _ = closed(start.clone(), PageSize::K4, 4, MapUse::Keep);
    for fault in [Fault::EIO, Fault::ENOSPC] {
        Sweep::new(22)
            .faults(
                &start,
                fault,
                |fs| run(fs, MapUse::Keep),
                |_, _, fs| {
                    nothing_false(fs)?;
                    // A second run succeeds.
                    run(fs, MapUse::Keep)?;
                    nothing_false(fs)
                },
            )
            .unwrap();
    }
}

#[test]
fn a_map_that_cannot_be_written_costs_nothing_but_itself() {
    let fs = FaultyFileSystem::default();
    let env = closed(fs.clone(), PageSize::K4, 4, MapUse::Keep);
    let file = AttachedFile::open(&env, path(), MapUse::Keep).unwrap();
    fs.set_plan(Plan::quiet().on(Pick::of(OpKind::Write).named(MAP), Fault::ENOSPC));
    put(&file, Pgno(2), 60).unwrap();
    fs.set_plan(Plan::quiet());
    file.write_header().unwrap();
    drop(file);
    let header = header_on(&fs).unwrap();
    assert!(!header.has_flush_map());
    nothing_false(&fs).unwrap();
    let file = AttachedFile::open(&env, path(), MapUse::Keep).unwrap();
    assert_eq!(get(&file, Pgno(2)).unwrap(), 60);
}

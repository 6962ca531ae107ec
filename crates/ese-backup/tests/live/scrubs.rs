//! Deleted data is overwritten before it is read (JET_paramZeroDatabaseDuringBackup).

use crate::world::{DIR, Rows, World, at, copy, jet, params, put, rows_of, value};
use ese_backup::external::{END_ABORT, ExternalBackup};
use ese_backup::set::SetKind;
use ese_backup::{Backup, DirectorySink, StopHandle};
use ese_core::JetErr;
use ese_core::database::Database;
use ese_core::format::ids::PageSize;
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::page_mut::{PageBuf, PageMut as _};
use ese_core::format::value::Value;
use ese_core::instance::{Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::faulty::{CrashKind, FaultyFileSystem, Plan};
use ese_core::io::hooked::{HookedFileSystem, Op};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::session::CommitKind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// In every value that is deleted.
const SECRET: &[u8] = b"nobody may read this any more";

fn scrubbing(page_size: PageSize) -> InstanceParams {
    let mut p = params(page_size);
    p.zero_during_backup = true;
    p
}

fn secrets(bytes: &[u8]) -> usize {
    let finds = |w: &&[u8]| *w == SECRET;
    bytes.windows(SECRET.len()).filter(finds).count()
}

/// A value with the secret all over it.
fn secret(key: i32, bytes: usize) -> Vec<u8> {
    let mut v = key.to_le_bytes().to_vec();
    while v.len() < bytes.max(SECRET.len() + 4) {
        v.extend_from_slice(SECRET);
    }
    v
}

/// Rows that stay and rows with a secret, half of these with long values in pieces.
fn fill(world: &World, db: &Database) {
    let session = world.instance.session().unwrap();
    for key in 0..120 {
        let long = key % 8 == 1;
        let bytes = if long { 9_000 } else { 400 };
        match key % 2 {
            0 => put(&session, db, key, &value(key, bytes)),
            _ => put(&session, db, key, &secret(key, bytes)),
        }
    }
    session.wait_all().unwrap();
}

/// Deletes the rows with a secret; `kind` of the commit.
fn delete(world: &World, db: &Database, kind: CommitKind) {
    let session = world.instance.session().unwrap();
    let transaction = session.transaction().unwrap();
    let mut rows = db.table(&session, "rows").unwrap();
    for key in (1..120_i32).step_by(2) {
        assert!(rows.find(&[Some(&key.to_le_bytes())]).unwrap());
        rows.delete().unwrap();
    }
    drop(rows);
    transaction.commit_as(kind).unwrap();
}

fn what_stays() -> Rows {
    let row = |key: i32| (key, value(key, 400));
    (0..120).step_by(2).map(row).collect()
}

/// What a backup hands on of the database.
fn stream(world: &World) -> Vec<u8> {
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    let bytes = copy(&backup, &at("a.edb")).unwrap();
    backup.end2(END_ABORT).unwrap();
    bytes
}

fn file(world: &World) -> Vec<u8> {
    world.memory.get(&at("a.edb")).unwrap()
}

/// Pages without what each write makes anew.
fn pages(file: &[u8], size: PageSize) -> Vec<PageBuf> {
    let all = file.chunks_exact(size.bytes()).skip(2);
    let plain = |page: &[u8]| {
        let mut page = PageBuf::from_slice(page);
        page.store_u64(0, 0).unwrap();
        let flags = PageView::new(&page).map_or(0, |v| v.flags().bits());
        let flags = flags & !PageFlags::FLUSH_TYPE.bits();
        page.store_u32(36, flags).unwrap();
        // The checksums of larger pages lie here.
        if size.is_large() {
            page.store(40, &[0; 24]).unwrap();
        }
        page
    };
    all.map(plain).collect()
}

#[test]
fn what_was_deleted_is_neither_in_the_stream_nor_in_the_file() {
    for size in [PageSize::K4, PageSize::K8, PageSize::K32] {
        for clean in [false, true] {
            let world = World::of(scrubbing(size));
            let db = world.create("a.edb");
            fill(&world, &db);
            // A table that goes, and an index of it.
            let session = world.instance.session().unwrap();
            let mut other = crate::world::table();
            other.name = "other".into();
            db.create_table(&session, &other).unwrap();
            let mut rows = db.table(&session, "other").unwrap();
            for key in 0..30 {
                let mut row = rows.insert().unwrap();
                row.set("key", key).unwrap();
                row.set("value", &*secret(key, 600)).unwrap();
                row.save().unwrap();
            }
            drop(rows);
            world.instance.checkpoint().unwrap();
            db.delete_table(&session, "other").unwrap();
            drop(session);
            delete(&world, &db, CommitKind::Lazy);
            if clean {
                while world.instance.clean(usize::MAX).unwrap().versions > 0 {}
            }
            // Without the scrub everything is there.
            world.instance.checkpoint().unwrap();
            assert!(secrets(&file(&world)) > 100, "{size:?} {clean}");

            let bytes = stream(&world);
            assert_eq!(secrets(&bytes), 0, "{size:?} {clean}: the stream");
            assert_eq!(secrets(&file(&world)), 0, "{size:?} {clean}: the file");
            let on_disk = world.instance.databases()[0].file().header();
            assert!(on_disk.dbtime_last_scrub.0 > 0, "{size:?} {clean}");

            // And once more there is nothing to do.
            let before = file(&world);
            assert_eq!(secrets(&stream(&world)), 0);
            assert!(pages(&before, size) == pages(&file(&world), size));
            drop(db);
            end(&world);
            let rows = rows_of(&world.memory, &at("a.edb"));
            assert!(rows == what_stays(), "{size:?} {clean}");
        }
    }
}

fn end(world: &World) {
    world.instance.term(TermKind::Clean).unwrap();
}

#[test]
fn unless_it_is_asked_for_nothing_is_touched() {
    let world = World::new();
    let db = world.create("a.edb");
    fill(&world, &db);
    delete(&world, &db, CommitKind::Lazy);
    world.instance.checkpoint().unwrap();
    let before = file(&world);
    assert!(secrets(&stream(&world)) > 100);
    assert!(pages(&before, PageSize::K4) == pages(&file(&world), PageSize::K4));
    assert_eq!(
        world.instance.databases()[0]
            .file()
            .header()
            .dbtime_last_scrub
            .0,
        0
    );
}

#[test]
fn what_somebody_still_sees_or_takes_back_stays() {
    let world = World::of(scrubbing(PageSize::K4));
    let db = world.create("a.edb");
    fill(&world, &db);
    let reader = world.instance.session().unwrap();
    let looking = reader.transaction().unwrap();
    // These eyes are older than the deletion.
    let mut seen = db.table(&reader, "rows").unwrap();
    assert!(seen.first().unwrap());
    delete(&world, &db, CommitKind::Lazy);
    // And this deletion is taken back.
    let writer = world.instance.session().unwrap();
    let changing = writer.transaction().unwrap();
    let mut rows = db.table(&writer, "rows").unwrap();
    for key in (0..120_i32).step_by(4) {
        assert!(rows.find(&[Some(&key.to_le_bytes())]).unwrap());
        rows.delete().unwrap();
    }
    drop(rows);
    stream(&world);
    changing.rollback().unwrap();
    let mut count = 0;
    let mut there = seen.first().unwrap();
    while there {
        let key: i32 = count;
        let wanted = match key % 2 {
            0 => value(key, 400),
            _ => secret(key, if key % 8 == 1 { 9_000 } else { 400 }),
        };
        let mut buf = Vec::new();
        let found = seen.get("value", &mut buf).unwrap();
        assert!(found == Some(Value::Binary(&wanted)), "{key}");
        count += 1;
        there = seen.next().unwrap();
    }
    assert_eq!(count, 120);
    drop(seen);
    looking.commit().unwrap();
    // Nobody looks any more.
    assert_eq!(secrets(&stream(&world)), 0);
    drop((reader, writer, db));
    end(&world);
    assert!(rows_of(&world.memory, &at("a.edb")) == what_stays());
}

/// A deletion that is not durable may be lost in a crash: then its rows are whole.
#[test]
fn a_crash_leaves_rows_whole_or_gone() {
    for seed in 0..12 {
        let fs = FaultyFileSystem::new(Plan::seeded(seed));
        fs.put_dir(DIR);
        let mut p = scrubbing(PageSize::K4);
        p.lazy_most = Duration::from_secs(3_600);
        let start = |fs: &FaultyFileSystem| {
            let env = crate::world::env(Arc::new(fs.clone()), seed);
            Instance::start(env, p.clone()).unwrap()
        };
        let memory = MemoryFileSystem::new();
        let world = World {
            memory,
            fs: Arc::new(fs.clone()),
            instance: start(&fs),
        };
        let db = world.create("a.edb");
        fill(&world, &db);
        world.instance.checkpoint().unwrap();
        delete(&world, &db, CommitKind::Lazy);
        let backup = ExternalBackup::new(&world.instance);
        backup.begin(0).unwrap();
        let opened = backup.open_file(&at("a.edb")).unwrap();
        let mut buf = crate::world::Aligned::new(64 * 4096);
        for _ in 0..seed % 4 {
            backup.read_file(opened.handle, buf.get()).unwrap();
        }
        let kind = [CrashKind::ProcessCrash, CrashKind::PowerCut][seed as usize % 2];
        let image = fs.image(kind, seed);
        drop((backup, db));
        drop(world);
        let again = start(&image);
        drop(again.open(at("a.edb")).unwrap());
        again.term(TermKind::Clean).unwrap();
        let rows = rows_in(&image);
        let all = rows.len() == 120;
        assert!(all || rows == what_stays(), "{seed}: {} rows", rows.len());
        for (key, found) in rows.iter().filter(|(key, _)| **key % 2 == 1) {
            let wanted = secret(*key, if key % 8 == 1 { 9_000 } else { 400 });
            assert!(*found == wanted, "{seed}: row {key}");
        }
    }
}

fn rows_in(fs: &FaultyFileSystem) -> Rows {
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    memory.put(&at("a.edb"), fs.get(at("a.edb")).unwrap());
    rows_of(&memory, &at("a.edb"))
}

#[test]
fn a_replay_makes_the_same_pages() {
    for size in [PageSize::K4, PageSize::K16] {
        let world = World::of(scrubbing(size));
        let db = world.create("a.edb");
        fill(&world, &db);
        let set = |to: &str, kind| {
            let backup = Backup::builder(&world.instance).kind(kind);
            let mut sink = DirectorySink::new(Arc::clone(&world.fs), Path::new(to));
            backup.run(&mut sink).unwrap();
        };
        // Its copy is older than the deletion, so that the records do it all.
        set("/full", SetKind::Full);
        delete(&world, &db, CommitKind::Lazy);
        while world.instance.clean(usize::MAX).unwrap().versions > 0 {}
        assert_eq!(secrets(&stream(&world)), 0);
        world.instance.checkpoint().unwrap();
        let live = pages(&file(&world), size);
        set("/inc", SetKind::Incremental);
        world.restore_with("/full", "/to", &["/inc"]).unwrap();
        let restored = world.memory.get(Path::new("/to/a.edb")).unwrap();
        assert_eq!(secrets(&restored), 0, "{size:?}");
        let restored = pages(&restored, size);
        assert!(live.len() >= 20 && restored.len() >= live.len(), "{size:?}");
        for (at, (live, restored)) in live.iter().zip(&restored).enumerate() {
            assert!(live == restored, "{size:?}: page {}", at + 1);
        }
        assert!(world.rows(Path::new("/to/a.edb")) == what_stays());
    }
}

/// The deletion was committed, and a crash came before the pieces went.
#[test]
fn long_values_that_nobody_refers_to_are_overwritten() {
    let world = World::of(scrubbing(PageSize::K4));
    let db = world.create("a.edb");
    fill(&world, &db);
    delete(&world, &db, CommitKind::Durable);
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    for entry in world.memory.read_dir(Path::new(DIR)).unwrap() {
        let bytes = world.memory.get(&entry.path).unwrap();
        memory.put(&entry.path, bytes);
    }
    drop(db);
    let fs: Arc<dyn FileSystem> = Arc::new(memory.clone());
    let world = World::over(memory, fs, scrubbing(PageSize::K4));
    drop(world.instance.open(at("a.edb")).unwrap());
    world.instance.checkpoint().unwrap();
    assert!(secrets(&file(&world)) > 1_000);
    assert_eq!(secrets(&stream(&world)), 0);
    assert_eq!(secrets(&file(&world)), 0);
    end(&world);
    assert!(rows_of(&world.memory, &at("a.edb")) == what_stays());
}

#[test]
fn a_stop_ends_it_within_the_chunk() {
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    let (armed, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(OnceLock::new()));
    let (on, hand) = (Arc::clone(&armed), Arc::clone(&stop));
    let hooked = HookedFileSystem::new(Arc::new(memory.clone()), move |_, op| {
        if let Op::Write { path, .. } = op
            && path.ends_with("a.edb")
            && on.load(Ordering::SeqCst)
        {
            let handle: Option<&StopHandle> = hand.get();
            handle.unwrap().stop();
        }
        Ok(())
    });
    let world = World::over(memory, Arc::new(hooked), scrubbing(PageSize::K4));
    let db = world.create("a.edb");
    let session = world.instance.session().unwrap();
    for key in 0..40 {
        put(&session, &db, key, &secret(key, 300_000));
    }
    let transaction = session.transaction().unwrap();
    let mut rows = db.table(&session, "rows").unwrap();
    while rows.first().unwrap() {
        rows.delete().unwrap();
    }
    drop(rows);
    transaction.commit_as(CommitKind::Lazy).unwrap();
    world.instance.checkpoint().unwrap();
    let before = secrets(&file(&world));
    let backup = ExternalBackup::new(&world.instance);
    let _ = stop.set(backup.stop_handle());
    backup.begin(0).unwrap();
    let opened = backup.open_file(&at("a.edb")).unwrap();
    armed.store(true, Ordering::SeqCst);
    let mut buf = crate::world::Aligned::new(16 << 20);
    let answer = backup.read_file(opened.handle, buf.get());
    armed.store(false, Ordering::SeqCst);
    assert_eq!(jet(&answer), JetErr::BACKUP_ABORT_BY_SERVER);
    let after = secrets(&file(&world));
    assert!(after < before && after > before / 3, "{before} {after}");
    backup.end2(END_ABORT).unwrap();
}

//! Whole backups into sinks, and what restores from them.

use crate::world::{DIR, Rows, World, at, params, put, rows_of, table, value};
use ese_backup::set::{SetKind, SetReport, verify};
use ese_backup::{
    Backup, BackupReport, BackupSink, Control, DirectorySink, LiveError, Manifest, SetError,
    StopFlag, TarSink,
};
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance};
use ese_core::io::FileSystem;
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::{HasJetErr, JetErr};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

fn sink(world: &World, dir: &str) -> DirectorySink {
    DirectorySink::new(Arc::new(world.memory.clone()), Path::new(dir))
}

fn back_up(world: &World, dir: &str, kind: SetKind) -> Result<BackupReport, LiveError> {
    Backup::builder(&world.instance)
        .kind(kind)
        .run(&mut sink(world, dir))
}

fn verified(world: &World, dir: &str) -> SetReport {
    let set = ese_backup::Set::open(&world.memory, Path::new(dir)).unwrap();
    let stop = StopFlag::new();
    verify(&world.memory, &set, &mut Control::new(stop.handle())).unwrap()
}

fn sound(world: &World, dir: &str) {
    let report = verified(world, dir);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

fn rows(keys: std::ops::Range<i32>, bytes: usize) -> Rows {
    keys.map(|k| (k, value(k, bytes))).collect()
}

#[test]
fn a_full_set_restores_for_each_page_size() {
    for size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let world = World::of(params(size));
        let db = world.create("a.edb");
        world.fill(&db, 1..300, 200);
        let report = back_up(&world, "/set", SetKind::Full).unwrap();
        assert!(report.manifest.complete);
        sound(&world, "/set");
        // What comes after it is not in it.
        world.fill(&db, 300..310, 200);
        world.restore("/set", "/to").unwrap();
        assert_eq!(world.rows(Path::new("/to/a.edb")), rows(1..300, 200));
        assert!(!world.header("a.edb").bkinfo_full_prev.is_none());
    }
}

#[test]
fn incremental_sets_roll_forward() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..100, 200);
    let refused = back_up(&world, "/inc0", SetKind::Incremental).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::MISSING_FULL_BACKUP);
    assert_eq!(world.memory.kind(Path::new("/inc0")).unwrap(), None);
    back_up(&world, "/full", SetKind::Full).unwrap();
    world.fill(&db, 100..200, 200);
    back_up(&world, "/inc1", SetKind::Incremental).unwrap();
    world.fill(&db, 200..300, 200);
    world.instance.checkpoint().unwrap();
    back_up(&world, "/inc2", SetKind::Incremental).unwrap();
    world.fill(&db, 300..400, 200);
    back_up(&world, "/diff", SetKind::Differential).unwrap();
    for (n, (more, end)) in [
        (&[][..], 100),
        (&["/inc1"], 200),
        (&["/inc1", "/inc2"], 300),
        (&["/inc1", "/inc2", "/diff"], 400),
        // And the logs that the live instance has.
        (&["/inc1", "/inc2", DIR], 400),
    ]
    .into_iter()
    .enumerate()
    {
        let to = format!("/to{n}");
        world.restore_with("/full", &to, more).unwrap();
        let path = PathBuf::from(format!("{to}/a.edb"));
        assert_eq!(world.rows(&path), rows(1..end, 200), "{more:?}");
    }
    for set in ["/full", "/inc1", "/inc2", "/diff"] {
        sound(&world, set);
    }
    let alone = world.restore("/inc1", "/alone").unwrap_err();
    assert_eq!(alone.jet_err(), JetErr::MISSING_FULL_BACKUP);
}

#[test]
fn two_databases_of_one_name_and_one_that_comes_late() {
    let world = World::new();
    let a = world.create("a.edb");
    world.memory.create_dir(Path::new("/live/sub")).unwrap();
    let b = world.create("sub/a.edb");
    world.fill(&a, 1..50, 100);
    world.fill(&b, 50..90, 100);
    let mut created = false;
    let report = Backup::builder(&world.instance)
        .on_progress(|p| {
            if p.done > 0 && !created {
                created = true;
                drop(world.create("late.edb"));
            }
        })
        .run(&mut sink(&world, "/set"))
        .unwrap();
    let names: Vec<&str> = report.manifest.files.iter().map(|f| &*f.name).collect();
    assert_eq!(&names[..3], ["a.edb", "2-a.edb", "late.edb"]);
    sound(&world, "/set");
    world.restore("/set", "/to").unwrap();
    assert_eq!(world.rows(Path::new("/to/a.edb")), rows(1..50, 100));
    assert_eq!(world.rows(Path::new("/to/2-a.edb")), rows(50..90, 100));
    assert_eq!(world.rows(Path::new("/to/late.edb")), Rows::new());
}

/// A sink that acts when so many bytes were written.
struct Acting<'a, S> {
    inner: S,
    left: i64,
    act: Box<dyn FnMut() -> io::Result<()> + Send + 'a>,
}

impl<S: BackupSink> BackupSink for Acting<'_, S> {
    fn begin(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.inner.begin(manifest)
    }
    fn open(&mut self, name: &str, bytes: u64) -> io::Result<()> {
        self.inner.open(name, bytes)
    }
    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        self.left -= block.len() as i64;
        if self.left <= 0 {
            (self.act)()?;
        }
        self.inner.write(block)
    }
    fn close(&mut self) -> io::Result<()> {
        self.inner.close()
    }
    fn finish(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.inner.finish(manifest)
    }
    fn abort(&mut self, manifest: &Manifest) {
        self.inner.abort(manifest);
    }
}

#[test]
fn what_ends_early_never_restores_and_records_nothing() {
    for ahead in [0, 3] {
        for after in [1, 300_000, 900_000] {
            for fails in [
                None,
                Some(io::ErrorKind::StorageFull),
                Some(io::ErrorKind::BrokenPipe),
            ] {
                let world = World::new();
                let db = world.create("a.edb");
                world.fill(&db, 1..600, 900);
                let logs = world.logs();
                let backup = Backup::builder(&world.instance).read_ahead(ahead);
                let stop = backup.stop_handle();
                let mut acting = Acting {
                    inner: sink(&world, "/set"),
                    left: after,
                    act: Box::new(move || match fails {
                        None => {
                            stop.stop();
                            Ok(())
                        }
                        Some(kind) => Err(kind.into()),
                    }),
                };
                let e = backup.run(&mut acting).unwrap_err();
                assert_eq!(e.is_stopped(), fails.is_none(), "{e}");
                if fails == Some(io::ErrorKind::StorageFull) {
                    assert_eq!(e.jet_err(), JetErr::DISK_FULL);
                }
                let refused = world.restore("/set", "/to").unwrap_err();
                assert!(matches!(refused, SetError::Incomplete(_)), "{refused}");
                assert!(world.header("a.edb").bkinfo_full_prev.is_none());
                assert_eq!(&world.logs()[..logs.len()], logs);
                // The next one does not mind.
                back_up(&world, "/next", SetKind::Full).unwrap();
                world.restore("/next", "/to").unwrap();
                assert_eq!(world.rows(Path::new("/to/a.edb")), rows(1..600, 900));
            }
        }
    }
}

/// Stops when the manifest says that the set is complete.
struct Late(DirectorySink, ese_backup::StopHandle);

impl BackupSink for Late {
    fn begin(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.0.begin(manifest)
    }
    fn open(&mut self, name: &str, bytes: u64) -> io::Result<()> {
        self.0.open(name, bytes)
    }
    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        self.0.write(block)
    }
    fn close(&mut self) -> io::Result<()> {
        self.0.close()
    }
    fn finish(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.0.finish(manifest)?;
        self.1.stop();
        Ok(())
    }
    fn abort(&mut self, manifest: &Manifest) {
        self.0.abort(manifest);
    }
}

#[test]
fn a_stop_at_the_very_end_counts_as_well() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..300, 500);
    world.instance.checkpoint().unwrap();
    let logs = world.logs();
    let backup = Backup::builder(&world.instance);
    let stop = backup.stop_handle();
    let e = backup
        .run(&mut Late(sink(&world, "/set"), stop))
        .unwrap_err();
    assert!(e.is_stopped());
    assert!(matches!(
        world.restore("/set", "/to").unwrap_err(),
        SetError::Incomplete(_)
    ));
    assert!(world.header("a.edb").bkinfo_full_prev.is_none());
    assert_eq!(&world.logs()[..logs.len()], logs, "nothing was truncated");
    // Before it runs, too.
    let backup = Backup::builder(&world.instance);
    backup.stop_handle().stop();
    assert!(
        backup
            .run(&mut sink(&world, "/set2"))
            .unwrap_err()
            .is_stopped()
    );
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let world = World::new();
    drop(world.create("a.edb"));
    world
        .memory
        .put(Path::new("/set/mine.txt"), b"mine".to_vec());
    let e = back_up(&world, "/set", SetKind::Full).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::FILE_ALREADY_EXISTS);
    let names = world.memory.read_dir(Path::new("/set")).unwrap();
    assert_eq!(names.len(), 1);
}

/// What `tar` makes of a stream, as far as ours goes: a later entry takes the place of an earlier one.
fn untar(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut at = 0;
    while at + 512 <= bytes.len() && bytes[at] != 0 {
        let header = &bytes[at..at + 512];
        let name = header[..100].split(|&b| b == 0).next().unwrap();
        let size = std::str::from_utf8(&header[124..135]).unwrap();
        let size = usize::from_str_radix(size, 8).unwrap();
        let name = String::from_utf8(name.to_vec()).unwrap();
        let end = (at + 512 + size).min(bytes.len());
        out.insert(name, bytes[at + 512..end].to_vec());
        at += 512 + size.next_multiple_of(512);
    }
    out
}

#[test]
fn a_tar_stream_unpacks_to_a_set() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..300, 500);
    let mut tar = TarSink::new(Vec::new());
    Backup::builder(&world.instance)
        .kind(SetKind::Copy)
        .run(&mut tar)
        .unwrap();
    let bytes = tar.into_inner();
    for (name, contents) in untar(&bytes) {
        world.memory.put(&Path::new("/set").join(name), contents);
    }
    sound(&world, "/set");
    world.restore("/set", "/to").unwrap();
    assert_eq!(world.rows(Path::new("/to/a.edb")), rows(1..300, 500));
    // Cut off anywhere it is no set.
    for cut in [3_000, bytes.len() / 2, bytes.len() - 2_000] {
        let world = World::new();
        for (name, contents) in untar(&bytes[..cut]) {
            world.memory.put(&Path::new("/set").join(name), contents);
        }
        world.restore("/set", "/to").unwrap_err();
    }
}

/// Goal: with writers on other threads, the set restores to a state between the mark and the end of its
/// logs, sound in every structure.
#[test]
fn a_set_made_under_writers_is_a_moment_of_theirs() {
    const WRITERS: i32 = 3;
    const APART: i32 = 1_000_000;
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new(DIR)).unwrap();
    let fs: Arc<dyn FileSystem> = Arc::new(memory.clone());
    let clock = Arc::new(RealClock::new());
    let env = Env::new(Arc::clone(&fs), clock, Box::new(SeededRng::new(3)));
    let mut p = params(PageSize::K4);
    p.background = true;
    p.log_file_kib = Some(256);
    p.checkpoint_depth = 512 * 1024;
    let instance = Instance::start(env, p).unwrap();
    let db = instance
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    db.create_table(&instance.session().unwrap(), &table())
        .unwrap();
    let done = AtomicBool::new(false);
    let committed: [AtomicI32; WRITERS as usize] = Default::default();
    let mut sets = Vec::new();
    std::thread::scope(|scope| {
        for (w, committed) in (0..WRITERS).zip(&committed) {
            let (instance, db, done) = (&instance, &db, &done);
            scope.spawn(move || {
                let session = instance.session().unwrap();
                let mut n = 0;
                while !done.load(Ordering::Relaxed) {
                    // Long values among them.
                    let bytes = if n % 17 == 0 {
                        9_000
                    } else {
                        40 + (n as usize * 7) % 300
                    };
                    put(&session, db, w * APART + n, &value(n, bytes));
                    n += 1;
                    committed.store(n, Ordering::Release);
                    if n % 50 == 0 {
                        session.wait_all().unwrap();
                    }
                }
            });
        }
        for round in 0..3 {
            std::thread::sleep(std::time::Duration::from_millis(300));
            let before: Vec<i32> = committed
                .iter()
                .map(|c| c.load(Ordering::Acquire))
                .collect();
            let dir = format!("/set{round}");
            let mut sink = DirectorySink::new(Arc::clone(&fs), Path::new(&dir));
            Backup::builder(&instance).run(&mut sink).unwrap();
            let after: Vec<i32> = committed
                .iter()
                .map(|c| c.load(Ordering::Acquire))
                .collect();
            sets.push((dir, before, after));
        }
        done.store(true, Ordering::Relaxed);
    });
    drop(db);
    let world = World {
        memory: memory.clone(),
        fs,
        instance,
    };
    for (dir, before, after) in sets {
        sound(&world, &dir);
        let to = format!("{dir}-to");
        world.restore(&dir, &to).unwrap();
        let found = rows_of(&memory, &Path::new(&to).join("a.edb"));
        for w in 0..WRITERS {
            let mine: Vec<i32> = found
                .range(w * APART..(w + 1) * APART)
                .map(|(k, _)| k - w * APART)
                .collect();
            let n = mine.len() as i32;
            assert_eq!(
                mine,
                (0..n).collect::<Vec<_>>(),
                "a prefix of what writer {w} did"
            );
            let (low, high) = (before[w as usize], after[w as usize]);
            // One more may have been committed, and not counted yet.
            assert!(n >= low && n <= high + 1, "{n} is not in {low}..={high}");
        }
    }
}

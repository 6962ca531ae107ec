//! Goal: the original's sets verify and restore; what is damaged, incomplete or cut is named and leaves
//! no database behind; a set is never written to.
//!
//! Method: `witness/backup-sets` in memory; with and without a manifest made for them here; each file
//! cut and removed in turn; seeded mutations.
#![forbid(unsafe_code)]

use ese_backup::set::{self, Manifest, Problem, RestoreOptions, Role, Set, SetError, SetKind};
use ese_backup::{Control, RestoreReport, SetReport, StopFlag, VerifiedFile, stream};
use ese_core::format::header_page::select_header;
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{DirEntry, File, FileSystem, OpenMode, PathKind};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::reader::OpenOptions;
use ese_core::reader::canonical::dump;
use ese_core::recovery::{StopAt, Unwatched, Watch};
use ese_core::{HasJetErr, JetErr};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

type Files = BTreeMap<String, Vec<u8>>;

/// A folder of a set of the witness.
fn folder(name: &str, sub: &str) -> Option<Files> {
    let dir = testkit::unpack_set("backup-sets", name)?;
    let dir = [dir.join(name), dir]
        .into_iter()
        .find(|d| d.join(sub).is_dir())?;
    let mut out = Files::new();
    for entry in std::fs::read_dir(dir.join(sub)).expect("an unpacked set") {
        let path = entry.expect("an unpacked set").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        out.insert(name, std::fs::read(path).expect("an unpacked set"));
    }
    Some(out)
}

fn wanted(name: &str, which: usize) -> serde_json::Value {
    testkit::set_json("backup-sets", name).expect("a set has its JSON")["results"][which].clone()
}

/// `/set`, `/more`, and no `/to`.
#[derive(Clone)]
struct World {
    fs: MemoryFileSystem,
}

impl World {
    fn new(set: &Files) -> Self {
        let fs = MemoryFileSystem::new();
        for dir in ["/set", "/more"] {
            fs.create_dir(Path::new(dir)).expect("an empty tree");
        }
        Self { fs }.with("/set", set)
    }

    fn with(self, dir: &str, files: &Files) -> Self {
        for (name, bytes) in files {
            self.fs.put(&Path::new(dir).join(name), bytes.clone());
        }
        self
    }

    fn of(&self, dir: &str) -> Files {
        let names = self.fs.read_dir(Path::new(dir)).unwrap_or_default();
        let file = |e: &DirEntry| {
            let name = e.path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), self.fs.get(&e.path).unwrap_or_default())
        };
        names.iter().map(file).collect()
    }

    fn restore_as(
        &self,
        fs: Arc<dyn FileSystem>,
        options: &RestoreOptions,
        watch: &dyn Watch,
        stop: &StopFlag,
    ) -> Result<RestoreReport, SetError> {
        let before = [self.of("/set"), self.of("/more")];
        let clock = Arc::new(ManualClock::new(1_795_700_000_000));
        let env = Env::new(Arc::clone(&fs), clock, Box::new(SeededRng::new(1)));
        let answer = Set::open(&*fs, Path::new("/set")).and_then(|set| {
            set::restore(&env, &set, options, &mut Control::new(stop.handle()), watch)
        });
        assert!(
            before == [self.of("/set"), self.of("/more")],
            "the set was changed"
        );
        if answer.is_err() {
            let left = self.fs.kind(Path::new("/to")).expect("memory");
            assert_eq!(
                left, None,
                "a failed restore left something behind: {answer:?}"
            );
        }
        answer
    }

    fn restore(&self, options: &RestoreOptions) -> Result<RestoreReport, SetError> {
        self.restore_as(
            Arc::new(self.fs.clone()),
            options,
            &Unwatched,
            &StopFlag::new(),
        )
    }

    fn verify(&self) -> SetReport {
        let before = self.of("/set");
        let set = Set::open(&self.fs, Path::new("/set")).expect("a set");
        let stop = StopFlag::new();
        let report = set::verify(&self.fs, &set, &mut Control::new(stop.handle()));
        assert!(before == self.of("/set"), "the set was changed");
        report.expect("nobody stopped it")
    }

    /// Table `t` of the restored database.
    fn table(&self) -> (u64, String) {
        let path = Path::new("/to/a.edb");
        let db = OpenOptions::new()
            .open_in(&self.fs, path)
            .expect("a database");
        let mut tables = db.tables();
        let table = tables.find(|t| t.schema().name == "t").expect("table t");
        let mut bytes = Vec::new();
        let report = dump(&table, &|_| true, &mut bytes).expect("in memory");
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        (report.records, testkit::sha256_hex(&bytes))
    }

    fn assert_is(&self, golden: &serde_json::Value) {
        assert_eq!(golden["outcome"], "JET_errSuccess");
        let t = &golden["databases"]["a.edb"]["tables"]["t"];
        let (records, hash) = self.table();
        assert_eq!(Some(records), t["records"].as_u64());
        assert_eq!(Some(&*hash), t["sha256"].as_str());
        assert_eq!(damage(&self.fs), [""; 0]);
    }

    /// Writes a manifest that fits what lies in `/set`.
    fn signed(self) -> Self {
        self.manifest(|_| {});
        self
    }

    fn manifest(&self, change: impl FnOnce(&mut Manifest)) {
        let set = Set::open(&self.fs, Path::new("/set")).expect("a set");
        let mut sign_log = Signature::NONE;
        let mut files = Vec::new();
        let logs = set
            .logs()
            .iter()
            .map(|l| (&l.path, Role::Log, (l.generation, l.generation)));
        let databases = set.databases().iter().map(|p| (p, Role::Database, (1, 10)));
        for (path, role, generations) in databases.chain(logs) {
            let bytes = self.fs.get(path).expect("a file");
            if role == Role::Database {
                sign_log = select_header(&bytes).expect("a header").header.sign_log;
            }
            let file = VerifiedFile::open(&self.fs, path).expect("a whole file");
            let stop = StopFlag::new();
            let report = stream(
                &file,
                &mut Control::new(stop.handle()),
                &mut std::io::sink(),
            )
            .expect("a whole file");
            files.push((path.clone(), role, report, generations));
        }
        let mark = Lgpos::new(4, 1, 0);
        let mut m = Manifest::begin(
            SetKind::Full,
            set.base(),
            sign_log,
            mark,
            "2026-11-25T00:00:00Z",
        );
        for (path, role, report, generations) in &files {
            let name = path.file_name().expect("a name").to_string_lossy();
            m.add(&name, *role, report, *generations);
        }
        m.finish(set.generations().expect("logs"), "2026-11-25T00:01:00Z");
        change(&mut m);
        m.write(&self.fs, Path::new("/set")).expect("memory");
    }
}

fn damage(fs: &dyn FileSystem) -> Vec<String> {
    let options = integrity::Options {
        threads: 1,
        ..integrity::Options::default()
    };
    let report = check_path(fs, Path::new("/to/a.edb"), &options, &|_| {});
    let report = report.expect("a database");
    report.damage().map(ToString::to_string).collect()
}

fn to() -> RestoreOptions {
    RestoreOptions {
        cache_bytes: 4 << 20,
        ..RestoreOptions::new(Path::new("/to"))
    }
}

fn with_more() -> RestoreOptions {
    RestoreOptions {
        more_logs: vec![PathBuf::from("/more")],
        ..to()
    }
}

fn jet(answer: &Result<RestoreReport, SetError>) -> JetErr {
    answer
        .as_ref()
        .map_or_else(HasJetErr::jet_err, |_| JetErr::SUCCESS)
}

fn jets(report: &SetReport) -> Vec<&'static str> {
    let mut out: Vec<_> = report
        .problems
        .iter()
        .map(|p: &Problem| p.jet.name())
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

const SETS: [(&str, &str); 6] = [
    ("full-writers", "set"),
    ("full-incremental", "full"),
    ("directory", "backup"),
    ("damaged-log", "set"),
    ("missing-log", "set"),
    ("stopped", "set"),
];

/// The sets at hand.
fn sets() -> Vec<(&'static str, World)> {
    let at_hand = |(name, sub): (&'static str, &str)| {
        let files = folder(name, sub);
        if files.is_none() {
            eprintln!("SKIPPED: {name} is not at hand");
        }
        Some((name, World::new(&files?)))
    };
    let found: Vec<_> = SETS.into_iter().filter_map(at_hand).collect();
    assert!(!found.is_empty());
    found
}

fn writers() -> Option<World> {
    let files = folder("full-writers", "set");
    if files.is_none() {
        testkit::skip("witness/backup-sets/full-writers");
    }
    files.map(|f| World::new(&f))
}

#[test]
fn each_set_ends_as_with_the_original_and_verify_says_so_before() {
    for (name, world) in sets() {
        let golden = wanted(name, 0);
        let outcome = golden["outcome"].as_str().expect("an outcome");
        let report = world.verify();
        let answer = world.restore(&to());
        assert_eq!(jet(&answer).name(), outcome, "{name}: {answer:?}");
        match answer {
            Ok(done) => {
                assert_eq!(jets(&report), [""; 0], "{name}: {:?}", report.problems);
                world.assert_is(&golden);
                assert_eq!(done.files.len(), 1);
                assert_eq!(done.generations, (1, 10), "{name}");
                let left: Vec<String> = world.of("/to").into_keys().collect();
                assert_eq!(left, ["a.edb", "a.jfm"], "{name}");
            }
            Err(e) => {
                assert!(
                    jets(&report).contains(&e.jet_err().name()),
                    "{name}: {:?}",
                    report.problems
                );
            }
        }
    }
}

#[test]
fn a_target_that_is_there_must_be_empty() {
    let Some(world) = writers() else { return };
    world.fs.create_dir(Path::new("/to")).expect("memory");
    let fs: Arc<dyn FileSystem> = Arc::new(world.fs.clone());
    let env = Env::new(
        Arc::clone(&fs),
        Arc::new(ManualClock::new(0)),
        Box::new(SeededRng::new(1)),
    );
    let stop = StopFlag::new();
    let set = Set::open(&*fs, Path::new("/set")).expect("a set");
    let restore = || {
        set::restore(
            &env,
            &set,
            &to(),
            &mut Control::new(stop.handle()),
            &Unwatched,
        )
    };
    world.fs.put(Path::new("/to/x"), vec![1]);
    assert_eq!(jet(&restore()), JetErr::FILE_ALREADY_EXISTS);
    assert_eq!(world.of("/to").into_keys().collect::<Vec<_>>(), ["x"]);
    world.fs.remove_file(Path::new("/to/x")).expect("there");
    restore().expect("a restore");
    assert_eq!(jet(&restore()), JetErr::FILE_ALREADY_EXISTS);
    // A failure leaves the folder that was there.
    let other = writers().expect("as before");
    other.fs.create_dir(Path::new("/to")).expect("memory");
    other
        .fs
        .remove_file(Path::new("/set/edb00004.log"))
        .expect("there");
    let fs: Arc<dyn FileSystem> = Arc::new(other.fs.clone());
    let env = Env::new(
        Arc::clone(&fs),
        Arc::new(ManualClock::new(0)),
        Box::new(SeededRng::new(1)),
    );
    let set = Set::open(&*fs, Path::new("/set")).expect("a set");
    let answer = set::restore(
        &env,
        &set,
        &to(),
        &mut Control::new(stop.handle()),
        &Unwatched,
    );
    assert_eq!(jet(&answer), JetErr::FILE_NOT_FOUND);
    assert_eq!(
        other.fs.kind(Path::new("/to")).expect("memory"),
        Some(PathKind::Dir)
    );
    assert!(other.of("/to").is_empty());
}

#[test]
fn rolled_forward_through_surviving_logs() {
    let (Some(world), Some(later)) = (writers(), folder("full-writers", "later")) else {
        return;
    };
    let world = world.with("/more", &later);
    let done = world.restore(&with_more()).expect("a restore");
    world.assert_is(&wanted("full-writers", 1));
    assert_eq!(done.outcome.generations, Some((1, 13)));
    // The same from a set with a manifest.
    let signed = writers().expect("as before").with("/more", &later).signed();
    signed.restore(&with_more()).expect("a restore");
    signed.assert_is(&wanted("full-writers", 1));
    // Folders that would silently not be read.
    let other = writers().expect("as before");
    for name in ["xyz0000B.log", "a.edb"] {
        for old in other.of("/more").keys() {
            other
                .fs
                .remove_file(&Path::new("/more").join(old))
                .expect("there");
        }
        other.fs.put(&Path::new("/more").join(name), vec![1; 9]);
        let jet = jet(&other.restore(&with_more()));
        assert!(
            [JetErr::INVALID_PARAMETER, JetErr::FILE_NOT_FOUND].contains(&jet),
            "{name}: {jet}"
        );
    }
    // A current log that the archived ones hold already is left out.
    let old = writers().expect("as before");
    old.fs.put(
        Path::new("/more/edb.log"),
        old.fs.get(Path::new("/set/edb00003.log")).expect("there"),
    );
    let done = old.restore(&with_more()).expect("a restore");
    assert_eq!(done.notes.len(), 1, "{:?}", done.notes);
    old.assert_is(&wanted("full-writers", 0));
}

#[test]
fn a_full_and_an_incremental_set() {
    let (Some(full), Some(inc)) = (
        folder("full-incremental", "full"),
        folder("full-incremental", "incremental"),
    ) else {
        return eprintln!("SKIPPED: full-incremental is not at hand");
    };
    let world = World::new(&full).with("/more", &inc);
    world.restore(&with_more()).expect("a restore");
    world.assert_is(&wanted("full-incremental", 1));
    // An incremental set alone verifies, and restores nothing.
    let alone = World::new(&inc);
    let report = alone.verify();
    assert!(
        report.is_good() && report.required.is_none(),
        "{:?}",
        report.problems
    );
    assert_eq!(jet(&alone.restore(&to())), JetErr::MISSING_FULL_BACKUP);
    // One with a hole.
    let holed = World::new(&full).with("/more", &inc);
    holed
        .fs
        .remove_file(Path::new("/more/edb0000C.log"))
        .expect("there");
    let answer = holed.restore(&with_more());
    assert_eq!(
        jet(&answer),
        JetErr::EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS,
        "{answer:?}"
    );
}

#[test]
fn a_point_in_time() {
    let (Some(world), Some(later)) = (writers(), folder("full-writers", "later")) else {
        return;
    };
    let world = world.with("/more", &later);
    let stop = |generation, isec| {
        Some(StopAt::Position {
            generation,
            isec,
            ib: None,
        })
    };
    let end_of_set = RestoreOptions {
        stop: stop(10, None),
        ..with_more()
    };
    let done = world.restore(&end_of_set).expect("a restore");
    assert!(done.outcome.stopped);
    world.assert_is(&wanted("full-writers", 0));
    let early = World {
        fs: writers().expect("as before").fs,
    };
    let answer = early.restore(&RestoreOptions {
        stop: stop(1, None),
        ..to()
    });
    assert_eq!(
        jet(&answer),
        JetErr::REQUIRED_LOG_FILES_MISSING,
        "{answer:?}"
    );
    // Logs behind the stop may be anything.
    let odd = writers().expect("as before").with("/more", &later);
    odd.fs.put(Path::new("/more/edb0000C.log"), vec![7; 5000]);
    let inside = RestoreOptions {
        stop: stop(11, Some(9)),
        ..with_more()
    };
    odd.restore(&inside).expect("a restore");
    assert_eq!(damage(&odd.fs), [""; 0]);
}

#[test]
fn a_manifest_counts() {
    let Some(world) = writers() else { return };
    let world = world.signed();
    let report = world.verify();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!(report.kind, Some(SetKind::Full));
    world.restore(&to()).expect("a restore");
    world.assert_is(&wanted("full-writers", 0));

    // An incomplete set never restores, whatever lies there.
    let world = writers().expect("as before");
    world.manifest(|m| m.complete = false);
    assert_eq!(jet(&world.restore(&to())), JetErr::INVALID_BACKUP);
    assert_eq!(jets(&world.verify()), ["JET_errInvalidBackup"]);
    // Nor does one go on with incomplete logs.
    let other = writers().expect("as before");
    other.fs.put(
        Path::new("/more/ese-backup.json"),
        world
            .fs
            .get(Path::new("/set/ese-backup.json"))
            .expect("there"),
    );
    assert_eq!(jet(&other.restore(&with_more())), JetErr::INVALID_BACKUP);

    // Files that are not those that were written, although each is whole in itself.
    let world = writers().expect("as before").signed();
    let path = Path::new("/set/edb0000A.log");
    let mut log = world.fs.get(path).expect("there");
    let end = log.len() - 100; // The last segment is reserved: nothing verifies it.
    log[end] ^= 1;
    world.fs.put(path, log);
    assert_eq!(
        jet(&world.restore(&to())),
        JetErr::LOG_CORRUPT_DURING_HARD_RESTORE
    );
    assert_eq!(
        jets(&world.verify()),
        ["JET_errLogCorruptDuringHardRestore"]
    );
    let world = writers().expect("as before");
    world.manifest(|m| m.files[0].crc32 = "00000000".to_owned());
    assert_eq!(jet(&world.restore(&to())), JetErr::READ_VERIFY_FAILURE);
    assert_eq!(jets(&world.verify()), ["JET_errReadVerifyFailure"]);
    let world = writers().expect("as before");
    world.manifest(|m| m.files[0].bytes += 1);
    assert_eq!(jet(&world.restore(&to())), JetErr::READ_VERIFY_FAILURE);
}

#[test]
fn what_is_no_part_of_the_set_does_not_count() {
    let Some(world) = writers() else { return };
    let world = world.signed();
    // Logs outside the manifest's generations, a current log, a stray file.
    let log = world.fs.get(Path::new("/set/edb00002.log")).expect("there");
    for name in ["/set/edb0000B.log", "/set/edb.log", "/set/notes.txt"] {
        world.fs.put(Path::new(name), log.clone());
    }
    world.restore(&to()).expect("a restore");
    world.assert_is(&wanted("full-writers", 0));
    assert!(world.verify().notes.len() >= 3);
    // The newer of the two folders of an atomic JetBackup.
    let Some(files) = folder("directory", "backup") else {
        return;
    };
    let atomic = World::new(&Files::new());
    for dir in ["/set/new", "/set/old"] {
        atomic.fs.create_dir(Path::new(dir)).expect("memory");
    }
    let atomic = atomic.with("/set/new", &files);
    atomic.fs.put(Path::new("/set/old/edb00001.log"), vec![1]);
    atomic.restore(&to()).expect("a restore");
    atomic.assert_is(&wanted("directory", 0));
}

/// Each file of the set: gone, empty, cut to half, cut by one byte. Every time there is an error, nothing
/// is left, and verify names a problem.
#[test]
fn a_set_cut_at_every_file() {
    let Some(good) = writers() else { return };
    for signed in [false, true] {
        for name in good.of("/set").into_keys() {
            let path = Path::new("/set").join(&name);
            let bytes = good.fs.get(&path).expect("there");
            for left in [None, Some(0), Some(bytes.len() / 2), Some(bytes.len() - 1)] {
                let mut world = writers().expect("as before");
                if signed {
                    world = world.signed();
                }
                match left {
                    None => world.fs.remove_file(&path).expect("there"),
                    Some(n) => world.fs.put(&path, bytes[..n].to_vec()),
                }
                let answer = world.restore(&to());
                let what = format!("{name} {left:?}, manifest: {signed}");
                if name == "edb0000A.log" && left.is_none() && !signed {
                    // The copy does not need the last log, and nothing says that it was there.
                    answer.expect("a restore");
                    assert_eq!(damage(&world.fs), [""; 0]);
                    continue;
                }
                assert!(answer.is_err(), "{what}");
                if name == "a.edb" && left.is_none() && !signed {
                    assert_eq!(jet(&answer), JetErr::MISSING_FULL_BACKUP);
                    continue;
                }
                assert!(!world.verify().is_good(), "{what}");
            }
        }
    }
}

#[test]
fn a_stop_and_every_failing_write_leave_nothing() {
    let (Some(world), Some(later)) = (writers(), folder("full-writers", "later")) else {
        return;
    };
    let world = world.with("/more", &later).signed();
    let count = Arc::new(AtomicU32::new(0));
    // `None`: stops instead.
    let hooked = |world: &World, at: u32, fails: Option<ErrorKind>, stop: &StopFlag| {
        count.store(0, Ordering::Relaxed);
        let (count, handle) = (Arc::clone(&count), stop.handle());
        let hook = move |when: When, op: Op<'_>| {
            let counts = !matches!(op, Op::Open(_, OpenMode::Read));
            if when == When::Before && counts && count.fetch_add(1, Ordering::Relaxed) == at {
                match fails {
                    // What takes things away again is allowed to fail, too; then they stay.
                    Some(_) if matches!(op, Op::Remove(_)) => {}
                    Some(kind) => return Err(Error::from(kind)),
                    None => handle.stop(),
                }
            }
            Ok(())
        };
        Arc::new(HookedFileSystem::new(Arc::new(world.fs.clone()), hook))
    };
    let stop = StopFlag::new();
    let whole = World {
        fs: deep_copy(&world),
    };
    whole
        .restore_as(
            hooked(&whole, u32::MAX, None, &stop),
            &with_more(),
            &Unwatched,
            &stop,
        )
        .expect("a restore");
    let all = count.load(Ordering::Relaxed);
    assert!(all > 50, "{all}");
    let (mut failed, mut stopped) = (0, 0);
    for at in (0..all).step_by((all / 40).max(1) as usize) {
        for fails in [Some(ErrorKind::StorageFull), None] {
            let world = World {
                fs: deep_copy(&world),
            };
            let stop = StopFlag::new();
            // `restore_as` looks for what is left behind.
            let answer = world.restore_as(
                hooked(&world, at, fails, &stop),
                &with_more(),
                &Unwatched,
                &stop,
            );
            match (answer, fails) {
                (Err(SetError::Stopped), None) => stopped += 1,
                (Err(_), Some(_)) => failed += 1,
                // Behind the last moment: the names were given.
                (Ok(_), _) => world.assert_is(&wanted("full-writers", 1)),
                (Err(e), None) => panic!("{at}: a stop gave {e}"),
            }
        }
    }
    assert!(failed > 20 && stopped > 20, "{failed} {stopped}");
}

fn deep_copy(world: &World) -> MemoryFileSystem {
    World::new(&world.of("/set"))
        .with("/more", &world.of("/more"))
        .fs
}

#[test]
fn a_disk_that_is_too_small_is_found_out_before() {
    /// A disk with so many free bytes.
    struct Small(MemoryFileSystem, u64);
    impl FileSystem for Small {
        fn open(&self, path: &Path, mode: OpenMode) -> std::io::Result<Arc<dyn File>> {
            assert!(
                !path.starts_with("/to/.ese-restore.partial/db0"),
                "it was copied"
            );
            self.0.open(path, mode)
        }
        fn open_locked(&self, path: &Path, mode: OpenMode) -> std::io::Result<Arc<dyn File>> {
            self.0.open_locked(path, mode)
        }
        fn rename(&self, from: &Path, to: &Path) -> std::io::Result<()> {
            self.0.rename(from, to)
        }
        fn rename_new(&self, from: &Path, to: &Path) -> std::io::Result<()> {
            self.0.rename_new(from, to)
        }
        fn remove_file(&self, path: &Path) -> std::io::Result<()> {
            self.0.remove_file(path)
        }
        fn read_dir(&self, path: &Path) -> std::io::Result<Vec<DirEntry>> {
            self.0.read_dir(path)
        }
        fn create_dir(&self, path: &Path) -> std::io::Result<()> {
            self.0.create_dir(path)
        }
        fn remove_dir(&self, path: &Path) -> std::io::Result<()> {
            self.0.remove_dir(path)
        }
        fn kind(&self, path: &Path) -> std::io::Result<Option<PathKind>> {
            self.0.kind(path)
        }
        fn sync_dir(&self, path: &Path) -> std::io::Result<()> {
            self.0.sync_dir(path)
        }
        fn free_bytes(&self, _: &Path) -> std::io::Result<Option<u64>> {
            Ok(Some(self.1))
        }
    }
    let Some(world) = writers() else { return };
    let small = Arc::new(Small(world.fs.clone(), 1_000_000));
    let answer = world.restore_as(small, &to(), &Unwatched, &StopFlag::new());
    assert_eq!(jet(&answer), JetErr::DISK_FULL, "{answer:?}");
    let real = ese_core::io::real::RealFileSystem.free_bytes(Path::new("."));
    if cfg!(target_os = "linux") {
        assert!(
            real.expect("this folder is on a disk")
                .is_some_and(|n| n > 0)
        );
    }
}

/// Seeded mutations of a set's files, with and without a manifest: no panic, never a database that is
/// broken, nothing left after an error, the set never touched.
#[test]
fn mutated_sets() {
    let Some(good) = writers() else { return };
    let names: Vec<String> = good.of("/set").into_keys().collect();
    let first = testkit::first_seed();
    let mut restored = 0;
    for seed in first..first + testkit::rounds(60, 2000) {
        let mut rng = SeededRng::new(seed);
        let mut pick = |n: usize| (rng.next_u64() % n as u64) as usize;
        let mut world = World {
            fs: deep_copy(&good),
        };
        if pick(4) == 0 {
            world = world.signed();
        }
        for _ in 0..=pick(3) {
            let name = &names[pick(names.len())];
            let path = Path::new("/set").join(name);
            let Some(mut bytes) = world.fs.get(&path) else {
                continue;
            };
            let at = pick(bytes.len().max(1));
            match pick(8) {
                0 => bytes.truncate(at),
                1 => bytes.extend(vec![0x5A; pick(9000)]),
                2 => {
                    let from = Path::new("/set").join(&names[pick(names.len())]);
                    bytes = world.fs.get(&from).unwrap_or_default();
                }
                3 => {
                    let end = (at + pick(5000)).min(bytes.len());
                    bytes[at..end].fill(0);
                }
                4 => {
                    // A header under a right checksum.
                    let at = at % 4096;
                    if bytes.len() >= 8192 {
                        bytes[at] ^= 1 << pick(8);
                        ese_core::format::header_page::stamp_header(&mut bytes[..4096]);
                    }
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << pick(8);
                    }
                }
            }
            if pick(12) == 0 {
                world.fs.remove_file(&path).expect("there");
            } else {
                world.fs.put(&path, bytes);
            }
        }
        if Set::open(&world.fs, Path::new("/set")).is_err() {
            continue;
        }
        let report = world.verify();
        match world.restore(&to()) {
            Ok(_) => {
                restored += 1;
                assert_eq!(
                    damage(&world.fs),
                    [""; 0],
                    "seed {seed}: {:?}",
                    report.problems
                );
            }
            Err(e) => assert_ne!(e.jet_err(), JetErr::INTERNAL_ERROR, "seed {seed}: {e}"),
        }
    }
    eprintln!("{restored} of the mutated sets restored");
}

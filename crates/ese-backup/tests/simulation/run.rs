//! One run: a world, a backup under writers, an accident, and what must hold afterwards.

use crate::workload::{History, below, rows_of, step, table};
use ese_backup::set::{self, RestoreOptions, Set, SetKind};
use ese_backup::{
    Backup, BackupReport, BackupSink, Control, DirectorySink, INNER_READ, LiveError, Manifest,
    RestoreReport, SetError, StopFlag, StopHandle,
};
use ese_core::database::Database;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::faulty::{CrashKind, Fault, FaultyFileSystem, OpKind, Pick, Plan};
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::recovery::Unwatched;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

const DIR: &str = "/live";
const NOW: u64 = 1_795_700_000_000;

/// What happened in how many runs.
#[derive(Default, Debug)]
pub(crate) struct Counts {
    pub(crate) complete: u32,
    pub(crate) incomplete: u32,
    /// Restored databases that were left for the independent readers.
    pub(crate) left: u32,
    crashes: u32,
    incremental: u32,
    commits: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.complete += other.complete;
        self.incomplete += other.incomplete;
        self.left += other.left;
        self.crashes += other.crashes;
        self.incremental += other.incremental;
        self.commits += other.commits;
    }
}

/// What goes wrong, and after how many bytes of the backup.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Accident {
    None,
    Stop,
    SinkFails,
    Crash,
    /// Reads of the backup fail so often in a row.
    ReadFails(u64),
    /// Bits of what the backup reads are turned over, in memory.
    ReadFlips,
    /// Writes of the set fail.
    WriteFails,
    Damage,
}

fn accident(rng: &mut SeededRng) -> Accident {
    match below(rng, 14) {
        0..3 => Accident::None,
        3..5 => Accident::Stop,
        5 => Accident::SinkFails,
        6..9 => Accident::Crash,
        9 => Accident::ReadFails(1 + below(rng, 16)),
        10 => Accident::ReadFails(17 + below(rng, 40)),
        11 => Accident::ReadFlips,
        12 => Accident::WriteFails,
        _ => Accident::Damage,
    }
}

struct World {
    fs: FaultyFileSystem,
    seed: u64,
    /// What is restored is left for the independent readers.
    leave: bool,
}

/// Names of what is left begin so.
const LEFT: &str = "backup-";

fn left() -> PathBuf {
    testkit::target().join("testdata/written")
}

/// Removes what an earlier run left.
pub(crate) fn forget_left() {
    let Ok(entries) = std::fs::read_dir(left()) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(LEFT) {
            std::fs::remove_file(entry.path()).expect("target can be written");
        }
    }
}

/// Leaves a restored database, and how many rows it has. One reader counts nodes flagged deleted, which
/// every recovery leaves behind.
fn leave(world: &World, from: &Path, rows: usize) {
    std::fs::create_dir_all(left()).expect("target can be written");
    let name = format!("{LEFT}{}", world.seed);
    let bytes = world.fs.get(from).expect("it was read");
    std::fs::write(left().join(format!("{name}.edb")), bytes).expect("target can be written");
    let known = r#""readers_differ": {"impacket": "counts nodes flagged deleted"}"#;
    let golden = format!("{{\"tables\": {{\"rows\": {{\"records\": {rows}, {known}}}}}}}\n");
    std::fs::write(left().join(format!("{name}.json")), golden).expect("target can be written");
}

fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

fn env(fs: &FaultyFileSystem, seed: u64) -> Env {
    let clock = Arc::new(ManualClock::new(NOW));
    Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(seed)))
}

impl World {
    /// Deleted data is overwritten before it is read. Two of the independent readers take nodes flagged
    /// deleted for records, and give up on what then lies in them: such a database is not left for them.
    fn scrubs(&self) -> bool {
        self.seed.is_multiple_of(3)
    }

    fn start(&self, page_size: PageSize) -> Instance {
        let mut params = InstanceParams::new(DIR);
        params.page_size = page_size;
        params.log_file_kib = Some(128);
        params.background = false;
        params.cache.max = 256;
        params.checkpoint_depth = 256 * 1024;
        params.zero_during_backup = self.scrubs();
        Instance::start(env(&self.fs, self.seed), params).expect("a start")
    }

    fn restore(&self, set: &str, to: &str, more: &[&str]) -> Result<RestoreReport, SetError> {
        let env = env(&self.fs, self.seed);
        let set = Set::open(&self.fs, Path::new(set))?;
        let mut options = RestoreOptions::new(Path::new(to));
        options.more_logs = more.iter().map(PathBuf::from).collect();
        let stop = StopFlag::new();
        let mut control = Control::new(stop.handle());
        set::restore(&env, &set, &options, &mut control, &Unwatched)
    }
}

/// The writers, which work whenever the backup lets them.
struct Writers<'a> {
    instance: &'a Instance,
    db: &'a Database,
    history: &'a mut History,
    rng: SeededRng,
    /// An error ended them: the machine went down, or a page is damaged.
    down: bool,
}

impl Writers<'_> {
    fn work(&mut self, most: u64) {
        for _ in 0..below(&mut self.rng, most) {
            if self.down {
                return;
            }
            self.down = step(self.history, &mut self.rng, self.instance, self.db).is_err();
        }
    }
}

/// A folder, and the accident.
struct Sink<'s, 'w> {
    inner: DirectorySink,
    left: i64,
    accident: Accident,
    stop: StopHandle,
    fs: FaultyFileSystem,
    writers: &'s Mutex<Writers<'w>>,
    rng: SeededRng,
}

impl Sink<'_, '_> {
    fn happen(&mut self) -> io::Result<()> {
        let accident = std::mem::replace(&mut self.accident, Accident::None);
        match accident {
            Accident::None => {}
            Accident::Stop => self.stop.stop(),
            Accident::SinkFails => return Err(ErrorKind::BrokenPipe.into()),
            Accident::Crash => {
                // Anywhere in what follows.
                let at = self.fs.ops() + below(&mut self.rng, 400);
                self.fs
                    .set_plan(Plan::seeded(self.rng.next_u64()).at(at, Fault::CrashBefore));
            }
            Accident::ReadFails(times) => self.plan(OpKind::Read, times, Fault::EIO),
            Accident::ReadFlips => self.plan(OpKind::Read, 2, Fault::FlipRead),
            Accident::WriteFails => {
                let pick = Pick::of(OpKind::Write)
                    .matching(|r| r.path.starts_with("/set"))
                    .times(1);
                let seed = self.rng.next_u64();
                self.fs.set_plan(Plan::seeded(seed).on(pick, Fault::ENOSPC));
            }
            Accident::Damage => {
                let bytes = self.fs.get(path("a.edb")).map_or(1, |b| b.len() as u64);
                let at = 3 * 32_768 + below(&mut self.rng, bytes.saturating_sub(4 * 32_768));
                for (off, bit) in [(0, 1), (5, 3), (9, 6)] {
                    self.fs.flip_bit(path("a.edb"), at + off, bit);
                }
            }
        }
        Ok(())
    }

    /// A fault of the next reads of the backup: those of the engine are of single pages.
    fn plan(&mut self, kind: OpKind, times: u64, fault: Fault) {
        let pick = Pick::of(kind)
            .matching(|r| r.path.starts_with(DIR) && r.len >= INNER_READ as u64 / 2)
            .times(times);
        let seed = self.rng.next_u64();
        self.fs.set_plan(Plan::seeded(seed).on(pick, fault));
    }
}

impl BackupSink for Sink<'_, '_> {
    fn begin(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.inner.begin(manifest)
    }

    fn open(&mut self, name: &str, bytes: u64) -> io::Result<()> {
        self.inner.open(name, bytes)
    }

    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        if let Ok(mut writers) = self.writers.lock() {
            writers.work(12);
        }
        let before = self.left;
        self.left -= block.len() as i64;
        if before > 0 && self.left <= 0 {
            self.happen()?;
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

/// The states that the set may hold.
struct Made {
    answer: Result<BackupReport, LiveError>,
    low: usize,
    high: usize,
    /// A writer was hindered.
    down: bool,
    /// The machine went down.
    crashed: bool,
}

#[allow(clippy::too_many_arguments, reason = "a scene has its actors")]
fn back_up(
    world: &World,
    instance: &Instance,
    db: &Database,
    history: &mut History,
    rng: &mut SeededRng,
    to: &str,
    kind: SetKind,
    accident: Accident,
) -> Made {
    let low = history.newest();
    let backup = Backup::builder(instance).kind(kind).read_ahead(0);
    let stop = backup.stop_handle();
    let writers = Mutex::new(Writers {
        instance,
        db,
        history,
        rng: SeededRng::new(rng.next_u64()),
        down: false,
    });
    let fs: Arc<dyn FileSystem> = Arc::new(world.fs.clone());
    let size = world.fs.get(path("a.edb")).map_or(1, |b| b.len() as u64);
    let mut sink = Sink {
        inner: DirectorySink::new(fs, Path::new(to)),
        left: 1 + below(rng, size + size / 2) as i64,
        accident,
        stop,
        fs: world.fs.clone(),
        writers: &writers,
        rng: SeededRng::new(rng.next_u64()),
    };
    let answer = backup.run(&mut sink);
    drop(sink);
    let writers = writers.into_inner().expect("no writer panicked");
    let down = writers.down;
    Made {
        answer,
        low,
        high: history.newest(),
        down,
        crashed: world.fs.is_down(),
    }
}

/// One run.
pub(crate) fn one(seed: u64, leave: bool) -> Counts {
    let mut counts = Counts::default();
    let mut rng = SeededRng::new(seed);
    let sizes = [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32];
    let page_size = sizes[below(&mut rng, 4) as usize];
    let fs = FaultyFileSystem::new(Plan::seeded(seed));
    fs.put_dir(DIR);
    let world = World { fs, seed, leave };
    let instance = world.start(page_size);
    let options = CreateOptions::default();
    let db = instance
        .create(path("a.edb"), &options)
        .expect("a database");
    let session = instance.session().expect("a session");
    db.create_table(&session, &table()).expect("a table");
    drop(session);
    let mut history = History::default();
    for _ in 0..20 + below(&mut rng, 80) {
        step(&mut history, &mut rng, &instance, &db).expect("nothing is wrong yet");
    }
    let accident = accident(&mut rng);
    let kind = match below(&mut rng, 4) {
        0 => SetKind::Copy,
        _ => SetKind::Full,
    };
    let made = back_up(
        &world,
        &instance,
        &db,
        &mut history,
        &mut rng,
        "/set",
        kind,
        accident,
    );
    counts.commits = history.newest();
    let crashed = made.crashed;
    if crashed {
        counts.crashes += 1;
        assert!(made.answer.is_err() || made.down, "{accident:?}");
    }
    if accident == Accident::Stop && made.answer.is_err() {
        let e = made.answer.as_ref().expect_err("it is");
        assert!(e.is_stopped(), "{e}");
    }

    // What the live database is afterwards.
    if crashed {
        drop((db, instance));
        return after_crash(&world, page_size, &made, &history, &mut rng, counts);
    }
    world.fs.set_plan(Plan::seeded(seed));
    judge_set(&world, "/set", &made, &history, &mut counts, &mut rng);
    if accident == Accident::Damage {
        // It was damaged on purpose: nothing more can be asked of it.
        return counts;
    }
    assert!(!made.down, "a writer was hindered by {accident:?}");
    for _ in 0..below(&mut rng, 30) {
        step(&mut history, &mut rng, &instance, &db).expect("the live database goes on");
    }
    if made.answer.is_ok() && kind == SetKind::Full {
        counts.incremental += 1;
        let kind = match below(&mut rng, 3) {
            0 => SetKind::Differential,
            _ => SetKind::Incremental,
        };
        let next = back_up(
            &world,
            &instance,
            &db,
            &mut history,
            &mut rng,
            "/inc",
            kind,
            Accident::None,
        );
        next.answer.as_ref().expect("an incremental backup");
        world
            .restore("/set", "/to-inc", &["/inc"])
            .expect("full and incremental");
        let rows = rows_of(&world.fs, Path::new("/to-inc/a.edb"));
        assert!(
            history.is_between(&rows, next.low, next.high),
            "full and incremental are no moment between {} and {}",
            next.low,
            next.high
        );
        // What the live folder has left continues it, to the last commit that is on the disk.
        for _ in 0..below(&mut rng, 20) {
            step(&mut history, &mut rng, &instance, &db).expect("the live database goes on");
        }
        let session = instance.session().expect("a session");
        session.wait_all().expect("durable");
        world
            .restore("/set", "/to-live", &["/inc", DIR])
            .expect("the logs that survive");
        let rows = rows_of(&world.fs, Path::new("/to-live/a.edb"));
        let newest = history.newest();
        assert!(
            history.is_between(&rows, newest, newest),
            "the live logs don't lead to the newest state"
        );
    }
    drop(db);
    instance.term(TermKind::Clean).expect("a clean end");
    drop(instance);
    let rows = rows_of(&world.fs, &path("a.edb"));
    assert!(rows == history.rows, "the live database suffered");
    counts
}

/// The machine went down during the backup.
fn after_crash(
    world: &World,
    page_size: PageSize,
    made: &Made,
    history: &History,
    rng: &mut SeededRng,
    mut counts: Counts,
) -> Counts {
    let kinds = [CrashKind::ProcessCrash, CrashKind::PowerCut];
    let kind = kinds[below(rng, 2) as usize];
    let world = World {
        fs: world.fs.image(kind, rng.next_u64()),
        seed: world.seed,
        leave: world.leave,
    };
    judge_set(&world, "/set", made, history, &mut counts, rng);
    let instance = world.start(page_size);
    drop(
        instance
            .open(path("a.edb"))
            .expect("recovered and attached"),
    );
    instance.term(TermKind::Clean).expect("a clean end");
    drop(instance);
    let rows = rows_of(&world.fs, &path("a.edb"));
    let durable = history.durable - 1;
    assert!(
        history.is_between(&rows, durable, history.newest()),
        "after the crash ({kind:?}) the live database is no state since the last durable commit"
    );
    counts
}

/// Whether the set restores exactly when it says that it is complete.
fn judge_set(
    world: &World,
    set: &str,
    made: &Made,
    history: &History,
    counts: &mut Counts,
    rng: &mut SeededRng,
) {
    let to = format!("/to{}", below(rng, 1_000_000));
    let complete = Set::open(&world.fs, Path::new(set))
        .ok()
        .and_then(|s| s.manifest().map(|m| m.complete))
        .unwrap_or(false);
    if made.answer.is_ok() {
        assert!(
            complete,
            "a backup succeeded, and its set says that it is not complete"
        );
    } else if !made.crashed && complete {
        // A machine that went down behind the last manifest leaves a whole set, too (seed 747).
        let sure = matches!(made.answer, Err(LiveError::Uncertain(_)));
        assert!(sure || made.down, "{:?}", made.answer.as_ref().err());
    }
    let restored = world.restore(set, &to, &[]);
    if !complete {
        counts.incomplete += 1;
        let e = restored.expect_err("an incomplete set restored");
        let nothing = world.fs.kind(Path::new(&to)).expect("the disk is up");
        assert_eq!(nothing, None, "{e}");
        return;
    }
    counts.complete += 1;
    restored.unwrap_or_else(|e| panic!("a complete set does not restore: {e}"));
    let restored = Path::new(&to).join("a.edb");
    let rows = rows_of(&world.fs, &restored);
    if world.leave && !world.scrubs() {
        leave(world, &restored, rows.len());
        counts.left += 1;
    }
    assert!(
        history.is_between(&rows, made.low, made.high),
        "the set is no moment between {} and {}",
        made.low,
        made.high
    );
}

//! OS snapshots: the original's programs `snapshot-calls` and `snapshot-effects`.

use crate::world::{DIR, World, at, copy, jet, params, put, rows_of, table};
use ese_backup::external::{BEGIN_INCREMENTAL, ExternalBackup};
use ese_backup::snapshot::{
    END_ABORT_SNAPSHOT, FREEZE_MOST, PREPARE_CONTINUE_AFTER_THAW, PREPARE_COPY, PREPARE_EXPLICIT,
    PREPARE_INCREMENTAL, SnapshotId, Snapshots, TRUNCATE_ALL_DATABASES,
};
use ese_core::JetErr;
use ese_core::database::Database;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::RealClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const OK: JetErr = JetErr(0);
const SEQUENCE: JetErr = JetErr::OS_SNAPSHOT_INVALID_SEQUENCE;
const NO_ID: JetErr = JetErr::OS_SNAPSHOT_INVALID_SNAP_ID;
const GRBIT: JetErr = JetErr::INVALID_GRBIT;
const NOT_ALLOWED: JetErr = JetErr::OS_SNAPSHOT_NOT_ALLOWED;
const MISSING: JetErr = JetErr::MISSING_FULL_BACKUP;
/// Continue after the thaw.
const GO_ON: u32 = PREPARE_CONTINUE_AFTER_THAW;

/// An instance on the real clock: a freeze has a time limit.
struct Bench {
    world: World,
    db: Database,
    backup: Arc<ExternalBackup>,
    snapshots: Snapshots,
}

impl Bench {
    fn new() -> Self {
        let memory = MemoryFileSystem::new();
        memory.create_dir(Path::new(DIR)).unwrap();
        let fs: Arc<dyn FileSystem> = Arc::new(memory.clone());
        let clock = Arc::new(RealClock::new());
        let env = Env::new(Arc::clone(&fs), clock, Box::new(SeededRng::new(5)));
        let instance = Instance::start(env, params(PageSize::K4)).unwrap();
        let db = instance
            .create(at("a.edb"), &CreateOptions::default())
            .unwrap();
        db.create_table(&instance.session().unwrap(), &table())
            .unwrap();
        let backup = Arc::new(ExternalBackup::new(&instance));
        let world = World {
            memory,
            fs,
            instance,
        };
        world.fill(&db, 1..30, 100);
        Self {
            world,
            db,
            backup,
            snapshots: Snapshots::default(),
        }
    }

    fn prepare(&self, grbit: u32) -> SnapshotId {
        self.snapshots
            .prepare(grbit, 1, &[Arc::clone(&self.backup)])
            .unwrap()
    }

    fn freeze(&self, id: SnapshotId) -> JetErr {
        jet(&self.snapshots.freeze(id, 0, FREEZE_MOST))
    }

    /// Generations of full, incremental, copy and differential records.
    fn records(&self) -> [(u32, u32); 4] {
        let h = self.world.header("a.edb");
        [
            h.bkinfo_full_prev,
            h.bkinfo_inc_prev,
            h.bkinfo_copy_prev,
            h.bkinfo_diff_prev,
        ]
        .map(|b| (b.gen_low, b.gen_high))
    }

    /// A whole snapshot; gives its last generation.
    fn take(&self, grbit: u32) -> u32 {
        let id = self.prepare(grbit | GO_ON);
        assert_eq!(self.freeze(id), OK);
        self.snapshots.thaw(id, 0).unwrap();
        self.snapshots.end(id, 0).unwrap();
        *self.world.logs().last().unwrap() as u32
    }
}

#[test]
fn each_step_has_its_calls() {
    let b = Bench::new();
    let s = &b.snapshots;
    assert_eq!(jet(&s.prepare(0, 0, &[])), JetErr::NOT_INITIALIZED);
    for bit in 4..32 {
        let all = [Arc::clone(&b.backup)];
        assert_eq!(jet(&s.prepare(1 << bit, 1, &all)), GRBIT, "{bit}");
    }
    let nobody = SnapshotId(12345);
    assert_eq!(jet(&s.thaw(nobody, 1)), GRBIT, "bits come before the id");
    let unknown = [
        jet(&s.prepare_instance(nobody, &b.backup, 0)),
        b.freeze(nobody),
        jet(&s.thaw(nobody, 0)),
        jet(&s.abort(nobody, 0)),
        jet(&s.end(nobody, 0)),
        jet(&s.freeze_info(nobody, 0)),
        jet(&s.truncate(nobody, 0)),
        jet(&s.truncate_instance(nobody, &b.backup, 0)),
    ];
    assert_eq!(unknown, [NO_ID; 8]);

    // Prepared.
    let id = b.prepare(GO_ON);
    let bits = |id| {
        [
            jet(&s.freeze(id, 1, FREEZE_MOST)),
            jet(&s.thaw(id, 1)),
            jet(&s.freeze_info(id, 1)),
            jet(&s.truncate(id, 2)),
            jet(&s.abort(id, 1)),
            jet(&s.end(id, 2)),
        ]
    };
    assert_eq!(bits(id), [GRBIT; 6]);
    assert_eq!(jet(&s.prepare_instance(id, &b.backup, 0)), NOT_ALLOWED);
    assert_eq!(jet(&s.freeze_info(id, 0)), OK);
    assert_eq!(jet(&s.truncate(id, 0)), SEQUENCE);
    assert_eq!(jet(&s.thaw(id, 0)), SEQUENCE);
    b.backup.begin(0).unwrap();
    assert_eq!(b.freeze(id), NOT_ALLOWED);
    b.backup.end().unwrap();
    // A second session has nobody left.
    let second = b.prepare(GO_ON);
    assert_eq!(s.freeze(second, 0, FREEZE_MOST).unwrap(), []);
    s.abort(second, 0).unwrap();

    // Frozen.
    let frozen = s.freeze(id, 0, FREEZE_MOST).unwrap();
    assert_eq!(frozen.len(), 1);
    assert_eq!(frozen[0].databases, [at("a.edb")]);
    assert_eq!(bits(id), [GRBIT; 6]);
    assert_eq!(b.freeze(id), SEQUENCE);
    assert_eq!(jet(&s.prepare_instance(id, &b.backup, 0)), SEQUENCE);
    assert_eq!(jet(&s.truncate(id, 0)), SEQUENCE);
    assert_eq!(jet(&s.end(id, 0)), SEQUENCE, "the session goes on");
    assert_eq!(jet(&s.freeze_info(id, 0)), OK);
    s.thaw(id, 0).unwrap();

    // Thawed.
    assert_eq!(bits(id), [GRBIT; 6]);
    assert_eq!(jet(&s.thaw(id, 0)), SEQUENCE);
    assert_eq!(b.freeze(id), SEQUENCE);
    assert_eq!(jet(&s.truncate(id, 0)), OK);
    assert_eq!(jet(&s.truncate_instance(id, &b.backup, 0)), OK);
    assert_eq!(jet(&b.backup.begin(0)), JetErr::BACKUP_IN_PROGRESS);
    b.backup.stop();
    assert_eq!(jet(&s.truncate(id, TRUNCATE_ALL_DATABASES)), OK);
    s.end(id, 0).unwrap();
    assert_eq!(jet(&s.end(id, 0)), NO_ID);
    b.backup.begin(0).unwrap();
    b.backup.end().unwrap();

    // One by one.
    let id = b.prepare(PREPARE_EXPLICIT);
    assert_eq!(jet(&s.truncate_instance(id, &b.backup, 0)), SEQUENCE);
    assert_eq!(jet(&s.prepare_instance(id, &b.backup, 1)), GRBIT);
    s.prepare_instance(id, &b.backup, 0).unwrap();
    assert_eq!(jet(&s.prepare_instance(id, &b.backup, 0)), NOT_ALLOWED);
    assert_eq!(b.freeze(id), OK);
    s.abort(id, 0).unwrap();
    assert_eq!(jet(&s.thaw(id, 0)), NO_ID);
}

#[test]
fn each_kind_has_its_record() {
    let b = Bench::new();
    for grbit in [PREPARE_INCREMENTAL, PREPARE_INCREMENTAL | PREPARE_COPY] {
        let id = b.prepare(grbit);
        assert_eq!(b.freeze(id), MISSING);
        b.snapshots.abort(id, 0).unwrap();
    }
    let copied = b.take(PREPARE_COPY);
    assert_eq!(b.records(), [(0, 0), (0, 0), (1, copied), (0, 0)]);
    let full = b.take(0);
    assert_eq!(b.records()[0], (1, full));
    let inc = b.take(PREPARE_INCREMENTAL);
    assert_eq!(b.records()[1], (1, inc));
    let diff = b.take(PREPARE_INCREMENTAL | PREPARE_COPY);
    assert_eq!(b.records()[3], (1, diff));
    let before = b.records();
    // Streaming incremental ones need a streaming full one, and the other way round.
    assert_eq!(jet(&b.backup.begin(BEGIN_INCREMENTAL)), MISSING);
    // Ended with the abort bit, aborted, ended before the freeze.
    let id = b.prepare(GO_ON);
    assert_eq!(b.freeze(id), OK);
    b.snapshots.end(id, END_ABORT_SNAPSHOT).unwrap();
    let id = b.prepare(GO_ON);
    b.snapshots.end(id, 0).unwrap();
    assert_eq!(b.records(), before);
    // The thaw alone counts, without the bit to go on.
    let id = b.prepare(0);
    assert_eq!(b.freeze(id), OK);
    b.snapshots.thaw(id, 0).unwrap();
    assert_eq!(jet(&b.snapshots.end(id, 0)), NO_ID);
    assert!(b.records()[0].1 > before[0].1);
    // A streaming full one takes its place.
    b.backup.begin(0).unwrap();
    copy(&b.backup, &at("a.edb")).unwrap();
    for log in b.backup.log_info().unwrap().files {
        copy(&b.backup, &log).unwrap();
    }
    b.backup.truncate_log().unwrap();
    b.backup.end().unwrap();
    let id = b.prepare(PREPARE_INCREMENTAL);
    assert_eq!(b.freeze(id), MISSING);
}

#[test]
fn what_lies_on_the_disk_while_frozen_recovers() {
    let b = Bench::new();
    let id = b.prepare(GO_ON);
    assert_eq!(b.freeze(id), OK);
    assert!(b.world.memory.get(&at("edb.log")).is_none());
    assert!(b.world.memory.get(&at("edbtmp.log")).is_some());
    let through = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let session = b.world.instance.session().unwrap();
            put(&session, &b.db, 1_000, b"late");
            session.wait_all().unwrap();
            through.store(true, Ordering::Release);
        });
        std::thread::sleep(Duration::from_millis(100));
        assert!(!through.load(Ordering::Acquire), "a commit got through");
        // What somebody copies now.
        let copied = MemoryFileSystem::new();
        for entry in b.world.memory.read_dir(Path::new(DIR)).unwrap() {
            copied.put(&entry.path, b.world.memory.get(&entry.path).unwrap());
        }
        b.snapshots.thaw(id, 0).unwrap();
        writer.join().unwrap();
        let fs: Arc<dyn FileSystem> = Arc::new(copied.clone());
        let env = crate::world::env(fs, 3);
        let instance = Instance::start(env, params(PageSize::K4)).unwrap();
        drop(instance.open(at("a.edb")).unwrap());
        instance.term(TermKind::Clean).unwrap();
        drop(instance);
        let rows = rows_of(&copied, &at("a.edb"));
        assert_eq!(rows.len(), 29, "what was committed before the freeze");
    });
    assert!(b.world.memory.get(&at("edb.log")).is_some());
    b.snapshots.end(id, 0).unwrap();
}

#[test]
fn the_time_limit_thaws() {
    let b = Bench::new();
    let before = b.records();
    let id = b.prepare(GO_ON);
    b.snapshots
        .freeze(id, 0, Duration::from_millis(50))
        .unwrap();
    let session = b.world.instance.session().unwrap();
    // It gets through once the time is over.
    put(&session, &b.db, 1_000, b"late");
    session.wait_all().unwrap();
    for _ in 0..2 {
        assert_eq!(jet(&b.snapshots.thaw(id, 0)), JetErr::OS_SNAPSHOT_TIME_OUT);
    }
    assert_eq!(b.freeze(id), SEQUENCE);
    assert_eq!(jet(&b.snapshots.truncate(id, 0)), SEQUENCE);
    assert_eq!(jet(&b.snapshots.end(id, 0)), SEQUENCE);
    assert_eq!(jet(&b.snapshots.freeze_info(id, 0)), OK);
    b.snapshots.abort(id, 0).unwrap();
    assert_eq!(b.records(), before);
    b.backup.begin(0).unwrap();
}

#[test]
fn truncation_is_of_all_databases_and_below_the_checkpoint() {
    let b = Bench::new();
    b.world.fill(&b.db, 100..300, 500);
    b.world.instance.checkpoint().unwrap();
    let before = b.world.logs();
    let id = b.prepare(GO_ON);
    assert_eq!(b.freeze(id), OK);
    b.snapshots.thaw(id, 0).unwrap();
    b.snapshots.truncate(id, 0).unwrap();
    assert_eq!(b.world.logs()[0], before[0], "not without the bit");
    b.snapshots
        .truncate_instance(id, &b.backup, TRUNCATE_ALL_DATABASES)
        .unwrap();
    let checkpoint = b.backup.port().checkpoint_generation().unwrap();
    assert_eq!(b.world.logs()[0], checkpoint);
    b.snapshots.end(id, 0).unwrap();
    // A copy truncates nothing.
    let id = b.prepare(PREPARE_COPY | GO_ON);
    assert_eq!(b.freeze(id), OK);
    b.snapshots.thaw(id, 0).unwrap();
    assert_eq!(
        jet(&b.snapshots.truncate(id, TRUNCATE_ALL_DATABASES)),
        SEQUENCE
    );
    b.snapshots.end(id, 0).unwrap();
}

#[test]
fn the_checkpoint_names_the_newest_snapshots() {
    let b = Bench::new();
    b.take(0);
    b.take(PREPARE_INCREMENTAL);
    b.world.fill(&b.db, 100..110, 100);
    b.world.instance.checkpoint().unwrap();
    let (fs, dir) = (&b.world.memory, Path::new(DIR));
    let said = crate::checkpoints::said(fs, dir);
    assert_eq!(said, crate::checkpoints::prepared(fs, dir));
    assert!(said[1].0 > said[0].0 && !said[0].0.is_min());
}

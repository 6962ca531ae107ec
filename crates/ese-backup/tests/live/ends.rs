//! What is recorded of a backup, and which logs go: the original's program `backup-ends`, and
//! `backup-truncate`, step by step.

use crate::world::{World, at, copy, env, jet, params};
use ese_backup::external::{
    BEGIN_INCREMENTAL, END_ABORT, END_NO_HEADER_UPDATE, END_NORMAL, END_TRUNCATE_DONE,
    ExternalBackup,
};
use ese_core::JetErr;
use ese_core::dbfile::DbFile;
use ese_core::format::db_header::DbHeader;
use ese_core::format::ids::{BkInfo, PageSize};
use ese_core::instance::{AttachOptions, Instance};
use ese_core::io::FileSystem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Generations of the records of a header: full, incremental, copy, differential.
fn records(h: &DbHeader) -> [(u32, u32); 4] {
    let range = |b: BkInfo| (b.gen_low, b.gen_high);
    assert!(h.bkinfo_full_cur.is_none(), "only a copy has this");
    [
        range(h.bkinfo_full_prev),
        range(h.bkinfo_inc_prev),
        range(h.bkinfo_copy_prev),
        range(h.bkinfo_diff_prev),
    ]
}

const NO: (u32, u32) = (0, 0);

struct Bench {
    world: World,
    backup: ExternalBackup,
}

impl Bench {
    fn new() -> Self {
        let world = World::new();
        let db = world.create("a.edb");
        world.fill(&db, 1..10, 50);
        let backup = ExternalBackup::new(&world.instance);
        Self { world, backup }
    }

    fn records(&self) -> [(u32, u32); 4] {
        records(&self.world.header("a.edb"))
    }

    fn copy_logs(&self) -> (u32, u32) {
        let info = self.backup.log_info().unwrap();
        for file in &info.files {
            copy(&self.backup, file).unwrap();
        }
        (info.gen_low as u32, info.gen_high as u32)
    }

    /// A whole backup; gives its generations.
    fn make(&self, grbit: u32, truncate: bool, end: u32) -> (u32, u32) {
        self.backup.begin(grbit).unwrap();
        if grbit == 0 {
            for db in self.backup.attach_info().unwrap() {
                copy(&self.backup, &db).unwrap();
            }
        }
        let range = self.copy_logs();
        if truncate {
            self.backup.truncate_log().unwrap();
        }
        self.backup.end2(end).unwrap();
        range
    }
}

#[test]
fn each_kind_has_its_record() {
    let b = Bench::new();
    b.make(0, false, END_ABORT);
    b.make(0, true, END_ABORT);
    assert_eq!(b.records(), [NO; 4], "aborted");
    let copied = b.make(0, false, END_NORMAL);
    assert_eq!(b.records(), [NO, NO, copied, NO]);
    b.make(0, true, END_NORMAL | END_NO_HEADER_UPDATE);
    assert_eq!(b.records(), [NO, NO, copied, NO]);
    let full = b.make(0, false, END_NORMAL | END_TRUNCATE_DONE);
    assert_eq!(b.records(), [full, NO, copied, NO]);
    let diff = b.make(BEGIN_INCREMENTAL, false, END_NORMAL);
    assert_eq!(b.records(), [full, NO, copied, diff]);
    let inc = b.make(BEGIN_INCREMENTAL, true, END_NORMAL);
    assert_eq!(b.records(), [full, inc, copied, diff]);
    b.make(BEGIN_INCREMENTAL, true, END_ABORT);
    assert_eq!(b.records(), [full, inc, copied, diff]);
    let copied = b.make(0, false, END_NORMAL);
    assert_eq!(b.records(), [full, inc, copied, diff]);
    let full = b.make(0, true, END_NORMAL);
    assert_eq!(
        b.records(),
        [full, NO, copied, NO],
        "a full one clears them"
    );
    // The mark lies in the log, and is the time of the begin.
    let prev = b.world.header("a.edb").bkinfo_full_prev;
    assert!(!prev.mark.is_min() && prev.time == b.backup.port().now());
}

#[test]
fn what_was_not_copied_whole_is_not_recorded() {
    let b = Bench::new();
    // The database, and no log info.
    b.backup.begin(0).unwrap();
    copy(&b.backup, &at("a.edb")).unwrap();
    b.backup.end().unwrap();
    assert_eq!(b.records(), [NO; 4], "ended before the log phase");
    // No database.
    b.backup.begin(0).unwrap();
    b.copy_logs();
    b.backup.truncate_log().unwrap();
    b.backup.end().unwrap();
    assert_eq!(b.records(), [NO; 4], "no database was read");
    // A database closed early.
    b.backup.begin(0).unwrap();
    let opened = b.backup.open_file(&at("a.edb")).unwrap();
    let mut buf = crate::world::Aligned::new(4 * 4096);
    b.backup.read_file(opened.handle, buf.get()).unwrap();
    b.backup.close_file(opened.handle).unwrap();
    b.copy_logs();
    b.backup.truncate_log().unwrap();
    b.backup.end().unwrap();
    assert_eq!(b.records(), [NO; 4], "closed early");
    // The logs were not read: a copy all the same, as by the original.
    b.backup.begin(0).unwrap();
    copy(&b.backup, &at("a.edb")).unwrap();
    let info = b.backup.log_info().unwrap();
    b.backup.end().unwrap();
    let copied = (info.gen_low as u32, info.gen_high as u32);
    assert_eq!(b.records(), [NO, NO, copied, NO]);
}

#[test]
fn nothing_of_a_stopped_backup_is_recorded() {
    let b = Bench::new();
    let full = b.make(0, true, END_NORMAL);
    let logs = b.world.logs();
    // Everything is copied, even truncated.
    for truncate in [false, true] {
        b.backup.begin(0).unwrap();
        copy(&b.backup, &at("a.edb")).unwrap();
        b.copy_logs();
        if truncate {
            b.backup.truncate_log().unwrap();
        }
        b.backup.stop();
        assert_eq!(
            jet(&b.backup.truncate_log()),
            JetErr::BACKUP_ABORT_BY_SERVER
        );
        assert_eq!(jet(&b.backup.end()), JetErr::BACKUP_ABORT_BY_SERVER);
        assert_eq!(b.records(), [full, NO, NO, NO]);
    }
    assert_eq!(&b.world.logs()[..logs.len()], logs);
    // The next one is not touched.
    let full = b.make(0, true, END_NORMAL);
    assert_eq!(b.records(), [full, NO, NO, NO]);
}

fn generations(files: &[PathBuf]) -> Vec<String> {
    let name = |p: &PathBuf| p.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(name).collect()
}

#[test]
fn truncation_deletes_below_the_checkpoint_and_asks_for_every_log() {
    let b = Bench::new();
    let db = b.world.instance.open(at("a.edb")).unwrap();
    b.world.fill(&db, 100..900, 500);
    let before = b.world.logs();
    assert!(before.len() > 4, "{before:?}");
    b.backup.begin(0).unwrap();
    copy(&b.backup, &at("a.edb")).unwrap();
    // The checkpoint moves on while the backup runs.
    b.world.instance.checkpoint().unwrap();
    let info = b.backup.log_info().unwrap();
    assert_eq!(info.gen_low, 1);
    assert_eq!(info.base, "edb");
    let checkpoint = b.backup.port().checkpoint_generation().unwrap();
    assert!(checkpoint > 3);
    let delete = b.backup.truncate_log_info().unwrap().files;
    let wanted: Vec<String> = (1..checkpoint).map(|g| format!("edb{g:05X}.log")).collect();
    assert_eq!(generations(&delete), wanted);
    // All but one, and that one only in part; others twice.
    for file in &info.files[1..] {
        copy(&b.backup, file).unwrap();
        copy(&b.backup, file).unwrap();
    }
    let not_copied = |b: &Bench| jet(&b.backup.truncate_log()) == JetErr::LOG_FILE_NOT_COPIED;
    assert!(not_copied(&b));
    let opened = b.backup.open_file(&info.files[0]).unwrap();
    let mut buf = crate::world::Aligned::new(2 * 4096);
    b.backup.read_file(opened.handle, buf.get()).unwrap();
    b.backup.close_file(opened.handle).unwrap();
    assert!(not_copied(&b));
    copy(&b.backup, &info.files[0]).unwrap();
    b.backup.truncate_log().unwrap();
    b.backup.truncate_log().unwrap();
    let left: Vec<i32> = (checkpoint..=info.gen_high).collect();
    assert_eq!(b.world.logs(), left);
    b.backup.end().unwrap();
    // The next incremental one has those that were left, again.
    let inc = b.make(BEGIN_INCREMENTAL, true, END_NORMAL);
    assert_eq!(inc.0, checkpoint as u32);
}

#[test]
fn a_database_that_was_left_out_keeps_its_logs() {
    let b = Bench::new();
    let full = b.make(0, true, END_NORMAL);
    let new = b.world.create("b.edb");
    b.world.fill(&new, 1..300, 500);
    b.world.instance.checkpoint().unwrap();
    b.backup.begin(0).unwrap();
    copy(&b.backup, &at("b.edb")).unwrap();
    b.copy_logs();
    b.backup.truncate_log().unwrap();
    b.backup.end().unwrap();
    assert!(
        b.world.logs()[0] as u32 <= full.1,
        "logs behind the other's full backup went: {:?}",
        b.world.logs()
    );
    let first_full = b.records()[0];
    assert_eq!(first_full, full);
    assert_ne!(records(&b.world.header("b.edb"))[0], NO);
    // Both have one now, and an incremental backup continues both.
    let inc = b.make(BEGIN_INCREMENTAL, true, END_NORMAL);
    assert_eq!(
        (b.records()[1], records(&b.world.header("b.edb"))[1]),
        (inc, inc)
    );
}

#[test]
fn circular_logging_waits_for_the_end() {
    let mut p = params(PageSize::K4);
    p.circular = true;
    let world = World::of(p);
    let db = world.create("a.edb");
    world.fill(&db, 1..10, 50);
    let backup = ExternalBackup::new(&world.instance);
    backup.begin(0).unwrap();
    let first = world.logs().first().copied();
    world.fill(&db, 100..600, 500);
    let pass = || {
        world.instance.checkpoint().unwrap();
        for _ in 0..4 {
            world.instance.tick().unwrap();
        }
    };
    pass();
    assert!(world.logs().len() > 4);
    assert!(first.is_none_or(|f| world.logs()[0] == f));
    let low = world.logs()[0];
    backup.stop();
    pass();
    assert_eq!(world.logs()[0], low, "a stop is not the end");
    backup.end2(END_ABORT).unwrap();
    // The bell rings with the next move of the checkpoint.
    world.fill(&db, 1_000..1_200, 500);
    pass();
    let logs = world.logs();
    assert!(logs.first().is_none_or(|&g| g > low), "{logs:?}");
}

#[test]
fn a_hole_is_refused_each_time() {
    let b = Bench::new();
    b.make(0, true, END_NORMAL);
    let db = b.world.instance.open(at("a.edb")).unwrap();
    b.world.fill(&db, 100..300, 500);
    // Inside: not seen by log info, the open fails.
    let logs = b.world.logs();
    let hole = logs[logs.len() - 2];
    let log = b.world.instance.log().unwrap();
    b.world.fs.remove_file(&log.archived_path(hole)).unwrap();
    b.backup.begin(BEGIN_INCREMENTAL).unwrap();
    let info = b.backup.log_info().unwrap();
    assert!(info.files.contains(&log.archived_path(hole)));
    let answers: Vec<JetErr> = info
        .files
        .iter()
        .map(|f| jet(&copy(&b.backup, f)))
        .collect();
    assert!(
        answers.contains(&JetErr::MISSING_FILE_TO_BACKUP),
        "{answers:?}"
    );
    assert!(!b.backup.is_running());
    // At the beginning.
    for g in b.world.logs() {
        b.world.fs.remove_file(&log.archived_path(g)).unwrap();
    }
    b.backup.begin(BEGIN_INCREMENTAL).unwrap();
    for _ in 0..3 {
        assert_eq!(jet(&b.backup.log_info()), JetErr::MISSING_FILE_TO_BACKUP);
        assert_eq!(
            jet(&b.backup.truncate_log_info()),
            JetErr::MISSING_FILE_TO_BACKUP
        );
        assert_eq!(
            jet(&b.backup.truncate_log()),
            JetErr::INVALID_BACKUP_SEQUENCE
        );
    }
    b.backup.end().unwrap();
    assert_eq!(b.records()[1], NO);
}

#[test]
fn redo_records_it_too() {
    let b = Bench::new();
    let full = b.make(0, true, END_NORMAL);
    // The header as it was before: what the disk would have if its write was lost.
    let Bench { world, backup } = b;
    let now = world.header("a.edb");
    drop(backup);
    let memory = world.memory.clone();
    drop(world);
    let fs: Arc<dyn FileSystem> = Arc::new(memory.clone());
    let mut bytes = memory.get(&at("a.edb")).unwrap();
    for copy in [0, 4096] {
        let mut old = now;
        old.bkinfo_full_prev = BkInfo::default();
        let page = &mut bytes[copy..copy + 4096];
        old.write(page).unwrap();
        ese_core::format::header_page::stamp_header(page);
    }
    memory.put(&at("a.edb"), bytes);
    let instance = Instance::start(env(Arc::clone(&fs), 9), params(PageSize::K4)).unwrap();
    let db = instance
        .attach(&at("a.edb"), &AttachOptions::default())
        .unwrap();
    let h = db.file().header();
    assert_eq!(
        (h.bkinfo_full_prev.gen_low, h.bkinfo_full_prev.gen_high),
        full
    );
    let file = DbFile::open(&*fs, Path::new("/live/a.edb")).unwrap();
    assert!(file.header().bkinfo_full_cur.is_none());
}

#[test]
fn a_surrogate_backup_is_only_noted() {
    let b = Bench::new();
    let tip = b.world.instance.log().unwrap().generation() as u32;
    let begin = |first, last, grbit| jet(&b.backup.begin_surrogate(first, last, grbit));
    assert_eq!(begin(2, 1, 0), JetErr::INVALID_PARAMETER);
    assert_eq!(begin(1, tip + 1, 0), JetErr::INVALID_PARAMETER);
    assert_eq!(begin(1, tip, 0x20), JetErr::INVALID_GRBIT);
    assert_eq!(jet(&b.backup.end_surrogate(END_NORMAL)), JetErr::NO_BACKUP);
    b.backup.begin_surrogate(1, tip, 0).unwrap();
    // The streaming calls see none, and none can begin.
    assert_eq!(jet(&b.backup.attach_info()), JetErr::NO_BACKUP);
    assert_eq!(
        jet(&b.backup.begin(0)),
        JetErr::SURROGATE_BACKUP_IN_PROGRESS
    );
    let detached = b.world.instance.detach(&at("a.edb")).unwrap_err();
    assert_eq!(
        ese_core::HasJetErr::jet_err(&detached),
        JetErr::SURROGATE_BACKUP_IN_PROGRESS
    );
    b.backup
        .end_surrogate(END_NORMAL | END_TRUNCATE_DONE)
        .unwrap();
    assert_eq!(b.records()[0], (1, tip));
    // As a snapshot: no streaming incremental one continues it.
    assert_eq!(b.world.header("a.edb").bkinfo_type_full_prev, 1);
    assert_eq!(
        jet(&b.backup.begin(BEGIN_INCREMENTAL)),
        JetErr::MISSING_FULL_BACKUP
    );
    // Ended by the other kind's call: as failed.
    b.backup.begin_surrogate(1, tip, 0).unwrap();
    b.backup.end().unwrap();
    b.backup.begin(0).unwrap();
    b.backup.end_surrogate(END_NORMAL).unwrap();
    assert!(!b.backup.is_running());
    assert_eq!(b.records(), [(1, tip), NO, NO, NO]);
}

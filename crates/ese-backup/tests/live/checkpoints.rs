//! What the checkpoint file says of backups: where and when the logs of the newest full and of the newest
//! incremental one were prepared, finished or not.
//!
//! The rule is held against the original's history of backups, and then against what we write.

use crate::world::{DIR, World, at, copy, params};
use ese_backup::external::{BEGIN_INCREMENTAL, END_ABORT, ExternalBackup};
use ese_core::format::ids::{Lgpos, LogTime, PageSize};
use ese_core::format::log_record::{BackupPhase, BackupScope, LogRecord};
use ese_core::instance::TermKind;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogName;
use ese_core::log::{LogFile, checkpoint_file};
use std::path::Path;

/// Full, incremental.
pub(crate) type Said = [(Lgpos, LogTime); 2];

const NOTHING: (Lgpos, LogTime) = (Lgpos::MIN, LogTime::NONE);

/// What the records in the logs of a folder say.
pub(crate) fn prepared(fs: &dyn FileSystem, dir: &Path) -> Said {
    let mut said = [NOTHING; 2];
    for entry in fs.read_dir(dir).unwrap() {
        let name = entry.path.file_name().unwrap().to_string_lossy();
        if !name.ends_with(".log") || LogName::parse(&name).is_none() || name.contains("tmp") {
            continue;
        }
        let log = LogFile::open(fs.open(&entry.path, OpenMode::Read).unwrap()).unwrap();
        let mut records = log.records().unwrap();
        while let Some((at, record)) = records.next() {
            let LogRecord::Backup2(b) = record else {
                continue;
            };
            if b.phase == BackupPhase::PREPARE_LOGS {
                let which = usize::from(b.scope == BackupScope::INCREMENTAL);
                if at > said[which].0 {
                    said[which] = (at, b.info.time);
                }
            }
        }
    }
    said
}

/// What the checkpoint file says.
pub(crate) fn said(fs: &dyn FileSystem, dir: &Path) -> Said {
    let file = checkpoint_file::read(fs, &dir.join("edb.chk")).unwrap();
    let c = file.unwrap().checkpoint;
    [
        (c.lgpos_full_backup(), c.tm_full_backup()),
        (c.lgpos_inc_backup(), c.tm_inc_backup()),
    ]
}

#[test]
fn the_originals_checkpoint_names_the_newest_records() {
    let Some(packed) = testkit::witness_file("histories/backup-4k.tar.xz") else {
        return testkit::skip("the history of backups");
    };
    let dir = testkit::unpack(&packed);
    let said = said(&RealFileSystem, &dir);
    assert_eq!(said, prepared(&RealFileSystem, &dir));
    assert_eq!(said.map(|s| s.0.generation), [9, 7]);
}

#[test]
fn our_checkpoint_names_the_newest_records() {
    let world = World::new();
    let db = world.create("a.edb");
    world.fill(&db, 1..40, 50);
    let backup = ExternalBackup::new(&world.instance);
    let checkpoint = |keys: std::ops::Range<i32>| {
        world.fill(&db, keys, 50);
        world.instance.checkpoint().unwrap();
        said(&world.memory, Path::new(DIR))
    };
    assert_eq!(checkpoint(100..110), [NOTHING; 2]);
    // Aborted: it counts all the same.
    backup.begin(0).unwrap();
    backup.log_info().unwrap();
    backup.end2(END_ABORT).unwrap();
    let aborted = checkpoint(200..210);
    assert!(aborted[0].0 > Lgpos::MIN && !aborted[0].1.is_none());
    assert_eq!(aborted, prepared(&world.memory, Path::new(DIR)));
    // One that did not come so far does not.
    backup.begin(0).unwrap();
    backup.end2(END_ABORT).unwrap();
    for grbit in [0, BEGIN_INCREMENTAL] {
        backup.begin(grbit).unwrap();
        if grbit == 0 {
            copy(&backup, &at("a.edb")).unwrap();
        }
        for log in backup.log_info().unwrap().files {
            copy(&backup, &log).unwrap();
        }
        backup.truncate_log().unwrap();
        backup.end().unwrap();
    }
    let both = checkpoint(300..310);
    assert!(both[1].0 > both[0].0 && both[0].0 > aborted[0].0);
    assert_eq!(both, prepared(&world.memory, Path::new(DIR)));
    // It outlives the run.
    drop(backup);
    drop(db);
    world.instance.term(TermKind::Clean).unwrap();
    assert_eq!(said(&world.memory, Path::new(DIR)), both);
    let World {
        memory,
        fs,
        instance,
    } = world;
    drop(instance);
    let world = World::over(memory, fs, params(PageSize::K4));
    let db = world.instance.open(at("a.edb")).unwrap();
    world.fill(&db, 400..410, 50);
    world.instance.checkpoint().unwrap();
    assert_eq!(said(&world.memory, Path::new(DIR)), both);
}

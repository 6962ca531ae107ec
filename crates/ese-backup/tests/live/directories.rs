//! JetBackup: the original's program `backup-directory`.

use crate::world::{World, at, jet, params, rows_of};
use ese_backup::external::{BEGIN_INCREMENTAL, END_ABORT, ExternalBackup};
use ese_backup::legacy::{BACKUP_ATOMIC, LegacyStatus, backup_to_directory};
use ese_backup::set::restore_directory;
use ese_core::format::ids::PageSize;
use ese_core::instance::TermKind;
use ese_core::io::FileSystem;
use ese_core::recovery::{Options, Unwatched};
use ese_core::{HasJetErr as _, JetErr};
use std::path::Path;

struct Bench {
    world: World,
    backup: ExternalBackup,
}

impl Bench {
    fn new() -> Self {
        let mut p = params(PageSize::K4);
        p.create_path = true;
        let world = World::of(p);
        let db = world.create("a.edb");
        world.fill(&db, 1..50, 100);
        let backup = ExternalBackup::new(&world.instance);
        Self { world, backup }
    }

    /// Backs up; gives the answer and what the callback heard.
    fn go(&self, dir: &str, grbit: u32) -> (JetErr, Vec<LegacyStatus>) {
        self.go_with(dir, grbit, &mut |_| {})
    }

    fn go_with(
        &self,
        dir: &str,
        grbit: u32,
        act: &mut dyn FnMut(LegacyStatus),
    ) -> (JetErr, Vec<LegacyStatus>) {
        let mut heard = Vec::new();
        let dir = (!dir.is_empty()).then(|| Path::new(dir));
        let answer = backup_to_directory(&self.backup, dir, grbit, &mut |s| {
            heard.push(s);
            act(s);
        });
        assert!(!self.backup.is_running());
        (jet(&answer), heard)
    }

    fn names(&self, dir: &str) -> Vec<String> {
        let entries = self.world.memory.read_dir(Path::new(dir));
        let name =
            |e: &ese_core::io::DirEntry| e.path.file_name().unwrap().to_string_lossy().into_owned();
        entries.unwrap_or_default().iter().map(name).collect()
    }
}

const BOTH: [LegacyStatus; 2] = [LegacyStatus::Begin, LegacyStatus::Complete];
const OK: JetErr = JetErr(0);
const NOT_EMPTY: JetErr = JetErr::BACKUP_DIRECTORY_NOT_EMPTY;

#[test]
fn plain() {
    let b = Bench::new();
    assert_eq!(
        b.go("/d", BEGIN_INCREMENTAL),
        (JetErr::MISSING_FULL_BACKUP, vec![])
    );
    assert_eq!(b.go("/d", 0), (OK, BOTH.to_vec()));
    let full = b.names("/d");
    assert_eq!(&full[..3], ["a.edb", "a.pat", "edb00001.log"]);
    assert_eq!(b.world.memory.get(Path::new("/d/a.pat")), Some(vec![]));
    // None is left beside the live database.
    assert!(b.world.memory.get(&at("a.pat")).is_none());
    assert_eq!(b.go("/d", 0), (NOT_EMPTY, vec![]));
    assert_eq!(b.go("/deep/deeper", 0).0, OK);
    let db = b.world.instance.open(at("a.edb")).unwrap();
    b.world.fill(&db, 50..90, 100);
    // Beside the full one, whose logs are there once more.
    assert_eq!(b.go("/d", BEGIN_INCREMENTAL), (OK, vec![]));
    assert_eq!(b.go("/d", BEGIN_INCREMENTAL), (OK, vec![]));
    assert!(b.names("/d").len() > full.len());
    assert!(b.names("/d").iter().all(|n| !n.ends_with("partial")));
    b.world.restore("/d", "/to").unwrap();
    let rows = rows_of(&b.world.memory, Path::new("/to/a.edb"));
    assert_eq!(rows.len(), 89);
    // A file, a name that is too long.
    b.world.memory.put(Path::new("/file"), vec![1]);
    assert_eq!(b.go("/file", 0).0, JetErr::INVALID_PATH);
    assert_eq!(b.go(&"/x".repeat(200), 0).0, JetErr::INVALID_PATH);
    // Stopped at the first callback: nothing is recorded, and the next is not touched.
    let before = b.world.header("a.edb").bkinfo_full_prev;
    let stop = b.backup.stop_handle();
    let (answer, _) = b.go_with("/s", 0, &mut |_| stop.stop());
    assert_eq!(answer, JetErr::BACKUP_ABORT_BY_SERVER);
    assert_eq!(b.world.header("a.edb").bkinfo_full_prev, before);
    assert_eq!(b.go("/s2", 0).0, OK);
    // During a streaming one.
    b.backup.begin(0).unwrap();
    let answer = backup_to_directory(&b.backup, Some(Path::new("/t")), 0, &mut |_| {});
    assert_eq!(jet(&answer), JetErr::BACKUP_IN_PROGRESS);
    assert!(b.backup.is_running());
}

#[test]
fn atomic() {
    let b = Bench::new();
    assert_eq!(b.go("/d", BACKUP_ATOMIC).0, OK);
    assert_eq!(b.names("/d"), ["new"]);
    b.world.memory.put(Path::new("/d/temp/left.over"), vec![1]);
    assert_eq!(b.go("/d", BACKUP_ATOMIC), (OK, BOTH.to_vec()));
    assert_eq!(b.names("/d"), ["new"]);
    assert!(!b.names("/d/new").contains(&"left.over".to_owned()));
    assert_eq!(b.go("/d", 0).0, NOT_EMPTY);
    assert_eq!(b.go("/d", BEGIN_INCREMENTAL).0, NOT_EMPTY);
    // Stopped: the former one is called old now, and restores.
    let stop = b.backup.stop_handle();
    let (answer, _) = b.go_with("/d", BACKUP_ATOMIC, &mut |_| stop.stop());
    assert_eq!(answer, JetErr::BACKUP_ABORT_BY_SERVER);
    assert_eq!(b.names("/d"), ["old"]);
    b.world.restore("/d", "/to").unwrap();
    assert_eq!(b.go("/d", BACKUP_ATOMIC).0, OK);
    assert_eq!(b.names("/d"), ["new"]);
    // Incremental: beside the full one.
    let db = b.world.instance.open(at("a.edb")).unwrap();
    b.world.fill(&db, 50..60, 100);
    assert_eq!(b.go("/d", BACKUP_ATOMIC | BEGIN_INCREMENTAL).0, OK);
    b.world.restore("/d", "/to2").unwrap();
    assert_eq!(rows_of(&b.world.memory, Path::new("/to2/a.edb")).len(), 59);
}

#[test]
fn without_a_path_the_logs_are_truncated() {
    let b = Bench::new();
    let db = b.world.instance.open(at("a.edb")).unwrap();
    b.world.fill(&db, 100..400, 500);
    b.world.instance.checkpoint().unwrap();
    let checkpoint = b.backup.port().checkpoint_generation().unwrap();
    assert!(b.world.logs()[0] < checkpoint);
    assert_eq!(b.go("", 0), (OK, vec![]));
    assert_eq!(
        b.world.logs().first().copied(),
        Some(checkpoint).filter(|_| !b.world.logs().is_empty())
    );
    assert!(b.world.header("a.edb").bkinfo_full_prev.is_none());
}

/// Back to where the logs say that it was, over what lies there; to another folder; and what is no set.
#[test]
fn restored() {
    let b = Bench::new();
    assert_eq!(b.go("/d", 0).0, OK);
    let db = b.world.instance.open(at("a.edb")).unwrap();
    b.world.fill(&db, 50..90, 100);
    assert_eq!(b.go("/d", BEGIN_INCREMENTAL).0, OK);
    assert_eq!(b.go("/atomic", BACKUP_ATOMIC).0, OK);
    let memory = b.world.memory.clone();
    let env = b.world.instance.env().clone();
    let set: Vec<_> = (b.names("/d").iter())
        .map(|n| memory.get(&Path::new("/d").join(n)))
        .collect();
    drop(db);
    b.world.instance.term(TermKind::Abrupt).unwrap();
    let to = |from: &str, to: Option<&str>, logs: &str| {
        let _ = memory.create_dir(Path::new(logs));
        let options = Options::of_folder(logs.into(), "edb");
        let to = to.map(Path::new);
        let done = restore_directory(&env, Path::new(from), to, &options, &Unwatched);
        done.map_or_else(|e| e.jet_err(), |_| OK)
    };
    let rows = |path: &Path| rows_of(&memory, path).len();
    assert_eq!(to("/d", Some("/other"), "/l1"), OK);
    assert_eq!(rows(Path::new("/other/a.edb")), 89);
    // What lies at the place goes; the set's newest state comes.
    memory.put(&at("a.edb"), vec![1; 4096]);
    assert_eq!(to("/atomic", None, "/l2"), OK);
    assert_eq!(rows(&at("a.edb")), 89);
    // The set is as it was, and nothing half-made is left.
    let now: Vec<_> = (b.names("/d").iter())
        .map(|n| memory.get(&Path::new("/d").join(n)))
        .collect();
    assert!(now == set);
    assert!(b.names("/other").iter().all(|n| !n.ends_with(".restoring")));
    assert_eq!(to("/nowhere", None, "/l3"), JetErr::FILE_NOT_FOUND);
    // Its own folder is no place to restore to.
    assert_eq!(to("/d", Some("/d"), "/l3"), JetErr::INVALID_PATH);
    memory.remove_file(Path::new("/d/a.pat")).unwrap();
    assert_eq!(to("/d", None, "/l3"), JetErr::PATCH_FILE_MISSING);
    memory.put(Path::new("/d/a.pat"), Vec::new());
    memory.remove_file(Path::new("/d/edb00001.log")).unwrap();
    let missing = to("/d", Some("/third"), "/l3");
    assert_eq!(missing, JetErr::REQUIRED_LOG_FILES_MISSING);
    assert!(memory.get(Path::new("/third/a.edb")).is_none());
}

#[test]
fn other_bits_are_refused_before_anything_is_made() {
    let b = Bench::new();
    for bits in [2, 8, 0x10, 0x1000, BEGIN_INCREMENTAL | 8] {
        assert_eq!(
            b.go("/d", bits),
            (JetErr::INVALID_GRBIT, vec![]),
            "{bits:#x}"
        );
    }
    assert!(b.names("/d").is_empty());
    b.backup.begin(0).unwrap();
    let answer = b.backup.end2(END_ABORT | 0x1000);
    assert_eq!(jet(&answer), JetErr::INVALID_GRBIT);
    assert!(b.backup.is_running(), "a refused end ends nothing");
}

//! Goal: a backup set that the original made restores to what the original made of it; one wrong thing
//! at a time gives the original's error.
//!
//! Method: `witness/backup-sets` in memory, restored as its JSON says; the cases of the recording
//! `restore-external`, done to one of these sets. After every call the set's folder is compared byte
//! for byte: nothing in it may ever change.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::error::{HasJetErr as _, JetErr};
use ese_core::format::header_page::stamp_header;
use ese_core::format::ids::{BkInfo, PageSize};
use ese_core::format::log_record::LogRecord;
use ese_core::format::trailer::Trailer;
use ese_core::io::FileSystem;
use ese_core::io::OpenMode;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::log::LogFile;
use ese_core::recovery::{
    BackupCopy, DbFate, HardOptions, InitBits, Options, Outcome, RecoveryError, StopAt, Unwatched,
    recover, recover_hard,
};
use recovery_support::check::{clean_and_sound, contents, golden_contents, header};
use recovery_support::sets::{Files, read_folder};
use recovery_support::world::{answer_name, env};
use serde_json::{Value as Json, json};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A world with a set and a target: `/set`, `/to`, `/more`.
#[derive(Clone)]
struct World {
    fs: MemoryFileSystem,
    call: HardOptions,
}

fn folder(set: &str, sub: &str) -> Option<Files> {
    let dir = testkit::unpack_set("backup-sets", set)?;
    let dir = [dir.join(set), dir]
        .into_iter()
        .find(|d| d.join(sub).is_dir())?;
    Some(read_folder(&dir.join(sub)))
}

fn is_log(name: &str) -> bool {
    name.ends_with(".log")
}

/// The log of a generation in the set's folder.
fn log(generation: i32) -> PathBuf {
    PathBuf::from(format!("/set/edb{generation:05X}.log"))
}

fn db() -> PathBuf {
    PathBuf::from("/to/a.edb")
}

impl World {
    /// The logs in `/set`, the database in `/to`.
    fn new(files: &Files, generations: (i32, i32)) -> Self {
        let fs = MemoryFileSystem::new();
        for dir in ["/set", "/to", "/more"] {
            fs.create_dir(Path::new(dir)).expect("an empty tree");
        }
        for (name, bytes) in files {
            let dir = if is_log(name) { "/set" } else { "/to" };
            if !name.ends_with(".pat") {
                fs.put(&Path::new(dir).join(name), bytes.clone());
            }
        }
        Self {
            fs,
            call: HardOptions {
                set_logs: PathBuf::from("/set"),
                generations,
                more_logs: Vec::new(),
                databases: vec![db()],
                options: Options {
                    cache_bytes: 4 << 20,
                    ..Options::of_folder(PathBuf::from("/to"), "edb")
                },
            },
        }
    }

    fn writers() -> Option<Self> {
        let files = folder("full-writers", "set");
        if files.is_none() {
            testkit::skip("witness/backup-sets/full-writers");
        }
        Some(Self::new(&files?, (1, 10)))
    }

    fn with(self, dir: &str, files: &Files) -> Self {
        for (name, bytes) in files {
            self.fs.put(&Path::new(dir).join(name), bytes.clone());
        }
        self
    }

    fn of(&self, dir: &str) -> Files {
        let names = self.fs.read_dir(Path::new(dir)).expect("a folder");
        let file = |e: &ese_core::io::DirEntry| {
            let name = e.path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), self.fs.get(&e.path).expect("a file"))
        };
        names.iter().filter(|e| !e.is_dir).map(file).collect()
    }

    fn restore_through(&self, fs: Arc<dyn FileSystem>) -> Result<Outcome, RecoveryError> {
        let before = [self.of("/set"), self.of("/more")];
        let answer = recover_hard(&env(fs, 1), &self.call, &Unwatched);
        assert!(
            before == [self.of("/set"), self.of("/more")],
            "the set was changed"
        );
        answer
    }

    fn restore(&self) -> Result<Outcome, RecoveryError> {
        self.restore_through(Arc::new(self.fs.clone()))
    }

    fn patch(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.fs.get(path).expect("a file");
        change(&mut bytes);
        self.fs.put(path, bytes);
    }

    fn copy(&self, from: &Path, to: &Path) {
        self.fs.put(to, self.fs.get(from).expect("a file"));
    }

    /// Records of table `t`, and the hash of what it holds.
    fn table(&self) -> (u64, String) {
        let all = contents(&self.fs, &db()).expect("a database");
        all["t"].clone()
    }

    fn assert_restored(&self, golden: &Json) {
        let problems = clean_and_sound(&self.fs, &db());
        assert!(problems.is_empty(), "{problems:?}");
        // Only the users' table must match (README of the sets).
        let golden = json!({ "t": golden["databases"]["a.edb"]["tables"]["t"] });
        assert_eq!(self.table(), golden_contents(&golden)["t"]);
        let h = header(&self.fs, &db()).expect("a header");
        for noted in [
            h.bkinfo_full_cur,
            h.bkinfo_full_prev,
            h.bkinfo_inc_prev,
            h.bkinfo_copy_prev,
            h.bkinfo_diff_prev,
            h.bkinfo_snapshot_cur,
        ] {
            assert_eq!(
                noted,
                BkInfo::default(),
                "a restored database knows no backup"
            );
        }
    }
}

fn result(set: &str, which: usize) -> Json {
    testkit::set_json("backup-sets", set).expect("a set has its JSON")["results"][which].clone()
}

#[test]
fn every_set_ends_as_with_the_original() {
    let names = testkit::sets("backup-sets");
    assert!(!names.is_empty());
    for name in names {
        let (sub, generations) = match name.as_str() {
            "full-incremental" => ("full", (1, 10)),
            "directory" => ("backup", (1, 10)),
            "stopped" => ("set", (1, 11)),
            _ => ("set", (1, 10)),
        };
        let files = folder(&name, sub).expect("a set that is listed");
        let world = World::new(&files, generations);
        let answer = world.restore();
        let golden = result(&name, 0);
        let wanted = golden["outcome"].as_str().expect("an outcome");
        assert_eq!(answer_name(&answer), wanted, "{name}: {answer:?}");
        match answer {
            Ok(outcome) => {
                world.assert_restored(&golden);
                assert_eq!(outcome.databases[0].fate, DbFate::Recovered);
                assert_eq!(outcome.generations, Some(generations));
                // The set's logs are not copied: a new current log, and its checkpoint.
                let left: Vec<String> = world.of("/to").into_keys().collect();
                assert_eq!(left, ["a.edb", "a.jfm", "edb.chk", "edb.log"], "{name}");
            }
            Err(_) => {
                let h = header(&world.fs, &db()).expect("a header");
                assert!(!h.state().is_clean(), "{name}");
            }
        }
    }
}

#[test]
fn logs_behind_the_set_are_rolled_through() {
    let (Some(world), Some(later)) = (World::writers(), folder("full-writers", "later")) else {
        return;
    };
    let world = world.with("/to", &later);
    let outcome = world.restore().expect("a restore");
    world.assert_restored(&result("full-writers", 1));
    assert_eq!(outcome.generations, Some((1, 13)));
    // All logs of the live instance may lie there, those of the set too.
    let all = World::writers().expect("as before").with("/to", &later);
    for generation in 1..=10 {
        let name = log(generation);
        all.copy(
            &name,
            &Path::new("/to").join(name.file_name().expect("a name")),
        );
    }
    all.restore().expect("a restore");
    all.assert_restored(&result("full-writers", 1));
    // The checkpoint of the live instance is not believed.
    let early = World::writers().expect("as before").with("/to", &later);
    early.fs.put(Path::new("/to/edb.chk"), vec![7; 8192]);
    early.restore().expect("a restore");
    early.assert_restored(&result("full-writers", 1));
}

#[test]
fn an_incremental_set_is_read_where_it_lies() {
    let (Some(full), Some(inc)) = (
        folder("full-incremental", "full"),
        folder("full-incremental", "incremental"),
    ) else {
        return eprintln!("full-incremental is not among the fixtures");
    };
    let mut world = World::new(&full, (1, 10)).with("/more", &inc);
    world.call.more_logs = vec![PathBuf::from("/more")];
    let outcome = world.restore().expect("a restore");
    world.assert_restored(&result("full-incremental", 1));
    assert_eq!(outcome.generations, Some((1, 16)));
}

/// A copy beside its logs is no database to recover, unless the caller says that it is: then its trailer
/// goes where a restore takes it, and what the logs hold behind the set is there too.
#[test]
fn a_copy_is_recovered_where_that_is_allowed() {
    let (Some(world), Some(later)) = (World::writers(), folder("full-writers", "later")) else {
        return;
    };
    let world = world.with("/to", &later);
    for generation in 1..=10 {
        let name = log(generation);
        let to = Path::new("/to").join(name.file_name().expect("a name"));
        world.copy(&name, &to);
    }
    let before = world.fs.get(&db());
    let env = env(Arc::new(world.fs.clone()), 1);
    let mut options = world.call.options.clone();
    let refused = recover(&env, &options, &Unwatched).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE);
    assert!(world.fs.get(&db()) == before, "nothing was written");
    options.bits = InitBits::ALLOW_SOFT_RECOVERY_ON_BACKUP;
    recover(&env, &options, &Unwatched).expect("a recovery");
    let problems = clean_and_sound(&world.fs, &db());
    assert!(problems.is_empty(), "{problems:?}");
    let golden = result("full-writers", 1);
    let golden = json!({ "t": golden["databases"]["a.edb"]["tables"]["t"] });
    assert_eq!(world.table(), golden_contents(&golden)["t"]);
    // A copy without its trailer is still none.
    world
        .fs
        .put(&db(), before.expect("a copy")[..64 * 1024].to_vec());
    world
        .fs
        .remove_file(Path::new("/to/edb.chk"))
        .expect("a checkpoint");
    let refused = recover(&env, &options, &Unwatched).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::BAD_PATCH_PAGE);
}

/// The last records: what the end of a hard recovery logs.
#[test]
fn the_new_log_begins_behind_the_set_and_says_that_it_was_a_restore() {
    let Some(world) = World::writers() else {
        return;
    };
    world.restore().expect("a restore");
    let file = world
        .fs
        .open(Path::new("/to/edb.log"), OpenMode::Read)
        .expect("a log");
    let new = LogFile::open(file).expect("a log");
    assert_eq!(new.header().generation(), 11);
    let mut records = new.records().expect("records");
    let mut names = Vec::new();
    let mut quit = None;
    while let Some((_, record)) = records.next() {
        names.push(record.typ().name());
        if let LogRecord::RecoveryQuit2(r) = record {
            quit = Some((r.hard, r.lgpos_redo_from));
        }
    }
    assert_eq!(names.first(), Some(&"RecoveryUndo2"));
    assert_eq!(names.last(), Some(&"RecoveryQuit2"));
    let (hard, from) = quit.expect("the last record");
    assert_eq!((hard, from.generation, from.isec, from.ib), (1, 1, 1, 0));
}

/// One wrong thing: a name, what is done, the original's answer, and whether the copy was not touched.
type Case = (&'static str, fn(&mut World), &'static str, bool);

/// Its words don't cancel out in an XOR.
const NOISE: [u8; 64] = {
    let mut noise = [0xA7; 64];
    noise[0] = 0x11;
    noise
};

fn damage(world: &World, path: &Path, at: usize) {
    world.patch(path, |b| b[at..at + 64].copy_from_slice(&NOISE));
}

fn last_page(world: &World) -> usize {
    world.fs.get(&db()).expect("the copy").len() - PageSize::K4.bytes()
}

/// Changes the trailer and signs it again.
fn trailer(world: &World, at: usize) {
    let page = last_page(world);
    world.patch(&db(), |b| {
        b[page + at] ^= 1;
        stamp_header(&mut b[page..]);
    });
}

/// Changes both headers and signs them again.
fn headers(world: &World, change: impl Fn(&mut [u8])) {
    world.patch(&db(), |b| {
        for copy in 0..2 {
            let page = &mut b[copy * 4096..(copy + 1) * 4096];
            change(page);
            stamp_header(page);
        }
    });
}

/// A log of another sequence in place of this one: the signature changed, signed again.
fn foreign(world: &World, path: &Path) {
    // signLog of a log header (docs/format/log-files.md §3).
    world.patch(path, |b| {
        b[48] ^= 0x55;
        stamp_header(&mut b[..4096]);
    });
}

const CASES: &[Case] = &[
    (
        "last generation not in the folder",
        |w| w.call.generations.1 = 11,
        "JET_errFileNotFound",
        true,
    ),
    (
        "first above last",
        |w| w.call.generations = (4, 2),
        "JET_errInternalError",
        true,
    ),
    (
        "first generation 0",
        |w| w.call.generations = (0, 0),
        "JET_errInvalidPath",
        true,
    ),
    (
        "first generation too high",
        |w| w.call.generations.0 = 2,
        "JET_errRequiredLogFilesMissing",
        true,
    ),
    (
        "last generation too low",
        |w| w.call.generations.1 = 1,
        "JET_errRequiredLogFilesMissing",
        true,
    ),
    (
        "first log absent",
        |w| w.fs.remove_file(&log(1)).expect("there"),
        "JET_errFileNotFound",
        true,
    ),
    (
        "a log in the middle absent",
        |w| w.fs.remove_file(&log(3)).expect("there"),
        "JET_errFileNotFound",
        true,
    ),
    (
        "last log absent",
        |w| w.fs.remove_file(&log(10)).expect("there"),
        "JET_errFileNotFound",
        true,
    ),
    (
        "no such folder",
        |w| w.call.set_logs = PathBuf::from("/nonesuch"),
        "JET_errInvalidPath",
        true,
    ),
    (
        "another base name",
        |w| w.call.options.base = "xyz".to_owned(),
        "JET_errFileNotFound",
        true,
    ),
    (
        "a map of no entries",
        |w| w.call.databases.clear(),
        "JET_errInvalidParameter",
        true,
    ),
    (
        "the database isn't there",
        |w| w.call.databases = vec![PathBuf::from("/to/b.edb")],
        "JET_errFileNotFound",
        true,
    ),
    (
        "a second entry whose database isn't there",
        |w| w.call.databases.push(PathBuf::from("/to/b.edb")),
        "JET_errFileNotFound",
        true,
    ),
    (
        "one database twice",
        |w| {
            w.copy(&db(), Path::new("/to/b.edb"));
            w.call.databases.push(PathBuf::from("/to/b.edb"));
        },
        "JET_errAttachedDatabaseMismatch",
        true,
    ),
    (
        "first log from another instance",
        |w| foreign(w, &log(1)),
        "JET_errBadLogSignature",
        true,
    ),
    (
        "third log from another instance",
        |w| foreign(w, &log(3)),
        "JET_errBadLogSignature",
        true,
    ),
    (
        "third log under the second's name",
        |w| w.copy(&log(3), &log(2)),
        "JET_errGivenLogFileIsNotContiguous",
        true,
    ),
    (
        "header of a log damaged",
        |w| damage(w, &log(2), 100),
        "JET_errLogFileCorrupt",
        true,
    ),
    (
        "records of a log damaged",
        |w| damage(w, &log(2), 8192 + 64),
        "JET_errLogCorruptDuringHardRestore",
        false,
    ),
    (
        "a log cut in half",
        |w| w.patch(&log(4), |b| b.truncate(65536)),
        "JET_errLogFileSizeMismatch",
        true,
    ),
    (
        "a log of no bytes",
        |w| w.patch(&log(3), Vec::clear),
        "JET_errFileIOBeyondEOF",
        true,
    ),
    (
        "trailer damaged",
        |w| damage(w, &db(), last_page(w) + 300),
        "JET_errBadPatchPage",
        true,
    ),
    (
        "trailer with another database's signature",
        |w| trailer(w, 64),
        "JET_errDatabasePatchFileMismatch",
        true,
    ),
    (
        "trailer with another log signature",
        |w| trailer(w, 92),
        "JET_errDatabasePatchFileMismatch",
        true,
    ),
    (
        "trailer with another mark",
        |w| trailer(w, 40),
        "JET_errDatabasePatchFileMismatch",
        true,
    ),
    (
        "logs of another instance than the copy's",
        |w| headers(w, |h| h[108] ^= 1),
        "JET_errDatabasePatchFileMismatch",
        true,
    ),
    (
        "both headers damaged",
        |w| {
            damage(w, &db(), 300);
            damage(w, &db(), 4096 + 300);
        },
        "JET_errDatabaseCorrupted",
        true,
    ),
    (
        "not a database",
        |w| w.patch(&db(), |b| *b = NOISE.repeat(512)),
        "JET_errDatabaseCorrupted",
        true,
    ),
    (
        "a file of no bytes",
        |w| w.patch(&db(), Vec::clear),
        "JET_errDatabaseCorrupted",
        true,
    ),
    (
        "trailer cut off",
        |w| {
            let n = last_page(w);
            w.patch(&db(), |b| b.truncate(n));
        },
        "JET_errBadPatchPage",
        true,
    ),
    (
        "part of the trailer cut off",
        |w| {
            let n = last_page(w);
            w.patch(&db(), |b| b.truncate(n + 512));
        },
        "JET_errBadPatchPage",
        true,
    ),
    (
        "second half cut off",
        |w| w.patch(&db(), |b| b.truncate(131_072)),
        "JET_errBadPatchPage",
        true,
    ),
    (
        "only the headers are left",
        |w| w.patch(&db(), |b| b.truncate(8192)),
        "JET_errBadPatchPage",
        true,
    ),
    (
        "a database that is no backup",
        |w| headers(w, |h| h[184..208].fill(0)),
        "JET_errRestoreOfNonBackupDatabase",
        true,
    ),
    (
        "logs of another instance in the log folder",
        |w| {
            w.copy(&log(2), Path::new("/to/edb00002.log"));
            foreign(w, Path::new("/to/edb00002.log"));
        },
        "JET_errExistingLogFileHasBadSignature",
        true,
    ),
    (
        "a current log of another instance",
        |w| {
            w.copy(&log(2), Path::new("/to/edb.log"));
            foreign(w, Path::new("/to/edb.log"));
        },
        "JET_errExistingLogFileHasBadSignature",
        true,
    ),
    (
        "an older current log",
        |w| w.copy(&log(2), Path::new("/to/edb.log")),
        "JET_errExistingLogFileIsNotContiguous",
        true,
    ),
    (
        "another first log in the log folder",
        |w| {
            w.copy(&log(1), Path::new("/to/edb00001.log"));
            // tmCreate
            w.patch(Path::new("/to/edb00001.log"), |b| {
                b[16] ^= 1;
                stamp_header(&mut b[..4096]);
            });
        },
        "JET_errExistingLogFileIsNotContiguous",
        true,
    ),
];

#[test]
fn one_wrong_thing_at_a_time() {
    let Some(good) = World::writers() else { return };
    for (name, spoil, wanted, untouched) in CASES {
        let mut world = World::writers().expect("as before");
        spoil(&mut world);
        let before = world.of("/to");
        let answer = world.restore();
        assert_eq!(answer_name(&answer), *wanted, "{name}: {answer:?}");
        if *untouched {
            assert!(world.of("/to") == before, "{name}: the target was changed");
        } else {
            assert_ne!(world.of("/to"), before, "{name}");
        }
    }
    // The same call succeeds when nothing is wrong.
    good.restore().expect("a restore");
}

#[test]
fn one_bad_header_is_no_harm_and_too_many_logs_are_none() {
    for spoil in [
        (|w| damage(w, &db(), 300)) as fn(&mut World),
        |w| damage(w, &db(), 4096 + 300),
        // Logs of the folder that are not of the set.
        |w| w.fs.put(&log(11), vec![1; 131_072]),
        // A damaged log before the set's first hides nothing.
        |w| w.fs.put(Path::new("/to/edb00002.log"), vec![1; 100]),
    ] {
        let Some(mut world) = World::writers() else {
            return;
        };
        spoil(&mut world);
        world.restore().expect("a restore");
        world.assert_restored(&result("full-writers", 0));
    }
}

#[test]
fn more_logs_than_the_copy_needs_may_be_left_out() {
    let Some(mut world) = World::writers() else {
        return;
    };
    let copy = BackupCopy::open(&world.fs, &db()).expect("a copy");
    let (first, last) = copy.required();
    assert!(first >= 1 && last <= 10, "{first} {last}");
    assert_eq!(
        copy.trailer().map(|t| t.bkinfo.gen_high),
        u32::try_from(last).ok()
    );
    world.call.generations.1 = last;
    world.restore().expect("a restore");
    let problems = clean_and_sound(&world.fs, &db());
    assert!(problems.is_empty(), "{problems:?}");
    let mut short = World::writers().expect("as before");
    short.call.generations.1 = last - 1;
    assert_eq!(
        answer_name(&short.restore()),
        "JET_errRequiredLogFilesMissing"
    );
}

#[test]
fn later_logs_that_do_not_fit() {
    let (Some(_), Some(later)) = (World::writers(), folder("full-writers", "later")) else {
        return;
    };
    type Spoil = fn(&World);
    let cases: [(&str, Spoil, &str); 6] = [
        (
            "a hole behind the set",
            |w| {
                w.fs.remove_file(Path::new("/to/edb0000B.log"))
                    .expect("there");
                w.fs.remove_file(Path::new("/to/edb.log")).expect("there");
            },
            "JET_errExistingLogFileIsNotContiguous",
        ),
        (
            "a hole before the current log",
            |w| {
                w.fs.remove_file(Path::new("/to/edb0000C.log"))
                    .expect("there");
            },
            "JET_errExistingLogFileIsNotContiguous",
        ),
        (
            "damage behind the set",
            |w| damage(w, Path::new("/to/edb0000B.log"), 8192 + 64),
            "JET_errLogCorruptDuringHardRecovery",
        ),
        (
            "damage of the current log",
            |w| damage(w, Path::new("/to/edb.log"), 8192 + 64),
            "JET_errLogCorruptDuringHardRecovery",
        ),
        (
            "a current log of no bytes",
            |w| w.patch(Path::new("/to/edb.log"), Vec::clear),
            "JET_errFileIOBeyondEOF",
        ),
        (
            "no current log",
            |w| w.fs.remove_file(Path::new("/to/edb.log")).expect("there"),
            "JET_errSuccess",
        ),
    ];
    for (name, spoil, wanted) in cases {
        let world = World::writers().expect("as before").with("/to", &later);
        spoil(&world);
        let answer = world.restore();
        assert_eq!(answer_name(&answer), wanted, "{name}: {answer:?}");
    }
}

#[test]
fn a_set_with_a_torn_log_has_its_own_error() {
    let Some(world) = World::writers() else {
        return;
    };
    // The last segment is torn, its shadow lies whole behind it: what a crash leaves of a current log,
    // and never of an archived one.
    world.patch(&log(10), |b| {
        let empty = |s: &[u8]| s.iter().all(|&x| x == 0);
        let last = (1..31)
            .take_while(|n| !empty(&b[n * 4096..(n + 1) * 4096]))
            .filter(|n| b[n * 4096 + 10..n * 4096 + 12] == u16::to_le_bytes(*n as u16))
            .last()
            .expect("a segment with data");
        let segment = b[last * 4096..(last + 1) * 4096].to_vec();
        b[(last + 1) * 4096..(last + 2) * 4096].copy_from_slice(&segment);
        b[last * 4096 + 2048..last * 4096 + 2100].fill(0x3C);
    });
    let answer = world.restore();
    assert_eq!(
        answer_name(&answer),
        "JET_errLogTornWriteDuringHardRestore",
        "{answer:?}"
    );
}

#[test]
fn a_stop_before_the_end_of_the_logs() {
    let Some(later) = folder("full-writers", "later") else {
        return testkit::skip("witness/backup-sets/full-writers");
    };
    let at = |generation, isec| StopAt::Position {
        generation,
        isec,
        ib: None,
    };
    let world = |stop| {
        let mut w = World::writers().expect("a set").with("/more", &later);
        w.call.more_logs = vec![PathBuf::from("/more")];
        w.call.options.stop = Some(stop);
        w
    };
    let (_, required) = {
        let w = World::writers().expect("a set");
        BackupCopy::open(&w.fs, &db()).expect("a copy").required()
    };
    // At the end of the set: as if nothing came behind.
    let end = world(at(10, None));
    assert!(end.restore().expect("a restore").stopped);
    end.assert_restored(&result("full-writers", 0));
    // Inside the set, and inside a borrowed log: neither folder changes (see `restore`).
    let mut before = 0;
    for stop in [at(required + 1, Some(3)), at(10, Some(5)), at(11, Some(4))] {
        let w = world(stop);
        let outcome = w.restore().unwrap_or_else(|e| panic!("{stop:?}: {e}"));
        assert!(outcome.stopped, "{stop:?}");
        let problems = clean_and_sound(&w.fs, &db());
        assert!(problems.is_empty(), "{stop:?}: {problems:?}");
        let now = outcome.records;
        assert!(now > before, "{stop:?}");
        before = now;
    }
    // Before what the copy holds.
    let w = world(at(required - 1, None));
    assert_eq!(answer_name(&w.restore()), "JET_errRequiredLogFilesMissing");
}

#[test]
fn a_database_that_the_map_lacks() {
    let Some(world) = World::writers() else {
        return;
    };
    // Another name of the file is as good: databases are matched by signature.
    world
        .fs
        .rename(&db(), Path::new("/to/z.edb"))
        .expect("there");
    let mut call = world.clone();
    call.call.databases = vec![PathBuf::from("/to/z.edb")];
    call.restore().expect("a restore");
    // A copy of another database alone: the logs leave `a` attached, the map lacks it.
    let mut world = World::writers().expect("as before");
    headers(&world, |h| h[24] ^= 1);
    trailer(&world, 64);
    // The trailer's signature is that of the header again.
    let answer = world.restore();
    assert_eq!(
        answer_name(&answer),
        "JET_errAttachedDatabaseMismatch",
        "{answer:?}"
    );
    world.call.options.bits = InitBits::REPLAY_IGNORE_MISSING_DB;
    let answer = world.restore();
    assert_eq!(
        answer_name(&answer),
        "JET_errAttachedDatabaseMismatch",
        "nothing was restored"
    );
}

#[test]
fn a_restore_that_failed_has_taken_the_trailer_over_and_succeeds_when_the_cause_is_gone() {
    let Some(world) = World::writers() else {
        return;
    };
    let whole = world.fs.get(&log(2)).expect("there");
    let page = last_page(&world);
    damage(&world, &log(2), 8192 + 64);
    let answer = world.restore();
    assert_eq!(answer_name(&answer), "JET_errLogCorruptDuringHardRestore");
    let bytes = world.fs.get(&db()).expect("there");
    assert!(
        Trailer::open(&bytes[page..page + 4096]).is_err(),
        "the trailer is still there"
    );
    let copy = BackupCopy::open(&world.fs, &db()).expect("still a copy");
    assert!(copy.trailer().is_none());
    let noted = copy.header().bkinfo_full_cur;
    assert_eq!((noted.gen_low, noted.gen_high), (1, 10));
    world.fs.put(&log(2), whole);
    world.restore().expect("a restore");
    world.assert_restored(&result("full-writers", 0));
}

/// The world's files, of whose changes all from the `n`th on fail; `count` counts them.
fn failing(world: &World, count: &Arc<AtomicU32>, n: u32) -> HookedFileSystem {
    count.store(0, Ordering::Relaxed);
    let count = Arc::clone(count);
    HookedFileSystem::new(Arc::new(world.fs.clone()), move |when, op| {
        let changes = !matches!(op, Op::Read { .. } | Op::Open(_, OpenMode::Read));
        if when == When::Before && changes && count.fetch_add(1, Ordering::Relaxed) >= n {
            return Err(Error::from(ErrorKind::StorageFull));
        }
        Ok(())
    })
}

/// Wherever a recovery of a copy was cut off, the next one ends it: also between the header that has
/// taken the trailer over and the page of the trailer.
#[test]
fn a_recovery_of_a_copy_that_was_cut_off_goes_on() {
    if World::writers().is_none() {
        return;
    }
    // The logs end with the set's, so that nothing is written over the page by chance.
    let new = || {
        let world = World::writers().expect("a set");
        for generation in 1..=10 {
            let name = log(generation);
            let to = Path::new("/to").join(name.file_name().expect("a name"));
            world.copy(&name, &to);
        }
        world
    };
    let run = |world: &World, fs: Arc<dyn FileSystem>| {
        let mut options = world.call.options.clone();
        options.bits = InitBits::ALLOW_SOFT_RECOVERY_ON_BACKUP | InitBits::REPLAY_IGNORE_LOST_LOGS;
        recover(&env(fs, 1), &options, &Unwatched)
    };
    let count = Arc::new(AtomicU32::new(0));
    let whole = new();
    run(&whole, Arc::new(failing(&whole, &count, u32::MAX))).expect("a recovery");
    let golden = whole.table();
    let all = count.load(Ordering::Relaxed);
    assert!(all > 20, "{all}");
    let has_trailer = |world: &World| {
        let bytes = world.fs.get(&db()).expect("a database");
        let size = world.call.options.page_size.map_or(4096, PageSize::bytes);
        let pages = bytes.chunks_exact(size);
        pages.rev().take(1).any(|page| Trailer::open(page).is_ok())
    };
    assert!(has_trailer(&new()) && !has_trailer(&whole));
    for n in 0..all {
        let world = new();
        let cut = run(&world, Arc::new(failing(&world, &count, n)));
        assert!(
            cut.is_err(),
            "change {n} of {all} failed, and nobody said so"
        );
        run(&world, Arc::new(world.fs.clone())).unwrap_or_else(|e| panic!("after {n}: {e}"));
        assert!(
            !has_trailer(&world),
            "after {n} the trailer lies there still"
        );
        assert!(world.table() == golden, "after {n}");
    }
}

#[test]
fn a_restore_that_was_cut_off_begins_again() {
    let (Some(_), Some(later)) = (World::writers(), folder("full-writers", "later")) else {
        return;
    };
    // Counts the writes of a whole restore, then fails at some of them, and restores again.
    let count = Arc::new(AtomicU32::new(0));
    let fails_at = |world: &World, n: u32| failing(world, &count, n);
    let new = || World::writers().expect("a set").with("/to", &later);
    let whole = new();
    whole
        .restore_through(Arc::new(fails_at(&whole, u32::MAX)))
        .expect("a restore");
    let golden = whole.table();
    let all = count.load(Ordering::Relaxed);
    assert!(all > 20, "{all}");
    let step = (all / 24).max(1) as usize;
    for n in (0..all).take(12).chain((12..all).step_by(step)) {
        let world = new();
        let answer = world.restore_through(Arc::new(fails_at(&world, n)));
        let clean = header(&world.fs, &db()).is_ok_and(|h| h.state().is_clean());
        assert!(
            answer.is_err(),
            "write {n} of {all} failed, and nobody said so"
        );
        if clean {
            // Only its second header, the log's end or the checkpoint was missing.
            assert_eq!(world.table(), golden, "write {n} of {all}");
            let again = world.restore();
            assert_eq!(answer_name(&again), "JET_errRestoreOfNonBackupDatabase");
            continue;
        }
        let answer = world.restore();
        answer.unwrap_or_else(|e| {
            panic!(
                "after a failure at write {n} of {all}: {e} ({})",
                e.jet_err()
            )
        });
        world.assert_restored(&result("full-writers", 1));
    }
}

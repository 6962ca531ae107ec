//! Goal: recovery may be cut off anywhere, and fail anywhere, and begun again.
//!
//! Method: the faulty disk (`io::faulty`) stops at each operation of a recovery in turn; what a
//! process crash, a power cut and torn writes leave is recovered again, and must hold the same tables,
//! clean and sound; torn writes too, on a disk of 512-byte sectors and with pages guarded for it.
//! Likewise each operation fails once, with an error of the disk or a full disk: the call says so with a
//! documented error, and the next one succeeds. Three sets of the original: pages of 4, 8 and 16 KiB,
//! two with an undo phase, one rebuilt from its logs; and one of our engine, in which pages change and
//! split under an open transaction. Normally a seeded choice of the operations, all of them under
//! `cargo xtask test --full`.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Table};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::ErrorKind;
use ese_core::io::faulty::{
    Case, CrashKind, Fault, FaultyFileSystem, Plan, Point, SECTOR, Sweep, injected, is_crash,
};
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::recovery::{Options, Outcome, RecoveryError};
use ese_core::session::CommitKind;
use recovery_support::check::{Contents, clean_and_sound, contents, different_tables};
use recovery_support::sets::{self, Files, databases, logs_only};
use recovery_support::world::{self, DIR, at, recover_in};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Errors that a disk which fails may lead to (docs/format/recovery.md §8 for those of the log).
const OF_A_BAD_DISK: &[JetErr] = &[
    JetErr::DISK_IO,
    JetErr::LOG_WRITE_FAIL,
    JetErr::DISK_READ_VERIFICATION_FAILURE,
];
/// Those of a full one.
const OF_A_FULL_DISK: &[JetErr] = &[JetErr::DISK_FULL, JetErr::LOG_DISK_FULL];

struct Subject {
    name: &'static str,
    start: FaultyFileSystem,
    options: Options,
    /// What the databases hold in the end.
    wanted: BTreeMap<String, Contents>,
}

fn disk(files: &Files) -> FaultyFileSystem {
    let fs = FaultyFileSystem::default();
    assert!(fs.put_dir(DIR));
    for (name, bytes) in files {
        assert!(fs.put(at(name), bytes), "{name}");
    }
    fs
}

fn recover(fs: &FaultyFileSystem, options: &Options) -> Result<Outcome, RecoveryError> {
    recover_in(Arc::new(fs.clone()), options)
}

impl Subject {
    fn new(name: &'static str, files: &Files, mut options: Options) -> Self {
        // A cache too small for the database: pages are written on the way, too.
        options.cache_bytes = 256 << 10;
        options.atomic_unit = SECTOR as u32;
        let start = disk(files);
        let fs = start.fork(Plan::quiet());
        recover(&fs, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
        let left = fs.snapshot();
        let names = left.keys().filter_map(|p| p.file_name()?.to_str());
        let wanted = names.filter(|n| sets::is_database(n)).map(|n| {
            let held = contents(&fs, &at(n)).unwrap_or_else(|e| panic!("{name}: {e}"));
            (n.to_owned(), held)
        });
        let wanted = wanted.collect();
        Self {
            name,
            start,
            options,
            wanted,
        }
    }

    /// The databases are what they shall be.
    fn holds(&self, fs: &FaultyFileSystem) -> Result<(), String> {
        for (name, wanted) in &self.wanted {
            let held = contents(fs, &at(name))?;
            let mut problems = different_tables(&held, wanted, false);
            problems.extend(clean_and_sound(fs, &at(name)));
            if !problems.is_empty() {
                return Err(format!("{name}: {}", problems.join("; ")));
            }
        }
        Ok(())
    }

    /// A recovery of this disk succeeds, and the databases are what they shall be.
    fn recovers(&self, fs: &FaultyFileSystem) -> Result<(), String> {
        let answer = recover(fs, &self.options);
        answer.map_err(|e| format!("{}: {e}", e.jet_err()))?;
        self.holds(fs)
    }

    fn sweep(&self, few: u64) -> Sweep {
        let sweep = Sweep::new(testkit::first_seed()).torn(testkit::rounds(1, 6));
        match testkit::rounds(few, u64::MAX) {
            u64::MAX => sweep,
            few => sweep.sample(few),
        }
    }

    fn crashes(&self) {
        let swept = self.sweep(40).crashes(
            &self.start,
            |fs| recover(fs, &self.options).is_ok(),
            |_, done, image| {
                if *done {
                    // It said that it was done: so it is, whatever happens to the machine.
                    self.holds(image)?;
                }
                self.recovers(image)
            },
        );
        let swept = swept.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        eprintln!("{}: {swept:?}", self.name);
    }

    fn faults(&self, kind: ErrorKind, documented: &[JetErr]) {
        let swept = self.sweep(60).faults(
            &self.start,
            Fault::Fail(kind),
            |fs| recover(fs, &self.options),
            |case, answer, fs| self.after_a_fault(case, answer, fs, documented),
        );
        let swept = swept.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        eprintln!("{}: {kind:?} {swept:?}", self.name);
    }

    fn after_a_fault(
        &self,
        case: &Case,
        answer: Result<Outcome, RecoveryError>,
        fs: &FaultyFileSystem,
        documented: &[JetErr],
    ) -> Result<(), String> {
        match (answer, &case.point) {
            (Ok(_), _) => {
                // What failed could be done without; then everything must be there.
                self.holds(&fs.image(CrashKind::PowerCut, 0))?;
            }
            (Err(e), Point::Nowhere) => return Err(format!("undisturbed: {e}")),
            (Err(e), Point::At(..)) if !documented.contains(&e.jet_err()) => {
                return Err(format!("undocumented: {}: {e}", e.jet_err()));
            }
            (Err(_), Point::At(..)) => {}
        }
        for image in [fs.fork(Plan::quiet()), fs.image(CrashKind::PowerCut, 0)] {
            self.recovers(&image)?;
        }
        Ok(())
    }

    /// A crash in the recovery after a crash in the recovery ...
    fn in_a_row(&self) {
        let first = testkit::first_seed();
        let (mut crashed, mut rounds) = (0, 0);
        for seed in first..first + testkit::rounds(4, 400) {
            let mut rng = SeededRng::new(seed);
            let mut fs = self.start.fork(Plan::quiet());
            let quiet = fs.fork(Plan::quiet());
            let _ = recover(&quiet, &self.options);
            let most = quiet.ops();
            let mut story = Vec::new();
            for _ in 0..6 {
                let fault = [Fault::CrashBefore, Fault::CrashAfter][rng.below(2) as usize];
                let cut = fs.fork(Plan::seeded(rng.next_u64()).at(rng.below(most), fault));
                match recover(&cut, &self.options) {
                    Ok(_) => story.push("done".to_owned()),
                    Err(_) if cut.is_down() => {
                        let (op, _) = &cut.fired()[0];
                        story.push(format!("{fault:?} {op}"));
                        crashed += 1;
                    }
                    Err(e) => panic!("{}, seed {seed}: {e}, after {story:#?}", self.name),
                }
                let kinds = [
                    CrashKind::ProcessCrash,
                    CrashKind::PowerCut,
                    CrashKind::TornWrites,
                ];
                let kind = kinds[rng.below(3) as usize];
                story.push(format!("{kind:?}"));
                fs = cut.image(kind, rng.next_u64());
                rounds += 1;
            }
            let held = self.recovers(&fs);
            held.unwrap_or_else(|e| panic!("{}, seed {seed}: {e}, after {story:#?}", self.name));
        }
        eprintln!(
            "{}: {crashed} of {rounds} recoveries were cut off",
            self.name
        );
        assert!(crashed > 0);
    }
}

fn crash_set(name: &'static str) -> Option<Subject> {
    let Some(set) = sets::crash(name) else {
        testkit::skip(&format!("witness/crashes/{name}"));
        return None;
    };
    Some(Subject::new(name, &set.files, set.options))
}

/// 8 KiB pages, two databases, undo over both.
fn two_databases() -> Option<Subject> {
    crash_set("two-dbs-end")
}

/// 4 KiB pages, undo of DDL.
fn ddl() -> Option<Subject> {
    crash_set("ddl-end-4k")
}

/// 16 KiB pages, nothing but logs.
fn rebuilt() -> Option<Subject> {
    const NAME: &str = "maint-16k-efv9420";
    let Some(set) = sets::history(NAME) else {
        testkit::skip(NAME);
        return None;
    };
    assert_eq!(databases(&set.files).len(), 1);
    Some(Subject::new(NAME, &logs_only(&set.files), set.options))
}

/// 4 KiB pages of our engine: a transaction that is open at the end has replaced rows of many pages,
/// and others have split these pages since, durably. Its before-images are not in the log, and no page
/// is in the file: recovery, whose cache is too small for them, has to keep back each page that one of
/// these rows was on until what it was before stands in the log.
fn owed() -> Option<Subject> {
    const ROWS: i32 = 500;
    let fs = FaultyFileSystem::default();
    assert!(fs.put_dir(DIR));
    let mut params = InstanceParams::new(DIR);
    params.log_file_kib = Some(1024);
    params.background = false;
    let env = world::env(Arc::new(fs.clone()), 1);
    let instance = Instance::start(env, params).unwrap();
    let db = instance
        .create(at("a.edb"), &CreateOptions::default())
        .unwrap();
    let (long, other) = (instance.session().unwrap(), instance.session().unwrap());
    let rows = TableDef::new("rows")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("data", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", "+id").primary());
    db.create_table(&other, &rows).unwrap();
    let mut table = db.table(&other, "rows").unwrap();
    let insert = |table: &mut Table<'_>, id: i32| {
        let transaction = other.transaction().unwrap();
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.set("data", &vec![(id % 100) as u8; 400]).unwrap();
        row.save().unwrap();
        transaction.commit_as(CommitKind::Lazy).unwrap();
    };
    (0..ROWS).for_each(|n| insert(&mut table, n * 10));
    // All of this is in the file, and behind the checkpoint.
    instance.checkpoint().unwrap();
    long.begin(false).unwrap();
    let mut changed = db.table(&long, "rows").unwrap();
    for n in (0..ROWS).filter(|n| n % 8 > 3) {
        let key = (n * 10).to_le_bytes();
        assert!(changed.find(&[Some(&key)]).unwrap());
        let mut row = changed.replace().unwrap();
        row.set("data", &vec![200; 390]).unwrap();
        row.save().unwrap();
    }
    for n in 0..ROWS {
        (1..4).for_each(|k| insert(&mut table, n * 10 + k));
    }
    other.wait_all().unwrap();
    let files = fs.image(CrashKind::PowerCut, 0).snapshot();
    let named = |(path, bytes): (std::path::PathBuf, _)| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (name.to_owned(), bytes)
    };
    let files: Files = files.into_iter().map(named).collect();
    let options = Options::of_folder(DIR.into(), "edb");
    let subject = Subject::new("owed", &files, options);
    // What is wanted is what was committed: the engine's own rollback says what that is.
    long.rollback().unwrap();
    drop((table, changed));
    drop((long, other, db));
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    let committed = contents(&fs, &at("a.edb")).unwrap();
    assert_eq!(committed["rows"].0, 4 * ROWS as u64);
    assert_eq!(subject.wanted["a.edb"]["rows"], committed["rows"]);
    Some(subject)
}

macro_rules! subjects {
    ($($name:ident),*) => { $(
        mod $name {
            use super::{ErrorKind, OF_A_BAD_DISK, OF_A_FULL_DISK};

            #[test]
            fn is_recovered_after_a_crash_at_each_operation() {
                super::$name().inspect(|s| s.crashes());
            }

            #[test]
            fn is_recovered_after_crashes_in_a_row() {
                super::$name().inspect(|s| s.in_a_row());
            }

            #[test]
            fn is_recovered_after_an_error_of_the_disk_at_each_operation() {
                super::$name().inspect(|s| s.faults(ErrorKind::Other, OF_A_BAD_DISK));
            }

            #[test]
            fn is_recovered_after_a_full_disk_at_each_operation() {
                super::$name().inspect(|s| s.faults(ErrorKind::StorageFull, OF_A_FULL_DISK));
            }
        }
    )* };
}

subjects!(two_databases, ddl, rebuilt, owed);

/// The error of a disk keeps its way up: a caller can see that it was the disk's.
#[test]
fn an_injected_error_is_seen_through_the_layers() {
    let Some(subject) = ddl() else {
        return;
    };
    let fs = subject
        .start
        .fork(Plan::seeded(1).at(0, Fault::Fail(ErrorKind::Other)));
    let e = recover(&fs, &subject.options).expect_err("the first operation fails");
    assert!(!is_crash(&e), "{e}");
    let said = injected(&e).map_or_else(|| e.to_string(), |i| i.at.clone());
    assert!(said.contains("op 0"), "{said}");
}

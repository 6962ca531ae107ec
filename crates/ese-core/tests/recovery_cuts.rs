//! Goal: recovery may be cut off anywhere, and fail anywhere, and begun again.
//!
//! Method: the faulty disk (`io::faulty`) stops at each operation of a recovery in turn; what a
//! process crash, a power cut and torn writes leave is recovered again, and must hold the same tables,
//! clean and sound. What recovery can't make good, here as with the original, is a write that was torn
//! within itself: a page of a database has no second copy, nor has a full segment of a log. Then the
//! answer is JET_errReadVerifyFailure or JET_errLogFileCorrupt with the place. One case is left out, a
//! page torn inside that passes for one with a flipped bit (`looks_flipped`): that is corrected, and may
//! be wrong. Likewise each operation fails once, with an error of the disk or a full disk: the
//! call says so with a documented error, and the next one succeeds. Three sets: pages of 4, 8 and 16
//! KiB, two with an undo phase, one rebuilt from its logs. Normally a seeded choice of the operations,
//! all of them under `cargo xtask test --full`.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::header_page::select_header;
use ese_core::format::ids::Pgno;
use ese_core::io::ErrorKind;
use ese_core::io::faulty::{
    Case, CrashKind, Fault, FaultyFileSystem, Plan, Point, Sweep, injected, is_crash,
};
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::recovery::{Cause, Options, Outcome, RecoveryError};
use recovery_support::check::{Contents, clean_and_sound, contents, different_tables};
use recovery_support::sets::{self, Files, databases, logs_only};
use recovery_support::world::{DIR, at, recover_in};
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

/// A page of a database, or a segment of a log, does not match its checksum.
fn is_torn(e: &RecoveryError) -> bool {
    let page = matches!(&*e.cause, Cause::Page(_)) && e.jet_err() == JetErr::READ_VERIFY_FAILURE;
    page || e.jet_err() == JetErr::LOG_FILE_CORRUPT && e.to_string().contains("torn")
}

/// A page matches its checksum but for one bit. No bit was flipped on this disk: it is a page torn between
/// two of its 512-byte sectors, part of it older, whose changes the checksum takes for one bit (found: the
/// deleted flags of three nodes that lie in one column of the checksum words). Recovery corrects the
/// bit, as the original does, and takes the mixture for whole: the format knows no better
/// (docs/recover.md, "What recovery can't know"). Such an image proves nothing, so it is counted and left.
fn looks_flipped(fs: &FaultyFileSystem) -> bool {
    let databases = fs.snapshot().into_iter();
    let mut databases = databases.filter(|(p, _)| p.extension().is_some_and(|x| x == "edb"));
    databases.any(|(_, bytes)| {
        let Ok(selected) = select_header(&bytes) else {
            return false;
        };
        let pages = bytes.chunks_exact(selected.page_size.bytes()).skip(2);
        (1..)
            .zip(pages)
            .any(|(pgno, page)| matches!(verify(page, Pgno(pgno)), PageVerdict::Correctable { .. }))
    })
}

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
        let mut torn = 0;
        let swept = self.sweep(40).crashes(
            &self.start,
            |fs| recover(fs, &self.options).is_ok(),
            |case, done, image| {
                if *done {
                    // It said that it was done: so it is, whatever happens to the machine.
                    self.holds(image)?;
                }
                let may_be_torn = matches!(case.image, Some((CrashKind::TornWrites, _)));
                if may_be_torn && looks_flipped(image) {
                    torn += 1;
                    return Ok(());
                }
                match recover(image, &self.options) {
                    Ok(_) => self.holds(image),
                    Err(e) if may_be_torn && is_torn(&e) => {
                        torn += 1;
                        Ok(())
                    }
                    Err(e) => Err(format!("{}: {e}", e.jet_err())),
                }
            },
        );
        let swept = swept.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        eprintln!("{}: {swept:?}, {torn} with a torn write", self.name);
        assert!(swept.cases > 10 * torn, "{torn} torn writes");
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
        let (mut crashed, mut rounds, mut torn) = (0, 0, 0);
        for seed in first..first + testkit::rounds(4, 400) {
            let mut rng = SeededRng::new(seed);
            let mut fs = self.start.fork(Plan::quiet());
            let quiet = fs.fork(Plan::quiet());
            let _ = recover(&quiet, &self.options);
            let most = quiet.ops();
            let mut story = Vec::new();
            // Torn writes in every second seed: they may end in a refusal.
            let may_be_torn = seed % 2 == 0;
            let mut refused = false;
            for _ in 0..6 {
                if refused {
                    break;
                }
                let fault = [Fault::CrashBefore, Fault::CrashAfter][rng.below(2) as usize];
                let cut = fs.fork(Plan::seeded(rng.next_u64()).at(rng.below(most), fault));
                match recover(&cut, &self.options) {
                    Ok(_) => story.push("done".to_owned()),
                    Err(_) if cut.is_down() => {
                        let (op, _) = &cut.fired()[0];
                        story.push(format!("{fault:?} {op}"));
                        crashed += 1;
                    }
                    Err(e) if may_be_torn && is_torn(&e) => {
                        refused = true;
                        continue;
                    }
                    Err(e) => panic!("{}, seed {seed}: {e}, after {story:#?}", self.name),
                }
                let kinds = [
                    CrashKind::ProcessCrash,
                    CrashKind::PowerCut,
                    CrashKind::TornWrites,
                ];
                let kind = kinds[rng.below(2 + u64::from(may_be_torn)) as usize];
                story.push(format!("{kind:?}"));
                fs = cut.image(kind, rng.next_u64());
                refused = may_be_torn && looks_flipped(&fs);
                rounds += 1;
            }
            if refused {
                torn += 1;
                continue;
            }
            match recover(&fs, &self.options) {
                Err(e) if may_be_torn && is_torn(&e) => torn += 1,
                Err(e) => panic!("{}, seed {seed}: {e}, after {story:#?}", self.name),
                Ok(_) => {
                    let held = self.holds(&fs);
                    held.unwrap_or_else(|e| {
                        panic!("{}, seed {seed}: {e}, after {story:#?}", self.name)
                    });
                }
            }
        }
        eprintln!(
            "{}: {crashed} of {rounds} recoveries were cut off, {torn} rows ended with a torn write",
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

subjects!(two_databases, ddl, rebuilt);

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

//! Goal: the machine goes down at any operation of a workload, and the next start gives exactly what
//! was committed; any operation fails once, and nothing that was committed is lost.
#![forbid(unsafe_code)]

#[path = "../engine_support/mod.rs"]
mod engine_support;
mod shrink;

use engine_support::workload::{History, Mix, run};
use engine_support::{
    Contents, NAME, attach, contents, create, env, params, path, problems, seen_by_all,
};
use ese_core::format::ids::PageSize;
use ese_core::instance::{Instance, InstanceError, TermKind};
use ese_core::io::faulty::{
    CrashKind, Fault, FaultyFileSystem, OpKind, OpRecord, Pick, Plan, SECTOR, Sweep,
};
use ese_core::session::{CommitKind, Session};
use ese_core::{HasJetErr, JetErr};
use std::sync::Arc;

const SIZE: PageSize = PageSize::K4;

/// Every start has random numbers of its own, as far as there are any: signatures tell lives apart.
fn start_with(fs: &FaultyFileSystem, seed: u64) -> Result<Instance, InstanceError> {
    let mut params = params(SIZE);
    // Torn writes are torn between these.
    params.atomic_unit = SECTOR as u32;
    Instance::start(env(Arc::new(fs.clone()), seed), params)
}

/// Pages are in the file as soon as they are written.
fn unguarded(fs: &FaultyFileSystem) -> Instance {
    Instance::start(env(Arc::new(fs.clone()), 2), params(SIZE)).unwrap()
}

fn start(fs: &FaultyFileSystem) -> Result<Instance, String> {
    start_with(fs, 2).map_err(|e| e.to_string())
}

/// What the workload knows at its end.
struct Known {
    /// The database was made.
    made: bool,
    /// The instance ended cleanly.
    clean: bool,
    history: History,
}

/// Starts, attaches (or makes) the database, works, ends. Whatever fails ends it.
fn life(fs: &FaultyFileSystem, mix: &Mix, with: &Contents, make: bool) -> Known {
    let mut known = Known {
        made: !make,
        clean: false,
        history: History::new(with.clone()),
    };
    let mut go = || -> Result<(), String> {
        let instance = start_with(fs, mix.seed).map_err(|e| e.to_string())?;
        let db = match make {
            true => create(&instance),
            false => attach(&instance),
        };
        let db = db.map_err(|e| e.to_string())?;
        known.made = true;
        known.history = run(&instance, &db, mix, with.clone());
        if let Some(ended) = &known.history.ended {
            return Err(ended.clone());
        }
        drop(db);
        instance.term(TermKind::Clean).map_err(|e| e.to_string())?;
        known.clean = true;
        known.history.durable = known.history.states.len() - 1;
        Ok(())
    };
    if let Err(e) = go() {
        known.history.ended = Some(e);
    }
    known
}

/// The next start, and what it finds.
fn check(known: &Known, fs: &FaultyFileSystem) -> Result<(), String> {
    let instance = start(fs)?;
    let db = match attach(&instance) {
        Err(e) if !known.made && e.jet_err() == JetErr::FILE_NOT_FOUND => return Ok(()),
        db => db.map_err(|e| format!("attach: {e}"))?,
    };
    let found = seen_by_all(&instance, &db);
    known.history.allows(&found)?;
    let problems = problems(&db);
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    // It goes on from there.
    let session = instance.session().map_err(|e| e.to_string())?;
    let [tree, _] = engine_support::Trees::default().trees;
    session
        .update(&db, |w| {
            w.writer().insert(&tree, b"\xFF after the crash", b"x")?;
            Ok(())
        })
        .map_err(|e| format!("afterwards: {e}"))?;
    let more = contents(&session.look(&db), db.no());
    if more.len() != found.len() + 1 {
        return Err("the insert behind the crash is not there".to_owned());
    }
    drop((session, db));
    instance
        .term(TermKind::Clean)
        .map_err(|e| format!("end: {e}"))
}

/// A database that has lived for a while and was closed.
fn base(seed: u64) -> (FaultyFileSystem, Contents) {
    let fs = FaultyFileSystem::new(Plan::seeded(seed));
    let known = life(&fs, &Mix::new(seed + 1000), &Contents::new(), true);
    assert_eq!(known.history.ended, None);
    let last = known.history.states.last().unwrap().clone();
    (fs, last)
}

fn small(seed: u64) -> Mix {
    Mix {
        steps: 60,
        sessions: 2,
        tick: 6,
        ..Mix::new(seed)
    }
}

#[test]
fn a_crash_at_any_operation_of_a_life() {
    // In 101 a page is written whose nodes went to another one before they were committed.
    for (seed, steps, torn) in [(11, 60, 1), (101, 140, 0)] {
        let (fs, contents) = base(seed);
        let sweep = Sweep::new(seed).torn(torn).sample(150);
        let mix = Mix {
            steps,
            ..small(seed)
        };
        let swept = sweep.crashes(
            &fs,
            |fs| life(fs, &mix, &contents, false),
            |_, known, fs| check(known, fs),
        );
        let swept = swept.unwrap_or_else(|e| panic!("{e}"));
        assert!(swept.ops > 100, "{swept:?}");
    }
}

#[test]
fn a_crash_at_any_operation_of_a_creation() {
    let fs = FaultyFileSystem::new(Plan::seeded(13));
    let mix = Mix {
        steps: 10,
        ..small(13)
    };
    let sweep = Sweep::new(13).torn(1).sample(120);
    let swept = sweep.crashes(
        &fs,
        |fs| life(fs, &mix, &Contents::new(), true),
        |_, known, fs| check(known, fs),
    );
    swept.unwrap_or_else(|e| panic!("{e}"));
}

/// A start that begins a new log and comes no further leaves that log without a record, behind one that
/// was closed; or none, behind one that has its archived name.
#[test]
fn a_crash_between_a_new_log_and_its_first_record() {
    let (fs, contents) = base(23);
    let mut known = Known {
        made: true,
        clean: true,
        history: History::new(contents),
    };
    known.history.durable = 0;
    let mut rolled = 0;
    for _ in 0..8 {
        let kinds = [OpKind::Rename, OpKind::SyncDir];
        let sweep = Sweep::new(23).torn(0).kinds(&kinds);
        let start_only = |fs: &FaultyFileSystem| drop(start_with(fs, 5));
        let swept = sweep.crashes(&fs, start_only, |_, (), image| check(&known, image));
        rolled += swept.unwrap_or_else(|e| panic!("{e}")).runs - 1;
        let instance = start(&fs).unwrap();
        drop(attach(&instance).unwrap());
        instance.term(TermKind::Clean).unwrap();
    }
    assert!(rolled > 0, "no start began a new log");
}

/// An operation fails once: what is acknowledged afterwards is true all the same, and nothing that was
/// committed is lost.
fn fails_once(seed: u64, fault: Fault) {
    let (fs, contents) = base(seed);
    let sweep = Sweep::new(seed).sample(100);
    let work = |fs: &FaultyFileSystem| life(fs, &small(seed), &contents, false);
    let swept = sweep.faults(&fs, fault, work, |_, known, fs| {
        // Whoever has no lock any more may start again; what was synced or not, it is readable.
        check(&known, &fs.fork(Plan::quiet()))
    });
    swept.unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn any_operation_fails_once() {
    for seed in [14, 202] {
        fails_once(seed, Fault::EIO);
    }
}

#[test]
fn the_disk_is_full_once() {
    for seed in [15, 300] {
        fails_once(seed, Fault::ENOSPC);
    }
}

/// After a failed sync of the log nothing is acknowledged, and a crash loses nothing that was before.
#[test]
fn nothing_goes_on_without_a_log() {
    let (fs, before) = base(16);
    let instance = start(&fs).unwrap();
    let db = attach(&instance).unwrap();
    let session = instance.session().unwrap();
    let [tree, _] = engine_support::Trees::default().trees;
    let put = |key: &[u8]| {
        session.update(&db, |w| {
            w.writer().insert(&tree, key, b"x")?;
            Ok(())
        })
    };
    put(b"\xFFone").unwrap();
    // The newest log, which may still be written by the name that it was made under.
    let log = |op: &OpRecord| {
        ["edb.log", "edbtmp.log"]
            .iter()
            .any(|n| op.path.ends_with(n))
    };
    fs.set_plan(Plan::quiet().on(Pick::of(OpKind::Sync).matching(log), Fault::EIO));
    let name = |r: Result<(), ese_core::work::WorkError>| r.unwrap_err().jet_err().name();
    assert_eq!(name(put(b"\xFFtwo")), "JET_errLogWriteFail");
    fs.set_plan(Plan::quiet());
    assert_eq!(name(put(b"\xFFthree")), "JET_errInstanceUnavailable");
    assert!(instance.checkpoint().is_err());
    let end = instance.term(TermKind::Clean).unwrap_err();
    assert_eq!(end.jet_err().name(), "JET_errInstanceUnavailable");
    drop((session, db, instance));
    let after = fs.image(CrashKind::PowerCut, 0);
    let second = start(&after).unwrap();
    let db = attach(&second).unwrap();
    let found = seen_by_all(&second, &db);
    let mut wanted = before;
    wanted.insert((0, b"\xFFone".to_vec(), b"x".to_vec()));
    assert_eq!(found, wanted);
    assert!(fs.get(path(NAME)).is_some());
}

/// A disk that is full for good: the log lives on its reserves, what is begun ends, nothing begins.
#[test]
fn a_full_disk_lets_what_is_begun_end() {
    let (fs, before) = base(17);
    let instance = start(&fs).unwrap();
    let db = attach(&instance).unwrap();
    let session = instance.session().unwrap();
    let [tree, _] = engine_support::Trees::default().trees;
    let used: usize = fs.snapshot().values().map(Vec::len).sum();
    fs.set_plan(Plan::quiet().capacity(used as u64));
    let mut done = 0u32;
    let error = loop {
        let key = [&b"\xFF"[..], &done.to_be_bytes()].concat();
        let put = session.update(&db, |w| {
            w.writer().insert(&tree, &key, &[7; 900])?;
            Ok(())
        });
        match put {
            Ok(()) => done += 1,
            Err(e) => break e,
        }
        assert!(done < 10_000, "the disk is never full");
    };
    let name = error.jet_err().name();
    assert!(
        ["JET_errDiskFull", "JET_errLogDiskFull"].contains(&name),
        "{name}: {error}"
    );
    assert_eq!(session.level(), 0);
    drop((session, db));
    // It may end, or not: nothing is lost.
    let _ = instance.term(TermKind::Clean);
    drop(instance);
    fs.set_plan(Plan::quiet());
    let second = start(&fs).unwrap();
    let db = attach(&second).unwrap();
    assert_eq!(
        seen_by_all(&second, &db).len(),
        before.len() + done as usize
    );
    assert_eq!(problems(&db), [""; 0]);
}

/// A page with a change that is committed, but whose commit is not durable yet, waits for it: after a
/// power cut the transaction is undone, and nothing else says what was before.
#[test]
fn a_page_waits_for_a_lazy_commit() {
    let (fs, _) = base(18);
    let instance = unguarded(&fs);
    let db = attach(&instance).unwrap();
    let (lazy, other) = (instance.session().unwrap(), instance.session().unwrap());
    let [tree, _] = engine_support::Trees::default().trees;
    let put = |session: &Session, key: &[u8], data: &[u8], there: bool| {
        let done = session.update(&db, |w| {
            match there {
                true => w.writer().replace(&tree, key, data)?,
                false => w.writer().insert(&tree, key, data)?,
            };
            Ok(())
        });
        done.unwrap();
    };
    put(&other, b"\xFFone", b"before", false);
    lazy.begin(false).unwrap();
    put(&lazy, b"\xFFone", b"after", true);
    // The change is durable with this, its commit is not.
    put(&other, b"\xFFtwo", b"x", false);
    lazy.commit(CommitKind::Lazy).unwrap();
    let flushed = instance.cache().flush_db(db.no()).unwrap();
    assert!(flushed.written > 0);
    let after = fs.image(CrashKind::PowerCut, 0);
    let second = start(&after).unwrap();
    let db = attach(&second).unwrap();
    let session = second.session().unwrap();
    let seen = engine_support::read(&session.look(&db), db.no(), b"\xFFone");
    // It was made durable so that the page could go.
    assert_eq!(seen.as_deref(), Some(&b"after"[..]));
}

/// What is not committed goes to another page and is rolled back there. The page that it came from is
/// not written before the log says how: the rollback may be lost in a crash, that page not.
#[test]
fn a_page_waits_for_the_rollback_of_what_it_gave_away() {
    let (fs, before) = base(19);
    let instance = unguarded(&fs);
    let db = attach(&instance).unwrap();
    let (long, other) = (instance.session().unwrap(), instance.session().unwrap());
    let [tree, _] = engine_support::Trees::default().trees;
    let insert = |key: &[u8]| {
        let done = other.update(&db, |w| {
            w.writer().insert(&tree, key, &[1; 400])?;
            Ok(())
        });
        done.unwrap();
    };
    for k in 0..8u8 {
        insert(&[0xFF, k]);
    }
    long.begin(false).unwrap();
    // Only of what goes: nothing of the rollback touches the page that it came from.
    for k in 6..8u8 {
        let done = long.work(&db, |w| {
            w.writer().replace(&tree, &[0xFF, k], &[2; 300])?;
            Ok(())
        });
        done.unwrap();
    }
    for k in 0..8u8 {
        insert(&[0xFF, k, 1]);
    }
    long.rollback().unwrap();
    // The log is not written any more; pages are, as far as they may.
    let of_log = |op: &OpRecord| op.path.extension().is_some_and(|e| e == "log");
    let crash = Pick::of(OpKind::Write).matching(of_log);
    fs.set_plan(Plan::quiet().on(crash, Fault::CrashBefore));
    assert!(instance.cache().flush_db(db.no()).is_err());
    let after = fs.image(CrashKind::ProcessCrash, 0);
    let second = start(&after).unwrap();
    let db = attach(&second).unwrap();
    let found = seen_by_all(&second, &db);
    assert_eq!(found.len(), before.len() + 16);
    let ours = found.iter().filter(|(t, k, _)| *t == 0 && k[0] == 0xFF);
    assert!(ours.clone().all(|(.., data)| *data == [1; 400]));
}

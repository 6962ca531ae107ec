//! Goal: the machine goes down at any operation of a workload, and the next start gives exactly what
//! was committed; any operation fails once, and nothing that was committed is lost.
#![forbid(unsafe_code)]

#[path = "../engine_support/mod.rs"]
mod engine_support;

use engine_support::workload::{History, Mix, run};
use engine_support::{
    Contents, NAME, attach, contents, create, env, params, path, problems, seen_by_all,
};
use ese_core::format::ids::PageSize;
use ese_core::instance::{Instance, InstanceError, TermKind};
use ese_core::io::faulty::{Case, CrashKind, Fault, FaultyFileSystem, OpKind, Pick, Plan, Sweep};
use ese_core::{HasJetErr, JetErr};
use std::sync::Arc;

const SIZE: PageSize = PageSize::K4;

/// Every start has random numbers of its own, as far as there are any: signatures tell lives apart.
fn start_with(fs: &FaultyFileSystem, seed: u64) -> Result<Instance, InstanceError> {
    Instance::start(env(Arc::new(fs.clone()), seed), params(SIZE))
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

/// Half a sector's worth of a write may arrive (torn). The format has no second copy of a full log
/// segment nor of a page: such a start is refused, as the original refuses it (docs/format/recovery.md
/// §1.1), never taken for something else.
fn checked(case: &Case, known: &Known, fs: &FaultyFileSystem) -> Result<(), String> {
    if matches!(case.image, Some((CrashKind::TornWrites, _)))
        && let Err(e) = start_with(&fs.fork(Plan::quiet()), 3)
        && [JetErr::LOG_FILE_CORRUPT, JetErr::READ_VERIFY_FAILURE].contains(&e.jet_err())
    {
        return Ok(());
    }
    check(known, fs)
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
        let swept = sweep.crashes(&fs, |fs| life(fs, &mix, &contents, false), checked);
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
    let swept = sweep.crashes(&fs, |fs| life(fs, &mix, &Contents::new(), true), checked);
    swept.unwrap_or_else(|e| panic!("{e}"));
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
    fs.set_plan(Plan::quiet().on(Pick::of(OpKind::Sync).named("edb.log"), Fault::EIO));
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

//! A database that is not logged (JET_bitDbRecoveryOff): no record speaks of it, its transactions end
//! like others, a clean detach makes an ordinary database of it, a crash leaves it dirty for good.
#![forbid(unsafe_code)]

use super::engine_support::workload::{Mix, run};
use super::engine_support::{DIR, NAME, Trees, create, fill, path, problems, read, seen_by_all};
use super::recovery_support::check::header;
use super::start;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::db_header::DbState;
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::format::log_record::LrTyp;
use ese_core::instance::{AttachOptions, CreateOptions, Instance, OpenDb, TermKind};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::{FileSystem as _, OpenMode};
use ese_core::log::LogFile;
use ese_core::session::{CommitKind, Session};
use std::sync::Arc;

const APART: &str = "apart.edb";

fn create_apart(instance: &Instance) -> Arc<OpenDb> {
    let options = CreateOptions {
        unlogged: true,
        ..CreateOptions::default()
    };
    let made = instance.create_database(&path(APART), &options, &mut fill);
    made.unwrap()
}

fn put(session: &Session, db: &Arc<OpenDb>, key: &[u8]) {
    let [tree, _] = Trees::default().trees;
    let put = session.work(db, |w| Ok(w.writer().insert(&tree, key, b"data")?));
    put.unwrap();
}

fn has(instance: &Instance, db: &OpenDb, key: &[u8]) -> bool {
    let session = instance.session().unwrap();
    read(&session.look(db), db.no(), key).is_some()
}

/// Names of all records of all logs.
fn records(fs: &MemoryFileSystem) -> Vec<LrTyp> {
    let mut names = Vec::new();
    for entry in fs.read_dir(DIR.as_ref()).unwrap() {
        let at = entry.path;
        let prepared = at.ends_with("edbtmp.log");
        if prepared || at.extension().is_none_or(|e| e != "log") {
            continue;
        }
        let log = LogFile::open(fs.open(&at, OpenMode::Read).unwrap()).unwrap();
        let mut all = log.records().unwrap();
        while let Some((_, record)) = all.next() {
            names.push(record.typ());
        }
    }
    names
}

fn jet<T>(done: Result<T, impl HasJetErr>) -> JetErr {
    done.err().map_or(JetErr::SUCCESS, |e| e.jet_err())
}

#[test]
fn nothing_of_it_is_logged_and_a_detach_makes_it_clean() {
    let fs = MemoryFileSystem::new();
    let instance = start(&fs);
    let db = create_apart(&instance);
    assert!(!db.is_logged());
    let born = header(&fs, &path(APART)).unwrap();
    assert_eq!(born.state(), DbState::DirtyShutdown);
    let mix = Mix {
        steps: 400,
        keys: 60,
        ..Mix::new(7)
    };
    let history = run(&instance, &db, &mix, Default::default());
    assert_eq!(history.ended, None);
    let last = history.states.last().unwrap();
    assert_eq!(&seen_by_all(&instance, &db), last);
    drop(db);
    instance.detach(&path(APART)).unwrap();
    let clean = header(&fs, &path(APART)).unwrap();
    assert_eq!(clean.state(), DbState::CleanShutdown);
    assert_eq!(clean.sign_log, Signature::NONE);
    assert_eq!(
        (clean.lgpos_attach, clean.lgpos_consistent),
        (Lgpos::MIN, Lgpos::MIN)
    );
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    let of_instances = [LrTyp::Nop2, LrTyp::Init2, LrTyp::ShutDownMark, LrTyp::Term2];
    let mut others = records(&fs);
    others.retain(|typ| !of_instances.contains(typ));
    assert_eq!(others, []);

    // It is an ordinary database from now on.
    let again = start(&fs);
    let db = again.attach(&path(APART), &AttachOptions::default());
    let db = db.unwrap();
    assert!(db.is_logged());
    assert_eq!(&seen_by_all(&again, &db), last);
    assert_eq!(problems(&db), [""; 0]);
    let session = again.session().unwrap();
    session.begin(false).unwrap();
    put(&session, &db, b"logged now");
    session.commit(CommitKind::Durable).unwrap();
    drop((session, db, again));
    let again = start(&fs);
    let db = again.attach(&path(APART), &AttachOptions::default());
    assert!(has(&again, &db.unwrap(), b"logged now"));
}

#[test]
fn a_transaction_in_both_ends_in_both() {
    let fs = MemoryFileSystem::new();
    let instance = start(&fs);
    let (logged, apart) = (create(&instance).unwrap(), create_apart(&instance));
    let session = instance.session().unwrap();
    for (key, keep) in [(b"kept", true), (b"gone", false)] {
        session.begin(false).unwrap();
        put(&session, &apart, key);
        put(&session, &logged, key);
        match keep {
            true => drop(session.commit(CommitKind::Durable).unwrap()),
            false => session.rollback().unwrap(),
        }
        assert_eq!(has(&instance, &apart, key), keep);
        assert_eq!(has(&instance, &logged, key), keep);
    }
    assert_eq!(problems(&apart), [""; 0]);
    // An instance that ends makes both clean.
    drop((session, logged, apart));
    instance.term(TermKind::Clean).unwrap();
    for name in [NAME, APART] {
        let clean = header(&fs, &path(name)).unwrap();
        assert_eq!(clean.state(), DbState::CleanShutdown, "{name}");
        assert_eq!(clean.lgpos_consistent == Lgpos::MIN, name == APART);
    }
}

#[test]
fn a_crash_leaves_it_dirty_and_the_other_whole() {
    let fs = MemoryFileSystem::new();
    let instance = start(&fs);
    let (logged, apart) = (create(&instance).unwrap(), create_apart(&instance));
    let session = instance.session().unwrap();
    for db in [&logged, &apart] {
        session.begin(false).unwrap();
        put(&session, db, b"row");
        session.commit(CommitKind::Durable).unwrap();
    }
    drop((session, logged, apart, instance));
    let next = start(&fs);
    let options = AttachOptions::default();
    assert!(has(
        &next,
        &next.attach(&path(NAME), &options).unwrap(),
        b"row"
    ));
    for unlogged in [false, true] {
        let options = AttachOptions {
            unlogged,
            ..AttachOptions::default()
        };
        let dirty = jet(next.attach(&path(APART), &options).map(drop));
        assert_eq!(dirty, JetErr::DATABASE_DIRTY_SHUTDOWN);
    }
}

/// What was logged before it was attached without a log belongs to another life: recovery must not
/// bring it back.
#[test]
fn recovery_leaves_alone_what_was_attached_without_a_log() {
    let fs = MemoryFileSystem::new();
    let instance = start(&fs);
    drop(create(&instance).unwrap());
    instance.detach(&path(NAME)).unwrap();
    let options = AttachOptions {
        unlogged: true,
        ..AttachOptions::default()
    };
    let db = instance.attach(&path(NAME), &options).unwrap();
    let session = instance.session().unwrap();
    session.begin(false).unwrap();
    put(&session, &db, b"row");
    session.commit(CommitKind::Durable).unwrap();
    drop((session, db, instance));
    let next = start(&fs);
    let dirty = jet(next.attach(&path(NAME), &options).map(drop));
    assert_eq!(dirty, JetErr::DATABASE_DIRTY_SHUTDOWN);
    assert_eq!(
        header(&fs, &path(NAME)).unwrap().state(),
        DbState::DirtyShutdown
    );
}

//! What is refused, with the documented error (jet-api/behaviour-instances.md).
#![forbid(unsafe_code)]

use super::engine_support::{NAME, attach, create, env, fill, params, path};
use super::{start, start_with};
use ese_core::HasJetErr;
use ese_core::format::ids::PageSize;
use ese_core::instance::{AttachOptions, CreateOptions, Instance, TermKind};
use ese_core::io::FileSystem as _;
use ese_core::io::memory::MemoryFileSystem;
use std::sync::Arc;

fn name<T: std::fmt::Debug, E: HasJetErr + std::fmt::Debug>(answer: Result<T, E>) -> &'static str {
    answer.unwrap_err().jet_err().name()
}

#[test]
fn one_instance_at_a_time() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    drop(create(&first).unwrap());
    let second = || Instance::start(env(Arc::new(fs.clone()), 2), params(PageSize::K4));
    assert_eq!(name(second()), "JET_errFileAccessDenied");
    drop(first);
    second().unwrap();
}

#[test]
fn a_missing_folder_is_made_only_when_asked_for() {
    let fs = MemoryFileSystem::new();
    let mut params = params(PageSize::K4);
    params.create_path = false;
    let start = |p| Instance::start(env(Arc::new(fs.clone()), 1), p);
    assert_eq!(name(start(params.clone())), "JET_errInvalidPath");
    params.create_path = true;
    params.system_dir = "/other/deep".into();
    start(params).unwrap().term(TermKind::Clean).unwrap();
    assert!(
        fs.get(std::path::Path::new("/other/deep/edb.chk"))
            .is_some()
    );
}

#[test]
fn databases_that_can_not_be_attached() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    let db = create(&first).unwrap();
    let options = CreateOptions::default();
    let create_again = |at: &str| first.create_database(&path(at), &options, &mut fill);
    assert_eq!(name(create_again(NAME)), "JET_errDatabaseDuplicate");
    assert!(Arc::ptr_eq(&attach(&first).unwrap(), &db), "it is attached");
    let at = |at: &str| first.attach(&path(at), &AttachOptions::default());
    assert_eq!(name(at("none.edb")), "JET_errFileNotFound");
    fs.create_dir(&path("dir")).unwrap();
    assert_eq!(name(at("dir")), "JET_errFileAccessDenied");
    fs.put(&path("text.edb"), b"no database at all".repeat(1000));
    assert_eq!(name(at("text.edb")), "JET_errDatabaseCorrupted");
    fs.put(&path("there.edb"), vec![1]);
    assert_eq!(name(create_again("there.edb")), "JET_errDatabaseDuplicate");
    // A byte copy of what is attached is dirty, and of the same signature.
    fs.put(&path("copy.edb"), fs.get(&path(NAME)).unwrap());
    assert_eq!(name(at("copy.edb")), "JET_errDatabaseSignInUse");
    assert_eq!(name(first.detach(&path(NAME))), "JET_errDatabaseInUse");
    drop(db);
    first.detach(&path(NAME)).unwrap();
    assert_eq!(name(first.detach(&path(NAME))), "JET_errDatabaseNotFound");
    assert_eq!(name(at("copy.edb")), "JET_errDatabaseDirtyShutdown");
    first.term(TermKind::Clean).unwrap();
    drop(first);

    let other = {
        let mut params = params(PageSize::K8);
        params.log_dir = "/logs8".into();
        params.system_dir = "/logs8".into();
        start_with(&fs, params)
    };
    assert_eq!(name(attach(&other)), "JET_errPageSizeMismatch");
    // Nothing of all this ended an instance, or made a file unusable.
    let again = start(&fs);
    drop(attach(&again).unwrap());
}

#[test]
fn six_databases_and_no_more() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    let make = |n: u32| {
        let at = path(&format!("d{n}.edb"));
        first.create_database(&at, &CreateOptions::default(), &mut fill)
    };
    for n in 0..6 {
        make(n).unwrap();
    }
    assert_eq!(name(make(6)), "JET_errTooManyAttachedDatabases");
    assert!(fs.get(&path("d6.edb")).is_none());
    first.detach(&path("d2.edb")).unwrap();
    assert_eq!(make(7).unwrap().dbid(), 3);
    first.term(TermKind::Clean).unwrap();
    drop(first);
    super::files::logs_alone_give_the_same(&fs, PageSize::K4);
}

#[test]
fn a_newer_database_is_refused() {
    let fs = MemoryFileSystem::new();
    let mut newer = params(PageSize::K4);
    newer.engine_format_version = Some(9180);
    let first = start_with(&fs, newer);
    drop(create(&first).unwrap());
    first.term(TermKind::Clean).unwrap();
    drop(first);
    let mut older = params(PageSize::K4);
    older.log_dir = "/elsewhere".into();
    older.system_dir = "/elsewhere".into();
    older.engine_format_version = Some(8920);
    let second = start_with(&fs, older);
    assert_eq!(
        name(attach(&second)),
        "JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion"
    );
    second.term(TermKind::Clean).unwrap();
    drop(second);
    // In another log sequence, and as it is.
    let mut third = params(PageSize::K4);
    third.log_dir = "/third".into();
    third.system_dir = "/third".into();
    let third = start_with(&fs, third);
    assert_eq!(
        attach(&third).unwrap().version().to_string(),
        "0x620,110,240"
    );
}

#[test]
fn a_creation_that_fails_ends_the_instance_and_leaves_no_file() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    let refused = first.create_database(&path(NAME), &CreateOptions::default(), &mut |w| {
        fill(w)?;
        Err(ese_core::work::WorkError::refused(
            ese_core::JetErr::INVALID_PARAMETER,
            "on purpose",
        ))
    });
    assert_eq!(name(refused), "JET_errInvalidParameter");
    assert_eq!(name(first.session()), "JET_errInstanceUnavailable");
    assert_eq!(
        name(first.term(TermKind::Clean)),
        "JET_errInstanceUnavailable"
    );
    drop(first);
    let second = start(&fs);
    assert_eq!(name(attach(&second)), "JET_errFileNotFound");
    create(&second).unwrap();
}

#[test]
fn an_open_transaction_hinders_the_end() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    let session = first.session().unwrap();
    session.begin(true).unwrap();
    assert_eq!(
        name(first.term(TermKind::Clean)),
        "JET_errTooManyActiveUsers"
    );
    assert_eq!(
        name(first.term(TermKind::Abrupt)),
        "JET_errTooManyActiveUsers"
    );
    session.rollback().unwrap();
    first.term(TermKind::Abrupt).unwrap();
}

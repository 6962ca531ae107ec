//! Goal: a database attached for reading only is read like any other, and not a byte of it changes,
//! nor does the log hear of it.
//!
//! Method: databases of the original and of our own, in instances with and without other databases.

use ese_core::catalog::write::{ColumnDef, TableDef};
use ese_core::database::ColumnType;
use ese_core::instance::{AttachOptions, CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};

const READ_ONLY: AttachOptions = AttachOptions {
    pages_most: 0,
    read_only: true,
    unlogged: false,
};

fn make(dir: &Path) -> PathBuf {
    let path = dir.join("a.edb");
    let instance = Instance::start(Env::real(), InstanceParams::new(dir)).unwrap();
    let db = instance.create(&path, &CreateOptions::default()).unwrap();
    let session = instance.session().unwrap();
    let table = TableDef::new("t").column(ColumnDef::new("n", ColumnType::Long));
    db.create_table(&session, &table).unwrap();
    let mut t = db.table(&session, "t").unwrap();
    for n in 0..100 {
        let mut row = t.insert().unwrap();
        row.set("n", n).unwrap();
        row.save().unwrap();
    }
    drop(t);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    path
}

fn count(instance: &Instance, path: &Path) -> usize {
    let db = instance.open_with(path, &READ_ONLY).unwrap();
    let session = instance.session().unwrap();
    let mut table = db.table(&session, "t").unwrap();
    let (mut count, mut more) = (0, table.first().unwrap());
    while more {
        count += 1;
        more = table.next().unwrap();
    }
    count
}

#[test]
fn nothing_changes_and_nothing_is_logged() {
    let (data, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = make(data.path());
    let before = std::fs::read(&path).unwrap();
    let instance = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    let at = instance.log().unwrap().position();
    assert_eq!(count(&instance, &path), 100);
    assert_eq!(instance.log().unwrap().position(), at);
    assert_eq!(instance.databases().len(), 1);
    instance.checkpoint().unwrap();
    instance.detach(&path).unwrap();
    assert_eq!(instance.databases().len(), 0);
    assert_eq!(count(&instance, &path), 100);
    // And beside a database that changes.
    let other = logs.path().join("b.edb");
    drop(instance.create(&other, &CreateOptions::default()).unwrap());
    instance.checkpoint().unwrap();
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let again = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    drop(again.open(&other).unwrap());
    again.term(TermKind::Clean).unwrap();
}

#[test]
fn a_crash_beside_it_recovers_without_it() {
    let (data, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = make(data.path());
    let other = logs.path().join("b.edb");
    let instance = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    assert_eq!(count(&instance, &path), 100);
    drop(instance.create(&other, &CreateOptions::default()).unwrap());
    instance.term(TermKind::Dirty).unwrap();
    drop(instance);
    std::fs::remove_file(&path).unwrap();
    let again = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    drop(again.open(&other).unwrap());
    again.term(TermKind::Clean).unwrap();
}

#[test]
fn changes_are_refused() {
    let (data, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = make(data.path());
    let instance = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    let db = instance.open_with(&path, &READ_ONLY).unwrap();
    assert!(db.attached().is_read_only());
    let session = instance.session().unwrap();
    let refused = db.create_table(&session, &TableDef::new("u")).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::PERMISSION_DENIED);
    let mut table = db.table(&session, "t").unwrap();
    assert!(table.first().unwrap());
    assert_eq!(
        table.delete().unwrap_err().jet_err(),
        JetErr::PERMISSION_DENIED
    );
    let refused = table.replace().map(|_| ()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::PERMISSION_DENIED);
    // Neither does a transaction that is open.
    let transaction = session.transaction().unwrap();
    assert_eq!(
        table.delete().unwrap_err().jet_err(),
        JetErr::PERMISSION_DENIED
    );
    transaction.commit().unwrap();
    assert_eq!(count(&instance, &path), 100);
}

#[test]
fn several_may_and_a_dirty_one_not() {
    let (data, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = make(data.path());
    let a = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    let second = tempfile::tempdir().unwrap();
    let b = Instance::start(Env::real(), InstanceParams::new(second.path())).unwrap();
    assert_eq!((count(&a, &path), count(&b, &path)), (100, 100));
    drop((a, b));
    let c = Instance::start(Env::real(), InstanceParams::new(data.path())).unwrap();
    drop(c.open(&path).unwrap());
    c.term(TermKind::Dirty).unwrap();
    drop(c);
    let d = Instance::start(Env::real(), InstanceParams::new(logs.path())).unwrap();
    let refused = d.open_with(&path, &READ_ONLY).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::DATABASE_DIRTY_SHUTDOWN);
    let missing = d
        .open_with(data.path().join("no.edb"), &READ_ONLY)
        .unwrap_err();
    assert_eq!(missing.jet_err(), JetErr::FILE_NOT_FOUND);
}

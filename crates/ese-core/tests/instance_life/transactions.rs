//! Levels, deferred begins, conflicts, updates as one step, a full version store.
#![forbid(unsafe_code)]

use super::engine_support::{
    Trees, attach, contents, create, nodes_on_pages, params, problems, seen_by_all,
};
use super::{start, start_with};
use ese_core::HasJetErr;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::instance::{Instance, OpenDb, TermKind};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::session::{CommitKind, Session};
use ese_core::space::create::NewTree;
use ese_core::trx::{Bookmark, Oper};
use ese_core::work::WorkError;
use std::sync::Arc;

fn name<T: std::fmt::Debug>(answer: Result<T, WorkError>) -> &'static str {
    answer.unwrap_err().jet_err().name()
}

fn put(session: &Session, db: &Arc<OpenDb>, key: &[u8], data: &[u8]) -> Result<(), WorkError> {
    let [tree, _] = Trees::default().trees;
    session.update(db, |w| {
        w.writer().insert(&tree, key, data)?;
        Ok(())
    })
}

fn replace(session: &Session, db: &Arc<OpenDb>, key: &[u8], data: &[u8]) -> Result<(), WorkError> {
    let [tree, _] = Trees::default().trees;
    session.update(db, |w| {
        w.writer().replace(&tree, key, data)?;
        Ok(())
    })
}

fn delete(session: &Session, db: &Arc<OpenDb>, key: &[u8]) -> Result<(), WorkError> {
    let [tree, _] = Trees::default().trees;
    session.update(db, |w| {
        w.writer().flag_delete(&tree, Bookmark { key, data: &[] })?;
        Ok(())
    })
}

fn world() -> (MemoryFileSystem, Instance, Arc<OpenDb>) {
    let fs = MemoryFileSystem::new();
    let instance = start(&fs);
    let db = create(&instance).unwrap();
    (fs, instance, db)
}

#[test]
fn seven_levels_and_each_is_taken_back_alone() {
    let (_fs, instance, db) = world();
    let session = instance.session().unwrap();
    for level in 1..=7u8 {
        assert_eq!(session.begin(false).unwrap(), level);
        put(&session, &db, &[level], b"x").unwrap();
    }
    assert_eq!(name(session.begin(false)), "JET_errTransTooDeep");
    let keys = || contents(&session.look(&db), db.no()).len();
    for level in (4..=7).rev() {
        assert_eq!(keys(), level);
        session.rollback().unwrap();
    }
    session.commit(CommitKind::Durable).unwrap();
    session.commit(CommitKind::Durable).unwrap();
    assert_eq!(keys(), 3);
    assert_eq!(seen_by_all(&instance, &db).len(), 0);
    assert!(session.commit(CommitKind::Durable).unwrap().is_some());
    assert_eq!(seen_by_all(&instance, &db).len(), 3);
    assert_eq!(
        name(session.commit(CommitKind::Durable)),
        "JET_errNotInTransaction"
    );
    assert_eq!(name(session.rollback()), "JET_errNotInTransaction");
}

#[test]
fn who_only_reads_leaves_no_trace_and_may_not_write() {
    let (_fs, instance, db) = world();
    let session = instance.session().unwrap();
    let before = instance.log().unwrap().position();
    session.begin(false).unwrap();
    session.begin(false).unwrap();
    contents(&session.look(&db), db.no());
    session.commit(CommitKind::Durable).unwrap();
    assert_eq!(session.commit(CommitKind::Durable).unwrap(), None);
    session.begin(true).unwrap();
    assert_eq!(name(put(&session, &db, b"k", b"x")), "JET_errTransReadOnly");
    session.rollback().unwrap();
    assert_eq!(instance.log().unwrap().position(), before);
}

#[test]
fn the_first_updater_wins() {
    let (_fs, instance, db) = world();
    let (a, b) = (instance.session().unwrap(), instance.session().unwrap());
    put(&a, &db, b"k", b"0").unwrap();
    a.begin(false).unwrap();
    b.begin(false).unwrap();
    replace(&a, &db, b"k", b"1").unwrap();
    assert_eq!(name(replace(&b, &db, b"k", b"2")), "JET_errWriteConflict");
    put(&a, &db, b"new", b"1").unwrap();
    assert_eq!(name(put(&b, &db, b"new", b"2")), "JET_errKeyDuplicate");
    a.commit(CommitKind::Durable).unwrap();
    // Its snapshot is older.
    assert_eq!(name(replace(&b, &db, b"k", b"2")), "JET_errWriteConflict");
    b.rollback().unwrap();
    b.begin(false).unwrap();
    replace(&b, &db, b"k", b"2").unwrap();
    b.commit(CommitKind::Lazy).unwrap();
    b.wait_last().unwrap();
}

/// What an update did before it failed is gone, the transaction goes on.
#[test]
fn an_update_is_one_step() {
    let (_fs, instance, db) = world();
    let session = instance.session().unwrap();
    let trees = Trees::default().trees;
    put(&session, &db, b"there", b"0").unwrap();
    session.begin(false).unwrap();
    put(&session, &db, b"one", b"1").unwrap();
    let twice = session.update(&db, |w| {
        w.writer().insert(&trees[1], b"index", b"pointer")?;
        w.writer().insert(&trees[0], b"there", b"again")?;
        Ok(())
    });
    assert_eq!(name(twice), "JET_errKeyDuplicate");
    assert_eq!(session.level(), 1);
    session.commit(CommitKind::Durable).unwrap();
    let keys: Vec<_> = seen_by_all(&instance, &db)
        .into_iter()
        .map(|e| e.1)
        .collect();
    assert_eq!(keys, [b"one".to_vec(), b"there".to_vec()]);
}

/// Deleted nodes leave their pages when nobody can see them any more, and not before.
#[test]
fn cleanup_waits_for_the_last_reader() {
    let (_fs, instance, db) = world();
    let (writer, reader) = (instance.session().unwrap(), instance.session().unwrap());
    for k in 0..200u8 {
        put(&writer, &db, &[k], &[k; 100]).unwrap();
    }
    reader.begin(true).unwrap();
    for k in 0..200u8 {
        delete(&writer, &db, &[k]).unwrap();
    }
    instance.clean(usize::MAX).unwrap();
    assert_eq!(contents(&reader.look(&db), db.no()).len(), 200);
    assert_eq!(seen_by_all(&instance, &db).len(), 0);
    reader.commit(CommitKind::Durable).unwrap();
    let cleaned = instance.clean(usize::MAX).unwrap();
    assert!(!cleaned.more && cleaned.versions == 200, "{cleaned:?}");
    assert_eq!(nodes_on_pages(&db), 0);
    assert_eq!(problems(&db), [""; 0]);
}

/// A tree that was made and not kept gives its pages back, and nothing is cleaned up in it later.
#[test]
fn a_tree_that_was_not_kept_leaves_no_pages() {
    let (_fs, instance, db) = world();
    let session = instance.session().unwrap();
    put(&session, &db, b"a", b"b").unwrap();
    let free = || {
        let pages = db.work_db().trees.pages();
        let root = ese_core::btree::Tree::new(Pgno(1), ese_core::format::ids::Objid(1));
        let space = ese_core::space::extents(pages, root, 1 << 20).unwrap();
        space.available.iter().map(|e| e.cpg).sum::<u32>()
    };
    let before = free();
    session.begin(false).unwrap();
    session
        .work(&db, |w| {
            let made = w.db.space.create_tree(&w.author, &NewTree::table(4))?;
            let tree = (db.no(), made.pgno_fdp, made.objid);
            w.trx.note(Oper::CreateTable, tree, &[])?;
            let tree = ese_core::btree::write::WriteTree::new(made.pgno_fdp, made.objid, true, 80);
            for k in 0..100u8 {
                w.writer().insert(&tree, &[k], &[k; 200])?;
            }
            Ok(())
        })
        .unwrap();
    assert!(free() < before);
    session.rollback().unwrap();
    assert!(free() >= before, "{} of {before} pages are free", free());
    instance.clean(usize::MAX).unwrap();
    assert_eq!(problems(&db), [""; 0]);
}

/// A transaction that fills the version store gets its error, is rolled back, and others go on.
#[test]
fn a_full_version_store_is_an_error_and_no_end() {
    let fs = MemoryFileSystem::new();
    let mut small = params(PageSize::K4);
    small.max_ver_pages = 2;
    let instance = start_with(&fs, small.clone());
    let db = create(&instance).unwrap();
    let session = instance.session().unwrap();
    // Many small transactions need no more than there is.
    for k in 0..600u32 {
        put(&session, &db, &k.to_be_bytes(), &[7; 30]).unwrap();
        replace(&session, &db, &k.to_be_bytes(), &[8; 300]).unwrap();
        if k % 2 == 0 {
            delete(&session, &db, &k.to_be_bytes()).unwrap();
        }
    }
    session.begin(false).unwrap();
    let mut answer = Ok(());
    for k in 0..10_000u32 {
        answer = put(
            &session,
            &db,
            &[&b"x"[..], &k.to_be_bytes()].concat(),
            &[1; 10],
        );
        if answer.is_err() {
            break;
        }
    }
    assert_eq!(name(answer), "JET_errVersionStoreOutOfMemory");
    session.rollback().unwrap();
    put(&session, &db, b"afterwards", b"x").unwrap();
    assert_eq!(seen_by_all(&instance, &db).len(), 301);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    let again = start_with(&fs, small);
    let db = attach(&again).unwrap();
    assert_eq!(seen_by_all(&again, &db).len(), 301);
    assert_eq!(problems(&db), [""; 0]);
}

/// Who is in the way of the cleanup is not waited for: neither while the version store fills, nor when it is
/// full.
#[test]
fn nobody_waits_for_the_oldest_transaction() {
    let fs = MemoryFileSystem::new();
    let mut small = params(PageSize::K4);
    small.max_ver_pages = 1;
    small.background = true;
    let instance = start_with(&fs, small);
    let db = create(&instance).unwrap();
    let (oldest, session) = (instance.session().unwrap(), instance.session().unwrap());
    put(&oldest, &db, b"first", b"x").unwrap();
    oldest.begin(false).unwrap();
    put(&oldest, &db, b"second", b"x").unwrap();
    let start = std::time::Instant::now();
    let mut answer = Ok(());
    for k in 0..10_000u32 {
        answer = put(&session, &db, &k.to_be_bytes(), &[1; 10]);
        if answer.is_err() {
            // Asked again it says the same, and as fast.
            answer = put(&session, &db, &k.to_be_bytes(), &[1; 10]);
            break;
        }
    }
    // Its own transaction is not the oldest.
    let full = "JET_errVersionStoreOutOfMemoryAndCleanupTimedOut";
    assert_eq!(name(answer), full);
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_secs(2), "{took:?}");
    oldest.rollback().unwrap();
    put(&session, &db, b"afterwards", b"x").unwrap();
}

/// What is not committed moves to another page, both are written, the machine goes down: what was
/// before can still be had. The page that the node came from owes it, not the one that it went to.
#[test]
fn what_moved_before_it_was_committed_can_be_undone_after_a_crash() {
    for rolls_back in [false, true] {
        let (fs, instance, db) = world();
        let (long, other) = (instance.session().unwrap(), instance.session().unwrap());
        for k in 0..8u8 {
            put(&other, &db, &[k], &[k; 400]).unwrap();
        }
        long.begin(false).unwrap();
        for k in 0..8u8 {
            replace(&long, &db, &[k], &[k; 300]).unwrap();
        }
        // The page splits, and half of them go.
        for k in 0..8u8 {
            put(&other, &db, &[k, 1], &[k; 400]).unwrap();
        }
        if rolls_back {
            long.rollback().unwrap();
        }
        instance.checkpoint().unwrap();
        let wanted = seen_by_all(&instance, &db);
        assert_eq!(wanted.len(), 16);
        drop((long, other, db, instance));
        let again = start(&fs);
        let db = attach(&again).unwrap();
        assert_eq!(seen_by_all(&again, &db), wanted);
        assert_eq!(problems(&db), [""; 0]);
    }
}

//! Goal: sessions on many threads, on the same records, with threads in the background: every
//! committed transaction counts once, every other not at all, and afterwards trees and space are whole.
#![forbid(unsafe_code)]

#[path = "../engine_support/mod.rs"]
mod engine_support;

use engine_support::{Trees, attach, contents, create, env, params, problems, seen_by_all};
use ese_core::HasJetErr;
use ese_core::JetErr;
use ese_core::cache::Budget;
use ese_core::format::ids::PageSize;
use ese_core::instance::{Instance, OpenDb, TermKind};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::session::CommitKind;
use ese_core::trx::{Bookmark, OnCleanup};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

const THREADS: u64 = 8;
const COUNTERS: u64 = 40;

fn is_conflict(e: &impl HasJetErr) -> bool {
    [
        JetErr::WRITE_CONFLICT,
        JetErr::KEY_DUPLICATE,
        JetErr::RECORD_NOT_FOUND,
    ]
    .contains(&e.jet_err())
}

/// Transfers between counters: their sum never changes, whoever looks and whenever.
fn transfer(instance: &Instance, db: &Arc<OpenDb>, seed: u64, turns: usize) -> (u64, u64) {
    let mut rng = SeededRng::new(seed);
    let session = instance.session().unwrap();
    let [unique, multi] = Trees::default().trees;
    let (mut done, mut refused) = (0, 0);
    for turn in 0..turns {
        session.begin(false).unwrap();
        let seen = contents(&session.look(db), db.no());
        let sum: i64 = counters(&seen).values().sum();
        assert_eq!(sum, 0, "thread {seed}, turn {turn}");
        let (a, b) = (rng.below(COUNTERS), rng.below(COUNTERS));
        let amount = rng.below(100) as i64;
        let now = counters(&seen);
        let note = [seed, turn as u64].map(u64::to_be_bytes).concat();
        let answer = session.update(db, |w| {
            for (key, by) in [(a, -amount), (b, amount)] {
                let value = match a == b {
                    true => now[&key],
                    false => now[&key] + by,
                };
                w.writer()
                    .replace(&unique, &[b'c', key as u8], &value.to_be_bytes())?;
            }
            w.writer().insert(&multi, &[a as u8], &note)?;
            if turn % 3 == 0 {
                let (key, data) = (&[a as u8][..], &note[..]);
                w.writer().flag_delete(&multi, Bookmark { key, data })?;
            }
            Ok(())
        });
        match answer {
            Ok(()) if rng.below(4) > 0 => {
                let kind = match rng.below(3) {
                    0 => CommitKind::Durable,
                    _ => CommitKind::Lazy,
                };
                session.commit(kind).unwrap();
                done += 1;
            }
            Ok(()) => session.rollback().unwrap(),
            Err(e) => {
                assert!(is_conflict(&e), "{e}");
                session.rollback().unwrap();
                refused += 1;
            }
        }
    }
    (done, refused)
}

fn counters(seen: &engine_support::Contents) -> std::collections::BTreeMap<u64, i64> {
    let counter = |(t, k, d): &(u8, Vec<u8>, Vec<u8>)| {
        let number = (*t == 0 && k[0] == b'c').then(|| u64::from(k[1]))?;
        Some((number, i64::from_be_bytes(d[..8].try_into().unwrap())))
    };
    seen.iter().filter_map(counter).collect()
}

fn setup(page_size: PageSize) -> (MemoryFileSystem, Instance, Arc<OpenDb>) {
    let fs = MemoryFileSystem::new();
    let mut params = params(page_size);
    params.background = true;
    params.cache = Budget { min: 32, max: 128 };
    params.circular = true;
    let instance = Instance::start(env(Arc::new(fs.clone()), 1), params).unwrap();
    let db = create(&instance).unwrap();
    (fs, instance, db)
}

fn again(fs: &MemoryFileSystem, page_size: PageSize) -> (Instance, Arc<OpenDb>) {
    let params = params(page_size);
    let instance = Instance::start(env(Arc::new(fs.clone()), 2), params).unwrap();
    let db = attach(&instance).unwrap();
    (instance, db)
}

/// With a clean end, and with none.
#[test]
fn transfers_on_the_same_records() {
    for kind in [TermKind::Clean, TermKind::Dirty] {
        let (fs, instance, db) = setup(PageSize::K4);
        let session = instance.session().unwrap();
        session
            .update(&db, |w| {
                let [unique, _] = Trees::default().trees;
                for n in 0..COUNTERS {
                    w.writer().insert(&unique, &[b'c', n as u8], &[0; 8])?;
                }
                Ok(())
            })
            .unwrap();
        let (mut done, mut refused) = (0, 0);
        thread::scope(|scope| {
            let (instance, db) = (&instance, &db);
            let run = |n| scope.spawn(move || transfer(instance, db, n, 60));
            let threads: Vec<_> = (0..THREADS).map(run).collect();
            for thread in threads {
                let (d, r) = thread.join().unwrap();
                (done, refused) = (done + d, refused + r);
            }
        });
        assert!(done > 50 && refused > 10, "{done} done, {refused} refused");
        session.wait_all().unwrap();
        let last = seen_by_all(&instance, &db);
        assert_eq!(problems(&db), [""; 0]);
        drop((session, db));
        instance.term(kind).unwrap();
        drop(instance);
        let (instance, db) = again(&fs, PageSize::K4);
        assert_eq!(seen_by_all(&instance, &db), last);
        assert_eq!(problems(&db), [""; 0]);
    }
}

/// Escrow: all threads add to one number at once, nobody is refused.
#[test]
fn escrow_on_one_record() {
    let (fs, instance, db) = setup(PageSize::K8);
    let [unique, _] = Trees::default().trees;
    let session = instance.session().unwrap();
    session
        .update(&db, |w| {
            w.writer().insert(&unique, b"e", &[0; 16])?;
            Ok(())
        })
        .unwrap();
    let sum = AtomicI64::new(0);
    thread::scope(|scope| {
        for n in 0..THREADS {
            let (instance, db, unique, sum) = (&instance, &db, &unique, &sum);
            scope.spawn(move || {
                let mut rng = SeededRng::new(n);
                let session = instance.session().unwrap();
                for _ in 0..80 {
                    session.begin(false).unwrap();
                    let amount = rng.below(1000) as i32 - 500;
                    session
                        .work(db, |w| {
                            let (key, data) = (&b"e"[..], &[][..]);
                            let then = OnCleanup::default();
                            let mut writer = w.writer();
                            writer.delta(unique, Bookmark { key, data }, 4, amount, then)?;
                            Ok(())
                        })
                        .unwrap();
                    if rng.below(3) == 0 {
                        session.rollback().unwrap();
                    } else {
                        session.commit(CommitKind::Lazy).unwrap();
                        sum.fetch_add(amount.into(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let value = |instance: &Instance, db: &OpenDb| {
        let seen = seen_by_all(instance, db);
        let (.., data) = seen.first().unwrap();
        i64::from(i32::from_le_bytes(data[4..8].try_into().unwrap()))
    };
    assert_eq!(value(&instance, &db), sum.load(Ordering::Relaxed));
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    let (instance, db) = again(&fs, PageSize::K8);
    assert_eq!(value(&instance, &db), sum.load(Ordering::Relaxed));
}

/// Threads that insert and delete ranges of their own, so that pages split, empty and merge beside
/// each other; the file ends up no larger than it has to be, and whole.
#[test]
fn trees_that_grow_and_shrink_under_many() {
    let (_fs, instance, db) = setup(PageSize::K4);
    let [unique, _] = Trees::default().trees;
    thread::scope(|scope| {
        for n in 0..THREADS as u8 {
            let (instance, db, unique) = (&instance, &db, &unique);
            scope.spawn(move || {
                let session = instance.session().unwrap();
                for round in 0..3u8 {
                    for k in 0..150u8 {
                        // Interleaved with those of the others.
                        let key = [k, n, round];
                        let put = session.update(db, |w| {
                            w.writer().insert(unique, &key, &[k; 220])?;
                            Ok(())
                        });
                        put.unwrap();
                    }
                    for k in 0..150u8 {
                        let key = [k, n, round];
                        let cut = session.update(db, |w| {
                            let bookmark = Bookmark {
                                key: &key,
                                data: &[],
                            };
                            w.writer().flag_delete(unique, bookmark)?;
                            Ok(())
                        });
                        cut.unwrap();
                    }
                }
            });
        }
    });
    assert_eq!(seen_by_all(&instance, &db).len(), 0);
    while instance.clean(usize::MAX).unwrap().more {
        instance.log().unwrap().flush().unwrap();
    }
    assert_eq!(problems(&db), [""; 0]);
    assert_eq!(engine_support::nodes_on_pages(&db), 0);
}

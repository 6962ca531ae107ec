//! Many threads on one tree: each with keys of its own, all of them beside the others' in the same
//! leaves; and cleaners that take pages out meanwhile.
#![forbid(unsafe_code)]

use crate::check::{replay, walk};
use crate::world::{Kind, Session, World};
use ese_core::format::ids::PageSize;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::trx::Bookmark;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

const THREADS: u16 = 8;

type Key = (Vec<u8>, Vec<u8>);
type Model = BTreeMap<Key, Vec<u8>>;

/// Keys of one thread lie between those of the others.
fn key(n: u64, thread: u16) -> Vec<u8> {
    [&b"key"[..], &n.to_be_bytes(), &thread.to_be_bytes()].concat()
}

fn work(world: &Arc<World>, thread: u16, seed: u64, dead: &Mutex<Vec<Key>>) -> Model {
    let unique = world.kind.unique;
    let mut rng = SeededRng::new(seed * 100 + u64::from(thread));
    let mut session = Session::new(world, 10 + thread);
    let mut committed = Model::new();
    let mut model = Model::new();
    let mut gone: Vec<Key> = Vec::new();
    for i in 0..testkit::rounds(1500, 20_000) {
        let n = match rng.below(3) {
            0 => i,
            1 => 1_000_000 - i,
            _ => rng.below(400),
        };
        let key = key(n, thread);
        let data = vec![rng.below(256) as u8; 1 + rng.below(120) as usize];
        let data = if unique { data } else { key[3..].to_vec() };
        let id: Key = (key.clone(), if unique { Vec::new() } else { data.clone() });
        let there = model.contains_key(&id);
        match rng.below(20) {
            0 => {
                session.commit();
                committed = model.clone();
                dead.lock().append(&mut gone);
            }
            1 => {
                session.rollback();
                // What was inserted lies there deleted, and may be cleaned up.
                let inserted = model.keys().filter(|k| !committed.contains_key(*k));
                dead.lock().extend(inserted.cloned());
                model = committed.clone();
                gone.clear();
            }
            2..=6 if there => {
                let bookmark = Bookmark {
                    key: &id.0,
                    data: &id.1,
                };
                session
                    .work(|w, tree| w.flag_delete(tree, bookmark))
                    .unwrap();
                model.remove(&id);
                gone.push(id);
            }
            _ if there && unique => {
                session
                    .work(|w, tree| w.replace(tree, &key, &data))
                    .unwrap();
                model.insert(id, data);
            }
            _ if there => {}
            _ => {
                session.work(|w, tree| w.insert(tree, &key, &data)).unwrap();
                model.insert(id, data);
            }
        }
    }
    session.commit();
    model
}

fn clean(world: &Arc<World>, procid: u16, dead: &Mutex<Vec<Key>>, done: &Mutex<bool>) {
    let mut cleaner = Session::new(world, procid);
    loop {
        let last = *done.lock();
        let Some(id) = dead.lock().pop() else {
            if last {
                return;
            }
            std::thread::yield_now();
            continue;
        };
        let bookmark = Bookmark {
            key: &id.0,
            data: &id.1,
        };
        cleaner.work(|w, tree| w.clean_up(tree, bookmark)).unwrap();
        cleaner.commit();
    }
}

fn run(kind: Kind, seed: u64) {
    let world = World::new(kind);
    let (dead, done) = (Mutex::new(Vec::new()), Mutex::new(false));
    let mut all = Model::new();
    std::thread::scope(|scope| {
        let cleaners: Vec<_> = (0..2)
            .map(|i| {
                let (world, dead, done) = (&world, &dead, &done);
                scope.spawn(move || clean(world, 0xFFF0 + i, dead, done))
            })
            .collect();
        let workers: Vec<_> = (0..THREADS)
            .map(|t| {
                let (world, dead) = (&world, &dead);
                scope.spawn(move || work(world, t, seed, dead))
            })
            .collect();
        for worker in workers {
            all.append(&mut worker.join().unwrap());
        }
        *done.lock() = true;
        for cleaner in cleaners {
            cleaner.join().unwrap();
        }
    });
    let tree = walk(&world);
    let want: Vec<_> = all.into_iter().map(|((k, _), d)| (k, d)).collect();
    assert_eq!(tree.live(), want);
    replay(&world);
}

#[test]
fn unique_keys() {
    for (seed, page_size) in [(1, PageSize::K2), (2, PageSize::K4), (3, PageSize::K8)] {
        run(Kind::new(page_size, true), seed);
    }
}

#[test]
fn keys_that_repeat() {
    run(Kind::new(PageSize::K2, false), 4);
}

/// Hardly any memory: pages are written and read all the time.
#[test]
fn little_memory() {
    let mut kind = Kind::new(PageSize::K2, true);
    kind.cache = 160;
    run(kind, 5);
}

//! Goal: an instance lives: create, work, clean end, start again, attach, the same contents; its logs
//! alone give the same pages; what others would do to its files is refused as documented; an end
//! without an end is recovered to exactly what was committed.
#![forbid(unsafe_code)]

#[path = "../engine_support/mod.rs"]
mod engine_support;
#[path = "../recovery_support/mod.rs"]
mod recovery_support;
#[path = "../replay_support/mod.rs"]
mod replay_support;

mod files;
mod races;
mod refusals;
mod transactions;
mod unlogged;

use engine_support::workload::{Mix, run};
use engine_support::{NAME, attach, create, env, params, path, problems, seen_by_all};
use ese_core::HasJetErr;
use ese_core::format::ids::PageSize;
use ese_core::instance::{Instance, InstanceParams, TermKind};
use ese_core::io::memory::MemoryFileSystem;
use std::sync::Arc;

fn start_with(fs: &MemoryFileSystem, params: InstanceParams) -> Instance {
    Instance::start(env(Arc::new(fs.clone()), 1), params).unwrap()
}

fn start(fs: &MemoryFileSystem) -> Instance {
    start_with(fs, params(PageSize::K4))
}

/// A workload, a clean end, another start: the same is there, trees and space are whole.
fn lives(page_size: PageSize, seed: u64) {
    let fs = MemoryFileSystem::new();
    let mix = Mix {
        steps: 600,
        keys: 60,
        ..Mix::new(seed)
    };
    let first = start_with(&fs, params(page_size));
    let db = create(&first).unwrap();
    let history = run(&first, &db, &mix, Default::default());
    assert_eq!(history.ended, None);
    let last = history.states.last().unwrap();
    assert_eq!(&seen_by_all(&first, &db), last);
    drop(db);
    first.term(TermKind::Clean).unwrap();
    drop(first);

    let second = start_with(&fs, params(page_size));
    let db = attach(&second).unwrap();
    assert_eq!(&seen_by_all(&second, &db), last);
    assert_eq!(problems(&db), [""; 0]);
    let again = run(
        &second,
        &db,
        &Mix {
            seed: seed + 1,
            ..mix
        },
        last.clone(),
    );
    assert_eq!(again.ended, None);
    drop(db);
    second.detach(&path(NAME)).unwrap();
    second.term(TermKind::Clean).unwrap();
    drop(second);
    files::logs_alone_give_the_same(&fs, page_size);

    let third = start_with(&fs, params(page_size));
    let db = attach(&third).unwrap();
    assert_eq!(Some(&seen_by_all(&third, &db)), again.states.last());
}

#[test]
fn it_lives_on_pages_of_4_kib() {
    lives(PageSize::K4, 1);
}

#[test]
fn it_lives_on_pages_of_32_kib() {
    lives(PageSize::K32, 2);
}

/// An instance that ends as with a crash is recovered to what was committed, an open transaction
/// undone.
#[test]
fn an_end_without_an_end_is_recovered() {
    for (seed, kind) in [(3, Some(TermKind::Dirty)), (4, None)] {
        let fs = MemoryFileSystem::new();
        let first = start(&fs);
        let db = create(&first).unwrap();
        let history = run(&first, &db, &Mix::new(seed), Default::default());
        assert_eq!(history.ended, None);
        drop(db);
        if let Some(kind) = kind {
            first.term(kind).unwrap();
        }
        drop(first);
        let second = start(&fs);
        let db = attach(&second).unwrap();
        let found = seen_by_all(&second, &db);
        history.allows(&found).unwrap();
        assert_eq!(problems(&db), [""; 0]);
    }
}

/// With threads in the background everything is as without them.
#[test]
fn threads_do_what_the_tick_does() {
    let fs = MemoryFileSystem::new();
    let mut with_threads = params(PageSize::K8);
    with_threads.background = true;
    let first = start_with(&fs, with_threads.clone());
    let db = create(&first).unwrap();
    let mix = Mix {
        steps: 400,
        ..Mix::new(5)
    };
    let history = run(&first, &db, &mix, Default::default());
    assert_eq!(history.ended, None);
    drop(db);
    first.term(TermKind::Clean).unwrap();
    drop(first);
    let second = start_with(&fs, with_threads);
    let db = attach(&second).unwrap();
    assert_eq!(Some(&seen_by_all(&second, &db)), history.states.last());
    assert_eq!(problems(&db), [""; 0]);
}

#[test]
fn nothing_works_after_the_end() {
    let fs = MemoryFileSystem::new();
    let instance = start(&fs);
    let session = instance.session().unwrap();
    instance.term(TermKind::Clean).unwrap();
    let name = |e: &dyn HasJetErr| e.jet_err().name();
    assert_eq!(
        name(&session.begin(false).unwrap_err()),
        "JET_errNotInitialized"
    );
    assert_eq!(
        name(&instance.session().unwrap_err()),
        "JET_errNotInitialized"
    );
    let again = instance.term(TermKind::Clean).unwrap_err();
    assert_eq!(name(&again), "JET_errNotInitialized");
}

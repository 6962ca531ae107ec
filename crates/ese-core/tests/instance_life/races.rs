//! Several instances of a process at the same file.
#![forbid(unsafe_code)]

use ese_core::error::{HasJetErr, JetErr};
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::trx::VersionFault;
use std::path::Path;
use std::sync::{Arc, Barrier};

const ROUNDS: u64 = 100;

fn start(fs: &MemoryFileSystem, dir: &str) -> Instance {
    start_on(Arc::new(fs.clone()), dir)
}

fn start_on(fs: Arc<dyn FileSystem>, dir: &str) -> Instance {
    let clock = Arc::new(ManualClock::new(1));
    let env = Env::new(fs, clock, Box::new(SeededRng::new(3)));
    let mut params = InstanceParams::new(dir);
    params.background = false;
    Instance::start(env, params).unwrap()
}

/// Who comes second finds a file. Its log says nothing of it, so that its recovery does not ask for it.
#[test]
fn a_file_is_made_once() {
    for round in 0..ROUNDS {
        let fs = MemoryFileSystem::new();
        for dir in ["/one", "/two", "/both"] {
            fs.create_dir(Path::new(dir)).unwrap();
        }
        let both = [start(&fs, "/one"), start(&fs, "/two")];
        let barrier = Barrier::new(both.len());
        let create = |instance: &Instance| {
            barrier.wait();
            let made = instance.create("/both/a.edb", &CreateOptions::default());
            made.map(|_| ()).map_err(|e| e.jet_err())
        };
        let mut done: Vec<Result<(), JetErr>> = std::thread::scope(|scope| {
            let threads: Vec<_> = both.iter().map(|i| scope.spawn(|| create(i))).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        done.sort();
        assert_eq!(done, [Ok(()), Err(JetErr::DATABASE_DUPLICATE)], "{round}");
        for instance in both {
            instance.term(TermKind::Dirty).unwrap();
        }
        for dir in ["/one", "/two"] {
            start(&fs, dir).term(TermKind::Clean).unwrap();
        }
    }
}

/// A database without a log that does not come about leaves no file, unless that is somebody else's.
#[test]
fn what_is_not_made_leaves_no_file_but_another_ones() {
    let fs = MemoryFileSystem::new();
    for dir in ["/one", "/both"] {
        fs.create_dir(Path::new(dir)).unwrap();
    }
    let path = Path::new("/both/a.edb");
    let unlogged = CreateOptions {
        unlogged: true,
        ..CreateOptions::default()
    };
    let instance = start(&fs, "/one");
    let refused = instance.create_database(path, &unlogged, &mut |_| {
        Err(VersionFault::WriteConflict.into())
    });
    assert_eq!(refused.unwrap_err().jet_err(), JetErr::WRITE_CONFLICT);
    assert_eq!(fs.kind(path).unwrap(), None);
    drop(instance.create(path, &unlogged).unwrap());
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    fs.remove_file(path).unwrap();

    // Another process makes the file after it was seen that there is none.
    let others = fs.clone();
    let hooked = HookedFileSystem::new(Arc::new(fs.clone()), move |when, op| {
        if (when, op) == (When::Before, Op::Open(path, OpenMode::CreateNew)) {
            others.put(path, b"another's".to_vec());
        }
        Ok(())
    });
    let instance = start_on(Arc::new(hooked), "/one");
    let refused = instance.create(path, &unlogged).map(drop).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::FILE_ALREADY_EXISTS);
    let file = fs.open(path, OpenMode::Read).unwrap();
    assert_eq!(file.len().unwrap(), b"another's".len() as u64);
    // Nothing is lost of the instance.
    instance
        .create("/both/b.edb", &CreateOptions::default())
        .map(drop)
        .unwrap();
    instance.term(TermKind::Clean).unwrap();
}

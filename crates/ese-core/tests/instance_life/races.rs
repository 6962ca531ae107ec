//! Several instances of a process at the same file.
#![forbid(unsafe_code)]

use ese_core::error::{HasJetErr, JetErr};
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem as _;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use std::path::Path;
use std::sync::{Arc, Barrier};

const ROUNDS: u64 = 100;

fn start(fs: &MemoryFileSystem, dir: &str) -> Instance {
    let clock = Arc::new(ManualClock::new(1));
    let env = Env::new(Arc::new(fs.clone()), clock, Box::new(SeededRng::new(3)));
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

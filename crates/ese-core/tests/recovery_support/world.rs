//! A world of its own for each recovery: the same files, the same time, the same random numbers.
#![forbid(unsafe_code)]

use super::sets::Files;
use ese_core::error::HasJetErr;
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::recovery::{Options, Outcome, RecoveryError, Unwatched, recover};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a set lies in memory.
pub const DIR: &str = "/set";
/// The time of every recovery: a day after the sets were made.
pub const NOW: u64 = 1_795_700_000_000;

#[must_use]
pub fn at(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

/// The same files in memory.
#[must_use]
pub fn memory(files: &Files) -> MemoryFileSystem {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).expect("an empty tree");
    for (name, bytes) in files {
        fs.put(&at(name), bytes.clone());
    }
    fs
}

/// What lies in the folder of the set.
#[must_use]
pub fn files(fs: &MemoryFileSystem) -> Files {
    let names = fs.read_dir(Path::new(DIR)).expect("the folder of the set");
    let mut out = Files::new();
    for entry in names {
        let name = entry.path.file_name().and_then(|n| n.to_str());
        let bytes = fs.get(&entry.path).expect("a file");
        out.insert(name.expect("a name").to_owned(), bytes);
    }
    out
}

/// A world with these files, standing time and numbers of a seed.
#[must_use]
pub fn env(fs: Arc<dyn FileSystem>, seed: u64) -> Env {
    let clock = Arc::new(ManualClock::new(NOW));
    Env::new(fs, clock, Box::new(SeededRng::new(seed)))
}

/// One recovery in a file system.
pub fn recover_in(fs: Arc<dyn FileSystem>, options: &Options) -> Result<Outcome, RecoveryError> {
    recover(&env(fs, 1), options, &Unwatched)
}

/// What a recovery answered and left.
pub struct Recovered {
    pub answer: Result<Outcome, RecoveryError>,
    pub fs: MemoryFileSystem,
}

impl Recovered {
    #[must_use]
    pub fn files(&self) -> Files {
        files(&self.fs)
    }

    /// Its name as the original's answers are named.
    #[must_use]
    pub fn answer_name(&self) -> &'static str {
        answer_name(&self.answer)
    }

    /// The outcome; the whole message of an error.
    pub fn outcome(&self) -> Result<&Outcome, String> {
        let said = |e: &RecoveryError| format!("{}: {e}", e.jet_err().name());
        self.answer.as_ref().map_err(said)
    }
}

/// Recovers a copy of these files.
#[must_use]
pub fn run(files: &Files, options: &Options) -> Recovered {
    let fs = memory(files);
    let answer = recover_in(Arc::new(fs.clone()), options);
    Recovered { answer, fs }
}

#[must_use]
pub fn answer_name<T, E: HasJetErr>(answer: &Result<T, E>) -> &'static str {
    match answer {
        Ok(_) => "JET_errSuccess",
        Err(e) => e.jet_err().name(),
    }
}

//! What the tests of the log writer share: a clock that is told what to say, worlds in memory, and a
//! reader of everything a sequence holds.
#![forbid(unsafe_code)]
#![allow(dead_code, unreachable_pub)] // Each test uses a part.

use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_header::LogHeader;
use ese_core::io::clock::{Clock, UtcTime, Wake};
use ese_core::io::env::Env;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogEnd, LogFile, LogSequence, ScanVerdict};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A clock that says the times of a list, one each time it is asked.
#[derive(Debug, Default)]
pub struct Script(Mutex<VecDeque<UtcTime>>);

impl Script {
    pub fn say(&self, time: LogTime) {
        self.0.lock().unwrap().push_back(Self::utc(time));
    }

    /// Says `time` behind the next `after` ones.
    pub fn interrupt(&self, after: usize, time: LogTime) {
        self.0.lock().unwrap().insert(after, Self::utc(time));
    }

    fn utc(time: LogTime) -> UtcTime {
        let p = time.parts();
        UtcTime {
            year: p.year,
            month: p.month,
            day: p.day,
            hour: p.hour,
            minute: p.minute,
            second: p.second,
            millisecond: p.millisecond,
        }
    }

    pub fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Clock for Script {
    fn now_monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn now_utc(&self) -> UtcTime {
        let mut times = self.0.lock().unwrap();
        times.pop_front().expect("nobody asks more often than told")
    }

    fn wait(&self, _: Duration, _: &Wake) {}
}

/// Gives one number for ever.
#[derive(Debug)]
pub struct Same(pub u64);

impl Rng for Same {
    fn next_u64(&mut self) -> u64 {
        self.0
    }
}

/// A world of these files whose clock stands still.
pub fn still(fs: Arc<dyn FileSystem>) -> Env {
    let clock = Arc::new(ese_core::io::clock::ManualClock::new(1_700_000_000_000));
    Env::new(fs, clock, Box::new(SeededRng::new(7)))
}

/// A record: where it lies and its bytes.
pub type Record = (Lgpos, Vec<u8>);

/// One generation, read whole.
pub struct Generation {
    pub path: PathBuf,
    pub kind: LogKind,
    pub header: LogHeader,
    pub bytes: Vec<u8>,
    pub records: Vec<Record>,
    pub verdict: ScanVerdict,
    pub end: LogEnd,
    pub torn_chains: u32,
}

/// Reads every generation of a folder.
pub fn read_all(fs: &dyn FileSystem, dir: &Path) -> Result<Vec<Generation>, String> {
    let sequence = LogSequence::open(fs, dir, None).map_err(|e| e.to_string())?;
    let files = sequence.files.iter().filter(|f| f.kind != LogKind::Temp);
    files
        .map(|f| read_generation(fs, &f.path, f.kind))
        .collect()
}

fn read_generation(fs: &dyn FileSystem, path: &Path, kind: LogKind) -> Result<Generation, String> {
    let what = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let file = fs.open(path, OpenMode::Read).map_err(|e| what(&e))?;
    let mut bytes = vec![0; file.len().map_err(|e| what(&e))? as usize];
    file.read_exact_at(&mut bytes, 0).map_err(|e| what(&e))?;
    let log = LogFile::open(file).map_err(|e| what(&e))?;
    if !log.size_ok() {
        return Err(what(&"its size is not what its header says"));
    }
    let mut reader = log.records().map_err(|e| what(&e))?;
    let mut records = Vec::new();
    while let Some((pos, record)) = reader.next() {
        let mut b = Vec::new();
        record.write(&mut b).map_err(|e| what(&e))?;
        records.push((pos, b));
    }
    let end = reader.finish();
    Ok(Generation {
        path: path.to_path_buf(),
        kind,
        header: log.header().clone(),
        bytes,
        records,
        verdict: *reader.verdict(),
        end,
        torn_chains: reader.torn_chains().0,
    })
}

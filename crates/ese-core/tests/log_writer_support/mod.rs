//! What the tests of the log writer share: a clock that is told what to say, worlds in memory, and a
//! reader of everything a sequence holds.
#![forbid(unsafe_code)]
#![allow(dead_code, unreachable_pub)] // Each test uses a part.

use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::{LogRecord, LrTyp, RecoveryUndo2};
use ese_core::io::clock::{Clock, UtcTime, Wake};
use ese_core::io::env::Env;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::sequence::HeaderFacts;
use ese_core::log::{
    LogConfig, LogEnd, LogFile, LogSequence, LogWriter, ScanVerdict, SegmentFault, TornWhy,
};
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

/// A record of some length: 1 byte, 8 bytes, or a Trace; seldom longer than `long` bytes.
pub fn some_record(rng: &mut SeededRng, long: u64) -> Vec<u8> {
    let len = match rng.below(12) {
        0 => return vec![LrTyp::ShutDownMark.number()],
        1 | 2 => {
            let mut b = vec![LrTyp::Begin0.number()];
            b.extend(rng.next_u64().to_le_bytes().iter().take(7));
            return b;
        }
        3..=7 => rng.below(200),
        8 | 9 => rng.below(4200),
        10 => 3900 + rng.below(500),
        _ => rng.below(long),
    };
    trace(rng, len as usize)
}

/// A Trace record with a text of `len` bytes.
pub fn trace(rng: &mut SeededRng, len: usize) -> Vec<u8> {
    let mut b = vec![LrTyp::Trace.number(), 1, 0];
    b.extend((len as u16).to_le_bytes());
    b.extend((0..len).map(|_| rng.next_u64() as u8));
    b
}

/// What every run after a crash begins with.
pub fn undo_begins() -> Vec<u8> {
    let mut b = Vec::new();
    let r = RecoveryUndo2 {
        time: LogTime([1, 2, 3, 4, 5, 126, 1, 0]),
    };
    LogRecord::RecoveryUndo2(r).write(&mut b).unwrap();
    b
}

/// The bytes of a record as a record.
pub fn parse(b: &[u8]) -> LogRecord<'_> {
    LogRecord::parse(b).expect("it was a record").0
}

/// The chain of a folder's generations: every link, and no damage but behind the end of the last one.
pub fn check_chain(all: &[Generation]) -> Result<(), String> {
    for pair in all.windows(2) {
        let [a, b] = pair else { continue };
        if b.header.generation() != a.header.generation() + 1 {
            return Err(format!("a gap before {}", b.path.display()));
        }
        HeaderFacts::from(&b.header)
            .follows(&HeaderFacts::from(&a.header), Some(a.verdict.segments_xor))
            .map_err(|e| format!("{}: {e}", b.path.display()))?;
        if a.end.jet_err().is_some() {
            return Err(format!("{}: {}", a.path.display(), a.end));
        }
    }
    Ok(())
}

/// Goes on with what lies in the folder, as a recovery does: with the current log, or with a new one
/// behind the last archived one. A damage behind the end of the data is no hindrance.
pub fn resume(env: &Env, config: &LogConfig) -> Result<LogWriter, String> {
    let all = read_all(&*env.fs, &config.dir)?;
    let last = all.last().ok_or("no logs")?;
    if let LogEnd::CorruptSegment {
        fault: SegmentFault::Unreadable(e),
        ..
    }
    | LogEnd::Torn {
        why:
            TornWhy::Segment {
                fault: SegmentFault::Unreadable(e),
                ..
            },
        ..
    } = last.end
    {
        return Err(format!("a segment can't be read: {e}"));
    }
    if last.kind == LogKind::Current {
        LogWriter::go_on(
            env,
            config,
            last.header.clone(),
            &last.path,
            last.verdict.last_segment,
            last.verdict.segments_xor,
        )
    } else {
        LogWriter::begin_after(
            env,
            config,
            &last.header,
            last.verdict.segments_xor,
            last.header.attachments(),
            last.header.lgpos_checkpoint(),
        )
    }
    .map_err(|e| e.to_string())
}

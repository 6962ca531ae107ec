//! A run that does the same every time, what it knows when it ends, and the check of what is left.
#![forbid(unsafe_code)]

use crate::log_writer_support::{
    Record, check_chain, parse, read_all, resume, some_record, trace, undo_begins,
};
use ese_core::JetErr;
use ese_core::error::HasJetErr;
use ese_core::format::checkpoint::{Checkpoint, CheckpointFlags};
use ese_core::format::ids::Lgpos;
use ese_core::format::log_fields::Field;
use ese_core::format::log_record::LrTyp;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::faulty::FaultyFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::log::checkpointing::{Advanced, CheckpointFault, When};
use ese_core::log::names::LogKind;
use ese_core::log::writer::Tended;
use ese_core::log::{
    CheckpointHost, Checkpointer, LogAppend, LogConfig, LogWriteError, LogWriter, checkpoint_file,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

pub const DIR: &str = "/logs";
pub const CHECKPOINT: &str = "/logs/edb.chk";
pub const FILE_SEGMENTS: u16 = 7;
pub const LAZY: Duration = Duration::from_millis(500);

/// How a run is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub seed: u64,
    pub steps: u32,
    pub circular: bool,
    pub reserves: u32,
    /// Threads that commit together, in lockstep.
    pub threads: usize,
}

impl Setup {
    pub fn config(&self) -> LogConfig {
        let mut config = LogConfig::new(PathBuf::from(DIR), "edb");
        config.file_segments = FILE_SEGMENTS;
        config.buffer_segments = 4;
        config.circular = self.circular;
        config.lazy_most = LAZY;
        config
    }
}

/// What a run knows when it ends.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub appended: Vec<Record>,
    /// Everything below was acknowledged as durable; `None` before there was a log.
    pub durable: Option<Lgpos>,
    /// The checkpoint that was acknowledged, and those tried since.
    pub checkpoint: Lgpos,
    pub tried: Vec<Lgpos>,
    /// What ended the run early.
    pub error: Option<JetErr>,
    pub quiesced: bool,
}

/// A host whose oldest transaction is what it is told.
#[derive(Default)]
pub struct Host {
    oldest: Mutex<Option<Lgpos>>,
}

impl CheckpointHost for Host {
    fn oldest_transaction(&self) -> Option<Lgpos> {
        *self.oldest.lock().unwrap()
    }

    fn oldest_dirty(&self) -> Option<Lgpos> {
        None
    }

    fn settle(&self, _: i32, _: i32) -> Result<(), JetErr> {
        Ok(())
    }

    fn flush_up_to(&self, _: Lgpos) -> Result<(), JetErr> {
        Ok(())
    }

    fn describe(&self, checkpoint: &mut Checkpoint) {
        // Different in every sector and at every time.
        let tag = self.oldest.lock().unwrap().map_or(0, |p| p.isec as u8);
        let list = [[0, tag].repeat(1023), vec![0; 2]].concat();
        checkpoint.set_attachments(Field::get(&list, 0));
        checkpoint.set_flags(CheckpointFlags::ATTACH_LIST);
    }
}

pub fn env_of(fs: &FaultyFileSystem, clock: &Arc<ManualClock>) -> Env {
    Env::new(
        Arc::new(fs.clone()),
        Arc::clone(clock) as _,
        Box::new(SeededRng::new(7)),
    )
}

pub struct Run<'k> {
    setup: Setup,
    pub writer: Arc<LogWriter>,
    host: Arc<Host>,
    checkpointer: Checkpointer,
    clock: Arc<ManualClock>,
    tended: Tended,
    known: &'k mut Known,
    rng: SeededRng,
}

/// A life from nothing.
pub fn live(fs: &FaultyFileSystem, setup: Setup) -> Known {
    let mut known = Known::default();
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    let env = env_of(fs, &clock);
    let params = Field::get(&[0; 567], 0);
    let begun = LogWriter::begin_new(&env, &setup.config(), params, Path::new(DIR));
    let writer = match begun {
        Ok(writer) => Arc::new(writer),
        Err(e) => {
            known.error = Some(e.jet_err());
            return known;
        }
    };
    known.durable = Some(writer.durable());
    known.checkpoint = Lgpos::new(1, 1, 0);
    // An error makes the pool smaller, no more.
    if setup.reserves > 0 && writer.make_reserves(setup.reserves).is_err() {
        assert!(writer.failure().is_none());
    }
    let host = Arc::new(Host::default());
    let mut start = Checkpoint::zeroed();
    start.set_lgpos_checkpoint(known.checkpoint);
    start.set_lgpos_db_consistency(known.checkpoint);
    let checkpointer = Checkpointer::new(
        &env,
        Arc::clone(&writer),
        Arc::clone(&host) as _,
        Path::new(CHECKPOINT),
        &start,
    );
    let mut run = Run {
        setup,
        writer,
        host,
        checkpointer,
        clock,
        tended: Tended::default(),
        known: &mut known,
        rng: SeededRng::new(setup.seed),
    };
    for _ in 0..setup.steps {
        if let Err(e) = run.step() {
            run.stopped(&e);
            break;
        }
    }
    known
}

impl Run<'_> {
    fn append(&mut self, long: u64) -> Result<Lgpos, LogWriteError> {
        let b = some_record(&mut self.rng, long);
        let at = self.writer.append(&parse(&b))?;
        self.known.appended.push((at, b));
        Ok(at)
    }

    fn acknowledged(&mut self) {
        self.known.durable = Some(self.writer.durable());
    }

    fn step(&mut self) -> Result<(), LogWriteError> {
        self.known.quiesced |= self.writer.is_quiesced();
        match self.rng.below(20) {
            0 => {
                self.writer.roll()?;
                self.acknowledged();
            }
            1..=4 => {
                let at = self.append(6000)?;
                let durable = self.writer.wait_durable(at)?;
                assert!(at < durable);
                self.acknowledged();
            }
            5 | 6 => {
                let at = self.append(3000)?;
                let within = Duration::from_millis(self.rng.below(1000));
                self.writer.commit_lazily(at, Some(within));
                self.clock.advance(LAZY);
                self.tend()?;
                assert!(at < self.writer.durable(), "a lazy commit came due");
                self.acknowledged();
            }
            7 | 8 => self.tend()?,
            9 => {
                let end = self.writer.position();
                assert!(end <= self.writer.wait_all()?);
                self.acknowledged();
            }
            10 | 11 => self.checkpoint()?,
            12..=14 if self.setup.threads > 1 => self.together()?,
            _ => {
                self.append(12_000)?;
            }
        }
        Ok(())
    }

    fn tend(&mut self) -> Result<(), LogWriteError> {
        self.writer.tend(&mut self.tended).map(|_| ())
    }

    /// The checkpoint goes to somewhere in the last records.
    fn checkpoint(&mut self) -> Result<(), LogWriteError> {
        let back = self.rng.below(12) as usize;
        let list = &self.known.appended;
        let oldest = list.len().checked_sub(back + 1).map(|i| list[i].0);
        let at = self.writer.durable().min(oldest.unwrap_or(Lgpos::MIN));
        *self.host.oldest.lock().unwrap() = Some(at);
        let first = |p: Lgpos| {
            if p.isec == 0 {
                Lgpos::new(p.generation, 1, 0)
            } else {
                p
            }
        };
        let to = self.known.checkpoint.max(first(at));
        self.known.tried.push(to);
        match self.checkpointer.advance(When::Moved) {
            Ok(Advanced::To(at)) => {
                assert_eq!(at, to);
                self.known.checkpoint = at;
                self.known.tried.clear();
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(CheckpointFault::Log(e)) => Err(e),
            // The log goes on without it.
            Err(CheckpointFault::File(_)) => Ok(()),
            Err(CheckpointFault::Host(e)) => panic!("{e}"),
        }
    }

    /// Several threads append one after another, then wait at the same time: one sync serves all.
    fn together(&mut self) -> Result<(), LogWriteError> {
        let mut at = Vec::new();
        for _ in 0..self.setup.threads {
            at.push(self.append(500)?);
        }
        let start = Barrier::new(at.len());
        let results: Vec<_> = std::thread::scope(|s| {
            let waits: Vec<_> = at
                .iter()
                .map(|&at| {
                    let (start, writer) = (&start, &self.writer);
                    s.spawn(move || {
                        start.wait();
                        writer.wait_durable(at)
                    })
                })
                .collect();
            waits.into_iter().map(|w| w.join().unwrap()).collect()
        });
        let mut error = None;
        for (at, result) in at.into_iter().zip(results) {
            match result {
                Ok(durable) => assert!(at < durable),
                Err(e) => error = Some(e),
            }
        }
        self.acknowledged();
        error.map_or(Ok(()), Err)
    }

    /// After an error of the log: every later call gets the same.
    fn stopped(&mut self, e: &LogWriteError) {
        self.known.error = Some(e.jet_err());
        self.acknowledged();
        let at = self.writer.position();
        let again = [
            self.writer.append(&parse(&[23])).map(|_| ()),
            self.writer.wait_durable(at).map(|_| ()),
            self.writer.wait_all().map(|_| ()),
            self.writer.roll().map(|_| ()),
            self.writer.tend(&mut self.tended).map(|_| ()),
            self.writer.may_begin(),
            self.writer.end().map(|_| ()),
        ];
        for r in again {
            assert_eq!(r.expect_err("the log is closed").to_string(), e.to_string());
        }
    }
}

/// What lies on the disk against what is known; gives how many of the appended records are there.
pub fn check(fs: &FaultyFileSystem, known: &Known, torn: bool) -> Result<usize, String> {
    let Some(durable) = known.durable else {
        return Ok(0);
    };
    let found = checkpoint_file::read(fs, Path::new(CHECKPOINT)).map_err(|e| e.to_string())?;
    let found = found.ok_or("no checkpoint")?.checkpoint;
    let at = found.lgpos_checkpoint();
    if at != known.checkpoint && !known.tried.contains(&at) {
        return Err(format!("checkpoint {at}, should be {}", known.checkpoint));
    }
    let all = read_all(fs, Path::new(DIR))?;
    check_chain(&all)?;
    let last = all.last().ok_or("no logs")?;
    if let Some(jet) = last.end.jet_err()
        && !torn
    {
        return Err(format!("{} ({jet:?}), durable to {durable}", last.end));
    }
    let first = all[0].header.generation();
    if first > at.generation {
        return Err(format!("the lowest is {first}, a restart needs {at}"));
    }
    if last.kind != LogKind::Current && fs.get("/logs/edbtmp.log").is_none() {
        return Err("no current log, and no sign of a roll".into());
    }
    let have: Vec<Record> = all
        .into_iter()
        .flat_map(|g| g.records)
        .filter(|(_, b)| b[0] != LrTyp::Nop2.number())
        .collect();
    let skip = known
        .appended
        .iter()
        .take_while(|(pos, _)| pos.generation < first)
        .count();
    let want = &known.appended[skip..];
    let same = have.iter().zip(want).take_while(|(a, b)| a == b).count();
    if same < have.len() {
        return Err(format!(
            "record {same} of {} at {} should be at {:?}",
            have.len(),
            have[same].0,
            want.get(same).map(|r| r.0)
        ));
    }
    let due = want.iter().filter(|(pos, _)| *pos < durable).count();
    if have.len() < due {
        return Err(format!(
            "{} records, {due} are durable (to {durable})",
            have.len()
        ));
    }
    Ok(skip + have.len())
}

/// Goes on with what is there, as a restart does, and looks whether it is all there then.
pub fn go_on(
    fs: &FaultyFileSystem,
    setup: Setup,
    known: &Known,
    have: usize,
) -> Result<(), String> {
    if known.durable.is_none() {
        return Ok(());
    }
    let clock = Arc::new(ManualClock::new(1_700_000_100_000));
    let env = env_of(fs, &clock);
    let writer = resume(&env, &setup.config())?;
    let mut known = known.clone();
    known.appended.truncate(have);
    let mut tended = Tended::default();
    let long = trace(&mut SeededRng::new(5), 9000);
    for b in [undo_begins(), long.clone(), long.clone(), long] {
        let at = writer.append(&parse(&b)).map_err(|e| e.to_string())?;
        known.appended.push((at, b));
        writer.tend(&mut tended).map_err(|e| e.to_string())?;
        writer.wait_durable(at).map_err(|e| e.to_string())?;
    }
    known.durable = Some(writer.durable());
    drop(writer);
    match check(fs, &known, false)? {
        n if n == known.appended.len() => Ok(()),
        n => Err(format!("{n} of {} after going on", known.appended.len())),
    }
}

pub fn disk() -> FaultyFileSystem {
    let fs = FaultyFileSystem::default();
    fs.put_dir(DIR);
    fs
}

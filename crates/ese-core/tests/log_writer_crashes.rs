//! The machine goes down, or the disk fails, at every operation of the log writer: nothing durable is
//! lost, the chain holds, a checkpoint is there, and the log can be gone on with.
#![forbid(unsafe_code)]

mod log_writer_support;

use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::checkpoint::{Checkpoint, CheckpointFlags, FILETYPE_CHECKPOINT};
use ese_core::format::ids::Lgpos;
use ese_core::format::log_fields::Field;
use ese_core::format::log_header::LOG_HEADER_BYTES;
use ese_core::format::log_record::LrTyp;
use ese_core::io::faulty::{
    CrashKind, Fault, FaultyFileSystem, OpKind, Pick, Plan, Point, Sweep, is_crash,
};
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{ErrorKind, FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{FlushStyle, LogAppend, LogConfig, LogWriteError, LogWriter, checkpoint_file};
use log_writer_support::{
    Record, check_chain, parse, read_all, resume, some_record, still, trace, undo_begins,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const DIR: &str = "/logs";
const CHECKPOINT: &str = "/logs/edb.chk";
const FILE_SEGMENTS: u16 = 7;

fn config(seed: u64) -> LogConfig {
    let mut config = LogConfig::new(PathBuf::from(DIR), "edb");
    // Also as in files that were used before, or that nobody had the time to fill.
    config.fences = (seed / 2).is_multiple_of(2);
    config.file_segments = FILE_SEGMENTS;
    config.buffer_segments = 4;
    config
}

/// What the workload knows when it ends.
#[derive(Clone, Debug, Default)]
struct Known {
    appended: Vec<Record>,
    /// Everything below is durable; `None` before there was a log.
    durable: Option<Lgpos>,
    /// Checkpoints that were acknowledged, and the one under way.
    checkpoint: Lgpos,
    trying: Lgpos,
    /// Lowest generation that must be there.
    lowest: i32,
    /// What ended it early.
    error: Option<JetErr>,
    /// The log was closed by it, and answered every later call the same.
    closed: bool,
    /// How most flushes are made.
    style: FlushStyle,
}

fn checkpoint(at: Lgpos) -> Checkpoint {
    let mut c = Checkpoint::zeroed();
    c.set_lgpos_checkpoint(at);
    c.set_filetype(FILETYPE_CHECKPOINT);
    c.set_flags(CheckpointFlags::ATTACH_LIST);
    // Different in every sector.
    let list = [[0, at.generation as u8].repeat(1023), vec![0; 2]].concat();
    c.set_attachments(Field::get(&list, 0));
    c
}

/// What ended a run.
enum Stop {
    /// The log was written, and is closed.
    Log(LogWriteError),
    /// Something else: the log is as it was.
    Other(LogWriteError),
}

impl From<LogWriteError> for Stop {
    fn from(e: LogWriteError) -> Self {
        Self::Log(e)
    }
}

/// One step of a run.
fn step(
    fs: &FaultyFileSystem,
    writer: &LogWriter,
    rng: &mut SeededRng,
    known: &mut Known,
) -> Result<(), Stop> {
    match rng.below(20) {
        0 => {
            writer.roll()?;
        }
        1..=3 => {
            writer.flush_as(FlushStyle::Fill)?;
        }
        4..=7 => {
            writer.flush_as(known.style)?;
        }
        8 => {
            let at = writer.durable();
            known.trying = at;
            checkpoint_file::write(fs, Path::new(CHECKPOINT), &checkpoint(at))
                .map_err(|e| Stop::Other(LogWriteError::Io(Arc::new(e))))?;
            known.checkpoint = at;
        }
        9 => {
            known.lowest = known.lowest.max(writer.generation() - 2);
            writer.delete_below(known.lowest).map_err(Stop::Other)?;
        }
        10 | 11 => {
            let batch: Vec<_> = (0..3).map(|_| some_record(rng, 6000)).collect();
            let records: Vec<_> = batch.iter().map(|b| parse(b)).collect();
            let mut at = Vec::new();
            let done = writer.append_all(&records, &mut at);
            // Those before the error may be there.
            known.appended.extend(at.into_iter().zip(batch));
            done?;
        }
        _ => {
            let mut b = some_record(rng, 12_000);
            if known.style == FlushStyle::Fill && b.len() > 20 {
                // Words that repeat cancel out in a checksum: a segment that lacks some of them passes
                // for whole, unless something else lies in their place. (Where segments grow in their
                // place, the segment as it was lies there.)
                b[5..].fill(7);
            }
            known.appended.push((writer.append(&parse(&b))?, b));
        }
    }
    Ok(())
}

/// A life: `steps` of it, from nothing or from what lies there.
fn life(fs: &FaultyFileSystem, seed: u64, steps: u32, known: &mut Known) {
    let env = still(Arc::new(fs.clone()));
    let mut rng = SeededRng::new(seed);
    known.style = match seed % 2 {
        0 => FlushStyle::Fill,
        _ => FlushStyle::Shadow,
    };
    let begun = if known.durable.is_none() {
        known.trying = Lgpos::new(1, 1, 0);
        let params = Field::get(&[0; 567], 0);
        LogWriter::begin_new(&env, &config(seed), params, Path::new(DIR)).map_err(|e| e.jet_err())
    } else {
        resume(&env, &config(seed)).map_err(|_| JetErr::LOG_WRITE_FAIL)
    };
    let writer = match begun {
        Ok(writer) => writer,
        Err(e) => {
            known.error = Some(e);
            return;
        }
    };
    if known.durable.is_none() {
        (known.checkpoint, known.lowest) = (Lgpos::new(1, 1, 0), 1);
    } else {
        let b = undo_begins();
        // No room: a roll, which may fail.
        match writer.append(&parse(&b)) {
            Ok(at) => known.appended.push((at, b)),
            Err(e) => stopped(&writer, &Stop::Log(e), known),
        }
    }
    known.durable = Some(writer.durable().max(known.durable.unwrap_or(Lgpos::MIN)));
    for _ in 0..steps {
        if known.error.is_some() {
            break;
        }
        let done = step(fs, &writer, &mut rng, known);
        if let Err(stop) = done {
            stopped(&writer, &stop, known);
        }
        known.durable = Some(writer.durable());
    }
}

/// Looks what the log says after an error.
fn stopped(writer: &LogWriter, stop: &Stop, known: &mut Known) {
    let (Stop::Log(e) | Stop::Other(e)) = stop;
    known.error = Some(e.jet_err());
    match stop {
        Stop::Log(e) => {
            let again = [
                writer.append(&parse(&[23])).map(|_| ()),
                writer.flush().map(|_| ()),
                writer.roll().map(|_| ()),
                writer.end().map(|_| ()),
            ];
            for r in again {
                let r = r.expect_err("the log is closed");
                assert_eq!(r.to_string(), e.to_string());
            }
            known.closed = true;
        }
        Stop::Other(LogWriteError::Io(e)) if is_crash(&**e) => {}
        Stop::Other(_) => {
            // It goes on.
            known
                .appended
                .push((writer.append(&parse(&[23])).unwrap(), vec![23]));
            writer.flush().unwrap();
        }
    }
}

fn is_tmp_only(fs: &FaultyFileSystem) -> bool {
    fs.kind(Path::new("/logs/edb.log")).unwrap().is_none()
}

/// What lies on the disk against what is known.
fn check(fs: &FaultyFileSystem, known: &Known) -> Result<usize, String> {
    check_checkpoint(fs, known)?;
    let Some(durable) = known.durable else {
        return Ok(0);
    };
    let all = read_all(fs, Path::new(DIR))?;
    check_chain(&all)?;
    let last = all.last().ok_or("no logs")?;
    if (last.kind != LogKind::Current) != is_tmp_only(fs) {
        return Err("the current log is not the last".into());
    }
    // What was torn was never durable, and is told from damage.
    if let Some(jet) = last.end.jet_err() {
        return Err(format!("{} ({jet:?}), durable to {durable}", last.end));
    }
    let first = all[0].header.generation();
    if first > known.lowest {
        return Err(format!("the lowest is {first}, {} is needed", known.lowest));
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

fn check_checkpoint(fs: &FaultyFileSystem, known: &Known) -> Result<(), String> {
    let found = checkpoint_file::read(fs, Path::new(CHECKPOINT));
    if known.checkpoint == Lgpos::MIN {
        return Ok(()); // It was being made.
    }
    let found = found.map_err(|e| e.to_string())?.ok_or("no checkpoint")?;
    let at = found.checkpoint.lgpos_checkpoint();
    if at == known.checkpoint || at == known.trying {
        Ok(())
    } else {
        Err(format!("checkpoint {at}, should be {}", known.checkpoint))
    }
}

/// Goes on with what is there, and looks whether it is all there then.
fn go_on(fs: &FaultyFileSystem, known: &Known, have: usize) -> Result<(), String> {
    if known.durable.is_none() {
        return Ok(());
    }
    let env = still(Arc::new(fs.clone()));
    let writer = resume(&env, &config(0))?;
    let mut known = known.clone();
    known.appended.truncate(have);
    let undo = undo_begins();
    let long = trace(&mut SeededRng::new(5), 5000);
    for b in [undo, long] {
        let at = writer.append(&parse(&b)).map_err(|e| e.to_string())?;
        known.appended.push((at, b));
    }
    known.durable = Some(writer.flush().map_err(|e| e.to_string())?);
    drop(writer);
    match check(fs, &known)? {
        n if n == known.appended.len() => Ok(()),
        n => Err(format!("{n} of {} after going on", known.appended.len())),
    }
}

fn disk() -> FaultyFileSystem {
    let fs = FaultyFileSystem::default();
    fs.put_dir(DIR);
    fs
}

#[test]
fn a_crash_anywhere_loses_nothing_durable() {
    for seed in 0..testkit::rounds(3, 40) {
        let seed = testkit::first_seed() + seed;
        let swept = Sweep::new(seed)
            .torn(6)
            .crashes(
                &disk(),
                |fs| {
                    let mut known = Known::default();
                    life(fs, seed, 60, &mut known);
                    known
                },
                |_, known, fs| {
                    let have = check(fs, known)?;
                    go_on(fs, known, have)
                },
            )
            .unwrap_or_else(|e| panic!("{e}"));
        assert!(swept.ops > 60, "{swept:?}");
    }
}

/// A roll that was cut off between its two renames leaves no current log, and the prepared one says why.
/// That stays so until there is a current log again, however often the start is cut off.
#[test]
fn without_a_current_log_the_prepared_one_stays() {
    let start = disk();
    let writer = LogWriter::begin_new(
        &still(Arc::new(start.clone())),
        &config(0),
        Field::get(&[0; 567], 0),
        Path::new(DIR),
    )
    .unwrap();
    writer.roll().unwrap();
    let generation = writer.generation();
    drop(writer);
    let folder = Path::new(DIR);
    let current = folder.join("edb.log");
    let archived = folder.join(format!("edb{generation:08X}.log"));
    start.rename_new(&current, &archived).unwrap();
    for prepared in [0usize, 3, 40_000] {
        let start = start.fork(Plan::quiet());
        let temp = folder.join("edbtmp.log");
        assert!(start.put(&temp, &vec![7; prepared]));
        let swept = Sweep::new(1)
            .torn(4)
            .crashes(
                &start,
                |fs| resume(&still(Arc::new(fs.clone())), &config(0)).map(drop),
                |_, _, fs| {
                    let there = |path: &Path| fs.get(path).is_some();
                    match there(&current) || there(&temp) {
                        true => Ok(()),
                        false => Err("neither a current nor a prepared log".to_owned()),
                    }
                },
            )
            .unwrap_or_else(|e| panic!("{prepared} bytes: {e}"));
        assert!(swept.ops > 5, "{swept:?}");
    }
}

#[test]
fn a_crash_while_a_crashed_log_is_made_ready_loses_nothing_durable() {
    for seed in 0..testkit::rounds(4, 40) {
        let seed = testkit::first_seed() + seed;
        // A first life that ends torn.
        let first = disk();
        let mut known = Known::default();
        first.set_plan(Plan::seeded(seed).at(60 + seed % 20, Fault::CrashAfter));
        life(&first, seed, 1000, &mut known);
        let start = first.image(CrashKind::TornWrites, seed);
        let have = check(&start, &known).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        known.appended.truncate(have);
        known.error = None;
        // The one under way may have won.
        let found = checkpoint_file::read(&start, Path::new(CHECKPOINT)).unwrap();
        known.checkpoint = found.unwrap().checkpoint.lgpos_checkpoint();
        Sweep::new(seed)
            .torn(4)
            .crashes(
                &start,
                |fs| {
                    let mut known = known.clone();
                    life(fs, seed + 77, 15, &mut known);
                    known
                },
                |_, known, fs| {
                    // The torn end of the first life may still be there.
                    let have = check(fs, known)?;
                    go_on(fs, known, have)
                },
            )
            .unwrap_or_else(|e| panic!("{e}"));
    }
}

#[test]
fn a_disk_that_fails_closes_the_log_with_its_error() {
    let seed = testkit::first_seed();
    for (fault, jet) in [
        (Fault::EIO, JetErr::LOG_WRITE_FAIL),
        (Fault::ENOSPC, JetErr::LOG_DISK_FULL),
        (Fault::FailAfter(ErrorKind::Other), JetErr::LOG_WRITE_FAIL),
        (
            Fault::PartialWrite(ErrorKind::StorageFull),
            JetErr::LOG_DISK_FULL,
        ),
    ] {
        let mut closed = 0;
        Sweep::new(seed)
            .faults(
                &disk(),
                fault,
                |fs| {
                    let mut known = Known::default();
                    life(fs, seed, 60, &mut known);
                    known
                },
                |case, known, fs| {
                    // What failed by itself (no such file) has no fault after it.
                    let own = matches!(&case.point, Point::At(Fault::FailAfter(_), op)
                        if matches!(op.kind, OpKind::Open | OpKind::Remove));
                    if case.point == Point::Nowhere {
                        assert_eq!(known.error, None);
                    } else if known.error != Some(jet) && !(own && known.error.is_none()) {
                        return Err(format!("{:?} came of it", known.error));
                    }
                    closed += u32::from(known.closed);
                    // The machine is up: what was not durable may be there, and may be torn.
                    let have = check(fs, &known)?;
                    go_on(fs, &known, have)
                },
            )
            .unwrap_or_else(|e| panic!("{fault:?}: {e}"));
        assert!(closed > 20, "{fault:?}: {closed}");
    }
}

#[test]
fn a_full_disk_leaves_no_half_made_file() {
    let fs = disk();
    let bytes = u64::from(FILE_SEGMENTS) * 4096;
    // Room for the checkpoint, one log, and half of the next.
    fs.set_plan(Plan::quiet().capacity(8192 + bytes + bytes / 2));
    let env = still(Arc::new(fs.clone()));
    let params = Field::get(&[0; 567], 0);
    let writer = LogWriter::begin_new(&env, &config(0), params, Path::new(DIR)).unwrap();
    let at = writer.append(&parse(&[23])).unwrap();
    let e = writer.roll().unwrap_err();
    assert_eq!(e.jet_err(), JetErr::LOG_DISK_FULL);
    assert!(writer.durable() > at, "what was appended before is durable");
    assert!(fs.get("/logs/edbtmp.log").is_none());
    drop(writer);
    // With room again it goes on.
    fs.set_plan(Plan::quiet());
    let writer = resume(&env, &config(0)).unwrap();
    assert_eq!(writer.roll().unwrap(), 2);
}

#[test]
fn every_copy_of_the_checkpoint_may_be_torn() {
    // The second copy is torn, then a write is cut: the first must not be what it begins with.
    let fs = disk();
    let path = Path::new(CHECKPOINT);
    checkpoint_file::write(&fs, path, &checkpoint(Lgpos::new(1, 1, 0))).unwrap();
    let file = fs.open(path, OpenMode::ReadWrite).unwrap();
    file.write_all_at(&[9; 512], LOG_HEADER_BYTES as u64 + 512)
        .unwrap();
    file.sync_all().unwrap();
    drop(file);
    let next = Lgpos::new(2, 1, 0);
    Sweep::new(1)
        .torn(20)
        .crashes(
            &fs,
            |fs| checkpoint_file::write(fs, path, &checkpoint(next)).is_ok(),
            |_, done, fs| {
                let found = checkpoint_file::read(fs, path).map_err(|e| e.to_string())?;
                let at = found.ok_or("gone")?.checkpoint.lgpos_checkpoint();
                match (done, at == next) {
                    (true, false) => Err(format!("{at} after it was acknowledged")),
                    _ => Ok(()),
                }
            },
        )
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn what_is_gone_on_with_is_durable() {
    // A process dies: segments that it wrote and never synced are only in memory.
    let fs = disk();
    let env = still(Arc::new(fs.clone()));
    let params = Field::get(&[0; 567], 0);
    let writer = LogWriter::begin_new(&env, &config(0), params, Path::new(DIR)).unwrap();
    let mut known = Known {
        lowest: 1,
        ..Known::default()
    };
    let mut rng = SeededRng::new(2);
    for _ in 0..3 {
        let b = trace(&mut rng, 3000);
        known.appended.push((writer.append(&parse(&b)).unwrap(), b));
        // The disk says that it is done.
        fs.set_plan(Plan::quiet().on(Pick::of(OpKind::Sync), Fault::FalseSync));
        writer.flush().unwrap();
        fs.set_plan(Plan::quiet());
    }
    drop(writer);
    known.durable = Some(Lgpos::new(1, 1, 0));
    let have = check(&fs, &known).unwrap();
    assert!(have > 0, "something was written out");
    known.appended.truncate(have);
    let writer = resume(&env, &config(0)).unwrap();
    known.durable = Some(writer.durable());
    assert!(writer.durable() > known.appended.last().unwrap().0);
    let fs = fs.image(CrashKind::PowerCut, 0);
    assert_eq!(check(&fs, &known), Ok(have));
}

/// What was durable and is damaged later is told, wherever it lies: it is not taken for the torn end of
/// a write that never was durable.
#[test]
fn damage_to_what_is_durable_is_told() {
    const SECTOR: usize = 512;
    const SEGMENT: usize = 4096;
    let (mut told, mut whole) = (0, 0);
    for seed in 0..testkit::rounds(12, 200) {
        let seed = testkit::first_seed() + seed;
        let fs = disk();
        let mut known = Known::default();
        life(&fs, seed, 50, &mut known);
        // What waited in memory is gone.
        let have = check(&fs, &known).unwrap();
        known.appended.truncate(have);
        let writer = resume(&still(Arc::new(fs.clone())), &config(seed)).unwrap();
        let long = trace(&mut SeededRng::new(seed), 9_000);
        for b in [undo_begins(), long] {
            known.appended.push((writer.append(&parse(&b)).unwrap(), b));
        }
        known.durable = Some(writer.flush_as(FlushStyle::Fill).unwrap());
        drop(writer);
        let have = check(&fs, &known).unwrap();
        let path = Path::new("/logs/edb.log");
        let last = read_all(&fs, Path::new(DIR)).unwrap().pop().unwrap();
        // A log that was just begun has nothing yet.
        let Some(segments) = last.verdict.last_segment.map(usize::from) else {
            continue;
        };
        let mut rng = SeededRng::new(seed);
        for _ in 0..40 {
            let mut bytes = fs.get(path).unwrap();
            let at = (1 + rng.below(segments as u64) as usize) * SEGMENT;
            let at = at + rng.below(8) as usize * SECTOR;
            let sector = match rng.below(4) {
                0 => vec![0; SECTOR],
                1 => bytes[at - SEGMENT..][..SECTOR].to_vec(),
                2 => bytes[at + SEGMENT..][..SECTOR].to_vec(),
                _ => (0..SECTOR).map(|_| rng.next_u64() as u8).collect(),
            };
            bytes[at..at + SECTOR].copy_from_slice(&sector);
            let damaged = fs.fork(Plan::quiet());
            assert!(damaged.put(path, &bytes));
            let ends = read_all(&damaged, Path::new(DIR)).unwrap();
            match ends.last().unwrap().end.jet_err() {
                Some(_) => told += 1,
                None => {
                    let found = check(&damaged, &known);
                    assert_eq!(found, Ok(have), "seed {seed}, byte {at}");
                    whole += 1;
                }
            }
        }
    }
    assert!(told > 100 && whole > 10, "{told} told, {whole} whole");
}

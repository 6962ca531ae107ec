//! Every operation fails once: the documented error, or none where there is another way; nothing that
//! was acknowledged is lost. And the disk fills up.
#![forbid(unsafe_code)]

use crate::log_writer_support::{parse, read_all, resume, trace};
use crate::script::{DIR, FILE_SEGMENTS, Known, Setup, check, disk, env_of, go_on, live};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::{LogTime, Signature};
use ese_core::format::log_fields::Field;
use ese_core::format::log_header::{LogFlags, LogHeader};
use ese_core::io::clock::ManualClock;
use ese_core::io::faulty::{Fault, FaultyFileSystem, OpKind, OpRecord, Pick, Plan, Point, Sweep};
use ese_core::io::rng::SeededRng;
use ese_core::io::{ErrorKind, FileSystem as _};
use ese_core::log::writer::Tended;
use ese_core::log::{LogAppend, LogWriteError, LogWriter, RollWatch};
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::time::Duration;

fn setup(circular: bool, reserves: u32) -> Setup {
    Setup {
        seed: testkit::first_seed(),
        steps: 80,
        circular,
        reserves,
        threads: 1,
    }
}

/// A write of segments or of a header, by which the log stands or falls; not the zeros of a new file.
fn is_log(op: &OpRecord) -> bool {
    // A log is known by the name that it was opened with.
    let log = op.path.ends_with("edbtmp.log") && op.kind == OpKind::Write;
    log && (op.offset > 0 || op.len == 4096)
}

#[test]
fn a_failing_disk_is_survived_or_closes_the_log() {
    for (fault, jet) in [
        (Fault::EIO, JetErr::LOG_WRITE_FAIL),
        (Fault::ENOSPC, JetErr::LOG_DISK_FULL),
        (Fault::FailAfter(ErrorKind::Other), JetErr::LOG_WRITE_FAIL),
        (
            Fault::PartialWrite(ErrorKind::StorageFull),
            JetErr::LOG_DISK_FULL,
        ),
    ] {
        for (circular, reserves) in [(false, 0), (true, 2)] {
            let setup = setup(circular, reserves);
            let (mut closed, mut survived) = (0, 0);
            Sweep::new(setup.seed)
                .faults(
                    &disk(),
                    fault,
                    |fs| live(fs, setup),
                    |case, known: Known, fs| {
                        match known.error {
                            None => survived += 1,
                            Some(e) if e == jet => closed += 1,
                            Some(e) => return Err(format!("{e:?} came of it")),
                        }
                        if let Point::At(_, op) = &case.point
                            && is_log(op)
                            && known.error.is_none()
                        {
                            return Err("the log went on after it could not be written".into());
                        }
                        let have = check(fs, &known, true)?;
                        go_on(fs, setup, &known, have)
                    },
                )
                .unwrap_or_else(|e| panic!("{fault:?} {setup:?}: {e}"));
            assert!(closed > 20, "{fault:?}: {closed}");
            assert!(survived > 5, "{fault:?}: {survived}");
        }
    }
}

fn begin(fs: &FaultyFileSystem, clock: &Arc<ManualClock>, setup: Setup) -> LogWriter {
    let env = env_of(fs, clock);
    let params = Field::get(&[0; 567], 0);
    LogWriter::begin_new(&env, &setup.config(), params, Path::new(DIR)).unwrap()
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(1_700_000_000_000))
}

#[test]
fn a_full_disk_is_lived_through_on_reserves() {
    let fs = disk();
    let clock = clock();
    let writer = begin(&fs, &clock, setup(false, 0));
    writer.make_reserves(2).unwrap();
    assert!(!writer.is_quiesced());
    let bytes = u64::from(FILE_SEGMENTS) * 4096;
    for n in 1..=2 {
        let path = format!("/logs/edbres{n:05}.jrs");
        let file = fs.get(&path).unwrap();
        assert!(file.len() as u64 == bytes && file.iter().all(|&b| b == 0));
    }
    // No byte more: checkpoint, one log, two reserves.
    fs.set_plan(Plan::quiet().capacity(8192 + 3 * bytes));
    writer.may_begin().unwrap();
    let mut tended = Tended::default();
    writer.tend(&mut tended).unwrap();
    assert!(writer.is_quiesced());
    let e = writer.may_begin().unwrap_err();
    assert_eq!(e.jet_err(), JetErr::LOG_DISK_FULL);
    // What is begun gets through two generations.
    for generation in 2..=3 {
        let at = writer.append(&parse(&[23])).unwrap();
        writer.wait_durable(at).unwrap();
        assert_eq!(writer.roll().unwrap(), generation);
        assert!(writer.header().flags().contains(LogFlags::RESERVE));
        assert!(matches!(writer.may_begin(), Err(LogWriteError::Quiesced)));
    }
    let at = writer.append(&parse(&[23])).unwrap();
    writer.wait_durable(at).unwrap();
    // With room again the pool is made whole, and the log is as before.
    fs.set_plan(Plan::quiet());
    clock.advance(Duration::from_secs(60));
    writer.tend(&mut tended).unwrap();
    clock.advance(Duration::from_secs(60));
    writer.tend(&mut tended).unwrap();
    assert!(!writer.is_quiesced());
    writer.may_begin().unwrap();
    assert_eq!(writer.roll().unwrap(), 4);
    assert!(!writer.header().flags().contains(LogFlags::RESERVE));
    assert_eq!(fs.get("/logs/edbres00002.jrs").unwrap().len() as u64, bytes);
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    let records: usize = all.iter().map(|g| g.records.len()).sum();
    assert!(records >= 3);
}

#[test]
fn behind_the_last_reserve_the_log_closes() {
    let fs = disk();
    let writer = begin(&fs, &clock(), setup(false, 0));
    writer.make_reserves(1).unwrap();
    let bytes = u64::from(FILE_SEGMENTS) * 4096;
    fs.set_plan(Plan::quiet().capacity(8192 + 2 * bytes));
    writer.roll().unwrap();
    let at = writer.append(&parse(&[23])).unwrap();
    let e = writer.roll().unwrap_err();
    assert_eq!(e.jet_err(), JetErr::LOG_DISK_FULL);
    assert!(at < writer.durable(), "the roll made it durable first");
    assert_eq!(
        writer.wait_all().unwrap_err().jet_err(),
        JetErr::LOG_DISK_FULL
    );
    assert!(fs.get("/logs/edbtmp.log").is_none());
    drop(writer);
    fs.set_plan(Plan::quiet());
    let env = env_of(&fs, &clock());
    let writer = resume(&env, &setup(false, 0).config()).unwrap();
    assert_eq!(writer.roll().unwrap(), 3);
}

#[test]
fn reserves_are_made_right() {
    let fs = disk();
    let writer = begin(&fs, &clock(), setup(false, 0));
    let bytes = usize::from(FILE_SEGMENTS) * 4096;
    // Too long, too short, not zero, too many; another base and a folder are none of ours.
    let mut dirty = vec![0; bytes];
    dirty[bytes - 1] = 1;
    for (name, contents) in [
        ("edbres00001.jrs", vec![7; bytes + 4096]),
        ("edbres00002.jrs", vec![0; 5]),
        ("edbres00003.jrs", dirty),
        ("edbres00004.jrs", vec![0; bytes]),
        ("xyzres00009.jrs", vec![1]),
    ] {
        fs.put(format!("/logs/{name}"), &contents);
    }
    writer.make_reserves(3).unwrap();
    for n in 1..=3 {
        let file = fs.get(format!("/logs/edbres{n:05}.jrs")).unwrap();
        assert!(file == vec![0; bytes], "{n}");
    }
    assert!(fs.get("/logs/edbres00004.jrs").is_none());
    assert!(fs.get("/logs/xyzres00009.jrs").is_some());
    // On a full disk the pool stays small, and the log quiesced, from the start.
    fs.set_plan(Plan::quiet().capacity(8192 + 5 * bytes as u64));
    assert!(writer.make_reserves(10).is_err());
    assert!(writer.is_quiesced() && writer.failure().is_none());
}

/// Half a buffer is written, and sent on to the disk, by who tends the log: nothing of it counts as durable,
/// and nothing is lost; an error of either closes the log.
#[test]
fn who_tends_the_log_writes_half_a_buffer() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let record = trace(&mut rng, 3000);
    // Three quarters of a buffer of four segments.
    let fill = |writer: &LogWriter| {
        for _ in 0..4 {
            writer.append(&parse(&record)).unwrap();
        }
    };
    let kinds = |fs: &FaultyFileSystem, from: usize| -> Vec<OpKind> {
        let ops = fs.trace();
        let ops = ops.iter().skip(from).map(|op| op.kind);
        ops.filter(|k| matches!(k, OpKind::Write | OpKind::Sync))
            .collect()
    };
    let begun = || {
        let fs = disk();
        fs.set_plan(Plan::quiet().traced());
        let writer = begin(&fs, &clock(), setup(false, 0));
        let mut tended = Tended::default();
        // The next file, which is no matter here.
        writer.tend(&mut tended).unwrap();
        (fs, writer, tended)
    };
    let (fs, writer, mut tended) = begun();
    let durable = writer.durable();
    let from = fs.trace().len();
    writer.append(&parse(&record)).unwrap();
    writer.tend(&mut tended).unwrap();
    assert_eq!(kinds(&fs, from), [], "a quarter of a buffer can wait");
    fill(&writer);
    assert_eq!(kinds(&fs, from), [], "who appends does not write");
    writer.tend(&mut tended).unwrap();
    assert_eq!(kinds(&fs, from), [OpKind::Write, OpKind::Sync]);
    assert_eq!(writer.durable(), durable);
    fill(&writer);
    writer.tend(&mut tended).unwrap();
    writer.flush().unwrap();
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    let found = all.iter().flat_map(|g| &g.records);
    assert_eq!(found.filter(|(_, bytes)| *bytes == record).count(), 9);

    for kind in [OpKind::Write, OpKind::Sync] {
        let (fs, writer, mut tended) = begun();
        fill(&writer);
        fs.set_plan(Plan::quiet().on(Pick::of(kind), Fault::EIO));
        assert!(writer.tend(&mut tended).is_err());
        assert!(writer.failure().is_some());
        assert!(writer.append(&parse(&record)).is_err());
    }
}

#[test]
fn every_waiter_gets_the_error() {
    for kind in [OpKind::Write, OpKind::Sync] {
        for skip in 0..3 {
            let fs = disk();
            let writer = begin(&fs, &clock(), setup(false, 0));
            let pick = Pick::of(kind).skip(skip);
            fs.set_plan(Plan::quiet().on(pick, Fault::EIO));
            let start = Barrier::new(8);
            let outcomes: Vec<_> = std::thread::scope(|s| {
                let threads: Vec<_> = (0..8)
                    .map(|_| {
                        s.spawn(|| {
                            start.wait();
                            let mut done = Vec::new();
                            loop {
                                let commit = writer
                                    .append(&parse(&[23]))
                                    .and_then(|at| writer.wait_durable(at).map(|_| at));
                                match commit {
                                    Ok(at) => done.push(at),
                                    Err(e) => return (done, e),
                                }
                            }
                        })
                    })
                    .collect();
                threads.into_iter().map(|t| t.join().unwrap()).collect()
            });
            let durable = writer.durable();
            let image = fs.image(ese_core::io::faulty::CrashKind::PowerCut, 0);
            let all = read_all(&image, Path::new(DIR)).unwrap();
            let there: Vec<_> = all
                .iter()
                .flat_map(|g| &g.records)
                .map(|(at, _)| *at)
                .collect();
            for (done, e) in outcomes {
                assert_eq!(e.jet_err(), JetErr::LOG_WRITE_FAIL, "{e}");
                for at in done {
                    assert!(at < durable && there.contains(&at), "{at} is lost");
                }
            }
        }
    }
}

/// Remembers what it hears.
#[derive(Default)]
struct Ear(std::sync::Mutex<Vec<i32>>);

impl RollWatch for Ear {
    fn rolled(&self, generation: i32, _: LogTime) -> std::io::Result<()> {
        self.0.lock().unwrap().push(generation);
        Ok(())
    }
}

#[test]
fn a_file_made_ahead_costs_the_roll_nothing() {
    let fs = disk();
    fs.set_plan(Plan::quiet().traced());
    let writer = begin(&fs, &clock(), setup(false, 0));
    let ear = Arc::new(Ear::default());
    writer.set_watch(Arc::clone(&ear) as _);
    writer.tend(&mut Tended::default()).unwrap();
    let before = fs.trace().len();
    writer.append(&parse(&[23])).unwrap();
    writer.roll().unwrap();
    let trace = fs.trace();
    let new = &trace[before..];
    let count = |kind| new.iter().filter(|op| op.kind == kind).count();
    assert_eq!(count(OpKind::Create), 0);
    // The last segment with a sync; header and fence of the new file with another.
    assert_eq!((count(OpKind::Write), count(OpKind::Sync)), (3, 2));
    assert_eq!((count(OpKind::Rename), count(OpKind::SyncDir)), (2, 1));
    assert_eq!(*ear.0.lock().unwrap(), [2]);
    // A prepared file that somebody took away, or cut, is made anew.
    let mut tended = Tended::default();
    writer.tend(&mut tended).unwrap();
    fs.remove_file(Path::new("/logs/edbtmp.log")).unwrap();
    assert_eq!(writer.roll().unwrap(), 3);
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    assert_eq!(all.len(), 3);
}

#[test]
fn a_generation_that_nobody_needs_becomes_the_next_file() {
    let fs = disk();
    fs.set_plan(Plan::quiet().traced());
    let writer = begin(&fs, &clock(), setup(true, 0));
    let mut tended = Tended::default();
    let fill = || {
        for _ in 0..4 {
            let at = writer.append(&parse(&[23])).unwrap();
            writer.wait_durable(at).unwrap();
        }
        writer.roll().unwrap()
    };
    let there = || -> Vec<i32> {
        let all = read_all(&fs, Path::new(DIR)).unwrap();
        all.iter().map(|g| g.header.generation()).collect()
    };
    while fill() < 6 {}
    writer.tend(&mut tended).unwrap();
    assert_eq!(there(), [1, 2, 3, 4, 5, 6], "nobody released them");
    // A backup keeps what it needs.
    let kept = writer.keep_from(3);
    writer.release_below(5);
    writer.tend(&mut tended).unwrap();
    assert_eq!(there(), [2, 3, 4, 5, 6], "one is left to be made a file of");
    assert_eq!(fill(), 7);
    writer.tend(&mut tended).unwrap();
    assert_eq!(there(), [3, 4, 5, 6, 7], "it was made the next file");
    let renamed = |from: &str| {
        fs.trace().iter().any(|op| {
            op.path.ends_with(from) && op.to.as_ref().is_some_and(|to| to.ends_with("edbtmp.log"))
        })
    };
    assert!(renamed("edb00002.log") && !renamed("edb00003.log"));
    assert_eq!(writer.delete_below(6).unwrap(), 0, "kept from everybody");
    drop(kept);
    writer.tend(&mut tended).unwrap();
    assert_eq!(there(), [4, 5, 6, 7]);
    // What the old generation left in the file does not come to life.
    assert_eq!(fill(), 8);
    let at = writer.append(&parse(&[23])).unwrap();
    writer.wait_durable(at).unwrap();
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    let last = all.last().unwrap();
    assert_eq!(last.verdict.last_segment, Some(1));
    assert!(last.bytes[3 * 4096..4 * 4096].iter().any(|&b| b != 0));
    assert_eq!(last.end.jet_err(), None);
}

#[test]
fn what_does_not_fit_is_not_used_again() {
    // Generation 1 is of another sequence, cut, or has another number: deleted, not used.
    for spoil in 0..3 {
        let fs = disk();
        fs.set_plan(Plan::quiet().traced());
        let writer = begin(&fs, &clock(), setup(true, 0));
        while writer.roll().unwrap() < 4 {}
        let path = "/logs/edb00001.log";
        let mut bytes = fs.get(path).unwrap();
        match spoil {
            0 => {
                let mut header = LogHeader::parse(&bytes).unwrap();
                header.set_sign_log(Signature([9; 28]));
                header.seal();
                bytes[..4096].copy_from_slice(header.as_bytes());
            }
            1 => bytes.truncate(4096 * 3),
            _ => bytes = fs.get("/logs/edb00003.log").unwrap(),
        }
        fs.put(path, &bytes);
        writer.release_below(2);
        writer.tend(&mut Tended::default()).unwrap();
        assert_eq!(writer.roll().unwrap(), 5);
        let used = fs
            .trace()
            .iter()
            .any(|op| op.to.is_some() && op.path.ends_with("edb00001.log"));
        assert!(!used, "{spoil}");
    }
}

#[test]
fn changes_are_refused_when_the_checkpoint_is_too_far_back() {
    let fs = disk();
    let writer = begin(&fs, &clock(), setup(false, 0));
    let begin0 = [8, 1, 0, 2, 0, 0, 0, 0];
    writer.set_too_deep(0); // The least there is: 32.
    while writer.roll().unwrap() < 17 {}
    writer.append(&parse(&begin0)).unwrap();
    let first = ese_core::format::ids::Lgpos::new(1, 1, 0);
    let e = writer.check_transaction_age(first).err();
    assert!(e.is_none(), "{e:?}");
    writer.roll().unwrap();
    let e = writer.append(&parse(&begin0)).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::CHECKPOINT_DEPTH_TOO_DEEP);
    let mut at = Vec::new();
    let both = [parse(&[23]), parse(&begin0)];
    let e = writer.append_all(&both, &mut at).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::CHECKPOINT_DEPTH_TOO_DEEP);
    assert!(at.is_empty());
    let e = writer.check_transaction_age(first).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::TRANSACTION_TOO_LONG);
    // What ends gets through, and a checkpoint makes room.
    writer.append(&parse(&[23])).unwrap();
    writer.set_checkpoint(ese_core::format::ids::Lgpos::new(9, 1, 0));
    writer.append(&parse(&begin0)).unwrap();
    assert!(writer.failure().is_none());
}

#[test]
fn a_version_that_rises_while_the_log_runs_begins_a_generation() {
    use ese_core::format::log_header::LogVersion;
    let fs = disk();
    let writer = begin(&fs, &clock(), setup(false, 0));
    let old = writer.header().version();
    writer.append(&parse(&[23])).unwrap();
    let higher = LogVersion {
        update_minor: 60,
        update_major: 20,
        ..old
    };
    writer.raise_version(higher);
    writer.raise_version(old); // Never goes down.
    assert_eq!(writer.generation(), 1);
    assert_eq!(writer.append(&parse(&[23])).unwrap().generation, 2);
    assert_eq!(writer.header().version(), higher);
    writer.roll().unwrap();
    assert_eq!(writer.header().version(), higher);
}

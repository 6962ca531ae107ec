//! Random records, flushes, rolls and restarts: what the writer appended is what the reader finds, at
//! the positions the writer gave; and the writer's smaller promises, one by one.
#![forbid(unsafe_code)]

mod log_writer_support;

use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::checkpoint::Checkpoint;
use ese_core::format::ids::{Lgpos, LogTime};
use ese_core::format::log_fields::Field;
use ese_core::format::log_fields::params::DbmsParam;
use ese_core::format::log_header::{LogFlags, LogVersion, SEGMENT_BYTES};
use ese_core::format::log_record::LrTyp;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::{Family, LogKind, LogName};
use ese_core::log::writer::{GENERATION_MAX, NEW_SEQUENCE_VERSION};
use ese_core::log::{
    FlushStyle, LogAppend, LogConfig, LogEnd, LogWriteError, LogWriter, RollWatch, checkpoint_file,
};
use log_writer_support::{
    Record, check_chain, parse, read_all, resume, some_record, still, trace, undo_begins,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

const DIR: &str = "/logs";

fn params() -> DbmsParam<'static> {
    DbmsParam::get(&[0; 567], 0)
}

fn world() -> (MemoryFileSystem, LogConfig) {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let mut config = LogConfig::new(PathBuf::from(DIR), "edb");
    config.file_segments = 12;
    config.buffer_segments = 4;
    (fs, config)
}

fn begin(fs: &MemoryFileSystem, config: &LogConfig) -> LogWriter {
    let env = still(Arc::new(fs.clone()));
    LogWriter::begin_new(&env, config, params(), Path::new(DIR)).unwrap()
}

/// What the reader finds, without padding.
fn found(fs: &MemoryFileSystem) -> Vec<Record> {
    let all = read_all(fs, Path::new(DIR)).unwrap();
    check_chain(&all).unwrap();
    for g in &all {
        assert_eq!(g.end.jet_err(), None, "{}", g.end);
    }
    all.into_iter()
        .flat_map(|g| g.records)
        .filter(|(_, b)| b[0] != LrTyp::Nop2.number())
        .collect()
}

#[test]
fn what_was_appended_is_found() {
    for seed in 0..testkit::rounds(150, 3000) {
        let seed = testkit::first_seed() + seed;
        let mut rng = SeededRng::new(seed);
        let (fs, mut config) = world();
        config.file_segments = 4 + rng.below(12) as u16;
        config.buffer_segments = 1 + rng.below(10) as u16;
        config.digits = if rng.below(2) == 0 { 5 } else { 8 };
        let long = u64::from(config.file_segments - 3) * 4000;
        let env = still(Arc::new(fs.clone()));
        let mut writer = begin(&fs, &config);
        let mut model: Vec<Record> = Vec::new();
        for _ in 0..rng.below(200) {
            match rng.below(40) {
                0 => {
                    writer.roll().unwrap();
                }
                1..=5 => {
                    let end = writer.flush_as(FlushStyle::Fill).unwrap();
                    assert_eq!(writer.durable(), end);
                }
                6..=9 => {
                    let end = writer.flush_as(FlushStyle::Shadow).unwrap();
                    assert_eq!((writer.durable(), writer.position()), (end, end));
                    assert!(found(&fs) == model, "seed {seed}");
                }
                10 => {
                    // A process that dies: what was not flushed may be there or not.
                    let durable = writer.durable();
                    drop(writer);
                    let have = found(&fs);
                    assert!(model.starts_with(&have), "seed {seed}");
                    assert!(model.iter().filter(|r| r.0 < durable).count() <= have.len());
                    model = have;
                    writer = resume(&env, &config).unwrap();
                    let b = undo_begins();
                    model.push((writer.append(&parse(&b)).unwrap(), b));
                }
                11 => {
                    writer.end().unwrap();
                    assert!(matches!(
                        writer.append(&parse(&[23])),
                        Err(LogWriteError::Ended)
                    ));
                    drop(writer);
                    writer = resume(&env, &config).unwrap();
                    let b = undo_begins();
                    model.push((writer.append(&parse(&b)).unwrap(), b));
                }
                12..=15 => {
                    let batch: Vec<Vec<u8>> = (0..rng.below(6))
                        .map(|_| some_record(&mut rng, long))
                        .collect();
                    let records: Vec<_> = batch.iter().map(|b| parse(b)).collect();
                    let mut at = vec![Lgpos::MIN; 3];
                    writer.append_all(&records, &mut at).unwrap();
                    assert_eq!(at.len(), batch.len());
                    model.extend(at.into_iter().zip(batch));
                }
                _ => {
                    let b = some_record(&mut rng, long);
                    model.push((writer.append(&parse(&b)).unwrap(), b));
                }
            }
        }
        writer.end().unwrap();
        let have = found(&fs);
        let odd = have.iter().zip(&model).find(|(a, b)| a != b);
        assert!(
            have.len() == model.len() && odd.is_none(),
            "seed {seed}: {} of {}, {:?}",
            have.len(),
            model.len(),
            odd.map(|(a, b)| (a.0, b.0))
        );
    }
}

#[test]
fn records_of_one_call_lie_in_one_generation() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let mut rng = SeededRng::new(3);
    let filler = trace(&mut rng, 4000);
    for _ in 0..9 {
        writer.append(&parse(&filler)).unwrap();
    }
    // The first would find room.
    let (small, large) = (trace(&mut rng, 10), trace(&mut rng, 5000));
    let mut at = Vec::new();
    writer
        .append_all(&[parse(&small), parse(&large)], &mut at)
        .unwrap();
    assert_eq!(at[0], Lgpos::new(2, 1, 0));
    assert_eq!(at[1].generation, 2);
    // More than a generation: rolls in between.
    let many: Vec<_> = (0..15).map(|_| parse(&filler)).collect();
    writer.append_all(&many, &mut at).unwrap();
    assert_eq!((at[0].generation, at[14].generation), (3, 4));
    writer.end().unwrap();
    found(&fs);
}

#[test]
fn a_record_longer_than_a_generation_is_refused_whole() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let mut rng = SeededRng::new(3);
    let b = trace(&mut rng, 41_000);
    let e = writer.append(&parse(&b)).unwrap_err();
    assert!(matches!(e, LogWriteError::Record(_)), "{e}");
    assert_eq!(e.jet_err(), JetErr::INTERNAL_ERROR);
    // Nothing of the call is there, and the log goes on.
    let mut at = Vec::new();
    let e = writer.append_all(&[parse(&[23]), parse(&b)], &mut at);
    assert!(e.is_err() && at.is_empty());
    assert_eq!(writer.append(&parse(&[23])).unwrap(), Lgpos::new(1, 1, 0));
    writer.end().unwrap();
    assert_eq!(found(&fs).len(), 1);
}

#[derive(Default)]
struct Heard(Mutex<Vec<(i32, LogTime)>>);

impl RollWatch for Heard {
    fn rolled(&self, generation: i32, tm_create: LogTime) -> std::io::Result<()> {
        if generation == 4 {
            return Err(std::io::Error::from(std::io::ErrorKind::StorageFull));
        }
        self.0.lock().unwrap().push((generation, tm_create));
        Ok(())
    }
}

#[test]
fn a_new_generation_is_announced_and_its_header_follows() {
    let (fs, mut config) = world();
    config.circular = true;
    let writer = begin(&fs, &config);
    let heard = Arc::new(Heard::default());
    writer.set_watch(heard.clone());
    let mut list = vec![0; 2048];
    list[..3].copy_from_slice(&[0, 9, 9]);
    writer.set_attachments(Field::get(&list, 0));
    writer.set_checkpoint(Lgpos::new(1, 3, 5));
    assert_eq!(writer.roll().unwrap(), 2);
    let h = writer.header();
    assert_eq!(h.version(), NEW_SEQUENCE_VERSION);
    assert_eq!(h.lgpos_checkpoint(), Lgpos::new(1, 3, 5));
    assert_eq!(h.as_bytes()[671..674], [0, 9, 9]);
    assert_eq!(h.flags(), LogFlags::CIRCULAR | LogFlags::CIRCULAR_HISTORY);
    assert_eq!(writer.roll().unwrap(), 3);
    assert_eq!(heard.0.lock().unwrap()[1], (3, writer.header().tm_create()));
    // The hearer fails: closed for good, with that error.
    for _ in 0..2 {
        let e = writer.roll().unwrap_err();
        assert_eq!(e.jet_err(), JetErr::LOG_DISK_FULL);
    }
    assert_eq!(writer.generation(), 4);
    // An archived generation without a record has an empty segment.
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    check_chain(&all).unwrap();
    assert_eq!(all[1].verdict.last_segment, Some(1));
    assert_eq!(all[1].bytes[SEGMENT_BYTES + 40..][..4056], [0; 4056]);
}

#[test]
fn old_generations_go_from_the_lowest_up() {
    let (fs, mut config) = world();
    config.digits = 8;
    config.family = Family::New;
    let writer = begin(&fs, &config);
    for _ in 0..5 {
        writer.roll().unwrap();
    }
    // Not of this sequence.
    let names = [
        "edb00001.jtx",
        "edb00000001.log",
        "xyz00000001.jtx",
        "edb.chk",
    ];
    for name in names {
        fs.put(&Path::new(DIR).join(name), b"x".to_vec());
    }
    assert_eq!(writer.delete_below(4).unwrap(), 3);
    assert_eq!(writer.delete_below(4).unwrap(), 0);
    assert_eq!(writer.delete_below(i32::MAX).unwrap(), 2);
    let left = fs.read_dir(Path::new(DIR)).unwrap();
    let mut left: Vec<_> = left
        .iter()
        .map(|e| e.path.file_name().unwrap().to_str().unwrap())
        .collect();
    left.retain(|n| !names.contains(n));
    assert_eq!(left, ["edb.jcp", "edb.jtx"]);
}

#[test]
fn versions_rise_and_never_fall() {
    let (fs, mut config) = world();
    let newer = LogVersion {
        update_major: 60,
        update_minor: 140,
        ..NEW_SEQUENCE_VERSION
    };
    config.version = Some(newer);
    let writer = begin(&fs, &config);
    writer.append(&parse(&[23])).unwrap();
    writer.end().unwrap();
    drop(writer);
    // Lower is wanted: it stays, in the same generation.
    config.version = Some(NEW_SEQUENCE_VERSION);
    let env = still(Arc::new(fs.clone()));
    let writer = resume(&env, &config).unwrap();
    let at = writer.append(&parse(&undo_begins())).unwrap();
    assert_eq!(at, Lgpos::new(1, 2, 0));
    writer.roll().unwrap();
    assert_eq!(writer.header().version(), newer);
    writer.end().unwrap();
    drop(writer);
    // Higher is wanted: the log rolls first.
    let highest = LogVersion::KNOWN_MAX;
    config.version = Some(highest);
    let writer = resume(&env, &config).unwrap();
    let at = writer.append(&parse(&undo_begins())).unwrap();
    assert_eq!(at, Lgpos::new(3, 1, 0));
    assert_eq!(writer.header().version(), highest);
    writer.end().unwrap();
    drop(writer);
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    check_chain(&all).unwrap();
    // What is not of the segment format, or too new, is not written.
    for (major, update_major) in [(7, 17), (8, 999)] {
        let mut h = all[2].header.clone();
        h.set_major(major);
        h.set_update_major(update_major);
        let path = Path::new(DIR).join("edb.log");
        let e = LogWriter::go_on(&env, &config, h, &path, Some(1), 0).unwrap_err();
        assert_eq!(e.jet_err(), JetErr::BAD_LOG_VERSION);
    }
}

#[test]
fn the_sequence_has_an_end() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let mut h = writer.header();
    drop(writer);
    h.set_generation(GENERATION_MAX - 1);
    let env = still(Arc::new(fs.clone()));
    fs.remove_file(&Path::new(DIR).join("edb.log")).unwrap();
    let attachments = h.clone();
    let writer =
        LogWriter::begin_after(&env, &config, &h, 0, attachments.attachments(), Lgpos::MIN)
            .unwrap();
    assert_eq!(writer.generation(), GENERATION_MAX);
    let mut rng = SeededRng::new(1);
    let b = trace(&mut rng, 9000);
    let mut count = 0;
    let e = loop {
        match writer.append(&parse(&b)) {
            Ok(_) => count += 1,
            Err(e) => break e,
        }
    };
    assert_eq!((count, e.jet_err()), (4, JetErr::LOG_SEQUENCE_END));
    // What still fits is taken, and a flush that would fill the last segment writes it with a shadow.
    while writer.position().isec < 10 {
        writer.append(&parse(&trace(&mut rng, 100))).unwrap();
    }
    writer.flush_as(FlushStyle::Fill).unwrap();
    assert_eq!(writer.durable(), writer.position());
    writer.append(&parse(&[23])).unwrap();
    writer.end().unwrap();
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    assert_eq!(all[0].records.last().unwrap().1, [23]);
}

#[test]
fn nothing_that_lies_there_is_replaced() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let env = still(Arc::new(fs.clone()));
    let e = LogWriter::begin_new(&env, &config, params(), Path::new(DIR)).unwrap_err();
    assert!(e.to_string().contains("edb.log"), "{e}");
    // An archived log in the way of a roll.
    fs.put(&Path::new(DIR).join("edb00001.log"), b"precious".to_vec());
    writer.append(&parse(&[23])).unwrap();
    let e = writer.roll().unwrap_err();
    assert!(e.to_string().contains("edb00001.log"), "{e}");
    assert_eq!(
        writer.append(&parse(&[23])).unwrap_err().to_string(),
        e.to_string()
    );
    // What was appended is durable all the same.
    assert!(writer.durable() > Lgpos::new(1, 1, 0));
    let all = read_all(&fs, Path::new(DIR));
    assert!(all.is_err(), "eight bytes are no log");
    fs.remove_file(&Path::new(DIR).join("edb00001.log"))
        .unwrap();
    assert_eq!(found(&fs).len(), 1);
}

#[test]
fn a_log_has_one_writer() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let env = still(Arc::new(fs.clone()));
    let path = Path::new(DIR).join("edb.log");
    let go_on = || LogWriter::go_on(&env, &config, writer.header(), &path, None, 0);
    let e = go_on().unwrap_err();
    assert!(
        matches!(&e, LogWriteError::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied),
        "{e}"
    );
    writer.roll().unwrap();
    assert!(go_on().is_err(), "the new file is locked too");
}

#[test]
fn left_overs_of_a_crash_do_not_come_to_life() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let mut rng = SeededRng::new(9);
    let path = Path::new(DIR).join("edb.log");
    for _ in 0..6 {
        writer.append(&parse(&trace(&mut rng, 3000))).unwrap();
    }
    writer.flush_as(FlushStyle::Shadow).unwrap();
    drop(writer);
    // Segment 3 never reached the disk, those behind it did, and the next but one is torn.
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    let last = all[0].verdict.last_segment.unwrap();
    assert!(last >= 4);
    let file = fs.open(&path, OpenMode::ReadWrite).unwrap();
    let at = |isec: u16| u64::from(isec) * SEGMENT_BYTES as u64;
    file.write_all_at(&[0; SEGMENT_BYTES], at(3)).unwrap();
    file.write_all_at(&[7; 512], at(last + 3)).unwrap();
    drop(file);
    let all = read_all(&fs, Path::new(DIR)).unwrap();
    assert_eq!(all[0].verdict.last_segment, Some(2));
    assert!(matches!(all[0].end, LogEnd::CorruptSegment { .. }));
    let env = still(Arc::new(fs.clone()));
    let writer = resume(&env, &config).unwrap();
    let undo = undo_begins();
    assert_eq!(writer.append(&parse(&undo)).unwrap(), Lgpos::new(1, 3, 0));
    writer.flush_as(FlushStyle::Fill).unwrap();
    drop(writer);
    let have = found(&fs);
    assert_eq!(have.last().unwrap().1, undo);
    assert_eq!(have.last().unwrap().0.isec, 3);
}

#[test]
fn a_torn_last_segment_is_put_back_from_its_shadow() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let b = trace(&mut SeededRng::new(9), 500);
    writer.append(&parse(&b)).unwrap();
    writer.end().unwrap();
    drop(writer);
    let path = Path::new(DIR).join("edb.log");
    let file = fs.open(&path, OpenMode::ReadWrite).unwrap();
    file.write_all_at(&[0xEE; 300], SEGMENT_BYTES as u64 + 100)
        .unwrap();
    drop(file);
    let env = still(Arc::new(fs.clone()));
    let writer = resume(&env, &config).unwrap();
    // The shadow's place is used now: the segment must stand by itself.
    writer.append(&parse(&undo_begins())).unwrap();
    writer.end().unwrap();
    let have = found(&fs);
    assert_eq!((have.len(), &have[0].1), (2, &b));
    let name = LogName::format("edb", LogKind::Current, Family::Legacy);
    assert_eq!(name, "edb.log");
}

#[test]
fn many_threads_append_and_flush() {
    let (fs, mut config) = world();
    config.file_segments = 40;
    let writer = begin(&fs, &config);
    let all: Mutex<Vec<Record>> = Mutex::new(Vec::new());
    std::thread::scope(|s| {
        for t in 0..6 {
            let (writer, all) = (&writer, &all);
            s.spawn(move || {
                let mut rng = SeededRng::new(t);
                let mut mine = Vec::new();
                for i in 0..300 {
                    let b = some_record(&mut rng, 9000);
                    let at = writer.append(&parse(&b)).unwrap();
                    if i % 7 == 0 {
                        writer.flush_to(at).unwrap();
                        assert!(writer.durable() > at);
                    }
                    mine.push((at, b));
                }
                all.lock().unwrap().extend(mine);
            });
        }
    });
    writer.end().unwrap();
    let mut all = all.into_inner().unwrap();
    all.sort();
    assert!(found(&fs) == all);
}

#[test]
fn a_new_sequence_begins_with_its_checkpoint() {
    let (fs, config) = world();
    let writer = begin(&fs, &config);
    let path = Path::new(DIR).join("edb.chk");
    let c = checkpoint_file::read(&fs, &path).unwrap().unwrap();
    assert_eq!((c.first, c.second), (Ok(()), Ok(())));
    assert_eq!(c.checkpoint.sign_log(), writer.header().sign_log());
    assert_eq!(c.checkpoint.lgpos_checkpoint(), Lgpos::new(1, 1, 0));
    assert_eq!(writer.header().generation(), 1);
    assert!(writer.header().tm_prev_gen().is_none());
    let none = checkpoint_file::read(&fs, Path::new("/logs/none.chk")).unwrap();
    assert!(none.is_none());
    fs.put(&path, vec![1; 100]);
    let e = checkpoint_file::read(&fs, &path).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::CHECKPOINT_CORRUPT);
    let mut c = Checkpoint::zeroed();
    c.set_filetype(4);
    checkpoint_file::write(&fs, &path, &c).unwrap();
    assert!(checkpoint_file::read(&fs, &path).unwrap().is_some());
}

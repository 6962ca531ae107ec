//! Cuts of small logs that are made here.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::LogTime;
use crate::format::log_header::FILETYPE_LOG;
use crate::format::log_record::{Rollback, ShutDownMark};
use crate::io::memory::MemoryFileSystem;
use crate::recovery::{NameDigits, Options};

const DIR: &str = "/logs";
const SEGMENTS: u16 = 200;
/// Segments with data: more than are copied at once.
const USED: u16 = 130;

fn header(generation: i32) -> LogHeader {
    let mut h = LogHeader::zeroed();
    h.set_generation(generation);
    h.set_segment_bytes(4096);
    h.set_header_segments(1);
    h.set_file_segments(SEGMENTS);
    h.set_page_bytes(8192);
    h.set_major(8);
    h.set_minor(4000);
    h.set_update_major(5);
    h.set_update_minor(16);
    h.set_filetype(FILETYPE_LOG);
    h.set_sign_log(Signature([9; 28]));
    h.set_tm_create(LogTime([1, 2, 3, 4, 5, 126, 1, 0]));
    h.seal();
    h
}

/// A log whose segments are half full of small records.
fn log(generation: i32) -> Vec<u8> {
    let h = header(generation);
    let mut bytes = h.as_bytes().to_vec();
    for isec in 1..=USED {
        let mut segment = vec![0; SEGMENT_HEADER_BYTES];
        while segment.len() < SEGMENT_BYTES / 2 {
            let mark = LogRecord::ShutDownMark(ShutDownMark {});
            let rollback = LogRecord::Rollback(Rollback {
                procid: isec,
                levels: 1,
            });
            mark.write(&mut segment).unwrap();
            rollback.write(&mut segment).unwrap();
        }
        segment.resize(SEGMENT_BYTES, 0);
        let time = LogTime([9, 2, 3, 4, 5, 126, 1, 0]);
        seal(&mut segment, Lgpos::new(generation, isec, 0), time);
        bytes.extend(segment);
    }
    bytes.resize(usize::from(SEGMENTS) * SEGMENT_BYTES, 0);
    bytes
}

/// Generations 1 to 3, the last one current.
fn three() -> MemoryFileSystem {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    for (name, generation) in [
        ("edb00000001.log", 1),
        ("edb00000002.log", 2),
        ("edb.log", 3),
    ] {
        fs.put(&path(name), log(generation));
    }
    fs
}

fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

fn folder(fs: &MemoryFileSystem) -> LogFolder {
    let mut options = Options::of_folder(PathBuf::from(DIR), "edb");
    options.digits = NameDigits::Eight;
    LogFolder::open(fs, &options).unwrap()
}

fn names(fs: &MemoryFileSystem) -> Vec<String> {
    let entries = fs.read_dir(Path::new(DIR)).unwrap();
    let name = |p: &Path| p.file_name().unwrap().to_str().unwrap().to_owned();
    let mut out: Vec<String> = entries.iter().map(|e| name(&e.path)).collect();
    out.sort();
    out
}

fn positions(fs: &MemoryFileSystem, name: &str) -> Vec<Lgpos> {
    let log = LogFile::open(fs.open(&path(name), OpenMode::Read).unwrap()).unwrap();
    let mut records = log.records().unwrap();
    let mut out = Vec::new();
    while let Some((at, _)) = records.next() {
        out.push(at);
    }
    assert_eq!(records.finish().jet_err(), None);
    out
}

fn cut(fs: &MemoryFileSystem, at: Lgpos) -> Result<LogTail, RecoveryError> {
    Cut::plan(fs, &folder(fs), at)?.carry_out(fs)
}

#[test]
fn the_records_before_stay() {
    for (generation, name) in [(3, "edb.log"), (2, "edb00000002.log")] {
        let all = positions(&three(), name);
        for at in [all[1], all[7], all[all.len() / 2], all[all.len() - 1]] {
            let fs = three();
            let tail = cut(&fs, at).unwrap();
            let kept: Vec<Lgpos> = all.iter().copied().filter(|&p| p < at).collect();
            assert_eq!(positions(&fs, "edb.log"), kept, "{at}");
            assert_eq!(tail.header.generation(), generation);
            let last = kept[kept.len() - 1];
            assert_eq!(tail.last_segment, Some(last.isec), "{at}");
            assert!(tail.is_current && tail.end <= at);
            let archived: Vec<String> =
                (1..generation).map(|g| format!("edb{g:08X}.log")).collect();
            assert_eq!(names(&fs), [vec!["edb.log".to_owned()], archived].concat());
            let bytes = fs.get(&path("edb.log")).unwrap();
            assert_eq!(bytes.len(), usize::from(SEGMENTS) * SEGMENT_BYTES);
        }
    }
}

#[test]
fn a_generation_of_which_nothing_is_left_goes() {
    for at in [Lgpos::new(3, 0, 0), Lgpos::new(3, 1, 0)] {
        let fs = three();
        let whole = fs.get(&path("edb00000002.log")).unwrap();
        let tail = cut(&fs, at).unwrap();
        assert_eq!(tail.header.generation(), 2);
        assert_eq!(fs.get(&path("edb.log")), Some(whole));
        assert_eq!(names(&fs), ["edb.log", "edb00000001.log"]);
    }
    // Nor does one that is missing.
    let fs = three();
    fs.remove_file(&path("edb.log")).unwrap();
    assert_eq!(
        cut(&fs, Lgpos::new(3, 0, 0)).unwrap().header.generation(),
        2
    );
    assert_eq!(names(&fs), ["edb.log", "edb00000001.log"]);
}

#[test]
fn the_last_log_stays_as_it_is_when_it_is_all_kept() {
    let fs = three();
    let before = fs.get(&path("edb.log"));
    let tail = cut(&fs, Lgpos::new(4, 0, 0)).unwrap();
    assert_eq!(tail.header.generation(), 3);
    assert_eq!(fs.get(&path("edb.log")), before);
    assert_eq!(names(&fs).len(), 3);
}

#[test]
fn a_plan_writes_nothing() {
    let fs = three();
    let before: Vec<_> = names(&fs).iter().map(|n| fs.get(&path(n))).collect();
    let plan = Cut::plan(&fs, &folder(&fs), Lgpos::new(2, 5, 0)).unwrap();
    assert_eq!(plan.last().number, 2);
    let after: Vec<_> = names(&fs).iter().map(|n| fs.get(&path(n))).collect();
    assert!(before == after);
}

#[test]
fn a_flipped_bit_is_put_right() {
    let fs = three();
    let all = positions(&fs, "edb.log");
    let at = all[all.len() / 2];
    let mut bytes = fs.get(&path("edb.log")).unwrap();
    bytes[usize::from(at.isec) * SEGMENT_BYTES + 1000] ^= 4;
    fs.put(&path("edb.log"), bytes);
    cut(&fs, at).unwrap();
    let sound = three();
    cut(&sound, at).unwrap();
    assert_eq!(fs.get(&path("edb.log")), sound.get(&path("edb.log")));
}

#[test]
fn what_is_left_of_an_earlier_cut_is_in_nobodys_way() {
    let fs = three();
    fs.put(&path("edbtmp.log"), vec![7; 100]);
    // Far too many generations to look for each.
    fs.put(&path("edb7FFFFA00.log"), log(0x7FFF_FA00));
    let at = Lgpos::new(2, 5, 0);
    // The new end is in its place already, and nothing was removed.
    let all = positions(&fs, "edb00000002.log");
    let done = three();
    cut(&done, at).unwrap();
    fs.put(&path("edb.log"), done.get(&path("edb.log")).unwrap());
    let tail = cut(&fs, at).unwrap();
    assert_eq!(tail.last_segment, Some(4));
    assert_eq!(names(&fs), ["edb.log", "edb00000001.log"]);
    let kept: Vec<Lgpos> = all.into_iter().filter(|&p| p < at).collect();
    assert_eq!(positions(&fs, "edb.log"), kept);
}

#[test]
fn a_generation_that_is_missing() {
    let fs = three();
    let e = cut(&fs, Lgpos::new(7, 3, 0)).unwrap_err();
    assert_eq!(e.jet_err(), JetErr::MISSING_LOG_FILE);
    assert_eq!(names(&fs).len(), 3);
}

//! The start rules on logs that are made here: headers without records.
#![forbid(unsafe_code)]

use super::*;
use crate::error::HasJetErr;
use crate::format::ids::LogTime;
use crate::format::log_fields::attach::AttachInfo;
use crate::format::log_header::FILETYPE_LOG;
use crate::io::clock::ManualClock;
use crate::io::memory::MemoryFileSystem;
use crate::io::rng::SeededRng;
use crate::recovery::NameDigits;

const DIR: &str = "/logs";
const SEGMENTS: u16 = 8;

struct Folder {
    fs: Arc<MemoryFileSystem>,
    options: Options,
}

fn header(generation: i32) -> LogHeader {
    let time = |g: i32| LogTime([g as u8, 0, 0, 1, 1, 126, 1, 0]);
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
    h.set_tm_create(time(generation));
    if generation > 1 {
        h.set_tm_prev_gen(time(generation - 1));
    }
    h
}

impl Folder {
    fn new() -> Self {
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new(DIR)).unwrap();
        Self {
            fs: Arc::new(fs),
            options: Options::of_folder(PathBuf::from(DIR), "edb"),
        }
    }

    /// Generations 1 to 3, the last one current.
    fn of_three() -> Self {
        let folder = Self::new();
        folder.log("edb00001.log", header(1));
        folder.log("edb00002.log", header(2));
        folder.log("edb.log", header(3));
        folder
    }

    fn put(&self, name: &str, bytes: Vec<u8>) {
        self.fs.put(&Path::new(DIR).join(name), bytes);
    }

    fn log(&self, name: &str, mut header: LogHeader) {
        header.seal();
        let mut bytes = header.as_bytes().to_vec();
        bytes.resize(usize::try_from(header.file_bytes()).unwrap(), 0);
        self.put(name, bytes);
    }

    fn checkpoint(&self, lgpos: Lgpos, change: impl FnOnce(&mut Checkpoint)) {
        let mut c = Checkpoint::zeroed();
        c.set_lgpos_checkpoint(lgpos);
        c.set_sign_log(Signature([9; 28]));
        c.set_filetype(crate::format::checkpoint::FILETYPE_CHECKPOINT);
        c.set_flags(CheckpointFlags::ATTACH_LIST);
        change(&mut c);
        c.seal();
        self.put("edb.chk", c.to_file_bytes());
    }

    fn decide(&self) -> Result<Start, RecoveryError> {
        let env = Env::new(
            Arc::clone(&self.fs) as Arc<dyn FileSystem>,
            Arc::new(ManualClock::new(0)),
            Box::new(SeededRng::new(1)),
        );
        decide(&env, &self.options)
    }

    fn stream(&self) -> Box<LogStream> {
        match self.decide() {
            Ok(Start::Recover(stream)) => stream,
            other => panic!("{other:?}"),
        }
    }

    /// The generations that are read, or the answer.
    fn walk(&self) -> Result<Vec<i32>, JetErr> {
        let mut stream = match self.decide() {
            Ok(Start::Recover(stream)) => stream,
            Ok(other) => panic!("{other:?}"),
            Err(e) => return Err(e.jet_err()),
        };
        let mut out = Vec::new();
        loop {
            match stream.next_generation() {
                Ok(Some(g)) => out.push(g.number()),
                Ok(None) => return Ok(out),
                Err(e) => {
                    // There is no way on.
                    assert!(stream.next_generation().is_err());
                    assert!(stream.end().is_none());
                    return Err(e.jet_err());
                }
            }
        }
    }
}

#[test]
fn logs_without_a_record_are_read_in_their_order() {
    let f = Folder::of_three();
    assert_eq!(f.walk(), Ok(vec![1, 2, 3]));
    let mut stream = f.stream();
    assert_eq!(stream.start(), Lgpos::new(1, 1, 0));
    assert_eq!((stream.page_size(), stream.range()), (PageSize::K8, (1, 3)));
    while stream.next_generation().unwrap().is_some() {}
    let tail = stream.end().unwrap();
    assert_eq!(
        (tail.last_segment, tail.segments_xor, tail.is_current),
        (None, 0, true)
    );
    assert_eq!(tail.next_lgpos(), Lgpos::new(3, 1, 0));
}

#[test]
fn settings_that_contradict_each_other() {
    let mut f = Folder::of_three();
    f.options.cleanup_mismatched_logs = true;
    assert_eq!(f.walk(), Err(JetErr::INVALID_SETTINGS));
    f.options.circular = true;
    assert_eq!(f.walk(), Ok(vec![1, 2, 3]));
    f.options.delete_out_of_range_logs = true;
    f.options.stop = Some(StopAt::Time(LogTime::NONE));
    assert_eq!(f.walk(), Err(JetErr::INVALID_PARAMETER));
}

#[test]
fn nothing_there() {
    let mut f = Folder::new();
    assert!(matches!(f.decide(), Ok(Start::NoLogs(_))));
    f.put("edbtmp.log", vec![0; 4096]);
    f.put("edb.chk", vec![]);
    assert!(matches!(f.decide(), Ok(Start::NoLogs(_))));
    f.options.bits = InitBits::LOG_STREAM_MUST_EXIST;
    assert_eq!(f.walk(), Err(JetErr::MISSING_LOG_FILE));
    f.options.recovery = false;
    assert!(matches!(f.decide(), Ok(Start::RecoveryOff)));
    f.options.recovery = true;
    f.options.log_dir = PathBuf::from("/elsewhere");
    let e = f.decide().unwrap_err();
    assert_eq!(e.file, Some(PathBuf::from("/elsewhere")));
}

#[test]
fn logs_of_windows_7_are_known_and_refused() {
    let f = Folder::new();
    let mut h = header(1);
    h.set_major(LogVersion::LEGACY_MAJOR);
    h.set_minor(LogVersion::LEGACY_MINOR);
    h.set_update_major(15);
    h.set_update_minor(0);
    h.set_segment_bytes(512);
    h.set_header_segments(8);
    h.set_file_segments(64);
    f.log("edb.log", h.clone());
    let e = f.decide().unwrap_err();
    assert_eq!(e.jet_err(), JetErr::BAD_LOG_VERSION);
    assert!(e.to_string().contains("7.3704.15.0 (Windows 7"), "{e}");
    // One that only comes later is refused when it comes.
    let f = Folder::of_three();
    h.set_generation(2);
    f.log("edb00002.log", h);
    assert_eq!(f.walk(), Err(JetErr::BAD_LOG_VERSION));
}

#[test]
fn versions_against_the_setting() {
    let mut f = Folder::of_three();
    for (setting, fits) in [
        (8920, true),
        (9600, true),
        (8020, false),
        (0x4000_0002, true),
        (0x4100_0000 | 8020, true),
    ] {
        f.options.format_version = Some(setting);
        let expected = if fits {
            Ok(vec![1, 2, 3])
        } else {
            Err(JetErr::ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_LOG_VERSION)
        };
        assert_eq!(f.walk(), expected, "{setting:#x}");
    }
    // A difference of the update minor alone is none.
    f.options.format_version = Some(8520);
    assert_eq!(f.walk(), Ok(vec![1, 2, 3]));
}

#[test]
fn what_all_logs_must_agree_on() {
    type Change = fn(&mut LogHeader);
    let changes: [(Change, JetErr); 6] = [
        (
            |h| h.set_sign_log(Signature([1; 28])),
            JetErr::BAD_LOG_SIGNATURE,
        ),
        (|h| h.set_page_bytes(4096), JetErr::PAGE_SIZE_MISMATCH),
        (|h| h.set_page_bytes(5000), JetErr::PAGE_SIZE_MISMATCH),
        (
            |h| h.set_file_segments(SEGMENTS + 1),
            JetErr::LOG_FILE_SIZE_MISMATCH,
        ),
        (|h| h.set_generation(7), JetErr::INVALID_LOG_SEQUENCE),
        (
            |h| h.set_tm_prev_gen(LogTime::NONE),
            JetErr::INVALID_LOG_SEQUENCE,
        ),
    ];
    for (i, (change, jet)) in changes.into_iter().enumerate() {
        let f = Folder::of_three();
        let mut h = header(2);
        change(&mut h);
        f.log("edb00002.log", h);
        assert_eq!(f.walk(), Err(jet), "change {i}");
    }
    let f = Folder::of_three();
    let mut h = header(3);
    h.set_prev_segments_xor(1);
    f.log("edb.log", h.clone());
    assert_eq!(f.walk(), Err(JetErr::LOG_SEQUENCE_CHECKSUM_MISMATCH));
    // The field counts from update minor 13 on.
    h.set_update_minor(12);
    f.log("edb.log", h);
    assert_eq!(f.walk(), Ok(vec![1, 2, 3]));
    // The caller's page size.
    let mut f = Folder::of_three();
    f.options.page_size = Some(PageSize::K4);
    assert_eq!(f.walk(), Err(JetErr::PAGE_SIZE_MISMATCH));
}

#[test]
fn the_checkpoint_and_its_list() {
    let path = [b'a', 0, 0, 0];
    let info = |dbid: u8, lgpos_attach: Lgpos| AttachInfo {
        dbid,
        flags: AttachFlags::UNICODE,
        dbtime: Dbtime(0x40),
        objid_last: Objid(9),
        cpg_size_max: 7,
        lgpos_attach,
        lgpos_consistent: Lgpos::MIN,
        sign_db: Signature([8; 28]),
        path: &path,
    };
    let in_header = info(2, Lgpos::new(1, 3, 0));
    let f = Folder::of_three();
    let mut h = header(2);
    let mut room = Vec::new();
    h.set_attachments(AttachList::build(&[in_header], &mut room).unwrap());
    f.log("edb00002.log", h.clone());
    let list = [info(1, Lgpos::new(2, 1, 0))];
    let with_list = |c: &mut Checkpoint| {
        let mut room = Vec::new();
        c.set_attachments(AttachList::build(&list, &mut room).unwrap());
    };
    let at = Lgpos::new(2, 1, 0x70);
    let begin = |f: &Folder| {
        let stream = f.stream();
        let dbids: Vec<u8> = stream.attachments().iter().map(|a| a.dbid).collect();
        (stream.start(), dbids)
    };

    f.checkpoint(at, with_list);
    assert_eq!(begin(&f), (at, vec![1]));
    let a = f.stream().attachments()[0].clone();
    assert_eq!(
        (a.path.as_str(), a.cpg_size_max, a.lgpos_attach),
        ("a", 7, Lgpos::new(2, 1, 0))
    );
    let beginning = Lgpos::new(2, 1, 0);
    f.checkpoint(Lgpos::new(2, 0, 5), with_list);
    assert_eq!(begin(&f), (beginning, vec![1]));
    // The list does not count.
    f.checkpoint(at, |c| {
        with_list(c);
        c.set_flags(CheckpointFlags::empty());
    });
    assert_eq!(begin(&f), (beginning, vec![2]));
    // It is not one that a writer makes: twice the same number, a number too high.
    for bad in [vec![list[0], list[0]], vec![info(7, at)]] {
        f.checkpoint(at, |c| {
            let mut room = Vec::new();
            c.set_attachments(AttachList::build(&bad, &mut room).unwrap());
        });
        assert_eq!(begin(&f), (beginning, vec![2]));
    }
    // The version is older than the list.
    h.set_update_major(4);
    h.set_update_minor(2);
    f.log("edb00002.log", h.clone());
    f.checkpoint(at, with_list);
    assert_eq!(begin(&f), (beginning, vec![2]));
    // Another generation than its name: from its beginning, which is not found.
    h.set_generation(9);
    f.log("edb00002.log", h);
    assert_eq!(f.walk(), Err(JetErr::MISSING_PREVIOUS_LOG_FILE));
    // A generation that is not there, in either direction; none at all.
    for generation in [0, -1, 4, i32::MAX, i32::MIN] {
        f.checkpoint(Lgpos::new(generation, 1, 0), with_list);
        assert_eq!(f.walk(), Err(JetErr::MISSING_LOG_FILE), "{generation}");
    }
    // A header's list that is damaged has nothing to stand in for it.
    let f = Folder::of_three();
    let mut h = header(1);
    h.set_attachments(AttachList::build(&[list[0], list[0]], &mut room).unwrap());
    f.log("edb00001.log", h);
    assert_eq!(f.walk(), Err(JetErr::LOG_FILE_CORRUPT));
}

#[test]
fn the_last_generation_that_may_be() {
    let last = crate::recovery::stream::GENERATION_MAX_RECOVERY;
    let f = Folder::new();
    f.log(&format!("edb{last:08X}.log"), header(last));
    f.put("edbtmp.log", vec![]);
    assert_eq!(f.walk(), Err(JetErr::LOG_SEQUENCE_END));
}

#[test]
fn names_in_any_case_and_the_engine_s_spelling_first() {
    let f = Folder::new();
    f.log("EDB.LOG", header(3));
    f.log("Edb0000002.log", header(9));
    f.log("EDB00002.LOG", header(9));
    f.log("edb00002.log", header(2));
    f.log("edb00000001.log", header(1));
    assert_eq!(f.walk(), Ok(vec![1, 2, 3]));
    let mut f = f;
    // The form asked for alone.
    f.options.digits = NameDigits::Five;
    assert_eq!(f.walk(), Ok(vec![2, 3]));
    f.options.digits = NameDigits::Eight;
    assert_eq!(f.walk(), Err(JetErr::INVALID_LOG_SEQUENCE));
    // Where archived names go.
    f.options.digits = NameDigits::Detect;
    let folder = LogFolder::open(f.fs.as_ref(), &f.options).unwrap();
    assert_eq!(folder.digits(), NameDigits::Five);
    let path = |name: &str| Path::new(DIR).join(name);
    assert_eq!(folder.archived_path(1), path("edb00000001.log"));
    assert_eq!(folder.archived_path(3), path("edb00003.log"));
    assert_eq!(folder.archived_path(0x10_0000), path("edb00100000.log"));
    assert_eq!(folder.checkpoint_path(), path("edb.chk"));
}

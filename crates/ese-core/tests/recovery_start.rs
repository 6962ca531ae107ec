//! What stands before and between the records of a replay, against every crash state, damaged set and
//! history of the original: where it begins, what it reads, how it refuses.
#![forbid(unsafe_code)]

#[path = "crash_support/mod.rs"]
mod crash_support;

use crash_support::{DIR, env, memory, options, path, world};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::checkpoint::{Checkpoint, CheckpointFlags};
use ese_core::format::ids::Lgpos;
use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::LrTyp;
use ese_core::io::FileSystem;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::recovery::{
    AfterRecovery, InitBits, LogStream, LogTail, NameDigits, Options, RecoveryError, Start, StopAt,
    check_parameters, decide,
};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use testkit::crash::{self, CrashSet};

/// Sets whose answer shows only with the databases: the logs alone are read without an error. What is
/// not here must be answered by the start or the stream.
const LEFT_TO_THE_DRIVER: &[&str] = &[
    // The start lies behind what the database requires.
    "damaged-checkpoint-in-current",
    "damaged-db-older",
    // The logs end before what the database requires.
    "damaged-missing-current-with-tmp",
    "damaged-missing-current-with-tmp-ignore-lost",
    // A database that is not the one of the logs, or not there.
    "damaged-db-clean-foreign",
    "damaged-db-missing",
    "damaged-db-newer",
    "damaged-db-newer-ignore-lost",
    "damaged-foreign-all",
    // A database that can't be read.
    "damaged-db-empty",
    "damaged-db-page-lost-write",
    "damaged-db-page-zero",
    "damaged-db-truncated",
];

/// A generation as it was walked through.
#[derive(Debug)]
struct Walked {
    generation: i32,
    path: PathBuf,
    is_current: bool,
    records: u64,
    first: Option<Lgpos>,
    life: Vec<String>,
    torn_chains: u32,
    positions: Vec<Lgpos>,
}

#[derive(Debug)]
struct Walk {
    start: Lgpos,
    range: (i32, i32),
    generations: Vec<Walked>,
    tail: LogTail,
}

fn walk(stream: &mut LogStream) -> Result<Walk, RecoveryError> {
    let mut generations = Vec::new();
    while let Some(mut g) = stream.next_generation()? {
        let mut w = Walked {
            generation: g.number(),
            path: g.path().to_path_buf(),
            is_current: g.is_current(),
            records: 0,
            first: None,
            life: Vec::new(),
            torn_chains: 0,
            positions: Vec::new(),
        };
        while let Some((pos, record)) = g.next() {
            w.records += 1;
            w.first.get_or_insert(pos);
            w.positions.push(pos);
            if record.typ().is_life_cycle() {
                w.life.push(format!("{} {pos}", record.typ().name()));
            }
        }
        w.torn_chains = g.torn_chains().0;
        generations.push(w);
    }
    // Once through, it stays through.
    assert!(stream.next_generation()?.is_none());
    Ok(Walk {
        start: stream.start(),
        range: stream.range(),
        generations,
        tail: stream.end().expect("a stream that is through").clone(),
    })
}

/// What the part under test answers: the original's JetInit without its databases.
enum Answer {
    NoLogs,
    RecoveryOff,
    Clean(LogTail),
    Replayed(Box<Walk>),
}

fn answer(env: &Env, options: &Options) -> Result<Answer, RecoveryError> {
    Ok(match decide(env, options)? {
        Start::NoLogs(_) => Answer::NoLogs,
        Start::RecoveryOff => Answer::RecoveryOff,
        Start::Clean(end) => {
            check_parameters(options, end.current.header.file_bytes())?;
            Answer::Clean(end.current)
        }
        Start::Recover(mut stream) => {
            let walk = walk(&mut stream)?;
            check_parameters(options, stream.file_bytes())?;
            Answer::Replayed(Box::new(walk))
        }
    })
}

fn sets() -> impl Iterator<Item = CrashSet> {
    crash::all()
}

#[test]
fn every_set_is_answered_as_the_original_did() {
    let mut refused = 0;
    let mut seen = 0;
    for set in sets() {
        let (fs, env, options) = world(&set);
        let got = answer(&env, &options);
        let name = match &got {
            Ok(_) => "JET_errSuccess",
            Err(e) => e.jet_err().name(),
        };
        seen += 1;
        if LEFT_TO_THE_DRIVER.contains(&set.name.as_str()) {
            assert_ne!(set.answer.init, "JET_errSuccess", "{}", set.name);
            assert_eq!(name, "JET_errSuccess", "{}: {:?}", set.name, got.err());
        } else {
            assert_eq!(name, set.answer.init, "{}: {:?}", set.name, got.err());
        }
        if let Err(e) = &got {
            refused += 1;
            println!("{}: {}: {e}", set.name, e.jet_err());
        }
        // Nothing was written; no set has a torn segment that a shadow could mend.
        for (file, bytes) in set.files() {
            assert!(
                fs.get(&path(&file)).as_deref() == Some(&bytes),
                "{}: {file} was changed",
                set.name
            );
        }
    }
    // The fixtures alone hold 17 of them.
    assert!(seen >= 17 && refused >= 5, "{refused} of {seen}");
}

#[test]
fn a_refusal_names_the_file_and_what_to_do() {
    for (name, file, words) in [
        ("missing-middle", "edb.log", "edb00000004.log is missing"),
        ("missing-checkpoint-gen", "edb00000003.log", "Put it back"),
        ("soft-compat-8-digits", "edb00003.log", "edb00000003.log"),
        ("missing-current", "edb.log", "lost for good"),
        ("swapped-names", "edb00000004.log", "right names"),
        ("archived-truncated", "edb00000004.log", "whole copy"),
        ("archived-empty", "edb00000004.log", "0"),
        ("archived-bad-header", "edb00000004.log", "checksum"),
        ("foreign-current", "edb00000001.log", "another log sequence"),
        ("torn-last-no-shadow", "edb.log", "segment 0x1d is torn"),
        ("zero-tail-archived", "edb.log", "does not follow"),
        ("update-major-higher", "edb.log", "newer"),
        ("version-too-low", "edb.log", "set it higher"),
        ("page-size-clean", "edb.log", "8192"),
        ("current-also-archived", "edb.log", "0x6 has to come"),
    ] {
        let Some(set) = crash::set(&format!("damaged-{name}")) else {
            assert!(testkit::witness().is_none(), "{name}");
            continue;
        };
        let (_, env, options) = world(&set);
        let Err(e) = answer(&env, &options) else {
            panic!("{name}: no refusal");
        };
        let text = e.to_string();
        assert_eq!(
            e.file.as_deref(),
            Some(path(file).as_path()),
            "{name}: {text}"
        );
        assert!(text.contains(words), "{name}: {text}");
    }
}

/// The recorder gives the first record of a run the end of the run before as its position; the reader
/// gives its own segment (docs/format/log-files.md §1.1).
fn check_life(name: &str, life: &[String], recorded: &Value) {
    let recorded: Vec<&str> = (recorded.as_array().expect("records").iter())
        .map(|v| v.as_str().expect("a record"))
        .collect();
    assert_eq!(life.len(), recorded.len(), "{name}: {life:?}");
    for (got, wanted) in life.iter().zip(recorded) {
        let word = got.split(' ').next().unwrap_or_default();
        if ["Init2", "RecoveryUndo2"].contains(&word) {
            assert_eq!(wanted.split(' ').next(), Some(word), "{name}: {life:?}");
        } else {
            assert_eq!(got, wanted, "{name}");
        }
    }
}

/// Generations of the JSON that lie in the order of a replay: by file name, the current one last.
fn recorded(json: &Value) -> Vec<Value> {
    let mut all = json["generations"].as_array().expect("generations").clone();
    all.sort_by_key(|g| g["generation"].as_i64());
    all
}

fn check_tail(name: &str, tail: &LogTail, json: &Value) {
    assert_eq!(
        format!("{:016x}", tail.segments_xor),
        json["segments_xor"].as_str().expect("an XOR"),
        "{name}"
    );
    assert_eq!(
        tail.last_segment.map(i64::from),
        json["last_segment"].as_i64().filter(|&n| n > 0),
        "{name}"
    );
    assert_eq!(
        Some(i64::from(tail.header.generation())),
        json["generation"].as_i64(),
        "{name}"
    );
}

#[test]
fn crash_states_begin_where_their_checkpoint_says_and_are_read_to_their_end() {
    for set in sets().filter(|s| s.answer.init == "JET_errSuccess") {
        let name = &set.name;
        let (fs, env, options) = world(&set);
        let files = recorded(&set.json["as_left"]);
        let walk = match answer(&env, &options).unwrap_or_else(|e| panic!("{name}: {e}")) {
            Answer::Replayed(walk) => walk,
            Answer::Clean(tail) => {
                check_tail(name, &tail, files.last().expect("logs"));
                assert!(tail.closed.is_some() && tail.is_current, "{name}");
                continue;
            }
            Answer::NoLogs => {
                assert!(files.is_empty(), "{name}");
                continue;
            }
            Answer::RecoveryOff => continue,
        };
        // Where the checkpoint says, read here by its bytes alone.
        let sign = LogHeader::parse(&fs.get(&walk.tail.path).expect("a log"))
            .expect("a header")
            .sign_log();
        let checkpoint = fs
            .get(&path("edb.chk"))
            .and_then(|b| Checkpoint::parse_file(&b).ok())
            .map(|f| f.checkpoint)
            .filter(|c| c.sign_log() == sign);
        let expected = match &checkpoint {
            // A position counts together with its list of attachments.
            Some(c) if c.as_bytes()[647] & 1 == 1 => c.lgpos_checkpoint(),
            Some(c) => Lgpos::new(c.lgpos_checkpoint().generation, 1, 0),
            None => {
                let lowest = files[0]["generation"].as_i64().expect("a generation");
                Lgpos::new(lowest as i32, 1, 0)
            }
        };
        assert_eq!(walk.start, expected, "{name}");

        let numbers: Vec<i64> = walk
            .generations
            .iter()
            .map(|w| i64::from(w.generation))
            .collect();
        let upto = i64::from(walk.tail.header.generation());
        let first = i64::from(expected.generation);
        assert_eq!(numbers, (first..=upto).collect::<Vec<_>>(), "{name}");
        assert_eq!(walk.range, (expected.generation, upto as i32), "{name}");
        for w in &walk.generations {
            let json = files
                .iter()
                .find(|g| g["generation"] == w.generation && g["file"] == file_name(&w.path))
                .unwrap_or_else(|| panic!("{name}: {w:?}"));
            let count = json["records"].as_u64().expect("a count");
            let whole =
                w.generation != expected.generation || (expected.isec, expected.ib) == (1, 0);
            if whole && corrected_or_torn(name) {
                assert!(w.records >= count, "{name}: {w:?}");
            } else if whole {
                assert_eq!(w.records, count, "{name}: {w:?}");
                check_life(name, &w.life, &json["life"]);
            } else {
                assert!(w.records <= count, "{name}: {w:?}");
                // The first record that is given out is the one at the start.
                assert!(w.first.is_none_or(|p| p >= expected), "{name}: {w:?}");
            }
            assert_eq!(w.is_current, file_name(&w.path) == "edb.log", "{name}");
        }
        let json = files
            .iter()
            .find(|g| g["file"] == file_name(&walk.tail.path))
            .expect("the last log");
        if !corrected_or_torn(name) {
            check_tail(name, &walk.tail, json);
        }
        check_attachments(&set, &env, &options, checkpoint.as_ref());
    }
}

/// The recorder of the sets does not correct flipped bits.
fn corrected_or_torn(name: &str) -> bool {
    name == "damaged-one-bit-last"
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).expect("a name")
}

/// The recorder writes all eight digits of a signature's number.
fn padded(sign: &str) -> String {
    let (random, time) = sign.split_once('/').expect("number/time");
    format!("{random:0>8}/{time}")
}

/// Attached databases that are dirty were attached at the checkpoint, unless it is older.
fn check_attachments(
    set: &CrashSet,
    env: &Env,
    options: &Options,
    checkpoint: Option<&Checkpoint>,
) {
    let Ok(Start::Recover(stream)) = decide(env, options) else {
        panic!("{}", set.name);
    };
    let sign_log = padded(&stream.sign_log().to_string());
    for (file, header) in set.json["as_left"]["databases"]
        .as_object()
        .expect("databases")
    {
        let state = header["state"].as_str().unwrap_or_default();
        if state != "DirtyShutdown" || checkpoint.is_none() || set.name.contains("older") {
            continue;
        }
        assert_eq!(header["signLog"], sign_log.as_str(), "{}", set.name);
        let attached = stream
            .attachments()
            .iter()
            .find(|a| a.path.ends_with(&format!("\\{file}")));
        // One that was attached behind the checkpoint is not in its list.
        let lgpos = header["lgposAttach"].as_str().expect("a position");
        let text = |p: Lgpos| format!("{:08X}:{:04X}:{:04X}", p.generation, p.isec, p.ib);
        let behind = lgpos > text(stream.start()).as_str();
        match attached {
            None => assert!(behind, "{}: {file} is not attached", set.name),
            Some(a) => {
                assert_eq!(
                    header["signDb"],
                    padded(&a.sign_db.to_string()),
                    "{}: {file}",
                    set.name
                );
                if !behind {
                    assert_eq!(text(a.lgpos_attach), lgpos, "{}: {file}", set.name);
                }
                assert!(a.dbid >= 1 && a.objid_last.0 > 0 && a.dbtime.0 > 0);
            }
        }
    }
}

#[test]
fn histories_are_clean_and_read_whole_without_their_checkpoint() {
    let names = testkit::sets("histories");
    assert!(!names.is_empty());
    for name in names {
        let dir = testkit::unpack_set("histories", &name).expect("a set that has a name");
        let json = testkit::set_json("histories", &name).expect("a set that has a name");
        let files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&dir)
            .expect("a folder")
            .map(|e| e.expect("an entry").path())
            .filter(|p| p.extension().is_some_and(|x| x == "log" || x == "chk"))
            .map(|p| (file_name(&p).to_owned(), std::fs::read(&p).expect("a file")))
            .collect();
        let env = env(memory(&files) as Arc<dyn FileSystem>);
        let mut options = Options::of_folder(PathBuf::from(DIR), "edb");
        let generations = recorded(&json);
        match answer(&env, &options) {
            Ok(Answer::Clean(tail)) => check_tail(&name, &tail, generations.last().expect("logs")),
            Ok(_) => panic!("{name} is not clean"),
            Err(e) => panic!("{name}: {e}"),
        }
        options.ignore_checkpoint = true;
        let Ok(Answer::Replayed(walk)) = answer(&env, &options) else {
            panic!("{name} is not replayed");
        };
        assert_eq!(walk.start, Lgpos::new(1, 1, 0), "{name}");
        assert_eq!(walk.generations.len(), generations.len(), "{name}");
        for (w, g) in walk.generations.iter().zip(&generations) {
            assert_eq!(Some(w.records), g["records"].as_u64(), "{name}: {w:?}");
            // Behind a torn record the recorder's position is the torn one's.
            if w.torn_chains == 0 {
                check_life(&name, &w.life, &g["life"]);
            }
        }
        assert!(walk.tail.closed.is_some(), "{name}");
    }
}

/// A set whose files a test may change.
struct Changed {
    fs: Arc<MemoryFileSystem>,
    env: Env,
    options: Options,
}

fn changed(name: &str) -> Changed {
    let set = crash::set(name).expect("in the fixtures");
    let (fs, env, options) = world(&set);
    Changed { fs, env, options }
}

impl Changed {
    fn answer(&self) -> Result<Answer, RecoveryError> {
        answer(&self.env, &self.options)
    }

    fn walk(&self) -> Walk {
        match self.answer() {
            Ok(Answer::Replayed(walk)) => *walk,
            Ok(_) => panic!("nothing was replayed"),
            Err(e) => panic!("{e}"),
        }
    }

    fn refusal(&self) -> JetErr {
        match self.answer() {
            Ok(_) => panic!("no refusal"),
            Err(e) => e.jet_err(),
        }
    }

    fn rename(&self, from: &str, to: &str) {
        self.fs.rename(&path(from), &path(to)).expect("memory");
    }

    fn remove(&self, name: &str) {
        self.fs.remove_file(&path(name)).expect("memory");
    }

    fn edit(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.fs.get(&path(name)).expect("a file");
        change(&mut bytes);
        self.fs.put(&path(name), bytes);
    }
}

const SEGMENT: usize = 4096;

/// No regular pattern: those can leave the checksum as it is.
fn garbage(b: &mut [u8]) {
    for (i, x) in b.iter_mut().enumerate() {
        *x = (i * i / 7) as u8 ^ 0xA5;
    }
}

#[test]
fn a_torn_last_segment_is_mended_from_its_shadow_and_nothing_else_is_written() {
    let good = changed("damaged-none");
    let expected = good.walk();
    let last = usize::from(expected.tail.last_segment.expect("data"));
    let shadowed = |b: &mut Vec<u8>| {
        b.copy_within(last * SEGMENT..(last + 1) * SEGMENT, (last + 1) * SEGMENT);
    };
    good.edit("edb.log", shadowed);
    let whole = good.fs.get(&path("edb.log")).expect("a log");
    for read_only in [true, false] {
        let mut torn = changed("damaged-none");
        torn.options.logs_read_only = read_only;
        torn.edit("edb.log", |b| {
            shadowed(b);
            garbage(&mut b[last * SEGMENT + SEGMENT / 2..(last + 1) * SEGMENT]);
        });
        let before = torn.fs.get(&path("edb.log")).expect("a log");
        let walk = torn.walk();
        assert_eq!(
            walk.generations.last().map(|w| w.records),
            expected.generations.last().map(|w| w.records)
        );
        assert_eq!(walk.tail.segments_xor, expected.tail.segments_xor);
        let after = torn.fs.get(&path("edb.log")).expect("a log");
        let wanted = if read_only { &before } else { &whole };
        let differ = after.iter().zip(wanted).position(|(a, b)| a != b);
        assert_eq!(differ, None, "read only: {read_only}");
        assert_eq!(after.len(), wanted.len());
    }
    // With another damage behind it nothing is written: replay fails anyway.
    let bad = changed("damaged-none");
    bad.edit("edb.log", |b| {
        shadowed(b);
        garbage(&mut b[last * SEGMENT + SEGMENT / 2..(last + 1) * SEGMENT]);
        garbage(&mut b[(last - 2) * SEGMENT + 100..(last - 1) * SEGMENT]);
    });
    let before = bad.fs.get(&path("edb.log")).expect("a log");
    assert_eq!(bad.refusal(), JetErr::LOG_FILE_CORRUPT);
    assert!(bad.fs.get(&path("edb.log")) == Some(before));
}

#[test]
fn without_a_current_log() {
    // Neither it nor the prepared one.
    let c = changed("damaged-none");
    c.remove("edb.log");
    assert_eq!(c.refusal(), JetErr::MISSING_LOG_FILE);
    // The crash between the two renames of a rollover.
    c.fs.put(&path("edbtmp.log"), Vec::new());
    let walk = c.walk();
    assert!(!walk.tail.is_current);
    assert_eq!((walk.range, walk.tail.header.generation()), ((3, 4), 4));
    c.remove("edbtmp.log");
    // Lost, and that is accepted.
    let mut c = c;
    c.options.bits = InitBits::REPLAY_IGNORE_LOST_LOGS;
    assert!(!c.walk().tail.is_current);
    // A hole in the archived ones is none the less one.
    c.options.ignore_checkpoint = true;
    c.remove("edb00000003.log");
    assert_eq!(c.refusal(), JetErr::MISSING_LOG_FILE);
    // Not needed for a replay that stops before it.
    let mut c = changed("damaged-none");
    c.remove("edb.log");
    c.options.stop = Some(StopAt::Position {
        generation: 4,
        isec: None,
        ib: None,
    });
    assert_eq!(c.walk().tail.header.generation(), 4);
    // Nor one that can't be read.
    let mut c = changed("damaged-current-bad-header");
    c.options.stop = Some(StopAt::Position {
        generation: 4,
        isec: None,
        ib: None,
    });
    assert_eq!(c.walk().tail.header.generation(), 4);
}

#[test]
fn the_generation_after_the_last_is_the_current_log_whatever_lies_above() {
    // An archived generation above the current one is not looked at.
    let stale = changed("damaged-none");
    let four = stale.fs.get(&path("edb00000004.log")).expect("a log");
    stale.fs.put(&path("edb00000007.log"), four.clone());
    assert!(stale.walk().tail.is_current);
    // The current generation twice.
    let twice = changed("damaged-none");
    let current = twice.fs.get(&path("edb.log")).expect("a log");
    twice.fs.put(&path("edb00000005.log"), current);
    assert_eq!(twice.refusal(), JetErr::INVALID_LOG_SEQUENCE);
    // With JET_paramDeleteOutOfRangeLogs it is taken out of the way, when redo is over.
    let mut twice = twice;
    twice.options.delete_out_of_range_logs = true;
    assert!(twice.walk().tail.is_current);
    let Ok(Start::Recover(stream)) = decide(&twice.env, &twice.options) else {
        panic!("a replay");
    };
    let surplus = path("edb00000005.log");
    assert_eq!(
        stream.folder().out_of_range(),
        std::slice::from_ref(&surplus)
    );
    assert!(twice.fs.get(&surplus).is_some());
    stream
        .folder()
        .remove_out_of_range(twice.fs.as_ref())
        .expect("memory");
    assert!(twice.fs.get(&surplus).is_none());
    assert!(twice.fs.get(&path("edb00000004.log")).is_some());
}

#[test]
fn names_of_five_and_eight_digits_and_both_families() {
    for digits in [NameDigits::Detect, NameDigits::Five, NameDigits::Eight] {
        for to_five in [false, true] {
            let mut c = changed("damaged-none");
            c.options.digits = digits;
            if to_five {
                for n in 1..=4 {
                    c.rename(&format!("edb{n:08X}.log"), &format!("edb{n:05X}.log"));
                }
            }
            let fits = match digits {
                NameDigits::Detect => true,
                NameDigits::Five => to_five,
                NameDigits::Eight => !to_five,
            };
            if fits {
                assert_eq!(c.walk().generations.len(), 3);
            } else {
                assert_eq!(c.refusal(), JetErr::MISSING_LOG_FILE);
                // Without a checkpoint the replay must not begin with the current log.
                c.options.ignore_checkpoint = true;
                assert_eq!(c.refusal(), JetErr::MISSING_PREVIOUS_LOG_FILE);
                // Nor a new sequence when that is gone.
                c.remove("edb.log");
                assert_eq!(c.refusal(), JetErr::MISSING_LOG_FILE);
            }
        }
    }
    let c = changed("damaged-none");
    for n in 1..=4 {
        c.rename(&format!("edb{n:08X}.log"), &format!("edb{n:08X}.jtx"));
    }
    c.rename("edb.log", "edb.jtx");
    c.rename("edb.chk", "edb.jcp");
    assert_eq!(c.walk().start.generation, 3);
    // The checkpoint decides: logs of the other family are not seen.
    c.rename("edb.jcp", "edb.chk");
    assert!(matches!(c.answer(), Ok(Answer::NoLogs)));
    c.remove("edb.chk");
    assert_eq!(c.walk().start, Lgpos::new(1, 1, 0));
}

#[test]
fn a_checkpoint_is_believed_only_as_far_as_it_can_be() {
    let edit = |c: &Changed, change: &dyn Fn(&mut Checkpoint)| {
        c.edit("edb.chk", |b| {
            let mut chk = Checkpoint::parse_file(b).expect("a checkpoint").checkpoint;
            change(&mut chk);
            chk.seal();
            *b = chk.to_file_bytes();
        });
    };
    // Its list does not count in this set, so its position does not either.
    let c = changed("damaged-none");
    let good = c.walk();
    assert_eq!(good.start, Lgpos::new(3, 1, 0));
    assert_eq!(
        c.fs.get(&path("edb.chk")).expect("a checkpoint")[647] & 1,
        0
    );
    // Made to count, it does; segment 0 is the first with data.
    let with_list = |chk: &mut Checkpoint| chk.set_flags(CheckpointFlags::ATTACH_LIST);
    edit(&c, &with_list);
    assert_eq!(c.walk().start, Lgpos::new(3, 0x15, 0));
    edit(&c, &|chk| chk.set_lgpos_checkpoint(Lgpos::new(3, 0, 77)));
    assert_eq!(c.walk().start, Lgpos::new(3, 1, 0));
    // A list that no writer makes does not.
    let c = changed("damaged-none");
    c.edit("edb.chk", |b| {
        let mut chk = Checkpoint::parse_file(b).expect("a checkpoint").checkpoint;
        with_list(&mut chk);
        let mut bytes = chk.as_bytes().to_vec();
        bytes[679..679 + 70].fill(0xFF);
        let mut chk = Checkpoint::unchecked(&bytes).expect("whole");
        chk.seal();
        *b = chk.to_file_bytes();
    });
    assert_eq!(c.walk().start, Lgpos::new(3, 1, 0));
    // Another sequence's: none.
    let c = changed("damaged-none");
    edit(&c, &|chk| chk.set_sign_log(Default::default()));
    assert_eq!(c.walk().start, Lgpos::new(1, 1, 0));
    // None again, when there is no current log to say so.
    c.fs.put(&path("edbtmp.log"), Vec::new());
    c.remove("edb.log");
    assert_eq!(c.walk().start, Lgpos::new(1, 1, 0));
    // A position behind the end of the log: the log has lost its end.
    let c = changed("damaged-none");
    let next = good.tail.next_lgpos();
    edit(&c, &with_list);
    edit(&c, &|chk| chk.set_lgpos_checkpoint(next));
    assert_eq!(c.walk().generations.first().map(|w| w.records), Some(0));
    edit(&c, &|chk| {
        chk.set_lgpos_checkpoint(Lgpos { ib: 1, ..next });
    });
    assert_eq!(c.refusal(), JetErr::LOG_FILE_CORRUPT);
    // Not asked for.
    let mut c = changed("damaged-none");
    c.options.ignore_checkpoint = true;
    assert_eq!(c.walk().start, Lgpos::new(1, 1, 0));
}

#[test]
fn replay_begins_at_any_position_of_a_record() {
    let c = changed("damaged-none");
    let whole = c.walk();
    let mut tried = 0;
    for w in &whole.generations {
        for (i, &pos) in w.positions.iter().enumerate().step_by(29) {
            c.edit("edb.chk", |b| {
                let mut chk = Checkpoint::parse_file(b).expect("a checkpoint").checkpoint;
                chk.set_flags(CheckpointFlags::ATTACH_LIST);
                chk.set_lgpos_checkpoint(pos);
                chk.seal();
                *b = chk.to_file_bytes();
            });
            let walk = c.walk();
            assert_eq!(walk.start, pos);
            assert_eq!(walk.generations[0].positions, w.positions[i..], "{pos}");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn parameters_are_held_against_the_logs() {
    let mut o = Options::of_folder(PathBuf::from(DIR), "edb");
    assert_eq!(
        check_parameters(&o, 131_072).expect("ok"),
        AfterRecovery::GoOn
    );
    o.log_file_kib = Some(128);
    assert_eq!(
        check_parameters(&o, 131_072).expect("ok"),
        AfterRecovery::GoOn
    );
    o.log_file_kib = Some(256);
    let e = check_parameters(&o, 131_072).expect_err("another size");
    assert_eq!(
        e.jet_err(),
        JetErr::LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT
    );
    o.cleanup_mismatched_logs = true;
    o.circular = true;
    assert_eq!(
        check_parameters(&o, 131_072).expect("ok"),
        AfterRecovery::NewSequence
    );
    o.bits = InitBits::KEEP_DB_ATTACHED_AT_END_OF_RECOVERY;
    let env = env(memory(&[]) as Arc<dyn FileSystem>);
    let e = decide(&env, &o).expect_err("a contradiction");
    assert_eq!(e.jet_err(), JetErr::INVALID_SETTINGS);
}

#[test]
fn a_sequence_is_removed_whole() {
    let c = changed("damaged-none");
    let Ok(Start::Recover(stream)) = decide(&c.env, &c.options) else {
        panic!("a replay");
    };
    stream
        .folder()
        .remove_sequence(c.fs.as_ref())
        .expect("memory");
    let left: Vec<String> = (c.fs.read_dir(Path::new(DIR)).expect("memory").iter())
        .map(|e| file_name(&e.path).to_owned())
        .collect();
    assert_eq!(left, ["a.edb", "a.jfm"]);
    assert!(matches!(c.answer(), Ok(Answer::NoLogs)));
}

/// Headers, checkpoint and segments with bytes changed, checksums mended or not: whatever comes, it
/// comes to an end, without a panic.
#[test]
fn mutated_bytes_are_refused_or_read() {
    use ese_core::io::rng::{Rng, SeededRng};
    let set = crash::set("damaged-none").expect("in the fixtures");
    let files = set.files();
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut refused = 0;
    let rounds = testkit::rounds(400, 20_000);
    for _ in 0..rounds {
        let fs = memory(&files);
        for _ in 0..=rng.below(3) {
            let logs: Vec<&(String, Vec<u8>)> = files
                .iter()
                .filter(|(n, _)| n.ends_with(".log") || n.ends_with(".chk"))
                .collect();
            let (name, _) = logs[rng.below(logs.len() as u64) as usize];
            let mut bytes = fs.get(&path(name)).expect("a file");
            let head = bytes.len().min(SEGMENT);
            // Mostly the header's fields, which few bytes of the file are.
            let room = if rng.below(4) == 0 {
                bytes.len()
            } else {
                700.min(head)
            };
            for _ in 0..=rng.below(4) {
                bytes[rng.below(room as u64) as usize] = rng.next_u64() as u8;
            }
            if rng.below(8) != 0 {
                if name.ends_with(".chk") {
                    if let Some(mut chk) = Checkpoint::unchecked(&bytes) {
                        chk.seal();
                        bytes = chk.to_file_bytes();
                    }
                } else if let Some(mut header) = LogHeader::unchecked(&bytes) {
                    header.seal();
                    bytes[..SEGMENT].copy_from_slice(header.as_bytes());
                }
            }
            if rng.below(16) == 0 {
                bytes.truncate(rng.below(bytes.len() as u64 + 1) as usize);
            }
            fs.put(&path(name), bytes);
        }
        let env = env(fs as Arc<dyn FileSystem>);
        if let Err(e) = answer(&env, &options(&set.call)) {
            refused += 1;
            assert_ne!(e.jet_err(), JetErr::INTERNAL_ERROR, "{e}");
            assert!(!e.to_string().is_empty());
        }
    }
    assert!(refused > rounds / 4, "{refused} of {rounds}");
}

/// `ShutDownMark` and others end a log without closing it: the driver sees them as records.
#[test]
fn the_tail_says_how_the_log_was_left() {
    let mut seen = 0;
    for (name, closed, last) in [
        ("shutdown-mark-last-4k", false, LrTyp::ShutDownMark),
        ("term-cut-4k", false, LrTyp::ShutDownMark),
        ("stale-database-4k", true, LrTyp::Term2),
    ] {
        let Some(set) = crash::set(name) else {
            assert!(testkit::witness().is_none(), "{name}");
            continue;
        };
        seen += 1;
        let (_, env, mut options) = world(&set);
        options.ignore_checkpoint = true;
        let Ok(Answer::Replayed(walk)) = answer(&env, &options) else {
            panic!("{name}");
        };
        assert_eq!(walk.tail.closed.is_some(), closed, "{name}");
        let life = &walk.generations.last().expect("a log").life;
        let word = life.last().and_then(|l| l.split_once(' ')).map(|(w, _)| w);
        assert_eq!(word, Some(last.name()), "{name}");
    }
    assert!(seen == 3 || testkit::witness().is_none());
}

//! The plan, from what lies there: which files, which databases, what is refused before a byte is copied.
#![forbid(unsafe_code)]

use super::*;
use crate::verbs::recover::Stop;
use crate::verbs::recover::survey::CheckpointFacts;
use ese_core::format::ids::LogTime;
use ese_core::format::log_header::LogVersion;
use ese_core::io::real::RealFileSystem;
use ese_core::log::names::Family;
use ese_core::log::sequence::HeaderFacts;
use std::ffi::OsString;
use std::path::Path;

const LOGS: Signature = Signature([1; 28]);
const OTHER_LOGS: Signature = Signature([2; 28]);
const DB: Signature = Signature([3; 28]);
const OTHER_DB: Signature = Signature([4; 28]);

fn facts(generation: i32, sign_log: Signature) -> HeaderFacts {
    HeaderFacts {
        generation,
        version: LogVersion {
            major: 8,
            minor: 4000,
            update_major: 5,
            update_minor: 16,
        },
        sign_log,
        tm_create: LogTime([0, generation as u8, 0, 1, 1, 126, 1, 0]),
        tm_prev_gen: LogTime::NONE,
        prev_segments_xor: 0,
        page_bytes: 4096,
        file_bytes: 131_072,
    }
}

/// Archived generations, and the current one.
fn logs(archived: &[i32], current: Option<i32>) -> LogSequence {
    let file = |name: String, kind, generation| SequenceFile {
        path: Path::new("/l").join(name),
        kind,
        facts: Ok(facts(generation, LOGS)),
    };
    let mut files: Vec<SequenceFile> = archived
        .iter()
        .map(|&g| {
            let generation = u32::try_from(g).unwrap();
            let kind = LogKind::Archived {
                generation,
                digits: 5,
            };
            file(format!("edb{g:05X}.log"), kind, g)
        })
        .collect();
    files.extend(current.map(|g| file("edb.log".into(), LogKind::Current, g)));
    LogSequence {
        dir: PathBuf::from("/l"),
        base: "edb".into(),
        family: Family::Legacy,
        files,
        gaps: Vec::new(),
        duplicates: Vec::new(),
        temp: None,
        reserves: Vec::new(),
        checkpoint: None,
        other_family: Vec::new(),
    }
}

fn given(path: &str, facts: Option<DbFacts>) -> Given {
    Given {
        path: PathBuf::from(path),
        name: OsString::from(Path::new(path).file_name().unwrap()),
        facts,
        flush_map: None,
        page_images: None,
    }
}

fn db(state: DbState, required: Option<(i32, i32)>) -> DbFacts {
    DbFacts {
        state,
        sign_db: DB,
        sign_log: LOGS,
        required,
        committed: required.map_or(0, |r| r.1),
        lgpos_consistent: Lgpos::MIN,
        backup_copy: false,
    }
}

fn dirty(min: i32, max: i32) -> Option<DbFacts> {
    Some(db(DbState::DirtyShutdown, Some((min, max))))
}

fn survey(databases: Vec<Given>, logs: Option<LogSequence>) -> Survey {
    Survey {
        databases,
        logs_dir: PathBuf::from("/l"),
        logs,
        checkpoint: None,
        closed: None,
        mentions: Vec::new(),
    }
}

fn created(path: &str, sign_db: Signature, generation: i32) -> Mention {
    Mention {
        how: How::Created,
        sign_db,
        lgpos: Lgpos::new(generation, 5, 0),
        path: path.into(),
    }
}

fn checkpoint(s: &mut Survey, generation: i32) {
    s.checkpoint = Some(CheckpointFacts {
        lgpos: Lgpos::new(generation, 9, 0),
        sign_log: LOGS,
    });
    if let Some(logs) = &mut s.logs {
        logs.checkpoint = Some(PathBuf::from("/l/edb.chk"));
    }
}

fn decide(s: &Survey) -> Result<Plan, CliError> {
    plan(s, &Wish::default())
}

fn refusal(s: &Survey, wish: &Wish) -> (JetErr, CliError) {
    let e = plan(s, wish).unwrap_err();
    assert!(e.next.is_some(), "{}", e.message);
    (e.jet.unwrap(), e)
}

fn start(s: &Survey) -> (i32, bool) {
    let replay = decide(s).unwrap().replay.unwrap();
    (replay.start, replay.checkpoint)
}

fn names(s: &Survey) -> Vec<String> {
    let replay = decide(s).unwrap().replay.unwrap();
    let name = |p: &PathBuf| p.file_name().unwrap().to_str().unwrap().to_owned();
    replay.logs.iter().map(name).collect()
}

#[test]
fn only_the_logs_that_matter_are_taken() {
    let mut s = survey(
        vec![given("a.edb", dirty(4, 6))],
        Some(logs(&[1, 2, 3, 4, 5], Some(6))),
    );
    assert_eq!(start(&s), (4, false));
    assert_eq!(names(&s), ["edb00004.log", "edb00005.log", "edb.log"]);
    checkpoint(&mut s, 3);
    assert_eq!(start(&s), (3, true));
    assert_eq!(names(&s).len(), 4);
    // A prepared log is needed when the crash came in a rollover.
    s.logs.as_mut().unwrap().temp = Some(PathBuf::from("/l/edbtmp.log"));
    assert_eq!(names(&s)[4], "edbtmp.log");
    // A name that lies: the header counts too.
    s.logs.as_mut().unwrap().files[0].facts = Ok(facts(5, LOGS));
    assert_eq!(names(&s)[0], "edb00001.log");
}

#[test]
fn a_checkpoint_is_not_believed_when_it_would_prevent_what_is_asked_for() {
    // The database requires older generations, which are there.
    let mut s = survey(
        vec![given("a.edb", dirty(2, 5))],
        Some(logs(&[1, 2, 3, 4], Some(5))),
    );
    checkpoint(&mut s, 4);
    assert_eq!(start(&s), (2, false));
    assert!(decide(&s).unwrap().notes[0].contains("is not used"));
    // They are not there: the checkpoint is not to blame.
    s.logs = Some(logs(&[1, 3, 4], Some(5)));
    let (jet, e) = refusal(&s, &Wish::default());
    assert_eq!(jet, JetErr::REQUIRED_LOG_FILES_MISSING);
    assert!(e.message.contains("edb00002.log"), "{}", e.message);
    assert_eq!(e.details["missing_generations"], serde_json::json!([2]));

    // A database is made again from before the checkpoint.
    let mut s = survey(vec![given("A.edb", None)], Some(logs(&[1, 2, 3], Some(4))));
    s.mentions = vec![created(r"H:\x\a.EDB", DB, 2)];
    checkpoint(&mut s, 3);
    assert_eq!(start(&s), (2, false));
    // From behind it.
    checkpoint(&mut s, 1);
    assert_eq!(start(&s), (1, true));

    // It lies where the logs were closed: nothing would be replayed.
    let mut s = survey(vec![given("a.edb", dirty(4, 4))], Some(logs(&[3], Some(4))));
    checkpoint(&mut s, 4);
    assert_eq!(start(&s), (4, true));
    s.closed = Some(Lgpos::new(4, 9, 0));
    assert_eq!(start(&s), (4, false));

    // It is of another sequence, or damaged.
    let mut s = survey(
        vec![given("a.edb", dirty(2, 3))],
        Some(logs(&[1, 2], Some(3))),
    );
    checkpoint(&mut s, 1);
    s.checkpoint.as_mut().unwrap().sign_log = OTHER_LOGS;
    assert_eq!(start(&s), (2, false));
    s.checkpoint = None;
    assert_eq!(start(&s), (2, false));
    assert!(decide(&s).unwrap().notes[0].contains("can't be used"));
}

#[test]
fn missing_logs_are_named_with_the_error_of_the_original() {
    let case = |archived: &[i32], current, required: (i32, i32), ckpt: Option<i32>| {
        let mut s = survey(
            vec![given("a.edb", dirty(required.0, required.1))],
            Some(logs(archived, current)),
        );
        if let Some(c) = ckpt {
            checkpoint(&mut s, c);
        }
        s
    };
    let none = Wish::default();
    let lost = Wish {
        accept_lost_logs: true,
        ..none
    };
    // A hole.
    let (jet, e) = refusal(&case(&[1, 2, 4], Some(5), (2, 5), Some(2)), &none);
    assert_eq!(jet, JetErr::INVALID_LOG_SEQUENCE);
    assert!(e.message.contains("edb00003.log"), "{}", e.message);
    // A hole before the start does not matter.
    assert_eq!(start(&case(&[1, 3, 4], Some(5), (3, 5), None)), (3, false));
    assert_eq!(
        start(&case(&[1, 3, 4], Some(5), (4, 5), Some(3))),
        (3, true)
    );
    // The checkpoint's generation is missing, or does not exist yet.
    for (archived, ckpt) in [(&[1, 2, 4][..], 3), (&[1, 2, 3, 4], 9)] {
        let (jet, e) = refusal(&case(archived, Some(5), (ckpt, 9), Some(ckpt)), &none);
        assert_eq!(jet, JetErr::MISSING_LOG_FILE);
        assert!(e.message.contains(&format!("edb0000{ckpt}.log")));
    }
    // The current log is missing.
    let s = case(&[1, 2, 3], None, (2, 3), Some(2));
    let (jet, e) = refusal(&s, &none);
    assert_eq!(jet, JetErr::MISSING_LOG_FILE);
    assert!(e.message.contains("edb.log"));
    assert!(e.next.unwrap().contains("--accept-lost-logs"));
    let p = plan(&s, &lost).unwrap();
    assert!(
        p.notes.iter().any(|n| n.contains("generation 3")),
        "{:?}",
        p.notes
    );
    // It is required.
    let s = case(&[1, 2, 3], None, (2, 4), Some(2));
    let (jet, e) = refusal(&s, &none);
    assert_eq!(jet, JetErr::MISSING_LOG_FILE);
    assert!(!e.next.unwrap().contains("accept"));
    assert_eq!(refusal(&s, &lost).0, JetErr::REQUIRED_LOG_FILES_MISSING);
    // So is the newest of several.
    let (jet, e) = refusal(&case(&[1, 2], Some(3), (2, 5), Some(2)), &none);
    assert_eq!(jet, JetErr::REQUIRED_LOG_FILES_MISSING);
    assert_eq!(
        e.details["missing_files"],
        serde_json::json!(["edb00004.log", "edb00005.log"])
    );
    // Only committed work is lost.
    let mut s = case(&[1, 2], Some(3), (2, 3), Some(2));
    s.databases[0].facts.as_mut().unwrap().committed = 5;
    let (jet, e) = refusal(&s, &none);
    assert_eq!(jet, JetErr::COMMITTED_LOG_FILES_MISSING);
    assert!(e.next.unwrap().contains("--accept-lost-logs"));
    assert!(
        plan(&s, &lost)
            .unwrap()
            .notes
            .iter()
            .any(|n| n.contains("4-5"))
    );
    // With a prepared log, the end is not known here.
    s.logs.as_mut().unwrap().files.pop();
    s.logs
        .as_mut()
        .unwrap()
        .files
        .extend(logs(&[3], None).files);
    s.logs.as_mut().unwrap().temp = Some(PathBuf::from("/l/edbtmp.log"));
    assert!(plan(&s, &none).is_ok());
    // None at all.
    let s = survey(vec![given("a.edb", dirty(2, 3))], None);
    let (jet, e) = refusal(&s, &none);
    assert_eq!(jet, JetErr::MISSING_LOG_FILE);
    assert!(e.message.contains("generations 2 to 3"), "{}", e.message);
}

#[test]
fn a_wide_range_in_a_header_ends() {
    let s = survey(
        vec![given("a.edb", dirty(1, i32::MAX))],
        Some(logs(&[1, 2], Some(3))),
    );
    let (jet, e) = refusal(&s, &Wish::default());
    assert_eq!(jet, JetErr::REQUIRED_LOG_FILES_MISSING);
    assert!(e.message.len() < 1000);
    let s = survey(
        vec![given("a.edb", dirty(i32::MIN, i32::MIN))],
        Some(logs(&[1, 2], Some(3))),
    );
    assert_eq!(start(&s), (1, false));
}

#[test]
fn a_stop_before_what_the_file_holds_is_refused() {
    let s = survey(
        vec![given("a.edb", dirty(2, 4))],
        Some(logs(&[1, 2, 3, 4, 5], Some(6))),
    );
    let until = |generation| Wish {
        until: Some(StopAt::Position {
            generation,
            isec: None,
            ib: None,
        }),
        ..Wish::default()
    };
    let (jet, e) = refusal(&s, &until(3));
    assert_eq!(jet, JetErr::REQUIRED_LOG_FILES_MISSING);
    assert!(e.next.unwrap().contains("--until 4"));
    assert!(plan(&s, &until(4)).is_ok());
    let time = |hour: u8| Wish {
        until: Some(StopAt::Time(LogTime([0, hour, 0, 1, 1, 126, 1, 0]))),
        ..Wish::default()
    };
    assert_eq!(refusal(&s, &time(3)).0, JetErr::REQUIRED_LOG_FILES_MISSING);
    assert!(plan(&s, &time(4)).is_ok());
    // What lies behind the stop may be missing.
    let s = survey(
        vec![given("a.edb", dirty(2, 3))],
        Some(logs(&[1, 2, 3, 5], Some(6))),
    );
    assert!(plan(&s, &until(3)).is_ok());
    assert_eq!(refusal(&s, &until(5)).0, JetErr::INVALID_LOG_SEQUENCE);
    let s = survey(
        vec![given("a.edb", dirty(2, 3))],
        Some(logs(&[1, 2, 3, 4], None)),
    );
    assert!(plan(&s, &until(4)).is_ok());
    assert_eq!(refusal(&s, &until(5)).0, JetErr::MISSING_LOG_FILE);
}

#[test]
fn a_database_that_is_not_there_is_found_by_its_name() {
    let mut s = survey(vec![given("/new/A.edb", None)], Some(logs(&[1], Some(2))));
    let (jet, e) = refusal(&s, &Wish::default());
    assert_eq!(jet, JetErr::FILE_NOT_FOUND);
    assert!(e.message.contains("none"), "{}", e.message);
    s.mentions = vec![
        Mention {
            how: How::Attached,
            ..created(r"C:\data\a.edb", DB, 1)
        },
        created(r"C:\data\b.edb", OTHER_DB, 1),
        created(r"C:\data\aa.edb", OTHER_DB, 1),
    ];
    let (jet, e) = refusal(&s, &Wish::default());
    assert_eq!(
        jet,
        JetErr::ATTACHED_DATABASE_MISMATCH,
        "attached, not made"
    );
    assert!(e.message.contains(r"C:\data\a.edb"), "{}", e.message);
    s.mentions.push(created(r"C:\data\a.edb", DB, 1));
    let task = |s: &Survey| decide(s).unwrap().tasks[0].clone();
    assert_eq!(
        task(&s),
        Task::Rebuild {
            sign_db: DB,
            created: Lgpos::new(1, 5, 0)
        }
    );
    // Made twice: the last one.
    s.mentions.push(created("D:a/A.EDB", OTHER_DB, 2));
    assert_eq!(task(&s).sign_db(), Some(OTHER_DB));
    assert_eq!(decide(&s).unwrap().notes.len(), 2);
    // A file whose making was not finished is as good as missing, and knows its signature.
    let unfinished = db(DbState::JustCreated, None);
    s.databases = vec![given("/new/other.edb", Some(unfinished))];
    assert_eq!(task(&s).sign_db(), Some(DB));
}

#[test]
fn what_needs_no_log() {
    let clean = db(DbState::CleanShutdown, None);
    let mut s = survey(vec![given("a.edb", Some(clean.clone()))], None);
    let p = decide(&s).unwrap();
    assert_eq!(
        (p.tasks.as_slice(), p.replay.is_none()),
        (&[Task::Take][..], true)
    );
    assert!(p.notes[0].contains("is clean"));
    // The logs know more.
    s.logs = Some(logs(&[1], Some(2)));
    s.mentions = vec![Mention {
        how: How::Attached,
        ..created("a.edb", DB, 2)
    }];
    assert!(decide(&s).unwrap().notes[1].contains("later attachment"));
    // Beside a dirty one.
    s.databases.push(given("b.edb", dirty(1, 2)));
    let p = decide(&s).unwrap();
    assert_eq!(p.tasks[0], Task::Take);
    assert_eq!(p.replay.unwrap().start, 1);
}

#[test]
fn what_is_not_recovered() {
    let mut copy = dirty(1, 2).unwrap();
    copy.backup_copy = true;
    let s = survey(vec![given("a.edb", Some(copy))], Some(logs(&[1], Some(2))));
    let (jet, e) = refusal(&s, &Wish::default());
    assert_eq!(jet, JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE);
    assert!(e.next.unwrap().contains("restore"));

    let mut foreign = dirty(1, 2).unwrap();
    foreign.sign_log = OTHER_LOGS;
    let s = survey(
        vec![given("a.edb", Some(foreign))],
        Some(logs(&[1], Some(2))),
    );
    assert_eq!(
        refusal(&s, &Wish::default()).0,
        JetErr::ATTACHED_DATABASE_MISMATCH
    );

    let twice = vec![given("x/a.edb", dirty(1, 2)), given("y/a.edb", dirty(1, 2))];
    let e = decide(&survey(twice, Some(logs(&[1], Some(2))))).unwrap_err();
    assert!(e.usage && e.next.is_some());
}

/// What the plan says to a set of the witness; `None`: it goes on.
fn verdict(dir: &Path, names: &[&str], wish: &Wish) -> Option<(String, CliError)> {
    let dbs: Vec<PathBuf> = names.iter().map(|n| dir.join(n)).collect();
    let planned = Survey::read(&RealFileSystem, &dbs, dir, None, &Stop::default())
        .and_then(|s| plan(&s, wish));
    let e = planned.err()?;
    assert!(e.next.is_some(), "{}", e.message);
    assert!(e.details.contains_key("file"), "{}", e.message);
    Some((e.jet.unwrap().name().to_owned(), e))
}

/// Damaged sets to which the plan says something else than the original: set, ours (empty: it goes
/// on), why.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("clean-no-current", "", "a clean database needs no log"),
    ("db-clean-foreign", "", "a clean database needs no log"),
    ("page-size-clean", "", "a clean database needs no log"),
    ("log-size-larger", "", "a clean database needs no log"),
    (
        "checkpoint-in-current",
        "",
        "the checkpoint is not believed",
    ),
    ("db-older", "", "the checkpoint is not believed"),
    (
        "db-missing",
        "",
        "the database is made again from its creation",
    ),
    (
        "db-newer",
        "JET_errRequiredLogFilesMissing",
        "names the logs",
    ),
    (
        "db-newer-ignore-lost",
        "JET_errRequiredLogFilesMissing",
        "names the logs",
    ),
    ("no-logs", "JET_errMissingLogFile", "the logs must exist"),
    ("recovery-off", "", "recovery is what is asked for"),
];

#[test]
fn damaged_sets_are_refused_early_only_with_the_error_of_the_original() {
    let sets = testkit::damaged_sets();
    if sets.is_empty() {
        testkit::skip("witness/crashes/damaged-*");
        return;
    }
    let (mut early, mut problems) = (0, Vec::new());
    for set in sets {
        let Some(dir) = testkit::unpack_damaged(&set) else {
            testkit::skip(&format!("crashes/damaged-{set}"));
            continue;
        };
        let json = testkit::set_json("crashes", &format!("damaged-{set}")).unwrap();
        let answer = |name: &str| json["result"][name].as_str().map(str::to_owned);
        let theirs = [answer("init"), answer("attach")]
            .into_iter()
            .flatten()
            .find(|a| a != "JET_errSuccess");
        let call = json["call"]["init"].as_str().unwrap_or_default();
        let wish = Wish {
            accept_lost_logs: call.contains("0x80"),
            ..Wish::default()
        };
        let ours = verdict(&dir, &["a.edb"], &wish);
        early += usize::from(ours.is_some());
        let name = ours.as_ref().map_or("", |(name, _)| name.as_str());
        let good = match DIFFERENT.iter().find(|d| d.0 == set) {
            Some((_, wanted, _)) => name == *wanted,
            None => name.is_empty() || Some(name) == theirs.as_deref(),
        };
        if !good {
            problems.push(format!("{set}: {ours:?}, the original {theirs:?}"));
        }
    }
    println!("{early} refused before anything is copied");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn crash_sets_are_not_refused() {
    let sets = testkit::sets("crashes");
    if sets.is_empty() {
        testkit::skip("witness/crashes");
    }
    for set in sets {
        let dir = testkit::unpack_set("crashes", &set).unwrap();
        let json = testkit::set_json("crashes", &set).unwrap();
        let names: Vec<&str> = json["call"]["attached_afterwards"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_str().unwrap())
            .collect();
        let ours = verdict(&dir, &names, &Wish::default());
        assert!(ours.is_none(), "{set}: {ours:?}");
    }
}

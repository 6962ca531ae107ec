//! What the files say: records of a life in their order, headers, the replay of the logs alone.
#![forbid(unsafe_code)]

use super::engine_support::{DIR, NAME, Trees, attach, create, fill, params, path};
use super::recovery_support::check::{different_pages, header, header_json, read};
use super::recovery_support::sets::{databases, logs_only};
use super::recovery_support::world::{files, run};
use super::{start, start_with};
use ese_core::format::db_header::DbState;
use ese_core::format::ids::{Lgpos, PageSize};
use ese_core::format::log_record::LrTyp;
use ese_core::instance::{CreateOptions, TermKind};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::{FileSystem as _, OpenMode};
use ese_core::log::{LogFile, checkpoint_file};
use ese_core::recovery::Options;
use std::path::PathBuf;

/// The logs, replayed from nothing, give the databases page for page, and the same headers.
pub(super) fn logs_alone_give_the_same(fs: &MemoryFileSystem, page_size: PageSize) {
    let ours = files(fs);
    let mut options = Options::of_folder(PathBuf::from(DIR), "edb");
    options.ignore_checkpoint = true;
    let logs = logs_only(&ours);
    assert!(!logs.is_empty());
    let recovered = run(&logs, &options);
    recovered.outcome().unwrap();
    for name in databases(&ours) {
        let theirs = recovered.files();
        let different = different_pages(&ours[&name], &theirs[&name], page_size);
        let first: Vec<_> = different.iter().take(5).collect();
        assert!(
            first.is_empty(),
            "{name}: {} pages: {first:?}",
            different.len()
        );
        let (a, b) = (
            header(fs, &path(&name)),
            header(&recovered.fs, &path(&name)),
        );
        assert_eq!(header_json(&a.unwrap()), header_json(&b.unwrap()), "{name}");
    }
}

/// Names of the records of the current log that are of the life of instance and databases.
fn life(fs: &MemoryFileSystem) -> Vec<String> {
    let file = fs.open(&path("edb.log"), OpenMode::Read).unwrap();
    let log = LogFile::open(file).unwrap();
    let mut records = log.records().unwrap();
    let mut names = Vec::new();
    while let Some((_, record)) = records.next() {
        let page_work = [
            LrTyp::Begin0,
            LrTyp::Commit0,
            LrTyp::CreateMEFDP,
            LrTyp::CreateSEFDP,
            LrTyp::Replace,
            LrTyp::Insert,
        ];
        if !page_work.contains(&record.typ()) {
            names.push(record.typ().name().to_owned());
        }
    }
    names
}

/// As the histories of the witness show it (docs/format/log-records.md §7.1).
#[test]
fn a_life_is_logged_as_the_original_logs_it() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    // With a row, as every catalog has: only then the commit has something to wait for.
    let made = first.create_database(&path(NAME), &CreateOptions::default(), &mut |w| {
        fill(w)?;
        let [tree, _] = Trees::default().trees;
        w.writer().insert(&tree, b"row", b"data")?;
        Ok(())
    });
    drop(made.unwrap());
    first.detach(&path(NAME)).unwrap();
    drop(attach(&first).unwrap());
    first.term(TermKind::Clean).unwrap();
    drop(first);
    let mut expected = vec![
        "Init2",
        "CreateDB",
        "NOP2",
        "ExtendDB",
        "NOP2",
        "CreateDBFinish",
        "NOP2",
        "DetachDB",
        "NOP2",
        "AttachDB",
        "NOP2",
        "ShutDownMark",
        "NOP2",
        "Term2",
    ];
    assert_eq!(life(&fs), expected);
    let second = start(&fs);
    second.term(TermKind::Clean).unwrap();
    drop(second);
    expected.extend(["Init2", "ShutDownMark", "NOP2", "Term2"]);
    assert_eq!(life(&fs), expected);
}

/// With a version that has it, the version is logged before a database is finished and after each
/// attach.
#[test]
fn a_newer_format_is_logged_too() {
    let fs = MemoryFileSystem::new();
    let mut newer = params(PageSize::K8);
    newer.engine_format_version = Some(9600);
    let first = start_with(&fs, newer.clone());
    let db = create(&first).unwrap();
    assert_eq!(db.version().to_string(), "0x620,290,600");
    drop(db);
    first.term(TermKind::Clean).unwrap();
    drop(first);
    let at_end = header(&fs, &path(NAME)).unwrap();
    assert_eq!(at_end.version().to_string(), "0x620,290,600");
    assert_eq!(at_end.lgpos_last_resize, at_end.lgpos_detach);
    logs_alone_give_the_same(&fs, PageSize::K8);
    let second = start_with(&fs, newer);
    drop(attach(&second).unwrap());
    second.term(TermKind::Clean).unwrap();
    drop(second);
    let of_version = |n: &String| n == "SetDbVersion";
    assert_eq!(life(&fs).iter().filter(|n| of_version(n)).count(), 2);
    logs_alone_give_the_same(&fs, PageSize::K8);
}

#[test]
fn header_and_checkpoint_after_a_clean_end() {
    let fs = MemoryFileSystem::new();
    let first = start(&fs);
    drop(create(&first).unwrap());
    let dirty = header(&fs, &path(NAME)).unwrap();
    assert_eq!(dirty.state(), DbState::DirtyShutdown);
    first.term(TermKind::Clean).unwrap();
    drop(first);
    let h = header(&fs, &path(NAME)).unwrap();
    assert_eq!(h.state(), DbState::CleanShutdown);
    assert_eq!(
        (h.gen_min_required, h.gen_max_required, h.gen_max_committed),
        (0, 0, 0)
    );
    assert_eq!(h.lgpos_attach, Lgpos::new(1, 1, 0x268));
    assert_eq!(h.lgpos_consistent, h.lgpos_detach);
    let checkpoint = checkpoint_file::read(&fs, &path("edb.chk")).unwrap();
    let checkpoint = checkpoint.unwrap().checkpoint;
    assert!(checkpoint.lgpos_checkpoint() > h.lgpos_detach);
    assert_eq!(checkpoint.attachments().entries().count(), 0);
    assert!(read(&fs, &path("a.jfm")).is_ok(), "a flush map");
}

/// Old logs go when circular logging is on and the checkpoint has passed them.
#[test]
fn circular_logging_removes_what_no_restart_needs() {
    let fs = MemoryFileSystem::new();
    let mut circular = params(PageSize::K4);
    circular.circular = true;
    let instance = start_with(&fs, circular);
    let db = create(&instance).unwrap();
    let mix = super::Mix {
        steps: 2500,
        ..super::Mix::new(9)
    };
    let history = super::run(&instance, &db, &mix, Default::default());
    assert_eq!(history.ended, None);
    instance.tick().unwrap();
    let generation = instance.log().unwrap().generation();
    let logs = || files(&fs).keys().filter(|n| n.ends_with(".log")).count();
    let after_ticks = logs();
    assert!(generation > 15, "{generation} generations are too few");
    assert!(
        after_ticks < 10,
        "{after_ticks} logs of {generation} generations"
    );
    // Who asks for a checkpoint need not wait for the next look of the background: of what was closed
    // nothing is left but one that the next file is made of.
    for _ in 0..4 {
        instance.log().unwrap().roll().unwrap();
    }
    let closed = logs();
    assert!(closed > after_ticks, "{closed} logs after {after_ticks}");
    instance.checkpoint().unwrap();
    assert!(logs() <= 3, "{closed} logs are {} now", logs());
    drop(db);
    drop(instance);
    let second = start(&fs);
    let db = attach(&second).unwrap();
    history.allows(&super::seen_by_all(&second, &db)).unwrap();
}

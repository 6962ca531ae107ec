//! Each kind of fault shows up exactly as planned.
#![forbid(unsafe_code)]

use ese_core::error::{HasJetErr, JetErr};
use ese_core::io::faulty::{
    CrashKind, Fault, FaultyFileSystem, OpKind, Pick, Plan, injected, is_crash,
};
use ese_core::io::{ErrorKind, File, FileSystem, OpenMode};
use std::path::Path;
use std::sync::Arc;

const F: &str = "f";

fn open(fs: &FaultyFileSystem, name: &str) -> Arc<dyn File> {
    fs.open(Path::new(name), OpenMode::ReadWrite).unwrap()
}

/// A disk with 4,000 bytes of 7 in one file; opening it is operation 0.
fn disk(plan: Plan) -> (FaultyFileSystem, Arc<dyn File>) {
    let fs = FaultyFileSystem::new(plan);
    assert!(fs.put(F, &[7; 4000]));
    let f = open(&fs, F);
    (fs, f)
}

fn err<T>(r: std::io::Result<T>) -> std::io::Error {
    r.err().expect("a fault was planned")
}

fn power_cut(fs: &FaultyFileSystem) -> Vec<u8> {
    fs.image(CrashKind::PowerCut, 0).get(F).unwrap()
}

#[test]
fn operations_are_numbered_and_traced() {
    let (fs, f) = disk(Plan::quiet().traced());
    let mut buf = [0; 10];
    f.read_at(&mut buf, 5).unwrap();
    f.write_all_at(b"abc", 9).unwrap();
    f.set_len(77).unwrap();
    f.len().unwrap();
    fs.kind(Path::new(F)).unwrap();
    f.sync_data().unwrap();
    fs.create_dir(Path::new("d")).unwrap();
    fs.rename_new(Path::new(F), Path::new("d/g")).unwrap();
    fs.read_dir(Path::new("d")).unwrap();
    fs.sync_dir(Path::new("d")).unwrap();
    let _ = fs.open(Path::new("none"), OpenMode::Read);
    fs.remove_file(Path::new("d/g")).unwrap();
    let said: Vec<String> = fs.trace().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "op 0 Open f",
            "op 1 Read f 5+10",
            "op 2 Write f 9+3",
            "op 3 SetLen f 77",
            "op 4 Sync f",
            "op 5 CreateDir d",
            "op 6 Rename f to d/g",
            "op 7 ReadDir d",
            "op 8 SyncDir d",
            "op 9 Open none",
            "op 10 Remove d/g",
        ]
    );
    assert_eq!(fs.ops(), 11);
    assert_eq!(fs.fork(Plan::quiet()).ops(), 0);
}

#[test]
fn an_operation_fails_once_or_for_good() {
    let (fs, f) = disk(Plan::quiet().at(2, Fault::EIO).at(4, Fault::ENOSPC));
    f.write_all_at(b"1", 0).unwrap();
    let e = err(f.write_all_at(b"2", 1));
    assert_eq!(e.jet_err(), JetErr::DISK_IO);
    let inside = injected(&e).unwrap();
    assert!(!inside.crash && !is_crash(&e));
    assert!(inside.at.contains("op 2 Write f 1+1"), "{e}");
    f.write_all_at(b"3", 2).unwrap();
    assert_eq!(err(f.set_len(1)).jet_err(), JetErr::DISK_FULL);
    assert_eq!(&fs.get(F).unwrap()[..4], b"1\x073\x07");
    assert_eq!(fs.get(F).unwrap().len(), 4000);
    let fired: Vec<(u64, Fault)> = fs.fired().iter().map(|(r, f)| (r.op, *f)).collect();
    assert_eq!(fired, [(2, Fault::EIO), (4, Fault::ENOSPC)]);

    let (fs, f) = disk(Plan::quiet().from(1, Fault::EIO));
    for _ in 0..3 {
        err(f.read_at(&mut [0], 0));
        err(fs.open(Path::new(F), OpenMode::Read));
        err(fs.rename(Path::new(F), Path::new("g")));
    }
    assert!(fs.get(F).is_some());
    assert!(!fs.is_down());
}

#[test]
fn rules_pick_by_kind_name_and_count() {
    let logs = Pick::of(OpKind::Write)
        .or_kind(OpKind::SetLen)
        .named("edb.log");
    let plan = Plan::quiet()
        .on(logs.skip(1).times(2), Fault::EIO)
        .on(
            Pick::of(OpKind::Read).matching(|op| op.offset == 100),
            Fault::ENOSPC,
        )
        .on(Pick::of(OpKind::Rename).named("b"), Fault::EIO);
    let fs = FaultyFileSystem::new(plan);
    fs.put("x/edb.log", &[0; 200]);
    fs.put("x/edb.chk", &[0; 200]);
    fs.put("x/a", &[]);
    let (log, chk) = (open(&fs, "x/edb.log"), open(&fs, "x/edb.chk"));
    for _ in 0..5 {
        chk.write_all_at(b"x", 0).unwrap();
    }
    log.write_all_at(b"x", 0).unwrap();
    log.read_at(&mut [0], 0).unwrap();
    err(log.write_all_at(b"x", 0));
    err(log.set_len(3));
    log.write_all_at(b"x", 0).unwrap();
    chk.read_at(&mut [0], 99).unwrap();
    err(chk.read_at(&mut [0], 100));
    fs.rename(Path::new("x/a"), Path::new("x/c")).unwrap();
    err(fs.rename(Path::new("x/c"), Path::new("x/b")));
    // A fault that does not fit an operation passes it by.
    let (fs, f) = disk(Plan::quiet().from(0, Fault::ShortRead));
    f.write_all_at(b"x", 0).unwrap();
    assert!(fs.fired().is_empty());
}

#[test]
fn a_write_is_done_in_part_or_done_and_denied() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..400 {
        let plan = Plan::seeded(seed).at(1, Fault::PartialWrite(ErrorKind::StorageFull));
        let (fs, f) = disk(plan);
        let e = err(f.write_all_at(&[9; 1500], 100));
        assert_eq!(e.kind(), ErrorKind::StorageFull);
        let now = fs.get(F).unwrap();
        let landed = now.iter().filter(|b| **b == 9).count();
        assert!(now[100..100 + landed].iter().all(|b| *b == 9));
        assert_eq!(now.len(), 4000);
        seen.insert(landed);
    }
    // Whole sectors, and never all of it.
    assert_eq!(Vec::from_iter(seen), [0, 412, 924, 1436]);

    let plan = Plan::quiet()
        .at(1, Fault::FailAfter(ErrorKind::Other))
        .at(2, Fault::FailAfter(ErrorKind::Other));
    let (fs, f) = disk(plan);
    err(f.write_all_at(b"done", 0));
    err(f.sync_data());
    assert_eq!(&power_cut(&fs)[..4], b"done");
}

#[test]
fn a_short_read_looks_like_the_end() {
    let mut shorter = 0;
    for seed in 0..20 {
        let (_, f) = disk(
            Plan::seeded(seed)
                .at(1, Fault::ShortRead)
                .at(3, Fault::ShortRead),
        );
        let mut buf = [0; 100];
        let n = f.read_at(&mut buf, 50).unwrap();
        assert!(n < 100);
        assert!(buf[..n].iter().all(|b| *b == 7) && buf[n..].iter().all(|b| *b == 0));
        shorter += usize::from(n > 0);
        f.read_exact_at(&mut buf, 50).unwrap();
        assert_eq!(
            err(f.read_exact_at(&mut buf, 50)).kind(),
            ErrorKind::UnexpectedEof
        );
    }
    assert!(shorter > 10);
}

#[test]
fn a_lost_write_and_a_stale_read() {
    let (fs, f) = disk(Plan::quiet().at(1, Fault::LostWrite));
    f.write_all_at(&[1; 10], 3995).unwrap();
    f.sync_data().unwrap();
    assert!(fs.get(F).unwrap() == [7; 4000]);
    assert!(power_cut(&fs) == [7; 4000]);

    let stale = Pick::of(OpKind::Read).times(2);
    let (_, f) = disk(Plan::quiet().on(stale, Fault::StaleRead));
    f.write_all_at(&[1; 10], 0).unwrap();
    f.write_all_at(&[2; 10], 0).unwrap();
    f.write_all_at(&[3; 10], 100).unwrap();
    f.sync_data().unwrap();
    let mut buf = [0; 110];
    f.read_at(&mut buf, 0).unwrap();
    assert_eq!(buf[..10], [1; 10], "one write ago");
    assert_eq!(buf[10..], [7; 100]);
    f.read_at(&mut buf[..4], 102).unwrap();
    assert_eq!(buf[..4], [7; 4]);
    f.read_at(&mut buf, 0).unwrap();
    assert_eq!(buf[..10], [2; 10]);
    assert_eq!(buf[100..], [3; 10]);
}

fn flipped(a: &[u8], b: &[u8]) -> u32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

#[test]
fn bits_rot_in_the_buffer_or_in_the_file() {
    let (fs, f) = disk(Plan::seeded(3).at(1, Fault::FlipRead));
    let mut buf = [0; 64];
    f.read_exact_at(&mut buf, 0).unwrap();
    assert_eq!(flipped(&buf, &[7; 64]), 1);
    f.read_exact_at(&mut buf, 0).unwrap();
    assert_eq!(buf, [7; 64]);
    assert!(fs.get(F).unwrap() == [7; 4000]);

    let (fs, f) = disk(Plan::seeded(3).at(1, Fault::FlipStored));
    f.read_exact_at(&mut buf, 3936).unwrap();
    assert_eq!(flipped(&buf, &[7; 64]), 1);
    let first = buf;
    f.read_exact_at(&mut buf, 3936).unwrap();
    assert_eq!(buf, first);
    assert_eq!(power_cut(&fs)[3936..], first);

    // A write that is bad from the start is as bad when it was synced.
    let (fs, f) = disk(Plan::seeded(4).at(1, Fault::FlipStored));
    f.write_all_at(&[1; 50], 3990).unwrap();
    f.sync_data().unwrap();
    let live = fs.get(F).unwrap();
    assert_eq!(flipped(&live[3990..], &[1; 50]), 1);
    assert!(power_cut(&fs) == live);

    let (fs, _) = disk(Plan::quiet());
    assert!(fs.flip_bit(F, 3999, 7));
    assert_eq!(fs.get(F).unwrap()[3999], 7 ^ 0x80);
    assert!(power_cut(&fs) == fs.get(F).unwrap());
    assert!(!fs.flip_bit(F, 4000, 0));
    assert!(!fs.flip_bit("none", 0, 0));
}

#[test]
fn a_crash_is_before_or_after_and_for_good() {
    for (fault, landed) in [(Fault::CrashBefore, 7), (Fault::CrashAfter, 1)] {
        let (fs, f) = disk(Plan::quiet().at(1, fault));
        let e = err(f.write_all_at(&[1], 0));
        assert!(is_crash(&e) && fs.is_down());
        assert_eq!(e.jet_err(), JetErr::DISK_IO);
        assert_eq!(
            fs.image(CrashKind::ProcessCrash, 0).get(F).unwrap()[0],
            landed
        );
        assert_eq!(power_cut(&fs)[0], 7);
        for r in [
            f.sync_data(),
            f.len().map(|_| ()),
            f.read_at(&mut [0], 0).map(|_| ()),
            fs.kind(Path::new(F)).map(|_| ()),
            fs.read_dir(Path::new("/")).map(|_| ()),
            fs.open_locked(Path::new("n"), OpenMode::CreateNew)
                .map(|_| ()),
        ] {
            assert!(is_crash(&err(r)));
        }
        assert_eq!(fs.ops(), 2);
        // It comes up again without locks and open files.
        let up = fs.image(CrashKind::PowerCut, 0);
        up.open_locked(Path::new(F), OpenMode::ReadWrite).unwrap();
    }
    let (fs, f) = disk(Plan::quiet());
    fs.crash_now();
    assert!(is_crash(&err(f.sync_all())));
    // Deep inside another error it is still recognised.
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);
    assert!(is_crash(&Outer(err(f.sync_all()))));
    assert!(!is_crash(&Outer(ErrorKind::Other.into())));
}

#[test]
fn a_failed_sync_is_not_made_up_for() {
    let (fs, f) = disk(Plan::quiet().at(2, Fault::EIO));
    f.write_all_at(&[1], 0).unwrap();
    err(f.sync_data());
    f.write_all_at(&[2], 1).unwrap();
    f.sync_data().unwrap();
    assert_eq!(fs.get(F).unwrap()[..3], [1, 2, 7]);
    assert_eq!(power_cut(&fs)[..3], [7, 2, 7]);
    f.write_all_at(&[1], 0).unwrap();
    f.sync_all().unwrap();
    assert_eq!(power_cut(&fs)[..3], [1, 2, 7]);
}

#[test]
fn a_false_sync_tells_lies() {
    let (fs, f) = disk(Plan::quiet().on(
        Pick::of(OpKind::Sync).or_kind(OpKind::SyncDir).times(2),
        Fault::FalseSync,
    ));
    f.write_all_at(&[1], 0).unwrap();
    fs.rename(Path::new(F), Path::new("g")).unwrap();
    f.sync_data().unwrap();
    fs.sync_dir(Path::new("/")).unwrap();
    assert_eq!(power_cut(&fs)[0], 7);
    f.sync_data().unwrap();
    fs.sync_dir(Path::new("/")).unwrap();
    let up = fs.image(CrashKind::PowerCut, 0);
    assert_eq!((up.get(F), up.get("g").unwrap()[0]), (None, 1));
}

#[test]
fn a_disk_has_an_end() {
    let (fs, f) = disk(Plan::quiet().capacity(5000));
    f.write_all_at(&[1; 500], 4000).unwrap();
    // What fits lands, as on a real disk.
    assert_eq!(
        err(f.write_all_at(&[2; 1000], 4400)).jet_err(),
        JetErr::DISK_FULL
    );
    let now = fs.get(F).unwrap();
    assert_eq!(now.len(), 5000);
    assert_eq!(now[4400..], [2; 600]);
    f.write_all_at(&[3; 5000], 0).unwrap();
    assert_eq!(err(f.set_len(5001)).kind(), ErrorKind::StorageFull);
    assert_eq!(
        err(f.write_all_at(&[1], 9000)).kind(),
        ErrorKind::StorageFull
    );
    assert_eq!(f.len().unwrap(), 5000);
    let g = fs.open(Path::new("g"), OpenMode::CreateNew).unwrap();
    assert_eq!(err(g.set_len(1)).kind(), ErrorKind::StorageFull);
    // A removed file takes its room until it is closed.
    fs.remove_file(Path::new(F)).unwrap();
    assert_eq!(err(g.set_len(1)).kind(), ErrorKind::StorageFull);
    drop(f);
    g.set_len(5000).unwrap();
    g.set_len(10).unwrap();
    fs.set_plan(Plan::quiet().capacity(20));
    g.set_len(20).unwrap();
    err(g.set_len(21));
    assert!(fs.fired().is_empty(), "a full disk is no planned fault");
}

#[test]
fn trees_come_in_and_go_out() {
    let fs = FaultyFileSystem::default();
    assert!(fs.put("a/b/c", b"abc") && fs.put("a/d", b"") && fs.put_dir("a/e/f"));
    assert!(!fs.put("a/b", b"a folder is there"));
    assert!(!fs.put("a/d/x", b"a file is there") && !fs.put_dir("a/d"));
    let memory = fs.to_memory();
    let again = FaultyFileSystem::default();
    again
        .put_tree(&memory, Path::new("/a"), Path::new("x/y"))
        .unwrap();
    let names: Vec<_> = again.snapshot().into_iter().collect();
    assert_eq!(
        names,
        [
            ("x/y/b/c".into(), b"abc".to_vec()),
            ("x/y/d".into(), Vec::new())
        ]
    );
    assert_eq!(again.folders().last().unwrap(), Path::new("x/y/e/f"));
    let cut = again.image(CrashKind::PowerCut, 0);
    assert_eq!(cut.snapshot(), again.snapshot());
    assert_eq!(cut.folders(), again.folders());
}

#[test]
fn the_same_seed_is_the_same_disk() {
    let run = |seed| {
        let (fs, f) = disk(Plan::seeded(seed).on(
            Pick::of(OpKind::Write).skip(3).times(3),
            Fault::PartialWrite(ErrorKind::Other),
        ));
        for i in 0..10u8 {
            let _ = f.write_all_at(&[i; 900], u64::from(i) * 700);
        }
        let _ = fs.rename(Path::new(F), Path::new("g"));
        fs
    };
    let (a, b) = (run(5), run(5));
    assert_eq!(a.snapshot(), b.snapshot());
    let mut different = 0;
    for seed in 0..50 {
        let torn = |fs: &FaultyFileSystem| fs.image(CrashKind::TornWrites, seed).snapshot();
        assert_eq!(torn(&a), torn(&b));
        assert_eq!(torn(&a), torn(&a.fork(Plan::quiet())));
        different += usize::from(torn(&a) != torn(&run(6)));
    }
    assert!(different > 0);
}

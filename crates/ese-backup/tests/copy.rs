//! Copies: whole under their name, or nothing there; on the disk and in memory alike.
#![forbid(unsafe_code)]

mod common;

use common::{database, log};
use ese_backup::{Control, CopyError, StopFlag, StreamError, copy};
use ese_core::format::ids::PageSize;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{ErrorKind, FileSystem, OpenMode, PathKind};
use ese_core::{HasJetErr as _, JetErr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

fn write(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) {
    let f = fs.open(path, OpenMode::CreateNew).unwrap();
    f.write_all_at(bytes, 0).unwrap();
}

fn read(fs: &dyn FileSystem, path: &Path) -> Vec<u8> {
    let f = fs.open(path, OpenMode::Read).unwrap();
    let mut buf = vec![0; f.len().unwrap() as usize];
    f.read_exact_at(&mut buf, 0).unwrap();
    buf
}

fn names(fs: &dyn FileSystem, dir: &Path) -> Vec<String> {
    fs.read_dir(dir)
        .unwrap()
        .iter()
        .map(|e| e.path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect()
}

fn sources() -> [(&'static str, Vec<u8>); 2] {
    [
        ("a.edb", database(PageSize::K8, 70, 1)),
        ("edb.log", log(2, 100, 60, 2)),
    ]
}

/// An empty folder `root/in` with the sources, and an empty `root/out`.
fn prepare(fs: &dyn FileSystem, root: &Path) -> (Vec<PathBuf>, PathBuf) {
    let (inside, out) = (root.join("in"), root.join("out"));
    fs.create_dir(&inside).unwrap();
    fs.create_dir(&out).unwrap();
    let files = sources().map(|(name, bytes)| {
        let path = inside.join(name);
        write(fs, &path, &bytes);
        path
    });
    (files.to_vec(), out)
}

fn with_both(test: impl Fn(Arc<dyn FileSystem>, &Path)) {
    let dir = tempfile::tempdir().unwrap();
    test(RealFileSystem::shared(), dir.path());
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new("/r")).unwrap();
    test(Arc::new(memory), Path::new("/r"));
}

#[test]
fn one_file_and_several() {
    with_both(|fs, root| {
        let (files, out) = prepare(&*fs, root);
        let stop = StopFlag::new();
        let mut seen = Vec::new();
        let mut control = Control::new(stop.handle()).observed(|p| seen.push(p));

        let to = out.join("one.edb");
        let report = copy(&*fs, &files[..1], &to, &mut control).unwrap();
        assert_eq!(read(&*fs, &to), sources()[0].1);
        assert_eq!(report.bytes, sources()[0].1.len() as u64);
        assert_eq!(
            (&report.files[0].from, &report.files[0].to),
            (&files[0], &to)
        );
        assert_eq!(
            report.files[0].report.crc32,
            crc32fast::hash(&sources()[0].1)
        );

        let to = out.join("set");
        let report = copy(&*fs, &files, &to, &mut control).unwrap();
        assert_eq!(names(&*fs, &to), ["a.edb", "edb.log"]);
        for (name, bytes) in sources() {
            assert_eq!(read(&*fs, &to.join(name)), bytes);
        }
        assert_eq!(names(&*fs, &out), ["one.edb", "set"]);
        assert_eq!(report.files.len(), 2);
        drop(control);
        let last = seen.last().unwrap();
        assert_eq!(last.file, 1);
        assert_eq!(
            (last.all_done, last.all_total),
            (report.bytes, report.bytes)
        );
        // Sources are as they were.
        for (file, (_, bytes)) in files.iter().zip(sources()) {
            assert_eq!(read(&*fs, file), bytes);
        }
    });
}

#[test]
fn refusals() {
    with_both(|fs, root| {
        let (files, out) = prepare(&*fs, root);
        let stop = StopFlag::new();
        let refuse = |files: &[PathBuf], to: &Path| {
            copy(&*fs, files, to, &mut Control::new(stop.handle())).unwrap_err()
        };
        // What exists is never replaced: a file, a folder, even an empty one, the root.
        let there = out.join("there");
        write(&*fs, &there, b"precious");
        for to in [&there, &out, Path::new("/"), &out.join("..")] {
            let e = refuse(&files, to);
            assert!(matches!(e, CopyError::TargetExists(_)), "{e}");
            assert_eq!(e.jet_err(), JetErr::FILE_ALREADY_EXISTS);
        }
        assert_eq!(read(&*fs, &there), b"precious");

        let new = out.join("new");
        assert!(matches!(refuse(&[], &new), CopyError::NoFiles));
        let twice = [files[0].clone(), files[1].clone(), files[0].clone()];
        assert!(matches!(refuse(&twice, &new), CopyError::SameName(..)));
        let missing = refuse(&[root.join("no.edb")], &new);
        assert_eq!(missing.jet_err(), JetErr::FILE_NOT_FOUND);
        let folder = refuse(&[root.join("in")], &new);
        assert!(matches!(
            folder,
            CopyError::Source {
                source: StreamError::Open(_),
                ..
            }
        ));
        let e = refuse(&files, &out.join("no").join("such"));
        assert!(matches!(e, CopyError::Target { .. }), "{e}");
        assert_eq!(e.jet_err(), JetErr::FILE_NOT_FOUND);

        for (bytes, want) in [
            (&b""[..], "the file is empty"),
            (b"#!/bin/sh\n", "this is no database"),
            (&[0; 5000], "the file begins with zeros"),
        ] {
            let odd = root.join("odd");
            write(&*fs, &odd, bytes);
            let e = refuse(std::slice::from_ref(&odd), &new);
            assert!(e.to_string().contains(want), "{e}");
            fs.remove_file(&odd).unwrap();
        }
        assert_eq!(names(&*fs, &out), ["there"]);
    });
}

#[test]
fn damage_leaves_nothing_behind() {
    with_both(|fs, root| {
        let (files, out) = prepare(&*fs, root);
        let stop = StopFlag::new();
        let f = fs.open(&files[1], OpenMode::ReadWrite).unwrap();
        f.write_all_at(b"damage", 50 * 4096 + 99).unwrap();
        let e = copy(
            &*fs,
            &files,
            &out.join("set"),
            &mut Control::new(stop.handle()),
        )
        .unwrap_err();
        assert!(
            e.to_string().contains("edb.log: segment 50 is damaged"),
            "{e}"
        );
        assert_eq!(e.jet_err(), JetErr::LOG_READ_VERIFY_FAILURE);
        assert_eq!(names(&*fs, &out), [""; 0]);
    });
}

#[test]
fn a_left_over_temporary_name_is_stepped_over() {
    with_both(|fs, root| {
        let (files, out) = prepare(&*fs, root);
        write(
            &*fs,
            &out.join(".ese-copy-0.partial"),
            b"of a killed process",
        );
        fs.create_dir(&out.join(".ese-copy-1.partial")).unwrap();
        let stop = StopFlag::new();
        copy(
            &*fs,
            &files[..1],
            &out.join("x"),
            &mut Control::new(stop.handle()),
        )
        .unwrap();
        assert_eq!(
            names(&*fs, &out),
            [".ese-copy-0.partial", ".ese-copy-1.partial", "x"]
        );
    });
}

#[test]
fn somebody_else_takes_the_name_meanwhile() {
    with_both(|fs, root| {
        let (files, out) = prepare(&*fs, root);
        let to = out.join("x");
        let (inner, theirs) = (fs.clone(), to.clone());
        let hooked = HookedFileSystem::new(fs.clone(), move |when, op| {
            if let (When::Before, Op::Rename(..)) = (when, op) {
                write(&*inner, &theirs, b"theirs");
            }
            Ok(())
        });
        let stop = StopFlag::new();
        let e = copy(&hooked, &files[..1], &to, &mut Control::new(stop.handle())).unwrap_err();
        assert!(matches!(e, CopyError::TargetExists(_)), "{e}");
        assert_eq!(read(&*fs, &to), b"theirs");
        assert_eq!(names(&*fs, &out), ["x"]);
    });
}

/// Is this an op that a copy can be hit in? Cleaning up is left alone.
fn counts(op: &Op<'_>) -> bool {
    !matches!(op, Op::Remove(_))
}

/// Copies with something happening at the n-th call of a copy, for every n.
fn at_every_step(
    several: bool,
    what: impl Fn(&StopFlag) -> std::io::Result<()> + Send + Sync + Copy + 'static,
) -> Vec<bool> {
    let mut whole = Vec::new();
    for n in 0.. {
        let memory = MemoryFileSystem::new();
        memory.create_dir(Path::new("/r")).unwrap();
        let (files, out) = prepare(&memory, Path::new("/r"));
        let files = if several { &files[..] } else { &files[..1] };
        let stop = Arc::new(StopFlag::new());
        let (step, inside) = (Arc::new(AtomicUsize::new(0)), stop.clone());
        let seen = step.clone();
        let happened = Arc::new(Mutex::new(String::new()));
        let note = happened.clone();
        let fs = HookedFileSystem::new(Arc::new(memory.clone()), move |when, op| {
            if when == When::Before && counts(&op) && seen.fetch_add(1, Ordering::Relaxed) == n {
                *note.lock().unwrap() = format!("{op:?}");
                return what(&inside);
            }
            Ok(())
        });
        let to = out.join("x");
        let result = copy(&fs, files, &to, &mut Control::new(stop.handle()));
        if step.load(Ordering::Relaxed) <= n {
            assert!(result.is_ok());
            return whole;
        }
        let happened = happened.lock().unwrap().clone();
        whole.push(result.is_ok());
        match result {
            Ok(_) => {
                assert_eq!(names(&memory, &out), ["x"], "{happened}");
                for (file, (name, bytes)) in files.iter().zip(sources()) {
                    let copied = if several { to.join(name) } else { to.clone() };
                    assert_eq!(
                        read(&memory, &copied),
                        bytes,
                        "{happened}: {}",
                        file.display()
                    );
                }
            }
            Err(e) => {
                assert_eq!(memory.kind(&to).unwrap(), None, "{happened}: {e}");
                assert_eq!(names(&memory, &out), [""; 0], "{happened}: {e}");
            }
        }
        for (file, (_, bytes)) in files.iter().zip(sources()) {
            assert_eq!(read(&memory, file), bytes, "{happened}");
        }
    }
    whole
}

#[test]
fn a_stop_at_every_step() {
    for several in [false, true] {
        let whole = at_every_step(several, |stop| {
            stop.stop();
            Ok(())
        });
        assert!(whole.len() > 8, "{whole:?}");
        // Once the name is being given it is too late; before that it never is.
        assert_eq!(whole.iter().filter(|w| **w).count(), 2, "{whole:?}");
        assert!(whole.ends_with(&[true, true]), "{whole:?}");
    }
}

#[test]
fn an_error_at_every_step() {
    for several in [false, true] {
        for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
            let whole = at_every_step(
                several,
                match kind {
                    ErrorKind::StorageFull => |_: &StopFlag| Err(ErrorKind::StorageFull.into()),
                    _ => |_: &StopFlag| Err(ErrorKind::Other.into()),
                },
            );
            assert!(whole.len() > 8, "{whole:?}");
            // A read that fails once is read again: the others all count.
            assert!(!whole.ends_with(&[true]), "{whole:?}");
        }
    }
}

#[test]
fn a_full_disk_is_its_error() {
    let memory = MemoryFileSystem::new();
    memory.create_dir(Path::new("/r")).unwrap();
    let (files, out) = prepare(&memory, Path::new("/r"));
    let written = Arc::new(AtomicUsize::new(0));
    let seen = written.clone();
    let fs = HookedFileSystem::new(Arc::new(memory.clone()), move |when, op| {
        if let (When::Before, Op::Write { len, .. }) = (when, op)
            && seen.fetch_add(len, Ordering::Relaxed) + len > 500_000
        {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    });
    let stop = StopFlag::new();
    let e = copy(
        &fs,
        &files,
        &out.join("x"),
        &mut Control::new(stop.handle()),
    )
    .unwrap_err();
    assert_eq!(e.jet_err(), JetErr::DISK_FULL);
    assert!(!e.is_stopped());
    assert_eq!(memory.kind(&out.join("x")).unwrap(), None);
    assert_eq!(memory.kind(&out).unwrap(), Some(PathKind::Dir));
    assert_eq!(names(&memory, &out), [""; 0]);
}

#[test]
fn contents_are_durable_before_the_name_and_the_name_before_the_end() {
    for several in [false, true] {
        let memory = MemoryFileSystem::new();
        memory.create_dir(Path::new("/r")).unwrap();
        let (files, out) = prepare(&memory, Path::new("/r"));
        let files = if several { &files[..] } else { &files[..1] };
        let order = Arc::new(Mutex::new(Vec::new()));
        let seen = order.clone();
        let fs = HookedFileSystem::new(Arc::new(memory), move |when, op| {
            let step = match op {
                Op::Write { .. } => "write",
                Op::Sync(_) => "sync",
                Op::Rename(..) => "rename",
                Op::SyncDir(_) => "sync folder",
                _ => return Ok(()),
            };
            let mut seen = seen.lock().unwrap();
            if when == When::After && seen.last() != Some(&step) {
                seen.push(step);
            }
            Ok(())
        });
        let stop = StopFlag::new();
        copy(&fs, files, &out.join("x"), &mut Control::new(stop.handle())).unwrap();
        let one = ["write", "sync"];
        let want = if several {
            [&one[..], &one, &["sync folder", "rename", "sync folder"]].concat()
        } else {
            [&one[..], &["rename", "sync folder"]].concat()
        };
        assert_eq!(*order.lock().unwrap(), want);
    }
}

//! One suite over all bodies of the file traits: memory and the faulty disk promise what the disk
//! promises.
#![forbid(unsafe_code)]

use ese_core::error::{HasJetErr, JetErr};
use ese_core::io::faulty::{FaultyFileSystem, Plan};
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{ErrorKind, File, FileSystem, OpenMode, PathKind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn kind_of<T>(r: std::io::Result<T>) -> ErrorKind {
    r.map(|_| ()).expect_err("an error is due").kind()
}

fn make(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) -> Arc<dyn File> {
    let f = fs.open(path, OpenMode::CreateNew).expect("a new file");
    f.write_all_at(bytes, 0).expect("written");
    f
}

fn contents(fs: &dyn FileSystem, path: &Path) -> Vec<u8> {
    let f = fs.open(path, OpenMode::Read).expect("there");
    let mut buf = vec![0; f.len().expect("a length") as usize];
    f.read_exact_at(&mut buf, 0).expect("whole");
    buf
}

/// Everything a caller may rely on, in an empty folder `root`.
fn suite(fs: &dyn FileSystem, root: &Path) {
    bytes(fs, root);
    names(fs, root);
    folders(fs, root);
    locks(fs, root);
}

fn bytes(fs: &dyn FileSystem, root: &Path) {
    let path = root.join("bytes");
    let f = make(fs, &path, b"0123456789");
    assert_eq!(f.len().unwrap(), 10);
    let mut buf = [0; 4];
    assert_eq!(f.read_at(&mut buf, 3).unwrap(), 4);
    assert_eq!(&buf, b"3456");
    assert_eq!(f.read_at(&mut buf, 8).unwrap(), 2);
    assert_eq!(&buf[..2], b"89");
    assert_eq!(f.read_at(&mut buf, 10).unwrap(), 0);
    assert_eq!(f.read_at(&mut buf, u64::MAX).unwrap(), 0);
    assert_eq!(f.read_at(&mut buf, u64::MAX - 1).unwrap(), 0);
    assert_eq!(f.read_at(&mut [], 0).unwrap(), 0);
    assert_eq!(
        kind_of(f.read_exact_at(&mut buf, 8)),
        ErrorKind::UnexpectedEof
    );

    // A write behind the end leaves zeros between; an empty one changes nothing.
    f.write_all_at(b"x", 15).unwrap();
    f.write_all_at(b"", 100).unwrap();
    assert_eq!(contents(fs, &path), b"0123456789\0\0\0\0\0x");
    assert_eq!(
        kind_of(f.write_all_at(b"x", u64::MAX)),
        ErrorKind::FileTooLarge
    );
    assert_eq!(
        kind_of(f.write_all_at(b"x", i64::MAX as u64)),
        ErrorKind::FileTooLarge
    );
    assert_eq!(kind_of(f.set_len(u64::MAX)), ErrorKind::FileTooLarge);

    // Cut and lengthened: what was cut off is gone.
    f.set_len(3).unwrap();
    f.set_len(5).unwrap();
    assert_eq!(contents(fs, &path), b"012\0\0");
    f.sync_data().unwrap();
    f.sync_all().unwrap();

    // Two handles see one file; one for reading can't write.
    let r = fs.open(&path, OpenMode::Read).unwrap();
    assert_eq!(
        kind_of(r.write_all_at(b"x", 0)),
        ErrorKind::PermissionDenied
    );
    assert_eq!(kind_of(r.set_len(0)), ErrorKind::PermissionDenied);
    let w = fs.open(&path, OpenMode::ReadWrite).unwrap();
    w.write_all_at(b"AB", 0).unwrap();
    r.read_exact_at(&mut buf[..2], 0).unwrap();
    assert_eq!(&buf[..2], b"AB");

    // A removed file lives on for those who have it open.
    fs.remove_file(&path).unwrap();
    assert_eq!(fs.kind(&path).unwrap(), None);
    r.read_exact_at(&mut buf[..2], 0).unwrap();
    assert_eq!(&buf[..2], b"AB");
}

fn names(fs: &dyn FileSystem, root: &Path) {
    let (a, b, c) = (root.join("a"), root.join("b"), root.join("c"));
    assert_eq!(kind_of(fs.open(&a, OpenMode::Read)), ErrorKind::NotFound);
    assert_eq!(
        kind_of(fs.open(&a, OpenMode::ReadWrite)),
        ErrorKind::NotFound
    );
    make(fs, &a, b"a");
    assert_eq!(
        kind_of(fs.open(&a, OpenMode::CreateNew)),
        ErrorKind::AlreadyExists
    );
    make(fs, &b, b"b");

    assert_eq!(kind_of(fs.rename_new(&a, &b)), ErrorKind::AlreadyExists);
    assert_eq!(contents(fs, &b), b"b");
    fs.rename_new(&a, &c).unwrap();
    assert_eq!(fs.kind(&a).unwrap(), None);
    assert_eq!(kind_of(fs.rename_new(&a, &c)), ErrorKind::NotFound);
    assert_eq!(kind_of(fs.rename(&a, &c)), ErrorKind::NotFound);
    fs.rename(&c, &b).unwrap();
    assert_eq!(contents(fs, &b), b"a");
    assert_eq!(fs.kind(&c).unwrap(), None);

    // A file where a folder is needed.
    let below = b.join("x");
    assert_eq!(
        kind_of(fs.open(&below, OpenMode::Read)),
        ErrorKind::NotADirectory
    );
    assert_eq!(
        kind_of(fs.open(&below, OpenMode::CreateNew)),
        ErrorKind::NotADirectory
    );
    assert_eq!(fs.kind(&below).unwrap(), None);
    assert_eq!(kind_of(fs.create_dir(&below)), ErrorKind::NotADirectory);
    assert_eq!(kind_of(fs.read_dir(&b)), ErrorKind::NotADirectory);
    assert_eq!(kind_of(fs.sync_dir(&b)), ErrorKind::NotADirectory);
    assert_eq!(kind_of(fs.remove_dir(&b)), ErrorKind::NotADirectory);
    let deep = root.join("no").join("such");
    assert_eq!(
        kind_of(fs.open(&deep, OpenMode::CreateNew)),
        ErrorKind::NotFound
    );
    assert_eq!(kind_of(fs.rename(&b, &deep)), ErrorKind::NotFound);
    assert_eq!(kind_of(fs.create_dir(&deep)), ErrorKind::NotFound);

    fs.remove_file(&b).unwrap();
    assert_eq!(kind_of(fs.remove_file(&b)), ErrorKind::NotFound);
}

fn folders(fs: &dyn FileSystem, root: &Path) {
    let d = root.join("d");
    fs.create_dir(&d).unwrap();
    assert_eq!(kind_of(fs.create_dir(&d)), ErrorKind::AlreadyExists);
    assert_eq!(fs.kind(&d).unwrap(), Some(PathKind::Dir));
    assert_eq!(
        kind_of(fs.open(&d, OpenMode::Read)),
        ErrorKind::IsADirectory
    );
    assert_eq!(
        kind_of(fs.open(&d, OpenMode::CreateNew)),
        ErrorKind::AlreadyExists
    );
    assert_eq!(kind_of(fs.remove_file(&d)), ErrorKind::IsADirectory);

    make(fs, &d.join("2"), b"two");
    make(fs, &d.join("1"), b"one");
    fs.create_dir(&d.join("sub")).unwrap();
    make(fs, &d.join("sub").join("deep"), b"deep");
    let names: Vec<(String, bool)> = fs
        .read_dir(&d)
        .unwrap()
        .into_iter()
        .map(|e| {
            assert_eq!(e.path.parent(), Some(d.as_path()));
            (
                e.path.file_name().unwrap().to_str().unwrap().to_owned(),
                e.is_dir,
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("1".into(), false),
            ("2".into(), false),
            ("sub".into(), true)
        ]
    );
    assert_eq!(kind_of(fs.remove_dir(&d)), ErrorKind::DirectoryNotEmpty);
    assert_eq!(
        kind_of(fs.read_dir(&root.join("none"))),
        ErrorKind::NotFound
    );
    fs.sync_dir(&d).unwrap();

    // A folder moves with all that is in it, and never onto something.
    let e = root.join("e");
    fs.create_dir(&e).unwrap();
    assert_eq!(kind_of(fs.rename_new(&d, &e)), ErrorKind::AlreadyExists);
    fs.remove_dir(&e).unwrap();
    fs.rename_new(&d, &e).unwrap();
    assert_eq!(fs.kind(&d).unwrap(), None);
    assert_eq!(contents(fs, &e.join("sub").join("deep")), b"deep");
    assert_eq!(
        kind_of(fs.rename(&e, &e.join("in"))),
        ErrorKind::InvalidInput
    );

    let file = root.join("f");
    make(fs, &file, b"f");
    assert_eq!(kind_of(fs.rename(&file, &e)), ErrorKind::IsADirectory);
    assert_eq!(kind_of(fs.rename(&e, &file)), ErrorKind::NotADirectory);
    fs.create_dir(&d).unwrap();
    make(fs, &d.join("x"), b"x");
    assert_eq!(kind_of(fs.rename(&e, &d)), ErrorKind::DirectoryNotEmpty);
}

fn locks(fs: &dyn FileSystem, root: &Path) {
    use OpenMode::{CreateNew, Read, ReadWrite};
    let path = root.join("locked");
    let refused = |r: std::io::Result<Arc<dyn File>>| {
        let e = r.err().expect("somebody else writes");
        assert_eq!(e.kind(), ErrorKind::PermissionDenied);
        assert_eq!(e.jet_err(), JetErr::FILE_ACCESS_DENIED);
    };
    assert_eq!(
        kind_of(fs.open_locked(&path, ReadWrite)),
        ErrorKind::NotFound
    );
    let only = fs.open_locked(&path, CreateNew).unwrap();
    only.write_all_at(b"mine", 0).unwrap();
    refused(fs.open_locked(&path, ReadWrite));
    refused(fs.open(&path, ReadWrite));
    assert_eq!(
        kind_of(fs.open_locked(&path, CreateNew)),
        ErrorKind::AlreadyExists
    );
    assert_eq!(
        kind_of(fs.open_locked(&path, Read)),
        ErrorKind::InvalidInput
    );
    assert_eq!(contents(fs, &path), b"mine");
    let reader = fs.open(&path, Read).unwrap();

    // The lock is on the file, not on the name.
    let moved = root.join("locked too");
    fs.rename(&path, &moved).unwrap();
    refused(fs.open(&moved, ReadWrite));
    let other = fs.open_locked(&path, CreateNew).unwrap();
    drop(other);
    drop(only);

    // A reader is no hindrance; plain writers hinder an only one, not each other.
    let plain = fs.open(&moved, ReadWrite).unwrap();
    let second = fs.open(&moved, ReadWrite).unwrap();
    refused(fs.open_locked(&moved, ReadWrite));
    drop(plain);
    refused(fs.open_locked(&moved, ReadWrite));
    drop(second);
    drop(fs.open_locked(&moved, ReadWrite).unwrap());
    drop(fs.open_locked(&moved, ReadWrite).unwrap());
    let mut buf = [0; 4];
    reader.read_exact_at(&mut buf, 0).unwrap();
    assert_eq!(&buf, b"mine");
    fs.remove_file(&moved).unwrap();
    fs.remove_file(&path).unwrap();
}

#[test]
fn the_disk() {
    let dir = tempfile::tempdir().unwrap();
    suite(&RealFileSystem, dir.path());
}

#[test]
fn memory() {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new("/r")).unwrap();
    suite(&fs, Path::new("/r"));
    // A clone is the same tree, and a path is read from the root.
    let again = fs.clone();
    assert!(again.get(Path::new("r/../r/./f")).is_some());
}

#[test]
fn the_faulty_disk_without_faults() {
    let fs = FaultyFileSystem::new(Plan::seeded(1));
    fs.create_dir(Path::new("/r")).unwrap();
    suite(&fs, Path::new("/r"));
    assert!(fs.clone().get("r/../r/./f").is_some());
    assert!(fs.fired().is_empty());
    // Once more on what a process crash leaves of it.
    let again = fs.image(ese_core::io::faulty::CrashKind::ProcessCrash, 0);
    assert_eq!(again.snapshot(), fs.snapshot());
    again.create_dir(Path::new("/s")).unwrap();
    suite(&again, Path::new("/s"));
}

/// Set in the second process: the file it shall try.
const LOCKED_FILE: &str = "ESE_TEST_LOCKED_FILE";

#[test]
fn a_second_process_is_refused() {
    if let Some(path) = std::env::var_os(LOCKED_FILE) {
        let path = Path::new(&path);
        for mode in [OpenMode::ReadWrite, OpenMode::Read] {
            let locked = kind_of(RealFileSystem.open_locked(path, mode));
            let plain = RealFileSystem.open(path, mode).map_err(|e| e.kind()).err();
            println!("second process: {mode:?} {locked:?} {plain:?}");
        }
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("edb.log");
    let only = RealFileSystem
        .open_locked(&path, OpenMode::CreateNew)
        .unwrap();
    let second = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_second_process_is_refused", "--nocapture"])
        .env(LOCKED_FILE, &path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stdout);
    for line in [
        "second process: ReadWrite PermissionDenied Some(PermissionDenied)",
        "second process: Read InvalidInput None",
    ] {
        assert!(said.contains(line), "{said}");
    }
    drop(only);
}

#[test]
fn memory_behind_a_quiet_hook() {
    let fs = HookedFileSystem::new(Arc::new(MemoryFileSystem::new()), |_, _| Ok(()));
    fs.create_dir(Path::new("/r")).unwrap();
    suite(&fs, Path::new("/r"));
}

#[test]
fn a_hook_counts_and_refuses() {
    let memory = MemoryFileSystem::new();
    memory.put(Path::new("x"), vec![7; 100]);
    let reads = Arc::new(AtomicUsize::new(0));
    let seen = reads.clone();
    let fs = HookedFileSystem::new(Arc::new(memory.clone()), move |when, op| match (when, op) {
        (When::Before, Op::Read { offset, .. }) => {
            seen.fetch_add(1, Ordering::Relaxed);
            if offset == 50 {
                Err(ErrorKind::TimedOut.into())
            } else {
                Ok(())
            }
        }
        (When::Before, Op::Write { .. }) => Err(ErrorKind::StorageFull.into()),
        _ => Ok(()),
    });
    let f = fs.open(Path::new("x"), OpenMode::ReadWrite).unwrap();
    let mut buf = [0; 10];
    f.read_exact_at(&mut buf, 0).unwrap();
    assert_eq!(kind_of(f.read_at(&mut buf, 50)), ErrorKind::TimedOut);
    assert_eq!(kind_of(f.write_all_at(&[1], 0)), ErrorKind::StorageFull);
    assert_eq!(memory.get(Path::new("x")), Some(vec![7; 100]));
    assert_eq!(reads.load(Ordering::Relaxed), 2);
}

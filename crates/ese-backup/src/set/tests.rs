//! What a folder is taken for.
#![forbid(unsafe_code)]

use super::*;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::{HasJetErr as _, JetErr};

fn fs(names: &[&str]) -> MemoryFileSystem {
    let fs = MemoryFileSystem::new();
    for dir in ["/s", "/s/new", "/s/old"] {
        fs.create_dir(Path::new(dir)).unwrap();
    }
    for name in names {
        fs.put(Path::new(name), b"x".to_vec());
    }
    fs
}

fn open(names: &[&str]) -> Result<Set, SetError> {
    Set::open(&fs(names), Path::new("/s"))
}

fn jet<T>(r: Result<T, SetError>) -> JetErr {
    r.err().expect("an error").jet_err()
}

#[test]
fn files_by_their_names() {
    let set = open(&[
        "/s/a.edb",
        "/s/A.PAT",
        "/s/edb00002.log",
        "/s/edb00000001.log",
        "/s/edb0000A.log",
        "/s/edb.log",
        "/s/edb.chk",
        "/s/edbtmp.log",
        "/s/notes.txt",
    ])
    .unwrap();
    assert_eq!(set.base(), "edb");
    assert_eq!(set.databases(), [Path::new("/s/a.edb")]);
    let numbers: Vec<i32> = set.logs().iter().map(|l| l.generation).collect();
    assert_eq!(numbers, [1, 2, 10]);
    assert_eq!(set.generations(), Some((1, 10)));
    assert_eq!(set.current_log(), Some(Path::new("/s/edb.log")));
    assert_eq!(set.others().len(), 3, "{:?}", set.others());
    assert!(set.check_pats().is_ok() && !set.is_logs_only());
}

#[test]
fn atomic_folders_of_jetbackup() {
    assert_eq!(
        open(&["/s/new/edb00001.log", "/s/old/edb00009.log"])
            .unwrap()
            .dir(),
        Path::new("/s/new")
    );
    assert_eq!(
        open(&["/s/old/edb00009.log"]).unwrap().dir(),
        Path::new("/s/old")
    );
    let own = open(&["/s/edb00003.log", "/s/new/edb00001.log"]).unwrap();
    assert_eq!(own.dir(), Path::new("/s"));
    assert!(own.is_logs_only());
}

#[test]
fn folders_that_are_none() {
    assert_eq!(jet(open(&[])), JetErr::FILE_NOT_FOUND);
    assert_eq!(jet(open(&["/s/notes.txt"])), JetErr::FILE_NOT_FOUND);
    let nowhere = Set::open(&fs(&[]), Path::new("/nowhere"));
    assert_eq!(jet(nowhere), JetErr::FILE_NOT_FOUND);
    let file = Set::open(&fs(&["/s/a"]), Path::new("/s/a"));
    assert_eq!(jet(file), JetErr::FILE_NOT_FOUND);
    assert_eq!(
        jet(open(&["/s/edb00001.log", "/s/xyz00001.log"])),
        JetErr::INVALID_PARAMETER
    );
}

#[test]
fn a_pat_names_its_database() {
    let names = ["/s/a.edb", "/s/a.pat", "/s/b.pat", "/s/edb00001.log"];
    let files = fs(&names);
    let set = Set::open(&files, Path::new("/s")).unwrap();
    assert_eq!(jet(set.check_pats()), JetErr::ATTACHED_DATABASE_MISMATCH);
    assert_eq!(
        jet(set.check_complete(&files)),
        JetErr::ATTACHED_DATABASE_MISMATCH
    );
    let none = open(&["/s/a.edb", "/s/edb00001.log"]).unwrap();
    assert_eq!(jet(none.check_pats()), JetErr::PATCH_FILE_MISSING);
    // A name that says nothing, and its `.pat`.
    let odd = open(&["/s/mail.store", "/s/mail.pat"]).unwrap();
    assert_eq!(odd.databases(), [Path::new("/s/mail.store")]);
}

#[test]
fn a_manifest_that_says_incomplete() {
    let files = fs(&["/s/a.edb", "/s/edb00001.log"]);
    let mut m = Manifest::begin(
        SetKind::Full,
        "edb",
        Default::default(),
        Default::default(),
        "2026-01-01T00:00:00Z",
    );
    m.write(&files, Path::new("/s")).unwrap();
    let open = || Set::open(&files, Path::new("/s")).unwrap();
    assert_eq!(jet(open().check_complete(&files)), JetErr::INVALID_BACKUP);
    m.files.push(FileEntry {
        name: "b.edb".to_owned(),
        role: Role::Database,
        bytes: 1,
        crc32: String::new(),
        generations: (1, 1),
    });
    m.finish((1, 1), "2026-01-01T00:00:00Z");
    m.write(&files, Path::new("/s")).unwrap();
    assert_eq!(jet(open().check_complete(&files)), JetErr::FILE_NOT_FOUND);
    files.put(Path::new("/s/b.edb"), b"x".to_vec());
    open().check_complete(&files).unwrap();
    assert_eq!(open().entry(Path::new("/s/b.edb")).unwrap().bytes, 1);
    assert_eq!(open().entry(Path::new("/s/a.edb")), None);
}

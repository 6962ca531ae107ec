//! Work folders that runs left behind in the target folder because they were killed.
//!
//! Every work folder holds a lock file, which its run keeps locked as long as it lives; the system
//! lets go of the lock when the run dies, however that comes about.
//!
//! Invariant: a folder is removed only when it bears our kind of name, holds our lock file with our
//! text, nobody has that locked, and nothing else lies in it but what a run puts there.
#![forbid(unsafe_code)]

use super::report::REPORT_NAME;
use ese_backup::work_folder::remove_all;
use ese_core::io::{DirEntry, File, FileSystem, OpenMode};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the names of work folders begin with; then comes the number of the process.
const PREFIX: &str = ".eseutil-recover-";
/// The lock file.
const LOCK_NAME: &str = "lock";
/// What stands in it.
const LOCK_TEXT: &[u8] = b"work folder of eseutil recover\n";
/// Work folders of one process number that may lie in a target folder.
const NAMES_MOST: u32 = 16;

/// Makes a work folder in `to`, and locks it for as long as the file lives that is returned.
pub(super) fn make(fs: &dyn FileSystem, to: &Path) -> io::Result<(PathBuf, Arc<dyn File>)> {
    let process = std::process::id();
    let mut number = 0;
    let folder = loop {
        let name = match number {
            0 => format!("{PREFIX}{process}"),
            n => format!("{PREFIX}{process}-{n}"),
        };
        let folder = to.join(name);
        match fs.create_dir(&folder) {
            Ok(()) => break folder,
            // Another machine, or a container, may have a process of this number.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && number < NAMES_MOST => {
                number += 1
            }
            Err(e) => return Err(e),
        }
    };
    let lock = fs.open_locked(&folder.join(LOCK_NAME), OpenMode::CreateNew)?;
    lock.write_all_at(LOCK_TEXT, 0)?;
    Ok((folder, lock))
}

/// Removes what killed runs left in `to`. Returns what the user should know of it.
pub(super) fn clear(fs: &dyn FileSystem, to: &Path) -> Vec<String> {
    let found = fs.read_dir(to).unwrap_or_default();
    let notes = found.iter().filter(|e| is_named_so(e)).map(|e| {
        let what = e.path.display();
        match fate(fs, &e.path) {
            Fate::InUse => None,
            Fate::Left => Some(match remove_all(fs, &e.path) {
                Ok(()) => format!("removed {what}, which an earlier run that was killed left behind"),
                Err(e) => format!(
                    "{what} was left behind by an earlier run that was killed, and can't be removed: {e}"
                ),
            }),
            Fate::Unclear => Some(format!(
                "{what} looks like the work folder of an earlier run that was killed, but that is not \
                 sure: remove it if no eseutil is at work in {}",
                to.display()
            )),
        }
    });
    notes.flatten().collect()
}

/// What a folder with the name of a work folder is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// A run has it locked.
    InUse,
    /// A run left it behind.
    Left,
    /// Nobody knows.
    Unclear,
}

fn fate(fs: &dyn FileSystem, folder: &Path) -> Fate {
    if is_link(folder) {
        return Fate::Unclear;
    }
    // Not followed when it is a link: its target would be locked.
    let path = folder.join(LOCK_NAME);
    if is_link(&path) {
        return Fate::Unclear;
    }
    let lock = match fs.open_locked(&path, OpenMode::ReadWrite) {
        Ok(lock) => lock,
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => return Fate::InUse,
        Err(_) => return Fate::Unclear,
    };
    let mut text = [0; LOCK_TEXT.len() + 1];
    let len = lock.read_at(&mut text, 0).unwrap_or(0);
    if text.get(..len) == Some(LOCK_TEXT) && holds_only_ours(fs, folder) {
        Fate::Left
    } else {
        Fate::Unclear
    }
}

fn is_named_so(entry: &DirEntry) -> bool {
    let name = entry.path.file_name().and_then(|n| n.to_str());
    let number = name.and_then(|n| n.strip_prefix(PREFIX));
    entry.is_dir
        && number.is_some_and(|n| {
            n.starts_with(|c: char| c.is_ascii_digit())
                && n.chars().all(|c| c.is_ascii_digit() || c == '-')
        })
}

/// Whether nothing lies in a work folder but what a run makes there: its folders of files, the lock
/// file and the report.
fn holds_only_ours(fs: &dyn FileSystem, folder: &Path) -> bool {
    let ours = |e: &DirEntry| {
        let name = e.path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        let known = match e.is_dir {
            true => {
                matches!(name, "logs" | "others")
                    || (name.strip_prefix("db"))
                        .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
            }
            false => matches!(name, LOCK_NAME | REPORT_NAME),
        };
        known && !is_link(&e.path) && (!e.is_dir || holds_only_files(fs, &e.path))
    };
    fs.read_dir(folder).is_ok_and(|all| all.iter().all(ours))
}

fn holds_only_files(fs: &dyn FileSystem, folder: &Path) -> bool {
    let file = |e: &DirEntry| !e.is_dir && !is_link(&e.path);
    fs.read_dir(folder).is_ok_and(|all| all.iter().all(file))
}

fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_symlink())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ese_core::io::memory::MemoryFileSystem;

    fn names(fs: &dyn FileSystem) -> Vec<String> {
        let entries = fs.read_dir(Path::new("/to")).unwrap();
        let name = |e: &DirEntry| e.path.file_name().unwrap().to_str().unwrap().to_owned();
        entries.iter().map(name).collect()
    }

    fn file(fs: &dyn FileSystem, path: &str, bytes: &[u8]) {
        let f = fs.open(Path::new(path), OpenMode::CreateNew).unwrap();
        f.write_all_at(bytes, 0).unwrap();
    }

    /// A target folder with what a killed run left.
    fn left() -> MemoryFileSystem {
        let fs = MemoryFileSystem::default();
        for dir in ["", "/logs", "/others", "/db0"] {
            let dir = match dir {
                "" => "/to".to_owned(),
                dir => format!("/to/.eseutil-recover-7{dir}"),
            };
            if dir.ends_with("/logs") {
                fs.create_dir(Path::new("/to/.eseutil-recover-7")).unwrap();
            }
            fs.create_dir(Path::new(&dir)).unwrap();
        }
        file(&fs, "/to/.eseutil-recover-7/lock", LOCK_TEXT);
        file(&fs, "/to/.eseutil-recover-7/db0/a.edb", &[7; 100]);
        file(&fs, "/to/.eseutil-recover-7/logs/edb.log", &[7; 100]);
        fs
    }

    #[test]
    fn what_a_killed_run_left_goes() {
        let fs = left();
        file(&fs, "/to/theirs", b"");
        let notes = clear(&fs, Path::new("/to"));
        assert_eq!(names(&fs), ["theirs"]);
        assert!(notes.len() == 1 && notes[0].starts_with("removed /to/.eseutil-recover-7,"));
    }

    #[test]
    fn what_a_run_has_locked_stays() {
        let fs = left();
        let lock = Path::new("/to/.eseutil-recover-7/lock");
        let held = fs.open_locked(lock, OpenMode::ReadWrite).unwrap();
        assert_eq!(clear(&fs, Path::new("/to")), [""; 0]);
        assert_eq!(names(&fs), [".eseutil-recover-7"]);
        drop(held);
        assert_eq!(clear(&fs, Path::new("/to")).len(), 1);
        assert_eq!(names(&fs), [""; 0]);
    }

    #[test]
    fn what_may_be_anybodys_is_named_and_stays() {
        let change = |how: &dyn Fn(&MemoryFileSystem)| {
            let fs = left();
            how(&fs);
            let notes = clear(&fs, Path::new("/to"));
            assert!(
                notes.len() == 1 && notes[0].contains("not sure"),
                "{notes:?}"
            );
            assert_eq!(names(&fs), [".eseutil-recover-7"]);
        };
        let lock = Path::new("/to/.eseutil-recover-7/lock");
        change(&|fs| fs.remove_file(lock).unwrap());
        change(&|fs| {
            let f = fs.open(lock, OpenMode::ReadWrite).unwrap();
            f.write_all_at(b"W", 0).unwrap();
        });
        change(&|fs| file(fs, "/to/.eseutil-recover-7/mine", b""));
        change(&|fs| file(fs, "/to/.eseutil-recover-7/db", b""));
        change(&|fs| {
            fs.create_dir(Path::new("/to/.eseutil-recover-7/logs/more"))
                .unwrap();
        });
    }

    #[test]
    fn other_names_are_not_looked_at() {
        let fs = left();
        let from = Path::new("/to/.eseutil-recover-7");
        for name in [
            "eseutil-recover-7",
            ".eseutil-recover-",
            ".eseutil-recover-x",
        ] {
            let to = Path::new("/to").join(name);
            fs.rename(from, &to).unwrap();
            assert_eq!(clear(&fs, Path::new("/to")), [""; 0]);
            assert_eq!(names(&fs), [name]);
            fs.rename(&to, from).unwrap();
        }
    }

    #[test]
    fn a_name_that_is_taken_is_passed_over() {
        let fs = MemoryFileSystem::default();
        fs.create_dir(Path::new("/to")).unwrap();
        let (first, _held) = make(&fs, Path::new("/to")).unwrap();
        let (second, _too) = make(&fs, Path::new("/to")).unwrap();
        assert_ne!(first, second);
        assert_eq!(clear(&fs, Path::new("/to")), [""; 0], "both are in use");
    }
}

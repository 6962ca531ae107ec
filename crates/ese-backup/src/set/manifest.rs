//! What a set says of itself: `ese-backup.json`.
//!
//! It is written twice: at the beginning, with `complete: false`, and at the end, with every file's
//! length and CRC-32. A backup that ends in between, whatever ended it, leaves a set that says so.
//!
//! Invariants:
//! * it appears whole: written beside, synced, renamed;
//! * a name in it is that of a file in the set's folder, never a way out of it;
//! * what this program does not understand, it does not take for a set.
#![forbid(unsafe_code)]

use super::SetError;
use crate::stream::StreamReport;
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::io::{ErrorKind, FileSystem, OpenMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// Name of the manifest in the set's folder.
pub const NAME: &str = "ese-backup.json";
/// The one while it is written.
const PARTIAL: &str = ".ese-backup.json.partial";
/// The form of manifests that this program writes and reads.
pub const FORMAT: u32 = 1;
/// A longer manifest is none: it would name a hundred thousand files.
const BYTES_MOST: u64 = 16 << 20;

/// What kind of backup it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SetKind {
    /// Databases and logs; older logs may have been truncated.
    Full,
    /// Logs since the last full or incremental backup.
    Incremental,
    /// As full, nothing was truncated and no incremental one continues it.
    Copy,
    /// As incremental, nothing was truncated.
    Differential,
}

impl SetKind {
    /// The word in the manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
            Self::Copy => "copy",
            Self::Differential => "differential",
        }
    }
}

/// What a file of a set is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A database.
    Database,
    /// An archived log.
    Log,
}

/// A file of a set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name in the set's folder.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Its length.
    pub bytes: u64,
    /// CRC-32 (IEEE) of all its bytes, eight hex digits.
    pub crc32: String,
    /// A database: first and last generation that it requires. A log: its own, twice.
    pub generations: (i32, i32),
}

impl FileEntry {
    /// How a file that was read differs from what was written; `None` when it does not.
    #[must_use]
    pub fn difference(&self, bytes: u64, crc32: u32) -> Option<String> {
        if self.bytes != bytes {
            return Some(format!("it has {bytes} bytes, {} were written", self.bytes));
        }
        let found = format!("{crc32:08x}");
        (!found.eq_ignore_ascii_case(&self.crc32))
            .then(|| format!("its CRC-32 is {found}, {} was written", self.crc32))
    }
}

/// A manifest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// `false` until the backup was ended with success.
    pub complete: bool,
    /// What kind of backup it is.
    pub kind: SetKind,
    /// Program and version that wrote it.
    pub tool: String,
    /// When the backup began (UTC, ISO 8601).
    pub began: String,
    /// When it was complete.
    pub finished: Option<String>,
    /// Base name of the logs.
    pub base: String,
    /// Signature of the log sequence, hex.
    pub sign_log: String,
    /// The mark: the log position at which the backup began (generation:segment:byte, hex).
    pub mark: String,
    /// First and last generation of the set's logs.
    pub generations: Option<(i32, i32)>,
    /// The files.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// The manifest of a backup that begins now: not complete.
    #[must_use]
    pub fn begin(kind: SetKind, base: &str, sign_log: Signature, mark: Lgpos, began: &str) -> Self {
        Self {
            format: FORMAT,
            complete: false,
            kind,
            tool: format!("ese-backup {}", env!("CARGO_PKG_VERSION")),
            began: began.to_owned(),
            finished: None,
            base: base.to_owned(),
            sign_log: hex(&sign_log.0),
            mark: mark.to_string(),
            generations: None,
            files: Vec::new(),
        }
    }

    /// Adds a file that was streamed whole.
    pub fn add(&mut self, name: &str, role: Role, report: &StreamReport, generations: (i32, i32)) {
        self.files.push(FileEntry {
            name: name.to_owned(),
            role,
            bytes: report.bytes,
            crc32: format!("{:08x}", report.crc32),
            generations,
        });
    }

    /// The backup did not come to its end after all.
    pub fn unfinish(&mut self) {
        self.complete = false;
        self.finished = None;
    }

    /// The backup was ended with success.
    pub fn finish(&mut self, generations: (i32, i32), finished: &str) {
        self.complete = true;
        self.generations = Some(generations);
        self.finished = Some(finished.to_owned());
    }

    /// Its text, as the file has it.
    ///
    /// # Errors
    /// In words; nothing that a manifest holds leads to one.
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|e| e.to_string())?;
        text.push(b'\n');
        Ok(text)
    }

    /// Writes it into a set's folder, in the place of an earlier one; durable when this returns.
    ///
    /// # Errors
    /// The file system's. The folder has the earlier manifest or this one, then too.
    pub fn write(&self, fs: &dyn FileSystem, dir: &Path) -> Result<(), SetError> {
        let path = dir.join(NAME);
        let partial = dir.join(PARTIAL);
        let text = self.to_bytes().map_err(|why| SetError::Manifest {
            path: path.clone(),
            why,
        })?;
        let written = || {
            match fs.remove_file(&partial) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
                _ => {}
            }
            let file = fs.open(&partial, OpenMode::CreateNew)?;
            file.write_all_at(&text, 0)?;
            file.sync_all()?;
            drop(file);
            fs.rename(&partial, &path)?;
            fs.sync_dir(dir)
        };
        written().map_err(|e| SetError::io(&path, e))
    }

    /// Reads the manifest of a folder; `None` when there is none.
    ///
    /// # Errors
    /// [`SetError::Manifest`]: damaged, of another form, or with names that are none.
    pub fn read(fs: &dyn FileSystem, dir: &Path) -> Result<Option<Self>, SetError> {
        let path = dir.join(NAME);
        let bytes = match read_bounded(fs, &path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(wrong(&path, "it is too long for a manifest")),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                // A backup that died with its very first step.
                let partial = dir.join(PARTIAL);
                return match fs.kind(&partial) {
                    Ok(Some(_)) => Err(SetError::Incomplete(dir.to_path_buf())),
                    _ => Ok(None),
                };
            }
            Err(e) => return Err(SetError::io(&path, e)),
        };
        Self::parse(&bytes)
            .map(Some)
            .map_err(|why| wrong(&path, why))
    }

    /// Reads the text of a manifest; else says what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        /// The one field that every form has.
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let damaged = |e: serde_json::Error| format!("this is no manifest, or a damaged one: {e}");
        let form: Form = serde_json::from_slice(bytes).map_err(damaged)?;
        if form.format != FORMAT {
            return Err(format!(
                "the manifest is of form {}, this program knows form {FORMAT}",
                form.format
            ));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(damaged)?;
        let mut names = BTreeSet::new();
        for file in &manifest.files {
            if !is_plain_name(&file.name) {
                return Err(format!(
                    "it names {:?}, which is no file of the set",
                    file.name
                ));
            }
            if !names.insert(&file.name) {
                return Err(format!("it names {:?} twice", file.name));
            }
        }
        if let Some((first, last)) = manifest.generations
            && (first <= 0 || last < first)
        {
            return Err(format!(
                "it says that there are generations {first} to {last}"
            ));
        }
        Ok(manifest)
    }
}

fn wrong(path: &Path, why: impl Into<String>) -> SetError {
    SetError::Manifest {
        path: path.to_path_buf(),
        why: why.into(),
    }
}

/// All bytes of a file; `None` when there are too many.
fn read_bounded(fs: &dyn FileSystem, path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let file = fs.open(path, OpenMode::Read)?;
    let len = file.len()?;
    let Some(len) = usize::try_from(len).ok().filter(|_| len <= BYTES_MOST) else {
        return Ok(None);
    };
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(Some(bytes))
}

/// A name without folders, on every system.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name != "."
        && name != ".."
        && name != NAME
        && !name.contains(['/', '\\', ':', '\0'])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ese_core::io::memory::MemoryFileSystem;

    fn manifest() -> Manifest {
        let mut m = Manifest::begin(
            SetKind::Full,
            "edb",
            Signature([7; 28]),
            Lgpos::new(3, 4, 5),
            "2026-01-02T03:04:05Z",
        );
        m.files.push(FileEntry {
            name: "a.edb".to_owned(),
            role: Role::Database,
            bytes: 4096,
            crc32: "0badcafe".to_owned(),
            generations: (2, 4),
        });
        m
    }

    fn fs() -> MemoryFileSystem {
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new("/set")).unwrap();
        fs
    }

    #[test]
    fn what_is_written_is_read() {
        let (fs, dir) = (fs(), Path::new("/set"));
        assert_eq!(Manifest::read(&fs, dir).unwrap(), None);
        let mut m = manifest();
        m.write(&fs, dir).unwrap();
        assert!(!Manifest::read(&fs, dir).unwrap().unwrap().complete);
        m.finish((2, 4), "2026-01-02T03:05:00Z");
        m.write(&fs, dir).unwrap();
        assert_eq!(Manifest::read(&fs, dir).unwrap(), Some(m));
        assert_eq!(fs.read_dir(dir).unwrap().len(), 1);
    }

    #[test]
    fn a_backup_that_died_at_once_is_incomplete() {
        let (fs, dir) = (fs(), Path::new("/set"));
        fs.put(&dir.join(PARTIAL), b"{".to_vec());
        assert!(matches!(
            Manifest::read(&fs, dir),
            Err(SetError::Incomplete(_))
        ));
        // The next backup's manifest takes its place.
        manifest().write(&fs, dir).unwrap();
        assert!(Manifest::read(&fs, dir).unwrap().is_some());
    }

    #[test]
    fn what_is_not_understood_is_no_manifest() {
        let text = |change: &dyn Fn(&mut Manifest)| {
            let mut m = manifest();
            change(&mut m);
            serde_json::to_vec(&m).unwrap()
        };
        assert!(Manifest::parse(&text(&|_| {})).is_ok());
        for (change, said) in [
            (
                (|m: &mut Manifest| m.format = 2) as fn(&mut Manifest),
                "form 2",
            ),
            (
                |m| m.files[0].name = "../a.edb".to_owned(),
                "no file of the set",
            ),
            (
                |m| m.files[0].name = "/etc/passwd".to_owned(),
                "no file of the set",
            ),
            (|m| m.files[0].name = "..".to_owned(), "no file of the set"),
            (
                |m| m.files[0].name = "C:\\a.edb".to_owned(),
                "no file of the set",
            ),
            (|m| m.files[0].name.clear(), "no file of the set"),
            (|m| m.files[0].name = NAME.to_owned(), "no file of the set"),
            (|m| m.files.push(m.files[0].clone()), "twice"),
            (|m| m.generations = Some((0, 4)), "generations 0 to 4"),
            (|m| m.generations = Some((4, 2)), "generations 4 to 2"),
        ] {
            let e = Manifest::parse(&text(&change)).unwrap_err();
            assert!(e.contains(said), "{e}");
        }
        for bytes in [
            &b""[..],
            b"{}",
            b"[]",
            b"\xff\xfe",
            b"{\"format\": 1}",
            b"{\"format\": -1}",
        ] {
            assert!(Manifest::parse(bytes).is_err());
        }
        // A cut at every byte.
        let whole = text(&|_| {});
        for n in 0..whole.len() {
            assert!(Manifest::parse(&whole[..n]).is_err(), "{n}");
        }
    }

    #[test]
    fn a_file_is_held_against_its_entry() {
        let entry = &manifest().files[0];
        assert_eq!(entry.difference(4096, 0x0bad_cafe), None);
        assert!(
            entry
                .difference(4097, 0x0bad_cafe)
                .unwrap()
                .contains("4097 bytes")
        );
        assert!(entry.difference(4096, 1).unwrap().contains("00000001"));
    }
}

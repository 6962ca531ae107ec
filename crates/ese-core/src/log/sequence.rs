//! A folder of logs: which files belong to one sequence, in which order, what is missing, and whether
//! two generations follow each other.
//!
//! Source: docs/format/log-files.md §2 (names), §5.2 (chain), §6.3 (states of a rollover).
//!
//! Invariants: files are ordered by the generation in their header, those without a usable header by
//! their name; per file only [`HeaderFacts`] are kept.
#![forbid(unsafe_code)]

use super::names::{Family, LogKind, LogName};
use super::{LogError, LogFile};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::{LogTime, Signature};
use crate::format::log_header::{LogHeader, LogVersion};
use crate::io::{FileSystem, OpenMode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the chain needs of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderFacts {
    /// Generation.
    pub generation: i32,
    /// Version.
    pub version: LogVersion,
    /// Signature of the sequence.
    pub sign_log: Signature,
    /// When the generation was made.
    pub tm_create: LogTime,
    /// When the generation before was made.
    pub tm_prev_gen: LogTime,
    /// XOR of the segment checksums of the generation before.
    pub prev_segments_xor: u64,
    /// Size of the database pages as stored (0 means 4,096).
    pub page_bytes: u16,
    /// Length that the file must have, in bytes.
    pub file_bytes: u64,
}

impl From<&LogHeader> for HeaderFacts {
    fn from(h: &LogHeader) -> Self {
        Self {
            generation: h.generation(),
            version: h.version(),
            sign_log: h.sign_log(),
            tm_create: h.tm_create(),
            tm_prev_gen: h.tm_prev_gen(),
            prev_segments_xor: h.prev_segments_xor(),
            page_bytes: h.page_bytes(),
            file_bytes: h.file_bytes(),
        }
    }
}

/// Why a generation does not follow the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// Another sequence.
    #[error("it belongs to another log sequence")]
    Signature,
    /// Another page size.
    #[error("its database page size is another")]
    PageSize,
    /// The creation time of the generation before is not the one that is named.
    #[error("the generation before was made at {found}, the header names {named}")]
    CreateTime {
        /// Time in the header of the generation before.
        found: LogTime,
        /// Time that this header names.
        named: LogTime,
    },
    /// The segments of the generation before are not those that were written.
    #[error(
        "the segments of the generation before sum up to {found:016x}, the header names {named:016x}"
    )]
    Checksum {
        /// XOR of the segment checksums that are there.
        found: u64,
        /// XOR that this header names.
        named: u64,
    },
}

impl HasJetErr for ChainFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Signature => JetErr::BAD_LOG_SIGNATURE,
            Self::PageSize => JetErr::PAGE_SIZE_MISMATCH,
            Self::CreateTime { .. } => JetErr::INVALID_LOG_SEQUENCE,
            Self::Checksum { .. } => JetErr::LOG_SEQUENCE_CHECKSUM_MISMATCH,
        }
    }
}

impl HeaderFacts {
    /// Whether this generation follows `before`, whose number is one lower and whose segments sum up
    /// to `segments_xor` (`None`: not known, not checked).
    pub fn follows(&self, before: &Self, segments_xor: Option<u64>) -> Result<(), ChainFault> {
        if self.sign_log != before.sign_log {
            return Err(ChainFault::Signature);
        }
        if self.page_bytes != before.page_bytes {
            return Err(ChainFault::PageSize);
        }
        if self.tm_prev_gen != before.tm_create {
            return Err(ChainFault::CreateTime {
                found: before.tm_create,
                named: self.tm_prev_gen,
            });
        }
        match segments_xor {
            Some(found)
                if self.version.has_prev_segments_xor() && found != self.prev_segments_xor =>
            {
                Err(ChainFault::Checksum {
                    found,
                    named: self.prev_segments_xor,
                })
            }
            _ => Ok(()),
        }
    }
}

/// A log file of a sequence.
#[derive(Debug)]
pub struct SequenceFile {
    /// The whole path.
    pub path: PathBuf,
    /// What it is by its name.
    pub kind: LogKind,
    /// What the header says, or why it cannot be used.
    pub facts: Result<HeaderFacts, LogError>,
}

impl SequenceFile {
    /// Generation by the header, else by the name of an archived file.
    #[must_use]
    pub fn generation(&self) -> Option<i32> {
        match (&self.facts, self.kind) {
            (Ok(facts), _) => Some(facts.generation),
            (Err(_), LogKind::Archived { generation, .. }) => i32::try_from(generation).ok(),
            (Err(_), _) => None,
        }
    }

    /// `true` when header and name of an archived file name different generations.
    #[must_use]
    pub fn is_misnamed(&self) -> bool {
        match (&self.facts, self.kind) {
            (Ok(facts), LogKind::Archived { generation, .. }) => {
                i32::try_from(generation) != Ok(facts.generation)
            }
            _ => false,
        }
    }
}

/// Why a folder gives no sequence.
#[derive(Debug, thiserror::Error)]
pub enum SequenceError {
    /// The file system says no.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// No log lies there.
    #[error("no log files in {}", .0.display())]
    NoLogs(PathBuf),
    /// Logs of several instances lie there.
    #[error("logs of several base names in {}: {}; choose one", .dir.display(), .bases.join(", "))]
    SeveralBases {
        /// The folder.
        dir: PathBuf,
        /// The base names.
        bases: Vec<String>,
    },
}

impl HasJetErr for SequenceError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Io(e) => e.jet_err(),
            Self::NoLogs(_) => JetErr::MISSING_LOG_FILE,
            Self::SeveralBases { .. } => JetErr::INVALID_PARAMETER,
        }
    }
}

/// The logs of one instance in one folder.
#[derive(Debug)]
pub struct LogSequence {
    /// The folder.
    pub dir: PathBuf,
    /// Base name.
    pub base: String,
    /// Extensions.
    pub family: Family,
    /// The logs, by generation; a prepared log (`tmp`) is among them only when it has a header.
    /// Files whose generation is not known come last.
    pub files: Vec<SequenceFile>,
    /// Generations that are missing between those that are there: first and last of each gap.
    pub gaps: Vec<(i32, i32)>,
    /// Generations that more than one file holds.
    pub duplicates: Vec<i32>,
    /// The prepared log, whatever is in it.
    pub temp: Option<PathBuf>,
    /// Reserve logs.
    pub reserves: Vec<PathBuf>,
    /// The checkpoint file.
    pub checkpoint: Option<PathBuf>,
    /// Log files of the same base name with the extensions of the other family: not looked at.
    pub other_family: Vec<PathBuf>,
}

impl LogSequence {
    /// Finds the sequence in `dir`; without `base` the only one that is there.
    pub fn open(
        fs: &dyn FileSystem,
        dir: &Path,
        base: Option<&str>,
    ) -> Result<Self, SequenceError> {
        let mut names: BTreeMap<String, Vec<(PathBuf, LogName)>> = BTreeMap::new();
        for entry in fs.read_dir(dir)?.into_iter().filter(|e| !e.is_dir) {
            let name = entry.path.file_name().and_then(|n| n.to_str());
            if let Some(parsed) = name.and_then(LogName::parse) {
                names
                    .entry(parsed.base.to_ascii_lowercase())
                    .or_default()
                    .push((entry.path, parsed));
            }
        }
        let base = choose_base(dir, base, &names)?;
        let found = names.remove(&base).unwrap_or_default();
        Ok(Self::build(fs, dir, found))
    }

    fn build(fs: &dyn FileSystem, dir: &Path, found: Vec<(PathBuf, LogName)>) -> Self {
        let family = choose_family(&found);
        let mut out = Self {
            dir: dir.to_path_buf(),
            base: found.first().map_or(String::new(), |(_, n)| n.base.clone()),
            family,
            files: Vec::new(),
            gaps: Vec::new(),
            duplicates: Vec::new(),
            temp: None,
            reserves: Vec::new(),
            checkpoint: None,
            other_family: Vec::new(),
        };
        for (path, name) in found {
            if name.family.is_some_and(|f| f != family) {
                out.other_family.push(path);
                continue;
            }
            match name.kind {
                LogKind::Reserve { .. } => out.reserves.push(path),
                LogKind::Checkpoint => out.checkpoint = Some(path),
                LogKind::Temp => {
                    // Mostly zeros; a whole old generation when a file is used again.
                    if let Ok(facts) = read_facts(fs, &path) {
                        out.files.push(SequenceFile {
                            path: path.clone(),
                            kind: name.kind,
                            facts: Ok(facts),
                        });
                    }
                    out.temp = Some(path);
                }
                LogKind::Archived { .. } | LogKind::Current => {
                    let facts = read_facts(fs, &path);
                    out.files.push(SequenceFile {
                        path,
                        kind: name.kind,
                        facts,
                    });
                }
            }
        }
        out.files
            .sort_by_key(|f| (f.generation().unwrap_or(i32::MAX), f.kind));
        out.find_gaps();
        out
    }

    fn find_gaps(&mut self) {
        let numbers = self
            .files
            .iter()
            .filter(|f| f.kind != LogKind::Temp)
            .filter_map(SequenceFile::generation);
        let mut last: Option<i32> = None;
        for n in numbers {
            match last {
                Some(last) if n == last && self.duplicates.last() != Some(&n) => {
                    self.duplicates.push(n);
                }
                Some(last) if n > last.saturating_add(1) => {
                    self.gaps.push((last.saturating_add(1), n - 1));
                }
                _ => {}
            }
            last = Some(n);
        }
    }

    /// The current log.
    #[must_use]
    pub fn current(&self) -> Option<&SequenceFile> {
        self.files.iter().find(|f| f.kind == LogKind::Current)
    }

    /// The file that holds a generation: the archived one before the current one.
    #[must_use]
    pub fn generation(&self, generation: i32) -> Option<&SequenceFile> {
        self.files
            .iter()
            .filter(|f| f.kind != LogKind::Temp)
            .find(|f| f.generation() == Some(generation))
    }

    /// Lowest and highest generation that is there.
    #[must_use]
    pub fn range(&self) -> Option<(i32, i32)> {
        let numbers = || {
            self.files
                .iter()
                .filter(|f| f.kind != LogKind::Temp)
                .filter_map(SequenceFile::generation)
        };
        Some((numbers().min()?, numbers().max()?))
    }
}

fn read_facts(fs: &dyn FileSystem, path: &Path) -> Result<HeaderFacts, LogError> {
    let file = LogFile::open(fs.open(path, OpenMode::Read)?)?;
    Ok(HeaderFacts::from(file.header()))
}

fn choose_base(
    dir: &Path,
    base: Option<&str>,
    names: &BTreeMap<String, Vec<(PathBuf, LogName)>>,
) -> Result<String, SequenceError> {
    let no_logs = || SequenceError::NoLogs(dir.to_path_buf());
    let has_logs = |base: &str| {
        names
            .get(base)
            .is_some_and(|files| files.iter().any(|(_, n)| n.is_log()))
    };
    if let Some(base) = base {
        let base = base.to_ascii_lowercase();
        return if has_logs(&base) {
            Ok(base)
        } else {
            Err(no_logs())
        };
    }
    let mut bases = names.keys().filter(|base| has_logs(base));
    match (bases.next(), bases.next()) {
        (None, _) => Err(no_logs()),
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => Err(SequenceError::SeveralBases {
            dir: dir.to_path_buf(),
            bases: names
                .iter()
                .filter(|(base, _)| has_logs(base))
                .filter_map(|(_, files)| files.first().map(|(_, n)| n.base.clone()))
                .collect(),
        }),
    }
}

/// The family that a checkpoint or current log has; else that of any log.
fn choose_family(found: &[(PathBuf, LogName)]) -> Family {
    let has = |family: Family, strict: bool| {
        found.iter().any(|(_, n)| {
            n.family == Some(family)
                && (!strict || matches!(n.kind, LogKind::Current | LogKind::Checkpoint))
        })
    };
    [true, false]
        .into_iter()
        .flat_map(|strict| [(Family::Legacy, strict), (Family::New, strict)])
        .find(|&(family, strict)| has(family, strict))
        .map_or(Family::Legacy, |(family, _)| family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::log_header::FILETYPE_LOG;
    use crate::io::memory::MemoryFileSystem;

    fn header(generation: i32) -> LogHeader {
        let mut h = LogHeader::zeroed();
        h.set_generation(generation);
        h.set_segment_bytes(4096);
        h.set_header_segments(1);
        h.set_file_segments(4);
        h.set_major(8);
        h.set_minor(4000);
        h.set_update_major(5);
        h.set_update_minor(16);
        h.set_filetype(FILETYPE_LOG);
        h.set_tm_create(LogTime([generation as u8, 0, 0, 1, 1, 126, 1, 0]));
        if generation > 1 {
            h.set_tm_prev_gen(LogTime([generation as u8 - 1, 0, 0, 1, 1, 126, 1, 0]));
        }
        h.seal();
        h
    }

    fn folder(files: &[(&str, Option<i32>)]) -> MemoryFileSystem {
        let fs = MemoryFileSystem::default();
        fs.create_dir(Path::new("/d")).unwrap();
        for (name, generation) in files {
            let path = Path::new("/d").join(name);
            let file = fs.open(&path, OpenMode::CreateNew).unwrap();
            if let Some(g) = generation {
                file.write_all_at(header(*g).as_bytes(), 0).unwrap();
            }
            file.set_len(4 * 4096).unwrap();
        }
        fs
    }

    fn open(fs: &MemoryFileSystem) -> LogSequence {
        LogSequence::open(fs, Path::new("/d"), None).unwrap()
    }

    #[test]
    fn files_are_ordered_and_gaps_named() {
        let fs = folder(&[
            ("edb.log", Some(9)),
            ("edb00002.log", Some(2)),
            ("edb00000005.log", Some(5)),
            ("EDB00003.LOG", Some(3)),
            ("edb00006.log", None),
            ("edb00008.log", Some(7)),
            ("edbtmp.log", Some(1)),
            ("edbres00001.jrs", None),
            ("edb.chk", None),
            ("edb.jtx", Some(4)),
            ("edb.edb", None),
        ]);
        let s = open(&fs);
        let generations: Vec<_> = s.files.iter().map(SequenceFile::generation).collect();
        assert_eq!(generations, [1, 2, 3, 5, 6, 7, 9].map(Some));
        assert_eq!(s.gaps, [(4, 4), (8, 8)]);
        assert_eq!(s.range(), Some((2, 9)));
        assert!(s.duplicates.is_empty());
        let misnamed: Vec<_> = s.files.iter().filter(|f| f.is_misnamed()).collect();
        assert_eq!(misnamed.len(), 1);
        assert!(s.temp.is_some() && s.checkpoint.is_some());
        assert_eq!((s.reserves.len(), s.other_family.len()), (1, 1));
        assert_eq!(s.current().unwrap().generation(), Some(9));
        assert!(s.generation(1).is_none(), "a prepared log is no generation");
    }

    #[test]
    fn the_new_family_and_several_bases() {
        let fs = folder(&[("USS00040.jtx", Some(0x40)), ("USStmp.jtx", None)]);
        let s = open(&fs);
        assert_eq!((s.base.as_str(), s.family), ("USS", Family::New));
        assert!(s.current().is_none() && s.temp.is_some());
        let fs = folder(&[
            ("edb.log", Some(1)),
            ("V01.log", Some(1)),
            ("xyz.chk", None),
        ]);
        let e = LogSequence::open(&fs, Path::new("/d"), None).unwrap_err();
        assert!(e.to_string().contains("edb, V01"), "{e}");
        let s = LogSequence::open(&fs, Path::new("/d"), Some("v01")).unwrap();
        assert_eq!(s.files.len(), 1);
        for base in [None, Some("abc"), Some("xyz")] {
            let fs = folder(&[("xyz.chk", None)]);
            let e = LogSequence::open(&fs, Path::new("/d"), base).unwrap_err();
            assert_eq!(e.jet_err(), JetErr::MISSING_LOG_FILE);
        }
    }

    #[test]
    fn every_broken_link_is_named() {
        let facts = |change: &dyn Fn(&mut LogHeader)| {
            let mut h = header(2);
            change(&mut h);
            HeaderFacts::from(&h)
        };
        let one = HeaderFacts::from(&header(1));
        assert_eq!(facts(&|_| ()).follows(&one, None), Ok(()));
        assert_eq!(facts(&|_| ()).follows(&one, Some(0)), Ok(()));
        let answers = [
            facts(&|h| h.set_sign_log(Signature([1; 28]))).follows(&one, None),
            facts(&|h| h.set_page_bytes(8192)).follows(&one, None),
            facts(&|h| h.set_tm_prev_gen(LogTime::NONE)).follows(&one, None),
            facts(&|_| ()).follows(&one, Some(5)),
        ]
        .map(|r| r.unwrap_err().jet_err());
        assert_eq!(
            answers,
            [
                JetErr::BAD_LOG_SIGNATURE,
                JetErr::PAGE_SIZE_MISMATCH,
                JetErr::INVALID_LOG_SEQUENCE,
                JetErr::LOG_SEQUENCE_CHECKSUM_MISMATCH
            ]
        );
        // Before update-minor 13 the field did not exist.
        assert_eq!(
            facts(&|h| h.set_update_minor(12)).follows(&one, Some(5)),
            Ok(())
        );
    }
}

//! What a tool says about logs: per generation header facts, chain, records by type, the life of the
//! instance, and how the data ends.
//!
//! Invariant: bounded memory: counts per type, and at most [`LIFE_MAX`] life-cycle records a file.
#![forbid(unsafe_code)]

use super::names::LogKind;
use super::reader::{LogEnd, LogFile};
use super::segments::ScanVerdict;
use super::sequence::{ChainFault, HeaderFacts, LogSequence};
use super::{LogError, names};
use crate::error::{HasJetErr, JetErr};
use crate::format::ids::Lgpos;
use crate::format::log_header::{LogHeaderError, LogSupport};
use crate::format::log_record::LrTyp;
use crate::io::{FileSystem, OpenMode};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Life-cycle records that are remembered per file; further ones are only counted.
pub const LIFE_MAX: usize = 4096;

/// What one generation holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Facts of the header.
    pub facts: HeaderFacts,
    /// `true` when the file is as long as its header says.
    pub size_ok: bool,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// Number of records, padding (NOP2) included; fragments count as the record they make.
    pub records: u64,
    /// Number of records by type.
    pub types: BTreeMap<LrTyp, u64>,
    /// Life-cycle records in their order.
    pub life: Vec<(LrTyp, Lgpos)>,
    /// Life-cycle records beyond [`LIFE_MAX`].
    pub life_omitted: u64,
    /// Split records that a crash cut, passed over in the middle of the generation.
    pub torn_chains: u32,
    /// Position of the first of them.
    pub first_torn_chain: Option<Lgpos>,
    /// What the walk through the segments found.
    pub verdict: ScanVerdict,
    /// How the data ends.
    pub end: LogEnd,
}

impl FileReport {
    /// Reads all of a generation.
    pub fn read(log: &LogFile) -> Result<Self, LogError> {
        let mut records = log.records()?;
        let mut count = 0;
        let mut types = BTreeMap::new();
        let mut life = Vec::new();
        let mut life_omitted = 0;
        while let Some((pos, record)) = records.next() {
            let typ = record.typ();
            count += 1;
            *types.entry(typ).or_insert(0) += 1;
            if typ.is_life_cycle() {
                if life.len() < LIFE_MAX {
                    life.push((typ, pos));
                } else {
                    life_omitted += 1;
                }
            }
        }
        let end = records.finish();
        let (torn_chains, first_torn_chain) = records.torn_chains();
        Ok(Self {
            facts: HeaderFacts::from(log.header()),
            size_ok: log.size_ok(),
            bytes: log.len(),
            records: count,
            types,
            life,
            life_omitted,
            torn_chains,
            first_torn_chain,
            verdict: *records.verdict(),
            end,
        })
    }
}

/// One file of a sequence, with its report.
#[derive(Debug)]
pub struct SequenceEntry {
    /// The whole path.
    pub path: PathBuf,
    /// What it is by its name.
    pub kind: LogKind,
    /// `true` when header and name of an archived file name different generations.
    pub misnamed: bool,
    /// Whether it follows the generation before; `None` when that one is not there.
    pub chain: Option<Result<(), ChainFault>>,
    /// What it holds, or why it cannot be read.
    pub report: Result<FileReport, LogError>,
}

impl SequenceEntry {
    /// What the original's recovery answers when it comes to this file, `None` when it reads on
    /// (docs/format/log-files.md §5.2, recovery.md §1.1).
    #[must_use]
    pub fn answer(&self) -> Option<JetErr> {
        let report = match &self.report {
            Ok(report) => report,
            // A file without a byte fails in the read, a longer one by its length.
            Err(LogError::Header(LogHeaderError::Short(n))) if *n > 0 => {
                return Some(JetErr::LOG_FILE_SIZE_MISMATCH);
            }
            Err(e) => return Some(e.jet_err()),
        };
        if report.facts.version.support() == LogSupport::Newer {
            return Some(JetErr::BAD_LOG_VERSION);
        }
        if let Some(Err(fault)) = &self.chain {
            return Some(fault.jet_err());
        }
        if !report.size_ok {
            return Some(JetErr::LOG_FILE_SIZE_MISMATCH);
        }
        report.end.jet_err()
    }

    /// `true` when nothing is wrong with the file, its name and its link to the one before.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.misnamed && self.answer().is_none()
    }
}

/// Reads all files of a sequence, in its order, and hands each entry to `each`.
pub fn read_sequence(
    fs: &dyn FileSystem,
    sequence: &LogSequence,
    mut each: impl FnMut(SequenceEntry),
) {
    let mut before: Option<(HeaderFacts, u64)> = None;
    for file in &sequence.files {
        let report = fs
            .open(&file.path, OpenMode::Read)
            .map_err(LogError::from)
            .and_then(LogFile::open)
            .and_then(|log| FileReport::read(&log));
        let facts = match (&report, &file.facts) {
            (Ok(r), _) => Some(r.facts),
            (Err(_), Ok(facts)) => Some(*facts),
            (Err(_), Err(_)) => None,
        };
        let chain = facts.zip(before).and_then(|(facts, (before, xor))| {
            (facts.generation.checked_sub(1) == Some(before.generation))
                .then(|| facts.follows(&before, Some(xor)))
        });
        if let Ok(r) = &report {
            before = Some((r.facts, r.verdict.segments_xor));
        }
        each(SequenceEntry {
            path: file.path.clone(),
            kind: file.kind,
            misnamed: file.is_misnamed(),
            chain,
            report,
        });
    }
}

/// `true` for a name of a log that [`FileReport`] reads; a help for tools that are given any file.
#[must_use]
pub fn is_log_name(name: &str) -> bool {
    names::LogName::parse(name).is_some_and(|n| n.is_log())
}

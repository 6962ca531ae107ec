//! `logs`: a log file, or all logs of a folder: generation, chain, records by type, how the data
//! ends; on request every record.
#![forbid(unsafe_code)]

use super::facts::{signature_json, time_json};
use crate::cli::Logs;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::{Grid, plural};
use ese_core::format::log_header::LogSupport;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem, OpenMode, PathKind};
use ese_core::log::report::{FileReport, SequenceEntry, read_sequence};
use ese_core::log::sequence::SequenceError;
use ese_core::log::{LogEnd, LogError, LogFile, LogSequence};
use ese_core::{HasJetErr, JetErr};
use serde_json::{Map, Value, json};
use std::path::Path;

pub(super) fn run(args: &Logs, out: &mut Output) -> Result<Verdict, CliError> {
    let path = args.path.as_path();
    let mut sets = Vec::new();
    match RealFileSystem
        .kind(path)
        .map_err(|e| CliError::io(path, &e))?
    {
        None => {
            let e = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(CliError::io(path, &e).next("name a log file or a folder of logs"));
        }
        Some(PathKind::File) => sets.push(single(path)),
        Some(PathKind::Dir) => {
            for sequence in sequences(path)? {
                sets.push(folder(sequence));
            }
        }
    }
    let good = sets.iter().all(Set::is_good);
    if args.records {
        return records(&sets, good, out);
    }
    if out.is_json() {
        let mut list: Vec<Value> = sets.iter().map(Set::json).collect();
        out.json(&if list.len() == 1 {
            list.remove(0)
        } else {
            json!({"sequences": list})
        })?;
    } else {
        for (i, set) in sets.iter().enumerate() {
            if i > 0 {
                out.line("")?;
            }
            set.print(out)?;
        }
    }
    Ok(if good { Verdict::Good } else { Verdict::Damage })
}

/// Logs that belong together.
struct Set {
    sequence: Option<LogSequence>,
    entries: Vec<SequenceEntry>,
}

fn single(path: &Path) -> Set {
    let report = RealFileSystem
        .open(path, OpenMode::Read)
        .map_err(LogError::from)
        .and_then(LogFile::open)
        .and_then(|log| FileReport::read(&log));
    let name = path
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or_default();
    let kind = ese_core::log::names::LogName::parse(name)
        .map_or(ese_core::log::names::LogKind::Current, |n| n.kind);
    Set {
        sequence: None,
        entries: vec![SequenceEntry {
            path: path.to_owned(),
            kind,
            misnamed: false,
            chain: None,
            report,
        }],
    }
}

/// All sequences of a folder.
fn sequences(dir: &Path) -> Result<Vec<LogSequence>, CliError> {
    let bases = match LogSequence::open(&RealFileSystem, dir, None) {
        Ok(only) => return Ok(vec![only]),
        Err(SequenceError::SeveralBases { bases, .. }) => bases,
        Err(e) => {
            return Err(CliError::of(dir, &e).next("name the folder in which the logs lie"));
        }
    };
    bases
        .iter()
        .map(|base| {
            LogSequence::open(&RealFileSystem, dir, Some(base)).map_err(|e| CliError::of(dir, &e))
        })
        .collect()
}

fn folder(sequence: LogSequence) -> Set {
    let mut entries = Vec::new();
    read_sequence(&RealFileSystem, &sequence, |e| entries.push(e));
    Set {
        sequence: Some(sequence),
        entries,
    }
}

/// What is wrong with an entry: in words, and the number that recovery would answer.
fn problem(e: &SequenceEntry) -> Option<(String, JetErr)> {
    let report = match &e.report {
        Ok(report) => report,
        // A log of an older engine is whole, only its records are not known here.
        Err(LogError::Version(_)) => return None,
        Err(error) => return Some((error.to_string(), error.jet_err())),
    };
    if report.facts.version.support() == LogSupport::Newer && report.end.jet_err().is_some() {
        return Some((
            format!(
                "{} (a newer log version than this program knows)",
                report.end
            ),
            JetErr::BAD_LOG_VERSION,
        ));
    }
    if let Some(Err(fault)) = &e.chain {
        return Some((
            format!("does not follow the generation before: {fault}"),
            fault.jet_err(),
        ));
    }
    if let Some(jet) = report.end.jet_err() {
        return Some((report.end.to_string(), jet));
    }
    if !report.size_ok {
        return Some((
            format!(
                "the file has {} bytes, its header says {}",
                report.bytes, report.facts.file_bytes
            ),
            JetErr::LOG_FILE_SIZE_MISMATCH,
        ));
    }
    e.misnamed.then(|| {
        (
            format!(
                "the header says generation {}, the name another",
                report.facts.generation
            ),
            JetErr::INVALID_LOG_SEQUENCE,
        )
    })
}

fn file_name(e: &SequenceEntry) -> String {
    e.path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

fn chain_word(e: &SequenceEntry) -> Option<&'static str> {
    match &e.chain {
        None => None,
        Some(Ok(())) => Some("ok"),
        Some(Err(_)) => Some("broken"),
    }
}

/// What a file holds, for machines.
pub(super) fn report_json(r: &FileReport) -> Value {
    let types: Map<String, Value> = r
        .types
        .iter()
        .map(|(t, n)| (t.name().to_owned(), (*n).into()))
        .collect();
    let life: Vec<Value> = r
        .life
        .iter()
        .map(|(t, pos)| json!({"type": t.name(), "pos": pos.to_string()}))
        .collect();
    let closed = match r.end {
        LogEnd::Clean { closed, .. } => closed.map(|p| p.to_string()),
        _ => None,
    };
    json!({
        "generation": r.facts.generation,
        "version": r.facts.version.to_string(),
        "sign_log": signature_json(r.facts.sign_log),
        "signature": r.facts.sign_log.to_string(),
        "created": time_json(r.facts.tm_create),
        "previous_created": time_json(r.facts.tm_prev_gen),
        "page_size": if r.facts.page_bytes == 0 { 4096 } else { r.facts.page_bytes },
        "bytes": r.bytes,
        "bytes_by_header": r.facts.file_bytes,
        "records": r.records,
        "types": types,
        "life": life,
        "life_omitted": r.life_omitted,
        "end": r.end.word(),
        "end_pos": r.end.pos().to_string(),
        "end_text": r.end.to_string(),
        "closed": closed,
        "segments": r.verdict.segments,
        "segments_xor": format!("{:016x}", r.verdict.segments_xor),
        "segments_corrected": r.verdict.corrected,
        "shadow_used": r.verdict.shadow_used,
        "torn_records": r.torn_chains,
    })
}

fn entry_json(e: &SequenceEntry) -> Value {
    let mut v = match &e.report {
        Ok(report) => report_json(report),
        Err(error) => json!({"error": error.to_string(), "jet_error": error.jet_err().0}),
    };
    v["file"] = file_name(e).into();
    v["chain"] = chain_word(e).into();
    if let Some((text, jet)) = problem(e) {
        v["problem"] = text.into();
        v["jet_error"] = jet.0.into();
    }
    v
}

impl Set {
    /// `true` when every file is whole and none is missing in between.
    fn is_good(&self) -> bool {
        let gaps = self.sequence.as_ref().is_some_and(|s| !s.gaps.is_empty());
        !gaps && self.entries.iter().all(|e| problem(e).is_none())
    }

    fn json(&self) -> Value {
        let files: Vec<Value> = self.entries.iter().map(entry_json).collect();
        let mut v = json!({"files": files, "good": self.is_good()});
        if let Some(s) = &self.sequence {
            let name = |p: &std::path::PathBuf| {
                p.file_name()
                    .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
            };
            v["folder"] = s.dir.display().to_string().into();
            v["base"] = s.base.clone().into();
            v["missing"] = s.gaps.iter().map(|&(a, b)| json!([a, b])).collect();
            v["duplicates"] = s.duplicates.clone().into();
            v["checkpoint"] = s.checkpoint.as_ref().map(name).into();
            v["reserve_logs"] = s.reserves.iter().map(name).collect();
        }
        v
    }

    fn print(&self, out: &mut Output) -> Result<(), CliError> {
        if let Some(s) = &self.sequence {
            out.line(format!("{} in {}", s.base, s.dir.display()))?;
        }
        let mut grid = Grid::new(&[
            "file",
            "generation",
            "version",
            "made",
            "chain",
            "records",
            "end",
        ]);
        for e in &self.entries {
            let mut cells = vec![file_name(e)];
            match &e.report {
                Ok(r) => cells.extend([
                    r.facts.generation.to_string(),
                    r.facts.version.to_string(),
                    r.facts.tm_create.to_string(),
                    chain_word(e).unwrap_or("-").to_owned(),
                    r.records.to_string(),
                    r.end.to_string(),
                ]),
                Err(error) => {
                    cells.extend(std::iter::repeat_n("-".to_owned(), 5));
                    cells.push(error.to_string());
                }
            }
            grid.row(cells);
        }
        for line in grid.lines(0) {
            out.line(line)?;
        }
        for e in &self.entries {
            if let Ok(r) = &e.report {
                out.line("")?;
                let mut types: Vec<_> = r.types.iter().collect();
                types.sort_by(|a, b| b.1.cmp(a.1).then(a.0.name().cmp(b.0.name())));
                let types: Vec<String> = types
                    .iter()
                    .map(|(t, n)| format!("{} {n}", t.name()))
                    .collect();
                out.line(format!("{}: {}", file_name(e), types.join(", ")))?;
                for (t, pos) in &r.life {
                    out.line(format!("  {pos}  {}", t.name()))?;
                }
            }
        }
        if let Some(s) = &self.sequence {
            for &(a, b) in &s.gaps {
                let which = if a == b {
                    format!("generation {a} ({a:#x}) is")
                } else {
                    format!("generations {a} to {b} ({a:#x}-{b:#x}) are")
                };
                out.line(format!(
                    "missing: {which} not there; find them, or restore a backup"
                ))?;
            }
            for d in &s.duplicates {
                out.line(format!("twice: generation {d} lies in more than one file"))?;
            }
        }
        for e in &self.entries {
            if let Some((text, jet)) = problem(e) {
                out.line(format!("problem: {}: {text} [{jet}]", file_name(e)))?;
            }
        }
        out.line("")?;
        out.line(format!(
            "{}: {}",
            plural(self.entries.len() as u64, "log file", "log files"),
            if self.is_good() {
                "whole, nothing missing between them"
            } else {
                "not in order, see above"
            }
        ))
    }
}

/// Prints every record: a line each, or with `--json` an object a line.
fn records(sets: &[Set], good: bool, out: &mut Output) -> Result<Verdict, CliError> {
    for e in sets.iter().flat_map(|s| &s.entries) {
        let path = e.path.as_path();
        let opened = RealFileSystem
            .open(path, OpenMode::Read)
            .map_err(LogError::from)
            .and_then(LogFile::open)
            .and_then(|log| log.records());
        let mut records = match opened {
            Ok(records) => records,
            Err(error) => {
                out.note(format!("{}: {error}", path.display()));
                continue;
            }
        };
        if !out.is_json() {
            out.line(format!("# {}", file_name(e)))?;
        }
        while let Some((pos, record)) = records.next() {
            if out.is_json() {
                let mut fields = Map::new();
                record.show(&mut |name, value| {
                    fields.insert(name.to_owned(), value.to_string().into());
                });
                let line = json!({
                    "file": file_name(e),
                    "pos": pos.to_string(),
                    "type": record.typ().name(),
                    "fields": fields,
                });
                out.line(line.to_string())?;
            } else {
                out.line(format!("{pos}  {}", record.line()))?;
            }
        }
        let end = records.finish();
        if end.jet_err().is_some() {
            out.note(format!("{}: {end}", path.display()));
        }
    }
    Ok(if good { Verdict::Good } else { Verdict::Damage })
}

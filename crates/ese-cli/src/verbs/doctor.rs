//! `doctor`: the verdict on a database, which logs it needs and whether they are there, and the next
//! command.
//!
//! It looks at headers, logs and catalog only; pages are `checksum`'s.
#![forbid(unsafe_code)]

use super::facts::Facts;
use super::info::copies_word;
use crate::cli::Doctor;
use crate::database::refused;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::plural;
use ese_core::dbfile::{DbFile, FlushMapUse};
use ese_core::format::db_header::{DbHeader, DbState};
use ese_core::format::header_page::{CopyState, may_attach};
use ese_core::io::real::RealFileSystem;
use ese_core::log::LogSequence;
use ese_core::log::names::LogKind;
use ese_core::log::sequence::SequenceError;
use ese_core::reader::{Error, OpenOptions};
use std::path::{Path, PathBuf};

pub(super) fn run(args: &Doctor, out: &mut Output) -> Result<Verdict, CliError> {
    let path = args.db.as_path();
    let file = DbFile::open(&RealFileSystem, path)
        .map_err(|e| refused(path, &Error::Open(e)))?
        .with_flush_map(&RealFileSystem, path);
    let mut case = Case {
        path,
        facts: Facts::default(),
        problems: Vec::new(),
    };
    case.facts.value("file", path.display().to_string());
    case.header(&file);
    let logs = Logs::look(args, file.header());
    case.logs(file.header(), &logs);
    let catalog = case.catalog();
    case.verdict(&file, &logs, catalog);
    let good = case.problems.is_empty();
    case.facts.value("problems", case.problems.clone());
    case.facts.value("good", good);
    case.facts.print(out)?;
    Ok(if good { Verdict::Good } else { Verdict::Damage })
}

struct Case<'p> {
    path: &'p Path,
    facts: Facts,
    problems: Vec<String>,
}

/// The logs that belong to the database.
struct Logs {
    folder: PathBuf,
    sequence: Option<LogSequence>,
    /// Why there is no sequence.
    none: Option<String>,
    /// The folder was named by `--logs`.
    given: bool,
    /// Logs of several base names lie there.
    several: bool,
    /// Logs of other sequences lie there.
    strangers: usize,
    /// Needed generations that are there and that are not.
    present: Vec<i32>,
    missing: Vec<i32>,
}

/// Generations listed one by one at most; a wider range in a damaged header is no list of logs.
const RANGE_MOST: i32 = 100_000;

impl Logs {
    fn look(args: &Doctor, header: &DbHeader) -> Self {
        let folder = match (&args.logs, args.db.parent()) {
            (Some(dir), _) => dir.clone(),
            (None, Some(parent)) if !parent.as_os_str().is_empty() => parent.to_owned(),
            (None, _) => PathBuf::from("."),
        };
        let mut logs = Self {
            folder,
            sequence: None,
            none: None,
            given: args.logs.is_some(),
            several: false,
            strangers: 0,
            present: Vec::new(),
            missing: Vec::new(),
        };
        logs.find(header);
        let Some((min, max)) = header.required_generations() else {
            return logs;
        };
        let max = max.max(min).min(min.saturating_add(RANGE_MOST));
        for generation in min..=max {
            if logs.has(generation, header) {
                logs.present.push(generation);
            } else {
                logs.missing.push(generation);
            }
        }
        logs
    }

    /// The sequence with the database's signature, whatever its base name.
    fn find(&mut self, header: &DbHeader) {
        let bases = match LogSequence::open(&RealFileSystem, &self.folder, None) {
            Ok(only) => vec![only],
            Err(SequenceError::SeveralBases { bases, .. }) => {
                self.several = true;
                bases
                    .iter()
                    .filter_map(|b| LogSequence::open(&RealFileSystem, &self.folder, Some(b)).ok())
                    .collect()
            }
            Err(e) => {
                self.none = Some(e.to_string());
                return;
            }
        };
        let ours = |s: &LogSequence| {
            s.files.iter().any(|f| {
                f.facts
                    .as_ref()
                    .is_ok_and(|h| h.sign_log == header.sign_log)
            })
        };
        self.strangers = bases.iter().filter(|s| !ours(s)).count();
        self.sequence = bases.into_iter().find(ours);
        if self.sequence.is_none() {
            self.none = Some(format!(
                "the logs in {} carry another signature than the database",
                self.folder.display()
            ));
        }
    }

    fn has(&self, generation: i32, header: &DbHeader) -> bool {
        self.sequence
            .iter()
            .flat_map(|s| &s.files)
            .filter(|f| f.kind != LogKind::Temp)
            .any(|f| {
                f.facts
                    .as_ref()
                    .is_ok_and(|h| h.generation == generation && h.sign_log == header.sign_log)
            })
    }
}

/// `5`, or `3-5, 9`.
pub(super) fn ranges(list: &[i32]) -> String {
    let mut parts: Vec<(i32, i32)> = Vec::new();
    for &n in list {
        match parts.last_mut() {
            Some(last) if last.1.checked_add(1) == Some(n) => last.1 = n,
            _ => parts.push((n, n)),
        }
    }
    if parts.is_empty() {
        return "none".into();
    }
    let texts: Vec<String> = parts
        .into_iter()
        .map(|(a, b)| {
            if a == b {
                a.to_string()
            } else {
                format!("{a}-{b}")
            }
        })
        .collect();
    texts.join(", ")
}

impl Case<'_> {
    fn header(&mut self, file: &DbFile) {
        let h = file.header();
        let state = file.state();
        self.facts.group("Database");
        self.facts.fact(
            "state",
            format!("{} ({})", state.name(), state.words()),
            "state",
            state.name(),
        );
        self.facts.fact(
            "header copies",
            copies_word(file.copies()),
            "header_copies",
            copies_word(file.copies()),
        );
        if matches!(file.copies(), CopyState::FirstOnly | CopyState::SecondOnly) {
            self.problems
                .push(format!("header: {}", copies_word(file.copies())));
        }
        let version = h.version();
        self.facts.fact(
            "format version",
            version.to_string(),
            "version",
            version.to_string(),
        );
        let attach = may_attach(h).map_or_else(|e| e.to_string(), |()| "yes".into());
        self.facts
            .fact("would attach", attach.clone(), "attach", attach);
        let map = file.flush_map_use();
        let text = match map {
            FlushMapUse::Absent if h.has_flush_map() => {
                "missing (lost writes can't be found by it)".to_owned()
            }
            FlushMapUse::Absent => "none, and the header names none".to_owned(),
            other => other.to_string(),
        };
        self.facts
            .fact("flush map", text.clone(), "flush_map", text);
        let page = file.selected().page_size.bytes() as u64;
        let rest = file.len() % page;
        self.facts.fact(
            "bytes after last page",
            rest.to_string(),
            "trailing_bytes",
            rest,
        );
        if rest != 0 {
            self.problems.push(format!(
                "{} behind the last whole page: the file was cut off inside a page, or something \
                 was appended",
                plural(rest, "byte", "bytes")
            ));
        }
        let unfinished = h.is_unfinished_backup_copy();
        self.facts.fact(
            "unfinished backup copy",
            if unfinished { "yes" } else { "no" },
            "unfinished_backup_copy",
            unfinished,
        );
    }

    fn logs(&mut self, h: &DbHeader, logs: &Logs) {
        self.facts
            .group(&format!("Logs (looked for in {})", logs.folder.display()));
        self.facts
            .value("logs_folder", logs.folder.display().to_string());
        let needed = h.required_generations();
        self.facts.fact(
            "needed generations",
            needed.map_or_else(|| "none".into(), |(a, b)| format!("{a}-{b}")),
            "required_generations",
            needed.map(|(a, b)| vec![a, b]),
        );
        self.facts.fact(
            "committed generation",
            h.committed_generation().to_string(),
            "committed_generation",
            h.committed_generation(),
        );
        self.facts.fact(
            "needed and there",
            ranges(&logs.present),
            "present",
            logs.present.clone(),
        );
        self.facts.fact(
            "needed and missing",
            ranges(&logs.missing),
            "missing",
            logs.missing.clone(),
        );
        match (&logs.sequence, &logs.none) {
            (Some(s), _) => {
                let range = s.range();
                self.facts.fact(
                    "sequence",
                    range.map_or_else(
                        || s.base.clone(),
                        |(a, b)| format!("{}: generations {a}-{b}", s.base),
                    ),
                    "base",
                    s.base.clone(),
                );
                self.facts
                    .value("available_generations", range.map(|(a, b)| vec![a, b]));
                for &(a, b) in &s.gaps {
                    self.facts.text("gap", format!("{a}-{b}"));
                }
                self.facts.text(
                    "checkpoint",
                    s.checkpoint.as_ref().map_or_else(
                        || "none (recovery begins with the oldest log)".to_owned(),
                        |p| p.display().to_string(),
                    ),
                );
            }
            (None, Some(why)) => self.facts.text("sequence", why),
            (None, None) => {}
        }
        if logs.strangers > 0 {
            self.facts.text(
                "other logs",
                format!(
                    "{} with another signature lie there",
                    plural(logs.strangers as u64, "sequence", "sequences")
                ),
            );
        }
    }

    /// `true` when the catalog can be read whole.
    fn catalog(&mut self) -> bool {
        self.facts.group("Catalog");
        match OpenOptions::new().open(self.path) {
            Err(e) => {
                self.facts
                    .fact("readable", format!("no: {e}"), "catalog", "unreadable");
                self.problems.push(e.to_string());
                false
            }
            Ok(db) => {
                let faults = db.catalog().faults();
                let tables = db.catalog().tables().len();
                let text = if faults.is_empty() { "yes" } else { "in parts" };
                self.facts.fact(
                    "readable",
                    format!("{text}, {}", plural(tables as u64, "table", "tables")),
                    "catalog",
                    if faults.is_empty() { "good" } else { "damaged" },
                );
                self.facts.value("tables", tables);
                for fault in faults.iter().take(20) {
                    self.facts.text("damage", fault.to_string());
                }
                if let Some(first) = faults.first() {
                    self.problems.push(format!(
                        "the catalog has {} ({first})",
                        plural(faults.len() as u64, "damaged place", "damaged places")
                    ));
                }
                faults.is_empty()
            }
        }
    }

    fn verdict(&mut self, file: &DbFile, logs: &Logs, catalog: bool) {
        let (shown, state) = (self.path.display().to_string(), file.state());
        let recover = recover_command(&shown, logs);
        let export = format!("eseutil export {shown} --format jsonl --to FOLDER");
        let checksum = format!("eseutil checksum {shown}");
        let (verdict, next) = if file.header().is_unfinished_backup_copy() {
            (
                "the copy of a streaming backup that was not finished: not usable as it is".into(),
                format!("restore the backup set that it belongs to; {export} shows what is in it"),
            )
        } else {
            match state {
                DbState::CleanShutdown if self.problems.is_empty() => (
                    "clean: complete in itself, no log is needed".to_owned(),
                    format!("{checksum} (verifies every page)"),
                ),
                DbState::CleanShutdown if catalog => (
                    "clean, but see the problems".to_owned(),
                    format!("{checksum} (names every damaged page)"),
                ),
                DbState::CleanShutdown => (
                    "clean by its header, but damaged".to_owned(),
                    format!("{checksum}, then {export} (saves what can be read)"),
                ),
                DbState::DirtyShutdown | DbState::DirtyAndPatched | DbState::ForceDetach => {
                    if logs.missing.is_empty() {
                        (
                            "dirty: it was not shut down, and all the logs it needs are there"
                                .to_owned(),
                            format!(
                                "{recover} (works on a copy); {export} shows what is in it without the logs"
                            ),
                        )
                    } else {
                        (
                            format!(
                                "dirty, and {} missing: generation {}",
                                plural(logs.missing.len() as u64, "log is", "logs are"),
                                ranges(&logs.missing)
                            ),
                            format!(
                                "find the missing logs (--logs DIR names another folder) or restore \
                                 a backup; {export} shows what is in it without the logs"
                            ),
                        )
                    }
                }
                DbState::JustCreated => (
                    "its creation did not finish: only its logs can make it whole".to_owned(),
                    format!(
                        "{recover} (makes it again when the logs reach back); {export} shows what is in it"
                    ),
                ),
                s => (
                    format!("{}: it can't be used as it is", s.words()),
                    format!("restore a backup; {export} shows what is in it"),
                ),
            }
        };
        if !state.is_clean() && !logs.missing.is_empty() {
            self.problems.push(format!(
                "missing logs: generation {}",
                ranges(&logs.missing)
            ));
        }
        self.facts.group("Verdict");
        self.facts
            .fact("verdict", verdict.clone(), "verdict", verdict);
        for problem in self.problems.clone() {
            self.facts.text("problem", problem);
        }
        self.facts.fact("next", next.clone(), "next", next);
        self.facts
            .text("pages", format!("were not looked at: {checksum}"));
    }
}

/// The call that makes the database clean.
fn recover_command(shown: &str, logs: &Logs) -> String {
    let mut command = format!("eseutil recover {shown}");
    if logs.given {
        command.push_str(&format!(" --logs {}", logs.folder.display()));
    }
    if logs.several {
        let base = logs.sequence.as_ref().map_or("BASE", |s| s.base.as_str());
        command.push_str(&format!(" --base {base}"));
    }
    command.push_str(" --to FOLDER");
    command
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn generations_as_ranges() {
        assert_eq!(ranges(&[]), "none");
        assert_eq!(ranges(&[7]), "7");
        assert_eq!(ranges(&[3, 4, 5, 9]), "3-5, 9");
    }
}

//! `export`: the records of tables as CSV, JSON lines or canonical dump, streamed.
//!
//! Invariants: a record is written as it is met, so that memory does not grow with the table; what
//! can't be read is reported with its page, and everything else is written.
#![forbid(unsafe_code)]

mod cells;
mod csv;
mod jsonl;

use crate::cli::{Export, Format};
use crate::damage::Damage;
use crate::database::{self, Opened};
use crate::error::CliError;
use crate::output::{Output, Verdict, spinner};
use crate::target::Target;
use crate::text::{hex, plural};
use cells::Selection;
use csv::Csv;
use ese_core::reader::canonical::CanonicalWriter;
use ese_core::reader::{RowEvent, RowRef, Table};
use indicatif::ProgressBar;
use jsonl::Jsonl;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Records between two looks at the progress line.
const PROGRESS_EVERY: u64 = 1024;
/// Bytes of a file's name before its extension; a table name can't be longer in a sound catalog.
const NAME_BYTES_MOST: usize = 200;

pub(super) fn run(args: &Export, out: &mut Output) -> Result<Verdict, CliError> {
    let hashes = out.is_json() && args.format == Format::Canonical && args.to.is_none();
    if out.is_json() && args.to.is_none() && !hashes {
        return Err(CliError::usage(
            "--json describes the export, so the records need another place: add --to PATH \
             (or leave --json out)",
        ));
    }
    let mut opened = database::open(&args.db, out)?;
    let mut damage = std::mem::take(&mut opened.damage);
    let tables = chosen(args, &opened)?;
    if args.to.is_none() && !hashes && tables.len() != 1 {
        return Err(CliError::usage(format!(
            "{}: standard output takes one table, these are {}: name one with --table T, or a new \
             folder with --to PATH",
            args.db.display(),
            tables.len()
        )));
    }
    // A wrong name of a column is found before anything is written.
    let selections = tables
        .iter()
        .map(|t| Selection::new(&opened.path, t.schema(), &args.columns))
        .collect::<Result<Vec<_>, _>>()?;
    let folder = args.tables.len() != 1;
    let target = match &args.to {
        Some(to) => Some(Target::new(to, folder)?),
        None => None,
    };
    let bar = if target.is_some() || hashes {
        spinner()
    } else {
        ProgressBar::hidden()
    };
    let stopped = match &target {
        Some(_) => on_ctrl_c()?,
        None => Arc::default(),
    };
    let mut list = Map::new();
    let mut names = HashSet::new();
    let mut total = 0;
    for (table, selection) in tables.iter().zip(selections) {
        let schema = table.schema();
        bar.set_message(schema.name.clone());
        let mut job = Job {
            table: *table,
            damage: &mut damage,
            bar: &bar,
            stopped: &stopped,
        };
        let mut entry = Map::new();
        let records = if let Some(target) = &target {
            let name = file_name(&schema.name, schema.objid.0, args.format, &mut names);
            let mut file = target.file(&name)?;
            let (records, hash) = job.run(args.format, selection, &mut file)?;
            target.close(file)?;
            if folder {
                entry.insert("file".into(), name.into());
            }
            (records, hash)
        } else if hashes {
            job.run(args.format, selection, &mut std::io::sink())?
        } else {
            job.run(args.format, selection, out.writer())?
        };
        let (records, hash) = records;
        total += records;
        entry.insert("records".into(), records.into());
        if let Some(hash) = hash {
            entry.insert("sha256".into(), hash.into());
        }
        list.insert(schema.name.clone(), entry.into());
    }
    bar.finish_and_clear();
    if let Some(target) = target {
        target.finish()?;
    }
    if out.is_json() {
        let mut answer = json!({
            "state": opened.db.state().name(),
            "tables": Value::Object(list),
        });
        if damage.len() > 0 {
            answer["damage"] = damage.json();
        }
        out.json(&answer)?;
    } else if let Some(to) = &args.to {
        out.note(format!(
            "{} of {} written to {}",
            plural(total, "record", "records"),
            plural(tables.len() as u64, "table", "tables"),
            to.display()
        ));
    }
    if let Some(text) = damage.summary() {
        out.note(text);
    }
    Ok(damage.verdict())
}

/// A flag that Ctrl-C sets: the target is then removed instead of left half done.
fn on_ctrl_c() -> Result<Arc<AtomicBool>, CliError> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    Ok(stopped)
}

/// The tables asked for: those named, else all; the engine's own are part of the canonical dump
/// only.
fn chosen<'d>(args: &Export, opened: &'d Opened) -> Result<Vec<Table<'d>>, CliError> {
    if args.tables.is_empty() {
        return Ok(opened
            .db
            .tables()
            .filter(|t| args.format == Format::Canonical || !t.schema().is_system())
            .collect());
    }
    let mut seen = HashSet::new();
    for name in &args.tables {
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(CliError::usage(format!("table {name} is named twice")));
        }
    }
    args.tables.iter().map(|name| opened.table(name)).collect()
}

/// A file name for a table: its own name where that is one, with `%` and two hex digits for bytes
/// that are not good in names.
fn file_name(table: &str, objid: u32, format: Format, taken: &mut HashSet<String>) -> String {
    let mut stem = String::new();
    for (i, c) in table.chars().enumerate() {
        let bad = c.is_control()
            || matches!(
                c,
                '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%'
            )
            || (i == 0 && matches!(c, '.' | ' ' | '-'));
        if bad {
            for b in c.encode_utf8(&mut [0; 4]).bytes() {
                stem.push_str(&format!("%{b:02X}"));
            }
        } else {
            stem.push(c);
        }
    }
    let mut cut = stem.len().min(NAME_BYTES_MOST);
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    if stem.is_empty() || cut < stem.len() || taken.contains(&stem.to_lowercase()) {
        stem.truncate(cut);
        stem.push_str(&format!("~{objid}"));
    }
    taken.insert(stem.to_lowercase());
    let extension = match format {
        Format::Csv => "csv",
        Format::Jsonl => "jsonl",
        Format::Canonical => "canonical",
    };
    format!("{stem}.{extension}")
}

/// The export of one table.
struct Job<'j, 'd> {
    table: Table<'d>,
    damage: &'j mut Damage,
    bar: &'j ProgressBar,
    stopped: &'j AtomicBool,
}

impl Job<'_, '_> {
    /// Number of records and, of a canonical dump, its hash.
    fn run(
        &mut self,
        format: Format,
        selection: Selection<'_>,
        to: &mut dyn Write,
    ) -> Result<(u64, Option<String>), CliError> {
        match format {
            Format::Csv => {
                let mut csv = Csv::new(selection, to)?;
                let n = self.rows(|row, damage| csv.record(row, damage, to).map(|()| true))?;
                Ok((n, None))
            }
            Format::Jsonl => {
                let mut jsonl = Jsonl::new(selection);
                let n = self.rows(|row, damage| jsonl.record(row, damage, to).map(|()| true))?;
                Ok((n, None))
            }
            Format::Canonical => {
                let mut writer = CanonicalWriter::default();
                let mut hash = Sha256::new();
                let n = self.rows(|row, damage| {
                    let record = match writer.record(row, &|place| selection.wants(place)) {
                        Ok(record) => record,
                        Err(fault) => {
                            damage.fault(&fault);
                            return Ok(false);
                        }
                    };
                    let len = u32::try_from(record.len())
                        .unwrap_or(u32::MAX)
                        .to_le_bytes();
                    hash.update(len);
                    hash.update(record);
                    Output::quiet(to.write_all(&len).and_then(|()| to.write_all(record)))?;
                    Ok(true)
                })?;
                Ok((n, Some(hex(&hash.finalize()))))
            }
        }
    }

    /// Hands every record to `write`, which says whether it was written; returns how many were.
    fn rows(
        &mut self,
        mut write: impl FnMut(&RowRef<'_>, &mut Damage) -> Result<bool, CliError>,
    ) -> Result<u64, CliError> {
        let mut written = 0;
        let mut failed = None;
        self.table.scan(|event| {
            if self.stopped.load(Ordering::Relaxed) {
                failed = Some(CliError::new("stopped; nothing was left behind"));
                return ControlFlow::Break(());
            }
            match event {
                RowEvent::Fault(fault) => self.damage.fault(&fault),
                RowEvent::Row(row) => match write(&row, self.damage) {
                    Ok(yes) => {
                        written += u64::from(yes);
                        if written % PROGRESS_EVERY == 0 {
                            self.bar.set_position(written);
                        }
                    }
                    Err(e) => {
                        failed = Some(e);
                        return ControlFlow::Break(());
                    }
                },
            }
            ControlFlow::Continue(())
        });
        failed.map_or(Ok(written), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_names() {
        let mut taken = HashSet::new();
        let mut name = |t: &str| file_name(t, 9, Format::Csv, &mut taken);
        assert_eq!(name("{D10CA2FE-6FCF}"), "{D10CA2FE-6FCF}.csv");
        assert_eq!(name("../x"), "%2E.%2Fx.csv");
        assert_eq!(name("a\u{1b}%"), "a%1B%25.csv");
        assert_eq!(name("T"), "T.csv");
        assert_eq!(name("t"), "t~9.csv");
        assert_eq!(name(""), "~9.csv");
        assert_eq!(name(&"é".repeat(150)).len(), 200 + 2 + 4);
    }
}

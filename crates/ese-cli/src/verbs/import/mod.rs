//! `import`: JSON lines from standard input into a table.
//!
//! | room | purpose |
//! |---|---|
//! | here | the table, records in batches, the report |
//! | `lines` | lines with their numbers |
//! | `infer` | columns of a new table |
//! | `convert` | values as columns take them |
//!
//! Invariants: what was reported as imported is in the database, committed; a line goes in whole or not
//! at all; whatever ends the import, the database is left clean.
#![forbid(unsafe_code)]

mod convert;
mod infer;
mod lines;

use crate::cli::{Import, NamedColumn};
use crate::database::refused;
use crate::engine::{Engine, Logs, about, absolute, hidden};
use crate::error::CliError;
use crate::output::{Output, Verdict, spinner};
use crate::text::plural;
use convert::{Cell, cell, record_number};
use ese_core::catalog::TableSchema;
use ese_core::catalog::write::{ColumnBits, ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, DbError, Given, RowEdit, Table};
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::record::Column;
use ese_core::session::{CommitKind, Session};
use ese_core::transaction::Transaction;
use ese_core::{HasJetErr, JetErr, reader};
use indicatif::ProgressBar;
use lines::{Line, Lines, bad};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Records of a batch.
const BATCH_RECORDS: u64 = 1000;
/// Bytes of lines after which a batch ends.
const BATCH_BYTES: usize = 4 << 20;
/// Bytes that are read from standard input at a time.
const READ_BYTES: usize = 256 << 10;
/// Name of the primary index of a new table.
const PRIMARY: &str = "primary";

pub(super) fn run(args: &Import, out: &mut Output) -> Result<Verdict, CliError> {
    let (page_size, exists) = look(args)?;
    if exists && (args.key.is_some() || !args.columns.is_empty()) {
        return Err(CliError::usage(format!(
            "table {} exists: --column and --key are for a new one",
            args.table
        )));
    }
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    let from = BufReader::with_capacity(READ_BYTES, std::io::stdin().lock());
    let mut lines = Lines::new(from);
    // What is wrong with the first lines is found before anything is changed.
    let sample = match exists {
        true => Vec::new(),
        false => lines.sample(args.sample)?,
    };
    let new_table = match exists {
        true => None,
        false => Some(definition(args, &sample)?),
    };
    let logs = match &args.logs {
        Some(dir) => Logs::Kept(dir),
        None => Logs::In(hidden(&args.db, "logs")?),
    };
    let engine = Engine::start(&logs, page_size, None)?;
    let bar = spinner();
    bar.set_message(args.table.clone());
    let started = std::time::Instant::now();
    let mut job = Job {
        args,
        new_table,
        stopped: &stopped,
        bar: &bar,
        records: 0,
    };
    let done = job.run(&engine, &mut lines, sample);
    let (records, columns) = (job.records, job.new_table.map(|t| t.columns));
    bar.finish_and_clear();
    let clean = engine.finish(&args.db);
    done.map_err(|e| {
        let kept = plural(records, "record is", "records are");
        let last = format!("{}; {kept} in the table", e.message);
        CliError { message: last, ..e }.detail("records", records)
    })?;
    clean?;
    report(
        args,
        out,
        (records, lines.number()),
        columns.flatten(),
        started.elapsed(),
    )?;
    Ok(Verdict::Good)
}

/// Page size of the database, and whether it has the table.
fn look(args: &Import) -> Result<(PageSize, bool), CliError> {
    let db = reader::Database::open(&args.db).map_err(|e| refused(&args.db, &e))?;
    if !db.state().is_clean() {
        let shown = args.db.display();
        let logs = leftover(&args.db).map_or(String::new(), |dir| format!(" --logs {dir}"));
        return Err(CliError::refused(
            JetErr::DATABASE_DIRTY_SHUTDOWN,
            format!("{shown}: it was not shut down cleanly"),
        )
        .next(format!("eseutil recover {shown}{logs} --in-place")));
    }
    let exists = match db.table(&args.table) {
        Ok(table) if table.schema().is_system() => {
            return Err(CliError::usage(format!(
                "{} is a table of the engine",
                table.schema().name
            )));
        }
        found => found.is_ok(),
    };
    Ok((db.page_size(), exists))
}

/// The logs that an import left behind that was killed.
fn leftover(db: &Path) -> Option<String> {
    let name = db.file_name()?.to_str()?;
    let parent = db.parent().filter(|p| !p.as_os_str().is_empty());
    let names = fs::read_dir(parent.unwrap_or(Path::new("."))).ok()?;
    let head = format!(".{name}.");
    let mut found = names.filter_map(|entry| {
        let entry = entry.ok()?.file_name().into_string().ok()?;
        (entry.starts_with(&head) && entry.ends_with(".logs")).then_some(entry)
    });
    let found = found.next()?;
    Some(db.with_file_name(found).display().to_string())
}

/// A column of a new table: `NAME:TYPE` or `NAME:TYPE[]`.
pub(crate) fn parse_column(text: &str) -> Result<NamedColumn, String> {
    let wanted = || {
        format!(
            "{text}: NAME:TYPE is wanted, TYPE one of {}",
            names().join(", ")
        )
    };
    let (name, ty) = text.rsplit_once(':').ok_or_else(wanted)?;
    let (ty, many) = match ty.strip_suffix("[]") {
        Some(ty) => (ty, true),
        None => (ty, false),
    };
    let found = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(ty));
    match found {
        Some(&(_, column_type)) if !name.is_empty() => Ok(NamedColumn {
            name: name.to_owned(),
            column_type,
            many,
        }),
        _ => Err(wanted()),
    }
}

fn names() -> Vec<&'static str> {
    TYPES.iter().map(|(name, _)| *name).collect()
}

/// Types by the names that `eseutil schema` shows.
const TYPES: [(&str, ColumnType); 18] = [
    ("Bit", ColumnType::Bit),
    ("UnsignedByte", ColumnType::UnsignedByte),
    ("Short", ColumnType::Short),
    ("UnsignedShort", ColumnType::UnsignedShort),
    ("Long", ColumnType::Long),
    ("UnsignedLong", ColumnType::UnsignedLong),
    ("LongLong", ColumnType::LongLong),
    ("UnsignedLongLong", ColumnType::UnsignedLongLong),
    ("Currency", ColumnType::Currency),
    ("IEEESingle", ColumnType::Single),
    ("IEEEDouble", ColumnType::Double),
    ("DateTime", ColumnType::DateTime),
    ("GUID", ColumnType::Guid),
    ("Binary", ColumnType::Binary),
    ("Text", ColumnType::Text),
    ("AnsiText", ColumnType::AnsiText),
    ("LongBinary", ColumnType::LongBinary),
    ("LongText", ColumnType::LongText),
];

/// The table that the first lines make.
fn definition(args: &Import, sample: &[Line]) -> Result<TableDef, CliError> {
    let columns = infer::columns(sample, &args.columns);
    if columns.is_empty() {
        return Err(CliError::new(format!(
            "there is no table {}, and standard input has no line to make its columns of",
            args.table
        ))
        .next("name its columns with --column NAME:TYPE"));
    }
    let mut table = columns
        .into_iter()
        .fold(TableDef::new(&args.table), TableDef::column);
    if let Some(key) = &args.key {
        table = table.index(IndexDefinition::new(PRIMARY, key).primary());
    }
    Ok(table)
}

/// One import.
struct Job<'j> {
    args: &'j Import,
    new_table: Option<TableDef>,
    stopped: &'j AtomicBool,
    bar: &'j ProgressBar,
    /// Records that are committed.
    records: u64,
}

impl Job<'_> {
    fn run<R: BufRead>(
        &mut self,
        engine: &Engine,
        lines: &mut Lines<R>,
        sample: Vec<Line>,
    ) -> Result<(), CliError> {
        let path = absolute(&self.args.db)?;
        let instance = engine.instance();
        let db = instance.open(&path).map_err(|e| about(&self.args.db, &e))?;
        let session = instance.session().map_err(|e| about(&self.args.db, &e))?;
        if let Some(table) = &self.new_table {
            self.create(&db, &session, table)?;
        }
        let table = db.table(&session, &self.args.table);
        let mut table = table.map_err(|e| about(&self.args.db, &e))?;
        let mut sample = sample.into_iter();
        loop {
            let batch = session
                .transaction()
                .map_err(|e| about(&self.args.db, &e))?;
            let mut put = 0;
            let more = self.batch(&mut table, lines, &mut sample, &mut put);
            self.commit(batch, put)?;
            if !more? {
                return Ok(());
            }
        }
    }

    fn create(&self, db: &Database, session: &Session, table: &TableDef) -> Result<(), CliError> {
        db.create_table(session, table).map_err(|e| {
            let e = about(&self.args.db, &e);
            match e.jet {
                Some(JetErr::COLUMN_NOT_FOUND) => e.next("--key names columns of the lines"),
                _ => e.next("eseutil import --help tells which columns are made of which values"),
            }
        })
    }

    fn commit(&mut self, batch: Transaction<'_>, put: u64) -> Result<(), CliError> {
        // The clean end makes it durable.
        let done = batch.commit_as(CommitKind::Lazy);
        done.map_err(|e| about(&self.args.db, &e))?;
        self.records += put;
        self.bar.set_position(self.records);
        Ok(())
    }

    /// Puts records until the batch is full; `false` when there are no more.
    fn batch<R: BufRead>(
        &self,
        table: &mut Table<'_>,
        lines: &mut Lines<R>,
        sample: &mut impl Iterator<Item = Line>,
        put: &mut u64,
    ) -> Result<bool, CliError> {
        let mut bytes = 0;
        while *put < BATCH_RECORDS && bytes < BATCH_BYTES {
            if self.stopped.load(Ordering::Relaxed) {
                return Err(CliError::new("stopped"));
            }
            let line = match sample.next() {
                Some(line) => line,
                None => match lines.next()? {
                    Some(line) => line,
                    None => return Ok(false),
                },
            };
            self.record(table, &line)?;
            *put += 1;
            bytes += line.bytes;
        }
        Ok(true)
    }

    fn record(&self, table: &mut Table<'_>, line: &Line) -> Result<(), CliError> {
        let schema = table.schema_now();
        let numbers = schema.auto_increment();
        let engine = |e: &DbError| {
            let text = format!("line {}: {e}", line.number);
            CliError::refused(e.jet_err(), text).detail("line", line.number)
        };
        let is_number = |name: &str| numbers.is_some_and(|c| c.name.eq_ignore_ascii_case(name));
        let mut number = None;
        if numbers.is_some() {
            let member = line.members.iter().find(|(name, _)| is_number(name));
            let value = record_number(member.map(|(_, v)| v));
            number = value.map_err(|what| bad(line.number, what))?;
        }
        let mut row = match number {
            Some(number) => table.insert_numbered(number),
            None => table.insert(),
        }
        .map_err(|e| engine(&e))?;
        for (name, value) in &line.members {
            if is_number(name) {
                continue;
            }
            let column = self.column(&schema, name, line)?;
            let (what, value) = (describe(column), cell(column, value, self.args.binary));
            let value = value.map_err(|e| bad(line.number, format!("{what}: {e}")))?;
            set(&mut row, &column.name, &value).map_err(|e| {
                let e = engine(&e);
                let said = e.message.replacen(": ", &format!(": {what}: "), 1);
                CliError { message: said, ..e }
            })?;
        }
        row.save_as(CommitKind::Lazy).map_err(|e| engine(&e))
    }

    fn column<'s>(
        &self,
        schema: &'s TableSchema,
        name: &str,
        line: &Line,
    ) -> Result<&'s Column, CliError> {
        schema.column(name).ok_or_else(|| {
            let what = format!("there is no column {name:?}");
            let e = bad(line.number, what);
            let e = CliError {
                jet: Some(JetErr::COLUMN_NOT_FOUND),
                ..e
            };
            match &self.new_table {
                Some(_) => e.next(format!(
                    "in a new table, name it with --column {name}:TYPE, or have more lines looked at \
                     with --sample"
                )),
                None => e.next(format!(
                    "eseutil schema {} --table {:?} lists the columns",
                    self.args.db.display(),
                    self.args.table
                )),
            }
        })
    }
}

fn describe(column: &Column) -> String {
    format!("column {:?} ({})", column.name, column.coltyp.name())
}

fn given<'c>(cell: &'c Cell<'_>) -> Given<'c> {
    match cell {
        Cell::Null | Cell::Many(_) => Given::Null,
        Cell::Bool(b) => Given::Bool(*b),
        Cell::Int(n) => Given::Int(*n),
        Cell::Uint(n) => Given::Uint(*n),
        Cell::Float(f) => Given::Float(*f),
        Cell::Text(s) => Given::Text(s),
        Cell::Guid(g) => Given::Guid(*g),
        Cell::Bytes(b) => Given::Bytes(b),
    }
}

fn set(row: &mut RowEdit<'_, '_>, name: &str, value: &Cell<'_>) -> Result<(), DbError> {
    match value {
        Cell::Many(values) => {
            for value in values {
                row.add(name, given(value))?;
            }
        }
        value => {
            row.set(name, given(value))?;
        }
    }
    Ok(())
}

fn report(
    args: &Import,
    out: &mut Output,
    (records, lines): (u64, u64),
    created: Option<Vec<ColumnDef>>,
    took: std::time::Duration,
) -> Result<(), CliError> {
    let logs = args.logs.as_ref().map(|dir| dir.display().to_string());
    if out.is_json() {
        let columns = created.map(|columns| {
            let column = |c: &ColumnDef| {
                let ty = Coltyp::from_u32(c.coltyp);
                let many = c.bits.contains(ColumnBits::MULTI_VALUED);
                let ty = ty.map_or("", Coltyp::name);
                json!({"name": c.name, "type": ty, "multi_valued": many})
            };
            columns.iter().map(column).collect::<Vec<Value>>()
        });
        return out.json(&json!({
            "database": args.db.display().to_string(),
            "table": args.table,
            "created": columns.is_some(),
            "columns": columns,
            "lines": lines,
            "records": records,
            "seconds": took.as_secs_f64(),
            "logs": logs,
        }));
    }
    let made = created.map_or(String::new(), |columns| {
        let columns = plural(columns.len() as u64, "column", "columns");
        format!(", a new table of {columns}")
    });
    let kept = match logs {
        Some(dir) => format!("logs kept in {dir}"),
        None => "no logs kept".to_owned(),
    };
    out.line(format!(
        "{} into {}{made} in {:.2} s; the database is clean, {kept}",
        plural(records, "record", "records"),
        args.table,
        took.as_secs_f64()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_with_their_type() {
        let column = parse_column("a:b:datetime[]").unwrap();
        assert_eq!((column.name.as_str(), column.many), ("a:b", true));
        assert_eq!(column.column_type, ColumnType::DateTime);
        for bad in ["a", ":Long", "a:", "a:Longer", "a:[]"] {
            assert!(parse_column(bad).is_err(), "{bad}");
        }
    }
}

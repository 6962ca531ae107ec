//! `info`: what a file is, by its first bytes, and its header in words.
//!
//! Every file gets an answer: one that is damaged, foreign, empty or only zeros a sentence that says
//! so, and exit code 1.
#![forbid(unsafe_code)]

mod database;
mod log;
mod small;

pub(super) use database::copies_word;

use super::facts::Facts;
use crate::cli::Info;
use crate::error::CliError;
use crate::output::{Output, Verdict};
use crate::text::{plural, size};
use ese_core::JetErr;
use ese_core::format::bytes::all_zero;
use ese_core::format::header_page::{BYTES_FOR_SELECT, FileKind, file_kind};
use ese_core::io::real::RealFileSystem;
use ese_core::io::{File, FileSystem, OpenMode};
use ese_core::log::names::{LogKind, LogName};
use std::path::Path;
use std::sync::Arc;

/// Bytes looked at in one read when a whole file is searched.
const READ_BYTES: usize = 1 << 20;

/// A file to tell about.
struct Subject<'p> {
    path: &'p Path,
    file: Arc<dyn File>,
    len: u64,
    head: Vec<u8>,
}

pub(super) fn run(args: &Info, out: &mut Output) -> Result<Verdict, CliError> {
    let path = args.file.as_path();
    let io = |e| CliError::io(path, &e);
    let file = RealFileSystem.open(path, OpenMode::Read).map_err(io)?;
    let len = file.len().map_err(io)?;
    let mut head = vec![0; BYTES_FOR_SELECT];
    let n = file.read_at(&mut head, 0).map_err(io)?;
    head.truncate(n);
    let subject = Subject {
        path,
        file,
        len,
        head,
    };
    let kind = file_kind(&subject.head);
    let reserve = by_name(path);
    let mut facts = Facts::default();
    facts.value("file", path.display().to_string());
    facts.value("kind", kind.words());
    facts.value("bytes", len);
    let problem = match (kind, reserve) {
        (FileKind::Database | FileKind::TempDatabase, _) => {
            database::describe(&subject, kind, &mut facts)
        }
        (FileKind::Log, _) => log::describe(&subject, &mut facts),
        (FileKind::Checkpoint, _) => small::checkpoint(&subject, &mut facts),
        (FileKind::FlushMap, _) => small::flush_map(&subject, &mut facts),
        (FileKind::RevertSnapshot, _) => small::revert_snapshot(&subject, &mut facts),
        (FileKind::Zeros | FileKind::Foreign, Some(what)) => {
            small::reserve(&subject, what, &mut facts)?
        }
        (FileKind::Zeros, None) => Some(zeros(&subject, &mut facts)?),
        (FileKind::Empty, _) => {
            return Err(bad(path, "the file is empty", JetErr::FILE_IO_BEYOND_EOF)
                .next("restore it from a backup, or find out who emptied it"));
        }
        // Where headers lie there are zeros, behind them there is more.
        (FileKind::Foreign, None) if head_is_zero(&subject) => Some(zeros(&subject, &mut facts)?),
        (FileKind::Foreign, None) => return Err(foreign(&subject)),
    };
    facts.value("problem", problem.clone());
    facts.print(out)?;
    Ok(match problem {
        None => Verdict::Good,
        Some(text) => {
            out.note(format!("{}: {text}", path.display()));
            Verdict::Damage
        }
    })
}

/// What a file of zeros may be by its name.
fn by_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    match LogName::parse(name)?.kind {
        LogKind::Reserve { .. } => Some("reserve log"),
        LogKind::Temp => Some("log being prepared"),
        _ => None,
    }
}

fn bad(path: &Path, what: &str, jet: JetErr) -> CliError {
    CliError {
        jet: Some(jet),
        ..CliError::new(format!("{}: {what}", path.display()))
    }
}

fn foreign(subject: &Subject<'_>) -> CliError {
    let what = match subject.head.as_slice() {
        [b'M', b'Z', ..] => "a Windows program",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [0x1F, 0x8B, ..] => "a gzip file; unpack it first",
        h if h.starts_with(b"SQLite format 3") => "a SQLite database",
        h if h.get(4..19) == Some(b"Standard Jet DB") => "a Jet Red (Access) database",
        h if h.get(4..19) == Some(b"Standard ACE DB") => "an Access database",
        h if std::str::from_utf8(h).is_ok() => "text",
        _ => "another kind of file",
    };
    let text = format!("this is no ESE file: it looks like {what}");
    bad(subject.path, &text, JetErr::FILE_INVALID_TYPE).next(
        "point eseutil at a database, log (.log, .jtx), checkpoint (.chk) or flush map (.jfm)",
    )
}

/// `true` when the place of the smallest header holds zeros only.
fn head_is_zero(subject: &Subject<'_>) -> bool {
    subject.head.get(..2048).is_some_and(all_zero)
}

/// First byte of the file that is not zero.
fn first_nonzero(subject: &Subject<'_>) -> Result<Option<u64>, CliError> {
    let mut buf = vec![0; READ_BYTES];
    let mut at = 0;
    loop {
        let n = subject
            .file
            .read_at(&mut buf, at)
            .map_err(|e| CliError::io(subject.path, &e))?;
        let part = buf.get(..n).unwrap_or(&[]);
        if n == 0 {
            return Ok(None);
        }
        if !all_zero(part) {
            let i = part.iter().position(|&b| b != 0).unwrap_or(0);
            return Ok(Some(at + i as u64));
        }
        at += n as u64;
    }
}

/// A file that begins with zeros and has no name that explains it.
fn zeros(subject: &Subject<'_>, facts: &mut Facts) -> Result<String, CliError> {
    facts.group("File that begins with zeros");
    facts.text("length", size(subject.len));
    let first = first_nonzero(subject)?;
    facts.value("all_zero", first.is_none());
    facts.value("first_nonzero", first);
    Ok(match first {
        None => format!(
            "the file is nothing but zeros ({}): a reserve log under another name, or a file whose \
             contents never reached the disk; restore it from a backup",
            plural(subject.len, "byte", "bytes")
        ),
        Some(at) => format!(
            "the file begins with zeros up to byte {at}, so its header is lost; if it was a \
             database, restore it from a backup"
        ),
    })
}

//! `checksum`: every page, segment and header of files, verified.
//!
//! A database is read twice: once from end to end in large pieces (checksum, page number, structure,
//! flush map), once tree by tree (links, owners, index entries); `--quick` leaves the second out.
#![forbid(unsafe_code)]

mod database;
mod findings;
mod other;
mod trees;

use crate::cli::Checksum;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress};
use crate::text::plural;
use ese_core::JetErr;
use ese_core::format::header_page::{BYTES_FOR_SELECT, FileKind, file_kind};
use ese_core::io::real::RealFileSystem;
use ese_core::io::{File, FileSystem, OpenMode, PathKind};
use ese_core::reader::list_folder;
use findings::FileCheck;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of one read.
const READ_BYTES: usize = 1 << 20;

pub(super) fn run(args: &Checksum, out: &mut Output) -> Result<Verdict, CliError> {
    let mut files = Vec::new();
    for path in &args.paths {
        collect(path, &mut files)?;
    }
    let total = files
        .iter()
        .filter_map(|f| std::fs::metadata(f).ok())
        .map(|m| m.len())
        .sum();
    let bar = progress(total, "verifying");
    let mut answers = Vec::new();
    let mut good = true;
    let count = files.len();
    for path in &files {
        let check = file(path, args.quick, &bar)?;
        good &= check.is_good();
        if out.is_json() {
            answers.push(check.json());
        } else {
            bar.suspend(|| check.print(out))?;
        }
    }
    bar.finish_and_clear();
    if out.is_json() {
        out.json(&json!({"good": good, "files": Value::Array(answers)}))?;
    } else if count > 1 {
        out.line(format!(
            "{}: {}",
            plural(count as u64, "file", "files"),
            if good {
                "all good"
            } else {
                "damage found, see above"
            }
        ))?;
    }
    Ok(if good { Verdict::Good } else { Verdict::Damage })
}

/// Adds a file, or the ESE files of a folder and of its folders.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let io = |e| CliError::io(path, &e);
    match RealFileSystem.kind(path).map_err(io)? {
        None => {
            let e = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(CliError::io(path, &e).next("check the path"));
        }
        Some(PathKind::File) => files.push(path.to_owned()),
        Some(PathKind::Dir) => {
            let before = files.len();
            let mut folders = vec![path.to_owned()];
            folders.extend(
                RealFileSystem
                    .read_dir(path)
                    .map_err(io)?
                    .into_iter()
                    .filter(|e| e.is_dir)
                    .map(|e| e.path),
            );
            for folder in folders {
                let list = list_folder(&RealFileSystem, &folder).map_err(io)?;
                files.extend(list.into_iter().map(|e| e.path));
            }
            if files.len() == before {
                return Err(CliError::new(format!(
                    "{}: no ESE file lies in this folder",
                    path.display()
                ))
                .next("name a database, a log, or the folder in which they lie"));
            }
        }
    }
    Ok(())
}

/// A file at hand.
struct Subject<'p> {
    path: &'p Path,
    file: Arc<dyn File>,
    len: u64,
    head: Vec<u8>,
    bar: &'p ProgressBar,
}

fn file(path: &Path, quick: bool, bar: &ProgressBar) -> Result<FileCheck, CliError> {
    let io = |e| CliError::io(path, &e);
    let file = RealFileSystem.open(path, OpenMode::Read).map_err(io)?;
    let len = file.len().map_err(io)?;
    let mut head = vec![0; BYTES_FOR_SELECT];
    let n = file.read_at(&mut head, 0).map_err(io)?;
    head.truncate(n);
    let kind = file_kind(&head);
    let mut check = FileCheck::new(path, kind.words());
    let subject = Subject {
        path,
        file,
        len,
        head,
        bar,
    };
    match kind {
        FileKind::Database | FileKind::TempDatabase => {
            database::check(&subject, quick, &mut check);
        }
        FileKind::Log => other::log(&subject, &mut check),
        FileKind::Checkpoint => other::checkpoint(&subject, &mut check),
        FileKind::FlushMap => other::flush_map(&subject, &mut check),
        FileKind::RevertSnapshot => check.remark("no checksums of its pages are known"),
        FileKind::Zeros => other::zeros(&subject, &mut check),
        FileKind::Empty => {
            check.file_damage("the file is empty".into(), JetErr::FILE_IO_BEYOND_EOF);
        }
        FileKind::Foreign => check.file_damage(
            "this is no ESE file (eseutil info says more)".into(),
            JetErr::FILE_INVALID_TYPE,
        ),
    }
    Ok(check)
}

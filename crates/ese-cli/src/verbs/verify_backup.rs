//! `verify-backup`: whether a backup set would restore, and everything that is wrong with it.
//!
//! Invariant: the set is opened for reading.
#![forbid(unsafe_code)]

use crate::cli::VerifyBackup;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress};
use crate::text::{plural, size};
use ese_backup::set::{CheckedFile, Problem, Set, SetError, SetReport, verify};
use ese_backup::{Control, StopFlag};
use ese_core::HasJetErr as _;
use ese_core::io::real::RealFileSystem;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn run(args: &VerifyBackup, out: &mut Output) -> Result<Verdict, CliError> {
    let stop = StopFlag::new();
    let handle = stop.handle();
    ctrlc::set_handler(move || handle.stop())
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    let set = Set::open(&RealFileSystem, &args.dir).map_err(|e| explain(&e, &args.dir))?;
    let bar = progress(0, "verifying");
    let mut control = Control::new(stop.handle()).observed(|p| {
        bar.set_length(p.all_total);
        bar.set_position(p.all_done);
    });
    let result = verify(&RealFileSystem, &set, &mut control);
    drop(control);
    bar.finish_and_clear();
    let report = result.map_err(|e| explain(&e, &args.dir))?;
    if out.is_json() {
        out.json(&as_json(&report))?;
    } else {
        print(&report, &args.dir, out)?;
    }
    Ok(match report.is_good() {
        true => Verdict::Good,
        false => Verdict::Damage,
    })
}

/// A failure of verify or restore, with its next step.
pub(super) fn explain(e: &SetError, dir: &Path) -> CliError {
    let dir = dir.display();
    let verify =
        || format!("eseutil verify-backup {dir} names everything that is wrong with the set");
    let next = match e {
        SetError::NoSet(_) => {
            "name the folder that holds the databases and logs of the backup".to_owned()
        }
        SetError::SeveralBases { .. } => {
            "put each instance's logs into a folder of its own".to_owned()
        }
        SetError::Manifest { .. } => {
            "bring the manifest as the backup wrote it; a set without one is \
             checked by its own marks, move it away for that"
                .to_owned()
        }
        SetError::Incomplete(_) => {
            "restore an older set; this one can be deleted, and a new backup made".to_owned()
        }
        SetError::LogsOnly(_) => {
            "name the folder of the full backup, and this one with --logs".to_owned()
        }
        SetError::TargetNotEmpty(to) => format!(
            "name a new folder with --to, or empty {} (a hidden .ese-restore.partial in it is what a \
             killed restore left)",
            to.display()
        ),
        SetError::NoRoom { .. } => {
            "free space, or name a folder on another disk with --to".to_owned()
        }
        SetError::Stopped => "run the same command again".to_owned(),
        SetError::Missing(_) | SetError::NoLogs(_) | SetError::PatWithoutDatabase(_) => {
            "find the file that is missing; without it restore another set".to_owned()
        }
        SetError::Recovery(e) => return recovery(e, verify()),
        _ => verify(),
    };
    let error = CliError::refused(e.jet_err(), e.to_string()).next(next);
    match e.path() {
        Some(path) => error.detail("file", path.display().to_string()),
        None => error,
    }
}

fn recovery(e: &ese_core::recovery::RecoveryError, verify: String) -> CliError {
    use ese_core::JetErr;
    let jet = e.jet_err();
    let next = match jet {
        JetErr::REQUIRED_LOG_FILES_MISSING | JetErr::FILE_NOT_FOUND => format!(
            "{verify}; find the logs and name their folder with --logs, or stop later (--until)"
        ),
        JetErr::EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS | JetErr::EXISTING_LOG_FILE_HAS_BAD_SIGNATURE => {
            "eseutil logs shows what lies in a folder; name with --logs only folders whose logs go on \
             behind the set, or stop before the hole (--until)"
                .to_owned()
        }
        JetErr::LOG_CORRUPT_DURING_HARD_RECOVERY | JetErr::LOG_TORN_WRITE_DURING_HARD_RECOVERY => {
            "bring a whole copy of the log, or stop before the damage (--until)".to_owned()
        }
        JetErr::BAD_PATCH_PAGE => {
            "the backup was stopped or its file cut off: restore an older set".to_owned()
        }
        JetErr::RESTORE_OF_NON_BACKUP_DATABASE => {
            "this is no backup copy: eseutil recover makes a crashed database clean".to_owned()
        }
        JetErr::ATTACHED_DATABASE_MISMATCH => format!(
            "{verify}; a database that the logs know and the set lacks is passed over with \
             --pass-over-missing"
        ),
        _ => format!("{verify}; restore another set if the file can't be brought whole"),
    };
    let mut error = CliError::refused(jet, e.to_string()).next(next);
    if let Some(file) = &e.file {
        error = error.detail("file", file.display().to_string());
    }
    if let Some(at) = &e.lgpos {
        error = error
            .detail("position", at.to_string())
            .detail("generation", at.generation);
    }
    error
}

/// `0x1 to 0xA`.
fn range((first, last): (i32, i32)) -> String {
    format!("{first:#x} to {last:#x}")
}

pub(super) fn print(report: &SetReport, dir: &Path, out: &mut Output) -> Result<(), CliError> {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    for file in &report.files {
        let what = match (&file.stream, file.records) {
            (None, _) => "not whole".to_owned(),
            (Some(s), None) => format!(
                "{}, {} units, crc32 {:08x}",
                s.kind,
                s.counts.units(),
                s.crc32
            ),
            (Some(s), Some(records)) => {
                format!("{}, {records} records, crc32 {:08x}", s.kind, s.crc32)
            }
        };
        let needs = match (file.records, file.generations) {
            (None, Some(needs)) => format!(", requires generations {}", range(needs)),
            _ => String::new(),
        };
        out.line(format!("{}: {what}{needs}", name(&file.path)))?;
    }
    for note in &report.notes {
        out.line(format!("note: {note}"))?;
    }
    for Problem { path, jet, what } in &report.problems {
        let path = path.display().to_string();
        let named = if what.starts_with(&path) {
            what.clone()
        } else {
            format!("{path}: {what}")
        };
        out.line(format!("PROBLEM: {named} [{jet}]"))?;
    }
    let kind = report.kind.map_or("set without manifest", |k| k.name());
    let generations = report
        .generations
        .map_or_else(String::new, |g| format!(", generations {}", range(g)));
    let seconds = report.elapsed.as_secs_f64();
    out.line(format!(
        "{}: {kind}{generations}: {}, {} verified in {seconds:.2} s",
        dir.display(),
        plural(report.files.len() as u64, "file", "files"),
        size(report.bytes)
    ))?;
    if !report.is_good() {
        return out.line(format!(
            "{}: this set would not restore",
            plural(report.problems.len() as u64, "problem", "problems")
        ));
    }
    out.line(if report.required.is_some() {
        format!(
            "good; next: eseutil restore {} --to NEW_FOLDER",
            dir.display()
        )
    } else {
        format!(
            "good; it continues a full backup: eseutil restore FULL --logs {} --to NEW_FOLDER",
            dir.display()
        )
    })
}

pub(super) fn as_json(report: &SetReport) -> Value {
    let files: Vec<Value> = report.files.iter().map(file_json).collect();
    let problem = |p: &Problem| {
        json!({
            "file": p.path.display().to_string(),
            "error": p.what,
            "jet_error": p.jet.0,
            "jet_name": p.jet.name(),
        })
    };
    let problems: Vec<Value> = report.problems.iter().map(problem).collect();
    json!({
        "set": report.dir.display().to_string(),
        "good": report.is_good(),
        "kind": report.kind.map(|k| k.name()),
        "generations": report.generations,
        "required": report.required,
        "bytes": report.bytes,
        "seconds": report.elapsed.as_secs_f64(),
        "files": files,
        "problems": problems,
        "notes": report.notes,
    })
}

fn file_json(file: &CheckedFile) -> Value {
    json!({
        "file": file.path.display().to_string(),
        "whole": file.stream.is_some(),
        "kind": file.stream.map(|s| s.kind.to_string()),
        "bytes": file.stream.map(|s| s.bytes),
        "crc32": file.stream.map(|s| format!("{:08x}", s.crc32)),
        "verified": file.stream.map(|s| s.counts.verified),
        "correctable": file.stream.map(|s| s.counts.correctable),
        "zero": file.stream.map(|s| s.counts.zero),
        "generations": file.generations,
        "records": file.records,
    })
}

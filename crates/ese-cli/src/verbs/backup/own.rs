//! A backup of closed databases by an instance of its own.
//!
//! Invariant: whatever becomes of the backup, the instance is closed again, and the databases with it.
#![forbid(unsafe_code)]

use super::{Made, kind};
use crate::cli::Backup;
use crate::error::CliError;
use crate::output::progress;
use ese_backup::{Backup as LiveBackup, BackupReport, DirectorySink, LiveError, StopHandle};
use ese_core::dbfile::DbFile;
use ese_core::format::header_page::{BYTES_FOR_SELECT, FileKind, file_kind};
use ese_core::format::ids::PageSize;
use ese_core::instance::{AttachOptions, Instance, InstanceError, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::{FileSystem as _, OpenMode, PathKind};
use ese_core::{HasJetErr as _, JetErr};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

/// Base name of logs, unless told otherwise.
const BASE: &str = "edb";

pub(super) fn backup(args: &Backup, from: &Path, also: &StopHandle) -> Result<Made, CliError> {
    let (dir, databases) = find(from)?;
    let page_size = page_size(&databases)?;
    let mut params = InstanceParams::new(args.logs.as_ref().unwrap_or(&dir));
    params.base = args.base.clone().unwrap_or_else(|| BASE.to_owned());
    params.page_size = page_size;
    params.zero_during_backup = args.scrub;
    let env = Env::real();
    let explain = |e: &InstanceError| explain_instance(e, from);
    let instance = Instance::start(env.clone(), params).map_err(|e| explain(&e))?;
    let done = attach(&instance, &databases)
        .map_err(|e| explain(&e))
        .and_then(|()| stream(args, &instance, &env, also).map_err(|e| explain_backup(&e, args)));
    // The first error counts; a database that could not be closed is recovered at the next start.
    let ended = instance.term(TermKind::Clean).map_err(|e| explain(&e));
    let report = done?;
    ended?;
    Ok(Made {
        files: report.manifest.files.len(),
        bytes: report.bytes,
        seconds: report.elapsed.as_secs_f64(),
        generations: report.manifest.generations,
    })
}

fn attach(instance: &Instance, databases: &[PathBuf]) -> Result<(), InstanceError> {
    for path in databases {
        drop(instance.attach(path, &AttachOptions::default())?);
    }
    Ok(())
}

fn stream(
    args: &Backup,
    instance: &Instance,
    env: &Env,
    also: &StopHandle,
) -> Result<BackupReport, LiveError> {
    let bar = progress(0, "backing up");
    let mut backup = LiveBackup::builder(instance)
        .kind(kind(args))
        .on_progress(|p| {
            bar.set_length(p.all_total);
            bar.set_position(p.all_done);
        });
    if let Some(rate) = args.throttle.and_then(NonZeroU64::new) {
        backup = backup.throttle(rate);
    }
    let stop = backup.stop_handle();
    // Also SIGTERM and SIGHUP. Where it can't be caught, a kill leaves a set that says what it is, too.
    let also = also.clone();
    let caught = ctrlc::set_handler(move || {
        stop.stop();
        also.stop();
    });
    if let Err(e) = caught {
        bar.println(format!("eseutil: Ctrl-C can't be caught: {e}"));
    }
    let report = backup.run(&mut DirectorySink::new(env.fs.clone(), &args.to));
    bar.finish_and_clear();
    report
}

/// The folder and the databases that `from` means.
fn find(from: &Path) -> Result<(PathBuf, Vec<PathBuf>), CliError> {
    let failed = |e: std::io::Error| CliError::io(from, &e);
    let kind = RealFileSystem.kind(from).map_err(failed)?;
    match kind {
        None => Err(CliError::refused(
            JetErr::FILE_NOT_FOUND,
            format!("{}: there is no such file", from.display()),
        )),
        Some(PathKind::File) => {
            let whole = std::path::absolute(from).map_err(failed)?;
            let dir = whole.parent().unwrap_or(Path::new("/")).to_path_buf();
            Ok((dir, vec![whole]))
        }
        Some(PathKind::Dir) => {
            let dir = std::path::absolute(from).map_err(failed)?;
            let names = RealFileSystem.read_dir(&dir).map_err(failed)?;
            let files = names.into_iter().filter(|e| !e.is_dir).map(|e| e.path);
            let databases: Vec<PathBuf> = files.filter(|p| is_database(p)).collect();
            match databases.is_empty() {
                true => Err(CliError::refused(
                    JetErr::FILE_NOT_FOUND,
                    format!("{}: no database lies here", from.display()),
                )),
                false => Ok((dir, databases)),
            }
        }
    }
}

fn is_database(path: &Path) -> bool {
    let mut head = vec![0; BYTES_FOR_SELECT];
    let read = RealFileSystem
        .open(path, OpenMode::Read)
        .and_then(|f| f.read_at(&mut head, 0));
    let Ok(n) = read else {
        return false;
    };
    head.truncate(n);
    file_kind(&head) == FileKind::Database
}

/// The page size of all of them: an instance has one.
fn page_size(databases: &[PathBuf]) -> Result<PageSize, CliError> {
    let mut found: Option<(PageSize, &PathBuf)> = None;
    for path in databases {
        let file = DbFile::open(&RealFileSystem, path).map_err(|e| CliError::of(path, &e))?;
        let size = file.selected().page_size;
        match found {
            Some((first, of)) if first != size => {
                return Err(CliError::refused(
                    JetErr::PAGE_SIZE_MISMATCH,
                    format!(
                        "{} and {} have pages of different sizes",
                        of.display(),
                        path.display()
                    ),
                )
                .next("back them up one by one"));
            }
            Some(_) => {}
            None => found = Some((size, path)),
        }
    }
    found
        .map(|(size, _)| size)
        .ok_or_else(|| CliError::new("no database was named"))
}

fn explain_instance(e: &InstanceError, from: &Path) -> CliError {
    let error = CliError::refused(e.jet_err(), e.to_string());
    let db = from.display();
    match e.jet_err() {
        JetErr::FILE_ACCESS_DENIED => error.next(
            "the database or its logs are in use: a running program backs them up itself, through its \
             control socket (eseutil backup --live SOCKET)",
        ),
        JetErr::DATABASE_DIRTY_SHUTDOWN | JetErr::REQUIRED_LOG_FILES_MISSING => {
            error.next(format!("eseutil doctor {db} says which logs it needs"))
        }
        _ => error.next(format!("eseutil doctor {db}")),
    }
}

fn explain_backup(e: &LiveError, args: &Backup) -> CliError {
    let error = CliError::refused(e.jet_err(), e.to_string());
    let set = args.to.display();
    match e.jet_err() {
        JetErr::BACKUP_ABORT_BY_SERVER => error.next(format!(
            "{set} holds an incomplete set: delete it; the databases are as they were"
        )),
        JetErr::MISSING_FULL_BACKUP | JetErr::MISSING_FILE_TO_BACKUP => {
            error.next("make a full backup first: the same command without --incremental")
        }
        JetErr::FILE_ALREADY_EXISTS => error.next("name a new folder with --to"),
        JetErr::READ_VERIFY_FAILURE => {
            error.next("eseutil checksum names every damaged page; restore from an older set")
        }
        JetErr::DISK_FULL => error.next("free space, or name a folder on another disk with --to"),
        _ => error,
    }
}

//! The restore of a directory that JetBackup made: JetRestoreInstance.
//!
//! ```text
//! set in the folder, in its `new` or `old` ─► refuse what is certain to fail ─► copy the databases,
//!     every page verified, beside their places ─► names ─► hard recovery, the set's logs read where
//!     they lie, on through newer logs of the log folder
//! ```
//! Source: behaviour of backup §10.
//!
//! Invariants: nothing of the set is ever changed; a database that lies at a place stays whole until
//! its successor is, verified and durable; what fails later leaves the copies as databases that the
//! same call restores.
#![forbid(unsafe_code)]

use super::restore::copy_file;
use super::{Set, SetError};
use crate::control::Control;
use crate::stop::StopFlag;
use ese_core::dbfile::AttachedFile;
use ese_core::format::ids::Signature;
use ese_core::format::log_record::LogRecord;
use ese_core::io::env::Env;
use ese_core::io::{ErrorKind, FileSystem, OpenMode, PathKind};
use ese_core::log::LogFile;
use ese_core::recovery::{
    BackupCopy, HardOptions, Options, Outcome, RecoveryError, Watch, check_hard, recover_hard,
};
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};

/// Behind the name of a database that is being brought to its place.
const ARRIVING: &str = ".restoring";

/// Restores the databases of the folder `from` to the folder `to`, which is made if it is not there,
/// or without one to where the logs say that they were. `options`: the instance; its log folder is
/// where the databases' logs go on.
///
/// # Errors
/// JET_errFileNotFound without a folder, a set in it, or one of its logs; JET_errPatchFileMissing and
/// JET_errAttachedDatabaseMismatch for a database that no `.pat` names, and one that is named and not
/// there; JET_errInvalidPath for a logged place that this system does not have; those of
/// [`recover_hard`].
pub fn restore_directory(
    env: &Env,
    from: &Path,
    to: Option<&Path>,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Outcome, SetError> {
    let fs = env.fs.as_ref();
    let set = Set::open(fs, from)?;
    let no_logs = || SetError::NoLogs(set.dir().to_path_buf());
    let generations = set.generations().ok_or_else(no_logs)?;
    if !set.base().eq_ignore_ascii_case(&options.base) {
        return Err(no_logs());
    }
    set.check_pats()?;
    set.check_complete(fs)?;
    let mut hard = HardOptions {
        set_logs: set.dir().to_path_buf(),
        generations,
        more_logs: Vec::new(),
        databases: set.databases().to_vec(),
        options: options.clone(),
    };
    check_hard(fs, &hard)?;
    hard.databases = match to {
        Some(to) => into_folder(fs, &set, to)?,
        None => logged_places(fs, &set)?,
    };
    for (copy, place) in set.databases().iter().zip(&hard.databases) {
        bring(env, copy, place)?;
    }
    Ok(recover_hard(env, &hard, watch)?)
}

/// Where the databases go in a folder, which is made.
fn into_folder(fs: &dyn FileSystem, set: &Set, to: &Path) -> Result<Vec<PathBuf>, SetError> {
    let failed = |e| SetError::io(to, e);
    match fs.kind(to).map_err(failed)? {
        Some(PathKind::Dir) => {}
        _ => fs.create_dir(to).map_err(failed)?,
    }
    let name = |copy: &PathBuf| to.join(copy.file_name().unwrap_or_default());
    Ok(set.databases().iter().map(name).collect())
}

/// Where the logs of the set say that its databases were.
fn logged_places(fs: &dyn FileSystem, set: &Set) -> Result<Vec<PathBuf>, SetError> {
    let mut wanted = Vec::with_capacity(set.databases().len());
    for path in set.databases() {
        wanted.push((BackupCopy::open(fs, path)?.sign_db(), None::<String>));
    }
    let mut note = |sign_db: Signature, path: String| {
        for (sign, place) in &mut wanted {
            if *sign == sign_db {
                *place = Some(path.clone());
            }
        }
    };
    for log in set.logs() {
        let in_log = |e: ese_core::log::LogError| {
            let err = e.jet_err();
            SetError::from(RecoveryError::refused(err, e.to_string()).in_file(&log.path))
        };
        let file = fs.open(&log.path, OpenMode::Read);
        let file = file.map_err(|e| SetError::io(&log.path, e))?;
        let file = LogFile::open(file).map_err(in_log)?;
        for attached in file.header().attachments().entries().flatten() {
            note(attached.sign_db, attached.path_text());
        }
        let mut records = file.records().map_err(in_log)?;
        while let Some((_, record)) = records.next() {
            match record {
                LogRecord::CreateDb(r) => note(r.sign_db, r.path.text()),
                LogRecord::AttachDb(r) => note(r.sign_db, r.path.text()),
                _ => {}
            }
        }
    }
    let mut places = Vec::with_capacity(wanted.len());
    for (copy, (_, place)) in set.databases().iter().zip(wanted) {
        let refused = |err, what: &str| Err(RecoveryError::refused(err, what).in_file(copy).into());
        places.push(match place.map(PathBuf::from) {
            Some(place) if place.is_absolute() => place,
            Some(_) => {
                return refused(
                    JetErr::INVALID_PATH,
                    "the place that the logs name is none of this system: say where to restore to",
                );
            }
            None => {
                return refused(
                    JetErr::ATTACHED_DATABASE_MISMATCH,
                    "the logs do not know this database: bring those of one backup set",
                );
            }
        });
    }
    Ok(places)
}

/// Copies a database to its place, whole or not at all.
fn bring(env: &Env, copy: &Path, place: &Path) -> Result<(), SetError> {
    let fs = env.fs.as_ref();
    let failed = |e| SetError::io(place, e);
    let mut arriving = place.to_path_buf().into_os_string();
    arriving.push(ARRIVING);
    let arriving = PathBuf::from(arriving);
    match fs.remove_file(&arriving) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    if copy == place {
        let what = "the place of this database is the backup itself: restore to another one";
        return Err(RecoveryError::refused(JetErr::INVALID_PATH, what)
            .in_file(copy)
            .into());
    }
    let flag = StopFlag::new();
    let copied = copy_file(fs, copy, &arriving, &mut Control::new(flag.handle()));
    let named = copied.and_then(|_| {
        // What lies there goes with its flush map; one that is in use stays, and is an error.
        match fs.kind(place).map_err(failed)? {
            Some(_) => AttachedFile::remove(env, place).map_err(failed)?,
            None => {}
        }
        fs.rename_new(&arriving, place).map_err(failed)
    });
    if let Err(e) = named {
        // The error that led here is the one to report.
        let _ = fs.remove_file(&arriving);
        return Err(e);
    }
    fs.sync_dir(place.parent().unwrap_or(Path::new("/")))
        .map_err(failed)
}

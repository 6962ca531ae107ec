//! Hard recovery: what JetRestore and JetExternalRestore do with a backup set.
//!
//! | room | purpose |
//! |---|---|
//! | `logs` | the logs of the set and behind it: all there, of one sequence, in a row |
//! | `copy` | the databases as a backup copied them: headers, trailer, what they need |
//!
//! ```text
//! check the call ─► check the logs ─► check every copy ─► take over the trailers ─► redo from the set's
//!        first generation, on through newer logs ─► undo ─► databases clean, backup records gone
//! ```
//! The logs of the set are read where they lie; everything new goes into the log folder. No checkpoint
//! is believed: replay begins with the set's first generation.
//!
//! Source: docs/format/recovery.md §10, backup-files.md §4 and §8; the errors by cause: behaviour of
//! backup, "Restore" (docs/compatibility.md).
//!
//! Invariants:
//! * up to the first trailer that is taken over, nothing is written;
//! * no file in the folders of the set and of [`HardOptions::more_logs`] is ever written or removed;
//! * replay starts from the copies: none is made from logs alone, and a call that succeeds has
//!   replayed each of them.
#![forbid(unsafe_code)]

mod copy;
mod logs;

pub use copy::BackupCopy;

use super::options::DatabaseFile;
use super::{InitBits, Options, Outcome, RecoveryError, Watch, run, start};
use crate::error::JetErr;
use crate::format::db_header::DbHeader;
use crate::io::FileSystem;
use crate::io::env::Env;
use std::path::PathBuf;

/// What is to be restored, and where to.
#[derive(Clone, Debug)]
pub struct HardOptions {
    /// Folder of the set's logs. It may be the log folder itself.
    pub set_logs: PathBuf,
    /// First and last generation of the set. Logs outside of them, in that folder, are not looked at.
    pub generations: (i32, i32),
    /// Further folders of logs, for rolling forward: what is missing in the log folder is read there.
    /// Their current logs (`edb.log`) are not looked at.
    pub more_logs: Vec<PathBuf>,
    /// The databases: raw backup copies, or copies whose restore failed. They are recovered where they
    /// lie; matched to the logs by their signatures.
    pub databases: Vec<PathBuf>,
    /// The instance: log folder with the logs to roll forward through, checkpoint folder, base name,
    /// page size, where to stop. What is said of databases, of the checkpoint and of the removal of
    /// logs does not count.
    pub options: Options,
}

/// The generations of the set that is being restored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SetRange {
    pub(super) first: i32,
    pub(super) last: i32,
}

impl SetRange {
    /// Notes the set in the header of a database that is being restored.
    pub(super) fn note(self, h: &mut DbHeader) {
        h.bkinfo_full_cur.gen_low = u32::try_from(self.first).unwrap_or(0);
        h.bkinfo_full_cur.gen_high = u32::try_from(self.last).unwrap_or(0);
    }
}

/// Restores the databases of a backup set: checks it, replays its logs and those behind it, undoes what
/// is open at their end. The databases are clean then.
///
/// # Errors
/// By cause as the original's (see the module). An error before the first trailer is taken over leaves
/// everything as it was; one after that leaves dirty databases, and the same call begins again.
pub fn recover_hard(
    env: &Env,
    hard: &HardOptions,
    watch: &dyn Watch,
) -> Result<Outcome, RecoveryError> {
    let fs = env.fs.as_ref();
    let Survey { set, found, copies } = survey(fs, hard)?;
    for copy in &copies {
        copy.take_over(env, Some(set))?;
    }
    let options = options_of(hard, &copies);
    if let Some(path) = found.folder.current() {
        // Mends a torn end, where the log goes on.
        start::look_through(fs, &mut found.rules.clone(), path, &options)?;
    }
    let range = (set.first, found.last);
    let mut stream = start::from_generation(env, found.folder, found.rules, range)?;
    stream.restores(set.last);
    let outcome = run::replay(env, &options, watch, &mut stream, Some(set))?;
    for copy in &copies {
        let seen = |db: &&super::RecoveredDb| db.sign_db == copy.sign_db();
        if !outcome.databases.iter().any(|db| seen(&db)) {
            return Err(mismatch("the logs do not know this database").in_file(copy.path()));
        }
    }
    Ok(outcome)
}

/// What [`recover_hard`] finds out before it writes: for callers that have to bring the databases to
/// their place first, and want to hear before that of what is certain to fail.
///
/// # Errors
/// As [`recover_hard`]'s before the first trailer is taken over.
pub fn check_hard(fs: &dyn FileSystem, hard: &HardOptions) -> Result<(), RecoveryError> {
    survey(fs, hard).map(|_| ())
}

/// A set that was found to be whole, as far as headers and trailers say.
struct Survey {
    set: SetRange,
    found: logs::Found,
    copies: Vec<BackupCopy>,
}

fn survey(fs: &dyn FileSystem, hard: &HardOptions) -> Result<Survey, RecoveryError> {
    let set = check_call(hard)?;
    let found = logs::find(fs, hard, set)?;
    let mut copies: Vec<BackupCopy> = Vec::with_capacity(hard.databases.len());
    for path in &hard.databases {
        let copy = BackupCopy::open(fs, path)?;
        copy.belongs_to(found.sign_log)?;
        copy.needs((set.first, found.last))?;
        if copies.iter().any(|c| c.sign_db() == copy.sign_db()) {
            return Err(mismatch("this database is there twice").in_file(path));
        }
        copies.push(copy);
    }
    Ok(Survey { set, found, copies })
}

fn mismatch(what: &str) -> RecoveryError {
    RecoveryError::refused(
        JetErr::ATTACHED_DATABASE_MISMATCH,
        format!("{what}: bring the databases and the logs of one backup set"),
    )
}

fn check_call(hard: &HardOptions) -> Result<SetRange, RecoveryError> {
    let (first, last) = hard.generations;
    if hard.databases.is_empty() {
        return Err(RecoveryError::refused(
            JetErr::INVALID_PARAMETER,
            "no database to restore was named",
        ));
    }
    if first <= 0 {
        return Err(RecoveryError::refused(
            JetErr::INVALID_PATH,
            "the first generation of the set must be named",
        ));
    }
    if last < first {
        return Err(RecoveryError::refused(
            JetErr::INTERNAL_ERROR,
            format!("the set would end with generation {last:#x}, before its first, {first:#x}"),
        ));
    }
    Ok(SetRange { first, last })
}

/// The options of the recovery proper.
fn options_of(hard: &HardOptions, copies: &[BackupCopy]) -> Options {
    let of_copy = |copy: &BackupCopy| DatabaseFile {
        sign_db: copy.sign_db(),
        path: copy.path().to_path_buf(),
    };
    Options {
        database_dir: None,
        database_files: copies.iter().map(of_copy).collect(),
        listed_only: true,
        ignore_checkpoint: true,
        recovery: true,
        cleanup_mismatched_logs: false,
        delete_out_of_range_logs: false,
        log_file_kib: None,
        bits: hard.options.bits & InitBits::REPLAY_IGNORE_MISSING_DB,
        ..hard.options.clone()
    }
}

#[cfg(test)]
mod tests;

//! The logs of a set, and those behind it: all there, of one sequence, in a row.
//!
//! Only headers are read here; what is in a log shows in redo. Source: behaviour of backup, "Restore":
//! check of the logs.
//!
//! Invariant: nothing is written.
#![forbid(unsafe_code)]

use super::super::stream::HeaderRules;
use super::super::{LogFolder, Options, RecoveryError, StopAt};
use super::{HardOptions, SetRange};
use crate::error::{HasJetErr as _, JetErr};
use crate::format::ids::Signature;
use crate::io::{FileSystem, OpenMode};
use crate::log::LogFile;
use crate::log::sequence::HeaderFacts;
use std::path::Path;

/// The logs of a restore.
pub(super) struct Found {
    /// The log folder, with the logs of the set and of the other folders borrowed.
    pub(super) folder: LogFolder,
    pub(super) rules: HeaderRules,
    pub(super) sign_log: Signature,
    /// Highest generation that is there.
    pub(super) last: i32,
}

/// Finds the logs and checks them.
pub(super) fn find(
    fs: &dyn FileSystem,
    hard: &HardOptions,
    set: SetRange,
) -> Result<Found, RecoveryError> {
    let set_folder = open_folder(fs, hard, &hard.set_logs).map_err(|e| match e.jet_err() {
        JetErr::FILE_NOT_FOUND => RecoveryError::refused(
            JetErr::INVALID_PATH,
            "there is no such folder with the logs of a backup set",
        )
        .in_file(&hard.set_logs),
        _ => e,
    })?;
    let mut rules = HeaderRules::new(&hard.options);
    let (first, last) = check_set(fs, &set_folder, &mut rules, set)?;
    let family = Some(set_folder.family());
    let own = LogFolder::open_as(fs, &hard.options, family)?;
    let mut folder = own.clone();
    folder.borrow(&set_folder, set.first, set.last);
    let mut others = vec![own];
    for dir in &hard.more_logs {
        let other = open_folder(fs, hard, dir)?;
        folder.borrow_missing(&other);
        others.push(other);
    }
    let ends = Ends { set, first, last };
    for other in &others {
        check_beside(fs, other, &ends)?;
    }
    let last = check_behind(fs, &folder, &rules, &ends, hard.options.stop)?;
    Ok(Found {
        folder,
        rules,
        sign_log: first.sign_log,
        last,
    })
}

fn open_folder(
    fs: &dyn FileSystem,
    hard: &HardOptions,
    dir: &Path,
) -> Result<LogFolder, RecoveryError> {
    let options = Options {
        log_dir: dir.to_path_buf(),
        checkpoint_dir: dir.to_path_buf(),
        ..hard.options.clone()
    };
    LogFolder::open(fs, &options)
}

/// The set's first and last log.
struct Ends {
    set: SetRange,
    first: HeaderFacts,
    last: HeaderFacts,
}

/// Every log of the set is there, and follows the one before.
fn check_set(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    rules: &mut HeaderRules,
    set: SetRange,
) -> Result<(HeaderFacts, HeaderFacts), RecoveryError> {
    let mut first = None;
    let mut before: Option<HeaderFacts> = None;
    for generation in set.first..=set.last {
        let path = folder.archived_path(generation);
        let log = match folder.archived(generation) {
            Some(path) => rules.open(fs, path)?,
            None => None,
        };
        let facts = log.map(|log| HeaderFacts::from(log.header()));
        let facts = facts.ok_or_else(|| {
            RecoveryError::refused(
                JetErr::FILE_NOT_FOUND,
                format!(
                    "generation {generation:#x} of the set, which has {:#x} to {:#x}, is missing: put it \
                     back",
                    set.first, set.last
                ),
            )
            .in_file(&path)
        })?;
        let follows = facts.generation == generation
            && before.is_none_or(|before| facts.tm_prev_gen == before.tm_create);
        if !follows {
            return Err(RecoveryError::refused(
                JetErr::GIVEN_LOG_FILE_IS_NOT_CONTIGUOUS,
                format!(
                    "the set's log {generation:#x} (by its header {:#x}) does not follow the one before: \
                     it is not the file that the backup wrote",
                    facts.generation
                ),
            )
            .in_file(&path));
        }
        first.get_or_insert(facts);
        before = Some(facts);
    }
    match (first, before) {
        (Some(first), Some(last)) => Ok((first, last)),
        _ => Err(RecoveryError::refused(
            JetErr::FILE_NOT_FOUND,
            "the set has no log",
        )),
    }
}

fn bad_signature(path: &Path) -> RecoveryError {
    RecoveryError::refused(
        JetErr::EXISTING_LOG_FILE_HAS_BAD_SIGNATURE,
        "this log belongs to another log sequence than the backup set: restore into an empty folder, or \
         move it away",
    )
    .in_file(path)
}

fn not_contiguous(path: &Path, what: String) -> RecoveryError {
    RecoveryError::refused(
        JetErr::EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS,
        format!("{what}: put the missing logs beside it, or move it away"),
    )
    .in_file(path)
}

/// Logs that lie beside those of the set, and that the set's own numbers hide, are of its sequence.
/// They are not read, so that damage does not count.
fn check_beside(fs: &dyn FileSystem, folder: &LogFolder, ends: &Ends) -> Result<(), RecoveryError> {
    let hidden = folder.archived_from(1);
    for (generation, path) in hidden.take_while(|&(g, _)| g <= ends.set.last) {
        let Some(facts) = facts_of(fs, path) else {
            continue;
        };
        if facts.sign_log != ends.first.sign_log {
            return Err(bad_signature(path));
        }
        let twin = [&ends.first, &ends.last]
            .into_iter()
            .find(|end| end.generation == generation);
        if twin.is_some_and(|end| end.tm_create != facts.tm_create) {
            return Err(not_contiguous(
                path,
                format!("this is not the log {generation:#x} of the set"),
            ));
        }
    }
    let current = folder
        .current()
        .and_then(|path| Some((path, facts_of(fs, path)?)));
    match current {
        Some((path, facts)) if facts.sign_log != ends.first.sign_log => Err(bad_signature(path)),
        _ => Ok(()),
    }
}

/// The header of a log, if it can be used.
fn facts_of(fs: &dyn FileSystem, path: &Path) -> Option<HeaderFacts> {
    let file = fs.open(path, OpenMode::Read).ok()?;
    let log = LogFile::open(file).ok()?;
    Some(HeaderFacts::from(log.header()))
}

/// The logs behind the set follow it without a hole, as far as they are wanted. Gives the highest
/// generation that is there.
fn check_behind(
    fs: &dyn FileSystem,
    folder: &LogFolder,
    rules: &HeaderRules,
    ends: &Ends,
    stop: Option<StopAt>,
) -> Result<i32, RecoveryError> {
    let wanted = match stop {
        Some(StopAt::Position { generation, .. }) => generation,
        _ => i32::MAX,
    };
    let mut rules = rules.clone();
    let mut before = ends.last;
    let mut check = |path: &Path, named: Option<i32>| -> Result<bool, RecoveryError> {
        let opened = rules.open(fs, path).map_err(|e| match e.jet_err() {
            JetErr::BAD_LOG_SIGNATURE => bad_signature(path),
            _ => e,
        })?;
        let Some(log) = opened else {
            return Ok(false);
        };
        let facts = HeaderFacts::from(log.header());
        let next = before.generation.saturating_add(1);
        if named.is_some_and(|named| named != next) || facts.generation != next {
            return Err(not_contiguous(
                path,
                format!(
                    "generation {next:#x}, which comes behind {:#x}, is missing",
                    before.generation
                ),
            ));
        }
        if facts.tm_prev_gen != before.tm_create {
            return Err(not_contiguous(
                path,
                format!(
                    "generation {next:#x} does not follow generation {:#x}",
                    before.generation
                ),
            ));
        }
        before = facts;
        Ok(true)
    };
    let mut last = ends.set.last;
    let behind = folder.archived_from(ends.set.last.saturating_add(1));
    for (generation, path) in behind.take_while(|&(g, _)| g <= wanted) {
        if check(path, Some(generation))? {
            last = generation;
        }
    }
    if let Some(path) = folder.current().filter(|_| last < wanted)
        && check(path, None)?
    {
        last = last.saturating_add(1);
    }
    Ok(last)
}

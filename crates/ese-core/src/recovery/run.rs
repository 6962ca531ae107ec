//! The course of a recovery, from the start decision to the clean end.
//!
//! Source: docs/format/recovery.md §1.
//!
//! Invariant: after an error the files are such that the next call begins again.
#![forbid(unsafe_code)]

use super::hard::SetRange;
use super::replay::Replay;
use super::start::{AfterRecovery, Start, check_parameters, decide};
use super::{InitBits, LogFolder, LogStream, Options, Outcome, RecoveryError, Watch};
use crate::error::JetErr;
use crate::io::OpenMode;
use crate::io::env::Env;

/// Recovers the databases of a folder of logs (JetInit's soft recovery).
///
/// Errors: those of docs/format/recovery.md §1.1. After an error the databases may have been brought
/// forward but stay dirty, and the next call begins again.
pub fn recover(env: &Env, options: &Options, watch: &dyn Watch) -> Result<Outcome, RecoveryError> {
    match decide(env, options)? {
        Start::NoLogs(_) => Ok(Outcome {
            no_logs: true,
            ..Outcome::default()
        }),
        Start::RecoveryOff => Ok(Outcome::default()),
        Start::Clean(end) => {
            let bytes = end.current.header.file_bytes();
            if options.delete_out_of_range_logs {
                end.folder.remove_out_of_range(&*env.fs)?;
            }
            settle_logs(env, options, bytes)?;
            Ok(Outcome::default())
        }
        Start::Recover(mut stream) => {
            let outcome = replay(env, options, watch, &mut stream, None)?;
            settle_logs(env, options, stream.file_bytes())?;
            Ok(outcome)
        }
    }
}

/// Holds the logs against the parameters, now that the databases are clean.
fn settle_logs(env: &Env, options: &Options, bytes: u64) -> Result<(), RecoveryError> {
    match check_parameters(options, bytes)? {
        AfterRecovery::GoOn => Ok(()),
        AfterRecovery::NewSequence => {
            // Of what was made since the folder was looked at.
            let now = LogFolder::open(&*env.fs, options)?;
            now.remove_sequence(&*env.fs)
        }
    }
}

/// Redo, undo and the clean end, over the logs of `stream`; `restores`: in a hard recovery, the set.
pub(super) fn replay(
    env: &Env,
    options: &Options,
    watch: &dyn Watch,
    stream: &mut LogStream,
    restores: Option<SetRange>,
) -> Result<Outcome, RecoveryError> {
    if !options.logs_read_only {
        make_logs_durable(env, stream.folder())?;
    }
    let mut replay = Replay::new(env, options, watch, stream, restores)?;
    let mut lost = false;
    let end = match replay.redo(stream) {
        Ok(()) => replay.stopped,
        Err(e) => {
            lost = true;
            Some(replay.give_up_logs(stream, e)?)
        }
    };
    let tail = match end {
        None => stream.end().cloned().ok_or_else(|| {
            RecoveryError::refused(
                JetErr::INTERNAL_ERROR,
                "the logs were not read to their end",
            )
        })?,
        Some(_) if options.bits.contains(InitBits::RECOVERY_WITHOUT_UNDO) => {
            return Err(replay.stop_before_undo());
        }
        Some(at) => replay.cut(stream, at)?,
    };
    let finished = replay.finish(stream, &tail)?;
    Ok(Outcome {
        start: Some(stream.start()),
        end: Some(end.unwrap_or(tail.end)),
        generations: Some((stream.start().generation, tail.header.generation())),
        records: replay.records,
        stopped: replay.stopped.is_some(),
        databases: replay.dbs.into_seen(),
        undone: finished.undone,
        committed_logs_lost: finished.committed_logs_lost || lost,
        no_logs: false,
    })
}

/// What a process that died left in the system's buffers: it must be on the disk before a page is
/// that was changed by it (docs/format/recovery.md §6 rule 1). Archived logs were synced when they
/// were closed.
fn make_logs_durable(env: &Env, folder: &LogFolder) -> Result<(), RecoveryError> {
    if let Some(path) = folder.current() {
        env.fs
            .open(path, OpenMode::ReadWrite)
            .and_then(|file| file.sync_all())
            .map_err(|e| RecoveryError::from(e).in_file(path))?;
    }
    env.fs
        .sync_dir(folder.dir())
        .map_err(|e| RecoveryError::from(e).in_file(folder.dir()))
}

//! The course of a recovery, from the start decision to the clean end.
//!
//! Source: docs/format/recovery.md §1.
//!
//! Invariant: after an error the files are such that the next call begins again.
#![forbid(unsafe_code)]

use super::replay::Replay;
use super::start::{Start, decide};
use super::{LogStream, Options, Outcome, RecoveryError, Watch};
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
        Start::Clean(_) => Ok(Outcome::default()),
        Start::Recover(stream) => replay(env, options, watch, stream),
    }
}

fn replay(
    env: &Env,
    options: &Options,
    watch: &dyn Watch,
    mut stream: Box<LogStream>,
) -> Result<Outcome, RecoveryError> {
    let mut replay = Replay::new(env, options, watch, &stream)?;
    replay.redo(&mut stream)?;
    let finished = replay.finish(&stream)?;
    let end = stream.end().map(|tail| tail.end);
    let last = replay.world.generation;
    Ok(Outcome {
        start: Some(stream.start()),
        end,
        generations: Some((stream.start().generation, last)),
        records: replay.records,
        databases: replay.dbs.into_seen(),
        undone: finished.undone,
        committed_logs_lost: finished.committed_logs_lost,
        no_logs: false,
        stopped: replay.stopped.is_some(),
    })
}

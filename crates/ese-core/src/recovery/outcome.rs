//! What a recovery did: for the caller's answer, and for the reports of tools.
#![forbid(unsafe_code)]

use crate::format::ids::{Lgpos, Signature};
use std::path::PathBuf;

/// What became of a database that the logs name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DbFate {
    /// It was replayed and is clean now.
    Recovered,
    /// It was made from its CreateDB record, and is clean now.
    Rebuilt,
    /// It was replayed, and stays dirty (no undo was wanted, or it stays attached).
    Redone,
    /// It was complete already: consistent at a later position than the replay's end or its detach.
    AlreadyConsistent,
    /// It is not there, or another file lies in its place; nothing was done to it.
    PassedOver,
    /// It was being made when the log ends: the unfinished file was removed.
    Removed,
}

/// A database that the logs name.
#[derive(Clone, Debug)]
pub struct RecoveredDb {
    /// Its number in the logs (last one used).
    pub dbid: u8,
    /// Path as the logs have it.
    pub logged_path: String,
    /// Where it was looked for.
    pub path: PathBuf,
    /// Signature by the logs.
    pub sign_db: Signature,
    /// What became of it.
    pub fate: DbFate,
}

/// A transaction that was undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UndoneTransaction {
    /// Session.
    pub procid: u16,
    /// Where its level 0 began.
    pub begin0: Lgpos,
    /// Changes that were taken back.
    pub changes: u64,
}

/// What a recovery did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Where replay began; `None` when nothing had to be replayed.
    pub start: Option<Lgpos>,
    /// Behind the last record that was replayed.
    pub end: Option<Lgpos>,
    /// First and last generation that was read.
    pub generations: Option<(i32, i32)>,
    /// Records that were read.
    pub records: u64,
    /// Databases that the logs name, in the order of their first mention.
    pub databases: Vec<RecoveredDb>,
    /// Transactions that were undone.
    pub undone: Vec<UndoneTransaction>,
    /// Committed logs were lost, and that was accepted (JET_wrnCommittedLogFilesLost).
    pub committed_logs_lost: bool,
    /// There were no logs at all: nothing was done.
    pub no_logs: bool,
    /// The replay stopped where the caller asked it to.
    pub stopped: bool,
}

/// Hears how a recovery goes on. All calls come from the recovering thread.
pub trait Watch {
    /// A generation is about to be read; `last` is the highest that is there.
    fn generation(&self, generation: i32, first: i32, last: i32) {
        let _ = (generation, first, last);
    }

    /// Redo is over, `sessions` of them have something to undo.
    fn undo(&self, sessions: usize) {
        let _ = sessions;
    }

    /// Asked now and then: `true` gives up with JET_errTermInProgress, everything is left for the next
    /// recovery.
    fn give_up(&self) -> bool {
        false
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {}

//! A transaction of a session that is rolled back unless it is committed.
//!
//! Invariant: a [`Transaction`] stands for one level of its session; what a program forgets to commit
//! did not happen.
#![forbid(unsafe_code)]

use crate::session::{CommitKind, Session};
use crate::work::WorkError;

/// One level of a session's transaction. Dropped without a commit, it is rolled back.
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction<'s> {
    session: &'s Session,
    /// Level that this one is.
    level: u8,
}

impl Session {
    /// Begins a transaction, or a level of the one that is open. All reading in it sees what was
    /// committed when the outermost level began, and the session's own changes.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub fn transaction(&self) -> Result<Transaction<'_>, WorkError> {
        self.begin(false).map(|level| Transaction {
            session: self,
            level,
        })
    }

    /// Begins a transaction that only reads. A level inside of another is as that one is.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub fn read_transaction(&self) -> Result<Transaction<'_>, WorkError> {
        self.begin(true).map(|level| Transaction {
            session: self,
            level,
        })
    }
}

/// One moment for all reading of a call: the session's transaction, or one that only reads and ends
/// with this. Without it what a snapshot sees may be cleaned up between two looks.
#[derive(Debug)]
pub(crate) struct Moment<'s>(Option<&'s Session>);

impl Session {
    /// Holds the moment for reading.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub(crate) fn moment(&self) -> Result<Moment<'_>, WorkError> {
        if self.level() > 0 {
            return Ok(Moment(None));
        }
        self.begin(true)?;
        Ok(Moment(Some(self)))
    }
}

impl Drop for Moment<'_> {
    fn drop(&mut self) {
        // Committed, so that a cursor that moved stays where it is.
        if let Some(session) = self.0
            && let Err(e) = session.commit(CommitKind::Lazy)
        {
            tracing::debug!(error = %e, "a reading transaction did not end");
        }
    }
}

impl Transaction<'_> {
    /// The level, 1 for the outermost.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Commits; the outermost level returns when it is durable.
    ///
    /// # Errors
    /// As [`Session::commit`].
    pub fn commit(self) -> Result<(), WorkError> {
        self.commit_as(CommitKind::Durable)
    }

    /// Commits, as durable as asked for.
    ///
    /// # Errors
    /// As [`Session::commit`].
    pub fn commit_as(mut self, kind: CommitKind) -> Result<(), WorkError> {
        self.unwind(self.level)?;
        self.session.commit(kind)?;
        self.level = 0;
        Ok(())
    }

    /// Rolls back, and says whether that worked.
    ///
    /// # Errors
    /// As [`Session::rollback`].
    pub fn rollback(mut self) -> Result<(), WorkError> {
        let level = std::mem::take(&mut self.level);
        self.unwind(level.saturating_sub(1))
    }

    /// Rolls back what is deeper: levels that were begun inside and forgotten.
    fn unwind(&self, to: u8) -> Result<(), WorkError> {
        while self.session.level() > to {
            self.session.rollback()?;
        }
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Some(below) = self.level.checked_sub(1)
            && let Err(e) = self.unwind(below)
        {
            tracing::debug!(error = %e, "a transaction could not be rolled back");
        }
    }
}

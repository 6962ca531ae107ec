//! How far the log may run ahead of the checkpoint (JET_paramCheckpointTooDeep).
//!
//! ```text
//! checkpoint ─────────────────────────▶ generations
//! │ anything is logged       │ only what ends │ nothing
//! 0                      limit - 16       limit - 8
//! ```
//! So that a start after a crash stays possible in bounded time, changes are refused when too much
//! would have to be replayed; what ends transactions and the instance gets through a little longer.
//!
//! Source: docs/format/log-files.md §6.6. Invariant: what is refused changes nothing.
#![forbid(unsafe_code)]

use super::LogWriter;
use crate::format::ids::Lgpos;
use crate::format::log_record::LrTyp;
use crate::log::append::LogWriteError;

/// Lowest value of JET_paramCheckpointTooDeep, in generations.
pub const CHECKPOINT_TOO_DEEP_MIN: i32 = 32;
/// Highest value, and the default.
pub const CHECKPOINT_TOO_DEEP_MAX: i32 = 65_536;

/// Generations before the limit from which on changes are refused.
const SLACK: i32 = CHECKPOINT_TOO_DEEP_MIN / 2;
/// Generations before the limit from which on everything is refused.
const SLACK_TO_END: i32 = CHECKPOINT_TOO_DEEP_MIN / 4;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    /// Generations, `None`: unlimited.
    limit: Option<i32>,
    checkpoint: i32,
    /// The last generation in which everything is logged.
    all_until: i32,
}

impl Default for Depth {
    fn default() -> Self {
        Self {
            limit: None,
            checkpoint: 0,
            all_until: i32::MAX,
        }
    }
}

/// Records that end something.
fn ends(typ: LrTyp) -> bool {
    matches!(
        typ,
        LrTyp::Commit0
            | LrTyp::Rollback
            | LrTyp::Undo
            | LrTyp::UndoInfo
            | LrTyp::ShutDownMark
            | LrTyp::Term2
            | LrTyp::Trace
            | LrTyp::Nop
            | LrTyp::RecoveryUndo2
            | LrTyp::RecoveryQuit2
            | LrTyp::RecoveryQuitKeepAttachments
            | LrTyp::MacroAbort
            | LrTyp::DetachDb
            | LrTyp::ForceLogRollover
    )
}

impl Depth {
    /// The checkpoint lies in this generation.
    pub(super) fn checkpoint(&mut self, generation: i32) {
        self.checkpoint = generation;
        self.bound();
    }

    fn bound(&mut self) {
        self.all_until = self.limit.map_or(i32::MAX, |limit| {
            self.checkpoint.saturating_add(limit - SLACK)
        });
    }

    /// Whether a record of this type may be logged in `generation`.
    #[inline]
    pub(super) fn admit(&self, generation: i32, typ: LrTyp) -> Result<(), LogWriteError> {
        if generation <= self.all_until {
            return Ok(());
        }
        self.admit_deep(generation, typ)
    }

    #[cold]
    fn admit_deep(&self, generation: i32, typ: LrTyp) -> Result<(), LogWriteError> {
        // The checkpoint of a clean end may lie far behind until the first one of this run.
        let until = self.all_until.saturating_add(SLACK - SLACK_TO_END);
        if typ == LrTyp::Init2 || (ends(typ) && generation <= until) {
            return Ok(());
        }
        Err(LogWriteError::CheckpointTooDeep)
    }
}

impl LogWriter {
    /// From here on the log may be at most `generations` generations ahead of the checkpoint
    /// ([`LogWriter::set_checkpoint`]); clamped to what the parameter allows. A new writer has no
    /// limit: recovery logs what it has to.
    pub fn set_too_deep(&self, generations: i32) {
        let mut state = self.state.lock();
        let limit = generations.clamp(CHECKPOINT_TOO_DEEP_MIN, CHECKPOINT_TOO_DEEP_MAX);
        state.depth.limit = Some(limit);
        state.depth.checkpoint = state.next.lgpos_checkpoint().generation;
        state.depth.bound();
    }

    /// Refuses to go on with a transaction whose begin lies at `begin0`, when that holds back the
    /// checkpoint by more than half of what [`LogWriter::set_too_deep`] allows.
    ///
    /// # Errors
    /// [`LogWriteError::TransactionTooLong`].
    pub fn check_transaction_age(&self, begin0: Lgpos) -> Result<(), LogWriteError> {
        let limit = self.state.lock().depth.limit;
        let age = self.generation().saturating_sub(begin0.generation);
        match limit {
            Some(limit) if !begin0.is_min() && age > limit / 2 => {
                Err(LogWriteError::TransactionTooLong)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_gets_further_than_what_changes() {
        let mut depth = Depth::default();
        assert!(depth.admit(i32::MAX, LrTyp::Insert).is_ok());
        depth.limit = Some(40);
        depth.checkpoint(100);
        for (generation, change, end) in [
            (124, true, true),
            (125, false, true),
            (132, false, true),
            (133, false, false),
        ] {
            assert_eq!(depth.admit(generation, LrTyp::Insert).is_ok(), change);
            assert_eq!(depth.admit(generation, LrTyp::Begin0).is_ok(), change);
            assert_eq!(depth.admit(generation, LrTyp::Commit0).is_ok(), end);
            assert_eq!(depth.admit(generation, LrTyp::Undo).is_ok(), end);
            assert!(depth.admit(generation, LrTyp::Init2).is_ok());
        }
        depth.checkpoint(101);
        assert!(depth.admit(125, LrTyp::Insert).is_ok());
    }
}

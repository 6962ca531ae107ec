//! Changes of numbers that no rollback takes back (JET_bitEscrowNoRollback).
//!
//! They have no version: the log record says so, everybody sees them at once, and an undo finds nothing.
//! Redo needs no more than the record.
//!
//! Source: the recording of txn-escrow; jet-api behaviour of records §5.
//!
//! Invariant: whether others stand against the change is asked while its page is latched, as for one
//! with a version: what another transaction would put back does not swallow it. (The original does not
//! ask.)
#![forbid(unsafe_code)]

use super::oper::Oper;
use super::session::TrxSession;
use super::sink::{Made, NodeChange, NodeId, Stamp, VersionFault, VersionRef, VersionSink};
use crate::format::ids::Pgno;

/// Speaks for a session whose changes of numbers stay, whatever becomes of its transaction.
#[derive(Clone, Copy, Debug)]
pub struct ForGood<'a>(pub &'a TrxSession);

impl VersionSink for ForGood<'_> {
    fn reserve(&self, _: &NodeId<'_>) -> Result<VersionRef, VersionFault> {
        Ok(VersionRef::NONE)
    }

    fn change(
        &self,
        node: &NodeId<'_>,
        _: Pgno,
        _: VersionRef,
        change: &NodeChange<'_>,
    ) -> Result<Made, VersionFault> {
        let oper = match change {
            NodeChange::Delta { .. } => Oper::Delta,
            NodeChange::Delta64 { .. } => Oper::Delta64,
            _ => Oper::WriteLock,
        };
        self.0.check_now(node, oper)?;
        self.0.note_for_good()?;
        Ok(Made {
            stamp: self.stamp(),
            ..Made::default()
        })
    }

    fn undo_of(&self, _: &Made) {}

    fn reserved_space(&self, node: &NodeId<'_>) -> u16 {
        self.0.reserved_space(node)
    }

    fn is_active(&self, node: &NodeId<'_>) -> bool {
        self.0.is_active(node)
    }

    fn stamp(&self) -> Stamp {
        self.0.stamp()
    }
}

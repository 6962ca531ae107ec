//! References to a value are counted by escrow: sessions that count do not stand in each other's way.
//!
//! Source: docs/format/database-records.md §8.2, docs/format/versioning.md §5, §8.
#![forbid(unsafe_code)]

use super::change::is_conflict;
use super::read::REFCOUNT_AT;
use super::{LongValues, not_there};
use crate::btree::write::WriteError;
use crate::error::JetErr;
use crate::format::lv::Lid;
use crate::trx::{Bookmark, OnCleanup};
use crate::work::{Work, WorkError};

impl LongValues {
    /// One more record refers to the value. Gives the id to refer to: that of a copy when another
    /// session is changing the value.
    ///
    /// # Errors
    /// JET_errRecordNotFound when there is no such value.
    pub fn reference(&mut self, work: &mut Work<'_>, lid: Lid) -> Result<Lid, WorkError> {
        match self.count(work, lid, 1) {
            Err(e) if is_conflict(&e) => {
                let value = self.open(&work.look(), lid)?;
                Ok(self.copy(work, &value)?.lid)
            }
            done => done.map(|_| lid),
        }
    }

    /// One record less refers to the value. When it was the last one, the value is deleted once nobody
    /// can see it any more ([`LongValues::delete_value`]).
    ///
    /// The record that loses it is locked for writing before.
    ///
    /// # Errors
    /// JET_errWriteConflict when another session is changing the value, or there is nothing to take from
    /// its count; JET_errRecordNotFound when there is no such value.
    pub fn dereference(&mut self, work: &mut Work<'_>, lid: Lid) -> Result<(), WorkError> {
        match self.count(work, lid, -1)? {
            1.. => Ok(()),
            _ => Err(WorkError::damaged(
                JetErr::WRITE_CONFLICT,
                format!("long value {lid}: it has no references left to drop"),
            )),
        }
    }

    /// Adds to the count; gives what it was on the page.
    fn count(&self, work: &mut Work<'_>, lid: Lid, amount: i32) -> Result<i32, WorkError> {
        let key = lid.root_key();
        let bookmark = Bookmark {
            key: &key,
            data: &[],
        };
        let then = OnCleanup {
            deferred_delete: amount < 0,
            ..OnCleanup::default()
        };
        let done = work
            .writer()
            .delta(&self.tree, bookmark, REFCOUNT_AT, amount, then);
        done.map_err(|e| match e {
            WriteError::NoNode => not_there(lid),
            e => e.into(),
        })
    }
}

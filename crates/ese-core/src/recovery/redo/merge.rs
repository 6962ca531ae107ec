//! A merge macro: Merge2 records from the root of the path down to the leaf
//! (docs/format/log-records.md §5.4).
//!
//! Invariant: the pages of one level are latched together, left to right; those of the level above
//! are let go before.
#![forbid(unsafe_code)]

use super::tree::alter;
use super::{RedoDb, distinct, log_corrupted};
use crate::btree::apply::merge::{self, MergeLeaf};
use crate::cache::{Change, Pages};
use crate::format::log_record::{LogRecord, Merge2};
use crate::recovery::error::RecoveryError;

/// Executes the records of a macro.
pub(super) fn merge(
    db: &mut RedoDb,
    records: &[LogRecord<'_>],
    change: Change,
) -> Result<(), RecoveryError> {
    let merges: Option<Vec<&Merge2<'_>>> = records
        .iter()
        .map(|r| match r {
            LogRecord::Merge2(r) => Some(r),
            _ => None,
        })
        .collect();
    let merges = merges.ok_or_else(|| log_corrupted("a merge with another record in it"))?;
    let Some((last, above)) = merges.split_last() else {
        return Ok(());
    };
    for r in above {
        let times = (r.page.dbtime, r.page.dbtime_before);
        alter(db, r.page.pgno, times, change, |p| {
            merge::internal(p, r, last)
        })?;
    }
    leaf(db, last, change)
}

fn leaf(db: &mut RedoDb, r: &Merge2<'_>, change: Change) -> Result<(), RecoveryError> {
    distinct([r.pgno_left, r.page.pgno, r.pgno_right])?;
    let page_size = db.pages.page_size();
    let after = r.page.dbtime;
    let mut access = db.access(change.lgpos);
    let mut left = access.needed_if_any(r.pgno_left, (after, r.dbtime_left_before))?;
    let mut page = access.needed(r.page.pgno, (after, r.page.dbtime_before))?;
    let mut right = access.needed_if_any(r.pgno_right, (after, r.dbtime_right_before))?;
    let before = match (&page, left.is_some() || right.is_some()) {
        (None, false) => return Ok(()),
        (page, _) => merge::before(r, page.as_deref(), page_size)?,
    };
    let pages = MergeLeaf {
        before,
        page: page.as_mut(),
        left: left.as_mut(),
        right: right.as_mut(),
    };
    merge::leaf(r, pages)?;
    for page in [left, page, right].iter_mut().flatten() {
        page.mark_dirty(change);
    }
    Ok(())
}

//! A split macro: Split2 records from the root of the path down to the leaf, then the operation that
//! made it necessary (docs/format/log-records.md §5.3).
//!
//! Invariants: the pages of one level are latched together, left to right; those of the level above
//! are let go before. The page before the split is a copy of it, or the record's image when the page
//! was written after the split already; then only the new page is made.
#![forbid(unsafe_code)]

use super::{RedoDb, Redoer, distinct, log_corrupted};
use crate::btree::apply::split::{self, SplitLevel};
use crate::cache::{Change, DbNo, ExclusivePage, Pages};
use crate::format::ids::PageSize;
use crate::format::log_record::{LogRecord, LrFlags, Split2};
use crate::format::page::PageView;
use crate::format::page_mut::PageBuf;
use crate::recovery::error::RecoveryError;
use crate::recovery::sessions::Sessions;

impl Redoer {
    /// Executes the records of a macro.
    pub(super) fn split(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        records: &[LogRecord<'_>],
        change: Change,
    ) -> Result<(), RecoveryError> {
        let levels = |r: &LogRecord<'_>| matches!(r, LogRecord::Split2(_));
        let n = records.iter().take_while(|r| levels(r)).count();
        let (splits, leaf) = records.split_at_checked(n).unwrap_or((records, &[]));
        let leaf = match leaf {
            [] => None,
            [leaf] => Some(leaf),
            _ => return Err(log_corrupted("a split with several operations")),
        };
        let mut splits = splits
            .iter()
            .filter_map(|r| match r {
                LogRecord::Split2(r) => Some(r),
                _ => None,
            })
            .peekable();
        while let Some(record) = splits.next() {
            let child = splits.peek().copied();
            self.level(db, sessions, record, child, leaf, change)?;
        }
        Ok(())
    }

    fn level(
        &mut self,
        db: &mut RedoDb,
        sessions: &mut Sessions,
        r: &Split2<'_>,
        child: Option<&Split2<'_>>,
        leaf: Option<&LogRecord<'_>>,
        change: Change,
    ) -> Result<(), RecoveryError> {
        distinct([r.page.pgno, r.pgno_new, r.pgno_right])?;
        let (no, style, page_size) = (db.no, db.style, db.pages.page_size());
        let after = r.page.dbtime;
        let mut access = db.access(change.lgpos);
        let mut page = access.needed(r.page.pgno, (after, r.page.dbtime_before))?;
        let (mut new, mut right) = (None, None);
        if !r.pgno_new.is_null() {
            new = access.fresh(r.pgno_new, after)?;
            right = access.needed_if_any(r.pgno_right, (after, r.dbtime_right_before))?;
        }
        let before = self.before(r, page.as_ref(), new.is_some(), page_size)?;
        if let (None, Some(op)) = (child, leaf) {
            let side = if r.iline_oper < r.iline_split {
                page.as_mut()
            } else {
                new.as_mut()
            };
            remember(no, sessions, r, op, side, before.as_ref(), change)?;
        }
        let mut level = SplitLevel {
            record: r,
            before,
            page: page.as_mut(),
            new: new.as_mut(),
            right: right.as_mut(),
        };
        let done = split::apply_level(&mut level, child, leaf, style);
        self.before = level.before.take().or(self.before.take());
        done?;
        for page in [page, new, right].iter_mut().flatten() {
            page.mark_dirty(change);
        }
        Ok(())
    }

    /// The page before the split, where one of its halves is to be made.
    fn before(
        &mut self,
        r: &Split2<'_>,
        page: Option<&ExclusivePage<'_>>,
        new: bool,
        page_size: PageSize,
    ) -> Result<Option<PageBuf>, RecoveryError> {
        if r.pgno_new.is_null() {
            return Ok(None);
        }
        Ok(match page {
            Some(page) => {
                let kept = self.before.take().filter(|b| b.len() == page.len());
                let mut copy = kept.unwrap_or_else(|| PageBuf::zeroed(page_size));
                copy.as_mut_slice().copy_from_slice(page);
                Some(copy)
            }
            None if new => split::before(r, None, page_size)?,
            None => None,
        })
    }
}

/// Remembers the operation behind the split: what was before lies on the page before the split, and
/// whether it still counts is a question to the half that gets the node.
fn remember(
    no: DbNo,
    sessions: &mut Sessions,
    r: &Split2<'_>,
    op: &LogRecord<'_>,
    side: Option<&mut ExclusivePage<'_>>,
    before: Option<&PageBuf>,
    change: Change,
) -> Result<(), RecoveryError> {
    let Some(head) = op.page().filter(|h| h.flags.contains(LrFlags::VERSIONED)) else {
        return Ok(());
    };
    if r.pgno_new.is_null() {
        return Ok(());
    }
    let view = match before.filter(|_| side.is_some()) {
        Some(before) => PageView::new(before).ok(),
        None => None,
    };
    let old = match op {
        LogRecord::Insert(_) => None,
        _ => view.and_then(|v| v.node(usize::from(r.iline_oper)).ok()),
    };
    let pgno = side.as_ref().map_or(head.pgno, |p| p.pgno());
    if sessions.remember(no, op, old.as_ref(), pgno, change.lgpos)?
        && let Some(side) = side
    {
        side.owe_undo();
    }
    Ok(())
}

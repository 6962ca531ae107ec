//! PageMove, alone or as a part of RootPageMove (docs/format/log-records.md §5.5, §5.6).
//!
//! Invariants: only source and destination are latched together. Inside RootPageMove several records
//! may change one catalog page, each naming the dbtime before the macro: whether a page needs the
//! macro is asked once.
#![forbid(unsafe_code)]

use super::tree::alter;
use super::{RedoDb, distinct, log_corrupted, node};
use crate::btree::apply::page_move;
use crate::cache::{Change, Pages};
use crate::format::ids::Pgno;
use crate::format::log_record::{LogRecord, PageMove, PageMoveFlags};
use crate::recovery::error::RecoveryError;
use crate::recovery::sessions::Sessions;

/// Executes a PageMove that is in no macro.
pub(super) fn alone(
    db: &mut RedoDb,
    r: &PageMove<'_>,
    change: Change,
) -> Result<(), RecoveryError> {
    one(db, r, None, change)
}

/// `new_oe`: where the root of the owned extents goes, when a whole tree moves.
fn one(
    db: &mut RedoDb,
    r: &PageMove<'_>,
    new_oe: Option<Pgno>,
    change: Change,
) -> Result<(), RecoveryError> {
    distinct([r.page.pgno, r.pgno_dest, Pgno(0)])?;
    let after = r.page.dbtime;
    if !r.pgno_parent.is_null() {
        let times = (after, r.dbtime_parent_before);
        alter(db, r.pgno_parent, times, change, |p| {
            page_move::parent(p, r)
        })?;
    }
    if !r.pgno_left.is_null() {
        let times = (after, r.dbtime_left_before);
        alter(db, r.pgno_left, times, change, |p| page_move::left(p, r))?;
    }
    source_and_destination(db, r, new_oe, change)?;
    if !r.pgno_right.is_null() {
        let times = (after, r.dbtime_right_before);
        alter(db, r.pgno_right, times, change, |p| page_move::right(p, r))?;
    }
    Ok(())
}

fn source_and_destination(
    db: &mut RedoDb,
    r: &PageMove<'_>,
    new_oe: Option<Pgno>,
    change: Change,
) -> Result<(), RecoveryError> {
    let page_size = db.pages.page_size();
    let after = r.page.dbtime;
    let mut access = db.access(change.lgpos);
    let source = access.needed(r.page.pgno, (after, r.page.dbtime_before))?;
    if let Some(mut dest) = access.fresh(r.pgno_dest, after)? {
        match &source {
            Some(source) => page_move::destination(&mut dest, r, source, new_oe)?,
            None => {
                let image = page_move::image(r, page_size)?;
                page_move::destination(&mut dest, r, &image, new_oe)?;
            }
        }
        dest.mark_dirty(change);
    }
    if let Some(mut source) = source {
        page_move::source(&mut source, r)?;
        source.mark_dirty(change);
    }
    Ok(())
}

/// Executes RootPageMove and what follows it.
pub(super) fn roots(
    db: &mut RedoDb,
    sessions: &mut Sessions,
    records: &[LogRecord<'_>],
    change: Change,
    scratch: &mut Vec<u8>,
) -> Result<(), RecoveryError> {
    let new_oe = records.iter().find_map(|r| match r {
        LogRecord::PageMove(r) if r.flags.contains(PageMoveFlags::ROOT_OE) => Some(r.pgno_dest),
        _ => None,
    });
    let no = db.no;
    let mut asked: Vec<(Pgno, bool)> = Vec::new();
    for record in records {
        match record {
            LogRecord::RootPageMove(_) => {}
            LogRecord::PageMove(r) => one(db, r, new_oe, change)?,
            LogRecord::SetExternalHeader(_) | LogRecord::Replace(_) | LogRecord::ReplaceD(_) => {
                let Some(head) = record.page() else { continue };
                let mut access = db.access(change.lgpos);
                let page = match asked.iter().find(|(pgno, _)| *pgno == head.pgno) {
                    Some((_, true)) => Some(access.again(head.pgno)?),
                    Some((_, false)) => None,
                    None => {
                        let page = access.needed(head.pgno, (head.dbtime, head.dbtime_before))?;
                        asked.push((head.pgno, page.is_some()));
                        page
                    }
                };
                node::on_page(no, page, sessions, record, head, change, scratch)?;
            }
            _ => {
                let what = format!("a record {} where roots move", record.typ());
                return Err(log_corrupted(what));
            }
        }
    }
    Ok(())
}

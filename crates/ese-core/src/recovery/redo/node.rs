//! Records that change one node, or the external header, of one page: most of a log.
//!
//! Invariant: one look-up of the page, no copy of it, no allocation but for the version.
#![forbid(unsafe_code)]

use super::RedoDb;
use crate::btree::apply::node::Before;
use crate::btree::apply::{ApplyError, node};
use crate::cache::{Change, DbNo, ExclusivePage};
use crate::format::log_record::{LogRecord, LrFlags, LrPage, ScrubFlags, Undo};
use crate::recovery::error::RecoveryError;
use crate::recovery::sessions::Sessions;

/// Executes a record of one page.
pub(super) fn change(
    db: &mut RedoDb,
    sessions: &mut Sessions,
    record: &LogRecord<'_>,
    change: Change,
    scratch: &mut Vec<u8>,
) -> Result<(), RecoveryError> {
    let head = match record {
        LogRecord::ConvertFDP(_) | LogRecord::Split(_) | LogRecord::Merge(_) => {
            return Err(ApplyError::Obsolete.into());
        }
        _ => match record.page() {
            Some(head) => head,
            None => return Ok(()),
        },
    };
    let no = db.no;
    let times = (head.dbtime, head.dbtime_before);
    let mut access = db.access(change.lgpos);
    let page = match record {
        LogRecord::Scrub(r) if r.flags.contains(ScrubFlags::UNUSED) => {
            access.needed_unless_reverted(head.pgno, times)?
        }
        _ => access.needed(head.pgno, times)?,
    };
    on_page(no, page, sessions, record, head, change, scratch)
}

/// Remembers what the record changes, and changes the page if there is one that needs it.
pub(super) fn on_page(
    no: DbNo,
    page: Option<ExclusivePage<'_>>,
    sessions: &mut Sessions,
    record: &LogRecord<'_>,
    head: &LrPage,
    change: Change,
    scratch: &mut Vec<u8>,
) -> Result<(), RecoveryError> {
    let mut owes = false;
    if head.flags.contains(LrFlags::VERSIONED) {
        let old = match (record, &page) {
            (LogRecord::Insert(_), _) | (_, None) => None,
            (_, Some(page)) => page.view()?.node(usize::from(head.iline)).ok(),
        };
        owes = sessions.remember(no, record, old.as_ref(), head.pgno, change.lgpos)?;
    }
    let Some(mut page) = page else {
        return Ok(());
    };
    node::apply(&mut page, record, scratch)?;
    if owes {
        page.owe_undo();
    }
    page.mark_dirty(change);
    Ok(())
}

/// Executes an Undo record: the version is over, whether the page needs the record or not.
pub(super) fn undo(
    db: &mut RedoDb,
    sessions: &mut Sessions,
    record: &Undo<'_>,
    change: Change,
) -> Result<(), RecoveryError> {
    let head = &record.page;
    let times = (head.dbtime, head.dbtime_before);
    let page = db.access(change.lgpos).needed(head.pgno, times)?;
    let rceid = record.node.rceid;
    if let Some(mut page) = page {
        // A version that is not known can be undone as far as a flag of the node does it.
        let before = sessions.version(head.procid, rceid);
        let before = before.unwrap_or(Before::Nothing);
        node::undo(&mut page, record, before)?;
        page.mark_dirty(change);
    }
    sessions.nullify(head.procid, rceid);
    Ok(())
}

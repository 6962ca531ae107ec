//! The records of an undo.
//!
//! Source: docs/format/log-records.md §4 (Undo, UndoInfo).
#![forbid(unsafe_code)]

use super::Undoable;
use crate::btree::apply::node::Before;
use crate::format::ids::{Dbtime, Pgno};
use crate::format::log_record::{DBTIME_NIL, LogRecord, LrFlags, LrNode, LrPage, Undo, UndoInfo};

/// Flags of both records.
fn flags(change: &Undoable<'_>) -> LrFlags {
    if change.unique {
        LrFlags::UNIQUE
    } else {
        LrFlags::empty()
    }
}

fn node(change: &Undoable<'_>) -> LrNode {
    LrNode {
        rceid: change.rceid,
        pgno_fdp: change.pgno_fdp,
        objid_fdp: change.objid_fdp,
    }
}

/// The record that puts what was before into the log; the node lies on page `pgno`.
#[must_use]
pub fn undo_info<'a>(change: &Undoable<'a>, pgno: Pgno) -> LogRecord<'a> {
    let (key, bookmark_data) = change.key_and_data();
    LogRecord::UndoInfo(UndoInfo {
        page: LrPage {
            procid: change.procid,
            dbid: change.dbid,
            pgno,
            dbtime: DBTIME_NIL,
            dbtime_before: DBTIME_NIL,
            trx_begin0: change.trx_begin0,
            level: change.level,
            iline: 0,
            flags: flags(change),
        },
        node: node(change),
        oper: change.oper.number(),
        cb_max_size: change.space.cb_max_size,
        cb_delta: change.space.cb_delta,
        key,
        bookmark_data,
        data: match change.before {
            Before::Data(data) => data,
            Before::Nothing | Before::Delta { .. } => &[],
        },
    })
}

/// The record of the undo itself: page and line are where the node lies now.
pub(super) fn undo<'a>(
    change: &Undoable<'a>,
    (pgno, iline): (Pgno, u16),
    (after, before): (Dbtime, Dbtime),
) -> Undo<'a> {
    let (key, bookmark_data) = change.key_and_data();
    Undo {
        page: LrPage {
            procid: change.procid,
            dbid: change.dbid,
            pgno,
            dbtime: after,
            dbtime_before: before,
            trx_begin0: change.trx_begin0,
            level: change.level,
            iline,
            flags: flags(change),
        },
        node: node(change),
        oper: change.oper.number(),
        level: change.level,
        key,
        bookmark_data,
    }
}

//! One node, or the external header, of one page (docs/format/log-records.md §4).
//!
//! Invariant: everything but Scrub works in place, and its last step that can fail is the first one
//! that changes something; Scrub, which changes many nodes, works on a copy.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage, rebuild, version_flag};
use crate::format::compress::Scheme;
use crate::format::ids::Pgno;
use crate::format::log_record::{LogRecord, LrPage, ReplaceD, Scrub, ScrubFlags, Undo, UndoOper};
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::PageMut;
use crate::format::space::SPACE_HEADER_BYTES;

/// What undoing a change needs beyond the record: it lies in the version, not in the log record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before<'a> {
    /// Nothing: inserts and flag-deletes are undone by a flag.
    Nothing,
    /// The data before a replace.
    Data(&'a [u8]),
    /// Offset in the data, and the amount that was added.
    Delta {
        /// Offset in the node's data.
        offset: u16,
        /// The amount.
        amount: i64,
    },
}

/// Applies a record that changes one node or the external header of `page`, or scrubs the page.
///
/// `scratch` is a buffer for the new data of ReplaceD; callers keep one for all records.
///
/// Undo needs [`undo`]; records of other rooms are [`ApplyError::NotHere`].
pub fn apply<P: PageMut>(
    page: &mut P,
    record: &LogRecord<'_>,
    scratch: &mut Vec<u8>,
) -> Result<(), ApplyError> {
    if let LogRecord::Scrub(r) = record {
        return scrub(page, r);
    }
    let head = record.page().ok_or(ApplyError::NotHere)?;
    let pgno = head.pgno;
    let iline = usize::from(head.iline);
    let version = version_flag(head.flags);
    let mut edit = PageEdit::new(page).on(pgno)?;
    match record {
        LogRecord::Insert(r) => {
            let key = [r.prefix, r.suffix];
            edit.insert_node_of(iline, key, r.data, version, Space::Reserved)
                .on(pgno)?;
        }
        LogRecord::FlagInsert(r) => {
            let node = edit.view().node(iline).on(pgno)?;
            if !node.is_deleted() || node.cmp_key(r.key).is_ne() || node.data != r.data {
                return Err(not_the_node(pgno));
            }
            change_flags(&mut edit, head, version, NodeFlags::DELETED)?;
        }
        LogRecord::FlagInsertAndReplaceData(r) => {
            let node = edit.view().node(iline).on(pgno)?;
            if !node.is_deleted() || node.cmp_key(r.key).is_ne() {
                return Err(not_the_node(pgno));
            }
            replace(&mut edit, head, r.data, NodeFlags::DELETED)?;
        }
        LogRecord::FlagDelete(_) => {
            let set = version | NodeFlags::DELETED;
            change_flags(&mut edit, head, set, NodeFlags::empty())?;
        }
        LogRecord::Delete(_) => edit.delete_node(iline).on(pgno)?,
        LogRecord::Replace(r) => replace(&mut edit, head, r.data, NodeFlags::empty())?,
        LogRecord::ReplaceD(r) => {
            new_data(&edit, r, scratch)?;
            replace(&mut edit, head, scratch, NodeFlags::empty())?;
        }
        LogRecord::Delta(r) => {
            add::<P, 4>(&mut edit, head, r.cb_offset, i64::from(r.delta))?;
            change_flags(&mut edit, head, version, NodeFlags::empty())?;
        }
        LogRecord::Delta64(r) => {
            add::<P, 8>(&mut edit, head, r.cb_offset, r.delta)?;
            change_flags(&mut edit, head, version, NodeFlags::empty())?;
        }
        LogRecord::SetExternalHeader(r) => external_header(&mut edit, pgno, r.data)?,
        LogRecord::ConvertFDP(_) | LogRecord::Split(_) | LogRecord::Merge(_) => {
            return Err(ApplyError::Obsolete);
        }
        _ => return Err(ApplyError::NotHere),
    }
    edit.set_dbtime(head.dbtime).on(pgno)
}

/// Applies an Undo record: the version's change is taken back physically.
pub fn undo<P: PageMut>(
    page: &mut P,
    record: &Undo<'_>,
    before: Before<'_>,
) -> Result<(), ApplyError> {
    let head = &record.page;
    let pgno = head.pgno;
    let iline = usize::from(head.iline);
    let mut edit = PageEdit::new(page).on(pgno)?;
    match (record.oper, before) {
        (UndoOper::INSERT, _) => edit.flag_delete(iline).on(pgno)?,
        (UndoOper::FLAG_DELETE, _) => edit.undelete(iline).on(pgno)?,
        (UndoOper::REPLACE, Before::Data(data)) => {
            edit.replace_data(iline, data, Space::Reserved).on(pgno)?;
        }
        (UndoOper::DELTA, Before::Delta { offset, amount }) => {
            add::<P, 4>(&mut edit, head, offset, amount.wrapping_neg())?;
        }
        (UndoOper::DELTA64, Before::Delta { offset, amount }) => {
            add::<P, 8>(&mut edit, head, offset, amount.wrapping_neg())?;
        }
        _ => {
            let what = "what is undone has no before-image";
            return Err(ApplyError::record(pgno, what));
        }
    }
    edit.set_dbtime(head.dbtime).on(pgno)
}

fn not_the_node(pgno: Pgno) -> ApplyError {
    ApplyError::record(pgno, "the node is not the deleted one that comes back")
}

/// New data, and the flags that come with it.
fn replace<P: PageMut>(
    edit: &mut PageEdit<'_, P>,
    head: &LrPage,
    data: &[u8],
    clear: NodeFlags,
) -> Result<(), ApplyError> {
    let iline = usize::from(head.iline);
    edit.replace_data(iline, data, Space::Reserved)
        .on(head.pgno)?;
    change_flags(edit, head, version_flag(head.flags), clear)
}

fn change_flags<P: PageMut>(
    edit: &mut PageEdit<'_, P>,
    head: &LrPage,
    set: NodeFlags,
    clear: NodeFlags,
) -> Result<(), ApplyError> {
    if (set | clear).is_empty() {
        return Ok(());
    }
    edit.change_node_flags(usize::from(head.iline), set, clear)
        .on(head.pgno)
}

/// Puts what a diff makes of a node's data into `scratch`.
fn new_data<P: PageMut>(
    edit: &PageEdit<'_, P>,
    record: &ReplaceD<'_>,
    scratch: &mut Vec<u8>,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let view = edit.view();
    let old = view.node(usize::from(record.page.iline)).on(pgno)?.data;
    if old.len() != usize::from(record.cb_old) {
        let what = "the diff is one of data of another length";
        return Err(ApplyError::record(pgno, what));
    }
    record.apply(old, scratch).on(pgno)
}

/// Adds to the little-endian number of `N` bytes at `offset` of the node's data, wrapping.
fn add<P: PageMut, const N: usize>(
    edit: &mut PageEdit<'_, P>,
    head: &LrPage,
    offset: u16,
    amount: i64,
) -> Result<(), ApplyError> {
    let (pgno, iline) = (head.pgno, usize::from(head.iline));
    let offset = usize::from(offset);
    let view = edit.view();
    let data = view.node(iline).on(pgno)?.data;
    let old = data.get(offset..).and_then(<[u8]>::first_chunk::<N>);
    let what = "the escrow column lies outside the record";
    let old = old.ok_or(ApplyError::record(pgno, what))?;
    let mut sum = [0u8; 8];
    for (wide, &b) in sum.iter_mut().zip(old) {
        *wide = b;
    }
    // The low bytes of a sum don't depend on the high ones.
    let sum = i64::from_le_bytes(sum).wrapping_add(amount).to_le_bytes();
    edit.overwrite_data(iline, offset, sum.get(..N).unwrap_or(&sum))
        .on(pgno)
}

/// On a page that is no root the external header is the prefix of the nodes' keys: it may become
/// another one (partial merges do that) as long as no node takes a byte from it that changes.
fn external_header<P: PageMut>(
    edit: &mut PageEdit<'_, P>,
    pgno: Pgno,
    data: &[u8],
) -> Result<(), ApplyError> {
    let view = edit.view();
    let flags = view.flags();
    let prefix = view.prefix().on(pgno)?;
    if !prefix.is_empty() {
        let new = if flags.contains(PageFlags::ROOT) {
            data.get(SPACE_HEADER_BYTES..).unwrap_or(&[])
        } else {
            data
        };
        for iline in 0..view.node_count() {
            let node = view.node_with_prefix(iline, prefix).on(pgno)?;
            if !new.starts_with(node.prefix) {
                let what = "an external header that would change the nodes' keys";
                return Err(ApplyError::record(pgno, what));
            }
        }
    }
    edit.set_external_header(data).on(pgno)
}

/// What a scrub does to a node: nothing.
pub const SCRUB_NONE: u8 = 0;
/// Its data is overwritten.
pub const SCRUB_DATA: u8 = 1;
/// Its piece of a long value is overwritten, but still says what it is.
pub const SCRUB_LV: u8 = 2;

/// Filler of deleted data.
pub const FILL_DELETED: u8 = b'D';
/// Filler of a piece of a long value.
pub const FILL_LV: u8 = b'L';
/// Filler of free space on a page in use.
const FILL_FREE: u8 = b'Z';
/// Filler of a page that is not in use.
const FILL_UNUSED: u8 = b'U';

fn scrub<P: PageMut>(page: &mut P, record: &Scrub<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let opers = record.opers();
    rebuild(page, pgno, |edit| {
        let unused = record.flags.contains(ScrubFlags::UNUSED);
        if unused {
            edit.clear_nodes().on(pgno)?;
        } else if opers.len() != edit.view().node_count() {
            let what = "the scrub is one of another number of nodes";
            return Err(ApplyError::record(pgno, what));
        }
        for (iline, &oper) in opers.iter().enumerate() {
            match oper {
                SCRUB_NONE => continue,
                SCRUB_DATA => edit.fill_data(iline, 0, FILL_DELETED).on(pgno)?,
                SCRUB_LV => {
                    let marker = Scheme::Scrubbed.first_byte(0);
                    edit.overwrite_data(iline, 0, &[marker]).on(pgno)?;
                    edit.fill_data(iline, 1, FILL_LV).on(pgno)?;
                }
                _ => {
                    let what = "a scrub of a kind that does not exist";
                    return Err(ApplyError::record(pgno, what));
                }
            }
            edit.change_node_flags(iline, NodeFlags::empty(), NodeFlags::VERSION)
                .on(pgno)?;
        }
        edit.fill_free(if unused { FILL_UNUSED } else { FILL_FREE })
            .on(pgno)?;
        edit.set_dbtime(record.page.dbtime).on(pgno)?;
        let flags = edit.view().flags() | PageFlags::SCRUBBED;
        edit.set_flags(flags).on(pgno)
    })
}

#[cfg(test)]
mod tests;

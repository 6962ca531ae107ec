//! One node, or the external header, of one page (docs/format/log-records.md §4).
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage};
use crate::format::compress::Scheme;
use crate::format::ids::Pgno;
use crate::format::log_record::{LogRecord, LrFlags, LrPage, UndoOper};
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::PageMut;

/// Longest data of a node: less than the largest page.
const DATA_MOST: usize = 1 << 15;

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

fn version_flag(page: &LrPage) -> NodeFlags {
    if page.flags.contains(LrFlags::VERSIONED) {
        NodeFlags::VERSION
    } else {
        NodeFlags::empty()
    }
}

/// Applies a record that changes one node or the external header of `page`. `Undo` needs
/// [`undo`]; other records are [`ApplyError::NotHere`].
pub fn apply<P: PageMut>(page: &mut P, record: &LogRecord<'_>) -> Result<(), ApplyError> {
    let head = *record.page().ok_or(ApplyError::NotHere)?;
    let pgno = head.pgno;
    let iline = usize::from(head.iline);
    let version = version_flag(&head);
    let mut edit = PageEdit::new(page).on(pgno)?;
    match record {
        LogRecord::Insert(r) => {
            let key = [r.prefix, r.suffix].concat();
            edit.insert_node(iline, &key, r.data, version, Space::Reserved).on(pgno)?;
        }
        LogRecord::FlagInsert(_) => {
            edit.change_node_flags(iline, version, NodeFlags::DELETED).on(pgno)?;
        }
        LogRecord::FlagInsertAndReplaceData(r) => {
            edit.replace_data(iline, r.data, Space::Reserved).on(pgno)?;
            edit.change_node_flags(iline, version, NodeFlags::DELETED).on(pgno)?;
        }
        LogRecord::FlagDelete(_) => {
            edit.change_node_flags(iline, version | NodeFlags::DELETED, NodeFlags::empty()).on(pgno)?;
        }
        LogRecord::Delete(_) => edit.delete_node(iline).on(pgno)?,
        LogRecord::Replace(r) => {
            edit.replace_data(iline, r.data, Space::Reserved).on(pgno)?;
            edit.change_node_flags(iline, version, NodeFlags::empty()).on(pgno)?;
        }
        LogRecord::ReplaceD(r) => {
            let mut data = Vec::with_capacity(usize::from(r.cb_new).min(DATA_MOST));
            r.apply(edit.view().node(iline).on(pgno)?.data, &mut data)
                .map_err(|kind| ApplyError::Diff { pgno, kind })?;
            edit.replace_data(iline, &data, Space::Reserved).on(pgno)?;
            edit.change_node_flags(iline, version, NodeFlags::empty()).on(pgno)?;
        }
        LogRecord::Delta(r) => {
            add::<P, 4>(&mut edit, pgno, iline, r.cb_offset, i64::from(r.delta))?;
            edit.change_node_flags(iline, version, NodeFlags::empty()).on(pgno)?;
        }
        LogRecord::Delta64(r) => {
            add::<P, 8>(&mut edit, pgno, iline, r.cb_offset, r.delta)?;
            edit.change_node_flags(iline, version, NodeFlags::empty()).on(pgno)?;
        }
        LogRecord::SetExternalHeader(r) => edit.set_external_header(r.data).on(pgno)?,
        LogRecord::Scrub(r) => scrub(&mut edit, pgno, r.opers())?,
        _ => return Err(ApplyError::NotHere),
    }
    edit.set_dbtime(head.dbtime).on(pgno)
}

/// Applies an `Undo` record: the version's change is taken back physically.
pub fn undo<P: PageMut>(
    page: &mut P,
    record: &crate::format::log_record::Undo<'_>,
    before: Before<'_>,
) -> Result<(), ApplyError> {
    let head = record.page;
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
            add::<P, 4>(&mut edit, pgno, iline, offset, amount.wrapping_neg())?;
        }
        (UndoOper::DELTA64, Before::Delta { offset, amount }) => {
            add::<P, 8>(&mut edit, pgno, iline, offset, amount.wrapping_neg())?;
        }
        _ => return Err(ApplyError::record(pgno, "the version that is undone has no before-image")),
    }
    edit.set_dbtime(head.dbtime).on(pgno)
}

/// Adds to the little-endian number of `N` bytes at `offset` of the node's data, wrapping.
fn add<P: PageMut, const N: usize>(
    edit: &mut PageEdit<'_, P>,
    pgno: Pgno,
    iline: usize,
    offset: u16,
    amount: i64,
) -> Result<(), ApplyError> {
    let view = edit.view();
    let mut data = view.node(iline).on(pgno)?.data.to_vec();
    let offset = usize::from(offset);
    let slot = data
        .get_mut(offset..)
        .and_then(|d| d.first_chunk_mut::<N>())
        .ok_or(ApplyError::record(pgno, "the escrow column lies outside the record"))?;
    let mut wide = [0u8; 8];
    for (w, s) in wide.iter_mut().zip(*slot) {
        *w = s;
    }
    let sum = i64::from_le_bytes(wide).wrapping_add(amount).to_le_bytes();
    for (s, w) in slot.iter_mut().zip(sum) {
        *s = w;
    }
    edit.replace_data(iline, &data, Space::Reserved).on(pgno)
}

/// What a scrub does to a node (docs/format/log-records.md §4, Scrub).
const SCRUB_DATA: u8 = 1;
const SCRUB_LV: u8 = 2;
/// Filler of deleted data.
const FILL_DELETED: u8 = b'D';

/// Filler of a scrubbed piece of a long value, behind the marker that says so.
const FILL_LV: u8 = b'L';

/// A piece of a long value that says of itself that it was scrubbed.
fn scrubbed_value(len: usize) -> Vec<u8> {
    let mut out = vec![FILL_LV; len];
    if let Some(first) = out.first_mut() {
        *first = Scheme::Scrubbed.first_byte(0);
    }
    out
}

fn scrub<P: PageMut>(edit: &mut PageEdit<'_, P>, pgno: Pgno, opers: &[u8]) -> Result<(), ApplyError> {
    if opers.is_empty() {
        while let Some(last) = edit.view().node_count().checked_sub(1) {
            edit.delete_node(last).on(pgno)?;
        }
    }
    for (iline, &oper) in opers.iter().enumerate() {
        let len = edit.view().node(iline).on(pgno)?.data.len();
        let filler = match oper {
            SCRUB_DATA => vec![FILL_DELETED; len],
            SCRUB_LV => scrubbed_value(len),
            _ => continue,
        };
        edit.replace_data(iline, &filler, Space::Reserved).on(pgno)?;
        edit.change_node_flags(iline, NodeFlags::empty(), NodeFlags::VERSION).on(pgno)?;
    }
    let flags = edit.view().flags() | PageFlags::SCRUBBED;
    edit.set_flags(flags).on(pgno)
}

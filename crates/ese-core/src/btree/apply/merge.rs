//! A merge macro: Merge2 records from the root of the path down to the leaf
//! (docs/format/log-records.md §5.4).
//!
//! Invariant: the nodes that move are read from a copy of the source, so that source and destination
//! can be written in place, or one of them alone.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage};
use crate::format::ids::Pgno;
use crate::format::log_record::{Merge2, MergeFlags, MergeType};
use crate::format::node::NodeFlags;
use crate::format::page::PageView;
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};

/// The leaf level, with those of its pages that need the change.
pub struct MergeLeaf<'a, P> {
    /// The source before the change: a copy of the page when it needs the change, else the record's
    /// before-image.
    pub before: Option<PageBuf>,
    /// The source.
    pub page: Option<&'a mut P>,
    /// Left neighbour.
    pub left: Option<&'a mut P>,
    /// Right neighbour.
    pub right: Option<&'a mut P>,
}

/// `true` when the merge moves nodes to the right neighbour.
fn to_right(t: MergeType) -> bool {
    t == MergeType::FULL_RIGHT || t == MergeType::PARTIAL_RIGHT
}

/// `true` when the merge moves nodes to the left neighbour.
fn to_left(t: MergeType) -> bool {
    t == MergeType::FULL_LEFT || t == MergeType::PARTIAL_LEFT
}

/// `true` when the source leaves the chain.
fn source_goes(t: MergeType) -> bool {
    t == MergeType::EMPTY_PAGE || t == MergeType::FULL_RIGHT || t == MergeType::FULL_LEFT
}

/// Applies the leaf record: nodes move, the source leaves the chain.
pub fn leaf<P: PageMut>(record: &Merge2<'_>, pages: MergeLeaf<'_, P>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let t = record.merge_type;
    let MergeLeaf {
        before,
        page,
        left,
        right,
    } = pages;
    let dest_needs = (to_right(t) && right.is_some()) || (to_left(t) && left.is_some());
    if dest_needs && before.is_none() {
        return Err(ApplyError::NoImage { pgno });
    }
    let moved = match &before {
        Some(b) if to_right(t) || to_left(t) => moved_range(record, PageView::new(b).on(pgno)?)?,
        _ => 0..0,
    };
    if let Some(page) = page {
        shrink_source(page, record, &moved)?;
    }
    if let Some(left) = left {
        let mut edit = PageEdit::new(left).on(record.pgno_left)?;
        if let Some(before) = before.as_ref().filter(|_| to_left(t)) {
            let at = edit.view().node_count();
            move_nodes(&mut edit, record.pgno_left, at, before, &moved)?;
            edit.set_cb_uncommitted_free(record.cb_unc_free_dest).on(record.pgno_left)?;
        }
        if source_goes(t) {
            edit.set_pgno_next(record.pgno_right).on(record.pgno_left)?;
        }
        edit.set_dbtime(record.page.dbtime).on(record.pgno_left)?;
    }
    if let Some(right) = right {
        let mut edit = PageEdit::new(right).on(record.pgno_right)?;
        if let Some(before) = before.as_ref().filter(|_| to_right(t)) {
            move_nodes(&mut edit, record.pgno_right, 0, before, &moved)?;
            edit.set_cb_uncommitted_free(record.cb_unc_free_dest).on(record.pgno_right)?;
        }
        if source_goes(t) {
            edit.set_pgno_prev(record.pgno_left).on(record.pgno_right)?;
        }
        edit.set_dbtime(record.page.dbtime).on(record.pgno_right)?;
    }
    Ok(())
}

fn moved_range(record: &Merge2<'_>, source: PageView<'_>) -> Result<std::ops::Range<usize>, ApplyError> {
    let count = source.node_count();
    let at = usize::from(record.iline_merge);
    if at >= count {
        return Err(ApplyError::record(record.page.pgno, "the page has fewer nodes than the merge moves"));
    }
    Ok(if to_right(record.merge_type) { at..count } else { 0..at + 1 })
}

fn shrink_source<P: PageMut>(
    page: &mut P,
    record: &Merge2<'_>,
    moved: &std::ops::Range<usize>,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let mut edit = PageEdit::new(page).on(pgno)?;
    if record.merge_type == MergeType::PARTIAL_RIGHT || record.merge_type == MergeType::PARTIAL_LEFT {
        for iline in moved.clone().rev() {
            edit.delete_node(iline).on(pgno)?;
        }
    }
    if record.flags.contains(MergeFlags::EMPTY_PAGE) {
        edit.free().on(pgno)?;
    }
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// Puts live nodes of the source into `edit` from line `at` on, compressed against its prefix.
fn move_nodes<P: PageMut>(
    edit: &mut PageEdit<'_, P>,
    pgno: Pgno,
    at: usize,
    before: &PageBuf,
    range: &std::ops::Range<usize>,
) -> Result<(), ApplyError> {
    let source = PageView::new(before).on(pgno)?;
    let prefix = source.prefix().on(pgno)?;
    let mut iline = at;
    for i in range.clone() {
        let node = source.node_with_prefix(i, prefix).on(pgno)?;
        if node.is_deleted() {
            continue;
        }
        let flags = node.flags & NodeFlags::VERSION;
        edit.insert_node(iline, &node.key(), node.data, flags, Space::Reserved).on(pgno)?;
        iline += 1;
    }
    Ok(())
}

/// Applies the record of an internal page: a pointer goes, a separator changes. `leaf` is the macro's
/// last record, which says what happens below.
pub fn internal<P: PageMut>(page: &mut P, record: &Merge2<'_>, leaf: &Merge2<'_>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let iline = usize::from(record.page.iline);
    let flags = record.flags;
    let t = leaf.merge_type;
    let mut edit = PageEdit::new(page).on(pgno)?;
    let before_it = || {
        iline
            .checked_sub(1)
            .ok_or(ApplyError::record(pgno, "a merge to the left of the first pointer"))
    };
    if t == MergeType::FULL_LEFT && flags.contains(MergeFlags::KEY_CHANGE | MergeFlags::DELETE_NODE) {
        let left = before_it()?;
        edit.replace_data(iline, &leaf.pgno_left.0.to_le_bytes(), Space::Reserved).on(pgno)?;
        edit.delete_node(left).on(pgno)?;
    } else {
        if flags.contains(MergeFlags::DELETE_NODE) {
            delete_pointer(&mut edit, pgno, iline)?;
        }
        if flags.contains(MergeFlags::KEY_CHANGE) {
            let at = if t == MergeType::PARTIAL_LEFT { before_it()? } else { iline };
            change_key(&mut edit, pgno, at, leaf.key_parent_sep)?;
        }
    }
    if flags.contains(MergeFlags::EMPTY_PAGE) {
        edit.free().on(pgno)?;
    }
    edit.set_dbtime(record.page.dbtime).on(pgno)
}

/// Removes a pointer; when it was the rightmost of its level, the one before takes over the empty key.
fn delete_pointer<P: PageMut>(edit: &mut PageEdit<'_, P>, pgno: Pgno, iline: usize) -> Result<(), ApplyError> {
    let view = edit.view();
    let null_key = view.node(iline).on(pgno)?.key_len() == 0;
    let last = iline + 1 == view.node_count();
    edit.delete_node(iline).on(pgno)?;
    if let Some(before) = iline.checked_sub(1).filter(|_| null_key && last) {
        change_key(edit, pgno, before, &[])?;
    }
    Ok(())
}

fn change_key<P: PageMut>(
    edit: &mut PageEdit<'_, P>,
    pgno: Pgno,
    iline: usize,
    key: &[u8],
) -> Result<(), ApplyError> {
    let data = edit.view().node(iline).on(pgno)?.data.to_vec();
    edit.delete_node(iline).on(pgno)?;
    edit.insert_node(iline, key, &data, NodeFlags::empty(), Space::Reserved).on(pgno)
}

/// Applies EmptyTree to one of the pages below the root: freed.
pub fn empty_page<P: PageMut>(page: &mut P, pgno: Pgno, dbtime: crate::format::ids::Dbtime) -> Result<(), ApplyError> {
    let mut edit = PageEdit::new(page).on(pgno)?;
    edit.free().on(pgno)?;
    edit.set_dbtime(dbtime).on(pgno)
}

/// Applies EmptyTree to the root: an empty leaf again.
pub fn empty_root<P: PageMut>(page: &mut P, pgno: Pgno, dbtime: crate::format::ids::Dbtime) -> Result<(), ApplyError> {
    use crate::format::page::PageFlags;
    let mut edit = PageEdit::new(page).on(pgno)?;
    edit.clear_nodes().on(pgno)?;
    let flags = (edit.view().flags() - PageFlags::PARENT_OF_LEAF) | PageFlags::LEAF;
    edit.set_flags(flags).on(pgno)?;
    edit.set_dbtime(dbtime).on(pgno)
}

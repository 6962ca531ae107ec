//! A merge macro: Merge2 records from the root of the path down to the leaf
//! (docs/format/log-records.md §5.4).
//!
//! Invariant: the nodes that move are read from a copy of the source, so that source and destination
//! can be written, or one of them alone.
#![forbid(unsafe_code)]

use super::{ApplyError, OnPage, image, rebuild};
use crate::format::ids::{PageSize, Pgno};
use crate::format::log_record::{Merge2, MergeFlags, MergeType};
use crate::format::node::NodeFlags;
use crate::format::page::PageView;
use crate::format::page_edit::{PageEdit, Space};
use crate::format::page_mut::{PageBuf, PageMut};
use std::ops::Range;

/// The leaf level, with those of its pages that need the change.
pub struct MergeLeaf<'a, P> {
    /// The source before the change ([`before`]); not needed where no node moves.
    pub before: Option<PageBuf>,
    /// The source.
    pub page: Option<&'a mut P>,
    /// Left neighbour.
    pub left: Option<&'a mut P>,
    /// Right neighbour.
    pub right: Option<&'a mut P>,
}

/// The source before the change: a copy when the page itself needs the change, else what the record's
/// image shows, if it has one. The log holds an image where nodes move.
pub fn before(
    record: &Merge2<'_>,
    page: Option<&[u8]>,
    page_size: PageSize,
) -> Result<Option<PageBuf>, ApplyError> {
    match page {
        Some(page) => Ok(Some(PageBuf::from_slice(page))),
        None => image::of_merge(record, page_size),
    }
}

/// Where the nodes of the source go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    Nowhere,
    Left,
    Right,
}

/// What a merge type means for the leaves: where nodes go, and whether the source leaves the chain.
fn meaning(record: &Merge2<'_>) -> Result<(Goes, bool), ApplyError> {
    match record.merge_type {
        MergeType::EMPTY_PAGE => Ok((Goes::Nowhere, true)),
        MergeType::FULL_RIGHT => Ok((Goes::Right, true)),
        MergeType::PARTIAL_RIGHT => Ok((Goes::Right, false)),
        MergeType::FULL_LEFT => Ok((Goes::Left, true)),
        MergeType::PARTIAL_LEFT => Ok((Goes::Left, false)),
        _ => {
            let what = "a merge of a kind that is not logged like this";
            Err(ApplyError::record(record.page.pgno, what))
        }
    }
}

/// Applies the leaf record: nodes move, or the source leaves the chain, or both.
pub fn leaf<P: PageMut>(record: &Merge2<'_>, pages: MergeLeaf<'_, P>) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let (goes, unlinks) = meaning(record)?;
    let before = pages.before.as_ref();
    let moved = match before {
        Some(before) if goes != Goes::Nowhere => Some(Moved::new(record, before, goes, unlinks)?),
        _ => None,
    };
    let dest = match goes {
        Goes::Nowhere => None,
        Goes::Left => pages.left.as_ref(),
        Goes::Right => pages.right.as_ref(),
    };
    if dest.is_some() && moved.is_none() {
        return Err(ApplyError::NoImage { pgno });
    }
    if let Some(page) = pages.page {
        shrink_source(page, record, moved.as_ref().filter(|_| !unlinks))?;
    }
    if let Some(left) = pages.left {
        let pgno = record.pgno_left;
        rebuild(left, pgno, |edit| {
            if let Some(moved) = moved.as_ref().filter(|_| goes == Goes::Left) {
                let at = edit.view().node_count();
                moved.insert_into(edit, pgno, at)?;
                edit.set_cb_uncommitted_free(record.cb_unc_free_dest)
                    .on(pgno)?;
            }
            if unlinks {
                edit.set_pgno_next(record.pgno_right).on(pgno)?;
            }
            edit.set_dbtime(record.page.dbtime).on(pgno)
        })?;
    }
    if let Some(right) = pages.right {
        let pgno = record.pgno_right;
        rebuild(right, pgno, |edit| {
            if let Some(moved) = moved.as_ref().filter(|_| goes == Goes::Right) {
                moved.insert_into(edit, pgno, 0)?;
                edit.set_cb_uncommitted_free(record.cb_unc_free_dest)
                    .on(pgno)?;
            }
            if unlinks {
                edit.set_pgno_prev(record.pgno_left).on(pgno)?;
            }
            edit.set_dbtime(record.page.dbtime).on(pgno)
        })?;
    }
    Ok(())
}

fn shrink_source<P: PageMut>(
    page: &mut P,
    record: &Merge2<'_>,
    moved: Option<&Moved<'_>>,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    rebuild(page, pgno, |edit| {
        if let Some(moved) = moved {
            for iline in moved.range.clone().rev() {
                edit.delete_node(iline).on(pgno)?;
            }
        }
        if record.flags.contains(MergeFlags::EMPTY_PAGE) {
            edit.free().on(pgno)?;
        }
        edit.set_dbtime(record.page.dbtime).on(pgno)
    })
}

/// The nodes that leave the source.
struct Moved<'a> {
    source: PageView<'a>,
    prefix: &'a [u8],
    range: Range<usize>,
    pgno: Pgno,
}

impl<'a> Moved<'a> {
    fn new(
        record: &Merge2<'_>,
        before: &'a PageBuf,
        goes: Goes,
        all: bool,
    ) -> Result<Self, ApplyError> {
        let pgno = record.page.pgno;
        let source = PageView::new(before).on(pgno)?;
        let prefix = source.prefix().on(pgno)?;
        let count = source.node_count();
        let at = usize::from(record.iline_merge);
        let range = if goes == Goes::Right {
            at..count
        } else {
            0..at + 1
        };
        if at >= count || (all && range != (0..count)) {
            let what = "the page has other nodes than the merge moves";
            return Err(ApplyError::record(pgno, what));
        }
        Ok(Self {
            source,
            prefix,
            range,
            pgno,
        })
    }

    /// Puts the live ones on a page from line `at` on, compressed against its prefix.
    fn insert_into(
        &self,
        edit: &mut PageEdit<'_, PageBuf>,
        pgno: Pgno,
        at: usize,
    ) -> Result<(), ApplyError> {
        let mut iline = at;
        for i in self.range.clone() {
            let node = self.source.node_with_prefix(i, self.prefix).on(self.pgno)?;
            if node.is_deleted() {
                continue;
            }
            let key = [node.prefix, node.suffix];
            let flags = node.flags & NodeFlags::VERSION;
            edit.insert_node_of(iline, key, node.data, flags, Space::Reserved)
                .on(pgno)?;
            iline += 1;
        }
        Ok(())
    }
}

/// Applies the record of an internal page: a pointer goes, a separator changes. `leaf` is the macro's
/// last record, which says what happens below.
pub fn internal<P: PageMut>(
    page: &mut P,
    record: &Merge2<'_>,
    leaf: &Merge2<'_>,
) -> Result<(), ApplyError> {
    let pgno = record.page.pgno;
    let iline = usize::from(record.page.iline);
    let flags = record.flags;
    let what = "a merge to the left of the first pointer";
    let left = iline.checked_sub(1).ok_or(ApplyError::record(pgno, what));
    let both = MergeFlags::KEY_CHANGE | MergeFlags::DELETE_NODE;
    rebuild(page, pgno, |edit| {
        if leaf.merge_type == MergeType::FULL_LEFT && flags.contains(both) {
            // The left page takes over the place, and the separator, of the one that goes.
            let pointer = leaf.pgno_left.0.to_le_bytes();
            edit.replace_data(iline, &pointer, Space::Reserved)
                .on(pgno)?;
            edit.delete_node(left?).on(pgno)?;
        } else {
            if flags.contains(MergeFlags::DELETE_NODE) {
                delete_pointer(edit, pgno, iline)?;
            }
            if flags.contains(MergeFlags::KEY_CHANGE) {
                let partial_left = leaf.merge_type == MergeType::PARTIAL_LEFT;
                let at = if partial_left { left? } else { iline };
                change_key(edit, pgno, at, leaf.key_parent_sep)?;
            }
        }
        if flags.contains(MergeFlags::EMPTY_PAGE) {
            edit.free().on(pgno)?;
        }
        edit.set_dbtime(record.page.dbtime).on(pgno)
    })
}

/// Removes a pointer; when it was the rightmost of its level, the one before takes over the empty key.
fn delete_pointer(
    edit: &mut PageEdit<'_, PageBuf>,
    pgno: Pgno,
    iline: usize,
) -> Result<(), ApplyError> {
    let view = edit.view();
    let null_key = view.node(iline).on(pgno)?.key_len() == 0;
    let last = iline + 1 == view.node_count();
    edit.delete_node(iline).on(pgno)?;
    match iline.checked_sub(1) {
        Some(before) if null_key && last => change_key(edit, pgno, before, &[]),
        _ => Ok(()),
    }
}

/// Gives the pointer `iline` another key.
fn change_key(
    edit: &mut PageEdit<'_, PageBuf>,
    pgno: Pgno,
    iline: usize,
    key: &[u8],
) -> Result<(), ApplyError> {
    let node = edit.view().node(iline).on(pgno)?;
    let what = "a separator without a page";
    let child = node.child().ok_or(ApplyError::record(pgno, what))?;
    let flags = node.flags - NodeFlags::COMPRESSED;
    edit.delete_node(iline).on(pgno)?;
    edit.insert_node(iline, key, &child.0.to_le_bytes(), flags, Space::Reserved)
        .on(pgno)
}

#[cfg(test)]
mod tests;

//! From a page to its child.
//!
//! Invariant: the chosen child is never page 0 nor the page itself.
#![forbid(unsafe_code)]

use crate::cache::{PageFault, PageFaultKind, SharedPage};
use crate::format::ids::Pgno;
use crate::format::page::{PageError, PageView};
use std::cmp::Ordering;

/// The child page of line `iline` of an internal page.
pub fn child_at(page: &SharedPage<'_>, iline: usize) -> Result<Pgno, PageFault> {
    child_of(&page.view()?, page.pgno(), iline)
}

/// As [`child_at`], of a page `pgno` that is at hand as a view.
pub(super) fn child_of(view: &PageView<'_>, pgno: Pgno, iline: usize) -> Result<Pgno, PageFault> {
    let fault = |e| PageFault::new(pgno, PageFaultKind::Structure(e));
    let node = view.node(iline).map_err(fault)?;
    let itag = iline + view.reserved_tags();
    let child = node
        .child()
        .ok_or_else(|| fault(PageError::Child { itag }))?;
    if child.is_null() || child == pgno || child > Pgno::MAX {
        return Err(PageFault::new(
            pgno,
            PageFaultKind::BadChild { iline, child },
        ));
    }
    Ok(child)
}

/// Line of the child that a key belongs to: the first separator greater than the key; the empty
/// key of the last node stands for "greater than all" (docs/format/database-btree-space.md §3).
pub(super) fn child_line(page: &SharedPage<'_>, key: &[u8]) -> Result<usize, PageFault> {
    child_line_of(&page.view()?, key).map_err(|e| page.fault(e))
}

/// As [`child_line`], of a page that is at hand as a view.
pub(super) fn child_line_of(view: &PageView<'_>, key: &[u8]) -> Result<usize, PageError> {
    child_line_among(view, key, 0, view.node_count())
}

/// As [`child_line_of`], when it is known to be one of these lines, ends included.
pub(super) fn child_line_among(
    view: &PageView<'_>,
    key: &[u8],
    low: usize,
    high: usize,
) -> Result<usize, PageError> {
    let count = view.node_count();
    let iline = view.partition_among(low, high, |node| {
        node.key_len() != 0 && node.cmp_key(key) != Ordering::Greater
    })?;
    // A separator lower than the key on the last line happens only in damaged trees: the last
    // child is then the nearest.
    Ok(iline.min(count.saturating_sub(1)))
}

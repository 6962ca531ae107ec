//! Where and how one page splits (docs/format/database-btree-space.md §4.3, §8).
//!
//! | way | when |
//! |---|---|
//! | downwards | the page is the root: all nodes go to one new page |
//! | append | the node comes behind the last one of the rightmost leaf: it alone goes to the new page |
//! | hot point | the node comes right behind the two that were inserted last, in the middle of the tree |
//! | prepend | the node comes before the first one of the leftmost leaf: it alone stays |
//! | behind an append | an internal page whose leaf appends: as far to the right as it fits |
//! | even | else: both sides as equal in bytes as can be |
//!
//! When neither side has room for the operation's node, the page splits without it, and the operation
//! is tried again.
//!
//! Invariant: both pages of a split have room for their nodes, and for what their undo may need.
#![forbid(unsafe_code)]

use super::lines::{Lines, node_size};
use super::prefix::{Prefix, best};
use super::step::page_room;
use crate::format::ids::PageSize;
use crate::format::log_record::SplitType;
use crate::format::page::{PageError, PageView};
use crate::format::page_edit::PREFIX_NOT_WORTH;

/// How one page splits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cut {
    pub(super) split_type: SplitType,
    /// First line that goes to the new page.
    pub(super) at: usize,
    /// Prefix of the page that splits.
    pub(super) old: Prefix,
    /// Prefix of the new page.
    pub(super) new: Prefix,
}

/// What is known of a page and its operation, beyond the lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pattern {
    /// Nothing of interest.
    None,
    /// Insert behind the last node of the rightmost leaf.
    Append,
    /// Insert before the first node of the leftmost leaf.
    Prepend,
    /// Insert behind the two nodes that came last.
    HotPoint,
    /// An internal page; the leaf below appends.
    BehindAppend,
}

/// What pattern an insert at line `iline` of a leaf that is no root follows.
pub(super) fn pattern_of_insert(view: &PageView<'_>, iline: usize) -> Result<Pattern, PageError> {
    if iline == view.node_count() && view.pgno_next().is_null() {
        return Ok(Pattern::Append);
    }
    if is_hot(view, iline)? {
        return Ok(Pattern::HotPoint);
    }
    Ok(match iline == 0 && view.pgno_prev().is_null() {
        true => Pattern::Prepend,
        false => Pattern::None,
    })
}

/// Whether the two nodes before `iline` lie behind all others in the page's data area, one behind the
/// other: they came last.
fn is_hot(view: &PageView<'_>, iline: usize) -> Result<bool, PageError> {
    let Some(first) = iline.checked_sub(2) else {
        return Ok(false);
    };
    let at = |i: usize| Ok::<usize, PageError>(view.tag(i + view.reserved_tags())?.ib);
    let (a, b) = (at(first)?, at(first + 1)?);
    if a >= b {
        return Ok(false);
    }
    for i in (0..first).chain(iline..view.node_count()) {
        if at(i)? >= a {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The cut of a root.
pub(super) fn downwards(lines: &Lines<'_>, size: PageSize) -> Option<Cut> {
    let new = best(lines.as_slice());
    let need = lines.size_max(0..lines.len());
    (need <= page_room(size) + new.saves).then_some(Cut {
        split_type: SplitType::VERTICAL,
        at: 0,
        old: Prefix::default(),
        new,
    })
}

/// The cut of an append: the new node's key is its page's prefix, for those that will follow.
pub(super) fn append(lines: &Lines<'_>, size: PageSize) -> Cut {
    let at = lines.len().saturating_sub(1);
    let key = lines.key(at).len();
    let need = node_size(key, lines.data(at).len()) + PREFIX_NOT_WORTH;
    let whole = key > PREFIX_NOT_WORTH && need <= page_room(size);
    Cut {
        split_type: SplitType::APPEND,
        at,
        old: Prefix::default(),
        new: Prefix {
            iline: whole.then_some(0),
            saves: 0,
        },
    }
}

/// The cut of any other page that is no root; `None` when no cut has room for all lines.
pub(super) fn to_the_right(lines: &Lines<'_>, pattern: Pattern, size: PageSize) -> Option<Cut> {
    match pattern {
        Pattern::Prepend => try_cut(lines, 1, size).ok(),
        Pattern::BehindAppend => {
            let from_right = (1..lines.len()).rev();
            from_right
                .map(|at| try_cut(lines, at, size))
                .find_map(Result::ok)
        }
        _ => even(lines, size),
    }
}

/// The cut at a given line.
pub(super) fn cut_at(lines: &Lines<'_>, at: usize, size: PageSize) -> Option<Cut> {
    try_cut(lines, at, size).ok()
}

/// Which page has no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Over {
    Old,
    New,
    Both,
}

fn try_cut(lines: &Lines<'_>, at: usize, size: PageSize) -> Result<Cut, Over> {
    let count = lines.len();
    let (left, right) = lines.as_slice().split_at_checked(at).ok_or(Over::Both)?;
    if left.is_empty() || right.is_empty() {
        return Err(Over::Both);
    }
    let (old, new) = (best(left), best(right));
    let room = page_room(size);
    let over = |need: usize, prefix: &Prefix| need > room + prefix.saves;
    let cut = Cut {
        split_type: SplitType::RIGHT,
        at,
        old,
        new,
    };
    match (
        over(lines.size_max(0..at), &old),
        over(lines.size_max(at..count), &new),
    ) {
        (false, false) => Ok(cut),
        (true, false) => Err(Over::Old),
        (false, true) => Err(Over::New),
        (true, true) => Err(Over::Both),
    }
}

/// The line where both sides are the closest to equal bytes; of two such lines the higher, which
/// moves fewer nodes.
fn middle(lines: &Lines<'_>) -> usize {
    let count = lines.len();
    let half = lines.size_before(count) / 2;
    (1..count)
        .min_by_key(|&at| (lines.size_before(at).abs_diff(half), usize::MAX - at))
        .unwrap_or(0)
}

/// From the middle away from the side that has no room.
fn even(lines: &Lines<'_>, size: PageSize) -> Option<Cut> {
    let mut at = middle(lines);
    let mut over = match try_cut(lines, at, size) {
        Ok(cut) => return Some(cut),
        Err(over) => over,
    };
    let first = over;
    while over == first && over != Over::Both {
        at = match over {
            Over::Old => at.checked_sub(1)?,
            _ => at + 1,
        };
        match try_cut(lines, at, size) {
            Ok(cut) => return Some(cut),
            Err(next) => over = next,
        }
    }
    None
}

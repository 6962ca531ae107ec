//! The structural test of a page: what the original tests once before it uses a page, and the deeper
//! questions that only an integrity check asks.
//!
//! Source: docs/format/database-pages.md §5.4 step 6, §6, §10.
//!
//! Invariants: one pass over the tags and no allocation (it runs for every page that is loaded; only
//! a page whose lines do not ascend needs a second pass, for the overlap); after [`check_page`]
//! succeeded every node of the page decodes.
#![forbid(unsafe_code)]

use super::bytes::u16_at;
use super::ids::{PageSize, Pgno};
use super::node::{LENGTH_MASK, Node, NodeFlags};
use super::page::{ITAG_COUNT_MASK, PageError, PageFlags, PageView, TAG_BYTES};
use std::cmp::Ordering;

/// The header's view of the data area, after it was found plausible.
struct Area<'a> {
    /// Bytes between header and tags.
    data: &'a [u8],
    /// The tags; tag 0 is the last.
    tags: &'a [u8],
    /// `cbPage - cbHdr`.
    cb_data: usize,
}

/// Tests what the original tests before it uses a page; the first failure refuses the whole page
/// (`JET_errDatabaseCorrupted`).
pub fn check_page(page: &PageView<'_>) -> Result<(), PageError> {
    let flags = page.flags();
    check_flags(flags)?;
    if page.tag_count() == 0 && flags.intersects(PageFlags::EMPTY | PageFlags::PREINIT) {
        return Ok(());
    }
    let area = check_header(page)?;
    let large = page.size().is_large();
    let tag_mask = if large { 0x7FFF } else { 0x1FFF };
    let reserved = page.reserved_tags();
    let ib_mic_free = usize::from(page.ib_mic_free());
    let last = page.tag_count() - 1;
    let leaf = flags.contains(PageFlags::LEAF);

    let mut page_prefix = 0;
    let mut cb_lines = 0;
    let mut end_before = 0;
    let mut ascending = true;
    for (itag, tag) in area.tags.rchunks_exact(TAG_BYTES).enumerate() {
        let raw_ib = u16_at(tag, 2).unwrap_or(0);
        let ib = usize::from(raw_ib & tag_mask);
        let cb = usize::from(u16_at(tag, 0).unwrap_or(0) & tag_mask);
        if cb == 0 && itag < reserved {
            continue;
        }
        let end = ib + cb;
        let line = area
            .data
            .get(ib..end)
            .filter(|_| end <= ib_mic_free)
            .ok_or(PageError::LineOutside { itag, ib, cb })?;
        cb_lines += cb;
        ascending &= ib >= end_before;
        end_before = end;
        if itag == 0 {
            page_prefix = match flags {
                f if !f.contains(PageFlags::ROOT) => cb,
                f if f.contains(PageFlags::SPACE_TREE) => cb.saturating_sub(16),
                _ => 0,
            };
        }
        if itag < reserved {
            continue;
        }
        let small_flags = (raw_ib >> 13) as u8;
        let key_len = check_line(line, itag, large, small_flags, page_prefix)?;
        if key_len == 0 && (leaf || itag < last) {
            return Err(PageError::NullKey { itag });
        }
    }
    check_sum(page, &area, cb_lines)?;
    if ascending {
        return Ok(());
    }
    check_overlap(page)
}

/// Two type bits at once, or two states at once.
fn check_flags(flags: PageFlags) -> Result<(), PageError> {
    const CONTRADICTIONS: [PageFlags; 3] = [
        PageFlags::EMPTY.union(PageFlags::PREINIT),
        PageFlags::INDEX.union(PageFlags::LONG_VALUE),
        PageFlags::LEAF.union(PageFlags::PARENT_OF_LEAF),
    ];
    if CONTRADICTIONS.into_iter().any(|both| flags.contains(both)) {
        return Err(PageError::Flags(flags.bits()));
    }
    Ok(())
}

/// Number of tags, and the three numbers of the accounting against the size of the page.
fn check_header<'a>(page: &PageView<'a>) -> Result<Area<'a>, PageError> {
    let bytes = page.bytes();
    let header = page.size().header_bytes();
    let cb_data = bytes.len() - header;
    let count = page.tag_count();
    let impossible = PageError::TagCount(page.itag_state() & ITAG_COUNT_MASK);
    let cb_tags = count * TAG_BYTES;
    if count == 0 || count < page.reserved_tags() || cb_tags >= cb_data {
        return Err(impossible);
    }
    let (rest, tags) = bytes
        .split_at_checked(bytes.len() - cb_tags)
        .ok_or(impossible)?;
    let data = rest.get(header..).ok_or(impossible)?;
    let free = page.cb_free();
    if page.cb_uncommitted_free() > free {
        return Err(PageError::CbUncommittedFree {
            uncommitted: page.cb_uncommitted_free(),
            free,
        });
    }
    if usize::from(page.ib_mic_free()) > data.len() {
        return Err(PageError::IbMicFree(page.ib_mic_free()));
    }
    Ok(Area {
        data,
        tags,
        cb_data,
    })
}

/// Bounds inside one line; returns the length of the key.
#[inline]
fn check_line(
    line: &[u8],
    itag: usize,
    large: bool,
    small_flags: u8,
    page_prefix: usize,
) -> Result<usize, PageError> {
    let short = PageError::LineShort {
        itag,
        cb: line.len(),
    };
    let first = u16_at(line, 0).ok_or(short)?;
    let flags = if large {
        (first >> 13) as u8
    } else {
        small_flags
    };
    let first = usize::from(first & LENGTH_MASK);
    let (cb_prefix, cb_suffix, overhead) = if flags & NodeFlags::COMPRESSED.bits() == 0 {
        (0, first, 2)
    } else {
        let second = u16_at(line, 2).ok_or(short)?;
        (first, usize::from(second & LENGTH_MASK), 4)
    };
    if cb_prefix > page_prefix {
        return Err(PageError::Prefix {
            itag,
            cb_prefix,
            page_prefix,
        });
    }
    match (overhead + cb_suffix).cmp(&line.len()) {
        Ordering::Less => Ok(cb_prefix + cb_suffix),
        Ordering::Equal => Err(PageError::NoData { itag }),
        Ordering::Greater => Err(PageError::Suffix { itag }),
    }
}

/// `cbFree` is what the lines and the tags leave.
fn check_sum(page: &PageView<'_>, area: &Area<'_>, cb_lines: usize) -> Result<(), PageError> {
    let used = cb_lines + area.tags.len();
    if used + usize::from(page.cb_free()) == area.cb_data {
        return Ok(());
    }
    let signed = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(PageError::CbFree {
        stored: page.cb_free(),
        computed: signed(area.cb_data) - signed(used),
    })
}

/// Words of a bitmap with a bit for each byte of the largest page.
const MAP_WORDS: usize = PageSize::K32.bytes() / 64;

/// Two lines with a byte in common, by a bitmap: the lines lie in any order here.
#[cold]
fn check_overlap(page: &PageView<'_>) -> Result<(), PageError> {
    let mut map = [0u64; MAP_WORDS];
    for itag in 0..page.tag_count() {
        let tag = page.tag(itag)?;
        let (mut from, end) = (tag.ib, tag.ib + tag.cb);
        while from < end {
            let bit = from % 64;
            let n = (64 - bit).min(end - from);
            let bits = (u64::MAX >> (64 - n)) << bit;
            let Some(word) = map.get_mut(from / 64) else {
                break;
            };
            if *word & bits != 0 {
                return Err(PageError::Overlap(sharer(page, itag), itag));
            }
            *word |= bits;
            from += n;
        }
    }
    Ok(())
}

/// The first tag below `itag` that shares a byte with it.
fn sharer(page: &PageView<'_>, itag: usize) -> usize {
    let Ok(a) = page.tag(itag) else { return 0 };
    (0..itag)
        .find(|&i| {
            page.tag(i)
                .is_ok_and(|b| b.cb > 0 && b.ib < a.ib + a.cb && a.ib < b.ib + b.cb)
        })
        .unwrap_or(0)
}

/// What only an integrity check notices: the page can be used all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeProblem {
    /// The structure itself is wrong; nothing further was looked at.
    #[error("{0}")]
    Page(PageError),
    /// A key is not above the one before it.
    #[error("node {iline} is not above the node before it")]
    Order {
        /// The upper node.
        iline: usize,
    },
    /// A node takes other than all common bytes from the page prefix, or takes two or fewer.
    #[error("node {iline} takes {stored} bytes of the page prefix, {common} are common")]
    PrefixRule {
        /// The node.
        iline: usize,
        /// Bytes taken.
        stored: usize,
        /// Bytes that key and page prefix have in common.
        common: usize,
    },
    /// An internal node whose data is no page number.
    #[error("node {iline} of an internal page holds no child page number")]
    Child {
        /// The node.
        iline: usize,
    },
    /// An internal node that points to page 0.
    #[error("node {iline} points to page 0")]
    ChildNull {
        /// The node.
        iline: usize,
    },
    /// An internal page without nodes.
    #[error("an internal page without children")]
    NoChildren,
    /// A page that is no leaf has a sibling.
    #[error("an internal page with a sibling ({prev}, {next})")]
    Siblings {
        /// Left sibling.
        prev: Pgno,
        /// Right sibling.
        next: Pgno,
    },
    /// A root with a sibling.
    #[error("a root page with a sibling")]
    RootSiblings,
    /// A leaf node of a space tree that is no extent.
    #[error("node {iline} of a space tree is no extent")]
    Extent {
        /// The node.
        iline: usize,
    },
}

/// Lists what is wrong with a page's nodes beyond [`check_page`]: order, prefix rule, child pointers,
/// extents, sibling links (docs/format/database-pages.md §10 rows 4-6). A freed page is not looked
/// into.
pub fn check_nodes(page: &PageView<'_>, report: &mut dyn FnMut(NodeProblem)) {
    if page.flags().contains(PageFlags::EMPTY) {
        return;
    }
    if let Err(e) = check_page(page) {
        report(NodeProblem::Page(e));
        return;
    }
    check_links(page, report);
    let Ok(prefix) = page.prefix() else { return };
    let flags = page.flags();
    let leaf = flags.contains(PageFlags::LEAF);
    let by_data =
        leaf && flags.contains(PageFlags::NON_UNIQUE) && !flags.contains(PageFlags::SPACE_TREE);
    let mut before: Option<Node<'_>> = None;
    for iline in 0..page.node_count() {
        let node = match page.node_with_prefix(iline, prefix) {
            Ok(node) => node,
            Err(e) => {
                report(NodeProblem::Page(e));
                return;
            }
        };
        let null_last = !leaf && node.key_len() == 0;
        if let Some(before) = &before
            && !null_last
            && !is_above(before, &node, by_data)
        {
            report(NodeProblem::Order { iline });
        }
        check_prefix_rule(&node, prefix, iline, report);
        if leaf {
            let extent = node.data.len() == 4 && matches!(node.key_len(), 4 | 5);
            if flags.contains(PageFlags::SPACE_TREE) && !extent {
                report(NodeProblem::Extent { iline });
            }
        } else {
            match node.child() {
                None => report(NodeProblem::Child { iline }),
                Some(child) if child.is_null() => report(NodeProblem::ChildNull { iline }),
                Some(_) => {}
            }
        }
        before = Some(node);
    }
}

fn check_links(page: &PageView<'_>, report: &mut dyn FnMut(NodeProblem)) {
    let (prev, next) = (page.pgno_prev(), page.pgno_next());
    let linked = !prev.is_null() || !next.is_null();
    if !page.is_leaf() {
        if linked {
            report(NodeProblem::Siblings { prev, next });
        }
        if page.node_count() == 0 && !page.flags().contains(PageFlags::PREINIT) {
            report(NodeProblem::NoChildren);
        }
    } else if page.is_root() && linked {
        report(NodeProblem::RootSiblings);
    }
}

/// Strictly above by key, or, where several entries may have one key, by key and then data.
fn is_above(low: &Node<'_>, high: &Node<'_>, by_data: bool) -> bool {
    match low.cmp_node_key(high) {
        Ordering::Less => true,
        Ordering::Equal => by_data && low.data < high.data,
        Ordering::Greater => false,
    }
}

/// docs/format/database-pages.md §4.3.
fn check_prefix_rule(
    node: &Node<'_>,
    page_prefix: &[u8],
    iline: usize,
    report: &mut dyn FnMut(NodeProblem),
) {
    let common = page_prefix
        .iter()
        .zip(node.prefix.iter().chain(node.suffix))
        .take_while(|(a, b)| a == b)
        .count();
    let wanted = if common > 2 { common } else { 0 };
    let stored = node.prefix.len();
    if stored != wanted {
        report(NodeProblem::PrefixRule {
            iline,
            stored,
            common,
        });
    }
}

#[cfg(test)]
mod tests;

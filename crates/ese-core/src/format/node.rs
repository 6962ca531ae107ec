//! A node: key (page prefix + suffix), data and three flags.
//!
//! ```text
//! compressed clear:   u16 cbSuffix | suffix[cbSuffix] | data[...]
//! compressed set:     u16 cbPrefix | u16 cbSuffix | suffix[cbSuffix] | data[...]
//! ```
//! Lengths are 13 bits; on large pages the top three bits of the first word are the flags, on small
//! pages they are in the tag. Source: docs/format/database-pages.md §4.
#![forbid(unsafe_code)]

use super::bytes::{u16_at, u32_at};
use super::ids::Pgno;
use super::page::{PageError, PageView, Tag};
use std::cmp::Ordering;

bitflags::bitflags! {
    /// Node flags.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct NodeFlags: u8 {
        /// A version may exist; meaningless in a file at rest.
        const VERSION = 1;
        /// Deleted, awaits cleanup: invisible to readers.
        const DELETED = 2;
        /// The key begins with bytes of the page's prefix.
        const COMPRESSED = 4;
    }
}

/// Mask of the two length words.
pub const LENGTH_MASK: u16 = 0x1FFF;

/// A node of a page. The key is in two pieces, so that nothing is copied to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    /// The bytes taken from the page's prefix.
    pub prefix: &'a [u8],
    /// The rest of the key.
    pub suffix: &'a [u8],
    /// What the key leads to: a record, a child page, an extent.
    pub data: &'a [u8],
    /// Flags.
    pub flags: NodeFlags,
}

impl<'a> Node<'a> {
    /// The node of a line that is at hand, of which its tag says the rest.
    #[inline]
    pub(crate) fn of_line(
        line: &'a [u8],
        (itag, tag): (usize, Tag),
        large: bool,
        page_prefix: &'a [u8],
    ) -> Result<Self, PageError> {
        let short = PageError::LineShort {
            itag,
            cb: line.len(),
        };
        let first = u16_at(line, 0).ok_or(short)?;
        let flags = NodeFlags::from_bits_truncate(if large {
            (first >> 13) as u8
        } else {
            tag.small_flags
        });
        let (cb_prefix, cb_suffix, overhead) = if flags.contains(NodeFlags::COMPRESSED) {
            let second = u16_at(line, 2).ok_or(short)?;
            (
                usize::from(first & LENGTH_MASK),
                usize::from(second & LENGTH_MASK),
                4,
            )
        } else {
            (0, usize::from(first & LENGTH_MASK), 2)
        };
        let prefix = page_prefix.get(..cb_prefix).ok_or(PageError::Prefix {
            itag,
            cb_prefix,
            page_prefix: page_prefix.len(),
        })?;
        let body = line.get(overhead..).ok_or(short)?;
        let (suffix, data) = body
            .split_at_checked(cb_suffix)
            .ok_or(PageError::Suffix { itag })?;
        Ok(Self {
            prefix,
            suffix,
            data,
            flags,
        })
    }

    /// Length of the key in bytes.
    #[must_use]
    pub fn key_len(&self) -> usize {
        self.prefix.len() + self.suffix.len()
    }

    /// The key in one piece.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        let mut k = Vec::with_capacity(self.key_len());
        self.key_into(&mut k);
        k
    }

    /// Appends the key to `out`.
    pub fn key_into(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.prefix);
        out.extend_from_slice(self.suffix);
    }

    /// Compares the node's key with `key`, bytewise, the shorter first on a tie.
    #[inline]
    #[must_use]
    pub fn cmp_key(&self, key: &[u8]) -> Ordering {
        let n = self.prefix.len().min(key.len());
        let (head, tail) = key.split_at(n);
        self.prefix.cmp(head).then_with(|| {
            if n < self.prefix.len() {
                Ordering::Greater
            } else {
                self.suffix.cmp(tail)
            }
        })
    }

    /// Compares the keys of two nodes of one page, without putting them together.
    #[must_use]
    pub fn cmp_node_key(&self, other: &Node<'_>) -> Ordering {
        // Both prefixes begin the page's one prefix, so the shorter one needs no comparing.
        let shared = self.prefix.len().min(other.prefix.len());
        if self.prefix.len() == other.prefix.len() {
            return self.suffix.cmp(other.suffix);
        }
        let key = self.prefix.iter().chain(self.suffix).skip(shared);
        key.cmp(other.prefix.iter().chain(other.suffix).skip(shared))
    }

    /// `true` when the node is flagged deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.flags.contains(NodeFlags::DELETED)
    }

    /// The child page of an internal node; `None` when the data is no page number.
    #[must_use]
    pub fn child(&self) -> Option<Pgno> {
        if self.data.len() == 4 {
            u32_at(self.data, 0).map(Pgno)
        } else {
            None
        }
    }
}

impl<'a> PageView<'a> {
    /// Node `iline`, from 0.
    #[inline]
    pub fn node(&self, iline: usize) -> Result<Node<'a>, PageError> {
        self.node_with_prefix(iline, self.prefix()?)
    }

    /// Node `iline` when the page's prefix is at hand (see [`PageView::prefix`]): what loops use.
    #[inline]
    pub fn node_with_prefix(
        &self,
        iline: usize,
        page_prefix: &'a [u8],
    ) -> Result<Node<'a>, PageError> {
        let itag = iline.saturating_add(self.reserved_tags());
        let (line, tag) = self.line(itag)?;
        Node::of_line(line, (itag, tag), self.size().is_large(), page_prefix)
    }

    /// First node for which `less` is false (`less` must hold for a run from the start).
    pub fn partition_nodes(&self, less: impl FnMut(&Node<'a>) -> bool) -> Result<usize, PageError> {
        self.partition_among(0, self.node_count(), less)
    }

    /// As [`PageView::partition_nodes`], when it is known that the node is one of the lines from `low`
    /// to `high`, both included.
    #[inline]
    pub fn partition_among(
        &self,
        low: usize,
        high: usize,
        mut less: impl FnMut(&Node<'a>) -> bool,
    ) -> Result<usize, PageError> {
        let (mut low, mut high) = (low, high.min(self.node_count()));
        if low >= high {
            return Ok(low.min(high));
        }
        let prefix = self.prefix()?;
        while low < high {
            let mid = low + (high - low) / 2;
            if less(&self.node_with_prefix(mid, prefix)?) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        Ok(low)
    }
}

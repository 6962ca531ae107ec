//! Bookmarks, and the gaps beside them.
//!
//! Invariant: a bookmark is a key and, in a tree whose keys repeat, the node's data behind it.
#![forbid(unsafe_code)]

use crate::cache::{PageFault, SharedPage};
use crate::format::node::Node;
use crate::format::page::PageView;
use std::cmp::Ordering;

/// A gap between nodes: before or behind a bookmark, or all nodes of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap<'b> {
    /// Key, and data behind it; without data the key alone counts.
    pub(super) bytes: &'b [u8],
    key_len: usize,
    pub(super) behind: bool,
}

impl<'b> Gap<'b> {
    pub(super) fn of_key(key: &'b [u8], behind: bool) -> Self {
        Self {
            bytes: key,
            key_len: key.len(),
            behind,
        }
    }

    pub(super) fn has_data(&self) -> bool {
        self.bytes.len() > self.key_len
    }

    pub(super) fn cmp(&self, node: &Node<'_>) -> Ordering {
        let all = self.bytes;
        let (key, data) = all.split_at_checked(self.key_len).unwrap_or((all, &[]));
        let order = node.cmp_key(key);
        match data {
            [] => order,
            data => order.then_with(|| node.data.cmp(data)),
        }
    }

    /// The first line behind the gap on a leaf.
    #[inline]
    pub(super) fn line(&self, leaf: &SharedPage<'_>) -> Result<usize, PageFault> {
        Ok(self.find(leaf)?.0)
    }

    /// The same, and the node there if it is the one before which the gap lies.
    #[inline]
    pub(super) fn find<'l>(
        &self,
        leaf: &'l SharedPage<'_>,
    ) -> Result<(usize, Option<Node<'l>>), PageFault> {
        let view = leaf.view()?;
        let key = self.bytes.get(..self.key_len).unwrap_or(self.bytes);
        let (low, high) = leaf.lines(&view, key);
        if low + 1 == high {
            expect_node(leaf, &view, low);
        }
        // Every node that is found to be not lower lies before those that were found so earlier.
        let mut first = None;
        let line = view.partition_among(low, high, |n| match self.cmp(n) {
            Ordering::Less => true,
            Ordering::Equal => {
                first = Some(*n).filter(|_| !self.behind);
                self.behind
            }
            Ordering::Greater => {
                first = None;
                false
            }
        });
        Ok((line.map_err(|e| leaf.fault(e))?, first))
    }
}

/// Has the processor bring a node of a latched leaf.
#[inline]
pub(super) fn expect_node(leaf: &SharedPage<'_>, view: &PageView<'_>, iline: usize) {
    if let Ok(tag) = view.tag(iline + view.reserved_tags()) {
        leaf.want(view.size().header_bytes() + tag.ib, tag.cb);
    }
}

/// A bookmark in one piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Marked {
    bytes: Vec<u8>,
    key_len: usize,
}

impl Marked {
    pub(super) fn set(&mut self, node: &Node<'_>, unique: bool) {
        self.bytes.clear();
        node.key_into(&mut self.bytes);
        self.key_len = self.bytes.len();
        if !unique {
            self.bytes.extend_from_slice(node.data);
        }
    }

    pub(super) fn set_parts(&mut self, key: &[u8], data: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(key);
        self.key_len = key.len();
        self.bytes.extend_from_slice(data);
    }

    pub(super) fn parts(&self) -> (&[u8], &[u8]) {
        let all = self.bytes.as_slice();
        all.split_at_checked(self.key_len).unwrap_or((all, &[]))
    }

    pub(super) fn key(&self) -> &[u8] {
        self.parts().0
    }

    pub(super) fn gap(&self, behind: bool) -> Gap<'_> {
        Gap {
            bytes: &self.bytes,
            key_len: self.key_len,
            behind,
        }
    }
}

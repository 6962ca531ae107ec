//! The nodes of a page that splits or merges, measured: in their new order, the one that is inserted
//! or gets longer among them.
//!
//! Sizes are those of nodes without compression, their tags included: what prefixes save is counted
//! apart (docs/format/database-btree-space.md §4.4).
//!
//! Invariant: sizes before line `i` are one subtraction.
#![forbid(unsafe_code)]

pub(super) use crate::format::bytes::common_len;
use crate::format::node::Node;
use crate::format::page::{PageError, PageView, TAG_BYTES};
use crate::format::page_edit::PREFIX_NOT_WORTH;
use std::ops::Range;

/// Length word of a node that takes nothing from the prefix.
const NODE_HEAD: usize = 2;

/// Bytes that a node takes on a page without compression, with its tag.
pub(super) fn node_size(key: usize, data: usize) -> usize {
    TAG_BYTES + NODE_HEAD + key + data
}

/// Bytes that a node saves by taking `common` bytes from a prefix.
pub(super) fn saving(common: usize) -> usize {
    common.saturating_sub(PREFIX_NOT_WORTH)
}

/// One node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'v> {
    key_at: usize,
    key_len: usize,
    pub(super) data: &'v [u8],
    /// Bytes of this node and all before it.
    size_le: usize,
    /// The same with what their undo may need.
    size_max_le: usize,
    /// What it saves with the key before it as prefix.
    pub(super) saves: usize,
}

/// The operation that happens with a split.
#[derive(Clone, Copy, Debug)]
pub(super) enum LineOper<'v> {
    /// None.
    Nothing,
    /// A node comes in at this line.
    Insert {
        iline: usize,
        key: &'v [u8],
        data: &'v [u8],
    },
    /// The node of this line gets other data; its undo may want it to have `len_most` bytes.
    Replace {
        iline: usize,
        data: &'v [u8],
        len_most: usize,
    },
}

/// All nodes of a page in their new order.
#[derive(Debug, Default)]
pub(super) struct Lines<'v> {
    keys: Vec<u8>,
    lines: Vec<Line<'v>>,
}

impl<'v> Lines<'v> {
    /// The nodes of a page and the operation's. `reserve` says what a node's undo may need.
    pub(super) fn of(
        view: &PageView<'v>,
        oper: LineOper<'v>,
        reserve: &dyn Fn(&Node<'v>) -> usize,
    ) -> Result<Self, PageError> {
        let count = view.node_count();
        let mut all = Self {
            keys: Vec::with_capacity(view.size().bytes()),
            lines: Vec::with_capacity(count + 1),
        };
        let prefix = view.prefix()?;
        for iline in 0..count {
            if let LineOper::Insert {
                iline: at,
                key,
                data,
            } = oper
                && at == iline
            {
                all.push([key, &[]], data, 0);
            }
            let node = view.node_with_prefix(iline, prefix)?;
            let key = [node.prefix, node.suffix];
            match oper {
                LineOper::Replace {
                    iline: at,
                    data,
                    len_most,
                } if at == iline => {
                    all.push(key, data, len_most.saturating_sub(data.len()));
                }
                _ => all.push(key, node.data, reserve(&node)),
            }
        }
        if let LineOper::Insert {
            iline: at,
            key,
            data,
        } = oper
            && at >= count
        {
            all.push([key, &[]], data, 0);
        }
        Ok(all)
    }

    /// Of the nodes of a page and one that comes behind them all, the last two; none in an empty page.
    pub(super) fn last_two(
        view: &PageView<'v>,
        (key, data): (&'v [u8], &'v [u8]),
    ) -> Result<Option<Self>, PageError> {
        let Some(last) = view.node_count().checked_sub(1) else {
            return Ok(None);
        };
        let node = view.node(last)?;
        let mut two = Self::default();
        two.push([node.prefix, node.suffix], node.data, 0);
        two.push([key, &[]], data, 0);
        Ok(Some(two))
    }

    fn push(&mut self, [prefix, suffix]: [&[u8]; 2], data: &'v [u8], reserve: usize) {
        let key_at = self.keys.len();
        self.keys.extend_from_slice(prefix);
        self.keys.extend_from_slice(suffix);
        let key_len = prefix.len() + suffix.len();
        let (before, size_le, size_max_le) = match self.lines.last() {
            Some(l) => (l.key_at..l.key_at + l.key_len, l.size_le, l.size_max_le),
            None => (0..0, 0, 0),
        };
        let key = self.keys.get(key_at..).unwrap_or_default();
        let common = common_len(self.keys.get(before).unwrap_or_default(), key);
        let size = node_size(key_len, data.len());
        self.lines.push(Line {
            key_at,
            key_len,
            data,
            size_le: size_le + size,
            size_max_le: size_max_le + size + reserve,
            saves: saving(common),
        });
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn as_slice(&self) -> &[Line<'v>] {
        &self.lines
    }

    /// The key of a line; empty when there is no such line.
    pub(super) fn key(&self, i: usize) -> &[u8] {
        let Some(line) = self.lines.get(i) else {
            return &[];
        };
        let end = line.key_at + line.key_len;
        self.keys.get(line.key_at..end).unwrap_or_default()
    }

    pub(super) fn data(&self, i: usize) -> &'v [u8] {
        self.lines.get(i).map_or(&[], |l| l.data)
    }

    /// Bytes of one line.
    pub(super) fn size(&self, i: usize) -> usize {
        self.size_before(i + 1) - self.size_before(i)
    }

    /// Bytes of the lines before `i`.
    pub(super) fn size_before(&self, i: usize) -> usize {
        self.line_before(i).map_or(0, |l| l.size_le)
    }

    /// Bytes of a range of lines, with what their undo may need.
    pub(super) fn size_max(&self, range: Range<usize>) -> usize {
        let at = |i| self.line_before(i).map_or(0, |l| l.size_max_le);
        at(range.end).saturating_sub(at(range.start))
    }

    /// What the undo of a range of lines may need beyond the bytes they have.
    pub(super) fn reserve(&self, range: Range<usize>) -> usize {
        let size = self.size_before(range.end) - self.size_before(range.start);
        self.size_max(range).saturating_sub(size)
    }

    fn line_before(&self, i: usize) -> Option<&Line<'v>> {
        self.lines.get(i.checked_sub(1)?)
    }

    /// The shortest key that keeps lines before `at` apart from those from it on, both sides sorted
    /// by key, then data (docs/format/database-btree-space.md §3).
    pub(super) fn separator(&self, at: usize) -> Vec<u8> {
        let (left, right) = (self.key(at.saturating_sub(1)), self.key(at));
        let common = common_len(left, right);
        let mut separator = right.get(..=common).unwrap_or(right).to_vec();
        if common == right.len() {
            let data = self.data(at);
            let common = common_len(self.data(at.saturating_sub(1)), data);
            separator.extend_from_slice(data.get(..=common).unwrap_or(data));
        }
        separator
    }
}

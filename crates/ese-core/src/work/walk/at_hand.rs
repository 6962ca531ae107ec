//! The leaf that a walker is on, without a latch: rows are copied out one by one, or the leaf whole when
//! a walk goes on and on.
//!
//! A row that is looked at is copied into a buffer of its own, so that the one before stays until the
//! new one is taken ([`AtHand::accept`]). Its key then lies there in one piece.
//!
//! Source: design §4.1, §4.5.
//!
//! Invariants:
//! * what is known of a leaf, and a copy of it, count only while its frame has the version that they
//!   are of;
//! * a row counts once the page was found to be the same after it was copied.
#![forbid(unsafe_code)]

use crate::btree::Tree;
use crate::cache::{DbPages, Expected, FrameAt, LooseBytes, OptimisticPage, SharedPage, Told};
use crate::format::ids::{PageSize, Pgno};
use crate::format::node::{Node, NodeFlags};
use crate::format::page::{PageFlags, PageView, TAG_BYTES, Tag};

/// Rows that a move forward announces to the processor before it comes there.
const ROWS_AHEAD: usize = 6;
/// Bytes of a space tree's root before the prefix (docs/format/database-pages.md §4.2).
const SPACE_HEADER_BYTES: usize = 16;

/// See the module. Its buffers are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct AtHand {
    of: Option<Leaf>,
    /// `bytes` is the whole of the leaf.
    whole: bool,
    /// The leaf's; or a line of it, the key in one piece.
    bytes: Vec<u8>,
    /// The line of the row that was looked at last, unless that is in `bytes`.
    looked: Vec<u8>,
    row: Row,
    /// Where the leaf's prefix lies, and bytes around it.
    prefix: (Bytes, Vec<u8>),
    /// It was read.
    has_prefix: bool,
}

/// Bytes of a buffer: from, length.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bytes(usize, usize);

impl Bytes {
    #[inline]
    fn of(self, buffer: &[u8]) -> &[u8] {
        let to = self.0.saturating_add(self.1);
        buffer.get(self.0..to).unwrap_or(&[])
    }

    /// Where a part of a buffer lies in it.
    #[inline]
    fn at(buffer: &[u8], part: &[u8]) -> Self {
        let from = part.as_ptr().addr().wrapping_sub(buffer.as_ptr().addr());
        Self(from, part.len())
    }
}

/// What is known of a leaf.
#[derive(Clone, Copy, Debug)]
struct Leaf {
    at: FrameAt,
    large: bool,
    nodes: usize,
    reserved: usize,
    /// Bytes of the page's header; lines lie behind.
    header: usize,
    /// Where the tags begin; lines lie before.
    tags: usize,
    /// Bytes of the page.
    end: usize,
    /// Bytes of the external header before the prefix; `None`: there is no prefix.
    prefix_skip: Option<usize>,
    /// The right neighbour, null behind the last; `None`: the header was not looked at.
    next: Option<Pgno>,
    /// Where the next leaf is, as far as it is in memory; looked for when the walk comes near it.
    expected: Option<Expected>,
    /// Of a leaf that was copied whole: lines of the processor that the next leaf has for each node of it.
    part: usize,
    /// Of a leaf that was copied whole: since when it is calm.
    calm: Option<u32>,
}

/// A row that was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    /// Bytes that its key takes from the leaf's prefix: none when the key is in one piece.
    prefix: usize,
    suffix: Bytes,
    pub(super) data: Bytes,
    flags: NodeFlags,
}

impl Row {
    /// Its key, if that is in one piece.
    #[inline]
    pub(super) fn key(&self) -> Option<Bytes> {
        (self.prefix == 0).then_some(self.suffix)
    }
}

impl AtHand {
    /// It is of a leaf that lies there as it did, and a walk can go on there.
    #[inline]
    pub(super) fn is_of(&self, at: FrameAt) -> bool {
        matches!(&self.of, Some(of) if of.at == at && of.next.is_some())
    }

    /// The leaf was copied whole.
    #[inline]
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Nodes of the leaf.
    #[inline]
    pub(super) fn nodes(&self) -> usize {
        self.of.as_ref().map_or(0, |of| of.nodes)
    }

    /// The leaf's right neighbour, null behind the last.
    pub(super) fn next(&self) -> Pgno {
        let next = self.of.as_ref().and_then(|of| of.next);
        next.unwrap_or(Pgno::NULL)
    }

    /// Since when the leaf is calm.
    #[inline]
    pub(super) fn calm(&self, page: &OptimisticPage<'_>) -> Option<u32> {
        match &self.of {
            Some(of) if self.whole => of.calm,
            _ => page.calm(),
        }
    }

    /// Finds out what there is to know of a page; `None`: it is no leaf of the tree, or just changes. Gives
    /// the page before it.
    pub(super) fn learn(&mut self, tree: Tree, page: &OptimisticPage<'_>) -> Option<Pgno> {
        self.forget();
        let bytes = page.bytes();
        let header = bytes.header();
        let view = PageView::of(&header, bytes.size());
        if !tree.is_own_leaf(&view) || !page.is_same() {
            return None;
        }
        self.of = Leaf::new(&view, page.frame_at());
        self.of.as_ref().map(|_| view.pgno_prev())
    }

    /// Takes what its key heads say of a page: enough to look at rows of it.
    #[inline]
    pub(super) fn is_told(&mut self, told: &Told, page: &OptimisticPage<'_>) {
        self.forget();
        let shape = (page.bytes().size(), told.nodes, told.reserved);
        self.of = Leaf::of_shape(shape, told.flags, page.frame_at());
    }

    /// It is of no leaf.
    #[inline]
    pub(super) fn forget(&mut self) {
        (self.of, self.whole, self.has_prefix) = (None, false, false);
    }

    /// Copies the bytes that the leaf's compressed keys begin with. They count as the rows do.
    #[cold]
    fn read_prefix(&mut self, bytes: LooseBytes<'_>) -> Option<()> {
        let of = self.of.as_ref()?;
        let (lent, buffer) = &mut self.prefix;
        *lent = Bytes::default();
        if let Some(skip) = of.prefix_skip {
            let (start, len) = of.line(bytes.tag(0))?;
            if let Some(rest) = len.checked_sub(skip) {
                let from = bytes.copy(start, len, buffer, 0)?;
                *lent = Bytes(from + skip, rest);
            }
        }
        self.has_prefix = true;
        Some(())
    }

    /// Copies a latched leaf whole.
    pub(super) fn take(&mut self, pages: &DbPages, page: &SharedPage<'_>, view: &PageView<'_>) {
        self.forget();
        let (Some(at), Ok(prefix)) = (page.frame_at(), view.prefix()) else {
            return;
        };
        let Some(leaf) = Leaf::new(view, at) else {
            return;
        };
        let (lent, buffer) = &mut self.prefix;
        *lent = Bytes(0, prefix.len());
        buffer.clear();
        buffer.extend_from_slice(prefix);
        self.bytes.clear();
        self.bytes.extend_from_slice(page);
        self.of = Some(Leaf {
            expected: pages.expected(view.pgno_next()),
            part: page.len().div_ceil(Expected::LINE * leaf.nodes.max(1)),
            calm: page.calm(),
            ..leaf
        });
        (self.whole, self.has_prefix) = (true, true);
    }

    /// Looks at the row of a line; gives its flags. What comes out counts if the page is the same afterwards;
    /// `None` when the line is none, or is none any more.
    #[inline]
    pub(super) fn look_at(&mut self, bytes: LooseBytes<'_>, iline: usize) -> Option<NodeFlags> {
        let of = self.of.as_ref().filter(|of| iline < of.nodes)?;
        let itag = iline + of.reserved;
        let prefix = match self.has_prefix {
            true => self.prefix.0.of(&self.prefix.1),
            false => &[],
        };
        let (buffer, from, len, tag) = if self.whole {
            let at = of.tag_at(itag);
            let word = u32::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?);
            let tag = Tag::of_word(word, of.large);
            let (start, len) = of.line(tag)?;
            (&self.bytes, start, len, tag)
        } else {
            let tag = Tag::of_word(bytes.u32(of.tag_at(itag)), of.large);
            let (start, len) = of.line(tag)?;
            // Before the line there is room for the prefix.
            let from = bytes.copy(start, len, &mut self.looked, prefix.len())?;
            (&self.looked, from, len, tag)
        };
        let line = buffer.get(from..from + len)?;
        let Ok(node) = Node::of_line(line, (itag, tag), of.large, prefix) else {
            return self.look_with_prefix(bytes, iline);
        };
        let (shared, flags) = (node.prefix.len(), node.flags);
        let mut row = Row {
            prefix: shared,
            suffix: Bytes::at(buffer, node.suffix),
            data: Bytes::at(buffer, node.data),
            flags,
        };
        if shared > 0 && !self.whole {
            let key = Bytes(row.suffix.0.checked_sub(shared)?, row.suffix.1 + shared);
            // Over the line's two lengths, which were read.
            let to = self.looked.get_mut(key.0..row.suffix.0)?;
            to.copy_from_slice(prefix.get(..shared)?);
            (row.prefix, row.suffix) = (0, key);
        }
        self.row = row;
        Some(flags)
    }

    /// The same once the leaf's prefix was read: of the first compressed node that is looked at.
    #[cold]
    fn look_with_prefix(&mut self, bytes: LooseBytes<'_>, iline: usize) -> Option<NodeFlags> {
        if self.has_prefix {
            return None;
        }
        self.read_prefix(bytes)?;
        self.look_at(bytes, iline)
    }

    /// The row that was looked at just now.
    #[inline]
    pub(super) fn row(&self) -> Row {
        self.row
    }

    /// Its node.
    #[inline]
    pub(super) fn node(&self) -> Node<'_> {
        let (row, buffer) = match self.whole {
            true => (&self.row, &self.bytes),
            false => (&self.row, &self.looked),
        };
        let prefix = self.prefix.0.of(&self.prefix.1);
        Node {
            prefix: prefix.get(..row.prefix).unwrap_or(&[]),
            suffix: row.suffix.of(buffer),
            data: row.data.of(buffer),
            flags: row.flags,
        }
    }

    /// The row that was looked at is where the walker stands: only now do the bytes of the one before go.
    #[inline]
    pub(super) fn accept(&mut self) {
        if !self.whole {
            std::mem::swap(&mut self.bytes, &mut self.looked);
        }
    }

    /// Bytes of the row that was accepted.
    #[inline]
    pub(super) fn bytes(&self, bytes: Bytes) -> &[u8] {
        bytes.of(&self.bytes)
    }

    /// Has the processor bring the rows that a walk forward from a line will come to.
    pub(super) fn expect_rows(&self, bytes: LooseBytes<'_>, iline: usize) {
        let Some(of) = &self.of else { return };
        for ahead in 1..ROWS_AHEAD {
            of.expect_row(bytes, iline.saturating_add(ahead));
        }
    }

    /// Has the processor bring what the walk will need that is at a line: the row a few lines further on; of
    /// a leaf that was copied whole, the part of the next leaf that lies as this one does: when the walk
    /// comes there all of it is at hand.
    #[inline]
    pub(super) fn expect(&mut self, pages: &DbPages, bytes: LooseBytes<'_>, iline: usize) {
        let Some(of) = &mut self.of else { return };
        let ahead = iline + ROWS_AHEAD;
        if self.whole {
            if let Some(next) = of.expected {
                pages.want(next, iline * of.part, of.part);
            }
        } else if ahead < of.nodes {
            of.expect_row(bytes, ahead);
        } else if of.expected.is_none() {
            of.expect_next(pages);
        }
    }
}

impl Leaf {
    fn new(view: &PageView<'_>, at: FrameAt) -> Option<Self> {
        let shape = (view.size(), view.node_count(), view.reserved_tags());
        let leaf = Self::of_shape(shape, view.flags(), at)?;
        Some(Self {
            next: Some(view.pgno_next()),
            ..leaf
        })
    }

    #[inline]
    fn of_shape(
        (size, nodes, reserved): (PageSize, usize, usize),
        flags: PageFlags,
        at: FrameAt,
    ) -> Option<Self> {
        let is = |flag| flags.contains(flag);
        let prefix_skip = match (is(PageFlags::ROOT), is(PageFlags::SPACE_TREE)) {
            (false, _) => Some(0),
            (true, true) => Some(SPACE_HEADER_BYTES),
            (true, false) => None,
        };
        Some(Self {
            at,
            large: size.is_large(),
            nodes,
            reserved,
            header: size.header_bytes(),
            tags: size.bytes().checked_sub(TAG_BYTES * (nodes + reserved))?,
            end: size.bytes(),
            prefix_skip,
            next: None,
            expected: None,
            part: 0,
            calm: None,
        })
    }

    /// Where the tag of a line lies in the page, of a tag that there is.
    #[inline]
    fn tag_at(&self, itag: usize) -> usize {
        self.end.saturating_sub(TAG_BYTES * (itag + 1))
    }

    #[inline]
    fn expect_row(&self, bytes: LooseBytes<'_>, iline: usize) {
        if iline < self.nodes
            && let word = bytes.u32(self.tag_at(iline + self.reserved))
            && let Some((start, len)) = self.line(Tag::of_word(word, self.large))
        {
            bytes.want(start, len);
        }
    }

    #[cold]
    fn expect_next(&mut self, pages: &DbPages) {
        self.expected = self.next.and_then(|next| pages.expected(next));
        if let Some(next) = self.expected {
            pages.want_leaf(next);
        }
    }

    /// Where a line lies in the page, and its length; `None` when it lies outside.
    #[inline]
    fn line(&self, tag: Tag) -> Option<(usize, usize)> {
        let start = self.header + tag.ib;
        (start + tag.cb <= self.tags).then_some((start, tag.cb))
    }
}

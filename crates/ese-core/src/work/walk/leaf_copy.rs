//! A leaf copied whole: what a walk over many rows steps on, with no latch and no page in between.
//!
//! Invariant: the copy counts only while the frame has the version that was copied.
#![forbid(unsafe_code)]

use crate::cache::{DbPages, Expected, FrameAt, PageFault, SharedPage};
use crate::format::ids::PageSize;
use crate::format::node::Node;
use crate::format::page::PageView;

/// See the module. Its buffer is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct LeafCopy {
    of: Option<Copied>,
    bytes: Vec<u8>,
}

/// Bytes of a copy: from, length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lent(usize, usize);

#[derive(Clone, Copy, Debug)]
struct Copied {
    at: FrameAt,
    size: PageSize,
    nodes: usize,
    /// What keys of the leaf begin with.
    prefix: Lent,
    /// No node has a version.
    calm: bool,
    /// The next leaf, as far as it is in memory.
    next: Option<Expected>,
    /// Lines of that for each node of this.
    part: usize,
}

impl LeafCopy {
    /// Copies a leaf.
    pub(super) fn take(&mut self, pages: &DbPages, leaf: &SharedPage<'_>) -> Result<(), PageFault> {
        let view = leaf.view()?;
        let (nodes, next) = (view.node_count(), pages.expected(view.pgno_next()));
        let prefix = view.prefix().map_err(|e| leaf.fault(e))?;
        let from = prefix.as_ptr().addr().wrapping_sub(leaf.as_ptr().addr());
        let prefix = match prefix {
            [] => Lent(0, 0),
            prefix => Lent(from, prefix.len()),
        };
        self.of = leaf.frame_at().map(|at| Copied {
            at,
            size: view.size(),
            nodes,
            prefix,
            calm: leaf.is_calm(),
            next,
            part: view.size().bytes().div_ceil(Expected::LINE * nodes.max(1)),
        });
        self.bytes.clear();
        self.bytes.extend_from_slice(leaf);
        Ok(())
    }

    /// It is that of a leaf that lies there as it did.
    #[inline]
    pub(super) fn is_of(&self, at: FrameAt) -> bool {
        self.of.as_ref().is_some_and(|of| of.at == at)
    }

    /// Nodes of the leaf.
    #[inline]
    pub(super) fn nodes(&self) -> usize {
        self.of.as_ref().map_or(0, |of| of.nodes)
    }

    /// No node of it has a version.
    #[inline]
    pub(super) fn is_calm(&self) -> bool {
        self.of.as_ref().is_some_and(|of| of.calm)
    }

    /// A node of it, where its key lies if that is in one piece, and where its data does.
    #[inline]
    pub(super) fn node(&self, iline: usize) -> Option<(Node<'_>, Option<Lent>, Lent)> {
        let of = self.of.as_ref()?;
        let view = PageView::of(&self.bytes, of.size);
        let prefix = self.bytes(of.prefix);
        let node = view.node_with_prefix(iline, prefix).ok()?;
        let lent = |part: &[u8]| {
            let from = part
                .as_ptr()
                .addr()
                .wrapping_sub(self.bytes.as_ptr().addr());
            Lent(from, part.len())
        };
        let key = node.prefix.is_empty().then(|| lent(node.suffix));
        Some((node, key, lent(node.data)))
    }

    /// Bytes of it.
    #[inline]
    pub(super) fn bytes(&self, lent: Lent) -> &[u8] {
        let to = lent.0.saturating_add(lent.1);
        self.bytes.get(lent.0..to).unwrap_or(&[])
    }

    /// Has the processor bring the part of the next leaf that lies as this node does: when the walk comes
    /// there all of it is at hand.
    #[inline]
    pub(super) fn expect_next(&self, pages: &DbPages, iline: usize) {
        if let Some(of) = &self.of
            && let Some(next) = of.next
        {
            pages.want(next, iline * of.part, of.part);
        }
    }
}

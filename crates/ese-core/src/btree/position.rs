//! Where an entry lies among all, estimated from one path (JetGetRecordPosition).
//!
//! Every page is taken to have as many lines as the one of its depth on the path: the estimate is
//! exact in a tree of one page, rises with the keys, is 0 for the first entry and 1 for the last.
//!
//! Source: jet-api behaviour of cursors §9.
#![forbid(unsafe_code)]

use super::descend::{child_at, child_line};
use super::{DEPTH_MOST, Tree};
use crate::cache::{PageFault, PageFaultKind, Pages, SharedPage};
use crate::format::page::{PageError, PageFlags};

/// A copy of an entry.
pub(crate) type KeyAndData = (Vec<u8>, Vec<u8>);

/// A place as a share: so many of so many. Both are below 2^63.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// Lines before.
    pub before: u64,
    /// Lines in all.
    pub of: u64,
}

impl Share {
    fn down(self, line: usize, count: usize) -> Self {
        // Behind the last node is as on it: a share never says that all is before.
        let (line, count) = (line.min(count.saturating_sub(1)), count.max(1) as u64);
        // Deeper trees than numbers tell: the shares above say enough.
        let (Some(before), Some(of)) = (
            self.before
                .checked_mul(count)
                .and_then(|b| b.checked_add(line as u64)),
            self.of.checked_mul(count).filter(|&of| of >> 63 == 0),
        ) else {
            return self;
        };
        Self { before, of }
    }

    /// The line of a page with `count` lines that this share leads to, and the share in it.
    fn line(self, count: usize) -> (usize, Self) {
        let of = u128::from(self.of.max(1));
        let scaled = u128::from(self.before.min(self.of)) * count as u128;
        let line = (scaled / of).min(count.saturating_sub(1) as u128);
        let rest = (scaled - line * of).min(of);
        (
            usize::try_from(line).unwrap_or(0),
            Self {
                before: u64::try_from(rest).unwrap_or(self.of),
                of: self.of.max(1),
            },
        )
    }
}

impl Tree {
    /// The leaf that a bookmark belongs to, with the share of all that lies before the leaf; `line`
    /// finds the bookmark's line there.
    ///
    /// # Errors
    /// A page can't be had, or is none of the tree.
    pub fn share_of(
        &self,
        pages: &dyn Pages,
        bookmark: &[u8],
        line: impl FnOnce(&SharedPage<'_>) -> Result<usize, PageFault>,
    ) -> Result<Share, PageFault> {
        let mut share = Share { before: 0, of: 1 };
        let mut page = self.root(pages)?;
        for _ in 0..DEPTH_MOST {
            let view = page.view()?;
            let count = view.node_count();
            if view.is_leaf() {
                return Ok(share.down(line(&page)?, count));
            }
            let iline = child_line(&page, bookmark)?;
            share = share.down(iline, count);
            let is_leaf = view.flags().contains(PageFlags::PARENT_OF_LEAF);
            let child = child_at(&page, iline)?;
            page = self.page(pages, child, Some(is_leaf))?;
        }
        let kind = PageFaultKind::Place(page.view()?.flags().bits());
        Err(PageFault::new(page.pgno(), kind))
    }

    /// Key and data of the entry at a share; `None` in a tree without entries there.
    ///
    /// # Errors
    /// A page can't be had, or is none of the tree.
    pub fn entry_at(
        &self,
        pages: &dyn Pages,
        share: Share,
    ) -> Result<Option<KeyAndData>, PageFault> {
        let mut share = share;
        let mut page = self.root(pages)?;
        for _ in 0..DEPTH_MOST {
            let view = page.view()?;
            let count = view.node_count();
            let (iline, rest) = share.line(count);
            if view.is_leaf() {
                if count == 0 {
                    return Ok(None);
                }
                let node = view.node(iline).map_err(|e| page.fault(e))?;
                return Ok(Some((node.key().to_vec(), node.data.to_vec())));
            }
            if count == 0 {
                return Err(page.fault(PageError::NoSuchTag(view.reserved_tags())));
            }
            share = rest;
            let is_leaf = view.flags().contains(PageFlags::PARENT_OF_LEAF);
            let child = child_at(&page, iline)?;
            page = self.page(pages, child, Some(is_leaf))?;
        }
        let kind = PageFaultKind::Place(page.view()?.flags().bits());
        Err(PageFault::new(page.pgno(), kind))
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn shares_lead_to_lines_and_back() {
        let all = Share { before: 0, of: 1 };
        let there = all.down(3, 10).down(4, 5);
        assert_eq!(there, Share { before: 19, of: 50 });
        let (line, rest) = there.line(10);
        assert_eq!((line, rest.line(5).0), (3, 4));
        // Behind the last.
        assert_eq!(all.down(5, 5), all.down(4, 5));
        assert_eq!(all.down(0, 0), all);
        // The ends.
        let last = Share { before: 7, of: 7 };
        let (line, rest) = last.line(4);
        assert_eq!((line, rest.line(9).0), (3, 8));
        assert_eq!(Share { before: 0, of: 0 }.line(4).0, 0);
        // Not more than numbers hold.
        let deep = (0..10).fold(all, |s, _| s.down(999, 1000));
        assert!(deep.before < deep.of);
    }
}
